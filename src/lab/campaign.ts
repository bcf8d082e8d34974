import type { Runner } from './runner.ts'
import type { Sample } from './sample.ts'
import type { Variant } from './variant.ts'

/** A part of the seeds of a campaign: the k-th of n shards, k from 1. */
export interface Shard {
  readonly k: number
  readonly n: number
}

/** Seeds `fromSeed` … `fromSeed + runs - 1`. */
export interface SeedRange {
  readonly fromSeed: number
  readonly runs: number
}

/**
 * The seeds of a shard: the range cut into n consecutive parts of equal size, the first ones one longer where it does not
 * come out even. 10 runs in 3 shards are 4, 3 and 3.
 */
export function shardOf({ fromSeed, runs }: SeedRange, { k, n }: Shard): SeedRange {
  const least = Math.floor(runs / n)
  const longer = runs % n
  const before = (k - 1) * least + Math.min(k - 1, longer)
  return { fromSeed: fromSeed + before, runs: least + (k <= longer ? 1 : 0) }
}

export interface CampaignOptions {
  /** Told after every batch how many runs are finished. */
  readonly onProgress?: (finished: number) => void
  /** True: no more batches; those that are under way are waited for and kept. */
  readonly isInterrupted?: () => boolean
}

/** A batch should take about so long: long enough to be worth its message, short enough for a progress bar and Ctrl-C. */
const BATCH_MS = 150
const BATCH_MAX = 500

/**
 * Plays one variant with every seed of the range. The samples come in order of their seeds and are the same whatever the
 * runner; after an interrupt they are those that were finished, gaps and all.
 */
export async function playCampaign(
  variant: Variant,
  seeds: SeedRange,
  runner: Runner,
  options: CampaignOptions = {},
): Promise<Sample[]> {
  const [samples] = await playTogether([variant], seeds, runner, options)
  return samples!
}

/**
 * Plays several variants on the same seeds, batch by batch one after the other, so that an interrupt leaves of all of them
 * the runs of the same seeds. The samples are those of `playCampaign` for each.
 */
export async function playTogether(
  variants: readonly Variant[],
  { fromSeed, runs }: SeedRange,
  runner: Runner,
  options: CampaignOptions = {},
): Promise<Sample[][]> {
  const { onProgress, isInterrupted = () => false } = options
  const samples = variants.map((): (Sample | undefined)[] => [])
  let next = 0
  let finished = 0
  let perRunMs = Number.POSITIVE_INFINITY

  const playNext = async (): Promise<void> => {
    while (next < runs && !isInterrupted()) {
      const size = Math.min(runs - next, Math.max(1, Math.min(BATCH_MAX, Math.floor(BATCH_MS / perRunMs))))
      const first = next
      next += size
      let tookMs = 0
      for (const [at, variant] of variants.entries()) {
        const played = await runner.play({ variant, fromSeed: fromSeed + first, runs: size })
        tookMs += played.tookMs
        played.samples.forEach((sample, index) => {
          samples[at]![first + index] = sample
        })
      }
      perRunMs = tookMs / size
      finished += size
      onProgress?.(finished)
    }
  }
  await Promise.all(Array.from({ length: runner.parallel }, playNext))
  return samples.map((all) => all.filter((sample) => sample !== undefined))
}
