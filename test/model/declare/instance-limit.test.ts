import { describe, expect, it } from 'vitest'
import { instanceLimit } from '../../../src/model/declare/instance-limit.ts'
import type { ScaleSetModel } from '../../../src/model/scale-set.ts'
import { entries, play, scenarioOf, type World } from '../../sim/play.ts'

const managed = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/web'
const model = (more: Record<string, unknown>): ScaleSetModel =>
  ({ sku: { name: 'Standard_D2as_v5', capacity: 1 }, virtualMachineProfile: {}, ...more }) as never

describe('most instances of a set (TABLE-limits)', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['Uniform, one placement group', { orchestrationMode: 'Uniform', singlePlacementGroup: true }, 100],
    ['Uniform, several', { orchestrationMode: 'Uniform', singlePlacementGroup: false }, 1000],
    [
      'Uniform, several, from a managed image',
      {
        orchestrationMode: 'Uniform',
        singlePlacementGroup: false,
        virtualMachineProfile: { storageProfile: { imageReference: { id: managed } } },
      },
      600,
    ],
    ['Flexible', { orchestrationMode: 'Flexible', platformFaultDomainCount: 3 }, 1000],
    [
      'Flexible over domains, without memory-preserving updates',
      { orchestrationMode: 'Flexible', platformFaultDomainCount: 3, sku: { name: 'Standard_L8s_v3', capacity: 1 } },
      200,
    ],
    [
      'Flexible, such a size, max spreading',
      {
        orchestrationMode: 'Flexible',
        platformFaultDomainCount: 1,
        sku: { name: 'Standard_NC24ads_A100_v4', capacity: 1 },
      },
      1000,
    ],
  ])('TABLE-limits %s', (_what, more, most) => {
    expect(instanceLimit(model(more)).most).toBe(most)
  })

  const spread: World = { set: { platformFaultDomainCount: 3, sku: { name: 'Standard_L8s_v3', capacity: 199 } } }

  it('TABLE-limits a declaration beyond it is refused with its place', () => {
    const sku = { name: 'Standard_L8s_v3', capacity: 201 }
    expect(() => scenarioOf({ set: { ...spread.set, sku }, timeline: [] })).toThrow(/holds at most 200 instances/)
  })

  it('TABLE-limits a scale-out beyond it is refused, up to it goes through', () => {
    const timeline = [
      { at: 'PT1M', scaleTo: { capacity: 201 } },
      { at: 'PT2M', scaleTo: { capacity: 200 } },
    ]
    const run = play({ ...spread, mode: 'Manual', timeline, duration: 'PT10M' })
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('TABLE-limits')
    expect(entries(run, 'instance.creating')).toHaveLength(1)
  })
})
