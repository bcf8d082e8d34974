import { imageKey } from '../model/declare/image-key.ts'
import { readDocument } from '../model/scenario/document.ts'
import type { Defect, Scenario } from '../model/scenario.ts'
import { RandomStreams } from '../sim/kernel/random.ts'
import type { ScenarioSource } from './variant.ts'

/** A world in which every policy is played. */
export interface TuningWorld {
  readonly name: string
  readonly kind: 'good' | 'bad' | 'noise'
  readonly describe: string
  /** What is laid on the scenario to get there; empty: the scenario as it stands. */
  readonly set: readonly string[]
  /** Besides, what happens in the run of this seed only. */
  readonly faults?: (seed: number) => readonly string[]
}

/** Shares of a declared defect in the bad worlds besides the declared one: thresholds are for what hits only some. */
const SHARES = [50, 20] as const
const MADE_UP_SHARES = [100, 50, 20] as const
/** How much of a fleet noise takes out in a run, percent, from least to most; at least one instance. */
const NOISE_PERCENT = [3, 20] as const

/** What is wrong with something new, and the assignments that take it away or make it rarer. */
interface Flaw {
  readonly cure: string
  readonly defects: readonly Defect[]
  /** Path of the n-th defect. */
  readonly pathOf: (index: number) => string
}

/**
 * Worlds of a scenario: the new image without its defects (good), with them (bad), as declared and on fewer instances. Where
 * it declares none, what the timeline rolls out gets one that is made up.
 */
export function imageWorlds(source: ScenarioSource, scenario: Scenario): TuningWorld[] {
  const flaws = flawsOf(source, scenario)
  if (flaws.length === 0) {
    const good: TuningWorld = { name: 'good', kind: 'good', describe: 'the scenario as it stands', set: [] }
    return [good, ...MADE_UP_SHARES.flatMap((share) => madeUpWorld(scenario, share))]
  }
  const good: TuningWorld = {
    name: 'good',
    kind: 'good',
    describe: 'the new image without its defects',
    set: flaws.map(({ cure }) => cure),
  }
  const declared: TuningWorld = { name: 'bad', kind: 'bad', describe: 'the defects as declared', set: [] }
  const rarer = SHARES.map(
    (percent): TuningWorld => ({
      name: `bad-${percent}`,
      kind: 'bad',
      describe: `the defects on ${percent} % of the instances they are declared for`,
      set: flaws.flatMap(({ defects, pathOf }) =>
        defects.map(({ sharePercent }, index) => `${pathOf(index)}.share=${(sharePercent * percent) / 100}`),
      ),
    }),
  )
  return [good, declared, ...rarer]
}

/** Images and models with defects; an image that a set runs from the start is no new one. */
function flawsOf(source: ScenarioSource, { world, scaleSets }: Scenario): Flaw[] {
  const initial = new Set(
    scaleSets.map(({ model }) => imageKey(model.virtualMachineProfile.storageProfile?.imageReference)),
  )
  const images = Object.entries({ ...world.images, default: world.defaultImage }).flatMap(
    ([key, { defects }]): Flaw[] => {
      if (defects.length === 0 || initial.has(key)) return []
      const at = `world.images[${writtenKey(source, key)}].defects`
      return [{ cure: `${at}=[]`, defects, pathOf: (index) => `${at}[${index}]` }]
    },
  )
  const models = world.models.map(
    ({ defects }, index): Flaw => ({
      cure: `world.models[${index}].defects=[{ name: cured, share: 0 }]`,
      defects,
      pathOf: (defect) => `world.models[${index}].defects[${defect}]`,
    }),
  )
  const templates = Object.entries(world.imageTemplates).flatMap(([name, { customizers }]): Flaw[] =>
    Object.values(customizers).some(({ defects }) => defects.length > 0)
      ? [{ cure: `world.imageTemplates[${name}].customizers={}`, defects: [], pathOf: () => '' }]
      : [],
  )
  return [...images, ...models, ...templates]
}

/** An image may be written in several ways; an assignment must meet the one of the file. */
function writtenKey(source: ScenarioSource, key: string): string {
  const { value } = readDocument(source.text, source.file)
  const images = (value as { world?: { images?: Readonly<Record<string, unknown>> } } | undefined)?.world?.images ?? {}
  return Object.keys(images).find((written) => written === key || imageKey({ id: written }) === key) ?? key
}

/** The first thing that the timeline rolls out, with a process that never listens on a share of the instances. */
function madeUpWorld({ timeline, world }: Scenario, share: number): TuningWorld[] {
  const name = `made-up-${share}`
  const describe = `the new image never listens on ${share} % of the instances (made up: the scenario declares no defect)`
  const defect = `{ name: made up, breaks: [process], share: ${share} }`
  for (const { action } of timeline) {
    if (action.verb === 'publishImageVersion')
      return [
        {
          name,
          kind: 'bad',
          describe,
          set: [`world.images[${action.image}/${action.version.name}].defects=[${defect}]`],
        },
      ]
    if (action.verb !== 'updateModel') continue
    const reference = action.set.find(({ path }) => /imageReference\.id$/.test(path))
    if (reference !== undefined) {
      const key = imageKey({ id: String(reference.value) })
      if (!Object.hasOwn(world.images, key) || world.images[key]!.defects.length === 0)
        return [{ name, kind: 'bad', describe, set: [`world.images[${key}].defects=[${defect}]`] }]
    }
    const [first] = action.set
    if (first === undefined) continue
    const when = JSON.stringify({ [first.path]: first.value })
    return [
      { name, kind: 'bad', describe, set: [`world.models[+]={ name: made up, when: ${when}, defects: [${defect}] }`] },
    ]
  }
  return []
}

/** When the rollouts of the declared policy take place, in the good world. */
export interface RolloutWindow {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The world with a good image in which instances fail that have nothing to do with it: in every run others, at moments while
 * the rollout may be under way, each for a quarter to three quarters of an hour.
 */
export function noiseWorld(scenario: Scenario, good: TuningWorld, window: RolloutWindow): TuningWorld {
  const [least, most] = NOISE_PERCENT
  return {
    name: 'noise',
    kind: 'noise',
    describe: `a good image while ${least} to ${most} % of the instances fail for other reasons, in every run others`,
    set: good.set,
    faults: (seed) => faultsOf(scenario, window, seed),
  }
}

function faultsOf({ seed: own, scaleSets }: Scenario, { fromMs, toMs }: RolloutWindow, seed: number): string[] {
  const streams = new RandomStreams(own)
  const [least, most] = NOISE_PERCENT
  return scaleSets.flatMap(({ model: { name, sku } }) => {
    const { capacity } = sku
    if (capacity === 0) return []
    const stream = streams.stream(`tune/noise/${seed}/${name}`)
    const percent = least + stream.uniform(0, 4) * (most - least)
    const count = Math.max(1, Math.round((capacity * percent) / 100))
    return drawn(capacity, count, (slot) => stream.uniform(slot, 0)).map((number, index) => {
      const at = fromMs + Math.floor(stream.uniform(index, 1) * (toMs - fromMs))
      const lasts = 900 + Math.floor(stream.uniform(index, 2) * 1800)
      const verb = stream.uniform(index, 3) < 2 / 3 ? 'breakInstance' : 'hangInstance'
      // Under MaxSurge newcomers take the place of the first fleet and go on counting. Whichever of the two is there at that
      // moment fails, so that noise meets every policy alike; one that is not there is passed over.
      const instances = `["${name}/${number}", "${name}/${number + capacity}"]`
      return `timeline[+]={ at: PT${Math.floor(at / 1000)}S, ${verb}: { instances: ${instances}, for: PT${lasts}S } }`
    })
  })
}

/** So many different numbers below `total`: those with the smallest draws. */
function drawn(total: number, count: number, draw: (slot: number) => number): number[] {
  return Array.from({ length: total }, (_, number) => ({ number, weight: draw(number) }))
    .sort((a, b) => a.weight - b.weight || a.number - b.number)
    .slice(0, count)
    .map(({ number }) => number)
}
