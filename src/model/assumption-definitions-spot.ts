import type { Assumptions, AssumptionText } from './assumptions.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

type Played<Value> = AssumptionText & {
  readonly values: readonly { readonly value: Value; readonly meaning: string }[]
}

/** Names of the open readings about Spot instances. */
export type SpotAssumptionName =
  | 'preemptDeliveryProbability'
  | 'evictedInUpgrade'
  | 'restoreFirstTry'
  | 'restoreInterval'
  | 'restoredHazardFactor'
  | 'loadBalancerNotices'

/** Open readings of how Spot machines come and go. Defaults: `DEFAULT_ASSUMPTIONS`. */
export const PLAYED_SPOT_ASSUMPTIONS: { readonly [K in SpotAssumptionName]: Played<Assumptions[K]> } = {
  preemptDeliveryProbability: {
    kind: 'number',
    min: 0,
    max: 1,
    rules: ['SP-02'],
    summary:
      'How often a Spot eviction is announced before it happens. Best effort, without a figure. Drawn where world.spot is given, or a value other than the default.',
    values: [
      { value: 0.98, meaning: 'Two of a hundred evictions come unannounced.' },
      { value: 0, meaning: 'Every eviction comes unannounced.' },
    ],
    source: 'Azure documentation: Spot virtual machines, scheduled events',
  },
  evictedInUpgrade: {
    kind: 'enum',
    rules: ['SP-33'],
    summary: 'How an instance evicted during its own upgrade counts. Nothing is published.',
    values: [
      { value: 'excludeFromHealth', meaning: 'It fails in the batch but is not unhealthy after an upgrade.' },
      { value: 'countUnhealthy', meaning: 'It counts as unhealthy after its upgrade.' },
    ],
    source: 'undocumented',
  },
  restoreFirstTry: {
    kind: 'duration',
    min: SECOND,
    rules: ['SP-32'],
    summary: 'How long after an eviction try and restore tries for the first time. Not published.',
    values: [
      { value: 5 * MINUTE, meaning: 'After five minutes.' },
      { value: MINUTE, meaning: 'After a minute.' },
    ],
    source: 'undocumented',
  },
  restoreInterval: {
    kind: 'duration',
    min: SECOND,
    rules: ['SP-32'],
    summary: 'How long try and restore waits between its tries. Not published.',
    values: [
      { value: 5 * MINUTE, meaning: 'Every five minutes.' },
      { value: 15 * MINUTE, meaning: 'Every quarter of an hour.' },
    ],
    source: 'undocumented',
  },
  restoredHazardFactor: {
    kind: 'number',
    min: 0,
    max: 1,
    rules: ['SP-30', 'SP-32'],
    summary:
      'By how much the hazard of a restored machine is lower. It is expected to live longer; how much longer is not published.',
    values: [
      { value: 0.5, meaning: 'It lives twice as long in the mean.' },
      { value: 1, meaning: 'It lives no longer than any other.' },
    ],
    source: 'Azure documentation: Spot instances in scale sets, without a figure',
  },
  loadBalancerNotices: {
    kind: 'duration',
    rules: ['AV-09'],
    summary:
      'How long a load balancer goes on sending requests to an instance that stopped in the middle of its work. About ten seconds are documented for a pause: two probes, five seconds apart.',
    values: [
      { value: 10 * SECOND, meaning: 'For ten seconds.' },
      { value: 0, meaning: 'Not at all: nothing is lost.' },
    ],
    source: 'Azure documentation: maintenance of virtual machines',
  },
}
