import { evaluateCopy, evaluateDocument, isPropertyCopy, suggestion } from './evaluate.ts'
import type { JsonPath } from './json.ts'
import { type ParameterTable, parameterTable } from './parameters.ts'
import type { Deployment, Run, Scope, UserFunction } from './scope.ts'
import { fail, findKey, isObject, type Value } from './value.ts'

type Raw = Readonly<Record<string, unknown>>

/** The names that one template declares. `path` leads to the template in the file: empty, or to a nested deployment's. */
export function templateScope(
  template: Raw,
  given: Raw,
  deployment: Deployment,
  run: Run,
  path: JsonPath,
): { scope: Scope; parameters: ParameterTable } {
  const parameters = parameterTable(
    template['parameters'],
    template['definitions'],
    given,
    () => scope,
    [...path, 'parameters'],
    run.report,
  )
  const scope: Scope = {
    parameter: parameters.read,
    variable: variableReader(template['variables'], () => scope, [...path, 'variables']),
    userFunction: functionFinder(template['functions']),
    copyFrames: [],
    lambdaVariables: new Map(),
    deployment,
    run,
  }
  return { scope, parameters }
}

/** Variables are evaluated when they are first used, each once; one that needs itself is a mistake. */
function variableReader(declared: unknown, scopeOf: () => Scope, path: JsonPath): Scope['variable'] {
  const variables: Raw = isObject(declared) ? declared : {}
  const copies = isPropertyCopy(variables['copy']) ? variables['copy'] : []
  const values = new Map<string, Value>()
  const running: string[] = []

  const compute = (name: string): Value | undefined => {
    const loop = copies.findIndex((copy) => copy.name.toLowerCase() === name.toLowerCase())
    const copy = copies[loop]
    if (copy !== undefined) return evaluateCopy(copy, scopeOf(), [...path, 'copy', loop], 'variable')
    const key = findKey(variables, name)
    if (key === undefined || (key === 'copy' && copies.length > 0)) return undefined
    return evaluateDocument(variables[key], scopeOf(), [...path, key])
  }

  return (name) => {
    const lower = name.toLowerCase()
    const known = values.get(lower)
    if (known !== undefined) return known
    const at = running.indexOf(lower)
    if (at >= 0) return fail(`the variable '${name}' needs itself: ${[...running.slice(at), lower].join(' -> ')}`)
    running.push(lower)
    try {
      const value = compute(name)
      if (value === undefined) {
        const names = [...Object.keys(variables).filter((key) => key !== 'copy'), ...copies.map((copy) => copy.name)]
        return fail(`the template has no variable '${name}'`, suggestion(name, names))
      }
      values.set(lower, value)
      return value
    } finally {
      running.pop()
    }
  }
}

function functionFinder(declared: unknown): Scope['userFunction'] {
  const functions = new Map<string, UserFunction>()
  for (const group of Array.isArray(declared) ? declared : []) {
    if (!isObject(group) || !isObject(group['members'])) continue
    for (const [name, member] of Object.entries(group['members'])) {
      if (!isObject(member)) continue
      const list = Array.isArray(member['parameters']) ? member['parameters'] : []
      const output = isObject(member['output']) ? member['output'] : {}
      functions.set(`${group['namespace']}.${name}`.toLowerCase(), {
        parameters: list.map((parameter) => (isObject(parameter) ? String(parameter['name'] ?? '') : '')),
        body: output['value'] ?? null,
      })
    }
  }
  return (namespace, name) => {
    const found = functions.get(`${namespace}.${name}`.toLowerCase())
    return (
      found ??
      fail(
        `the template declares no function ${namespace}.${name}()`,
        suggestion(`${namespace}.${name}`, [...functions.keys()]),
      )
    )
  }
}
