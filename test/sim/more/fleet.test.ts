import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { badOn, breakAt, changeImage, entries, first, healthExtension, MINUTE, NEW, OLD, play } from '../play.ts'

const update = (at: string, set: Record<string, unknown>) => ({ at, updateModel: { set } })
const bigger = (at: string) => update(at, { 'sku.name': 'Standard_D4as_v5' })
const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })
const alive = (run: ReturnType<typeof play>) =>
  run.instances.filter((instance) => instance.deletedAtMs === null).map((instance) => instance.number)
const gone = (run: ReturnType<typeof play>) =>
  run.instances.filter((instance) => instance.deletedAtMs !== null).map((instance) => instance.number)

/** Two sets in two regions, both in zones 1 and 2; `b` is half as large as `a`. */
function playTwo(timeline: unknown[], world: Record<string, unknown> = {}) {
  const set = (location: string, capacity: number) => ({
    location,
    zones: ['1', '2'],
    sku: { name: 'Standard_D2as_v5', capacity },
    orchestrationMode: 'Flexible',
    platformFaultDomainCount: 1,
    upgradePolicy: { mode: 'Automatic' },
    virtualMachineProfile: {
      storageProfile: { imageReference: { id: OLD } },
      extensionProfile: { extensions: [healthExtension()] },
    },
  })
  const document = {
    name: 'two',
    duration: 'PT4H',
    azure: { scaleSets: { a: set('eastus', 8), b: set('westus', 4) } },
    world: {
      images: { [OLD]: { boot: 'PT50S' }, [NEW]: { boot: 'PT50S', defects: [{ name: 'bad', share: 100 }] } },
      ...world,
    },
    timeline,
  }
  const scenario = loadScenario(JSON.stringify(document), 'two.yaml', { readFile: () => undefined })
  return simulate(scenario, { keepTrace: true })
}
const changeOf = (scaleSet: string, at = 'PT10M') => ({
  at,
  updateModel: { scaleSet, set: { 'virtualMachineProfile.storageProfile.imageReference.id': NEW } },
})

describe('scaling', () => {
  it('MS-3 the quota is that of the region: another one does not use it up, what is deleted gives it back', () => {
    const regions = { eastus: { quota: { instances: 9 } }, westus: { quota: { instances: 5 } } }
    const run = playTwo([{ at: 'PT5M', scaleTo: { scaleSet: 'a', capacity: 9 } }], { regions })
    expect(entries(run, 'scaleSet.scaleRefused')).toEqual([])
    const world = { world: { regions: { eastus: { quota: { instances: 10 } } } } }
    const again = play({
      ...world,
      timeline: [{ at: 'PT1M', deleteInstance: { instance: 'vmss/0' } }, scale('PT5M', 10)],
    })
    expect(alive(again)).toHaveLength(10)
  })

  it('MS-3 a refusal is a finding too', () => {
    const run = play({ world: { regions: { eastus: { quota: { instances: 10 } } } }, timeline: [scale('PT1M', 11)] })
    expect(run.findings.map(({ code, rules }) => [code, ...rules])).toEqual([['RequestRefused', 'MS-3']])
  })

  it('MS-4 when a limit is lifted the declared quota holds again', () => {
    const limit = { at: 'PT1M', limitCapacity: { region: 'eastus', instances: 10, for: 'PT10M' } }
    const world = { world: { regions: { eastus: { quota: { instances: 12 } } } } }
    const refused = (capacity: number) =>
      entries(play({ ...world, timeline: [limit, scale('PT20M', capacity)] }), 'scaleSet.scaleRefused').length
    expect([refused(12), refused(13)]).toEqual([0, 1])
    // Without one there is none again.
    expect(entries(play({ timeline: [limit, scale('PT20M', 50)] }), 'scaleSet.scaleRefused')).toEqual([])
  })

  it('PL-51 the surplus of overprovisioning needs no quota', () => {
    const world = {
      uniform: true,
      capacity: 3,
      set: { overprovision: true },
      world: { regions: { eastus: { quota: { instances: 8 } } } },
      timings: { createControlPlane: 'PT10M' },
    }
    const run = play({ ...world, timeline: [scale('PT1M', 5), scale('PT2M', 8)] })
    expect(entries(run, 'scaleSet.scaleRefused')).toEqual([])
    expect(entries(run, 'scaleSet.scaledOut').map((entry) => entry.rule)).toEqual(['PL-51', 'PL-51'])
    expect(entries(play({ timeline: [scale('PT1M', 12)] }), 'scaleSet.scaledOut')[0]!.rule).toBe('PL-25')
  })

  it('PL-51 a scale-in takes none of those that may yet be a surplus', () => {
    const run = play({
      uniform: true,
      set: { overprovision: true },
      timings: { createControlPlane: 'PT10M' },
      timeline: [scale('PT1M', 15), scale('PT2M', 12)],
    })
    expect(
      entries(run, 'instance.deleting')
        .slice(0, 3)
        .every((entry) => Number(entry.subject.slice(5)) < 10),
    ).toBe(true)
    expect(alive(run)).toHaveLength(12)
  })

  it('to the size it has is nothing at all', () => {
    const run = play({ timeline: [scale('PT1M', 10)] })
    expect(run.trace.filter((entry) => entry.what.startsWith('scaleSet.'))).toEqual([])
  })

  it('RU-18 what was put off is done once', () => {
    const timeline = [changeImage(), scale('PT11M', 6), scale('PT1H', 9), bigger('PT2H')]
    expect(alive(play({ timeline }))).toHaveLength(9)
  })

  it('RU-18 a later request takes the place of one that was put off, even one that changes nothing now', () => {
    const during = (...scales: object[]) => alive(play({ timeline: [changeImage(), ...scales] as never })).length
    expect(during(scale('PT11M', 6))).toBe(6)
    expect(during(scale('PT11M', 6), scale('PT12M', 12))).toBe(12)
    expect(during(scale('PT11M', 6), scale('PT12M', 10))).toBe(10)
    expect(during(scale('PT11M', 6), scale('PT12M', 8))).toBe(8)
  })

  it('PL-71 the declared scale-in policy decides', () => {
    const world = { set: { scaleInPolicy: { rules: ['OldestVM'] } }, timeline: [scale('PT1M', 8)] }
    expect(gone(play(world))).toEqual([0, 1])
    expect(gone(play({ timeline: [scale('PT1M', 8)] }))).toEqual([8, 9])
  })

  it('PL-70 Default takes from the fullest fault domain', () => {
    const run = play({
      set: { platformFaultDomainCount: 2 },
      capacity: 6,
      timeline: [{ at: 'PT1M', deleteInstance: { instances: ['vmss/1', 'vmss/3'] } }, scale('PT10M', 3)],
    })
    // Domains {0, 2, 4} and {5}: the newest of the fuller one goes, not the newest of all.
    expect(gone(run)).toEqual([1, 3, 4])
  })

  it('PL-77 a deallocated instance may be a victim like any other, and no scale-out starts it', () => {
    const stop = { at: 'PT1M', deallocate: { instance: 'vmss/9' } }
    const shrunk = play({ timeline: [stop, scale('PT10M', 9)] })
    expect(entries(shrunk, 'instance.deleted')).toMatchObject([{ subject: 'vmss/9', atMs: 10 * MINUTE + 10_000 }])
    // It is the one with the highest id that goes, stopped or not.
    expect(gone(play({ timeline: [{ ...stop, deallocate: { instance: 'vmss/3' } }, scale('PT10M', 9)] }))).toEqual([9])
    const grown = play({ timeline: [stop, scale('PT10M', 11)] })
    expect(entries(grown, 'instance.starting').map(({ subject }) => subject)).toEqual(['vmss/10'])
    expect(entries(grown, 'scaleSet.scaledOut')[0]!.numbers).toMatchObject({ from: 10, to: 11 })
  })

  it('PR-4 where some may go, they go, and the rest of the wish is forgotten', () => {
    const protect = {
      at: 'PT1M',
      protectInstance: { instances: ['vmss/0', 'vmss/1'], protectFromScaleIn: true },
    }
    const timeline = [protect, scale('PT5M', 1), scale('PT10M', 3)]
    const run = play({ capacity: 3, timeline, assumptions: { allProtectedScaleIn: 'error' } })
    expect(gone(run)).toEqual([2])
    // From the two that were left to three: one is made.
    expect(entries(run, 'instance.creating')).toHaveLength(1)
    expect(alive(run)).toHaveLength(3)
  })

  it('a user who deletes an instance asks for one fewer: nothing is lost', () => {
    const run = play({ timeline: [{ at: 'PT1M', deleteInstance: { instance: 'vmss/0' } }] })
    expect(run.measures.availability).toMatchObject({ lostInstanceMinutes: 0, minServing: 9, minServingPercent: 100 })
  })
})

describe('protection', () => {
  const protect = (at: string, flags: Record<string, boolean>) => ({
    at,
    protectInstance: { instance: 'vmss/9', ...flags },
  })

  it('PR-1 protection can be taken back, flag by flag', () => {
    const timeline = [
      protect('PT1M', { protectFromScaleIn: true }),
      protect('PT2M', { protectFromScaleIn: false }),
      scale('PT5M', 9),
    ]
    expect(gone(play({ timeline }))).toEqual([9])
    const kept = [
      protect('PT1M', { protectFromScaleSetActions: true }),
      protect('PT2M', { protectFromScaleIn: true }),
      changeImage(),
    ]
    expect(first(play({ timeline: kept })).successful).toBe(9)
  })

  it('PR-2 one that is protected from set actions cannot be opened to scale-in', () => {
    const timeline = [
      protect('PT1M', { protectFromScaleSetActions: true }),
      protect('PT2M', { protectFromScaleIn: false }),
      scale('PT5M', 9),
    ]
    const run = play({ timeline })
    expect(entries(run, 'operation.rejected')[0]).toMatchObject({ rule: 'PR-2', numbers: { code: 'InvalidParameter' } })
    expect(gone(run)).toEqual([8])
  })

  it('a failure that names a set leaves the others alone', () => {
    const failure = { at: 'PT1M', failDependency: { dependency: 'db', scaleSets: ['b'] } }
    const { measures } = playTwo([failure], { application: { needs: ['db'] } })
    expect(measures.perScaleSet['a']!.availability.minServing).toBe(8)
    expect(measures.perScaleSet['b']!.availability.minServing).toBe(0)
  })

  it('references mean the set they name', () => {
    const run = playTwo([{ at: 'PT1M', restart: { instance: 'b/0' } }])
    expect(entries(run, 'instance.stopping').map((entry) => entry.subject)).toEqual(['b/0'])
  })
})

describe('upgrade modes', () => {
  it('UM-1 UM-2 UM-3 UM-4 an update is entered with the rule of its mode, or as one of the set only', () => {
    const rule = (mode: 'Manual' | 'Automatic' | 'Rolling', change = changeImage()) =>
      entries(play({ mode, timeline: [change] }), 'model.updated')[0]!.rule
    expect([rule('Manual'), rule('Automatic'), rule('Rolling')]).toEqual(['UM-1', 'UM-2', 'UM-3'])
    const setOnly = play({ timeline: [update('PT1M', { 'sku.capacity': 11 })] })
    expect(entries(setOnly, 'model.updated')[0]!.rule).toBe('UM-4')
  })

  it('UM-2 the counters of an unbatched upgrade on its way and at its end', () => {
    const running = first(play({ mode: 'Automatic', duration: 'PT11M' }))
    expect(running).toMatchObject({ status: 'RollingForward', inProgress: 10, successful: 0, failed: 0 })
    expect(first(play({ mode: 'Automatic' }))).toMatchObject({ inProgress: 0, successful: 10, failed: 0 })
    const broken = { defects: [{ name: 'no repository', breaks: ['extensions'], share: 100 }] }
    expect(first(play({ mode: 'Automatic', newImage: broken }))).toMatchObject({
      status: 'Completed',
      inProgress: 0,
      successful: 0,
      failed: 10,
    })
    const taken = [changeImage(), { at: 'PT10M30S', deleteInstance: { instance: 'vmss/0' } }]
    expect(first(play({ mode: 'Automatic', timeline: taken }))).toMatchObject({
      status: 'Completed',
      successful: 9,
      failed: 1,
    })
  })

  it('UM-2 with everybody protected it is over at once', () => {
    const protect = { at: 'PT1M', protectInstance: { instance: 'vmss/0', protectFromScaleSetActions: true } }
    const run = play({ mode: 'Automatic', capacity: 1, timeline: [protect, changeImage()] })
    expect(first(run)).toMatchObject({ status: 'Completed', endedAtMs: 10 * MINUTE, successful: 0 })
  })

  it('UM-2 one that is busy follows as soon as it is up', () => {
    const run = play({
      mode: 'Automatic',
      timeline: [{ at: 'PT9M40S', restart: { instance: 'vmss/0' } }, changeImage()],
    })
    const updating = entries(run, 'instance.updating').filter((entry) => entry.subject === 'vmss/0')
    // Restart 30 s, boot 50 s.
    expect(updating.map((entry) => entry.atMs)).toEqual([11 * MINUTE])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
  })

  it('UM-1 a manual upgrade leaves alone who is current, who is busy, and who is in a batch', () => {
    const manual = (at: string, ...numbers: number[]) => ({
      at,
      manualUpgrade: { instances: numbers.map((number) => `vmss/${number}`) },
    })
    const twice = play({ mode: 'Manual', timeline: [changeImage(), manual('PT20M', 0), manual('PT30M', 0, 1)] })
    expect(entries(twice, 'manualUpgrade.started').map((entry) => entry.numbers['instances'])).toEqual([1, 1])
    const restart = { at: 'PT19M50S', restart: { instance: 'vmss/0' } }
    const busy = play({ mode: 'Manual', timeline: [changeImage(), restart, manual('PT20M', 0, 1)] })
    expect(entries(busy, 'manualUpgrade.started')[0]!.numbers['instances']).toBe(1)
    expect(entries(busy, 'instance.updating').map((entry) => entry.subject)).toEqual(['vmss/1'])
    // Surge: the new instances of the batch are current, the old ones are not in it any more; in place they wait for health.
    const slow = { application: { startup: 'PT3M' }, probe: { gracePeriod: 600 } }
    const rolling = play({ ...slow, timeline: [changeImage(), manual('PT12M30S', 0, 9)] })
    expect(entries(rolling, 'manualUpgrade.started')[0]!.numbers['instances']).toBe(1)
  })

  it('RU-16 a second upgrade is refused as other writes are', () => {
    const run = play({
      profile: { storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' } } },
      timeline: [bigger('PT10M'), { at: 'PT11M', startOSUpgrade: {} }],
    })
    expect(entries(run, 'write.rejected')[0]).toMatchObject({ rule: 'RU-16' })
    expect(run.rollouts).toHaveLength(1)
  })

  it('AO-28 an OS upgrade needs an image that tracks latest', () => {
    const refusedBy = (imageReference: Record<string, unknown>) => {
      const run = play({
        profile: { storageProfile: { imageReference } },
        timeline: [{ at: 'PT5M', startOSUpgrade: {} }],
      })
      return entries(run, 'write.rejected')[0]?.rule ?? null
    }
    const gallery = '/subscriptions/0/resourceGroups/r/providers/Microsoft.Compute/galleries/g/images/i'
    expect(refusedBy({ publisher: 'P', offer: 'O', sku: 'S', version: '1.0.0' })).toBe('AO-28')
    expect(refusedBy({ publisher: 'P', offer: 'O', sku: 'S', version: 'latest' })).toBeNull()
    expect(refusedBy({ id: 'gal/app/1.0.0' })).toBe('AO-28')
    expect(refusedBy({ id: 'gal/app' })).toBeNull()
    expect(refusedBy({ id: `${gallery}/versions/1.0.0` })).toBe('AO-28')
    expect(refusedBy({ id: `${gallery}/versions/latest` }), 'D27').toBe('AO-28')
    expect(refusedBy({ id: gallery })).toBeNull()
  })

  it('BT-13 protection from scale-in alone is no obstacle, nor is protection of some', () => {
    const refusedBy = (instances: string[], flag: string) => {
      const run = play({
        capacity: 2,
        profile: { storageProfile: { imageReference: { id: 'gal/app' } } },
        timeline: [
          { at: 'PT1M', protectInstance: { instances, [flag]: true } },
          { at: 'PT5M', startOSUpgrade: {} },
        ],
      })
      return entries(run, 'write.rejected')[0]?.rule ?? null
    }
    expect(refusedBy(['vmss/0', 'vmss/1'], 'protectFromScaleSetActions')).toBe('BT-13')
    expect(refusedBy(['vmss/0'], 'protectFromScaleSetActions')).toBeNull()
    expect(refusedBy(['vmss/0', 'vmss/1'], 'protectFromScaleIn')).toBeNull()
  })

  it('RU-14 an unchanged update says where it takes those that are behind', () => {
    const timeline = [changeImage(), { at: 'PT13M', cancelRollingUpgrade: {} }, { at: 'PT20M', reapply: {} }]
    expect(play({ timeline }).rollouts[1]!.target).toContain('1.0.0 -> 2.0.0')
  })
})

describe('writes the service refuses', () => {
  const refused = (world: Parameters<typeof play>[0], set: Record<string, unknown>) => {
    const run = play({ ...world, timeline: [update('PT5M', set), bigger('PT10M')] })
    const [entry] = entries(run, 'write.rejected')
    // Whatever was refused has changed nothing: the next write is the first version.
    expect(entries(run, 'model.updated')[0]!.numbers['version']).toBe(1)
    return entry && { rule: entry.rule, code: entry.numbers['code'] }
  }

  it('RP-2 Rolling without a health source', () => {
    expect(refused({ mode: 'Manual', probe: null }, { 'upgradePolicy.mode': 'Rolling' })).toEqual({
      rule: 'RP-2',
      code: 'BadRequest',
    })
  })

  it('RP-4 a batch larger than what may be unhealthy', () => {
    const policy = (name: string) => `upgradePolicy.rollingUpgradePolicy.${name}`
    // The write that would have made room for it came while an upgrade ran.
    const run = play({
      timeline: [
        changeImage(),
        update('PT11M', { [policy('maxUnhealthyInstancePercent')]: 50 }),
        update('PT1H', { [policy('maxBatchInstancePercent')]: 50 }),
      ],
    })
    expect(entries(run, 'write.rejected').map(({ rule, numbers }) => [rule, numbers['code']])).toEqual([
      ['RU-16', 'OperationNotAllowed'],
      ['RP-4', 'InvalidParameter'],
    ])
  })

  it('what cannot be changed on a set that exists', () => {
    expect(refused({}, { orchestrationMode: 'Uniform' })).toBeDefined()
  })

  it('HE-4 a set whose health is a load balancer probe stays valid under a write', () => {
    const healthProbe = { id: 'lb/probes/p', protocol: 'Http', port: 80, requestPath: '/health', intervalInSeconds: 5 }
    const run = play({
      uniform: true,
      probe: null,
      profile: { networkProfile: { healthProbe } },
      timeline: [bigger('PT5M')],
    })
    expect(entries(run, 'write.rejected')).toEqual([])
    expect(first(run).successful).toBe(10)
  })
})

describe('measures of one set and of all', () => {
  it('harm in one set touches one region, one set, its zones; shares are over every set, and over its own', () => {
    const { measures } = playTwo([changeOf('b')])
    expect(measures.blastRadius).toMatchObject({ instances: 4, regions: 1, scaleSets: 1, zones: 2 })
    expect(measures.blastRadius.percent).toBeCloseTo(100 / 3, 9)
    expect(measures.perScaleSet['a']!.blastRadius).toMatchObject({
      instances: 0,
      percent: 0,
      regions: 0,
      scaleSets: 0,
      zones: 0,
    })
    expect(measures.perScaleSet['b']!.blastRadius).toMatchObject({
      instances: 4,
      percent: 100,
      regions: 1,
      scaleSets: 1,
    })
  })

  it('zone 1 of two regions is two zones', () => {
    const { measures } = playTwo([changeOf('a'), changeOf('b')])
    expect(measures.blastRadius).toMatchObject({ zones: 4, regions: 2, scaleSets: 2, percent: 100 })
  })

  it('a regional set has no zones to harm', () => {
    expect(play({ newImage: badOn(0) }).measures.perScaleSet['vmss']!.blastRadius.zones).toBe(0)
  })

  it('the denominator is the capacity at the first change, whatever comes later', () => {
    const timeline = [bigger('PT10M'), scale('PT1H', 20), changeImage('PT2H')]
    expect(play({ timeline, newImage: badOn(0) }).measures.blastRadius).toMatchObject({ instances: 1, percent: 10 })
  })

  it('a set of none has no share', () => {
    const run = play({ capacity: 0, newImage: badOn(0), timeline: [changeImage(), scale('PT1H', 2)] })
    expect(run.measures.blastRadius).toMatchObject({ instances: 1, percent: null })
  })

  it('an instance is harmed and exposed once, however often', () => {
    const timeline = [changeImage(), { at: 'PT1H', reimage: { instance: 'vmss/0' } }]
    const { measures } = play({ capacity: 25, newImage: badOn(0), timeline })
    expect(measures.blastRadius.instances).toBe(1)
    expect(measures.exposed.instances).toBe(25)
  })

  it('the lowest share is not the lowest count: twice the target with the same servers is one half', () => {
    const { availability } = play({ timeline: [scale('PT1M', 20)] }).measures
    expect(availability).toMatchObject({ minServing: 10, minServingPercent: 50 })
  })

  it('an instance costs money from power-on, not from the order', () => {
    const { regular } = play({ capacity: 1, duration: 'PT1H', timeline: [scale('PT10M', 2)] }).measures.cost
      .instanceHours
    expect(regular).toBeCloseTo(1 + 49 / 60, 9)
  })
})

describe('times', () => {
  const passing = { defects: [{ name: 'cold cache', share: 100, duration: 'PT4M' }] }

  it('recovery needs everything to serve, not only the harm to be over', () => {
    expect(
      play({ newImage: passing, timeline: [changeImage(), breakAt('PT12M', [9])] }).measures.timeToRecover,
    ).not.toBeNull()
    // What breaks long after that is another story: a later rollout, say, does not put the recovery of this one off.
    const calm = play({ newImage: passing }).measures.timeToRecover
    expect(play({ newImage: passing, timeline: [changeImage(), breakAt('PT2H', [9])] }).measures.timeToRecover).toBe(
      calm,
    )
  })

  it('recovery needs the harm to be over, not only enough to serve', () => {
    // All ten old ones serve throughout; the two new ones are harmed from 11:50 until they are deleted five minutes later.
    const bad = { defects: [{ name: 'bad', share: 100 }] }
    const { measures } = play({ policy: { maxSurge: true }, newImage: bad })
    expect(measures.timeToRecover).toBe(5 * MINUTE + 10_000)
  })

  it('recovery is the moment everything was well again, whatever happens after in good health', () => {
    const calm = play({ newImage: passing }).measures.timeToRecover
    expect(play({ newImage: passing, timeline: [changeImage(), scale('PT3H', 9)] }).measures.timeToRecover).toBe(calm)
  })

  it('the halt of one set is none of another that was harmed', () => {
    const rolling = { at: 'PT10M', updateModel: { scaleSet: 'a', set: { 'upgradePolicy.mode': 'Rolling' } } }
    const cancel = { at: 'PT14M', cancelRollingUpgrade: { scaleSet: 'a' } }
    const { measures, rollouts } = playTwo([rolling, changeOf('b'), cancel])
    const ended = rollouts.find((rollout) => rollout.status === 'Cancelled')!.endedAtMs!
    const harmed = measures.timeToHalt
    expect(harmed).toBeGreaterThan(0)
    expect(harmed).toBeLessThan(ended - 10 * MINUTE)
    expect(measures.perScaleSet['a']!.timeToHalt).toBeNull()
    expect(measures.perScaleSet['b']!.timeToHalt).toBeNull()
  })

  it('a cancel is a halt; of two halts the first counts, and one before the harm does not', () => {
    const slow = { newImage: { defects: [{ name: 'bad', share: 100, onset: 'PT30M' }] } }
    const cancel = (at: string) => ({ at, cancelRollingUpgrade: {} })
    const pause = { pauseTimeBetweenBatches: 'PT1H' }
    // Harmed from 41:50; cancelled in the pause at 50:00.
    const cancelled = play({ ...slow, policy: pause, timeline: [changeImage(), cancel('PT50M')] })
    expect(cancelled.measures.timeToHalt).toBe(50 * MINUTE - (41 * MINUTE + 50_000))
    const early = play({ ...slow, policy: pause, timeline: [changeImage(), cancel('PT30M')] })
    expect(early.measures.timeToHalt).toBeNull()
    const again = play({
      ...slow,
      policy: pause,
      timeline: [changeImage(), cancel('PT50M'), { at: 'PT2H', reapply: {} }],
    })
    expect(again.rollouts.map((rollout) => rollout.status)).toEqual(['Cancelled', 'Faulted'])
    expect(again.measures.timeToHalt).toBe(cancelled.measures.timeToHalt)
    expect(again.measures.perScaleSet['vmss']!.timeToHalt).toBe(cancelled.measures.timeToHalt)
  })
})
