import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'
import { readSharedText, type SharedScenario, sharedText } from '../../report/shared-scenario.ts'

/** A scenario is a few kilobytes; what unpacks to more than this is no scenario. */
export const SHARED_BYTES_MAX = 4_000_000

/** The text of a link's fragment: deflated, base64url. */
export function encodeShared(shared: SharedScenario): string {
  return toBase64Url(deflateSync(strToU8(sharedText(shared)), { level: 9 }))
}

/** What `encodeShared` packed; undefined for anything else. */
export function decodeShared(text: string): SharedScenario | undefined {
  try {
    return readSharedText(inflateWithin(fromBase64Url(text), SHARED_BYTES_MAX))
  } catch {
    return undefined
  }
}

/** A link may come from anybody: unpacking stops at the limit, however much there is. @throws RangeError */
function inflateWithin(bytes: Uint8Array, max: number): string {
  const pieces: Uint8Array[] = []
  let length = 0
  const inflate = new Inflate((piece) => {
    length += piece.length
    if (length > max) throw new RangeError('too long')
    pieces.push(piece)
  })
  const STEP = 1024
  for (let at = 0; at < bytes.length; at += STEP) inflate.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length)
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return strFromU8(whole)
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new RangeError('not base64url')
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
