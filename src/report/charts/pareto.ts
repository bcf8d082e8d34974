import { scaleLinear } from 'd3-scale'
import { element, fragment, type Markup } from '../markup.ts'
import { plainChart, px } from './frame.ts'
import { roundValues } from './ticks.ts'

/** Policies by two of the things they are judged by; of both less is better. */
export interface ParetoData {
  readonly x: ParetoAxis
  readonly y: ParetoAxis
  readonly points: readonly ParetoPoint[]
}

export interface ParetoAxis {
  readonly title: string
  readonly text: (value: number) => string
  /** In ms. */
  readonly isDuration: boolean
}

export interface ParetoPoint {
  /** `1`, or what it is called in the table. */
  readonly name: string
  readonly x: number
  readonly y: number
  /** Intervals; null: open. */
  readonly xRange: readonly [number | null, number | null]
  readonly yRange: readonly [number | null, number | null]
  readonly kind: 'front' | 'recommended' | 'declared'
}

const LEFT = 92
const RIGHT = 34
const TOP = 26
const HEIGHT = 270
const BASE = HEIGHT - 42

/** Each policy with its intervals; the recommended one is a diamond, the declared one a square. */
export function paretoChart(data: ParetoData, options: { readonly width?: number } = {}): string {
  const { width = 460 } = options
  const { points } = data
  const x = axis(
    points.flatMap((point) => [point.x, ...ends(point.xRange)]),
    LEFT,
    width - RIGHT,
  )
  const y = axis(
    points.flatMap((point) => [point.y, ...ends(point.yRange)]),
    BASE,
    TOP,
  )
  let freeFrom = Number.NEGATIVE_INFINITY
  return plainChart({
    kind: 'pareto',
    label: `${points.length} policies by ${data.x.title} and ${data.y.title}; of both less is better. The table below has every policy.`,
    width,
    height: HEIGHT,
    content: [
      y
        .ticks(4)
        .map((value) =>
          fragment(
            element('path', { class: 'tick', d: `M${LEFT} ${px(y(value))}H${width - RIGHT}` }),
            element('text', { class: 'scale', x: LEFT - 8, y: y(value) + 4 }, data.y.text(value)),
          ),
        ),
      valuesOf(x, data.x).map((value) => {
        const words = data.x.text(value)
        if (x(value) - words.length * 3.2 < freeFrom) return null
        freeFrom = x(value) + words.length * 3.2 + 8
        return element('text', { class: 'middle', x: x(value), y: BASE + 16 }, words)
      }),
      element('text', { class: 'axis-title', x: LEFT, y: 14 }, `↑ ${data.y.title}`),
      element('text', { class: 'axis-title end', x: width - RIGHT, y: BASE + 34 }, `${data.x.title} →`),
      // What matters most is drawn last, on top of the others.
      [...points].sort((a, b) => RANK[a.kind] - RANK[b.kind]).map((point) => mark(point, x, y)),
    ],
  })
}

const RANK = { front: 0, declared: 1, recommended: 2 } as const

const ends = ([low, high]: readonly [number | null, number | null]): number[] =>
  [low, high].filter((end) => end !== null)

function axis(values: readonly number[], from: number, to: number) {
  const [low, high] = [Math.min(0, ...values), Math.max(...values)]
  return scaleLinear([low, high === low ? low + 1 : high], [from, to])
}

function valuesOf(scale: ReturnType<typeof axis>, { isDuration }: ParetoAxis): number[] {
  const [low, high] = scale.domain()
  return roundValues(low!, high!, 4, isDuration)
}

function mark(point: ParetoPoint, x: (value: number) => number, y: (value: number) => number): Markup {
  const [cx, cy] = [x(point.x), y(point.y)]
  const whisker = (range: readonly [number | null, number | null], own: number) =>
    [range[0] ?? own, range[1] ?? own] as const
  const [x0, x1] = whisker(point.xRange, point.x)
  const [y0, y1] = whisker(point.yRange, point.y)
  const shape =
    point.kind === 'recommended'
      ? element('path', { class: 'recommended', d: `M${px(cx)} ${px(cy - 8)}l8 8l-8 8l-8 -8z` })
      : point.kind === 'declared'
        ? element('rect', { class: 'declared', x: cx - 5.5, y: cy - 5.5, width: 11, height: 11 })
        : element('circle', { class: 'front', cx, cy, r: 4.5 })
  return element(
    'g',
    {},
    element('title', {}, point.name),
    element('path', {
      class: 'whisker',
      d: `M${px(x(x0))} ${px(cy)}H${px(x(x1))}M${px(cx)} ${px(y(y0))}V${px(y(y1))}`,
    }),
    shape,
  )
}
