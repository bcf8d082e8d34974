import type { HealthSource } from '../../model/declare/health-source.ts'
import { healthSource } from '../../model/declare/health-source.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { Scenario } from '../../model/scenario.ts'
import { planUpdate } from '../../sim/model-update.ts'
import type { TraceEntry } from '../../sim/result.ts'
import type { TraceIndex } from './trace-index.ts'

/** The versions that the model of a scale set had, by the number that the trace gives them. */
function versionsOf(scenario: Scenario, scaleSet: string): readonly ScaleSetModel[] {
  const declared = scenario.scaleSets.find(({ model }) => model.name === scaleSet)
  if (declared === undefined) return []
  const versions = [declared.model]
  for (const { action } of scenario.timeline) {
    if (action.verb !== 'updateModel' || action.scaleSet !== scaleSet) continue
    const update = planUpdate(versions.at(-1)!, action.set, declared, scenario.assumptions)
    if (update.kind !== 'changed') continue
    // What concerns the set alone makes no version that an instance could be behind.
    if (update.change.setOnly) versions[versions.length - 1] = update.model
    else versions.push(update.model)
  }
  return versions
}

/** The health source of an instance at an entry about it: that of the model version it has by then. */
export function healthSourceAt(entry: TraceEntry, index: TraceIndex): HealthSource | null {
  const scaleSet = index.scaleSetOf(entry.subject)
  const declared = index.scenario.scaleSets.find(({ model }) => model.name === scaleSet)
  if (scaleSet === null || declared === undefined) return null
  const given = index.latest(entry.subject, entry.id, ({ numbers }) => typeof numbers['version'] === 'number')
  const version = Number(given?.numbers['version'] ?? 0)
  const model = versionsOf(index.scenario, scaleSet)[version] ?? declared.model
  return healthSource(model, declared.loadBalancerProbe, index.scenario.assumptions)
}
