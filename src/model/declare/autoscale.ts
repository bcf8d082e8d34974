import type { JsonPath } from '../arm/json.ts'
import type { SourcePlace } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import { propertiesOf } from './bodies.ts'
import { isPlain } from './shape.ts'
import { isSymbolic, textOf } from './symbolic.ts'

/** What an autoscale setting means for the size of its target, from its default profile. */
export interface AutoscaleSummary {
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: number
  /** Metric rules over all profiles. */
  readonly rules: number
  readonly enabled: boolean
}

/** A setting as a file holds it; what a run makes of it is `AutoscaleSetting` of the scenario. */
export interface ImportedAutoscale {
  readonly name: string
  /** Text of `targetResourceUri`; what a symbolic one renders to. */
  readonly target: string
  readonly summary: AutoscaleSummary
  /** One line each. */
  readonly lines: readonly string[]
  /** As printed: an ARM body or flattened. May hold `Symbolic` values. */
  readonly body: Readonly<Record<string, unknown>>
  /** Takes a path of `body`. */
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
}

interface Profile {
  readonly name: string
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: number
  readonly rules: number
  /** `Saturday, Sunday 00:00 (Pacific Standard Time)`; absent on the default profile. */
  readonly when?: string
  /** The portal and the command line end a recurring profile with a companion named `{"name": …, "for": …}`. */
  readonly ends?: string
}

/** Reads a setting from REST, a template or command line output. ARM shapes 2.7; numbers may be strings. */
export function readAutoscale(
  body: Readonly<Record<string, unknown>>,
  placeOf: ImportedAutoscale['placeOf'],
): ImportedAutoscale {
  const properties = propertiesOf(body)
  const listed = Array.isArray(properties['profiles']) ? properties['profiles'].filter(isPlain) : []
  const profiles = listed.map(readProfile)
  const fallback = profiles.find((profile) => profile.when === undefined) ?? profiles[0]
  const name = textOf(body['name'] ?? properties['name'] ?? properties['namePropertiesName'] ?? 'autoscale')
  const target = textOf(properties['targetResourceUri'] ?? '')
  const summary: AutoscaleSummary = {
    ...(fallback?.minimum === undefined ? {} : { minimum: fallback.minimum }),
    ...(fallback?.maximum === undefined ? {} : { maximum: fallback.maximum }),
    ...(fallback?.default === undefined ? {} : { default: fallback.default }),
    rules: profiles.reduce((sum, profile) => sum + profile.rules, 0),
    // Absent counts as on, as in every published example.
    enabled: !(properties['enabled'] === false || String(properties['enabled']).toLowerCase() === 'false'),
  }
  return { name, target, summary, lines: describe(name, target, summary, profiles), body, placeOf }
}

/** Whether the setting acts on this scale set: same name at the end of the target, whatever is in front of it. */
export function targets(setting: ImportedAutoscale, scaleSetName: string): boolean {
  return setting.target.toLowerCase().endsWith(`/virtualmachinescalesets/${scaleSetName.toLowerCase()}`)
}

/** Autoscale may leave a set smaller than it was deployed, and every threshold then weighs differently. */
export function belowCapacity(known: {
  readonly setting: string
  readonly scaleSet: string
  readonly capacity: number
  /** Of the profile that goes lowest. */
  readonly minimum: number
  readonly maximum: number
  readonly rules: number
}): Finding[] {
  const { setting, scaleSet, capacity, minimum, maximum, rules } = known
  if (minimum >= capacity || (rules === 0 && maximum >= capacity)) return []
  return [
    {
      code: 'AutoscaleBelowCapacity',
      title: `Autoscale can take the set down to ${minimum}, below the deployed ${capacity}`,
      severity: 'warning',
      where: `${scaleSet}: sku.capacity`,
      evidence: [
        `sku.capacity is ${capacity} and the minimum of ${setting} is ${minimum}.`,
        `One unhealthy instance of ${minimum} weighs more against the thresholds than one of ${capacity}.`,
      ],
      rules: ['AS-02', 'TH-1'],
      confirm: `az monitor autoscale show --resource-group <resource-group> --name ${setting}`,
      fix: `Simulate capacity ${minimum} as well, or raise the minimum.`,
    },
  ]
}

function readProfile(profile: Readonly<Record<string, unknown>>): Profile {
  const capacity = isPlain(profile['capacity']) ? profile['capacity'] : {}
  const [minimum, maximum, fallback] = ['minimum', 'maximum', 'default'].map((name) => countOf(capacity[name]))
  const recurrence = isPlain(profile['recurrence']) ? profile['recurrence'] : undefined
  const schedule = isPlain(recurrence?.['schedule']) ? recurrence['schedule'] : undefined
  const fixed = isPlain(profile['fixedDate']) ? profile['fixedDate'] : undefined
  const name = textOf(profile['name'] ?? 'profile')
  const when =
    schedule !== undefined
      ? recurring(schedule)
      : fixed === undefined
        ? undefined
        : `${String(fixed['start'])} to ${String(fixed['end'])}`
  const ends = companionOf(name)
  return {
    name,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(fallback === undefined ? {} : { default: fallback }),
    rules: Array.isArray(profile['rules']) ? profile['rules'].length : 0,
    ...(when === undefined ? {} : { when }),
    ...(ends === undefined ? {} : { ends }),
  }
}

function recurring(schedule: Readonly<Record<string, unknown>>): string {
  const two = (value: unknown) => String(value ?? 0).padStart(2, '0')
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
  const days = Array.isArray(schedule['days']) ? schedule['days'].join(', ') : 'every day'
  return `${days} ${two(first(schedule['hours']))}:${two(first(schedule['minutes']))} (${String(schedule['timeZone'] ?? 'UTC')})`
}

function companionOf(name: string): string | undefined {
  if (!name.startsWith('{')) return undefined
  try {
    const parsed: unknown = JSON.parse(name)
    return isPlain(parsed) && typeof parsed['for'] === 'string' ? parsed['for'] : undefined
  } catch {
    return undefined
  }
}

function describe(name: string, target: string, summary: AutoscaleSummary, profiles: readonly Profile[]): string[] {
  const set = target.split('/').at(-1)
  const range = (p: { minimum?: number; maximum?: number; default?: number }) =>
    p.minimum !== undefined && p.minimum === p.maximum
      ? `exactly ${p.minimum}`
      : `${p.minimum ?? '?'} to ${p.maximum ?? '?'} instances, default ${p.default ?? '?'}`
  const scheduled = profiles.filter((profile) => profile.when !== undefined)
  const effect =
    summary.rules > 0
      ? `${summary.rules} metric rules`
      : scheduled.length > 0
        ? 'no metric rules, scheduled capacity only'
        : 'no metric rules, it only clamps the capacity'
  const off = summary.enabled ? '' : ' (disabled)'
  return [
    `autoscale setting ${name}${off} for ${set === '' || set === undefined ? 'an unknown target' : set}: ${range(summary)}, ${effect}`,
    ...scheduled.map((profile) =>
      profile.ends === undefined
        ? `autoscale profile ${profile.name}: ${range(profile)} from ${profile.when}`
        : `autoscale profile ${profile.ends} ends ${profile.when}, then ${range(profile)}`,
    ),
  ]
}

function countOf(value: unknown): number | undefined {
  if (isSymbolic(value)) return undefined
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof count === 'number' && Number.isInteger(count) ? count : undefined
}
