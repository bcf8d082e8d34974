import type { Defect, ImageDefinition, ReplicationState, StorageAccountType } from '../../model/scenario.ts'
import type { Instance } from '../instance.ts'

/** An image definition during a run, with every version it has or had. */
export interface DefinitionState {
  readonly galleryName: string
  /** Region of the gallery resource: while it is down nothing can be published or changed (GA-28). */
  readonly galleryRegion: string
  readonly declared: ImageDefinition
  readonly versions: VersionState[]
}

export interface VersionState {
  readonly definition: DefinitionState
  /** `gallery/definition/Major.Minor.Patch`. */
  readonly key: string
  readonly name: string
  readonly sourceRegion: string
  readonly replicationMode: 'Full' | 'Shallow'
  readonly sizeGB: number
  readonly dataDisksGB: readonly (number | null)[]
  readonly endOfLifeDate: string | null
  readonly blockDeletionBeforeEndOfLife: boolean
  readonly allowDeletionOfReplicatedLocations: boolean
  excludeFromLatest: boolean
  readonly copies: Copy[]
  readonly publishedAtMs: number
  deleted: boolean
  /** Defects a build left in the image; those of `world.images` come on top. */
  readonly builtDefects: readonly Defect[]
}

/** A disk creation that waits for a free slot of a replica: GA-32. */
export interface WaitingDisk {
  readonly instance: Instance
  /** Boot the request belongs to; an instance that was taken down since asks no longer. */
  readonly boots: number
  readonly sinceMs: number
  readonly grant: () => void
}

/** A version in one region, with the replicas that serve disk creations there. */
export interface Copy {
  /** Index among all copies of the run. */
  readonly index: number
  readonly version: VersionState
  readonly region: string
  state: ReplicationState
  /** Trace entry of its end; -1: it has not ended in this run. */
  endedEntry: number
  /** When the state became what it is, ms. */
  sinceMs: number
  replicas: number
  /** Replicas asked for last; more than `replicas` while they are being made. */
  wantedReplicas: number
  readonly storageAccountType: StorageAccountType
  excludeFromLatest: boolean | undefined
  /** Zone a locally redundant copy lives in; null for zone-redundant storage and in regions without zones. */
  readonly zone: string | null
  /** Its only zone is down: GA-27. */
  zoneDown: boolean
  removed: boolean
  inUse: number
  readonly waiting: WaitingDisk[]
  /** How often it was made or tried: a copy that is asked for again draws anew (GA-20). */
  attempts: number
  /** End of the attempt under way, and when and how it comes; null while none is. */
  timer: number
  ending: CopyEnding | null
  replicasTimer: number
}

export interface CopyEnding {
  readonly atMs: number
  readonly state: 'Completed' | 'Failed'
  /** The rule that decided it, as the trace names it. */
  readonly rule: string
}

/** Whether it is hidden from latest in the region, whose own flag wins over that of the version: GA-02, GR-2. */
export function isExcludedIn(version: VersionState, region: string): boolean {
  return copyIn(version, region)?.excludeFromLatest ?? version.excludeFromLatest
}

/** The copy of a version in a region, while there is one. */
export function copyIn(version: VersionState | undefined, region: string): Copy | undefined {
  return version?.copies.find((copy) => copy.region === region && !copy.removed)
}
