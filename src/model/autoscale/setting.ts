/**
 * An autoscale setting of a scale set, `Microsoft.Insights/autoscaleSettings`, with every default applied. Names as in the
 * REST API; durations in ms, counts and thresholds as numbers. Fleet sheet, section 4.
 */
export interface AutoscaleSetting {
  readonly name: string
  /** One that is switched off changes nothing. */
  readonly enabled: boolean
  /** The scale set that `targetResourceUri` names. */
  readonly scaleSet: string
  /** In order of declaration. At least one. */
  readonly profiles: readonly AutoscaleProfile[]
  readonly predictive: PredictivePolicy
}

export interface AutoscaleProfile {
  readonly name: string
  /** Bounds are inclusive (AS-11); `default` is a floor for when metrics are missing (AS-40). */
  readonly capacity: { readonly minimum: number; readonly maximum: number; readonly default: number }
  /** In order of declaration; may be empty. */
  readonly rules: readonly AutoscaleRule[]
  readonly when: ProfileTime
  /** As declared; what is shown of a profile with a time, and nothing else, depends on it. */
  readonly timeZone?: string
}

/**
 * When a profile holds. A run begins on Monday, 2026-01-05 at 00:00, on the clock of the profile's own time zone: no two zones
 * are told apart, as nobody else in a run has a calendar. AS-02, AS-03.
 *
 * `recurrence`: moments of the week at which it begins, ms after Monday 00:00, ascending. `fixedDate`: ms from the start of
 * the run, negative before it; the end does not belong to it.
 */
export type ProfileTime =
  | { readonly kind: 'default' }
  | { readonly kind: 'recurrence'; readonly startsMs: readonly number[] }
  | { readonly kind: 'fixedDate'; readonly startMs: number; readonly endMs: number }

export interface AutoscaleRule {
  readonly metricTrigger: MetricTrigger
  readonly scaleAction: ScaleAction
}

export const STATISTICS = ['Average', 'Min', 'Max', 'Sum', 'Count'] as const
export const TIME_AGGREGATIONS = ['Average', 'Minimum', 'Maximum', 'Total', 'Count', 'Last'] as const
export const METRIC_OPERATORS = [
  'Equals',
  'NotEquals',
  'GreaterThan',
  'GreaterThanOrEqual',
  'LessThan',
  'LessThanOrEqual',
] as const
export const SCALE_DIRECTIONS = ['None', 'Increase', 'Decrease'] as const
/** `ServiceAllowedNextValue` is for resources that come in fixed steps; a scale set takes any count. */
export const SCALE_TYPES = ['ChangeCount', 'PercentChangeCount', 'ExactCount'] as const
export const SCALE_MODES = ['Disabled', 'ForecastOnly', 'Enabled'] as const

export type MetricOperator = (typeof METRIC_OPERATORS)[number]

export interface MetricTrigger {
  readonly metricName: string
  /** The scale set whose metric it is, mostly the target; null: a resource that the scenario does not hold. */
  readonly metricSet: string | null
  readonly timeGrainMs: number
  /** Combines the instances, grain by grain. */
  readonly statistic: (typeof STATISTICS)[number]
  readonly timeWindowMs: number
  /** Combines the grains of the window. */
  readonly timeAggregation: (typeof TIME_AGGREGATIONS)[number]
  readonly operator: MetricOperator
  readonly threshold: number
  readonly dividePerInstance: boolean
}

export interface ScaleAction {
  /** `None` comes with `ExactCount` (`az monitor autoscale rule create --scale to 5`): in whichever direction that count lies. */
  readonly direction: (typeof SCALE_DIRECTIONS)[number]
  readonly type: (typeof SCALE_TYPES)[number]
  /** Instances, or percent of them. */
  readonly value: number
  readonly cooldownMs: number
}

export interface PredictivePolicy {
  readonly scaleMode: (typeof SCALE_MODES)[number]
  /** How far ahead of a predicted crossing it may act (AS-52). */
  readonly lookAheadMs: number
}

export const OPERATOR_SIGNS: Readonly<Record<MetricOperator, string>> = {
  Equals: '==',
  NotEquals: '!=',
  GreaterThan: '>',
  GreaterThanOrEqual: '>=',
  LessThan: '<',
  LessThanOrEqual: '<=',
}

/** Rules that a forecast may make true: for scale-out, on Percentage CPU by Average. AS-50. */
export function isPredictable({ metricTrigger, scaleAction }: AutoscaleRule): boolean {
  const { metricName, statistic, timeAggregation } = metricTrigger
  return (
    scaleAction.direction === 'Increase' &&
    isCpu(metricName) &&
    statistic === 'Average' &&
    timeAggregation === 'Average'
  )
}

export const isCpu = (metricName: string): boolean => metricName.toLowerCase() === 'percentage cpu'

/** Used memory in percent as the guest tells it, on Linux and on Windows. */
const MEMORY_USED = [
  'percentagememory',
  'memorypercentage',
  'builtinmemorypercentusedmemory',
  'memorypercentusedmemory',
  'memorycommittedbytesinuse',
]

/** Whether a metric tells how much memory is used or how much is left, in percent; null: neither. */
export function memoryReading(metricName: string): 'used' | 'available' | null {
  const name = metricName.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (name === 'availablememorypercentage') return 'available'
  return MEMORY_USED.includes(name) ? 'used' : null
}

/** Metrics of a queue, which autoscale always takes per instance (AS-05). */
const QUEUE_LENGTHS = [
  'activemessagecount',
  'messagecount',
  'approximatemessagecount',
  'queuemessagecount',
  'queuelength',
]

export const isQueueLength = (metricName: string): boolean =>
  QUEUE_LENGTHS.includes(metricName.toLowerCase().replaceAll(/[^a-z]/g, ''))
