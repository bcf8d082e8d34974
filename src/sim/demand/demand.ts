import { type Demand, isConstant } from '../../model/demand.ts'
import { nextChangeMs, plannedLevel } from '../../model/demand-level.ts'
import type { Instance } from '../instance.ts'
import type { Landmark } from '../kernel/trace.ts'
import { readNumbers } from '../read-trace.ts'
import type { UnservedDemand } from '../result.ts'
import { NO_RULE, type Run, ruleName, setSubject, traceCode, WORLD, WORLD_LANE } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { TRACE_NAMES } from '../trace-catalogue.ts'
import { DemandPool } from './pool.ts'

const CHANGED = traceCode('demand.changed')
const UNSERVED = traceCode('demand.unserved')
const SERVED_AGAIN = traceCode('demand.servedAgain')

const MAX_INT = 2 ** 31 - 1
const whole = (value: number): number => Math.min(MAX_INT, Math.round(value))

/** Requests that one reason left without capacity. `landmark` null: nothing happened, the demand rose by itself. */
interface Blame {
  readonly landmark: Landmark | null
  readonly firstAtMs: number
  requests: number
}

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
  /** The step, spike or shift that the level last rose by; -1: none. */
  changeEntry: number
  unservedAtShort: number
  blame: Blame | null
  readonly blames: Map<string, Blame>
}

/**
 * How demand moves over the run, who carries it, and what finds no capacity. Without any in the scenario it does nothing at
 * all; a constant one costs no event.
 */
export class DemandFlow {
  readonly states: PoolState[] = []
  /** Told after the level or the capacity of a pool has changed. */
  onChange: (state: { readonly index: number; readonly pool: DemandPool }) => void = () => {}
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
        isShort: false,
        changeEntry: -1,
        unservedAtShort: 0,
        blame: null,
        blames: new Map(),
      }
      state.pool.level = this.levelOf(state)
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
    if (state.isShort) return
    if (by > 0) state.blame ??= this.blameFor(state)
    else if (state.pool.unnoticed === 0) state.blame = null
  }

  /** `shiftDemand`: from now on so many times as much, for a while or for good. */
  shift(scaleSet: string | undefined, factor: number, forMs: number | undefined): void {
    const { run } = this
    for (const state of this.states) {
      if (scaleSet !== undefined && !state.demand.scaleSets.includes(scaleSet)) continue
      run.kernel.cause = -1
      const endMs = forMs === undefined ? Number.POSITIVE_INFINITY : run.nowMs + forMs
      state.shifts.push({ factor, endMs })
      this.setLevel(state, `${factor} times as much`)
      if (forMs !== undefined) run.kernel.at(endMs, WORLD_LANE, this.unshiftCode, WORLD, state.index)
    }
  }

  private unshift(state: PoolState): void {
    this.run.kernel.cause = -1
    state.shifts = state.shifts.filter(({ endMs }) => endMs > this.run.nowMs)
    this.setLevel(state, 'the shift is over')
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

  /** `what`: the step, spike or shift that begins or ends; empty: the demand moves as it always does. */
  private setLevel(state: PoolState, what: string): void {
    const { run } = this
    const { pool } = state
    const level = this.levelOf(state)
    if (level === pool.level && what === '') return
    this.settle(state)
    const before = pool.level
    pool.level = level
    if (what !== '') {
      const subject = state.demand.isOwn ? setSubject(this.setOf(state)) : WORLD
      const entry = run.record(CHANGED, subject, NO_RULE, run.text(what), whole(before), whole(level))
      state.changeEntry = level > before ? entry : state.changeEntry
    }
    run.kernel.cause = state.changeEntry
    this.checkShortage(state)
    this.onChange(state)
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
    this.checkShortage(state)
    kernel.cause = cause
    this.onChange(state)
  }

  private settle(state: PoolState): void {
    const lost = state.pool.settle(this.run.nowMs)
    if (state.blame !== null) state.blame.requests += lost
  }

  /** Tells when demand begins to exceed capacity and when it no longer does, and whom to blame meanwhile. */
  private checkShortage(state: PoolState): void {
    const { run } = this
    const { pool, isShort } = state
    if (pool.isQueue || !this.hasBegun || pool.isShort === isShort) return
    state.isShort = pool.isShort
    const subject = state.demand.isOwn ? setSubject(this.setOf(state)) : WORLD
    if (state.isShort) {
      state.blame = this.blameFor(state)
      state.unservedAtShort = pool.unservedRequests
      if (!state.isQuiet) run.record(UNSERVED, subject, NO_RULE, whole(pool.level), whole(pool.capacity))
      return
    }
    if (pool.unnoticed === 0) state.blame = null
    const lost = whole(pool.unservedRequests - state.unservedAtShort)
    if (!state.isQuiet) run.record(SERVED_AGAIN, subject, NO_RULE, lost)
  }

  private blameFor(state: PoolState): Blame {
    const { run } = this
    const { cause } = run.kernel
    const landmark = cause < 0 ? null : run.trace.landmarkBefore(cause)
    const key = landmark === null ? '' : `${landmark.what}/${landmark.id}`
    const blame = state.blames.get(key) ?? { landmark, firstAtMs: run.nowMs, requests: 0 }
    state.blames.set(key, blame)
    return blame
  }

  settleAll(): void {
    for (const state of this.states) this.settle(state)
  }

  /** What left requests without capacity, most first. */
  unserved(): UnservedDemand[] {
    const { run } = this
    return this.states
      .flatMap(({ blames }) => [...blames.values()])
      .filter(({ requests }) => requests > 0)
      .sort((a, b) => b.requests - a.requests || a.firstAtMs - b.firstAtMs)
      .map(({ landmark, firstAtMs, requests }) => ({
        reason: landmark === null ? 'demand.rises' : TRACE_NAMES[landmark.what]!,
        subject: landmark === null || landmark.subject >= 0 ? null : run.describe(landmark.subject),
        numbers: landmark === null ? {} : readNumbers(run, landmark.what, (position) => landmark.numbers[position]!),
        rule: landmark === null ? null : ruleName(landmark.rule),
        entry: landmark?.id ?? null,
        firstAtMs: landmark?.atMs ?? firstAtMs,
        requests,
      }))
  }
}

/** What of the declared demand begins or ends at this very moment; empty: nothing that has a name. */
function whatChanges({ steps, spikes }: Demand, nowMs: number): string {
  const words = [
    ...steps.flatMap(({ atMs, factor, forMs }) => [
      ...(atMs === nowMs ? [`step to ${factor} times`] : []),
      ...(forMs !== undefined && atMs + forMs === nowMs ? ['the step is over'] : []),
    ]),
    ...spikes.flatMap(({ atMs, factor, riseMs, holdMs, fallMs }) => [
      ...(atMs === nowMs ? [`spike to ${factor} times`] : []),
      ...(atMs + riseMs + holdMs + fallMs === nowMs ? ['the spike is over'] : []),
    ]),
  ]
  return words.join(', ')
}
