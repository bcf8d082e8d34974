import { RUN_MEASURES, SET_MEASURES } from '../model/parse-expectation.ts'
import type { Scenario } from '../model/scenario.ts'
import { contribution, numberAt } from '../sim/expectations.ts'
import type { RunResult } from '../sim/result.ts'

/** What a campaign keeps of one run. A plain value of numbers and short texts; null: no sample. */
export interface Sample {
  readonly seed: number
  /** By the names of `measureNames`, in their order. */
  readonly values: readonly (number | null)[]
  /** Of each rollout, in order of their start. */
  readonly statuses: readonly string[]
  /** Of each expectation of the scenario, in its order: see `contribution`. */
  readonly checks: readonly (number | null)[]
}

interface NamedMeasure {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly isDuration: boolean
}

/** Rollouts whose numbers are kept, each by its place in the run; further ones only count. */
const ROLLOUTS = 5
const ROLLOUT_NUMBERS = ['duration', 'batches', 'successful', 'failed', 'rolledBack'] as const

/** Numbers that every run of the scenario has, by the names that expectations use; each set apart where there are several. */
export function measuresOf(scenario: Pick<Scenario, 'scaleSets'>): NamedMeasure[] {
  const named = (kinds: Readonly<Record<string, string>>, prefix: string, before: readonly string[]) =>
    Object.entries(kinds)
      .filter(([name]) => !name.startsWith('findings.'))
      .map(([name, kind]) => ({
        name: prefix + name,
        path: [...before, ...name.split('.')],
        isDuration: kind === 'duration',
      }))
  const sets = scenario.scaleSets.length > 1 ? scenario.scaleSets.map(({ model }) => model) : []
  const rollouts = Array.from({ length: ROLLOUTS }, (_, index) =>
    ROLLOUT_NUMBERS.map((member) => ({
      name: `rollouts[${index}].${member}`,
      path: ['rollouts', index, member],
      isDuration: member === 'duration',
    })),
  )
  return [
    ...named(SET_MEASURES, '', []),
    ...named(RUN_MEASURES, '', []),
    ...rollouts.flat(),
    ...sets.flatMap(({ name }) => named(SET_MEASURES, `perScaleSet.${name}.`, ['perScaleSet', name])),
  ]
}

/** @param names those of `measuresOf` for the same scenario */
export function sampleOf(scenario: Scenario, result: RunResult, names: readonly NamedMeasure[]): Sample {
  return {
    seed: result.seed,
    values: names.map(({ path }) => numberAt(result.measures, path)),
    statuses: result.rollouts.map(({ status }) => status),
    checks: scenario.expect.map((expectation) => contribution(expectation, result.measures, result.findings)),
  }
}
