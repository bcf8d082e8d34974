/** For property tests of a team's own: rollouts that fast-check draws and shrinks, and an assertion over all of them. */
import fc from 'fast-check'
import { stringify } from 'yaml'
import { InputError } from './model/diagnostic.ts'
import type { RollingUpgradePolicy } from './model/scale-set.ts'
import { loadScenario } from './model/scenario/load.ts'
import type { Scenario } from './model/scenario.ts'
import type { RunResult } from './sim/result.ts'
import { simulate } from './sim/simulate.ts'

/** A scale set as `az vmss show -o json` prints it, or typed by hand in the same shape. */
export type ScaleSetDocument = Readonly<Record<string, unknown>>

/** The truth about the image that is rolled out, as `world.images` of a scenario holds it. Durations are ISO 8601. */
export interface ImageTruth {
  /** Power-on to guest up. */
  readonly boot: string | { readonly p50: string; readonly p95: string }
  readonly defects: readonly Defect[]
}

export interface Defect {
  readonly name: string
  /** Dependencies it cuts off (`backend` by default), or process, boot, extensions. */
  readonly breaks: readonly string[]
  /** Percent of instances it hits. */
  readonly share: number
  /** From the end of boot until it bites. */
  readonly onset: string
}

/** The truth about everything else. */
export interface WorldTruth {
  /** As `world.application`, without `endpoints`. */
  readonly application: Readonly<Record<string, unknown>> & { readonly needs: readonly string[] }
  /** What the probed path checks: all that serving needs and the warm-up, or nothing at all. */
  readonly probe: 'honest' | 'blind'
  /** What goes wrong by itself, in order of time: entries as in a scenario's `timeline`. The rollout begins at PT10M. */
  readonly timeline: readonly (Readonly<Record<string, unknown>> & { readonly at: string })[]
}

/** One rollout: what is declared, what is true, and the luck it is played with. */
export interface Rollout {
  readonly fleet: ScaleSetDocument
  readonly policy: RollingUpgradePolicy
  readonly image: ImageTruth
  readonly world: WorldTruth
  readonly seed: number
}

const SET = 'vmss'
const BEFORE = 'gallery/app/1.0.0'
const AFTER = 'gallery/app/2.0.0'
const PATH = '/health'
const seconds = (min: number, max: number) => fc.integer({ min, max }).map((value) => `PT${value}S`)

/** Policies that the service accepts: batch at most the unhealthy limit (RP-4), percentages from 5 or 0 to 100. */
export function policies(): fc.Arbitrary<RollingUpgradePolicy> {
  return fc
    .record({
      batch: fc.integer({ min: 5, max: 100 }),
      above: fc.nat({ max: 95 }),
      upgraded: fc.nat({ max: 100 }),
      pause: seconds(0, 600),
      prioritize: fc.boolean(),
      maxSurge: fc.boolean(),
    })
    .map(({ batch, above, upgraded, pause, prioritize, maxSurge }) => ({
      maxBatchInstancePercent: batch,
      maxUnhealthyInstancePercent: Math.min(100, batch + above),
      maxUnhealthyUpgradedInstancePercent: upgraded,
      pauseTimeBetweenBatches: pause,
      prioritizeUnhealthyInstances: prioritize,
      maxSurge,
    }))
}

export interface FleetBounds {
  /** Default 1. */
  readonly minInstances?: number
  /** Default 40. */
  readonly maxInstances?: number
}

/** Scale sets of both orchestration modes, in zones or in none, with the Application Health extension (2.0). */
export function fleets({ minInstances = 1, maxInstances = 40 }: FleetBounds = {}): fc.Arbitrary<ScaleSetDocument> {
  return fc
    .record({
      capacity: fc.integer({ min: minInstances, max: maxInstances }),
      zones: fc.subarray(['1', '2', '3']),
      isUniform: fc.boolean(),
      intervalInSeconds: fc.integer({ min: 5, max: 40 }),
      numberOfProbes: fc.integer({ min: 1, max: 5 }),
      grace: fc.integer({ min: 60, max: 600 }),
    })
    .map(({ capacity, zones, isUniform, intervalInSeconds, numberOfProbes, grace }) => ({
      location: 'eastus',
      ...(zones.length === 0 ? {} : { zones }),
      sku: { name: 'Standard_D2as_v5', capacity },
      ...(isUniform
        ? { orchestrationMode: 'Uniform', overprovision: false }
        : { orchestrationMode: 'Flexible', platformFaultDomainCount: 1 }),
      virtualMachineProfile: {
        extensionProfile: {
          extensions: [
            {
              name: 'health',
              publisher: 'Microsoft.ManagedServices',
              type: 'ApplicationHealthLinux',
              typeHandlerVersion: '2.0',
              settings: {
                protocol: 'http',
                port: 80,
                requestPath: PATH,
                intervalInSeconds,
                numberOfProbes,
                // The service takes no grace shorter than the probes need.
                gracePeriod: Math.max(grace, intervalInSeconds * numberOfProbes),
              },
            },
          ],
        },
      },
    }))
}

const boots = fc
  .record({ p50: fc.integer({ min: 10, max: 180 }), more: fc.nat({ max: 180 }) })
  .map(({ p50, more }) => ({ p50: `PT${p50}S`, p95: `PT${p50 + more}S` }))

/** Images, good and bad: one defect or none, on all instances or on some, at once or late. */
export function images(): fc.Arbitrary<ImageTruth> {
  return fc.record({ boot: boots, defects: fc.oneof(fc.constant([]), defects()) })
}

/** Images that have a defect. */
export function badImages(): fc.Arbitrary<ImageTruth> {
  return fc.record({ boot: boots, defects: defects() })
}

const defects = (): fc.Arbitrary<readonly Defect[]> =>
  fc
    .record({
      breaks: fc.constantFrom('backend', 'process', 'boot', 'extensions'),
      share: fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 100 })),
      onset: fc.oneof(fc.constant('PT0S'), seconds(0, 1800)),
    })
    .map(({ breaks, share, onset }) => [{ name: `no ${breaks}`, breaks: [breaks], share, onset }])

/**
 * An application that needs one dependency, with an honest probe, in a cloud in which a zone or a dependency may fail.
 *
 * @param region whose zone fails
 */
export function worlds(region = 'eastus'): fc.Arbitrary<WorldTruth> {
  const fault = fc.record({ minute: fc.nat({ max: 120 }), lasts: seconds(10, 1800), isZone: fc.boolean() })
  return fc
    .record({ startup: seconds(0, 60), warmup: seconds(0, 120), faults: fc.array(fault, { maxLength: 2 }) })
    .map(({ startup, warmup, faults }) => ({
      application: { needs: ['backend'], startup, warmup },
      probe: 'honest',
      timeline: [...faults]
        .sort((a, b) => a.minute - b.minute)
        .map(({ minute, lasts, isZone }) => ({
          at: `PT${minute}M`,
          ...(isZone
            ? { failZone: { region, zone: '1', for: lasts } }
            : { failDependency: { dependency: 'backend', for: lasts } }),
        })),
    }))
}

/** Each part of a rollout: a value that is always the same, or what it is drawn from. */
export type Parts = { readonly [Part in keyof Rollout]?: Rollout[Part] | fc.Arbitrary<Rollout[Part]> }

/** Rollouts of an image; what no part is given for is drawn. A fleet that declares its own rolling policy keeps it. */
export function rollouts(parts: Parts = {}): fc.Arbitrary<Rollout> {
  return arbitrary(parts.fleet, fleets).chain((fleet) => {
    const own = (fleet['upgradePolicy'] as { rollingUpgradePolicy?: RollingUpgradePolicy } | undefined)
      ?.rollingUpgradePolicy
    const location = typeof fleet['location'] === 'string' ? fleet['location'] : undefined
    return fc.record({
      fleet: fc.constant(fleet),
      policy: arbitrary(parts.policy ?? own, policies),
      image: arbitrary(parts.image, images),
      world: arbitrary(parts.world, () => worlds(location)),
      seed: arbitrary(parts.seed, () => fc.nat()),
    })
  })
}

function arbitrary<T>(part: T | fc.Arbitrary<T> | undefined, otherwise: () => fc.Arbitrary<T>): fc.Arbitrary<T> {
  if (part === undefined) return otherwise()
  return part instanceof fc.Arbitrary ? part : fc.constant(part)
}

/** The rollout as a scenario file, which `vmss-twin run` plays. */
export function scenarioText(rollout: Rollout): string {
  return stringify(document(rollout), { lineWidth: 120, aliasDuplicateObjects: false })
}

/** The rollout as the scenario that the engine plays. @throws InputError when a part that was given does not fit */
export function scenarioOf(rollout: Rollout): Scenario {
  return loadScenario(JSON.stringify(document(rollout), null, 1), 'rollout.yaml', { readFile: () => undefined })
}

function document({ fleet, policy, image, world, seed }: Rollout): Record<string, unknown> {
  const profile = mapping(fleet['virtualMachineProfile'])
  const checks = world.probe === 'honest' ? [...world.application.needs, 'warmup'] : []
  const endpoints = Object.fromEntries(probedPaths(profile).map((path) => [path, { checks, answers: 'rich' }]))
  const roll = {
    at: 'PT10M',
    updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': AFTER } },
  }
  return {
    name: 'rollout',
    seed,
    duration: 'P1D',
    azure: {
      scaleSets: {
        [SET]: {
          ...fleet,
          upgradePolicy: { ...mapping(fleet['upgradePolicy']), mode: 'Rolling', rollingUpgradePolicy: policy },
          virtualMachineProfile: {
            ...profile,
            storageProfile: { ...mapping(profile['storageProfile']), imageReference: { id: BEFORE } },
          },
        },
      },
    },
    world: { images: { [AFTER]: image }, application: { ...world.application, endpoints } },
    timeline: [roll, ...world.timeline],
  }
}

/** Paths that health extensions of the profile ask for. */
function probedPaths(profile: Readonly<Record<string, unknown>>): string[] {
  const extensions = mapping(profile['extensionProfile'])['extensions']
  const all = Array.isArray(extensions) ? extensions.map(mapping) : []
  return all.flatMap(({ settings }) => {
    const path = mapping(settings)['requestPath']
    return typeof path === 'string' ? [path.startsWith('/') ? path : `/${path}`] : []
  })
}

const mapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** What fast-check says of a predicate that returned false. */
const RETURNED_FALSE = 'Property failed by returning false'

export interface AssertOptions extends Parts {
  /** Rollouts to try. Default 100. */
  readonly numRuns?: number
  /** Of fast-check, to play a failed search again: the message of the failure has both. */
  readonly searchSeed?: number
  readonly searchPath?: string
  /** Keep the trace of every run, so that the property may look at it. */
  readonly keepTrace?: boolean
}

/**
 * Plays rollouts and holds the property against each result; it fails by throwing, or by returning false. The smallest rollout
 * that breaks it is in the message, as a scenario file that plays it again.
 *
 *   assertRollout(({ measures }) => { expect(measures.blastRadius.percent).toBeLessThanOrEqual(20) }, { policy: ours })
 */
export function assertRollout(
  property: (result: RunResult, rollout: Rollout) => unknown,
  options: AssertOptions = {},
): void {
  const { numRuns = 100, searchSeed, searchPath, keepTrace = false, ...parts } = options
  const details = fc.check(
    fc.property(rollouts(parts), (rollout) => {
      const held: unknown = property(simulate(scenarioOf(rollout), { keepTrace }), rollout)
      if (mapping(held)['then'] !== undefined)
        throw new Error('the property of assertRollout must not be async: what it finds would come too late')
      return held !== false
    }),
    {
      numRuns,
      ...(searchSeed === undefined ? {} : { seed: searchSeed }),
      ...(searchPath === undefined ? {} : { path: searchPath }),
    },
  )
  if (!details.failed) return
  const [rollout] = details.counterexample ?? []
  if (rollout === undefined) throw new Error(fc.defaultReportMessage(details))
  const cause = details.errorInstance
  const words = cause instanceof Error ? cause.message : String(cause)
  const where = `rollout ${details.numRuns} of ${numRuns}, made smaller ${details.numShrinks} times`
  throw new Error(
    [
      cause instanceof InputError
        ? `A part of the rollout does not fit: ${words}`
        : `The property does not hold (${where})${words === RETURNED_FALSE ? '' : `: ${words}`}`,
      `Search again: searchSeed: ${details.seed}, searchPath: '${details.counterexamplePath}'`,
      'Saved as a file, vmss-twin run plays it:',
      '',
      scenarioText(rollout),
    ].join('\n'),
    { cause },
  )
}
