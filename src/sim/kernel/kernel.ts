import { findCycle } from './cycle.ts'
import { EventQueue, timeMaxMs } from './event-queue.ts'

/** What happens when an event of a code fires. Time and cause are on the kernel. */
export type Handler = (subject: number, argument: number) => void

const ringSize = 256
/** A longer cycle is cut in the message, not in `cycle`. */
const cycleShown = 12

/** A run that would not end: too many events in all (`events`) or within one millisecond (`instant`). */
export class BudgetExceeded extends Error {
  readonly kind: 'events' | 'instant'
  readonly events: number
  readonly atMs: number
  /** The events that repeat, each once, in order; the last one leads to the first again. */
  readonly cycle: readonly string[]

  constructor(kind: 'events' | 'instant', limit: number, events: number, atMs: number, cycle: readonly string[]) {
    const where = kind === 'events' ? `in all, by ${atMs} ms` : `at ${atMs} ms alone`
    const shown =
      cycle.length > cycleShown ? [...cycle.slice(0, cycleShown), `(${cycle.length - cycleShown} more)`] : cycle
    const text = cycle.length === 0 ? 'nothing' : [...shown, cycle[0]].join(' -> ')
    super(`the run does not end: more than ${limit} events ${where}; it repeats ${text}`)
    this.name = 'BudgetExceeded'
    this.kind = kind
    this.events = events
    this.atMs = atMs
    this.cycle = cycle
  }
}

/**
 * The clock of a run and what moves it. Knows codes, subjects and causes as integers; what they mean is the handlers'
 * business. An event remembers the cause that stood when it was scheduled, and that cause stands again when it fires.
 */
export class Kernel {
  /** Time of the event that runs now, in ms; `endMs` after the run. */
  nowMs = 0
  /** Trace entry that leads to whatever is scheduled or recorded now; -1 at the root. Handlers set it as they record. */
  cause = -1
  /** Events fired so far. */
  events = 0

  readonly endMs: number
  /** The instant being played and how many events had fired before it; for the budget of one instant. */
  private instantMs = 0
  private eventsBefore = 0
  private readonly queue: EventQueue
  private readonly codeNames: readonly string[]
  private readonly handlers: readonly Handler[]
  private readonly maxEvents: number
  private readonly maxEventsPerInstant: number
  private readonly describeSubject: (code: number, subject: number) => string
  /** The last 256 pairs of code and subject, for the message of `BudgetExceeded`. */
  private readonly ring = new Int32Array(ringSize * 2)

  /** `handlers` may be filled later, but before `run`. `endMs` lies below 2^31 - 1, so a capped delay ends after it. */
  constructor(options: {
    codeNames: readonly string[]
    handlers: readonly Handler[]
    endMs: number
    maxEvents?: number
    maxEventsPerInstant?: number
    describeSubject?: (code: number, subject: number) => string
    /** An empty queue to work with, so that many runs can share the memory of one. Default: a new one. */
    queue?: EventQueue
  }) {
    if (!Number.isInteger(options.endMs) || options.endMs < 0 || options.endMs >= timeMaxMs) {
      throw new RangeError(`a run ends at an integer number of ms below ${timeMaxMs}, got ${options.endMs}`)
    }
    this.endMs = options.endMs
    this.queue = options.queue ?? new EventQueue()
    this.codeNames = options.codeNames
    this.handlers = options.handlers
    this.maxEvents = options.maxEvents ?? 50_000_000
    this.maxEventsPerInstant = options.maxEventsPerInstant ?? 1_000_000
    this.describeSubject = options.describeSubject ?? ((_code, subject) => String(subject))
  }

  /** Schedules an event and returns its handle. An event after `endMs` never fires. */
  at(atMs: number, lane: 0 | 1, code: number, subject: number, argument: number): number {
    return this.queue.schedule(atMs, lane, code, subject, argument, this.cause)
  }

  /** As `at`, from now. A delay that leaves the range of times lies after every end, so it is cut to the last ms. */
  after(delayMs: number, lane: 0 | 1, code: number, subject: number, argument: number): number {
    const atMs = this.nowMs + delayMs
    const last = atMs > timeMaxMs && Number.isInteger(atMs)
    return this.queue.schedule(last ? timeMaxMs : atMs, lane, code, subject, argument, this.cause)
  }

  /** Takes an event back; false when it has fired, was cancelled before, or is -1. */
  cancel(handle: number): boolean {
    return this.queue.cancel(handle)
  }

  /**
   * Fires events in order until none is left up to `untilMs` (at most `endMs`), or until so many of this call have fired.
   * True when none is left; the clock then stands at `untilMs`. Throws `BudgetExceeded` on a run that would not end.
   */
  run(eventsOfThisCall = Number.POSITIVE_INFINITY, untilMs = this.endMs): boolean {
    const { queue, handlers, ring, maxEvents, maxEventsPerInstant } = this
    const limitMs = Math.min(untilMs, this.endMs)
    let { instantMs, eventsBefore } = this
    const stopAt = this.events + eventsOfThisCall
    while (queue.pop(limitMs)) {
      const { atMs, code, subject } = queue
      if (atMs !== instantMs) {
        instantMs = atMs
        eventsBefore = this.events
      }
      this.nowMs = atMs
      this.cause = queue.cause
      if (this.events >= maxEvents) throw this.exceeded('events', maxEvents)
      if (this.events - eventsBefore >= maxEventsPerInstant) throw this.exceeded('instant', maxEventsPerInstant)
      const at = (this.events & (ringSize - 1)) * 2
      ring[at] = code
      ring[at + 1] = subject
      this.events++
      const handler = handlers[code]
      if (handler === undefined)
        throw new Error(`no handler for event code ${code} (${this.codeNames[code] ?? 'unnamed'})`)
      handler(subject, queue.argument)
      if (this.events >= stopAt) {
        this.instantMs = instantMs
        this.eventsBefore = eventsBefore
        return false
      }
    }
    this.instantMs = instantMs
    this.eventsBefore = eventsBefore
    this.nowMs = limitMs
    this.cause = -1
    return true
  }

  private exceeded(kind: 'events' | 'instant', limit: number): BudgetExceeded {
    const recent: string[] = []
    const subjects: number[] = []
    for (let event = Math.max(0, this.events - ringSize); event < this.events; event++) {
      const at = (event & (ringSize - 1)) * 2
      const code = this.ring[at]!
      const subject = this.ring[at + 1]!
      recent.push(`${this.codeNames[code] ?? code}(${this.describeSubject(code, subject)})`)
      subjects.push(subject)
    }
    return new BudgetExceeded(kind, limit, this.events, this.nowMs, findCycle(recent, subjects))
  }
}
