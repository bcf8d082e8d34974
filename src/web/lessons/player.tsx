import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { positionOf, writeClassCode } from '../../lab/lesson/class-code.ts'
import { type Guess, lessonPoints, scoreGuess } from '../../lab/lesson/score.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import { lessonName } from '../catalogue.ts'
import type { Engine } from '../engine/client.ts'
import type { LessonView } from '../engine/protocol.ts'
import { writeRoute } from '../routes.ts'
import type { Memory } from '../ui/storage.ts'
import { keepProgress } from './progress.ts'
import { Ask } from './question.tsx'
import { Sandbox } from './sandbox.tsx'
import { ChangeTable, Kept, Revealed, Running, Setting, useLesson } from './shown.tsx'
import { type LessonSource, ownRoute, playgroundRoute } from './source.ts'
import { STEP_TITLES, STEPS, type StepName } from './steps.ts'

export interface PlayerProps {
  readonly engine: Engine
  readonly entry: CatalogueEntry
  readonly source: LessonSource
  readonly next: CatalogueEntry | undefined
  readonly memory: Memory
}

/** A lesson, step by step: nothing is shown before it has been guessed. */
export function LessonPlayer({ engine, entry, source, next, memory }: PlayerProps) {
  const { view, failure } = useLesson(engine, source)
  const [at, setAt] = useState(0)
  const [guesses, setGuesses] = useState<readonly [Guess | null, Guess | null]>([null, null])
  const heading = useRef<HTMLHeadingElement>(null)
  const step = STEPS[at]!
  const isFirst = useRef(true)
  // Together with the new heading, not after it: whoever is quick has pressed Tab by then.
  useLayoutEffect(() => {
    if (isFirst.current) isFirst.current = false
    else {
      heading.current?.focus()
      scrollTo({ top: 0 })
    }
  }, [at])

  const go = (by: 1 | -1) => setAt(Math.min(STEPS.length - 1, Math.max(0, at + by)))
  const guess = (which: 0 | 1, made: Guess) => {
    setGuesses(which === 0 ? [made, guesses[1]] : [guesses[0], made])
    go(1)
  }
  const isAsking = (step === 'predict' && guesses[0] === null) || (step === 'change' && guesses[1] === null)
  return (
    <main class="lesson">
      <p class="lesson-place">
        <a href={writeRoute({ kind: 'lessons' })}>Lessons</a> <span aria-hidden="true">›</span> {entry.title}
      </p>
      <ol class="steps" aria-label="Steps of the lesson">
        {STEPS.map((name, index) => (
          <li
            key={name}
            {...(index === at ? { 'aria-current': 'step' as const } : {})}
            class={index < at ? 'done' : ''}
          >
            {STEP_TITLES[name]}
          </li>
        ))}
      </ol>
      <h1 ref={heading} tabIndex={-1} class="step-title">
        {step === 'hook' ? entry.title : STEP_TITLES[step]}
      </h1>
      {failure !== null && (
        <p class="failure" role="alert">
          This lesson cannot be played: {failure}
          {source.isOwn && (
            <>
              {' '}
              <a href={writeRoute(playgroundRoute(source))}>Look at it in the playground</a>
            </>
          )}
        </p>
      )}
      {view === null && failure === null && <p class="quiet">Playing…</p>}
      {view !== null && (
        <>
          {/* Before the content, so that whoever goes by keyboard need not pass through all charts; it stands at the bottom. */}
          <nav class="step-buttons" aria-label="Through the lesson">
            {at > 0 && (
              <button type="button" onClick={() => go(-1)}>
                Back
              </button>
            )}
            {!isAsking && at < STEPS.length - 1 && (
              <button type="button" class="primary" onClick={() => go(1)}>
                {NEXT[step]}
              </button>
            )}
          </nav>
          <LessonStep
            engine={engine}
            view={view}
            step={step}
            guesses={guesses}
            onGuess={guess}
            source={source}
            next={next}
            memory={memory}
            name={lessonName(entry)}
          />
        </>
      )}
    </main>
  )
}

const NEXT: Readonly<Record<StepName, string>> = {
  hook: 'To the question',
  predict: 'Let it run',
  run: 'What came of it',
  reveal: 'Change one thing',
  change: 'Let it run',
  changed: 'Try it yourself',
  sandbox: 'Three lines to keep',
  keep: '',
}

interface StepProps {
  readonly engine: Engine
  readonly view: LessonView
  readonly step: StepName
  readonly guesses: readonly [Guess | null, Guess | null]
  readonly onGuess: (which: 0 | 1, guess: Guess) => void
  readonly source: LessonSource
  readonly next: CatalogueEntry | undefined
  readonly memory: Memory
  readonly name: string
}

function LessonStep({ engine, view, step, guesses, onGuess, source, next, memory, name }: StepProps) {
  const { lesson, base, changed } = view
  const made = (which: 0 | 1) => guesses.slice(which, which + 1).flatMap((guess) => guess ?? [])
  switch (step) {
    case 'hook':
      return (
        <>
          <p class="hook">{lesson.hook}</p>
          <Setting view={view} />
        </>
      )
    case 'predict':
      return (
        <>
          <p class="hook quiet">{lesson.hook}</p>
          <Ask question={lesson.predict} onGuess={(guess) => onGuess(0, guess)} />
        </>
      )
    case 'run':
      return <Running step={base} />
    case 'reveal':
      return <Revealed engine={engine} step={base} slot="lesson-base" question={lesson.predict} guesses={made(0)} />
    case 'change':
      return (
        <>
          <p class="hook">{lesson.change.why}</p>
          <ChangeTable view={view} />
          <Ask question={lesson.change.predict} onGuess={(guess) => onGuess(1, guess)} />
        </>
      )
    case 'changed':
      return (
        <Revealed
          engine={engine}
          step={changed}
          slot="lesson-changed"
          question={lesson.change.predict}
          guesses={made(1)}
          before={base}
        />
      )
    case 'sandbox':
      return <Sandbox engine={engine} view={view} source={source} />
    case 'keep':
      return <Finished view={view} source={source} guesses={guesses} next={next} memory={memory} name={name} />
    default:
      return step satisfies never
  }
}

function Finished({
  view,
  source,
  guesses,
  next,
  memory,
  name,
}: Pick<StepProps, 'view' | 'source' | 'guesses' | 'next' | 'memory' | 'name'>) {
  const { lesson, base, changed } = view
  const questions = [lesson.predict, lesson.change.predict] as const
  const answers = [base.answer, changed.answer]
  const points = lessonPoints(
    answers.map((answer, which) =>
      answer === null ? { score: 0 } : scoreGuess(questions[which]!, answer, guesses[which]!),
    ),
  )
  const code = writeClassCode({
    order: lesson.order,
    points,
    positions: [positionOf(questions[0], guesses[0]), positionOf(questions[1], guesses[1])],
  })
  // At once: whoever goes on to the next lesson before the screen is drawn has finished this one all the same.
  useLayoutEffect(() => {
    if (!source.isOwn) keepProgress(memory, name, { points, code })
  }, [source, memory, name, points, code])
  return (
    <>
      <Kept view={view} />
      <section class="card score" aria-label="Your score">
        <p>
          <strong>{points}</strong> of 100 points for your two guesses.
        </p>
        <p>
          In a class, show this code: <code class="class-code">{code}</code>
        </p>
      </section>
      <p class="after">
        {source.isOwn ? (
          <a class="button primary" href={writeRoute(ownRoute('ownClass', source))}>
            Show it to a class
          </a>
        ) : next === undefined ? (
          'That was the last lesson.'
        ) : (
          <a class="button primary" href={writeRoute({ kind: 'lesson', name: lessonName(next) })}>
            Next lesson: {next.title}
          </a>
        )}{' '}
        <a href={writeRoute({ kind: 'lessons' })}>All lessons</a>
      </p>
    </>
  )
}
