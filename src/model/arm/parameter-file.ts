import type { Diagnostic } from '../diagnostic.ts'
import { type JsonPath, parseJsonWithPlaces } from './json.ts'
import { unknownParameter } from './parameters.ts'
import { isObject, setOwn } from './value.ts'

/**
 * Reads values for a template's parameters: an ARM parameter file (`parameters.name.value`) or a plain object of names and
 * values. A value that comes from a key vault stays unknown.
 */
export function readParameterFile(
  text: string,
  file: string,
): { parameters: Record<string, unknown>; diagnostics: Diagnostic[] } {
  const document = parseJsonWithPlaces(text, file)
  const parameters: Record<string, unknown> = {}
  const diagnostics: Diagnostic[] = [...document.diagnostics]
  if (diagnostics.length > 0) return { parameters, diagnostics }
  const report = (message: string, path: JsonPath, hint: string): void => {
    const place = document.placeOf(path)
    diagnostics.push({ code: 'E0103', message, path: path.join('.'), hint, ...(place === undefined ? {} : { place }) })
  }

  const root = document.value
  if (!isObject(root)) {
    report('a parameter file must be an object', [], 'write { "parameters": { "name": { "value": ... } } }')
    return { parameters, diagnostics }
  }
  if (!isParameterFileShape(root)) {
    for (const [name, value] of Object.entries(root)) setOwn<unknown>(parameters, name, value)
    return { parameters, diagnostics }
  }
  const entries = root['parameters'] ?? {}
  if (!isObject(entries)) {
    report('parameters must be an object', ['parameters'], 'write { "name": { "value": ... } }')
    return { parameters, diagnostics }
  }
  for (const [name, entry] of Object.entries(entries)) {
    if (isObject(entry) && Object.hasOwn(entry, 'value')) setOwn<unknown>(parameters, name, entry['value'])
    else if (isObject(entry) && isObject(entry['reference'])) {
      setOwn<unknown>(parameters, name, unknownParameter(name, `parameter ${name} comes from a key vault`))
    } else report(`parameter '${name}' must be an object with a value`, ['parameters', name], '{ "value": ... }')
  }
  return { parameters, diagnostics }
}

/** An ARM file says so in its schema, its version, or by the shape of every entry. */
function isParameterFileShape(root: Readonly<Record<string, unknown>>): boolean {
  if (/deploymentParameters\.json/i.test(String(root['$schema'] ?? '')) || Object.hasOwn(root, 'contentVersion'))
    return true
  const entries = root['parameters']
  return (
    isObject(entries) &&
    Object.values(entries).every((entry) => isObject(entry) && ('value' in entry || 'reference' in entry))
  )
}

/**
 * Values of parameters from several places, a later one before an earlier one in any spelling: names are case-insensitive in
 * ARM. `{ Count: 1, zone: 2 }` and `{ COUNT: 3 }` -> `{ zone: 2, COUNT: 3 }`.
 */
export function laidOver(...layers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const parameters: Record<string, unknown> = {}
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    for (const known of Object.keys(parameters))
      if (known.toLowerCase() === name.toLowerCase()) delete parameters[known]
    setOwn(parameters, name, value)
  }
  return parameters
}
