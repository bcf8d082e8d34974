import type { Assumptions } from '../model/assumptions.ts'
import { InputError } from '../model/diagnostic.ts'
import type { RoomLimit } from '../model/regional-capacity.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Defect, ImageTruth, ModelAssignment, Scenario, Timings } from '../model/scenario.ts'
import { type CompiledModel, compileModel, DependencyTable, type DiskImage, imageTruth } from './compiled-model.ts'
import { compileDistribution, type Sampler } from './distribution.ts'
import { EventQueue } from './kernel/event-queue.ts'
import { changedPaths, classifyChange, describeChange, type ModelChange } from './model-change.ts'
import { type ModelUpdate, planUpdate } from './model-update.ts'
import { type PlacedInstance, Placement, type PlacementSpec } from './placement.ts'

export type TimingSamplers = { readonly [K in keyof Timings]: Sampler }

interface ResolvedModel extends DiskImage {
  readonly compiled: CompiledModel
}

/**
 * Everything about a scenario that no seed changes, worked out once and shared by all its runs: samplers, compiled
 * models, where the first fleet stands, what each declared update does to each model.
 */
export class Plan {
  readonly scenario: Scenario
  readonly dependencies: DependencyTable
  readonly needsMask: number
  readonly timings: TimingSamplers
  readonly startup: Sampler
  readonly warmup: Sampler
  private readonly spareQueues: EventQueue[] = []
  private readonly compiled = new Map<ScaleSetModel, CompiledModel>()
  private readonly resolved = new Map<ScaleSetModel, ResolvedModel[]>()
  private readonly updates = new Map<ScaleSetModel, Map<readonly ModelAssignment[], ModelUpdate>>()
  private readonly changes = new Map<ScaleSetModel, Map<ScaleSetModel, ModelChange>>()
  private readonly firstPlaces = new Map<number, readonly PlacedInstance[]>()

  constructor(scenario: Scenario) {
    this.scenario = scenario
    this.dependencies = new DependencyTable(scenario)
    this.needsMask = this.dependencies.mask(scenario.world.application.needs)
    const { timings, application } = scenario.world
    this.timings = Object.fromEntries(
      Object.entries(timings).map(([name, distribution]) => [name, compileDistribution(distribution)]),
    ) as TimingSamplers
    this.startup = compileDistribution(application.startup)
    this.warmup = compileDistribution(application.warmup)
  }

  /** Memory of a queue that another run has finished with, or a new one. */
  takeQueue(): EventQueue {
    return this.spareQueues.pop() ?? new EventQueue()
  }

  giveBack(queue: EventQueue): void {
    queue.reset()
    this.spareQueues.push(queue)
  }

  /** A model as a run needs it; with `image`, the one whose OS disk really holds that image. */
  compile(model: ScaleSetModel, setIndex: number, image?: DiskImage): CompiledModel {
    if (image) return this.compileWith(model, setIndex, image)
    let compiled = this.compiled.get(model)
    if (!compiled) {
      compiled = compileModel(model, this.scenario.scaleSets[setIndex]!, this.scenario, this.dependencies)
      this.compiled.set(model, compiled)
    }
    return compiled
  }

  private compileWith(model: ScaleSetModel, setIndex: number, image: DiskImage): CompiledModel {
    const known = this.resolved.get(model) ?? []
    this.resolved.set(model, known)
    const found = known.find((one) => one.key === image.key && sameDefects(one.builtDefects, image.builtDefects))
    if (found) return found.compiled
    const compiled = compileModel(model, this.scenario.scaleSets[setIndex]!, this.scenario, this.dependencies, image)
    known.push({ ...image, compiled })
    return compiled
  }

  /** The truth about an image by its exact key, in any case. */
  imageTruth(key: string): ImageTruth | undefined {
    return imageTruth(this.scenario.world.images, key)
  }

  /** What these assignments make of this model. Pure, hence worked out once for all runs. */
  update(model: ScaleSetModel, setIndex: number, assignments: readonly ModelAssignment[]): ModelUpdate {
    let byAssignments = this.updates.get(model)
    if (!byAssignments) {
      byAssignments = new Map()
      this.updates.set(model, byAssignments)
    }
    let update = byAssignments.get(assignments)
    if (!update) {
      update = planUpdate(model, assignments, this.scenario.scaleSets[setIndex]!, this.scenario.assumptions)
      byAssignments.set(assignments, update)
    }
    return update
  }

  /** What an instance needs to get from one model to another, however many versions lie between. */
  change(from: ScaleSetModel, to: ScaleSetModel): ModelChange {
    let byTarget = this.changes.get(from)
    if (!byTarget) {
      byTarget = new Map()
      this.changes.set(from, byTarget)
    }
    let change = byTarget.get(to)
    if (!change) {
      change = classifyChange(from, to, changedPaths(from, to))
      byTarget.set(to, change)
    }
    return change
  }

  describe(from: ScaleSetModel, to: ScaleSetModel): string {
    return describeChange(from, to)
  }

  placementOf(setIndex: number): Placement {
    return new Placement(placementSpec(this.scenario, setIndex))
  }

  private firstZoneRoom(setIndex: number): number[] | undefined {
    const { model, zonePlacement } = this.scenario.scaleSets[setIndex]!
    const limits = this.scenario.world.regions[model.location]?.capacity?.limits
    if (zonePlacement === undefined || limits === undefined) return undefined
    return zonePlacement.eligible.map((zone) => roomOfZone(limits, zone, model.sku.name?.toLowerCase() ?? ''))
  }

  /** Places of the instances that exist at time 0, by the same rules as any later one. */
  firstPlacesOf(setIndex: number): readonly PlacedInstance[] {
    let places = this.firstPlaces.get(setIndex)
    if (!places) {
      const placement = this.placementOf(setIndex)
      const { name, sku } = this.scenario.scaleSets[setIndex]!.model
      // Whose zones the platform picks stands where there is room from the start.
      const room = this.firstZoneRoom(setIndex)
      places = Array.from({ length: sku.capacity }, () => {
        const place = placement.choose(room === undefined ? {} : { zoneRoom: room, targetCapacity: sku.capacity })
        if ('refused' in place)
          throw new InputError([{ code: 'E0201', message: `${name} cannot be placed: ${place.refused}` }])
        placement.add(place)
        if (room !== undefined && room[place.zone]!-- <= 0)
          throw new InputError([
            {
              code: 'E0174',
              message: `${name} has ${sku.capacity} instances at the start and its zones have no room for them`,
            },
          ])
        return place
      })
      this.firstPlaces.set(setIndex, places)
    }
    return places
  }
}

function roomOfZone(limits: readonly RoomLimit[], zone: string, size: string): number {
  const own = limits.filter(
    (limit) => limit.zone === zone && limit.faultDomain === undefined && (limit.size ?? size) === size,
  )
  return Math.min(2 ** 31, ...own.map(({ instances }) => instances))
}

/** Defects are values of the scenario, so the same ones are the same objects in every run. */
function sameDefects(a: readonly Defect[], b: readonly Defect[]): boolean {
  return a.length === b.length && a.every((defect, index) => defect === b[index])
}

function placementSpec(scenario: Scenario, setIndex: number): PlacementSpec {
  const { model, zonePlacement } = scenario.scaleSets[setIndex]!
  const assumptions: Assumptions = scenario.assumptions
  return {
    zoneCount: zonePlacement?.eligible.length ?? model.zones?.length ?? 0,
    uniform: model.orchestrationMode === 'Uniform',
    singlePlacementGroup: model.singlePlacementGroup ?? false,
    faultDomainCount: model.platformFaultDomainCount ?? 1,
    hiddenRacksPerZone: assumptions.hiddenRacksPerZone,
    regionFaultDomains: scenario.world.regions[model.location]?.faultDomains ?? 3,
    zoneBalance: model.zoneBalance ?? false,
    ...(zonePlacement === undefined ? {} : { automatic: zonePlacement }),
  }
}

const plans = new WeakMap<Scenario, Plan>()

/** The plan of a scenario, made at its first run. */
export function planOf(scenario: Scenario): Plan {
  let plan = plans.get(scenario)
  if (!plan) {
    plan = new Plan(scenario)
    plans.set(scenario, plan)
  }
  return plan
}
