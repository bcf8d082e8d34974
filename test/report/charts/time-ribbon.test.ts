import { describe, expect, it } from 'vitest'
import { curvesOf, type RunCurves, ribbonsOf, timeScaleOfRuns } from '../../../src/report/charts/run-curves.ts'
import { valueAt } from '../../../src/report/charts/steps.ts'
import { timeRibbon } from '../../../src/report/charts/time-ribbon.ts'
import { timeScale } from '../../../src/report/charts/time-scale.ts'
import type { RunResult, Steps } from '../../../src/sim/result.ts'
import { playOne } from '../shipped.ts'

const NONE: Steps = { atMs: [], values: [] }
const MINUTE = 60_000

/** Run k of n: k instances are unhealthy from minute 10 to minute 20. */
const spell = (count: number): RunCurves => ({
  durationMs: 30 * MINUTE,
  busyMs: Array.from({ length: 30 }, (_, i) => i * MINUTE),
  serving: NONE,
  unhealthy: { atMs: [0, 10 * MINUTE, 20 * MINUTE], values: [0, count, 0] },
  changed: NONE,
  demand: [],
})
const hundred = Array.from({ length: 100 }, (_, k) => spell(k + 1))

/** Instances that exist at a moment and hold what no instance of their set held at the start, counted one by one. */
function changedAt(result: RunResult, atMs: number): number {
  const held = (index: number, at: number) => {
    const { createdAtMs, deletedAtMs, scaleSet } = result.instances[index]!
    if (createdAtMs > at || (deletedAtMs !== null && deletedAtMs <= at)) return null
    const span = result.series!.versions[index]!.spans.findLast(({ fromMs }) => fromMs <= at)
    return span === undefined ? null : `${scaleSet} ${span.image} ${span.modelVersion}`
  }
  const former = new Set(result.instances.map(({ index }) => held(index, 0)))
  return result.instances.filter(({ index }) => !former.has(held(index, atMs)) && held(index, atMs) !== null).length
}

describe('ribbons of many runs over time', () => {
  it('at each moment, what 5, 25, 50, 75 and 95 of 100 runs do not exceed', () => {
    const time = timeScaleOfRuns(hundred)
    const [ribbon, ...others] = ribbonsOf(hundred, time)
    expect(others).toEqual([])
    expect(ribbon!.title).toBe('Unhealthy instances')
    const at = (minute: number) => ribbon!.percentiles.map((steps) => valueAt(steps, minute * MINUTE))
    expect([at(5), at(15), at(25)]).toEqual([
      [0, 0, 0, 0, 0],
      [5, 25, 50, 75, 95],
      [0, 0, 0, 0, 0],
    ])
  })

  it('the percentiles are those of 100, however many runs there are', () => {
    const many = Array.from({ length: 500 }, (_, k) => spell(k + 1))
    const [ribbon] = ribbonsOf(many, timeScaleOfRuns(many))
    expect(ribbon!.percentiles.map((steps) => valueAt(steps, 15 * MINUTE))).toEqual([25, 125, 250, 375, 475])
  })

  it('is drawn as two bands and the median', () => {
    const time = timeScale({ durationMs: 30 * MINUTE, busyMs: [], width: 214, left: 100, folds: false })
    const svg = timeRibbon(ribbonsOf(hundred, time)[0]!, { time })
    expect(svg.match(/<path class="(?:band|median)"[^>]*>/g)).toMatchInlineSnapshot(`
      [
        "<path class="band" d="M100,114L134,114L134,10L168,10L168,114L200,114L200,114L200,114L200,114L168,114L168,108.5L134,108.5L134,114L100,114Z"/>",
        "<path class="band" d="M100,114L134,114L134,31.9L168,31.9L168,114L200,114L200,114L200,114L200,114L168,114L168,86.6L134,86.6L134,114L100,114Z"/>",
        "<path class="median" d="M100,114L134,114L134,59.3L168,59.3L168,114L200,114L200,114"/>",
      ]
    `)
    expect(svg).toContain('at most 50 in half of the runs, at most 95 in 95 of 100')
  })

  it('a stretch in which nothing happens in any run is folded, and no other', () => {
    const longer = (run: RunCurves, busyMs: readonly number[]): RunCurves => ({
      ...run,
      durationMs: 600 * MINUTE,
      busyMs,
    })
    const [first, second] = [longer(spell(1), [MINUTE]), longer(spell(2), [400 * MINUTE])]
    expect(timeScaleOfRuns([first]).folds).toHaveLength(1)
    const { folds } = timeScaleOfRuns([first, second])
    expect(folds).toHaveLength(2)
    expect(folds.some(({ fromMs, toMs }) => fromMs <= 400 * MINUTE && 400 * MINUTE <= toMs)).toBe(false)
  })

  it.each([
    'payments-after.yaml',
    'mass-create.yaml',
    'payments-before.yaml',
    'lab/7-whole-lab.yaml',
    'living/surge-falls-back.yaml',
    'lab/6-repair.yaml',
  ])('how far a change has spread is what one counts instance by instance: %s', (name) => {
    const { result } = playOne(`scenarios/${name}`)
    const { changed, durationMs } = curvesOf(result)
    const moments = Array.from({ length: 60 }, (_, i) => Math.floor((durationMs * i) / 60))
    expect(moments.map((at) => valueAt(changed, at) ?? 0)).toEqual(moments.map((at) => changedAt(result, at)))
  })

  it('requests without capacity are what the demand is above it', () => {
    const { result } = playOne('scenarios/payments-before.yaml')
    const { level, capacity } = result.series!.demand[0]!
    const [demand] = curvesOf(result).demand
    const moments = [...level.atMs, ...capacity.atMs]
    const missing = moments.map((at) => Math.max(0, valueAt(level, at)! - valueAt(capacity, at)!))
    expect(Math.max(...missing)).toBeGreaterThan(0)
    expect(moments.map((at) => valueAt(demand!.missing, at))).toEqual(missing)
  })
})
