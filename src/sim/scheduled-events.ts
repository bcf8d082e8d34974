import { isSpot } from '../model/declare/priority-mix.ts'
import { parseDuration } from '../model/duration.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import { compileDistribution, type Sampler } from './distribution.ts'
import type { Instance } from './instance.ts'
import { PurposeStreams } from './purpose-streams.ts'
import { type Run, ruleCode, traceCode, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const SCHEDULED = traceCode('event.scheduled')
const APPROVED = traceCode('event.approved')
const STARTED = traceCode('event.started')
const WITHDRAWN = traceCode('event.withdrawn')

const MINUTE = 60_000

export type EventType = 'Freeze' | 'Reboot' | 'Redeploy' | 'Preempt' | 'Terminate'

/** Shortest notice of each event; that of Terminate is what the profile asks for, within its range. SE-1. */
export const MINIMUM_NOTICE_MS: Readonly<Record<EventType, number>> = {
  Freeze: 15 * MINUTE,
  Reboot: 15 * MINUTE,
  Redeploy: 10 * MINUTE,
  Preempt: 30_000,
  Terminate: 5 * MINUTE,
}

const DEFAULT_TERMINATE_MS = 5 * MINUTE
const DEFAULT_IMAGE_MS = 15 * MINUTE

interface Profile {
  readonly enable?: boolean
  readonly notBeforeTimeout?: string
}

function profileOf(model: ScaleSetModel, name: 'terminateNotificationProfile' | 'osImageNotificationProfile'): Profile {
  const events = model.virtualMachineProfile['scheduledEventsProfile'] as Readonly<Record<string, Profile>> | undefined
  return events?.[name] ?? {}
}

/** How long a delete of an instance with this model is announced before, ms; -1: not at all. Never on Spot. SE-9, PL-79. */
export function terminateNoticeMs(model: ScaleSetModel): number {
  const { enable, notBeforeTimeout } = profileOf(model, 'terminateNotificationProfile')
  if (enable !== true || isSpot(model)) return -1
  return notBeforeTimeout === undefined ? DEFAULT_TERMINATE_MS : parseDuration(notBeforeTimeout)!
}

/** How long the swap of an OS disk is announced before, ms; -1: not at all, which is the default. SE-12. */
export function imageNoticeMs(model: ScaleSetModel): number {
  const { enable, notBeforeTimeout } = profileOf(model, 'osImageNotificationProfile')
  if (enable !== true) return -1
  return notBeforeTimeout === undefined ? DEFAULT_IMAGE_MS : parseDuration(notBeforeTimeout)!
}

/** What is announced. */
export interface Announcement {
  /** What happens once the time has come. */
  readonly start: () => void
  /** The rule that announces it; default: that of its type. */
  readonly rule?: string
  /** Given for maintenance of the host, which one that is down needs no more: it is called when the event is withdrawn. */
  readonly withdrawn?: () => void
  /** From its start until it is taken off the list, ms; absent: until the instance is gone, stopped or provisioned again. */
  readonly lastsMs?: number
  /** How long the guest really stands still, ms; absent: nobody can say. */
  readonly impactMs?: number
}

/** An event as the metadata service lists it to the guests. SE-2, SE-5. */
export interface ListedEvent {
  /** Order of scheduling in the run. */
  readonly number: number
  readonly type: EventType
  readonly instance: Instance
  readonly status: 'Scheduled' | 'Started'
  readonly notBeforeMs: number
  /** Null: not known. */
  readonly impactMs: number | null
}

/** The life of an event as the list of the metadata service shows it. Kept beside the events: nothing is decided by it. */
interface Listing {
  readonly type: EventType
  readonly instance: Instance
  readonly notBeforeMs: number
  readonly impactMs: number | null
  /** -1: it ends with what happens to the instance. */
  readonly lastsMs: number
  /** -1: it has not started. */
  startedAtMs: number
  /** -1: it is still listed, or its length says when it ends. */
  endedAtMs: number
}

interface ScheduledEvent {
  readonly type: EventType
  readonly instance: Instance
  readonly raisedAtMs: number
  readonly notBeforeMs: number
  /** Entry that scheduled it. */
  readonly entry: number
  readonly start: () => void
  /** Given where the platform maintains the host: it is called when the event is withdrawn. */
  readonly withdrawn: (() => void) | undefined
  readonly timers: number[]
  readonly listing: Listing
  isApproved: boolean
}

/**
 * Notices a guest gets before something happens to it. An event starts at its NotBefore, or earlier when the application
 * approves it (SE-2). Approved terminations of a set go in order: one waits for older ones that are not approved, and those
 * with one NotBefore go together (SE-10, PL-79). Nothing is ever held back beyond its own NotBefore.
 */
export class ScheduledEvents {
  private readonly run: Run
  /** Every event of the run; timers name them by their index. */
  private readonly events: ScheduledEvent[] = []
  /** Those that have not started. */
  private readonly pending = new Map<Instance, ScheduledEvent[]>()
  /** By set: terminations that have not started, oldest first. */
  private readonly terminations: ScheduledEvent[][] = []
  /** Of every event of the run, in order of scheduling. */
  private readonly listings: Listing[] = []
  /** Started ones that end with what happens to their instance. */
  private readonly open = new Map<Instance, Listing[]>()
  private readonly approval: Sampler | null
  private readonly streams: PurposeStreams
  private readonly dueCode: number
  private readonly approveCode: number

  constructor(run: Run) {
    this.run = run
    const { approvesEventsAfter } = run.scenario.world.application
    this.approval = approvesEventsAfter ? compileDistribution(approvesEventsAfter) : null
    this.streams = new PurposeStreams(run, () => 'approveEvent')
    this.dueCode = run.on('event.due', (_subject, index) => this.due(this.events[index]!))
    this.approveCode = run.on('event.approve', (_subject, index) => this.approve(this.events[index]!))
    const { facts } = run
    for (const over of [facts.deleted, facts.deleteFailed, facts.stopped, facts.provisioned, facts.provisioningFailed])
      over.push((instance) => this.endListings(instance))
  }

  /** Announces something to an instance; `start` is called once its time has come. */
  schedule(type: EventType, instance: Instance, noticeMs: number, what: Announcement): void {
    const { run } = this
    const { kernel } = run
    const rule = ruleCode(what.rule ?? (type === 'Terminate' ? 'SE-9' : type === 'Preempt' ? 'SP-02' : 'SE-12'))
    const notBeforeMs = run.nowMs + noticeMs
    const entry = run.record(SCHEDULED, instance.index, rule, run.text(type), notBeforeMs)
    const event: ScheduledEvent = {
      type,
      instance,
      raisedAtMs: run.nowMs,
      notBeforeMs,
      entry,
      start: what.start,
      withdrawn: what.withdrawn,
      timers: [],
      listing: this.list(type, instance, notBeforeMs, what),
      isApproved: false,
    }
    const index = this.events.push(event) - 1
    event.timers.push(kernel.at(notBeforeMs, WORLD_LANE, this.dueCode, instance.index, index))
    const approvalMs = this.approval?.sample(this.streams.of(instance.set, 0), instance.id, instance.boots) ?? -1
    // Nothing has to be approved where the approval would come too late anyway.
    if (approvalMs >= 0 && approvalMs < noticeMs)
      event.timers.push(kernel.after(approvalMs, WORLD_LANE, this.approveCode, instance.index, index))
    this.pending.set(instance, [...(this.pending.get(instance) ?? []), event])
    if (type === 'Terminate') this.queueOf(instance).push(event)
  }

  private list(
    type: EventType,
    instance: Instance,
    notBeforeMs: number,
    { lastsMs = -1, impactMs }: Pick<Announcement, 'lastsMs' | 'impactMs'>,
  ): Listing {
    const listing = {
      type,
      instance,
      notBeforeMs,
      impactMs: impactMs ?? null,
      lastsMs,
      startedAtMs: -1,
      endedAtMs: -1,
    }
    this.listings.push(listing)
    return listing
  }

  /** SE-4: what nobody announced is listed as started from its first moment. */
  startedUnannounced(type: EventType, instance: Instance, lastsMs: number): void {
    this.list(type, instance, this.run.nowMs, { lastsMs }).startedAtMs = this.run.nowMs
  }

  private endListings(instance: Instance): void {
    const listings = this.open.get(instance)
    if (listings === undefined) return
    for (const listing of listings) listing.endedAtMs = this.run.nowMs
    this.open.delete(instance)
  }

  /** What the machines of a set are told now, and how often that has changed since the run began: SE-2, SE-5. */
  listed(set: ScaleSetState): { readonly incarnation: number; readonly events: readonly ListedEvent[] } {
    const { nowMs } = this.run
    let incarnation = 0
    const events: ListedEvent[] = []
    for (const [number, listing] of this.listings.entries()) {
      const { type, instance, notBeforeMs, impactMs, startedAtMs, lastsMs, endedAtMs } = listing
      if (instance.set !== set) continue
      const hasStarted = startedAtMs >= 0
      const isOver = endedAtMs >= 0 || (hasStarted && lastsMs >= 0 && startedAtMs + lastsMs <= nowMs)
      incarnation += 1 + (hasStarted ? 1 : 0) + (isOver ? 1 : 0)
      if (isOver) continue
      events.push({ number, type, instance, status: hasStarted ? 'Started' : 'Scheduled', notBeforeMs, impactMs })
    }
    return { incarnation, events }
  }

  private queueOf({ set }: Instance): ScheduledEvent[] {
    const queue = this.terminations[set.index] ?? []
    this.terminations[set.index] = queue
    return queue
  }

  private approve(event: ScheduledEvent): void {
    this.run.record(APPROVED, event.instance.index, ruleCode('SE-2'), this.run.text(event.type))
    event.isApproved = true
    if (event.type === 'Terminate') this.startApproved(this.queueOf(event.instance))
    else this.begin(event)
  }

  /** SE-10: the oldest terminations that share a NotBefore, once every one of them is approved; then the next ones. */
  private startApproved(queue: ScheduledEvent[]): void {
    while (queue.length > 0) {
      const together = queue.filter(({ notBeforeMs }) => notBeforeMs === queue[0]!.notBeforeMs)
      if (!together.every(({ isApproved }) => isApproved)) return
      for (const event of together) this.begin(event)
    }
  }

  private due(event: ScheduledEvent): void {
    this.begin(event)
    if (event.type === 'Terminate') this.startApproved(this.queueOf(event.instance))
  }

  private begin(event: ScheduledEvent): void {
    const { run } = this
    const { instance, type } = event
    this.forget(event)
    const { listing } = event
    listing.startedAtMs = run.nowMs
    if (listing.lastsMs < 0) this.open.set(instance, [...(this.open.get(instance) ?? []), listing])
    run.kernel.cause = event.entry
    run.record(STARTED, instance.index, ruleCode('SE-2'), run.text(type), run.nowMs - event.raisedAtMs)
    event.start()
  }

  private forget(event: ScheduledEvent): void {
    const { instance } = event
    for (const timer of event.timers) this.run.kernel.cancel(timer)
    const left = (this.pending.get(instance) ?? []).filter((other) => other !== event)
    if (left.length > 0) this.pending.set(instance, left)
    else this.pending.delete(instance)
    const queue = this.queueOf(instance)
    if (queue.includes(event)) queue.splice(queue.indexOf(event), 1)
  }

  /**
   * The instance is down for another reason, so that what was announced to it will not happen: SE-3. A Spot eviction comes
   * all the same when the instance is on its way up again.
   */
  withdraw(instance: Instance, comesBack: boolean): void {
    const events = this.pending.get(instance)
    if (events === undefined) return
    for (const event of events) {
      if (comesBack && event.type === 'Preempt') continue
      this.takeBack(event)
    }
    this.startApproved(this.queueOf(instance))
  }

  /** The host went down before it could be maintained. What others have announced goes on. SE-3. */
  withdrawMaintenance(instance: Instance): void {
    for (const event of this.pending.get(instance) ?? []) if (event.withdrawn !== undefined) this.takeBack(event)
  }

  private takeBack(event: ScheduledEvent): void {
    const { run } = this
    this.forget(event)
    event.listing.endedAtMs = run.nowMs
    const { cause } = run.kernel
    run.record(WITHDRAWN, event.instance.index, ruleCode('SE-3'), run.text(event.type))
    event.withdrawn?.()
    run.kernel.cause = cause
  }
}
