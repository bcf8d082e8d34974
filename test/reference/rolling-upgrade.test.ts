import { describe, expect, it } from 'vitest'
import { playReference, type ReferenceInstance, type ReferenceOutcome, type ReferenceWorld } from './rolling-upgrade.ts'

/**
 * Worked by hand. A good instance upgraded at second B is swapped until B+60, booted and provisioned at B+100 and serves
 * from B+120; the binary probe sees it there. With the 60 s step its batch ends at B+120, without pause the next one starts
 * in the same second. An instance that never serves has its verdict at B+100+300 = B+400, and its batch ends at B+420.
 */
type Overrides = {
  [Key in keyof ReferenceWorld]?: ReferenceWorld[Key] extends readonly unknown[] | number | boolean
    ? ReferenceWorld[Key]
    : Partial<ReferenceWorld[Key]>
}

const good: ReferenceInstance = {
  zone: 0,
  updateDomain: -1,
  faultDomain: 0,
  unhealthyAtStart: false,
  curedByUpgrade: true,
  protectedFromSetActions: false,
  phase: null,
  skipUpgrade: false,
  badAfterUpgrade: false,
  badOnsetS: 0,
}

/** `count` good instances, some of them different. */
function fleet(count: number, different: Record<number, Partial<ReferenceInstance>> = {}): ReferenceInstance[] {
  return Array.from({ length: count }, (_, i) => ({ ...good, ...different[i] }))
}

function play(instances: ReferenceInstance[], overrides: Overrides = {}): ReferenceOutcome {
  return playReference({
    instances,
    uniform: overrides.uniform ?? false,
    policy: {
      maxBatchInstancePercent: 20,
      maxUnhealthyInstancePercent: 20,
      maxUnhealthyUpgradedInstancePercent: 20,
      pauseS: 0,
      prioritizeUnhealthyInstances: false,
      enableCrossZoneUpgrade: false,
      ...overrides.policy,
    },
    timings: {
      osDiskSwapS: 60,
      bootS: 40,
      extensionInstallS: 0,
      startupS: 10,
      warmupS: 10,
      ...overrides.timings,
    },
    probe: { rich: false, intervalS: 5, numberOfProbes: 1, graceS: 60, ...overrides.probe },
    assumptions: {
      healthWaitS: 300,
      upgradeStepS: 60,
      shrinkBatchByUnhealthy: true,
      shrinkWalk: 'scan',
      upgradedDenominator: 'upgraded',
      initializingExtendsWait: true,
      completedWithFailures: true,
      ...overrides.assumptions,
    },
    startS: overrides.startS ?? 600,
    horizonS: overrides.horizonS ?? 12_000,
    probePhaseS: overrides.probePhaseS ?? 3,
  })
}

const members = (outcome: ReferenceOutcome) => outcome.batches.map((batch) => batch.instances)
const counters = ({ successful, failed, inProgress, pending }: ReferenceOutcome) => [
  successful,
  failed,
  inProgress,
  pending,
]

describe('worked examples', () => {
  it('W1 ten healthy instances, good image: five batches of two', () => {
    const outcome = play(fleet(10))
    expect(outcome.batches).toEqual([
      { startS: 600, endS: 720, instances: [0, 1] },
      { startS: 720, endS: 840, instances: [2, 3] },
      { startS: 840, endS: 960, instances: [4, 5] },
      { startS: 960, endS: 1080, instances: [6, 7] },
      { startS: 1080, endS: 1200, instances: [8, 9] },
    ])
    expect([outcome.status, outcome.errorCode, ...counters(outcome)]).toEqual(['Completed', null, 10, 0, 0, 0])
  })

  it('W1 the counters of the first batch are 0, 0, 2, 8', () => {
    const outcome = play(fleet(10), { horizonS: 650 })
    expect([outcome.status, ...counters(outcome)]).toEqual(['RollingForward', 0, 0, 2, 8])
  })

  it('W2 three instances at 34 %, pause PT1M: three batches of one, two pauses', () => {
    const policy = {
      maxBatchInstancePercent: 34,
      maxUnhealthyInstancePercent: 34,
      maxUnhealthyUpgradedInstancePercent: 34,
      pauseS: 60,
    }
    const outcome = play(fleet(3), { policy })
    expect(outcome.batches).toEqual([
      { startS: 600, endS: 720, instances: [0] },
      { startS: 780, endS: 900, instances: [1] },
      { startS: 960, endS: 1080, instances: [2] },
    ])
    expect([outcome.status, ...counters(outcome)]).toEqual(['Completed', 3, 0, 0, 0])
  })

  it('W2 a pause that is no multiple of the step shifts the start, not the grid on which batches end', () => {
    const outcome = play(fleet(5), { policy: { pauseS: 30 } })
    expect(outcome.batches.slice(0, 2)).toEqual([
      { startS: 600, endS: 720, instances: [0] },
      { startS: 750, endS: 900, instances: [1] },
    ])
  })

  const sick = { 8: { unhealthyAtStart: true }, 9: { unhealthyAtStart: true } }

  it('W3 two of ten unhealthy, cured by the new disk: the walk reaches over to them, then pairs', () => {
    const outcome = play(fleet(10, sick))
    expect(members(outcome)).toEqual([
      [0, 8],
      [1, 9],
      [2, 3],
      [4, 5],
      [6, 7],
    ])
    expect([outcome.status, ...counters(outcome)]).toEqual(['Completed', 10, 0, 0, 0])
  })

  it('W3 two of ten unhealthy and not cured: the first batch faults at one of two', () => {
    const outcome = play(
      fleet(10, { 8: { ...sick[8], curedByUpgrade: false }, 9: { ...sick[9], curedByUpgrade: false } }),
    )
    expect(outcome.batches).toEqual([{ startS: 600, endS: 1020, instances: [0, 8] }])
    expect(outcome.errorCode).toBe('MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade')
    expect(counters(outcome)).toEqual([1, 1, 0, 8])
  })

  it('W3 two of ten unhealthy and protected: batches of one throughout', () => {
    const protectedFromSetActions = true
    const outcome = play(
      fleet(10, { 8: { ...sick[8], protectedFromSetActions }, 9: { ...sick[9], protectedFromSetActions } }),
    )
    expect(members(outcome)).toEqual([[0], [1], [2], [3], [4], [5], [6], [7]])
    expect([outcome.status, ...counters(outcome)]).toEqual(['Completed', 8, 0, 0, 0])
  })

  it('W3 as a window, the first two candidates alone are looked at', () => {
    const outcome = play(fleet(10, sick), { assumptions: { shrinkWalk: 'window' } })
    expect(members(outcome)).toEqual([[0], [1], [2], [3], [4], [5], [6], [7, 8], [9]])
  })

  it('W4 three of ten unhealthy: stopped before the first batch, all counters zero', () => {
    const outcome = play(fleet(10, { ...sick, 7: { unhealthyAtStart: true } }))
    expect(outcome.batches).toEqual([])
    expect([outcome.status, outcome.errorCode, ...counters(outcome)]).toEqual([
      'Faulted',
      'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
      0,
      0,
      0,
      0,
    ])
  })

  const allBad = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, { badAfterUpgrade: true }]))

  it('W5 bad image, both of the first batch fail: two of two', () => {
    const outcome = play(fleet(10, allBad))
    expect(outcome.batches).toEqual([{ startS: 600, endS: 1020, instances: [0, 1] }])
    expect(outcome.errorCode).toBe('MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade')
    expect(counters(outcome)).toEqual([0, 2, 0, 8])
  })

  it('W5 over the whole set two of ten pass, and the next single one breaches', () => {
    const outcome = play(fleet(10, allBad), { assumptions: { upgradedDenominator: 'total' } })
    expect(outcome.batches).toEqual([
      { startS: 600, endS: 1020, instances: [0, 1] },
      { startS: 1020, endS: 1440, instances: [2] },
    ])
    expect(outcome.errorCode).toBe('MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade')
    expect(counters(outcome)).toEqual([0, 3, 0, 7])
  })

  it('W6 three turn unhealthy in the pause after a batch that passed: 30 % before the next one', () => {
    // The batch 0, 1, 2 boots at 700, serves and ends at 720; its application breaks 60 s after boot, in the pause.
    const bad = { badAfterUpgrade: true, badOnsetS: 60 }
    const outcome = play(fleet(10, { 0: bad, 1: bad, 2: bad }), {
      policy: { maxBatchInstancePercent: 30, maxUnhealthyInstancePercent: 29, pauseS: 120 },
      assumptions: { shrinkBatchByUnhealthy: false },
    })
    expect(outcome.batches).toEqual([{ startS: 600, endS: 720, instances: [0, 1, 2] }])
    expect([outcome.status, outcome.errorCode]).toEqual([
      'Faulted',
      'MaxUnhealthyInstancePercentExceededInRollingUpgrade',
    ])
    expect(counters(outcome), 'they were upgraded, and stay counted so').toEqual([3, 0, 0, 7])
  })

  it('W6 without the pause the same regression meets TH-5 at the end of a batch first (TH-10)', () => {
    const bad = { badAfterUpgrade: true, badOnsetS: 60 }
    const outcome = play(fleet(10, { 0: bad, 1: bad, 2: bad }), {
      policy: { maxBatchInstancePercent: 30, maxUnhealthyInstancePercent: 30 },
    })
    expect(members(outcome)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ])
    expect(outcome.errorCode).toBe('MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade')
    expect(counters(outcome)).toEqual([6, 0, 0, 4])
  })

  it('W7 five instances, only the last fails: one of five is not above 20 %', () => {
    const outcome = play(fleet(5, { 4: { badAfterUpgrade: true } }))
    expect(members(outcome)).toEqual([[0], [1], [2], [3], [4]])
    expect([outcome.status, outcome.errorCode, ...counters(outcome)]).toEqual(['Completed', null, 4, 1, 0, 0])
    const strict = play(fleet(5, { 4: { badAfterUpgrade: true } }), { assumptions: { completedWithFailures: false } })
    expect([strict.status, strict.errorCode]).toEqual(['Faulted', 'RollingUpgradeInProgressWithFailedUpgradedVMs'])
  })

  const interleaved = fleet(9).map((instance, i) => ({ ...instance, zone: i % 3 }))
  const thirds = {
    maxBatchInstancePercent: 34,
    maxUnhealthyInstancePercent: 34,
    maxUnhealthyUpgradedInstancePercent: 34,
  }

  it('W8 nine over three zones: three batches, one zone each', () => {
    expect(members(play(interleaved, { policy: thirds }))).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ])
  })

  it('W8 across zones the batches mix them', () => {
    const policy = { ...thirds, enableCrossZoneUpgrade: true }
    expect(members(play(interleaved, { policy }))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ])
  })

  it('W18 a cancel during the second batch: it finishes, then Cancelled', () => {
    const outcome = play(fleet(10), { assumptions: { cancelAtS: 800 } })
    expect(outcome.batches.map((batch) => batch.endS)).toEqual([720, 840])
    expect([outcome.status, outcome.errorCode, ...counters(outcome)]).toEqual(['Cancelled', null, 4, 0, 0, 6])
  })

  it('W18 a cancel wins over a breach at the same border, and in a pause it takes effect at once', () => {
    const breach = play(fleet(10, allBad), { assumptions: { cancelAtS: 1020 } })
    expect([breach.status, ...counters(breach)]).toEqual(['Cancelled', 0, 2, 0, 8])
    const pause = play(fleet(10), { policy: { pauseS: 600 }, assumptions: { cancelAtS: 900 }, horizonS: 901 })
    expect([pause.status, ...counters(pause)]).toEqual(['Cancelled', 2, 0, 0, 8])
  })
})

describe('rules that the worked examples do not reach', () => {
  it('TH-15 without the step a batch ends with its last verdict', () => {
    const outcome = play(fleet(5), { assumptions: { upgradeStepS: 0 }, timings: { warmupS: 7 } })
    // Serving at 600 + 117; probes at 700, 705, …, 720.
    expect(outcome.batches[0]).toEqual({ startS: 600, endS: 720, instances: [0] })
    expect(outcome.batches[1]!.startS).toBe(720)
  })

  it('HE-12 HE-14 a rich extension: none, Initializing, then what it saw often enough', () => {
    const outcome = play(fleet(5), { probe: { rich: true, numberOfProbes: 3, graceS: 60 }, horizonS: 800 })
    const first = outcome.healthChanges.filter((change) => change.instance === 0)
    // Probes at 700 and 705 are refused (Unknown), at 710 and 715 it warms up (Unhealthy), from 720 it is Healthy.
    expect(first.map(({ atS, state }) => `${atS} ${state}`)).toEqual(['600 none', '700 Initializing', '730 Healthy'])
  })

  it('HE-12 a grace that ends without a verdict gives Unknown, and three equal observations lead out of it', () => {
    const probe = { rich: true, numberOfProbes: 3, graceS: 15 }
    const outcome = play(fleet(5), { probe, horizonS: 800 })
    const first = outcome.healthChanges.filter((change) => change.instance === 0)
    expect(first.map(({ atS, state }) => `${atS} ${state}`)).toEqual([
      '600 none',
      '700 Initializing',
      '715 Unknown',
      '730 Healthy',
    ])
  })

  it('HE-7 HE-8 a binary extension calls a booting instance Unhealthy at its first probe', () => {
    const outcome = play(fleet(5), { probe: { numberOfProbes: 2 }, horizonS: 800 })
    const first = outcome.healthChanges.filter((change) => change.instance === 0)
    expect(first.map(({ atS, state }) => `${atS} ${state}`)).toEqual(['600 none', '700 Unhealthy', '725 Healthy'])
  })

  it('TH-14 Initializing extends the wait, or does not', () => {
    const slow: Overrides = {
      probe: { rich: true, numberOfProbes: 1, graceS: 900 },
      timings: { startupS: 400, warmupS: 0 },
      policy: { maxUnhealthyUpgradedInstancePercent: 100 },
      horizonS: 1100,
    }
    // Listening and serving at 700 + 400 = 1100; the health wait would be over at 1000.
    expect(counters(play(fleet(5), slow))).toEqual([1, 0, 0, 4])
    expect(
      counters(play(fleet(5), { ...slow, assumptions: { initializingExtendsWait: false }, horizonS: 1000 })),
    ).toEqual([0, 1, 0, 4])
  })

  it('BT-6 BT-7 Uniform stays inside an update domain, except at 100 %', () => {
    const uniform = fleet(10).map((instance, i) => ({ ...instance, updateDomain: i % 5 }))
    const policy = { maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 50 }
    expect(members(play(uniform, { uniform: true, policy }))).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
      [3, 8],
      [4, 9],
    ])
    const all = { maxBatchInstancePercent: 100, maxUnhealthyInstancePercent: 100 }
    expect(members(play(uniform, { uniform: true, policy: all }))).toEqual([[0, 5, 1, 6, 2, 7, 3, 8, 4, 9]])
  })

  it('BT-8 Flexible takes one fault domain first and spills over', () => {
    const spread = fleet(6).map((instance, i) => ({ ...instance, faultDomain: i % 2 }))
    const policy = { maxBatchInstancePercent: 34, maxUnhealthyInstancePercent: 34 }
    expect(members(play(spread, { policy }))).toEqual([
      [0, 2],
      [4, 1],
      [3, 5],
    ])
  })

  it('BT-10 prioritized: the unhealthy go first, alone in their zone while others wait elsewhere', () => {
    const instances = fleet(10, { 3: { unhealthyAtStart: true, zone: 0 }, 9: { unhealthyAtStart: true } }).map(
      (instance, i) => ({ ...instance, zone: i < 5 ? 0 : 1 }),
    )
    const outcome = play(instances, { policy: { prioritizeUnhealthyInstances: true } })
    // 9 waits in the other zone, so 3 goes alone; then 9 with one healthy; what is left goes by zone.
    expect(members(outcome)).toEqual([[3], [9, 5], [0, 1], [2, 4], [6, 7], [8]])
  })

  it('CM-3 CM-4 CM-6 phases in order, the unnumbered last, skipped ones left out, both only of Healthy ones', () => {
    const metrics = {
      0: { phase: 2 },
      1: { phase: 1 },
      2: { skipUpgrade: true },
      3: { skipUpgrade: true, unhealthyAtStart: true },
      4: { phase: 1 },
    }
    const outcome = play(fleet(5, metrics), { probe: { rich: true, graceS: 60 } })
    expect(members(outcome)).toEqual([[1], [4], [0], [3]])
    expect(counters(outcome)).toEqual([4, 0, 0, 0])
    const binary = play(fleet(5, metrics))
    expect(members(binary), 'CM-1: binary health states carry no metrics').toEqual([[0], [1], [2], [3], [4]])
  })

  it('RU-2 nothing to do is Completed', () => {
    const outcome = play(fleet(3).map((instance) => ({ ...instance, protectedFromSetActions: true })))
    expect([outcome.status, outcome.batches.length, ...counters(outcome)]).toEqual(['Completed', 0, 0, 0, 0, 0])
  })
})
