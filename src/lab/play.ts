import type { Scenario } from '../model/scenario.ts'
import { simulate } from '../sim/simulate.ts'
import { measuresOf, type Sample, sampleOf } from './sample.ts'
import { loadVariant, type Variant } from './variant.ts'

/** Runs of one variant with consecutive seeds: the work that is handed to a thread at a time. */
export interface Batch {
  readonly variant: Variant
  readonly fromSeed: number
  readonly runs: number
}

export interface PlayedBatch {
  readonly samples: readonly Sample[]
  /** What it took, ms; for the size of the next batch only. */
  readonly tookMs: number
}

interface Loaded {
  readonly key: string
  readonly scenario: Scenario
  readonly names: ReturnType<typeof measuresOf>
}

// A thread plays batches of few variants in turn, and a plan is worth keeping.
const KEPT = 8
const loaded: Loaded[] = []

function load(variant: Variant): Loaded {
  const key = JSON.stringify([variant.source.file, variant.source.case ?? null, variant.source.text, variant.set])
  const known = loaded.find((one) => one.key === key)
  if (known !== undefined) return known
  const scenario = loadVariant(variant)
  const made = { key, scenario, names: measuresOf(scenario) }
  loaded.unshift(made)
  loaded.length = Math.min(loaded.length, KEPT)
  return made
}

/** Plays a batch. The same batch gives the same samples in any thread, process or machine. */
export function playBatch({ variant, fromSeed, runs }: Batch): PlayedBatch {
  const startedAt = performance.now()
  const { scenario, names } = load(variant)
  const samples = Array.from({ length: runs }, (_, index) =>
    sampleOf(scenario, simulate(scenario, { seed: fromSeed + index }), names),
  )
  return { samples, tookMs: performance.now() - startedAt }
}
