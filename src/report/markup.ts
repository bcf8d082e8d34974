import { printable } from './typeset.ts'

/**
 * HTML and SVG as text, escaped by construction: every text and every attribute goes through `element`, so nothing that a
 * scenario says can become an element, an attribute or a script. Names of elements and attributes are ours.
 */

/** Text that is markup already. Only this file makes it. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

export type Child = Markup | string | number | null | undefined | false | readonly Child[]
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Elements that have no content and no end tag in HTML. */
const VOID = new Set(['meta', 'link', 'input', 'br', 'hr', 'col'])
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** `a < "b"` -> `a &lt; &quot;b&quot;`; controls and what reorders text are written out, see `printable`. */
export const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => ESCAPES[character]!)

/**
 * `element('text', { x: 1, class: 'a' }, 'a < b')` -> `<text x="1" class="a">a &lt; b</text>`. Attributes that are null,
 * undefined or false are left out, true ones have no value; numbers have at most two digits behind the point.
 */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  let text = `<${name}`
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    text += value === true ? ` ${key}` : ` ${key}="${typeof value === 'number' ? short(value) : escaped(value)}"`
  }
  if (VOID.has(name)) return new Markup(`${text}>`)
  const content = textOf(children)
  return new Markup(content === '' && isSvgLeaf(name) ? `${text}/>` : `${text}>${content}</${name}>`)
}

const isSvgLeaf = (name: string): boolean => name === 'path' || name === 'rect' || name === 'line' || name === 'circle'

/** Text of several lines that keeps its line feeds, for commands and code. */
export const linesOf = (text: string): Markup => new Markup(text.split('\n').map(escaped).join('\n'))

/** What a chart has made: markup already, by the functions of this file. */
export const ofChart = (svg: string): Markup => new Markup(svg)

/** Several pieces as one. */
export const fragment = (...children: readonly Child[]): Markup => new Markup(textOf(children))

function textOf(child: Child): string {
  if (child === null || child === undefined || child === false) return ''
  if (child instanceof Markup) return child.text
  if (typeof child === 'string') return escaped(child)
  if (typeof child === 'number') return short(child)
  return child.map(textOf).join('')
}

/** At most two digits behind the point: 12.346 -> 12.35, 3.00 -> 3. */
export const short = (value: number): string => String(Math.round(value * 100) / 100)

/**
 * Data for a script, to stand inside `<script type="application/json">`: JSON of plain ASCII, in which nothing can end the
 * element or a line, or turn the direction of what one reads.
 */
export function jsonScript(id: string, data: unknown): Markup {
  const json = JSON.stringify(data).replace(
    /[<>&]|[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new Markup(`<script type="application/json" id="${escaped(id)}">${json}</script>`)
}

/** Text that is ours and holds no markup of its own: a style sheet or the script of the report. @throws on an end tag */
export function ownElement(name: 'style' | 'script', text: string): Markup {
  if (new RegExp(`</${name}`, 'i').test(text)) throw new Error(`the ${name} of the report would end its own element`)
  return new Markup(`<${name}>${text}</${name}>`)
}
