import { healthVerdict } from '../application-health.ts'
import { type Instance, isMember } from '../instance.ts'
import type { CountedInstance } from '../result.ts'
import type { Run } from '../run.ts'

/** The instances that one rolling upgrade has given the new model, successful or failed, and what speaks against them: TH-9. */
export class UpgradedInstances {
  private readonly run: Run
  private readonly upgraded: Instance[] = []
  private readonly lostSurge: Instance[] = []
  private readonly evicted = new Set<Instance>()
  private readonly restored = new Set<Instance>()

  constructor(run: Run) {
    this.run = run
  }

  /** In order; one that was deleted since has been upgraded all the same (TH-6). */
  get all(): readonly Instance[] {
    return this.upgraded
  }

  add(instance: Instance): void {
    this.upgraded.push(instance)
  }

  /** A surge instance that never became healthy and is gone: upgraded, failed and unhealthy for good. */
  addLostSurge(instance: Instance): void {
    this.lostSurge.push(instance)
  }

  get lostSurgeCount(): number {
    return this.lostSurge.length
  }

  /** It got its former disk back, or should have: AO-15. */
  markRestored(instance: Instance): void {
    this.restored.add(instance)
  }

  /** It was evicted while it was in a batch: SP-33. */
  markEvicted(instance: Instance): void {
    this.evicted.add(instance)
  }

  /** Successful, failed and rolled back: TH-6. */
  get size(): number {
    return this.upgraded.length + this.lostSurge.length
  }

  /** Why an upgraded instance counts as unhealthy at this moment, or null when it does not. TH-9. */
  countedAs(instance: Instance): CountedInstance['as'] | null {
    const { assumptions } = this.run
    // AO-15: one that got its former disk back failed the new one, however well it is now.
    if (assumptions.rolledBackCountsAsFailed && this.restored.has(instance)) return 'restored'
    // SP-33: one that was evicted in its batch has failed; whether it is unhealthy as well is open.
    if (assumptions.evictedInUpgrade === 'countUnhealthy' && this.evicted.has(instance)) return 'evicted'
    return isMember(instance) && healthVerdict(this.run, instance) === 'unhealthy' ? 'unhealthy' : null
  }

  /** Those that count as unhealthy at this moment, one by one. */
  counted(): CountedInstance[] {
    const counted: CountedInstance[] = this.lostSurge.map(({ index }) => ({ index, as: 'surgeFailed' }))
    for (const instance of this.upgraded) {
      const as = this.countedAs(instance)
      if (as !== null) counted.push({ index: instance.index, as })
    }
    return counted
  }
}
