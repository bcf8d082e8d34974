import { formatDuration } from '../duration.ts'
import { DEFAULT_ROLLING_POLICY as DEFAULTS, EXTENSION_INTERVAL_SECONDS, EXTENSION_PROBES } from './health-source.ts'
import { DEFAULT_REPAIR_ACTION, DEFAULT_REPAIR_GRACE_MS } from './repair-policy.ts'

const MINUTE_MS = 60_000

/** What the service takes as a value. */
export type Check =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  /** Bounds in ms, inclusive. */
  | { readonly kind: 'duration'; readonly minMs: number; readonly maxMs: number }

type Preset = number | boolean | string

export interface ValueRule {
  /** Below the scale set. */
  readonly path: string
  readonly check: Check
  /** A run cannot be played without knowing it: symbolic is E0303. Otherwise it counts as not given, and is told. */
  readonly decisive: boolean
  /** What the service takes where nothing is declared; absent: it has no value of its own, or one that hangs on other members. */
  readonly preset?: Preset
}

/** The longest that nobody has published. */
export const NO_LIMIT_MS = Number.MAX_SAFE_INTEGER
const percent = (min: number): Check => ({ kind: 'integer', min, max: 100 })
const flag: Check = { kind: 'flag' }
const oneOf = (...values: string[]): Check => ({ kind: 'oneOf', values })
const minutes = (min: number, max: number): Check => ({
  kind: 'duration',
  minMs: min * MINUTE_MS,
  maxMs: max * MINUTE_MS,
})
const decisive = (path: string, check: Check, preset?: Preset): ValueRule => rule(path, check, true, preset)
const minor = (path: string, check: Check, preset?: Preset): ValueRule => rule(path, check, false, preset)
function rule(path: string, check: Check, isDecisive: boolean, preset: Preset | undefined): ValueRule {
  return { path, check, decisive: isDecisive, ...(preset === undefined ? {} : { preset }) }
}

const ROLLING = 'upgradePolicy.rollingUpgradePolicy'
const AUTOMATIC_OS = 'upgradePolicy.automaticOSUpgradePolicy'
const EVENTS = 'virtualMachineProfile.scheduledEventsProfile'
const RESILIENCY = 'resiliencyPolicy'

/**
 * Ranges, types and defaults of single values: rollouts 1.1 to 1.5, fleet 1.1 and 5.1. A value outside is `InvalidParameter`.
 * What searches or turns a policy takes its bounds from here as well.
 */
export const VALUE_RULES: readonly ValueRule[] = [
  decisive('orchestrationMode', oneOf('Uniform', 'Flexible')),
  decisive('sku.capacity', { kind: 'integer', min: 0, max: 1000 }),
  decisive('upgradePolicy.mode', oneOf('Manual', 'Automatic', 'Rolling')),
  decisive(`${ROLLING}.maxBatchInstancePercent`, percent(5), DEFAULTS.maxBatchInstancePercent),
  decisive(`${ROLLING}.maxUnhealthyInstancePercent`, percent(5), DEFAULTS.maxUnhealthyInstancePercent),
  decisive(`${ROLLING}.maxUnhealthyUpgradedInstancePercent`, percent(0), DEFAULTS.maxUnhealthyUpgradedInstancePercent),
  decisive(
    `${ROLLING}.pauseTimeBetweenBatches`,
    { kind: 'duration', minMs: 0, maxMs: NO_LIMIT_MS },
    formatDuration(DEFAULTS.pauseMs),
  ),
  decisive(`${ROLLING}.prioritizeUnhealthyInstances`, flag, DEFAULTS.prioritizeUnhealthyInstances),
  decisive(`${ROLLING}.enableCrossZoneUpgrade`, flag, DEFAULTS.enableCrossZoneUpgrade),
  decisive(`${ROLLING}.rollbackFailedInstancesOnPolicyBreach`, flag, DEFAULTS.rollbackFailedInstancesOnPolicyBreach),
  decisive(`${ROLLING}.maxSurge`, flag, DEFAULTS.maxSurge),
  minor(`${AUTOMATIC_OS}.enableAutomaticOSUpgrade`, flag),
  minor(`${AUTOMATIC_OS}.disableAutomaticRollback`, flag),
  minor(`${AUTOMATIC_OS}.useRollingUpgradePolicy`, flag),
  minor(`${AUTOMATIC_OS}.osRollingUpgradeDeferral`, flag),
  minor('automaticRepairsPolicy.enabled', flag),
  minor('automaticRepairsPolicy.gracePeriod', minutes(10, 90), formatDuration(DEFAULT_REPAIR_GRACE_MS)),
  minor('automaticRepairsPolicy.repairAction', oneOf('Replace', 'Reimage', 'Restart'), DEFAULT_REPAIR_ACTION),
  minor('platformFaultDomainCount', { kind: 'integer', min: 1, max: 5 }),
  minor('singlePlacementGroup', flag),
  minor('zoneBalance', flag),
  minor('overprovision', flag),
  minor('doNotRunExtensionsOnOverprovisionedVMs', flag),
  minor('scaleInPolicy.forceDeletion', flag),
  minor('scaleInPolicy.prioritizeUnhealthyVMs', flag),
  minor('virtualMachineProfile.priority', oneOf('Regular', 'Low', 'Spot')),
  minor('virtualMachineProfile.evictionPolicy', oneOf('Deallocate', 'Delete')),
  minor('virtualMachineProfile.extensionProfile.extensionsTimeBudget', minutes(15, 120)),
  minor(`${EVENTS}.terminateNotificationProfile.enable`, flag),
  minor(`${EVENTS}.terminateNotificationProfile.notBeforeTimeout`, minutes(5, 15)),
  minor(`${EVENTS}.osImageNotificationProfile.enable`, flag),
  minor(`${EVENTS}.osImageNotificationProfile.notBeforeTimeout`, minutes(0, 15)),
  minor('priorityMixPolicy.baseRegularPriorityCount', { kind: 'integer', min: 0, max: 1000 }),
  minor('priorityMixPolicy.regularPriorityPercentageAboveBase', percent(0)),
  minor('spotRestorePolicy.enabled', flag),
  minor('spotRestorePolicy.restoreTimeout', minutes(15, 120)),
  minor(`${RESILIENCY}.resilientVMCreationPolicy.enabled`, flag),
  minor(`${RESILIENCY}.resilientVMDeletionPolicy.enabled`, flag),
  minor(`${RESILIENCY}.automaticZoneRebalancingPolicy.enabled`, flag),
  minor(`${RESILIENCY}.automaticZoneRebalancingPolicy.rebalanceStrategy`, oneOf('Recreate')),
  minor(`${RESILIENCY}.automaticZoneRebalancingPolicy.rebalanceBehavior`, oneOf('CreateBeforeDelete')),
  minor(`${RESILIENCY}.zoneAllocationPolicy.maxZoneCount`, { kind: 'integer', min: 1, max: 4 }),
  minor(`${RESILIENCY}.zoneAllocationPolicy.maxInstancePercentPerZonePolicy.enabled`, flag),
  minor(`${RESILIENCY}.zoneAllocationPolicy.maxInstancePercentPerZonePolicy.value`, percent(1)),
]

const RULES = new Map(VALUE_RULES.map((one) => [one.path, one]))

/** The rule of one path; undefined: any value will do. */
export const valueRule = (path: string): ValueRule | undefined => RULES.get(path)

/** `upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent` -> 5 to 100. The path must be that of a whole number. */
export function integerBounds(path: string): { readonly min: number; readonly max: number } {
  const check = RULES.get(path)?.check
  if (check?.kind !== 'integer') throw new Error(`${path} has no bounds of a whole number`)
  return check
}

/** `automaticRepairsPolicy.gracePeriod` -> PT10M to PT90M, in ms. The path must be that of a duration. */
export function durationBounds(path: string): { readonly minMs: number; readonly maxMs: number } {
  const check = RULES.get(path)?.check
  if (check?.kind !== 'duration') throw new Error(`${path} has no bounds of a duration`)
  return check
}

/** A setting of the Application Health extension: whole numbers, both ends allowed. Rollouts 1.4. */
export interface ExtensionRange {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Its symbolic value would change what is played. */
  readonly decisive: boolean
  /** Absent: it hangs on other settings (HE-15), or there is none. */
  readonly preset?: number
}

export const EXTENSION_RANGES = [
  { name: 'port', min: 1, max: 65535, decisive: false },
  { name: 'intervalInSeconds', min: 5, max: 60, decisive: true, preset: EXTENSION_INTERVAL_SECONDS },
  { name: 'numberOfProbes', min: 1, max: 24, decisive: true, preset: EXTENSION_PROBES },
  { name: 'gracePeriod', min: 5, max: 14400, decisive: true },
] as const satisfies readonly ExtensionRange[]

export function extensionRange(name: (typeof EXTENSION_RANGES)[number]['name']): ExtensionRange {
  return EXTENSION_RANGES.find((one) => one.name === name)!
}
