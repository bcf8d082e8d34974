import { useId, useState } from 'preact/hooks'
import type { Guess } from '../../lab/lesson/score.ts'
import type { ChoiceQuestion, NumberQuestion, Question } from '../../model/lesson.ts'
import { middleOf, shareOf, ticksOf } from './scale.ts'

interface AskProps {
  readonly question: Question
  readonly onGuess: (guess: Guess) => void
}

/** A question that is answered before anything is shown. */
export function Ask({ question, onGuess }: AskProps) {
  switch (question.kind) {
    case 'choice':
      return <AskChoice question={question} onGuess={onGuess} />
    case 'number':
    case 'drag':
      return <AskNumber question={question} onGuess={onGuess} />
    default:
      return question satisfies never
  }
}

function AskChoice({ question, onGuess }: { question: ChoiceQuestion; onGuess: AskProps['onGuess'] }) {
  const name = useId()
  const [chosen, setChosen] = useState<number | null>(null)
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen !== null) onGuess({ kind: 'choice', index: chosen })
      }}
    >
      <fieldset>
        <legend>{question.ask}</legend>
        {question.choices.map(({ label }, index) => (
          <label key={label} class="choice">
            <input
              type="radio"
              name={name}
              value={index}
              required
              checked={chosen === index}
              onChange={() => setChosen(index)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="primary">
        That is my guess
      </button>
    </form>
  )
}

function AskNumber({ question, onGuess }: { question: NumberQuestion; onGuess: AskProps['onGuess'] }) {
  const id = useId()
  const { scale, unit, kind } = question
  const [value, setValue] = useState<number | null>(kind === 'drag' ? middleOf(scale) : null)
  const [isTouched, setTouched] = useState(kind === 'number')
  const take = (next: number) => {
    setTouched(true)
    setValue(Number.isFinite(next) ? next : null)
  }
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        if (value !== null) onGuess({ kind: 'number', value })
      }}
    >
      <label for={id} class="ask-text">
        {question.ask}
      </label>
      {kind === 'drag' ? (
        <div class="drag">
          <p class="drag-value" aria-hidden="true">
            {isTouched ? '' : 'drag, or use the arrow keys: '}
            <strong>{value}</strong> {unit}
          </p>
          <div class="drag-chart" aria-hidden="true">
            <span class="drag-fill" style={{ width: `${shareOf(scale, value ?? scale.min) * 100}%` }} />
          </div>
          <input
            id={id}
            type="range"
            min={scale.min}
            max={scale.max}
            step={scale.step}
            value={value ?? scale.min}
            aria-valuetext={`${value} ${unit}`}
            onInput={(event) => take(event.currentTarget.valueAsNumber)}
          />
          <Ticks scale={scale} />
        </div>
      ) : (
        <p class="number-field">
          <input
            id={id}
            type="number"
            required
            min={scale.min}
            max={scale.max}
            step={scale.step}
            value={value ?? ''}
            onInput={(event) => take(event.currentTarget.valueAsNumber)}
          />{' '}
          {unit}{' '}
          <span class="quiet">
            from {scale.min} to {scale.max}
          </span>
        </p>
      )}
      <button type="submit" class="primary">
        That is my guess
      </button>
    </form>
  )
}

export function Ticks({ scale }: { readonly scale: NumberQuestion['scale'] }) {
  return (
    <div class="ticks" aria-hidden="true">
      {ticksOf(scale).map((tick) => (
        <span key={tick} style={{ left: `${shareOf(scale, tick) * 100}%` }}>
          {tick}
        </span>
      ))}
    </div>
  )
}
