import type { EffectiveRollingPolicy } from '../../model/declare/health-source.ts'
import { formatDuration } from '../../model/duration.ts'
import type { RollingUpgradePolicy } from '../../model/scale-set.ts'
import type { InstanceName, RolloutSnapshot, RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { ratioPercent } from '../wording.ts'
import { type AzureError, notFound } from './azure-error.ts'
import { armTime } from './clock.ts'
import { azureInstanceId } from './identity.ts'
import type { Row } from './table.ts'

/** `GET …/virtualMachineScaleSets/{name}/rollingUpgrades/latest`. ARM shapes, section 2.1; RU-7. */
export interface RollingUpgradeStatus {
  readonly type: 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades'
  readonly location: string
  readonly properties: {
    readonly policy: ShownPolicy
    readonly runningStatus: {
      readonly lastAction: 'Start' | 'Cancel'
      readonly lastActionTime: string
      readonly code: string
      readonly startTime: string
    }
    readonly progress: Progress
    readonly error?: ApiError
  }
}

export interface Progress {
  readonly successfulInstanceCount: number
  readonly failedInstanceCount: number
  readonly inProgressInstanceCount: number
  readonly pendingInstanceCount: number
}

export interface ApiError {
  readonly details: readonly { readonly code: string; readonly target: string; readonly message: string }[]
  readonly code: string
  readonly message: string
}

type ShownPolicy = Pick<
  Required<RollingUpgradePolicy>,
  | 'maxBatchInstancePercent'
  | 'maxUnhealthyInstancePercent'
  | 'maxUnhealthyUpgradedInstancePercent'
  | 'pauseTimeBetweenBatches'
  | 'rollbackFailedInstancesOnPolicyBreach'
  | 'maxSurge'
> &
  Pick<RollingUpgradePolicy, 'enableCrossZoneUpgrade' | 'prioritizeUnhealthyInstances'>

/** The latest rolling upgrade of the set; 404 as long as there never was one. An unbatched upgrade is none. */
export function rollingUpgrade(_run: RunSnapshot, set: ScaleSetSnapshot): RollingUpgradeStatus | AzureError {
  const latest = set.rollouts.findLast(({ mode }) => mode === 'Rolling')
  if (latest === undefined) return notFound(`There has never been a rolling upgrade of ${set.name}.`)
  return {
    type: 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades',
    location: set.model.location,
    properties: {
      policy: shownPolicy(latest.policy!),
      runningStatus: {
        lastAction: latest.lastAction,
        lastActionTime: armTime(latest.lastActionAtMs),
        code: latest.status,
        startTime: armTime(latest.startedAtMs),
      },
      progress: progressOf(latest),
      ...errorOf(latest, set),
    },
  }
}

/** What every answer holds, and what is left out unless it is switched on. */
function shownPolicy(policy: EffectiveRollingPolicy): ShownPolicy {
  return {
    maxBatchInstancePercent: policy.maxBatchInstancePercent,
    maxUnhealthyInstancePercent: policy.maxUnhealthyInstancePercent,
    maxUnhealthyUpgradedInstancePercent: policy.maxUnhealthyUpgradedInstancePercent,
    pauseTimeBetweenBatches: formatDuration(policy.pauseMs),
    ...(policy.enableCrossZoneUpgrade ? { enableCrossZoneUpgrade: true } : {}),
    ...(policy.prioritizeUnhealthyInstances ? { prioritizeUnhealthyInstances: true } : {}),
    rollbackFailedInstancesOnPolicyBreach: policy.rollbackFailedInstancesOnPolicyBreach,
    maxSurge: policy.maxSurge,
  }
}

export const progressOf = ({ successful, failed, inProgress, pending }: RolloutSnapshot): Progress => ({
  successfulInstanceCount: successful,
  failedInstanceCount: failed,
  inProgressInstanceCount: inProgress,
  pendingInstanceCount: pending,
})

/** The commonest error of an instance, as the service words it. ARM shapes, section 3. */
const INSTANCE_ERROR = 'Instance found to be unhealthy or unreachable.'

/**
 * The two messages that were recorded, word for word (ARM shapes, section 3); of every other code the words of the twin. Only whole
 * percentages were recorded: what is between is written with as many decimals as it takes.
 */
export function messageOf(rollout: RolloutSnapshot, set: ScaleSetSnapshot): string {
  const { errorCode, errorMessage, decision, unhealthy } = rollout
  if (decision?.breached === true) {
    const { count, total, limitPercent } = decision
    const share = `${ratioPercent(count, total, limitPercent)}%`
    if (errorCode === 'MaxUnhealthyInstancePercentExceededInRollingUpgrade')
      return `Rolling Upgrade failed after exceeding the MaxUnhealthyInstancePercent value defined in the RollingUpgradePolicy. ${share} of instances are in an unhealthy state - more than the threshold of ${limitPercent}%. To apply upgrades, consider increasing the MaxUnhealthyInstancePercent value.`
    const [first] = unhealthy
    if (errorCode === 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade' && first !== undefined)
      return `Rolling Upgrade failed after exceeding the MaxUnhealthyUpgradedInstancePercent value defined in the RollingUpgradePolicy. ${share} of instances are in an unhealthy state after being upgraded - more than the threshold of ${limitPercent}%. The most impactful error is: ${INSTANCE_ERROR}. First failed instance ID is: ${azureInstanceId(set.model, first)}.`
  }
  return errorMessage ?? errorCode ?? ''
}

/** The error of an upgrade, with the instances it is about: RU-13, TH-2. */
export function errorOf(rollout: RolloutSnapshot, set: ScaleSetSnapshot): { readonly error?: ApiError } {
  const { errorCode, unhealthy } = rollout
  if (errorCode === null) return {}
  return {
    error: {
      details: unhealthy.map((instance) => ({
        code: 'RollingUpgradeInstanceUnhealthyError',
        target: targetOf(set, instance),
        message: INSTANCE_ERROR,
      })),
      code: errorCode,
      message: messageOf(rollout, set),
    },
  }
}

/** `<set>/virtualMachines/<id>`: TH-2. */
const targetOf = (set: ScaleSetSnapshot, instance: InstanceName): string =>
  `${set.name}/virtualMachines/${azureInstanceId(set.model, instance)}`

export function rollingUpgradeRows({ properties, location }: RollingUpgradeStatus): Row[] {
  const { runningStatus, progress, error } = properties
  return [
    {
      Location: location,
      Code: runningStatus.code,
      StartTime: runningStatus.startTime,
      LastAction: runningStatus.lastAction,
      LastActionTime: runningStatus.lastActionTime,
      Successful: progress.successfulInstanceCount,
      Failed: progress.failedInstanceCount,
      InProgress: progress.inProgressInstanceCount,
      Pending: progress.pendingInstanceCount,
      ...(error === undefined ? {} : { Error: error.code }),
    },
  ]
}
