import type { Diagnostic, SourcePlace } from '../diagnostic.ts'
import { type DocumentPath, REFUSED } from './context.ts'
import { lookUp } from './values.ts'

interface Floor {
  readonly path: string
  /** First API version that knows the property. */
  readonly since: string
  /** A value that older versions know already. */
  readonly unless?: string
}

/** RP-7 and fleet 1.1. */
const FLOORS: readonly Floor[] = [
  { path: 'upgradePolicy.automaticOSUpgradePolicy', since: '2018-10-01' },
  { path: 'automaticRepairsPolicy', since: '2018-10-01' },
  { path: 'scaleInPolicy', since: '2019-03-01' },
  { path: 'virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile', since: '2019-03-01' },
  { path: 'upgradePolicy.rollingUpgradePolicy.enableCrossZoneUpgrade', since: '2020-12-01' },
  { path: 'upgradePolicy.rollingUpgradePolicy.prioritizeUnhealthyInstances', since: '2020-12-01' },
  { path: 'automaticRepairsPolicy.repairAction', since: '2021-11-01', unless: 'Replace' },
  { path: 'upgradePolicy.rollingUpgradePolicy.maxSurge', since: '2022-11-01' },
  { path: 'resiliencyPolicy.resilientVMCreationPolicy', since: '2023-07-01' },
  { path: 'resiliencyPolicy.resilientVMDeletionPolicy', since: '2023-07-01' },
]

/**
 * RP-7: properties that the API version a template names does not know yet; the service refuses them. `legacyFlags`: the
 * OS upgrade policy was translated from a spelling that is older than today's and fits the old version.
 */
export function checkApiVersion(
  name: string,
  document: Readonly<Record<string, unknown>>,
  apiVersion: string | undefined,
  legacyFlags: boolean,
  placeOf: (path: DocumentPath) => SourcePlace | undefined,
): Diagnostic[] {
  const version = /^\d{4}-\d{2}-\d{2}/.exec(apiVersion ?? '')?.[0]
  if (version === undefined) return []
  return FLOORS.flatMap(({ path, since, unless }): Diagnostic[] => {
    if (legacyFlags && path === 'upgradePolicy.automaticOSUpgradePolicy') return []
    const segments = path.split('.')
    const { value } = lookUp(document, segments)
    // Dates in this notation compare as text.
    if (value === undefined || value === unless || version >= since) return []
    const place = placeOf(segments)
    return [
      {
        code: REFUSED,
        message: `API version ${version} does not know ${path} of ${name}, which came with ${since} (RP-7); the service answers BadRequest, could not find member`,
        path,
        ...(place === undefined ? {} : { place }),
        hint: `raise apiVersion to ${since} or later`,
      },
    ]
  })
}
