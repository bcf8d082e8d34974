import type { Action } from '../model/scenario.ts'
import { healthVerdict } from './application-health.ts'
import { type Instance, isMember, isStopped, LIFE } from './instance.ts'
import type { Outages } from './outages.ts'
import { CONTROL_LANE, type Run, ruleCode, setSubject, traceCode, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { MINIMUM_NOTICE_MS, type ScheduledEvents } from './scheduled-events.ts'

const PLANNED = traceCode('maintenance.planned')
const WAVE_STARTED = traceCode('maintenance.waveStarted')
const SELF_STARTED = traceCode('maintenance.selfStarted')
const STOPPED = traceCode('maintenance.stopped')
const ENDED = traceCode('maintenance.ended')
const COMPLETED = traceCode('event.completed')

const MINUTE = 60_000

/** A pause is over in seconds; its event is taken off the list about ten minutes after its start. SE-6. */
export const FREEZE_EVENT_MS = 10 * MINUTE
/** A reboot that the platform starts takes about that long. AV-06. */
export const PLATFORM_REBOOT_MS = 25 * MINUTE
/** From the end of one update domain to the next one. AV-06. */
export const BETWEEN_DOMAINS_MS = 30 * MINUTE

type Freeze = Extract<Action, { verb: 'freezeHosts' }>
type Reboot = Extract<Action, { verb: 'rebootHosts' }>
type Kind = 'Freeze' | 'Reboot'

/** Instances that are maintained at the same time. */
export interface Wave<T> {
  readonly domain: string
  readonly members: readonly T[]
}

interface Placed {
  readonly zone: number
  readonly faultDomain: number
  /** -1 where there are none. */
  readonly updateDomain: number
}

/**
 * Who is maintained together, and in which order. With a reboot a Uniform set goes update domain by update domain, across its
 * zones (PL-09, AV-06). Everything else goes fault domain by fault domain, one zone after the other (AV-04), the hidden racks
 * of max spreading included.
 *
 * Update domains 0 1 2 0 -> (first, fourth), (second), (third).
 */
export function maintenanceWaves<T extends Placed>(instances: readonly T[], kind: Kind): readonly Wave<T>[] {
  const byUpdateDomain = kind === 'Reboot' && instances.every(({ updateDomain }) => updateDomain >= 0)
  const waves = new Map<number, { readonly domain: string; readonly members: T[] }>()
  for (const instance of instances) {
    const { zone, faultDomain, updateDomain } = instance
    // No set has as many racks in a zone.
    const order = byUpdateDomain ? updateDomain : (zone + 1) * 100_000 + faultDomain
    const domain = byUpdateDomain ? `update domain ${updateDomain}` : `fault domain ${faultDomain}`
    const wave = waves.get(order) ?? { domain, members: [] }
    waves.set(order, wave)
    wave.members.push(instance)
  }
  return [...waves].sort(([a], [b]) => a - b).map(([, wave]) => wave)
}

/** Maintenance of the hosts under one set. */
interface Course {
  readonly kind: Kind
  readonly set: ScaleSetState
  readonly forMs: number
  readonly waves: readonly Wave<Instance>[]
  next: number
  /** Events of the running wave that are not over. */
  open: number
  maintained: number
  /** Members of the running wave that were well before it. */
  well: readonly Instance[]
  /** Those that were not waited for: their owner has maintained them (AV-06). */
  readonly selfServed: Set<Instance>
  isOver: boolean
}

/**
 * Maintenance of hosts: announced 15 minutes ahead (SE-1), one domain after the other. A freeze keeps the memory and lasts
 * seconds; a reboot takes the instance down for long.
 */
export class HostMaintenance {
  private readonly run: Run
  private readonly outages: Outages
  private readonly events: ScheduledEvents
  private readonly courses: Course[] = []
  private readonly nextCode: number
  private readonly completedCode: number

  constructor(run: Run, outages: Outages, events: ScheduledEvents) {
    this.run = run
    this.outages = outages
    this.events = events
    this.nextCode = run.on('maintenance.next', (_subject, index) => this.nextWave(index))
    this.completedCode = run.on('maintenance.completed', (subject, index) => this.completed(run.fleet[subject]!, index))
  }

  freeze({ scaleSets, zone, forMs }: Freeze): void {
    for (const set of this.run.sets) if (scaleSets.includes(set.name)) this.plan('Freeze', set, zone, forMs, 0)
  }

  reboot({ scaleSets, zone, selfServiceMs }: Reboot): void {
    for (const set of this.run.sets)
      if (scaleSets.includes(set.name)) this.plan('Reboot', set, zone, PLATFORM_REBOOT_MS, selfServiceMs ?? 0)
  }

  private plan(kind: Kind, set: ScaleSetState, zone: string | undefined, forMs: number, waitMs: number): void {
    const { run } = this
    const members = set.instances.filter(
      (instance) => isMaintained(instance) && (zone === undefined || set.zones[instance.zone] === zone),
    )
    if (members.length === 0) {
      const verb = kind === 'Freeze' ? 'freezeHosts' : 'rebootHosts'
      run.noteRefusal(setSubject(set), verb, 'no effect', 'no instance runs on these hosts', 'AV-04')
      return
    }
    run.kernel.cause = -1
    const waves = maintenanceWaves(members, kind)
    const rule = ruleCode(kind === 'Freeze' ? 'AV-04' : 'AV-06')
    run.record(PLANNED, setSubject(set), rule, run.text(kind), waves.length, members.length)
    const course: Course = {
      kind,
      set,
      forMs,
      waves,
      next: 0,
      open: 0,
      maintained: 0,
      well: [],
      selfServed: new Set(),
      isOver: false,
    }
    const index = this.courses.push(course) - 1
    if (waitMs === 0) this.nextWave(index)
    else run.kernel.after(waitMs, CONTROL_LANE, this.nextCode, setSubject(set), index)
  }

  /** `az vmss perform-maintenance`: while a reboot is planned the owner may start it, and it takes minutes only. AV-06. */
  performMaintenance(instances: readonly Instance[]): void {
    const { run } = this
    const { cause } = run.kernel
    for (const instance of instances) {
      run.kernel.cause = cause
      const course = this.courses.find(
        ({ kind, waves, next, selfServed, isOver }) =>
          kind === 'Reboot' &&
          !isOver &&
          !selfServed.has(instance) &&
          waves.slice(next).some(({ members }) => members.includes(instance)),
      )
      if (course === undefined || !isMaintained(instance)) {
        const message = 'no maintenance of it is planned at this moment'
        run.noteRefusal(instance.index, 'performMaintenance', 'OperationNotAllowed', message, 'AV-06')
        continue
      }
      course.selfServed.add(instance)
      course.maintained++
      run.record(SELF_STARTED, instance.index, ruleCode('AV-06'), run.assumptions.selfStartedReboot)
      this.outages.downFor(instance, run.assumptions.selfStartedReboot)
    }
  }

  /** One more domain, unless the last one left instances unwell behind: maintenance without reboot stops then (AV-04). */
  private nextWave(index: number): void {
    const { run } = this
    const course = this.courses[index]!
    const { kind, set, waves, selfServed } = course
    const subject = setSubject(set)
    const unwell = course.well.filter(
      (instance) => isMember(instance) && healthVerdict(run, instance) === 'unhealthy',
    ).length
    if (kind === 'Freeze' && unwell > 0) {
      course.isOver = true
      run.record(STOPPED, subject, ruleCode('AV-04'), unwell)
      return
    }
    while (course.next < waves.length) {
      const wave = waves[course.next]!
      course.next++
      const members = wave.members.filter((instance) => isMaintained(instance) && !selfServed.has(instance))
      if (members.length === 0) continue
      course.well = members.filter((instance) => healthVerdict(run, instance) === 'healthy')
      course.open = members.length
      const rule = ruleCode(kind === 'Freeze' ? 'AV-04' : 'AV-06')
      const entry = run.record(
        WAVE_STARTED,
        subject,
        rule,
        run.text(wave.domain),
        course.next,
        waves.length,
        members.length,
      )
      for (const instance of members) {
        run.kernel.cause = entry
        this.announce(course, index, instance)
      }
      run.kernel.cause = entry
      return
    }
    course.isOver = true
    run.record(ENDED, subject, ruleCode(kind === 'Freeze' ? 'AV-04' : 'AV-06'), course.maintained)
  }

  private announce(course: Course, index: number, instance: Instance): void {
    const { run } = this
    const { kind, forMs } = course
    this.events.schedule(kind, instance, MINIMUM_NOTICE_MS[kind], {
      rule: 'SE-1',
      lastsMs: kind === 'Freeze' ? FREEZE_EVENT_MS : forMs,
      ...(kind === 'Freeze' ? { impactMs: forMs } : {}),
      withdrawn: () => this.closed(index),
      start: () => {
        course.maintained++
        const lasts = kind === 'Freeze' ? FREEZE_EVENT_MS : forMs
        run.kernel.after(lasts, WORLD_LANE, this.completedCode, instance.index, index)
        if (kind === 'Freeze') this.outages.pause(instance, forMs)
        else this.outages.downFor(instance, forMs)
      },
    })
  }

  private completed(instance: Instance, index: number): void {
    const { run } = this
    run.record(COMPLETED, instance.index, ruleCode('SE-6'), run.text(this.courses[index]!.kind))
    this.closed(index)
  }

  /** An event of the running wave is over; after the last one the next domain follows. */
  private closed(index: number): void {
    const { run } = this
    const course = this.courses[index]!
    course.open--
    if (course.open > 0) return
    const waitMs = course.kind === 'Freeze' || course.next >= course.waves.length ? 0 : BETWEEN_DOMAINS_MS
    run.kernel.after(waitMs, CONTROL_LANE, this.nextCode, setSubject(course.set), index)
  }
}

/** Whether a host runs it: maintenance leaves those alone that are deallocated or on their way out. */
function isMaintained(instance: Instance): boolean {
  return isMember(instance) && !isStopped(instance) && instance.life !== LIFE.creating && instance.life !== LIFE.failed
}
