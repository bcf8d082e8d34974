import { createHash } from 'node:crypto'
import { playCampaign, type SeedRange, type Shard, shardOf } from '../lab/campaign.ts'
import { type CampaignResult, recordOf, resultOf } from '../lab/record.ts'
import type { Runner } from '../lab/runner.ts'
import type { Sample } from '../lab/sample.ts'
import { looksOf } from '../lab/sequential.ts'
import type { ScenarioSource } from '../lab/variant.ts'
import type { SourcePlace } from '../model/diagnostic.ts'
import { expectationPlaces } from '../model/scenario/expectation-places.ts'
import type { Scenario } from '../model/scenario.ts'
import { reportOfCampaign, type ScenarioReport } from '../report/reporters/scenario-report.ts'
import type { ScenarioSummary } from '../report/scenario-summary.ts'
import { summarizeScenario } from '../report/scenario-summary.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress.ts'
import { caseOption, type NamedScenario, replayCommand } from './scenarios.ts'
import { UsageError } from './usage.ts'

export interface CampaignPlan {
  readonly runs: number
  readonly shard: Shard | null
  /** Stop as soon as every expectation is decided. */
  readonly untilDecided: boolean
}

/** A finished campaign, or a shard of one, and what a report says of its scenario. */
export interface CampaignOutcome {
  readonly result: CampaignResult
  readonly scenario: ScenarioSummary
  /** Digest of the file, of all it refers to, and of what was set: shards of one campaign have the same. */
  readonly identity: string
  readonly told: Told
  readonly isComplete: boolean
}

/** What reports say of a campaign besides its result: how to play it again, and where its expectations stand. */
export interface Told {
  /** As `--set` was given. */
  readonly set: readonly string[]
  /** As `--case` takes it; null: the file has no cases. */
  readonly case: string | null
  readonly untilDecided: boolean
  /** By expectation; null: it stands nowhere in the file. */
  readonly places: readonly (SourcePlace | null)[]
}

/** The commands that play a campaign again, whole and a single run of it. */
export function replaysOf({ record: { file, seeds } }: CampaignResult, { set, case: name, untilDecided }: Told) {
  const replayRun = (seed: number) => replayCommand(file, seed, set, name ?? undefined)
  const until = untilDecided ? ' --until-decided' : ''
  return { replay: `${replayRun(seeds.fromSeed)} --runs ${seeds.runs}${until}`, replayRun }
}

export function reportOfOutcome({ result, told }: Pick<CampaignOutcome, 'result' | 'told'>): ScenarioReport {
  const { file, title } = result.record
  return reportOfCampaign(result, {
    file,
    title: title ?? undefined,
    ...replaysOf(result, told),
    placeOf: (index) => told.places[index] ?? null,
  })
}

function toldOf({ source, scenario, set }: NamedScenario, untilDecided: boolean): Told {
  const placeOf = expectationPlaces(source.text, source.file)
  return {
    set,
    case: caseOption(scenario) ?? null,
    untilDecided,
    places: scenario.expect.map((_, index) => placeOf(scenario.case, index)),
  }
}

/** Plays the campaign of one scenario; what is finished at an interrupt is kept. */
export async function campaignOf(
  io: Io,
  named: NamedScenario,
  plan: CampaignPlan,
  runner: Runner,
  isInterrupted: () => boolean,
): Promise<CampaignOutcome> {
  const { source, scenario, set } = named
  const seeds = seedsOf(scenario, plan.runs)
  const own = plan.shard === null ? seeds : shardOf(seeds, plan.shard)
  const progress = startProgress(io, scenario.name, own.runs)
  const samples: Sample[] = []
  let isComplete = true
  let looks = 0
  const result = () => resultOf(recordOf(scenario, source.file, seeds, samples), plan.untilDecided ? looks : undefined)
  try {
    for (const stage of plan.untilDecided ? looksOf(own) : [own]) {
      looks++
      const before = samples.length
      const played = await playCampaign({ source, set }, stage, runner, {
        onProgress: (finished) => progress.update(before + finished),
        isInterrupted,
      })
      samples.push(...played)
      isComplete = played.length === stage.runs
      if (!isComplete || (plan.untilDecided && result().expectations.every(({ isDecided }) => isDecided))) break
    }
  } finally {
    progress.stop()
  }
  return {
    result: result(),
    scenario: summarizeScenario({ ...scenario, file: source.file }),
    identity: identityOf(source, set),
    told: toldOf(named, plan.untilDecided),
    isComplete,
  }
}

function identityOf(source: ScenarioSource, set: readonly string[]): string {
  const parts = [
    source.text,
    source.case ?? null,
    set,
    Object.entries(source.files).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

export function readRuns(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const runs = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(runs) && runs > 0) return runs
  throw new UsageError(`--runs must be a whole number from 1, got "${text}"`, 'write --runs 1000')
}

/** As many seeds from that of the scenario on. @throws UsageError where there are not so many */
export function seedsOf({ seed }: Pick<Scenario, 'seed'>, runs: number): SeedRange {
  if (Number.isSafeInteger(seed + runs - 1)) return { fromSeed: seed, runs }
  throw new UsageError(`after seed ${seed} there are no ${runs} seeds: the last one is 2^53 - 1`, 'write --seed 1')
}

export function readShard(text: string | undefined): Shard | null {
  if (text === undefined) return null
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  if (k !== undefined && n !== undefined && Number(k) >= 1 && Number(k) <= Number(n) && Number.isSafeInteger(Number(n)))
    return { k: Number(k), n: Number(n) }
  throw new UsageError(`--shard must be k/n with k from 1 to n, got "${text}"`, 'write --shard 1/3')
}

/** Default: as many threads as there are processors. */
export function readWorkers(io: Io, text: string | undefined): number {
  if (text === undefined) return io.processors
  const workers = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (workers >= 1 && workers <= 256) return workers
  throw new UsageError(
    `--workers must be a whole number from 1 to 256, got "${text}"`,
    `this machine has ${io.processors}`,
  )
}
