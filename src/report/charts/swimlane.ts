import type { LaneState } from '../../sim/result.ts'
import { signOf } from '../lane-states.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { plural, span } from '../wording.ts'
import { gutterText, px, type TimeChartOptions, timeChart } from './frame.ts'
import { letterOf } from './zone-grid.ts'

/** Instances over time, one row each (or one for several that look the same), in groups. */
export interface SwimlaneData {
  readonly groups: readonly SwimlaneGroup[]
}

export interface SwimlaneGroup {
  /** `zone 1`, with the scale set before it where there are several. */
  readonly label: string
  readonly rows: readonly SwimlaneRow[]
  /** Of the rollouts of its scale set. */
  readonly halts: readonly Halt[]
}

export interface SwimlaneRow {
  /** `vmss-a/3`; the first of them where several instances look the same. */
  readonly instance: string
  /** What stands beside the row: `3`, `3 ×12`. */
  readonly label: string
  /** Indices of the instances in the result, at least one. */
  readonly indices: readonly number[]
  readonly spans: readonly { readonly fromMs: number; readonly state: LaneState }[]
  readonly batches: readonly RowBatch[]
}

/** The row took part in this batch. */
export interface RowBatch {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

export interface Halt {
  readonly atMs: number
  /** `Faulted, TH-5`. */
  readonly label: string
}

const ROW = 14
const GAP = 2
const PITCH = ROW + GAP
const GROUP_HEAD = 20
/** Rows that are drawn as one piece: a browser skips the pieces that are out of sight. */
const CHUNK = 40
const LETTER_PX_MIN = 9

/** Height of the plot, and where each row lies in it; for whoever lays something over the chart. */
export function swimlaneLayout(data: SwimlaneData): { readonly height: number; readonly rowY: readonly number[] } {
  const rowY: number[] = []
  let y = 0
  for (const { rows } of data.groups) {
    y += GROUP_HEAD
    for (const _ of rows) {
      rowY.push(y)
      y += PITCH
    }
  }
  return { height: y + 4, rowY }
}

/** State by colour, pattern and letter; batches as outlines around their rows, halts as lines across their scale set. */
export function swimlane(data: SwimlaneData, options: TimeChartOptions): string {
  const plot: Markup[] = []
  const gutter: Markup[] = []
  let y = 0
  for (const group of data.groups) {
    gutter.push(gutterText(group.label, y + 14, 0, 'group'))
    const top = y + GROUP_HEAD
    for (let from = 0; from < group.rows.length; from += CHUNK) {
      const rows = group.rows.slice(from, from + CHUNK)
      plot.push(drawRows(rows, top + from * PITCH, options))
      gutter.push(labelsOf(rows, top + from * PITCH, options.time.left))
    }
    const bottom = top + group.rows.length * PITCH
    plot.push(outlines(group.rows, top, options), haltsOf(group, y, bottom, options))
    y = bottom
  }
  const count = data.groups.reduce(
    (sum, { rows }) => sum + rows.reduce((all, { indices }) => all + indices.length, 0),
    0,
  )
  return timeChart(options, {
    kind: 'swimlane',
    label: `${plural(count, 'instance')} over time, a row each, by state. The table below says the same.`,
    height: y + 4,
    plot,
    gutter,
  })
}

function drawRows(rows: readonly SwimlaneRow[], top: number, { time }: TimeChartOptions): Markup {
  const boxes = new Map<LaneState, string>()
  const letters = new Map<LaneState, { x: string[]; y: string[] }>()
  rows.forEach(({ spans }, i) => {
    const y = top + i * PITCH
    spans.forEach(({ fromMs, state }, at) => {
      const toMs = spans[at + 1]?.fromMs ?? time.durationMs
      if (state === 'absent' || toMs <= fromMs || fromMs >= time.durationMs) return
      const x = time.x(fromMs)
      const end = time.x(toMs)
      // What was short is seen all the same.
      const width = Math.max(1, end - x)
      boxes.set(state, `${boxes.get(state) ?? ''}M${px(x)} ${y}h${px(width)}v${ROW}h${px(-width)}z`)
      if (state === 'serving' || width < LETTER_PX_MIN) return
      const own = letters.get(state) ?? { x: [], y: [] }
      letters.set(state, own)
      own.x.push(px(x + width / 2))
      own.y.push(String(y + ROW - 3))
    })
  })
  return element(
    'g',
    {},
    [...boxes].map(([state, d]) => element('path', { class: `s-${state}`, d })),
    // One element for all letters of a state: a place for each of its characters.
    [...letters].map(([state, { x, y }]) =>
      element('text', { class: `letter l-${state}`, x: x.join(' '), y: y.join(' ') }, letterOf(state).repeat(x.length)),
    ),
  )
}

function labelsOf(rows: readonly SwimlaneRow[], top: number, left: number): Markup {
  return element(
    'g',
    {},
    rows.map(({ label, instance }, i) =>
      element('text', { class: 'row', x: left - 12, y: top + i * PITCH + ROW - 3, 'data-instance': instance }, label),
    ),
  )
}

/** Neighbouring rows of one batch have one outline. */
function outlines(rows: readonly SwimlaneRow[], top: number, { time }: TimeChartOptions): Markup {
  let d = ''
  const open = new Map<string, { batch: RowBatch; from: number; to: number }>()
  const close = ({ batch, from, to }: { batch: RowBatch; from: number; to: number }) => {
    const x = time.x(batch.fromMs)
    d += `M${px(x)} ${top + from * PITCH - 1}H${px(time.x(batch.toMs))}V${top + to * PITCH + ROW + 1}H${px(x)}z`
  }
  rows.forEach(({ batches }, i) => {
    for (const batch of batches) {
      const before = open.get(batch.name)
      if (before !== undefined && before.to === i - 1) before.to = i
      else {
        if (before !== undefined) close(before)
        open.set(batch.name, { batch, from: i, to: i })
      }
    }
  })
  for (const one of open.values()) close(one)
  return d === '' ? fragment() : element('path', { class: 'batch', d })
}

function haltsOf({ halts }: SwimlaneGroup, top: number, bottom: number, { time }: TimeChartOptions): Markup {
  return fragment(
    halts.map(({ atMs, label }) => {
      const x = time.x(atMs)
      const isAtTheEnd = x > (time.left + time.right) / 2
      return fragment(
        element('path', { class: 'halt', d: `M${px(x)} ${top + 4}V${bottom}` }),
        element(
          'text',
          { class: isAtTheEnd ? 'halt-label end' : 'halt-label', x: x + (isAtTheEnd ? -5 : 5), y: top + 13 },
          label,
        ),
      )
    }),
  )
}

/** `serving for 31 min, then down for its upgrade for 2 min …`: a row for those who cannot see it. */
export function laneStory({ spans }: Pick<SwimlaneRow, 'spans'>, durationMs: number, partsMax = 40): string {
  const parts = spans.flatMap(({ fromMs, state }, i) => {
    const toMs = spans[i + 1]?.fromMs ?? durationMs
    return toMs <= fromMs ? [] : [`${signOf(state).meaning} ${span(toMs - fromMs)}`]
  })
  const more = parts.length - partsMax
  return more > 0 ? `${parts.slice(0, partsMax).join(', ')}, and ${plural(more, 'change')} more` : parts.join(', ')
}
