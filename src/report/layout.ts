import type { Verdict } from '../sim/result.ts'
import { type Palette, verdictPaint } from './palette.ts'
import type { ScaleSetSummary, ScenarioSummary } from './scenario-summary.ts'
import { padEnd, printable, wrap } from './typeset.ts'
import { list, plural, VERDICT_GLYPH, VERDICT_WORD } from './wording.ts'

/** What the texts of a run and of a campaign have in common: the head, labelled sections, the way to play it again. */

export const INDENT = 2
const LABEL_WIDTH = 14

export const verdictMark = (verdict: Verdict): string => `${VERDICT_GLYPH[verdict]} ${VERDICT_WORD[verdict]}`

export function heading(verdict: Verdict, scenario: ScenarioSummary, width: number, paint: Palette): string[] {
  const name = printable(scenario.name)
  const title = scenario.title === undefined ? name : `${printable(scenario.title)} (${name})`
  const lines = wrap(`${verdictMark(verdict)}: ${title}`, width, INDENT)
  return [
    ...markFirst(lines, verdictMark(verdict), verdictPaint(paint, verdict)),
    ...wrap(`${' '.repeat(INDENT)}${printable(scenario.file ?? '')}`.trim(), width - INDENT)
      .filter((line) => line !== '')
      .map((line) => ' '.repeat(INDENT) + paint.quiet(line)),
  ]
}

/** Colours the verdict at the head of the first line and leaves the rest as it is. */
export function markFirst(lines: readonly string[], mark: string, markPaint: (text: string) => string): string[] {
  return lines.map((line, i) => (i === 0 && line.startsWith(mark) ? markPaint(mark) + line.slice(mark.length) : line))
}

/** A label in its own column, the texts beside it, each beginning on a new line. */
export function labelled(label: string, texts: readonly string[], width: number, paint: Palette): string[] {
  const room = width - INDENT - LABEL_WIDTH
  return texts
    .flatMap((text) => wrap(text, room, INDENT))
    .map((line, i) => {
      const head = i === 0 ? label : ''
      // A text can be empty (a name of blanks); then nothing is padded that nothing follows.
      return ' '.repeat(INDENT) + (line === '' ? paint.quiet(head) : paint.quiet(padEnd(head, LABEL_WIDTH)) + line)
    })
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(INDENT) + line))
}

/** Fleet, policy and health of every scale set. */
export function declaredSections(scenario: ScenarioSummary, width: number, paint: Palette): string[] {
  return declaredTexts(scenario).flatMap(({ label, texts }) => labelled(label, texts, width, paint))
}

/** The same as plain text. */
export function declaredTexts(
  scenario: ScenarioSummary,
): readonly { readonly label: string; readonly texts: readonly string[] }[] {
  const several = scenario.scaleSets.length > 1
  const named = (set: ScaleSetSummary, text: string) => (several ? `${printable(set.name)}: ${text}` : text)
  return [
    { label: 'Fleet', texts: scenario.scaleSets.map(fleetText) },
    { label: 'Policy', texts: grouped(scenario.scaleSets, policyText, named) },
    { label: 'Health', texts: grouped(scenario.scaleSets, (set) => printable(set.health), named) },
  ]
}

function fleetText(set: ScaleSetSummary): string {
  const zones = set.zones.map(printable)
  const place = zones.length === 0 ? 'regional (no zones)' : `${zones.length === 1 ? 'zone' : 'zones'} ${list(zones)}`
  return `${printable(set.name)}: ${plural(set.instances, 'instance')}, ${place}, ${set.orchestrationMode}, ${printable(set.location)}`
}

function policyText(set: ScaleSetSummary): string {
  if (set.policy === undefined) return set.mode
  const { batchPercent, unhealthyPercent, upgradedPercent, pause, flags } = set.policy
  const parts = [
    `${set.mode}: batch ${batchPercent} %`,
    `unhealthy ${unhealthyPercent} %`,
    `unhealthy upgraded ${upgradedPercent} %`,
    `pause ${printable(pause)}`,
    ...flags,
  ]
  return parts.join(' · ')
}

/** One text when all sets agree, else one per set with its name before it. */
function grouped(
  sets: readonly ScaleSetSummary[],
  describe: (set: ScaleSetSummary) => string,
  named: (set: ScaleSetSummary, text: string) => string,
): string[] {
  const texts = sets.map(describe)
  return new Set(texts).size === 1 ? [texts[0]!] : sets.map((set, i) => named(set, texts[i]!))
}

/** `blastRadius.percent <= 20` -> `<= 20`. The last operator is the one that is compared (`rate(x == a) >= 0.9`). */
export function expectedPart(text: string): string {
  return /^.*?((?:==|!=|<=|>=|<|>)[^=<>!]*)$/.exec(text)?.[1]?.trim() ?? text
}

export function replayLine(replay: string, paint: Palette, label = 'Replay'): string {
  return `${' '.repeat(INDENT)}${paint.quiet(padEnd(label, LABEL_WIDTH))}${paint.accent(printable(replay))}`
}
