import type { Decision } from '../decision-text.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { plural } from '../wording.ts'
import { evenly, momentLink, ruleLink, table } from './parts.ts'

/** Lines that are shown. */
const DECISIONS_MAX = 600

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

/** What was decided, a line each, with links to the moments and the rules. */
export function timeline(decisions: readonly Decision[], prefix: string): Markup {
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
