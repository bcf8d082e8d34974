import { Symbolic } from '../arm/symbolic.ts'

/** Whether a value could not be worked out offline and stands for its expression. */
export function isSymbolic(value: unknown): value is Symbolic {
  return value instanceof Symbolic
}

/** Text to show and compare: the string itself, or what a symbolic value renders to. */
export function textOf(value: unknown): string {
  if (isSymbolic(value)) return value.rendered
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The first symbolic value inside, depth first. */
export function findSymbolic(value: unknown): Symbolic | undefined {
  if (isSymbolic(value)) return value
  if (typeof value !== 'object' || value === null) return undefined
  for (const inner of Object.values(value)) {
    const found = findSymbolic(inner)
    if (found !== undefined) return found
  }
  return undefined
}

/** A copy without symbolic values: each is replaced by its text, so that the document is plain JSON. */
export function renderSymbolic(value: unknown): unknown {
  if (isSymbolic(value)) return textOf(value)
  if (Array.isArray(value)) return value.map(renderSymbolic)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renderSymbolic(inner)]))
}

/**
 * What the user has to do to make it known: by parameters, as `check`, `import` and a scenario take them, or in the scenario itself. A
 * name that hangs on a parameter of its own is no path to write to.
 */
export function hintFor(symbolic: Symbolic, where: string): string {
  const names = symbolic.parameters
  const overlay = where.includes('{') ? undefined : `write ${where} in a scenario`
  if (names.length === 0) return overlay ?? 'write the value into the template'
  const options = names.map((name) => `-p ${name}=…`).join(' ')
  const given = `check and import take ${options}, a scenario azure.parameters: { ${names.map((name) => `${name}: …`).join(', ')} }`
  return overlay === undefined ? given : `${given}; or ${overlay}`
}

/** The location of the resource group, whether written directly or as the default of a parameter. */
export function isGroupLocation(symbolic: Symbolic): boolean {
  return symbolic.rendered === '{resourceGroup().location}'
}
