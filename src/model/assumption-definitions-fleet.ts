import type { Assumptions, AssumptionText } from './assumptions.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Played<Value> = AssumptionText & {
  readonly values: readonly { readonly value: Value; readonly meaning: string }[]
}

/** Names of the open readings about demand and autoscale. */
export type FleetAssumptionName =
  | 'demandStep'
  | 'surgeIgnoresAutoscaleMax'
  | 'evalInterval'
  | 'metricLag'
  | 'percentRounding'
  | 'cooldownSemantics'
  | 'flexResyncDelay'
  | 'autoscaleDuringUpgrade'
  | 'boundsCooldown'
  | 'scaleOperationTimeout'
  | 'predictiveHistory'
  | 'sameWeekdayWeight'

/** Open readings of how demand moves and how capacity follows it. Defaults: `DEFAULT_ASSUMPTIONS`. */
export const PLAYED_FLEET_ASSUMPTIONS: { readonly [K in FleetAssumptionName]: Played<Assumptions[K]> } = {
  demandStep: {
    kind: 'duration',
    min: 1000,
    rules: ['AS-05'],
    summary:
      'How long a demand that moves smoothly is held at one level, that of the middle of the step. A choice of the twin: metrics come once a minute.',
    values: [
      { value: MINUTE, meaning: 'A level a minute.' },
      { value: 10 * SECOND, meaning: 'Six levels a minute, and six times the events.' },
    ],
    source: 'choice of the twin',
  },
  surgeIgnoresAutoscaleMax: {
    kind: 'boolean',
    rules: ['MS-10'],
    summary: 'Whether replacement instances may lift the set above the maximum of its autoscale profile for a while.',
    values: [
      { value: true, meaning: 'They may.' },
      { value: false, meaning: 'The batch falls back to in place when it would exceed the maximum.' },
    ],
    source: 'undocumented',
  },
  evalInterval: {
    kind: 'duration',
    min: 1000,
    rules: ['AS-01'],
    summary: 'How often autoscale evaluates a scale set. 30 to 60 seconds are documented, by type of resource.',
    values: [
      { value: MINUTE, meaning: 'Once a minute.' },
      { value: MINUTE / 2, meaning: 'Every 30 seconds.' },
    ],
    source: 'Azure Monitor documentation: understanding autoscale settings',
  },
  metricLag: {
    kind: 'duration',
    rules: ['AS-06'],
    summary: 'How far the metric window lies behind the evaluation. One published log shows two minutes.',
    values: [
      { value: 2 * MINUTE, meaning: 'The window ends two minutes before the evaluation.' },
      { value: 0, meaning: 'The window ends at the evaluation.' },
    ],
    source: 'Azure Monitor documentation: autoscale diagnostics',
  },
  percentRounding: {
    kind: 'enum',
    rules: ['AS-10'],
    summary: 'How a percent step of autoscale becomes whole instances. Not published.',
    values: [
      { value: 'ceilOutFloorIn', meaning: 'Out rounds up, in rounds down, never below one.' },
      { value: 'floor', meaning: 'Both round down, never below one.' },
      { value: 'round', meaning: 'Both round to the nearest, never below one.' },
    ],
    source: 'undocumented',
  },
  cooldownSemantics: {
    kind: 'enum',
    rules: ['AS-20', 'AS-22'],
    summary: 'Whose cooldown holds back the next autoscale action. The concept page and the REST text differ.',
    values: [
      { value: 'lastFiredRule', meaning: 'The cooldown of the rule that acted last holds back every rule.' },
      { value: 'ownRule', meaning: 'Each rule waits for its own cooldown since the last action.' },
    ],
    source: 'Azure Monitor documentation: understanding autoscale settings; REST reference: ScaleAction',
  },
  flexResyncDelay: {
    kind: 'duration',
    rules: ['AS-43'],
    summary: 'When autoscale learns that members of a Flexible set were deleted one by one. Up to hours are reported.',
    values: [
      { value: HOUR, meaning: 'After an hour.' },
      { value: 3 * HOUR, meaning: 'After three hours.' },
    ],
    source: 'Azure Monitor documentation: troubleshooting autoscale',
  },
  autoscaleDuringUpgrade: {
    kind: 'enum',
    rules: ['AS-45'],
    summary: 'Whether autoscale acts while a rolling upgrade runs. Not published.',
    values: [
      { value: 'allow', meaning: 'Its capacity changes are taken as those of a person.' },
      { value: 'defer', meaning: 'It waits until the upgrade has ended.' },
    ],
    source: 'undocumented',
  },
  boundsCooldown: {
    kind: 'boolean',
    rules: ['AS-04', 'AS-20'],
    summary:
      'Whether a cooldown holds back the move to a bound of the active profile (or to its default while metrics are missing). No rule takes part in it, so it starts no cooldown either way.',
    values: [
      { value: false, meaning: 'The move is made at the next evaluation.' },
      { value: true, meaning: 'It waits for the cooldown of the rule that acted last.' },
    ],
    source: 'undocumented',
  },
  scaleOperationTimeout: {
    kind: 'duration',
    min: MINUTE,
    rules: ['AS-41'],
    summary:
      'How long autoscale waits for its own scale operation before it evaluates again. The log knows Timeout, and no figure.',
    values: [
      { value: HOUR, meaning: 'An hour.' },
      { value: 30 * MINUTE, meaning: 'Half an hour.' },
    ],
    source: 'Azure Monitor documentation: autoscale diagnostics',
  },
  predictiveHistory: {
    kind: 'duration',
    rules: ['AS-51', 'AS-53'],
    summary:
      'For how long the demand had gone on when the run began, as far as predictive autoscale knows. Under seven days it is still being trained; more than fifteen are not looked at.',
    values: [
      { value: 15 * DAY, meaning: 'For fifteen days or longer: the best forecast at once.' },
      { value: 7 * DAY, meaning: 'For seven days, the least it needs.' },
      { value: 0, meaning: 'The set is new: no forecast in the first seven days.' },
    ],
    source: 'Azure Monitor documentation: predictive autoscale',
  },
  sameWeekdayWeight: {
    kind: 'integer',
    min: 1,
    rules: ['AS-53'],
    summary:
      'How much the same day of the week weighs in the forecast of predictive autoscale, where any other day of the history weighs one.',
    values: [
      { value: 6, meaning: 'As much as the six others together.' },
      { value: 1, meaning: 'No more than the others: the mean of the same minute on all days.' },
    ],
    source: 'Azure Monitor documentation: predictive autoscale',
  },
}
