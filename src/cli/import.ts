import { dirname, isAbsolute, relative, sep } from 'node:path'
import type { CommandModule } from 'yargs'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { type GivenFile, importScenario, sourceOf } from '../model/scenario/starter.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { plural } from '../report/wording.ts'
import { EXIT } from './exit-codes.ts'
import { checkPlace, isStream, readNamedFile, writeNamedFile } from './files.ts'
import { type Io, wantsColor } from './io.ts'
import { OUTPUT, single } from './options.ts'
import { PARAMETER_FILE, PARAMETERS, type ParameterArguments, readParameterPairs } from './parameters.ts'
import { shellWord } from './scenarios.ts'
import { UsageError } from './usage.ts'

interface ImportArguments extends ParameterArguments {
  readonly files: readonly string[]
  readonly out: string | undefined
  readonly output: 'text' | 'json'
}

export function importCommand(io: Io, done: (code: number) => void): CommandModule<object, ImportArguments> {
  return {
    command: 'import <files..>',
    describe: 'Make a scenario from ARM templates or az output, and say what was understood',
    builder: (args) =>
      args
        .positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'templates, az … show -o json; together they are one deployment',
        })
        .option('parameters', PARAMETERS)
        .option('parameter-file', PARAMETER_FILE)
        .option('out', single('out', 'write the scenario to this file, which must not be there yet; default: stdout'))
        .option('output', OUTPUT)
        .example('$0 import azuredeploy.json -p instanceCount=9 --out release.yaml', 'a scenario to run and to edit')
        .example('$0 import vmss.json > release.yaml', 'from az vmss show -o json > vmss.json') as never,
    handler: async (args) => done(importFiles(io, args)),
  }
}

function importFiles(io: Io, args: ImportArguments): number {
  const files = args.files.map(String)
  const { out } = args
  const parameterFiles = (args.parameterFile ?? []).map(String)
  for (const path of [...files, ...parameterFiles]) checkName(io, path)
  if (out !== undefined) {
    if (io.kindOf(out) === 'file')
      throw new UsageError(`--out ${out} is there already`, 'name a file that is not, so that nothing of yours is lost')
    checkPlace(io, out)
  }
  // Of a scenario that goes to stdout nobody knows where it will lie; it is made for this directory.
  const file = out ?? 'scenario.yaml'
  const given = [
    ...files.map((path) => ({ path, holdsParameters: false })),
    ...parameterFiles.map((path) => ({ path, holdsParameters: true })),
  ]
  // Read here, so that a name that leads nowhere is told as it was given.
  const named = given.map((one): readonly [string, GivenFile] => {
    const path = fromFolderOf(file, one.path)
    return [path, { ...one, path, text: readNamedFile(io, one.path) }]
  })
  // A file that is named twice declares once.
  const read = [...new Map(named).values()]
  const source = sourceOf(nameOf, read, readParameterPairs(args))
  try {
    const { text, understood, findings } = importScenario(source, file, (path) => io.readFile(path))
    if (out !== undefined) writeNamedFile(io, out, [text])
    if (args.output === 'json')
      io.stdout.write(`${JSON.stringify({ formatVersion: 1, file, scenario: text, understood, findings }, null, 2)}\n`)
    else if (out === undefined) io.stdout.write(text)
    tell(io, understood, findings.length, args)
    return EXIT.holds
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return refuse(io, error)
  }
}

/** The scenario will read its files at every run, by the names that it has for them. @throws UsageError */
function checkName(io: Io, path: string): void {
  if (isStream(io, path))
    throw new UsageError(
      `${path} is read once, and a scenario reads its files at every run`,
      'write it to a file, and name that',
    )
  if (sep === '/' && path.includes('\\'))
    throw new UsageError(
      `${path} cannot stand in a scenario, where \\ separates folders on every system`,
      'give it another name',
    )
}

function tell(io: Io, understood: readonly string[], findings: number, args: ImportArguments): void {
  const { out } = args
  const lines = [
    ...understood,
    findings === 0
      ? 'nothing stands out'
      : `${plural(findings, 'finding')}: ${checkCommandOf(args)} tells ${findings === 1 ? 'it' : 'them'}`,
    ...(out === undefined ? [] : [`wrote ${out}: vmss-twin run ${shellWord(out)}`]),
  ]
  for (const line of lines) io.stderr.write(`${line}\n`)
}

/** Of the scenario where it has a name; else of what it is made of, with the values that were given. */
function checkCommandOf({ files, out, parameters = [], parameterFile = [] }: ImportArguments): string {
  const words =
    out === undefined
      ? [
          ...files,
          ...parameters.flatMap((pair) => ['-p', pair]),
          ...parameterFile.flatMap((file) => ['--parameter-file', file]),
        ]
      : [out]
  return ['vmss-twin', 'check', ...words].map((word) => shellWord(String(word))).join(' ')
}

function refuse(io: Io, { diagnostics }: InputError): number {
  const text = renderDiagnostics(diagnostics, { color: wantsColor(io, io.stderr), source: (path) => io.readFile(path) })
  io.stderr.write(text)
  const missing = missingParameters(diagnostics)
  if (missing.length > 0) {
    const options = missing.map((name) => `-p ${shellWord(name)}=...`).join(' ')
    io.stderr.write(`add ${options}, or --parameter-file with the values of a deployment\n`)
  }
  return EXIT.invalid
}

/** Parameters that the hints of E0303 ask a scenario for. */
function missingParameters(diagnostics: readonly Diagnostic[]): string[] {
  const asked = diagnostics.flatMap(
    ({ hint }) => /azure\.parameters: \{ (.*?) \}/.exec(hint ?? '')?.[1]?.split(', ') ?? [],
  )
  return [...new Set(asked.map((one) => one.replace(/:.*$/s, '')))]
}

/** `infra/azuredeploy.json` -> `azuredeploy`. */
const nameOf = (path: string): string =>
  path
    .split(/[/\\]/)
    .at(-1)!
    .replace(/(?<=.)\.jsonc?$/i, '')

/** A path as a scenario file writes it: relative to its own folder, with slashes. */
function fromFolderOf(scenario: string, path: string): string {
  if (isAbsolute(path)) return path
  return relative(dirname(scenario), path).split(sep).join('/')
}
