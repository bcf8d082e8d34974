import { isSpot, regularAndSpot } from '../model/declare/priority-mix.ts'
import type { Capacity } from './capacity.ts'
import { type Instance, isMember, isStopped } from './instance.ts'
import type { LifeCycle } from './life-cycle.ts'
import { type Run, ruleCode, setSubject, traceCode } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { MINIMUM_NOTICE_MS, type ScheduledEvents } from './scheduled-events.ts'

const EVICTED = traceCode('spot.evicted')
const RECLAIMED = traceCode('spot.reclaimed')

interface MixPolicy {
  readonly baseRegularPriorityCount?: number
  readonly regularPriorityPercentageAboveBase?: number
}

/** How many of `capacity` instances of this set are regular. A set that is not Spot has no other; without a mix none is. */
export function targetRegular(set: ScaleSetState, capacity: number): number {
  if (!isSpot(set.model)) return capacity
  const mix = (set.model['priorityMixPolicy'] ?? {}) as MixPolicy
  // SP-20
  return regularAndSpot(capacity, mix.baseRegularPriorityCount ?? 0, mix.regularPriorityPercentageAboveBase ?? 0)
    .regular
}

/** Whether the next instance of the set is a Spot one: regular ones are filled up to the target, nobody is converted. SP-21. */
export function nextIsSpot(set: ScaleSetState, capacity: number): boolean {
  const target = targetRegular(set, capacity)
  if (target === capacity) return false
  let regular = 0
  for (const instance of set.instances) if (isMember(instance) && !instance.spot) regular++
  return regular >= target
}

/**
 * Spot instances that Azure takes back: 30 s of notice, then they are deallocated or deleted, as the eviction policy has
 * it. Regular ones of a priority mix stay (SP-27).
 */
export class Spot {
  evictions: number[] = []
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity
  private readonly events: ScheduledEvents

  constructor(run: Run, life: LifeCycle, capacity: Capacity, events: ScheduledEvents) {
    this.run = run
    this.life = life
    this.capacity = capacity
    this.events = events
  }

  /** `POST …/simulateEviction`: 204, and then the usual course; only Spot instances have one. SP-10. */
  simulateEviction(instances: readonly Instance[]): void {
    const { kernel } = this.run
    const { cause } = kernel
    for (const instance of instances) {
      kernel.cause = cause
      if (instance.spot) this.announce(instance)
      else
        this.run.noteRefusal(
          instance.index,
          'simulateEviction',
          'OperationNotAllowed',
          "Operation 'simulateEviction' is allowed only for Spot Virtual Machines",
          'SP-10',
        )
    }
  }

  /** A reclaim takes this share of the running Spot instances, in the order of `spotReclaimOrder`. SP-01. */
  reclaim(set: ScaleSetState, percent: number): void {
    const { run } = this
    const running = set.instances.filter((instance) => instance.spot && isMember(instance) && !isStopped(instance))
    const order = run.assumptions.spotReclaimOrder === 'newest' ? running.reverse() : running
    const taken = order.slice(0, Math.ceil((running.length * percent) / 100))
    run.record(RECLAIMED, setSubject(set), ruleCode('SP-01'), taken.length, running.length)
    const { cause } = run.kernel
    for (const instance of taken) {
      run.kernel.cause = cause
      this.announce(instance)
    }
  }

  private announce(instance: Instance): void {
    if (isStopped(instance) || instance.leaving) return
    // SP-02: Preempt, 30 s ahead.
    this.events.schedule('Preempt', instance, MINIMUM_NOTICE_MS.Preempt, { start: () => this.evict(instance) })
  }

  /** SP-03, SP-04: deallocated instances keep counting; a deletion takes the capacity down with it. */
  private evict(instance: Instance): void {
    const { run } = this
    const { set } = instance
    const policy = set.model.virtualMachineProfile['evictionPolicy'] === 'Delete' ? 'Delete' : 'Deallocate'
    this.evictions[set.index] = (this.evictions[set.index] ?? 0) + 1
    instance.wasEvicted = true
    run.record(EVICTED, instance.index, ruleCode('SP-03'), run.text(policy))
    if (policy === 'Delete') {
      this.capacity.deletedByUser(set)
      this.life.delete(instance, 'evicted', ruleCode('SP-04'))
      return
    }
    instance.evicted = true
    this.life.deallocate(instance)
  }
}
