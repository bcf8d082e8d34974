import type { AutoscaleEvent } from '../../../src/sim/autoscale/history.ts'
import type { Grain, MetricSource } from '../../../src/sim/metrics.ts'
import type { RunResult } from '../../../src/sim/result.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { scenarioOf, type World } from '../play.ts'

export const MINUTE = 60_000

/** Value of a metric for one instance in the minute that begins at `atMs`; null: nobody reports. */
export type MetricAt = (atMs: number, metricName: string) => number | null

/** Metrics that a test gives, the same for every instance. */
export function given(valueAt: MetricAt): MetricSource {
  return {
    grains: (_set, metricName, fromMs, toMs, grainMs) => {
      const grains: Grain[] = []
      const lastMs = Math.floor(toMs / grainMs) * grainMs
      for (let atMs = lastMs - (toMs - fromMs); atMs < lastMs; atMs += grainMs) {
        const value = valueAt(atMs, metricName)
        if (value !== null)
          grains.push({ atMs, average: value, minimum: value, maximum: value, total: value, count: 1 })
      }
      return grains
    },
  }
}

export interface AutoscaleWorld extends World {
  /** Profiles of the one setting. */
  profiles?: Record<string, unknown>[]
  rules?: Record<string, unknown>[]
  counts?: { minimum: number; maximum: number; default?: number }
  setting?: Record<string, unknown>
  metric?: MetricAt
  /** CPU summed over the instances, at any moment: what a forecast is made of. */
  load?: (atMs: number) => number | null
}

/** A rule as a scenario writes it. */
export const rule = (
  operator: 'GreaterThan' | 'LessThan',
  threshold: number,
  direction: 'Increase' | 'Decrease' | 'None',
  more: { metric?: Record<string, unknown>; action?: Record<string, unknown> } = {},
): Record<string, unknown> => ({
  metricTrigger: { metricName: 'Percentage CPU', timeWindow: 'PT5M', operator, threshold, ...more.metric },
  scaleAction: { direction, cooldown: 'PT5M', ...more.action },
})

export const OUT = rule('GreaterThan', 70, 'Increase')
export const IN = rule('LessThan', 30, 'Decrease')

/** A set `vmss` under an autoscale setting `scale`, without health source and without an upgrade, unless told otherwise. */
export function playAutoscale(world: AutoscaleWorld): RunResult {
  const { profiles, rules = [OUT, IN], counts = { minimum: 1, maximum: 10 }, setting, metric, load, ...rest } = world
  const scenario = scenarioOf({
    mode: 'Manual',
    timeline: [],
    duration: 'PT2H',
    probe: null,
    azure: {
      autoscaleSettings: {
        scale: { profiles: profiles ?? [{ name: 'default', capacity: counts, rules }], ...setting },
      },
    },
    ...rest,
  })
  return simulate(scenario, {
    keepTrace: true,
    ...(metric ? { metrics: () => given(metric) } : {}),
    ...(load ? { load: { total: (_set, _metric, atMs) => load(atMs) } } : {}),
  })
}

/** `[minute, from, to]` of every change, minutes cut. */
export const changes = (run: RunResult): [number, number, number][] =>
  run.autoscaleHistory
    .filter(({ event }) => event === 'AutoscaleAction')
    .map((event) => [Math.floor(event.atMs / MINUTE), event.currentInstanceCount, event.newInstanceCount])

export const events = (run: RunResult, name: AutoscaleEvent['event']): AutoscaleEvent[] =>
  run.autoscaleHistory.filter(({ event }) => event === name)

/** Instances that are there at the end. */
export const present = (run: RunResult): number[] =>
  run.instances.filter(({ deletedAtMs }) => deletedAtMs === null).map(({ number }) => number)
