import { nestPart } from '../../model/declare/nest.ts'
import type { Extension, ImageReference, ScaleSetModel } from '../../model/scale-set.ts'
import type { InstanceSnapshot, RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { armTime } from './clock.ts'
import {
  azureInstanceId,
  computerName,
  diskId,
  galleryImageId,
  guid,
  imageId,
  instanceResourceId,
  machineId,
  osDiskName,
} from './identity.ts'
import { provisioningOf } from './status.ts'
import type { Row } from './table.ts'

type Plain = Readonly<Record<string, unknown>>

/** `GET …/virtualMachineScaleSets/{name}/virtualMachines`. ARM shapes, section 2.4. */
export interface InstanceList {
  readonly value: readonly VirtualMachine[]
}

export interface VirtualMachine {
  readonly name: string
  readonly id: string
  readonly type: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines'
  readonly location: string
  readonly tags: Plain
  readonly instanceId: string
  readonly sku: { readonly name: string; readonly tier: string }
  readonly zones?: readonly string[]
  readonly properties: {
    readonly latestModelApplied: boolean
    readonly modelDefinitionApplied: 'VirtualMachineScaleSet'
    readonly networkProfileConfiguration?: unknown
    readonly vmId: string
    readonly hardwareProfile: Plain
    readonly storageProfile: Plain & { readonly imageReference?: ImageReference }
    readonly osProfile: Plain
    readonly networkProfile?: { readonly networkInterfaces: readonly { readonly id: string }[] }
    readonly provisioningState: string
    readonly protectionPolicy?: {
      readonly protectFromScaleIn: boolean
      readonly protectFromScaleSetActions: boolean
    }
    readonly priority?: 'Spot' | 'Regular'
    readonly timeCreated: string
    readonly virtualMachineResourceId?: string
  }
  readonly resources?: readonly Plain[]
}

/** All instances that exist, in order of creation. No instance view is among them: `--instance` asks for one. */
export function instanceList(run: RunSnapshot, set: ScaleSetSnapshot): InstanceList {
  return { value: set.instances.map((instance) => virtualMachine(run, set, instance)) }
}

function virtualMachine(run: RunSnapshot, { model }: ScaleSetSnapshot, instance: InstanceSnapshot): VirtualMachine {
  const { scenario } = run
  const id = instanceResourceId(scenario, model, instance)
  // The one it holds: the latest model may be another one.
  const own = instance.model
  const nics = nicsOf(own)
  const { protectFromScaleIn, protectFromScaleSetActions } = instance
  const extensions = own.virtualMachineProfile.extensionProfile?.extensions ?? []
  return {
    name: instance.name,
    id,
    type: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
    location: model.location,
    tags: model.tags ?? {},
    instanceId: azureInstanceId(model, instance),
    sku: { name: own.sku.name ?? '', tier: own.sku.tier ?? 'Standard' },
    ...(instance.zone === null ? {} : { zones: [instance.zone] }),
    properties: {
      latestModelApplied: instance.isOnLatestModel,
      modelDefinitionApplied: 'VirtualMachineScaleSet',
      ...(nics.length === 0
        ? {}
        : {
            networkProfileConfiguration: {
              networkInterfaceConfigurations: nestPart(nics, [
                'virtualMachineProfile',
                'networkProfile',
                'networkInterfaceConfigurations',
              ]),
            },
          }),
      vmId: guid(scenario, model.name, 'vmId', instance.id),
      hardwareProfile: {},
      storageProfile: storageProfile(run, own, instance),
      osProfile: osProfile(own, instance),
      ...(nics.length === 0
        ? {}
        : {
            networkProfile: {
              networkInterfaces: nics.map(({ name }) => ({ id: `${id}/networkInterfaces/${String(name)}` })),
            },
          }),
      provisioningState: provisioningOf(instance),
      ...(protectFromScaleIn || protectFromScaleSetActions
        ? { protectionPolicy: { protectFromScaleIn, protectFromScaleSetActions } }
        : {}),
      ...(own.virtualMachineProfile.priority === 'Spot'
        ? { priority: instance.isSpot ? ('Spot' as const) : ('Regular' as const) }
        : {}),
      timeCreated: armTime(instance.createdAtMs),
      ...(model.orchestrationMode === 'Flexible'
        ? { virtualMachineResourceId: machineId(scenario, model, instance) }
        : {}),
    },
    ...(extensions.length === 0
      ? {}
      : { resources: extensions.map((extension) => resource(scenario, model, instance, extension)) }),
  }
}

function nicsOf(model: ScaleSetModel): readonly Plain[] {
  const nics = model.virtualMachineProfile.networkProfile?.['networkInterfaceConfigurations']
  return Array.isArray(nics) ? nics : []
}

const DEFAULT_DISK_GB = { Linux: 30, Windows: 127 } as const

function storageProfile(
  { scenario, imageVersions }: RunSnapshot,
  model: ScaleSetModel,
  instance: InstanceSnapshot,
): VirtualMachine['properties']['storageProfile'] {
  const profile = model.virtualMachineProfile.storageProfile
  const declared = profile?.osDisk ?? {}
  const version = imageVersions.find(({ key }) => key.toLowerCase() === instance.imageKey.toLowerCase())
  const isWindows = version?.osType === 'Windows' || model.virtualMachineProfile.osProfile?.['windowsConfiguration']
  const osType = isWindows ? 'Windows' : 'Linux'
  const name = osDiskName(scenario, model.name, instance)
  const managed = declared['managedDisk']
  return {
    ...(profile?.imageReference === undefined
      ? {}
      : { imageReference: imageReference(scenario, profile.imageReference, instance.imageKey) }),
    osDisk: {
      osType,
      name,
      createOption: 'FromImage',
      caching: 'ReadWrite',
      diskSizeGB: version?.sizeGB ?? DEFAULT_DISK_GB[osType],
      ...declared,
      managedDisk: {
        storageAccountType: 'Premium_LRS',
        ...(typeof managed === 'object' ? managed : {}),
        id: diskId(scenario, model, name),
      },
    },
    dataDisks: profile?.dataDisks ?? [],
  }
}

/**
 * The reference of the model with the version that is really on the disk. A platform image that follows latest, and of which
 * the scenario never named a version, has none.
 */
export function imageReference(scenario: string, declared: ImageReference, imageKey: string): ImageReference {
  const parts = imageKey.split('/')
  const last = parts.at(-1) ?? ''
  const isExact = parts.length === 3 || (parts.length === 4 && last !== 'latest')
  const exactVersion = isExact ? last : declared.exactVersion
  return {
    ...declared,
    ...(declared.id === undefined ? {} : { id: fullId(scenario, declared.id) }),
    ...(exactVersion === undefined ? {} : { exactVersion }),
  }
}

/** `galProd/ubuntu-app` and `images/golden` are our short spellings. */
function fullId(scenario: string, id: string): string {
  if (id.startsWith('/')) return id
  const parts = id.split('/').filter((part) => part !== '' && part.toLowerCase() !== 'versions')
  if (parts.length === 2 && parts[0] === 'images') return imageId(scenario, parts[1]!)
  return parts.length === 2 || parts.length === 3 ? galleryImageId(scenario, parts.join('/')) : id
}

function osProfile(model: ScaleSetModel, instance: InstanceSnapshot): Plain {
  const { computerNamePrefix: _prefix, ...declared } = model.virtualMachineProfile.osProfile ?? {}
  return {
    computerName: computerName(model, instance),
    secrets: [],
    allowExtensionOperations: true,
    requireGuestProvisionSignal: true,
    ...declared,
  }
}

/** An extension as a resource of its machine. */
function resource(scenario: string, model: ScaleSetModel, instance: InstanceSnapshot, extension: Extension): Plain {
  const { name, publisher, type, typeHandlerVersion, settings = {} } = extension
  const state =
    instance.extensions === 'failed' ? 'Failed' : instance.extensions === 'succeeded' ? 'Succeeded' : 'Updating'
  return {
    name,
    id: `${machineId(scenario, model, instance)}/extensions/${name}`,
    type: 'Microsoft.Compute/virtualMachines/extensions',
    location: model.location,
    properties: {
      autoUpgradeMinorVersion: (extension as unknown as Plain)['autoUpgradeMinorVersion'] ?? true,
      provisioningState: state,
      publisher,
      type,
      typeHandlerVersion,
      settings,
    },
  }
}

export function instanceRows({ value }: InstanceList): Row[] {
  return value.map(({ name, instanceId, zones, properties }) => ({
    Name: name,
    InstanceId: instanceId,
    Zone: zones?.[0] ?? '',
    ProvisioningState: properties.provisioningState,
    LatestModelApplied: properties.latestModelApplied,
    ExactVersion: properties.storageProfile.imageReference?.exactVersion ?? '',
    Protected: properties.protectionPolicy === undefined ? '' : protectionText(properties.protectionPolicy),
  }))
}

const protectionText = (policy: { readonly protectFromScaleSetActions: boolean }): string =>
  policy.protectFromScaleSetActions ? 'ScaleSetActions' : 'ScaleIn'
