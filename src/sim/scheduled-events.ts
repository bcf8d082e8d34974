import { parseDuration } from '../model/duration.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import { compileDistribution, type Sampler } from './distribution.ts'
import type { Instance } from './instance.ts'
import { PurposeStreams } from './purpose-streams.ts'
import { type Run, ruleCode, traceCode, WORLD_LANE } from './run.ts'

const SCHEDULED = traceCode('event.scheduled')
const APPROVED = traceCode('event.approved')
const STARTED = traceCode('event.started')

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
  const { priority } = model.virtualMachineProfile
  const { enable, notBeforeTimeout } = profileOf(model, 'terminateNotificationProfile')
  if (enable !== true || priority === 'Spot' || priority === 'Low') return -1
  return notBeforeTimeout === undefined ? DEFAULT_TERMINATE_MS : parseDuration(notBeforeTimeout)!
}

/** How long the swap of an OS disk is announced before, ms; -1: not at all, which is the default. SE-12. */
export function imageNoticeMs(model: ScaleSetModel): number {
  const { enable, notBeforeTimeout } = profileOf(model, 'osImageNotificationProfile')
  if (enable !== true) return -1
  return notBeforeTimeout === undefined ? DEFAULT_IMAGE_MS : parseDuration(notBeforeTimeout)!
}

interface ScheduledEvent {
  readonly type: EventType
  readonly instance: Instance
  readonly raisedAtMs: number
  readonly notBeforeMs: number
  /** Entry that scheduled it. */
  readonly entry: number
  readonly start: () => void
  ready: boolean
  withdrawn: boolean
  timer: number
}

/**
 * Notices a guest gets before something happens to it. An event starts at its NotBefore or when the application approves
 * it (SE-2). Terminations of a set go in order: an approved one waits for older ones that are not, and those with one
 * NotBefore go together (SE-10, PL-79).
 */
export class ScheduledEvents {
  private readonly run: Run
  private readonly byInstance = new Map<Instance, ScheduledEvent>()
  /** By set: terminations that have not started, oldest first. */
  private readonly terminations: ScheduledEvent[][] = []
  private readonly approval: Sampler | null
  private readonly streams: PurposeStreams
  private readonly readyCode: number
  private readonly approveCode: number

  constructor(run: Run) {
    this.run = run
    const { approvesEventsAfter } = run.scenario.world.application
    this.approval = approvesEventsAfter ? compileDistribution(approvesEventsAfter) : null
    this.streams = new PurposeStreams(run, () => 'approveEvent')
    this.readyCode = run.on('event.ready', (subject) => this.ready(run.fleet[subject]!))
    this.approveCode = run.on('event.approve', (subject) => this.approve(run.fleet[subject]!))
  }

  /** Announces something to an instance; `start` is called once its time has come. */
  schedule(type: EventType, instance: Instance, noticeMs: number, start: () => void): void {
    const { run } = this
    const { kernel } = run
    const rule = ruleCode(type === 'Terminate' ? 'SE-9' : type === 'Preempt' ? 'SE-1' : 'SE-12')
    const notBeforeMs = run.nowMs + noticeMs
    const entry = run.record(SCHEDULED, instance.index, rule, run.text(type), notBeforeMs)
    const approvalMs = this.approval?.sample(this.streams.of(instance.set, 0), instance.id, instance.boots) ?? -1
    // Nothing has to be approved where the approval would come too late anyway.
    const isApproved = approvalMs >= 0 && approvalMs < noticeMs
    const timer = isApproved
      ? kernel.after(approvalMs, WORLD_LANE, this.approveCode, instance.index, 0)
      : kernel.at(notBeforeMs, WORLD_LANE, this.readyCode, instance.index, 0)
    const event: ScheduledEvent = {
      type,
      instance,
      raisedAtMs: run.nowMs,
      notBeforeMs,
      entry,
      start,
      ready: false,
      withdrawn: false,
      timer,
    }
    this.byInstance.set(instance, event)
    if (type === 'Terminate') this.queueOf(instance).push(event)
  }

  private queueOf({ set }: Instance): ScheduledEvent[] {
    const queue = this.terminations[set.index] ?? []
    this.terminations[set.index] = queue
    return queue
  }

  private approve(instance: Instance): void {
    const event = this.byInstance.get(instance)
    if (event) this.run.record(APPROVED, instance.index, ruleCode('SE-2'), this.run.text(event.type))
    this.ready(instance)
  }

  private ready(instance: Instance): void {
    const event = this.byInstance.get(instance)
    if (!event) return
    event.ready = true
    if (event.type !== 'Terminate') {
      this.begin(event)
      return
    }
    const queue = this.queueOf(instance)
    while (queue.length > 0) {
      const together = queue.filter(({ notBeforeMs }) => notBeforeMs === queue[0]!.notBeforeMs)
      if (!together.every((one) => one.ready || one.withdrawn)) return
      queue.splice(0, together.length)
      for (const one of together) if (!one.withdrawn) this.begin(one)
    }
  }

  private begin(event: ScheduledEvent): void {
    const { run } = this
    const { instance, type } = event
    this.byInstance.delete(instance)
    run.kernel.cause = event.entry
    run.record(STARTED, instance.index, ruleCode('SE-2'), run.text(type), run.nowMs - event.raisedAtMs)
    event.start()
  }

  /** What was announced to an instance will not happen: SE-3. */
  withdraw(instance: Instance): void {
    const event = this.byInstance.get(instance)
    if (!event) return
    this.byInstance.delete(instance)
    event.withdrawn = true
    this.run.kernel.cancel(event.timer)
  }
}
