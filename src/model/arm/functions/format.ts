import { Symbolic } from '../symbolic.ts'
import { fail, failBound, textOf, type Value } from '../value.ts'
import type { CallContext } from './definition.ts'
import { joinTexts } from './join-texts.ts'

const WIDTH_MAX = 10_000
const ITEM = /\{\{|\}\}|\{\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?(?::([^{}]*))?\}|[{}]/g

/**
 * Composite formatting: `{0}`, `{0,8}` right-aligned, `{0,-8}` left-aligned, `{0:N2}` with a number format, `{{` for a brace.
 * Unknown arguments stay as unknown pieces of the text.
 */
export function formatComposite(pattern: string, values: readonly Value[], context: CallContext): Value {
  const parts: Value[] = []
  let end = 0
  for (const match of pattern.matchAll(ITEM)) {
    parts.push(pattern.slice(end, match.index))
    end = match.index + match[0].length
    const [whole, index, width, style] = match
    if (whole === '{{' || whole === '}}') parts.push(whole.charAt(0))
    else if (index === undefined)
      fail(`${context.name}() has a lone "${whole}" in its pattern`, `double it: ${whole}${whole}`)
    else parts.push(item(Number(index), Number(width ?? 0), style, values, context))
  }
  return joinTexts([...parts, pattern.slice(end)])
}

function item(
  index: number,
  width: number,
  style: string | undefined,
  values: readonly Value[],
  context: CallContext,
): Value {
  const value = values[index]
  if (value === undefined) fail(`${context.name}() has {${index}} but only ${values.length} values`)
  if (value instanceof Symbolic) return value
  if (Math.abs(width) > WIDTH_MAX) failBound(`a width of more than ${WIDTH_MAX} characters`)
  const text = style !== undefined && typeof value === 'number' ? formatNumber(value, style) : textOf(value)
  return width < 0 ? text.padEnd(-width) : text.padStart(width)
}

/** The number formats in use: D, F, G, N, X with a width or precision, and pictures of 0, # and a point such as `000` or `#,##0.00`. */
export function formatNumber(value: number, style: string): string {
  const standard = /^([DFGNX])(\d{0,2})$/i.exec(style)
  const letter = standard?.[1] ?? ''
  const precision = standard?.[2] ? Number(standard[2]) : undefined
  const sign = value < 0 ? '-' : ''
  const size = Math.abs(value)
  switch (letter.toUpperCase()) {
    case 'D':
      return sign + String(Math.trunc(size)).padStart(precision ?? 1, '0')
    case 'F':
      return sign + size.toFixed(precision ?? 2)
    case 'N':
      return sign + grouped(size.toFixed(precision ?? 2))
    case 'X': {
      const hex = (value < 0 ? BigInt.asUintN(32, BigInt(Math.trunc(value))) : BigInt(Math.trunc(value))).toString(16)
      return (letter === 'X' ? hex.toUpperCase() : hex).padStart(precision ?? 1, '0')
    }
    case 'G':
      return String(value)
    default:
      return picture(sign, size, style)
  }
}

function picture(sign: string, size: number, style: string): string {
  const match = /^([^0#]*)([0#,]+)(?:\.([0#]+))?([^0#]*)$/.exec(style)
  if (match === null) return sign + String(size)
  const [, before = '', whole = '', fraction = '', after = ''] = match
  const [digits = '', decimals = ''] = size.toFixed(fraction.length).split('.')
  const least = whole.replaceAll(',', '').length - whole.replaceAll(',', '').search(/0|$/)
  const padded = (digits === '0' && least === 0 ? '' : digits).padStart(least, '0')
  const kept =
    decimals.slice(0, fraction.lastIndexOf('0') + 1) + decimals.slice(fraction.lastIndexOf('0') + 1).replace(/0+$/, '')
  const number = (whole.includes(',') ? grouped(padded) : padded) + (kept === '' ? '' : `.${kept}`)
  return sign + before + number + after
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`
}
