import type { Influence, SensitivityReport } from '../../lab/sensitivity.ts'
import { amount } from '../campaign-text.ts'
import { effectsChart } from '../charts/effects.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { nameOf, readingText, robustness, scopeOf } from '../sensitivity-text.ts'
import { list, VERDICT_GLYPH, VERDICT_WORD } from '../wording.ts'
import { type Article, eyebrow, section } from './article.ts'
import { capital, dataTable, figure, ruleLink, scrollBox, table } from './parts.ts'

/** Rows of the chart; the table has all. */
const ROWS_MAX = 25

/** Which outcomes hang on something that was never documented. @param name in the address of the page */
export function sensitivityArticle(report: SensitivityReport, name: string, index: number): Article {
  const { base, influences, refused } = report
  const turning = influences.filter(({ turned }) => turned.length > 0)
  const headline =
    turning.length === 0
      ? `${capital(robustness(report))}.`
      : `Verdicts hang on ${list([...new Set(turning.map(nameOf))])}.`
  const id = `r${index}`
  const markup = element(
    'article',
    { id, class: 'sensitivity', 'data-run': name, 'aria-labelledby': `${id}-title` },
    element(
      'header',
      {},
      eyebrow(base.title, base.scenario),
      element('h2', { id: `${id}-title` }, headline),
      element(
        'p',
        {},
        `${capital(scopeOf(report))}. ${influences.length === 0 ? 'None changes anything.' : `${influences.length} of them change something.`}`,
      ),
    ),
    turning.length === 0 ? null : section('Readings that turn a verdict', turnedTable(turning)),
    influences.length === 0 ? null : section('How much each reading changes', effects(influences, id)),
    refused.length === 0
      ? null
      : section(
          'Readings under which the scenario is refused',
          element(
            'ul',
            {},
            refused.map(({ readings, reason }) =>
              element('li', {}, `${readings.map(({ name, text }) => `${name}: ${text}`).join(', ')}: ${reason}`),
            ),
          ),
        ),
  )
  return {
    name,
    title: `Sensitivity: ${base.title ?? base.scenario}`,
    verdict: null,
    headline,
    markup,
    rules: influences.flatMap(({ readings }) => readings.flatMap(({ rules }) => rules)),
  }
}

function turnedTable(influences: readonly Influence[]): Markup {
  return scrollBox(
    'Readings that turn a verdict',
    table(
      ['Reading', 'Expectation', 'From', 'To', 'Rules'],
      influences.flatMap((influence) =>
        influence.turned.map(({ text, from, to }) => [
          readingText(influence),
          element('code', {}, text),
          `${VERDICT_GLYPH[from]} ${VERDICT_WORD[from]}`,
          `${VERDICT_GLYPH[to]} ${VERDICT_WORD[to]}`,
          rulesOf(influence),
        ]),
      ),
    ),
  )
}

const rulesOf = ({ readings }: Influence): Markup =>
  fragment([...new Set(readings.flatMap(({ rules }) => rules))].map((id) => [ruleLink(id), ' ']))

const shortName = ({ readings }: Influence): string =>
  readings.map(({ name, text }) => `${name}: ${text}`).join(' with ')

function effects(influences: readonly Influence[], id: string): Markup {
  const shown = influences.slice(0, ROWS_MAX)
  const changed = ({ measures, rollouts }: Influence): string => {
    const [first] = measures.filter(({ name }) => !name.startsWith('perScaleSet.'))
    if (first === undefined) return rollouts ? 'a rollout ends otherwise' : ''
    return changeText(first)
  }
  return figure({
    id: `${id}-effects`,
    title: 'Change of the measure that changes most',
    note: `Hatched: turns a verdict.${shown.length < influences.length ? ` The first ${shown.length} of ${influences.length}; the table has all.` : ''}`,
    svg: effectsChart({
      rows: shown.map((influence) => ({
        label: shortName(influence),
        effect: influence.measures[0]?.effect ?? 0,
        turnsVerdict: influence.turned.length > 0,
        text: changed(influence),
      })),
    }),
    table: dataTable(
      'every reading that changes something',
      ['Reading', 'What it means', 'Rules', 'Changes'],
      influences.map((influence) => [
        shortName(influence),
        influence.readings.map(({ meaning }) => meaning).join(' · '),
        rulesOf(influence),
        [
          ...(influence.rollouts ? ['a rollout ends otherwise'] : []),
          ...influence.measures.filter(({ name }) => !name.startsWith('perScaleSet.')).map(changeText),
        ].join('; '),
      ]),
      { all: true },
    ),
  })
}

function changeText(measure: Influence['measures'][number]): string {
  const of = amount(measure)
  const word = (value: number | null) => (value === null ? 'nothing' : of(value))
  return `${measure.name} ${word(measure.from)} → ${word(measure.to)}`
}
