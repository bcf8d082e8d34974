import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AutoscaleSetting } from '../../src/model/autoscale/setting.ts'
import { phaseMs } from '../../src/sim/autoscale/autoscale.ts'
import type { MetricSource } from '../../src/sim/metrics.ts'
import type { RunResult } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { given, MINUTE } from '../sim/autoscale/play-autoscale.ts'
import { scenarioOf } from '../sim/play.ts'
import { type ReferenceAction, type ReferenceOptions, referenceAutoscale } from './autoscale.ts'

const HOURS = 4
const DURATION = HOURS * 60 * MINUTE
/** Creation 60 s and boot 50 s; a delete 30 s (test/sim/play.ts). */
const [OUT_MS, IN_MS] = [110_000, 30_000]

const minutes = (from: number, to: number) => fc.integer({ min: from, max: to }).map((count) => `PT${count}M`)

const ruleOf = fc
  .record({
    metricName: fc.constantFrom('Percentage CPU', 'Network In Total'),
    operator: fc.constantFrom('GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual', 'NotEquals'),
    threshold: fc.integer({ min: 0, max: 100 }),
    timeGrain: fc.constantFrom('PT1M', 'PT5M'),
    timeWindow: minutes(5, 30),
    statistic: fc.constantFrom('Average', 'Min', 'Max', 'Sum', 'Count'),
    timeAggregation: fc.constantFrom('Average', 'Minimum', 'Maximum', 'Total', 'Count', 'Last'),
    dividePerInstance: fc.boolean(),
    direction: fc.constantFrom('Increase', 'Decrease', 'None'),
    type: fc.constantFrom('ChangeCount', 'PercentChangeCount', 'ExactCount'),
    value: fc.integer({ min: 1, max: 20 }),
    cooldown: minutes(1, 40),
  })
  .map(({ direction, type, value, cooldown, ...metricTrigger }) => ({
    metricTrigger,
    scaleAction: { direction, type: direction === 'None' ? 'ExactCount' : type, value: String(value), cooldown },
  }))

/** A pair as people write it: out above, in below, small steps. It acts far more often than rules of chance. */
const pairOf = fc
  .record({
    high: fc.integer({ min: 45, max: 90 }),
    low: fc.integer({ min: 10, max: 60 }),
    timeWindow: minutes(5, 15),
    type: fc.constantFrom('ChangeCount', 'PercentChangeCount'),
    value: fc.integer({ min: 1, max: 30 }).map(String),
    cooldowns: fc.tuple(minutes(1, 20), minutes(1, 20)),
  })
  .map(({ high, low, timeWindow, type, value, cooldowns }) => {
    const metric = { metricName: 'Percentage CPU', timeWindow }
    return [
      {
        metricTrigger: { ...metric, operator: 'GreaterThan', threshold: high },
        scaleAction: { direction: 'Increase', type, value, cooldown: cooldowns[0] },
      },
      {
        metricTrigger: { ...metric, operator: 'LessThan', threshold: low },
        scaleAction: { direction: 'Decrease', type, value, cooldown: cooldowns[1] },
      },
    ]
  })

const counts = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))
  .map((three) => [...three].sort((a, b) => a - b) as [number, number, number])
  .map(([minimum, fallback, maximum]) => ({ minimum, maximum, default: fallback }))

const profileOf = fc.record({
  capacity: counts,
  rules: fc.oneof(fc.array(ruleOf, { maxLength: 5 }), pairOf, pairOf),
  hour: fc.integer({ min: 0, max: HOURS }),
})

/** The first profile is the default one, the others begin at some hour. */
const profilesOf = fc.array(profileOf, { minLength: 1, maxLength: 3 }).map((profiles) =>
  profiles.map(({ capacity, rules, hour }, index) => {
    const schedule = { days: ['Sunday', 'Monday'], hours: [hour], minutes: [30] }
    return {
      name: `p${index}`,
      capacity,
      rules,
      ...(index === 0 ? {} : { recurrence: { frequency: 'Week', schedule } }),
    }
  }),
)

const worlds = fc.record({
  profiles: profilesOf,
  /** Load that jumps every so often; a negative level stands for metrics that are missing. */
  levels: fc.array(fc.integer({ min: -8, max: 100 }), { minLength: 1, maxLength: 40 }),
  capacity: fc.integer({ min: 0, max: 20 }),
  lag: fc.constantFrom('PT0S', 'PT2M', 'PT3M30S'),
  rounding: fc.constantFrom('ceilOutFloorIn' as const, 'floor' as const, 'round' as const),
  semantics: fc.constantFrom('lastFiredRule' as const, 'ownRule' as const),
})
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never

const LAG_MS = { PT0S: 0, PT2M: 2 * MINUTE, PT3M30S: 210_000 }

interface Played {
  readonly run: RunResult
  readonly setting: AutoscaleSetting
  readonly metrics: MetricSource
}

function play({ profiles, levels, capacity, lag, rounding, semantics }: World): Played {
  const lengthMs = Math.ceil(DURATION / levels.length)
  const metrics = given((atMs, metricName) => {
    const level = levels[Math.min(levels.length - 1, Math.max(0, Math.floor(atMs / lengthMs)))]!
    return level < 0 ? null : metricName === 'Percentage CPU' ? level : (level * 7) % 101
  })
  const scenario = scenarioOf({
    mode: 'Manual',
    timeline: [],
    duration: `PT${HOURS}H`,
    probe: null,
    capacity,
    azure: { autoscaleSettings: { scale: { profiles } } },
    assumptions: { metricLag: lag, percentRounding: rounding, cooldownSemantics: semantics },
  })
  return { run: simulate(scenario, { metrics: () => metrics }), setting: scenario.autoscaleSettings[0]!, metrics }
}

const optionsOf = (setting: AutoscaleSetting, more: Partial<ReferenceOptions>): ReferenceOptions => ({
  grains: () => [],
  firstMs: phaseMs(setting, MINUTE),
  everyMs: MINUTE,
  untilMs: DURATION,
  lagMs: 2 * MINUTE,
  startCount: 0,
  outMs: OUT_MS,
  inMs: IN_MS,
  percentRounding: 'ceilOutFloorIn',
  cooldownSemantics: 'lastFiredRule',
  ...more,
})

const actionsOf = (run: RunResult): ReferenceAction[] =>
  run.autoscaleHistory
    .filter(({ event }) => event === 'AutoscaleAction')
    .map(({ atMs, currentInstanceCount: from, newInstanceCount: to }) => ({ atMs, from, to }))

describe('autoscale against a second, naive implementation', () => {
  it('does the same at the same moment, over generated settings and metrics', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const { run, setting, metrics } = play(world)
        const expected = referenceAutoscale(
          setting,
          optionsOf(setting, {
            grains: (metricName, fromMs, toMs, grainMs) => metrics.grains(0, metricName, fromMs, toMs, grainMs),
            lagMs: LAG_MS[world.lag],
            startCount: world.capacity,
            percentRounding: world.rounding,
            cooldownSemantics: world.semantics,
          }),
        )
        expect(actionsOf(run)).toEqual(expected)
      }),
      { seed: 20, numRuns: 150 },
    ))
})

/** What the engine was shown, by what it asked for: the naive one must ask for the very same. */
function recording(): { metrics: (own: MetricSource) => MetricSource; grains: ReferenceOptions['grains'] } {
  const shown = new Map<string, ReturnType<MetricSource['grains']>>()
  return {
    metrics: (own) => ({
      knows: (setIndex, metricName) => own.knows?.(setIndex, metricName) ?? true,
      grains: (setIndex, ...window) => {
        const grains = own.grains(setIndex, ...window)
        shown.set(JSON.stringify(window), grains)
        return grains
      },
    }),
    grains: (...window) => {
      const grains = shown.get(JSON.stringify(window))
      if (grains === undefined) throw new Error(`the engine never asked for ${JSON.stringify(window)}`)
      return grains
    },
  }
}

describe('autoscale on metrics of a demand, which follow the count it sets', () => {
  const demands = fc.record({
    rules: pairOf,
    capacity: fc.integer({ min: 1, max: 12 }),
    maximum: fc.integer({ min: 12, max: 20 }),
    requestsPerSecond: fc.integer({ min: 20, max: 1500 }),
    warmup: minutes(0, 15),
  })

  it('does the same as the naive implementation at the same moment', () =>
    fc.assert(
      fc.property(demands, ({ rules, capacity, maximum, requestsPerSecond, warmup }) => {
        const profiles = [{ name: 'default', capacity: { minimum: 1, maximum }, rules }]
        const scenario = scenarioOf({
          mode: 'Manual',
          timeline: [],
          duration: `PT${HOURS}H`,
          probe: null,
          capacity,
          application: { warmup },
          azure: { autoscaleSettings: { scale: { profiles } } },
          world: { demand: { requestsPerSecond, perInstance: 100 } },
        })
        const { metrics, grains } = recording()
        const run = simulate(scenario, { metrics })
        const setting = scenario.autoscaleSettings[0]!
        expect(actionsOf(run)).toEqual(
          referenceAutoscale(setting, optionsOf(setting, { grains, startCount: capacity })),
        )
      }),
      { seed: 24, numRuns: 80 },
    ))
})

describe('whatever the setting and the load', () => {
  it('AS-04 AS-11 capacity stays within the active profile after the first evaluation', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const { run, setting } = play(world)
        for (const { event, newInstanceCount, selectedAutoscaleProfile } of run.autoscaleHistory) {
          if (event !== 'AutoscaleAction') continue
          const { minimum, maximum } = setting.profiles.find(({ name }) => name === selectedAutoscaleProfile)!.capacity
          expect(newInstanceCount).toBeGreaterThanOrEqual(minimum)
          expect(newInstanceCount).toBeLessThanOrEqual(maximum)
        }
        // The first evaluation brings a set within its bounds that was not.
        const { minimum, maximum } = setting.profiles[0]!.capacity
        const isOutside = world.capacity < minimum || world.capacity > maximum
        if (setting.profiles.length === 1 && isOutside) {
          const first = run.autoscaleHistory.find(({ event }) => event === 'AutoscaleAction')
          expect(first).toMatchObject({ atMs: phaseMs(setting, MINUTE), rule: 'AS-04' })
        }
      }),
      { seed: 21, numRuns: 60 },
    ))

  it('AS-20 no rule acts within the cooldown of the rule that acted before', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const { run, setting } = play({ ...world, semantics: 'lastFiredRule' })
        let freeAtMs = -1
        for (const { atMs, event, rule, selectedAutoscaleProfile, resultDescription } of run.autoscaleHistory) {
          if (event !== 'AutoscaleAction' || rule === 'AS-04' || rule === 'AS-40') continue
          expect(atMs).toBeGreaterThanOrEqual(freeAtMs)
          const { rules } = setting.profiles.find(({ name }) => name === selectedAutoscaleProfile)!
          // The rule is told by its metric and threshold; of several that read alike the shortest cooldown is sure.
          const reads = ({ metricTrigger: t }: (typeof rules)[number]) =>
            resultDescription.startsWith(t.metricName) && resultDescription.endsWith(` ${t.threshold}`)
          const cooldowns = rules.filter(reads).map(({ scaleAction }) => scaleAction.cooldownMs)
          freeAtMs = atMs + Math.min(...cooldowns)
        }
      }),
      { seed: 22, numRuns: 60 },
    ))

  it('PL-74 protected instances are never scaled in', () =>
    fc.assert(
      fc.property(worlds, fc.uniqueArray(fc.nat(19), { maxLength: 6 }), (world, numbers) => {
        const instances = numbers.filter((number) => number < world.capacity).map((number) => `vmss/${number}`)
        if (instances.length === 0) return
        const scenario = scenarioOf({
          mode: 'Manual',
          duration: `PT${HOURS}H`,
          probe: null,
          capacity: world.capacity,
          azure: { autoscaleSettings: { scale: { profiles: world.profiles } } },
          timeline: [{ at: 'PT0S', protectInstance: { instances, protectFromScaleIn: true } }],
        })
        const metrics = given((atMs) => (Math.floor(atMs / (30 * MINUTE)) % 2 === 0 ? 5 : 95))
        const run = simulate(scenario, { metrics: () => metrics })
        for (const { number, deletedAtMs } of run.instances)
          if (numbers.includes(number) && number < world.capacity) expect(deletedAtMs).toBeNull()
      }),
      { seed: 23, numRuns: 60 },
    ))
})
