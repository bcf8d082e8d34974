import type { ScaleSetModel } from '../model/scale-set.ts'
import { healthVerdict } from './application-health.ts'
import type { Capacity } from './capacity.ts'
import { type Instance, isMember, isStopped } from './instance.ts'
import type { LifeCycle } from './life-cycle.ts'
import { isBalanced } from './placement.ts'
import { CONTROL_LANE, type Run, ruleCode, setSubject, traceCode } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const STARTED = traceCode('zoneBalance.started')
const HEALTHY = traceCode('zoneBalance.healthy')
const TIMED_OUT = traceCode('zoneBalance.timedOut')
const CANCELLED = traceCode('zoneBalance.cancelled')
const ENDED = traceCode('zoneBalance.ended')

const MINUTE = 60_000

/** Not within an hour of a write on the set, and one operation in twelve hours. PL-32. */
export const QUIET_MS = 60 * MINUTE
export const BETWEEN_OPERATIONS_MS = 12 * 60 * MINUTE
/** How long the new instance has to become healthy. PL-33. */
export const HEALTH_WAIT_MS = 90 * MINUTE

/** Instances of one zone. */
export interface ZoneLoad {
  readonly active: number
  readonly deallocated: number
  /** The zone is down: nothing can be moved into it or out of it. */
  readonly isLost?: boolean
}

/**
 * From which zone to which one instance moves; null: none does. All instances together have to be out of balance (PL-20), and
 * the emptiest zone must have fewer active ones than the fullest, ties to the lowest zone. PL-31.
 *
 * Active and deallocated: 5/5/(0+5) balanced, none.   (2+5)/4/4 none, the fullest has only 2 active.   2/4/(5+2) third to first.
 */
export function zoneMove(zones: readonly ZoneLoad[]): { readonly from: number; readonly to: number } | null {
  const totals = zones.map(({ active, deallocated }) => active + deallocated)
  if (isBalanced(totals)) return null
  const from = totals.indexOf(Math.max(...totals))
  const to = totals.indexOf(Math.min(...totals))
  if (zones[to]!.active >= zones[from]!.active || zones[from]!.isLost || zones[to]!.isLost) return null
  return { from, to }
}

interface Operation {
  readonly source: Instance
  readonly created: Instance
  readonly timer: number
  /** The one that goes, once that is settled. */
  going: Instance | null
}

interface SetState {
  isEnabled: boolean
  lastWriteMs: number
  lastOperationMs: number
  operation: Operation | null
}

/**
 * Automatic zone balance: one new instance in the emptiest zone, and when it is healthy one of the fullest zone goes, so that
 * the capacity is one more meanwhile (PL-30). It is no tool against the loss of a zone (PL-35): it takes back, slowly, what
 * such a loss leaves behind.
 */
export class AutomaticZoneBalance {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity
  private readonly states: SetState[] = []
  private readonly lostZones = new Set<string>()
  private readonly checkCode: number
  private readonly timeoutCode: number

  constructor(run: Run, life: LifeCycle, capacity: Capacity) {
    this.run = run
    this.life = life
    this.capacity = capacity
    this.checkCode = run.on('zoneBalance.check', (_subject, index) => this.check(run.sets[index]!))
    this.timeoutCode = run.on('zoneBalance.timeout', (_subject, index) => this.timedOut(run.sets[index]!))
    for (const _ of run.sets)
      this.states.push({
        isEnabled: false,
        lastWriteMs: Number.NEGATIVE_INFINITY,
        lastOperationMs: Number.NEGATIVE_INFINITY,
        operation: null,
      })
    const { facts } = run
    facts.written.push((set) => {
      this.stateOf(set).lastWriteMs = run.nowMs
    })
    facts.modelChanged.push((set) => this.follow(set))
    facts.capacityWished.push((set, by, isOfUser) => {
      if (by > 0 || isOfUser) this.cancel(set)
    })
    facts.zoneChanged.push((region, zone, isLost) => {
      if (isLost) this.lostZones.add(`${region}/${zone}`)
      else this.lostZones.delete(`${region}/${zone}`)
    })
    facts.healthChanged.push((instance) => this.looked(instance))
    facts.provisioned.push((instance) => this.looked(instance))
    for (const ended of [facts.deleted, facts.deleteFailed]) ended.push((instance) => this.gone(instance))
  }

  begin(): void {
    for (const set of this.run.sets) this.follow(set)
  }

  private stateOf(set: ScaleSetState): SetState {
    return this.states[set.index]!
  }

  /** It looks at a set again and again from the moment its policy is on. */
  private follow(set: ScaleSetState): void {
    const state = this.stateOf(set)
    const isEnabled = balancesZones(set.model)
    if (isEnabled && !state.isEnabled) this.checkLater(set)
    state.isEnabled = isEnabled
  }

  private checkLater(set: ScaleSetState): void {
    const { run } = this
    run.kernel.after(run.assumptions.zoneBalanceCheck, CONTROL_LANE, this.checkCode, setSubject(set), set.index)
  }

  private check(set: ScaleSetState): void {
    const state = this.stateOf(set)
    if (!state.isEnabled) return
    this.checkLater(set)
    const { nowMs } = this.run
    if (state.operation !== null || set.upgradeRunning) return
    if (nowMs - state.lastWriteMs < QUIET_MS || nowMs - state.lastOperationMs < BETWEEN_OPERATIONS_MS) return
    const move = zoneMove(this.loads(set))
    if (move !== null) this.start(set, state, move)
  }

  private loads(set: ScaleSetState): ZoneLoad[] {
    const loads = set.zones.map((zone) => ({
      active: 0,
      deallocated: 0,
      isLost: this.lostZones.has(`${set.model.location}/${zone}`),
    }))
    for (const instance of set.instances) {
      const load = loads[instance.zone]
      if (load === undefined || !isMember(instance)) continue
      if (isStopped(instance)) load.deallocated++
      else load.active++
    }
    return loads
  }

  private start(set: ScaleSetState, state: SetState, { from, to }: { from: number; to: number }): void {
    const { run } = this
    const source = this.sourceIn(set, from)
    if (source === undefined) return
    // PL-30: one more instance needs quota and room below the maximum of autoscale.
    if (this.capacity.room(set) < 1 || !this.hasHeadroom(set)) return
    run.kernel.cause = -1
    run.record(
      STARTED,
      setSubject(set),
      ruleCode('PL-30'),
      run.text(set.zones[from]!),
      run.text(set.zones[to]!),
      source.index,
    )
    state.lastOperationMs = run.nowMs
    set.balancing = true
    set.zoneMoves++
    const timer = run.kernel.after(HEALTH_WAIT_MS, CONTROL_LANE, this.timeoutCode, setSubject(set), set.index)
    const created = this.capacity.create(set, { zone: to, surge: true })
    state.operation = { source, created, timer, going: null }
  }

  private hasHeadroom({ autoscaleMaximum, targetCapacity }: ScaleSetState): boolean {
    return autoscaleMaximum === null || targetCapacity < autoscaleMaximum
  }

  /** PL-35: protected, deallocated and leaving ones are passed over. Which of the others goes is not said. */
  private sourceIn(set: ScaleSetState, zone: number): Instance | undefined {
    const candidates = set.instances.filter(
      (instance) =>
        instance.zone === zone &&
        isMember(instance) &&
        !isStopped(instance) &&
        !instance.protectFromScaleIn &&
        !instance.protectFromScaleSetActions &&
        !this.life.isBusy(instance),
    )
    return this.run.assumptions.zoneBalanceSource === 'newest' ? candidates.at(-1) : candidates[0]
  }

  /** The new instance may have become healthy. */
  private looked(instance: Instance): void {
    const operation = this.stateOf(instance.set).operation
    if (operation === null || operation.created !== instance || operation.going !== null) return
    const { run } = this
    if (healthVerdict(run, instance) !== 'healthy') return
    run.record(HEALTHY, instance.index, ruleCode('PL-30'), run.nowMs - instance.createdAtMs)
    this.let(operation, operation.source)
  }

  /** PL-33: not healthy in time. A healthy source stays and the new instance goes; else the new one is as good. */
  private timedOut(set: ScaleSetState): void {
    const { run } = this
    const { operation } = this.stateOf(set)
    if (operation === null || operation.going !== null) return
    const isSourceHealthy = isMember(operation.source) && healthVerdict(run, operation.source) === 'healthy'
    run.record(TIMED_OUT, operation.created.index, ruleCode('PL-33'), isSourceHealthy ? 1 : 0)
    this.let(operation, isSourceHealthy ? operation.created : operation.source)
  }

  /** One of the two goes, and with it the operation ends. */
  private let(operation: Operation, going: Instance): void {
    const { kernel } = this.run
    kernel.cancel(operation.timer)
    operation.going = going
    if (isMember(going)) this.life.delete(going, 'zone balance', ruleCode('PL-30'))
    else this.end(going.set)
  }

  private gone(instance: Instance): void {
    const { operation } = this.stateOf(instance.set)
    if (operation === null) return
    if (operation.going === instance) this.end(instance.set)
    else if (operation.created === instance) {
      // Somebody took the new one away.
      this.run.kernel.cancel(operation.timer)
      this.end(instance.set)
    }
  }

  private end(set: ScaleSetState): void {
    const { run } = this
    this.stateOf(set).operation = null
    set.balancing = false
    run.record(ENDED, setSubject(set), ruleCode('PL-30'))
    run.facts.announceSet(run.facts.zoneBalanceEnded, set)
  }

  /** PL-34: a scale-out or a change of the capacity by the customer cancels it, unless one of the two is on its way out. */
  private cancel(set: ScaleSetState): void {
    const { run } = this
    const { operation } = this.stateOf(set)
    if (operation === null || operation.going !== null) return
    const { cause } = run.kernel
    run.record(CANCELLED, setSubject(set), ruleCode('PL-34'))
    this.let(operation, operation.created)
    run.kernel.cause = cause
  }
}

/** `resiliencyPolicy.automaticZoneRebalancingPolicy`. */
function balancesZones(model: ScaleSetModel): boolean {
  const resiliency = model['resiliencyPolicy'] as
    | { readonly automaticZoneRebalancingPolicy?: { readonly enabled?: boolean } }
    | undefined
  return resiliency?.automaticZoneRebalancingPolicy?.enabled === true
}
