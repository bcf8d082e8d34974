import type { Assumptions } from '../../model/assumptions.ts'
import { ENABLE_OS_UPGRADE, isAutomaticOSUpgrade } from '../../model/declare/automatic-os-upgrade.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { MaintenanceConfiguration } from '../../model/scenario.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** What automatic OS upgrade knows of a set when it looks. */
export interface OsUpgradeState {
  readonly nowMs: number
  readonly upgradeRunning: boolean
  /** The exact image latest means in the region; null: there is none (GA-03). */
  readonly latest: string | null
  /** Instances that run something older and may be upgraded. */
  readonly behind: number
  /** The last attempt for this very image. */
  readonly lastAttempt: { readonly status: string; readonly endedAtMs: number; readonly wasClosedOut: boolean } | null
  readonly deferral: boolean
  /** Since when the image waits for approval, ms; -1: not yet. */
  readonly deferredSinceMs: number
  readonly windowIsOpen: boolean
}

export type OsUpgradeDecision =
  | { readonly act: 'start'; readonly rule: 'AO-7' | 'AO-19' | 'AO-20' | 'AO-21' }
  | { readonly act: 'defer'; readonly rule: 'AO-21' }
  | {
      readonly act: 'nothing'
      readonly rule: 'AO-7' | 'AO-11' | 'AO-19' | 'AO-20' | 'AO-21' | 'GA-03' | 'RU-16'
    }

/**
 * Whether an OS upgrade starts now.
 *
 * It needs a newer image in the region (AO-7), a closed upgrade before it (RU-16), an open maintenance window (AO-20), the
 * night where that is asked for (AO-11), approval where upgrades are deferred (AO-21), and after a halt of the same image
 * the retry interval (AO-19): a newer one is tried at once.
 */
export function decideOsUpgrade(
  state: OsUpgradeState,
  assumptions: Pick<Assumptions, 'aosOffPeakOnly' | 'aosRetryInterval' | 'deferralDeadline'>,
): OsUpgradeDecision {
  if (state.upgradeRunning) return { act: 'nothing', rule: 'RU-16' }
  if (state.latest === null) return { act: 'nothing', rule: 'GA-03' }
  if (state.behind === 0) return { act: 'nothing', rule: 'AO-7' }
  if (!state.windowIsOpen) return { act: 'nothing', rule: 'AO-20' }
  if (assumptions.aosOffPeakOnly && !isOffPeak(state.nowMs)) return { act: 'nothing', rule: 'AO-11' }
  const { lastAttempt } = state
  const isRetry = lastAttempt !== null && lastAttempt.status !== 'Completed'
  // A run that its window closed goes on in the next one; nothing was wrong with the image.
  if (isRetry && lastAttempt.wasClosedOut) return { act: 'start', rule: 'AO-20' }
  if (isRetry && state.nowMs < lastAttempt.endedAtMs + assumptions.aosRetryInterval)
    return { act: 'nothing', rule: 'AO-19' }
  if (state.deferral) {
    if (state.deferredSinceMs < 0) return { act: 'defer', rule: 'AO-21' }
    const { deferralDeadline } = assumptions
    const isDue = deferralDeadline !== 'none' && state.nowMs >= state.deferredSinceMs + deferralDeadline
    return isDue ? { act: 'start', rule: 'AO-21' } : { act: 'nothing', rule: 'AO-21' }
  }
  return { act: 'start', rule: isRetry ? 'AO-19' : 'AO-7' }
}

/** 22:00 to 06:00; a run begins at midnight in the region. AO-11. */
export function isOffPeak(atMs: number): boolean {
  const hour = Math.floor((atMs % DAY) / HOUR)
  return hour >= 22 || hour < 6
}

/** Whether a maintenance window is open; a run begins on a Monday at midnight. AO-20. */
export function windowIsOpen(window: MaintenanceConfiguration, atMs: number): boolean {
  const period = window.weekday === undefined ? DAY : WEEK
  const start = (window.weekday ?? 0) * DAY + window.startsAtMs
  // How long ago the last window began; windows may cross midnight.
  const since = (((atMs - start) % period) + period) % period
  return since < window.lengthMs && atMs >= start - period
}

/**
 * When automatic OS upgrade looks: every `aosPollInterval`; one that was on before the run began is on that grid from time
 * 0, one that is switched on later looks first after `aosFirstDelay`. AO-9, AO-10.
 */
export function firstPollMs(
  enabledAtMs: number,
  assumptions: Pick<Assumptions, 'aosFirstDelay' | 'aosPollInterval'>,
): number {
  return enabledAtMs < 0 ? assumptions.aosPollInterval : enabledAtMs + assumptions.aosFirstDelay
}

/** Whether a write does nothing but switch automatic OS upgrade off, which it may at any time. AO-24. */
export function isOptOut(model: ScaleSetModel, changedPaths: readonly string[]): boolean {
  const flag = ENABLE_OS_UPGRADE.join('.')
  return !isAutomaticOSUpgrade(model) && changedPaths.length > 0 && changedPaths.every((path) => path === flag)
}
