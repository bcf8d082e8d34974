import type { Diagnostic } from '../diagnostic.ts'
import { evaluateDocument, suggestion } from './evaluate.ts'
import { nearestName } from './functions/index.ts'
import type { JsonPath } from './json.ts'
import type { Scope } from './scope.ts'
import { Symbolic } from './symbolic.ts'
import {
  areEqual,
  checkExtent,
  EvaluationError,
  fail,
  findKey,
  hasUnknown,
  isArray,
  isObject,
  show,
  typeName,
  type Value,
} from './value.ts'

export interface TemplateParameter {
  readonly name: string
  /** As declared: `string`, `int`, `bool`, `object`, `array`, `securestring`, `secureobject`; of a `$ref` the type it points to. */
  readonly type: string
  /** What `parameters()` gives: a `Symbolic` when neither a value nor a default is known. Never printed for secure types. */
  readonly value: unknown
  readonly from: 'given' | 'default' | 'none'
}

type Raw = Readonly<Record<string, unknown>>

export interface ParameterTable {
  readonly read: (name: string) => Value
  readonly list: () => readonly TemplateParameter[]
}

/**
 * The declared parameters of a template and what was given for them. A value of another type is converted as the command
 * line does (`"15"` for an int, `2` for a string, `"true"` for a bool); what cannot be converted is reported and counts as unknown.
 */
export function parameterTable(
  declared: unknown,
  definitions: unknown,
  given: Raw,
  scopeOf: () => Scope,
  path: JsonPath,
  report: Scope['run']['report'],
): ParameterTable {
  const declarations = isObject(declared) ? declared : {}
  const names = Object.keys(declarations)
  const entries = new Map<string, Entry>()
  for (const name of names) {
    const declaration = resolveReference(declarations[name], definitions)
    const key = findKey(given, name)
    entries.set(name.toLowerCase(), {
      name,
      declaration,
      given: key === undefined ? undefined : given[key],
      state: 'new',
    })
  }
  for (const name of Object.keys(given)) {
    if (entries.has(name.toLowerCase())) continue
    const nearest = nearestName(name, names)
    const hint = nearest === undefined ? listHint(names) : `did you mean '${nearest}'?`
    const message = `the template has no parameter '${name}'`
    report({ code: 'E0101', message, ...(hint === undefined ? {} : { hint }) }, path)
  }

  const read = (name: string): Value => {
    const entry = entries.get(name.toLowerCase())
    if (entry === undefined) return fail(`the template has no parameter '${name}'`, suggestion(name, names))
    return resolve(entry, scopeOf(), [...path, entry.name], report)
  }
  const list = (): TemplateParameter[] =>
    [...entries.values()].map((entry) => ({
      name: entry.name,
      type: String(entry.declaration['type'] ?? ''),
      value: read(entry.name),
      from: entry.given !== undefined ? 'given' : Object.hasOwn(entry.declaration, 'defaultValue') ? 'default' : 'none',
    }))
  return { read, list }
}

interface Entry {
  readonly name: string
  readonly declaration: Raw
  readonly given: unknown
  state: 'new' | 'running' | 'done'
  value?: Value
}

function resolve(entry: Entry, scope: Scope, path: JsonPath, report: Scope['run']['report']): Value {
  if (entry.state === 'done') return entry.value ?? null
  if (entry.state === 'running') return fail(`the default of the parameter '${entry.name}' needs itself`)
  entry.state = 'running'
  try {
    entry.value = check(entry, givenOrDefault(entry, scope, path, report), path, report)
    entry.state = 'done'
    return entry.value
  } finally {
    // A bound that was reached leaves the entry open: from a shallower place it may still be read.
    if (entry.state === 'running') entry.state = 'new'
  }
}

function givenOrDefault(entry: Entry, scope: Scope, path: JsonPath, report: Scope['run']['report']): Value {
  const { name, declaration, given } = entry
  if (given !== undefined) {
    try {
      return given instanceof Symbolic ? given : checkExtent(given as Value)
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      report({ code: error.code, message: `parameter '${name}': ${error.message}` }, path)
      return unknownParameter(name, error.message)
    }
  }
  if (Object.hasOwn(declaration, 'defaultValue')) {
    const value = evaluateDocument(declaration['defaultValue'], scope, [...path, 'defaultValue'])
    if (!(value instanceof Symbolic) || value.parameters.length > 0) return value
    // Nothing the default is made of can be given, so this parameter is what to give.
    const { expression, reason, pieces } = value
    return new Symbolic({ expression, reason, pieces, parameters: [name] })
  }
  if (declaration['nullable'] === true) return null
  return unknownParameter(name, `parameter ${name} has no value`)
}

export function unknownParameter(name: string, reason: string): Symbolic {
  return new Symbolic({ expression: `[parameters('${name}')]`, reason, parameters: [name] })
}

/** Converts to the declared type and compares with the declared limits. */
function check(entry: Entry, value: Value, path: JsonPath, report: Scope['run']['report']): Value {
  const { name, declaration, given } = entry
  if (value instanceof Symbolic || hasUnknown(value)) return value
  if (value === null && declaration['nullable'] === true) return value
  const of = given === undefined ? `the default of parameter '${name}'` : `parameter '${name}'`
  const type = String(declaration['type'] ?? '').toLowerCase()
  const converted = convert(value, type)
  if (converted === undefined) {
    const hint = EXAMPLES[type]
    const message = `${of} must be of type ${type}, got ${typeName(value)} ${secret(type, value)}`
    report({ code: 'E0103', message, ...(hint === undefined ? {} : { hint }) }, path)
    // One mistake is told once: whatever uses the value would only complain again.
    return unknownParameter(name, `${of} is of the wrong type`)
  }
  const problem = limitProblem(converted, declaration)
  if (problem !== undefined) {
    const diagnostic: Omit<Diagnostic, 'place' | 'path'> = {
      code: problem.code,
      message: `${of} ${problem.text}, got ${secret(type, converted)}`,
    }
    report(problem.hint === undefined ? diagnostic : { ...diagnostic, hint: problem.hint }, path)
  }
  return converted
}

const EXAMPLES: Readonly<Record<string, string>> = {
  int: 'write a whole number such as 3',
  bool: 'write true or false',
}

function secret(type: string, value: Value): string {
  return type.startsWith('secure') ? 'a secret' : show(value)
}

/** The value as the type, or undefined when it cannot be meant. Types that are not known let everything pass. */
function convert(value: Value, type: string): Value | undefined {
  switch (type) {
    case 'int':
      if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) && Number.isSafeInteger(Number(value)))
        return Number(value)
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined
    case 'bool':
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
      return typeof value === 'boolean' ? value : undefined
    case 'string':
    case 'securestring':
      if (typeof value === 'number' || typeof value === 'boolean') return String(value)
      return typeof value === 'string' ? value : undefined
    case 'array':
      return isArray(value) ? value : undefined
    case 'object':
    case 'secureobject':
      return isObject(value) ? value : undefined
    default:
      return value
  }
}

function limitProblem(value: Value, declaration: Raw): { code: string; text: string; hint?: string } | undefined {
  const allowed = declaration['allowedValues']
  if (isArray(allowed)) {
    // An array parameter picks from the list; texts are compared in any casing.
    const isAllowed = (item: Value): boolean =>
      allowed.some((candidate) => areEqual(fold(candidate), fold(item)) === true)
    const ok = isAllowed(value) || (isArray(value) && value.every(isAllowed))
    if (!ok) {
      const texts = allowed.map((item) => (typeof item === 'string' ? item : show(item)))
      const nearest = typeof value === 'string' ? nearestName(value, texts) : undefined
      return {
        code: 'E0105',
        text: `must be one of ${list(texts)}`,
        ...(nearest === undefined ? {} : { hint: `did you mean '${nearest}'?` }),
      }
    }
  }
  const limit = (key: string): number | undefined =>
    typeof declaration[key] === 'number' ? declaration[key] : undefined
  const size = typeof value === 'string' || isArray(value) ? value.length : undefined
  const unit = typeof value === 'string' ? 'characters' : 'items'
  const bounds = [
    [limit('minValue'), (bound: number) => typeof value === 'number' && value < bound, 'must be at least', ''],
    [limit('maxValue'), (bound: number) => typeof value === 'number' && value > bound, 'must be at most', ''],
    [limit('minLength'), (bound: number) => size !== undefined && size < bound, 'must have at least', ` ${unit}`],
    [limit('maxLength'), (bound: number) => size !== undefined && size > bound, 'must have at most', ` ${unit}`],
  ] as const
  for (const [bound, isBroken, words, after] of bounds) {
    if (bound !== undefined && isBroken(bound)) return { code: 'E0104', text: `${words} ${bound}${after}` }
  }
  return undefined
}

function fold(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value
}

function list(texts: readonly string[]): string {
  return texts.length > 12 ? `${texts.slice(0, 12).join(', ')} and ${texts.length - 12} more` : texts.join(', ')
}

function listHint(names: readonly string[]): string | undefined {
  return names.length === 0
    ? 'the template takes no parameters'
    : names.length <= 12
      ? `it has ${names.join(', ')}`
      : undefined
}

/** Language version 2: `{ "$ref": "#/definitions/size" }` stands for that definition, with own keys on top. */
function resolveReference(raw: unknown, definitions: unknown): Raw {
  let declaration: Raw = isObject(raw) ? raw : {}
  for (let hops = 0; hops < 20; hops++) {
    const reference = declaration['$ref']
    if (typeof reference !== 'string' || !isObject(definitions)) break
    const name = /^#\/definitions\/(.+)$/.exec(reference)?.[1]
    const key = name === undefined ? undefined : findKey(definitions, name)
    const target = key === undefined ? undefined : definitions[key]
    if (!isObject(target)) break
    const { $ref: _reference, ...own } = declaration
    declaration = { ...target, ...own }
  }
  return declaration
}
