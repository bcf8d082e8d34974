import { parseDuration } from '../duration.ts'
import type { ScaleSetModel } from '../scale-set.ts'

export const DEFAULT_REPAIR_GRACE_MS = 10 * 60_000

export type RepairAction = 'Replace' | 'Reimage' | 'Restart'

export const DEFAULT_REPAIR_ACTION: RepairAction = 'Replace'

export interface RepairPolicy {
  readonly enabled: boolean
  /** Default PT10M, from PT10M to PT90M (RE-5). */
  readonly gracePeriodMs: number
  readonly repairAction: RepairAction
}

/** The policy with its defaults; automatic zone balance switches repairs on unless they are configured. RE-5, RE-20. */
export function repairPolicy(model: ScaleSetModel): RepairPolicy {
  const declared = model.automaticRepairsPolicy
  return {
    enabled: declared?.enabled ?? (declared === undefined && balancesZones(model)),
    gracePeriodMs: parseDuration(declared?.gracePeriod ?? '') ?? DEFAULT_REPAIR_GRACE_MS,
    repairAction: declared?.repairAction ?? DEFAULT_REPAIR_ACTION,
  }
}

function balancesZones(model: ScaleSetModel): boolean {
  const resiliency = model['resiliencyPolicy'] as
    | { readonly automaticZoneRebalancingPolicy?: { readonly enabled?: boolean } }
    | undefined
  return resiliency?.automaticZoneRebalancingPolicy?.enabled === true
}
