import type { ScenarioSource } from '../lab/variant.ts'
import { parseJsonWithPlaces } from '../model/arm/json.ts'
import { detectKind } from '../model/declare/shape.ts'
import { InputError } from '../model/diagnostic.ts'
import { loadScenarios } from '../model/scenario/load.ts'
import { nearest } from '../model/scenario/nearest.ts'
import type { Scenario } from '../model/scenario.ts'
import { readNamedFile } from './files.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage.ts'

/** A scenario that was named on the command line, with all that is needed to play it anywhere. */
export interface NamedScenario {
  readonly source: ScenarioSource
  readonly scenario: Scenario
  readonly set: readonly string[]
}

/** What `--case` calls the file without its cases. */
export const BASE = 'base'

/** The scenarios of one file, or the one case that was asked for. @throws InputError, UsageError */
export function loadFile(
  io: Io,
  file: string,
  set: readonly string[],
  wanted: string | undefined,
  seed: number | undefined,
): NamedScenario[] {
  const text = readNamedFile(io, file)
  refuseDeclared(text, file)
  const files: Record<string, string> = {}
  const all = loadScenarios(text, file, {
    readFile: (path) => {
      const content = io.readFile(path)
      if (content !== undefined) files[path] = content
      return content
    },
    set,
    ...(seed === undefined ? {} : { seed }),
  })
  return chosenCases(all, wanted, file).map((scenario) => ({
    source: { file, text, files, ...(scenario.case === undefined ? {} : { case: scenario.case }) },
    scenario,
    set,
  }))
}

/** Of a file with cases the base, where none is named. */
export function loadOne(
  io: Io,
  file: string,
  set: readonly string[],
  wanted: string | undefined,
  seed: number | undefined,
): NamedScenario {
  return loadFile(io, file, set, wanted ?? BASE, seed)[0]!
}

/** Read as a scenario, what Azure holds or prints is a list of unknown keys that says nothing about what to do with it. */
function refuseDeclared(text: string, file: string): void {
  if (!/\.json$/i.test(file)) return
  const { value } = parseJsonWithPlaces(text, file)
  const isTemplate = /deploymentTemplate\.json/i.test(text)
  if (!isTemplate && (detectKind(value) === 'unknown' || isScenario(value))) return
  throw new InputError([
    {
      code: 'E0305',
      message: `${file} is ${isTemplate ? 'a template' : 'what Azure holds or prints'}, and a scenario is to be played`,
      place: { file, line: 1, column: 1 },
      hint: `make a scenario of it with vmss-twin import ${shellWord(file)} --out release.yaml`,
    },
  ])
}

/** Whether JSON is a scenario: nothing of Azure's has a member called so. */
export const isScenario = (value: unknown): boolean => typeof value === 'object' && value !== null && 'azure' in value

/** The case that was asked for, or all: the base first. */
function chosenCases(all: readonly Scenario[], wanted: string | undefined, file: string): readonly Scenario[] {
  if (wanted === undefined) return all
  const chosen = all.filter((scenario) => (scenario.case ?? BASE) === wanted)
  if (chosen.length > 0) return chosen
  const names = all.map((scenario) => scenario.case ?? BASE)
  const near = nearest(wanted, names)
  throw new UsageError(
    `${file} has no case ${wanted}`,
    `${near === undefined ? '' : `did you mean ${near}? `}it has ${names.join(', ')}`,
  )
}

export function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(seed)) return seed
  throw new UsageError(`--seed must be a whole number from 0 to 2^53 - 1, got "${text}"`, 'write --seed 42')
}

export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** The complete command that plays this run again. */
export function replayCommand(file: string, seed: number, set: readonly string[], case_?: string): string {
  const words = [
    'vmss-twin',
    'run',
    file,
    ...(case_ === undefined ? [] : ['--case', case_]),
    '--seed',
    String(seed),
    ...set.flatMap((value) => ['--set', String(value)]),
  ]
  return words.map(shellWord).join(' ')
}

/** A scenario without cases needs no option to be played alone. */
export function caseOption(scenario: Scenario): string | undefined {
  return scenario.case ?? (scenario.hasCases === true ? BASE : undefined)
}
