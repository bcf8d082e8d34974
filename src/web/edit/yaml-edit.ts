import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** Where something stands in a scenario: names of mappings, indexes of lists. */
export type YamlPath = readonly (string | number)[]

const PARSE = { version: '1.2', merge: false, prettyErrors: false, keepSourceTokens: false } as const

/**
 * The text with another value at a path, everything else left as it is: comments, order, spacing, quotes. What is missing on the
 * way is added; an index one past the end of a list adds a member. The value is written on one line.
 *
 *   setInYaml('a: 1 # one\n', ['a'], 2) -> 'a: 2 # one\n'
 *
 * @throws RangeError when the text is not YAML, or the path leads through something that has no members
 */
export function setInYaml(text: string, path: YamlPath, value: unknown): string {
  const change = (plain: unknown) => withValue(plain, path, value)
  return edited(text, change, (document) => place(text, document, path, value))
}

/** The text without what stands at a path; where nothing stands there, the text. @throws RangeError like `setInYaml` */
export function removeFromYaml(text: string, path: YamlPath): string {
  if (!parse(text).hasIn(path)) return text
  return edited(
    text,
    (plain) => withoutValue(plain, path),
    (document) => take(text, document, path),
  )
}

/**
 * Like `setInYaml`, but of a mapping only the members that differ are written, so that the lines of the others stay as they are,
 * comments and all. @throws RangeError like `setInYaml`
 */
export function mergeInYaml(text: string, path: YamlPath, value: unknown): string {
  const before: unknown = parse(text).toJS()
  const own = path.reduce<unknown>((at, segment) => (at as Members | null | undefined)?.[segment], before)
  if (!isMapping(own) || !isMapping(value) || Object.keys(value).length === 0) return setInYaml(text, path, value)
  const without = Object.keys(own)
    .filter((key) => !(key in value))
    .reduce((current, key) => removeFromYaml(current, [...path, key]), text)
  return Object.entries(value)
    .filter(([key, inner]) => JSON.stringify(own[key]) !== JSON.stringify(inner))
    .reduce((current, [key, inner]) => mergeInYaml(current, [...path, key], inner), without)
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Paths and values from the first to the last, each on what the one before left. */
export function setAllInYaml(
  text: string,
  edits: readonly { readonly path: YamlPath; readonly value: unknown }[],
): string {
  return edits.reduce((current, { path, value }) => setInYaml(current, path, value), text)
}

function parse(text: string): Document {
  const document = parseDocument(text, PARSE)
  if (document.errors.length > 0) throw new RangeError(`not valid YAML: ${document.errors[0]!.message}`)
  plainOf(document)
  return document as Document
}

/** What a document says, aliases resolved. @throws RangeError for an alias of nothing, which shows only here */
export function plainOf(document: Pick<Document, 'toJS'>): unknown {
  try {
    return document.toJS()
  } catch (error) {
    throw new RangeError(`not valid YAML: ${(error as Error).message}`)
  }
}

/**
 * Changes the text alone where that yields what is meant; the parser says so. In the few shapes where it does not (an anchor
 * within what an alias stands for, say) the document is written anew from its values, which loses its comments.
 */
function edited(
  text: string,
  change: (plain: unknown) => unknown,
  inText: (document: Document) => string | undefined,
): string {
  const before = parse(text)
  const meant = change(before.toJS() ?? {})
  const candidate = inText(before)
  if (candidate !== undefined) {
    if (saysJust(candidate, meant)) return candidate
  }
  return stringify(meant, { version: '1.2', lineWidth: 0, aliasDuplicateObjects: false })
}

/** Not what has lost the anchor of an alias further on: then the values are written out. */
function saysJust(text: string, meant: unknown): boolean {
  try {
    return JSON.stringify(parse(text).toJS()) === JSON.stringify(meant)
  } catch {
    return false
  }
}

type Members = Record<string | number, unknown>

/** @throws RangeError where the path leads through a single value */
function withValue(plain: unknown, path: YamlPath, value: unknown): unknown {
  const [segment, ...rest] = path
  if (segment === undefined) return value
  if (plain === null || plain === undefined) return nest(path, value)
  if (typeof plain !== 'object') throw new RangeError(`${String(plain)} has no member ${segment}`)
  const copy = (Array.isArray(plain) ? [...plain] : { ...plain }) as Members
  copy[segment] = withValue(copy[segment], rest, value)
  return copy
}

function withoutValue(plain: unknown, path: YamlPath): unknown {
  const [segment, ...rest] = path
  const copy = (Array.isArray(plain) ? [...plain] : { ...(plain as object) }) as Members
  if (rest.length > 0) copy[segment!] = withoutValue(copy[segment!], rest)
  else if (Array.isArray(copy)) copy.splice(segment as number, 1)
  else delete copy[segment!]
  return copy
}

function place(text: string, document: Document, path: YamlPath, value: unknown): string | undefined {
  let node = document.contents as Node | null
  if (node === null)
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${flowPair(path[0]!, nest(path.slice(1), value))}\n`
  for (let depth = 0; depth < path.length; depth++) {
    const segment = path[depth]!
    const rest = path.slice(depth + 1)
    if (isMap(node)) {
      const pair = pairOf(node, segment)
      if (pair === undefined) return addPair(text, node, segment, nest(rest, value))
      if (rest.length === 0 || isEmpty(pair.value)) return replace(text, pair, nest(rest, value))
      if (isAlias(pair.value)) return writeOut(text, node, pair, withValue(pair.value.toJS(document), rest, value))
      node = pair.value as Node
    } else if (isSeq(node)) {
      const item = node.items[segment as number] as Node | undefined
      if (item === undefined) return addItem(text, node, nest(rest, value))
      if (rest.length === 0) return splice(text, item.range![0], contentEnd(text, item), flow(value))
      if (isAlias(item))
        return splice(text, item.range![0], contentEnd(text, item), flow(withValue(item.toJS(document), rest, value)))
      node = item
    } else return undefined
  }
  return undefined
}

/** Puts in place of an alias what it stands for, changed, on lines of its own where there are lines. */
function writeOut(text: string, map: YAMLMap, pair: Pair, value: unknown): string | undefined {
  const { range } = pair.value as Node
  if (map.flow === true) return splice(text, range![0], range![1], flow(value))
  const indent = ' '.repeat(columnOf(text, (pair.key as Node).range![0]) + 2)
  const lines = stringify(value, { version: '1.2', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n')
  const written = `\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`
  const colon = text.slice(0, range![0]).trimEnd().length
  return splice(text, colon, contentEnd(text, pair.value as Node), written)
}

const pairOf = (map: YAMLMap, key: string | number): Pair | undefined =>
  map.items.find(
    ({ key: own }) =>
      (isScalar(own) ? String(own.source ?? own.value) : '') === String(key) || (isScalar(own) && own.value === key),
  )

const isEmpty = (value: unknown): boolean => value === null || (isScalar(value) && value.value === null)

/** `['a', 'b'], 1` -> `{ a: { b: 1 } }`. A number begins a list. */
function nest(path: YamlPath, value: unknown): unknown {
  return path.reduceRight((inner, segment) => (typeof segment === 'number' ? [inner] : { [segment]: inner }), value)
}

function replace(text: string, pair: Pair, value: unknown): string | undefined {
  const node = pair.value as Node | null
  const key = pair.key as Node
  const written = flow(value)
  if (node?.range == null || node.range[0] === node.range[1]) {
    // `key:` with nothing behind it: right after the colon.
    const colon = text.indexOf(':', key.range![1])
    return colon < 0 ? undefined : splice(text, colon + 1, colon + 1, ` ${written}`)
  }
  // A collection of lines begins below its key; the one line that replaces it stands beside it.
  if (isCollection(node) && node.flow !== true) {
    const colon = text.indexOf(':', key.range![1])
    return colon < 0 ? undefined : splice(text, colon + 1, contentEnd(text, node), ` ${written}`)
  }
  return splice(text, node.range[0], contentEnd(text, node), written)
}

function addPair(text: string, map: YAMLMap, key: string | number, value: unknown): string | undefined {
  const added = flowPair(key, value)
  if (map.flow === true) return addToFlow(text, map, added)
  const first = map.items[0]?.key as Node | undefined
  if (first?.range == null) return undefined
  return addLine(text, map, columnOf(text, first.range[0]), added)
}

function addItem(text: string, seq: YAMLSeq, value: unknown): string | undefined {
  if (seq.flow === true) return addToFlow(text, seq, flow(value))
  return addLine(text, seq, columnOf(text, seq.range![0]), `- ${flow(value)}`)
}

function addToFlow(text: string, collection: YAMLMap | YAMLSeq, added: string): string | undefined {
  const last = collection.items.at(-1)
  if (last === undefined) {
    const padding = isMap(collection) ? ' ' : ''
    const start = collection.range![0] + 1
    return splice(text, start, collection.range![1] - 1, `${padding}${added}${padding}`)
  }
  const end = itemEnd(text, last as Node | Pair)
  return splice(text, end, end, `, ${added}`)
}

function addLine(text: string, collection: Node, column: number, added: string): string {
  const end = contentEnd(text, collection)
  const lineEnd = text.indexOf('\n', end)
  const at = lineEnd < 0 ? text.length : lineEnd
  return splice(text, at, at, `\n${' '.repeat(column)}${added}`)
}

function take(text: string, document: Document, path: YamlPath): string | undefined {
  const parent = (path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)) as Node | undefined
  if (!isMap(parent) && !isSeq(parent)) return undefined
  const items = parent.items as (Node | Pair)[]
  const at = isSeq(parent) ? (path.at(-1) as number) : items.indexOf(pairOf(parent, path.at(-1)!)!)
  if (at < 0 || at >= items.length) return undefined
  if (parent.flow === true) {
    const [from, to] =
      at + 1 < items.length
        ? [itemStart(items[at]!), itemStart(items[at + 1]!)]
        : at > 0
          ? [itemEnd(text, items[at - 1]!), itemEnd(text, items[at]!)]
          : [itemStart(items[at]!), itemEnd(text, items[at]!)]
    return splice(text, from, to, '')
  }
  // The last of its lines: an empty collection has to be written out.
  if (items.length === 1)
    return path.length === 1 ? undefined : place(text, document, path.slice(0, -1), isSeq(parent) ? [] : {})
  const from = lineStart(text, isSeq(parent) ? text.lastIndexOf('-', itemStart(items[at]!)) : itemStart(items[at]!))
  // A mapping in a list begins on the line of its dash, which has to stay.
  if (isMap(parent) && text.slice(from, itemStart(items[at]!)).trim() !== '') return undefined
  const end = text.indexOf('\n', itemEnd(text, items[at]!))
  return splice(text, from, end < 0 ? text.length : end + 1, '')
}

const isPair = (item: Node | Pair): item is Pair => 'key' in item && !('range' in item)

function itemStart(item: Node | Pair): number {
  return (isPair(item) ? (item.key as Node) : item).range![0]
}

function itemEnd(text: string, item: Node | Pair): number {
  if (!isPair(item)) return contentEnd(text, item)
  const value = item.value as Node | null
  if (value?.range != null && value.range[1] > value.range[0]) return contentEnd(text, value)
  const keyEnd = (item.key as Node).range![1]
  return text[keyEnd] === ':' ? keyEnd + 1 : keyEnd
}

/** Where the last character of a node ends, without the blanks and line feeds that some nodes reach over. */
function contentEnd(text: string, node: Node): number {
  const [start, end] = node.range!
  return start + text.slice(start, end).trimEnd().length
}

const splice = (text: string, from: number, to: number, added: string): string =>
  text.slice(0, from) + added + text.slice(to)
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
const columnOf = (text: string, at: number): number => at - lineStart(text, at)

/** A value on one line, safe between brackets and braces as well. */
function flow(value: unknown): string {
  const list = stringify([value], { collectionStyle: 'flow', lineWidth: 0, version: '1.2' }).trim()
  return list.slice(1, -1).trim()
}

function flowPair(key: string | number, value: unknown): string {
  const map = stringify({ [key]: value }, { collectionStyle: 'flow', lineWidth: 0, version: '1.2' }).trim()
  return map.slice(1, -1).trim()
}
