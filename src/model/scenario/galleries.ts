import { z } from 'zod'
import type { SourcePlace } from '../diagnostic.ts'
import type { DiagnosticId } from '../diagnostic-codes.ts'
import { canonicalVersion, MAX_VERSION_NUMBER, parseVersion } from '../gallery/image-version.ts'
import {
  DEFAULT_IMAGE_SIZE_GB,
  defaultGeneration,
  defaultSecurityType,
  exceededCount,
  type RegionLimits,
  regionProblems,
  SECURITY_TYPES,
  sameSecurityType,
  type VersionProblem,
  versionProblems,
} from '../gallery/limits.ts'
import type {
  Gallery,
  ImageDefinition,
  ImageVersion,
  ReplicationState,
  StorageAccountType,
  TargetRegion,
} from '../scenario.ts'
import {
  type BodyContext,
  type BodyShape,
  body,
  ENVELOPE,
  list,
  namedEntries,
  readBody,
  readList,
  value,
  word,
} from './body.ts'
import type { Path } from './document.ts'
import { regionName, sameName } from './names.ts'
import { nameHint } from './nearest.ts'
import {
  AGGREGATED_STATES,
  GENERATIONS,
  OS_STATES,
  OS_TYPES,
  REPLICATION_MODES,
  REPLICATION_STATES,
  STORAGE_ACCOUNT_TYPES,
} from './schema-declared.ts'

export interface GalleryOptions extends RegionLimits {
  /** Region of a gallery that names none; absent: such a gallery is a mistake. */
  readonly defaultLocation?: string
  /** GB of a version that does not say. Default 30. */
  readonly defaultSizeGB?: number
}

export interface ImageVersionDefaults {
  /** Region of the gallery. */
  readonly galleryLocation: string
  /** State in every target region where no replication status says otherwise. */
  readonly state: ReplicationState
}

export interface TargetRegionDefaults {
  readonly replicaCount: number
  readonly storageAccountType: StorageAccountType
  readonly state: ReplicationState
}

const region = z.string().regex(/\S/, { error: 'the name of a region' })
const replicas = z.number().int().min(1)
const sizeGB = z.number().int().min(1)
const storageAccountType = z.enum(STORAGE_ACCOUNT_TYPES)

export const TARGET_REGION_SHAPE: BodyShape = {
  shortFor: 'name',
  members: {
    name: value,
    regionalReplicaCount: value,
    storageAccountType: word(STORAGE_ACCOUNT_TYPES),
    excludeFromLatest: value,
  },
  aliases: { replicaCount: 'regionalReplicaCount', regionalExcludeFromLatest: 'excludeFromLatest' },
  // Direct-drive replica sets are not played.
  ignored: ['encryption', 'additionalReplicaSets'],
}

export const targetRegionBody = z.strictObject({
  name: region,
  regionalReplicaCount: replicas.optional(),
  storageAccountType: storageAccountType.optional(),
  excludeFromLatest: z.boolean().optional(),
})

type RawTargetRegion = z.infer<typeof targetRegionBody>

const DISK_SHAPE: BodyShape = {
  members: { sizeInGB: value },
  ignored: ['lun', 'hostCaching', 'source', 'diskControllerType'],
}

/** The names of an image version, flat; the levels that group them in an ARM body are lifted away. */
export const VERSION_SHAPE: BodyShape = {
  lifted: ['properties', 'publishingProfile', 'storageProfile', 'safetyProfile'],
  members: {
    location: value,
    targetRegions: list(body(TARGET_REGION_SHAPE)),
    replicaCount: value,
    excludeFromLatest: value,
    endOfLifeDate: value,
    storageAccountType: word(STORAGE_ACCOUNT_TYPES),
    replicationMode: word(REPLICATION_MODES),
    sizeInGB: value,
    osDiskImage: body(DISK_SHAPE),
    dataDiskImages: list(body(DISK_SHAPE)),
    allowDeletionOfReplicatedLocations: value,
    blockDeletionBeforeEndOfLife: value,
    replicationStatus: body({
      members: {
        aggregatedState: word(AGGREGATED_STATES),
        summary: list(
          body({ members: { region: value, state: word(REPLICATION_STATES) }, ignored: ['details', 'progress'] }),
        ),
      },
    }),
  },
  ignored: [
    ...ENVELOPE,
    'publishedDate',
    'source',
    'storageAccountStrategy',
    'targetExtendedLocations',
    'reportedForPolicyViolation',
    'policyViolations',
    'securityProfile',
    'validationsProfile',
    'restore',
  ],
}

const disk = z.strictObject({ sizeInGB: sizeGB.optional() })

const versionBody = z.strictObject({
  location: region.optional(),
  targetRegions: z.array(targetRegionBody).optional(),
  replicaCount: replicas.optional(),
  excludeFromLatest: z.boolean().optional(),
  endOfLifeDate: z.string().optional(),
  storageAccountType: storageAccountType.optional(),
  replicationMode: z.enum(REPLICATION_MODES).optional(),
  sizeInGB: sizeGB.optional(),
  osDiskImage: disk.optional(),
  dataDiskImages: z.array(disk).optional(),
  allowDeletionOfReplicatedLocations: z.boolean().optional(),
  blockDeletionBeforeEndOfLife: z.boolean().optional(),
  replicationStatus: z
    .strictObject({
      aggregatedState: z.enum(AGGREGATED_STATES).optional(),
      summary: z.array(z.strictObject({ region, state: z.enum(REPLICATION_STATES) })).optional(),
    })
    .optional(),
})

type RawVersion = z.infer<typeof versionBody>

const DEFINITION_SHAPE: BodyShape = {
  lifted: ['properties'],
  members: {
    osType: word(OS_TYPES),
    osState: word(OS_STATES),
    hyperVGeneration: word(GENERATIONS),
    securityType: word(SECURITY_TYPES),
    features: list(body({ members: { name: value, value }, ignored: ['startsAtVersion'] })),
    versions: value,
    apiVersion: value,
  },
  ignored: [
    ...ENVELOPE,
    'location',
    'description',
    'eula',
    'privacyStatementUri',
    'releaseNoteUri',
    'endOfLifeDate',
    'identifier',
    'recommended',
    'disallowed',
    'purchasePlan',
    'architecture',
    'allowUpdateImage',
  ],
}

const definitionBody = z.strictObject({
  osType: z.enum(OS_TYPES).optional(),
  osState: z.enum(OS_STATES).optional(),
  hyperVGeneration: z.enum(GENERATIONS).optional(),
  securityType: z.enum(SECURITY_TYPES as [string, ...string[]]).optional(),
  features: z.array(z.strictObject({ name: z.string(), value: z.unknown() })).optional(),
  versions: z.unknown().optional(),
  apiVersion: z.string().optional(),
})

const GALLERY_SHAPE: BodyShape = {
  lifted: ['properties'],
  members: { location: value, images: value },
  ignored: [
    ...ENVELOPE,
    'description',
    'identifier',
    'identity',
    'sharingProfile',
    'sharingStatus',
    'softDeletePolicy',
  ],
}

const galleryBody = z.strictObject({ location: region.optional(), images: z.unknown().optional() })

/**
 * The galleries of a scenario, every default applied, in order of declaration. `raw` is the value of `azure.galleries`.
 * Versions declared here exist when the run begins and are Completed in all their regions unless a replication status
 * says otherwise. What is wrong is reported with its place and left out. GA-30, GA-34, fleet sheet 2.1.
 */
export function buildGalleries(raw: unknown, context: BodyContext, options: GalleryOptions): Gallery[] {
  const base: Path = ['azure', 'galleries']
  const galleries = namedEntries(raw, base, context.source).map(([name, path, written]) =>
    toGallery(name, written, path, context, options),
  )
  for (const location of new Set(galleries.map((gallery) => gallery.location))) {
    const here = galleries.filter((gallery) => gallery.location === location)
    const images = here.flatMap((gallery) => gallery.images)
    const counts = {
      galleries: here.length,
      definitions: images.length,
      versions: images.reduce((sum, { versions }) => sum + versions.length, 0),
    }
    // A place that could not be read is no region whose limit counts.
    const exceeded = location === '' ? undefined : exceededCount(counts, location)
    if (exceeded !== undefined)
      context.source.report('E0132', base, exceeded, { place: context.source.keyPlaceOf(base), hint: 'declare fewer' })
  }
  return galleries
}

function toGallery(name: string, raw: unknown, path: Path, context: BodyContext, options: GalleryOptions): Gallery {
  const { source } = context
  const { document, value: read, originOf } = readBody(raw, path, GALLERY_SHAPE, galleryBody, source)
  const written = read === undefined ? undefined : (read.location ?? options.defaultLocation)
  if (read !== undefined && written === undefined)
    source.report('E0102', path, 'location is missing', {
      place: source.keyPlaceOf(path),
      hint: 'it is the region of the gallery, for example eastus',
    })
  // What stands below is looked at all the same, so that all mistakes are told at once.
  const location = written === undefined ? '' : regionName(written)
  const images = namedEntries(document['images'], originOf(['images']), source).map(([definition, at, body]) =>
    toDefinition(definition, `${name}/${definition}`, body, at, location, context, options),
  )
  return { name, location, images }
}

function toDefinition(
  name: string,
  key: string,
  raw: unknown,
  path: Path,
  galleryLocation: string,
  context: BodyContext,
  options: GalleryOptions,
): ImageDefinition {
  const { document, value: read, originOf } = readBody(raw, path, DEFINITION_SHAPE, definitionBody, context.source)
  /** By its numbers: 1.07.0 and 1.7.0 are one version. */
  const versions = new Map<string, ImageVersion>()
  const defaults: ImageVersionDefaults = { galleryLocation, state: 'Completed' }
  for (const [version, at, body] of namedEntries(document['versions'], originOf(['versions']), context.source)) {
    const built = context.sound(at) ? buildImageVersion(version, body, at, defaults, context, options) : undefined
    if (built === undefined) continue
    const numbers = canonicalVersion(built.name)
    const same = versions.get(numbers)
    if (same === undefined) versions.set(numbers, built)
    else
      context.source.report('E0120', at, `${version} is the same version as ${same.name}`, {
        place: context.source.keyPlaceOf(at),
        hint: 'keep one of them',
      })
  }
  const apiVersion = read?.apiVersion
  const feature = read?.features?.find((one) => sameName(one.name, 'SecurityType'))?.value
  const written = read?.securityType ?? (typeof feature === 'string' ? feature : undefined)
  // The spelling differs between pages (GA-37); without a version of the API nothing is known of the default (GA-36).
  const securityType =
    written === undefined
      ? apiVersion === undefined
        ? undefined
        : defaultSecurityType(apiVersion)
      : (SECURITY_TYPES.find((type) => sameSecurityType(type, written)) ?? written)
  const generation = read?.hyperVGeneration ?? (apiVersion === undefined ? undefined : defaultGeneration(apiVersion))
  return {
    name,
    key,
    ...(read?.osType === undefined ? {} : { osType: read.osType }),
    ...(read?.osState === undefined ? {} : { osState: read.osState }),
    ...(generation === undefined ? {} : { hyperVGeneration: generation }),
    ...(securityType === undefined ? {} : { securityType }),
    versions: [...versions.values()],
  }
}

/**
 * One image version, every default applied; undefined when its name is no version or something in it is wrong, which has
 * been reported. `raw` may be null or empty: one replica in the region of the gallery, 30 GB. `path` is where it stands.
 */
export function buildImageVersion(
  name: string,
  raw: unknown,
  path: Path,
  defaults: ImageVersionDefaults,
  context: BodyContext,
  options: GalleryOptions,
): ImageVersion | undefined {
  const { source } = context
  const isVersion = checkVersionName(name, path, context)
  const { value: read, originOf } = readBody(raw, path, VERSION_SHAPE, versionBody, source)
  if (read === undefined) return undefined
  const dateIsSound = checkDate(read.endOfLifeDate, originOf(['endOfLifeDate']), context)

  const galleryLocation = read.location === undefined ? defaults.galleryLocation : regionName(read.location)
  const written = read.targetRegions ?? []
  const first = written[0] === undefined ? '' : regionName(written[0].name)
  // Under a gallery whose own region could not be read the first target region is as good as any.
  const location = galleryLocation === '' ? first : galleryLocation
  const targetDefaults: TargetRegionDefaults = {
    replicaCount: read.replicaCount ?? 1,
    storageAccountType: read.storageAccountType ?? 'Standard_LRS',
    state: defaults.state,
  }
  const states = statesByRegion(read, defaults.state)
  const targetRegions = (written.length === 0 ? [{ name: location }] : written).map((target) => {
    const built = toTargetRegion(target, targetDefaults)
    return { ...built, state: states(built.name) }
  })
  const version: ImageVersion = {
    name,
    location,
    targetRegions,
    excludeFromLatest: read.excludeFromLatest ?? false,
    ...(read.endOfLifeDate === undefined ? {} : { endOfLifeDate: read.endOfLifeDate }),
    replicationMode: read.replicationMode ?? 'Full',
    sizeGB: sizeOf(read, options.defaultSizeGB ?? DEFAULT_IMAGE_SIZE_GB),
    dataDisksGB: (read.dataDiskImages ?? []).map(({ sizeInGB }) => sizeInGB ?? null),
    allowDeletionOfReplicatedLocations: read.allowDeletionOfReplicatedLocations ?? true,
    blockDeletionBeforeEndOfLife: read.blockDeletionBeforeEndOfLife ?? false,
  }
  const problems = versionProblems(version, options)
  const sizePath: Path = read.sizeInGB === undefined ? ['osDiskImage', 'sizeInGB'] : ['sizeInGB']
  for (const problem of problems) reportProblem(problem, originOf, context, sizePath)
  const statusIsSound = checkSummary(read, targetRegions, originOf, context)
  return isVersion && dateIsSound && statusIsSound && problems.length === 0 ? version : undefined
}

/**
 * Target regions that are added to a version: the same forms as in a version. Undefined when one is wrong, which has been
 * reported. GA-29, GA-30.
 */
export function buildTargetRegions(
  raw: readonly unknown[],
  path: Path,
  defaults: TargetRegionDefaults,
  context: BodyContext,
  options: RegionLimits,
): TargetRegion[] | undefined {
  const schema = z.strictObject({ targetRegions: z.array(targetRegionBody) })
  const { value: read, originOf } = readList(
    raw,
    path,
    'targetRegions',
    body(TARGET_REGION_SHAPE),
    schema,
    context.source,
  )
  if (read === undefined) return undefined
  const targets = read.targetRegions.map((target) => toTargetRegion(target, defaults))
  const problems = regionProblems(targets, options)
  for (const problem of problems) reportProblem(problem, originOf, context)
  return problems.length === 0 ? targets : undefined
}

export function toTargetRegion(raw: RawTargetRegion, defaults: TargetRegionDefaults): TargetRegion {
  return {
    name: regionName(raw.name),
    regionalReplicaCount: raw.regionalReplicaCount ?? defaults.replicaCount,
    storageAccountType: raw.storageAccountType ?? defaults.storageAccountType,
    ...(raw.excludeFromLatest === undefined ? {} : { excludeFromLatest: raw.excludeFromLatest }),
    state: defaults.state,
  }
}

/** GR-1. A key such as 1.10 is a number to YAML, and the reader of it sees the missing third part. */
export function checkVersionName(
  name: string,
  path: Path,
  context: BodyContext,
  place: SourcePlace = context.source.keyPlaceOf(path),
): boolean {
  if (parseVersion(name) !== undefined) return true
  const parts = name.split('.')
  const areDigits = parts.every((part) => /^\d+$/.test(part))
  const hint =
    areDigits && parts.length < 3
      ? `write ${[...parts, '0', '0'].slice(0, 3).join('.')}`
      : areDigits && parts.length === 3
        ? `each number is at most ${MAX_VERSION_NUMBER}`
        : 'write for example 1.6.2'
  const message = `${name === '' ? 'an empty text' : name} is no version of an image, which is Major.Minor.Patch`
  context.source.report('E0130', path, message, { place, hint })
  return false
}

/** GA-08: whether the date is past cannot be told, a run has no calendar; that it is a date can. */
function checkDate(text: string | undefined, path: Path, context: BodyContext): boolean {
  if (text === undefined || isIsoDate(text)) return true
  context.source.report('E0135', path, `endOfLifeDate must be an ISO 8601 date, got ${JSON.stringify(text)}`, {
    hint: 'write for example 2027-01-31 or 2027-01-31T00:00:00Z',
  })
  return false
}

/** `2027-01-31`, with or without a time of day and an offset; the day must exist. */
export function isIsoDate(text: string): boolean {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/.exec(
      text,
    )
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return days !== undefined && day >= 1 && day <= days
}

/** OS disk and data disks together, GB. A total written by hand wins; an OS disk that does not say has the default size. */
function sizeOf(read: RawVersion, defaultGB: number): number {
  if (read.sizeInGB !== undefined) return read.sizeInGB
  const data = (read.dataDiskImages ?? []).reduce((sum, { sizeInGB }) => sum + (sizeInGB ?? 0), 0)
  return (read.osDiskImage?.sizeInGB ?? defaultGB) + data
}

/** State by region: as the summary has it, else as the aggregated state implies, else the default. */
function statesByRegion(read: RawVersion, fallback: ReplicationState): (region: string) => ReplicationState {
  const { aggregatedState, summary } = read.replicationStatus ?? {}
  const states = new Map((summary ?? []).map((entry) => [regionName(entry.region), entry.state]))
  // With a summary the aggregate says nothing about the regions that are missing in it.
  const implied =
    aggregatedState === undefined || summary !== undefined
      ? fallback
      : aggregatedState === 'InProgress'
        ? 'Replicating'
        : aggregatedState
  return (name) => states.get(name) ?? implied
}

function checkSummary(
  read: RawVersion,
  targets: readonly TargetRegion[],
  originOf: (path: Path) => Path,
  context: BodyContext,
): boolean {
  const foreign = [...(read.replicationStatus?.summary ?? []).entries()].filter(
    ([, entry]) => !targets.some(({ name }) => name === regionName(entry.region)),
  )
  for (const [index, entry] of foreign) {
    const names = targets.map(({ name }) => name)
    context.source.report(
      'E0131',
      originOf(['replicationStatus', 'summary', index, 'region']),
      `replicationStatus speaks of ${entry.region}, which is no target region`,
      nameHint(regionName(entry.region), names),
    )
  }
  return foreign.length === 0
}

/** Reports one thing the service would refuse. `sizePath` is where the size of the image is given. */
export function reportProblem(
  problem: VersionProblem,
  originOf: (path: Path) => Path,
  context: BodyContext,
  sizePath: Path = [],
): void {
  const { code, path } = placeOfProblem(problem, sizePath)
  context.source.report(code, originOf(path), problem.message, { hint: problem.hint })
}

function placeOfProblem(problem: VersionProblem, sizePath: Path): { code: DiagnosticId; path: Path } {
  switch (problem.kind) {
    case 'duplicateRegion':
      return { code: 'E0131', path: ['targetRegions', problem.region, 'name'] }
    case 'sourceRegionMissing':
      return { code: 'E0131', path: ['targetRegions'] }
    case 'replicasOfRegion':
      return { code: 'E0132', path: ['targetRegions', problem.region, 'regionalReplicaCount'] }
    case 'replicasOfVersion':
      return { code: 'E0132', path: ['targetRegions'] }
    case 'size':
      return { code: 'E0133', path: sizePath }
    case 'storageType':
      return { code: 'E0134', path: ['targetRegions', problem.region, 'storageAccountType'] }
    default:
      return problem satisfies never
  }
}
