import type { CommandModule } from 'yargs'
import { playTogether } from '../lab/campaign.ts'
import { comparePairs } from '../lab/compare.ts'
import { recordOf, resultOf } from '../lab/record.ts'
import type { Sample } from '../lab/sample.ts'
import type { Variant } from '../lab/variant.ts'
import { compareDocument } from '../report/compare-json.ts'
import { renderCompare } from '../report/compare-text.ts'
import { readRuns, readWorkers, seedsOf } from './campaign.ts'
import { EXIT } from './exit-codes.ts'
import { type Io, layoutOf } from './io.ts'
import { assignments, OUTPUT, single, WORKERS } from './options.ts'
import { startProgress } from './progress.ts'
import { checkReport, pageMakers, REPORT, writePage } from './report-page.ts'
import { printForPeople } from './reporters.ts'
import { loadOne, type NamedScenario, readSeed, shellWord } from './scenarios.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

interface CompareArguments {
  readonly a: string
  readonly b: string | undefined
  readonly set: readonly string[] | undefined
  readonly setA: readonly string[] | undefined
  readonly setB: readonly string[] | undefined
  readonly caseA: string | undefined
  readonly caseB: string | undefined
  readonly seed: string | undefined
  readonly runs: string
  readonly workers: string | undefined
  readonly report: string | undefined
  readonly output: 'text' | 'json'
}

export function compareCommand(io: Io, done: (code: number) => void): CommandModule<object, CompareArguments> {
  return {
    command: 'compare <a> [b]',
    describe: 'Play two policies on the same luck and say which is better, by how much, and how surely',
    builder: (args) =>
      args
        .positional('a', { type: 'string', demandOption: true, describe: 'a scenario file' })
        .positional('b', { type: 'string', describe: 'another one; left out: the same file' })
        .option('set', assignments('change a value in both, path=value; may be given several times'))
        .option('set-a', assignments('change a value in A only'))
        .option('set-b', assignments('change a value in B only'))
        .option('case-a', single('case-a', 'case of A'))
        .option('case-b', single('case-b', 'case of B'))
        .option('seed', single('seed', 'the first seed; default: that of A'))
        .option('runs', { ...single('runs', 'pairs of runs'), default: '200' })
        .option('workers', WORKERS)
        .option('output', OUTPUT)
        .option('report', REPORT)
        .example('$0 compare before.yaml after.yaml', 'two scenarios')
        .example(
          '$0 compare a.yaml --set-b azure.scaleSets.vmss.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent=10',
          'one scenario under another policy',
        ) as never,
    handler: async (args) => done(await compare(io, args)),
  }
}

async function compare(io: Io, args: CompareArguments): Promise<number> {
  const runs = readRuns(args.runs)!
  checkReport(io, args.report, [args.a, ...(args.b === undefined ? [] : [args.b])])
  const workers = readWorkers(io, args.workers)
  const texts = (values: readonly string[] | undefined) => (values ?? []).map(String)
  const sets = [
    [...texts(args.set), ...texts(args.setA)],
    [...texts(args.set), ...texts(args.setB)],
  ] as const
  if (args.b === undefined && args.caseA === args.caseB && sets[0].join('\n') === sets[1].join('\n'))
    throw new UsageError('compare needs a second scenario', 'name one, or say what differs with --set-b path=value')
  const seed = readSeed(args.seed)
  const a = loadOne(io, args.a, sets[0], args.caseA, seed)
  // The same luck for both: B plays the seeds of A.
  const b = loadOne(io, args.b ?? args.a, sets[1], args.caseB, seed ?? a.scenario.seed)
  const seeds = seedsOf(a.scenario, runs)
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const runner = io.runner(workers)
  const progress = startProgress(io, a.scenario.name, runs)
  let samples: Sample[][]
  try {
    samples = await playTogether([variantOf(a), variantOf(b)], seeds, runner, {
      onProgress: (finished) => progress.update(finished),
      isInterrupted: () => interrupted,
    })
  } finally {
    progress.stop()
    await runner.close()
  }
  const result = ({ scenario, source }: NamedScenario, played: readonly Sample[]) =>
    resultOf(recordOf(scenario, source.file, seeds, played))
  const both = [result(a, samples[0]!), result(b, samples[1]!)] as const
  const labels = [labelOf(a), labelOf(b)] as const
  const measures = comparePairs(both[0].record, both[1].record)
  if (args.output === 'json')
    io.stdout.write(`${JSON.stringify(compareDocument(measures, both, labels, engine()), null, 2)}\n`)
  else printForPeople(io, renderCompare(measures, both, { labels, ...layoutOf(io) }))
  if (args.report !== undefined) {
    const { compareArticle } = await pageMakers()
    await writePage(io, args.report, [compareArticle(measures, both, labels)])
  }
  if (!interrupted) return EXIT.holds
  io.stderr.write('interrupted: the pairs that were finished are kept\n')
  return EXIT.interrupted
}

const variantOf = ({ source, set }: NamedScenario): Variant => ({ source, set })

function labelOf({ source, scenario, set }: NamedScenario): string {
  const words = [source.file, ...(scenario.case === undefined ? [] : ['--case', scenario.case])]
  return [...words, ...set.flatMap((value) => ['--set', value])].map(shellWord).join(' ')
}
