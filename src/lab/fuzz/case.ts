import { formatDuration, parseDuration } from '../../model/duration.ts'
import type { FaultVerb } from '../../model/vary.ts'
import type { Field, Space } from './space.ts'

/** One way to change a scenario. Everything in it is a whole number: a position among the values a field may have. */
export interface FuzzCase {
  /** The seed; null: that of the scenario. */
  readonly luck: number | null
  /** By field: which of its values, from 0; null: as declared. */
  readonly values: readonly (number | null)[]
  readonly faults: readonly AddedFault[]
}

/** An entry added to the timeline. Which of its numbers mean anything depends on the verb. */
export interface AddedFault {
  readonly verb: FaultVerb
  readonly atMs: number
  readonly forMs: number
  /** Of the sets, instances, zones or dependencies there are, counted round. */
  readonly set: number
  readonly place: number
  readonly strength: number
}

/** How many values a field may have. */
export function positionsOf({ domain }: Field): number {
  return domain.kind === 'values'
    ? domain.values.length
    : Math.floor((domain.to - domain.from) / domain.step + 1e-9) + 1
}

/** The value at a position, as the file would have it. */
export function valueAt({ domain }: Field, position: number): unknown {
  if (domain.kind === 'values') return domain.values[position]
  const value = domain.from + position * domain.step
  if (domain.kind === 'duration') return formatDuration(value)
  return Number.isInteger(value) ? value : Number(value.toPrecision(12))
}

/** Position of what is declared; of what lies between two positions or outside of the bounds, the nearest one. */
export function declaredPosition(field: Field): { readonly position: number; readonly isExact: boolean } {
  const { domain, declared } = field
  if (domain.kind === 'values') {
    const position = domain.values.findIndex((value) => JSON.stringify(value) === JSON.stringify(declared))
    return { position: Math.max(0, position), isExact: position >= 0 }
  }
  const value =
    domain.kind === 'duration' ? (typeof declared === 'string' ? parseDuration(declared) : undefined) : Number(declared)
  if (value === undefined || Number.isNaN(value)) return { position: 0, isExact: false }
  const exact = (value - domain.from) / domain.step
  const position = Math.min(positionsOf(field) - 1, Math.max(0, Math.round(exact)))
  return { position, isExact: Math.abs(exact - position) < 1e-9 }
}

/** The scenario as it is given. */
export const unchanged = (space: Space): FuzzCase => ({ luck: null, values: space.fields.map(() => null), faults: [] })

/** What is declared is no change. */
export function plain(field: Field, position: number): number | null {
  const declared = declaredPosition(field)
  return declared.isExact && declared.position === position ? null : position
}
