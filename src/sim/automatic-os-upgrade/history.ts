import type { RolloutResult, RolloutStatus } from '../result.ts'

const TWO_MONTHS_MS = 61 * 24 * 3_600_000
const ENTRIES_MAX = 5

/** An entry of `GET …/osUpgradeHistory`, with Azure's own names; times in ms from the start of the run. AO-22. */
export interface OsUpgradeHistoryEntry {
  readonly runningStatus: {
    readonly code: RolloutStatus
    readonly startTimeMs: number
    readonly endTimeMs: number | null
  }
  readonly progress: {
    readonly successfulInstanceCount: number
    readonly failedInstanceCount: number
    readonly inProgressInstanceCount: number
    readonly pendingInstanceCount: number
  }
  readonly error: { readonly code: string; readonly message: string } | null
  readonly startedBy: 'Unknown' | 'User' | 'Platform'
  readonly targetImageReference: HistoryImageReference
  readonly rollbackInfo: {
    readonly successfullyRolledbackInstanceCount: number
    readonly failedRolledbackInstanceCount: number
  }
}

/** A gallery image by its id, one of the platform by its three words. */
export type HistoryImageReference =
  | { readonly id: string; readonly exactVersion: string }
  | {
      readonly publisher: string
      readonly offer: string
      readonly sku: string
      readonly version: 'latest'
      readonly exactVersion: string
    }

/** The last five OS upgrades of a set within two months, newest first: AO-22. */
export function osUpgradeHistory(
  rollouts: readonly RolloutResult[],
  scaleSet: string,
  nowMs: number,
): OsUpgradeHistoryEntry[] {
  return rollouts
    .filter(
      (rollout) =>
        rollout.scaleSet === scaleSet &&
        (rollout.trigger === 'AutomaticOSUpgrade' || rollout.trigger === 'ManualOSUpgrade') &&
        rollout.startedAtMs <= nowMs &&
        rollout.startedAtMs >= nowMs - TWO_MONTHS_MS,
    )
    .slice(-ENTRIES_MAX)
    .reverse()
    .map(historyEntry)
}

function historyEntry(rollout: RolloutResult): OsUpgradeHistoryEntry {
  return {
    runningStatus: { code: rollout.status, startTimeMs: rollout.startedAtMs, endTimeMs: rollout.endedAtMs },
    progress: {
      successfulInstanceCount: rollout.successful,
      failedInstanceCount: rollout.failed,
      inProgressInstanceCount: rollout.inProgress,
      pendingInstanceCount: rollout.pending,
    },
    error: rollout.errorCode === null ? null : { code: rollout.errorCode, message: rollout.errorMessage ?? '' },
    startedBy: rollout.startedBy,
    targetImageReference: imageReference(rollout.targetImage ?? ''),
    rollbackInfo: {
      successfullyRolledbackInstanceCount: rollout.rolledBack,
      failedRolledbackInstanceCount: rollout.rollbackFailed,
    },
  }
}

function imageReference(image: string): HistoryImageReference {
  const parts = image.split('/')
  const exactVersion = parts.at(-1) ?? ''
  const [publisher = '', offer = '', sku = ''] = parts
  return parts.length === 4 ? { publisher, offer, sku, version: 'latest', exactVersion } : { id: image, exactVersion }
}
