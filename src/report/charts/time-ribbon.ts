import type { Steps } from '../../sim/result.ts'
import { element } from '../markup.ts'
import { decimal } from '../wording.ts'
import { gutterText, pointsOf, stepArea, stepLine, type TimeChartOptions, timeChart } from './frame.ts'
import { maxOf, timesOf, valueAt } from './steps.ts'

/** Between these of the runs a ribbon lies: nine of ten, half of them, and the one in the middle. */
export const RIBBON_PERCENTILES = [5, 25, 50, 75, 95] as const

/** A count over time in many runs: at each moment, what so many of the runs do not exceed. No single run need follow a line. */
export interface TimeRibbonData {
  readonly title: string
  readonly unit: string
  /** One for each of `RIBBON_PERCENTILES`. */
  readonly percentiles: readonly Steps[]
}

const HEIGHT = 116
const TOP = 10

/** A pale band for nine of ten runs, a darker one for half of them, and the median as a line. */
export function timeRibbon(data: TimeRibbonData, options: TimeChartOptions): string {
  const { time } = options
  const { percentiles, unit } = data
  const [p5, p25, p50, p75, p95] = percentiles as [Steps, Steps, Steps, Steps, Steps]
  const max = maxOf(p95, 1)
  const y = (value: number) => HEIGHT - 2 - (value / max) * (HEIGHT - 2 - TOP)
  const band = (low: Steps, high: Steps) => {
    const points = timesOf([low, high]).map(
      (at) => [time.x(at), valueAt(high, at) ?? 0, valueAt(low, at) ?? 0] as const,
    )
    const last = points.at(-1)
    return stepArea(last === undefined ? [] : [...points, [time.right, last[1], last[2]]], y)
  }
  return timeChart(options, {
    kind: 'time-ribbon',
    label: labelOf(data, p50, p95),
    height: HEIGHT + 4,
    plot: [
      element('path', { class: 'band', d: band(p5, p95) }),
      element('path', { class: 'band', d: band(p25, p75) }),
      element('path', { class: 'median', d: stepLine(pointsOf(p50, time), y) }),
    ],
    gutter: [
      gutterText(decimal(max), y(max) + 4, time.left - 12, 'scale'),
      gutterText('0', HEIGHT, time.left - 12, 'scale'),
      gutterText(unit, HEIGHT / 2 + 8, time.left - 12, 'scale'),
    ],
  })
}

/** `Unhealthy instances over time, in instances: at any moment at most 6 in half of the runs, at most 9 in 95 of 100.` */
const labelOf = ({ title, unit }: TimeRibbonData, p50: Steps, p95: Steps): string =>
  `${title} over time, in ${unit}: at any moment at most ${decimal(maxOf(p50))} in half of the runs, at most ${decimal(maxOf(p95))} in 95 of 100.`
