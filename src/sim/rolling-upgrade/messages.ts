import { percentText } from '../percent.ts'
import type { ThresholdCheck } from './thresholds.ts'

/** The gist of the service's message for an error code of a rolling upgrade, with the run's own numbers. */
export function breachMessage(code: string, check: ThresholdCheck | null, firstFailed: string | null): string {
  const share = check ? `${percentText(check.count, check.total)} (${check.count} of ${check.total})` : ''
  const limit = check ? `${check.limitPercent} %` : ''
  switch (code) {
    case 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade':
      return `${share} of the instances are unhealthy before any batch, more than maxUnhealthyInstancePercent ${limit}; nothing was upgraded.`
    case 'MaxUnhealthyInstancePercentExceededInRollingUpgrade':
      return `${share} of the instances are unhealthy, more than maxUnhealthyInstancePercent ${limit}; no further batch starts.`
    case 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade': {
      const first = firstFailed ? ` The first one that failed is ${firstFailed}.` : ''
      return `${share} of the upgraded instances are unhealthy, more than maxUnhealthyUpgradedInstancePercent ${limit}.${first}`
    }
    case 'RollingUpgradeTimeoutError':
      return 'The upgrade took longer than its time limit; no further batch starts.'
    case 'RollingUpgradeInProgressWithFailedUpgradedVMs':
      return 'Every batch is done, but some instances failed to upgrade.'
    case 'RollingUpgradeBatchStartTimeNotWithinScheduledWindows':
      return 'The next batch is due outside the maintenance window; the upgrade goes on in the next one.'
    default:
      return code
  }
}
