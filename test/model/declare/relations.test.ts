import { describe, expect, it } from 'vitest'
import { checkApiVersion } from '../../../src/model/declare/api-version.ts'
import { rollingPolicy } from '../../../src/model/declare/health-source.ts'
import { regularAndSpot } from '../../../src/model/declare/priority-mix.ts'
import { faultDomainCounts } from '../../../src/model/declare/refusals.ts'
import {
  codes,
  declare,
  findingCodes,
  HTTP_HEALTH,
  messages,
  modelOf,
  type Plain,
  profile,
  soundSet,
  WITH_PROBE,
} from './fixtures.ts'

const policySet = (mode: string, rollingUpgradePolicy: Plain, more: Plain = {}) =>
  soundSet({ upgradePolicy: { mode, rollingUpgradePolicy }, ...more })

describe('policy relations', () => {
  it.each(['Manual', 'Automatic', 'Rolling'])('RP-1 a %s set still owns its rolling policy', (mode) => {
    const model = modelOf(policySet(mode, { maxBatchInstancePercent: 10, pauseTimeBetweenBatches: 'PT5M' }))
    expect(rollingPolicy(model)).toMatchObject({
      maxBatchInstancePercent: 10,
      maxUnhealthyInstancePercent: 20,
      pauseMs: 300_000,
    })
    expect(rollingPolicy(modelOf(soundSet({ upgradePolicy: { mode } })))).toMatchObject({ maxBatchInstancePercent: 20 })
  })

  it('RP-2 Rolling needs a source: extension or probe on Uniform, the extension alone on Flexible', () => {
    const set = (orchestrationMode: string, virtualMachineProfile: Plain) =>
      declare(soundSet({ orchestrationMode, virtualMachineProfile }))
    expect(codes(set('Uniform', profile([HTTP_HEALTH])))).toEqual([])
    expect(codes(set('Flexible', profile([HTTP_HEALTH])))).toEqual([])
    expect(codes(set('Uniform', profile([], WITH_PROBE)))).toEqual([])
    const none = set('Uniform', profile([]))
    expect(codes(none)).toEqual(['E0202'])
    expect(messages(none)).toMatch(/health probe or health extension.*BadRequest/)
    expect(codes(set('Flexible', profile([], WITH_PROBE)))).toEqual(['E0202'])
  })

  it('RP-2 a Service Fabric set needs none (TH-16)', () => {
    const node = { name: 'sf', publisher: 'Microsoft.Azure.ServiceFabric', type: 'ServiceFabricNode' }
    expect(codes(declare(soundSet({ virtualMachineProfile: profile([node]) })))).toEqual([])
  })

  it('RP-3 any mode may become any other: each is valid on the same set', () => {
    let document: Plain = soundSet()
    for (const mode of ['Manual', 'Rolling', 'Automatic', 'Rolling', 'Manual']) {
      document = modelOf({ ...document, upgradePolicy: { ...(document['upgradePolicy'] as Plain), mode } })
      expect((document['upgradePolicy'] as Plain)['mode']).toBe(mode)
    }
  })

  it('RP-4 the batch must not exceed the unhealthy threshold when both are given', () => {
    const refused = declare(policySet('Rolling', { maxBatchInstancePercent: 21, maxUnhealthyInstancePercent: 20 }))
    expect(codes(refused)).toEqual(['E0201'])
    expect(messages(refused)).toMatch(
      /maxBatchInstancePercent 21.*maxUnhealthyInstancePercent 20.*RP-4.*InvalidParameter/,
    )
    expect(
      codes(declare(policySet('Rolling', { maxBatchInstancePercent: 20, maxUnhealthyInstancePercent: 20 }))),
    ).toEqual([])
  })

  it('RP-4 with only one of them given it is told, not refused', () => {
    const told = declare(policySet('Rolling', { maxBatchInstancePercent: 50 }))
    expect(codes(told)).toEqual([])
    expect(findingCodes(told)).toEqual(['BatchAboveUnhealthy'])
  })

  it('RP-4 enforceBatchLeUnhealthy false tells instead of refusing', () => {
    const told = declare(
      policySet('Rolling', { maxBatchInstancePercent: 21, maxUnhealthyInstancePercent: 20 }),
      {},
      { enforceBatchLeUnhealthy: false },
    )
    expect(codes(told)).toEqual([])
    expect(findingCodes(told)).toEqual(['BatchAboveUnhealthy'])
  })

  it('RP-5 the upgraded threshold may be anything beside the other two', () => {
    for (const maxUnhealthyUpgradedInstancePercent of [0, 5, 100]) {
      const declaration = declare(
        policySet('Rolling', {
          maxBatchInstancePercent: 20,
          maxUnhealthyInstancePercent: 25,
          maxUnhealthyUpgradedInstancePercent,
        }),
      )
      expect([...codes(declaration), ...findingCodes(declaration)]).toEqual([])
    }
  })

  it('RP-6 enableCrossZoneUpgrade needs zones', () => {
    expect(findingCodes(declare(policySet('Rolling', { enableCrossZoneUpgrade: true })))).toEqual([])
    const regional = declare(policySet('Rolling', { enableCrossZoneUpgrade: true }, { zones: null }))
    expect(findingCodes(regional)).toEqual(['CrossZoneWithoutZones'])
    expect(regional.findings[0]?.severity).toBe('error')
  })

  it('RP-6 maxSurge needs overprovision false, also against the default true of Uniform', () => {
    const set = (overprovision: unknown) =>
      findingCodes(declare(policySet('Rolling', { maxSurge: true }, { overprovision })))
    expect(set(false)).toEqual([])
    expect(set(true)).toEqual(['OverprovisionWithSurge'])
    expect(set(null)).toEqual(['OverprovisionWithSurge'])
    expect(findingCodes(declare(policySet('Rolling', { maxSurge: true }, { orchestrationMode: 'Flexible' })))).toEqual(
      [],
    )
  })

  it('RP-6 overprovisioning is Uniform only', () => {
    expect(modelOf(soundSet()).overprovision).toBe(true)
    expect(modelOf(soundSet({ orchestrationMode: 'Flexible' }))).not.toHaveProperty('overprovision')
    expect(codes(declare(soundSet({ orchestrationMode: 'Flexible', overprovision: true })))).toEqual(['E0202'])
  })

  it.each([
    {
      document: { upgradePolicy: { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } } },
      floor: '2018-10-01',
    },
    { document: { automaticRepairsPolicy: { enabled: true } }, floor: '2018-10-01' },
    {
      document: {
        virtualMachineProfile: { scheduledEventsProfile: { terminateNotificationProfile: { enable: true } } },
      },
      floor: '2019-03-01',
    },
    { document: { upgradePolicy: { rollingUpgradePolicy: { enableCrossZoneUpgrade: true } } }, floor: '2020-12-01' },
    {
      document: { upgradePolicy: { rollingUpgradePolicy: { prioritizeUnhealthyInstances: false } } },
      floor: '2020-12-01',
    },
    { document: { automaticRepairsPolicy: { repairAction: 'Restart' } }, floor: '2021-11-01' },
    { document: { automaticRepairsPolicy: { repairAction: 'Replace' } }, floor: '2018-10-01' },
    { document: { upgradePolicy: { rollingUpgradePolicy: { maxSurge: true } } }, floor: '2022-11-01' },
  ])('RP-7 $document needs API version $floor', ({ document, floor }) => {
    const check = (version: string) => checkApiVersion('vmss', document, version, false, () => undefined)
    expect(check(floor)).toEqual([])
    expect(check(`${floor}-preview`)).toEqual([])
    const [refused] = check('2018-06-01').concat(check(floor.replace(/^(\d+)/, (year) => String(Number(year) - 1))))
    expect(refused?.code).toBe('E0202')
    expect(refused?.message).toMatch(/BadRequest, could not find member/)
    expect(checkApiVersion('vmss', document, undefined, false, () => undefined)).toEqual([])
  })
})

describe('placement', () => {
  it('PL-01 a template without orchestrationMode is Uniform, and only two modes exist', () => {
    expect(modelOf(soundSet({ orchestrationMode: null })).orchestrationMode).toBe('Uniform')
    expect(modelOf(soundSet({ orchestrationMode: 'flexible' })).orchestrationMode).toBe('Flexible')
    expect(codes(declare(soundSet({ orchestrationMode: 'Mixed' })))).toEqual(['E0201'])
  })

  it.each([
    { mode: 'Uniform', zonal: true, allowed: [1, 5], fallback: 1 },
    { mode: 'Uniform', zonal: false, allowed: [1, 2, 3, 4, 5], fallback: 5 },
    { mode: 'Flexible', zonal: true, allowed: [1], fallback: 1 },
    { mode: 'Flexible', zonal: false, allowed: [1, 2, 3], fallback: 1 },
  ] as const)('PL-04 $mode, zonal $zonal: $allowed, default $fallback', ({ mode, zonal, allowed, fallback }) => {
    const zones = zonal ? ['1', '2'] : null
    for (const platformFaultDomainCount of [1, 2, 3, 4, 5]) {
      const declaration = declare(soundSet({ orchestrationMode: mode, zones, platformFaultDomainCount }))
      expect(codes(declaration)).toEqual(
        (allowed as readonly number[]).includes(platformFaultDomainCount) ? [] : ['E0201'],
      )
    }
    expect(modelOf(soundSet({ orchestrationMode: mode, zones })).platformFaultDomainCount).toBe(fallback)
    expect(faultDomainCounts(mode, zonal).default).toBe(fallback)
  })

  it('PL-11 Flexible: no overprovisioning, no load balancer probe as health, but every upgrade mode', () => {
    const flexible = (more: Plain) => declare(soundSet({ orchestrationMode: 'Flexible', ...more }))
    expect(codes(flexible({ overprovision: true }))).toEqual(['E0202'])
    expect(codes(flexible({ doNotRunExtensionsOnOverprovisionedVMs: true }))).toEqual(['E0202'])
    expect(findingCodes(flexible({ virtualMachineProfile: profile([HTTP_HEALTH], WITH_PROBE) }))).toEqual([
      'LoadBalancerProbeOnFlexible',
    ])
    for (const mode of ['Manual', 'Automatic', 'Rolling'])
      expect(codes(flexible({ upgradePolicy: { mode } }))).toEqual([])
  })

  it.each([
    { mode: 'Uniform', zones: null, group: true },
    { mode: 'Uniform', zones: ['1'], group: false },
    { mode: 'Flexible', zones: null, group: undefined },
  ])('1.1 (fleet) singlePlacementGroup of $mode with zones $zones is $group by default', ({ mode, zones, group }) => {
    expect(modelOf(soundSet({ orchestrationMode: mode, zones })).singlePlacementGroup).toBe(group)
  })

  it('1.1 (fleet) a single placement group holds 100', () => {
    const set = (capacity: number, more: Plain) => codes(declare(soundSet({ sku: { capacity }, zones: null, ...more })))
    expect(set(100, {})).toEqual([])
    expect(set(101, {})).toEqual(['E0202'])
    expect(set(101, { singlePlacementGroup: false })).toEqual([])
    expect(set(1001, { singlePlacementGroup: false })).toEqual(['E0201'])
  })

  it('1.1 (fleet) zones are distinct digits, and zoneBalance needs two of them', () => {
    expect(codes(declare(soundSet({ zones: ['1', '1'] })))).toEqual(['E0201'])
    expect(codes(declare(soundSet({ zones: ['eastus-1'] })))).toEqual(['E0201'])
    expect(codes(declare(soundSet({ zones: ['1'], zoneBalance: true })))).toEqual(['E0202'])
    expect(codes(declare(soundSet({ zones: ['1', '2'], zoneBalance: true })))).toEqual([])
  })

  it('1.1 (fleet) scaleInPolicy.rules is a list of three words', () => {
    expect(codes(declare(soundSet({ scaleInPolicy: { rules: ['OldestVM'] } })))).toEqual([])
    expect(codes(declare(soundSet({ scaleInPolicy: { rules: ['Random'] } })))).toEqual(['E0201'])
  })

  it('1.1 (fleet) zone rebalancing, zone placement and zones must fit together', () => {
    const rebalance = { automaticZoneRebalancingPolicy: { enabled: true } }
    expect(codes(declare(soundSet({ resiliencyPolicy: rebalance })))).toEqual([])
    expect(codes(declare(soundSet({ resiliencyPolicy: rebalance, zoneBalance: true })))).toEqual(['E0202'])
    expect(codes(declare(soundSet({ placement: { zonePlacementPolicy: 'auto' }, overprovision: false })))).toEqual([
      'E0202',
    ])
    expect(codes(declare(soundSet({ placement: { includeZones: ['1'], excludeZones: ['2'] } })))).toEqual(['E0202'])
  })

  it("5.1 (fleet) Spot settings without Spot are refused with the service's own code", () => {
    const spot = (more: Plain, top: Plain = {}) =>
      messages(declare(soundSet({ virtualMachineProfile: profile([HTTP_HEALTH], more), ...top })))
    expect(spot({ evictionPolicy: 'Delete' })).toContain('EvictionPolicyCanBeSetOnlyOnAzureSpotVirtualMachines')
    expect(spot({ billingProfile: { maxPrice: -1 } })).toContain('MaxPriceIsSupportedOnlyForAzureSpotVirtualMachines')
    expect(spot({}, { spotRestorePolicy: { enabled: true } })).toContain(
      'SpotRestorationIsSupportedOnlyForAzureSpotScaleSets',
    )
    expect(
      spot(
        { priority: 'Spot', evictionPolicy: 'Delete', billingProfile: { maxPrice: -1 } },
        { spotRestorePolicy: { enabled: true } },
      ),
    ).toBe('')
  })

  it('5.1 (fleet) maxPrice is -1 or a price above 0 with up to five decimals', () => {
    const priced = (maxPrice: number) =>
      messages(
        declare(
          soundSet({
            virtualMachineProfile: profile([HTTP_HEALTH], { priority: 'Spot', billingProfile: { maxPrice } }),
          }),
        ),
      )
    expect([-1, 0.01234, 2].map(priced)).toEqual(['', '', ''])
    for (const wrong of [0, -2, 0.012345]) expect(priced(wrong)).toContain('MaxPriceValueInvalid')
  })

  it('SP-11 Deallocate and an ephemeral OS disk do not go together', () => {
    const disk = (more: Plain, option = 'Local') => {
      const storage = { imageReference: { id: 'gal/app/1.0.0' }, osDisk: { diffDiskSettings: { option } } }
      return declare(soundSet({ virtualMachineProfile: profile([HTTP_HEALTH], { ...more, storageProfile: storage }) }))
    }
    const refused = disk({ priority: 'Spot', evictionPolicy: 'Deallocate' }).diagnostics
    expect(refused.map(({ code, rule }) => [code, rule])).toEqual([['E0202', 'SP-11']])
    // Deallocate is the policy where none is given.
    expect(codes(disk({ priority: 'Spot' }))).toEqual(['E0202'])
    expect(codes(disk({ priority: 'Spot', evictionPolicy: 'Delete' }))).toEqual([])
    expect(codes(disk({}))).toEqual([])
  })

  it.each([
    { name: 'Standard_B2s', told: true },
    { name: 'Standard_D2_v2_Promo', told: true },
    { name: 'Standard_D2as_v5', told: false },
    { name: 'Standard_E4bds_v5', told: false },
  ])('SP-12 $name as Spot: a warning $told', ({ name, told }) => {
    const sized = (priority: string) =>
      declare(
        soundSet({ sku: { name, capacity: 3 }, virtualMachineProfile: profile([HTTP_HEALTH], { priority }) }),
      ).findings.filter(({ code }) => code === 'SpotSize')
    expect(sized('Spot').map(({ severity, rules }) => [severity, rules])).toEqual(told ? [['warning', ['SP-12']]] : [])
    expect(sized('Regular')).toEqual([])
  })

  it.each([
    { capacity: 2, base: 4, percent: 50, regular: 2, spot: 0 },
    { capacity: 10, base: 4, percent: 50, regular: 7, spot: 3 },
    { capacity: 41, base: 10, percent: 50, regular: 25, spot: 16 },
    { capacity: 110, base: 10, percent: 25, regular: 35, spot: 75 },
  ])(
    'SP-20 $capacity over base $base at $percent %: $regular regular, $spot Spot',
    ({ capacity, base, percent, regular, spot }) => {
      expect(regularAndSpot(capacity, base, percent)).toEqual({ regular, spot })
    },
  )
})
