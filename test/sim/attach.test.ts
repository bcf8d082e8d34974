import { describe, expect, it } from 'vitest'
import type { AttachedVM } from '../../src/model/scenario.ts'
import { attachRefusal } from '../../src/sim/attach.ts'
import { badOn, changeImage, entries, MINUTE, OLD, play, type World } from './play.ts'

const attach = (at: string, more: Record<string, unknown> = {}) => ({ at, attachVM: more })
const vm: AttachedVM = { count: 1, reportsHealth: true, managedDisk: true }
const flexible = { orchestrationMode: 'Flexible' as const, platformFaultDomainCount: 1 }

describe('attaching a machine (PL-53)', () => {
  it.each<[string, Parameters<typeof attachRefusal>, string | undefined]>([
    ['a plain one', [flexible, [], vm], undefined],
    ['one in a zone of the set', [flexible, ['1', '2'], { ...vm, zone: '2' }], undefined],
    ['Uniform', [{ orchestrationMode: 'Uniform' }, [], vm], 'OperationNotAllowed'],
    [
      'several fault domains',
      [{ ...flexible, platformFaultDomainCount: 3 }, [], vm],
      'VmssDoesNotSupportAttachingExistingVMMultiFD',
    ],
    ['a single placement group', [{ ...flexible, singlePlacementGroup: true }, [], vm], 'OperationNotAllowed'],
    [
      'an availability set',
      [flexible, [], { ...vm, belongsTo: 'availabilitySet' }],
      'VmssDoesNotSupportAttachingExistingAvsetVM',
    ],
    [
      'a proximity placement group',
      [flexible, [], { ...vm, belongsTo: 'proximityPlacementGroup' }],
      'VmssDoesNotSupportAttachingPPGVM',
    ],
    ['a dedicated host', [flexible, [], { ...vm, belongsTo: 'dedicatedHost' }], 'OperationNotAllowed'],
    ['another resource group', [flexible, [], { ...vm, belongsTo: 'otherResourceGroup' }], 'OperationNotAllowed'],
    [
      'unmanaged disks',
      [flexible, [], { ...vm, managedDisk: false }],
      'VmssDoesNotSupportAttachingExistingVMUnmanagedDisk',
    ],
    ['regional to zonal', [flexible, ['1'], vm], 'OperationNotAllowed'],
    ['zonal to regional', [flexible, [], { ...vm, zone: '1' }], 'OperationNotAllowed'],
    ['a zone the set does not have', [flexible, ['1'], { ...vm, zone: '3' }], 'OperationNotAllowed'],
  ])('PL-53 %s', (_what, given, code) => {
    expect(attachRefusal(...given)?.code).toBe(code)
  })

  it('PL-53 it works on without a pause, counts for the capacity, and a refusal changes nothing', () => {
    const run = play({
      capacity: 4,
      mode: 'Manual',
      zones: ['1', '2'],
      duration: 'PT1H',
      timeline: [
        attach('PT30M', { instances: 2, zone: 2 }),
        attach('PT40M', { belongsTo: 'availabilitySet', zone: '1' }),
      ],
    })
    expect(run.instances.map(({ zone }) => zone)).toEqual(['1', '2', '1', '2', '2', '2'])
    expect(run.measures.availability.minServingPercent).toBe(100)
    expect(run.measures.cost.instanceHours.regular).toBeCloseTo(5, 6)
    expect(run.findings.map(({ evidence }) => evidence[0])).toEqual([
      'VmssDoesNotSupportAttachingExistingAvsetVM: the machine is in an availability set.',
    ])
  })

  it('an image that is none has a place', () => {
    expect(() => play({ timeline: [attach('PT1M', { image: 'nothing' })] })).toThrow(/does not name an image/)
  })
})

describe('attached machines in an upgrade', () => {
  const world: World = { capacity: 6 }

  it('PL-54 two of eight that report no health hold it up: 25 % are unhealthy before the first batch', () => {
    const silent = play({
      ...world,
      timeline: [attach('PT5M', { instances: 2, reportsHealth: false }), changeImage('PT30M')],
    })
    expect(silent.rollouts[0]!.errorCode).toBe('MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade')
    const heard = play({ ...world, timeline: [attach('PT5M', { instances: 2 }), changeImage('PT30M')] })
    expect(heard.rollouts[0]).toMatchObject({ status: 'Completed', successful: 8 })
  })

  it('PL-54 one of nine passes the first check and fails its batch after the health wait', () => {
    const run = play({
      capacity: 8,
      timeline: [attach('PT5M', { reportsHealth: false }), changeImage('PT30M')],
    })
    const failed = entries(run, 'rollout.instanceFailed')
    expect(failed.map(({ subject }) => subject)).toEqual(['vmss/8'])
    expect(failed[0]!.numbers['waitedMs']).toBe(5 * MINUTE)
  })
})

describe('attached machines and repairs', () => {
  it('RE-9 one that differs from the model loses the difference on Replace', () => {
    const run = play({
      capacity: 3,
      mode: 'Manual',
      set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M', repairAction: 'Replace' } },
      oldImage: badOn(99),
      timeline: [
        attach('PT5M', { image: 'gal/app/0.9.0', reportsHealth: true }),
        { at: 'PT30M', breakInstance: { instance: 'vmss/3' } },
      ],
      duration: 'PT2H',
    })
    const images = entries(run, 'instance.image').map(({ subject, numbers }) => [subject, numbers['image']])
    expect(images).toEqual([['vmss/3', 'gal/app/0.9.0']])
    const replaced = run.instances.at(-1)!
    expect(replaced.number).toBe(4)
    expect(entries(run, 'instance.deleting')[0]).toMatchObject({ subject: 'vmss/3', rule: 'RE-7' })
    // The new one runs what the model says, which needs no telling, and reports health.
    expect(images.some(([subject]) => subject === 'vmss/4')).toBe(false)
    expect(OLD).toBe('gal/app/1.0.0')
  })
})
