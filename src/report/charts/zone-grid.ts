import type { LaneState } from '../../sim/result.ts'
import { signOf } from '../lane-states.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { plural } from '../wording.ts'
import { plainChart } from './frame.ts'

/** Where instances stand: zones side by side, fault domains below each other. */
export interface ZoneGridData {
  readonly instances: readonly GridInstance[]
}

export interface GridInstance {
  readonly index: number
  /** `vmss-a/3`. */
  readonly name: string
  readonly scaleSet: string
  /** Null: the set is regional. */
  readonly zone: string | null
  readonly faultDomain: number
  readonly spans: readonly { readonly fromMs: number; readonly state: LaneState }[]
}

export interface ZoneGridOptions {
  readonly atMs: number
  /** At most; it is as wide as it needs to be. */
  readonly width?: number
}

const CELL = 17
const GUTTER = 42
const HEAD = 20
const SET_HEAD = 22
const PAD = 5
/** Room for the name of a zone. */
const ZONE_PX_MIN = 68
const LETTER_PX = 7

/** What an instance looks like at a moment; `absent` before its first span. */
export function stateAt({ spans }: Pick<GridInstance, 'spans'>, atMs: number): LaneState {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.fromMs <= atMs) low = middle + 1
    else high = middle
  }
  return spans[low - 1]?.state ?? 'absent'
}

/** A square for each instance, by its state at the moment: colour, pattern and letter. */
export function zoneGrid(data: ZoneGridData, options: ZoneGridOptions): string {
  const { atMs, width: widthMax = 1000 } = options
  const parts: Markup[] = []
  let width = 0
  const sets = [...new Set(data.instances.map(({ scaleSet }) => scaleSet))]
  let y = 0
  for (const set of sets) {
    const members = data.instances.filter(({ scaleSet }) => scaleSet === set)
    if (sets.length > 1) {
      parts.push(element('text', { class: 'group', x: 0, y: y + 15 }, set))
      width = Math.max(width, Math.min(widthMax, [...set].length * LETTER_PX))
      y += SET_HEAD
    }
    const drawn = drawSet(members, y, widthMax, atMs)
    parts.push(drawn.markup)
    width = Math.max(width, drawn.right)
    y = drawn.bottom + 8
  }
  const there = data.instances.filter((instance) => stateAt(instance, atMs) !== 'absent').length
  return plainChart({
    kind: 'zones',
    label: `${plural(there, 'instance')} by zone and fault domain, by state at the chosen moment. The list of instances says the same.`,
    width,
    height: y,
    content: parts,
  })
}

function drawSet(members: readonly GridInstance[], top: number, width: number, atMs: number) {
  const zones = [...new Set(members.map(({ zone }) => zone))].sort(compareZones)
  const domains = [...new Set(members.map(({ faultDomain }) => faultDomain))].sort((a, b) => a - b)
  const byPlace = new Map<string, GridInstance[]>()
  for (const member of members) {
    const key = `${member.faultDomain}/${member.zone ?? ''}`
    byPlace.set(key, [...(byPlace.get(key) ?? []), member])
  }
  // As wide as its fullest place needs, so that a small fleet fits a small screen.
  const most = Math.max(...[...byPlace.values()].map((cell) => cell.length))
  const columnsMax = Math.max(1, Math.floor(((width - GUTTER) / zones.length - 3 * PAD) / CELL))
  const columns = Math.min(most, columnsMax)
  const zoneWidth = Math.max(columns * CELL + 3 * PAD, ZONE_PX_MIN)
  const parts: Markup[] = zones.map((zone, i) =>
    element(
      'text',
      { class: 'zone', x: GUTTER + i * zoneWidth + PAD, y: top + 14 },
      zone === null ? 'no zones' : `zone ${zone}`,
    ),
  )
  let y = top + HEAD
  for (const domain of domains) {
    const cells = zones.map((zone) => byPlace.get(`${domain}/${zone ?? ''}`) ?? [])
    const rows = Math.max(1, ...cells.map((cell) => Math.ceil(cell.length / columns)))
    const height = rows * CELL + PAD
    parts.push(element('text', { class: 'scale', x: GUTTER - 6, y: y + 13 }, `FD ${domain}`))
    cells.forEach((cell, i) => {
      const left = GUTTER + i * zoneWidth
      parts.push(
        element('rect', { class: 'place', x: left, y, width: zoneWidth - PAD, height: height - 2 }),
        ...cell.map((one, at) =>
          square(one, left + PAD + (at % columns) * CELL, y + 2 + Math.floor(at / columns) * CELL, atMs),
        ),
      )
    })
    y += height
  }
  return { markup: fragment(parts), bottom: y, right: GUTTER + zones.length * zoneWidth }
}

function square(instance: GridInstance, x: number, y: number, atMs: number): Markup {
  const state = stateAt(instance, atMs)
  return element(
    'g',
    { class: `i s-${state}`, 'data-i': instance.index, transform: `translate(${x} ${y})` },
    element('rect', { width: CELL - 2, height: CELL - 2 }),
    element('text', { class: `letter l-${state}`, x: (CELL - 2) / 2, y: 12 }, letterOf(state)),
  )
}

/** In charts and their legends. Serving is what needs no letter; the low line of a terminal is lost among the lines of a pattern. */
export const letterOf = (state: LaneState): string =>
  state === 'serving' ? '' : state === 'stopped' ? 's' : signOf(state).glyph.trim()

function compareZones(a: string | null, b: string | null): number {
  return a === b ? 0 : a === null ? -1 : b === null ? 1 : a < b ? -1 : 1
}
