import type { InstanceResult, Lane, LaneState, RolloutResult, RunResult } from '../sim/result.ts'
import { STATE_SIGNS } from './lane-states.ts'
import { lanePaint, type Palette } from './palette.ts'
import { clip, columns, GLUE, padEnd, printable, wrap } from './typeset.ts'
import { clockMinutes, plural, span } from './wording.ts'

/** Rows that are drawn one per instance; above it equal rows are folded, above it again rows are merged. */
const ROWS_MAX = 40

const RANK = new Map(STATE_SIGNS.map(({ state }, rank) => [state, rank]))
const ABSENT_RANK = STATE_SIGNS.length - 1
const SERVING_RANK = RANK.get('serving')!

/** Drawn instead of `.` where a batch starts, so that the eye can follow the border down the rows. */
const BORDER_GLYPH = ':'
const BORDER_DISTANCE_MIN = 5

/** Lengths of time one column may stand for, and distances of ticks. */
const STEPS_MS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
].map((seconds) => seconds * 1000)
const TICK_COLUMNS_MIN = 8

interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly cellMs: number
  readonly cells: number
}

interface Row {
  readonly group: string
  label: string
  count: number
  /** Rank of the state in each cell. */
  cells: readonly number[]
  /** What rows may be merged by when there are too many: first the batch, then only the group. */
  readonly batch: string
}

/**
 * Instances over time, one row each: what they could do, in glyphs that need no colour. Empty when the run kept no lanes.
 *
 * The window reaches from shortly before the first rollout to shortly after the end of the last one (of the last repair,
 * where there were any); without a rollout it is the whole run. Changes outside of it are counted in a line below.
 */
export function renderSwimlane(
  result: RunResult,
  options: { readonly width: number; readonly paint: Palette },
): string[] {
  if (result.lanes.length === 0) return []
  const instances = new Map(result.instances.map((instance) => [instance.index, instance]))
  const lanes = result.lanes.filter((lane) => instances.has(lane.instance))
  const labelMax = Math.max(12, Math.floor(options.width / 3))
  // The widest label is not known before the window; a first guess by the longest group and instance number suffices.
  const groups = groupNames([...instances.values()])
  const labelWidth = Math.min(labelMax, Math.max(...[...groups.values()].map(columns), 5) + 2 + labelDigits(result))
  const window = chooseWindow(result, Math.max(10, options.width - labelWidth - 2))
  const { rows, note } = foldRows(drawRows(lanes, instances, groups, result.rollouts, window))
  if (rows.length === 0) return []

  const lines: string[] = []
  const prefix = (group: string, label: string) => {
    const room = labelWidth - columns(label) - 1
    return `${padEnd(clip(group, room), room)} ${label}  `
  }
  const several = new Set([...instances.values()].map((instance) => instance.scaleSet)).size > 1
  lines.push(options.paint.quiet(`${' '.repeat(labelWidth + 2)}${axis(window)}`.trimEnd()))
  let group: string | undefined
  let scaleSet: string | undefined
  let borders = new Set<number>()
  let bordered = false
  for (const row of rows) {
    const set = row.group.split('\u0000')[0] ?? ''
    if (set !== scaleSet) {
      scaleSet = set
      if (several) lines.push(options.paint.strong(clip(printable(set), options.width)))
      const own = result.rollouts.filter((rollout) => rollout.scaleSet === set)
      borders = batchBorders(own, window)
      bordered ||= borders.size > 0
      const bar = batchBar(own, window)
      if (bar !== '') lines.push(options.paint.accent(`${prefix('batch', '')}${bar}`.trimEnd()))
    }
    const heading = row.group === group ? '' : (groups.get(row.group) ?? '')
    group = row.group
    lines.push(`${prefix(heading, row.label)}${paintCells(row.cells, borders, options.paint)}`.trimEnd())
  }
  lines.push('')
  for (const line of legend(rows, window, bordered)) lines.push(...wrap(line, options.width).map(options.paint.quiet))
  for (const line of [note, outside(lanes, window)]) {
    if (line !== undefined) lines.push(...wrap(line, options.width).map(options.paint.quiet))
  }
  return lines
}

const groupKey = (instance: InstanceResult) => `${instance.scaleSet}\u0000${instance.zone ?? ''}`

function groupNames(instances: readonly InstanceResult[]): Map<string, string> {
  return new Map(
    instances.map((instance) => [
      groupKey(instance),
      instance.zone === null ? 'regional' : `zone ${printable(instance.zone)}`,
    ]),
  )
}

function labelDigits(result: RunResult): number {
  const digits = String(Math.max(...result.instances.map((instance) => instance.number), 0)).length
  return result.instances.length > ROWS_MAX ? digits + 3 + String(result.instances.length).length : digits
}

/** Whole cells from a little before the first rollout to a little after the last one, with room to see both sides. */
function chooseWindow(result: RunResult, cellsMax: number): Window {
  const { durationMs, rollouts } = result
  let fromMs = 0
  let toMs = durationMs
  if (rollouts.length > 0) {
    const first = Math.min(...rollouts.map((rollout) => rollout.startedAtMs))
    // Repairs are part of the story, and mostly come after the rollout.
    const repairedMs = result.measures.repairs.count === 0 ? 0 : lastChangeMs(result)
    const last = Math.max(repairedMs, ...rollouts.map((rollout) => rollout.endedAtMs ?? durationMs))
    const margin = Math.max(60_000, Math.round((last - first) / 10))
    fromMs = Math.max(0, first - margin)
    toMs = Math.min(durationMs, last + margin)
  }
  // The start is rounded down to a whole cell, so one cell must stay in reserve.
  const cellMs =
    STEPS_MS.find((step) => Math.ceil((toMs - Math.floor(fromMs / step) * step) / step) <= cellsMax) ??
    Math.ceil(durationMs / cellsMax)
  const start = Math.floor(fromMs / cellMs) * cellMs
  return { fromMs: start, toMs, cellMs, cells: Math.max(1, Math.ceil((toMs - start) / cellMs)) }
}

function lastChangeMs({ lanes }: RunResult): number {
  return Math.max(0, ...lanes.flatMap(({ spans }) => spans.slice(-1).map(({ fromMs }) => fromMs)))
}

function drawRows(
  lanes: readonly Lane[],
  instances: ReadonlyMap<number, InstanceResult>,
  groups: ReadonlyMap<string, string>,
  rollouts: readonly RolloutResult[],
  window: Window,
): Row[] {
  const order = [...groups.keys()]
  const batchOf = new Map<number, string>()
  rollouts.forEach((rollout, at) => {
    rollout.batches.forEach((batch, i) => {
      for (const instance of batch.instances) if (!batchOf.has(instance)) batchOf.set(instance, `${at}.${i}`)
    })
  })
  const placed = lanes.map((lane) => ({ lane, instance: instances.get(lane.instance)! }))
  // Sets in the order they first appear; inside one by zone, inside a zone by order of creation.
  const setOrder = [...new Set([...instances.values()].map((instance) => instance.scaleSet))]
  placed.sort(
    (a, b) =>
      setOrder.indexOf(a.instance.scaleSet) - setOrder.indexOf(b.instance.scaleSet) ||
      compareText(a.instance.zone ?? '', b.instance.zone ?? '') ||
      order.indexOf(groupKey(a.instance)) - order.indexOf(groupKey(b.instance)) ||
      a.instance.number - b.instance.number ||
      a.instance.index - b.instance.index,
  )
  return placed.map(({ lane, instance }) => ({
    group: groupKey(instance),
    // A surplus of overprovisioning never gets a number.
    label: instance.number < 0 ? '+' : String(instance.number),
    count: 1,
    cells: drawCells(lane, window),
    batch: batchOf.get(instance.index) ?? '',
  }))
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function drawCells(lane: Lane, window: Window): number[] {
  const cells: number[] = new Array(window.cells).fill(ABSENT_RANK)
  lane.spans.forEach((piece, i) => {
    const fromMs = Math.max(piece.fromMs, window.fromMs)
    const toMs = Math.min(lane.spans[i + 1]?.fromMs ?? window.toMs, window.toMs)
    // A state that lasted no time at all was never seen by anybody.
    if (toMs <= fromMs) return
    const rank = RANK.get(piece.state) ?? ABSENT_RANK
    const firstCell = Math.floor((fromMs - window.fromMs) / window.cellMs)
    const lastCell = Math.min(window.cells - 1, Math.ceil((toMs - window.fromMs) / window.cellMs) - 1)
    for (let cell = firstCell; cell <= lastCell; cell++) cells[cell] = Math.min(cells[cell]!, rank)
  })
  return cells
}

/** At most `ROWS_MAX` rows: equal ones together, then those of one batch, then those of one zone; the rest is counted. */
function foldRows(rows: Row[]): { rows: Row[]; note?: string } {
  if (rows.length <= ROWS_MAX) return { rows }
  const total = rows.length
  const equal = mergeRows(rows, (row) => `${row.group}|${row.cells.join(',')}`)
  const equalNote = 'x12 stands for twelve instances whose rows are equal; the first of them is named.'
  if (equal.length <= ROWS_MAX) return { rows: equal, note: equalNote }
  const mergedNote = (by: string) =>
    `${total} instances are too many for a row each: a row is one ${by}, and each cell shows the worst state of any instance in it.`
  const byBatch = mergeRows(rows, (row) => `${row.group}|${row.batch}`)
  if (byBatch.length <= ROWS_MAX) return { rows: byBatch, note: mergedNote('batch in one zone') }
  const byZone = mergeRows(rows, (row) => row.group)
  if (byZone.length <= ROWS_MAX) return { rows: byZone, note: mergedNote('zone') }
  const hidden = byZone.slice(ROWS_MAX).reduce((sum, row) => sum + row.count, 0)
  return {
    rows: byZone.slice(0, ROWS_MAX),
    note: `${mergedNote('zone')} ${plural(byZone.length - ROWS_MAX, 'more row')} (${plural(hidden, 'instance')}) not drawn.`,
  }
}

function mergeRows(rows: readonly Row[], key: (row: Row) => string): Row[] {
  const merged = new Map<string, Row>()
  const first = new Map<Row, string>()
  for (const row of rows) {
    const into = merged.get(key(row))
    if (into === undefined) {
      const copy = { ...row }
      merged.set(key(row), copy)
      first.set(copy, row.label)
    } else {
      into.count++
      into.cells = into.cells.map((rank, i) => Math.min(rank, row.cells[i]!))
    }
  }
  const result = [...merged.values()]
  for (const row of result) if (row.count > 1) row.label = `${first.get(row)} x${row.count}`
  // Back into whole groups: rows of one zone stand together.
  const order = [...new Set(rows.map((row) => row.group))]
  return result.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group))
}

function paintCells(cells: readonly number[], borders: ReadonlySet<number>, paint: Palette): string {
  let text = ''
  for (let start = 0; start < cells.length; ) {
    let end = start
    while (end < cells.length && cells[end] === cells[start]) end++
    const { state, glyph } = STATE_SIGNS[cells[start]!]!
    let run = ''
    for (let cell = start; cell < end; cell++) run += state === 'serving' && borders.has(cell) ? BORDER_GLYPH : glyph
    // Blanks stay unpainted, so that trailing ones can be trimmed.
    text += state === 'absent' ? run : lanePaint(paint, state)(run)
    start = end
  }
  return text
}

function cellAt(atMs: number, window: Window): number | undefined {
  const cell = Math.floor((atMs - window.fromMs) / window.cellMs)
  return atMs >= window.fromMs && cell < window.cells ? cell : undefined
}

/** Cells in which a batch starts; none when they stand so close that they would only be noise. */
function batchBorders(rollouts: readonly RolloutResult[], window: Window): Set<number> {
  const borders = new Set<number>()
  for (const rollout of rollouts) {
    for (const batch of rollout.batches) {
      const cell = cellAt(batch.startedAtMs, window)
      if (cell !== undefined) borders.add(cell)
    }
  }
  return borders.size * BORDER_DISTANCE_MIN > window.cells ? new Set() : borders
}

/** `[1---]  [2---]`: from the start to the end of each batch; where a batch is too short for its number, only `[`. */
function batchBar(rollouts: readonly RolloutResult[], window: Window): string {
  const bar: string[] = new Array(window.cells).fill(' ')
  for (const rollout of rollouts) {
    rollout.batches.forEach((batch, at) => {
      const start = cellAt(batch.startedAtMs, window)
      if (start === undefined) return
      const endMs = Math.max(batch.startedAtMs + 1, batch.endedAtMs ?? window.toMs)
      const end = Math.min(window.cells - 1, Math.ceil((endMs - window.fromMs) / window.cellMs) - 1)
      // The last cell of a batch and the first of the next can be one and the same; the newer batch owns it.
      const body = `[${at + 1}`
      const length = end - start + 1
      const text =
        length > body.length
          ? `${body.padEnd(length - 1, '-')}${batch.endedAtMs === null ? '>' : ']'}`
          : body.slice(0, length)
      const shown = /\d/.test(text) && !text.startsWith(body) ? '[' : text
      for (let i = 0; i < shown.length; i++) bar[start + i] = shown[i]!
    })
  }
  return bar.join('').trimEnd()
}

function axis(window: Window): string {
  const tickMs =
    STEPS_MS.find((step) => step >= 60_000 && step % window.cellMs === 0 && step / window.cellMs >= TICK_COLUMNS_MIN) ??
    window.cellMs * TICK_COLUMNS_MIN
  let line = ''
  for (let atMs = Math.ceil(window.fromMs / tickMs) * tickMs; atMs <= window.toMs; atMs += tickMs) {
    const cell = Math.floor((atMs - window.fromMs) / window.cellMs)
    const label = `|${clockMinutes(atMs)}`
    if (cell + label.length > window.cells) break
    line = padEnd(line, cell) + label
  }
  return line
}

function legend(rows: readonly Row[], window: Window, bordered: boolean): string[] {
  const used = new Set(rows.flatMap((row) => row.cells))
  const entry = (glyph: string, meaning: string) => `${glyph} = ${meaning}`
  const entries = STATE_SIGNS.filter((_, rank) => used.has(rank) && rank !== ABSENT_RANK).map((one) =>
    entry(one.glyph, one.meaning),
  )
  // From the ordinary to the worst, as a reader meets them.
  entries.reverse()
  if (bordered && used.has(SERVING_RANK)) entries.splice(1, 0, entry(BORDER_GLYPH, 'serving, a batch starts'))
  if (used.has(ABSENT_RANK)) entries.push(entry('blank', 'not there'))
  return [
    entries.map((text) => `${text.replaceAll(' ', GLUE)}${GLUE}${GLUE}`).join(' '),
    `One column is ${span(window.cellMs)} and shows the worst state in it. Times are hh:mm from the start.`,
  ]
}

/** Says what the window cuts off: instances that break or recover before or after it. */
function outside(lanes: readonly Lane[], window: Window): string | undefined {
  const harm = new Set<LaneState>(['failed', 'unhealthy', 'broken'])
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = -1
  let count = 0
  for (const lane of lanes) {
    let changed = false
    lane.spans.forEach((piece, i) => {
      const before = lane.spans[i - 1]
      if (piece.fromMs >= window.fromMs && piece.fromMs < window.toMs) return
      if (!harm.has(piece.state) && (before === undefined || !harm.has(before.state))) return
      changed = true
      firstMs = Math.min(firstMs, piece.fromMs)
      lastMs = Math.max(lastMs, piece.fromMs)
    })
    if (changed) count++
  }
  if (count === 0) return undefined
  const [first, last] = [clockMinutes(firstMs), clockMinutes(lastMs)]
  const when = first === last ? `at ${first}` : `between ${first} and ${last}`
  return `Outside this window ${plural(count, 'instance')} broke or came back, ${when}.`
}
