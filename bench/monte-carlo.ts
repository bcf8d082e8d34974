import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { playCampaign } from '../src/lab/campaign.ts'
import { threadPool } from '../src/lab/pool.ts'
import { ownThread, type Runner } from '../src/lab/runner.ts'
import type { Variant } from '../src/lab/variant.ts'
import { median } from './hold.ts'

export interface MonteCarloFigures {
  /** Runs a second in the thread of the command itself, then in pools of one and of two threads; median and best round. */
  readonly own: Rates
  readonly one: Rates
  readonly two: Rates
  /** Two threads against one, of the same round, so that both met the same neighbours. */
  readonly scaling: Rates
  readonly rounds: number
}

interface Rates {
  readonly median: number
  readonly best: number
}

const RUNS = 3000
const FILE = fileURLToPath(new URL('../../../scenarios/tuning/30-instances.yaml', import.meta.url))

/** Monte Carlo of the 30-instance scenario as `run --runs` plays it: batches, samples and all, statistics aside. */
export async function measureMonteCarlo(rounds: number): Promise<MonteCarloFigures> {
  const source = { file: 'scenarios/tuning/30-instances.yaml', text: readFileSync(FILE, 'utf8'), files: {} }
  const variant: Variant = { source, set: [] }
  const runners: Runner[] = [ownThread(), threadPool(1), threadPool(2)]
  const rates: number[][] = runners.map(() => [])
  const scaling: number[] = []
  try {
    // Threads start, compile and warm up.
    for (const runner of runners) await playCampaign(variant, { fromSeed: 1, runs: RUNS }, runner)
    for (let round = 0; round < rounds; round++) {
      const fromSeed = 1 + (round + 1) * RUNS
      for (const [index, runner] of runners.entries()) {
        const startedAt = performance.now()
        await playCampaign(variant, { fromSeed, runs: RUNS }, runner)
        rates[index]!.push((RUNS * 1000) / (performance.now() - startedAt))
      }
      scaling.push(rates[2]![round]! / rates[1]![round]!)
    }
  } finally {
    for (const runner of runners) await runner.close()
  }
  const [own, one, two] = rates.map(ratesOf)
  return { own: own!, one: one!, two: two!, scaling: ratesOf(scaling), rounds }
}

/** The same runs by a process that shares nothing with another one; runs a second. */
export async function measureAlone(): Promise<number> {
  const source = { file: 'scenarios/tuning/30-instances.yaml', text: readFileSync(FILE, 'utf8'), files: {} }
  const variant: Variant = { source, set: [] }
  await playCampaign(variant, { fromSeed: 1, runs: RUNS }, ownThread())
  const startedAt = performance.now()
  await playCampaign(variant, { fromSeed: 1 + RUNS, runs: 2 * RUNS }, ownThread())
  return (2 * RUNS * 1000) / (performance.now() - startedAt)
}

const ratesOf = (values: readonly number[]): Rates => ({ median: median([...values]), best: Math.max(...values) })
