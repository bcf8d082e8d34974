import type { Finding } from '../finding.ts'
import { type BodyShape, body, canonicalBody, isMapping, list, value } from './body.ts'
import type { Path, SourceDocument } from './document.ts'

/** What a version says about replicas that no mechanism plays, and nothing else of it. */
const UNPLAYED_SHAPE: BodyShape = {
  lifted: ['properties', 'publishingProfile'],
  members: {
    targetExtendedLocations: value,
    targetRegions: list(body({ shortFor: 'name', members: { additionalReplicaSets: value } })),
  },
}

/** What is declared of versions and not played: replicas at the edge, and additional sets of replicas. */
export function galleryFindings(raw: unknown, source: SourceDocument): Finding[] {
  const below = (parent: unknown, key: string) => {
    const found = isMapping(parent) ? parent[key] : undefined
    return Object.entries(isMapping(found) ? found : {})
  }
  const tell = (image: string, version: string, path: Path, property: string, evidence: string): Finding => {
    const [gallery, definition] = image.split('/')
    return {
      code: 'NotModelled',
      title: `${property} of an image version: declared and not played`,
      severity: 'warning',
      where: `${image}/${version}: ${property}`,
      place: source.keyPlaceOf(path),
      evidence: [evidence],
      rules: [],
      confirm: `az sig image-version show --resource-group <resource-group> --gallery-name ${gallery} --gallery-image-definition ${definition} --gallery-image-version ${version} --query publishingProfile`,
    }
  }
  return below({ raw }, 'raw').flatMap(([gallery, galleryBody]) =>
    below(galleryBody, 'images').flatMap(([definition, definitionBody]) =>
      below(definitionBody, 'versions').flatMap(([version, written]) => {
        const path: Path = ['azure', 'galleries', gallery, 'images', definition, 'versions', version]
        const image = `${gallery}/${definition}`
        const { document, originOf } = canonicalBody(written, path, UNPLAYED_SHAPE)
        const { targetExtendedLocations, targetRegions } = document
        const extended = Array.isArray(targetExtendedLocations) && targetExtendedLocations.length > 0
        const regions = Array.isArray(targetRegions) ? targetRegions.filter(isMapping) : []
        const more = regions.findIndex(({ additionalReplicaSets: sets }) => Array.isArray(sets) && sets.length > 0)
        return [
          ...(extended
            ? [
                tell(
                  image,
                  version,
                  originOf(['targetExtendedLocations']),
                  'targetExtendedLocations',
                  'Copies in extended locations are not made and serve nobody.',
                ),
              ]
            : []),
          ...(more < 0
            ? []
            : [
                tell(
                  image,
                  version,
                  originOf(['targetRegions', more, 'additionalReplicaSets']),
                  'additionalReplicaSets',
                  'Only the replicas that regionalReplicaCount names are played.',
                ),
              ]),
        ]
      }),
    ),
  )
}
