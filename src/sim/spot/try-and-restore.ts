import type { Capacity } from '../capacity.ts'
import { type Instance, isMember, LIFE } from '../instance.ts'
import type { LifeCycle } from '../life-cycle.ts'
import type { PlacedInstance } from '../placement.ts'
import { CONTROL_LANE, type Run, ruleCode, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { EvictionPolicy } from './eviction.ts'
import { nextIsSpot } from './mix.ts'
import { nextTryMs, restoreTimeoutMs } from './restore.ts'

const RESTORED = traceCode('spot.restored')
const NOT_RESTORED = traceCode('spot.notRestored')
const GIVEN_UP = traceCode('spot.restoreGivenUp')

/** An evicted instance that Azure tries to bring back. */
interface Ticket {
  readonly instance: Instance
  readonly policy: EvictionPolicy
  readonly evictedAtMs: number
  readonly timeoutMs: number
  readonly entry: number
  tries: number
}

/** What Delete evictions have taken from the count of a set and nobody has replaced yet. */
interface Owed {
  machines: number
  /** Capacity as the evictions and restorations left it: above it somebody else has scaled out. */
  expected: number
}

/**
 * Try and restore: evicted Spot instances are brought back when the market has a machine for them, to hold the count of the
 * set, until `restoreTimeout` after the eviction. SP-30 to SP-32.
 */
export class TryAndRestore {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity
  private readonly onRestored: (set: ScaleSetState) => void
  private readonly tickets: Ticket[] = []
  private readonly owed: Owed[] = []
  private readonly restored = new Set<Instance>()
  private isCreating = false
  private readonly tryCode: number

  constructor(run: Run, life: LifeCycle, capacity: Capacity, onRestored: (set: ScaleSetState) => void) {
    this.run = run
    this.life = life
    this.capacity = capacity
    this.onRestored = onRestored
    this.tryCode = run.on('spot.restore', (_subject, index) => this.attempt(this.tickets[index]!))
  }

  /** Restored machines are expected to live longer. SP-30, SP-32. */
  hasRestored(instance: Instance): boolean {
    return this.isCreating || this.restored.has(instance)
  }

  /** Off under an autoscale setting that is enabled: its rules own the count. SP-31. */
  private isOff(set: ScaleSetState): boolean {
    return this.run.scenario.autoscaleSettings.some(({ enabled, scaleSet }) => enabled && scaleSet === set.name)
  }

  evicted(instance: Instance, policy: EvictionPolicy): void {
    const { run } = this
    const { set } = instance
    const timeoutMs = restoreTimeoutMs(set.model)
    if (timeoutMs < 0 || this.isOff(set)) return
    if (policy === 'Delete') {
      const owed = this.owedOf(set, set.targetCapacity + 1)
      owed.machines++
      owed.expected = set.targetCapacity
    }
    this.tickets.push({
      instance,
      policy,
      evictedAtMs: run.nowMs,
      timeoutMs,
      entry: run.kernel.cause,
      tries: 0,
    })
    this.schedule(this.tickets.length - 1)
  }

  /** Whoever has scaled out since has replaced as many. */
  private owedOf(set: ScaleSetState, capacity: number): Owed {
    const owed = this.owed[set.index] ?? { machines: 0, expected: capacity }
    this.owed[set.index] = owed
    owed.machines = Math.max(0, owed.machines - Math.max(0, capacity - owed.expected))
    owed.expected = capacity
    return owed
  }

  private schedule(index: number): void {
    const { run } = this
    const ticket = this.tickets[index]!
    const { restoreFirstTry, restoreInterval } = run.assumptions
    const dueMs = nextTryMs(ticket.evictedAtMs, ticket.tries, {
      firstMs: restoreFirstTry,
      everyMs: restoreInterval,
      timeoutMs: ticket.timeoutMs,
    })
    if (dueMs === null) run.record(GIVEN_UP, ticket.instance.index, ruleCode('SP-30'), ticket.tries)
    else if (dueMs <= run.scenario.durationMs)
      run.kernel.at(dueMs, CONTROL_LANE, this.tryCode, ticket.instance.index, index)
  }

  private attempt(ticket: Ticket): void {
    const { run } = this
    const { instance, policy } = ticket
    const { set } = instance
    run.kernel.cause = ticket.entry
    if (this.isSettled(ticket)) return
    ticket.tries++
    const code = policy === 'Delete' ? this.replace(set, ticket) : this.start(instance, ticket)
    if (code === null) return
    run.kernel.cause = ticket.entry
    run.record(NOT_RESTORED, instance.index, ruleCode('SP-32'), ticket.tries, run.text(code))
    this.schedule(this.tickets.indexOf(ticket))
  }

  /** Somebody else has taken care of it: it was started or deleted, or the count was brought up. */
  private isSettled({ instance, policy }: Ticket): boolean {
    const { set } = instance
    return policy === 'Delete'
      ? this.owedOf(set, set.targetCapacity).machines === 0
      : !instance.evicted || !isMember(instance)
  }

  /** Deallocated: a machine in its own zone, and its own disk. Null: it starts; else why not. */
  private start(instance: Instance, ticket: Ticket): string | null {
    const { run } = this
    if (instance.life !== LIFE.stopped) return 'OperationNotAllowed'
    const failure = run.allocation.refusal(instance.set, instance, instance.spot)
    if (failure !== null) return failure.code
    this.tell(instance, ticket)
    this.life.startOnNewest(instance)
    return null
  }

  /** Deleted: a new one, in whichever zone there is a machine. Null: it comes; else why not. */
  private replace(set: ScaleSetState, ticket: Ticket): string | null {
    const { run } = this
    const isSpot = nextIsSpot(set, set.targetCapacity + 1)
    let code = 'SkuNotAvailable'
    for (const place of this.capacity.placesFor(set)) {
      const failure = run.allocation.refusal(set, place, isSpot)
      if (failure === null) {
        this.createAt(set, place, ticket)
        return null
      }
      code = failure.code
    }
    return code
  }

  private createAt(set: ScaleSetState, place: PlacedInstance, ticket: Ticket): void {
    const owed = this.owedOf(set, set.targetCapacity)
    this.tell(ticket.instance, ticket)
    this.isCreating = true
    this.restored.add(this.capacity.replaceEvicted(set, place))
    this.isCreating = false
    owed.machines--
    owed.expected = set.targetCapacity
  }

  private tell(instance: Instance, ticket: Ticket): void {
    const { run } = this
    this.restored.add(instance)
    this.onRestored(instance.set)
    run.record(RESTORED, instance.index, ruleCode('SP-30'), ticket.tries, run.nowMs - ticket.evictedAtMs)
  }
}
