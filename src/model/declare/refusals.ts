import type { ScaleSetModel } from '../scale-set.ts'
import { ENABLE_OS_UPGRADE, isAutomaticOSUpgrade } from './automatic-os-upgrade.ts'
import { complain, INVALID_VALUE, REFUSED, type Report } from './context.ts'
import { type HealthSource, isServiceFabricExtension } from './health-source.ts'
import { tracksLatest } from './image-key.ts'
import { instanceLimit } from './instance-limit.ts'
import { isSpot } from './priority-mix.ts'
import { checkSpotValues } from './spot.ts'
import { lookUp } from './values.ts'
import { isAutomaticPlacement } from './zone-placement.ts'

/** Shortest period of a load balancer probe, seconds. HE-4. */
const PROBE_INTERVAL_MIN = 5
/** Most instances of one placement group; `singlePlacementGroup: true` is one group. Fleet 1.1. */
const PLACEMENT_GROUP_MAX = 100

/**
 * PL-04: fault domain counts a set may ask for, and what it gets without asking.
 */
export function faultDomainCounts(
  mode: 'Uniform' | 'Flexible',
  zonal: boolean,
): { allowed: readonly number[]; default: number } {
  if (mode === 'Uniform') return zonal ? { allowed: [1, 5], default: 1 } : { allowed: [1, 2, 3, 4, 5], default: 5 }
  return zonal ? { allowed: [1], default: 1 } : { allowed: [1, 2, 3], default: 1 }
}

/** Values that are fine alone and refused together. The model has its defaults filled in, `declared` has not. */
export function checkRelations(
  model: ScaleSetModel,
  declared: Readonly<Record<string, unknown>>,
  health: HealthSource,
  report: Report,
): void {
  checkHealthNeeds(model, health, report)
  checkRollingPolicy(model, report)
  checkOsUpgrade(model, report)
  checkPlacement(model, declared, report)
  checkSpot(model, report)
}

/** RP-2, rollouts 1.1 to 1.3: what works on reported health is refused without a source of it. */
function checkHealthNeeds(model: ScaleSetModel, health: HealthSource, report: Report): void {
  const probe = report.context.loadBalancerProbe
  if (health.kind === 'loadBalancer' && typeof probe === 'object' && probe.intervalInSeconds < PROBE_INTERVAL_MIN)
    complain(
      report,
      INVALID_VALUE,
      ['virtualMachineProfile', 'networkProfile', 'healthProbe'],
      `intervalInSeconds of the load balancer probe must be at least ${PROBE_INTERVAL_MIN}, got ${probe.intervalInSeconds} (HE-4); the service answers InvalidParameter`,
      undefined,
      'HE-4',
    )
  if (health.kind !== 'none') return
  const sources =
    model.orchestrationMode === 'Flexible'
      ? 'on Flexible the Application Health extension is the only source'
      : 'on Uniform either the Application Health extension or networkProfile.healthProbe is one'
  const hint = 'add the Application Health extension to virtualMachineProfile.extensionProfile'
  if (model.upgradePolicy.mode === 'Rolling')
    complain(
      report,
      REFUSED,
      ['upgradePolicy', 'mode'],
      `mode Rolling needs a health probe or health extension and none is declared (RP-2: ${sources}); the service answers BadRequest`,
      hint,
      'RP-2',
    )
  if (isAutomaticOSUpgrade(model))
    complain(
      report,
      REFUSED,
      ENABLE_OS_UPGRADE,
      `automatic OS upgrade needs a health probe or health extension and none is declared (AO-28: ${sources}); the service answers BadRequest`,
      hint,
      'AO-28',
    )
  const probeDeclared = model.virtualMachineProfile.networkProfile?.healthProbe?.id !== undefined
  // On Flexible a declared probe is the documentation's own stale sample: told as a finding instead.
  if (model.automaticRepairsPolicy?.enabled === true && !probeDeclared)
    complain(
      report,
      REFUSED,
      ['automaticRepairsPolicy', 'enabled'],
      `automatic repairs need a health probe or health extension and none is declared (RE-1: ${sources}); the service answers BadRequest`,
      hint,
      'RE-1',
    )
}

function checkRollingPolicy(model: ScaleSetModel, report: Report): void {
  const policy = model.upgradePolicy.rollingUpgradePolicy
  const path = ['upgradePolicy', 'rollingUpgradePolicy']
  const batch = policy?.maxBatchInstancePercent
  const unhealthy = policy?.maxUnhealthyInstancePercent
  // RP-4, when both are given. RP-5: the upgraded threshold has no relation to the other two.
  if (
    report.context.assumptions.enforceBatchLeUnhealthy &&
    batch !== undefined &&
    unhealthy !== undefined &&
    batch > unhealthy
  )
    complain(
      report,
      INVALID_VALUE,
      [...path, 'maxBatchInstancePercent'],
      `maxBatchInstancePercent ${batch} must not exceed maxUnhealthyInstancePercent ${unhealthy} (RP-4); the service answers InvalidParameter`,
      `write maxBatchInstancePercent: ${unhealthy} or less, or set assumptions: { enforceBatchLeUnhealthy: false }`,
      'RP-4',
    )
  if (policy?.maxSurge === true && isAutomaticOSUpgrade(model) && model.orchestrationMode === 'Flexible')
    complain(
      report,
      REFUSED,
      [...path, 'maxSurge'],
      'maxSurge together with automatic OS upgrade is not supported on Flexible (AO-26); the service answers BadRequest',
      'turn one of them off',
      'AO-26',
    )
}

/** What automatic OS upgrade does not go together with: AO-2, and AO-26 and AO-28 where they are read strictly. */
function checkOsUpgrade(model: ScaleSetModel, report: Report): void {
  if (!isAutomaticOSUpgrade(model)) return
  const profile = model.virtualMachineProfile
  const { flexAos, aosPinnedVersion } = report.context.assumptions
  const updates = ['osProfile', 'windowsConfiguration', 'enableAutomaticUpdates']
  if (lookUp(profile, updates).value === true)
    complain(
      report,
      REFUSED,
      ['virtualMachineProfile', ...updates],
      'enableAutomaticUpdates cannot be true together with automatic OS upgrade (AO-2); the service answers BadRequest',
      'write enableAutomaticUpdates: false, or leave it out',
      'AO-2',
    )
  if (model.orchestrationMode === 'Flexible' && flexAos === 'reject')
    complain(
      report,
      REFUSED,
      ENABLE_OS_UPGRADE,
      'automatic OS upgrade is not supported on Flexible under the assumption flexAos: reject (AO-26); the service answers BadRequest',
      'turn it off, or leave flexAos at preview',
      'AO-26',
    )
  const reference = profile.storageProfile?.imageReference
  if (reference !== undefined && !tracksLatest(reference) && aosPinnedVersion === 'reject')
    complain(
      report,
      REFUSED,
      ENABLE_OS_UPGRADE,
      'automatic OS upgrade needs an image that follows latest under the assumption aosPinnedVersion: reject (AO-28); the service answers BadRequest',
      'refer to the image definition without a version, or to version latest of a platform image',
      'AO-28',
    )
}

function checkPlacement(model: ScaleSetModel, declared: Readonly<Record<string, unknown>>, report: Report): void {
  const zones = model.zones ?? []
  const flexible = model.orchestrationMode === 'Flexible'
  const zonal = zones.length > 0 || isAutomaticPlacement(model)
  const { allowed } = faultDomainCounts(model.orchestrationMode, zonal)
  const count = model.platformFaultDomainCount
  if (count !== undefined && !allowed.includes(count))
    complain(
      report,
      INVALID_VALUE,
      ['platformFaultDomainCount'],
      `platformFaultDomainCount ${count} is not available to a ${zonal ? 'zonal' : 'regional'} ${model.orchestrationMode} set (PL-04); the service answers InvalidParameter`,
      `write ${allowed.join(' or ')}`,
      'PL-04',
    )
  if (flexible && model.overprovision === true)
    complain(
      report,
      REFUSED,
      ['overprovision'],
      'overprovisioning exists on Uniform only (PL-11, RP-6); the service answers BadRequest',
      'remove overprovision',
      'PL-11',
    )
  if (flexible && declared['doNotRunExtensionsOnOverprovisionedVMs'] === true)
    complain(
      report,
      REFUSED,
      ['doNotRunExtensionsOnOverprovisionedVMs'],
      'doNotRunExtensionsOnOverprovisionedVMs exists on Uniform only (PL-11); the service answers BadRequest',
      'remove it',
      'PL-11',
    )
  if (model.zoneBalance === true && zones.length < 2 && !isAutomaticPlacement(model))
    complain(
      report,
      REFUSED,
      ['zoneBalance'],
      `zoneBalance needs more than one zone, the set has ${zones.length}; the service answers BadRequest`,
      'remove zoneBalance or add zones',
    )
  if (model.singlePlacementGroup === true && model.sku.capacity > PLACEMENT_GROUP_MAX)
    complain(
      report,
      REFUSED,
      ['singlePlacementGroup'],
      `a single placement group holds ${PLACEMENT_GROUP_MAX} instances and the set has ${model.sku.capacity}${declared['singlePlacementGroup'] === undefined ? ' (true is the default of a regional Uniform set)' : ''}; the service answers BadRequest`,
      'write singlePlacementGroup: false',
    )
  const limit = instanceLimit(model)
  if (model.singlePlacementGroup !== true && model.sku.capacity > limit.most)
    complain(
      report,
      INVALID_VALUE,
      ['sku', 'capacity'],
      `${limit.what} holds at most ${limit.most} instances, the set has ${model.sku.capacity}; the service answers InvalidParameter`,
      `write ${limit.most} or less`,
      'TABLE-limits',
    )
  const rebalancing = lookUp(model, ['resiliencyPolicy', 'automaticZoneRebalancingPolicy', 'enabled']).value === true
  if (rebalancing && (zones.length < 2 || model.zoneBalance === true))
    complain(
      report,
      REFUSED,
      ['resiliencyPolicy', 'automaticZoneRebalancingPolicy'],
      'automatic zone rebalancing needs at least two zones and zoneBalance false; the service answers BadRequest',
    )
  checkZonePlacement(model, zones, report)
}

/** Automatic zone placement, fleet 1.1. */
function checkZonePlacement(model: ScaleSetModel, zones: readonly string[], report: Report): void {
  const automatic = isAutomaticPlacement(model)
  if (automatic && zones.length > 0)
    complain(
      report,
      REFUSED,
      ['placement', 'zonePlacementPolicy'],
      'zonePlacementPolicy and zones exclude each other; the service answers BadRequest',
      'remove one of them',
    )
  if (automatic && model.overprovision === true)
    complain(
      report,
      REFUSED,
      ['overprovision'],
      'automatic zone placement needs overprovision false; the service answers BadRequest',
      'write overprovision: false',
    )
  if (
    automatic &&
    model.zoneBalance === true &&
    lookUp(model, ['resiliencyPolicy', 'zoneAllocationPolicy', 'maxZoneCount']).value === undefined
  )
    complain(
      report,
      REFUSED,
      ['resiliencyPolicy', 'zoneAllocationPolicy', 'maxZoneCount'],
      'zoneBalance with automatic zone placement needs maxZoneCount; the service answers BadRequest',
    )
  if (
    lookUp(model, ['placement', 'includeZones']).value !== undefined &&
    lookUp(model, ['placement', 'excludeZones']).value !== undefined
  )
    complain(
      report,
      REFUSED,
      ['placement'],
      'includeZones and excludeZones exclude each other; the service answers BadRequest',
      'keep one of them',
    )
  const perZone =
    lookUp(model, ['resiliencyPolicy', 'zoneAllocationPolicy', 'maxInstancePercentPerZonePolicy', 'enabled']).value ===
    true
  if (perZone && model.zoneBalance === true)
    complain(
      report,
      REFUSED,
      ['resiliencyPolicy', 'zoneAllocationPolicy', 'maxInstancePercentPerZonePolicy'],
      'a share per zone needs zoneBalance false; the service answers BadRequest',
    )
}

/** Spot settings on sets that are not Spot, and what Spot excludes. Rollouts 1.5, fleet 5.1. */
function checkSpot(model: ScaleSetModel, report: Report): void {
  const profile = model.virtualMachineProfile
  const spot = isSpot(model)
  const refuse = (path: readonly string[], what: string, code: string) =>
    complain(report, REFUSED, path, `${what}; the service answers ${code}`)
  const terminate = lookUp(profile, ['scheduledEventsProfile', 'terminateNotificationProfile', 'enable']).value === true
  if (spot && terminate)
    complain(
      report,
      INVALID_VALUE,
      ['virtualMachineProfile', 'scheduledEventsProfile', 'terminateNotificationProfile', 'enable'],
      'terminate notifications cannot be enabled on Spot instances (SE-9); the service answers InvalidParameter',
      undefined,
      'SE-9',
    )
  if (spot) {
    checkSpotValues(model, report)
    if (
      model['priorityMixPolicy'] !== undefined &&
      (model.orchestrationMode !== 'Flexible' || model.singlePlacementGroup === true)
    )
      refuse(
        ['priorityMixPolicy'],
        'priorityMixPolicy needs a Flexible set without a single placement group',
        'BadRequest',
      )
    return
  }
  if (model['priorityMixPolicy'] !== undefined)
    refuse(['priorityMixPolicy'], 'priorityMixPolicy needs priority Spot', 'BadRequest')
  if (profile['evictionPolicy'] !== undefined)
    refuse(
      ['virtualMachineProfile', 'evictionPolicy'],
      'evictionPolicy needs priority Spot',
      'EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines',
    )
  if (lookUp(profile, ['billingProfile', 'maxPrice']).value !== undefined)
    refuse(
      ['virtualMachineProfile', 'billingProfile', 'maxPrice'],
      'maxPrice needs priority Spot',
      'MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines',
    )
  if (lookUp(model, ['spotRestorePolicy', 'enabled']).value === true)
    refuse(
      ['spotRestorePolicy'],
      'spotRestorePolicy needs priority Spot',
      'SpotRestorationIsSupportedOnlyForAzureSpotScaleSets',
    )
}

/** Rollouts 1.5: full protection includes protection from scale-in, so refusing the latter beside it is a contradiction (PR-2). */
export function protectionRefusal(protection: {
  readonly protectFromScaleIn?: boolean
  readonly protectFromScaleSetActions?: boolean
}): string | undefined {
  return protection.protectFromScaleSetActions === true && protection.protectFromScaleIn === false
    ? 'protectFromScaleSetActions true with protectFromScaleIn false is refused by the service (PR-2): the first includes the second'
    : undefined
}

/** Whether any extension makes it a Service Fabric node type. */
export function isServiceFabric(model: ScaleSetModel): boolean {
  return model.virtualMachineProfile.extensionProfile?.extensions?.some(isServiceFabricExtension) ?? false
}
