import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import type {
  AutoscaleProfile,
  AutoscaleRule,
  MetricOperator,
  ProfileTime,
} from '../../../src/model/autoscale/setting.ts'
import { isPredictable } from '../../../src/model/autoscale/setting.ts'
import { activeProfile } from '../../../src/sim/autoscale/active-profile.ts'
import { isCoolingDown } from '../../../src/sim/autoscale/cooldown.ts'
import { type AutoscaleDecision, evaluate, operationStatus } from '../../../src/sim/autoscale/evaluate.ts'
import { projectedValue, safeScaleIn, wouldScaleOutAgain } from '../../../src/sim/autoscale/flapping.ts'
import { isFlap } from '../../../src/sim/autoscale/flaps.ts'
import { isPerInstance, isTrue, metricWindow, observedValue } from '../../../src/sim/autoscale/observe.ts'
import { forecastTotal, highestForecast, historyDays } from '../../../src/sim/autoscale/predictive.ts'
import { steppedCount } from '../../../src/sim/autoscale/scale-step.ts'
import type { Grain } from '../../../src/sim/metrics.ts'
import { action, into, out, profile, trigger } from './settings.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('activeProfile', () => {
  const named = (name: string, when: ProfileTime): AutoscaleProfile => ({ ...profile([]), name, when })
  const at = (day: number, hour: number, minute = 0) => day * DAY + hour * HOUR + minute * MINUTE
  const weekly = (name: string, ...startsMs: number[]) => named(name, { kind: 'recurrence', startsMs })
  const [SATURDAY, SUNDAY] = [5, 6]

  it('AS-02 fixed dates come before recurring profiles, and those before the default', () => {
    const fixed = named('launch', { kind: 'fixedDate', startMs: at(1, 8), endMs: at(1, 20) })
    const workdays = weekly('workdays', at(0, 0))
    const fallback = named('default', { kind: 'default' })
    const profiles = [fallback, workdays, fixed]
    expect(activeProfile(profiles, at(1, 8))).toMatchObject({
      profile: { name: 'launch' },
      foundBy: 'FixedDateProfileEvaluation',
    })
    expect(activeProfile(profiles, at(1, 20))?.profile.name, 'its end does not belong to it').toBe('workdays')
    expect(activeProfile(profiles, at(1, 20))?.foundBy).toBe('RecurrentProfileEvaluation')
    expect(activeProfile([fallback, fixed], at(2, 0))?.foundBy).toBe('DefaultProfileEvaluation')
    expect(activeProfile([fixed], at(2, 0)), 'nothing fits').toBeUndefined()
  })

  it('AS-02 only the first that matches is used', () => {
    const one = named('one', { kind: 'fixedDate', startMs: 0, endMs: DAY })
    const two = named('two', { kind: 'fixedDate', startMs: 0, endMs: DAY })
    expect(activeProfile([one, two], HOUR)?.profile.name).toBe('one')
    const defaults = [named('a', { kind: 'default' }), named('b', { kind: 'default' })]
    expect(activeProfile(defaults, 0)?.profile.name).toBe('a')
    expect(activeProfile([weekly('a', at(0, 8)), weekly('b', at(0, 8))], at(0, 9))?.profile.name).toBe('a')
  })

  it('AS-03 a recurring profile holds until the next one begins, over the turn of the week as well', () => {
    const profiles = [weekly('early', at(0, 6)), weekly('late', at(4, 18)), named('default', { kind: 'default' })]
    expect(activeProfile(profiles, at(0, 6))?.profile.name).toBe('early')
    expect(activeProfile(profiles, at(3, 23))?.profile.name).toBe('early')
    expect(activeProfile(profiles, at(4, 18))?.profile.name).toBe('late')
    expect(activeProfile(profiles, 0)?.profile.name, 'since the Friday before').toBe('late')
    expect(activeProfile(profiles, 3 * 7 * DAY + at(0, 5, 59))?.profile.name).toBe('late')
  })

  it('AS-03 the companion of the command line: 1 at weekends, 4 on weekdays, and one minute of 3 before midnight', () => {
    // cli-recording-autoscale-recurring.json
    const days = [0, 1, 2, 3, 4]
    const profiles = [
      named('default', { kind: 'default' }),
      weekly('weekend', at(SATURDAY, 0), at(SUNDAY, 0)),
      weekly('ends weekend', at(SATURDAY, 23, 59), at(SUNDAY, 23, 59)),
      weekly('weekday', ...days.map((day) => at(day, 0))),
      weekly('ends weekday', ...days.map((day) => at(day, 23, 59))),
    ]
    const names = [at(0, 0), at(0, 12), at(0, 23, 59), at(4, 23, 59), at(SATURDAY, 0), at(SUNDAY, 23, 59)].map(
      (ms) => activeProfile(profiles, ms)?.profile.name,
    )
    expect(names).toEqual(['weekday', 'weekday', 'ends weekday', 'ends weekday', 'weekend', 'ends weekend'])
  })
})

describe('observedValue', () => {
  const grain = (values: readonly number[], atMs = 0): Grain => ({
    atMs,
    average: values.reduce((sum, value) => sum + value, 0) / values.length,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    total: values.reduce((sum, value) => sum + value, 0),
    count: values.length,
  })
  const two = [grain([40, 60]), grain([50, 70], MINUTE)]

  it.each([
    { statistic: 'Average', timeAggregation: 'Average', value: 55 },
    { statistic: 'Max', timeAggregation: 'Average', value: 65 },
    { statistic: 'Min', timeAggregation: 'Maximum', value: 50 },
    { statistic: 'Average', timeAggregation: 'Minimum', value: 50 },
    { statistic: 'Sum', timeAggregation: 'Total', value: 220 },
    { statistic: 'Average', timeAggregation: 'Last', value: 60 },
    { statistic: 'Count', timeAggregation: 'Total', value: 4 },
    { statistic: 'Average', timeAggregation: 'Count', value: 2 },
  ] as const)('AS-05 instances by $statistic, then grains by $timeAggregation: $value', ({ value, ...combined }) => {
    expect(observedValue(two, trigger(combined), 2)).toBe(value)
  })

  it('AS-05 dividePerInstance divides by the instance count, at the end', () => {
    const sums = trigger({ statistic: 'Sum', timeAggregation: 'Total', dividePerInstance: true })
    expect(observedValue(two, sums, 2)).toBe(110)
    expect(observedValue(two, sums, 0), 'never by nothing').toBe(220)
  })

  it('AS-05 a queue length is always per instance: 50 messages over 2 instances are 25', () => {
    const queue = trigger({ metricName: 'ApproximateMessageCount' })
    expect(observedValue([grain([50])], queue, 2)).toBe(25)
  })

  it('AS-06 the window ends two minutes before the evaluation: at 18:12 it ends at 18:10', () => {
    const at = (hour: number, minute: number) => hour * HOUR + minute * MINUTE
    expect(metricWindow(at(18, 12), 10 * MINUTE, DEFAULT_ASSUMPTIONS.metricLag)).toEqual({
      fromMs: at(18, 0),
      toMs: at(18, 10),
    })
  })

  it('AS-40 without a single sample there is no value', () => expect(observedValue([], trigger(), 2)).toBeNull())

  it.each([
    ['Equals', [false, true, false]],
    ['NotEquals', [true, false, true]],
    ['GreaterThan', [false, false, true]],
    ['GreaterThanOrEqual', [false, true, true]],
    ['LessThan', [true, false, false]],
    ['LessThanOrEqual', [true, true, false]],
  ] as [MetricOperator, boolean[]][])('%s compares 69, 70 and 71 with 70', (operator, expected) => {
    expect([69, 70, 71].map((value) => isTrue(value, operator, 70))).toEqual(expected)
  })
})

describe('steppedCount', () => {
  const bounds = { minimum: 1, maximum: 100, default: 1 }

  it.each([
    { n: 10, percent: 25, direction: 'Increase', to: 13, why: '2.5 rounds up' },
    { n: 10, percent: 25, direction: 'Decrease', to: 8, why: '2.5 rounds down' },
    { n: 3, percent: 10, direction: 'Increase', to: 4, why: 'never below one' },
    { n: 3, percent: 10, direction: 'Decrease', to: 2, why: 'never below one' },
    { n: 50, percent: 10, direction: 'Increase', to: 55, why: 'exactly five' },
    { n: 7, percent: 100, direction: 'Increase', to: 14, why: 'doubles' },
  ] as const)('AS-10 $n by $percent % $direction -> $to: $why', ({ n, percent, direction, to }) => {
    const step = action({ type: 'PercentChangeCount', value: percent, direction })
    expect(steppedCount(n, step, bounds, 'ceilOutFloorIn')).toBe(to)
  })

  it.each([
    { rounding: 'floor', out: 12, in: 8 },
    { rounding: 'round', out: 13, in: 7 },
  ] as const)('AS-10 percentRounding $rounding: 10 by 25 %', ({ rounding, out: up, in: down }) => {
    const by = (direction: 'Increase' | 'Decrease') => action({ type: 'PercentChangeCount', value: 25, direction })
    expect(steppedCount(10, by('Increase'), bounds, rounding)).toBe(up)
    expect(steppedCount(10, by('Decrease'), bounds, rounding)).toBe(down)
  })

  it('AS-10 ExactCount counts only in the direction of its rule; None means whichever way', () => {
    const exact = (direction: 'Increase' | 'Decrease' | 'None', value: number) =>
      steppedCount(10, action({ type: 'ExactCount', direction, value }), bounds, 'ceilOutFloorIn')
    expect([exact('Increase', 12), exact('Increase', 8)]).toEqual([12, 10])
    expect([exact('Decrease', 8), exact('Decrease', 12)]).toEqual([8, 10])
    expect([exact('None', 12), exact('None', 8), exact('None', 10)]).toEqual([12, 8, 10])
  })

  it('AS-11 the result stays between the bounds, both of them allowed', () => {
    const tight = { minimum: 3, maximum: 12, default: 3 }
    expect(steppedCount(10, action({ value: 5 }), tight, 'ceilOutFloorIn')).toBe(12)
    expect(steppedCount(10, action({ value: 2 }), tight, 'ceilOutFloorIn')).toBe(12)
    expect(steppedCount(10, action({ direction: 'Decrease', value: 9 }), tight, 'ceilOutFloorIn')).toBe(3)
    expect(steppedCount(12, action(), tight, 'ceilOutFloorIn')).toBe(12)
  })

  it('AS-11 moves in its direction or not at all, and never leaves the bounds', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom('Increase' as const, 'Decrease' as const),
        fc.constantFrom('ChangeCount' as const, 'PercentChangeCount' as const, 'ExactCount' as const),
        fc.constantFrom('ceilOutFloorIn' as const, 'floor' as const, 'round' as const),
        (a, b, value, direction, type, rounding) => {
          const capacity = { minimum: Math.min(a, b), maximum: Math.max(a, b), default: a }
          for (let n = capacity.minimum; n <= capacity.maximum; n++) {
            const to = steppedCount(n, action({ direction, type, value }), capacity, rounding)
            expect(to).toBeGreaterThanOrEqual(capacity.minimum)
            expect(to).toBeLessThanOrEqual(capacity.maximum)
            if (direction === 'Increase') expect(to).toBeGreaterThanOrEqual(n)
            else expect(to).toBeLessThanOrEqual(n)
          }
        },
      ),
    ))
})

/** An evaluation of one value for each rule, mostly CPU and memory. */
function decide(
  rules: readonly AutoscaleRule[],
  values: readonly (number | 'missing' | 'unknown')[],
  more: {
    count?: number
    capacity?: Partial<AutoscaleProfile['capacity']>
    last?: { atMs: number; cooldownMs: number }
    nowMs?: number
    forecasts?: readonly (number | null)[]
    assumptions?: Partial<typeof DEFAULT_ASSUMPTIONS>
  } = {},
): AutoscaleDecision {
  return evaluate(
    {
      nowMs: more.nowMs ?? DAY,
      count: more.count ?? 5,
      profile: profile(rules, more.capacity),
      observed: values.map((value, index) => ({ value, forecast: more.forecasts?.[index] ?? null })),
      last: more.last ?? null,
    },
    { ...DEFAULT_ASSUMPTIONS, ...more.assumptions },
  )
}

describe('evaluate', () => {
  it('AS-04 a count outside the bounds is moved to the bound, whatever the rules and the cooldown say', () => {
    const cooling = { atMs: DAY - MINUTE, cooldownMs: HOUR }
    expect(decide([out(70)], [90], { count: 2, capacity: { minimum: 4, default: 4 }, last: cooling })).toMatchObject({
      act: 'scale',
      rule: 'AS-04',
      direction: 'Increase',
      to: 4,
      by: null,
    })
    expect(decide([out(70)], [90], { count: 12, capacity: { maximum: 8 }, last: cooling })).toMatchObject({
      rule: 'AS-04',
      direction: 'Decrease',
      to: 8,
    })
    const held = { count: 2, capacity: { minimum: 4, default: 4 }, last: cooling }
    expect(decide([out(70)], [90], { ...held, assumptions: { boundsCooldown: true } })).toMatchObject({
      act: 'nothing',
      rule: 'AS-20',
    })
  })

  it('AS-07 one rule for scale-out is enough, and of several the highest capacity wins', () => {
    const rules = [out(70, { value: 1 }), out(80, { value: 3 }), out(90, { value: 9 })]
    expect(decide(rules, [75, 75, 75])).toMatchObject({ to: 6, byIndex: 0, rule: 'AS-07' })
    expect(decide(rules, [85, 85, 85])).toMatchObject({ to: 8, byIndex: 1 })
    const equal = [out(70, { value: 2 }), out(70, { value: 2 })]
    expect(decide(equal, [75, 75]), 'of equals the first').toMatchObject({ byIndex: 0 })
  })

  it('AS-08 scale-in only without a rule for scale-out, if all agree, and the one that removes least (5 or 7: 7)', () => {
    const rules = [into(30, { value: 5 }), into(50, { value: 3 })]
    expect(decide(rules, [20, 40], { count: 10 })).toMatchObject({ act: 'scale', to: 7, byIndex: 1, rule: 'AS-08' })
    expect(decide(rules, [20, 60], { count: 10 })).toMatchObject({ act: 'nothing', rule: 'AS-08' })
    expect(decide([...rules, out(10)], [20, 40, 20], { count: 10 })).toMatchObject({ to: 11, direction: 'Increase' })
  })

  it('AS-08 a true rule for scale-out keeps scale-in away even where it cannot grow any more', () => {
    expect(decide([into(30), out(10)], [20, 20], { count: 10, capacity: { maximum: 10 } })).toMatchObject({
      act: 'nothing',
      rule: 'AS-11',
    })
  })

  it.each([
    { cpu: 76, memory: 50, acts: 'Increase' },
    { cpu: 50, memory: 76, acts: 'Increase' },
    { cpu: 25, memory: 51, acts: 'nothing' },
    { cpu: 29, memory: 49, acts: 'Decrease' },
  ])('AS-09 in below CPU 30 and memory 50, out above 75 and 75: $cpu/$memory $acts', ({ cpu, memory, acts }) => {
    const rules = [into(30), into(50), out(75), out(75)]
    const decision = decide(rules, [cpu, memory, cpu, memory], { count: 20 })
    expect(decision.act === 'scale' ? decision.direction : 'nothing').toBe(acts)
  })

  it('AS-20 after an action no rule of either direction acts until the cooldown of the rule that acted has passed', () => {
    const last = { atMs: DAY, cooldownMs: 10 * MINUTE }
    const rules = [into(30, { cooldownMs: MINUTE }), out(70, { cooldownMs: MINUTE })]
    for (const value of [20, 90]) {
      expect(decide(rules, [value, value], { last, nowMs: DAY + 10 * MINUTE - 1 })).toMatchObject({
        act: 'nothing',
        rule: 'AS-20',
      })
      expect(decide(rules, [value, value], { last, nowMs: DAY + 10 * MINUTE })).toMatchObject({ act: 'scale' })
    }
  })

  it('AS-21 out 60, in 40 minutes: in acts at 13:00, the out rule is met at 13:20 and acts at 13:40', () => {
    const rules = [into(30, { cooldownMs: 40 * MINUTE }), out(70, { cooldownMs: 60 * MINUTE })]
    const last = { atMs: 13 * HOUR, cooldownMs: 40 * MINUTE }
    const acts = [20, 30, 39, 40, 60].map(
      (minute) => decide(rules, [90, 90], { last, nowMs: 13 * HOUR + minute * MINUTE }).act,
    )
    expect(acts).toEqual(['nothing', 'nothing', 'nothing', 'scale', 'scale'])
  })

  it('AS-22 read as the REST text has it, the same out rule acts at 14:00', () => {
    const last = { atMs: 13 * HOUR, cooldownMs: 40 * MINUTE }
    const waits = (minute: number) => isCoolingDown(last, 60 * MINUTE, 13 * HOUR + minute * MINUTE, 'ownRule')
    expect([20, 40, 59, 60].map(waits)).toEqual([true, true, true, false])
    const rules = [into(30, { cooldownMs: 40 * MINUTE }), out(70, { cooldownMs: 60 * MINUTE })]
    const own = { last, assumptions: { cooldownSemantics: 'ownRule' as const } }
    expect(decide(rules, [90, 90], { ...own, nowMs: 13 * HOUR + 40 * MINUTE })).toMatchObject({ rule: 'AS-20' })
    expect(decide(rules, [90, 90], { ...own, nowMs: 14 * HOUR })).toMatchObject({ act: 'scale' })
  })

  it('AS-23 the timer starts with the action, so without one nothing waits', () => {
    expect(isCoolingDown(null, HOUR, 0, 'lastFiredRule')).toBe(false)
    expect(isCoolingDown({ atMs: 0, cooldownMs: MINUTE }, HOUR, MINUTE, 'lastFiredRule')).toBe(false)
  })

  it('AS-30 scale-out is not projected: it acts although the new count would scale in at once', () => {
    expect(decide([into(60), out(70, { value: 95 })], [71, 71], { count: 5 })).toMatchObject({ to: 100 })
  })

  it('AS-32 Flapping: nothing is left of the scale-in; FlappingOccurred: a nearer count is', () => {
    const atLeast = out(80, {}, { operator: 'GreaterThanOrEqual' })
    expect(decide([into(66, { value: 1 }), atLeast], [60, 60], { count: 3 })).toMatchObject({
      act: 'nothing',
      rule: 'AS-32',
      rejected: { candidate: 2, value: 90 },
    })
    expect(decide([into(66, { value: 10 }), out(70)], [65, 65], { count: 30 })).toMatchObject({
      act: 'scale',
      rule: 'AS-32',
      to: 28,
      rejected: { candidate: 20, value: 97.5 },
    })
  })

  it('AS-40 without a sample it goes out to the default when it is below, and does nothing otherwise', () => {
    const rules = [into(30), out(70)]
    const capacity = { minimum: 2, default: 6 }
    expect(decide(rules, ['missing', 'missing'], { count: 3, capacity })).toMatchObject({
      act: 'scale',
      rule: 'AS-40',
      to: 6,
      by: null,
    })
    const more = decide(rules, [10, 'missing'], { count: 8, capacity })
    expect(more, 'one rule is enough; never in').toMatchObject({ act: 'nothing', rule: 'AS-40' })
  })

  it('a metric the twin does not know is no missing one: its rule is never true, and scale-in stays away', () => {
    expect(decide([out(70), out(5)], ['unknown', 10])).toMatchObject({ to: 6, results: ['Unknown', 'Triggered'] })
    expect(decide([into(30), into(30)], [10, 'unknown'])).toMatchObject({ act: 'nothing', rule: 'AS-08' })
  })

  it('AS-41 while its own operation runs it waits, for an hour at most', () => {
    expect(operationStatus(0, HOUR - 1, DEFAULT_ASSUMPTIONS.scaleOperationTimeout)).toBe('InProgress')
    expect(operationStatus(0, HOUR, DEFAULT_ASSUMPTIONS.scaleOperationTimeout)).toBe('Timeout')
  })

  it('AS-50 AS-52 a rule for scale-out is true when actual or predicted CPU crosses; a prediction never scales in', () => {
    const rules = [into(30), out(70)]
    // 5 instances, 400 % predicted together: 80 each.
    expect(decide(rules, [50, 50], { forecasts: [null, 400] })).toMatchObject({ rule: 'AS-52', to: 6, byIndex: 1 })
    expect(decide(rules, [75, 75], { forecasts: [null, 400] }), 'actual CPU too').toMatchObject({ rule: 'AS-07' })
    expect(decide(rules, [50, 50], { forecasts: [null, 350] }), '70 is not above 70').toMatchObject({ act: 'nothing' })
    expect(decide(rules, [20, 20], { forecasts: [null, 400] }), 'no scale-in before the rise').toMatchObject({
      direction: 'Increase',
    })
    expect(decide(rules, [20, 20], { forecasts: [null, 50] }), 'in by the standard rules').toMatchObject({ to: 4 })
  })

  it('AS-52 a scale-in that the prediction would turn around is held back like any other flap', () => {
    // 250 % predicted: 50 each over 5, 62.5 over 4; at 3 it would be 83.3.
    const rules = [into(30, { value: 2 }), out(70)]
    expect(decide(rules, [20, 20], { forecasts: [null, 250] })).toMatchObject({ to: 4, rule: 'AS-32' })
  })
})

describe('the projection', () => {
  const AT_LEAST = { operator: 'GreaterThanOrEqual' as const }

  it.each([
    { metric: 'threads', value: 575, from: 3, to: 2, rule: out(600, {}, AT_LEAST), projected: 862.5, scalesIn: false },
    { metric: 'CPU', value: 60, from: 3, to: 2, rule: out(80, {}, AT_LEAST), projected: 90, scalesIn: false },
    { metric: 'CPU', value: 50, from: 3, to: 2, rule: out(80, {}, AT_LEAST), projected: 75, scalesIn: true },
    { metric: 'threads', value: 394, from: 3, to: 2, rule: out(600, {}, AT_LEAST), projected: 591, scalesIn: true },
    { metric: 'CPU', value: 28, from: 2, to: 1, rule: out(50), projected: 56, scalesIn: false },
  ])(
    'AS-31 AS-33 $metric $value, $from to $to: $projected, in: $scalesIn',
    ({ value, from, to, rule, ...expected }) => {
      expect(projectedValue(value, from, to, true)).toBe(expected.projected)
      const again = wouldScaleOutAgain([{ rule, value, forecast: null }], from, to)
      expect(again === undefined).toBe(expected.scalesIn)
    },
  )

  it('AS-34 the example of 30 instances at CPU 65, out above 70, in by 10: 28, and not the printed 27', () => {
    const rules = [{ rule: out(70), value: 65, forecast: null }]
    expect(safeScaleIn(rules, 30, 20).count).toBe(28)
    expect(projectedValue(65, 30, 27, true)).toBeCloseTo(72.22, 2)
    expect(projectedValue(65, 30, 28, true)).toBeCloseTo(69.64, 2)
  })

  it('AS-35 averages and divided values are projected, totals are not', () => {
    expect(isPerInstance(trigger())).toBe(true)
    expect(isPerInstance(trigger({ statistic: 'Sum', timeAggregation: 'Total' }))).toBe(false)
    expect(isPerInstance(trigger({ statistic: 'Sum', timeAggregation: 'Total', dividePerInstance: true }))).toBe(true)
    expect(isPerInstance(trigger({ statistic: 'Average', timeAggregation: 'Count' }))).toBe(false)
    const total = out(600, {}, { statistic: 'Sum', timeAggregation: 'Total' })
    expect(wouldScaleOutAgain([{ rule: total, value: 575, forecast: null }], 3, 1), 'it stays 575').toBeUndefined()
  })

  it('AS-32 takes the nearest safe count to the target, and never one that would scale out again', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 1, max: 59 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (count, by, value, threshold) => {
          const rules = [{ rule: out(threshold), value, forecast: null }]
          const target = Math.max(1, count - by)
          const { count: safe } = safeScaleIn(rules, count, target)
          for (let candidate = target; candidate < (safe ?? count); candidate++)
            expect((value * count) / candidate).toBeGreaterThan(threshold)
          if (safe !== null && safe < count) expect((value * count) / safe).toBeLessThanOrEqual(threshold)
        },
      ),
    ))
})

describe('isFlap', () => {
  const outAt8 = { direction: 'Increase' as const, effectAtMs: 8 * MINUTE }

  it.each([
    { windowFrom: 7, flap: true, why: 'the window still holds a time before the new instances served' },
    { windowFrom: 8, flap: false, why: 'the whole window lies behind it' },
  ])('a reversal with a window from minute $windowFrom is a flap: $flap, $why', ({ windowFrom, flap }) => {
    expect(isFlap(outAt8, 'Decrease', windowFrom * MINUTE)).toBe(flap)
  })

  it('is none without an action before or in the same direction; while there is no effect at all it is one', () => {
    expect(isFlap(null, 'Decrease', 0)).toBe(false)
    expect(isFlap(outAt8, 'Increase', 0)).toBe(false)
    expect(isFlap({ ...outAt8, effectAtMs: -1 }, 'Decrease', DAY)).toBe(true)
  })
})

describe('the forecast', () => {
  it('AS-50 only a rule that scales out on Percentage CPU, Average over Average, can be predicted', () => {
    expect(isPredictable(out(70))).toBe(true)
    expect(isPredictable(out(70, {}, { metricName: 'percentage cpu' })), 'in any case').toBe(true)
    expect(isPredictable(into(30))).toBe(false)
    expect(isPredictable(out(70, {}, { statistic: 'Max' }))).toBe(false)
    expect(isPredictable(out(70, {}, { timeAggregation: 'Maximum' }))).toBe(false)
    expect(isPredictable(out(70, {}, { metricName: 'Network In Total' }))).toBe(false)
  })

  it('AS-52 looks up to the look-ahead, its last minute among them', () => {
    const peak = (atMs: number) => (atMs === 15 * MINUTE ? 9 : 1)
    expect(highestForecast(peak, 0, 15 * MINUTE)).toBe(9)
    expect(highestForecast(peak, 0, 15 * MINUTE - 1)).toBe(1)
  })

  it('AS-51 needs seven days of history, and looks at fifteen at most', () => {
    expect(historyDays(7 * DAY - 1, 0)).toBe(6)
    expect(
      forecastTotal(() => 100, DAY, 6, 6),
      'still being trained',
    ).toBeNull()
    expect(forecastTotal(() => 100, DAY, 7, 6)).toBe(100)
    expect(historyDays(15 * DAY, 3 * DAY)).toBe(15)
    expect(historyDays(5 * DAY, 2 * DAY), 'the run adds to it').toBe(7)
    const asked: number[] = []
    forecastTotal((atMs) => asked.push(atMs / DAY), 20 * DAY, 99, 6)
    expect(asked).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5])
  })

  it('AS-51 it is of CPU summed over the instances: five give up to 500', () => {
    expect(forecastTotal(() => 500, 0, 15, 6)).toBe(500)
  })

  it('AS-53 the mean of the same minute, in which the same weekday weighs as the six others together', () => {
    const monday = (atMs: number) => ((atMs / DAY) % 7 === 0 ? 300 : 100)
    expect(forecastTotal(monday, 7 * DAY, 7, 6)).toBe(200)
    expect(forecastTotal(monday, 7 * DAY, 7, 1), 'no more than the others').toBeCloseTo(900 / 7, 9)
    expect(forecastTotal((atMs) => (atMs % DAY === 9 * HOUR ? 80 : 0), 30 * DAY + 9 * HOUR, 15, 6)).toBe(80)
  })

  it('AS-52 the highest minute from now to the look-ahead counts', () => {
    const ramp = (minuteMs: number) => minuteMs / MINUTE
    expect(highestForecast(ramp, 100 * MINUTE + 5000, 30 * MINUTE)).toBe(130)
    expect(highestForecast(() => null, 0, HOUR)).toBeNull()
  })
})
