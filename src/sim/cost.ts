import { instanceHourPrice, type Prices } from '../model/prices.ts'
import type { BuildRun } from './image-builder.ts'
import type { Instance } from './instance.ts'
import type { Money } from './result.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const MS_PER_HOUR = 3_600_000

/** Instances of one set at one price: how many there are, and how long they have been paid for, instance-milliseconds. */
interface Rate {
  readonly size: string
  readonly spot: boolean
  readonly pricePerHour: number
  count: number
  ms: number
}

interface SetCost {
  readonly rates: Rate[]
  settledMs: number
  /** OS disks that are paid for. */
  disks: number
  diskMs: number
  /** Surge up to the last change of size, in money, and the surge time it accounts for. */
  surge: number
  surgeMs: number
  surgePricePerHour: number
}

/**
 * What the instances of a run cost: exact integrals like those of a `Meter`, one for each price. An instance is paid for by the
 * size of its own model, so a resize changes its price when it takes effect there; its disk is paid for from creation to
 * the end of its delete, deallocated or not (SP-03).
 */
export class CostMeter {
  private readonly run: Run
  private readonly prices: Prices
  private readonly sets: SetCost[]
  /** The rate an instance is paid at, by index of the instance. */
  private readonly rateOf: (Rate | undefined)[] = []
  /** Time above the target that a set has piled up, settled to now. */
  private readonly surgeMsOf: (set: ScaleSetState) => number

  constructor(run: Run, prices: Prices, surgeMsOf: (set: ScaleSetState) => number) {
    this.run = run
    this.prices = prices
    this.surgeMsOf = surgeMsOf
    this.sets = run.sets.map((set) => ({
      rates: [],
      settledMs: 0,
      disks: 0,
      diskMs: 0,
      surge: 0,
      surgeMs: 0,
      surgePricePerHour: this.surgePrice(set),
    }))
    run.facts.modelChanged.push((set) => this.settleSurge(set))
  }

  billedChanged(instance: Instance, by: number): void {
    const own = this.settle(instance.set)
    const rate = by > 0 ? this.rateFor(own, instance) : this.rateOf[instance.index]
    if (rate === undefined) return
    rate.count += by
    this.rateOf[instance.index] = by > 0 ? rate : undefined
  }

  /** A machine of a standby pool, which is no instance, is switched on or off. */
  poolChanged(set: ScaleSetState, by: number): void {
    const own = this.settle(set)
    this.rate(own, set.model.sku.name ?? '', false).count += by
  }

  /** The instance was given a model, which may ask for another size. */
  modelGiven(instance: Instance): void {
    const before = this.rateOf[instance.index]
    if (before === undefined || before.size === sizeOf(instance)) return
    this.billedChanged(instance, -1)
    this.billedChanged(instance, 1)
  }

  diskChanged(instance: Instance, by: number): void {
    if (isEphemeral(instance)) return
    this.settle(instance.set).disks += by
  }

  /** What a set has cost up to now. */
  of(set: ScaleSetState): Money {
    const own = this.settle(set)
    this.settleSurge(set)
    const sum = (spot: boolean) =>
      own.rates.reduce(
        (total, rate) => total + (rate.spot === spot ? (rate.ms * rate.pricePerHour) / MS_PER_HOUR : 0),
        0,
      )
    const instances = { regular: sum(false), spot: sum(true) }
    const disks = (own.diskMs * this.prices.osDiskHour) / MS_PER_HOUR
    const { currency } = this.prices
    const total = instances.regular + instances.spot + disks
    return { currency, total, instances, surge: own.surge, disks, replicas: null, builds: null }
  }

  /** What all sets, the replicas and the builds have cost up to now. `replicaMs` null: no gallery is declared. */
  ofEstate(replicaMs: number | null, builds: readonly BuildRun[]): Money {
    const { currency, replicaHour, imageBuildHour } = this.prices
    const each = this.run.sets.map((set) => this.of(set))
    const sum = (of: (cost: Money) => number | null) => each.reduce((total, cost) => total + (of(cost) ?? 0), 0)
    const replicas = ((replicaMs ?? 0) * replicaHour) / MS_PER_HOUR
    const buildMs = builds.reduce((total, build) => total + machineMs(build, this.run.nowMs), 0)
    const own = (buildMs * imageBuildHour) / MS_PER_HOUR
    return {
      currency,
      total: sum(({ total }) => total) + replicas + own,
      instances: { regular: sum(({ instances }) => instances.regular), spot: sum(({ instances }) => instances.spot) },
      surge: sum(({ surge }) => surge),
      disks: sum(({ disks }) => disks),
      replicas,
      builds: own,
    }
  }

  private settle(set: ScaleSetState): SetCost {
    const own = this.sets[set.index]!
    const passedMs = this.run.nowMs - own.settledMs
    if (passedMs === 0) return own
    own.settledMs = this.run.nowMs
    for (const rate of own.rates) rate.ms += rate.count * passedMs
    own.diskMs += own.disks * passedMs
    return own
  }

  private rateFor(own: SetCost, instance: Instance): Rate {
    return this.rate(own, sizeOf(instance), instance.spot)
  }

  private rate(own: SetCost, size: string, spot: boolean): Rate {
    const known = own.rates.find((rate) => rate.size === size && rate.spot === spot)
    if (known !== undefined) return known
    const rate = { size, spot, pricePerHour: instanceHourPrice(this.prices, size, spot), count: 0, ms: 0 }
    own.rates.push(rate)
    return rate
  }

  /** Surge is counted by the set and not by instance; its price is that of the model of its time. */
  private settleSurge(set: ScaleSetState): void {
    const own = this.sets[set.index]!
    const ms = this.surgeMsOf(set)
    own.surge += ((ms - own.surgeMs) * own.surgePricePerHour) / MS_PER_HOUR
    own.surgeMs = ms
    own.surgePricePerHour = this.surgePrice(set)
  }

  private surgePrice({ model }: ScaleSetState): number {
    const { priority } = model.virtualMachineProfile
    return instanceHourPrice(this.prices, model.sku.name ?? '', priority === 'Spot' || priority === 'Low')
  }
}

const sizeOf = (instance: Instance): string => instance.compiled.document.sku.name ?? ''

/** An ephemeral OS disk is part of the machine and costs nothing. */
function isEphemeral(instance: Instance): boolean {
  const settings = instance.compiled.document.virtualMachineProfile.storageProfile?.osDisk?.['diffDiskSettings']
  return typeof settings === 'object' && settings !== null && 'option' in settings && settings.option === 'Local'
}

/** How long the machine of a build ran: the image is made once it is distributed. */
const machineMs = ({ startedAtMs, distributedFromMs, endedAtMs }: BuildRun, nowMs: number): number =>
  (distributedFromMs ?? endedAtMs ?? nowMs) - startedAtMs

export const NO_MONEY: Money = {
  currency: null,
  total: null,
  instances: { regular: null, spot: null },
  surge: null,
  disks: null,
  replicas: null,
  builds: null,
}
