import { ambiguous, documented, type RuleText } from './rule.ts'
import { MAX_SURGE, REST_OS_POLICY, REST_POLICY, ROLLING, sources, TERRAFORM } from './sources.ts'

/** Fields, defaults and ranges of the upgrade policy. */
export const POLICY_TABLE_RULES: readonly RuleText[] = [
  documented(
    'TABLE-upgradePolicy',
    'Fields of upgradePolicy',
    'mode: Manual, Automatic or Rolling; Manual when unset. Another word is refused with InvalidParameter, Rolling without a health source with BadRequest.',
    sources(ROLLING, REST_POLICY),
    'The code for a wrong word is assumed.',
  ),
  ambiguous(
    'TABLE-rollingUpgradePolicy',
    'Fields of rollingUpgradePolicy',
    'maxBatchInstancePercent 20, from 5 to 100. maxUnhealthyInstancePercent 20, from 5 to 100. maxUnhealthyUpgradedInstancePercent 20, from 0 to 100. pauseTimeBetweenBatches PT0S, ISO 8601. prioritizeUnhealthyInstances, enableCrossZoneUpgrade (zones only), rollbackFailedInstancesOnPolicyBreach (Uniform only) and maxSurge: false.',
    sources(REST_POLICY, ROLLING, TERRAFORM, MAX_SURGE),
    'The code InvalidParameter for values out of range is assumed; the longest pause is not published; what the rollback flag does on Flexible is not said.',
  ),
  documented(
    'TABLE-automaticOSUpgradePolicy',
    'Fields of automaticOSUpgradePolicy',
    'enableAutomaticOSUpgrade, disableAutomaticRollback, useRollingUpgradePolicy, osRollingUpgradeDeferral: all false. Enabling without a health source is refused with BadRequest.',
    REST_OS_POLICY,
  ),
]
