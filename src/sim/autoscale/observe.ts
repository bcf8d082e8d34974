import { isQueueLength, type MetricOperator, type MetricTrigger } from '../../model/autoscale/setting.ts'
import type { Grain } from '../metrics.ts'

/** When the window of a rule begins and ends. The metric arrives late, so it lies behind the evaluation. AS-06. */
export function metricWindow(
  nowMs: number,
  timeWindowMs: number,
  lagMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: nowMs - lagMs - timeWindowMs, toMs: nowMs - lagMs }
}

/**
 * The observed value of a rule: grain by grain the instances are combined by `statistic`, the grains of the window by
 * `timeAggregation`, and the result is divided by the instance count under `dividePerInstance`. AS-05.
 *
 *   Two instances at 40 and 60, then 50 and 70: Average/Average 55, Max/Average 65, Sum/Total 220, over 2 instances 110.
 *   A queue of 50 messages and 2 instances: 25, as queue lengths are always by instance.
 *
 * `Count` of the window counts its grains. Null: nothing reported in the window, so there is no value (AS-40).
 */
export function observedValue(grains: readonly Grain[], trigger: MetricTrigger, instanceCount: number): number | null {
  if (grains.length === 0) return null
  const aggregated = aggregate(
    grains.map((grain) => combine(grain, trigger.statistic)),
    trigger.timeAggregation,
  )
  return isDivided(trigger) ? aggregated / Math.max(1, instanceCount) : aggregated
}

function combine(grain: Grain, statistic: MetricTrigger['statistic']): number {
  switch (statistic) {
    case 'Average':
      return grain.average
    case 'Min':
      return grain.minimum
    case 'Max':
      return grain.maximum
    case 'Sum':
      return grain.total
    case 'Count':
      return grain.count
    default:
      return statistic satisfies never
  }
}

/** The window as one number. Values are never empty. */
function aggregate(values: readonly number[], aggregation: MetricTrigger['timeAggregation']): number {
  const total = () => values.reduce((sum, value) => sum + value, 0)
  switch (aggregation) {
    case 'Average':
      return total() / values.length
    case 'Minimum':
      return Math.min(...values)
    case 'Maximum':
      return Math.max(...values)
    case 'Total':
      return total()
    case 'Count':
      return values.length
    case 'Last':
      return values[values.length - 1]!
    default:
      return aggregation satisfies never
  }
}

const isDivided = ({ dividePerInstance, metricName }: MetricTrigger): boolean =>
  dividePerInstance || isQueueLength(metricName)

/**
 * Whether the value is that of one instance, so that fewer instances make it larger: an average over instances, or a value
 * divided by their count. A total does not depend on the count. AS-35.
 */
export function isPerInstance(trigger: MetricTrigger): boolean {
  return isDivided(trigger) || (trigger.statistic === 'Average' && trigger.timeAggregation !== 'Count')
}

/** `value operator threshold`. */
export function isTrue(value: number, operator: MetricOperator, threshold: number): boolean {
  switch (operator) {
    case 'Equals':
      return value === threshold
    case 'NotEquals':
      return value !== threshold
    case 'GreaterThan':
      return value > threshold
    case 'GreaterThanOrEqual':
      return value >= threshold
    case 'LessThan':
      return value < threshold
    case 'LessThanOrEqual':
      return value <= threshold
    default:
      return operator satisfies never
  }
}
