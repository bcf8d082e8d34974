import type { Assumptions, AssumptionText } from './assumptions.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

type Played<Value> = AssumptionText & {
  readonly values: readonly { readonly value: Value; readonly meaning: string }[]
}

/** Names of the open readings about scarce capacity, standby pools and request limits. */
export type CapacityAssumptionName =
  | 'allocationPartialOutcome'
  | 'maxScaleStep'
  | 'fullZoneIsUnavailable'
  | 'surgeChecksCapacity'
  | 'standbyJoin'
  | 'standbyResume'
  | 'standbyRetry'
  | 'throttleAutoscale'

/** Open readings of what happens where machines are scarce. Defaults: `DEFAULT_ASSUMPTIONS`. */
export const PLAYED_CAPACITY_ASSUMPTIONS: { readonly [K in CapacityAssumptionName]: Played<Assumptions[K]> } = {
  allocationPartialOutcome: {
    kind: 'enum',
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
    min: 1,
    rules: ['TABLE-limits'],
    summary: 'The largest number of instances one request may create or delete. No such limit was found.',
    values: [
      { value: 'none', meaning: 'Only the size limit of the set applies.' },
      { value: 100, meaning: 'At most a hundred instances a request.' },
    ],
    source: 'undocumented',
  },
  fullZoneIsUnavailable: {
    kind: 'boolean',
    rules: ['PL-22', 'PL-23'],
    summary:
      'Whether a zone without room for the size is unavailable as a lost zone is, so that best effort goes around it and strict balance refuses.',
    values: [
      { value: true, meaning: 'It is: while it is the only one, the other zones take what it cannot.' },
      { value: false, meaning: 'Instances are sent there all the same and fail with ZonalAllocationFailed.' },
    ],
    source: 'Azure documentation: zone balancing',
  },
  surgeChecksCapacity: {
    kind: 'boolean',
    rules: ['MS-4'],
    summary:
      'Whether the check before each MaxSurge batch sees that there are no machines as well. Only quota is documented.',
    values: [
      { value: true, meaning: 'The batch falls back to in place for want of machines too.' },
      { value: false, meaning: 'Only quota is checked; replacements that find no machine fail in their batch.' },
    ],
    source: 'Azure documentation: MaxSurge',
  },
  standbyJoin: {
    kind: 'duration',
    rules: ['PL-85'],
    summary: 'From a scale-out to a running machine of the standby pool being a member. No figure is published.',
    values: [
      { value: 10 * SECOND, meaning: 'Ten seconds.' },
      { value: 0, meaning: 'At once.' },
      { value: MINUTE, meaning: 'A minute.' },
    ],
    source: 'undocumented',
  },
  standbyResume: {
    kind: 'duration',
    rules: ['PL-85'],
    summary:
      'From a scale-out to a hibernated machine of the standby pool working where it left off. No figure is published.',
    values: [
      { value: 30 * SECOND, meaning: 'Half a minute: shorter than a start and a boot.' },
      { value: 2 * MINUTE, meaning: 'Two minutes.' },
    ],
    source: 'undocumented',
  },
  standbyRetry: {
    kind: 'duration',
    min: SECOND,
    rules: ['PL-85'],
    summary: 'After what time a standby pool that found no room or quota is refilled again.',
    values: [
      { value: 5 * MINUTE, meaning: 'Five minutes.' },
      { value: 30 * MINUTE, meaning: 'Half an hour.' },
    ],
    source: 'undocumented',
  },
  throttleAutoscale: {
    kind: 'boolean',
    rules: ['LI-03'],
    summary: "Whether a scale action of autoscale takes a token from the customer's bucket of updates.",
    values: [
      { value: true, meaning: 'One for each action; upgrade batches and repairs take none.' },
      { value: false, meaning: 'Nothing that the platform does takes any.' },
    ],
    source: 'undocumented',
  },
}
