import { describe, expect, it } from 'vitest'
import {
  ALL_BAD,
  badOn,
  batchesOf,
  breakAt,
  changeImage,
  counters,
  entries,
  first,
  MINUTE,
  NEW,
  play,
} from '../play.ts'

const update = (at: string, set: Record<string, unknown>) => ({ at, updateModel: { set } })
const bigger = (at: string) => update(at, { 'sku.name': 'Standard_D4as_v5' })
const cancelAt = (at: string) => ({ at, cancelRollingUpgrade: {} })
const reapplyAt = (at: string) => ({ at, reapply: {} })

/** Members of the set after each creation and deletion. */
function capacitiesOver(run: ReturnType<typeof play>): number[] {
  let members = 10
  return run.trace.flatMap((entry) => {
    if (entry.what === 'instance.creating') members++
    else if (entry.what === 'instance.deleting') members--
    else return []
    return [members]
  })
}

describe('life of a rolling upgrade', () => {
  it('RU-1 a model change in mode Rolling starts one, and so does a manual OS upgrade', () => {
    expect(first(play({}))).toMatchObject({ trigger: 'ModelChange', mode: 'Rolling', startedAtMs: 10 * MINUTE })
    const latest = { storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' } } }
    const os = play({ profile: latest, timeline: [{ at: 'PT5M', startOSUpgrade: {} }] })
    expect(first(os).trigger).toBe('ManualOSUpgrade')
  })

  it('RU-2 only instances that are not on the latest model are touched', () => {
    // Two were brought up by hand before: eight are left.
    const timeline = [
      update('PT1M', { 'upgradePolicy.mode': 'Manual' }),
      changeImage('PT2M'),
      { at: 'PT3M', manualUpgrade: { instances: ['vmss/3', 'vmss/7'] } },
      update('PT30M', { 'upgradePolicy.mode': 'Rolling' }),
    ]
    const run = play({ timeline, assumptions: { modeToRollingStartsUpgrade: false } })
    expect(batchesOf(run).flat()).toEqual([0, 1, 2, 4, 5, 6, 8, 9])
  })

  it('RU-2 an OS upgrade with nothing newer completes and counts every instance as successful', () => {
    const latest = { storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' } } }
    const run = play({ capacity: 2, profile: latest, timeline: [{ at: 'PT5M', startOSUpgrade: {} }] })
    expect(counters(first(run))).toEqual([2, 0, 0, 0])
    // Measured: two batches of one, a step of 60 s each, although nothing changes.
    expect(first(run).endedAtMs! - first(run).startedAtMs).toBe(2 * MINUTE)
    expect(entries(run, 'instance.starting')).toHaveLength(0)
  })

  it('RU-3 check, batch, wait, check, pause, again', () => {
    const run = play({ capacity: 2, policy: { pauseTimeBetweenBatches: 'PT1M' } })
    const loop = run.trace
      .map((entry) => entry.what)
      .filter((what) => /^rollout\.(check|batch|paused|ended)/.test(what))
    const once = ['rollout.check', 'rollout.batchStarted', 'rollout.batchEnded', 'rollout.check']
    expect(loop).toEqual([...once, 'rollout.paused', ...once, 'rollout.ended'])
  })

  it('RU-4 the pause runs from the end of one batch to the start of the next, none after the last', () => {
    const run = play({ capacity: 3, policy: { pauseTimeBetweenBatches: 'PT7M' } })
    const [a, b, c] = first(run).batches
    expect(b!.startedAtMs - a!.endedAtMs!).toBe(7 * MINUTE)
    expect(c!.startedAtMs - b!.endedAtMs!).toBe(7 * MINUTE)
    expect(first(run).endedAtMs).toBe(c!.endedAtMs)
    expect(entries(run, 'rollout.paused')).toHaveLength(2)
  })

  it('RU-5 batches never overlap, and in place they cost capacity', () => {
    const run = play({})
    const { batches } = first(run)
    for (const [index, batch] of batches.entries())
      if (index > 0) expect(batch.startedAtMs).toBeGreaterThanOrEqual(batches[index - 1]!.endedAtMs!)
    expect(run.measures.availability.minServing).toBe(8)
    expect(run.measures.cost.surgeHours).toBe(0)
  })

  it('RU-7 RU-10 the counters of a finished run add up to its work list', () => {
    const { rollouts } = play({ newImage: ALL_BAD })
    expect(counters(rollouts[0]!)).toEqual([0, 2, 0, 8])
    const running = play({ duration: 'PT11M' })
    expect(counters(first(running))).toEqual([0, 0, 2, 8])
    expect(first(running).status).toBe('RollingForward')
  })

  it('RU-8 RU-13 a breach ends in Faulted with lastAction Start, never Cancelled or RollingBack', () => {
    const run = play({ uniform: true, policy: { rollbackFailedInstancesOnPolicyBreach: true }, newImage: ALL_BAD })
    expect(first(run)).toMatchObject({ status: 'Faulted', lastAction: 'Start' })
    expect(first(run).errorCode).toMatch(/^MaxUnhealthy/)
  })

  it('RU-8 emitRollingBack shows the way back as a status of its own, then Faulted', () => {
    const world = {
      uniform: true,
      policy: { rollbackFailedInstancesOnPolicyBreach: true },
      newImage: ALL_BAD,
      assumptions: { emitRollingBack: true },
    }
    // Faulted at 17 min; the old disk is back two minutes later.
    expect(first(play({ ...world, duration: 'PT18M' }))).toMatchObject({ status: 'RollingBack', rolledBack: 2 })
    expect(first(play(world)).status).toBe('Faulted')
  })

  it('RU-9 RU-11 a cancel lets the batch in flight finish, then Cancelled; lastAction is Cancel at once', () => {
    const run = play({ timeline: [changeImage(), cancelAt('PT13M')] })
    expect(first(run)).toMatchObject({ status: 'Cancelled', lastAction: 'Cancel', endedAtMs: 14 * MINUTE })
    expect(counters(first(run))).toEqual([4, 0, 0, 6])
    const undrained = play({ timeline: [changeImage(), cancelAt('PT13M')], assumptions: { cancelDrainsBatch: false } })
    expect(first(undrained)).toMatchObject({ status: 'Cancelled', endedAtMs: 13 * MINUTE })
    expect(counters(first(undrained))).toEqual([2, 0, 2, 6])
  })

  it('RU-11 during a pause a cancel ends it at once', () => {
    const timeline = [changeImage(), cancelAt('PT13M')]
    const run = play({ policy: { pauseTimeBetweenBatches: 'PT30M' }, timeline })
    expect(first(run)).toMatchObject({ status: 'Cancelled', endedAtMs: 13 * MINUTE, successful: 2 })
  })

  it('RU-11 a cancel wins over a breach at the same border, with the breach in the details', () => {
    const run = play({ newImage: ALL_BAD, timeline: [changeImage(), cancelAt('PT13M')] })
    expect(first(run)).toMatchObject({ status: 'Cancelled', errorCode: null })
    expect(first(run).decision).toMatchObject({ breached: true, count: 2, total: 2 })
  })

  it('RU-12 cancelling when nothing runs is answered with OperationNotAllowed', () => {
    const run = play({ timeline: [cancelAt('PT5M')] })
    expect(entries(run, 'operation.rejected')[0]).toMatchObject({
      rule: 'RU-12',
      numbers: { code: 'OperationNotAllowed' },
    })
  })

  it('RU-14 after a breach an unchanged update goes on with those that are behind', () => {
    const timeline = [changeImage(), breakAt('PT11M', [5, 6, 7], 'PT20M'), reapplyAt('PT40M')]
    const run = play({ timeline })
    expect(first(run).status).toBe('Faulted')
    expect(run.rollouts[1]).toMatchObject({ trigger: 'Reapply', status: 'Completed', successful: 8 })
    expect(batchesOf(run, 1).flat()).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('RU-14 with nobody behind an unchanged update starts nothing', () => {
    const run = play({ timeline: [reapplyAt('PT5M'), update('PT6M', { 'sku.name': 'Standard_D2as_v5' })] })
    expect(run.rollouts).toHaveLength(0)
    expect(entries(run, 'model.unchanged')).toHaveLength(2)
  })

  it('RU-15 a new upgrade starts over: before-first-batch check, fresh counters', () => {
    const timeline = [changeImage(), breakAt('PT11M', [5, 6, 7]), reapplyAt('PT40M')]
    const run = play({ timeline })
    // The three are still broken: the second run does not even begin, and has forgotten the two successes.
    expect(run.rollouts[1]).toMatchObject({
      errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
      successful: 0,
    })
  })

  it('RU-16 while an upgrade runs other writes are refused; writeDuringUpgrade queue lets them wait', () => {
    const timeline = [changeImage(), bigger('PT12M'), reapplyAt('PT13M')]
    const run = play({ timeline })
    expect(entries(run, 'write.rejected').map((entry) => entry.rule)).toEqual(['RU-16', 'RU-16'])
    expect(run.rollouts).toHaveLength(1)
    expect(run.findings.map(({ code, rules }) => [code, ...rules])).toEqual([
      ['RequestRefused', 'RU-16'],
      ['RequestRefused', 'RU-16'],
    ])
    const queued = play({ timeline, assumptions: { writeDuringUpgrade: 'queue' } })
    expect(queued.rollouts[1]).toMatchObject({ target: expect.stringContaining('Standard_D4as_v5'), successful: 10 })
  })

  it('RU-17 an instance created during an upgrade is on the newest model and needs no batch', () => {
    const run = play({ timeline: [changeImage(), { at: 'PT11M', scaleTo: { capacity: 11 } }] })
    const created = entries(run, 'instance.creating')[0]!
    expect(created).toMatchObject({ subject: 'vmss/10', numbers: { version: 1 } })
    expect(batchesOf(run).flat()).not.toContain(10)
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
  })

  it('RU-18 scale-out joins the total, scale-in waits for the end of the batch and spares its members', () => {
    const grow = play({ timeline: [changeImage(), { at: 'PT11M', scaleTo: { capacity: 20 } }] })
    expect(first(grow).batches.map((batch) => batch.instances.length)).toEqual([2, 4, 4])
    const frozen = play({
      timeline: [changeImage(), { at: 'PT11M', scaleTo: { capacity: 20 } }],
      assumptions: { freezeTotalAtStart: true },
    })
    expect(first(frozen).batches.map((batch) => batch.instances.length)).toEqual([2, 2, 2, 2, 2])
    const shrink = play({ timeline: [changeImage(), { at: 'PT11M', scaleTo: { capacity: 6 } }] })
    expect(entries(shrink, 'scaleSet.scaleDeferred')[0]).toMatchObject({ atMs: 11 * MINUTE, rule: 'RU-18' })
    expect(entries(shrink, 'scaleSet.scaledIn')[0]!.atMs).toBe(12 * MINUTE)
    expect(first(shrink)).toMatchObject({ status: 'Completed', successful: 6 })
    const last = play({
      timeline: [changeImage(), { at: 'PT11M', scaleTo: { capacity: 6 } }],
      assumptions: { scaleInDuringUpgrade: 'deferToEnd' },
    })
    expect(entries(last, 'scaleSet.scaledIn')[0]!.atMs).toBe(first(last).endedAtMs)
    const later = play({
      timeline: [changeImage(), { at: 'PT11M', scaleTo: { capacity: 12 } }],
      assumptions: { scaleOutDuringUpgrade: 'deferToEnd' },
    })
    expect(entries(later, 'scaleSet.scaledOut')[0]!.atMs).toBe(first(later).endedAtMs)
  })

  it('RU-20 a failed instance that passes the thresholds stays on the new model, and the next batches go on', () => {
    const run = play({ capacity: 25, newImage: badOn(0) })
    expect(entries(run, 'rollout.goesOn')[0]).toMatchObject({
      rule: 'RU-20',
      numbers: { code: 'RollingUpgradeInProgressWithFailedUpgradedVMs', failed: 1 },
    })
    expect(first(run)).toMatchObject({ status: 'Completed', failed: 1, successful: 24 })
    expect(entries(run, 'instance.updating').filter((entry) => entry.subject === 'vmss/0')).toHaveLength(1)
  })

  it('RU-21 an upgrade that takes too long ends in RollingUpgradeTimeoutError at the next border', () => {
    const world = { policy: { pauseTimeBetweenBatches: 'PT2H' }, duration: 'PT20H' }
    expect(first(play(world))).toMatchObject({ status: 'Completed' })
    const run = play({ ...world, assumptions: { upgradeTimeout: 'PT3H' } })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: 'RollingUpgradeTimeoutError', successful: 4 })
    expect(first(run).endedAtMs! - first(run).startedAtMs).toBe(180 * MINUTE)
  })
})

describe('MaxSurge', () => {
  const surge = { policy: { maxSurge: true } }

  it('MS-1 new instances come up healthy before as many old ones are deleted', () => {
    const run = play(surge)
    const batch = first(run).batches[0]!
    expect(batch).toMatchObject({ surge: true, successful: 2 })
    const healthy = entries(run, 'rollout.instanceSucceeded')
      .slice(0, 2)
      .map((entry) => entry.atMs)
    const deleting = entries(run, 'instance.deleting')
      .slice(0, 2)
      .map((entry) => entry.atMs)
    expect(Math.min(...deleting)).toBeGreaterThanOrEqual(Math.max(...healthy))
    expect(run.instances.filter((instance) => instance.deletedAtMs === null)).toHaveLength(10)
    expect(entries(run, 'instance.updating')).toHaveLength(0)
  })

  it('MS-2 capacity never drops, and exceeds the count by one batch', () => {
    const run = play(surge)
    expect(run.measures.availability.minServing).toBe(10)
    expect(run.measures.cost.surgeHours).toBeGreaterThan(0)
  })

  it('MS-3 new instances have new ids', () => {
    const run = play(surge)
    expect(
      run.instances.filter((instance) => instance.deletedAtMs === null).map((instance) => instance.number),
    ).toEqual(Array.from({ length: 10 }, (_, index) => index + 10))
    expect(new Set(run.instances.map((instance) => instance.name)).size).toBe(20)
  })

  it('MS-4 without quota a batch falls back to in place, and the next one asks again', () => {
    const timeline = [{ at: 'PT1M', limitCapacity: { region: 'eastus', instances: 11, for: 'PT12M' } }, changeImage()]
    const run = play({ ...surge, timeline })
    const kinds = first(run).batches.map((batch) => batch.surge)
    expect(kinds[0]).toBe(false)
    expect(kinds.at(-1)).toBe(true)
    expect(entries(run, 'rollout.surgeFellBack')[0]).toMatchObject({ rule: 'MS-4', numbers: { wanted: 2, room: 1 } })
    const rest = play({ ...surge, timeline, assumptions: { surgeFallbackScope: 'rest' } })
    expect(first(rest).batches.every((batch) => !batch.surge)).toBe(true)
  })

  it('MS-6 the replacement stands in the zone of the one it replaces', () => {
    const run = play({ ...surge, capacity: 9, zones: ['1', '2', '3'] })
    const alive = run.instances.filter((instance) => instance.deletedAtMs === null)
    for (const zone of ['1', '2', '3']) expect(alive.filter((instance) => instance.zone === zone)).toHaveLength(3)
  })

  it('MS-7 an OS upgrade of a Uniform set surges by the same policy, but replaces nobody who needs no change', () => {
    const latest = { storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' } } }
    const world = { ...surge, uniform: true, capacity: 4, profile: latest }
    const run = play({ ...world, timeline: [{ at: 'PT5M', startOSUpgrade: {} }] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 4 })
    expect(entries(run, 'instance.creating')).toHaveLength(0)
    // One instance is behind: it alone is replaced.
    const timeline = [
      update('PT1M', { 'upgradePolicy.mode': 'Manual' }),
      bigger('PT2M'),
      { at: 'PT3M', manualUpgrade: { instances: ['vmss/0', 'vmss/1', 'vmss/2'] } },
      { at: 'PT30M', startOSUpgrade: {} },
    ]
    expect(entries(play({ ...world, timeline }), 'instance.creating')).toHaveLength(1)
  })

  it('MS-10 surge instances may exceed the number the set is scaled to', () => {
    expect(Math.max(...capacitiesOver(play(surge)))).toBe(12)
  })

  it('MS-8 surge instances that never become healthy are deleted, the old ones stay, and they count in TH-5', () => {
    const run = play({ ...surge, newImage: ALL_BAD })
    expect(first(run)).toMatchObject({ status: 'Faulted', failed: 2, successful: 0, pending: 8 })
    expect(first(run).decision).toMatchObject({ count: 2, total: 2 })
    const alive = run.instances.filter((instance) => instance.deletedAtMs === null)
    expect(alive.map((instance) => instance.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(run.measures.blastRadius.instances).toBe(2)
    expect(run.measures.availability.minServing).toBe(10)
    const kept = play({ ...surge, newImage: ALL_BAD, assumptions: { unhealthySurge: 'keepNew' } })
    expect(
      kept.instances.filter((instance) => instance.deletedAtMs === null).map((instance) => instance.number),
    ).toContain(10)
  })

  it('MS-9 the deletes belong to the batch', () => {
    const run = play({ ...surge, timings: { delete: 'PT5M' } })
    const batch = first(run).batches[0]!
    // Created 60 s, boot 50 s, extension 10 s, then five minutes for the deletes.
    expect(batch.endedAtMs! - batch.startedAtMs).toBe(7 * MINUTE)
  })
})

describe('custom metrics', () => {
  const metrics = (entriesOf: Record<string, unknown>[]) => ({
    application: { endpoints: { '/health': { answers: 'rich' } }, customMetrics: entriesOf },
  })
  const phase = (number: number, instances: number[]) => ({
    instances: instances.map((one) => `vmss/${one}`),
    rollingUpgrade: { SkipUpgrade: false, PhaseOrderingNumber: number },
  })
  const skip = { instances: ['vmss/0', 'vmss/1'], rollingUpgrade: { SkipUpgrade: true } }

  it('CM-1 they need Rich Health States over http(s)', () => {
    expect(first(play(metrics([skip]))).successful).toBe(8)
    expect(first(play({ ...metrics([skip]), version: '1.0', application: { customMetrics: [skip] } })).successful).toBe(
      10,
    )
    const tcp = { protocol: 'tcp', requestPath: undefined }
    expect(first(play({ application: { customMetrics: [skip] }, probe: tcp })).successful).toBe(10)
  })

  it('CM-3 phases run in ascending number, an instance without one goes last', () => {
    const run = play(metrics([phase(2, [0, 1, 2]), phase(1, [7, 8, 9])]))
    expect(batchesOf(run)).toEqual([[7, 8], [9], [0, 1], [2], [3, 4], [5, 6]])
  })

  it('CM-4 SkipUpgrade leaves an instance out of this run', () => {
    const run = play(metrics([skip]))
    expect(batchesOf(run).flat()).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    expect(first(run).status).toBe('Completed')
  })

  it('CM-5 they are read once, at the start', () => {
    // Instance 9 is in the first phase; it turns unhealthy (and could not be heard any more) after the start.
    const world = metrics([phase(1, [5, 9]), phase(2, [0, 1, 2, 3, 4, 6, 7, 8])])
    const run = play({
      ...world,
      policy: { maxBatchInstancePercent: 10 },
      timeline: [changeImage(), breakAt('PT11M', [9])],
    })
    expect(batchesOf(run).slice(0, 2)).toEqual([[5], [9]])
  })

  it('CM-6 one that is not Healthy falls into the last phase and cannot skip', () => {
    const world = { ...metrics([phase(1, [9]), skip]), timeline: [breakAt('PT5M', [9, 0]), changeImage()] }
    const run = play(world)
    expect(batchesOf(run).flat()).toContain(0)
    expect(batchesOf(run)[0]).not.toEqual([9])
    const loose = play({ ...world, assumptions: { metricsRequireHealthy: false } })
    expect(batchesOf(loose).flat()).not.toContain(0)
    expect(batchesOf(loose)[0]).toEqual([9])
  })

  it('CM-7 they work together with MaxSurge', () => {
    const run = play({ ...metrics([skip]), policy: { maxSurge: true } })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 8 })
    expect(run.instances.filter((instance) => instance.deletedAtMs === null).map(({ number }) => number)).toContain(0)
  })

  it('CM-8 invalid JSON changes nothing about the upgrade', () => {
    const run = play(metrics([{ text: '{"rollingUpgrade":' }]))
    expect(first(run).successful).toBe(10)
    expect(run.findings.map((finding) => finding.code)).toEqual(['InvalidCustomMetrics'])
  })
})

describe('upgrade modes', () => {
  it('UM-1 Manual does nothing by itself; manualUpgrade brings up those that are named, or all', () => {
    const run = play({
      mode: 'Manual',
      timeline: [changeImage('PT5M'), { at: 'PT10M', manualUpgrade: { instances: ['vmss/3'] } }],
    })
    expect(run.rollouts).toHaveLength(0)
    expect(entries(run, 'instance.updating').map((entry) => entry.subject)).toEqual(['vmss/3'])
    const all = play({
      mode: 'Manual',
      timeline: [changeImage('PT5M'), { at: 'PT10M', manualUpgrade: { instances: '*' } }],
    })
    expect(entries(all, 'instance.updating')).toHaveLength(10)
    expect(all.measures.availability.minServing).toBe(0)
  })

  it('UM-1 the harm of a manual upgrade counts although it is no rollout', () => {
    const timeline = [changeImage('PT5M'), { at: 'PT10M', manualUpgrade: { instances: ['vmss/3', 'vmss/4'] } }]
    const run = play({ mode: 'Manual', newImage: ALL_BAD, timeline })
    expect(run.measures.blastRadius).toMatchObject({ instances: 2, percent: 20 })
  })

  it('UM-2 Automatic takes all at once, without a gate, as one rollout of one batch', () => {
    const run = play({ mode: 'Automatic', newImage: ALL_BAD })
    expect(run.rollouts).toHaveLength(1)
    expect(first(run)).toMatchObject({ mode: 'Automatic', status: 'Completed', successful: 10 })
    expect(first(run).batches).toHaveLength(1)
    expect(run.measures.blastRadius.percent).toBe(100)
    expect(run.measures.availability.minServing).toBe(0)
  })

  it('UM-3 Rolling limits the same image to one batch', () => {
    expect(play({ newImage: ALL_BAD }).measures.blastRadius.percent).toBe(20)
  })

  it('UM-4 in every mode new instances use the newest model', () => {
    const timeline = [changeImage('PT5M'), { at: 'PT10M', scaleTo: { capacity: 11 } }]
    for (const mode of ['Manual', 'Automatic', 'Rolling'] as const) {
      const run = play({ mode, timeline })
      expect(entries(run, 'instance.creating')[0]!.numbers['version']).toBe(1)
    }
  })

  it('UM-4 a change of capacity or policy alone leaves every instance on the latest model', () => {
    const timeline = [update('PT5M', { 'scaleInPolicy.rules': ['OldestVM'], 'sku.capacity': 12 })]
    const run = play({ timeline })
    expect(run.rollouts).toHaveLength(0)
    expect(entries(run, 'model.updated')[0]!.numbers).toMatchObject({ action: 'setOnly', version: 0 })
    expect(run.instances).toHaveLength(12)
  })

  it('UM-5 an upgrade is a model apply, not a delete and create', () => {
    const run = play({})
    expect(run.instances).toHaveLength(10)
    expect(entries(run, 'instance.deleting')).toHaveLength(0)
    expect(entries(run, 'instance.updating')[0]!.numbers).toMatchObject({ action: 'osDiskSwap' })
  })

  it('UM-5 a new size restarts in place, an extension change does not even stop the application', () => {
    const size = play({ timeline: [bigger('PT10M')] })
    expect(entries(size, 'instance.updating')[0]!.numbers['action']).toBe('restart')
    expect(size.measures.availability.minServing).toBe(8)
    const path = 'virtualMachineProfile.extensionProfile.extensions[health].settings.intervalInSeconds'
    const extension = play({ timeline: [update('PT10M', { [path]: 10 })] })
    expect(entries(extension, 'instance.updating')[0]!.numbers['action']).toBe('extension')
    expect(first(extension)).toMatchObject({ status: 'Completed', successful: 10 })
    expect(extension.measures.availability.minServing).toBe(10)
  })

  it('UM-5 switching to Rolling starts an upgrade by itself (measured); modeToRollingStartsUpgrade turns it off', () => {
    const timeline = [update('PT5M', { 'upgradePolicy.mode': 'Rolling' })]
    expect(first(play({ mode: 'Manual', capacity: 2, timeline }))).toMatchObject({
      trigger: 'ModeChange',
      successful: 2,
    })
    const off = play({ mode: 'Manual', capacity: 2, timeline, assumptions: { modeToRollingStartsUpgrade: false } })
    expect(off.rollouts).toHaveLength(0)
  })

  it("UM-7 a reimage gives a new OS disk from the instance's own model and keeps its id", () => {
    const timeline = [breakAt('PT5M', [2]), { at: 'PT10M', reimage: { instance: 'vmss/2' } }]
    const run = play({ timeline })
    const update2 = entries(run, 'instance.updating')[0]!
    expect(update2).toMatchObject({ subject: 'vmss/2', rule: 'UM-7', numbers: { version: 0 } })
    expect(run.instances).toHaveLength(10)
    // The broken process is cured by the new disk: swap 60 s and boot 50 s later it serves again.
    expect(entries(run, 'instance.serving')[0]).toMatchObject({ subject: 'vmss/2', atMs: 10 * MINUTE + 110_000 })
  })

  it('UM-7 a restart keeps the disk: a broken process stays broken, a hang is cured', () => {
    const broken = play({ timeline: [breakAt('PT5M', [2]), { at: 'PT10M', restart: { instance: 'vmss/2' } }] })
    expect(entries(broken, 'instance.serving')).toHaveLength(0)
    const hang = { at: 'PT5M', hangInstance: { instances: ['vmss/2'] } }
    const hung = play({ timeline: [hang, { at: 'PT10M', restart: { instance: 'vmss/2' } }] })
    expect(entries(hung, 'instance.serving')[0]!.atMs).toBe(10 * MINUTE + 80_000)
  })
})

describe('protection', () => {
  const protect = (flags: Record<string, boolean>) => ({
    at: 'PT1M',
    protectInstance: { instance: 'vmss/9', ...flags },
  })

  it('PR-1 the table: set-level actions spare protectFromScaleSetActions, users do not', () => {
    const both = protect({ protectFromScaleSetActions: true })
    expect(batchesOf(play({ timeline: [both, changeImage()] })).flat()).not.toContain(9)
    const automatic = play({ mode: 'Automatic', timeline: [both, changeImage()] })
    expect(first(automatic).successful).toBe(9)
    const scaleIn = { at: 'PT10M', scaleTo: { capacity: 9 } }
    for (const flags of [{ protectFromScaleIn: true }, { protectFromScaleSetActions: true }]) {
      const gone = play({ timeline: [protect(flags), scaleIn] }).instances.filter((one) => one.deletedAtMs !== null)
      expect(gone.map((one) => one.number)).toEqual([8])
    }
    const user = play({ timeline: [both, { at: 'PT10M', deleteInstance: { instance: 'vmss/9' } }] })
    expect(user.instances[9]!.deletedAtMs).not.toBeNull()
  })

  it('PR-2 set-actions protection implies scale-in protection, and the opposite wish is refused', () => {
    const run = play({ timeline: [protect({ protectFromScaleSetActions: true })] })
    expect(entries(run, 'instance.protected')[0]!.numbers).toEqual({
      protectFromScaleIn: true,
      protectFromScaleSetActions: true,
    })
  })

  it('PR-3 new instances start unprotected, also those that replace a protected one', () => {
    const timeline = [
      protect({ protectFromScaleIn: true }),
      { at: 'PT5M', scaleTo: { capacity: 11 } },
      { at: 'PT20M', scaleTo: { capacity: 10 } },
    ]
    const run = play({ timeline })
    expect(run.instances.filter((one) => one.deletedAtMs !== null).map((one) => one.number)).toEqual([10])
  })

  it('PR-4 with every candidate protected a scale-in removes nothing and capacity stays', () => {
    const all = {
      at: 'PT1M',
      protectInstance: { instances: [0, 1, 2].map((one) => `vmss/${one}`), protectFromScaleIn: true },
    }
    const run = play({ capacity: 3, timeline: [all, { at: 'PT5M', scaleTo: { capacity: 1 } }] })
    expect(run.instances.filter((one) => one.deletedAtMs !== null)).toHaveLength(0)
    expect(entries(run, 'scaleSet.scaledIn')[0]).toMatchObject({ rule: 'PL-75', numbers: { from: 3, to: 3 } })
    const strict = play({
      capacity: 3,
      timeline: [all, { at: 'PT5M', scaleTo: { capacity: 1 } }],
      assumptions: { allProtectedScaleIn: 'error' },
    })
    expect(entries(strict, 'scaleSet.scaleRefused')[0]!.rule).toBe('PR-4')
  })

  it('PR-5 a deallocated instance is not started by anybody but can be a victim of scale-in', () => {
    const timeline = [
      { at: 'PT1M', deallocate: { instance: 'vmss/9' } },
      { at: 'PT10M', scaleTo: { capacity: 9 } },
    ]
    const run = play({ timeline })
    expect(run.instances.filter((one) => one.deletedAtMs !== null).map((one) => one.number)).toEqual([9])
  })
})

it('the new image is what the model says', () => {
  expect(entries(play({}), 'model.updated')[0]!.numbers['change']).toContain(NEW.split('/').at(-1))
})

describe('causality', () => {
  const chain = (run: ReturnType<typeof play>, what: string): string[] => {
    const names: string[] = []
    let entry = run.trace.findLast((candidate) => candidate.what === what)
    while (entry) {
      names.push(entry.what)
      entry = entry.cause === null ? undefined : run.trace[entry.cause]
    }
    return names
  }

  it('a fault of the upgrade leads back over health and the defect to the image that was rolled out', () => {
    expect(chain(play({ newImage: ALL_BAD }), 'rollout.ended')).toEqual([
      'rollout.ended',
      'rollout.check',
      'health.changed',
      'instance.harmed',
      'defect.active',
      'instance.guestUp',
      'instance.starting',
      'instance.updating',
      'rollout.batchStarted',
      'rollout.check',
      'rollout.started',
      'model.updated',
    ])
  })

  it('a set that is too unhealthy before the start leads back to what broke it', () => {
    const run = play({ timeline: [breakAt('PT5M', [1, 4, 7]), changeImage()] })
    expect(chain(run, 'rollout.ended')).toEqual([
      'rollout.ended',
      'rollout.check',
      'health.changed',
      'instance.notServing',
      'instance.broken',
    ])
  })
})
