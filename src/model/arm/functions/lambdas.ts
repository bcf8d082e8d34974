import type { Expression } from '../expression.ts'
import { Symbolic } from '../symbolic.ts'
import { fail, setOwn, type Value } from '../value.ts'
import {
  array,
  boolean,
  type CallContext,
  type FunctionFamily,
  Lambda,
  lazy,
  object,
  strict,
  text,
  unknownCall,
} from './definition.ts'

/** Evaluates an argument that must be a call of `lambda()`. */
function lambdaOf(argument: Expression | undefined, context: CallContext): Lambda {
  if (argument?.kind !== 'call' || argument.namespace !== undefined || argument.name.toLowerCase() !== 'lambda') {
    return fail(`${context.name}() needs a lambda`, "write lambda('item', ...)")
  }
  const names = argument.args.slice(0, -1).map((name) => {
    return name.kind === 'string' ? name.value : fail('the variables of a lambda are named by plain texts')
  })
  const body = argument.args.at(-1)
  return body === undefined ? fail('lambda() needs a body') : new Lambda(names, body, context.scope)
}

/** A function of an array and a lambda; the whole is unknown when the array is. */
const overItems = (
  compute: (items: readonly Value[], lambdas: readonly Lambda[], context: CallContext) => Value,
  lambdas = 1,
) =>
  lazy(1 + lambdas, 1 + lambdas, ([list, ...rest], context) => {
    const items = context.evaluate(list as Expression)
    const functions = rest.map((argument) => lambdaOf(argument, context))
    return items instanceof Symbolic
      ? unknownCall(context.name, [items], [items])
      : compute(array(items, context), functions, context)
  })

/** The lambda on one item, with the item's index when the lambda asks for it. */
function onItem(lambda: Lambda, item: Value, index: number, context: CallContext): Value {
  return context.apply(lambda, lambda.parameters.length > 1 ? [item, index] : [item])
}

const filter = overItems((items, [predicate], context) => {
  const kept: Value[] = []
  for (const [index, item] of items.entries()) {
    const keep = onItem(predicate as Lambda, item, index, context)
    if (keep instanceof Symbolic) return unknownCall(context.name, [items], [keep])
    if (boolean(keep, context)) kept.push(item)
  }
  return kept
})

const reduce = lazy(3, 3, ([list, initial, step], context) => {
  const items = context.evaluate(list as Expression)
  let result = context.evaluate(initial as Expression)
  const lambda = lambdaOf(step, context)
  if (items instanceof Symbolic) return unknownCall(context.name, [items, result], [items])
  for (const [index, item] of array(items, context).entries()) {
    result = context.apply(lambda, lambda.parameters.length > 2 ? [result, item, index] : [result, item])
  }
  return result
})

/** The lambda says whether its first item comes before its second. Equal items keep their order. */
const sort = overItems((items, [before], context) => {
  let unknown: Symbolic | undefined
  const precedes = (a: Value, b: Value): boolean => {
    const answer = context.apply(before as Lambda, [a, b])
    if (answer instanceof Symbolic) unknown = answer
    return !(answer instanceof Symbolic) && boolean(answer, context)
  }
  const sorted = [...items].sort((a, b) => {
    const first = precedes(a, b)
    return first === precedes(b, a) ? 0 : first ? -1 : 1
  })
  return unknown === undefined ? sorted : unknownCall(context.name, [items], [unknown])
})

const toObject = lazy(2, 3, ([list, key, value], context) => {
  const items = context.evaluate(list as Expression)
  if (items instanceof Symbolic) return unknownCall(context.name, [items], [items])
  const readKey = lambdaOf(key, context)
  const readValue = value === undefined ? undefined : lambdaOf(value, context)
  const built: Record<string, Value> = {}
  for (const [index, item] of array(items, context).entries()) {
    const name = onItem(readKey, item, index, context)
    if (name instanceof Symbolic) return unknownCall(context.name, [items], [name])
    setOwn(built, text(name, context), readValue === undefined ? item : onItem(readValue, item, index, context))
  }
  return built
})

const groupBy = overItems((items, [key], context) => {
  const groups: Record<string, Value[]> = {}
  for (const [index, item] of items.entries()) {
    const name = onItem(key as Lambda, item, index, context)
    if (name instanceof Symbolic) return unknownCall(context.name, [items], [name])
    const group = text(name, context)
    if (Object.hasOwn(groups, group)) groups[group]?.push(item)
    else setOwn(groups, group, [item])
  }
  return groups
})

const mapValues = lazy(2, 2, ([source, change], context) => {
  const value = context.evaluate(source as Expression)
  if (value instanceof Symbolic) return unknownCall(context.name, [value], [value])
  const lambda = lambdaOf(change, context)
  const mapped: Record<string, Value> = {}
  for (const [key, item] of Object.entries(object(value, context))) setOwn(mapped, key, context.apply(lambda, [item]))
  return mapped
})

export const lambdaFunctions: FunctionFamily = {
  map: overItems((items, [change], context) =>
    items.map((item, index) => onItem(change as Lambda, item, index, context)),
  ),
  filter,
  reduce,
  sort,
  toObject,
  groupBy,
  mapValues,
  lambda: lazy(1, 20, () =>
    fail('lambda() is no value of its own', 'use it in map(), filter(), reduce(), sort() or toObject()'),
  ),
  lambdaVariables: strict(1, 1, ([name], context) => {
    const wanted = text(name, context)
    const value = context.scope.lambdaVariables.get(wanted.toLowerCase())
    return value === undefined ? fail(`no lambda around has a variable '${wanted}'`) : value
  }),
}
