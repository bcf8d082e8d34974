import type { CampaignExpectation } from '../../lab/judge.ts'
import type { CampaignResult } from '../../lab/record.ts'
import type { SourcePlace } from '../../model/diagnostic.ts'
import type { Finding } from '../../model/finding.ts'
import type { ExpectationResult, RunResult, Verdict } from '../../sim/result.ts'
import { amount, judgedText } from '../campaign-text.ts'
import { expectedPart } from '../layout.ts'
import { whyRollout } from '../rollout-text.ts'
import { statusText } from '../text.ts'
import { decimal, percent, plural, span } from '../wording.ts'

/** One scenario, played once or many times, as the reporters for pipelines see it: words, nothing left to measure. */
export interface ScenarioReport {
  readonly name: string
  readonly title: string | null
  readonly file: string
  readonly verdict: Verdict
  /** A sentence for each rollout: how it ended, by which rule. */
  readonly headline: readonly string[]
  /** What one scans for, each a name and a short value. */
  readonly facts: readonly Fact[]
  /** What identifies the run: seed, trace hash, duration. */
  readonly properties: readonly Fact[]
  readonly checks: readonly Check[]
  readonly findings: readonly Finding[]
  /** The complete command that plays it again. */
  readonly replay: string
}

export interface Fact {
  readonly name: string
  readonly value: string
}

/** One expectation. */
export interface Check {
  readonly text: string
  readonly verdict: Verdict
  /** `actual 3, expected == 2`. */
  readonly detail: string
  /** The command that shows it failing, where that is another one than the replay of the whole. */
  readonly replay: string | null
  readonly place: SourcePlace | null
}

/** Where the so-and-so-many-eth expectation of a scenario stands. */
export type PlaceOfCheck = (index: number) => SourcePlace | null

export interface ReportOptions {
  readonly file: string
  readonly title: string | undefined
  readonly replay: string
  readonly placeOf: PlaceOfCheck
}

export function reportOfRun(result: RunResult, options: ReportOptions): ScenarioReport {
  const { measures, rollouts } = result
  const { availability, blastRadius, demand } = measures
  const share = blastRadius.percent === null ? '' : ` (${percent(blastRadius.percent)})`
  return {
    name: result.scenario,
    title: options.title ?? null,
    file: options.file,
    verdict: result.verdict,
    headline: rollouts.map((rollout) => `${rollout.scaleSet}: ${whyRollout(rollout)}`),
    facts: [
      { name: 'Rollout', value: rollouts.length === 0 ? 'none' : rollouts.map(statusText).join(', ') },
      { name: 'Blast radius', value: `${plural(blastRadius.instances, 'instance')}${share}` },
      { name: 'Lowest serving', value: percent(availability.minServingPercent) },
      ...(measures.timeToHalt === null ? [] : [{ name: 'Time to halt', value: span(measures.timeToHalt) }]),
      ...(demand.unservedPercent === null ? [] : [{ name: 'Unserved', value: percent(demand.unservedPercent) }]),
    ],
    properties: [
      { name: 'seed', value: String(result.seed) },
      { name: 'traceHash', value: result.traceHash },
      { name: 'duration', value: span(result.durationMs) },
    ],
    checks: result.expectations.map((expectation, index) => ({
      text: expectation.text,
      verdict: expectation.verdict,
      detail: runDetail(expectation),
      replay: null,
      place: options.placeOf(index),
    })),
    findings: result.findings,
    replay: options.replay,
  }
}

function runDetail({ text, verdict, actual, reason }: ExpectationResult): string {
  const measured = actual === null ? 'nothing to measure' : `actual ${actual}`
  const expected = verdict === 'pass' ? '' : `, expected ${expectedPart(text)}`
  return `${measured}${expected}${reason === undefined ? '' : `; ${reason}`}`
}

/** @param replayRun the command that plays a single run of the campaign */
export function reportOfCampaign(
  { record, summary, expectations, verdict }: CampaignResult,
  options: ReportOptions & { readonly replayRun: (seed: number) => string },
): ScenarioReport {
  const { fromSeed, runs } = record.seeds
  return {
    name: record.scenario,
    title: options.title ?? null,
    file: options.file,
    verdict,
    headline: [],
    facts: [
      { name: 'Runs', value: summary.runs === runs ? decimal(runs) : `${decimal(summary.runs)} of ${decimal(runs)}` },
      { name: 'Rollout', value: ratesText(summary.rollouts[0]?.rates ?? []) },
      ...HEADLINE_MEASURES.flatMap(({ name, measure }) => {
        const found = summary.measures.find((one) => one.name === measure)
        if (found === undefined) return []
        const of = amount(found)
        const { p50, p99 } = found.quantiles
        return [{ name, value: `p50 ${of(p50.value)}, p99 ${of(p99.value)}, max ${of(found.max)}` }]
      }),
    ],
    properties: [
      { name: 'seeds', value: runs === 1 ? String(fromSeed) : `${fromSeed} to ${fromSeed + runs - 1}` },
      { name: 'runs', value: String(summary.runs) },
      { name: 'duration', value: span(record.durationMs) },
    ],
    checks: expectations.map((expectation, index) => ({
      text: expectation.text,
      verdict: expectation.verdict,
      detail: campaignDetail(expectation),
      replay: expectation.failingSeed === null ? null : options.replayRun(expectation.failingSeed),
      place: options.placeOf(index),
    })),
    findings: record.findings,
    replay: options.replay,
  }
}

const HEADLINE_MEASURES = [
  { name: 'Blast radius %', measure: 'blastRadius.percent' },
  { name: 'Lowest serving %', measure: 'availability.minServingPercent' },
  { name: 'Time to halt', measure: 'timeToHalt' },
  { name: 'Unserved %', measure: 'demand.unservedPercent' },
] as const

function ratesText(rates: CampaignResult['summary']['rollouts'][number]['rates']): string {
  if (rates.length === 0) return 'none'
  return rates.map(({ status, rate }) => `${status} ${decimal(rate.value * 100, 2)} %`).join(', ')
}

function campaignDetail(expectation: CampaignExpectation): string {
  const { measured, against, doubt } = judgedText(expectation)
  return [expectation.verdict === 'pass' ? measured : against, expectation.reason, ...doubt]
    .filter((part) => part !== null)
    .join('; ')
}
