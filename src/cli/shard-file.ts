import { z } from 'zod'
import type { Shard } from '../lab/campaign.ts'
import type { CampaignRecord } from '../lab/record.ts'
import type { ScenarioSummary } from '../report/scenario-summary.ts'
import type { CampaignOutcome, Told } from './campaign.ts'

/** One campaign of a shard file. */
export interface ShardCampaign {
  readonly identity: string
  readonly scenario: ScenarioSummary
  readonly told: Told
  readonly record: CampaignRecord
}

/** What `run --runs N --shard k/n -o json` prints and `merge` reads: samples instead of results. */
export interface ShardFile {
  readonly formatVersion: 1
  readonly kind: 'shard'
  readonly engine: { readonly name: string; readonly version: string }
  readonly shard: Shard
  readonly campaigns: readonly ShardCampaign[]
}

export function shardFile(outcomes: readonly CampaignOutcome[], shard: Shard, engine: ShardFile['engine']): ShardFile {
  return {
    formatVersion: 1,
    kind: 'shard',
    engine,
    shard,
    campaigns: outcomes.map(({ identity, scenario, told, result }) => ({
      identity,
      scenario,
      told,
      record: result.record,
    })),
  }
}

const count = z.int().min(0)
const sample = z.object({
  seed: count,
  values: z.array(z.number().nullable()),
  statuses: z.array(z.string()),
  checks: z.array(z.number().nullable()),
})
const schema = z.object({
  formatVersion: z.literal(1),
  kind: z.literal('shard'),
  engine: z.object({ name: z.string(), version: z.string() }),
  shard: z.object({ k: count.min(1), n: count.min(1) }).refine(({ k, n }) => k <= n, { message: 'k is more than n' }),
  campaigns: z
    .array(
      z.object({
        identity: z.string(),
        scenario: z.looseObject({ name: z.string(), scaleSets: z.array(z.looseObject({ name: z.string() })) }),
        told: z.looseObject({
          set: z.array(z.string()),
          case: z.string().nullable(),
          places: z.array(z.object({ file: z.string(), line: count, column: count }).nullable()),
        }),
        record: z.looseObject({
          scenario: z.string(),
          seeds: z.object({ fromSeed: count, runs: count }),
          measures: z.array(z.object({ name: z.string(), isDuration: z.boolean() })),
          expectations: z.array(z.string()),
          samples: z.array(sample),
        }),
      }),
    )
    .min(1),
})

/** @throws Error with one sentence when the text is no shard file */
export function parseShardFile(text: string): ShardFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('it is no JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return value as ShardFile
  const { path, message } = parsed.error.issues[0]!
  const isWhole = typeof value === 'object' && value !== null && 'results' in value
  throw new Error(isWhole ? 'it holds results, not a shard' : `${path.join('.') || 'it'}: ${message}`)
}
