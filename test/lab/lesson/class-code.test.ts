import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ClassResult,
  guessAt,
  positionOf,
  readClassCode,
  sumClass,
  writeClassCode,
} from '../../../src/lab/lesson/class-code.ts'
import type { NumberQuestion } from '../../../src/model/lesson.ts'

const position = fc.option(fc.integer({ min: 0, max: 1000 }), { nil: null })
const results: fc.Arbitrary<ClassResult> = fc.record({
  order: fc.integer({ min: 1, max: 99 }),
  points: fc.integer({ min: 0, max: 100 }),
  positions: fc.tuple(position, position),
})

const question = (min: number, max: number, step: number): NumberQuestion => ({
  kind: 'drag',
  ask: 'how many',
  measure: { text: 'blastRadius.instances', path: ['blastRadius', 'instances'], kind: 'number' },
  scale: { min, max, step, tolerance: 0, perUnit: 1 },
  unit: 'instances',
  place: { file: 'f', line: 1, column: 1 },
})

describe('a class code', () => {
  it('shows lesson and points to the eye', () => {
    expect(writeClassCode({ order: 7, points: 85, positions: [6, 3] })).toMatchInlineSnapshot(`"07-085-0603Y"`)
    expect(writeClassCode({ order: 12, points: 0, positions: [null, null] })).toMatchInlineSnapshot(`"12-000-ZZZZD"`)
  })

  it('is read back as it was written', () =>
    fc.assert(
      fc.property(results, (result) => {
        expect(readClassCode(writeClassCode(result))).toEqual({ ok: result })
      }),
    ))

  it('is read however it is typed', () => {
    const code = writeClassCode({ order: 10, points: 100, positions: [1, 0] })
    const typed = code.toLowerCase().replace(/0/g, 'o').replace(/1/g, 'l').replaceAll('-', ' ')
    expect(readClassCode(` ${typed} `)).toEqual(readClassCode(code))
  })

  const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  it('shows every single wrong character', () =>
    fc.assert(
      fc.property(results, fc.nat(9), fc.integer({ min: 1, max: 31 }), (result, at, by) => {
        const characters = [...writeClassCode(result).replaceAll('-', '')]
        characters[at] = ALPHABET[(ALPHABET.indexOf(characters[at]!) + by) % 32]!
        expect(readClassCode(characters.join(''))).toHaveProperty('error')
      }),
    ))

  it('shows every two characters that changed places', () =>
    fc.assert(
      fc.property(results, fc.nat(9), fc.nat(9), (result, a, b) => {
        const characters = [...writeClassCode(result).replaceAll('-', '')]
        fc.pre(characters[a] !== characters[b])
        ;[characters[a], characters[b]] = [characters[b]!, characters[a]!]
        expect(readClassCode(characters.join(''))).toHaveProperty('error')
      }),
    ))

  it.each([
    ['07-085-4KT', 'a code has 10 characters besides its dashes, this one 8'],
    ['07-085-4KTU2', 'U stands in no code'],
    ['', 'a code has 10 characters besides its dashes, this one 0'],
  ])('%s: %s', (typed, error) => expect(readClassCode(typed)).toMatchObject({ error }))

  it.each([{ order: 0 }, { order: 100 }, { points: 101 }, { points: 1.5 }, { positions: [1024, 0] as const }])(
    'refuses to write %j',
    (odd) => expect(() => writeClassCode({ order: 1, points: 1, positions: [0, 0], ...odd })).toThrow(RangeError),
  )
})

describe('positions on a scale', () => {
  it('count steps from the lower end, and come back as the guess', () => {
    expect(positionOf(question(10, 60, 5), { kind: 'number', value: 25 })).toBe(3)
    expect(guessAt(question(10, 60, 5), 3)).toEqual({ kind: 'number', value: 25 })
    expect(positionOf(question(0, 1, 0.1), { kind: 'number', value: 0.7 })).toBe(7)
  })

  it('end with the scale', () => {
    expect(positionOf(question(0, 10, 1), { kind: 'number', value: 99 })).toBe(10)
    expect(guessAt(question(0, 10, 1), 11)).toBeNull()
    expect(positionOf(question(0, 10, 1), null)).toBeNull()
  })
})

describe('the sum of a class', () => {
  const code = (order: number, points: number, first: number | null, second: number | null) =>
    writeClassCode({ order, points, positions: [first, second] })

  it('takes several codes on a line, and counts lines as they stand', () => {
    const code = writeClassCode({ order: 7, points: 85, positions: [6, 3] })
    const sum = sumClass(`${code}, ${code};${code}\n${code}\nnonsense`)
    expect(sum.codes).toBe(4)
    expect(sum.mistakes).toMatchObject([{ line: 3, typed: 'nonsense' }])
  })

  it('counts by lesson, equal codes each for themselves, and names what is no code by its line', () => {
    const typed = [
      code(2, 50, 1, 0),
      '',
      code(1, 100, 6, 3),
      'nonsense!',
      code(1, 40, 6, null),
      code(1, 100, 6, 3),
    ].join('\n')
    const sum = sumClass(typed)
    expect(sum).toMatchObject({ codes: 4, meanPoints: 72.5 })
    expect(sum.lessons).toEqual([
      {
        order: 1,
        learners: 3,
        meanPoints: 80,
        bestPoints: 100,
        guesses: [[{ position: 6, count: 3, guess: null }], [{ position: 3, count: 2, guess: null }]],
      },
      {
        order: 2,
        learners: 1,
        meanPoints: 50,
        bestPoints: 50,
        guesses: [[{ position: 1, count: 1, guess: null }], [{ position: 0, count: 1, guess: null }]],
      },
    ])
    expect(sum.mistakes).toMatchObject([{ line: 4, typed: 'nonsense!', error: '! stands in no code' }])
  })

  it('of nobody has no mean', () =>
    expect(sumClass(' \n')).toEqual({ codes: 0, meanPoints: null, lessons: [], mistakes: [] }))
})
