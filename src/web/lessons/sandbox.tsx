import { useMemo, useState } from 'preact/hooks'
import { formatDuration } from '../../model/duration.ts'
import type { Knob as LessonKnob } from '../../model/lesson.ts'
import type { Domain } from '../../model/vary.ts'
import type { Knob, KnobKind, KnobValue } from '../edit/knob.ts'
import type { Engine } from '../engine/client.ts'
import type { LessonView } from '../engine/protocol.ts'
import { KnobRow } from '../playground/knob-panel.tsx'
import { Mistakes } from '../playground/mistakes.tsx'
import { Stage } from '../playground/playground.tsx'
import { firstLook } from '../playground/story.ts'
import { usePlay, type Work } from '../playground/work.ts'
import { writeRoute } from '../routes.ts'

/** The world of the lesson with its knobs, free to be turned. */
export function Sandbox({
  engine,
  view,
  text,
}: {
  readonly engine: Engine
  readonly view: LessonView
  readonly text: string
}) {
  const { lesson, file } = view
  const known = useMemo(
    () => new Map(view.base.view.knobs.flatMap(({ knobs }) => knobs.map((knob) => [knob.id, knob] as const))),
    [view],
  )
  const [turned, setTurned] = useState<ReadonlyMap<string, KnobValue>>(new Map())
  const work = useMemo<Work>(
    () => ({ file, text, set: [...turned].map(([path, value]) => `${path}=${JSON.stringify(value)}`) }),
    [file, text, turned],
  )
  const played = usePlay(engine, 'b', work)
  const [atMs, setAtMs] = useState<number | null>(null)
  const run = played.view
  return (
    <div class="sandbox">
      <div class="knobs sandbox-knobs">
        {lesson.sandbox.map((knob) => {
          const shown = knobOf(knob, turned.get(knob.path), known.get(knob.path))
          return (
            <KnobRow
              key={knob.path}
              knob={shown}
              turn={(_, value) => setTurned(new Map(turned).set(knob.path, value))}
            />
          )
        })}
        <p>
          <a href={writeRoute({ kind: 'playground', file })}>Open it in the playground</a>{' '}
          <span class="quiet">with everything else that can be turned</span>
        </p>
      </div>
      <div class="stage">
        <Mistakes diagnostics={played.diagnostics} />
        {run !== null && (
          <Stage
            view={run}
            other={null}
            isStale={played.diagnostics.length > 0}
            atMs={atMs ?? firstLook(run.result)}
            onMove={setAtMs}
          />
        )}
      </div>
    </div>
  )
}

/** `known`: the same knob of the playground, which knows the default and the unit. */
function knobOf(
  { path, label, domain, value }: LessonKnob,
  turned: KnobValue | undefined,
  known: Knob | undefined,
): Knob {
  const own = turned ?? (isKnobValue(value) ? value : (known?.value ?? null))
  const control = controlOf(domain, own)
  const unit = known?.control.kind === 'number' ? known.control.unit : ''
  return {
    id: path,
    label,
    path: [path],
    control: control.kind === 'number' ? { ...control, unit } : control,
    value: own,
    help: known?.help ?? '',
    rules: known?.rules ?? [],
  }
}

const isKnobValue = (value: unknown): value is KnobValue =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((one) => typeof one === 'string'))

/** How a domain of a lesson is turned. */
export function controlOf(domain: Domain, value: KnobValue): KnobKind {
  switch (domain.kind) {
    case 'number':
      return { kind: 'number', min: domain.from, max: domain.to, step: domain.step, unit: '', exactMax: domain.to }
    case 'duration':
      return { kind: 'duration', levels: levelsOf(domain, value) }
    case 'values': {
      const { values } = domain
      if (values.length === 2 && values.every((one) => typeof one === 'boolean')) return { kind: 'flag' }
      return { kind: 'options', options: values.map((one) => ({ value: one, text: optionText(one) })) }
    }
    default:
      return domain satisfies never
  }
}

const optionText = (value: unknown): string => {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(optionText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function levelsOf({ from, to, step }: Domain & { kind: 'duration' }, value: KnobValue): string[] {
  const levels: number[] = []
  const LEVELS_MAX = 400
  for (let ms = from; ms <= to && levels.length < LEVELS_MAX; ms += step) levels.push(ms)
  const texts = levels.map(formatDuration)
  return typeof value === 'string' && !texts.includes(value) ? [value, ...texts] : texts
}
