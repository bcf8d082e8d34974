import { dirname, isAbsolute, relative } from 'node:path'
import type { CommandModule } from 'yargs'
import { type ImportResult, importDeclared } from '../model/declare/import.ts'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { loadScenario } from '../model/scenario/load.ts'
import { declaredOnly, type StarterSource, starterScenario } from '../model/scenario/starter.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { list, plural } from '../report/wording.ts'
import { EXIT } from './exit-codes.ts'
import { readNamedFile, writeNamedFile } from './files.ts'
import { type Io, wantsColor } from './io.ts'
import { OUTPUT, single } from './options.ts'
import {
  PARAMETER_FILE,
  PARAMETERS,
  type ParameterArguments,
  readParameterPairs,
  readParameters,
} from './parameters.ts'
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
  if (out !== undefined && io.readFile(out) !== undefined)
    throw new UsageError(`--out ${out} is there already`, 'name a file that is not, so that nothing of yours is lost')
  // Of a scenario that goes to stdout nobody knows where it will lie; it is made for this directory.
  const file = out ?? 'scenario.yaml'
  const source: StarterSource = {
    name: nameOf(files[0]!),
    from: files.map((path) => fromFolderOf(file, path)),
    parameterFiles: (args.parameterFile ?? []).map((path) => fromFolderOf(file, String(path))),
    parameters: readParameterPairs(args),
  }
  const texts = files.map((path) => readNamedFile(io, path))
  const parameters = readParameters(io, args)
  const imported = files.map((path, index) => importDeclared(texts[index]!, path, parameters))
  const readFile = (path: string) => io.readFile(path)
  const mistakes = imported.flatMap(({ diagnostics }) => diagnostics)
  if (mistakes.length > 0) return refuse(io, new InputError(mistakes))
  if (imported.every(({ scaleSets }) => scaleSets.length === 0)) return refuse(io, noScaleSet(files, imported))
  try {
    const declared = loadScenario(declaredOnly(source), file, { readFile })
    const understood = imported.flatMap(({ summary }) => summary)
    const scenario = starterScenario(source, declared, understood)
    const { findings } = loadScenario(scenario, file, { readFile })
    if (out !== undefined) writeNamedFile(io, out, [scenario])
    if (args.output === 'json')
      io.stdout.write(`${JSON.stringify({ formatVersion: 1, file, scenario, understood, findings }, null, 2)}\n`)
    else if (out === undefined) io.stdout.write(scenario)
    tell(io, understood, findings.length, [...files], out)
    return EXIT.holds
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return refuse(io, error)
  }
}

function noScaleSet(files: readonly string[], imported: readonly ImportResult[]): InputError {
  const held = imported.flatMap(({ summary }) => summary)
  return new InputError([
    {
      code: 'E0121',
      message: `${list(files)} ${files.length === 1 ? 'declares' : 'declare'} no scale set, so there is nothing to roll out; understood: ${held.join('; ')}`,
      hint: 'name the scale set beside it: az vmss show --resource-group <resource-group> --name <name> -o json',
    },
  ])
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
