import { isQueueLength, memoryReading } from '../../model/autoscale/setting.ts'
import { plannedLevel } from '../../model/demand-level.ts'
import type { LoadHistory } from '../autoscale/load-history.ts'
import { type Instance, LIFE } from '../instance.ts'
import type { Grain, MetricSource } from '../metrics.ts'
import type { Run } from '../run.ts'
import type { DemandFlow } from './demand.ts'
import { backlogAfter, utilization } from './pool.ts'

const MINUTE_MS = 60_000
/** A window reaches back 12 hours and the lag at most. */
const KEPT_MS = 13 * 60 * MINUTE_MS
/** Points after which it is worth looking for some that nobody asks for any more. */
const TRIM_AT = 4096

/** How many of a set served, and how many had a guest that reports, from a moment on. */
interface SetPoint {
  readonly atMs: number
  readonly serving: number
  readonly reporting: number
}

/** What a pool was like from a moment on. */
interface PoolPoint {
  readonly atMs: number
  readonly level: number
  readonly capacity: number
  readonly backlog: number
}

type Kind = 'cpu' | 'memoryUsed' | 'memoryAvailable' | 'queue'

/**
 * What Azure Monitor shows of scale sets, from the demand and from who serves it. All who share a demand work alike: at
 * `perInstance` requests an instance is at its full CPU. One whose guest is up and that does not serve reports idle; one that is
 * stopped, being created or deleted reports nothing (AS-44). A sample a minute, of the end of that minute; before time 0
 * everything was as at time 0.
 *
 *   1200 requests a second, 60 each, 24 serving -> 20 / 24 = 83.3 %.
 */
export class DemandMetrics implements MetricSource, LoadHistory {
  private readonly run: Run
  private readonly flow: DemandFlow
  private readonly setPoints: SetPoint[][]
  private readonly poolPoints: PoolPoint[][]
  /** By instance index: 1 serving, 2 reporting. */
  private readonly seen: number[] = []

  constructor(run: Run, flow: DemandFlow) {
    this.run = run
    this.flow = flow
    this.setPoints = run.sets.map(() => [{ atMs: 0, serving: 0, reporting: 0 }])
    this.poolPoints = flow.states.map(({ pool }) => [{ atMs: 0, level: pool.level, capacity: 0, backlog: 0 }])
    // Nobody else asks for metrics.
    if (!run.scenario.autoscaleSettings.some(({ enabled }) => enabled)) return
    run.facts.looksDifferent.push((instance) => this.look(instance))
    flow.onChange.push(({ index, pool }) => {
      const { level, capacity, backlog } = pool
      append(this.poolPoints[index]!, { atMs: run.nowMs, level, capacity, backlog })
    })
  }

  private look(instance: Instance): void {
    const { life, serving, set, index } = instance
    const isReporting = life >= LIFE.applicationStarting && life <= LIFE.serving
    const now = (serving ? 1 : 0) | (isReporting ? 2 : 0)
    const before = this.seen[index] ?? 0
    if (now === before) return
    this.seen[index] = now
    const points = this.setPoints[set.index]!
    const last = points[points.length - 1]!
    append(points, {
      atMs: this.run.nowMs,
      serving: last.serving + (now & 1) - (before & 1),
      reporting: last.reporting + (now >> 1) - (before >> 1),
    })
  }

  private stateOf(setIndex: number) {
    const { name } = this.run.sets[setIndex]!
    return this.flow.states.find(({ demand }) => demand.scaleSets.includes(name))
  }

  private kindOf(setIndex: number, metricName: string): Kind | null {
    const state = this.stateOf(setIndex)
    if (state === undefined) return null
    if (metricName.toLowerCase() === 'percentage cpu') return 'cpu'
    if (isQueueLength(metricName)) return state.demand.queue ? 'queue' : null
    const reading = state.demand.memory === undefined ? null : memoryReading(metricName)
    return reading === null ? null : reading === 'used' ? 'memoryUsed' : 'memoryAvailable'
  }

  knows(setIndex: number, metricName: string): boolean {
    return this.kindOf(setIndex, metricName) !== null
  }

  grains(setIndex: number, metricName: string, fromMs: number, toMs: number, grainMs: number): readonly Grain[] {
    const kind = this.kindOf(setIndex, metricName)
    if (kind === null) return []
    const grains: Grain[] = []
    const lastMs = Math.floor(toMs / grainMs) * grainMs
    for (let atMs = lastMs - (toMs - fromMs); atMs < lastMs; atMs += grainMs) {
      const grain = this.grain(setIndex, kind, atMs, grainMs)
      if (grain.count > 0) grains.push(grain)
    }
    return grains
  }

  /** A grain as its one-minute samples make it up; `count` 0: nobody reported. */
  private grain(setIndex: number, kind: Kind, atMs: number, grainMs: number): Grain {
    const state = this.stateOf(setIndex)!
    const { demand, pool, index } = state
    const { idle, atFull } = kind === 'cpu' ? demand.cpu : (demand.memory ?? demand.cpu)
    const percentOf = (load: number) => {
      const used = idle + (atFull - idle) * load
      return kind === 'memoryAvailable' ? 100 - used : used
    }
    let total = 0
    let samples = 0
    let minimum = Number.POSITIVE_INFINITY
    let maximum = Number.NEGATIVE_INFINITY
    for (let endMs = atMs + MINUTE_MS; endMs <= atMs + grainMs; endMs += MINUTE_MS) {
      const point = pointAt(this.poolPoints[index]!, endMs)
      const seconds = Math.max(0, endMs - point.atMs) / 1000
      if (kind === 'queue') {
        const length = endMs <= 0 ? 0 : backlogAfter(point, seconds)
        total += length
        samples += 1
        minimum = Math.min(minimum, length)
        maximum = Math.max(maximum, length)
        continue
      }
      const { serving, reporting } = pointAt(this.setPoints[setIndex]!, endMs)
      if (reporting === 0) continue
      const busy = percentOf(utilization(point, pool.isQueue, endMs <= 0 ? 0 : seconds))
      const still = percentOf(0)
      total += serving * busy + (reporting - serving) * still
      samples += reporting
      const values = [...(serving > 0 ? [busy] : []), ...(serving < reporting ? [still] : [])]
      minimum = Math.min(minimum, ...values)
      maximum = Math.max(maximum, ...values)
    }
    return { atMs, average: samples === 0 ? 0 : total / samples, minimum, maximum, total, count: samples }
  }

  /**
   * Sum of the CPU of the set as the demand has it, noise and whoever serves aside, for predictive autoscale: each of several
   * sets has the share of its declared capacity. AS-51.
   */
  total(setIndex: number, metricName: string, atMs: number): number | null {
    const { run } = this
    const state = this.stateOf(setIndex)
    if (state === undefined || this.kindOf(setIndex, metricName) !== 'cpu') return null
    const { demand } = state
    const capacityOf = (index: number) => run.sets[index]!.declared.model.sku.capacity
    const all = run.sets
      .filter(({ name }) => demand.scaleSets.includes(name))
      .reduce((sum, { index }) => sum + capacityOf(index), 0)
    if (all === 0) return 0
    const level = plannedLevel(demand, atMs, run.assumptions.demandStep)
    const share = capacityOf(setIndex) / all
    const { idle, atFull } = demand.cpu
    return ((level / demand.perInstance) * (atFull - idle) + idle * all) * share
  }
}

/** What held right before the moment; of several points within one instant the last one stays. */
function append<T extends { readonly atMs: number }>(points: T[], point: T): void {
  if (points[points.length - 1]!.atMs === point.atMs) points.pop()
  points.push(point)
  if (points.length < TRIM_AT) return
  const old = points.findIndex(({ atMs }) => atMs > point.atMs - KEPT_MS)
  // The last of the old ones still tells what held then.
  if (old > points.length / 2) points.splice(0, old - 1)
}

function pointAt<T extends { readonly atMs: number }>(points: readonly T[], atMs: number): T {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.atMs < atMs) low = middle + 1
    else high = middle
  }
  return points[Math.max(0, low - 1)]!
}
