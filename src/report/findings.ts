import type { Finding, Severity } from '../model/finding.ts'
import { type Paint, type Palette, palette } from './palette.ts'
import { padEnd, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { plural } from './wording.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']
const INDENT = 8

/** Errors first, then warnings; inside one severity in the order they were found. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}

export function severityPaint(paint: Palette, severity: Severity): Paint {
  switch (severity) {
    case 'error':
      return paint.bad
    case 'warning':
      return paint.doubtful
    case 'info':
      return paint.accent
    default:
      return severity satisfies never
  }
}

/**
 * Findings in full: what, where, every piece of evidence, the rules, the command that would confirm it and the fix.
 * Ends in a line feed; empty for none. Commands stand on a line of their own and are never wrapped.
 */
export function renderFindings(
  findings: readonly Finding[],
  options: { readonly color: boolean; readonly width?: number },
): string {
  if (findings.length === 0) return ''
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const blocks = bySeverity(findings).map((finding) => block(finding, width, paint).join('\n'))
  return `${blocks.join('\n\n')}\n\n${countFindings(findings)}\n`
}

/** `1 error, 2 warnings`. */
export function countFindings(findings: readonly Finding[]): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  const parts = [
    [count('error'), 'error', 'errors'],
    [count('warning'), 'warning', 'warnings'],
    [count('info'), 'note', 'notes'],
  ] as const
  const some = parts.filter(([amount]) => amount > 0).map(([amount, one, many]) => plural(amount, one, many))
  return some.length === 0 ? 'no findings' : some.join(', ')
}

function block(finding: Finding, width: number, paint: Palette): string[] {
  const head = wrap(
    `${padEnd(finding.severity, INDENT - 1)} ${printable(finding.code)}  ${printable(finding.title)}`,
    width,
    INDENT,
  )
  const severity = severityPaint(paint, finding.severity)
  const [first = '', ...rest] = head
  const place =
    finding.place === undefined
      ? ''
      : ` (${printable(finding.place.file)}:${finding.place.line}:${finding.place.column})`
  const body = (text: string, hang = 2) => wrap(text, width - INDENT, hang).map((line) => ' '.repeat(INDENT) + line)
  return [
    severity(finding.severity) + first.slice(finding.severity.length),
    ...rest,
    ...body(`${printable(finding.where)}${place}`).map(paint.quiet),
    ...finding.evidence.flatMap((sentence) => body(`- ${printable(sentence)}`)),
    ...(finding.rules.length === 0 ? [] : body(`rules: ${finding.rules.map(printable).join(', ')}`)),
    ...(finding.fix === undefined ? [] : body(`fix: ${printable(finding.fix)}`, 5)),
    ...(finding.confirm === undefined
      ? []
      : [`${' '.repeat(INDENT)}confirm: ${paint.accent(printable(finding.confirm))}`]),
  ]
}
