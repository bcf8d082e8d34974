import { scaleLinear } from 'd3-scale'
import { formatClock } from '../../model/duration.ts'
import { clockMinutes } from '../wording.ts'

/**
 * The time axis that all charts of a run share, so that a moment stands at the same place in each. Long stretches in which
 * nothing happens are folded to a narrow band that says how long they were.
 */
export interface TimeScale {
  /** Of the whole drawing, its left gutter for labels, and the end of the plot, in px. */
  readonly width: number
  readonly left: number
  readonly right: number
  readonly durationMs: number
  /** Corner points: time `ms[i]` stands at `x[i]`, linear between. */
  readonly stops: { readonly ms: readonly number[]; readonly x: readonly number[] }
  readonly folds: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly ticks: readonly TimeTick[]
  /** Place of a moment; those outside the run stand at its ends. */
  readonly x: (atMs: number) => number
  /** Moment of a place. */
  readonly msAt: (x: number) => number
}

export interface TimeTick {
  readonly atMs: number
  readonly label: string
  /** Where the label stands: at its line, beside a fold it gives way, at the end of the drawing it stays inside. */
  readonly labelX: number
  readonly anchor: 'start' | 'middle' | 'end'
}

export interface TimeScaleOptions {
  readonly durationMs: number
  /** Moments at which something happens, in any order. */
  readonly busyMs: readonly number[]
  readonly width?: number
  readonly left?: number
  /** False: no stretch is folded. */
  readonly folds?: boolean
}

const RIGHT_MARGIN = 14
/** With room for the word how long it was; narrower where there are many. */
const FOLD_PX = 64
const FOLD_PX_MIN = 40
const FOLDS_MAX = 12
/** So much of the width may be folds. */
const FOLDED_SHARE = 0.5
const TICK_PX_MIN = 68
const TICK_STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * 1000)

export function timeScale(options: TimeScaleOptions): TimeScale {
  const { durationMs, busyMs, width = 1000, left = 132 } = options
  const right = width - RIGHT_MARGIN
  const folds = options.folds === false ? [] : quietStretches(busyMs, durationMs)
  const foldedMs = folds.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const foldPx = Math.max(FOLD_PX_MIN, Math.min(FOLD_PX, Math.floor(((right - left) * FOLDED_SHARE) / folds.length)))
  const pxPerMs = (right - left - folds.length * foldPx) / Math.max(1, durationMs - foldedMs)
  const ms = [0]
  const x = [left]
  let place = left
  for (const { fromMs, toMs } of folds) {
    place += (fromMs - ms.at(-1)!) * pxPerMs
    if (fromMs > ms.at(-1)!) {
      ms.push(fromMs)
      x.push(place)
    }
    place += foldPx
    ms.push(toMs)
    x.push(place)
  }
  if (ms.at(-1)! < durationMs || ms.length === 1) {
    ms.push(Math.max(1, durationMs))
    x.push(right)
  }
  const scale = scaleLinear(ms, x).clamp(true)
  return {
    width,
    left,
    right,
    durationMs,
    stops: { ms, x },
    folds,
    ticks: ticksOf(ms, folds, pxPerMs, scale, width),
    x: (atMs) => scale(atMs),
    msAt: (at) => Math.round(scale.invert(at)),
  }
}

/** Stretches worth folding: much longer than what happens around them, the longest first where there are many. */
function quietStretches(busyMs: readonly number[], durationMs: number) {
  const margin = Math.max(60_000, Math.round(durationMs / 400))
  const times = [...new Set(busyMs)].filter((at) => at > 0 && at < durationMs).sort((a, b) => a - b)
  if (times.length === 0) return []
  const quiet: { fromMs: number; toMs: number }[] = []
  let fromMs = 0
  for (const at of [...times, durationMs + margin]) {
    const toMs = Math.min(durationMs, at - margin)
    if (toMs - fromMs > 8 * margin) quiet.push({ fromMs, toMs })
    fromMs = at + margin
  }
  const quietMs = quiet.reduce((sum, stretch) => sum + stretch.toMs - stretch.fromMs, 0)
  const activeMs = durationMs - quietMs
  // A short quiet spell tells something as well: how long one waited. It is shown as long as it was.
  const long = quiet.filter((stretch) => stretch.toMs - stretch.fromMs > activeMs * 0.25)
  return long
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs) || a.fromMs - b.fromMs)
    .slice(0, FOLDS_MAX)
    .sort((a, b) => a.fromMs - b.fromMs)
}

/** Width of a character of a label; half of a label must fit between its line and whatever is beside it. */
const DIGIT_PX = 5.6

function ticksOf(
  ms: readonly number[],
  folds: TimeScale['folds'],
  pxPerMs: number,
  x: (atMs: number) => number,
  width: number,
): TimeTick[] {
  const step = TICK_STEPS_MS.find((one) => one * pxPerMs >= TICK_PX_MIN) ?? TICK_STEPS_MS.at(-1)!
  const label = step < 60_000 ? formatClock : clockMinutes
  const ticks: TimeTick[] = []
  let freeFrom = Number.NEGATIVE_INFINITY
  for (let i = 0; i + 1 < ms.length; i++) {
    const [fromMs, toMs] = [ms[i]!, ms[i + 1]!]
    if (folds.some((fold) => fold.fromMs === fromMs)) continue
    for (const atMs of roundTimes(fromMs, toMs, step)) {
      const text = label(atMs)
      const half = (text.length * DIGIT_PX) / 2
      const isAfterFold = i > 0 && x(atMs) - x(fromMs) < half
      const isBeforeFold = i + 2 < ms.length && x(toMs) - x(atMs) < half
      const isAtTheEnd = x(atMs) + half > width
      const anchor = isAfterFold ? 'start' : isBeforeFold || isAtTheEnd ? 'end' : 'middle'
      const labelX = isAtTheEnd ? width : x(atMs)
      const from = labelX - { start: 0, middle: half, end: 2 * half }[anchor]
      if (from < freeFrom) continue
      ticks.push({ atMs, label: text, labelX, anchor })
      freeFrom = from + 2 * half + DIGIT_PX
    }
  }
  return ticks
}

/** Multiples of the step; in a stretch too short for one the roundest moment there is. */
function roundTimes(fromMs: number, toMs: number, step: number): number[] {
  const multiples = (by: number): number[] => {
    const times: number[] = []
    for (let at = Math.ceil(fromMs / by) * by; at <= toMs; at += by) times.push(at)
    return times
  }
  const times = multiples(step)
  if (times.length > 0) return times
  for (const finer of TICK_STEPS_MS.toReversed())
    if (finer < step && finer >= 60_000 && multiples(finer).length > 0) return multiples(finer).slice(0, 1)
  return []
}
