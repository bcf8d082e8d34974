import type { TraceEntry } from '../../sim/result.ts'
import { inequalityOf } from '../why/inequality.ts'
import { sentenceOf } from '../why/sentences.ts'
import type { TraceIndex } from '../why/trace-index.ts'
import { type Args, type Instant, microseconds } from './events.ts'
import { DECISIONS_TRACK, processOf, type Tracks, trackOfInstance } from './tracks.ts'

/**
 * Every entry that a rule decided, as a moment: those about an instance on its track, all others on the decisions of their set
 * or of the world. What the slices show already, the reported health, is left to them.
 */
export function decisions(index: TraceIndex, tracks: Tracks): Instant[] {
  return index.result.trace
    .filter(({ rule, what }) => rule !== null && what !== 'health.changed')
    .map((entry) => {
      const instance = index.instanceAt(entry.subject)
      return {
        ph: 'i',
        s: 't',
        name: entry.what,
        cat: 'decision',
        pid: processOf(tracks, index.scaleSetOf(entry.subject)),
        tid: instance === undefined ? DECISIONS_TRACK : trackOfInstance(tracks, instance),
        ts: microseconds(entry.atMs),
        args: argsOf(entry, index),
      }
    })
}

function argsOf(entry: TraceEntry, index: TraceIndex): Args {
  const test = entry.what === 'rollout.check' ? inequalityOf(entry) : null
  return {
    rule: entry.rule!,
    entry: entry.id,
    sentence: sentenceOf(entry, index),
    ...(test === null
      ? {}
      : { count: test.count, total: test.total, limitPercent: test.limitPercent, breached: test.breached }),
  }
}
