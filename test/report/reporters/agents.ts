/** How build agents read the lines of a step: written after actions/runner and microsoft/azure-pipelines-agent. */

export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

const undo = (text: string, table: readonly (readonly [string, string])[]) =>
  table.reduceRight((done, [character, escaped]) => done.replaceAll(escaped, character), text)

const GITHUB_DATA = [
  ['%', '%25'],
  ['\r', '%0D'],
  ['\n', '%0A'],
] as const
const GITHUB_PROPERTY = [...GITHUB_DATA, [':', '%3A'], [',', '%2C']] as const
const AZURE_DATA = [
  ['%', '%AZP25'],
  ['\r', '%0D'],
  ['\n', '%0A'],
] as const
const AZURE_PROPERTY = [...AZURE_DATA, [']', '%5D'], [';', '%3B']] as const

function pairs(text: string, separator: string, table: readonly (readonly [string, string])[]) {
  return Object.fromEntries(
    text
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=')
        return [part.slice(0, at), undo(part.slice(at + 1), table)]
      }),
  )
}

/** ActionCommand.TryParseV2: a line that begins with `::` after white space. */
export function githubCommand(line: string): Command | null {
  const text = line.trimStart()
  const end = text.indexOf('::', 2)
  if (!text.startsWith('::') || end < 0) return null
  const head = text.slice(2, end)
  const blank = head.indexOf(' ')
  return {
    name: blank < 0 ? head : head.slice(0, blank),
    properties: blank < 0 ? {} : pairs(head.slice(blank + 1), ',', GITHUB_PROPERTY),
    data: undo(text.slice(end + 2), GITHUB_DATA),
  }
}

/** Command.TryParse: `##vso[` anywhere in the line. */
export function azureCommand(line: string): Command | null {
  const start = line.indexOf('##vso[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return null
  const head = line.slice(start + 6, end)
  const blank = head.indexOf(' ')
  return {
    name: blank < 0 ? head : head.slice(0, blank),
    properties: blank < 0 ? {} : pairs(head.slice(blank + 1), ';', AZURE_PROPERTY),
    data: undo(line.slice(end + 1), AZURE_DATA),
  }
}

/** Lines of a step in which either agent would see a command; the older `##[` form counts for both. */
export function commandsIn(text: string): string[] {
  return text
    .split(/\r?\n|\r/)
    .filter((line) => githubCommand(line) !== null || azureCommand(line) !== null || line.includes('##['))
}
