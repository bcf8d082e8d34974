import type { Assumptions } from '../../model/assumptions.ts'
import type { ReplicationState, TargetRegion } from '../../model/scenario.ts'
import type { Copy, VersionState } from './copy.ts'

/** An image version at one moment of a run. */
export interface ImageVersionSnapshot {
  /** `gallery/definition/Major.Minor.Patch`. */
  readonly key: string
  readonly isDeleted: boolean
  readonly location: string
  readonly hyperVGeneration: 'V1' | 'V2' | null
  readonly osType: 'Linux' | 'Windows' | null
  readonly replicationMode: 'Full' | 'Shallow'
  readonly sizeGB: number
  /** In order of LUN; null: not declared. */
  readonly dataDisksGB: readonly (number | null)[]
  readonly excludeFromLatest: boolean
  readonly endOfLifeDate: string | null
  readonly allowDeletionOfReplicatedLocations: boolean
  readonly blockDeletionBeforeEndOfLife: boolean
  /** 0 for what exists when the run begins. */
  readonly publishedAtMs: number
  readonly copies: readonly {
    readonly region: string
    readonly state: ReplicationState
    /** 0-100. */
    readonly progressPercent: number
    readonly replicas: number
    readonly wantedReplicas: number
    readonly storageAccountType: TargetRegion['storageAccountType']
    /** Null: the flag of the version holds. */
    readonly excludeFromLatest: boolean | null
  }[]
}

/**
 * How far a copy is, 0-100, and 100 only when it is done. What the service counts while it replicates is not documented
 * (GA-22, `replicationProgress`). A failed one shows 0, as nothing of it can be used.
 */
function progressOf({ state, sinceMs, ending }: Copy, nowMs: number, { replicationProgress }: Assumptions): number {
  if (state === 'Completed') return 100
  if (state !== 'Replicating' || replicationProgress === 'none') return 0
  if (ending === null || ending.atMs <= sinceMs) return 0
  return Math.min(99, Math.floor(((nowMs - sinceMs) * 100) / (ending.atMs - sinceMs)))
}

/** A version with each of its copies as it stands now. */
export function versionSnapshot(version: VersionState, nowMs: number, assumptions: Assumptions): ImageVersionSnapshot {
  const { declared } = version.definition
  return {
    key: version.key,
    isDeleted: version.deleted,
    location: version.sourceRegion,
    hyperVGeneration: declared.hyperVGeneration ?? null,
    osType: declared.osType ?? null,
    replicationMode: version.replicationMode,
    sizeGB: version.sizeGB,
    dataDisksGB: version.dataDisksGB,
    excludeFromLatest: version.excludeFromLatest,
    endOfLifeDate: version.endOfLifeDate,
    allowDeletionOfReplicatedLocations: version.allowDeletionOfReplicatedLocations,
    blockDeletionBeforeEndOfLife: version.blockDeletionBeforeEndOfLife,
    publishedAtMs: version.publishedAtMs,
    copies: version.copies
      .filter(({ removed }) => !removed)
      .map((copy) => ({
        region: copy.region,
        state: copy.state,
        progressPercent: progressOf(copy, nowMs, assumptions),
        replicas: copy.replicas,
        wantedReplicas: copy.wantedReplicas,
        storageAccountType: copy.storageAccountType,
        excludeFromLatest: copy.excludeFromLatest ?? null,
      })),
  }
}
