import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { badOn, balanced, breakAt, changeImage, entries, first, MINUTE, play, scenarioOf } from '../play.ts'
import {
  alive,
  alwaysBroken,
  named,
  playRepairs,
  protect,
  type RepairWorld,
  refusals,
  repairs,
  service,
  serviceStates,
  update,
  upTo,
  worldOf,
} from './world.ts'

/** What `az vmss get-instance-view` once printed for a set whose repairs were suspended; kept beside the repository. */
const RECORDING = fileURLToPath(
  new URL('../../../../shared/corpus/cli-recording-instance-view-repairs-suspended.json', import.meta.url),
)

/** Broken in the sixth minute, so that the scan at 6:00 is the first that can see it. */
const breakOne = breakAt('PT5M10S', [3])
const manualUpgrade = (at: string, instances: string[] | '*' = '*') => ({ at, manualUpgrade: { instances } })
const enable = (at: string, more: Record<string, unknown> = {}) =>
  update(at, { automaticRepairsPolicy: { enabled: true, ...more } })

/** Such a probe goes on asking whoever does not answer. */
const stubborn = (): RepairWorld => balanced(1)

/** A platform image that tracks latest, and the extension that `play.ts` gives a set. */
const followsLatest = {
  storageProfile: { imageReference: { publisher: 'Canonical', offer: 'ubuntu', sku: 'server', version: 'latest' } },
  extensionProfile: {
    extensions: [
      {
        name: 'health',
        publisher: 'Microsoft.ManagedServices',
        type: 'ApplicationHealthLinux',
        typeHandlerVersion: '2.0',
        settings: { protocol: 'http', port: 80, requestPath: '/health', gracePeriod: 60 },
      },
    ],
  },
}
const publish = (at: string) => ({ at, publishImageVersion: { image: 'Canonical:ubuntu:server', version: '22.4.7' } })

/** Every delete is announced so long before. */
const noticed = (notBeforeTimeout: string) => ({
  scheduledEventsProfile: { terminateNotificationProfile: { enable: true, notBeforeTimeout } },
})

const noCache = { name: 'no cache', share: 100, breaks: ['cache'] }
/** The probe asks for a cache that serving does not need, and instance 3 has none: sick from the start, and serving. */
const misjudged: RepairWorld = {
  application: { needs: ['db'], endpoints: { '/health': { checks: ['cache'], answers: 'rich' } } },
  oldImage: { defects: [{ ...noCache, instances: ['vmss/3'] }] },
}

describe('what repairs need (RE-1)', () => {
  const withoutSource = { probe: null, timeline: [] }

  it('RE-1 a set without a health source is refused with them', () => {
    expect(() => playRepairs(withoutSource)).toThrow(/automatic repairs need a health probe/)
  })

  it('RE-1 so is the write that switches them on', () => {
    const run = playRepairs({ ...withoutSource, repairs: null, timeline: [enable('PT1M')] })
    expect(run.findings.filter(({ code }) => code === 'RequestRefused').map(({ evidence }) => evidence[0])).toEqual([
      expect.stringContaining('BadRequest'),
    ])
    expect(serviceStates(run)).toEqual([])
  })

  const extension = { ...followsLatest.extensionProfile.extensions[0]!, typeHandlerVersion: '1.0' }
  const twoSources: RepairWorld = {
    uniform: true,
    profile: { ...stubborn().profile, extensionProfile: { extensions: [extension] } },
  }
  const probeOf = (at: string, id: string | null) =>
    update(at, { 'virtualMachineProfile.networkProfile.healthProbe': id === null ? null : { id } })

  it('RE-1 HE-1 with two sources nobody is repaired until one is removed', () => {
    const timeline = [breakOne, probeOf('PT30M', null), manualUpgrade('PT40M')]
    const run = playRepairs({ ...twoSources, timeline })
    expect(run.findings.map(({ code }) => code)).toContain('RepairsWithoutHealthSource')
    // The grace of the instances begins anew when they have been brought to the model at 40:00.
    expect(repairs(run)).toEqual([[50, 3]])
  })

  it('RE-1 HE-1 when a second source comes neither is heard, and nobody is repaired', () => {
    const timeline = [probeOf('PT1M', 'lb/probes/p'), manualUpgrade('PT2M'), breakAt('PT30M', [3])]
    const run = playRepairs({ uniform: true, timeline })
    expect(entries(run, 'health.changed').map(({ numbers }) => numbers['to'])).toEqual(upTo(10).map(() => 'None'))
    expect(repairs(run)).toEqual([])
  })

  it('RE-1 a set on Service Fabric has none', () => {
    const fabric = {
      name: 'fabric',
      publisher: 'Microsoft.Azure.ServiceFabric',
      type: 'ServiceFabricLinuxNode',
      typeHandlerVersion: '1.1',
      settings: { durabilityLevel: 'Silver' },
    }
    const run = playRepairs({
      ...stubborn(),
      mode: 'Automatic',
      profile: { ...stubborn().profile, extensionProfile: { extensions: [fabric] } },
      timeline: [breakOne],
    })
    expect(run.findings.map(({ code }) => code)).toContain('RepairsWithoutHealthSource')
    expect(repairs(run)).toEqual([])
  })
})

describe('who is repaired (RE-2, HE-20, HE-23)', () => {
  it('RE-2 HE-20 one that is Unknown and one that is Unhealthy, and nobody who is Healthy', () => {
    // A dead process refuses the connection, which is Unknown; a failed dependency is answered as Unhealthy.
    const unknown = playRepairs({ timeline: [breakOne] })
    expect(entries(unknown, 'health.changed')[0]!.numbers['to']).toBe('Unknown')
    expect(repairs(unknown)).toEqual([[6, 3]])
    const fails = { at: 'PT5M10S', failDependency: { dependency: 'db', zones: ['2'], for: 'PT1M' } }
    const unhealthy = playRepairs({
      capacity: 3,
      zones: ['1', '2', '3'],
      application: { needs: ['db'] },
      timeline: [fails],
    })
    expect(entries(unhealthy, 'health.changed')[0]!.numbers['to']).toBe('Unhealthy')
    expect(repairs(unhealthy)).toEqual([[6, 1]])
  })

  it('RE-2 HE-20 nobody who is Initializing, however long', () => {
    // Up again at 6:20 and out of its hour of Initializing at 66:20.
    const run = playRepairs({
      probe: { gracePeriod: 3600 },
      application: { startup: 'PT90M' },
      timeline: [{ at: 'PT5M', restart: { instance: 'vmss/3' } }],
    })
    expect(repairs(run)[0]).toEqual([67, 3])
  })

  it('RE-2 nobody who failed to provision, though a load balancer calls it unhealthy', () => {
    const neverUp = { defects: [{ name: 'no boot', breaks: ['boot'], share: 100, instances: ['vmss/10'] }] }
    const run = playRepairs({
      ...stubborn(),
      oldImage: neverUp,
      timings: { provisioningTimeout: 'PT15M' },
      timeline: [{ at: 'PT5M', scaleTo: { capacity: 11 } }],
    })
    expect(entries(run, 'instance.provisioningFailed').map(({ subject }) => subject)).toEqual(['vmss/10'])
    expect(entries(run, 'health.changed').at(-1)!.numbers['to']).toBe('Unhealthy')
    expect(repairs(run)).toEqual([])
  })

  it('nobody who is deallocated, though a load balancer gets no answer from it', () => {
    const run = playRepairs({ ...stubborn(), timeline: [{ at: 'PT5M', deallocate: { instance: 'vmss/3' } }] })
    expect(entries(run, 'health.changed').at(-1)!.numbers['to']).toBe('Unhealthy')
    expect(repairs(run)).toEqual([])
  })

  it('HE-23 nobody who hangs: the extension gives no signal, and repairs do nothing', () => {
    expect(repairs(playRepairs({ timeline: [{ at: 'PT5M10S', hangInstance: { instance: 'vmss/3' } }] }))).toEqual([])
  })

  it('HE-23 RE-7 but under a load balancer probe it is Unhealthy, and a restart cures it', () => {
    const timeline = [{ at: 'PT5M10S', hangInstance: { instance: 'vmss/3' } }]
    const run = playRepairs({ ...stubborn(), action: 'Restart', timeline })
    expect(repairs(run)).toEqual([[6, 3]])
    expect(entries(run, 'health.changed').at(-1)!.numbers['to']).toBe('Healthy')
  })
})

describe('grace (RE-3, RE-4, RE-5)', () => {
  it.each<{ change: string; world: RepairWorld; number: number }>([
    {
      change: 'create, up at 7:00',
      world: { oldImage: alwaysBroken([10]), timeline: [{ at: 'PT5M', scaleTo: { capacity: 11 } }] },
      number: 10,
    },
    {
      change: 'update, up at 6:50',
      world: {
        timeline: [update('PT4M', { 'sku.name': 'Standard_D4as_v5' }), manualUpgrade('PT5M'), breakAt('PT7M', [3])],
      },
      number: 3,
    },
    {
      change: 'reimage, up at 7:00',
      world: { timeline: [{ at: 'PT5M', reimage: { instance: 'vmss/3' } }, breakAt('PT7M', [3])] },
      number: 3,
    },
    {
      change: 'restart, up at 6:20',
      world: { timeline: [{ at: 'PT5M', restart: { instance: 'vmss/3' } }, breakAt('PT7M', [3])] },
      number: 3,
    },
  ])('RE-3 ten minutes from the end of the change at 5:00: $change', ({ world, number }) => {
    expect(repairs(playRepairs(world))[0]).toEqual([17, number])
  })

  it('RE-3 a change of one instance is no grace for another', () => {
    const timeline = [{ at: 'PT5M', restart: { instance: 'vmss/2' } }, breakOne]
    expect(repairs(playRepairs({ timeline }))).toEqual([[6, 3]])
  })

  it('RE-4 whoever turns unhealthy long after its change is repaired at the next look', () => {
    const timeline = [{ at: 'PT5M', restart: { instance: 'vmss/3' } }, breakAt('PT40M10S', [3])]
    expect(repairs(playRepairs({ timeline }))).toEqual([[41, 3]])
    const anchored = playRepairs({ timeline, assumptions: { repairGraceAnchor: 'firstUnhealthy' } })
    expect(repairs(anchored)).toEqual([[51, 3]])
  })

  it('RE-4 W14 unhealthy three hours after its change, with a grace of 90 minutes', () => {
    const timeline = [{ at: 'PT5M', restart: { instance: 'vmss/3' } }, breakAt('PT3H6M20S', [3])]
    expect(repairs(playRepairs({ grace: 'PT90M', duration: 'PT4H', timeline }))).toEqual([[187, 3]])
  })

  it('RE-5 a longer grace is waited for', () => {
    const timeline = [{ at: 'PT5M', restart: { instance: 'vmss/3' } }, breakAt('PT7M', [3])]
    expect(repairs(playRepairs({ grace: 'PT90M', timeline }))).toEqual([[97, 3]])
  })
})

describe('how many at once (RE-6, RE-17, RE-18)', () => {
  const mostAtOnce = (capacity: number) => {
    const run = playRepairs({ capacity, timeline: [breakAt('PT5M10S', upTo(capacity))] })
    const underWay = run.trace.flatMap(({ what }) =>
      what === 'repair.started' ? [1] : what === 'repair.completed' ? [-1] : [],
    )
    let [now, most] = [0, 0]
    for (const step of underWay) {
      now += step
      most = Math.max(most, now)
    }
    return most
  }

  it.each([
    { capacity: 40, limit: 2 },
    { capacity: 39, limit: 1 },
    { capacity: 19, limit: 1 },
  ])('RE-6 W13 all $capacity unhealthy and past their grace: $limit at a time', ({ capacity, limit }) => {
    expect(mostAtOnce(capacity)).toBe(limit)
  })

  it('RE-6 a set that grows past 40 may repair one more at the next look', () => {
    const run = playRepairs({
      capacity: 39,
      timings: { createControlPlane: 'PT20M' },
      timeline: [breakAt('PT5M10S', [3, 4, 5]), { at: 'PT10M30S', scaleTo: { capacity: 40 } }],
    })
    expect(
      repairs(run)
        .slice(0, 2)
        .map(([minute]) => minute),
    ).toEqual([6, 11])
  })

  it('RE-6 one that is deleted during its repair leaves its place to the next', () => {
    const remove = { at: 'PT6M30S', deleteInstance: { instance: 'vmss/10' } }
    const run = playRepairs({ timeline: [breakAt('PT5M10S', [3]), breakAt('PT5M20S', [4]), remove] })
    // Gone at 7:00. Left alone it would have been under repair until 8:00.
    expect(repairs(run)).toEqual([
      [6, 3],
      [7, 4],
    ])
  })

  it('RE-17 the longest unhealthy first, the next at the look after it is done', () => {
    const timeline = [breakAt('PT5M10S', [5]), breakAt('PT5M20S', [2]), breakAt('PT5M30S', [7])]
    // A Replace takes two minutes.
    const byAge = [
      [6, 5],
      [8, 2],
      [10, 7],
    ]
    expect(repairs(playRepairs({ timeline }))).toEqual(byAge)
    const byId = playRepairs({ timeline, assumptions: { repairOrder: 'instanceId' } })
    expect(repairs(byId).map(([, number]) => number)).toEqual([2, 5, 7])
  })

  it('RE-17 it looks every five minutes where that is assumed', () => {
    expect(repairs(playRepairs({ timeline: [breakOne], assumptions: { repairScan: 'PT5M' } }))).toEqual([[10, 3]])
  })

  it('RE-18 a set of one is repaired, and Replace is an outage until the new one serves', () => {
    const run = playRepairs({
      ...misjudged,
      capacity: 1,
      oldImage: { defects: [{ ...noCache, instances: ['vmss/0'] }] },
    })
    expect(repairs(run)).toEqual([[0, 0]])
    expect(run.measures.availability).toMatchObject({ minServing: 0, lostInstanceMinutes: 110 / 60 })
  })
})

describe('what is done (RE-7, RE-8)', () => {
  it('RE-7 Replace: the old one is gone, the new one has another id and name and is well', () => {
    const run = playRepairs({ timeline: [breakOne] })
    expect(alive(run)).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10])
    expect(run.instances[10]!.name).not.toBe(run.instances[3]!.name)
    expect(run.instances[10]!.createdAtMs).toBe(6 * MINUTE)
    expect(run.measures.repairs).toEqual({ count: 1, loops: 0, suspended: 0 })
  })

  it('RE-7 Replace stays in its zone', () => {
    const run = playRepairs({ zones: ['1', '2', '3'], timeline: [breakOne] })
    expect(run.instances[10]!.zone).toBe(run.instances[3]!.zone)
  })

  it('RE-7 Replace makes the new one from what is newest at that moment', () => {
    const run = playRepairs({ profile: followsLatest, timeline: [publish('PT1M'), breakOne] })
    expect(entries(run, 'instance.image').map(({ subject, numbers }) => [subject, numbers['image']])).toEqual([
      ['vmss/10', 'Canonical/ubuntu/server/22.4.7'],
    ])
  })

  it('RE-7 Reimage: the same instance on a new OS disk', () => {
    const run = playRepairs({ action: 'Reimage', timeline: [breakOne] })
    expect(alive(run)).toEqual(upTo(10))
    expect(entries(run, 'instance.updating').map(({ subject, atMs }) => [subject, atMs / MINUTE])).toEqual([
      ['vmss/3', 6],
    ])
    expect(run.measures.repairs).toEqual({ count: 1, loops: 0, suspended: 0 })
    expect(entries(run, 'health.changed').at(-1)!.numbers['to']).toBe('Healthy')
  })

  it('RE-7 Restart keeps everything, the broken disk too', () => {
    const run = playRepairs({ action: 'Restart', timeline: [breakOne] })
    expect(alive(run)).toEqual(upTo(10))
    expect(entries(run, 'instance.updating')).toEqual([])
    // Up after 80 s each time, and unhealthy again: until it suspends itself.
    expect(repairs(run)).toEqual([
      [6, 3],
      [18, 3],
      [30, 3],
    ])
  })

  const notified = (notBeforeTimeout: string): RepairWorld => ({ ...misjudged, profile: noticed(notBeforeTimeout) })

  it('RE-8 the delete waits for its notice and the new one does not: one more serves for a while', () => {
    const run = playRepairs(notified('PT5M'))
    expect(run.instances[10]!.createdAtMs).toBe(0)
    expect(run.instances[3]!.deletedAtMs).toBe(5.5 * MINUTE)
    const serving = entries(run, 'instance.serving').map(({ subject, atMs }) => [subject, atMs / 1000])
    expect(serving).toEqual([['vmss/10', 110]])
    const goes = entries(run, 'instance.deleting').map(({ subject, atMs }) => [subject, atMs / 1000])
    expect(goes).toEqual([['vmss/3', 300]])
    expect(run.measures.availability.minServing).toBe(10)
    expect(playRepairs(misjudged).measures.availability.minServing).toBe(9)
  })

  it('RE-8 the one that waits for its notice is nobody to repair once more', () => {
    expect(repairs(playRepairs(notified('PT15M')))).toEqual([[0, 3]])
  })
})

describe('protection (RE-10, PR-1)', () => {
  it.each(['protectFromScaleIn', 'protectFromScaleSetActions'])('RE-10 PR-1 %s keeps repairs away', (flag) => {
    const timeline = [protect('PT1M', 3, { [flag]: true }), breakOne]
    expect(repairs(playRepairs({ timeline }))).toEqual([])
  })

  it('RE-10 once the protection is lifted it is repaired at the next look', () => {
    const timeline = [
      protect('PT1M', 3, { protectFromScaleIn: true }),
      breakOne,
      protect('PT20M30S', 3, { protectFromScaleIn: false }),
    ]
    expect(repairs(playRepairs({ timeline }))).toEqual([[21, 3]])
  })

  it('W15 protected from scale-in alone, unhealthy and past its grace: not repaired, but upgraded', () => {
    const timeline = [protect('PT1M', 3, { protectFromScaleIn: true }), breakOne, changeImage()]
    const run = playRepairs({ mode: 'Rolling', timeline })
    expect(repairs(run)).toEqual([])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10, leftOut: 0 })
  })
})

describe('the service (RE-11, RE-12, RE-13)', () => {
  it('RE-11 a user suspends it and resumes it', () => {
    const timeline = [service('PT5M', 'Suspend'), breakOne, service('PT30M10S', 'Resume')]
    const run = playRepairs({ timeline })
    expect(serviceStates(run)).toEqual([
      [5, 'Suspended', 'user'],
      [30 + 10 / 60, 'Running', 'user'],
    ])
    expect(repairs(run)).toEqual([[31, 3]])
    expect(run.measures.repairs.suspended, 'how often it stopped itself').toBe(0)
  })

  it.skipIf(!existsSync(RECORDING))('RE-11 service and state are spelled as Azure has answered', () => {
    const suspend = worldOf({ timeline: [service('PT5M', 'Suspend')] })
    const { action } = scenarioOf(suspend).timeline[0]!
    const serviceName = action.verb === 'setOrchestrationServiceState' ? action.serviceName : ''
    const [, serviceState] = serviceStates(play(suspend))[0]!
    const view = JSON.parse(readFileSync(RECORDING, 'utf8')) as { orchestrationServices: unknown }
    expect([{ serviceName, serviceState }]).toEqual(view.orchestrationServices)
  })

  it('RE-11 a repair that is under way is finished all the same', () => {
    const run = playRepairs({ timeline: [breakOne, service('PT6M30S', 'Suspend')] })
    expect(entries(run, 'repair.completed').map(({ atMs }) => atMs / MINUTE)).toEqual([8])
  })

  it('RE-11 NotRunning while the policy is not enabled: nothing to suspend or to resume', () => {
    const off = { repairs: { enabled: false } }
    const run = playRepairs({ ...off, timeline: [service('PT1M', 'Suspend'), service('PT2M', 'Resume')] })
    expect(refusals(run)).toEqual(['RE-11', 'RE-11'])
    const switched = playRepairs({
      ...off,
      timeline: [enable('PT1M'), update('PT2M', { 'automaticRepairsPolicy.enabled': false })],
    })
    expect(serviceStates(switched).map(([minute, state]) => [minute, state])).toEqual([
      [1, 'Running'],
      [2, 'NotRunning'],
    ])
  })

  /** Instance 3 breaks, and whatever stands in for it is broken too. */
  const hopeless: RepairWorld = { oldImage: alwaysBroken([10, 11, 12, 13, 14, 15, 16, 17]), timeline: [breakOne] }

  it('RE-13 a replacement that is broken too is repaired once its own grace is over: every 12 minutes', () => {
    // Two minutes to create, ten of grace.
    expect(repairs(playRepairs({ ...hopeless, assumptions: { repairSuspendAfter: 4 } }))).toEqual([
      [6, 3],
      [18, 10],
      [30, 11],
      [42, 12],
    ])
  })

  it('RE-13 a replacement that takes longer to start than the grace is replaced again before it serves', () => {
    // Up at 8:00, Unknown after its 60 s, listening at 27:50. Left alone it would have been well.
    const run = playRepairs({ application: { startup: 'PT20M' }, timeline: [breakOne] })
    expect(repairs(run).slice(0, 2)).toEqual([
      [6, 3],
      [18, 10],
    ])
    expect(run.measures.repairs).toEqual({ count: 3, loops: 2, suspended: 1 })
  })

  it('RE-12 it suspends itself after three repairs in a row that came to nothing', () => {
    const run = playRepairs(hopeless)
    expect(repairs(run).map(([minute]) => minute)).toEqual([6, 18, 30])
    // The third replacement is up at 32:00 and still unhealthy when its grace ends.
    expect(serviceStates(run)).toEqual([[42, 'Suspended', 'platform']])
    expect(entries(run, 'repair.serviceState')[0]!.rule).toBe('RE-12')
    expect(run.measures.repairs).toEqual({ count: 3, loops: 2, suspended: 1 })
  })

  it('RE-12 only a Resume restarts it, and the count begins anew', () => {
    const timeline = [...hopeless.timeline!, enable('PT50M'), service('PT60M', 'Resume')]
    const run = playRepairs({ ...hopeless, timeline })
    expect(serviceStates(run).map(([minute, state]) => [minute, state])).toEqual([
      [42, 'Suspended'],
      [60, 'Running'],
      [96, 'Suspended'],
    ])
    expect(repairs(run).map(([minute]) => minute)).toEqual([6, 18, 30, 60, 72, 84])
    expect(run.measures.repairs).toEqual({ count: 6, loops: 5, suspended: 2 })
  })

  it('RE-12 switched off and on again it is suspended still', () => {
    const enabled = (at: string, value: boolean) => update(at, { 'automaticRepairsPolicy.enabled': value })
    const timeline = [
      ...hopeless.timeline!,
      enabled('PT50M', false),
      enabled('PT55M', true),
      service('PT70M', 'Resume'),
    ]
    const run = playRepairs({ ...hopeless, timeline })
    expect(serviceStates(run)).toEqual([
      [42, 'Suspended', 'platform'],
      [50, 'NotRunning', 'user'],
      [55, 'Suspended', 'user'],
      [70, 'Running', 'user'],
    ])
  })

  it('RE-12 one repair that helped breaks the row', () => {
    // Every other replacement is well: 10 and 12 are not, 11 and 13 are.
    const run = playRepairs({
      oldImage: alwaysBroken([10, 12, 14]),
      timeline: [breakOne, breakAt('PT35M10S', [4]), breakAt('PT65M10S', [5])],
    })
    expect(serviceStates(run)).toEqual([])
    expect(run.measures.repairs).toEqual({ count: 6, loops: 3, suspended: 0 })
  })

  it('RE-12 a repaired one that somebody deletes meanwhile proves nothing', () => {
    // Its grace would end at 18:00; its delete has been announced half a minute before.
    const world = { ...hopeless, assumptions: { repairSuspendAfter: 1 }, profile: noticed('PT15M') }
    const remove = { at: 'PT17M30S', deleteInstance: { instance: 'vmss/10' } }
    expect(serviceStates(playRepairs({ ...world, timeline: [breakOne, remove] }))).toEqual([])
    expect(serviceStates(playRepairs(world))).toEqual([[18, 'Suspended', 'platform']])
  })

  it('RE-12 the number of tries is an assumption', () => {
    const run = playRepairs({ ...hopeless, assumptions: { repairSuspendAfter: 1 } })
    expect(serviceStates(run).map(([minute]) => minute)).toEqual([18])
    expect(run.measures.repairs.count).toBe(1)
  })
})

describe('changing the policy (RE-14, RE-15, RE-20)', () => {
  const off = { repairs: { enabled: false } }

  it('RE-14 another action is refused while repairs are enabled', () => {
    const change = update('PT1M', { 'automaticRepairsPolicy.repairAction': 'Restart' })
    const run = playRepairs({ timeline: [change, breakOne] })
    expect(refusals(run)).toEqual(['RE-14'])
    expect(entries(run, 'repair.started')[0]!.numbers['action']).toBe('Replace')
    const allowed = playRepairs({ timeline: [change], assumptions: { repairActionChange: 'allow' } })
    expect(refusals(allowed)).toEqual([])
  })

  it('RE-14 off, then on with the new action', () => {
    const run = playRepairs({
      timeline: [
        update('PT1M', { 'automaticRepairsPolicy.enabled': false }),
        enable('PT2M', { repairAction: 'Restart' }),
        manualUpgrade('PT3M'),
        breakAt('PT20M10S', [3]),
      ],
    })
    expect(refusals(run)).toEqual([])
    expect(entries(run, 'repair.started')[0]).toMatchObject({ atMs: 21 * MINUTE, numbers: { action: 'Restart' } })
  })

  it('RE-15 switched on for a set that is there: only who has been brought to the new model', () => {
    // Brought to the model at 10:00, which is a change, so that its grace ends at 20:00. 4 stays behind.
    const timeline = [enable('PT1M'), breakAt('PT5M10S', [3, 4]), manualUpgrade('PT10M', named([3]))]
    expect(repairs(playRepairs({ ...off, timeline }))).toEqual([[20, 3]])
  })

  it('RE-15 a new instance is on it from the start', () => {
    const timeline = [enable('PT1M'), { at: 'PT5M', scaleTo: { capacity: 11 } }]
    expect(repairs(playRepairs({ ...off, oldImage: alwaysBroken([10]), timeline }))[0]).toEqual([17, 10])
  })

  it('RE-20 zone balance brings repairs to a set that has none configured', () => {
    const balance = { resiliencyPolicy: { automaticZoneRebalancingPolicy: { enabled: true } } }
    const world = { zones: ['1', '2'], timeline: [breakOne] }
    expect(repairs(playRepairs({ ...world, repairs: null, set: balance }))).toEqual([[6, 3]])
    expect(repairs(playRepairs({ ...world, repairs: null }))).toEqual([])
    expect(repairs(playRepairs({ ...world, ...off, set: balance }))).toEqual([])
  })
})

describe('during a rolling upgrade (RE-16)', () => {
  const patient = { maxUnhealthyUpgradedInstancePercent: 100 }

  /** A set that follows a platform image; the newer version is rolled out from 10:00 on. */
  const osUpgrade = (timeline: Record<string, unknown>[]): RepairWorld => ({
    mode: 'Rolling',
    policy: patient,
    profile: followsLatest,
    timeline: [publish('PT5M'), { at: 'PT10M', startOSUpgrade: {} }, ...timeline],
  })

  it('RE-16 nobody of the running batch, though its grace is over; when the batch has ended, yes', () => {
    // Batch 10:00 to 32:00: up at 12:00, and 20 minutes of health wait. The grace of 0 ends at 22:00.
    const world = { mode: 'Rolling' as const, policy: patient, newImage: badOn(0), timeline: [changeImage()] }
    const startOf = (assumptions: Record<string, unknown>) =>
      repairs(playRepairs({ ...world, assumptions: { healthWait: 'PT20M', ...assumptions } }))[0]
    expect(startOf({})).toEqual([32, 0])
    expect(startOf({ repairDuringUpgrade: 'all' })).toEqual([22, 0])
  })

  it('RE-16 a cancel that gives the batch up leaves its members to the service', () => {
    const run = playRepairs({
      mode: 'Rolling',
      policy: patient,
      newImage: badOn(0),
      assumptions: { healthWait: 'PT20M', cancelDrainsBatch: false },
      timeline: [changeImage(), { at: 'PT25M', cancelRollingUpgrade: {} }],
    })
    expect(repairs(run)[0]).toEqual([25, 0])
  })

  it('RE-16 others may be repaired, under the other assumption when the upgrade is over', () => {
    // Batches of two minutes at 10:00, 22:00 and so on; 0 was changed in the first and breaks during the second.
    const world = {
      mode: 'Rolling' as const,
      policy: { ...patient, pauseTimeBetweenBatches: 'PT10M' },
      timeline: [changeImage(), breakAt('PT22M30S', [0])],
    }
    expect(repairs(playRepairs(world))).toEqual([[23, 0]])
    // Beside the broken one batches shrink to one (BT-3), so that the last of them ends at 96:00.
    expect(repairs(playRepairs({ ...world, assumptions: { repairDuringUpgrade: 'none' } }))).toEqual([[96, 0]])
  })

  it('RE-15 RE-16 one that still waits for the new model is behind it, and is upgraded instead', () => {
    const world = { mode: 'Rolling' as const, policy: patient, timeline: [changeImage(), breakAt('PT10M30S', [9])] }
    const run = playRepairs(world)
    expect(repairs(run)).toEqual([])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
  })

  it('RE-16 in an OS upgrade a Replace of a waiting one gives an up-to-date instance, and one less waits', () => {
    const run = playRepairs(osUpgrade([breakAt('PT10M30S', [9])]))
    expect(repairs(run)).toEqual([[11, 9]])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 9, failed: 0, pending: 0 })
    const given = entries(run, 'instance.image').map(({ subject }) => subject)
    expect(given.sort()).toEqual(named([0, 1, 10, 2, 3, 4, 5, 6, 7, 8]))
  })

  it('RE-16 with MaxSurge the old ones of the running batch belong to it: they go, and are not repaired', () => {
    const run = playRepairs({ ...osUpgrade([breakAt('PT10M30S', [0])]), uniform: true, policy: { maxSurge: true } })
    expect(repairs(run)).toEqual([])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
    expect(alive(run)).toEqual(upTo(20).slice(10))
  })

  it('RE-16 one that is under repair is not taken into a batch', () => {
    const run = playRepairs({
      ...osUpgrade([breakAt('PT5M10S', [0], 'PT2M')]),
      action: 'Restart',
      timings: { restart: 'PT30M' },
    })
    expect(first(run).batches[0]!.instances).toEqual([1, 2])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
    expect(first(run).batches.at(-1)!.instances).toContain(0)
  })
})

describe('measures', () => {
  it('RE-13 a healthy spell between two repairs of a slot is no loop', () => {
    const timeline = [breakOne, breakAt('PT30M10S', [3], 'PT1M')]
    const run = playRepairs({ action: 'Reimage', timeline })
    expect(run.measures.repairs).toEqual({ count: 2, loops: 0, suspended: 0 })
    expect(run.measures.perScaleSet['vmss']!.repairs).toEqual(run.measures.repairs)
  })

  it('without a policy there is nothing of all this', () => {
    const run = play({ timeline: [breakOne] })
    expect(run.trace.filter(({ what }) => what.startsWith('repair.'))).toEqual([])
    expect(run.measures.repairs).toEqual({ count: 0, loops: 0, suspended: 0 })
  })
})

describe('a repair whose image is gone', () => {
  const declared = {
    azure: {
      scaleSets: {
        vmss: {
          location: 'eastus',
          sku: { name: 'Standard_D2as_v5', capacity: 5 },
          orchestrationMode: 'Flexible',
          upgradePolicy: { mode: 'Manual' },
          automaticRepairsPolicy: { enabled: true, repairAction: 'Reimage' },
          virtualMachineProfile: {
            storageProfile: { imageReference: { id: 'gal/app' } },
            extensionProfile: {
              extensions: [
                {
                  name: 'health',
                  publisher: 'Microsoft.ManagedServices',
                  type: 'ApplicationHealthLinux',
                  typeHandlerVersion: '1.0',
                  settings: { protocol: 'http', port: 80, requestPath: '/health' },
                },
              ],
            },
          },
        },
      },
      galleries: { gal: { location: 'eastus', images: { app: { versions: { '1.0.0': {} } } } } },
    },
    timeline: [
      { at: 'PT10M', deleteImageVersion: { image: 'gal/app', version: '1.0.0' } },
      { at: 'PT20M', breakInstance: { instance: 'vmss/2' } },
    ],
  }

  it('GA-09 is not started, and told once however often the service looks', () => {
    const scenario = loadScenario(JSON.stringify(declared), 'gone.yaml', { readFile: () => undefined })
    const run = simulate(scenario, { keepTrace: true })
    expect(entries(run, 'repair.started')).toEqual([])
    const told = run.findings.filter(
      ({ code, rules }) => code === 'RequestRefused' && rules.some((id) => /^GA-0[39]$/.test(id)),
    )
    expect(told.map(({ where }) => where)).toEqual(['vmss/2: repair by Reimage'])
  })
})
