import type { Action } from '../model/scenario.ts'
import type { ApplicationTruth } from './application.ts'
import type { GuestSilence } from './guest-silence.ts'
import { type Instance, isGuestUp, isMember, LIFE } from './instance.ts'
import { NO_RULE, type Run, ruleCode, traceCode, WORLD, WORLD_LANE } from './run.ts'

const DEPENDENCY_FAILED = traceCode('dependency.failed')
const DEPENDENCY_RESTORED = traceCode('dependency.restored')
const HUNG = traceCode('instance.hung')
const BROKEN = traceCode('instance.broken')
const CURED = traceCode('instance.cured')

type DependencyFailure = Extract<Action, { verb: 'failDependency' }>

/**
 * What goes wrong around the instances. With `for` a fault lasts exactly that long; without, a new OS disk cures
 * `breakInstance`, a restart cures `hangInstance`, and a dependency stays away (design §5a 4).
 */
export class Faults {
  private readonly run: Run
  private readonly application: ApplicationTruth
  private readonly silence: GuestSilence
  private readonly failures: DependencyFailure[] = []
  private readonly active: boolean[] = []
  private readonly restoreCode: number
  private readonly recoverCode: number
  private readonly cureCode: number
  private readonly silent = ruleCode('HE-23')

  constructor(run: Run, application: ApplicationTruth, silence: GuestSilence) {
    this.run = run
    this.application = application
    this.silence = silence
    run.facts.created.push((instance) => this.bornInto(instance))
    this.restoreCode = run.on('fault.restoreDependency', (_subject, failure) => this.restore(failure))
    this.recoverCode = run.on('fault.recover', (subject) => silence.end(run.fleet[subject]!, 'hang'))
    this.cureCode = run.on('fault.cure', (subject) => this.cure(run.fleet[subject]!))
  }

  failDependency(failure: DependencyFailure): void {
    const { run } = this
    const index = this.failures.push(failure) - 1
    this.active.push(true)
    const affected = run.fleet.filter((instance) => this.isAffected(instance, failure))
    run.record(DEPENDENCY_FAILED, WORLD, NO_RULE, run.text(failure.dependency), affected.length, failure.forMs ?? -1)
    if (affected.length === 0)
      run.noteRefusal(
        WORLD,
        'failDependency',
        'no effect',
        `no instance stands where ${failure.dependency} fails`,
        'AV-03',
      )
    this.remask(affected)
    if (failure.forMs !== undefined) run.kernel.after(failure.forMs, WORLD_LANE, this.restoreCode, WORLD, index)
  }

  private restore(index: number): void {
    const { run } = this
    this.active[index] = false
    const failure = this.failures[index]!
    const affected = run.fleet.filter((instance) => this.isAffected(instance, failure))
    run.record(DEPENDENCY_RESTORED, WORLD, NO_RULE, run.text(failure.dependency), affected.length)
    this.remask(affected)
  }

  /** A new instance is born into whatever is failing around it. */
  private bornInto(instance: Instance): void {
    if (this.failures.length > 0) instance.faultMask = this.maskFor(instance)
  }

  private isAffected(instance: Instance, failure: DependencyFailure): boolean {
    if (instance.life === LIFE.absent) return false
    if (failure.scaleSets && !failure.scaleSets.includes(instance.set.name)) return false
    return !failure.zones || failure.zones.includes(instance.set.zones[instance.zone] ?? '')
  }

  private maskFor(instance: Instance): number {
    let mask = 0
    this.failures.forEach((failure, index) => {
      if (this.active[index] && this.isAffected(instance, failure))
        mask |= this.run.plan.dependencies.bit(failure.dependency)
    })
    return mask
  }

  private remask(instances: readonly Instance[]): void {
    const { kernel } = this.run
    const cause = kernel.cause
    for (const instance of instances) {
      kernel.cause = cause
      instance.faultMask = this.maskFor(instance)
      this.application.refresh(instance)
    }
    kernel.cause = cause
  }

  /** The guest stops answering: no signal, unhealthy for upgrades, ignored by repairs (HE-23, BT-15). */
  hang(instance: Instance, forMs: number | undefined): void {
    const { run } = this
    if (!instance.hung && !isGuestUp(instance)) {
      run.noteRefusal(instance.index, 'hangInstance', 'NotFound', 'its guest is not up at this moment', 'HE-23')
      return
    }
    if (forMs === undefined) instance.openHang = true
    else {
      instance.timedHangs++
      run.kernel.after(forMs, WORLD_LANE, this.recoverCode, instance.index, 0)
    }
    this.silence.fall(instance, () => run.record(HUNG, instance.index, this.silent, forMs ?? -1))
  }

  /** The application process is dead until a new OS disk. */
  breakDown(instance: Instance, forMs: number | undefined): void {
    const { run } = this
    if (!isMember(instance)) return
    if (forMs === undefined) instance.openBreak = true
    else {
      instance.timedBreaks++
      run.kernel.after(forMs, WORLD_LANE, this.cureCode, instance.index, 0)
    }
    instance.broken = true
    run.record(BROKEN, instance.index, NO_RULE, forMs ?? -1)
    this.application.refresh(instance)
  }

  private cure(instance: Instance): void {
    instance.timedBreaks--
    if (instance.openBreak || instance.timedBreaks > 0) return
    instance.broken = false
    if (!isMember(instance)) return
    this.run.record(CURED, instance.index, NO_RULE, this.run.text('broken'))
    this.application.refresh(instance)
  }
}
