import type { SeedRange } from './campaign.ts'
import { CONFIDENCE } from './statistics.ts'

/** First look of a campaign that ends when it is decided, in runs; every further one has twice as many. */
const FIRST_LOOK = 100

/** 100, 100, 200, 400, … runs: what is played before each look at which a sequential campaign may stop. */
export function looksOf({ fromSeed, runs }: SeedRange): SeedRange[] {
  const stages: SeedRange[] = []
  for (let done = 0, upTo = FIRST_LOOK; done < runs; upTo *= 2) {
    const end = Math.min(runs, upTo)
    stages.push({ fromSeed: fromSeed + done, runs: end - done })
    done = end
  }
  return stages
}

/**
 * Confidence of the intervals at the k-th look, from 1. Looking again and again finds something sooner or later, so the k-th
 * look takes 5 % / (k (k + 1)) for itself: 2.5 %, 0.83 %, 0.42 %, …, which come to 5 % over all looks, however many. An
 * interval of the look at which a campaign stops covers at 95 % in spite of the stopping, and a verdict is wrong in at most
 * 5 % of campaigns.
 */
export const confidenceAt = (look: number): number => 1 - (1 - CONFIDENCE) / (look * (look + 1))
