import { type Counterexample, type FuzzOptions, type FuzzReport, fuzz } from '../../src/lab/fuzz/search.ts'
import { ownThread } from '../../src/lab/runner.ts'
import type { Variant } from '../../src/lab/variant.ts'
import { loadScenario, prepareScenario } from '../../src/model/scenario/load.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { healthExtension, NEW, OLD, TIMINGS } from '../sim/play.ts'

/** A small world as a scenario file: one Flexible set `vmss` with a Rolling policy, constant durations, an image change. */
export interface FuzzWorld {
  readonly capacity?: number
  readonly zones?: readonly string[]
  readonly policy?: Record<string, unknown>
  readonly set?: Record<string, unknown>
  readonly profile?: Record<string, unknown>
  readonly newImage?: Record<string, unknown>
  readonly application?: Record<string, unknown>
  readonly timeline?: readonly object[]
  readonly vary: readonly object[]
  readonly properties: readonly string[]
  readonly duration?: string
}

export function fileOf(world: FuzzWorld): string {
  const timeline = world.timeline ?? [
    { at: 'PT10M', updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': NEW } } },
  ]
  return JSON.stringify({
    name: 'planted',
    duration: world.duration ?? 'PT6H',
    azure: {
      scaleSets: {
        vmss: {
          location: 'eastus',
          ...(world.zones === undefined ? {} : { zones: world.zones }),
          sku: { name: 'Standard_D2as_v5', capacity: world.capacity ?? 10 },
          orchestrationMode: 'Flexible',
          platformFaultDomainCount: 1,
          upgradePolicy: {
            mode: 'Rolling',
            rollingUpgradePolicy: {
              maxBatchInstancePercent: 20,
              maxUnhealthyInstancePercent: 20,
              maxUnhealthyUpgradedInstancePercent: 20,
              pauseTimeBetweenBatches: 'PT0S',
              ...world.policy,
            },
          },
          ...world.set,
          virtualMachineProfile: {
            storageProfile: { imageReference: { id: OLD } },
            extensionProfile: { extensions: [healthExtension()] },
            ...world.profile,
          },
        },
      },
    },
    world: {
      images: {
        [OLD]: { boot: 'PT50S' },
        ...(world.timeline === undefined ? { [NEW]: { boot: 'PT50S', ...world.newImage } } : {}),
      },
      application: world.application ?? {},
      timings: TIMINGS,
    },
    timeline,
    vary: world.vary,
    properties: world.properties,
  })
}

const options = { readFile: () => undefined }

export const loaded = (world: FuzzWorld) => loadScenario(fileOf(world), 'planted.yaml', options)
export const prepared = (world: FuzzWorld) => prepareScenario(fileOf(world), 'planted.yaml', options, undefined)

export const variantOf = (world: FuzzWorld): Variant => ({
  source: { file: 'planted.yaml', text: fileOf(world), files: {} },
  set: [],
})

export const fuzzed = (world: FuzzWorld, more: Partial<FuzzOptions> = {}): Promise<FuzzReport> =>
  fuzz(variantOf(world), ownThread(), { runs: 300, seed: 1, ...more })

export async function counterexampleOf(world: FuzzWorld, more: Partial<FuzzOptions> = {}): Promise<Counterexample> {
  const { counterexample } = await fuzzed(world, more)
  if (counterexample === null) throw new Error('nothing was found')
  return counterexample
}

/** The changes as `path: value`, the last name of each path only. */
export const changed = ({ changes }: Counterexample): Record<string, unknown> =>
  Object.fromEntries(changes.map(({ path, after }) => [/[^.]+$/.exec(path)![0], after]))

export const resultWith = (world: FuzzWorld, set: readonly string[]) => simulate(prepared(world).build(set))
