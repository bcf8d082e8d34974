import type { Assumptions } from '../../model/assumptions.ts'
import type { AutoscaleProfile, AutoscaleRule } from '../../model/autoscale/setting.ts'
import { isCoolingDown, type LastScaleAction } from './cooldown.ts'
import { type Projection, type SeenRule, safeScaleIn } from './flapping.ts'
import { isTrue } from './observe.ts'
import { directionOf, type ScaleDirection, steppedCount } from './scale-step.ts'

/** What one evaluation knows. */
export interface AutoscaleState {
  readonly nowMs: number
  /** Capacity of the set as autoscale sees it, whatever the health of its instances (AS-44, AS-46). */
  readonly count: number
  readonly profile: AutoscaleProfile
  /** What each rule of the profile observes, in its order. */
  readonly observed: readonly Observation[]
  readonly last: LastScaleAction | null
}

/**
 * `missing`: no instance reported anything in the window. `unknown`: the twin has no such metric, so the rule is never true.
 * `forecast`: the highest sum over instances that is predicted within the look-ahead; null without prediction.
 */
export interface Observation {
  readonly value: number | 'missing' | 'unknown'
  readonly forecast: number | null
}

/** `ScaleRuleEvaluation` of the log. */
export type RuleResult = 'Triggered' | 'NotTriggered' | 'Unknown'

export type AutoscaleDecision = {
  /** By rule of the profile. */
  readonly results: readonly RuleResult[]
} & (
  | {
      readonly act: 'scale'
      readonly rule: 'AS-04' | 'AS-07' | 'AS-08' | 'AS-32' | 'AS-40' | 'AS-52'
      readonly direction: ScaleDirection
      readonly to: number
      /** The rule that led to it; null for a bound or missing metrics, which start no cooldown. */
      readonly by: AutoscaleRule | null
      readonly byIndex: number
      /** What was wanted at first, and why not: a nearer count was taken (`FlappingOccurred`). */
      readonly rejected: Projection | null
    }
  | {
      readonly act: 'nothing'
      /** `AS-11`: a rule is true and the bound is reached. */
      readonly rule: 'AS-08' | 'AS-11' | 'AS-20' | 'AS-32' | 'AS-40'
      /** AS-32 only: what the projection found at the count that was wanted. */
      readonly rejected: Projection | null
    }
)

interface Proposal {
  readonly index: number
  readonly rule: AutoscaleRule
  readonly to: number
}

type Readings = Pick<Assumptions, 'percentRounding' | 'cooldownSemantics' | 'boundsCooldown'>

/**
 * What autoscale does at one evaluation, in the order of the service: bounds (AS-04), missing metrics (AS-40), scale-out
 * (AS-07), scale-in (AS-08) with its projection (AS-30 to AS-35).
 *
 *   In below CPU 30 and memory 50, out above 75 and 75: 76/50 out, 50/76 out, 25/51 nothing, 29/49 in (AS-09).
 */
export function evaluate(state: AutoscaleState, assumptions: Readings): AutoscaleDecision {
  const { count, profile, observed, last, nowMs } = state
  const { minimum, maximum } = profile.capacity
  const seen = profile.rules.map((rule, index): SeenRule => {
    const { value, forecast } = observed[index]!
    return { rule, value: typeof value === 'number' ? value : null, forecast }
  })
  const results = seen.map((one, index) => resultOf(one, typeof observed[index]!.value === 'string', count))
  const nothing = (
    rule: Extract<AutoscaleDecision, { act: 'nothing' }>['rule'],
    rejected: Projection | null = null,
  ): AutoscaleDecision => ({ act: 'nothing', rule, rejected, results })
  /** To a bound or to the default: no rule has a part in it. */
  const moveTo = (to: number, rule: 'AS-04' | 'AS-40'): AutoscaleDecision => {
    const isHeldBack = assumptions.boundsCooldown && last !== null && nowMs < last.atMs + last.cooldownMs
    if (isHeldBack) return nothing('AS-20')
    const direction = to > count ? 'Increase' : 'Decrease'
    return { act: 'scale', rule, direction, to, by: null, byIndex: -1, rejected: null, results }
  }

  if (count < minimum) return moveTo(minimum, 'AS-04')
  if (count > maximum) return moveTo(maximum, 'AS-04')
  if (observed.some(({ value }) => value === 'missing'))
    return count < profile.capacity.default ? moveTo(profile.capacity.default, 'AS-40') : nothing('AS-40')

  const isCooling = ({ rule }: Proposal) =>
    isCoolingDown(last, rule.scaleAction.cooldownMs, nowMs, assumptions.cooldownSemantics)
  const proposal = (index: number): Proposal => {
    const { rule } = seen[index]!
    return { index, rule, to: steppedCount(count, rule.scaleAction, profile.capacity, assumptions.percentRounding) }
  }
  const pointing = (direction: ScaleDirection): number[] =>
    profile.rules.flatMap((rule, index) => (directionOf(rule.scaleAction, count) === direction ? [index] : []))
  const isTriggered = (index: number) => results[index] === 'Triggered'
  // AS-07: the highest capacity wins. AS-08: so it does here, where it is the one that removes least. Of equals the first.
  const highest = (proposals: readonly Proposal[]) => proposals.reduce((a, b) => (b.to > a.to ? b : a))

  const out = pointing('Increase').filter(isTriggered)
  if (out.length > 0) {
    const moving = out.map(proposal).filter(({ to }) => to > count)
    if (moving.length === 0) return nothing('AS-11')
    const free = moving.filter((one) => !isCooling(one))
    if (free.length === 0) return nothing('AS-20')
    const { index: byIndex, rule: by, to } = highest(free)
    const { value } = seen[byIndex]!
    const isActual = value !== null && isTrue(value, by.metricTrigger.operator, by.metricTrigger.threshold)
    const rule = isActual ? 'AS-07' : 'AS-52'
    return { act: 'scale', rule, direction: 'Increase', to, by, byIndex, rejected: null, results }
  }

  const ins = pointing('Decrease')
  if (ins.length === 0 || !ins.every(isTriggered)) return nothing('AS-08')
  const moving = ins.map(proposal).filter(({ to }) => to < count)
  if (moving.length === 0) return nothing('AS-11')
  const free = moving.filter((one) => !isCooling(one))
  if (free.length === 0) return nothing('AS-20')
  const { index: byIndex, rule: by, to: target } = highest(free)
  const { count: to, rejected = null } = safeScaleIn(seen, count, target)
  if (to === null) return nothing('AS-32', rejected)
  const rule = rejected === null ? 'AS-08' : 'AS-32'
  return { act: 'scale', rule, direction: 'Decrease', to, by, byIndex, rejected, results }
}

function resultOf({ rule, value, forecast }: SeenRule, isUnknown: boolean, count: number): RuleResult {
  if (isUnknown) return 'Unknown'
  const { operator, threshold } = rule.metricTrigger
  const predicted = forecast === null ? null : forecast / Math.max(1, count)
  const isMet = [value, predicted].some((one) => one !== null && isTrue(one, operator, threshold))
  return isMet ? 'Triggered' : 'NotTriggered'
}

/**
 * Whether this evaluation is left out because autoscale's own scale operation still runs: for an hour at most
 * (`scaleOperationTimeout`), then its status is Timeout and evaluation goes on. AS-41.
 */
export function operationStatus(startedAtMs: number, nowMs: number, timeoutMs: number): 'InProgress' | 'Timeout' {
  return nowMs < startedAtMs + timeoutMs ? 'InProgress' : 'Timeout'
}
