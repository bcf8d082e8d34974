/** What a measure holds decides what it can be compared with, and how it is shown. Durations are milliseconds. */
export type MeasureKind = 'number' | 'percent' | 'duration' | 'text'

/** One line of `expect`: measure operator value, or aggregate(measure) operator value. Parsing: `parse-expectation.ts`. */
export interface Expectation {
  /** As written. */
  readonly text: string
  /** `p5 | p50 | p95 | p99 | mean | min | max | rate`, only meaningful over a campaign. */
  readonly aggregate?: string
  /** Path into the measures: `['blastRadius', 'percent']`, `['rollouts', 0, 'errorCode']`. */
  readonly measure: readonly (string | number)[]
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>='
  /** Durations are milliseconds with `duration: true`. */
  readonly value: string | number | boolean | null
  readonly duration: boolean
  /** For `rate(measure == value) >= x`: the inner comparison. */
  readonly inner?: {
    readonly operator: Expectation['operator']
    readonly value: string | number | boolean | null
    readonly duration: boolean
  }
}
