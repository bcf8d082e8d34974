import { vCPUsOf } from '../declare/vm-size.ts'
import { leastPercentPerZone, ZONES_INSISTED_ON, zonePlacement, zonesAt } from '../declare/zone-placement.ts'
import type { SourcePlace } from '../diagnostic.ts'
import type { RegionCapacity, RoomLimit } from '../regional-capacity.ts'
import type { DeclaredScaleSet, RegionTruth, TimelineEntry } from '../scenario.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { regionName } from './names.ts'
import type { RawCapacity } from './schema-capacity.ts'

/** How scarce machines are in a region, as the scenario writes it. A zone the region does not have: E0177. */
export function buildCapacity(
  raw: RawCapacity,
  path: Path,
  zones: readonly string[],
  context: LoadContext,
): RegionCapacity {
  const { source } = context
  const limits: RoomLimit[] = []
  const add = (at: Path, limit: Omit<RoomLimit, 'place'>) => limits.push({ ...limit, place: source.placeOf(at) })
  const isZone = (zone: string, at: Path): boolean => {
    if (zones.includes(zone)) return true
    source.report('E0177', at, `the region has no zone ${zone}`, {
      place: source.keyPlaceOf(at),
      hint: `known: ${zones.join(', ')}`,
    })
    return false
  }
  if (raw.instances !== undefined) add([...path, 'instances'], { instances: raw.instances })
  for (const [zone, instances] of Object.entries(raw.zones ?? {})) {
    const at = [...path, 'zones', zone]
    if (isZone(zone, at)) add(at, { zone, instances })
  }
  for (const [written, room] of Object.entries(raw.sizes ?? {})) {
    const at = [...path, 'sizes', written]
    const size = written.toLowerCase()
    if (typeof room === 'number') add(at, { size, instances: room })
    else
      for (const [zone, instances] of Object.entries(room))
        if (isZone(zone, [...at, zone])) add([...at, zone], { size, zone, instances })
  }
  for (const [faultDomain, instances] of (raw.faultDomains ?? []).entries())
    add([...path, 'faultDomains', faultDomain], { faultDomain, instances })
  const notOffered = (raw.notOffered ?? []).map((entry, index) => {
    if (typeof entry === 'string') return { size: entry.toLowerCase() }
    const named = entry.zones?.map(String)
    for (const [at, zone] of (named ?? []).entries()) isZone(zone, [...path, 'notOffered', index, 'zones', at])
    return { size: entry.size.toLowerCase(), ...(named === undefined ? {} : { zones: named }) }
  })
  return { limits, notOffered }
}

/**
 * The fleet of time 0 against the world: what stands somewhere must have room there (E0174), and vCPUs can be counted only
 * for sizes whose names tell them (E0175).
 */
export function checkFirstFleet(
  scaleSets: readonly DeclaredScaleSet[],
  regions: Readonly<Record<string, RegionTruth>>,
  context: LoadContext,
): void {
  for (const [region, truth] of Object.entries(regions)) {
    const here = scaleSets.filter(({ model }) => regionName(model.location) === region)
    for (const limit of truth.capacity?.limits ?? []) {
      const count = here.reduce((sum, set) => sum + firstInstances(set, truth, limit), 0)
      if (count <= limit.instances) continue
      const what = limit.zone === undefined ? region : `zone ${limit.zone} of ${region}`
      context.source.report(
        'E0174',
        ['world', 'regions', region],
        `${what} has room for ${limit.instances} ${limit.size ?? 'machines'}, and ${count} of them are there at the start`,
        {
          ...(limit.place === undefined ? {} : { place: limit.place }),
          hint: `write ${count} or more, or let the room shrink in the timeline with limitCapacity`,
        },
      )
    }
    if (truth.quotaVCPUs === undefined) continue
    for (const { model } of here) {
      const size = model.sku.name
      if (size !== undefined && vCPUsOf(size) !== undefined) continue
      context.source.report(
        'E0175',
        ['world', 'regions', region, 'quota', 'vCPUs'],
        size === undefined
          ? `${model.name} has no sku.name, so its vCPUs cannot be counted`
          : `the name of the size ${size} (${model.name}) does not tell its vCPUs`,
        { hint: 'write a size such as Standard_D4as_v5, or limit quota.instances' },
      )
    }
  }
}

/** E0175 for the sizes that the timeline changes a set to. */
export function checkSizesOfTimeline(
  timeline: readonly TimelineEntry[],
  scaleSets: readonly DeclaredScaleSet[],
  regions: Readonly<Record<string, RegionTruth>>,
  context: LoadContext,
): void {
  for (const { action, place } of timeline) {
    if (action.verb !== 'updateModel') continue
    const set = scaleSets.find(({ model }) => model.name === action.scaleSet)
    if (set === undefined || regions[regionName(set.model.location)]?.quotaVCPUs === undefined) continue
    for (const { path, value } of action.set) {
      if (path !== 'sku.name' || (typeof value === 'string' && vCPUsOf(value) !== undefined)) continue
      context.source.report('E0175', ['timeline'], `the name of the size ${String(value)} does not tell its vCPUs`, {
        ...(place === undefined ? {} : { place }),
        hint: 'write a size such as Standard_D4as_v5, or limit quota.instances',
      })
    }
  }
}

/** Instances of the set at time 0 that a limit counts: zones are filled evenly, the first ones get one more (PL-25). */
function firstInstances(set: DeclaredScaleSet, truth: RegionTruth, limit: RoomLimit): number {
  const { sku } = set.model
  if (limit.size !== undefined && sku.name?.toLowerCase() !== limit.size) return 0
  // What spreads over domains is placed by the engine, which goes by the room of each.
  if (limit.faultDomain !== undefined) return 0
  if (limit.zone === undefined) return sku.capacity
  // A platform that picks the zones picks those with room.
  if (zonePlacement(set.model, truth.zones) !== undefined) return 0
  const zones = set.model.zones ?? []
  const index = zones.indexOf(limit.zone)
  if (index < 0) return 0
  return Math.floor(sku.capacity / zones.length) + (index < sku.capacity % zones.length ? 1 : 0)
}

/** Sets of a subscription in a region. Fleet sheet, section 8. */
const SETS_PER_REGION = 2500

/** E0178. */
export function checkSetCount(scaleSets: readonly DeclaredScaleSet[], context: LoadContext): void {
  const counts = new Map<string, number>()
  for (const { model } of scaleSets) {
    const region = regionName(model.location)
    const count = (counts.get(region) ?? 0) + 1
    counts.set(region, count)
    if (count === SETS_PER_REGION + 1)
      context.source.report(
        'E0178',
        ['azure', 'scaleSets', model.name],
        `${region} takes at most ${SETS_PER_REGION} scale sets of a subscription`,
      )
  }
}

/**
 * Automatic zone placement against the zones of the region: which it may use, whether two remain, and whether the share of
 * a zone finds a place for everybody (PL-40, PL-41). What fits is noted in the declared set; what does not is E0177.
 */
export function placeZones(
  scaleSets: DeclaredScaleSet[],
  regions: Readonly<Record<string, RegionTruth>>,
  context: LoadContext,
  places: ReadonlyMap<string, (path: Path) => SourcePlace | undefined>,
): void {
  for (const [index, set] of scaleSets.entries()) {
    const { model } = set
    const zones = regions[regionName(model.location)]?.zones ?? []
    const placement = zonePlacement(model, zones)
    if (placement === undefined) continue
    const complain = (path: Path, message: string, hint: string) => {
      const place = places.get(model.name)?.(path)
      context.source.report('E0177', ['azure', 'scaleSets', model.name, ...path], `${model.name}: ${message}`, {
        ...(place === undefined ? {} : { place }),
        hint,
      })
    }
    for (const key of ['includeZones', 'excludeZones'] as const)
      for (const zone of zonesAt(model, key) ?? [])
        if (!zones.includes(zone))
          complain(['placement', key], `${model.location} has no zone ${zone}`, `known: ${zones.join(', ')}`)
    const { eligible, maxZoneCount, maxPercentPerZone } = placement
    const policy = ['resiliencyPolicy', 'zoneAllocationPolicy']
    if (eligible.length < ZONES_INSISTED_ON)
      complain(
        ['placement'],
        `automatic zone placement insists on ${ZONES_INSISTED_ON} zones and ${eligible.length} may be used (PL-40)`,
        'include more zones, or exclude fewer',
      )
    else if (maxZoneCount !== undefined && maxZoneCount > eligible.length)
      complain(
        [...policy, 'maxZoneCount'],
        `maxZoneCount ${maxZoneCount} is more than the ${eligible.length} zones that may be used`,
        `write ${eligible.length} or less`,
      )
    else {
      const least = leastPercentPerZone(Math.min(maxZoneCount ?? eligible.length, eligible.length))
      if (maxPercentPerZone !== undefined && maxPercentPerZone < least)
        complain(
          [...policy, 'maxInstancePercentPerZonePolicy', 'value'],
          `${maxPercentPerZone} % in each of ${eligible.length} zones leaves instances without a place; the least is ${least} % (PL-41)`,
          `write ${least} or more`,
        )
    }
    scaleSets[index] = { ...set, zonePlacement: placement }
  }
}
