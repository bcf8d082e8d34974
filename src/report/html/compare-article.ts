import type { PairedMeasure } from '../../lab/compare.ts'
import type { CampaignResult } from '../../lab/record.ts'
import { amount } from '../campaign-text.ts'
import { type IntervalRow, intervalsChart } from '../charts/intervals.ts'
import { COMPARE_METHODS, differenceText } from '../compare-text.ts'
import { element } from '../markup.ts'
import { decimal, plural } from '../wording.ts'
import { type Article, section, verdictBadge } from './article.ts'
import { dataTable, figure } from './parts.ts'

/** Two policies on the same luck. @param labels what A and B are, as on the command line */
export function compareArticle(
  measures: readonly PairedMeasure[],
  results: readonly [CampaignResult, CampaignResult],
  labels: readonly [string, string],
): Article {
  const [a, b] = results
  const differing = measures.filter(({ difference, equal }) => difference.value !== 0 || equal < 1)
  const own = differing.filter(({ name }) => !name.startsWith('perScaleSet.'))
  const runs = Math.min(a.summary.runs, b.summary.runs)
  const { fromSeed } = a.record.seeds
  const headline = headlineOf(own)
  const markup = element(
    'article',
    { id: 'r0', class: 'compare', 'data-run': a.record.scenario, 'aria-labelledby': 'r0-title' },
    element(
      'header',
      {},
      element(
        'p',
        { class: 'eyebrow' },
        `Two policies on the same luck: ${plural(runs, 'pair')} of runs, seeds ${fromSeed} to ${fromSeed + a.record.seeds.runs - 1}`,
      ),
      element('h2', { id: 'r0-title' }, headline),
      element(
        'dl',
        { class: 'topics' },
        (['A', 'B'] as const).flatMap((letter, i) => [
          element('dt', {}, letter, ' ', verdictBadge(results[i]!.verdict)),
          element('dd', {}, element('code', {}, labels[i]!)),
        ]),
      ),
    ),
    section(
      'Differences',
      own.length === 0
        ? element('p', {}, 'No measure differs.')
        : figure({
            id: 'r0-differences',
            title: 'B − A, mean over the pairs',
            note: 'Each row has its own scale; only zero is common. The line is the 95 % interval: where it crosses zero, the runs do not tell the two apart. Green: better with B. Red: worse. Grey: neither.',
            svg: intervalsChart({ left: 'less with B', right: 'more with B', rows: own.map(rowOf) }),
            table: dataTable(
              'every measure that differs, each scale set apart as well',
              ['Measure', 'A', 'B', 'B − A', 'From', 'To', 'B better', 'Equal', 'Pairing narrows', 'Pairs'],
              differing.map((measure) => {
                const of = amount(measure)
                const { low, high } = measure.difference.interval
                return [
                  measure.name,
                  of(measure.a),
                  of(measure.b),
                  signed(measure.difference.value, of),
                  low === null ? 'open' : signed(low, of),
                  high === null ? 'open' : signed(high, of),
                  measure.bIsBetter === null ? '' : `${decimal(measure.bIsBetter.value * 100)} %`,
                  `${decimal(measure.equal * 100)} %`,
                  measure.narrowing === null ? '=' : `${decimal(measure.narrowing)} x`,
                  decimal(measure.pairs),
                ]
              }),
              { numeric: [1, 2, 3, 4, 5, 6, 7, 8, 9], all: true },
            ),
          }),
      element('p', { class: 'quiet' }, COMPARE_METHODS),
    ),
  )
  return {
    name: a.record.scenario,
    title: `A against B: ${a.record.scenario}`,
    verdict: null,
    headline,
    markup,
    rules: [],
  }
}

/** A duration has no sign of its own. */
const signed = (value: number, of: (value: number) => string): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${of(Math.abs(value))}`

function rowOf(measure: PairedMeasure): IntervalRow {
  const { difference } = measure
  return {
    label: measure.name,
    value: difference.value,
    low: difference.interval.low,
    high: difference.interval.high,
    text: differenceText(measure),
    tone: toneOf(measure),
  }
}

function toneOf({ better, difference: { value, interval } }: PairedMeasure): IntervalRow['tone'] {
  const { low, high } = interval
  // An interval that holds zero says nothing either way.
  if (better === null || value === 0 || low === null || high === null || (low <= 0 && high >= 0)) return 'plain'
  return value > 0 === (better === 'more') ? 'good' : 'bad'
}

function headlineOf(measures: readonly PairedMeasure[]): string {
  const tones = measures.map(toneOf)
  const count = (tone: IntervalRow['tone']) => tones.filter((one) => one === tone).length
  const [good, bad] = [count('good'), count('bad')]
  if (measures.length === 0) return 'A and B come to the same.'
  const harm = measures.find(({ name }) => name === 'blastRadius.percent')
  const harmText = harm === undefined ? '' : ` Blast radius: ${decimal(harm.a)} % with A, ${decimal(harm.b)} % with B.`
  return `B is better in ${plural(good, 'measure')} and worse in ${decimal(bad)}, beyond luck.${harmText}`
}
