import { ZONES_AIMED_AT, zoneCap } from '../model/declare/zone-placement.ts'

/**
 * Where a new instance goes: zone, placement group, fault domain (or hidden rack), update domain. Pure decisions on
 * counters; nothing here knows time, events or the fleet.
 */

/** What one instance occupies. All are indices from 0. */
export interface PlacedInstance {
  /** Index into the set's zones; 0 for a regional set. */
  readonly zone: number
  readonly placementGroup: number
  /** Fault domain under fixed spreading, hidden rack under max spreading (PL-07). See `shownFaultDomain`. */
  readonly faultDomain: number
  /** 0-4, or -1 where the orchestration mode has no update domains (PL-09). */
  readonly updateDomain: number
}

export interface PlacementSpec {
  /** Number of zones the set spans; 0 = regional. */
  readonly zoneCount: number
  /** Orchestration mode Uniform; false is Flexible. */
  readonly uniform: boolean
  /** The effective value: true caps the set at one group of 100 (PL-50). */
  readonly singlePlacementGroup: boolean
  /** The effective `platformFaultDomainCount`; 1 = max spreading (PL-02), more = fixed spreading (PL-03). */
  readonly faultDomainCount: number
  /** The assumption `hiddenRacksPerZone` (PL-07). At least 1. */
  readonly hiddenRacksPerZone: number
  /** Fault domains the region offers to a Flexible set with fixed spreading (PL-04). */
  readonly regionFaultDomains: number
  /** True = strict balance (PL-23), false = best effort (PL-22). */
  readonly zoneBalance: boolean
  /** The platform picks the zones out of those of the set; absent: the set spans them all. PL-40. */
  readonly automatic?: AutomaticZones
}

export interface AutomaticZones {
  /** Undefined: three are aimed at, and another is opened when those are full. */
  readonly maxZoneCount: number | undefined
  /** Undefined: no cap. */
  readonly maxPercentPerZone: number | undefined
}

/** A request that cannot be met: Azure's error code where it has one, a sentence, and the rule that decided. */
export interface PlacementRefusal {
  readonly refused: string
  readonly code: 'OverconstrainedAllocationRequest' | 'ZonalAllocationFailed' | 'OperationNotAllowed'
  readonly rule: string
}

export interface ChooseOptions {
  /**
   * The zone is already decided (a replacement, a surge instance). Balance is then not tested: nobody is asking the
   * platform to pick a zone.
   */
  readonly zone?: number
  /** Zones that take nothing at the moment. Repeats and indices outside the set do not count. */
  readonly unavailableZones?: readonly number[]
  /** Machines that each zone still has; undefined: any number. A zone without any is full. */
  readonly zoneRoom?: readonly number[]
  /** Capacity that the set is on its way to; caps of a zone are a share of it (PL-41). */
  readonly targetCapacity?: number
}

/** Most instances one placement group holds. PL-50. */
export const placementGroupSize = 100

/** Update domains of a placement group in a Uniform set. PL-09. */
export const updateDomainCount = 5

/** What one placement group has in one zone. */
interface Cell {
  readonly faultDomains: number[]
  readonly updateDomains: number[]
}

/**
 * Counters of what a set has placed. `add`, `remove` and `choose` cost O(zones + groups + domains), whatever the number
 * of instances. `choose` changes nothing: the caller adds what it really creates.
 */
export class Placement {
  #spec: PlacementSpec
  readonly #zoneCounts: number[]
  readonly #groupCounts: number[] = []
  /** By zone, then placement group. */
  readonly #cells: Cell[][]
  /** Racks without power, by zone. */
  readonly #lostDomains: (Set<number> | undefined)[] = []

  constructor(spec: PlacementSpec) {
    const zones = Math.max(1, spec.zoneCount)
    this.#spec = spec
    this.#zoneCounts = new Array<number>(zones).fill(0)
    this.#cells = Array.from({ length: zones }, () => [])
  }

  /** Instances by zone, failed and deallocated ones included as long as they are not removed (PL-20). */
  zoneCounts(): readonly number[] {
    return this.#zoneCounts.slice()
  }

  /** The place of one more instance, or why there is none. */
  choose(options: ChooseOptions = {}): PlacedInstance | PlacementRefusal {
    const placed = this.#chooseUnchecked(options)
    if ('refused' in placed || options.zone !== undefined) return placed
    const after = this.#zoneCounts.slice()
    after[placed.zone]! += 1
    return strictBalanceRefusal(this.#spec, after) ?? placed
  }

  /**
   * The places of a whole scale-out, decided one after another. Strict balance looks at the result of the operation, not
   * at its steps (PL-23): 0/2/4 may grow by six to 4/4/4, although the first step gives 1/2/4.
   */
  chooseMany(count: number, options: ChooseOptions = {}): readonly PlacedInstance[] | PlacementRefusal {
    const places: PlacedInstance[] = []
    const zoneRoom = options.zoneRoom?.slice()
    const shortOf = zoneRoom?.map(() => 0)
    let refusal: PlacementRefusal | undefined
    for (let i = 0; i < count && refusal === undefined; i++) {
      const next = this.#chooseUnchecked(zoneRoom === undefined ? options : { ...options, zoneRoom })
      if ('refused' in next) refusal = next
      else {
        this.add(next)
        places.push(next)
        if (zoneRoom === undefined) continue
        if (zoneRoom[next.zone]! > 0) zoneRoom[next.zone]! -= 1
        else shortOf![next.zone]! += 1
      }
    }
    if (refusal === undefined && options.zone === undefined && count > 0) {
      refusal = strictBalanceRefusal(this.#spec, this.#zoneCounts) ?? this.#strictRoomRefusal(shortOf)
      refusal ??= this.#fewZonesRefusal(places, shortOf)
    }
    for (const place of places) this.remove(place)
    return refusal ?? places
  }

  /** Strict balance with a zone that has no room for its share: the result could not be balanced. PL-23. */
  #strictRoomRefusal(shortOf: readonly number[] | undefined): PlacementRefusal | undefined {
    const zone = this.#spec.zoneBalance ? (shortOf?.findIndex((count) => count > 0) ?? -1) : -1
    if (zone < 0) return undefined
    return {
      refused: `one zone has no room for ${shortOf![zone]} of its instances; strict balance allows no other zone`,
      code: 'ZonalAllocationFailed',
      rule: 'PL-23',
    }
  }

  /** PL-40: automatic placement insists on two zones. Those who found no room (`shortOf`) are in none. */
  #fewZonesRefusal(
    places: readonly PlacedInstance[],
    shortOf: readonly number[] | undefined,
  ): PlacementRefusal | undefined {
    if (this.#spec.automatic === undefined || places.length < 2) return undefined
    const used = this.#zoneCounts.filter((count, zone) => count > (shortOf?.[zone] ?? 0)).length
    if (used >= 2) return undefined
    return {
      refused: `only ${used} of ${this.#zoneCounts.length} zones has room; automatic placement insists on two`,
      code: 'ZonalAllocationFailed',
      rule: 'PL-40',
    }
  }

  /** The set has got more zones (PL-26), or another kind of balance. */
  become(spec: Pick<PlacementSpec, 'zoneCount' | 'zoneBalance'>): void {
    this.#spec = { ...this.#spec, ...spec }
    while (this.#zoneCounts.length < spec.zoneCount) {
      this.#zoneCounts.push(0)
      this.#cells.push([])
    }
  }

  /** Fault domains of a zone; hidden racks under max spreading. */
  get domainCount(): number {
    return this.#emptyCell().faultDomains.length
  }

  /** A rack of a zone has lost its power, or has it again: new instances go to the other ones. */
  domainLost(zone: number, faultDomain: number, isLost: boolean): void {
    const lost = this.#lostDomains[zone] ?? new Set<number>()
    this.#lostDomains[zone] = lost
    if (isLost) lost.add(faultDomain)
    else lost.delete(faultDomain)
  }

  add(p: PlacedInstance): void {
    this.#count(p, 1)
  }

  remove(p: PlacedInstance): void {
    this.#count(p, -1)
  }

  #chooseUnchecked(options: ChooseOptions): PlacedInstance | PlacementRefusal {
    const domains = this.#domainRefusal()
    if (domains !== undefined) return domains
    const zone = this.#chooseZone(options)
    if (typeof zone !== 'number') return zone
    const placementGroup = this.#chooseGroup(options.zone !== undefined)
    if (typeof placementGroup !== 'number') return placementGroup
    const cell = this.#cells[zone]![placementGroup] ?? this.#emptyCell()
    return {
      zone,
      placementGroup,
      // PL-07: fewest instances of this set in the same zone and placement group, ties to the lowest index.
      faultDomain: leastLoaded(cell.faultDomains, this.#lostDomains[zone]),
      // PL-09; they fill by the same rule as fault domains.
      updateDomain: this.#spec.uniform ? leastLoaded(cell.updateDomains) : -1,
    }
  }

  /**
   * PL-03: fixed spreading needs exactly that many domains. Only a Flexible set is bounded by the region (PL-04); a Uniform
   * set brings its domains with each placement group. PL-02: max spreading is never a reason to fail. Code: PL-60.
   */
  #domainRefusal(): PlacementRefusal | undefined {
    const { uniform, faultDomainCount, regionFaultDomains } = this.#spec
    if (uniform || faultDomainCount === 1 || faultDomainCount <= regionFaultDomains) return undefined
    return {
      refused: `Fault Domain: ${faultDomainCount} fault domains were asked for, the region has ${regionFaultDomains}`,
      code: 'OverconstrainedAllocationRequest',
      rule: 'PL-03',
    }
  }

  #chooseZone(options: ChooseOptions): number | PlacementRefusal {
    const zones = this.#zoneCounts.length
    const down = new Set((options.unavailableZones ?? []).filter((zone) => zone >= 0 && zone < zones))
    if (options.zone !== undefined) {
      if (!(options.zone in this.#zoneCounts)) throw new Error(`zone ${options.zone} is not one of ${zones}`)
      if (!down.has(options.zone)) return options.zone
      return { refused: `zone ${options.zone} is not available`, code: 'ZonalAllocationFailed', rule: 'PL-22' }
    }
    if (!this.#spec.zoneBalance && down.size > 1) {
      return {
        refused: `${down.size} of ${zones} zones are not available; best effort balance tolerates one`,
        code: 'OperationNotAllowed',
        rule: 'PL-22',
      }
    }
    if (this.#spec.automatic !== undefined) return this.#chooseAutomatically(this.#spec.automatic, down, options)
    // PL-22: a full zone is one that is not available. While it is the only one, the others take what it cannot.
    const full = this.#spec.zoneBalance ? [] : this.#fullZones(options.zoneRoom).filter((zone) => !down.has(zone))
    if (down.size + full.length === 1 && full.length === 1 && zones > 1) down.add(full[0]!)
    // PL-24, PL-25: the zone with the fewest instances, ties to the lowest.
    const best = this.#emptiest((zone) => !down.has(zone))
    if (best >= 0) return best
    return {
      refused: 'no zone of the set is available',
      code: 'ZonalAllocationFailed',
      rule: this.#spec.zoneBalance ? 'PL-23' : 'PL-22',
    }
  }

  #fullZones(zoneRoom: readonly number[] | undefined): number[] {
    return (zoneRoom ?? []).flatMap((room, zone) => (room <= 0 ? [zone] : []))
  }

  /** The zone with the fewest instances among these, ties to the lowest; -1: there is none. PL-25. */
  #emptiest(isCandidate: (zone: number) => boolean): number {
    let best = -1
    for (let zone = 0; zone < this.#zoneCounts.length; zone++)
      if (isCandidate(zone) && (best < 0 || this.#zoneCounts[zone]! < this.#zoneCounts[best]!)) best = zone
    return best
  }

  /**
   * PL-40, PL-41: the emptiest zone that has room and is below its cap, among those in use as long as there is one; another
   * is opened up to three, or when those in use are full. Whoever finds none goes to a zone without room, and fails there
   * (PL-42): 100 wanted with room 70/30/0 at 50 % are 50/30/0, and 20 fail.
   */
  #chooseAutomatically(
    { maxZoneCount, maxPercentPerZone }: AutomaticZones,
    down: ReadonlySet<number>,
    { zoneRoom, targetCapacity }: ChooseOptions,
  ): number | PlacementRefusal {
    const total = this.#zoneCounts.reduce((sum, count) => sum + count, 0)
    const cap =
      maxPercentPerZone === undefined
        ? Number.POSITIVE_INFINITY
        : zoneCap(Math.max(targetCapacity ?? 0, total + 1), maxPercentPerZone)
    const inUse = this.#zoneCounts.filter((count) => count > 0).length
    const takes = (zone: number) => !down.has(zone) && (zoneRoom?.[zone] ?? 1) > 0 && this.#zoneCounts[zone]! < cap
    const isOpen = (zone: number) => this.#zoneCounts[zone]! > 0
    const mayOpen = inUse < (maxZoneCount ?? ZONES_AIMED_AT)
    let best = this.#emptiest((zone) => takes(zone) && (mayOpen || isOpen(zone)))
    if (best < 0 && maxZoneCount === undefined) best = this.#emptiest(takes)
    if (best < 0) best = this.#emptiest((zone) => !down.has(zone) && (zoneRoom?.[zone] ?? 1) <= 0)
    if (best >= 0) return best
    return { refused: 'no zone has room below its cap', code: 'ZonalAllocationFailed', rule: 'PL-42' }
  }

  /** PL-50: groups of 100, the lowest with room. A Flexible set of several groups does not expose them: always 0. */
  #chooseGroup(isReplacement: boolean): number | PlacementRefusal {
    const { uniform, singlePlacementGroup } = this.#spec
    if (singlePlacementGroup) {
      // The one that is replaced is on its way out, and still counted.
      if (isReplacement || (this.#groupCounts[0] ?? 0) < placementGroupSize) return 0
      return {
        refused: `the single placement group of the set holds its ${placementGroupSize} instances`,
        code: 'OverconstrainedAllocationRequest',
        rule: 'PL-50',
      }
    }
    if (!uniform) return 0
    const withRoom = this.#groupCounts.findIndex((count) => count < placementGroupSize)
    return withRoom < 0 ? this.#groupCounts.length : withRoom
  }

  #emptyCell(): Cell {
    const { faultDomainCount, hiddenRacksPerZone } = this.#spec
    return {
      faultDomains: new Array<number>(faultDomainCount === 1 ? hiddenRacksPerZone : faultDomainCount).fill(0),
      updateDomains: new Array<number>(updateDomainCount).fill(0),
    }
  }

  #count(p: PlacedInstance, by: 1 | -1): void {
    if (p.zone < 0) {
      // Older than the zones of its set (PL-27): it weighs in no zone, and fills its placement group.
      this.#groupCounts[p.placementGroup]! += by
      return
    }
    const zone = this.#cells[p.zone]
    if (zone === undefined) throw new Error(`zone ${p.zone} is not one of ${this.#cells.length}`)
    while (this.#groupCounts.length <= p.placementGroup) this.#groupCounts.push(0)
    while (zone.length <= p.placementGroup) zone.push(this.#emptyCell())
    const cell = zone[p.placementGroup]!
    if (!(p.faultDomain in cell.faultDomains)) throw new Error(`fault domain ${p.faultDomain} does not exist`)
    cell.faultDomains[p.faultDomain]! += by
    if (p.updateDomain >= 0) {
      if (!(p.updateDomain in cell.updateDomains)) throw new Error(`update domain ${p.updateDomain} does not exist`)
      cell.updateDomains[p.updateDomain]! += by
    }
    this.#groupCounts[p.placementGroup]! += by
    this.#zoneCounts[p.zone]! += by
    if (cell.faultDomains[p.faultDomain]! < 0) throw new Error('removed an instance from a place where there is none')
  }
}

/** Every zone count within 1 of every other: 2/3/3 is balanced, 1/3/3 is not. Failed and deallocated VMs count. PL-20. */
export function isBalanced(zoneCounts: readonly number[]): boolean {
  if (zoneCounts.length < 2) return true
  let min = zoneCounts[0]!
  let max = min
  for (const count of zoneCounts) {
    if (count < min) min = count
    if (count > max) max = count
  }
  return max - min <= 1
}

/**
 * Strict balance refuses a scale operation, out or in, whose result is unbalanced, even during a zone outage; best effort
 * refuses none for that reason. PL-23. `zoneCountsAfter` is the result of the whole operation.
 */
export function strictBalanceRefusal(
  spec: Pick<PlacementSpec, 'zoneBalance'>,
  zoneCountsAfter: readonly number[],
): PlacementRefusal | undefined {
  if (!spec.zoneBalance || isBalanced(zoneCountsAfter)) return undefined
  return {
    refused: `the zones would hold ${zoneCountsAfter.join('/')}; strict balance keeps them within one of each other`,
    code: 'OperationNotAllowed',
    rule: 'PL-23',
  }
}

/** The fault domain Azure would show. Max spreading has one only: 0, whatever the hidden rack. PL-02, PL-07. */
export function shownFaultDomain(spec: Pick<PlacementSpec, 'faultDomainCount'>, p: PlacedInstance): number {
  return spec.faultDomainCount === 1 ? 0 : p.faultDomain
}

/** Whether an instance view leaves out fault and update domain: always in Flexible, under max spreading in Uniform. PL-08. */
export function hidesDomains(spec: Pick<PlacementSpec, 'uniform' | 'faultDomainCount'>): boolean {
  return !spec.uniform || spec.faultDomainCount === 1
}

/**
 * Extra instances that overprovisioning creates for `requested` new ones, to be deleted again once the requested count is
 * up. Measured: as many again for up to five requested. Beyond, and under `twentyPercent` always, the assumed factor:
 * 5 -> 5, 6 at 20 % -> 2, 100 at 20 % -> 20. PL-51, PL-52.
 */
export function overprovisionCount(
  requested: number,
  assumptions: {
    readonly overprovisionExtras: 'measured' | 'twentyPercent'
    readonly overprovisionFactorPercent: number
  },
): number {
  if (requested <= 0) return 0
  if (assumptions.overprovisionExtras === 'measured' && requested <= 5) return requested
  return Math.ceil((requested * assumptions.overprovisionFactorPercent) / 100)
}

/**
 * Azure's name of an instance: Uniform `vmss_17`, Flexible `vmss_1c9e03ab`. The eight characters are a function of set name
 * and id and never repeat within a set, because every step of the mixing can be undone. PL-55.
 */
export function instanceName(setName: string, uniform: boolean, id: number): string {
  if (uniform) return `${setName}_${id}`
  return `${setName}_${mix32(id + hash32(setName))
    .toString(16)
    .padStart(8, '0')}`
}

/** FNV-1a over UTF-16 units. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** The finalizer of MurmurHash3: a permutation of the 32-bit integers. */
function mix32(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The index with the lowest count, ties to the lowest; one of `avoided` only where there is no other. */
function leastLoaded(counts: readonly number[], avoided?: ReadonlySet<number>): number {
  let best = -1
  for (let i = 0; i < counts.length; i++) {
    if (avoided?.has(i)) continue
    if (best < 0 || counts[i]! < counts[best]!) best = i
  }
  if (best >= 0) return best
  return avoided === undefined ? 0 : leastLoaded(counts)
}
