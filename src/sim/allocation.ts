import type { Instance } from './instance.ts'
import { sizeOf } from './machines.ts'
import type { PlacedInstance } from './placement.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** Why Azure has no machine for an instance: fleet sheet section 1.7. */
export interface AllocationFailure {
  /** Azure's code: `AllocationFailed`, `ZonalAllocationFailed`, `SkuNotAvailable`, … */
  readonly code: string
  readonly message: string
  readonly rule: string
}

/** Null: there is room for one more at this place, as far as this check is concerned. */
export type AllocationCheck = (
  set: ScaleSetState,
  place: PlacedInstance,
  isSpot: boolean,
  /** In lower case; empty: a set without a size. */
  size: string,
  /** The one that asks, where it exists already. */
  instance?: Instance,
) => AllocationFailure | null

/**
 * Whether a machine can be had. Whoever makes machines scarce (capacity of a zone, the Spot market) adds a check when the
 * run is set up; whoever needs one asks.
 */
export class Allocation {
  private readonly checks: AllocationCheck[] = []

  add(check: AllocationCheck): void {
    this.checks.push(check)
  }

  /** The first reason why there is no machine; null: there is one. */
  refusal(
    set: ScaleSetState,
    place: PlacedInstance,
    isSpot: boolean,
    size: string = sizeOf(set.model),
    instance?: Instance,
  ): AllocationFailure | null {
    for (const check of this.checks) {
      const failure = check(set, place, isSpot, size, instance)
      if (failure !== null) return failure
    }
    return null
  }
}
