/**
 * 128 bits of a text as four unsigned integers, for the stand-ins of `uniqueString` and `guid`. Not the platform's algorithm:
 * what matters is that equal inputs give equal names and different ones different names.
 */
export function hash128(text: string): readonly [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = b ^ Math.imul(a ^ code, 597399067)
    b = c ^ Math.imul(b ^ code, 2869860233)
    c = d ^ Math.imul(c ^ code, 951274213)
    d = a ^ Math.imul(d ^ code, 2716044179)
  }
  a = Math.imul(c ^ (a >>> 18), 597399067)
  b = Math.imul(d ^ (b >>> 22), 2869860233)
  c = Math.imul(a ^ (c >>> 17), 951274213)
  d = Math.imul(b ^ (d >>> 19), 2716044179)
  const mixed = a ^ b ^ c ^ d
  return [mixed >>> 0, (b ^ mixed) >>> 0, (c ^ mixed) >>> 0, (d ^ mixed) >>> 0]
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** 13 lower-case letters and digits, as `uniqueString` gives. */
export function uniqueText(input: string): string {
  let text = ''
  for (let at = 0; at < 13; at++) {
    const word = hash128(`${at >> 2}/${input}`)[at & 3] ?? 0
    text += LETTERS[word % 32]
  }
  return text
}

/** A name-based GUID (its version digit is 5). */
export function guidText(input: string): string {
  const hex = hash128(input)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
