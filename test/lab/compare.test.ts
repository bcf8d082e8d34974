import { describe, expect, it } from 'vitest'
import { betterOf, comparePairs } from '../../src/lab/compare.ts'
import type { CampaignRecord } from '../../src/lab/record.ts'

const recordOf = (name: string, values: readonly (number | null)[]): CampaignRecord => ({
  scenario: 's',
  title: null,
  file: 's.yaml',
  case: null,
  durationMs: 0,
  seeds: { fromSeed: 1, runs: values.length },
  measures: [{ name, isDuration: false }],
  expectations: [],
  findings: [],
  samples: values.map((value, index) => ({ seed: index + 1, values: [value], statuses: [], checks: [] })),
})
const compared = (name: string, a: readonly (number | null)[], b: readonly (number | null)[]) =>
  comparePairs(recordOf(name, a), recordOf(name, b))[0]!

describe('a paired comparison', () => {
  it('takes the mean of the differences, with the interval of the pairs', () => {
    // Differences 1, 2, 3: mean 2, t = 4.303, half 2.484. Apart: twice 1 and 2 standard deviations.
    const measure = compared('cost.surgeHours', [10, 20, 30], [11, 22, 33])
    expect(measure).toMatchObject({ pairs: 3, a: 20, b: 22, better: 'less', equal: 0 })
    expect(measure.difference).toEqual({
      value: 2,
      interval: { low: expect.closeTo(-0.484, 2), high: expect.closeTo(4.484, 2) },
    })
    // hypot(10, 11) / 1
    expect(measure.narrowing).toBeCloseTo(Math.hypot(10, 11), 6)
    expect(measure.bIsBetter!.value).toBe(0)
  })

  it('leaves out pairs without a sample, and finds pairs by their seed', () => {
    const a = recordOf('timeToHalt', [5, null, 7])
    const b = recordOf('timeToHalt', [4, 3, 9])
    const [measure] = comparePairs(a, { ...b, samples: [...b.samples].reverse() })
    expect(measure).toMatchObject({ pairs: 2, a: 6, b: 6.5, difference: { value: 0.5 } })
  })

  it('a constant difference has no width to narrow', () => {
    expect(compared('blastRadius.percent', [20, 20, 40], [10, 10, 30])).toMatchObject({
      difference: { value: -10, interval: { low: -10, high: -10 } },
      narrowing: null,
      bIsBetter: { value: 1 },
    })
  })

  it('takes what is left of rounding for no difference', () => {
    const sum = 0.1 + 0.2
    expect(compared('demand.totalRequests', [sum, 1e9], [0.3, 1e9 + 1e-4])).toMatchObject({
      difference: { value: 0 },
      narrowing: null,
      equal: 1,
    })
    expect(compared('demand.totalRequests', [0], [1e-12])).toMatchObject({ equal: 0 })
  })

  it('counts who is better by what is better', () => {
    expect(compared('availability.minServing', [5, 5, 5, 5], [6, 4, 5, 7])).toMatchObject({
      bIsBetter: { value: 0.5 },
      equal: 0.25,
    })
    expect(compared('rollouts[0].batches', [5], [6]).bIsBetter).toBeNull()
    expect(betterOf('perScaleSet.web.availability.minServingPercent')).toBe('more')
    expect(betterOf('demand.unservedPercent')).toBe('less')
  })
})
