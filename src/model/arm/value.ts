import { quote, Symbolic } from './symbolic.ts'

/** What an expression yields. Objects are plain; a `Symbolic` may stand wherever a value may. */
export type Value = string | number | boolean | null | Symbolic | readonly Value[] | ObjectValue
export interface ObjectValue {
  readonly [key: string]: Value
}

/** What is wrong with an expression that was read correctly. Caught where the expression stands and told with its place. */
export class EvaluationError extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: 'E0302' | 'E0303' | 'E0304', message: string, hint?: string) {
    super(message)
    this.name = 'EvaluationError'
    this.code = code
    this.hint = hint
  }
}

/** Wrong use of a function or name. */
export function fail(message: string, hint?: string): never {
  throw new EvaluationError('E0303', message, hint)
}

/** A bound was reached: too many, too long or too deep. */
export function failBound(message: string, hint?: string): never {
  throw new EvaluationError('E0304', message, hint)
}

export function isArray(value: unknown): value is readonly Value[] {
  return Array.isArray(value)
}

export function isObject(value: unknown): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Symbolic)
}

export function typeName(value: Value): string {
  if (value === null) return 'null'
  if (value instanceof Symbolic) return 'unknown'
  if (isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}

/** A short form for messages. */
export function show(value: Value): string {
  if (value instanceof Symbolic) return value.rendered
  const text = typeof value === 'string' ? quote(value) : toJson(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** Sets an own property even for `__proto__`, which a template may well contain. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else target[key] = value
}

/**
 * The key as the object spells it: an exact match first, then any casing, as Resource Manager does. Absent: undefined.
 */
export function findKey(object: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name
  const lower = name.toLowerCase()
  return Object.keys(object).find((key) => key.toLowerCase() === lower)
}

/** Most values one expression may give; `range` alone reaches 10,000. */
export const VALUE_COUNT_MAX = 20_000
/** Deepest nesting of a value that expressions build. */
const VALUE_DEPTH_MAX = 200

interface Extent {
  /** Values inside, itself included; shared parts count each time, as they would be printed. */
  readonly count: number
  readonly depth: number
  readonly unknown: boolean
}
const LEAF: Extent = { count: 1, depth: 0, unknown: false }
const UNKNOWN: Extent = { count: 1, depth: 0, unknown: true }
const extents = new WeakMap<object, Extent>()

/** How large a value is. Each part is measured once, so that values that grow by sharing are cheap to measure. */
function extentOf(value: unknown): Extent {
  if (typeof value !== 'object' || value === null) return LEAF
  if (value instanceof Symbolic) return UNKNOWN
  const known = extents.get(value)
  if (known !== undefined) return known
  let extent: Extent = LEAF
  for (const child of Object.values(value)) {
    const { count, depth, unknown } = extentOf(child)
    extent = {
      count: extent.count + count,
      depth: Math.max(extent.depth, depth + 1),
      unknown: extent.unknown || unknown,
    }
  }
  extents.set(value, extent)
  return extent
}

/** Stops values that would grow without end. */
export function checkExtent<T extends Value>(value: T): T {
  const { count, depth } = extentOf(value)
  if (count > VALUE_COUNT_MAX) failBound(`the value has more than ${VALUE_COUNT_MAX} parts`)
  if (depth > VALUE_DEPTH_MAX) failBound(`the value is nested more than ${VALUE_DEPTH_MAX} levels deep`)
  return value
}

export function hasUnknown(value: unknown): boolean {
  return extentOf(value).unknown
}

/** The unknowns anywhere inside, each once. */
export function unknownsIn(value: Value, found: Symbolic[] = [], seen: Set<object> = new Set()): Symbolic[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found
  seen.add(value)
  if (value instanceof Symbolic) found.push(value)
  else for (const child of Object.values(value)) unknownsIn(child as Value, found, seen)
  return found
}

/** True or false where it is certain, undefined where it hangs on an unknown. Strings compare with their case. */
export function areEqual(a: Value, b: Value): boolean | undefined {
  if (a === b) return true
  if (a instanceof Symbolic || b instanceof Symbolic) return a instanceof Symbolic && a.equals(b) ? true : undefined
  if (isArray(a) || isArray(b)) {
    if (!isArray(a) || !isArray(b) || a.length !== b.length) return false
    return all(a.map((item, index) => areEqual(item, b[index] as Value)))
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    if (keys.length !== Object.keys(b).length || keys.some((key) => !Object.hasOwn(b, key))) return false
    return all(keys.map((key) => areEqual(a[key] as Value, b[key] as Value)))
  }
  return false
}

function all(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false
  return results.includes(undefined) ? undefined : true
}

/** JSON without white space. Unknowns appear as their rendered text; check with `unknownsIn` first where that matters. */
export function toJson(value: Value): string {
  return JSON.stringify(value, (_key, item: unknown) => (item instanceof Symbolic ? item.rendered : item))
}

/** How a value reads inside a text: `True` and `False` with a capital, null as nothing, arrays and objects as JSON. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (value instanceof Symbolic) return value.rendered
  return toJson(value)
}

/** A value written as an expression; the canonical form that equal unknowns share. */
export function termOf(value: Value): string {
  if (value instanceof Symbolic) return value.term
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean' || value === null) return `${value}()`
  if (isArray(value)) return `createArray(${value.slice(0, 50).map(termOf).join(', ')})`
  const entries = Object.entries(value).slice(0, 50)
  return `createObject(${entries.map(([key, item]) => `${quote(key)}, ${termOf(item)}`).join(', ')})`
}
