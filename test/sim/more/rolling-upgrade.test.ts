import { describe, expect, it } from 'vitest'
import { ALL_BAD, badOn, batchesOf, breakAt, changeImage, counters, entries, first, MINUTE, play } from '../play.ts'

const update = (at: string, set: Record<string, unknown>) => ({ at, updateModel: { set } })
const PAUSE = { pauseTimeBetweenBatches: 'PT10M' }

describe('the work list', () => {
  it('RU-1 the start is entered with its rule, its work list and the size of the set', () => {
    const protect = { at: 'PT1M', protectInstance: { instance: 'vmss/4', protectFromScaleSetActions: true } }
    const run = play({ timeline: [protect, changeImage()] })
    expect(entries(run, 'rollout.started')[0]).toMatchObject({
      rule: 'RU-1',
      numbers: { rollout: 0, trigger: 'ModelChange', workList: 9, total: 10 },
    })
  })

  it('RU-2 an instance that is being deleted when the upgrade starts is not on the list', () => {
    const run = play({ timeline: [{ at: 'PT9M50S', deleteInstance: { instance: 'vmss/3' } }, changeImage()] })
    expect(entries(run, 'rollout.started')[0]!.numbers).toMatchObject({ workList: 9, total: 9 })
    expect(counters(first(run))).toEqual([9, 0, 0, 0])
  })

  it('RU-2 a surplus of overprovisioning is neither on the list nor in the total of any check', () => {
    // Five more are asked for, ten are on their way when the model changes.
    const run = play({
      uniform: true,
      set: { overprovision: true },
      timings: { createControlPlane: 'PT10M' },
      timeline: [{ at: 'PT9M', scaleTo: { capacity: 15 } }, changeImage()],
    })
    expect(entries(run, 'rollout.started')[0]!.numbers['workList']).toBe(10)
    expect(entries(run, 'rollout.check')[0]!.numbers['total']).toBe(10)
  })

  it('RU-10 whoever is deleted, protected or stopped before its batch leaves the list and the pending ones', () => {
    const taken = [
      { at: 'PT11M', deleteInstance: { instance: 'vmss/2' } },
      { at: 'PT11M', protectInstance: { instance: 'vmss/3', protectFromScaleSetActions: true } },
      { at: 'PT11M', deallocate: { instance: 'vmss/4' } },
    ]
    const run = play({ timeline: [changeImage(), ...taken] })
    expect(batchesOf(run).flat()).toEqual([0, 1, 5, 6, 7, 8, 9])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 7, pending: 0 })
  })

  it('RU-10 that holds during a pause as well, up to the very start of the next batch', () => {
    const taken = [
      { at: 'PT15M', protectInstance: { instance: 'vmss/2', protectFromScaleSetActions: true } },
      { at: 'PT21M50S', deleteInstance: { instance: 'vmss/3' } },
    ]
    const run = play({ policy: PAUSE, timeline: [changeImage(), ...taken] })
    expect(batchesOf(run)[1]).toEqual([4])
    expect(counters(first(run))).toEqual([8, 0, 0, 0])
  })

  it('RU-16 a batch never begins on an instance that another operation works on', () => {
    const slow = { restart: 'PT30M' }
    const before = play({ timings: slow, timeline: [{ at: 'PT9M', restart: { instance: 'vmss/0' } }, changeImage()] })
    expect(batchesOf(before)[0]).toEqual([1, 2])
    const during = play({ timings: slow, timeline: [changeImage(), { at: 'PT11M', restart: { instance: 'vmss/2' } }] })
    expect(batchesOf(during)[1]).toEqual([3, 4])
  })
})

describe('a member that is taken away', () => {
  it('RU-10 counts as failed, and the batch ends without it', () => {
    const run = play({ timeline: [changeImage(), { at: 'PT10M30S', deleteInstance: { instance: 'vmss/0' } }] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 9, failed: 1, pending: 0 })
    expect(first(run).batches[0]).toMatchObject({ successful: 1, failed: 1, endedAtMs: 12 * MINUTE })
    expect(entries(run, 'rollout.instanceFailed')[0]).toMatchObject({
      subject: 'vmss/0',
      rule: 'RU-10',
      numbers: { reason: 'taken away during its upgrade' },
    })
  })

  it('TH-6 an upgraded instance that is deleted afterwards has been upgraded all the same', () => {
    const gone = { at: 'PT12M30S', deleteInstance: { instances: ['vmss/0', 'vmss/1'] } }
    const run = play({ timeline: [changeImage(), gone] })
    const totals = entries(run, 'rollout.check')
      .filter((entry) => entry.rule === 'TH-5')
      .map((entry) => entry.numbers['total'])
    // Eight are left of the set, so the batches are of one.
    expect(totals).toEqual([2, 4, 5, 6, 7, 8, 9, 10])
  })

  it('TH-6 upgradedDenominator total divides by the set as it is now, not as it was at the start', () => {
    const timeline = [changeImage(), { at: 'PT11M', scaleTo: { capacity: 20 } }]
    const run = play({ timeline, assumptions: { upgradedDenominator: 'total' } })
    expect(entries(run, 'rollout.check').find((entry) => entry.rule === 'TH-5')!.numbers['total']).toBe(20)
  })
})

describe('the health wait', () => {
  it('TH-9 provisioning that fails is a failure at once, with the time it was waited for', () => {
    const extensions = { defects: [{ name: 'no repository', breaks: ['extensions'], share: 100 }] }
    const run = play({ newImage: extensions })
    const failed = entries(run, 'rollout.instanceFailed')[0]!
    expect(failed).toMatchObject({ rule: 'TH-9', numbers: { reason: 'provisioning failed', waitedMs: 0 } })
    expect(failed.atMs).toBe(10 * MINUTE + 120_000)
    expect(entries(run, 'instance.provisioningFailed')[0]).toMatchObject({
      rule: 'TM-07',
      numbers: { code: 'VMExtensionProvisioningError' },
    })
  })

  it('TH-15 the first Healthy report is entered with the time from provisioned', () => {
    const run = play({ application: { startup: 'PT30S', warmup: 'PT10S' } })
    expect(entries(run, 'rollout.instanceSucceeded')[0]).toMatchObject({ rule: 'TH-15', numbers: { waitedMs: 30_000 } })
  })

  it('TH-12 one that relapses within the stability window has what is left of its health wait, no more', () => {
    const run = play({
      assumptions: { stabilityWindow: 'PT2M', upgradeStep: 'PT0S' },
      timeline: [changeImage(), breakAt('PT13M', [0])],
    })
    // Provisioned at 12:00, ill from 13:00; five minutes after 12:00 it has failed.
    expect(entries(run, 'rollout.instanceFailed')[0]).toMatchObject({ atMs: 17 * MINUTE, rule: 'TH-12' })
  })
})

describe('what the trace says at the border', () => {
  it('RU-4 a pause is entered with its rule; a pause of nothing is not entered', () => {
    expect(entries(play({ policy: PAUSE }), 'rollout.paused')[0]).toMatchObject({
      rule: 'RU-4',
      numbers: { pauseMs: 10 * MINUTE },
    })
    expect(entries(play({}), 'rollout.paused')).toHaveLength(0)
  })

  it('RU-20 after the last batch there is nothing to go on with', () => {
    const run = play({ capacity: 5, newImage: badOn(4) })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 4, failed: 1 })
    expect(entries(run, 'rollout.goesOn')).toHaveLength(0)
  })

  it('RU-11 RU-21 the end names what ended it', () => {
    const endedBy = (run: ReturnType<typeof play>) => entries(run, 'rollout.ended')[0]!.rule
    const cancel = { at: 'PT11M', cancelRollingUpgrade: {} }
    expect(endedBy(play({ timeline: [changeImage(), cancel] }))).toBe('RU-11')
    expect(endedBy(play({ assumptions: { upgradeTimeout: 'PT3M' } }))).toBe('RU-21')
    expect(endedBy(play({ newImage: ALL_BAD }))).toBe('TH-5')
    expect(endedBy(play({}))).toBe('TH-11')
  })

  it('RU-12 a cancel of nothing is also told as a finding', () => {
    const run = play({ timeline: [{ at: 'PT5M', cancelRollingUpgrade: {} }] })
    expect(run.findings.map(({ code, rules }) => [code, ...rules])).toEqual([['RequestRefused', 'RU-12']])
  })
})

describe('what an ended upgrade leaves behind', () => {
  const cancelAndReapply = [
    { at: 'PT13M', cancelRollingUpgrade: {} },
    { at: 'PT14M', reapply: {} },
  ]

  it('RU-4 the pause of a cancelled upgrade has no say in the next one', () => {
    const policy = { pauseTimeBetweenBatches: 'PT30M' }
    const run = play({ policy, timeline: [changeImage(), ...cancelAndReapply] })
    const starts = run.rollouts[1]!.batches.map((batch) => batch.startedAtMs)
    // Batches of two minutes with half an hour between them.
    expect(starts).toEqual([14, 46, 78, 110].map((minute) => minute * MINUTE))
  })

  it('RU-4 nor has the pause of one that timed out', () => {
    const policy = { pauseTimeBetweenBatches: 'PT30M' }
    const run = play({
      policy,
      timeline: [changeImage(), { at: 'PT31M', reapply: {} }],
      assumptions: { upgradeTimeout: 'PT20M' },
      duration: 'PT50M',
    })
    expect(first(run).endedAtMs).toBe(30 * MINUTE)
    expect(run.rollouts[1]!.batches).toHaveLength(1)
  })

  it('RU-21 the time limit of one that is over does not end the next one', () => {
    const second = update('PT1H', { 'sku.name': 'Standard_D4as_v5' })
    const run = play({ timeline: [changeImage(), second], assumptions: { upgradeTimeout: 'PT52M' } })
    expect(run.rollouts.map((rollout) => rollout.status)).toEqual(['Completed', 'Completed'])
  })

  it('RU-21 a limit that passes during a batch lets it finish', () => {
    const run = play({ assumptions: { upgradeTimeout: 'PT1M30S' } })
    expect(first(run)).toMatchObject({
      endedAtMs: 12 * MINUTE,
      errorCode: 'RollingUpgradeTimeoutError',
      successful: 2,
      inProgress: 0,
    })
  })

  it('RU-11 a batch that is cut short sets its members free for other operations', () => {
    const timeline = [
      changeImage(),
      { at: 'PT10M30S', cancelRollingUpgrade: {} },
      { at: 'PT20M', restart: { instance: 'vmss/0' } },
    ]
    const run = play({ timeline, assumptions: { cancelDrainsBatch: false } })
    expect(entries(run, 'operation.rejected')).toHaveLength(0)
    expect(entries(run, 'instance.stopping')).toHaveLength(1)
  })

  it('TH-12 nor does its health wait cut short that of the next upgrade', () => {
    // Waited for until 17:00 by the first, which is cut short; provisioned again at 14:50 and up at 17:50 under the second.
    const timeline = [
      changeImage(),
      { at: 'PT12M30S', cancelRollingUpgrade: {} },
      update('PT13M', { 'sku.name': 'Standard_D4as_v5' }),
    ]
    const run = play({ application: { startup: 'PT3M' }, timeline, assumptions: { cancelDrainsBatch: false } })
    expect(run.rollouts[1]).toMatchObject({ status: 'Completed', successful: 10, failed: 0 })
  })

  it('RU-7 a rollout that has not ended has no end', () => {
    const run = play({ duration: 'PT11M' })
    expect(first(run).endedAtMs).toBeNull()
    expect(first(run).batches[0]!.endedAtMs).toBeNull()
  })
})

describe('rolling back', () => {
  const flagged = (percent: number) => ({
    rollbackFailedInstancesOnPolicyBreach: true,
    maxUnhealthyUpgradedInstancePercent: percent,
  })

  it('TH-17 one that had been good and regressed moves from successful to failed', () => {
    const run = play({ uniform: true, policy: flagged(20), timeline: [changeImage(), breakAt('PT12M30S', [0])] })
    // Update domain 0 is {0, 5}: both good at 12:00; at the next border one of four upgraded ones is ill.
    expect(first(run)).toMatchObject({ status: 'Faulted', successful: 3, failed: 1, rolledBack: 1, pending: 6 })
    expect(entries(run, 'rollout.rollingBack')[0]).toMatchObject({
      rule: 'TH-17',
      numbers: { instances: 1, version: 0 },
    })
  })

  it('TH-17 one that had failed before is not counted twice', () => {
    const run = play({ uniform: true, policy: flagged(20), newImage: ALL_BAD })
    expect(counters(first(run))).toEqual([0, 2, 0, 8])
    expect(first(run).rolledBack).toBe(2)
  })

  it('RU-8 RollingBack is shown until the last of them is back', () => {
    const world = {
      uniform: true,
      policy: flagged(20),
      newImage: ALL_BAD,
      timings: { osDiskSwap: { min: 'PT1M', max: 'PT9M' } },
      assumptions: { emitRollingBack: true },
    }
    const run = play(world)
    const back = entries(run, 'instance.provisioned')
      .filter((entry) => entry.atMs > first(run).endedAtMs!)
      .map((entry) => entry.atMs)
    expect(back).toHaveLength(2)
    expect(back[1]! - back[0]!).toBeGreaterThan(2000)
    const until = (ms: number) => first(play({ ...world, duration: `PT${Math.floor(ms / 1000)}S` })).status
    expect(until(back[1]! - 1000)).toBe('RollingBack')
    expect(until(back[1]! + 1000)).toBe('Faulted')
  })

  it('RU-8 one that is deleted on its way back is not waited for', () => {
    const world = {
      uniform: true,
      policy: flagged(20),
      newImage: ALL_BAD,
      assumptions: { emitRollingBack: true },
    }
    const deleted = { at: 'PT17M30S', deleteInstance: { instances: ['vmss/0', 'vmss/5'] } }
    expect(first(play({ ...world, timeline: [changeImage(), deleted] })).status).toBe('Faulted')
  })
})

describe('what decided', () => {
  it('TH-5 a completed rollout is told by the test that came nearest to its limit, the latest of equal ones', () => {
    // One of 25 is bad, in the second batch of five: 0/5, 1/10, 1/15, ... 1/25.
    const { decision } = first(play({ capacity: 25, newImage: badOn(6) }))
    expect(decision).toMatchObject({ rule: 'TH-5', breached: false, count: 1, total: 10 })
    const clean = first(play({}))
    expect(clean.decision).toMatchObject({ count: 0, total: 10, atMs: clean.endedAtMs })
  })

  it('TH-3 a breach of the whole set is told with its own setting, and names nobody', () => {
    const run = play({ timeline: [changeImage(), breakAt('PT11M', [5, 6, 7])] })
    expect(first(run).errorMessage).toContain('30 % (3 of 10)')
    expect(first(run).errorMessage).toContain('more than maxUnhealthyInstancePercent 20 %')
  })

  it('TH-5 a breach among the upgraded ones names the first that failed', () => {
    const run = play({ newImage: ALL_BAD })
    const [zero, one] = run.instances
    expect(first(run).errorMessage).toContain(`The first one that failed is ${zero!.name}.`)
    expect(first(run).errorMessage).not.toContain(one!.name)
    const regressed = play({ timeline: [changeImage(), breakAt('PT12M30S', [0])] })
    expect(first(regressed).errorCode).toBe('MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade')
    expect(first(regressed).errorMessage).not.toContain('The first one')
  })
})

describe('who is upgraded, and with what effect', () => {
  it('BT-10 with zones before unhealthy ones a batch still starts in the first zone', () => {
    const run = play({
      capacity: 9,
      zones: ['1', '2', '3'],
      policy: { prioritizeUnhealthyInstances: true },
      assumptions: { batchOrder: 'zoneFirst' },
      timeline: [breakAt('PT5M', [5]), changeImage()],
    })
    expect(run.rollouts[0]).toMatchObject({ status: 'Completed', successful: 9 })
    expect(batchesOf(run)[0]).toEqual([0])
  })

  it('RU-2 an instance that is busy when the upgrade begins is upgraded when it is free', () => {
    const timeline = [{ at: 'PT9M', restart: { instance: 'vmss/0' } }, changeImage()]
    const run = play({ capacity: 2, timings: { restart: 'PT10M' }, timeline })
    expect(run.rollouts[0]).toMatchObject({ status: 'Completed', successful: 2 })
    expect(batchesOf(run)).toEqual([[1], [0]])
    // Free after ten minutes and a boot, at 19:50; asked for on the minute, or on the quarter of an hour.
    expect(run.rollouts[0]!.batches[1]!.startedAtMs).toBe(20 * 60_000)
    const patient = play({ capacity: 2, timings: { restart: 'PT10M' }, timeline, assumptions: { busyRetry: 'PT15M' } })
    expect(patient.rollouts[0]!.batches[1]!.startedAtMs).toBe(27 * 60_000)
  })

  it('HE-4 unresolvedProbe says what a probe that cannot be read offline asks', () => {
    const world = {
      uniform: true,
      probe: null,
      capacity: 1,
      application: { startup: 'PT10S', warmup: 'PT5M' },
      profile: { networkProfile: { healthProbe: { id: '/unknown/probe' } } },
    }
    const healthyAt = (assumptions: Record<string, unknown>) =>
      entries(play({ ...world, assumptions }), 'health.changed').findLast((entry) => entry.numbers['to'] === 'Healthy')!
        .atMs
    expect(healthyAt({})).toBeLessThan(13 * 60_000)
    expect(healthyAt({ unresolvedProbe: 'http' })).toBeGreaterThanOrEqual(17 * 60_000)
  })

  it('RU-14 any write goes on with those that are behind, also one that changes nothing of theirs', () => {
    const cancel = { at: 'PT11M', cancelRollingUpgrade: {} }
    const write = { at: 'PT30M', updateModel: { set: { 'scaleInPolicy.rules': ['OldestVM'] } } }
    const run = play({ timeline: [changeImage(), cancel, write] })
    expect(run.rollouts[1]).toMatchObject({ trigger: 'Reapply', status: 'Completed', successful: 8 })
  })

  it('TH-17 takes back only what this upgrade changed', () => {
    const image = { storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' } } }
    const run = play({
      uniform: true,
      profile: image,
      policy: { rollbackFailedInstancesOnPolicyBreach: true },
      timeline: [
        { at: 'PT5M', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } },
        { at: 'PT1H', startOSUpgrade: {} },
        breakAt('PT1H30S', [0, 5]),
      ],
    })
    expect(run.rollouts[1]).toMatchObject({ trigger: 'ManualOSUpgrade', status: 'Faulted', rolledBack: 0 })
  })

  it('MS-1 a user deletes an old instance while its replacement comes up: the set ends at its capacity', () => {
    const timeline = [changeImage(), { at: 'PT11M', deleteInstance: { instance: 'vmss/0' } }]
    const run = play({ policy: { maxSurge: true }, timeline })
    expect(run.instances.filter((instance) => instance.deletedAtMs === null)).toHaveLength(9)
  })

  it('a defect that keeps the guest down harms from the moment it should have been up, and counts as exposure', () => {
    const run = play({ capacity: 5, newImage: { defects: [{ name: 'panic', breaks: ['boot'], share: 100 }] } })
    const harmed = entries(run, 'instance.harmed')[0]!
    expect(harmed).toMatchObject({ atMs: 10 * 60_000 + 110_000, numbers: { defect: 'panic' } })
    expect(run.measures.exposed.instances).toBe(1)
  })

  it('UM-5 custom data takes effect on a new disk, not on a running instance', () => {
    const truth = {
      name: 'bad script',
      when: { 'virtualMachineProfile.osProfile.customData': 'eA==' },
      defects: [{ name: 'bad script' }],
    }
    const write = { at: 'PT10M', updateModel: { set: { 'virtualMachineProfile.osProfile.customData': 'eA==' } } }
    const run = play({ world: { models: [truth] }, timeline: [write] })
    expect(run.rollouts[0]).toMatchObject({ status: 'Completed' })
    expect(run.measures.blastRadius.instances).toBe(0)
  })

  it('a defect goes on counting its onset through an update that needs no boot', () => {
    const path = 'virtualMachineProfile.extensionProfile.extensions[health].settings.intervalInSeconds'
    const run = play({
      mode: 'Automatic',
      capacity: 1,
      newImage: { defects: [{ name: 'leak', onset: 'PT2H' }] },
      timeline: [changeImage(), { at: 'PT1H', updateModel: { set: { [path]: 10 } } }],
    })
    expect(run.measures.blastRadius.instances).toBe(1)
  })
})
