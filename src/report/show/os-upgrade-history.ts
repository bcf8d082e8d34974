import { type HistoryImageReference, osUpgradeHistory as historyOf } from '../../sim/automatic-os-upgrade/history.ts'
import type { RolloutSnapshot, RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { armTime } from './clock.ts'
import { galleryImageId } from './identity.ts'
import { type ApiError, errorOf, type Progress } from './rolling-upgrade.ts'
import type { Row } from './table.ts'

/** `GET …/virtualMachineScaleSets/{name}/osUpgradeHistory`. ARM shapes, section 2.2; AO-22. */
export interface OsUpgradeHistory {
  readonly value: readonly {
    readonly properties: {
      readonly runningStatus: { readonly code: string; readonly startTime: string; readonly endTime?: string }
      readonly progress: Progress
      readonly error?: ApiError
      readonly startedBy: 'Unknown' | 'User' | 'Platform'
      readonly targetImageReference: HistoryImageReference
      readonly rollbackInfo: {
        readonly successfullyRolledbackInstanceCount: number
        readonly failedRolledbackInstanceCount: number
      }
    }
    readonly type: 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades'
    readonly location: string
  }[]
}

/** The last five OS upgrades within two months, newest first; none yet is an empty list. */
export function osUpgradeHistory(run: RunSnapshot, set: ScaleSetSnapshot): OsUpgradeHistory {
  const { name, model, rollouts } = set
  return {
    value: historyOf(rollouts, name, run.atMs).map((entry) => {
      const { code, startTimeMs, endTimeMs } = entry.runningStatus
      return {
        properties: {
          runningStatus: {
            code,
            startTime: armTime(startTimeMs),
            ...(endTimeMs === null ? {} : { endTime: armTime(endTimeMs) }),
          },
          progress: entry.progress,
          ...(entry.error === null ? {} : errorOf(rolloutAt(rollouts, startTimeMs), set)),
          startedBy: entry.startedBy,
          targetImageReference: withFullId(run.scenario, entry.targetImageReference),
          rollbackInfo: entry.rollbackInfo,
        },
        type: 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades',
        location: model.location,
      }
    }),
  }
}

/** One set never has two rolling upgrades at a time (RU-16), so the start tells which it is. */
function rolloutAt(rollouts: readonly RolloutSnapshot[], startedAtMs: number): RolloutSnapshot {
  return rollouts.findLast((rollout) => rollout.startedAtMs === startedAtMs && rollout.targetImage !== null)!
}

/** `galProd/ubuntu-app/1.7.0` is our short spelling of an id. */
function withFullId(scenario: string, reference: HistoryImageReference): HistoryImageReference {
  if (!('id' in reference) || reference.id.startsWith('/') || reference.id.split('/').length !== 3) return reference
  return { ...reference, id: galleryImageId(scenario, reference.id) }
}

export function osUpgradeHistoryRows({ value }: OsUpgradeHistory): Row[] {
  return value.map(({ properties }) => ({
    Code: properties.runningStatus.code,
    StartTime: properties.runningStatus.startTime,
    EndTime: properties.runningStatus.endTime ?? '',
    StartedBy: properties.startedBy,
    Version: properties.targetImageReference.exactVersion,
    Successful: properties.progress.successfulInstanceCount,
    Failed: properties.progress.failedInstanceCount,
    InProgress: properties.progress.inProgressInstanceCount,
    Pending: properties.progress.pendingInstanceCount,
    RolledBack: properties.rollbackInfo.successfullyRolledbackInstanceCount,
    Error: properties.error?.code ?? '',
  }))
}
