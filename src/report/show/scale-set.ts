import { nestScaleSet } from '../../model/declare/nest.ts'
import type { RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { guid, scaleSetId } from './identity.ts'
import { imageReference } from './instances.ts'
import { setStatus } from './status.ts'
import type { Row } from './table.ts'

type Plain = Readonly<Record<string, unknown>>

/** `GET …/virtualMachineScaleSets/{name}`. ARM shapes, section 1. */
export interface ScaleSetResource {
  readonly name: string
  readonly id: string
  readonly type: 'Microsoft.Compute/virtualMachineScaleSets'
  readonly location: string
  readonly tags: Plain
  readonly sku: { readonly name?: string; readonly tier?: string; readonly capacity: number }
  readonly properties: Plain & { readonly provisioningState: string; readonly uniqueId: string }
  readonly [property: string]: unknown
}

/** The model as it stands, in the shape of the REST API; of what nobody declared only the defaults the twin plays with. */
export function scaleSet(run: RunSnapshot, set: ScaleSetSnapshot): ScaleSetResource {
  const { model } = set
  const { properties, ...top } = nestScaleSet(withFullImageId(run.scenario, model)) as {
    readonly properties: Plain
  } & Plain
  return {
    ...top,
    name: model.name,
    id: scaleSetId(run.scenario, model),
    type: 'Microsoft.Compute/virtualMachineScaleSets',
    location: model.location,
    tags: model.tags ?? {},
    sku: { ...model.sku, tier: model.sku.tier ?? 'Standard', capacity: set.targetCapacity },
    properties: {
      ...properties,
      provisioningState: setStatus(set).state,
      uniqueId: guid(run.scenario, set.name, 'uniqueId'),
    },
  }
}

function withFullImageId(scenario: string, model: ScaleSetSnapshot['model']): ScaleSetSnapshot['model'] {
  const profile = model.virtualMachineProfile
  const reference = profile.storageProfile?.imageReference
  if (reference?.id === undefined) return model
  return {
    ...model,
    virtualMachineProfile: {
      ...profile,
      storageProfile: { ...profile.storageProfile, imageReference: imageReference(scenario, reference, '') },
    },
  }
}

export const scaleSetRows = ({ name, location, sku, properties }: ScaleSetResource): Row[] => [
  {
    Name: name,
    Location: location,
    Sku: sku.name ?? '',
    Capacity: sku.capacity,
    ProvisioningState: properties.provisioningState,
    UpgradePolicy: String((properties['upgradePolicy'] as Plain | undefined)?.['mode'] ?? ''),
    OrchestrationMode: String(properties['orchestrationMode'] ?? ''),
  },
]
