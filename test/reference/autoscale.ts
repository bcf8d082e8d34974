import type { AutoscaleProfile, AutoscaleRule, AutoscaleSetting } from '../../src/model/autoscale/setting.ts'
import type { Grain } from '../../src/sim/metrics.ts'

/**
 * Autoscale once more, from section 4 of the fleet sheet and from nothing else: slow, literal, without a clock of its own, so
 * that the engine can be compared with it. It is stepped from evaluation to evaluation over metrics that somebody else
 * has sampled.
 *
 * What it leaves out: prediction, running upgrades, deletes it does not see.
 */

const MINUTE = 60_000
const WEEK = 7 * 24 * 60 * MINUTE

export interface ReferenceOptions {
  /** The complete grains of a window, as they are known at `nowMs`. */
  readonly grains: (metricName: string, fromMs: number, toMs: number, grainMs: number) => readonly Grain[]
  readonly firstMs: number
  readonly everyMs: number
  readonly untilMs: number
  readonly lagMs: number
  readonly startCount: number
  /** How long the operation takes that adds or removes instances. */
  readonly outMs: number
  readonly inMs: number
  readonly percentRounding: 'ceilOutFloorIn' | 'floor' | 'round'
  readonly cooldownSemantics: 'lastFiredRule' | 'ownRule'
}

export interface ReferenceAction {
  readonly atMs: number
  readonly from: number
  readonly to: number
}

/** A count to go to; the cooldown is that of the rule, null where no rule takes part. */
interface Wish {
  readonly to: number
  readonly cooldownMs: number | null
}

export function referenceAutoscale(setting: AutoscaleSetting, options: ReferenceOptions): ReferenceAction[] {
  const actions: ReferenceAction[] = []
  let n = options.startCount
  let busyUntilMs = -1
  let lastScaleActionTime = -1
  let lastCooldownMs = 0

  for (let now = options.firstMs; now <= options.untilMs; now += options.everyMs) {
    // AS-41. An operation that ends in this very millisecond has ended.
    if (now < busyUntilMs) continue
    const profile = profileAt(setting.profiles, now)
    if (profile === undefined) continue
    const wish = decide(profile, n, now)
    if (wish === null || wish.to === n) continue
    actions.push({ atMs: now, from: n, to: wish.to })
    busyUntilMs = now + (wish.to > n ? options.outMs : options.inMs)
    n = wish.to
    if (wish.cooldownMs !== null) {
      lastScaleActionTime = now
      lastCooldownMs = wish.cooldownMs
    }
  }
  return actions

  function decide(profile: AutoscaleProfile, count: number, now: number): Wish | null {
    const { minimum, maximum } = profile.capacity
    // AS-04
    if (count < minimum) return { to: minimum, cooldownMs: null }
    if (count > maximum) return { to: maximum, cooldownMs: null }
    if (profile.rules.length === 0) return null

    // AS-05, AS-06
    const values = profile.rules.map((rule) => observe(rule, count, now))
    // AS-40
    if (values.includes(undefined))
      return count < profile.capacity.default ? { to: profile.capacity.default, cooldownMs: null } : null
    const seen = profile.rules.map((rule, i) => ({ rule, value: values[i] as number }))

    const mayAct = (rule: AutoscaleRule) => {
      if (lastScaleActionTime < 0) return true
      // AS-20, AS-22
      const wait = options.cooldownSemantics === 'lastFiredRule' ? lastCooldownMs : rule.scaleAction.cooldownMs
      return now - lastScaleActionTime >= wait
    }

    const outs = seen.filter(({ rule }) => meaning(rule, count) === 'out')
    const ins = seen.filter(({ rule }) => meaning(rule, count) === 'in')
    const trueOuts = outs.filter(({ rule, value }) => holds(value, rule))
    if (trueOuts.length > 0) {
      // AS-07
      let best: Wish | null = null
      for (const { rule } of trueOuts) {
        const to = target(rule, count, profile)
        if (to > count && mayAct(rule) && (best === null || to > best.to))
          best = { to, cooldownMs: rule.scaleAction.cooldownMs }
      }
      return best
    }
    // AS-08
    if (ins.length === 0) return null
    for (const { rule, value } of ins) if (!holds(value, rule)) return null
    let least: Wish | null = null
    for (const { rule } of ins) {
      const to = target(rule, count, profile)
      if (to < count && mayAct(rule) && (least === null || to > least.to))
        least = { to, cooldownMs: rule.scaleAction.cooldownMs }
    }
    if (least === null) return null
    // AS-32
    for (let candidate = least.to; candidate < count; candidate++) {
      const flaps = seen.some(({ rule, value }) => {
        if (meaning(rule, candidate) !== 'out') return false
        // AS-31, AS-35
        const { statistic, timeAggregation, dividePerInstance } = rule.metricTrigger
        const perInstance = dividePerInstance || (statistic === 'Average' && timeAggregation !== 'Count')
        return holds(perInstance ? (value * count) / Math.max(candidate, 1) : value, rule)
      })
      if (!flaps) return { ...least, to: candidate }
    }
    return null
  }

  function observe({ metricTrigger: t }: AutoscaleRule, count: number, now: number): number | undefined {
    const grains = options.grains(
      t.metricName,
      now - options.lagMs - t.timeWindowMs,
      now - options.lagMs,
      t.timeGrainMs,
    )
    if (grains.length === 0) return undefined
    const across = { Average: 'average', Min: 'minimum', Max: 'maximum', Sum: 'total', Count: 'count' } as const
    const numbers = grains.map((grain) => grain[across[t.statistic]])
    let sum = 0
    for (const number of numbers) sum += number
    const over: Record<typeof t.timeAggregation, number> = {
      Average: sum / numbers.length,
      Minimum: Math.min(...numbers),
      Maximum: Math.max(...numbers),
      Total: sum,
      Count: numbers.length,
      Last: numbers[numbers.length - 1]!,
    }
    return t.dividePerInstance ? over[t.timeAggregation] / Math.max(count, 1) : over[t.timeAggregation]
  }

  /** AS-10, AS-11 */
  function target({ scaleAction: a }: AutoscaleRule, count: number, { capacity }: AutoscaleProfile): number {
    const isOut = a.direction === 'Increase' || (a.direction === 'None' && a.value > count)
    let step = a.value
    if (a.type === 'PercentChangeCount') {
      const exact = (count * a.value) / 100
      step = options.percentRounding === 'round' ? Math.round(exact) : Math.floor(exact)
      if (options.percentRounding === 'ceilOutFloorIn' && isOut) step = Math.ceil(exact)
      step = Math.max(1, step)
    }
    const wanted = a.type === 'ExactCount' ? a.value : isOut ? count + step : count - step
    if (isOut ? wanted < count : wanted > count) return count
    return Math.min(capacity.maximum, Math.max(capacity.minimum, wanted))
  }
}

function meaning({ scaleAction: { direction, value } }: AutoscaleRule, count: number): 'out' | 'in' | 'neither' {
  if (direction === 'Increase' || (direction === 'None' && value > count)) return 'out'
  return direction === 'Decrease' || value < count ? 'in' : 'neither'
}

function holds(value: number, { metricTrigger: { operator, threshold } }: AutoscaleRule): boolean {
  if (operator === 'Equals') return value === threshold
  if (operator === 'NotEquals') return value !== threshold
  if (operator === 'GreaterThan') return value > threshold
  if (operator === 'GreaterThanOrEqual') return value >= threshold
  if (operator === 'LessThan') return value < threshold
  return value <= threshold
}

/** AS-02, AS-03: by walking back minute by minute until something begins. */
function profileAt(profiles: readonly AutoscaleProfile[], now: number): AutoscaleProfile | undefined {
  for (const profile of profiles)
    if (profile.when.kind === 'fixedDate' && profile.when.startMs <= now && now < profile.when.endMs) return profile
  const isRecurring = profiles.some(({ when }) => when.kind === 'recurrence')
  for (let back = 0; isRecurring && back < WEEK; back += MINUTE) {
    const ofWeek = (((Math.floor(now / MINUTE) * MINUTE - back) % WEEK) + WEEK) % WEEK
    for (const profile of profiles)
      if (profile.when.kind === 'recurrence' && profile.when.startsMs.includes(ofWeek)) return profile
  }
  return profiles.find(({ when }) => when.kind === 'default')
}
