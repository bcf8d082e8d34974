import type { Assumptions, AssumptionText } from './assumptions.ts'

const MINUTE = 60_000

type Played<Value> = AssumptionText & {
  readonly values: readonly { readonly value: Value; readonly meaning: string }[]
}

/** Names of the open readings about faults, maintenance and what makes up for them. */
export type FaultAssumptionName =
  | 'selfStartedReboot'
  | 'zoneBalanceCheck'
  | 'zoneBalanceSource'
  | 'resilientDeleteRetry'
  | 'resilientCreateWindow'

/** Open readings of faults and maintenance. Defaults: `DEFAULT_ASSUMPTIONS`. */
export const PLAYED_FAULT_ASSUMPTIONS: { readonly [K in FaultAssumptionName]: Played<Assumptions[K]> } = {
  selfStartedReboot: {
    kind: 'duration',
    min: 1000,
    rules: ['AV-06'],
    summary:
      'How long an instance is down when its owner starts the planned reboot. Several minutes are documented, no figure.',
    values: [
      { value: 5 * MINUTE, meaning: 'Five minutes.' },
      { value: 10 * MINUTE, meaning: 'Ten minutes.' },
    ],
    source: 'Azure documentation: maintenance notifications for virtual machine scale sets',
  },
  zoneBalanceCheck: {
    kind: 'duration',
    min: 1000,
    rules: ['PL-30'],
    summary:
      'How often automatic zone balance looks at a set. Only the shortest distance of two operations is published.',
    values: [
      { value: 10 * MINUTE, meaning: 'Every ten minutes.' },
      { value: 60 * MINUTE, meaning: 'Once an hour.' },
    ],
    source: 'undocumented',
  },
  zoneBalanceSource: {
    kind: 'enum',
    rules: ['PL-30'],
    summary: 'Which instance of the fullest zone automatic zone balance takes away. The page says one of them.',
    values: [
      { value: 'newest', meaning: 'The newest one, as the default scale-in does.' },
      { value: 'oldest', meaning: 'The oldest one.' },
    ],
    source: 'undocumented',
  },
  resilientDeleteRetry: {
    kind: 'duration',
    min: 1000,
    rules: ['PL-64'],
    summary: 'How long resilient delete waits after an attempt that failed. Only the number of attempts is published.',
    values: [
      { value: MINUTE, meaning: 'A minute.' },
      { value: 10 * MINUTE, meaning: 'Ten minutes.' },
    ],
    source: 'undocumented',
  },
  resilientCreateWindow: {
    kind: 'enum',
    rules: ['PL-63'],
    summary:
      'From when on the 30 minutes of resilient create count. The page says up to 30 minutes; a guest is given up after 40 (TM-06).',
    values: [
      { value: 'firstTimeout', meaning: 'From the first timeout, so that there is a retry at all.' },
      { value: 'creation', meaning: 'From the creation: a guest that is given up later is not tried again.' },
    ],
    source: 'undocumented',
  },
}
