import type { CapacityAssumptionName } from './assumption-definitions-capacity.ts'
import type { FaultAssumptionName } from './assumption-definitions-faults.ts'
import type { FleetAssumptionName } from './assumption-definitions-fleet.ts'
import type { ImageAssumptionName } from './assumption-definitions-images.ts'
import type { SpotAssumptionName } from './assumption-definitions-spot.ts'
import type { Assumptions, AssumptionText } from './assumptions.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** What the catalogue says about the value of one key: only values its type allows. */
type Played<Value> = AssumptionText & {
  readonly values: readonly { readonly value: Value; readonly meaning: string }[]
}

/** Open readings that this version plays. Defaults: `DEFAULT_ASSUMPTIONS`. */
export const PLAYED_ASSUMPTIONS: {
  readonly [K in Exclude<
    keyof Assumptions,
    ImageAssumptionName | FleetAssumptionName | CapacityAssumptionName | FaultAssumptionName | SpotAssumptionName
  >]: Played<Assumptions[K]>
} = {
  enforceBatchLeUnhealthy: {
    kind: 'boolean',
    rules: ['RP-4'],
    summary:
      'Whether the service refuses a batch percent above the unhealthy percent. The rule is written down for another service that passes these fields through; every official sample obeys it.',
    values: [
      { value: true, meaning: 'Such a policy is refused with InvalidParameter.' },
      { value: false, meaning: 'Such a policy is accepted.' },
    ],
    source: 'Azure Batch reference: RollingUpgradePolicy',
  },
  flexRollbackFlag: {
    kind: 'enum',
    rules: ['TH-17', 'TH-19', 'TABLE-rollingUpgradePolicy'],
    summary:
      'What `rollbackFailedInstancesOnPolicyBreach` does on a Flexible set. It is documented for Uniform only; the article recommends it on Flexible.',
    values: [
      { value: 'ignoreWarn', meaning: 'The flag has no effect on Flexible and is a finding.' },
      { value: 'honour', meaning: 'Failed instances go back to their former model, as on Uniform.' },
    ],
    source: 'Azure documentation: configure rolling upgrades',
  },
  emitRollingBack: {
    kind: 'boolean',
    rules: ['RU-8'],
    summary:
      'Whether the status of an upgrade can be `RollingBack`. Only the newest SDK references list the word and no page explains it.',
    values: [
      { value: false, meaning: 'A run that rolls instances back shows Faulted.' },
      { value: true, meaning: 'It shows RollingBack until the instances are back, then Faulted.' },
    ],
    source: 'REST reference: RollingUpgradeRunningStatus',
  },
  cancelDrainsBatch: {
    kind: 'boolean',
    rules: ['RU-11'],
    summary:
      'What a user cancel does to the batch in flight. That pending instances stay behind is documented, this is not.',
    values: [
      { value: true, meaning: 'The running batch is finished first, with its health wait.' },
      { value: false, meaning: 'The run is Cancelled at once; actions already begun on instances end on their own.' },
    ],
    source: 'Azure documentation: configure rolling upgrades; SDK tests of rolling upgrades',
  },
  writeDuringUpgrade: {
    kind: 'enum',
    rules: ['RU-16'],
    summary: 'What happens to a model write while an upgrade runs. Known from issue reports only.',
    values: [
      { value: 'reject', meaning: 'It is refused with 409 OperationNotAllowed.' },
      { value: 'queue', meaning: 'It is applied as soon as the upgrade has ended.' },
    ],
    source: 'public issues hashicorp/terraform-provider-azurerm#7002, Azure/telescope#1291',
  },
  scaleOutDuringUpgrade: {
    kind: 'enum',
    rules: ['RU-18'],
    summary: 'Whether a set may grow while an upgrade runs. Nothing is published.',
    values: [
      { value: 'allow', meaning: 'New instances are created at once, with the newest model.' },
      { value: 'deferToEnd', meaning: 'They are created when the upgrade has ended.' },
    ],
    source: 'undocumented; precedent: automatic zone balance',
  },
  scaleInDuringUpgrade: {
    kind: 'enum',
    rules: ['RU-18'],
    summary: 'When a set may shrink while an upgrade runs. Nothing is published.',
    values: [
      { value: 'deferToBatchEnd', meaning: 'Instances are deleted after the running batch, never one in the batch.' },
      { value: 'deferToEnd', meaning: 'They are deleted when the upgrade has ended.' },
    ],
    source: 'undocumented; precedent: automatic zone balance',
  },
  freezeTotalAtStart: {
    kind: 'boolean',
    rules: ['RU-18'],
    summary: 'Which instance count the percentages use when the set grows or shrinks during an upgrade.',
    values: [
      { value: false, meaning: 'The count is read again at each batch.' },
      { value: true, meaning: 'The count at the start of the upgrade holds throughout.' },
    ],
    source: 'undocumented',
  },
  upgradeTimeout: {
    kind: 'duration',
    min: MINUTE,
    rules: ['RU-21'],
    summary:
      'How long an upgrade may run before it ends with RollingUpgradeTimeoutError. The error is documented, the limit is not.',
    values: [
      { value: 12 * HOUR, meaning: 'Half a day.' },
      { value: 2 * HOUR, meaning: 'Two hours.' },
    ],
    source: 'Azure documentation: automatic OS image upgrade',
  },
  batchRounding: {
    kind: 'enum',
    rules: ['BT-2'],
    summary:
      'How the batch percentage becomes whole instances. "At most this percent", together with a minimum of one, suggests rounding down; no formula is printed.',
    values: [
      { value: 'floor', meaning: 'Down: 9 at 34% are 3.' },
      { value: 'ceil', meaning: 'Up: 9 at 34% are 4.' },
      { value: 'round', meaning: 'To the nearest, half up: 9 at 34% are 3, 8 at 20% are 2.' },
    ],
    source: 'REST reference: RollingUpgradePolicy; Azure documentation: automatic OS image upgrade',
  },
  shrinkBatchByUnhealthy: {
    kind: 'boolean',
    rules: ['BT-3'],
    summary: 'Whether unhealthy instances elsewhere make a batch smaller. REST says that they can, without a formula.',
    values: [
      { value: true, meaning: 'Healthy instances join only while the unhealthy limit leaves room for them.' },
      { value: false, meaning: 'Every batch is filled up to its cap.' },
    ],
    source: 'REST reference: RollingUpgradePolicy',
  },
  shrinkWalk: {
    kind: 'enum',
    rules: ['BT-3'],
    summary: 'How far the search for batch members goes once no further healthy instance fits.',
    values: [
      { value: 'scan', meaning: 'On through all candidates, so that unhealthy ones further back still join.' },
      { value: 'window', meaning: 'Only the first candidates, as many as the cap, are looked at.' },
    ],
    source: 'undocumented',
  },
  zonalCapBase: {
    kind: 'enum',
    rules: ['BT-5'],
    summary: 'What the batch percentage is taken of when a batch must stay inside one zone.',
    values: [
      { value: 'wholeSet', meaning: 'All instances of the set; a zone with fewer pending gives a short batch.' },
      { value: 'zone', meaning: 'The instances of that zone.' },
    ],
    source: 'undocumented',
  },
  udBorderAt100: {
    kind: 'enum',
    rules: ['BT-7'],
    summary: 'Whether a batch percentage of 100 on a Uniform set still stops at the border of an update domain.',
    values: [
      { value: 'ignore', meaning: 'At 100% one batch takes a whole zone.' },
      { value: 'respect', meaning: 'Each batch stays inside one update domain, whatever the percentage.' },
    ],
    source: 'undocumented',
  },
  fdAffinity: {
    kind: 'enum',
    rules: ['BT-8'],
    summary:
      'What weight fault domains have in a batch of a Flexible set with several. One page says that they are considered, not how.',
    values: [
      { value: 'prefer', meaning: 'A batch takes one fault domain first and fills up from the next.' },
      { value: 'ignore', meaning: 'Fault domains have no influence on the order.' },
    ],
    source: 'Azure documentation: rolling upgrades with custom metrics',
  },
  flexBatchOrder: {
    kind: 'enum',
    rules: ['BT-9'],
    summary: 'The order of Flexible instances that nothing else tells apart. Their names end in random characters.',
    values: [
      { value: 'creation', meaning: 'In order of creation.' },
      { value: 'name', meaning: 'By name, compared character by character.' },
    ],
    source: 'undocumented',
  },
  batchOrder: {
    kind: 'enum',
    rules: ['BT-9', 'BT-10'],
    summary:
      'With `prioritizeUnhealthyInstances`: whether the unhealthy ones of every zone come before the first healthy one, or only those of the zone whose turn it is.',
    values: [
      { value: 'unhealthyFirst', meaning: 'All unhealthy instances, zone by zone, then the healthy ones.' },
      { value: 'zoneFirst', meaning: 'Zone by zone, and the unhealthy ones first within each.' },
    ],
    source: 'undocumented; the flag: REST reference: RollingUpgradePolicy',
  },
  deallocatedInUpgrade: {
    kind: 'enum',
    rules: ['BT-14'],
    summary: 'How stopped or deallocated instances count in an upgrade. Nothing is published.',
    values: [
      {
        value: 'skip',
        meaning: 'Not upgraded, not unhealthy, part of the total; they take the new model when they start.',
      },
      { value: 'countUnhealthy', meaning: 'Not upgraded, and unhealthy in the check of the whole set.' },
    ],
    source: 'undocumented',
  },
  denominatorIncludesExcluded: {
    kind: 'boolean',
    rules: ['BT-16'],
    summary:
      'Whether protected, skipped and deallocated instances are part of the total that percentages are taken of.',
    values: [
      { value: true, meaning: 'They are part of it.' },
      { value: false, meaning: 'Percentages are taken of the instances that take part.' },
    ],
    source: 'undocumented',
  },
  upgradedDenominator: {
    kind: 'enum',
    rules: ['TH-6', 'TH-7', 'W5'],
    summary:
      'What `maxUnhealthyUpgradedInstancePercent` is a percentage of. REST and the OS upgrade page divide by the instances upgraded so far; the example of the rolling upgrade how-to divides by the whole set. Error texts seen in public fit the first.',
    values: [
      {
        value: 'upgraded',
        meaning:
          'Instances upgraded so far in this run (successful, failed and rolled back): 2 bad of the first 2 are 100%.',
      },
      { value: 'total', meaning: 'All instances of the set: 2 bad of 10 are 20%, which still passes at 20.' },
    ],
    source:
      'REST reference: RollingUpgradePolicy; Azure documentation: automatic OS image upgrade, configure rolling upgrades; public issue Azure/azure-powershell#11896',
  },
  completedWithFailures: {
    kind: 'boolean',
    rules: ['TH-11', 'W7'],
    summary: 'How a run ends that upgraded everything within its thresholds but with failed instances.',
    values: [
      { value: true, meaning: 'It ends Completed, with the failures in its counters.' },
      { value: false, meaning: 'It ends Faulted.' },
    ],
    source: 'undocumented',
  },
  healthWait: {
    kind: 'duration',
    rules: ['TH-12', 'TH-14'],
    summary:
      'How long an upgraded instance may take to become healthy. Five minutes are documented for OS upgrades; for a model change no number is given.',
    values: [
      { value: 5 * MINUTE, meaning: 'Five minutes, as for OS upgrades.' },
      { value: 30 * MINUTE, meaning: 'Half an hour, as an old text had it for a whole batch.' },
    ],
    source: 'Azure documentation: automatic OS image upgrade, automatic extension upgrade',
  },
  initializingExtendsWait: {
    kind: 'boolean',
    rules: ['TH-14'],
    summary:
      'What happens when the grace period of the health extension is longer than the health wait: Initializing is no verdict, yet the wait is five minutes.',
    values: [
      { value: true, meaning: 'The wait goes on until Initializing ends.' },
      { value: false, meaning: 'An instance still Initializing after the wait has failed.' },
    ],
    source: 'Azure documentation: Application Health extension, automatic OS image upgrade',
  },
  stabilityWindow: {
    kind: 'duration',
    rules: ['TH-15'],
    summary: 'How long an upgraded instance must stay healthy before it counts as healthy. None is published.',
    values: [
      { value: 0, meaning: 'The first Healthy report decides.' },
      { value: MINUTE, meaning: 'It must stay Healthy for a minute.' },
    ],
    source: 'undocumented',
  },
  upgradeStep: {
    kind: 'duration',
    rules: ['RU-3', 'RU-4', 'TH-5'],
    summary:
      'The tick on which the upgrade engine moves on. Recorded runs advance in steps of about 60 seconds, even with nothing to change; the documentation does not mention it.',
    values: [
      { value: MINUTE, meaning: 'A batch ends at the first full minute of the rollout after its instances are done.' },
      { value: 0, meaning: 'Off: a batch ends when its last instance is done.' },
    ],
    source: 'recorded service responses 2016-2020 (62 steps in 31 runs)',
  },
  surgeFallbackScope: {
    kind: 'enum',
    rules: ['MS-4'],
    summary: 'How long a MaxSurge upgrade stays in place after its quota check failed.',
    values: [
      { value: 'batch', meaning: 'For that batch; the next one checks again.' },
      { value: 'rest', meaning: 'For the rest of the run.' },
    ],
    source: 'Azure documentation: MaxSurge',
  },
  unhealthySurge: {
    kind: 'enum',
    rules: ['MS-8'],
    summary: 'What becomes of replacement instances that never turn healthy.',
    values: [
      { value: 'deleteNew', meaning: 'They are deleted, the old ones stay, and they count as failed.' },
      { value: 'keepNew', meaning: 'They stay beside the old ones and count as failed.' },
    ],
    source: 'undocumented',
  },
  metricsRequireHealthy: {
    kind: 'boolean',
    rules: ['CM-6'],
    summary:
      'Whether custom metrics of an instance that is not Healthy count. A note demands Healthy for taking part at all, which contradicts putting unhealthy instances first.',
    values: [
      { value: true, meaning: 'Its metrics are passed over: last phase, no skipping.' },
      { value: false, meaning: 'Its metrics count as any other.' },
    ],
    source: 'Azure documentation: rolling upgrades with custom metrics',
  },
  twoSources: {
    kind: 'enum',
    rules: ['HE-1'],
    summary: 'What the services see when a set has both the health extension and a load-balancer probe.',
    values: [
      { value: 'disableServices', meaning: 'No health at all, until one of the two is removed.' },
      { value: 'extensionWins', meaning: 'What the extension reports.' },
    ],
    source: 'Azure documentation: Application Health extension, automatic OS image upgrade',
  },
  tcpUnhealthyEndsGrace: {
    kind: 'boolean',
    rules: ['HE-13'],
    summary:
      'Whether refused tcp probes end Initializing before the grace period does. The page says so, the code of the extension keeps Initializing.',
    values: [
      { value: true, meaning: 'numberOfProbes refusals in a row make it Unhealthy at once.' },
      { value: false, meaning: 'It stays Initializing until the grace period ends.' },
    ],
    source: 'Azure documentation: Application Health extension; source of Azure/applicationhealth-extension-linux',
  },
  allProtectedScaleIn: {
    kind: 'enum',
    rules: ['PR-4', 'PL-75'],
    summary: 'What a scale-in does that finds only protected instances.',
    values: [
      { value: 'noop', meaning: 'Nothing is removed, the capacity stays, the result is partial.' },
      { value: 'error', meaning: 'The operation fails.' },
    ],
    source: 'undocumented',
  },
  modeToRollingStartsUpgrade: {
    kind: 'boolean',
    rules: ['UM-3', 'RP-3', 'RU-1'],
    summary:
      'Whether switching the mode to Rolling starts an upgrade by itself. All recorded switches of a set of two took two upgrade steps.',
    values: [
      { value: true, meaning: 'The switch starts a rolling upgrade over the instances that are behind.' },
      { value: false, meaning: 'The switch alone starts nothing.' },
    ],
    source: 'recorded service responses 2016-2020',
  },
  startingCountsAsUnhealthy: {
    kind: 'boolean',
    rules: ['BT-15'],
    summary:
      'Whether an instance that is still being created when a threshold is tested counts as unhealthy. It cannot report yet, and unreachable instances do count.',
    values: [
      { value: false, meaning: 'It counts from the moment it is provisioned.' },
      { value: true, meaning: 'It counts as unhealthy until it reports Healthy.' },
    ],
    source: 'undocumented',
  },
  hiddenRacksPerZone: {
    kind: 'integer',
    min: 1,
    max: 1000,
    rules: ['PL-07'],
    summary:
      'Over how many racks a max-spreading set is laid behind the one fault domain it shows. "As many as possible" is all that is said.',
    values: [
      { value: 8, meaning: 'Eight racks a zone.' },
      { value: 1, meaning: 'One rack: no spreading at all.' },
    ],
    source: 'Azure documentation: manage fault domains',
  },
  overprovisionExtras: {
    kind: 'enum',
    rules: ['PL-52'],
    summary:
      'How many extra instances overprovisioning creates. The documentation advises room for about 20%; recordings show twice the number for up to five requested.',
    values: [
      { value: 'measured', meaning: 'Twice the number for up to five requested, a percentage above that.' },
      { value: 'twentyPercent', meaning: 'The percentage, rounded up, always.' },
    ],
    source: 'recorded service responses 2016-2020 (117 sets); Azure documentation: design considerations',
  },
  overprovisionFactorPercent: {
    kind: 'integer',
    min: 0,
    max: 100,
    rules: ['PL-52'],
    summary: 'The percentage of extra instances where the doubling of small sets does not apply.',
    values: [
      { value: 20, meaning: 'A fifth more, rounded up.' },
      { value: 100, meaning: 'Twice the number.' },
    ],
    source: 'Azure documentation: design considerations',
  },
  updateDomainAcrossPlacementGroups: {
    kind: 'enum',
    rules: ['BT-6', 'PL-09'],
    summary: 'Whether update domains with the same number in two placement groups are one border for a batch or two.',
    values: [
      { value: 'merge', meaning: 'One: a batch may hold update domain 2 of every placement group.' },
      { value: 'separate', meaning: 'Two: a batch stays inside one placement group.' },
    ],
    source: 'undocumented',
  },
  busyRetry: {
    kind: 'duration',
    min: 1,
    rules: ['RU-2'],
    summary:
      'When an upgrade asks again for instances that another operation works on, once nobody else is left. Nothing is published; the default is one step of the upgrade engine.',
    values: [{ value: 60_000, meaning: 'It asks again every minute.' }],
    source: 'undocumented',
  },
  unresolvedProbe: {
    kind: 'enum',
    rules: ['HE-4'],
    summary:
      'What a load balancer probe is taken for that is declared but cannot be read offline. Only its interval has a documented default.',
    values: [
      { value: 'tcp', meaning: 'A handshake every 15 s: it sees that somebody listens, and nothing else.' },
      { value: 'http', meaning: 'An honest request every 15 s: it checks what serving needs, warm-up included.' },
    ],
    source: 'undocumented; interval: REST reference of load balancer probes',
  },
  richPlain200: {
    kind: 'enum',
    rules: ['HE-9', 'D2'],
    summary:
      'What Rich Health States make of a 200 without `ApplicationHealthState` in its body. The documentation and the extension say Unknown; the article takes it for healthy.',
    values: [
      { value: 'Unknown', meaning: 'Unknown.' },
      { value: 'Healthy', meaning: 'Healthy, as under Binary Health States.' },
    ],
    source: 'Azure documentation: Application Health extension; source of Azure/applicationhealth-extension-linux',
  },
  richNon2xx: {
    kind: 'enum',
    rules: ['HE-10', 'D3'],
    summary:
      'What Rich Health States make of an error status, a timeout or a refused connection. Unknown by the documentation, Unhealthy in the article.',
    values: [
      { value: 'Unknown', meaning: 'Unknown.' },
      { value: 'Unhealthy', meaning: 'Unhealthy, as under Binary Health States.' },
    ],
    source: 'Azure documentation: Application Health extension; source of Azure/applicationhealth-extension-linux',
  },
  extensionGraceDefault: {
    kind: 'enum',
    rules: ['HE-15', 'D1'],
    summary:
      'The grace period of Rich Health States when none is declared. Interval times probes by documentation and code; the article says 600 seconds, which is the value of a sample.',
    values: [
      { value: 'intervalTimesProbes', meaning: 'intervalInSeconds x numberOfProbes: 5 seconds with all defaults.' },
      { value: 'PT10M', meaning: 'Ten minutes.' },
    ],
    source: 'Azure documentation: Application Health extension; source of Azure/applicationhealth-extension-linux',
  },
  unknownInUpgrade: {
    kind: 'enum',
    rules: ['HE-20', 'D4'],
    summary:
      'What an upgrade makes of an instance that reports Unknown. Unhealthy by the documentation; the article lets the upgrade wait, which describes Initializing.',
    values: [
      { value: 'unhealthy', meaning: 'It is unhealthy for batches and thresholds.' },
      { value: 'wait', meaning: 'It is no verdict: the upgrade waits on.' },
    ],
    source: 'Azure documentation: Application Health extension',
  },
  aosPolicySource: {
    kind: 'enum',
    rules: ['AO-5', 'D14'],
    summary:
      'Which rolling policy automatic OS upgrade uses. The how-to lets it inherit the policy of the set; the schema has `useRollingUpgradePolicy`, false by default, with the platform default as fallback.',
    values: [
      {
        value: 'flagOrRollingMode',
        meaning: 'The policy of the set if the flag is set or the mode is Rolling, else 20/20/20/PT0S.',
      },
      { value: 'setPolicy', meaning: 'Always the policy of the set.' },
    ],
    source: 'Azure documentation: configure rolling upgrades; REST reference: AutomaticOSUpgradePolicy',
  },
}
