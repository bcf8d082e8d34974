import type { RunResult } from '../../sim/result.ts'
import {
  type CountAt,
  capacityOverTime,
  servingOverTime,
  unhealthyOverTime,
  upgradedOverTime,
} from '../fleet-counts.ts'
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
    ...(result.demandCurves ?? []).flatMap((curve) => {
      const [only] = curve.scaleSets
      const pid = curve.scaleSets.length === 1 ? processOf(tracks, only!) : WORLD_PROCESS
      const levels = curve.levels.map(({ atMs, requestsPerSecond }) => ({ atMs, count: requestsPerSecond }))
      return [
        ...counter('demand', pid, 'requestsPerSecond', lastOfEachMoment(levels)),
        ...counter('capacity', pid, 'requestsPerSecond', capacityOverTime(result, curve)),
      ]
    }),
  ]
}

function counter(name: string, pid: number, unit: string, counts: readonly CountAt[]): Counter[] {
  return counts.map(({ atMs, count }) => ({ ph: 'C', name, pid, ts: microseconds(atMs), args: { [unit]: count } }))
}

/** Of several levels within one instant the last one holds. */
const lastOfEachMoment = (counts: readonly CountAt[]): CountAt[] =>
  counts.filter(({ atMs }, place) => counts[place + 1]?.atMs !== atMs)
