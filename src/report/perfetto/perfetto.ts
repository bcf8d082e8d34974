import type { Scenario } from '../../model/scenario.ts'
import type { RunResult } from '../../sim/result.ts'
import { TraceIndex } from '../why/trace-index.ts'
import { counters } from './counters.ts'
import { decisions } from './decisions.ts'
import type { PerfettoEvent } from './events.ts'
import { instanceTracks } from './instance-tracks.ts'
import { rolloutTracks } from './rollout-tracks.ts'
import { names, tracksOf } from './tracks.ts'

/** Suffix of a file that is written in this format by `run --trace`. */
export const PERFETTO_SUFFIX = '.perfetto.json'

/**
 * A run in the Chrome JSON trace format, which the Perfetto viewer opens: a process for each scale set with a track for each
 * instance, its rollouts, its decisions and its counters, and one for the world. In pieces, one event a line, so that a long
 * run is never one string; together they are one JSON document. The same run gives the same bytes.
 *
 * @param result with its trace kept
 */
export function* renderPerfetto(scenario: Scenario, result: RunResult): Generator<string> {
  const { seed, traceHash } = result
  yield '{"displayTimeUnit":"ms",'
  yield `"otherData":${JSON.stringify({ scenario: result.scenario, seed, traceHash })},`
  yield '"traceEvents":['
  let before: string | null = null
  for (const event of perfettoEvents(scenario, result)) {
    if (before !== null) yield `${before},`
    before = JSON.stringify(event)
  }
  if (before !== null) yield before
  yield ']}'
}

/** Every event: names first, then by time. What encloses something is made before it, and the sort keeps that order. */
export function perfettoEvents(scenario: Scenario, result: RunResult): PerfettoEvent[] {
  const tracks = tracksOf(result)
  const index = new TraceIndex(scenario, result)
  const timed = [
    ...rolloutTracks(index, tracks),
    ...instanceTracks(result, tracks),
    ...decisions(index, tracks),
    ...counters(result, tracks),
  ]
  timed.sort((a, b) => a.ts - b.ts)
  return [...names(tracks), ...timed]
}
