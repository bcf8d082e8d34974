import type { SourcePlace } from './diagnostic.ts'

/**
 * Room for machines of the scale sets of the twin: how many fit, those already there included. What is absent counts for
 * all: `{ zone: '3', instances: 0 }` is a full zone, `{ size: 'standard_d4as_v5', instances: 20 }` a scarce size.
 */
export interface RoomLimit {
  readonly zone?: string
  /** In lower case. */
  readonly size?: string
  /** Of sets with fixed spreading, in each zone: max spreading never asks for a domain (PL-02). */
  readonly faultDomain?: number
  readonly instances: number
  /** Where the scenario says so. */
  readonly place?: SourcePlace
}

/** A size that the region does not sell at all, or not in these zones. */
export interface SizeNotOffered {
  /** In lower case. */
  readonly size: string
  /** Absent: nowhere in the region. */
  readonly zones?: readonly string[]
}

/** How scarce machines are in a region. Nothing limited: there is room for everybody. */
export interface RegionCapacity {
  readonly limits: readonly RoomLimit[]
  readonly notOffered: readonly SizeNotOffered[]
}
