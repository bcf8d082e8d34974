import type { Decider } from '../../model/lesson.ts'
import type { TraceEntry } from '../../sim/result.ts'

/** What decided a run: an entry of its trace, and where that tested a threshold the numbers of the test. */
export interface Decision {
  readonly rule: string
  readonly entry: TraceEntry
  readonly inequality: Inequality | null
}

/** `count * 100 > limitPercent * total` was asked, and `isBreached` answered. TH-4. */
export interface Inequality {
  readonly count: number
  readonly total: number
  readonly limitPercent: number
  readonly isBreached: boolean
}

/**
 * The entry that a lesson means. By the rule alone: of its threshold tests the first that was breached, else the one that came
 * nearest to its limit; of other entries the first. Null: the rule decided nothing of that kind.
 */
export function decisionOf({ rule, entry, where, which }: Decider, trace: readonly TraceEntry[]): Decision | null {
  const found = trace.filter(
    (one) =>
      one.rule === rule &&
      (entry === undefined || one.what === entry) &&
      Object.entries(where).every(([name, value]) => one.numbers[name] === value),
  )
  const isPlain = entry === undefined && which === undefined && Object.keys(where).length === 0
  const chosen = (isPlain ? nearestTest(found) : undefined) ?? (which === 'last' ? found.at(-1) : found[0])
  return chosen === undefined ? null : { rule, entry: chosen, inequality: inequalityOf(chosen) }
}

function nearestTest(entries: readonly TraceEntry[]): TraceEntry | undefined {
  let best: { readonly entry: TraceEntry; readonly excess: number } | undefined
  for (const entry of entries) {
    const test = inequalityOf(entry)
    if (test === null) continue
    if (test.isBreached) return entry
    const excess = test.total === 0 ? -test.limitPercent : (test.count * 100) / test.total - test.limitPercent
    if (best === undefined || excess > best.excess) best = { entry, excess }
  }
  return best?.entry
}

function inequalityOf({ what, numbers }: TraceEntry): Inequality | null {
  if (what !== 'rollout.check') return null
  return {
    count: Number(numbers['count']),
    total: Number(numbers['total']),
    limitPercent: Number(numbers['limitPercent']),
    isBreached: numbers['breached'] === true,
  }
}
