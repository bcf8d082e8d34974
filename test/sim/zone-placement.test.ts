import { describe, expect, it } from 'vitest'
import { leastPercentPerZone, zoneCap } from '../../src/model/declare/zone-placement.ts'
import { entries, play, type World } from './play.ts'

const zones = ['1', '2', '3']
const auto = (more: Record<string, unknown> = {}, percent?: number) => ({
  placement: { zonePlacementPolicy: 'Auto', ...more },
  ...(percent === undefined
    ? {}
    : {
        resiliencyPolicy: {
          zoneAllocationPolicy: { maxInstancePercentPerZonePolicy: { enabled: true, value: percent } },
        },
      }),
})
const room = (...rooms: number[]) => ({
  regions: { eastus: { capacity: { zones: Object.fromEntries(zones.map((zone, i) => [zone, rooms[i]!])) } } },
})
type Run = ReturnType<typeof play>
const failed = (run: Run) => new Set(entries(run, 'instance.provisioningFailed').map(({ subject }) => subject))
const up = (run: Run) =>
  zones.map(
    (zone) =>
      run.instances.filter(
        (one) => one.zone === zone && one.deletedAtMs === null && !failed(run).has(`vmss/${one.number}`),
      ).length,
  )
const scaled = (world: World, to: number) =>
  play({
    capacity: 0,
    mode: 'Manual',
    ...world,
    timeline: [{ at: 'PT1M', scaleTo: { capacity: to } }],
    duration: 'PT1H',
  })

describe('caps of a zone (PL-41)', () => {
  it.each([
    [101, 85, 86],
    [100, 50, 50],
    [100, 85, 85],
    [3, 50, 2],
  ])('PL-41 of %i instances at %i %% at most %i stand in a zone', (target, percent, cap) => {
    expect(zoneCap(target, percent)).toBe(cap)
  })

  it.each([
    [2, 50],
    [3, 34],
    [4, 25],
  ])('PL-41 over %i zones the least legal share is %i %%', (count, least) => {
    expect(leastPercentPerZone(count)).toBe(least)
  })
})

describe('automatic zone placement', () => {
  it.each([
    { rooms: [70, 30, 0], percent: undefined, expected: [50, 30, 0], fails: 20 },
    { rooms: [90, 10, 0], percent: 85, expected: [85, 10, 0], fails: 5 },
    { rooms: [70, 30, 10], percent: undefined, expected: [50, 30, 10], fails: 10 },
    { rooms: [100, 100, 100], percent: undefined, expected: [34, 33, 33], fails: 0 },
  ])(
    'PL-42 100 wanted, room $rooms at $percent %: $expected, and $fails fail',
    ({ rooms, percent, expected, fails }) => {
      const run = scaled({ set: auto({}, percent), world: room(...rooms) }, 100)
      expect(up(run)).toEqual(expected)
      expect(failed(run).size).toBe(fails)
      expect(
        entries(run, 'instance.provisioningFailed').every(({ numbers }) => numbers['code'] === 'ZonalAllocationFailed'),
      ).toBe(true)
    },
  )

  it('PL-40 it insists on two zones: with room in one only the request is refused', () => {
    const run = scaled({ set: auto({}, 100), world: room(50, 0, 0) }, 10)
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('PL-40')
    expect(run.instances).toHaveLength(0)
  })

  it('PL-40 it aims at three zones, and opens another only when those are full', () => {
    const world = (four: number) => ({
      regions: { eastus: { zones: ['1', '2', '3', '4'], capacity: { zones: { '1': four, '2': four, '3': four } } } },
    })
    const inFour = (run: Run) => run.instances.filter(({ zone }) => zone === '4').length
    expect(inFour(scaled({ set: auto(), world: world(10) }, 12))).toBe(0)
    expect(inFour(scaled({ set: auto(), world: world(3) }, 12))).toBe(3)
  })

  it('PL-40 includeZones and excludeZones name the zones, maxZoneCount how many', () => {
    const free = room(100, 100, 100)
    expect(up(scaled({ set: auto({ excludeZones: ['1'] }), world: free }, 10))).toEqual([0, 5, 5])
    expect(up(scaled({ set: auto({ includeZones: ['1', '3'] }), world: free }, 10))).toEqual([5, 0, 5])
    const two = { ...auto(), resiliencyPolicy: { zoneAllocationPolicy: { maxZoneCount: 2 } } }
    expect(up(scaled({ set: two, world: free }, 10))).toEqual([5, 5, 0])
  })

  it('PL-40 the fleet of the start stands where there is room', () => {
    const run = play({ capacity: 10, set: auto(), world: room(3, 5, 20), timeline: [] })
    expect(up(run)).toEqual([3, 4, 3])
  })

  it('PL-23 with zoneBalance it stays balanced over maxZoneCount zones', () => {
    const set = { ...auto(), zoneBalance: true, resiliencyPolicy: { zoneAllocationPolicy: { maxZoneCount: 3 } } }
    expect(up(scaled({ set, world: room(9, 9, 9) }, 10))).toEqual([4, 3, 3])
    expect(entries(scaled({ set, world: room(9, 9, 0) }, 10), 'scaleSet.scaleRefused')[0]!.rule).toBe('PL-23')
  })

  it.each([
    ['E0177 a zone the region does not have', auto({ includeZones: ['4'] }), /no zone 4/],
    ['E0177 fewer than two zones left', auto({ excludeZones: ['1', '2'] }), /insists on 2/],
    ['E0177 a share that leaves instances over', auto({}, 30), /the least is 34 %/],
    [
      'E0177 more zones than there are',
      { ...auto(), resiliencyPolicy: { zoneAllocationPolicy: { maxZoneCount: 4 } } },
      /more than the 3 zones/,
    ],
    ['zones and the policy exclude each other', { ...auto(), zones }, /exclude each other/],
  ])('%s', (_what, set, message) => {
    expect(() => play({ set, timeline: [] })).toThrow(message)
  })

  it('it is no longer told as not played', () => {
    const { findings } = play({ set: auto(), timeline: [] })
    expect(findings.filter(({ code }) => code === 'NotModelled')).toEqual([])
  })
})
