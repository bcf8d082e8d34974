/** A small world and what the rules make of it; the conformance tests play them. */
export interface WorkedExample {
  readonly id: string
  readonly title: string
  /** The defaults (20/20/20/PT0S) hold unless said; U stands for unhealthy. */
  readonly setup: string
  readonly expected: string
  /** What playing it showed. */
  readonly remark?: string
  readonly rules: readonly string[]
}

export const WORKED_EXAMPLES: readonly WorkedExample[] = [
  {
    id: 'W1',
    title: 'A good image',
    setup: '10 Flexible instances without zones, all healthy.',
    expected:
      '5 batches of 2. Counters go from 0,0,2,8 to 10,0,0,0 (successful, failed, in progress, pending); Completed.',
    rules: ['BT-1', 'BT-2', 'RU-10'],
  },
  {
    id: 'W2',
    title: 'Three instances with a pause',
    setup: '3 instances, all percentages 34, pause PT1M.',
    expected: '3 batches of 1 with two pauses.',
    remark: 'With the measured step the borders lie on full minutes; outcome and counters stay.',
    rules: ['BT-2', 'RU-4'],
  },
  {
    id: 'W3',
    title: 'Unhealthy at the limit',
    setup: '10 instances, 2 of them U before the start.',
    expected: '20% is not above 20%: the upgrade starts, and each batch takes only one healthy instance.',
    remark:
      'Read literally, BT-3 reaches over to the unhealthy ones: with 8 and 9 U the batches are [0,8], [1,9], then pairs if the new disk cures them; if not, 1 of 2 ends the run after the first batch. Batches of one throughout come only with both protected.',
    rules: ['TH-1', 'TH-4', 'BT-3'],
  },
  {
    id: 'W4',
    title: 'Unhealthy above the limit',
    setup: '10 instances, 3 of them U before the start.',
    expected: 'Faulted with MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade, all counters 0.',
    remark: 'pending is 0 as well, although RU-10 would suggest 10.',
    rules: ['TH-1', 'TH-2'],
  },
  {
    id: 'W5',
    title: 'A bad image',
    setup: '10 instances; both of the first batch fail.',
    expected:
      '2 of 2 upgraded are 100%: MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade, 2 failed, 8 pending. With upgradedDenominator total, 2 of 10 pass and the run goes on.',
    rules: ['TH-5', 'TH-6'],
  },
  {
    id: 'W6',
    title: 'Trouble elsewhere',
    setup: '10 instances; during the first batch three others turn U.',
    expected:
      'The batch finishes with 2 successful. Before the second 30% are unhealthy: MaxUnhealthyInstancePercentExceededInRollingUpgrade, 8 pending.',
    rules: ['TH-3'],
  },
  {
    id: 'W7',
    title: 'Only the last one fails',
    setup: '5 instances; the last to be upgraded fails.',
    expected: '1 of 5 is 20%, not above it: Completed with 4 successful and 1 failed.',
    rules: ['TH-4', 'TH-11'],
  },
  {
    id: 'W8',
    title: 'Three zones',
    setup: '9 instances over zones 1, 2 and 3, all percentages 34.',
    expected:
      '3 batches of 3, one zone each. With enableCrossZoneUpgrade and ids going round the zones, batches mix them.',
    remark: 'With the flag, zone has to be left out of the order of BT-9.',
    rules: ['BT-4', 'BT-5', 'BT-9'],
  },
  {
    id: 'W9',
    title: 'An OS disk comes back',
    setup: 'Automatic OS upgrade, a batch of 2, one instance never turns healthy.',
    expected:
      'After 5 minutes that one gets its former disk back (rollbackInfo 1 and 0). 1 of 2 is 50%: the run halts; the other instance keeps the new disk.',
    remark: 'With the measured step the borders lie on full minutes.',
    rules: ['AO-14', 'AO-15', 'TH-12', 'TH-5'],
  },
  {
    id: 'W10',
    title: 'The same without rollback',
    setup: 'As W9 with disableAutomaticRollback true.',
    expected: 'No disk is restored; the run halts all the same.',
    rules: ['AO-14', 'TH-5'],
  },
  {
    id: 'W11',
    title: 'Rich Health States without the body',
    setup: 'Extension 2.0; the application answers 200 with the text OK.',
    expected: 'Initializing until the grace ends, then Unknown: unhealthy for an upgrade, and due for repair.',
    rules: ['HE-9', 'HE-12', 'HE-20'],
  },
  {
    id: 'W12',
    title: 'Binary Health States and 204',
    setup: 'Extension 1.0; the application answers 204.',
    expected: 'Unhealthy.',
    rules: ['HE-6'],
  },
  {
    id: 'W13',
    title: 'Repairs at once',
    setup: 'Repairs on; 40 instances, all U and past their grace.',
    expected: '2 at a time; with 39 or 19 instances, 1.',
    rules: ['RE-6'],
  },
  {
    id: 'W14',
    title: 'No second grace',
    setup: 'An instance turns U three hours after its last change; gracePeriod PT90M.',
    expected: 'Repaired at the next look.',
    rules: ['RE-3', 'RE-4'],
  },
  {
    id: 'W15',
    title: 'Protected from scale-in',
    setup: 'protectFromScaleIn only; U and past its grace.',
    expected: 'Not repaired, yet upgraded by rolling upgrades.',
    rules: ['RE-10', 'BT-12', 'PR-1'],
  },
  {
    id: 'W16',
    title: 'A patch of an older line',
    setup: '1.6.9 is published after 1.7.0.',
    expected: 'Nothing rolls.',
    rules: ['GR-1', 'GR-6'],
  },
  {
    id: 'W17',
    title: 'Region by region',
    setup: '1.8.0 is published and replicated to region A only.',
    expected: 'The set in A rolls; the set in B follows when its replication is complete.',
    rules: ['GR-3', 'AO-7'],
  },
  {
    id: 'W18',
    title: 'A user cancel',
    setup: '10 instances; cancelled during the second batch.',
    expected: 'That batch finishes. Cancelled, lastAction Cancel, counters 4,0,0,6.',
    rules: ['RU-11'],
  },
  {
    id: 'W19',
    title: 'Going on after a breach',
    setup: 'A breach, then an update without a change.',
    expected: 'A new run begins with TH-1; its work list holds only the instances behind the model.',
    rules: ['RU-14', 'RU-15', 'RU-2'],
  },
]
