import { healthVerdict } from '../application-health.ts'
import { parseCustomMetrics } from '../health/custom-metrics.ts'
import { type Instance, isGuestUp, isMember, isStopped } from '../instance.ts'
import { instanceLabel, type Run } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { type Candidate, LAST_PHASE, type SetCounts } from './batches.ts'

/** Whether the instance is unhealthy or unreachable where an upgrade counts: HE-20, BT-14, BT-15. */
export function countsAsUnhealthy(run: Run, instance: Instance): boolean {
  return healthVerdict(run, instance) === 'unhealthy'
}

/** The set as the thresholds and the cap see it at this moment. Excluded instances stay in the total (BT-16). */
export function countSet(run: Run, set: ScaleSetState): SetCounts {
  const perZone: number[] = []
  let total = 0
  let unhealthy = 0
  for (let i = 0; i < set.instances.length; i++) {
    const instance = set.instances[i]!
    if (!isMember(instance) || instance.overprovisioned) continue
    if (countsAsUnhealthy(run, instance)) unhealthy++
    const isExcluded = instance.protectFromScaleSetActions || isStopped(instance)
    if (isExcluded && !run.assumptions.denominatorIncludesExcluded) continue
    total++
    perZone[instance.zone] = (perZone[instance.zone] ?? 0) + 1
  }
  return { total, unhealthy, perZone }
}

/** Why an instance is left out of an upgrade, or null when it takes part. BT-11, BT-14. */
export function excludedBy(instance: Instance): 'BT-11' | 'BT-14' | null {
  if (instance.protectFromScaleSetActions) return 'BT-11'
  if (isStopped(instance)) return 'BT-14'
  return null
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
  if (run.findings.some((finding) => finding.code === 'InvalidCustomMetrics')) return
  run.findings.push({
    code: 'InvalidCustomMetrics',
    title: 'Custom metrics that cannot be read',
    severity: 'warning',
    where: 'world.application.customMetrics',
    evidence: [`The metrics of ${label} are passed over: ${error}.`],
    rules: ['CM-2', 'CM-8'],
    fix: 'Write customMetrics as a JSON text with rollingUpgrade.',
  })
}
