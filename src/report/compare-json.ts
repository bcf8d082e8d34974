import type { PairedMeasure } from '../lab/compare.ts'
import type { CampaignResult } from '../lab/record.ts'
import { CONFIDENCE, type Interval } from '../lab/statistics.ts'
import { formatDuration } from '../model/duration.ts'
import { rounded } from './campaign-json.ts'

/** What `compare -o json` prints. */
export function compareDocument(
  measures: readonly PairedMeasure[],
  results: readonly [CampaignResult, CampaignResult],
  labels: readonly [string, string],
  engine: { readonly name: string; readonly version: string },
): object {
  const [a, b] = results
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    a: { label: labels[0], verdict: a.verdict },
    b: { label: labels[1], verdict: b.verdict },
    seeds: { from: a.record.seeds.fromSeed, runs: a.record.seeds.runs },
    pairs: Math.min(a.summary.runs, b.summary.runs),
    confidence: CONFIDENCE,
    measures: Object.fromEntries(measures.map((measure) => [measure.name, measureEntry(measure)])),
  }
}

function measureEntry(measure: PairedMeasure): object {
  const shown = measure.isDuration ? signedDuration : rounded
  const interval = ({ low, high }: Interval) => [low === null ? null : shown(low), high === null ? null : shown(high)]
  const { difference, bIsBetter } = measure
  return {
    pairs: measure.pairs,
    a: shown(measure.a),
    b: shown(measure.b),
    difference: shown(difference.value),
    interval: interval(difference.interval),
    independentInterval: interval(measure.independent),
    narrowing: measure.narrowing === null ? null : rounded(measure.narrowing),
    bIsBetter:
      bIsBetter === null
        ? null
        : {
            rate: rounded(bIsBetter.value),
            interval: [rounded(bIsBetter.interval.low ?? 0), rounded(bIsBetter.interval.high ?? 1)],
          },
    equal: rounded(measure.equal),
  }
}

/** ISO 8601, with a sign in front where it is less than nothing. */
const signedDuration = (ms: number): string =>
  ms < 0 ? `-${formatDuration(Math.round(-ms))}` : formatDuration(Math.round(ms))
