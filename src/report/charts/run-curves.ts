import { quantile } from '../../lab/statistics.ts'
import type { RunResult, RunSeries, Steps, VersionLane } from '../../sim/result.ts'
import { busyTimes } from './from-result.ts'
import { NO_STEPS, running, sumOf, timesOf, valueAt } from './steps.ts'
import { RIBBON_PERCENTILES, type TimeRibbonData } from './time-ribbon.ts'
import { type TimeScale, timeScale } from './time-scale.ts'

/** What one run did over time, as far as the ribbons of many runs show it. Counts are of the whole estate. */
export interface RunCurves {
  readonly durationMs: number
  /** Minutes in which something happened, in ms. */
  readonly busyMs: readonly number[]
  readonly serving: Steps
  /** Of those that thresholds count. */
  readonly unhealthy: Steps
  /** Instances with an image or model that none had at the start: how far a change has spread. */
  readonly changed: Steps
  readonly demand: readonly {
    readonly isQueue: boolean
    /** What the serving instances could not do, a second. */
    readonly missing: Steps
  }[]
}

/** @param result of a run that kept its trace; without one there are no steps */
export function curvesOf(result: RunResult): RunCurves {
  const { durationMs, series } = result
  const busyMs = [...new Set(busyTimes(result).map((at) => Math.floor(at / 60_000) * 60_000))]
  if (series === null)
    return { durationMs, busyMs, serving: NO_STEPS, unhealthy: NO_STEPS, changed: NO_STEPS, demand: [] }
  return {
    durationMs,
    busyMs,
    serving: sumOf(series.scaleSets.map(({ serving }) => serving)),
    unhealthy: sumOf(series.scaleSets.map(({ unhealthy }) => unhealthy)),
    changed: changedOf(result, series),
    demand: series.demand.map(({ isQueue, level, capacity }) => ({ isQueue, missing: missingOf(level, capacity) })),
  }
}

function changedOf({ instances }: RunResult, { versions }: RunSeries): Steps {
  const keyOf = (lane: VersionLane, { image, modelVersion }: VersionLane['spans'][number]) =>
    JSON.stringify([instances[lane.instance]!.scaleSet, image, modelVersion])
  const former = new Set(
    versions.flatMap((lane) => lane.spans.filter(({ fromMs }) => fromMs === 0).map((span) => keyOf(lane, span))),
  )
  const changes = new Map<number, number>()
  const add = (atMs: number, by: number) => changes.set(atMs, (changes.get(atMs) ?? 0) + by)
  for (const lane of versions)
    lane.spans.forEach((span, i) => {
      if (former.has(keyOf(lane, span))) return
      const toMs = lane.spans[i + 1]?.fromMs ?? instances[lane.instance]!.deletedAtMs
      add(span.fromMs, 1)
      if (toMs !== null) add(toMs, -1)
    })
  return running(changes)
}

function missingOf(level: Steps, capacity: Steps): Steps {
  const atMs = timesOf([level, capacity])
  return { atMs, values: atMs.map((at) => Math.max(0, (valueAt(level, at) ?? 0) - (valueAt(capacity, at) ?? 0))) }
}

/** The time axis that all ribbons share: what is busy in any run is not folded. */
export const timeScaleOfRuns = (runs: readonly RunCurves[]): TimeScale =>
  timeScale({
    durationMs: runs.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 1),
    busyMs: [...new Set(runs.flatMap(({ busyMs }) => busyMs))],
  })

/** Moments between which a ribbon looks at its runs, in px of the axis. */
const COLUMN_PX = 2

/** The ribbons of at least one run; what is 0 in all of them is left out. */
export function ribbonsOf(runs: readonly RunCurves[], time: TimeScale): TimeRibbonData[] {
  const columns = Math.floor((time.right - time.left) / COLUMN_PX)
  const moments = [...new Set(Array.from({ length: columns + 1 }, (_, i) => time.msAt(time.left + i * COLUMN_PX)))]
  const ribbon = (title: string, unit: string, pick: (run: RunCurves) => Steps): TimeRibbonData => ({
    title,
    unit,
    percentiles: percentilesOf(runs.map(pick), moments),
  })
  const [first] = runs
  const ribbons = [
    ribbon('Instances with a version that was not there at the start', 'instances', ({ changed }) => changed),
    ribbon('Unhealthy instances', 'instances', ({ unhealthy }) => unhealthy),
    ribbon('Serving instances', 'instances', ({ serving }) => serving),
    ...(first?.demand ?? []).map(({ isQueue }, i) =>
      ribbon(
        isQueue ? 'Messages beyond the capacity of the serving instances' : 'Requests without capacity',
        isQueue ? 'messages a second' : 'requests a second',
        ({ demand }) => demand[i]!.missing,
      ),
    ),
  ]
  return ribbons.filter(({ percentiles }) => percentiles.some(({ values }) => values.some((value) => value > 0)))
}

/** Every percentile of the runs at every moment. */
function percentilesOf(runs: readonly Steps[], moments: readonly number[]): Steps[] {
  const columns = moments.map((at) => Float64Array.from(runs, (steps) => valueAt(steps, at) ?? 0).sort())
  return RIBBON_PERCENTILES.map((percentile) => {
    const atMs: number[] = []
    const values: number[] = []
    columns.forEach((column, i) => {
      const value = quantile(column, percentile / 100)
      if (values.at(-1) === value) return
      atMs.push(moments[i]!)
      values.push(value)
    })
    return { atMs, values }
  })
}
