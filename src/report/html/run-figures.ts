import { formatClock } from '../../model/duration.ts'
import type { LaneState, RunResult } from '../../sim/result.ts'
import { batchGantt, outcomeOf } from '../charts/batch-gantt.ts'
import { type DemandData, demandChart } from '../charts/demand.ts'
import { instanceKey, type NamedStrip, type RunCharts } from '../charts/from-result.ts'
import { laneStory, swimlane } from '../charts/swimlane.ts'
import { thresholdStrip } from '../charts/threshold-strip.ts'
import type { TimeScale } from '../charts/time-scale.ts'
import { VERSION_STYLES, type VersionsData, versionLetter, versionsChart } from '../charts/versions.ts'
import { letterOf, zoneGrid } from '../charts/zone-grid.ts'
import { STATE_SIGNS } from '../lane-states.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { decimal } from '../wording.ts'
import { capital, dataTable, figure, lower, ruleLink, stepRows } from './parts.ts'

/** The charts of one run as figures of a page: each with its title, what it means, its rules, and the table behind it. */

const GRID_WIDTH = 640

function legend(states: readonly LaneState[], hasBatches: boolean): Markup {
  const shown = STATE_SIGNS.filter(({ state }) => states.includes(state)).reverse()
  const swatch = (state: LaneState) =>
    element(
      'svg',
      { class: 'swatch chart', width: 18, height: 14, 'aria-hidden': 'true' },
      element('rect', { class: `s-${state}`, width: 18, height: 14 }),
      state === 'serving' ? null : element('text', { class: `letter l-${state}`, x: 9, y: 11 }, letterOf(state)),
    )
  return element(
    'ul',
    { class: 'legend' },
    shown.map(({ state, meaning }) => element('li', {}, swatch(state), ' ', meaning)),
    hasBatches &&
      element(
        'li',
        {},
        element(
          'svg',
          { class: 'swatch chart', width: 18, height: 14, 'aria-hidden': 'true' },
          element('rect', { class: 'batch', x: 1, y: 1, width: 16, height: 12 }),
        ),
        ' one batch',
      ),
  )
}

export function swimlaneFigure(
  { swimlane: data }: RunCharts,
  result: RunResult,
  time: TimeScale,
  prefix: string,
): Markup {
  const states = [...new Set(result.lanes.flatMap(({ spans }) => spans.map(({ state }) => state)))].filter(
    (state) => state !== 'absent',
  )
  const lanes = new Map(result.lanes.map((lane) => [lane.instance, lane]))
  const isFolded = data.groups.some(({ rows }) => rows.some(({ indices }) => indices.length > 1))
  const folds =
    time.folds.length === 0
      ? null
      : ' A grey band is a stretch in which nothing happens, folded; above it stands how long it lasts.'
  const hasBatches = data.groups.some(({ rows }) => rows.some(({ batches }) => batches.length > 0))
  return figure({
    id: `${prefix}swimlane`,
    title: 'A row for each instance',
    legend: legend(states, hasBatches),
    note: [
      'By zone; inside a zone in the order of the batches.',
      isFolded
        ? ' A row such as 7 ×12 stands for twelve instances that look the same; the first of them is named.'
        : null,
      folds,
    ],
    svg: swimlane(data, { time }),
    table: dataTable(
      'every instance, what it was and for how long',
      ['Instance', 'Zone', 'From 00:00:00 on'],
      result.instances.map((instance) => [
        instanceKey(instance),
        instance.zone ?? '–',
        laneStory(lanes.get(instance.index) ?? { spans: [] }, result.durationMs),
      ]),
      { all: true },
    ),
  })
}

/** List and grid side by side; the script fills the list. */
export function whereFigure({ zones }: RunCharts, result: RunResult, atMs: number, prefix: string): Markup {
  return element(
    'div',
    { class: 'where' },
    element(
      'div',
      { class: 'list', hidden: true },
      element('h4', { id: `${prefix}list` }, 'Instances'),
      element('div', { class: 'instances', role: 'listbox', tabindex: 0, 'aria-labelledby': `${prefix}list` }),
    ),
    figure({
      id: `${prefix}zones`,
      title: 'Zones and fault domains',
      note: ['At ', element('span', { class: 'at' }, formatClock(atMs)), '. A square is an instance.'],
      svg: zoneGrid(zones, { atMs, width: GRID_WIDTH }),
      table: dataTable(
        'instances and their places',
        ['Instance', 'Name', 'Zone', 'Fault domain', 'Created', 'Deleted', 'Ran what was bad', 'Harmed'],
        result.instances.map((one) => [
          instanceKey(one),
          one.name,
          one.zone ?? '–',
          String(one.faultDomain),
          formatClock(Math.max(0, one.createdAtMs)),
          one.deletedAtMs === null ? '–' : formatClock(one.deletedAtMs),
          one.exposed ? 'yes' : 'no',
          one.harmed ? 'yes' : 'no',
        ]),
        { all: true, numeric: [3] },
      ),
    }),
  )
}

export function thresholdsOf(strips: readonly NamedStrip[], time: TimeScale, prefix: string): Markup {
  return fragment(
    strips.map((strip, i) =>
      figure({
        id: `${prefix}strip${i}`,
        title: strip.title,
        rules: strip.rules,
        note: `${strip.counted}, as a share of the ${strip.of}. Marks: when the service compared it with the limit; × is a breach. Below, the counts: the line is the denominator, the filled area the numerator.`,
        svg: thresholdStrip(strip, { time }),
        table: dataTable(
          `${lower(strip.title)}, whenever it was compared`,
          ['At', 'Unhealthy', 'Of', 'Percent', 'Limit', 'Rule', 'Breached'],
          strip.checks.map(({ atMs, count, total, breached, rule }) => [
            formatClock(atMs),
            String(count),
            String(total),
            total === 0 ? '0' : decimal((count * 100) / total, 2),
            `${strip.limitPercent} %`,
            ruleLink(rule),
            breached ? 'yes' : 'no',
          ]),
          { numeric: [1, 2, 3, 4] },
        ),
        hasReading: true,
      }),
    ),
  )
}

export function ganttFigure({ gantt }: RunCharts, time: TimeScale, prefix: string): Markup {
  return figure({
    id: `${prefix}gantt`,
    title: 'Batches from start to end',
    note: 'A bar is a batch; what of it failed is hatched.',
    svg: batchGantt(gantt, { time }),
    table: dataTable(
      'batches',
      ['Rollout', 'Batch', 'Where', 'From', 'To', 'Instances', 'Outcome'],
      gantt.rollouts.flatMap(({ label, batches }) =>
        batches.map((batch) => [
          label,
          batch.name,
          batch.where,
          formatClock(batch.fromMs),
          formatClock(batch.toMs),
          String(batch.instances),
          outcomeOf(batch),
        ]),
      ),
      { numeric: [1, 5] },
    ),
  })
}

export function demandFigure(data: DemandData & { readonly title: string }, time: TimeScale, id: string): Markup {
  return figure({
    id,
    title: data.title,
    note: `Line: ${data.needName}. Area: ${data.haveName}. Hatched: what is missing.`,
    svg: demandChart(data, { time }),
    table: dataTable(
      lower(data.title),
      ['At', capital(data.needName), capital(data.haveName)],
      stepRows([data.need, data.have]),
      { numeric: [1, 2] },
    ),
    hasReading: true,
  })
}

export function versionFigures(all: RunCharts['versions'], time: TimeScale, prefix: string): Markup {
  const swatch = (style: number) =>
    element(
      'svg',
      { class: 'swatch chart', width: 18, height: 14, 'aria-hidden': 'true' },
      element('rect', { class: `v${style % VERSION_STYLES}`, width: 18, height: 14 }),
      element('text', { class: 'version', x: 9, y: 11 }, versionLetter(style)),
    )
  const named = (versions: VersionsData['versions']) =>
    element(
      'ul',
      { class: 'legend' },
      versions.map(({ name, style }) => element('li', {}, swatch(style), ` ${name}`)),
    )
  return fragment(
    all.map(({ title, versions }, i) =>
      figure({
        id: `${prefix}versions${i}`,
        title,
        legend: named(versions),
        svg: versionsChart({ versions }, { time }),
        table: dataTable(
          lower(title),
          ['At', ...versions.map(({ name, style }) => `${versionLetter(style)} ${name}`)],
          stepRows(versions.map(({ instances }) => instances)),
          { numeric: versions.map((_, at) => at + 1) },
        ),
        hasReading: true,
      }),
    ),
  )
}
