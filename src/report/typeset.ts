/**
 * Text on a terminal: what a string may contain, how wide it is, where it breaks. Everything here works on plain text;
 * colour is put on afterwards (`palette.ts`), so that widths are never counted wrongly.
 */

/** Narrower than this nothing can be laid out; a smaller wish is treated as this. */
export const WIDTH_MIN = 40
export const WIDTH_DEFAULT = 100

/**
 * C0 and C1 controls, line and paragraph separators, invisible and direction-changing characters, lone surrogates:
 * everything a name could use to move the cursor, recolour the screen or reorder what a reader sees.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/**
 * The text with every unprintable character written out: `\n`, `\t`, `\r` as such, the others as `\u001b`.
 *
 *   "a\u001b[31mb" -> "a\\u001b[31mb".
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    if (character === '\r') return '\\r'
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

const ZERO_WIDTH = /^(?:\p{Mn}|\p{Me}|\u200c|\u200d)$/u
/** East Asian wide and full-width blocks, and the emoji that terminals draw two columns wide. */
const DOUBLE_WIDTH =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]$|^\p{Emoji_Presentation}$/u

/** Columns a terminal needs for printable text. */
export function columns(text: string): number {
  let width = 0
  for (const character of text) width += columnsOf(character)
  return width
}

function columnsOf(character: string): number {
  if (character <= '\u02ff') return 1
  if (ZERO_WIDTH.test(character)) return 0
  return DOUBLE_WIDTH.test(character) ? 2 : 1
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)))
}

/** The text moved to the right of `width` columns. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text
}

/** The text cut to `width` columns; what was cut is marked by `…`. */
export function clip(text: string, width: number): string {
  if (columns(text) <= width) return text
  return `${breakAt(text, Math.max(0, width - 1))[0]}…`
}

/** A blank at which `wrap` does not break; it leaves as an ordinary one. */
export const GLUE = '\u00a0'

/**
 * Lines of at most `width` columns, broken at blanks (never before a `%`); a word longer than a line is broken inside.
 * Runs of blanks become one. Lines after the first are indented by `hang` columns. At least one line, possibly empty.
 */
export function wrap(text: string, width: number, hang = 0): string[] {
  const lines: string[] = []
  const indent = ' '.repeat(Math.min(hang, width - 1))
  let line = ''
  let room = width
  const flush = () => {
    lines.push((lines.length === 0 ? line : indent + line).replaceAll(GLUE, ' ').trimEnd())
    line = ''
    room = width - indent.length
  }
  for (const word of text.replaceAll(' %', `${GLUE}%`).split(' ')) {
    if (word === '') continue
    let rest = word
    if (line !== '') {
      if (columns(line) + 1 + columns(rest) <= room) {
        line += ` ${rest}`
        continue
      }
      flush()
    }
    while (columns(rest) > room) {
      const [head, tail] = breakAt(rest, room)
      line = head
      rest = tail
      flush()
    }
    line = rest
  }
  if (line !== '' || lines.length === 0) flush()
  return lines
}

/** Splits after as many characters as fit `width`, and at least one, so that a loop over it ends. */
function breakAt(text: string, width: number): [string, string] {
  let used = 0
  let end = 0
  for (const character of text) {
    const next = used + columnsOf(character)
    if (next > width && end > 0) break
    used = next
    end += character.length
  }
  return [text.slice(0, end), text.slice(end)]
}
