import { isSpot, regularAndSpot } from '../../model/declare/priority-mix.ts'
import { isMember } from '../instance.ts'
import { type ScaleInCandidate, type ScaleInRule, scaleInVictims } from '../scale-in.ts'
import type { ScaleSetState } from '../scale-set-state.ts'

interface MixPolicy {
  readonly baseRegularPriorityCount?: number
  readonly regularPriorityPercentageAboveBase?: number
}

function mixOf(set: ScaleSetState): { base: number; percentAboveBase: number } {
  const mix = (set.model['priorityMixPolicy'] ?? {}) as MixPolicy
  return { base: mix.baseRegularPriorityCount ?? 0, percentAboveBase: mix.regularPriorityPercentageAboveBase ?? 0 }
}

/** How many of `capacity` instances of this set are regular. A set that is not Spot has no other; without a mix none is. */
export function targetRegular(set: ScaleSetState, capacity: number): number {
  if (!isSpot(set.model)) return capacity
  const { base, percentAboveBase } = mixOf(set)
  // SP-20
  return regularAndSpot(capacity, base, percentAboveBase).regular
}

/** Whether the next instance of the set is a Spot one: regular ones are filled up to the target, nobody is converted. SP-21. */
export function nextIsSpot(set: ScaleSetState, capacity: number): boolean {
  const target = targetRegular(set, capacity)
  if (target === capacity) return false
  return countRegular(set) >= target
}

function countRegular(set: ScaleSetState): number {
  let regular = 0
  for (const instance of set.instances) if (isMember(instance) && !instance.spot) regular++
  return regular
}

/** How many of the instances that a scale-out makes are Spot: SP-21. */
export function spotAmongNext(set: ScaleSetState, capacity: number, by: number): number {
  const regular = Math.min(by, Math.max(0, targetRegular(set, capacity) - countRegular(set)))
  return by - regular
}

export interface ClassesNow {
  /** Regular members, protected ones among them. */
  readonly regular: number
  /** Of them, and of the Spot ones, those that a scale-in may take. */
  readonly removableRegular: number
  readonly removableSpot: number
}

/**
 * How many of each class a scale-in by `count` takes, so that the split is kept.
 *
 *   regular = clamp(regular now - target at the new capacity, 0, count), the rest is Spot;
 *   where one class is short the other fills in, and regular ones never go below the floor.
 *
 * Base 4, 50 %, from 7 regular and 3 Spot down by 4 to 6: the target is 5, so 2 regular and 2 Spot go.
 * With all 3 Spot ones gone (evicted, Delete) the same 4 are regular ones, but never past min(base, capacity) = 4. SP-26.
 */
export function classesToRemove(
  count: number,
  now: ClassesNow,
  target: { readonly regular: number; readonly floor: number },
): { regular: number; spot: number } {
  const regularMost = Math.min(now.removableRegular, Math.max(0, now.regular - target.floor))
  const wanted = Math.min(Math.max(0, now.regular - target.regular), count)
  const spot = Math.min(count - Math.min(wanted, regularMost), now.removableSpot)
  return { regular: Math.min(count - spot, regularMost), spot }
}

export interface MixedCandidate extends ScaleInCandidate {
  readonly spot: boolean
}

/**
 * The victims of a scale-in to `capacity`: first the Spot ones, then the regular ones, inside a class as the policy has it. The
 * other class weighs in the balance of zones and domains and is not taken. SP-26, PL-70 to PL-76.
 */
export function mixedVictims(
  candidates: readonly MixedCandidate[],
  count: number,
  policy: ScaleInRule,
  set: ScaleSetState,
  capacity: number,
): readonly number[] {
  const removable = (spot: boolean) => candidates.filter((one) => one.spot === spot && !one.protected).length
  const classes = classesToRemove(
    count,
    { regular: countRegular(set), removableRegular: removable(false), removableSpot: removable(true) },
    { regular: targetRegular(set, capacity), floor: Math.min(mixOf(set).base, capacity) },
  )
  const only = (spot: boolean, left: readonly MixedCandidate[]) =>
    left.map((one) => (one.spot === spot ? one : { ...one, protected: true }))
  const first = scaleInVictims(only(true, candidates), classes.spot, policy)
  const gone = new Set(first)
  const left = candidates.filter(({ index }) => !gone.has(index))
  return [...first, ...scaleInVictims(only(false, left), classes.regular, policy)]
}
