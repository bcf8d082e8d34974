import { scaleLinear } from 'd3-scale'
import { element, fragment } from '../markup.ts'
import { plainChart, px } from './frame.ts'

/** Differences, each with its interval, around nothing at all. */
export interface IntervalsData {
  readonly left: string
  readonly right: string
  readonly rows: readonly IntervalRow[]
}

export interface IntervalRow {
  readonly label: string
  /** In the unit of the row: rows have scales of their own, and only zero is common. */
  readonly value: number
  /** Null: open. */
  readonly low: number | null
  readonly high: number | null
  readonly text: string
  readonly tone: 'good' | 'bad' | 'plain'
}

const PITCH = 22
const LABEL = 250
const TEXT = 190
const HEAD = 22

/** A row each: the estimate as a mark, the interval as a line; what crosses zero is no difference to rely on. */
export function intervalsChart(data: IntervalsData, options: { readonly width?: number } = {}): string {
  const { width = 1000 } = options
  const [from, to] = [LABEL + 10, width - TEXT]
  const zero = (from + to) / 2
  const height = HEAD + data.rows.length * PITCH + 6
  return plainChart({
    kind: 'intervals',
    label: `${data.rows.length} differences with their intervals. The table below has the numbers.`,
    width,
    height,
    content: [
      element('text', { class: 'end quiet', x: zero - 10, y: 13 }, `← ${data.left}`),
      element('text', { class: 'quiet', x: zero + 10, y: 13 }, `${data.right} →`),
      element('path', { class: 'zero', d: `M${px(zero)} 4V${height - 4}` }),
      data.rows.map(({ label, value, low, high, text, tone }, i) => {
        const y = HEAD + i * PITCH + PITCH / 2
        const reach = Math.max(Math.abs(value), Math.abs(low ?? value), Math.abs(high ?? value), Number.MIN_VALUE) * 1.1
        const x = scaleLinear([-reach, reach], [from, to])
        return fragment(
          element('text', { class: 'row', x: LABEL, y: y + 4 }, label),
          element('path', { class: `interval ${tone}`, d: `M${px(x(low ?? -reach))} ${y}H${px(x(high ?? reach))}` }),
          element('circle', { class: `estimate ${tone}`, cx: x(value), cy: y, r: 4.5 }),
          element('text', { x: to + 10, y: y + 4 }, text),
        )
      }),
    ],
  })
}
