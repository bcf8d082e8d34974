import { dirname, isAbsolute, relative } from 'node:path'
import type { CommandModule } from 'yargs'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { importScenario, sourceOf } from '../model/scenario/starter.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { plural } from '../report/wording.ts'
import { EXIT } from './exit-codes.ts'
import { checkPlace, readNamedFile, writeNamedFile } from './files.ts'
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
  if (out !== undefined) {
    if (io.kindOf(out) === 'file')
      throw new UsageError(`--out ${out} is there already`, 'name a file that is not, so that nothing of yours is lost')
    checkPlace(io, out)
  }
  // Of a scenario that goes to stdout nobody knows where it will lie; it is made for this directory.
  const file = out ?? 'scenario.yaml'
  // Read here, so that a name that leads nowhere is told as it was given.
  const named = [...files, ...(args.parameterFile ?? []).map(String)]
  const read = named.map((path) => ({ path: fromFolderOf(file, path), text: readNamedFile(io, path) }))
  const source = sourceOf(nameOf, read, readParameterPairs(args))
  try {
    const { text, understood, findings } = importScenario(source, file, (path) => io.readFile(path))
    if (out !== undefined) writeNamedFile(io, out, [text])
    if (args.output === 'json')
      io.stdout.write(`${JSON.stringify({ formatVersion: 1, file, scenario: text, understood, findings }, null, 2)}\n`)
    else if (out === undefined) io.stdout.write(text)
    tell(io, understood, findings.length, files, out)
    return EXIT.holds
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return refuse(io, error)
  }
}

function tell(io: Io, understood: readonly string[], findings: number, files: readonly string[], out?: string): void {
  const lines = [
    ...understood,
    findings === 0
      ? 'nothing stands out'
      : `${plural(findings, 'finding')}: vmss-twin check ${files.map(shellWord).join(' ')} tells them`,
    ...(out === undefined ? [] : [`wrote ${out}: vmss-twin run ${shellWord(out)}`]),
  ]
  for (const line of lines) io.stderr.write(`${line}\n`)
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
    .replace(/\.jsonc?$/i, '')

/** A path as a scenario file writes it: relative to its own folder, with slashes. */
function fromFolderOf(scenario: string, path: string): string {
  if (isAbsolute(path)) return path
  return relative(dirname(scenario), path).split('\\').join('/')
}
