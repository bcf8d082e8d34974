/** The library: load a scenario, play it, read its result. Everything else may change. */
export type { Diagnostic, SourcePlace } from './model/diagnostic.ts'
export { InputError } from './model/diagnostic.ts'
export type { Finding } from './model/finding.ts'
export { type LoadOptions, loadScenario, loadScenarios } from './model/scenario/load.ts'
export type { Scenario } from './model/scenario.ts'
export { BudgetExceeded } from './sim/kernel/kernel.ts'
export type { Measures, RolloutResult, RunResult, TraceEntry, Verdict } from './sim/result.ts'
export { type SimulateOptions, simulate } from './sim/simulate.ts'
