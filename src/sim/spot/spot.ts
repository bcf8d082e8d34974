import { DEFAULT_ASSUMPTIONS } from '../../model/assumptions.ts'
import type { Action } from '../../model/scenario.ts'
import type { Capacity } from '../capacity.ts'
import type { DemandFlow } from '../demand/demand.ts'
import { compileDistribution, type Sampler } from '../distribution.ts'
import { type Instance, isMember, isStopped } from '../instance.ts'
import type { LifeCycle } from '../life-cycle.ts'
import { lacksMachine } from '../machines.ts'
import { PurposeStreams } from '../purpose-streams.ts'
import { type Run, ruleCode, setSubject, traceCode, WORLD, WORLD_LANE } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { MINIMUM_NOTICE_MS, type ScheduledEvents } from '../scheduled-events.ts'
import { type EvictionPolicy, type EvictionReason, hazardPerHour, lifeMs, reclaimed } from './eviction.ts'
import { isOutbid, Market, maxPriceOf } from './market.ts'
import { TryAndRestore } from './try-and-restore.ts'

const EVICTED = traceCode('spot.evicted')
const RECLAIMED = traceCode('spot.reclaimed')
const RECLAIMED_FROM = traceCode('spot.reclaimedFrom')
const LIFE_ENDED = traceCode('spot.lifeEnded')
const SIMULATED = traceCode('spot.simulated')
const PRICE = traceCode('spot.price')
const OUTBID = traceCode('spot.outbid')
const UNANNOUNCED = traceCode('spot.unannounced')
const DRAINED = traceCode('spot.drained')

type Reclaim = Extract<Action, { verb: 'reclaimSpot' }>

/** Meanings of the streams; slots are the instances. */
const STREAMS = ['spotLife', 'preemptNotice', 'drain']
const LIFE_OF = 0
const NOTICE_OF = 1
const DRAIN_OF = 2

/** What happened to the Spot instances of one set. */
export interface SpotCounts {
  readonly evictionsBy: Record<EvictionReason, number>
  restored: number
  /** Evictions that stopped an instance while it served. */
  abruptStops: number
}

/**
 * Spot instances that Azure takes back: for their capacity, for the price, or by chance. 30 s of notice, as well as it goes;
 * then they are deallocated or deleted, as the eviction policy has it. Regular ones of a priority mix stay (SP-27).
 */
export class Spot {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity
  private readonly events: ScheduledEvents
  private readonly demand: DemandFlow
  private readonly market: Market
  private readonly restore: TryAndRestore
  private readonly counted: SpotCounts[] = []
  private readonly streams: PurposeStreams
  private readonly drain: Sampler | null
  private readonly hazard: number
  private readonly drawsNotice: boolean
  /** How often an instance was given a machine: the draw of its slot. */
  private readonly lives: number[] = []
  private readonly codes: { lifeEnds: number; drained: number; unnoticed: number; price: number }

  constructor(run: Run, life: LifeCycle, capacity: Capacity, events: ScheduledEvents, demand: DemandFlow) {
    this.run = run
    this.life = life
    this.capacity = capacity
    this.events = events
    this.demand = demand
    this.market = new Market(run)
    this.restore = new TryAndRestore(run, life, capacity, (set) => this.counts(set).restored++)
    this.streams = new PurposeStreams(run, (purpose) => STREAMS[purpose]!)
    const { drain } = run.scenario.world.application
    this.drain = drain === undefined ? null : compileDistribution(drain)
    const { truth } = this.market
    this.hazard = hazardPerHour(truth?.evictionRatePercentPerHour ?? 0)
    // Without a market only those who turn the assumption want to see notices fail.
    const { preemptDeliveryProbability } = run.assumptions
    this.drawsNotice = truth !== null || preemptDeliveryProbability !== DEFAULT_ASSUMPTIONS.preemptDeliveryProbability
    this.codes = {
      lifeEnds: run.on('spot.lifeEnds', (subject, of) => this.lifeEnds(run.fleet[subject]!, of)),
      drained: run.on('spot.drained', (subject, boots) => this.drainEnds(run.fleet[subject]!, boots)),
      unnoticed: run.on('spot.unnoticed', (_subject, set) => demand.goneUnnoticed(run.sets[set]!, -1)),
      price: run.on('spot.price', (_subject, step) => this.changePrice(this.market.truth!.prices[step]!.usd)),
    }
    if (this.hazard > 0) {
      run.facts.created.push((instance) => this.beginLife(instance))
      run.facts.started.push((instance) => this.beginLife(instance))
    }
  }

  /** The run begins: the clock of every Spot machine of the fleet starts, whatever its age, and that of the market. SP-09. */
  begin(): void {
    const { run } = this
    if (this.hazard > 0) for (const instance of run.fleet) this.beginLife(instance)
    this.market.truth?.prices.forEach(({ atMs }, index) => {
      if (atMs <= run.scenario.durationMs) run.kernel.at(atMs, WORLD_LANE, this.codes.price, WORLD, index)
    })
  }

  counts(set: ScaleSetState): SpotCounts {
    this.counted[set.index] ??= {
      evictionsBy: { reclaim: 0, price: 0, hazard: 0, simulated: 0 },
      restored: 0,
      abruptStops: 0,
    }
    return this.counted[set.index]!
  }

  /** `POST …/simulateEviction`: 204, and then the usual course; only Spot instances have one. SP-10. */
  simulateEviction(instances: readonly Instance[]): void {
    const { run } = this
    const { cause } = run.kernel
    for (const instance of instances) {
      run.kernel.cause = cause
      if (instance.spot) {
        run.record(SIMULATED, instance.index, ruleCode('SP-10'))
        this.announce(instance, 'simulated')
      } else
        run.noteRefusal(
          instance.index,
          'simulateEviction',
          'OperationNotAllowed',
          "Operation 'simulateEviction' is allowed only for Spot Virtual Machines",
          'SP-10',
        )
    }
  }

  /**
   * A reclaim takes this share of the running Spot instances, in the order of `spotReclaimOrder`: those of a set, or of a
   * region or zone whoever owns them. With `for` nobody gets a Spot machine there until it is over. SP-01.
   */
  reclaim({ scaleSet, region, zone, percent, forMs }: Reclaim): void {
    const { run } = this
    const set = run.sets.find(({ name }) => name === scaleSet) ?? null
    const sets = set ? [set] : run.sets.filter(({ model }) => model.location === region)
    const running = sets
      .flatMap((one) => one.instances)
      .filter((one) => this.isRunning(one) && (zone === undefined || one.set.zones[one.zone] === zone))
      .sort((a, b) => a.index - b.index)
    const taken = reclaimed(running, percent, run.assumptions.spotReclaimOrder)
    if (region === undefined) run.record(RECLAIMED, setSubject(set!), ruleCode('SP-01'), taken.length, running.length)
    else {
      const where = zone === undefined ? region : `zone ${zone} of ${region}`
      run.record(RECLAIMED_FROM, WORLD, ruleCode('SP-01'), taken.length, running.length, run.text(where))
    }
    if (forMs !== undefined)
      this.market.hold({
        region: region ?? set!.model.location,
        zone: zone ?? null,
        set,
        untilMs: run.nowMs + forMs,
      })
    this.announceAll(taken, 'reclaim')
  }

  private isRunning(instance: Instance): boolean {
    return instance.spot && isMember(instance) && !isStopped(instance) && !lacksMachine(instance)
  }

  /** The instance has a machine from now on; how long Azure leaves it to it is drawn for each machine. SP-09. */
  private beginLife(instance: Instance): void {
    if (!instance.spot) return
    const { run } = this
    const life = (this.lives[instance.index] ?? 0) + 1
    this.lives[instance.index] = life
    const factor = this.restore.hasRestored(instance) ? run.assumptions.restoredHazardFactor : 1
    const u = this.streams.of(instance.set, LIFE_OF).uniform(instance.id, life)
    const ms = lifeMs(u, this.hazard * factor)
    if (ms <= run.scenario.durationMs - run.nowMs)
      run.kernel.after(ms, WORLD_LANE, this.codes.lifeEnds, instance.index, life)
  }

  private lifeEnds(instance: Instance, life: number): void {
    if (this.lives[instance.index] !== life || !this.isRunning(instance)) return
    const { run } = this
    run.kernel.cause = -1
    run.record(LIFE_ENDED, instance.index, ruleCode('SP-09'))
    this.announce(instance, 'hazard')
  }

  /** Whoever would not pay that much loses all Spot machines; a price that falls starts nothing. SP-01, SP-05. */
  changePrice(usd: number): void {
    const { run, market } = this
    const hasFallen = market.priceUsd !== null && usd < market.priceUsd
    market.priceUsd = usd
    run.kernel.cause = -1
    const price = run.text(String(usd))
    const entry = run.record(PRICE, WORLD, ruleCode(hasFallen ? 'SP-05' : 'SP-01'), price)
    for (const set of run.sets) {
      const maxPrice = maxPriceOf(set.model)
      const running = isOutbid(maxPrice, usd) ? set.instances.filter((one) => this.isRunning(one)) : []
      if (running.length === 0) continue
      run.kernel.cause = entry
      run.record(OUTBID, setSubject(set), ruleCode('SP-01'), running.length, price, run.text(String(maxPrice)))
      this.announceAll(running, 'price')
    }
  }

  private announceAll(instances: readonly Instance[], reason: EvictionReason): void {
    const { kernel } = this.run
    const { cause } = kernel
    for (const instance of instances) {
      kernel.cause = cause
      this.announce(instance, reason)
    }
  }

  /** SP-02: Preempt, 30 s ahead; now and then it does not arrive, and the machine is gone at once. */
  private announce(instance: Instance, reason: EvictionReason): void {
    if (isStopped(instance) || instance.leaving || lacksMachine(instance)) return
    const { run } = this
    if (!this.isDelivered(instance)) {
      run.record(UNANNOUNCED, instance.index, ruleCode('SP-02'))
      this.evict(instance, reason)
      return
    }
    const noticeMs = MINIMUM_NOTICE_MS.Preempt
    if (this.drain !== null && instance.serving) {
      const drainMs = this.drain.sample(this.streams.of(instance.set, DRAIN_OF), instance.id, instance.boots)
      // One that takes longer than the notice is down by then, and the timer finds another boot.
      run.kernel.after(drainMs, WORLD_LANE, this.codes.drained, instance.index, instance.boots)
    }
    this.events.schedule('Preempt', instance, noticeMs, { start: () => this.evict(instance, reason) })
  }

  private isDelivered(instance: Instance): boolean {
    if (!this.drawsNotice) return true
    const { run } = this
    const draw = instance.evictions
    return (
      this.streams.of(instance.set, NOTICE_OF).uniform(instance.id, draw) < run.assumptions.preemptDeliveryProbability
    )
  }

  /** What it had begun is done, and the load balancer sends it nothing any more. */
  private drainEnds(instance: Instance, boots: number): void {
    if (instance.boots !== boots || !instance.serving) return
    this.run.record(DRAINED, instance.index, ruleCode('SP-02'))
    this.life.drain(instance)
  }

  /** SP-03, SP-04: deallocated instances keep counting; a deletion takes the capacity down with it. */
  private evict(instance: Instance, reason: EvictionReason): void {
    const { run } = this
    const { set } = instance
    const policy: EvictionPolicy =
      set.model.virtualMachineProfile['evictionPolicy'] === 'Delete' ? 'Delete' : 'Deallocate'
    const counts = this.counts(set)
    counts.evictionsBy[reason]++
    instance.evictions++
    if (instance.serving) {
      counts.abruptStops++
      this.leaveUnnoticed(set)
    }
    instance.evicted = true
    const entry = run.record(EVICTED, instance.index, ruleCode('SP-03'), run.text(policy))
    if (policy === 'Delete') {
      this.capacity.deletedByUser(set)
      this.life.delete(instance, 'evicted', ruleCode('SP-04'))
    } else this.life.deallocate(instance)
    run.kernel.cause = entry
    this.restore.evicted(instance, policy)
  }

  /** It stopped in the middle of its work: its share of the requests is lost until the load balancer notices. AV-09. */
  private leaveUnnoticed(set: ScaleSetState): void {
    const { run } = this
    const { loadBalancerNotices } = run.assumptions
    if (this.demand.poolOf(set) === undefined || loadBalancerNotices === 0) return
    this.demand.goneUnnoticed(set, 1)
    run.kernel.after(loadBalancerNotices, WORLD_LANE, this.codes.unnoticed, WORLD, set.index)
  }
}
