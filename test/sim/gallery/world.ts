import { loadScenario } from '../../../src/model/scenario/load.ts'
import type { Scenario } from '../../../src/model/scenario.ts'
import type { RunResult, TraceEntry } from '../../../src/sim/result.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { healthExtension, TIMINGS as PLAY_TIMINGS } from '../play.ts'

type Plain = Record<string, unknown>

/**
 * A small estate around a gallery `gal` in eastus: sets that follow its image `app`, constant durations. A first copy takes
 * ten minutes in its source region and one to any other region five more; a new instance serves two minutes after it was
 * asked for.
 */
export interface Estate {
  /** Regions of the sets, one set each: `vmss` where there is one, else named like its region. Default eastus. */
  regions?: string[]
  /** Regions the declared versions are in. Default: those of the sets. */
  copies?: string[]
  capacity?: number
  zones?: string[]
  uniform?: boolean
  mode?: 'Manual' | 'Automatic' | 'Rolling'
  /** Switches automatic OS upgrade on. */
  os?: boolean
  policy?: Plain
  set?: Plain
  /** More of `virtualMachineProfile`. */
  profile?: Plain
  /** What the model refers to; the definition without a version by default. */
  reference?: string
  /** Versions of `gal/app` at time 0 by number. Default `1.0.0`. */
  versions?: Record<string, Plain>
  /** What else the definition `app` says of itself, and further definitions of the gallery. */
  definition?: Plain
  definitions?: Record<string, Plain>
  /** `world.images`, by number of the version. */
  images?: Record<string, Plain>
  /** `world.regions`. */
  places?: Record<string, Plain>
  timings?: Plain
  timeline?: Plain[]
  assumptions?: Plain
  duration?: string
  seed?: number
}

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

const TIMINGS = {
  ...PLAY_TIMINGS,
  imageAttach: 'PT1S',
  galleryReplicationSource: 'PT10M',
  galleryReplication: 'PT5M',
}

/** A timeline verb about `gal/app`. */
const about =
  (verb: string) =>
  (at: string, version: string, more: Plain = {}) => ({ at, [verb]: { image: 'gal/app', version, ...more } })
export const publish = about('publishImageVersion')
export const exclude = about('excludeFromLatest')
export const addRegion = about('addTargetRegion')
export const removeRegion = about('removeTargetRegion')
export const deleteVersion = about('deleteImageVersion')
export const scaleTo = (at: string, capacity: number, scaleSet?: string) => ({
  at,
  scaleTo: { ...(scaleSet === undefined ? {} : { scaleSet }), capacity },
})
export const reimage = (at: string, instance: string) => ({ at, reimage: { instance } })
export const update = (at: string, set: Plain) => ({ at, updateModel: { set } })
export const refer = (at: string, reference: string) =>
  update(at, { 'virtualMachineProfile.storageProfile.imageReference.id': reference })

export function scenarioOf(estate: Estate): Scenario {
  const regions = estate.regions ?? ['eastus']
  const scaleSet = (location: string) => ({
    location,
    ...(estate.zones ? { zones: estate.zones } : {}),
    sku: { name: 'Standard_D2as_v5', capacity: estate.capacity ?? 2 },
    orchestrationMode: estate.uniform ? 'Uniform' : 'Flexible',
    ...(estate.uniform ? { overprovision: false, singlePlacementGroup: false } : { platformFaultDomainCount: 1 }),
    ...estate.set,
    upgradePolicy: {
      mode: estate.mode ?? 'Manual',
      rollingUpgradePolicy: { ...estate.policy },
      ...(estate.os ? { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } } : {}),
    },
    virtualMachineProfile: {
      storageProfile: { imageReference: { id: estate.reference ?? 'gal/app' } },
      extensionProfile: { extensions: [healthExtension()] },
      ...estate.profile,
    },
  })
  const versions = Object.entries(estate.versions ?? { '1.0.0': {} }).map(([name, version]) => [
    name,
    { targetRegions: estate.copies ?? regions, ...version },
  ])
  const images = Object.entries(estate.images ?? {}).map(([name, truth]) => [`gal/app/${name}`, truth])
  const document = {
    name: 'gallery-rules',
    duration: estate.duration ?? 'PT6H',
    seed: estate.seed ?? 1,
    azure: {
      scaleSets: Object.fromEntries(
        regions.map((region) => [regions.length === 1 ? 'vmss' : region, scaleSet(region)]),
      ),
      galleries: {
        gal: {
          location: 'eastus',
          images: { app: { ...estate.definition, versions: Object.fromEntries(versions) }, ...estate.definitions },
        },
      },
    },
    world: {
      images: { default: { boot: 'PT50S' }, ...Object.fromEntries(images) },
      timings: { ...TIMINGS, ...estate.timings },
      ...(estate.places ? { regions: estate.places } : {}),
    },
    timeline: estate.timeline ?? [],
    ...(estate.assumptions ? { assumptions: estate.assumptions } : {}),
  }
  return loadScenario(JSON.stringify(document, null, 1), 'gallery-rules.yaml', { readFile: () => undefined })
}

export const play = (estate: Estate): RunResult => simulate(scenarioOf(estate), { keepTrace: true })

export const entries = (run: RunResult, what: string): TraceEntry[] => run.trace.filter((entry) => entry.what === what)

/** What became of every copy, in order: `2.0.0 eastus Completed at 20 min`. */
export const copiesOf = (run: RunResult): string[] =>
  run.trace
    .filter(({ what }) => what === 'gallery.replicated' || what === 'gallery.replicationFailed')
    .map(
      ({ what, atMs, numbers }) =>
        `${versionIn(numbers['version'])} ${numbers['region']} ${what === 'gallery.replicated' ? 'Completed' : 'Failed'} at ${atMs / MINUTE} min`,
    )

/** Which version each instance was given during the run, in order: `vmss/2 1.0.0`. */
export const givenIn = (run: RunResult): string[] =>
  entries(run, 'instance.image').map(({ subject, numbers }) => `${subject} ${versionIn(numbers['image'])}`)

/** Requests the service refused: `GA-28 ServiceUnavailable`. */
export const refusalsIn = (run: RunResult): string[] =>
  run.findings
    .filter(({ code }) => code === 'RequestRefused')
    .map(({ rules, evidence }) => `${rules[0]} ${evidence[0]!.split(':')[0]}`)

/** `gal/app/1.0.0` -> `1.0.0`. */
export const versionIn = (key: unknown): string => String(key).split('/')[2] ?? String(key)
