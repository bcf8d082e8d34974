import type { Verdict } from '../sim/result.ts'

/** What the process answers to the shell (design §7). */
export const EXIT = {
  /** Every expectation holds. */
  holds: 0,
  /** An expectation failed. */
  failed: 1,
  /** Usage or input is wrong. */
  invalid: 2,
  /** Nothing failed, but something could not be decided. */
  undecided: 3,
  /** Our bug. */
  internal: 70,
  /** Ctrl-C; what was finished has been printed. */
  interrupted: 130,
} as const

export function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('fail')) return EXIT.failed
  return verdicts.includes('undecided') ? EXIT.undecided : EXIT.holds
}
