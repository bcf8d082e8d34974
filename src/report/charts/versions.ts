import type { Steps } from '../../sim/result.ts'
import { element, fragment } from '../markup.ts'
import { gutterText, px, stepArea, type TimeChartOptions, timeChart } from './frame.ts'
import { timesOf, valueAt } from './steps.ts'

/** How many instances held which version, over time. */
export interface VersionsData {
  /** In order of their first appearance. */
  readonly versions: readonly {
    readonly name: string
    /** Which letter, colour and pattern it has: the same in every chart of a run. */
    readonly style: number
    readonly instances: Steps
  }[]
}

const HEIGHT = 96
const LETTER_PX_MIN = 16
const LETTER_HEIGHT_MIN = 12
/** Colours and patterns there are; later versions begin again, told apart by their letter. */
export const VERSION_STYLES = 6

/** `A` … `Z`, then `A1`, `B1`. */
export const versionLetter = (index: number): string =>
  `${String.fromCharCode(65 + (index % 26))}${index < 26 ? '' : Math.floor(index / 26)}`

/** Areas on top of each other, the first version at the bottom; each with its letter where it is largest. */
export function versionsChart(data: VersionsData, options: TimeChartOptions): string {
  const { time } = options
  const atMs = timesOf(data.versions.map(({ instances }) => instances))
  const base = atMs.map(() => 0)
  const layers = data.versions.map(({ instances }) =>
    atMs.map((at, i) => {
      const from = base[i]!
      base[i] = from + (valueAt(instances, at) ?? 0)
      return { from, to: base[i]! }
    }),
  )
  const max = base.reduce((most, count) => Math.max(most, count), 1)
  // Of several changes within one px the last one is what one sees; all layers turn at the same places.
  const kept = atMs.flatMap((at, i) =>
    Math.floor(time.x(at)) === Math.floor(time.x(atMs[i + 1] ?? -1)) && i + 1 < atMs.length ? [] : [i],
  )
  const y = (count: number) => HEIGHT - 2 - (count / max) * (HEIGHT - 12)
  return timeChart(options, {
    kind: 'versions',
    label: `Instances by version over time: ${data.versions.map(({ name, style }) => `${versionLetter(style)} is ${name}`).join(', ')}.`,
    height: HEIGHT + 4,
    plot: layers.map((layer, index) => {
      const { style } = data.versions[index]!
      const points = kept.map((i) => [time.x(atMs[i]!), layer[i]!.to, layer[i]!.from] as const)
      const last = layer.at(-1)
      if (last !== undefined) points.push([time.right, last.to, last.from])
      const letter = letterPlace(atMs, layer, options, y)
      return fragment(
        element('path', { class: `v${style % VERSION_STYLES}`, d: stepArea(points, y) }),
        letter === null ? null : element('text', { class: 'version', x: letter.x, y: letter.y }, versionLetter(style)),
      )
    }),
    gutter: [
      gutterText(px(max), y(max) + 5, time.left - 12, 'scale'),
      gutterText('0', HEIGHT, time.left - 12, 'scale'),
      gutterText('instances', HEIGHT / 2 + 8, time.left - 12, 'scale'),
    ],
  })
}

interface Band {
  readonly from: number
  readonly to: number
}

/** The middle of the box with most room; null where the letter would not fit in any. */
function letterPlace(
  atMs: readonly number[],
  layer: readonly Band[],
  { time }: TimeChartOptions,
  y: (count: number) => number,
): { x: number; y: number } | null {
  let best: { x: number; y: number; room: number } | null = null
  layer.forEach(({ from, to }, i) => {
    const x = time.x(atMs[i]!)
    const width = time.x(atMs[i + 1] ?? time.durationMs) - x
    const height = y(from) - y(to)
    const room = Math.min(width, 200) * height
    if (width < LETTER_PX_MIN || height < LETTER_HEIGHT_MIN || room <= (best?.room ?? 0)) return
    best = { x: x + width / 2, y: y((from + to) / 2) + 4, room }
  })
  return best
}
