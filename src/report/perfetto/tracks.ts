import type { InstanceResult, RunResult } from '../../sim/result.ts'
import { labelOf } from '../why/trace-index.ts'
import type { Metadata } from './events.ts'

/** Numbers of processes and tracks. The world is the first process, scale sets follow in order of declaration. */
export interface Tracks {
  readonly sets: readonly string[]
  readonly instances: readonly InstanceResult[]
  /** Place in `rollouts[]` of each rollout, with its set. */
  readonly rollouts: readonly { readonly at: number; readonly scaleSet: string; readonly name: string }[]
}

export const WORLD_PROCESS = 1
/** Of every process. */
export const DECISIONS_TRACK = 1
const FIRST_ROLLOUT_TRACK = 10

export function tracksOf(result: RunResult): Tracks {
  return {
    sets: scaleSetsOf(result),
    instances: result.instances,
    rollouts: result.rollouts.map(({ scaleSet, trigger }, at) => ({
      at,
      scaleSet,
      name: `rollout ${at + 1} (${trigger})`,
    })),
  }
}

/** A set without any instance has no process; then it is told in the world's. */
export const processOf = ({ sets }: Tracks, scaleSet: string | null): number =>
  scaleSet === null || !sets.includes(scaleSet) ? WORLD_PROCESS : WORLD_PROCESS + 1 + sets.indexOf(scaleSet)

export const trackOfRollout = (at: number): number => FIRST_ROLLOUT_TRACK + at
/** Behind the rollouts, by order of creation in the whole run. */
export const trackOfInstance = ({ rollouts }: Tracks, { index }: InstanceResult): number =>
  FIRST_ROLLOUT_TRACK + rollouts.length + index

/** What processes and tracks are called, and their order from top to bottom. */
export function names(tracks: Tracks): Metadata[] {
  const of = (pid: number, tid: number, name: Metadata['name'], value: string | number): Metadata => ({
    ph: 'M',
    name,
    pid,
    tid,
    ts: 0,
    args: typeof value === 'string' ? { name: value } : { sort_index: value },
  })
  const process = (pid: number, name: string) => [
    of(pid, 0, 'process_name', name),
    of(pid, 0, 'process_sort_index', pid),
  ]
  const track = (pid: number, tid: number, name: string) => [
    of(pid, tid, 'thread_name', name),
    of(pid, tid, 'thread_sort_index', tid),
  ]
  return [
    ...process(WORLD_PROCESS, 'world'),
    ...track(WORLD_PROCESS, DECISIONS_TRACK, 'decisions'),
    ...tracks.sets.flatMap((set) => {
      const pid = processOf(tracks, set)
      return [
        ...process(pid, set),
        ...track(pid, DECISIONS_TRACK, 'decisions'),
        ...tracks.rollouts
          .filter(({ scaleSet }) => scaleSet === set)
          .flatMap(({ at, name }) => track(pid, trackOfRollout(at), name)),
        ...tracks.instances
          .filter(({ scaleSet }) => scaleSet === set)
          .flatMap((instance) => track(pid, trackOfInstance(tracks, instance), trackName(instance))),
      ]
    }),
  ]
}

function trackName(instance: InstanceResult): string {
  const zone = instance.zone === null ? '' : `, zone ${instance.zone}`
  return `${labelOf(instance)} (${instance.name}${zone})`
}

/** Scale sets in order of their first instance. */
const scaleSetsOf = ({ instances }: { readonly instances: readonly InstanceResult[] }): string[] => [
  ...new Set(instances.map(({ scaleSet }) => scaleSet)),
]
