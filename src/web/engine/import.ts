import { declaredOnly, importScenario, sourceOf } from '../../model/scenario/starter.ts'
import { diagnosticsOf } from './engine.ts'

/**
 * The text of a scenario around templates and `az` output.
 *
 * @param file what the scenario is going to be called
 * @param given texts by name; with mistakes in them the scenario tells these when it is played
 */
export function importedText(file: string, given: Readonly<Record<string, string>>): string {
  const read = Object.entries(given).map(([path, text]) => ({ path, text }))
  const source = sourceOf((path) => file.replace(/\.ya?ml$/i, '') || path, read)
  try {
    return importScenario(source, file, (path) => given[path]).text
  } catch (error) {
    if (diagnosticsOf(error) === undefined) throw error
    return declaredOnly(source)
  }
}
