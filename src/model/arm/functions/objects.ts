import { parseJsonWithPlaces } from '../json.ts'
import { Symbolic } from '../symbolic.ts'
import { fail, findKey, isArray, isObject, setOwn, show, textOf, unknownsIn, type Value } from '../value.ts'
import {
  ANY,
  array,
  type CallContext,
  type FunctionFamily,
  object,
  open,
  strict,
  text,
  unknownCall,
} from './definition.ts'

function createObject(args: readonly Value[], context: CallContext): Value {
  if (args.length % 2 === 1) fail('createObject() needs a value for every key')
  const created: Record<string, Value> = {}
  for (let at = 0; at < args.length; at += 2) {
    const key = args[at]
    if (key instanceof Symbolic) return unknownCall(context.name, args, unknownsIn(args))
    setOwn(created, text(key, context), args[at + 1] ?? null)
  }
  return created
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Follows keys and indexes; null as soon as one is missing. */
function tryGet([value, ...keys]: readonly Value[], context: CallContext): Value {
  let found: Value = value ?? null
  for (const [depth, key] of keys.entries()) {
    if (found instanceof Symbolic || key instanceof Symbolic) {
      const rest = [found, ...keys.slice(depth)]
      return unknownCall(context.name, rest, unknownsIn(rest.filter((part) => part instanceof Symbolic)))
    }
    if (isArray(found)) found = (typeof key === 'number' ? found[key] : undefined) ?? null
    else if (isObject(found)) {
      const name = findKey(found, textOf(key ?? null))
      found = name === undefined ? null : (found[name] ?? null)
    } else return null
  }
  return found
}

/** Nesting is bounded by the reader of template files. */
export function parseJson(source: string, context: CallContext): Value {
  const { value, diagnostics } = parseJsonWithPlaces(source, '')
  return diagnostics.length === 0
    ? (value as Value)
    : fail(`${context.name}() cannot read ${show(source)}: ${diagnostics[0]?.message}`)
}

/** Reads a text as JSON. The text `null` gives null, which templates use to leave a property out. */
function json([value]: readonly Value[], context: CallContext): Value {
  return parseJson(text(value, context), context)
}

export const objectFunctions: FunctionFamily = {
  createObject: open(0, ANY, createObject),
  json: strict(1, 1, json),
  null: open(0, 0, () => null),
  tryGet: open(2, ANY, tryGet),
  items: strict(1, 1, ([value], context) =>
    Object.entries(object(value, context))
      .sort(byKey)
      .map(([key, item]) => ({ key, value: item })),
  ),
  objectKeys: strict(1, 1, ([value], context) =>
    Object.entries(object(value, context))
      .sort(byKey)
      .map(([key]) => key),
  ),
  shallowMerge: strict(1, 1, ([value], context) => {
    const merged: Record<string, Value> = {}
    const parts = array(value, context)
    const causes = parts.filter((part): part is Symbolic => part instanceof Symbolic)
    if (causes.length > 0) return unknownCall(context.name, [parts], causes)
    for (const part of parts) {
      for (const [key, item] of Object.entries(object(part, context))) setOwn(merged, findKey(merged, key) ?? key, item)
    }
    return merged
  }),
}
