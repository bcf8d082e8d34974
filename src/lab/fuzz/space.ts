import { DEFAULT_ROLLING_POLICY } from '../../model/declare/health-source.ts'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import { parseModelPath, readModelPath } from '../../model/scenario/model-path.ts'
import { valueAtPath } from '../../model/scenario/set-option.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { Domain, FaultVariation, Variation, Vary } from '../../model/vary.ts'

/** One value that may change, with what it is without a change. */
export interface Field {
  readonly path: string
  readonly domain: Domain
  /** As the file has it, or the service's default; undefined: nothing is known. */
  readonly declared: unknown
  /** Where it shrinks to, as a position of `positionsOf`; null: to no change at all. */
  readonly isSize: boolean
}

/** All that may change about a scenario. */
export interface Space {
  readonly fields: readonly Field[]
  readonly faults: readonly FaultVariation[]
  readonly places: Places
  readonly durationMs: number
  readonly seed: number
}

/** Where faults may strike. */
export interface Places {
  readonly sets: readonly {
    readonly name: string
    readonly capacity: number
    readonly region: string
    readonly zones: readonly string[]
    readonly isSpot: boolean
  }[]
  readonly dependencies: readonly string[]
}

const { pauseMs, ...POLICY } = DEFAULT_ROLLING_POLICY

/** What the service takes for a policy that is left out, and the twin for a world that is. */
const PRESETS: Readonly<Record<string, unknown>> = {
  ...POLICY,
  pauseTimeBetweenBatches: formatDuration(pauseMs),
  startup: 'PT0S',
  warmup: 'PT0S',
  onset: 'PT0S',
  share: 100,
}

type Document = Readonly<Record<string, unknown>>

export function spaceOf(scenario: Scenario, document: Document): Space {
  const vary = scenario.vary ?? usualBounds(scenario, document)
  return {
    fields: vary.fields.map((field) => fieldOf(field, scenario, document)),
    faults: vary.faults,
    places: placesOf(scenario),
    durationMs: scenario.durationMs,
    seed: scenario.seed,
  }
}

function fieldOf({ path, domain }: Variation, scenario: Scenario, document: Document): Field {
  return { path, domain, declared: declaredAt(path, scenario, document), isSize: /(^|\.)capacity$/i.test(path) }
}

/** What stands at the path: in the file, in what it imports, or what the service takes in its place. */
function declaredAt(path: string, scenario: Scenario, document: Document): unknown {
  const written = valueAtPath(document, path)
  if (written !== undefined && written !== null) return written
  for (const { model } of scenario.scaleSets) {
    const before = [`azure.scaleSets.${model.name}.`, `azure.scaleSets[${model.name}].`].find((one) =>
      path.startsWith(one),
    )
    const segments = before === undefined ? undefined : parseModelPath(path.slice(before.length))
    const found = segments === undefined ? undefined : readModelPath(model, segments)
    if (found !== undefined) return found
  }
  return PRESETS[/[^.[\]]+(?=\]?$)/.exec(path)?.[0] ?? '']
}

function placesOf({ scaleSets, world }: Scenario): Places {
  return {
    sets: scaleSets.map(({ model }) => ({
      name: model.name,
      capacity: model.sku.capacity,
      region: model.location,
      zones: model.zones ?? [],
      isSpot: model.virtualMachineProfile.priority === 'Spot' || model['priorityMixPolicy'] !== undefined,
    })),
    dependencies: world.application.needs,
  }
}

const INSTANCES_MAX = 200
const SHARE_AROUND = 10

/**
 * What is varied where the scenario does not say: the world around the declared policy, never the policy itself, which is
 * what is being judged. Fleets from 2 instances to twice the declared size, boot, start, warm-up and onsets from half to
 * twice as long, shares of defects ten points around the declared one, a constant demand a quarter up and down; and the
 * luck of every run. Faults and late onsets are left to `vary`: a fleet of two does not survive either under any policy.
 */
export function usualBounds(scenario: Scenario, document: Document): Vary {
  const fields: Variation[] = []
  const number = (path: string, from: number, to: number): void => {
    if (to > from) fields.push({ path, domain: { kind: 'number', from, to, step: 1 } })
  }
  const duration = (path: string, declared: unknown): void => {
    const ms = typeof declared === 'string' ? parseDuration(declared) : undefined
    if (ms === undefined) return
    const bounds = { from: Math.floor(ms / 2000) * 1000, to: ms * 2 }
    if (bounds.to > bounds.from) fields.push({ path, domain: { kind: 'duration', ...bounds, step: 1000 } })
  }
  for (const { model } of scenario.scaleSets) {
    const { capacity } = model.sku
    if (capacity >= 2) number(`azure.scaleSets[${model.name}].sku.capacity`, 2, Math.min(INSTANCES_MAX, capacity * 2))
  }
  for (const key of ['startup', 'warmup'])
    duration(`world.application.${key}`, valueAtPath(document, `world.application.${key}`))
  const images = valueAtPath(document, 'world.images')
  for (const [name, image] of Object.entries(
    (images ?? {}) as Record<string, { boot?: unknown; defects?: unknown[] }>,
  )) {
    const at = `world.images[${name}]`
    duration(`${at}.boot`, image?.boot)
    defectsAt(`${at}.defects`, image?.defects)
  }
  const models = valueAtPath(document, 'world.models')
  if (Array.isArray(models))
    models.forEach((model: { defects?: unknown[] }, index) => {
      defectsAt(`world.models[${index}].defects`, model.defects)
    })
  const demand = valueAtPath(document, 'world.demand.requestsPerSecond')
  if (typeof demand === 'number')
    number('world.demand.requestsPerSecond', Math.ceil(demand * 0.75), Math.floor(demand * 1.25))
  return { fields, faults: [] }

  function defectsAt(path: string, defects: unknown): void {
    if (!Array.isArray(defects)) return
    defects.forEach((defect: { share?: unknown; onset?: unknown }, index) => {
      const share = typeof defect.share === 'number' ? defect.share : 100
      number(`${path}[${index}].share`, Math.max(1, share - SHARE_AROUND), Math.min(100, share + SHARE_AROUND))
      duration(`${path}[${index}].onset`, defect.onset)
    })
  }
}
