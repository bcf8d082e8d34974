import type { AssumptionText, AssumptionValue, UnplayedAssumptionName } from './assumptions.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

type Unplayed = AssumptionText & { readonly default: AssumptionValue }

/** Open readings of mechanisms that this version explains but does not play. */
export const UNPLAYED_ASSUMPTIONS: { readonly [K in UnplayedAssumptionName]: Unplayed } = {
  surgeIgnoresAutoscaleMax: {
    kind: 'boolean',
    default: true,
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
    default: MINUTE,
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
    default: 2 * MINUTE,
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
    default: 'ceilOutFloorIn',
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
    default: 'lastFiredRule',
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
    default: HOUR,
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
    default: 'allow',
    rules: ['AS-45'],
    summary: 'Whether autoscale acts while a rolling upgrade runs. Not published.',
    values: [
      { value: 'allow', meaning: 'Its capacity changes are taken as those of a person.' },
      { value: 'defer', meaning: 'It waits until the upgrade has ended.' },
    ],
    source: 'undocumented',
  },
  preemptDeliveryProbability: {
    kind: 'number',
    default: 0.98,
    min: 0,
    max: 1,
    rules: ['SP-02'],
    summary: 'How often a Spot eviction is announced before it happens. Best effort, without a figure.',
    values: [
      { value: 0.98, meaning: 'Two of a hundred evictions come unannounced.' },
      { value: 0, meaning: 'Every eviction comes unannounced.' },
    ],
    source: 'Azure documentation: Spot virtual machines, scheduled events',
  },
  evictedInUpgrade: {
    kind: 'enum',
    default: 'excludeFromHealth',
    rules: ['SP-33'],
    summary: 'How an instance evicted during its own upgrade counts. Nothing is published.',
    values: [
      { value: 'excludeFromHealth', meaning: 'It fails in the batch but is not unhealthy after an upgrade.' },
      { value: 'countUnhealthy', meaning: 'It counts as unhealthy after its upgrade.' },
    ],
    source: 'undocumented',
  },
  allocationPartialOutcome: {
    kind: 'enum',
    default: 'keep',
    rules: ['PL-62'],
    summary: 'What becomes of a scale-out that only partly succeeds.',
    values: [
      { value: 'keep', meaning: 'What was created stays; the rest remains as failed instances.' },
      { value: 'rollBack', meaning: 'The whole step is undone.' },
    ],
    source: 'undocumented',
  },
  maxScaleStep: {
    kind: 'integerOrNone',
    default: 'none',
    min: 1,
    rules: ['TABLE-limits'],
    summary: 'The largest number of instances one request may create or delete. No such limit was found.',
    values: [
      { value: 'none', meaning: 'Only the size limit of the set applies.' },
      { value: 100, meaning: 'At most a hundred instances a request.' },
    ],
    source: 'undocumented',
  },
}
