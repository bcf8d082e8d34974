import { identityOf, type Path, type SourceDocument } from './document.ts'
import type { RawCase } from './schema.ts'
import { applyAssignment, applySet } from './set-option.ts'

export interface Case {
  /** Where it stands. */
  readonly path: Path
  readonly raw: RawCase
}

/** Keys that a case gives itself, or that make no sense in it. */
const NOT_SET_BY_CASES = ['name', 'title', 'description', 'expect', 'cases']
/** Keys that say how to look at a scenario, and nothing about what happens in it. */
const NOT_CHANGED_BY_LESSONS = [...NOT_SET_BY_CASES, 'vary', 'properties', 'lesson', 'seed']

/** The cases of a file that can be relied on, in order. E0120 for a name that stands twice. */
export function readCases(source: SourceDocument, sound: (path: Path) => boolean): Case[] {
  const cases = (source.value as { cases?: unknown }).cases
  if (!Array.isArray(cases)) return []
  const seen = new Set<string>()
  return (cases as readonly RawCase[]).flatMap((raw, index) => {
    const path: Path = ['cases', index]
    if (!sound(path)) return []
    if (seen.has(raw.name)) {
      source.report('E0120', [...path, 'name'], `two cases are called ${raw.name}`, { hint: 'rename one of them' })
      return []
    }
    seen.add(raw.name)
    return [{ path, raw }]
  })
}

/**
 * The document of a case: the file as written, with `set` of the case laid on top as `--set` would, then the options of the
 * command line, since they win. Everything in it has the place where the case writes it.
 *
 * @param base with the options applied; mistakes are told there
 * @param set `path=value` each
 */
export function caseDocument(
  { path, raw }: Case,
  base: SourceDocument,
  asWritten: SourceDocument,
  set: readonly string[],
): SourceDocument {
  const own = asWritten.fork('cases')
  for (const [written, value] of Object.entries(raw.set)) {
    const at: Path = [...path, 'set', written]
    const key = topKey(written)
    if (NOT_SET_BY_CASES.includes(key)) {
      base.report('E0120', at, `a case cannot set ${key}`, {
        place: base.keyPlaceOf(at),
        hint: key === 'cases' ? 'take it out' : `write ${key} beside set`,
      })
    } else applyAssignment(own, written, value, at)
  }
  // An option that reaches into the cases has been applied to them.
  for (const assignment of set) if (topKey(assignment) !== 'cases') applySet(own, assignment)
  const document = own.value as Record<string, unknown>
  document['expect'] = raw.expect
  // A lesson plays the base.
  delete document['lesson']
  own.copyPlaces([...path, 'expect'], ['expect'])
  return own
}

/** Where the change of a lesson stands. */
export const LESSON_CHANGE: Path = ['lesson', 'change']

/** The document after the change of its lesson, made in the same way; it expects nothing, and is no lesson itself. */
export function changedDocument(
  changes: Readonly<Record<string, unknown>>,
  base: SourceDocument,
  asWritten: SourceDocument,
  set: readonly string[],
): SourceDocument {
  const own = asWritten.fork('lesson')
  for (const [written, value] of Object.entries(changes)) {
    const at: Path = [...LESSON_CHANGE, 'set', written]
    const key = topKey(written)
    if (NOT_CHANGED_BY_LESSONS.includes(key))
      base.report('E0120', at, `the change of a lesson cannot set ${key}`, {
        place: base.keyPlaceOf(at),
        hint: 'change something in azure, world, timeline, duration or assumptions',
      })
    else applyAssignment(own, written, value, at)
  }
  for (const assignment of set) if (topKey(assignment) !== 'lesson') applySet(own, assignment)
  const document = own.value as Record<string, unknown>
  for (const key of ['cases', 'expect', 'vary', 'properties']) delete document[key]
  return own
}

/**
 * Adds the mistakes of a case to those of the file. What the base has as well has been said; what the case makes wrong
 * somewhere else is told at its `set`, with that other place in the message.
 */
export function takeOverMistakes(path: Path, name: string, own: SourceDocument, base: SourceDocument): void {
  const known = new Set(base.diagnostics.map(identityOf))
  const lines = base.linesOf(path)
  const main = base.placeOf([]).file
  for (const diagnostic of own.diagnostics) {
    if (known.has(identityOf(diagnostic))) continue
    const { place } = diagnostic
    const isOwn = place?.file === main && place.line >= lines.first && place.line <= lines.last
    if (isOwn) {
      base.diagnostics.push(diagnostic)
      continue
    }
    const elsewhere =
      place === undefined ? '' : ` (${place.file === main ? '' : `${place.file}:`}${place.line}:${place.column})`
    base.diagnostics.push({
      ...diagnostic,
      message: `in ${name}: ${diagnostic.message}${elsewhere}`,
      place: base.keyPlaceOf([...path, 'set']),
    })
  }
}

/** The key of the top level that a path goes through. */
function topKey(path: string): string {
  return /^[^.[=]+/.exec(path)?.[0].trim() ?? ''
}
