import type { RoomLimit } from '../model/regional-capacity.ts'
import type { RegionTruth } from '../model/scenario.ts'
import type { AllocationFailure } from './allocation.ts'
import { type Instance, isMember } from './instance.ts'
import type { PlacedInstance } from './placement.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** A machine somebody holds, or asks for: what it takes of the room of its region. */
export interface Machine {
  readonly region: string
  /** Null: regional, wherever Azure finds one. */
  readonly zone: string | null
  /** In lower case; empty: a set without a size. */
  readonly size: string
  /** -1 under max spreading, which takes any domain (PL-02). */
  readonly faultDomain: number
}

/** A limit in force, and how many machines it counts now. */
interface Room {
  readonly region: string
  readonly limit: RoomLimit
  taken: number
}

/** Whether a limit counts this machine. */
export function counts(limit: RoomLimit, machine: Machine): boolean {
  return (
    (limit.zone === undefined || limit.zone === machine.zone) &&
    (limit.size === undefined || limit.size === machine.size) &&
    (limit.faultDomain === undefined || limit.faultDomain === machine.faultDomain)
  )
}

/**
 * What Azure answers where a limit is reached. Fleet sheet section 1.7: `ZonalAllocationFailed` with a zone,
 * `AllocationFailed` without; PL-60: `Overconstrained…` where fixed spreading insists on a full fault domain.
 */
export function shortage(limit: RoomLimit, machine: Machine): AllocationFailure {
  const where = machine.zone === null ? machine.region : `zone ${machine.zone} of ${machine.region}`
  if (limit.faultDomain !== undefined)
    return {
      code: machine.zone === null ? 'OverconstrainedAllocationRequest' : 'OverconstrainedZonalAllocationRequest',
      message: `Fault Domain: domain ${limit.faultDomain} in ${where} has no room, and fixed spreading allows no other`,
      rule: 'PL-60',
    }
  return {
    code: machine.zone === null ? 'AllocationFailed' : 'ZonalAllocationFailed',
    message: `${where} has no room for another ${machine.size === '' ? 'machine' : machine.size}`,
    rule: 'PL-62',
  }
}

/**
 * The machines of the estate: who holds one, and where there is room for another. An instance holds one from its creation
 * until it is deallocated or deleted; a deallocated one gives its machine back and has to find another when it starts.
 */
export class Machines {
  private readonly regions: Readonly<Record<string, RegionTruth>>
  private readonly rooms: Room[] = []
  private readonly held = new Set<Machine>()

  constructor(regions: Readonly<Record<string, RegionTruth>>) {
    this.regions = regions
    for (const [region, truth] of Object.entries(regions))
      for (const limit of truth.capacity?.limits ?? []) this.limit(region, limit)
  }

  /** A limit more; it counts what is there already. Gives what lifts it. */
  limit(region: string, limit: RoomLimit): () => void {
    const room: Room = { region, limit, taken: 0 }
    for (const machine of this.held) if (machine.region === region && counts(limit, machine)) room.taken++
    this.rooms.push(room)
    return () => {
      this.rooms.splice(this.rooms.indexOf(room), 1)
    }
  }

  get areLimited(): boolean {
    return this.rooms.length > 0
  }

  take(machine: Machine): Machine {
    this.held.add(machine)
    for (const room of this.rooms) if (room.region === machine.region && counts(room.limit, machine)) room.taken++
    return machine
  }

  giveBack(machine: Machine): void {
    if (!this.held.delete(machine)) return
    for (const room of this.rooms) if (room.region === machine.region && counts(room.limit, machine)) room.taken--
  }

  /** Why there is no such machine; null: there is one. */
  refusal(machine: Machine): AllocationFailure | null {
    const notOffered = this.notOffered(machine)
    if (notOffered !== null) return notOffered
    for (const { region, limit, taken } of this.rooms)
      if (region === machine.region && taken >= limit.instances && counts(limit, machine))
        return shortage(limit, machine)
    return null
  }

  /** `SkuNotAvailable`: the size is not sold in the region, or not in this zone. */
  notOffered({ region, zone, size }: Pick<Machine, 'region' | 'zone' | 'size'>): AllocationFailure | null {
    const entry = this.regions[region]?.capacity?.notOffered.find(
      (candidate) =>
        candidate.size === size && (candidate.zones === undefined || (zone !== null && candidate.zones.includes(zone))),
    )
    if (entry === undefined) return null
    const where = entry.zones === undefined ? region : `zone ${zone} of ${region}`
    return { code: 'SkuNotAvailable', message: `${size} is not offered in ${where}`, rule: 'PL-62' }
  }

  /** How many of these machines fit, one after the other; whoever finds no room takes none. */
  fitting(machines: readonly Machine[]): number {
    const taken = machines.filter((machine) => this.refusal(machine) === null && this.take(machine))
    for (const machine of taken) this.giveBack(machine)
    return taken.length
  }

  /** Room in each zone of a set; undefined where no zone is limited. Sizes by zone count, those of the region do not. */
  zoneRoom(set: ScaleSetState): number[] | undefined {
    if (!this.areLimited || set.zones.length === 0) return undefined
    const region = set.model.location
    const size = sizeOf(set.model)
    let isLimited = false
    const rooms = set.zones.map((zone) => {
      let least = Number.POSITIVE_INFINITY
      for (const { region: at, limit, taken } of this.rooms) {
        if (at !== region || limit.zone !== zone || limit.faultDomain !== undefined) continue
        if (limit.size !== undefined && limit.size !== size) continue
        isLimited = true
        least = Math.min(least, Math.max(0, limit.instances - taken))
      }
      return least
    })
    return isLimited ? rooms : undefined
  }
}

export function sizeOf(model: { readonly sku: { readonly name?: string } }): string {
  return model.sku.name?.toLowerCase() ?? ''
}

/** The machine that an instance of this size needs at this place. */
export function machineAt(
  set: ScaleSetState,
  place: Pick<PlacedInstance, 'zone' | 'faultDomain'>,
  size: string,
): Machine {
  const isFixed = (set.model.platformFaultDomainCount ?? 1) > 1
  return {
    region: set.model.location,
    zone: set.zones[place.zone] ?? null,
    size,
    faultDomain: isFixed ? place.faultDomain : -1,
  }
}

/** Counts for the capacity of its set, and lives on no machine because there was none. */
export function lacksMachine(instance: Instance): boolean {
  return instance.allocationFailure !== null && isMember(instance)
}
