import type { SeedRange } from '../lab/campaign.ts'
import type { CampaignExpectation } from '../lab/judge.ts'
import type { CampaignResult } from '../lab/record.ts'
import type { Estimate } from '../lab/statistics.ts'
import type { MeasureSummary } from '../lab/summary.ts'
import { declaredSections, expectedPart, heading, INDENT, indent, labelled, markFirst, replayLine } from './layout.ts'
import { type Palette, palette, verdictPaint } from './palette.ts'
import type { ScenarioSummary } from './scenario-summary.ts'
import { clip, columns, padEnd, padStart, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { decimal, plural, span, VERDICT_GLYPH } from './wording.ts'

export interface CampaignTextOptions {
  readonly scenario: ScenarioSummary
  readonly color: boolean
  /** Columns, at least 40; default 100. */
  readonly width?: number
  /** The complete command that plays the campaign again. */
  readonly replay: string
  /** The one that plays a single run of it. */
  readonly replayRun: (seed: number) => string
  /** Only the verdict, and what did not hold. */
  readonly quiet?: boolean
}

/** A campaign as a block of text: how the rollouts ended, each measure as a distribution, the expectations. Ends in a line feed. */
export function renderCampaign(result: CampaignResult, options: CampaignTextOptions): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const { summary, verdict, expectations } = result
  const section = (label: string, texts: readonly string[]) => labelled(label, texts, width, paint)
  const lines = heading(verdict, options.scenario, width, paint)
  lines.push(...section('Runs', [runsText(result)]))
  const failing = expectations.find(({ failingSeed }) => failingSeed !== null)?.failingSeed ?? null
  const last = [
    replayLine(options.replay, paint),
    ...(failing === null ? [] : [replayLine(options.replayRun(failing), paint, 'Failing run')]),
  ]
  const judged = (shown: readonly CampaignExpectation[]) =>
    shown.flatMap((expectation) => expectationLines(expectation, width - INDENT, paint))
  if (options.quiet === true) {
    const open = judged(expectations.filter((one) => one.verdict !== 'pass'))
    return `${[...lines, ...indent(open), ...(verdict === 'pass' ? [] : last)].join('\n')}\n`
  }
  lines.push(...declaredSections(options.scenario, width, paint), '')
  for (const { rollout, runs, rates } of summary.rollouts) {
    const seldom = runs === summary.runs ? '' : ` of ${plural(runs, 'run')} that had one`
    const texts = rates.map(({ status, rate }) => `${printable(status)} ${share(rate)}`)
    lines.push(...section(`Rollout ${rollout + 1}`, [`${texts.join(' · ')}${seldom}`]))
  }
  lines.push('', ...indent([paint.strong('Measures that differ between runs')]))
  lines.push(...indent(indent(measureTable(summary.measures, width - 2 * INDENT, paint))))
  lines.push(...indent(wrap(methods(result), width - INDENT).map(paint.quiet)))
  if (expectations.length > 0)
    lines.push('', ...indent([paint.strong('Expectations')]), ...indent(judged(expectations)))
  return `${[...lines, '', ...last].join('\n')}\n`
}

const METHODS =
  "Means with the 95 % interval of Student's t, shares with that of Clopper and Pearson. A quantile is a value that occurred (nearest rank); -o json has its interval, from the order statistics."

/** How the intervals came about; a campaign that stops when it is decided has wider ones. */
export function methods({ looks }: CampaignResult): string {
  if (looks === null) return METHODS
  return `${METHODS} Intervals are wide enough to cover as often in spite of the ${plural(looks, 'look')} at which it might have stopped.`
}

/** `1,000 runs, seeds 1 to 1000`. */
export function runsText({ summary, record }: CampaignResult): string {
  const { fromSeed, runs } = record.seeds
  const seeds = seedsText({ fromSeed, runs })
  return summary.runs === runs
    ? `${plural(runs, 'run')}, ${seeds}`
    : `${decimal(summary.runs)} of ${plural(runs, 'run')}, ${seeds}`
}

export const seedsText = ({ fromSeed, runs }: SeedRange): string =>
  runs === 1 ? `seed ${fromSeed}` : `seeds ${fromSeed} to ${fromSeed + runs - 1}`

const HEAD = ['', 'mean', 'p50', 'p95', 'p99', 'max'] as const

/** Over all scale sets together; `-o json` has each of them apart. */
function measureTable(measures: readonly MeasureSummary[], width: number, paint: Palette): string[] {
  const differing = measures.filter(({ name, min, max }) => min !== max && !name.startsWith('perScaleSet.'))
  if (differing.length === 0) return ['every measure was the same in all of them']
  const rows = differing.map((measure) => {
    const of = amount(measure)
    const { mean, quantiles } = measure
    const half = mean.interval.high === null ? '' : ` ± ${of(mean.interval.high - mean.value)}`
    const { p50, p95, p99 } = quantiles
    return [measure.name, `${of(mean.value)}${half}`, ...[p50, p95, p99].map(({ value }) => of(value)), of(measure.max)]
  })
  const widths = HEAD.map((text, i) => Math.max(text.length, ...rows.map((row) => columns(row[i]!))))
  const others = widths.slice(1).reduce((sum, one) => sum + one + 2, 0)
  widths[0] = Math.max(12, Math.min(widths[0]!, width - others))
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => (i === 0 ? padEnd(clip(text, widths[0]!), widths[0]!) : padStart(text, widths[i]! + 2)))
      .join('')
  return [paint.quiet(line(HEAD)), ...rows.map(line)]
}

/** A measured number for people: durations to the second, others to two decimals. */
export const amount =
  ({ isDuration }: Pick<MeasureSummary, 'isDuration'>) =>
  (value: number): string =>
    isDuration ? span(Math.round(value / 1000) * 1000).replace(/ (?=[a-z])/g, '') : decimal(value, 2)

export function bracket({ interval: { low, high } }: Estimate, of: (value: number) => string): string {
  return `(${low === null ? '?' : of(low)} to ${high === null ? '?' : of(high)})`
}

const sharePercent = (value: number): string => `${decimal(value * 100, 2)} %`
export const share = (rate: Estimate): string => `${sharePercent(rate.value)} ${bracket(rate, sharePercent)}`

/** What was measured of an expectation, that against what was expected, and whether more runs could turn it. */
export function judgedText(expectation: CampaignExpectation): {
  readonly measured: string
  readonly against: string
  readonly doubt: readonly string[]
} {
  const { actual, unit, isDecided, failingSeed, runs } = expectation
  const text = printable(expectation.text)
  const of = unit === 'share' ? sharePercent : amount({ isDuration: unit === 'duration' })
  const isEveryRun = unit === 'share' && !/^\s*rate\s*\(/.test(expectation.text)
  const estimated = actual === null ? 'nothing to measure' : `${of(actual.value)} ${bracket(actual, of)}`
  const measured = isEveryRun && actual !== null ? `held in ${estimated} of ${plural(runs, 'run')}` : estimated
  const doubt =
    isDecided || isEveryRun || actual === null
      ? []
      : ['more runs could turn it: the interval holds values on both sides']
  const against = isEveryRun
    ? `${measured}${failingSeed === null ? '' : `; first seed in which it does not hold: ${failingSeed}`}`
    : `actual ${measured}, expected ${expectedPart(text)}`
  return { measured, against, doubt }
}

/** What held, with its estimate; below what did not, actual against expected. */
function expectationLines(expectation: CampaignExpectation, width: number, paint: Palette): string[] {
  const { verdict, reason } = expectation
  const { measured, against, doubt } = judgedText(expectation)
  const mark = VERDICT_GLYPH[verdict]
  const colour = verdictPaint(paint, verdict)
  const text = printable(expectation.text)
  const below = [
    ...(verdict === 'pass' ? [] : [against]),
    ...(reason === null ? [] : [`${verdict}: ${printable(reason)}`]),
    ...doubt,
  ]
  const head = verdict === 'pass' ? `${mark} ${text} (${measured})` : `${mark} ${text}`
  return [
    ...markFirst(wrap(head, width, 2), mark, colour),
    ...below.flatMap((line) => wrap(line, width - 4).map((part) => `    ${colour(part)}`)),
  ]
}
