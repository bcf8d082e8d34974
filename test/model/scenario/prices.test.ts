import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/model/diagnostic.ts'
import { instanceHourPrice, type Prices } from '../../../src/model/prices.ts'
import { loadScenario } from '../../../src/model/scenario/load.ts'

const text = (prices: string, more: { profile?: string; timeline?: string } = {}) => `azure:
  scaleSets:
    web:
      location: eastus
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
      sku: { name: Standard_D2as_v5, capacity: 3 }
      upgradePolicy: { mode: Manual }
      virtualMachineProfile: ${more.profile ?? '{}'}
timeline: ${more.timeline ?? '[]'}
world:
  prices:
${prices
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`

const load = (...args: Parameters<typeof text>): Prices | undefined =>
  loadScenario(text(...args), 'a.yaml', { readFile: () => undefined }).world.prices

function mistakes(...args: Parameters<typeof text>): string[] {
  try {
    load(...args)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.diagnostics.map(
      ({ code, message, place, hint }) => `${code} ${place?.line}:${place?.column} ${message} | ${hint ?? ''}`,
    )
  }
  return []
}

const SPOT = { profile: '{ priority: Spot, evictionPolicy: Delete }' }
const RESIZE = { timeline: '[{ at: PT1H, updateModel: { set: { sku.name: Standard_D4as_v5 } } }]' }

describe('world.prices', () => {
  it('with every default', () => {
    expect(load('instanceHour: { STANDARD_D2AS_V5: 0.096 }')).toEqual({
      currency: 'USD',
      instanceHour: { standard_d2as_v5: 0.096 },
      instanceHourDefault: null,
      spotHour: {},
      spotHourDefault: null,
      spotDiscountPercent: 0,
      replicaHour: 0,
      osDiskHour: 0,
      imageBuildHour: 0,
    })
  })

  it('a month has 730 hours', () => {
    const prices = load('instanceHour: { default: 1 }\nreplicaMonth: 73\nosDiskMonth: 7.3\nimageBuildHour: 2')
    expect(prices).toMatchObject({ replicaHour: 0.1, osDiskHour: 0.01, imageBuildHour: 2 })
  })

  it('a size that no set has is told, with the one that may be meant, and does no harm', () => {
    const prices = 'instanceHour: { default: 1, Standard_D2sa_v5: 2, Standard_M128-64ms: 9, Basic_A1: 3 }'
    const { findings } = loadScenario(text(prices), 'a.yaml', { readFile: () => undefined })
    const told = findings.filter(({ code }) => code === 'PriceNotUsed')
    expect(told.map(({ title }) => /size (\S+),/.exec(title)?.[1])).toEqual([
      'Standard_D2sa_v5',
      'Standard_M128-64ms',
      'Basic_A1',
    ])
    expect(told[0]).toMatchObject({ severity: 'info', place: { line: 13 }, fix: 'did you mean Standard_D2as_v5?' })
  })

  it.each([
    [
      'a size in use without a price',
      'instanceHour: { Standard_E96bds_v5: 9 }',
      {},
      /^E0181 13:5 the size Standard_D2as_v5 of web has no price \| write Standard_D2as_v5, or default/,
    ],
    [
      'a size that a resize brings',
      'instanceHour: { Standard_D2as_v5: 1 }',
      RESIZE,
      /^E0181 13:5 the size Standard_D4as_v5 of web has no price/,
    ],
    [
      'what is no size',
      'instanceHour:\n  default: 1\n  Standart_D2as_v5: 2',
      {},
      /^E0182 15:7 Standart_D2as_v5 is no size of an instance \| did you mean Standard_D2as_v5\?$/,
    ],
    [
      'a misspelt default',
      'instanceHour: { Standard_D2as_v5: 1, defualt: 1 }',
      {},
      /^E0182 13:42 defualt is no size of an instance \| did you mean default\?$/,
    ],
    ['a size twice', 'instanceHour: { Standard_D2as_v5: 1, standard_d2as_v5: 2 }', {}, /^E0120 13:42 .*stands twice/],
    [
      'Spot without a price',
      'instanceHour: { default: 1 }',
      SPOT,
      /^E0183 12:3 web may hold Spot instances, and Spot has no price \| write spotDiscountPercent/,
    ],
    [
      'two prices of a replica',
      'instanceHour: { default: 1 }\nreplicaHour: 1\nreplicaMonth: 2',
      {},
      /^E0184 15:5 a replica has a price by the hour and one by the month/,
    ],
    [
      'a misspelt key',
      'instanceHour: { default: 1 }\nreplicaMoth: 2',
      {},
      /^E0101 14:5 .*replicaMoth.* \| did you mean replicaMonth\?$/,
    ],
    ['a negative price', 'instanceHour: { default: -1 }', {}, /^E0104 13:30 default must be .*-1/],
    ['a price in quotes', 'instanceHour: { default: "1" }', {}, /^E010\d 13:30 .*a price.*"1"/],
    ['a discount above 100', 'instanceHour: { default: 1 }\nspotDiscountPercent: 110', {}, /^E010\d 14:26 .*110/],
    ['no price of instances at all', 'currency: EUR', {}, /^E0102 .*instanceHour is missing/],
  ])('%s', (_name, prices, more, expected) => {
    const told = mistakes(prices, more)
    expect(told[0]).toMatch(expected)
    expect(told).toHaveLength(1)
  })

  it('Spot by a discount, by a price for each size, or by a default', () => {
    for (const price of ['spotDiscountPercent: 44', 'spotHour: { Standard_D2as_v5: 1 }', 'spotHour: { default: 1 }'])
      expect(mistakes(`instanceHour: { default: 1 }\n${price}`, SPOT), price).toEqual([])
    expect(mistakes('instanceHour: { default: 1 }\nspotHour: { Standard_D2as_v5: 1 }', { ...SPOT, ...RESIZE })).toEqual(
      [expect.stringMatching(/^E0183/)],
    )
  })
})

describe('instanceHourPrice', () => {
  const prices = load(
    'instanceHour: { Standard_D2as_v5: 10, default: 20 }\nspotHour: { Standard_B2s: 3 }\nspotDiscountPercent: 44',
  )!

  it.each([
    { size: 'standard_d2AS_v5', spot: false, price: 10, why: 'in any case' },
    { size: 'Standard_B2s', spot: false, price: 20, why: 'the default' },
    { size: 'Standard_D2as_v5', spot: true, price: 5.6, why: '44 % off' },
    { size: 'Standard_B2s', spot: true, price: 3, why: 'a Spot price of its own' },
    { size: 'constructor', spot: true, price: 11.2, why: '44 % off the default' },
  ])('$size, Spot $spot: $price, $why', ({ size, spot, price }) => {
    expect(instanceHourPrice(prices, size, spot)).toBeCloseTo(price, 10)
  })
})
