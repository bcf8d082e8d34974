import type { Assumptions, AssumptionText } from './assumptions.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

type Played<Value> = AssumptionText & {
  readonly values: readonly { readonly value: Value; readonly meaning: string }[]
}

/** Names of the open readings about images, automatic OS upgrade, repair and notices. */
export type ImageAssumptionName =
  | 'extensionVersionGate'
  | 'repairGraceAnchor'
  | 'repairSuspendAfter'
  | 'repairActionChange'
  | 'repairDuringUpgrade'
  | 'aosPollInterval'
  | 'aosFirstDelay'
  | 'aosOffPeakOnly'
  | 'rolledBackCountsAsFailed'
  | 'aosRetryInterval'
  | 'deferralDeadline'
  | 'excludeTriggersDowngrade'
  | 'flexAos'
  | 'aosPinnedVersion'
  | 'latestResolution'
  | 'repairOrder'
  | 'repairScan'
  | 'osImageEventType'
  | 'createsPerReplica'
  | 'maxReplicasPerRegion'
  | 'reimageMovesToLatest'
  | 'triggerDisableAfter'
  | 'forceDeleteFactor'
  | 'replicationModel'
  | 'replicationBase'
  | 'replicationCap'
  | 'replicationGrid'
  | 'sourceRegionFirst'
  | 'imageUnavailable'
  | 'repairLimitPercent'
  | 'aosRestoresFailedBoots'
  | 'platformReimageMovesToLatest'
  | 'excludeDuringUpgrade'
  | 'sameRegionCopyFactor'
  | 'firstImageVersion'
  | 'sourceVersionTaken'
  | 'spotReclaimOrder'
  | 'servingButUnhealthyAfter'
  | 'spotLeftPercent'
  | 'replicationProgress'
  | 'lastActionLead'

/** Open readings of galleries, automatic OS upgrade, instance repair and notices. Defaults: `DEFAULT_ASSUMPTIONS`. */
export const PLAYED_IMAGE_ASSUMPTIONS: { readonly [K in ImageAssumptionName]: Played<Assumptions[K]> } = {
  extensionVersionGate: {
    kind: 'boolean',
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
    min: MINUTE,
    rules: ['AO-19'],
    summary:
      'When an automatic OS upgrade that was halted or cancelled is tried again. Extension upgrades are known to retry after some days; for OS images nothing is said.',
    values: [
      { value: 72 * HOUR, meaning: 'The same version is tried again after three days.' },
      { value: HOUR, meaning: 'The same version is tried again after an hour.' },
    ],
    source: 'Azure documentation: automatic extension upgrade',
  },
  deferralDeadline: {
    kind: 'durationOrNone',
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
    rules: ['SE-12'],
    summary: 'The type of scheduled event an OS image change raises when its notification is enabled.',
    values: [
      { value: 'Reboot', meaning: 'The guest sees a `Reboot` event.' },
      { value: 'Redeploy', meaning: 'The guest sees a `Redeploy` event.' },
    ],
    source: 'undocumented',
  },
  createsPerReplica: {
    kind: 'integer',
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
    rules: ['GA-10'],
    summary: 'Whether a reimage picks up a newer image version. REST says no, the FAQ warns that it may.',
    values: [
      { value: false, meaning: 'The instance keeps its version.' },
      { value: true, meaning: 'The instance takes what is latest at that moment.' },
    ],
    source: 'REST reference: VirtualMachineScaleSetVMReimageParameters; Azure documentation: scale set FAQ',
  },
  triggerDisableAfter: {
    kind: 'integer',
    min: 1,
    rules: ['IB-06'],
    summary:
      'After how many failed builds in a row, whoever started them, an image trigger is switched off. "Several" is all that is said.',
    values: [
      { value: 3, meaning: 'After three failed builds.' },
      { value: 5, meaning: 'After five failed builds.' },
    ],
    source: 'Azure documentation: Image Builder triggers',
  },
  forceDeleteFactor: {
    kind: 'number',
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
  replicationModel: {
    kind: 'enum',
    rules: ['GA-22'],
    summary:
      'How long a gallery copy takes by default. Recorded service answers give minutes for small images; field reports of large ones give half an hour to almost two.',
    values: [
      {
        value: 'measured',
        meaning: 'As recorded: a first copy of 30 GB in 361 s, one more region in 225 s (medians).',
      },
      {
        value: 'reported',
        meaning:
          'As reported from the field: 5 min and then 30 GB in 30 min at the median; a third of it in the source region.',
      },
    ],
    source: 'recorded service responses 2016-2020; public issues of image pipelines',
  },
  replicationBase: {
    kind: 'duration',
    rules: ['GA-22', 'GA-25'],
    summary: 'The part of a copy that does not depend on its size; all there is to a shallow one. Not published.',
    values: [
      { value: 5 * MINUTE, meaning: 'Five minutes.' },
      { value: MINUTE, meaning: 'One minute.' },
    ],
    source: 'undocumented',
  },
  replicationCap: {
    kind: 'duration',
    min: MINUTE,
    rules: ['GA-20', 'GA-22'],
    summary: 'When a copy that is not done has failed. Support asks to wait six hours before calling it stuck.',
    values: [
      { value: 6 * HOUR, meaning: 'After six hours.' },
      { value: 2 * HOUR, meaning: 'After two hours.' },
    ],
    source: 'Azure documentation: troubleshooting shared images',
  },
  replicationGrid: {
    kind: 'duration',
    rules: ['GA-22'],
    summary: 'The grid on which copies end: all 39 recorded durations lie just above a multiple of 15 seconds.',
    values: [
      { value: 15 * SECOND, meaning: 'Rounded up to 15 seconds.' },
      { value: 0, meaning: 'No grid.' },
    ],
    source: 'recorded service responses 2016-2020',
  },
  sourceRegionFirst: {
    kind: 'boolean',
    rules: ['GA-23'],
    summary: 'Whether the copies to other regions wait for the one in the source region. Not published.',
    values: [
      { value: true, meaning: 'They begin when the source region is complete.' },
      { value: false, meaning: 'All regions begin at once.' },
    ],
    source: 'undocumented',
  },
  imageUnavailable: {
    kind: 'enum',
    rules: ['GA-27'],
    summary:
      'What becomes of a creation or reimage whose image copy stands in a zone that is down. That it cannot be served follows from the storage; what the service does then is not published.',
    values: [
      { value: 'retry', meaning: 'It is tried again until the zone is back.' },
      { value: 'fail', meaning: 'The instance fails to provision.' },
    ],
    source: 'undocumented',
  },
  repairLimitPercent: {
    kind: 'integer',
    min: 1,
    max: 100,
    rules: ['RE-6'],
    summary:
      'Share of the instances that may be under repair at a time; fewer than twenty are one at a time. The share is documented, that it rounds down is not.',
    values: [
      { value: 5, meaning: 'Five percent, rounded down, never below one.' },
      { value: 20, meaning: 'Twenty percent.' },
    ],
    source: 'Azure documentation: automatic instance repairs',
  },
  aosRestoresFailedBoots: {
    kind: 'boolean',
    rules: ['AO-14', 'AO-18'],
    summary:
      'Whether an instance whose new disk never boots gets its old disk back as one that is not healthy in time does. Only the latter is described; one whose extensions fail stays failed (AO-18).',
    values: [
      { value: true, meaning: 'It gets its old disk back.' },
      { value: false, meaning: 'It stays failed.' },
    ],
    source: 'Azure documentation: automatic OS image upgrade',
  },
  platformReimageMovesToLatest: {
    kind: 'boolean',
    rules: ['UM-6', 'GA-10'],
    summary: 'Whether a reimage takes the newest version of a platform image that follows latest.',
    values: [
      { value: true, meaning: 'It does, as the modify page says.' },
      { value: false, meaning: 'The instance keeps its version.' },
    ],
    source: 'Azure documentation: modify a scale set (2020 edition); scale set FAQ',
  },
  excludeDuringUpgrade: {
    kind: 'enum',
    rules: ['GA-11'],
    summary:
      'What becomes of a running OS upgrade whose version is excluded from latest or deleted. That none starts for such a version is documented, what a running one does is not.',
    values: [
      { value: 'stop', meaning: 'The running batch is finished, then the upgrade ends as Cancelled.' },
      { value: 'finish', meaning: 'It goes on to the end.' },
    ],
    source: 'Azure documentation: automatic OS image upgrade',
  },
  sameRegionCopyFactor: {
    kind: 'number',
    min: 0,
    max: 1,
    rules: ['GA-22', 'GA-24'],
    summary:
      'How long a copy inside its region takes beside one to another region: the first copy under `replicationModel: reported`, and replicas that are added later. That they are made inside the region is documented, how fast is not.',
    values: [
      { value: 0.3, meaning: 'Three tenths of it.' },
      { value: 1, meaning: 'As long.' },
    ],
    source: 'undocumented',
  },
  firstImageVersion: {
    kind: 'enum',
    rules: ['IB-05'],
    summary:
      'Which number a build gives the first version of a definition (or of a major) under scheme Latest. The examples begin with versions that exist.',
    values: [
      { value: 'patchOne', meaning: '0.0.1, and 3.0.1 for major 3.' },
      { value: 'majorOne', meaning: '1.0.0, and 3.0.0 for major 3.' },
    ],
    source: 'undocumented',
  },
  sourceVersionTaken: {
    kind: 'enum',
    rules: ['IB-05'],
    summary: 'What a build under scheme Source does when its definition has the number of the source already.',
    values: [
      { value: 'nextPatch', meaning: 'It takes the next free patch number.' },
      { value: 'fail', meaning: 'It asks for that number all the same, which the gallery refuses.' },
    ],
    source: 'undocumented',
  },
  spotReclaimOrder: {
    kind: 'enum',
    rules: ['SP-01'],
    summary: 'Which Spot instances a reclaim of a part of them takes. Not published.',
    values: [
      { value: 'newest', meaning: 'Those that were created last.' },
      { value: 'oldest', meaning: 'Those that were created first.' },
    ],
    source: 'undocumented',
  },
  servingButUnhealthyAfter: {
    kind: 'duration',
    rules: ['HE-20'],
    summary:
      'How long an instance has to serve and be reported unhealthy before the finding ServingButUnhealthy tells it: longer than any detection takes. A choice of the twin.',
    values: [
      { value: 5 * MINUTE, meaning: 'Five minutes.' },
      { value: 0, meaning: 'At once.' },
    ],
    source: 'a choice of the twin, of no effect on a run',
  },
  spotLeftPercent: {
    kind: 'integer',
    min: 0,
    max: 100,
    rules: ['SP-27'],
    summary:
      'Where no demand is given: below which share of the capacity left by evictions the finding SpotFloorTooLow tells it. A choice of the twin.',
    values: [
      { value: 50, meaning: 'Less than half.' },
      { value: 100, meaning: 'Anything less than all.' },
    ],
    source: 'a choice of the twin, of no effect on a run',
  },
  replicationProgress: {
    kind: 'enum',
    rules: ['GA-22'],
    summary:
      'What replicationStatus.summary[].progress shows while a copy replicates. That it is a whole percentage is documented; people saw it move by 1 to 3 a minute; how it is counted is said nowhere.',
    values: [
      { value: 'shareOfTime', meaning: 'The share of the time of the copy that is over, at most 99.' },
      { value: 'none', meaning: '0 until the copy is complete.' },
    ],
    source:
      'REST reference: gallery image versions; public issue Azure/AgentBaker#742. Shown only, of no effect on a run',
  },
  lastActionLead: {
    kind: 'duration',
    min: 0,
    rules: ['RU-7'],
    summary:
      'How long before runningStatus.startTime the start of a rolling upgrade stands in lastActionTime. In every recorded status it was 30 to 130 ms; in the one at hand it is 62 ms.',
    values: [
      { value: 62, meaning: 'As recorded.' },
      { value: 0, meaning: 'At the same moment.' },
    ],
    source: 'recorded service responses 2016-2020. Shown only, of no effect on a run',
  },
}
