import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'

/** What a link carries: a scenario as text, and what it was looked at with. Nothing of it leaves the page. */
export interface Shared {
  readonly yaml: string
  /** Name of the file it came from, for messages and for what it refers to. */
  readonly file: string
  /** Case of the file; absent: the base. */
  readonly case?: string
  /** The other side of a comparison. */
  readonly pinned?: string
  /** The moment that is shown, ms. */
  readonly atMs?: number
}

/** A scenario is a few kilobytes; what unpacks to more than this is no scenario. */
export const SHARED_BYTES_MAX = 4_000_000
const FORMAT = 1

/** The text of a link's fragment: JSON, deflated, base64url. */
export function encodeShared(shared: Shared): string {
  const { yaml, file, pinned, atMs } = shared
  const json = JSON.stringify([FORMAT, yaml, file, shared.case ?? null, pinned ?? null, atMs ?? null])
  return toBase64Url(deflateSync(strToU8(json), { level: 9 }))
}

/** What `encodeShared` packed; undefined for anything else. */
export function decodeShared(text: string): Shared | undefined {
  try {
    const value: unknown = JSON.parse(inflateWithin(fromBase64Url(text), SHARED_BYTES_MAX))
    if (!Array.isArray(value) || value[0] !== FORMAT) return undefined
    const [, yaml, file, case_, pinned, atMs] = value as unknown[]
    if (typeof yaml !== 'string' || typeof file !== 'string') return undefined
    return {
      yaml,
      file,
      ...(typeof case_ === 'string' ? { case: case_ } : {}),
      ...(typeof pinned === 'string' ? { pinned } : {}),
      ...(typeof atMs === 'number' && Number.isSafeInteger(atMs) && atMs >= 0 ? { atMs } : {}),
    }
  } catch {
    return undefined
  }
}

/** A link may come from anybody: unpacking stops at the limit, however much there is. */
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

export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new RangeError('not base64url')
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
