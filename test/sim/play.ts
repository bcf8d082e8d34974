import { loadScenario } from '../../src/model/scenario/load.ts'
import type { Scenario } from '../../src/model/scenario.ts'
import type { RolloutResult, RunResult, TraceEntry } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'

/** A small world for rule tests: one set `vmss`, constant durations in whole seconds, an honest probe every five seconds. */
export interface World {
  capacity?: number
  zones?: string[]
  uniform?: boolean
  mode?: 'Manual' | 'Automatic' | 'Rolling'
  policy?: Record<string, unknown>
  /** Settings of the health extension; null: no extension at all. */
  probe?: Record<string, unknown> | null
  version?: '1.0' | '2.0'
  set?: Record<string, unknown>
  /** Beside `scaleSets`, for example `autoscaleSettings`. */
  azure?: Record<string, unknown>
  profile?: Record<string, unknown>
  newImage?: Record<string, unknown>
  oldImage?: Record<string, unknown>
  application?: Record<string, unknown>
  world?: Record<string, unknown>
  timings?: Record<string, unknown>
  timeline?: Record<string, unknown>[]
  assumptions?: Record<string, unknown>
  duration?: string
  seed?: number
}

export const OLD = 'gal/app/1.0.0'
export const NEW = 'gal/app/2.0.0'

/** The image change of the rule tests, ten minutes in. */
export const changeImage = (at = 'PT10M') => ({
  at,
  updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': NEW } },
})

/** Swap 60 s, boot 50 s, extension 10 s: an instance without a fault is healthy 120 s after its batch began. */
export const TIMINGS = {
  createControlPlane: 'PT60S',
  extensionInstall: 'PT10S',
  osDiskSwap: 'PT60S',
  reimage: 'PT60S',
  resizeInPlace: 'PT60S',
  restart: 'PT30S',
  deallocate: 'PT40S',
  start: 'PT20S',
  delete: 'PT30S',
  deleteDeallocated: 'PT10S',
  applyModel: 'PT5S',
}

/** The health extension of the rule tests: an honest probe every five seconds, one answer is enough. */
export const healthExtension = (version = '2.0', settings: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'health',
  publisher: 'Microsoft.ManagedServices',
  type: 'ApplicationHealthLinux',
  typeHandlerVersion: version,
  settings: {
    protocol: 'http',
    port: 80,
    requestPath: '/health',
    intervalInSeconds: 5,
    numberOfProbes: 1,
    ...(version === '1.0' ? {} : { gracePeriod: 60 }),
    ...settings,
  },
})

/** A Uniform set whose health source is the probe of a load balancer. */
export const balanced = (numberOfProbes = 2): World => ({
  uniform: true,
  probe: null,
  profile: {
    networkProfile: {
      healthProbe: {
        id: 'lb/probes/p',
        protocol: 'Http',
        port: 80,
        requestPath: '/health',
        intervalInSeconds: 5,
        numberOfProbes,
      },
    },
  },
})

export function scenarioOf(world: World): Scenario {
  const probe = world.probe === undefined ? {} : world.probe
  const timeline = world.timeline ?? [changeImage()]
  const isUsed = JSON.stringify(timeline).includes(NEW)
  const document = {
    name: 'rule-test',
    duration: world.duration ?? 'PT6H',
    seed: world.seed ?? 1,
    azure: {
      ...world.azure,
      scaleSets: {
        vmss: {
          location: 'eastus',
          ...(world.zones ? { zones: world.zones } : {}),
          sku: { name: 'Standard_D2as_v5', capacity: world.capacity ?? 10 },
          orchestrationMode: world.uniform ? 'Uniform' : 'Flexible',
          ...(world.uniform ? { overprovision: false } : { platformFaultDomainCount: 1 }),
          ...world.set,
          upgradePolicy: {
            mode: world.mode ?? 'Rolling',
            rollingUpgradePolicy: {
              maxBatchInstancePercent: 20,
              maxUnhealthyInstancePercent: 20,
              maxUnhealthyUpgradedInstancePercent: 20,
              pauseTimeBetweenBatches: 'PT0S',
              ...world.policy,
            },
          },
          virtualMachineProfile: {
            storageProfile: { imageReference: { id: OLD } },
            ...(probe === null
              ? {}
              : {
                  extensionProfile: {
                    extensions: [healthExtension(world.version, probe)],
                  },
                }),
            ...world.profile,
          },
        },
      },
    },
    world: {
      images: {
        [OLD]: { boot: 'PT50S', ...world.oldImage },
        ...(isUsed ? { [NEW]: { boot: 'PT50S', ...world.newImage } } : {}),
      },
      application: world.application ?? {},
      timings: { ...TIMINGS, ...world.timings },
      ...world.world,
    },
    timeline,
    ...(world.assumptions ? { assumptions: world.assumptions } : {}),
  }
  return loadScenario(JSON.stringify(document, null, 1), 'rule-test.yaml', { readFile: () => undefined })
}

export const play = (world: World): RunResult => simulate(scenarioOf(world), { keepTrace: true })

export const ALL_BAD = { defects: [{ name: 'bad', share: 100 }] }
export const badOn = (...instances: number[]) => ({
  defects: [{ name: 'bad host', share: 100, instances: instances.map((number) => `vmss/${number}`) }],
})

export const breakAt = (at: string, instances: number[], lasts?: string) => ({
  at,
  breakInstance: { instances: instances.map((number) => `vmss/${number}`), ...(lasts ? { for: lasts } : {}) },
})

/** Numbers (as users address instances) of each batch. */
export const batchesOf = (run: RunResult, rollout = 0): number[][] =>
  run.rollouts[rollout]!.batches.map((batch) => batch.instances.map((index) => run.instances[index]!.number))

/** (successful, failed, inProgress, pending) as the worked examples give them. */
export const counters = (rollout: RolloutResult): number[] => [
  rollout.successful,
  rollout.failed,
  rollout.inProgress,
  rollout.pending,
]

export const entries = (run: RunResult, what: string): TraceEntry[] => run.trace.filter((entry) => entry.what === what)

export const first = (run: RunResult): RolloutResult => run.rollouts[0]!

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
