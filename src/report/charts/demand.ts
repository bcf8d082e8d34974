import type { Steps } from '../../sim/result.ts'
import { element } from '../markup.ts'
import { decimal } from '../wording.ts'
import { gutterText, pointsOf, px, stepArea, stepLine, type TimeChartOptions, timeChart } from './frame.ts'
import { maxOf, timesOf, valueAt } from './steps.ts'

/** What is needed against what is there: requests against capacity, or target capacity against serving instances. */
export interface DemandData {
  /** `requests a second`, `instances`. */
  readonly unit: string
  /** `demand`, `target capacity`. */
  readonly needName: string
  /** `capacity of the serving instances`, `serving`. */
  readonly haveName: string
  readonly need: Steps
  readonly have: Steps
}

const HEIGHT = 104
const TOP = 14

/** The need as a line, what is there as an area, and what is missing between them in the pattern of harm. */
export function demandChart(data: DemandData, options: TimeChartOptions): string {
  const { time } = options
  const max = maxOf(data.need, maxOf(data.have, 1))
  const y = (value: number) => HEIGHT - 2 - (value / max) * (HEIGHT - 2 - TOP)
  const atMs = timesOf([data.need, data.have])
  const need = { atMs, values: atMs.map((at) => valueAt(data.need, at) ?? 0) }
  const have = { atMs, values: atMs.map((at) => valueAt(data.have, at) ?? 0) }
  const low = { atMs, values: atMs.map((_, i) => Math.min(need.values[i]!, have.values[i]!)) }
  const needPoints = pointsOf(need, time)
  const missing = missingPath(need, low, options, y)
  return timeChart(options, {
    kind: 'demand',
    label: demandLabel(data, need, have),
    height: HEIGHT + 4,
    plot: [
      element('path', { class: 'have', d: stepArea(pointsOf(have, time), y) }),
      missing === '' ? null : element('path', { class: 'missing', d: missing }),
      element('path', { class: 'have-line', d: stepLine(pointsOf(have, time), y) }),
      element('path', { class: 'need-line', d: stepLine(needPoints, y) }),
    ],
    gutter: [
      gutterText(decimal(max), y(max) + 4, time.left - 12, 'scale'),
      gutterText('0', HEIGHT, time.left - 12, 'scale'),
      gutterText(data.unit, HEIGHT / 2 + 8, time.left - 12, 'scale'),
    ],
  })
}

/** Boxes between what is there and what is needed, wherever something is missing; seen even where it lasts under a px. */
function missingPath(need: Steps, low: Steps, { time }: TimeChartOptions, y: (value: number) => number): string {
  let d = ''
  let drawnTo = Number.NEGATIVE_INFINITY
  need.atMs.forEach((fromMs, i) => {
    const top = need.values[i]!
    const bottom = low.values[i]!
    const x = time.x(fromMs)
    const end = time.x(need.atMs[i + 1] ?? time.durationMs)
    if (top <= bottom || end < drawnTo) return
    const width = Math.max(0.6, end - x)
    drawnTo = x + width
    d += `M${px(x)} ${px(y(top))}h${px(width)}V${px(y(bottom))}h${px(-width)}z`
  })
  return d
}

function demandLabel({ unit, needName, haveName }: DemandData, need: Steps, have: Steps): string {
  let worst = 0
  need.values.forEach((value, i) => {
    worst = Math.max(worst, value - have.values[i]!)
  })
  const outcome = worst <= 0 ? 'It was always enough.' : `At worst ${decimal(worst)} were missing.`
  return `${needName} against ${haveName} over time, in ${unit}. ${outcome}`
}
