import type { AutoscaleSetting } from '../autoscale/setting.ts'
import type { Demand } from '../demand.ts'
import { plannedLevel } from '../demand-level.ts'
import { formatClock } from '../duration.ts'
import type { Finding } from '../finding.ts'
import type { DeclaredScaleSet, TimelineEntry } from '../scenario.ts'
import type { SourceDocument } from './document.ts'

/** What decides how large a fleet may become. */
export interface FleetPlans {
  readonly scaleSets: readonly DeclaredScaleSet[]
  readonly autoscaleSettings: readonly AutoscaleSetting[]
  readonly timeline: readonly TimelineEntry[]
  readonly durationMs: number
  /** The assumption `demandStep`. */
  readonly stepMs: number
}

/** Demand that no capacity the scenario allows for could carry, noise and shifts aside. A queue may well wait. */
export function demandFindings(
  demands: readonly Demand[] | undefined,
  plans: FleetPlans,
  source: SourceDocument,
): Finding[] {
  return (demands ?? []).flatMap((demand) => {
    if (demand.queue) return []
    const instances = demand.scaleSets.reduce((sum, name) => sum + most(name, plans), 0)
    const { level, atMs } = peakOf(demand, plans)
    const capacity = instances * demand.perInstance
    if (level <= capacity * (1 + 1e-9)) return []
    const where = demand.isOwn ? `world.demand.perScaleSet.${demand.scaleSets[0]}` : 'world.demand'
    const finding: Finding = {
      code: 'DemandAboveCapacity',
      title: 'More requests come than the largest fleet of the scenario can take',
      severity: 'warning',
      where,
      place: source.keyPlaceOf(['world', 'demand']),
      evidence: [
        `At ${formatClock(atMs)} ${round(level)} requests come in a second; ${instances} instances, the most that capacity, autoscale and scaleTo allow, take ${round(capacity)}.`,
      ],
      rules: [],
      fix: 'Raise the capacity or the maximum of the autoscale profile, or lower the demand.',
    }
    return [finding]
  })
}

const round = (value: number): string => String(Math.round(value * 10) / 10)

/** The largest a set can become: as deployed, by any profile, or by hand. */
function most(name: string, { scaleSets, autoscaleSettings, timeline }: FleetPlans): number {
  const declared = scaleSets.filter(({ model }) => model.name === name).map(({ model }) => model.sku.capacity)
  const profiles = autoscaleSettings
    .filter(({ enabled, scaleSet }) => enabled && scaleSet === name)
    .flatMap(({ profiles: all }) => all.map(({ capacity }) => capacity.maximum))
  const byHand = timeline.flatMap(({ action }) =>
    action.verb === 'scaleTo' && action.scaleSet === name ? [action.capacity] : [],
  )
  return Math.max(0, ...declared, ...profiles, ...byHand)
}

function peakOf(demand: Demand, { durationMs, stepMs }: FleetPlans): { readonly level: number; readonly atMs: number } {
  let peak = { level: 0, atMs: 0 }
  for (let atMs = 0; atMs < durationMs; atMs += stepMs) {
    const level = plannedLevel(demand, atMs, stepMs)
    if (level > peak.level) peak = { level, atMs }
  }
  return peak
}
