import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { markShaky } from '../lab/shaky.ts'
import { InputError } from '../model/diagnostic.ts'
import { formatDuration } from '../model/duration.ts'
import { expectationPlaces } from '../model/scenario/expectation-places.ts'
import type { Scenario } from '../model/scenario.ts'
import { renderComparison } from '../report/comparison.ts'
import type { Article } from '../report/html/article.ts'
import { resultDocument } from '../report/json.ts'
import { PERFETTO_SUFFIX, renderPerfetto } from '../report/perfetto/perfetto.ts'
import { reportOfRun, type ScenarioReport } from '../report/reporters/scenario-report.ts'
import { summarizeScenario } from '../report/scenario-summary.ts'
import { renderSummary } from '../report/summary.ts'
import { renderRun } from '../report/text.ts'
import { renderTrace } from '../report/trace-jsonl.ts'
import type { RunResult } from '../sim/result.ts'
import { readRuns } from './campaign.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { checkPlace, writeNamedFile } from './files.ts'
import { IN_A_FILE, type Io, type Layout, layoutOf } from './io.ts'
import { OUTPUT, readMoment, single } from './options.ts'
import { playToEnd } from './play.ts'
import { checkReport, pageMakers, REPORT, uniqueNames, writePage } from './report-page.ts'
import {
  type Outputs,
  PLAYED_REPORTERS,
  printForPeople,
  readReporters,
  report,
  reportedOf,
  reporterOption,
  reportMistakes,
  wants,
} from './reporters.ts'
import { type CampaignArguments, runCampaigns } from './run-campaigns.ts'
import { BASE, caseOption, loadFile, type NamedScenario, readSeed, replayCommand, shellWord } from './scenarios.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'
import { watched } from './watch.ts'

interface RunArguments extends CampaignArguments {
  readonly scenarios: readonly string[]
  readonly seed: string | undefined
  readonly set: readonly string[] | undefined
  readonly output: 'text' | 'json'
  readonly reporter: readonly string[] | undefined
  readonly case: string | undefined
  readonly until: string | undefined
  readonly watch: boolean
  readonly runs: string | undefined
}

interface Played {
  readonly file: string
  /** Of the scenario file. */
  readonly text: string
  readonly scenario: Scenario
  readonly result: RunResult
}

/** More scenarios than these make no readable table side by side. */
const COMPARED_MAX = 4

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
        .option('reporter', reporterOption(PLAYED_REPORTERS))
        .option('case', single('case', 'play only this case of the file; base is the file without its cases'))
        .option(
          'trace',
          single(
            'trace',
            'write the trace to this file: JSON lines, or for the Perfetto viewer when its name ends in .perfetto.json',
          ),
        )
        .option('report', REPORT)
        .option('until', single('until', 'end the run at this moment; what is expected is judged as it stands there'))
        .option('watch', {
          type: 'boolean',
          default: false,
          describe: 'play again whenever one of the files has changed, until Ctrl-C',
        })
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
        .example(
          '$0 run scenarios/bad-image.yaml --report out.html',
          'everything to look at, in one file for a browser',
        )
        .example('$0 run scenarios/bad-image.yaml --runs 1000', 'how likely, with confidence intervals')
        .example(
          '$0 run a.yaml --set azure.scaleSets.vmss-authz.sku.capacity=60 --seed 3',
          'the same scenario with another size and another luck',
        )
        .example(
          '$0 run a.yaml --set \'timeline[+]={ at: PT10H, failZone: { region: eastus, zone: "1", for: PT30M } }\'',
          'the same scenario when a zone is lost on top of it',
        )
        .example(
          '$0 run a.yaml --reporter junit=junit.xml --reporter markdown=summary.md',
          'the text here, and a report for the pipeline in each file',
        )
        .example(
          '$0 run a.yaml --trace out.perfetto.json',
          'every instance, batch and decision on a time line, for ui.perfetto.dev',
        )
        .example('$0 run a.yaml --watch', 'while you edit it')
        .example('$0 run a.yaml --reporter github', 'annotations, and the summary of the step') as never,
    handler: async (args) =>
      done(
        await (args.watch ? watched(io, args.scenarios.map(String), (watching) => run(watching, args)) : run(io, args)),
      ),
  }
}

async function run(io: Io, args: RunArguments): Promise<number> {
  const files = args.scenarios.map(String)
  const seed = readSeed(args.seed)
  checkTrace(io, args.trace, files)
  const given = (file: string | undefined) => (file === undefined ? [] : [file])
  checkReport(io, args.report, [...files, ...given(args.trace)])
  const inputs = [...files, ...given(args.trace), ...given(args.report)]
  const outputs = readReporters(io, args.reporter, PLAYED_REPORTERS, args.output, inputs)
  const until = readMoment('until', args.until)
  const runs = readRuns(args.runs)
  if (until !== undefined && runs !== undefined)
    throw new UsageError('--until is for a single run', 'give the scenarios of a campaign a shorter duration')
  const scenarios = loadAll(io, files, args, seed, outputs).map((named) => endingAt(named, until))
  if (runs !== undefined) return runCampaigns(io, scenarios, args, runs, outputs)
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
  const articles: Article[] = []
  const names = uniqueNames(scenarios.map(({ scenario }) => scenario.name))
  const wantsTrace = args.trace !== undefined || args.report !== undefined || (wants(outputs, 'text') && !args.quiet)
  const onStdout = layoutOf(io)
  const printsText = outputs.stdout === 'text'
  const isTerse = args.quiet && printsText && outputs.files.length === 0 && outputs.agents.length === 0
  for (const { source, scenario } of scenarios) {
    const { file, text } = source
    const finished = await playToEnd(io, scenario, { keepTrace: wantsTrace }, () => interrupted)
    if (finished === undefined) break
    const result = isTerse ? finished : withShaky(scenario, finished)
    const one = { file, text, scenario, result }
    played.push(one)
    if (args.report !== undefined) articles.push(await articleOf(one, args, articles.length, names))
    if (printsText) printForPeople(io, runText(one, args, scenarios.length > 1, onStdout), outputs)
    // A Ctrl-C during the last stretch has waited until here; what is finished is kept.
    await io.breathe()
    if (interrupted) break
  }
  if (printsText) printForPeople(io, closingText(played, args, onStdout), outputs)
  await report(io, outputs, {
    ...reportedOf(() => played.map((one) => reportOfPlayed(one, args))),
    text: () => {
      const texts = played.map((one) => runText(one, args, scenarios.length > 1, IN_A_FILE))
      return texts.join('') + closingText(played, args, IN_A_FILE)
    },
    json: () => `${JSON.stringify(resultDocument(played.map(documentEntry), engine()), null, 2)}\n`,
  })
  if (args.report !== undefined) await writePage(io, args.report, articles)
  if (args.trace !== undefined && played[0]) writeNamedFile(io, args.trace, lines(traceOf(args.trace, played[0])))
  if (interrupted) {
    io.stderr.write(`interrupted: ${played.length} of ${scenarios.length} finished\n`)
    return EXIT.interrupted
  }
  return exitCodeOf(played.map(({ result }) => result.verdict))
}

async function articleOf(one: Played, args: RunArguments, index: number, names: readonly string[]): Promise<Article> {
  const { runArticle } = await pageMakers()
  const { file, scenario, result } = one
  const summary = summarizeScenario({ ...scenario, file })
  const report = { ...reportOfPlayed(one, args), name: names[index]! }
  return runArticle({ report, summary, scenario, result }, index)
}

function replayOf({ set = [], until }: RunArguments, file: string, seed: number, scenario: Scenario): string {
  const until_ = until === undefined ? '' : ` --until ${shellWord(until)}`
  return `${replayCommand(file, seed, set, caseOption(scenario))}${until_}`
}

function reportOfPlayed({ file, text, scenario, result }: Played, args: RunArguments): ScenarioReport {
  const placeOf = expectationPlaces(text, file)
  return reportOfRun(result, {
    file,
    title: scenario.title,
    replay: replayOf(args, file, result.seed, scenario),
    placeOf: (index) => placeOf(scenario.case, index),
  })
}

/** The result with its shaky expectations marked; what it works out on demand stays so. */
function withShaky(scenario: Scenario, result: RunResult): RunResult {
  return Object.create(result, {
    expectations: { value: markShaky(scenario, result), enumerable: true },
  }) as RunResult
}

function checkTrace(io: Io, trace: string | undefined, files: readonly string[]): void {
  if (trace === undefined) return
  if (trace === '') throw new UsageError('--trace needs the name of a file', 'write --trace trace.jsonl')
  if (files.length > 1)
    throw new UsageError('--trace takes one scenario', 'run them one by one, each with a file of its own')
  if (files.some((file) => resolve(file) === resolve(trace)))
    throw new UsageError(`--trace ${trace} would overwrite the scenario`, 'write --trace trace.jsonl')
  checkPlace(io, trace)
}

/** The scenario without what would come later. @throws UsageError where it ends before */
function endingAt(named: NamedScenario, untilMs: number | undefined): NamedScenario {
  if (untilMs === undefined) return named
  const { scenario } = named
  const { name, durationMs } = scenario
  if (untilMs === 0) throw new UsageError('--until must be longer than PT0S', 'write --until PT25M')
  if (untilMs > durationMs)
    throw new UsageError(
      `--until ${formatDuration(untilMs)} lies beyond the duration of ${name}, ${formatDuration(durationMs)}`,
      'name an earlier moment, or --set duration=…',
    )
  const timeline = scenario.timeline.filter(({ atMs }) => atMs <= untilMs)
  return { ...named, scenario: { ...scenario, durationMs: untilMs, timeline } }
}

/** All files are read and checked before anything is played, so that every mistake is told at once. */
function loadAll(
  io: Io,
  files: readonly string[],
  args: RunArguments,
  seed: number | undefined,
  outputs: Outputs,
): NamedScenario[] {
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
  if (mistakes.length === 0) return scenarios
  const error = new InputError(mistakes)
  reportMistakes(io, outputs, error, files[0]!)
  throw error
}

function runText({ file, scenario, result }: Played, args: RunArguments, several: boolean, layout: Layout): string {
  const text = renderRun(result, {
    scenario: summarizeScenario({ ...scenario, file }),
    ...layout,
    replay: replayOf(args, file, result.seed, scenario),
    quiet: args.quiet,
  })
  return several && !args.quiet ? `${text}\n` : text
}

/** What follows several scenarios: side by side where they are few, and the table. */
function closingText(played: readonly Played[], args: RunArguments, layout: Layout): string {
  if (played.length < 2) return ''
  const results = played.map(({ result }) => result)
  const comparison = !args.quiet && played.length <= COMPARED_MAX ? renderComparison(results, layout) : ''
  return comparison + renderSummary(results, layout)
}

const documentEntry = ({ result, file, scenario }: Played) => ({
  result,
  file,
  ...(scenario.case === undefined ? {} : { case: scenario.case }),
})

/** What the name of the file says it is. */
function traceOf(name: string, { scenario, result }: Played): Iterable<string> {
  return name.toLowerCase().endsWith(PERFETTO_SUFFIX) ? renderPerfetto(scenario, result) : renderTrace(result)
}

function* lines(texts: Iterable<string>): Iterable<string> {
  for (const text of texts) yield `${text}\n`
}
