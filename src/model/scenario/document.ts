import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml'
import type { Diagnostic, SourcePlace } from '../diagnostic.ts'
import type { DiagnosticId } from '../diagnostic-codes.ts'

export type Path = readonly (string | number)[]

/**
 * A scenario file as plain values that remember where they stand. `x-` keys are gone, aliases are resolved. Everything
 * that looks at the values reports mistakes through it, so that each gets its line and column.
 */
export interface SourceDocument {
  value: unknown
  readonly diagnostics: Diagnostic[]
  /** Place of the value at this path, else of its nearest ancestor that stands in the file. */
  placeOf(path: Path): SourcePlace
  /** Place of the key itself. */
  keyPlaceOf(path: Path): SourcePlace
  setPlace(path: Path, place: SourcePlace): void
  /** Lets what stands at and below `to` have the places of what stands at and below `from`, which keeps them. */
  copyPlaces(from: Path, to: Path): void
  /** First and last line on which something at or below the path begins. */
  linesOf(path: Path): { readonly first: number; readonly last: number }
  /** Columns the text of a scalar begins after its place: 1 for a quoted one. */
  textOffset(path: Path): number
  report(code: DiagnosticId, path: Path, message: string, extra?: { hint?: string; place?: SourcePlace }): void
  /** The same document to be changed and judged on its own, without a key of the top level and without any mistakes. */
  fork(without: string): SourceDocument
}

/** Two diagnostics of one identity say the same about the same place. */
export function identityOf({ code, message, place }: Diagnostic): string {
  return JSON.stringify([code, message, place])
}

interface Placed {
  readonly key: SourcePlace
  readonly value: SourcePlace
  readonly offset: number
}

/** More nodes than any scenario needs; aliases of aliases could otherwise grow without end. */
const MAX_NODES = 200_000

/** YAML reads 2.0 as the number 2; in these keys the digits as written are what counts. */
const VERBATIM_KEYS = new Set(['typehandlerversion', 'version', 'exactversion'])

/** `azure.scaleSets[vmss-a].sku`, `timeline[0].at`: a path as messages and `--set` write it. */
export function formatPath(path: Path): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else if (/^[A-Za-z0-9_-]+$/.test(segment)) text += text === '' ? segment : `.${segment}`
    else text += `[${segment}]`
  }
  return text
}

export function readDocument(text: string, file: string): SourceDocument {
  const lines = new LineCounter()
  const yaml = parseDocument(text, {
    version: '1.2',
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    merge: false,
  })
  const places = new Map<string, Placed>()
  const source = sourceOf(undefined, places, file)
  const { diagnostics } = source
  const at = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }

  let unreadable = false
  const lineSeen = new Set<number>()
  for (const error of yaml.errors) {
    // A quote that is never closed is noticed at the end of the file; what helps is where it was opened.
    const opened = error.message.startsWith('Missing closing') ? openQuote(yaml, error.pos[0]) : undefined
    const place = at(opened ?? error.pos[0])
    if (error.code === 'DUPLICATE_KEY') {
      const key = /^[^\s:]+/.exec(text.slice(error.pos[0]))?.[0] ?? ''
      diagnostics.push({
        code: 'E0120',
        message: `the key ${key} stands twice in the same mapping`,
        place,
        hint: 'keep one of them',
      })
      continue
    }
    unreadable = true
    // One slip makes the parser stumble several times; the first of a line is the one to look at.
    if (lineSeen.has(place.line)) continue
    lineSeen.add(place.line)
    const hint = syntaxHint(error.code, text.split('\n')[place.line - 1] ?? '')
    diagnostics.push({
      code: 'E0002',
      message: `not valid YAML: ${error.message}`,
      place,
      ...(hint === undefined ? {} : { hint }),
    })
  }
  if (unreadable) return source
  source.value = toValue(yaml, source, places, at)
  return source
}

/** A document of a value and the places of everything in it, by path as JSON. */
function sourceOf(value: unknown, places: Map<string, Placed>, file: string): SourceDocument {
  const find = (path: Path): Placed => {
    for (let length = path.length; length >= 0; length--) {
      const found = places.get(JSON.stringify(path.slice(0, length)))
      if (found !== undefined) return found
    }
    const start = { file, line: 1, column: 1 }
    return { key: start, value: start, offset: 0 }
  }
  const below = (path: Path): string[] => {
    const prefix = `${JSON.stringify(path).slice(0, -1)},`
    return [...places.keys()].filter((key) => key.startsWith(prefix))
  }
  const source: SourceDocument = {
    value,
    diagnostics: [],
    placeOf: (path) => {
      const exact = places.get(JSON.stringify(path))
      // What is missing is reported at the key of the mapping that should hold it.
      return exact?.value ?? find(path).key
    },
    keyPlaceOf: (path) => find(path).key,
    textOffset: (path) => find(path).offset,
    setPlace: (path, place) => {
      // Forget what stood there in the file: the new value has no places of its own below this one.
      for (const key of below(path)) places.delete(key)
      places.set(JSON.stringify(path), { key: place, value: place, offset: 0 })
    },
    copyPlaces: (from, to) => {
      const whole = places.get(JSON.stringify(from))
      if (whole === undefined) return
      for (const key of below(to)) places.delete(key)
      places.set(JSON.stringify(to), whole)
      for (const key of below(from))
        places.set(JSON.stringify([...to, ...(JSON.parse(key) as Path).slice(from.length)]), places.get(key)!)
    },
    linesOf: (path) => {
      const lines = [JSON.stringify(path), ...below(path)].flatMap((key) => {
        const placed = places.get(key)
        return placed === undefined ? [] : [placed.key.line, placed.value.line]
      })
      return { first: Math.min(...lines), last: Math.max(...lines) }
    },
    report: (code, path, message, extra = {}) => {
      source.diagnostics.push({
        code,
        message,
        place: extra.place ?? source.placeOf(path),
        ...(path.length > 0 ? { path: formatPath(path) } : {}),
        ...(extra.hint !== undefined ? { hint: extra.hint } : {}),
      })
    },
    fork: (without) => {
      const { [without]: _, ...rest } = source.value as Record<string, unknown>
      return sourceOf(structuredClone(rest), new Map(places), file)
    },
  }
  return source
}

function openQuote(yaml: Document, end: number): number | undefined {
  let start: number | undefined
  visit(yaml, {
    Scalar: (_, node) => {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
      if (quoted && node.range && node.range[0] < end && node.range[1] >= end) start = node.range[0]
    },
  })
  return start
}

function syntaxHint(code: string, line: string): string | undefined {
  if (code === 'TAB_AS_INDENT') return 'indent with spaces'
  const bracketed = /[{,]\s*([A-Za-z][\w.]*\[[\w./-]+\][\w./[\]-]*)\s*:/.exec(line)
  if (bracketed !== null) return `between braces a key with brackets needs quotes: "${bracketed[1]}"`
  return undefined
}

/** Plain value of the document; fills `places` on the way. */
function toValue(
  yaml: Document,
  source: SourceDocument,
  places: Map<string, Placed>,
  at: (offset: number) => SourcePlace,
): unknown {
  let count = 0
  let tooMany = false
  const open = new Set<unknown>()

  const read = (
    node: Node | null | undefined,
    path: Path,
    key: SourcePlace | undefined,
    verbatim: boolean,
  ): unknown => {
    if (node == null) {
      places.set(JSON.stringify(path), { key: key ?? at(0), value: key ?? at(0), offset: 0 })
      return null
    }
    const place = node.range ? at(node.range[0]) : (key ?? at(0))
    if (++count > MAX_NODES) {
      if (!tooMany)
        source.report('E0002', path, `more than ${MAX_NODES} values, counting those behind aliases`, { place })
      tooMany = true
      return null
    }
    if (isAlias(node)) {
      const target = node.resolve(yaml)
      // An alias that resolves to nothing is an error of the parser already.
      if (target === undefined) return null
      if (open.has(target)) {
        source.report('E0002', path, `the alias *${node.source} stands inside what it refers to`, { place })
        return null
      }
      return read(target as Node, path, key ?? place, verbatim)
    }
    const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')
    places.set(JSON.stringify(path), { key: key ?? place, value: place, offset: quoted ? 1 : 0 })
    if (isScalar(node)) return scalarValue(node, verbatim)
    open.add(node)
    let result: unknown = null
    if (isSeq(node)) {
      result = node.items.map((item, index) => read(item as Node | null, [...path, index], undefined, false))
    } else if (isMap(node)) {
      const mapping: Record<string, unknown> = {}
      // Tags of a resource may well begin with x-; they are Azure's, not ours.
      const keepExtras = path[path.length - 1] === 'tags'
      for (const pair of node.items) {
        const keyNode = pair.key as Node | null
        const keyPlace = keyNode?.range ? at(keyNode.range[0]) : place
        if (!isScalar(keyNode) || keyNode.value === null) {
          source.report('E0103', path, 'a key must be plain text', { place: keyPlace })
          continue
        }
        const name = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? String(keyNode.value))
        if (name.startsWith('x-') && !keepExtras) continue
        if (name === '__proto__') {
          source.report('E0101', path, 'unknown key __proto__', { place: keyPlace })
          continue
        }
        const last = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
        mapping[name] = read(pair.value as Node | null, [...path, name], keyPlace, VERBATIM_KEYS.has(last))
      }
      result = mapping
    }
    open.delete(node)
    return result
  }
  return read(yaml.contents, [], undefined, false)
}

function scalarValue(node: Scalar, verbatim: boolean): unknown {
  if (typeof node.value === 'bigint') return Number(node.value)
  if (verbatim && typeof node.value === 'number' && node.source !== undefined) return node.source
  return node.value
}
