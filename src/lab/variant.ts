import { loadScenarios } from '../model/scenario/load.ts'
import type { Scenario } from '../model/scenario.ts'

/** A scenario file with everything it refers to, as a value that can travel to another thread or machine. */
export interface ScenarioSource {
  readonly file: string
  readonly text: string
  /** Content of the files it refers to, by the path under which they were read. */
  readonly files: Readonly<Record<string, string>>
  /** Case of the file; absent: the file without its cases. */
  readonly case?: string
}

/** One way to play a source: assignments as `--set` takes them, laid on top in order. */
export interface Variant {
  readonly source: ScenarioSource
  readonly set: readonly string[]
}

/** Reads a source whole. @throws InputError like `loadScenarios` */
export function readSource(
  file: string,
  text: string,
  readFile: (path: string) => string | undefined,
): { readonly source: ScenarioSource; readonly scenarios: Scenario[] } {
  const files: Record<string, string> = {}
  const scenarios = loadScenarios(text, file, {
    readFile: (path) => {
      const content = readFile(path)
      if (content !== undefined) files[path] = content
      return content
    },
  })
  return { source: { file, text, files }, scenarios }
}

/** @throws InputError when the assignments do not fit */
export function loadVariant({ source, set }: Variant): Scenario {
  const scenarios = loadScenarios(source.text, source.file, { readFile: (path) => source.files[path], set })
  const wanted = scenarios.find((scenario) => scenario.case === source.case)
  if (wanted === undefined) throw new Error(`${source.file} has no case ${source.case}`)
  return wanted
}
