import type { CommandModule } from 'yargs'
import { tune } from '../lab/tune.ts'
import { tuneDocument } from '../report/tune-json.ts'
import { renderTune } from '../report/tune-text.ts'
import { readRuns, readWorkers, seedsOf } from './campaign.ts'
import { EXIT } from './exit-codes.ts'
import { type Io, layoutOf } from './io.ts'
import { assignments, OUTPUT, single, WORKERS } from './options.ts'
import { startProgress } from './progress.ts'
import { checkReport, pageMakers, REPORT, writePage } from './report-page.ts'
import { caseOption, loadOne, readSeed, replayCommand } from './scenarios.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

interface TuneArguments {
  readonly scenario: string
  readonly set: readonly string[] | undefined
  readonly case: string | undefined
  readonly seed: string | undefined
  readonly runs: string
  readonly policies: string
  readonly quantile: string
  readonly workers: string | undefined
  readonly report: string | undefined
  readonly output: 'text' | 'json'
}

export function tuneCommand(io: Io, done: (code: number) => void): CommandModule<object, TuneArguments> {
  return {
    command: 'tune <scenario>',
    describe: 'Search the rolling policy: what safety, speed and cost can be had together, and which one to take',
    builder: (args) =>
      args
        .positional('scenario', { type: 'string', demandOption: true, describe: 'a scenario file' })
        .option('set', assignments('change a value before playing, path=value; may be given several times'))
        .option('case', single('case', 'a case of the file; default: the file without its cases'))
        .option('seed', single('seed', "the first seed; default: the scenario's"))
        .option('runs', { ...single('runs', 'runs of a policy in each world, in the last round'), default: '16' })
        .option('policies', { ...single('policies', 'policies to begin with'), default: '96' })
        .option('quantile', { ...single('quantile', 'which quantile of the blast radius counts'), default: '0.95' })
        .option('workers', WORKERS)
        .option('output', OUTPUT)
        .option('report', REPORT)
        .example('$0 tune scenarios/tuning/30-instances.yaml', 'the front, a recommendation, and how to apply it')
        .example('$0 tune a.yaml --policies 400 --runs 60', 'a longer search')
        .epilogue(
          'The scenario says in vary what may change: { path: <as --set takes it>, from: 5, to: 50 } or { path, values: [false, true] }. Without it the policy is varied around what is declared.',
        ) as never,
    handler: async (args) => done(await run(io, args)),
  }
}

async function run(io: Io, args: TuneArguments): Promise<number> {
  const runs = readRuns(args.runs)!
  checkReport(io, args.report, [args.scenario])
  const policies = readPolicies(args.policies)
  const quantile = readQuantile(args.quantile)
  const workers = readWorkers(io, args.workers)
  const seed = readSeed(args.seed)
  const { source, scenario, set } = loadOne(io, args.scenario, (args.set ?? []).map(String), args.case, seed)
  seedsOf(scenario, runs)
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const runner = io.runner(workers)
  const progress = startProgress(io, scenario.name, 1)
  try {
    const report = await tune(source, scenario, set, runner, {
      runs,
      policies,
      quantile,
      onProgress: (finished, total) => progress.update(finished, total),
      isInterrupted: () => interrupted,
    })
    progress.stop()
    if (report === null) {
      io.stderr.write('interrupted: no policy had met every world\n')
      return EXIT.interrupted
    }
    const confirm = replayCommand(source.file, scenario.seed, [...set, ...report.recommended.set], caseOption(scenario))
    io.stdout.write(
      args.output === 'json'
        ? `${JSON.stringify(tuneDocument(report, engine(), confirm), null, 2)}\n`
        : renderTune(report, { confirm, ...layoutOf(io) }),
    )
    if (args.report !== undefined) {
      const { tuneArticle } = await pageMakers()
      await writePage(io, args.report, [tuneArticle(report, confirm)])
    }
    if (report.isComplete) return EXIT.holds
    io.stderr.write('interrupted: what was finished is kept\n')
    return EXIT.interrupted
  } finally {
    progress.stop()
    await runner.close()
  }
}

function readPolicies(text: string): number {
  const policies = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (policies >= 1 && policies <= 100_000) return policies
  throw new UsageError(`--policies must be a whole number from 1 to 100000, got "${text}"`, 'write --policies 96')
}

function readQuantile(text: string): number {
  const quantile = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (quantile > 0 && quantile <= 1) return quantile
  throw new UsageError(`--quantile must be above 0 and at most 1, got "${text}"`, 'write --quantile 0.95')
}
