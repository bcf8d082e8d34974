import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { phaseMs } from '../../../src/sim/autoscale/autoscale.ts'
import type { MetricSource } from '../../../src/sim/metrics.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { entries } from '../play.ts'
import { changes, events, given, MINUTE, OUT, playAutoscale, present, rule } from './play-autoscale.ts'

/** When the setting `scale` of `vmss` is looked at, within each minute. */
const PHASE = phaseMs({ name: 'scale', scaleSet: 'vmss' }, MINUTE)
const HIGH = () => 90
const LOW = () => 10
const CALM = () => 50

describe('evaluation', () => {
  it('AS-01 looks once a minute, at an offset that depends on the setting alone', () => {
    expect(PHASE).toBeGreaterThanOrEqual(0)
    expect(PHASE).toBeLessThan(MINUTE)
    const [first] = playAutoscale({ metric: HIGH, capacity: 2 }).autoscaleHistory
    expect(first?.atMs).toBe(PHASE)
    const again = playAutoscale({ metric: HIGH, capacity: 2, seed: 99 }).autoscaleHistory
    expect(again[0]?.atMs).toBe(PHASE)
    const half = playAutoscale({ metric: HIGH, capacity: 2, assumptions: { evalInterval: 'PT30S' } }).autoscaleHistory
    expect(half[0]!.atMs).toBeLessThan(30_000)
  })

  it('a setting that is switched off changes nothing, and nothing is counted', () => {
    const run = playAutoscale({ metric: HIGH, setting: { enabled: false } })
    expect(run.autoscaleHistory).toEqual([])
    expect(run.measures.autoscale).toEqual({ scaleOuts: null, scaleIns: null, flaps: null, flapsPrevented: null })
  })

  it('AS-06 reacts two minutes late: a rise at minute 20 with a window of 5 minutes is seen when its mean crosses', () => {
    // From 50 to 90 at minute 20: the mean of 5 grains is 74 with three new ones, at 20 + 3 + 2.
    const metric = (atMs: number) => (atMs >= 20 * MINUTE ? 90 : 50)
    expect(changes(playAutoscale({ metric, capacity: 2 }))[0]).toEqual([25, 2, 3])
    expect(changes(playAutoscale({ metric, capacity: 2, assumptions: { metricLag: 'PT0S' } }))[0]).toEqual([23, 2, 3])
  })

  it('AS-04 moves a count outside the bounds to the bound at the next run, without a cooldown', () => {
    const run = playAutoscale({ metric: CALM, capacity: 2, counts: { minimum: 4, maximum: 10 } })
    expect(changes(run)).toEqual([[0, 2, 4]])
    expect(run.autoscaleHistory[0]).toMatchObject({ rule: 'AS-04', resultDescription: 'below the minimum of 4' })
    const manual = playAutoscale({
      metric: CALM,
      capacity: 4,
      counts: { minimum: 1, maximum: 4 },
      timeline: [{ at: 'PT30M', scaleTo: { capacity: 8 } }],
    })
    expect(changes(manual)).toEqual([[30, 8, 4]])
  })

  it('AS-02 AS-03 follows the profiles of the day, and moves to their bounds', () => {
    const at = (hour: number) => ({
      frequency: 'Week',
      schedule: { timeZone: 'UTC', days: ['Monday'], hours: [hour], minutes: [0] },
    })
    const day = { name: 'day', capacity: { minimum: 5, maximum: 5 }, recurrence: at(1) }
    const night = { name: 'night', capacity: { minimum: 2, maximum: 2 }, recurrence: at(3) }
    const run = playAutoscale({ metric: CALM, capacity: 2, profiles: [day, night], duration: 'PT5H' })
    expect(changes(run)).toEqual([
      [60, 2, 5],
      [180, 5, 2],
    ])
    expect(entries(run, 'autoscale.RecurrentProfileEvaluation').map(({ numbers }) => numbers['profile'])).toEqual([
      'night',
      'day',
      'night',
    ])
  })

  it('AS-07 AS-08 AS-11 scales out to its maximum and in to its minimum', () => {
    const out = playAutoscale({ metric: HIGH, capacity: 2, counts: { minimum: 1, maximum: 4 } })
    expect(changes(out).map(([, , to]) => to)).toEqual([3, 4])
    const into = playAutoscale({ metric: LOW, capacity: 4, counts: { minimum: 2, maximum: 4 } })
    expect(changes(into).map(([, , to]) => to)).toEqual([3, 2])
    expect(into.measures.autoscale).toEqual({ scaleOuts: 0, scaleIns: 2, flaps: 0, flapsPrevented: 0 })
  })

  it('AS-10 ExactCount without a direction takes the set to that count from either side', () => {
    const to5 = rule('GreaterThan', 70, 'None', { action: { type: 'ExactCount', value: '5' } })
    expect(changes(playAutoscale({ metric: HIGH, capacity: 2, rules: [to5] }))).toEqual([[0, 2, 5]])
    expect(changes(playAutoscale({ metric: HIGH, capacity: 8, rules: [to5] })), 'no out rule at 5').toEqual([[0, 8, 5]])
  })

  it('AS-20 AS-23 one timer for both directions, from the moment the action was issued', () => {
    // Scale-in at 0 with a cooldown of 20 minutes; the rise at minute 5 is met from minute 8 on.
    const slow = rule('LessThan', 30, 'Decrease', { action: { cooldown: 'PT20M' } })
    const metric = (atMs: number) => (atMs < 5 * MINUTE ? 10 : 90)
    const run = playAutoscale({ metric, capacity: 4, rules: [OUT, slow] })
    expect(changes(run).slice(0, 2)).toEqual([
      [0, 4, 3],
      [20, 3, 4],
    ])
    expect(entries(run, 'autoscale.ScaleRuleCooldownEvaluation')[0]).toMatchObject({
      rule: 'AS-20',
      numbers: { lastScaleActionMs: PHASE, cooldownMs: 20 * MINUTE },
    })
  })

  it('AS-22 with cooldownSemantics ownRule the out rule waits for its own cooldown', () => {
    const slow = rule('GreaterThan', 70, 'Increase', { action: { cooldown: 'PT60M' } })
    const quick = rule('LessThan', 30, 'Decrease', { action: { cooldown: 'PT20M' } })
    const metric = (atMs: number) => (atMs < 5 * MINUTE ? 10 : 90)
    const at = (semantics: string) => {
      const assumptions = { cooldownSemantics: semantics }
      return changes(playAutoscale({ metric, capacity: 4, rules: [slow, quick], assumptions }))[1]?.[0]
    }
    expect([at('lastFiredRule'), at('ownRule')]).toEqual([20, 60])
  })

  it('AS-31 AS-32 a scale-in that would scale out again is skipped and told once', () => {
    // 60 over 3 is 90 over 2, above 70. The rule for scale-in is always true.
    const run = playAutoscale({ metric: () => 60, capacity: 3, rules: [OUT, rule('LessThan', 66, 'Decrease')] })
    expect(changes(run)).toEqual([])
    expect(events(run, 'Flapping')).toMatchObject([
      { resultDescription: 'with 2 instances Percentage CPU would be 90 > 70', currentInstanceCount: 3 },
    ])
    expect(run.measures.autoscale).toMatchObject({ scaleIns: 0, flapsPrevented: 1 })
  })

  it('AS-34 30 instances at CPU 65, out above 70, in by 10 end at 28', () => {
    const byTen = rule('LessThan', 66, 'Decrease', { action: { value: '10', cooldown: 'PT3H' } })
    const rules = [OUT, byTen]
    const run = playAutoscale({ metric: () => 65, capacity: 30, counts: { minimum: 1, maximum: 40 }, rules })
    expect(changes(run)).toEqual([[0, 30, 28]])
    expect(events(run, 'FlappingOccurred')).toHaveLength(1)
    expect(present(run)).toHaveLength(28)
  })

  it('AS-40 without metrics it goes out to the default, never in, and tells the failure and the recovery', () => {
    const metric = (atMs: number) => (atMs < 30 * MINUTE ? null : 50)
    const run = playAutoscale({ metric, capacity: 2, counts: { minimum: 1, maximum: 10, default: 4 } })
    expect(changes(run)).toEqual([[0, 2, 4]])
    const told = run.autoscaleHistory.map(({ event }) => event)
    expect(told).toEqual(['MetricFailure', 'AutoscaleAction', 'MetricRecovery'])
    const more = playAutoscale({ metric, capacity: 6, counts: { minimum: 1, maximum: 10, default: 4 } })
    expect(changes(more)).toEqual([])
  })
})

describe('the metric of another scale set', () => {
  it('AS-05 metricResourceUri decides whose metric a rule sees', () => {
    const set = (name: string) => [
      name,
      {
        location: 'eastus',
        orchestrationMode: 'Flexible',
        platformFaultDomainCount: 1,
        sku: { name: 'Standard_D2as_v5', capacity: 2 },
        upgradePolicy: { mode: 'Manual' },
        virtualMachineProfile: {},
      },
    ]
    const run = (metricResourceUri: string) => {
      const rules = [rule('GreaterThan', 70, 'Increase', { metric: { metricResourceUri } })]
      const profiles = [{ name: 'p', capacity: { minimum: 1, maximum: 3 }, rules }]
      const scaleSets = Object.fromEntries([set('web'), set('api')])
      const azure = { scaleSets, autoscaleSettings: { scale: { targetResourceUri: 'web', profiles } } }
      const scenario = loadScenario(JSON.stringify({ duration: 'PT1H', azure }), 'a.yaml', {
        readFile: () => undefined,
      })
      const apiIsBusy: MetricSource = {
        grains: (index, ...window) => given(() => (index === 1 ? 90 : 50)).grains(index, ...window),
      }
      return changes(simulate(scenario, { metrics: () => apiIsBusy }))
    }
    expect(run('api').map(([, from, to]) => [from, to])).toEqual([[2, 3]])
    expect(run('web')).toEqual([])
  })
})

describe('the scale operation', () => {
  const quick = rule('GreaterThan', 70, 'Increase', { action: { cooldown: 'PT1M' } })

  it('AS-41 evaluation waits while its own operation runs', () => {
    // Each creation takes 110 s; a cooldown of one minute is not what holds the next one back.
    const run = playAutoscale({ metric: HIGH, capacity: 2, rules: [quick], counts: { minimum: 1, maximum: 4 } })
    const [first, second] = events(run, 'AutoscaleAction')
    expect(first).toMatchObject({ resultType: 'Succeeded', endedAtMs: PHASE + 110_000 })
    expect(second?.atMs).toBe(PHASE + 2 * MINUTE)
    expect(entries(run, 'autoscale.ScaleActionOperationEvaluation')[0]).toMatchObject({
      rule: 'AS-41',
      numbers: { lastStatus: 'InProgress', skipCurrentAutoscaleEvaluation: true },
    })
  })

  it('AS-41 it stops waiting after an hour', () => {
    const timings = { createControlPlane: 'PT3H' }
    const run = playAutoscale({ metric: HIGH, capacity: 2, rules: [quick], timings, duration: 'PT2H30M' })
    expect(changes(run).map(([minute]) => minute)).toEqual([0, 60, 120])
    const results = events(run, 'AutoscaleAction').map(({ resultType }) => resultType)
    expect(results).toEqual(['Timeout', 'Timeout', 'InProgress'])
  })

  it('AS-42 the trace holds the steps of an evaluation under the names of the log', () => {
    const run = playAutoscale({ metric: HIGH, capacity: 2, counts: { minimum: 1, maximum: 3 } })
    const names = run.trace.map(({ what }) => what).filter((what) => what.startsWith('autoscale.'))
    expect(names.slice(0, 8)).toEqual([
      'autoscale.DefaultProfileEvaluation',
      'autoscale.MetricEvaluation',
      'autoscale.ScaleRuleEvaluation',
      'autoscale.MetricEvaluation',
      'autoscale.ScaleRuleEvaluation',
      'autoscale.InstanceCountEvaluation',
      'autoscale.InstanceUpdateEvaluation',
      'autoscale.InstanceScaleAction',
    ])
    expect(names).toContain('autoscale.GetOperationStatusResult')
    const results = entries(run, 'autoscale.ScaleRuleEvaluation').map(({ numbers }) => numbers['estimateScaleResult'])
    expect(results).toEqual(expect.arrayContaining(['Triggered', 'NotTriggered']))
    // The new instance leads back to the rule.
    const created = entries(run, 'instance.creating')[0]!
    const why: string[] = []
    for (let at: number | null = created.id; at !== null; at = run.trace[at]!.cause) why.push(run.trace[at]!.what)
    expect(why).toEqual(expect.arrayContaining(['autoscale.InstanceScaleAction', 'autoscale.ScaleRuleEvaluation']))
  })

  it('AS-42 an operation whose instance never comes up has failed', () => {
    const world = { metric: HIGH, capacity: 2, counts: { minimum: 1, maximum: 3 }, duration: 'PT2H' }
    const oldImage = { defects: [{ name: 'no boot', breaks: ['boot'], share: 100 }] }
    const timeline = [{ at: 'PT0S', scaleTo: { capacity: 2 } }]
    const run = playAutoscale({ ...world, oldImage, timeline })
    expect(events(run, 'AutoscaleAction')[0]).toMatchObject({ newInstanceCount: 3, resultType: 'Failed' })
  })

  it('AS-20 a request that is refused starts no cooldown', () => {
    const slow = rule('GreaterThan', 70, 'Increase', { action: { cooldown: 'PT1H' } })
    const run = playAutoscale({
      metric: HIGH,
      capacity: 2,
      rules: [slow],
      counts: { minimum: 1, maximum: 3 },
      world: { regions: { eastus: { quota: { instances: 2 } } } },
      timeline: [{ at: 'PT10M', limitCapacity: { region: 'eastus', instances: 9, for: 'PT1H' } }],
    })
    expect(changes(run).map(([minute]) => minute)).toEqual([0, 10])
  })

  it('a refusal is told once, and asked for again until there is room', () => {
    const run = playAutoscale({
      metric: HIGH,
      capacity: 2,
      counts: { minimum: 1, maximum: 3 },
      world: { regions: { eastus: { quota: { instances: 2 } } } },
      timeline: [{ at: 'PT30M', limitCapacity: { region: 'eastus', instances: 9, for: 'PT1H' } }],
    })
    const resultDescription = 'OperationNotAllowed: quota has room for 0 of 1 instances'
    expect(events(run, 'AutoscaleAction')).toMatchObject([
      { atMs: PHASE, resultType: 'Failed', resultDescription },
      { resultType: 'Succeeded', newInstanceCount: 3 },
    ])
    expect(changes(run)[1]?.[0]).toBe(30)
    expect(run.findings.filter(({ code }) => code === 'AutoscaleActionFailed')).toHaveLength(1)
    expect(run.findings.filter(({ code }) => code === 'RequestRefused')).toEqual([])
  })
})

describe('flaps', () => {
  const rules = [
    rule('GreaterThan', 70, 'Increase', { action: { cooldown: 'PT1M' } }),
    rule('LessThan', 30, 'Decrease', { action: { cooldown: 'PT1M' } }),
  ]
  const swinging = (everyMinutes: number) => (atMs: number) =>
    Math.floor(atMs / (everyMinutes * MINUTE)) % 2 === 0 ? 90 : 10

  it('an action that is reversed before its effect was felt is one', () => {
    const run = playAutoscale({ metric: swinging(8), capacity: 3, rules, application: { warmup: 'PT10M' } })
    expect(run.measures.autoscale.flaps).toBeGreaterThan(3)
  })

  it('neither a move to a bound nor one back from there is one: no rule wanted it', () => {
    const bound = { minimum: 5, maximum: 9 }
    const at = (hour: number, minute: number) => ({
      frequency: 'Week',
      schedule: { days: ['Monday'], hours: [hour], minutes: [minute] },
    })
    const profiles = [
      { name: 'high', capacity: bound, rules, recurrence: at(0, 20) },
      { name: 'low', capacity: { minimum: 1, maximum: 9 }, rules, recurrence: at(0, 22) },
      { name: 'before', capacity: { minimum: 4, maximum: 4 }, rules, recurrence: at(0, 0) },
    ]
    const run = playAutoscale({ metric: () => 20, capacity: 4, profiles, application: { warmup: 'PT30M' } })
    expect(
      changes(run)
        .slice(0, 2)
        .map(([, from, to]) => [from, to]),
    ).toEqual([
      [4, 5],
      [5, 4],
    ])
    expect(run.measures.autoscale.flaps).toBe(0)
    // The rule scales out, and a tighter profile takes it back before anything new serves.
    const tighter = [
      { name: 'open', capacity: { minimum: 1, maximum: 9 }, rules, recurrence: at(0, 0) },
      { name: 'tight', capacity: { minimum: 4, maximum: 4 }, rules, recurrence: at(0, 10) },
    ]
    const back = playAutoscale({ metric: HIGH, capacity: 4, profiles: tighter, application: { warmup: 'PT30M' } })
    expect(back.measures.autoscale.scaleOuts).toBeGreaterThan(0)
    expect(back.measures.autoscale).toMatchObject({ scaleIns: 1, flaps: 0 })
  })

  it('one that is reversed later is none', () => {
    const run = playAutoscale({ metric: swinging(50), capacity: 3, counts: { minimum: 3, maximum: 4 }, rules })
    expect(run.measures.autoscale).toMatchObject({ scaleOuts: 2, scaleIns: 1, flaps: 0 })
  })
})

describe('others who change the set', () => {
  it('AS-43 a delete of one machine of a Flexible set stays unseen for an hour', () => {
    const world = (individually: boolean) => ({
      metric: CALM,
      capacity: 4,
      counts: { minimum: 4, maximum: 10 },
      duration: 'PT3H',
      timeline: [{ at: 'PT30M', deleteInstance: { instance: 'vmss/0', ...(individually ? { individually } : {}) } }],
    })
    expect(changes(playAutoscale(world(false))), 'through the set it is seen at once').toEqual([[30, 3, 4]])
    const run = playAutoscale(world(true))
    expect(changes(run)).toEqual([[90, 3, 4]])
    expect(entries(run, 'autoscale.deletesUnseen')).toHaveLength(1)
    expect(changes(playAutoscale({ ...world(true), assumptions: { flexResyncDelay: 'PT2H' } }))).toEqual([[150, 3, 4]])
    expect(changes(playAutoscale({ ...world(true), uniform: true })), 'Uniform has no other way').toEqual([[30, 3, 4]])
  })

  it('AS-43 a scale-in that single deletes have done already is not asked for again', () => {
    // It sees five, two of which are gone; in by one is four, and three are left.
    const run = playAutoscale({
      metric: (atMs) => (atMs < 30 * MINUTE ? 50 : 10),
      capacity: 5,
      counts: { minimum: 1, maximum: 10 },
      rules: [rule('LessThan', 30, 'Decrease', { action: { cooldown: 'PT3H' } })],
      timeline: [{ at: 'PT20M', deleteInstance: { instances: ['vmss/0', 'vmss/1'], individually: true } }],
    })
    expect(changes(run).map(([, from, to]) => [from, to])).toEqual([[5, 4]])
    expect(present(run), 'not raised to four either').toEqual([2, 3, 4])
  })

  it('AS-44 deallocated instances count as capacity', () => {
    const timeline = [{ at: 'PT30M', deallocate: { instances: ['vmss/0', 'vmss/1'] } }]
    const run = playAutoscale({ metric: CALM, capacity: 4, counts: { minimum: 4, maximum: 10 }, timeline })
    expect(changes(run)).toEqual([])
  })

  it('AS-46 unhealthy instances count as capacity', () => {
    const timeline = [{ at: 'PT30M', breakInstance: { instances: ['vmss/0', 'vmss/1', 'vmss/2'] } }]
    const run = playAutoscale({ metric: CALM, capacity: 4, counts: { minimum: 4, maximum: 10 }, probe: {}, timeline })
    expect(entries(run, 'health.changed')).toHaveLength(3)
    expect(changes(run)).toEqual([])
  })

  const newImage = { 'virtualMachineProfile.storageProfile.imageReference.id': 'gal/app/2.0.0' }
  /** Load that changes shortly before the upgrade begins and is seen while it runs. */
  const during = (value: number) => (atMs: number) => (atMs < 8 * MINUTE ? 50 : value)
  const upgraded = {
    capacity: 10,
    mode: 'Rolling' as const,
    probe: {},
    timeline: [{ at: 'PT10M', updateModel: { set: newImage } }],
    duration: 'PT1H',
  }
  const quick = { action: { cooldown: 'PT1M' } }
  const rules = [rule('GreaterThan', 70, 'Increase', quick), rule('LessThan', 30, 'Decrease', quick)]

  it('AS-45 RU-18 scale-out goes on during a rolling upgrade', () => {
    const run = playAutoscale({ ...upgraded, rules, metric: during(90), counts: { minimum: 1, maximum: 11 } })
    const added = events(run, 'AutoscaleAction')[0]!
    expect(added.atMs).toBeGreaterThan(run.rollouts[0]!.batches[0]!.startedAtMs)
    expect(added.atMs).toBeLessThan(run.rollouts[0]!.endedAtMs!)
    expect(added).toMatchObject({ newInstanceCount: 11, endedAtMs: added.atMs + 120_000 })
  })

  it('AS-45 RU-18 scale-in waits for the end of a batch, and evaluation waits for it', () => {
    const run = playAutoscale({ ...upgraded, rules, metric: during(10), counts: { minimum: 9, maximum: 11 } })
    const removed = events(run, 'AutoscaleAction')[0]!
    const deferred = entries(run, 'scaleSet.scaleDeferred')
    expect(deferred).toHaveLength(1)
    expect(deferred[0]).toMatchObject({ atMs: removed.atMs, rule: 'RU-18', numbers: { to: 9 } })
    const [scaledIn] = entries(run, 'scaleSet.scaledIn')
    expect(run.rollouts[0]!.batches.map(({ endedAtMs }) => endedAtMs)).toContain(scaledIn!.atMs)
    expect(removed).toMatchObject({ resultType: 'Succeeded', endedAtMs: scaledIn!.atMs + 30_000 })
    expect(run.rollouts[0]).toMatchObject({ status: 'Completed' })
  })

  it('AS-45 with autoscaleDuringUpgrade defer it does not even look until the upgrade is over', () => {
    const assumptions = { autoscaleDuringUpgrade: 'defer' }
    const run = playAutoscale({ ...upgraded, metric: during(90), counts: { minimum: 1, maximum: 11 }, assumptions })
    expect(events(run, 'AutoscaleAction')[0]!.atMs).toBeGreaterThan(run.rollouts[0]!.endedAtMs!)
  })

  it('MS-10 surge instances may exceed the maximum of the profile, or with surgeIgnoresAutoscaleMax false do not', () => {
    const world = { ...upgraded, metric: CALM, counts: { minimum: 10, maximum: 10 }, policy: { maxSurge: true } }
    const assumptions = { surgeIgnoresAutoscaleMax: false }
    const isSurge = (more: object) => playAutoscale({ ...world, ...more }).rollouts[0]!.batches[0]!.surge
    expect(isSurge({})).toBe(true)
    expect(isSurge({ assumptions }), 'in place instead').toBe(false)
    expect(isSurge({ assumptions, counts: { minimum: 10, maximum: 12 } }), 'room for the batch').toBe(true)
  })
})

describe('predictive autoscale', () => {
  const DAY = 24 * 60 * MINUTE
  /** From 100 to 300 % at half past every day's first hour. */
  const rising = (atMs: number) => (((atMs % DAY) + DAY) % DAY >= 30 * MINUTE ? 300 : 100)
  const policy = (scaleMode: string, scaleLookAheadTime = 'PT15M') => ({
    predictiveAutoscalePolicy: { scaleMode, scaleLookAheadTime },
  })
  const world = { metric: () => 50, load: rising, capacity: 2, duration: 'PT1H' }

  it('AS-50 AS-52 AS-53 scales out up to the look-ahead before the predicted crossing, once a cooldown', () => {
    const run = playAutoscale({ ...world, setting: policy('Enabled') })
    // 300 over 2, 3 and 4 instances is above 70 each; over 5 it is not. The rise is 15 minutes away from minute 15 on.
    expect(changes(run)).toEqual([
      [15, 2, 3],
      [20, 3, 4],
      [25, 4, 5],
    ])
    expect(run.autoscaleHistory[0]).toMatchObject({
      rule: 'AS-52',
      resultDescription: 'Percentage CPU predicted 150 > 70',
    })
  })

  it('AS-53 a busy weekday is expected again by sameWeekdayWeight', () => {
    // A Monday. The two before had 520 %, the thirteen other days 100 %: 302 % with six times the weight, 156 % without.
    const mondays = (atMs: number) => (Math.floor(atMs / DAY) % 7 === 0 ? 520 : 100)
    const capacities = (assumptions: Record<string, unknown>) =>
      changes(playAutoscale({ ...world, load: mondays, setting: policy('Enabled'), assumptions })).map(([, , to]) => to)
    expect(capacities({})).toEqual([3, 4, 5])
    expect(capacities({ sameWeekdayWeight: 1 })).toEqual([3])
  })

  it('AS-50 a rule by another aggregation does not look at the forecast', () => {
    const never = rule('GreaterThan', 1000, 'Increase')
    const byMaximum = rule('GreaterThan', 70, 'Increase', { metric: { statistic: 'Max' } })
    expect(changes(playAutoscale({ ...world, rules: [never, byMaximum], setting: policy('Enabled') }))).toEqual([])
  })

  it('AS-54 ForecastOnly never acts', () => {
    expect(changes(playAutoscale({ ...world, setting: policy('ForecastOnly') }))).toEqual([])
    expect(changes(playAutoscale({ ...world, setting: policy('Disabled') }))).toEqual([])
  })

  it('AS-51 AS-52 with less than seven days of history it tells so, and the standard rules go on alone', () => {
    const run = playAutoscale({
      ...world,
      metric: (atMs) => (atMs < 40 * MINUTE ? 50 : 90),
      setting: policy('Enabled'),
      assumptions: { predictiveHistory: 'P6D' },
    })
    expect(events(run, 'PredictiveMetricFailure')).toMatchObject([{ atMs: PHASE, rule: 'AS-51' }])
    expect(changes(run)[0]?.[0]).toBeGreaterThan(40)
    expect(events(run, 'AutoscaleAction')[0]?.rule).toBe('AS-07')
  })

  it('AS-50 it never scales in, and holds back a scale-in that the forecast would turn around', () => {
    // Actual load is low; the day goes on at 300 from minute 30 on, which takes 5 instances.
    const run = playAutoscale({ ...world, metric: LOW, load: () => 300, capacity: 7, setting: policy('Enabled') })
    expect(changes(run).map(([, , to]) => to)).toEqual([6, 5])
    expect(run.measures.autoscale).toMatchObject({ scaleOuts: 0, scaleIns: 2, flapsPrevented: 1 })
  })
})

describe('victims of its scale-in', () => {
  const later = (value: number) => (atMs: number) => (atMs < 10 * MINUTE ? 50 : value)
  const NOTICE = {
    scheduledEventsProfile: { terminateNotificationProfile: { enable: true, notBeforeTimeout: 'PT10M' } },
  }

  it('PL-70 PL-71 go by the scale-in policy', () => {
    const world = { metric: LOW, capacity: 4, counts: { minimum: 2, maximum: 4 } }
    expect(present(playAutoscale(world)), 'Default takes the newest').toEqual([0, 1])
    expect(present(playAutoscale({ ...world, set: { scaleInPolicy: { rules: ['OldestVM'] } } }))).toEqual([2, 3])
  })

  it('PL-74 PL-75 protected instances are never taken; as many go as there are others', () => {
    const run = playAutoscale({
      metric: later(10),
      capacity: 4,
      counts: { minimum: 1, maximum: 4 },
      rules: [rule('LessThan', 30, 'Decrease', { action: { value: '3', cooldown: 'PT1M' } })],
      timeline: [{ at: 'PT1M', protectInstance: { instances: ['vmss/1', 'vmss/3'], protectFromScaleIn: true } }],
    })
    expect(present(run)).toEqual([1, 3])
    expect(events(run, 'AutoscaleAction')[0]).toMatchObject({
      newInstanceCount: 2,
      resultDescription: 'Percentage CPU 26 < 30; protection leaves 2',
    })
    expect(run.measures.autoscale.scaleIns).toBe(1)
    // It asks again after every cooldown; the history says once that nothing came of it.
    expect(changes(run).map(([, from, to]) => [from, to])).toEqual([
      [4, 2],
      [2, 2],
    ])
  })

  it('PL-76 prioritizeUnhealthyVMs: unhealthy and stopped ones go first', () => {
    const world = (prioritizeUnhealthyVMs: boolean) => ({
      metric: later(10),
      capacity: 5,
      counts: { minimum: 3, maximum: 5 },
      probe: {},
      set: { scaleInPolicy: { rules: ['Default'], prioritizeUnhealthyVMs } },
      timeline: [
        { at: 'PT1M', breakInstance: { instance: 'vmss/0' } },
        { at: 'PT1M', deallocate: { instance: 'vmss/2' } },
      ],
    })
    expect(present(playAutoscale(world(true)))).toEqual([1, 3, 4])
    expect(present(playAutoscale(world(false)))).toEqual([0, 1, 2])
  })

  it('PL-77 deallocated instances are not started by a scale-out', () => {
    const timeline = [{ at: 'PT1M', deallocate: { instance: 'vmss/1' } }]
    const run = playAutoscale({ metric: later(90), capacity: 2, counts: { minimum: 1, maximum: 3 }, timeline })
    expect(present(run)).toEqual([0, 1, 2])
    expect(entries(run, 'instance.starting').map(({ subject }) => subject)).toEqual(['vmss/2'])
  })

  it('PL-79 a terminate notice delays the delete; the operation lasts as long', () => {
    const run = playAutoscale({ metric: LOW, capacity: 2, profile: NOTICE })
    const [removed] = events(run, 'AutoscaleAction')
    expect(removed).toMatchObject({ resultType: 'Succeeded', endedAtMs: PHASE + 10.5 * MINUTE })
  })

  it('PL-78 forceDeletion skips the notice', () => {
    const set = { scaleInPolicy: { rules: ['Default'], forceDeletion: true } }
    const run = playAutoscale({ metric: LOW, capacity: 2, set, profile: NOTICE })
    expect(events(run, 'AutoscaleAction')[0]).toMatchObject({ endedAtMs: PHASE + 9000 })
  })
})

it('plays the same to the byte', () => {
  const world = { metric: (atMs: number) => 20 + ((atMs / MINUTE) % 70), capacity: 3, duration: 'PT6H' }
  const [one, two] = [playAutoscale(world), playAutoscale(world)]
  expect(one.traceHash).toBe(two.traceHash)
  expect(one.autoscaleHistory).toEqual(two.autoscaleHistory)
  expect(one.autoscaleHistory.length).toBeGreaterThan(3)
})
