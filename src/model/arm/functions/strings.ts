import { combineUnknown, Symbolic } from '../symbolic.ts'
import { fail, failBound, isArray, isObject, textOf, unknownsIn, type Value } from '../value.ts'
import {
  ANY,
  array,
  type CallContext,
  type FunctionFamily,
  integer,
  open,
  strict,
  strictInside,
  text,
  unknownCall,
} from './definition.ts'
import { formatComposite } from './format.ts'
import { joinTexts, TEXT_LENGTH_MAX } from './join-texts.ts'

const ITEMS_MAX = 10_000

/** Changes the case of what is known and leaves the call around the rest. */
function changeCase(name: 'toLower' | 'toUpper', change: (text: string) => string) {
  return open(1, 1, ([value], context) => {
    if (!(value instanceof Symbolic)) return change(text(value, context))
    const pieces = value.pieces.map((piece) => {
      if (typeof piece === 'string') return change(piece)
      return piece.term.startsWith(`${name}(`) ? piece : { term: `${name}(${piece.term})` }
    })
    return combineUnknown([value], pieces)
  })
}

const concat = open(1, ANY, (args, context) => {
  const anyArray = args.some(isArray)
  if (!anyArray) {
    const odd = args.find((arg) => isObject(arg))
    if (odd !== undefined) fail('concat() joins texts or arrays, not objects', 'use union() for objects')
    return joinTexts(args)
  }
  const causes = args.filter((arg): arg is Symbolic => arg instanceof Symbolic)
  if (causes.length > 0) return unknownCall(context.name, args, causes)
  const joined = args.flatMap((arg) => [...array(arg, context)])
  if (joined.length > ITEMS_MAX) failBound(`an array of more than ${ITEMS_MAX} items`)
  return joined
})

const format = open(1, ANY, ([pattern, ...values], context) => {
  if (pattern instanceof Symbolic) return unknownCall(context.name, [pattern, ...values], [pattern])
  return formatComposite(text(pattern, context), values, context)
})

const join = open(2, 2, ([items, delimiter], context) => {
  if (items instanceof Symbolic || delimiter instanceof Symbolic) {
    return unknownCall(
      context.name,
      [items as Value, delimiter as Value],
      unknownsIn([items as Value, delimiter as Value]),
    )
  }
  const between = text(delimiter, context)
  return joinTexts(array(items, context).flatMap((item, index) => (index === 0 ? [item] : [between, item])))
})

/** Texts are sought without regard to case, as the platform documents for these four. */
const foldedSearch = (search: (haystack: string, needle: string) => number | boolean) =>
  strict(2, 2, ([haystack, needle], context) =>
    search(text(haystack, context).toLowerCase(), text(needle, context).toLowerCase()),
  )

function pad(args: readonly Value[], context: CallContext): Value {
  const [value, width, fill] = args
  const filler = fill === undefined ? ' ' : text(fill, context)
  if (filler.length !== 1) fail('padLeft() pads with one character')
  const length = integer(width, context)
  if (length > TEXT_LENGTH_MAX) failBound(`a text of more than ${TEXT_LENGTH_MAX} characters`)
  return textOf(value ?? null).padStart(length, filler)
}

function split(args: readonly Value[], context: CallContext): Value {
  const value = text(args[0], context)
  const delimiters = isArray(args[1]) ? args[1].map((item) => text(item, context)) : [text(args[1], context)]
  let parts = [value]
  for (const delimiter of delimiters) {
    if (delimiter !== '') parts = parts.flatMap((part) => part.split(delimiter))
  }
  return parts
}

function substring(args: readonly Value[], context: CallContext): Value {
  const value = text(args[0], context)
  const start = integer(args[1], context)
  const length = args[2] === undefined ? value.length - start : integer(args[2], context)
  if (start < 0 || length < 0 || start + length > value.length) {
    fail(`substring() from ${start}, ${length} characters, runs out of a text of ${value.length}`)
  }
  return value.slice(start, start + length)
}

export const stringFunctions: FunctionFamily = {
  concat,
  format,
  join,
  toLower: changeCase('toLower', (value) => value.toLowerCase()),
  toUpper: changeCase('toUpper', (value) => value.toUpperCase()),
  string: open(1, 1, ([value], context) => {
    if (value === undefined) return ''
    if (value instanceof Symbolic) return combineUnknown([value], value.pieces)
    const causes = unknownsIn(value)
    return causes.length > 0 ? unknownCall(context.name, [value], causes) : textOf(value)
  }),
  trim: strict(1, 1, ([value], context) => text(value, context).trim()),
  padLeft: strict(2, 3, pad),
  split: strictInside(2, 2, split),
  substring: strict(2, 3, substring),
  replace: strict(3, 3, ([value, from, to], context) => {
    const sought = text(from, context)
    if (sought === '') fail('replace() cannot look for an empty text')
    return joinTexts([text(value, context).replaceAll(sought, () => text(to, context))])
  }),
  indexOf: foldedSearch((haystack, needle) => haystack.indexOf(needle)),
  lastIndexOf: foldedSearch((haystack, needle) => haystack.lastIndexOf(needle)),
  startsWith: foldedSearch((haystack, needle) => haystack.startsWith(needle)),
  endsWith: foldedSearch((haystack, needle) => haystack.endsWith(needle)),
}
