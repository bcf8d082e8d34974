import type { AssumptionText, AssumptionValue, UnplayedAssumptionName } from './assumptions.ts'

type Unplayed = AssumptionText & { readonly default: AssumptionValue }

/** Open readings of mechanisms that this version explains but does not play. */
export const UNPLAYED_ASSUMPTIONS: { readonly [K in UnplayedAssumptionName]: Unplayed } = {
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
}
