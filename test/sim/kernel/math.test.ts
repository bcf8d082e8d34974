import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exp, inverseNormal, log } from '../../../src/sim/kernel/math.ts'

const relative = (got: number, wanted: number) => (got === wanted ? 0 : Math.abs(got - wanted) / Math.abs(wanted))

/** Normal distribution function by Simpson's rule on the density, from far below; good to 1e-13. */
function normalCdf(x: number): number {
  const from = -9
  const steps = 20_000
  const h = (x - from) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const at = from + i * h
    sum += Math.exp((-at * at) / 2) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2)
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI)
}

describe('exp', () => {
  it('agrees with Math.exp', () =>
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => {
        expect(relative(exp(x), Math.exp(x))).toBeLessThan(1e-14)
      }),
      { numRuns: 5000 },
    ))

  it.each([
    [0, 1],
    [-0, 1],
    [710, Infinity],
    [Infinity, Infinity],
    [-746, 0],
    [-Infinity, 0],
    [Number.NaN, Number.NaN],
  ])('exp(%d) is %d', (x, wanted) => expect(exp(x)).toBe(wanted))

  it('reaches the ends of the doubles', () => {
    expect(relative(exp(709.78), Math.exp(709.78))).toBeLessThan(1e-13)
    expect(relative(exp(-740), Math.exp(-740))).toBeLessThan(1e-2)
  })
})

describe('log', () => {
  it('agrees with Math.log over all positive doubles', () =>
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(relative(log(x), Math.log(x))).toBeLessThan(1e-14)
      }),
      { numRuns: 5000 },
    ))

  it('is as good near 1, where the result is small', () => {
    for (let i = -1000; i <= 1000; i++) {
      const x = 1 + i * 1e-7
      expect(relative(log(x), Math.log(x))).toBeLessThan(1e-14)
    }
  })

  it.each([
    [1, 0],
    [0, -Infinity],
    [Infinity, Infinity],
    [-1, Number.NaN],
    [Number.NaN, Number.NaN],
  ])('log(%d) is %d', (x, wanted) => expect(log(x)).toBe(wanted))

  it('undoes exp', () => {
    for (let x = -600; x <= 600; x += 7.3) expect(log(exp(x))).toBeCloseTo(x, 11)
  })
})

describe('inverseNormal', () => {
  it('undoes the integrated density', () => {
    for (let x = -6; x <= 4; x += 0.17)
      expect(Math.abs(inverseNormal(normalCdf(x)) - x)).toBeLessThan(1e-9 * 10 ** Math.max(0, x))
  })

  it.each([
    { p: 0.5, x: 0 },
    { p: 0.95, x: 1.6448536269514722 },
    { p: 0.975, x: 1.959963984540054 },
    { p: 0.999, x: 3.090232306167813 },
    { p: 1e-9, x: -5.997807015008182 },
    { p: 1e-20, x: -9.262340089798409 },
  ])('is $x at $p', ({ p, x }) => expect(inverseNormal(p)).toBeCloseTo(x, 12))

  it('is odd and rises everywhere, also across the borders of its pieces', () => {
    let last = -Infinity
    for (let i = 1; i < 20_000; i++) {
      const x = inverseNormal(i / 20_000)
      expect(x).toBeGreaterThan(last)
      expect(x).toBeCloseTo(-inverseNormal(1 - i / 20_000), 9)
      last = x
    }
    expect(inverseNormal(1.3e-11)).toBeLessThan(inverseNormal(1.4e-11))
  })

  it.each([
    [0, -Infinity],
    [1, Infinity],
    [-0.1, Number.NaN],
    [1.1, Number.NaN],
    [Number.NaN, Number.NaN],
  ])('at %d it is %d', (p, wanted) => expect(inverseNormal(p)).toBe(wanted))
})

it('gives these very bits, wherever it runs', () => {
  const bits = (x: number) => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16)
  expect(
    [exp(1), exp(-3.7), exp(20.25), log(10), log(0.3), log(123456789), inverseNormal(0.01), inverseNormal(0.6)].map(
      bits,
    ),
  ).toMatchInlineSnapshot(`
    [
      "4005bf0a8b14576a",
      "3f99511fc6871044",
      "41c290d76d1966aa",
      "40026bb1bbb55516",
      "bff34378fcbda721",
      "4032a1a38bd0540a",
      "c0029c5c4630ff0e",
      "3fd036d6c4a04b5a",
    ]
  `)
})
