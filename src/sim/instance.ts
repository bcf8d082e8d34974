import type { AllocationFailure } from './allocation.ts'
import type { CompiledModel } from './compiled-model.ts'
import { HealthTracker } from './health/health-tracker.ts'
import type { Machine } from './machines.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** Where an instance is in its life. What it really can do also depends on faults and defects: see `isServing`. */
export const LIFE = {
  /** Not created yet, or deleted. */
  absent: 0,
  /** The control plane creates it. */
  creating: 1,
  /** An update has it down: OS disk swap, resize, restart. */
  updating: 2,
  /** Powered on, guest boots. */
  starting: 3,
  /** Guest up, the application does not listen yet. */
  applicationStarting: 4,
  /** Listening, not able to serve yet. */
  warming: 5,
  /** As far as its own life goes it serves. */
  serving: 6,
  stopping: 7,
  /** Powered off or deallocated. */
  stopped: 8,
  deleting: 9,
  /** Its guest never came up. */
  failed: 10,
} as const

export type Life = (typeof LIFE)[keyof typeof LIFE]

/** Provisioning as Azure reports it. */
export const PROVISIONING = { creating: 0, updating: 1, succeeded: 2, failed: 3 } as const

/** Bits of the mask of broken things that no dependency may take. */
export const BROKEN_PROCESS = 1 << 29
export const BROKEN_BOOT = 1 << 28
export const BROKEN_EXTENSIONS = 1 << 27
/** Dependencies take bits 0-26. */
export const MAX_DEPENDENCIES = 27

/**
 * One instance of a run: plain mutable state with integer fields, made once per run and instance. Times are ms, -1 means
 * none. Each group of fields is written by the mechanism named above it and read by anybody.
 */
export class Instance {
  // identity and place: fleet
  readonly index: number
  readonly set: ScaleSetState
  /** Sequence in the set, the slot of its random draws. Never reused. */
  readonly id: number
  /** Order of creation from 0 as users address it, `<set>/<number>`; -1 while it may still be an overprovisioned surplus. */
  number: number
  zone = 0
  placementGroup = 0
  faultDomain = 0
  updateDomain = -1
  createdAtMs = 0
  deletedAtMs = -1
  surge = false
  overprovisioned = false
  /** A scale-out made it, so that resilient create may make it again (PL-63). */
  ofScaleOut = false

  // life cycle
  life: Life = LIFE.absent
  /** Written by `setProvisioning`. */
  provisioning: number = PROVISIONING.creating
  /** Since when `provisioning` is what it is, ms; 0: since the beginning of the run, or longer. */
  provisioningSinceMs = 0
  provisionedAtMs = -1
  /** Counts OS disks: the draw of its slot in the streams of defects. */
  incarnation = 0
  /** Counts power-ons and operations: the draw of its slot in the streams of durations. */
  boots = 0
  /** When it was last switched on, ms; -1: long before the run. */
  poweredOnAtMs = -1
  /** Counts updates that need no boot. */
  updates = 0
  lifeTimer = -1
  extensionTimer = -1
  deallocated = false
  /** The hardware it holds; null: none, because it is deallocated, deleted or found none. */
  machine: Machine | null = null
  /** Why it found none when it last asked; null: it did, or has not asked. */
  allocationFailure: AllocationFailure | null = null
  /** Size of the latest machine it held; empty: none yet. */
  lastSize = ''
  /** Costs money at this moment. */
  billed = false

  // scale set model and image
  modelVersion = 0
  /** The model of that version with the image its OS disk really holds. Written by `LifeCycle.give`. */
  compiled: CompiledModel
  /** What it ran before an OS upgrade swapped its disk; null where nothing can be restored (AO-14). */
  formerDisk: FormerDisk | null = null
  /** Its model or image was given to it during the run (and not declared at time 0). */
  givenVersion = false

  // application truth
  /** Broken by active defects of its image or model: dependency bits and BROKEN_*. */
  defectMask = 0
  /** Unreachable or broken because of faults around it. */
  faultMask = 0
  hung = false
  /** `breakInstance`: the process is dead until a new OS disk. */
  broken = false
  /** Faults that last a given time, and one without an end that a new disk or a restart cures (design §5a 4). */
  timedBreaks = 0
  openBreak = false
  timedHangs = 0
  openHang = false
  /** How many losses it is in, of its zone, rack or host: it is dark, and nothing that is done to it gets on (AV-13). */
  outages = 0
  /** How many memory-preserving updates have it paused (AV-05). */
  pauses = 0
  /** Defects (indices into its compiled model's) that bite now: null when none does. */
  activeDefects: number[] | null = null
  /** Trace entry that made it unable to serve, and the one at which its latest defect began to bite; -1: none. */
  conditionEntry = -1
  defectEntry = -1
  serving = false
  servingSinceMs = 0
  harmed = false
  everHarmed = false
  exposed = false

  // application health
  readonly tracker = new HealthTracker()
  /** It was attached without a source of health and never reports any: PL-54. */
  silent = false
  flipTimer = -1
  flipAtMs = -1
  probing = false
  /** Trace entry of the latest change of its reported health; -1: none yet. */
  healthEntry = -1
  /** Time of that change, ms; 0: it has been so since the beginning of the run, or longer. */
  healthSinceMs = 0

  /** Since when it has been Unhealthy or Unknown, ms; -1 while it is not. */
  unhealthySinceMs = -1

  // instance repair
  /** End of the last change of state by an operation, ms; -1: long before the run (RE-3). */
  changedAtMs = -1
  underRepair = false
  /** Repairs of this slot since it was last Healthy; a replacement inherits them. */
  repairsSinceHealthy = 0

  // scheduled events
  /** A delete has been announced and waits for its notice; it still runs and counts no longer (SE-9). */
  leaving = false

  // Spot
  spot = false
  /** Its machine was taken back, and it has not been started since. */
  evicted = false
  evictions = 0
  /** It heard of its eviction and has left the load balancer. */
  drained = false

  // protection
  protectFromScaleIn = false
  protectFromScaleSetActions = false

  // rolling upgrade
  /** Step inside the running batch: see `rolling-upgrade/health-wait.ts`. */
  batchStep = 0
  /** A surge instance of the running batch is to take its place: MS-1. */
  replacedInBatch = false
  waitTimer = -1

  constructor(index: number, set: ScaleSetState, id: number) {
    this.index = index
    this.set = set
    this.compiled = set.latest
    this.id = id
    this.number = id
  }
}

/** An OS disk that was swapped out, with the model it belonged to. */
export interface FormerDisk {
  readonly modelVersion: number
  readonly imageKey: string
}

/** What the control plane says of it from now on. */
export function setProvisioning(instance: Instance, provisioning: number, nowMs: number): void {
  if (instance.provisioning === provisioning) return
  instance.provisioning = provisioning
  instance.provisioningSinceMs = nowMs
}

/** The guest is up and reachable from outside: neither down nor hung. */
export function isGuestUp(instance: Instance): boolean {
  return instance.life >= LIFE.applicationStarting && instance.life <= LIFE.serving && !instance.hung
}

/** The application accepts connections. */
export function isListening(instance: Instance): boolean {
  return (
    (instance.life === LIFE.warming || instance.life === LIFE.serving) &&
    !instance.hung &&
    instance.pauses === 0 &&
    !instance.broken &&
    ((instance.defectMask | instance.faultMask) & BROKEN_PROCESS) === 0
  )
}

/** Exists as far as the capacity of its set is concerned. */
export function isMember(instance: Instance): boolean {
  return isMemberLife(instance.life) && !instance.leaving
}

export function isMemberLife(life: Life): boolean {
  return life !== LIFE.absent && life !== LIFE.deleting
}

/** Down in the control plane's sense, so that nothing can be asked of it: BT-14. */
export function isStopped(instance: Instance): boolean {
  return instance.life === LIFE.stopped || instance.life === LIFE.stopping
}
