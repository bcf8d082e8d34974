import { parse } from 'yaml'
import type { CommandModule } from 'yargs'
import { readParameterFile } from '../model/arm/template.ts'
import { DEFAULT_ASSUMPTIONS } from '../model/assumptions.ts'
import { declareScaleSet } from '../model/declare/declare.ts'
import { importDeclared } from '../model/declare/import.ts'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import type { Finding } from '../model/finding.ts'
import { checkImportedAutoscale } from '../model/scenario/imported-autoscale.ts'
import { loadScenarios } from '../model/scenario/load.ts'
import type { Scenario } from '../model/scenario.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderFindings } from '../report/findings.ts'
import { plural } from '../report/wording.ts'
import { EXIT } from './exit-codes.ts'
import { readNamedFile, unreadable } from './files.ts'
import { type Io, wantsColor, widthOf } from './io.ts'
import { OUTPUT } from './options.ts'
import { UsageError } from './usage.ts'

interface CheckArguments {
  readonly files: readonly string[]
  readonly parameters: readonly string[] | undefined
  readonly parameterFile: readonly string[] | undefined
  readonly output: 'text' | 'json'
}

/** What a file turned out to be, with everything there is to say about it. */
interface Checked {
  readonly file: string
  readonly summary: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly findings: readonly Finding[]
  /** Of each case of a scenario what it has beyond the base, in order of the file. */
  readonly cases: readonly CheckedCase[]
}

interface CheckedCase {
  readonly name: string
  readonly findings: readonly Finding[]
}

export function checkCommand(io: Io, done: (code: number) => void): CommandModule<object, CheckArguments> {
  return {
    command: 'check <files..>',
    describe: 'Validate scenarios, ARM templates and az output, and print what stands out',
    builder: (args) =>
      args
        .positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'scenarios, templates, az … show -o json',
        })
        .option('parameters', {
          alias: 'p',
          type: 'string',
          array: true,
          nargs: 1,
          describe: 'a template parameter, name=value; may be given several times',
        })
        .option('parameter-file', { type: 'string', array: true, nargs: 1, describe: 'an ARM parameter file' })
        .option('output', OUTPUT)
        .example('$0 check scenarios/bad-image.yaml', 'a scenario')
        .example('$0 check azuredeploy.json -p instanceCount=9', 'a template and one of its parameters') as never,
    handler: (args) => done(check(io, args)),
  }
}

function check(io: Io, args: CheckArguments): number {
  const parameters = readParameters(io, args)
  const checked = args.files.map(String).map((file) => checkFile(io, file, parameters))
  if (args.output === 'json') io.stdout.write(`${JSON.stringify({ formatVersion: 1, files: checked }, null, 2)}\n`)
  else for (const one of checked) printChecked(io, one, checked.length > 1)
  return checked.some(({ diagnostics }) => diagnostics.length > 0) ? EXIT.invalid : EXIT.holds
}

function checkFile(io: Io, file: string, parameters: Readonly<Record<string, unknown>>): Checked {
  // A file that cannot be read must not keep the others from being checked.
  const text = io.readFile(file)
  if (text === undefined) return { file, summary: [], diagnostics: [unreadable(file)], findings: [], cases: [] }
  return /\.ya?ml$/i.test(file) ? checkScenario(io, file, text) : checkDeclared(file, text, parameters)
}

function checkScenario(io: Io, file: string, text: string): Checked {
  try {
    const [scenario, ...cases] = loadScenarios(text, file, { readFile: (path) => io.readFile(path) }) as [
      Scenario,
      ...Scenario[],
    ]
    const sets = scenario.scaleSets.map(
      ({ model }) => `${model.name}: ${plural(model.sku.capacity, 'instance')}, ${model.upgradePolicy.mode}`,
    )
    return {
      file,
      summary: [
        `scenario ${scenario.name}: ${plural(scenario.timeline.length, 'timeline entry', 'timeline entries')}, ${plural(scenario.expect.length, 'expectation')}`,
        ...sets,
        ...cases.map(({ case: name, findings }) => `case ${name}: ${plural(findings.length, 'finding')}`),
      ],
      diagnostics: [],
      findings: scenario.findings,
      cases: cases.map((one) => ({ name: one.case ?? one.name, findings: ownFindings(one, scenario) })),
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { file, summary: [], diagnostics: error.diagnostics, findings: [], cases: [] }
  }
}

/** A case repeats what already stands out in the base; only what its own `set` brings is worth reading. */
function ownFindings(one: Scenario, base: Scenario): Finding[] {
  const identity = ({ code, where, evidence }: Finding) => JSON.stringify([code, where, evidence])
  const known = new Set(base.findings.map(identity))
  return one.findings.filter((finding) => !known.has(identity(finding)))
}

function checkDeclared(file: string, text: string, parameters: Readonly<Record<string, unknown>>): Checked {
  const imported = importDeclared(text, file, parameters)
  const declarations = imported.scaleSets.map((set) =>
    declareScaleSet(set.name, set.document, {
      placeOf: set.placeOf,
      attachedInstances: set.attachedInstances,
      notes: set.notes,
      ...(set.apiVersion === undefined ? {} : { apiVersion: set.apiVersion }),
      assumptions: DEFAULT_ASSUMPTIONS,
      ...(set.loadBalancerProbe === undefined ? {} : { loadBalancerProbe: set.loadBalancerProbe }),
    }),
  )
  const autoscale = checkImportedAutoscale(
    imported.autoscaleSettings,
    file,
    imported.scaleSets.map(({ name }) => name),
    DEFAULT_ASSUMPTIONS.metricLag,
  )
  const all = [imported, ...declarations, autoscale]
  return {
    file,
    summary: imported.summary,
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
    findings: all.flatMap(({ findings }) => findings),
    cases: [],
  }
}

function readParameters(io: Io, args: CheckArguments): Record<string, unknown> {
  const parameters: Record<string, unknown> = {}
  for (const file of args.parameterFile ?? []) {
    const read = readParameterFile(readNamedFile(io, String(file)), String(file))
    if (read.diagnostics.length > 0) throw new InputError(read.diagnostics)
    Object.assign(parameters, read.parameters)
  }
  for (const pair of args.parameters ?? []) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(String(pair)) ?? []
    if (name === undefined || value === undefined)
      throw new InputError([
        {
          code: 'E0501',
          message: `--parameters takes name=value, got ${pair}`,
          hint: 'write --parameters instanceCount=9',
        },
      ])
    parameters[name] = readValue(name, value)
  }
  return parameters
}

/** The value is YAML, so that 9 is a number and [a, b] a list, as a template expects them. */
function readValue(name: string, value: string): unknown {
  try {
    return parse(value) as unknown
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new UsageError(`--parameters ${name}: the value cannot be read as YAML: ${reason}`, 'put a text in quotes')
  }
}

function printChecked(io: Io, checked: Checked, several: boolean): void {
  if (checked.diagnostics.length > 0) {
    // What stands out in a file that is wrong is worth reading once it is mended; -o json holds both.
    const source = (file: string) => io.readFile(file)
    io.stderr.write(renderDiagnostics(checked.diagnostics, { color: wantsColor(io, io.stderr), source }))
    return
  }
  const options = { color: wantsColor(io, io.stdout), width: widthOf(io.stdout) }
  if (several) io.stdout.write(`${checked.file}\n`)
  for (const line of checked.summary) io.stdout.write(`${line}\n`)
  if (checked.findings.length > 0) io.stdout.write(`\n${renderFindings(checked.findings, options)}`)
  const cases = checked.cases.filter(({ findings }) => findings.length > 0)
  for (const { name, findings } of cases) io.stdout.write(`\ncase ${name}\n${renderFindings(findings, options)}`)
  if (checked.findings.length === 0 && cases.length === 0) io.stdout.write('nothing stands out\n')
  if (several) io.stdout.write('\n')
}
