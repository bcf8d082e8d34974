import { describe, expect, it } from 'vitest'
import { RandomStreams, type Stream, Stream as StreamClass, threefry } from '../../../src/sim/kernel/random.ts'

const hex = (words: readonly number[]) => words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ')

describe('threefry', () => {
  // The known answers its authors publish with the Random123 library (Threefry-2x32; counter, key -> words).
  it.each([
    { rounds: 13, counter: [0, 0], key: [0, 0], words: '9d1c5ec6 8bd50731' },
    { rounds: 13, counter: [-1, -1], key: [-1, -1], words: 'fd36d048 2d17272c' },
    { rounds: 13, counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: 'ba3e4725 f27d669e' },
    { rounds: 20, counter: [0, 0], key: [0, 0], words: '6b200159 99ba4efe' },
    { rounds: 20, counter: [-1, -1], key: [-1, -1], words: '1cb996fc bb002be7' },
    { rounds: 20, counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: 'c4923a9c 483df7a0' },
  ])('gives the published $words after $rounds rounds', ({ rounds, counter, key, words }) => {
    expect(hex(threefry(key[0]!, key[1]!, counter[0]!, counter[1]!, rounds))).toBe(words)
  })

  it('is what a stream computes in its unrolled form', () => {
    for (let i = 0; i < 2000; i++) {
      const [a, b] = threefry(i, -i, 77, 78)
      const [slot, draw] = threefry(i, i, 5, 6)
      const stream = new StreamClass(a, b)
      expect(stream.uint32(slot >>> 0, draw >>> 0)).toBe(threefry(a, b, slot, draw)[0] + 2 ** 31)
    }
  })
})

describe('Stream', () => {
  const stream = new RandomStreams(42).stream('boot/vmss-a')

  it('is a pure function of seed, label, slot and draw', () => {
    const all = new Map<string, number>()
    for (let slot = 0; slot < 20; slot++) {
      for (let draw = 0; draw < 20; draw++) all.set(`${slot} ${draw}`, stream.uniform(slot, draw))
    }
    const again = new RandomStreams(42)
    again.stream('something else').uniform(0, 0)
    const same = again.stream('boot/vmss-a')
    for (let draw = 19; draw >= 0; draw--) {
      for (let slot = 19; slot >= 0; slot--) expect(same.uniform(slot, draw)).toBe(all.get(`${slot} ${draw}`))
    }
    expect(new Set(all.values()).size).toBe(400)
  })

  it('gives these very numbers, wherever it runs', () => {
    const numbers = [stream.uint32(0, 0), stream.uint32(1, 0), stream.uint32(0, 1), stream.uint32(999, 2 ** 24)]
    expect(numbers).toMatchInlineSnapshot(`
      [
        1536066402,
        3199964724,
        4079615859,
        599678596,
      ]
    `)
  })

  it('lies strictly between 0 and 1, in the middle of the cell that uint32 names', () => {
    for (let draw = 0; draw < 10_000; draw++) {
      const u = stream.uniform(3, draw)
      expect(u > 0 && u < 1).toBe(true)
      expect(u * 2 ** 32).toBe(stream.uint32(3, draw) + 0.5)
    }
  })

  it.each([-1, 1.5, 2 ** 53, Number.NaN, Infinity])('seed %d is none', (seed) => {
    expect(() => new RandomStreams(seed)).toThrow(RangeError)
  })
})

// Rows of numbers that must look unrelated, each the k-th of a family whose members differ as little as possible.
const rowLength = 4096
const row = (from: (i: number) => number) => Float64Array.from({ length: rowLength }, (_, i) => from(i))
const labelled = (seed: number, label: string): Stream => new RandomStreams(seed).stream(label)
const families: Record<string, readonly Float64Array[]> = {
  'seeds that repeat as text': [1, 11, 111, 1111].map((seed) => row((i) => labelled(seed, 's').uniform(i, 0))),
  'consecutive seeds': [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => {
    const stream = labelled(seed, 's')
    return row((i) => stream.uniform(i, 0))
  }),
  'seeds that differ in one high bit': [0, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 52, 2 ** 53 - 1].map((seed) => {
    const stream = labelled(seed, 's')
    return row((i) => stream.uniform(i, 0))
  }),
  'labels of one repeated character': ['', 's/', 's/1', 's/11', 's/111', 's/1111', '\0', '\0\0'].map((label) => {
    const stream = labelled(1, label)
    return row((i) => stream.uniform(i, 0))
  }),
  'consecutive labels': [0, 1, 2, 3, 4, 5, 6, 7].map((number) => {
    const stream = labelled(1, `s/${number}`)
    return row((i) => stream.uniform(i, 0))
  }),
  'consecutive slots': [0, 1, 2, 3, 4, 5, 6, 7].map((slot) => row((i) => labelled(7, 's').uniform(slot, i))),
  'consecutive draws': [0, 1, 2, 3, 4, 5, 6, 7].map((draw) => row((i) => labelled(8, 's').uniform(i, draw))),
  'first draw over consecutive seeds': [0, 1, 2].map((slot) => row((seed) => labelled(seed, 's').uniform(slot, 0))),
  'first draw over consecutive labels': [0, 1, 2].map((slot) => {
    const streams = new RandomStreams(9)
    return row((i) => streams.stream(`s/${i}`).uniform(slot, 0))
  }),
}

/** Standard deviations by which the correlation of the two rows differs from none. */
function correlationSigma(a: Float64Array, b: Float64Array, lag: number): number {
  let sum = 0
  const count = rowLength - lag
  for (let i = 0; i < count; i++) sum += (a[i]! - 0.5) * (b[i + lag]! - 0.5)
  return (sum / count) * 12 * Math.sqrt(count)
}

function chiSquare(numbers: Float64Array, bins: number): number {
  const counts = new Float64Array(bins)
  for (const u of numbers) counts[Math.floor(u * bins)]!++
  const expected = numbers.length / bins
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe.each(Object.entries(families))('%s', (_name, rows) => {
  it('share no number at the same place', () => {
    for (const [x, a] of rows.entries()) {
      for (const b of rows.slice(x + 1)) expect(a.filter((value, i) => value === b[i])).toHaveLength(0)
    }
  })

  it('are uncorrelated in pairs and within themselves', () => {
    for (const [x, a] of rows.entries()) {
      for (const [y, b] of rows.entries()) {
        for (const lag of x === y ? [1, 2, 3] : [0, 1]) expect(Math.abs(correlationSigma(a, b, lag))).toBeLessThan(4)
      }
    }
  })

  it('fill 256 bins evenly, alone and as differences of pairs', () => {
    // 255 degrees of freedom: mean 255, standard deviation 22.6; 370 is five of them.
    for (const [x, a] of rows.entries()) {
      expect(chiSquare(a, 256)).toBeGreaterThan(150)
      expect(chiSquare(a, 256)).toBeLessThan(370)
      for (const b of rows.slice(x + 1)) {
        const difference = a.map((value, i) => (value - b[i]! + 1) % 1)
        expect(chiSquare(difference, 256)).toBeLessThan(370)
      }
    }
  })

  it('set every bit half of the time, and flip it half of the time from row to row', () => {
    const limit = 4.5 * Math.sqrt(rowLength) * 0.5
    for (const [x, a] of rows.entries()) {
      for (let bit = 0; bit < 32; bit++) {
        const bitOf = (u: number) => Math.floor(u * 2 ** (bit + 1)) & 1
        const set = a.reduce((count, u) => count + bitOf(u), 0)
        expect(Math.abs(set - rowLength / 2)).toBeLessThan(limit)
        const next = rows[x + 1]
        if (next === undefined) continue
        const flipped = a.reduce((count, u, i) => count + (bitOf(u) ^ bitOf(next[i]!)), 0)
        expect(Math.abs(flipped - rowLength / 2)).toBeLessThan(limit)
      }
    }
  })
})

it('flips half of the output bits for any one bit of slot or draw', () => {
  const stream = new RandomStreams(5).stream('avalanche')
  const ones = (word: number) => word.toString(2).replaceAll('0', '').length
  for (let bit = 0; bit < 32; bit++) {
    let bySlot = 0
    let byDraw = 0
    for (let i = 0; i < 500; i++) {
      const base = stream.uint32(i, i * 3)
      bySlot += ones((base ^ stream.uint32((i ^ (1 << bit)) >>> 0, i * 3)) >>> 0)
      byDraw += ones((base ^ stream.uint32(i, ((i * 3) ^ (1 << bit)) >>> 0)) >>> 0)
    }
    // 16,000 fair bits: 8,000, standard deviation 63.
    expect(Math.abs(bySlot - 8000)).toBeLessThan(300)
    expect(Math.abs(byDraw - 8000)).toBeLessThan(300)
  }
})

it('gives no two of 100,000 streams the same start', () => {
  const streams = new RandomStreams(3)
  const starts = new Set<string>()
  for (let i = 0; i < 100_000; i++) {
    const stream = streams.stream(`boot/vmss/${i}`)
    starts.add(`${stream.uint32(0, 0)} ${stream.uint32(1, 0)}`)
  }
  expect(starts.size).toBe(100_000)
})
