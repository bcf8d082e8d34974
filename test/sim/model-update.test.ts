import { describe, expect, it } from 'vitest'
import { DEFAULT_ASSUMPTIONS } from '../../src/model/assumptions.ts'
import { loadScenario } from '../../src/model/scenario/load.ts'
import { planUpdate } from '../../src/sim/model-update.ts'

const NICS = 'virtualMachineProfile.networkProfile.networkInterfaceConfigurations'

/** A template whose list of load balancer pools comes from another deployment, which nobody can work out offline. */
const TEMPLATE = JSON.stringify({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  resources: [
    {
      type: 'Microsoft.Compute/virtualMachineScaleSets',
      apiVersion: '2024-07-01',
      name: 'web',
      location: 'eastus',
      sku: { name: 'Standard_D2as_v5', capacity: 3 },
      properties: {
        orchestrationMode: 'Uniform',
        upgradePolicy: { mode: 'Manual' },
        virtualMachineProfile: {
          storageProfile: { imageReference: { id: 'gal/app/1.0.0' } },
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                name: 'eth0',
                properties: {
                  ipConfigurations: [
                    {
                      name: 'ip',
                      properties: { loadBalancerBackendAddressPools: "[reference('setup').outputs.pools.value]" },
                    },
                  ],
                },
              },
            ],
          },
        },
      },
    },
  ],
})

const [declared] = loadScenario('name: a\nazure: { from: t.json }\n', 'a.yaml', { readFile: () => TEMPLATE }).scaleSets
const update = (path: string, value: unknown) =>
  planUpdate(declared!.model, [{ path, segments: path.split('.'), value }], declared!, DEFAULT_ASSUMPTIONS)

describe('updateModel', () => {
  it('RP-4 what could not be worked out offline was accepted with the declaration, and refuses no update', () => {
    const planned = update('virtualMachineProfile.storageProfile.imageReference.id', 'gal/app/1.0.1')
    expect(planned).toMatchObject({ kind: 'changed' })
  })

  it('RP-4 what the update itself breaks is refused', () => {
    expect(update(NICS, 'none')).toMatchObject({
      kind: 'refused',
      code: 'InvalidParameter',
      rule: 'RP-4',
      message: expect.stringContaining(`${NICS} must be a list`) as string,
    })
  })
})
