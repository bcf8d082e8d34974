import type { AutoscaleRule } from '../../model/autoscale/setting.ts'
import { isPerInstance, isTrue } from './observe.ts'
import { directionOf } from './scale-step.ts'

/** A rule with what it sees. `value` null: nothing to compare; `forecast`: highest sum over instances ahead, null: none. */
export interface SeenRule {
  readonly rule: AutoscaleRule
  readonly value: number | null
  readonly forecast: number | null
}

/** A rule for scale-out that would be true with fewer instances: AS-31. */
export interface Projection {
  /** Index of the rule. */
  readonly rule: number
  readonly candidate: number
  readonly value: number
}

/**
 * What a rule would see with `candidate` instances in place of `count`: the same load over fewer of them.
 *
 *   observed * count / candidate      575 threads, 3 to 2 -> 862.5.   CPU 65, 30 to 27 -> 72.2, to 28 -> 69.6.
 *
 * Totals do not depend on the count and stay (AS-35). AS-31, AS-33, AS-34.
 */
export function projectedValue(value: number, count: number, candidate: number, perInstance: boolean): number {
  return perInstance ? (value * count) / Math.max(1, candidate) : value
}

/**
 * The first rule that would scale out again from `candidate`, on what is observed or, in predictive autoscale, on what is
 * forecast (AS-52: a rule is true when actual or predicted CPU crosses); undefined when the candidate is safe. AS-31.
 */
export function wouldScaleOutAgain(
  rules: readonly SeenRule[],
  count: number,
  candidate: number,
): Projection | undefined {
  for (const [index, { rule, value, forecast }] of rules.entries()) {
    if (directionOf(rule.scaleAction, candidate) !== 'Increase') continue
    const { operator, threshold } = rule.metricTrigger
    const projected = value === null ? null : projectedValue(value, count, candidate, isPerInstance(rule.metricTrigger))
    const predicted = forecast === null ? null : forecast / Math.max(1, candidate)
    for (const seen of [projected, predicted])
      if (seen !== null && isTrue(seen, operator, threshold)) return { rule: index, candidate, value: seen }
  }
  return undefined
}

/**
 * The count a scale-in may really go to: the target, else the nearest above it that would not scale out again, up to one
 * below the present count; null when there is none. AS-32. Scale-out is never tested (AS-30).
 *
 *   30 instances at CPU 65, out above 70, in by 10: 20 gives 97.5, … 27 gives 72.2, 28 gives 69.6 -> 28.
 */
export function safeScaleIn(
  rules: readonly SeenRule[],
  count: number,
  target: number,
): { readonly count: number | null; readonly rejected: Projection | undefined } {
  const rejected = wouldScaleOutAgain(rules, count, target)
  if (rejected === undefined) return { count: target, rejected }
  for (let candidate = target + 1; candidate < count; candidate++)
    if (wouldScaleOutAgain(rules, count, candidate) === undefined) return { count: candidate, rejected }
  return { count: null, rejected }
}
