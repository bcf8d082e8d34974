import type { AutoscaleSetting } from '../autoscale/setting.ts'
import { vCPUsOf } from '../declare/vm-size.ts'
import type { Finding } from '../finding.ts'
import type { DeclaredScaleSet, RegionTruth } from '../scenario.ts'
import { regionName } from './names.ts'

interface Ceiling {
  readonly most: number
  /** What sets it, for people. */
  readonly what: string
}

/**
 * Most instances that a set can have in its region, the other sets staying as they are: quota, and room for its size or in
 * its zones. Undefined: nothing bounds it.
 *
 *   quota of 40 vCPUs, four a machine, another set holds 10 -> 7.
 */
export function ceilingOf(
  set: DeclaredScaleSet,
  all: readonly DeclaredScaleSet[],
  truth: RegionTruth,
): Ceiling | undefined {
  const { model } = set
  const region = regionName(model.location)
  const others = all.filter((other) => other !== set && regionName(other.model.location) === region)
  const size = model.sku.name?.toLowerCase() ?? ''
  const sum = (count: (other: DeclaredScaleSet) => number) => others.reduce((total, other) => total + count(other), 0)
  const ceilings: Ceiling[] = []
  const instances = sum((other) => other.model.sku.capacity)
  if (truth.quotaInstances !== undefined)
    ceilings.push({ most: truth.quotaInstances - instances, what: `the quota of ${truth.quotaInstances} instances` })
  const each = vCPUsOf(size)
  if (truth.quotaVCPUs !== undefined && each !== undefined) {
    const used = sum((other) => (vCPUsOf(other.model.sku.name ?? '') ?? 0) * other.model.sku.capacity)
    const most = Math.floor((truth.quotaVCPUs - used) / each)
    ceilings.push({ most, what: `the quota of ${truth.quotaVCPUs} vCPUs` })
  }
  const limits = (truth.capacity?.limits ?? []).filter(
    (limit) => limit.faultDomain === undefined && (limit.size ?? size) === size,
  )
  for (const limit of limits) {
    if (limit.zone !== undefined) continue
    const taken = sum((other) =>
      limit.size === undefined || other.model.sku.name?.toLowerCase() === size ? other.model.sku.capacity : 0,
    )
    ceilings.push({ most: limit.instances - taken, what: `room for ${limit.instances} ${limit.size ?? 'machines'}` })
  }
  const zones = set.zonePlacement?.eligible ?? model.zones ?? []
  const rooms = zones.map((zone) => limits.filter((limit) => limit.zone === zone).map((limit) => limit.instances))
  if (zones.length > 0 && rooms.every((room) => room.length > 0)) {
    const most = rooms.reduce((total, room) => total + Math.min(...room), 0)
    ceilings.push({ most, what: `room for ${most} in zones ${zones.join(', ')}` })
  }
  return ceilings.reduce<Ceiling | undefined>(
    (least, ceiling) => (least === undefined || ceiling.most < least.most ? ceiling : least),
    undefined,
  )
}

/** `CapacityCannotGrow`: an autoscale maximum, or a MaxSurge batch, that the world has no room for. MS-4, PL-62. */
export function capacityFindings(
  scaleSets: readonly DeclaredScaleSet[],
  settings: readonly AutoscaleSetting[],
  regions: Readonly<Record<string, RegionTruth>>,
): Finding[] {
  return scaleSets.flatMap((set): Finding[] => {
    const { model } = set
    const truth = regions[regionName(model.location)]
    const ceiling = truth === undefined ? undefined : ceilingOf(set, scaleSets, truth)
    if (ceiling === undefined) return []
    const tell = (where: string, evidence: string, rules: readonly string[], fix: string): Finding => ({
      code: 'CapacityCannotGrow',
      title: 'There is no room for what is declared',
      severity: 'info',
      where,
      evidence: [evidence],
      rules,
      confirm: `az vm list-usage --location ${model.location} -o table`,
      fix,
    })
    const found: Finding[] = []
    for (const setting of settings) {
      const maximum = Math.max(...setting.profiles.map(({ capacity }) => capacity.maximum))
      if (!setting.enabled || setting.scaleSet !== model.name || maximum <= ceiling.most) continue
      found.push(
        tell(
          `${model.name}: autoscale setting ${setting.name}`,
          `Its maximum is ${maximum}, and ${ceiling.what} lets the set have ${Math.max(0, ceiling.most)}.`,
          ['AS-11', 'PL-62'],
          'Ask for the quota or reserve the capacity, or lower the maximum.',
        ),
      )
    }
    const rolling = model.upgradePolicy.rollingUpgradePolicy
    const batch = Math.max(1, Math.floor((model.sku.capacity * (rolling?.maxBatchInstancePercent ?? 20)) / 100))
    if (rolling?.maxSurge === true && model.sku.capacity + batch > ceiling.most)
      found.push(
        tell(
          `${model.name}: upgradePolicy.rollingUpgradePolicy.maxSurge`,
          `A batch needs ${batch} more than the ${model.sku.capacity} there are, and ${ceiling.what} lets the set have ${Math.max(0, ceiling.most)}: it falls back to in place.`,
          ['MS-4'],
          'Ask for quota and room for one batch more, or make the batches smaller.',
        ),
      )
    return found
  })
}
