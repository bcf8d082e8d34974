import type { CommandModule } from 'yargs'
import { type SensitivityReport, sensitivity } from '../lab/sensitivity.ts'
import { sensitivityDocument } from '../report/sensitivity-json.ts'
import { renderSensitivity } from '../report/sensitivity-text.ts'
import { readRuns, readWorkers, seedsOf } from './campaign.ts'
import { EXIT } from './exit-codes.ts'
import { type Io, layoutOf } from './io.ts'
import { assignments, OUTPUT, single, WORKERS } from './options.ts'
import { startProgress } from './progress.ts'
import { checkReport, pageMakers, REPORT, uniqueNames, writePage } from './report-page.ts'
import { printForPeople } from './reporters.ts'
import { loadFile, readSeed } from './scenarios.ts'
import { engine } from './version.ts'

interface SensitivityArguments {
  readonly scenarios: readonly string[]
  readonly set: readonly string[] | undefined
  readonly case: string | undefined
  readonly seed: string | undefined
  readonly runs: string
  readonly workers: string | undefined
  readonly report: string | undefined
  readonly pairs: boolean
  readonly output: 'text' | 'json'
}

export function sensitivityCommand(io: Io, done: (code: number) => void): CommandModule<object, SensitivityArguments> {
  return {
    command: 'sensitivity <scenarios..>',
    describe: 'Say which verdicts and measures hang on something that Azure never documented',
    builder: (args) =>
      args
        .positional('scenarios', { type: 'string', array: true, demandOption: true, describe: 'scenario files' })
        .option('set', assignments('change a value before playing, path=value; may be given several times'))
        .option('case', single('case', 'only this case of the file; base is the file without its cases'))
        .option('seed', single('seed', "the first seed; default: the scenario's"))
        .option('runs', { ...single('runs', 'runs of each reading'), default: '1' })
        .option('workers', WORKERS)
        .option('pairs', {
          type: 'boolean',
          default: false,
          describe: 'also two readings at a time, of those that change anything',
        })
        .option('output', OUTPUT)
        .option('report', REPORT)
        .example('$0 sensitivity a.yaml', 'every documented reading of every assumption') as never,
    handler: async (args) => done(await run(io, args)),
  }
}

async function run(io: Io, args: SensitivityArguments): Promise<number> {
  const runs = readRuns(args.runs)!
  checkReport(io, args.report, args.scenarios.map(String))
  const workers = readWorkers(io, args.workers)
  const seed = readSeed(args.seed)
  const set = (args.set ?? []).map(String)
  const named = args.scenarios
    .flatMap((file) => loadFile(io, String(file), set, args.case, seed))
    .map((one) => ({
      ...one,
      seeds: seedsOf(one.scenario, runs),
    }))
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const runner = io.runner(workers)
  const reports: SensitivityReport[] = []
  try {
    for (const { source, scenario, seeds } of named) {
      const progress = startProgress(io, scenario.name, 1)
      const report = await sensitivity(source, scenario, set, seeds, runner, {
        pairs: args.pairs,
        onProgress: (done, total) => progress.update(done, total),
        isInterrupted: () => interrupted,
      })
      progress.stop()
      if (report === null) break
      reports.push(report)
      if (args.output === 'text') {
        if (reports.length > 1) io.stdout.write('\n')
        printForPeople(io, renderSensitivity(report, layoutOf(io)))
      }
      if (interrupted) break
    }
  } finally {
    await runner.close()
  }
  if (args.output === 'json') io.stdout.write(`${JSON.stringify(sensitivityDocument(reports, engine()), null, 2)}\n`)
  if (args.report !== undefined) {
    const { sensitivityArticle } = await pageMakers()
    const names = uniqueNames(reports.map(({ base }) => base.scenario))
    const articles = reports.map((report, index) => sensitivityArticle(report, names[index]!, index))
    await writePage(io, args.report, articles)
  }
  if (!interrupted) return EXIT.holds
  io.stderr.write(
    reports.length === 0
      ? 'interrupted: no reading was tried\n'
      : 'interrupted: the readings that were tried are kept\n',
  )
  return EXIT.interrupted
}
