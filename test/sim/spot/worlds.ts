import type { RunResult } from '../../../src/sim/result.ts'
import { entries, play, type World } from '../play.ts'

/** A Spot set of the rule tests; every eviction is announced unless a test says otherwise. */
export function spotWorld(
  policy: 'Deallocate' | 'Delete',
  market: Record<string, unknown> | undefined,
  more: World & { billing?: number; restore?: string | true } = {},
): World {
  const { billing, restore, ...world } = more
  return {
    timeline: [],
    ...world,
    profile: {
      priority: 'Spot',
      evictionPolicy: policy,
      ...(billing === undefined ? {} : { billingProfile: { maxPrice: billing } }),
      ...world.profile,
    },
    set: {
      ...(restore === undefined
        ? {}
        : { spotRestorePolicy: { enabled: true, ...(restore === true ? {} : { restoreTimeout: restore }) } }),
      ...world.set,
    },
    world: { ...(market === undefined ? {} : { spot: market }), ...world.world },
    assumptions: { preemptDeliveryProbability: 1, ...world.assumptions },
  }
}

export const mix = (base: number, percent: number) => ({
  priorityMixPolicy: { baseRegularPriorityCount: base, regularPriorityPercentageAboveBase: percent },
})
export const reclaim = (at: string, args: Record<string, unknown> = {}) => ({ at, reclaimSpot: args })
export const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })
export const start = (at: string, number: number) => ({ at, start: { instance: `vmss/${number}` } })
export const subjects = (run: RunResult, what: string) => entries(run, what).map(({ subject }) => subject)
export const playSpot = (...args: Parameters<typeof spotWorld>) => play(spotWorld(...args))
