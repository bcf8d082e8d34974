import type { CampaignResult } from '../../lab/record.ts'
import { CONFIDENCE, type Estimate, quantile, quantileInterval, sorted } from '../../lab/statistics.ts'
import type { MeasureSummary } from '../../lab/summary.ts'
import { amount, methods, runsText, share } from '../campaign-text.ts'
import { type PercentileRibbonData, percentileRibbon } from '../charts/percentile-ribbon.ts'
import { DOTS, type QuantileDotsData, quantileDots } from '../charts/quantile-dots.ts'
import { type RunCurves, ribbonsOf, timeScaleOfRuns } from '../charts/run-curves.ts'
import { RIBBON_PERCENTILES, type TimeRibbonData, timeRibbon } from '../charts/time-ribbon.ts'
import type { TimeScale } from '../charts/time-scale.ts'
import { declaredTexts } from '../layout.ts'
import { element, fragment, type Markup } from '../markup.ts'
import type { ScenarioReport } from '../reporters/scenario-report.ts'
import type { ScenarioSummary } from '../scenario-summary.ts'
import { decimal, plural } from '../wording.ts'
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
import { dataTable, figure, lower, scrollBox, stepRows, table } from './parts.ts'

/** A campaign with everything a page says of it. */
export interface CampaignEntry {
  readonly report: ScenarioReport
  readonly summary: ScenarioSummary
  readonly result: CampaignResult
  /** Of the first runs; null: they are not there, because shards hold none. */
  readonly curves: readonly RunCurves[] | null
}

/** Charts are drawn of these, where they differ between runs, and of as many others as have room. */
const FIRST_MEASURES = [
  'blastRadius.percent',
  'availability.minServingPercent',
  'timeToHalt',
  'rollouts[0].duration',
  'demand.unservedPercent',
  'timeToRecover',
  'availability.lostInstanceMinutes',
  'cost.total',
]
const CHARTS_MAX = 8

export function campaignArticle({ report, summary, result, curves }: CampaignEntry, index: number): Article {
  const { record, expectations, verdict } = result
  const prefix = `r${index}-`
  const differing = result.summary.measures.filter(({ min, max }) => min !== max)
  const own = differing.filter(({ name }) => !name.startsWith('perScaleSet.'))
  const charted = [
    ...FIRST_MEASURES.flatMap((name) => own.find((measure) => measure.name === name) ?? []),
    ...own.filter(({ name }) => !FIRST_MEASURES.includes(name)),
  ].slice(0, CHARTS_MAX)
  const outcome = outcomeOf(result)
  const markup = element(
    'article',
    { id: `r${index}`, class: 'campaign', 'data-run': report.name, 'aria-labelledby': `${prefix}title` },
    element(
      'header',
      {},
      eyebrow(report.title, report.name),
      element('h2', { id: `${prefix}title` }, outcome),
      element(
        'p',
        { class: 'verdict' },
        verdictBadge(verdict),
        ` ${expectationsText(expectations, ` over ${runsText(result)}`)}`,
      ),
    ),
    factList(report.facts.map(({ name, value }) => factOf(name, value))),
    result.summary.rollouts.length === 0 ? null : section('How the rollouts ended', ratesOf(result)),
    section('Over time', overTime(curves, result, report, `${prefix}time`)),
    section(
      'Measures that differ between runs',
      charted.length === 0
        ? element('p', {}, 'Every measure was the same in all of them.')
        : [
            element(
              'p',
              { class: 'quiet' },
              `Left: ${DOTS} dots, each as likely as the other. Right: the percentiles, with the ${decimal(CONFIDENCE * 100)} % interval of each as a band.`,
            ),
            charted.map((measure, i) => measureFigures(result, measure, `${prefix}m${i}`)),
          ],
    ),
    section('Intervals', intervalTable(result, differing)),
    report.checks.length === 0 ? null : section('Expectations', checksOf(report.checks)),
    section('In numbers', topicsOf(declaredTexts(summary))),
    report.findings.length === 0 ? null : section('Findings', findingsOf(report)),
    section('Run it again', runAgain(report, { durationMs: record.durationMs })),
  )
  return {
    name: report.name,
    title: report.title ?? report.name,
    verdict,
    headline: outcome,
    markup,
    rules: report.findings.flatMap(({ rules }) => rules),
  }
}

/** `p50 20, p99 26.7, max 30`: the median in large, the others below it. */
function factOf(label: string, text: string) {
  const [value = '', ...others] = text.split(', ')
  const median = /^p50 (.+)$/.exec(value)?.[1]
  const notes = median === undefined ? others : ['p50', ...others]
  return { label, value: median ?? value, note: notes.join(', '), isBad: false }
}

/** `FAULTED in 98.2 % of 1,000 runs. Half of them harm at most 20 % of the fleet, 99 of 100 at most 26.7 %.` */
function outcomeOf({ summary }: CampaignResult): string {
  const [first] = summary.rollouts
  const most = [...(first?.rates ?? [])].sort((a, b) => b.count - a.count || (a.status < b.status ? -1 : 1))[0]
  const ending =
    first === undefined || most === undefined
      ? `No rollout in ${plural(summary.runs, 'run')}.`
      : `${most.status.toUpperCase()} in ${decimal(most.rate.value * 100)} % of ${plural(first.runs, 'run')}.`
  const harm = summary.measures.find(({ name }) => name === 'blastRadius.percent')
  if (harm === undefined) return ending
  if (harm.max === 0) return `${ending} No instance was harmed in any of them.`
  const { p50, p99 } = harm.quantiles
  return `${ending} Half of the runs harm at most ${decimal(p50.value)} % of the fleet, 99 of 100 at most ${decimal(p99.value)} %.`
}

function ratesOf({ summary }: CampaignResult): Markup {
  return scrollBox(
    'How the rollouts ended',
    table(
      ['Rollout', 'Status', 'Runs', `Share, with its ${decimal(CONFIDENCE * 100)} % interval`],
      summary.rollouts.flatMap(({ rollout, rates }) =>
        rates.map(({ status, count, rate }) => [String(rollout + 1), status, decimal(count), share(rate)]),
      ),
      { numeric: [2] },
    ),
  )
}

function overTime(
  curves: CampaignEntry['curves'],
  { summary }: CampaignResult,
  { replay }: ScenarioReport,
  id: string,
): Markup {
  const undrawn = (why: string) =>
    fragment(
      element('p', {}, `${why} This draws the course of the runs:`),
      scrollBox('Command for the charts over time', element('code', {}, `${replay} --report out.html`), 'box command'),
    )
  if (curves === null) return undrawn('Shards hold what came of each run, not its course.')
  if (summary.runs === 0) return element('p', {}, 'No run was played to the end.')
  if (curves.length === 0) return undrawn('The campaign was interrupted before these charts were made.')
  const time = timeScaleOfRuns(curves)
  const ribbons = ribbonsOf(curves, time)
  if (ribbons.length === 0)
    return element('p', {}, 'In none of them did an instance serve, turn unhealthy or take another version.')
  return fragment(
    element('p', { class: 'quiet' }, legendOf(curves.length, summary.runs)),
    ribbons.map((ribbon, i) => ribbonFigure(ribbon, time, `${id}${i}`)),
  )
}

/** What a reader has to know of the ribbons: how many runs they are of, and what line and bands mean. */
function legendOf(drawn: number, played: number): string {
  if (drawn === 1)
    return `Of ${played === 1 ? 'the only run' : 'the first run'}: with one run every percentile is the same.`
  const of = drawn === played ? `all ${decimal(drawn)} runs` : `the first ${decimal(drawn)} runs`
  return `Of ${of}: the line is the median at each moment, the darker band holds half of the runs, the paler one 90 of 100. No single run need follow a line.`
}

function ribbonFigure(ribbon: TimeRibbonData, time: TimeScale, id: string): Markup {
  const { title, percentiles } = ribbon
  return figure({
    id,
    title,
    svg: timeRibbon(ribbon, { time }),
    table: dataTable(
      `${lower(title)}, percentiles over time`,
      ['At', ...RIBBON_PERCENTILES.map((percentile) => `p${percentile}`)],
      stepRows(percentiles),
      { numeric: RIBBON_PERCENTILES.map((_, i) => i + 1) },
    ),
  })
}

function valuesOf({ record }: CampaignResult, name: string): Float64Array {
  const index = record.measures.findIndex((measure) => measure.name === name)
  return sorted(record.samples.flatMap(({ values }) => values[index] ?? []))
}

function measureFigures(result: CampaignResult, measure: MeasureSummary, id: string): Markup {
  const values = valuesOf(result, measure.name)
  const text = amount(measure)
  const dots = Array.from({ length: DOTS }, (_, i) => quantile(values, (i + 0.5) / DOTS))
  const points = Array.from({ length: 99 }, (_, i) => ({
    percentile: i + 1,
    value: quantile(values, (i + 1) / 100),
    ...quantileInterval(values, (i + 1) / 100),
  }))
  const limit = limitOf(result, measure, text)
  const { isDuration } = measure
  const dotData: QuantileDotsData = { dots, text, isDuration, ...(limit === null ? {} : { limit }) }
  const ribbonData: PercentileRibbonData = { points, text, isDuration }
  const chosen = [1, 5, 10, 25, 50, 75, 90, 95, 99]
  return element(
    'div',
    { class: 'pair' },
    figure({
      id: `${id}dots`,
      title: measure.name,
      svg: quantileDots(dotData),
      table: dataTable(
        `${measure.name}, ${DOTS} equally likely outcomes`,
        ['Outcome', 'Value'],
        dots.map((value, i) => [String(i + 1), text(value)]),
        {
          numeric: [0, 1],
        },
      ),
    }),
    figure({
      id: `${id}ribbon`,
      title: `Percentiles of ${measure.name}`,
      svg: percentileRibbon(ribbonData),
      table: dataTable(
        `${measure.name}, percentiles`,
        ['Percentile', 'Value', 'From', 'To'],
        points
          .filter(({ percentile }) => chosen.includes(percentile))
          .map(({ percentile, value, low, high }) => [
            `p${percentile}`,
            text(value),
            low === null ? 'open' : text(low),
            high === null ? 'open' : text(high),
          ]),
        { numeric: [1, 2, 3] },
      ),
    }),
  )
}

/** What an expectation such as `p99(blastRadius.percent) <= 20` or `blastRadius.percent <= 20` allows. */
function limitOf({ record }: CampaignResult, { name, isDuration }: MeasureSummary, text: (value: number) => string) {
  if (isDuration) return null
  for (const expectation of record.expectations) {
    const match = /^\s*(?:(\w+)\s*\(\s*)?([\w.[\]]+)\s*\)?\s*(<=|>=|<|>)\s*(-?[\d.]+)\s*$/.exec(expectation)
    if (match?.[2] !== name) continue
    const value = Number(match[4])
    return { value, text: `${match[1] === undefined ? '' : `${match[1]} `}${match[3]} ${text(value)}` }
  }
  return null
}

function intervalTable(result: CampaignResult, measures: readonly MeasureSummary[]): Markup {
  const cell = (estimate: Estimate, of: (value: number) => string) => {
    const { low, high } = estimate.interval
    const [from, to] = [low === null ? 'open' : of(low), high === null ? 'open' : of(high)]
    // What cannot be told apart as it is printed is no interval to a reader.
    const isPoint = from === to && low !== null
    return [of(estimate.value), isPoint ? null : element('span', { class: 'quiet interval' }, `${from} to ${to}`)]
  }
  return fragment(
    measures.length > 0 &&
      scrollBox(
        'Measures with their intervals',
        table(
          ['Measure', 'Mean', 'p5', 'p50', 'p95', 'p99', 'Least', 'Most'],
          measures.map((measure) => {
            const of = amount(measure)
            const { p5, p50, p95, p99 } = measure.quantiles
            return [
              measure.name,
              ...[measure.mean, p5, p50, p95, p99].map((estimate) => cell(estimate, of)),
              of(measure.min),
              of(measure.max),
            ]
          }),
          { numeric: [1, 2, 3, 4, 5, 6, 7] },
        ),
      ),
    element(
      'p',
      { class: 'quiet' },
      methods(result).replace('; -o json has its interval, from', '; its interval is from'),
    ),
  )
}
