import type { ScaleSetModel } from '../scale-set.ts'

export interface InstanceLimit {
  readonly most: number
  /** What has this limit, for people. */
  readonly what: string
}

/** Sizes that the host cannot be updated under while they run: families with GPUs, InfiniBand and local storage. */
const NO_MEMORY_PRESERVING_UPDATES = /^(?:standard|basic)_(?:G|GS|H|HB|HC|HX|L|LS|M|MS|N[A-Z]*)\d/i

/**
 * Most instances of a set. Fleet sheet, section 8: Uniform 100 in one placement group, 600 from a managed image, 1,000
 * otherwise; Flexible 1,000, or 200 over several fault domains with a size that lacks memory-preserving updates. TABLE-limits.
 */
export function instanceLimit(model: ScaleSetModel): InstanceLimit {
  if (model.orchestrationMode === 'Flexible') {
    const isSpread = (model.platformFaultDomainCount ?? 1) > 1
    return isSpread && NO_MEMORY_PRESERVING_UPDATES.test(model.sku.name ?? '')
      ? { most: 200, what: `a Flexible set of ${model.sku.name} over several fault domains` }
      : { most: 1000, what: 'a Flexible set' }
  }
  if (model.singlePlacementGroup === true) return { most: 100, what: 'a single placement group' }
  const id = model.virtualMachineProfile.storageProfile?.imageReference?.id ?? ''
  return /\/providers\/Microsoft\.Compute\/images\//i.test(id)
    ? { most: 600, what: 'a Uniform set from a managed image' }
    : { most: 1000, what: 'a Uniform set' }
}
