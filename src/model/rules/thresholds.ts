import { ambiguous, documented, type RuleText, undocumented } from './rule.ts'
import { AOS, AOS_2017, EXTENSION_UPGRADE, HEALTH, issue, REST_POLICY, ROLLING, SF_GUIDE, sources } from './sources.ts'

/** The two health thresholds, the health wait, and what a breach leads to. */
export const THRESHOLD_RULES: readonly RuleText[] = [
  documented(
    'TH-1',
    'The whole set, before the first batch',
    'More than maxUnhealthyInstancePercent unhealthy stops the upgrade before it begins; exactly as much passes. At 20%, 2 of 10 start and 3 of 10 do not.',
    sources(ROLLING, AOS),
  ),
  documented(
    'TH-2',
    'What that stop looks like',
    'Faulted with MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade; the message gives both percentages and the commonest error. All four counters are 0. Details hold RollingUpgradeInstanceUnhealthyError per instance.',
    sources(SF_GUIDE, AOS),
    'The counters were seen in one real output, pending among them.',
  ),
  documented(
    'TH-3',
    'The whole set, before every later batch',
    'The same test, whatever made an instance unhealthy. A breach is MaxUnhealthyInstancePercentExceededInRollingUpgrade. The running batch is finished first, so the stop lies at a border between batches.',
    sources(AOS, REST_POLICY),
  ),
  ambiguous(
    'TH-4',
    'Exact comparison',
    'unhealthy x 100 > percent x total, in whole numbers. 1 of 5 at 20% passes.',
    ROLLING,
    'Derived from the printed example.',
  ),
  documented(
    'TH-5',
    'The upgraded instances, after every batch',
    'More than maxUnhealthyUpgradedInstancePercent of the upgraded instances unhealthy ends the run with MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade, naming the commonest error and the first failed instance.',
    sources(REST_POLICY, AOS, issue('microsoft/AzureTRE#1591')),
  ),
  ambiguous(
    'TH-6',
    'What TH-5 divides by',
    'By default the instances upgraded so far in this run: successful, failed and rolled back.',
    sources(REST_POLICY, AOS, ROLLING, issue('Azure/azure-powershell#11896')),
    'REST and the OS upgrade page speak of the instances upgraded so far; the example of the how-to divides by the whole set (10 instances, 20%, more than two). Real error texts, such as 100% after the first batch, fit the first reading.',
  ),
  ambiguous(
    'TH-7',
    'One bad instance stops a small set',
    'With the defaults and up to 24 instances, a single bad one in the first batch is a breach (1/1, 1/2, 1/3 and 1/4 are above 20%). From 25 on one of the first 5 is exactly 20% and passes.',
    'derived from TH-6',
    'Turns round if TH-5 divides by the whole set.',
  ),
  documented(
    'TH-8',
    'A limit of zero',
    'maxUnhealthyUpgradedInstancePercent 0 lets the first unhealthy upgraded instance end the run.',
    issue('Azure/azure-powershell#11896'),
  ),
  undocumented(
    'TH-9',
    'Who counts as unhealthy after an upgrade',
    'Every instance upgraded in this run that is Unhealthy or Unknown now, failed to provision, or was rolled back. One that was good and turns bad counts again.',
  ),
  documented(
    'TH-10',
    'TH-5 before TH-3',
    'Where both would fail at one border, the upgraded instances decide: their check ends a batch, the other opens the next.',
    'derived from REST reference: RollingUpgradePolicy',
  ),
  undocumented(
    'TH-11',
    'After the last batch',
    'only TH-5 is tested. If it passes, the run is Completed, even with failed instances.',
  ),
  documented(
    'TH-12',
    'Five minutes to become healthy',
    'OS upgrades wait up to five minutes for each upgraded instance; extension upgrades five minutes or what the probe needs.',
    sources(AOS, EXTENSION_UPGRADE),
    'For a model change no number is given; the twin uses the same.',
  ),
  ambiguous(
    'TH-13',
    'When the wait begins',
    'when provisioning and all extensions of the instance are done.',
    AOS,
    'The page says that an instance is healthy only with all extensions provisioned; the start of the timer is not spelled out.',
  ),
  ambiguous(
    'TH-14',
    'Initializing and the wait',
    'Initializing is no verdict: the wait goes on. Verdict at max(provisioned + health wait, end of Initializing). Healthy ends it at once; Unhealthy or Unknown before that moment keeps waiting.',
    sources(HEALTH, AOS),
    'A grace period of more than 300 s and a wait of five minutes contradict each other.',
  ),
  undocumented(
    'TH-15',
    'One Healthy report is enough',
    'No stability window follows. A batch ends when each of its members has a verdict.',
  ),
  documented(
    'TH-16',
    'Without any health source',
    'health means running with all extensions provisioned (Service Fabric and legacy sets). The 2017 text waited 30 minutes a batch.',
    sources(AOS, AOS_2017),
  ),
  documented(
    'TH-17',
    'Rollback on a policy breach',
    'With rollbackFailedInstancesOnPolicyBreach, on Uniform only, a breach sends the failed instances back to their former model. The run stays Faulted.',
    sources(ROLLING, REST_POLICY),
    'That healthy upgraded instances keep the new model is a proposal.',
  ),
  documented(
    'TH-18',
    'Not the OS disk rollback',
    'The flag of TH-17 is apart from the restore of single OS disks by automatic OS upgrade (AO-14), which needs no breach.',
    sources(ROLLING, AOS),
  ),
  documented(
    'TH-19',
    'Flexible has no rollback',
    'of a breached model change: failed instances stay on the new model until the next change.',
    ROLLING,
    'Follows from the flag being labelled Uniform only.',
  ),
]
