/** An error code that Azure answers with or writes into a status. */
export interface ErrorCode {
  readonly code: string
  /** Where it shows up. */
  readonly when: string
  readonly meaning: string
  readonly rules: readonly string[]
  readonly whatToDo: string
  readonly source: string
}

const AOS = 'Azure documentation: automatic OS image upgrade'
const ALLOCATION = 'Azure support documentation: allocation failures'
const GALLERY = 'Azure documentation: troubleshoot shared images'
const SPOT = 'Azure documentation: error codes of Spot virtual machines'
const ATTACH = 'Azure documentation: attach and detach virtual machines'
const ROOM = 'Try later, another size, fewer constraints or other zones; reserve capacity where it matters.'

const entry = (
  code: string,
  when: string,
  meaning: string,
  rules: readonly string[],
  whatToDo: string,
  source: string,
): ErrorCode => ({ code, when, meaning, rules, whatToDo, source })

export const ERROR_CODES: readonly ErrorCode[] = [
  entry(
    'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
    'before the first batch of a rolling upgrade',
    'More of the set is unhealthy than maxUnhealthyInstancePercent allows. Nothing was upgraded, and all counters are 0.',
    ['TH-1', 'TH-2'],
    'Heal the set first (repair, reimage, roll the dependency back), or raise maxUnhealthyInstancePercent for this once.',
    'recorded output in Azure/Service-Fabric-Troubleshooting-Guides',
  ),
  entry(
    'MaxUnhealthyInstancePercentExceededInRollingUpgrade',
    'before a later batch of a rolling upgrade',
    'Meanwhile more of the set is unhealthy than maxUnhealthyInstancePercent allows, whatever the cause. The batch before was finished.',
    ['TH-3'],
    'Find out what made instances unhealthy that were not in the batch; then start again with an empty update.',
    `${AOS}; public issue opencb/opencga#987`,
  ),
  entry(
    'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
    'after a batch of a rolling upgrade',
    'More of the upgraded instances are unhealthy than maxUnhealthyUpgradedInstancePercent allows: the new model or image is bad, or health takes longer than the wait. The message names the commonest error and the first failed instance.',
    ['TH-5', 'TH-6', 'TH-12'],
    'Look at the first failed instance. Exclude or mend the version, or lengthen gracePeriod if it merely starts slowly; then change the model again.',
    `${AOS}; public issue microsoft/AzureTRE#1591`,
  ),
  entry(
    'RollingUpgradeInProgressWithFailedUpgradedVMs',
    'during a rolling upgrade',
    'An upgraded instance failed. The message says whether the upgrade goes on or stops.',
    ['RU-20'],
    'Watch the counters; look at the failed instance before the threshold is reached.',
    AOS,
  ),
  entry(
    'RollingUpgradeInstanceUnhealthyError',
    'in the details of a failed upgrade, for each instance',
    'The instance was unhealthy or could not be reached when the thresholds were tested.',
    ['TH-2', 'BT-15'],
    'Read the health of that instance and the log of its extension.',
    'recorded output in Azure/Service-Fabric-Troubleshooting-Guides',
  ),
  entry(
    'RollingUpgradeTimeoutError',
    'at the end of a rolling upgrade',
    'The upgrade took longer than it may.',
    ['RU-21'],
    'Use larger batches or shorter pauses; start again for the rest.',
    AOS,
  ),
  entry(
    'RollingUpgradeBatchStartTimeNotWithinScheduledWindows',
    'when a batch is due under maintenance control',
    'The batch would begin outside the maintenance window.',
    ['AO-20'],
    'Lengthen the window, or use larger batches so that the upgrade fits.',
    'public issue MicrosoftDocs/azure-docs#113861',
  ),
  entry(
    'InternalExecutionError',
    'any operation',
    'A failure inside the platform.',
    ['PL-64'],
    'Try again; open a support request if it stays.',
    AOS,
  ),
  entry(
    'OperationNotAllowed',
    'a write to a set (409)',
    'The operation does not fit the state: an upgrade is running, nothing is eligible for one, there is nothing to cancel, a machine is not a Spot machine, or the quota is used up.',
    ['RU-12', 'RU-16', 'BT-13', 'SP-10'],
    'Wait for the running upgrade or cancel it; the message says which case it is.',
    'recorded service responses 2016-2020; public issue hashicorp/terraform-provider-azurerm#7002',
  ),
  entry(
    'BadRequest',
    'a write to a set (400)',
    'Parts of the model do not go together, above all Rolling mode, automatic OS upgrade or repairs without a health source; or the API version does not know a property.',
    ['RP-2', 'RP-7', 'AO-28'],
    'Add the Application Health extension, or use a newer API version.',
    'public issues gbowerman/azure-myriad#30, Azure-Samples/open-source-labs#46, hashicorp/terraform-provider-azurerm#5430',
  ),
  entry(
    'InvalidParameter',
    'a write to a set (400)',
    'A value lies outside its range or is not one of the allowed words.',
    ['TABLE-rollingUpgradePolicy', 'RP-4'],
    'Correct the value that the message names.',
    'REST reference: RollingUpgradePolicy (the code is assumed for some fields)',
  ),
  entry(
    'PropertyChangeNotAllowed',
    'an update of a set (409)',
    'The property was fixed when the set was created, or may change in one direction only.',
    ['TABLE-modelChange', 'PL-01', 'PL-26'],
    'Create a new set with the other value and move over.',
    'assumed; which properties are fixed: Azure documentation: modify a scale set (2020 edition)',
  ),
  entry(
    'CannotUseHealthProbeWithoutLoadBalancing',
    'a write to a set with a load-balancer probe',
    'The backend pool of the load balancer is not on the primary network interface.',
    ['HE-2', 'HE-4'],
    'Put the pool on the primary interface, or use the Application Health extension.',
    'notes of a firewall vendor that quote the service',
  ),
  entry(
    'ResourceDeploymentFailure',
    'a template deployment',
    'A resource failed; the real code is inside, for instance that of a broken threshold.',
    ['TH-3'],
    'Read the inner error.',
    'public issue opencb/opencga#987',
  ),
  entry(
    'DeploymentFailed',
    'a template deployment',
    'The deployment failed; the real code is inside, for instance BadRequest without a health source.',
    ['AO-28'],
    'Read the inner error.',
    'public issue Azure-Samples/open-source-labs#46',
  ),
  entry(
    'NotFound',
    'reading an instance (404)',
    'It is gone, for instance after a Spot eviction with policy Delete.',
    ['SP-03'],
    'List the instances of the set again.',
    'recorded service responses 2020',
  ),
  entry(
    'AllocationFailed',
    'creating or starting',
    'No room for this size in the region or cluster.',
    ['PL-60', 'PL-61'],
    ROOM,
    ALLOCATION,
  ),
  entry(
    'ZonalAllocationFailed',
    'creating or starting',
    'No room for this size in the zone.',
    ['PL-60'],
    ROOM,
    ALLOCATION,
  ),
  entry(
    'OverconstrainedAllocationRequest',
    'creating or starting',
    'The combination of constraints (size, network, ephemeral disks, fault domains) cannot be met; waiting does not help.',
    ['PL-03', 'PL-60'],
    'Relax one of the constraints that the message lists.',
    'public issue Azure-Samples/aks-store-demo#115',
  ),
  entry(
    'OverconstrainedZonalAllocationRequest',
    'creating or starting',
    'As above, with the availability zone among the constraints.',
    ['PL-03', 'PL-60'],
    'Relax a constraint, or use another zone.',
    'public issues jenkins-infra/helpdesk#3584, jenkins-infra/azure#1416',
  ),
  entry(
    'SkuNotAvailable',
    'creating or starting',
    'The size is not offered to this subscription in this zone; for Spot also: no capacity at present.',
    ['SP-06'],
    'Choose another size or zone; for Spot try later.',
    SPOT,
  ),
  entry(
    'OSProvisioningTimedOut',
    'creating',
    'The machine was created, and its guest did not report in time.',
    ['PL-63', 'TM-06'],
    'Look at the boot diagnostics; mostly the image or its agent.',
    'Azure documentation: resilient create and delete',
  ),
  entry(
    'VMStartTimedOut',
    'creating or starting',
    'The machine did not start in time.',
    ['PL-63'],
    'Try again; resilient create does so by itself.',
    'Azure documentation: resilient create and delete',
  ),
  entry(
    'GalleryImageNotFound',
    'creating from a gallery image (404)',
    'No usable version is in the region.',
    ['GA-03', 'GA-04'],
    'Replicate a version to the region, or wait for its replication.',
    GALLERY,
  ),
  entry(
    'DeleteGalleryImageVersionBlockedBeforeEndOfLife',
    'deleting an image version',
    'blockDeletionBeforeEndOfLife protects it until its end of life.',
    ['GA-08'],
    'Wait, or change the safety profile.',
    'Azure documentation: Azure Compute Gallery',
  ),
  entry(
    'TransientFailure',
    'deleting an instance',
    'A passing failure inside the platform; resilient delete tries again.',
    ['PL-64'],
    'Try again later.',
    'Azure documentation: resilient create and delete',
  ),
  entry(
    'InternalOperationError',
    'deleting an instance',
    'A passing failure inside the platform; resilient delete tries again.',
    ['PL-64'],
    'Try again later.',
    'Azure documentation: resilient create and delete',
  ),
  entry(
    'VmssDoesNotSupportAttachingExistingAvsetVM',
    'attaching a machine',
    'The machine is in an availability set.',
    ['PL-53'],
    'Only machines outside of one can be attached.',
    ATTACH,
  ),
  entry(
    'VmssDoesNotSupportAttachingExistingVMMultiFD',
    'attaching a machine',
    'The set has more than one fault domain.',
    ['PL-53'],
    'Use a set with platformFaultDomainCount 1.',
    ATTACH,
  ),
  entry(
    'VmssDoesNotSupportAttachingExistingVMUnmanagedDisk',
    'attaching a machine',
    'The machine has unmanaged disks.',
    ['PL-53'],
    'Convert its disks first.',
    ATTACH,
  ),
  entry(
    'VmssDoesNotSupportAttachingPPGVM',
    'attaching a machine',
    'The machine is in a proximity placement group.',
    ['PL-53'],
    'Take it out of the group first.',
    ATTACH,
  ),
  entry(
    'EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines',
    'a write to a set',
    'evictionPolicy is given and the priority is not Spot.',
    ['SP-03'],
    'Remove it, or set priority Spot.',
    SPOT,
  ),
  entry(
    'MaxPriceValueInvalid',
    'a write to a set',
    'maxPrice is neither -1 nor a price above 0 with up to five decimals.',
    ['SP-06'],
    'Write -1 to pay up to the regular price.',
    SPOT,
  ),
  entry(
    'SpotPriceGreaterThanProvidedMaxPrice',
    'creating or starting',
    'The market price is above maxPrice.',
    ['SP-01', 'SP-06'],
    'Raise maxPrice, or wait.',
    SPOT,
  ),
  entry(
    'MaxPriceChangeNotAllowedForAllocatedVMs',
    'an update of a machine',
    'maxPrice can be changed only while the machine is deallocated.',
    ['SP-06'],
    'Deallocate it first.',
    SPOT,
  ),
  entry(
    'MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines',
    'a write to a set',
    'maxPrice is given and the priority is not Spot.',
    ['SP-06'],
    'Remove it, or set priority Spot.',
    SPOT,
  ),
  entry(
    'SpotRestorationIsSupportedOnlyForAzureSpotScaleSets',
    'a write to a set',
    'spotRestorePolicy is given and the priority is not Spot.',
    ['SP-30'],
    'Remove it, or set priority Spot.',
    SPOT,
  ),
  entry(
    'SpotRestorationIsNotSupportedForThisAPIVersion',
    'a write to a set',
    'spotRestorePolicy needs API 2021-07-01 or later.',
    ['SP-30'],
    'Use a newer API version.',
    SPOT,
  ),
]

/** By code, in any case. */
export function findErrorCode(code: string): ErrorCode | undefined {
  const wanted = code.toLowerCase()
  return ERROR_CODES.find((one) => one.code.toLowerCase() === wanted)
}
