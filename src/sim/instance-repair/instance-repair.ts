import { isServiceFabricExtension } from '../../model/declare/health-source.ts'
import { type RepairAction, type RepairPolicy, repairPolicy } from '../../model/declare/repair-policy.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { Action } from '../../model/scenario.ts'
import type { Capacity } from '../capacity.ts'
import type { ImageChoice } from '../gallery/gallery.ts'
import { HEALTH_HEALTHY, HEALTH_UNHEALTHY, HEALTH_UNKNOWN } from '../health/health-tracker.ts'
import { type Instance, isMember, isStopped, PROVISIONING } from '../instance.ts'
import type { LifeCycle } from '../life-cycle.ts'
import { CONTROL_LANE, instanceLabel, type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { judgeCandidate, nextScanMs, type RepairCandidate, repairLimit, repairOrder } from './decision.ts'

const STARTED = traceCode('repair.started')
const COMPLETED = traceCode('repair.completed')
const JUDGED = traceCode('repair.judged')
const LOOP = traceCode('repair.loop')
const SERVICE_STATE = traceCode('repair.serviceState')

type SetServiceState = Extract<Action, { verb: 'setOrchestrationServiceState' }>

export interface RepairLoop {
  readonly instance: string
  readonly repairs: number
  readonly atMs: number
}

interface SetState {
  policy: RepairPolicy
  /** `orchestrationServices[].serviceState` of AutomaticRepairs: RE-11. */
  serviceState: 'NotRunning' | 'Running' | 'Suspended'
  /** Since when, ms; 0: since the beginning of the run, or longer. */
  serviceStateSinceMs: number
  underRepair: number
  /** Somebody is to be repaired and found no place under the limit: RE-6. */
  isFull: boolean
  scanTimer: number
  scanAtMs: number
  /** The service was suspended when repairs were disabled. */
  wasSuspended: boolean
  /** Repairs in a row that ended unhealthy: RE-12. */
  failuresInARow: number
  /** Instances whose repair is judged at the end of their grace. */
  readonly onProbation: { readonly instance: Instance; readonly dueMs: number }[]
  count: number
  loops: number
  suspensions: number
  readonly loopList: RepairLoop[]
}

/**
 * Automatic instance repairs: after its grace an unhealthy instance is replaced, reimaged or restarted, few at a time; if
 * that keeps failing the service suspends itself. Section 10 of the rollout sheet.
 */
export class InstanceRepair {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity
  private readonly states: SetState[] = []
  private readonly scanCode: number
  private readonly settledCode: number
  /** Instances under repair, and what is done to them. */
  private readonly repairing = new Map<Instance, RepairAction>()

  constructor(run: Run, life: LifeCycle, capacity: Capacity) {
    this.run = run
    this.life = life
    this.capacity = capacity
    this.settledCode = run.on('repair.scan (settled)', (index) => this.scan(run.sets[index]!))
    this.scanCode = run.on('repair.scan', (index) => {
      run.kernel.after(0, CONTROL_LANE, this.settledCode, index, 0)
    })
    for (const set of run.sets) this.states.push(newState(set.model))
    const { facts } = run
    facts.healthChanged.push((instance, _from, to) => this.healthChanged(instance, to))
    facts.provisioned.push((instance) => this.operationEnded(instance))
    facts.provisioningFailed.push((instance) => this.operationEnded(instance))
    facts.deleted.push((instance) => this.gone(instance))
    // A larger set may repair more at a time, and one whose protection is lifted is repaired like any other.
    facts.created.push(({ set }) => {
      if (this.stateOf(set).isFull) this.wake(set, run.nowMs)
    })
    facts.protectionChanged.push((instance) => {
      if (instance.unhealthySinceMs >= 0) this.wake(instance.set, run.nowMs)
    })
    facts.upgradeEnded.push((set) => this.wake(set, run.nowMs))
    facts.batchEnded.push((set) => this.wake(set, run.nowMs))
    // An image that is back lets those be repaired that found none (GA-09).
    facts.copyChanged.push(() => {
      for (const set of run.sets) this.wake(set, run.nowMs)
    })
    facts.modelChanged.push((set, before) => this.modelChanged(set, before))
  }

  /** Whoever is sick when the run begins has been so for long. */
  begin(): void {
    for (const instance of this.run.fleet) {
      const { health } = instance.tracker
      if (health !== HEALTH_UNHEALTHY && health !== HEALTH_UNKNOWN) continue
      instance.unhealthySinceMs = 0
      this.wake(instance.set, 0)
    }
  }

  private stateOf(set: ScaleSetState): SetState {
    return this.states[set.index]!
  }

  /** Whether the service may act: RE-11, and not on Service Fabric (RE-1). Without one health source nobody is sick (HE-1). */
  private isActive(set: ScaleSetState): boolean {
    if (this.stateOf(set).serviceState !== 'Running') return false
    const { extensions } = set.model.virtualMachineProfile.extensionProfile ?? {}
    return !extensions?.some(isServiceFabricExtension)
  }

  private healthChanged(instance: Instance, to: number): void {
    if (to === HEALTH_HEALTHY) instance.repairsSinceHealthy = 0
    const isSick = to === HEALTH_UNHEALTHY || to === HEALTH_UNKNOWN
    if (!isSick) instance.unhealthySinceMs = -1
    else if (instance.unhealthySinceMs < 0) instance.unhealthySinceMs = this.run.nowMs
    if (isSick) this.wake(instance.set, this.run.nowMs)
  }

  /** The service looks on its grid; nothing is scheduled while nobody is sick. */
  private wake(set: ScaleSetState, atMs: number): void {
    if (!this.isActive(set)) return
    const { run } = this
    const state = this.stateOf(set)
    const scanMs = nextScanMs(atMs, run.assumptions.repairScan)
    if (state.scanTimer >= 0 && state.scanAtMs <= scanMs) return
    if (state.scanTimer >= 0) run.kernel.cancel(state.scanTimer)
    state.scanAtMs = scanMs
    state.scanTimer = run.kernel.at(scanMs, CONTROL_LANE, this.scanCode, set.index, 0)
  }

  private scan(set: ScaleSetState): void {
    const { run } = this
    const state = this.stateOf(set)
    state.scanTimer = -1
    this.judgeRepairs(set)
    if (!this.isActive(set)) return
    const members = set.instances.filter((instance) => isMember(instance) && !instance.overprovisioned)
    const limit = repairLimit(members.length, run.assumptions.repairLimitPercent)
    const eligible: RepairCandidate[] = []
    let nextMs = Number.POSITIVE_INFINITY
    for (const instance of members) {
      const candidate = candidateOf(instance, this.life)
      if (!candidate.isSick) continue
      const verdict = judgeCandidate(candidate, state.policy, run.nowMs, set.upgradeRunning, run.assumptions)
      if (verdict.kind === 'eligible') eligible.push(candidate)
      else if (verdict.dueMs >= 0) nextMs = Math.min(nextMs, verdict.dueMs)
    }
    state.isFull = false
    for (const candidate of repairOrder(eligible, run.assumptions.repairOrder)) {
      state.isFull = state.underRepair >= limit
      if (state.isFull) break
      this.repair(run.fleet[candidate.index]!, state, limit)
    }
    // Whoever found no place is looked at again when a repair ends; whoever is in its grace, at the end of that.
    if (Number.isFinite(nextMs)) this.wake(set, nextMs)
    for (const { dueMs } of state.onProbation) this.wake(set, dueMs)
  }

  private imageFor(instance: Instance, action: RepairAction): ImageChoice | null {
    if (action === 'Restart') return null
    return action === 'Reimage' ? this.life.canReimage(instance) : this.life.canCreate(instance.set)
  }

  private repair(instance: Instance, state: SetState, limit: number): void {
    const { run } = this
    const { repairAction } = state.policy
    const image = this.imageFor(instance, repairAction)
    if (image?.kind === 'refused') {
      // GA-09: nobody asked for it, so it is told once and not at every look.
      run.noteOnce({
        code: 'RequestRefused',
        title: 'A repair finds no image',
        severity: 'warning',
        where: `${instanceLabel(instance)}: repair by ${repairAction}`,
        evidence: [`${image.code}: ${image.message}.`],
        rules: [image.rule],
        fix: 'Bring the version back.',
      })
      return
    }
    const forMs = instance.unhealthySinceMs < 0 ? 0 : run.nowMs - instance.unhealthySinceMs
    if (instance.healthEntry >= 0) run.kernel.cause = instance.healthEntry
    const entry = run.record(
      STARTED,
      instance.index,
      ruleCode('RE-7'),
      run.text(repairAction),
      forMs,
      state.underRepair + 1,
      limit,
    )
    state.count++
    state.underRepair++
    const repairs = instance.repairsSinceHealthy + 1
    if (repairs >= 2) {
      // The same slot repaired twice with no healthy spell between.
      state.loops++
      state.loopList.push({ instance: instanceLabel(instance), repairs, atMs: run.nowMs })
      run.record(LOOP, instance.index, ruleCode('RE-13'), repairs)
      run.kernel.cause = entry
    }
    const patient = repairAction === 'Replace' ? this.replace(instance) : instance
    patient.repairsSinceHealthy = repairs
    patient.underRepair = true
    this.repairing.set(patient, repairAction)
    if (repairAction === 'Reimage') this.life.reimage(instance)
    else if (repairAction === 'Restart') this.life.restart(instance)
  }

  /**
   * RE-7: the old instance is deleted and a new one made from the latest model in the same zone; ids and disks are new. With
   * a terminate notification the delete waits, the new instance does not (RE-8).
   */
  private replace(instance: Instance): Instance {
    const { kernel } = this.run
    const { cause } = kernel
    this.life.delete(instance, 'repair', ruleCode('RE-7'))
    kernel.cause = cause
    return this.capacity.create(instance.set, { zone: instance.zone })
  }

  /** RE-3: the clock of the grace starts when the change of state is complete. */
  private operationEnded(instance: Instance): void {
    const { run } = this
    instance.changedAtMs = run.nowMs
    const { set } = instance
    const state = this.stateOf(set)
    const action = this.repairing.get(instance)
    if (action !== undefined) {
      this.repairing.delete(instance)
      instance.underRepair = false
      state.underRepair--
      run.record(COMPLETED, instance.index, ruleCode('RE-7'), run.text(action))
      const dueMs = run.nowMs + state.policy.gracePeriodMs
      state.onProbation.push({ instance, dueMs })
      this.wake(set, dueMs)
      this.wake(set, run.nowMs)
    }
    if (instance.unhealthySinceMs >= 0) this.wake(set, run.nowMs)
  }

  private gone(instance: Instance): void {
    if (!this.repairing.delete(instance)) return
    instance.underRepair = false
    this.stateOf(instance.set).underRepair--
    this.wake(instance.set, this.run.nowMs)
  }

  /** RE-12: repairs that leave the instance unhealthy to the end of its grace, so many in a row, suspend the service. */
  private judgeRepairs(set: ScaleSetState): void {
    const { run } = this
    const state = this.stateOf(set)
    const due = state.onProbation.filter(({ dueMs }) => dueMs <= run.nowMs)
    for (const one of due) {
      state.onProbation.splice(state.onProbation.indexOf(one), 1)
      const { instance } = one
      if (!isMember(instance) || state.serviceState !== 'Running') continue
      const { health } = instance.tracker
      const isHealthy = health === HEALTH_HEALTHY
      const isSick = health === HEALTH_UNHEALTHY || health === HEALTH_UNKNOWN || isFailed(instance)
      if (isHealthy) state.failuresInARow = 0
      else if (isSick) state.failuresInARow++
      const { repairSuspendAfter } = run.assumptions
      const { failuresInARow } = state
      if (instance.healthEntry >= 0) run.kernel.cause = instance.healthEntry
      run.record(JUDGED, instance.index, ruleCode('RE-12'), isHealthy ? 1 : 0, failuresInARow, repairSuspendAfter)
      if (failuresInARow >= repairSuspendAfter) this.suspend(set, 'platform')
    }
  }

  private suspend(set: ScaleSetState, by: 'platform' | 'user'): void {
    const { run } = this
    const state = this.stateOf(set)
    state.serviceState = 'Suspended'
    state.serviceStateSinceMs = run.nowMs
    if (by === 'platform') state.suspensions++
    if (state.scanTimer >= 0) run.kernel.cancel(state.scanTimer)
    state.scanTimer = -1
    const rule = ruleCode(by === 'platform' ? 'RE-12' : 'RE-11')
    run.record(SERVICE_STATE, setSubject(set), rule, run.text('Suspended'), run.text(by))
  }

  /** `POST …/setOrchestrationServiceState`: RE-11. Only a user's Resume restarts a suspended service (RE-12). */
  setServiceState(set: ScaleSetState, { action }: Pick<SetServiceState, 'action'>): void {
    const { run } = this
    const state = this.stateOf(set)
    if (state.serviceState === 'NotRunning') {
      const message = 'automatic repairs are not enabled'
      run.noteRefusal(setSubject(set), 'setOrchestrationServiceState', 'OperationNotAllowed', message, 'RE-11')
      return
    }
    if (action === 'Suspend') {
      if (state.serviceState === 'Running') this.suspend(set, 'user')
      return
    }
    if (state.serviceState === 'Running') return
    state.serviceState = 'Running'
    state.serviceStateSinceMs = run.nowMs
    state.failuresInARow = 0
    state.onProbation.length = 0
    run.record(SERVICE_STATE, setSubject(set), ruleCode('RE-11'), run.text('Running'), run.text('user'))
    this.wake(set, run.nowMs)
  }

  private modelChanged(set: ScaleSetState, before: ScaleSetModel): void {
    const { run } = this
    const state = this.stateOf(set)
    const was = repairPolicy(before)
    state.policy = repairPolicy(set.model)
    if (was.enabled !== state.policy.enabled) {
      // RE-12: only a user's Resume restarts what was suspended, not a policy that is switched off and on.
      if (!state.policy.enabled) state.wasSuspended = state.serviceState === 'Suspended'
      state.serviceState = !state.policy.enabled ? 'NotRunning' : state.wasSuspended ? 'Suspended' : 'Running'
      state.serviceStateSinceMs = run.nowMs
      const text = run.text(state.serviceState)
      run.record(SERVICE_STATE, setSubject(set), ruleCode('RE-11'), text, run.text('user'))
    }
    this.wake(set, run.nowMs)
  }

  count(
    set: ScaleSetState,
  ): Pick<
    SetState,
    'count' | 'loops' | 'suspensions' | 'serviceState' | 'serviceStateSinceMs' | 'underRepair' | 'loopList'
  > {
    return this.stateOf(set)
  }
}

const isFailed = (instance: Instance): boolean => instance.provisioning === PROVISIONING.failed

function newState(model: ScaleSetModel): SetState {
  const policy = repairPolicy(model)
  return {
    policy,
    serviceState: policy.enabled ? 'Running' : 'NotRunning',
    serviceStateSinceMs: 0,
    underRepair: 0,
    isFull: false,
    scanTimer: -1,
    scanAtMs: -1,
    wasSuspended: false,
    failuresInARow: 0,
    onProbation: [],
    count: 0,
    loops: 0,
    suspensions: 0,
    loopList: [],
  }
}

function candidateOf(instance: Instance, life: LifeCycle): RepairCandidate {
  const { health } = instance.tracker
  return {
    index: instance.index,
    id: instance.id,
    // A deallocated machine is nobody's patient, whatever a load balancer's probe says of it.
    isSick: (health === HEALTH_UNHEALTHY || health === HEALTH_UNKNOWN) && !isStopped(instance),
    unhealthySinceMs: instance.unhealthySinceMs,
    changedAtMs: instance.changedAtMs,
    isProtected: instance.protectFromScaleIn || instance.protectFromScaleSetActions,
    isProvisioned: !isFailed(instance),
    isBusy: life.isBusy(instance) || instance.underRepair,
    isOnLatestModel: instance.set.isOnLatestModel(instance),
    inRunningBatch: instance.batchStep !== 0 || instance.replacedInBatch,
  }
}
