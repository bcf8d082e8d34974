import type { ScaleDirection } from './scale-step.ts'

/** A change of capacity that a rule led to. */
export interface RuleAction {
  readonly direction: ScaleDirection
  /** When its effect was there: all new instances serve, or all victims do not any more. -1: not yet. */
  readonly effectAtMs: number
}

/**
 * Whether an action is a flap: it reverses the one before it, of the other direction, before the effect of that one was
 * felt. It is felt when it was there and a whole metric window of the reversing rule lies behind it, so that the rule
 * decides on the new count alone.
 *
 *   Out at 10:00, all serve at 10:08, an in rule of 10 minutes and 2 of delay: in at 10:15 is a flap, at 10:20 it is not.
 *
 * Moves to a bound, or to the default while metrics are missing, neither flap nor are reversed: no rule wanted them. Design §3.
 */
export function isFlap(previous: RuleAction | null, direction: ScaleDirection, windowFromMs: number): boolean {
  if (previous === null || previous.direction === direction) return false
  return previous.effectAtMs < 0 || windowFromMs < previous.effectAtMs
}
