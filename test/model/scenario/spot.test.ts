import { describe, expect, it } from 'vitest'
import { BEGINNER, load, mistakes } from './fixtures.ts'

const SPOT = BEGINNER.replace('virtualMachineProfile: { ', 'virtualMachineProfile: { priority: Spot, ')
const withSpot = (spot: string, timeline = '') => `${SPOT}${timeline}world: { spot: ${spot} }\n`
const action = (text: string) => SPOT.replace('updateModel: { set: { sku.name: Standard_D4as_v5 } }', text)

describe('world.spot', () => {
  it('gives what is left out its default, and every spelling its meaning', () => {
    expect(load(withSpot('{}')).world.spot).toEqual({ evictionRatePercentPerHour: 0, prices: [], room: {}, quota: {} })
    expect(load(SPOT).world.spot).toBe(undefined)
    const full =
      '{ evictionRatePercentPerHour: 5-10, price: 0.02, room: { East US: { "1": 4, "3": 0 } }, quota: { eastus: 9 } }'
    expect(load(withSpot(full)).world.spot).toEqual({
      evictionRatePercentPerHour: 7.5,
      prices: [{ atMs: 0, usd: 0.02 }],
      room: { eastus: { kind: 'zones', machines: { '1': 4, '3': 0 } } },
      quota: { eastus: 9 },
    })
    const steps = '{ price: [{ at: PT0S, usd: 0.02 }, { at: PT1H, usd: 0.05 }], room: { eastus: 40 } }'
    expect(load(withSpot(steps)).world.spot).toMatchObject({
      prices: [
        { atMs: 0, usd: 0.02 },
        { atMs: 3_600_000, usd: 0.05 },
      ],
      room: { eastus: { kind: 'region', machines: 40 } },
    })
  })

  it.each<[what: string, text: string, expected: string[]]>([
    [
      'a rate that is no rate',
      withSpot('{ evictionRatePercentPerHour: 100 }'),
      ['11:46 E0104 evictionRatePercentPerHour must be below 100, got 100'],
    ],
    [
      'a band that Azure does not show',
      withSpot('{ evictionRatePercentPerHour: 5-15 }'),
      [expect.stringMatching(/^11:46 E01\d\d .*a band: 0-5, 5-10, 10-15, 15-20, 20\+/) as never],
    ],
    [
      'an unknown key',
      withSpot('{ evictionRate: 5 }'),
      [expect.stringMatching(/^11:18 E0101 unknown key evictionRate/) as never],
    ],
    [
      'a price that begins late',
      withSpot('{ price: [{ at: PT5M, usd: 0.02 }] }'),
      ['11:32 E0160 the first price begins at PT5M, what it was before is not said | begin with at: PT0S'],
    ],
    [
      'prices out of order',
      withSpot('{ price: [{ at: PT0S, usd: 1 }, { at: PT5M, usd: 2 }, { at: PT5M, usd: 3 }] }'),
      [
        '11:76 E0160 the price of PT5M does not come after that of PT5M | write the steps in order of time, each moment once',
      ],
    ],
    [
      'a region without a set',
      withSpot('{ room: { eastsu: 4 }, quota: { westus3: 1 } }'),
      [
        '11:26 E0123 no scale set is in the region eastsu | did you mean eastus?',
        '11:48 E0123 no scale set is in the region westus3 | known: eastus',
      ],
    ],
    [
      'a region twice',
      withSpot('{ quota: { eastus: 4, East US: 5 } }'),
      ['11:38 E0120 the region eastus stands twice in world.spot.quota | keep one of them'],
    ],
    [
      'a zone that is not there',
      withSpot('{ room: { eastus: { "7": 4 } } }'),
      ['11:36 E0105 eastus has no zone 7 | known: 1, 2, 3'],
    ],
    [
      'a reclaim of a zone that is not there',
      action('reclaimSpot: { zone: 9 }'),
      ['10:46 E0105 eastus has no zone 9 | known: 1, 2, 3'],
    ],
    [
      'a reclaim of a region without a set',
      action('reclaimSpot: { region: westus }'),
      ['10:48 E0123 no scale set is in the region westus | did you mean eastus?'],
    ],
  ])('%s', (_what, text, expected) => {
    expect(mistakes(text)).toEqual(expected)
  })

  it('E0161 a reclaim in a region and of a set that is in another one', () => {
    const second = `    api:
      location: westus3
      sku: { name: Standard_D2as_v5, capacity: 3 }
      orchestrationMode: Flexible
      upgradePolicy: { mode: Manual }
      virtualMachineProfile: { priority: Spot }
`
    const text = (where: string) =>
      action(`reclaimSpot: { scaleSet: api, ${where} }`).replace('timeline:', `${second}timeline:`)
    expect(mistakes(text('region: eastus'))).toEqual([
      '16:50 E0161 api is in westus3, not in eastus | leave scaleSet out to take from every set of the region, or region to take from this set',
    ])
    expect(load(text('region: westus3, zone: 2, for: PT5M')).timeline[0]!.action).toEqual({
      verb: 'reclaimSpot',
      scaleSet: 'api',
      region: 'westus3',
      zone: '2',
      percent: 100,
      forMs: 300_000,
    })
  })
})
