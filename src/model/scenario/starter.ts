import { stringify } from 'yaml'
import { parseJsonWithPlaces } from '../arm/json.ts'
import { laidOver, readParameterFile } from '../arm/template.ts'
import { imageKey, tracksLatest } from '../declare/image-key.ts'
import { type ImportResult, importDeclared } from '../declare/import.ts'
import { detectKind } from '../declare/shape.ts'
import { InputError } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import { nextVersion, parseVersion } from '../gallery/image-version.ts'
import type { ScaleSetModel } from '../scale-set.ts'
import type { Scenario } from '../scenario.ts'
import { besideFile } from './imported.ts'
import { loadScenario } from './load.ts'

/** Where a scenario takes its declaration from. Paths are relative to the scenario file. */
export interface StarterSource {
  readonly name: string
  readonly from: readonly string[]
  readonly parameterFiles: readonly string[]
  readonly parameters: Readonly<Record<string, unknown>>
}

type Plain = Record<string, unknown>

const UPDATE_AT = 'PT10M'
const UPGRADE_AT = 'PT15M'
/** A version that was published at `UPDATE_AT` has long arrived everywhere. */
const AFTER_REPLICATION_AT = 'PT4H'
const UPGRADE_AFTER_REPLICATION_AT = 'PT4H5M'
const FIRST_VERSION = '1.0.0'
const REFERENCE = 'virtualMachineProfile.storageProfile.imageReference'

export interface ImportedScenario {
  /** The whole scenario file. */
  readonly text: string
  /** What the files hold, a line each. */
  readonly understood: readonly string[]
  /** What stands out in the scenario before it is played. */
  readonly findings: readonly Finding[]
}

/**
 * A scenario that can be played, made of files that declare something.
 *
 * @param file where the scenario is going to lie; need not be there
 * @throws InputError with everything that is wrong with the files, and E0121 when none of them declares a scale set
 */
export function importScenario(
  source: StarterSource,
  file: string,
  readFile: (path: string) => string | undefined,
): ImportedScenario {
  const textOf = (path: string) => ({ path: besideFile(file, path), text: readFile(besideFile(file, path)) ?? '' })
  const ofFiles = source.parameterFiles.map(textOf).map(({ path, text }) => readParameterFile(text, path))
  const parameters = laidOver(...ofFiles.map((one) => one.parameters), source.parameters)
  const imported = source.from.map(textOf).map(({ path, text }) => importDeclared(text, path, parameters))
  const mistakes = [...ofFiles, ...imported].flatMap(({ diagnostics }) => diagnostics)
  if (mistakes.length > 0) throw new InputError(mistakes)
  const understood = [...imported.flatMap(({ summary }) => summary), ...declaredAgain(source.from, imported)]
  if (imported.every(({ scaleSets }) => scaleSets.length === 0)) throw noScaleSet(source, understood)
  const declared = loadScenario(declaredOnly(source), file, { readFile })
  const text = starterScenario(source, declared, understood)
  return { text, understood, findings: loadScenario(text, file, { readFile }).findings }
}

/** A file, and whether somebody has said that it holds values of parameters; else it is known by what it holds. */
export interface GivenFile {
  readonly path: string
  readonly text: string
  readonly holdsParameters?: boolean
}

/**
 * Files as `azure` names them: those with the values of parameters apart from what they are for.
 *
 * @param nameOf the name of the scenario, from the path of the first file that declares something
 */
export function sourceOf(
  nameOf: (path: string) => string,
  files: readonly GivenFile[],
  parameters: Readonly<Record<string, unknown>> = {},
): StarterSource {
  const holdsParameters = ({ path, text, holdsParameters: isSaid }: GivenFile) =>
    isSaid === true || detectKind(parseJsonWithPlaces(text, path).value) === 'parameterFile'
  const from = files.filter((one) => !holdsParameters(one))
  // Alone it is a mistake, which is told as one of a file that should declare something.
  const [declaring, valued] = from.length === 0 ? [files, []] : [from, files.filter(holdsParameters)]
  return {
    name: nameOf(declaring[0]!.path),
    from: declaring.map(({ path }) => path),
    parameterFiles: valued.map(({ path }) => path),
    parameters,
  }
}

/** A set that a later file declares anew is that of the later file, which nobody sees in the scenario. */
function declaredAgain(from: readonly string[], imported: readonly ImportResult[]): string[] {
  const last = new Map<string, string>()
  const lines: string[] = []
  imported.forEach(({ scaleSets }, i) => {
    for (const { name } of scaleSets) {
      const before = last.get(name)
      if (before !== undefined && before !== from[i])
        lines.push(`scale set ${name} stands in ${before} and in ${from[i]}: the latter counts`)
      last.set(name, from[i]!)
    }
  })
  return lines
}

function noScaleSet({ from }: StarterSource, understood: readonly string[]): InputError {
  return new InputError([
    {
      code: 'E0121',
      message: `${from.join(' and ')} ${from.length === 1 ? 'declares' : 'declare'} no scale set, so there is nothing to roll out; understood: ${understood.join('; ')}`,
      hint: 'name the scale set beside it: az vmss show --resource-group <resource-group> --name <name> -o json',
    },
  ])
}

/** The scenario with nothing but what is declared: what can be read of the files shows when it is loaded. */
export const declaredOnly = (source: StarterSource): string =>
  stringify({ name: source.name, azure: azureOf(source), timeline: [], expect: [] }, LAYOUT)

/**
 * A whole scenario around files that declare something: a new image for every scale set, brought in the way the set takes
 * one, with a defect that every reader will replace.
 *
 * @param declared what `declaredOnly` is loaded to
 * @param understood what the files hold, a line each; stands above as a comment
 */
function starterScenario(source: StarterSource, declared: Scenario, understood: readonly string[]): string {
  const several = declared.scaleSets.length > 1
  const rollouts = declared.scaleSets.map(({ model }) => rolloutOf(model, declared, several))
  const galleries = mergeGalleries(rollouts)
  const names = declared.scaleSets.map(({ model }) => model.name).join(', ')
  const timeline = unique(rollouts.flatMap((rollout) => rollout.timeline))
  return [
    comment([
      `Made from ${source.from.join(', ')}; the policy is still read from ${source.from.length === 1 ? 'it' : 'them'} at every run.`,
      '',
      ...understood,
    ]),
    stringify({ name: source.name, title: `What a bad image does to ${names}`, duration: 'PT12H' }, LAYOUT),
    stringify({ azure: { ...azureOf(source), ...(galleries === undefined ? {} : { galleries }) } }, LAYOUT),
    '\n',
    comment([
      'The truth that Azure does not hold. Here every machine with the new image fails to start its process. Write what',
      'you fear instead: share: 30 for three of ten machines, breaks: [a dependency], onset: PT20M for a slow leak.',
    ]),
    stringify({ world: { images: Object.fromEntries(rollouts.map(({ image }) => [image, DEFECT])) } }, LAYOUT),
    '\n',
    comment(['What people do. Add faults of the cloud here: failZone, failDependency, reclaimSpot.']),
    stringify({ timeline }, LAYOUT),
    '\n',
    comment(['What you promise: no more than this share of the fleet is harmed.']),
    stringify({ expect: ['blastRadius.percent <= 20'] }, LAYOUT),
  ].join('')
}

/** Long ids stay on their line. */
const LAYOUT = { lineWidth: 0 } as const
const DEFECT = { defects: [{ name: 'does not start', breaks: ['process'], share: 100 }] }

/** A name with a line break in it stays inside its comment. */
const comment = (lines: readonly string[]): string =>
  lines.map((line) => `${`# ${line.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ')}`.trimEnd()}\n`).join('')

function azureOf({ from, parameterFiles, parameters }: StarterSource): Plain {
  return {
    from: [...from],
    ...(parameterFiles.length === 0 ? {} : { parameterFiles: [...parameterFiles] }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters: { ...parameters } }),
  }
}

interface StarterRollout {
  /** Key of the new image. */
  readonly image: string
  readonly timeline: readonly Plain[]
  /** A gallery that no file declares and that the set follows. */
  readonly gallery?: { readonly name: string; readonly definition: string; readonly region: string }
}

function rolloutOf(model: ScaleSetModel, declared: Scenario, several: boolean): StarterRollout {
  const { upgradePolicy, virtualMachineProfile, location } = model
  const reference = virtualMachineProfile.storageProfile?.imageReference
  const key = imageKey(reference)
  const isAutomatic = upgradePolicy.automaticOSUpgradePolicy?.enableAutomaticOSUpgrade === true
  const target = several ? { scaleSet: model.name } : {}
  // Of a Manual set the platform upgrades nothing (UM-3).
  const byHand =
    upgradePolicy.mode === 'Manual' ? [{ at: UPGRADE_AT, manualUpgrade: { ...target, instances: '*' } }] : []
  const update = (set: Plain, at = UPDATE_AT): Plain[] => [{ at, updateModel: { ...target, set } }]

  if (reference?.publisher !== undefined) {
    const [publisher, offer, sku, version] = key.split('/')
    const next = following([reference.exactVersion ?? version!])
    const image = [publisher, offer, sku, next].join('/')
    // AO-1: the service finds a newer version by itself, and nobody updates the model.
    if (isAutomatic && tracksLatest(reference))
      return { image, timeline: [publish([publisher, offer, sku].join(':'), next)] }
    return { image, timeline: [...update({ [`${REFERENCE}.version`]: next }), ...byHand] }
  }

  const [gallery, definition, version] = key.split('/')
  if (definition === undefined || key.startsWith('images/')) {
    const id = reference?.id === undefined ? `new/image/${FIRST_VERSION}` : `${reference.id}-next`
    return { image: imageKey({ id }), timeline: [...update({ [REFERENCE]: { id } }), ...byHand] }
  }
  const known = declared.galleries.flatMap(({ images }) => images).find((one) => one.key === `${gallery}/${definition}`)
  const versions = known?.versions.map(({ name }) => name) ?? [version ?? FIRST_VERSION]
  const next = following(versions)
  const image = `${gallery}/${definition}/${next}`
  if (isAutomatic && tracksLatest(reference))
    return {
      image,
      timeline: [publish(`${gallery}/${definition}`, next)],
      ...(known === undefined ? { gallery: { name: gallery!, definition, region: location } } : {}),
    }
  const set = referenceTo(gallery!, definition, next, reference)
  if (known === undefined) return { image, timeline: [...update(set), ...byHand] }
  const late = byHand.map((entry) => ({ ...entry, at: UPGRADE_AFTER_REPLICATION_AT }))
  return { image, timeline: [publish(known.key, next), ...update(set, AFTER_REPLICATION_AT), ...late] }
}

const publish = (image: string, version: string): Plain => ({
  at: UPDATE_AT,
  publishImageVersion: { image, version },
})

/** The version after the highest of these; after none that has a number, the second one there is. */
function following(versions: readonly string[]): string {
  const hasNumber = versions.some((version) => parseVersion(version) !== undefined)
  return nextVersion(hasNumber ? versions : [FIRST_VERSION], 'Latest')
}

/** A shared or community gallery is referred to in its own way. */
function referenceTo(
  gallery: string,
  definition: string,
  version: string,
  reference: { readonly sharedGalleryImageId?: string; readonly communityGalleryImageId?: string } | undefined,
): Plain {
  const path = `${gallery}/images/${definition}/versions/${version}`
  if (reference?.sharedGalleryImageId !== undefined)
    return { [REFERENCE]: { sharedGalleryImageId: `/sharedGalleries/${path}` } }
  if (reference?.communityGalleryImageId !== undefined)
    return { [REFERENCE]: { communityGalleryImageId: `/communityGalleries/${path}` } }
  return { [`${REFERENCE}.id`]: `${gallery}/${definition}/${version}` }
}

/** As `azure.galleries` has it: each with one version, which is in every region where a set follows it. */
function mergeGalleries(rollouts: readonly StarterRollout[]): Plain | undefined {
  const found = rollouts.flatMap(({ gallery }) => gallery ?? [])
  if (found.length === 0) return undefined
  const names = [...new Set(found.map(({ name }) => name))]
  return Object.fromEntries(
    names.map((name) => {
      const own = found.filter((one) => one.name === name)
      const definitions = [...new Set(own.map(({ definition }) => definition))]
      const images = definitions.map((definition) => {
        const regions = [...new Set(own.filter((one) => one.definition === definition).map(({ region }) => region))]
        const targetRegions = regions.map((region) => ({ name: region }))
        return [definition, { versions: { [FIRST_VERSION]: { targetRegions } } }]
      })
      return [name, { location: own[0]!.region, images: Object.fromEntries(images) }]
    }),
  )
}

/** Two sets of one image take it from one publication. */
function unique(entries: readonly Plain[]): Plain[] {
  const seen = new Set<string>()
  return entries.filter((entry) => {
    const text = JSON.stringify(entry)
    return !seen.has(text) && seen.add(text)
  })
}
