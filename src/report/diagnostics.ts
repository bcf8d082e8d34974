import type { Diagnostic, SourcePlace } from '../model/diagnostic.ts'
import { type Palette, palette } from './palette.ts'
import { columns, printable, WIDTH_DEFAULT, wrap } from './typeset.ts'
import { plural } from './wording.ts'

/** Columns of a source line that are shown around the mistake. */
const EXCERPT_COLUMNS = 90

export interface DiagnosticOptions {
  readonly color: boolean
  /** The text of a file by the name in `place.file`; without it no excerpt is shown. */
  readonly source?: (file: string) => string | undefined
}

/**
 * Mistakes as a compiler prints them:
 *
 *   scenario.yaml:9:32  E0106 pauseTimeBetweenBatches must be an ISO 8601 duration, got "2m"
 *      9 |   pauseTimeBetweenBatches: 2m
 *        |                            ^
 *        write PT2M
 *
 * The headline stays on one line, so that an editor can match it. Ends in a line feed; empty for none.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: DiagnosticOptions): string {
  if (diagnostics.length === 0) return ''
  const paint = palette(options.color)
  const sources = new Map<string, readonly string[] | undefined>()
  const linesOf = (file: string) => {
    if (!sources.has(file)) sources.set(file, options.source?.(file)?.split(/\r?\n/))
    return sources.get(file)
  }
  const blocks = diagnostics.map((diagnostic) => block(diagnostic, linesOf, paint).join('\n'))
  return `${blocks.join('\n')}\n${paint.strong(countDiagnostics(diagnostics))}\n`
}

/** `3 mistakes in 2 files`. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const files = new Set(diagnostics.flatMap((diagnostic) => diagnostic.place?.file ?? []))
  const where = files.size === 0 ? '' : ` in ${plural(files.size, 'file')}`
  return `${plural(diagnostics.length, 'mistake')}${where}`
}

function block(
  diagnostic: Diagnostic,
  linesOf: (file: string) => readonly string[] | undefined,
  paint: Palette,
): string[] {
  const { place } = diagnostic
  const where = place === undefined ? '' : `${printable(place.file)}:${place.line}:${place.column}  `
  const excerpt = place === undefined ? [] : excerptAt(place, linesOf(place.file), paint)
  // Without an excerpt the path is the only way to find the spot.
  const path =
    excerpt.length === 0 && diagnostic.path !== undefined && diagnostic.path !== ''
      ? wrap(`at ${printable(diagnostic.path)}`, WIDTH_DEFAULT - 8)
      : []
  const hint = diagnostic.hint === undefined ? [] : wrap(printable(diagnostic.hint), WIDTH_DEFAULT - 8)
  return [
    `${paint.strong(where)}${paint.bad(printable(diagnostic.code))} ${printable(diagnostic.message)}`,
    ...excerpt,
    ...path.map((line) => `        ${paint.quiet(line)}`),
    ...hint.map((line) => `        ${paint.accent(line)}`),
  ]
}

/** The line and a caret below the column; a long line is shown around the caret. */
function excerptAt(place: SourcePlace, lines: readonly string[] | undefined, paint: Palette): string[] {
  const line = lines?.[place.line - 1]
  if (line === undefined) return []
  // A tab becomes one blank, so that text and caret agree whatever the terminal makes of tabs.
  const clean = (text: string) => printable(text.replaceAll('\t', ' '))
  const at = Math.min(Math.max(0, place.column - 1), line.length)
  const cutLeft = at > EXCERPT_COLUMNS - 20 ? at - 40 : 0
  const cutRight = Math.min(line.length, cutLeft + EXCERPT_COLUMNS)
  const left = `${cutLeft > 0 ? '...' : ''}${clean(line.slice(cutLeft, at))}`
  const right = `${clean(line.slice(at, cutRight))}${cutRight < line.length ? '...' : ''}`
  const number = String(place.line).padStart(5)
  return [
    `${paint.quiet(`${number} |`)} ${left}${right}`.trimEnd(),
    `${paint.quiet(`${' '.repeat(number.length)} |`)} ${' '.repeat(columns(left))}${paint.bad('^')}`,
  ]
}
