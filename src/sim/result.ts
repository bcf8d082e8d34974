import type { Finding } from '../model/finding.ts'
import type { OsUpgradeHistoryEntry } from './automatic-os-upgrade/history.ts'
import type { AutoscaleEvent } from './autoscale/history.ts'
import type { ImageVersionResult } from './gallery/gallery.ts'
import type { BuildResult } from './image-builder.ts'
import type { FaultCounts } from './scale-set-state.ts'

/** `RollingBack` only under the assumption `emitRollingBack` (RU-8). */
export type RolloutStatus = 'RollingForward' | 'Completed' | 'Faulted' | 'Cancelled' | 'RollingBack'

/** One rolling upgrade (or one unbatched upgrade of mode Automatic) as `rollouts[]` of the result shows it. Times in ms from the start. */
export interface RolloutResult {
  readonly scaleSet: string
  readonly trigger: 'ModelChange' | 'Reapply' | 'ModeChange' | 'ManualOSUpgrade' | 'AutomaticOSUpgrade'
  readonly startedBy: 'User' | 'Platform'
  /** The exact image an OS upgrade brings (`galProd/ubuntu-app/1.7.0`); null for a model change. */
  readonly targetImage: string | null
  readonly mode: 'Rolling' | 'Automatic'
  /** What was rolled out, e.g. `imageReference 1.6.2 -> 1.7.0`. */
  readonly target: string
  readonly status: RolloutStatus
  readonly errorCode: string | null
  /** The message with the numbers, as the service words its gist; null without an error. */
  readonly errorMessage: string | null
  readonly lastAction: 'Start' | 'Cancel'
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly batches: readonly BatchResult[]
  /** Most zones any one batch touched: 1 under BT-4, 0 in a regional set. */
  readonly zonesPerBatch: number
  /** Instances behind the model that took no part: protected, stopped, or asking to be skipped (BT-11, BT-14, CM-4). */
  readonly leftOut: number
  readonly successful: number
  readonly failed: number
  readonly inProgress: number
  readonly pending: number
  readonly rolledBack: number
  /** Instances whose former disk did not come up again (AO-15); not part of `rolledBack`. */
  readonly rollbackFailed: number
  /** Why it ended (or did not start another batch): the deciding inequality. */
  readonly decision: ThresholdDecision | null
}

export interface BatchResult {
  readonly index: number
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  /** Instance numbers in the fleet (index into `RunResult.instances`). */
  readonly instances: readonly number[]
  readonly zones: readonly string[]
  readonly updateDomain: number | null
  readonly surge: boolean
  readonly successful: number
  readonly failed: number
}

/** A threshold test that was decided: `count / total` against `limitPercent`, by which rule. TH-1, TH-3, TH-5. */
export interface ThresholdDecision {
  readonly rule: string
  readonly breached: boolean
  readonly count: number
  readonly total: number
  readonly limitPercent: number
  readonly atMs: number
}

/** Everything a run yields. Values only; text is made from it in `src/report`. */
export interface RunResult {
  readonly scenario: string
  readonly seed: number
  readonly traceHash: string
  readonly durationMs: number
  readonly events: number
  readonly measures: Measures
  readonly rollouts: readonly RolloutResult[]
  /** Runs of image templates, in order of their start. */
  readonly builds: readonly BuildResult[]
  /** What `GET …/osUpgradeHistory` would say at the end of each set that had an OS upgrade, by its name: AO-22. */
  readonly osUpgradeHistory: Readonly<Record<string, readonly OsUpgradeHistoryEntry[]>>
  /** Versions of declared galleries at the end, in order of declaration and then of publication. */
  readonly imageVersions: readonly ImageVersionResult[]
  /** What autoscale did and saw, in order of time. */
  readonly autoscaleHistory: readonly AutoscaleEvent[]
  /** What kept instances from serving, most first. */
  readonly lostCapacity: readonly LostCapacity[]
  /** What left requests without capacity, most first. */
  readonly unservedDemand: readonly UnservedDemand[]
  readonly expectations: readonly ExpectationResult[]
  readonly findings: readonly Finding[]
  readonly verdict: Verdict
  readonly instances: readonly InstanceResult[]
  /** Decoded trace; empty unless the run was asked to keep it. */
  readonly trace: readonly TraceEntry[]
  /** Life of each instance for the swimlane; empty unless the trace was kept. */
  readonly lanes: readonly Lane[]
  /** Counts over time, for charts; null unless the trace was kept. */
  readonly series: RunSeries | null
}

/** A quantity that changes in steps: it is `values[i]` from `atMs[i]` until `atMs[i + 1]`. Times rise, neighbours differ. */
export interface Steps {
  readonly atMs: readonly number[]
  readonly values: readonly number[]
}

/** What was counted over time, by the same functions that decide. It is no part of the trace. */
export interface RunSeries {
  /** In order of declaration. */
  readonly scaleSets: readonly SetSeries[]
  /** One for each of `rollouts`; without steps where an upgrade has no thresholds (mode Automatic). */
  readonly rollouts: readonly RolloutSeries[]
  /** In order of declaration; empty without a demand. */
  readonly demand: readonly DemandSeries[]
  /** By instance, like `lanes`: what it holds, from when on. */
  readonly versions: readonly VersionLane[]
}

/** Instances of one scale set. */
export interface SetSeries {
  readonly scaleSet: string
  readonly target: Steps
  readonly serving: Steps
  /** Those that thresholds count, and the unhealthy ones among them: TH-1, HE-20, BT-15, BT-16. */
  readonly total: Steps
  readonly unhealthy: Steps
}

/** Upgraded so far by this rollout and those of them that count as unhealthy: TH-6, TH-9. */
export interface RolloutSeries {
  readonly upgraded: Steps
  readonly unhealthy: Steps
}

/** Rates in requests (of a queue messages) a second. */
export interface DemandSeries {
  readonly scaleSets: readonly string[]
  readonly isQueue: boolean
  readonly level: Steps
  /** What the serving instances can do. */
  readonly capacity: Steps
}

/** The image on the OS disk and the version of its scale set's model, counted from 0. */
export interface VersionLane {
  readonly instance: number
  readonly spans: readonly { readonly fromMs: number; readonly image: string; readonly modelVersion: number }[]
}

/** Something that stands in the trace as the reason for what was lost. */
export interface LossReason {
  /** Name of the trace entry that stands for it: `zone.failed`. */
  readonly reason: string
  /** The scale set it is about, or `world`; null: single instances. */
  readonly subject: string | null
  /** What that entry says: `{ region: 'eastus', zone: '1' }`. */
  readonly numbers: Readonly<Record<string, string | number | boolean>>
  readonly rule: string | null
  /** Id of the first such entry in the trace, and its time; null: there is none, the demand rose by itself. */
  readonly entry: number | null
  readonly firstAtMs: number
  /** It happened again later, and this is all of it together. */
  readonly isRepeated?: true
}

/** Requests that found no capacity, by what their shortage began with. Of a queue none are lost. */
export interface UnservedDemand extends LossReason {
  readonly requests: number
}

/** One reason why members of scale sets did not serve, and how much it took. Spells before the run are not told. */
export interface LostCapacity extends LossReason {
  readonly scaleSets: readonly string[]
  /** Distinct instances. */
  readonly instances: number
  /** Instance-milliseconds. */
  readonly lostMs: number
}

export type Verdict = 'pass' | 'fail' | 'undecided'

export interface ExpectationResult {
  readonly text: string
  readonly verdict: Verdict
  readonly actual: string | number | boolean | null
  /** Assumptions under another reading of which the verdict is another one; absent: none is known. */
  readonly shaky?: readonly string[]
  /** Durations in `actual` are ISO 8601 text. Why it is undecided, when it is. */
  readonly reason?: string
}

export interface InstanceResult {
  readonly index: number
  readonly scaleSet: string
  /** Order of creation in its set, from 0: the number in `<set>/<number>`. */
  readonly number: number
  readonly name: string
  readonly zone: string | null
  readonly faultDomain: number
  readonly updateDomain: number | null
  readonly createdAtMs: number
  readonly deletedAtMs: number | null
  readonly harmed: boolean
  readonly exposed: boolean
}

/** What the swimlane draws: from `fromMs` on the instance was in this state, until the next span. */
export interface Lane {
  readonly instance: number
  readonly spans: readonly { readonly fromMs: number; readonly state: LaneState }[]
}

/**
 * `absent` not created yet or deleted; `creating` control plane works; `starting` guest boots or extensions install;
 * `application` starting or warming; `serving`; `upgrading` down because its upgrade runs; `broken` would serve but for a
 * fault or defect; `unhealthy` broken and reported so; `misjudged` serving, but reported unhealthy; `draining` takes no more
 * requests before it stops; `stopped` deallocated; `deleting`; `failed` provisioning failed.
 */
export type LaneState =
  | 'absent'
  | 'creating'
  | 'starting'
  | 'application'
  | 'serving'
  | 'upgrading'
  | 'broken'
  | 'unhealthy'
  | 'misjudged'
  | 'draining'
  | 'stopped'
  | 'deleting'
  | 'failed'

export interface TraceEntry {
  /** Index of the entry; causes refer to it. */
  readonly id: number
  readonly atMs: number
  /** Dotted name of what happened, from the trace catalogue: `health.changed`. */
  readonly what: string
  /** `vmss-a/3`, `vmss-a`, `vmss-a rollout 0`, or `world`. */
  readonly subject: string
  /** Entry that led to this one; null at the root. */
  readonly cause: number | null
  /** Rule that decided it; null when it is a plain fact. */
  readonly rule: string | null
  readonly numbers: Readonly<Record<string, number | string | boolean>>
  /** Of a threshold test: the instances its numerator counts, in order of creation. Absent: none, or no such test. */
  readonly counted?: readonly CountedInstance[]
}

/**
 * An instance that a threshold test counted, and as what: `unhealthy` at that moment (TH-9, HE-20), `restored` to its former
 * disk (AO-15), `evicted` in its batch (SP-33), or a new one of MaxSurge that never became healthy (MS-8).
 */
export interface CountedInstance {
  /** Index into `RunResult.instances`. */
  readonly index: number
  readonly as: 'unhealthy' | 'restored' | 'evicted' | 'surgeFailed'
}

/** A null is a measure that had no sample. Durations in ms. Design §3. */
export interface Measures extends SetMeasures {
  readonly rollouts: readonly RolloutResult[]
  readonly perScaleSet: Readonly<Record<string, SetMeasures>>
}

/**
 * Of the whole estate, and of a set that has a demand of its own; null where there is none. Of a queue what still waits at the
 * end is unserved, and no moment has a share without capacity.
 */
export interface DemandMeasures {
  readonly unservedPercent: number | null
  readonly peakUnservedPercent: number | null
  readonly totalRequests: number | null
  readonly unservedRequests: number | null
  /** Messages that waited; null without a queue. */
  readonly peakBacklog: number | null
  readonly backlogAtEnd: number | null
}

/** What it cost. All null unless `world.prices` says what things cost. */
export interface Money {
  readonly currency: string | null
  /** Instances, replicas, disks and builds; of a set its instances and disks. */
  readonly total: number | null
  readonly instances: { readonly regular: number | null; readonly spot: number | null }
  /** The part of the instances that stood above the target. */
  readonly surge: number | null
  /** OS disks, those of deallocated instances among them. */
  readonly disks: number | null
  /** Of the whole estate; null per set. */
  readonly replicas: number | null
  /** Machines that images were built on. Of the whole estate; null per set. */
  readonly builds: number | null
}

export interface SetMeasures {
  readonly blastRadius: {
    readonly instances: number
    readonly percent: number | null
    readonly peakPercent: number | null
    readonly instanceMinutes: number
    readonly zones: number
    readonly regions: number
    readonly scaleSets: number
  }
  readonly exposed: { readonly instances: number; readonly percent: number | null }
  readonly availability: {
    readonly minServing: number
    readonly minServingPercent: number | null
    readonly lostInstanceMinutes: number
    /** Zones of a scale set in which, for a moment, none of its two or more members served. */
    readonly zonesDown: number
  }
  readonly timeToHalt: number | null
  readonly timeToRecover: number | null
  /** From the first harmed instance to the moment the last one was well again. */
  readonly timeToRollBack: number | null
  /** Longest time from a raised capacity until all of it served; null: never raised, or not reached in the run. */
  readonly timeToCapacity: number | null
  /** Power-on to able to serve, over the boots of the run. */
  readonly bootTime: { readonly p50: number | null; readonly max: number | null }
  /** A loop: a slot repaired twice with no healthy spell between. `suspended`: how often the service stopped itself. */
  readonly repairs: { readonly count: number; readonly loops: number; readonly suspended: number }
  readonly spot: {
    readonly evictions: number
    /** Why: for the capacity (SP-01), for the price (SP-01), by chance (SP-09), or by simulateEviction (SP-10). */
    readonly evictionsBy: {
      readonly reclaim: number
      readonly price: number
      readonly hazard: number
      readonly simulated: number
    }
    /** Brought back by try and restore. */
    readonly restored: number
    /** Evictions that stopped an instance in the middle of its work. */
    readonly abruptStops: number
    /** Lowest number of running regular instances; null where nothing is Spot. */
    readonly minRegular: number | null
  }
  /** Hosts and racks that failed under instances, pauses of instances, attempts to delete one that failed. */
  readonly faults: Readonly<FaultCounts>
  /** Instances moved from zone to zone by automatic zone balance. */
  readonly zoneBalance: { readonly moves: number }
  /**
   * Null where no autoscale setting acts. A flap reverses the action before it while the effect of that one was not felt yet;
   * `flapsPrevented` counts the spells in which the projection of AS-31 held a scale-in back, and those it made smaller.
   */
  readonly autoscale: {
    readonly scaleOuts: number | null
    readonly scaleIns: number | null
    readonly flaps: number | null
    readonly flapsPrevented: number | null
  }
  readonly cost: Money & {
    readonly instanceHours: { readonly regular: number; readonly spot: number }
    readonly surgeHours: number
    /** Of the whole estate; null where no gallery is declared, and per set. */
    readonly replicaHours: number | null
  }
  readonly demand: DemandMeasures
}
