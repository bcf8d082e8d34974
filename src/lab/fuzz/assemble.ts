import { formatDuration } from '../../model/duration.ts'
import { type AddedFault, type FuzzCase, valueAt } from './case.ts'
import type { Space } from './space.ts'

/** A value that differs from the scenario as it was given. */
export interface Change {
  readonly path: string
  /** Undefined: nothing was there. */
  readonly before: unknown
  readonly after: unknown
}

/** The changes of a case: values, then entries of the timeline, then the seed. */
export function changesOf({ values, faults, luck }: FuzzCase, space: Space): Change[] {
  const capacity = (name: string, declared: number): number => {
    const index = space.fields.findIndex(({ path }) =>
      [`azure.scaleSets.${name}.sku.capacity`, `azure.scaleSets[${name}].sku.capacity`].includes(path),
    )
    const position = values[index] ?? null
    return position === null ? declared : Number(valueAt(space.fields[index]!, position))
  }
  return [
    ...space.fields.flatMap((field, index) => {
      const position = values[index] ?? null
      return position === null ? [] : [{ path: field.path, before: field.declared, after: valueAt(field, position) }]
    }),
    ...faults.flatMap((fault) => {
      const entry = entryOf(fault, space, capacity)
      return entry === undefined ? [] : [{ path: 'timeline[+]', before: undefined, after: entry }]
    }),
    ...(luck === null ? [] : [{ path: 'seed', before: space.seed, after: luck }]),
  ]
}

/** The same as `--set` takes them. */
export const assignmentsOf = (changes: readonly Change[]): string[] =>
  changes.map(({ path, after }) => `${path}=${flowText(after)}`)

/** A value as one line of YAML. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flowText(inner)}`)
      .join(', ')} }`
  const isPlain =
    typeof value === 'string' && /^[A-Za-z][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
  return isPlain ? value : (JSON.stringify(value) ?? 'null')
}

function entryOf(
  { verb, atMs, forMs, set: setNumber, place, strength }: AddedFault,
  { places }: Space,
  capacityOf: (name: string, declared: number) => number,
): object | undefined {
  const among = <T>(list: readonly T[], number: number): T | undefined => list[number % Math.max(1, list.length)]
  const sets = places.sets.filter(({ zones, isSpot }) =>
    verb === 'failZone' ? zones.length > 0 : verb === 'reclaimSpot' ? isSpot : true,
  )
  const set = among(sets, setNumber)
  if (set === undefined) return undefined
  const at = formatDuration(atMs)
  const long = formatDuration(forMs)
  switch (verb) {
    case 'breakInstance':
    case 'hangInstance':
    case 'failHost': {
      const capacity = capacityOf(set.name, set.capacity)
      return capacity === 0 ? undefined : { at, [verb]: { instance: `${set.name}/${place % capacity}`, for: long } }
    }
    case 'failZone':
      return { at, failZone: { region: set.region, zone: among(set.zones, place)!, for: long } }
    case 'reclaimSpot':
      return { at, reclaimSpot: { scaleSet: set.name, percent: strength * 10, for: long } }
    case 'failDependency': {
      const dependency = among(places.dependencies, place)
      return dependency === undefined ? undefined : { at, failDependency: { dependency, for: long } }
    }
    case 'shiftDemand':
      return { at, shiftDemand: { factor: 1 + strength / 2, for: long } }
    default:
      return verb satisfies never
  }
}
