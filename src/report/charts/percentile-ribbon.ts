import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { element, fragment } from '../markup.ts'
import { plainChart, px } from './frame.ts'
import { roundValues } from './ticks.ts'

/** The value that a share of the runs does not exceed, and between which values it lies with the confidence of the table. */
export interface PercentileRibbonData {
  readonly points: readonly {
    /** 0 to 100. */
    readonly percentile: number
    readonly value: number
    /** Null: open on that side, for want of runs. */
    readonly low: number | null
    readonly high: number | null
  }[]
  readonly text: (value: number) => string
  /** Durations in ms have round values of their own. */
  readonly isDuration: boolean
}

const LEFT = 84
const RIGHT = 16
const HEIGHT = 150
const BASE = HEIGHT - 24
const TOP = 10

/** From the best run at the left to the worst at the right; the band is the interval of each percentile. */
export function percentileRibbon(data: PercentileRibbonData, options: { readonly width?: number } = {}): string {
  const { width = 460 } = options
  const { points, text } = data
  const ends = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
  const [min, max] = [Math.min(...ends), Math.max(...ends)]
  const pad = max === min ? Math.max(1, Math.abs(max)) * 0.5 : 0
  const x = scaleLinear([0, 100], [LEFT, width - RIGHT])
  const y = scaleLinear([min - pad, max + pad], [BASE, TOP])
  const band = area<PercentileRibbonData['points'][number]>()
    .x(({ percentile }) => x(percentile))
    .y0(({ low, value }) => y(low ?? value))
    .y1(({ high, value }) => y(high ?? value))
    .digits(1)
  const middle = line<PercentileRibbonData['points'][number]>()
    .x(({ percentile }) => x(percentile))
    .y(({ value }) => y(value))
    .digits(1)
  const at = (percentile: number) => points.find((point) => point.percentile === percentile)?.value ?? min
  return plainChart({
    kind: 'ribbon',
    label: `Percentiles of the runs: half are at most ${text(at(50))}, 95 of 100 at most ${text(at(95))}.`,
    width,
    height: HEIGHT,
    content: [
      element('path', { class: 'tick', d: [5, 50, 95].map((p) => `M${px(x(p))} ${TOP}V${BASE}`).join('') }),
      element('path', { class: 'band', d: band(points) ?? '' }),
      element('path', { class: 'share-line', d: middle(points) ?? '' }),
      [5, 50, 95].map((p) => element('text', { class: 'middle', x: x(p), y: BASE + 15 }, `p${p}`)),
      roundValues(min - pad, max + pad, 3, data.isDuration).map((value) =>
        fragment(
          element('path', { class: 'tick', d: `M${LEFT - 4} ${px(y(value))}H${width - RIGHT}` }),
          element('text', { class: 'scale', x: LEFT - 8, y: y(value) + 4 }, text(value)),
        ),
      ),
    ],
  })
}
