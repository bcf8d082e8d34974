import type { Assumptions } from '../model/assumptions.ts'
import { formatClock } from '../model/duration.ts'
import type { Finding } from '../model/finding.ts'
import { RULES } from '../model/rules/index.ts'
import type { Scenario } from '../model/scenario.ts'
import { Allocation } from './allocation.ts'
import { Facts } from './facts.ts'
import type { Instance } from './instance.ts'
import type { EventQueue } from './kernel/event-queue.ts'
import { type Handler, Kernel } from './kernel/kernel.ts'
import { RandomStreams, type Stream } from './kernel/random.ts'
import { TraceLog } from './kernel/trace.ts'
import { Machines } from './machines.ts'
import type { ModelChange } from './model-change.ts'
import type { Plan } from './plan.ts'
import type { CountedInstance } from './result.ts'
import type { RolloutRecord } from './rolling-upgrade/rollout-record.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { LOSS_REASONS, TRACE_NAMES, traceCode } from './trace-catalogue.ts'

const RULE_NAMES: readonly string[] = RULES.map((rule) => rule.id)
const RULE_CODES = new Map(RULE_NAMES.map((id, index) => [id, index]))

/** Code of a rule in a trace record. A rule that is not in the catalogue is our bug. */
export function ruleCode(id: string): number {
  const code = RULE_CODES.get(id)
  if (code === undefined) throw new Error(`rule ${id} is not in the catalogue`)
  return code
}

export function ruleName(code: number): string | null {
  return code < 0 ? null : RULE_NAMES[code]!
}

export const NO_RULE = -1
/** Subject of an entry about no instance. */
export const WORLD = -1
/** Two lanes of one instant: the world's events come before the controllers' (design §5a 9). */
export const WORLD_LANE = 0
export const CONTROL_LANE = 1

/** Bounds of a run, and whether its trace is kept for reading. */
export interface RunOptions {
  readonly keepTrace?: boolean
  readonly maxEvents?: number
}

/**
 * One run in progress: its clock, luck, trace and fleet, and the facts by which mechanisms talk. Mechanisms are set up on
 * it (`simulate.ts`) and keep their own state.
 */
export class Run {
  readonly plan: Plan
  readonly scenario: Scenario
  readonly assumptions: Assumptions
  readonly seed: number
  readonly kernel: Kernel
  private readonly queue: EventQueue
  readonly trace: TraceLog
  readonly facts = new Facts()
  readonly allocation = new Allocation()
  readonly machines: Machines
  readonly sets: ScaleSetState[] = []
  /** Every instance of the run by index. */
  readonly fleet: Instance[] = []
  readonly keepTrace: boolean
  /** All rollouts in order of their start, of whichever mode. */
  readonly rollouts: RolloutRecord[] = []
  /** By trace entry of a threshold test: whom it counted. Kept with the trace only, and no part of its digest. */
  readonly counted = new Map<number, readonly CountedInstance[]>()
  /** What stood out while it was played. */
  readonly findings: Finding[] = []
  private readonly codeNames: string[] = []
  private readonly handlers: Handler[] = []
  private readonly streams: RandomStreams
  private readonly streamsByLabel = new Map<string, Stream>()

  constructor(plan: Plan, seed: number, options: RunOptions) {
    this.plan = plan
    this.scenario = plan.scenario
    this.assumptions = plan.scenario.assumptions
    this.machines = new Machines(plan.scenario.world.regions)
    this.seed = seed
    this.keepTrace = options.keepTrace ?? false
    this.streams = new RandomStreams(seed)
    this.trace = new TraceLog({
      keep: this.keepTrace,
      whatNames: TRACE_NAMES,
      ruleNames: RULE_NAMES,
      landmarks: LOSS_REASONS,
    })
    this.queue = plan.takeQueue()
    this.kernel = new Kernel({
      queue: this.queue,
      codeNames: this.codeNames,
      handlers: this.handlers,
      endMs: plan.scenario.durationMs,
      ...(options.maxEvents === undefined ? {} : { maxEvents: options.maxEvents }),
      describeSubject: (_code, subject) => this.describe(subject),
    })
  }

  /** The run is over: its queue serves the next one. */
  release(): void {
    this.plan.giveBack(this.queue)
  }

  get nowMs(): number {
    return this.kernel.nowMs
  }

  /** Makes an event code; `handler` is called with the subject and argument it was scheduled with. */
  on(name: string, handler: Handler): number {
    this.codeNames.push(name)
    this.handlers.push(handler)
    return this.handlers.length - 1
  }

  /** The stream with this meaning. Slots are instance ids, so no policy moves another's luck (design §5.2). */
  stream(label: string): Stream {
    let stream = this.streamsByLabel.get(label)
    if (!stream) {
      stream = this.streams.stream(label)
      this.streamsByLabel.set(label, stream)
    }
    return stream
  }

  /** Records what happened now and makes it the cause of whatever is scheduled from here on. Returns the entry's id. */
  record(what: number, subject: number, rule: number, n0 = 0, n1 = 0, n2 = 0, n3 = 0): number {
    const kernel = this.kernel
    const id = this.trace.record(kernel.nowMs, what, subject, kernel.cause, rule, n0, n1, n2, n3)
    kernel.cause = id
    return id
  }

  /** A request of the timeline is answered with an error: nobody should have to read the trace to learn that. */
  noteRefusal(subject: number, operation: string, code: string, message: string, rule: string): void {
    this.findings.push({
      code: 'RequestRefused',
      title: 'The service refused a request',
      severity: 'warning',
      where: this.whereOf(subject, operation),
      evidence: [`${code}: ${message}.`],
      rules: [rule],
      fix: 'Ask for it when it is possible, or take the entry out.',
    })
  }

  /** `vmss-a: updateModel at 00:10:00`. */
  whereOf(subject: number, operation: string): string {
    return `${this.describe(subject)}: ${operation} at ${formatClock(this.nowMs)}`
  }

  /** A finding that one time of is enough, however often its reason occurs. */
  noteOnce(finding: Finding): void {
    const isKnown = this.findings.some((known) => known.code === finding.code && known.where === finding.where)
    if (!isKnown) this.findings.push(finding)
  }

  text(value: string): number {
    return this.trace.intern(value)
  }

  /** What an instance needs to get to this version of its set's model. */
  changeTo(instance: Instance, version: number): ModelChange {
    const { set } = instance
    return this.plan.change(set.modelOf(instance).document, set.versions[version]!.document)
  }

  describe(subject: number): string {
    if (subject >= 0) {
      const instance = this.fleet[subject]
      return instance ? instanceLabel(instance) : `instance ${subject}`
    }
    return subject === WORLD ? 'world' : (this.sets[setOf(subject)]?.name ?? 'world')
  }
}

/** Subject of an entry about a scale set. */
export const setSubject = (set: ScaleSetState): number => -2 - set.index
export const setOf = (subject: number): number => -2 - subject

export const instanceLabel = (instance: Instance): string =>
  instance.number >= 0 ? `${instance.set.name}/${instance.number}` : `${instance.set.name}/+${instance.id}`

export { traceCode }
