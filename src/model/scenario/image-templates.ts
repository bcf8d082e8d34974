import { z } from 'zod'
import { imageKey } from '../declare/image-key.ts'
import { type RegionLimits, regionProblems } from '../gallery/limits.ts'
import type { Customizer, DistributeTarget, Gallery, ImageTemplate } from '../scenario.ts'
import { type BodyContext, type BodyShape, body, ENVELOPE, list, namedEntries, readBody, value, word } from './body.ts'
import type { Path } from './document.ts'
import { checkVersionName, reportProblem, TARGET_REGION_SHAPE, targetRegionBody, toTargetRegion } from './galleries.ts'
import { regionName, sameName } from './names.ts'
import { nameHint } from './nearest.ts'
import {
  CUSTOMIZER_TYPES,
  DISTRIBUTE_TYPES,
  ON_ERROR,
  REPLICATION_MODES,
  SOURCE_TYPES,
  STORAGE_ACCOUNT_TYPES,
  SWITCH_STATES,
  TRIGGER_KINDS,
  VALIDATION_TYPES,
  VERSION_SCHEMES,
} from './schema-declared.ts'

const MINUTE_MS = 60_000
/** What a template that says 0 or nothing gets, minutes; the least and the most it may say. Fleet sheet, section 3. */
const BUILD_TIMEOUT_MINUTES = { default: 240, min: 6, max: 960 }
/** Templates with a trigger, of one subscription in one region. IB-06. */
const MAX_TRIGGERS = 100

export interface ImageTemplateOptions extends RegionLimits {
  /** Region of a template that names neither its own nor a target region; absent: that is a mistake. */
  readonly defaultLocation?: string
  /** The declared galleries: a template must publish to a definition that exists. Absent: not checked. */
  readonly galleries?: readonly Gallery[]
}

const SOURCE_SHAPE: BodyShape = {
  members: {
    type: word(SOURCE_TYPES),
    publisher: value,
    offer: value,
    sku: value,
    version: value,
    imageVersionId: value,
    imageId: value,
  },
  ignored: ['exactVersion', 'planInfo'],
}

const STEP_IGNORED = ['scriptUri', 'sha256Checksum', 'validExitCodes', 'runElevated', 'runAsSystem', 'sourceUri']

const CUSTOMIZER_SHAPE: BodyShape = {
  members: { type: word(CUSTOMIZER_TYPES), name: value, inline: value },
  ignored: [
    ...STEP_IGNORED,
    'destination',
    'restartCommand',
    'restartCheckCommand',
    'restartTimeout',
    'searchCriteria',
    'filters',
    'updateLimit',
  ],
}

const DISTRIBUTE_SHAPE: BodyShape = {
  members: {
    type: word(DISTRIBUTE_TYPES),
    runOutputName: value,
    galleryImageId: value,
    targetRegions: list(body(TARGET_REGION_SHAPE)),
    replicationRegions: value,
    storageAccountType: word(STORAGE_ACCOUNT_TYPES),
    excludeFromLatest: value,
    replicationMode: word(REPLICATION_MODES),
    versioning: body({ members: { scheme: word(VERSION_SCHEMES), major: value } }),
    imageId: value,
    location: value,
    uri: value,
  },
  ignored: ['artifactTags'],
}

export const TEMPLATE_SHAPE: BodyShape = {
  lifted: ['properties'],
  members: {
    location: value,
    source: body(SOURCE_SHAPE),
    customize: list(body(CUSTOMIZER_SHAPE)),
    validate: body({
      members: {
        continueDistributeOnFailure: value,
        sourceValidationOnly: value,
        inVMValidations: list(
          body({
            members: { type: word(VALIDATION_TYPES), name: value, inline: value },
            ignored: [...STEP_IGNORED, 'destination'],
          }),
        ),
      },
    }),
    distribute: list(body(DISTRIBUTE_SHAPE)),
    buildTimeoutInMinutes: value,
    errorHandling: body({
      members: { onCustomizerError: word(ON_ERROR), onValidationError: word(ON_ERROR) },
    }),
    autoRun: body({ members: { state: word(SWITCH_STATES) } }),
    optimize: body({ members: { vmBoot: body({ members: { state: word(SWITCH_STATES) } }) } }),
    triggers: list(
      body({ lifted: ['properties'], members: { kind: word(TRIGGER_KINDS) }, ignored: [...ENVELOPE, 'status'] }),
    ),
  },
  ignored: [
    ...ENVELOPE,
    'identity',
    'vmProfile',
    'stagingResourceGroup',
    'exactStagingResourceGroup',
    'managedResourceTags',
    'lastRunStatus',
    'provisioningError',
  ],
}

const text = z.string().min(1)
const inline = z.array(z.string()).optional()

const distributeBody = z.strictObject({
  type: z.enum(DISTRIBUTE_TYPES),
  runOutputName: text.optional(),
  galleryImageId: text.optional(),
  targetRegions: z.array(targetRegionBody).optional(),
  replicationRegions: z.array(text).optional(),
  storageAccountType: z.enum(STORAGE_ACCOUNT_TYPES).optional(),
  excludeFromLatest: z.boolean().optional(),
  replicationMode: z.enum(REPLICATION_MODES).optional(),
  versioning: z
    .strictObject({
      scheme: z.enum(VERSION_SCHEMES).optional(),
      // -1 is what clients send for none.
      major: z
        .number()
        .int()
        .min(-1)
        .max(2 ** 31 - 1)
        .optional(),
    })
    .optional(),
  imageId: text.optional(),
  location: text.optional(),
  uri: text.optional(),
})

const templateBody = z.strictObject({
  location: text.optional(),
  source: z.strictObject({
    type: z.enum(SOURCE_TYPES).optional(),
    publisher: text.optional(),
    offer: text.optional(),
    sku: text.optional(),
    version: text.optional(),
    imageVersionId: text.optional(),
    imageId: text.optional(),
  }),
  customize: z.array(z.strictObject({ type: z.enum(CUSTOMIZER_TYPES), name: text.optional(), inline })).optional(),
  validate: z
    .strictObject({
      continueDistributeOnFailure: z.boolean().optional(),
      sourceValidationOnly: z.boolean().optional(),
      inVMValidations: z
        .array(z.strictObject({ type: z.enum(VALIDATION_TYPES), name: text.optional(), inline }))
        .optional(),
    })
    .optional(),
  distribute: z.array(distributeBody).min(1),
  buildTimeoutInMinutes: z
    .number()
    .int()
    .min(0)
    .max(BUILD_TIMEOUT_MINUTES.max)
    .refine((minutes) => minutes === 0 || minutes >= BUILD_TIMEOUT_MINUTES.min, {
      error: `at least ${BUILD_TIMEOUT_MINUTES.min} minutes, or 0 for the default of ${BUILD_TIMEOUT_MINUTES.default}`,
    })
    .optional(),
  errorHandling: z
    .strictObject({ onCustomizerError: z.enum(ON_ERROR).optional(), onValidationError: z.enum(ON_ERROR).optional() })
    .optional(),
  autoRun: z.strictObject({ state: z.enum(SWITCH_STATES).optional() }).optional(),
  optimize: z
    .strictObject({ vmBoot: z.strictObject({ state: z.enum(SWITCH_STATES).optional() }).optional() })
    .optional(),
  triggers: z.array(z.strictObject({ kind: z.enum(TRIGGER_KINDS) })).optional(),
})

type RawTemplate = z.infer<typeof templateBody>
type RawDistribute = z.infer<typeof distributeBody>

/**
 * The image templates of a scenario, every default applied, in order of declaration. `raw` is the value of
 * `azure.imageTemplates`. What is wrong is reported with its place and left out. Fleet sheet, section 3; IB-06.
 */
export function buildImageTemplates(
  raw: unknown,
  context: BodyContext,
  options: ImageTemplateOptions,
): ImageTemplate[] {
  const { source } = context
  const base: Path = ['azure', 'imageTemplates']
  const templates = namedEntries(raw, base, source).flatMap(([name, path, written]) =>
    context.sound(path) ? (toTemplate(name, written, path, context, options) ?? []) : [],
  )
  for (const location of new Set(templates.map((template) => template.location))) {
    const count = templates.filter((template) => template.hasSourceTrigger && template.location === location).length
    if (count > MAX_TRIGGERS)
      source.report('E0137', base, `${count} triggers in ${location}, at most ${MAX_TRIGGERS} are possible`, {
        place: source.keyPlaceOf(base),
        hint: 'declare fewer',
      })
  }
  return templates
}

function toTemplate(
  name: string,
  raw: unknown,
  path: Path,
  context: BodyContext,
  options: ImageTemplateOptions,
): ImageTemplate | undefined {
  const { value: read, originOf } = readBody(raw, path, TEMPLATE_SHAPE, templateBody, context.source)
  if (read === undefined) return undefined
  const within = { originOf, context, options }
  const location = toLocation(read, path, within)
  const image = toSource(read.source, within)
  const distribute = read.distribute.map((target, index) => toTarget(target, index, location ?? '', within))
  const triggersAreSound = checkTriggers(read, image?.version, within)
  if (location === undefined || image === undefined || !triggersAreSound) return undefined
  if (distribute.some((target) => target === undefined)) return undefined
  const minutes = read.buildTimeoutInMinutes ?? 0
  return {
    name,
    location,
    source: image,
    customize: customizersOf(read),
    validations: (read.validate?.inVMValidations ?? []).map((step, index) => step.name ?? stepName(step.type, index)),
    continueDistributeOnFailure: read.validate?.continueDistributeOnFailure ?? false,
    distribute: distribute as DistributeTarget[],
    buildTimeoutMs: (minutes === 0 ? BUILD_TIMEOUT_MINUTES.default : minutes) * MINUTE_MS,
    onCustomizerError: read.errorHandling?.onCustomizerError ?? 'cleanup',
    onValidationError: read.errorHandling?.onValidationError ?? 'cleanup',
    autoRun: read.autoRun?.state === 'Enabled',
    hasSourceTrigger: (read.triggers ?? []).length > 0,
  }
}

/** What the parts of one template share. */
interface Within {
  readonly originOf: (path: Path) => Path
  readonly context: BodyContext
  readonly options: ImageTemplateOptions
}

function customizersOf(read: Pick<RawTemplate, 'customize'>): Customizer[] {
  return (read.customize ?? []).map(({ name, type }, index) => ({ name: name ?? stepName(type, index), type }))
}

/** `Shell 2`: the second step of its list, which is a Shell. */
export function stepName(type: string, index: number): string {
  return `${type} ${index + 1}`
}

function toLocation(read: RawTemplate, path: Path, { context, options }: Within): string | undefined {
  const [first] = read.distribute
  const written =
    read.location ?? first?.targetRegions?.[0]?.name ?? first?.replicationRegions?.[0] ?? options.defaultLocation
  if (written !== undefined) return regionName(written)
  context.source.report('E0102', path, 'location is missing', {
    place: context.source.keyPlaceOf(path),
    hint: 'it is the region of the template, for example eastus',
  })
  return undefined
}

/**
 * The image a build begins with: `publisher/offer/sku`, `gallery/definition` or `images/<name>`, and `latest` or a fixed
 * version. Latest is resolved when a run begins (IB-04). A managed image has no version: the empty text.
 */
function toSource(read: RawTemplate['source'], within: Within): ImageTemplate['source'] | undefined {
  const { originOf, context } = within
  const { source } = context
  const type =
    read.type ??
    (read.imageVersionId !== undefined
      ? 'SharedImageVersion'
      : read.imageId !== undefined
        ? 'ManagedImage'
        : 'PlatformImage')
  const missing = (key: string, hint: string): undefined => {
    source.report('E0102', originOf(['source']), `${key} is missing`, { hint })
    return undefined
  }
  switch (type) {
    case 'PlatformImage': {
      const { publisher, offer, sku } = read
      if (publisher === undefined || offer === undefined || sku === undefined) {
        const key = publisher === undefined ? 'publisher' : offer === undefined ? 'offer' : 'sku'
        return missing(key, 'a PlatformImage has publisher, offer, sku and version')
      }
      return { type, image: `${publisher}/${offer}/${sku}`, version: latestOr(read.version) }
    }
    case 'SharedImageVersion': {
      if (read.imageVersionId === undefined)
        return missing('imageVersionId', 'the resource id of a version, or gallery/definition/version')
      const at = originOf(['source', 'imageVersionId'])
      const image = readGalleryImage(read.imageVersionId, at, context)
      return image === undefined ? undefined : { type, image: image.key, version: image.version ?? 'latest' }
    }
    case 'ManagedImage': {
      if (read.imageId === undefined) return missing('imageId', 'the resource id of a managed image')
      const key = imageKey({ id: read.imageId })
      return { type, image: key.includes('/') ? key : `images/${key}`, version: '' }
    }
    default:
      return type satisfies never
  }
}

function latestOr(version: string | undefined): string {
  return version === undefined || version.toLowerCase() === 'latest' ? 'latest' : version
}

/** `gallery/definition` and the version, when one is named. E0136, E0130. */
function readGalleryImage(
  written: string,
  path: Path,
  context: BodyContext,
): { readonly key: string; readonly version?: string } | undefined {
  const key = imageKey({ id: written })
  const [gallery, definition, version, ...rest] = key.split('/')
  // The id of a managed image reads like a gallery called images.
  const isManaged = gallery === 'images' && written.startsWith('/')
  if (!gallery || !definition || rest.length > 0 || isManaged) {
    context.source.report('E0136', path, `${written} does not name an image of a gallery`, {
      hint: 'write gallery/definition, or a resource id with /galleries/<gallery>/images/<definition>',
    })
    return undefined
  }
  if (version === undefined) return { key }
  if (!checkVersionName(version, path, context, context.source.placeOf(path))) return undefined
  return { key: `${gallery}/${definition}`, version }
}

function toTarget(read: RawDistribute, index: number, location: string, within: Within): DistributeTarget | undefined {
  const { context, options } = within
  const at: Path = ['distribute', index]
  const originOf = (path: Path) => within.originOf([...at, ...path])
  const runOutputName = read.runOutputName ?? `${read.type} ${index + 1}`
  const scheme = read.versioning?.scheme ?? 'Latest'
  const major = scheme === 'Latest' ? read.versioning?.major : undefined
  const common = {
    runOutputName,
    type: read.type,
    scheme,
    ...(major === undefined || major < 0 ? {} : { major }),
    excludeFromLatest: read.excludeFromLatest ?? false,
    replicationMode: read.replicationMode ?? 'Full',
  }
  if (read.type !== 'SharedImage') return { ...common, image: '', targetRegions: [] }

  if (read.galleryImageId === undefined) {
    context.source.report('E0102', originOf([]), 'galleryImageId is missing', {
      hint: 'the resource id of an image definition, or gallery/definition',
    })
    return undefined
  }
  if (read.targetRegions !== undefined && read.replicationRegions !== undefined) {
    const path = originOf(['replicationRegions'])
    context.source.report('E0120', path, 'replicationRegions and targetRegions exclude each other', {
      place: context.source.keyPlaceOf(path),
      hint: 'keep targetRegions',
    })
    return undefined
  }
  const image = readGalleryImage(read.galleryImageId, originOf(['galleryImageId']), context)
  const regions = read.targetRegions ?? (read.replicationRegions ?? [location]).map((name) => ({ name }))
  const targetRegions = regions.map((region) =>
    toTargetRegion(region, {
      replicaCount: 1,
      storageAccountType: read.storageAccountType ?? 'Standard_LRS',
      state: 'Replicating',
    }),
  )
  const problems = regionProblems(targetRegions, options)
  // Without targetRegions the problem stands where the regions were written instead.
  const place = (path: Path) => originOf(read.targetRegions === undefined ? ['replicationRegions'] : path)
  for (const problem of problems) reportProblem(problem, place, context)
  if (image === undefined || problems.length > 0) return undefined
  if (!isDeclared(image.key, originOf(['galleryImageId']), within)) return undefined
  const version = image.version === undefined ? {} : { version: image.version }
  return { ...common, image: image.key, ...version, targetRegions }
}

/** A version can only be published into a definition, and a definition exists only where one is declared. */
function isDeclared(key: string, path: Path, { context, options }: Within): boolean {
  if (options.galleries === undefined) return true
  const keys = options.galleries.flatMap((gallery) => gallery.images.map((image) => image.key))
  if (keys.some((declared) => sameName(declared, key)) || !context.sound(['azure', 'galleries'])) return true
  const hint = nameHint(key, keys)
  context.source.report('E0136', path, `no gallery has an image definition ${key}`, {
    ...('hint' in hint ? hint : { hint: `declare it: azure.galleries.${key.replace('/', '.images.')}` }),
  })
  return false
}

/** IB-06: one trigger for a template, and only on a source that follows latest. */
function checkTriggers(read: RawTemplate, version: string | undefined, { originOf, context }: Within): boolean {
  const count = read.triggers?.length ?? 0
  const complain = (message: string, path: Path, hint: string): boolean => {
    context.source.report('E0137', originOf(path), message, { hint })
    return false
  }
  if (count > 1) return complain(`${count} triggers for one template`, ['triggers', 1], 'keep one of them')
  if (count === 1 && version !== undefined && version !== 'latest')
    return complain(
      'a trigger of kind SourceImage needs a source that is latest',
      ['triggers', 0],
      read.source.imageVersionId === undefined
        ? 'write version: latest in the source'
        : 'end imageVersionId with /versions/latest',
    )
  return true
}
