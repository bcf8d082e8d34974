import { healthVerdict } from '../application-health.ts'
import { parseCustomMetrics } from '../health/custom-metrics.ts'
import { type Instance, isGuestUp, isMember } from '../instance.ts'
import type { LifeCycle } from '../life-cycle.ts'
import { nameOf } from '../operations.ts'
import { instanceLabel, type Run } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import {
  type Batch,
  type BatchPolicy,
  type Candidate,
  compareCandidates,
  LAST_PHASE,
  nextBatch,
  type SetCounts,
} from './batches.ts'
import { needsUpgrade, takesPart, type UpgradeGoal } from './goal.ts'
import { countsAsUnhealthy, excludedBy } from './set-counts.ts'

/** The instances that still wait for this upgrade, in the order in which they come up. RU-2. */
export class WorkList {
  private readonly run: Run
  private readonly policy: BatchPolicy
  private readonly goal: UpgradeGoal
  private candidates: Candidate[]
  /** Behind, and taking no part. */
  readonly leftOut: number

  /** Built once at the start; custom metrics are read here and not again (CM-5). */
  constructor(run: Run, set: ScaleSetState, policy: BatchPolicy, goal: UpgradeGoal) {
    this.run = run
    this.policy = policy
    this.goal = goal
    const members = set.instances.filter((instance) => isMember(instance) && !instance.overprovisioned)
    const behind = members.filter((instance) => needsUpgrade(set, instance, goal))
    // Where nobody is behind, an OS upgrade runs all the same and reports everybody as successful (RU-2, measured).
    const isForAll = goal.includeCurrent && (goal.kind === 'model' || behind.length === 0)
    const concerned = isForAll ? members : behind
    const eligible = concerned.filter((instance) => excludedBy(instance) === null && takesPart(set, instance, goal))
    const ranks = nameRanks(run, set, eligible)
    this.candidates = eligible
      .map((instance) => candidateOf(run, instance, ranks?.get(instance) ?? 0))
      .filter((candidate) => candidate !== null)
    this.leftOut = concerned.length - this.candidates.length
    this.sort()
  }

  get size(): number {
    return this.candidates.length
  }

  /** The next batch, by the health of this moment; null while everybody left is busy with another operation. */
  choose(counts: SetCounts, life: LifeCycle): Batch | null {
    const { run, candidates, policy } = this
    const isFree = (candidate: Candidate) => !life.isBusy(run.fleet[candidate.index]!)
    for (let i = 0; i < candidates.length; i++)
      candidates[i]!.unhealthy =
        counts.unhealthy > 0 && countsAsUnhealthy(run, run.fleet[candidates[i]!.index]!, this.goal.kind === 'os')
    // Only the order of unhealthy ones can have changed since the start.
    if (policy.prioritizeUnhealthyInstances) this.sort()
    const free = candidates.every(isFree) ? candidates : candidates.filter(isFree)
    return free.length === 0 ? null : nextBatch(free, counts, policy, run.assumptions)
  }

  /** The members of a batch wait no longer. */
  take(batch: Batch): void {
    const taken = new Set(batch.members)
    this.candidates = this.candidates.filter((candidate) => !taken.has(candidate))
  }

  /** Leaves alone who was deleted, stopped or protected meanwhile. Returns how many. */
  dropGone(): number {
    const { fleet } = this.run
    const isHere = (candidate: Candidate): boolean => {
      const instance = fleet[candidate.index]!
      return isMember(instance) && excludedBy(instance) === null
    }
    if (this.candidates.every(isHere)) return 0
    const before = this.candidates.length
    this.candidates = this.candidates.filter(isHere)
    return before - this.candidates.length
  }

  private sort(): void {
    const { policy } = this
    const { assumptions } = this.run
    this.candidates.sort((a, b) => compareCandidates(a, b, policy, assumptions))
  }
}

/** Order by VM name, where that is the order Flexible batches go in (assumption `flexBatchOrder`). */
function nameRanks(run: Run, set: ScaleSetState, instances: readonly Instance[]): Map<Instance, number> | null {
  if (set.uniform || run.assumptions.flexBatchOrder !== 'name') return null
  const names = instances.map((instance) => ({ instance, name: nameOf(instance) }))
  names.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return new Map(names.map(({ instance }, rank) => [instance, rank]))
}

/** What the custom metrics of an instance say at the start of an upgrade: CM-1, CM-2, CM-5, CM-6. */
export interface UpgradeWish {
  readonly skip: boolean
  readonly phase: number
}

const NO_WISH: UpgradeWish = { skip: false, phase: LAST_PHASE }

export function upgradeWish(run: Run, instance: Instance): UpgradeWish {
  const { customMetrics } = run.scenario.world.application
  if (customMetrics.length === 0) return NO_WISH
  const { probe } = instance.set.modelOf(instance)
  // CM-1: only Rich Health States over http(s) carry them.
  if (probe?.kind !== 'rich' || (probe.protocol !== 'http' && probe.protocol !== 'https')) return NO_WISH
  if (!isGuestUp(instance)) return NO_WISH
  // CM-6: the note that asks for a Healthy report is taken to gate the metrics only.
  if (run.assumptions.metricsRequireHealthy && healthVerdict(run, instance) !== 'healthy') return NO_WISH
  const label = instanceLabel(instance)
  const zone = instance.set.zones[instance.zone] ?? ''
  const metrics = customMetrics.find(
    (entry) => (!entry.instances || entry.instances.includes(label)) && (!entry.zones || entry.zones.includes(zone)),
  )
  if (!metrics) return NO_WISH
  const parsed = parseCustomMetrics(metrics.text)
  if ('error' in parsed) {
    noteUnreadable(run, label, parsed.error)
    return NO_WISH
  }
  return { skip: parsed.skipUpgrade, phase: parsed.phase ?? LAST_PHASE }
}

/** A candidate of the upgrade. Metrics are read here, once (CM-5). Null when the instance asks to be skipped (CM-4). */
export function candidateOf(run: Run, instance: Instance, nameRank: number): Candidate | null {
  const wish = upgradeWish(run, instance)
  if (wish.skip) return null
  const { set } = instance
  return {
    index: instance.index,
    phase: wish.phase,
    zone: instance.zone,
    updateDomain: updateDomainOf(run, instance),
    // Max spreading shows one domain only (PL-02), so it cannot order anything.
    faultDomain: (set.model.platformFaultDomainCount ?? 1) > 1 ? instance.faultDomain : 0,
    order: !set.uniform && run.assumptions.flexBatchOrder === 'name' ? nameRank : instance.id,
    unhealthy: false,
  }
}

function updateDomainOf(run: Run, instance: Instance): number {
  if (instance.updateDomain < 0) return -1
  return run.assumptions.updateDomainAcrossPlacementGroups === 'merge'
    ? instance.updateDomain
    : instance.placementGroup * 5 + instance.updateDomain
}

/** CM-8: metrics that cannot be read change nothing, which is worth telling once. */
function noteUnreadable(run: Run, label: string, error: string): void {
  run.noteOnce({
    code: 'InvalidCustomMetrics',
    title: 'Custom metrics that cannot be read',
    severity: 'warning',
    where: 'world.application.customMetrics',
    evidence: [`The metrics of ${label} are passed over: ${error}.`],
    rules: ['CM-2', 'CM-8'],
    fix: 'Write customMetrics as a JSON text with rollingUpgrade.',
  })
}
