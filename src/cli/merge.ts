import type { CommandModule } from 'yargs'
import { type Shard, shardOf } from '../lab/campaign.ts'
import { type CampaignRecord, resultOf } from '../lab/record.ts'
import { InputError } from '../model/diagnostic.ts'
import { campaignDocument } from '../report/campaign-json.ts'
import { renderCampaign } from '../report/campaign-text.ts'
import { replaysOf, reportOfOutcome } from './campaign.ts'
import { exitCodeOf } from './exit-codes.ts'
import { readNamedFile } from './files.ts'
import { IN_A_FILE, type Io, type Layout, layoutOf } from './io.ts'
import { OUTPUT } from './options.ts'
import { checkReport, pageMakers, REPORT, uniqueNames, writePage } from './report-page.ts'
import { PLAYED_REPORTERS, printForPeople, readReporters, report, reportedOf, reporterOption } from './reporters.ts'
import { parseShardFile, type ShardCampaign, type ShardFile } from './shard-file.ts'
import { engine } from './version.ts'

interface MergeArguments {
  readonly files: readonly string[]
  readonly output: 'text' | 'json'
  readonly reporter: readonly string[] | undefined
  readonly report: string | undefined
  readonly quiet: boolean
}

export function mergeCommand(io: Io, done: (code: number) => void): CommandModule<object, MergeArguments> {
  return {
    command: 'merge <files..>',
    describe: 'Join the shards of a campaign into the result of the whole',
    builder: (args) =>
      args
        .positional('files', { type: 'string', array: true, demandOption: true, describe: 'what run --shard printed' })
        .option('output', OUTPUT)
        .option('reporter', reporterOption(PLAYED_REPORTERS))
        .option('report', REPORT)
        .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'the verdict, and what failed' })
        .example('$0 merge shard-*.json', 'the same as the campaign in one piece') as never,
    handler: async (args) => done(await merge(io, args)),
  }
}

async function merge(io: Io, args: MergeArguments): Promise<number> {
  const files = args.files.map(String)
  checkReport(io, args.report, files)
  const inputs = args.report === undefined ? files : [...files, args.report]
  const outputs = readReporters(io, args.reporter, PLAYED_REPORTERS, args.output, inputs)
  const shards = readShards(io, files)
  const merged = joined(shards)
  const results = merged.map(({ record }) => resultOf(record))
  const texts = (layout: Layout) =>
    results.map((result, index) =>
      renderCampaign(result, {
        scenario: merged[index]!.scenario,
        ...layout,
        ...replaysOf(result, merged[index]!.told),
        quiet: args.quiet,
      }),
    )
  if (outputs.stdout === 'text') printForPeople(io, texts(layoutOf(io)).join(''), outputs)
  await report(io, outputs, {
    ...reportedOf(() => merged.map(({ told }, index) => reportOfOutcome({ result: results[index]!, told }))),
    text: () => texts(IN_A_FILE).join(''),
    json: () => `${JSON.stringify(campaignDocument(results, engine()), null, 2)}\n`,
  })
  if (args.report !== undefined) {
    const { campaignArticle } = await pageMakers()
    const names = uniqueNames(results.map(({ record }) => record.scenario))
    const articles = results.map((result, index) => {
      const report = { ...reportOfOutcome({ result, told: merged[index]!.told }), name: names[index]! }
      return campaignArticle({ report, summary: merged[index]!.scenario, result, curves: null }, index)
    })
    await writePage(io, args.report, articles)
  }
  return exitCodeOf(results.map(({ verdict }) => verdict))
}

interface NamedShard extends ShardFile {
  readonly file: string
}

function refuse(file: string, message: string, hint?: string): InputError {
  return new InputError([{ code: 'E0601', message: `${file}: ${message}`, ...(hint === undefined ? {} : { hint }) }])
}

/** In order of k. @throws InputError when one is no shard, is missing, comes twice, or belongs to another campaign */
function readShards(io: Io, files: readonly string[]): NamedShard[] {
  const shards = files.map((file): NamedShard => {
    try {
      return { ...parseShardFile(readNamedFile(io, file)), file }
    } catch (error) {
      if (error instanceof InputError) throw error
      throw refuse(file, (error as Error).message, 'name files that run --runs N --shard k/n -o json has printed')
    }
  })
  const first = shards[0]!
  const { version } = engine()
  for (const shard of shards) {
    const { file } = shard
    if (shard.engine.version !== version)
      throw refuse(file, `it was played by version ${shard.engine.version}, this is ${version}`)
    if (shard.shard.n !== first.shard.n)
      throw refuse(file, `it is one of ${shard.shard.n} shards, ${first.file} one of ${first.shard.n}`)
    if (campaignKey(shard) !== campaignKey(first))
      throw refuse(
        file,
        `it belongs to another campaign than ${first.file}`,
        'scenario, --set, seed and --runs must be the same',
      )
    const twin = shards.find((other) => other !== shard && other.shard.k === shard.shard.k)
    if (twin !== undefined) throw refuse(file, `it is shard ${shard.shard.k} again, like ${twin.file}`)
  }
  const missing = missingOf(shards.map(({ shard }) => shard))
  if (missing !== null) throw refuse(first.file, `of ${first.shard.n} shards ${missing} missing`)
  for (const { file, shard, campaigns } of shards) checkComplete(file, shard, campaigns)
  return shards.sort((a, b) => a.shard.k - b.shard.k)
}

const MISSING_SHOWN = 10

/** `2, 5 and 7 more are`; null: they are all there. The shards are of one campaign, each there once. */
function missingOf(shards: readonly Shard[]): string | null {
  const { n } = shards[0]!
  const count = n - shards.length
  if (count === 0) return null
  const present = new Set(shards.map(({ k }) => k))
  const shown: number[] = []
  for (let k = 1; k <= n && shown.length < MISSING_SHOWN; k++) if (!present.has(k)) shown.push(k)
  const more = count - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${count === 1 ? 'is' : 'are'}`
}

/** A shard that was interrupted kept what was finished; the whole would be told from runs that are not there. */
function checkComplete(file: string, shard: Shard, campaigns: readonly ShardCampaign[]): void {
  for (const { record } of campaigns) {
    const { fromSeed, runs } = shardOf(record.seeds, shard)
    if (record.samples.length !== runs)
      throw new InputError([
        {
          code: 'E0196',
          message: `${file}: of ${record.scenario} it holds ${record.samples.length} of ${runs} runs`,
          hint: `it was interrupted; play shard ${shard.k}/${shard.n} again`,
        },
      ])
    const stranger = record.samples.find(({ seed }, index) => seed !== fromSeed + index)
    if (stranger !== undefined)
      throw refuse(file, `seed ${stranger.seed} is not where shard ${shard.k} of ${shard.n} has it`, 'play it again')
  }
}

const campaignKey = ({ campaigns }: ShardFile): string =>
  JSON.stringify(campaigns.map(({ identity, record }) => [identity, record.seeds]))

function joined(shards: readonly ShardFile[]): ShardCampaign[] {
  return shards[0]!.campaigns.map((campaign, index) => {
    const samples = shards.flatMap(({ campaigns }) => campaigns[index]!.record.samples)
    const record: CampaignRecord = { ...campaign.record, samples }
    return { ...campaign, record }
  })
}
