import type { ImportedImageVersion } from '../declare/import.ts'
import type { SourcePlace } from '../diagnostic.ts'
import { compareVersions } from '../gallery/image-version.ts'
import { type BodyShape, canonicalBody, isMapping } from './body.ts'
import type { Path, SourceDocument } from './document.ts'
import { VERSION_SHAPE } from './galleries.ts'
import { sameName } from './names.ts'

type Plain = Record<string, unknown>

/**
 * The value of `azure.galleries` with imported versions below what is typed: galleries and definitions that only a file
 * has are added, and in a version that both have each typed member (a list as a whole) wins. Of the same version in
 * several files the later one wins. A gallery that names no location lives where the imported version does.
 *
 * Places go along: what comes from a file is reported there.
 */
export function mergeGalleries(
  typed: unknown,
  imported: readonly ImportedImageVersion[],
  source: SourceDocument,
): unknown {
  // A section of the wrong type has been reported.
  if (imported.length === 0 || (typed !== undefined && !isMapping(typed))) return typed
  const base: Path = ['azure', 'galleries']
  const galleries: Plain = { ...typed }
  for (const version of [...imported].reverse()) {
    const body = canonicalBody(version.body, [], VERSION_SHAPE)
    const placeOf = (path: Path) => version.placeOf(body.originOf(path)) ?? source.placeOf(['azure', 'from'])
    const enter = (parent: Plain, path: Path, name: string, isSame = sameName): [Plain, Path] | undefined => {
      const key = Object.keys(parent).find((candidate) => isSame(candidate, name)) ?? name
      if (parent[key] !== undefined && parent[key] !== null && !isMapping(parent[key])) return undefined
      if (parent[key] === undefined) source.setPlace([...path, key], placeOf([]))
      parent[key] = { ...(parent[key] as Plain | null | undefined) }
      return [parent[key] as Plain, [...path, key]]
    }
    const gallery = enter(galleries, base, version.gallery)
    const images = gallery && enter(...gallery, 'images')
    const definition = images && enter(...images, version.definition)
    const versions = definition && enter(...definition, 'versions')
    const own = versions && enter(...versions, version.name, (a, b) => compareVersions(a, b) === 0)
    if (gallery === undefined || own === undefined) continue
    fill(own, body.document, VERSION_SHAPE, placeOf, source)

    const [levels, path] = gallery
    const hasLocation = [levels, levels['properties']].some(
      (level) => isMapping(level) && Object.keys(level).some((key) => sameName(key, 'location')),
    )
    if (!hasLocation && body.document['location'] !== undefined) {
      levels['location'] = body.document['location']
      source.setPlace([...path, 'location'], placeOf(['location']))
    }
  }
  return galleries
}

/** Puts members of a file into a body where the scenario has none, in the names of the REST API. */
export function fill(
  [version, path]: readonly [Plain, Path],
  members: Plain,
  shape: BodyShape,
  placeOf: (path: Path) => SourcePlace,
  source: SourceDocument,
): void {
  const typed = canonicalBody({ ...version }, path, shape)
  for (const key of Object.keys(version)) delete version[key]
  for (const [key, value] of Object.entries(typed.document)) {
    version[key] = value
    const written = typed.originOf([key])
    if (written.length !== path.length + 1 || written.at(-1) !== key) source.copyPlaces(written, [...path, key])
  }
  for (const [key, value] of Object.entries(members)) {
    if (Object.hasOwn(version, key)) continue
    version[key] = value
    place(value, [key], (at) => source.setPlace([...path, ...at], placeOf(at)))
  }
}

/** Parents first: setting a place forgets what was known below it. */
function place(value: unknown, path: Path, set: (path: Path) => void): void {
  set(path)
  if (Array.isArray(value)) for (const [index, member] of value.entries()) place(member, [...path, index], set)
  else if (isMapping(value)) for (const [key, member] of Object.entries(value)) place(member, [...path, key], set)
}
