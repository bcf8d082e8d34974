import { describe, expect, it } from 'vitest'
import { shardOf } from '../../src/lab/campaign.ts'
import { confidenceAt, looksOf } from '../../src/lab/sequential.ts'
import { CONFIDENCE, type Interval, rate } from '../../src/lab/statistics.ts'
import { RandomStreams } from '../../src/sim/kernel/random.ts'

describe('looks', () => {
  it('double what has been played, and the last one ends the campaign', () => {
    expect(looksOf({ fromSeed: 7, runs: 1000 })).toEqual([
      { fromSeed: 7, runs: 100 },
      { fromSeed: 107, runs: 100 },
      { fromSeed: 207, runs: 200 },
      { fromSeed: 407, runs: 400 },
      { fromSeed: 807, runs: 200 },
    ])
    expect(looksOf({ fromSeed: 1, runs: 30 })).toEqual([shardOf({ fromSeed: 1, runs: 30 }, { k: 1, n: 1 })])
  })

  it('share the 5 % among them', () => {
    expect(confidenceAt(1)).toBeCloseTo(0.975, 12)
    let spent = 0
    for (let look = 1; look <= 1000; look++) spent += 1 - confidenceAt(look)
    expect(spent).toBeLessThan(1 - CONFIDENCE)
    expect(spent).toBeGreaterThan(0.0499)
  })
})

/** A share is 91 %, the threshold 90 %: so near that many campaigns stop on a run of luck. */
const TRUTH = 0.91
const THRESHOLD = 0.9
const CAMPAIGNS = 1000
const RUNS = 6400

describe('a campaign that stops when the interval clears the threshold', { timeout: 120_000 }, () => {
  /** The last interval of a campaign, and whether its verdict is wrong. */
  function played(campaign: number, confidenceOf: (look: number) => number): { interval: Interval; isWrong: boolean } {
    const stream = new RandomStreams(11).stream(`sequential/${campaign}`)
    let [hits, runs] = [0, 0]
    let interval: Interval = { low: 0, high: 1 }
    for (const [index, stage] of looksOf({ fromSeed: 0, runs: RUNS }).entries()) {
      for (let i = 0; i < stage.runs; i++) hits += stream.uniform(stage.fromSeed + i, 0) < TRUTH ? 1 : 0
      runs += stage.runs
      interval = rate(hits, runs, confidenceOf(index + 1)).interval
      if (interval.low! > THRESHOLD || interval.high! < THRESHOLD) break
    }
    return { interval, isWrong: interval.high! < THRESHOLD }
  }

  function shares(confidenceOf: (look: number) => number): { covered: number; wrong: number } {
    const all = Array.from({ length: CAMPAIGNS }, (_, campaign) => played(campaign, confidenceOf))
    return {
      covered: all.filter(({ interval: { low, high } }) => low! <= TRUTH && TRUTH <= high!).length / CAMPAIGNS,
      wrong: all.filter(({ isWrong }) => isWrong).length / CAMPAIGNS,
    }
  }

  it('covers the truth at 95 %, and is wrong in fewer than 5 % of campaigns', () => {
    const { covered, wrong } = shares(confidenceAt)
    expect(covered).toBeGreaterThan(0.95)
    expect(wrong).toBeLessThan(0.05)
  })

  it('would not with intervals of a single look, which is why they are widened', () => {
    expect(shares(() => CONFIDENCE).covered).toBeLessThan(0.945)
  })
})
