/**
 * A duration that varies, in integer milliseconds. Written in a scenario as a constant (`PT50S`), `{ p50, p95 }`
 * (lognormal), `{ min, max }` (uniform), `{ mean }` (exponential), `{ samples: […] }`, or
 * `{ mixture: [{ weight, … }, …] }`.
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'lognormal'; readonly p50Ms: number; readonly p95Ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'samples'; readonly samplesMs: readonly number[] }
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly weight: number; readonly of: Distribution }[] }

export const constant = (ms: number): Distribution => ({ kind: 'constant', ms })
