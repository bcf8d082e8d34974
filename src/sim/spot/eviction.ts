import { log } from '../kernel/math.ts'

/** Why Azure takes a machine: for its capacity, for the price, by chance, or because somebody wants to see it happen. */
export const EVICTION_REASONS = ['reclaim', 'price', 'hazard', 'simulated'] as const
export type EvictionReason = (typeof EVICTION_REASONS)[number]

/** What an eviction leaves: SP-03. */
export type EvictionPolicy = 'Deallocate' | 'Delete'

/**
 * Hazard of a rate of p percent an hour: -ln(1 - p / 100) an hour. 2.5 -> 0.0253 (a mean life of 39.5 h), 25 -> 0.288 (3.5 h).
 * SP-09.
 */
export function hazardPerHour(ratePercentPerHour: number): number {
  return -log(1 - ratePercentPerHour / 100)
}

/** How long a machine lives under this hazard, ms: -ln(1 - u) / hazard, the mean being 1 / hazard. `u` from 0 to 1. SP-09. */
export function lifeMs(u: number, hazard: number): number {
  return hazard <= 0 ? Number.POSITIVE_INFINITY : Math.round((-log(1 - u) / hazard) * 3_600_000)
}

/** Which of the running ones a reclaim of this share takes, in that order; of 75 at 13 % ten, as shares round up. SP-01. */
export function reclaimed<T>(running: readonly T[], percent: number, order: 'newest' | 'oldest'): readonly T[] {
  const inOrder = order === 'newest' ? running.toReversed() : running
  return inOrder.slice(0, Math.ceil((running.length * percent) / 100))
}
