import { instanceLimit } from '../model/declare/instance-limit.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import { type DocumentChange, isRecord, valueAt } from './document-diff.ts'

/** Changes of a scale set model that the service does not accept: what is fixed at creation, and what it  cannot grow to. Whether a declaration is valid in itself is tested where declarations are read. */

export interface ModelRefusal {
  readonly code: string
  readonly message: string
  readonly rule: string
}

/** A single placement group holds 100 (PL-50). Limits of the fleet sheet, section 8. */
const singlePlacementGroupMax = 100

type Check = (before: ScaleSetModel, after: ScaleSetModel) => ModelRefusal | undefined

/** Path -> test, asked only when that path has changed. */
const checks: readonly (readonly [string, Check])[] = [
  ['name', fixed('name', 'UM-5')],
  ['id', fixed('id', 'UM-5')],
  ['location', fixed('location', 'UM-5')],
  ['orchestrationMode', fixed('orchestrationMode', 'PL-01')],
  ['platformFaultDomainCount', fixedFaultDomainCount],
  ['singlePlacementGroup', placementGroupOnlyOpens],
  ['zones', zonesOnlyGrow],
  ['zoneBalance', balanceNeedsZones],
  ['sku', capacityFits],
  ['virtualMachineProfile.storageProfile.imageReference', fixedImagePart('publisher')],
  ['virtualMachineProfile.storageProfile.imageReference', fixedImagePart('offer')],
  [
    'virtualMachineProfile.storageProfile.osDisk',
    fixed('virtualMachineProfile.storageProfile.osDisk.managedDisk.storageAccountType', 'UM-5'),
  ],
]

/** The first reason why the change is refused, in the order of the table above. */
export function refusalOf(
  before: ScaleSetModel,
  after: ScaleSetModel,
  leaves: readonly DocumentChange[],
): ModelRefusal | undefined {
  const touches = (path: string) =>
    leaves.some(({ text }) => text === path || text.startsWith(`${path}.`) || path.startsWith(`${text}.`))
  for (const [path, check] of checks) {
    const refusal = touches(path) ? check(before, after) : undefined
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Number of fault domains a set works with: what is declared, else PL-04's default. */
export function effectiveFaultDomainCount(model: ScaleSetModel): number {
  if (model.platformFaultDomainCount !== undefined) return model.platformFaultDomainCount
  const zonal = (model.zones?.length ?? 0) > 0
  return model.orchestrationMode === 'Uniform' && !zonal ? 5 : 1
}

/** What is declared, else: Uniform regional true, Uniform zonal false, Flexible left to the platform (undefined). Fleet 1.1. */
export function effectiveSinglePlacementGroup(model: ScaleSetModel): boolean | undefined {
  if (model.singlePlacementGroup !== undefined) return model.singlePlacementGroup
  if (model.orchestrationMode === 'Flexible') return undefined
  return (model.zones?.length ?? 0) === 0
}

function notAllowed(path: string, rule: string, detail = 'it is fixed when the set is created'): ModelRefusal {
  return { code: 'PropertyChangeNotAllowed', message: `${path} cannot be changed: ${detail}`, rule }
}

function invalid(message: string, rule: string): ModelRefusal {
  return { code: 'InvalidParameter', message, rule }
}

function fixed(path: string, rule: string): Check {
  const keys = path.split('.')
  return (before, after) => (valueAt(before, keys) === valueAt(after, keys) ? undefined : notAllowed(path, rule))
}

/** Spelling out the default is no change; a set that gets zones keeps the count it has. */
function fixedFaultDomainCount(before: ScaleSetModel, after: ScaleSetModel): ModelRefusal | undefined {
  const count = effectiveFaultDomainCount(before)
  if (after.platformFaultDomainCount === undefined || after.platformFaultDomainCount === count) return undefined
  return notAllowed('platformFaultDomainCount', 'PL-04', `the set was created with ${count}`)
}

function placementGroupOnlyOpens(before: ScaleSetModel, after: ScaleSetModel): ModelRefusal | undefined {
  if (after.singlePlacementGroup !== true) return undefined
  if (effectiveSinglePlacementGroup(before) === false) {
    return notAllowed('singlePlacementGroup', 'PL-50', 'it goes from true to false only')
  }
  return capacityFits(before, after)
}

/** PL-26: zones are added, never taken away or replaced, and the fault domain count has to be 1 or 5 first. */
function zonesOnlyGrow(before: ScaleSetModel, after: ScaleSetModel): ModelRefusal | undefined {
  const kept = after.zones ?? []
  const lost = (before.zones ?? []).filter((zone) => !kept.includes(zone))
  if (lost.length > 0) {
    return notAllowed('zones', 'PL-26', `zones can be added but not removed, and ${lost.join(', ')} would go`)
  }
  if (new Set(kept).size !== kept.length) return invalid(`zones repeats a zone: ${kept.join(', ')}`, 'PL-26')
  const count = effectiveFaultDomainCount(before)
  const grows = kept.length > (before.zones?.length ?? 0)
  if (!grows || count === 1 || count === 5) return undefined
  return notAllowed('zones', 'PL-26', `zones need a fault domain count of 1 or 5, the set has ${count}`)
}

function balanceNeedsZones(_before: ScaleSetModel, after: ScaleSetModel): ModelRefusal | undefined {
  if (after.zoneBalance !== true || (after.zones?.length ?? 0) > 1) return undefined
  return invalid('zoneBalance can be set only on a set with more than one zone', 'PL-23')
}

function capacityFits(_before: ScaleSetModel, after: ScaleSetModel): ModelRefusal | undefined {
  const { capacity } = after.sku
  const single = effectiveSinglePlacementGroup(after) === true
  const max = single ? singlePlacementGroupMax : instanceLimit(after).most
  if (Number.isInteger(capacity) && capacity >= 0 && capacity <= max) return undefined
  const limit = single ? `${max}, the size of its single placement group` : `${max}`
  return invalid(`sku.capacity must be an integer from 0 to ${limit}; got ${JSON.stringify(capacity)}`, 'PL-50')
}

/** The 2020 text; moving between a gallery image and a platform image is not a change of these. */
function fixedImagePart(part: 'publisher' | 'offer'): Check {
  const path = ['virtualMachineProfile', 'storageProfile', 'imageReference']
  return (before, after) => {
    const [from, to] = [valueAt(before, path), valueAt(after, path)]
    if (!isRecord(from) || !isRecord(to) || from[part] === undefined || to[part] === undefined) return undefined
    if (String(from[part]).toLowerCase() === String(to[part]).toLowerCase()) return undefined
    return notAllowed(`${path.join('.')}.${part}`, 'UM-5')
  }
}
