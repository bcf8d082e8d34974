import type { Assumptions } from '../assumptions.ts'
import { parseDuration } from '../duration.ts'
import type { Extension, LoadBalancerProbe, ScaleSetModel } from '../scale-set.ts'

/**
 * Where the reported health of a scale set comes from, with every effective setting (milliseconds, counts), or why there
 * is none. `unresolved`: a load balancer probe is declared whose settings cannot be read offline.
 */
export type HealthSource =
  | {
      readonly kind: 'extension'
      /** Name of the extension in the profile. */
      readonly extension: string
      /** Rich Health States, i.e. `typeHandlerVersion` 2.x. */
      readonly rich: boolean
      /** `none`: no protocol is configured, so it reports Healthy always. HE-19. */
      readonly protocol: 'http' | 'https' | 'tcp' | 'none'
      readonly port?: number
      readonly requestPath?: string
      readonly intervalMs: number
      readonly numberOfProbes: number
      /** Only Rich Health States have a grace period (HE-7); 0 otherwise. */
      readonly gracePeriodMs: number
    }
  | {
      readonly kind: 'loadBalancer'
      readonly protocol: 'http' | 'https' | 'tcp'
      readonly requestPath?: string
      readonly intervalMs: number
      readonly numberOfProbes: number
    }
  | { readonly kind: 'unresolved' }
  | { readonly kind: 'serviceFabric' }
  | { readonly kind: 'none' }
  | { readonly kind: 'conflict' }

/** A rolling policy with the service's defaults filled in. Percentages 0-100, pause in milliseconds. */
export interface EffectiveRollingPolicy {
  readonly maxBatchInstancePercent: number
  readonly maxUnhealthyInstancePercent: number
  readonly maxUnhealthyUpgradedInstancePercent: number
  readonly pauseMs: number
  readonly prioritizeUnhealthyInstances: boolean
  readonly enableCrossZoneUpgrade: boolean
  readonly rollbackFailedInstancesOnPolicyBreach: boolean
  readonly maxSurge: boolean
}

export const DEFAULT_ROLLING_POLICY: EffectiveRollingPolicy = {
  maxBatchInstancePercent: 20,
  maxUnhealthyInstancePercent: 20,
  maxUnhealthyUpgradedInstancePercent: 20,
  pauseMs: 0,
  prioritizeUnhealthyInstances: false,
  enableCrossZoneUpgrade: false,
  rollbackFailedInstancesOnPolicyBreach: false,
  maxSurge: false,
}

/** What the extension takes where its settings say nothing. Rollouts 1.4. */
export const EXTENSION_INTERVAL_SECONDS = 5
export const EXTENSION_PROBES = 1
const ARTICLE_GRACE_MS = 600_000

const HEALTH_PUBLISHER = 'microsoft.managedservices'
const HEALTH_TYPES: readonly string[] = ['applicationhealthlinux', 'applicationhealthwindows']
const SERVICE_FABRIC_PUBLISHER = 'microsoft.azure.servicefabric'
const SERVICE_FABRIC_TYPES: readonly string[] = ['servicefabricnode', 'servicefabriclinuxnode']

/** Whether this is the Application Health extension: publisher and type decide, not its name. Rollouts 1.4. */
export function isHealthExtension(extension: { readonly publisher?: unknown; readonly type?: unknown }): boolean {
  return lower(extension.publisher) === HEALTH_PUBLISHER && HEALTH_TYPES.includes(lower(extension.type))
}

/** Whether this extension makes the set a Service Fabric node type. TH-16. */
export function isServiceFabricExtension(extension: {
  readonly publisher?: unknown
  readonly type?: unknown
}): boolean {
  return lower(extension.publisher) === SERVICE_FABRIC_PUBLISHER || SERVICE_FABRIC_TYPES.includes(lower(extension.type))
}

/** The Application Health extension of a model, the first one when there are several. */
export function healthExtension(model: ScaleSetModel): Extension | undefined {
  return model.virtualMachineProfile.extensionProfile?.extensions?.find(isHealthExtension)
}

/**
 * The one health source of a model.
 *
 * HE-1: extension or load balancer probe, never both; with both the services see no health (`twoSources`). HE-2: only a
 * probe that `networkProfile.healthProbe` points to counts. HE-3: on Flexible a probe is no source. TH-16: a Service
 * Fabric set without a source is healthy when it runs and its extensions are provisioned.
 *
 * `probe` is what the reference points to; without it a declared reference is `unresolved`.
 */
export function healthSource(
  model: ScaleSetModel,
  probe: LoadBalancerProbe | 'unresolved' | undefined,
  assumptions: Assumptions,
): HealthSource {
  const extension = healthExtension(model)
  const probeDeclared =
    model.orchestrationMode === 'Uniform' && model.virtualMachineProfile.networkProfile?.healthProbe?.id !== undefined
  if (extension !== undefined) {
    if (probeDeclared && assumptions.twoSources === 'disableServices') return { kind: 'conflict' }
    return extensionSource(extension, assumptions)
  }
  if (probeDeclared) return probe === undefined || probe === 'unresolved' ? { kind: 'unresolved' } : probeSource(probe)
  const extensions = model.virtualMachineProfile.extensionProfile?.extensions ?? []
  return { kind: extensions.some(isServiceFabricExtension) ? 'serviceFabric' : 'none' }
}

/** The policy that governs batches, defaults 20/20/20/PT0S and false flags. RP-1: a set owns one in every mode. */
export function rollingPolicy(model: ScaleSetModel): EffectiveRollingPolicy {
  const declared = model.upgradePolicy.rollingUpgradePolicy ?? {}
  const defaults = DEFAULT_ROLLING_POLICY
  return {
    maxBatchInstancePercent: declared.maxBatchInstancePercent ?? defaults.maxBatchInstancePercent,
    maxUnhealthyInstancePercent: declared.maxUnhealthyInstancePercent ?? defaults.maxUnhealthyInstancePercent,
    maxUnhealthyUpgradedInstancePercent:
      declared.maxUnhealthyUpgradedInstancePercent ?? defaults.maxUnhealthyUpgradedInstancePercent,
    pauseMs: parseDuration(declared.pauseTimeBetweenBatches ?? 'PT0S') ?? defaults.pauseMs,
    prioritizeUnhealthyInstances: declared.prioritizeUnhealthyInstances ?? defaults.prioritizeUnhealthyInstances,
    enableCrossZoneUpgrade: declared.enableCrossZoneUpgrade ?? defaults.enableCrossZoneUpgrade,
    rollbackFailedInstancesOnPolicyBreach:
      declared.rollbackFailedInstancesOnPolicyBreach ?? defaults.rollbackFailedInstancesOnPolicyBreach,
    maxSurge: declared.maxSurge ?? defaults.maxSurge,
  }
}

/** Rich Health States come with handler version 2.x; without a version the older binary states are assumed. */
export function isRich(extension: Extension): boolean {
  return /^2(\.|$)/.test(String(extension.typeHandlerVersion ?? '1.0').trim())
}

function extensionSource(extension: Extension, assumptions: Assumptions): HealthSource {
  const settings = extension.settings ?? {}
  const intervalMs = (numberOf(settings['intervalInSeconds']) ?? EXTENSION_INTERVAL_SECONDS) * 1000
  const numberOfProbes = numberOf(settings['numberOfProbes']) ?? EXTENSION_PROBES
  const protocol = lower(settings['protocol'])
  const rich = isRich(extension)
  const graceSeconds = numberOf(settings['gracePeriod'])
  // HE-15: the default is interval x probes; the article reads the sample value of ten minutes as the default.
  const defaultGraceMs = assumptions.extensionGraceDefault === 'PT10M' ? ARTICLE_GRACE_MS : intervalMs * numberOfProbes
  const known = protocol === 'http' || protocol === 'https' || protocol === 'tcp' ? protocol : 'none'
  const port = numberOf(settings['port']) ?? (known === 'http' ? 80 : known === 'https' ? 443 : undefined)
  const requestPath = settings['requestPath']
  return {
    kind: 'extension',
    extension: extension.name,
    rich,
    protocol: known,
    ...(port === undefined ? {} : { port }),
    ...(typeof requestPath === 'string' && known !== 'tcp' ? { requestPath } : {}),
    intervalMs,
    numberOfProbes,
    gracePeriodMs: rich ? (graceSeconds === undefined ? defaultGraceMs : graceSeconds * 1000) : 0,
  }
}

/** HE-4. */
function probeSource(probe: LoadBalancerProbe): HealthSource {
  const protocol = probe.protocol.toLowerCase() as 'http' | 'https' | 'tcp'
  return {
    kind: 'loadBalancer',
    protocol,
    ...(probe.requestPath === undefined || protocol === 'tcp' ? {} : { requestPath: probe.requestPath }),
    intervalMs: probe.intervalInSeconds * 1000,
    numberOfProbes: probe.probeThreshold,
  }
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value)
  return undefined
}
