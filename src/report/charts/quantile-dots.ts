import { scaleLinear } from 'd3-scale'
import { element, fragment, type Markup } from '../markup.ts'
import { plainChart, px } from './frame.ts'
import { roundValues } from './ticks.ts'

/** A measure over many runs as so many equally likely outcomes. */
export interface QuantileDotsData {
  /** Rising; one for each dot. */
  readonly dots: readonly number[]
  readonly text: (value: number) => string
  /** Durations in ms have round values of their own. */
  readonly isDuration: boolean
  /** A bound that an expectation sets: `p99 <= 20 %`. */
  readonly limit?: { readonly value: number; readonly text: string }
}

export interface QuantileDotsOptions {
  readonly width?: number
}

/** Dots of a plot: few enough to be counted, so that 1 in 20 is seen to be one. */
export const DOTS = 20
const LEFT = 30
const RADIUS = 8
const AXIS = 24

/** The outcomes stacked where they are about the same: each dot is one in twenty runs. */
export function quantileDots(data: QuantileDotsData, options: QuantileDotsOptions = {}): string {
  const { width = 420 } = options
  const { dots, limit, text } = data
  const low = Math.min(dots[0] ?? 0, limit?.value ?? Number.POSITIVE_INFINITY)
  const high = Math.max(dots.at(-1) ?? 0, limit?.value ?? Number.NEGATIVE_INFINITY)
  const pad = high === low ? Math.max(1, Math.abs(high)) * 0.5 : 0
  const x = scaleLinear([low - pad, high + pad], [LEFT + RADIUS, width - LEFT - RADIUS])
  const pitch = 2 * RADIUS + 1
  const stacks = new Map<number, number>()
  const places = dots.map((value) => {
    const column = Math.round(x(value) / pitch)
    const level = stacks.get(column) ?? 0
    stacks.set(column, level + 1)
    return { cx: column * pitch, level }
  })
  const levels = Math.max(1, ...stacks.values())
  const base = levels * pitch + 14
  const isRight = limit !== undefined && x(limit.value) > width / 2
  return plainChart({
    kind: 'dots',
    label: `${dots.length} dots, each one in ${dots.length} runs, from ${text(dots[0] ?? 0)} to ${text(dots.at(-1) ?? 0)}.${limit === undefined ? '' : ` Limit: ${limit.text}.`}`,
    width,
    height: base + AXIS,
    content: [
      element('path', { class: 'tick', d: `M${LEFT} ${base}H${width - LEFT}` }),
      places.map(({ cx, level }) =>
        element('circle', { class: 'dot', cx, cy: base - RADIUS - 1 - level * pitch, r: RADIUS }),
      ),
      ticks(roundValues(low - pad, high + pad, 4, data.isDuration), x, base, text),
      limit === undefined
        ? null
        : fragment(
            element('path', { class: 'limit', d: `M${px(x(limit.value))} 2V${base}` }),
            element(
              'text',
              { class: isRight ? 'limit-label end' : 'limit-label', x: x(limit.value) + (isRight ? -4 : 4), y: 10 },
              limit.text,
            ),
          ),
    ],
  })
}

/** Texts below an axis, as many as have room. */
function ticks(
  values: readonly number[],
  x: (value: number) => number,
  base: number,
  text: (value: number) => string,
): Markup {
  let freeFrom = 0
  return fragment(
    values.map((value) => {
      const words = text(value)
      const half = words.length * 3.2
      if (x(value) - half < freeFrom) return null
      freeFrom = x(value) + half + 8
      return element('text', { class: 'middle', x: x(value), y: base + 15 }, words)
    }),
  )
}
