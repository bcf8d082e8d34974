import { z } from 'zod'
import {
  type AutoscaleProfile,
  type AutoscaleRule,
  type AutoscaleSetting,
  isPredictable,
  METRIC_OPERATORS,
  type MetricTrigger,
  type PredictivePolicy,
  SCALE_DIRECTIONS,
  SCALE_MODES,
  SCALE_TYPES,
  type ScaleAction,
  STATISTICS,
  TIME_AGGREGATIONS,
} from '../autoscale/setting.ts'
import { findSymbolic, hintFor } from '../declare/symbolic.ts'
import { formatDuration, parseDuration } from '../duration.ts'
import type { Finding } from '../finding.ts'
import { tellDimensions, tellMetrics, tellMetricsElsewhere, tellProfiles, unplayed } from './autoscale-findings.ts'
import {
  FIXED_DATE_SHAPE,
  fixedDateBody,
  RECURRENCE_SHAPE,
  readTime,
  recurrenceBody,
  timeZoneOfProfile,
} from './autoscale-profile-time.ts'
import { type BodyShape, body, canonicalBody, ENVELOPE, list, namedEntries, readBody, value, word } from './body.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { show } from './issues.ts'
import { sameName } from './names.ts'
import { nameHint } from './nearest.ts'
import { numberOf } from './numeric-text.ts'
import { durationSchema } from './schema-parts.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const PROFILES_MAX = 20
const RULES_MAX = 10
const COUNT_MAX = 1000
/** What portal and command line offer where REST knows no default. */
const DEFAULT_GRAIN_MS = MINUTE_MS
const DEFAULT_WINDOW_MS = 10 * MINUTE_MS
const DEFAULT_LOOK_AHEAD_MS = 5 * MINUTE_MS

const TRIGGER_SHAPE: BodyShape = {
  members: {
    metricName: value,
    metricResourceUri: value,
    timeGrain: value,
    statistic: word(STATISTICS),
    timeWindow: value,
    timeAggregation: word(TIME_AGGREGATIONS),
    operator: word(METRIC_OPERATORS),
    threshold: value,
    dimensions: value,
    dividePerInstance: value,
  },
  ignored: ['metricNamespace', 'metricResourceLocation'],
}

const PROFILE_SHAPE: BodyShape = {
  members: {
    name: value,
    capacity: body({ members: { minimum: value, maximum: value, default: value } }),
    rules: list(
      body({
        members: {
          metricTrigger: body(TRIGGER_SHAPE),
          scaleAction: body({
            members: {
              direction: word(SCALE_DIRECTIONS),
              type: word([...SCALE_TYPES, 'ServiceAllowedNextValue']),
              value,
              cooldown: value,
            },
          }),
        },
      }),
    ),
    fixedDate: body(FIXED_DATE_SHAPE),
    recurrence: body(RECURRENCE_SHAPE),
  },
}

const IGNORED = [...ENVELOPE, 'namePropertiesName', 'location', 'notifications', 'targetResourceLocation']

/** The top level alone, to lay one body over another. */
export const AUTOSCALE_TOP_SHAPE: BodyShape = {
  lifted: ['properties'],
  members: { enabled: value, targetResourceUri: value, profiles: value, predictiveAutoscalePolicy: value },
  ignored: IGNORED,
}

const SETTING_SHAPE: BodyShape = {
  ...AUTOSCALE_TOP_SHAPE,
  members: {
    ...AUTOSCALE_TOP_SHAPE.members,
    profiles: list(body(PROFILE_SHAPE)),
    predictiveAutoscalePolicy: body({ members: { scaleMode: word(SCALE_MODES), scaleLookAheadTime: value } }),
  },
}

/** Azure prints counts and thresholds as text, and takes both. */
const numeric = z.union([z.number(), z.string()], { error: 'a number' })
const flag = z.union([z.boolean(), z.enum(['true', 'false', 'True', 'False'])], { error: 'true or false' })

const settingBody = z.strictObject({
  enabled: flag.optional(),
  targetResourceUri: z.string().min(1).optional(),
  profiles: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        capacity: z.strictObject({ minimum: numeric, maximum: numeric, default: numeric.optional() }),
        rules: z
          .array(
            z.strictObject({
              metricTrigger: z.strictObject({
                metricName: z.string().min(1),
                metricResourceUri: z.string().optional(),
                timeGrain: durationSchema.optional(),
                statistic: z.enum(STATISTICS).optional(),
                timeWindow: durationSchema.optional(),
                timeAggregation: z.enum(TIME_AGGREGATIONS).optional(),
                operator: z.enum(METRIC_OPERATORS),
                threshold: numeric,
                dimensions: z.array(z.unknown()).optional(),
                dividePerInstance: flag.optional(),
              }),
              scaleAction: z.strictObject({
                direction: z.enum(SCALE_DIRECTIONS),
                type: z.enum([...SCALE_TYPES, 'ServiceAllowedNextValue']).optional(),
                value: numeric.optional(),
                cooldown: durationSchema,
              }),
            }),
          )
          .optional(),
        fixedDate: fixedDateBody.optional(),
        recurrence: recurrenceBody.optional(),
      }),
    )
    .min(1),
  predictiveAutoscalePolicy: z
    .strictObject({ scaleMode: z.enum(SCALE_MODES), scaleLookAheadTime: durationSchema.optional() })
    .optional(),
})

export type RawSetting = z.infer<typeof settingBody>
type RawProfile = RawSetting['profiles'][number]
type RawRule = NonNullable<RawProfile['rules']>[number]

export interface AutoscaleOptions {
  /** The assumption `metricLag`, ms: a window must reach back farther (fleet sheet 4.1). */
  readonly metricLagMs: number
  /** Length of the run; null: nothing is played, a file is only looked at. */
  readonly durationMs: number | null
  /** Whether the scenario says anything about demand. */
  readonly hasDemand: boolean
  /** Whether a metric of a set follows from it; null: of the target. */
  readonly plays: (metricName: string, scaleSet: string | null) => boolean
  /** Names of settings that come from a file, and not from the scenario. */
  readonly importedNames: readonly string[]
}

/** One setting on its way: where its parts stand, and how to say that one is wrong. */
interface Reading {
  readonly options: AutoscaleOptions
  readonly wrong: (
    code: 'E0152' | 'E0153' | 'E0154' | 'E0155' | 'E0156' | 'E0157',
    at: Path,
    message: string,
    hint: string,
  ) => void
}

/**
 * The autoscale settings of a scenario, every default applied, in order of declaration. `raw` is the value of
 * `azure.autoscaleSettings`, imported ones among them. What is wrong is reported with its place and left out; an imported
 * one that hangs on an unknown parameter, or that acts on something else than a set of the scenario, is a finding.
 */
export function buildAutoscaleSettings(
  raw: unknown,
  context: LoadContext,
  options: AutoscaleOptions,
): { settings: AutoscaleSetting[]; findings: Finding[] } {
  const settings: AutoscaleSetting[] = []
  const findings: Finding[] = []
  for (const [name, path, written] of namedEntries(raw, ['azure', 'autoscaleSettings'], context.source)) {
    if (!context.sound(path)) continue
    const top = canonicalBody(written, path, AUTOSCALE_TOP_SHAPE).document
    const unknown = findSymbolic([top['enabled'], top['profiles'], top['predictiveAutoscalePolicy']])
    if (unknown !== undefined) {
      const evidence = [
        `It depends on ${unknown.expression}: ${unknown.reason}.`,
        'It is not played: the capacity moves as if the setting were not there.',
      ]
      const fix = hintFor(unknown, `azure.autoscaleSettings.${name}`)
      findings.push(unplayed(name, path, context, 'An autoscale setting that is not known offline', evidence, fix))
      continue
    }
    const setting = toSetting(name, written, path, context, options, findings)
    if (setting === undefined) continue
    const other = settings.find(({ scaleSet }) => scaleSet === setting.scaleSet)
    if (other === undefined) settings.push(setting)
    else
      context.source.report('E0151', path, `${name} and ${other.name} both act on ${setting.scaleSet}`, {
        place: context.source.keyPlaceOf(path),
        hint: 'a resource has one autoscale setting; keep one of them',
      })
  }
  return { settings, findings }
}

function toSetting(
  name: string,
  raw: unknown,
  path: Path,
  context: LoadContext,
  options: AutoscaleOptions,
  findings: Finding[],
): AutoscaleSetting | undefined {
  const { source } = context
  const { value: read, originOf } = readBody(raw, path, SETTING_SHAPE, settingBody, source)
  if (read === undefined) return undefined
  const scaleSet = targetOf(name, read.targetResourceUri, path, originOf, context, options, findings)
  let isSound = true
  const reading: Reading = {
    options,
    wrong: (code, at, message, hint) => {
      isSound = false
      source.report(code, originOf(at), message, { hint })
    },
  }
  if (read.profiles.length > PROFILES_MAX)
    reading.wrong('E0153', ['profiles'], `${read.profiles.length} profiles`, `at most ${PROFILES_MAX} are taken`)
  const profiles = read.profiles.map((profile, index) => readProfile(profile, ['profiles', index], read, reading))
  const predictive = readPredictive(read, profiles, reading)
  if (!isSound || scaleSet === undefined) return undefined
  // Absent counts as on, as in every published example.
  const enabled = read.enabled === undefined ? true : isTrue(read.enabled)
  if (enabled) {
    tellDimensions(name, read, originOf, context, findings)
    tellMetrics(name, scaleSet, read, originOf, context, options, findings)
    tellProfiles(name, read, profiles, originOf, context, options, findings)
  }
  const resolved = profiles.map((profile) => resolveMetrics(profile, scaleSet, context))
  if (enabled) tellMetricsElsewhere(name, read, resolved, originOf, context, findings)
  return { name, enabled, scaleSet, profiles: resolved, predictive }
}

/** `…/virtualMachineScaleSets/web`, or just `web`. With a single set it may be left out. */
function targetOf(
  name: string,
  written: string | undefined,
  path: Path,
  originOf: (path: Path) => Path,
  context: LoadContext,
  options: AutoscaleOptions,
  findings: Finding[],
): string | undefined {
  const { scaleSetNames, source } = context
  if (written === undefined) {
    if (scaleSetNames.length > 1)
      source.report('E0150', path, `targetResourceUri of ${name} is missing`, {
        place: source.keyPlaceOf(path),
        hint: `name one of ${scaleSetNames.join(', ')}`,
      })
    return scaleSetNames.length === 1 ? scaleSetNames[0] : undefined
  }
  const found = setOfUri(written, scaleSetNames)
  // Without any set that has been said already.
  if (found !== undefined || scaleSetNames.length === 0) return found
  const told = written.split('/').at(-1) ?? written
  if (options.importedNames.some((known) => sameName(known, name))) {
    const evidence = [`It acts on ${written}, which is no scale set of the scenario, so it changes nothing here.`]
    findings.push(unplayed(name, path, context, 'An autoscale setting for something else', evidence))
    return undefined
  }
  const message = `${name} acts on ${told}, which is no declared scale set`
  source.report('E0150', originOf(['targetResourceUri']), message, nameHint(told, scaleSetNames))
  return undefined
}

/** The declared set a resource id or a plain name means. */
function setOfUri(uri: string, scaleSetNames: readonly string[]): string | undefined {
  const isPlainName = !uri.includes('/')
  return scaleSetNames.find((known) =>
    isPlainName ? sameName(known, uri) : uri.toLowerCase().endsWith(`/virtualmachinescalesets/${known.toLowerCase()}`),
  )
}

function readProfile(raw: RawProfile, at: Path, setting: RawSetting, reading: Reading): AutoscaleProfile {
  const count = (key: 'minimum' | 'maximum' | 'default', fallback: number): number => {
    const written = raw.capacity[key]
    if (written === undefined) return fallback
    const number = numberOf(written)
    if (Number.isInteger(number) && number >= 0 && number <= COUNT_MAX) return number
    const message = `${key} must be a whole number from 0 to ${COUNT_MAX}, got ${show(written)}`
    reading.wrong('E0152', [...at, 'capacity', key], message, 'write for example "3"')
    return Number.NaN
  }
  const minimum = count('minimum', 0)
  const maximum = count('maximum', minimum)
  const capacity = { minimum, maximum, default: count('default', minimum) }
  const order = 'minimum <= default <= maximum'
  if (minimum > maximum)
    reading.wrong('E0152', [...at, 'capacity', 'minimum'], `minimum ${minimum} is above maximum ${maximum}`, order)
  // A count that is no number has been reported, and compares as false.
  else if (Number.isInteger(minimum + maximum) && (capacity.default < minimum || capacity.default > maximum)) {
    const message = `default ${capacity.default} is not between ${minimum} and ${maximum}`
    reading.wrong('E0152', [...at, 'capacity', 'default'], message, order)
  }
  if (setting.profiles.findIndex((other) => other.name === raw.name) !== at.at(-1)) {
    const message = `a second profile is named ${show(raw.name)}`
    reading.wrong('E0153', [...at, 'name'], message, 'give each profile a name of its own')
  }
  const timeZone = timeZoneOfProfile(raw)
  const rules = raw.rules ?? []
  if (rules.length > RULES_MAX)
    reading.wrong('E0153', [...at, 'rules'], `${rules.length} rules in a profile`, `at most ${RULES_MAX} are taken`)
  return {
    name: raw.name,
    capacity,
    rules: rules.map((rule, index) => readRule(rule, [...at, 'rules', index], reading)),
    when: readTime(raw, at, reading),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}

function readRule(raw: RawRule, at: Path, reading: Reading): AutoscaleRule {
  const { metricTrigger: trigger, scaleAction: action } = raw
  const { metricLagMs } = reading.options
  const wrong = (key: string, message: string, hint: string) =>
    reading.wrong('E0154', [...at, 'metricTrigger', key], message, hint)
  const within = (key: 'timeGrain' | 'timeWindow', fallback: number, minMs: number): number => {
    const ms = durationOf(trigger[key], fallback)
    if (ms < minMs || ms > 12 * HOUR_MS) {
      const message = `${key} must be from ${formatDuration(minMs)} to PT12H, got ${String(trigger[key])}`
      wrong(key, message, 'a metric is sampled once a minute at best')
    }
    return ms
  }
  const timeGrainMs = within('timeGrain', DEFAULT_GRAIN_MS, MINUTE_MS)
  const timeWindowMs = within('timeWindow', Math.max(DEFAULT_WINDOW_MS, timeGrainMs), 5 * MINUTE_MS)
  const [grain, window] = [formatDuration(timeGrainMs), formatDuration(timeWindowMs)]
  if (timeGrainMs > timeWindowMs)
    wrong('timeGrain', `a grain of ${grain} does not fit into a window of ${window}`, 'write a longer timeWindow')
  if (timeWindowMs >= 5 * MINUTE_MS && timeWindowMs <= metricLagMs) {
    const delay = formatDuration(metricLagMs)
    const message = `a window of ${window} is not longer than the delay of the metric, ${delay}`
    wrong('timeWindow', message, 'write a longer timeWindow')
  }
  const threshold = numberOf(trigger.threshold)
  if (!Number.isFinite(threshold))
    wrong('threshold', `threshold must be a number, got ${show(trigger.threshold)}`, 'write for example 70')
  const metricTrigger: MetricTrigger = {
    metricName: trigger.metricName,
    // As written; `resolveMetrics` makes a name of it.
    metricSet: trigger.metricResourceUri ?? null,
    timeGrainMs,
    statistic: trigger.statistic ?? 'Average',
    timeWindowMs,
    timeAggregation: trigger.timeAggregation ?? 'Average',
    operator: trigger.operator,
    threshold,
    dividePerInstance: trigger.dividePerInstance !== undefined && isTrue(trigger.dividePerInstance),
  }
  return { metricTrigger, scaleAction: readAction(action, [...at, 'scaleAction'], reading) }
}

function readAction(raw: RawRule['scaleAction'], at: Path, reading: Reading): ScaleAction {
  const wrong = (key: string, message: string, hint: string) => reading.wrong('E0155', [...at, key], message, hint)
  const type = raw.type ?? 'ChangeCount'
  if (type === 'ServiceAllowedNextValue')
    wrong('type', 'ServiceAllowedNextValue is not for scale sets', `write ${SCALE_TYPES.join(', ')}`)
  if (raw.direction === 'None' && type !== 'ExactCount')
    wrong('direction', `direction None says nothing with ${type}`, 'write Increase or Decrease, or type ExactCount')
  const value = numberOf(raw.value ?? 1)
  if (!Number.isInteger(value) || value < 1 || value > COUNT_MAX)
    wrong(
      'value',
      `value must be a whole number from 1 to ${COUNT_MAX}, got ${show(raw.value)}`,
      'write for example "1"',
    )
  const cooldownMs = durationOf(raw.cooldown, 0)
  if (cooldownMs < MINUTE_MS || cooldownMs > 7 * DAY_MS)
    wrong('cooldown', `cooldown must be from PT1M to P7D, got ${raw.cooldown}`, 'write for example PT5M')
  return { direction: raw.direction, type: type as ScaleAction['type'], value, cooldownMs }
}

/** AS-50: prediction needs a rule for scale-out on Percentage CPU by Average. */
function readPredictive(
  { predictiveAutoscalePolicy: policy }: RawSetting,
  profiles: readonly AutoscaleProfile[],
  reading: Reading,
): PredictivePolicy {
  const at: Path = ['predictiveAutoscalePolicy']
  const lookAheadMs = durationOf(policy?.scaleLookAheadTime, DEFAULT_LOOK_AHEAD_MS)
  const scaleMode = policy?.scaleMode ?? 'Disabled'
  if (scaleMode === 'Disabled') return { scaleMode, lookAheadMs }
  if (lookAheadMs < MINUTE_MS || lookAheadMs > HOUR_MS) {
    const message = `scaleLookAheadTime must be from PT1M to PT1H, got ${String(policy?.scaleLookAheadTime)}`
    reading.wrong('E0157', [...at, 'scaleLookAheadTime'], message, 'the portal offers PT5M to PT1H')
  }
  if (!profiles.some(({ rules }) => rules.some(isPredictable))) {
    const message = 'predictive autoscale needs a rule that scales out on Percentage CPU, Average'
    reading.wrong('E0157', at, message, 'add one, or write scaleMode: Disabled')
  }
  return { scaleMode, lookAheadMs }
}

/** Whose metric a rule looks at, now that the target is known. */
function resolveMetrics(profile: AutoscaleProfile, target: string, { scaleSetNames }: LoadContext): AutoscaleProfile {
  const setOf = (uri: string | null): string | null => {
    if (uri === null || uri === '') return target
    const isScaleSet = /\/virtualmachinescalesets\//i.test(uri) || !uri.includes('/')
    // The queue in front of the instances, say: its length is a metric of the demand on the target.
    return isScaleSet ? (setOfUri(uri, scaleSetNames) ?? null) : target
  }
  return {
    ...profile,
    rules: profile.rules.map((rule) => ({
      ...rule,
      metricTrigger: { ...rule.metricTrigger, metricSet: setOf(rule.metricTrigger.metricSet) },
    })),
  }
}

const durationOf = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : (parseDuration(text) ?? Number.NaN)

const isTrue = (written: boolean | string): boolean => String(written).toLowerCase() === 'true'
