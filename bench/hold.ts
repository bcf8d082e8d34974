import FlatQueue from 'flatqueue'
import TinyQueue from 'tinyqueue'
import { EventQueue } from '../src/sim/kernel/event-queue.ts'
import { log } from '../src/sim/kernel/math.ts'
import { RandomStreams } from '../src/sim/kernel/random.ts'

/** Pending events of the hold model, and the mean of its exponential delays in ms. */
const PENDING = 1000
const MEAN_MS = 60_000
const DELAYS = 65_536

/** The same delays for every contestant, drawn beforehand: what is compared is the queue. */
const delays = (() => {
  const stream = new RandomStreams(1).stream('hold')
  return Int32Array.from({ length: DELAYS }, (_, index) => Math.ceil(-MEAN_MS * log(1 - stream.uniform(index, 0))))
})()
const delay = (index: number): number => delays[index & (DELAYS - 1)]!

/** Which other timer an event moves, drawn beforehand. */
const picks = (() => {
  const stream = new RandomStreams(2).stream('picks')
  return Int32Array.from({ length: DELAYS }, (_, index) => Math.floor(stream.uniform(index, 0) * (PENDING - 1)))
})()
const otherThan = (subject: number, index: number): number => (subject + 1 + picks[index & (DELAYS - 1)]!) % PENDING

/** One shape and one comparator for both object heaps: they are to be compared at their best. */
interface HeapEvent {
  readonly atMs: number
  readonly sequence: number
  readonly subject: number
  dead: boolean
}
const byTimeThenSequence = (a: HeapEvent, b: HeapEvent): number => a.atMs - b.atMs || a.sequence - b.sequence

/** Longest stretch one queue can be asked to simulate: times stay below 2^31 ms. */
const EVENTS_PER_ROUND = 1_000_000

/** Pop one, schedule one: million events a second. Each returns the time it ended at, which must be the same for all. */
export interface Contestant {
  readonly name: string
  readonly play: (events: number) => number
}

export const HOLD: readonly Contestant[] = [
  {
    name: 'event queue (timing wheel)',
    play: (events) => {
      const queue = new EventQueue()
      for (let i = 0; i < PENDING; i++) queue.schedule(delay(i), 0, 1, i, 0, -1)
      for (let i = 0; i < events; i++) {
        queue.pop(2_147_483_646)
        queue.schedule(queue.nowMs + delay(PENDING + i), 0, 1, queue.subject, 0, -1)
      }
      return queue.nowMs
    },
  },
  {
    name: 'flatqueue',
    play: (events) => {
      const queue = new FlatQueue<number>()
      let now = 0
      for (let i = 0; i < PENDING; i++) queue.push(i, delay(i))
      for (let i = 0; i < events; i++) {
        now = queue.peekValue()!
        const subject = queue.pop()!
        queue.push(subject, now + delay(PENDING + i))
      }
      return now
    },
  },
  {
    name: 'tinyqueue (object heap)',
    play: (events) => {
      let sequence = 0
      const queue = new TinyQueue<HeapEvent>([], byTimeThenSequence)
      let now = 0
      for (let i = 0; i < PENDING; i++) queue.push({ atMs: delay(i), sequence: sequence++, subject: i, dead: false })
      for (let i = 0; i < events; i++) {
        const event = queue.pop()!
        now = event.atMs
        queue.push({ atMs: now + delay(PENDING + i), sequence: sequence++, subject: event.subject, dead: false })
      }
      return now
    },
  },
]

/** Each event also moves the timer of one other subject: cancel and schedule anew. */
export const HOLD_WITH_CANCELLATION: readonly Contestant[] = [
  {
    name: 'event queue (timing wheel)',
    play: (events) => {
      const queue = new EventQueue()
      const timers = new Int32Array(PENDING)
      for (let i = 0; i < PENDING; i++) timers[i] = queue.schedule(delay(i), 0, 1, i, 0, -1)
      for (let i = 0; i < events; i++) {
        queue.pop(2_147_483_646)
        const subject = queue.subject
        timers[subject] = queue.schedule(queue.nowMs + delay(PENDING + 2 * i), 0, 1, subject, 0, -1)
        const other = otherThan(subject, i)
        queue.cancel(timers[other]!)
        timers[other] = queue.schedule(queue.nowMs + delay(PENDING + 2 * i + 1), 0, 1, other, 0, -1)
      }
      return queue.nowMs
    },
  },
  {
    name: 'tinyqueue with tombstones',
    play: (events) => {
      let sequence = 0
      const queue = new TinyQueue<HeapEvent>([], byTimeThenSequence)
      const timers: HeapEvent[] = []
      let now = 0
      const schedule = (atMs: number, subject: number) => {
        const timer = { atMs, sequence: sequence++, subject, dead: false }
        timers[subject] = timer
        queue.push(timer)
      }
      for (let i = 0; i < PENDING; i++) schedule(delay(i), i)
      for (let i = 0; i < events; i++) {
        let event = queue.pop()!
        while (event.dead) event = queue.pop()!
        now = event.atMs
        const { subject } = event
        schedule(now + delay(PENDING + 2 * i), subject)
        const other = otherThan(subject, i)
        timers[other]!.dead = true
        schedule(now + delay(PENDING + 2 * i + 1), other)
      }
      return now
    },
  },
]

/**
 * Events a second of each contestant in its best of several interleaved rounds, after one to warm up: on a shared machine
 * neighbours only ever slow a round down.
 */
export function race(contestants: readonly Contestant[], rounds: number): Map<string, number> {
  const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    const ends = new Set<number>()
    for (const { name, play } of contestants) {
      const startedAt = performance.now()
      ends.add(play(EVENTS_PER_ROUND))
      const rate = (EVENTS_PER_ROUND * 1000) / (performance.now() - startedAt)
      if (round > 0) rates.get(name)!.push(rate)
    }
    if (ends.size !== 1) throw new Error(`the contestants do not agree on the time: ${[...ends].join(', ')}`)
  }
  return new Map([...rates].map(([name, values]) => [name, Math.max(...values)]))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
