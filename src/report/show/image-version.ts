import { regionDisplayName } from '../../model/region-names.ts'
import { aggregatedState } from '../../sim/gallery/replication.ts'
import type { ImageVersionSnapshot } from '../../sim/gallery/version-snapshot.ts'
import type { RunSnapshot } from '../../sim/snapshot.ts'
import { armTime } from './clock.ts'
import { galleryImageId, imageId } from './identity.ts'
import type { Row } from './table.ts'

/** `GET …/images/{definition}/versions/{name}?$expand=ReplicationStatus`. ARM shapes, section 2.6. */
export interface GalleryImageVersion {
  readonly name: string
  readonly id: string
  readonly type: 'Microsoft.Compute/galleries/images/versions'
  readonly location: string
  readonly tags: Readonly<Record<string, string>>
  readonly properties: {
    readonly publishingProfile: {
      readonly targetRegions: readonly {
        readonly name: string
        readonly regionalReplicaCount: number
        readonly storageAccountType: string
        readonly excludeFromLatest?: boolean
      }[]
      readonly replicaCount: number
      readonly excludeFromLatest: boolean
      readonly publishedDate: string
      readonly endOfLifeDate?: string
      readonly storageAccountType: string
      readonly replicationMode: 'Full' | 'Shallow'
    }
    readonly storageProfile: {
      readonly source: { readonly id: string }
      readonly osDiskImage: {
        readonly sizeInGB: number
        readonly hostCaching: string
        readonly source: Readonly<Record<string, never>>
      }
      readonly dataDiskImages?: readonly {
        readonly lun: number
        readonly sizeInGB?: number
        readonly hostCaching: string
      }[]
    }
    readonly safetyProfile: {
      readonly allowDeletionOfReplicatedLocations: boolean
      readonly reportedForPolicyViolation: boolean
      readonly policyViolations: readonly never[]
      readonly blockDeletionBeforeEndOfLife: boolean
    }
    readonly replicationStatus: {
      readonly aggregatedState: 'Unknown' | 'InProgress' | 'Completed' | 'Failed'
      readonly summary: readonly {
        readonly region: string
        readonly state: string
        readonly details: string
        readonly progress: number
      }[]
    }
    readonly provisioningState: 'Creating' | 'Updating' | 'Succeeded' | 'Failed'
  }
}

const DEFAULT_STORAGE = 'Standard_LRS'

export function imageVersion(run: RunSnapshot, version: ImageVersionSnapshot): GalleryImageVersion {
  const { key, copies } = version
  const { scenario } = run
  const name = key.split('/')[2] ?? ''
  const state = aggregatedState(copies.map((copy) => copy.state))
  return {
    name,
    id: galleryImageId(scenario, key),
    type: 'Microsoft.Compute/galleries/images/versions',
    location: version.location,
    tags: {},
    properties: {
      publishingProfile: {
        targetRegions: copies.map((copy) => ({
          name: regionDisplayName(copy.region),
          regionalReplicaCount: copy.wantedReplicas,
          storageAccountType: copy.storageAccountType,
          ...(copy.excludeFromLatest === null ? {} : { excludeFromLatest: copy.excludeFromLatest }),
        })),
        replicaCount: 1,
        excludeFromLatest: version.excludeFromLatest,
        publishedDate: armTime(version.publishedAtMs),
        ...(version.endOfLifeDate === null ? {} : { endOfLifeDate: version.endOfLifeDate }),
        storageAccountType: DEFAULT_STORAGE,
        replicationMode: version.replicationMode,
      },
      storageProfile: {
        source: { id: imageId(scenario, key.replaceAll('/', '-')) },
        osDiskImage: { sizeInGB: osDiskGB(version), hostCaching: 'ReadWrite', source: {} },
        ...(version.dataDisksGB.length === 0
          ? {}
          : {
              dataDiskImages: version.dataDisksGB.map((sizeInGB, lun) => ({
                lun,
                ...(sizeInGB === null ? {} : { sizeInGB }),
                hostCaching: 'None',
              })),
            }),
      },
      safetyProfile: {
        allowDeletionOfReplicatedLocations: version.allowDeletionOfReplicatedLocations,
        reportedForPolicyViolation: false,
        policyViolations: [],
        blockDeletionBeforeEndOfLife: version.blockDeletionBeforeEndOfLife,
      },
      replicationStatus: {
        aggregatedState: state,
        summary: copies.map((copy) => ({
          region: regionDisplayName(copy.region),
          state: copy.state,
          details: copy.state === 'Failed' ? 'The copy of the version failed.' : '',
          progress: copy.progressPercent,
        })),
      },
      provisioningState: provisioningState(version, state),
    },
  }
}

/** The scenario knows the size of all disks together; what data disks do not take is the OS disk. */
const osDiskGB = ({ sizeGB, dataDisksGB }: ImageVersionSnapshot): number =>
  Math.max(1, sizeGB - dataDisksGB.reduce((sum: number, one) => sum + (one ?? 0), 0))

/** It is being made until its first copies are done; a region that comes later is an update. */
function provisioningState(
  { copies }: ImageVersionSnapshot,
  state: GalleryImageVersion['properties']['replicationStatus']['aggregatedState'],
): 'Creating' | 'Updating' | 'Succeeded' | 'Failed' {
  if (copies.some((copy) => copy.state === 'Replicating'))
    return copies.some((copy) => copy.state === 'Completed') ? 'Updating' : 'Creating'
  return state === 'Failed' ? 'Failed' : 'Succeeded'
}

export function imageVersionRows({ name, properties }: GalleryImageVersion): Row[] {
  const { publishingProfile, replicationStatus } = properties
  return publishingProfile.targetRegions.map((region, at) => ({
    Name: name,
    Region: region.name,
    Replicas: region.regionalReplicaCount,
    StorageAccountType: region.storageAccountType,
    ExcludeFromLatest: region.excludeFromLatest ?? publishingProfile.excludeFromLatest,
    State: replicationStatus.summary[at]!.state,
    Progress: replicationStatus.summary[at]!.progress,
    AggregatedState: replicationStatus.aggregatedState,
  }))
}
