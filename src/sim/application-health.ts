import type { CompiledModel, ProbeView } from './compiled-model.ts'
import { healthInUpgrade } from './health/health-meaning.ts'
import { HEALTH_INITIALIZING, HEALTH_NONE, HEALTH_UNHEALTHY, HEALTH_UNKNOWN } from './health/health-tracker.ts'
import type { Observation, ProbeConfig } from './health/probe-observation.ts'
import { type Instance, isGuestUp, isListening, isStopped, LIFE, PROVISIONING } from './instance.ts'
import { PurposeStreams } from './purpose-streams.ts'
import { CONTROL_LANE, NO_RULE, type Run, ruleCode, traceCode } from './run.ts'

const HEALTH_CHANGED = traceCode('health.changed')

/**
 * Application health of every instance: when its source starts and stops, what a probe sees, and the one event at which
 * the reported health flips next. No probe is an event of its own (design §5.3).
 */
export class ApplicationHealth {
  private readonly run: Run
  private readonly flipCode: number
  private readonly phases: PurposeStreams
  private readonly rules = {
    binary: ruleCode('HE-8'),
    initializing: ruleCode('HE-12'),
    rich: ruleCode('HE-14'),
    loadBalancer: ruleCode('HE-4'),
    noSignal: ruleCode('HE-23'),
  }

  constructor(run: Run) {
    this.run = run
    this.phases = new PurposeStreams(run, () => 'probePhase')
    // Flips come after the world's events of the same instant, so that a probe sees what is true then.
    this.flipCode = run.on('health.flip', (subject) => this.flip(run.fleet[subject]!))
  }

  /** The extension process starts on a provisioned instance: HE-5, HE-12, design §5a 2. */
  start(instance: Instance): void {
    const model = instance.set.modelOf(instance)
    if (!model.probe || instance.silent) return
    if (instance.probing && model.probe.kind === 'loadBalancer') return
    // HE-23: a hung guest runs no extension; it starts when the hang ends.
    if (instance.hung && model.probe.kind !== 'loadBalancer') return
    instance.probing = true
    const before = instance.tracker.health
    instance.tracker.start(
      model.probe,
      this.run.nowMs,
      observationOf(instance, model.view),
      durationOf(instance, model.view),
    )
    this.report(instance, before)
    this.schedule(instance)
  }

  /** The fleet of time 0 has been probed for long; each instance has its own phase. */
  startSteady(instance: Instance): void {
    const model = instance.set.modelOf(instance)
    const { probe, view } = model
    if (!probe) return
    instance.probing = true
    const phase = this.phases.of(instance.set, 0).uniform(instance.id, 0)
    const phaseMs = Math.floor(phase * probe.intervalMs)
    instance.tracker.startSteady(probe, 0, observationOf(instance, view), durationOf(instance, view), phaseMs)
    this.schedule(instance)
  }

  /** The guest goes down. The extension goes silent (HE-23); a load balancer's probe goes on and is refused. */
  down(instance: Instance): void {
    if (!instance.probing) return
    const { probe } = instance.set.modelOf(instance)
    if (probe?.kind === 'loadBalancer' && instance.life !== LIFE.deleting && instance.life !== LIFE.absent) {
      this.refresh(instance)
      return
    }
    instance.probing = false
    const before = instance.tracker.health
    instance.tracker.stop()
    this.report(instance, before)
    this.schedule(instance)
  }

  /** What a probe would see may have changed. */
  refresh(instance: Instance): void {
    if (!instance.probing) return
    const { view, probe } = instance.set.modelOf(instance)
    // A paused guest runs no extension either, which sees nothing of the pause; a load balancer asks from outside (AV-09).
    if (instance.pauses > 0 && probe?.kind !== 'loadBalancer') return
    instance.tracker.change(this.run.nowMs, observationOf(instance, view), durationOf(instance, view))
    this.schedule(instance)
  }

  private flip(instance: Instance): void {
    instance.flipTimer = -1
    instance.flipAtMs = -1
    const before = instance.tracker.health
    const after = instance.tracker.flip(this.run.nowMs)
    if (after === HEALTH_UNHEALTHY || after === HEALTH_UNKNOWN) this.blameCondition(instance)
    this.report(instance, before)
    this.schedule(instance)
  }

  /** What a probe saw leads to the flip, not the moment at which probing began (design §5.5). */
  private blameCondition(instance: Instance): void {
    const entry = instance.conditionEntry >= 0 ? instance.conditionEntry : instance.defectEntry
    if (entry >= 0) this.run.kernel.cause = entry
  }

  private schedule(instance: Instance): void {
    const nextMs = instance.tracker.nextFlipMs()
    if (nextMs === instance.flipAtMs) return
    const { kernel } = this.run
    if (instance.flipTimer >= 0) kernel.cancel(instance.flipTimer)
    instance.flipAtMs = nextMs
    instance.flipTimer = nextMs < 0 ? -1 : kernel.at(nextMs, CONTROL_LANE, this.flipCode, instance.index, 0)
  }

  private report(instance: Instance, before: number): void {
    const { health } = instance.tracker
    if (health === before) return
    const { probe } = instance.set.modelOf(instance)
    instance.healthSinceMs = this.run.nowMs
    instance.healthEntry = this.run.record(
      HEALTH_CHANGED,
      instance.index,
      probe ? this.ruleOf(probe, before, health) : NO_RULE,
      before,
      health,
    )
    this.run.facts.announceHealth(instance, before, health)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
  }

  private ruleOf(probe: ProbeConfig, before: number, after: number): number {
    if (after === HEALTH_NONE) return this.rules.noSignal
    if (probe.kind === 'loadBalancer') return this.rules.loadBalancer
    if (probe.kind === 'binary') return this.rules.binary
    return before === HEALTH_INITIALIZING || after === HEALTH_INITIALIZING ? this.rules.initializing : this.rules.rich
  }
}

function observationOf(instance: Instance, view: ProbeView): Observation {
  if (!isListening(instance)) return view.whenRefused
  return isFine(instance, view) ? view.whenFine : view.whenFailing
}

function durationOf(instance: Instance, view: ProbeView): number {
  return isListening(instance) && !isFine(instance, view) ? view.failingMs : 0
}

function isFine(instance: Instance, view: ProbeView): boolean {
  if (((instance.defectMask | instance.faultMask) & view.checksMask) !== 0) return false
  return !view.checksWarmup || instance.life === LIFE.serving
}

/** How an instance counts where an upgrade asks for healthy ones. */
export type HealthVerdict = 'healthy' | 'unhealthy' | 'undecided' | 'notCounted'

/**
 * What an upgrade makes of an instance's health: Healthy is healthy, Unhealthy and Unknown are not, Initializing is no
 * verdict yet (HE-20); no signal from a running instance is unhealthy (BT-15); a stopped one does not count (BT-14).
 * Without any health source running and provisioned is enough (TH-16).
 */
export function healthVerdict(run: Run, instance: Instance): HealthVerdict {
  const { assumptions } = run
  if (instance.leaving || instance.life === LIFE.deleting || instance.life === LIFE.absent) return 'notCounted'
  if (isStopped(instance)) return assumptions.deallocatedInUpgrade === 'skip' ? 'notCounted' : 'unhealthy'
  if (instance.provisioning === PROVISIONING.failed) return 'unhealthy'
  const model: CompiledModel = instance.set.modelOf(instance)
  const isUnderWay = instance.provisioning !== PROVISIONING.succeeded
  if (isUnderWay && model.probe?.kind !== 'loadBalancer')
    return assumptions.startingCountsAsUnhealthy ? 'unhealthy' : 'undecided'
  // HE-22: health shows only once the instance runs the model that has the extension; till then there is no signal (BT-15).
  if (model.healthIsPowerState && !instance.set.latest.healthIsPowerState) return 'unhealthy'
  if (model.healthIsPowerState) return isGuestUp(instance) ? 'healthy' : 'unhealthy'
  const verdict = healthInUpgrade(instance.tracker.health, assumptions.unknownInUpgrade)
  return isUnderWay && verdict === 'unhealthy' && !assumptions.startingCountsAsUnhealthy ? 'undecided' : verdict
}
