import type { ImportedAutoscale } from '../declare/autoscale.ts'
import { isSymbolic, textOf } from '../declare/symbolic.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import { AUTOSCALE_TOP_SHAPE, buildAutoscaleSettings } from './autoscale-settings.ts'
import { canonicalBody, isMapping } from './body.ts'
import { type Path, readDocument, type SourceDocument } from './document.ts'
import { fill } from './imported-galleries.ts'
import { sameName } from './names.ts'

type Plain = Record<string, unknown>

/**
 * The value of `azure.autoscaleSettings` with imported settings below what is typed: those that only a file has are added,
 * and of one that both have each typed member (the profiles as a whole) wins. Of the same setting in several files the
 * later one wins. Places go along.
 */
export function mergeAutoscaleSettings(
  typed: unknown,
  imported: readonly ImportedAutoscale[],
  source: SourceDocument,
): unknown {
  // A section of the wrong type has been reported.
  if (imported.length === 0 || (typed !== undefined && !isMapping(typed))) return typed
  const base: Path = ['azure', 'autoscaleSettings']
  const settings: Plain = { ...typed }
  for (const setting of [...imported].reverse()) {
    const key = Object.keys(settings).find((known) => sameName(known, setting.name)) ?? setting.name
    const own = settings[key]
    if (own !== undefined && own !== null && !isMapping(own)) continue
    const body = canonicalBody(withUris(setting.body), [], AUTOSCALE_TOP_SHAPE)
    const placeOf = (path: Path) => setting.placeOf(body.originOf(path)) ?? source.placeOf(['azure', 'from'])
    if (own === undefined) source.setPlace([...base, key], placeOf([]))
    const copy: Plain = { ...own }
    settings[key] = copy
    fill([copy, [...base, key]], body.document, AUTOSCALE_TOP_SHAPE, placeOf, source)
  }
  return settings
}

/** Resource ids that are not known offline, as the text they render to: that still tells which set they mean. */
function withUris(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUris)
  if (!isMapping(value) || isSymbolic(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      /^(target|metric)resourceuri$/i.test(name) && isSymbolic(inner) ? textOf(inner) : withUris(inner),
    ]),
  )
}

/**
 * What is wrong with the settings of a file that is looked at by itself, and what stands out, as a scenario that names the
 * file would tell it. Whatever only a run could tell is left out.
 */
export function checkImportedAutoscale(
  imported: readonly ImportedAutoscale[],
  file: string,
  scaleSetNames: readonly string[],
  metricLagMs: number,
): { diagnostics: readonly Diagnostic[]; findings: readonly Finding[] } {
  const source = readDocument('', file)
  const merged = mergeAutoscaleSettings(undefined, imported, source)
  const { findings } = buildAutoscaleSettings(
    merged,
    { source, sound: () => true, scaleSetNames },
    {
      metricLagMs,
      durationMs: null,
      hasDemand: true,
      plays: () => true,
      importedNames: imported.map(({ name }) => name),
    },
  )
  return { diagnostics: source.diagnostics, findings: findings.filter(({ code }) => code !== 'NotModelled') }
}
