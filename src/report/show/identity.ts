import { guidText } from '../../model/arm/functions/hash.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { InstanceName, InstanceSnapshot } from '../../sim/snapshot.ts'

/**
 * Ids that the service would hand out. They are made from the names of the scenario alone, so that the same scenario shows
 * the same ids in every run, and with every seed.
 */

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000'

/** A GUID of something, by the scenario and what it is called in it. */
export const guid = (scenario: string, ...what: readonly (string | number)[]): string =>
  guidText([scenario, ...what].join('/'))

/** The same without dashes, as it stands at the end of the name of a disk. */
const hex = (scenario: string, ...what: readonly (string | number)[]): string =>
  guid(scenario, ...what).replaceAll('-', '')

/** The resource group is called like the scenario, as far as such a name may hold its letters. */
function groupId(scenario: string): string {
  const name = scenario
    .replaceAll(/[^\w.()-]+/g, '-')
    .replace(/\.+$/, '')
    .slice(0, 90)
  return `${SUBSCRIPTION}/resourceGroups/${name === '' ? 'scenario' : name}`
}

const provided = (scenario: string, path: string): string => `${groupId(scenario)}/providers/${path}`

/** As declared where that is a full id, else made. */
export function scaleSetId(scenario: string, model: ScaleSetModel): string {
  const declared = model.id
  if (declared?.startsWith('/subscriptions/')) return declared
  return provided(scenario, `Microsoft.Compute/virtualMachineScaleSets/${model.name}`)
}

/** `1` in a Uniform set; in a Flexible one the instance id is the name. PL-55. */
export const azureInstanceId = (model: ScaleSetModel, { name, id }: InstanceName): string =>
  model.orchestrationMode === 'Uniform' ? String(id) : name

/** Id of an instance below its set. */
export const instanceResourceId = (scenario: string, model: ScaleSetModel, instance: InstanceName): string =>
  `${scaleSetId(scenario, model)}/virtualMachines/${azureInstanceId(model, instance)}`

/** Id of an instance as a machine of its own: its extensions hang below that, in either mode. */
export function machineId(scenario: string, model: ScaleSetModel, instance: InstanceName): string {
  const [group] = scaleSetId(scenario, model).split('/providers/')
  return `${group}/providers/Microsoft.Compute/virtualMachines/${instance.name}`
}

/** `vmss1_vmss1_1_OsDisk_1_2d92…`: another disk has another name. */
export function osDiskName(scenario: string, setName: string, { name, disk }: InstanceSnapshot): string {
  return `${setName}_${name}_OsDisk_1_${hex(scenario, 'disk', name, disk)}`
}

export function diskId(scenario: string, model: ScaleSetModel, diskName: string): string {
  const [group] = scaleSetId(scenario, model).split('/providers/')
  return `${group}/providers/Microsoft.Compute/disks/${diskName}`
}

/** Id of `gallery/definition` or `gallery/definition/version`. */
export function galleryImageId(scenario: string, key: string): string {
  const [gallery, definition, version] = key.split('/')
  const end = version === undefined ? '' : `/versions/${version}`
  return provided(scenario, `Microsoft.Compute/galleries/${gallery}/images/${definition}${end}`)
}

export const imageId = (scenario: string, name: string): string =>
  provided(scenario, `Microsoft.Compute/images/${name}`)

export const autoscaleSettingId = (scenario: string, name: string): string =>
  provided(scenario, `microsoft.insights/autoscalesettings/${name}`)

const PREFIX_LENGTH = 9
const ID_DIGITS = 6

/** The prefix of the model and six characters for the id, in base 36: id 6 is `…000006`. ARM shapes, section 2.4. */
export function computerName(model: ScaleSetModel, { id }: InstanceName): string {
  const declared = model.virtualMachineProfile.osProfile?.['computerNamePrefix']
  const prefix = typeof declared === 'string' && declared !== '' ? declared : model.name.slice(0, PREFIX_LENGTH)
  return `${prefix}${id.toString(36).toUpperCase().padStart(ID_DIGITS, '0')}`
}
