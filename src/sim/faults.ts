import type { Action } from '../model/scenario.ts'
import type { ApplicationTruth } from './application.ts'
import type { ApplicationHealth } from './application-health.ts'
import type { Hold } from './hold.ts'
import { type Instance, isGuestUp, isMember, LIFE, PROVISIONING } from './instance.ts'
import { NO_RULE, type Run, ruleCode, traceCode, WORLD, WORLD_LANE } from './run.ts'

const DEPENDENCY_FAILED = traceCode('dependency.failed')
const DEPENDENCY_RESTORED = traceCode('dependency.restored')
const HUNG = traceCode('instance.hung')
const BROKEN = traceCode('instance.broken')
const CURED = traceCode('instance.cured')
const ZONE_FAILED = traceCode('zone.failed')
const ZONE_RESTORED = traceCode('zone.restored')

type ZoneFailure = Extract<Action, { verb: 'failZone' }>
type DependencyFailure = Extract<Action, { verb: 'failDependency' }>

/**
 * What goes wrong around the instances. With `for` a fault lasts exactly that long; without, a new OS disk cures
 * `breakInstance`, a restart cures `hangInstance`, and a dependency stays away (design §5a 4).
 */
export class Faults {
  private readonly run: Run
  private readonly application: ApplicationTruth
  private readonly health: ApplicationHealth
  private readonly failures: DependencyFailure[] = []
  private readonly active: boolean[] = []
  private readonly restoreCode: number
  private readonly recoverCode: number
  private readonly restoreZoneCode: number
  private readonly zoneFailures: ZoneFailure[] = []
  /** How many losses of a zone (`eastus/1`) go on at the moment. */
  private readonly losses = new Map<string, number>()
  private readonly cureCode: number
  private readonly silent = ruleCode('HE-23')

  private readonly hold: Hold

  constructor(run: Run, application: ApplicationTruth, health: ApplicationHealth, hold: Hold) {
    this.run = run
    this.hold = hold
    this.restoreZoneCode = run.on('fault.restoreZone', (_subject, failure) => this.restoreZone(failure))
    this.application = application
    this.health = health
    run.facts.created.push((instance) => this.bornInto(instance))
    this.restoreCode = run.on('fault.restoreDependency', (_subject, failure) => this.restore(failure))
    this.recoverCode = run.on('fault.recover', (subject) => this.recover(run.fleet[subject]!))
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
    if (this.losses.size > 0 && this.isLost(instance)) this.goDark(instance)
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

  /**
   * A zone is lost: its instances go dark and silent (AV-03, AV-13), new ones go elsewhere (PL-22), and image copies that
   * live in it serve nobody (GA-27). Without `for` it stays lost.
   */
  failZone(failure: ZoneFailure): void {
    const { run } = this
    const { region, zone, forMs } = failure
    const index = this.zoneFailures.push(failure) - 1
    const isFirst = this.countLoss(failure, 1) === 1
    const affected = isFirst ? this.instancesIn(region, zone) : []
    const entry = run.record(
      ZONE_FAILED,
      WORLD,
      ruleCode('AV-03'),
      run.text(region),
      run.text(zone),
      affected.length,
      forMs ?? -1,
    )
    if (forMs !== undefined) run.kernel.after(forMs, WORLD_LANE, this.restoreZoneCode, WORLD, index)
    if (!isFirst) return
    run.facts.announceZone(region, zone, true)
    for (const instance of affected) {
      run.kernel.cause = entry
      this.goDark(instance)
    }
    run.kernel.cause = entry
  }

  /** A zone that is lost twice at a time is back when both losses are over. */
  private countLoss({ region, zone }: ZoneFailure, by: 1 | -1): number {
    const key = `${region}/${zone}`
    const count = (this.losses.get(key) ?? 0) + by
    this.losses.set(key, count)
    return count
  }

  private isLost({ set, zone }: Instance): boolean {
    return (this.losses.get(`${set.model.location}/${set.zones[zone]}`) ?? 0) > 0
  }

  private instancesIn(region: string, zone: string): Instance[] {
    return this.run.fleet.filter(
      ({ life, set, zone: own }) => life !== LIFE.absent && set.model.location === region && set.zones[own] === zone,
    )
  }

  private restoreZone(index: number): void {
    const { run } = this
    const failure = this.zoneFailures[index]!
    const { region, zone } = failure
    if (this.countLoss(failure, -1) > 0) return
    const affected = this.instancesIn(region, zone)
    const entry = run.record(ZONE_RESTORED, WORLD, ruleCode('AV-03'), run.text(region), run.text(zone), affected.length)
    run.facts.announceZone(region, zone, false)
    for (const instance of affected) {
      run.kernel.cause = entry
      this.recover(instance)
      run.kernel.cause = entry
      this.hold.release(instance)
    }
  }

  private goDark(instance: Instance): void {
    const wasHung = instance.hung
    instance.timedHangs++
    instance.hung = true
    instance.inLostZone = true
    if (wasHung) return
    this.health.down(instance)
    this.application.refresh(instance)
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
    const wasHung = instance.hung
    instance.hung = true
    run.record(HUNG, instance.index, this.silent, forMs ?? -1)
    if (wasHung) return
    this.health.down(instance)
    this.application.refresh(instance)
  }

  private recover(instance: Instance): void {
    instance.timedHangs--
    if (instance.openHang || instance.timedHangs > 0) return
    instance.hung = false
    if (!isMember(instance)) return
    this.run.record(CURED, instance.index, NO_RULE, this.run.text('hang'))
    this.application.refresh(instance)
    if (isGuestUp(instance) && instance.provisioning === PROVISIONING.succeeded) this.health.start(instance)
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
