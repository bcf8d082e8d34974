import { letterOf, stateAt } from '../../report/charts/zone-grid.ts'
import { STATE_SIGNS, signOf } from '../../report/lane-states.ts'
import type { InstanceResult, Lane, LaneState } from '../../sim/result.ts'

export { letterOf, signOf, stateAt }

/** From the ordinary to the worst, as a reader meets them. */
export const STATES: readonly LaneState[] = STATE_SIGNS.map(({ state }) => state).reverse()

/** More fault domains than this are those that maximum spreading uses and Azure does not show. */
const DOMAINS_SHOWN_MAX = 5

/** One place of the grid: a zone of a scale set and a fault domain in it. */
export interface Place {
  readonly zone: string | null
  readonly faultDomain: number
  readonly members: readonly InstanceResult[]
}

/**
 * The instances of a scale set by place, zones and fault domains in order. Where they are spread as far as it goes (PL-02), the
 * domains are many and nobody sees them: then a zone is one place, with -1 for its fault domain.
 */
export function placesOf(instances: readonly InstanceResult[], scaleSet: string): Place[] {
  const own = instances.filter((instance) => instance.scaleSet === scaleSet)
  const isSpread = new Set(own.map(({ faultDomain }) => faultDomain)).size > DOMAINS_SHOWN_MAX
  const places = new Map<string, { zone: string | null; faultDomain: number; members: InstanceResult[] }>()
  for (const instance of own) {
    const faultDomain = isSpread ? -1 : instance.faultDomain
    const key = `${instance.zone ?? ''}/${faultDomain}`
    const place = places.get(key) ?? { zone: instance.zone, faultDomain, members: [] }
    places.set(key, place)
    place.members.push(instance)
  }
  const text = (zone: string | null) => zone ?? ''
  return [...places.values()].sort((a, b) =>
    text(a.zone) < text(b.zone) ? -1 : text(a.zone) > text(b.zone) ? 1 : a.faultDomain - b.faultDomain,
  )
}

/** How many instances are in each state at a moment; those that are not there are not counted. */
export function countStates(lanes: readonly Lane[], atMs: number): ReadonlyMap<LaneState, number> {
  const counts = new Map<LaneState, number>()
  for (const lane of lanes) {
    const state = stateAt(lane, atMs)
    if (state !== 'absent') counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return counts
}
