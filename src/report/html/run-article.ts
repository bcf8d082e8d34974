import { formatClock, formatDuration } from '../../model/duration.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { LaneState, RolloutResult, RunResult } from '../../sim/result.ts'
import { batchGantt, outcomeOf } from '../charts/batch-gantt.ts'
import { type DemandData, demandChart } from '../charts/demand.ts'
import { chartsOf, instanceKey, type NamedStrip, type RunCharts, timeScaleOf } from '../charts/from-result.ts'
import { laneStory, swimlane } from '../charts/swimlane.ts'
import { thresholdStrip } from '../charts/threshold-strip.ts'
import type { TimeScale } from '../charts/time-scale.ts'
import { VERSION_STYLES, type VersionsData, versionLetter, versionsChart } from '../charts/versions.ts'
import { letterOf, zoneGrid } from '../charts/zone-grid.ts'
import { type Decision, decisionsOf } from '../decision-text.ts'
import { STATE_SIGNS } from '../lane-states.ts'
import { declaredTexts } from '../layout.ts'
import { element, fragment, jsonScript, type Markup } from '../markup.ts'
import type { ScenarioReport } from '../reporters/scenario-report.ts'
import type { ScenarioSummary } from '../scenario-summary.ts'
import { runSections } from '../text.ts'
import { decimal, percent, plural, span } from '../wording.ts'
import {
  type Article,
  checksOf,
  expectationsText,
  eyebrow,
  factList,
  findingsOf,
  runAgain,
  section,
  topicsOf,
  verdictBadge,
} from './article.ts'
import { runData, SLIDER_STEPS } from './data.ts'
import { type Story, storyOf } from './headline.ts'
import {
  capital,
  dataTable,
  evenly,
  figure,
  lower,
  ruleLink,
  rulesIn,
  stepRows,
  table,
  withRuleLinks,
} from './parts.ts'

/** One run with everything a page says of it. */
export interface RunEntry {
  readonly report: ScenarioReport
  readonly summary: ScenarioSummary
  readonly scenario: Scenario
  /** Of a run that kept its trace. */
  readonly result: RunResult
}

const GRID_WIDTH = 640
/** Lines of the timeline that are shown. */
const DECISIONS_MAX = 600

export function runArticle(entry: RunEntry, index: number): Article {
  const { result, scenario, report, summary } = entry
  const prefix = `r${index}-`
  const several = scenario.scaleSets.length > 1
  const story = storyOf(scenario, result)
  const time = timeScaleOf(result)
  const charts = chartsOf(result, scenario, time)
  const decisions = decisionsOf(scenario, result)
  const data = runData(
    result,
    report.name,
    time,
    charts,
    decisions.map(({ atMs }) => atMs),
    prefix,
  )
  const markup = element(
    'article',
    { id: `r${index}`, class: 'run', 'data-run': report.name, 'aria-labelledby': `${prefix}title` },
    headOf(entry, story, prefix),
    factsOf(result),
    whyOfIt(story, report, result),
    cursorBar(prefix),
    section('Instances over time', swimlaneFigure(charts, result, time, prefix)),
    section('Where they stand', whereFigure(charts, result, data.startMs, prefix)),
    charts.strips.length === 0 ? null : section('Thresholds', thresholdsOf(charts.strips, time, prefix)),
    charts.gantt.rollouts.length === 0 ? null : section('Batches', ganttFigure(charts, time, prefix)),
    section(
      'Demand and capacity',
      charts.demand.map((one, i) => demandFigure(one, time, `${prefix}demand${i}`)),
    ),
    section('Versions', versionFigures(charts.versions, time, prefix)),
    section('What was decided', timeline(decisions, prefix)),
    section('In numbers', numbersOf(entry, several)),
    report.checks.length === 0 ? null : section('Expectations', checksOf(report.checks)),
    report.findings.length === 0 ? null : section('Findings', findingsOf(report)),
    section('Run it again', runAgain(report, summary)),
    jsonScript(`${prefix}data`, data),
  )
  const told = story.chains.flatMap(({ steps, sayings }) => [...steps.map(({ text }) => text), ...sayings])
  const texts = [
    ...told,
    ...story.why,
    story.outcome,
    story.harm,
    ...runSections(result, several).flatMap((one) => one.texts),
  ]
  return {
    name: report.name,
    title: report.title ?? report.name,
    verdict: result.verdict,
    headline: [story.outcome, story.harm].filter((text) => text !== '').join(' '),
    markup,
    rules: [
      ...texts.flatMap(rulesIn),
      ...shownDecisions(decisions).flatMap(({ rule }) => rule ?? []),
      ...charts.strips.flatMap(({ rules }) => rules),
      ...report.findings.flatMap(({ rules }) => rules),
    ],
  }
}

function headOf({ report, scenario, result }: RunEntry, story: Story, prefix: string): Markup {
  return element(
    'header',
    {},
    eyebrow(report.title, report.name),
    element('h2', { id: `${prefix}title` }, withRuleLinks(story.outcome), ' ', withRuleLinks(story.harm)),
    element('p', { class: 'verdict' }, verdictBadge(result.verdict), ' ', expectationsText(report.checks)),
    scenario.description === undefined ? null : element('p', { class: 'description' }, scenario.description),
  )
}

function factsOf({ measures, rollouts }: RunResult): Markup {
  const { blastRadius, availability, timeToHalt, demand, repairs, exposed } = measures
  const harmed = blastRadius.instances
  const facts: (readonly [label: string, value: string, note: string, isBad: boolean])[] = [
    [
      'Harmed',
      blastRadius.percent === null ? (harmed === 0 ? '–' : plural(harmed, 'instance')) : percent(blastRadius.percent),
      harmed === 0 && rollouts.length === 0
        ? 'nothing was rolled out'
        : `${plural(harmed, 'instance')}; ${exposed.instances} ran what was bad`,
      harmed > 0,
    ],
    [
      'Lowest serving',
      percent(availability.minServingPercent),
      `${plural(availability.minServing, 'instance')}; ${decimal(availability.lostInstanceMinutes)} instance-minutes lost`,
      false,
    ],
    [
      'Time to halt',
      timeToHalt === null ? '–' : span(Math.round(timeToHalt / 1000) * 1000),
      harmed === 0
        ? rollouts.length === 0
          ? 'nothing was rolled out'
          : 'nothing was harmed'
        : timeToHalt === null
          ? 'it was never halted'
          : 'from the first harm to the halt',
      harmed > 0 && timeToHalt === null,
    ],
    ...(demand.unservedPercent === null
      ? []
      : [
          [
            'Unserved',
            percent(demand.unservedPercent),
            demand.peakUnservedPercent === null
              ? 'of the messages'
              : `of the requests; ${percent(demand.peakUnservedPercent)} at worst`,
            demand.unservedPercent > 0,
          ] as const,
        ]),
    ...(repairs.count === 0
      ? []
      : [
          [
            'Repairs',
            String(repairs.count),
            repairs.loops === 0 ? 'no loop' : plural(repairs.loops, 'loop'),
            repairs.loops > 0,
          ] as const,
        ]),
  ]
  return factList(facts.map(([label, value, note, isBad]) => ({ label, value, note, isBad })))
}

/** Sentences on rollouts that stand open; of more the rest is folded, so that the chain of causes stays near. */
const WHY_MAX = 5

function rolloutSentences(why: readonly string[], rollouts: readonly RolloutResult[]): Markup {
  const listOf = (texts: readonly string[]) =>
    element(
      'ul',
      { class: 'why' },
      texts.map((text) => element('li', {}, withRuleLinks(text))),
    )
  if (why.length <= WHY_MAX || why.length !== rollouts.length) return listOf(why)
  // Those that ended badly first; all of them in order in the fold.
  const notable = why.filter((_, i) => rollouts[i]!.status !== 'Completed')
  const shown = (notable.length === 0 ? why : notable).slice(0, notable.length === 0 ? 1 : WHY_MAX)
  return fragment(
    listOf(shown),
    element('details', { class: 'data' }, element('summary', {}, `All ${why.length} rollouts`), listOf(why)),
  )
}

/** What happened to each rollout, and the chain of causes behind the verdict: its times lead to the charts. */
function whyOfIt({ why, chains, untold }: Story, { file }: ScenarioReport, { rollouts }: RunResult): Markup {
  return fragment(
    rolloutSentences(why, rollouts),
    chains
      .filter(({ steps }) => steps.length > 0)
      .map(({ headline, steps, sayings }) =>
        element(
          'section',
          { class: 'chain' },
          element('h3', {}, 'Why: ', headline),
          element(
            'ol',
            {},
            steps.map(({ atMs, text }) => element('li', {}, momentLink(atMs), ' ', withRuleLinks(text))),
          ),
          sayings.map(sayingOf),
        ),
      ),
    untold === 0
      ? null
      : element(
          'p',
          { class: 'quiet' },
          `${plural(untold, 'more story', 'more stories')}: vmss-twin why ${file} tells them.`,
        ),
  )
}

/** What a page says in full at once; of a longer text it shows the beginning. */
const SAYING_MAX = 300

function sayingOf(saying: string): Markup {
  const text = element('p', { class: 'quiet' }, withRuleLinks(capital(saying)), '.')
  if (saying.length <= SAYING_MAX) return text
  const beginning = capital(saying)
    .slice(0, 90)
    .replace(/\s\S*$/, '')
  return element('details', { class: 'data' }, element('summary', {}, `${beginning} …`), text)
}

/** Leads to the moment; the script moves the charts there. */
const momentLink = (atMs: number): Markup =>
  element('a', { class: 'moment', href: `#t=${formatDuration(atMs)}`, 'data-t': atMs }, formatClock(atMs))

/** The time slider, which moves a line through all charts. Without the script it has nothing to do and is not shown. */
function cursorBar(prefix: string): Markup {
  const button = (action: string, label: string, text: string) =>
    element('button', { type: 'button', 'data-do': action, 'aria-label': label, title: label }, text)
  return element(
    'div',
    { class: 'cursor-bar', hidden: true, role: 'group', 'aria-label': 'Moment' },
    element('div', { class: 'clock' }, element('output', { class: 'now' })),
    element(
      'div',
      { class: 'controls' },
      button('previous', 'Previous decision', '◂'),
      element('label', { class: 'hidden', for: `${prefix}slider` }, 'Time'),
      element('input', { id: `${prefix}slider`, type: 'range', min: 0, max: SLIDER_STEPS, step: 1, value: 0 }),
      button('next', 'Next decision', '▸'),
      button('link', 'Copy a link to this moment', 'Link'),
    ),
    element(
      'div',
      { class: 'chosen' },
      element('span', { class: 'chosen-text', role: 'status' }),
      button('clear', 'Choose no instance', '✕'),
    ),
    element('div', { class: 'moment-text' }),
  )
}

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

function swimlaneFigure({ swimlane: data }: RunCharts, result: RunResult, time: TimeScale, prefix: string): Markup {
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
function whereFigure({ zones }: RunCharts, result: RunResult, atMs: number, prefix: string): Markup {
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

function thresholdsOf(strips: readonly NamedStrip[], time: TimeScale, prefix: string): Markup {
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

function ganttFigure({ gantt }: RunCharts, time: TimeScale, prefix: string): Markup {
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

function demandFigure(data: DemandData & { readonly title: string }, time: TimeScale, id: string): Markup {
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

function versionFigures(all: RunCharts['versions'], time: TimeScale, prefix: string): Markup {
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

/**
 * As many as a page can bear, over the whole run: the ends of rollouts and what speaks for or against them stay, before them
 * go lines about single instances, evenly where not all of a kind must go.
 */
export function shownDecisions(decisions: readonly Decision[], max = DECISIONS_MAX): readonly Decision[] {
  if (decisions.length <= max) return decisions
  const kinds: ((decision: Decision) => boolean)[] = [
    ({ subject, tone }) => !subject.includes('/') && tone !== 'plain',
    ({ subject, tone }) => !subject.includes('/') && tone === 'plain',
    ({ subject, tone }) => subject.includes('/') && tone !== 'plain',
    ({ subject, tone }) => subject.includes('/') && tone === 'plain',
  ]
  const kept = new Set<Decision>()
  for (const isOfKind of kinds) {
    const room = max - kept.size
    const own = decisions.filter(isOfKind)
    for (const decision of own.length > room ? evenly(own, room) : own) kept.add(decision)
  }
  return decisions.filter((decision) => kept.has(decision))
}

function timeline(decisions: readonly Decision[], prefix: string): Markup {
  if (decisions.length === 0) return element('p', { class: 'quiet' }, 'Nobody decided anything in this run.')
  const shown = shownDecisions(decisions)
  const left = decisions.length - shown.length
  const rows = shown.map(({ atMs, subject, text, rule, tone }) => [
    momentLink(atMs),
    subject,
    element('span', { class: tone === 'plain' ? null : tone }, text),
    rule === null ? '' : ruleLink(rule),
  ])
  return fragment(
    element(
      'p',
      { class: 'quiet' },
      'Decisions of people and of the platform, and what befell the fleet. Health signals and steps of single instances are in the chart of instances; run with --trace for every one of them.',
    ),
    element(
      'div',
      {
        class: 'box timeline',
        id: `${prefix}timeline`,
        tabindex: 0,
        role: 'region',
        'aria-label': 'Timeline of decisions',
      },
      table(['At', 'Of', 'What', 'Rule'], rows),
    ),
    left > 0
      ? element(
          'p',
          { class: 'quiet', 'data-left': left },
          `${plural(left, 'line')} of ${decisions.length} left out, those about single instances first; run with --trace for all of them.`,
        )
      : null,
  )
}

function numbersOf({ result, summary }: RunEntry, several: boolean): Markup {
  return topicsOf([...declaredTexts(summary), ...runSections(result, several)])
}
