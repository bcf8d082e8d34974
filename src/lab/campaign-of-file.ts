import { playCampaign } from './campaign.ts'
import { type CampaignResult, recordOf, resultOf } from './record.ts'
import { ownThread } from './runner.ts'
import { loadVariant, readSource } from './variant.ts'

export interface FileCampaignOptions {
  /** Content of a file the scenario refers to, by its path; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined
  /** How many runs, each with a seed of its own. */
  readonly runs: number
  /** The first seed; the others follow it. Default: the scenario's. */
  readonly fromSeed?: number
  /** A case of the file. Default: the file without its cases. */
  readonly case?: string
  /** `path=value` each, laid on top of the file. */
  readonly set?: readonly string[]
  /** Threads to play in. Default 1: this one. The result is the same with any number. */
  readonly workers?: number
  readonly onProgress?: (finished: number) => void
  /** True: stop after the runs that are under way; what is finished is kept. */
  readonly isInterrupted?: () => boolean
}

/**
 * Plays a scenario file many times: distributions of every measure, and the verdict of its expectations over all runs.
 *
 * @throws InputError like `loadScenario`, RangeError when `runs` or `workers` is no whole number from 1
 */
export async function campaign(text: string, file: string, options: FileCampaignOptions): Promise<CampaignResult> {
  const { runs, workers = 1, set = [], readFile, onProgress, isInterrupted } = options
  for (const [name, value] of Object.entries({ runs, workers }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} must be a whole number from 1, got ${value}`)
  const { source: whole } = readSource(file, text, readFile)
  const source = options.case === undefined ? whole : { ...whole, case: options.case }
  const scenario = loadVariant({ source, set })
  const seeds = { fromSeed: options.fromSeed ?? scenario.seed, runs }
  // Whoever plays in one thread needs none of the machinery of several.
  const runner = workers === 1 ? ownThread() : (await import('./pool.ts')).threadPool(workers)
  try {
    const samples = await playCampaign({ source, set }, seeds, runner, {
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(isInterrupted === undefined ? {} : { isInterrupted }),
    })
    return resultOf(recordOf(scenario, file, seeds, samples))
  } finally {
    await runner.close()
  }
}
