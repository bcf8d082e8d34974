import type { TraceEntry } from '../../sim/result.ts'
import { inequality } from '../rollout-text.ts'
import type { TraceIndex } from './trace-index.ts'

/**
 * A threshold test as the service makes it, in integers (TH-4):
 *
 *   breached when count * 100 > limitPercent * total
 */
export interface Inequality {
  readonly rule: string
  readonly count: number
  readonly total: number
  readonly limitPercent: number
  readonly breached: boolean
}

/** The test that a `rollout.check` stands for. */
export function inequalityOf({ rule, numbers }: TraceEntry): Inequality {
  return {
    rule: rule ?? '',
    count: Number(numbers['count']),
    total: Number(numbers['total']),
    limitPercent: Number(numbers['limitPercent']),
    breached: numbers['breached'] === true,
  }
}

/** `6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5)`. */
export function counted(entry: TraceEntry, index: TraceIndex): string {
  const traced = index.rolloutAt(entry)
  if (traced === null) throw new Error(`trace entry ${entry.id} is a threshold test outside of any rollout`)
  return inequality(traced.rollout, inequalityOf(entry))
}
