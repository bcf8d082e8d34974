import { isHealthExtension } from '../declare/health-source.ts'
import { HEALTH_SETTINGS, OPEN_NAMES, SCALE_SET, type Shape } from '../declare/names.ts'
import { flattenScaleSet } from '../declare/shape.ts'
import type { ModelAssignment } from '../scenario.ts'
import { nameHint, nearest } from './nearest.ts'

type Plain = Record<string, unknown>
export type ModelSegment = ModelAssignment['segments'][number]

/** `text` is what does not fit, `column` where it begins in the path, from 1. */
export interface PathMistake {
  readonly message: string
  readonly hint?: string
  readonly column: number
}

/** A path without any checks: names between dots, list members in brackets. Undefined when it cannot be read. */
export function parseModelPath(text: string): readonly ModelSegment[] | undefined {
  return split(text)?.map(({ segment }) => segment)
}

export function formatModelPath(segments: readonly ModelSegment[]): string {
  return segments.reduce<string>((text, segment) => {
    if (typeof segment !== 'string') return `${text}[${segment.name}]`
    return text === '' ? segment : `${text}.${segment}`
  }, '')
}

/** The value at a path of a model document; undefined when something on the way is absent. */
export function readModelPath(document: unknown, segments: readonly ModelSegment[]): unknown {
  let here = document
  for (const segment of segments) {
    if (typeof segment === 'string') here = isObject(here) ? here[segment] : undefined
    else
      here = Array.isArray(here)
        ? here.find((member) => isObject(member) && member['name'] === segment.name)
        : undefined
  }
  return here
}

/**
 * Reads a path as somebody typed it and gives it the REST API's spelling: `sku.Name` -> `sku.name`,
 * `properties.upgradePolicy.automaticOsUpgradePolicy` -> `upgradePolicy.automaticOSUpgradePolicy`, `extensions[0]` ->
 * `extensions[health]`. What a scale set does not have is a mistake with the nearest name.
 *
 * @param documents models to look names of list members and of free parts up in; the first that has them counts
 */
export function resolveModelPath(
  text: string,
  documents: readonly unknown[],
): { segments: readonly ModelSegment[] } | PathMistake {
  const parts = split(text)
  if (parts === undefined)
    return {
      message: `${text} is not a path`,
      column: 1,
      hint: 'write names with dots between them, list members in brackets',
    }
  const segments: ModelSegment[] = []
  let shape: Shape | undefined = SCALE_SET
  for (const { segment, column } of parts) {
    const here = documents.map((document) => readModelPath(document, segments)).find((value) => value !== undefined)
    if (typeof segment !== 'string') {
      if (shape !== undefined && shape.kind !== 'list' && shape.kind !== 'free' && shape.kind !== 'open') {
        return {
          message: `${formatModelPath(segments) || 'a scale set'} is not a list`,
          column,
          hint: 'brackets are for list members',
        }
      }
      const member = memberOf(here, segment.name)
      if (typeof member !== 'string')
        return { ...member, column, message: `${formatModelPath(segments)} ${member.message}` }
      segments.push({ name: member })
      shape = shape?.kind === 'list' ? shape.of : undefined
      continue
    }
    if (shape === undefined || shape.kind === 'free' || shape.kind === 'open') {
      segments.push(freeName(segment, here, shape, segments, documents))
      shape = undefined
      continue
    }
    if (shape.kind !== 'object') {
      const list = shape.kind === 'list'
      return {
        message: `${formatModelPath(segments)} ${list ? 'is a list' : 'is a single value'} and has no ${segment}`,
        column,
        ...(list ? { hint: `name the member in brackets: ${formatModelPath(segments)}[name].${segment}` } : {}),
      }
    }
    const known = Object.keys(shape.members)
    const name = known.find((candidate) => candidate.toLowerCase() === segment.toLowerCase())
    if (name === undefined) {
      // ARM bodies have a level that the flattened shape has not.
      if (shape.lift && segment.toLowerCase() === 'properties') continue
      const where = segments.length === 0 ? 'a scale set' : formatModelPath(segments)
      const near = nearest(segment, known)
      return {
        message: `${where} has no property ${segment}`,
        column,
        ...(near === undefined
          ? nameHint(segment, known)
          : { hint: `did you mean ${formatModelPath([...segments, near])}?` }),
      }
    }
    segments.push(name)
    shape = shape.members[name]
  }
  if (segments.length === 0) return { message: `${text} names no property`, column: 1 }
  return { segments }
}

/**
 * The value as a model holds it, the way `flattenScaleSet` would have read it at this path: numbers and booleans from
 * text, names and words re-cased. `unknown` are the names inside the value that a scale set does not have.
 */
export function normaliseModelValue(
  segments: readonly ModelSegment[],
  value: unknown,
  documents: readonly unknown[],
): { value: unknown; unknown: readonly { name: string; hint?: string }[] } {
  if (value === null || value === undefined) return { value: undefined, unknown: [] }
  let nested: unknown = value
  for (let index = segments.length - 1; index >= 0; index--) {
    const segment = segments[index]!
    if (typeof segment === 'string') {
      nested = { [segment]: nested }
      continue
    }
    // Publisher and type tell a health extension, whose settings have names and types of their own.
    const member = documents.map((document) => readModelPath(document, segments.slice(0, index + 1))).find(isObject)
    const identity = { name: segment.name, ...pick(member, 'publisher'), ...pick(member, 'type') }
    nested = [isObject(nested) ? { ...identity, ...nested } : nested]
  }
  const flattened = flattenScaleSet(nested as Plain)
  return {
    value: readModelPath(flattened.document, segments),
    unknown: flattened.notes
      .filter((note) => note.kind === 'unknownProperty')
      .map((note) => ({ name: note.path, ...(note.hint === undefined ? {} : { hint: note.hint }) })),
  }
}

/** A copy of the document with the value at the path; undefined removes it. Missing objects and members are made. */
export function assignModelPath(document: Plain, segments: readonly ModelSegment[], value: unknown): Plain {
  return assign(document, segments, value) as Plain
}

function assign(here: unknown, segments: readonly ModelSegment[], value: unknown): unknown {
  const [first, ...rest] = segments
  if (first === undefined) return value
  if (typeof first === 'string') {
    const object: Plain = isObject(here) ? { ...here } : {}
    const next = assign(object[first], rest, value)
    if (next === undefined) delete object[first]
    else object[first] = next
    return object
  }
  const list: unknown[] = Array.isArray(here) ? [...here] : []
  const index = list.findIndex((member) => isObject(member) && member['name'] === first.name)
  const next = assign(index < 0 ? { name: first.name } : list[index], rest, value)
  if (next === undefined) return list.filter((_, at) => at !== index)
  const member = isObject(next) ? { name: first.name, ...next } : next
  if (index < 0) list.push(member)
  else list[index] = member
  return list
}

/** Name of the list member that is meant: by name in any case, or by index. A name the list has not is taken as new. */
function memberOf(list: unknown, wanted: string): string | { message: string; hint?: string } {
  const names = Array.isArray(list)
    ? list.map((member) => (isObject(member) && typeof member['name'] === 'string' ? member['name'] : undefined))
    : []
  const named =
    names.find((name) => name === wanted) ?? names.find((name) => name?.toLowerCase() === wanted.toLowerCase())
  if (named !== undefined) return named
  if (!/^\d+$/.test(wanted)) return wanted
  const byIndex = names[Number(wanted)]
  if (byIndex !== undefined) return byIndex
  if (Array.isArray(list) && Number(wanted) < list.length)
    return { message: `has members without names`, hint: 'set the whole list' }
  return {
    message: `has no member [${wanted}]`,
    hint: names.length === 0 ? 'it is empty' : `it has ${names.join(', ')}`,
  }
}

function freeName(
  segment: string,
  here: unknown,
  shape: Shape | undefined,
  segments: readonly ModelSegment[],
  documents: readonly unknown[],
): string {
  const present = isObject(here) ? Object.keys(here) : []
  const same =
    present.find((name) => name === segment) ?? present.find((name) => name.toLowerCase() === segment.toLowerCase())
  if (same !== undefined) return same
  if (shape?.kind === 'open') return OPEN_NAMES.get(segment.toLowerCase()) ?? segment
  if (segments.at(-1) === 'settings' && segments.at(-3) === 'extensions') {
    const owner = documents.map((document) => readModelPath(document, segments.slice(0, -1))).find(isObject)
    if (owner !== undefined && isHealthExtension(owner)) {
      return (
        Object.keys(HEALTH_SETTINGS.members).find((name) => name.toLowerCase() === segment.toLowerCase()) ?? segment
      )
    }
  }
  return segment
}

function split(text: string): { segment: ModelSegment; column: number }[] | undefined {
  const parts: { segment: ModelSegment; column: number }[] = []
  const pattern = /\[\s*(?:"([^"]+)"|'([^']+)'|([^\]"']+))\s*\]|([^.[\]\s]+)/y
  let at = 0
  while (at < text.length) {
    if (parts.length > 0 && text[at] === '.') at++
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return undefined
    // Two names in a row need the dot between them; a bracket follows its list directly.
    const bracket = match[1] ?? match[2] ?? match[3]
    if (bracket === undefined && parts.length > 0 && text[at - 1] !== '.') return undefined
    parts.push({ segment: bracket === undefined ? match[4]! : { name: bracket.trim() }, column: at + 1 })
    at += match[0].length
  }
  const usable = parts.length > 0 && typeof parts[0]!.segment === 'string' && !text.endsWith('.')
  return usable ? parts : undefined
}

function pick(object: Plain | undefined, key: string): Plain {
  return object?.[key] === undefined ? {} : { [key]: object[key] }
}

function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
