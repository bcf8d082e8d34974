import { useEffect, useRef, useState } from 'preact/hooks'
import type { Engine } from '../engine/client.ts'
import type { ChartsView, RunView, Slot } from '../engine/protocol.ts'
import { Rule } from '../ui/rule.tsx'

const WIDTH_MIN = 560

export interface ChartsProps {
  readonly engine: Engine
  readonly slot: Slot
  readonly view: RunView
  readonly atMs: number
  readonly onMove: (atMs: number) => void
  readonly name?: string
  /** Only these, by the beginning of their id. */
  readonly only?: readonly string[]
}

/** The charts of a run over one time axis, with a line at the moment that is shown. A press moves there. */
export function Charts({ engine, slot, view, atMs, onMove, name, only }: ChartsProps) {
  const host = useRef<HTMLElement>(null)
  const width = useWidth(host)
  const [drawn, setDrawn] = useState<ChartsView | null>(null)
  useEffect(() => {
    if (width === 0) return
    let isWanted = true
    void engine.call('charts', { slot, width: Math.max(WIDTH_MIN, width) }).then((answer) => {
      if (isWanted && answer !== null) setDrawn(answer)
    })
    return () => {
      isWanted = false
    }
  }, [engine, slot, view, width])
  const shown = drawn?.charts.filter(({ id }) => only === undefined || only.some((start) => id.startsWith(start))) ?? []
  return (
    <section class="charts" ref={host} aria-label={name === undefined ? 'Charts' : `Charts of ${name}`}>
      {drawn !== null &&
        shown.map(({ id, title, rules, svg }) => (
          <figure key={id} class={`card chart-card c-${id}`}>
            <figcaption>
              {name !== undefined && <span class="side-name">{name}</span>} {title}{' '}
              {rules.map((rule) => (
                <Rule key={rule} id={rule} />
              ))}
            </figcaption>
            <div class="chart-scroll" tabIndex={0} role="group" aria-label={title}>
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the time slider does the same by keyboard */}
              {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer */}
              <div
                class="chart-inner"
                onClick={(event) =>
                  onMove(msAt(drawn.stops, event.clientX - event.currentTarget.getBoundingClientRect().left))
                }
              >
                <Svg text={svg} />
                <span class="playhead" style={{ left: `${placeAt(drawn.stops, atMs)}px` }} />
              </div>
            </div>
          </figure>
        ))}
    </section>
  )
}

/** A drawing as text. The charts escape every text of a scenario themselves (`markup.ts`). */
export function Svg({ text }: { readonly text: string }) {
  return <div class="svg" dangerouslySetInnerHTML={{ __html: text }} />
}

function useWidth(host: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const PADDING = 34
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width) - PADDING))
    observer.observe(element)
    return () => observer.disconnect()
  }, [host])
  return width
}

type Stops = ChartsView['stops']

/** Where a moment stands, px. */
export function placeAt({ ms, x }: Stops, atMs: number): number {
  return between(ms, x, atMs)
}

/** The moment at a place. */
export function msAt({ ms, x }: Stops, place: number): number {
  return Math.round(between(x, ms, place))
}

/** Linear between corner points, and no further than the first and the last of them. */
function between(from: readonly number[], to: readonly number[], value: number): number {
  const last = from.length - 1
  if (value <= from[0]!) return to[0]!
  for (let i = 0; i < last; i++) {
    const [low, high] = [from[i]!, from[i + 1]!]
    if (value <= high) return to[i]! + ((value - low) / Math.max(1e-9, high - low)) * (to[i + 1]! - to[i]!)
  }
  return to[last]!
}
