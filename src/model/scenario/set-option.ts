import { parse } from 'yaml'
import type { SourcePlace } from '../diagnostic.ts'
import { formatPath, type Path, type SourceDocument } from './document.ts'

type Container = Record<string, unknown> | unknown[]

/**
 * Applies `--set path=value` to a document before it is checked. Segments are separated by dots; `[3]` or `.3` is a list
 * member by index, `[+]` one more at its end, `[health]` one by its `name`, and on a mapping `[galProd/ubuntu-app/1.7.0]` is
 * a key with any characters. A key of the file that contains dots may also be written without brackets. The value is YAML.
 */
export function applySet(source: SourceDocument, assignment: string): void {
  const placeIn = (column: number): SourcePlace => ({ file: `--set ${assignment}`, line: 1, column })
  const equals = findEquals(assignment)
  const value = readValue(assignment.slice(equals + 1))
  const mistake =
    equals <= 0
      ? { column: 1, message: `--set must be path=value, got "${assignment}"`, hint: 'for example seed=7' }
      : 'error' in value
        ? { column: equals + 2, message: `--set cannot read the value as YAML: ${value.error}` }
        : assign(source, assignment.slice(0, equals), value.ok, {
            name: '--set',
            placeOf: placeIn,
            placeValue: (path) => source.setPlace(path, placeIn(equals + 2)),
          })
  if (mistake !== undefined) tell(source, mistake, placeIn(mistake.column))
}

/** The same for one `path: value` of a mapping of the document itself, which stands at `from`. */
export function applyAssignment(source: SourceDocument, path: string, value: unknown, from: Path): void {
  const key = source.keyPlaceOf(from)
  const placeOf = (column: number): SourcePlace => ({ ...key, column: key.column + column - 1 })
  const mistake = assign(source, path, structuredClone(value), {
    name: 'set',
    placeOf,
    placeValue: (to) => source.copyPlaces(from, to),
  })
  if (mistake !== undefined) tell(source, mistake, placeOf(mistake.column))
}

interface Mistake {
  /** In the text of the assignment, from 1. */
  readonly column: number
  readonly message: string
  readonly hint?: string
}

/** Who assigns: its name in messages, and where it stands. */
interface Assigner {
  readonly name: string
  readonly placeOf: (column: number) => SourcePlace
  readonly placeValue: (path: Path) => void
}

function tell(source: SourceDocument, { message, hint }: Mistake, place: SourcePlace): void {
  source.report('E0119', [], message, { place, ...(hint === undefined ? {} : { hint }) })
}

function assign(source: SourceDocument, text: string, value: unknown, by: Assigner): Mistake | undefined {
  const segments = splitPath(text)
  if (segments === undefined) return { column: 1, message: `${by.name} cannot read the path "${text}"` }

  if (source.value === null || source.value === undefined) source.value = {}
  if (typeof source.value !== 'object') return { column: 1, message: `${by.name}: the file is no mapping` }
  let here = source.value as Container
  const path: (string | number)[] = []
  let index = 0
  for (;;) {
    const step = resolveStep(here, segments, index)
    if (typeof step === 'string')
      return { column: segments[index]!.column, message: `${by.name}: ${formatPath(path) || 'the file'} ${step}` }
    path.push(step.key)
    index += step.used
    const target = here as Record<string | number, unknown>
    if (index === segments.length) {
      target[step.key] = value
      by.placeValue([...path])
      return undefined
    }
    const next = target[step.key]
    if (next === null || next === undefined) {
      target[step.key] = isAppend(segments[index]!) ? [] : {}
      source.setPlace([...path], by.placeOf(segments[index - 1]!.column))
    } else if (typeof next !== 'object') {
      const message = `${by.name}: ${formatPath(path)} holds ${JSON.stringify(next)} and has no members`
      return { column: segments[index]!.column, message }
    }
    here = target[step.key] as Container
  }
}

function readValue(text: string): { ok: unknown } | { error: string } {
  try {
    return { ok: parse(text, { version: '1.2' }) ?? null }
  } catch (error) {
    return { error: (error as Error).message.split('\n')[0] ?? '' }
  }
}

/** The names of a path, each with its column from 1; undefined when it cannot be read. */
export function pathNames(text: string): readonly { readonly text: string; readonly column: number }[] | undefined {
  return splitPath(text)
}

/** Path and value of an assignment as `--set` takes it, which has been applied before. */
export function splitAssignment(assignment: string): { readonly path: string; readonly value: unknown } {
  const equals = findEquals(assignment)
  const value = readValue(assignment.slice(equals + 1))
  return { path: assignment.slice(0, equals), value: 'ok' in value ? value.ok : undefined }
}

/** What stands at a path of a document; undefined when nothing does. */
export function valueAtPath(document: unknown, text: string): unknown {
  const segments = splitPath(text)
  let here = document
  for (let index = 0; segments !== undefined && index < segments.length; ) {
    if (typeof here !== 'object' || here === null) return undefined
    const step = resolveStep(here as Container, segments, index)
    if (typeof step === 'string') return undefined
    here = (here as Record<string | number, unknown>)[step.key]
    index += step.used
  }
  return segments === undefined ? undefined : here
}

interface Segment {
  readonly text: string
  readonly bracket: boolean
  readonly column: number
}

/** `timeline[+]`: one more member at the end of a list. */
const isAppend = ({ bracket, text }: Segment): boolean => bracket && text === '+'

/** The first `=` outside of brackets: a name in brackets may contain one. */
function findEquals(text: string): number {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '[') depth++
    else if (text[i] === ']') depth = Math.max(0, depth - 1)
    else if (text[i] === '=' && depth === 0) return i
  }
  return -1
}

function splitPath(text: string): Segment[] | undefined {
  const segments: Segment[] = []
  const pattern = /\[([^\]]*)\]|([^.[\]]+)/y
  let at = 0
  while (at < text.length) {
    if (segments.length > 0 && text[at] === '.') at++
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return undefined
    const bracket = match[1] !== undefined
    const name = (match[1] ?? match[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2')
    if (name === '' || name === '__proto__') return undefined
    segments.push({ text: name, bracket, column: at + 1 })
    at += match[0].length
  }
  return segments.length > 0 && !text.endsWith('.') ? segments : undefined
}

function resolveStep(
  here: Container,
  segments: readonly Segment[],
  index: number,
): { key: string | number; used: number } | string {
  const segment = segments[index]!
  if (Array.isArray(here)) {
    const named = here.findIndex(
      (item) => typeof item === 'object' && item !== null && (item as { name?: unknown }).name === segment.text,
    )
    if (named >= 0) return { key: named, used: 1 }
    if (isAppend(segment)) return { key: here.length, used: 1 }
    if (/^\d+$/.test(segment.text)) {
      const number = Number(segment.text)
      if (number <= here.length) return { key: number, used: 1 }
      return `has no member [${segment.text}]; the next one would be [${here.length}]`
    }
    return `is a list without a member named "${segment.text}"`
  }
  if (segment.bracket) return { key: segment.text, used: 1 }
  // A key with dots in it (an image version) that the file already has is meant as a whole; the longest one wins.
  let joined = segment.text
  let match = { key: segment.text, used: 1 }
  for (let next = index + 1; next < segments.length && !segments[next]!.bracket; next++) {
    joined += `.${segments[next]!.text}`
    if (Object.hasOwn(here, joined)) match = { key: joined, used: next - index + 1 }
  }
  return match
}
