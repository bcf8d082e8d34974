import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decimal,
  instanceMinutes,
  list,
  money,
  overallVerdict,
  percent,
  plural,
  ranges,
  ratioPercent,
  span,
} from '../../src/report/wording.ts'

describe('ratioPercent (TH-4)', () => {
  it.each([
    { count: 1, total: 3, limit: 20, text: '33.3', why: 'one decimal is enough' },
    { count: 1, total: 5, limit: 20, text: '20', why: 'exactly the limit' },
    { count: 2001, total: 10_000, limit: 20, text: '20.01', why: 'must not read 20 > 20' },
    { count: 333_333, total: 1_000_000, limit: 33, text: '33.3', why: 'far enough from the limit' },
    { count: 0, total: 0, limit: 20, text: '0', why: 'nothing of nothing' },
  ])('$count of $total against $limit -> $text: $why', ({ count, total, limit, text }) => {
    expect(ratioPercent(count, total, limit)).toBe(text)
  })

  it('reads as the comparison was decided', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.nat(100),
        (count, total, limit) => {
          const shown = Number(ratioPercent(count, total, limit))
          expect(shown > limit).toBe(count * 100 > limit * total)
          expect(shown < limit).toBe(count * 100 < limit * total)
        },
      ),
    ))
})

describe('ranges', () => {
  it.each([
    [[0, 1, 2, 3, 4, 5, 8], '0-5, 8'],
    [[3, 4], '3, 4'],
    [[7, 2, 1, 0], '0-2, 7'],
    [[], ''],
  ])('%j -> %s', (numbers, text) => {
    expect(ranges(numbers)).toBe(text)
  })

  it('counts what it leaves out', () => {
    expect(ranges([0, 3, 6, 9, 12, 15], 4)).toBe('0, 3 ... 15 (6 in all)')
  })

  it('names every number once', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (numbers) => {
        const named = ranges(numbers)
          .split(', ')
          .filter((part) => part !== '')
          .flatMap((part) => {
            const [from, to = from] = part.split('-').map(Number)
            return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i)
          })
        expect(named).toEqual([...numbers].sort((a, b) => a - b))
      }),
    ))
})

describe('span', () => {
  it.each([
    [0, '0 s'],
    [45_000, '45 s'],
    [1_250, '1.25 s'],
    [120_000, '2 min'],
    [150_999, '2 min 30 s'],
    [3_900_000, '1 h 5 min'],
    [183_600_000, '2 d 3 h'],
  ])('%i ms -> %s', (ms, text) => {
    expect(span(ms)).toBe(text)
  })
})

describe('percent', () => {
  it('is nothing only where there is nothing', () => {
    expect([null, 0, 0.004, 0.037, 0.05, 12.5, 100].map(percent)).toEqual([
      'unknown',
      '0 %',
      'under 0.01 %',
      '0.04 %',
      '0.1 %',
      '12.5 %',
      '100 %',
    ])
  })
})

describe('small words', () => {
  it('one instance-minute, and sums of money', () => {
    expect([1, 1.04, 0, 2.5].map(instanceMinutes)).toEqual([
      '1 instance-minute',
      '1 instance-minute',
      '0 instance-minutes',
      '2.5 instance-minutes',
    ])
    expect([1007.1, 648, 192.187, 0.05, 0].map(money)).toEqual(['1007.10', '648', '192.19', '0.05', '0'])
  })

  it('plural, decimal, list', () => {
    expect([plural(1, 'batch', 'batches'), plural(2, 'batch', 'batches'), plural(0, 'zone')]).toEqual([
      '1 batch',
      '2 batches',
      '0 zones',
    ])
    expect([decimal(12.5), decimal(3), decimal(100), decimal(-0.01), decimal(66.66)]).toEqual([
      '12.5',
      '3',
      '100',
      '0',
      '66.7',
    ])
    expect([list([]), list(['1']), list(['1', '2', '3'])]).toEqual(['', '1', '1, 2 and 3'])
  })

  it('the overall verdict is the worst one', () => {
    const of = (...verdicts: ('pass' | 'fail' | 'undecided')[]) =>
      overallVerdict(verdicts.map((verdict) => ({ verdict })))
    expect([of('pass', 'pass'), of('pass', 'undecided'), of('undecided', 'fail', 'pass'), of()]).toEqual([
      'pass',
      'undecided',
      'fail',
      'pass',
    ])
  })
})
