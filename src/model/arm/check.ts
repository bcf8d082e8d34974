import { reportMalformed, unknownFunction } from './evaluate.ts'
import { callsIn, parseText } from './expression.ts'
import { findFunction } from './functions/index.ts'
import type { JsonPath } from './json.ts'
import type { Run } from './scope.ts'

/** Prose, or lists of plain values: no expressions are read there. */
const NOT_EVALUATED = new Set(['metadata', 'comments', 'allowedValues', '$schema', 'contentVersion'])

/**
 * Reads every expression of a template once, also those that this deployment would never evaluate, and reports what no
 * deployment could accept: malformed ones and calls of functions that do not exist.
 */
export function checkExpressions(raw: unknown, run: Run, path: JsonPath): void {
  if (typeof raw === 'string') checkText(raw, run, path)
  else if (Array.isArray(raw)) for (const [index, item] of raw.entries()) checkExpressions(item, run, [...path, index])
  else if (typeof raw === 'object' && raw !== null) {
    for (const [key, value] of Object.entries(raw)) {
      if (NOT_EVALUATED.has(key)) continue
      checkText(key, run, [...path, key])
      checkExpressions(value, run, [...path, key])
    }
  }
}

function checkText(text: string, run: Run, path: JsonPath): void {
  const parsed = parseText(text)
  if (parsed.kind === 'malformed') reportMalformed(parsed.error, run, path)
  if (parsed.kind !== 'expression') return
  for (const call of callsIn(parsed.expression)) {
    if (call.namespace !== undefined || findFunction(call.name) !== undefined) continue
    const { code, message, hint } = unknownFunction(call.name)
    run.report({ code, message, ...(hint === undefined ? {} : { hint }) }, path)
  }
}
