import { isSpot } from '../../model/declare/priority-mix.ts'
import type { Meter } from '../meters.ts'
import type { SetMeasures } from '../result.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { Spot, SpotCounts } from './spot.ts'

/** Of all these sets together; null: none of them has Spot instances. */
export function spotCounts(sets: readonly ScaleSetState[], spot: Spot): SpotCounts | null {
  if (!sets.some(({ model, declared }) => isSpot(model) || isSpot(declared.model))) return null
  const of = (key: keyof SpotCounts) => sets.reduce((sum, set) => sum + spot.counts(set)[key], 0)
  return { evictions: of('evictions'), restored: of('restored'), abruptStops: of('abruptStops') }
}

/** Without Spot nothing is evicted, and a lowest number of regular instances says nothing. */
export function spotMeasures(meter: Meter, counts: SpotCounts | null): SetMeasures['spot'] {
  if (counts === null) return { evictions: 0, restored: 0, abruptStops: 0, minRegular: null }
  const { evictions, restored, abruptStops } = counts
  return { evictions, restored, abruptStops, minRegular: Number.isFinite(meter.minRegular) ? meter.minRegular : 0 }
}
