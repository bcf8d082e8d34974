import { formatClock, formatDuration } from '../../model/duration.ts'
import { findRule } from '../../model/rules/index.ts'
import type { Steps } from '../../sim/result.ts'
import { timesOf, valueAt } from '../charts/steps.ts'
import { type Child, element, fragment, type Markup, ofChart } from '../markup.ts'
import { decimal, plural } from '../wording.ts'

/** Building blocks of a page. */

export type Row = readonly Child[]

/** A table behind a chart shows at most so many rows; what is left out is counted. */
const ROWS_MAX = 400

/** @param numeric indices of columns of numbers */
export function table(
  head: readonly string[],
  rows: readonly Row[],
  options: { readonly numeric?: readonly number[]; readonly caption?: string } = {},
): Markup {
  const { numeric = [], caption } = options
  const kind = (i: number) => (numeric.includes(i) ? 'num' : undefined)
  return element(
    'table',
    {},
    caption === undefined ? null : element('caption', {}, caption),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        head.map((text, i) => element('th', { scope: 'col', class: kind(i) }, text)),
      ),
    ),
    element(
      'tbody',
      {},
      rows.map((row) =>
        element(
          'tr',
          {},
          row.map((cell, i) => element('td', { class: kind(i) }, cell)),
        ),
      ),
    ),
  )
}

/** The same as a chart shows, as a table, closed at first. */
export function dataTable(
  what: string,
  head: readonly string[],
  rows: readonly Row[],
  options: { readonly numeric?: readonly number[]; readonly all?: boolean } = {},
): Markup {
  const left = options.all === true ? 0 : rows.length - ROWS_MAX
  const name = `Table: ${what}`
  const shown = left > 0 ? evenly(rows, ROWS_MAX) : rows
  return element(
    'details',
    { class: 'data' },
    element('summary', {}, name),
    scrollBox(name, table(head, shown, options)),
    left > 0
      ? element(
          'p',
          { class: 'quiet' },
          `${plural(left, 'row')} of ${rows.length} left out, evenly; run with --trace for all of them.`,
        )
      : null,
  )
}

/** So many of them, the first and the last among them where there is room for two. */
export function evenly<T>(rows: readonly T[], count: number): T[] {
  if (count < 2) return rows.slice(0, Math.max(0, count))
  return Array.from({ length: count }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (count - 1))]!)
}

/** Rows of a table: every moment at which one of the quantities changes. */
export function stepRows(all: readonly Steps[]): string[][] {
  return timesOf(all).map((at) => [
    formatClock(at),
    ...all.map((steps) => {
      const value = valueAt(steps, at)
      return value === null ? '–' : decimal(value, 2)
    }),
  ])
}

/** Scrolls by itself, so that the page never does sideways; can be reached and scrolled with the keyboard. */
export const scrollBox = (label: string, content: Child, className = 'box'): Markup =>
  element('div', { class: className, tabindex: 0, role: 'region', 'aria-label': label }, content)

/** A chart with its title, what it says at the chosen moment, and its table. */
export function figure(parts: {
  readonly id: string
  readonly title: string
  /** Rules it is about. */
  readonly rules?: readonly string[]
  readonly note?: Child
  /** What its colours, patterns and letters stand for. */
  readonly legend?: Markup
  readonly svg: string
  readonly table: Markup
  /** Filled in by the script. */
  readonly hasReading?: boolean
}): Markup {
  const { id, title, rules = [], note } = parts
  return element(
    'figure',
    { id, class: 'figure' },
    element(
      'figcaption',
      {},
      element('h4', {}, title),
      rules.length === 0 ? null : element('span', { class: 'rules' }, ruleLinks(rules)),
      parts.hasReading === true ? element('output', { class: 'reading', hidden: true }) : null,
    ),
    note === undefined ? null : element('p', { class: 'quiet' }, note),
    parts.legend,
    scrollBox(title, ofChart(parts.svg), 'box plot'),
    parts.table,
  )
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** Leads to the moment; the script moves the charts there. */
export const momentLink = (atMs: number): Markup =>
  element('a', { class: 'moment', href: `#t=${formatDuration(atMs)}`, 'data-t': atMs }, formatClock(atMs))

/** Links to the rules at the end of the page. */
export const ruleLinks = (ids: readonly string[]): Markup =>
  fragment(ids.map((id, i) => [i === 0 ? null : ' ', ruleLink(id)]))

export function ruleLink(id: string): Markup {
  const rule = findRule(id)
  return rule === undefined
    ? element('span', {}, id)
    : element('a', { class: 'rule', href: `#rule-${rule.id}`, title: rule.title }, rule.id)
}

/** Text in which every rule id is a link to the rule. */
export function withRuleLinks(text: string): Markup {
  const parts = text.split(/\b([A-Z]{2}-\d{1,2})\b/)
  return fragment(parts.map((part, i) => (i % 2 === 1 ? ruleLink(part) : part)))
}

/** Ids of rules that a text names. */
export const rulesIn = (text: string): string[] =>
  [...text.matchAll(/\b[A-Z]{2}-\d{1,2}\b/g)].map(([id]) => id).filter((id) => findRule(id) !== undefined)

/** The rules that a page links to, each with what it says and on what it rests. */
export function ruleSection(ids: readonly string[]): Markup | null {
  const rules = [...new Set(ids)].sort().flatMap((id) => findRule(id) ?? [])
  if (rules.length === 0) return null
  return element(
    'section',
    { class: 'rulebook', 'aria-labelledby': 'rules' },
    element('h2', { id: 'rules' }, 'Rules that are named here'),
    element(
      'dl',
      {},
      rules.map((rule) =>
        fragment(
          element('dt', { id: `rule-${rule.id}`, tabindex: -1 }, `${rule.id} ${rule.title}`),
          element(
            'dd',
            {},
            rule.text,
            element('span', { class: 'quiet' }, ` ${capital(rule.confidence)}. Source: ${rule.source}`),
          ),
        ),
      ),
    ),
  )
}
