import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Diagnostic, SourcePlace } from '../diagnostic.ts'

export type JsonPath = readonly (string | number)[]

export interface JsonDocument {
  /** The parsed value; undefined when the text is malformed. */
  readonly value: unknown
  /** The nearest known place: that of the value at `path`, or of the innermost part of the path that exists. */
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Resource Manager's own documents stay below 50 levels; beyond this a file is broken or hostile. */
const NESTING_MAX = 200

/**
 * Reads JSON as Resource Manager's tools do: line and block comments and a byte order mark are accepted, everything else is
 * strict. Malformed text gives one E0003 with the position of the first error, since what follows is guesswork.
 */
export function parseJsonWithPlaces(text: string, file: string): JsonDocument {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const placeAt = lineTable(source, file)
  const malformed = (offset: number, message: string, hint?: string): JsonDocument => {
    const place = placeAt(offset)
    const diagnostic: Diagnostic = { code: 'E0003', message, place, ...(hint === undefined ? {} : { hint }) }
    return { value: undefined, placeOf: () => place, diagnostics: [diagnostic] }
  }

  const tooDeepAt = findTooDeep(source)
  if (tooDeepAt !== undefined)
    return malformed(tooDeepAt, `malformed JSON: nested more than ${NESTING_MAX} levels deep`)

  const errors: ParseError[] = []
  const root = parseTree(source, errors, { disallowComments: false, allowTrailingComma: false })
  const first = errors.reduce<ParseError | undefined>(
    (a, b) => (a === undefined || b.offset < a.offset ? b : a),
    undefined,
  )
  if (source.trim() === '') return malformed(0, 'the file is empty', 'write JSON into it, or name another file')
  if (first !== undefined || root === undefined) {
    const offset = first?.offset ?? source.length
    const [expected, hint] = EXPLANATIONS[first ? printParseErrorCode(first.error) : 'ValueExpected'] ?? [
      'expected JSON',
    ]
    const found = source.slice(offset, offset + Math.max(first?.length ?? 0, 1)).trim()
    const what = offset >= source.trimEnd().length ? 'the end of the file' : `"${clip(found)}"`
    return malformed(offset, `malformed JSON: ${expected}, found ${what}`, hint)
  }
  return { value: toValue(root), placeOf: (path) => placeAt(nodeAt(root, path).offset), diagnostics: [] }
}

const EXPLANATIONS: Readonly<Record<string, readonly [string, string?]>> = {
  InvalidSymbol: ['expected a value in JSON', 'write texts in double quotes; only true, false and null stand without'],
  InvalidNumberFormat: ['expected a number in JSON notation'],
  PropertyNameExpected: ['expected a property name in double quotes', 'remove the comma before a closing brace'],
  ValueExpected: ['expected a value', 'remove the comma before a closing bracket'],
  ColonExpected: ['expected a colon after the property name'],
  CommaExpected: ['expected a comma', 'put a comma between two entries'],
  CloseBraceExpected: ['expected a closing brace', 'the file may be cut off'],
  CloseBracketExpected: ['expected a closing bracket', 'the file may be cut off'],
  EndOfFileExpected: ['expected the end of the file'],
  UnexpectedEndOfComment: ['expected the end of a comment'],
  UnexpectedEndOfString: ['expected the closing double quote', 'a text cannot run over the end of a line'],
  UnexpectedEndOfNumber: ['expected another digit'],
  InvalidUnicode: ['expected four hexadecimal digits after \\u'],
  InvalidEscapeCharacter: ['expected a valid escape in the text', 'write a backslash as \\\\'],
  InvalidCharacter: ['expected no control character in the text', 'write it as \\t or \\u0009'],
}

function clip(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  return line.length > 30 ? `${line.slice(0, 27)}...` : line
}

/** Offset of the first bracket that opens a level too many. The parser is recursive, so this comes before it. */
function findTooDeep(source: string): number | undefined {
  const scanner = createScanner(source, true)
  let depth = 0
  // Token numbers of jsonc-parser: braces 1 and 2, brackets 3 and 4, end of file 17.
  for (let token: number = scanner.scan(); token !== 17; token = scanner.scan()) {
    if (token === 1 || token === 3) depth++
    else if (token === 2 || token === 4) depth--
    if (depth > NESTING_MAX) return scanner.getTokenOffset()
  }
  return undefined
}

function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue)
  if (node.type !== 'object') return node.value as unknown
  const object: Record<string, unknown> = {}
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? []
    if (key === undefined || value === undefined) continue
    // defineProperty, because a key may be `__proto__`. A repeated key counts as its last occurrence.
    Object.defineProperty(object, String(key.value), {
      value: toValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return object
}

function nodeAt(root: Node, path: JsonPath): Node {
  let node = root
  for (const segment of path) {
    const next =
      node.type === 'array'
        ? node.children?.[Number(segment)]
        : node.children?.findLast((property) => property.children?.[0]?.value === segment)?.children?.[1]
    if (next === undefined) return node
    node = next
  }
  return node
}

function lineTable(source: string, file: string): (offset: number) => SourcePlace {
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

/** `['resources', 3, 'sku', 'a.b']` -> `resources[3].sku['a.b']`, below `base` when there is one. */
export function formatPath(path: JsonPath, base = ''): string {
  let text = base
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else if (!/^[\w$-]+$/.test(segment)) text += `['${segment}']`
    else text += text === '' ? segment : `.${segment}`
  }
  return text
}
