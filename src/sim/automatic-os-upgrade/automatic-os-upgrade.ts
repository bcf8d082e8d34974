import { isAutomaticOSUpgrade } from '../../model/declare/automatic-os-upgrade.ts'
import { tracksLatest } from '../../model/declare/image-key.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { MaintenanceConfiguration } from '../../model/scenario.ts'
import type { Gallery } from '../gallery/gallery.ts'
import { type Instance, isMember } from '../instance.ts'
import { describeTarget, takesPart, type UpgradeGoal } from '../rolling-upgrade/goal.ts'
import type { RollingUpgrades } from '../rolling-upgrade/rolling-upgrades.ts'
import type { RolloutRecord } from '../rolling-upgrade/rollout-record.ts'
import { excludedBy, hasOtherExtension } from '../rolling-upgrade/set-counts.ts'
import { CONTROL_LANE, type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { decideOsUpgrade, firstPollMs, windowIsOpen } from './decision.ts'

const FOUND = traceCode('osUpgrade.found')
const NOTHING_NEWER = traceCode('osUpgrade.nothingNewer')
const BLOCKED = traceCode('osUpgrade.blocked')
const REQUESTED = traceCode('osUpgrade.requested')
const ACCEPTED = traceCode('osUpgrade.accepted')
const COMPLETED = traceCode('osUpgrade.completed')
const OPTED_OUT = traceCode('osUpgrade.optedOut')
const OPTED_IN = traceCode('osUpgrade.optedIn')
const APPROVED = traceCode('osUpgrade.approved')

/** Why a set with automatic OS upgrade stands still although there is something newer. Playbook row 5. */
export type OsUpgradeObstacle = 'extensionMismatch' | 'notOnModel' | 'protected' | 'twoHealthSources'

interface SetState {
  enabled: boolean
  timer: number
  /** Image that waits for approval (AO-21), and since when. */
  deferredImage: string | null
  deferredSinceMs: number
  /** The last attempt of each image. */
  readonly attempts: Map<string, { readonly record: RolloutRecord; readonly approved: ReadonlySet<Instance> | null }>
  running: RolloutRecord | null
  readonly window: MaintenanceConfiguration | null
  /** What held it back when it last looked. */
  obstacle: { readonly reason: OsUpgradeObstacle; readonly instances: number; readonly image: string } | null
}

/**
 * Automatic OS image upgrade: it looks for a newer image every hour, and rolls it out by the rolling policy with the
 * restore of disks that do not become healthy. Section 8 of the rollout sheet.
 */
export class AutomaticOSUpgrade {
  private readonly run: Run
  private readonly rolling: RollingUpgrades
  private readonly gallery: Gallery
  private readonly states: SetState[] = []
  private readonly pollCode: number
  private readonly settledCode: number

  constructor(run: Run, rolling: RollingUpgrades, gallery: Gallery) {
    this.run = run
    this.rolling = rolling
    this.gallery = gallery
    // It decides on what is true at that moment, not on the order in which it happened to be told (design §5a 9).
    this.settledCode = run.on('osUpgrade.poll (settled)', (index) => this.poll(run.sets[index]!))
    this.pollCode = run.on('osUpgrade.poll', (index) => {
      run.kernel.after(0, CONTROL_LANE, this.settledCode, index, 0)
    })
    run.facts.upgradeEnded.push((set) => this.upgradeEnded(set))
    run.facts.modelChanged.push((set, before) => this.modelChanged(set, before))
    for (const set of run.sets) {
      const window = run.scenario.maintenanceConfigurations.find((one) => one.scaleSets.includes(set.name)) ?? null
      const state: SetState = {
        enabled: isAutomaticOSUpgrade(set.model),
        timer: -1,
        deferredImage: null,
        deferredSinceMs: -1,
        attempts: new Map(),
        running: null,
        // Maintenance control of OS images is for Uniform sets (AO-20).
        window: set.uniform ? window : null,
        obstacle: null,
      }
      this.states.push(state)
      if (state.enabled) this.look(set, firstPollMs(-1, run.assumptions))
    }
  }

  private stateOf(set: ScaleSetState): SetState {
    return this.states[set.index]!
  }

  private look(set: ScaleSetState, atMs: number): void {
    this.stateOf(set).timer = this.run.kernel.at(atMs, CONTROL_LANE, this.pollCode, set.index, 0)
  }

  /** The flag can be set and taken back at any time; a running upgrade goes on by itself (AO-24). */
  private modelChanged(set: ScaleSetState, before: ScaleSetModel): void {
    const { run } = this
    const state = this.stateOf(set)
    if (isAutomaticOSUpgrade(before) === isAutomaticOSUpgrade(set.model)) return
    state.enabled = isAutomaticOSUpgrade(set.model)
    if (state.enabled) {
      const firstMs = firstPollMs(run.nowMs, run.assumptions)
      run.record(OPTED_IN, setSubject(set), ruleCode('AO-9'), firstMs)
      this.look(set, firstMs)
      return
    }
    run.record(OPTED_OUT, setSubject(set), ruleCode('AO-24'))
    run.kernel.cancel(state.timer)
  }

  private poll(set: ScaleSetState): void {
    const { run } = this
    const state = this.stateOf(set)
    if (!state.enabled) return
    run.kernel.cause = -1
    this.look(set, run.nowMs + run.assumptions.aosPollInterval)
    this.decide(set, state)
  }

  private decide(set: ScaleSetState, state: SetState): void {
    const { run } = this
    // AO-1, AO-3, AO-28: a pinned version or a plain managed image has no newer one.
    if (!tracksLatest(set.model.virtualMachineProfile.storageProfile?.imageReference)) return
    const latest = this.gallery.choose(set.latest, set.model.location)
    const image = latest.kind === 'image' ? latest.key : null
    const behind = image === null ? [] : this.behind(set, image)
    const obstacle = image === null || behind.length === 0 ? null : this.obstacleOf(set, behind)
    state.obstacle = obstacle && image !== null ? { ...obstacle, image } : null
    // What was waiting for approval and is no longer latest waits no more (GA-11).
    if (state.deferredImage !== null && state.deferredImage !== image) state.deferredImage = null
    // The arrival of the image in the region is what leads to whatever follows.
    if (latest.kind === 'image' && latest.copy && latest.copy.endedEntry >= 0) run.kernel.cause = latest.copy.endedEntry
    const able = image === null ? [] : behind.filter((instance) => this.isAble(set, instance))
    // HE-1: with two health sources the service does nothing at all.
    if (set.latest.health.kind === 'conflict') {
      if (behind.length > 0)
        run.record(BLOCKED, setSubject(set), ruleCode('HE-1'), run.text('twoHealthSources'), behind.length)
      return
    }
    if (obstacle && able.length === 0) {
      const rule = obstacle.reason === 'notOnModel' ? 'AO-4' : 'BT-11'
      run.record(BLOCKED, setSubject(set), ruleCode(rule), run.text(obstacle.reason), obstacle.instances)
    }
    const attempt = image === null ? undefined : state.attempts.get(image)
    const decision = decideOsUpgrade(
      {
        nowMs: run.nowMs,
        upgradeRunning: set.upgradeRunning,
        latest: image,
        behind: able.length,
        lastAttempt: attempt
          ? {
              status: attempt.record.status,
              endedAtMs: attempt.record.endedAtMs,
              wasClosedOut: attempt.record.errorCode === 'RollingUpgradeBatchStartTimeNotWithinScheduledWindows',
            }
          : null,
        deferral: set.model.upgradePolicy.automaticOSUpgradePolicy?.osRollingUpgradeDeferral === true,
        deferredSinceMs: state.deferredImage === image ? state.deferredSinceMs : -1,
        windowIsOpen: state.window === null || windowIsOpen(state.window, run.nowMs),
      },
      run.assumptions,
    )
    const subject = setSubject(set)
    switch (decision.act) {
      case 'nothing':
        if (decision.rule === 'AO-7' && image !== null)
          run.record(NOTHING_NEWER, subject, ruleCode('AO-7'), run.text(image))
        return
      case 'defer':
        // Every machine carries the tag Platform.PendingOSUpgrade now.
        state.deferredImage = image
        state.deferredSinceMs = run.nowMs
        run.record(FOUND, subject, ruleCode('AO-21'), run.text(image!), able.length, 1)
        return
      case 'start':
        run.record(FOUND, subject, ruleCode(decision.rule), run.text(image!), able.length, 0)
        // A run that its window cut off goes on with those that were approved for it (AO-20, AO-21).
        this.start(set, image!, decision.rule === 'AO-20' ? (attempt?.approved ?? null) : null)
        return
      default:
        decision satisfies never
    }
  }

  /** AO-7: instances on an older image. Under `excludeTriggersDowngrade` a newer one is moved back as well (AO-25). */
  private behind(set: ScaleSetState, image: string): Instance[] {
    return set.instances.filter(
      (instance) => isMember(instance) && !instance.overprovisioned && this.isBehind(instance.compiled.imageKey, image),
    )
  }

  private isBehind(imageKey: string, target: string): boolean {
    const { excludeTriggersDowngrade } = this.run.assumptions
    return this.gallery.isOlder(imageKey, target) || (excludeTriggersDowngrade && imageKey !== target)
  }

  private goal(set: ScaleSetState, imageKey: string, approved: ReadonlySet<Instance> | null): UpgradeGoal {
    const { window } = this.stateOf(set)
    return {
      kind: 'os',
      imageKey,
      isBehind: (key) => this.isBehind(key, imageKey),
      isOffered: () => this.gallery.offers(set, imageKey),
      automatic: true,
      restores: set.model.upgradePolicy.automaticOSUpgradePolicy?.disableAutomaticRollback !== true,
      includeCurrent: false,
      approved,
      mayStartBatch: window === null ? null : (atMs) => windowIsOpen(window, atMs),
    }
  }

  private isAble(set: ScaleSetState, instance: Instance): boolean {
    return excludedBy(instance) === null && takesPart(set, instance, this.goal(set, '', null))
  }

  private obstacleOf(
    set: ScaleSetState,
    behind: readonly Instance[],
  ): { reason: OsUpgradeObstacle; instances: number } | null {
    if (set.latest.health.kind === 'conflict') return { reason: 'twoHealthSources', instances: behind.length }
    const count = (test: (instance: Instance) => boolean) => behind.filter(test).length
    const mismatched = count((instance) => hasOtherExtension(this.run, instance))
    if (mismatched > 0) return { reason: 'extensionMismatch', instances: mismatched }
    const held = count((instance) => excludedBy(instance) === 'BT-11')
    const behindModel = count((instance) => excludedBy(instance) === null && !this.isAble(set, instance))
    if (behindModel > 0) return { reason: 'notOnModel', instances: behindModel }
    return held > 0 ? { reason: 'protected', instances: held } : null
  }

  /** The activity log has an entry for the request, one for its acceptance and one at the end: AO-23. */
  private start(set: ScaleSetState, image: string, approved: ReadonlySet<Instance> | null): void {
    const { run } = this
    const state = this.stateOf(set)
    state.deferredImage = null
    state.deferredSinceMs = -1
    run.record(REQUESTED, setSubject(set), ruleCode('AO-23'), run.text(image), approved?.size ?? -1)
    const record = this.rolling.start(set, {
      trigger: 'AutomaticOSUpgrade',
      target: describeTarget(image),
      startedBy: 'Platform',
      goal: this.goal(set, image, approved),
    })
    run.record(ACCEPTED, setSubject(set), ruleCode('AO-23'), run.text(image))
    state.attempts.set(image, { record, approved })
    state.running = record
  }

  private upgradeEnded(set: ScaleSetState): void {
    const { run } = this
    const state = this.states[set.index]
    const record = state?.running
    if (!state || !record || record.endedAtMs < 0) return
    state.running = null
    const { targetImage, status, errorCode } = record
    run.record(
      COMPLETED,
      setSubject(set),
      ruleCode('AO-23'),
      run.text(targetImage ?? ''),
      run.text(status),
      run.text(errorCode ?? ''),
    )
  }

  /** `POST …/approveRollingUpgrade`: the deferred upgrade goes ahead, for all instances or for those named. AO-21. */
  approve(set: ScaleSetState, instances: readonly Instance[] | null): void {
    const { run } = this
    const state = this.stateOf(set)
    const image = state.deferredImage
    const subject = setSubject(set)
    if (image === null || set.upgradeRunning) {
      const message = image === null ? 'no OS upgrade waits for approval' : 'a rolling upgrade is in progress'
      run.noteRefusal(subject, 'approveRollingUpgrade', 'OperationNotAllowed', message, 'AO-21')
      return
    }
    const latest = this.gallery.choose(set.latest, set.model.location)
    if (latest.kind !== 'image' || latest.key !== image) {
      state.deferredImage = null
      const message = `${image} is no longer what latest means here`
      run.noteRefusal(subject, 'approveRollingUpgrade', 'OperationNotAllowed', message, 'GA-11')
      return
    }
    if (instances?.length === 0) {
      const message = 'none of the named instances exists'
      run.noteRefusal(subject, 'approveRollingUpgrade', 'NotFound', message, 'AO-21')
      return
    }
    run.record(APPROVED, subject, ruleCode('AO-21'), instances?.length ?? -1)
    this.start(set, image, instances === null ? null : new Set(instances))
  }

  /** What holds a set back at the end of the run, for the findings. */
  obstacleAtEnd(set: ScaleSetState): SetState['obstacle'] {
    const { obstacle } = this.stateOf(set)
    return obstacle && this.behind(set, obstacle.image).length > 0 ? obstacle : null
  }
}
