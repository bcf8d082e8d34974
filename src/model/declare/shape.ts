import { closest, distance } from 'fastest-levenshtein'
import { isHealthExtension } from './health-source.ts'
import { DEPLOYMENT_ONLY, DROPPED, HEALTH_SETTINGS, OPEN_NAMES, PROFILE_PARTS, SCALE_SET, type Shape } from './names.ts'
import { isSymbolic } from './symbolic.ts'

export type DeclaredKind =
  | 'armTemplate'
  | 'restResource'
  | 'restList'
  | 'cliOutput'
  | 'cliCreateOutput'
  | 'exampleEnvelope'
  | 'parameterFile'
  | 'unknown'

const FLAT_MARKS = [
  'upgradepolicy',
  'virtualmachineprofile',
  'sku',
  'resourcegroup',
  'osprofile',
  'storageprofile',
  'targetresourceuri',
  'publishingprofile',
  'runningstatus',
  'instanceid',
]
const VIEW_MARKS = ['statuses', 'orchestrationservices', 'statusessummary']

/**
 * Which of the known shapes a parsed document has. ARM shapes, section 0: a template names its schema, REST nests under
 * `properties`, the command line flattens, `create` wraps in `vmss`, and the published examples wrap request and response.
 */
export function detectKind(document: unknown): DeclaredKind {
  if (Array.isArray(document)) {
    const kinds = new Set(document.map(detectKind))
    if (kinds.size !== 1) return 'unknown'
    const [kind] = kinds
    return kind === 'restResource' ? 'restList' : kind === 'cliOutput' ? 'cliOutput' : 'unknown'
  }
  if (!isPlain(document)) return 'unknown'
  const keys = new Map(Object.entries(document).map(([name, value]) => [name.toLowerCase(), value]))
  const schema = keys.get('$schema')
  if (typeof schema === 'string' && /deploymentparameters\.json/i.test(schema)) return 'parameterFile'
  if (typeof schema === 'string' && /deploymenttemplate\.json/i.test(schema)) return 'armTemplate'
  const resources = keys.get('resources')
  if (keys.has('contentversion') && typeof resources === 'object' && resources !== null) return 'armTemplate'
  if (isPlain(keys.get('responses'))) return 'exampleEnvelope'
  const parameters = keys.get('parameters')
  if (
    isPlain(parameters) &&
    keys.size <= 3 &&
    Object.values(parameters).every((p) => isPlain(p) && ('value' in p || 'reference' in p))
  )
    return 'parameterFile'
  if (Array.isArray(keys.get('value'))) return 'restList'
  if (keys.size === 1 && isPlain(keys.get('vmss'))) return 'cliCreateOutput'
  if (isPlain(keys.get('properties'))) return 'restResource'
  if (VIEW_MARKS.some((mark) => Array.isArray(keys.get(mark)))) return 'restResource'
  if (FLAT_MARKS.some((mark) => keys.has(mark))) return 'cliOutput'
  return 'unknown'
}

/** Something about the way a document was written. `recased` and `coerced` are accepted silently (RP-8). */
export interface ShapeNote {
  readonly kind: 'unknownProperty' | 'legacyProperty' | 'recased' | 'coerced'
  /** Dotted path in the flattened document. */
  readonly path: string
  readonly message: string
  readonly hint?: string
}

type Path = readonly (string | number)[]
type Plain = Record<string, unknown>

export interface FlattenedScaleSet {
  readonly document: Plain
  readonly notes: readonly ShapeNote[]
  /** Where a value of the flattened document stood in the document as written; the nearest parent for a path not in it. */
  readonly originOf: (path: Path) => Path
}

/** A name farther away than this is no suggestion. */
const SUGGESTION_DISTANCE = 4

/** One pass over one document; collects notes and where each value came from. */
interface Pass {
  readonly notes: ShapeNote[]
  readonly origins: Map<string, Path>
}

/**
 * The canonical flat document of a scale set, whichever of the shapes it was written in: `properties` levels lifted away,
 * names in the REST spelling, nulls dropped, booleans and numbers as such, older names translated. Unknown names are kept
 * and noted. Symbolic values stay.
 */
export function flattenScaleSet(raw: Readonly<Plain>): FlattenedScaleSet {
  const pass: Pass = { notes: [], origins: new Map() }
  const document = flattenObject(raw, SCALE_SET, [], [], pass)
  return {
    document,
    notes: pass.notes,
    originOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const origin = pass.origins.get(keyOf(path.slice(0, length)))
        if (origin !== undefined) return origin
      }
      return []
    },
  }
}

interface Entry {
  readonly name: string
  readonly value: unknown
  readonly from: Path
}

function flattenObject(
  raw: Readonly<Plain>,
  shape: Shape & { kind: 'object' },
  path: Path,
  from: Path,
  pass: Pass,
): Plain {
  const names = new Map(Object.keys(shape.members).map((name) => [name.toLowerCase(), name]))
  const result: Plain = {}
  for (const entry of translated(entriesOf(raw, shape, from), shape, path, pass)) {
    const lower = entry.name.toLowerCase()
    const name = names.get(lower)
    if (entry.value === null || entry.value === undefined || lower.startsWith('x-')) continue
    if (name === undefined) {
      if (DROPPED.has(lower) || (shape === SCALE_SET && DEPLOYMENT_ONLY.has(lower))) continue
      noteUnknown(entry.name, Object.keys(shape.members), path, pass)
      result[entry.name] = dropNulls(entry.value)
      pass.origins.set(keyOf([...path, entry.name]), entry.from)
      continue
    }
    if (name !== entry.name)
      pass.notes.push({ kind: 'recased', path: dotted([...path, name]), message: `${entry.name} is ${name}` })
    const value = flattenValue(entry.value, shape.members[name]!, [...path, name], entry.from, pass)
    if (value === undefined) continue
    result[name] = mergeParts(result[name], value)
    pass.origins.set(keyOf([...path, name]), entry.from)
  }
  return result
}

/** Own entries first, then those of `properties`, which win: `{ type: 'extensions', properties: { type: … } }`. */
function entriesOf(raw: Readonly<Plain>, shape: Shape & { kind: 'object' }, from: Path): Entry[] {
  const own: Entry[] = []
  const inner: Entry[] = []
  for (const [name, value] of Object.entries(raw)) {
    if (shape.lift && name.toLowerCase() === 'properties' && isPlain(value)) {
      for (const [innerName, innerValue] of Object.entries(value))
        inner.push({ name: innerName, value: innerValue, from: [...from, name, innerName] })
    } else own.push({ name, value, from: [...from, name] })
  }
  const overridden = new Set(inner.filter((e) => e.value !== null).map((entry) => entry.name.toLowerCase()))
  return [...own.filter((entry) => !overridden.has(entry.name.toLowerCase())), ...inner]
}

/** Older and displaced names become today's. ARM shapes, sections 0 and 1. */
function translated(entries: Entry[], shape: Shape & { kind: 'object' }, path: Path, pass: Pass): Entry[] {
  const at = dotted(path)
  if (shape === SCALE_SET) return entries.map((entry) => translateTop(entry, pass))
  if (at === 'upgradePolicy') return entries.map((entry) => translateUpgradePolicy(entry, pass))
  // The command line prints the handler type beside a `type` that is null or the resource type.
  if (path.at(-2) === 'extensions') {
    const typed = entries.find((entry) => entry.name.toLowerCase() === 'typepropertiestype' && entry.value !== null)
    if (typed === undefined) return entries.filter((entry) => entry.name.toLowerCase() !== 'typepropertiestype')
    return [
      ...entries.filter((entry) => !['type', 'typepropertiestype'].includes(entry.name.toLowerCase())),
      { ...typed, name: 'type' },
    ]
  }
  return entries
}

function translateTop(entry: Entry, pass: Pass): Entry {
  const lower = entry.name.toLowerCase()
  if (PROFILE_PARTS.has(lower) && isPlain(entry.value)) {
    pass.notes.push({
      kind: 'legacyProperty',
      path: entry.name,
      message: `${entry.name} stands at the top level, as condensed output prints it; it belongs to virtualMachineProfile`,
      hint: `write virtualMachineProfile.${entry.name}`,
    })
    return { name: 'virtualMachineProfile', value: { [entry.name]: entry.value }, from: entry.from.slice(0, -1) }
  }
  return entry
}

function translateUpgradePolicy(entry: Entry, pass: Pass): Entry {
  const lower = entry.name.toLowerCase()
  if (lower === 'automaticosupgrade') {
    pass.notes.push({
      kind: 'legacyProperty',
      path: 'upgradePolicy.automaticOSUpgrade',
      message: 'automaticOSUpgrade directly under upgradePolicy is the spelling of 2017',
      hint: 'write upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade',
    })
    return {
      ...entry,
      name: 'automaticOSUpgradePolicy',
      value: entry.value === null ? null : { enableAutomaticOSUpgrade: entry.value },
    }
  }
  if (lower === 'autoosupgradepolicy' && isPlain(entry.value)) {
    pass.notes.push({
      kind: 'legacyProperty',
      path: 'upgradePolicy.autoOSUpgradePolicy',
      message: 'autoOSUpgradePolicy is the spelling of 2018',
      hint: 'write upgradePolicy.automaticOSUpgradePolicy.disableAutomaticRollback',
    })
    const disable =
      Object.entries(entry.value).find(([name]) => name.toLowerCase() === 'disableautorollback')?.[1] ?? null
    return { ...entry, name: 'automaticOSUpgradePolicy', value: { disableAutomaticRollback: disable } }
  }
  return entry
}

function flattenValue(value: unknown, shape: Shape, path: Path, from: Path, pass: Pass): unknown {
  if (isSymbolic(value)) return value
  switch (shape.kind) {
    case 'text':
      return typeof value === 'number' ? coerced(String(value), value, path, pass) : value
    case 'number':
      return numberFrom(value, path, pass)
    case 'flag':
      return flagFrom(value, path, pass)
    case 'zones':
      return zonesFrom(value, path, pass)
    case 'oneOf':
      return (
        shape.values.find((known) => typeof value === 'string' && known.toLowerCase() === value.toLowerCase()) ?? value
      )
    case 'free':
      return value
    case 'open':
      return recaseOpen(value)
    case 'list': {
      // A single value where a list is expected stays; the checks name it.
      if (!Array.isArray(value)) return value
      return value.flatMap((member, index) => {
        const inner =
          member === null ? undefined : flattenValue(member, shape.of, [...path, index], [...from, index], pass)
        if (inner !== undefined) pass.origins.set(keyOf([...path, index]), [...from, index])
        return inner === undefined ? [] : [inner]
      })
    }
    case 'object': {
      if (!isPlain(value)) return value
      const object = flattenObject(value, shape, path, from, pass)
      if (path.at(-2) === 'extensions' && isHealthExtension(object) && isPlain(object['settings']))
        object['settings'] = flattenObject(
          object['settings'],
          HEALTH_SETTINGS,
          [...path, 'settings'],
          pass.origins.get(keyOf([...path, 'settings'])) ?? from,
          pass,
        )
      return object
    }
    default:
      return shape satisfies never
  }
}

function numberFrom(value: unknown, path: Path, pass: Pass): unknown {
  if (typeof value !== 'string' || !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return value
  return coerced(Number(value), value, path, pass)
}

function flagFrom(value: unknown, path: Path, pass: Pass): unknown {
  if (typeof value !== 'string') return value
  const lower = value.trim().toLowerCase()
  return lower === 'true' || lower === 'false' ? coerced(lower === 'true', value, path, pass) : value
}

/** Zone names as strings; the empty string and an empty list mean regional, i.e. absent. */
function zonesFrom(value: unknown, path: Path, pass: Pass): unknown {
  const list = Array.isArray(value) ? value : [value]
  const zones = list.filter((zone) => zone !== '' && zone !== null)
  if (zones.length === 0) return undefined
  return zones.map((zone) => (typeof zone === 'number' ? coerced(String(zone), zone, path, pass) : zone))
}

function coerced<T>(result: T, value: unknown, path: Path, pass: Pass): T {
  pass.notes.push({
    kind: 'coerced',
    path: dotted(path),
    message: `${JSON.stringify(value)} is read as ${JSON.stringify(result)}`,
  })
  return result
}

/** Parts the twin does not read: spelling put right, nulls and the command line's `resourceGroup` dropped. */
function recaseOpen(value: unknown): unknown {
  if (isSymbolic(value)) return value
  if (Array.isArray(value)) return value.filter((member) => member !== null).map(recaseOpen)
  if (!isPlain(value)) return value
  const result: Plain = {}
  for (const [name, inner] of Object.entries(value)) {
    if (inner === null || name === 'resourceGroup') continue
    // Templates write reference ids as `Id` as well.
    result[OPEN_NAMES.get(name.toLowerCase()) ?? (name === 'Id' ? 'id' : name)] = recaseOpen(inner)
  }
  return result
}

function noteUnknown(name: string, known: readonly string[], path: Path, pass: Pass): void {
  const nearest = closest(name, [...known])
  const near = nearest !== '' && distance(name.toLowerCase(), nearest.toLowerCase()) <= SUGGESTION_DISTANCE
  pass.notes.push({
    kind: 'unknownProperty',
    path: dotted([...path, name]),
    message: `${dotted([...path, name])} is not a property of a scale set and has no effect`,
    ...(near ? { hint: `write ${nearest}` } : {}),
  })
}

/** Two spellings of one object (condensed parts, both legacy flags) add up; the later one wins on a clash. */
function mergeParts(before: unknown, value: unknown): unknown {
  return isPlain(before) && isPlain(value) ? { ...before, ...value } : value
}

function dropNulls(value: unknown): unknown {
  if (isSymbolic(value) || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(dropNulls)
  return Object.fromEntries(Object.entries(value).flatMap(([n, v]) => (v === null ? [] : [[n, dropNulls(v)]])))
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isSymbolic(value)
}

/** `virtualMachineProfile.extensionProfile.extensions[0].type`. */
export function dotted(path: Path): string {
  return path.reduce<string>(
    (text, segment) =>
      typeof segment === 'number' ? `${text}[${segment}]` : text === '' ? segment : `${text}.${segment}`,
    '',
  )
}

/** The other way round; names of properties carry neither dots nor brackets. */
export function segmentsOf(text: string): (string | number)[] {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((match) => match[2] ?? Number(match[1]))
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}
