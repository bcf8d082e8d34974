import { clip, printable } from '../typeset.ts'
import { type Note, withinBudget } from './note.ts'

/** The agent keeps ten issues of each level of a task. */
export const AZURE_ISSUES_PER_LEVEL = 10

const LINE_COLUMNS = 1000

/**
 * Logging commands, a line each, that Azure Pipelines shows as issues of the task. It has errors and warnings only: notices
 * stand in the summary. Ends in a line feed; empty for none.
 */
export function azureIssues(notes: readonly Note[]): string {
  const elsewhere = 'Azure Pipelines shows ten of each kind; -o json has all of them'
  const shown = notes.filter(({ level }) => level !== 'notice')
  return withinBudget(shown, AZURE_ISSUES_PER_LEVEL, elsewhere)
    .map((note) => `${issue(note)}\n`)
    .join('')
}

/** Attaches a Markdown file to the summary of the build. @param path absolute, as the agent demands */
export function azureSummary(path: string): string {
  return `##vso[task.uploadsummary]${escapeData(path)}\n`
}

function issue({ level, code, title, lines, place }: Note): string {
  const properties = [
    ['type', level],
    ['sourcepath', printable(place.file)],
    ...(place.line === null ? [] : [['linenumber', String(place.line)]]),
    ...(place.column === null ? [] : [['columnnumber', String(place.column)]]),
    ...(code === null ? [] : [['code', code]]),
  ]
  const text = [title, ...lines].map((line) => clip(printable(line), LINE_COLUMNS)).join('\n')
  return `##vso[task.logissue ${properties.map(([name, value]) => `${name}=${escapeProperty(value!)};`).join('')}]${escapeData(text)}`
}

/** As the agent undoes it. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string => escapeData(text).replaceAll(']', '%5D').replaceAll(';', '%3B')
