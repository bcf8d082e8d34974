import type { Assumptions } from '../../model/assumptions.ts'
import type { RepairPolicy } from '../../model/declare/repair-policy.ts'

/**
 * Most instances under repair at a time: 5 % of the set, rounded down, never below one.
 *
 *   max(1, floor(total * 5 / 100))
 *
 * 40 -> 2.   39 -> 1.   19 -> 1.   1 -> 1, which for Replace is an outage (RE-18). RE-6.
 */
export function repairLimit(total: number, limitPercent: number): number {
  return Math.max(1, Math.floor((total * limitPercent) / 100))
}

/** An instance as the repair service sees it. Times in ms, -1: none or long ago. */
export interface RepairCandidate {
  readonly index: number
  readonly id: number
  /** Reports Unhealthy or Unknown; not Initializing, not silent (RE-2, HE-23). */
  readonly isSick: boolean
  readonly unhealthySinceMs: number
  /** End of the last change of its state by an operation (RE-3). */
  readonly changedAtMs: number
  readonly isProtected: boolean
  readonly isProvisioned: boolean
  readonly isBusy: boolean
  readonly isOnLatestModel: boolean
  readonly inRunningBatch: boolean
}

/** Why an instance that is sick is not repaired now. */
export type RepairObstacle = 'RE-2' | 'RE-3' | 'RE-4' | 'RE-6' | 'RE-10' | 'RE-15' | 'RE-16'

export type RepairVerdict =
  | { readonly kind: 'eligible' }
  /** `dueMs`: when it will be, if only time stands between; -1 otherwise. */
  | { readonly kind: 'not'; readonly rule: RepairObstacle; readonly dueMs: number }

/**
 * Whether an instance may be repaired at this moment, the limit aside.
 *
 * Grace counts from the end of its last change of state (RE-3), not from the moment it turned unhealthy: one whose last
 * change is long past is repaired at once (RE-4; assumption `repairGraceAnchor`).
 */
export function judgeCandidate(
  candidate: RepairCandidate,
  policy: Pick<RepairPolicy, 'gracePeriodMs'>,
  nowMs: number,
  upgradeRunning: boolean,
  assumptions: Pick<Assumptions, 'repairGraceAnchor' | 'repairDuringUpgrade'>,
): RepairVerdict {
  const not = (rule: RepairObstacle, dueMs = -1): RepairVerdict => ({ kind: 'not', rule, dueMs })
  if (!candidate.isSick || !candidate.isProvisioned || candidate.isBusy) return not('RE-2')
  if (candidate.isProtected) return not('RE-10')
  if (!candidate.isOnLatestModel) return not('RE-15')
  const { repairDuringUpgrade, repairGraceAnchor } = assumptions
  if (upgradeRunning && repairDuringUpgrade === 'none') return not('RE-16')
  if (candidate.inRunningBatch && repairDuringUpgrade !== 'all') return not('RE-16')
  const byUnhealthy = repairGraceAnchor === 'firstUnhealthy'
  const anchorMs = byUnhealthy ? Math.max(candidate.changedAtMs, candidate.unhealthySinceMs) : candidate.changedAtMs
  if (anchorMs < 0) return { kind: 'eligible' }
  const dueMs = anchorMs + policy.gracePeriodMs
  return nowMs >= dueMs ? { kind: 'eligible' } : not(byUnhealthy ? 'RE-4' : 'RE-3', dueMs)
}

/** Who comes first when the limit does not admit all: the longest unhealthy, then the lowest id. RE-17. */
export function repairOrder(
  eligible: readonly RepairCandidate[],
  order: Assumptions['repairOrder'],
): readonly RepairCandidate[] {
  return [...eligible].sort((a, b) => {
    const bySickness = order === 'oldestUnhealthy' ? a.unhealthySinceMs - b.unhealthySinceMs : 0
    return bySickness || a.id - b.id
  })
}

/** The next moment the service looks at or after `atMs`: RE-17, the assumption `repairScan`. */
export function nextScanMs(atMs: number, scanMs: number): number {
  return Math.ceil(atMs / scanMs) * scanMs
}

/**
 * Why a write that changes `repairAction` is refused: it can be changed only while repairs are off. Undefined: it is not.
 * RE-14, assumption `repairActionChange`.
 */
export function actionChangeRefusal(
  before: RepairPolicy,
  after: RepairPolicy,
  assumptions: Pick<Assumptions, 'repairActionChange'>,
): string | undefined {
  const changes = before.enabled && after.enabled && before.repairAction !== after.repairAction
  return changes && assumptions.repairActionChange === 'reject'
    ? 'repairAction can be changed only while repairs are disabled'
    : undefined
}
