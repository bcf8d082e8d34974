import { HEALTH_HEALTHY, HEALTH_INITIALIZING } from '../health/health-tracker.ts'
import type { Instance } from '../instance.ts'
import { CONTROL_LANE, type Run } from '../run.ts'

/** Steps of an instance inside the running batch. */
export const STEP = { none: 0, upgrading: 1, waiting: 2, stabilizing: 3, deletingOld: 4, restoring: 5 } as const

/** Who is told what came of the wait. `rule` decided it. */
export interface Verdict {
  succeeded(instance: Instance): void
  failed(instance: Instance, reason: string, rule: string): void
}

/**
 * The wait for the health of each upgraded instance, from the moment it is provisioned to one Healthy report or to the end
 * of its time. TH-12 to TH-16.
 */
export class HealthWait {
  private readonly run: Run
  private readonly waitEndedCode: number
  private readonly verdict: Verdict

  constructor(run: Run, waitEndedCode: number, verdict: Verdict) {
    this.run = run
    this.waitEndedCode = waitEndedCode
    this.verdict = verdict
  }

  /** Provisioned: from now on its health is waited for. TH-12, TH-13. */
  provisioned(instance: Instance): void {
    if (instance.batchStep !== STEP.upgrading) return
    const { run } = this
    if (instance.set.modelOf(instance).healthIsPowerState) {
      this.verdict.succeeded(instance)
      return
    }
    instance.batchStep = STEP.waiting
    if (instance.tracker.health === HEALTH_HEALTHY) {
      this.becameHealthy(instance)
      return
    }
    const { healthWait } = run.assumptions
    instance.waitTimer = run.kernel.after(healthWait, CONTROL_LANE, this.waitEndedCode, instance.index, 0)
  }

  provisioningFailed(instance: Instance): void {
    if (instance.batchStep === STEP.upgrading || instance.batchStep === STEP.waiting)
      this.verdict.failed(instance, 'provisioning failed', 'TH-9')
  }

  healthChanged(instance: Instance, from: number, to: number): void {
    if (instance.batchStep === STEP.stabilizing && from === HEALTH_HEALTHY) {
      instance.batchStep = STEP.waiting
      this.stop(instance)
      const left = instance.provisionedAtMs + this.run.assumptions.healthWait - this.run.nowMs
      instance.waitTimer = this.run.kernel.after(Math.max(0, left), CONTROL_LANE, this.waitEndedCode, instance.index, 0)
      return
    }
    if (instance.batchStep !== STEP.waiting) return
    if (to === HEALTH_HEALTHY) this.becameHealthy(instance)
    else if (from === HEALTH_INITIALIZING && instance.waitTimer < 0)
      this.verdict.failed(instance, 'not healthy in time', 'TH-14')
  }

  /** One Healthy report is enough unless a stability window is asked for: TH-15. */
  private becameHealthy(instance: Instance): void {
    this.stop(instance)
    const { stabilityWindow } = this.run.assumptions
    if (stabilityWindow === 0) {
      this.verdict.succeeded(instance)
      return
    }
    instance.batchStep = STEP.stabilizing
    instance.waitTimer = this.run.kernel.after(stabilityWindow, CONTROL_LANE, this.waitEndedCode, instance.index, 0)
  }

  /** The health wait (or the stability window) of an instance is over. */
  ended(instance: Instance): void {
    instance.waitTimer = -1
    if (instance.batchStep === STEP.stabilizing) {
      this.verdict.succeeded(instance)
      return
    }
    if (instance.batchStep !== STEP.waiting) return
    // TH-14: Initializing is no verdict yet; the wait ends with it.
    if (instance.tracker.health === HEALTH_INITIALIZING && this.run.assumptions.initializingExtendsWait) return
    this.verdict.failed(instance, 'not healthy in time', 'TH-12')
  }

  stop(instance: Instance): void {
    if (instance.waitTimer >= 0) this.run.kernel.cancel(instance.waitTimer)
    instance.waitTimer = -1
  }
}
