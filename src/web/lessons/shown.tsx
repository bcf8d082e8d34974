import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Guess } from '../../lab/lesson/score.ts'
import type { Question } from '../../model/lesson.ts'
import { span } from '../../report/wording.ts'
import type { Engine } from '../engine/client.ts'
import type { LessonStepView, LessonView } from '../engine/protocol.ts'
import { Charts } from '../playground/charts.tsx'
import { Clock } from '../playground/clock.tsx'
import { CompareTable } from '../playground/compare.tsx'
import { Fleet } from '../playground/fleet.tsx'
import { firstLook, type Moment, momentsOf, storyOf } from '../playground/story.ts'
import { Rule, WithRules } from '../ui/rule.tsx'
import { changeText } from './change.ts'
import { Gap } from './gap.tsx'
import type { LessonSource } from './source.ts'

/** The fleet from before anything happens to after it, played at once where nobody minds motion. */
export function Running({ step }: { readonly step: LessonStepView }) {
  const { view } = step
  const story = useMemo(() => storyOf(view.result, step.decision?.atMs), [view, step])
  const moments = useMemo(() => momentsOf(view.result), [view])
  const [atMs, setAtMs] = useState(story.fromMs)
  return (
    <section class="card live" aria-label="The fleet at one moment">
      <Clock atMs={atMs} onMove={setAtMs} {...story} moments={moments} autoplay />
      <Fleet view={view} atMs={atMs} />
    </section>
  )
}

/** Answer and guess, the inequality that decided, the text, and the run to look at. */
export function Revealed({
  engine,
  step,
  slot,
  question,
  guesses,
  before,
}: {
  readonly engine: Engine
  readonly step: LessonStepView
  readonly slot: 'lesson-base' | 'lesson-changed'
  readonly question: Question
  readonly guesses: readonly Guess[]
  /** The run before the change, to stand beside. */
  readonly before?: LessonStepView
}) {
  const { view, decision } = step
  const [atMs, setAtMs] = useState(decision?.atMs ?? firstLook(view.result))
  const moments = useMemo(() => withDecision(momentsOf(view.result), decision), [view, decision])
  const story = useMemo(() => {
    const all = [step, ...(before === undefined ? [] : [before])].map((one) =>
      storyOf(one.view.result, one.decision?.atMs),
    )
    return { fromMs: Math.min(...all.map(({ fromMs }) => fromMs)), toMs: Math.max(...all.map(({ toMs }) => toMs)) }
  }, [step, before])
  const shownMs = Math.min(Math.max(atMs, story.fromMs), story.toMs)
  return (
    <>
      <Gap question={question} answer={step.answer} guesses={guesses} />
      {decision !== null && (
        <p class="decided">
          <span class="quiet">What decided: </span>
          <WithRules text={decision.text} />
        </p>
      )}
      <p class="reveal">
        {step.reveal.map(({ text, isFilled }, index) =>
          isFilled ? <strong key={`${index}${text}`}>{text}</strong> : text,
        )}
      </p>
      <section class="card live" aria-label="The fleet at one moment">
        <Clock atMs={shownMs} onMove={setAtMs} {...story} moments={moments} />
        <div class={before === undefined ? 'one' : 'two'}>
          {before !== undefined && (
            <div class="side side-a">
              <p class="side-name">before</p>
              <Fleet view={before.view} atMs={shownMs} />
            </div>
          )}
          <div class="side">
            {before !== undefined && <p class="side-name">after the change</p>}
            <Fleet view={view} atMs={shownMs} />
          </div>
        </div>
      </section>
      {before !== undefined && <CompareTable a={before.view} b={view} names={['before', 'after']} knobs={false} />}
      <Charts
        engine={engine}
        slot={slot}
        view={view}
        atMs={shownMs}
        onMove={setAtMs}
        only={chartsFor(decision?.rule)}
      />
    </>
  )
}

/** What decided is a moment to stop at, where no other one is told. */
function withDecision(moments: readonly Moment[], decision: LessonStepView['decision']): readonly Moment[] {
  if (decision === null || moments.some(({ atMs }) => atMs === decision.atMs)) return moments
  return [...moments, { atMs: decision.atMs, text: decision.text.replace('  ', ' ') }].sort((a, b) => a.atMs - b.atMs)
}

/** The charts on which one sees what a rule of this kind decided. */
function chartsFor(rule: string | undefined): readonly string[] {
  if (rule?.startsWith('TH-')) return ['strip', 'swimlane']
  if (rule !== undefined && /^(AS|SP|AV|PL|MS|BT|RU)-/.test(rule)) return ['swimlane', 'demand']
  return ['swimlane', 'versions']
}

/** What is changed, from what to what. */
export function ChangeTable({ view }: { readonly view: LessonView }) {
  return (
    <ul class="change">
      {view.lesson.change.set.map((change) => {
        const { name, before, after } = changeText(change)
        return (
          <li key={change.path}>
            <code>{name}</code> {before} → <strong>{after}</strong>
          </li>
        )
      })}
    </ul>
  )
}

/** Three lines to keep, each with its rules; below them what of it nobody has published. */
export function Kept({ view: { lesson, doubts } }: { readonly view: LessonView }) {
  return (
    <>
      <ol class="keep">
        {lesson.keep.map(({ text, rules }) => (
          <li key={text}>
            {text}{' '}
            {rules.map((rule) => (
              <Rule key={rule} id={rule} />
            ))}
          </li>
        ))}
      </ol>
      {doubts.length > 0 && (
        <section class="doubts quiet" aria-label="What is not certain">
          <p>Where the sources leave something open:</p>
          <ul>
            {doubts.map(({ rule, text }) => (
              <li key={rule}>
                <Rule id={rule} /> {text}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** What the fleet is, before anything happens: how large, how upgraded, for how long. */
export function Setting({ view }: { readonly view: LessonView }) {
  const { base } = view
  const { scaleSets, result } = base.view
  return (
    <p class="quiet setting">
      {scaleSets
        .map(
          ({ name, zones }) =>
            `${name}: ${count(result, name)} instances${zones.length > 0 ? ` in ${zones.length} zones` : ''}`,
        )
        .join('; ')}
      ; {span(result.durationMs)} are played.
    </p>
  )
}

const count = ({ instances }: LessonStepView['view']['result'], name: string): number =>
  instances.filter(({ scaleSet, createdAtMs }) => scaleSet === name && createdAtMs <= 0).length

/** Plays a lesson and keeps what came of it. */
export function useLesson(engine: Engine, source: LessonSource): { view: LessonView | null; failure: string | null } {
  const [state, setState] = useState<{ view: LessonView | null; failure: string | null }>({ view: null, failure: null })
  useEffect(() => {
    let isWanted = true
    engine
      .call('lesson', source.isOwn ? source : { file: source.file })
      .then((answer) => {
        if (!isWanted) return
        if (answer.kind === 'lesson') setState({ view: answer.view, failure: null })
        else
          setState({
            view: null,
            failure: answer.diagnostics.map(({ code, message }) => `${code} ${message}`).join('; '),
          })
      })
      .catch((error: unknown) => isWanted && setState({ view: null, failure: String(error) }))
    return () => {
      isWanted = false
    }
  }, [engine, source])
  return state
}
