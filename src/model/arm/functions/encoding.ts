import { fail, textOf, type Value } from '../value.ts'
import { ANY, type CallContext, type FunctionFamily, strict, strictInside, text } from './definition.ts'
import { guidText, uniqueText } from './hash.ts'
import { parseJson } from './objects.ts'

function toBase64(value: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(value)) bytes += String.fromCharCode(byte)
  return btoa(bytes)
}

function fromBase64(value: Value | undefined, context: CallContext): string {
  try {
    const bytes = Uint8Array.from(atob(text(value, context)), (character) => character.charCodeAt(0))
    return new TextDecoder().decode(bytes)
  } catch {
    return fail(`${context.name}() needs base64 text`)
  }
}

function decode(value: string, context: CallContext): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return fail(`${context.name}() needs a percent-encoded text`)
  }
}

/** A lone half of a surrogate pair has no encoding; it becomes the replacement character as in any UTF-8 writer. */
function encode(value: string): string {
  const wellFormed = new TextDecoder().decode(new TextEncoder().encode(value))
  return encodeURIComponent(wellFormed)
}

/** Joins an address and a relative one: the last part of a base that does not end in a slash is replaced. */
function uri([base, relative]: readonly Value[], context: CallContext): Value {
  const from = text(base, context)
  const to = text(relative, context)
  try {
    return new URL(to, from).href
  } catch {
    return fail(`uri() needs an absolute address first, got '${from}'`)
  }
}

function dataUriToString(value: string, context: CallContext): string {
  const match = /^data:([^,]*),(.*)$/s.exec(value)
  if (match === null) return fail('dataUriToString() needs a data URI')
  const [, header = '', body = ''] = match
  return header.endsWith(';base64') ? fromBase64(body, context) : decode(body, context)
}

export const encodingFunctions: FunctionFamily = {
  base64: strictInside(1, 1, ([value]) => toBase64(textOf(value ?? null))),
  base64ToString: strict(1, 1, ([value], context) => fromBase64(value, context)),
  base64ToJson: strict(1, 1, ([value], context) => parseJson(fromBase64(value, context), context)),
  uri: strict(2, 2, uri),
  uriComponent: strict(1, 1, ([value], context) => encode(text(value, context))),
  uriComponentToString: strict(1, 1, ([value], context) => decode(text(value, context), context)),
  dataUri: strictInside(1, 1, ([value]) => `data:text/plain;charset=utf8;base64,${toBase64(textOf(value ?? null))}`),
  dataUriToString: strict(1, 1, ([value], context) => dataUriToString(text(value, context), context)),
  uniqueString: strictInside(1, ANY, (args) => uniqueText(args.map(textOf).join('\u0000'))),
  guid: strictInside(1, ANY, (args) => guidText(args.map(textOf).join('\u0000'))),
  newGuid: strict(0, 0, (_args, context) => {
    context.scope.run.newGuids++
    return guidText(`newGuid ${context.scope.run.newGuids}`)
  }),
}
