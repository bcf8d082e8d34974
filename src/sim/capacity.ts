import type { Gallery } from './gallery/gallery.ts'
import { HEALTH_UNHEALTHY, HEALTH_UNKNOWN } from './health/health-tracker.ts'
import { type Instance, isMember, isStopped, LIFE } from './instance.ts'
import type { CreateOptions, LifeCycle } from './life-cycle.ts'
import type { Meters } from './meters.ts'
import { overprovisionCount, type PlacedInstance, shownFaultDomain } from './placement.ts'
import { NO_RULE, type Run, ruleCode, setSubject, traceCode, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { spotQuotaRoom } from './spot/market.ts'
import { mixedVictims, spotAmongNext } from './spot/mix.ts'

const SCALED_OUT = traceCode('scaleSet.scaledOut')
const SCALED_IN = traceCode('scaleSet.scaledIn')
const DEFERRED = traceCode('scaleSet.scaleDeferred')
const REFUSED = traceCode('scaleSet.scaleRefused')
const LIMITED = traceCode('capacity.limited')
const UNLIMITED = traceCode('capacity.unlimited')

const UNLIMITED_ROOM = 2_147_483_647

/** An overprovisioned scale-out in progress: the first `wanted` that come up stay (PL-51). */
interface Overprovisioning {
  readonly wanted: number
  readonly created: Instance[]
  done: number
}

/** What became of a request for another capacity. */
export type ScaleOutcome =
  | { readonly kind: 'unchanged' }
  /** It waits for the upgrade that runs (RU-18); the answer comes later. */
  | { readonly kind: 'deferred' }
  /** `changed`: the instances that are being created, or deleted. `reached` may fall short where some are protected. */
  | { readonly kind: 'scaled'; readonly from: number; readonly reached: number; readonly changed: readonly Instance[] }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly rule: string }
  /** A later request took its place while it waited. */
  | { readonly kind: 'superseded' }

export type ScaleAnswer = (outcome: ScaleOutcome) => void

/** A request that waits for the end of a batch or of the upgrade. */
interface Deferred {
  readonly capacity: number
  readonly answer: ScaleAnswer
}

/** How many instances a set has: scaling out and in, overprovisioning, quota. */
export class Capacity {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly meters: Meters
  private readonly gallery: Gallery
  private readonly limits = new Map<string, number>()
  /** Zones that take nothing at the moment, by region. */
  private readonly lostZones = new Map<string, Set<string>>()
  private readonly liftCode: number
  private readonly deferred: (Deferred | null)[] = []
  private readonly overprovisionings: Overprovisioning[] = []

  constructor(run: Run, life: LifeCycle, meters: Meters, gallery: Gallery) {
    this.run = run
    this.gallery = gallery
    this.life = life
    this.meters = meters
    for (const [region, truth] of Object.entries(run.scenario.world.regions))
      if (truth.quotaInstances !== undefined) this.limits.set(region, truth.quotaInstances)
    this.liftCode = run.on('capacity.lift', (_subject, set) => this.lift(run.sets[set]!.model.location))
    run.facts.provisioned.push((instance) => this.overprovisionedCameUp(instance))
    run.facts.batchEnded.push((set) => this.catchUp(set, false))
    run.facts.upgradeEnded.push((set) => this.catchUp(set, true))
  }

  /** Instances the quota of the set's region still has room for. Surplus of overprovisioning is free (PL-51). */
  room(set: ScaleSetState): number {
    const limit = this.limits.get(set.model.location)
    if (limit === undefined) return UNLIMITED_ROOM
    // Spot with a quota of its own takes nothing of this one: SP-06.
    const ownPool = this.run.scenario.world.spot?.quota[set.model.location] !== undefined
    let used = 0
    for (const other of this.run.sets) {
      if (other.model.location !== set.model.location) continue
      for (const instance of other.instances)
        if (isMember(instance) && !instance.overprovisioned && !(ownPool && instance.spot)) used++
    }
    return Math.max(0, limit - used)
  }

  create(set: ScaleSetState, options: { zone?: number } & CreateOptions): Instance {
    const unavailableZones = this.unavailableZones(set)
    // A zone that is lost takes nobody: the instance goes where one of any zone would.
    const isPinned = set.zones.length > 0 && options.zone !== undefined && !unavailableZones.includes(options.zone)
    const first = set.placement.choose(isPinned ? { zone: options.zone! } : { unavailableZones })
    const place =
      'refused' in first && options.zone !== undefined ? set.placement.choose({ zone: options.zone }) : first
    // A pinned zone skips the balance, and every domain a set was placed over stays: there is always a place.
    if ('refused' in place) throw new Error(`no place in ${set.name}: ${place.refused}`)
    return this.life.create(set, place, options)
  }

  /** Where one more could stand: first where it would go, then the other zones, emptiest first. None: it has no place. */
  placesFor(set: ScaleSetState): PlacedInstance[] {
    const unavailableZones = this.unavailableZones(set)
    const first = set.placement.choose({ unavailableZones })
    if ('refused' in first) return []
    const counts = set.placement.zoneCounts()
    const others = counts
      .map((_count, zone) => zone)
      .filter((zone) => zone !== first.zone && !unavailableZones.includes(zone))
      .sort((a, b) => counts[a]! - counts[b]! || a - b)
      .map((zone) => set.placement.choose({ zone }))
    return [first, ...others.filter((place) => !('refused' in place))] as PlacedInstance[]
  }

  /** One that an eviction took, capacity and all, comes back as a new one. SP-30. */
  replaceEvicted(set: ScaleSetState, place: PlacedInstance): Instance {
    set.targetCapacity++
    this.meters.targetChanged(set, 1)
    return this.life.create(set, place)
  }

  private unavailableZones(set: ScaleSetState): number[] {
    const lost = this.lostZones.get(set.model.location)
    if (!lost || lost.size === 0) return []
    return set.zones.flatMap((zone, index) => (lost.has(zone) ? [index] : []))
  }

  /** A zone of the region was lost, or is back: PL-22, PL-23. */
  zoneChanged(region: string, zone: string, isLost: boolean): void {
    const lost = this.lostZones.get(region) ?? new Set<string>()
    this.lostZones.set(region, lost)
    if (isLost) lost.add(zone)
    else lost.delete(zone)
  }

  /** What is left below the autoscale maximum as well, where surge instances have to respect it (MS-10). */
  surgeRoom(set: ScaleSetState): number {
    const room = this.room(set)
    const { autoscaleMaximum } = set
    if (this.run.assumptions.surgeIgnoresAutoscaleMax || autoscaleMaximum === null) return room
    const members = set.instances.filter((instance) => isMember(instance) && !instance.overprovisioned).length
    return Math.min(room, Math.max(0, autoscaleMaximum - members))
  }

  /** Capacity asked for by a user, who is told when the service does not do it. */
  scaleTo(set: ScaleSetState, capacity: number): void {
    const { run } = this
    const operation = `scale to ${capacity}`
    const tell = (outcome: ScaleOutcome): void => {
      if (outcome.kind === 'refused')
        run.noteRefusal(setSubject(set), operation, outcome.code, outcome.message, outcome.rule)
      // PR-4, PL-75: as many as possible go, and the operation reports a partial result.
      if (outcome.kind === 'scaled' && outcome.reached > capacity)
        run.noteRefusal(
          setSubject(set),
          operation,
          'partial result',
          `protection leaves ${outcome.reached} instances`,
          'PL-75',
        )
    }
    tell(this.request(set, capacity, tell))
  }

  /**
   * Capacity asked for by whomever; the answer comes back, or later through `answer` when the request has to wait. During an
   * upgrade scale-out goes on, scale-in waits: RU-17, RU-18.
   */
  request(set: ScaleSetState, capacity: number, answer: ScaleAnswer): ScaleOutcome {
    const { run } = this
    const by = capacity - set.targetCapacity
    if (by === 0) return { kind: 'unchanged' }
    const { scaleOutDuringUpgrade } = run.assumptions
    if (set.upgradeRunning && (by < 0 || scaleOutDuringUpgrade === 'deferToEnd')) {
      this.deferred[set.index]?.answer({ kind: 'superseded' })
      this.deferred[set.index] = { capacity, answer }
      run.record(DEFERRED, setSubject(set), ruleCode('RU-18'), capacity)
      return { kind: 'deferred' }
    }
    return by > 0 ? this.scaleOut(set, capacity) : this.scaleIn(set, capacity)
  }

  private catchUp(set: ScaleSetState, isOver: boolean): void {
    const waiting = this.deferred[set.index] ?? null
    if (waiting === null) return
    const { capacity, answer } = waiting
    const isScaleIn = capacity < set.targetCapacity
    if (!isOver && !(isScaleIn && this.run.assumptions.scaleInDuringUpgrade === 'deferToBatchEnd')) return
    this.deferred[set.index] = null
    answer(isScaleIn ? this.scaleIn(set, capacity) : this.scaleOut(set, capacity))
  }

  private scaleOut(set: ScaleSetState, capacity: number): ScaleOutcome {
    const { run } = this
    const from = set.targetCapacity
    const room = this.room(set)
    const by = capacity - from
    const spotRoom = spotQuotaRoom(run, set.model.location)
    const spot = spotRoom === null ? 0 : spotAmongNext(set, capacity, by)
    const regular = by - spot
    if (room < regular) return this.refuse(set, capacity, `quota has room for ${room} of ${regular} instances`, 'MS-3')
    if (spotRoom !== null && spotRoom < spot)
      return this.refuse(set, capacity, `the Spot quota has room for ${spotRoom} of ${spot} instances`, 'SP-06')
    const extras = set.uniform && set.model.overprovision ? overprovisionCount(by, run.assumptions) : 0
    const image = this.gallery.choose(set.latest, set.model.location)
    if (image.kind === 'refused') return this.refuse(set, capacity, image.message, image.rule, image.code)
    const places = set.placement.chooseMany(by + extras, { unavailableZones: this.unavailableZones(set) })
    // PL-23: under strict balance an operation whose result would be unbalanced is refused as a whole.
    if ('refused' in places) return this.refuse(set, capacity, places.refused, places.rule)
    run.record(SCALED_OUT, setSubject(set), ruleCode(extras > 0 ? 'PL-51' : 'PL-25'), from, capacity, extras)
    set.targetCapacity = capacity
    this.meters.targetChanged(set, by)
    const cause = run.kernel.cause
    const created: Instance[] = []
    for (const place of places) {
      run.kernel.cause = cause
      created.push(this.life.create(set, place, { overprovisioned: extras > 0 }))
    }
    if (extras > 0) this.overprovisionings.push({ wanted: by, created, done: 0 })
    return { kind: 'scaled', from, reached: capacity, changed: created }
  }

  /** The requested number is up: the rest is deleted, and the survivors get their numbers (PL-51, design §5a 10). */
  private overprovisionedCameUp(instance: Instance): void {
    if (!instance.overprovisioned) return
    const group = this.overprovisionings.find((candidate) => candidate.created.includes(instance))
    if (!group) return
    instance.overprovisioned = false
    group.done++
    instance.number = instance.set.nextNumber++
    if (group.done < group.wanted) return
    for (const surplus of group.created)
      if (surplus.overprovisioned) this.life.delete(surplus, 'overprovisioned surplus', ruleCode('PL-51'))
    this.overprovisionings.splice(this.overprovisionings.indexOf(group), 1)
  }

  private scaleIn(set: ScaleSetState, capacity: number): ScaleOutcome {
    const { run } = this
    const from = set.targetCapacity
    const prioritizesUnhealthy = set.model.scaleInPolicy?.prioritizeUnhealthyVMs === true
    const candidates = set.instances
      .filter((instance) => isMember(instance) && !instance.overprovisioned && instance.batchStep === 0)
      .map((instance) => ({
        index: instance.index,
        zone: instance.zone,
        faultDomain: shownFaultDomain({ faultDomainCount: set.model.platformFaultDomainCount ?? 1 }, instance),
        number: instance.id,
        protected: instance.protectFromScaleIn || instance.protectFromScaleSetActions,
        unhealthy: prioritizesUnhealthy && isUnhealthyOrInactive(instance),
        spot: instance.spot,
      }))
    const policy = set.model.scaleInPolicy?.rules?.[0] ?? 'Default'
    const victims = mixedVictims(candidates, from - capacity, policy, set, capacity)
    const reached = from - victims.length
    if (victims.length === 0 && run.assumptions.allProtectedScaleIn === 'error')
      return this.refuse(set, capacity, 'every instance is protected from scale-in', 'PR-4')
    run.record(SCALED_IN, setSubject(set), ruleCode(reached === capacity ? 'PL-70' : 'PL-75'), from, reached)
    set.targetCapacity = reached
    this.meters.targetChanged(set, reached - from)
    const cause = run.kernel.cause
    for (const victim of victims) {
      run.kernel.cause = cause
      this.life.delete(run.fleet[victim]!, 'scale-in', ruleCode('PL-70'), set.model.scaleInPolicy?.forceDeletion)
    }
    return { kind: 'scaled', from, reached, changed: victims.map((victim) => run.fleet[victim]!) }
  }

  private refuse(
    set: ScaleSetState,
    capacity: number,
    message: string,
    rule: string,
    code = 'OperationNotAllowed',
  ): ScaleOutcome {
    const { run } = this
    run.record(REFUSED, setSubject(set), ruleCode(rule), run.text(message), capacity)
    return { kind: 'refused', code, message, rule }
  }

  /** A user deleted instances through the set: its capacity drops with them. */
  deletedByUser(set: ScaleSetState): void {
    set.targetCapacity--
    this.meters.targetChanged(set, -1)
  }

  limit(region: string, instances: number, forMs: number | undefined): void {
    const { run } = this
    this.limits.set(region, instances)
    run.record(LIMITED, -1, ruleCode('MS-4'), run.text(region), instances)
    const inRegion = run.sets.find((set) => set.model.location === region)
    if (forMs !== undefined && inRegion) run.kernel.after(forMs, WORLD_LANE, this.liftCode, -1, inRegion.index)
  }

  private lift(region: string): void {
    const declared = this.run.scenario.world.regions[region]?.quotaInstances
    if (declared === undefined) this.limits.delete(region)
    else this.limits.set(region, declared)
    this.run.record(UNLIMITED, -1, NO_RULE, this.run.text(region))
  }
}

/** Whom `prioritizeUnhealthyVMs` lets go first: PL-76. Unknown weighs as in upgrades and repairs, as unhealthy. */
function isUnhealthyOrInactive(instance: Instance): boolean {
  const { health } = instance.tracker
  return (
    isStopped(instance) || instance.life === LIFE.failed || health === HEALTH_UNHEALTHY || health === HEALTH_UNKNOWN
  )
}
