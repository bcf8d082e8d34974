import type { Distribution } from './distribution.ts'

const MINUTE = 60_000

/** What fails by itself, and how often. Absent: it does not. AV-12; a zone never fails at random. */
export interface RandomFaults {
  /** A host fails; the instance on it boots again on another one. */
  readonly hosts?: { readonly percentPerVmYear: number; readonly recovery: Distribution }
  /** A rack loses its power. */
  readonly racks?: { readonly percentPerFdYear: number; readonly recovery: Distribution }
  /** A host is updated under a running instance, which is paused that long. */
  readonly freezes?: { readonly perVmMonth: number; readonly length: Distribution }
  /** Percent of attempts to delete an instance that end in a transient error of the platform (PL-64). */
  readonly deletes?: { readonly failPercent: number }
}

/**
 * The rates and lengths that a scenario may leave out. Nobody publishes absolute rates (AV-10), so these are the assumption of
 * AV-12: plausible orders of magnitude, to be replaced by one's own.
 */
export const DEFAULT_FAULTS = {
  hosts: { percentPerVmYear: 2, recovery: { kind: 'lognormal', p50Ms: 8 * MINUTE, p95Ms: 25 * MINUTE } },
  racks: { percentPerFdYear: 0.5, recovery: { kind: 'lognormal', p50Ms: 60 * MINUTE, p95Ms: 180 * MINUTE } },
  freezes: { perVmMonth: 1, length: { kind: 'constant', ms: 5000 } },
} as const satisfies RandomFaults
