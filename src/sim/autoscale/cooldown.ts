import type { Assumptions } from '../../model/assumptions.ts'

/** The last action that a rule led to: when it was issued (AS-23), and the cooldown of that rule. */
export interface LastScaleAction {
  readonly atMs: number
  readonly cooldownMs: number
}

/**
 * Whether a rule has to wait. There is one shared timer: after an action no rule of either direction acts until the cooldown
 * of the rule that acted has passed. AS-20.
 *
 *   Out 60, in 40 minutes. In acts at 13:00; the out rule is true from 13:20: it acts at 13:40 (AS-21).
 *
 * The REST text reads as if each rule waited for its own cooldown since the last action, which gives 14:00 (AS-22:
 * `cooldownSemantics: ownRule`).
 */
export function isCoolingDown(
  last: LastScaleAction | null,
  ownCooldownMs: number,
  nowMs: number,
  semantics: Assumptions['cooldownSemantics'],
): boolean {
  if (last === null) return false
  return nowMs < last.atMs + (semantics === 'ownRule' ? ownCooldownMs : last.cooldownMs)
}
