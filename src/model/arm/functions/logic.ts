import type { Expression } from '../expression.ts'
import { Symbolic } from '../symbolic.ts'
import { areEqual, EvaluationError, fail, unknownsIn, type Value } from '../value.ts'
import {
  ANY,
  boolean,
  type CallContext,
  type FunctionFamily,
  lazy,
  number,
  open,
  strict,
  unknownCall,
} from './definition.ts'

/** `if` evaluates the branch it takes and no other. With an unknown condition the value is known when both branches agree. */
function choose(args: readonly Expression[], context: CallContext): Value {
  const [condition, whenTrue, whenFalse] = args as [Expression, Expression, Expression]
  const decision = context.evaluate(condition)
  if (!(decision instanceof Symbolic)) return context.evaluate(boolean(decision, context) ? whenTrue : whenFalse)
  const yes = attempt(whenTrue, context)
  const no = attempt(whenFalse, context)
  if (yes !== undefined && no !== undefined && areEqual(yes, no)) return yes
  const branches = [yes ?? null, no ?? null]
  const causes = [decision, ...branches.filter((branch): branch is Symbolic => branch instanceof Symbolic)]
  return unknownCall(context.name, [decision, ...branches], causes)
}

/** The value of a branch that may never be taken: its mistakes are not the user's until it is. */
function attempt(branch: Expression, context: CallContext): Value | undefined {
  try {
    return context.evaluate(branch)
  } catch (error) {
    if (error instanceof EvaluationError && error.code === 'E0303') return undefined
    throw error
  }
}

/** `and` and `or` stop at the argument that decides, and an unknown one does not matter when another decides. */
const connective = (deciding: boolean) =>
  lazy(1, ANY, (args, context) => {
    const values: Value[] = []
    for (const arg of args) {
      const value = context.evaluate(arg)
      if (!(value instanceof Symbolic) && boolean(value, context) === deciding) return deciding
      values.push(value)
    }
    const causes = values.filter((value): value is Symbolic => value instanceof Symbolic)
    return causes.length === 0 ? !deciding : unknownCall(context.name, causes, causes)
  })

const coalesce = lazy(1, ANY, (args, context) => {
  for (const [position, arg] of args.entries()) {
    const value = context.evaluate(arg)
    if (value instanceof Symbolic) {
      const rest = args.slice(position + 1).map((other) => attempt(other, context) ?? null)
      return unknownCall(context.name, [value, ...rest], [value])
    }
    if (value !== null) return value
  }
  return null
})

const equals = open(2, 2, (args, context) => {
  const [a, b] = args as [Value, Value]
  return areEqual(a, b) ?? unknownCall(context.name, args, unknownsIn(args))
})

/** Two texts by their characters, otherwise two numbers. */
const compare = (holds: (order: number) => boolean) =>
  strict(2, 2, ([a, b], context) => {
    if (typeof a === 'string' && typeof b === 'string') return holds(a < b ? -1 : a > b ? 1 : 0)
    return holds(Math.sign(number(a, context) - number(b, context)))
  })

function bool([value]: readonly Value[], context: CallContext): Value {
  if (typeof value === 'number') return value !== 0
  if (value === '1' || value === '0') return value === '1'
  return boolean(value, context)
}

export const logicFunctions: FunctionFamily = {
  if: lazy(3, 3, choose),
  and: connective(false),
  or: connective(true),
  not: strict(1, 1, ([value], context) => !boolean(value, context)),
  xor: strict(2, 2, ([a, b], context) => boolean(a, context) !== boolean(b, context)),
  coalesce,
  equals,
  greater: compare((order) => order > 0),
  greaterOrEquals: compare((order) => order >= 0),
  less: compare((order) => order < 0),
  lessOrEquals: compare((order) => order <= 0),
  true: open(0, 0, () => true),
  false: open(0, 0, () => false),
  bool: strict(1, 1, bool),
  fail: strict(1, 1, ([message]) => fail(`the template gives up here: ${message}`)),
}
