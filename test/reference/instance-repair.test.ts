import { describe, expect, it } from 'vitest'
import { playRepairReference, type RepairEvent, type RepairReferenceWorld } from './instance-repair.ts'

type Overrides = {
  [Key in keyof RepairReferenceWorld]?: RepairReferenceWorld[Key] extends unknown[] | number | null
    ? RepairReferenceWorld[Key]
    : Partial<RepairReferenceWorld[Key]>
}

/** Replace and Reimage take 120 s to provisioned, Restart 80 s. Probes at multiples of five seconds. */
function play(capacity: number, events: RepairEvent[], overrides: Overrides = {}) {
  return playRepairReference({
    capacity,
    probePhasesMs: Array.from({ length: capacity }, () => 0),
    badDisks: overrides.badDisks ?? [],
    badOnsetS: overrides.badOnsetS ?? 0,
    events,
    policy: { graceS: 600, action: 'Replace', ...overrides.policy },
    terminateNoticeS: overrides.terminateNoticeS ?? null,
    timings: {
      createS: 60,
      reimageS: 60,
      restartS: 30,
      deleteS: 30,
      bootS: 50,
      extensionS: 10,
      startupS: 0,
      warmupS: 0,
      ...overrides.timings,
    },
    probe: { rich: true, intervalS: 5, numberOfProbes: 1, graceS: 60, ...overrides.probe },
    assumptions: {
      scanS: 60,
      suspendAfter: 3,
      limitPercent: 5,
      order: 'oldestUnhealthy',
      anchor: 'stateChange',
      ...overrides.assumptions,
    },
    horizonS: overrides.horizonS ?? 7200,
  })
}

const breakAt = (atS: number, machine: number, forS: number | null = null): RepairEvent => ({
  atS,
  kind: 'break',
  machine,
  forS,
})
const repairs = (outcome: ReturnType<typeof play>) => outcome.repairs.map(({ atS, machine }) => [atS, machine])

describe('worked examples', () => {
  it.each([
    { capacity: 40, atOnce: 2 },
    { capacity: 39, atOnce: 1 },
    { capacity: 19, atOnce: 1 },
  ])('W13 all $capacity unhealthy and past their grace: $atOnce at a time', ({ capacity, atOnce }) => {
    const all = Array.from({ length: capacity }, (_, machine) => breakAt(301, machine))
    // Two minutes each: with one at a time the second begins when the first is done.
    const begun = play(capacity, all, { horizonS: 500 }).repairs.map(({ atS }) => atS)
    expect(begun).toEqual(atOnce === 2 ? [360, 360, 480, 480] : [360, 480])
  })

  it('W14 unhealthy three hours after its last change, grace PT90M: at the next scan', () => {
    const events: RepairEvent[] = [{ atS: 300, kind: 'restart', machine: 3 }, breakAt(11_181, 3)]
    const world = { policy: { graceS: 5400 }, horizonS: 12_000 }
    expect(repairs(play(10, events, world))).toEqual([[11_220, 3]])
    const anchored = play(10, events, { ...world, horizonS: 18_000, assumptions: { anchor: 'firstUnhealthy' } })
    expect(repairs(anchored)).toEqual([[16_620, 3]])
  })
})

describe('rules', () => {
  it('RE-3 the grace counts from the end of a restart', () => {
    // Down at 300, up at 380.
    expect(repairs(play(10, [{ atS: 300, kind: 'restart', machine: 3 }, breakAt(420, 3)]))).toEqual([[1020, 3]])
  })

  it('RE-7 RE-8 Replace: the new machine at once, the delete after its notice', () => {
    const { machines } = play(10, [breakAt(310, 3)])
    expect([machines[3], machines[10]]).toEqual([
      { createdS: 0, deletedS: 390 },
      { createdS: 360, deletedS: null },
    ])
    const noticed = play(10, [breakAt(310, 3)], { terminateNoticeS: 300 })
    expect(noticed.machines[3]).toEqual({ createdS: 0, deletedS: 690 })
  })

  it('RE-7 a restart leaves the disk as it is, a reimage does not', () => {
    const count = (action: 'Restart' | 'Reimage') => play(10, [breakAt(310, 3)], { policy: { action } }).count
    expect([count('Restart'), count('Reimage')]).toEqual([3, 1])
  })

  it('RE-12 RE-13 a loop every 12 minutes, until it suspends itself', () => {
    const outcome = play(10, [breakAt(310, 3)], { badDisks: [10, 11, 12, 13] })
    expect(repairs(outcome)).toEqual([
      [360, 3],
      [1080, 10],
      [1800, 11],
    ])
    expect(outcome.serviceStates).toEqual([{ atS: 2520, state: 'Suspended' }])
    expect([outcome.count, outcome.loops, outcome.suspended]).toEqual([3, 2, 1])
  })

  it('RE-11 suspended and resumed by a user', () => {
    const events: RepairEvent[] = [
      { atS: 300, kind: 'service', action: 'Suspend' },
      breakAt(310, 3),
      { atS: 1810, kind: 'service', action: 'Resume' },
    ]
    expect(repairs(play(10, events))).toEqual([[1860, 3]])
  })

  it('RE-10 protected, then not', () => {
    const protect = (atS: number, from: 'scaleIn' | 'setActions' | 'nothing'): RepairEvent => ({
      atS,
      kind: 'protect',
      machine: 3,
      from,
    })
    expect(repairs(play(10, [protect(60, 'scaleIn'), breakAt(310, 3)]))).toEqual([])
    expect(repairs(play(10, [protect(60, 'setActions'), breakAt(310, 3), protect(1230, 'nothing')]))).toEqual([
      [1260, 3],
    ])
  })

  it('RE-17 the longest unhealthy first', () => {
    expect(repairs(play(10, [breakAt(302, 5), breakAt(312, 2), breakAt(322, 7)]))).toEqual([
      [360, 5],
      [480, 2],
      [600, 7],
    ])
  })

  it('HE-23 a hang gives no signal, so nothing is repaired; HE-20 nor while it is Initializing', () => {
    expect(repairs(play(10, [{ atS: 310, kind: 'hang', machine: 3, forS: null }]))).toEqual([])
    // The hang ends at 1310: an hour of Initializing, in which a dead process is no verdict.
    const events: RepairEvent[] = [breakAt(312, 3), { atS: 311, kind: 'hang', machine: 3, forS: 999 }]
    expect(repairs(play(10, events, { probe: { graceS: 3600 } }))).toEqual([[4920, 3]])
  })
})
