import type { Answer } from '../../lab/lesson/play.ts'
import { type Guess, scoreGuess } from '../../lab/lesson/score.ts'
import type { ChoiceQuestion, NumberQuestion, Question } from '../../model/lesson.ts'
import { answerText, gapText } from '../../report/lesson.ts'
import { Ticks } from './question.tsx'
import { shareOf } from './scale.ts'

interface GapProps {
  readonly question: Question
  readonly answer: Answer | null
  /** One of a learner, many of a class. */
  readonly guesses: readonly Guess[]
}

/** What was guessed against what happened, drawn. */
export function Gap({ question, answer, guesses }: GapProps) {
  if (answer === null) return <p class="failure">The run gives no answer to this question: a mistake in the lesson.</p>
  const only = guesses.length === 1 ? guesses[0]! : null
  const score = only === null ? null : scoreGuess(question, answer, only)
  return (
    <section class="gap" aria-label="Guess and answer">
      <p class="gap-words">
        <strong>{answerText(question, answer)}</strong>
        {score !== null && only !== null && (
          <span class={score.isRight ? 'right' : 'off'}>
            {' '}
            · you said {answerText(question, only)}: {gapText(question, score)}
          </span>
        )}
        {guesses.length > 1 && <span class="quiet"> · {classWords(question, answer, guesses)}</span>}
      </p>
      {question.kind === 'choice' ? (
        <Choices question={question} answer={answer} guesses={guesses} />
      ) : (
        <NumberLine question={question} answer={answer} guesses={guesses} />
      )}
    </section>
  )
}

function classWords(question: Question, answer: Answer, guesses: readonly Guess[]): string {
  const right = guesses.filter((guess) => scoreGuess(question, answer, guess).isRight).length
  return `${right} of ${guesses.length} guesses were right`
}

function NumberLine({ question, answer, guesses }: GapProps & { readonly question: NumberQuestion }) {
  const { scale } = question
  const place = (one: Answer | null) => (one?.kind === 'number' ? shareOf(scale, one.value) * 100 : 0)
  const at = place(answer)
  return (
    <div class="line" aria-hidden="true">
      <div class="line-bar">
        {guesses.length === 1 && (
          <span
            class="line-gap"
            style={{ left: `${Math.min(at, place(guesses[0]!))}%`, width: `${Math.abs(at - place(guesses[0]!))}%` }}
          />
        )}
        {guesses.map((guess, index) => (
          <span
            key={`${index}${place(guess)}`}
            class={markClass('line-guess', place(guess))}
            style={{ left: `${place(guess)}%` }}
          >
            <span>{guesses.length === 1 ? 'you' : ''}</span>
          </span>
        ))}
        <span class={markClass('line-answer', at)} style={{ left: `${at}%` }}>
          <span>the run</span>
        </span>
      </div>
      <Ticks scale={scale} />
    </div>
  )
}

/** Near the end its words stand to the left of a mark. */
const markClass = (name: string, percent: number): string => (percent > 85 ? `${name} flip` : name)

function Choices({ question, answer, guesses }: GapProps & { readonly question: ChoiceQuestion }) {
  const right = answer?.kind === 'choice' ? answer.index : -1
  return (
    <ul class="choices">
      {question.choices.map(({ label }, index) => {
        const count = guesses.filter((guess) => guess.kind === 'choice' && guess.index === index).length
        return (
          <li key={label} class={index === right ? 'is-right' : count > 0 ? 'is-off' : ''}>
            <span aria-hidden="true">{index === right ? '✓' : count > 0 ? '✗' : ''}</span>
            <span>
              {label}
              {index === right && <span class="visually-hidden"> (this is what happened)</span>}
            </span>
            {count > 0 && <span class="quiet">{guesses.length === 1 ? 'your guess' : `${count}`}</span>}
          </li>
        )
      })}
    </ul>
  )
}
