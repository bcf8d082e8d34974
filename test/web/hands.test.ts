import { describe, expect, it } from 'vitest'
import { readCalledOut } from '../../src/web/lessons/hands.ts'

const scale = { min: 0, max: 30 }
const numbers = (typed: string) =>
  readCalledOut(typed, scale).guesses.map((guess) => (guess.kind === 'number' ? guess.value : guess))

describe('the guesses that a class calls out', () => {
  it.each([
    ['6 12 30', [6, 12, 30]],
    ['6,12;  0\n2.5 6', [6, 12, 0, 2.5, 6]],
    ['', []],
    [' , ', []],
  ])('%j are %j', (typed, wanted) => expect(numbers(typed)).toEqual(wanted))

  it('leave out what is none, and say so', () =>
    expect(readCalledOut('6 six 45 -1 1e999', scale)).toEqual({
      guesses: [{ kind: 'number', value: 6 }],
      mistakes: ['“six” is no number', '“45” is not from 0 to 30', '“-1” is not from 0 to 30', '“1e999” is no number'],
    }))
})
