import type { LaneState, RunResult, Steps } from '../../sim/result.ts'
import { instanceKey, type RunCharts } from '../charts/from-result.ts'
import { sumOf, timesOf, valueAt } from '../charts/steps.ts'
import type { TimeScale } from '../charts/time-scale.ts'
import { versionLetter } from '../charts/versions.ts'
import { STATE_SIGNS } from '../lane-states.ts'
import { printable } from '../typeset.ts'

/** What the script of a page needs of one run: plain JSON, as short as it goes. Times in ms. */
export interface RunData {
  /** In addresses: `run=…`. */
  readonly name: string
  readonly durationMs: number
  /** Corner points of the time axis, see `TimeScale`. */
  readonly ms: readonly number[]
  readonly x: readonly number[]
  readonly instances: readonly InstanceData[]
  /** Instances of each row of the swimlane, from top to bottom. */
  readonly rows: readonly (readonly number[])[]
  /** By the id of the figure. */
  readonly readings: Readonly<Record<string, Reading>>
  /** Moments at which something was decided, rising. */
  readonly moments: readonly number[]
  /** Where the page begins. */
  readonly startMs: number
}

/** Name, zone, fault domain, 1 where it was harmed, and its lane: state and begin, state and begin, … */
export type InstanceData = readonly [
  name: string,
  zone: string | null,
  faultDomain: number,
  harmed: 0 | 1,
  lane: readonly number[],
]

type StepData = readonly [atMs: readonly number[], values: readonly number[]]

/** What a chart says at one moment. */
export type Reading =
  | {
      readonly kind: 'share'
      readonly limit: number
      readonly spells: readonly (readonly [StepData, StepData, number])[]
    }
  | {
      readonly kind: 'need'
      readonly names: readonly [need: string, have: string]
      readonly need: StepData
      readonly have: StepData
    }
  | { readonly kind: 'counts'; readonly counts: readonly (readonly [string, StepData])[] }

/** The slider runs along the time axis of the charts, folds and all, in so many steps. */
export const SLIDER_STEPS = 10_000

/** States by their number in the data. */
export const STATES: readonly LaneState[] = STATE_SIGNS.map(({ state }) => state)

const stepData = ({ atMs, values }: Steps): StepData => [atMs, values.map((value) => Math.round(value * 100) / 100)]

/** @param prefix of the ids of the figures */
export function runData(
  result: RunResult,
  name: string,
  time: TimeScale,
  charts: RunCharts,
  moments: readonly number[],
  prefix: string,
): RunData {
  const lanes = new Map(result.lanes.map((lane) => [lane.instance, lane]))
  const readings: Record<string, Reading> = {}
  charts.strips.forEach(({ limitPercent, spells }, i) => {
    readings[`${prefix}strip${i}`] = {
      kind: 'share',
      limit: limitPercent,
      spells: spells.map(({ numerator, denominator, endMs }) => [stepData(numerator), stepData(denominator), endMs]),
    }
  })
  charts.demand.forEach(({ needName, haveName, need, have }, i) => {
    readings[`${prefix}demand${i}`] = {
      kind: 'need',
      names: [needName, haveName],
      need: stepData(need),
      have: stepData(have),
    }
  })
  charts.versions.forEach(({ versions }, i) => {
    readings[`${prefix}versions${i}`] = {
      kind: 'counts',
      counts: versions.map(({ style, instances }) => [versionLetter(style), stepData(instances)]),
    }
  })
  return {
    name,
    durationMs: result.durationMs,
    ms: time.stops.ms,
    x: time.stops.x.map((x) => Math.round(x * 100) / 100),
    instances: result.instances.map((instance) => [
      printable(instanceKey(instance)),
      instance.zone,
      instance.faultDomain,
      instance.harmed ? 1 : 0,
      (lanes.get(instance.index)?.spans ?? []).flatMap(({ state, fromMs }) => [STATES.indexOf(state), fromMs]),
    ]),
    rows: charts.swimlane.groups.flatMap(({ rows }) => rows.map(({ indices }) => indices)),
    readings,
    moments: [...new Set(moments)].sort((a, b) => a - b),
    startMs: startOf(result),
  }
}

/**
 * The moment that tells most: when the first rollout that did not complete ended; where nothing was halted, when most were
 * broken, or most was missing; unless all that happened is that a rollout took its batches.
 */
function startOf(result: RunResult): number {
  const { rollouts, durationMs, measures } = result
  const halted = rollouts.find(({ status, endedAtMs }) => status !== 'Completed' && endedAtMs !== null)
  if (halted?.endedAtMs !== null && halted?.endedAtMs !== undefined) return halted.endedAtMs
  const last = rollouts.at(-1)?.endedAtMs ?? null
  if (measures.blastRadius.instances > 0) return whenMostWereBroken(result) ?? last ?? 0
  return last ?? whenMostWasMissing(result) ?? Math.floor(durationMs / 2)
}

const IS_BROKEN: ReadonlySet<LaneState> = new Set(['broken', 'unhealthy', 'failed'])

/** The first moment with most broken instances; null: none ever was. */
function whenMostWereBroken({ lanes }: RunResult): number | null {
  const changes = lanes
    .flatMap(({ spans }) =>
      spans.map(({ fromMs, state }, i) => ({
        atMs: fromMs,
        by: Number(IS_BROKEN.has(state)) - Number(i > 0 && IS_BROKEN.has(spans[i - 1]!.state)),
      })),
    )
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by)
  let count = 0
  let most: { atMs: number; count: number } | null = null
  for (const { atMs, by } of changes) {
    count += by
    if (count > (most?.count ?? 0)) most = { atMs, count }
  }
  return most?.atMs ?? null
}

/** The first moment at which most was missing of the target capacity of all scale sets; null: nothing ever was. */
function whenMostWasMissing({ series, durationMs }: RunResult): number | null {
  if (series === null) return null
  const target = sumOf(series.scaleSets.map((set) => set.target))
  const serving = sumOf(series.scaleSets.map((set) => set.serving))
  let worst: { atMs: number; missing: number } | null = null
  for (const atMs of timesOf([target, serving])) {
    const missing = (valueAt(target, atMs) ?? 0) - (valueAt(serving, atMs) ?? 0)
    if (atMs <= durationMs && missing > (worst?.missing ?? 0)) worst = { atMs, missing }
  }
  return worst?.atMs ?? null
}
