import { useMemo, useState } from 'preact/hooks'
import type { KnobValue } from '../edit/knob.ts'
import type { Engine } from '../engine/client.ts'
import type { LessonView } from '../engine/protocol.ts'
import { KnobRow } from '../playground/knob-panel.tsx'
import { Mistakes } from '../playground/mistakes.tsx'
import { Stage } from '../playground/playground.tsx'
import { firstLook } from '../playground/story.ts'
import { usePlay, type Work } from '../playground/work.ts'
import { writeRoute } from '../routes.ts'
import { sandboxKnob } from './sandbox-knob.ts'
import { type LessonSource, playgroundRoute } from './source.ts'

/** The world of the lesson with its knobs, free to be turned. */
export function Sandbox({
  engine,
  view,
  source,
}: {
  readonly engine: Engine
  readonly view: LessonView
  readonly source: LessonSource
}) {
  const { lesson } = view
  const { file, text, files } = source
  const known = useMemo(
    () => new Map(view.base.view.knobs.flatMap(({ knobs }) => knobs.map((knob) => [knob.id, knob] as const))),
    [view],
  )
  const [turned, setTurned] = useState<ReadonlyMap<string, KnobValue>>(new Map())
  const work = useMemo<Work>(
    () => ({
      file,
      text,
      ...(files === undefined ? {} : { files }),
      set: [...turned].map(([path, value]) => `${path}=${JSON.stringify(value)}`),
    }),
    [file, text, files, turned],
  )
  const played = usePlay(engine, 'b', work)
  const [atMs, setAtMs] = useState<number | null>(null)
  const run = played.view
  // Where the lesson was decided is where turning a knob shows most, even when that is long after a rollout.
  const decidedAtMs = view.base.decision?.atMs
  return (
    <div class="sandbox">
      <div class="knobs sandbox-knobs">
        {lesson.sandbox.map((knob) => {
          const shown = sandboxKnob(knob, turned.get(knob.path), known.get(knob.path))
          return (
            <KnobRow
              key={knob.path}
              knob={shown}
              turn={(_, value) => setTurned(new Map(turned).set(knob.path, value))}
            />
          )
        })}
        <p>
          <a href={writeRoute(playgroundRoute(source))}>Open it in the playground</a>{' '}
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
            atMs={atMs ?? Math.max(firstLook(run.result), decidedAtMs ?? 0)}
            decidedAtMs={decidedAtMs}
            onMove={setAtMs}
          />
        )}
      </div>
    </div>
  )
}
