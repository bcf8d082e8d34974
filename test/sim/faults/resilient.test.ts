import { describe, expect, it } from 'vitest'
import { afterFailedDelete } from '../../../src/sim/resilient-delete.ts'
import { changeImage, entries, MINUTE, play } from '../play.ts'

type World = Parameters<typeof play>[0]
type Run = ReturnType<typeof play>

const when = (result: Run, what: string) => entries(result, what).map(({ atMs }) => atMs / MINUTE)
const CREATE = { resiliencyPolicy: { resilientVMCreationPolicy: { enabled: true } } }
const DELETE = { resiliencyPolicy: { resilientVMDeletionPolicy: { enabled: true } } }
/** The guest never reports, on these instances. */
const never = (...numbers: number[]) => ({
  defects: [{ name: 'no boot', breaks: ['boot'], share: 100, instances: numbers.map((number) => `vmss/${number}`) }],
})
const grow = (world: World): Run =>
  play({
    capacity: 4,
    timings: { provisioningTimeout: 'PT10M' },
    timeline: [{ at: 'PT10M', scaleTo: { capacity: 5 } }],
    ...world,
  })

describe('resilient create', () => {
  it('PL-63 a guest that never reports is deleted and made again, with another id, and nobody hears of a failure', () => {
    const result = grow({ set: CREATE, oldImage: never(4) })
    // Created at 10, power at 11, given up at 21.
    expect(entries(result, 'resilientCreate.retried')).toMatchObject([
      { subject: 'vmss/4', atMs: 21 * MINUTE, rule: 'PL-63', numbers: { code: 'OSProvisioningTimedOut', attempt: 2 } },
    ])
    expect(entries(result, 'instance.provisioningFailed')).toEqual([])
    expect(entries(result, 'instance.creating').map(({ subject }) => subject)).toEqual(['vmss/4', 'vmss/5'])
    expect(result.instances[5]!.name).not.toBe(result.instances[4]!.name)
    expect(result.instances.filter(({ deletedAtMs }) => deletedAtMs === null)).toHaveLength(5)
    expect(when(result, 'instance.provisioned')).toEqual([23])
  })

  it('PL-63 not without the policy', () => {
    const result = grow({ oldImage: never(4) })
    expect(entries(result, 'resilientCreate.retried')).toEqual([])
    expect(when(result, 'instance.provisioningFailed')).toEqual([21])
  })

  it('PL-63 it gives up after 30 minutes: then Failed', () => {
    const result = grow({ set: CREATE, oldImage: never(4, 5, 6, 7, 8) })
    // Given up at 21, 32, 43; the last one would be at 54, and at 51 the time is over.
    expect(when(result, 'resilientCreate.retried')).toEqual([21, 32, 43])
    expect(when(result, 'resilientCreate.gaveUp')).toEqual([51])
    expect(entries(result, 'instance.provisioningFailed')).toMatchObject([
      { subject: 'vmss/7', atMs: 51 * MINUTE, numbers: { code: 'OSProvisioningTimedOut' } },
    ])
    const fromCreation = grow({
      set: CREATE,
      oldImage: never(4, 5, 6, 7, 8),
      assumptions: { resilientCreateWindow: 'creation' },
    })
    expect(when(fromCreation, 'resilientCreate.retried')).toEqual([21, 32])
    expect(when(fromCreation, 'resilientCreate.gaveUp')).toEqual([40])
  })

  it('PL-63 only timeouts, not what else fails, and only of a scale-out', () => {
    const extensions = { defects: [{ name: 'bad', breaks: ['extensions'], share: 100, instances: ['vmss/4'] }] }
    expect(entries(grow({ set: CREATE, oldImage: extensions }), 'resilientCreate.retried')).toEqual([])
    const reimage = [{ at: 'PT10M', reimage: { instance: 'vmss/0' } }]
    const again = grow({ set: CREATE, oldImage: never(), newImage: {}, timeline: reimage })
    expect(entries(again, 'resilientCreate.retried')).toEqual([])
    const repair = { ...CREATE, automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } }
    const replaced = grow({
      set: repair,
      oldImage: never(4),
      timeline: [{ at: 'PT10M', breakInstance: { instance: 'vmss/0' } }],
    })
    expect(entries(replaced, 'resilientCreate.retried')).toEqual([])
    expect(entries(replaced, 'instance.provisioningFailed').length).toBeGreaterThan(0)
  })

  it('PL-63 PL-51 one of an overprovisioned scale-out counts towards the requested number', () => {
    // One asked for is two made (PL-51), and of those that are made four of five never boot.
    const half = { defects: [{ name: 'no boot', breaks: ['boot'], share: 80 }] }
    const runs = [1, 2, 3, 4, 5, 6].map((seed) =>
      play({
        seed,
        uniform: true,
        capacity: 1,
        set: { ...CREATE, overprovision: true },
        newImage: half,
        mode: 'Manual',
        timings: { provisioningTimeout: 'PT5M' },
        timeline: [changeImage('PT5M'), { at: 'PT10M', scaleTo: { capacity: 2 } }],
      }),
    )
    const retried = runs.filter((result) => entries(result, 'resilientCreate.retried').length > 0)
    expect(retried.length).toBeGreaterThan(2)
    for (const result of retried) {
      const failed = entries(result, 'instance.provisioningFailed').length
      const alive = result.instances.filter(({ deletedAtMs }) => deletedAtMs === null).length
      // Where one came up it is the one that was asked for, and the other is gone.
      if (failed === 0) expect(alive).toBe(2)
    }
    expect(retried.some((result) => entries(result, 'instance.provisioned').length > 0)).toBe(true)
  })
})

describe('resilient delete', () => {
  it.each([
    { attempt: 1, resilient: false, status: 'Disabled' },
    { attempt: 1, resilient: true, status: 'In Progress' },
    { attempt: 4, resilient: true, status: 'In Progress' },
    { attempt: 5, resilient: true, status: 'Failed' },
  ])('PL-64 attempt $attempt, policy $resilient: $status', ({ attempt, resilient, status }) => {
    expect(afterFailedDelete(attempt, resilient)).toBe(status)
  })

  const shrink = (failPercent: number, world: World = {}): Run =>
    play({
      capacity: 4,
      timeline: [{ at: 'PT10M', scaleTo: { capacity: 3 } }],
      world: { faults: { deletes: { failPercent } } },
      ...world,
    })

  it('PL-64 five attempts, and then it is Failed and stays', () => {
    const result = shrink(100, { set: DELETE })
    expect(
      entries(result, 'instance.deleteFailed').map(({ numbers }) => [
        numbers['attempt'],
        numbers['ResilientVMDeletionStatus'],
      ]),
    ).toEqual([
      [1, 'In Progress'],
      [2, 'In Progress'],
      [3, 'In Progress'],
      [4, 'In Progress'],
      [5, 'Failed'],
    ])
    // 30 s each, and a minute between them.
    expect(when(result, 'instance.deleteFailed')).toEqual([10.5, 12, 13.5, 15, 16.5])
    expect(entries(result, 'instance.deleted')).toEqual([])
    expect(result.measures.perScaleSet['vmss']!.availability.minServing).toBe(3)
  })

  it('PL-64 without the policy the first error is the last', () => {
    const result = shrink(100)
    expect(entries(result, 'instance.deleteFailed')).toMatchObject([
      { numbers: { ResilientVMDeletionStatus: 'Disabled' } },
    ])
    expect(result.instances.every(({ deletedAtMs }) => deletedAtMs === null)).toBe(true)
  })

  it('PL-64 most errors are gone with another attempt', () => {
    const many = (set: Record<string, unknown>) =>
      play({
        capacity: 60,
        set,
        timeline: [{ at: 'PT10M', scaleTo: { capacity: 10 } }],
        world: { faults: { deletes: { failPercent: 40 } } },
      }).instances.filter(({ deletedAtMs }) => deletedAtMs !== null).length
    expect(many({})).toBeLessThan(42)
    expect(many(DELETE)).toBeGreaterThanOrEqual(48)
    // The luck of the first attempt is the same.
    expect(many(DELETE)).toBeGreaterThan(many({}))
  })

  it('PL-64 a surge that cannot delete the old one goes on all the same', () => {
    const result = play({
      capacity: 4,
      policy: { maxSurge: true },
      world: { faults: { deletes: { failPercent: 100 } } },
    })
    expect(result.rollouts[0]!.status).toBe('Completed')
    expect(result.instances).toHaveLength(8)
  })

  it('nothing is drawn where no delete fails', () => {
    expect(shrink(0).traceHash).toBe(shrink(0, { world: {} }).traceHash)
  })
})
