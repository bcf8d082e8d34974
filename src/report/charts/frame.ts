import { area, curveStepAfter, line } from 'd3-shape'
import type { Steps } from '../../sim/result.ts'
import { type Child, element, fragment, type Markup } from '../markup.ts'
import { span } from '../wording.ts'
import type { TimeScale } from './time-scale.ts'

/** What the charts over time have in common: the frame with its axis, and quantities as lines and areas. */

export interface TimeChartOptions {
  readonly time: TimeScale
}

export const AXIS_HEIGHT = 22
const FOLD_LABEL_PX_MIN = 30

/**
 * A drawing over time: axis at the top, plot below it, labels in the gutter at the left. Gutter and axis are groups of
 * their own (`.gutter`, `.axis`), so that a page can keep them in sight while the plot scrolls.
 */
export function timeChart(
  options: TimeChartOptions,
  parts: {
    readonly kind: string
    /** What one sees, in a sentence, for those who do not. */
    readonly label: string
    /** Below the axis, px. */
    readonly height: number
    readonly plot: Child
    readonly gutter: Child
  },
): string {
  const { time } = options
  const height = AXIS_HEIGHT + parts.height
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: `chart ${parts.kind}`,
      viewBox: `0 0 ${time.width} ${height}`,
      width: time.width,
      height,
      role: 'img',
      'aria-label': parts.label,
    },
    element('g', { class: 'grid' }, gridOf(time, height)),
    element('g', { transform: `translate(0 ${AXIS_HEIGHT})` }, parts.plot),
    element(
      'g',
      { class: 'gutter' },
      element('rect', { class: 'paper', width: time.left - 4, height }),
      element('g', { transform: `translate(0 ${AXIS_HEIGHT})` }, parts.gutter),
    ),
    element('g', { class: 'axis' }, axisOf(time)),
  ).text
}

function gridOf(time: TimeScale, height: number): Markup {
  const lines = time.ticks.map(({ atMs }) => `M${px(time.x(atMs))} ${AXIS_HEIGHT - 4}V${height}`).join('')
  return fragment(
    time.folds.map(({ fromMs, toMs }) =>
      element('rect', {
        class: 'fold',
        x: time.x(fromMs),
        y: AXIS_HEIGHT,
        width: time.x(toMs) - time.x(fromMs),
        height: height - AXIS_HEIGHT,
      }),
    ),
    lines === '' ? null : element('path', { class: 'tick', d: lines }),
  )
}

function axisOf(time: TimeScale): Markup {
  return fragment(
    element('rect', { class: 'paper', width: time.width, height: AXIS_HEIGHT - 4 }),
    time.ticks.map(({ label, labelX, anchor }) =>
      element('text', { x: labelX, y: 13, class: anchor === 'middle' ? null : anchor }, label),
    ),
    time.folds.map(({ fromMs, toMs }) => {
      const from = time.x(fromMs)
      const width = time.x(toMs) - from
      if (width < FOLD_LABEL_PX_MIN) return null
      return element(
        'g',
        {},
        element('title', {}, `Nothing happens for ${span(toMs - fromMs)}: folded`),
        element('text', { class: 'fold-label', x: from + width / 2, y: 13 }, roughly(toMs - fromMs)),
      )
    }),
  )
}

/** `⋯7h`, `⋯48m`: for a narrow place. */
const roughly = (ms: number): string =>
  `⋯${span(ms).replace(/^(\d+)\S* (d|h|m|s).*$/, (_, amount: string, unit: string) => amount + unit)}`

export const px = (value: number): string => String(Math.round(value * 10) / 10)

/** Corner points of a quantity over time, as many as can be told apart: of what falls on one px the extremes. */
export function pointsOf(steps: Steps, time: TimeScale, endMs = time.durationMs): [x: number, value: number][] {
  const points: [number, number][] = []
  let column = Number.NaN
  let pending: [number, number][] = []
  const flush = () => {
    if (pending.length <= 4) points.push(...pending)
    else {
      const values = pending.map(([, value]) => value)
      const low = values.indexOf(Math.min(...values))
      const high = values.indexOf(Math.max(...values))
      const kept = [...new Set([0, Math.min(low, high), Math.max(low, high), pending.length - 1])]
      points.push(...kept.map((index) => pending[index]!))
    }
    pending = []
  }
  steps.atMs.forEach((atMs, i) => {
    if (atMs > endMs) return
    const x = time.x(atMs)
    if (Math.floor(x) !== column) flush()
    column = Math.floor(x)
    pending.push([x, steps.values[i]!])
  })
  flush()
  const last = points.at(-1)
  if (last !== undefined) points.push([time.x(endMs), last[1]])
  return points
}

/** The path of a quantity as a line. */
export function stepLine(points: readonly (readonly [number, number])[], y: (value: number) => number): string {
  const path = line<readonly [number, number]>()
    .x(([x]) => x)
    .y(([, value]) => y(value))
    .curve(curveStepAfter)
    .digits(1)
  return path(points) ?? ''
}

/** The path of the area between a quantity and its base line. */
export function stepArea(
  points: readonly (readonly [x: number, value: number, base?: number])[],
  y: (value: number) => number,
): string {
  const path = area<readonly [number, number, number?]>()
    .x(([x]) => x)
    .y0(([, , base = 0]) => y(base))
    .y1(([, value]) => y(value))
    .curve(curveStepAfter)
    .digits(1)
  return path(points) ?? ''
}

export const gutterText = (text: Child, y: number, x: number, className?: string): Markup =>
  element('text', { x, y, class: className }, text)

/** A drawing that is not over time. */
export function plainChart(parts: {
  readonly kind: string
  readonly label: string
  readonly width: number
  readonly height: number
  readonly content: Child
}): string {
  const { width, height } = parts
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: `chart ${parts.kind}`,
      viewBox: `0 0 ${px(width)} ${px(height)}`,
      width: px(width),
      height: px(height),
      role: 'img',
      'aria-label': parts.label,
    },
    parts.content,
  ).text
}
