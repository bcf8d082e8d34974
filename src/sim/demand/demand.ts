import { type Demand, isConstant } from '../../model/demand.ts'
import { nextChangeMs, plannedLevel } from '../../model/demand-level.ts'
import type { Instance } from '../instance.ts'
import type { DemandCurve, DemandLevel, UnservedDemand } from '../result.ts'
import { NO_RULE, type Run, setSubject, traceCode, WORLD, WORLD_LANE } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { DemandPool } from './pool.ts'
import { UnservedReasons } from './unserved.ts'

const CHANGED = traceCode('demand.changed')
const UNSERVED = traceCode('demand.unserved')
const SERVED_AGAIN = traceCode('demand.servedAgain')

const MAX_INT = 2 ** 31 - 1
const whole = (value: number): number => Math.min(MAX_INT, Math.round(value))

/** A factor that somebody laid on the demand during the run, until `endMs`. */
interface Shift {
  readonly factor: number
  readonly endMs: number
}

interface PoolState {
  readonly demand: Demand
  readonly pool: DemandPool
  readonly index: number
  /** Demand that never moves by itself tells nothing of itself in the trace: the instances do. */
  readonly isQuiet: boolean
  shifts: Shift[]
  isShort: boolean
  /** Steps, spikes and shifts that the level rose by, the last one last. */
  drivers: Driver[]
  unservedAtShort: number
  readonly unserved: UnservedReasons
  /** Every level it had, noise and shifts included; empty unless the trace is kept. */
  readonly levels: DemandLevel[]
}

/** Its entry in the trace, and until when it lasts. */
interface Driver {
  readonly entry: number
  readonly endMs: number
}

/**
 * How demand moves over the run, who carries it, and what finds no capacity. Without any in the scenario it does nothing at
 * all; a constant one costs no event.
 */
export class DemandFlow {
  readonly states: PoolState[] = []
  /** Told after the level or the capacity of a pool has changed. */
  readonly onChange: ((state: { readonly index: number; readonly pool: DemandPool }) => void)[] = []
  private readonly run: Run
  /** The fleet of time 0 is put up instance by instance; no moment of that is a shortage. */
  private hasBegun = false
  private readonly stateOfSet: (PoolState | undefined)[] = []
  private readonly changeCode: number
  private readonly unshiftCode: number

  constructor(run: Run) {
    this.run = run
    this.changeCode = run.on('demand.change', (_subject, index) => this.levelChanges(this.states[index]!))
    this.unshiftCode = run.on('demand.unshift', (_subject, index) => this.unshift(this.states[index]!))
    for (const [index, demand] of (run.scenario.world.demand ?? []).entries()) {
      const state: PoolState = {
        demand,
        pool: new DemandPool(demand.perInstance, demand.queue),
        index,
        isQuiet: isConstant(demand) && !run.scenario.timeline.some(({ action }) => action.verb === 'shiftDemand'),
        shifts: [],
        levels: [],
        isShort: false,
        drivers: [],
        unservedAtShort: 0,
        unserved: new UnservedReasons(run),
      }
      state.pool.level = this.levelOf(state)
      if (run.keepTrace) state.levels.push({ atMs: 0, requestsPerSecond: state.pool.level })
      this.states.push(state)
      for (const set of run.sets) if (demand.scaleSets.includes(set.name)) this.stateOfSet[set.index] = state
    }
    if (this.states.length > 0) run.facts.servingChanged.push((instance) => this.servingChanged(instance))
  }

  /** The fleet of time 0 stands: the demand begins to move. */
  begin(): void {
    this.hasBegun = true
    for (const state of this.states) {
      this.run.kernel.cause = -1
      state.unserved.causeBrings(state.pool.unservedPerSecond)
      this.checkShortage(state)
      this.scheduleNext(state)
    }
  }

  /** The demand on this set alone, if it has one. */
  ownPools(set: ScaleSetState): DemandPool[] {
    const state = this.stateOfSet[set.index]
    return state?.demand.isOwn === true ? [state.pool] : []
  }

  poolOf(set: ScaleSetState): DemandPool | undefined {
    return this.stateOfSet[set.index]?.pool
  }

  /** So many more instances (or fewer) have gone without the load balancer having noticed. AV-09. */
  goneUnnoticed(set: ScaleSetState, by: 1 | -1): void {
    const state = this.stateOfSet[set.index]
    if (state === undefined || state.pool.isQueue) return
    this.settle(state)
    state.pool.unnoticed += by
    if (this.hasBegun) state.unserved.causeBrings(state.pool.unservedPerSecond)
  }

  /** `shiftDemand`: from now on so many times as much, for a while or for good. */
  shift(scaleSet: string | undefined, factor: number, forMs: number | undefined): void {
    const { run } = this
    for (const state of this.states) {
      if (scaleSet !== undefined && !state.demand.scaleSets.includes(scaleSet)) continue
      run.kernel.cause = -1
      const endMs = forMs === undefined ? Number.POSITIVE_INFINITY : run.nowMs + forMs
      state.shifts.push({ factor, endMs })
      this.setLevel(state, { what: `${factor} times as much`, endMs })
      if (forMs !== undefined) run.kernel.at(endMs, WORLD_LANE, this.unshiftCode, WORLD, state.index)
    }
  }

  private unshift(state: PoolState): void {
    const { run } = this
    run.kernel.cause = -1
    state.shifts = state.shifts.filter(({ endMs }) => endMs > run.nowMs)
    this.setLevel(state, { what: 'the shift is over', endMs: Number.POSITIVE_INFINITY })
  }

  private levelChanges(state: PoolState): void {
    this.run.kernel.cause = -1
    this.setLevel(state, whatChanges(state.demand, this.run.nowMs))
    this.scheduleNext(state)
  }

  private scheduleNext(state: PoolState): void {
    const { run } = this
    const next = nextChangeMs(state.demand, run.nowMs, run.assumptions.demandStep)
    if (next < run.scenario.durationMs) run.kernel.at(next, WORLD_LANE, this.changeCode, WORLD, state.index)
  }

  private levelOf({ demand, shifts }: Pick<PoolState, 'demand' | 'shifts'>): number {
    const { run } = this
    let level = plannedLevel(demand, run.nowMs, run.assumptions.demandStep)
    for (const { factor } of shifts) level *= factor
    if (demand.noise === undefined) return level
    const { percent, everyMs } = demand.noise
    const draw = run.stream(`demand/noise/${demand.isOwn ? demand.scaleSets[0] : ''}`)
    const uniform = draw.uniform(Math.floor(run.nowMs / everyMs), 0)
    return level * (1 + (percent / 100) * (2 * uniform - 1))
  }

  private setLevel(state: PoolState, { what, endMs }: Change): void {
    const { run } = this
    const { pool, unserved } = state
    const level = this.levelOf(state)
    if (level === pool.level && what === '') return
    this.settle(state)
    const before = pool.level
    pool.level = level
    if (run.keepTrace) state.levels.push({ atMs: run.nowMs, requestsPerSecond: level })
    // One that ends now is still the one that takes back what it brought.
    state.drivers = state.drivers.filter((driver) => driver.endMs >= run.nowMs)
    if (what !== '') {
      const subject = state.demand.isOwn ? setSubject(this.setOf(state)) : WORLD
      const entry = run.record(CHANGED, subject, NO_RULE, run.text(what), whole(before), whole(level))
      if (level > before) state.drivers.push({ entry, endMs })
    }
    const driver = state.drivers.at(-1)
    run.kernel.cause = driver?.entry ?? -1
    const isDriven = what !== '' || (driver !== undefined && driver.endMs < Number.POSITIVE_INFINITY)
    if (isDriven) unserved.causeBrings(pool.unservedPerSecond)
    else unserved.movementBrings(pool.unservedPerSecond)
    this.checkShortage(state)
    this.announce(state)
  }

  private setOf({ demand }: PoolState): ScaleSetState {
    return this.run.sets.find(({ name }) => name === demand.scaleSets[0])!
  }

  private servingChanged(instance: Instance): void {
    const state = this.stateOfSet[instance.set.index]
    if (state === undefined) return
    const { kernel } = this.run
    const { cause } = kernel
    this.settle(state)
    state.pool.serving += instance.serving ? 1 : -1
    if (this.hasBegun) state.unserved.instanceBrings(state.pool.unservedPerSecond, instance.index)
    this.checkShortage(state)
    kernel.cause = cause
    this.announce(state)
  }

  private announce(state: PoolState): void {
    for (const listener of this.onChange) listener(state)
  }

  private settle(state: PoolState): void {
    state.unserved.settle(state.pool.settle(this.run.nowMs))
  }

  /** Tells when demand begins to exceed capacity and when it no longer does. */
  private checkShortage(state: PoolState): void {
    const { run } = this
    const { pool, isShort } = state
    if (pool.isQueue || !this.hasBegun || pool.isShort === isShort) return
    state.isShort = pool.isShort
    const subject = state.demand.isOwn ? setSubject(this.setOf(state)) : WORLD
    if (state.isShort) {
      state.unservedAtShort = pool.unservedRequests
      if (!state.isQuiet) run.record(UNSERVED, subject, NO_RULE, whole(pool.level), whole(pool.capacity))
      return
    }
    const lost = whole(pool.unservedRequests - state.unservedAtShort)
    if (!state.isQuiet) run.record(SERVED_AGAIN, subject, NO_RULE, lost)
  }

  settleAll(): void {
    for (const state of this.states) this.settle(state)
  }

  /** How each demand moved; without levels unless the trace is kept. */
  curves(): DemandCurve[] {
    return this.states.map(({ demand: { scaleSets, perInstance }, levels }) => ({ scaleSets, perInstance, levels }))
  }

  /** What left requests without capacity, most first. */
  unserved(): UnservedDemand[] {
    return this.states
      .flatMap(({ unserved }) => unserved.results())
      .filter(({ requests }) => requests > 0)
      .sort((a, b) => b.requests - a.requests || a.firstAtMs - b.firstAtMs)
  }
}

/** What of the demand begins or ends at a moment, in words; empty: it moves as it always does. `endMs`: until when it lasts. */
interface Change {
  readonly what: string
  readonly endMs: number
}

/** What of the declared demand begins or ends at this very moment. */
function whatChanges({ steps, spikes }: Demand, nowMs: number): Change {
  const bounds = [
    ...steps.map(({ atMs, factor, forMs = Number.POSITIVE_INFINITY }) => ({
      kind: 'step',
      atMs,
      factor,
      endMs: atMs + forMs,
    })),
    ...spikes.map(({ atMs, factor, riseMs, holdMs, fallMs }) => ({
      kind: 'spike',
      atMs,
      factor,
      endMs: atMs + riseMs + holdMs + fallMs,
    })),
  ].filter(({ atMs, endMs }) => atMs === nowMs || endMs === nowMs)
  const words = bounds.map(({ kind, atMs, factor }) =>
    atMs === nowMs ? `${kind} to ${factor} times` : `the ${kind} is over`,
  )
  const begun = bounds.filter(({ atMs }) => atMs === nowMs)
  return {
    what: words.join(', '),
    endMs: begun.length > 0 ? Math.max(...begun.map(({ endMs }) => endMs)) : Number.POSITIVE_INFINITY,
  }
}
