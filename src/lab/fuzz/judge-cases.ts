import { type Diagnostic, InputError } from '../../model/diagnostic.ts'
import { INVARIANT_NAMES } from '../../model/invariant-names.ts'
import { type PreparedScenario, prepareScenario } from '../../model/scenario/load.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { Property } from '../../model/vary.ts'
import { checkExpectation } from '../../sim/expectations.ts'
import { BudgetExceeded } from '../../sim/kernel/kernel.ts'
import type { RunResult } from '../../sim/result.ts'
import { simulate } from '../../sim/simulate.ts'
import { INVARIANT_CHECKS, type PropertyOutcome } from '../invariants.ts'
import { loadVariant, type Variant } from '../variant.ts'
import { assignmentsOf, changesOf } from './assemble.ts'
import type { FuzzCase } from './case.ts'
import { type Space, spaceOf } from './space.ts'

/** What a search needs to play a case. Made from the variant alone, so every thread makes its own. */
export interface Search {
  readonly scenario: Scenario
  readonly prepared: PreparedScenario
  readonly space: Space
  readonly properties: readonly Property[]
}

/** Cases that are handed to a thread at a time. */
export interface CaseBatch {
  readonly variant: Variant
  readonly cases: readonly FuzzCase[]
}

/** What became of each property; or why the scenario does not take these values. */
export type JudgedCase =
  | { readonly outcomes: readonly PropertyOutcome[] }
  | { readonly outcomes: null; readonly refusal: Diagnostic }

/** @throws InputError like `loadVariant` */
export function loadSearch(variant: Variant): Search {
  const { source, set } = variant
  const scenario = loadVariant(variant)
  const readFile = (path: string) => source.files[path]
  const prepared = prepareScenario(source.text, source.file, { readFile, set }, source.case)
  return { scenario, prepared, space: spaceOf(scenario, prepared.document), properties: propertiesOf(scenario) }
}

let latest: { readonly key: string; readonly search: Search } | null = null

/** Judges a batch. The same case is judged the same in any thread. */
export function judgeCases({ variant, cases }: CaseBatch): readonly JudgedCase[] {
  const { file, text, case: name } = variant.source
  const key = JSON.stringify([file, name ?? null, text, variant.set])
  if (latest?.key !== key) latest = { key, search: loadSearch(variant) }
  const { search } = latest
  return cases.map((one) => judgeCase(search, one))
}

/** What is asked of every case: what the scenario says, else every invariant. */
export function propertiesOf({ properties }: Scenario): readonly Property[] {
  return properties ?? INVARIANT_NAMES.map((name) => ({ kind: 'invariant', name }))
}

/** Plays one case and asks every property. */
export function judgeCase({ scenario, prepared, space, properties }: Search, one: FuzzCase): JudgedCase {
  const seed = one.luck ?? scenario.seed
  try {
    const changed = prepared.build(assignmentsOf(changesOf(one, space)), seed)
    const result = simulate(changed, { seed })
    return { outcomes: properties.map((property) => outcomeOf(property, changed, result)) }
  } catch (error) {
    if (error instanceof InputError) return { outcomes: null, refusal: error.diagnostics[0]! }
    if (error instanceof BudgetExceeded)
      return {
        outcomes: null,
        refusal: { code: error.kind === 'events' ? 'E0401' : 'E0402', message: error.message },
      }
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
