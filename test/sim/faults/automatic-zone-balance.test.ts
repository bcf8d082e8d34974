import { describe, expect, it } from 'vitest'
import { type ZoneLoad, zoneMove } from '../../../src/sim/automatic-zone-balance.ts'
import { entries, MINUTE, play } from '../play.ts'

type World = Parameters<typeof play>[0]
type Run = ReturnType<typeof play>

const BALANCE = { resiliencyPolicy: { automaticZoneRebalancingPolicy: { enabled: true } } }
/** Nine instances, three a zone in turn; at ten minutes two of zone 1 are deleted: 1/3/3. */
const lose = (...numbers: number[]) => ({
  at: 'PT10M',
  deleteInstance: { instances: numbers.map((number) => `vmss/${number}`) },
})
const run = (world: World = {}): Run =>
  play({
    capacity: 9,
    zones: ['1', '2', '3'],
    duration: 'P1D',
    ...world,
    set: { ...BALANCE, ...world.set },
    timeline: [lose(0, 3), ...(world.timeline ?? [])],
  })
const when = (result: Run, what: string) => entries(result, what).map(({ atMs }) => atMs / MINUTE)
const zonesOf = (result: Run) => {
  const alive = result.instances.filter(({ deletedAtMs }) => deletedAtMs === null)
  return ['1', '2', '3'].map((zone) => alive.filter((one) => one.zone === zone).length)
}
const load = (active: number, deallocated = 0): ZoneLoad => ({ active, deallocated })

describe('zoneMove', () => {
  it.each([
    { zones: [load(5), load(5), load(0, 5)], move: null, why: 'all together are balanced' },
    { zones: [load(2, 5), load(4), load(4)], move: null, why: 'the fullest zone has fewer active ones' },
    { zones: [load(2), load(4), load(5, 2)], move: { from: 2, to: 0 }, why: 'both conditions hold' },
    { zones: [load(1), load(3), load(3)], move: { from: 1, to: 0 }, why: 'ties go to the lowest zone' },
    { zones: [load(2), load(3), load(3)], move: null, why: 'one apart is balanced' },
    {
      zones: [{ ...load(1), isLost: true }, load(3), load(3)],
      move: null,
      why: 'nobody moves into a zone that is down',
    },
    { zones: [load(1), { ...load(3), isLost: true }, load(2)], move: null, why: 'nor out of one' },
  ])('PL-31 PL-20 $why', ({ zones, move }) => {
    expect(zoneMove(zones)).toEqual(move)
  })
})

describe('automatic zone balance', () => {
  it('PL-30 creates one in the emptiest zone, waits for its health, then deletes one of the fullest', () => {
    const result = run()
    expect(entries(result, 'zoneBalance.started')).toMatchObject([
      { rule: 'PL-30', atMs: 70 * MINUTE, numbers: { from: '2', to: '1' } },
    ])
    const created = entries(result, 'instance.creating')
    expect(created).toMatchObject([{ subject: 'vmss/9', atMs: 70 * MINUTE }])
    expect(when(result, 'zoneBalance.healthy')).toEqual([72])
    expect(entries(result, 'instance.deleting').at(-1)).toMatchObject({
      subject: 'vmss/7',
      atMs: 72 * MINUTE,
      numbers: { reason: 'zone balance' },
    })
    expect(when(result, 'zoneBalance.ended')).toEqual([72.5])
    expect(zonesOf(result)).toEqual([2, 2, 3])
    // Two minutes with one more than asked for.
    expect(result.measures.cost.surgeHours).toBeCloseTo(2 / 60, 3)
    expect(result.measures.availability.minServing).toBe(7)
  })

  it('PL-30 not without the policy, and not while the zones are balanced', () => {
    const off = { resiliencyPolicy: { automaticZoneRebalancingPolicy: { enabled: false } } }
    expect(entries(run({ set: off }), 'zoneBalance.started')).toEqual([])
    expect(zonesOf(run({ set: off }))).toEqual([1, 3, 3])
    const even = play({ capacity: 9, zones: ['1', '2', '3'], duration: 'P1D', set: BALANCE, timeline: [lose(0)] })
    expect(entries(even, 'zoneBalance.started')).toEqual([])
  })

  it('PL-30 it needs room in the quota', () => {
    const world = { regions: { eastus: { quota: { instances: 7 } } } }
    expect(entries(run({ world }), 'zoneBalance.started')).toEqual([])
    expect(
      entries(run({ world: { regions: { eastus: { quota: { instances: 9 } } } } }), 'zoneBalance.started'),
    ).toHaveLength(1)
  })

  it('PL-32 not within an hour of a write on the set', () => {
    const later = { at: 'PT50M', updateModel: { set: { 'tags.note': 'x' } } }
    expect(when(run({ timeline: [later] }), 'zoneBalance.started')).toEqual([110])
    const restart = { at: 'PT55M', restart: { instance: 'vmss/1' } }
    expect(when(run({ timeline: [restart] }), 'zoneBalance.started')).toEqual([120])
  })

  it('PL-32 one operation in twelve hours, one instance each', () => {
    const result = play({
      capacity: 12,
      zones: ['1', '2', '3'],
      duration: 'P2D',
      set: BALANCE,
      timeline: [lose(0, 3, 6)],
    })
    expect(when(result, 'zoneBalance.started')).toEqual([70, 70 + 720])
    expect(zonesOf(result)).toEqual([3, 3, 3])
  })

  it.each([
    { source: 'healthy', sick: [], stays: 'vmss/7', goes: 'vmss/9' },
    {
      source: 'unhealthy',
      sick: [{ at: 'PT75M', breakInstance: { instance: 'vmss/7' } }],
      stays: 'vmss/9',
      goes: 'vmss/7',
    },
  ])('PL-33 not healthy in 90 minutes: source $source, $goes goes', ({ sick, goes }) => {
    // No repair of the new one within the wait.
    const set = { automaticRepairsPolicy: { enabled: false } }
    const broken = { oldImage: { defects: [{ name: 'bad', share: 100, instances: ['vmss/9'] }] } }
    const result = run({ set, ...broken, timeline: sick })
    expect(entries(result, 'zoneBalance.timedOut')).toMatchObject([{ atMs: 160 * MINUTE, rule: 'PL-33' }])
    const deleted = entries(result, 'instance.deleting').filter(({ atMs }) => atMs === 160 * MINUTE)
    expect(deleted.map(({ subject }) => subject)).toEqual([goes])
  })

  it('PL-34 a scale-out or a change of the capacity cancels it', () => {
    const grow = { at: 'PT71M', scaleTo: { capacity: 8 } }
    const result = run({ timeline: [grow] })
    expect(entries(result, 'zoneBalance.cancelled')).toMatchObject([{ atMs: 71 * MINUTE, rule: 'PL-34' }])
    expect(entries(result, 'instance.deleting').at(-1)).toMatchObject({
      subject: 'vmss/9',
      numbers: { reason: 'zone balance' },
    })
    const shrink = run({ timeline: [{ at: 'PT71M', scaleTo: { capacity: 6 } }] })
    expect(entries(shrink, 'zoneBalance.cancelled')).toHaveLength(1)
    expect(shrink.instances.filter(({ deletedAtMs }) => deletedAtMs === null)).toHaveLength(6)
  })

  it('PL-34 a scale-in of autoscale waits until it has ended', () => {
    const azure = {
      autoscaleSettings: {
        as: {
          targetResourceUri: 'vmss',
          enabled: true,
          profiles: [
            {
              name: 'default',
              capacity: { minimum: '2', maximum: '20', default: '7' },
              rules: [
                {
                  metricTrigger: {
                    metricName: 'Percentage CPU',
                    timeGrain: 'PT1M',
                    statistic: 'Average',
                    timeWindow: 'PT5M',
                    timeAggregation: 'Average',
                    operator: 'LessThan',
                    threshold: 90,
                  },
                  scaleAction: { direction: 'Decrease', type: 'ChangeCount', value: '1', cooldown: 'PT71M' },
                },
              ],
            },
          ],
        },
      },
    }
    const result = run({
      azure,
      world: { demand: { requestsPerSecond: 60, perInstance: 60 } },
      assumptions: { zoneBalanceCheck: 'PT1M' },
    })
    const deferred = entries(result, 'scaleSet.scaleDeferred').filter(({ rule }) => rule === 'PL-34')
    const started = when(result, 'zoneBalance.started')[0]!
    const ended = when(result, 'zoneBalance.ended')[0]!
    expect(deferred).toHaveLength(1)
    const askedAt = deferred[0]!.atMs / MINUTE
    expect(askedAt).toBeGreaterThan(started)
    expect(askedAt).toBeLessThan(ended)
    expect(when(result, 'scaleSet.scaledIn')).toContain(ended)
    expect(entries(result, 'zoneBalance.cancelled')).toEqual([])
  })

  it('PL-35 protected, deallocated and leaving ones are passed over', () => {
    const protect = { at: 'PT11M', protectInstance: { instance: 'vmss/7', protectFromScaleIn: true } }
    const result = run({ timeline: [protect] })
    expect(entries(result, 'instance.deleting').at(-1)!.subject).toBe('vmss/4')
    const oldest = run({ assumptions: { zoneBalanceSource: 'oldest' } })
    expect(entries(oldest, 'instance.deleting').at(-1)!.subject).toBe('vmss/1')
  })

  it('PL-35 it is no tool against a zone that is down', () => {
    const result = run({ timeline: [{ at: 'PT20M', failZone: { zone: '1', for: 'PT5H' } }] })
    expect(when(result, 'zoneBalance.started')).toEqual([320])
  })

  it('PL-35 the new one comes from the current model', () => {
    const bigger = { at: 'PT11M', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }
    const result = run({ mode: 'Manual', timeline: [bigger] })
    expect(entries(result, 'instance.creating').at(-1)!.numbers['version']).toBe(1)
  })
})
