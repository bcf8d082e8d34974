/** Readable names of the sources, so that each is written once. */

const azure = (page: string): string => `Azure documentation: ${page}`
const rest = (type: string): string => `REST reference: ${type}`

export const ROLLING = azure('configure rolling upgrades')
export const MAX_SURGE = azure('MaxSurge')
export const MODES = azure('upgrade policy modes')
export const CHANGE_MODE = azure('change the upgrade policy')
export const MANUAL = azure('manual upgrades')
export const REIMAGE = azure('reimage an instance')
export const MODIFY_2020 = azure('modify a scale set (2020 edition)')
export const AOS = azure('automatic OS image upgrade')
export const AOS_2017 = azure('automatic OS image upgrade (2017 preview edition)')
export const METRICS = azure('rolling upgrades with custom metrics')
export const HEALTH = azure('Application Health extension')
export const REPAIR = azure('automatic instance repairs')
export const PROTECT = azure('instance protection')
export const SCALE_IN = azure('scale-in policy')
export const FAQ = azure('scale set FAQ')
export const TERMINATE = azure('terminate notifications')
export const SCHEDULED_EVENTS = azure('scheduled events')
export const ORCHESTRATION = azure('orchestration modes')
export const ZONES = azure('use availability zones')
export const ZONE_BALANCING = azure('zone balancing')
export const AUTO_ZONE_BALANCE = azure('automatic zone balance')
export const AUTO_ZONE_PLACEMENT = azure('automatic zone placement')
export const DESIGN = azure('design considerations')
export const PLACEMENT_GROUPS = azure('large scale sets and placement groups')
export const FAULT_DOMAINS = azure('manage fault domains')
export const ATTACH = azure('attach and detach virtual machines')
export const INSTANCE_IDS = azure('instance ids')
export const RESILIENT = azure('resilient create and delete')
export const STANDBY = azure('standby pools')
export const EXTENSION_UPGRADE = azure('automatic extension upgrade')
export const MAINTENANCE_CONTROL = azure('maintenance control for scale sets')
export const MAINTENANCE = azure('maintenance and updates')
export const MAINTENANCE_NOTIFICATIONS = azure('maintenance notifications for scale sets')
export const IMAGES = azure('store and share images in a gallery')
export const GALLERY = azure('Azure Compute Gallery')
export const GALLERY_TROUBLE = azure('troubleshoot shared images')
export const IMAGE_VERSION = azure('create an image version')
export const BATCH = 'Azure Batch documentation: pools with automatic OS upgrade'
export const BATCH_REST = 'Azure Batch reference: RollingUpgradePolicy'
export const REST_POLICY = rest('RollingUpgradePolicy')
export const REST_OS_POLICY = rest('AutomaticOSUpgradePolicy')
export const REST_STATUS = rest('RollingUpgradeStatusInfo')
export const REST_REPAIRS = rest('AutomaticRepairsPolicy')
export const REST_TARGET_REGION = rest('TargetRegion')
export const REST_SCALE_IN = rest('ScaleInPolicy')
export const REST_IMAGE = rest('ImageReference')
export const AHE_SOURCE = 'source of Azure/applicationhealth-extension-linux'
export const SF_GUIDE = 'recorded output in Azure/Service-Fabric-Troubleshooting-Guides'
export const TERRAFORM = 'client-side checks of hashicorp/terraform-provider-azurerm'
export const SDK_TEST = 'tests of Azure/azure-sdk-for-net and Azure/azure-powershell'
export const RECORDED = 'recorded service responses 2016-2020'
export const AUTOSCALE = 'Azure Monitor documentation: understanding autoscale settings'
export const AUTOSCALE_BEST = 'Azure Monitor documentation: autoscale best practices'
export const AUTOSCALE_OLD = 'Azure Monitor documentation: autoscale best practices (older edition)'
export const AUTOSCALE_FLAPPING = 'Azure Monitor documentation: autoscale flapping'
export const AUTOSCALE_PROFILES = 'Azure Monitor documentation: autoscale with multiple profiles'
export const AUTOSCALE_LOGS = 'Azure Monitor documentation: autoscale diagnostics'
export const AUTOSCALE_TROUBLE = 'Azure Monitor documentation: troubleshooting autoscale'
export const AUTOSCALE_PREDICTIVE = 'Azure Monitor documentation: predictive autoscale'
export const SPOT_VMS = azure('Spot virtual machines')
export const SPOT_SETS = azure('Spot instances in scale sets')
export const SPOT_MIX = azure('Spot priority mix')
export const SPOT_ERRORS = azure('error codes of Spot virtual machines')
export const BUILDER = azure('Image Builder template reference')
export const BUILDER_TRIGGERS = azure('Image Builder triggers')
export const BUILDER_TROUBLE = azure('troubleshoot Image Builder')
export const THROTTLING = azure('compute throttling limits')
export const ARTICLE = 'the article'

export const issue = (thread: string): string => `public issue ${thread}`
export const sources = (...names: string[]): string => names.join('; ')
