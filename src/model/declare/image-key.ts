import type { ImageReference } from '../scale-set.ts'

/** Key of a model that names no image at all (an attached or specialised disk): behaves as the default image. */
export const NO_IMAGE = 'unspecified'

/** `galleries/G/images/D[/versions/V]` of a full id, and the shared and community spellings of the same. */
const GALLERY_ID = /(?:^|\/)(?:shared|community)?galleries\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?\/?$/i
const MANAGED_IMAGE_ID = /\/images\/([^/]+)\/?$/i
const LATEST = 'latest'

/**
 * The name by which the twin knows an image, whatever way it was referred to.
 *
 *   …/galleries/G/images/D/versions/1.6.2 -> G/D/1.6.2.   …/galleries/G/images/D -> G/D (tracks the latest version).
 *   G/D/1.6.2 and G/D/versions/1.6.2 -> G/D/1.6.2.   G/D/latest and G/D/versions/latest -> G/D.
 *   Canonical + offer + sku + latest -> Canonical/offer/sku/latest.
 *   …/providers/Microsoft.Compute/images/golden -> images/golden.
 *
 * Letters keep their case. `versions/latest` of a gallery has the key of the definition, yet does not track it: see
 * {@link namesVersionsLatest}.
 */
export function imageKey(reference: ImageReference | undefined): string {
  if (reference === undefined) return NO_IMAGE
  const id = reference.id ?? reference.sharedGalleryImageId ?? reference.communityGalleryImageId
  if (id !== undefined && id !== '') return keyOfId(id)
  if (reference.publisher === undefined && reference.offer === undefined && reference.sku === undefined) return NO_IMAGE
  const version = reference.version === undefined || isLatest(reference.version) ? LATEST : reference.version
  return [reference.publisher ?? '', reference.offer ?? '', reference.sku ?? '', version].join('/')
}

/**
 * Whether the id of a gallery image is spelt with `versions/latest`: resolved once, when the model is put, and fixed from
 * then on. The documentation does not describe the spelling; this is the article's reading (D27). Shared and community
 * galleries are referred to in no other way, and real templates switch automatic OS upgrade on over it: there it tracks.
 */
export function namesVersionsLatest(reference: ImageReference | undefined): boolean {
  return reference?.id !== undefined && /\/versions\/latest\/?$/i.test(reference.id)
}

/**
 * Whether new instances and OS upgrades follow the newest version: a gallery definition without a version, or `latest` of
 * a platform image. A plain managed image never changes. AO-1, AO-3.
 */
export function tracksLatest(reference: ImageReference | undefined): boolean {
  if (reference === undefined) return false
  const id = reference.id ?? reference.sharedGalleryImageId ?? reference.communityGalleryImageId
  if (id === undefined || id === '') return isLatest(reference.version ?? LATEST)
  if (namesVersionsLatest(reference)) return false
  const key = keyOfId(id)
  return !key.startsWith('images/') && key.split('/').length === 2
}

function keyOfId(id: string): string {
  const gallery = GALLERY_ID.exec(id)
  if (gallery !== null) return joinGallery(gallery[1]!, gallery[2]!, gallery[3])
  const managed = id.startsWith('/') ? MANAGED_IMAGE_ID.exec(id) : null
  if (managed !== null) return `images/${managed[1]}`
  const parts = id.split('/').filter((part) => part !== '')
  if (parts.length === 4 && parts[2]!.toLowerCase() === 'versions') return joinGallery(parts[0]!, parts[1]!, parts[3])
  if (parts.length === 2 || parts.length === 3) return joinGallery(parts[0]!, parts[1]!, parts[2])
  return id
}

function joinGallery(gallery: string, definition: string, version: string | undefined): string {
  const pinned = version !== undefined && !isLatest(version)
  return pinned ? `${gallery}/${definition}/${version}` : `${gallery}/${definition}`
}

function isLatest(version: string): boolean {
  return version.toLowerCase() === LATEST
}
