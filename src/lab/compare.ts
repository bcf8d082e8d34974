import type { CampaignRecord } from './record.ts'
import { type Estimate, type Interval, mean, rate } from './statistics.ts'

/** Of which measures more is better; of every other one less is. `null`: neither, it only tells what happened. */
const MORE_IS_BETTER: readonly RegExp[] = [/\bminServing(Percent)?$/, /\.successful$/, /\bminRegular$/, /\brestored$/]
const NEITHER: readonly RegExp[] = [
  /\.batches$/,
  /^rollouts\.length$/,
  /\bscale(Outs|Ins)$/,
  /^findings\./,
  /\bflapsPrevented$/,
]

export type Better = 'more' | 'less' | null

export function betterOf(measure: string): Better {
  if (NEITHER.some((pattern) => pattern.test(measure))) return null
  return MORE_IS_BETTER.some((pattern) => pattern.test(measure)) ? 'more' : 'less'
}

/** One measure of two policies, played on the same luck. */
export interface PairedMeasure {
  readonly name: string
  readonly isDuration: boolean
  /** Pairs in which both had a sample. */
  readonly pairs: number
  readonly a: number
  readonly b: number
  /** Mean of b - a, with the interval over the pairs. */
  readonly difference: Estimate
  /** What the interval would be on independent seeds: from the spread of each side for itself. */
  readonly independent: Interval
  /** How many times narrower pairing makes the interval; null: the difference is the same in every pair. */
  readonly narrowing: number | null
  readonly better: Better
  /** Share of pairs in which b is better, and in which both are equal; null where neither direction is better. */
  readonly bIsBetter: Estimate | null
  readonly equal: number
}

/**
 * Two campaigns over the same seeds, pair by pair: what luck has in common falls out of the difference. A measure without a
 * sample on one side of a pair leaves that pair out.
 */
export function comparePairs(a: CampaignRecord, b: CampaignRecord): PairedMeasure[] {
  const other = new Map(b.samples.map((sample) => [sample.seed, sample]))
  const indexInB = new Map(b.measures.map(({ name }, index) => [name, index]))
  return a.measures.flatMap(({ name, isDuration }, index) => {
    const inB = indexInB.get(name)
    if (inB === undefined) return []
    const pairs = a.samples.flatMap(({ seed, values }) => {
      const left = values[index]
      const right = other.get(seed)?.values[inB]
      return typeof left === 'number' && typeof right === 'number' ? [{ left, right }] : []
    })
    return pairs.length === 0 ? [] : [{ name, isDuration, ...comparedMeasure(name, pairs) }]
  })
}

function comparedMeasure(
  name: string,
  pairs: readonly { readonly left: number; readonly right: number }[],
): Omit<PairedMeasure, 'name' | 'isDuration'> {
  const lefts = pairs.map(({ left }) => left)
  const rights = pairs.map(({ right }) => right)
  const differences = pairs.map(differenceOf)
  const [a, b, difference] = [mean(lefts), mean(rights), mean(differences)]
  const half = ({ value, interval: { high } }: Estimate) => (high === null ? null : high - value)
  const [halfA, halfB, paired] = [half(a), half(b), half(difference)]
  // Variances of independent means add up, and so do the squares of their intervals.
  const apart = halfA === null || halfB === null ? null : Math.hypot(halfA, halfB)
  const better = betterOf(name)
  const wins = differences.filter((one) => (better === 'more' ? one > 0 : one < 0)).length
  return {
    pairs: pairs.length,
    a: a.value,
    b: b.value,
    difference,
    independent:
      apart === null ? { low: null, high: null } : { low: difference.value - apart, high: difference.value + apart },
    narrowing: apart === null || paired === null || paired === 0 ? null : apart / paired,
    better,
    bIsBetter: better === null ? null : rate(wins, pairs.length),
    equal: differences.filter((one) => one === 0).length / pairs.length,
  }
}

/** Sums that differ in the order of their parts only are equal: what is left of them says nothing about the policies. */
const ROUNDING = 1e-9

function differenceOf({ left, right }: { readonly left: number; readonly right: number }): number {
  const difference = right - left
  return Math.abs(difference) <= ROUNDING * Math.max(Math.abs(left), Math.abs(right)) ? 0 : difference
}
