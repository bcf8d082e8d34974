/** More than the limit, not equal to it; integers only, so 1 of 5 at 20 % passes exactly. TH-1, TH-4. */
export function exceedsPercent(count: number, total: number, limitPercent: number): boolean {
  return count * 100 > limitPercent * total
}

/** A threshold test with everything that decided it. */
export interface ThresholdCheck {
  readonly rule: 'TH-1' | 'TH-3' | 'TH-5' | 'TH-8'
  readonly breached: boolean
  readonly count: number
  readonly total: number
  readonly limitPercent: number
  readonly errorCode: string | null
}

/**
 * The whole-set test: unhealthy instances, whatever made them so, over all instances of the set.
 *
 *   breached when unhealthy * 100 > maxUnhealthyInstancePercent * total
 *
 * 2 of 10 at 20 % starts, 3 of 10 does not. Before the first batch it is TH-1 (a breach there is TH-2), before any later
 * one TH-3.
 */
export function checkWholeSet(
  unhealthyCount: number,
  total: number,
  maxUnhealthyInstancePercent: number,
  isFirstBatch: boolean,
): ThresholdCheck {
  const breached = exceedsPercent(unhealthyCount, total, maxUnhealthyInstancePercent)
  return {
    rule: isFirstBatch ? 'TH-1' : 'TH-3',
    breached,
    count: unhealthyCount,
    total,
    limitPercent: maxUnhealthyInstancePercent,
    errorCode: !breached
      ? null
      : isFirstBatch
        ? 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade'
        : 'MaxUnhealthyInstancePercentExceededInRollingUpgrade',
  }
}

/**
 * The test after each batch: upgraded instances that are unhealthy now, over all upgraded so far in this run (TH-6, the
 * assumption `upgradedDenominator`: `total` divides by the whole set). At a limit of 0 the first one breaches (TH-8).
 */
export function checkUpgraded(
  unhealthyUpgradedCount: number,
  upgradedCount: number,
  setTotal: number,
  maxUnhealthyUpgradedInstancePercent: number,
  denominator: 'upgraded' | 'total',
): ThresholdCheck {
  const total = denominator === 'upgraded' ? upgradedCount : setTotal
  const breached = exceedsPercent(unhealthyUpgradedCount, total, maxUnhealthyUpgradedInstancePercent)
  return {
    rule: maxUnhealthyUpgradedInstancePercent === 0 && breached ? 'TH-8' : 'TH-5',
    breached,
    count: unhealthyUpgradedCount,
    total,
    limitPercent: maxUnhealthyUpgradedInstancePercent,
    errorCode: breached ? 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade' : null,
  }
}

/**
 * When a batch ends that was done at `doneMs`: the upgrade engine works in steps counted from the start of the upgrade, and
 * even a batch with nothing to do costs one (measured; assumption `upgradeStep`, 0 = off).
 */
export function batchEndMs(upgradeStartMs: number, batchStartMs: number, doneMs: number, stepMs: number): number {
  if (stepMs === 0) return doneMs
  const stepsToDone = Math.ceil((doneMs - upgradeStartMs) / stepMs)
  const stepsToAfterStart = Math.floor((batchStartMs - upgradeStartMs) / stepMs) + 1
  return upgradeStartMs + Math.max(stepsToDone, stepsToAfterStart) * stepMs
}
