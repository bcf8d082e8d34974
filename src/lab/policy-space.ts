import { valueRule } from '../model/declare/value-rules.ts'
import { lookUp } from '../model/declare/values.ts'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { formatDuration, parseDuration } from '../model/duration.ts'
import { readDocument } from '../model/scenario/document.ts'
import { applySet } from '../model/scenario/set-option.ts'
import type { Scenario } from '../model/scenario.ts'
import { RandomStreams } from '../sim/kernel/random.ts'
import type { ScenarioSource } from './variant.ts'

/** A value of a policy, as a scenario holds it: a percent, a flag, a duration (`PT2M`), a word. */
export type PolicyValue = number | boolean | string

/** One thing that a policy decides, and the values that are tried for it. */
export interface PolicyField {
  /** Below the scale set: `upgradePolicy.rollingUpgradePolicy.maxSurge`. */
  readonly member: string
  /** Sets that get the value together. */
  readonly scaleSets: readonly string[]
  /** Paths as `--set` takes them, one for each set. */
  readonly paths: readonly string[]
  /** What stands in the scenario, else what the service takes (20, 20, 20, PT0S, false); null where it has no value. */
  readonly declared: PolicyValue | null
  /** What is tried, from least to most; the declared value is among them where it lies within the bounds. */
  readonly levels: readonly PolicyValue[]
}

export interface PolicySpace {
  readonly fields: readonly PolicyField[]
  /** Where the bounds come from: the `vary` of the scenario, or its declared policy. */
  readonly origin: 'vary' | 'default'
}

/** A policy of the space: a value for each field, in their order. The declared one may hold null. */
export type PolicyValues = readonly (PolicyValue | null)[]

/** Tried without a `vary`: what a team turns first, around what it declares. */
const DEFAULT_LEVELS: Readonly<Record<string, readonly PolicyValue[]>> = {
  'upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent': [5, 10, 20, 35, 50],
  'upgradePolicy.rollingUpgradePolicy.maxUnhealthyInstancePercent': [10, 20, 35, 50],
  'upgradePolicy.rollingUpgradePolicy.maxUnhealthyUpgradedInstancePercent': [0, 10, 20, 35],
  'upgradePolicy.rollingUpgradePolicy.pauseTimeBetweenBatches': ['PT0S', 'PT2M', 'PT5M', 'PT10M'],
  'upgradePolicy.rollingUpgradePolicy.prioritizeUnhealthyInstances': [false, true],
  'upgradePolicy.rollingUpgradePolicy.maxSurge': [false, true],
}

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The space of a source: the policy fields of its `vary`, or the default one around what it declares. */
export function policySpaceOf(source: ScenarioSource, set: readonly string[], scenario: Scenario): PolicySpace {
  const document = readDocument(source.text, source.file)
  for (const assignment of set) applySet(document, assignment)
  const { entries, at } = entriesOf(isPlain(document.value) ? document.value['vary'] : undefined)
  const mistakes: Diagnostic[] = []
  const fields = entries.flatMap((entry, index) => {
    const field = fieldOf(entry, scenario)
    if (field === undefined) return []
    if (typeof field !== 'string') return [field]
    const place = document.placeOf([...at[index]!])
    mistakes.push({
      code: 'E0190',
      message: `${String(entry['path'])} cannot be varied: ${field}`,
      place,
      hint: 'write { path: …, from: 5, to: 50 } or { path: …, values: [false, true] }',
    })
    return []
  })
  if (mistakes.length > 0) throw new InputError(mistakes)
  return fields.length > 0 ? { fields, origin: 'vary' } : { fields: defaultFields(scenario), origin: 'default' }
}

/** Every mapping with a `path` in `vary`, be it a list or lists under names, and where each stands. */
function entriesOf(vary: unknown): { entries: Plain[]; at: (string | number)[][] } {
  const entries: Plain[] = []
  const at: (string | number)[][] = []
  const visit = (value: unknown, path: (string | number)[]): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index])
    else if (isPlain(value)) {
      if (typeof value['path'] === 'string') {
        entries.push(value)
        at.push(path)
      } else for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
    }
  }
  visit(vary, ['vary'])
  return { entries, at }
}

/** The field of an entry; undefined: it is about something else; a text: what is wrong with it. */
function fieldOf(entry: Plain, scenario: Scenario): PolicyField | string | undefined {
  const path = String(entry['path'])
  const split = splitPolicyPath(
    path,
    scenario.scaleSets.map(({ model }) => model.name),
  )
  if (split === undefined) return undefined
  const declared = declaredValue(scenario, split.scaleSet, split.member)
  const levels = levelsOf(entry, declared)
  if (typeof levels === 'string') return levels
  return { member: split.member, scaleSets: [split.scaleSet], paths: [path], declared, levels }
}

/**
 * `azure.scaleSets.web.upgradePolicy.mode` -> web, upgradePolicy.mode. Only what a policy holds; the name may stand in
 * brackets, and `properties` of an ARM body in between.
 */
export function splitPolicyPath(
  path: string,
  scaleSets: readonly string[],
): { readonly scaleSet: string; readonly member: string } | undefined {
  for (const scaleSet of [...scaleSets].sort((a, b) => b.length - a.length)) {
    const before = [`azure.scaleSets.${scaleSet}.`, `azure.scaleSets[${scaleSet}].`].find((one) => path.startsWith(one))
    if (before === undefined) continue
    const member = path.slice(before.length).replace(/^properties\./, '')
    if (/^(upgradePolicy|automaticRepairsPolicy)\../.test(member)) return { scaleSet, member }
  }
  return undefined
}

/** What stands in the scenario, else what the service takes there; null where it has no value of its own. RP-1, RP-3, HE-22. */
export function declaredValue(scenario: Scenario, scaleSet: string, member: string): PolicyValue | null {
  const model = scenario.scaleSets.find((set) => set.model.name === scaleSet)?.model
  const { value } = lookUp(model, member.split('.'))
  return isValue(value) ? canonical(value) : (valueRule(member)?.preset ?? null)
}

const isValue = (value: unknown): value is PolicyValue =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'

/** One spelling of a duration, `PT120S` as `PT2M`. */
function canonical(value: PolicyValue): PolicyValue {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined
  return ms === undefined ? value : formatDuration(ms)
}

function levelsOf(entry: Plain, declared: PolicyValue | null): readonly PolicyValue[] | string {
  const { from, to, values } = entry
  if (values !== undefined) {
    if (!Array.isArray(values) || values.length === 0 || !values.every(isValue))
      return 'values is a list of numbers, flags, durations or words'
    return ordered(values.map(canonical))
  }
  if (Number.isInteger(from) && Number.isInteger(to)) {
    const [low, high] = [from as number, to as number]
    if (low > high) return `from ${low} is more than to ${high}`
    return steps(low, high, INTEGER_STEPS, typeof declared === 'number' ? declared : null)
  }
  const [low, high] = [from, to].map((end) => (typeof end === 'string' ? parseDuration(end) : undefined))
  if (low === undefined || high === undefined) return 'from and to are whole numbers or durations'
  if (low > high) return `from ${String(from)} is more than to ${String(to)}`
  const own = typeof declared === 'string' ? (parseDuration(declared) ?? null) : null
  return steps(low, high, DURATION_STEPS, own).map(formatDuration)
}

/** Numbers, durations and flags from least to most, each once; words as they come. */
function ordered(values: readonly PolicyValue[]): PolicyValue[] {
  const weight = (value: PolicyValue) => (typeof value === 'string' ? parseDuration(value) : Number(value))
  const unique = [...new Set(values)]
  if (unique.some((value) => weight(value) === undefined)) return unique
  return unique.sort((a, b) => weight(a)! - weight(b)!)
}

const LEVELS_MAX = 7
const INTEGER_STEPS = [1, 2, 5, 10, 20, 25, 50, 100] as const
const DURATION_STEPS = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
)

/**
 * A range as round values that somebody would choose: the multiples of the smallest step that gives at most seven, both
 * ends, and the declared value where it lies within.
 *
 *   5 to 50 -> 5, 10, 20, 30, 40, 50.   0 to 10 min -> 0, 2, 4, 6, 8, 10 min.
 */
function steps(low: number, high: number, candidates: readonly number[], declared: number | null): number[] {
  const multiples = (step: number) => {
    const found: number[] = []
    for (let value = Math.ceil(low / step) * step; value <= high && found.length <= LEVELS_MAX; value += step)
      found.push(value)
    return found
  }
  const step = candidates.find((one) => multiples(one).length <= LEVELS_MAX)
  const inside = step === undefined ? [] : multiples(step)
  const own = declared !== null && declared >= low && declared <= high ? [declared] : []
  return [...new Set([low, ...inside, ...own, high])].sort((a, b) => a - b)
}

/** The rolling policy of every set that upgrades in batches, all of them alike. */
function defaultFields(scenario: Scenario): PolicyField[] {
  const sets = scenario.scaleSets
    .filter(({ model: { upgradePolicy } }) => {
      const { automaticOSUpgradePolicy: os } = upgradePolicy
      return (
        upgradePolicy.mode === 'Rolling' ||
        (os?.enableAutomaticOSUpgrade === true && os.useRollingUpgradePolicy === true)
      )
    })
    .map(({ model }) => model.name)
  if (sets.length === 0) return []
  return Object.entries(DEFAULT_LEVELS).map(([member, levels]) => {
    const values = new Set(sets.map((name) => declaredValue(scenario, name, member)))
    // Sets that declare different values have no declared value together.
    const declared = values.size === 1 ? [...values][0]! : null
    return {
      member,
      scaleSets: sets,
      paths: sets.map((name) => policyPath(name, member)),
      declared,
      levels: declared === null ? levels : ordered([...levels, declared]),
    }
  })
}

export const policyPath = (scaleSet: string, member: string): string =>
  /^[\w-]+$/.test(scaleSet) ? `azure.scaleSets.${scaleSet}.${member}` : `azure.scaleSets[${scaleSet}].${member}`

export const declaredPolicy = ({ fields }: PolicySpace): PolicyValues => fields.map(({ declared }) => declared)

/** What `--set` needs to turn the scenario into this policy: only what differs from the declaration. */
export function assignmentsOf({ fields }: PolicySpace, values: PolicyValues): string[] {
  return fields.flatMap(({ paths, declared }, index) => {
    const value = values[index]!
    return value === null || value === declared ? [] : paths.map((path) => `${path}=${value}`)
  })
}

export const keyOf = (values: PolicyValues): string => JSON.stringify(values)

/** How many policies the space holds. */
export const sizeOf = ({ fields }: PolicySpace): number => fields.reduce((size, { levels }) => size * levels.length, 1)

/** Every policy of the space, the last field turning fastest. */
export function* gridOf({ fields }: PolicySpace): Generator<PolicyValues> {
  const turn = fields.map(() => 0)
  for (;;) {
    yield fields.map(({ levels }, index) => levels[turn[index]!]!)
    let at = fields.length - 1
    while (at >= 0 && ++turn[at]! === fields[at]!.levels.length) turn[at--] = 0
    if (at < 0) return
  }
}

/**
 * Policies spread evenly over the space, without end and with repetitions: the Halton sequence (one prime a field), each
 * field turned by an amount drawn from the seed, so that no corner is favoured.
 */
export function* spreadOf({ fields }: PolicySpace, seed: number): Generator<PolicyValues> {
  const offsets = fields.map((field, index) =>
    new RandomStreams(seed).stream(`tune/${field.paths[0]}`).uniform(index, 0),
  )
  const primes = firstPrimes(fields.length)
  for (let n = 1; ; n++) {
    yield fields.map(({ levels }, index) => {
      const turned = radicalInverse(n, primes[index]!) + offsets[index]!
      return levels[Math.min(levels.length - 1, Math.floor((turned % 1) * levels.length))]!
    })
  }
}

/** The digits of n in this base, mirrored behind the point: 6 in base 2 is 110, hence 0.011 = 0.375. */
function radicalInverse(n: number, base: number): number {
  let result = 0
  let digit = 1
  for (let rest = n; rest > 0; rest = Math.floor(rest / base)) {
    digit /= base
    result += digit * (rest % base)
  }
  return result
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}

/** Policies that differ in one field by one level, by field, less before more. */
export function neighboursOf({ fields }: PolicySpace, values: PolicyValues): PolicyValues[] {
  return fields.flatMap(({ levels }, index) => {
    const at = levels.indexOf(values[index] as PolicyValue)
    return [levels[at - 1], levels[at + 1]]
      .filter((level) => at >= 0 && level !== undefined)
      .map((level) => values.map((value, other) => (other === index ? level! : value)))
  })
}
