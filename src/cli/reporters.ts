import { resolve } from 'node:path'
import type { Options } from 'yargs'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { nearest } from '../model/scenario/nearest.ts'
import { azureIssues, azureSummary } from '../report/reporters/azure-pipelines.ts'
import { GITHUB_SUMMARY_BYTES, githubAnnotations } from '../report/reporters/github.ts'
import { inert, isBuildAgent } from '../report/reporters/inert.ts'
import { fitBlocks, markdownOfReports } from '../report/reporters/markdown.ts'
import { type Note, noteOfDiagnostic, notesOfReports } from '../report/reporters/note.ts'
import type { ScenarioReport } from '../report/reporters/scenario-report.ts'
import { checkPlace, writeNamedFile } from './files.ts'
import type { Io } from './io.ts'

/** Reporters that make one document. */
export type DocumentName = 'text' | 'json' | 'junit' | 'markdown' | 'sarif'
/** Reporters that talk to a build agent: remarks on stdout, and a summary in Markdown. */
export type AgentName = 'github' | 'azure-pipelines'
export type ReporterName = DocumentName | AgentName

/** Where everything that was asked for goes. */
export interface Outputs {
  /** The document on stdout. */
  readonly stdout: DocumentName
  readonly files: readonly { readonly name: DocumentName; readonly file: string }[]
  readonly agents: readonly { readonly name: AgentName; readonly summary: string | null }[]
}

/** What a command can tell; asked only for what is wanted. Documents without colour, for a file or for stdout. */
export interface Reported {
  readonly text?: () => string
  readonly json?: () => string
  readonly junit?: () => Promise<string>
  readonly sarif?: () => string
  /** In blocks, see `fitBlocks`. */
  readonly markdown: () => readonly string[]
  readonly notes: () => readonly Note[]
}

const AGENTS: readonly ReporterName[] = ['github', 'azure-pipelines']

/** Reporters of `run` and `merge`, and those of `check`. */
export const PLAYED_REPORTERS = ['text', 'json', 'junit', 'markdown', 'github', 'azure-pipelines'] as const
export const CHECK_REPORTERS = ['text', 'json', 'sarif', 'markdown', 'github', 'azure-pipelines'] as const

export function reporterOption(names: readonly ReporterName[]): Options & { readonly type: 'string' } {
  return {
    type: 'string',
    array: true,
    nargs: 1,
    describe: `${names.join(', ')}; name to stdout, name=file to a file; may be given several times`,
  }
}

/**
 * @param output of `-o`, which names the document on stdout unless a reporter does
 * @param inputs files that must not be overwritten
 * @throws InputError E0194 for a reporter that there is not, E0195 where two things would go to one place, E0001 where nothing can be written
 */
export function readReporters(
  io: Io,
  values: readonly string[] | undefined,
  allowed: readonly ReporterName[],
  output: 'text' | 'json',
  inputs: readonly string[],
): Outputs {
  const requests = (values ?? []).map((value) => readReporter(String(value), allowed))
  const files = requests.flatMap(({ name, file }) => (file === null || isAgent(name) ? [] : [{ name, file }]))
  const agents = requests.flatMap(({ name, file }) => (isAgent(name) ? [{ name, summary: file }] : []))
  const onStdout = requests.flatMap(({ name, file }) => (file === null && !isAgent(name) ? [name] : []))
  if (output === 'json') onStdout.unshift('json')
  const [first = 'text', ...others] = [...new Set(onStdout)]
  if (others.length > 0)
    throw refuse('E0195', `${first} and ${others[0]} cannot both go to stdout`, `write --reporter ${others[0]}=file`)
  if (agents.length > 0 && first !== 'text')
    throw refuse(
      'E0195',
      `${agents[0]!.name} prints its commands on stdout, where ${first} is to go`,
      `write --reporter ${first}=file`,
    )
  const twice = agents.find(({ name }, index) => agents.findIndex((one) => one.name === name) !== index)
  if (twice !== undefined) throw refuse('E0195', `--reporter ${twice.name} is given twice`, 'leave one of them out')
  const places = [...files.map(({ file }) => file), ...agents.flatMap(({ summary }) => summary ?? [])]
  checkFiles(places, inputs)
  for (const place of places) checkPlace(io, place)
  return { stdout: first, files, agents }
}

function readReporter(value: string, allowed: readonly ReporterName[]): { name: ReporterName; file: string | null } {
  const at = value.indexOf('=')
  const name = at < 0 ? value : value.slice(0, at)
  const known = allowed.find((one) => one === name)
  if (known === undefined) {
    const near = nearest(name, allowed)
    const hint = near === undefined ? `one of ${allowed.join(', ')}` : `did you mean ${near}?`
    throw refuse('E0194', `no reporter ${name === '' ? 'without a name' : name} here`, hint)
  }
  const file = at < 0 ? null : value.slice(at + 1)
  if (file === '')
    throw refuse('E0194', `--reporter ${name}= needs the name of a file`, `write --reporter ${name}=file`)
  return { name: known, file }
}

function checkFiles(files: readonly string[], inputs: readonly string[]): void {
  const taken = new Map(inputs.map((input) => [resolve(input), `${input} itself`]))
  for (const file of files) {
    const other = taken.get(resolve(file))
    if (other !== undefined)
      throw refuse('E0195', `a reporter would overwrite ${other}`, 'give every reporter a file of its own')
    taken.set(resolve(file), `what another one writes to ${file}`)
  }
}

const isAgent = (name: ReporterName): name is AgentName => AGENTS.includes(name)

const refuse = (code: Diagnostic['code'], message: string, hint: string) => new InputError([{ code, message, hint }])

/** Everything that is made of reports alone, which are made at most once. */
export function reportedOf(make: () => readonly ScenarioReport[]): Reported {
  let made: readonly ScenarioReport[] | undefined
  const reports = () => {
    made ??= make()
    return made
  }
  return {
    // It brings a library of XML along, which every other command would wait for.
    junit: async () => (await import('../report/reporters/junit.ts')).junit(reports()),
    markdown: () => markdownOfReports(reports()),
    notes: () => notesOfReports(reports()),
  }
}

export const wants = ({ stdout, files }: Outputs, name: DocumentName): boolean =>
  stdout === name || files.some((one) => one.name === name)

/** What goes to stdout for people: a build agent must find no command in it that is not ours. */
export function printForPeople(io: Io, text: string, outputs?: Outputs): void {
  const isRead = isBuildAgent(io.env) || (outputs !== undefined && outputs.agents.length > 0)
  io.stdout.write(isRead ? inert(text) : text)
}

/** The same world, with nothing on stderr that a build agent would obey: agents read both streams. */
export function guarded(io: Io): Io {
  if (!isBuildAgent(io.env)) return io
  const { stderr } = io
  return {
    ...io,
    stderr: {
      write: (text) => stderr.write(inert(text)),
      get columns() {
        return stderr.columns
      },
      isTerminal: stderr.isTerminal,
      terminal: stderr.terminal,
    },
  }
}

/** Everything but the text on stdout, which has been printed along the way. */
export async function report(io: Io, outputs: Outputs, reported: Reported): Promise<void> {
  const { stdout, files, agents } = outputs
  const document = (name: DocumentName) => (name === 'markdown' ? reported.markdown().join('') : reported[name]!())
  if (stdout === 'markdown') printForPeople(io, await document(stdout), outputs)
  else if (stdout !== 'text') io.stdout.write(await document(stdout))
  for (const { name, file } of files) writeNamedFile(io, file, [await document(name)])
  for (const { name, summary } of agents) {
    if (name === 'github') {
      io.stdout.write(githubAnnotations(reported.notes()))
      summarizeForGitHub(io, summary, reported.markdown())
    } else {
      io.stdout.write(azureIssues(reported.notes()))
      if (summary === null) continue
      writeNamedFile(io, summary, [reported.markdown().join('')])
      io.stdout.write(azureSummary(resolve(summary)))
    }
  }
}

/** Appends to what other commands of the step have written; all of it together must not be too large. */
function summarizeForGitHub(io: Io, named: string | null, blocks: readonly string[]): void {
  const file = named ?? io.env['GITHUB_STEP_SUMMARY']
  if (file === undefined || file === '') return
  const before = named === null ? (io.readFile(file) ?? '') : ''
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  const room = GITHUB_SUMMARY_BYTES - Buffer.byteLength(before + gap)
  writeNamedFile(io, file, [before, gap, fitBlocks(blocks, room)])
}

/** Input that cannot be played or checked is shown beside its lines as well; stderr has the whole of it. */
export function reportMistakes(io: Io, { agents }: Outputs, error: InputError, file: string): void {
  const notes = error.diagnostics.map((diagnostic) => noteOfDiagnostic(diagnostic, file))
  for (const { name } of agents) io.stdout.write(name === 'github' ? githubAnnotations(notes) : azureIssues(notes))
}
