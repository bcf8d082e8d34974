import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constant, type Distribution } from '../../src/model/distribution.ts'
import { compileDistribution } from '../../src/sim/distribution.ts'
import { RandomStreams, type Stream } from '../../src/sim/kernel/random.ts'

const timeMaxMs = 2 ** 31 - 1
const stream = new RandomStreams(1).stream('distribution')
const lognormal = (p50Ms: number, p95Ms: number): Distribution => ({ kind: 'lognormal', p50Ms, p95Ms })
const uniform = (minMs: number, maxMs: number): Distribution => ({ kind: 'uniform', minMs, maxMs })
const exponential = (meanMs: number): Distribution => ({ kind: 'exponential', meanMs })
const samples = (...samplesMs: number[]): Distribution => ({ kind: 'samples', samplesMs })
const mixture = (...parts: [number, Distribution][]): Distribution => ({
  kind: 'mixture',
  parts: parts.map(([weight, of]) => ({ weight, of })),
})

/** A stream on which every draw is the same. */
const always = (u: number) => ({ uniform: () => u, uint32: () => Math.floor(u * 2 ** 32) }) as unknown as Stream
const lowest = always(2 ** -33)
const highest = always(1 - 2 ** -33)

const count = 40_000
/** Sorted values of the first 40,000 slots. */
function draw(d: Distribution, draw = 0): Float64Array {
  const sampler = compileDistribution(d)
  return Float64Array.from({ length: count }, (_, slot) => sampler.sample(stream, slot, draw)).sort()
}
const quantile = (sorted: Float64Array, p: number) => sorted[Math.floor(sorted.length * p)]!
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

const anyTime = fc.integer({ min: 1, max: timeMaxMs })
const anyDistribution: fc.Arbitrary<Distribution> = fc.letrec<{ any: Distribution }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyTime.map(constant),
    fc.tuple(anyTime, anyTime).map(([a, b]) => lognormal(Math.min(a, b), Math.max(a, b))),
    fc.tuple(anyTime, anyTime).map(([a, b]) => uniform(Math.min(a, b), Math.max(a, b))),
    anyTime.map(exponential),
    fc.array(anyTime, { minLength: 1, maxLength: 5 }).map((list) => samples(...list)),
    fc
      .array(fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), tie('any')), { minLength: 1, maxLength: 4 })
      .map((parts) => mixture(...parts)),
  ),
})).any

describe('compileDistribution', () => {
  it('gives whole milliseconds within the range of times, for every distribution and any luck', () =>
    fc.assert(
      fc.property(anyDistribution, fc.nat(1000), fc.nat(1000), (d, slot, number) => {
        const sampler = compileDistribution(d)
        for (const luck of [stream, lowest, highest]) {
          const ms = sampler.sample(luck, slot, number)
          expect(Number.isInteger(ms) && ms >= 0 && ms <= timeMaxMs).toBe(true)
          expect(sampler.sample(luck, slot, number)).toBe(ms)
          if (sampler.constantMs >= 0) expect(ms).toBe(sampler.constantMs)
        }
      }),
      { numRuns: 500 },
    ))

  it('lognormal has the quantiles that were asked for', () => {
    const values = draw(lognormal(90_000, 240_000))
    expect(quantile(values, 0.5) / 90_000).toBeCloseTo(1, 1)
    expect(quantile(values, 0.95) / 240_000).toBeCloseTo(1, 1)
    // Symmetric in the logarithm: p5 = p50^2 / p95.
    expect(quantile(values, 0.05) / (90_000 ** 2 / 240_000)).toBeCloseTo(1, 1)
    const exact = compileDistribution(lognormal(90_000, 240_000))
    expect(exact.sample(always(0.5), 0, 0)).toBe(90_000)
    expect(exact.sample(always(0.95), 0, 0)).toBe(240_000)
  })

  it('uniform reaches both ends and all between equally often', () => {
    const counts = new Map<number, number>()
    for (const ms of draw(uniform(3, 7))) counts.set(ms, (counts.get(ms) ?? 0) + 1)
    expect([...counts.keys()]).toEqual([3, 4, 5, 6, 7])
    // Standard deviation 80.
    for (const times of counts.values()) expect(Math.abs(times - count / 5)).toBeLessThan(400)
    const whole = compileDistribution(uniform(0, timeMaxMs))
    expect([whole.sample(lowest, 0, 0), whole.sample(highest, 0, 0)]).toEqual([0, timeMaxMs])
  })

  it('exponential has its mean and its median', () => {
    const values = draw(exponential(60_000))
    expect(mean(values) / 60_000).toBeCloseTo(1, 1)
    expect(quantile(values, 0.5) / (60_000 * Math.LN2)).toBeCloseTo(1, 1)
  })

  it('samples are picked equally often, repeated ones more often', () => {
    const values = draw(samples(5, 1, 5, 9))
    const share = (ms: number) => values.filter((value) => value === ms).length / count
    expect([share(1), share(5), share(9)].map((value) => Math.round(value * 100))).toEqual([25, 50, 25])
    const sampler = compileDistribution(samples(5, 1, 9))
    expect([0.1, 0.5, 0.9].map((u) => sampler.sample(always(u), 0, 0))).toEqual([5, 1, 9])
  })

  it('mixture picks by weight, independently of the value within the part', () => {
    const sampler = compileDistribution(mixture([3, uniform(0, 999)], [1, uniform(10_000, 10_999)]))
    let late = 0
    let lateAndHigh = 0
    let high = 0
    for (let slot = 0; slot < count; slot++) {
      const ms = sampler.sample(stream, slot, 0)
      if (ms >= 10_000) late++
      if (ms % 1000 >= 500) high++
      if (ms >= 10_500) lateAndHigh++
    }
    expect(late / count).toBeCloseTo(0.25, 1)
    expect(Math.abs(late - count / 4)).toBeLessThan(450)
    expect(Math.abs(high - count / 2)).toBeLessThan(500)
    expect(Math.abs(lateAndHigh - count / 8)).toBeLessThan(350)
  })

  it('a mixture of one part is that part, draw by draw; nested ones choose independently', () => {
    const plain = compileDistribution(uniform(0, 1_000_000))
    const wrapped = compileDistribution(mixture([2, mixture([5, uniform(0, 1_000_000)])], [0, constant(7)]))
    const counts = new Map<number, number>()
    const nested = compileDistribution(
      mixture([1, mixture([1, constant(1)], [1, constant(2)])], [1, mixture([1, constant(3)], [1, constant(4)])]),
    )
    for (let slot = 0; slot < count; slot++) {
      if (plain.sample(stream, slot, 3) !== wrapped.sample(stream, slot, 3)) throw new Error(`slot ${slot} differs`)
      const ms = nested.sample(stream, slot, 3)
      counts.set(ms, (counts.get(ms) ?? 0) + 1)
    }
    for (const times of counts.values()) expect(Math.abs(times - count / 4)).toBeLessThan(450)
    expect(counts.size).toBe(4)
  })

  it.each([
    { name: 'constant', d: constant(50_000), ms: 50_000 },
    { name: 'constant with a fraction', d: constant(0.5), ms: 1 },
    { name: 'lognormal with p95 = p50', d: lognormal(700, 700), ms: 700 },
    { name: 'lognormal of nothing', d: lognormal(0, 0), ms: 0 },
    { name: 'uniform with min = max', d: uniform(9, 9), ms: 9 },
    { name: 'exponential with mean 0', d: exponential(0), ms: 0 },
    { name: 'one sample', d: samples(4), ms: 4 },
    { name: 'equal samples', d: samples(4, 4, 4), ms: 4 },
    { name: 'mixture of equals', d: mixture([1, constant(8)], [3, samples(8)]), ms: 8 },
    { name: 'mixture whose other part never comes', d: mixture([1, constant(8)], [0, constant(9)]), ms: 8 },
    { name: 'lognormal', d: lognormal(1, 2), ms: -1 },
    { name: 'uniform', d: uniform(1, 2), ms: -1 },
    { name: 'exponential', d: exponential(1), ms: -1 },
    { name: 'samples', d: samples(1, 2), ms: -1 },
    { name: 'mixture', d: mixture([1, constant(8)], [1, constant(9)]), ms: -1 },
  ])('$name: constantMs $ms', ({ d, ms }) => {
    const sampler = compileDistribution(d)
    expect(sampler.constantMs).toBe(ms)
    if (ms >= 0) expect(sampler.sample(stream, 5, 6)).toBe(ms)
  })

  it.each([
    { name: 'p95 below p50', d: lognormal(5, 4), why: 'p95 must not lie below p50' },
    { name: 'p50 of 0', d: lognormal(0, 4), why: 'p50 of 0' },
    { name: 'max below min', d: uniform(5, 4), why: 'max must not lie below min' },
    { name: 'negative', d: constant(-1), why: 'got -1' },
    { name: 'not a number', d: exponential(Number.NaN), why: 'got NaN' },
    { name: 'beyond the range', d: samples(1, 2 ** 31), why: 'got 2147483648' },
    { name: 'no samples', d: samples(), why: 'must not be empty' },
    { name: 'no weight', d: mixture([0, constant(1)]), why: 'weight above 0' },
    { name: 'negative weight', d: mixture([-1, constant(1)]), why: 'got -1' },
  ])('rejects $name', ({ d, why }) => expect(() => compileDistribution(d)).toThrow(why))
})

describe('on the same luck', () => {
  const luck = fc.double({ min: 2 ** -33, max: 1 - 2 ** -33, noNaN: true }).map(always)
  const two = fc.tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: 10_000_000 }))
  const sampleOf = (d: Distribution, stream: Stream) => compileDistribution(d).sample(stream, 0, 0)

  it('more luck gives more time', () =>
    fc.assert(
      fc.property(anyTime, anyTime, luck, luck, (a, b, one, other) => {
        const [less, more] = one.uniform(0, 0) < other.uniform(0, 0) ? [one, other] : [other, one]
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        for (const d of [lognormal(low, high), uniform(low, high), exponential(a), samples(low, high)]) {
          expect(sampleOf(d, less)).toBeLessThanOrEqual(sampleOf(d, more))
        }
      }),
    ))

  it('a larger parameter gives no less time', () =>
    fc.assert(
      fc.property(two, two, luck, ([a, b], [c, d], same) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const more = high + c
        expect(sampleOf(exponential(low), same)).toBeLessThanOrEqual(sampleOf(exponential(high), same))
        expect(sampleOf(uniform(low, high), same)).toBeLessThanOrEqual(sampleOf(uniform(low, more), same))
        expect(sampleOf(uniform(low, more), same)).toBeLessThanOrEqual(sampleOf(uniform(high, more), same))
        // A wider lognormal moves values away from the median; both quantiles scaled alike move all up.
        const wide = sampleOf(lognormal(low, more), same) - sampleOf(lognormal(low, high), same)
        expect(wide * Math.sign(same.uniform(0, 0) - 0.5)).toBeGreaterThanOrEqual(0)
        const factor = 1 + (d % 5)
        expect(sampleOf(lognormal(low, high), same)).toBeLessThanOrEqual(
          sampleOf(lognormal(low * factor, high * factor), same),
        )
      }),
    ))
})
