import type { CampaignResult } from '../lab/record.ts'
import { CONFIDENCE, type Estimate } from '../lab/statistics.ts'
import type { MeasureSummary, QuantileName } from '../lab/summary.ts'
import { formatDuration } from '../model/duration.ts'
import { findingEntry } from './json.ts'
import type { CampaignEntry, ResultDocument } from './result-schema.ts'
import { overallVerdict } from './wording.ts'

type Value = number | string | null

/** The document of `run --runs N -o json`, and of `merge`. */
export function campaignDocument(
  results: readonly CampaignResult[],
  engine: { readonly name: string; readonly version: string },
): ResultDocument {
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    verdict: overallVerdict(results),
    results: results.map(campaignEntry),
  }
}

/** One campaign as `run --runs N -o json` and `merge -o json` print it. */
export function campaignEntry({ record, summary, expectations, verdict, looks }: CampaignResult): CampaignEntry {
  return {
    scenario: record.scenario,
    file: record.file,
    case: record.case,
    seeds: { from: record.seeds.fromSeed, runs: record.seeds.runs },
    duration: formatDuration(record.durationMs),
    campaign: {
      runs: summary.runs,
      confidence: CONFIDENCE,
      looks,
      measures: Object.fromEntries(summary.measures.map((measure) => [measure.name, measureEntry(measure)])),
      rates: Object.fromEntries(
        summary.rollouts.map(({ rollout, rates }) => [
          `rollouts[${rollout}].status`,
          Object.fromEntries(
            rates.map(({ status, count, rate }) => [
              status,
              { runs: count, rate: rounded(rate.value), interval: intervalOf(rate, rounded) },
            ]),
          ),
        ]),
      ),
    },
    expectations: expectations.map(({ text, verdict: own, runs, actual, unit, isDecided, failingSeed, reason }) => {
      const shown = unit === 'duration' ? duration : rounded
      return {
        text,
        verdict: own,
        runs,
        actual: actual === null ? null : shown(actual.value),
        interval: actual === null ? null : intervalOf(actual, shown),
        decided: isDecided,
        ...(failingSeed === null ? {} : { failingSeed }),
        ...(reason === null ? {} : { reason }),
      }
    }),
    findings: record.findings.map(findingEntry),
    verdict,
  }
}

function measureEntry(measure: MeasureSummary): CampaignEntry['campaign']['measures'][string] {
  const shown = measure.isDuration ? duration : rounded
  const { quantiles } = measure
  const quantile = (name: QuantileName) => ({
    value: shown(quantiles[name].value),
    interval: intervalOf(quantiles[name], shown),
  })
  return {
    runs: measure.runs,
    mean: shown(measure.mean.value),
    meanInterval: intervalOf(measure.mean, shown),
    min: shown(measure.min),
    p5: quantile('p5').value,
    p50: quantile('p50').value,
    p95: quantile('p95').value,
    p99: quantile('p99').value,
    max: shown(measure.max),
    intervals: {
      p5: quantile('p5').interval,
      p50: quantile('p50').interval,
      p95: quantile('p95').interval,
      p99: quantile('p99').interval,
    },
  }
}

function intervalOf({ interval: { low, high } }: Estimate, shown: (value: number) => Value): [Value, Value] {
  return [low === null ? null : shown(low), high === null ? null : shown(high)]
}

/** Ten digits: what is behind them is left to the arithmetic of the machine. */
export const rounded = (value: number): number => Number(value.toPrecision(10))

const duration = (ms: number): string => formatDuration(Math.round(ms))
