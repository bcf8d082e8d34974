import type { AttachedVM } from '../model/scenario.ts'
import type { AllocationFailure } from './allocation.ts'
import type { ApplicationTruth } from './application.ts'
import type { ApplicationHealth } from './application-health.ts'
import { Boot, NEW_DISK, SAME_DISK } from './boot.ts'
import type { Gallery, ImageChoice } from './gallery/gallery.ts'
import type { Hold } from './hold.ts'
import { Instance, isMemberLife, LIFE, type Life, PROVISIONING, setProvisioning } from './instance.ts'
import { findMachine, giveMachineBack, isUnborn } from './instance-machine.ts'
import { LifeDurations, PURPOSE } from './life-durations.ts'
import { LifeSteps } from './life-steps.ts'
import { machineAt, sizeOf } from './machines.ts'
import { isBilled, type Meters } from './meters.ts'
import type { ModelAction } from './model-change.ts'
import type { PlacedInstance } from './placement.ts'
import type { ReadyMachine } from './ready-machines.ts'
import { ResilientDelete } from './resilient-delete.ts'
import { NO_RULE, type Run, ruleCode, traceCode } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { imageNoticeMs, type ScheduledEvents, terminateNoticeMs } from './scheduled-events.ts'
import { nextIsSpot } from './spot/mix.ts'

const PRESENT = traceCode('instance.present')
const ATTACHED = traceCode('instance.attached')
const CREATING = traceCode('instance.creating')
const UPDATING = traceCode('instance.updating')
const PROVISIONED = traceCode('instance.provisioned')
const PROVISIONING_FAILED = traceCode('instance.provisioningFailed')
const NO_MACHINE = traceCode('instance.noMachine')
const STOPPING = traceCode('instance.stopping')
const STOPPED = traceCode('instance.stopped')
const DELETING = traceCode('instance.deleting')
const DELETED = traceCode('instance.deleted')
const IMAGE = traceCode('instance.image')

/** What the end of an update without a boot brings about. */
const RESTARTS_PROBE = 1
const TAKES_EFFECT = 2

/** Why an instance is deleted, as the trace tells it. */
export type DeleteReason =
  | 'user'
  | 'scale-in'
  | 'surge'
  | 'repair'
  | 'overprovisioned surplus'
  | 'evicted'
  | 'rolled back'
  | 'zone balance'
  | 'resilient create'

export interface CreateOptions {
  readonly surge?: boolean
  readonly overprovisioned?: boolean
  /** The image of its disk; by default what the model means now. */
  readonly image?: string
  /** It was made ahead of time and only has to come up: PL-85. */
  readonly ready?: ReadyMachine | null
}

/**
 * The life of instances: creating, starting, application starting, warming, serving; updating in place, stopping,
 * deleting, failing. How long each step takes: `LifeDurations`.
 */
export class LifeCycle {
  private readonly run: Run
  private readonly application: ApplicationTruth
  private readonly health: ApplicationHealth
  private readonly meters: Meters
  private readonly gallery: Gallery
  private readonly events: ScheduledEvents
  private readonly durations: LifeDurations
  private readonly steps: LifeSteps
  /** From power-on to serving. */
  readonly boot: Boot
  private readonly codes: {
    created: number
    applied: number
    poweredOn: number
    stopped: number
    deleteAgain: number
    deleted: number
    creationFailed: number
    resumed: number
  }
  private readonly updateRule = ruleCode('UM-5')
  private readonly reimageRule = ruleCode('UM-7')
  private readonly newestRule = ruleCode('UM-4')
  private readonly imageRule = ruleCode('GA-05')
  private readonly resilientRule = ruleCode('PL-64')
  private readonly deletions: ResilientDelete
  /** The version an instance gets when the update that runs on it is done, by instance index. */
  private readonly pendingVersion: number[] = []

  constructor(
    run: Run,
    application: ApplicationTruth,
    health: ApplicationHealth,
    meters: Meters,
    gallery: Gallery,
    events: ScheduledEvents,
    hold: Hold,
  ) {
    this.run = run
    this.deletions = new ResilientDelete(run)
    this.gallery = gallery
    this.events = events
    gallery.onLost.push((instance, code, rule) => this.failCreation(instance, code, rule))
    this.application = application
    this.health = health
    this.meters = meters
    this.durations = new LifeDurations(run)
    const steps = new LifeSteps(run, hold)
    this.steps = steps
    this.boot = new Boot(run, application, health, meters, this.durations, steps, (instance, life) =>
      this.setLife(instance, life),
    )
    this.codes = {
      created: steps.step('life.created', (instance) => this.boot.begin(instance, NEW_DISK)),
      applied: steps.step('life.applied', (instance, flags) => this.applied(instance, flags), true),
      poweredOn: steps.step('life.poweredOn', (instance, disk) => this.boot.begin(instance, disk)),
      stopped: steps.step('life.stopped', (instance, deallocated) => this.stoppedNow(instance, deallocated === 1)),
      creationFailed: steps.step('life.creationFailed', (instance, index) => this.creationFailed(instance, index)),
      resumed: steps.step('life.resumed', (instance) => this.boot.resume(instance)),
      deleteAgain: steps.step('life.deleteAgain', (instance) => this.deleteAgain(instance)),
      deleted: steps.step('life.deleted', (instance) => this.deletedNow(instance)),
    }
  }

  /** An instance of time 0: up for long, healthy as its image lets it be (design §5a 2). */
  addSteady(set: ScaleSetState, place: PlacedInstance): Instance {
    const { run } = this
    const instance = this.add(set, place)
    instance.compiled = this.gallery.compiled(set, 0, set.initialImage)
    setProvisioning(instance, PROVISIONING.succeeded, this.run.nowMs)
    instance.provisionedAtMs = 0
    instance.boots = 1
    instance.lastSize = sizeOf(set.model)
    instance.machine = run.machines.take(machineAt(set, instance, instance.lastSize))
    this.setLife(instance, LIFE.serving)
    this.application.steady(instance)
    this.health.startSteady(instance)
    const { zone, faultDomain, updateDomain, tracker } = instance
    this.run.record(PRESENT, instance.index, NO_RULE, zone, faultDomain, updateDomain, tracker.health)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
    return instance
  }

  /**
   * A machine that exists becomes a member without a pause (PL-53). It holds its hardware already, and the image it always
   * had; an upgrade brings it to the model of the set like any other.
   */
  attach(set: ScaleSetState, place: PlacedInstance, { image, reportsHealth }: AttachedVM): Instance {
    const { run } = this
    const instance = this.add(set, place)
    const choice = this.gallery.choose(set.latest, set.model.location)
    const key = image ?? (choice.kind === 'image' ? choice.key : set.initialImage)
    instance.spot = false
    instance.silent = !reportsHealth
    this.give(instance, set.latestVersion, key)
    // No rollout gave it what it runs.
    instance.givenVersion = false
    setProvisioning(instance, PROVISIONING.succeeded, this.run.nowMs)
    instance.provisionedAtMs = run.nowMs
    instance.boots = 1
    instance.lastSize = sizeOf(set.model)
    instance.machine = run.machines.take(machineAt(set, instance, instance.lastSize))
    this.setLife(instance, LIFE.serving)
    run.record(ATTACHED, instance.index, ruleCode('PL-53'), instance.zone, reportsHealth ? 1 : 0)
    const { cause } = run.kernel
    this.application.steady(instance)
    run.kernel.cause = cause
    this.health.start(instance)
    run.kernel.cause = cause
    run.facts.announce(run.facts.created, instance)
    run.facts.announce(run.facts.looksDifferent, instance)
    return instance
  }

  /** Creates an instance from the newest model (UM-4, RU-17). */
  create(set: ScaleSetState, place: PlacedInstance, options: CreateOptions = {}): Instance {
    const instance = this.add(set, place, options.overprovisioned)
    const wanted = options.image === undefined ? set.latest : { imageKey: options.image }
    const choice = this.gallery.choose(wanted, set.model.location)
    // Without an image it never was anything: what it fails on is no harm of a rollout.
    const key = choice.kind === 'image' ? choice.key : set.initialImage
    this.give(instance, set.latestVersion, key, set.latest.namedImage)
    if (instance.givenVersion) this.meters.changeBegins()
    instance.surge = options.surge ?? false
    instance.overprovisioned = options.overprovisioned ?? false
    this.setLife(instance, LIFE.creating)
    this.run.record(
      CREATING,
      instance.index,
      this.newestRule,
      instance.modelVersion,
      instance.surge ? 1 : 0,
      instance.overprovisioned ? 1 : 0,
    )
    this.run.facts.announce(this.run.facts.created, instance)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
    if (options.ready) {
      this.comeUp(instance, options.ready)
      return instance
    }
    this.onMachine(instance, () => {
      const ms = this.durations.sample(this.run.plan.timings.createControlPlane, PURPOSE.create, instance)
      this.startDisk(instance, choice, ms, this.codes.created)
    })
    return instance
  }

  /**
   * PL-85: a machine of a standby pool joins. A deallocated one starts and boots, with its extensions in place; a running or
   * hibernated one works at once when it has joined or resumed.
   */
  private comeUp(instance: Instance, { state, machine }: ReadyMachine): void {
    if (machine !== null) {
      instance.machine = machine
      instance.lastSize = machine.size
    }
    const { plan, assumptions } = this.run
    this.onMachine(instance, () => {
      if (state === 'Deallocated') {
        const ms = this.durations.sample(plan.timings.start, PURPOSE.start, instance)
        this.steps.startTimer(instance, ms, this.codes.poweredOn, SAME_DISK)
        return
      }
      const ms = state === 'Running' ? assumptions.standbyJoin : assumptions.standbyResume
      this.steps.startTimer(instance, ms, this.codes.resumed, 0)
    })
  }

  /** The instance holds this version of its set's model from now on, on a disk made from this image. */
  private give(instance: Instance, version: number, imageKey: string, before = instance.compiled.imageKey): void {
    const { set } = instance
    instance.modelVersion = version
    instance.compiled = this.gallery.compiled(set, version, imageKey)
    this.meters.cost?.modelGiven(instance)
    instance.givenVersion = version > 0 || imageKey !== set.initialImage
    // What the fleet has always run needs no telling.
    if (imageKey !== set.versions[version]!.namedImage && imageKey !== before)
      this.run.record(IMAGE, instance.index, this.imageRule, this.run.text(imageKey))
  }

  /** A new OS disk is made from the image of the instance: it takes its turn at the gallery's replicas (GA-32). */
  private startDisk(instance: Instance, choice: ImageChoice, ms: number, code: number): void {
    if (choice.kind === 'refused') {
      this.failCreation(instance, choice.code, choice.rule)
      return
    }
    if (choice.copy === null) {
      this.steps.startTimer(instance, ms, code, NEW_DISK)
      return
    }
    if (this.gallery.isOutOfReach(instance)) {
      this.failCreation(instance, 'imageUnavailable', 'GA-27')
      return
    }
    this.gallery.requestDisk(instance, (attachMs) =>
      this.steps.startTimer(instance, Math.max(ms, attachMs), code, NEW_DISK),
    )
  }

  /** No machine, or no image to make its disk from: the operation fails in the next event, never inside the request. */
  private failCreation(instance: Instance, code: string, rule: string): void {
    this.creationFailures.push({ code, rule })
    this.steps.startTimer(instance, 0, this.codes.creationFailed, this.creationFailures.length - 1)
  }

  private readonly creationFailures: { readonly code: string; readonly rule: string }[] = []

  private creationFailed(instance: Instance, index: number): void {
    const { run } = this
    const { code, rule } = this.creationFailures[index]!
    instance.lifeTimer = -1
    setProvisioning(instance, PROVISIONING.failed, this.run.nowMs)
    this.setLife(instance, LIFE.failed)
    run.record(PROVISIONING_FAILED, instance.index, ruleCode(rule), run.text(code))
    this.application.refresh(instance)
    run.facts.announce(run.facts.provisioningFailed, instance)
  }

  private add(set: ScaleSetState, place: PlacedInstance, unnumbered = false): Instance {
    const { run } = this
    const instance = new Instance(run.fleet.length, set, set.nextId++)
    // One that may turn out a surplus gets its number when it stays (design §5a 10).
    instance.number = unnumbered ? -1 : set.nextNumber++
    instance.zone = place.zone
    instance.placementGroup = place.placementGroup
    instance.faultDomain = place.faultDomain
    instance.updateDomain = place.updateDomain
    instance.createdAtMs = run.nowMs
    // The set may be on its way to a capacity it has not reached yet; the mix is that of the capacity (SP-20, SP-21).
    instance.spot = nextIsSpot(set, set.targetCapacity)
    set.placement.add(place)
    set.instances.push(instance)
    run.fleet.push(instance)
    return instance
  }

  /** Whether an operation on the instance runs, so that another one must wait or be refused. */
  isBusy(instance: Instance): boolean {
    return (
      instance.life === LIFE.creating ||
      instance.life === LIFE.updating ||
      instance.life === LIFE.stopping ||
      instance.life === LIFE.deleting ||
      instance.life === LIFE.absent ||
      instance.leaving ||
      instance.provisioning === PROVISIONING.updating ||
      (instance.provisioning === PROVISIONING.creating && instance.life !== LIFE.failed)
    )
  }

  /**
   * Brings an instance to another version of the model as the change asks (UM-5): nothing but a note, an extension that
   * runs again, a restart, or a new OS disk. `image`: the one a new disk is made from; by default what the model means now.
   */
  upgrade(instance: Instance, version: number, action: ModelAction, restartProbe: boolean, image?: string): void {
    const { run } = this
    run.record(UPDATING, instance.index, this.updateRule, version, run.text(action))
    if (isUnborn(instance)) {
      // It has nothing to update: it is tried again as a whole.
      this.swapDisk(instance, version, image)
      return
    }
    if (action === 'none' || action === 'extension' || action === 'dataDisk') {
      setProvisioning(instance, PROVISIONING.updating, this.run.nowMs)
      this.pendingVersion[instance.index] = version
      const ms = action === 'none' ? 0 : this.durations.inPlaceMs(instance, action)
      const flags = (restartProbe ? RESTARTS_PROBE : 0) | (action === 'none' ? 0 : TAKES_EFFECT)
      this.steps.startExtensionTimer(instance, ms, this.codes.applied, flags)
      return
    }
    const { timings } = run.plan
    if (action === 'restart') {
      this.takeDown(instance, LIFE.updating)
      this.give(instance, version, instance.compiled.imageKey)
      this.onMachine(instance, () => {
        const ms = this.durations.sample(timings.resizeInPlace, PURPOSE.resizeInPlace, instance)
        this.steps.startTimer(instance, ms, this.codes.poweredOn, SAME_DISK)
      })
      return
    }
    this.afterNotice(instance, () => this.swapDisk(instance, version, image))
  }

  private swapDisk(instance: Instance, version: number, image: string | undefined): void {
    const { timings } = this.run.plan
    this.takeDown(instance, LIFE.updating)
    const { set } = instance
    instance.formerDisk = { modelVersion: instance.modelVersion, imageKey: instance.compiled.imageKey }
    const wanted = image === undefined ? set.versions[version]! : { imageKey: image }
    const choice = this.gallery.choose(wanted, set.model.location)
    this.give(instance, version, choice.kind === 'image' ? choice.key : wanted.imageKey)
    this.newDisk(instance)
    this.onMachine(instance, () => {
      const ms = this.durations.sample(timings.osDiskSwap, PURPOSE.osDiskSwap, instance)
      this.startDisk(instance, choice, ms, this.codes.poweredOn)
    })
  }

  /** SE-12: with the OS image notification the guest is told first, and goes on until its time has come. */
  private afterNotice(instance: Instance, act: () => void): void {
    const noticeMs = imageNoticeMs(instance.compiled.document)
    if (noticeMs < 0) {
      act()
      return
    }
    setProvisioning(instance, PROVISIONING.updating, this.run.nowMs)
    this.events.schedule(this.run.assumptions.osImageEventType, instance, noticeMs, { start: act })
  }

  /** The disk an OS upgrade swapped out comes back, as it was: no image is needed. AO-14. False: there is none. */
  restoreDisk(instance: Instance): boolean {
    const former = instance.formerDisk
    if (former === null) return false
    instance.formerDisk = null
    this.takeDown(instance, LIFE.updating)
    this.give(instance, former.modelVersion, former.imageKey)
    this.newDisk(instance)
    this.onMachine(instance, () => {
      const ms = this.durations.sample(this.run.plan.timings.osDiskSwap, PURPOSE.osDiskSwap, instance)
      this.steps.startTimer(instance, ms, this.codes.poweredOn, SAME_DISK)
    })
    return true
  }

  private applied(instance: Instance, flags: number): void {
    const restartProbe = (flags & RESTARTS_PROBE) !== 0
    const takesEffect = (flags & TAKES_EFFECT) !== 0
    instance.extensionTimer = -1
    const version = this.pendingVersion[instance.index]!
    const sourceBefore = instance.compiled.probe?.kind
    if (version !== instance.modelVersion) {
      const before = instance.compiled.defects
      this.give(instance, version, instance.compiled.imageKey)
      this.application.modelApplied(instance, before, takesEffect)
    }
    setProvisioning(instance, PROVISIONING.succeeded, this.run.nowMs)
    instance.provisionedAtMs = this.run.nowMs
    this.application.refresh(instance)
    const source = instance.compiled.probe?.kind
    // HE-1: where the other one of two sources goes, the one that stays is heard; where a second one comes, neither is.
    if (source === undefined) this.health.down(instance)
    else if (restartProbe || source !== sourceBefore) {
      instance.probing = false
      this.health.start(instance)
    }
    this.run.record(PROVISIONED, instance.index, NO_RULE, instance.modelVersion)
    this.run.facts.announce(this.run.facts.provisioned, instance)
  }

  /** A new OS disk from the image of the instance's own model; data disks, IP and id stay (UM-7). */
  reimage(instance: Instance): void {
    this.run.record(UPDATING, instance.index, this.reimageRule, instance.modelVersion, this.run.text('reimage'))
    this.afterNotice(instance, () => this.reimageNow(instance))
  }

  private reimageNow(instance: Instance): void {
    this.takeDown(instance, LIFE.updating)
    const choice = this.imageOfReimage(instance)
    if (choice.kind === 'image') this.give(instance, instance.modelVersion, choice.key)
    this.newDisk(instance)
    this.onMachine(instance, () => {
      const ms = this.durations.sample(this.run.plan.timings.reimage, PURPOSE.reimage, instance)
      this.startDisk(instance, choice, ms, this.codes.poweredOn)
    })
  }

  /** GA-10: a gallery image keeps its version; one of the platform that follows latest moves on (UM-6). */
  private imageOfReimage(instance: Instance): ImageChoice {
    const { set, compiled } = instance
    const { reimageMovesToLatest, platformReimageMovesToLatest } = this.run.assumptions
    const isOfGallery = this.gallery.definitionOf(compiled.imageKey) !== undefined
    const moves = isOfGallery ? reimageMovesToLatest : platformReimageMovesToLatest
    // The key of a platform image from before the run names no version, and would mean the latest one now.
    if (!moves && !isOfGallery) return { kind: 'image', key: compiled.imageKey, copy: null }
    return this.gallery.choose(moves ? set.versions[instance.modelVersion]! : compiled, set.model.location)
  }

  /** Whether a new instance would find its image: GA-03, GA-09. */
  canCreate(set: ScaleSetState): ImageChoice {
    return this.gallery.choose(set.latest, set.model.location)
  }

  /** Whether a reimage would find its image: GA-09. */
  canReimage(instance: Instance): ImageChoice {
    return this.imageOfReimage(instance)
  }

  restart(instance: Instance): void {
    if (isUnborn(instance)) {
      this.reimage(instance)
      return
    }
    this.run.record(STOPPING, instance.index, NO_RULE, this.run.text('restart'))
    this.takeDown(instance, LIFE.updating)
    this.onMachine(instance, () => {
      const ms = this.durations.sample(this.run.plan.timings.restart, PURPOSE.restart, instance)
      this.steps.startTimer(instance, ms, this.codes.poweredOn, SAME_DISK)
    })
  }

  deallocate(instance: Instance): void {
    this.run.record(STOPPING, instance.index, NO_RULE, this.run.text('deallocate'))
    this.takeDown(instance, LIFE.stopping)
    this.steps.startTimer(
      instance,
      this.durations.sample(this.run.plan.timings.deallocate, PURPOSE.deallocate, instance),
      this.codes.stopped,
      1,
    )
  }

  private stoppedNow(instance: Instance, deallocated: boolean): void {
    instance.lifeTimer = -1
    instance.life = LIFE.stopped
    instance.deallocated = deallocated
    if (deallocated) giveMachineBack(this.run, instance)
    this.bill(instance)
    setProvisioning(instance, PROVISIONING.succeeded, this.run.nowMs)
    this.run.record(STOPPED, instance.index, NO_RULE, deallocated ? 1 : 0)
    this.run.facts.announce(this.run.facts.stopped, instance)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
  }

  /** Starts a stopped instance. One that an upgrade has skipped starts on the newest model (BT-14). */
  start(instance: Instance, version: number, newDisk: boolean, image?: string): void {
    instance.deallocated = false
    instance.evicted = false
    this.run.facts.announce(this.run.facts.started, instance)
    const { set } = instance
    const wanted = image === undefined ? set.versions[version]! : { imageKey: image }
    const choice = newDisk ? this.gallery.choose(wanted, set.model.location) : null
    const key = choice?.kind === 'image' ? choice.key : instance.compiled.imageKey
    if (version !== instance.modelVersion || key !== instance.compiled.imageKey) this.give(instance, version, key)
    if (newDisk) this.newDisk(instance)
    instance.boots++
    setProvisioning(instance, PROVISIONING.updating, this.run.nowMs)
    instance.life = LIFE.updating
    this.bill(instance)
    this.onMachine(instance, () => {
      const ms = this.durations.sample(this.run.plan.timings.start, PURPOSE.start, instance)
      if (choice) this.startDisk(instance, choice, ms, this.codes.poweredOn)
      else this.steps.startTimer(instance, ms, this.codes.poweredOn, SAME_DISK)
    })
  }

  /** Why a stopped instance would find no machine if it were started on this version; null: it would. */
  canStart(instance: Instance, version: number): AllocationFailure | null {
    const { set } = instance
    const size = sizeOf(set.versions[version]!.document)
    if (instance.machine !== null && instance.machine.size === size) return null
    return this.run.allocation.refusal(set, instance, instance.spot, size, instance)
  }

  /**
   * BT-14: an instance that upgrades skipped while it was stopped starts on the newest model, unless the mode is Manual. What an
   * OS upgrade brought while it was down comes with its next start (SP-33).
   */
  startOnNewest(instance: Instance): void {
    const { set } = instance
    const version = set.model.upgradePolicy.mode === 'Manual' ? instance.modelVersion : set.latestVersion
    const change = this.run.changeTo(instance, version)
    const image = set.osImage !== null && set.osImage !== instance.compiled.imageKey ? set.osImage : undefined
    this.start(instance, version, change.action === 'osDiskSwap' || image !== undefined, image)
  }

  /** It has left the load balancer and finished what it had begun; it serves nobody until it is started anew. */
  drain(instance: Instance): void {
    instance.drained = true
    this.application.refresh(instance)
  }

  /**
   * Deletes an instance; it counts no longer from now on. With the terminate notification a running guest is told first and
   * goes on until the event starts (SE-9); a forced delete waits for nothing and is quicker (PL-78).
   */
  delete(instance: Instance, reason: DeleteReason, rule: number, force = false): void {
    if (instance.leaving) return
    const noticeMs = force || reason === 'overprovisioned surplus' ? -1 : terminateNoticeMs(instance.compiled.document)
    if (noticeMs < 0 || instance.life < LIFE.applicationStarting || instance.life > LIFE.serving) {
      this.deleteNow(instance, reason, rule, force)
      return
    }
    instance.leaving = true
    this.meters.membersChanged(instance.set, -1)
    this.run.facts.announce(this.run.facts.left, instance)
    this.events.schedule('Terminate', instance, noticeMs, {
      start: () => this.deleteNow(instance, reason, rule, false),
    })
    this.run.facts.announce(this.run.facts.leaving, instance)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
  }

  private deleteNow(instance: Instance, reason: DeleteReason, rule: number, force: boolean): void {
    const { run } = this
    run.record(DELETING, instance.index, rule, run.text(reason))
    const wasStopped = instance.life === LIFE.stopped
    this.takeDown(instance, LIFE.deleting)
    const { timings } = run.plan
    const sampler = wasStopped ? timings.deleteDeallocated : timings.delete
    const ms = this.durations.sample(sampler, PURPOSE.delete, instance)
    const factor = force ? run.assumptions.forceDeleteFactor : 1
    this.steps.startTimer(instance, Math.round(ms * factor), this.codes.deleted, 0)
  }

  private deletedNow(instance: Instance): void {
    instance.lifeTimer = -1
    const failure = this.deletions.outcome(instance)
    if (failure === 'In Progress') {
      setProvisioning(instance, PROVISIONING.failed, this.run.nowMs)
      this.steps.startTimer(instance, this.run.assumptions.resilientDeleteRetry, this.codes.deleteAgain, 0)
      return
    }
    if (failure !== null) {
      this.deleteFailed(instance)
      return
    }
    instance.deletedAtMs = this.run.nowMs
    giveMachineBack(this.run, instance)
    this.setLife(instance, LIFE.absent)
    instance.set.placement.remove(instance)
    this.run.record(DELETED, instance.index, NO_RULE)
    this.run.facts.announce(this.run.facts.deleted, instance)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
  }

  private deleteAgain(instance: Instance): void {
    setProvisioning(instance, PROVISIONING.updating, this.run.nowMs)
    this.run.record(DELETING, instance.index, this.resilientRule, this.run.text('another attempt'))
    instance.updates++
    const ms = this.durations.sample(
      this.run.plan.timings.delete,
      PURPOSE.delete,
      instance,
      instance.boots + instance.updates,
    )
    this.steps.startTimer(instance, ms, this.codes.deleted, 0)
  }

  /** It is still there, powered off, and whoever waits for its end waits no longer. */
  private deleteFailed(instance: Instance): void {
    instance.leaving = false
    this.setLife(instance, LIFE.stopped)
    setProvisioning(instance, PROVISIONING.failed, this.run.nowMs)
    this.run.facts.announce(this.run.facts.deleteFailed, instance)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
  }

  private newDisk(instance: Instance): void {
    instance.incarnation++
    // A new OS disk cures what had been broken on the old one (design §5a 4).
    instance.openBreak = false
    instance.broken = instance.timedBreaks > 0
  }

  /** Nothing that was scheduled for the old boot happens any more. */
  private takeDown(instance: Instance, life: Life): void {
    const { kernel } = this.run
    if (instance.lifeTimer >= 0) kernel.cancel(instance.lifeTimer)
    if (instance.extensionTimer >= 0) kernel.cancel(instance.extensionTimer)
    instance.lifeTimer = -1
    instance.extensionTimer = -1
    instance.boots++
    if (life !== LIFE.starting) this.events.withdraw(instance, life === LIFE.updating)
    // A restart cures a hang.
    instance.openHang = false
    instance.hung = instance.timedHangs > 0
    instance.drained = false
    setProvisioning(instance, PROVISIONING.updating, this.run.nowMs)
    this.setLife(instance, life)
    this.application.forget(instance)
    const { cause } = kernel
    this.health.down(instance)
    this.application.refresh(instance)
    kernel.cause = cause
  }

  /**
   * The power is gone: whatever ran stops at once, and the instance boots again when it is back. To the control plane it is
   * as it was, so that operations on it are accepted and wait (AV-13). One that has no power yet loses none.
   */
  losePower(instance: Instance): void {
    if (instance.life < LIFE.starting || instance.life > LIFE.serving) return
    const { provisioning, provisioningSinceMs } = instance
    const isNew = provisioning !== PROVISIONING.succeeded && this.boot.diskOf(instance) === NEW_DISK
    this.events.withdrawMaintenance(instance)
    this.takeDown(instance, LIFE.starting)
    setProvisioning(instance, provisioning, provisioningSinceMs)
    this.steps.startTimer(instance, 0, this.codes.poweredOn, isNew ? NEW_DISK : SAME_DISK)
  }

  private setLife(instance: Instance, life: Life): void {
    const before = instance.life
    instance.life = life
    const member = isMemberLife(life) && !instance.leaving
    if (member !== (isMemberLife(before) && !instance.leaving)) {
      this.meters.membersChanged(instance.set, member ? 1 : -1)
      if (!member) this.run.facts.announce(this.run.facts.left, instance)
    }
    const exists = life !== LIFE.absent
    if (exists !== (before !== LIFE.absent)) this.meters.cost?.diskChanged(instance, exists ? 1 : -1)
    this.bill(instance)
  }

  private bill(instance: Instance): void {
    const billed = isBilled(instance.life, instance.deallocated, instance.allocationFailure !== null)
    if (billed === instance.billed) return
    instance.billed = billed
    this.meters.billedChanged(instance, billed ? 1 : -1)
    this.meters.cost?.billedChanged(instance, billed ? 1 : -1)
  }

  /** Goes on to what needs a machine, or fails for want of one. */
  private onMachine(instance: Instance, goOn: () => void): void {
    const failure = findMachine(this.run, instance)
    if (failure === null) goOn()
    else {
      this.run.record(NO_MACHINE, instance.index, ruleCode(failure.rule), this.run.text(failure.code))
      this.failCreation(instance, failure.code, failure.rule)
    }
  }
}
