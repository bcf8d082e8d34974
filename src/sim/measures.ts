import type { Autoscale } from './autoscale/autoscale.ts'
import type { AutoscaleCounts } from './autoscale/setting-state.ts'
import { NO_MONEY } from './cost.ts'
import type { DemandFlow } from './demand/demand.ts'
import type { DemandPool } from './demand/pool.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { ImageBuilder } from './image-builder.ts'
import type { InstanceRepair } from './instance-repair/instance-repair.ts'
import type { Meter, Meters } from './meters.ts'
import type { DemandMeasures, Measures, Money, RolloutResult, SetMeasures } from './result.ts'
import type { RolloutRecord } from './rolling-upgrade/rollout-record.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { spotCounts, spotMeasures } from './spot/measures.ts'
import type { Spot, SpotCounts } from './spot/spot.ts'
import type { ZoneOutages } from './zone-outages.ts'

const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000

/** Takes the measures of a finished run (design §3). */
export function takeMeasures(
  run: Run,
  meters: Meters,
  records: readonly RolloutRecord[],
  counted: {
    readonly gallery: Gallery
    readonly repair: InstanceRepair
    readonly spot: Spot
    readonly autoscale: Autoscale
    readonly demand: DemandFlow
    readonly builder: ImageBuilder
    readonly zoneOutages: ZoneOutages
  },
): Measures {
  meters.settleAll()
  counted.demand.settleAll()
  const countsOf = (sets: readonly ScaleSetState[]): Counts => {
    const states = sets.map((set) => counted.repair.count(set))
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
    return {
      repairs: {
        count: sum(states.map(({ count }) => count)),
        loops: sum(states.map(({ loops }) => loops)),
        suspended: sum(states.map(({ suspensions }) => suspensions)),
      },
      spot: spotCounts(sets, counted.spot),
      faults: {
        hosts: sum(sets.map(({ faults }) => faults.hosts)),
        faultDomains: sum(sets.map(({ faults }) => faults.faultDomains)),
        freezes: sum(sets.map(({ faults }) => faults.freezes)),
        failedDeletes: sum(sets.map(({ faults }) => faults.failedDeletes)),
      },
      zonesDown: sum(sets.map((set) => counted.zoneOutages.count(set))),
      zoneMoves: sum(sets.map(({ zoneMoves }) => zoneMoves)),
      autoscale: autoscaleCounts(sets.flatMap((set) => counted.autoscale.counts(set) ?? [])),
    }
  }
  const perScaleSet: Record<string, SetMeasures> = {}
  const touched = run.sets.map((set) => meters.perSet[set.index]!.harmedInstances > 0)
  for (const set of run.sets) {
    const { index } = set
    const own = records.filter((record) => record.scaleSet === set.name)
    perScaleSet[set.name] = setMeasures(meters.perSet[index]!, {
      capacity: meters.capacityAtStart < 0 ? -1 : meters.capacityAtStartPerSet[index]!,
      zones: [...meters.harmedZones[index]!].filter((zone) => set.zones[zone] !== undefined).length,
      regions: touched[index] ? 1 : 0,
      scaleSets: touched[index] ? 1 : 0,
      firstHarmMs: meters.firstHarmMsPerSet[index]!,
      records: own,
      bootTime: bootTime(meters.perSet[index]!.bootMs),
      counts: countsOf([set]),
      demand: demandMeasures(counted.demand.ownPools(set)),
      money: meters.cost?.of(set) ?? NO_MONEY,
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
  const replicaMs = counted.gallery.replicaTimeMs()
  const estate = setMeasures(meters.estate, {
    capacity: meters.capacityAtStart,
    zones: zones.size,
    regions: regions.size,
    scaleSets: touched.filter(Boolean).length,
    firstHarmMs: meters.firstHarmMs,
    records,
    bootTime:
      run.sets.length === 1
        ? perScaleSet[run.sets[0]!.name]!.bootTime
        : bootTime(meters.perSet.flatMap(({ bootMs }) => bootMs)),
    counts: countsOf(run.sets),
    demand: demandMeasures([]),
    money: meters.cost?.ofEstate(replicaMs, counted.builder.results) ?? NO_MONEY,
  })
  const rollouts: readonly RolloutResult[] = records.map((record) => record.result())
  return {
    ...estate,
    cost: { ...estate.cost, replicaHours: replicaMs === null ? null : replicaMs / MS_PER_HOUR },
    demand: demandMeasures(counted.demand.states.map(({ pool }) => pool)),
    rollouts,
    perScaleSet,
  }
}

interface Context {
  /** Capacity when the first change began; -1 when none did. */
  readonly capacity: number
  readonly zones: number
  readonly regions: number
  readonly scaleSets: number
  readonly firstHarmMs: number
  readonly records: readonly RolloutRecord[]
  readonly counts: Counts
  readonly bootTime: SetMeasures['bootTime']
  readonly demand: DemandMeasures
  readonly money: Money
}

/** What mechanisms count themselves. */
interface Counts {
  readonly repairs: SetMeasures['repairs']
  readonly spot: SpotCounts | null
  readonly faults: SetMeasures['faults']
  readonly zoneMoves: number
  readonly zonesDown: number
  readonly autoscale: SetMeasures['autoscale']
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
      zonesDown: context.counts.zonesDown,
    },
    timeToHalt: timeToHalt(firstHarmMs, context.records),
    timeToRecover: firstHarmMs < 0 || meter.recoveredMs < 0 ? null : meter.recoveredMs - firstHarmMs,
    timeToRollBack: firstHarmMs < 0 || meter.harmEndedMs < 0 ? null : meter.harmEndedMs - firstHarmMs,
    bootTime: context.bootTime,
    timeToCapacity: meter.timeToCapacityMs < 0 || meter.owedSinceMs >= 0 ? null : meter.timeToCapacityMs,
    repairs: context.counts.repairs,
    spot: spotMeasures(meter, context.counts.spot),
    faults: context.counts.faults,
    zoneBalance: { moves: context.counts.zoneMoves },
    autoscale: context.counts.autoscale,
    cost: {
      instanceHours: { regular: meter.billedMs / MS_PER_HOUR, spot: meter.billedSpotMs / MS_PER_HOUR },
      surgeHours: meter.surgeMs / MS_PER_HOUR,
      replicaHours: null,
      ...context.money,
    },
    demand: context.demand,
  }
}

/** Over all pools together. Requests that find no capacity are lost; messages of a queue are unserved while they wait. */
function demandMeasures(pools: readonly DemandPool[]): DemandMeasures {
  if (pools.length === 0)
    return {
      unservedPercent: null,
      peakUnservedPercent: null,
      totalRequests: null,
      unservedRequests: null,
      peakBacklog: null,
      backlogAtEnd: null,
    }
  const sum = (of: (pool: DemandPool) => number, some = pools) => some.reduce((total, pool) => total + of(pool), 0)
  const totalRequests = sum((pool) => pool.totalRequests)
  const unservedRequests = sum((pool) => pool.unservedRequests + pool.backlog)
  const queues = pools.filter(({ isQueue }) => isQueue)
  const others = pools.filter(({ isQueue }) => !isQueue)
  return {
    unservedPercent: totalRequests === 0 ? null : (unservedRequests * 100) / totalRequests,
    peakUnservedPercent:
      others.length === 0 || totalRequests === 0
        ? null
        : Math.max(...others.map(({ peakUnserved }) => peakUnserved)) * 100,
    totalRequests,
    unservedRequests,
    peakBacklog: queues.length === 0 ? null : Math.max(...queues.map(({ peakBacklog }) => peakBacklog)),
    backlogAtEnd: queues.length === 0 ? null : sum((pool) => pool.backlog, queues),
  }
}

/** Over all settings that act; without any there is nothing to count. */
function autoscaleCounts(counts: readonly AutoscaleCounts[]): SetMeasures['autoscale'] {
  const of = (key: keyof AutoscaleCounts): number | null =>
    counts.length === 0 ? null : counts.reduce((sum, one) => sum + one[key], 0)
  return {
    scaleOuts: of('scaleOuts'),
    scaleIns: of('scaleIns'),
    flaps: of('flaps'),
    flapsPrevented: of('flapsPrevented'),
  }
}

/** Power-on to able to serve: the middle one of the boots of the run, and the longest. */
function bootTime(bootMs: readonly number[]): SetMeasures['bootTime'] {
  if (bootMs.length === 0) return { p50: null, max: null }
  // Numbers alone sort without a comparator, ten times faster.
  const sorted = Float64Array.from(bootMs).sort()
  return { p50: sorted[Math.floor((sorted.length - 1) / 2)]!, max: sorted[sorted.length - 1]! }
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
