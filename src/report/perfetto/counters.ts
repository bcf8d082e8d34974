import type { RunResult, Steps } from '../../sim/result.ts'
import { type CountAt, servingOverTime, unhealthyOverTime, upgradedOverTime } from '../fleet-counts.ts'
import { type Counter, microseconds } from './events.ts'
import { processOf, type Tracks, WORLD_PROCESS } from './tracks.ts'

/** Of each scale set how many serve, are unhealthy and have been upgraded; of each demand what comes and what can be taken. */
export function counters(result: RunResult, tracks: Tracks): Counter[] {
  return [
    ...tracks.sets.flatMap((set) => {
      const pid = processOf(tracks, set)
      return [
        ...counter('serving', pid, 'instances', servingOverTime(result, [set])),
        ...counter('unhealthy', pid, 'instances', unhealthyOverTime(result, [set])),
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
