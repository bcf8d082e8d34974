import { ambiguous, documented, type RuleText, undocumented } from './rule.ts'
import {
  AOS,
  issue,
  MAX_SURGE,
  METRICS,
  MODES,
  ORCHESTRATION,
  PROTECT,
  REST_POLICY,
  ROLLING,
  SF_GUIDE,
  sources,
} from './sources.ts'

/** What goes into a batch, and in which order. */
export const BATCH_RULES: readonly RuleText[] = [
  documented(
    'BT-1',
    'A batch is a percentage of all instances',
    'of the set, and at least one. 20% of 10 are 2; of 5 or fewer, 1.',
    sources(ROLLING, AOS),
  ),
  ambiguous(
    'BT-2',
    'The percentage rounds down',
    'cap = max(1, floor(total x maxBatchInstancePercent / 100)), in whole numbers. 3 at 34% -> 1, 3 at 33% -> 1 (the minimum), 6 at 20% -> 1, 9 at 34% -> 3, 11 at 20% -> 2.',
    sources(AOS, REST_POLICY),
    'Called a maximum, with a minimum of one; no formula is printed.',
  ),
  ambiguous(
    'BT-3',
    'Unhealthy instances elsewhere shrink a batch',
    'The candidates are walked in order up to the cap. An unhealthy one always joins; a healthy one joins only while healthyInBatch <= max(1, floor(total x maxUnhealthyInstancePercent / 100) - unhealthyNotInBatch), because an instance being upgraded is itself unavailable.',
    REST_POLICY,
    'The reference says that the batch may shrink, not how.',
  ),
  documented(
    'BT-4',
    'One zone at a time',
    'Instances of two zones are never in one batch, unless enableCrossZoneUpgrade is true; then only update domain and batch percent matter.',
    sources(AOS, ROLLING, REST_POLICY, issue('Azure/azure-cli#16038')),
  ),
  undocumented(
    'BT-5',
    'The cap of a zone comes from the whole set',
    'A zone with fewer pending instances than the cap gives a short batch.',
  ),
  documented(
    'BT-6',
    'Update domains border a Uniform batch',
    'A Uniform set has five update domains and a batch stays inside one. Flexible has none; host maintenance walks its fault domains instead.',
    sources(AOS, ORCHESTRATION),
    'Whether equal update domains of two placement groups are one border is not said.',
  ),
  undocumented(
    'BT-7',
    'A batch larger than an update domain',
    'Below 100% the border of the update domain wins. At 100% one batch takes a whole zone.',
  ),
  ambiguous(
    'BT-8',
    'Fault domains of a Flexible set',
    'With more than one fault domain, a batch takes one of them first and fills up from the next.',
    METRICS,
    'One page says that batches consider update domain, fault domain and zone, without the weight.',
  ),
  undocumented(
    'BT-9',
    'The order of candidates',
    'Phase number, then unhealthy ones if prioritized, then zone, then update or fault domain, then instance id (Flexible: creation). With enableCrossZoneUpgrade zone is no part of the order.',
  ),
  documented(
    'BT-10',
    'Unhealthy ones first, on request',
    'With prioritizeUnhealthyInstances every unhealthy or failed instance goes before any healthy one. Without it they are upgraded in their normal place.',
    sources(ROLLING, REST_POLICY, issue('MicrosoftDocs/azure-docs#38349')),
    'Where zones stand relative to this is not said.',
  ),
  documented(
    'BT-11',
    'Protected from set actions: left out',
    'An instance with protectFromScaleSetActions stays on the old model.',
    sources(PROTECT, MODES),
    'That the run can still end Completed is a proposal.',
  ),
  documented(
    'BT-12',
    'Protected from scale-in only: upgraded',
    'protectFromScaleIn alone does not keep an instance out of an upgrade.',
    PROTECT,
  ),
  documented(
    'BT-13',
    'Nothing eligible',
    'Starting an OS upgrade on a set whose instances are all protected is refused with 409 OperationNotAllowed.',
    SF_GUIDE,
  ),
  undocumented(
    'BT-14',
    'Stopped and deallocated instances',
    'are left out of batches and of the unhealthy count but stay in the total. They take the new model when they start.',
  ),
  documented(
    'BT-15',
    'No health is unhealthy',
    'An instance whose health cannot be read counts as unhealthy. Attached machines without the extension can spoil an upgrade that way.',
    sources(SF_GUIDE, ROLLING, MAX_SURGE),
    'Whether an instance that is still being created counts is not said.',
  ),
  undocumented(
    'BT-16',
    'Those left out stay in the denominator',
    'Protected, skipped and deallocated instances are part of the total that the whole-set percentage is taken of.',
  ),
]
