import type { ScaleSetModel } from '../scale-set.ts'
import type { ImageDefinition, ImageVersion, TargetRegion } from '../scenario.ts'

/** Size of a version that does not say, GB: the one the replication times were measured with (GA-22). */
export const DEFAULT_IMAGE_SIZE_GB = 30
/** Replicas of one version over all regions and storage types together. GA-30. */
export const MAX_REPLICAS_PER_VERSION = 100
/** Of one subscription in one region: galleries, image definitions, image versions. GA-34. */
export const MAX_GALLERIES = 100
export const MAX_DEFINITIONS = 1000
export const MAX_VERSIONS = 10_000
/** GB. Above it a Full copy fails: GA-26. 2 TB itself still passes. */
export const MAX_FULL_SIZE_GB = 2048
/** GB. Shallow copies nothing and allows more: GA-25. */
export const MAX_SHALLOW_SIZE_GB = 32 * 1024

/** Why the service would not take a version, or its target regions. `region` is an index among the target regions. */
export type VersionProblem = { readonly message: string; readonly hint: string } & (
  | { readonly kind: 'duplicateRegion'; readonly region: number }
  | { readonly kind: 'sourceRegionMissing' }
  | { readonly kind: 'replicasOfRegion'; readonly region: number; readonly rule: 'GA-30' }
  | { readonly kind: 'replicasOfVersion'; readonly rule: 'GA-30' }
  | { readonly kind: 'size'; readonly rule: 'GA-25' | 'GA-26' }
  | { readonly kind: 'storageType'; readonly region: number }
)

export interface RegionLimits {
  /** Replicas of a version in one region. The documentation gives two numbers, hence the assumption. GA-30. */
  readonly maxReplicasPerRegion: number
  /** Zones by normalised region name. A region that is not listed is not judged. */
  readonly regions?: Readonly<Record<string, { readonly zones: readonly string[] }>>
}

/**
 * Everything the service would refuse in a version, in the order of its fields; empty when it may be created. Fleet
 * sheet 2.1 (regions, storage types), GA-25, GA-26, GA-30. The number of target regions has no limit: GA-35.
 */
export function versionProblems(
  version: Pick<ImageVersion, 'location' | 'targetRegions' | 'sizeGB' | 'replicationMode'>,
  limits: RegionLimits,
): VersionProblem[] {
  const problems = regionProblems(version.targetRegions, limits)
  if (!version.targetRegions.some(({ name }) => name === version.location))
    problems.push({
      kind: 'sourceRegionMissing',
      message: `the target regions must contain the location of the version, ${version.location}`,
      hint: `add ${version.location} to targetRegions`,
    })
  return [...problems, ...sizeProblems(version.sizeGB, version.replicationMode)]
}

/** The part of it that concerns target regions alone, as when some are added to a version. */
export function regionProblems(targets: readonly TargetRegion[], limits: RegionLimits): VersionProblem[] {
  const { maxReplicasPerRegion, regions = {} } = limits
  const problems: VersionProblem[] = []
  for (const [region, target] of targets.entries()) {
    const { name, regionalReplicaCount, storageAccountType } = target
    if (targets.findIndex((other) => other.name === name) < region)
      problems.push({
        kind: 'duplicateRegion',
        region,
        message: `the target region ${name} stands twice`,
        hint: 'keep one of them',
      })
    if (regionalReplicaCount > maxReplicasPerRegion)
      problems.push({
        kind: 'replicasOfRegion',
        region,
        rule: 'GA-30',
        message: `${regionalReplicaCount} replicas in ${name}, at most ${maxReplicasPerRegion} are possible in a region`,
        hint: `write ${maxReplicasPerRegion} or less; the limit is the assumption maxReplicasPerRegion`,
      })
    const zones = Object.hasOwn(regions, name) ? regions[name]?.zones : undefined
    if (storageAccountType === 'Standard_ZRS' && zones?.length === 0)
      problems.push({
        kind: 'storageType',
        region,
        message: `Standard_ZRS is not possible in ${name}, which has no zones`,
        hint: 'write Standard_LRS',
      })
  }
  const total = targets.reduce((sum, { regionalReplicaCount }) => sum + regionalReplicaCount, 0)
  if (total > MAX_REPLICAS_PER_VERSION)
    problems.push({
      kind: 'replicasOfVersion',
      rule: 'GA-30',
      message: `${total} replicas in all regions together, at most ${MAX_REPLICAS_PER_VERSION} are possible for a version`,
      hint: 'lower the replica counts, or leave out a region',
    })
  return problems
}

function sizeProblems(sizeGB: number, replicationMode: 'Full' | 'Shallow'): VersionProblem[] {
  const full = replicationMode === 'Full'
  const limitGB = full ? MAX_FULL_SIZE_GB : MAX_SHALLOW_SIZE_GB
  if (sizeGB <= limitGB) return []
  return [
    {
      kind: 'size',
      rule: full ? 'GA-26' : 'GA-25',
      message: `an image of ${sizeGB} GB cannot be replicated in mode ${replicationMode}, the limit is ${limitGB} GB`,
      hint:
        full && sizeGB <= MAX_SHALLOW_SIZE_GB
          ? `make the image smaller, or write replicationMode: Shallow, which allows ${MAX_SHALLOW_SIZE_GB} GB`
          : 'make the image smaller',
    },
  ]
}

/** What counts towards GA-34 in one region. */
export interface GalleryCounts {
  readonly galleries: number
  readonly definitions: number
  readonly versions: number
}

/** The first limit of a subscription in a region that is exceeded, as one sentence; undefined when none is. GA-34. */
export function exceededCount(counts: GalleryCounts, region: string): string | undefined {
  const limits = [
    ['galleries', counts.galleries, MAX_GALLERIES],
    ['image definitions', counts.definitions, MAX_DEFINITIONS],
    ['image versions', counts.versions, MAX_VERSIONS],
  ] as const
  const exceeded = limits.find(([, count, limit]) => count > limit)
  if (exceeded === undefined) return undefined
  const [what, count, limit] = exceeded
  return `${count} ${what} in ${region}, at most ${limit} are possible in a subscription`
}

/** What two images must have in common for a scale set to move from one to the other. Undefined: not known. */
export interface ImageTraits extends Pick<ImageDefinition, 'osType' | 'osState' | 'hyperVGeneration'> {
  readonly dataDiskCount?: number
}

export type DefinitionChange =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'refused'
      readonly differs: readonly (keyof ImageTraits)[]
      readonly message: string
      readonly rule: 'GA-38'
    }

/**
 * Whether the image reference of a scale set may go from one gallery image to another: only with equal OS type,
 * generation, number of data disks and OS state. GA-38. What is not known of either side is not held against it.
 *
 * Linux V1 -> Linux V2: refused, "hyperVGeneration differs (V1, V2)".
 */
export function changeOfDefinition(from: ImageTraits, to: ImageTraits): DefinitionChange {
  const traits = ['osType', 'hyperVGeneration', 'dataDiskCount', 'osState'] as const
  const differs = traits.filter(
    (trait) => from[trait] !== undefined && to[trait] !== undefined && from[trait] !== to[trait],
  )
  if (differs.length === 0) return { kind: 'allowed' }
  const parts = differs.map((trait) => `${trait} differs (${from[trait]}, ${to[trait]})`)
  return {
    kind: 'refused',
    differs,
    message: `the image of a scale set cannot be changed to one of another kind: ${parts.join(', ')}`,
    rule: 'GA-38',
  }
}

/** From this API version on, new definitions are V2 and TrustedLaunchSupported. GA-36. */
const TRUSTED_LAUNCH_SINCE = '2025-03-03'

/** Generation of a definition that does not name one. Without a version of the API the older default holds. GA-36. */
export function defaultGeneration(apiVersion?: string): 'V1' | 'V2' {
  return isTrustedLaunchDefault(apiVersion) ? 'V2' : 'V1'
}

/** Security type of a definition that does not name one. GA-36. */
export function defaultSecurityType(apiVersion?: string): 'Standard' | 'TrustedLaunchSupported' {
  return isTrustedLaunchDefault(apiVersion) ? 'TrustedLaunchSupported' : 'Standard'
}

/** `2025-03-03` and `2025-03-03-preview` alike: dates compare as text. */
function isTrustedLaunchDefault(apiVersion: string | undefined): boolean {
  return apiVersion !== undefined && apiVersion.slice(0, TRUSTED_LAUNCH_SINCE.length) >= TRUSTED_LAUNCH_SINCE
}

/** Two spellings of one security type: the case differs between pages of the documentation. GA-37. */
export function sameSecurityType(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Security type the machines of a set are declared with; undefined where the model leaves it to the service. */
function securityTypeOf(model: Pick<ScaleSetModel, 'virtualMachineProfile'>): string | undefined {
  const profile = model.virtualMachineProfile['securityProfile'] as { readonly securityType?: string } | undefined
  return profile?.securityType
}

/**
 * Why machines of this model do not boot from an image of this security type; undefined when they do, or when one of the
 * two does not say what it is. GA-37.
 */
export function bootRefusal(
  image: Pick<ImageDefinition, 'key' | 'securityType'>,
  model: Pick<ScaleSetModel, 'virtualMachineProfile'>,
): string | undefined {
  const machine = securityTypeOf(model)
  if (image.securityType === undefined || machine === undefined) return undefined
  if (bootsOn(image.securityType, machine) !== false) return undefined
  return `an image of security type ${image.securityType} (${image.key}) does not boot on machines of ${machine}`
}

type VmSecurityType = 'Standard' | 'TrustedLaunch' | 'ConfidentialVM'

/** Security types of machines that an image of each security type boots on. GA-37. */
const BOOTS_ON: readonly (readonly [securityType: string, machines: readonly VmSecurityType[]])[] = [
  ['Standard', ['Standard']],
  ['TrustedLaunchSupported', ['Standard', 'TrustedLaunch']],
  ['TrustedLaunch', ['TrustedLaunch']],
  ['ConfidentialVMSupported', ['Standard', 'ConfidentialVM']],
  ['ConfidentialVM', ['ConfidentialVM']],
  ['TrustedLaunchAndConfidentialVmSupported', ['Standard', 'TrustedLaunch', 'ConfidentialVM']],
]

/** The spellings the twin prints, for messages. */
export const SECURITY_TYPES: readonly string[] = BOOTS_ON.map(([name]) => name)

/**
 * Whether an image of this security type boots on a machine of that one; `Standard` is a plain machine. Undefined when
 * either is no security type. GA-37.
 *
 *   ConfidentialVMSupported on Standard -> true, on ConfidentialVM -> true, on TrustedLaunch -> false.
 */
export function bootsOn(securityType: string, vmSecurityType: string): boolean | undefined {
  const machines = BOOTS_ON.find(([name]) => sameSecurityType(name, securityType))?.[1]
  const known = BOOTS_ON.some(([, all]) => all.some((machine) => sameSecurityType(machine, vmSecurityType)))
  return machines !== undefined && known
    ? machines.some((machine) => sameSecurityType(machine, vmSecurityType))
    : undefined
}
