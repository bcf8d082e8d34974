/**
 * A scale set as the twin holds it: the flattened shape of `az vmss show`, with the REST API's spelling of every name
 * (`automaticOSUpgradePolicy`, not `automaticOsUpgradePolicy`), numbers as numbers, booleans as booleans, and unset
 * (null) properties absent. Source: facts on ARM shapes, sections 0 and 1.
 *
 * The value is an immutable document. An update makes a new one with immer; nothing edits it in place.
 */
export interface ScaleSetModel {
  readonly name: string
  readonly id?: string
  readonly location: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sku: { readonly name?: string; readonly tier?: string; readonly capacity: number }
  /** Absent or empty: regional. */
  readonly zones?: readonly string[]
  readonly orchestrationMode: 'Uniform' | 'Flexible'
  readonly singlePlacementGroup?: boolean
  readonly platformFaultDomainCount?: number
  readonly zoneBalance?: boolean
  readonly overprovision?: boolean
  readonly doNotRunExtensionsOnOverprovisionedVMs?: boolean
  readonly upgradePolicy: UpgradePolicy
  readonly automaticRepairsPolicy?: {
    readonly enabled?: boolean
    readonly gracePeriod?: string
    readonly repairAction?: 'Replace' | 'Reimage' | 'Restart'
  }
  readonly scaleInPolicy?: {
    readonly rules?: readonly ('Default' | 'OldestVM' | 'NewestVM')[]
    readonly forceDeletion?: boolean
    readonly prioritizeUnhealthyVMs?: boolean
  }
  readonly proximityPlacementGroup?: { readonly id?: string }
  readonly virtualMachineProfile: VirtualMachineProfile
  /** Everything else that was declared, kept as given so that `updateModel` can address it. */
  readonly [property: string]: unknown
}

export type UpgradeMode = 'Manual' | 'Automatic' | 'Rolling'

export interface UpgradePolicy {
  readonly mode: UpgradeMode
  readonly rollingUpgradePolicy?: RollingUpgradePolicy
  readonly automaticOSUpgradePolicy?: {
    readonly enableAutomaticOSUpgrade?: boolean
    readonly disableAutomaticRollback?: boolean
    readonly useRollingUpgradePolicy?: boolean
    readonly osRollingUpgradeDeferral?: boolean
  }
}

/** As declared; what is absent takes the service's default (20/20/20/PT0S, the flags false). */
export interface RollingUpgradePolicy {
  readonly maxBatchInstancePercent?: number
  readonly maxUnhealthyInstancePercent?: number
  readonly maxUnhealthyUpgradedInstancePercent?: number
  readonly pauseTimeBetweenBatches?: string
  readonly prioritizeUnhealthyInstances?: boolean
  readonly enableCrossZoneUpgrade?: boolean
  readonly rollbackFailedInstancesOnPolicyBreach?: boolean
  readonly maxSurge?: boolean
}

export interface ImageReference {
  readonly id?: string
  readonly publisher?: string
  readonly offer?: string
  readonly sku?: string
  readonly version?: string
  readonly exactVersion?: string
  readonly sharedGalleryImageId?: string
  readonly communityGalleryImageId?: string
}

export interface Extension {
  readonly name: string
  readonly publisher?: string
  readonly type?: string
  readonly typeHandlerVersion?: string
  readonly settings?: Readonly<Record<string, unknown>>
  readonly forceUpdateTag?: string
  readonly provisionAfterExtensions?: readonly string[]
}

export interface VirtualMachineProfile {
  readonly priority?: 'Regular' | 'Low' | 'Spot'
  readonly storageProfile?: {
    readonly imageReference?: ImageReference
    readonly osDisk?: Readonly<Record<string, unknown>>
    readonly dataDisks?: readonly Readonly<Record<string, unknown>>[]
  }
  readonly networkProfile?: { readonly healthProbe?: { readonly id?: string }; readonly [property: string]: unknown }
  readonly extensionProfile?: { readonly extensions?: readonly Extension[]; readonly extensionsTimeBudget?: string }
  readonly osProfile?: Readonly<Record<string, unknown>>
  readonly [property: string]: unknown
}

/** Health probe of a load balancer, as far as a Uniform set's health needs it (HE-4). Periods in seconds. */
export interface LoadBalancerProbe {
  readonly id: string
  readonly protocol: 'Http' | 'Https' | 'Tcp'
  readonly port?: number
  readonly requestPath?: string
  /** Default 15, minimum 5. */
  readonly intervalInSeconds: number
  /** Consecutive results that flip the state (`probeThreshold`, older templates `numberOfProbes`). Default 1. */
  readonly probeThreshold: number
}
