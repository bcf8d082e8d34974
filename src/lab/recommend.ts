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

/** A range below this, in the unit of the objective, is no range: 1 or 3 % of false halts are both good. */
const RANGE_MIN: Readonly<Partial<Record<ObjectiveName, number>>> = { blastRadius: 20, falseHalts: 0.5 }

/**
 * The policy of the front that is nearest to the best of everything: each objective from 0 (the best there is) to 1 (the
 * worst of those played to the end), the squares weighted and summed, the smallest sum. Squares, because a policy that is
 * poor in one thing is worse than one that is middling in two. Left out, where anything remains: policies with which a bound
 * that the scenario expects does not hold. Ties: fewer changes, then order.
 *
 *   Blast radius 7 to 33 %, duration 20 to 190 min. 13 % in 90 min: 2 (6/26)^2 + (70/170)^2 = 0.28. 7 % in 190 min: 1.
 */
export function recommend(pool: readonly PlayedPolicy[], definitions: readonly ObjectiveDefinition[]): PlayedPolicy {
  const front = frontPolicies(pool)
  const scales = definitions.map(({ name }) => {
    const values = deliveringOf(pool).map(({ objectives }) => objectives[name]!.value)
    const low = Math.min(...values)
    return { low, range: Math.max(Math.max(...values) - low, RANGE_MIN[name] ?? 0) }
  })
  const regret = ({ objectives }: PlayedPolicy) =>
    definitions.reduce((sum, { name }, objective) => {
      const { low, range } = scales[objective]!
      return sum + (range === 0 ? 0 : WEIGHTS[name] * ((objectives[name]!.value - low) / range) ** 2)
    }, 0)
  return among(front, ({ unmet }) => unmet.length === 0)
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
  /** Expected bounds that do not hold with the other value and do with this one. */
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
        breaks: other.unmet.filter((text) => !recommended.unmet.includes(text)),
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
