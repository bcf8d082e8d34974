import type { RunResult, Steps } from '../../sim/result.ts'
import { type Counter, microseconds } from './events.ts'
import { processOf, type Tracks, WORLD_PROCESS } from './tracks.ts'

/** A number that holds from `atMs` on until the next one. */
interface CountAt {
  readonly atMs: number
  readonly count: number
}

/** Of each scale set how many serve, count as unhealthy where thresholds look, and have been upgraded; of each demand what comes and what can be taken. */
export function counters(result: RunResult, tracks: Tracks): Counter[] {
  return [
    ...tracks.sets.flatMap((set) => {
      const pid = processOf(tracks, set)
      const series = result.series?.scaleSets.find(({ scaleSet }) => scaleSet === set)
      return [
        ...(series === undefined ? [] : counter('serving', pid, 'instances', countsOf(series.serving))),
        ...(series === undefined ? [] : counter('unhealthy', pid, 'instances', countsOf(series.unhealthy))),
        ...counter('upgraded', pid, 'instances', upgradedOverTime(result, set)),
      ]
    }),
    ...(result.series?.demand ?? []).flatMap(({ scaleSets, level, capacity }) => {
      const pid = scaleSets.length === 1 ? processOf(tracks, scaleSets[0]!) : WORLD_PROCESS
      return [
        ...counter('demand', pid, 'requestsPerSecond', countsOf(level)),
        ...counter('capacity', pid, 'requestsPerSecond', countsOf(capacity)),
      ]
    }),
  ]
}

function counter(name: string, pid: number, unit: string, counts: readonly CountAt[]): Counter[] {
  return counts.map(({ atMs, count }) => ({ ph: 'C', name, pid, ts: microseconds(atMs), args: { [unit]: count } }))
}

const countsOf = ({ atMs, values }: Steps): CountAt[] => atMs.map((at, index) => ({ atMs: at, count: values[index]! }))

/** Instances that the running rollout of a set has given the new model, successful or failed; 0 again when the next one starts. */
function upgradedOverTime(result: RunResult, scaleSet: string): CountAt[] {
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
