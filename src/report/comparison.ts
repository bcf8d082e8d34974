import Table from 'cli-table3'
import type { RunResult, SetMeasures } from '../sim/result.ts'
import { palette } from './palette.ts'
import { frameOf } from './table-frame.ts'
import { clip, printable, WIDTH_DEFAULT, WIDTH_MIN } from './typeset.ts'
import { decimal, instanceMinutes, percent, plural, span } from './wording.ts'

const LABEL_WIDTH = 17

interface Row {
  readonly label: string
  /** Null where the run has nothing to say of it; a row of nothing else is left out. */
  readonly value: (result: RunResult) => string | null
}

/** What the article's before and after table asks of a fleet, each as it was measured. */
const ROWS: readonly Row[] = [
  { label: 'Boot time', value: ({ measures }) => bootTime(measures) },
  {
    label: 'Blast radius',
    value: ({ measures: { blastRadius: harm } }) =>
      harm.instances === 0
        ? 'nobody'
        : `${plural(harm.instances, 'instance')} (${percent(harm.percent)}) in ${plural(harm.regions, 'region')}`,
  },
  {
    label: 'Exposed',
    value: ({ measures: { exposed } }) =>
      exposed.percent === null ? null : `${plural(exposed.instances, 'instance')} (${percent(exposed.percent)})`,
  },
  { label: 'Time to halt', value: ({ measures }) => sinceHarm(measures, measures.timeToHalt, 'never halted') },
  {
    label: 'Time to roll back',
    value: ({ measures }) => sinceHarm(measures, measures.timeToRollBack, 'not within the run'),
  },
  {
    label: 'Time to capacity',
    value: ({ measures: { timeToCapacity: ms } }) => (ms === null ? null : span(ms)),
  },
  { label: 'Customer impact', value: customerImpact },
  {
    label: 'Lowest serving',
    value: ({ measures: { availability: served } }) => `${served.minServing} (${percent(served.minServingPercent)})`,
  },
]

/** Two to four runs side by side: what spread, how fast it was stopped and undone, what customers felt. Ends in a line feed. */
export function renderComparison(
  results: readonly RunResult[],
  options: { readonly color: boolean; readonly width?: number },
): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  // Borders and padding take three columns a cell, and one at the end.
  const room = Math.max(10, Math.floor((width - LABEL_WIDTH - 4 - results.length * 3) / results.length))
  const table = new Table({
    head: ['Measured', ...results.map(({ scenario }) => clip(printable(scenario), room))].map((text) =>
      paint.strong(text),
    ),
    style: { head: [], border: [] },
    chars: frameOf(options.color),
    colWidths: [LABEL_WIDTH + 2, ...results.map(() => room + 2)],
    wordWrap: true,
  })
  for (const { label, value } of ROWS) {
    const cells = results.map(value)
    if (cells.some((cell) => cell !== null)) table.push([label, ...cells.map((cell) => cell ?? '-')])
  }
  return `${table.toString()}\n`
}

function bootTime({ bootTime: { p50, max } }: SetMeasures): string | null {
  if (p50 === null || max === null) return null
  return `${span(p50)} to serving (longest ${span(max)})`
}

function sinceHarm(measures: SetMeasures, ms: number | null, never: string): string | null {
  if (measures.blastRadius.instances === 0) return null
  return ms === null ? never : `${span(ms)} after the first harm`
}

/** Requests that found no capacity where a demand is given; else the service that was missing because of harm. */
function customerImpact({ measures }: RunResult): string | null {
  const { unservedPercent, peakUnservedPercent } = measures.demand
  if (unservedPercent === null)
    return measures.blastRadius.instanceMinutes === 0
      ? null
      : `${instanceMinutes(measures.blastRadius.instanceMinutes)} of harm`
  if (peakUnservedPercent === null)
    return `at most ${decimal(measures.demand.peakBacklog ?? 0, 0)} messages waited, ${decimal(measures.demand.backlogAtEnd ?? 0, 0)} at the end`
  if (unservedPercent === 0) return 'none: every request was served'
  return `${percent(peakUnservedPercent)} of requests unserved at worst, ${percent(unservedPercent)} over the run`
}
