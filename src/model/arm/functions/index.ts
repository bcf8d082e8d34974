import { closest, distance } from 'fastest-levenshtein'
import { arrayFunctions } from './arrays.ts'
import type { FunctionDefinition, FunctionFamily } from './definition.ts'
import { deploymentFunctions, live } from './deployment.ts'
import { encodingFunctions } from './encoding.ts'
import { lambdaFunctions } from './lambdas.ts'
import { logicFunctions } from './logic.ts'
import { numberFunctions } from './numbers.ts'
import { objectFunctions } from './objects.ts'
import { resourceIdFunctions } from './resource-ids.ts'
import { stringFunctions } from './strings.ts'

/** Every function of the template language, by family. */
export const FUNCTIONS: FunctionFamily = {
  ...deploymentFunctions,
  ...resourceIdFunctions,
  ...stringFunctions,
  ...arrayFunctions,
  ...objectFunctions,
  ...logicFunctions,
  ...numberFunctions,
  ...encodingFunctions,
  ...lambdaFunctions,
}

const byLowerName = new Map(
  Object.entries(FUNCTIONS).map(([name, definition]) => [name.toLowerCase(), { name, definition }]),
)
const LIST = live()

/** The function and its usual spelling; names are case-insensitive. Every `list...` function is one that asks the service. */
export function findFunction(name: string): { name: string; definition: FunctionDefinition } | undefined {
  const found = byLowerName.get(name.toLowerCase())
  if (found !== undefined) return found
  return /^list\w*$/i.test(name) ? { name, definition: LIST } : undefined
}

/** The known function the user most likely meant. */
export function nearestFunction(name: string): string | undefined {
  return nearestName(name, Object.keys(FUNCTIONS))
}

/** The nearest of some names by edits, when it is near enough to be a slip. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const lower = name.toLowerCase()
  const nearest = closest(
    lower,
    known.map((candidate) => candidate.toLowerCase()),
  )
  const index = known.findIndex((candidate) => candidate.toLowerCase() === nearest)
  return distance(lower, nearest) <= Math.max(2, Math.floor(name.length / 3)) ? known[index] : undefined
}
