import { isMap, isSeq, LineCounter, type Node, parseDocument, stringify } from 'yaml'
import { formatDuration } from '../../model/duration.ts'
import { nextVersion } from '../../model/gallery/image-version.ts'
import { distinct, isPlain, type Knob, type KnobKind, type KnobValue, listOf, made, type Plain, plain } from './knob.ts'
import { plainOf, removeFromYaml, setInYaml, type YamlPath } from './yaml-edit.ts'

/** A verb of the timeline: what it does, an example, and what it takes. */
export interface VerbForm {
  readonly verb: string
  readonly help: string
  readonly example: Plain
  readonly fields: readonly VerbField[]
}

export interface VerbField {
  readonly name: string
  readonly help: string
  readonly isRequired: boolean
  readonly type: FieldType
}

export type FieldType =
  | { readonly kind: 'duration' | 'flag' | 'text' }
  | { readonly kind: 'number'; readonly isWhole: boolean; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** A list, a mapping, or one of several types. */
  | { readonly kind: 'value' }

/** What an entry may name, as the scenario has it. */
export interface TimelineNames {
  readonly durationMs: number
  readonly scaleSets: readonly {
    readonly name: string
    readonly instances: number
    readonly zones: readonly string[]
    readonly location: string
  }[]
  readonly dependencies: readonly string[]
  /** `gallery/definition` with its versions. */
  readonly images: readonly { readonly key: string; readonly versions: readonly string[] }[]
  readonly templates: readonly string[]
}

/** An entry as it stands in the text. */
export interface TimelineEntryView {
  readonly index: number
  readonly entry: Plain
  /** Lines it stands on, counted from 1. */
  readonly lines: { readonly first: number; readonly last: number }
}

/** The entries of a text, right or wrong; null: it is no YAML, or its timeline is no list. */
export function readEntries(text: string): TimelineEntryView[] | null {
  const lines = new LineCounter()
  const document = parseDocument(text, { version: '1.2', merge: false, prettyErrors: false, lineCounter: lines })
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  const timeline = document.get('timeline', true)
  const written = plainOrNull(document)
  if (written === null) return null
  if (timeline === undefined || written['timeline'] === null) return []
  if (!isSeq(timeline)) return null
  const entries = listOf(written['timeline'])
  return timeline.items.map((item, index) => {
    const [start, end] = (item as Node).range ?? [0, 0]
    const last = start + text.slice(start, end).trimEnd().length
    return {
      index,
      entry: plain(entries[index]),
      lines: { first: lines.linePos(start).line, last: lines.linePos(Math.max(start, last - 1)).line },
    }
  })
}

/** Null: an alias in it is that of nothing, as it is while somebody types. */
function plainOrNull(document: Parameters<typeof plainOf>[0]): Plain | null {
  try {
    return plain(plainOf(document))
  } catch {
    return null
  }
}

export const verbOf = (entry: Plain): string => Object.keys(entry).find((key) => key !== 'at' && !/^x-/.test(key)) ?? ''

/** `publishImageVersion ubuntu-app 1.7.0`: the verb and what tells it from others. */
export function entryLabel(entry: Plain): string {
  const verb = verbOf(entry)
  const args = entry[verb]
  const words = isPlain(args)
    ? Object.entries(args).flatMap(([key, value]) => {
        if (typeof value === 'string' || typeof value === 'number')
          return [key === 'image' ? shortImage(String(value)) : String(value)]
        if (key === 'set' && isPlain(value))
          return Object.entries(value).map(
            ([path, to]) => `${path.slice(path.lastIndexOf('.') + 1)} ${JSON.stringify(to)}`,
          )
        return []
      })
    : []
  const LABEL_WORDS = 3
  return [verb, ...words.slice(0, LABEL_WORDS)].join(' ')
}

export const shortImage = (key: string): string => key.split('/').slice(-2).join(' ')

/** Everything of one entry that can be turned: the moment, then what its verb takes. */
export function entryKnobs(
  entry: Plain,
  index: number,
  forms: readonly VerbForm[],
  names: TimelineNames,
): readonly Knob[] {
  const path: YamlPath = ['timeline', index]
  const verb = verbOf(entry)
  const args = plain(entry[verb])
  const at = entry['at']
  const moment = made(
    [...path, 'at'],
    'at',
    { kind: 'duration', levels: momentsUpTo(names.durationMs) },
    typeof at === 'string' ? at : null,
    'When it happens, from the start of the run.',
    [],
  )
  const form = forms.find((one) => one.verb === verb)
  const fields = (form?.fields ?? []).filter((field) => isShown(field, args, names))
  return [
    moment,
    ...fields.map((field): Knob => {
      const value = args[field.name]
      const knob = made(
        [...path, verb, field.name],
        field.name,
        controlOf(field, value, names),
        knobValue(value, field.type),
        field.help,
        [],
      )
      return field.isRequired ? knob : { ...knob, isOptional: true }
    }),
  ]
}

/** Not shown: what is rarely wanted and not written, and what the only scale set makes needless. */
function isShown({ name, isRequired, type }: VerbField, args: Plain, { scaleSets }: TimelineNames): boolean {
  if (args[name] !== undefined || isRequired) return true
  if (name === 'scaleSet') return scaleSets.length > 1
  if (name === 'instance') return args['instances'] === undefined
  return type.kind !== 'value'
}

function controlOf({ name, type }: VerbField, value: unknown, names: TimelineNames): KnobKind {
  const known = knownNames(name, names)
  if (known.length > 0 && (type.kind === 'text' || type.kind === 'choice'))
    return { kind: 'choice', choices: distinct([...known, ...(isWord(value) ? [String(value)] : [])]) }
  switch (type.kind) {
    case 'duration':
      return { kind: 'duration', levels: SPANS }
    case 'flag':
    case 'text':
    case 'value':
      return { kind: type.kind }
    case 'choice':
      return { kind: 'choice', choices: type.choices }
    case 'number': {
      const { isWhole, min, max } = type
      // A slider over a thousand could not be aimed; the field beside it takes any number.
      const sliderMax = Math.min(max, Math.max(isWhole ? 60 : 10, Number(value ?? 0) * 2))
      return { kind: 'number', min, max: sliderMax, step: isWhole ? 1 : 0.1, unit: '', exactMax: max }
    }
    default:
      return type satisfies never
  }
}

const SPANS = [
  'PT0S',
  'PT5S',
  'PT30S',
  'PT1M',
  'PT2M',
  'PT5M',
  'PT10M',
  'PT20M',
  'PT30M',
  'PT1H',
  'PT2H',
  'PT6H',
  'P1D',
]

const isWord = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

/** A value that its control has no form for is typed as YAML. */
function knobValue(value: unknown, type: FieldType): KnobValue {
  if (value === undefined) return null
  if (type.kind === 'value') return value as KnobValue
  return isWord(value) || typeof value === 'boolean'
    ? type.kind === 'text' || type.kind === 'choice'
      ? String(value)
      : (value as KnobValue)
    : null
}

/** Instances beyond these nobody looks for in a list. */
const INSTANCES_MAX = 60

function knownNames(field: string, { scaleSets, dependencies, images, templates }: TimelineNames): string[] {
  switch (field) {
    case 'scaleSet':
      return scaleSets.map(({ name }) => name)
    case 'instance':
      return scaleSets.flatMap(({ name, instances }) =>
        Array.from({ length: Math.min(INSTANCES_MAX, instances) }, (_, number) => `${name}/${number}`),
      )
    case 'region':
      return distinct(scaleSets.map(({ location }) => location))
    case 'zone':
      return distinct(scaleSets.flatMap(({ zones }) => zones)).sort()
    case 'dependency':
      return [...dependencies]
    case 'image':
      return images.map(({ key }) => key)
    case 'template':
      return [...templates]
    default:
      return []
  }
}

function momentsUpTo(durationMs: number): string[] {
  const STEPS = 96
  const MINUTE_MS = 60_000
  const step = Math.max(MINUTE_MS, Math.ceil(durationMs / STEPS / MINUTE_MS) * MINUTE_MS)
  const levels: string[] = []
  for (let ms = 0; ms < durationMs; ms += step) levels.push(formatDuration(ms))
  return levels
}

const SECOND_MS = 1000

/** An entry of this verb that fits the scenario, as far as the scenario has what the verb is about. */
export function newEntry(form: VerbForm, names: TimelineNames, atMs: number): Plain {
  const args = Object.fromEntries(
    Object.entries(form.example).map(([key, value]) => [key, fitting(form.verb, key, value, names)]),
  )
  const takesSet = form.fields.some(({ name }) => name === 'scaleSet')
  const saysWhere = ['instance', 'region'].some((key) => key in args)
  // A demand may be that of all sets.
  const needsSet = takesSet && !saysWhere && names.scaleSets.length > 1 && form.verb !== 'shiftDemand'
  const regions = knownNames('region', names)
  const needsRegion = !takesSet && !saysWhere && 'zone' in args && regions.length > 1
  return {
    at: formatDuration(Math.floor(Math.min(atMs, names.durationMs) / SECOND_MS) * SECOND_MS),
    [form.verb]: {
      ...(needsSet ? { scaleSet: names.scaleSets[0]!.name } : {}),
      ...(needsRegion ? { region: regions[0] } : {}),
      ...args,
    },
  }
}

function fitting(verb: string, key: string, example: unknown, names: TimelineNames): unknown {
  const [image] = names.images
  if (key === 'version' && image !== undefined)
    return verb === 'publishImageVersion' ? nextVersion(image.versions, 'Latest') : (image.versions.at(-1) ?? example)
  if (key === 'targetRegions') return knownNames('region', names)
  if (key === 'capacity') return (names.scaleSets[0]?.instances ?? 0) + 2
  return knownNames(key, names)[0] ?? example
}

/** @throws RangeError when the text is not YAML */
export function addEntry(text: string, entry: Plain): string {
  return setInYaml(text, ['timeline', readEntries(text)?.length ?? 0], entry)
}

/** @throws RangeError when the text is not YAML */
export const removeEntry = (text: string, index: number): string => removeFromYaml(text, ['timeline', index])

/** The entry with another verb, at the moment it had. @throws RangeError when the text is not YAML */
export function changeVerb(text: string, index: number, form: VerbForm, names: TimelineNames): string {
  const at = plain(readEntries(text)?.[index]?.entry)['at']
  const entry = newEntry(form, names, 0)
  return setInYaml(text, ['timeline', index], at === undefined ? entry : { ...entry, at })
}

/** A value as `readValue` reads it: a member or an item a line. */
export const valueText = (value: unknown): string =>
  value === null || value === undefined ? '' : stringify(value, { lineWidth: 0, version: '1.2' }).trimEnd()

/** A value typed as YAML, nothing being null; or why it is none, and where. */
export function readValue(typed: string): { readonly value: unknown } | { readonly error: string } {
  const lines = new LineCounter()
  const document = parseDocument(typed, { version: '1.2', merge: false, prettyErrors: false, lineCounter: lines })
  const [mistake] = document.errors
  if (mistake === undefined) {
    try {
      return { value: plainOf(document) ?? null }
    } catch (error) {
      return { error: (error as Error).message }
    }
  }
  const { line, col } = lines.linePos(Math.min(mistake.pos[0], typed.length))
  return { error: `line ${line}, column ${col}: ${mistake.message}` }
}
