import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { markShaky } from '../lab/shaky.ts'
import { InputError } from '../model/diagnostic.ts'
import type { Scenario } from '../model/scenario.ts'
import { campaignDocument } from '../report/campaign-json.ts'
import { renderCampaign } from '../report/campaign-text.ts'
import { renderComparison } from '../report/comparison.ts'
import { resultDocument } from '../report/json.ts'
import { summarizeScenario } from '../report/scenario-summary.ts'
import { renderSummary } from '../report/summary.ts'
import { renderRun } from '../report/text.ts'
import { renderTrace } from '../report/trace-jsonl.ts'
import type { RunResult, Verdict } from '../sim/result.ts'
import { beginSimulation } from '../sim/simulate.ts'
import { type CampaignOutcome, campaignOf, readRuns, readShard, readWorkers } from './campaign.ts'
import { EXIT } from './exit-codes.ts'
import { writeNamedFile } from './files.ts'
import { type Io, wantsColor, widthOf } from './io.ts'
import { OUTPUT, single } from './options.ts'
import { BASE, loadFile, type NamedScenario, readSeed, shellWord } from './scenarios.ts'
import { shardFile } from './shard-file.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

interface RunArguments {
  readonly scenarios: readonly string[]
  readonly seed: string | undefined
  readonly set: readonly string[] | undefined
  readonly output: 'text' | 'json'
  readonly case: string | undefined
  readonly trace: string | undefined
  readonly quiet: boolean
  readonly runs: string | undefined
  readonly shard: string | undefined
  readonly workers: string | undefined
  readonly untilDecided: boolean
}

interface Played {
  readonly file: string
  readonly scenario: Scenario
  readonly result: RunResult
}

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
        .option('seed', single('seed', "play with this seed instead of the scenario's"))
        .option('set', {
          type: 'string',
          array: true,
          nargs: 1,
          describe:
            'change a value before playing, path=value; a path that ends in [+] adds to a list; may be given several times',
        })
        .option('output', OUTPUT)
        .option('case', single('case', 'play only this case of the file; base is the file without its cases'))
        .option('trace', single('trace', 'write the trace as JSON lines to this file'))
        .option('runs', single('runs', 'play so many runs, one seed after the other, and report distributions'))
        .option('until-decided', {
          type: 'boolean',
          default: false,
          describe: 'with --runs: stop as soon as every expectation is decided',
        })
        .option('shard', single('shard', 'with --runs: play the k-th of n parts of the seeds, k/n, for merge to join'))
        .option('workers', single('workers', 'with --runs: threads to play in; by default one for each processor'))
        .option('quiet', {
          alias: 'q',
          type: 'boolean',
          default: false,
          describe: 'one line a scenario, and what failed',
        })
        .example('$0 run scenarios/bad-image.yaml', 'the verdict, the batches and the fleet over time')
        .example('$0 run scenarios/conformance/*.yaml --quiet', 'a line each')
        .example('$0 run scenarios/bad-image.yaml --runs 1000', 'how likely, with confidence intervals')
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
  const runs = readRuns(args.runs)
  if (runs !== undefined) return runCampaigns(io, scenarios, args, runs)
  for (const [name, isGiven] of [
    ['shard', args.shard !== undefined],
    ['workers', args.workers !== undefined],
    ['until-decided', args.untilDecided],
  ] as const)
    if (isGiven) throw new UsageError(`--${name} is for a campaign`, 'add --runs 1000')
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
  for (const { source, scenario } of scenarios) {
    const { file } = source
    const simulation = beginSimulation(scenario, { keepTrace: wantsTrace })
    do await io.breathe()
    while (!interrupted && !simulation.step(EVENTS_PER_BREATH))
    if (interrupted) break
    const result = args.quiet && args.output === 'text' ? simulation.result() : withShaky(scenario, simulation.result())
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

async function runCampaigns(
  io: Io,
  scenarios: readonly NamedScenario[],
  args: RunArguments,
  runs: number,
): Promise<number> {
  if (args.trace !== undefined)
    throw new UsageError('--trace takes one run', 'leave --runs out, and add the --seed of the run')
  const shard = readShard(args.shard)
  if (shard !== null && args.untilDecided)
    throw new UsageError(
      '--until-decided and --shard exclude each other',
      'a shard does not know what the others found',
    )
  if (shard !== null && args.output !== 'json')
    throw new UsageError('--shard prints samples for merge', 'add -o json, and write it to a file')
  const runner = io.runner(readWorkers(io, args.workers))
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const outcomes: CampaignOutcome[] = []
  try {
    for (const named of scenarios) {
      const plan = { runs, shard, untilDecided: args.untilDecided }
      const outcome = await campaignOf(io, named, plan, runner, () => interrupted)
      outcomes.push(outcome)
      if (args.output === 'text') printCampaign(io, outcome, args)
      if (interrupted) break
    }
  } finally {
    await runner.close()
  }
  if (args.output === 'json')
    io.stdout.write(
      `${JSON.stringify(
        shard === null
          ? campaignDocument(
              outcomes.map(({ result }) => result),
              engine(),
            )
          : shardFile(outcomes, shard, engine()),
        null,
        shard === null ? 2 : undefined,
      )}\n`,
    )
  if (interrupted) {
    const finished = outcomes.filter(({ isComplete }) => isComplete).length
    io.stderr.write(
      `interrupted: ${finished} of ${scenarios.length} campaigns finished, the runs of another one kept\n`,
    )
    return EXIT.interrupted
  }
  return exitCodeOf(outcomes.map(({ result }) => result.verdict))
}

function printCampaign(io: Io, { result, scenario }: CampaignOutcome, args: RunArguments): void {
  const { file, seeds } = result.record
  const set = args.set ?? []
  const caseName = result.record.case ?? undefined
  const replay = replayCommand(file, seeds.fromSeed, set, caseName)
  io.stdout.write(
    renderCampaign(result, {
      scenario,
      color: wantsColor(io, io.stdout),
      width: widthOf(io.stdout),
      replay: `${replay} --runs ${seeds.runs}${args.untilDecided ? ' --until-decided' : ''}`,
      replayRun: (seed) => replayCommand(file, seed, set, caseName),
      quiet: args.quiet,
    }),
  )
}

/** The result with its shaky expectations marked; what it works out on demand stays so. */
function withShaky(scenario: Scenario, result: RunResult): RunResult {
  return Object.create(result, {
    expectations: { value: markShaky(scenario, result), enumerable: true },
  }) as RunResult
}

function checkTrace(trace: string | undefined, files: readonly string[]): void {
  if (trace === undefined) return
  if (trace === '') throw new UsageError('--trace needs the name of a file', 'write --trace trace.jsonl')
  if (files.length > 1)
    throw new UsageError('--trace takes one scenario', 'run them one by one, each with a file of its own')
  if (files.some((file) => resolve(file) === resolve(trace)))
    throw new UsageError(`--trace ${trace} would overwrite the scenario`, 'write --trace trace.jsonl')
}

/** All files are read and checked before anything is played, so that every mistake is told at once. */
function loadAll(io: Io, files: readonly string[], args: RunArguments, seed: number | undefined): NamedScenario[] {
  const mistakes: InputError['diagnostics'][number][] = []
  const scenarios: NamedScenario[] = []
  for (const file of files) {
    try {
      scenarios.push(...loadFile(io, file, (args.set ?? []).map(String), args.case, seed))
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

function* lines(texts: Iterable<string>): Iterable<string> {
  for (const text of texts) yield `${text}\n`
}

export function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('fail')) return EXIT.failed
  return verdicts.includes('undecided') ? EXIT.undecided : EXIT.holds
}
