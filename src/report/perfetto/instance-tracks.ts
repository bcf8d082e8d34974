import type { InstanceResult, LaneState, RunResult, TraceEntry } from '../../sim/result.ts'
import { labelOf } from '../why/trace-index.ts'
import { microseconds, type Slice } from './events.ts'
import { processOf, type Tracks, trackOfInstance } from './tracks.ts'

/** A state or a health that holds over a time. */
interface Spell<Value> {
  readonly fromMs: number
  readonly toMs: number
  readonly value: Value
}

/** Of every instance a slice for each state of its life, and inside of it one for each reported health. */
export function instanceTracks(result: RunResult, tracks: Tracks): Slice[] {
  const health = healthSpells(result)
  return result.instances.flatMap((instance) => {
    const spans = result.lanes[instance.index]?.spans ?? []
    const states = spells(
      spans.map(({ fromMs, state }) => ({ atMs: fromMs, value: state })),
      result.durationMs,
    )
    return states.flatMap((state) => slicesOf(state, health.get(labelOf(instance)) ?? [], instance, tracks))
  })
}

function slicesOf(
  state: Spell<LaneState>,
  health: readonly Spell<string>[],
  instance: InstanceResult,
  tracks: Tracks,
): Slice[] {
  if (state.value === 'absent') return []
  const slice = (name: string, cat: string, fromMs: number, toMs: number): Slice => ({
    ph: 'X',
    name,
    cat,
    pid: processOf(tracks, instance.scaleSet),
    tid: trackOfInstance(tracks, instance),
    ts: microseconds(fromMs),
    dur: microseconds(toMs - fromMs),
    args: { instance: instance.name },
  })
  const inside = health
    .map(({ fromMs, toMs, value }) => ({
      fromMs: Math.max(fromMs, state.fromMs),
      toMs: Math.min(toMs, state.toMs),
      value,
    }))
    // Without a signal there is nothing to show, and a health that lasted no time was seen by nobody.
    .filter(({ fromMs, toMs, value }) => value !== 'None' && toMs > fromMs)
  return [
    slice(state.value, 'state', state.fromMs, state.toMs),
    ...inside.map(({ fromMs, toMs, value }) => slice(value, 'health', fromMs, toMs)),
  ]
}

/** Reported health of every instance over time, by `vmss/3`. */
function healthSpells({ trace, durationMs }: RunResult): Map<string, Spell<string>[]> {
  const changes = new Map<string, { atMs: number; value: string }[]>()
  for (const entry of trace) {
    const value = healthIn(entry)
    if (value === null) continue
    const known = changes.get(entry.subject) ?? []
    changes.set(entry.subject, known)
    known.push({ atMs: entry.atMs, value })
  }
  return new Map([...changes].map(([subject, of]) => [subject, spells(of, durationMs)]))
}

function healthIn({ what, numbers }: TraceEntry): string | null {
  if (what === 'health.changed') return String(numbers['to'])
  return what === 'instance.present' ? String(numbers['health']) : null
}

function spells<Value>(
  changes: readonly { readonly atMs: number; readonly value: Value }[],
  endMs: number,
): Spell<Value>[] {
  return changes.map(({ atMs, value }, place) => ({ fromMs: atMs, toMs: changes[place + 1]?.atMs ?? endMs, value }))
}
