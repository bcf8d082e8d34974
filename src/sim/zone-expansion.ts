import { LIFE } from './instance.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** Zone of an instance that is older than the zones of its set: PL-27. */
const NON_ZONAL = -1

/**
 * Zones are added to a set: new instances use them, existing ones stay where they are (PL-26). Those of a set that was
 * regional stand in no zone, and a scale-in takes them first (PL-27).
 */
export function expandZones(set: ScaleSetState): void {
  const { zones = [], zoneBalance = false } = set.model
  const wasRegional = set.zones.length === 0
  const added = zones.filter((zone) => !set.zones.includes(zone))
  if (added.length > 0 && wasRegional)
    for (const instance of set.instances) {
      if (instance.life === LIFE.absent) continue
      set.placement.remove(instance)
      instance.zone = NON_ZONAL
      set.placement.add(instance)
    }
  set.zones = [...set.zones, ...added]
  set.placement.become({ zoneCount: set.zones.length, zoneBalance })
}
