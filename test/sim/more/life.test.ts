import { describe, expect, it } from 'vitest'
import { ALL_BAD, badOn, breakAt, changeImage, entries, first, MINUTE, play, scenarioOf } from '../play.ts'

const update = (at: string, set: Record<string, unknown>) => ({ at, updateModel: { set } })
const bigger = (at: string) => update(at, { 'sku.name': 'Standard_D4as_v5' })
const probeEvery = (at: string, seconds: number) =>
  update(at, {
    'virtualMachineProfile.extensionProfile.extensions[health].settings.intervalInSeconds': seconds,
  })
const restart = (at: string, instance = 'vmss/0') => ({ at, restart: { instance } })
const reimage = (at: string, instance = 'vmss/0') => ({ at, reimage: { instance } })
const of = (run: ReturnType<typeof play>, subject: string, what: RegExp) =>
  run.trace
    .filter((entry) => entry.subject === subject && what.test(entry.what))
    .map((entry) => [entry.atMs / MINUTE, entry.what])

/** Nothing answers for the defect but serving itself: the probe looks elsewhere. */
const UNSEEN = { needs: ['db'], endpoints: { '/health': { checks: [], answers: 'rich' } } }
const breaksDb = (of: Record<string, unknown> = {}) => ({ name: 'no database', breaks: ['db'], share: 100, ...of })

describe('what it takes to bring an instance to another model', () => {
  it('UM-5 a new size keeps the disk: the extensions do not install again', () => {
    const provisioned = entries(play({ timeline: [bigger('PT10M')] }), 'instance.provisioned')[0]!
    // Resize 60 s, boot 50 s.
    expect(provisioned.atMs).toBe(10 * MINUTE + 110_000)
    expect(entries(play({}), 'instance.provisioned')[0]!.atMs).toBe(10 * MINUTE + 120_000)
  })

  it('UM-7 after a restart the extensions are there already, after a reimage they install anew', () => {
    const at = (action: Record<string, unknown> & { at: string }) =>
      entries(play({ timeline: [action] }), 'instance.provisioned')[0]!.atMs - 10 * MINUTE
    expect(at(restart('PT10M'))).toBe(80_000)
    expect(at(reimage('PT10M'))).toBe(120_000)
  })

  it('UM-5 what asks nothing of an instance is applied in no time', () => {
    const repairs = { enabled: true, gracePeriod: 'PT30M' }
    const run = play({ timeline: [update('PT10M', { automaticRepairsPolicy: repairs })] })
    expect(entries(run, 'instance.updating')[0]!.numbers['action']).toBe('none')
    expect(entries(run, 'instance.provisioned')[0]!.atMs).toBe(10 * MINUTE)
  })

  it('the guest agent installs one extension after the other', () => {
    const more = ['a', 'b'].map((name) => ({
      name,
      publisher: 'P',
      type: 'T',
      typeHandlerVersion: '1.0',
      settings: {},
    }))
    const run = play({
      timeline: [
        update('PT1M', {
          'virtualMachineProfile.extensionProfile.extensions[a]': more[0],
          'virtualMachineProfile.extensionProfile.extensions[b]': more[1],
        }),
        { at: 'PT2H', scaleTo: { capacity: 11 } },
      ],
    })
    const provisioned = of(run, 'vmss/10', /provisioned/)
    // Created 60 s, boot 50 s, three times 10 s.
    expect(provisioned).toEqual([[120 + 140 / 60, 'instance.provisioned']])
  })

  it('TM-07 extensions that take longer than their budget together have failed at its end', () => {
    const slow = { timings: { extensionInstall: 'PT40M' }, timeline: [{ at: 'PT10M', scaleTo: { capacity: 11 } }] }
    const [health] = scenarioOf({}).scaleSets[0]!.model.virtualMachineProfile.extensionProfile!.extensions!
    const outcome = (extensionsTimeBudget?: string) => {
      const extensions = [health, { name: 'a', publisher: 'P', type: 'T', typeHandlerVersion: '1.0' }]
      const extensionProfile = { extensions, ...(extensionsTimeBudget ? { extensionsTimeBudget } : {}) }
      return of(play({ ...slow, profile: { extensionProfile } }), 'vmss/10', /provision/)
    }
    // Created 60 s, boot 50 s, twice 40 min: within the default of an hour and a half.
    const guestUp = 10 + 110 / 60
    expect(outcome()).toEqual([[guestUp + 80, 'instance.provisioned']])
    expect(outcome('PT1H')).toEqual([[guestUp + 60, 'instance.provisioningFailed']])
    expect(outcome('PT1H20M')).toEqual([[guestUp + 80, 'instance.provisioned']])
  })

  it('TH-15 a health extension that is changed in place is waited for from the moment it was applied', () => {
    const run = play({ timeline: [probeEvery('PT10M', 10)] })
    const waited = entries(run, 'rollout.instanceSucceeded').map((entry) => Number(entry.numbers['waitedMs']))
    expect(Math.max(...waited)).toBeLessThanOrEqual(10_000)
  })
})

describe('one thing at a time', () => {
  it('RU-16 an instance that boots after a restart is still busy', () => {
    const run = play({ timeline: [restart('PT1M'), reimage('PT1M45S')] })
    expect(entries(run, 'operation.rejected')[0]).toMatchObject({ rule: 'RU-16' })
    const later = play({ timeline: [restart('PT1M'), reimage('PT2M30S')] })
    expect(entries(later, 'operation.rejected')).toHaveLength(0)
  })

  it('RU-16 a member of the running batch is busy until its verdict', () => {
    // Up and provisioned at 12:00, not Healthy before 14:00.
    const world = { application: { startup: 'PT3M' }, probe: { gracePeriod: 600 } }
    const run = play({ ...world, timeline: [changeImage(), restart('PT12M30S')] })
    expect(entries(run, 'operation.rejected')[0]).toMatchObject({ subject: 'vmss/0', rule: 'RU-16' })
    expect(run.findings.map((finding) => finding.code)).toContain('RequestRefused')
  })

  it('nothing of the old life happens to an instance that is deleted while it boots', () => {
    const gone = (at: string) => [
      { at: 'PT10M', scaleTo: { capacity: 11 } },
      { at, deleteInstance: { instance: 'vmss/10' } },
    ]
    for (const at of ['PT10M30S', 'PT11M20S', 'PT11M55S']) {
      const run = play({ timeline: gone(at) })
      const deleting = entries(run, 'instance.deleting')[0]!
      const after = run.trace.filter((entry) => entry.id > deleting.id && entry.subject === 'vmss/10')
      expect(
        after.map((entry) => entry.what).filter((what) => !/health.changed|notServing/.test(what)),
        at,
      ).toEqual(['instance.deleted'])
      expect(run.instances[10]!.deletedAtMs).toBe(deleting.atMs + 30_000)
    }
  })

  it('deallocate and start mind the state: neither is done twice, and a stopped one is not restarted', () => {
    const deallocate = { at: 'PT1M', deallocate: { instance: 'vmss/0' } }
    const run = play({ timeline: [deallocate, { ...deallocate, at: 'PT5M' }, restart('PT6M')] })
    expect(entries(run, 'instance.stopping')).toHaveLength(1)
    expect(entries(play({ timeline: [{ at: 'PT1M', start: { instance: 'vmss/0' } }] }), 'instance.starting')).toEqual(
      [],
    )
  })

  it('an instance that is gone cannot be deleted again', () => {
    const remove = { at: 'PT1M', deleteInstance: { instance: 'vmss/0' } }
    const run = play({ timeline: [remove, { ...remove, at: 'PT1M10S' }, { ...remove, at: 'PT5M' }] })
    expect(entries(run, 'instance.deleting')).toHaveLength(1)
    // The set is asked to be nine, so nothing is missing.
    expect(run.measures.availability.lostInstanceMinutes).toBe(0)
  })

  it('PL-55 instances can be called by name', () => {
    const { name } = play({ timeline: [] }).instances[4]!
    const run = play({ timeline: [restart('PT1M', name)] })
    expect(entries(run, 'instance.stopping')[0]!.subject).toBe('vmss/4')
  })
})

describe('BT-14 an instance that was stopped during an upgrade', () => {
  const stop = { at: 'PT5M', deallocate: { instance: 'vmss/9' } }
  const start = { at: 'PT2H', start: { instance: 'vmss/9' } }

  it('BT-14 starts on the newest model, with a new disk where the model asks for one', () => {
    const run = play({ timeline: [breakAt('PT1M', [9]), stop, changeImage(), start] })
    // Start 20 s, boot 50 s: the broken process of the old disk is gone; the extension installs again.
    expect(of(run, 'vmss/9', /erving|provisioned/)).toEqual([
      [1, 'instance.notServing'],
      [120 + 70 / 60, 'instance.serving'],
      [120 + 80 / 60, 'instance.provisioned'],
    ])
    expect(entries(run, 'instance.provisioned').at(-1)!.numbers['version']).toBe(1)
  })

  it('BT-14 on its own model in mode Manual, with the disk it had', () => {
    const run = play({ mode: 'Manual', timeline: [breakAt('PT1M', [9]), stop, changeImage(), start] })
    expect(entries(run, 'instance.provisioned').at(-1)!.numbers['version']).toBe(0)
    expect(of(run, 'vmss/9', /\.serving/)).toEqual([])
  })

  it('BT-14 what the newest model does to it then is harm of the change', () => {
    const run = play({ newImage: badOn(9), timeline: [stop, changeImage(), start] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 9 })
    expect(run.measures.blastRadius.instances).toBe(1)
    expect(run.measures.exposed.instances).toBe(10)
  })
})

describe('faults and cures (design §5a 4)', () => {
  const hang = (at: string, lasts?: string) => ({
    at,
    hangInstance: { instance: 'vmss/0', ...(lasts ? { for: lasts } : {}) },
  })
  const servingTimes = (run: ReturnType<typeof play>) => of(run, 'vmss/0', /\.serving|notServing|cured/)

  it('a hang with a length lasts exactly that long, whatever restarts the instance; one without is cured by a restart', () => {
    const timed = play({ timeline: [hang('PT10M', 'PT30M'), restart('PT20M')] })
    expect(servingTimes(timed).at(-1)).toEqual([40, 'instance.serving'])
    const open = play({ timeline: [hang('PT10M'), restart('PT20M')] })
    expect(servingTimes(open).at(-1)![1]).toBe('instance.serving')
    expect(Number(servingTimes(open).at(-1)![0])).toBeLessThan(25)
  })

  it('a breakdown with a length outlasts a new disk', () => {
    const run = play({ timeline: [breakAt('PT10M', [0], 'PT30M'), reimage('PT20M')] })
    expect(servingTimes(run).at(-1)).toEqual([40, 'instance.serving'])
  })

  it('of two overlapping faults the one without an end stays', () => {
    const broken = play({ timeline: [breakAt('PT10M', [0], 'PT10M'), breakAt('PT15M', [0])] })
    expect(servingTimes(broken)).toEqual([[10, 'instance.notServing']])
    const hung = play({ timeline: [hang('PT10M', 'PT10M'), hang('PT15M', 'PT30M')] })
    expect(servingTimes(hung).at(-1)).toEqual([45, 'instance.serving'])
  })

  it('what is not up cannot hang, what is being deleted cannot break', () => {
    const run = play({ timeline: [{ at: 'PT1M', deallocate: { instance: 'vmss/0' } }, hang('PT5M')] })
    expect(entries(run, 'instance.hung')).toEqual([])
    const gone = play({ timeline: [{ at: 'PT1M', deleteInstance: { instance: 'vmss/0' } }, breakAt('PT1M10S', [0])] })
    expect(entries(gone, 'instance.broken')).toEqual([])
  })

  it('an instance is born into the failure of its dependency, and out of it', () => {
    const timeline = [
      { at: 'PT1M', failDependency: { dependency: 'db', for: 'PT1H' } },
      { at: 'PT10M', scaleTo: { capacity: 11 } },
    ]
    const run = play({ application: { needs: ['db'] }, timeline })
    expect(of(run, 'vmss/10', /erving/)).toEqual([[61, 'instance.serving']])
  })
})

describe('defects', () => {
  it('bite only in the zones they name', () => {
    const run = play({
      capacity: 9,
      zones: ['1', '2', '3'],
      newImage: { defects: [{ name: 'bad', share: 100, zones: ['2'] }] },
      policy: { maxUnhealthyUpgradedInstancePercent: 100, maxUnhealthyInstancePercent: 100 },
    })
    expect(run.measures.blastRadius).toMatchObject({ instances: 3, zones: 1 })
  })

  it('hit about the share they name, the same disks every time; a new disk draws anew', () => {
    const world = {
      mode: 'Automatic' as const,
      capacity: 200,
      newImage: { defects: [breaksDb({ share: 25 })] },
      application: UNSEEN,
    }
    const harmed = play(world).instances.filter((instance) => instance.harmed)
    expect(harmed.length).toBeGreaterThan(25)
    expect(harmed.length).toBeLessThan(75)
    const instances = Array.from({ length: 200 }, (_, index) => `vmss/${index}`)
    const again = play({ ...world, timeline: [changeImage(), { at: 'PT1H', reimage: { instances } }] })
    const ever = again.instances.filter((instance) => instance.harmed).length
    // Two draws of a quarter: more than one, nowhere near all.
    expect(ever).toBeGreaterThan(harmed.length + 15)
  })

  it('a passing one is over at time 0, a lasting one has bitten; neither is harm of the run', () => {
    const passing = play({ application: UNSEEN, oldImage: { defects: [breaksDb({ duration: 'PT5M' })] }, timeline: [] })
    expect(passing.measures.availability.minServing).toBe(10)
    const lasting = play({ application: UNSEEN, oldImage: { defects: [breaksDb()] }, timeline: [] })
    expect(lasting.measures).toMatchObject({ availability: { minServing: 0 }, blastRadius: { instances: 0 } })
  })

  it('the onset counts from the end of the last boot', () => {
    const world = {
      mode: 'Automatic' as const,
      capacity: 1,
      application: UNSEEN,
      newImage: { defects: [breaksDb({ onset: 'PT1H' })] },
    }
    // Guest up at 11:50; restarted at 40:00, up again 80 s later.
    expect(entries(play(world), 'defect.active').map((entry) => entry.atMs)).toEqual([(71 * 60 + 50) * 1000])
    const restarted = play({ ...world, timeline: [changeImage(), restart('PT40M')] })
    expect(entries(restarted, 'defect.active').map((entry) => entry.atMs)).toEqual([101 * MINUTE + 20_000])
    const stopped = play({ ...world, timeline: [changeImage(), { at: 'PT40M', deallocate: { instance: 'vmss/0' } }] })
    expect(entries(stopped, 'defect.active')).toEqual([])
  })

  it('one that passes lasts from its own onset, whatever an earlier boot had begun', () => {
    const run = play({
      mode: 'Automatic',
      capacity: 1,
      application: UNSEEN,
      newImage: { defects: [breaksDb({ duration: 'PT30M' })] },
      timeline: [changeImage(), restart('PT30M')],
    })
    // Bites at 11:50 and, after the restart, at 31:20 for half an hour.
    expect(entries(run, 'defect.ended').map((entry) => entry.atMs)).toEqual([61 * MINUTE + 20_000])
    expect(entries(run, 'instance.unharmed').at(-1)!.atMs).toBe(61 * MINUTE + 20_000)
  })

  it('of two, the one that lasts stays when the other passes', () => {
    const run = play({
      mode: 'Automatic',
      capacity: 1,
      application: { ...UNSEEN, needs: ['db', 'cache'] },
      newImage: {
        defects: [
          { name: 'lasting', breaks: ['db'], share: 100 },
          { name: 'passing', breaks: ['cache'], share: 100, duration: 'PT5M' },
        ],
      },
    })
    expect(entries(run, 'defect.ended').map((entry) => entry.numbers['defect'])).toEqual(['passing'])
    expect(run.measures.timeToRecover).toBeNull()
    expect(run.measures.blastRadius.instanceMinutes).toBeCloseTo(350 - 110 / 60, 6)
  })

  it('harm begins when the application should be able to serve', () => {
    const run = play({ capacity: 25, newImage: badOn(0), application: { startup: 'PT30S', warmup: 'PT20S' } })
    expect(entries(run, 'instance.harmed')[0]!.atMs).toBe(10 * MINUTE + 160_000)
  })

  it('a change that needs no boot leaves what bites biting', () => {
    const run = play({ application: UNSEEN, oldImage: { defects: [breaksDb()] }, timeline: [probeEvery('PT10M', 10)] })
    expect(entries(run, 'instance.serving')).toEqual([])
    expect(entries(run, 'defect.active')).toEqual([])
  })

  it('a change that needs no boot does not bring back what has passed', () => {
    const run = play({
      application: UNSEEN,
      oldImage: { defects: [breaksDb({ duration: 'PT5M' })] },
      timeline: [probeEvery('PT10M', 10)],
    })
    expect(entries(run, 'defect.active')).toEqual([])
    expect(run.measures.availability.minServing).toBe(10)
  })

  it('a setting that harms is harm of the change that brought it, and ends with the change back', () => {
    const path = 'virtualMachineProfile.extensionProfile.extensions[health].settings.intervalInSeconds'
    const models = [{ name: 'too often', when: { [path]: 10 }, defects: [breaksDb()] }]
    const run = play({
      mode: 'Automatic',
      application: UNSEEN,
      world: { models },
      timeline: [probeEvery('PT10M', 10), probeEvery('PT1H', 5)],
    })
    expect(run.measures.blastRadius.instances).toBe(10)
    expect(run.measures.exposed.instances).toBe(10)
    expect(run.measures.blastRadius.instanceMinutes).toBeCloseTo(500, 6)
  })

  it('the defect of the image of time 0 is no harm of the run: not on a new instance, a restarted one, or one rolled back to it', () => {
    const world = { application: UNSEEN, oldImage: { defects: [breaksDb()] } }
    const run = play({ ...world, timeline: [{ at: 'PT5M', scaleTo: { capacity: 11 } }, restart('PT10M')] })
    expect(run.measures).toMatchObject({ blastRadius: { instances: 0 }, exposed: { instances: 0 } })
    const back = play({
      ...world,
      uniform: true,
      newImage: ALL_BAD,
      policy: { rollbackFailedInstancesOnPolicyBreach: true },
    })
    expect(first(back).rolledBack).toBe(2)
    expect(entries(back, 'instance.unharmed')).toHaveLength(2)
    expect(entries(back, 'instance.harmed')).toHaveLength(2)
    expect(back.measures.blastRadius.instances).toBe(2)
  })

  it('TH-17 goes back one model, not to the first one', () => {
    const run = play({
      uniform: true,
      policy: { rollbackFailedInstancesOnPolicyBreach: true },
      newImage: ALL_BAD,
      timeline: [bigger('PT10M'), changeImage('PT2H')],
    })
    expect(run.rollouts[1]!.rolledBack).toBe(2)
    expect(
      entries(run, 'instance.updating')
        .slice(-2)
        .map((entry) => entry.numbers['version']),
    ).toEqual([1, 1])
  })
})
