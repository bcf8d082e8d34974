import { describe, expect, it } from 'vitest'
import { classesToRemove } from '../../../src/sim/spot/mix.ts'
import { entries } from '../play.ts'
import { mix, playSpot, reclaim, scale, subjects } from './worlds.ts'

describe('SP-26 a scale-in chooses the class first', () => {
  it.each([
    { what: '7 + 3 down to 6', count: 4, regular: 7, spot: 3, target: 5, floor: 4, takes: [2, 2] },
    { what: '7 + 3 down to 9', count: 1, regular: 7, spot: 3, target: 6, floor: 4, takes: [1, 0] },
    {
      what: 'Spot is gone: the regular ones fill in',
      count: 4,
      regular: 10,
      spot: 0,
      target: 5,
      floor: 4,
      takes: [4, 0],
    },
    { what: 'never below the floor', count: 8, regular: 7, spot: 1, target: 2, floor: 4, takes: [3, 1] },
    {
      what: 'fewer regular ones than the target: Spot goes',
      count: 3,
      regular: 4,
      spot: 6,
      target: 5,
      floor: 4,
      takes: [0, 3],
    },
    { what: 'more Spot asked than there is', count: 3, regular: 6, spot: 1, target: 6, floor: 2, takes: [2, 1] },
    { what: 'no Spot set at all', count: 3, regular: 10, spot: 0, target: 7, floor: 0, takes: [3, 0] },
  ])('SP-26 $what', ({ count, regular, spot, target, floor, takes }) => {
    const now = { regular, removableRegular: regular, removableSpot: spot }
    const result = classesToRemove(count, now, { regular: target, floor })
    expect([result.regular, result.spot]).toEqual(takes)
  })

  it('SP-26 protected regular ones stay and Spot fills in', () => {
    const now = { regular: 7, removableRegular: 1, removableSpot: 3 }
    expect(classesToRemove(4, now, { regular: 5, floor: 4 })).toEqual({ regular: 1, spot: 3 })
  })

  const deleted = (run: ReturnType<typeof playSpot>) => subjects(run, 'instance.deleting')

  it('SP-26 the split is that of the new capacity, in a class the newest go', () => {
    // 4 + 3 regular, 3 Spot (7, 8, 9); at 6 five are regular.
    const run = playSpot('Delete', undefined, { set: mix(4, 50), timeline: [scale('PT10M', 6)] })
    expect(deleted(run)).toEqual(['vmss/9', 'vmss/8', 'vmss/6', 'vmss/5'])
    expect(run.measures.spot.minRegular).toBe(5)
    // By the age alone it would have been 9, 8, 7, 6; by the policy OldestVM 0 and 1.
    const oldest = { ...mix(4, 50), scaleInPolicy: { rules: ['OldestVM'] } }
    expect(deleted(playSpot('Delete', undefined, { set: oldest, timeline: [scale('PT10M', 6)] }))).toEqual([
      'vmss/7',
      'vmss/8',
      'vmss/0',
      'vmss/1',
    ])
  })

  it('SP-26 with prioritizeUnhealthyVMs deallocated Spot ones go first', () => {
    const world = { set: { ...mix(4, 50), scaleInPolicy: { rules: ['OldestVM'], prioritizeUnhealthyVMs: true } } }
    const evict = { at: 'PT5M', simulateEviction: { instance: 'vmss/9' } }
    const run = playSpot('Deallocate', undefined, { ...world, timeline: [evict, scale('PT20M', 8)] })
    expect(deleted(run)).toEqual(['vmss/9', 'vmss/0'])
  })

  it('SP-26 below the base everybody that is left is regular', () => {
    // 6 + 4; evicted, 6 + 0; grown, 6 + 2; evicted again, 6 + 0; and then three of the base have to go.
    const run = playSpot('Delete', undefined, {
      set: mix(6, 0),
      timeline: [reclaim('PT10M'), scale('PT20M', 8), reclaim('PT30M'), scale('PT40M', 3)],
    })
    expect(entries(run, 'scaleSet.scaledIn').map(({ numbers }) => [numbers['from'], numbers['to']])).toEqual([[6, 3]])
    expect(run.measures.spot.minRegular).toBe(3)
  })
})
