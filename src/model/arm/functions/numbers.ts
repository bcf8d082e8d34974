import { fail, isArray, type Value } from '../value.ts'
import {
  ANY,
  array,
  type CallContext,
  type FunctionFamily,
  integer,
  number,
  strict,
  strictInside,
} from './definition.ts'

const arithmetic = (compute: (a: number, b: number) => number) =>
  strict(2, 2, ([a, b], context) => {
    const result = compute(integer(a, context), integer(b, context))
    return Number.isSafeInteger(result) ? result : fail(`${context.name}() leaves the range of integers`)
  })

function divisor(value: number, name: string): number {
  return value === 0 ? fail(`${name}() cannot divide by 0`) : value
}

/** `min` and `max` take their numbers as arguments or in one array. */
const extreme = (pick: (numbers: readonly number[]) => number) =>
  strictInside(1, ANY, (args, context) => {
    const values = isArray(args[0]) ? array(args[0], context) : args
    if (values.length === 0) fail(`${context.name}() needs at least one number`)
    return pick(values.map((value) => integer(value, context)))
  })

function int([value]: readonly Value[], context: CallContext): Value {
  return typeof value === 'number' ? Math.trunc(value) : integer(value, context)
}

function float([value]: readonly Value[], context: CallContext): Value {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : number(value, context)
  return Number.isFinite(parsed) ? parsed : fail(`float() cannot read '${value}'`)
}

export const numberFunctions: FunctionFamily = {
  add: arithmetic((a, b) => a + b),
  sub: arithmetic((a, b) => a - b),
  mul: arithmetic((a, b) => a * b),
  // Both cut towards zero, and no result is a negative zero, which JSON could not tell from zero.
  div: arithmetic((a, b) => Math.trunc(a / divisor(b, 'div')) + 0),
  mod: arithmetic((a, b) => (a % divisor(b, 'mod')) + 0),
  min: extreme((numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: extreme((numbers) => numbers.reduce((a, b) => Math.max(a, b))),
  int: strict(1, 1, int),
  float: strict(1, 1, float),
}
