import { describe, expect, it } from 'vitest'
import { lessonPoints, scoreGuess } from '../../../src/lab/lesson/score.ts'
import type { Question } from '../../../src/model/lesson.ts'

const place = { file: 'f', line: 1, column: 1 }
const number = (tolerance = 0, step = 1): Question => ({
  kind: 'number',
  ask: 'how many',
  measure: { text: 'blastRadius.instances', path: ['blastRadius', 'instances'], kind: 'number' },
  scale: { min: 0, max: 30, step, tolerance, perUnit: 1 },
  unit: 'instances',
  place,
})
const choice: Question = { kind: 'choice', ask: 'what', choices: [], place }
const of = (value: number) => ({ kind: 'number', value }) as const

describe('scoreGuess', () => {
  it.each([
    { guess: 6, answer: 6, tolerance: 0, score: 1, right: true, why: 'the answer itself' },
    { guess: 8, answer: 6, tolerance: 2, score: 1, right: true, why: 'within the tolerance' },
    { guess: 9, answer: 6, tolerance: 0, score: 0.833, right: false, why: 'a sixth of half the scale beyond' },
    { guess: 22, answer: 6, tolerance: 0, score: 0, right: false, why: 'more than half a scale away' },
    { guess: 3, answer: 6, tolerance: 0, score: 0.833, right: false, why: 'below counts as above' },
    { guess: 11, answer: 11.4, tolerance: 0, score: 1, right: true, why: 'no step of the scale is nearer' },
  ])('$guess for $answer, tolerance $tolerance -> $score: $why', ({ guess, answer, tolerance, score, right }) => {
    const scored = scoreGuess(number(tolerance), of(answer), of(guess))
    expect(scored.score).toBeCloseTo(score, 3)
    expect(scored.isRight).toBe(right)
    expect(scored.gap).toBeCloseTo(guess - answer)
  })

  it('is right on a fine scale, whose steps no machine adds up exactly', () =>
    expect(scoreGuess(number(0, 0.1), of(0.3), of(0.1 + 0.2)).isRight).toBe(true))

  it('no guess scores nothing', () =>
    expect(scoreGuess(number(), of(6), null)).toEqual({ score: 0, gap: null, isRight: false }))

  it('a choice is right or wrong', () => {
    const at = (index: number) => ({ kind: 'choice', index }) as const
    expect(scoreGuess(choice, at(1), at(1))).toEqual({ score: 1, gap: null, isRight: true })
    expect(scoreGuess(choice, at(1), at(0))).toEqual({ score: 0, gap: null, isRight: false })
    expect(scoreGuess(choice, at(1), null).score).toBe(0)
  })
})

it('points weigh both guesses alike', () => {
  expect(lessonPoints([{ score: 1 }, { score: 0.5 }])).toBe(75)
  expect(lessonPoints([])).toBe(0)
})
