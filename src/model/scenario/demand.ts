import type { World } from '../scenario.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { nearest } from './nearest.ts'
import type { RawScenario } from './schema.ts'

const KEYS: readonly string[] = ['requestsPerSecond', 'perInstance']

/** A constant demand, or none: when only one of the two numbers is there, the other is missing. */
export function buildDemand(
  raw: NonNullable<RawScenario['world']>['demand'],
  context: LoadContext,
): NonNullable<World['demand']> | undefined {
  const path: Path = ['world', 'demand']
  if (raw === undefined || Array.isArray(raw) || !context.sound(path)) return undefined
  const { requestsPerSecond, perInstance } = raw
  if (requestsPerSecond !== undefined && perInstance !== undefined) return { requestsPerSecond, perInstance }
  const foreign = foreignDemandKeys(raw)
  const missing = KEYS.filter((key) => raw[key] === undefined)
  for (const key of foreign) {
    const meant = nearest(key, missing)
    if (meant === undefined) continue
    context.source.report('E0101', [...path, key], `unknown key ${key} in world.demand`, {
      place: context.source.keyPlaceOf([...path, key]),
      hint: `did you mean ${meant}?`,
    })
    missing.splice(missing.indexOf(meant), 1)
  }
  // A demand that is nothing but a shape of a later version lacks neither number.
  if (missing.length === KEYS.length && foreign.length > 0) return undefined
  for (const key of missing) {
    context.source.report('E0102', [...path, key], `${key} is missing`, {
      hint: 'a constant demand has requestsPerSecond and perInstance',
    })
  }
  return undefined
}

/** What a demand holds besides the constant: shapes that a later version may play. */
export function foreignDemandKeys(raw: unknown): string[] {
  return typeof raw === 'object' && raw !== null ? Object.keys(raw).filter((key) => !KEYS.includes(key)) : []
}
