import { ambiguous, documented, type RuleText, undocumented } from './rule.ts'
import { MAX_SURGE, REST_POLICY, ROLLING, sources, TERMINATE } from './sources.ts'

/** Upgrades that create replacements before they delete. */
export const MAX_SURGE_RULES: readonly RuleText[] = [
  documented(
    'MS-1',
    'Create, wait, delete',
    'Each batch creates instances from the latest model, waits until they exist and are healthy, then deletes as many old ones.',
    sources(ROLLING, MAX_SURGE, REST_POLICY),
  ),
  documented(
    'MS-2',
    'Capacity never drops',
    'below the instance count of the set; for a while it is one batch higher.',
    MAX_SURGE,
  ),
  documented(
    'MS-3',
    'Replacements are new instances',
    'with new ids and addresses, in the same subnet, and against the same core quota.',
    MAX_SURGE,
  ),
  ambiguous(
    'MS-4',
    'Quota decides batch by batch',
    'Before each batch the quota is checked; if it does not suffice, the upgrade goes on in place. A full subnet is treated alike.',
    MAX_SURGE,
    'Whether the fallback holds for that batch or for the rest is not said.',
  ),
  documented(
    'MS-6',
    'A replacement may change its domain',
    'On Uniform it can land in another update domain.',
    MAX_SURGE,
  ),
  documented(
    'MS-7',
    'With automatic upgrades',
    'Automatic OS and extension upgrades of a Uniform set surge as well. Automatic OS upgrade with MaxSurge is not supported on Flexible.',
    MAX_SURGE,
  ),
  undocumented(
    'MS-8',
    'Replacements that never turn healthy',
    'are deleted, the old instances stay, and the replacements count as failed in TH-5.',
  ),
  documented(
    'MS-9',
    'Terminate notices delay the deletes',
    'Removing old instances is a delete, so a terminate notification applies and holds back only the deletion.',
    TERMINATE,
    'Documented for deletes in general.',
  ),
  undocumented(
    'MS-10',
    'The autoscale maximum does not block',
    'Replacement instances may lift the count above the maximum of the autoscale profile for a while.',
  ),
]
