import { formatDuration } from '../model/duration.ts'
import type { RunResult, TraceEntry } from '../sim/result.ts'

export const TRACE_FORMAT_VERSION = 1

/**
 * A trace as JSON Lines: first a header, then one entry per line in the order of the trace. Lines come without a line
 * feed and one by one, so that a long trace can be streamed.
 */
export function* renderTrace(result: Pick<RunResult, 'scenario' | 'seed' | 'traceHash' | 'trace'>): Generator<string> {
  const { scenario, seed, traceHash } = result
  yield JSON.stringify({ formatVersion: TRACE_FORMAT_VERSION, scenario, seed, traceHash })
  for (const entry of result.trace) yield traceLine(entry)
}

/** One JSON object: `at` is ISO 8601 for people, `atMs` the same moment for programs; `cause` is the `id` of an earlier line. */
export function traceLine({ id, atMs, what, subject, cause, rule, numbers }: TraceEntry): string {
  return JSON.stringify({ id, at: formatDuration(atMs), atMs, what, subject, cause, rule, numbers })
}
