import type { ScaleSetModel } from '../scale-set.ts'

/** Whether the set is one of Spot instances; `Low` is the older word for them. */
export function isSpot({ virtualMachineProfile }: Pick<ScaleSetModel, 'virtualMachineProfile'>): boolean {
  return virtualMachineProfile.priority === 'Spot' || virtualMachineProfile.priority === 'Low'
}

/**
 * How many of `capacity` instances are regular and how many Spot.
 *
 *   regular = min(capacity, base) + floor((capacity - base) * percentAboveBase / 100), never less than the first term
 *
 * base 4, 50 %: 2 -> 2 regular, 0 Spot.   10 -> 4 + 3 = 7 regular, 3 Spot.   The odd one is Spot. SP-20.
 */
export function regularAndSpot(
  capacity: number,
  base: number,
  percentAboveBase: number,
): { regular: number; spot: number } {
  const above = Math.floor((Math.max(0, capacity - base) * percentAboveBase) / 100)
  const regular = Math.min(capacity, base) + above
  return { regular, spot: capacity - regular }
}
