import type { AutoscaleSetting } from '../model/autoscale/setting.ts'
import type { EffectiveRollingPolicy } from '../model/declare/health-source.ts'
import { repairPolicy } from '../model/declare/repair-policy.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Autoscale } from './autoscale/autoscale.ts'
import type { AutoscaleEvent } from './autoscale/history.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { ImageVersionSnapshot } from './gallery/version-snapshot.ts'
import { healthName } from './health/health-tracker.ts'
import { type Instance, LIFE, PROVISIONING } from './instance.ts'
import type { InstanceRepair } from './instance-repair/instance-repair.ts'
import { nameOf } from './operations.ts'
import type { RolloutResult } from './result.ts'
import type { RolloutRecord } from './rolling-upgrade/rollout-record.ts'
import { instanceLabel, type Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import type { EventType, ScheduledEvents } from './scheduled-events.ts'

/**
 * A run at one moment, as far as Azure's control plane could be asked about it: plain values, nothing that changes later.
 * Times in ms from the start of the run; 0 also stands for what was so before it.
 */
export interface RunSnapshot {
  readonly scenario: string
  readonly atMs: number
  /** In order of declaration. */
  readonly scaleSets: readonly ScaleSetSnapshot[]
  /** Versions of declared galleries, deleted ones among them, in order of declaration and then of publication. */
  readonly imageVersions: readonly ImageVersionSnapshot[]
  readonly autoscaleSettings: readonly AutoscaleSetting[]
  /** Of all settings, in order of time. */
  readonly autoscaleHistory: readonly AutoscaleEvent[]
}

export interface ScaleSetSnapshot {
  readonly name: string
  /** The document as it was written last; the capacity is in `targetCapacity`. */
  readonly model: ScaleSetModel
  /** Capacity the user or autoscale asked for last. */
  readonly targetCapacity: number
  readonly zones: readonly string[]
  /** Latest PUT, PATCH or POST, ms; 0: none in this run. */
  readonly writtenAtMs: number
  /** In order of their start, of whichever mode. */
  readonly rollouts: readonly RolloutSnapshot[]
  /** Null: the model has no automaticRepairsPolicy. */
  readonly automaticRepairs: ServiceSnapshot | null
  /** Null: the model has no automaticZoneRebalancingPolicy. */
  readonly zoneRebalancing: ServiceSnapshot | null
  /** All that exist now, those on their way in or out among them, in order of creation. */
  readonly instances: readonly InstanceSnapshot[]
  /** Those that existed in this run and do not any more. */
  readonly formerInstances: readonly (InstanceName & { readonly label: string })[]
  readonly scheduledEvents: { readonly incarnation: number; readonly events: readonly ScheduledEventSnapshot[] }
}

/** A service of `orchestrationServices`. */
export interface ServiceSnapshot {
  readonly serviceState: 'NotRunning' | 'Running' | 'Suspended'
  readonly sinceMs: number
  /** It works on an instance at this moment. */
  readonly isBusy: boolean
}

export interface RolloutSnapshot extends RolloutResult {
  /** Null: unbatched, by upgrade mode Automatic. */
  readonly policy: EffectiveRollingPolicy | null
  /** A start comes a little before `startedAtMs` (RU-7, `lastActionLead`), and may lie before the run. */
  readonly lastActionAtMs: number
  /** Those that failed in a batch, then the others that were unhealthy at a breach; each once. */
  readonly unhealthy: readonly InstanceName[]
}

/** An instance by the names under which Azure and people know it. */
export interface InstanceName {
  /** `vmss_17`, `vmss_1c9e03ab`. PL-55. */
  readonly name: string
  /** Sequence in the set; the Azure id of a Uniform instance. */
  readonly id: number
}

export interface InstanceSnapshot extends InstanceName {
  /** `<set>/<number>`. */
  readonly label: string
  readonly isDeleting: boolean
  readonly provisioning: 'creating' | 'updating' | 'succeeded' | 'failed'
  readonly provisioningSinceMs: number
  /** Why it found no machine when it last asked; null: it did, or has not asked. */
  readonly allocationFailure: { readonly code: string; readonly message: string } | null
  /** Null: there is no machine yet, or there never was one. */
  readonly power: 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated' | null
  /** Null: the guest is not up, so nothing reports on extensions. */
  readonly extensions: 'transitioning' | 'succeeded' | 'failed' | null
  readonly isGuestUp: boolean
  /** `None`: no signal, or no source. */
  readonly health: ReturnType<typeof healthName>
  readonly healthSinceMs: number
  readonly isOnLatestModel: boolean
  /** Of the model version it holds. */
  readonly model: ScaleSetModel
  /** Exact image of its disk: `galProd/ubuntu-app/1.6.2`. */
  readonly imageKey: string
  /** Counts its OS disks, from 0. */
  readonly disk: number
  readonly hasDisk: boolean
  readonly zone: string | null
  readonly placementGroup: number
  readonly faultDomain: number
  readonly updateDomain: number | null
  readonly createdAtMs: number
  readonly isSpot: boolean
  readonly protectFromScaleIn: boolean
  readonly protectFromScaleSetActions: boolean
}

export interface ScheduledEventSnapshot {
  /** Order of scheduling in the run. */
  readonly number: number
  readonly type: EventType
  readonly instance: string
  readonly status: 'Scheduled' | 'Started'
  readonly notBeforeMs: number
  /** How long the guest stands still, ms; null: not known. */
  readonly impactMs: number | null
}

/** When each set was written to last. Listens only: nothing in the run depends on it. */
export class LastWrites {
  private readonly atMs: number[] = []

  constructor(run: Run) {
    run.facts.written.push((set) => {
      this.atMs[set.index] = run.nowMs
    })
    run.facts.modelChanged.push((set) => {
      this.atMs[set.index] = run.nowMs
    })
  }

  of(set: ScaleSetState): number {
    return this.atMs[set.index] ?? 0
  }
}

interface Sources {
  readonly gallery: Gallery
  readonly repair: InstanceRepair
  readonly autoscale: Autoscale
  readonly events: ScheduledEvents
  readonly writes: LastWrites
}

/** Reads a run where it stands. */
export function takeSnapshot(run: Run, sources: Sources): RunSnapshot {
  return {
    scenario: run.scenario.name,
    atMs: run.nowMs,
    scaleSets: run.sets.map((set) => scaleSetSnapshot(run, set, sources)),
    imageVersions: sources.gallery.versionSnapshots(),
    autoscaleSettings: run.scenario.autoscaleSettings,
    autoscaleHistory: sources.autoscale.history.map((event) => ({ ...event })),
  }
}

function scaleSetSnapshot(run: Run, set: ScaleSetState, { repair, events, writes }: Sources): ScaleSetSnapshot {
  const { incarnation, events: listed } = events.listed(set)
  return {
    name: set.name,
    model: set.model,
    targetCapacity: set.targetCapacity,
    zones: set.zones,
    writtenAtMs: writes.of(set),
    rollouts: run.rollouts
      .filter(({ scaleSet }) => scaleSet === set.name)
      .map((record) => rolloutSnapshot(run, record)),
    automaticRepairs: automaticRepairs(set, repair),
    zoneRebalancing: zoneRebalancing(set),
    instances: set.instances.filter(({ life }) => life !== LIFE.absent).map(instanceSnapshot),
    formerInstances: set.instances
      .filter(({ life }) => life === LIFE.absent)
      .map((instance) => ({ ...instanceNameOf(instance), label: instanceLabel(instance) })),
    scheduledEvents: {
      incarnation,
      events: listed.map(({ instance, ...event }) => ({ ...event, instance: nameOf(instance) })),
    },
  }
}

function automaticRepairs(set: ScaleSetState, repair: InstanceRepair): ServiceSnapshot | null {
  if (set.model.automaticRepairsPolicy === undefined && !repairPolicy(set.model).enabled) return null
  const { serviceState, serviceStateSinceMs, underRepair } = repair.count(set)
  return { serviceState, sinceMs: serviceStateSinceMs, isBusy: underRepair > 0 }
}

function zoneRebalancing(set: ScaleSetState): ServiceSnapshot | null {
  const policy = set.model['resiliencyPolicy'] as
    | { readonly automaticZoneRebalancingPolicy?: { readonly enabled?: boolean } }
    | undefined
  const rebalancing = policy?.automaticZoneRebalancingPolicy
  if (rebalancing === undefined) return null
  return { serviceState: rebalancing.enabled === true ? 'Running' : 'NotRunning', sinceMs: 0, isBusy: set.balancing }
}

function rolloutSnapshot(run: Run, record: RolloutRecord): RolloutSnapshot {
  const unhealthy = new Set([...record.failedInstances, ...record.unhealthyAtBreach])
  const result = record.result()
  const leadMs = result.lastAction === 'Start' ? run.scenario.assumptions.lastActionLead : 0
  return {
    ...result,
    policy: record.policy,
    lastActionAtMs: record.lastActionAtMs - leadMs,
    unhealthy: [...unhealthy].map((index) => instanceNameOf(run.fleet[index]!)),
  }
}

const instanceNameOf = (instance: Instance): InstanceName => ({ name: nameOf(instance), id: instance.id })

const PROVISIONING_NAMES = ['creating', 'updating', 'succeeded', 'failed'] as const

function instanceSnapshot(instance: Instance): InstanceSnapshot {
  const { set, life, updateDomain, tracker } = instance
  const isGuestUp = life >= LIFE.applicationStarting && life <= LIFE.serving
  return {
    // Spelt out: a literal of this size that begins with a spread takes a hundred times as long.
    name: nameOf(instance),
    id: instance.id,
    label: instanceLabel(instance),
    isDeleting: life === LIFE.deleting,
    provisioning: PROVISIONING_NAMES[instance.provisioning]!,
    provisioningSinceMs:
      instance.provisioning === PROVISIONING.creating ? instance.createdAtMs : instance.provisioningSinceMs,
    allocationFailure: instance.allocationFailure,
    power: powerOf(instance),
    extensions: isGuestUp ? extensionsOf(instance) : null,
    isGuestUp,
    health: healthName(tracker.health),
    healthSinceMs: instance.healthSinceMs,
    isOnLatestModel: set.isOnLatestModel(instance),
    model: instance.compiled.document,
    imageKey: instance.compiled.imageKey,
    disk: instance.incarnation,
    hasDisk: instance.lastSize !== '' || instance.machine !== null,
    zone: set.zones[instance.zone] ?? null,
    placementGroup: instance.placementGroup,
    faultDomain: instance.faultDomain,
    updateDomain: updateDomain < 0 ? null : updateDomain,
    createdAtMs: instance.createdAtMs,
    isSpot: instance.spot,
    protectFromScaleIn: instance.protectFromScaleIn,
    protectFromScaleSetActions: instance.protectFromScaleSetActions,
  }
}

function powerOf({ life, deallocated, machine }: Instance): InstanceSnapshot['power'] {
  switch (life) {
    case LIFE.absent:
    case LIFE.creating:
      return null
    case LIFE.updating:
      return 'stopped'
    case LIFE.starting:
      return 'starting'
    case LIFE.applicationStarting:
    case LIFE.warming:
    case LIFE.serving:
      return 'running'
    case LIFE.stopping:
      return 'deallocating'
    case LIFE.stopped:
      return deallocated ? 'deallocated' : 'stopped'
    case LIFE.deleting:
      return machine === null ? null : 'stopping'
    case LIFE.failed:
      return machine === null ? null : 'running'
    default:
      return life satisfies never
  }
}

function extensionsOf(instance: Instance): 'transitioning' | 'succeeded' | 'failed' {
  if (instance.provisioning === PROVISIONING.failed) return 'failed'
  const isDone = instance.provisioning === PROVISIONING.succeeded && instance.extensionTimer < 0
  return isDone ? 'succeeded' : 'transitioning'
}
