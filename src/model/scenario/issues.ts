import type { z } from 'zod'
import type { DiagnosticId } from '../diagnostic-codes.ts'
import { formatDuration } from '../duration.ts'
import { formatPath, type Path, type SourceDocument } from './document.ts'
import { nameHint, nearest } from './nearest.ts'
import { scenarioSchema } from './schema.ts'
import { DISTRIBUTION_PHRASE, DURATION_PHRASE } from './schema-parts.ts'
import { VERBS } from './schema-timeline.ts'

type Issue = z.core.$ZodIssue

/** Checks the shape of the document; reports every issue and returns the paths that later steps must not rely on. */
export function checkShape(source: SourceDocument): Path[] {
  return checkPart(scenarioSchema, source.value, [], source)
}

/** The same for one value of it, which stands at `base`. */
export function checkPart(schema: z.ZodType, value: unknown, base: Path, source: SourceDocument): Path[] {
  const result = schema.safeParse(value, {
    // The known keys travel in the message: the issue itself does not name its schema.
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      const shape = (issue.inst?._zod.def as { shape?: object } | undefined)?.shape ?? {}
      return Object.keys(shape).join(' ')
    },
  })
  if (result.success) return []
  const broken: Path[] = []
  translateAll(result.error.issues, base, source, broken)
  return broken
}

/** A misspelt key shows up twice, as unknown and as missing; the first tells more, so the second is left out. */
function translateAll(issues: readonly Issue[], base: Path, source: SourceDocument, broken: Path[]): void {
  const misspelt = new Set<string>()
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    for (const key of issue.keys)
      misspelt.add(formatPath([...base, ...(issue.path as Path), nearest(key, issue.message.split(' ')) ?? '']))
  }
  for (const issue of issues) {
    const path: Path = [...base, ...(issue.path as Path)]
    const missing = issue.code !== 'unrecognized_keys' && valueAt(source.value, path) === undefined
    if (missing && misspelt.has(formatPath(path))) broken.push(path)
    else translate(issue, base, source, broken)
  }
}

function translate(issue: Issue, base: Path, source: SourceDocument, broken: Path[]): void {
  const path: Path = [...base, ...(issue.path as Path)]
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) unknownKey(key, path, issue.message, source, broken)
    return
  }
  const branch = issue.code === 'invalid_union' ? closestBranch(issue.errors as Issue[][]) : undefined
  if (branch !== undefined) {
    translateAll(branch, path, source, broken)
    return
  }
  broken.push(path)
  const { code, message, hint } = judge(issue, path, valueAt(source.value, path))
  source.report(code, path, message, hint === undefined ? {} : { hint })
}

/** What no scenario is without. */
const DECLARE =
  'a scenario says what Azure holds: azure: { from: [vmss.json] }, a template or what az vmss show printed, or azure: { scaleSets: … }'

interface Judgement {
  readonly code: DiagnosticId
  readonly message: string
  readonly hint?: string | undefined
}

/** One issue about one value in words: what was expected, what was found, what to write. */
function judge(issue: Issue, path: Path, value: unknown): Judgement {
  const name = path.length === 0 ? 'the scenario' : label(path)
  const found = `got ${show(value)}`
  const missing = (expected: string): Judgement => ({
    code: 'E0102',
    message: `${name} is missing`,
    hint: path.length === 1 && path[0] === 'azure' ? DECLARE : `it is ${expected}`,
  })
  const duration = (): Judgement => ({
    code: 'E0106',
    message: `${name} must be ${issue.message}, ${found}`,
    hint: durationHint(value),
  })
  switch (issue.code) {
    case 'invalid_key': {
      const expected = issue.issues[0]?.message ?? 'a name that fits here'
      return { code: 'E0105', message: `${formatPath(path)}: ${show(path.at(-1))} is not ${expected}` }
    }
    case 'invalid_union': {
      // Nothing fits even from afar: say what is expected instead of choosing a branch for the user.
      if (value === undefined) return missing(issue.message)
      if (issue.message === DISTRIBUTION_PHRASE) return duration()
      const hint = wordHint(value, issue.errors as Issue[][])
      const code = hint === undefined ? 'E0103' : 'E0105'
      return { code, message: `${name} must be ${issue.message}, ${found}`, hint }
    }
    case 'invalid_type': {
      const expected = typeName(issue.expected, issue.message)
      if (value === undefined) return missing(expected)
      if (issue.message === DURATION_PHRASE) return duration()
      const hint = path.length === 0 ? DECLARE : typeHint(issue.expected, value)
      return { code: 'E0103', message: `${name} must be ${expected}, ${found}`, hint }
    }
    case 'invalid_value': {
      const known = issue.values.map(String)
      if (value === undefined) return missing(`one of ${known.join(', ')}`)
      const near = typeof value === 'string' ? nearest(value, known) : undefined
      const hint = near === undefined ? undefined : `did you mean ${near}?`
      return { code: 'E0105', message: `${name} must be one of ${known.join(', ')}, ${found}`, hint }
    }
    case 'too_small': {
      const counted = issue.origin === 'array' || issue.origin === 'string'
      const bound = `${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`
      if (counted && Number(issue.minimum) > 1)
        return { code: 'E0104', message: `${name} must have ${bound} ${COUNTED[issue.origin]}, ${found}` }
      return { code: 'E0104', message: counted ? `${name} must not be empty` : `${name} must be ${bound}, ${found}` }
    }
    case 'too_big': {
      const bound = `${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`
      const things = COUNTED[issue.origin]
      const must = things === undefined ? `must be ${bound}` : `must have ${bound} ${things}`
      return { code: 'E0104', message: `${name} ${must}, ${found}` }
    }
    case 'custom':
      if (issue.message === DURATION_PHRASE) return duration()
      return { code: 'E0104', message: `${name} must have ${issue.message}` }
    default:
      return { code: 'E0104', message: `${name}: ${issue.message}` }
  }
}

/** What a key is called in a message: its own name, and for a list member the list's with the index. */
function label(path: Path): string {
  const last = path[path.length - 1]!
  return typeof last === 'number' ? formatPath(path) : last
}

function unknownKey(key: string, path: Path, knownText: string, source: SourceDocument, broken: Path[]): void {
  const at: Path = [...path, key]
  const place = source.keyPlaceOf(at)
  // Names of assumptions are judged by their own catalogue (E0111).
  if (path.length === 1 && path[0] === 'assumptions') return
  if (path.length === 2 && path[0] === 'timeline') {
    broken.push(path)
    source.report('E0116', at, `unknown verb ${key}`, { place, ...nameHint(key, [...VERBS, 'at']) })
    return
  }
  broken.push(at)
  const known = knownText.split(' ').filter((name) => name !== '' && name !== '$schema')
  const where = path.length === 0 ? '' : ` in ${formatPath(path)}`
  source.report('E0101', at, `unknown key ${key}${where}`, { place, ...nameHint(key, known) })
}

/** The alternative the value was most likely meant to be: of those it fits at the top, the one with the fewest issues. */
function closestBranch(branches: Issue[][]): Issue[] | undefined {
  let best: Issue[] | undefined
  for (const branch of branches) {
    const misfit = branch.some(
      (issue) => issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value'),
    )
    if (misfit) continue
    const onlyForeign = branch.every((issue) => issue.code === 'invalid_type' || issue.code === 'unrecognized_keys')
    // Every key is foreign and every own key is missing: no resemblance at all.
    const missing = branch.filter((issue) => issue.code === 'invalid_type').length
    const foreign = branch.find((issue) => issue.code === 'unrecognized_keys')
    if (onlyForeign && foreign !== undefined && foreign.code === 'unrecognized_keys') {
      const own = foreign.message.split(' ').length
      const near = foreign.keys.some((key) => nearest(key, foreign.message.split(' ')) !== undefined)
      if (missing === own && !near) continue
    }
    if (best === undefined || weightOf(branch) < weightOf(best)) best = branch
  }
  return best
}

function weightOf(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
}

function typeName(expected: string, message: string): string {
  // A message of ours says what is expected; zod's own begins with "Invalid".
  if (!message.startsWith('Invalid')) return message
  switch (expected) {
    case 'string':
      return 'text'
    case 'number':
      return 'a number'
    case 'int':
      return 'a whole number'
    case 'boolean':
      return 'true or false'
    case 'array':
      return 'a list'
    case 'object':
    case 'record':
      return 'a mapping'
    default:
      return expected
  }
}

function typeHint(expected: string, value: unknown): string | undefined {
  if (value === null) return 'leave the key out, or give it a value'
  if (expected === 'array') return `write a list: [${typeof value === 'object' ? '...' : String(value)}]`
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return `quote it: "${value}"`
  if (
    (expected === 'number' || expected === 'int') &&
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value))
  ) {
    return `without quotes: ${Number(value)}`
  }
  return undefined
}

function wordHint(value: unknown, branches: Issue[][]): string | undefined {
  if (typeof value !== 'string') return undefined
  const words = branches.flat().flatMap((issue) => (issue.code === 'invalid_value' ? issue.values.map(String) : []))
  const near = nearest(value, words)
  return near === undefined ? undefined : `did you mean ${near}?`
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
}

/** How to write as ISO 8601 what was probably meant: 2m -> PT2M, pt5m -> PT5M, 5M -> PT5M, 00:02:00 -> PT2M. */
export function durationHint(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
    return `write ${formatDuration(Math.round(value * 1000))} if seconds are meant`
  if (typeof value !== 'string') return 'write for example PT2M'
  const text = value.trim()
  const upper = text.toUpperCase()
  if (isIso(upper)) return text === upper ? 'it must be below P24DT20H' : `write ${upper}`
  const amount = /^(\d+(?:\.\d+)?)\s*([a-z]+?)s?$/i.exec(text)
  const unit = amount ? (UNIT_MS[amount[2]!.toLowerCase()] ?? UNIT_MS[`${amount[2]!.toLowerCase()}s`]) : undefined
  if (amount && unit !== undefined) return `write ${formatDuration(Math.round(Number(amount[1]) * unit))}`
  const clock = /^(\d+):([0-5]\d):([0-5]\d)$/.exec(text)
  if (clock)
    return `write ${formatDuration((Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000)}`
  if (/^\d+$/.test(text)) return `write ${formatDuration(Number(text) * 1000)} if seconds are meant`
  return 'write for example PT2M for two minutes; years and months are not accepted'
}

function isIso(text: string): boolean {
  return /^P(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?$/.test(text) && /\d/.test(text)
}

/** What is counted of values that have a length. */
const COUNTED: Readonly<Record<string, string>> = { array: 'entries', string: 'characters' }

/** A value in a message: short, and recognisable as what was written. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  const isEndless = typeof value === 'number' && !Number.isFinite(value)
  const text = isEndless ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

export function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const segment of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<string | number, unknown>)[segment]
  }
  return here
}
