import type { ApplicationTruth } from './application.ts'
import type { ApplicationHealth } from './application-health.ts'
import {
  BROKEN_BOOT,
  BROKEN_EXTENSIONS,
  type Instance,
  LIFE,
  type Life,
  PROVISIONING,
  setProvisioning,
} from './instance.ts'
import { type LifeDurations, PURPOSE } from './life-durations.ts'
import type { LifeSteps } from './life-steps.ts'
import type { Meters } from './meters.ts'
import { NO_RULE, type Run, ruleCode, traceCode } from './run.ts'

const STARTING = traceCode('instance.starting')
const GUEST_UP = traceCode('instance.guestUp')
const PROVISIONED = traceCode('instance.provisioned')
const PROVISIONING_FAILED = traceCode('instance.provisioningFailed')

/** Where the disk of a boot comes from decides whether extensions install again (design §5a 2). */
export const SAME_DISK = 0
export const NEW_DISK = 1

/**
 * From power-on to serving: the guest boots, extensions install, the application starts, listens and warms up; or the guest
 * never comes up, and the control plane gives up on it (TM-06).
 */
export class Boot {
  /** Asked before a guest that never reported counts as failed; true: it is made again (PL-63). */
  readonly onTimeout: ((instance: Instance) => boolean)[] = []
  private readonly run: Run
  private readonly application: ApplicationTruth
  private readonly health: ApplicationHealth
  private readonly meters: Meters
  private readonly durations: LifeDurations
  private readonly steps: LifeSteps
  private readonly setLife: (instance: Instance, life: Life) => void
  private readonly codes: {
    guestUp: number
    extensionsDone: number
    listening: number
    warm: number
    bootMissed: number
    bootTimedOut: number
  }
  private readonly timeoutRule = ruleCode('TM-06')
  private readonly budgetRule = ruleCode('TM-07')
  /** Whether the extensions install at the end of its boot, by instance index. */
  private readonly disk: number[] = []

  constructor(
    run: Run,
    application: ApplicationTruth,
    health: ApplicationHealth,
    meters: Meters,
    durations: LifeDurations,
    steps: LifeSteps,
    setLife: (instance: Instance, life: Life) => void,
  ) {
    this.run = run
    this.application = application
    this.health = health
    this.meters = meters
    this.durations = durations
    this.steps = steps
    this.setLife = setLife
    this.codes = {
      guestUp: steps.step('life.guestUp', (instance, disk) => this.guestUp(instance, disk)),
      extensionsDone: steps.step(
        'life.extensionsDone',
        (instance, isOver) => this.extensionsDone(instance, isOver === 1),
        true,
      ),
      listening: steps.step('life.listening', (instance) => this.listening(instance)),
      warm: steps.step('life.warm', (instance) => this.warm(instance)),
      bootMissed: steps.step(
        'life.bootMissed',
        (instance) => {
          instance.extensionTimer = -1
          this.application.neverBoots(instance)
        },
        true,
      ),
      bootTimedOut: steps.step('life.bootTimedOut', (instance) => this.timedOut(instance)),
    }
  }

  /** What the boot of the instance began with: `SAME_DISK` or `NEW_DISK`. */
  diskOf(instance: Instance): number {
    return this.disk[instance.index] ?? SAME_DISK
  }

  /** It goes on where it was: guest, extensions and application are up. */
  resume(instance: Instance): void {
    if (this.application.maskOfHits(instance) & BROKEN_BOOT) {
      this.begin(instance, SAME_DISK)
      return
    }
    const { run } = this
    instance.lifeTimer = -1
    this.setLife(instance, LIFE.applicationStarting)
    run.record(GUEST_UP, instance.index, NO_RULE)
    const { cause } = run.kernel
    this.application.guestUp(instance)
    run.kernel.cause = cause
    this.extensionsDone(instance, false)
    run.kernel.cause = cause
    this.warm(instance)
  }

  begin(instance: Instance, disk: number): void {
    instance.lifeTimer = -1
    this.disk[instance.index] = disk
    this.setLife(instance, LIFE.starting)
    const { run } = this
    const model = instance.set.modelOf(instance)
    if (model.probe?.kind === 'loadBalancer') this.health.start(instance)
    if (this.application.maskOfHits(instance) & BROKEN_BOOT) {
      run.record(STARTING, instance.index, NO_RULE, -1)
      run.facts.announce(run.facts.looksDifferent, instance)
      // Harm begins when the guest should have been up, not when Azure gives it up.
      const missedMs = this.durations.sample(model.boot, PURPOSE.boot, instance)
      this.steps.startExtensionTimer(instance, missedMs, this.codes.bootMissed, 0)
      const ms = this.durations.sample(run.plan.timings.provisioningTimeout, PURPOSE.provisioningTimeout, instance)
      this.steps.startTimer(instance, ms, this.codes.bootTimedOut, 0)
      return
    }
    const ms = this.durations.sample(model.boot, PURPOSE.boot, instance)
    instance.poweredOnAtMs = run.nowMs
    run.record(STARTING, instance.index, NO_RULE, ms)
    run.facts.announce(run.facts.looksDifferent, instance)
    this.steps.startTimer(instance, ms, this.codes.guestUp, disk)
  }

  private guestUp(instance: Instance, disk: number): void {
    const { run } = this
    instance.lifeTimer = -1
    this.setLife(instance, LIFE.applicationStarting)
    run.record(GUEST_UP, instance.index, NO_RULE)
    const cause = run.kernel.cause
    this.application.guestUp(instance)
    run.kernel.cause = cause
    run.facts.announce(run.facts.looksDifferent, instance)
    const extensionsMs = disk === NEW_DISK ? this.durations.extensionsMs(instance) : 0
    if (extensionsMs > 0) {
      // TM-07: what is not done within the budget has failed.
      const { extensionsBudgetMs } = instance.compiled
      const isOver = extensionsMs > extensionsBudgetMs ? 1 : 0
      const ms = Math.min(extensionsMs, extensionsBudgetMs)
      this.steps.startExtensionTimer(instance, ms, this.codes.extensionsDone, isOver)
    }
    const startupMs = this.durations.sample(run.plan.startup, PURPOSE.startup, instance)
    if (startupMs > 0) this.steps.startTimer(instance, startupMs, this.codes.listening, 0)
    else this.listening(instance)
    if (extensionsMs === 0) this.extensionsDone(instance, false)
  }

  private extensionsDone(instance: Instance, isOverBudget: boolean): void {
    const { run } = this
    instance.extensionTimer = -1
    if (isOverBudget || this.application.maskOfHits(instance) & BROKEN_EXTENSIONS) {
      setProvisioning(instance, PROVISIONING.failed, this.run.nowMs)
      run.record(PROVISIONING_FAILED, instance.index, this.budgetRule, run.text('VMExtensionProvisioningError'))
      run.facts.announce(run.facts.provisioningFailed, instance)
      return
    }
    setProvisioning(instance, PROVISIONING.succeeded, this.run.nowMs)
    instance.provisionedAtMs = run.nowMs
    const entry = run.record(PROVISIONED, instance.index, NO_RULE, instance.modelVersion)
    this.health.start(instance)
    run.kernel.cause = entry
    run.facts.announce(run.facts.provisioned, instance)
  }

  private listening(instance: Instance): void {
    instance.lifeTimer = -1
    this.setLife(instance, LIFE.warming)
    const warmupMs = this.durations.sample(this.run.plan.warmup, PURPOSE.warmup, instance)
    if (warmupMs === 0) {
      this.warm(instance)
      return
    }
    this.steps.startTimer(instance, warmupMs, this.codes.warm, 0)
    this.application.refresh(instance)
  }

  private warm(instance: Instance): void {
    instance.lifeTimer = -1
    this.setLife(instance, LIFE.serving)
    this.meters.booted(instance)
    this.application.refresh(instance)
  }

  private timedOut(instance: Instance): void {
    if (!this.onTimeout.some((takes) => takes(instance))) this.fail(instance)
  }

  /** The guest never came up, and nobody tries again. */
  fail(instance: Instance): void {
    const { run } = this
    if (instance.lifeTimer >= 0) run.kernel.cancel(instance.lifeTimer)
    instance.lifeTimer = -1
    setProvisioning(instance, PROVISIONING.failed, this.run.nowMs)
    this.setLife(instance, LIFE.failed)
    run.record(PROVISIONING_FAILED, instance.index, this.timeoutRule, run.text('OSProvisioningTimedOut'))
    this.application.refresh(instance)
    run.facts.announce(run.facts.provisioningFailed, instance)
  }
}
