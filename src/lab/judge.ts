import type { Expectation } from '../model/expectation.ts'
import { compare } from '../sim/expectations.ts'
import type { Verdict } from '../sim/result.ts'
import type { Sample } from './sample.ts'
import { CONFIDENCE, type Estimate, measuredMean, quantile, quantileInterval, rate, sorted } from './statistics.ts'
import { QUANTILES, type QuantileName } from './summary.ts'

/** An expectation judged over many runs. */
export interface CampaignExpectation {
  readonly text: string
  readonly verdict: Verdict
  /** Runs that had a sample. */
  readonly runs: number
  /** The estimate that was compared; of an expectation without an aggregate the share of runs in which it held. */
  readonly actual: Estimate | null
  /** Whether `actual` is a duration in ms, or a share from 0 to 1. */
  readonly unit: 'number' | 'duration' | 'share'
  /** The whole interval lies on the side of the verdict: more runs would hardly turn it. */
  readonly isDecided: boolean
  /** Of an expectation that must hold in every run: the first seed in which it did not. */
  readonly failingSeed: number | null
  readonly reason: string | null
}

/**
 * Judges an expectation by its estimate; `isDecided` says whether the interval agrees. One without an aggregate has to hold in
 * every run, and a run without a sample of it leaves it undecided, as a single run does.
 */
export function judge(
  expectation: Expectation,
  index: number,
  samples: readonly Sample[],
  confidence = CONFIDENCE,
): CampaignExpectation {
  const { text, aggregate } = expectation
  const known = samples.flatMap(({ checks }) => checks[index] ?? [])
  const isShare = aggregate === undefined || aggregate === 'rate'
  const unit = isShare ? 'share' : expectation.duration ? 'duration' : 'number'
  const common = { text, runs: known.length, unit, failingSeed: null } as const
  if (known.length === 0)
    return { ...common, verdict: 'undecided', actual: null, isDecided: false, reason: 'no run had a sample of it' }
  if (aggregate === undefined) return judgeEveryRun(common, samples, index, known, confidence)
  const actual = estimate(aggregate, known, confidence)
  const { operator } = expectation
  const value = expectation.value as number
  const holds = compare(actual.value, operator, value)
  return {
    ...common,
    verdict: holds ? 'pass' : 'fail',
    actual,
    isDecided: isClear(actual, operator, value, holds),
    reason: null,
  }
}

function judgeEveryRun(
  common: Pick<CampaignExpectation, 'text' | 'runs' | 'unit'>,
  samples: readonly Sample[],
  index: number,
  known: readonly number[],
  confidence: number,
): CampaignExpectation {
  const held = known.filter((one) => one === 1).length
  const failing = samples.find(({ checks }) => checks[index] === 0)
  const missing = samples.length - known.length
  const verdict = failing !== undefined ? 'fail' : missing > 0 ? 'undecided' : 'pass'
  return {
    ...common,
    verdict,
    actual: rate(held, known.length, confidence),
    // A run in which it does not hold settles it; that there is none among all seeds no number of runs can show.
    isDecided: failing !== undefined,
    failingSeed: failing?.seed ?? null,
    reason: verdict === 'undecided' ? `${missing} of ${samples.length} runs had no sample of it` : null,
  }
}

function estimate(aggregate: string, known: readonly number[], confidence: number): Estimate {
  if (aggregate === 'rate') return rate(known.filter((one) => one === 1).length, known.length, confidence)
  const samples = sorted(known)
  if (aggregate === 'mean') return measuredMean(samples, confidence)
  const [min, max] = [samples[0]!, samples[samples.length - 1]!]
  // What further runs may bring is open on that side.
  if (aggregate === 'min') return { value: min, interval: { low: null, high: min } }
  if (aggregate === 'max') return { value: max, interval: { low: max, high: null } }
  const p = QUANTILES[aggregate as QuantileName]
  return { value: quantile(samples, p), interval: quantileInterval(samples, p, confidence) }
}

/** Whether every value of the interval compares as the estimate does. */
function isClear(
  { interval: { low, high } }: Estimate,
  operator: Expectation['operator'],
  value: number,
  holds: boolean,
): boolean {
  const agrees = (end: number | null) => end !== null && compare(end, operator, value) === holds
  switch (operator) {
    case '<':
    case '<=':
      return agrees(holds ? high : low)
    case '>':
    case '>=':
      return agrees(holds ? low : high)
    case '==':
    case '!=':
      // Equal to one number only where nothing else is left; unequal where it lies outside.
      return low !== null && high !== null && (low === high || value < low || value > high)
    default:
      return operator satisfies never
  }
}
