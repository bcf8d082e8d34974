import type { Expression } from '../expression.ts'
import type { Scope } from '../scope.ts'
import { combineUnknown, Symbolic } from '../symbolic.ts'
import { fail, isArray, isObject, type ObjectValue, show, termOf, typeName, type Value } from '../value.ts'

/** What a function may ask of the evaluator. */
export interface CallContext {
  readonly name: string
  readonly scope: Scope
  readonly evaluate: (expression: Expression, scope?: Scope) => Value
  /** Applies a lambda that `lambda()` made. */
  readonly apply: (lambda: Lambda, args: readonly Value[]) => Value
}

/** An unevaluated body with named arguments. Lives only between a function such as `map` and its argument. */
export class Lambda {
  readonly parameters: readonly string[]
  readonly body: Expression
  readonly scope: Scope

  constructor(parameters: readonly string[], body: Expression, scope: Scope) {
    this.parameters = parameters
    this.body = body
    this.scope = scope
  }
}

/**
 * A function of the template language.
 *
 * `strict` functions are not called with an unknown argument: their value is unknown then. With `inside: true` this holds
 * for unknowns anywhere within the arguments as well, for functions that read all of them (`string`, `base64`).
 * `open` functions take unknowns and decide themselves. `lazy` ones evaluate their own arguments.
 */
export type FunctionDefinition = { readonly min: number; readonly max: number } & (
  | {
      readonly kind: 'strict'
      readonly inside?: boolean
      readonly call: (args: readonly Value[], context: CallContext) => Value
    }
  | { readonly kind: 'open'; readonly call: (args: readonly Value[], context: CallContext) => Value }
  | { readonly kind: 'lazy'; readonly call: (args: readonly Expression[], context: CallContext) => Value | Lambda }
)

export type FunctionFamily = Readonly<Record<string, FunctionDefinition>>
type Call = (args: readonly Value[], context: CallContext) => Value

export const strict = (min: number, max: number, call: Call): FunctionDefinition => ({ kind: 'strict', min, max, call })
export const strictInside = (min: number, max: number, call: Call): FunctionDefinition => ({
  kind: 'strict',
  inside: true,
  min,
  max,
  call,
})
export const open = (min: number, max: number, call: Call): FunctionDefinition => ({ kind: 'open', min, max, call })
export const lazy = (
  min: number,
  max: number,
  call: (args: readonly Expression[], context: CallContext) => Value | Lambda,
): FunctionDefinition => ({ kind: 'lazy', min, max, call })

/** No upper bound on the number of arguments. */
export const ANY = Number.POSITIVE_INFINITY

/** The value of a call that hangs on unknowns: `name(arg, ...)` with the reasons of all of them. */
export function unknownCall(name: string, args: readonly Value[], causes: readonly Symbolic[]): Symbolic {
  return combineUnknown(causes, [{ term: `${name}(${args.map(termOf).join(', ')})` }])
}

/** The value of a call that is never known offline, whatever its arguments. */
export function neverKnown(name: string, args: readonly Value[], reason: string): Symbolic {
  const causes = args.filter((arg): arg is Symbolic => arg instanceof Symbolic)
  const term = `${name}(${args.map(termOf).join(', ')})`
  return new Symbolic({
    expression: `[${term}]`,
    reason,
    parameters: [...new Set(causes.flatMap((cause) => cause.parameters))],
    pieces: [{ term }],
  })
}

const wrong = (context: CallContext, value: Value | undefined, wanted: string): never =>
  fail(
    `${context.name}() needs ${wanted}, got ${value === undefined ? 'nothing' : `${typeName(value)} ${show(value)}`}`,
  )

/** Integers may come as texts of digits; Resource Manager hands parameters of type string through in the same way. */
export function integer(value: Value | undefined, context: CallContext): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) && Number.isSafeInteger(Number(value)))
    return Number(value)
  return wrong(context, value, 'an integer')
}

/** An integer, or a float that `float()` made. */
export function number(value: Value | undefined, context: CallContext): number {
  return typeof value === 'number' ? value : integer(value, context)
}

export function text(value: Value | undefined, context: CallContext): string {
  return typeof value === 'string' ? value : wrong(context, value, 'a string')
}

export function boolean(value: Value | undefined, context: CallContext): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  return wrong(context, value, 'true or false')
}

export function array(value: Value | undefined, context: CallContext): readonly Value[] {
  return isArray(value) ? value : wrong(context, value, 'an array')
}

export function object(value: Value | undefined, context: CallContext): ObjectValue {
  return isObject(value) ? value : wrong(context, value, 'an object')
}
