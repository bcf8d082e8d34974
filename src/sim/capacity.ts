import { instanceLimit } from '../model/declare/instance-limit.ts'
import { formatClock } from '../model/duration.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Action } from '../model/scenario.ts'
import type { AllocationFailure } from './allocation.ts'
import { throttled } from './compute-throttling.ts'
import type { Gallery } from './gallery/gallery.ts'
import { HEALTH_UNHEALTHY, HEALTH_UNKNOWN } from './health/health-tracker.ts'
import { type Instance, isMember, isStopped, LIFE } from './instance.ts'
import type { CreateOptions, DeleteReason, LifeCycle } from './life-cycle.ts'
import { lacksMachine, machineAt, sizeOf } from './machines.ts'
import type { Meters } from './meters.ts'
import { overprovisionCount, type PlacedInstance, shownFaultDomain, strictBalanceRefusal } from './placement.ts'
import { Quota } from './quota.ts'
import type { ReadyMachine, ReadyMachines } from './ready-machines.ts'
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
const ROOM_LIMITED = traceCode('capacity.roomLimited')
const ROOM_UNLIMITED = traceCode('capacity.roomUnlimited')

/** An overprovisioned scale-out in progress: the first `wanted` that come up stay (PL-51). */
interface Overprovisioning {
  readonly wanted: number
  readonly created: Instance[]
  done: number
  failed: number
}

/** What became of a request for another capacity. */
export type ScaleOutcome =
  | { readonly kind: 'unchanged' }
  /** It waits for the upgrade that runs (RU-18); the answer comes later. */
  | { readonly kind: 'deferred' }
  /** `changed`: the instances that are being created, or deleted. `reached` may fall short where some are protected. */
  | {
      readonly kind: 'scaled'
      readonly from: number
      readonly reached: number
      readonly changed: readonly Instance[]
      /** Of those created, who found no machine and failed: PL-62. */
      readonly failed: readonly Instance[]
    }
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
  readonly quota: Quota
  /** Whoever keeps machines ready for a scale-out; the first that has one hands it out. */
  readonly readyMachines: ReadyMachines[] = []
  /** Whether autoscale has a request left: LI-03. */
  readonly autoscaleLimits: ((set: ScaleSetState) => boolean)[] = []
  /** Zones that take nothing at the moment, by region. */
  private readonly lostZones = new Map<string, Set<string>>()
  private readonly liftCode: number
  /** What takes each limit of the timeline back. */
  private readonly lifts: (() => void)[] = []
  private readonly deferred: (Deferred | null)[] = []
  private readonly overprovisionings: Overprovisioning[] = []

  constructor(run: Run, life: LifeCycle, meters: Meters, gallery: Gallery) {
    this.run = run
    this.gallery = gallery
    this.life = life
    this.meters = meters
    this.quota = new Quota(run)
    run.allocation.add((set, place, isSpot, size) => {
      const failure = run.machines.refusal(machineAt(set, place, size))
      // Fleet sheet section 1.7: to a Spot request the answer is always this one.
      return failure === null || !isSpot ? failure : { ...failure, code: 'SkuNotAvailable' }
    })
    run.allocation.add((_set, _place, _isSpot, size, instance) =>
      instance === undefined || instance.lastSize === '' || instance.lastSize === size
        ? null
        : this.quota.resizeRefusal(instance, size),
    )
    this.liftCode = run.on('capacity.lift', (_subject, index) => this.lifts[index]!())
    run.facts.provisioned.push((instance) => this.overprovisionedCameUp(instance))
    run.facts.provisioningFailed.push((instance) => this.overprovisionedFailed(instance))
    run.facts.provisioningFailed.push((instance) => this.tellNoMachine(instance))
    run.facts.zoneChanged.push((region, zone, isLost) => this.zoneChanged(region, zone, isLost))
    run.facts.batchEnded.push((set) => this.catchUp(set, false))
    run.facts.upgradeEnded.push((set) => {
      if (!set.balancing) this.catchUp(set, true)
    })
    run.facts.zoneBalanceEnded.push((set) => {
      if (!set.upgradeRunning) this.catchUp(set, true)
    })
  }

  /** Instances the quota of the set's region still has room for. Surplus of overprovisioning is free (PL-51). */
  room(set: ScaleSetState): number {
    return this.quota.room(set)
  }

  create(set: ScaleSetState, options: { zone?: number } & CreateOptions): Instance {
    const unavailableZones = this.unavailableZones(set)
    // One that stood in no zone (PL-27) is made up for in any.
    const zone = options.zone !== undefined && options.zone >= 0 ? options.zone : undefined
    // A zone that is lost takes nobody: the instance goes where one of any zone would.
    const isPinned = set.zones.length > 0 && zone !== undefined && !unavailableZones.includes(zone)
    const first = set.placement.choose(
      isPinned ? { zone: zone! } : { unavailableZones, targetCapacity: set.targetCapacity },
    )
    const place = 'refused' in first && zone !== undefined ? set.placement.choose({ zone }) : first
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
  private zoneChanged(region: string, zone: string, isLost: boolean): void {
    const lost = this.lostZones.get(region) ?? new Set<string>()
    this.lostZones.set(region, lost)
    if (isLost) lost.add(zone)
    else lost.delete(zone)
  }

  /**
   * How many of a batch, given by the zones of its members, find room for a replacement: quota (MS-4), machines where
   * `surgeChecksCapacity`, and the autoscale maximum where surge instances have to respect it (MS-10).
   */
  surgeRoom(set: ScaleSetState, zones: readonly number[]): number {
    const { machines, assumptions } = this.run
    const size = sizeOf(set.model)
    const wanted = zones.map((zone) => machineAt(set, { zone, faultDomain: -1 }, size))
    const fitting = assumptions.surgeChecksCapacity ? machines.fitting(wanted) : zones.length
    const quota = this.room(set)
    const members = set.instances.filter((instance) => isMember(instance) && !instance.overprovisioned).length
    // TABLE-limits: a set that is as large as it may be has no room for one more either.
    const below = Math.max(0, instanceLimit(set.model).most - members)
    const room = Math.min(quota, below, fitting < zones.length ? fitting : quota)
    const { autoscaleMaximum } = set
    if (assumptions.surgeIgnoresAutoscaleMax || autoscaleMaximum === null) return room
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
      if (outcome.kind === 'scaled' && outcome.failed.length > 0) {
        const { code, message, rule } = outcome.failed[0]!.allocationFailure!
        const of = `${outcome.failed.length} of ${outcome.reached - outcome.from} new instances failed`
        run.noteRefusal(setSubject(set), operation, code, `${of}: ${message}`, rule)
      }
    }
    tell(this.request(set, capacity, tell, true))
  }

  /** Capacity asked for by autoscale, whose update of the set is a request like any other (LI-03). */
  requestByAutoscale(set: ScaleSetState, capacity: number, answer: ScaleAnswer): ScaleOutcome {
    if (this.autoscaleLimits.every((admits) => admits(set))) return this.request(set, capacity, answer)
    return this.refuse(set, capacity, throttled('updateSet'), 'LI-03', 'TooManyRequests')
  }

  /**
   * Capacity asked for by whomever; the answer comes back, or later through `answer` when the request has to wait. During an
   * upgrade scale-out goes on, scale-in waits: RU-17, RU-18.
   */
  request(set: ScaleSetState, capacity: number, answer: ScaleAnswer, isOfUser = false): ScaleOutcome {
    const { run } = this
    const by = capacity - set.targetCapacity
    // There is one capacity, and the last who writes it has the say, even where that changes nothing now.
    const waiting = this.deferred[set.index] ?? null
    this.deferred[set.index] = null
    waiting?.answer({ kind: 'superseded' })
    if (by === 0) return { kind: 'unchanged' }
    const { scaleOutDuringUpgrade, maxScaleStep } = run.assumptions
    if (maxScaleStep !== 'none' && Math.abs(by) > maxScaleStep) {
      const message = `one request changes at most ${maxScaleStep} instances, not ${Math.abs(by)}`
      return this.refuse(set, capacity, message, 'TABLE-limits')
    }
    run.facts.announceCapacityWish(set, by, isOfUser)
    // PL-34: a scale-in of autoscale waits for automatic zone balance.
    if (set.balancing && by < 0 && !isOfUser) return this.defer(set, capacity, answer, 'PL-34')
    if (set.upgradeRunning && (by < 0 || scaleOutDuringUpgrade === 'deferToEnd'))
      return this.defer(set, capacity, answer, 'RU-18')
    return by > 0 ? this.scaleOut(set, capacity) : this.scaleIn(set, capacity)
  }

  private defer(set: ScaleSetState, capacity: number, answer: ScaleAnswer, rule: string): ScaleOutcome {
    const { run } = this
    this.deferred[set.index]?.answer({ kind: 'superseded' })
    this.deferred[set.index] = { capacity, answer }
    run.record(DEFERRED, setSubject(set), ruleCode(rule), capacity)
    return { kind: 'deferred' }
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
    const limit = instanceLimit(set.model)
    if (capacity > limit.most)
      return this.refuse(set, capacity, `${limit.what} holds at most ${limit.most} instances`, 'TABLE-limits')
    const notOffered = this.notOffered(set, set.model)
    if (notOffered !== null) return this.refuse(set, capacity, notOffered.message, notOffered.rule, notOffered.code)
    const spotRoom = spotQuotaRoom(run, set.model.location)
    const spot = spotRoom === null ? 0 : spotAmongNext(set, capacity, by)
    const regular = by - spot
    if (room < regular) return this.refuse(set, capacity, `quota has room for ${room} of ${regular} instances`, 'MS-3')
    if (spotRoom !== null && spotRoom < spot)
      return this.refuse(set, capacity, `the Spot quota has room for ${spotRoom} of ${spot} instances`, 'SP-06')
    const extras = set.uniform && set.model.overprovision ? overprovisionCount(by, run.assumptions) : 0
    const image = this.gallery.choose(set.latest, set.model.location)
    if (image.kind === 'refused') return this.refuse(set, capacity, image.message, image.rule, image.code)
    const places = this.placesOf(set, by + extras, capacity)
    // PL-23: under strict balance an operation whose result would be unbalanced is refused as a whole.
    if ('refused' in places) return this.refuse(set, capacity, places.refused, places.rule, places.code)
    run.record(SCALED_OUT, setSubject(set), ruleCode(extras > 0 ? 'PL-51' : 'PL-25'), from, capacity, extras)
    set.targetCapacity = capacity
    run.facts.announceSet(run.facts.written, set)
    this.meters.targetChanged(set, by)
    const cause = run.kernel.cause
    const created: Instance[] = []
    for (const place of places) {
      run.kernel.cause = cause
      const ready = this.readyMachine(set, place.zone)
      const image = ready?.image === undefined ? {} : { image: ready.image }
      const instance = this.life.create(set, place, { overprovisioned: extras > 0, ready, ...image })
      instance.ofScaleOut = true
      created.push(instance)
    }
    if (extras > 0) this.overprovisionings.push({ wanted: by, created, done: 0, failed: 0 })
    const without = created.filter(lacksMachine)
    // Extras that find no machine are missed by nobody.
    const failed = without.slice(0, Math.max(0, by - (created.length - without.length)))
    if (failed.length > 0 && run.assumptions.allocationPartialOutcome === 'rollBack')
      return this.rollBack(set, from, capacity, created, failed)
    const spare = new Set(without.slice(failed.length))
    const changed = created.filter((instance) => !spare.has(instance))
    return { kind: 'scaled', from, reached: capacity, changed, failed }
  }

  private readyMachine(set: ScaleSetState, zone: number): ReadyMachine | null {
    for (const take of this.readyMachines) {
      const ready = take(set, zone)
      if (ready !== null) return ready
    }
    return null
  }

  /** Where new instances go; a zone without room is passed over where `fullZoneIsUnavailable` (PL-22). */
  private placesOf(set: ScaleSetState, count: number, targetCapacity: number) {
    const { machines, assumptions } = this.run
    const isAutomatic = set.declared.zonePlacement !== undefined
    const zoneRoom = isAutomatic || assumptions.fullZoneIsUnavailable ? machines.zoneRoom(set) : undefined
    return set.placement.chooseMany(count, {
      unavailableZones: this.unavailableZones(set),
      targetCapacity,
      ...(zoneRoom === undefined ? {} : { zoneRoom }),
    })
  }

  /** `SkuNotAvailable`: a request for a size that the region or one of the zones of the set does not offer is not accepted. */
  notOffered(set: ScaleSetState, model: ScaleSetModel): AllocationFailure | null {
    const region = set.model.location
    const size = sizeOf(model)
    for (const zone of set.zones.length === 0 ? [null] : set.zones) {
      const failure = this.run.machines.notOffered({ region, zone, size })
      if (failure !== null) return failure
    }
    return null
  }

  /** PL-62 under `allocationPartialOutcome: rollBack`: the step is undone, with those that had found a machine. */
  private rollBack(
    set: ScaleSetState,
    from: number,
    capacity: number,
    created: readonly Instance[],
    failed: readonly Instance[],
  ): ScaleOutcome {
    const { kernel } = this.run
    const { code, message } = failed[0]!.allocationFailure!
    const refusal = this.refuse(
      set,
      capacity,
      `${failed.length} of ${capacity - from} new instances failed and the step is undone: ${message}`,
      'PL-62',
      code,
    )
    const { cause } = kernel
    const group = this.overprovisionings.findIndex((candidate) => candidate.created[0] === created[0])
    if (group >= 0) this.overprovisionings.splice(group, 1)
    for (const instance of created) {
      kernel.cause = cause
      this.life.delete(instance, 'rolled back', ruleCode('PL-62'))
    }
    this.meters.targetChanged(set, from - set.targetCapacity)
    set.targetCapacity = from
    return refusal
  }

  /** The instance is deleted and made again in its zone, with another id; what it was made for the new one is made for. */
  recreate(instance: Instance, reason: DeleteReason, rule: number): Instance {
    const { set, zone, overprovisioned } = instance
    const { kernel } = this.run
    const { cause } = kernel
    const group = this.overprovisionings.find(({ created }) => created.includes(instance))
    this.life.delete(instance, reason, rule)
    kernel.cause = cause
    const next = this.create(set, { zone, overprovisioned })
    next.ofScaleOut = true
    group?.created.splice(group.created.indexOf(instance), 1, next)
    return next
  }

  /** The requested number is up: the rest is deleted, and the survivors get their numbers (PL-51, design §5a 10). */
  private overprovisionedCameUp(instance: Instance): void {
    if (!instance.overprovisioned) return
    const group = this.overprovisionings.find((candidate) => candidate.created.includes(instance))
    if (!group) return
    instance.overprovisioned = false
    group.done++
    instance.number = instance.set.nextNumber++
    if (group.done === group.wanted) this.dropSurplus(group)
    else this.settleFailed(group)
  }

  /** Nobody should have to read the trace to learn that Azure ran out of machines. */
  private tellNoMachine({ allocationFailure, set }: Instance): void {
    if (allocationFailure === null) return
    const { code, message, rule } = allocationFailure
    this.run.noteOnce({
      code: 'NoMachine',
      title: 'An instance found no machine',
      severity: 'warning',
      where: `${set.name}: ${code}`,
      evidence: [
        `${message}, first at ${formatClock(this.run.nowMs)}.`,
        'The instance stays as Failed and counts for the capacity until it is deleted or tried again.',
      ],
      rules: [rule],
      fix: 'Try another size or zone, or reserve the capacity.',
    })
  }

  private overprovisionedFailed(instance: Instance): void {
    if (!instance.overprovisioned) return
    const group = this.overprovisionings.find((candidate) => candidate.created.includes(instance))
    if (!group) return
    group.failed++
    this.settleFailed(group)
  }

  /** Nobody is left who could come up: those that failed make the number full, and stay as Failed (PL-62). */
  private settleFailed(group: Overprovisioning): void {
    if (group.done + group.failed < group.created.length) return
    for (const instance of group.created) {
      if (!instance.overprovisioned || group.done === group.wanted) continue
      instance.overprovisioned = false
      instance.number = instance.set.nextNumber++
      group.done++
    }
    this.dropSurplus(group)
  }

  private dropSurplus(group: Overprovisioning): void {
    this.overprovisionings.splice(this.overprovisionings.indexOf(group), 1)
    for (const surplus of group.created)
      if (surplus.overprovisioned) this.life.delete(surplus, 'overprovisioned surplus', ruleCode('PL-51'))
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
    // PL-23: in as well as out, strict balance refuses what would end unbalanced.
    const unbalanced = strictBalanceRefusal(
      { zoneBalance: set.model.zoneBalance === true },
      zoneCountsWithout(set, candidates, victims),
    )
    if (unbalanced) return this.refuse(set, capacity, unbalanced.refused, unbalanced.rule)
    run.record(SCALED_IN, setSubject(set), ruleCode(reached === capacity ? 'PL-70' : 'PL-75'), from, reached)
    set.targetCapacity = reached
    run.facts.announceSet(run.facts.written, set)
    this.meters.targetChanged(set, reached - from)
    const cause = run.kernel.cause
    for (const victim of victims) {
      run.kernel.cause = cause
      this.life.delete(run.fleet[victim]!, 'scale-in', ruleCode('PL-70'), set.model.scaleInPolicy?.forceDeletion)
    }
    return { kind: 'scaled', from, reached, changed: victims.map((victim) => run.fleet[victim]!), failed: [] }
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

  /** Azure runs short: of the region as a quota is (MS-4), of a zone or a size as room for machines. */
  limit({ region, zone, size, instances, forMs }: Omit<Extract<Action, { verb: 'limitCapacity' }>, 'verb'>): void {
    const { run } = this
    if (zone === undefined && size === undefined) {
      this.quota.limitInstances(region, instances)
      run.record(LIMITED, -1, ruleCode('MS-4'), run.text(region), instances)
      this.lifts.push(() => {
        this.quota.reset(region)
        run.record(UNLIMITED, -1, NO_RULE, run.text(region))
      })
    } else {
      const limit = { ...(zone === undefined ? {} : { zone }), ...(size === undefined ? {} : { size }), instances }
      const lift = run.machines.limit(region, limit)
      const what = [zone === undefined ? '' : `zone ${zone}`, size ?? ''].filter((part) => part !== '').join(' ')
      run.record(ROOM_LIMITED, -1, ruleCode('PL-62'), run.text(region), run.text(what), instances)
      this.lifts.push(() => {
        lift()
        run.record(ROOM_UNLIMITED, -1, NO_RULE, run.text(region), run.text(what))
      })
    }
    if (forMs !== undefined) run.kernel.after(forMs, WORLD_LANE, this.liftCode, -1, this.lifts.length - 1)
  }
}

/** Instances by zone of the set once the victims are gone. */
function zoneCountsWithout(
  set: ScaleSetState,
  candidates: readonly { readonly index: number; readonly zone: number }[],
  victims: readonly number[],
): number[] {
  const counts = set.zones.map(() => 0)
  const gone = new Set(victims)
  for (const { index, zone } of candidates) if (!gone.has(index) && zone >= 0) counts[zone]!++
  return counts
}

/** Whom `prioritizeUnhealthyVMs` lets go first: PL-76. Unknown weighs as in upgrades and repairs, as unhealthy. */
function isUnhealthyOrInactive(instance: Instance): boolean {
  const { health } = instance.tracker
  return (
    isStopped(instance) || instance.life === LIFE.failed || health === HEALTH_UNHEALTHY || health === HEALTH_UNKNOWN
  )
}
