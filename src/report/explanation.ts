import type { Explanation, ExplanationKind } from '../model/explain.ts'
import { palette } from './palette.ts'
import { columns, GLUE, padEnd, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'

const KINDS: Readonly<Record<ExplanationKind, string>> = {
  rule: 'rule',
  assumption: 'assumption',
  errorCode: 'error code of Azure',
  diagnostic: 'mistake in the input',
  finding: 'finding',
  example: 'worked example',
  difference: 'where article and documentation differ',
  invariant: 'invariant',
}

const LABEL_WIDTH = 13

/** One rule, assumption or code with its doubts, the assumptions that settle them, and its source. Ends in a line feed. */
export function renderExplanation(
  explanation: Explanation,
  options: { readonly color: boolean; readonly width?: number } = { color: false },
): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const labelled = (label: string, text: string | undefined) =>
    text === undefined || text === ''
      ? []
      : wrap(printable(text), width - 2 - LABEL_WIDTH).map(
          (line, i) => `  ${paint.quiet(padEnd(i === 0 ? label : '', LABEL_WIDTH))}${line}`,
        )
  const { id, kind, title, text, notPlayed, assumptions, rules } = explanation

  const heading = wrap(`${printable(id)} (${KINDS[kind]})  ${printable(title)}`, width, 2)
  const lines = heading.map((line) => paint.strong(line))
  const indented = (part: string) => wrap(printable(part), width - 2).map((line) => `  ${line}`)
  if (text !== '' && text !== title) lines.push('', ...paragraphs(text).flatMap(indented))
  if (notPlayed !== undefined) lines.push('', ...indented(`Not played: ${notPlayed}`))
  const { playbook } = explanation
  const facts = [
    ...labelled('Playbook', playbook === undefined ? undefined : `row ${playbook.row}: ${playbook.symptom}`),
    ...labelled('Cause', playbook?.cause),
    ...labelled('In doubt', explanation.ambiguity),
    ...labelled('Confidence', explanation.confidence),
    ...labelled('Source', explanation.source),
    ...labelled('Rules', rules.join(', ')),
    ...labelled('Fix', explanation.fix),
  ]
  if (facts.length > 0) lines.push('', ...facts)
  // A command is copied, so it is never wrapped.
  if (explanation.confirm !== undefined)
    lines.push(`  ${paint.quiet(padEnd('Confirm', LABEL_WIDTH))}${paint.accent(printable(explanation.confirm))}`)

  for (const assumption of assumptions) {
    const head = `Assumption ${printable(assumption.name)}: default ${value(assumption.default)}`
    lines.push('', ...wrap(`  ${head}`.trim(), width - 2, 2).map((line) => `  ${paint.accent(line)}`))
    // The page of the assumption itself has just said it.
    if (assumption.summary !== text)
      lines.push(...wrap(printable(assumption.summary), width - 4).map((line) => `    ${line}`))
    const { values } = assumption
    const widest = Math.min(20, Math.max(0, ...values.map((one) => value(one.value).length)))
    for (const one of values) {
      const marks = [
        ...(same(one.value, assumption.default) ? ['default'] : []),
        ...(assumption.article !== undefined && same(one.value, assumption.article) ? [`the${GLUE}article`] : []),
      ]
      const note = marks.length === 0 ? '' : ` [${marks.join(', ')}]`
      const meaning = wrap(`${printable(one.meaning)}${note}`, width - 6 - widest)
      // A value too long for its column stands on a line of its own.
      const long = columns(value(one.value)) > widest
      if (long) lines.push(...wrap(value(one.value), width - 4).map((line) => `    ${line}`))
      meaning.forEach((line, i) => {
        lines.push(`    ${padEnd(i === 0 && !long ? value(one.value) : '', widest)}  ${line}`)
      })
    }
    if (assumption.article !== undefined && !values.some((one) => same(one.value, assumption.article))) {
      lines.push(
        ...wrap(`the article reads it as ${value(assumption.article)}`, width - 4).map((line) => `    ${line}`),
      )
    }
    const howTo = `set it with assumptions: { ${printable(assumption.name)}: ... }`
    lines.push(...wrap(howTo, width - 4).map((line) => `    ${paint.quiet(line)}`))
  }
  return `${lines.join('\n')}\n`
}

function paragraphs(text: string): string[] {
  return text.split(/\n+/).filter((part) => part.trim() !== '')
}

const value = (of: unknown) => printable(typeof of === 'string' ? of : JSON.stringify(of))
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
