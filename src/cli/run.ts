import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { InputError } from '../model/diagnostic.ts'
import { loadScenarios } from '../model/scenario/load.ts'
import type { Scenario } from '../model/scenario.ts'
import { renderComparison } from '../report/comparison.ts'
import { resultDocument } from '../report/json.ts'
import { summarizeScenario } from '../report/scenario-summary.ts'
import { renderSummary } from '../report/summary.ts'
import { renderRun } from '../report/text.ts'
import { renderTrace } from '../report/trace-jsonl.ts'
import type { RunResult, Verdict } from '../sim/result.ts'
import { beginSimulation } from '../sim/simulate.ts'
import { EXIT } from './exit-codes.ts'
import { readNamedFile, writeNamedFile } from './files.ts'
import { type Io, wantsColor, widthOf } from './io.ts'
import { onlyOnce, UsageError } from './usage.ts'
import { engine } from './version.ts'

interface RunArguments {
  readonly scenarios: readonly string[]
  readonly seed: string | undefined
  readonly set: readonly string[] | undefined
  readonly output: 'text' | 'json'
  readonly case: string | undefined
  readonly trace: string | undefined
  readonly quiet: boolean
}

interface Played {
  readonly file: string
  readonly scenario: Scenario
  readonly result: RunResult
}

/** What `--case` calls the file without its cases. */
const BASE = 'base'
/** More scenarios than these make no readable table side by side. */
const COMPARED_MAX = 4

/** Events played between two looks at the keyboard. */
const EVENTS_PER_BREATH = 200_000

export function runCommand(io: Io, done: (code: number) => void): CommandModule<object, RunArguments> {
  return {
    command: 'run <scenarios..>',
    describe: 'Play scenarios and say how far the change spread, why it ended, and by which rule',
    builder: (args) =>
      args
        .positional('scenarios', { type: 'string', array: true, demandOption: true, describe: 'scenario files' })
        .option('seed', {
          type: 'string',
          requiresArg: true,
          coerce: onlyOnce('seed'),
          describe: "play with this seed instead of the scenario's",
        })
        .option('set', {
          type: 'string',
          array: true,
          nargs: 1,
          describe:
            'change a value before playing, path=value; a path that ends in [+] adds to a list; may be given several times',
        })
        .option('output', {
          alias: 'o',
          choices: ['text', 'json'] as const,
          default: 'text' as const,
          requiresArg: true,
          coerce: onlyOnce('output'),
        })
        .option('case', {
          type: 'string',
          requiresArg: true,
          coerce: onlyOnce('case'),
          describe: 'play only this case of the file; base is the file without its cases',
        })
        .option('trace', {
          type: 'string',
          requiresArg: true,
          coerce: onlyOnce('trace'),
          describe: 'write the trace as JSON lines to this file',
        })
        .option('quiet', {
          alias: 'q',
          type: 'boolean',
          default: false,
          describe: 'one line a scenario, and what failed',
        })
        .example('$0 run scenarios/bad-image.yaml', 'the verdict, the batches and the fleet over time')
        .example('$0 run scenarios/conformance/*.yaml --quiet', 'a line each')
        .example(
          '$0 run a.yaml --set azure.scaleSets.vmss-authz.sku.capacity=60 --seed 3',
          'the same scenario with another size and another luck',
        )
        .example(
          '$0 run a.yaml --set \'timeline[+]={ at: PT10H, failZone: { region: eastus, zone: "1", for: PT30M } }\'',
          'the same scenario when a zone is lost on top of it',
        ) as never,
    handler: async (args) => done(await run(io, args)),
  }
}

async function run(io: Io, args: RunArguments): Promise<number> {
  const files = args.scenarios.map(String)
  const seed = readSeed(args.seed)
  checkTrace(args.trace, files)
  const scenarios = loadAll(io, files, args, seed)
  if (args.trace !== undefined && scenarios.length > 1) {
    const cases = scenarios.map(({ scenario }) => shellWord(scenario.case ?? BASE))
    throw new UsageError(
      '--trace takes one scenario, and this file has cases',
      `add --case ${cases.join(' or --case ')}`,
    )
  }
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const played: Played[] = []
  const wantsTrace = args.trace !== undefined || (args.output === 'text' && !args.quiet)
  for (const { file, scenario } of scenarios) {
    const simulation = beginSimulation(scenario, { keepTrace: wantsTrace })
    do await io.breathe()
    while (!interrupted && !simulation.step(EVENTS_PER_BREATH))
    if (interrupted) break
    const result = simulation.result()
    played.push({ file, scenario, result })
    if (args.output === 'text') printText(io, played[played.length - 1]!, args, scenarios.length > 1)
    // A Ctrl-C during the last stretch has waited until here; what is finished is kept.
    await io.breathe()
    if (interrupted) break
  }
  if (args.output === 'json')
    io.stdout.write(`${JSON.stringify(resultDocument(played.map(documentEntry), engine()), null, 2)}\n`)
  else if (played.length > 1) {
    if (!args.quiet && played.length <= COMPARED_MAX)
      io.stdout.write(
        renderComparison(
          played.map(({ result }) => result),
          { color: wantsColor(io, io.stdout), width: widthOf(io.stdout) },
        ),
      )
    io.stdout.write(
      renderSummary(
        played.map(({ result }) => result),
        { color: wantsColor(io, io.stdout), width: widthOf(io.stdout) },
      ),
    )
  }
  if (args.trace !== undefined && played[0]) writeNamedFile(io, args.trace, lines(renderTrace(played[0].result)))
  if (interrupted) {
    io.stderr.write(`interrupted: ${played.length} of ${scenarios.length} finished\n`)
    return EXIT.interrupted
  }
  return exitCodeOf(played.map(({ result }) => result.verdict))
}

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(seed)) return seed
  throw new UsageError(`--seed must be a whole number from 0 to 2^53 - 1, got "${text}"`, 'write --seed 42')
}

function checkTrace(trace: string | undefined, files: readonly string[]): void {
  if (trace === undefined) return
  if (trace === '') throw new UsageError('--trace needs the name of a file', 'write --trace trace.jsonl')
  if (files.length > 1)
    throw new UsageError('--trace takes one scenario', 'run them one by one, each with a file of its own')
  if (files.some((file) => resolve(file) === resolve(trace)))
    throw new UsageError(`--trace ${trace} would overwrite the scenario`, 'write --trace trace.jsonl')
}

/** Read as a scenario, a template is a syntax error that says nothing about what to do with it. */
function refuseTemplate(text: string, file: string): void {
  if (!/\.json$/i.test(file) || !/deploymentTemplate\.json/i.test(text)) return
  throw new InputError([
    {
      code: 'E0305',
      message: `${file} is a template, and run plays scenarios`,
      place: { file, line: 1, column: 1 },
      hint: `name it in a scenario, azure: { from: [${file}] }, or look at it with vmss-twin check`,
    },
  ])
}

/** All files are read and checked before anything is played, so that every mistake is told at once. */
function loadAll(
  io: Io,
  files: readonly string[],
  args: RunArguments,
  seed: number | undefined,
): { file: string; scenario: Scenario }[] {
  const mistakes: InputError['diagnostics'][number][] = []
  const scenarios: { file: string; scenario: Scenario }[] = []
  for (const file of files) {
    try {
      const text = readNamedFile(io, file)
      refuseTemplate(text, file)
      const all = loadScenarios(text, file, {
        readFile: (path) => io.readFile(path),
        ...(args.set ? { set: args.set.map(String) } : {}),
        ...(seed === undefined ? {} : { seed }),
      })
      scenarios.push(...chosenCases(all, args.case, file).map((scenario) => ({ file, scenario })))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      mistakes.push(...error.diagnostics)
    }
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  return scenarios
}

function printText(io: Io, { file, scenario, result }: Played, args: RunArguments, several: boolean): void {
  const text = renderRun(result, {
    scenario: summarizeScenario({ ...scenario, file }),
    color: wantsColor(io, io.stdout),
    width: widthOf(io.stdout),
    replay: replayCommand(file, result.seed, args.set ?? [], caseOption(scenario)),
    quiet: args.quiet,
  })
  io.stdout.write(several && !args.quiet ? `${text}\n` : text)
}

/** The complete command that plays this run again. */
export function replayCommand(file: string, seed: number, set: readonly string[], case_?: string): string {
  const words = [
    'vmss-twin',
    'run',
    file,
    ...(case_ === undefined ? [] : ['--case', case_]),
    '--seed',
    String(seed),
    ...set.flatMap((value) => ['--set', String(value)]),
  ]
  return words.map(shellWord).join(' ')
}

const documentEntry = ({ result, file, scenario }: Played) => ({
  result,
  file,
  ...(scenario.case === undefined ? {} : { case: scenario.case }),
})

/** A scenario without cases needs no option to be played alone. */
function caseOption(scenario: Scenario): string | undefined {
  return scenario.case ?? (scenario.hasCases === true ? BASE : undefined)
}

/** The case that was asked for, or all: the base first. */
function chosenCases(all: readonly Scenario[], wanted: string | undefined, file: string): readonly Scenario[] {
  if (wanted === undefined) return all
  const chosen = all.filter((scenario) => (scenario.case ?? BASE) === wanted)
  if (chosen.length > 0) return chosen
  const names = all.map((scenario) => scenario.case ?? BASE)
  throw new UsageError(`${file} has no case ${wanted}`, `it has ${names.join(', ')}`)
}

const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

function* lines(texts: Iterable<string>): Iterable<string> {
  for (const text of texts) yield `${text}\n`
}

function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('fail')) return EXIT.failed
  return verdicts.includes('undecided') ? EXIT.undecided : EXIT.holds
}
