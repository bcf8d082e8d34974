import { type Expression, type ParsedText, parseText } from './expression.ts'
import { type CallContext, Lambda, unknownCall } from './functions/definition.ts'
import { findFunction, nearestFunction, nearestName } from './functions/index.ts'
import type { JsonPath } from './json.ts'
import { type CopyFrame, DEPTH_MAX, RESOURCES_MAX, type Run, type Scope, STEPS_MAX } from './scope.ts'
import { combineUnknown, quote, Symbolic } from './symbolic.ts'
import {
  checkExtent,
  EvaluationError,
  fail,
  failBound,
  findKey,
  isArray,
  isObject,
  setOwn,
  show,
  termOf,
  typeName,
  unknownsIn,
  type Value,
} from './value.ts'

/** The value of one expression. Throws an `EvaluationError` for a mistake; unknowns are values, not mistakes. */
export function evaluate(expression: Expression, scope: Scope): Value {
  return guarded(scope.run, () => {
    switch (expression.kind) {
      case 'string':
      case 'integer':
        return expression.value
      case 'call':
        return expression.namespace === undefined ? callBuiltIn(expression, scope) : callUserFunction(expression, scope)
      case 'property':
        return memberOf(evaluate(expression.target, scope), expression.name, expression.safe)
      case 'index':
        return memberOf(evaluate(expression.target, scope), evaluate(expression.index, scope), expression.safe)
      default:
        return expression satisfies never
    }
  })
}

function guarded<T>(run: Run, compute: () => T): T {
  if (++run.steps > STEPS_MAX) failBound(`the template needs more than ${STEPS_MAX} steps to evaluate`)
  if (run.depth >= DEPTH_MAX) failBound(`more than ${DEPTH_MAX} evaluations inside one another`)
  run.depth++
  try {
    return compute()
  } finally {
    run.depth--
  }
}

function callBuiltIn({ name: written, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
  const found = findFunction(written)
  if (found === undefined) throw unknownFunction(written)
  const { name, definition } = found
  if (args.length < definition.min || args.length > definition.max) {
    fail(`${name}() takes ${countText(definition.min, definition.max)}, got ${args.length}`)
  }
  const context: CallContext = {
    name,
    scope,
    evaluate: (expression, inner = scope) => evaluate(expression, inner),
    apply: applyLambda,
  }
  if (definition.kind === 'lazy') {
    const value = definition.call(args, context)
    return value instanceof Lambda ? fail('a lambda is no value of its own') : checkExtent(value)
  }
  const values = args.map((arg) => evaluate(arg, scope))
  if (definition.kind === 'strict') {
    const causes = definition.inside
      ? unknownsIn(values)
      : values.filter((value): value is Symbolic => value instanceof Symbolic)
    if (causes.length > 0) return unknownCall(name, values, causes)
  }
  return checkExtent(definition.call(values, context))
}

export function unknownFunction(name: string): EvaluationError {
  const nearest = nearestFunction(name)
  return new EvaluationError(
    'E0302',
    `unknown function ${name}()`,
    nearest === undefined ? undefined : `write ${nearest}()`,
  )
}

function countText(min: number, max: number): string {
  if (min === max) return min === 1 ? '1 argument' : `${min} arguments`
  return max === Number.POSITIVE_INFINITY ? `at least ${min} arguments` : `${min} to ${max} arguments`
}

function applyLambda(lambda: Lambda, args: readonly Value[]): Value {
  if (args.length !== lambda.parameters.length) {
    fail(`the lambda takes ${lambda.parameters.length} variables, ${args.length} are given here`)
  }
  const bound = lambda.parameters.map((name, index): [string, Value] => [name.toLowerCase(), args[index] ?? null])
  return evaluate(lambda.body, {
    ...lambda.scope,
    lambdaVariables: new Map([...lambda.scope.lambdaVariables, ...bound]),
  })
}

/** A function of the template sees its own parameters and nothing else of the template. */
function callUserFunction({ namespace = '', name, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
  const { parameters, body } = scope.userFunction(namespace, name)
  if (args.length !== parameters.length) {
    fail(`${namespace}.${name}() takes ${countText(parameters.length, parameters.length)}, got ${args.length}`)
  }
  const values = new Map(
    parameters.map((parameter, index) => [parameter.toLowerCase(), evaluate(args[index] as Expression, scope)]),
  )
  const inner: Scope = {
    ...scope,
    copyFrames: [],
    lambdaVariables: new Map(),
    parameter: (wanted) => {
      const value = values.get(wanted.toLowerCase())
      return value === undefined ? fail(`the function ${namespace}.${name}() has no parameter '${wanted}'`) : value
    },
    variable: (wanted) => fail(`variables('${wanted}') cannot be used inside the function ${namespace}.${name}()`),
  }
  return evaluatePlain(body, inner)
}

/** Like `evaluateDocument`, but a mistake is thrown to whoever called the function. */
function evaluatePlain(raw: unknown, scope: Scope): Value {
  if (typeof raw === 'string') return evaluateParsed(parseText(raw), scope)
  if (Array.isArray(raw)) return raw.map((item) => evaluatePlain(item, scope))
  if (typeof raw !== 'object' || raw === null) return raw as Value
  const object: Record<string, Value> = {}
  for (const [key, value] of Object.entries(raw)) setOwn(object, key, evaluatePlain(value, scope))
  return object
}

function evaluateParsed(parsed: ParsedText, scope: Scope): Value {
  if (parsed.kind === 'literal') return parsed.value
  if (parsed.kind === 'expression') return evaluate(parsed.expression, scope)
  return fail(`malformed expression: ${parsed.error.message}`)
}

/** `target.name` and `target[index]`; property names in any casing, an exact match first. */
function memberOf(target: Value, index: Value, safe: boolean): Value {
  if (target instanceof Symbolic || index instanceof Symbolic) {
    const isName = typeof index === 'string' && /^[A-Za-z_$][\w$]*$/.test(index)
    const member = isName ? `${safe ? '.?' : '.'}${index}` : `${safe ? '[?' : '['}${termOf(index)}]`
    const causes = [target, index].filter((part): part is Symbolic => part instanceof Symbolic)
    return combineUnknown(causes, [{ term: `${termOf(target)}${member}` }])
  }
  if (isArray(target)) {
    const position = typeof index === 'string' && /^\d+$/.test(index) ? Number(index) : index
    if (typeof position !== 'number') return fail(`an array has no property ${show(index)}`)
    const item = target[position]
    if (item !== undefined) return item
    return safe ? null : fail(`the array has ${target.length} items, none at index ${position}`)
  }
  if (isObject(target)) {
    const name = String(index)
    const key = findKey(target, name)
    if (key !== undefined) return target[key] ?? null
    return safe ? null : fail(`there is no property '${name}'`, suggestion(name, Object.keys(target)))
  }
  if (safe) return null
  return fail(
    `${show(target)} (${typeName(target)}) has no property ${typeof index === 'string' ? quote(index) : show(index)}`,
  )
}

/** A hint with the nearest name, or with all of them when they are few. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return `did you mean '${nearest}'?`
  return known.length > 0 && known.length <= 8 ? `known here: ${known.join(', ')}` : undefined
}

/**
 * Evaluates every expression inside a part of the template. A mistake is reported with its place and leaves an unknown, so
 * that the rest of the file is still read.
 */
export function evaluateDocument(raw: unknown, scope: Scope, path: JsonPath): Value {
  if (typeof raw === 'string') return evaluateText(raw, scope, path)
  if (typeof raw !== 'object' || raw === null) return raw as Value
  // A bound reached by nesting is told by the innermost expression around, or by whoever reads the whole.
  return guarded(scope.run, () => evaluateContainer(raw, scope, path))
}

function evaluateContainer(raw: object, scope: Scope, path: JsonPath): Value {
  if (Array.isArray(raw)) return raw.map((item, index) => evaluateDocument(item, scope, [...path, index]))
  const object: Record<string, Value> = {}
  for (const [key, value] of Object.entries(raw)) {
    if (key === 'copy' && isPropertyCopy(value)) continue
    const name = evaluateText(key, scope, [...path, key])
    setOwn(object, typeof name === 'string' ? name : show(name), evaluateDocument(value, scope, [...path, key]))
  }
  const copies: unknown = (raw as Record<string, unknown>)['copy']
  if (isPropertyCopy(copies)) {
    for (const [index, copy] of copies.entries()) {
      setOwn(object, copy.name, evaluateCopy(copy, scope, [...path, 'copy', index], 'property'))
    }
  }
  return object
}

function evaluateText(text: string, scope: Scope, path: JsonPath): Value {
  const parsed = parseText(text)
  if (parsed.kind === 'literal') return parsed.value
  if (parsed.kind === 'malformed') {
    reportMalformed(parsed.error, scope.run, path)
    return new Symbolic({ expression: text, reason: 'the expression is malformed' })
  }
  return attemptAt(scope, path, text, () => {
    const value = evaluate(parsed.expression, scope)
    return value instanceof Symbolic ? value.writtenAs(text) : value
  })
}

export function reportMalformed(
  error: Extract<ParsedText, { kind: 'malformed' }>['error'],
  run: Run,
  path: JsonPath,
): void {
  const { message, character, hint } = error
  run.report(
    {
      code: 'E0301',
      message: `malformed expression, character ${character}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    },
    path,
  )
}

/** Runs a computation whose mistakes belong to one place of the file. */
function attemptAt(scope: Scope, path: JsonPath, text: string, compute: () => Value): Value {
  try {
    return compute()
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    scope.run.report(
      { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) },
      path,
    )
    return new Symbolic({ expression: text, reason: `the expression is wrong: ${error.message}` })
  }
}

export interface CopyLoop {
  readonly name: string
  readonly count?: unknown
  readonly input?: unknown
}

/** `copy` inside an object is a list of loops, each of which makes one array property. */
export function isPropertyCopy(raw: unknown): raw is CopyLoop[] {
  return (
    Array.isArray(raw) &&
    raw.length > 0 &&
    raw.every(
      (copy) =>
        typeof copy === 'object' && copy !== null && typeof (copy as CopyLoop).name === 'string' && 'count' in copy,
    )
  )
}

/** The array that a property or variable loop makes; one unknown when its count is unknown. */
export function evaluateCopy(copy: CopyLoop, scope: Scope, path: JsonPath, of: CopyFrame['of']): Value {
  const count = copyCount(copy, scope, path)
  if (count instanceof Symbolic) return count
  return Array.from({ length: count }, (_, index) =>
    evaluateDocument(
      copy.input ?? null,
      { ...scope, copyFrames: [...scope.copyFrames, { name: copy.name, index, of }] },
      [...path, 'input'],
    ),
  )
}

/** How many rounds a loop makes: 0 to 800, or unknown. */
export function copyCount(copy: CopyLoop, scope: Scope, path: JsonPath): number | Symbolic {
  const at = [...path, 'count']
  const value = evaluateDocument(copy.count ?? null, scope, at)
  if (value instanceof Symbolic) return value
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  const expression = typeof copy.count === 'string' ? copy.count : show(value)
  const wrong = (code: string, message: string): Symbolic => {
    scope.run.report({ code, message }, at)
    return new Symbolic({ expression, reason: message })
  }
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) {
    return wrong(
      'E0303',
      `the count of the copy loop '${copy.name}' must be an integer of at least 0, got ${show(value)}`,
    )
  }
  if (count > RESOURCES_MAX) {
    return wrong(
      'E0304',
      `the copy loop '${copy.name}' would make ${count} items, at most ${RESOURCES_MAX} are possible`,
    )
  }
  return count
}
