import { CostMeter } from './cost.ts'
import { type Instance, LIFE, type Life } from './instance.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/**
 * Exact integrals over time of one scale set, or of the whole estate: nothing is sampled, every change settles the time
 * that passed since the last one. Counts are instances, integrals instance-milliseconds.
 */
export class Meter {
  target = 0
  serving = 0
  harmed = 0
  /** Running and paid for, Spot ones apart. */
  billed = 0
  billedSpot = 0
  /** Of `billed`: machines of standby pools, which are no instances. */
  pooled = 0
  /** Existing, for the surge above the target. */
  members = 0
  minServing = Number.POSITIVE_INFINITY
  /** Lowest number of running regular instances. */
  minRegular = Number.POSITIVE_INFINITY
  /** Serving and target at the moment of the lowest share. */
  lowestServing = 0
  lowestTarget = 0
  lostMs = 0
  harmedMs = 0
  billedMs = 0
  billedSpotMs = 0
  /** From power-on to able to serve, one entry for each boot of the run, ms. Empty for the estate. */
  readonly bootMs: number[] = []
  surgeMs = 0
  peakHarmed = 0
  harmedInstances = 0
  exposedInstances = 0
  /** When everything served again after the latest harm, for the first time; -1: not yet, or no harm. */
  recoveredMs = -1
  /** When more capacity was asked for that does not serve yet, ms; -1: nothing is owed. */
  owedSinceMs = -1
  /** Longest time from asking for more capacity until all of it served, ms; -1: never asked, or never reached. */
  timeToCapacityMs = -1
  /** When the last harmed instance was well again; -1 while one is harmed or none was. */
  harmEndedMs = -1
  private settledMs = 0

  /** Settles the time up to now; to be called before a count changes. */
  settle(nowMs: number): void {
    const passed = nowMs - this.settledMs
    if (passed === 0) return
    this.settledMs = nowMs
    if (this.serving < this.target) this.lostMs += (this.target - this.serving) * passed
    // Of those above the target only as many as run: one that is deallocated, or not yet there, costs nothing.
    const surge = Math.min(this.members - this.target, this.billed + this.billedSpot - this.pooled)
    if (surge > 0) this.surgeMs += surge * passed
    this.harmedMs += this.harmed * passed
    this.billedMs += this.billed * passed
    this.billedSpotMs += this.billedSpot * passed
    // An instant of zero length is no moment at which anybody could have been without service.
    this.observe()
  }

  private observe(): void {
    if (this.serving < this.minServing) this.minServing = this.serving
    if (this.billed - this.pooled < this.minRegular) this.minRegular = this.billed - this.pooled
    const isLower =
      this.lowestTarget === 0 ? this.target > 0 : this.serving * this.lowestTarget < this.lowestServing * this.target
    if (isLower && this.target > 0) {
      this.lowestServing = this.serving
      this.lowestTarget = this.target
    }
    if (this.harmed > this.peakHarmed) this.peakHarmed = this.harmed
  }

  /** To be called after a count changed. */
  changed(nowMs: number): void {
    const isFull = this.serving >= this.target && this.harmed === 0
    if (this.owedSinceMs >= 0 && this.serving >= this.target) {
      this.timeToCapacityMs = Math.max(this.timeToCapacityMs, nowMs - this.owedSinceMs)
      this.owedSinceMs = -1
    }
    if (isFull && this.recoveredMs < 0 && this.harmEndedMs >= 0) this.recoveredMs = nowMs
  }
}

/** Keeps the meters of all sets and of the estate, and what happened first. */
export class Meters {
  readonly estate = new Meter()
  readonly perSet: Meter[] = []
  firstHarmMs = -1
  firstHarmMsPerSet: number[] = []
  /** Capacity of every set when the first change reached instances: the denominator of the blast radius. -1 before. */
  capacityAtStart = -1
  capacityAtStartPerSet: number[] = []
  /** Zones a harmed instance stood in, by set. */
  readonly harmedZones: Set<number>[] = []
  /** What instances cost; null without prices. */
  readonly cost: CostMeter | null
  private readonly run: Run

  constructor(run: Run) {
    this.run = run
    const { prices } = run.scenario.world
    this.cost = prices ? new CostMeter(run, prices, (set) => this.settled(set).surgeMs) : null
    for (const set of run.sets) {
      const meter = new Meter()
      meter.target = set.targetCapacity
      this.perSet.push(meter)
      this.estate.target += set.targetCapacity
      this.firstHarmMsPerSet.push(-1)
      this.harmedZones.push(new Set())
    }
  }

  /** The first rollout (or manual upgrade) begins: the capacity of this moment is what percentages refer to. */
  changeBegins(): void {
    if (this.capacityAtStart >= 0) return
    this.capacityAtStart = this.estate.target
    this.capacityAtStartPerSet = this.perSet.map((meter) => meter.target)
  }

  servingChanged(instance: Instance, by: 1 | -1): void {
    const own = this.settled(instance.set)
    own.serving += by
    this.estate.serving += by
    this.changed(own)
  }

  harmedChanged(instance: Instance, by: 1 | -1): void {
    const now = this.run.nowMs
    const { index } = instance.set
    const own = this.settled(instance.set)
    if (by > 0) {
      if (this.firstHarmMs < 0) this.firstHarmMs = now
      if (this.firstHarmMsPerSet[index]! < 0) this.firstHarmMsPerSet[index] = now
      this.harmedZones[index]!.add(instance.zone)
    }
    if (by > 0) {
      own.recoveredMs = -1
      this.estate.recoveredMs = -1
    }
    if (by > 0 && !instance.everHarmed) {
      instance.everHarmed = true
      own.harmedInstances++
      this.estate.harmedInstances++
    }
    own.harmed += by
    this.estate.harmed += by
    own.harmEndedMs = own.harmed === 0 ? now : -1
    this.estate.harmEndedMs = this.estate.harmed === 0 ? now : -1
    this.changed(own)
  }

  exposed(instance: Instance): void {
    if (instance.exposed) return
    instance.exposed = true
    this.perSet[instance.set.index]!.exposedInstances++
    this.estate.exposedInstances++
  }

  membersChanged(set: ScaleSetState, by: number): void {
    this.settled(set).members += by
    this.estate.members += by
  }

  billedChanged(instance: Instance, by: number): void {
    const own = this.settled(instance.set)
    if (instance.spot) {
      own.billedSpot += by
      this.estate.billedSpot += by
    } else {
      own.billed += by
      this.estate.billed += by
    }
  }

  /** A machine of a standby pool is switched on or off. */
  poolChanged(set: ScaleSetState, by: number): void {
    const own = this.settled(set)
    for (const meter of [own, this.estate]) {
      meter.billed += by
      meter.pooled += by
    }
  }

  /** A boot of the run has led to an application that is warm. */
  booted(instance: Instance): void {
    if (instance.poweredOnAtMs < 0) return
    const ms = this.run.nowMs - instance.poweredOnAtMs
    this.perSet[instance.set.index]!.bootMs.push(ms)
  }

  targetChanged(set: ScaleSetState, by: number): void {
    const own = this.settled(set)
    own.target += by
    this.estate.target += by
    if (by > 0) for (const meter of [own, this.estate]) if (meter.owedSinceMs < 0) meter.owedSinceMs = this.run.nowMs
    this.changed(own)
  }

  settleAll(): void {
    this.estate.settle(this.run.nowMs)
    for (const meter of this.perSet) meter.settle(this.run.nowMs)
  }

  /** The meter of the set, with it and the estate settled up to now. */
  private settled(set: ScaleSetState): Meter {
    const now = this.run.nowMs
    const own = this.perSet[set.index]!
    own.settle(now)
    this.estate.settle(now)
    return own
  }

  private changed(own: Meter): void {
    const now = this.run.nowMs
    own.changed(now)
    this.estate.changed(now)
  }
}

/** Whether an instance costs money: from power-on until it is deallocated or deleted. One that found no machine does not. */
export function isBilled(life: Life, deallocated: boolean, hasFoundNone = false): boolean {
  if (life === LIFE.failed && hasFoundNone) return false
  return life > LIFE.creating && life !== LIFE.deleting && !(life === LIFE.stopped && deallocated)
}
