import type { LaneState } from '../sim/result.ts'

/** A state of an instance as people see it: one letter, in words. */
export interface StateSign {
  readonly state: LaneState
  readonly glyph: string
  readonly meaning: string
}

/** By importance: where only one can be shown, it is the first of these. */
export const STATE_SIGNS: readonly StateSign[] = [
  { state: 'failed', glyph: 'F', meaning: 'provisioning failed' },
  { state: 'unhealthy', glyph: 'X', meaning: 'broken, reported unhealthy' },
  { state: 'broken', glyph: 'x', meaning: 'broken, not yet reported' },
  { state: 'deleting', glyph: 'd', meaning: 'being deleted' },
  { state: 'upgrading', glyph: 'u', meaning: 'down for its upgrade' },
  { state: 'creating', glyph: 'c', meaning: 'being created' },
  { state: 'starting', glyph: 'b', meaning: 'booting, installing extensions' },
  { state: 'application', glyph: 'a', meaning: 'application starting or warming' },
  { state: 'stopped', glyph: '_', meaning: 'stopped, deallocated' },
  { state: 'draining', glyph: 'o', meaning: 'drained, takes no more requests' },
  { state: 'misjudged', glyph: '!', meaning: 'serving, but reported unhealthy' },
  { state: 'serving', glyph: '.', meaning: 'serving' },
  { state: 'absent', glyph: ' ', meaning: 'not there' },
]

const BY_STATE = new Map(STATE_SIGNS.map((sign) => [sign.state, sign]))

export const signOf = (state: LaneState): StateSign => BY_STATE.get(state)!
