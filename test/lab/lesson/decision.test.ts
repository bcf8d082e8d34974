import { describe, expect, it } from 'vitest'
import { decisionOf } from '../../../src/lab/lesson/decision.ts'
import type { Decider } from '../../../src/model/lesson.ts'
import type { TraceEntry } from '../../../src/sim/result.ts'

const place = { file: 'f', line: 1, column: 1 }
const entry = (id: number, what: string, rule: string, numbers: TraceEntry['numbers']): TraceEntry => ({
  id,
  atMs: id * 1000,
  what,
  subject: 'web',
  cause: null,
  rule,
  numbers,
})
const check = (id: number, count: number, total: number) =>
  entry(id, 'rollout.check', 'TH-5', { count, total, limitPercent: 20, breached: count * 100 > 20 * total })
const pick = (decider: Partial<Decider>, trace: readonly TraceEntry[]) =>
  decisionOf({ rule: 'TH-5', where: {}, place, ...decider }, trace)?.entry.id

describe('decisionOf', () => {
  it('takes the first test that was breached', () =>
    expect(pick({}, [check(1, 0, 5), check(2, 3, 10), check(3, 9, 15)])).toBe(2))

  it('without a breach takes the test that came nearest to its limit, of equal ones the first', () =>
    expect(pick({}, [check(1, 0, 5), check(2, 2, 10), check(3, 2, 10), check(4, 1, 15)])).toBe(2))

  it('takes the first or the last when asked', () => {
    const trace = [check(1, 0, 5), check(2, 3, 10)]
    expect(pick({ which: 'first' }, trace)).toBe(1)
    expect(pick({ which: 'last' }, trace)).toBe(2)
  })

  it('looks for an entry by its name and its numbers', () => {
    const trace = [
      entry(1, 'health.changed', 'HE-14', { from: 'Healthy', to: 'Unknown' }),
      entry(2, 'health.changed', 'HE-14', { from: 'Unknown', to: 'Healthy' }),
    ]
    expect(pick({ rule: 'HE-14', entry: 'health.changed', where: { to: 'Healthy' } }, trace)).toBe(2)
    expect(pick({ rule: 'HE-14' }, trace)).toBe(1)
    expect(pick({ rule: 'HE-14', entry: 'repair.started' }, trace)).toBeUndefined()
  })

  it('has the inequality of a test, and none of another entry', () => {
    expect(decisionOf({ rule: 'TH-5', where: {}, place }, [check(1, 2, 6)])?.inequality).toEqual({
      count: 2,
      total: 6,
      limitPercent: 20,
      isBreached: true,
    })
    const started = entry(1, 'rollout.batchStarted', 'BT-1', { batch: 0, size: 6, cap: 6, surge: false })
    expect(decisionOf({ rule: 'BT-1', where: {}, place }, [started])?.inequality).toBeNull()
  })
})
