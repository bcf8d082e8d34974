import { isPlain } from './shape.ts'

/** What one JSON body is about. `type` is Azure's resource type, or our words for bodies that have none. */
export type BodyType =
  | 'Microsoft.Compute/virtualMachineScaleSets'
  | 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines'
  | 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades'
  | 'Microsoft.Compute/galleries/images/versions'
  | 'Microsoft.Insights/autoscaleSettings'
  | 'scale set instance view'
  | 'instance view'
  | 'OS upgrade history entry'
  | 'other'

export const SCALE_SET_TYPE = 'Microsoft.Compute/virtualMachineScaleSets'

/** The body with its `properties` level lifted, shallow; own entries win except where `properties` has them too. */
export function propertiesOf(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = body['properties']
  return isPlain(properties) ? { ...body, ...properties } : { ...body }
}

/** Names the type even when the body does not: condensed output, bodies of sub-resources, masked examples. */
export function bodyType(body: Readonly<Record<string, unknown>>): BodyType {
  const flat = propertiesOf(body)
  const type = typeof body['type'] === 'string' ? body['type'].toLowerCase() : ''
  const id = typeof body['id'] === 'string' ? body['id'].toLowerCase() : ''
  const known = BY_TYPE.find((candidate) => candidate.toLowerCase() === type)
  if (known !== undefined) return known
  if (isPlain(flat['runningStatus'])) {
    return 'startedBy' in flat || 'targetImageReference' in flat
      ? 'OS upgrade history entry'
      : 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades'
  }
  if (isPlain(flat['publishingProfile']) || /\/galleries\/[^/]+\/images\/[^/]+\/versions\//.test(id))
    return 'Microsoft.Compute/galleries/images/versions'
  if ('targetResourceUri' in flat && 'profiles' in flat) return 'Microsoft.Insights/autoscaleSettings'
  if ('orchestrationServices' in body || isPlain(body['virtualMachine'])) return 'scale set instance view'
  if ('instanceId' in body) return 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines'
  if (type !== '') return 'other'
  if (/\/virtualmachinescalesets\/[^/]+$/.test(id)) return SCALE_SET_TYPE
  if (SET_MARKS.some((mark) => hasKey(flat, mark))) return SCALE_SET_TYPE
  if (Array.isArray(body['statuses'])) return 'instance view'
  return 'other'
}

/** Key of an object in any casing. */
function hasKey(object: Readonly<Record<string, unknown>>, lower: string): boolean {
  return Object.keys(object).some((key) => key.toLowerCase() === lower)
}

const SET_MARKS = ['virtualmachineprofile', 'upgradepolicy', 'orchestrationmode', 'storageprofile']

const BY_TYPE: readonly BodyType[] = [
  SCALE_SET_TYPE,
  'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
  'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades',
  'Microsoft.Compute/galleries/images/versions',
  'Microsoft.Insights/autoscaleSettings',
]
