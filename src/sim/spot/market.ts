import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { SpotMarket } from '../../model/spot-market.ts'
import type { AllocationFailure } from '../allocation.ts'
import { type Instance, isMember } from '../instance.ts'
import { lacksMachine } from '../machines.ts'
import type { PlacedInstance } from '../placement.ts'
import type { Run } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'

/** What the set would pay at most, USD an hour; -1: whatever it costs (SP-01). */
export function maxPriceOf(model: ScaleSetModel): number {
  const billing = model.virtualMachineProfile['billingProfile'] as { readonly maxPrice?: number } | undefined
  return billing?.maxPrice ?? -1
}

/** Whether the market is above what the set would pay. Equal is enough; -1 is never outbid. SP-01, SP-06. */
export function isOutbid(maxPrice: number, marketUsd: number | null): boolean {
  return maxPrice !== -1 && marketUsd !== null && marketUsd > maxPrice
}

/** What stands against one more Spot machine. `others`: those that count besides the one that asks. SP-06. */
export interface SpotRequest {
  readonly maxPrice: number
  readonly marketUsd: number | null
  /** Most instances of the quota and those that use it; null: no quota of its own. */
  readonly quota: { readonly most: number; readonly others: number } | null
  /** Most machines where it is to run, and those that run there; null: no limit. */
  readonly room: { readonly most: number; readonly others: number; readonly where: string } | null
  /** Azure has taken this capacity back and gives none for the time being. */
  readonly isHeld: boolean
}

/** A start needs maxPrice at or above the market, room in the Spot quota, and a machine: the first that is missing. SP-06. */
export function spotRefusal({ maxPrice, marketUsd, quota, room, isHeld }: SpotRequest): AllocationFailure | null {
  if (isOutbid(maxPrice, marketUsd))
    return {
      code: 'SpotPriceGreaterThanProvidedMaxPrice',
      message: `the market price ${marketUsd} is above maxPrice ${maxPrice}`,
      rule: 'SP-06',
    }
  if (quota !== null && quota.others >= quota.most)
    return { code: 'OperationNotAllowed', message: `the Spot quota of ${quota.most} is used up`, rule: 'SP-06' }
  if (isHeld) return { code: 'SkuNotAvailable', message: 'Azure has taken the Spot capacity back', rule: 'SP-06' }
  if (room !== null && room.others >= room.most)
    return {
      code: 'SkuNotAvailable',
      message: `no Spot capacity in ${room.where}: ${room.others} of ${room.most} are in use`,
      rule: 'SP-06',
    }
  return null
}

/** Where Azure gives no Spot machine for a while after it took some back. */
export interface Hold {
  readonly region: string
  /** Null: the whole region. */
  readonly zone: string | null
  /** Null: whoever asks. */
  readonly set: ScaleSetState | null
  readonly untilMs: number
}

/** The Spot market of a run: price, room and quota, and who may have a machine. */
export class Market {
  readonly truth: SpotMarket | null
  /** Market price of this moment; null: none is given, and nobody is outbid. */
  priceUsd: number | null
  private readonly run: Run
  private readonly holds: Hold[] = []

  constructor(run: Run) {
    this.run = run
    this.truth = run.scenario.world.spot ?? null
    this.priceUsd = this.truth?.prices[0]?.usd ?? null
    run.allocation.add((set, place, isSpot) => (isSpot ? this.refusal(set, place) : null))
  }

  hold(hold: Hold): void {
    this.holds.push(hold)
  }

  /** Why no Spot machine is to be had there. `place` may be an instance that asks; it does not count against itself. */
  refusal(set: ScaleSetState, place: PlacedInstance): AllocationFailure | null {
    if (this.truth === null && this.holds.length === 0 && this.priceUsd === null) return null
    const region = set.model.location
    const zone = set.zones[place.zone] ?? null
    const now = this.run.nowMs
    return spotRefusal({
      maxPrice: maxPriceOf(set.model),
      marketUsd: this.priceUsd,
      quota: this.quota(region, place),
      room: this.room(region, zone, place),
      isHeld: this.holds.some(
        (hold) =>
          now < hold.untilMs &&
          hold.region === region &&
          (hold.zone === null || hold.zone === zone) &&
          (hold.set === null || hold.set === set),
      ),
    })
  }

  private quota(region: string, asking: PlacedInstance | null): SpotRequest['quota'] {
    const most = this.truth?.quota[region]
    // Deallocated ones keep their share of it: SP-03.
    return most === undefined ? null : { most, others: this.count(region, null, asking, () => true) }
  }

  private room(region: string, zone: string | null, asking: PlacedInstance): SpotRequest['room'] {
    const room = this.truth?.room[region]
    if (room === undefined) return null
    if (room.kind === 'region')
      return { most: room.machines, others: this.count(region, null, asking, hasMachine), where: region }
    const most = zone === null ? undefined : room.machines[zone]
    return most === undefined
      ? null
      : { most, others: this.count(region, zone, asking, hasMachine), where: `zone ${zone} of ${region}` }
  }

  private count(
    region: string,
    zone: string | null,
    asking: PlacedInstance | null,
    test: (instance: Instance) => boolean,
  ): number {
    let found = 0
    for (const set of this.run.sets) {
      if (set.model.location !== region) continue
      for (const instance of set.instances)
        if (
          instance.spot &&
          instance !== asking &&
          isMember(instance) &&
          (zone === null || set.zones[instance.zone] === zone) &&
          test(instance)
        )
          found++
    }
    return found
  }
}

/** It holds a machine of the market: neither deallocated nor one for which there was none. */
export function hasMachine(instance: Instance): boolean {
  return isMember(instance) && !instance.deallocated && !lacksMachine(instance)
}

/** Instances the Spot quota of the region still has room for; null: Spot has no quota of its own there. SP-06. */
export function spotQuotaRoom(run: Run, region: string): number | null {
  const most = run.scenario.world.spot?.quota[region]
  if (most === undefined) return null
  let used = 0
  for (const set of run.sets)
    if (set.model.location === region)
      for (const instance of set.instances) if (instance.spot && isMember(instance)) used++
  return Math.max(0, most - used)
}

/** Why maxPrice cannot be changed now: somebody holds a machine at the old one. Fleet 5.1. */
export function maxPriceChangeRefusal(set: ScaleSetState, after: ScaleSetModel): string | undefined {
  if (maxPriceOf(set.model) === maxPriceOf(after)) return undefined
  const held = set.instances.filter((instance) => instance.spot && hasMachine(instance)).length
  return held === 0 ? undefined : `maxPrice can be changed only while nothing is allocated, and ${held} instances are`
}
