import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadScenarios } from '../../src/model/scenario/load.ts'
import { beginSimulation, simulate } from '../../src/sim/simulate.ts'
import type { RunSnapshot, ScaleSetSnapshot } from '../../src/sim/snapshot.ts'
import { breakAt, MINUTE, play, scenarioOf, type World } from './play.ts'

const load = (file: string) =>
  loadScenarios(readFileSync(file, 'utf8'), file, {
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  })[0]!

const golden = JSON.parse(readFileSync('test/golden-hashes.json', 'utf8')) as Readonly<
  Record<string, { readonly traceHash: string; readonly events: number }>
>

const at = (world: World, ...minutes: readonly number[]): RunSnapshot[] => {
  const simulation = beginSimulation(scenarioOf(world))
  return minutes.map((minute) => {
    simulation.playUntil(minute * MINUTE)
    return simulation.snapshot()
  })
}
const setAt = (world: World, minute: number): ScaleSetSnapshot => at(world, minute)[0]!.scaleSets[0]!

describe('looking changes nothing', () => {
  it.each([
    'scenarios/payments-after.yaml',
    'scenarios/lab/6-repair.yaml',
    'scenarios/living/spot-storm.yaml',
    'scenarios/living/host-maintenance.yaml',
    'scenarios/living/hosts-at-random.yaml',
    'scenarios/living/flapping-example.yaml',
  ])('%s plays to its golden hash with a snapshot every seven minutes', (file) => {
    const scenario = load(file)
    const simulation = beginSimulation(scenario)
    for (let ms = 0; ms <= scenario.durationMs; ms += 7 * MINUTE) {
      simulation.playUntil(ms)
      simulation.snapshot()
    }
    simulation.playUntil(scenario.durationMs)
    const { traceHash, events, measures } = simulation.result()
    expect({ traceHash, events }).toEqual(golden[file])
    expect(JSON.stringify(measures)).toBe(JSON.stringify(simulate(scenario).measures))
  })

  it('at whatever moments, and however the rest is played', () => {
    const scenario = scenarioOf({ zones: ['1', '2', '3'], timeline: [...(TIMELINE as Record<string, unknown>[])] })
    const whole = simulate(scenario)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: scenario.durationMs }), { maxLength: 8 }), (moments) => {
        const simulation = beginSimulation(scenario)
        for (const moment of moments.sort((a, b) => a - b)) {
          simulation.playUntil(moment)
          expect(simulation.snapshot().atMs).toBe(moment)
        }
        while (!simulation.step(100));
        const { traceHash, events } = simulation.result()
        expect({ traceHash, events }).toEqual({ traceHash: whole.traceHash, events: whole.events })
      }),
      { numRuns: 40 },
    )
  })

  it('and a snapshot does not change with the run', () => {
    const simulation = beginSimulation(scenarioOf({}))
    simulation.playUntil(11 * MINUTE)
    const early = simulation.snapshot()
    const text = JSON.stringify(early)
    simulation.playUntil(60 * MINUTE)
    expect(JSON.stringify(simulation.snapshot())).not.toBe(text)
    expect(JSON.stringify(early)).toBe(text)
  })

  it('a run that is over stays over, and its queue serves the next one', () => {
    const scenario = scenarioOf({})
    const first = beginSimulation(scenario)
    first.playUntil(scenario.durationMs)
    const second = beginSimulation(scenario)
    expect(first.step(1)).toBe(true)
    first.playUntil(scenario.durationMs)
    second.step(Number.POSITIVE_INFINITY)
    expect(second.result().traceHash).toBe(first.result().traceHash)
  })

  it('nobody plays back', () => {
    const simulation = beginSimulation(scenarioOf({}))
    simulation.playUntil(MINUTE)
    expect(() => simulation.playUntil(0)).toThrow(RangeError)
  })
})

const TIMELINE = [
  {
    at: 'PT10M',
    updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': 'gal/app/2.0.0' } },
  },
  { at: 'PT12M', scaleTo: { capacity: 13 } },
]

describe('what a snapshot holds', () => {
  it('the events of its very millisecond have happened', () => {
    const world = { capacity: 10 }
    const [before, now] = at(world, 10 - 1 / MINUTE, 10)
    expect(before!.scaleSets[0]!.rollouts).toHaveLength(0)
    expect(now!.scaleSets[0]!.rollouts).toHaveLength(1)
  })

  it('an instance in its batch is updating, off, and on the latest model', () => {
    const set = setAt({ capacity: 10 }, 10.5)
    const updating = set.instances.filter(({ provisioning }) => provisioning === 'updating')
    expect(updating).toHaveLength(2)
    for (const one of updating)
      expect(one).toMatchObject({ power: 'stopped', isOnLatestModel: true, provisioningSinceMs: 10 * MINUTE, disk: 1 })
    expect(set.instances.filter(({ isOnLatestModel }) => !isOnLatestModel)).toHaveLength(8)
  })

  it('an upgrade knows its policy, and who failed, each once', () => {
    const set = setAt({ capacity: 10, newImage: { defects: [{ name: 'bad', share: 100 }] } }, 60)
    expect(set.rollouts).toMatchObject([{ status: 'Faulted', failed: 2, policy: { maxBatchInstancePercent: 20 } }])
    expect(set.rollouts[0]!.unhealthy.map(({ id }) => id)).toEqual([0, 1])
  })

  it('a breach before the first batch names those that were unhealthy (TH-2)', () => {
    const world: World = { capacity: 10, timeline: [breakAt('PT5M', [2, 5, 7]), TIMELINE[0]!] }
    const set = setAt(world, 60)
    expect(set.rollouts).toMatchObject([{ errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade' }])
    expect(set.rollouts[0]!.unhealthy.map(({ id }) => id)).toEqual([2, 5, 7])
  })

  it('the last action moves with a cancel', () => {
    const world: World = { capacity: 10, timeline: [TIMELINE[0]!, { at: 'PT11M', cancelRollingUpgrade: {} }] }
    const [running, cancelled] = at(world, 10.5, 30)
    // The start is a little earlier in every recording (RU-7, lastActionLead); a cancel starts nothing.
    const started = { lastAction: 'Start', startedAtMs: 10 * MINUTE }
    expect(running!.scaleSets[0]!.rollouts[0]).toMatchObject({ ...started, lastActionAtMs: 10 * MINUTE - 62 })
    const [atOnce] = at({ ...world, assumptions: { lastActionLead: 'PT0S' } }, 10.5)
    expect(atOnce!.scaleSets[0]!.rollouts[0]).toMatchObject({ ...started, lastActionAtMs: 10 * MINUTE })
    expect(cancelled!.scaleSets[0]!.rollouts[0]).toMatchObject({ lastAction: 'Cancel', lastActionAtMs: 11 * MINUTE })
  })

  it('reported health (of a dead process Unknown, HE-10), since when, and none where nothing reports', () => {
    const set = setAt({ capacity: 3, timeline: [breakAt('PT5M', [1])] }, 10)
    expect(set.instances.map(({ health }) => health)).toEqual(['Healthy', 'Unknown', 'Healthy'])
    expect(set.instances[1]!.healthSinceMs).toBeGreaterThanOrEqual(5 * MINUTE)
    expect(set.instances[0]!.healthSinceMs).toBe(0)
    expect(setAt({ capacity: 1, probe: null, mode: 'Manual', timeline: [] }, 1).instances[0]!.health).toBe('None')
  })

  it('repairs: on, at work, suspended, each since when', () => {
    const world: World = {
      capacity: 10,
      set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } },
      timeline: [
        breakAt('PT5M', [1]),
        { at: 'PT30M', setOrchestrationServiceState: { serviceName: 'AutomaticRepairs', action: 'Suspend' } },
      ],
    }
    const states = at(world, 1, 7, 31).map(({ scaleSets }) => scaleSets[0]!.automaticRepairs)
    expect(states).toEqual([
      { serviceState: 'Running', sinceMs: 0, isBusy: false },
      { serviceState: 'Running', sinceMs: 0, isBusy: true },
      { serviceState: 'Suspended', sinceMs: 30 * MINUTE, isBusy: false },
    ])
    expect(setAt({ capacity: 1, timeline: [] }, 1).automaticRepairs).toBeNull()
  })

  it('a deleted instance is a former one', () => {
    const world: World = {
      uniform: true,
      capacity: 3,
      timeline: [{ at: 'PT5M', deleteInstance: { instances: ['vmss/1'] } }],
    }
    const [deleting, gone] = at(world, 5.1, 10).map(({ scaleSets }) => scaleSets[0]!)
    expect(deleting!.instances.map(({ isDeleting }) => isDeleting)).toEqual([false, true, false])
    expect(gone!.instances.map(({ name }) => name)).toEqual(['vmss_0', 'vmss_2'])
    expect(gone!.formerInstances).toEqual([{ name: 'vmss_1', id: 1, label: 'vmss/1' }])
  })
})

describe('scheduled events (SE-2, SE-5)', () => {
  const world: World = {
    capacity: 2,
    profile: {
      scheduledEventsProfile: { terminateNotificationProfile: { enable: true, notBeforeTimeout: 'PT5M' } },
    },
    timeline: [{ at: 'PT10M', deleteInstance: { instances: ['vmss/1'] } }],
  }
  const listedAt = (of: World, ...minutes: number[]) =>
    at(of, ...minutes).map(({ scaleSets }) => {
      const { incarnation, events } = scaleSets[0]!.scheduledEvents
      return [incarnation, events.map(({ type, status }) => `${type} ${status}`)]
    })

  it('are scheduled, started and gone, and each change is another incarnation', () => {
    expect(listedAt(world, 9, 10, 14.9, 15.1, 30)).toEqual([
      [0, []],
      [1, ['Terminate Scheduled']],
      [1, ['Terminate Scheduled']],
      [2, ['Terminate Started']],
      [3, []],
    ])
  })

  it('one that is withdrawn was never started (SE-3)', () => {
    const withdrawn: World = {
      capacity: 2,
      timeline: [
        { at: 'PT10M', freezeHosts: { for: 'PT10S' } },
        { at: 'PT12M', deallocate: { instances: ['vmss/0', 'vmss/1'] } },
      ],
    }
    const [[, scheduled], [incarnation, left]] = listedAt(withdrawn, 11, 20) as [[number, string[]], [number, string[]]]
    expect(scheduled.length).toBeGreaterThan(0)
    expect(new Set(scheduled)).toEqual(new Set(['Freeze Scheduled']))
    expect(left).toEqual([])
    expect(incarnation).toBe(scheduled.length * 2)
  })

  it('a freeze stays listed for ten minutes, and says how long it stands still (SE-6)', () => {
    const frozen: World = { capacity: 1, timeline: [{ at: 'PT10M', freezeHosts: { for: 'PT10S' } }] }
    expect(listedAt(frozen, 20, 26, 34.9, 35)).toEqual([
      [1, ['Freeze Scheduled']],
      [2, ['Freeze Started']],
      [2, ['Freeze Started']],
      [3, []],
    ])
    expect(setAt(frozen, 20).scheduledEvents.events[0]).toMatchObject({ impactMs: 10_000, notBeforeMs: 25 * MINUTE })
  })

  it('a host that fails shows as a Reboot that has started, without notice (SE-4)', () => {
    const failed: World = {
      capacity: 2,
      timeline: [{ at: 'PT10M', failHost: { instances: ['vmss/0'], for: 'PT8M' } }],
    }
    expect(listedAt(failed, 9, 10, 17.9, 18)).toEqual([
      [0, []],
      [2, ['Reboot Started']],
      [2, ['Reboot Started']],
      [3, []],
    ])
  })

  it('say what the trace says', () => {
    const run = play(world)
    const started = run.trace.filter(({ what }) => what === 'event.started')
    expect(started).toHaveLength(1)
    expect(started[0]!.atMs).toBe(15 * MINUTE)
  })
})
