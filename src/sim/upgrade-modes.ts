import { imageKey, tracksLatest } from '../model/declare/image-key.ts'
import { repairPolicy } from '../model/declare/repair-policy.ts'
import { bootRefusal, changeOfDefinition } from '../model/gallery/limits.ts'
import { playbookFinding } from '../model/playbook-finding.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Action, ModelAssignment } from '../model/scenario.ts'
import { isOptOut } from './automatic-os-upgrade/decision.ts'
import type { Capacity } from './capacity.ts'
import type { DefinitionState } from './gallery/copy.ts'
import type { Gallery } from './gallery/gallery.ts'
import { type Instance, isMember, PROVISIONING } from './instance.ts'
import { actionChangeRefusal } from './instance-repair/decision.ts'
import type { LifeCycle } from './life-cycle.ts'
import type { Meters } from './meters.ts'
import type { ModelUpdate } from './model-update.ts'
import type { RolloutResult } from './result.ts'
import { describeTarget } from './rolling-upgrade/goal.ts'
import type { RollingUpgrades } from './rolling-upgrade/rolling-upgrades.ts'
import { BatchRecord, RolloutRecord } from './rolling-upgrade/rollout-record.ts'
import { excludedBy } from './rolling-upgrade/set-counts.ts'
import { type Run, ruleCode, setSubject, traceCode } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { maxPriceChangeRefusal } from './spot/market.ts'
import { expandZones } from './zone-expansion.ts'

const MODEL_UPDATED = traceCode('model.updated')
const MODEL_UNCHANGED = traceCode('model.unchanged')
const WRITE_REJECTED = traceCode('write.rejected')
const MANUAL_STARTED = traceCode('manualUpgrade.started')
const STARTED = traceCode('rollout.started')
const BATCH_STARTED = traceCode('rollout.batchStarted')
const ENDED = traceCode('rollout.ended')

type ManualUpgrade = Extract<Action, { verb: 'manualUpgrade' }>

/** An unbatched upgrade of mode Automatic while its instances are under way. */
interface AutomaticUpgrade {
  readonly record: RolloutRecord
  readonly batch: BatchRecord
  readonly underWay: Set<Instance>
}

/**
 * What a write on a scale set does to the instances it already has, by its upgrade mode: nothing (Manual, UM-1), all at
 * once (Automatic, UM-2), a rolling upgrade (Rolling, UM-3). New instances get the newest model in every mode (UM-4).
 */
export class UpgradeModes {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly rolling: RollingUpgrades
  private readonly capacity: Capacity
  private readonly meters: Meters
  private readonly gallery: Gallery
  private readonly automatic: (AutomaticUpgrade | null)[] = []

  constructor(
    run: Run,
    life: LifeCycle,
    rolling: RollingUpgrades,
    capacity: Capacity,
    meters: Meters,
    gallery: Gallery,
  ) {
    this.run = run
    this.gallery = gallery
    this.life = life
    this.rolling = rolling
    this.capacity = capacity
    this.meters = meters
    run.facts.provisioned.push((instance) => this.settled(instance, true))
    run.facts.provisioningFailed.push((instance) => this.settled(instance, false))
    run.facts.deleted.push((instance) => this.settled(instance, false))
    run.facts.deleteFailed.push((instance) => this.settled(instance, false))
  }

  updateModel(set: ScaleSetState, assignments: readonly ModelAssignment[]): void {
    const { run } = this
    const update = run.plan.update(set.model, set.index, assignments)
    if (set.upgradeRunning && !mayAlwaysBeWritten(update)) {
      // RU-16: while an upgrade runs, other writes are refused.
      if (run.assumptions.writeDuringUpgrade === 'queue')
        this.rolling.afterUpgrade(set, () => this.updateModel(set, assignments))
      else this.reject(set, 'updateModel', 'OperationNotAllowed', 'a rolling upgrade is in progress', 'RU-16')
      return
    }
    if (update.kind === 'refused') this.reject(set, 'updateModel', update.code, update.message, update.rule)
    else if (update.kind === 'unchanged') this.reapply(set)
    else if (!this.isRefusedByState(set, update)) this.apply(set, update)
  }

  /** What the service refuses for a reason that lies outside the document. */
  private isRefusedByState(set: ScaleSetState, { model, change }: Extract<ModelUpdate, { kind: 'changed' }>): boolean {
    const { run } = this
    const refusal = actionChangeRefusal(repairPolicy(set.model), repairPolicy(model), run.assumptions)
    if (refusal !== undefined) {
      this.reject(set, 'updateModel', 'OperationNotAllowed', refusal, 'RE-14')
      return true
    }
    const priced = maxPriceChangeRefusal(set, model)
    if (priced !== undefined) {
      this.reject(set, 'updateModel', 'MaxPriceChangeNotAllowedForAllocatedVMs', priced, 'SP-06')
      return true
    }
    const notOffered = model.sku.name === set.model.sku.name ? null : this.capacity.notOffered(set, model)
    if (notOffered !== null) {
      this.reject(set, 'updateModel', notOffered.code, notOffered.message, notOffered.rule)
      return true
    }
    if (change.action !== 'osDiskSwap') return false
    const definitions = this.imageRefusal(set, model)
    if (definitions === null) return false
    this.reject(set, 'updateModel', definitions.code, definitions.message, definitions.rule)
    return true
  }

  /** The new image has to be there, in the region (GA-03, GA-04), boot (GA-37) and be of a kind with the old one (GA-38). */
  private imageRefusal(
    set: ScaleSetState,
    model: ScaleSetModel,
  ): { code: string; message: string; rule: string } | null {
    const key = imageKey(model.virtualMachineProfile.storageProfile?.imageReference)
    const choice = this.gallery.choose({ imageKey: key }, set.model.location)
    if (choice.kind === 'refused') return choice
    const from = this.gallery.definitionOf(set.latest.imageKey)
    const to = this.gallery.definitionOf(key)
    const unbootable = to && bootRefusal(to.declared, model)
    if (unbootable !== undefined) return { code: 'BadRequest', message: unbootable, rule: 'GA-37' }
    if (!from || !to || from === to) return null
    const changed = changeOfDefinition(traitsOf(from), traitsOf(to))
    return changed.kind === 'allowed'
      ? null
      : { code: 'PropertyChangeNotAllowed', message: changed.message, rule: 'GA-38' }
  }

  private reject(set: ScaleSetState, operation: string, code: string, message: string, rule: string): void {
    const { run } = this
    const subject = setSubject(set)
    if (code === 'PropertyChangeNotAllowed')
      // Playbook row 11 says the same as a refusal, and more.
      run.findings.push(
        playbookFinding('FixedAtCreation', {
          where: run.whereOf(subject, operation),
          names: { 'scale-set': set.name },
          evidence: [`${code}: ${message}.`],
          rules: [rule],
        }),
      )
    else run.noteRefusal(subject, operation, code, message, rule)
    run.record(WRITE_REJECTED, setSubject(set), ruleCode(rule), run.text(code), run.text(message))
  }

  private apply(set: ScaleSetState, update: Extract<ModelUpdate, { kind: 'changed' }>): void {
    const { run } = this
    const { model, change, description } = update
    const modeBefore = set.model.upgradePolicy.mode
    const capacityBefore = set.model.sku.capacity
    const before = set.model
    set.model = model
    const compiled = this.gallery.put(set, model)
    if (change.setOnly) set.versions[set.latestVersion] = compiled
    else set.versions.push(compiled)
    // Another image of the model takes the place of what the last OS upgrade brought.
    if (change.action === 'osDiskSwap') set.osImage = null
    const { mode } = model.upgradePolicy
    run.record(
      MODEL_UPDATED,
      setSubject(set),
      ruleCode(change.setOnly ? 'UM-4' : mode === 'Manual' ? 'UM-1' : mode === 'Automatic' ? 'UM-2' : 'UM-3'),
      set.latestVersion,
      run.text(description),
      run.text(change.setOnly ? 'setOnly' : change.action),
      run.text(mode),
    )
    if (before.zones !== model.zones || before.zoneBalance !== model.zoneBalance) expandZones(set)
    run.facts.announceSet(run.facts.written, set)
    run.facts.announceModel(set, before)
    const cause = run.kernel.cause
    if (model.sku.capacity !== capacityBefore) this.capacity.scaleTo(set, model.sku.capacity)
    run.kernel.cause = cause
    // What was taken back during an upgrade (AO-24) leaves that upgrade alone.
    if (set.upgradeRunning) return
    if (!change.setOnly) this.bringUp(set, 'ModelChange', description)
    else if (mode === 'Rolling' && modeBefore !== 'Rolling' && run.assumptions.modeToRollingStartsUpgrade)
      this.startRolling(set, 'ModeChange', description, true)
    // RU-14: after any write the instances are compared with the model, and those behind are brought up.
    else if (this.behind(set).length > 0) this.bringUp(set, mode === modeBefore ? 'Reapply' : 'ModeChange', description)
  }

  /** An update without a change: instances that are behind are brought up by the policy (RU-14). */
  reapply(set: ScaleSetState): void {
    const { run } = this
    if (set.upgradeRunning) {
      this.reject(set, 'reapply', 'OperationNotAllowed', 'a rolling upgrade is in progress', 'RU-16')
      return
    }
    run.facts.announceSet(run.facts.written, set)
    const behind = this.behind(set)
    run.record(MODEL_UNCHANGED, setSubject(set), ruleCode('RU-14'), behind.length)
    if (behind.length === 0) return
    const first = set.modelOf(behind[0]!).document
    this.bringUp(set, 'Reapply', run.plan.describe(first, set.model))
  }

  private behind(set: ScaleSetState): Instance[] {
    return set.instances.filter((instance) => isMember(instance) && !set.isOnLatestModel(instance))
  }

  private bringUp(set: ScaleSetState, trigger: RolloutResult['trigger'], target: string): void {
    switch (set.model.upgradePolicy.mode) {
      case 'Manual':
        return
      case 'Automatic':
        this.allAtOnce(set, trigger, target)
        return
      case 'Rolling':
        this.startRolling(set, trigger, target, false)
        return
      default:
        set.model.upgradePolicy.mode satisfies never
    }
  }

  private startRolling(
    set: ScaleSetState,
    trigger: RolloutResult['trigger'],
    target: string,
    includeCurrent: boolean,
  ): void {
    this.rolling.start(set, { trigger, target, startedBy: 'User', goal: { kind: 'model', includeCurrent } })
  }

  /** Mode Automatic: every instance behind at once, in any order, no health gate. UM-2. */
  private allAtOnce(set: ScaleSetState, trigger: RolloutResult['trigger'], target: string): void {
    const { run } = this
    this.meters.changeBegins()
    const members = this.behind(set).filter((instance) => excludedBy(instance) === null)
    const record = new RolloutRecord(set.name, trigger, 'Automatic', target, run.nowMs)
    run.rollouts.push(record)
    const batch = new BatchRecord({
      index: 0,
      startedAtMs: run.nowMs,
      instances: members.map((instance) => instance.index),
      zones: [...new Set(members.map((instance) => set.zones[instance.zone] ?? ''))].filter((zone) => zone !== ''),
      updateDomain: null,
      surge: false,
    })
    record.batches.push(batch)
    record.inProgress = members.length
    record.leftOut = this.behind(set).length - members.length
    const total = set.targetCapacity
    run.record(
      STARTED,
      setSubject(set),
      ruleCode('UM-2'),
      run.rollouts.length - 1,
      run.text(trigger),
      members.length,
      total,
    )
    run.record(BATCH_STARTED, setSubject(set), ruleCode('UM-2'), 0, members.length, total, 0)
    const upgrade: AutomaticUpgrade = { record, batch, underWay: new Set(members) }
    this.automatic[set.index] = upgrade
    this.upgradeAll(members, set.latestVersion)
    if (members.length === 0) this.finish(set, upgrade)
  }

  private upgradeAll(instances: readonly Instance[], version: number): void {
    const { run } = this
    const cause = run.kernel.cause
    for (const instance of instances) {
      // One that is still busy follows as soon as it is provisioned.
      if (this.life.isBusy(instance)) continue
      run.kernel.cause = cause
      const change = run.changeTo(instance, version)
      this.life.upgrade(instance, version, change.action, change.healthExtensionChanged)
    }
    run.kernel.cause = cause
  }

  private settled(instance: Instance, provisioned: boolean): void {
    const upgrade = this.automatic[instance.set.index]
    if (!upgrade?.underWay.has(instance)) return
    const { set } = instance
    if (provisioned && !set.isOnLatestModel(instance) && instance.provisioning === PROVISIONING.succeeded) {
      this.upgradeAll([instance], set.latestVersion)
      return
    }
    upgrade.underWay.delete(instance)
    upgrade.record.inProgress--
    if (provisioned) {
      upgrade.record.successful++
      upgrade.batch.successful++
    } else {
      upgrade.record.failed++
      upgrade.batch.failed++
    }
    if (upgrade.underWay.size === 0) this.finish(set, upgrade)
  }

  private finish(set: ScaleSetState, { record, batch }: AutomaticUpgrade): void {
    const { run } = this
    this.automatic[set.index] = null
    record.status = 'Completed'
    record.endedAtMs = run.nowMs
    batch.endedAtMs = run.nowMs
    run.record(
      ENDED,
      setSubject(set),
      ruleCode('UM-2'),
      run.text('Completed'),
      run.text(''),
      record.successful,
      record.failed,
    )
  }

  /** Brings the named instances to the latest model at once, whatever the mode; no health gate, no entry among the rollouts. UM-1. */
  manualUpgrade(
    set: ScaleSetState,
    asked: ManualUpgrade['instances'],
    resolve: (refs: ManualUpgrade['instances']) => Instance[],
  ): void {
    const { run } = this
    run.facts.announceSet(run.facts.written, set)
    const instances = resolve(asked).filter(
      (instance) =>
        isMember(instance) && !set.isOnLatestModel(instance) && !this.life.isBusy(instance) && instance.batchStep === 0,
    )
    this.meters.changeBegins()
    run.record(MANUAL_STARTED, setSubject(set), ruleCode('UM-1'), instances.length)
    this.upgradeAll(instances, set.latestVersion)
  }

  /**
   * `POST …/osRollingUpgrade`. It needs an image that tracks latest (AO-28) and an unprotected instance on it (BT-13). With
   * nothing newer to go to it runs its batches and reports every instance as successful (RU-2, measured).
   */
  startOSUpgrade(set: ScaleSetState): void {
    this.run.facts.announceSet(this.run.facts.written, set)
    if (set.upgradeRunning) {
      this.reject(set, 'startOSUpgrade', 'OperationNotAllowed', 'a rolling upgrade is in progress', 'RU-16')
      return
    }
    if (!tracksLatest(imageReferenceOf(set))) {
      this.reject(
        set,
        'startOSUpgrade',
        'OperationNotAllowed',
        'the model pins an image version; an OS upgrade needs one that tracks latest',
        'AO-28',
      )
      return
    }
    const members = set.instances.filter(isMember)
    if (members.length > 0 && members.every((instance) => instance.protectFromScaleSetActions)) {
      this.reject(
        set,
        'startOSUpgrade',
        'OperationNotAllowed',
        'every instance on latest is protected from scale set actions',
        'BT-13',
      )
      return
    }
    const choice = this.gallery.choose(set.latest, set.model.location)
    if (choice.kind === 'refused') {
      this.reject(set, 'startOSUpgrade', choice.code, choice.message, choice.rule)
      return
    }
    this.rolling.start(set, {
      trigger: 'ManualOSUpgrade',
      target: describeTarget(choice.key),
      startedBy: 'User',
      goal: {
        kind: 'os',
        imageKey: choice.key,
        isBehind: (key) => key !== choice.key,
        isOffered: () => this.gallery.offers(set, choice.key),
        automatic: false,
        restores: false,
        includeCurrent: true,
        approved: null,
        mayStartBatch: null,
      },
    })
  }
}

function mayAlwaysBeWritten(update: ModelUpdate): boolean {
  return (
    update.kind === 'changed' &&
    isOptOut(
      update.model,
      update.change.reasons.map(({ path }) => path),
    )
  )
}

const imageReferenceOf = (set: ScaleSetState) => set.model.virtualMachineProfile.storageProfile?.imageReference

const traitsOf = ({ declared, versions }: DefinitionState) => ({
  ...declared,
  dataDiskCount: versions.at(-1)?.dataDisksGB.length ?? 0,
})
