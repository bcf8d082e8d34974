import type { AutoscaleProfile, AutoscaleRule, AutoscaleSetting } from '../../model/autoscale/setting.ts'
import { formatDuration } from '../../model/duration.ts'
import { WEEKDAYS } from '../../model/scenario/calendar.ts'
import type { RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { type AzureError, notFound } from './azure-error.ts'
import { armTime } from './clock.ts'
import { autoscaleSettingId, scaleSetId } from './identity.ts'
import type { Row } from './table.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** `GET …/autoscalesettings/{name}`. ARM shapes, section 2.7: counts are text. */
export interface AutoscaleSettingResource {
  readonly id: string
  readonly name: string
  readonly type: 'Microsoft.Insights/autoscaleSettings'
  readonly location: string
  readonly tags: Readonly<Record<string, string>>
  readonly properties: {
    readonly profiles: readonly ShownProfile[]
    readonly enabled: boolean
    readonly predictiveAutoscalePolicy?: { readonly scaleMode: string; readonly scaleLookAheadTime: string }
    readonly name: string
    readonly targetResourceUri: string
  }
}

interface ShownProfile {
  readonly name: string
  readonly capacity: { readonly minimum: string; readonly maximum: string; readonly default: string }
  readonly rules: readonly ReturnType<typeof shownRule>[]
  readonly fixedDate?: { readonly timeZone: string; readonly start: string; readonly end: string }
  readonly recurrence?: {
    readonly frequency: 'Week'
    readonly schedule: {
      readonly timeZone: string
      readonly days: readonly string[]
      readonly hours: readonly number[]
      readonly minutes: readonly number[]
    }
  }
}

/** The setting that acts on the set; it does not change during a run. */
export function autoscaleSetting(run: RunSnapshot, set: ScaleSetSnapshot): AutoscaleSettingResource | AzureError {
  const setting = run.autoscaleSettings.find(({ scaleSet }) => scaleSet === set.name)
  if (setting === undefined) return notFound(`No autoscale setting acts on ${set.name}.`)
  const { predictive } = setting
  const ids = new Map(run.scaleSets.map(({ name, model }) => [name, scaleSetId(run.scenario, model)]))
  return {
    id: autoscaleSettingId(run.scenario, setting.name),
    name: setting.name,
    type: 'Microsoft.Insights/autoscaleSettings',
    location: set.model.location,
    tags: {},
    properties: {
      profiles: setting.profiles.map((profile) => shownProfile(profile, setting, ids)),
      enabled: setting.enabled,
      ...(predictive.scaleMode === 'Disabled'
        ? {}
        : {
            predictiveAutoscalePolicy: {
              scaleMode: predictive.scaleMode,
              scaleLookAheadTime: formatDuration(predictive.lookAheadMs),
            },
          }),
      name: setting.name,
      targetResourceUri: ids.get(setting.scaleSet)!,
    },
  }
}

function shownProfile(
  { name, capacity, rules, when, timeZone = 'UTC' }: AutoscaleProfile,
  setting: AutoscaleSetting,
  ids: ReadonlyMap<string, string>,
): ShownProfile {
  return {
    name,
    capacity: {
      minimum: String(capacity.minimum),
      maximum: String(capacity.maximum),
      default: String(capacity.default),
    },
    rules: rules.map((rule) => shownRule(rule, ids.get(rule.metricTrigger.metricSet ?? setting.scaleSet) ?? '')),
    ...(when.kind === 'fixedDate'
      ? { fixedDate: { timeZone, start: armTime(when.startMs), end: armTime(when.endMs) } }
      : {}),
    ...(when.kind === 'recurrence'
      ? { recurrence: { frequency: 'Week' as const, schedule: { timeZone, ...schedule(when.startsMs) } } }
      : {}),
  }
}

/** Days, hours and minutes whose every combination is one of the moments: they were declared so. */
function schedule(startsMs: readonly number[]) {
  const distinct = (of: (ms: number) => number) => [...new Set(startsMs.map(of))].sort((a, b) => a - b)
  return {
    days: distinct((ms) => Math.floor(ms / DAY_MS)).map((day) => WEEKDAYS[day]!),
    hours: distinct((ms) => Math.floor((ms % DAY_MS) / HOUR_MS)),
    minutes: distinct((ms) => Math.floor((ms % HOUR_MS) / 60_000)),
  }
}

function shownRule({ metricTrigger, scaleAction }: AutoscaleRule, metricResourceUri: string) {
  const { metricName, statistic, timeAggregation, operator, threshold, dividePerInstance } = metricTrigger
  return {
    metricTrigger: {
      metricName,
      metricResourceUri,
      timeGrain: formatDuration(metricTrigger.timeGrainMs),
      statistic,
      timeWindow: formatDuration(metricTrigger.timeWindowMs),
      timeAggregation,
      operator,
      threshold,
      dimensions: [],
      dividePerInstance,
    },
    scaleAction: {
      direction: scaleAction.direction,
      type: scaleAction.type,
      value: String(scaleAction.value),
      cooldown: formatDuration(scaleAction.cooldownMs),
    },
  }
}

export const autoscaleSettingRows = ({ name, properties }: AutoscaleSettingResource): Row[] =>
  properties.profiles.map((profile) => ({
    Name: name,
    Enabled: properties.enabled,
    Profile: profile.name,
    Minimum: profile.capacity.minimum,
    Maximum: profile.capacity.maximum,
    Default: profile.capacity.default,
    Rules: profile.rules.length,
  }))
