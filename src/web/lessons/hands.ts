import type { Guess } from '../../lab/lesson/score.ts'
import type { Scale } from '../../model/lesson.ts'

/** Guesses of a class as they were called out, and what among it is none. */
export interface CalledOut {
  readonly guesses: readonly Guess[]
  /** `“45” is not from 0 to 30`, in order. */
  readonly mistakes: readonly string[]
}

/**
 * Numbers with blanks, commas or line ends between. What is no number, or off the scale, is left out and named, lest it count as
 * something nobody said.
 */
export function readCalledOut(typed: string, { min, max }: Pick<Scale, 'min' | 'max'>): CalledOut {
  const guesses: Guess[] = []
  const mistakes: string[] = []
  for (const word of typed.split(/[\s,;]+/)) {
    if (word === '') continue
    const value = Number(word)
    if (!Number.isFinite(value)) mistakes.push(`“${word}” is no number`)
    else if (value < min || value > max) mistakes.push(`“${word}” is not from ${min} to ${max}`)
    else guesses.push({ kind: 'number', value })
  }
  return { guesses, mistakes }
}
