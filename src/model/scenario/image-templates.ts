import { z } from 'zod'
import { imageKey } from '../declare/image-key.ts'
import type { Finding } from '../finding.ts'
import { type RegionLimits, regionProblems } from '../gallery/limits.ts'
import type { Customizer, DistributeTarget, Gallery, ImageTemplate } from '../scenario.ts'
import {
  type BodyContext,
  type BodyShape,
  body,
  canonicalBody,
  ENVELOPE,
  isMapping,
  list,
  namedEntries,
  readBody,
  value,
  word,
} from './body.ts'
import type { Path, SourceDocument } from './document.ts'
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

const TEMPLATE_SHAPE: BodyShape = {
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
function stepName(type: string, index: number): string {
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

/**
 * What is worth telling about the templates as written: a Shell customizer that hides a failing command, a build without
 * an identity, and what the twin does not play. Wrong parts are passed over, `buildImageTemplates` reports them.
 */
export function templateFindings(raw: unknown, source: SourceDocument): Finding[] {
  if (!isMapping(raw)) return []
  return Object.entries(raw).flatMap(([name, written]) => {
    const path: Path = ['azure', 'imageTemplates', name]
    if (!isMapping(written)) return []
    const { document, originOf } = canonicalBody(written, path, TEMPLATE_SHAPE)
    return [
      ...identityFinding(name, written, path, source),
      ...customizerFindings(name, document, originOf, source),
      ...unplayedFindings(name, document, originOf, source),
    ]
  })
}

/** Playbook row 1. A template typed by hand says nothing of its identity, and nothing follows from that. */
function identityFinding(name: string, written: Readonly<Record<string, unknown>>, path: Path, source: SourceDocument) {
  const key = Object.keys(written).find((candidate) => sameName(candidate, 'identity'))
  if (key === undefined) return []
  const identity = isMapping(written[key]) ? canonicalBody(written[key], [], IDENTITY_SHAPE).document : {}
  const { type, userAssignedIdentities } = identity
  const ids = Array.isArray(userAssignedIdentities)
    ? userAssignedIdentities
    : Object.keys(isMapping(userAssignedIdentities) ? userAssignedIdentities : {})
  const isNone = typeof type === 'string' && sameName(type, 'None')
  if (ids.length > 0 && !isNone) return []
  const finding: Finding = {
    code: 'BuildIdentityMissing',
    title: 'The image template has no identity to build and publish with',
    severity: 'error',
    where: `${name}: identity`,
    place: source.placeOf([...path, key]),
    evidence: [
      isNone ? 'identity.type is None.' : 'identity names no user-assigned identity.',
      'Image Builder publishes as a user-assigned identity; without one the run fails before anything is built.',
    ],
    rules: ['IB-03'],
    confirm: templateCommand(name, 'identity'),
    fix: 'Assign a managed identity that may write image versions into the gallery, and name it in identity.userAssignedIdentities.',
  }
  return [finding]
}

const IDENTITY_SHAPE: BodyShape = { members: { type: value, userAssignedIdentities: value } }

/** Playbook row 12, IB-03: the first customizer that fails ends the run, so a failure must not be swallowed inside one. */
function customizerFindings(
  name: string,
  document: Readonly<Record<string, unknown>>,
  originOf: (path: Path) => Path,
  source: SourceDocument,
): Finding[] {
  const steps = Array.isArray(document['customize']) ? document['customize'] : []
  return steps.flatMap((step, index) => {
    if (!isMapping(step) || step['type'] !== 'Shell' || !Array.isArray(step['inline'])) return []
    const { stopsOnError, commands } = readShell(step['inline'].filter((line) => typeof line === 'string'))
    const [first] = commands
    if (stopsOnError || first === undefined) return []
    const called = typeof step['name'] === 'string' ? step['name'] : stepName('Shell', index)
    const isSingle = commands.length === 1 && !/[;|]/.test(first)
    const finding: Finding = {
      code: 'CustomizerHidesErrors',
      title: 'A Shell customizer goes on after a command that failed',
      // Of a single command the result is the result of the customizer; the next one that is added changes that.
      severity: isSingle ? 'info' : 'warning',
      where: `${name}: customize[${index}].inline`,
      place: source.placeOf(originOf(['customize', index, 'inline'])),
      evidence: [
        `Customizer ${called} begins with "${first}"; no set -e stands before it.`,
        isSingle
          ? 'It is the only command, so its failure still fails the run; with a second one only the last would count.'
          : 'Only the result of the last command counts: an earlier failure passes, and the run publishes the image as Succeeded.',
      ],
      rules: ['IB-03'],
      confirm: templateCommand(name, '"customize[].{name: name, inline: inline}"'),
      fix: 'Make set -euo pipefail the first line of inline.',
    }
    return [finding]
  })
}

/**
 * Whether errors end the script (`set -e`, `set -euo pipefail`, `set -o errexit`, before the first command), and its lines
 * that are commands. Comments, empty lines and other settings of the shell are none.
 */
function readShell(inline: readonly string[]): {
  readonly stopsOnError: boolean
  readonly commands: readonly string[]
} {
  const lines = inline
    .flatMap((entry) => entry.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  let stopsOnError = false
  let isPreamble = true
  const commands = lines.filter((line) => {
    let isCommand = false
    for (const part of line.split(/;|&&/).map((piece) => piece.trim())) {
      const [word, ...args] = part.split(/\s+/)
      if (word !== 'set' && word !== 'shopt' && word !== 'trap' && part !== '') {
        isCommand = true
        isPreamble = false
      } else if (word === 'set' && isPreamble && setsErrexit(args)) stopsOnError = true
    }
    return isCommand
  })
  return { stopsOnError, commands }
}

/** `-e`, `-euo pipefail`, `-x -e`, `-o errexit`. */
function setsErrexit(args: readonly string[]): boolean {
  return args.some(
    (arg, index) =>
      /^-[a-zA-Z]*e[a-zA-Z]*$/.test(arg) || (arg === 'errexit' && /^-[a-zA-Z]*o$/.test(args[index - 1] ?? '')),
  )
}

/** Parts of a template that change a run and that no mechanism plays. */
function unplayedFindings(
  name: string,
  document: Readonly<Record<string, unknown>>,
  originOf: (path: Path) => Path,
  source: SourceDocument,
): Finding[] {
  const optimize = isMapping(document['optimize']) ? document['optimize']['vmBoot'] : undefined
  const validate = isMapping(document['validate']) ? document['validate'] : {}
  const declared: readonly (readonly [boolean, Path, string])[] = [
    [
      isMapping(optimize) && optimize['state'] === 'Enabled',
      ['optimize', 'vmBoot'],
      'The time a run takes to optimize the boot of its image is not played, nor is the faster boot.',
    ],
    [
      validate['sourceValidationOnly'] === true,
      ['validate', 'sourceValidationOnly'],
      'The twin plays a whole run; here the source is only validated and nothing is built or distributed.',
    ],
  ]
  return declared.flatMap(([isDeclared, path, evidence]): Finding[] =>
    isDeclared
      ? [
          {
            code: 'NotModelled',
            title: `${path.join('.')} of an image template: declared and not played`,
            severity: 'warning',
            where: `${name}: ${path.join('.')}`,
            place: source.keyPlaceOf(originOf(path)),
            evidence: [evidence],
            rules: [],
            confirm: templateCommand(name, String(path[0])),
          },
        ]
      : [],
  )
}

/** The command that prints what Azure really holds. */
function templateCommand(name: string, query: string): string {
  return `az image builder show --resource-group <resource-group> --name ${name} --query ${query}`
}
