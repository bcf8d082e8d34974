import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { CatalogueGroup } from '../catalogue.ts'
import type { Knob, KnobGroup, KnobValue } from '../edit/knob.ts'
import { editPath } from '../edit/knob.ts'
import { encodeShared } from '../edit/share.ts'
import { mergeInYaml, removeFromYaml, setInYaml } from '../edit/yaml-edit.ts'
import type { Engine } from '../engine/client.ts'
import type { RunView } from '../engine/protocol.ts'
import { writeRoute } from '../routes.ts'
import { downloadText } from '../ui/download.ts'
import { Editor } from '../ui/editor.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Below } from './below.tsx'
import { Charts } from './charts.tsx'
import { Clock } from './clock.tsx'
import { CompareTable, valuesById } from './compare.tsx'
import { Fleet } from './fleet.tsx'
import { KnobPanel } from './knob-panel.tsx'
import { Mistakes } from './mistakes.tsx'
import { ScenarioPicker } from './picker.tsx'
import { firstLook, momentsOf, storyOf } from './story.ts'
import { TimelinePanel } from './timeline-panel.tsx'
import { VerdictBand } from './verdict.tsx'
import { usePlay, type Work } from './work.ts'

export interface PlaygroundProps {
  readonly engine: Engine
  readonly catalogue: readonly CatalogueGroup[]
  readonly files: Readonly<Record<string, string>>
  readonly start: Work
  readonly startPinned?: string
  readonly startAtMs?: number
}

const UNDO_MAX = 200
const NOTHING_TURNED: ReadonlyMap<string, KnobValue> = new Map()

/** The knobs with what was turned since they were read. */
function withTurned(groups: readonly KnobGroup[], turned: ReadonlyMap<string, KnobValue>): readonly KnobGroup[] {
  if (turned.size === 0) return groups
  return groups.map((group) => ({
    ...group,
    knobs: group.knobs.map((knob) => (turned.has(knob.id) ? { ...knob, value: turned.get(knob.id)! } : knob)),
  }))
}

/** The policy on the left, the fleet on the right, what Azure would show and why below. */
export function Playground({ engine, catalogue, files, start, startPinned, startAtMs }: PlaygroundProps) {
  const [work, setWork] = useState<Work>(start)
  const [pinned, setPinned] = useState<Work | null>(startPinned === undefined ? null : { ...start, text: startPinned })
  const [undo, setUndo] = useState<readonly Work[]>([])
  const [atMs, setAtMs] = useState<number | null>(startAtMs ?? null)
  const [goTo, setGoTo] = useState<{ line: number; column: number } | null>(null)
  const [tab, setTab] = useState('controls')
  const [note, setNote] = useState('')
  const own = usePlay(engine, 'b', work)
  const other = usePlay(engine, 'a', pinned, own.view?.seed)
  const { view, diagnostics } = own

  // Events come faster than screens are drawn: each edit stands on the newest text, whatever has been drawn of it.
  const newest = useRef(work)
  const put = (next: Work) => {
    newest.current = next
    setWork(next)
  }
  const change = (next: Work) => {
    const before = newest.current
    setUndo((all) => [...all.slice(1 - UNDO_MAX), before])
    put(next)
  }
  // What was turned and has not been played yet is shown as it was turned, lest a slider springs back under the finger.
  const [turned, setTurned] = useState<ReadonlyMap<string, KnobValue>>(NOTHING_TURNED)
  useEffect(() => {
    if (own.of === work) setTurned(NOTHING_TURNED)
  }, [own.of, work])
  const open = (next: Work) => {
    setUndo([])
    setPinned(null)
    setAtMs(null)
    setNote('')
    setTurned(NOTHING_TURNED)
    put(next)
    history.replaceState(
      null,
      '',
      writeRoute({ kind: 'playground', file: next.file, ...(next.case === undefined ? {} : { case: next.case }) }),
    )
  }
  const edit = (make: (text: string, caseIndex: number | undefined) => string) => {
    const index = work.case === undefined ? undefined : (view?.cases.indexOf(work.case) ?? -1)
    try {
      change({
        ...newest.current,
        text: make(newest.current.text, index !== undefined && index >= 0 ? index : undefined),
      })
      setNote('')
    } catch (error) {
      setNote(error instanceof RangeError ? error.message : String(error))
    }
  }
  const turn = (knob: Knob, value: KnobValue) => {
    setTurned((before) => new Map(before).set(knob.id, value))
    edit((text, index) => {
      const path = editPath(knob.path, index)
      if (value !== null || knob.isOptional !== true) return mergeInYaml(text, path, value)
      // Of a case what the base has can only be taken back by null.
      return index === undefined ? removeFromYaml(text, path) : setInYaml(text, path, null)
    })
  }
  const takeBack = () => {
    const last = undo.at(-1)
    if (last === undefined) return
    setUndo(undo.slice(0, -1))
    put(last)
  }

  /** As it was opened. */
  const reset = () => {
    const first = undo[0]
    setUndo([])
    if (first !== undefined) put(first)
  }

  // The first sight of a scenario is the moment at which it was decided.
  useEffect(() => {
    if (view !== null && atMs === null) setAtMs(firstLook(view.result))
  }, [view, atMs])

  const share = async () => {
    const { file, text } = work
    const data = encodeShared({
      yaml: text,
      file,
      ...(work.files === undefined ? {} : { files: work.files }),
      ...(work.case === undefined ? {} : { case: work.case }),
      ...(pinned === null ? {} : { pinned: pinned.text }),
      ...(atMs === null ? {} : { atMs }),
    })
    history.replaceState(null, '', writeRoute({ kind: 'shared', data }))
    try {
      await navigator.clipboard.writeText(location.href)
      setNote('The link is copied; the scenario is in the link itself.')
    } catch {
      setNote('The link stands in the address bar; the scenario is in the link itself.')
    }
  }

  const showInText = (place: { line: number; column: number }) => {
    setGoTo({ ...place })
    setTab('yaml')
    document.querySelector<HTMLElement>('.controls [role=tab]:nth-child(2)')?.click()
  }

  const isStale = diagnostics.length > 0
  const compared = pinned === null || other.view === null ? {} : { others: valuesById(other.view.knobs) }
  return (
    <main class="playground">
      <h1 class="visually-hidden">Playground</h1>
      <ScenarioPicker
        catalogue={catalogue}
        files={files}
        work={work}
        cases={view?.cases ?? []}
        onOpen={open}
        onImport={(file, given) => engine.call('import', { file, files: given })}
      >
        <button type="button" onClick={takeBack} disabled={undo.length === 0}>
          Undo
        </button>
        <button type="button" onClick={reset} disabled={undo.length === 0}>
          Reset
        </button>
        <button type="button" aria-pressed={pinned !== null} onClick={() => setPinned(pinned === null ? work : null)}>
          {pinned === null ? 'Compare' : 'Stop comparing'}
        </button>
        <button type="button" onClick={share}>
          Share
        </button>
        <button type="button" onClick={() => downloadText(`${fileName(work.file)}.yaml`, work.text)}>
          Download
        </button>
      </ScenarioPicker>
      <p class="note" role="status">
        {note}
      </p>
      <div class="columns">
        <section class="controls" aria-label="Controls">
          <Tabs
            label="How to change the scenario"
            onChange={setTab}
            tabs={[
              {
                id: 'controls',
                title: 'Controls',
                content: () =>
                  view === null ? null : (
                    <>
                      <KnobPanel groups={withTurned(view.knobs, turned)} turn={turn} {...compared} />
                      <TimelinePanel
                        text={work.text}
                        file={work.file}
                        {...(work.case === undefined ? {} : { case: work.case })}
                        timeline={view.timeline}
                        diagnostics={diagnostics}
                        atMs={atMs ?? 0}
                        turned={turned}
                        turn={turn}
                        edit={(make) => edit((text) => make(text))}
                        onShow={showInText}
                        {...compared}
                      />
                    </>
                  ),
              },
              {
                id: 'yaml',
                title: isStale ? `YAML (${diagnostics.length})` : 'YAML',
                content: () => (
                  <Editor
                    text={work.text}
                    file={work.file}
                    diagnostics={diagnostics}
                    goTo={tab === 'yaml' ? goTo : null}
                    onChange={(text) => change({ ...newest.current, text })}
                  />
                ),
              },
            ]}
          />
        </section>
        <section class="stage" aria-label="The run">
          {own.failure !== null && (
            <p class="failure" role="alert">
              This is a bug of vmss-twin: {own.failure}
            </p>
          )}
          <Mistakes diagnostics={diagnostics} onShow={showInText} />
          {view !== null && atMs !== null && (
            <Stage
              view={view}
              other={pinned === null ? null : other.view}
              isStale={isStale}
              atMs={atMs}
              onMove={setAtMs}
            />
          )}
          {view === null && diagnostics.length === 0 && own.failure === null && <p class="quiet">Playing…</p>}
        </section>
        {view !== null && atMs !== null && (
          <section class="rest" aria-label="Charts and details">
            {pinned !== null && other.view !== null && (
              <Charts engine={engine} slot="a" view={other.view} atMs={atMs} onMove={setAtMs} name="A" />
            )}
            <Charts
              engine={engine}
              slot="b"
              view={view}
              atMs={atMs}
              onMove={setAtMs}
              {...(pinned === null ? {} : { name: 'B' })}
            />
            <Below engine={engine} view={view} atMs={atMs} onMove={setAtMs} />
          </section>
        )}
      </div>
    </main>
  )
}

const fileName = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')

interface StageProps {
  readonly view: RunView
  /** The other side of a comparison, A; the own side is B then. */
  readonly other: RunView | null
  readonly isStale: boolean
  readonly atMs: number
  readonly onMove: (atMs: number) => void
  /** A moment that is to be in reach, whatever the rollouts do. */
  readonly decidedAtMs?: number | undefined
}

/** One run, or two side by side, at one moment. */
export function Stage({ view, other, isStale, atMs, onMove, decidedAtMs }: StageProps) {
  const moments = useMemo(() => momentsOf(view.result), [view])
  const story = useMemo(() => {
    const stories = [view, ...(other === null ? [] : [other])].map(({ result }) => storyOf(result, decidedAtMs))
    return {
      fromMs: Math.min(...stories.map(({ fromMs }) => fromMs)),
      toMs: Math.max(...stories.map(({ toMs }) => toMs)),
    }
  }, [view, other, decidedAtMs])
  const [isWhole, setWhole] = useState(false)
  const range = isWhole ? { fromMs: 0, toMs: view.result.durationMs } : story
  const shownMs = Math.min(Math.max(atMs, range.fromMs), range.toMs)
  return (
    <>
      <div class={other === null ? 'one' : 'two'}>
        {other !== null && (
          <div class="side side-a">
            <p class="side-name">A</p>
            <VerdictBand view={other} isStale={false} name="A" />
          </div>
        )}
        <div class="side">
          {other !== null && <p class="side-name">B</p>}
          <VerdictBand view={view} isStale={isStale} {...(other === null ? {} : { name: 'B' })} />
        </div>
      </div>
      <section class="card live" aria-label="The fleet at one moment">
        <Clock atMs={shownMs} onMove={onMove} fromMs={range.fromMs} toMs={range.toMs} moments={moments} />
        <label class="whole">
          <input type="checkbox" checked={isWhole} onChange={(event) => setWhole(event.currentTarget.checked)} />
          the whole run, not only the part in which something happens
        </label>
        <div class={other === null ? 'one' : 'two'}>
          {other !== null && (
            <div class="side side-a">
              <p class="side-name">A</p>
              <Fleet view={other} atMs={shownMs} />
            </div>
          )}
          <div class="side">
            {other !== null && <p class="side-name">B</p>}
            <Fleet view={view} atMs={shownMs} />
          </div>
        </div>
      </section>
      {other !== null && <CompareTable a={other} b={view} />}
    </>
  )
}
