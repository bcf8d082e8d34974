import { parseDuration } from '../../model/duration.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'

const DEFAULT_TIMEOUT_MS = 3_600_000

/** How long after an eviction Azure tries to bring the instance back, ms; -1: it does not try at all. SP-30. */
export function restoreTimeoutMs(model: ScaleSetModel): number {
  const policy = model['spotRestorePolicy'] as
    | { readonly enabled?: boolean; readonly restoreTimeout?: string }
    | undefined
  if (policy?.enabled !== true) return -1
  return policy.restoreTimeout === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(policy.restoreTimeout)!
}

/**
 * When the next try is due; null: none any more. The first comes `firstMs` after the eviction, the others every `everyMs`, all
 * within the timeout: 5 and 5 minutes in an hour are twelve tries, the last one at the very end of it. SP-30, SP-32.
 */
export function nextTryMs(
  evictedAtMs: number,
  triesSoFar: number,
  pace: { readonly firstMs: number; readonly everyMs: number; readonly timeoutMs: number },
): number | null {
  const after = pace.firstMs + triesSoFar * pace.everyMs
  return after > pace.timeoutMs ? null : evictedAtMs + after
}
