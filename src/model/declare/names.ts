/**
 * The names a scale set may carry, in the REST API's spelling, with the type each has. The command line prints some of
 * them re-cased (`automaticOsUpgradePolicy`, `diskSizeGb`), people type them in any case, templates write numbers and
 * booleans as text; `flattenScaleSet` brings all of that back to this table. Source: facts on ARM shapes, sections 0 and 1.
 */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'flag' | 'zones' }
  /** A string of a fixed set; the service accepts any casing. */
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  /** Kept as given: tags, extension settings, custom data. */
  | { readonly kind: 'free' }
  /** Not read by the twin: names from `OPEN_NAMES` are re-cased, nothing is reported as unknown. */
  | { readonly kind: 'open' }
  | { readonly kind: 'object'; readonly members: Readonly<Record<string, Shape>>; readonly lift: boolean }
  | { readonly kind: 'list'; readonly of: Shape }

const text: Shape = { kind: 'text' }
const number: Shape = { kind: 'number' }
const flag: Shape = { kind: 'flag' }
const free: Shape = { kind: 'free' }
const open: Shape = { kind: 'open' }
const oneOf = (...values: string[]): Shape => ({ kind: 'oneOf', values })
const list = (of: Shape): Shape => ({ kind: 'list', of })
const object = (members: Record<string, Shape>): Shape => ({ kind: 'object', members, lift: false })
/** An object whose `properties` level the REST API has and the flattened shape has not. */
const lifted = (members: Record<string, Shape>): Shape => ({ kind: 'object', members, lift: true })
const enabled = object({ enabled: flag })
const reference = object({ id: text })

const rollingUpgradePolicy = object({
  maxBatchInstancePercent: number,
  maxUnhealthyInstancePercent: number,
  maxUnhealthyUpgradedInstancePercent: number,
  pauseTimeBetweenBatches: text,
  enableCrossZoneUpgrade: flag,
  prioritizeUnhealthyInstances: flag,
  rollbackFailedInstancesOnPolicyBreach: flag,
  maxSurge: flag,
})

const upgradePolicy = object({
  mode: oneOf('Manual', 'Automatic', 'Rolling'),
  rollingUpgradePolicy,
  automaticOSUpgradePolicy: object({
    enableAutomaticOSUpgrade: flag,
    disableAutomaticRollback: flag,
    useRollingUpgradePolicy: flag,
    osRollingUpgradeDeferral: flag,
  }),
})

const imageReference = object({
  id: text,
  publisher: text,
  offer: text,
  sku: text,
  version: text,
  exactVersion: text,
  sharedGalleryImageId: text,
  communityGalleryImageId: text,
})

const ipConfiguration = lifted({
  id: text,
  name: text,
  primary: flag,
  subnet: open,
  privateIPAddressVersion: text,
  publicIPAddressConfiguration: lifted({
    name: text,
    sku: open,
    tags: free,
    idleTimeoutInMinutes: number,
    dnsSettings: open,
    ipTags: list(open),
    publicIPPrefix: open,
    publicIPAddressVersion: text,
    deleteOption: text,
  }),
  applicationGatewayBackendAddressPools: list(open),
  applicationSecurityGroups: list(open),
  loadBalancerBackendAddressPools: list(open),
  loadBalancerInboundNatPools: list(open),
})

const networkProfile = object({
  healthProbe: reference,
  networkApiVersion: text,
  networkInterfaceConfigurations: list(
    lifted({
      id: text,
      name: text,
      tags: free,
      primary: flag,
      enableAcceleratedNetworking: flag,
      disableTcpStateTracking: flag,
      enableFpga: flag,
      enableIPForwarding: flag,
      networkSecurityGroup: open,
      dnsSettings: open,
      ipConfigurations: list(ipConfiguration),
      deleteOption: text,
      auxiliaryMode: text,
      auxiliarySku: text,
    }),
  ),
})

const extension = lifted({
  id: text,
  name: text,
  publisher: text,
  type: text,
  typeHandlerVersion: text,
  autoUpgradeMinorVersion: flag,
  enableAutomaticUpgrade: flag,
  settings: free,
  protectedSettings: free,
  protectedSettingsFromKeyVault: open,
  provisionAfterExtensions: list(text),
  suppressFailures: flag,
  forceUpdateTag: text,
})

const virtualMachineProfile = object({
  osProfile: open,
  storageProfile: object({
    imageReference,
    osDisk: open,
    dataDisks: list(open),
    diskControllerType: text,
  }),
  networkProfile,
  securityProfile: open,
  diagnosticsProfile: open,
  extensionProfile: object({ extensions: list(extension), extensionsTimeBudget: text }),
  licenseType: text,
  priority: oneOf('Regular', 'Low', 'Spot'),
  evictionPolicy: oneOf('Deallocate', 'Delete'),
  billingProfile: object({ maxPrice: number }),
  scheduledEventsProfile: object({
    terminateNotificationProfile: object({ enable: flag, notBeforeTimeout: text }),
    osImageNotificationProfile: object({ enable: flag, notBeforeTimeout: text }),
  }),
  userData: free,
  capacityReservation: open,
  applicationProfile: open,
  hardwareProfile: open,
  serviceArtifactReference: open,
  securityPostureReference: open,
  tags: free,
})

/** The whole resource, flattened. */
export const SCALE_SET: Shape & { readonly kind: 'object' } = {
  kind: 'object',
  lift: true,
  members: {
    id: text,
    name: text,
    location: text,
    tags: free,
    sku: object({ name: text, tier: text, capacity: number }),
    zones: { kind: 'zones' },
    plan: open,
    identity: open,
    extendedLocation: open,
    placement: object({
      zonePlacementPolicy: oneOf('Any', 'Auto'),
      includeZones: { kind: 'zones' },
      excludeZones: { kind: 'zones' },
    }),
    upgradePolicy,
    automaticRepairsPolicy: object({
      enabled: flag,
      gracePeriod: text,
      repairAction: oneOf('Replace', 'Restart', 'Reimage'),
    }),
    scheduledEventsPolicy: open,
    virtualMachineProfile,
    overprovision: flag,
    doNotRunExtensionsOnOverprovisionedVMs: flag,
    singlePlacementGroup: flag,
    zoneBalance: flag,
    platformFaultDomainCount: number,
    scaleInPolicy: object({
      rules: list(oneOf('Default', 'OldestVM', 'NewestVM')),
      forceDeletion: flag,
      prioritizeUnhealthyVMs: flag,
    }),
    orchestrationMode: oneOf('Uniform', 'Flexible'),
    spotRestorePolicy: object({ enabled: flag, restoreTimeout: text }),
    priorityMixPolicy: object({ baseRegularPriorityCount: number, regularPriorityPercentageAboveBase: number }),
    resiliencyPolicy: object({
      resilientVMCreationPolicy: enabled,
      resilientVMDeletionPolicy: enabled,
      automaticZoneRebalancingPolicy: object({
        enabled: flag,
        rebalanceStrategy: oneOf('Recreate'),
        rebalanceBehavior: oneOf('CreateBeforeDelete'),
      }),
      zoneAllocationPolicy: object({
        maxZoneCount: number,
        maxInstancePercentPerZonePolicy: object({ enabled: flag, value: number }),
      }),
      operationRecoverySettings: open,
    }),
    constrainedMaximumCapacity: flag,
    skuProfile: open,
    proximityPlacementGroup: reference,
    hostGroup: reference,
    additionalCapabilities: open,
    zonalPlatformFaultDomainAlignMode: text,
    highSpeedInterconnectPlacement: text,
    lifecycleHooksProfile: open,
    externalHealthPolicy: object({ enabled: flag, expiryDuration: text, gracePeriod: text }),
  },
}

/** Read-only, deployment-only and bookkeeping names: dropped without a word. */
export const DROPPED: ReadonlySet<string> = new Set([
  'resourcegroup',
  'provisioningstate',
  'uniqueid',
  'timecreated',
  'etag',
  'systemdata',
])

/** What belongs to a template's resource, not to the scale set. */
export const DEPLOYMENT_ONLY: ReadonlySet<string> = new Set([
  'type',
  'apiversion',
  'dependson',
  'condition',
  'copy',
  'comments',
  'metadata',
  'resources',
  'scope',
  'existing',
  'asserts',
])

/** Names in the parts the twin does not read whose spelling the command line changes. */
const OPEN_SPELLINGS = [
  'provisionVMAgent',
  'enableVMAgentPlatformUpdates',
  'enableIPForwarding',
  'privateIPAddressVersion',
  'publicIPAddressConfiguration',
  'publicIPAddressVersion',
  'publicIPPrefix',
  'diskSizeGB',
  'diskIOPSReadWrite',
  'diskMBpsReadWrite',
  'ultraSSDEnabled',
  'storageUri',
  'winRM',
  'customEmails',
  'securityType',
  'uefiSettings',
  'vTpmEnabled',
  'vmSize',
  'vCPUsAvailable',
  'vCPUsPerCore',
]

export const OPEN_NAMES: ReadonlyMap<string, string> = new Map(OPEN_SPELLINGS.map((name) => [name.toLowerCase(), name]))

/** Parts of the VM profile that condensed documentation output shows at the top level. ARM shapes, section 0. */
export const PROFILE_PARTS: ReadonlySet<string> = new Set([
  'osprofile',
  'storageprofile',
  'networkprofile',
  'extensionprofile',
  'diagnosticsprofile',
  'securityprofile',
])

/** Settings of the Application Health extension; their names and numbers are put right like the set's own. */
export const HEALTH_SETTINGS: Shape & { readonly kind: 'object' } = {
  kind: 'object',
  lift: false,
  members: {
    protocol: oneOf('http', 'https', 'tcp'),
    port: number,
    requestPath: text,
    intervalInSeconds: number,
    numberOfProbes: number,
    gracePeriod: number,
  },
}
