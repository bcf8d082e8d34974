import type { EffectiveRollingPolicy } from '../../model/declare/health-source.ts'
import { HEALTH_HEALTHY } from '../health/health-tracker.ts'
import { type Instance, isMember, LIFE } from '../instance.ts'
import type { CountedInstance, RolloutStatus } from '../result.ts'
import { CONTROL_LANE, instanceLabel, type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { SetCounts } from './batches.ts'
import { needsUpgrade, policyOf, type UpgradeGoal } from './goal.ts'
import { HealthWait, STEP } from './health-wait.ts'
import type { Machinery } from './machinery.ts'
import { breachMessage } from './messages.ts'
import { BatchRecord, type RolloutRecord } from './rollout-record.ts'
import { countedAmong, countSet, countsAsUnhealthy } from './set-counts.ts'
import { batchEndMs, checkUpgraded, checkWholeSet, type ThresholdCheck } from './thresholds.ts'
import { UpgradedInstances } from './upgraded.ts'
import { WorkList } from './work-list.ts'

const CHECK = traceCode('rollout.check')
const STARTED = traceCode('rollout.started')
const BATCH_STARTED = traceCode('rollout.batchStarted')
const BATCH_SHRUNK = traceCode('rollout.batchShrunk')
const SURGE_FELL_BACK = traceCode('rollout.surgeFellBack')
const SUCCEEDED = traceCode('rollout.instanceSucceeded')
const FAILED = traceCode('rollout.instanceFailed')
const BATCH_ENDED = traceCode('rollout.batchEnded')
const GOES_ON = traceCode('rollout.goesOn')
const PAUSED = traceCode('rollout.paused')
const CANCEL_REQUESTED = traceCode('rollout.cancelRequested')
const ROLLING_BACK = traceCode('rollout.rollingBack')
const ENDED = traceCode('rollout.ended')
const RESTORING = traceCode('osUpgrade.restoring')
const RESTORED = traceCode('osUpgrade.restored')

/**
 * One rolling upgrade of one scale set, from the check before its first batch to its end.
 *
 * The loop (RU-3): whole-set check, build a batch, upgrade it, wait for health, upgraded-instances check, pause, again.
 * What is decided where: `batches.ts`, `thresholds.ts`; this file keeps the upgrade's state and acts.
 */
export class RollingUpgrade {
  readonly set: ScaleSetState
  readonly record: RolloutRecord
  private readonly run: Run
  private readonly machinery: Machinery
  /** Where each member of the running batch stands on the way to its verdict. */
  readonly wait: HealthWait
  private readonly policy: EffectiveRollingPolicy
  private readonly goal: UpgradeGoal
  /** Among the rollouts of the run. */
  readonly index: number
  private work!: WorkList
  private readonly totalAtStart: number
  /** Instances given the new model by this upgrade, by index in the fleet: TH-9. */
  readonly upgraded: UpgradedInstances
  private batch: BatchRecord | null = null
  private members: Instance[] = []
  private undecided = 0
  private batchDoneMs = 0
  private timer = -1
  private timeoutTimer = -1
  private cancelled = false
  private timedOut = false
  private surgeGivenUp = false
  private hasStarted = false
  private firstFailure: Instance | null = null
  private firstFailureEntry = -1
  private readonly failedInstances = new Set<Instance>()
  /** The version an instance had before this upgrade changed it, in place: what TH-17 takes it back to. */
  private readonly cameFrom = new Map<Instance, number>()
  /** With MaxSurge: index of the old instance a new one stands in for. */
  private readonly replaces = new Map<number, number>()

  constructor(
    run: Run,
    machinery: Machinery,
    set: ScaleSetState,
    index: number,
    record: RolloutRecord,
    goal: UpgradeGoal,
  ) {
    this.run = run
    this.machinery = machinery
    this.wait = new HealthWait(run, machinery.codes.waitEnded, this)
    this.set = set
    this.index = index
    this.record = record
    this.goal = goal
    this.policy = policyOf(set.model, goal, run.assumptions)
    this.upgraded = new UpgradedInstances(run)
    record.policy = this.policy
    this.totalAtStart = set.targetCapacity
  }

  private get subject(): number {
    return setSubject(this.set)
  }

  /** Starts the upgrade: reads the custom metrics once (CM-5), builds the work list (RU-2) and checks the set (TH-1). */
  begin(): void {
    const { run, set } = this
    this.work = new WorkList(run, set, this.policy, this.goal)
    this.record.pending = this.work.size
    this.record.leftOut = this.work.leftOut
    run.record(
      STARTED,
      this.subject,
      ruleCode('RU-1'),
      this.index,
      run.text(this.record.trigger),
      this.work.size,
      set.targetCapacity,
    )
    const { upgradeTimeout } = run.assumptions
    if (upgradeTimeout > 0)
      this.timeoutTimer = run.kernel.after(upgradeTimeout, CONTROL_LANE, this.machinery.codes.timeout, set.index, 0)
    this.nextBatch()
  }

  private counts(): SetCounts {
    const counts = countSet(this.run, this.set, this.goal.kind === 'os')
    return this.run.assumptions.freezeTotalAtStart ? { ...counts, total: this.totalAtStart } : counts
  }

  /** The whole-set check, then the next batch: RU-3 steps 1 to 3. */
  nextBatch(): void {
    this.timer = -1
    if (this.isStoppedByUserOrTime()) return
    const { run, set } = this
    const counts = this.counts()
    const check = checkWholeSet(
      counts.unhealthy,
      counts.total,
      this.policy.maxUnhealthyInstancePercent,
      !this.hasStarted,
    )
    if (check.breached) this.blame(set.instances)
    this.traceCheck(check, run.keepTrace ? countedAmong(run, set.instances, this.goal.kind === 'os') : [])
    if (!check.breached) this.record.checked(check, this.run.nowMs)
    if (check.breached) {
      // TH-2: before the first batch all four counters are 0, pending included.
      if (!this.hasStarted) this.record.pending = 0
      this.record.unrelatedUnhealthy = this.countUnrelated()
      this.fault(check)
      return
    }
    // Right after a batch this has just been done; during a pause somebody may have taken instances away.
    if (!this.hasStarted || this.policy.pauseMs > 0) this.record.pending -= this.work.dropGone()
    if (this.work.size === 0) {
      this.complete()
      return
    }
    if (this.goal.kind === 'os' && run.assumptions.excludeDuringUpgrade === 'stop' && !this.goal.isOffered()) {
      // GA-11: what was excluded or deleted meanwhile goes to nobody else.
      this.record.errorMessage = 'The version is no longer offered by latest in this region; no further batch starts.'
      this.end('Cancelled', 'GA-11')
      return
    }
    if (this.goal.kind === 'os' && this.goal.mayStartBatch?.(run.nowMs) === false) {
      this.outsideWindow()
      return
    }
    const batch = this.work.choose(counts, this.machinery.life)
    if (!batch) {
      // Everybody left is busy with something else.
      this.timer = run.kernel.after(
        run.assumptions.busyRetry,
        CONTROL_LANE,
        this.machinery.codes.nextBatch,
        set.index,
        0,
      )
      return
    }
    this.hasStarted = true
    const size = batch.members.length
    // Instances that need no change are not replaced by others of the same model.
    const isNeeded = batch.members.some((candidate) => needsUpgrade(set, run.fleet[candidate.index]!, this.goal))
    const isSurge =
      this.policy.maxSurge &&
      isNeeded &&
      !this.surgeGivenUp &&
      this.hasRoomForSurge(batch.members.map(({ index }) => run.fleet[index]!.zone))
    const rule = ruleCode(isSurge ? 'MS-1' : batch.rule)
    run.record(BATCH_STARTED, this.subject, rule, this.record.batches.length, size, batch.cap, isSurge ? 1 : 0)
    if (batch.rule === 'BT-3')
      run.record(
        BATCH_SHRUNK,
        this.subject,
        ruleCode('BT-3'),
        size,
        batch.cap,
        batch.unhealthyElsewhere,
        batch.healthyLimit,
      )
    this.record.pending -= size
    this.record.inProgress += size
    this.undecided = size
    const old = batch.members.map((candidate) => run.fleet[candidate.index]!)
    this.work.take(batch)
    this.members = isSurge ? this.createReplacements(old) : old
    this.batch = new BatchRecord({
      index: this.record.batches.length,
      startedAtMs: run.nowMs,
      instances: this.members.map((instance) => instance.index),
      zones: [...new Set(old.map((instance) => set.zones[instance.zone] ?? ''))].filter((zone) => zone !== ''),
      updateDomain: old[0]!.updateDomain < 0 ? null : old[0]!.updateDomain,
      surge: isSurge,
    })
    this.record.batches.push(this.batch)
    const cause = run.kernel.cause
    for (const instance of this.members) instance.batchStep = STEP.upgrading
    if (!isSurge)
      for (const instance of this.members) {
        run.kernel.cause = cause
        this.upgradeInPlace(instance)
      }
    run.kernel.cause = cause
  }

  private upgradeInPlace(instance: Instance): void {
    const { run, set, goal } = this
    const { life } = this.machinery
    if (!set.isOnLatestModel(instance)) this.cameFrom.set(instance, instance.modelVersion)
    const change = run.changeTo(instance, set.latestVersion)
    const restartProbe = change.healthExtensionChanged
    if (goal.kind === 'os' && goal.isBehind(instance.compiled.imageKey))
      life.upgrade(instance, set.latestVersion, 'osDiskSwap', restartProbe, goal.imageKey)
    else life.upgrade(instance, set.latestVersion, change.action, restartProbe)
  }

  /** A batch is due and the maintenance window is closed: the run fails. AO-20. */
  private outsideWindow(): void {
    const { record } = this
    record.errorCode = 'RollingUpgradeBatchStartTimeNotWithinScheduledWindows'
    record.errorMessage = breachMessage(record.errorCode, null, null)
    this.end('Faulted', 'AO-20')
  }

  private countUnrelated(): number {
    const isForOs = this.goal.kind === 'os'
    return this.set.instances.filter(
      (instance) =>
        countsAsUnhealthy(this.run, instance, isForOs) && !instance.serving && !this.upgraded.all.includes(instance),
    ).length
  }

  /** Quota is checked before each batch; without room the batch is upgraded in place: MS-4. */
  private hasRoomForSurge(zones: readonly number[]): boolean {
    const size = zones.length
    const room = this.machinery.room(this.set, zones)
    if (room >= size) return true
    const { run } = this
    run.record(SURGE_FELL_BACK, this.subject, ruleCode('MS-4'), size, room)
    run.noteOnce({
      code: 'SurgeFellBack',
      title: 'MaxSurge found no room',
      severity: 'warning',
      where: `${this.set.name}: upgradePolicy.rollingUpgradePolicy.maxSurge`,
      evidence: [`A batch of ${size} found room for ${room} and was upgraded in place, which costs capacity.`],
      rules: ['MS-4'],
      fix: 'Ask for quota and room for one batch more, or make the batches smaller.',
    })
    if (run.assumptions.surgeFallbackScope === 'rest') this.surgeGivenUp = true
    return false
  }

  /** New instances from the latest model, each in the zone of the one it replaces; MS-1, MS-3, MS-6. */
  private createReplacements(old: readonly Instance[]): Instance[] {
    const { run } = this
    const cause = run.kernel.cause
    return old.map((instance) => {
      run.kernel.cause = cause
      const image = this.goal.kind === 'os' ? this.goal.imageKey : undefined
      const replacement = this.machinery.createSurge(this.set, instance.zone, image)
      this.replaces.set(replacement.index, instance.index)
      instance.replacedInBatch = true
      return replacement
    })
  }

  succeeded(instance: Instance): void {
    const { run } = this
    this.wait.stop(instance)
    run.record(SUCCEEDED, instance.index, ruleCode('TH-15'), run.nowMs - instance.provisionedAtMs)
    this.upgraded.add(instance)
    this.batch!.successful++
    this.record.successful++
    this.record.inProgress--
    run.facts.announceSet(run.facts.upgradeProgressed, this.set)
    const old = this.replaces.get(instance.index)
    if (old === undefined) {
      this.decided(instance)
      return
    }
    instance.batchStep = STEP.deletingOld
    // A user has deleted the old one meanwhile, and the capacity with it: then the new one is too many.
    this.deleteOfPair(isMember(run.fleet[old]!) ? run.fleet[old]! : instance, instance)
  }

  failed(instance: Instance, reason: string, rule: string): void {
    const { run } = this
    this.wait.stop(instance)
    if (instance.healthEntry >= 0 && rule !== 'RU-10') run.kernel.cause = instance.healthEntry
    const waitedMs = instance.provisionedAtMs < this.batch!.startedAtMs ? 0 : run.nowMs - instance.provisionedAtMs
    run.record(FAILED, instance.index, ruleCode(rule), instance.tracker.health, waitedMs, run.text(reason))
    this.firstFailure ??= instance
    if (this.firstFailureEntry < 0) this.firstFailureEntry = run.kernel.cause
    if (instance.serving) this.record.failedServing++
    if (this.record.firstFailure === '') this.record.firstFailure = whatIsWrong(instance)
    this.failedInstances.add(instance)
    this.record.failedInstances.push(instance.index)
    this.batch!.failed++
    this.record.failed++
    this.record.inProgress--
    if (!this.replaces.has(instance.index)) {
      this.upgraded.add(instance)
      if (!this.restore(instance, rule)) this.decided(instance)
      run.facts.announceSet(run.facts.upgradeProgressed, this.set)
      return
    }
    if (!instance.serving) this.machinery.application.setHarmed(instance, true)
    instance.batchStep = STEP.deletingOld
    if (run.assumptions.unhealthySurge === 'deleteNew') {
      this.upgraded.addLostSurge(instance)
      this.deleteOfPair(instance, instance)
    } else {
      this.upgraded.add(instance)
      this.deleteOfPair(run.fleet[this.replaces.get(instance.index)!]!, instance)
    }
    run.facts.announceSet(run.facts.upgradeProgressed, this.set)
  }

  /**
   * AO-14: an automatic OS upgrade gives an instance that was not healthy in time its former disk back, and the batch waits
   * for that. One whose extensions failed stays as it is (AO-18), and a manual OS upgrade restores nothing (AO-17).
   */
  private restore(instance: Instance, rule: string): boolean {
    const { run, goal } = this
    if (goal.kind !== 'os' || !goal.restores || !isMember(instance)) return false
    const neverBooted = instance.life === LIFE.failed && run.assumptions.aosRestoresFailedBoots
    if (rule !== 'TH-12' && rule !== 'TH-14' && !neverBooted) return false
    const former = instance.formerDisk
    if (former === null || former.imageKey === instance.compiled.imageKey) return false
    run.record(RESTORING, instance.index, ruleCode('AO-14'), run.text(former.imageKey))
    instance.batchStep = STEP.restoring
    this.upgraded.markRestored(instance)
    this.machinery.life.restoreDisk(instance)
    return true
  }

  /** The former disk is up again, or has failed: AO-15. */
  restoreEnded(instance: Instance, succeeded: boolean): void {
    if (instance.batchStep !== STEP.restoring) return
    const { run, record } = this
    run.record(RESTORED, instance.index, ruleCode('AO-15'), run.text(instance.compiled.imageKey), succeeded ? 1 : 0)
    if (succeeded) record.rolledBack++
    else record.rollbackFailed++
    this.decided(instance)
  }

  /** One of a surge pair goes: the old instance, or the new one that never became healthy (MS-8). The batch waits for it. */
  private deleteOfPair(gone: Instance, member: Instance): void {
    const rule = ruleCode(gone === member ? 'MS-8' : 'MS-1')
    if (!isMember(gone)) {
      this.decided(member)
      return
    }
    this.machinery.life.delete(gone, 'surge', rule)
  }

  deleted(instance: Instance): void {
    const member = this.members.find(
      (candidate) =>
        candidate.batchStep === STEP.deletingOld &&
        (candidate === instance || this.replaces.get(candidate.index) === instance.index),
    )
    if (member) this.decided(member)
    else if (instance.batchStep !== STEP.none) this.gone(instance)
  }

  /** A member was taken away by somebody else before its verdict. */
  gone(instance: Instance): void {
    if (instance.batchStep === STEP.restoring) this.restoreEnded(instance, false)
    else if (instance.batchStep !== STEP.none && instance.batchStep !== STEP.deletingOld) {
      if (instance.evicted) this.upgraded.markEvicted(instance)
      this.failed(instance, 'taken away during its upgrade', 'RU-10')
    }
  }

  private decided(instance: Instance): void {
    this.leaveBatch(instance)
    this.undecided--
    if (this.undecided > 0 || !this.batch || this.timer >= 0) return
    const { run } = this
    this.batchDoneMs = run.nowMs
    const endMs = batchEndMs(this.record.startedAtMs, this.batch.startedAtMs, run.nowMs, run.assumptions.upgradeStep)
    this.timer = run.kernel.at(endMs, CONTROL_LANE, this.machinery.codes.batchEnd, this.set.index, 0)
  }

  /** The batch ends at a step of the engine; the upgraded instances are judged by their health of this moment: TH-5. */
  endBatch(): void {
    this.timer = -1
    const { run, batch, record } = this
    if (!batch) return
    batch.endedAtMs = run.nowMs
    const waitedForStep = run.nowMs - this.batchDoneMs
    run.record(BATCH_ENDED, this.subject, ruleCode('RU-3'), batch.index, batch.successful, batch.failed, waitedForStep)
    this.batch = null
    this.members = []
    const check = this.checkUpgradedNow()
    if (check.breached) this.blame(this.upgraded.all)
    this.traceCheck(check, check.counted)
    record.checked(check, run.nowMs)
    run.facts.announceSet(run.facts.batchEnded, this.set)
    // A user cancel wins over a breach at the same border; the breach stays in the details (design §5a 9).
    if (this.isStoppedByUserOrTime()) return
    if (check.breached) {
      this.fault(check)
      return
    }
    if (batch.failed > 0 && this.work.size > 0)
      run.record(
        GOES_ON,
        this.subject,
        ruleCode('RU-20'),
        run.text('RollingUpgradeInProgressWithFailedUpgradedVMs'),
        batch.failed,
      )
    this.record.pending -= this.work.dropGone()
    if (this.work.size === 0) {
      this.complete()
      return
    }
    const { pauseMs } = this.policy
    if (pauseMs > 0) run.record(PAUSED, this.subject, ruleCode('RU-4'), pauseMs)
    this.timer = run.kernel.after(pauseMs, CONTROL_LANE, this.machinery.codes.nextBatch, this.set.index, 0)
  }

  /** What the test after a batch would say at this moment. TH-5, with numerator TH-9 and denominator TH-6. */
  checkUpgradedNow(): CountedCheck {
    const counted = this.upgraded.counted()
    const { size } = this.upgraded
    const limit = this.policy.maxUnhealthyUpgradedInstancePercent
    const { upgradedDenominator } = this.run.assumptions
    const total = upgradedDenominator === 'total' ? this.counts().total : size
    return { ...checkUpgraded(counted.length, size, total, limit, upgradedDenominator), counted }
  }

  /** A breach is led to by the first of those that are unhealthy, not by the clock that asked. */
  private blame(instances: readonly Instance[]): void {
    const sick = instances.find((instance) => isMember(instance) && countsAsUnhealthy(this.run, instance))
    if (sick && sick.healthEntry >= 0) this.run.kernel.cause = sick.healthEntry
    // Those that failed have their former disks back and are well: the first failure leads to it.
    else if (!sick && this.firstFailureEntry >= 0) this.run.kernel.cause = this.firstFailureEntry
  }

  private traceCheck(check: ThresholdCheck, counted: readonly CountedInstance[]): void {
    const { run } = this
    const entry = run.record(
      CHECK,
      this.subject,
      ruleCode(check.rule),
      check.count,
      check.total,
      check.limitPercent,
      check.breached ? 1 : 0,
    )
    if (run.keepTrace && counted.length > 0)
      run.counted.set(
        entry,
        [...counted].sort((a, b) => a.index - b.index),
      )
  }

  private isStoppedByUserOrTime(): boolean {
    if (this.cancelled) {
      this.end('Cancelled', 'RU-11')
      return true
    }
    if (this.timedOut) {
      this.record.errorCode = 'RollingUpgradeTimeoutError'
      this.record.errorMessage = breachMessage('RollingUpgradeTimeoutError', null, null)
      this.end('Faulted', 'RU-21')
      return true
    }
    return false
  }

  /** A user's cancel: no new batch; the batch in flight finishes its upgrade and its health wait. RU-9, RU-11. */
  cancel(): void {
    const { run } = this
    this.cancelled = true
    this.record.lastAction = 'Cancel'
    this.record.lastActionAtMs = run.nowMs
    run.record(CANCEL_REQUESTED, this.subject, ruleCode('RU-11'))
    if (this.batch && run.assumptions.cancelDrainsBatch) return
    if (this.timer >= 0) run.kernel.cancel(this.timer)
    this.timer = -1
    this.end('Cancelled', 'RU-11')
  }

  timeout(): void {
    this.timedOut = true
    if (this.batch) return
    if (this.timer >= 0) this.run.kernel.cancel(this.timer)
    this.isStoppedByUserOrTime()
  }

  private fault(check: ThresholdCheck): void {
    const { run, record } = this
    record.checked(check, run.nowMs)
    record.errorCode = check.errorCode
    record.unhealthyAtBreach = countedAmong(
      run,
      check.rule === 'TH-5' ? this.upgraded.all : this.set.instances,
      this.goal.kind === 'os',
    ).map(({ index }) => index)
    const first = this.firstFailure ? this.machinery.nameOf(this.firstFailure) : null
    record.errorMessage = breachMessage(check.errorCode!, check, first)
    const rule = check.rule === 'TH-1' ? 'TH-2' : check.rule
    const flagged = this.policy.rollbackFailedInstancesOnPolicyBreach
    const honours = this.set.uniform || run.assumptions.flexRollbackFlag === 'honour'
    const sick = flagged && honours ? this.upgraded.all.filter((instance) => this.isToRollBack(instance)) : []
    this.end('Faulted', rule)
    if (sick.length > 0) this.rollBack(sick)
  }

  private isToRollBack(instance: Instance): boolean {
    return isMember(instance) && countsAsUnhealthy(this.run, instance) && this.cameFrom.has(instance)
  }

  /** The unhealthy ones go back to the model they came from; healthy ones keep the new one: TH-17. */
  private rollBack(instances: readonly Instance[]): void {
    const { run, record } = this
    run.record(ROLLING_BACK, this.subject, ruleCode('TH-17'), instances.length, this.cameFrom.get(instances[0]!)!)
    // RU-8: no page describes this code, so by default it is never shown.
    if (run.assumptions.emitRollingBack) {
      record.status = 'RollingBack'
      this.machinery.showUntilBack(record, instances)
    }
    const cause = run.kernel.cause
    for (const instance of instances) {
      run.kernel.cause = cause
      const version = this.cameFrom.get(instance)!
      const change = run.changeTo(instance, version)
      record.rolledBack++
      if (!this.failedInstances.has(instance)) {
        // It had been good and has regressed: what is rolled back is part of what failed (design §5a 8).
        record.successful--
        record.failed++
      }
      this.machinery.life.upgrade(instance, version, change.action, change.healthExtensionChanged)
    }
    run.kernel.cause = cause
  }

  private leaveBatch(instance: Instance): void {
    instance.batchStep = STEP.none
    const old = this.replaces.get(instance.index)
    if (old !== undefined) this.run.fleet[old]!.replacedInBatch = false
  }

  private complete(): void {
    if (this.record.failed > 0 && !this.run.assumptions.completedWithFailures) {
      this.record.errorCode = 'RollingUpgradeInProgressWithFailedUpgradedVMs'
      this.record.errorMessage = breachMessage(this.record.errorCode, null, null)
      this.end('Faulted', 'TH-11')
      return
    }
    this.end('Completed', 'TH-11')
  }

  private end(status: RolloutStatus, rule: string): void {
    const { run, record, set } = this
    record.status = status
    record.endedAtMs = run.nowMs
    // Whoever was stopped meanwhile starts with it (BT-14, SP-33), unless it takes an approval (AO-21).
    if (this.goal.kind === 'os' && this.goal.approved === null && status === 'Completed')
      set.osImage = this.goal.imageKey
    const greenlit = this.upgraded.all.filter(isGreenlit).sort((a, b) => a.index - b.index)
    record.greenlit = greenlit.map(({ index }) => index)
    record.greenlitMask = greenlit.reduce((mask, one) => mask | (one.defectMask & ~one.compiled.view.checksMask), 0)
    if (this.timeoutTimer >= 0) run.kernel.cancel(this.timeoutTimer)
    for (const instance of this.members) {
      this.wait.stop(instance)
      this.leaveBatch(instance)
    }
    this.members = []
    this.batch = null
    run.record(
      ENDED,
      this.subject,
      ruleCode(rule),
      run.text(status),
      record.errorCode ? run.text(record.errorCode) : run.text(''),
      record.successful,
      record.failed,
    )
    this.machinery.ended(set, record)
    run.facts.announceSet(run.facts.upgradeEnded, set)
  }
}

interface CountedCheck extends ThresholdCheck {
  /** The numerator, one by one. */
  readonly counted: readonly CountedInstance[]
}

/** `vmss-a/3: firewall tightened, of image galProd/ubuntu-app/1.7.0`. */
function whatIsWrong(instance: Instance): string {
  const { defects } = instance.compiled
  const names = defects
    .filter((_, index) => instance.activeDefects?.includes(index))
    .map(({ name, of }) => `${name}, of ${of}`)
  return names.length === 0 ? '' : `${instanceLabel(instance)}: ${names.join('; ')}`
}

/** Broken by what it was given, and reported Healthy all the same. */
const isGreenlit = (instance: Instance): boolean =>
  isMember(instance) && instance.harmed && instance.tracker.health === HEALTH_HEALTHY
