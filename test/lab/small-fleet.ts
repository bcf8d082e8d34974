import { readSource, type ScenarioSource } from '../../src/lab/variant.ts'
import type { Scenario } from '../../src/model/scenario.ts'

export const POLICY = 'azure.scaleSets.web.upgradePolicy.rollingUpgradePolicy'

/** Nine instances that get an image which breaks within five minutes; small, so that a test can play hundreds of policies. */
export const smallFleet = (
  vary: string,
  world = 'images: { gal/app/2.0.0: { defects: [{ name: bad, share: 80, onset: { min: PT0S, max: PT5M } }] } }',
) => `
name: small
seed: 5
duration: PT3H
azure:
  scaleSets:
    web:
      location: eastus
      zones: ["1", "2", "3"]
      sku: { name: Standard_D2as_v5, capacity: 9 }
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
      upgradePolicy: { mode: Rolling, rollingUpgradePolicy: { maxBatchInstancePercent: 20, maxUnhealthyInstancePercent: 30, pauseTimeBetweenBatches: PT1M } }
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } }, extensionProfile: { extensions: [{ name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0", settings: { protocol: http, port: 80, requestPath: /health } }] } }
world: { ${world} }
timeline: [{ at: PT5M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: gal/app/2.0.0 } } }]
expect: [rollouts.length == 1]
vary:
${vary}
`

export function sourceOf(text: string): { readonly source: ScenarioSource; readonly scenario: Scenario } {
  const { source, scenarios } = readSource('small.yaml', text, () => undefined)
  return { source, scenario: scenarios[0]! }
}
