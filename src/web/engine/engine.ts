import type { ScenarioSource } from '../../lab/variant.ts'
import { type Diagnostic, InputError } from '../../model/diagnostic.ts'
import { loadScenarios, prepareScenario } from '../../model/scenario/load.ts'
import type { Scenario } from '../../model/scenario.ts'
import { BudgetExceeded } from '../../sim/kernel/kernel.ts'
import type { RunResult } from '../../sim/result.ts'
import { beginSimulation } from '../../sim/simulate.ts'
import { type KnobGroup, listOf, type Plain, plain } from '../edit/knob.ts'
import { knobsOf } from '../edit/knobs.ts'

/** What is to be played. */
export interface Play {
  readonly text: string
  /** Name of the file, for messages and for what it refers to. */
  readonly file: string
  /** Case of the file; absent: the base. */
  readonly case?: string
  /** Wins over the file's, so that two policies meet the same luck. */
  readonly seed?: number
  /** Files it refers to that the page does not have. */
  readonly files?: Readonly<Record<string, string>>
  /** Assignments as `--set` takes them, laid on top. */
  readonly set?: readonly string[]
}

/** A scenario that was played, with everything that can be asked about it. It stays where it was played. */
export interface Played {
  readonly source: ScenarioSource
  readonly set: readonly string[]
  readonly scenario: Scenario
  readonly result: RunResult
  readonly knobs: readonly KnobGroup[]
  /** The timeline as written, of a case with what it sets. */
  readonly entries: readonly Plain[]
  /** Names of the cases of the file, without the base. */
  readonly cases: readonly string[]
}

export type PlayOutcome =
  | { readonly kind: 'played'; readonly played: Played }
  | { readonly kind: 'mistakes'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'superseded' }

/** Events between two looks at whether somebody still wants the result. */
const EVENTS_PER_BREATH = 20_000

/**
 * Loads and plays. Gives up between two stretches of the run once `isWanted` says no; `breathe` lets messages through.
 * What the user wrote wrong comes back as diagnostics; only a bug of ours is thrown.
 */
export async function play(
  wanted: Play,
  shipped: Readonly<Record<string, string>>,
  control: { readonly breathe: () => Promise<void>; readonly isWanted: () => boolean },
): Promise<PlayOutcome> {
  try {
    const files = { ...shipped, ...wanted.files }
    const options = {
      readFile: (path: string) => files[path],
      ...(wanted.seed === undefined ? {} : { seed: wanted.seed }),
      set: wanted.set ?? [],
    }
    const scenarios = loadScenarios(wanted.text, wanted.file, options)
    const scenario = scenarios.find((one) => one.case === wanted.case) ?? scenarios[0]!
    const { file, text } = wanted
    const source = { file, text, files, ...(scenario.case === undefined ? {} : { case: scenario.case }) }
    const { document } = prepareScenario(wanted.text, wanted.file, options, scenario.case)
    const simulation = beginSimulation(scenario, { keepTrace: true })
    while (!simulation.step(EVENTS_PER_BREATH)) {
      await control.breathe()
      if (!control.isWanted()) return { kind: 'superseded' }
    }
    const cases = scenarios.flatMap((one) => one.case ?? [])
    return {
      kind: 'played',
      played: {
        source,
        set: options.set,
        scenario,
        result: simulation.result(),
        knobs: knobsOf(scenario, document),
        entries: listOf(document['timeline']).map(plain),
        cases,
      },
    }
  } catch (error) {
    const diagnostics = diagnosticsOf(error)
    if (diagnostics === undefined) throw error
    return { kind: 'mistakes', diagnostics }
  }
}

/** What the user wrote wrong; undefined: it is a bug of ours. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] | undefined {
  if (error instanceof InputError) return error.diagnostics
  if (!(error instanceof BudgetExceeded)) return undefined
  return [
    {
      code: error.kind === 'events' ? 'E0401' : 'E0402',
      message: error.message,
      hint: 'give the cycle a length: a duration of PT0S in a loop never ends; or shorten the run',
    },
  ]
}
