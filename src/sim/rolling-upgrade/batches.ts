import type { Assumptions } from '../../model/assumptions.ts'

/** An instance that waits to be upgraded, as the choice of a batch sees it. */
export interface Candidate {
  /** Index in the fleet. */
  readonly index: number
  /** Phase of the custom metrics; without a number the last phase (CM-3). */
  readonly phase: number
  /** Index of the zone; the same for all in a regional set. */
  readonly zone: number
  /** Uniform only; -1 where update domains do not exist (BT-6). */
  readonly updateDomain: number
  readonly faultDomain: number
  /** Instance id (Uniform), order of creation or rank of the name (Flexible): BT-9. */
  readonly order: number
  /** Reported unhealthy or unreachable at this moment. */
  unhealthy: boolean
}

export const LAST_PHASE = 2_147_483_647

export interface BatchPolicy {
  readonly maxBatchInstancePercent: number
  readonly maxUnhealthyInstancePercent: number
  readonly prioritizeUnhealthyInstances: boolean
  readonly enableCrossZoneUpgrade: boolean
}

export type BatchAssumptions = Pick<
  Assumptions,
  | 'batchRounding'
  | 'shrinkBatchByUnhealthy'
  | 'shrinkWalk'
  | 'zonalCapBase'
  | 'udBorderAt100'
  | 'fdAffinity'
  | 'batchOrder'
>

/** What the choice needs to know of the whole set. */
export interface SetCounts {
  /** All instances, excluded ones included (BT-1, BT-16). */
  readonly total: number
  /** All unhealthy instances, whether they wait for the upgrade or not. */
  readonly unhealthy: number
  /** Instances per zone, for `zonalCapBase: zone`. */
  readonly perZone: readonly number[]
}

export interface Batch {
  readonly members: readonly Candidate[]
  readonly cap: number
  /** Healthy members the unhealthy ones elsewhere leave room for; the cap when nothing shrinks it (BT-3). */
  readonly healthyLimit: number
  readonly unhealthyElsewhere: number
  /** BT-1, or BT-3 when unhealthy instances made the batch smaller than its cap. */
  readonly rule: 'BT-1' | 'BT-3'
}

/**
 * Most instances a batch may take.
 *
 *   cap = max(1, floor(total * maxBatchInstancePercent / 100))
 *
 * 18 at 20 % -> 3.   4 at 20 % -> 1 (0.8 floors to 0, the floor of one applies).   3 at 34 % -> 1.
 *
 * BT-1, BT-2. The documentation says "maximum percent" and prints no formula, hence the assumption `batchRounding`.
 */
export function batchCap(
  total: number,
  maxBatchInstancePercent: number,
  rounding: Assumptions['batchRounding'] = 'floor',
): number {
  return Math.max(1, percentOf(total, maxBatchInstancePercent, rounding))
}

function percentOf(total: number, percent: number, rounding: Assumptions['batchRounding']): number {
  const product = total * percent
  switch (rounding) {
    case 'floor':
      return Math.floor(product / 100)
    case 'ceil':
      return Math.ceil(product / 100)
    case 'round':
      return Math.floor((product + 50) / 100)
    default:
      return rounding satisfies never
  }
}

/**
 * Healthy members a batch may take: what the unhealthy percent allows to be down, less what is down elsewhere, never none.
 *
 *   max(1, floor(total * maxUnhealthyInstancePercent / 100) - unhealthyNotInBatch)
 *
 * 10 at 20 % with 2 unhealthy elsewhere -> 1.   10 at 20 % with none -> 2. BT-3.
 */
export function healthyRoom(
  total: number,
  maxUnhealthyInstancePercent: number,
  unhealthyNotInBatch: number,
  rounding: Assumptions['batchRounding'] = 'floor',
): number {
  return Math.max(1, percentOf(total, maxUnhealthyInstancePercent, rounding) - unhealthyNotInBatch)
}

/**
 * Order in which candidates come up: phase, unhealthy first if prioritized, zone (no part of it under
 * `enableCrossZoneUpgrade`), update or fault domain, then id. BT-8, BT-9, BT-10.
 */
export function compareCandidates(
  a: Candidate,
  b: Candidate,
  policy: Pick<BatchPolicy, 'prioritizeUnhealthyInstances' | 'enableCrossZoneUpgrade'>,
  assumptions: Pick<BatchAssumptions, 'batchOrder' | 'fdAffinity'>,
): number {
  if (a.phase !== b.phase) return a.phase - b.phase
  const unhealthyFirst = policy.prioritizeUnhealthyInstances ? Number(b.unhealthy) - Number(a.unhealthy) : 0
  if (assumptions.batchOrder === 'unhealthyFirst' && unhealthyFirst !== 0) return unhealthyFirst
  if (!policy.enableCrossZoneUpgrade && a.zone !== b.zone) return a.zone - b.zone
  if (a.updateDomain !== b.updateDomain) return a.updateDomain - b.updateDomain
  if (unhealthyFirst !== 0) return unhealthyFirst
  const byFaultDomain = a.updateDomain < 0 && assumptions.fdAffinity === 'prefer'
  if (byFaultDomain && a.faultDomain !== b.faultDomain) return a.faultDomain - b.faultDomain
  return a.order - b.order
}

/**
 * The next batch out of candidates in order of `compareCandidates`; at least one candidate must be given.
 *
 * The first candidate decides the phase (CM-3), the zone unless zones may mix (BT-4) and the update domain (BT-6), except
 * that at 100 percent one batch takes a whole zone (BT-7). The walk goes on in order until the cap is reached: an unhealthy
 * candidate always joins, a healthy one while there is room (`healthyRoom`, the newcomer counted). `shrinkWalk: window`
 * looks at no more than the first `cap` candidates. With prioritization no healthy one joins while an unhealthy one still
 * waits elsewhere (BT-10, design §5a 5).
 */
export function nextBatch(
  ordered: readonly Candidate[],
  counts: SetCounts,
  policy: BatchPolicy,
  assumptions: BatchAssumptions,
): Batch {
  const first = ordered[0]!
  const base = assumptions.zonalCapBase === 'zone' ? (counts.perZone[first.zone] ?? counts.total) : counts.total
  const cap = batchCap(base, policy.maxBatchInstancePercent, assumptions.batchRounding)
  const acrossDomains = policy.maxBatchInstancePercent >= 100 && assumptions.udBorderAt100 === 'ignore'
  const isTogether = (candidate: Candidate) =>
    candidate.phase === first.phase &&
    (policy.enableCrossZoneUpgrade || candidate.zone === first.zone) &&
    (acrossDomains || candidate.updateDomain === first.updateDomain)

  const healthyMayJoin =
    !policy.prioritizeUnhealthyInstances ||
    // Where zones come before unhealthy ones, those of later zones have to wait anyway.
    (assumptions.batchOrder === 'zoneFirst' && !first.unhealthy) ||
    !ordered.some((candidate) => candidate.unhealthy && candidate.phase === first.phase && !isTogether(candidate))

  const roomFor = (unhealthyNotInBatch: number) =>
    assumptions.shrinkBatchByUnhealthy
      ? healthyRoom(counts.total, policy.maxUnhealthyInstancePercent, unhealthyNotInBatch, assumptions.batchRounding)
      : cap

  const members: Candidate[] = []
  let healthyInBatch = 0
  let unhealthyInBatch = 0
  let looked = 0
  let turnedAway = false
  for (const candidate of ordered) {
    if (members.length === cap) break
    if (!isTogether(candidate)) continue
    if (assumptions.shrinkWalk === 'window' && ++looked > cap) break
    if (candidate.unhealthy) {
      members.push(candidate)
      unhealthyInBatch++
      continue
    }
    const room = roomFor(counts.unhealthy - unhealthyInBatch)
    if (healthyMayJoin && healthyInBatch + 1 <= room) {
      members.push(candidate)
      healthyInBatch++
    } else {
      turnedAway = true
      // Nobody after this one can get in either, unless an unhealthy one is still to come.
      if (counts.unhealthy === unhealthyInBatch) break
    }
  }
  const unhealthyElsewhere = counts.unhealthy - unhealthyInBatch
  const healthyLimit = roomFor(unhealthyElsewhere)
  const shrunk = turnedAway && members.length < cap && healthyMayJoin
  return { members, cap, healthyLimit, unhealthyElsewhere, rule: shrunk ? 'BT-3' : 'BT-1' }
}
