import type { Assumptions } from '../../model/assumptions.ts'
import {
  DEFAULT_ROLLING_POLICY,
  type EffectiveRollingPolicy,
  rollingPolicy,
} from '../../model/declare/health-source.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { Instance } from '../instance.ts'
import type { RolloutResult } from '../result.ts'
import type { ScaleSetState } from '../scale-set-state.ts'

/** What a rolling upgrade brings its instances to. */
export type UpgradeGoal =
  | {
      readonly kind: 'model'
      /** Takes instances that need nothing as well: they count as successful (measured). */
      readonly includeCurrent: boolean
    }
  | {
      readonly kind: 'os'
      /** The exact image; for one of no declared gallery the key of the model. */
      readonly imageKey: string
      /** Whether a disk made from this image is to be swapped: an automatic upgrade never takes one back (AO-7, AO-25). */
      readonly isBehind: (imageKey: string) => boolean
      /** Whether latest still offers the image in the region; a version that was excluded goes to nobody (GA-11). */
      readonly isOffered: () => boolean
      /** By automatic OS upgrade; false: `POST …/osRollingUpgrade`, which never restores disks (AO-17). */
      readonly automatic: boolean
      /** Gives the former disk back to an instance that is not healthy in time (AO-14). */
      readonly restores: boolean
      readonly includeCurrent: boolean
      /** Only these take part: those whose upgrade was approved (AO-21). Null: everybody. */
      readonly approved: ReadonlySet<Instance> | null
      /** Whether a batch may start at this moment; null: always. AO-20. */
      readonly mayStartBatch: ((atMs: number) => boolean) | null
    }

export interface UpgradeRequest {
  readonly trigger: RolloutResult['trigger']
  /** What is rolled out, for people. */
  readonly target: string
  readonly startedBy: 'User' | 'Platform'
  readonly goal: UpgradeGoal
}

/** Whether the instance is behind the goal: RU-2. An OS upgrade applies the latest model along with the image. */
export function needsUpgrade(set: ScaleSetState, instance: Instance, goal: UpgradeGoal): boolean {
  if (goal.kind === 'os' && goal.isBehind(instance.compiled.imageKey)) return true
  return !set.isOnLatestModel(instance)
}

/**
 * Whether the instance takes part at all. Automatic OS upgrade in Manual mode leaves alone whoever has not been brought to
 * the model that carries the setting (AO-4), and with deferral whoever was not approved (AO-21).
 */
export function takesPart(set: ScaleSetState, instance: Instance, goal: UpgradeGoal): boolean {
  if (goal.kind === 'model') return true
  if (goal.approved !== null && !goal.approved.has(instance)) return false
  return !goal.automatic || set.model.upgradePolicy.mode !== 'Manual' || set.isOnLatestModel(instance)
}

/**
 * The rolling policy of an upgrade. Model changes and manual OS upgrades follow the set's own. Automatic ones follow it with
 * `useRollingUpgradePolicy` or in mode Rolling, and the platform's 20/20/20/PT0S otherwise (AO-5, AO-6).
 */
export function policyOf(
  model: ScaleSetModel,
  goal: UpgradeGoal,
  assumptions: Pick<Assumptions, 'aosPolicySource'>,
): EffectiveRollingPolicy {
  const own = rollingPolicy(model)
  if (goal.kind === 'model' || !goal.automatic || assumptions.aosPolicySource === 'setPolicy') return own
  const { mode, automaticOSUpgradePolicy } = model.upgradePolicy
  return mode === 'Rolling' || automaticOSUpgradePolicy?.useRollingUpgradePolicy === true ? own : DEFAULT_ROLLING_POLICY
}

/** `galProd/ubuntu-app/1.7.0` -> `image galProd/ubuntu-app 1.7.0`. */
export function describeTarget(imageKey: string): string {
  const at = imageKey.lastIndexOf('/')
  return imageKey.split('/').length >= 3
    ? `image ${imageKey.slice(0, at)} ${imageKey.slice(at + 1)}`
    : `image ${imageKey}`
}
