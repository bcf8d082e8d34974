import type { Assumptions } from '../../model/assumptions.ts'
import type { Distribution } from '../../model/distribution.ts'
import { DEFAULT_IMAGE_SIZE_GB } from '../../model/gallery/limits.ts'
import type { ReplicationState } from '../../model/scenario.ts'
import { DEFAULT_TIMINGS } from '../../model/timings.ts'

/**
 * `replicationModel: reported`: what 30 GB take on top of the base. 30 min at the median and 127 min at the 95th
 * percentile, so that with the base of 5 min a copy takes 35 min at the median, 15 at the 10th percentile and 98 at the
 * 90th. GA-22.
 */
export const REPORTED_COPY: Distribution = { kind: 'lognormal', p50Ms: 1_800_000, p95Ms: 7_650_000 }

/**
 * Whether this timing is the default one. Compared by value: a scenario that was sent to a worker holds a copy, and
 * `replicationModel` replaces only what the scenario has not set itself.
 */
export function isDefaultTiming(name: 'galleryReplicationSource' | 'galleryReplication', given: Distribution): boolean {
  return JSON.stringify(given) === JSON.stringify(DEFAULT_TIMINGS[name])
}

export type ReplicationAssumptions = Pick<
  Assumptions,
  'replicationBase' | 'replicationCap' | 'replicationGrid' | 'sourceRegionFirst'
>

export interface CopyPlan {
  /** Duration drawn for a copy of 30 GB, ms. */
  readonly drawnMs: number
  readonly sizeGB: number
  readonly replicationMode: 'Full' | 'Shallow'
}

/**
 * How long one copy of a version takes, ms; before the grid and the cap.
 *
 *   Full:    base + (drawn - base) * sizeGB / 30, where base is the part that does not depend on the size
 *   Shallow: base alone, nothing is copied (GA-25)
 *
 * Drawn 361 s with a base of 5 min: 30 GB takes 361 s, 128 GB takes 560 s. GA-22.
 * A draw below the base has no such part: drawn 225 s, 30 GB takes 225 s and 128 GB 960 s, since time depends on size (GA-20).
 */
export function copyDurationMs(plan: CopyPlan, baseMs: number): number {
  if (plan.replicationMode === 'Shallow') return baseMs
  const fixed = plan.drawnMs < baseMs ? 0 : baseMs
  return Math.round(fixed + ((plan.drawnMs - fixed) * plan.sizeGB) / DEFAULT_IMAGE_SIZE_GB)
}

export interface CopyOutcome {
  /** From the publication, ms. */
  readonly afterMs: number
  readonly state: 'Completed' | 'Failed'
  readonly rule: 'GR-3' | 'GA-20' | 'GA-07' | 'GA-23'
}

/**
 * When a copy ends, counted from the publication, and how. `startsAfterMs` is the end of the copy in the source region for
 * every other one (GA-23). Copies end on a grid (measured); one that takes longer than the cap has failed (GA-20).
 */
export function copyOutcome(
  startsAfterMs: number,
  durationMs: number,
  assumptions: ReplicationAssumptions,
): CopyOutcome {
  const { replicationCap, replicationGrid } = assumptions
  if (durationMs > replicationCap) return { afterMs: startsAfterMs + replicationCap, state: 'Failed', rule: 'GA-20' }
  return { afterMs: ceilTo(startsAfterMs + durationMs, replicationGrid), state: 'Completed', rule: 'GR-3' }
}

/** The next multiple of `gridMs`, or the value itself where it is one. A grid of 0 changes nothing. */
export function ceilTo(ms: number, gridMs: number): number {
  return gridMs === 0 ? ms : Math.ceil(ms / gridMs) * gridMs
}

/** `replicationStatus.aggregatedState` of a version, from the states of its regions. Fleet sheet 2.1. */
export function aggregatedState(
  states: readonly ReplicationState[],
): 'Unknown' | 'InProgress' | 'Completed' | 'Failed' {
  if (states.length === 0 || states.every((state) => state === 'Unknown')) return 'Unknown'
  if (states.includes('Failed')) return 'Failed'
  return states.every((state) => state === 'Completed') ? 'Completed' : 'InProgress'
}

/**
 * The zone a locally redundant copy lives in: by a stable hash of version and region, so that the same copy stands in the
 * same zone in every run. GA-27.
 */
export function zoneOfCopy(imageKey: string, region: string, zones: readonly string[]): string | null {
  if (zones.length === 0) return null
  let hash = 0x811c9dc5
  for (const character of `${imageKey.toLowerCase()}@${region}`) {
    hash ^= character.codePointAt(0)!
    hash = Math.imul(hash, 0x01000193)
  }
  return zones[(hash >>> 0) % zones.length]!
}

/** Whether the loss of one zone leaves a copy of this storage type usable. GA-27. */
export function survivesZoneLoss(storageAccountType: string): boolean {
  return /_ZRS$/i.test(storageAccountType)
}

/** Disk creations a copy serves at the same time: a shallow one has the concurrency of a single replica. GA-25, GA-32. */
export function slotsOf(replicas: number, replicationMode: 'Full' | 'Shallow', createsPerReplica: number): number {
  return (replicationMode === 'Shallow' ? 1 : Math.max(1, replicas)) * createsPerReplica
}
