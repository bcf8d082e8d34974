import type { ScaleSetModel } from '../scale-set.ts'

/** Where the flag stands in a model. */
export const ENABLE_OS_UPGRADE = ['upgradePolicy', 'automaticOSUpgradePolicy', 'enableAutomaticOSUpgrade'] as const

/** Whether automatic OS image upgrade is switched on; by default it is not. */
export function isAutomaticOSUpgrade(model: Pick<ScaleSetModel, 'upgradePolicy'>): boolean {
  return model.upgradePolicy.automaticOSUpgradePolicy?.enableAutomaticOSUpgrade === true
}
