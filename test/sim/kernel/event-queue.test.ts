import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue, timeMaxMs } from '../../../src/sim/kernel/event-queue.ts'
import { NaiveQueue } from '../../reference/naive-queue.ts'

/** Pops all and gives the codes in order. */
function drain(queue: EventQueue, limitMs = timeMaxMs): number[] {
  const codes: number[] = []
  while (queue.pop(limitMs)) codes.push(queue.code)
  return codes
}

type Step =
  | { readonly do: 'schedule'; readonly delayMs: number; readonly lane: 0 | 1 }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'move'; readonly pick: number; readonly delayMs: number; readonly lane: 0 | 1 }
  | { readonly do: 'pop'; readonly aheadMs: number; readonly times: number }

// Delays of every level of the wheel, its borders, and few enough small ones that many events meet in one ms.
const delayMs = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0, 1, 2, 3) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(2 ** 11, 2 ** 12, 2 ** 22, 2 ** 23, 2 ** 30), fc.integer({ min: -2, max: 2 }))
      .map(([border, off]) => border + off),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 ** 23 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: timeMaxMs }) },
  { weight: 1, arbitrary: fc.constant(timeMaxMs) },
)
const lane = fc.constantFrom<0 | 1>(0, 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('schedule' as const), delayMs, lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), pick: fc.nat(), delayMs, lane }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pop' as const),
      aheadMs: fc.oneof(delayMs, fc.constant(timeMaxMs)),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
)

/** Plays the script on both queues and compares everything that can be seen after each step. */
function play(queue: EventQueue, script: readonly Step[]): void {
  const naive = new NaiveQueue()
  const handles: number[] = []
  const schedule = (delay: number, to: 0 | 1) => {
    const atMs = Math.min(timeMaxMs, naive.nowMs + delay)
    const code = handles.length
    const handle = queue.schedule(atMs, to, code, code * 3, -1 - code, code - 1)
    expect(naive.schedule(atMs, to, code, code * 3, -1 - code, code - 1)).toBe(code)
    expect(handle).toBeGreaterThanOrEqual(0)
    expect(handle).toBeLessThan(2 ** 31)
    handles.push(handle)
  }
  const cancel = (pick: number) => {
    if (handles.length === 0) return
    // Any handle ever given, so most of the time a stale one whose place has been taken by another event.
    const id = pick % handles.length
    expect(queue.cancel(handles[id]!)).toBe(naive.cancel(id))
  }
  const popOne = (limitMs: number): boolean => {
    const event = naive.pop(limitMs)
    const before = [queue.nowMs, queue.atMs, queue.lane, queue.code, queue.subject, queue.argument, queue.cause]
    expect(queue.pop(limitMs)).toBe(event !== null)
    const after = [queue.nowMs, queue.atMs, queue.lane, queue.code, queue.subject, queue.argument, queue.cause]
    if (event === null) expect(after).toEqual(before)
    else
      expect(after).toEqual([
        event.atMs,
        event.atMs,
        event.lane,
        event.code,
        event.subject,
        event.argument,
        event.cause,
      ])
    return event !== null
  }
  for (const each of script) {
    switch (each.do) {
      case 'schedule':
        schedule(each.delayMs, each.lane)
        break
      case 'cancel':
        cancel(each.pick)
        break
      case 'move':
        cancel(each.pick)
        schedule(each.delayMs, each.lane)
        break
      case 'pop':
        for (let i = 0; i < each.times; i++) if (!popOne(Math.min(timeMaxMs, naive.nowMs + each.aheadMs))) break
        break
      default:
        each satisfies never
    }
    expect(queue.size).toBe(naive.size)
  }
  while (popOne(timeMaxMs));
  expect(queue.size).toBe(0)
  expect(new Set(handles).size).toBe(handles.length)
}

describe('EventQueue', () => {
  it('does what a sorted array does, for any script of schedule, cancel, move and pop', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (script) => play(new EventQueue(), script)),
      { numRuns: 1500, seed: 20260 },
    ))

  it('does so again after a reset', () => {
    const queue = new EventQueue()
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.nat(9), (script, left) => {
        queue.reset()
        for (let i = 0; i < left; i++) queue.schedule(timeMaxMs - i * 4_000_000, 1, i, i, i, i)
        queue.reset()
        expect([queue.size, queue.nowMs, queue.pop(timeMaxMs)]).toEqual([0, 0, false])
        play(queue, script)
      }),
      { numRuns: 200, seed: 20261 },
    )
  })

  it('keeps the order of scheduling among equal times that come down through all levels', () => {
    const queue = new EventQueue()
    const atMs = 5 * 2 ** 22 + 7 * 2 ** 11 + 3
    for (let code = 0; code < 40; code++) queue.schedule(atMs, 0, code, 0, 0, -1)
    // Stops on the way, each in another slot, with more events for the same ms added from there.
    for (const [stop, stopMs] of [5 * 2 ** 22, atMs - 3000, atMs - 3, atMs - 1].entries()) {
      queue.schedule(stopMs, 1, 1000 + stop, 0, 0, -1)
      expect(queue.pop(stopMs)).toBe(true)
      for (let code = 0; code < 10; code++) queue.schedule(atMs, 0, 40 + stop * 10 + code, 0, 0, -1)
    }
    expect(drain(queue)).toEqual(Array.from({ length: 80 }, (_, code) => code))
  })

  it('puts the world before the controllers within a ms, also when the world speaks last', () => {
    const queue = new EventQueue()
    queue.schedule(10, 1, 1, 0, 0, -1)
    queue.schedule(10, 1, 2, 0, 0, -1)
    queue.schedule(10, 0, 0, 0, 0, -1)
    expect(queue.pop(10) && queue.code).toBe(0)
    expect(queue.pop(10) && queue.code).toBe(1)
    queue.schedule(10, 0, 3, 0, 0, -1)
    queue.schedule(10, 1, 4, 0, 0, -1)
    expect(drain(queue)).toEqual([3, 2, 4])
  })

  it('leaves an event beyond the limit where it is, and what is scheduled before it comes first', () => {
    const queue = new EventQueue()
    const farMs = 3 * 2 ** 22 + 5000
    queue.schedule(farMs, 0, 1, 0, 0, -1)
    for (const limitMs of [0, farMs - 6000, farMs - 1]) expect(queue.pop(limitMs)).toBe(false)
    expect(queue.nowMs).toBe(0)
    queue.schedule(1, 0, 0, 0, 0, -1)
    expect(drain(queue, farMs)).toEqual([0, 1])
  })

  it('a handle cancels its own event once, never the one that took its place', () => {
    const queue = new EventQueue()
    const first = queue.schedule(5, 0, 1, 0, 0, -1)
    expect(queue.cancel(first)).toBe(true)
    expect(queue.cancel(first)).toBe(false)
    const second = queue.schedule(5, 0, 2, 0, 0, -1)
    expect(queue.cancel(first)).toBe(false)
    expect(drain(queue)).toEqual([2])
    expect(queue.cancel(second)).toBe(false)
    expect(queue.cancel(-1)).toBe(false)
    expect(queue.cancel(123_456)).toBe(false)
  })

  it('a handle stays stale however often its place is used again', () => {
    const queue = new EventQueue()
    const stale = queue.schedule(0, 0, 0, 0, 0, -1)
    queue.cancel(stale)
    const seen = new Set([stale])
    for (let i = 0; i < 10_000; i++) {
      const handle = queue.schedule(0, 0, 0, 0, 0, -1)
      if (seen.has(handle)) throw new Error(`handle ${handle} came back after ${i} uses`)
      seen.add(handle)
      if (queue.cancel(stale)) throw new Error(`the stale handle cancelled another event after ${i} uses`)
      queue.cancel(handle)
    }
  })

  it.each([
    { atMs: -1, why: 'before the present' },
    { atMs: 1.5, why: 'integer time' },
    { atMs: Number.NaN, why: 'integer time' },
    { atMs: 2 ** 31, why: 'beyond the last time' },
    { atMs: 99, why: 'before the present, 100 ms' },
  ])('rejects $atMs ms: $why', ({ atMs, why }) => {
    const queue = new EventQueue()
    queue.schedule(100, 0, 0, 0, 0, -1)
    queue.pop(100)
    expect(() => queue.schedule(atMs, 0, 0, 0, 0, -1)).toThrow(why)
    expect(queue.size).toBe(0)
  })

  it('holds 100,000 events at once, and the last time there is', () => {
    const queue = new EventQueue()
    for (let i = 0; i < 100_000; i++) queue.schedule((i * 7919) % 100_000, 0, (i * 7919) % 100_000, 0, 0, -1)
    queue.schedule(timeMaxMs, 1, 100_000, 0, 0, -1)
    expect(drain(queue)).toEqual(Array.from({ length: 100_001 }, (_, code) => code))
    expect(queue.nowMs).toBe(timeMaxMs)
  })
})
