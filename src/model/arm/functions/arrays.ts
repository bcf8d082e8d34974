import { Symbolic } from '../symbolic.ts'
import {
  areEqual,
  fail,
  failBound,
  findKey,
  isArray,
  isObject,
  setOwn,
  textOf,
  unknownsIn,
  type Value,
} from '../value.ts'
import {
  ANY,
  array,
  type CallContext,
  type FunctionFamily,
  integer,
  open,
  strict,
  strictInside,
  unknownCall,
} from './definition.ts'

/** The platform's limit for `range`. */
const RANGE_COUNT_MAX = 10_000

/** Length and emptiness of an array or object are known whatever its items are. */
const contains = open(2, 2, (args, context) => {
  const [container, sought] = args as [Value, Value]
  const causes = [container, sought].filter((arg): arg is Symbolic => arg instanceof Symbolic)
  if (container instanceof Symbolic || (causes.length > 0 && !isArray(container)))
    return unknownCall(context.name, args, causes)
  if (typeof container === 'string') return container.includes(textOf(sought))
  if (isObject(container)) return findKey(container, textOf(sought)) !== undefined
  const results = array(container, context).map((item) => areEqual(item, sought))
  if (results.includes(true)) return true
  return results.includes(undefined) ? unknownCall(context.name, args, unknownsIn(args)) : false
})

const empty = open(1, 1, ([value], context) => {
  if (value instanceof Symbolic) {
    // A text with one known character is not empty, whatever the rest turns out to be.
    return value.pieces.some((piece) => typeof piece === 'string') ? false : unknownCall(context.name, [value], [value])
  }
  if (value === null || value === '') return true
  if (typeof value === 'string') return false
  if (isArray(value)) return value.length === 0
  if (isObject(value)) return Object.keys(value).length === 0
  return fail('empty() needs a string, an array or an object')
})

const length = strict(1, 1, ([value], context) => {
  if (typeof value === 'string') return value.length
  return isObject(value) ? Object.keys(value).length : array(value, context).length
})

/** First or last item; of an empty array null, of an empty text the empty text. */
const edge = (last: boolean) =>
  strict(1, 1, ([value], context) => {
    if (typeof value === 'string') return last ? value.slice(-1) : value.slice(0, 1)
    const items = array(value, context)
    return items.at(last ? -1 : 0) ?? null
  })

function take([value, count]: readonly Value[], context: CallContext): Value {
  const wanted = Math.max(0, integer(count, context))
  return typeof value === 'string' ? value.slice(0, wanted) : array(value, context).slice(0, wanted)
}

function skip([value, count]: readonly Value[], context: CallContext): Value {
  const unwanted = Math.max(0, integer(count, context))
  return typeof value === 'string' ? value.slice(unwanted) : array(value, context).slice(unwanted)
}

function range([start, count]: readonly Value[], context: CallContext): Value {
  const from = integer(start, context)
  const wanted = integer(count, context)
  if (wanted < 0) fail(`range() needs a count of at least 0, got ${wanted}`)
  if (wanted > RANGE_COUNT_MAX) failBound(`range() gives at most ${RANGE_COUNT_MAX} integers, got ${wanted}`)
  return Array.from({ length: wanted }, (_, index) => from + index)
}

/** Index from the end, 1 being the last item. */
function itemFromEnd([items, position]: readonly Value[], context: CallContext): Value | undefined {
  const list = array(items, context)
  const index = integer(position, context)
  return index >= 1 ? list[list.length - index] : undefined
}

function distinct(items: readonly Value[]): readonly Value[] {
  // Texts and numbers by a set, the rest by comparison: union of long lists of names stays quick.
  const seen = new Set<Value>()
  const others: Value[] = []
  return items.filter((item) => {
    if (typeof item === 'object' && item !== null) {
      if (others.some((other) => areEqual(other, item))) return false
      if (others.length >= 1000) failBound('more than 1000 objects to compare')
      others.push(item)
      return true
    }
    if (seen.has(item)) return false
    seen.add(item)
    return true
  })
}

/** Objects merge level by level with the later one winning; arrays inside them are replaced as a whole. */
function mergeDeep(objects: readonly Readonly<Record<string, Value>>[]): Value {
  const merged: Record<string, Value> = {}
  for (const source of objects) {
    for (const [key, value] of Object.entries(source)) {
      const known = findKey(merged, key)
      const before = known === undefined ? undefined : merged[known]
      const both = isObject(before) && isObject(value)
      setOwn(merged, known ?? key, both ? mergeDeep([before, value]) : value)
    }
  }
  return merged
}

function union(args: readonly Value[], context: CallContext): Value {
  if (args.every((arg) => isObject(arg) || arg === null)) return mergeDeep(args.filter(isObject))
  return distinct(args.filter((arg) => arg !== null).flatMap((arg) => [...array(arg, context)]))
}

function intersection(args: readonly Value[], context: CallContext): Value {
  const [first, ...others] = args
  if (isObject(first)) {
    const common: Record<string, Value> = {}
    for (const [key, value] of Object.entries(first)) {
      const inAll = others.every(
        (other) => isObject(other) && Object.hasOwn(other, key) && areEqual(other[key] as Value, value),
      )
      if (inAll) setOwn(common, key, value)
    }
    return common
  }
  const lists = others.map((other) => array(other, context))
  const inAll = (item: Value): boolean => lists.every((list) => list.some((other) => areEqual(other, item)))
  return distinct(array(first, context)).filter(inAll)
}

export const arrayFunctions: FunctionFamily = {
  array: strict(1, 1, ([value]) => (isArray(value) ? value : [value ?? null])),
  createArray: open(0, ANY, (args) => args),
  contains,
  empty,
  length,
  first: edge(false),
  last: edge(true),
  take: strict(2, 2, take),
  skip: strict(2, 2, skip),
  range: strict(2, 2, range),
  flatten: strict(1, 1, ([value], context) => {
    const items = array(value, context)
    return items.flatMap((item) => (isArray(item) ? [...item] : [item]))
  }),
  union: strict(1, ANY, union),
  intersection: strictInside(1, ANY, intersection),
  indexFromEnd: strict(
    2,
    2,
    (args, context) => itemFromEnd(args, context) ?? fail(`the array has no item ${args[1]} from its end`),
  ),
  tryIndexFromEnd: strict(2, 2, (args, context) => itemFromEnd(args, context) ?? null),
}
