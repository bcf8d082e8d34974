import type { ScaleSetModel } from '../scale-set.ts'
import { lookUp } from './values.ts'

/** Automatic zone placement (preview). Fleet 1.1 and 1.5. */
export interface ZonePlacement {
  /** Zones it may use, in order: those of the region, less what the declaration takes out. */
  readonly eligible: readonly string[]
  /** Most zones; undefined: it aims at three and opens another when those are full (PL-40). */
  readonly maxZoneCount: number | undefined
  /** Most instances of one zone, percent of the target capacity; undefined under strict balance, which has no such cap. */
  readonly maxPercentPerZone: number | undefined
}

/** PL-40: without a word of the declaration no zone holds more than half. */
export const DEFAULT_PERCENT_PER_ZONE = 50
/** PL-40: zones it aims at, and zones it insists on. */
export const ZONES_AIMED_AT = 3
export const ZONES_INSISTED_ON = 2

/** Whether the platform picks the zones. */
export function isAutomaticPlacement(document: Readonly<Record<string, unknown>>): boolean {
  return lookUp(document, ['placement', 'zonePlacementPolicy']).value === 'Auto'
}

/** Undefined: the set names its zones itself, or has none. */
export function zonePlacement(model: ScaleSetModel, regionZones: readonly string[]): ZonePlacement | undefined {
  if (!isAutomaticPlacement(model)) return undefined
  const include = zonesAt(model, 'includeZones')
  const exclude = zonesAt(model, 'excludeZones') ?? []
  const policy = ['resiliencyPolicy', 'zoneAllocationPolicy']
  const maxZoneCount = lookUp(model, [...policy, 'maxZoneCount']).value
  const perZone = [...policy, 'maxInstancePercentPerZonePolicy']
  const percent = lookUp(model, [...perZone, 'value']).value
  const isGiven = lookUp(model, [...perZone, 'enabled']).value === true && typeof percent === 'number'
  return {
    eligible: regionZones.filter((zone) => (include?.includes(zone) ?? true) && !exclude.includes(zone)),
    maxZoneCount: typeof maxZoneCount === 'number' ? maxZoneCount : undefined,
    maxPercentPerZone: model.zoneBalance === true ? undefined : isGiven ? percent : DEFAULT_PERCENT_PER_ZONE,
  }
}

/** Zones that the declaration names under `placement`. */
export function zonesAt(model: Readonly<Record<string, unknown>>, key: 'includeZones' | 'excludeZones') {
  const { value } = lookUp(model, ['placement', key])
  return Array.isArray(value) ? value.map(String) : undefined
}

/**
 * Most instances of one zone: `ceil(percent * target / 100)`. 85 % of 101 are 86 (85.85), 50 % of 100 are 50. PL-41.
 */
export function zoneCap(targetCapacity: number, percent: number): number {
  return Math.ceil((percent * targetCapacity) / 100)
}

/** The least percentage that still finds a place for everybody: `ceil(100 / zones)`. Three zones: 34. PL-41. */
export function leastPercentPerZone(eligibleZones: number): number {
  return Math.ceil(100 / Math.max(1, eligibleZones))
}
