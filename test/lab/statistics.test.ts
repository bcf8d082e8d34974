import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mean, measuredMean, quantile, quantileInterval, rate, sorted } from '../../src/lab/statistics.ts'
import { RandomStreams } from '../../src/sim/kernel/random.ts'

const stream = new RandomStreams(7).stream('statistics')
const draws = (from: number, n: number) => sorted(Array.from({ length: n }, (_, i) => stream.uniform(from + i, 0)))

describe('quantile', () => {
  it.each([
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.95, 4],
    [[5], 0.01, 5],
    [[1, 2, 3, 4, 5], 0.2, 1],
    [Array.from({ length: 20 }, (_, i) => i + 1), 0.95, 19],
    [Array.from({ length: 100 }, (_, i) => i + 1), 0.99, 99],
  ])('of %j at %d is %d', (samples, p, value) => expect(quantile(sorted(samples), p)).toBe(value))

  it('is the smallest sample with a share p at or below it', () =>
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const found = quantile(sorted(values), percent / 100)
        const share = (limit: number) => values.filter((value) => value <= limit).length * 100
        expect(share(found)).toBeGreaterThanOrEqual(percent * values.length)
        const below = values.filter((value) => value < found)
        if (below.length > 0) expect(share(Math.max(...below))).toBeLessThan(percent * values.length)
      }),
    ))
})

describe('intervals', () => {
  it('of a quantile need enough runs: p99 has no upper end below 368 of them', () => {
    expect(quantileInterval(draws(0, 367), 0.99).high).toBeNull()
    expect(quantileInterval(draws(0, 368), 0.99).high).not.toBeNull()
    expect(quantileInterval(draws(0, 5), 0.5)).toEqual({ low: null, high: null })
    // n = 6: from the first to the last sample the median is covered at 1 - 2 / 64.
    const six = draws(0, 6)
    expect(quantileInterval(six, 0.5)).toEqual({ low: six[0], high: six[5] })
  })

  it('of a rate: 0 of 59 may still be 6 %, the textbook case', () => {
    expect(rate(0, 59).interval.high).toBeCloseTo(0.0606, 3)
    expect(rate(0, 59).interval.low).toBe(0)
    expect(rate(8, 10).interval).toEqual({ low: expect.closeTo(0.4439, 3), high: expect.closeTo(0.9748, 3) })
    expect(rate(10, 10)).toEqual({ value: 1, interval: { low: expect.closeTo(0.6915, 3), high: 1 } })
  })

  it('of a mean: five values, t = 2.776', () => {
    expect(mean([1, 2, 3, 4, 5])).toEqual({
      value: 3,
      interval: { low: expect.closeTo(3 - 1.9633, 3), high: expect.closeTo(3 + 1.9633, 3) },
    })
    expect(mean([4])).toEqual({ value: 4, interval: { low: null, high: null } })
    expect(mean([4, 4])).toEqual({ value: 4, interval: { low: 4, high: 4 } })
  })

  it('of a mean of what is measured: none of it below zero, and nothing else changed', () => {
    const few = [0, 0, 9]
    expect(mean(few).interval.low).toBeLessThan(0)
    expect(measuredMean(few)).toEqual({ value: 3, interval: { low: 0, high: mean(few).interval.high } })
    expect(measuredMean([1, 2, 3, 4, 5])).toEqual(mean([1, 2, 3, 4, 5]))
    expect(measuredMean([4])).toEqual(mean([4]))
  })

  it('cover the true value at the stated rate, on uniform numbers whose truth is known', () => {
    const campaigns = 2000
    const covered = { mean: 0, p50: 0, p95: 0, rate: 0 }
    const within = ({ low, high }: { low: number | null; high: number | null }, truth: number) =>
      (low === null || low <= truth) && (high === null || truth <= high) ? 1 : 0
    for (let i = 0; i < campaigns; i++) {
      const samples = draws(i * 100, 100)
      covered.mean += within(mean(samples).interval, 0.5)
      covered.p50 += within(quantileInterval(samples, 0.5), 0.5)
      covered.p95 += within(quantileInterval(samples, 0.95), 0.95)
      covered.rate += within(rate(samples.filter((value) => value < 0.1).length, 100).interval, 0.1)
    }
    // Within four standard errors below 95 %; the exact ones may lie above.
    const least = 0.95 - 4 * Math.sqrt((0.95 * 0.05) / campaigns)
    for (const [name, count] of Object.entries(covered)) expect(count / campaigns, name).toBeGreaterThan(least)
    expect(covered.mean / campaigns).toBeLessThan(0.95 + 4 * Math.sqrt((0.95 * 0.05) / campaigns))
  })
})
