import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Capacity } from './capacity.ts'
import { type Instance, isMember, LIFE } from './instance.ts'
import type { LifeCycle } from './life-cycle.ts'
import { CONTROL_LANE, type Run, ruleCode, traceCode } from './run.ts'

const RETRIED = traceCode('resilientCreate.retried')
const GAVE_UP = traceCode('resilientCreate.gaveUp')

/** Retries go on for up to that long. PL-63. */
export const RETRY_WINDOW_MS = 30 * 60_000

/**
 * Resilient create: an instance of a scale-out whose guest never reported is deleted and made again, with another name and id,
 * until 30 minutes are over. To whoever asked for it the state stays Creating. Only the two timeouts are tried again. PL-63.
 */
export class ResilientCreate {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity
  /** From when on its 30 minutes count, by instance of a scale-out. */
  private readonly since = new Map<Instance, number>()
  private readonly attempts = new Map<Instance, number>()
  private readonly giveUpCode: number
  private readonly rule = ruleCode('PL-63')

  constructor(run: Run, life: LifeCycle, capacity: Capacity) {
    this.run = run
    this.life = life
    this.capacity = capacity
    this.giveUpCode = run.on('resilientCreate.giveUp', (subject) => this.giveUp(run.fleet[subject]!))
    life.boot.onTimeout.push((instance) => this.retry(instance))
  }

  /** True: it is being made again, so that nobody hears of a failure. */
  private retry(instance: Instance): boolean {
    const { run } = this
    if (!instance.ofScaleOut || !createsResiliently(instance.set.model)) return false
    const sinceMs = this.since.get(instance) ?? this.windowBegins(instance)
    const leftMs = sinceMs + RETRY_WINDOW_MS - run.nowMs
    if (leftMs <= 0) return false
    const attempt = (this.attempts.get(instance) ?? 1) + 1
    const entry = run.record(RETRIED, instance.index, this.rule, run.text('OSProvisioningTimedOut'), attempt)
    const next = this.capacity.recreate(instance, 'resilient create', this.rule)
    this.since.set(next, sinceMs)
    this.attempts.set(next, attempt)
    run.kernel.cause = entry
    run.kernel.after(leftMs, CONTROL_LANE, this.giveUpCode, next.index, 0)
    return true
  }

  private windowBegins(instance: Instance): number {
    return this.run.assumptions.resilientCreateWindow === 'firstTimeout' ? this.run.nowMs : instance.createdAtMs
  }

  /** The time is over: what has not come up by now has failed. */
  private giveUp(instance: Instance): void {
    const isUnderWay = instance.life === LIFE.creating || instance.life === LIFE.starting
    if (!isMember(instance) || !isUnderWay || instance.provisionedAtMs >= 0) return
    this.run.record(GAVE_UP, instance.index, this.rule)
    this.life.boot.fail(instance)
  }
}

function createsResiliently(model: ScaleSetModel): boolean {
  const resiliency = model['resiliencyPolicy'] as
    | { readonly resilientVMCreationPolicy?: { readonly enabled?: boolean } }
    | undefined
  return resiliency?.resilientVMCreationPolicy?.enabled === true
}
