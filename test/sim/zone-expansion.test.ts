import { describe, expect, it } from 'vitest'
import { entries, play } from './play.ts'

type World = Parameters<typeof play>[0]
const update = (set: Record<string, unknown>, at = 'PT10M') => ({ at, updateModel: { set } })
const scale = (capacity: number, at = 'PT30M') => ({ at, scaleTo: { capacity } })
const manual: World = { mode: 'Manual' }
const zones = (result: ReturnType<typeof play>, from = 0) => result.instances.slice(from).map(({ zone }) => zone)
const gone = (result: ReturnType<typeof play>) =>
  result.instances.filter(({ deletedAtMs }) => deletedAtMs !== null).map(({ number }) => number)

describe('zones are added to a set', () => {
  it('PL-26 new instances use them, and existing ones stay where they are', () => {
    const world = { ...manual, capacity: 4, zones: ['1', '2'] }
    const result = play({ ...world, timeline: [update({ zones: ['1', '2', '3'] }), scale(7)] })
    expect(zones(result)).toEqual(['1', '2', '1', '2', '3', '3', '1'])
    expect(entries(result, 'instance.updating')).toEqual([])
    expect(result.findings).toEqual([])
    // A zone that is lost afterwards takes those that stand in it.
    const lost = play({
      ...world,
      timeline: [update({ zones: ['1', '2', '3'] }), scale(7), { at: 'PT1H', failZone: { zone: '3' } }],
    })
    expect(entries(lost, 'zone.failed')).toMatchObject([{ numbers: { instances: 2 } }])
    // An entry of the timeline may name a zone that an earlier one has added.
    const rack = { at: 'PT1H', failFaultDomain: { zone: '3', faultDomain: 0 } }
    const hit = play({ ...world, timeline: [update({ zones: ['1', '2', '3'] }), scale(7), rack] })
    expect(entries(hit, 'faultDomain.failed')).toMatchObject([{ numbers: { instances: 1 } }])
  })

  it('PL-26 a zone cannot be taken away', () => {
    const result = play({ ...manual, capacity: 4, zones: ['1', '2'], timeline: [update({ zones: ['1'] }), scale(6)] })
    expect(entries(result, 'write.rejected')).toMatchObject([{ rule: 'PL-26' }])
    expect(zones(result, 4)).toEqual(['1', '2'])
  })

  it('PL-27 those of a regional set stand in no zone, and a scale-in takes them first', () => {
    const timeline = [update({ zones: ['1', '2', '3'] }), scale(10), scale(7, 'PT1H')]
    const result = play({ ...manual, capacity: 4, timeline })
    expect(zones(result, 4)).toEqual(['1', '2', '3', '1', '2', '3'])
    expect(zones(result).slice(0, 4)).toEqual([null, null, null, null])
    expect(gone(result)).toEqual([1, 2, 3])
    const all = play({ ...manual, capacity: 4, timeline: [...timeline, scale(5, 'PT2H')] })
    expect(gone(all)).toEqual([0, 1, 2, 3, 9].sort((a, b) => a - b))
  })

  it('PL-27 what replaces one of them stands in a zone', () => {
    const set = { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } }
    const bad = { at: 'PT1H', breakInstance: { instance: 'vmss/0' } }
    const result = play({ set, capacity: 4, timeline: [update({ zones: ['1', '2'] }), bad] })
    expect(zones(result, 4)).toEqual(['1'])
  })

  it('PL-22 the loss of a zone leaves those alone that stand in none', () => {
    const timeline = [update({ zones: ['1', '2'] }), { at: 'PT20M', failZone: { zone: '1' } }]
    expect(play({ ...manual, capacity: 4, timeline }).measures.availability.minServing).toBe(4)
  })

  it('PL-23 strict balance that is switched on later holds from then on', () => {
    const world = { ...manual, capacity: 9, zones: ['1', '2', '3'] }
    const fail = { at: 'PT20M', failZone: { zone: '2' } }
    const result = play({ ...world, timeline: [update({ zoneBalance: true }), fail, scale(12)] })
    expect(entries(result, 'scaleSet.scaleRefused')).toMatchObject([{ rule: 'PL-23' }])
  })
})
