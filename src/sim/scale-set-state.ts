import type { ScaleSetModel } from '../model/scale-set.ts'
import type { DeclaredScaleSet } from '../model/scenario.ts'
import type { CompiledModel } from './compiled-model.ts'
import type { Instance } from './instance.ts'
import type { Placement } from './placement.ts'

export interface FaultCounts {
  hosts: number
  faultDomains: number
  /** Pauses of an instance by memory-preserving maintenance. */
  freezes: number
  failedDeletes: number
}

/**
 * A scale set during a run. `versions[n]` is the n-th model that asks something of instances; a change of capacity or
 * policy alone replaces the document of the latest version and keeps its number (UM-4: those instances stay current).
 */
export class ScaleSetState {
  readonly index: number
  readonly name: string
  readonly declared: DeclaredScaleSet
  /** The document as it stands, with capacity and policies. */
  model: ScaleSetModel
  readonly versions: CompiledModel[]
  /** All instances ever made, in order of creation. */
  readonly instances: Instance[] = []
  /** Those it places instances in; zones may be added, never taken away (PL-26). */
  zones: readonly string[]
  readonly placement: Placement
  readonly uniform: boolean
  /** The exact image the fleet of time 0 runs. Set up once the galleries are. */
  initialImage: string
  /** The image the last completed OS upgrade brought; a stopped instance starts with it (BT-14, SP-33). */
  osImage: string | null = null
  /** Capacity the user or autoscale asked for. */
  targetCapacity: number
  /** Maximum of the active autoscale profile; null: no autoscale. Written by autoscale, MS-10. */
  autoscaleMaximum: number | null = null
  /** What has failed under it so far, and how often. Written by whoever lets it fail. */
  readonly faults: FaultCounts = { hosts: 0, faultDomains: 0, freezes: 0, failedDeletes: 0 }
  /** Instances that automatic zone balance has moved, or begun to. */
  zoneMoves = 0
  nextId = 0
  nextNumber = 0
  /** A rolling upgrade runs: RU-16. Written by the rolling upgrade. */
  upgradeRunning = false
  /** Automatic zone balance has one instance more than asked for: PL-30. Written by it. */
  balancing = false

  constructor(index: number, declared: DeclaredScaleSet, first: CompiledModel, placement: Placement) {
    this.index = index
    this.name = declared.model.name
    this.declared = declared
    this.model = declared.model
    this.versions = [first]
    this.zones = declared.zonePlacement?.eligible ?? declared.model.zones ?? []
    this.placement = placement
    this.uniform = declared.model.orchestrationMode === 'Uniform'
    this.targetCapacity = declared.model.sku.capacity
    this.initialImage = first.imageKey
  }

  get latestVersion(): number {
    return this.versions.length - 1
  }

  get latest(): CompiledModel {
    return this.versions[this.versions.length - 1]!
  }

  modelOf(instance: Instance): CompiledModel {
    return instance.compiled
  }

  isOnLatestModel(instance: Instance): boolean {
    return instance.modelVersion === this.versions.length - 1
  }
}
