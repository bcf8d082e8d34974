import type { Assumptions } from '../assumptions.ts'
import { type Declaration, declareScaleSet } from '../declare/declare.ts'
import type { ImportedScaleSet } from '../declare/import.ts'
import { flattenScaleSet, type ShapeNote } from '../declare/shape.ts'
import type { SourcePlace } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import type { LoadBalancerProbe } from '../scale-set.ts'
import type { Application, DeclaredScaleSet } from '../scenario.ts'
import type { Path, SourceDocument } from './document.ts'
import { takeInlineProbe } from './load-balancer-probe.ts'
import { mergeDocuments, pathInPart } from './merge.ts'
import { assignModelPath, formatModelPath, resolveModelPath } from './model-path.ts'
import { regionName, sameName } from './names.ts'
import { nearest } from './nearest.ts'

type Plain = Record<string, unknown>

/** What `declareScaleSet` says when a whole part is not there. */
const MISSING_PARTS = ['E0203', 'E0204', 'E0205', 'E0206']

export interface DeclareOptions {
  readonly assumptions: Assumptions
  readonly application: Application
  readonly sound: (path: Path) => boolean
}

/** Names of all sets in order of declaration: imported ones first, then those that only the scenario has. */
export function scaleSetNames(
  imported: readonly ImportedScaleSet[],
  typed: Readonly<Record<string, unknown>>,
): string[] {
  const names: string[] = []
  for (const name of [...imported.map((set) => set.name), ...Object.keys(typed)]) {
    if (!names.some((known) => sameName(known, name))) names.push(name)
  }
  return names
}

/** Declares one set from what was imported and what the scenario lays on top of it. Mistakes go to `source`. */
export function declareNamed(
  name: string,
  imported: readonly ImportedScaleSet[],
  typed: Readonly<Record<string, unknown>>,
  source: SourceDocument,
  options: DeclareOptions,
): {
  declared?: DeclaredScaleSet
  document?: Plain
  findings: readonly Finding[]
  /** Where a path of the model is written, in the scenario or in an imported file. */
  placeOf?: (path: Path) => SourcePlace | undefined
} {
  const bases = imported.filter((set) => sameName(set.name, name))
  const key = Object.keys(typed).find((candidate) => sameName(candidate, name))
  const path: Path = ['azure', 'scaleSets', key ?? name]
  if (key !== undefined && !options.sound(path)) return { findings: [] }
  const over = key === undefined ? undefined : readTyped(typed[key] as Plain, path, source)
  if (over !== undefined && !over.sound) return { findings: [] }

  // The same set in several files: the later one is an update of the earlier one.
  let document = bases.reduce<unknown>(
    (merged, set) => (merged === undefined ? set.document : mergeDocuments(merged, set.document)),
    undefined,
  )
  if (over !== undefined) {
    document = document === undefined ? over.document : mergeDocuments(document, over.document)
    for (const removed of over.removed) document = assignModelPath(document as Plain, removed, undefined)
  }
  const whole = document as Plain

  const placeOf = (at: Path): SourcePlace | undefined => {
    if (at.length === 0 && over !== undefined) return source.keyPlaceOf(path)
    const typedAt = over === undefined ? undefined : pathInPart(whole, over.document, at)
    if (over !== undefined && typedAt !== undefined) return source.placeOf([...path, ...over.originOf(typedAt)])
    for (const base of [...bases].reverse()) {
      const basePath = pathInPart(whole, base.document, at)
      if (basePath !== undefined) return base.placeOf(basePath)
    }
    // Nowhere: the nearest parent that the scenario or the file has.
    return at.length > 0 ? placeOf(at.slice(0, -1)) : bases.at(-1)?.placeOf([])
  }
  const probe = over?.probe ?? bases.findLast((set) => set.loadBalancerProbe !== undefined)?.loadBalancerProbe
  const declaresProbe = readProbeId(whole) !== undefined
  const loadBalancerProbe = probe ?? (declaresProbe ? ('unresolved' as const) : undefined)

  const apiVersion = bases.findLast((set) => set.apiVersion !== undefined)?.apiVersion
  const declaration: Declaration = declareScaleSet(name, whole, {
    placeOf,
    assumptions: options.assumptions,
    attachedInstances: bases.reduce((sum, set) => sum + set.attachedInstances, 0),
    notes: [...bases.flatMap((set) => set.notes), ...(over?.notes ?? [])],
    endpoints: options.application.endpoints,
    ...(loadBalancerProbe === undefined ? {} : { loadBalancerProbe }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
  })
  // Behind a misspelt name at the top the right one is missing; saying both would be saying it twice.
  const misspelt = over?.unknown.some((property) => !property.includes('.')) ?? false
  for (const diagnostic of declaration.diagnostics) {
    if (misspelt && MISSING_PARTS.includes(diagnostic.code)) continue
    // An override of a misspelt name looks like a set of its own that lacks nearly everything.
    const meant =
      diagnostic.code === 'E0203' && bases.length === 0
        ? nearest(
            name,
            imported.map((set) => set.name),
          )
        : undefined
    source.diagnostics.push(
      meant === undefined ? diagnostic : { ...diagnostic, hint: `did you mean ${meant}, which is imported?` },
    )
  }
  if (declaration.model === undefined) return { document: whole, findings: declaration.findings }
  // Azure answers with the short name of the region, whatever was sent.
  const model = { ...declaration.model, location: regionName(declaration.model.location) }
  return {
    declared: { model, ...(loadBalancerProbe === undefined ? {} : { loadBalancerProbe }) },
    document: model,
    findings: declaration.findings,
    placeOf,
  }
}

interface Typed {
  readonly document: Plain
  readonly notes: readonly ShapeNote[]
  readonly originOf: (path: Path) => Path
  readonly removed: readonly (readonly string[])[]
  readonly probe?: LoadBalancerProbe
  /** Dotted paths of names that no scale set has. */
  readonly unknown: readonly string[]
  readonly sound: boolean
}

/** What the scenario itself writes about a set. Unknown names are mistakes here, unlike in an imported file. */
function readTyped(raw: Plain, path: Path, source: SourceDocument): Typed {
  const { rest, probe, sound } = takeInlineProbe(raw, path, source)
  const { document, notes, originOf } = flattenScaleSet(rest)
  for (const note of notes) {
    if (note.kind !== 'unknownProperty') continue
    const at = [...path, ...originOf(segmentsOf(note.path))]
    source.report('E0101', at, `unknown property ${note.path} in azure.scaleSets.${path[2]}`, {
      place: source.keyPlaceOf(at),
      hint: note.hint?.replace(/^write (.*)$/, 'did you mean $1?') ?? 'a name that begins with x- is ignored',
    })
  }
  return {
    document,
    notes: notes.filter((note) => note.kind !== 'unknownProperty'),
    originOf,
    removed: removals(rest),
    unknown: notes.filter((note) => note.kind === 'unknownProperty').map((note) => note.path),
    sound,
    ...(probe === undefined ? {} : { probe }),
  }
}

/** Paths that are set to null (or zones to nothing) on purpose: they take away what was imported. */
function removals(raw: Plain): string[][] {
  const found: string[][] = []
  const visit = (value: unknown, path: readonly string[]): void => {
    const emptyZones =
      path.at(-1)?.toLowerCase() === 'zones' && (value === '' || (Array.isArray(value) && value.length === 0))
    if (value === null || emptyZones) {
      const resolved = resolveModelPath(path.join('.'), [])
      if ('segments' in resolved) found.push(segmentsOf(formatModelPath(resolved.segments)) as string[])
    } else if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value as Plain)) visit(inner, [...path, key])
    }
  }
  for (const [key, value] of Object.entries(raw)) visit(value, [key])
  return found
}

/** `extensions[0].type` as path segments. Names of properties carry no dots. */
function segmentsOf(dotted: string): (string | number)[] {
  return [...dotted.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((match) =>
    match[1] === undefined ? match[2]! : Number(match[1]),
  )
}

function readProbeId(document: Plain): unknown {
  const profile = document['virtualMachineProfile'] as Plain | undefined
  const network = profile?.['networkProfile'] as Plain | undefined
  return network?.['healthProbe']
}
