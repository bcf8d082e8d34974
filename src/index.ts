/** The library: load a scenario, play it once or many times, read its result. Everything else may change. */
export { campaign, type FileCampaignOptions as CampaignOptions } from './lab/campaign-of-file.ts'
export type { CampaignExpectation } from './lab/judge.ts'
export type { CampaignResult } from './lab/record.ts'
export type { Estimate, Interval } from './lab/statistics.ts'
export type { CampaignSummary, MeasureSummary, StatusRates } from './lab/summary.ts'
export type { Diagnostic, SourcePlace } from './model/diagnostic.ts'
export { InputError } from './model/diagnostic.ts'
export type { Finding } from './model/finding.ts'
export { type LoadOptions, loadScenario, loadScenarios } from './model/scenario/load.ts'
export type { Scenario } from './model/scenario.ts'
export { BudgetExceeded } from './sim/kernel/kernel.ts'
export type {
  BatchResult,
  ExpectationResult,
  InstanceResult,
  LostCapacity,
  Measures,
  RolloutResult,
  RunResult,
  SetMeasures,
  TraceEntry,
  Verdict,
} from './sim/result.ts'
export { type SimulateOptions, simulate } from './sim/simulate.ts'
