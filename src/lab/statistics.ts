import jstat from 'jstat'

const { jStat } = jstat

/** Both ends belong to it. `null`: too few runs to say. */
export interface Interval {
  readonly low: number | null
  readonly high: number | null
}

/** A number estimated from runs, with the interval that covers the true value at the stated confidence. */
export interface Estimate {
  readonly value: number
  readonly interval: Interval
}

export const CONFIDENCE = 0.95

/** Sorted, ascending, in place of the given array; a measure without a sample does not belong in it. */
export const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

/**
 * The quantile as the smallest sample at or below which a share `p` of all lies (nearest rank): a value that really
 * occurred. Of 1, 2, 3, 4 the median is 2 and p95 is 4. The samples must be sorted and at least one.
 */
export function quantile(samples: ArrayLike<number>, p: number): number {
  // 0.95 * 20 is 19.000000000000004 in some orders of multiplication: a rank is whole.
  const rank = Math.ceil(Number((p * samples.length).toPrecision(12)))
  return samples[Math.min(samples.length, Math.max(1, rank)) - 1]!
}

/**
 * Interval of a quantile from the order statistics: the number of samples below the true quantile is binomial, whatever the
 * distribution, so the interval covers it with at least the stated confidence. An end that would need more runs is null.
 */
export function quantileInterval(samples: ArrayLike<number>, p: number, confidence = CONFIDENCE): Interval {
  const n = samples.length
  const tail = (1 - confidence) / 2
  // Largest l with P(B <= l - 1) <= tail, smallest u with P(B <= u - 1) >= 1 - tail, for B ~ Binomial(n, p).
  const below = (k: number) => (k < 0 ? 0 : k >= n ? 1 : jStat.binomial.cdf(k, n, p))
  const lower = lastWhere(0, n, (l) => l === 0 || below(l - 1) <= tail)
  const upper = lastWhere(0, n + 1, (u) => u === 0 || below(u - 2) < 1 - tail)
  return {
    low: lower >= 1 ? samples[lower - 1]! : null,
    high: upper <= n ? samples[upper - 1]! : null,
  }
}

/** The last of from..to for which the test, true up to some point and false from there on, is true. */
function lastWhere(from: number, to: number, test: (value: number) => boolean): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (test(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/** Mean with Student's t interval; one run says nothing about the spread. */
export function mean(samples: ArrayLike<number>, confidence = CONFIDENCE): Estimate {
  const n = samples.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += samples[i]!
  const value = sum / n
  if (n < 2) return { value, interval: { low: null, high: null } }
  let squares = 0
  for (let i = 0; i < n; i++) squares += (samples[i]! - value) ** 2
  if (squares === 0) return { value, interval: { low: value, high: value } }
  const half = jStat.studentt.inv(1 - (1 - confidence) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n)
  return { value, interval: { low: value - half, high: value + half } }
}

/** The mean of a measure. Nothing that is measured is below zero, so what of Student's interval lies there says nothing. */
export function measuredMean(samples: ArrayLike<number>, confidence = CONFIDENCE): Estimate {
  const { value, interval } = mean(samples, confidence)
  const { low, high } = interval
  return { value, interval: { low: low === null ? null : Math.max(0, low), high } }
}

/** Share of runs, 0 to 1, with the interval of Clopper and Pearson: it covers the true share at least as often as stated. */
export function rate(hits: number, runs: number, confidence = CONFIDENCE): Estimate {
  if (runs === 0) return { value: Number.NaN, interval: { low: null, high: null } }
  const tail = (1 - confidence) / 2
  return {
    value: hits / runs,
    interval: {
      low: hits === 0 ? 0 : jStat.beta.inv(tail, hits, runs - hits + 1),
      high: hits === runs ? 1 : jStat.beta.inv(1 - tail, hits + 1, runs - hits),
    },
  }
}
