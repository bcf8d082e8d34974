import type { Verdict } from '../../sim/result.ts'
import { type Child, element, fragment, linesOf, type Markup } from '../markup.ts'
import type { Check, ScenarioReport } from '../reporters/scenario-report.ts'
import { plural, span, VERDICT_GLYPH, VERDICT_WORD } from '../wording.ts'
import { ruleLink, scrollBox, table, withRuleLinks } from './parts.ts'

/** What a page shows of one scenario, and what all kinds of it have in common. */
export interface Article {
  /** In addresses and in the index. */
  readonly name: string
  /** Of the page, where it is the only article. */
  readonly title: string
  /** Null: nothing is judged. */
  readonly verdict: Verdict | null
  readonly headline: string
  readonly markup: Markup
  /** Rules that are linked. */
  readonly rules: readonly string[]
}

export const section = (title: string, ...content: readonly Child[]): Markup =>
  element('section', {}, element('h3', {}, title), content)

/** Above the headline: the title, and the name beside it where it is another one. */
export const eyebrow = (title: string | null | undefined, name: string): Markup =>
  element(
    'p',
    { class: 'eyebrow' },
    title ?? name,
    (title ?? name) === name ? null : element('span', { class: 'quiet' }, ` ${name}`),
  )

/** A verdict as glyph and word. */
export const verdictBadge = (verdict: Verdict): Markup =>
  element('span', { class: `badge ${verdict}` }, `${VERDICT_GLYPH[verdict]} ${VERDICT_WORD[verdict]}`)

/** `All 3 expectations of the scenario hold.`, `1 of 2 expectations of the scenario holds over 30 runs.` */
export function expectationsText(judged: readonly { readonly verdict: Verdict }[], over = ''): string {
  const all = judged.length
  if (all === 0) return 'The scenario expects nothing in particular.'
  const held = judged.filter(({ verdict }) => verdict === 'pass').length
  if (held === 1 && all === 1) return `The only expectation of the scenario holds${over}.`
  const isOne = held === 1 || all === 1
  return `${held === all ? 'All' : `${held} of`} ${plural(all, 'expectation')} of the scenario ${isOne ? 'holds' : 'hold'}${over}.`
}

export function checksOf(checks: readonly Check[]): Markup {
  return scrollBox(
    'Expectations',
    table(
      ['Verdict', 'Expectation', 'Outcome'],
      checks.map(({ text, verdict, detail }) => [verdictBadge(verdict), element('code', {}, text), detail]),
    ),
  )
}

export function findingsOf({ findings }: ScenarioReport): Markup {
  return element(
    'ul',
    { class: 'findings' },
    findings.map(({ code, title, severity, where, evidence, rules, fix, confirm }, i) =>
      element(
        'li',
        {},
        element(
          'p',
          {},
          element('strong', {}, title),
          element('span', { class: 'quiet' }, ` ${severity}, ${code}, ${where} `),
          rules.map((id) => [ruleLink(id), ' ']),
        ),
        evidence.map((text) => element('p', {}, text)),
        fix === undefined ? null : element('p', {}, element('strong', {}, 'Fix: '), fix),
        confirm === undefined
          ? null
          : scrollBox(`Command that confirms finding ${i + 1}`, element('code', {}, linesOf(confirm)), 'box command'),
      ),
    ),
  )
}

export function runAgain(
  { replay, file, properties }: ScenarioReport,
  { durationMs }: { readonly durationMs: number },
): Markup {
  const facts = properties.filter(({ name }) => name !== 'duration').map(({ name, value }) => `${name} ${value}`)
  return fragment(
    scrollBox('Command', element('code', {}, linesOf(replay)), 'box command'),
    element('p', { class: 'quiet' }, [file, `${span(durationMs)} played`, ...facts].join(' · ')),
  )
}

/** What one scans for: a few large numbers. */
export function factList(
  facts: readonly { readonly label: string; readonly value: string; readonly note: string; readonly isBad: boolean }[],
): Markup {
  return element(
    'dl',
    { class: 'facts' },
    facts.map(({ label, value, note, isBad }) =>
      element(
        'div',
        { class: isBad ? 'fact bad' : 'fact' },
        element('dt', {}, label),
        element('dd', {}, element('strong', {}, value), note === '' ? null : element('span', { class: 'quiet' }, note)),
      ),
    ),
  )
}

/** Topic by topic in sentences. */
export function topicsOf(topics: readonly { readonly label: string; readonly texts: readonly string[] }[]): Markup {
  return element(
    'dl',
    { class: 'topics' },
    topics.map(({ label, texts }) =>
      fragment(
        element('dt', {}, label),
        element(
          'dd',
          {},
          texts.map((text) => element('p', {}, withRuleLinks(text))),
        ),
      ),
    ),
  )
}
