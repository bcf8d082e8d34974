import type { ObjectiveDefinition } from '../../lab/objectives.ts'
import type { PlayedPolicy, TuneReport } from '../../lab/tune.ts'
import { type ParetoAxis, type ParetoPoint, paretoChart } from '../charts/pareto.ts'
import { element, fragment, linesOf, type Markup } from '../markup.ts'
import { bicepValue, policyCode } from '../policy-code.ts'
import {
  amount,
  frontTitle,
  headOf,
  isSame,
  judgedTexts,
  OBJECTIVE_HEADS,
  policyText,
  recommendationTexts,
  searchText,
  shortAmount,
  spaceTexts,
  valueText,
} from '../tune-text.ts'
import { type Article, eyebrow, section, topicsOf } from './article.ts'
import { capital, dataTable, figure, scrollBox, table } from './parts.ts'

/** The front of a tuning, the recommendation and how to apply it. @param confirm the command that plays the recommended policy */
export function tuneArticle(report: TuneReport, confirm: string): Article {
  const { scenario, recommended, definitions } = report
  const [first, ...others] = definitions
  const headline = capital(policyText(report, recommended))
  const markup = element(
    'article',
    { id: 'r0', class: 'tune', 'data-run': scenario.name, 'aria-labelledby': 'r0-title' },
    element(
      'header',
      {},
      eyebrow(scenario.title, scenario.name),
      element('h2', { id: 'r0-title' }, `Recommended: ${policyText(report, recommended)}.`),
      element(
        'ul',
        { class: 'why' },
        recommendationTexts(report).map((text) => element('li', {}, text)),
      ),
    ),
    section(
      'The front',
      element('p', {}, `${frontTitle(report)}.`),
      element(
        'ul',
        { class: 'legend' },
        element('li', {}, key('recommended'), ' recommended'),
        element('li', {}, key('declared'), ' declared'),
        element('li', {}, key('front'), ' on the front'),
      ),
      element(
        'div',
        { class: 'pair' },
        first === undefined ? null : others.map((other, i) => frontFigure(report, other, first, `r0-front${i}`)),
      ),
      policyTable(report),
    ),
    section(
      'How it was searched',
      topicsOf([
        { label: 'Policies', texts: [searchText(report)] },
        { label: 'Space', texts: spaceTexts(report) },
        { label: 'Worlds', texts: report.worlds.map(({ describe }) => describe) },
        { label: 'Judged by', texts: judgedTexts(report) },
      ]),
    ),
    section('Apply it', applyIt(report, confirm)),
  )
  return {
    name: scenario.name,
    title: `Tuned: ${scenario.title ?? scenario.name}`,
    verdict: null,
    headline,
    markup,
    rules: [],
  }
}

function key(kind: ParetoPoint['kind']): Markup {
  const shape =
    kind === 'recommended'
      ? element('path', { class: kind, d: 'M9 0l7 7l-7 7l-7 -7z' })
      : kind === 'declared'
        ? element('rect', { class: kind, x: 4, y: 2, width: 10, height: 10 })
        : element('circle', { class: kind, cx: 9, cy: 7, r: 4.5 })
  return element('svg', { class: 'swatch chart', width: 18, height: 14, 'aria-hidden': 'true' }, shape)
}

/** The front, the declared policy as well where it is not on it; in the order and with the numbers of the table. */
function policiesOf({ front, declared }: TuneReport): readonly PlayedPolicy[] {
  return declared === null || front.some((policy) => isSame(policy, declared)) ? front : [...front, declared]
}

function kindOf({ recommended, declared }: TuneReport, policy: PlayedPolicy): ParetoPoint['kind'] {
  if (isSame(policy, recommended)) return 'recommended'
  return declared !== null && isSame(policy, declared) ? 'declared' : 'front'
}

function frontFigure(report: TuneReport, x: ObjectiveDefinition, y: ObjectiveDefinition, id: string): Markup {
  const policies = policiesOf(report)
  const range = (policy: PlayedPolicy, { name }: ObjectiveDefinition) => {
    const { low, high } = policy.objectives[name]!.interval
    return [low, high] as const
  }
  return figure({
    id,
    title: `${y.title} against ${x.title}`,
    svg: paretoChart({
      x: axisOf(x),
      y: axisOf(y),
      points: policies.map((policy, i) => ({
        name: `${i + 1}: ${policyText(report, policy)}`,
        x: policy.objectives[x.name]!.value,
        y: policy.objectives[y.name]!.value,
        xRange: range(policy, x),
        yRange: range(policy, y),
        kind: kindOf(report, policy),
      })),
    }),
    table: dataTable(
      `${y.title} and ${x.title} with their intervals`,
      ['Policy', capital(y.title), 'From', 'To', capital(x.title), 'From', 'To'],
      policies.map((policy, i) => [
        String(i + 1),
        ...[y, x].flatMap((objective) => {
          const [low, high] = range(policy, objective)
          return [policy.objectives[objective.name]!.value, low, high].map((value) =>
            value === null ? 'open' : amount(objective, value),
          )
        }),
      ]),
      { numeric: [0, 1, 2, 3, 4, 5, 6], all: true },
    ),
  })
}

const axisOf = (objective: ObjectiveDefinition): ParetoAxis => ({
  title: objective.unit === 'instanceMinutes' ? `${objective.title}, instance minutes` : objective.title,
  isDuration: objective.unit === 'duration',
  text: (value) => shortAmount(objective, value),
})

function policyTable(report: TuneReport): Markup {
  const { space, definitions } = report
  const words = { recommended: 'recommended', declared: 'declared', front: '' } as const
  return scrollBox(
    'Policies of the front',
    table(
      [
        'Policy',
        'Which',
        ...space.fields.map((field) => headOf(space.fields, field)),
        ...definitions.map(({ name }) => OBJECTIVE_HEADS[name]),
        'Fails',
      ],
      policiesOf(report).map((policy, i) => [
        String(i + 1),
        words[kindOf(report, policy)],
        ...space.fields.map((field, at) => valueText(field, policy.values[at]!)),
        ...definitions.map((objective) => shortAmount(objective, policy.objectives[objective.name]!.value)),
        policy.failed.join('; '),
      ]),
      { numeric: [0, ...definitions.map((_, i) => 2 + space.fields.length + i)] },
    ),
  )
}

function applyIt(report: TuneReport, confirm: string): Markup {
  const { recommended } = report
  const block = (title: string, text: string) =>
    fragment(element('h4', {}, title), scrollBox(title, element('code', {}, linesOf(text.trimEnd())), 'box command'))
  if (recommended.set.length === 0) return fragment(element('p', {}, 'Nothing to change.'), block('Confirm', confirm))
  const code = policyCode(report, recommended)
  return fragment(
    block('Azure CLI', code.az.join('\n')),
    code.fragments.map(({ scaleSet, properties }) =>
      fragment(
        block(`Bicep, in properties of ${scaleSet}`, bicepValue(properties)),
        block(`ARM, in properties of ${scaleSet}`, JSON.stringify(properties, null, 2)),
      ),
    ),
    block('Patch of the scenario', code.patch),
    block('Confirm', confirm),
  )
}
