import type { InstanceResult, Lane, LaneState, RunResult } from '../sim/result.ts'

/** A number that holds from `atMs` on until the next one. */
export interface CountAt {
  readonly atMs: number
  readonly count: number
}

const SERVING: ReadonlySet<LaneState> = new Set<LaneState>(['serving', 'misjudged'])
const REPORTED_SICK: ReadonlySet<LaneState> = new Set<LaneState>(['unhealthy', 'misjudged'])

/** How many instances of these scale sets were in one of these states over time; begins at 0, each moment once. */
function countLanes(result: RunResult, scaleSets: readonly string[], isIn: (state: LaneState) => boolean): CountAt[] {
  const changes = new Map<number, number>([[0, 0]])
  const add = (atMs: number, by: number) => changes.set(atMs, (changes.get(atMs) ?? 0) + by)
  for (const { spans } of lanesOf(result, scaleSets)) {
    let was = false
    for (const { fromMs, state } of spans) {
      const is = isIn(state)
      if (is !== was) add(fromMs, is ? 1 : -1)
      was = is
    }
  }
  return running(changes)
}

function lanesOf({ lanes, instances }: RunResult, scaleSets: readonly string[]): Lane[] {
  return lanes.filter(({ instance }) => scaleSets.includes(instances[instance]!.scaleSet))
}

/** Sums of changes, in order of time. */
function running(changes: ReadonlyMap<number, number>): CountAt[] {
  let count = 0
  return [...changes]
    .sort(([a], [b]) => a - b)
    .flatMap(([atMs, by], place) => {
      count += by
      return by === 0 && place > 0 ? [] : [{ atMs, count }]
    })
}

/** Instances that do real work. */
export const servingOverTime = (result: RunResult, scaleSets: readonly string[]): CountAt[] =>
  countLanes(result, scaleSets, (state) => SERVING.has(state))

/** Instances that run and are reported Unhealthy or Unknown. */
export const unhealthyOverTime = (result: RunResult, scaleSets: readonly string[]): CountAt[] =>
  countLanes(result, scaleSets, (state) => REPORTED_SICK.has(state))

/** Instances that the running rollout of a set has given the new model, successful or failed; 0 again when the next one starts. */
export function upgradedOverTime(result: RunResult, scaleSet: string): CountAt[] {
  const counts = new Map<number, number>([[0, 0]])
  let count = 0
  const prefix = `${scaleSet}/`
  for (const { what, subject, atMs } of result.trace) {
    if (what === 'rollout.started' && subject === scaleSet) count = 0
    else if ((what === 'rollout.instanceSucceeded' || what === 'rollout.instanceFailed') && subject.startsWith(prefix))
      count++
    else continue
    counts.set(atMs, count)
  }
  return [...counts].map(([atMs, at]) => ({ atMs, count: at }))
}

/** Scale sets in order of their first instance. */
export const scaleSetsOf = ({ instances }: { readonly instances: readonly InstanceResult[] }): string[] => [
  ...new Set(instances.map(({ scaleSet }) => scaleSet)),
]
