import type { z } from 'zod'
import type { LoadContext } from './context.ts'
import type { Path, SourceDocument } from './document.ts'
import { checkPart } from './issues.ts'
import { sameName } from './names.ts'

type Plain = Record<string, unknown>

/** What the builders of declared resources need to know of the document. */
export type BodyContext = Pick<LoadContext, 'source' | 'sound'>

/** What stands behind a name of a resource body. */
export type BodyPart =
  | { readonly kind: 'value' }
  /** One of a few words; the service takes them in any case (ARM shapes, preamble). */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'body'; readonly shape: BodyShape }
  | { readonly kind: 'list'; readonly of: BodyPart }

/** The names of one level of a resource body, in the spelling of the REST API. */
export interface BodyShape {
  readonly members: Readonly<Record<string, BodyPart>>
  /** Levels that only group: what they hold is read as if it stood beside them. */
  readonly lifted?: readonly string[]
  /** Other names of members, for example those that one service uses and another does not. */
  readonly aliases?: Readonly<Record<string, string>>
  /** What Azure prints here and the twin has no use for; passed over without a word. */
  readonly ignored?: readonly string[]
  /** A plain text in place of the mapping stands for this member. */
  readonly shortFor?: string
}

export const value: BodyPart = { kind: 'value' }
export const word = (words: readonly string[]): BodyPart => ({ kind: 'word', words })
export const body = (shape: BodyShape): BodyPart => ({ kind: 'body', shape })
export const list = (of: BodyPart): BodyPart => ({ kind: 'list', of })

/** What every resource carries, whoever printed it. */
export const ENVELOPE = [
  'id',
  'name',
  'type',
  'tags',
  'resourceGroup',
  'provisioningState',
  'systemData',
  'etag',
  'apiVersion',
  'dependsOn',
  'condition',
  'comments',
  'metadata',
  'scope',
]

/** A body in canonical names, and where each part of it stands in the file. Its values are as written. */
export interface CanonicalBody {
  readonly document: Plain
  readonly originOf: (path: Path) => Path
}

export interface CheckedBody<T> extends CanonicalBody {
  /** The document once it has been checked; undefined when something in it is wrong, which has been reported. */
  readonly value: T | undefined
}

/**
 * A resource body in canonical names, whichever of the shapes it was written in (ARM shapes, section 0): by hand and flat,
 * nested under `properties` as REST has it, or flattened and re-cased as `az ... show` prints it. Names are matched in any
 * case, and nulls are dropped.
 */
export function canonicalBody(raw: unknown, base: Path, shape: BodyShape): CanonicalBody {
  const origins = new Map<string, Path>()
  const document = canonicalMapping(raw ?? {}, shape, [], base, origins)
  return { document: isMapping(document) ? document : {}, originOf: originsBelow(base, origins) }
}

/** The same, checked against `schema`, whose messages point to where things really stand. */
export function readBody<S extends z.ZodType>(
  raw: unknown,
  base: Path,
  shape: BodyShape,
  schema: S,
  source: SourceDocument,
): CheckedBody<z.infer<S>> {
  return checked(canonicalBody(raw, base, shape), schema, source)
}

/** The same for a list of bodies; the document then holds it under `name`, which messages use. */
export function readList<S extends z.ZodType>(
  raw: readonly unknown[],
  base: Path,
  name: string,
  of: BodyPart,
  schema: S,
  source: SourceDocument,
): CheckedBody<z.infer<S>> {
  const origins = new Map<string, Path>([[JSON.stringify([name]), base]])
  const document = { [name]: canonical(raw, list(of), [name], base, origins) }
  return checked({ document, originOf: originsBelow(base, origins) }, schema, source)
}

/** Name, place and value of each entry of a mapping; a name that stands twice, in two cases, is a mistake. */
export function namedEntries(
  raw: unknown,
  base: Path,
  source: SourceDocument,
): (readonly [name: string, path: Path, value: unknown])[] {
  // What is no mapping has been reported by the schema.
  if (!isMapping(raw)) return []
  const seen: string[] = []
  return Object.entries(raw).flatMap(([name, inner]) => {
    const path: Path = [...base, name]
    const same = seen.find((other) => sameName(other, name))
    seen.push(name)
    if (same !== undefined)
      source.report('E0120', path, `${name} and ${same} are one name`, {
        place: source.keyPlaceOf(path),
        hint: 'keep one of them',
      })
    return same === undefined && (inner === null || isMapping(inner)) ? [[name, path, inner] as const] : []
  })
}

function originsBelow(base: Path, origins: ReadonlyMap<string, Path>): (path: Path) => Path {
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(JSON.stringify(path.slice(0, length)))
      if (origin !== undefined) return [...origin, ...path.slice(length)]
    }
    return [...base, ...path]
  }
}

function checked<S extends z.ZodType>(read: CanonicalBody, schema: S, source: SourceDocument): CheckedBody<z.infer<S>> {
  const { document, originOf } = read
  const broken = checkPart(schema, document, [], {
    ...source,
    value: document,
    placeOf: (path) => source.placeOf(originOf(path)),
    keyPlaceOf: (path) => source.keyPlaceOf(originOf(path)),
    report: (code, path, message, extra) => source.report(code, originOf(path), message, extra),
  })
  return { ...read, value: broken.length > 0 ? undefined : (document as z.infer<S>) }
}

function canonical(raw: unknown, part: BodyPart, path: Path, from: Path, origins: Map<string, Path>): unknown {
  switch (part.kind) {
    case 'value':
      return raw
    case 'word':
      return part.words.find((known) => typeof raw === 'string' && known.toLowerCase() === raw.toLowerCase()) ?? raw
    case 'body':
      return canonicalMapping(raw, part.shape, path, from, origins)
    case 'list':
      if (!Array.isArray(raw)) return raw
      return raw.map((member, index) => {
        origins.set(JSON.stringify([...path, index]), [...from, index])
        return canonical(member, part.of, [...path, index], [...from, index], origins)
      })
    default:
      return part satisfies never
  }
}

function canonicalMapping(raw: unknown, shape: BodyShape, path: Path, from: Path, origins: Map<string, Path>): unknown {
  if (typeof raw === 'string' && shape.shortFor !== undefined) return { [shape.shortFor]: raw }
  if (!isMapping(raw)) return raw
  const names = new Map<string, string>([
    ...Object.keys(shape.members).map((name) => [name.toLowerCase(), name] as const),
    ...Object.entries(shape.aliases ?? {}).map(([alias, name]) => [alias.toLowerCase(), name] as const),
  ])
  const ignored = new Set((shape.ignored ?? []).map((name) => name.toLowerCase()))
  const result: Plain = {}
  for (const { name: written, value: inner, from: at } of entriesOf(raw, shape.lifted ?? [], from)) {
    const lower = written.toLowerCase()
    const name = names.get(lower)
    if (name === undefined && ignored.has(lower)) continue
    // A name that nobody knows stays, for the schema to report.
    const key = name ?? written
    origins.set(JSON.stringify([...path, key]), at)
    result[key] = name === undefined ? inner : canonical(inner, shape.members[name]!, [...path, key], at, origins)
  }
  return result
}

/** Own members first, then those of the grouping levels, which win: a `type` beside `properties` is the resource's. */
function entriesOf(
  raw: Plain,
  lifted: readonly string[],
  from: Path,
): readonly { readonly name: string; readonly value: unknown; readonly from: Path }[] {
  const own: { name: string; value: unknown; from: Path }[] = []
  const inner: { name: string; value: unknown; from: Path }[] = []
  for (const [name, member] of Object.entries(raw)) {
    const at: Path = [...from, name]
    if (member === null || member === undefined) continue
    if (isMapping(member) && lifted.some((level) => level.toLowerCase() === name.toLowerCase()))
      inner.push(...entriesOf(member, lifted, at))
    else own.push({ name, value: member, from: at })
  }
  return [...own, ...inner]
}

export function isMapping(raw: unknown): raw is Plain {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}
