import type { Assumptions } from '../../model/assumptions.ts'
import type { AutoscaleProfile, ScaleAction } from '../../model/autoscale/setting.ts'

export type ScaleDirection = 'Increase' | 'Decrease'

/** Which way a rule means: its own direction; with `None` the side on which its exact count lies, if any. */
export function directionOf({ direction, value }: ScaleAction, count: number): ScaleDirection | null {
  if (direction !== 'None') return direction
  return value > count ? 'Increase' : value < count ? 'Decrease' : null
}

/**
 * The count a rule leads to from `count`, within the bounds of its profile (AS-11, both inclusive).
 *
 * Percent steps, by default (`percentRounding`, AS-10):
 *
 *   Increase by max(1, ceil(n * p / 100)):   10 at 25 % -> 3 more.    3 at 10 % -> 1 more.
 *   Decrease by max(1, floor(n * p / 100)):  10 at 25 % -> 2 fewer.   3 at 10 % -> 1 fewer.
 *
 * `ExactCount` counts only where it moves in the direction of its rule; elsewhere the count stays (AS-10).
 */
export function steppedCount(
  count: number,
  action: ScaleAction,
  { minimum, maximum }: AutoscaleProfile['capacity'],
  rounding: Assumptions['percentRounding'],
): number {
  const direction = directionOf(action, count)
  if (direction === null) return count
  const sign = direction === 'Increase' ? 1 : -1
  const wanted =
    action.type === 'ExactCount' ? action.value : count + sign * stepSize(count, action, direction, rounding)
  const bounded = Math.min(maximum, Math.max(minimum, wanted))
  // Neither an exact count nor a bound that lies behind the present count turns the rule around; AS-04 sees to bounds.
  return (wanted - count) * sign > 0 && (bounded - count) * sign > 0 ? bounded : count
}

function stepSize(
  count: number,
  { type, value }: ScaleAction,
  direction: ScaleDirection,
  rounding: Assumptions['percentRounding'],
): number {
  if (type !== 'PercentChangeCount') return value
  // In hundredths of an instance, so that 50 at 10 % is exactly 5.
  const hundredths = count * value
  const floor = Math.floor(hundredths / 100)
  const rest = hundredths - floor * 100
  const isUp = rounding === 'round' ? rest >= 50 : rounding === 'ceilOutFloorIn' && direction === 'Increase' && rest > 0
  return Math.max(1, floor + (isUp ? 1 : 0))
}
