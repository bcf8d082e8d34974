import {
  ASSUMPTIONS,
  type AssumptionDefinition,
  type AssumptionValue,
  formatAssumptionValue,
} from '../model/assumptions.ts'
import { InputError } from '../model/diagnostic.ts'
import type { Scenario } from '../model/scenario.ts'
import type { Verdict } from '../sim/result.ts'
import { playCampaign, type SeedRange } from './campaign.ts'
import { type CampaignRecord, recordOf, resultOf } from './record.ts'
import type { Runner } from './runner.ts'
import type { Sample } from './sample.ts'
import { mean } from './statistics.ts'
import type { ScenarioSource } from './variant.ts'

/** An assumption read in another way than the scenario reads it. */
export interface Reading {
  readonly name: string
  readonly value: AssumptionValue
  /** As a scenario writes it. */
  readonly text: string
  readonly meaning: string
  readonly rules: readonly string[]
}

/** Every documented reading of every played assumption that differs from the scenario's own. */
export function readingsOf({ assumptions }: Pick<Scenario, 'assumptions'>): Reading[] {
  const own = assumptions as unknown as Readonly<Record<string, AssumptionValue>>
  return ASSUMPTIONS.flatMap((definition: AssumptionDefinition) =>
    definition.values
      .filter(({ value }) => value !== own[definition.name])
      .map(({ value, meaning }) => ({
        name: definition.name,
        value,
        text: formatAssumptionValue(definition, value),
        meaning,
        rules: definition.rules,
      })),
  )
}

/** An expectation whose verdict is another one under a reading. */
export interface TurnedVerdict {
  readonly text: string
  readonly from: Verdict
  readonly to: Verdict
}

export interface ChangedMeasure {
  readonly name: string
  readonly isDuration: boolean
  /** Means over the runs that had a sample; null: none had. */
  readonly from: number | null
  readonly to: number | null
  /** Mean over the runs of |to - from| over the larger of both, 0 to 1; 1 where only one of them has a sample. */
  readonly effect: number
}

/** What changes when one assumption (or two, under pairs) is read in another way. */
export interface Influence {
  readonly readings: readonly Reading[]
  readonly turned: readonly TurnedVerdict[]
  /** A rollout of some run ended otherwise. */
  readonly rollouts: boolean
  /** Largest effect first. */
  readonly measures: readonly ChangedMeasure[]
}

export interface SensitivityReport {
  readonly base: CampaignRecord
  /** Readings there are, one by one, and of how many assumptions. */
  readonly readings: number
  readonly assumptions: number
  /** Readings that were tried: all of them, unless it was interrupted. */
  readonly tried: number
  readonly pairsTried: number
  /** False: interrupted, so that nothing is known of what was not tried. */
  readonly isComplete: boolean
  /** Those that change anything: turned verdicts first, then by their largest effect. */
  readonly influences: readonly Influence[]
  /** Readings under which the scenario is refused, with the first reason. */
  readonly refused: readonly { readonly readings: readonly Reading[]; readonly reason: string }[]
}

export interface SensitivityOptions {
  /** Also two readings at a time, of assumptions that change something by themselves. */
  readonly pairs?: boolean
  readonly onProgress?: (done: number, total: number) => void
  readonly isInterrupted?: () => boolean
}

/**
 * Plays the scenario under every reading, each on the same seeds as the base. An interrupt drops the readings that are under
 * way: their first seeds alone would not be those of the base. Null: interrupted before the base itself was played.
 */
export async function sensitivity(
  source: ScenarioSource,
  scenario: Scenario,
  set: readonly string[],
  seeds: SeedRange,
  runner: Runner,
  options: SensitivityOptions = {},
): Promise<SensitivityReport | null> {
  const { isInterrupted = () => false } = options
  const play = async (readings: readonly Reading[], player: Runner): Promise<Sample[] | null> => {
    const assignments = readings.map(({ name, text }) => `assumptions.${name}=${text}`)
    const samples = await playCampaign({ source, set: [...set, ...assignments] }, seeds, player, { isInterrupted })
    return samples.length === seeds.runs ? samples : null
  }
  const baseSamples = await play([], runner)
  if (baseSamples === null) return null
  const base = recordOf(scenario, source.file, seeds, baseSamples)
  const refused: SensitivityReport['refused'][number][] = []

  const tryAll = async (all: readonly (readonly Reading[])[]) => {
    const found: (Influence | undefined)[] = []
    const reasons: (string | undefined)[] = []
    let next = 0
    let tried = 0
    const worker = async () => {
      while (next < all.length && !isInterrupted()) {
        const index = next++
        const readings = all[index]!
        try {
          const samples = await play(readings, { ...runner, parallel: 1 })
          if (samples === null) return
          found[index] = influenceOf(readings, base, { ...base, samples })
        } catch (error) {
          if (!isRefusal(error)) throw error
          reasons[index] = error.message.split('\n')[0]!
        }
        tried++
        options.onProgress?.(tried, all.length)
      }
    }
    await Promise.all(Array.from({ length: runner.parallel }, worker))
    // In the order of the readings, whoever came back first.
    refused.push(
      ...all.flatMap((readings, index) => (reasons[index] === undefined ? [] : [{ readings, reason: reasons[index] }])),
    )
    return { influences: found.filter((one) => one !== undefined).filter(changesAnything), tried }
  }

  const single = readingsOf(scenario)
  const { influences, tried } = await tryAll(single.map((reading) => [reading]))
  const pairs = options.pairs === true ? pairsOf(influences.map(({ readings }) => readings[0]!)) : []
  const known = new Map(influences.map((influence) => [keyOf(influence.readings), turnedKeys(influence)]))
  const inPairs = await tryAll(pairs)
  const together = inPairs.influences.filter((influence) => {
    // Only what neither of the two does by itself is news.
    const alone = new Set(influence.readings.flatMap((reading) => known.get(keyOf([reading])) ?? []))
    return turnedKeys(influence).some((key) => !alone.has(key))
  })
  return {
    base,
    readings: single.length,
    assumptions: new Set(single.map(({ name }) => name)).size,
    tried,
    pairsTried: inPairs.tried,
    isComplete: tried === single.length && inPairs.tried === pairs.length,
    influences: [...influences, ...together].sort(byWeight),
    refused,
  }
}

// An InputError that comes back from a worker thread has lost its class.
const isRefusal = (error: unknown): error is Error =>
  error instanceof InputError || (error instanceof Error && error.name === 'InputError')

const keyOf = (readings: readonly Reading[]): string => readings.map(({ name, text }) => `${name}=${text}`).join(' ')
const turnedKeys = ({ turned }: Influence): string[] => turned.map(({ text, to }) => `${text} ${to}`)

function pairsOf(readings: readonly Reading[]): Reading[][] {
  return readings.flatMap((first, index) =>
    readings.slice(index + 1).flatMap((second) => (first.name === second.name ? [] : [[first, second]])),
  )
}

const changesAnything = ({ turned, rollouts, measures }: Influence): boolean =>
  turned.length > 0 || rollouts || measures.length > 0

function byWeight(a: Influence, b: Influence): number {
  const weight = ({ turned, rollouts, measures }: Influence) =>
    (turned.length > 0 ? 4 : 0) + (rollouts ? 2 : 0) + (measures[0]?.effect ?? 0)
  return weight(b) - weight(a) || a.readings.length - b.readings.length
}

/** What differs between two records of the same seeds. */
export function influenceOf(readings: readonly Reading[], base: CampaignRecord, other: CampaignRecord): Influence {
  const before = resultOf(base).expectations
  const turned = resultOf(other).expectations.flatMap(({ text, verdict }, index) => {
    const from = before[index]!.verdict
    return from === verdict ? [] : [{ text, from, to: verdict }]
  })
  const rollouts = base.samples.some(({ statuses }, index) => statuses.join() !== other.samples[index]?.statuses.join())
  const measures = base.measures.flatMap(({ name, isDuration }, index) => {
    const from = base.samples.map(({ values }) => values[index] ?? null)
    const to = base.samples.map((_, run) => other.samples[run]?.values[index] ?? null)
    const effect = effectOf(from, to)
    return effect === 0 ? [] : [{ name, isDuration, from: meanOf(from), to: meanOf(to), effect }]
  })
  return { readings, turned, rollouts, measures: measures.sort((a, b) => b.effect - a.effect) }
}

function effectOf(from: readonly (number | null)[], to: readonly (number | null)[]): number {
  let sum = 0
  from.forEach((before, run) => {
    const after = to[run]!
    if (before === after) return
    sum +=
      before === null || after === null ? 1 : Math.abs(after - before) / Math.max(Math.abs(before), Math.abs(after))
  })
  return sum / Math.max(1, from.length)
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : mean(known).value
}
