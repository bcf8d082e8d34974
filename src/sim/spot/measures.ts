import { isSpot } from '../../model/declare/priority-mix.ts'
import type { Meter } from '../meters.ts'
import type { SetMeasures } from '../result.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { EVICTION_REASONS, type EvictionReason } from './eviction.ts'
import type { Spot, SpotCounts } from './spot.ts'

/** Of all these sets together; null: none of them has Spot instances. */
export function spotCounts(sets: readonly ScaleSetState[], spot: Spot): SpotCounts | null {
  if (!sets.some(({ model, declared }) => isSpot(model) || isSpot(declared.model))) return null
  const counts = sets.map((set) => spot.counts(set))
  const sum = (of: (one: SpotCounts) => number) => counts.reduce((total, one) => total + of(one), 0)
  return {
    evictionsBy: byReason((reason) => sum(({ evictionsBy }) => evictionsBy[reason])),
    restored: sum(({ restored }) => restored),
    abruptStops: sum(({ abruptStops }) => abruptStops),
  }
}

/** Without Spot nothing is evicted, and a lowest number of regular instances says nothing. */
export function spotMeasures(meter: Meter, counts: SpotCounts | null): SetMeasures['spot'] {
  const none = byReason(() => 0)
  if (counts === null) return { evictions: 0, evictionsBy: none, restored: 0, abruptStops: 0, minRegular: null }
  const { evictionsBy, restored, abruptStops } = counts
  return {
    evictions: EVICTION_REASONS.reduce((total, reason) => total + evictionsBy[reason], 0),
    evictionsBy,
    restored,
    abruptStops,
    minRegular: Number.isFinite(meter.minRegular) ? meter.minRegular : 0,
  }
}

function byReason(count: (reason: EvictionReason) => number): Record<EvictionReason, number> {
  return {
    reclaim: count('reclaim'),
    price: count('price'),
    hazard: count('hazard'),
    simulated: count('simulated'),
  }
}
