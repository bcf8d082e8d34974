import type { BatchResult } from '../../sim/result.ts'
import { whyRollout } from '../rollout-text.ts'
import type { TracedRollout, TraceIndex } from '../why/trace-index.ts'
import { type Args, microseconds, type Slice } from './events.ts'
import { processOf, type Tracks, trackOfRollout } from './tracks.ts'

/** Of every rollout a slice from its start to its end, and inside of it its batches and the pauses between them. */
export function rolloutTracks(index: TraceIndex, tracks: Tracks): Slice[] {
  return index.rollouts.flatMap((traced) => [rolloutSlice(traced, index, tracks), ...insideOf(traced, index, tracks)])
}

function slice(
  { at, rollout }: TracedRollout,
  tracks: Tracks,
  of: {
    readonly name: string
    readonly cat: string
    readonly fromMs: number
    readonly toMs: number
    readonly args: Args
  },
): Slice {
  return {
    ph: 'X',
    name: of.name,
    cat: of.cat,
    pid: processOf(tracks, rollout.scaleSet),
    tid: trackOfRollout(at),
    ts: microseconds(of.fromMs),
    dur: microseconds(of.toMs - of.fromMs),
    args: of.args,
  }
}

function rolloutSlice(traced: TracedRollout, { result }: TraceIndex, tracks: Tracks): Slice {
  const { rollout } = traced
  const { status, errorCode, successful, failed, pending, rolledBack } = rollout
  const args: Args = {
    target: rollout.target,
    status,
    ...(errorCode === null ? {} : { errorCode }),
    successful,
    failed,
    pending,
    rolledBack,
    why: whyRollout(rollout),
    ...(rollout.decision === null ? {} : { rule: rollout.decision.rule }),
  }
  const toMs = rollout.endedAtMs ?? result.durationMs
  return slice(traced, tracks, {
    name: `${rollout.target}: ${status}`,
    cat: 'rollout',
    fromMs: rollout.startedAtMs,
    toMs,
    args,
  })
}

function insideOf(traced: TracedRollout, { result }: TraceIndex, tracks: Tracks): Slice[] {
  const { rollout } = traced
  const rolloutEndMs = rollout.endedAtMs ?? result.durationMs
  const names = (batch: BatchResult) => batch.instances.map((one) => result.instances[one]!.number).join(', ')
  return rollout.batches.flatMap((batch, place) => {
    const next = rollout.batches[place + 1]
    const endMs = batch.endedAtMs ?? rolloutEndMs
    const untilMs = next?.startedAtMs ?? rolloutEndMs
    const { successful, failed, surge } = batch
    return [
      slice(traced, tracks, {
        name: `batch ${place + 1}`,
        cat: 'batch',
        fromMs: batch.startedAtMs,
        toMs: endMs,
        args: {
          instances: names(batch),
          successful,
          failed,
          surge,
          ...(batch.zones.length === 0 ? {} : { zones: batch.zones.join(', ') }),
        },
      }),
      // Between the last batch and the end of a rollout that was still pausing there is a pause as well.
      ...(untilMs > endMs
        ? [slice(traced, tracks, { name: 'pause', cat: 'pause', fromMs: endMs, toMs: untilMs, args: { rule: 'RU-4' } })]
        : []),
    ]
  })
}
