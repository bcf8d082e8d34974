import { formatDuration, parseDuration } from '../duration.ts'
import type { Expectation } from '../expectation.ts'
import { INVARIANT_NAMES, type InvariantName } from '../invariant-names.ts'
import {
  type Domain,
  FAULT_VERBS,
  type FaultVariation,
  type FaultVerb,
  type Interval,
  type Property,
  type Variation,
  type Vary,
} from '../vary.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { checkShape, show } from './issues.ts'
import { resolveModelPath } from './model-path.ts'
import { nameHint } from './nearest.ts'
import type { RawFault, RawVaryEntry } from './schema-vary.ts'
import { applyAssignment, pathNames } from './set-option.ts'

/** Parts of the file that say what happens, and not what the scenario is called or what it expects. */
const VARIABLE = ['azure', 'world', 'timeline', 'duration', 'assumptions']

const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60_000
const MAX_VALUES = 100

export interface VaryContext extends LoadContext {
  /** Documents of the scale sets by name. */
  readonly models: ReadonlyMap<string, unknown>
  readonly durationMs: number
}

/** What may change. E0185 for a path that leads nowhere, E0186 for bounds that hold nothing, E0188 for faults. */
export function readVary(raw: unknown, context: VaryContext): Vary {
  const fields: Variation[] = []
  const faults: FaultVariation[] = []
  if (!Array.isArray(raw)) return { fields, faults }
  const seen = new Set<string>()
  ;(raw as readonly RawVaryEntry[]).forEach((entry, index) => {
    const at: Path = ['vary', index]
    if (!context.sound(at)) return
    if ('faults' in entry) {
      for (const verb of FAULT_VERBS) {
        const given = entry.faults[verb]
        const fault = given === undefined ? undefined : readFault(verb, given, [...at, 'faults', verb], context)
        if (fault !== undefined && fault.atMost > 0) faults.push(fault)
      }
      return
    }
    const field = readField(entry, at, seen, context)
    if (field !== undefined) fields.push(field)
  })
  return { fields, faults }
}

type RawField = Exclude<RawVaryEntry, { faults: unknown }>

/** One value that may change. `seen`: the paths before it in the list, to which this one is added. */
export function readField(entry: RawField, at: Path, seen: Set<string>, context: VaryContext): Variation | undefined {
  const list = String(at[at.length - 2])
  if (seen.has(entry.path))
    context.source.report('E0186', [...at, 'path'], `${entry.path} stands twice in ${list}`, {
      hint: 'keep one of them',
    })
  seen.add(entry.path)
  const domain = 'values' in entry ? valuesOf(entry.values) : readRange(entry, at, context)
  if (domain === undefined) return undefined
  const first = domain.kind === 'values' ? domain.values[0] : written(domain, domain.from)
  return isSoundPath(entry.path, first, at, context) ? { path: entry.path, domain } : undefined
}

const valuesOf = (values: readonly unknown[]): Domain => ({ kind: 'values', values })

/** A value of the domain as the file would have it. */
export function written(domain: Domain, value: number): unknown {
  return domain.kind === 'duration' ? formatDuration(value) : value
}

function readRange(
  entry: { readonly from: number | string; readonly to: number | string; readonly step?: number | string | undefined },
  at: Path,
  { source }: VaryContext,
): Domain | undefined {
  const number = (value: number | string) => (typeof value === 'number' ? value : parseDuration(value)!)
  const { from, to, step } = entry
  if (typeof from !== typeof to || (step !== undefined && typeof step !== typeof from)) {
    const odd = typeof from === typeof to ? 'step' : 'to'
    source.report('E0186', [...at, odd], `from, to and step are all numbers or all durations, got ${show(entry[odd])}`)
    return undefined
  }
  const kind = typeof from === 'number' ? 'number' : 'duration'
  const [low, high] = [number(from), number(to)]
  if (low > high) {
    source.report('E0186', [...at, 'from'], `from ${show(from)} lies above to ${show(to)}`, { hint: 'swap them' })
    return undefined
  }
  const width = high - low
  const preset =
    kind === 'duration'
      ? width <= 10 * MS_PER_MINUTE
        ? MS_PER_SECOND
        : width <= 120 * MS_PER_MINUTE
          ? 10 * MS_PER_SECOND
          : MS_PER_MINUTE
      : Number.isInteger(low) && Number.isInteger(high)
        ? 1
        : width / MAX_VALUES || 1
  const distance = step === undefined ? preset : number(step)
  if (distance > 0) return { kind, from: low, to: high, step: distance }
  source.report('E0186', [...at, 'step'], `step must be above ${kind === 'number' ? '0' : 'PT0S'}, got ${show(step)}`)
  return undefined
}

/** Whether the path leads somewhere: tried on a copy of the document, whose mistakes are told here. */
function isSoundPath(path: string, first: unknown, at: Path, context: VaryContext): boolean {
  const { source, scaleSetNames, models } = context
  const place: Path = [...at, 'path']
  const tell = (message: string, hint?: string, column = 1): false => {
    const { column: begin, ...rest } = source.placeOf(place)
    source.report('E0185', place, message, {
      place: { ...rest, column: begin + source.textOffset(place) + column - 1 },
      ...(hint === undefined ? {} : { hint }),
    })
    return false
  }
  const names = pathNames(path)
  if (names === undefined)
    return tell(
      `${String(at[at.length - 2])} cannot read the path "${path}"`,
      'names between dots, list members in brackets',
    )
  const [top, section, name] = names
  if (!VARIABLE.includes(top!.text)) {
    const { hint } = nameHint(top!.text, VARIABLE) as { hint?: string }
    return tell(`${top!.text} is nothing that can be varied`, hint ?? `one of ${VARIABLE.join(', ')}`)
  }
  if (top!.text === 'azure' && section?.text === 'scaleSets' && name !== undefined && scaleSetNames.length > 0) {
    const set = scaleSetNames.find((known) => known === name.text)
    if (set === undefined) {
      const { hint } = nameHint(name.text, scaleSetNames) as { hint?: string }
      return tell(`no scale set ${name.text} is declared`, hint, name.column)
    }
    const rest = names[3]
    const model = models.get(set)
    if (rest !== undefined && model !== undefined) {
      const resolved = resolveModelPath(path.slice(rest.column - 1), [model])
      if ('message' in resolved) return tell(resolved.message, resolved.hint, rest.column + resolved.column - 1)
    }
  }
  const copy = source.fork(String(at[0]))
  applyAssignment(copy, path, first, place)
  if (copy.diagnostics.length === 0) checkShape(copy)
  const known = new Set(source.diagnostics.map(({ message }) => message))
  const mistake = copy.diagnostics.find(({ message }) => !known.has(message))
  return mistake === undefined || tell(mistake.message.replace(/^set: /, ''), mistake.hint)
}

function readFault(verb: FaultVerb, raw: RawFault, at: Path, context: VaryContext): FaultVariation | undefined {
  const { source, durationMs } = context
  const isLong = typeof raw === 'object'
  const text = String(isLong ? raw.count : raw)
  const [low, high] = text.includes('..') ? text.split('..').map(Number) : [0, Number(text)]
  if (low! > high!) {
    source.report('E0188', isLong ? [...at, 'count'] : at, `${verb}: ${low} lies above ${high}`, { hint: 'swap them' })
    return undefined
  }
  const interval = (key: 'at' | 'for'): Interval | undefined => {
    const given = isLong ? raw[key] : undefined
    if (given === undefined) return undefined
    const [fromMs, toMs] = [parseDuration(given.from)!, parseDuration(given.to)!]
    const past = key === 'at' && toMs > durationMs
    if (fromMs > toMs || past) {
      const message = past
        ? `${verb}: ${given.to} lies after the end of the run at ${formatDuration(durationMs)}`
        : `${verb}: ${given.from} lies above ${given.to}`
      source.report('E0188', [...at, key, past ? 'to' : 'from'], message)
      return undefined
    }
    return { fromMs, toMs }
  }
  const [when, long] = [interval('at'), interval('for')]
  return {
    verb,
    atLeast: low!,
    atMost: high!,
    ...(when === undefined ? {} : { at: when }),
    ...(long === undefined ? {} : { for: long }),
  }
}

/** What must hold. E0187 for a name that is no invariant, and for what speaks of many runs. */
export function readProperties(
  raw: unknown,
  context: LoadContext,
  readExpectation: (line: string, path: Path) => Expectation | undefined,
): Property[] {
  if (!Array.isArray(raw)) return []
  return (raw as readonly unknown[]).flatMap((line, index): Property[] => {
    const path: Path = ['properties', index]
    if (typeof line !== 'string') return []
    const name = line.trim()
    if ((INVARIANT_NAMES as readonly string[]).includes(name))
      return [{ kind: 'invariant', name: name as InvariantName }]
    if (/^[A-Za-z]*$/.test(name)) {
      context.source.report('E0187', path, `no invariant is called ${name === '' ? 'nothing' : name}`, {
        ...nameHint(name, INVARIANT_NAMES),
      })
      return []
    }
    const expectation = readExpectation(line, path)
    if (expectation === undefined) return []
    if (expectation.aggregate === undefined) return [{ kind: 'expectation', expectation }]
    context.source.report('E0187', path, `${expectation.aggregate}(…) speaks of many runs, a property of each one`, {
      hint: 'write the measure without it',
    })
    return []
  })
}
