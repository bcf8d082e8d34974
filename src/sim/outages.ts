import type { Action } from '../model/scenario.ts'
import type { ApplicationTruth } from './application.ts'
import type { GuestSilence } from './guest-silence.ts'
import type { Hold } from './hold.ts'
import { type Instance, isMember, LIFE } from './instance.ts'
import type { LifeCycle } from './life-cycle.ts'
import { type Run, ruleCode, setSubject, traceCode, WORLD, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { MINIMUM_NOTICE_MS, type ScheduledEvents } from './scheduled-events.ts'

const ZONE_FAILED = traceCode('zone.failed')
const ZONE_RESTORED = traceCode('zone.restored')
const DOMAIN_FAILED = traceCode('faultDomain.failed')
const DOMAIN_RESTORED = traceCode('faultDomain.restored')
const HOST_FAILED = traceCode('host.failed')
const HOST_RECOVERED = traceCode('host.recovered')
const PAUSED = traceCode('instance.paused')
const RESUMED = traceCode('instance.resumed')
const EVENT_STARTED = traceCode('event.started')

type ZoneFailure = Extract<Action, { verb: 'failZone' }>
type DomainFailure = Extract<Action, { verb: 'failFaultDomain' }>

/** One rack of one set that is without power. */
interface LostDomain {
  readonly set: ScaleSetState
  readonly zone: number
  readonly faultDomain: number
}

/**
 * What takes instances away from below: a zone, a rack, a host, a pause of the host. Reasons are counted, so that of several
 * at once the last one to end brings an instance back.
 */
export class Outages {
  private readonly run: Run
  private readonly application: ApplicationTruth
  private readonly silence: GuestSilence
  private readonly hold: Hold
  private readonly life: LifeCycle
  private readonly events: ScheduledEvents
  private readonly zoneFailures: ZoneFailure[] = []
  private readonly domainFailures: (readonly LostDomain[])[] = []
  /** How many losses of a zone (`eastus/1`) or of a rack (`vmss/0/2`) go on at the moment. */
  private readonly losses = new Map<string, number>()
  private readonly restoreZoneCode: number
  private readonly restoreDomainCode: number
  private readonly recoverCode: number
  private readonly resumeCode: number
  private readonly zoneRule = ruleCode('AV-03')
  private readonly domainRule = ruleCode('AV-04')
  private readonly hostRule = ruleCode('SE-4')
  private readonly pauseRule = ruleCode('AV-05')

  constructor(
    run: Run,
    application: ApplicationTruth,
    silence: GuestSilence,
    hold: Hold,
    life: LifeCycle,
    events: ScheduledEvents,
  ) {
    this.run = run
    this.application = application
    this.silence = silence
    this.hold = hold
    this.life = life
    this.events = events
    this.restoreZoneCode = run.on('fault.restoreZone', (_subject, failure) => this.restoreZone(failure))
    this.restoreDomainCode = run.on('fault.restoreFaultDomain', (_subject, failure) => this.restoreDomain(failure))
    this.recoverCode = run.on('fault.recoverHost', (subject) => this.recoverHost(run.fleet[subject]!))
    this.resumeCode = run.on('fault.resume', (subject) => this.resume(run.fleet[subject]!))
    run.facts.created.push((instance) => this.bornInto(instance))
  }

  /**
   * A zone is lost: its instances go dark and silent (AV-03, AV-13), new ones go elsewhere (PL-22), and image copies that
   * live in it serve nobody (GA-27). Without `for` it stays lost.
   */
  failZone(failure: ZoneFailure): void {
    const { run } = this
    const { region, zone, forMs } = failure
    const index = this.zoneFailures.push(failure) - 1
    const isFirst = this.countLoss(`${region}/${zone}`, 1) === 1
    const affected = isFirst ? this.instancesIn(region, zone) : []
    const entry = run.record(
      ZONE_FAILED,
      WORLD,
      this.zoneRule,
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

  private restoreZone(index: number): void {
    const { run } = this
    const { region, zone } = this.zoneFailures[index]!
    if (this.countLoss(`${region}/${zone}`, -1) > 0) return
    const affected = this.instancesIn(region, zone)
    const entry = run.record(ZONE_RESTORED, WORLD, this.zoneRule, run.text(region), run.text(zone), affected.length)
    run.facts.announceZone(region, zone, false)
    for (const instance of affected) this.comeBack(instance, entry, 'hang')
  }

  private countLoss(key: string, by: 1 | -1): number {
    const count = (this.losses.get(key) ?? 0) + by
    this.losses.set(key, count)
    return count
  }

  private isLost(key: string): boolean {
    return (this.losses.get(key) ?? 0) > 0
  }

  private instancesIn(region: string, zone: string): Instance[] {
    return this.run.fleet.filter(
      ({ life, set, zone: own }) => life !== LIFE.absent && set.model.location === region && set.zones[own] === zone,
    )
  }

  /**
   * A rack loses its power: everything on it goes down at once (AV-04) and boots again when the power is back. Under max
   * spreading it is one of the hidden racks (PL-07). Without `for` it stays down; new instances go to other racks.
   */
  failDomain(failure: DomainFailure, isRandom = false): void {
    const { run } = this
    const { faultDomain, forMs } = failure
    const lost: LostDomain[] = []
    const affected: Instance[] = []
    for (const set of run.sets) {
      if (!failure.scaleSets.includes(set.name)) continue
      for (let zone = 0; zone < Math.max(1, set.zones.length); zone++) {
        if (failure.zone !== undefined && set.zones[zone] !== failure.zone) continue
        lost.push({ set, zone, faultDomain })
        if (this.countLoss(domainKey(set, zone, faultDomain), 1) > 1) continue
        set.placement.domainLost(zone, faultDomain, true)
        const hit = this.instancesOn({ set, zone, faultDomain })
        if (hit.length > 0) set.faults.faultDomains++
        affected.push(...hit)
      }
    }
    if (affected.length === 0 && !isRandom) {
      const where = failure.zone === undefined ? '' : ` of zone ${failure.zone}`
      const message = `no instance stands in fault domain ${faultDomain}${where}`
      run.noteRefusal(WORLD, 'failFaultDomain', 'no effect', message, 'PL-07')
    }
    const first = lost[0]?.set
    const subject = failure.scaleSets.length === 1 && first ? setSubject(first) : WORLD
    const entry = run.record(
      DOMAIN_FAILED,
      subject,
      this.domainRule,
      run.text(failure.zone ?? ''),
      faultDomain,
      affected.length,
      forMs ?? -1,
    )
    const index = this.domainFailures.push(lost) - 1
    if (forMs !== undefined) run.kernel.after(forMs, WORLD_LANE, this.restoreDomainCode, subject, index)
    for (const instance of affected) {
      run.kernel.cause = entry
      this.losePower(instance)
    }
    run.kernel.cause = entry
  }

  private restoreDomain(index: number): void {
    const { run } = this
    const over = this.domainFailures[index]!.filter(
      ({ set, zone, faultDomain }) => this.countLoss(domainKey(set, zone, faultDomain), -1) === 0,
    )
    const affected = over.flatMap((domain) => this.instancesOn(domain))
    const faultDomain = this.domainFailures[index]![0]?.faultDomain ?? 0
    const entry = run.record(DOMAIN_RESTORED, WORLD, this.domainRule, faultDomain, affected.length)
    for (const domain of over) domain.set.placement.domainLost(domain.zone, domain.faultDomain, false)
    for (const instance of affected) this.comeBack(instance, entry, 'power')
  }

  private instancesOn({ set, zone, faultDomain }: LostDomain): Instance[] {
    return set.instances.filter(
      (instance) => instance.life !== LIFE.absent && instance.zone === zone && instance.faultDomain === faultDomain,
    )
  }

  /**
   * The host of an instance fails: no notice, the event shows as a Reboot that has already started, and after the recovery
   * the instance boots again on another host. SE-4.
   */
  failHost(instance: Instance, forMs: number): void {
    const { run } = this
    instance.set.faults.hosts++
    run.record(HOST_FAILED, instance.index, this.hostRule, forMs)
    run.record(EVENT_STARTED, instance.index, this.hostRule, run.text('Reboot'), 0)
    this.events.startedUnannounced('Reboot', instance, forMs)
    this.downFor(instance, forMs)
  }

  /** A failure that is foreseen: a Redeploy with notice, often of days; then the same, on another host. SE-4, SE-1. */
  expectHostFailure(instance: Instance, noticeMs: number, forMs: number): void {
    this.events.schedule('Redeploy', instance, Math.max(noticeMs, MINIMUM_NOTICE_MS.Redeploy), {
      rule: 'SE-4',
      lastsMs: forMs,
      start: () => this.downFor(instance, forMs),
    })
  }

  /** Without power for that long. */
  downFor(instance: Instance, forMs: number): void {
    const { kernel } = this.run
    kernel.after(forMs, WORLD_LANE, this.recoverCode, instance.index, 0)
    this.losePower(instance)
  }

  private recoverHost(instance: Instance): void {
    if (instance.life === LIFE.absent) return
    const entry = this.run.record(HOST_RECOVERED, instance.index, this.hostRule)
    this.comeBack(instance, entry, 'power')
  }

  /** A memory-preserving update: the guest stands still and goes on where it was. AV-05. */
  pause(instance: Instance, forMs: number): void {
    const { run } = this
    instance.set.faults.freezes++
    run.record(PAUSED, instance.index, this.pauseRule, forMs)
    run.kernel.after(forMs, WORLD_LANE, this.resumeCode, instance.index, 0)
    instance.pauses++
    if (instance.pauses === 1) this.application.refresh(instance)
  }

  private resume(instance: Instance): void {
    instance.pauses--
    if (instance.pauses > 0) return
    const { run } = this
    if (isMember(instance)) {
      const entry = run.record(RESUMED, instance.index, this.pauseRule)
      this.application.refresh(instance)
      run.kernel.cause = entry
    }
    this.hold.release(instance)
  }

  /** A new instance is born into whatever is down around it. */
  private bornInto(instance: Instance): void {
    if (this.losses.size === 0) return
    const { set, zone, faultDomain } = instance
    if (this.isLost(`${set.model.location}/${set.zones[zone]}`)) this.goDark(instance)
    if (this.isLost(domainKey(set, zone, faultDomain))) this.losePower(instance)
  }

  private goDark(instance: Instance): void {
    instance.timedHangs++
    instance.outages++
    this.silence.fall(instance)
  }

  private losePower(instance: Instance): void {
    this.goDark(instance)
    this.life.losePower(instance)
  }

  private comeBack(instance: Instance, entry: number, what: string): void {
    const { kernel } = this.run
    kernel.cause = entry
    this.silence.end(instance, what)
    kernel.cause = entry
    instance.outages--
    this.hold.release(instance)
  }
}

const domainKey = (set: ScaleSetState, zone: number, faultDomain: number): string =>
  `${set.name}/${zone}/${faultDomain}`
