import type { CommandModule } from 'yargs'
import { isLesson, lessonProblems, playLesson } from '../lab/lesson/play.ts'
import { parseJsonWithPlaces } from '../model/arm/json.ts'
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
import { type CheckedFile, notesOfChecked } from '../report/reporters/checked-file.ts'
import { markdownOfChecked } from '../report/reporters/markdown.ts'
import { sarif } from '../report/reporters/sarif.ts'
import { plural } from '../report/wording.ts'
import { EXIT } from './exit-codes.ts'
import { unreadable } from './files.ts'
import { IN_A_FILE, type Io, type Layout, layoutOf, wantsColor } from './io.ts'
import { OUTPUT } from './options.ts'
import { PARAMETER_FILE, PARAMETERS, type ParameterArguments, readParameters } from './parameters.ts'
import { CHECK_REPORTERS, type Outputs, printForPeople, readReporters, report, reporterOption } from './reporters.ts'
import { isScenario } from './scenarios.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

interface CheckArguments extends ParameterArguments {
  readonly files: readonly string[]
  readonly output: 'text' | 'json'
  readonly reporter: readonly string[] | undefined
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
        .option('parameters', PARAMETERS)
        .option('parameter-file', PARAMETER_FILE)
        .option('output', OUTPUT)
        .option('reporter', reporterOption(CHECK_REPORTERS))
        .example('$0 check scenarios/bad-image.yaml', 'a scenario')
        .example('$0 check azuredeploy.json -p instanceCount=9', 'a template and one of its parameters')
        .example('$0 check scenarios/*.yaml --reporter sarif=check.sarif', 'for code scanning') as never,
    handler: async (args) => done(await check(io, args)),
  }
}

async function check(io: Io, args: CheckArguments): Promise<number> {
  const parameters = readParameters(io, args)
  const files = args.files.map(String)
  const outputs = readReporters(io, args.reporter, CHECK_REPORTERS, args.output, files)
  if (Object.keys(parameters).length > 0 && files.every((file) => !takesParameters(io, file)))
    throw new UsageError(
      'parameters are given, and no template to take them',
      'name the template; a scenario has parameters of its own in azure.parameters',
    )
  const checked = files.map((file) => checkFile(io, file, parameters))
  if (outputs.stdout === 'text') for (const one of checked) printChecked(io, outputs, one, checked.length > 1)
  await report(io, outputs, {
    text: () =>
      checked.map((one) => mistakesText(io, one, false) + checkedText(one, checked.length > 1, IN_A_FILE)).join(''),
    json: () => `${JSON.stringify({ formatVersion: 1, files: checked }, null, 2)}\n`,
    sarif: () => `${JSON.stringify(sarif(checked, engine()), null, 2)}\n`,
    markdown: () => markdownOfChecked(checked),
    notes: () => notesOfChecked(checked),
  })
  return checked.some(({ diagnostics }) => diagnostics.length > 0) ? EXIT.invalid : EXIT.holds
}

function checkFile(io: Io, file: string, parameters: Readonly<Record<string, unknown>>): CheckedFile {
  // A file that cannot be read must not keep the others from being checked.
  const text = io.readFile(file)
  if (text === undefined) return { file, summary: [], diagnostics: [unreadable(io, file)], findings: [], cases: [] }
  return isDeclared(file, text) ? checkDeclared(file, text, parameters) : checkScenario(io, file, text)
}

/** What cannot be read may have been a template; that it cannot be read is told instead. */
function takesParameters(io: Io, file: string): boolean {
  const text = io.readFile(file)
  return text === undefined || isDeclared(file, text)
}

/** What Azure holds or prints is JSON; a scenario is YAML, of which JSON is a part. The name says it, else the text does. */
function isDeclared(file: string, text: string): boolean {
  if (/\.ya?ml$/i.test(file)) return false
  if (!/\.json$/i.test(file) && !/^\s*[[{/]/.test(text)) return false
  return !isScenario(parseJsonWithPlaces(text, file).value)
}

function checkScenario(io: Io, file: string, text: string): CheckedFile {
  try {
    const [scenario, ...cases] = loadScenarios(text, file, { readFile: (path) => io.readFile(path) }) as [
      Scenario,
      ...Scenario[],
    ]
    const sets = scenario.scaleSets.map(
      ({ model }) => `${model.name}: ${plural(model.sku.capacity, 'instance')}, ${model.upgradePolicy.mode}`,
    )
    const { lesson } = scenario
    return {
      file,
      summary: [
        `scenario ${scenario.name}: ${plural(scenario.timeline.length, 'timeline entry', 'timeline entries')}, ${plural(scenario.expect.length, 'expectation')}`,
        ...sets,
        ...(lesson === undefined
          ? []
          : [
              `lesson ${lesson.order}: ${lesson.minutes} min, ${plural(lesson.sandbox.length, 'knob')} to turn afterwards`,
            ]),
        ...cases.map(({ case: name, findings }) => `case ${name}: ${plural(findings.length, 'finding')}`),
      ],
      diagnostics: checkLesson(scenario),
      findings: scenario.findings,
      cases: cases.map((one) => ({ name: one.case ?? one.name, findings: ownFindings(one, scenario) })),
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { file, summary: [], diagnostics: error.diagnostics, findings: [], cases: [] }
  }
}

/** A lesson can only be judged by playing it: its answers stand nowhere. */
function checkLesson(scenario: Scenario): Diagnostic[] {
  if (!isLesson(scenario)) return []
  return lessonProblems(playLesson(scenario)).map((problem) => ({ code: 'E0705', ...problem }))
}

/** A case repeats what already stands out in the base; only what its own `set` brings is worth reading. */
function ownFindings(one: Scenario, base: Scenario): Finding[] {
  const identity = ({ code, where, evidence }: Finding) => JSON.stringify([code, where, evidence])
  const known = new Set(base.findings.map(identity))
  return one.findings.filter((finding) => !known.has(identity(finding)))
}

function checkDeclared(file: string, text: string, parameters: Readonly<Record<string, unknown>>): CheckedFile {
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

function printChecked(io: Io, outputs: Outputs, checked: CheckedFile, several: boolean): void {
  io.stderr.write(mistakesText(io, checked, wantsColor(io, io.stderr)))
  printForPeople(io, checkedText(checked, several, layoutOf(io)), outputs)
}

function mistakesText(io: Io, { diagnostics }: CheckedFile, color: boolean): string {
  return renderDiagnostics(diagnostics, { color, source: (file) => io.readFile(file) })
}

function checkedText(checked: CheckedFile, several: boolean, layout: Layout): string {
  // What stands out in a file that is wrong is worth reading once it is mended; -o json holds both.
  if (checked.diagnostics.length > 0) return ''
  const cases = checked.cases.filter(({ findings }) => findings.length > 0)
  const parts = [
    ...(several ? [`${checked.file}\n`] : []),
    ...checked.summary.map((line) => `${line}\n`),
    ...(checked.findings.length > 0 ? [`\n${renderFindings(checked.findings, layout)}`] : []),
    ...cases.map(({ name, findings }) => `\ncase ${name}\n${renderFindings(findings, layout)}`),
    ...(checked.findings.length === 0 && cases.length === 0 ? ['nothing stands out\n'] : []),
    ...(several ? ['\n'] : []),
  ]
  return parts.join('')
}
