import { imageKey } from '../declare/image-key.ts'
import { canonicalVersion, parseVersion } from '../gallery/image-version.ts'
import type { Action, Gallery, ImageDefinition, TargetRegion } from '../scenario.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { buildImageVersion, buildTargetRegions, checkVersionName, type GalleryOptions } from './galleries.ts'
import { type ImageMistake, unknownImage } from './image-references.ts'
import { regionName, sameName } from './names.ts'
import { nameHint } from './nearest.ts'
import { arePaired } from './paired-regions.ts'
import { findTemplate, type KnownTemplates } from './template-truth.ts'

type Plain = Record<string, unknown>

/** The verbs that are about image versions and templates. */
export type ImageVerb =
  | 'publishImageVersion'
  | 'excludeFromLatest'
  | 'addTargetRegion'
  | 'removeTargetRegion'
  | 'deleteImageVersion'
  | 'runImageTemplate'
  | 'cancelImageTemplate'

/** Verbs after which there may be a version, or a region of one, that was not there before. */
export const BRINGING: readonly string[] = ['publishImageVersion', 'addTargetRegion', 'runImageTemplate']

export interface ImagesContext extends LoadContext {
  readonly galleries: readonly Gallery[]
  readonly galleryOptions: GalleryOptions
  readonly imageTemplates: KnownTemplates
  /** False when something of the galleries could not be read, so that no image of one can be called unknown. */
  readonly galleriesAreComplete: boolean
  /** From `writtenImages`; empty when the galleries are not complete. */
  readonly writtenImages: ReadonlySet<string>
  /** False when a scale set or a template could not be read, so that nobody knows which images are used. */
  readonly usersAreComplete: boolean
}

interface KnownVersion {
  /** As it was written first. */
  readonly name: string
  readonly regions: Set<string>
  /** It certainly exists now. What a template was told to publish may not: its run may fail. */
  exists: boolean
}

/** What exists of images while the timeline is read, step by step in order of time. */
export interface ImageHistory {
  /** By `gallery/definition`, then by the numbers of the version. */
  readonly versions: Map<string, Map<string, KnownVersion>>
  /** Templates that can have run by now. */
  readonly run: Set<string>
  /** Platform images that get a newer version, as `publisher/offer/sku`, each with its place. */
  readonly platform: { readonly image: string; readonly path: Path }[]
  /** False once an entry was wrong that may have brought a version or a region: what follows from it is not held against others. */
  isComplete: boolean
}

export function beginHistory(
  context: Pick<ImagesContext, 'galleries' | 'imageTemplates'>,
  isComplete: boolean,
): ImageHistory {
  const versions = new Map<string, Map<string, KnownVersion>>()
  for (const definition of context.galleries.flatMap(({ images }) => images)) {
    const known = new Map<string, KnownVersion>()
    for (const { name, targetRegions } of definition.versions)
      known.set(canonicalVersion(name), { name, regions: namesOf(targetRegions), exists: true })
    versions.set(definition.key, known)
  }
  const alone = context.imageTemplates.templates.filter(({ autoRun, hasSourceTrigger }) => autoRun || hasSourceTrigger)
  return { versions, run: new Set(alone.map(({ name }) => name)), platform: [], isComplete }
}

interface Step {
  readonly verb: ImageVerb
  readonly args: Plain
  readonly path: Path
}

/** The action of one entry, checked against what exists by then; undefined when it is wrong, which has been reported. */
export function toImageAction(step: Step, history: ImageHistory, context: ImagesContext): Action | undefined {
  const action = readAction(step, history, context)
  if (action === undefined && BRINGING.includes(step.verb)) history.isComplete = false
  return action
}

function readAction(step: Step, history: ImageHistory, context: ImagesContext): Action | undefined {
  const { verb, args, path } = step
  switch (verb) {
    case 'publishImageVersion': {
      const text = args['image'] as string
      return text.includes(':') && !text.startsWith('/')
        ? publishPlatform(step, history, context)
        : publish(step, history, context)
    }
    case 'excludeFromLatest': {
      const found = readVersion(step, history, context)
      const region = args['region'] as string | undefined
      const regionIsSound = region === undefined || isTargetRegion(region, found, [...path, 'region'], history, context)
      if (found === undefined || !regionIsSound) return undefined
      return {
        verb,
        image: found.image,
        version: found.version,
        ...(region === undefined ? {} : { region: regionName(region) }),
        exclude: (args['exclude'] as boolean | undefined) ?? true,
      }
    }
    case 'addTargetRegion': {
      const found = readVersion(step, history, context)
      const regions = readTargetRegions(step, context)
      if (found === undefined || regions === undefined) return undefined
      for (const { name } of regions) found.known?.regions.add(name)
      const keeps = args['region'] !== undefined && args['storageAccountType'] === undefined
      const { image, version } = found
      return { verb, image, version, regions, ...(keeps ? { keepsStorageType: true } : {}) }
    }
    case 'removeTargetRegion': {
      const found = readVersion(step, history, context)
      const region = args['region'] as string
      if (!isTargetRegion(region, found, [...path, 'region'], history, context) || found === undefined) return undefined
      // Whether it is gone then is for the run to say: the service may refuse it.
      return { verb, image: found.image, version: found.version, region: regionName(region) }
    }
    case 'deleteImageVersion': {
      const found = readVersion(step, history, context)
      if (found === undefined) return undefined
      // Its number is free again.
      if (found.known !== undefined) found.known.exists = false
      return { verb, image: found.image, version: found.version }
    }
    case 'runImageTemplate':
      return runTemplate(step, history, context)
    case 'cancelImageTemplate': {
      const template = findTemplate(args['template'] as string, [...path, 'template'], context.imageTemplates, context)
      return template === undefined ? undefined : { verb, template: template.name }
    }
    default:
      return verb satisfies never
  }
}

function publish(step: Step, history: ImageHistory, context: ImagesContext): Action | undefined {
  const { args, path } = step
  const { image, version, phases, ...body } = args as { image: string; version: string } & Plain
  if (phases !== undefined) {
    context.source.report('E0120', [...path, 'phases'], 'phases are for platform images only', {
      place: context.source.keyPlaceOf([...path, 'phases']),
      hint: 'a gallery version goes to its targetRegions; add regions later with addTargetRegion',
    })
  }
  const isVersion = checkVersionName(version, [...path, 'version'], context)
  const found = findDefinition(image, [...path, 'image'], context)
  // Everything else is looked at all the same, so that all mistakes are told at once.
  const built = buildImageVersion(
    isVersion ? version : '0.0.0',
    body,
    path,
    { galleryLocation: found?.gallery.location ?? '', state: 'Replicating' },
    context,
    context.galleryOptions,
  )
  if (!isVersion || found === undefined) return undefined
  const key = found.definition.key
  if (isTaken(version, key, [...path, 'version'], history, context) || built === undefined) return undefined
  remember(key, version, namesOf(built.targetRegions), true, history)
  return { verb: 'publishImageVersion', image: key, version: built }
}

/** AO-8: a platform image comes phase by phase, and the regions of a pair never in the same one. */
function publishPlatform(step: Step, history: ImageHistory, context: ImagesContext): Action | undefined {
  const { args, path } = step
  const { source } = context
  const { image: text, version, phases: raw, ...foreign } = args as { image: string; version: string } & Plain
  for (const key of Object.keys(foreign)) {
    source.report('E0120', [...path, key], `${key} is for gallery images, and ${text} is a platform image`, {
      place: source.keyPlaceOf([...path, key]),
      hint: 'the platform publishes by phases: [[eastus], [westus3]]',
    })
  }
  const isVersion = checkVersionName(version, [...path, 'version'], context)
  const parts = text.split(':').map((part) => part.trim())
  const isImage = parts.length === 3 && parts.every((part) => part !== '' && !part.includes('/'))
  if (!isImage) {
    source.report('E0125', [...path, 'image'], `${text} does not name a platform image`, {
      hint:
        parts.length === 4
          ? `write image: ${parts.slice(0, 3).join(':')} and version: ${parts[3]}`
          : 'write publisher:offer:sku',
    })
  }
  const phases = readPhases(raw, [...path, 'phases'], context)
  if (!isImage || !isVersion || phases === undefined || Object.keys(foreign).length > 0) return undefined
  const image = parts.join('/')
  const before = [...history.versions.keys()].find((known) => sameName(known, image)) ?? image
  if (isTaken(version, before, [...path, 'version'], history, context)) return undefined
  remember(before, version, new Set(phases.flat()), true, history)
  history.platform.push({ image, path: [...path, 'image'] })
  return { verb: 'publishPlatformImage', image, version, phases }
}

function readPhases(raw: unknown, path: Path, context: ImagesContext): string[][] | undefined {
  if (raw === undefined) return [[]]
  const { source } = context
  let isSound = true
  const seen = new Set<string>()
  const phases = (raw as readonly (readonly string[])[]).map((phase, index) => {
    const regions = phase.map(regionName)
    for (const [at, name] of regions.entries()) {
      const where: Path = [...path, index, at]
      const partner = regions.slice(0, at).find((other) => arePaired(other, name))
      if (seen.has(name))
        source.report('E0120', where, `the region ${name} stands twice in the phases`, { hint: 'keep one of them' })
      else if (partner !== undefined)
        source.report('E0149', where, `${name} and ${partner} are paired regions and never share a phase`, {
          hint: `give ${name} a phase of its own: [..., [${name}]]`,
        })
      else {
        seen.add(name)
        continue
      }
      isSound = false
    }
    return regions
  })
  return isSound ? phases : undefined
}

/** Platform images nobody refers to, at the start or after any update: their new version would change nothing. E0145. */
export function checkPlatformImages(
  history: ImageHistory,
  models: Iterable<Readonly<Plain>>,
  context: ImagesContext,
): ReadonlyMap<string, string> {
  const used = new Set<string>()
  for (const model of models) {
    const key = imageKey(imageReferenceOf(model))
    const parts = key.split('/')
    if (parts.length === 4) used.add(parts.slice(0, 3).join('/'))
  }
  for (const { source } of context.imageTemplates.templates)
    if (source.type === 'PlatformImage') used.add(source.image.split('/').slice(0, 3).join('/'))
  const spelling = new Map<string, string>()
  for (const { image, path } of history.platform) {
    const known = [...used].find((candidate) => sameName(candidate, image))
    if (known !== undefined) {
      spelling.set(image, known)
      continue
    }
    if (!context.usersAreComplete) continue
    const urn = (key: string) => key.split('/').join(':')
    context.source.report(
      'E0145',
      path,
      `no scale set and no image template takes the image ${urn(image)}`,
      nameHint(urn(image), [...used].map(urn)),
    )
  }
  return spelling
}

/**
 * The image that an update gives to a set, in a gallery that is written out: the definition must be declared, the version
 * by then declared, published, or possible from a template. E0136, E0146.
 */
export function checkUpdatedImage(
  before: Readonly<Plain>,
  after: Readonly<Plain>,
  history: ImageHistory,
  context: ImagesContext,
): ImageMistake | undefined {
  const reference = imageReferenceOf(after)
  // What the update does not touch has been judged before.
  if (imageKey(reference) === imageKey(imageReferenceOf(before))) return undefined
  return unknownImage(reference, context.galleries, context.writtenImages, (image, wanted) => {
    if (!context.imageTemplates.areComplete || !history.isComplete) return undefined
    if (canComeFromTemplate(image, wanted, history, context)) return undefined
    return [...(history.versions.get(image)?.values() ?? [])].map(({ name }) => name)
  })
}

function imageReferenceOf(model: Readonly<Plain>): Parameters<typeof imageKey>[0] {
  const profile = model['virtualMachineProfile'] as Plain | undefined
  const storage = profile?.['storageProfile'] as Plain | undefined
  return storage?.['imageReference'] as Parameters<typeof imageKey>[0]
}

function runTemplate(step: Step, history: ImageHistory, context: ImagesContext): Action | undefined {
  const { args, path } = step
  const version = args['version'] as string | undefined
  const isVersion = version === undefined || checkVersionName(version, [...path, 'version'], context)
  const template = findTemplate(args['template'] as string, [...path, 'template'], context.imageTemplates, context)
  if (template === undefined || !isVersion) return undefined
  if (version !== undefined) {
    const targets = template.distribute.filter(({ type }) => type === 'SharedImage')
    if (targets.length === 0) {
      context.source.report(
        'E0120',
        [...path, 'version'],
        `the image template ${template.name} publishes no image version that could have a number`,
        { place: context.source.keyPlaceOf([...path, 'version']), hint: 'take the version out' },
      )
      return undefined
    }
    for (const { image, targetRegions } of targets) {
      const key = keyOf(image, history)
      if (isTaken(version, key, [...path, 'version'], history, context)) return undefined
      remember(key, version, namesOf(targetRegions), false, history)
    }
  }
  history.run.add(template.name)
  return { verb: 'runImageTemplate', template: template.name, ...(version === undefined ? {} : { version }) }
}

interface FoundVersion {
  readonly image: string
  readonly version: string
  /** Absent for what only a template may have published. */
  readonly known?: KnownVersion
}

/** The version that `image` and `version` name, in the spelling it has. E0130, E0136, E0146. */
function readVersion(step: Step, history: ImageHistory, context: ImagesContext): FoundVersion | undefined {
  const { args, path } = step
  const version = args['version'] as string
  const isVersion = checkVersionName(version, [...path, 'version'], context)
  const definition = findDefinition(args['image'] as string, [...path, 'image'], context)?.definition
  if (definition === undefined || !isVersion) return undefined
  const image = definition.key
  const versions = history.versions.get(image) ?? new Map<string, KnownVersion>()
  const known = versions.get(canonicalVersion(version))
  if (known !== undefined) return { image, version: known.name, known }
  if (canComeFromTemplate(image, version, history, context)) return { image, version }
  const { galleriesAreComplete, imageTemplates } = context
  if (!galleriesAreComplete || !imageTemplates.areComplete || !history.isComplete) return undefined
  const names = [...versions.values()].map(({ name }) => name)
  context.source.report('E0146', [...path, 'version'], `${image} has no version ${version} by then`, {
    ...('hint' in nameHint(version, names) ? nameHint(version, names) : { hint: 'publish it earlier, or declare it' }),
  })
  return undefined
}

/** Whether a template that has run by then may have given this number to its image. IB-05. */
function canComeFromTemplate(image: string, version: string, history: ImageHistory, context: ImagesContext): boolean {
  return context.imageTemplates.templates
    .filter(({ name }) => history.run.has(name))
    .flatMap(({ distribute }) => distribute)
    .filter((target) => target.type === 'SharedImage' && sameName(target.image, image))
    .some((target) => {
      if (target.version !== undefined) return canonicalVersion(target.version) === canonicalVersion(version)
      const hasMajor = target.scheme === 'Latest' && target.major !== undefined && target.major >= 0
      return !hasMajor || parseVersion(version)?.[0] === target.major
    })
}

/** `gallery/definition` or a resource id, in whatever case. E0136 when it is none, or not declared. */
function findDefinition(
  text: string,
  path: Path,
  context: ImagesContext,
): { gallery: Gallery; definition: ImageDefinition } | undefined {
  const { source } = context
  const parts = imageKey({ id: text.trim() }).split('/')
  if (parts.length === 3 && parts[0] !== 'images') {
    source.report('E0136', path, `${text} names a version, and the version stands in version:`, {
      hint: `write image: ${parts.slice(0, 2).join('/')}`,
    })
    return undefined
  }
  if (parts.length !== 2 || parts[0] === 'images' || parts.some((part) => part === '' || /\s/.test(part))) {
    source.report('E0136', path, `${text} does not name an image of a gallery`, {
      hint: 'write gallery/definition, or publisher:offer:sku for a platform image',
    })
    return undefined
  }
  const key = parts.join('/')
  for (const gallery of context.galleries) {
    const definition = gallery.images.find((candidate) => sameName(candidate.key, key))
    if (definition !== undefined) return { gallery, definition }
  }
  if (!context.galleriesAreComplete) return undefined
  const known = context.galleries.flatMap(({ images }) => images.map((definition) => definition.key))
  const hint = nameHint(key, known)
  source.report('E0136', path, `no gallery declares the image ${key}`, {
    ...('hint' in hint ? hint : { hint: 'declare it under azure.galleries' }),
  })
  return undefined
}

/** The regions an entry adds: one by name, or a list as in an image version. */
function readTargetRegions(step: Step, context: ImagesContext): TargetRegion[] | undefined {
  const { args, path } = step
  const { source } = context
  const list = args['targetRegions'] as readonly unknown[] | undefined
  const one = args['region'] as string | undefined
  const own = ['regionalReplicaCount', 'storageAccountType'].filter((key) => args[key] !== undefined)
  if ((list === undefined) === (one === undefined)) {
    const what = list === undefined ? 'needs the region it adds' : 'takes either region or targetRegions, not both'
    source.report(list === undefined ? 'E0102' : 'E0120', path, `addTargetRegion ${what}`, {
      place: source.keyPlaceOf(path),
      hint: 'for example region: westus3',
    })
    return undefined
  }
  const defaults = { replicaCount: 1, storageAccountType: 'Standard_LRS', state: 'Replicating' } as const
  if (list === undefined) {
    const body: Plain = { name: one, ...Object.fromEntries(own.map((key) => [key, args[key]])) }
    // What is wrong with it is told at the argument, not in a list that nobody wrote.
    const at: Path = [...path, 'targetRegions', 0]
    source.copyPlaces([...path, 'region'], [...at, 'name'])
    for (const key of own) source.copyPlaces([...path, key], [...at, key])
    return buildTargetRegions([body], at.slice(0, -1), defaults, context, context.galleryOptions)
  }
  for (const key of own) {
    source.report('E0120', [...path, key], `${key} belongs to region, and targetRegions are given`, {
      place: source.keyPlaceOf([...path, key]),
      hint: `write it into the members of targetRegions`,
    })
  }
  const regions = buildTargetRegions(list, [...path, 'targetRegions'], defaults, context, context.galleryOptions)
  return own.length > 0 ? undefined : regions
}

function isTargetRegion(
  text: string,
  found: FoundVersion | undefined,
  path: Path,
  history: ImageHistory,
  context: ImagesContext,
): boolean {
  const regions = found?.known?.regions
  // Nothing can be said of a version that only a template may have published, nor after an entry that was wrong.
  if (found === undefined || regions === undefined || !history.isComplete) return true
  if (regions.has(regionName(text))) return true
  context.source.report(
    'E0105',
    path,
    `${text} is no target region of ${found.image}/${found.version}`,
    nameHint(regionName(text), [...regions]),
  )
  return false
}

function isTaken(version: string, image: string, path: Path, history: ImageHistory, context: ImagesContext): boolean {
  const known = history.versions.get(image)?.get(canonicalVersion(version))
  if (known === undefined || !known.exists) return false
  context.source.report('E0147', path, `${image} has a version ${known.name} already by then`, {
    hint: 'give it another number, or delete the other one first',
  })
  return true
}

function remember(image: string, name: string, regions: Set<string>, exists: boolean, history: ImageHistory): void {
  const versions = history.versions.get(image) ?? new Map<string, KnownVersion>()
  const before = versions.get(canonicalVersion(name))
  if (before === undefined || exists) versions.set(canonicalVersion(name), { name, regions, exists })
  history.versions.set(image, versions)
}

/** Key of the definition as declared, whatever case a template writes it in. */
function keyOf(image: string, history: ImageHistory): string {
  return [...history.versions.keys()].find((known) => sameName(known, image)) ?? image
}

function namesOf(regions: readonly TargetRegion[]): Set<string> {
  return new Set(regions.map(({ name }) => name))
}
