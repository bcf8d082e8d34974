import { describe, expect, it } from 'vitest'
import { INVARIANT_CHECKS, type PropertyOutcome } from '../../src/lab/invariants.ts'
import { INVARIANT_NAMES, type InvariantName } from '../../src/model/invariant-names.ts'
import { parseExpectation } from '../../src/model/parse-expectation.ts'
import type { Scenario } from '../../src/model/scenario.ts'
import { checkExpectation } from '../../src/sim/expectations.ts'
import type { RunResult } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { ALL_BAD, breakAt, changeImage, scenarioOf, type World } from '../sim/play.ts'

function played(world: World): { scenario: Scenario; result: RunResult } {
  const scenario = scenarioOf(world)
  return { scenario, result: simulate(scenario) }
}

/** The same result but for its measures; parts of it are made on demand and must not be copied. */
const withMeasures = (result: RunResult, measures: RunResult['measures']): RunResult =>
  Object.create(result, { measures: { value: measures, enumerable: true } }) as RunResult

const ask = (name: InvariantName, world: World): PropertyOutcome => {
  const { scenario, result } = played(world)
  const outcome = INVARIANT_CHECKS[name](scenario, result)
  // What is written into a counterexample has to fail in the very run it was found in.
  if (outcome.status === 'broken') {
    const parsed = parseExpectation(outcome.expect)
    if ('error' in parsed) throw new Error(`${outcome.expect}: ${parsed.error}`)
    expect(checkExpectation(parsed.ok, result.measures, result.findings)).toMatchObject({ verdict: 'fail' })
  }
  return outcome
}

const ZONAL = { zones: ['1', '2', '3'], capacity: 6 }
const QUIET: World = { timeline: [] }

describe('invariants', () => {
  it.each<[InvariantName, what: string, World, status: PropertyOutcome['status'], why?: string]>([
    ['rolloutTerminates', 'no rollout', QUIET, 'silent'],
    ['rolloutTerminates', 'a rollout that completes', {}, 'holds'],
    ['rolloutTerminates', 'one that began within the last hour', { duration: 'PT11M' }, 'holds'],
    [
      'rolloutTerminates',
      'one that waits between two batches to the end',
      { policy: { pauseTimeBetweenBatches: 'PT12H' } },
      'broken',
      'rollout 0 of vmss is RollingForward when the run ends, and nothing of it has moved since PT12M',
    ],
    [
      'rolloutTerminates',
      'one that has waited for 59 minutes at the end',
      { duration: 'PT1H11M', policy: { pauseTimeBetweenBatches: 'PT12H' } },
      'holds',
    ],
    [
      'rolloutTerminates',
      'one that has waited for 61 minutes at the end',
      { duration: 'PT1H13M', policy: { pauseTimeBetweenBatches: 'PT12H' } },
      'broken',
    ],
    ['goodImageCompletes', 'no rollout', QUIET, 'silent'],
    ['goodImageCompletes', 'a good image', {}, 'holds'],
    ['goodImageCompletes', 'a bad image that is halted', { newImage: ALL_BAD }, 'silent'],
    [
      'goodImageCompletes',
      'a rollout that somebody cancels',
      { timeline: [changeImage(), { at: 'PT12M', cancelRollingUpgrade: {} }] },
      'silent',
    ],
    [
      'goodImageCompletes',
      'three of ten that are unhealthy anyway',
      { timeline: [breakAt('PT5M', [0, 1, 2]), changeImage()] },
      'broken',
      'rollout 0 of vmss brings nothing bad and is Faulted, MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade (3 of 10 above 20 %)',
    ],
    ['blastRadiusWithinOneBatch', 'nothing harmed', {}, 'silent'],
    ['blastRadiusWithinOneBatch', 'a bad image that the first batch stops', { newImage: ALL_BAD }, 'holds'],
    [
      'blastRadiusWithinOneBatch',
      'a threshold that stops nothing',
      { newImage: ALL_BAD, policy: { maxUnhealthyInstancePercent: 100, maxUnhealthyUpgradedInstancePercent: 100 } },
      'broken',
      '10 instances of vmss are harmed, and one batch holds 2',
    ],
    [
      'blastRadiusWithinOneBatch',
      'mode Automatic, which knows no batches',
      { newImage: ALL_BAD, mode: 'Automatic', uniform: true },
      'broken',
      '10 instances of vmss are harmed, and one batch holds 2',
    ],
    ['noZoneFullyDown', 'a set without zones', {}, 'silent'],
    ['noZoneFullyDown', 'one of two at a time', ZONAL, 'holds'],
    ['noZoneFullyDown', 'zones of a single member', { zones: ['1', '2', '3'], capacity: 3 }, 'holds'],
    [
      'noZoneFullyDown',
      'both of two at a time',
      { ...ZONAL, policy: { maxBatchInstancePercent: 100, maxUnhealthyInstancePercent: 100 } },
      'broken',
      '3 of the zones of vmss had a moment in which none of two or more instances served',
    ],
    [
      'noZoneFullyDown',
      'a zone that the timeline fails',
      { ...ZONAL, timeline: [{ at: 'PT1H', failZone: { zone: '1', for: 'PT10M' } }] },
      'holds',
    ],
    ['capacityFloor', 'a batch of two of ten', {}, 'holds'],
    [
      'capacityFloor',
      'four of ten broken, as many as the policy admits',
      { timeline: [breakAt('PT5M', [0, 1, 2, 3])] },
      'holds',
    ],
    [
      'capacityFloor',
      'five of ten broken',
      { timeline: [breakAt('PT5M', [0, 1, 2, 3, 4])] },
      'broken',
      'vmss serves with 5 of 10 at its lowest; a batch of 2 and 2 unhealthy leave 6',
    ],
    [
      'capacityFloor',
      'a set that is scaled on purpose',
      { timeline: [{ at: 'PT1H', scaleTo: { capacity: 2 } }] },
      'silent',
    ],
    ['noRepairLoop', 'no repairs', {}, 'silent'],
    [
      'noRepairLoop',
      'repairs that help',
      {
        duration: 'P1D',
        set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } },
        timeline: [breakAt('PT5M', [0])],
      },
      'holds',
    ],
    [
      'noRepairLoop',
      'a warm-up longer than the grace period',
      {
        duration: 'P1D',
        set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } },
        application: { warmup: 'PT1H' },
        timeline: [breakAt('PT5M', [0])],
      },
      'broken',
    ],
    ['noFlapping', 'no autoscale', {}, 'silent'],
  ])('%s: %s', (name, _, world, status, why) => {
    const outcome = ask(name, world)
    expect(outcome).toMatchObject({ status, ...(why === undefined ? {} : { why }) })
  })

  it('noFlapping speaks of what autoscale took back', () => {
    const { scenario, result } = played({})
    const counting = (flaps: number): RunResult => ({
      ...result,
      measures: { ...result.measures, autoscale: { scaleOuts: 2, scaleIns: 2, flaps, flapsPrevented: 0 } },
    })
    expect(INVARIANT_CHECKS.noFlapping(scenario, counting(0))).toEqual({ status: 'holds' })
    expect(INVARIANT_CHECKS.noFlapping(scenario, counting(2))).toEqual({
      status: 'broken',
      why: 'autoscale took back 2 of its actions before they were felt',
      expect: 'autoscale.flaps == 0',
    })
  })

  it('one is enough: a loop, a flap, a zone', () => {
    const repairing = played({ set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } } })
    const { measures } = repairing.result
    const looping = { ...measures, repairs: { ...measures.repairs, count: 2, loops: 1 } }
    const flapping = { ...measures, autoscale: { scaleOuts: 1, scaleIns: 1, flaps: 1, flapsPrevented: 0 } }
    const asked = (name: InvariantName, scenario: Scenario, result: RunResult) =>
      INVARIANT_CHECKS[name](scenario, result).status
    expect(asked('noRepairLoop', repairing.scenario, withMeasures(repairing.result, looping))).toBe('broken')
    expect(asked('noFlapping', repairing.scenario, withMeasures(repairing.result, flapping))).toBe('broken')

    // One more than the batch of two that was stopped.
    const halted = played({ newImage: ALL_BAD })
    const withHarmed = (instances: number) => {
      const set = halted.result.measures.perScaleSet['vmss']!
      const vmss = { ...set, blastRadius: { ...set.blastRadius, instances } }
      const all = halted.result.measures
      const measures = { ...all, perScaleSet: { ...all.perScaleSet, vmss } }
      return asked('blastRadiusWithinOneBatch', halted.scenario, withMeasures(halted.result, measures))
    }
    expect([2, 3].map(withHarmed)).toEqual(['holds', 'broken'])

    // One zone more than the timeline fails, and none more.
    const failing = (timeline: Record<string, unknown>[]) => played({ ...ZONAL, timeline })
    const withDown = ({ scenario, result }: ReturnType<typeof played>, zonesDown: number) => {
      const own = result.measures.perScaleSet['vmss']!
      const set = { ...own, availability: { ...own.availability, zonesDown } }
      const perScaleSet = { ...result.measures.perScaleSet, vmss: set }
      return asked('noZoneFullyDown', scenario, withMeasures(result, { ...result.measures, perScaleSet }))
    }
    const fails = { at: 'PT1H', failZone: { zone: '1', for: 'PT10M' } }
    expect([0, 1].map((down) => withDown(failing([]), down))).toEqual(['holds', 'broken'])
    expect([1, 2].map((down) => withDown(failing([fails]), down))).toEqual(['holds', 'broken'])
  })

  it('every one that is named is played', () => {
    expect(Object.keys(INVARIANT_CHECKS)).toEqual([...INVARIANT_NAMES])
  })
})
