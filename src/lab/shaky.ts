import type { Assumptions } from '../model/assumptions.ts'
import type { Scenario } from '../model/scenario.ts'
import type { ExpectationResult, RunResult } from '../sim/result.ts'
import { simulate } from '../sim/simulate.ts'
import { readingsOf } from './sensitivity.ts'

/** A run of more events is not played again and again for a hint. */
const EVENTS_MAX = 5000

/**
 * The expectations of a run with the assumptions that turn them: the scenario is played under every other reading, with the
 * same seed. Readings that change how a file is read are left to `sensitivity`, as is a run that takes long. Without
 * expectations nothing is tried.
 */
export function markShaky(scenario: Scenario, result: RunResult): readonly ExpectationResult[] {
  const { expectations, seed } = result
  if (expectations.length === 0 || result.events > EVENTS_MAX) return expectations
  const turnedBy = expectations.map(() => new Set<string>())
  const read = namesRead(scenario, seed)
  for (const { name, value } of readingsOf(scenario)) {
    if (!read.has(name)) continue
    const assumptions = { ...scenario.assumptions, [name]: value } as Assumptions
    const other = simulate({ ...scenario, assumptions }, { seed })
    other.expectations.forEach(({ verdict }, index) => {
      if (verdict !== expectations[index]!.verdict) turnedBy[index]!.add(name)
    })
  }
  return expectations.map((expectation, index) =>
    turnedBy[index]!.size === 0 ? expectation : { ...expectation, shaky: [...turnedBy[index]!] },
  )
}

/** Assumptions that the run looks at: another reading of any other one changes nothing. */
function namesRead(scenario: Scenario, seed: number): ReadonlySet<string> {
  const read = new Set<string>()
  const assumptions = new Proxy(scenario.assumptions, {
    get: (target, name) => {
      read.add(String(name))
      return Reflect.get(target, name) as unknown
    },
  })
  simulate({ ...scenario, assumptions }, { seed })
  return read
}
