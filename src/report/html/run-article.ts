import type { Scenario } from '../../model/scenario.ts'
import type { RolloutResult, RunResult } from '../../sim/result.ts'
import { chartsOf, timeScaleOf } from '../charts/from-result.ts'
import { decisionsOf } from '../decision-text.ts'
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
import { shownDecisions, timeline } from './decision-timeline.ts'
import { type Story, storyOf } from './headline.ts'
import { capital, momentLink, rulesIn, withRuleLinks } from './parts.ts'
import { demandFigure, ganttFigure, swimlaneFigure, thresholdsOf, versionFigures, whereFigure } from './run-figures.ts'

/** One run with everything a page says of it. */
export interface RunEntry {
  readonly report: ScenarioReport
  readonly summary: ScenarioSummary
  readonly scenario: Scenario
  /** Of a run that kept its trace. */
  readonly result: RunResult
}

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

function numbersOf({ result, summary }: RunEntry, several: boolean): Markup {
  return topicsOf([...declaredTexts(summary), ...runSections(result, several)])
}
