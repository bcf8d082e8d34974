import type { AssumptionText, AssumptionValue, UnplayedAssumptionName } from './assumptions.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

type Unplayed = AssumptionText & { readonly default: AssumptionValue }

/** Open readings of mechanisms that this version explains but does not play. */
export const UNPLAYED_ASSUMPTIONS: { readonly [K in UnplayedAssumptionName]: Unplayed } = {
  surgeIgnoresAutoscaleMax: {
    kind: 'boolean',
    default: true,
    rules: ['MS-10'],
    summary: 'Whether replacement instances may lift the set above the maximum of its autoscale profile for a while.',
    values: [
      { value: true, meaning: 'They may.' },
      { value: false, meaning: 'The batch falls back to in place when it would exceed the maximum.' },
    ],
    source: 'undocumented',
  },
  extensionVersionGate: {
    kind: 'boolean',
    default: true,
    rules: ['AO-27'],
    summary:
      'Whether an instance whose health extension has another major version than the model counts as having no health. The article says so; nothing else was found.',
    values: [
      { value: true, meaning: 'It counts as having no health.' },
      { value: false, meaning: 'What it reports counts.' },
    ],
    source: 'the article; nearest: Azure documentation: Application Health extension',
  },
  repairGraceAnchor: {
    kind: 'enum',
    default: 'stateChange',
    rules: ['RE-4'],
    summary:
      'Where the repair grace period starts. The repair page counts from the last completed change of the instance; some tools describe it as time since the instance turned unhealthy. The page wins.',
    values: [
      { value: 'stateChange', meaning: 'The grace counts from the end of the last change to the instance.' },
      { value: 'firstUnhealthy', meaning: 'The grace counts from the moment the instance turns unhealthy.' },
    ],
    source: 'Azure documentation: automatic instance repairs; public issue hashicorp/terraform-provider-azurerm#26227',
  },
  repairSuspendAfter: {
    kind: 'integer',
    default: 3,
    min: 1,
    rules: ['RE-12'],
    summary:
      'After how many unsuccessful repairs in a row the service suspends itself. That it does is documented, the number is not.',
    values: [
      { value: 3, meaning: 'Three repairs in a row that end unhealthy suspend the service.' },
      { value: 1, meaning: 'The first repair that ends unhealthy suspends it.' },
    ],
    source: 'Azure documentation: automatic instance repairs',
  },
  repairActionChange: {
    kind: 'enum',
    default: 'reject',
    rules: ['RE-14'],
    summary:
      'What a change of `repairAction` does while repairs are on. The page only says to switch repairs off first.',
    values: [
      { value: 'reject', meaning: 'The write is refused.' },
      { value: 'allow', meaning: 'The new action holds from the next repair on.' },
    ],
    source: 'Azure documentation: automatic instance repairs',
  },
  repairDuringUpgrade: {
    kind: 'enum',
    default: 'othersOnly',
    rules: ['RE-16'],
    summary: 'Whether repairs go on while a rolling upgrade runs. Nothing is published about the two meeting.',
    values: [
      { value: 'othersOnly', meaning: 'Instances outside the running batch may be repaired.' },
      { value: 'none', meaning: 'No repair starts until the upgrade has ended.' },
      { value: 'all', meaning: 'Repairs take no notice of the upgrade.' },
    ],
    source: 'undocumented',
  },
  aosPollInterval: {
    kind: 'duration',
    default: HOUR,
    min: MINUTE,
    rules: ['AO-10'],
    summary: 'How often automatic OS upgrade looks for a newer image version. Not published.',
    values: [
      { value: HOUR, meaning: 'Once an hour.' },
      { value: 10 * MINUTE, meaning: 'Every ten minutes.' },
    ],
    source: 'undocumented',
  },
  aosFirstDelay: {
    kind: 'duration',
    default: 3 * HOUR,
    rules: ['AO-10'],
    summary:
      'How long the first automatic OS upgrade waits after it was enabled; only the upper end, three hours, is known.',
    values: [
      { value: 3 * HOUR, meaning: 'The full three hours of the documentation.' },
      { value: 0, meaning: 'At once.' },
    ],
    source: 'Azure documentation: automatic OS image upgrade',
  },
  aosOffPeakOnly: {
    kind: 'boolean',
    default: false,
    rules: ['AO-11'],
    summary: 'Whether such upgrades wait for the night hours of the region. Only the page of another service says so.',
    values: [
      { value: false, meaning: 'They start at any hour.' },
      { value: true, meaning: 'They start between 22:00 and 06:00 local time.' },
    ],
    source: 'Azure Batch documentation: pools with automatic OS upgrade',
  },
  rolledBackCountsAsFailed: {
    kind: 'boolean',
    default: true,
    rules: ['AO-15'],
    summary: 'Whether an instance that got its old disk back still counts as failed and unhealthy in this run.',
    values: [
      { value: true, meaning: 'It counts, although it serves again from the old disk.' },
      { value: false, meaning: 'It counts only while it is unhealthy.' },
    ],
    source: 'undocumented',
  },
  aosRetryInterval: {
    kind: 'duration',
    default: 72 * HOUR,
    min: MINUTE,
    rules: ['AO-19'],
    summary:
      'When a halted automatic OS upgrade is tried again. Extension upgrades are known to retry after some days; for OS images nothing is said.',
    values: [
      { value: 72 * HOUR, meaning: 'The same version is tried again after three days.' },
      { value: HOUR, meaning: 'The same version is tried again after an hour.' },
    ],
    source: 'Azure documentation: automatic extension upgrade',
  },
  deferralDeadline: {
    kind: 'durationOrNone',
    default: 'none',
    rules: ['AO-21'],
    summary: 'How long a deferred OS upgrade waits for approval. No deadline is published.',
    values: [
      { value: 'none', meaning: 'It waits for as long as it takes.' },
      { value: 72 * HOUR, meaning: 'It goes ahead after three days.' },
    ],
    source: 'REST reference: AutomaticOSUpgradePolicy',
  },
  excludeTriggersDowngrade: {
    kind: 'boolean',
    default: false,
    rules: ['AO-25'],
    summary: 'Whether excluding a version from latest moves instances that already run it back to the older one.',
    values: [
      { value: false, meaning: 'They stay; only new instances take the older version.' },
      { value: true, meaning: 'They are rolled to the version that is latest now.' },
    ],
    source: 'undocumented',
  },
  flexAos: {
    kind: 'enum',
    default: 'preview',
    rules: ['AO-26'],
    summary: 'Whether a Flexible set can use automatic OS upgrade. The pages contradict each other.',
    values: [
      { value: 'preview', meaning: 'It works, with a warning; together with MaxSurge it is refused.' },
      { value: 'reject', meaning: 'It is refused on Flexible.' },
    ],
    source: 'Azure documentation: MaxSurge, orchestration modes, automatic OS image upgrade',
  },
  aosPinnedVersion: {
    kind: 'enum',
    default: 'acceptWithWarning',
    rules: ['AO-28'],
    summary: 'What happens to a write that enables automatic OS upgrade over a pinned image version.',
    values: [
      { value: 'acceptWithWarning', meaning: 'The write passes and nothing ever triggers.' },
      { value: 'reject', meaning: 'The write is refused.' },
    ],
    source: 'public issue Azure-Samples/open-source-labs#46; Service Fabric troubleshooting guide',
  },
  latestResolution: {
    kind: 'enum',
    default: 'regional',
    rules: ['GR-4', 'GA-02'],
    summary: 'What `latest` means where the highest version has not been replicated yet.',
    values: [
      { value: 'regional', meaning: 'The highest version that is replicated to the region and not excluded.' },
      { value: 'global', meaning: 'The highest version anywhere; creation fails until it is in the region.' },
    ],
    source: 'Azure documentation: Azure Compute Gallery, troubleshooting shared images',
  },
  repairOrder: {
    kind: 'enum',
    default: 'oldestUnhealthy',
    rules: ['RE-17'],
    summary: 'Which unhealthy instance is repaired first when the limit does not admit all. Not published.',
    values: [
      { value: 'oldestUnhealthy', meaning: 'The one that has been unhealthy longest.' },
      { value: 'instanceId', meaning: 'The one with the lowest instance id.' },
    ],
    source: 'undocumented',
  },
  repairScan: {
    kind: 'duration',
    default: MINUTE,
    min: 1000,
    rules: ['RE-17'],
    summary: 'How often the repair service looks at the set. Not published.',
    values: [
      { value: MINUTE, meaning: 'Every minute.' },
      { value: 5 * MINUTE, meaning: 'Every five minutes.' },
    ],
    source: 'undocumented',
  },
  osImageEventType: {
    kind: 'enum',
    default: 'Reboot',
    rules: ['SE-12'],
    summary: 'The type of scheduled event an OS image change raises when its notification is enabled.',
    values: [
      { value: 'Reboot', meaning: 'The guest sees a `Reboot` event.' },
      { value: 'Redeploy', meaning: 'The guest sees a `Redeploy` event.' },
    ],
    source: 'undocumented',
  },
  evalInterval: {
    kind: 'duration',
    default: MINUTE,
    min: 1000,
    rules: ['AS-01'],
    summary: 'How often autoscale evaluates a scale set. 30 to 60 seconds are documented, by type of resource.',
    values: [
      { value: MINUTE, meaning: 'Once a minute.' },
      { value: MINUTE / 2, meaning: 'Every 30 seconds.' },
    ],
    source: 'Azure Monitor documentation: understanding autoscale settings',
  },
  metricLag: {
    kind: 'duration',
    default: 2 * MINUTE,
    rules: ['AS-06'],
    summary: 'How far the metric window lies behind the evaluation. One published log shows two minutes.',
    values: [
      { value: 2 * MINUTE, meaning: 'The window ends two minutes before the evaluation.' },
      { value: 0, meaning: 'The window ends at the evaluation.' },
    ],
    source: 'Azure Monitor documentation: autoscale diagnostics',
  },
  percentRounding: {
    kind: 'enum',
    default: 'ceilOutFloorIn',
    rules: ['AS-10'],
    summary: 'How a percent step of autoscale becomes whole instances. Not published.',
    values: [
      { value: 'ceilOutFloorIn', meaning: 'Out rounds up, in rounds down, never below one.' },
      { value: 'floor', meaning: 'Both round down, never below one.' },
      { value: 'round', meaning: 'Both round to the nearest, never below one.' },
    ],
    source: 'undocumented',
  },
  cooldownSemantics: {
    kind: 'enum',
    default: 'lastFiredRule',
    rules: ['AS-20', 'AS-22'],
    summary: 'Whose cooldown holds back the next autoscale action. The concept page and the REST text differ.',
    values: [
      { value: 'lastFiredRule', meaning: 'The cooldown of the rule that acted last holds back every rule.' },
      { value: 'ownRule', meaning: 'Each rule waits for its own cooldown since the last action.' },
    ],
    source: 'Azure Monitor documentation: understanding autoscale settings; REST reference: ScaleAction',
  },
  flexResyncDelay: {
    kind: 'duration',
    default: HOUR,
    rules: ['AS-43'],
    summary: 'When autoscale learns that members of a Flexible set were deleted one by one. Up to hours are reported.',
    values: [
      { value: HOUR, meaning: 'After an hour.' },
      { value: 3 * HOUR, meaning: 'After three hours.' },
    ],
    source: 'Azure Monitor documentation: troubleshooting autoscale',
  },
  autoscaleDuringUpgrade: {
    kind: 'enum',
    default: 'allow',
    rules: ['AS-45'],
    summary: 'Whether autoscale acts while a rolling upgrade runs. Not published.',
    values: [
      { value: 'allow', meaning: 'Its capacity changes are taken as those of a person.' },
      { value: 'defer', meaning: 'It waits until the upgrade has ended.' },
    ],
    source: 'undocumented',
  },
  createsPerReplica: {
    kind: 'integer',
    default: 20,
    min: 1,
    rules: ['GA-31', 'GA-32'],
    summary: 'How many disks one gallery replica serves at once before creation slows down. One page prints 20 and 50.',
    values: [
      { value: 20, meaning: 'Twenty creations at once.' },
      { value: 50, meaning: 'Fifty creations at once.' },
    ],
    source: 'Azure documentation: Azure Compute Gallery',
  },
  maxReplicasPerRegion: {
    kind: 'integer',
    default: 50,
    min: 1,
    max: 100,
    rules: ['GA-30'],
    summary: 'The largest number of replicas of a version in one region. The limits list and the advice differ.',
    values: [
      { value: 50, meaning: 'Fifty, as the best practices say.' },
      { value: 100, meaning: 'One hundred, the limit of a version.' },
    ],
    source: 'Azure documentation: Azure Compute Gallery',
  },
  reimageMovesToLatest: {
    kind: 'boolean',
    default: false,
    rules: ['GA-10'],
    summary: 'Whether a reimage picks up a newer image version. REST says no, the FAQ warns that it may.',
    values: [
      { value: false, meaning: 'The instance keeps its version.' },
      { value: true, meaning: 'The instance takes what is latest at that moment.' },
    ],
    source: 'REST reference: VirtualMachineScaleSetVMReimageParameters; Azure documentation: scale set FAQ',
  },
  preemptDeliveryProbability: {
    kind: 'number',
    default: 0.98,
    min: 0,
    max: 1,
    rules: ['SP-02'],
    summary: 'How often a Spot eviction is announced before it happens. Best effort, without a figure.',
    values: [
      { value: 0.98, meaning: 'Two of a hundred evictions come unannounced.' },
      { value: 0, meaning: 'Every eviction comes unannounced.' },
    ],
    source: 'Azure documentation: Spot virtual machines, scheduled events',
  },
  forceDeleteFactor: {
    kind: 'number',
    default: 0.3,
    min: 0,
    max: 1,
    rules: ['PL-78'],
    summary: 'How much of the usual time a forced delete takes. No figure is published.',
    values: [
      { value: 0.3, meaning: 'A forced delete takes 30% of the usual time.' },
      { value: 1, meaning: 'A forced delete takes as long as any other.' },
    ],
    source: 'REST reference: ScaleInPolicy',
  },
  evictedInUpgrade: {
    kind: 'enum',
    default: 'excludeFromHealth',
    rules: ['SP-33'],
    summary: 'How an instance evicted during its own upgrade counts. Nothing is published.',
    values: [
      { value: 'excludeFromHealth', meaning: 'It fails in the batch but is not unhealthy after an upgrade.' },
      { value: 'countUnhealthy', meaning: 'It counts as unhealthy after its upgrade.' },
    ],
    source: 'undocumented',
  },
  allocationPartialOutcome: {
    kind: 'enum',
    default: 'keep',
    rules: ['PL-62'],
    summary: 'What becomes of a scale-out that only partly succeeds.',
    values: [
      { value: 'keep', meaning: 'What was created stays; the rest remains as failed instances.' },
      { value: 'rollBack', meaning: 'The whole step is undone.' },
    ],
    source: 'undocumented',
  },
  triggerDisableAfter: {
    kind: 'integer',
    default: 3,
    min: 1,
    rules: ['IB-06'],
    summary:
      'After how many failed automatic builds in a row an image trigger is switched off. "Several" is all that is said.',
    values: [
      { value: 3, meaning: 'After three failed builds.' },
      { value: 5, meaning: 'After five failed builds.' },
    ],
    source: 'Azure documentation: Image Builder triggers',
  },
  maxScaleStep: {
    kind: 'integerOrNone',
    default: 'none',
    min: 1,
    rules: ['TABLE-limits'],
    summary: 'The largest number of instances one request may create or delete. No such limit was found.',
    values: [
      { value: 'none', meaning: 'Only the size limit of the set applies.' },
      { value: 100, meaning: 'At most a hundred instances a request.' },
    ],
    source: 'undocumented',
  },
}
