import { formatClock } from '../../model/duration.ts'
import { inequality } from '../../report/rollout-text.ts'
import { percent as percentText, plural } from '../../report/wording.ts'
import type { RunView } from '../engine/protocol.ts'

/** A moment worth stopping at. */
export interface Moment {
  readonly atMs: number
  readonly text: string
}

type Result = RunView['result']
const MINUTE_MS = 60_000

/** Starts and ends of rollouts and batches and the first harm, in order of time, one for each millisecond. */
export function momentsOf(result: Result): Moment[] {
  const several = result.rollouts.length > 1
  const moments = result.rollouts.flatMap((rollout, index): Moment[] => {
    const name = several ? `Rollout ${index + 1}` : 'The rollout'
    return [
      { atMs: rollout.startedAtMs, text: `${name} starts: ${rollout.target}` },
      ...rollout.batches.flatMap((batch, at): Moment[] => [
        { atMs: batch.startedAtMs, text: `Batch ${at + 1} starts with ${batch.instances.length}` },
        ...(batch.endedAtMs === null
          ? []
          : [
              {
                atMs: batch.endedAtMs,
                text: `Batch ${at + 1} ends: ${batch.successful} healthy, ${batch.failed} failed`,
              },
            ]),
      ]),
      ...(rollout.endedAtMs === null ? [] : [{ atMs: rollout.endedAtMs, text: `${name} ends: ${endOf(rollout)}` }]),
    ]
  })
  const harm = firstHarmMs(result)
  if (harm !== undefined) moments.push({ atMs: harm, text: 'The first instance breaks' })
  const sorted = moments.sort((a, b) => a.atMs - b.atMs)
  // Of several in one millisecond the last one tells most: an end after the batch that led to it.
  return sorted.filter(({ atMs }, index) => sorted[index + 1]?.atMs !== atMs)
}

/** `Faulted, 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5)`. */
function endOf(rollout: Result['rollouts'][number]): string {
  const { status, decision } = rollout
  return decision?.breached === true ? `${status}, ${inequality(rollout, decision)}` : status
}

function firstHarmMs({ lanes }: Result): number | undefined {
  let first: number | undefined
  for (const { spans } of lanes)
    for (const { fromMs, state } of spans)
      if (
        (state === 'broken' || state === 'unhealthy' || state === 'failed') &&
        (first === undefined || fromMs < first)
      )
        first = fromMs
  return first
}

/**
 * The stretch of the run in which something goes on: from shortly before the first change to shortly after the last.
 * `decidedAtMs`: a moment that belongs to it in any case, such as a scale-out hours after the rollout.
 */
export function storyOf(result: Result, decidedAtMs?: number): { readonly fromMs: number; readonly toMs: number } {
  const { durationMs, rollouts } = result
  const times: number[] = []
  for (const rollout of rollouts) times.push(rollout.startedAtMs, rollout.endedAtMs ?? durationMs)
  if (times.length === 0)
    for (const { spans } of result.lanes) for (const { fromMs } of spans) if (fromMs > 0) times.push(fromMs)
  if (decidedAtMs !== undefined) times.push(decidedAtMs)
  if (times.length === 0) return { fromMs: 0, toMs: durationMs }
  const first = times.reduce((a, b) => Math.min(a, b))
  const last = times.reduce((a, b) => Math.max(a, b))
  const margin = Math.max(2 * MINUTE_MS, Math.round((last - first) / 8))
  return { fromMs: Math.max(0, first - margin), toMs: Math.min(durationMs, last + margin) }
}

/** Where to look first: at the end of the first rollout that went wrong, else of the last one, else at the end of the story. */
export function firstLook(result: Result): number {
  const ended = result.rollouts.filter(({ endedAtMs }) => endedAtMs !== null)
  const wrong = ended.find(({ status }) => status !== 'Completed')
  const rollout = wrong ?? ended.at(-1)
  return rollout?.endedAtMs ?? storyOf(result).toMs
}

export const clockText = (atMs: number): string => formatClock(Math.max(0, Math.round(atMs)))

/** What happened, in one sentence without a number too many: for somebody who has ten seconds. */
export function headlineOf(result: Result): string {
  const { rollouts, measures } = result
  const { instances, percent } = measures.blastRadius
  const share = percent === null ? '' : ` (${percentText(percent)} of the fleet)`
  const harm = instances === 0 ? 'nothing was harmed' : `${plural(instances, 'instance')}${share} harmed`
  if (rollouts.length === 0) return `No rollout started; ${harm}.`
  if (rollouts.length > 1) {
    const statuses = [...new Set(rollouts.map(({ status }) => status))]
    const counts = statuses.map(
      (status) => `${rollouts.filter((one) => one.status === status).length} ${OUTCOMES[status]}`,
    )
    return `${rollouts.length} rollouts: ${counts.join(', ')}; ${harm}.`
  }
  const [{ status, batches }] = rollouts as [Result['rollouts'][number]]
  const count = plural(batches.length, 'batch', 'batches')
  switch (status) {
    case 'Completed':
      return `The rollout went through in ${count}; ${harm}.`
    case 'Faulted':
      return batches.length === 0
        ? `The rollout stopped before its first batch; ${harm}.`
        : `The rollout stopped after ${count}; ${harm}.`
    case 'Cancelled':
      return `The rollout was cancelled after ${count}; ${harm}.`
    case 'RollingForward':
      return `The rollout was still going on at the end, in batch ${batches.length}; ${harm}.`
    case 'RollingBack':
      return `The rollout stopped after ${count} and rolls back; ${harm}.`
    default:
      return status satisfies never
  }
}

const OUTCOMES: Readonly<Record<Result['rollouts'][number]['status'], string>> = {
  Completed: 'went through',
  Faulted: 'stopped',
  Cancelled: 'cancelled',
  RollingForward: 'still going on',
  RollingBack: 'rolling back',
}
