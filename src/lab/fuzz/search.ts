import fc from 'fast-check'
import { type Diagnostic, InputError } from '../../model/diagnostic.ts'
import type { Scenario } from '../../model/scenario.ts'
import { propertyText } from '../../model/vary.ts'
import type { Runner } from '../runner.ts'
import type { Variant } from '../variant.ts'
import { type Change, changesOf } from './assemble.ts'
import { type FuzzCase, unchanged } from './case.ts'
import { CaseArbitrary } from './case-arbitrary.ts'
import { CasesAhead } from './cases-ahead.ts'
import { type JudgedCase, judgeCase, loadSearch } from './judge-cases.ts'
import type { Space } from './space.ts'

export interface FuzzOptions {
  readonly runs: number
  /** Seed of the search, not of a run. */
  readonly seed: number
  /** Plays this one case of the search only, as a former one printed it. */
  readonly path?: string
  /** Everything ends after so long; of a counterexample that was found the smallest so far is told. */
  readonly maxTimeMs?: number
  /** Told after every case; lets an interrupt through. */
  readonly onCase?: (played: number) => Promise<void>
  readonly isInterrupted?: () => boolean
}

export interface FuzzReport {
  readonly scenario: Scenario
  readonly space: Space
  readonly seed: number
  /** Cases that were played before a property broke, or in all. */
  readonly runs: number
  /** Cases that the scenario does not take, and the reason of the first one. */
  readonly refused: number
  readonly refusal: string | null
  readonly properties: readonly PropertyTally[]
  readonly counterexample: Counterexample | null
  /** Ended before all runs were played, or before what was found could get no smaller. */
  readonly endedBy: 'time' | 'interrupt' | 'refusals' | null
}

/** How often a property was asked: in how many runs it held, and in how many there was nothing it speaks of. */
export interface PropertyTally {
  readonly text: string
  readonly held: number
  readonly silent: number
}

export interface Counterexample {
  /** What was broken in the case that was found first, and is in this one. */
  readonly broken: readonly BrokenProperty[]
  readonly changes: readonly Change[]
  readonly seed: number
  /** Of the search: with its seed it leads here at once. */
  readonly path: string
  readonly shrinks: number
  /** Changes of the case that was found first. */
  readonly firstChanges: number
}

export interface BrokenProperty {
  readonly property: string
  readonly why: string
  readonly expect: string
}

/** Cases that are drawn before they are asked for; those of a longer search are played one by one after them. */
const AHEAD_MAX = 100_000
/** Cases that are refused for every one that is played, before the bounds are given up. */
const REFUSALS_MAX = 20

/**
 * Looks for a case in which a property is broken, the unchanged scenario first, and makes it as small as it gets while the
 * same property stays broken. The same scenario, seed and number of runs find the same.
 *
 * @throws InputError when nothing within the bounds can be played (E0189)
 */
export async function fuzz(variant: Variant, runner: Runner, options: FuzzOptions): Promise<FuzzReport> {
  const search = loadSearch(variant)
  const { scenario, space, properties } = search
  const tallies = properties.map((property) => ({ text: propertyText(property), held: 0, silent: 0 }))
  const known = new Map<string, JudgedCase>()
  const parameters = { seed: options.seed, numRuns: options.runs, examples: [[unchanged(space)]] as [FuzzCase][] }
  const ahead = new CasesAhead(variant, runner, () => {
    const numRuns = Math.min(options.runs, AHEAD_MAX)
    return fc.sample(fc.tuple(new CaseArbitrary(space)), { ...parameters, numRuns }).map(([one]) => one)
  })
  let played = 0
  let playedChanged = 0
  let refused = 0
  let refusal: Diagnostic | null = null
  let pinned: string | null = null
  let first: FuzzCase | null = null

  /** What is broken in the case; null: it cannot be played. */
  const judge = async (one: FuzzCase): Promise<readonly BrokenProperty[] | null> => {
    const key = JSON.stringify(one)
    const judged = known.get(key) ?? (pinned === null ? await ahead.take(key) : undefined) ?? judgeCase(search, one)
    known.set(key, judged)
    if (judged.outcomes === null) {
      refusal ??= judged.refusal
      return null
    }
    return judged.outcomes.flatMap((outcome, index): BrokenProperty[] => {
      if (outcome.status === 'broken')
        return [{ property: tallies[index]!.text, why: outcome.why, expect: outcome.expect }]
      if (pinned === null) tallies[index]![outcome.status === 'holds' ? 'held' : 'silent']++
      return []
    })
  }

  const holds = async (one: FuzzCase): Promise<boolean> => {
    await options.onCase?.(played)
    if (options.isInterrupted?.() === true) return true
    const broken = await judge(one)
    if (broken === null) {
      if (pinned === null) refused++
      fc.pre(false)
      return true
    }
    if (pinned === null) {
      played++
      if (one.values.some((value) => value !== null)) playedChanged++
    }
    if (broken.length === 0) return true
    if (pinned === null) {
      pinned = broken[0]!.property
      first = one
    }
    // Another property that breaks on the way would lead to an example of something else.
    return !broken.some(({ property }) => property === pinned)
  }

  const details = await fc.check(fc.asyncProperty(new CaseArbitrary(space), holds), {
    ...parameters,
    ...(options.path === undefined ? {} : { numRuns: 1 }),
    maxSkipsPerRun: REFUSALS_MAX,
    ...(options.path === undefined ? {} : { path: options.path, endOnFailure: true }),
    ...(options.maxTimeMs === undefined
      ? {}
      : { interruptAfterTimeLimit: options.maxTimeMs, markInterruptAsFailure: false }),
  })
  if (details.errorInstance instanceof Error && !isOwnFailure(details.errorInstance)) throw details.errorInstance
  const found = details.counterexample?.[0]
  const gaveUp = details.failed && found === undefined
  // The scenario as it stands can be played always, whatever the bounds.
  if (found === undefined && playedChanged === 0 && refusal !== null && refused >= REFUSALS_MAX)
    throw nothingPlayed(refusal)
  const interrupted = options.isInterrupted?.() === true
  return {
    scenario,
    space,
    seed: options.seed,
    runs: played,
    refused,
    refusal: (refusal as Diagnostic | null)?.message ?? null,
    properties: tallies,
    counterexample:
      found === undefined
        ? null
        : {
            broken: pinnedFirst((await judge(found)) ?? [], pinned),
            changes: changesOf(found, space),
            seed: found.luck ?? scenario.seed,
            path: details.counterexamplePath ?? '',
            shrinks: details.numShrinks,
            firstChanges: first === null ? 0 : changesOf(first, space).length,
          },
    // Time that is up before the first case is a failure to fast-check as well.
    endedBy: interrupted ? 'interrupt' : details.interrupted ? 'time' : gaveUp ? 'refusals' : null,
  }
}

const pinnedFirst = (broken: readonly BrokenProperty[], pinned: string | null): readonly BrokenProperty[] => [
  ...broken.filter(({ property }) => property === pinned),
  ...broken.filter(({ property }) => property !== pinned),
]

/** A property that returned false, which fast-check turns into an error of its own. */
const isOwnFailure = (error: Error): boolean => /returning false/.test(error.message)

function nothingPlayed(reason: Diagnostic): InputError {
  return new InputError([
    {
      code: 'E0189',
      message: `nothing within the bounds can be played: ${reason.message} (${reason.code})`,
      ...(reason.place === undefined ? {} : { place: reason.place }),
      hint: 'narrow the bounds of vary to values that the scenario takes',
    },
  ])
}
