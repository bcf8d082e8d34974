import { parseDuration } from './duration.ts'
import type { Expectation, MeasureKind } from './expectation.ts'
import { FINDING_CODES, findFindingCode } from './finding-codes.ts'
import { nearest } from './scenario/nearest.ts'

export type ParsedExpectation =
  | { readonly ok: Expectation }
  /** `column` counts from 1 in the text of the expectation. */
  | { readonly error: string; readonly column: number; readonly hint?: string }

export const AGGREGATES = ['p5', 'p50', 'p95', 'p99', 'mean', 'min', 'max', 'rate'] as const

/** Measures that exist once per run, and repeated under `perScaleSet.<name>`. Design §3. */
export const SET_MEASURES: Readonly<Record<string, MeasureKind>> = {
  'blastRadius.instances': 'number',
  'blastRadius.percent': 'percent',
  'blastRadius.peakPercent': 'percent',
  'blastRadius.instanceMinutes': 'number',
  'blastRadius.zones': 'number',
  'blastRadius.regions': 'number',
  'blastRadius.scaleSets': 'number',
  'exposed.instances': 'number',
  'exposed.percent': 'percent',
  'availability.minServing': 'number',
  'availability.minServingPercent': 'percent',
  'availability.lostInstanceMinutes': 'number',
  'availability.zonesDown': 'number',
  timeToHalt: 'duration',
  timeToRecover: 'duration',
  timeToRollBack: 'duration',
  timeToCapacity: 'duration',
  'bootTime.p50': 'duration',
  'bootTime.max': 'duration',
  'repairs.count': 'number',
  'repairs.loops': 'number',
  'repairs.suspended': 'number',
  'spot.evictions': 'number',
  'demand.unservedPercent': 'percent',
  'demand.peakUnservedPercent': 'percent',
  'demand.totalRequests': 'number',
  'demand.unservedRequests': 'number',
  'demand.peakBacklog': 'number',
  'demand.backlogAtEnd': 'number',
  'faults.hosts': 'number',
  'faults.faultDomains': 'number',
  'faults.freezes': 'number',
  'faults.failedDeletes': 'number',
  'zoneBalance.moves': 'number',
  'spot.evictionsBy.reclaim': 'number',
  'spot.evictionsBy.price': 'number',
  'spot.evictionsBy.hazard': 'number',
  'spot.evictionsBy.simulated': 'number',
  'spot.restored': 'number',
  'spot.abruptStops': 'number',
  'spot.minRegular': 'number',
  'autoscale.scaleOuts': 'number',
  'autoscale.scaleIns': 'number',
  'autoscale.flaps': 'number',
  'autoscale.flapsPrevented': 'number',
  'cost.instanceHours.regular': 'number',
  'cost.instanceHours.spot': 'number',
  'cost.surgeHours': 'number',
  'cost.replicaHours': 'number',
  'cost.total': 'number',
  'cost.instances.regular': 'number',
  'cost.instances.spot': 'number',
  'cost.surge': 'number',
  'cost.disks': 'number',
  'cost.replicas': 'number',
  'cost.builds': 'number',
}

/** Members of `rollouts[n]`. `batches` is the number of batches. */
export const ROLLOUT_MEASURES: Readonly<Record<string, MeasureKind>> = {
  scaleSet: 'text',
  trigger: 'text',
  startedBy: 'text',
  mode: 'text',
  target: 'text',
  status: 'text',
  errorCode: 'text',
  errorMessage: 'text',
  lastAction: 'text',
  startedAt: 'duration',
  endedAt: 'duration',
  duration: 'duration',
  batches: 'number',
  zonesPerBatch: 'number',
  leftOut: 'number',
  successful: 'number',
  failed: 'number',
  inProgress: 'number',
  pending: 'number',
  rolledBack: 'number',
}

/** Measures that exist once per run only. Besides, `findings.<Code>` is the number of findings with that code. */
export const RUN_MEASURES: Readonly<Record<string, MeasureKind>> = {
  'rollouts.length': 'number',
  'findings.count': 'number',
}

/** The words a text measure can hold, where the list is closed. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  status: ['RollingForward', 'Completed', 'Faulted', 'Cancelled', 'RollingBack'],
  trigger: ['ModelChange', 'Reapply', 'ModeChange', 'ManualOSUpgrade', 'AutomaticOSUpgrade'],
  startedBy: ['Platform', 'User', 'Unknown'],
  mode: ['Rolling', 'Automatic'],
  lastAction: ['Start', 'Cancel'],
}

const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const

class Mistake extends Error {
  readonly column: number
  readonly hint: string | undefined
  constructor(message: string, column: number, hint?: string) {
    super(message)
    this.column = column
    this.hint = hint
  }
}

interface Cursor {
  readonly text: string
  at: number
}

interface Measure {
  readonly path: readonly (string | number)[]
  readonly kind: MeasureKind
  readonly column: number
}

interface Comparison {
  readonly operator: Expectation['operator']
  readonly value: Expectation['value']
  readonly duration: boolean
}

/**
 * Reads one line of `expect`.
 *
 *   line       = measure comparison | aggregate "(" measure ")" comparison | "rate" "(" measure comparison ")" comparison
 *   comparison = ("==" | "!=" | "<" | "<=" | ">" | ">=") value
 *   value      = number ["%"] | ISO 8601 duration | word | "quoted text" | true | false | null
 *   measure    = name { "." name | "[" index or "name" "]" }
 *
 * Durations are held in milliseconds. `findings.<Code>` counts the findings with that code.
 *
 * `rate` is the share of runs from 0 to 1 in which the inner comparison holds; written as 95 % it is read as 0.95.
 */
export function parseExpectation(text: string): ParsedExpectation {
  return caught(() => parse(text))
}

export type ParsedMeasure =
  | { readonly ok: { readonly path: readonly (string | number)[]; readonly kind: MeasureKind } }
  | { readonly error: string; readonly column: number; readonly hint?: string }

/** Reads a measure that stands alone, as it stands in front of the operator of an expectation. */
export function parseMeasure(text: string): ParsedMeasure {
  return caught(() => {
    const cursor: Cursor = { text, at: 0 }
    const { path, kind } = readMeasure(cursor)
    end(cursor, 'a measure')
    return { path, kind }
  })
}

/** What was read, or the mistake as data. */
function caught<T>(read: () => T): { readonly ok: T } | { error: string; column: number; hint?: string } {
  try {
    return { ok: read() }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    return { error: error.message, column: error.column, ...(error.hint === undefined ? {} : { hint: error.hint }) }
  }
}

function parse(text: string): Expectation {
  const cursor: Cursor = { text, at: 0 }
  const aggregate = readAggregate(cursor)
  const measure = readMeasure(cursor)
  if (aggregate === undefined) {
    const comparison = readComparison(cursor, measure)
    end(cursor)
    return { text, measure: measure.path, ...comparison }
  }
  if (aggregate !== 'rate') {
    if (measure.kind === 'text') {
      throw new Mistake(
        `${aggregate} needs a number, ${written(measure.path)} is text`,
        measure.column,
        `count the runs instead: rate(${written(measure.path)} == value) >= 0.95`,
      )
    }
    close(cursor, aggregate)
    const comparison = readComparison(cursor, measure)
    end(cursor)
    return { text, aggregate, measure: measure.path, ...comparison }
  }
  skip(cursor)
  if (cursor.text[cursor.at] === ')') {
    throw new Mistake(
      'rate needs a comparison inside',
      cursor.at + 1,
      `for example rate(${written(measure.path)} == value) >= 0.95`,
    )
  }
  const inner = readComparison(cursor, measure)
  close(cursor, aggregate)
  skip(cursor)
  const column = cursor.at + 1
  const outer = readComparison(cursor, { path: ['rate'], kind: 'percent', column })
  end(cursor)
  if (typeof outer.value !== 'number')
    throw new Mistake('rate is compared with a number from 0 to 1', column, 'for example >= 0.95')
  const percent = /%\s*$/.test(text)
  const value = percent ? outer.value / 100 : outer.value
  if (value < 0 || value > 1)
    throw new Mistake(
      `rate is a share from 0 to 1, got ${outer.value}${percent ? ' %' : ''}`,
      column,
      'for example >= 0.95, or >= 95 %',
    )
  return { text, aggregate, measure: measure.path, operator: outer.operator, value, duration: false, inner }
}

function readAggregate(cursor: Cursor): string | undefined {
  skip(cursor)
  const match = /^([A-Za-z][A-Za-z0-9]*)\s*\(/.exec(cursor.text.slice(cursor.at))
  if (match === null) return undefined
  const name = match[1]!
  if (!(AGGREGATES as readonly string[]).includes(name)) {
    const near = nearest(name, AGGREGATES)
    throw new Mistake(
      `unknown aggregate ${name}`,
      cursor.at + 1,
      near === undefined ? `known: ${AGGREGATES.join(', ')}` : `did you mean ${near}?`,
    )
  }
  cursor.at += match[0].length
  return name
}

function readMeasure(cursor: Cursor): Measure {
  skip(cursor)
  const column = cursor.at + 1
  const path: (string | number)[] = []
  const segment =
    /(?:\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\[\s*"([^"]+)"\s*\]|\[\s*'([^']+)'\s*\]|\[([A-Za-z_][^\]"']*)\])/y
  for (;;) {
    segment.lastIndex = cursor.at
    const match = segment.exec(cursor.text)
    if (match === null) break
    // A name that does not follow a dot ends the path, except the first one.
    if (match[1] !== undefined && path.length > 0 && !match[0].startsWith('.')) break
    if (match[1] !== undefined && path.length === 0 && match[0].startsWith('.')) break
    path.push(match[2] !== undefined ? Number(match[2]) : (match[1] ?? match[3] ?? match[4] ?? match[5]!.trim()))
    cursor.at += match[0].length
  }
  if (path.length === 0)
    throw new Mistake('a measure is expected here', column, 'for example blastRadius.percent <= 20')
  return { path, kind: kindOf(path, column), column }
}

function kindOf(path: readonly (string | number)[], column: number): MeasureKind {
  const name = written(path)
  const unknown = (hint: string | undefined) => new Mistake(`unknown measure ${name}`, column, hint)
  const lookUp = (rest: string, prefix: string): MeasureKind => {
    const kind = Object.hasOwn(SET_MEASURES, rest) ? SET_MEASURES[rest] : undefined
    if (kind !== undefined) return kind
    const names = [...Object.keys(SET_MEASURES), ...(prefix === '' ? Object.keys(RUN_MEASURES) : [])]
    const members = names.filter((known) => known.startsWith(`${rest}.`))
    if (members.length > 0) throw unknown(`choose one: ${members.map((known) => prefix + known).join(', ')}`)
    if (Object.hasOwn(RUN_MEASURES, rest)) throw unknown(`it is taken over all scale sets: write ${rest}`)
    const near = nearest(rest, [...names, ...(prefix === '' ? ['rollouts[0].status'] : [])])
    if (near !== undefined) throw unknown(`did you mean ${prefix}${near}?`)
    const siblings = names.filter((known) => known.startsWith(`${rest.split('.')[0]}.`))
    throw unknown(siblings.length === 0 ? undefined : `known: ${siblings.map((known) => prefix + known).join(', ')}`)
  }

  if (path[0] === 'rollouts' && path[1] !== 'length') {
    if (typeof path[1] !== 'number') {
      const member = path.find(
        (part, index) => index > 0 && typeof part === 'string' && Object.hasOwn(ROLLOUT_MEASURES, part),
      )
      throw unknown(`rollouts need an index: rollouts[0].${member ?? 'status'}, or rollouts.length`)
    }
    const member = path[2]
    if (path.length === 3 && typeof member === 'string' && Object.hasOwn(ROLLOUT_MEASURES, member))
      return ROLLOUT_MEASURES[member]!
    const near = typeof member === 'string' ? nearest(member, Object.keys(ROLLOUT_MEASURES)) : undefined
    throw unknown(
      near === undefined
        ? `known: ${Object.keys(ROLLOUT_MEASURES).join(', ')}`
        : `did you mean rollouts[${path[1]}].${near}?`,
    )
  }
  if (path[0] === 'perScaleSet') {
    if (path.length < 3) throw unknown('write perScaleSet.<name>.<measure>')
    return lookUp(written(path.slice(2)), `${written(path.slice(0, 2))}.`)
  }
  if (path[0] === 'findings' && path.length === 2 && path[1] !== 'count') return findingCount(String(path[1]), unknown)
  const other = Object.hasOwn(RUN_MEASURES, name) ? RUN_MEASURES[name] : undefined
  return other ?? lookUp(name, '')
}

/** `findings.<Code>`: the code as the catalogue spells it, since the result is looked up by it. */
function findingCount(code: string, unknown: (hint: string | undefined) => Mistake): MeasureKind {
  if (FINDING_CODES.some((known) => known.code === code)) return 'number'
  const near = findFindingCode(code)?.code ?? nearest(code, ['count', ...FINDING_CODES.map((known) => known.code)])
  throw unknown(
    near === undefined
      ? 'write a code of the catalogue, for example findings.NotModelled'
      : `did you mean findings.${near}?`,
  )
}

function readComparison(cursor: Cursor, measure: Measure): Comparison {
  skip(cursor)
  const column = cursor.at + 1
  const rest = cursor.text.slice(cursor.at)
  const operator = OPERATORS.find((candidate) => rest.startsWith(candidate))
  if (operator === undefined || /^(<>|<=>|===|!==)/.test(rest)) {
    const meant = { '=': '==', '≤': '<=', '≥': '>=', '≠': '!=', '<>': '!=' }[/^(<>|[=≤≥≠])/.exec(rest)?.[0] ?? '']
    const words = /^(is not|is|equals|at most|at least|below|above)\b/i.exec(rest)?.[0].toLowerCase()
    const spoken = {
      is: '==',
      equals: '==',
      'is not': '!=',
      'at most': '<=',
      'at least': '>=',
      below: '<',
      above: '>',
    }[words ?? '']
    const hint = rest.startsWith('=>') ? '>=' : rest.startsWith('=<') ? '<=' : (meant ?? spoken)
    throw new Mistake(
      rest === '' ? 'an operator and a value are missing' : 'an operator is expected here',
      column,
      hint === undefined ? `one of ${OPERATORS.join(' ')}` : `write ${hint}`,
    )
  }
  cursor.at += operator.length
  skip(cursor)
  return { operator, ...readValue(cursor, measure, operator) }
}

function readValue(
  cursor: Cursor,
  measure: Measure,
  operator: Expectation['operator'],
): { value: Expectation['value']; duration: boolean } {
  const column = cursor.at + 1
  const match =
    /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?=\s|%|\)|$)(\s*%)?|([^\s()"']+))/i.exec(
      cursor.text.slice(cursor.at),
    )
  if (match === null) throw new Mistake('a value is missing', column, example(measure.kind))
  cursor.at += match[0].length
  const [, double, single, number, percent, word] = match
  const name = written(measure.path)
  const quoted = double !== undefined ? double.replace(/\\(.)/g, '$1') : single
  const compared = (what: string) =>
    new Mistake(`${name} is compared with ${what}, got ${match[0]}`, column, example(measure.kind))

  if (quoted === undefined && word === 'null') {
    if (operator !== '==' && operator !== '!=') throw new Mistake('null is compared with == or != only', column)
    return { value: null, duration: false }
  }
  if (measure.kind === 'text') {
    if (operator !== '==' && operator !== '!=')
      throw new Mistake(`${name} is text: it is compared with == or != only`, column)
    const text = quoted ?? word
    if (text === undefined) throw compared('text')
    const known = WORDS[String(measure.path[measure.path.length - 1])]
    if (known !== undefined && !known.includes(text)) {
      const near = nearest(text, known)
      throw new Mistake(
        `${name} is never ${text}`,
        column,
        near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`,
      )
    }
    return { value: text, duration: false }
  }
  if (quoted !== undefined) throw compared(expectedValue(measure.kind))
  if (measure.kind === 'duration') {
    const ms = word === undefined ? undefined : parseDuration(word)
    if (ms === undefined) throw compared('an ISO 8601 duration')
    return { value: ms, duration: true }
  }
  if (number === undefined) throw compared(expectedValue(measure.kind))
  if (percent !== undefined && measure.kind !== 'percent')
    throw new Mistake(`${name} is no percentage`, column, 'leave the percent sign out')
  return { value: Number(number), duration: false }
}

function expectedValue(kind: MeasureKind): string {
  return kind === 'duration' ? 'an ISO 8601 duration' : kind === 'text' ? 'text' : 'a number'
}

function example(kind: MeasureKind): string {
  return kind === 'duration' ? 'for example PT5M' : kind === 'text' ? 'for example Completed' : 'for example 20'
}

function close(cursor: Cursor, aggregate: string): void {
  skip(cursor)
  if (cursor.text[cursor.at] !== ')')
    throw new Mistake(`the parenthesis of ${aggregate}( is not closed`, cursor.at + 1, 'write ) here')
  cursor.at++
}

function end(cursor: Cursor, what: 'the value' | 'a measure' = 'the value'): void {
  skip(cursor)
  if (cursor.at < cursor.text.length)
    throw new Mistake(
      `nothing is expected after ${what}, got ${cursor.text.slice(cursor.at)}`,
      cursor.at + 1,
      what === 'a measure' ? 'write the measure alone' : 'write one comparison a line',
    )
}

function skip(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at++
}

/** A path as an expectation writes it. */
function written(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) return `${text}["${part}"]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}
