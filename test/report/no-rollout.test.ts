import { describe, expect, it } from 'vitest'
import { cli } from '../cli/harness.ts'

const scenario = (set: string) => `
name: same
azure:
  scaleSets:
    web: { location: eastus, sku: { name: Standard_D2as_v5, capacity: 6 }, orchestrationMode: Uniform, upgradePolicy: { mode: Rolling },
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } }, extensionProfile: { extensions: [
        { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0",
          settings: { protocol: http, port: 80, requestPath: /ready } }] } } }
timeline:
  - { at: PT10M, updateModel: { set: { ${set} } } }
expect:
  - rollouts[0].status == Completed
`

describe('a run without a rollout says why, as far as somebody wrote to a scale set', () => {
  it.each([
    {
      set: 'sku.name: Standard_D2as_v5',
      text: 'what was written to web at 00:10:00 is what the model said already (RU-14).',
      why: 'the same model of web was written again',
    },
    {
      set: 'platformFaultDomainCount: 3',
      text: 'the change of web at 00:10:00 was refused, platformFaultDomainCount cannot be changed: the set was created with 5 (PL-04).',
      why: 'a change of web was refused: PropertyChangeNotAllowed',
    },
  ])('$set', async ({ set, text, why }) => {
    const files = { 'a.yaml': scenario(set) }
    const plain = (output: string) => output.replace(/\s+/g, ' ')
    expect(plain((await cli(['run', 'a.yaml'], { files })).stdout)).toContain(text)
    expect(plain((await cli(['why', 'a.yaml', '--no-search'], { files })).stdout)).toContain(why)
  })
})
