import { isPlayedMetric } from '../../model/autoscale/setting.ts'
import { type Instance, LIFE } from '../instance.ts'
import type { Grain, MetricSource } from '../metrics.ts'
import type { Run } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { LoadHistory } from './load-history.ts'

const MINUTE_MS = 60_000

/** How many of a set served, and how many had a guest that reports, from a moment on. */
interface Point {
  readonly atMs: number
  readonly serving: number
  readonly reporting: number
}

/**
 * Percentage CPU under a demand that never changes. All who serve, of whichever set, share it evenly: an instance that takes
 * all of `perInstance` is at 100 %. One whose guest is up and that does not serve yet (or any more) reports 0 %; one that is
 * stopped, being created or deleted reports nothing (AS-44). A sample a minute, of the end of that minute.
 *
 *   1200 requests a second, 60 each, 24 serving -> 20 / 24 = 83.3 %.
 */
export class ConstantDemand implements MetricSource, LoadHistory {
  private readonly run: Run
  private readonly points: Point[][]

  constructor(run: Run) {
    this.run = run
    this.points = run.sets.map(() => [{ atMs: 0, serving: 0, reporting: 0 }])
    // Nobody else asks for metrics.
    if (run.scenario.autoscaleSettings.some(({ enabled }) => enabled))
      run.facts.looksDifferent.push(({ set }) => this.look(set))
  }

  knows(metricName: string): boolean {
    return this.run.scenario.world.demand !== undefined && isPlayedMetric(metricName)
  }

  private look(set: ScaleSetState): void {
    const points = this.points[set.index]!
    const { nowMs } = this.run
    const serving = count(set, (instance) => instance.serving)
    const reporting = count(set, ({ life }) => life >= LIFE.applicationStarting && life <= LIFE.serving)
    const last = points[points.length - 1]!
    if (last.serving === serving && last.reporting === reporting) return
    // Of several looks within one instant the last one stays.
    if (last.atMs === nowMs) points.pop()
    points.push({ atMs: nowMs, serving, reporting })
  }

  grains(setIndex: number, metricName: string, fromMs: number, toMs: number, grainMs: number): readonly Grain[] {
    if (!this.knows(metricName)) return []
    const grains: Grain[] = []
    const lastMs = Math.floor(toMs / grainMs) * grainMs
    for (let atMs = lastMs - (toMs - fromMs); atMs < lastMs; atMs += grainMs) {
      const grain = this.grain(setIndex, atMs, grainMs)
      if (grain.count > 0) grains.push(grain)
    }
    return grains
  }

  /** A grain as its one-minute samples make it up; `count` 0: nobody reported. */
  private grain(setIndex: number, atMs: number, grainMs: number): Grain {
    let total = 0
    let samples = 0
    let minimum = Number.POSITIVE_INFINITY
    let maximum = 0
    for (let endMs = atMs + MINUTE_MS; endMs <= atMs + grainMs; endMs += MINUTE_MS) {
      const { serving, reporting } = this.pointAt(setIndex, endMs)
      if (reporting === 0) continue
      const percent = this.percentAt(endMs)
      total += serving * percent
      samples += reporting
      minimum = Math.min(minimum, serving < reporting ? 0 : percent)
      maximum = Math.max(maximum, serving === 0 ? 0 : percent)
    }
    return { atMs, average: samples === 0 ? 0 : total / samples, minimum, maximum, total, count: samples }
  }

  /** CPU of whoever serves at that moment. */
  private percentAt(atMs: number): number {
    const { requestsPerSecond, perInstance } = this.run.scenario.world.demand!
    let serving = 0
    for (const set of this.run.sets) serving += this.pointAt(set.index, atMs).serving
    return serving === 0 ? 0 : Math.min(1, requestsPerSecond / (serving * perInstance)) * 100
  }

  /** What held right before the moment; before time 0 it was as at time 0 (design §5a 2). */
  private pointAt(setIndex: number, atMs: number): Point {
    const points = this.points[setIndex]!
    let low = 0
    let high = points.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (points[middle]!.atMs < atMs) low = middle + 1
      else high = middle
    }
    return points[Math.max(0, low - 1)]!
  }

  /** Each set has the share of its declared capacity, whoever serves. AS-51. */
  total(setIndex: number, metricName: string): number | null {
    if (!this.knows(metricName)) return null
    const { requestsPerSecond, perInstance } = this.run.scenario.world.demand!
    const capacities = this.run.sets.map(({ declared }) => declared.model.sku.capacity)
    const all = capacities.reduce((sum, capacity) => sum + capacity, 0)
    return all === 0 ? 0 : ((requestsPerSecond / perInstance) * 100 * capacities[setIndex]!) / all
  }
}

const count = (set: ScaleSetState, test: (instance: Instance) => boolean): number => {
  let found = 0
  for (const instance of set.instances) if (test(instance)) found++
  return found
}
