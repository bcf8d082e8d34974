import { decisionsOf } from '../../report/decision-text.ts'
import { bySeverity } from '../../report/findings.ts'
import { whyNoRollout, whyRollout } from '../../report/rollout-text.ts'
import { FORMS, namesOf } from '../edit/knobs.ts'
import type { Played } from './engine.ts'
import type { RunView } from './protocol.ts'

/** More than these nobody reads in a page; the trace file has them all. */
const DECISIONS_MAX = 400

/** A run as plain values for the page. */
export function viewOf({ scenario, result, knobs, cases, entries }: Played): RunView {
  const decisions = decisionsOf(scenario, result)
  const { trace: _, ...rest } = { ...result, instances: result.instances, findings: bySeverity(result.findings) }
  return {
    name: scenario.name,
    title: scenario.title ?? scenario.name,
    description: scenario.description ?? '',
    ...(scenario.case === undefined ? {} : { case: scenario.case }),
    cases,
    seed: result.seed,
    why: result.rollouts.length === 0 ? [whyNoRollout(result)] : result.rollouts.map(whyRollout),
    scaleSets: scenario.scaleSets.map(({ model, zonePlacement }) => ({
      name: model.name,
      zones: zonePlacement?.eligible ?? model.zones ?? [],
      location: model.location,
    })),
    result: rest,
    knobs,
    timeline: { entries, forms: FORMS, names: namesOf(scenario) },
    decisions: decisions.slice(0, DECISIONS_MAX),
    decisionCount: decisions.length,
  }
}
