import type { Assumptions } from '../model/assumptions.ts'
import { type HealthSource, healthSource } from '../model/declare/health-source.ts'
import { imageKey } from '../model/declare/image-key.ts'
import { parseDuration } from '../model/duration.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import { parseModelPath, readModelPath } from '../model/scenario/model-path.ts'
import type { DeclaredScaleSet, Defect, Endpoint, Scenario } from '../model/scenario.ts'
import { compileDistribution, type Sampler } from './distribution.ts'
import {
  type Observation,
  observe,
  PROBE_TIMEOUT_MS,
  type ProbeAnswer,
  type ProbeConfig,
} from './health/probe-observation.ts'
import { BROKEN_BOOT, BROKEN_EXTENSIONS, BROKEN_PROCESS, MAX_DEPENDENCIES } from './instance.ts'

/** A scale set model with everything a run needs to know of it worked out once: its image's truth, its defects, its probe. */
export interface CompiledModel {
  readonly document: ScaleSetModel
  /** The image of its disks: what the model names, or the exact version that stands for. */
  readonly imageKey: string
  /** The image as the model names it. */
  readonly namedImage: string
  readonly boot: Sampler
  readonly defects: readonly CompiledDefect[]
  readonly health: HealthSource
  readonly probe: ProbeConfig | null
  readonly view: ProbeView
  readonly extensionCount: number
  /** How long all extensions of an instance may take together, ms: TM-07. */
  readonly extensionsBudgetMs: number
  /** Set on Service Fabric: healthy means running with all extensions provisioned. TH-16. */
  readonly healthIsPowerState: boolean
}

export interface CompiledDefect {
  readonly name: string
  /** The image key or model truth it belongs to, for `why`. */
  readonly of: string
  readonly mask: number
  readonly sharePercent: number
  readonly onset: Sampler
  readonly duration: Sampler | null
  /** Zone names; null everywhere. */
  readonly zones: ReadonlySet<string> | null
  readonly instances: ReadonlySet<string> | null
}

/** What the probe sees of an instance: which dependencies it checks and what each outcome looks like to the health source. */
export interface ProbeView {
  readonly checksMask: number
  readonly checksWarmup: boolean
  readonly whenRefused: Observation
  readonly whenFine: Observation
  readonly whenFailing: Observation
  /** How long a probe takes while a check fails, ms. */
  readonly failingMs: number
}

/** Dependency names as bits of a mask. */
export class DependencyTable {
  readonly names: readonly string[]

  constructor(scenario: Scenario) {
    const names = new Set(scenario.world.application.needs)
    const reserved = new Set(['process', 'boot', 'extensions', 'warmup'])
    const add = (name: string) => {
      if (!reserved.has(name)) names.add(name)
    }
    for (const endpoint of Object.values(scenario.world.application.endpoints)) endpoint.checks.forEach(add)
    const images = [scenario.world.defaultImage, ...Object.values(scenario.world.images)]
    const built = Object.values(scenario.world.imageTemplates).flatMap((truth) => Object.values(truth.customizers))
    for (const truth of [...images, ...scenario.world.models, ...built])
      for (const defect of truth.defects) defect.breaks.forEach(add)
    for (const entry of scenario.timeline) if (entry.action.verb === 'failDependency') add(entry.action.dependency)
    if (names.size > MAX_DEPENDENCIES)
      throw new RangeError(`at most ${MAX_DEPENDENCIES} dependencies, got ${names.size}`)
    this.names = [...names]
  }

  bit(name: string): number {
    if (name === 'process') return BROKEN_PROCESS
    if (name === 'boot') return BROKEN_BOOT
    if (name === 'extensions') return BROKEN_EXTENSIONS
    const index = this.names.indexOf(name)
    return index < 0 ? 0 : 1 << index
  }

  mask(names: readonly string[]): number {
    return names.reduce((mask, name) => mask | this.bit(name), 0)
  }
}

/** The image an OS disk was really made from: the exact version, and what its build left in it. */
export interface DiskImage {
  readonly key: string
  readonly builtDefects: readonly Defect[]
}

export function compileModel(
  document: ScaleSetModel,
  declared: Pick<DeclaredScaleSet, 'loadBalancerProbe'>,
  scenario: Scenario,
  dependencies: DependencyTable,
  disk?: DiskImage,
): CompiledModel {
  const { world, assumptions } = scenario
  const namedImage = imageKey(document.virtualMachineProfile.storageProfile?.imageReference)
  const key = disk?.key ?? namedImage
  const image = imageTruth(world.images, key) ?? world.defaultImage
  const health = healthSource(document, declared.loadBalancerProbe, assumptions)
  const probe = probeConfig(health, assumptions)
  const truths = world.models.filter((truth) =>
    Object.entries(truth.when).every(([path, value]) =>
      equalValues(readModelPath(document, parseModelPath(path) ?? []), value),
    ),
  )
  return {
    document,
    imageKey: key,
    namedImage,
    boot: compileDistribution(image.boot),
    defects: [
      ...image.defects.map((defect) => compileDefect(defect, `image ${key}`, dependencies)),
      ...(disk?.builtDefects ?? []).map((defect) => compileDefect(defect, `image ${key}`, dependencies)),
      ...truths.flatMap((truth) => truth.defects.map((defect) => compileDefect(defect, truth.name, dependencies))),
    ],
    health,
    probe,
    view: probeView(health, probe, scenario, dependencies),
    extensionCount: document.virtualMachineProfile.extensionProfile?.extensions?.length ?? 0,
    extensionsBudgetMs: extensionsBudgetMs(document),
    // With two sources no health can be read at all (HE-1), which counts as unhealthy (BT-15).
    healthIsPowerState: health.kind === 'serviceFabric' || health.kind === 'none',
  }
}

const DEFAULT_EXTENSIONS_BUDGET_MS = 90 * 60_000

function extensionsBudgetMs(document: ScaleSetModel): number {
  const budget = document.virtualMachineProfile.extensionProfile?.extensionsTimeBudget
  return (budget === undefined ? undefined : parseDuration(budget)) ?? DEFAULT_EXTENSIONS_BUDGET_MS
}

/** Image keys are compared without regard to case, as resource ids are. */
export function imageTruth<T>(images: Readonly<Record<string, T>>, key: string): T | undefined {
  const wanted = key.toLowerCase()
  for (const [name, truth] of Object.entries(images)) if (name.toLowerCase() === wanted) return truth
  return undefined
}

function compileDefect(defect: Defect, of: string, dependencies: DependencyTable): CompiledDefect {
  return {
    name: defect.name,
    of,
    mask: dependencies.mask(defect.breaks),
    sharePercent: defect.sharePercent,
    onset: compileDistribution(defect.onset),
    duration: defect.duration ? compileDistribution(defect.duration) : null,
    zones: defect.zones ? new Set(defect.zones) : null,
    instances: defect.instances ? new Set(defect.instances) : null,
  }
}

/** A probe whose target cannot be read offline has the load balancer's defaults (HE-4); `unresolvedProbe` says what it asks. */
const UNRESOLVED_PROBE = { intervalMs: 15_000, numberOfProbes: 1 } as const

function probeConfig(health: HealthSource, assumptions: Assumptions): ProbeConfig | null {
  const readings = {
    tcpUnhealthyEndsGrace: assumptions.tcpUnhealthyEndsGrace,
    richPlain200: assumptions.richPlain200,
    richNon2xx: assumptions.richNon2xx,
  }
  switch (health.kind) {
    case 'extension':
      return {
        kind: health.rich ? 'rich' : 'binary',
        protocol: health.protocol,
        intervalMs: health.intervalMs,
        numberOfProbes: health.numberOfProbes,
        gracePeriodMs: health.rich ? health.gracePeriodMs : 0,
        ...readings,
      }
    case 'loadBalancer':
      return {
        kind: 'loadBalancer',
        protocol: health.protocol,
        intervalMs: health.intervalMs,
        numberOfProbes: health.numberOfProbes,
        gracePeriodMs: 0,
        ...readings,
      }
    case 'unresolved':
      return {
        kind: 'loadBalancer',
        protocol: assumptions.unresolvedProbe,
        ...UNRESOLVED_PROBE,
        gracePeriodMs: 0,
        ...readings,
      }
    case 'serviceFabric':
    case 'none':
    case 'conflict':
      return null
    default:
      return health satisfies never
  }
}

/** HTTP answers of an endpoint as design §5a 3 fixes them. */
const ANSWERS = {
  ok: { kind: 'http', status: 200 },
  unavailable: { kind: 'http', status: 503 },
  richHealthy: { kind: 'http', status: 200, body: '{"ApplicationHealthState":"Healthy"}' },
  richUnhealthy: { kind: 'http', status: 200, body: '{"ApplicationHealthState":"Unhealthy"}' },
} as const satisfies Record<string, ProbeAnswer>

function probeView(
  health: HealthSource,
  probe: ProbeConfig | null,
  scenario: Scenario,
  dependencies: DependencyTable,
): ProbeView {
  if (!probe) return { checksMask: 0, checksWarmup: false, whenRefused: 1, whenFine: 0, whenFailing: 1, failingMs: 0 }
  const { application } = scenario.world
  const isHttp = probe.protocol === 'http' || probe.protocol === 'https'
  const path = isHttp ? ('requestPath' in health ? health.requestPath : undefined) : 'tcp'
  const endpoint: Endpoint = (path === undefined ? undefined : endpointAt(application.endpoints, path)) ?? {
    // The honest probe: it checks what serving needs. A TCP handshake can only show that somebody listens.
    checks: isHttp ? [...application.needs, 'warmup'] : [],
    answers: { kind: 'honest' },
    failDelayMs: 0,
  }
  const [fine, failing] = answers(endpoint, probe, isHttp)
  const timesOut = endpoint.failDelayMs >= PROBE_TIMEOUT_MS
  return {
    checksMask: dependencies.mask(endpoint.checks.filter((check) => check !== 'warmup')),
    checksWarmup: endpoint.checks.includes('warmup'),
    whenRefused: observe(probe, { kind: 'refused' }),
    whenFine: observe(probe, fine),
    whenFailing: observe(probe, timesOut ? { kind: 'timeout' } : failing),
    failingMs: Math.min(endpoint.failDelayMs, PROBE_TIMEOUT_MS),
  }
}

function endpointAt(endpoints: Readonly<Record<string, Endpoint>>, path: string): Endpoint | undefined {
  const slashed = path.startsWith('/') || path === 'tcp' ? path : `/${path}`
  return endpoints[path] ?? endpoints[slashed]
}

function answers(endpoint: Endpoint, probe: ProbeConfig, isHttp: boolean): [fine: ProbeAnswer, failing: ProbeAnswer] {
  // Over TCP a failing check means that the application closes its listener.
  if (!isHttp) return [{ kind: 'handshake' }, { kind: 'refused' }]
  const { answers: answer } = endpoint
  switch (answer.kind) {
    case 'plain':
      return [ANSWERS.ok, ANSWERS.unavailable]
    case 'rich':
      return [ANSWERS.richHealthy, ANSWERS.richUnhealthy]
    case 'honest':
      return probe.kind === 'rich' ? [ANSWERS.richHealthy, ANSWERS.richUnhealthy] : [ANSWERS.ok, ANSWERS.unavailable]
    case 'fixed': {
      const fixed: ProbeAnswer =
        answer.body === undefined
          ? { kind: 'http', status: answer.status }
          : { kind: 'http', status: answer.status, body: answer.body }
      return [fixed, fixed]
    }
    default:
      return answer satisfies never
  }
}

function equalValues(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b))
}
