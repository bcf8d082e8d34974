import type { FuzzReport } from '../lab/fuzz/search.ts'
import { fuzzVerdict } from './fuzz-text.ts'

/** What `fuzz -o json` prints. */
export function fuzzDocument(
  report: FuzzReport,
  where: { readonly file: string; readonly written: string | null; readonly replay: string },
  engine: { readonly name: string; readonly version: string },
): object {
  const { scenario, seed, runs, refused, refusal, properties, counterexample, endedBy } = report
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    verdict: fuzzVerdict(report),
    scenario: scenario.name,
    file: where.file,
    case: scenario.case ?? null,
    seed,
    runs,
    endedBy,
    refused: { cases: refused, reason: refusal },
    properties: properties.map(({ text, held, silent }) => ({ property: text, held, silent })),
    counterexample:
      counterexample === null
        ? null
        : {
            file: where.written,
            seed: counterexample.seed,
            path: counterexample.path,
            shrinks: counterexample.shrinks,
            broken: counterexample.broken.map(({ property, why, expect }) => ({ property, why, expect })),
            changed: counterexample.changes.map(({ path, before, after }) => ({
              path,
              from: before ?? null,
              to: after ?? null,
            })),
          },
    replay: where.replay,
  }
}
