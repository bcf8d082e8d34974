import { ASSUMPTIONS, type AssumptionName } from '../assumptions.ts'
import { AUTOMATIC_OS_UPGRADE_RULES } from './automatic-os-upgrade.ts'
import { AUTOSCALE_RULES } from './autoscale.ts'
import { AVAILABILITY_RULES } from './availability.ts'
import { BATCH_RULES } from './batches.ts'
import { CUSTOM_METRICS_RULES } from './custom-metrics.ts'
import { GALLERY_RULES } from './gallery.ts'
import { HEALTH_RULES } from './health.ts'
import { IMAGE_BUILDER_RULES } from './image-builder.ts'
import { MAX_SURGE_RULES } from './max-surge.ts'
import { PLACEMENT_RULES } from './placement.ts'
import { POLICY_TABLE_RULES } from './policy-tables.ts'
import { PROTECTION_RULES } from './protection.ts'
import { REPAIR_RULES } from './repairs.ts'
import { ROLLING_UPGRADE_RULES } from './rolling-upgrade.ts'
import type { Rule, RuleText } from './rule.ts'
import { SCHEDULED_EVENT_RULES } from './scheduled-events.ts'
import { SPOT_RULES } from './spot.ts'
import { THRESHOLD_RULES } from './thresholds.ts'
import { TIMING_RULES } from './timings.ts'
import { UPGRADE_MODE_RULES } from './upgrade-modes.ts'

const TEXTS: readonly RuleText[] = [
  ...AUTOMATIC_OS_UPGRADE_RULES,
  ...AUTOSCALE_RULES,
  ...AVAILABILITY_RULES,
  ...BATCH_RULES,
  ...CUSTOM_METRICS_RULES,
  ...GALLERY_RULES,
  ...HEALTH_RULES,
  ...IMAGE_BUILDER_RULES,
  ...MAX_SURGE_RULES,
  ...PLACEMENT_RULES,
  ...POLICY_TABLE_RULES,
  ...PROTECTION_RULES,
  ...REPAIR_RULES,
  ...ROLLING_UPGRADE_RULES,
  ...SCHEDULED_EVENT_RULES,
  ...SPOT_RULES,
  ...THRESHOLD_RULES,
  ...TIMING_RULES,
  ...UPGRADE_MODE_RULES,
]

/** The assumptions that read a rule. Which ones do is said in one place only: `rules` of an assumption. */
export function assumptionsOf(id: string): AssumptionName[] {
  return ASSUMPTIONS.filter((assumption) => assumption.rules.includes(id)).map((assumption) => assumption.name)
}

/** Every rule of the platform the twin knows, by section. A trace stores rules by their place in this list. */
export const RULES: readonly Rule[] = TEXTS.map((text) => ({ ...text, assumptions: assumptionsOf(text.id) }))

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id.toLowerCase(), rule]))

/** By id, in any case: `findRule('th-6')`. */
export function findRule(id: string): Rule | undefined {
  return BY_ID.get(id.toLowerCase())
}
