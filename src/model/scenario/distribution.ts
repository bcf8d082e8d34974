import type { Distribution } from '../distribution.ts'
import { parseDuration } from '../duration.ts'
import type { Path, SourceDocument } from './document.ts'
import type { RawDistribution } from './schema.ts'

type RawPart = Exclude<RawDistribution, string | { mixture: unknown }> | { weight: number; value: string }

/** Milliseconds of a text the schema has accepted already. */
export function ms(text: string): number {
  const value = parseDuration(text)
  if (value === undefined) throw new Error(`not a duration: ${text}`)
  return value
}

/** The distribution a scenario writes. Checks what a schema cannot: p50 <= p95, min <= max, a mean above nothing. */
export function toDistribution(raw: RawDistribution, path: Path, source: SourceDocument): Distribution {
  if (typeof raw === 'string') return { kind: 'constant', ms: ms(raw) }
  if ('mixture' in raw) {
    return {
      kind: 'mixture',
      parts: raw.mixture.map((part, index) => ({
        weight: part.weight,
        of: toPart(part, [...path, 'mixture', index], source),
      })),
    }
  }
  return toPart(raw, path, source)
}

function toPart(raw: RawPart, path: Path, source: SourceDocument): Distribution {
  if ('value' in raw) return { kind: 'constant', ms: ms(raw.value) }
  if ('samples' in raw) return { kind: 'samples', samplesMs: raw.samples.map(ms) }
  if ('mean' in raw) {
    if (ms(raw.mean) === 0)
      source.report('E0107', [...path, 'mean'], 'mean must be above PT0S', { hint: 'write PT0S alone for a constant' })
    return { kind: 'exponential', meanMs: ms(raw.mean) }
  }
  if ('min' in raw) {
    ordered(raw.min, raw.max, 'min', 'max', path, source)
    return { kind: 'uniform', minMs: ms(raw.min), maxMs: ms(raw.max) }
  }
  if (ms(raw.p50) === 0)
    source.report('E0107', [...path, 'p50'], 'p50 must be above PT0S', { hint: 'write PT0S alone for a constant' })
  ordered(raw.p50, raw.p95, 'p50', 'p95', path, source)
  return { kind: 'lognormal', p50Ms: ms(raw.p50), p95Ms: ms(raw.p95) }
}

function ordered(
  low: string,
  high: string,
  lowName: string,
  highName: string,
  path: Path,
  source: SourceDocument,
): void {
  if (ms(low) <= ms(high)) return
  source.report('E0107', [...path, highName], `${highName} (${high}) must not be below ${lowName} (${low})`, {
    hint: 'swap them',
  })
}
