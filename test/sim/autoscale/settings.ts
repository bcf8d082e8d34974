import type {
  AutoscaleProfile,
  AutoscaleRule,
  MetricTrigger,
  ScaleAction,
} from '../../../src/model/autoscale/setting.ts'

/** Settings for rule tests: what a test does not name is as unremarkable as it can be. */

const MINUTE = 60_000

export const trigger = (fields: Partial<MetricTrigger> = {}): MetricTrigger => ({
  metricName: 'Percentage CPU',
  metricSet: 'vmss',
  timeGrainMs: MINUTE,
  statistic: 'Average',
  timeWindowMs: 10 * MINUTE,
  timeAggregation: 'Average',
  operator: 'GreaterThan',
  threshold: 70,
  dividePerInstance: false,
  ...fields,
})

export const action = (fields: Partial<ScaleAction> = {}): ScaleAction => ({
  direction: 'Increase',
  type: 'ChangeCount',
  value: 1,
  cooldownMs: 5 * MINUTE,
  ...fields,
})

type More = Partial<ScaleAction>
type Metric = Partial<MetricTrigger>

/** Out above (or at) a threshold. */
export const out = (threshold: number, more: More = {}, metric: Metric = {}): AutoscaleRule => ({
  metricTrigger: trigger({ threshold, ...metric }),
  scaleAction: action(more),
})

/** In below a threshold. */
export const into = (threshold: number, more: More = {}, metric: Metric = {}): AutoscaleRule => ({
  metricTrigger: trigger({ operator: 'LessThan', threshold, ...metric }),
  scaleAction: action({ direction: 'Decrease', ...more }),
})

export const profile = (
  rules: readonly AutoscaleRule[],
  capacity: Partial<AutoscaleProfile['capacity']> = {},
): AutoscaleProfile => ({
  name: 'default',
  capacity: { minimum: 1, maximum: 100, default: 1, ...capacity },
  rules,
  when: { kind: 'default' },
})
