import type { Influence, Reading, SensitivityReport } from '../lab/sensitivity.ts'
import { formatDuration } from '../model/duration.ts'
import { rounded } from './campaign-json.ts'

/** What `sensitivity -o json` prints. */
export function sensitivityDocument(
  reports: readonly SensitivityReport[],
  engine: { readonly name: string; readonly version: string },
): object {
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    results: reports.map(({ base, tried, assumptions, pairsTried, isComplete, influences, refused }) => ({
      scenario: base.scenario,
      file: base.file,
      case: base.case,
      seeds: { from: base.seeds.fromSeed, runs: base.seeds.runs },
      complete: isComplete,
      robust: robustness(influences, isComplete),
      tried: { readings: tried, assumptions, pairs: pairsTried },
      influences: influences.map(influenceEntry),
      refused: refused.map(({ readings, reason }) => ({ readings: readings.map(readingEntry), reason })),
    })),
  }
}

/** Null: interrupted, and nothing that was tried turned a verdict. */
function robustness(influences: readonly Influence[], isComplete: boolean): boolean | null {
  if (influences.some(({ turned }) => turned.length > 0)) return false
  return isComplete ? true : null
}

const readingEntry = ({ name, text, meaning, rules }: Reading) => ({ assumption: name, value: text, meaning, rules })

function influenceEntry({ readings, turned, rollouts, measures }: Influence): object {
  return {
    readings: readings.map(readingEntry),
    turned: turned.map(({ text, from, to }) => ({ text, from, to })),
    rollouts,
    measures: measures.map(({ name, isDuration, from, to, effect }) => {
      const shown = (value: number | null) =>
        value === null ? null : isDuration ? formatDuration(Math.round(value)) : rounded(value)
      return { name, from: shown(from), to: shown(to), effect: rounded(effect) }
    }),
  }
}
