import type { AssumptionText, AssumptionValue, UnplayedAssumptionName } from './assumptions.ts'

type Unplayed = AssumptionText & { readonly default: AssumptionValue }

/** Open readings of mechanisms that this version explains but does not play. */
export const UNPLAYED_ASSUMPTIONS: { readonly [K in UnplayedAssumptionName]: Unplayed } = {
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
