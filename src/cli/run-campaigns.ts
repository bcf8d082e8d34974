import { campaignDocument } from '../report/campaign-json.ts'
import { renderCampaign } from '../report/campaign-text.ts'
import type { Article } from '../report/html/article.ts'
import { plural } from '../report/wording.ts'
import {
  type CampaignOutcome,
  campaignOf,
  readShard,
  readWorkers,
  replaysOf,
  reportOfOutcome,
  seedsOf,
} from './campaign.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { IN_A_FILE, type Io, type Layout, layoutOf } from './io.ts'
import { pageMakers, uniqueNames, writePage } from './report-page.ts'
import { type Outputs, printForPeople, report, reportedOf, wants } from './reporters.ts'
import type { NamedScenario } from './scenarios.ts'
import { shardFile } from './shard-file.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

/** Options of `run` that bear on a campaign. */
export interface CampaignArguments {
  readonly trace: string | undefined
  readonly report: string | undefined
  readonly quiet: boolean
  readonly shard: string | undefined
  readonly workers: string | undefined
  readonly untilDecided: boolean
}

/** Plays a campaign of each scenario, tells and writes what was asked for, and gives the exit code. */
export async function runCampaigns(
  io: Io,
  scenarios: readonly NamedScenario[],
  args: CampaignArguments,
  runs: number,
  outputs: Outputs,
): Promise<number> {
  if (args.trace !== undefined)
    throw new UsageError('--trace takes one run', 'leave --runs out, and add the --seed of the run')
  const shard = readShard(args.shard)
  if (shard !== null && args.untilDecided)
    throw new UsageError(
      '--until-decided and --shard exclude each other',
      'a shard does not know what the others found',
    )
  if (shard !== null) checkShardOutputs(outputs)
  if (shard !== null && args.report !== undefined)
    throw new UsageError('--report has nothing to show of a shard', 'give it to vmss-twin merge')
  // Before any of them is played.
  for (const { scenario } of scenarios) seedsOf(scenario, runs)
  const runner = io.runner(readWorkers(io, args.workers))
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const outcomes: CampaignOutcome[] = []
  const onStdout = layoutOf(io)
  try {
    for (const named of scenarios) {
      const plan = { runs, shard, untilDecided: args.untilDecided }
      const outcome = await campaignOf(io, named, plan, runner, () => interrupted)
      outcomes.push(outcome)
      if (outputs.stdout === 'text' && shard === null)
        printForPeople(io, campaignText(outcome, args, onStdout), outputs)
      if (interrupted) break
    }
  } finally {
    await runner.close()
  }
  const results = outcomes.map(({ result }) => result)
  await report(io, outputs, {
    ...reportedOf(() => outcomes.map(reportOfOutcome)),
    text: () => outcomes.map((outcome) => campaignText(outcome, args, IN_A_FILE)).join(''),
    json: () =>
      shard === null
        ? `${JSON.stringify(campaignDocument(results, engine()), null, 2)}\n`
        : `${JSON.stringify(shardFile(outcomes, shard, engine()))}\n`,
  })
  if (args.report !== undefined) {
    const { campaignArticle } = await pageMakers()
    const { campaignCurves } = await import('./campaign-curves.ts')
    const names = uniqueNames(scenarios.map(({ scenario }) => scenario.name))
    const articles: Article[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const { result, scenario: summary } = outcome
      const report = { ...reportOfOutcome(outcome), name: names[index]! }
      const curves = await campaignCurves(io, scenarios[index]!, result, () => interrupted)
      articles.push(campaignArticle({ report, summary, result, curves }, index))
    }
    await writePage(io, args.report, articles)
  }
  if (interrupted) {
    const finished = outcomes.filter(({ isComplete }) => isComplete).length
    const broken = outcomes.find(({ isComplete }) => !isComplete)?.result.record
    io.stderr.write(
      broken === undefined
        ? `interrupted: ${finished} of ${scenarios.length} finished\n`
        : `interrupted after ${plural(broken.samples.length, 'run')} of ${broken.scenario}; ${finished} of ${scenarios.length} finished\n`,
    )
    return EXIT.interrupted
  }
  // A part of the runs decides nothing: what they come to is for merge to say.
  return shard === null ? exitCodeOf(results.map(({ verdict }) => verdict)) : EXIT.holds
}

/** A shard is samples, and no other reporter has words for them. */
function checkShardOutputs(outputs: Outputs): void {
  if (!wants(outputs, 'json'))
    throw new UsageError('--shard prints samples for merge', 'add -o json, and write it to a file')
  const other = outputs.agents[0]?.name ?? outputs.files.find(({ name }) => name !== 'json')?.name
  if (other !== undefined)
    throw new UsageError(`--reporter ${other} has nothing to say of a shard`, 'give it to vmss-twin merge')
}

function campaignText(
  { result, scenario, told }: CampaignOutcome,
  args: Pick<CampaignArguments, 'quiet'>,
  layout: Layout,
): string {
  return renderCampaign(result, { scenario, ...layout, ...replaysOf(result, told), quiet: args.quiet })
}
