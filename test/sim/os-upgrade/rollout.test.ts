import { describe, expect, it } from 'vitest'
import {
  badOn,
  counters,
  countOf,
  entries,
  exclude,
  first,
  HOUR,
  healthExtension,
  imagesOf,
  MINUTE,
  NEW,
  play,
  publish,
  sizesOf,
  startsOf,
  update,
} from './world.ts'

const TOO_MANY_UPGRADED = 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade'
/** The upgrade starts at the full hour; a batch without a fault takes two minutes. */
const START = HOUR
const of = (run: ReturnType<typeof play>, subject: string, what: RegExp) =>
  run.trace.filter((entry) => entry.subject === subject && what.test(entry.what))

describe('which policy, and how large a batch', () => {
  it.each([
    { capacity: 1, sizes: [1] },
    { capacity: 4, sizes: [1, 1, 1, 1] },
    { capacity: 10, sizes: [2, 2, 2, 2, 2] },
    { capacity: 14, sizes: [2, 2, 2, 2, 2, 2, 2] },
  ])('AO-6 20 percent of $capacity, at least one: $sizes', ({ capacity, sizes }) => {
    const run = play({ capacity, mode: 'Manual' })
    expect(sizesOf(run)).toEqual(sizes)
    expect(first(run)).toMatchObject({ status: 'Completed', successful: capacity })
  })

  it('AO-5 the policy of the set with useRollingUpgradePolicy or in mode Rolling, else 20/20/20/PT0S', () => {
    const policy = {
      maxBatchInstancePercent: 50,
      maxUnhealthyInstancePercent: 50,
      maxUnhealthyUpgradedInstancePercent: 50,
      pauseTimeBetweenBatches: 'PT5M',
    }
    const shape = (estate: Parameters<typeof play>[0]) => {
      const { batches } = first(play({ policy, ...estate }))
      return [batches.length, (batches[1]!.startedAtMs - batches[0]!.endedAtMs!) / MINUTE]
    }
    expect(shape({ mode: 'Manual' })).toEqual([5, 0])
    expect(shape({ mode: 'Automatic' })).toEqual([5, 0])
    expect(shape({ mode: 'Rolling' })).toEqual([2, 5])
    expect(shape({ mode: 'Manual', os: { useRollingUpgradePolicy: true } })).toEqual([2, 5])
    expect(shape({ mode: 'Manual', assumptions: { aosPolicySource: 'setPolicy' } })).toEqual([2, 5])
  })
})

describe('what is done to an instance', () => {
  it('AO-12 the same machine gets a disk from the new version, and its extensions run again', () => {
    const run = play({})
    expect(run.instances.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(
      of(run, 'vmss/0', /updating|image|provisioned/).map(({ atMs, what, numbers }) => [atMs - START, what, numbers]),
    ).toEqual([
      [0, 'instance.updating', { version: 0, action: 'osDiskSwap' }],
      [0, 'instance.image', { image: NEW }],
      // Swap 60 s, boot 50 s, extension 10 s.
      [2 * MINUTE, 'instance.provisioned', { version: 0 }],
    ])
  })

  it('AO-12 what was broken on the old disk is gone with it', () => {
    const run = play({ timeline: [publish(), { at: 'PT30M', breakInstance: { instance: 'vmss/0' } }] })
    expect(of(run, 'vmss/0', /erving/).map(({ what }) => what)).toEqual(['instance.notServing', 'instance.serving'])
  })

  it('AO-13 it has five minutes from the end of its extensions to become healthy', () => {
    const failed = entries(play({ newImage: badOn(0) }), 'rollout.instanceFailed')[0]!
    expect(failed).toMatchObject({ subject: 'vmss/0', numbers: { waitedMs: 5 * MINUTE } })
    expect(failed.atMs).toBe(START + 7 * MINUTE)
    const slow = { application: { startup: 'PT4M30S' }, probe: { gracePeriod: 400 } }
    expect(first(play(slow)).status).toBe('Completed')
  })

  it('AO-14 AO-13 an instance that is not healthy in time gets its former disk back, and it alone (W9)', () => {
    const run = play({ newImage: badOn(0) })
    expect(first(run)).toMatchObject({
      status: 'Faulted',
      errorCode: TOO_MANY_UPGRADED,
      rolledBack: 1,
      rollbackFailed: 0,
    })
    expect(counters(first(run))).toEqual([1, 1, 0, 8])
    expect(first(run).decision).toMatchObject({ rule: 'TH-5', count: 1, total: 2 })
    const images = imagesOf(run)
    expect([images['vmss/0'], images['vmss/1'], images['vmss/2']]).toEqual(['1.0.0', '2.0.0', '1.0.0'])
    const [restoring] = entries(run, 'osUpgrade.restoring')
    expect(restoring).toMatchObject({ subject: 'vmss/0', atMs: START + 7 * MINUTE, rule: 'AO-14' })
    expect(of(run, 'vmss/0', /\.serving/)).toHaveLength(1)
  })

  it('AO-14 not with disableAutomaticRollback: the same halt, and the new disk stays (W10)', () => {
    const run = play({ newImage: badOn(0), os: { disableAutomaticRollback: true } })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: TOO_MANY_UPGRADED, rolledBack: 0 })
    expect(counters(first(run))).toEqual([1, 1, 0, 8])
    expect(countOf(run, '2.0.0')).toBe(2)
    expect(entries(run, 'osUpgrade.restoring')).toEqual([])
    expect(of(run, 'vmss/0', /\.serving/)).toEqual([])
  })

  it('AO-14 one whose new disk never boots gets the old one back too, unless assumed otherwise', () => {
    const newImage = { defects: [{ name: 'kernel panic', breaks: ['boot'], share: 100, instances: ['vmss/0'] }] }
    expect(first(play({ newImage }))).toMatchObject({ status: 'Faulted', rolledBack: 1 })
    expect(imagesOf(play({ newImage }))['vmss/0']).toBe('1.0.0')
    const kept = play({ newImage, assumptions: { aosRestoresFailedBoots: false } })
    expect(first(kept)).toMatchObject({ status: 'Faulted', rolledBack: 0 })
  })

  it('AO-15 a restored instance counts as failed, and as unhealthy although it serves again', () => {
    // 25 instances in batches of 5: one bad of the first five is 20 percent and passes, so the next batch decides.
    const estate = { capacity: 25, newImage: badOn(0, 5, 6) }
    const run = play(estate)
    expect(first(run)).toMatchObject({ status: 'Faulted', failed: 3, rolledBack: 3 })
    expect(first(run).decision).toMatchObject({ rule: 'TH-5', count: 3, total: 10 })
    const healthy = play({ ...estate, assumptions: { rolledBackCountsAsFailed: false } })
    expect(first(healthy)).toMatchObject({ status: 'Completed', successful: 22, failed: 3, rolledBack: 3 })
  })

  it('AO-15 one that is taken away before its former disk is up has not been rolled back', () => {
    // The restore begins seven minutes after the batch; swap and boot take nearly two.
    const gone = { at: 'PT1H8M', deleteInstance: { instance: 'vmss/0' } }
    const run = play({ newImage: badOn(0), timeline: [publish(), gone] })
    expect(first(run)).toMatchObject({ failed: 1, rolledBack: 0, rollbackFailed: 1 })
    expect(entries(run, 'osUpgrade.restored')).toMatchObject([{ rule: 'AO-15', numbers: { succeeded: false } }])
  })

  it('AO-16 earlier batches keep the new disk, whoever of them regresses', () => {
    const onset = (instance: number, after: string) => ({
      name: `late ${instance}`,
      share: 100,
      onset: after,
      instances: [`vmss/${instance}`],
    })
    const newImage = { defects: [onset(0, 'PT3M'), onset(2, 'PT0S')] }
    const run = play({ newImage })
    expect(first(run)).toMatchObject({ status: 'Faulted', rolledBack: 1 })
    const images = imagesOf(run)
    expect(['vmss/0', 'vmss/1', 'vmss/2', 'vmss/3', 'vmss/4'].map((instance) => images[instance])).toEqual([
      '2.0.0',
      '2.0.0',
      '1.0.0',
      '2.0.0',
      '1.0.0',
    ])
  })

  it('AO-17 a manual OS upgrade restores nothing', () => {
    const run = play({ os: null, newImage: badOn(0), timeline: [publish(), { at: 'PT1H', startOSUpgrade: {} }] })
    expect(first(run)).toMatchObject({
      trigger: 'ManualOSUpgrade',
      startedBy: 'User',
      status: 'Faulted',
      errorCode: TOO_MANY_UPGRADED,
      rolledBack: 0,
    })
    expect(countOf(run, '2.0.0')).toBe(2)
    // Also where automatic ones would.
    const beside = play({ newImage: badOn(0), timeline: [publish(), { at: 'PT30M', startOSUpgrade: {} }] })
    expect(first(beside)).toMatchObject({ trigger: 'ManualOSUpgrade', rolledBack: 0 })
  })
})

describe('what ends it', () => {
  const broken = (at: string, ...numbers: number[]) => ({
    at,
    breakInstance: { instances: numbers.map((number) => `vmss/${number}`) },
  })

  it('AO-18 TH-1 too many unhealthy before it starts', () => {
    const run = play({ timeline: [publish(), broken('PT30M', 7, 8, 9)] })
    expect(first(run)).toMatchObject({
      status: 'Faulted',
      errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
    })
    expect(first(play({ timeline: [publish(), broken('PT30M', 8, 9)] })).status).toBe('Completed')
  })

  it('AO-18 TH-3 too many unhealthy before a later batch', () => {
    const run = play({ timeline: [publish(), broken('PT1H1M', 7, 8, 9)] })
    expect(first(run).errorCode).toBe('MaxUnhealthyInstancePercentExceededInRollingUpgrade')
    expect(counters(first(run))).toEqual([2, 0, 0, 8])
  })

  it('AO-18 TH-5 too many upgraded ones unhealthy', () => {
    expect(first(play({ newImage: badOn() }))).toMatchObject({ errorCode: TOO_MANY_UPGRADED, failed: 2, rolledBack: 2 })
  })

  it('AO-18 an extension that fails, as with expired credentials, leaves the first batch failed on the new disk', () => {
    const newImage = { defects: [{ name: 'expired credentials', breaks: ['extensions'], share: 100 }] }
    const run = play({ newImage })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: TOO_MANY_UPGRADED, rolledBack: 0 })
    expect(counters(first(run))).toEqual([0, 2, 0, 8])
    expect(countOf(run, '2.0.0')).toBe(2)
    expect(entries(run, 'instance.provisioningFailed')).toHaveLength(2)
  })

  it('AO-23 one entry for the request, one for its acceptance, one for the end with the error', () => {
    const log = (run: ReturnType<typeof play>) =>
      run.trace
        .filter(({ rule }) => rule === 'AO-23')
        .map(({ what, numbers }) => [what, numbers['status'], numbers['code']])
    expect(log(play({}))).toEqual([
      ['osUpgrade.requested', undefined, undefined],
      ['osUpgrade.accepted', undefined, undefined],
      ['osUpgrade.completed', 'Completed', ''],
    ])
    expect(log(play({ newImage: badOn() }))[2]).toEqual(['osUpgrade.completed', 'Faulted', TOO_MANY_UPGRADED])
  })
})

describe('after a halt', () => {
  const halted = { newImage: badOn(), duration: 'P7D' }
  const DAYS_3 = 72 * 60

  it('AO-19 the same version is tried again after three days, for as long as it is latest', () => {
    const [one, two, three] = startsOf(play(halted))
    expect(one).toBe(60)
    // From the end of the attempt to the next full hour after three days.
    expect([two, three]).toEqual([60 + DAYS_3 + 60, 60 + 2 * (DAYS_3 + 60)])
    expect(startsOf(play({ ...halted, assumptions: { aosRetryInterval: 'PT2H' }, duration: 'PT6H' }))).toEqual([
      60, 240,
    ])
  })

  it('AO-19 excluding the version ends that', () => {
    expect(startsOf(play({ ...halted, timeline: [publish(), exclude('PT2H', '2.0.0')] }))).toEqual([60])
  })

  it('AO-19 a newer version is taken up at once', () => {
    const run = play({ ...halted, timeline: [publish(), publish('PT2H10M', '2.0.1')] })
    expect(run.rollouts.map(({ targetImage, status }) => [targetImage, status])).toEqual([
      [NEW, 'Faulted'],
      ['gal/app/2.0.1', 'Completed'],
    ])
    expect(startsOf(run)).toEqual([60, 180])
  })
})

describe('maintenance windows', () => {
  const window = (startDateTime: string, recurEvery: string, duration = '05:00') => ({
    maintenanceConfigurations: {
      weekly: {
        scaleSets: ['vmss'],
        maintenanceScope: 'OSImage',
        maintenanceWindow: { startDateTime, duration, recurEvery },
      },
    },
  })
  const uniform = { uniform: true, duration: 'P9D' }
  const at = (run: ReturnType<typeof play>) => startsOf(run).map((minute) => minute / 60)

  it('AO-20 an upgrade waits for the window, every day or on one day of the week', () => {
    expect(at(play({ ...uniform, azure: window('2026-01-05 10:00', 'Day') }))).toEqual([10])
    // The run begins on a Monday at midnight.
    expect(at(play({ ...uniform, azure: window('2026-01-05 10:00', 'Week Wednesday') }))).toEqual([2 * 24 + 10])
    expect(at(play({ ...uniform, azure: window('2026-01-05 00:00', 'Day') }))).toEqual([1])
  })

  it('AO-20 a batch due outside it fails the run, which goes on in the next window', () => {
    // Ten minutes between batches of 2: the window of five hours closes on 72 instances.
    const policy = { maxBatchInstancePercent: 5, pauseTimeBetweenBatches: 'PT30M' }
    const run = play({ ...uniform, capacity: 40, policy, azure: window('2026-01-05 00:00', 'Day') })
    expect(run.rollouts[0]).toMatchObject({
      status: 'Faulted',
      errorCode: 'RollingUpgradeBatchStartTimeNotWithinScheduledWindows',
    })
    expect(run.rollouts[0]!.endedAtMs).toBeGreaterThanOrEqual(5 * HOUR)
    expect(run.rollouts[0]!.pending).toBeGreaterThan(0)
    expect(at(run)).toEqual([1, 24, 48].slice(0, run.rollouts.length))
    expect(run.rollouts.at(-1)).toMatchObject({ status: 'Completed' })
    expect(countOf(run, '2.0.0')).toBe(40)
  })
})

describe('deferral', () => {
  const deferred = { os: { osRollingUpgradeDeferral: true } }
  const approve = (at: string, instances?: string[]) => ({
    at,
    approveRollingUpgrade: instances === undefined ? {} : { instances },
  })

  it('AO-21 what is found waits for approval, for as long as it takes', () => {
    const run = play({ ...deferred, duration: 'P20D' })
    expect(run.rollouts).toEqual([])
    expect(entries(run, 'osUpgrade.found')).toMatchObject([{ rule: 'AO-21', atMs: HOUR, numbers: { deferred: true } }])
    expect(startsOf(play({ ...deferred, assumptions: { deferralDeadline: 'PT3H' } }))).toEqual([240])
  })

  it('AO-21 approval lets it go, for all or for those that are named', () => {
    const all = play({ ...deferred, timeline: [publish(), approve('PT2H10M')] })
    expect(all.rollouts).toMatchObject([{ startedAtMs: 2 * HOUR + 10 * MINUTE, successful: 10, startedBy: 'Platform' }])
    const some = play({ ...deferred, timeline: [publish(), approve('PT2H10M', ['vmss/4', 'vmss/9'])] })
    expect(some.rollouts[0]).toMatchObject({ successful: 2, leftOut: 8 })
    const images = imagesOf(some)
    expect(Object.keys(images).filter((instance) => images[instance] === '2.0.0')).toEqual(['vmss/4', 'vmss/9'])
  })

  it('AO-21 the rest waits on, and another approval takes it', () => {
    const timeline = [publish(), approve('PT2H10M', ['vmss/4']), approve('PT4H10M')]
    const run = play({ ...deferred, timeline })
    expect(run.rollouts.map(({ successful }) => successful)).toEqual([1, 9])
    expect(countOf(run, '2.0.0')).toBe(10)
  })

  it('AO-21 there is nothing to approve before something was found', () => {
    const run = play({ ...deferred, timeline: [publish(), approve('PT30M')] })
    expect(run.findings.filter(({ code }) => code === 'RequestRefused')).toMatchObject([{ rules: ['AO-21'] }])
    expect(run.rollouts).toEqual([])
  })
})

describe('what stands in its way', () => {
  it('AO-26 on Flexible it is played as on Uniform, as a preview', () => {
    expect(first(play({}))).toMatchObject({ status: 'Completed', successful: 10 })
    expect(first(play({ uniform: true }))).toMatchObject({ status: 'Completed', successful: 10 })
    expect(() => play({ assumptions: { flexAos: 'reject' } })).toThrow(/AO-26/)
    expect(() => play({ policy: { maxSurge: true } })).toThrow(/AO-26/)
    expect(first(play({ uniform: true, policy: { maxSurge: true } })).batches.every(({ surge }) => surge)).toBe(true)
  })

  it('AO-27 an instance with another major version of the health extension has no health', () => {
    // In mode Manual the instances keep the extension they have; a manual OS upgrade counts all ten of them.
    const change = update('PT20M', {
      'virtualMachineProfile.extensionProfile.extensions[health]': healthExtension('2.0'),
    })
    const estate = { mode: 'Manual' as const, os: null, version: '1.0' as const }
    const timeline = [publish(), change, { at: 'PT1H', startOSUpgrade: {} }]
    const gated = play({ ...estate, timeline })
    expect(first(gated)).toMatchObject({
      status: 'Faulted',
      errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
      decision: { count: 10, total: 10 },
    })
    expect(first(play({ ...estate, timeline, assumptions: { extensionVersionGate: false } })).status).toBe('Completed')
    // Other settings of the same version are no matter, and a model change is not gated.
    const settings = update('PT20M', {
      'virtualMachineProfile.extensionProfile.extensions[health]': healthExtension('1.0', { intervalInSeconds: 10 }),
    })
    expect(first(play({ ...estate, timeline: [publish(), settings, timeline[2]!] })).status).toBe('Completed')
    expect(first(play({ ...estate, mode: 'Rolling', timeline: [change] })).status).toBe('Completed')
  })

  it('AO-27 automatic OS upgrade is held back by it, and says so', () => {
    const change = update('PT20M', {
      'virtualMachineProfile.extensionProfile.extensions[health]': healthExtension('2.0'),
    })
    const run = play({ mode: 'Manual', version: '1.0', timeline: [publish(), change] })
    expect(run.rollouts).toEqual([])
    expect(entries(run, 'osUpgrade.blocked')[0]!.numbers).toEqual({ reason: 'extensionMismatch', instances: 10 })
  })

  it('AO-28 a pinned version passes the write, nothing ever triggers, and osRollingUpgrade is refused', () => {
    const pinned = { image: { id: 'gal/app/1.0.0' } }
    const run = play({ ...pinned, timeline: [publish(), { at: 'PT2H', startOSUpgrade: {} }] })
    expect(run.rollouts).toEqual([])
    expect(run.findings.map(({ code }) => code)).toContain('PinnedImageVersion')
    expect(entries(run, 'write.rejected')).toMatchObject([{ rule: 'AO-28', numbers: { code: 'OperationNotAllowed' } }])
    expect(() => play({ ...pinned, assumptions: { aosPinnedVersion: 'reject' } })).toThrow(/AO-28/)
  })

  it('AO-28 AO-2 a write that takes away what it needs is refused where the service refuses it', () => {
    const refused = (estate: Parameters<typeof play>[0], set: Record<string, unknown>) =>
      entries(play({ ...estate, timeline: [publish(), update('PT20M', set)] }), 'write.rejected').map(
        ({ rule, numbers }) => [rule, numbers['code']],
      )
    expect(refused({ mode: 'Manual' }, { 'virtualMachineProfile.extensionProfile': null })).toEqual([
      ['AO-28', 'BadRequest'],
    ])
    const updates = 'virtualMachineProfile.osProfile.windowsConfiguration.enableAutomaticUpdates'
    const windows = { profile: { osProfile: { windowsConfiguration: { enableAutomaticUpdates: false } } } }
    expect(refused(windows, { [updates]: true })).toEqual([['AO-2', 'BadRequest']])
    expect(refused({ ...windows, os: null }, { [updates]: true })).toEqual([])
    const pin = { 'virtualMachineProfile.storageProfile.imageReference.id': 'gal/app/1.0.0' }
    expect(refused({ assumptions: { aosPinnedVersion: 'reject' } }, pin)).toEqual([['AO-28', 'BadRequest']])
    expect(refused({}, pin)).toEqual([])
  })

  it('HE-1 with two health sources it does nothing at all', () => {
    const healthProbe = { id: 'lb/probes/p', protocol: 'Http', port: 80, requestPath: '/health', intervalInSeconds: 5 }
    const run = play({ uniform: true, profile: { networkProfile: { healthProbe } } })
    expect(run.rollouts).toEqual([])
    expect(entries(run, 'osUpgrade.blocked')[0]).toMatchObject({
      rule: 'HE-1',
      numbers: { reason: 'twoHealthSources' },
    })
  })

  it('BT-11 a protected instance is left out, and the rest goes on', () => {
    const protect = { at: 'PT5M', protectInstance: { instance: 'vmss/3', protectFromScaleSetActions: true } }
    const run = play({ timeline: [publish(), protect] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 9, leftOut: 1 })
    expect(imagesOf(run)['vmss/3']).toBe('1.0.0')
    expect(run.rollouts).toHaveLength(1)
  })
})
