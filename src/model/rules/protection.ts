import { documented, type RuleText, undocumented } from './rule.ts'
import { AUTO_ZONE_BALANCE, FAQ, PROTECT, REPAIR, SCALE_IN, sources } from './sources.ts'

/** Instance protection. */
export const PROTECTION_RULES: readonly RuleText[] = [
  documented(
    'PR-1',
    'What each flag keeps away',
    'protectFromScaleIn: scale-in, repair and zone rebalancing; not upgrades, reimage, deallocate or restart of the set. protectFromScaleSetActions: all of these. Neither: what a user does to the instance itself, or deleting the whole set.',
    sources(PROTECT, REPAIR, AUTO_ZONE_BALANCE, SCALE_IN),
  ),
  documented(
    'PR-2',
    'One flag implies the other',
    'protectFromScaleSetActions includes protection from scale-in; an explicit protectFromScaleIn false beside it is refused.',
    PROTECT,
  ),
  documented(
    'PR-3',
    'On existing instances only',
    'never in the model of the set. New and replaced instances start without protection.',
    PROTECT,
  ),
  undocumented(
    'PR-4',
    'Scale-in with all candidates protected',
    'removes nothing; the capacity stays and the result is partial.',
  ),
  documented('PR-5', 'Deallocated instances', 'are not started by autoscale but can be victims of a scale-in.', FAQ),
]
