import type { Lesson, Question } from '../../model/lesson.ts'
import type { Guess } from './score.ts'

/**
 * What a learner shows at the end of a lesson and a trainer types in, or writes on the board: `07-085-0603Y`. Lesson and points
 * can be read by eye; behind them stand both guesses and a check character. No server is needed.
 */
export interface ClassResult {
  /** `order` of the lesson, 1 to 99. */
  readonly order: number
  /** 0 to 100. */
  readonly points: number
  /** Before and after the change. Positions on the scale of the question counted from 0, or choices; null: not guessed. */
  readonly positions: readonly [number | null, number | null]
}

/** Letters and digits that nobody takes for one another: no I, L, O or U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 10
const NO_GUESS = 1023

/** @throws RangeError for a result that no lesson can have */
export function writeClassCode({ order, points, positions }: ClassResult): string {
  const [first, second] = positions.map((position) => position ?? NO_GUESS) as [number, number]
  assertWithin('order', order, 1, 99)
  assertWithin('points', points, 0, 100)
  for (const position of [first, second]) assertWithin('position', position, 0, NO_GUESS)
  const lesson = String(order).padStart(2, '0')
  const reached = String(points).padStart(3, '0')
  const guessed = inBase32(first * 1024 + second, 4)
  const text = `${lesson}${reached}${guessed}`
  return `${lesson}-${reached}-${guessed}${checkCharacter(text)}`
}

export type ReadCode =
  | { readonly ok: ClassResult }
  /** `hint` says what to do. */
  | { readonly error: string; readonly hint: string }

/**
 * Reads a code as somebody types it: in any case, with or without dashes and spaces, O for 0, I or L for 1. One wrong character
 * or two that changed places are always noticed.
 */
export function readClassCode(typed: string): ReadCode {
  const text = typed
    .toUpperCase()
    .replace(/[\s-]+/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  const strange = [...text].find((character) => !ALPHABET.includes(character))
  if (strange !== undefined) return { error: `${strange} stands in no code`, hint: `letters and digits of ${ALPHABET}` }
  if (text.length !== CODE_LENGTH)
    return {
      error: `a code has ${CODE_LENGTH} characters besides its dashes, this one ${text.length}`,
      hint: 'for example 07-085-0603Y',
    }
  const mistyped = { error: 'the code does not add up', hint: 'look at it again: a character is wrong' }
  if (checkCharacter(text.slice(0, -1)) !== text.at(-1)) return mistyped
  const [order, points] = [text.slice(0, 2), text.slice(2, 5)]
  if (!/^\d+$/.test(order + points) || Number(order) < 1 || Number(points) > 100) return mistyped
  const both = [...text.slice(5, 9)].reduce((value, character) => value * 32 + ALPHABET.indexOf(character), 0)
  const position = (value: number) => (value === NO_GUESS ? null : value)
  return {
    ok: {
      order: Number(order),
      points: Number(points),
      positions: [position(Math.floor(both / 1024)), position(both % 1024)],
    },
  }
}

/** Position of a guess on its scale, or the choice. */
export function positionOf(question: Question, guess: Guess | null): number | null {
  if (guess === null) return null
  if (guess.kind === 'choice') return guess.index
  if (question.kind === 'choice') return null
  const { min, max, step } = question.scale
  return Math.round((Math.min(max, Math.max(min, guess.value)) - min) / step)
}

/** The guess that stands at a position; null where the question has no such one. */
export function guessAt(question: Question, position: number | null): Guess | null {
  if (position === null) return null
  if (question.kind === 'choice') return position < question.choices.length ? { kind: 'choice', index: position } : null
  const { min, max, step } = question.scale
  const value = min + position * step
  return value <= max + step * 1e-6 ? { kind: 'number', value } : null
}

/** What a class did in one lesson. */
export interface LessonSum {
  readonly order: number
  readonly learners: number
  readonly meanPoints: number
  readonly bestPoints: number
  /** How often each position was guessed, before and after the change, from the lowest on; who did not guess is left out. */
  readonly guesses: readonly [readonly PositionCount[], readonly PositionCount[]]
}

export interface PositionCount {
  readonly position: number
  readonly count: number
  /** The guess behind it, when the lesson is known. */
  readonly guess: Guess | null
}

export interface ClassSum {
  readonly codes: number
  /** Over all codes; null: there is none. */
  readonly meanPoints: number | null
  /** By `order`. */
  readonly lessons: readonly LessonSum[]
  /** Lines that are no code, in order. */
  readonly mistakes: readonly {
    readonly line: number
    readonly typed: string
    readonly error: string
    readonly hint: string
  }[]
}

/**
 * Sums up the codes of a class, one a line or with commas between; empty lines are skipped. Equal codes count each: two learners may well have guessed
 * the same.
 *
 * @param lessons of the course, to put guesses in place of positions
 */
export function sumClass(typed: string, lessons: readonly Lesson[] = []): ClassSum {
  const results: ClassResult[] = []
  const mistakes: { line: number; typed: string; error: string; hint: string }[] = []
  typed.split(/\r?\n/).forEach((line, index) => {
    for (const code of line.split(/[,;]/)) {
      if (code.trim() === '') continue
      const read = readClassCode(code)
      if ('ok' in read) results.push(read.ok)
      else mistakes.push({ line: index + 1, typed: code.trim(), ...read })
    }
  })
  const orders = [...new Set(results.map(({ order }) => order))].sort((a, b) => a - b)
  return {
    codes: results.length,
    meanPoints: results.length === 0 ? null : meanPoints(results),
    lessons: orders.map((order) => {
      const own = results.filter((result) => result.order === order)
      const lesson = lessons.find((known) => known.order === order)
      return {
        order,
        learners: own.length,
        meanPoints: meanPoints(own),
        bestPoints: Math.max(...own.map(({ points }) => points)),
        guesses: [counts(own, 0, lesson?.predict), counts(own, 1, lesson?.change.predict)],
      }
    }),
    mistakes,
  }
}

function meanPoints(results: readonly ClassResult[]): number {
  return results.reduce((sum, { points }) => sum + points, 0) / results.length
}

function counts(results: readonly ClassResult[], which: 0 | 1, question: Question | undefined): PositionCount[] {
  const byPosition = new Map<number, number>()
  for (const { positions } of results) {
    const position = positions[which]
    if (position !== null) byPosition.set(position, (byPosition.get(position) ?? 0) + 1)
  }
  return [...byPosition]
    .sort(([a], [b]) => a - b)
    .map(([position, count]) => ({
      position,
      count,
      guess: question === undefined ? null : guessAt(question, position),
    }))
}

function inBase32(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i++) {
    text = ALPHABET[rest % 32]! + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/**
 * Sum of the characters, each times another power of a generator of the field of 32 elements. In a field no product of two
 * non-zero elements is zero, so that a change of one character, or of two places, always shows.
 */
function checkCharacter(text: string): string {
  let sum = 0
  for (const character of text) sum = doubled(sum ^ ALPHABET.indexOf(character))
  return ALPHABET[sum]!
}

/** Times x, modulo x^5 + x^2 + 1. */
const doubled = (element: number): number => ((element << 1) ^ (element & 16 ? 0b100101 : 0)) & 31

function assertWithin(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`${name} must be a whole number from ${low} to ${high}, got ${value}`)
}
