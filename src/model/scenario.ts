import type { Assumptions } from './assumptions.ts'
import type { AutoscaleSetting } from './autoscale/setting.ts'
import type { ZonePlacement } from './declare/zone-placement.ts'
import type { Demand } from './demand.ts'
import type { SourcePlace } from './diagnostic.ts'
import type { Distribution } from './distribution.ts'
import type { Expectation } from './expectation.ts'
import type { RandomFaults } from './faults.ts'
import type { Finding } from './finding.ts'
import type { Lesson } from './lesson.ts'
import type { Prices } from './prices.ts'
import type { RegionCapacity } from './regional-capacity.ts'
import type { LoadBalancerProbe, ScaleSetModel } from './scale-set.ts'
import type { SpotMarket } from './spot-market.ts'
import type { StandbyPool } from './standby-pool.ts'
import type { Property, Vary } from './vary.ts'

/**
 * One scenario, loaded and checked: what is declared, what is true, what happens, what is expected. A plain immutable
 * value without positions or YAML; the engine reads nothing else. All times are integer milliseconds from the start.
 */
export interface Scenario {
  /** Of a case: `<name of the base>/<name of the case>`. */
  readonly name: string
  /** Name of the case among `cases` of the file; absent: the base. */
  readonly case?: string
  /** The base of a file that has cases. */
  readonly hasCases?: boolean
  readonly title?: string
  readonly description?: string
  /** The file it came from, as given on the command line; for messages and the replay line only. */
  readonly file?: string
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number
  /** The horizon. Default PT6H; below 2^31 ms (24.8 days). */
  readonly durationMs: number
  /** In order of declaration. At least one. */
  readonly scaleSets: readonly DeclaredScaleSet[]
  /** Compute galleries whose versions, replication and replicas are played. An image of no declared gallery simply exists. */
  readonly galleries: readonly Gallery[]
  readonly imageTemplates: readonly ImageTemplate[]
  readonly maintenanceConfigurations: readonly MaintenanceConfiguration[]
  /** At most one for a scale set. */
  readonly autoscaleSettings: readonly AutoscaleSetting[]
  /** At most one for a scale set. */
  readonly standbyPools: readonly StandbyPool[]
  readonly world: World
  /** By time, ties in order of the file. */
  readonly timeline: readonly TimelineEntry[]
  readonly expect: readonly Expectation[]
  /** What fuzz and tune may change; absent: they choose. */
  readonly vary?: Vary
  /** What fuzz holds the scenario to; absent: the invariants. */
  readonly properties?: readonly Property[]
  readonly assumptions: Assumptions
  /** Makes the scenario a lesson. */
  readonly lesson?: Lesson
  /** Of a lesson: the same world with its change, and without anything expected. */
  readonly changed?: Scenario
  /** Static findings, from the declaration alone. */
  readonly findings: readonly Finding[]
}

export interface DeclaredScaleSet {
  readonly model: ScaleSetModel
  /** The probe that `networkProfile.healthProbe` points to; `unresolved` when it is declared but cannot be read offline. */
  readonly loadBalancerProbe?: LoadBalancerProbe | 'unresolved'
  /** Under automatic zone placement: the zones it may use (PL-40). */
  readonly zonePlacement?: ZonePlacement
}

/** A Compute Gallery, `Microsoft.Compute/galleries`. Fleet sheet, section 2. */
export interface Gallery {
  readonly name: string
  /** The region the gallery resource lives in; while it is down nothing can be published or changed (GA-28). */
  readonly location: string
  readonly images: readonly ImageDefinition[]
}

export interface ImageDefinition {
  readonly name: string
  /** `gallery/definition`, the image key of a reference that tracks latest. */
  readonly key: string
  readonly osType?: 'Linux' | 'Windows'
  readonly osState?: 'Generalized' | 'Specialized'
  readonly hyperVGeneration?: 'V1' | 'V2'
  /** As declared among `features`; letter case differs between pages (GA-37). */
  readonly securityType?: string
  /** Versions that exist at time 0, in order of declaration. */
  readonly versions: readonly ImageVersion[]
}

export type StorageAccountType = 'Standard_LRS' | 'Standard_ZRS' | 'Premium_LRS' | 'PremiumV2_LRS'
export type ReplicationState = 'Unknown' | 'Replicating' | 'Completed' | 'Failed'

/** An image version with every default applied. Regions are normalised (`eastus`). */
export interface ImageVersion {
  /** `Major.Minor.Patch`. */
  readonly name: string
  /** Source region: the first copy is made there (GA-23). Always among the target regions. */
  readonly location: string
  readonly targetRegions: readonly TargetRegion[]
  /** The global flag; a region's own wins (GA-02). */
  readonly excludeFromLatest: boolean
  /** Informational (GA-08); blocks deletion only under the safety profile. ISO 8601 date as declared. */
  readonly endOfLifeDate?: string
  readonly replicationMode: 'Full' | 'Shallow'
  /** OS disk and data disks together, GB. Default 30. */
  readonly sizeGB: number
  /** Of each data disk, in order of LUN; null: not declared. */
  readonly dataDisksGB: readonly (number | null)[]
  readonly allowDeletionOfReplicatedLocations: boolean
  readonly blockDeletionBeforeEndOfLife: boolean
}

export interface TargetRegion {
  readonly name: string
  readonly regionalReplicaCount: number
  readonly storageAccountType: StorageAccountType
  /** Absent: the version's own flag holds. */
  readonly excludeFromLatest?: boolean
  /** State of a declared version at time 0. A version published during the run starts as Replicating. */
  readonly state: ReplicationState
}

/** An Image Builder template, `Microsoft.VirtualMachineImages/imageTemplates`. Fleet sheet, section 3. */
export interface ImageTemplate {
  readonly name: string
  readonly location: string
  /** Image key of the source; `version` is `latest` or fixed. */
  readonly source: { readonly type: string; readonly image: string; readonly version: string }
  readonly customize: readonly Customizer[]
  readonly validations: readonly string[]
  readonly continueDistributeOnFailure: boolean
  readonly distribute: readonly DistributeTarget[]
  /** Customizing, validating and distributing together (IB-01). */
  readonly buildTimeoutMs: number
  readonly onCustomizerError: 'cleanup' | 'abort'
  readonly onValidationError: 'cleanup' | 'abort'
  /** Runs once when the template is created, taken as time 0. */
  readonly autoRun: boolean
  /** A trigger of kind SourceImage: runs when the source image gets a newer version (IB-06). */
  readonly hasSourceTrigger: boolean
}

export interface Customizer {
  readonly name: string
  readonly type: string
}

/** One target of a build. Only `SharedImage` publishes a version that the twin plays. */
export interface DistributeTarget {
  readonly runOutputName: string
  readonly type: 'SharedImage' | 'ManagedImage' | 'VHD'
  /** `gallery/definition`; empty for the other types. */
  readonly image: string
  /** Named in `galleryImageId`; absent: the scheme gives it (IB-05). */
  readonly version?: string
  readonly scheme: 'Latest' | 'Source'
  readonly major?: number
  readonly targetRegions: readonly TargetRegion[]
  readonly excludeFromLatest: boolean
  readonly replicationMode: 'Full' | 'Shallow'
}

/** A window for OS image upgrades of Uniform sets, `Microsoft.Maintenance/maintenanceConfigurations`. AO-20. */
export interface MaintenanceConfiguration {
  readonly name: string
  readonly scaleSets: readonly string[]
  /** Start of a window, ms after midnight. A run begins on a Monday at 00:00. */
  readonly startsAtMs: number
  readonly lengthMs: number
  /** 0 is Monday; absent: every day. */
  readonly weekday?: number
}

/** The truth that Azure does not hold. Everything is filled in: defaults have been applied. */
export interface World {
  /** By canonical image key (see `imageKey`); an image not listed behaves as `defaultImage`. */
  readonly images: Readonly<Record<string, ImageTruth>>
  readonly defaultImage: ImageTruth
  /** Truth about model values other than the image: what happens to an instance whose model has these values. */
  readonly models: readonly ModelTruth[]
  readonly application: Application
  readonly regions: Readonly<Record<string, RegionTruth>>
  readonly timings: Timings
  /** What fails by itself; absent: nothing does. */
  readonly faults?: RandomFaults
  /** By template name; a template that is not listed builds without a fault. */
  readonly imageTemplates: Readonly<Record<string, ImageTemplateTruth>>
  /** On all sets together, or on each for itself; absent: none is measured. */
  readonly demand?: readonly Demand[]
  /** Absent: what the run costs is not measured. */
  readonly prices?: Prices
  /** Absent: Spot machines are there for whoever asks, at any price, and only the timeline takes one back. */
  readonly spot?: SpotMarket
}

/** What really happens when a template runs. */
export interface ImageTemplateTruth {
  /** Queue, build machine and customizers, without validation's faults and without replication (IB-10). */
  readonly build: Distribution
  /** False: the build identity has no right to write image versions (playbook row 1). */
  readonly identityMayPublish: boolean
  /** By name of the customizer: it fails, or fails unnoticed and leaves a defect in the image (playbook row 12). */
  readonly customizers: Readonly<Record<string, CustomizerTruth>>
  /** Names of validations that fail. */
  readonly failingValidations: readonly string[]
}

export interface CustomizerTruth {
  readonly fails: 'loudly' | 'silently'
  /** In which runs of the template, counted from 1; absent: in every one. */
  readonly runs?: readonly number[]
  /** What is wrong with an image whose customizer failed silently. */
  readonly defects: readonly Defect[]
}

export interface ImageTruth {
  /** Power-on to guest up. */
  readonly boot: Distribution
  readonly defects: readonly Defect[]
  /** By region (normalised): how the copy of this version really goes there; absent: as the timings say. */
  readonly replication: Readonly<Record<string, { readonly takes?: Distribution; readonly fails: boolean }>>
}

export interface ModelTruth {
  readonly name: string
  /** Dotted path in the declared shape -> the value an instance's model must have for this to hold. */
  readonly when: Readonly<Record<string, unknown>>
  readonly defects: readonly Defect[]
}

/**
 * Something wrong with an image version or a model. `breaks` names dependencies, or one of the reserved words: `process`
 * (the application never listens), `boot` (the guest never comes up), `extensions` (an extension fails to install).
 */
export interface Defect {
  readonly name: string
  readonly breaks: readonly string[]
  /** Percent of instances it hits, drawn per instance and incarnation. 0-100. */
  readonly sharePercent: number
  /** From the end of boot until it bites. */
  readonly onset: Distribution
  /** How long it bites; absent: for good. */
  readonly duration?: Distribution
  /** Only in these zones; absent: everywhere. */
  readonly zones?: readonly string[]
  /** Only these instances, as `<set>/<number>`; absent: any. */
  readonly instances?: readonly string[]
}

export interface Application {
  /** Dependencies that serving really needs, besides the process. */
  readonly needs: readonly string[]
  /** End of boot to listening. */
  readonly startup: Distribution
  /** Listening to able to serve. */
  readonly warmup: Distribution
  /** By request path; for tcp probes the path is `tcp`. A path not listed is the honest probe: checks everything, answers as the extension expects. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  /** Custom metrics a probe body carries, by instance; the first entry that matches counts. CM-2. */
  readonly customMetrics: readonly CustomMetrics[]
  /** From a scheduled event to its approval; absent: the application never approves one (SE-2). */
  readonly approvesEventsAfter?: Distribution
  /** From the notice of an eviction to having left the load balancer and finished; absent: it takes no notice (SP-02). */
  readonly drain?: Distribution
}

export interface Endpoint {
  /** Dependencies it really checks; may contain `warmup`. */
  readonly checks: readonly string[]
  readonly answers: EndpointAnswer
  /** How long an answer takes while a check fails; from 30 s on the probe times out (HE-17). Milliseconds, default 0. */
  readonly failDelayMs: number
}

/**
 * `plain`: 200, or 503 when a check fails. `rich`: 200 with `ApplicationHealthState` `Healthy` or `Unhealthy`.
 * `honest`: whatever the declared health source understands. `fixed`: always that status and body.
 */
export type EndpointAnswer =
  | { readonly kind: 'plain' }
  | { readonly kind: 'rich' }
  | { readonly kind: 'honest' }
  | { readonly kind: 'fixed'; readonly status: number; readonly body?: string }

export interface CustomMetrics {
  /** `<set>/<number>`; absent: every instance. */
  readonly instances?: readonly string[]
  readonly zones?: readonly string[]
  /** The JSON text in the `customMetrics` string of the probe body. */
  readonly text: string
}

export interface RegionTruth {
  readonly zones: readonly string[]
  /** Fault domains of the region (regional) or of each zone. Default 3. */
  readonly faultDomains: number
  /** Most instances (all sets of the region together) the quota allows; absent: no limit. */
  readonly quotaInstances?: number
  /** Most vCPUs of all of them together; absent: no limit. */
  readonly quotaVCPUs?: number
  /** How scarce machines are; absent: there is room for everybody. */
  readonly capacity?: RegionCapacity
}

/** Durations of platform work. Defaults and their sources: `timings.ts`. */
export interface Timings {
  readonly createControlPlane: Distribution
  readonly extensionInstall: Distribution
  readonly osDiskSwap: Distribution
  readonly reimage: Distribution
  readonly resizeInPlace: Distribution
  readonly restart: Distribution
  readonly deallocate: Distribution
  readonly powerOff: Distribution
  readonly start: Distribution
  readonly delete: Distribution
  readonly deleteDeallocated: Distribution
  readonly applyModel: Distribution
  /** First copy of a 30 GB version, in its source region (GA-22). */
  readonly galleryReplicationSource: Distribution
  /** Copy of a 30 GB version to one more region, once the source region has its own. */
  readonly galleryReplication: Distribution
  /** How long one disk creation keeps a slot of a gallery replica (GA-32). */
  readonly imageAttach: Distribution
  /** An Image Builder run up to the end of its customizers (IB-10). */
  readonly imageBuild: Distribution
  /** How long Azure waits for a guest that never reports (TM-06). */
  readonly provisioningTimeout: Distribution
}

export interface TimelineEntry {
  readonly atMs: number
  readonly place?: SourcePlace
  readonly action: Action
}

/** What people and the cloud do. `scaleSet` is always filled in for verbs that act on one set. */
export type Action =
  | { readonly verb: 'updateModel'; readonly scaleSet: string; readonly set: readonly ModelAssignment[] }
  | { readonly verb: 'reapply'; readonly scaleSet: string }
  | { readonly verb: 'manualUpgrade'; readonly scaleSet: string; readonly instances: readonly InstanceRef[] | '*' }
  | { readonly verb: 'startOSUpgrade'; readonly scaleSet: string }
  | { readonly verb: 'cancelRollingUpgrade'; readonly scaleSet: string }
  | { readonly verb: 'scaleTo'; readonly scaleSet: string; readonly capacity: number }
  | {
      readonly verb: 'protectInstance'
      readonly instances: readonly InstanceRef[]
      readonly protectFromScaleIn?: boolean
      readonly protectFromScaleSetActions?: boolean
    }
  | {
      readonly verb: 'reimage' | 'restart' | 'deleteInstance' | 'deallocate' | 'start'
      readonly instances: readonly InstanceRef[]
      /** Of `deleteInstance`: past the scale set, as `az vm delete` does on Flexible (AS-43). */
      readonly individually?: true
    }
  | {
      /** An operation on the whole set: it leaves alone what is protected from scale set actions (PR-1). */
      readonly verb: 'reimageAll' | 'restartAll' | 'deallocateAll' | 'startAll'
      readonly scaleSet: string
    }
  | {
      readonly verb: 'failDependency'
      readonly dependency: string
      readonly zones?: readonly string[]
      readonly scaleSets?: readonly string[]
      readonly forMs?: number
    }
  | {
      readonly verb: 'hangInstance' | 'breakInstance'
      readonly instances: readonly InstanceRef[]
      readonly forMs?: number
    }
  | { readonly verb: 'publishImageVersion'; readonly image: string; readonly version: ImageVersion }
  | {
      /** `region` absent: the global flag. `exclude` false takes the flag back. */
      readonly verb: 'excludeFromLatest'
      readonly image: string
      readonly version: string
      readonly region?: string
      readonly exclude: boolean
    }
  | {
      /** Adds regions, or changes the replica count of one that is there (GA-29). */
      readonly verb: 'addTargetRegion'
      readonly image: string
      readonly version: string
      readonly regions: readonly TargetRegion[]
      /** No storage type was written: one that is there keeps its own, which is fixed (GA-29). */
      readonly keepsStorageType?: boolean
    }
  | {
      readonly verb: 'removeTargetRegion'
      readonly image: string
      readonly version: string
      readonly region: string
    }
  | { readonly verb: 'deleteImageVersion'; readonly image: string; readonly version: string }
  | {
      /** A platform image gets a newer version, phase by phase of regions (AO-8). One phase of no regions: everywhere. */
      readonly verb: 'publishPlatformImage'
      readonly image: string
      readonly version: string
      readonly phases: readonly (readonly string[])[]
    }
  | { readonly verb: 'runImageTemplate'; readonly template: string; readonly version?: string }
  | { readonly verb: 'cancelImageTemplate'; readonly template: string }
  | {
      readonly verb: 'approveRollingUpgrade'
      readonly scaleSet: string
      readonly instances: readonly InstanceRef[] | '*'
    }
  | {
      readonly verb: 'setOrchestrationServiceState'
      readonly scaleSet: string
      readonly serviceName: 'AutomaticRepairs'
      readonly action: 'Suspend' | 'Resume'
    }
  | { readonly verb: 'failGalleryRegion'; readonly region: string; readonly forMs?: number }
  | { readonly verb: 'failZone'; readonly region: string; readonly zone: string; readonly forMs?: number }
  | {
      /** A rack without power, in each of these sets; in every zone unless one is named. */
      readonly verb: 'failFaultDomain'
      readonly scaleSets: readonly string[]
      readonly zone?: string
      readonly faultDomain: number
      readonly forMs?: number
    }
  | {
      /** `noticeMs`: the failure is foreseen. `forMs` absent: the recovery is drawn. */
      readonly verb: 'failHost'
      readonly instances: readonly InstanceRef[]
      readonly forMs?: number
      readonly noticeMs?: number
    }
  | {
      readonly verb: 'freezeHosts'
      readonly scaleSets: readonly string[]
      readonly zone?: string
      readonly forMs: number
    }
  | {
      /** `selfServiceMs`: how long the owners may do it themselves before the platform begins. */
      readonly verb: 'rebootHosts'
      readonly scaleSets: readonly string[]
      readonly zone?: string
      readonly selfServiceMs?: number
    }
  | { readonly verb: 'performMaintenance'; readonly instances: readonly InstanceRef[] }
  | { readonly verb: 'simulateEviction'; readonly instances: readonly InstanceRef[] }
  | {
      /**
       * Azure takes Spot capacity back: this percent of the Spot instances of the set, or of the region or zone (whoever owns
       * them), the newest first. For so long nobody gets a Spot machine there.
       */
      readonly verb: 'reclaimSpot'
      readonly scaleSet?: string
      readonly region?: string
      readonly zone?: string
      readonly percent: number
      readonly forMs?: number
    }
  | { readonly verb: 'changeSpotPrice'; readonly usd: number }
  | {
      /** So many times the demand, of one set or of all. */
      readonly verb: 'shiftDemand'
      readonly scaleSet?: string
      readonly factor: number
      readonly forMs?: number
    }
  | ({ readonly verb: 'attachVM'; readonly scaleSet: string } & AttachedVM)
  | {
      /** Without zone and size it is the quota-like limit of the region (MS-4); with one, the room for machines there. */
      readonly verb: 'limitCapacity'
      readonly region: string
      readonly zone?: string
      /** In lower case. */
      readonly size?: string
      readonly instances: number
      readonly forMs?: number
    }

/** Machines that exist outside of any set and are attached to one. PL-53. */
export interface AttachedVM {
  readonly count: number
  /** Absent: regional. */
  readonly zone?: string
  /** False: it has no Application Health extension, so that an upgrade hears nothing from it (PL-54). */
  readonly reportsHealth: boolean
  /** Exact key of the image on its disk; absent: what the model of the set means. */
  readonly image?: string
  readonly managedDisk: boolean
  readonly belongsTo?: (typeof ATTACH_OBSTACLES)[number]
}

/** What a machine may belong to that keeps it from being attached. */
export const ATTACH_OBSTACLES = [
  'availabilitySet',
  'proximityPlacementGroup',
  'dedicatedHost',
  'otherResourceGroup',
] as const

/** One assignment of `updateModel.set`. `value` undefined unsets (written `null`). */
export interface ModelAssignment {
  /** Dotted path as written, for messages. */
  readonly path: string
  /** Segments; a list member by name is `{ name }`. */
  readonly segments: readonly (string | { readonly name: string })[]
  readonly value: unknown
}

/** An instance by `<set>/<number>` (order of creation from 0), or by its Azure name. */
export type InstanceRef = { readonly scaleSet: string; readonly number: number } | { readonly name: string }
