import type { Expectation } from '../model/expectation.ts'
import type { Finding } from '../model/finding.ts'
import { parseExpectation } from '../model/parse-expectation.ts'
import type { Scenario } from '../model/scenario.ts'
import type { Verdict } from '../sim/result.ts'
import type { SeedRange } from './campaign.ts'
import { type CampaignExpectation, judge } from './judge.ts'
import { measuresOf, type Sample } from './sample.ts'
import { confidenceAt } from './sequential.ts'
import { CONFIDENCE } from './statistics.ts'
import { type CampaignSummary, summarize } from './summary.ts'

/** Everything that is kept of a campaign, or of a shard of one: what it was, and a sample for every finished run. */
export interface CampaignRecord {
  readonly scenario: string
  readonly title: string | null
  readonly file: string
  readonly case: string | null
  readonly durationMs: number
  /** The seeds of the whole campaign, however many of them are here. */
  readonly seeds: SeedRange
  readonly measures: readonly { readonly name: string; readonly isDuration: boolean }[]
  /** As written in the scenario. */
  readonly expectations: readonly string[]
  readonly findings: readonly Finding[]
  /** In order of their seeds. */
  readonly samples: readonly Sample[]
}

export function recordOf(
  scenario: Scenario,
  file: string,
  seeds: SeedRange,
  samples: readonly Sample[],
): CampaignRecord {
  return {
    scenario: scenario.name,
    title: scenario.title ?? null,
    file,
    case: scenario.case ?? null,
    durationMs: scenario.durationMs,
    seeds,
    measures: measuresOf(scenario).map(({ name, isDuration }) => ({ name, isDuration })),
    expectations: scenario.expect.map(({ text }) => text),
    findings: scenario.findings,
    samples,
  }
}

/** What a campaign comes to. */
export interface CampaignResult {
  readonly record: CampaignRecord
  readonly summary: CampaignSummary
  readonly expectations: readonly CampaignExpectation[]
  readonly verdict: Verdict
  /** Looks at which it might have stopped, which widen the intervals; null: it was to play all its runs. */
  readonly looks: number | null
}

/** @param looks of a sequential campaign, the last one among them: see `confidenceAt` */
export function resultOf(record: CampaignRecord, looks: number | null = null): CampaignResult {
  const confidence = looks === null ? CONFIDENCE : confidenceAt(looks)
  const { samples, seeds } = record
  const expectations = record.expectations.map((text, index) =>
    asFarAsPlayed(judge(expectationOf(text), index, samples, confidence), samples.length, seeds.runs),
  )
  const verdicts = expectations.map(({ verdict }) => verdict)
  const verdict = verdicts.includes('fail') ? 'fail' : verdicts.includes('undecided') ? 'undecided' : 'pass'
  return { record, summary: summarize(record.measures, samples, confidence), expectations, verdict, looks }
}

/** What holds in a part of the runs is not said of all of them, unless more of them would hardly turn it. */
function asFarAsPlayed(judged: CampaignExpectation, played: number, runs: number): CampaignExpectation {
  if (played === runs || judged.verdict !== 'pass' || judged.isDecided) return judged
  return { ...judged, verdict: 'undecided', reason: `it holds so far, in ${played} of ${runs} runs` }
}

function expectationOf(text: string): Expectation {
  const parsed = parseExpectation(text)
  if ('error' in parsed) throw new Error(`expectation "${text}": ${parsed.error}`)
  return parsed.ok
}
