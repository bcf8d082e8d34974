import { readdirSync, readFileSync } from 'node:fs'
import { loadScenarios } from '../../src/model/scenario/load.ts'
import type { Scenario } from '../../src/model/scenario.ts'
import type { RunResult } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'

/** Files of the library that play within a blink. */
export const SHIPPED: readonly string[] = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .map((name) => `scenarios/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('mass-create.yaml'))
  .sort()

export interface PlayedCase {
  readonly name: string
  readonly scenario: Scenario
  readonly result: RunResult
}

const readText = (path: string): string => readFileSync(path, 'utf8')

/** A file, each of its cases, played with the trace kept. */
export function playFile(file: string, set: readonly string[] = []): PlayedCase[] {
  return loadScenarios(readText(file), file, { readFile: readText, set }).map((scenario) => ({
    name: scenario.name,
    scenario,
    result: simulate(scenario, { keepTrace: true }),
  }))
}

export const playOne = (file: string, set: readonly string[] = []): PlayedCase => playFile(file, set)[0]!
