import { clip, printable } from '../typeset.ts'
import { type Note, withinBudget } from './note.ts'

/** GitHub keeps ten annotations of each level of a step and drops the others without a word. */
export const GITHUB_ANNOTATIONS_PER_LEVEL = 10
/** A step summary above this is not shown at all. */
export const GITHUB_SUMMARY_BYTES = 1024 * 1024

const TITLE_COLUMNS = 200
const LINE_COLUMNS = 1000

/** Workflow commands, a line each, that GitHub Actions shows as annotations. Ends in a line feed; empty for none. */
export function githubAnnotations(notes: readonly Note[]): string {
  const elsewhere = 'GitHub shows ten of each kind; the step summary and -o json have all of them'
  return withinBudget(notes, GITHUB_ANNOTATIONS_PER_LEVEL, elsewhere)
    .map((note) => `${command(note)}\n`)
    .join('')
}

function command({ level, title, lines, place }: Note): string {
  const properties = [
    ['file', slashes(printable(place.file))],
    ...(place.line === null ? [] : [['line', String(place.line)]]),
    ...(place.column === null ? [] : [['col', String(place.column)]]),
    ['title', clip(printable(title), TITLE_COLUMNS)],
  ]
  const text = lines.map((line) => clip(printable(line), LINE_COLUMNS)).join('\n')
  return `::${level} ${properties.map(([name, value]) => `${name}=${escapeProperty(value!)}`).join(',')}::${escapeData(text)}`
}

export const slashes = (path: string): string => path.replaceAll('\\', '/')

/** As the runner undoes it: the percent sign first. */
const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
