import type { Sample } from './sample.ts'
import { CONFIDENCE, type Estimate, measuredMean, quantile, quantileInterval, rate, sorted } from './statistics.ts'

/** Quantiles a campaign reports of every measure. */
export const QUANTILES = { p5: 0.05, p50: 0.5, p95: 0.95, p99: 0.99 } as const

export type QuantileName = keyof typeof QUANTILES

/** A measure over the runs that had a sample of it. */
export interface MeasureSummary {
  readonly name: string
  readonly isDuration: boolean
  /** Runs with a sample; 0: nothing was measured in any. */
  readonly runs: number
  readonly mean: Estimate
  readonly quantiles: Readonly<Record<QuantileName, Estimate>>
  readonly min: number
  readonly max: number
}

/** How often the n-th rollout of a run ended in which status. */
export interface StatusRates {
  /** Index of the rollout. */
  readonly rollout: number
  /** Runs that had such a rollout. */
  readonly runs: number
  readonly rates: readonly { readonly status: string; readonly count: number; readonly rate: Estimate }[]
}

export interface CampaignSummary {
  readonly runs: number
  /** Measures with at least one sample, in the order of the catalogue. */
  readonly measures: readonly MeasureSummary[]
  readonly rollouts: readonly StatusRates[]
}

/** @param named the measures of the samples, in the order of their values */
export function summarize(
  named: readonly { readonly name: string; readonly isDuration: boolean }[],
  samples: readonly Sample[],
  confidence = CONFIDENCE,
): CampaignSummary {
  const measures = named.flatMap(({ name, isDuration }, index) => {
    const values = samples.flatMap(({ values: all }) => all[index] ?? [])
    return values.length === 0 ? [] : [{ name, isDuration, ...summarizeMeasure(values, confidence) }]
  })
  const most = Math.max(0, ...samples.map(({ statuses }) => statuses.length))
  const rollouts = Array.from({ length: most }, (_, rollout) => {
    const statuses = samples.flatMap((sample) => sample.statuses[rollout] ?? [])
    const rates = [...new Set(statuses)].sort().map((status) => {
      const count = statuses.filter((one) => one === status).length
      return { status, count, rate: rate(count, statuses.length, confidence) }
    })
    return { rollout, runs: statuses.length, rates }
  })
  return { runs: samples.length, measures, rollouts }
}

function summarizeMeasure(values: readonly number[], confidence: number): Omit<MeasureSummary, 'name' | 'isDuration'> {
  const samples = sorted(values)
  const of = (p: number): Estimate => ({
    value: quantile(samples, p),
    interval: quantileInterval(samples, p, confidence),
  })
  const { p5, p50, p95, p99 } = QUANTILES
  return {
    runs: samples.length,
    mean: measuredMean(samples, confidence),
    quantiles: { p5: of(p5), p50: of(p50), p95: of(p95), p99: of(p99) },
    min: samples[0]!,
    max: samples[samples.length - 1]!,
  }
}
