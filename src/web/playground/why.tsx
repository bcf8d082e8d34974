import { useEffect, useState } from 'preact/hooks'
import type { Flip, FlipSearch } from '../../lab/flips.ts'
import { formatClock } from '../../model/duration.ts'
import { changesText } from '../../report/why/flip-text.ts'
import type { Step } from '../../report/why/story.ts'
import type { Why as WhyAnswer, WhyStory } from '../../report/why/why.ts'
import { plural } from '../../report/wording.ts'
import type { Engine } from '../engine/client.ts'
import type { RunView, Slot } from '../engine/protocol.ts'
import { Rule, WithRules } from '../ui/rule.tsx'

const STORIES_MAX = 5
const STEPS_MAX = 14

interface WhyProps {
  readonly engine: Engine
  readonly slot: Slot
  readonly view: RunView
  readonly onMove: (atMs: number) => void
}

/** The chain of causes behind the verdict, or behind what became of one instance; and what would have had to differ. */
export function Why({ engine, slot, view, onMove }: WhyProps) {
  const { result } = view
  const [target, setTarget] = useState('verdict')
  const [why, setWhy] = useState<WhyAnswer | null>(null)
  const harmed = result.instances.filter((one) => one.harmed).slice(0, 40)
  const targets = [
    { value: 'verdict', text: 'the verdict' },
    ...result.rollouts.map((_, at) => ({ value: `rollout ${at + 1}`, text: `rollout ${at + 1}` })),
    ...harmed.map(({ scaleSet, number }) => ({
      value: `instance ${scaleSet}/${number}`,
      text: `${scaleSet}/${number}`,
    })),
  ]
  const chosen = targets.some(({ value }) => value === target) ? target : 'verdict'
  useEffect(() => {
    let isWanted = true
    const [kind, name] = chosen.split(/ (.*)/)
    const asked =
      kind === 'rollout'
        ? ({ kind: 'rollout', number: Number(name) } as const)
        : kind === 'instance'
          ? ({ kind: 'instance', name: name ?? '' } as const)
          : ({ kind: 'verdict' } as const)
    void engine.call('why', { slot, target: asked }).then(
      (answer) => isWanted && setWhy(answer),
      // The run has just been replaced by one without this instance; the next call asks anew.
      () => isWanted && setWhy(null),
    )
    return () => {
      isWanted = false
    }
  }, [engine, slot, view, chosen])
  return (
    <>
      <label class="why-target">
        Why{' '}
        <select value={chosen} onChange={(event) => setTarget(event.currentTarget.value)}>
          {targets.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {why?.stories.slice(0, STORIES_MAX).map((story, index) => (
        <Story
          key={`${index}${story.headline}`}
          story={story}
          onMove={onMove}
          flips={chosen === 'verdict' ? <Flips engine={engine} slot={slot} view={view} story={index} /> : null}
        />
      ))}
    </>
  )
}

function Story({
  story,
  onMove,
  flips,
}: {
  readonly story: WhyStory
  readonly onMove: (atMs: number) => void
  readonly flips: preact.ComponentChildren
}) {
  const { steps, headline, sayings } = story
  // What has to be told is told; of a long chain the light steps give way.
  const told =
    steps.length <= STEPS_MAX ? steps : steps.filter(({ weight }, at) => weight > 1 || at === 0).slice(0, STEPS_MAX)
  return (
    <article class="story">
      <h3>{headline}</h3>
      <ol>
        {told.map((step, at) => (
          <li key={step.entries[0]}>
            <button type="button" class="link" onClick={() => onMove(step.atMs)}>
              {formatClock(step.atMs)}
            </button>{' '}
            {at > 0 && <span class="quiet">← </span>}
            <StepText step={step} />
          </li>
        ))}
      </ol>
      {told.length < steps.length && <p class="quiet">{plural(steps.length - told.length, 'step')} between left out</p>}
      {sayings.map((saying) => (
        <p key={saying} class="quiet">
          {saying}
        </p>
      ))}
      {flips}
    </article>
  )
}

function StepText({ step: { text, rules } }: { readonly step: Step }) {
  const missing = rules.filter((rule) => !text.includes(`(${rule})`))
  return (
    <>
      <WithRules text={text} />{' '}
      {missing.map((rule) => (
        <Rule key={rule} id={rule} />
      ))}
    </>
  )
}

/** What would have had to differ; searched when asked for, since many runs are played for it. */
function Flips({ engine, slot, view, story }: { engine: Engine; slot: Slot; view: RunView; story: number }) {
  const [state, setState] = useState<'idle' | 'searching' | FlipSearch | null>('idle')
  useEffect(() => setState('idle'), [view, story])
  if (state === 'idle') {
    const search = async () => {
      setState('searching')
      setState(await engine.call('flips', { slot, story }))
    }
    return (
      <button type="button" onClick={search}>
        What would have had to differ?
      </button>
    )
  }
  if (state === 'searching') return <p role="status">Searching: one setting after the other is turned and played…</p>
  if (state === null) return <p role="status">There is nothing to turn here.</p>
  return (
    <div role="status">
      {state.flips.length === 0 && (
        <p>
          No single one of {plural(state.tried.length, 'setting')} gives another outcome ({plural(state.plays, 'run')}{' '}
          played).
        </p>
      )}
      <ul>
        {state.flips.map((flip) => (
          <li key={[flip, ...flip.also].map(({ set }) => set).join(' ')}>{flipText(flip)}</li>
        ))}
      </ul>
    </div>
  )
}

const flipText = (flip: Flip): string => `With ${changesText(flip)}: ${flip.after} instead of ${flip.before}`
