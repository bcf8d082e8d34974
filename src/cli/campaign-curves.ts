import type { CampaignResult } from '../lab/record.ts'
import { curvesOf, type RunCurves } from '../report/charts/run-curves.ts'
import type { Io } from './io.ts'
import { playToEnd } from './play.ts'
import { startProgress } from './progress.ts'
import type { NamedScenario } from './scenarios.ts'

/** Percentiles from 5 to 95 over time are steady with so many runs. */
const RUNS_MAX = 200
/** Of large fleets fewer runs are drawn: together they may take so many events. The count is part of the run, so the page stays the same. */
const EVENTS_MAX = 4_000_000

/** Plays the first runs of a campaign again with their course kept; what is finished at an interrupt is returned. */
export async function campaignCurves(
  io: Io,
  { scenario }: NamedScenario,
  { record }: CampaignResult,
  isInterrupted: () => boolean,
  eventsMax = EVENTS_MAX,
): Promise<RunCurves[]> {
  const seeds = record.samples.slice(0, RUNS_MAX).map(({ seed }) => seed)
  const progress = startProgress(io, `${scenario.name} over time`, seeds.length)
  const curves: RunCurves[] = []
  let events = 0
  try {
    for (const seed of seeds) {
      if (events >= eventsMax) break
      const result = await playToEnd(io, scenario, { seed, keepTrace: true }, isInterrupted)
      if (result === undefined) break
      events += result.events
      curves.push(curvesOf(result))
      progress.update(curves.length)
    }
  } finally {
    progress.stop()
  }
  return curves
}
