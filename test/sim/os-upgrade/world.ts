import { loadScenario } from '../../../src/model/scenario/load.ts'
import type { Scenario } from '../../../src/model/scenario.ts'
import type { RunResult, TraceEntry } from '../../../src/sim/result.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { healthExtension, TIMINGS as PLAY_TIMINGS } from '../play.ts'

type Plain = Record<string, unknown>

/** A small estate for automatic OS upgrade: sets on one gallery image that they follow, constant durations. */
export interface Estate {
  capacity?: number
  zones?: string[]
  uniform?: boolean
  mode?: 'Manual' | 'Automatic' | 'Rolling'
  /** `automaticOSUpgradePolicy` beside the flag; null: the feature is off. */
  os?: Plain | null
  policy?: Plain
  /** What the model refers to; the definition without a version by default. */
  image?: Plain
  probe?: Plain
  version?: '1.0' | '2.0'
  set?: Plain
  profile?: Plain
  /** Regions of the sets. With one the set is `vmss`, with more each is called like its region. */
  regions?: string[]
  /** Versions of the image at time 0. */
  versions?: string[]
  azure?: Plain
  /** The truth of version 2.0.0, and of others by number. */
  newImage?: Plain
  truths?: Record<string, Plain>
  /** More images of the world, by key. */
  images?: Record<string, Plain>
  application?: Plain
  timings?: Plain
  timeline?: Plain[]
  assumptions?: Plain
  duration?: string
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const OLD = 'gal/app/1.0.0'
export const NEW = 'gal/app/2.0.0'

/** Swap 60 s, boot 50 s, extension 10 s: an instance without a fault is healthy two minutes after its batch began. */
const TIMINGS = {
  ...PLAY_TIMINGS,
  imageAttach: 'PT1S',
}

/** The new version; its copies take what the truth says, ten minutes unless told otherwise. */
export const publish = (at = 'PT10M', version = '2.0.0', more: Plain = {}) => ({
  at,
  publishImageVersion: { image: 'gal/app', version, ...more },
})
export const exclude = (at: string, version: string, more: Plain = {}) => ({
  at,
  excludeFromLatest: { image: 'gal/app', version, ...more },
})
export const update = (at: string, set: Plain) => ({ at, updateModel: { set } })
export const setFlag = (at: string, enabled: boolean) =>
  update(at, { 'upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade': enabled })

export { healthExtension }

export function documentOf(estate: Estate): Plain {
  const regions = estate.regions ?? ['eastus']
  const scaleSet = (location: string) => ({
    location,
    ...(estate.zones ? { zones: estate.zones } : {}),
    sku: { name: 'Standard_D2as_v5', capacity: estate.capacity ?? 10 },
    orchestrationMode: estate.uniform ? 'Uniform' : 'Flexible',
    ...(estate.uniform ? { overprovision: false } : { platformFaultDomainCount: 1 }),
    ...estate.set,
    upgradePolicy: {
      mode: estate.mode ?? 'Rolling',
      rollingUpgradePolicy: { ...estate.policy },
      ...(estate.os === null ? {} : { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, ...estate.os } }),
    },
    virtualMachineProfile: {
      storageProfile: { imageReference: estate.image ?? { id: 'gal/app' } },
      extensionProfile: { extensions: [healthExtension(estate.version, estate.probe)] },
      ...estate.profile,
    },
  })
  const timeline = estate.timeline ?? [publish()]
  const published = timeline.flatMap((entry) => (entry['publishImageVersion'] ? [entry['publishImageVersion']] : []))
  const isOfGallery = (one: unknown) => (one as Plain)['image'] === 'gal/app'
  const numbers = published.filter(isOfGallery).map((one) => String((one as Plain)['version']))
  const declared = estate.versions ?? ['1.0.0']
  const names = [...new Set([...declared, ...numbers])]
  const replication = Object.fromEntries(regions.map((region) => [region, { takes: 'PT10M' }]))
  const truths = names.map((name) => {
    const own = { ...(name === '2.0.0' ? estate.newImage : {}), ...estate.truths?.[name] }
    return [
      `gal/app/${name}`,
      { boot: 'PT50S', ...own, replication: { ...replication, ...(own['replication'] as Plain | undefined) } },
    ]
  })
  return {
    name: 'os-upgrade',
    duration: estate.duration ?? 'PT6H',
    seed: 1,
    azure: {
      scaleSets: Object.fromEntries(
        regions.map((region) => [regions.length === 1 ? 'vmss' : `vmss-${region}`, scaleSet(region)]),
      ),
      galleries: {
        gal: {
          location: regions[0],
          images: {
            app: { versions: Object.fromEntries(declared.map((name) => [name, { targetRegions: regions }])) },
          },
        },
      },
      ...estate.azure,
    },
    world: {
      images: { default: { boot: 'PT50S' }, ...Object.fromEntries(truths), ...estate.images },
      application: estate.application ?? {},
      timings: { ...TIMINGS, ...estate.timings },
    },
    timeline,
    ...(estate.assumptions ? { assumptions: estate.assumptions } : {}),
  }
}

export const load = (estate: Estate): Scenario =>
  loadScenario(JSON.stringify(documentOf(estate), null, 1), 'os-upgrade.yaml', { readFile: () => undefined })

export const play = (estate: Estate): RunResult => simulate(load(estate), { keepTrace: true })

/** A defect that hits these instances only, or everybody. */
export const badOn = (...numbers: number[]): Plain => ({
  defects: [
    {
      name: 'bad',
      share: 100,
      ...(numbers.length === 0 ? {} : { instances: numbers.map((number) => `vmss/${number}`) }),
    },
  ],
})

export const entries = (run: RunResult, what: string): TraceEntry[] => run.trace.filter((entry) => entry.what === what)
export const first = (run: RunResult) => run.rollouts[0]!
export const startsOf = (run: RunResult): number[] => run.rollouts.map(({ startedAtMs }) => startedAtMs / MINUTE)
export const counters = ({ successful, failed, inProgress, pending }: RunResult['rollouts'][number]): number[] => [
  successful,
  failed,
  inProgress,
  pending,
]
export const sizesOf = (run: RunResult): number[] => first(run).batches.map(({ instances }) => instances.length)

/** The image each instance runs at the end, by what the trace says it was given; the first ones ran version 1.0.0. */
export function imagesOf(run: RunResult): Record<string, string> {
  const images: Record<string, string> = {}
  for (const entry of run.trace) {
    if (entry.what === 'instance.present') images[entry.subject] = '1.0.0'
    if (entry.what === 'instance.image') images[entry.subject] = String(entry.numbers['image']).split('/').at(-1)!
  }
  return images
}

export const countOf = (run: RunResult, version: string): number =>
  Object.values(imagesOf(run)).filter((image) => image === version).length
