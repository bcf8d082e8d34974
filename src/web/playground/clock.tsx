import { useEffect, useRef, useState } from 'preact/hooks'
import { formatDuration } from '../../model/duration.ts'
import { clockText, type Moment } from './story.ts'

/** Played time per second of the viewer's. */
const SPEEDS = [
  { factor: 20, text: '20 s' },
  { factor: 60, text: '1 min' },
  { factor: 300, text: '5 min' },
  { factor: 1200, text: '20 min' },
  { factor: 3600, text: '1 h' },
  { factor: 21_600, text: '6 h' },
] as const

/** About so many seconds for the whole story, unless another speed is chosen. */
const STORY_SECONDS = 30

export function speedFor(storyMs: number): number {
  return (SPEEDS.find(({ factor }) => storyMs / 1000 / factor <= STORY_SECONDS) ?? SPEEDS.at(-1)!).factor
}

export interface ClockProps {
  readonly atMs: number
  readonly onMove: (atMs: number) => void
  readonly fromMs: number
  readonly toMs: number
  readonly moments: readonly Moment[]
  /** Begins to play by itself, unless the viewer wants little motion. */
  readonly autoplay?: boolean
}

/** Play, pause, speed, scrub, and the moments at which something was decided. */
export function Clock({ atMs, onMove, fromMs, toMs, moments, autoplay = false }: ClockProps) {
  const [isPlaying, setPlaying] = useState(() => autoplay && !matchMedia('(prefers-reduced-motion: reduce)').matches)
  const [chosen, setChosen] = useState<number | null>(null)
  const factor = chosen ?? speedFor(toMs - fromMs)
  // The frame loop reads the newest values without being started anew for each of them.
  const now = useRef({ atMs, toMs, factor, onMove })
  now.current = { atMs, toMs, factor, onMove }
  useEffect(() => {
    if (!isPlaying) return
    let before: number | undefined
    let frame = requestAnimationFrame(function step(time) {
      const { atMs: at, toMs: end, factor: speed, onMove: move } = now.current
      const next = Math.min(end, at + Math.round((time - (before ?? time)) * speed))
      before = time
      move(next)
      if (next >= end) setPlaying(false)
      else frame = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(frame)
  }, [isPlaying])

  const previous = moments.findLast((moment) => moment.atMs < atMs)
  const next = moments.find((moment) => moment.atMs > atMs)
  const current = moments.findLast((moment) => moment.atMs <= atMs)
  const jump = (moment: Moment | undefined) => {
    if (moment === undefined) return
    setPlaying(false)
    onMove(moment.atMs)
  }
  const toggle = () => {
    if (!isPlaying && atMs >= toMs) onMove(fromMs)
    setPlaying(!isPlaying)
  }
  const STEPS = 500
  return (
    <div class="clock" role="group" aria-label="Time">
      <div class="clock-row">
        <button type="button" class="play" onClick={toggle} aria-label={isPlaying ? 'Pause' : 'Play'}>
          {isPlaying ? '❙❙' : '▶'}
        </button>
        <button
          type="button"
          onClick={() => jump(previous)}
          disabled={previous === undefined}
          aria-label="To the moment before"
        >
          |◀
        </button>
        <button type="button" onClick={() => jump(next)} disabled={next === undefined} aria-label="To the next moment">
          ▶|
        </button>
        <output class="time">{clockText(atMs)}</output>
        <label class="speed">
          <span>a second is</span>
          <select value={String(factor)} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {SPEEDS.map((speed) => (
              <option key={speed.factor} value={String(speed.factor)}>
                {speed.text}
              </option>
            ))}
          </select>
        </label>
        <span class="moment">{current === undefined ? '' : `${clockText(current.atMs)} ${current.text}`}</span>
      </div>
      <input
        class="scrub"
        type="range"
        aria-label="Moment of the run"
        aria-valuetext={clockText(atMs)}
        min={fromMs}
        max={toMs}
        step={Math.max(1000, Math.round((toMs - fromMs) / STEPS / 1000) * 1000)}
        value={atMs}
        onInput={(event) => {
          setPlaying(false)
          onMove(Number(event.currentTarget.value))
        }}
      />
      <p class="visually-hidden">
        The slider goes from {formatDuration(fromMs)} to {formatDuration(toMs)} after the start.
      </p>
    </div>
  )
}
