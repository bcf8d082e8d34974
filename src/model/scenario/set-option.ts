import { parse } from 'yaml'
import type { SourcePlace } from '../diagnostic.ts'
import { formatPath, type SourceDocument } from './document.ts'

type Container = Record<string, unknown> | unknown[]

/**
 * Applies `--set path=value` to a document before it is checked. Segments are separated by dots; `[3]` or `.3` is a list
 * member by index, `[health]` one by its `name`, and on a mapping `[galProd/ubuntu-app/1.7.0]` is a key with any
 * characters. A key of the file that contains dots may also be written without brackets. The value is YAML.
 */
export function applySet(source: SourceDocument, assignment: string): void {
  const mistake = tryAssign(source, assignment)
  if (mistake === undefined) return
  const { column, message, hint } = mistake
  const place = placeIn(assignment, column)
  source.report('E0119', [], message, { place, ...(hint === undefined ? {} : { hint }) })
}

interface Mistake {
  /** In the text of the option, from 1. */
  readonly column: number
  readonly message: string
  readonly hint?: string
}

function placeIn(assignment: string, column: number): SourcePlace {
  return { file: `--set ${assignment}`, line: 1, column }
}

function tryAssign(source: SourceDocument, assignment: string): Mistake | undefined {
  const equals = findEquals(assignment)
  if (equals <= 0)
    return { column: 1, message: `--set must be path=value, got "${assignment}"`, hint: 'for example seed=7' }
  const segments = splitPath(assignment.slice(0, equals))
  if (segments === undefined)
    return { column: 1, message: `--set cannot read the path "${assignment.slice(0, equals)}"` }
  const value = readValue(assignment.slice(equals + 1))
  if ('error' in value) return { column: equals + 2, message: `--set cannot read the value as YAML: ${value.error}` }

  if (source.value === null || source.value === undefined) source.value = {}
  if (typeof source.value !== 'object') return { column: 1, message: '--set: the file is no mapping' }
  let here = source.value as Container
  const path: (string | number)[] = []
  let index = 0
  for (;;) {
    const step = resolveStep(here, segments, index)
    if (typeof step === 'string')
      return { column: segments[index]!.column, message: `--set: ${formatPath(path) || 'the file'} ${step}` }
    path.push(step.key)
    index += step.used
    const target = here as Record<string | number, unknown>
    if (index === segments.length) {
      target[step.key] = value.ok
      source.setPlace(path, placeIn(assignment, equals + 2))
      return undefined
    }
    const next = target[step.key]
    if (next === null || next === undefined) {
      target[step.key] = {}
      source.setPlace([...path], placeIn(assignment, segments[index - 1]!.column))
    } else if (typeof next !== 'object') {
      const message = `--set: ${formatPath(path)} holds ${JSON.stringify(next)} and has no members`
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

interface Segment {
  readonly text: string
  readonly bracket: boolean
  readonly column: number
}

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
