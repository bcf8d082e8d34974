import { describe, expect, it } from 'vitest'
import { findCycle } from '../../../src/sim/kernel/cycle.ts'
import { timeMaxMs } from '../../../src/sim/kernel/event-queue.ts'
import { BudgetExceeded, type Handler, Kernel } from '../../../src/sim/kernel/kernel.ts'

/** A kernel with codes 0 and 1, whose handlers the test fills in, and a log of what fired. */
function world(options: { endMs?: number; maxEvents?: number; maxEventsPerInstant?: number } = {}) {
  const handlers: Handler[] = []
  const kernel = new Kernel({
    codeNames: ['repair.start', 'create.done'],
    handlers,
    describeSubject: (_code, subject) => `vmss ${subject}`,
    endMs: 1000,
    ...options,
  })
  return { kernel, handlers }
}

function budgetOf(kernel: Kernel): BudgetExceeded {
  try {
    kernel.run()
  } catch (error) {
    if (error instanceof BudgetExceeded) return error
    throw error
  }
  throw new Error('the run ended')
}

describe('Kernel', () => {
  it('calls the handler of the code with subject and argument, in order, at the time of the event', () => {
    const { kernel, handlers } = world()
    const log: string[] = []
    handlers[0] = (subject, argument) => log.push(`${kernel.nowMs} a ${subject} ${argument}`)
    handlers[1] = (subject, argument) => log.push(`${kernel.nowMs} b ${subject} ${argument}`)
    kernel.at(20, 1, 0, 1, 11)
    kernel.at(20, 0, 1, 2, 12)
    kernel.after(5, 1, 0, 3, -13)
    kernel.at(1000, 1, 0, 4, 0)
    kernel.at(1001, 0, 0, 5, 0)
    kernel.run()
    expect(log).toEqual(['5 a 3 -13', '20 b 2 12', '20 a 1 11', '1000 a 4 0'])
    expect([kernel.nowMs, kernel.events]).toEqual([1000, 4])
  })

  it('an event carries the cause that stood when it was scheduled', () => {
    const { kernel, handlers } = world()
    const causes: number[] = []
    let entry = 100
    handlers[0] = (_subject, argument) => {
      causes.push(kernel.cause)
      if (argument === 0) return
      kernel.after(10, 0, 0, 0, 0)
      kernel.cause = entry++
      kernel.after(10, 0, 0, 0, argument - 1)
    }
    kernel.at(0, 0, 0, 0, 2)
    kernel.cause = 7
    kernel.at(0, 1, 0, 0, 1)
    kernel.run()
    //                    two levels: roots, then what each scheduled before and after it set its own entry
    expect(causes).toEqual([-1, 7, -1, 100, 7, 101, 100, 102])
    expect(kernel.cause).toBe(-1)
  })

  it('a cancelled event does not fire, one that fired cannot be cancelled, -1 is none', () => {
    const { kernel, handlers } = world()
    const fired: number[] = []
    const second = kernel.at(20, 0, 0, 2, 0)
    const first = kernel.at(10, 0, 0, 1, 0)
    handlers[0] = (subject) => {
      fired.push(subject)
      expect([kernel.cancel(first), kernel.cancel(second), kernel.cancel(second), kernel.cancel(-1)]).toEqual([
        false,
        true,
        false,
        false,
      ])
    }
    kernel.run()
    expect(fired).toEqual([1])
  })

  it('a handler may schedule at its own time, also before what waits there', () => {
    const { kernel, handlers } = world()
    const fired: number[] = []
    handlers[0] = (subject) => {
      fired.push(subject)
      if (subject === 1) {
        kernel.after(0, 1, 0, 4, 0)
        kernel.at(10, 0, 0, 2, 0)
      }
    }
    kernel.at(10, 1, 0, 1, 0)
    kernel.at(10, 1, 0, 3, 0)
    kernel.run()
    expect(fired).toEqual([1, 2, 3, 4])
  })

  it('a delay beyond the range of times lies after every end', () => {
    const { kernel, handlers } = world()
    handlers[0] = (_subject, argument) => {
      expect(argument).toBe(0)
      kernel.after(timeMaxMs, 0, 0, 0, 1)
    }
    kernel.at(10, 0, 0, 0, 0)
    kernel.run()
    expect(kernel.events).toBe(1)
  })

  it.each([-1, 0.5, Number.NaN, Infinity])('a delay of %d ms is none', (delayMs) => {
    const { kernel } = world()
    expect(() => kernel.after(delayMs, 0, 0, 0, 0)).toThrow(RangeError)
  })

  it('an event without a handler names its code', () => {
    const { kernel } = world()
    kernel.at(0, 0, 1, 0, 0)
    expect(() => kernel.run()).toThrow('create.done')
  })

  it.each([-1, 0.5, timeMaxMs, Number.NaN])('a run cannot end at %d ms', (endMs) => {
    expect(() => world({ endMs })).toThrow(RangeError)
  })
})

describe('BudgetExceeded', () => {
  it('ends a loop of length zero at the budget of the instant and names the cycle', () => {
    const { kernel, handlers } = world({ maxEventsPerInstant: 500 })
    handlers[0] = (subject) => kernel.after(0, 1, 1, subject, 0)
    handlers[1] = (subject) => kernel.after(0, 1, 0, subject, 0)
    kernel.at(40, 1, 0, 3, 0)
    const error = budgetOf(kernel)
    expect([error.kind, error.events, error.atMs]).toEqual(['instant', 500, 40])
    expect(error.cycle).toEqual(['repair.start(vmss 3)', 'create.done(vmss 3)'])
    expect(error.message).toContain('more than 500 events at 40 ms alone')
    expect(error.message).toContain('repair.start(vmss 3) -> create.done(vmss 3) -> repair.start(vmss 3)')
  })

  it('ends a run of too many events, however they are spread', () => {
    const { kernel, handlers } = world({ maxEvents: 100, maxEventsPerInstant: 90 })
    handlers[0] = (subject) => kernel.after(1, 1, 0, subject, 0)
    kernel.at(0, 1, 0, 7, 0)
    const error = budgetOf(kernel)
    expect([error.kind, error.events, error.atMs]).toEqual(['events', 100, 100])
    expect(error.cycle).toEqual(['repair.start(vmss 7)'])
  })

  it('allows exactly the budget', () => {
    const { kernel, handlers } = world({ maxEvents: 30, maxEventsPerInstant: 10 })
    handlers[0] = () => {}
    for (let i = 0; i < 30; i++) kernel.at(Math.floor(i / 10), 0, 0, i, 0)
    kernel.run()
    expect(kernel.events).toBe(30)
  })
})

describe('findCycle', () => {
  const events = (text: string) => text.split(' ').filter((word) => word !== '')
  const subjects = (text: string) => events(text).map((word) => Number(word.slice(1)))
  it.each([
    { list: 'a1 a1 a1', cycle: 'a1', why: 'one event' },
    { list: 'x9 y9 a1 b1 a1 b1 a1', cycle: 'a1 b1', why: 'a beginning that does not belong to it' },
    { list: 'a1 a1 b2 a1 a1 b2 a1 a1', cycle: 'a1 a1 b2', why: 'a shorter echo inside does not fool it' },
    { list: 'a1 a2 b1 a1 b1 c7 a1 b1 a1 b1 c8 a1 c9 b1', cycle: 'a1 b1', why: 'the subject seen most often' },
    { list: 'a1 b2 c3 a4 c3 d5', cycle: 'c3', why: 'no cycle: the event seen most often' },
    { list: '', cycle: '', why: 'nothing at all' },
  ])('$list -> $cycle: $why', ({ list, cycle }) => {
    expect(findCycle(events(list), subjects(list))).toEqual(events(cycle))
  })
})
