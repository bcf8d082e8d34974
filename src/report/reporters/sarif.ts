import type { Log, PhysicalLocation, ReportingDescriptor, Result } from 'sarif'
import type { SourcePlace } from '../../model/diagnostic.ts'
import { findDiagnosticCode } from '../../model/diagnostic-codes.ts'
import type { Finding, Severity } from '../../model/finding.ts'
import { findFindingCode } from '../../model/finding-codes.ts'
import { printable } from '../typeset.ts'
import type { CheckedFile } from './checked-file.ts'
import { slashes } from './github.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, Result.level>

interface Remark {
  readonly code: string
  readonly title: string
  readonly level: 'error' | 'warning' | 'note'
  readonly text: string
  readonly place: SourcePlace | undefined
  readonly file: string
  readonly kind: 'mistake' | 'finding'
}

/** What `check` found as SARIF 2.1.0: mistakes and findings are results, their codes the rules. */
export function sarif(files: readonly CheckedFile[], engine: { readonly name: string; readonly version: string }): Log {
  const remarks = files.flatMap(remarksOf)
  const codes = [...new Map(remarks.map((remark) => [remark.code, remark])).values()]
  const index = new Map(codes.map(({ code }, at) => [code, at]))
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: engine.name, semanticVersion: engine.version, rules: codes.map(descriptor) } },
        invocations: [{ executionSuccessful: true, exitCode: remarks.some(({ kind }) => kind === 'mistake') ? 2 : 0 }],
        columnKind: 'utf16CodeUnits',
        results: remarks.map((remark) => ({
          ruleId: remark.code,
          ruleIndex: index.get(remark.code)!,
          level: remark.level,
          message: { text: remark.text },
          locations: [{ physicalLocation: location(remark) }],
        })),
      },
    ],
  }
}

function remarksOf({ file, diagnostics, findings, cases }: CheckedFile): Remark[] {
  const mistakes = diagnostics.map(
    ({ code, message, hint, place }): Remark => ({
      code,
      title: findDiagnosticCode(code)?.title ?? code,
      level: 'error',
      text: sentences([message, hint]),
      place,
      file,
      kind: 'mistake',
    }),
  )
  const found = (finding: Finding): Remark => ({
    code: finding.code,
    title: finding.title,
    level: LEVEL[finding.severity],
    text: sentences([finding.title, finding.where, ...finding.evidence, finding.fix]),
    place: finding.place,
    file,
    kind: 'finding',
  })
  return [...mistakes, ...[...findings, ...cases.flatMap((one) => one.findings)].map(found)]
}

/** Viewers show the first sentence alone, so each part ends like one. */
const sentences = (parts: readonly (string | undefined)[]): string =>
  parts
    .flatMap((part) => (part === undefined || part.trim() === '' ? [] : [printable(part).replace(/[^.!?]$/, '$&.')]))
    .join(' ')

function descriptor({ code, title, level, kind }: Remark): ReportingDescriptor {
  const diagnostic = kind === 'mistake' ? findDiagnosticCode(code) : undefined
  const finding = kind === 'finding' ? findFindingCode(code) : undefined
  const full = diagnostic?.explanation ?? finding?.explanation ?? title
  const help = sentences([full, diagnostic?.fix ?? finding?.fix, `vmss-twin explain ${code} prints all of it`])
  return {
    id: code,
    name: code,
    shortDescription: { text: sentences([title]) },
    fullDescription: { text: sentences([full]) },
    help: { text: help },
    defaultConfiguration: { level },
  }
}

function location({ place, file }: Remark): PhysicalLocation {
  const artifactLocation = { uri: uriOf(place?.file ?? file) }
  return {
    artifactLocation,
    region: place === undefined ? { startLine: 1 } : { startLine: place.line, startColumn: place.column },
  }
}

/** A relative path stays relative: it counts from the root of the repository. */
function uriOf(path: string): string {
  const joined = slashes(printable(path)).split('/').map(encodeURIComponent).join('/')
  if (path.startsWith('/')) return `file://${joined}`
  return /^[A-Za-z]:[\\/]/.test(path) ? `file:///${joined.replace('%3A', ':')}` : joined
}
