import type { EffectiveRollingPolicy } from '../../model/declare/health-source.ts'
import type { BatchResult, RolloutResult, RolloutStatus, ThresholdDecision } from '../result.ts'
import type { ThresholdCheck } from './thresholds.ts'

/** Whether a check came as near to its own limit as another, or nearer: 6 of 18 at 50 % is nearer than 0 of 18. */
function isAsClose(one: ThresholdDecision, other: ThresholdDecision): boolean {
  return one.count * other.total * other.limitPercent >= other.count * one.total * one.limitPercent
}

/** A rollout while it is being played; `RolloutResult` is how it reads afterwards. Counters as in RU-10. */
export class RolloutRecord {
  readonly scaleSet: string
  readonly trigger: RolloutResult['trigger']
  readonly mode: RolloutResult['mode']
  readonly target: string
  readonly startedAtMs: number
  readonly startedBy: 'User' | 'Platform'
  /** The exact image an OS upgrade brings; null for a model change. */
  readonly targetImage: string | null
  status: RolloutStatus = 'RollingForward'
  errorCode: string | null = null
  errorMessage: string | null = null
  lastAction: 'Start' | 'Cancel' = 'Start'
  /** When that was asked for. */
  lastActionAtMs: number
  /** The policy it follows; null: an unbatched upgrade, which has none. */
  policy: EffectiveRollingPolicy | null = null
  /** Instances (by index) that failed in a batch, in the order in which they did. */
  readonly failedInstances: number[] = []
  /** Instances (by index) that were unhealthy when a threshold was broken. */
  unhealthyAtBreach: readonly number[] = []
  endedAtMs = -1
  readonly batches: BatchRecord[] = []
  successful = 0
  failed = 0
  inProgress = 0
  pending = 0
  rolledBack = 0
  /** Restores of a disk that did not come up: AO-15. */
  rollbackFailed = 0
  leftOut = 0
  /** Unhealthy instances at a breach of the whole-set threshold that this upgrade had not touched. */
  unrelatedUnhealthy = 0
  /** Members that failed although they served: what the probe says of them is wrong. */
  failedServing = 0
  /** What was wrong on the first member that failed, for people; empty: nothing the scenario speaks of. */
  firstFailure = ''
  /** Instances it called successful (by index) that were harmed and reported Healthy when it ended. */
  greenlit: readonly number[] = []
  /** What they lacked and their probe did not ask for, as bits of dependencies. */
  greenlitMask = 0
  decision: ThresholdDecision | null = null
  /** The TH-5 test that came nearest to its limit: what a completed rollout is told by. */
  private closest: ThresholdDecision | null = null

  constructor(
    scaleSet: string,
    trigger: RolloutResult['trigger'],
    mode: RolloutResult['mode'],
    target: string,
    startedAtMs: number,
    startedBy: 'User' | 'Platform' = 'User',
    targetImage: string | null = null,
  ) {
    this.startedBy = startedBy
    this.targetImage = targetImage
    this.scaleSet = scaleSet
    this.trigger = trigger
    this.mode = mode
    this.target = target
    this.startedAtMs = startedAtMs
    this.lastActionAtMs = startedAtMs
  }

  checked(check: ThresholdCheck, atMs: number): void {
    const { rule, breached, count, total, limitPercent } = check
    const decision = { rule, breached, count, total, limitPercent, atMs }
    if (breached) this.decision = decision
    else if (!this.closest || isAsClose(decision, this.closest)) this.closest = decision
  }

  result(): RolloutResult {
    return {
      scaleSet: this.scaleSet,
      trigger: this.trigger,
      mode: this.mode,
      target: this.target,
      status: this.status,
      errorCode: this.errorCode,
      errorMessage: this.errorMessage,
      lastAction: this.lastAction,
      startedAtMs: this.startedAtMs,
      endedAtMs: this.endedAtMs < 0 ? null : this.endedAtMs,
      batches: this.batches.map((batch) => batch.result()),
      leftOut: this.leftOut,
      zonesPerBatch: Math.max(0, ...this.batches.map((batch) => batch.zones.length)),
      successful: this.successful,
      failed: this.failed,
      inProgress: this.inProgress,
      pending: this.pending,
      rolledBack: this.rolledBack,
      rollbackFailed: this.rollbackFailed,
      startedBy: this.startedBy,
      targetImage: this.targetImage,
      decision: this.decision ?? this.closest,
    }
  }
}

export class BatchRecord {
  readonly index: number
  readonly startedAtMs: number
  /** Indices in the fleet; with MaxSurge those of the new instances. */
  readonly instances: readonly number[]
  readonly zones: readonly string[]
  readonly updateDomain: number | null
  readonly surge: boolean
  endedAtMs = -1
  successful = 0
  failed = 0

  constructor(values: Pick<BatchResult, 'index' | 'startedAtMs' | 'instances' | 'zones' | 'updateDomain' | 'surge'>) {
    this.index = values.index
    this.startedAtMs = values.startedAtMs
    this.instances = values.instances
    this.zones = values.zones
    this.updateDomain = values.updateDomain
    this.surge = values.surge
  }

  result(): BatchResult {
    return {
      index: this.index,
      startedAtMs: this.startedAtMs,
      endedAtMs: this.endedAtMs < 0 ? null : this.endedAtMs,
      instances: this.instances,
      zones: this.zones,
      updateDomain: this.updateDomain,
      surge: this.surge,
      successful: this.successful,
      failed: this.failed,
    }
  }
}
