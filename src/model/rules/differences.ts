import type { AssumptionName } from '../assumptions.ts'

/** A point on which the article and the documentation tell different things. */
export interface Difference {
  readonly id: string
  readonly title: string
  readonly article: string
  readonly documentation: string
  /** Which of the two the twin follows by default. `same`: they agree, one is more precise. */
  readonly followed: 'documentation' | 'article' | 'same'
  /** The assumption that turns it, where there is one. */
  readonly assumption?: AssumptionName
  readonly rules: readonly string[]
}

type Followed = Difference['followed']

const difference = (
  id: string,
  title: string,
  article: string,
  documentation: string,
  rules: readonly string[],
  followed: Followed = 'documentation',
  assumption?: AssumptionName,
): Difference => ({
  id,
  title,
  article,
  documentation,
  followed,
  rules,
  ...(assumption === undefined ? {} : { assumption }),
})

export const DIFFERENCES: readonly Difference[] = [
  difference(
    'D1',
    'Grace period of the health extension',
    '600 by default, from 0 to 7200.',
    'interval x probes by default, from 5 to 14400; 600 is the value of a sample.',
    ['HE-15', 'TABLE-healthExtension'],
    'documentation',
    'extensionGraceDefault',
  ),
  difference(
    'D2',
    'What a 200 means',
    'Healthy, with extension 2.0 and a plain /healthz.',
    'So under 1.0. 2.0 needs ApplicationHealthState in the body; without it the sample of the article ends in Unknown, upgrades halt and repairs loop until they suspend themselves.',
    ['HE-6', 'HE-9'],
    'documentation',
    'richPlain200',
  ),
  difference(
    'D3',
    'What an error status or a timeout means',
    'Unhealthy.',
    'Unknown under Rich, Unhealthy under Binary Health States.',
    ['HE-6', 'HE-10'],
    'documentation',
    'richNon2xx',
  ),
  difference(
    'D4',
    'Unknown',
    'One of three states: no signal yet, upgrades wait, no repair during the grace.',
    'That describes Initializing. Unknown counts as unhealthy and is repaired.',
    ['HE-12', 'HE-20'],
    'documentation',
    'unknownInUpgrade',
  ),
  difference(
    'D5',
    'Port of the probe',
    'Always needed.',
    'Optional for http and https, needed for tcp; interval x probes at most 240 s.',
    ['TABLE-healthExtension'],
  ),
  difference(
    'D6',
    'Grace of repairs',
    'PT30M by default.',
    'PT10M by default, 10 to 90 minutes; 30 is the former default.',
    ['RE-5'],
  ),
  difference(
    'D7',
    'When an unhealthy instance is repaired',
    'One table starts the grace at a change of the instance, another repairs an Unhealthy one after the grace.',
    'Only the first: one that turns unhealthy later waits no further.',
    ['RE-3', 'RE-4'],
    'documentation',
    'repairGraceAnchor',
  ),
  difference(
    'D8',
    'Scale-in protection and repair',
    'Such an instance can still be repaired.',
    'Either flag exempts it.',
    ['RE-10'],
  ),
  difference(
    'D9',
    'protectFromScaleSetActions and scale-in',
    'Scale-in remains possible while the other flag is off.',
    'It includes protection from scale-in; the combination is refused.',
    ['PR-2'],
  ),
  difference(
    'D10',
    'rollbackFailedInstancesOnPolicyBreach',
    'Recommended on Flexible; brings the OS disk back.',
    'Uniform only, false by default, brings the former model back. Restoring disks belongs to automatic OS upgrade.',
    ['TH-17', 'TH-18', 'AO-14'],
    'documentation',
    'flexRollbackFlag',
  ),
  difference(
    'D11',
    'What a breach does',
    'Cancels and rolls back, in general.',
    'Ends Faulted. Anything is rolled back only under D10 or AO-14; a manual OS upgrade never restores disks.',
    ['RU-13', 'AO-17'],
  ),
  difference(
    'D12',
    'Denominator of the upgraded threshold',
    'Simply the upgraded instances.',
    'Pages disagree.',
    ['TH-6'],
    'article',
    'upgradedDenominator',
  ),
  difference(
    'D13',
    'Error codes',
    'Two threshold codes.',
    'Four of the run, plus timeout, internal, window and detail codes; the one before the first batch is missing.',
    ['TH-2', 'TH-3', 'TH-5', 'RU-21'],
  ),
  difference(
    'D14',
    'Policy of automatic OS upgrades',
    'Always the rolling policy of the set.',
    'useRollingUpgradePolicy is false by default and falls back to the default policy.',
    ['AO-5'],
    'documentation',
    'aosPolicySource',
  ),
  difference('D15', 'How much at once', 'Never more than 20%.', '20 is the default; a policy may allow 100.', [
    'TABLE-rollingUpgradePolicy',
    'AO-6',
  ]),
  difference(
    'D16',
    'Missing prerequisites',
    'Nothing happens, silently.',
    'No health source fails the write, protected or pinned sets fail the manual call; only a pinned or unreplicated version is silent.',
    ['AO-28', 'BT-13'],
  ),
  difference(
    'D17',
    'Version of the health extension',
    'Must match the model, on Flexible.',
    'Not found.',
    ['AO-27'],
    'article',
    'extensionVersionGate',
  ),
  difference(
    'D18',
    'Automatic OS upgrade on Flexible',
    'A preview.',
    'One page implies it, one lists it as unsupported.',
    ['AO-26'],
    'article',
    'flexAos',
  ),
  difference(
    'D19',
    'After a halt',
    'The rollout is resumed.',
    'There is no resuming: a new model change or an empty update starts a new run.',
    ['RU-9', 'RU-14'],
  ),
  difference(
    'D20',
    'Changing the size',
    'Instances are replaced.',
    'The same instance is restarted or redeployed; only MaxSurge replaces.',
    ['UM-5', 'TABLE-modelChange'],
  ),
  difference('D21', 'What Rolling does', 'Replaces batches.', 'Upgrades them in place by default.', ['UM-5']),
  difference(
    'D22',
    'Notice of scheduled events',
    'Reboot and Redeploy minutes, Freeze seconds.',
    '15, 10 and 15 minutes; seconds is what a Freeze lasts.',
    ['SE-1'],
  ),
  difference(
    'D23',
    'Terminate notices and Spot',
    'Named side by side.',
    'Terminate notifications cannot be enabled on Spot.',
    ['SE-9'],
  ),
  difference(
    'D24',
    'Zones of an existing set',
    'Cannot be changed.',
    'Can be added, never removed, from API 2023-03-01.',
    ['PL-26'],
  ),
  difference('D25', 'Reading health on Flexible', 'From the instance view of the set.', 'From each machine.', [
    'HE-22',
  ]),
  difference(
    'D26',
    'When the whole-set threshold stops a run',
    'At the end of the current batch.',
    'The same: tested before each batch, and only more than the limit stops.',
    ['TH-1', 'TH-3'],
    'same',
  ),
  difference(
    'D27',
    '/versions/latest on a gallery id',
    'Is resolved once, when the set is created.',
    'Not described; the definition id without a version is.',
    ['AO-1', 'GA-05'],
    'article',
  ),
  difference(
    'D28',
    'What the article does not mention',
    'Nothing about the health wait, how many are repaired at once, suspension, failed provisioning.',
    'Five minutes an instance; 5% or one; suspended after repeated failures; failed provisioning is never repaired.',
    ['TH-12', 'RE-2', 'RE-6', 'RE-12'],
  ),
  difference('D29', 'Borders of a batch', 'Nothing about zones and update domains.', 'One zone a batch by default.', [
    'BT-4',
    'BT-6',
  ]),
  difference(
    'D30',
    'Numbers of the gallery',
    '50 replicas, about 20 creations for each, 10,000 versions of a definition.',
    '100 replicas of a version (50 advised), one for 50 concurrent creations, 10,000 versions a subscription and region.',
    ['GA-30', 'GA-31', 'GA-34'],
    'documentation',
    'createsPerReplica',
  ),
]
