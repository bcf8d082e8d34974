import { enablePatches, produceWithPatches } from 'immer'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { ModelAssignment } from '../model/scenario.ts'
import { equalDocuments, isRecord } from './document-diff.ts'

enablePatches()

/** New versions of a scale set model. */
export type AssignmentResult =
  | { readonly model: ScaleSetModel; readonly changed: readonly (readonly (string | number)[])[] }
  | { readonly error: string }

type Segment = ModelAssignment['segments'][number]
type Container = Record<string, unknown> | unknown[]

/** What the type promises to be there. A missing mode means Manual (rollouts.md 1.1). */
const whenUnset: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['upgradePolicy', { mode: 'Manual' }],
  ['upgradePolicy.mode', 'Manual'],
])
const required: ReadonlySet<string> = new Set([
  'name',
  'location',
  'sku',
  'sku.capacity',
  'orchestrationMode',
  'virtualMachineProfile',
])

/**
 * Applies the assignments of one `updateModel` in their order, all or none. `changed` are the paths of immer's patches.
 * Values that are already there give the very same document back, with no paths: an instance that held it still holds it.
 *
 * Missing objects on the way are made; a list member is found by name, or by position where no member has that name.
 * Assigning to `extensions[name]` itself replaces, adds or (value undefined) removes the member.
 */
export function applyAssignments(model: ScaleSetModel, assignments: readonly ModelAssignment[]): AssignmentResult {
  let error: string | undefined
  const [next, patches] = produceWithPatches(model, (draft) => {
    for (const assignment of assignments) error ??= assign(draft as unknown as Container, assignment)
  })
  if (error !== undefined) return { error }
  // Two assignments may undo each other: what counts is the value, not that it was touched.
  if (next === model || equalDocuments(model, next)) return { model, changed: [] }
  return { model: next, changed: patches.map((patch) => patch.path) }
}

/** Writes one assignment into the draft; a sentence if that is impossible. */
function assign(draft: Container, assignment: ModelAssignment): string | undefined {
  const { segments, path } = assignment
  const last = segments.at(-1)
  if (last === undefined) return 'an assignment needs a path'
  if (segments.some((segment) => segment === '__proto__')) return `${path}: __proto__ is not a property`
  const dotted = segments.every((segment) => typeof segment === 'string') ? segments.join('.') : ''
  const value = assignment.value ?? whenUnset.get(dotted)
  if (value === undefined && required.has(dotted)) return `${path} cannot be unset: a scale set always has it`

  let at = draft
  for (const [i, segment] of segments.slice(0, -1).entries()) {
    const found = read(at, segment)
    if (found.error !== undefined) return `${path}: ${found.error}`
    let inner = found.value
    if (inner === undefined || inner === null) {
      if (value === undefined) return undefined // what is not there need not be unset
      inner = typeof segments[i + 1] === 'string' ? {} : []
      write(at, segment, inner)
      inner = read(at, segment).value
    }
    if (typeof inner !== 'object' || inner === null)
      return `${path}: ${show(segment)} holds ${JSON.stringify(inner)}, not an object`
    at = inner as Container
  }

  const present = read(at, last)
  if (value === undefined) {
    if (present.error === undefined && present.value !== undefined) remove(at, last)
    return undefined
  }
  if (typeof last !== 'string' && !Array.isArray(at)) return `${path}: ${show(last)} needs a list`
  if (typeof last !== 'string' && present.value === undefined) {
    const position = indexOf(last)
    if (position === undefined && !isRecord(value)) return `${path}: a new list member must be an object`
    if (position !== undefined && position > (at as unknown[]).length)
      return `${path}: the list has ${(at as unknown[]).length} members`
  }
  if (equalDocuments(present.value, value)) return undefined
  write(at, last, value)
  return undefined
}

function read(
  at: Container,
  segment: Segment,
): { value: unknown; error?: undefined } | { error: string; value?: undefined } {
  if (typeof segment === 'string' && !Array.isArray(at))
    return { value: Object.hasOwn(at, segment) ? at[segment] : undefined }
  if (!Array.isArray(at)) return { error: `${show(segment)} needs a list` }
  const index = position(at, segment)
  if (index !== undefined && index < at.length) return { value: at[index] }
  const names = at.map((member) => (isRecord(member) ? member['name'] : undefined)).filter((name) => name !== undefined)
  return {
    error: `no member ${show(segment)} in the list; it has ${names.length > 0 ? names.join(', ') : `${at.length} members`}`,
  }
}

function write(at: Container, segment: Segment, value: unknown): void {
  const copy = structuredCopy(value)
  if (!Array.isArray(at)) {
    at[String(typeof segment === 'string' ? segment : segment.name)] = copy
    return
  }
  const index = position(at, segment)
  const name = typeof segment === 'string' ? undefined : segment.name
  const member = isRecord(copy) && name !== undefined && indexOf(segment) === undefined ? { name, ...copy } : copy
  if (index === undefined) at.push(member)
  else at[index] = member
}

function remove(at: Container, segment: Segment): void {
  if (Array.isArray(at)) {
    const index = position(at, segment)
    if (index !== undefined) at.splice(index, 1)
  } else if (typeof segment === 'string') delete at[segment]
}

/** Where a list holds the member: by name, else by position. Undefined: nowhere yet. */
function position(list: readonly unknown[], segment: Segment): number | undefined {
  const name = typeof segment === 'string' ? segment : segment.name
  const named = list.findIndex((member) => isRecord(member) && member['name'] === name)
  return named >= 0 ? named : indexOf(segment)
}

function indexOf(segment: Segment): number | undefined {
  const text = typeof segment === 'string' ? segment : segment.name
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined
}

/** The assigned value belongs to the scenario; the document gets its own, without undefined members. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .map(([key, inner]) => [key, structuredCopy(inner)]),
  )
}

function show(segment: Segment): string {
  return typeof segment === 'string' ? segment : `[${segment.name}]`
}
