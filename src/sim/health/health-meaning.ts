import type { Assumptions } from '../../model/assumptions.ts'
import { HEALTH_HEALTHY, HEALTH_INITIALIZING, HEALTH_UNHEALTHY, HEALTH_UNKNOWN } from './health-tracker.ts'

/** `undecided`: the upgrade goes on waiting for a verdict. */
export type UpgradeHealth = 'healthy' | 'unhealthy' | 'undecided'

/**
 * What a rolling upgrade makes of the reported health of a running instance. HE-20.
 *
 * Initializing is waited for. Unknown counts as unhealthy; `unknownInUpgrade: wait` takes it for a signal that has not come
 * yet (D4). No signal from a running instance counts as unhealthy (BT-15).
 */
export function healthInUpgrade(health: number, unknownInUpgrade: Assumptions['unknownInUpgrade']): UpgradeHealth {
  switch (health) {
    case HEALTH_HEALTHY:
      return 'healthy'
    case HEALTH_INITIALIZING:
      return 'undecided'
    case HEALTH_UNKNOWN:
      return unknownInUpgrade === 'wait' ? 'undecided' : 'unhealthy'
    default:
      return 'unhealthy'
  }
}

/** Whether instance repair would take an instance for its health. HE-20, RE-2: never Initializing, never without a signal. */
export function isRepairHealth(health: number): boolean {
  return health === HEALTH_UNHEALTHY || health === HEALTH_UNKNOWN
}
