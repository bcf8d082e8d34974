import { vCPUsOf } from '../model/declare/vm-size.ts'
import type { AllocationFailure } from './allocation.ts'
import { type Instance, isMember } from './instance.ts'
import { sizeOf } from './machines.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const UNLIMITED_ROOM = 2_147_483_647

/** What others than members use of a quota: machines of standby pools. */
export type QuotaUse = (region: string) => { readonly instances: number; readonly vCPUs: number }

/**
 * The quota of the subscription, by region: instances and vCPUs. Deallocated instances use it, as Azure counts them; the
 * surplus of overprovisioning is free (PL-51).
 */
export class Quota {
  private readonly run: Run
  private readonly instances = new Map<string, number>()
  private readonly others: QuotaUse[] = []

  constructor(run: Run) {
    this.run = run
    for (const region of Object.keys(run.scenario.world.regions)) this.reset(region)
  }

  addUse(use: QuotaUse): void {
    this.others.push(use)
  }

  limitInstances(region: string, instances: number): void {
    this.instances.set(region, instances)
  }

  /** Back to what the world says. */
  reset(region: string): void {
    const declared = this.run.scenario.world.regions[region]?.quotaInstances
    if (declared === undefined) this.instances.delete(region)
    else this.instances.set(region, declared)
  }

  /** How many more instances of this size fit into the quota of the set's region. */
  room(set: ScaleSetState, size = set.model.sku.name ?? ''): number {
    const region = set.model.location
    const instances = this.instances.get(region)
    const vCPUs = this.run.scenario.world.regions[region]?.quotaVCPUs
    if (instances === undefined && vCPUs === undefined) return UNLIMITED_ROOM
    const used = this.used(region)
    const left = instances === undefined ? UNLIMITED_ROOM : Math.max(0, instances - used.instances)
    const each = vCPUsOf(size) ?? 0
    if (vCPUs === undefined || each === 0) return left
    return Math.min(left, Math.floor(Math.max(0, vCPUs - used.vCPUs) / each))
  }

  /** Whether an instance may become one of another size: the vCPUs it has now are given back. */
  resizeRefusal(instance: Instance, size: string): AllocationFailure | null {
    const region = instance.set.model.location
    const limit = this.run.scenario.world.regions[region]?.quotaVCPUs
    if (limit === undefined) return null
    const without = this.used(region, instance).vCPUs
    const wanted = vCPUsOf(size) ?? 0
    if (without + wanted <= limit) return null
    return {
      code: 'OperationNotAllowed',
      message: `the quota of ${limit} vCPUs in ${region} has ${Math.max(0, limit - without)} left of the ${wanted} that ${size} needs`,
      rule: 'MS-3',
    }
  }

  private used(region: string, except?: Instance): { instances: number; vCPUs: number } {
    const used = { instances: 0, vCPUs: 0 }
    // Spot with a quota of its own takes nothing of this one: SP-06.
    const spotIsApart = this.run.scenario.world.spot?.quota[region] !== undefined
    for (const set of this.run.sets) {
      if (set.model.location !== region) continue
      for (const instance of set.instances) {
        if (instance === except || !isMember(instance) || instance.overprovisioned) continue
        if (spotIsApart && instance.spot) continue
        used.instances++
        used.vCPUs += vCPUsOf(sizeOf(instance.compiled.document)) ?? 0
      }
    }
    for (const use of this.others) {
      const other = use(region)
      used.instances += other.instances
      used.vCPUs += other.vCPUs
    }
    return used
  }
}
