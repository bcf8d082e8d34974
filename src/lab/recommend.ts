import type { ObjectiveDefinition, ObjectiveName } from './objectives.ts'
import { frontOf } from './pareto.ts'
import { keyOf, neighboursOf, type PolicySpace, type PolicyValue } from './policy-space.ts'
import type { PlayedPolicy } from './tune.ts'

/** How much each objective weighs; a bad image that spreads is what the policy is there for. */
export const WEIGHTS: Readonly<Record<ObjectiveName, number>> = {
  blastRadius: 2,
  duration: 1,
  lostCapacity: 1,
  falseHalts: 1,
  cost: 1,
}

/** Less of the good images than this reach the fleet: no policy to live with. */
export const COMPLETED_MIN = 0.95

/** Policies under which good images reach the fleet; all where there is none. */
export const deliveringOf = (pool: readonly PlayedPolicy[]): readonly PlayedPolicy[] =>
  among(pool, ({ completed }) => completed >= COMPLETED_MIN)

/** Of those under which good images reach the fleet the ones that none dominates, in order. */
export function frontPolicies(pool: readonly PlayedPolicy[]): PlayedPolicy[] {
  const delivering = deliveringOf(pool)
  return frontOf(delivering.map(({ point }) => point)).map((index) => delivering[index]!)
}

/**
 * The policy of the front that is nearest to the best of everything: each objective from 0 (the best of the front) to 1 (the
 * worst), the squares weighted and summed, the smallest sum. Squares, because a policy that is poor in one thing is worse
 * than one that is middling in two. Left out, where anything remains: policies with which an expectation of the scenario
 * fails. Ties: fewer changes, then order.
 *
 *   Blast radius 7 to 33 %, duration 20 to 190 min. 13 % in 90 min: 2 (6/26)^2 + (70/170)^2 = 0.28. 7 % in 190 min: 1.
 */
export function recommend(pool: readonly PlayedPolicy[], definitions: readonly ObjectiveDefinition[]): PlayedPolicy {
  const front = frontPolicies(pool)
  const ranges = definitions.map((_, objective) => {
    const values = front.map(({ point }) => point[objective]!)
    return { low: Math.min(...values), high: Math.max(...values) }
  })
  const regret = ({ point }: PlayedPolicy) =>
    definitions.reduce((sum, { name }, objective) => {
      const { low, high } = ranges[objective]!
      return sum + (high === low ? 0 : WEIGHTS[name] * ((point[objective]! - low) / (high - low)) ** 2)
    }, 0)
  return among(front, ({ failed }) => failed.length === 0)
    .map((policy) => ({ policy, regret: Number(regret(policy).toPrecision(9)) }))
    .reduce((best, one) =>
      one.regret < best.regret || (one.regret === best.regret && one.policy.changes < best.policy.changes) ? one : best,
    ).policy
}

function among(policies: readonly PlayedPolicy[], test: (policy: PlayedPolicy) => boolean): readonly PlayedPolicy[] {
  const passing = policies.filter(test)
  return passing.length > 0 ? passing : policies
}

/** What another value of one field would change. */
export interface Reason {
  /** Index among the fields of the space. */
  readonly field: number
  readonly value: PolicyValue | null
  readonly instead: PolicyValue | null
  /** Objectives that differ, from those of `instead` to those of `value`. */
  readonly differences: readonly Difference[]
  /** Expectations that fail with the other value and hold with this one. */
  readonly breaks: readonly string[]
}

export interface Difference {
  readonly objective: ObjectiveDefinition
  /** With the other value. */
  readonly from: number
  /** With the recommended one. */
  readonly to: number
}

/** The recommendation against everything that was played and differs from it in one field by one level, field by field. */
export function reasonsOf(
  recommended: PlayedPolicy,
  pool: readonly PlayedPolicy[],
  space: PolicySpace,
  definitions: readonly ObjectiveDefinition[],
): Reason[] {
  const played = new Map(pool.map((policy) => [keyOf(policy.values), policy]))
  return neighboursOf(space, recommended.values).flatMap((values) => {
    const other = played.get(keyOf(values))
    if (other === undefined) return []
    const field = values.findIndex((value, index) => value !== recommended.values[index])
    return [
      {
        field,
        value: recommended.values[field]!,
        instead: values[field]!,
        differences: differencesOf(other, recommended, definitions),
        breaks: other.failed.filter((text) => !recommended.failed.includes(text)),
      },
    ]
  })
}

/** Objectives in which two policies differ by more than anybody would overlook. */
export function differencesOf(
  from: PlayedPolicy,
  to: PlayedPolicy,
  definitions: readonly ObjectiveDefinition[],
): Difference[] {
  return definitions.flatMap((objective, index) =>
    from.point[index] === to.point[index]
      ? []
      : [{ objective, from: from.objectives[objective.name]!.value, to: to.objectives[objective.name]!.value }],
  )
}
