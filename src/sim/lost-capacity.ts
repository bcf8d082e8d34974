import { type Instance, isMember, LIFE } from './instance.ts'
import type { Landmark } from './kernel/trace.ts'
import { readNumbers } from './read-trace.ts'
import type { LostCapacity } from './result.ts'
import { type Run, ruleName, setOf, WORLD } from './run.ts'
import { TRACE_NAMES, traceCode, traceNumbers } from './trace-catalogue.ts'

const ROLLOUT_STARTED = traceCode('rollout.started')

const HARMED = 1
const HUNG = 2
const BROKEN = 4
const CUT_OFF = 8
const WITHOUT_MACHINE = 16

/** Spells of one reason, added up. */
interface Reason {
  readonly landmark: Landmark
  readonly instances: Set<number>
  readonly sets: Set<number>
  /** Whether there is a later entry that reads the same. */
  isRepeated: boolean
  lostMs: number
}

/**
 * Where capacity went: every moment in which a member of a scale set does not serve is put down to what made it stop, by the
 * chain of causes in the trace. A new thing that goes wrong while it is down takes the blame over; one that ends does not
 * give it back, because the instance is then on its way up from there. What did not serve before the run is not told.
 */
export class LostCapacities {
  private readonly run: Run
  private readonly reasons = new Map<string, Reason>()
  /** The same by the number of their landmark: what is asked for every spell builds no key. */
  private readonly reasonOfLandmark: (Reason | undefined)[] = []
  /** By instance that does not serve: the reason, since when, and what about it could give way to another. */
  private readonly open: (Reason | undefined)[] = []
  private readonly sinceMs: number[] = []
  private readonly condition: number[] = []
  /** Surge instances that have served. */
  private readonly standIns = new Set<number>()
  /** Spells of instances that may be a surplus, which nobody wanted. */
  private readonly undecided: { readonly instance: Instance; readonly reason: Reason; readonly ms: number }[] = []

  constructor(run: Run) {
    this.run = run
    run.facts.created.push((instance) => this.look(instance))
    run.facts.conditionChanged.push((instance) => this.look(instance))
    run.facts.imageMissing.push((instance) => this.passOn(instance))
    run.facts.left.push((instance) => this.end(instance))
  }

  private look(instance: Instance): void {
    if (instance.serving) {
      if (instance.surge) this.standIns.add(instance.index)
      this.end(instance)
      return
    }
    // A surge instance stands in for nobody before it serves, and is one like all others from then on.
    if (!isMember(instance) || instance.leaving) return
    if (instance.surge && !this.standIns.has(instance.index)) return
    const condition = this.conditionOf(instance)
    const { index } = instance
    if (this.open[index] === undefined) this.begin(instance, condition)
    else if ((condition & ~this.condition[index]!) !== 0) {
      this.end(instance)
      this.begin(instance, condition)
    } else this.condition[index] = condition
  }

  /** Whatever it is made for: from now on it waits for its image, and goes on from there. */
  private passOn(instance: Instance): void {
    if (this.open[instance.index] === undefined) return
    this.end(instance)
    this.begin(instance, this.condition[instance.index]!)
  }

  private conditionOf({ harmed, hung, broken, faultMask, life, allocationFailure }: Instance): number {
    const hasNoMachine = life === LIFE.failed && allocationFailure !== null
    // One that is off misses nothing, and does not wait for what it needs to come back.
    if (life === LIFE.stopped) return 0
    const isCutOff = (faultMask & this.run.plan.needsMask) !== 0
    return (
      (harmed ? HARMED : 0) |
      (hung ? HUNG : 0) |
      (broken ? BROKEN : 0) |
      (isCutOff ? CUT_OFF : 0) |
      (hasNoMachine ? WITHOUT_MACHINE : 0)
    )
  }

  private begin({ index }: Instance, condition: number): void {
    const { run } = this
    const { cause } = run.kernel
    if (cause < 0) return
    this.open[index] = this.reasonOf(cause)
    this.sinceMs[index] = run.nowMs
    this.condition[index] = condition
  }

  private reasonOf(cause: number): Reason {
    const { trace } = this.run
    const number = trace.landmarkNumber(cause)
    const known = this.reasonOfLandmark[number]
    if (known !== undefined) return known
    const landmark = trace.landmarkBefore(cause)
    const key = keyOf(landmark)
    const reason = this.reasons.get(key) ?? {
      landmark,
      instances: new Set(),
      sets: new Set(),
      isRepeated: false,
      lostMs: 0,
    }
    this.reasons.set(key, reason)
    if (landmark.id !== reason.landmark.id) reason.isRepeated = true
    this.reasonOfLandmark[number] = reason
    return reason
  }

  private end(instance: Instance): void {
    const { index } = instance
    const reason = this.open[index]
    if (reason === undefined) return
    const ms = this.run.nowMs - this.sinceMs[index]!
    // Which of an overprovisioned scale-out are the surplus is not known before the others are up (PL-51).
    if (instance.overprovisioned) this.undecided.push({ instance, reason, ms })
    else this.count(reason, instance, ms)
    this.open[index] = undefined
  }

  private count(reason: Reason, instance: Instance, ms: number): void {
    reason.lostMs += ms
    reason.instances.add(instance.index)
    reason.sets.add(instance.set.index)
  }

  /** Of the whole run, most first; of equals the earlier one. To be asked once, at its end. */
  results(): LostCapacity[] {
    const { run } = this
    for (const index of this.open.keys()) this.end(run.fleet[index]!)
    for (const { instance, reason, ms } of this.undecided)
      if (!instance.overprovisioned) this.count(reason, instance, ms)
    return [...this.reasons.values()]
      .filter(({ lostMs }) => lostMs > 0)
      .sort((a, b) => b.lostMs - a.lostMs || a.landmark.id - b.landmark.id)
      .map(({ landmark, instances, sets, isRepeated, lostMs }) => ({
        reason: TRACE_NAMES[landmark.what]!,
        subject: landmark.subject >= 0 ? null : run.describe(landmark.subject),
        numbers: readNumbers(run, landmark.what, (position) => landmark.numbers[position]!),
        rule: ruleName(landmark.rule),
        entry: landmark.id,
        firstAtMs: landmark.atMs,
        ...(isRepeated ? { isRepeated: true as const } : {}),
        scaleSets: run.sets.filter(({ index }) => sets.has(index)).map(({ name }) => name),
        instances: instances.size,
        lostMs,
      }))
  }
}

/** Entries that read the same to people are one reason: the same defect on many instances, the same zone again. */
function keyOf({ id, what, subject, numbers }: Landmark): string {
  // Each rollout is one of its own.
  if (what === ROLLOUT_STARTED) return `${what}/${id}`
  const texts = traceNumbers(what).flatMap(({ kind }, position) => (kind === 'text' ? [numbers[position]] : []))
  const isSet = subject !== WORLD && subject < 0
  return [what, isSet ? setOf(subject) : '', ...texts].join('/')
}
