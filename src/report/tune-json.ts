import type { ObjectiveDefinition, Objectives } from '../lab/objectives.ts'
import type { PlayedPolicy, TuneReport } from '../lab/tune.ts'
import { formatDuration } from '../model/duration.ts'
import { rounded } from './campaign-json.ts'
import { policyCode } from './policy-code.ts'

/** What `tune -o json` prints. */
export function tuneDocument(
  report: TuneReport,
  engine: { readonly name: string; readonly version: string },
  replay: string,
): object {
  const { space, definitions } = report
  const shown = (objective: ObjectiveDefinition) => (value: number) =>
    objective.unit === 'duration' ? formatDuration(Math.max(0, Math.round(value))) : rounded(value)
  const objectives = (values: Objectives) =>
    Object.fromEntries(
      definitions.map((objective) => {
        const { value, interval } = values[objective.name]!
        const of = shown(objective)
        const ends = [interval.low, interval.high].map((end) => (end === null ? null : of(end)))
        return [objective.name, { value: of(value), interval: ends }]
      }),
    )
  const fieldName = (index: number) => {
    const { scaleSets, member } = space.fields[index]!
    return `${scaleSets.join(',')}/${member}`
  }
  const policy = ({ values, set, objectives: measured, completed, failed, runs }: PlayedPolicy) => ({
    policy: Object.fromEntries(values.map((value, index) => [fieldName(index), value])),
    set,
    objectives: objectives(measured),
    completed: rounded(completed),
    failedExpectations: failed,
    runs,
  })
  const code = policyCode(report, report.recommended)
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    scenario: report.scenario.name,
    file: report.source.file,
    case: report.source.case ?? null,
    complete: report.isComplete,
    seeds: { from: report.seeds.fromSeed, runs: report.seeds.runs },
    space: {
      origin: space.origin,
      policies: report.spaceSize,
      fields: space.fields.map(({ declared, levels, paths }, index) => ({
        name: fieldName(index),
        paths,
        declared,
        levels,
      })),
    },
    worlds: report.worlds.map(({ name, kind, describe }) => ({ name, kind, describe })),
    objectives: Object.fromEntries(definitions.map(({ name, describe, unit }) => [name, { describe, unit }])),
    search: {
      rounds: report.rounds,
      played: report.played,
      refined: report.refined,
      runs: report.totalRuns,
      refused: report.refused,
      stuck: report.stuck,
    },
    declared: report.declared === null ? null : policy(report.declared),
    front: report.front.map((one) => ({ ...policy(one), sameOutcome: one.twins })),
    recommendation: {
      ...policy(report.recommended),
      reasons: report.reasons.map(({ field, value, instead, differences, breaks }) => ({
        field: fieldName(field),
        value,
        instead,
        differences: Object.fromEntries(
          differences.map(({ objective, from, to }) => [
            objective.name,
            { instead: shown(objective)(from), recommended: shown(objective)(to) },
          ]),
        ),
        breaks,
      })),
      confirm: replay,
      az: code.az,
      bicep: code.bicep,
      arm: code.arm,
      patch: { set: code.set, case: code.patch },
    },
  }
}
