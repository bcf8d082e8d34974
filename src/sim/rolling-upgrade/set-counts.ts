import { healthVerdict } from '../application-health.ts'
import { type Instance, isMember, isStopped } from '../instance.ts'
import type { CountedInstance } from '../result.ts'
import type { Run } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { SetCounts } from './batches.ts'

/**
 * Whether the instance is unhealthy or unreachable where an upgrade counts: HE-20, BT-14, BT-15. For an OS upgrade one whose
 * health extension has another major version than the model has no health at all (AO-27).
 */
export function countsAsUnhealthy(run: Run, instance: Instance, forOsUpgrade = false): boolean {
  if (forOsUpgrade && hasOtherExtension(run, instance)) return true
  return healthVerdict(run, instance) === 'unhealthy'
}

/** The article: extension version on the instance and in the model must match, or nothing counts. AO-27. */
export function hasOtherExtension(run: Run, instance: Instance): boolean {
  if (!run.assumptions.extensionVersionGate || !isMember(instance)) return false
  const own = instance.compiled.probe
  const wanted = instance.set.latest.probe
  return own !== null && wanted !== null && own.kind !== wanted.kind
}

/** The set as the thresholds and the cap see it at this moment. Excluded instances stay in the total (BT-16). */
export function countSet(run: Run, set: ScaleSetState, forOsUpgrade = false): SetCounts {
  const perZone: number[] = []
  let total = 0
  let unhealthy = 0
  for (let i = 0; i < set.instances.length; i++) {
    const instance = set.instances[i]!
    if (!isCountable(instance)) continue
    if (countsAsUnhealthy(run, instance, forOsUpgrade)) unhealthy++
    if (!isInTotal(run, instance)) continue
    total++
    perZone[instance.zone] = (perZone[instance.zone] ?? 0) + 1
  }
  return { total, unhealthy, perZone }
}

/** Those of these instances that `countSet` counts as unhealthy, one by one: for whoever asks which they were. */
export function countedAmong(run: Run, instances: readonly Instance[], forOsUpgrade = false): CountedInstance[] {
  return instances
    .filter((one) => isCountable(one) && countsAsUnhealthy(run, one, forOsUpgrade))
    .map(({ index }) => ({ index, as: 'unhealthy' }))
}

/** Whether thresholds look at the instance at all: a member, and none of those that overprovisioning made in excess. */
export const isCountable = (instance: Instance): boolean => isMember(instance) && !instance.overprovisioned

/** Whether a countable instance stands in the total: BT-16. */
export const isInTotal = (run: Run, instance: Instance): boolean =>
  run.assumptions.denominatorIncludesExcluded || excludedBy(instance) === null

/** Why an instance is left out of an upgrade, or null when it takes part. BT-11, BT-14. */
export function excludedBy(instance: Instance): 'BT-11' | 'BT-14' | null {
  if (instance.protectFromScaleSetActions) return 'BT-11'
  if (isStopped(instance)) return 'BT-14'
  return null
}
