import { useEffect, useState } from 'preact/hooks'
import type { ViewName } from '../../report/show/show.ts'
import type { Engine } from '../engine/client.ts'
import type { RunView, ShownView, Slot } from '../engine/protocol.ts'
import { clockText } from './story.ts'

/** By what one would ask for first. The names are those of `vmss-twin show`. */
const VIEWS: readonly ViewName[] = [
  'rolling-upgrade',
  'instances',
  'instance-view',
  'os-upgrade-history',
  'image-version',
  'scale-set',
  'operation',
  'autoscale-history',
  'autoscale-setting',
  'scheduled-events',
]

/** While time moves it is asked again no more often than this. */
const WAIT_MS = 120

/** What Azure would answer at the moment that is shown, by the command one would type. */
export function Show({
  engine,
  slot,
  view: run,
  atMs,
}: {
  readonly engine: Engine
  readonly slot: Slot
  readonly view: RunView
  readonly atMs: number
}) {
  const [view, setView] = useState<ViewName>('rolling-upgrade')
  const [form, setForm] = useState<'table' | 'json'>('table')
  const names = run.scaleSets.map(({ name }) => name)
  const [chosen, setChosen] = useState<string | null>(null)
  const scaleSet = chosen !== null && names.includes(chosen) ? chosen : names[0]
  const [shown, setShown] = useState<ShownView | null>(null)
  useEffect(() => {
    let isWanted = true
    const timer = setTimeout(async () => {
      const isOfSet = view !== 'image-version' && scaleSet !== undefined
      const answer = await engine.call('show', { slot, atMs, view, ...(isOfSet ? { scaleSet } : {}) })
      if (isWanted) setShown(answer)
    }, WAIT_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [engine, slot, run, atMs, view, scaleSet])
  return (
    <>
      <div class="show-choice">
        <label>
          View
          <select value={view} onChange={(event) => setView(event.currentTarget.value as ViewName)}>
            {VIEWS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {names.length > 1 && (
          <label>
            Scale set
            <select value={scaleSet ?? ''} onChange={(event) => setChosen(event.currentTarget.value)}>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          As
          <select value={form} onChange={(event) => setForm(event.currentTarget.value as 'table' | 'json')}>
            <option value="table">table</option>
            <option value="json">JSON</option>
          </select>
        </label>
      </div>
      {shown !== null && (
        <>
          <p class="quiet">
            <code>{shown.command}</code> at {clockText(atMs)}
          </p>
          <pre class="shown" tabIndex={0}>
            {form === 'json' ? shown.json : shown.table === '' ? '(an empty list)' : shown.table}
          </pre>
        </>
      )}
    </>
  )
}
