import { describe, expect, it } from 'vitest'
import { breakAt, changeImage, entries, first, MINUTE, play } from './play.ts'

type World = Parameters<typeof play>[0]

/** Nine instances, three a zone, in turn: 0, 3 and 6 stand in zone 1. */
const ZONAL = { capacity: 9, zones: ['1', '2', '3'] }
const IN_ZONE_1 = ['vmss/0', 'vmss/3', 'vmss/6']
const fail = (at: string, zone = '1', lasts?: string) => ({ at, failZone: { zone, ...(lasts ? { for: lasts } : {}) } })
const on = (verb: string, at: string, number: number) => ({ at, [verb]: { instance: `vmss/${number}` } })
const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })
const run = (world: World) => play({ ...ZONAL, ...world })
const times = (result: ReturnType<typeof play>, what: string, subject?: string) =>
  entries(result, what)
    .filter((entry) => subject === undefined || entry.subject === subject)
    .map((entry) => [entry.subject, entry.atMs / MINUTE])
const servingAt = (zone: string) => IN_ZONE_1.map((instance) => [instance, zone])

describe('a zone is lost', () => {
  it('AV-03 its instances are, and no others', () => {
    const result = run({ timeline: [fail('PT10M')] })
    expect(entries(result, 'zone.failed')).toMatchObject([{ rule: 'AV-03', numbers: { zone: '1', instances: 3 } }])
    expect(times(result, 'instance.notServing').map(([instance]) => instance)).toEqual(IN_ZONE_1)
    expect(result.measures.availability).toMatchObject({ minServing: 6 })
    expect(result.measures.availability.lostInstanceMinutes).toBe(3 * 350)
  })

  it('AV-03 of a regional set, which may lose any or all, none is taken', () => {
    const result = play({ timeline: [fail('PT10M')], world: { regions: { eastus: { zones: ['1', '2', '3'] } } } })
    expect(entries(result, 'instance.notServing')).toEqual([])
  })

  it('AV-03 they are back with the zone, each with a health of its own', () => {
    const result = run({ timeline: [fail('PT10M', '1', 'PT30M')] })
    expect(times(result, 'instance.serving')).toEqual(servingAt('1').map(([instance]) => [instance, 40]))
    expect(result.measures.availability.lostInstanceMinutes).toBe(3 * 30)
    const last = IN_ZONE_1.map(
      (instance) => entries(result, 'health.changed').findLast(({ subject }) => subject === instance)!.numbers['to'],
    )
    expect(last).toEqual(['Healthy', 'Healthy', 'Healthy'])
  })

  it('AV-03 of two losses at a time the longer one counts', () => {
    const result = run({ timeline: [fail('PT10M', '1', 'PT30M'), fail('PT20M', '1', 'PT1H')] })
    expect(times(result, 'instance.serving').map(([, minute]) => minute)).toEqual([80, 80, 80])
    expect(entries(result, 'zone.restored')).toHaveLength(1)
  })

  it('AV-13 BT-15 they stay in the set without a signal, and an upgrade counts them as unhealthy', () => {
    const result = run({ timeline: [fail('PT5M'), changeImage()] })
    expect(times(result, 'health.changed')).toEqual(IN_ZONE_1.map((instance) => [instance, 5]))
    expect(entries(result, 'health.changed').every(({ numbers }) => numbers['to'] === 'None')).toBe(true)
    expect(entries(result, 'instance.deleted')).toEqual([])
    expect(first(result)).toMatchObject({
      status: 'Faulted',
      errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
      decision: { count: 3, total: 9 },
    })
  })

  it('AV-13 HE-23 no repair comes for a machine without a signal', () => {
    const set = { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } }
    expect(entries(run({ set, timeline: [fail('PT5M')] }), 'repair.started')).toEqual([])
  })

  it.each([
    { verb: 'reimage', what: 'instance.provisioned', takes: 2 },
    { verb: 'restart', what: 'instance.provisioned', takes: 80 / 60 },
    { verb: 'deleteInstance', what: 'instance.deleted', takes: 0.5 },
    { verb: 'deallocate', what: 'instance.stopped', takes: 40 / 60 },
  ])('AV-13 $verb in that zone waits until it is back, and elsewhere it does not', ({ verb, what, takes }) => {
    const result = run({ timeline: [fail('PT10M', '1', 'PT50M'), on(verb, 'PT20M', 0), on(verb, 'PT20M', 1)] })
    expect(times(result, what, 'vmss/1')).toEqual([['vmss/1', 20 + takes]])
    expect(times(result, what, 'vmss/0')).toEqual([['vmss/0', 60 + takes]])
    expect(entries(result, 'instance.held')).toMatchObject([{ subject: 'vmss/0', rule: 'AV-13' }])
    // A zone that stays lost lets nothing come to an end.
    const lost = run({ timeline: [fail('PT10M'), on(verb, 'PT20M', 0)] })
    expect(times(lost, what)).toEqual([])
  })

  it('AV-13 what was under way comes to its end when the zone is back', () => {
    // Swap until 21:00, boot until 21:50: the zone is lost in the middle of the boot.
    const result = run({ timeline: [on('reimage', 'PT20M', 0), fail('PT21M30S', '1', 'PT1H')] })
    expect(times(result, 'instance.guestUp')).toEqual([['vmss/0', 81.5]])
    expect(times(result, 'instance.provisioned')).toEqual([['vmss/0', 81.5 + 10 / 60]])
    // An extension that runs is as dark as the rest.
    const extension = run({ timeline: [on('reimage', 'PT20M', 0), fail('PT21M55S', '1', 'PT1H')] })
    expect(times(extension, 'instance.provisioned').map(([, minute]) => Math.floor(Number(minute)))).toEqual([81])
  })

  it('AV-13 an upgrade that reaches the zone waits for it', () => {
    // All thresholds away: the batches are zone by zone, and nothing of zone 1 can be changed before 1:10.
    const policy = {
      maxBatchInstancePercent: 34,
      maxUnhealthyInstancePercent: 100,
      maxUnhealthyUpgradedInstancePercent: 100,
    }
    const result = run({ policy, timeline: [fail('PT5M', '1', 'PT65M'), changeImage()] })
    const batches = first(result).batches.map(({ zones, endedAtMs }) => [zones[0], endedAtMs! / MINUTE])
    expect(batches).toEqual([
      ['1', 72],
      ['2', 74],
      ['3', 76],
    ])
    expect(first(result)).toMatchObject({ status: 'Completed', successful: 9 })
  })

  it('a machine that is broken besides stays broken when the zone is back', () => {
    const result = run({ timeline: [breakAt('PT5M', [0]), fail('PT10M', '1', 'PT30M')] })
    expect(times(result, 'instance.serving').map(([instance]) => instance)).toEqual(['vmss/3', 'vmss/6'])
  })
})

describe('capacity while a zone is lost', () => {
  it('PL-29 nothing is made up for by itself; raising the capacity does', () => {
    const lost = run({ timeline: [fail('PT10M')] })
    expect(entries(lost, 'instance.creating')).toEqual([])
    const raised = run({ timeline: [fail('PT10M'), scale('PT20M', 12)] })
    expect(entries(raised, 'instance.creating')).toHaveLength(3)
    expect(raised.measures.availability.minServing).toBe(6)
    expect(raised.instances.slice(9).map(({ zone }) => zone)).toEqual(['2', '3', '2'])
  })

  it('PL-22 new ones go to the remaining zones while one is lost', () => {
    const zonesOf = (...timeline: Record<string, unknown>[]) =>
      run({ timeline })
        .instances.slice(9)
        .map(({ zone }) => zone)
    expect(zonesOf(scale('PT20M', 12))).toEqual(['1', '2', '3'])
    expect(zonesOf(fail('PT10M', '2'), scale('PT20M', 12))).toEqual(['1', '3', '1'])
    // Back again, and the next ones fill the zone that fell behind.
    expect(zonesOf(fail('PT10M', '2', 'PT20M'), scale('PT20M', 11), scale('PT40M', 12))).toEqual(['1', '3', '2'])
  })

  it('PL-22 with two of them lost scaling is blocked', () => {
    const result = run({ timeline: [fail('PT10M', '2'), fail('PT10M', '3'), scale('PT20M', 12)] })
    expect(result.instances).toHaveLength(9)
    expect(entries(result, 'scaleSet.scaleRefused')).toMatchObject([{ rule: 'PL-22' }])
  })

  it('PL-23 under strict balance nothing is added at all', () => {
    const result = run({ set: { zoneBalance: true }, timeline: [fail('PT10M', '2'), scale('PT20M', 12)] })
    expect(entries(result, 'scaleSet.scaleRefused')).toMatchObject([{ rule: 'PL-23' }])
  })

  it('PL-23 a scale-in that would end unbalanced is refused as well', () => {
    const strict = { zoneBalance: true, scaleInPolicy: { rules: ['OldestVM'] } }
    const protect = (...numbers: number[]) => ({
      at: 'PT5M',
      protectInstance: { instances: numbers.map((number) => `vmss/${number}`), protectFromScaleIn: true },
    })
    // Zone 1 is protected: from 3/3/3 to six leaves 3/2/1, or 3/1/2.
    const timeline = [protect(0, 3, 6), scale('PT20M', 6)]
    const refused = run({ set: strict, timeline })
    expect(entries(refused, 'scaleSet.scaleRefused')).toMatchObject([{ rule: 'PL-23' }])
    expect(entries(refused, 'instance.deleting')).toEqual([])
    expect(entries(run({ timeline }), 'instance.deleting')).toHaveLength(3)
    expect(entries(run({ set: strict, timeline: [scale('PT20M', 6)] }), 'instance.deleting')).toHaveLength(3)
  })

  it('a zone in which nobody stands is told', () => {
    const regional = play({ timeline: [fail('PT10M')], world: { regions: { eastus: { zones: ['1', '2', '3'] } } } })
    expect(regional.findings).toMatchObject([{ code: 'TruthWithoutEffect', where: 'timeline: failZone eastus/1' }])
    expect(run({ timeline: [fail('PT10M')] }).findings).toEqual([])
  })
})
