import { DEFAULT_FAULTS, type RandomFaults as Truth } from '../model/faults.ts'
import { compileDistribution, type Sampler } from './distribution.ts'
import { FREEZE_EVENT_MS } from './host-maintenance.ts'
import { type Instance, isMember, isStopped } from './instance.ts'
import { log } from './kernel/math.ts'
import type { Outages } from './outages.ts'
import { type Run, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { MINIMUM_NOTICE_MS, type ScheduledEvents } from './scheduled-events.ts'

const MONTH_MS = 30 * 24 * 3_600_000
const YEAR_MS = 365 * 24 * 3_600_000

/** Time to the next fault of a constant rate, ms, from one uniform number: never by itself where the rate is 0. AV-12. */
export function timeToNextMs(perYear: number, uniform: number): number {
  return perYear <= 0 ? Number.POSITIVE_INFINITY : Math.round((log(1 / (1 - uniform)) / perYear) * YEAR_MS)
}

/**
 * Hosts, racks and pauses that come by themselves, each from a stream of its own at the slot of its instance or rack. Nothing
 * is drawn for what a scenario does not ask for. AV-12.
 */
export class RandomFaults {
  private readonly run: Run
  private readonly outages: Outages
  private readonly events: ScheduledEvents
  private readonly truth: Truth
  private readonly hostRecovery: Sampler
  private readonly rackRecovery: Sampler
  private readonly freezeLength: Sampler
  /** How many of its kind an instance or rack has had: the draw of the next one. */
  private readonly drawn = new Map<string, number>()
  private readonly hostCode: number
  private readonly freezeCode: number
  private readonly rackCode: number
  private readonly racks: { readonly set: ScaleSetState; readonly zone: number; readonly faultDomain: number }[] = []

  constructor(run: Run, outages: Outages, events: ScheduledEvents) {
    this.run = run
    this.outages = outages
    this.events = events
    this.truth = run.scenario.world.faults ?? {}
    this.hostRecovery = compileDistribution((this.truth.hosts ?? DEFAULT_FAULTS.hosts).recovery)
    this.rackRecovery = compileDistribution((this.truth.racks ?? DEFAULT_FAULTS.racks).recovery)
    this.freezeLength = compileDistribution((this.truth.freezes ?? DEFAULT_FAULTS.freezes).length)
    this.hostCode = run.on('fault.hostAtRandom', (subject) => this.hostFails(run.fleet[subject]!))
    this.freezeCode = run.on('fault.freezeAtRandom', (subject) => this.freezes(run.fleet[subject]!))
    this.rackCode = run.on('fault.rackAtRandom', (_subject, rack) => this.rackFails(rack))
    if (this.truth.hosts || this.truth.freezes) run.facts.created.push((instance) => this.expect(instance))
  }

  begin(): void {
    const { run, truth } = this
    if (truth.hosts || truth.freezes) for (const instance of run.fleet) this.expect(instance)
    if (!truth.racks) return
    for (const set of run.sets)
      for (let zone = 0; zone < Math.max(1, set.zones.length); zone++)
        for (let faultDomain = 0; faultDomain < set.placement.domainCount; faultDomain++)
          this.expectRack(this.racks.push({ set, zone, faultDomain }) - 1)
  }

  /** The host of an instance fails because the timeline says so; how long it stays away is drawn unless it is said. */
  failHost(instance: Instance, forMs: number | undefined, noticeMs: number | undefined): void {
    const lasts = forMs ?? this.recoveryOf(instance)
    if (noticeMs === undefined) this.outages.failHost(instance, lasts)
    else this.outages.expectHostFailure(instance, noticeMs, lasts)
  }

  private recoveryOf(instance: Instance): number {
    const label = `hostRecovery/${instance.set.name}`
    return this.hostRecovery.sample(this.run.stream(label), instance.id, this.draw(label, instance.id))
  }

  private expect(instance: Instance): void {
    this.expectHost(instance)
    this.expectFreeze(instance)
  }

  private expectHost(instance: Instance): void {
    const { hosts } = this.truth
    if (!hosts) return
    this.next(
      `hostFailure/${instance.set.name}`,
      instance.id,
      hosts.percentPerVmYear / 100,
      this.hostCode,
      instance.index,
    )
  }

  private expectFreeze(instance: Instance): void {
    const { freezes } = this.truth
    if (!freezes) return
    const perYear = freezes.perVmMonth * (YEAR_MS / MONTH_MS)
    this.next(`freeze/${instance.set.name}`, instance.id, perYear, this.freezeCode, instance.index)
  }

  private expectRack(rack: number): void {
    const { set, zone, faultDomain } = this.racks[rack]!
    const perYear = this.truth.racks!.percentPerFdYear / 100
    this.next(`rackFailure/${set.name}`, zone * 1000 + faultDomain, perYear, this.rackCode, -1, rack)
  }

  /** The next fault at this slot; one beyond the end of the run is not scheduled. */
  private next(label: string, slot: number, perYear: number, code: number, subject: number, argument = 0): void {
    const { run } = this
    const ms = timeToNextMs(perYear, run.stream(label).uniform(slot, this.draw(label, slot)))
    if (run.nowMs + ms <= run.scenario.durationMs) run.kernel.after(ms, WORLD_LANE, code, subject, argument)
  }

  private draw(label: string, slot: number): number {
    const key = `${label}/${slot}`
    const draw = this.drawn.get(key) ?? 0
    this.drawn.set(key, draw + 1)
    return draw
  }

  private hostFails(instance: Instance): void {
    if (!isMember(instance)) return
    // A root of its own: nothing in the run led to it.
    this.run.kernel.cause = -1
    if (!isStopped(instance)) this.outages.failHost(instance, this.recoveryOf(instance))
    this.expectHost(instance)
  }

  private freezes(instance: Instance): void {
    if (!isMember(instance)) return
    const { run } = this
    run.kernel.cause = -1
    const label = `freezeLength/${instance.set.name}`
    const lengthMs = this.freezeLength.sample(run.stream(label), instance.id, this.draw(label, instance.id))
    if (!isStopped(instance))
      this.events.schedule('Freeze', instance, MINIMUM_NOTICE_MS.Freeze, {
        rule: 'SE-1',
        lastsMs: FREEZE_EVENT_MS,
        impactMs: lengthMs,
        withdrawn: () => {},
        start: () => this.outages.pause(instance, lengthMs),
      })
    this.expectFreeze(instance)
  }

  private rackFails(rack: number): void {
    const { run } = this
    const { set, zone, faultDomain } = this.racks[rack]!
    run.kernel.cause = -1
    const label = `rackRecovery/${set.name}`
    const slot = zone * 1000 + faultDomain
    const forMs = this.rackRecovery.sample(run.stream(label), slot, this.draw(label, slot))
    const name = set.zones[zone]
    this.outages.failDomain(
      {
        verb: 'failFaultDomain',
        scaleSets: [set.name],
        faultDomain,
        forMs,
        ...(name === undefined ? {} : { zone: name }),
      },
      true,
    )
    this.expectRack(rack)
  }
}
