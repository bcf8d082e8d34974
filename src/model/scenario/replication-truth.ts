import { imageKey } from '../declare/image-key.ts'
import type { Finding } from '../finding.ts'
import type { Gallery, ImageTemplate, TimelineEntry } from '../scenario.ts'
import { isMapping } from './body.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { regionName, sameName } from './names.ts'
import { nameHint } from './nearest.ts'
import { canonicalImage } from './world.ts'

interface Parts {
  /** Regions with a scale set, normalised. */
  readonly regionsInUse: readonly string[]
  readonly galleries: readonly Gallery[]
  readonly templates: readonly ImageTemplate[]
  readonly timeline: readonly TimelineEntry[]
}

/**
 * Regions of `world.images.<image>.replication` to which no version of the image is ever copied, mostly misspelt. A region
 * with a scale set is let through: that the image does not go there may be what the scenario is about.
 */
export function idleReplication(images: unknown, parts: Parts, { source, sound }: LoadContext): Finding[] {
  return Object.entries(isMapping(images) ? images : {}).flatMap(([written, truth]) => {
    const path: Path = ['world', 'images', written]
    const key = written === 'default' ? undefined : canonicalImage(written)
    if (!sound(path) || (key === undefined && written !== 'default') || !isMapping(truth)) return []
    const known = [...new Set([...targetRegions(parts, key), ...parts.regionsInUse])]
    const replication = isMapping(truth['replication']) ? truth['replication'] : {}
    return Object.keys(replication).flatMap((region): Finding[] => {
      if (known.includes(regionName(region))) return []
      const hint = nameHint(regionName(region), known)
      return [
        {
          code: 'TruthWithoutEffect',
          title: 'Something said of the world can meet nothing in the run',
          severity: 'warning',
          where: [...path, 'replication', region].join('.'),
          place: source.keyPlaceOf([...path, 'replication', region]),
          evidence: [
            `${region} is a target region of no version of ${key === undefined ? 'any image' : written}, and no scale set is there.`,
          ],
          rules: [],
          fix: 'hint' in hint ? `Check the name: ${hint.hint}` : 'Check the name.',
        },
      ]
    })
  })
}

/** Where versions of the definition of an image go in the end, or those of all images. */
function targetRegions({ galleries, templates, timeline }: Parts, key: string | undefined): string[] {
  const wanted = key?.split('/').slice(0, 2).join('/')
  const isMeant = (image: string) =>
    wanted === undefined || sameName(imageKey({ id: image }).split('/').slice(0, 2).join('/'), wanted)
  const declared = galleries
    .flatMap(({ images }) => images)
    .filter((definition) => isMeant(definition.key))
    .flatMap(({ versions }) => versions)
  const distributed = templates
    .flatMap(({ distribute }) => distribute)
    .filter((target) => target.type === 'SharedImage' && isMeant(target.image))
  const later = timeline.flatMap(({ action }) => {
    if (action.verb === 'publishImageVersion' && isMeant(action.image)) return action.version.targetRegions
    return action.verb === 'addTargetRegion' && isMeant(action.image) ? action.regions : []
  })
  const targets = [...declared, ...distributed].flatMap((one) => one.targetRegions)
  return [...targets, ...later].map(({ name }) => name)
}
