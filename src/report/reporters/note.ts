import type { Diagnostic, SourcePlace } from '../../model/diagnostic.ts'
import type { Finding } from '../../model/finding.ts'
import type { ScenarioReport } from './scenario-report.ts'

export type NoteLevel = 'error' | 'warning' | 'notice'

/** One remark beside a line of a file, as pipelines show it. */
export interface Note {
  readonly level: NoteLevel
  /** Code of a finding or diagnostic; null: an expectation. */
  readonly code: string | null
  readonly title: string
  readonly lines: readonly string[]
  readonly place: Place
}

/** `line` null: the file as a whole. */
export interface Place {
  readonly file: string
  readonly line: number | null
  readonly column: number | null
}

/** What did not hold, of all scenarios; then what stands out, once each. */
export function notesOfReports(reports: readonly ScenarioReport[]): Note[] {
  const checks = reports.flatMap((report) =>
    report.checks
      .filter(({ verdict }) => verdict !== 'pass')
      .map(
        (check): Note => ({
          level: check.verdict === 'fail' ? 'error' : 'warning',
          code: null,
          title: `${report.name}: ${check.text}`,
          lines: [
            check.verdict === 'fail' ? check.detail : `undecided: ${check.detail}`,
            ...report.headline,
            check.replay ?? report.replay,
          ],
          place: placeOr(check.place ?? undefined, report.file),
        }),
      ),
  )
  return [...checks, ...once(reports.flatMap(({ file, findings }) => findings.map((one) => noteOfFinding(one, file))))]
}

const LEVEL = { error: 'error', warning: 'warning', info: 'notice' } as const

/** @param file where it has no place of its own */
export function noteOfFinding(
  { code, title, severity, where, place, evidence, fix, rules }: Finding,
  file: string,
): Note {
  return {
    level: LEVEL[severity],
    code,
    title: `${code}: ${title}`,
    lines: [
      where,
      ...evidence,
      ...(rules.length === 0 ? [] : [`rules: ${rules.join(', ')}`]),
      ...(fix === undefined ? [] : [`fix: ${fix}`]),
    ],
    place: placeOr(place, file),
  }
}

export function noteOfDiagnostic({ code, message, place, hint }: Diagnostic, file: string): Note {
  return {
    level: 'error',
    code,
    title: code,
    lines: [message, ...(hint === undefined ? [] : [hint])],
    place: placeOr(place, file),
  }
}

const placeOr = (place: SourcePlace | undefined, file: string): Place =>
  place === undefined
    ? { file, line: null, column: null }
    : { file: place.file, line: place.line, column: place.column }

/** Cases of a file repeat what their base says. */
export function once(notes: readonly Note[]): Note[] {
  const seen = new Set<string>()
  return notes.filter((note) => {
    const key = JSON.stringify(note)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/**
 * The notes that a pipeline shows: of each level at most so many, errors before warnings. Where there are more, the last one
 * that fits is given up for one that counts the rest.
 */
export function withinBudget(notes: readonly Note[], perLevel: number, elsewhere: string): Note[] {
  return (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const own = notes.filter((note) => note.level === level)
    if (own.length <= perLevel) return own
    const kept = own.slice(0, perLevel - 1)
    const rest = own.length - kept.length
    const place = { file: own[kept.length]!.place.file, line: null, column: null }
    return [...kept, { level, code: null, title: `${rest} more of this kind`, lines: [elsewhere], place }]
  })
}
