import type { Scenario } from '../model/scenario.ts'
import type { RunResult } from '../sim/result.ts'
import { beginSimulation, type SimulateOptions } from '../sim/simulate.ts'
import type { Io } from './io.ts'

/** Events played between two looks at the keyboard. */
const EVENTS_PER_BREATH = 200_000

/** Plays one run; undefined: it was interrupted before its end. */
export async function playToEnd(
  io: Io,
  scenario: Scenario,
  options: SimulateOptions,
  isInterrupted: () => boolean,
): Promise<RunResult | undefined> {
  const simulation = beginSimulation(scenario, options)
  do await io.breathe()
  while (!isInterrupted() && !simulation.step(EVENTS_PER_BREATH))
  return isInterrupted() ? undefined : simulation.result()
}
