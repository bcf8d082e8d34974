import type { Question } from '../../model/lesson.ts'
import type { Answer } from './play.ts'

/** What somebody guessed: a number in the unit of the question, or a choice counted from 0. */
export type Guess = Answer

/** How good a guess was. `gap` is guess minus answer in the unit of the question, null for a choice. */
export interface Score {
  /** From 0 to 1. */
  readonly score: number
  readonly gap: number | null
  readonly isRight: boolean
}

/**
 * Scores a guess. A choice is right or wrong. A number within the tolerance (or half a step, since nearer the scale does not
 * let anybody come) scores 1; beyond it the score falls evenly, and half a scale away it is 0.
 *
 *   scale 0 to 30, tolerance 0: answer 6, guess 6 -> 1.   guess 9 -> 0.83.   guess 22 -> 0.
 *
 * @param guess null: none was made, which scores 0
 */
export function scoreGuess(question: Question, answer: Answer, guess: Guess | null): Score {
  if (question.kind === 'choice') {
    const isRight = answer.kind === 'choice' && guess?.kind === 'choice' && guess.index === answer.index
    return { score: isRight ? 1 : 0, gap: null, isRight }
  }
  if (answer.kind !== 'number' || guess?.kind !== 'number') return { score: 0, gap: null, isRight: false }
  const { min, max, step, tolerance } = question.scale
  const gap = guess.value - answer.value
  const free = Math.max(tolerance, step / 2)
  const beyond = Math.max(0, Math.abs(gap) - free)
  // A sum of steps such as 0.1 is never exact.
  const isRight = beyond <= step * 1e-6
  const score = isRight ? 1 : Math.max(0, 1 - beyond / ((max - min) / 2))
  return { score, gap, isRight }
}

/** Points of a lesson, 0 to 100: both guesses weigh the same. */
export function lessonPoints(scores: readonly Pick<Score, 'score'>[]): number {
  const sum = scores.reduce((total, { score }) => total + score, 0)
  return scores.length === 0 ? 0 : Math.round((100 * sum) / scores.length)
}
