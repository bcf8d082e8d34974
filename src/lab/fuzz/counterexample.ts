import { stringify } from 'yaml'
import type { PreparedScenario } from '../../model/scenario/load.ts'
import type { Scenario } from '../../model/scenario.ts'
import { assignmentsOf, type Change, flowText } from './assemble.ts'
import type { Counterexample } from './search.ts'

export interface CounterexampleFile {
  /** The scenario it was found in, as a reader would name it. */
  readonly base: string
  /** What was set on the command line. */
  readonly given: readonly Change[]
  /** Turns the name of a file the scenario refers to into one that is right where the counterexample stands. */
  readonly relocate: (name: string) => string
}

type Plain = Record<string, unknown>

/**
 * The counterexample as an ordinary scenario that `run` plays: everything as in the base but for what was changed, and with
 * the broken properties as `expect`, which fail. What was changed stands at its head and, for programs, under
 * `x-counterexample`, which the loader passes over.
 */
export function counterexampleText(
  { changes, seed, broken }: Counterexample,
  scenario: Scenario,
  prepared: PreparedScenario,
  { base, given, relocate }: CounterexampleFile,
): string {
  const document = prepared.documentWith(assignmentsOf(changes.filter(({ path }) => path !== 'seed')))
  const rest = { ...document }
  for (const key of ['name', 'title', 'description', 'seed', 'expect', 'properties', 'lesson']) delete rest[key]
  const all = [...given, ...changes]
  const names = broken.map(({ property }) => property)
  const head = [
    `A counterexample to ${names.join(', ')}, found in ${base}.`,
    all.length === 0 ? 'Nothing had to be changed.' : 'Changed there:',
    ...all.map((change) => `  ${changeText(change)}`),
  ]
  relocateAll(rest, relocate)
  const text = stringify(
    {
      name: `${scenario.name}-counterexample`,
      title: `Counterexample to ${names.join(', ')}`,
      description: broken.map(({ property, why }) => `${property}: ${why}.`).join(' '),
      seed,
      ...rest,
      expect: [...new Set(broken.map(({ expect }) => expect))],
      'x-counterexample': {
        of: base,
        properties: names,
        changed: all.map(({ path, before, after }) => ({ path, from: before ?? null, to: after ?? null })),
      },
    },
    { lineWidth: 120, aliasDuplicateObjects: false },
  )
  return `${head.map((line) => `# ${line}`).join('\n')}\n${text}`
}

/** `azure.scaleSets.web.sku.capacity: 30 -> 2`. */
export function changeText({ path, before, after }: Change): string {
  if (path === 'timeline[+]') return `timeline: + ${flowText(after)}`
  return `${path}: ${before === undefined ? 'not set' : flowText(before)} -> ${flowText(after)}`
}

/** Names of other files: templates, their parameters, recorded demand. */
function relocateAll(document: Plain, relocate: (name: string) => string): void {
  const azure = document['azure'] as Plain | undefined
  for (const key of ['from', 'parameterFiles']) {
    const value = azure?.[key]
    if (typeof value === 'string') azure![key] = relocate(value)
    else if (Array.isArray(value)) azure![key] = value.map((name) => (typeof name === 'string' ? relocate(name) : name))
  }
  const world = document['world'] as Plain | undefined
  relocateTraces(world?.['demand'], relocate)
}

function relocateTraces(value: unknown, relocate: (name: string) => string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'trace' && typeof inner === 'string') (value as Plain)[key] = relocate(inner)
    else relocateTraces(inner, relocate)
  }
}
