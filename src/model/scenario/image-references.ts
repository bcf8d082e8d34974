import { imageKey } from '../declare/image-key.ts'
import { canonicalVersion } from '../gallery/image-version.ts'
import { bootRefusal } from '../gallery/limits.ts'
import type { ImageReference, ScaleSetModel } from '../scale-set.ts'
import type { Gallery } from '../scenario.ts'
import { isMapping } from './body.ts'
import { sameName } from './names.ts'
import { nameHint } from './nearest.ts'

/**
 * What `azure.galleries` itself says there is: names of galleries and keys `gallery/definition`, in lower case. An imported
 * version adds to them, and proves nothing about what else Azure has; only what is written out can be called complete.
 */
export function writtenImages(galleries: unknown): ReadonlySet<string> {
  const written = new Set<string>()
  for (const [gallery, body] of Object.entries(isMapping(galleries) ? galleries : {})) {
    written.add(gallery.toLowerCase())
    const images = isMapping(body) ? body['images'] : undefined
    for (const definition of Object.keys(isMapping(images) ? images : {}))
      written.add(`${gallery}/${definition}`.toLowerCase())
  }
  return written
}

export interface ImageMistake {
  readonly code: 'E0136' | 'E0146' | 'E0202'
  readonly message: string
  readonly hint?: string
}

/**
 * What is wrong with the image of a scale set whose gallery is written out. Images of other galleries are free: a scenario
 * need not declare what it only refers to. E0136, E0146.
 *
 * @param versionsOf names of the versions a definition has at that moment; undefined when that is in doubt
 */
export function unknownImage(
  reference: ImageReference | undefined,
  galleries: readonly Gallery[],
  written: ReadonlySet<string>,
  versionsOf: (definition: string, wanted: string) => readonly string[] | undefined,
): ImageMistake | undefined {
  const [galleryName, definitionName, version, ...more] = imageKey(reference).split('/')
  if (galleryName === undefined || definitionName === undefined || more.length > 0) return undefined
  if (!written.has(galleryName.toLowerCase())) return undefined
  // A part that depends on a parameter without a value names nothing yet.
  if (/[[({<]/.test(`${definitionName}${version ?? ''}`)) return undefined
  const gallery = galleries.find(({ name }) => sameName(name, galleryName))
  if (gallery === undefined) return undefined
  const definition = gallery.images.find(({ name }) => sameName(name, definitionName))
  if (definition === undefined) {
    const hint = nameHint(
      definitionName,
      gallery.images.map(({ name }) => name),
    )
    return {
      code: 'E0136',
      message: `the gallery ${gallery.name} declares no image ${definitionName}`,
      ...('hint' in hint ? hint : { hint: `declare it: azure.galleries.${gallery.name}.images.${definitionName}` }),
    }
  }
  if (version === undefined || !written.has(definition.key.toLowerCase())) return undefined
  const known = versionsOf(definition.key, version)
  if (known === undefined || known.some((name) => canonicalVersion(name) === canonicalVersion(version)))
    return undefined
  const hint = nameHint(version, known)
  return {
    code: 'E0146',
    message: `${definition.key} has no version ${version} by then`,
    ...('hint' in hint
      ? hint
      : { hint: `declare it: azure.galleries.${gallery.name}.images.${definition.name}.versions` }),
  }
}

/** What the service would refuse of a set whose image is declared: GA-37. */
export function unbootableImage(
  model: Pick<ScaleSetModel, 'virtualMachineProfile'>,
  galleries: readonly Gallery[],
): ImageMistake | undefined {
  const [gallery, definition] = imageKey(model.virtualMachineProfile.storageProfile?.imageReference).split('/')
  const image = galleries.flatMap(({ images }) => images).find(({ key }) => sameName(key, `${gallery}/${definition}`))
  const why = image && bootRefusal(image, model)
  if (why === undefined) return undefined
  return {
    code: 'E0202',
    message: `${why} (GA-37); the service answers BadRequest`,
    hint: 'change securityProfile.securityType of the set, or take another image',
  }
}
