import { ambiguous, documented, type RuleText, undocumented } from './rule.ts'
import { AUTO_ZONE_BALANCE, HEALTH, issue, REPAIR, REST_REPAIRS, sources } from './sources.ts'

/** Automatic instance repairs. */
export const REPAIR_RULES: readonly RuleText[] = [
  documented(
    'TABLE-automaticRepairsPolicy',
    'Fields of automaticRepairsPolicy',
    'enabled: false. gracePeriod: PT10M, from PT10M to PT90M. repairAction: Replace, Reimage or Restart, Replace by default. Enabling it without a health source is refused with BadRequest.',
    sources(REPAIR, REST_REPAIRS),
  ),
  documented(
    'RE-1',
    'What it needs',
    'One health source and no Service Fabric. While enabled, the set cannot be moved to another group or subscription.',
    REPAIR,
  ),
  documented(
    'RE-2',
    'Who is repaired',
    'Instances that are Unhealthy or Unknown; never one that is Initializing or sends nothing. Failed provisioning is not repaired.',
    sources(REPAIR, HEALTH),
  ),
  documented(
    'RE-3',
    'Grace after a change',
    'After a change of the instance through the set (create, update, reimage, restart, redeploy, a repair) no repair happens for gracePeriod, counted from the end of the change.',
    REPAIR,
  ),
  ambiguous(
    'RE-4',
    'No grace after turning unhealthy',
    'An instance whose last change is older than the grace period is repaired at once.',
    sources(REPAIR, issue('hashicorp/terraform-provider-azurerm#26227')),
    'Some tools describe the grace as time since the instance turned unhealthy; the page wins.',
  ),
  documented(
    'RE-5',
    'Length of the grace',
    'PT10M by default, from 10 to 90 minutes. Older pages and tools say 30 for both default and minimum.',
    sources(REPAIR, REST_REPAIRS),
  ),
  documented(
    'RE-6',
    'How many at once',
    'At most 5% of the set; below 20 instances, one. max(1, floor(total x 5 / 100)).',
    REPAIR,
    'The rounding is assumed.',
  ),
  documented(
    'RE-7',
    'The three actions',
    'Replace deletes and creates from the latest model: new id, addresses and disks. Reimage keeps id, address, data and temporary disk and renews the OS disk. Restart keeps everything.',
    REPAIR,
  ),
  documented(
    'RE-8',
    'Replace with terminate notice',
    'The delete waits for the notice, the new instance does not: for a while there is one more.',
    REPAIR,
  ),
  documented('RE-9', 'Attached machines', 'that differ from the model lose the difference on Replace.', REPAIR),
  documented('RE-10', 'Protection', 'Either protection flag exempts an instance from repair.', REPAIR),
  documented(
    'RE-11',
    'State of the service',
    'orchestrationServices shows AutomaticRepairs as Running, Suspended or NotRunning (a policy that is not enabled). setOrchestrationServiceState suspends and resumes it.',
    sources(REPAIR, REST_REPAIRS),
    'Prose writes "Not Running", the enum NotRunning.',
  ),
  documented(
    'RE-12',
    'It suspends itself',
    'when replacements keep coming up unhealthy. Only a user can resume it; an activity-log event tells of it.',
    REPAIR,
    'After how many tries is not published.',
  ),
  documented(
    'RE-13',
    'Period of a repair loop',
    'A replacement gets a full grace of its own, so a loop takes about the grace plus the time to create.',
    REPAIR,
  ),
  documented(
    'RE-14',
    'Changing the action',
    'Switch repairs off first, then on with the new action.',
    REPAIR,
    'What a direct change does is not said.',
  ),
  documented('RE-15', 'Only the latest model', 'The policy holds for instances on the latest model.', REPAIR),
  undocumented(
    'RE-16',
    'During a rolling upgrade',
    'No repair starts on a member of the running batch; others may be repaired. A Replace gives an up-to-date instance, which leaves the pending ones. An upgrade restarts the grace, and ten minutes of grace outlast the five of the health wait.',
  ),
  undocumented('RE-17', 'Order and pace', 'Longest unhealthy first, then by id; one look a minute.'),
  documented(
    'RE-18',
    'A set of one',
    'has a limit of one, so it is repaired; Replace means an outage.',
    'derived from RE-6',
  ),
  documented(
    'RE-20',
    'Zone balance brings repairs',
    'Enabling automatic zone balance enables repairs too, unless they are configured already.',
    AUTO_ZONE_BALANCE,
  ),
]
