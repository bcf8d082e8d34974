import fc from 'fast-check'
import { InputError } from '../../model/diagnostic.ts'
import { INVARIANT_NAMES } from '../../model/invariant-names.ts'
import type { PreparedScenario } from '../../model/scenario/load.ts'
import type { Scenario } from '../../model/scenario.ts'
import { type Property, propertyText } from '../../model/vary.ts'
import { checkExpectation } from '../../sim/expectations.ts'
import { BudgetExceeded } from '../../sim/kernel/kernel.ts'
import type { RunResult } from '../../sim/result.ts'
import { simulate } from '../../sim/simulate.ts'
import { INVARIANT_CHECKS, type PropertyOutcome } from '../invariants.ts'
import { assignmentsOf, type Change, changesOf } from './assemble.ts'
import { type FuzzCase, unchanged } from './case.ts'
import { CaseArbitrary } from './case-arbitrary.ts'
import { type Space, spaceOf } from './space.ts'

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

/** Cases that are refused for every one that is played, before the bounds are given up. */
const REFUSALS_MAX = 20

/**
 * Looks for a case in which a property is broken, the unchanged scenario first, and makes it as small as it gets while the
 * same property stays broken. The same scenario, seed and number of runs find the same.
 *
 * @throws InputError when nothing within the bounds can be played (E0189)
 */
export async function fuzz(scenario: Scenario, prepared: PreparedScenario, options: FuzzOptions): Promise<FuzzReport> {
  const space = spaceOf(scenario, prepared.document)
  const properties = propertiesOf(scenario)
  const tallies = properties.map((property) => ({ text: propertyText(property), held: 0, silent: 0 }))
  const known = new Map<string, readonly PropertyOutcome[] | null>()
  let played = 0
  let playedChanged = 0
  let refused = 0
  let refusal: InputError | null = null
  let pinned: string | null = null
  let first: FuzzCase | null = null

  /** What is broken in the case; null: it cannot be played. */
  const judge = (one: FuzzCase): readonly BrokenProperty[] | null => {
    const key = JSON.stringify(one)
    let outcomes = known.get(key)
    if (outcomes === undefined) {
      const fresh = playCase(prepared, changesOf(one, space), one.luck ?? scenario.seed, properties)
      if (fresh instanceof InputError) refusal ??= fresh
      outcomes = fresh instanceof InputError ? null : fresh
      known.set(key, outcomes)
    }
    if (outcomes === null) return null
    return outcomes.flatMap((outcome, index): BrokenProperty[] => {
      if (outcome.status === 'broken')
        return [{ property: tallies[index]!.text, why: outcome.why, expect: outcome.expect }]
      if (pinned === null) tallies[index]![outcome.status === 'holds' ? 'held' : 'silent']++
      return []
    })
  }

  const holds = async (one: FuzzCase): Promise<boolean> => {
    await options.onCase?.(played)
    if (options.isInterrupted?.() === true) return true
    const broken = judge(one)
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
    seed: options.seed,
    numRuns: options.path === undefined ? options.runs : 1,
    examples: [[unchanged(space)]],
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
    refusal: (refusal as InputError | null)?.diagnostics[0]?.message ?? null,
    properties: tallies,
    counterexample:
      found === undefined
        ? null
        : {
            broken: pinnedFirst(judge(found) ?? [], pinned),
            changes: changesOf(found, space),
            seed: found.luck ?? scenario.seed,
            path: details.counterexamplePath ?? '',
            shrinks: details.numShrinks,
            firstChanges: first === null ? 0 : changesOf(first, space).length,
          },
    endedBy: interrupted ? 'interrupt' : gaveUp ? 'refusals' : details.interrupted ? 'time' : null,
  }
}

/** What is asked of every case: what the scenario says, else every invariant. */
export function propertiesOf({ properties }: Scenario): readonly Property[] {
  return properties ?? INVARIANT_NAMES.map((name) => ({ kind: 'invariant', name }))
}

/** Plays one case and asks every property; an InputError: the scenario does not take these values. */
function playCase(
  prepared: PreparedScenario,
  changes: readonly Change[],
  seed: number,
  properties: readonly Property[],
): readonly PropertyOutcome[] | InputError {
  try {
    const scenario = prepared.build(assignmentsOf(changes), seed)
    const result = simulate(scenario, { seed })
    return properties.map((property) => outcomeOf(property, scenario, result))
  } catch (error) {
    if (error instanceof InputError) return error
    if (error instanceof BudgetExceeded)
      return new InputError([{ code: error.kind === 'events' ? 'E0401' : 'E0402', message: error.message }])
    throw error
  }
}

export function outcomeOf(property: Property, scenario: Scenario, result: RunResult): PropertyOutcome {
  if (property.kind === 'invariant') return INVARIANT_CHECKS[property.name](scenario, result)
  const { text, verdict, actual } = checkExpectation(property.expectation, result.measures, result.findings)
  switch (verdict) {
    case 'pass':
      return { status: 'holds' }
    case 'undecided':
      return { status: 'silent' }
    case 'fail':
      return { status: 'broken', why: `it was ${actual ?? 'nothing'}`, expect: text }
    default:
      return verdict satisfies never
  }
}

const pinnedFirst = (broken: readonly BrokenProperty[], pinned: string | null): readonly BrokenProperty[] => [
  ...broken.filter(({ property }) => property === pinned),
  ...broken.filter(({ property }) => property !== pinned),
]

/** A property that returned false, which fast-check turns into an error of its own. */
const isOwnFailure = (error: Error): boolean => /returning false/.test(error.message)

function nothingPlayed({ diagnostics }: InputError): InputError {
  const reason = diagnostics[0]!
  return new InputError([
    {
      code: 'E0189',
      message: `nothing within the bounds can be played: ${reason.message} (${reason.code})`,
      ...(reason.place === undefined ? {} : { place: reason.place }),
      hint: 'narrow the bounds of vary to values that the scenario takes',
    },
  ])
}
