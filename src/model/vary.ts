import type { Expectation } from './expectation.ts'
import type { InvariantName } from './invariant-names.ts'

/** What fuzz and tune may change, and within which bounds. */
export interface Vary {
  readonly fields: readonly Variation[]
  readonly faults: readonly FaultVariation[]
}

/** One value of the scenario file that may change; `path` as `--set` takes it. */
export interface Variation {
  readonly path: string
  readonly domain: Domain
}

export type Domain =
  | { readonly kind: 'number'; readonly from: number; readonly to: number; readonly step: number }
  /** Milliseconds. */
  | { readonly kind: 'duration'; readonly from: number; readonly to: number; readonly step: number }
  | { readonly kind: 'values'; readonly values: readonly unknown[] }

/** Entries of the timeline that may be added. */
export interface FaultVariation {
  readonly verb: FaultVerb
  readonly atLeast: number
  readonly atMost: number
  /** When, and for how long; absent: at any time of the run, and for up to half an hour. */
  readonly at?: Interval
  readonly for?: Interval
}

/** Milliseconds, both ends included. */
export interface Interval {
  readonly fromMs: number
  readonly toMs: number
}

/** Verbs of the timeline that stand for luck, and not for somebody's decision. */
export const FAULT_VERBS = [
  'breakInstance',
  'hangInstance',
  'failHost',
  'failZone',
  'failDependency',
  'reclaimSpot',
  'shiftDemand',
] as const

export type FaultVerb = (typeof FAULT_VERBS)[number]

/** What must hold in every case. */
export type Property =
  | { readonly kind: 'invariant'; readonly name: InvariantName }
  | { readonly kind: 'expectation'; readonly expectation: Expectation }

export const propertyText = (property: Property): string =>
  property.kind === 'invariant' ? property.name : property.expectation.text
