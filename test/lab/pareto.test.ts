import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates, frontOf, rankOf } from '../../src/lab/pareto.ts'

const points = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 40 })

describe('dominates', () => {
  it.each([
    { a: [1, 2], b: [1, 3], is: true, why: 'equal in one, better in the other' },
    { a: [1, 2], b: [1, 2], is: false, why: 'the same' },
    { a: [1, 2], b: [0, 3], is: false, why: 'worse in one' },
  ])('$a over $b: $is ($why)', ({ a, b, is }) => expect(dominates(a, b)).toBe(is))
})

describe('the front', () => {
  it('holds exactly those that none dominates, and every other is dominated by one of it', () =>
    fc.assert(
      fc.property(points, (all) => {
        const front = frontOf(all)
        expect(front.length).toBeGreaterThan(0)
        all.forEach((point, index) => {
          expect(front.some((one) => dominates(all[one]!, point))).toBe(!front.includes(index))
        })
      }),
    ))
})

describe('the rank', () => {
  it('is an order of all in which nobody stands before one that dominates it', () =>
    fc.assert(
      fc.property(points, (all) => {
        const ranked = rankOf(all)
        expect([...ranked].sort((a, b) => a - b)).toEqual(all.map((_, index) => index))
        ranked.forEach((index, at) => {
          for (const before of ranked.slice(0, at)) expect(dominates(all[index]!, all[before]!)).toBe(false)
        })
      }),
    ))

  it('has the ends and what lies far apart first', () => {
    // Five on a line: the ends, then the one with the widest gap around it.
    expect(
      rankOf([
        [0, 10],
        [1, 9],
        [2, 8],
        [7, 3],
        [10, 0],
      ]),
    ).toEqual([0, 4, 3, 2, 1])
  })
})
