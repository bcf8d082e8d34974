import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { sumClass } from '../../lab/lesson/class-code.ts'
import { type Guess, scoreGuess } from '../../lab/lesson/score.ts'
import type { Lesson, Question } from '../../model/lesson.ts'
import { answerText } from '../../report/lesson.ts'
import { decimal, plural } from '../../report/wording.ts'
import { type CatalogueEntry, type CatalogueGroup, lessonsOf } from '../catalogue.ts'
import type { Engine } from '../engine/client.ts'
import { writeRoute } from '../routes.ts'
import { readCalledOut } from './hands.ts'
import { Sandbox } from './sandbox.tsx'
import { ChangeTable, Kept, Revealed, Running, Setting, useLesson } from './shown.tsx'
import type { LessonSource } from './source.ts'

/** What a class goes through: one thing on the wall at a time, and no answer before its turn. */
const SLIDES = [
  'The situation',
  'What do you think?',
  'The run',
  'What happened',
  'One thing is changed',
  'What happened now',
  'What if?',
  'To keep',
  'Score of the class',
] as const

/** Keys that a presenter's remote sends, and those that lie at hand. */
const FORWARD = ['ArrowRight', 'PageDown', 'n']
const BACK = ['ArrowLeft', 'PageUp', 'p']

export function Trainer({
  engine,
  entry,
  source,
  catalogue,
}: {
  readonly engine: Engine
  readonly entry: CatalogueEntry
  readonly source: LessonSource
  readonly catalogue: readonly CatalogueGroup[]
}) {
  const { view, failure } = useLesson(engine, source)
  const [at, setAt] = useState(0)
  const [hands, setHands] = useState<readonly [readonly Guess[], readonly Guess[]]>([[], []])
  const stage = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const isFirst = useRef(true)
  const move = (by: 1 | -1) => setAt((before) => Math.min(SLIDES.length - 1, Math.max(0, before + by)))
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      // In a field, on a slider, in tabs the keys have their own meaning.
      if (
        target.closest('input, textarea, select, [role=tablist], .cm-editor') ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      )
        return
      if (FORWARD.includes(event.key)) move(1)
      else if (BACK.includes(event.key)) move(-1)
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  useLayoutEffect(() => {
    if (isFirst.current) isFirst.current = false
    else {
      heading.current?.focus()
      stage.current?.scrollTo({ top: 0 })
    }
  }, [at])
  const lesson = view?.lesson
  const take = (which: 0 | 1) => (guesses: readonly Guess[]) =>
    setHands(which === 0 ? [guesses, hands[1]] : [hands[0], guesses])
  return (
    <main class="trainer" ref={stage}>
      <div class="trainer-bar">
        <a href={writeRoute({ kind: 'class' })}>Choose another lesson</a>
        <span class="quiet">
          {at + 1} of {SLIDES.length}
        </span>
        <button type="button" onClick={() => move(-1)} disabled={at === 0}>
          Back
        </button>
        <button type="button" class="primary" onClick={() => move(1)} disabled={at === SLIDES.length - 1}>
          Next
        </button>
        <FullScreen target={stage} />
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {at === 0 ? entry.title : SLIDES[at]}
      </h1>
      {failure !== null && (
        <p class="failure" role="alert">
          This lesson cannot be played: {failure}
        </p>
      )}
      {view !== null && lesson !== undefined && (
        <>
          {at === 0 && (
            <>
              <p class="hook">{lesson.hook}</p>
              <Setting view={view} />
              <p class="quiet">→ and ← move on and back, as does the remote of a presenter.</p>
            </>
          )}
          {at === 1 && (
            <>
              <p class="hook quiet">{lesson.hook}</p>
              <AskClass question={lesson.predict} guesses={hands[0]} onChange={take(0)} />
            </>
          )}
          {at === 2 && <Running step={view.base} />}
          {at === 3 && (
            <Revealed
              engine={engine}
              step={view.base}
              slot="lesson-base"
              question={lesson.predict}
              guesses={hands[0]}
            />
          )}
          {at === 4 && (
            <>
              <p class="hook">{lesson.change.why}</p>
              <ChangeTable view={view} />
              <AskClass question={lesson.change.predict} guesses={hands[1]} onChange={take(1)} />
            </>
          )}
          {at === 5 && (
            <Revealed
              engine={engine}
              step={view.changed}
              slot="lesson-changed"
              question={lesson.change.predict}
              guesses={hands[1]}
              before={view.base}
            />
          )}
          {at === 6 && <Sandbox engine={engine} view={view} source={source} />}
          {at === 7 && <Kept view={view} />}
          {at === 8 && (
            <ClassScore
              engine={engine}
              catalogue={catalogue}
              {...(source.isOwn ? { own: { lesson, title: entry.title } } : {})}
              byHand={[
                { question: lesson.predict, answer: view.base.answer, guesses: hands[0] },
                { question: lesson.change.predict, answer: view.changed.answer, guesses: hands[1] },
              ]}
            />
          )}
        </>
      )}
    </main>
  )
}

function FullScreen({ target }: { readonly target: { readonly current: HTMLElement | null } }) {
  const [isFull, setFull] = useState(() => document.fullscreenElement !== null)
  useEffect(() => {
    // The browser says when the mode changes; Escape or F11 ends it without this button.
    const onChange = () => setFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', onChange)
    return () => document.removeEventListener('fullscreenchange', onChange)
  }, [])
  if (typeof document.documentElement.requestFullscreen !== 'function') return null
  const toggle = () => {
    // A browser may refuse; the page then stays as it is.
    const done = isFull ? document.exitFullscreen() : target.current?.requestFullscreen()
    void done?.catch(() => {})
  }
  return (
    <button type="button" aria-pressed={isFull} onClick={toggle}>
      Full screen
    </button>
  )
}

/** The question on the wall, and the guesses of the class as they are called out or counted by hands. */
function AskClass({
  question,
  guesses,
  onChange,
}: {
  readonly question: Question
  readonly guesses: readonly Guess[]
  readonly onChange: (guesses: readonly Guess[]) => void
}) {
  const id = useId()
  const [typed, setTyped] = useState(() =>
    guesses.flatMap((guess) => (guess.kind === 'number' ? [guess.value] : [])).join(' '),
  )
  if (question.kind === 'choice') {
    const countOf = (index: number) =>
      guesses.filter((guess) => guess.kind === 'choice' && guess.index === index).length
    const setCount = (index: number, count: number) =>
      onChange([
        ...guesses.filter((guess) => !(guess.kind === 'choice' && guess.index === index)),
        ...Array.from({ length: count }, () => ({ kind: 'choice' as const, index })),
      ])
    return (
      <fieldset class="ask-class">
        <legend>{question.ask}</legend>
        {question.choices.map(({ label }, index) => (
          <label key={label}>
            <span>{label}</span>
            <input
              type="number"
              min={0}
              max={500}
              value={countOf(index) === 0 ? '' : countOf(index)}
              aria-label={`Hands for: ${label}`}
              onInput={(event) => setCount(index, Math.min(500, Math.max(0, event.currentTarget.valueAsNumber || 0)))}
            />
          </label>
        ))}
        <p class="quiet">Count hands, or leave it open and let the class show codes at the end.</p>
      </fieldset>
    )
  }
  const { min, max } = question.scale
  return (
    <div class="ask-class">
      <p class="ask-text">{question.ask}</p>
      <label for={id} class="quiet">
        Guesses of the class, {min} to {max} {question.unit}, with blanks between
      </label>
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autocomplete="off"
        value={typed}
        onInput={(event) => {
          const text = event.currentTarget.value
          setTyped(text)
          onChange(readCalledOut(text, question.scale).guesses)
        }}
      />
      <p class="quiet">
        {guesses.length === 0 ? 'None yet; it can stay so.' : plural(guesses.length, 'guess', 'guesses')}
      </p>
      <p class="off" role="status">
        {readCalledOut(typed, question.scale)
          .mistakes.map((mistake) => `${mistake}: left out.`)
          .join(' ')}
      </p>
    </div>
  )
}

interface ByHand {
  readonly question: Question
  readonly answer: Guess | null
  readonly guesses: readonly Guess[]
}

/** Codes that learners show, summed up; beside it what was counted by hand. */
export function ClassScore({
  engine,
  catalogue,
  own,
  byHand,
}: {
  readonly engine: Engine
  readonly catalogue: readonly CatalogueGroup[]
  /** The lesson of somebody's own that was just shown; a shipped one with the same place gives way to it. */
  readonly own?: { readonly lesson: Lesson; readonly title: string }
  readonly byHand: readonly ByHand[]
}) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const shipped = useLessonsOf(engine, catalogue, typed)
  const lessons = useMemo(
    () => (own === undefined ? shipped : [own.lesson, ...shipped.filter(({ order }) => order !== own.lesson.order)]),
    [own?.lesson, shipped],
  )
  const sum = useMemo(() => sumClass(typed, lessons), [typed, lessons])
  const titles = useMemo(
    () =>
      new Map([
        ...lessonsOf(catalogue).map(({ lesson, title }) => [lesson.order, title] as const),
        ...(own === undefined ? [] : [[own.lesson.order, own.title] as const]),
      ]),
    [catalogue, own?.lesson, own?.title],
  )
  return (
    <div class="class-score">
      {byHand.map(({ question, answer, guesses }, index) => {
        if (guesses.length === 0 || answer === null) return null
        const scores = guesses.map((guess) => scoreGuess(question, answer, guess))
        const mean = scores.reduce((total, { score }) => total + score, 0) / scores.length
        return (
          <p key={`${index}${question.ask}`}>
            By hand, {index === 0 ? 'first' : 'second'} question: <strong>{Math.round(mean * 100)}</strong> of 100
            points on average, {scores.filter(({ isRight }) => isRight).length} of {guesses.length} right. The answer
            was {answerText(question, answer)}.
          </p>
        )
      })}
      <label for={id}>Codes that the class shows, one on a line</label>
      <textarea
        id={id}
        rows={5}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <div role="status">
        {sum.meanPoints !== null && (
          <p class="headline">
            {decimal(sum.meanPoints, 0)} of 100 points on average, from {plural(sum.codes, 'code')}
          </p>
        )}
        {sum.mistakes.map(({ line, typed: text, error, hint }) => (
          <p key={line} class="off">
            Line {line}, “{text}”: {error}; {hint}
          </p>
        ))}
      </div>
      {sum.lessons.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Lesson</th>
              <th scope="col">Codes</th>
              <th scope="col">Mean</th>
              <th scope="col">Best</th>
              <th scope="col">First guesses</th>
              <th scope="col">Second guesses</th>
            </tr>
          </thead>
          <tbody>
            {sum.lessons.map(({ order, learners, meanPoints, bestPoints, guesses }) => (
              <tr key={order}>
                <th scope="row">{titles.get(order) ?? `Lesson ${order}`}</th>
                <td>{learners}</td>
                <td>{decimal(meanPoints, 0)}</td>
                <td>{bestPoints}</td>
                {guesses.map((counts, which) => (
                  <td key={which === 0 ? 'first' : 'second'}>
                    {counts
                      .map(
                        ({ count, guess, position }) =>
                          `${guessText(lessons, order, which, guess) ?? `#${position + 1}`} ×${count}`,
                      )
                      .join(', ')}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

/** The lessons that codes are of, so that guesses can be told in words. */
function useLessonsOf(engine: Engine, catalogue: readonly CatalogueGroup[], typed: string): readonly Lesson[] {
  const [lessons, setLessons] = useState<readonly Lesson[]>([])
  const asked = useRef(new Set<string>())
  useEffect(() => {
    const orders = sumClass(typed).lessons.map(({ order }) => order)
    for (const { file, lesson } of lessonsOf(catalogue)) {
      if (!orders.includes(lesson.order) || asked.current.has(file)) continue
      asked.current.add(file)
      void engine.call('lessonText', { file }).then((found) => {
        if (found !== null) setLessons((before) => [...before, found])
      })
    }
  }, [engine, catalogue, typed])
  return lessons
}

function guessText(lessons: readonly Lesson[], order: number, which: number, guess: Guess | null): string | null {
  const lesson = lessons.find((one) => one.order === order)
  if (lesson === undefined || guess === null) return null
  return answerText(which === 0 ? lesson.predict : lesson.change.predict, guess)
}
