import { vCPUsOf } from '../model/declare/vm-size.ts'
import { type StandbyPool, standbyPoolSize } from '../model/standby-pool.ts'
import type { Capacity } from './capacity.ts'
import type { Sampler } from './distribution.ts'
import type { Gallery } from './gallery/gallery.ts'
import { type Machine, machineAt, sizeOf } from './machines.ts'
import type { Meters } from './meters.ts'
import type { ReadyMachine } from './ready-machines.ts'
import { CONTROL_LANE, NO_RULE, type Run, ruleCode, setSubject, traceCode, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const PRESENT = traceCode('standby.present')
const CREATING = traceCode('standby.creating')
const READY = traceCode('standby.ready')
const TAKEN = traceCode('standby.taken')
const NONE_READY = traceCode('standby.noneReady')
const REMOVED = traceCode('standby.removed')
const NO_ROOM = traceCode('standby.noRoom')

/** A machine of the pool; no member of the set. */
interface Pooled {
  readonly serial: number
  readonly zone: number
  readonly image: string
  /** It may be handed out. */
  ready: boolean
  /** Null once it was deallocated or hibernated. */
  machine: Machine | null
  billed: boolean
  timer: number
}

interface PoolState {
  readonly pool: StandbyPool
  readonly set: ScaleSetState
  readonly pooled: Pooled[]
  /** Machines ever made: the slot of their draws. */
  made: number
  refillTimer: number
  /** Version of the model its machines are made of. */
  madeOf: number
  /** It found no room and tries again then. */
  retryTimer: number
}

/**
 * Standby pools: machines that were created, booted and equipped ahead of time and wait running, deallocated or hibernated
 * until a scale-out takes one in the zone it needs. The pool is refilled in the background. PL-85.
 */
export class StandbyPools {
  private readonly run: Run
  private readonly meters: Meters
  private readonly gallery: Gallery
  private readonly capacity: Capacity
  private readonly states: PoolState[]
  private readonly bySet: (PoolState | undefined)[] = []
  private readonly codes: { poweredOn: number; equipped: number; stopped: number; refill: number }
  private readonly rule = ruleCode('PL-85')

  constructor(run: Run, capacity: Capacity, meters: Meters, gallery: Gallery) {
    this.gallery = gallery
    this.run = run
    this.capacity = capacity
    this.meters = meters
    this.states = run.scenario.standbyPools.map((pool) => ({
      pool,
      set: run.sets.find(({ name }) => name === pool.scaleSet)!,
      pooled: [],
      made: 0,
      refillTimer: -1,
      madeOf: 0,
      retryTimer: -1,
    }))
    const of = (subject: number) => this.states[subject]!
    const step = (name: string, act: (state: PoolState, one: Pooled) => void) =>
      run.on(name, (subject, serial) => {
        const one = of(subject).pooled.find((candidate) => candidate.serial === serial)
        if (one === undefined) return
        one.timer = -1
        act(of(subject), one)
      })
    this.codes = {
      poweredOn: step('standby.poweredOn', (state, one) => this.poweredOn(state, one)),
      equipped: step('standby.equipped', (state, one) => this.equipped(state, one)),
      stopped: step('standby.stopped', (state, one) => this.stopped(state, one)),
      refill: run.on('standby.refill', (subject) => this.refill(of(subject))),
    }
    if (this.states.length === 0) return
    for (const state of this.states) this.bySet[state.set.index] = state
    capacity.readyMachines.push((set, zone) => this.take(set, zone))
    capacity.quota.addUse((region) => this.usedQuota(region))
    const { facts } = run
    const changed = (set: ScaleSetState) => {
      const state = this.bySet[set.index]
      if (state !== undefined) this.refillSoon(state)
    }
    for (const listeners of [facts.created, facts.leaving, facts.deleted])
      listeners.push((instance) => changed(instance.set))
    // What waits was made from the model of before.
    facts.modelChanged.push((set) => this.renew(set))
  }

  /** At time 0 the pool has been there for long: it is full and ready. */
  begin(): void {
    for (const state of this.states) {
      const { set, pool } = state
      const size = standbyPoolSize(pool, set.targetCapacity)
      for (let i = 0; i < size; i++) {
        const place = this.placeOf(state)
        if (place === null) break
        const one = this.add(state, place.zone)
        if (pool.virtualMachineState === 'Running') {
          one.machine = this.run.machines.take(place.machine)
          this.bill(state, one, true)
        }
        one.ready = true
      }
      this.run.kernel.cause = -1
      this.run.record(PRESENT, setSubject(set), this.rule, state.pooled.length, this.run.text(pool.virtualMachineState))
    }
  }

  /** PL-85: a machine of the pool in the zone it is needed in, the oldest first; null: a new one has to be created. */
  private take(set: ScaleSetState, zone: number): ReadyMachine | null {
    const state = this.bySet[set.index]
    if (state === undefined) return null
    const { run } = this
    const index = state.pooled.findIndex((one) => one.ready && one.zone === zone)
    const { cause } = run.kernel
    if (index < 0) {
      run.record(NONE_READY, setSubject(set), this.rule, zone)
      run.kernel.cause = cause
      return null
    }
    const one = state.pooled.splice(index, 1)[0]!
    this.bill(state, one, false)
    run.record(TAKEN, setSubject(set), this.rule, one.serial, zone)
    run.kernel.cause = cause
    return { state: state.pool.virtualMachineState, machine: one.machine, image: one.image }
  }

  private refillSoon(state: PoolState): void {
    if (state.refillTimer >= 0) return
    const { kernel } = this.run
    state.refillTimer = kernel.after(0, CONTROL_LANE, this.codes.refill, this.states.indexOf(state), 0)
  }

  private refill(state: PoolState): void {
    const { run } = this
    const { kernel, assumptions } = run
    state.refillTimer = -1
    if (state.retryTimer >= 0) kernel.cancel(state.retryTimer)
    state.retryTimer = -1
    const { cause } = kernel
    const wanted = standbyPoolSize(state.pool, state.set.targetCapacity)
    while (state.pooled.length > wanted) {
      kernel.cause = cause
      this.remove(state, state.pooled.at(-1)!)
    }
    while (state.pooled.length < wanted) {
      kernel.cause = cause
      const place = this.placeOf(state)
      if (place === null) {
        run.record(NO_ROOM, setSubject(state.set), this.rule, wanted - state.pooled.length)
        const subject = this.states.indexOf(state)
        state.retryTimer = kernel.after(assumptions.standbyRetry, CONTROL_LANE, this.codes.refill, subject, 0)
        break
      }
      const one = this.add(state, place.zone)
      one.machine = run.machines.take(place.machine)
      run.record(CREATING, setSubject(state.set), this.rule, one.serial, one.zone)
      this.wait(
        state,
        one,
        this.sample(state, one, 'create', run.plan.timings.createControlPlane),
        this.codes.poweredOn,
      )
    }
    kernel.cause = cause
  }

  /** The zone with the fewest of the pool among those with room, lowest first; null: no room, no quota, or no image. */
  private placeOf(state: PoolState): { readonly zone: number; readonly machine: Machine } | null {
    const { set } = state
    const size = sizeOf(set.model)
    if (this.capacity.quota.room(set) < 1 || this.gallery.choose(set.latest, set.model.location).kind === 'refused')
      return null
    const zones = set.zones.length === 0 ? [0] : set.zones.map((_, index) => index)
    const counts = zones.map((zone) => state.pooled.filter((one) => one.zone === zone).length)
    let best: { readonly zone: number; readonly machine: Machine } | null = null
    for (const zone of zones) {
      if (best !== null && counts[zone]! >= counts[best.zone]!) continue
      const machine = machineAt(set, { zone, faultDomain: -1 }, size)
      if (this.run.machines.refusal(machine) === null) best = { zone, machine }
    }
    return best
  }

  private add(state: PoolState, zone: number): Pooled {
    const { set } = state
    const choice = this.gallery.choose(set.latest, set.model.location)
    const image = choice.kind === 'image' ? choice.key : set.initialImage
    const one: Pooled = { serial: state.made++, zone, image, ready: false, machine: null, billed: false, timer: -1 }
    state.pooled.push(one)
    return one
  }

  private poweredOn(state: PoolState, one: Pooled): void {
    this.bill(state, one, true)
    const { latest } = state.set
    let ms = this.sample(state, one, 'boot', latest.boot)
    for (let i = 0; i < latest.extensionCount; i++)
      ms += this.sample(state, one, `extension ${i}`, this.run.plan.timings.extensionInstall)
    this.wait(state, one, ms, this.codes.equipped)
  }

  private equipped(state: PoolState, one: Pooled): void {
    if (state.pool.virtualMachineState === 'Running') {
      this.isReady(state, one)
      return
    }
    // No figure is known for hibernating; it goes as a deallocation does.
    this.wait(state, one, this.sample(state, one, 'deallocate', this.run.plan.timings.deallocate), this.codes.stopped)
  }

  private stopped(state: PoolState, one: Pooled): void {
    if (one.machine !== null) this.run.machines.giveBack(one.machine)
    one.machine = null
    this.bill(state, one, false)
    this.isReady(state, one)
  }

  private isReady(state: PoolState, one: Pooled): void {
    one.ready = true
    const ready = state.pooled.filter((candidate) => candidate.ready).length
    this.run.record(READY, setSubject(state.set), this.rule, one.serial, one.zone, ready)
  }

  private remove(state: PoolState, one: Pooled): void {
    const { run } = this
    state.pooled.splice(state.pooled.indexOf(one), 1)
    if (one.timer >= 0) run.kernel.cancel(one.timer)
    if (one.machine !== null) run.machines.giveBack(one.machine)
    this.bill(state, one, false)
    run.record(REMOVED, setSubject(state.set), NO_RULE, one.serial, one.zone)
  }

  private renew(set: ScaleSetState): void {
    const state = this.bySet[set.index]
    if (state === undefined || state.madeOf === set.latestVersion) return
    state.madeOf = set.latestVersion
    const { kernel } = this.run
    const { cause } = kernel
    for (const one of state.pooled.slice()) {
      kernel.cause = cause
      this.remove(state, one)
    }
    this.refillSoon(state)
  }

  private bill(state: PoolState, one: Pooled, billed: boolean): void {
    if (one.billed === billed) return
    one.billed = billed
    this.meters.poolChanged(state.set, billed ? 1 : -1)
    this.meters.cost?.poolChanged(state.set, billed ? 1 : -1)
  }

  private usedQuota(region: string): { instances: number; vCPUs: number } {
    const used = { instances: 0, vCPUs: 0 }
    for (const { set, pooled } of this.states) {
      if (set.model.location !== region) continue
      used.instances += pooled.length
      used.vCPUs += pooled.length * (vCPUsOf(sizeOf(set.model)) ?? 0)
    }
    return used
  }

  private wait(state: PoolState, one: Pooled, ms: number, code: number): void {
    one.timer = this.run.kernel.after(ms, WORLD_LANE, code, this.states.indexOf(state), one.serial)
  }

  private sample(state: PoolState, one: Pooled, purpose: string, sampler: Sampler): number {
    if (sampler.constantMs >= 0) return sampler.constantMs
    return sampler.sample(this.run.stream(`standbyPool ${purpose}/${state.set.name}`), one.serial, 0)
  }
}
