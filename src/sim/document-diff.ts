/** Structural comparison of immutable JSON documents, in which a list of named members is compared by name. */

export type DocumentPath = readonly (string | number)[]

/** One place in which two documents differ; a list member that came or went is one leaf. */
export interface DocumentChange {
  /** Keys and indices; the index is the one in `after`, or in `before` if the member is gone. */
  readonly path: DocumentPath
  /** The same, readable, members by name: `virtualMachineProfile.extensionProfile.extensions[health].settings.port`. */
  readonly text: string
  /** Undefined: absent. */
  readonly before: unknown
  readonly after: unknown
}

/**
 * The leaves in which `before` and `after` differ, in order of the keys of `before`, then of the new ones. Shared subtrees
 * are not entered, so two versions of one immer document cost what their difference costs. A property that is present
 * with the value undefined counts as absent.
 */
export function diffDocuments(before: unknown, after: unknown): DocumentChange[] {
  const changes: DocumentChange[] = []
  compare(before, after, [], '', changes)
  return changes
}

/** Equal by value; `undefined` members count as absent. */
export function equalDocuments(a: unknown, b: unknown): boolean {
  return diffDocuments(a, b).length === 0
}

/** The value at a path; undefined as soon as a step leads nowhere. */
export function valueAt(document: unknown, path: DocumentPath): unknown {
  let value = document
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function compare(before: unknown, after: unknown, path: DocumentPath, text: string, out: DocumentChange[]): void {
  if (Object.is(before, after)) return
  // What comes or goes as a whole is told by its parts: without `extensionProfile` its extensions are gone.
  const from = before ?? emptyLike(after)
  const to = after ?? emptyLike(before)
  if (Array.isArray(from) && Array.isArray(to)) {
    compareLists(from, to, path, text, out)
  } else if (isRecord(from) && isRecord(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      compare(from[key], to[key], [...path, key], text === '' ? key : `${text}.${key}`, out)
    }
  } else {
    out.push({ path, text, before, after })
  }
}

/** The empty counterpart of something with members; an empty or plain value has none and is a leaf itself. */
function emptyLike(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 && value.every(isRecord) ? [] : undefined
  return isRecord(value) && Object.keys(value).length > 0 ? {} : undefined
}

/** A list member that came or went is one leaf, one that is on both sides is entered. */
function compareMembers(
  before: unknown,
  after: unknown,
  path: DocumentPath,
  text: string,
  out: DocumentChange[],
): void {
  if (before !== undefined && after !== undefined) compare(before, after, path, text, out)
  else out.push({ path, text, before, after })
}

/** Lists of plain values are one value (`zones`); lists of named members go by name, other lists by position. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: DocumentPath,
  text: string,
  out: DocumentChange[],
): void {
  const both = [...before, ...after]
  if (!both.every(isRecord)) {
    const same = before.length === after.length && before.every((value, i) => equalDocuments(value, after[i]))
    if (!same) out.push({ path, text, before, after })
    return
  }
  const byName = hasDistinctNames(before) && hasDistinctNames(after)
  if (!byName) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      compareMembers(before[i], after[i], [...path, i], `${text}[${i}]`, out)
    }
    return
  }
  for (const [i, member] of before.entries()) {
    const name = (member as { name: string }).name
    const j = after.findIndex((other) => (other as { name: string }).name === name)
    compareMembers(member, j < 0 ? undefined : after[j], [...path, j < 0 ? i : j], `${text}[${name}]`, out)
  }
  for (const [j, member] of after.entries()) {
    const name = (member as { name: string }).name
    if (before.some((other) => (other as { name: string }).name === name)) continue
    compareMembers(undefined, member, [...path, j], `${text}[${name}]`, out)
  }
}

function hasDistinctNames(members: readonly unknown[]): boolean {
  const names = members.map((member) => (isRecord(member) ? member['name'] : undefined))
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length
}
