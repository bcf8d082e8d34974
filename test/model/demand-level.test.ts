import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Demand, SHAPE_PRESETS } from '../../src/model/demand.ts'
import { nextChangeMs, plannedLevel, shapeFactor, spikeFactor, traceLevel } from '../../src/model/demand-level.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const demandOf = (more: Partial<Demand>): Demand => ({
  scaleSets: ['vmss'],
  isOwn: false,
  base: { requestsPerSecond: 1000 },
  perInstance: 10,
  steps: [],
  spikes: [],
  cpu: { idle: 0, atFull: 100 },
  queue: false,
  ...more,
})

describe('a shape', () => {
  const own = {
    points: [
      { atMs: HOUR, factor: 1 },
      { atMs: 3 * HOUR, factor: 2 },
    ],
  }

  it('is linear between its points, and the first and last hold outside', () => {
    const at = (hours: number) => shapeFactor(own, hours * HOUR)
    expect([0, 1, 2, 2.5, 3, 9].map(at)).toEqual([1, 1, 1.5, 1.75, 2, 2])
  })

  it('goes on from the last point to the first where it repeats, also before the run', () => {
    const at = (hours: number) => shapeFactor({ ...own, repeatMs: 4 * HOUR }, hours * HOUR)
    expect([3, 3.5, 4, 4.5, 5].map(at)).toEqual([2, 1.75, 1.5, 1.25, 1])
    expect(at(-2)).toBe(at(2))
    expect(at(-2.5)).toBe(at(1.5))
  })

  it('daily is quiet at night, and weekly is the same with a weekend', () => {
    const { daily, weekly } = SHAPE_PRESETS
    expect([3, 9, 13].map((hour) => shapeFactor(daily, hour * HOUR))).toEqual([0.2, 1, 1])
    expect(shapeFactor(daily, 7.5 * HOUR)).toBeCloseTo(0.75, 9)
    expect(shapeFactor(weekly, 9 * HOUR)).toBe(1)
    expect(shapeFactor(weekly, (5 * 24 + 9) * HOUR)).toBe(0.5)
  })
})

describe('steps, spikes and traces', () => {
  it('a spike rises, holds and falls', () => {
    const spike = { atMs: HOUR, factor: 5, riseMs: 10 * MINUTE, holdMs: 20 * MINUTE, fallMs: 40 * MINUTE }
    const at = (minutes: number) => spikeFactor(spike, minutes * MINUTE)
    expect([59, 60, 65, 70, 89, 90, 110, 130].map(at)).toEqual([1, 1, 3, 5, 5, 5, 3, 1])
  })

  it('a trace holds each level until the next line', () => {
    const trace = [
      { atMs: HOUR, requestsPerSecond: 10 },
      { atMs: 2 * HOUR, requestsPerSecond: 30 },
    ]
    expect([0, 1, 1.9, 2, 99].map((hours) => traceLevel(trace, hours * HOUR))).toEqual([10, 10, 10, 30, 30])
  })

  it('multiply: 1,000 in a step of 1.5 under a spike of 4 are 6,000', () => {
    const demand = demandOf({
      steps: [{ atMs: HOUR, factor: 1.5, forMs: HOUR }],
      spikes: [{ atMs: 90 * MINUTE, factor: 4, riseMs: 0, holdMs: 10 * MINUTE, fallMs: 0 }],
    })
    const at = (minutes: number) => plannedLevel(demand, minutes * MINUTE, MINUTE)
    expect([59, 60, 89, 90, 99, 100, 120].map(at)).toEqual([1000, 1500, 1500, 6000, 6000, 1500, 1000])
  })

  it('what moves smoothly is held over a step, at its middle', () => {
    const demand = demandOf({
      shape: {
        points: [
          { atMs: 0, factor: 0 },
          { atMs: HOUR, factor: 1 },
        ],
      },
    })
    const at = (ms: number) => plannedLevel(demand, ms, MINUTE)
    expect(at(0)).toBeCloseTo(1000 / 120, 9)
    expect(at(59_999)).toBe(at(0))
    expect(at(60_000)).toBeCloseTo(3000 / 120, 9)
  })
})

describe('the next change', () => {
  const moments = fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE + 30_000)
  const demands = fc.record({
    steps: fc.array(fc.record({ atMs: moments, factor: fc.constantFrom(0, 0.5, 2), forMs: moments }), { maxLength: 3 }),
    spikes: fc.array(
      fc.record({ atMs: moments, factor: fc.constantFrom(0.5, 3), riseMs: moments, holdMs: moments, fallMs: moments }),
      { maxLength: 2 },
    ),
  })

  it('never comes after the level has changed: between two of them it is constant', () =>
    fc.assert(
      fc.property(demands, fc.boolean(), (moving, isShaped) => {
        const demand = demandOf({ ...moving, ...(isShaped ? { shape: SHAPE_PRESETS.daily } : {}) })
        let now = 0
        for (let i = 0; i < 40 && now < 8 * HOUR; i++) {
          const next = Math.min(nextChangeMs(demand, now, MINUTE), 8 * HOUR)
          const level = plannedLevel(demand, now, MINUTE)
          for (const share of [0.01, 0.37, 0.99])
            expect(plannedLevel(demand, now + Math.floor((next - now) * share), MINUTE)).toBe(level)
          expect(next).toBeGreaterThan(now)
          now = next
        }
      }),
    ))

  it('of a constant demand there is none', () => {
    expect(nextChangeMs(demandOf({}), 0, MINUTE)).toBe(Number.POSITIVE_INFINITY)
  })
})
