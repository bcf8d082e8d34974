import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Finding } from '../../model/finding.ts'
import { type Note, noteOfDiagnostic, noteOfFinding, once } from './note.ts'

/** What a file turned out to be, with everything there is to say about it. */
export interface CheckedFile {
  readonly file: string
  readonly summary: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly findings: readonly Finding[]
  /** Of each case of a scenario what it has beyond the base, in order of the file. */
  readonly cases: readonly CheckedCase[]
}

export interface CheckedCase {
  readonly name: string
  readonly findings: readonly Finding[]
}

export function notesOfChecked(files: readonly CheckedFile[]): Note[] {
  return once(
    files.flatMap(({ file, diagnostics, findings, cases }) => [
      ...diagnostics.map((diagnostic) => noteOfDiagnostic(diagnostic, file)),
      ...[...findings, ...cases.flatMap((one) => one.findings)].map((finding) => noteOfFinding(finding, file)),
    ]),
  )
}
