import { formatDuration, parseDuration } from '../model/duration.ts'
import type { Extension, UpgradeMode } from '../model/scale-set.ts'
import type { DeclaredScaleSet, Scenario } from '../model/scenario.ts'

/** What a report says about the scenario itself, as opposed to what happened in it. */
export interface ScenarioSummary {
  readonly name: string
  readonly title?: string
  /** As given on the command line. */
  readonly file?: string
  readonly durationMs: number
  readonly scaleSets: readonly ScaleSetSummary[]
}

export interface ScaleSetSummary {
  readonly name: string
  /** Declared capacity. */
  readonly instances: number
  /** Empty: regional. */
  readonly zones: readonly string[]
  readonly orchestrationMode: 'Uniform' | 'Flexible'
  readonly location: string
  readonly mode: UpgradeMode
  /** Effective values, the service's defaults filled in; absent for a mode that has no batches. */
  readonly policy?: {
    readonly batchPercent: number
    readonly unhealthyPercent: number
    readonly upgradedPercent: number
    /** ISO 8601. */
    readonly pause: string
    /** Flags that are on, in Azure's spelling. */
    readonly flags: readonly string[]
  }
  /** One phrase: which health source, and what it asks. */
  readonly health: string
}

/** The summary of a loaded scenario. `scaleSets` in order of declaration. */
export function summarizeScenario(scenario: Scenario): ScenarioSummary {
  return {
    name: scenario.name,
    ...(scenario.title === undefined ? {} : { title: scenario.title }),
    ...(scenario.file === undefined ? {} : { file: scenario.file }),
    durationMs: scenario.durationMs,
    scaleSets: scenario.scaleSets.map(summarizeScaleSet),
  }
}

const POLICY_FLAGS = [
  'prioritizeUnhealthyInstances',
  'enableCrossZoneUpgrade',
  'rollbackFailedInstancesOnPolicyBreach',
  'maxSurge',
] as const

function summarizeScaleSet(declared: DeclaredScaleSet): ScaleSetSummary {
  const { model } = declared
  const rolling = model.upgradePolicy.rollingUpgradePolicy ?? {}
  // A set of another mode can still be upgraded in batches (an OS upgrade), but the policy is then not the headline.
  const policy = {
    batchPercent: rolling.maxBatchInstancePercent ?? 20,
    unhealthyPercent: rolling.maxUnhealthyInstancePercent ?? 20,
    upgradedPercent: rolling.maxUnhealthyUpgradedInstancePercent ?? 20,
    pause: canonicalDuration(rolling.pauseTimeBetweenBatches ?? 'PT0S'),
    flags: POLICY_FLAGS.filter((flag) => rolling[flag] === true),
  }
  return {
    name: model.name,
    instances: model.sku.capacity,
    zones: declared.zonePlacement?.eligible ?? model.zones ?? [],
    orchestrationMode: model.orchestrationMode,
    location: model.location,
    mode: model.upgradePolicy.mode,
    ...(model.upgradePolicy.mode === 'Rolling' ? { policy } : {}),
    health: describeHealth(declared),
  }
}

/** The same duration written one way, `PT120S` as `PT2M`; text that is none is left as it is. */
function canonicalDuration(text: string): string {
  const ms = parseDuration(text)
  return ms === undefined ? text : formatDuration(ms)
}

function describeHealth({ model, loadBalancerProbe }: DeclaredScaleSet): string {
  const sources: string[] = []
  for (const extension of model.virtualMachineProfile.extensionProfile?.extensions ?? []) {
    if (/^ApplicationHealth(Linux|Windows)$/i.test(extension.type ?? '')) sources.push(describeExtension(extension))
  }
  if (loadBalancerProbe === 'unresolved')
    sources.push('load balancer probe (declared, not readable offline; played as the assumption unresolvedProbe says)')
  else if (loadBalancerProbe !== undefined) {
    const { protocol, port, requestPath, intervalInSeconds, probeThreshold } = loadBalancerProbe
    const target = probeTarget(protocol, port, requestPath)
    sources.push(`load balancer probe ${target}, every ${intervalInSeconds} s, ${probeThreshold} in a row`)
  }
  return sources.length === 0 ? 'none' : sources.join(' and ')
}

function describeExtension(extension: Extension): string {
  const settings = extension.settings ?? {}
  const target = probeTarget(settings['protocol'], settings['port'], settings['requestPath'])
  const interval = settings['intervalInSeconds']
  const probes = settings['numberOfProbes']
  const version = extension.typeHandlerVersion
  return [
    ['Application Health extension', version, target].filter((part) => part !== undefined && part !== '').join(' '),
    ...(typeof interval === 'number' ? [`every ${interval} s`] : []),
    ...(typeof probes === 'number' ? [`${probes} in a row`] : []),
  ].join(', ')
}

function probeTarget(protocol: unknown, port: unknown, path: unknown): string {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  const where = `${text(port) === '' ? '' : `:${text(port)}`}${text(path)}`
  return [text(protocol).toLowerCase(), where].filter((part) => part !== '').join(' ')
}
