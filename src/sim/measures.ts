import type { Meter, Meters } from './meters.ts'
import type { Measures, RolloutResult, SetMeasures } from './result.ts'
import type { RolloutRecord } from './rolling-upgrade/rollout-record.ts'
import type { Run } from './run.ts'

const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000

/** Takes the measures of a finished run (design §3). */
export function takeMeasures(run: Run, meters: Meters, records: readonly RolloutRecord[]): Measures {
  meters.settleAll()
  const perScaleSet: Record<string, SetMeasures> = {}
  const touched = run.sets.map((set) => meters.perSet[set.index]!.harmedInstances > 0)
  for (const set of run.sets) {
    const { index } = set
    const own = records.filter((record) => record.scaleSet === set.name)
    perScaleSet[set.name] = setMeasures(meters.perSet[index]!, {
      capacity: meters.capacityAtStart < 0 ? -1 : meters.capacityAtStartPerSet[index]!,
      zones: set.zones.length === 0 ? 0 : meters.harmedZones[index]!.size,
      regions: touched[index] ? 1 : 0,
      scaleSets: touched[index] ? 1 : 0,
      firstHarmMs: meters.firstHarmMsPerSet[index]!,
      records: own,
    })
  }
  const zones = new Set<string>()
  const regions = new Set<string>()
  for (const set of run.sets) {
    if (!touched[set.index]) continue
    regions.add(set.model.location)
    for (const zone of meters.harmedZones[set.index]!)
      if (set.zones[zone] !== undefined) zones.add(`${set.model.location}/${set.zones[zone]}`)
  }
  const estate = setMeasures(meters.estate, {
    capacity: meters.capacityAtStart,
    zones: zones.size,
    regions: regions.size,
    scaleSets: touched.filter(Boolean).length,
    firstHarmMs: meters.firstHarmMs,
    records,
  })
  const rollouts: readonly RolloutResult[] = records.map((record) => record.result())
  return { ...estate, rollouts, perScaleSet }
}

interface Context {
  /** Capacity when the first change began; -1 when none did. */
  readonly capacity: number
  readonly zones: number
  readonly regions: number
  readonly scaleSets: number
  readonly firstHarmMs: number
  readonly records: readonly RolloutRecord[]
}

function setMeasures(meter: Meter, context: Context): SetMeasures {
  const { capacity, firstHarmMs } = context
  const share = (count: number): number | null => (capacity <= 0 ? null : (count * 100) / capacity)
  return {
    blastRadius: {
      instances: meter.harmedInstances,
      percent: share(meter.harmedInstances),
      peakPercent: share(meter.peakHarmed),
      instanceMinutes: meter.harmedMs / MS_PER_MINUTE,
      zones: context.zones,
      regions: context.regions,
      scaleSets: context.scaleSets,
    },
    exposed: { instances: meter.exposedInstances, percent: share(meter.exposedInstances) },
    availability: {
      minServing: Number.isFinite(meter.minServing) ? meter.minServing : meter.serving,
      minServingPercent: meter.lowestTarget === 0 ? null : (meter.lowestServing * 100) / meter.lowestTarget,
      lostInstanceMinutes: meter.lostMs / MS_PER_MINUTE,
    },
    timeToHalt: timeToHalt(firstHarmMs, context.records),
    timeToRecover: firstHarmMs < 0 || meter.fullSinceMs < 0 ? null : Math.max(0, meter.fullSinceMs - firstHarmMs),
    cost: {
      instanceHours: { regular: meter.billedMs / MS_PER_HOUR, spot: 0 },
      surgeHours: meter.surgeMs / MS_PER_HOUR,
    },
  }
}

/** From the first harmed instance to the moment a rollout was stopped, by itself or by a user. */
function timeToHalt(firstHarmMs: number, records: readonly RolloutRecord[]): number | null {
  if (firstHarmMs < 0) return null
  const halts = records
    .filter(
      (record) => (record.status === 'Faulted' || record.status === 'Cancelled') && record.endedAtMs >= firstHarmMs,
    )
    .map((record) => record.endedAtMs)
  return halts.length === 0 ? null : Math.min(...halts) - firstHarmMs
}
