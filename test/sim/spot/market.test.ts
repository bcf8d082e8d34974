import { describe, expect, it } from 'vitest'
import { EVICTION_RATE_BANDS, evictionRateOf } from '../../../src/model/spot-market.ts'
import { hazardPerHour, lifeMs } from '../../../src/sim/spot/eviction.ts'
import { isOutbid, type SpotRequest, spotRefusal } from '../../../src/sim/spot/market.ts'
import { changeImage, entries, HOUR, MINUTE, play } from '../play.ts'
import { mix, playSpot, reclaim, scale, spotWorld, start, subjects } from './worlds.ts'

describe('price', () => {
  const rising = [
    { at: 'PT0S', usd: 0.02 },
    { at: 'PT1H', usd: 0.05 },
    { at: 'PT2H', usd: 0.01 },
  ]

  it.each([
    { maxPrice: 0.03, usd: 0.05, outbid: true, why: 'above' },
    { maxPrice: 0.05, usd: 0.05, outbid: false, why: 'equal is enough' },
    { maxPrice: -1, usd: 99, outbid: false, why: '-1 is never outbid' },
    { maxPrice: 0.01, usd: null, outbid: false, why: 'no price is given' },
  ])('SP-01 maxPrice $maxPrice against $usd: $why', ({ maxPrice, usd, outbid }) => {
    expect(isOutbid(maxPrice, usd)).toBe(outbid)
  })

  it('SP-01 SP-06 the price may also change in the timeline, with or without one before', () => {
    const to = (at: string, usd: number) => ({ at, changeSpotPrice: { usd } })
    const timeline = [to('PT1H', 0.05), start('PT1H30M', 0), to('PT2H', 0.03), start('PT2H30M', 0)]
    for (const market of [undefined, { price: 0.02 }]) {
      const run = playSpot('Deallocate', market, { billing: 0.03, timeline })
      expect(run.measures.spot.evictionsBy.price).toBe(10)
      expect(entries(run, 'operation.rejected').map(({ atMs }) => atMs)).toEqual([1.5 * HOUR])
      expect(entries(run, 'instance.starting')).toHaveLength(1)
    }
  })

  it('SP-01 a market above maxPrice evicts every Spot instance, with notice; -1 stays', () => {
    const run = playSpot('Deallocate', { price: rising }, { billing: 0.03 })
    expect(entries(run, 'spot.outbid')).toMatchObject([
      { atMs: HOUR, rule: 'SP-01', numbers: { instances: 10, price: '0.05', maxPrice: '0.03' } },
    ])
    expect(run.measures.spot.evictions).toBe(10)
    expect(new Set(entries(run, 'spot.evicted').map(({ atMs }) => atMs))).toEqual(new Set([HOUR + 30_000]))
    expect(playSpot('Deallocate', { price: rising }, { billing: -1 }).measures.spot.evictions).toBe(0)
    expect(playSpot('Deallocate', { price: rising }).measures.spot.evictions).toBe(0)
    const mixed = playSpot('Deallocate', { price: rising }, { billing: 0.03, set: mix(4, 0) })
    expect(mixed.measures.spot).toMatchObject({ evictions: 6, minRegular: 4 })
  })

  it('SP-05 after a price eviction nothing restarts by itself when the price falls', () => {
    const run = playSpot('Deallocate', { price: rising }, { billing: 0.03 })
    expect(entries(run, 'spot.price').at(-1)).toMatchObject({ atMs: 2 * HOUR, rule: 'SP-05', numbers: { usd: '0.01' } })
    expect(entries(run, 'instance.starting')).toEqual([])
    // Somebody who asks gets it.
    const asked = playSpot('Deallocate', { price: rising }, { billing: 0.03, timeline: [start('PT2H30M', 0)] })
    expect(subjects(asked, 'instance.starting')).toEqual(['vmss/0'])
  })

  it('SP-06 a start or a creation below the market price is refused', () => {
    const timeline = [start('PT1H30M', 0), scale('PT1H40M', 11)]
    const run = playSpot('Deallocate', { price: rising }, { billing: 0.03, timeline })
    expect(entries(run, 'operation.rejected')).toMatchObject([
      { subject: 'vmss/0', rule: 'SP-06', numbers: { code: 'SpotPriceGreaterThanProvidedMaxPrice' } },
    ])
    expect(entries(run, 'instance.provisioningFailed')).toMatchObject([
      { subject: 'vmss/10', rule: 'SP-06', numbers: { code: 'SpotPriceGreaterThanProvidedMaxPrice' } },
    ])
    // PL-62: it stays, Failed, and nothing is paid for it.
    expect(run.instances.find(({ number }) => number === 10)!.deletedAtMs).toBe(null)
    expect(run.measures.cost.instanceHours.spot).toBeLessThan(10 * 1.1)
  })

  it('SP-06 maxPrice cannot be changed while a machine is held at the old one', () => {
    const set = { 'virtualMachineProfile.billingProfile.maxPrice': 0.1 }
    const change = (at: string) => ({ at, updateModel: { set } })
    const run = playSpot('Deallocate', undefined, { billing: 0.03, timeline: [change('PT1H')] })
    expect(entries(run, 'write.rejected')).toMatchObject([
      { rule: 'SP-06', numbers: { code: 'MaxPriceChangeNotAllowedForAllocatedVMs' } },
    ])
    const after = playSpot('Deallocate', { price: rising }, { billing: 0.03, timeline: [change('PT1H30M')] })
    expect(entries(after, 'write.rejected')).toEqual([])
  })
})

describe('room and quota', () => {
  const open: SpotRequest = { maxPrice: -1, marketUsd: null, quota: null, room: null, isHeld: false }
  it.each<{ what: string; request: Partial<SpotRequest>; code: string | null }>([
    { what: 'nothing in the way', request: {}, code: null },
    { what: 'outbid', request: { maxPrice: 1, marketUsd: 2 }, code: 'SpotPriceGreaterThanProvidedMaxPrice' },
    { what: 'the last of the quota', request: { quota: { most: 4, others: 3 } }, code: null },
    { what: 'quota used up', request: { quota: { most: 4, others: 4 } }, code: 'OperationNotAllowed' },
    { what: 'the last machine', request: { room: { most: 4, others: 3, where: 'x' } }, code: null },
    { what: 'no machine', request: { room: { most: 4, others: 4, where: 'x' } }, code: 'SkuNotAvailable' },
    { what: 'taken back', request: { isHeld: true }, code: 'SkuNotAvailable' },
    {
      what: 'the price first',
      request: { maxPrice: 1, marketUsd: 2, isHeld: true },
      code: 'SpotPriceGreaterThanProvidedMaxPrice',
    },
  ])('SP-06 $what: $code', ({ request, code }) => {
    expect(spotRefusal({ ...open, ...request })?.code ?? null).toBe(code)
  })

  it('SP-06 no more Spot machines run than the region has room for; regular ones need none of it', () => {
    const run = playSpot('Delete', { room: { eastus: 12 } }, { timeline: [scale('PT10M', 15)] })
    expect(
      entries(run, 'instance.provisioningFailed').map(({ subject, numbers }) => [subject, numbers['code']]),
    ).toEqual([
      ['vmss/12', 'SkuNotAvailable'],
      ['vmss/13', 'SkuNotAvailable'],
      ['vmss/14', 'SkuNotAvailable'],
    ])
    const mixed = playSpot('Delete', { room: { eastus: 0 } }, { set: mix(20, 0), timeline: [scale('PT10M', 15)] })
    expect(entries(mixed, 'instance.provisioningFailed')).toEqual([])
  })

  it('PL-62 SP-06 what was created without a machine stays, Failed, until a new attempt finds one', () => {
    const instance = 'vmss/10'
    const timeline = [
      reclaim('PT1M', { percent: 1, for: 'PT1H' }),
      scale('PT10M', 11),
      { at: 'PT20M', restart: { instance } },
      { at: 'PT30M', reimage: { instance } },
      { at: 'PT2H', reimage: { instance } },
    ]
    const run = playSpot('Deallocate', undefined, { timeline })
    const failed = entries(run, 'instance.provisioningFailed').map(({ atMs }) => atMs / MINUTE)
    expect(failed).toEqual([10, 20, 30])
    expect(entries(run, 'instance.serving')).toMatchObject([{ subject: instance, atMs: 120 * MINUTE + 110_000 }])
    // Paid for from the moment on at which there is one: nine for six hours, one evicted, one for not quite four.
    expect(run.measures.cost.instanceHours.spot).toBeCloseTo(9 * 6 + 4, 0)
  })

  it('SP-06 room by zone; a deallocated machine has given its place back, and needs one to start', () => {
    const world = { zones: ['1', '2'], capacity: 4 }
    const market = { room: { eastus: { '1': 2, '2': 3 } } }
    const run = playSpot('Deallocate', market, { ...world, timeline: [scale('PT10M', 6)] })
    expect(subjects(run, 'instance.provisioningFailed')).toEqual(['vmss/4'])
    // vmss/0 of zone 1 goes, vmss/4 takes its place, and then there is none for it to come back.
    const evict = { at: 'PT5M', simulateEviction: { instance: 'vmss/0' } }
    const moved = playSpot('Deallocate', market, { ...world, timeline: [evict, scale('PT10M', 6), start('PT30M', 0)] })
    expect(subjects(moved, 'instance.provisioningFailed')).toEqual([])
    expect(entries(moved, 'operation.rejected')).toMatchObject([
      { subject: 'vmss/0', numbers: { operation: 'start', code: 'SkuNotAvailable' } },
    ])
  })

  it('SP-06 Spot quota is a pool of its own: shared by sets, and apart from that of the region', () => {
    const quota = { regions: { eastus: { quota: { instances: 4 } } } }
    const grow = [scale('PT10M', 14)]
    // Ten Spot instances take nothing of the four.
    const apart = playSpot('Delete', { quota: { eastus: 20 } }, { world: quota, timeline: grow })
    expect(entries(apart, 'scaleSet.scaleRefused')).toEqual([])
    const short = playSpot('Delete', { quota: { eastus: 13 } }, { world: quota, timeline: grow })
    expect(entries(short, 'scaleSet.scaleRefused')).toMatchObject([{ rule: 'SP-06' }])
    // 2 + 2 become 4 + 4: the four regular ones fill the quota of the region, and the Spot ones are not in it.
    const mixed = playSpot(
      'Delete',
      { quota: { eastus: 4 } },
      { world: quota, capacity: 4, set: mix(0, 50), timeline: [scale('PT10M', 8), scale('PT20M', 10)] },
    )
    expect(entries(mixed, 'scaleSet.scaledOut').map(({ numbers }) => numbers['to'])).toEqual([8])
    expect(entries(mixed, 'scaleSet.scaleRefused')).toMatchObject([{ rule: 'MS-3', numbers: { to: 10 } }])
    // Deallocated ones keep their share (SP-03), deleted ones do not.
    const refusals = (policy: 'Deallocate' | 'Delete', capacity: number) =>
      entries(
        playSpot(
          policy,
          { quota: { eastus: 10 } },
          { timeline: [reclaim('PT5M', { percent: 40 }), scale('PT10M', capacity)] },
        ),
        'scaleSet.scaleRefused',
      ).length
    expect([refusals('Deallocate', 12), refusals('Delete', 10), refusals('Delete', 11)]).toEqual([1, 0, 1])
  })
})

describe('reclaims by place', () => {
  const zonal = { zones: ['1', '2'] }
  it('SP-01 of a zone, whichever set owns them', () => {
    const run = playSpot('Delete', undefined, { ...zonal, timeline: [reclaim('PT10M', { zone: '1' })] })
    expect(entries(run, 'spot.reclaimedFrom')).toMatchObject([
      { subject: 'world', rule: 'SP-01', numbers: { instances: 5, of: 5, where: 'zone 1 of eastus' } },
    ])
    expect(subjects(run, 'spot.evicted').sort()).toEqual(['vmss/0', 'vmss/2', 'vmss/4', 'vmss/6', 'vmss/8'])
    const region = playSpot('Delete', undefined, {
      ...zonal,
      timeline: [reclaim('PT10M', { region: 'East US', percent: 30 })],
    })
    expect(subjects(region, 'spot.evicted')).toEqual(['vmss/9', 'vmss/8', 'vmss/7'])
  })

  it('SP-06 what is kept for a while nobody gets meanwhile, there and only there', () => {
    const timeline = [
      reclaim('PT10M', { zone: '1', for: 'PT1H' }),
      start('PT1H5M', 0),
      start('PT1H15M', 2),
      scale('PT30M', 12),
    ]
    const run = playSpot('Deallocate', undefined, { ...zonal, timeline })
    expect(entries(run, 'operation.rejected').map(({ subject }) => subject)).toEqual(['vmss/0'])
    expect(subjects(run, 'instance.provisioningFailed')).toEqual(['vmss/10'])
    expect(subjects(run, 'instance.starting')).toEqual(['vmss/11', 'vmss/2'])
  })

  it('lost capacity leads back to the reclaim or the price', () => {
    const storm = playSpot('Deallocate', undefined, { ...zonal, timeline: [reclaim('PT10M', { zone: '1' })] })
    expect(storm.lostCapacity.map(({ reason }) => reason)).toEqual(['spot.reclaimedFrom'])
    const outbid = playSpot('Deallocate', { price: 0.05 }, { billing: 0.03 })
    expect(outbid.lostCapacity.map(({ reason, instances }) => [reason, instances])).toEqual([['spot.outbid', 10]])
    const chance = playSpot('Deallocate', { evictionRatePercentPerHour: 50 }, {})
    expect(chance.lostCapacity.map(({ reason }) => reason)).toEqual(['spot.lifeEnded'])
  })
})

describe('chance', () => {
  it('SP-08 SP-09 bands stand for their middle, and 20+ for 25 % an hour', () => {
    expect(EVICTION_RATE_BANDS.map(evictionRateOf)).toEqual([2.5, 7.5, 12.5, 17.5, 25])
    const evictions = (rate: number | string) =>
      entries(playSpot('Delete', { evictionRatePercentPerHour: rate }, { capacity: 50 }), 'spot.lifeEnded').map(
        ({ atMs, subject }) => [atMs, subject],
      )
    expect(evictions('20+')).toEqual(evictions(25))
    expect(evictions('0-5')).toEqual(evictions(2.5))
    expect(evictions(0)).toEqual([])
    expect(evictions('20+').length).toBeGreaterThan(evictions('0-5').length)
  })

  it.each([
    { rate: 2.5, hours: 39.5 },
    { rate: 7.5, hours: 12.8 },
    { rate: 12.5, hours: 7.5 },
    { rate: 17.5, hours: 5.2 },
    { rate: 25, hours: 3.5 },
  ])('SP-09 $rate % an hour is a mean life of $hours h', ({ rate, hours }) => {
    expect(Math.round(10 / hazardPerHour(rate)) / 10).toBe(hours)
    // Within the first hour as many are gone as the rate says.
    expect(lifeMs(rate / 100, hazardPerHour(rate))).toBe(HOUR)
  })

  it('SP-09 the mean life of many machines is 1 / hazard, and each has its own', () => {
    // 500 machines at 50 % an hour live 1.44 h; six hours see almost all of them.
    const run = playSpot(
      'Delete',
      { evictionRatePercentPerHour: 50 },
      { capacity: 500, set: { singlePlacementGroup: false } },
    )
    const ended = entries(run, 'spot.lifeEnded').map(({ atMs }) => atMs)
    expect(ended.length).toBeGreaterThan(480)
    const lived = ended.reduce((sum, atMs) => sum + atMs, 0) + (500 - ended.length) * 6 * HOUR
    const mean = lived / ended.length / HOUR
    expect(mean).toBeGreaterThan(1.3)
    expect(mean).toBeLessThan(1.58)
    expect(new Set(ended).size).toBeGreaterThan(400)
  })

  it('SP-09 a machine that is started again has a life of its own, and a stopped one none', () => {
    const world = spotWorld('Deallocate', { evictionRatePercentPerHour: 60 }, { capacity: 20, duration: 'P2D' })
    const run = play({ ...world, timeline: [{ at: 'P1D', start: { instances: '*' } }] })
    const first = entries(run, 'spot.lifeEnded').filter(({ atMs }) => atMs < 24 * HOUR)
    const second = entries(run, 'spot.lifeEnded').filter(({ atMs }) => atMs >= 24 * HOUR)
    expect(first).toHaveLength(20)
    expect(second.length).toBeGreaterThan(15)
    const lifeOf = (of: typeof first, from: number) => new Map(of.map(({ subject, atMs }) => [subject, atMs - from]))
    expect(lifeOf(first, 0).get('vmss/3')).not.toBe(lifeOf(second, 24 * HOUR).get('vmss/3'))
  })

  it('the luck of a machine is the same whatever the policies', () => {
    const lives = (policy: 'Deallocate' | 'Delete', more: object) =>
      entries(
        playSpot(policy, { evictionRatePercentPerHour: 30 }, { duration: 'PT3H', ...more }),
        'spot.lifeEnded',
      ).map(({ subject, atMs }) => [subject, atMs])
    const plain = lives('Delete', {})
    expect(plain.length).toBeGreaterThan(3)
    expect(lives('Deallocate', {})).toEqual(plain)
    const upgraded = { policy: { maxBatchInstancePercent: 10 }, timeline: [changeImage()] }
    expect(lives('Deallocate', upgraded)).toEqual(plain)
    // Restored machines are new ones; those of the start live as long as ever.
    const restored = lives('Delete', { restore: true }).filter(([subject]) => /\/\d$/.test(String(subject)))
    expect(restored).toEqual(plain)
  })

  it('SP-01 SP-09 SP-10 evictions are counted by their reasons', () => {
    const price = [
      { at: 'PT0S', usd: 0.01 },
      { at: 'PT5H', usd: 0.05 },
    ]
    const timeline = [
      { at: 'PT1M', simulateEviction: { instances: ['vmss/0', 'vmss/1'] } },
      reclaim('PT2M', { percent: 10 }),
    ]
    const run = playSpot('Delete', { evictionRatePercentPerHour: 10, price }, { billing: 0.02, timeline })
    const { evictions, evictionsBy } = run.measures.spot
    expect(evictionsBy).toMatchObject({ simulated: 2, reclaim: 1 })
    expect(evictionsBy.hazard).toBe(entries(run, 'spot.lifeEnded').length)
    expect(evictionsBy.hazard).toBeGreaterThan(0)
    expect(evictionsBy.price).toBe(10 - 3 - evictionsBy.hazard)
    expect(evictions).toBe(10)
  })

  it('a market without a Spot instance is told to be without effect', () => {
    const run = play({
      timeline: [],
      application: { drain: 'PT5S' },
      world: { spot: { evictionRatePercentPerHour: 5 } },
    })
    expect(run.findings.map(({ code, where }) => [code, where])).toEqual([
      ['TruthWithoutEffect', 'world.spot'],
      ['TruthWithoutEffect', 'world.application.drain'],
    ])
  })

  it('nothing is drawn and nothing is told without a market', () => {
    const run = playSpot('Delete', undefined)
    expect(run.trace.filter(({ what }) => what.startsWith('spot.'))).toEqual([])
  })
})

describe('notice', () => {
  it('SP-02 an eviction whose notice does not arrive comes at once', () => {
    const timeline = [reclaim('PT10M', { percent: 20 })]
    const never = playSpot('Delete', undefined, { timeline, assumptions: { preemptDeliveryProbability: 0 } })
    expect(entries(never, 'spot.unannounced')).toMatchObject([{ rule: 'SP-02' }, { rule: 'SP-02' }])
    expect(entries(never, 'spot.evicted').map(({ atMs }) => atMs)).toEqual([10 * MINUTE, 10 * MINUTE])
    const half = {
      assumptions: { preemptDeliveryProbability: 0.5 },
      capacity: 100,
      set: { singlePlacementGroup: false },
    }
    const some = playSpot('Delete', undefined, { timeline: [reclaim('PT10M')], ...half })
    const unannounced = entries(some, 'spot.unannounced').length
    expect(unannounced).toBeGreaterThan(30)
    expect(unannounced).toBeLessThan(70)
  })

  it('SP-02 an application that drains leaves the load balancer in time, and stops nothing in the middle', () => {
    const timeline = [reclaim('PT10M', { percent: 20 })]
    const run = playSpot('Delete', undefined, { timeline, application: { drain: 'PT12S' } })
    expect(entries(run, 'spot.drained').map(({ atMs }) => atMs)).toEqual([10 * MINUTE + 12_000, 10 * MINUTE + 12_000])
    expect(entries(run, 'instance.notServing').map(({ atMs }) => atMs)).toEqual([
      10 * MINUTE + 12_000,
      10 * MINUTE + 12_000,
    ])
    expect(run.measures.spot).toMatchObject({ evictions: 2, abruptStops: 0 })
    // Whoever looks at its lane sees that it serves nobody from then on.
    const drained = run.lanes.filter(({ spans }) => spans.some(({ state }) => state === 'draining'))
    expect(drained).toHaveLength(2)
    for (const { spans } of drained)
      expect(spans.slice(0, 2)).toEqual([
        { fromMs: 0, state: 'serving' },
        { fromMs: 10 * MINUTE + 12_000, state: 'draining' },
      ])
    // Started again it serves again.
    const again = playSpot('Deallocate', undefined, {
      timeline: [...timeline, start('PT1H', 9)],
      application: { drain: 'PT12S' },
    })
    expect(subjects(again, 'instance.serving')).toEqual(['vmss/9'])
    const slow = playSpot('Delete', undefined, { timeline, application: { drain: 'PT45S' } })
    expect(slow.measures.spot).toMatchObject({ evictions: 2, abruptStops: 2 })
    const none = playSpot('Delete', undefined, { timeline })
    expect(none.measures.spot).toMatchObject({ evictions: 2, abruptStops: 2 })
    const unannounced = { application: { drain: 'PT12S' }, assumptions: { preemptDeliveryProbability: 0 } }
    expect(playSpot('Delete', undefined, { timeline, ...unannounced }).measures.spot.abruptStops).toBe(2)
  })

  it('AV-09 what a load balancer still sends to instances that are gone is lost for ten seconds', () => {
    // Two of ten stop abruptly; the eight that are left could serve all 400 requests.
    const world = { timeline: [reclaim('PT10M', { percent: 20 })], duration: 'PT1H' }
    const demand = { world: { demand: { requestsPerSecond: 400, perInstance: 50 } } }
    const lost = (more: object) => playSpot('Delete', undefined, { ...world, ...demand, ...more }).measures.demand
    expect(lost({}).peakUnservedPercent).toBeCloseTo(20, 9)
    expect(lost({}).unservedPercent).toBeCloseTo((20 * 10) / 3600, 9)
    expect(lost({ application: { drain: 'PT12S' } })).toMatchObject({ unservedPercent: 0, peakUnservedPercent: 0 })
    expect(lost({ assumptions: { loadBalancerNotices: 'PT0S' } }).unservedPercent).toBe(0)
    expect(lost({ assumptions: { loadBalancerNotices: 'PT30S' } }).unservedPercent).toBeCloseTo((20 * 30) / 3600, 9)
  })
})
