import type { Landmark } from '../kernel/trace.ts'
import { readNumbers } from '../read-trace.ts'
import type { UnservedDemand } from '../result.ts'
import { type Run, ruleName } from '../run.ts'
import { TRACE_NAMES } from '../trace-catalogue.ts'

/** `landmark` null: nothing happened, the demand rose by itself. */
interface Reason {
  readonly landmark: Landmark | null
  readonly firstAtMs: number
  requests: number
}

/** How much of what is not served at present is put down to a reason, requests a second. */
interface Share {
  readonly reason: Reason
  perSecond: number
}

/**
 * What the requests of a pool that are not served are put down to. Whatever makes it worse answers for that much of it, until
 * as much is made good: first by what ends of itself (its instance serves again, its spike is over), then the oldest first.
 *
 *   A lost zone leaves 300 a second without capacity, a spike then 4,800 more: 300 and 4,800. The 8 instances of the zone serve
 *   again, 60 each: 300 less for the zone, 180 less for the spike.
 */
export class UnservedReasons {
  private readonly run: Run
  private readonly reasons = new Map<number, Reason>()
  /** Oldest first. */
  private shares: Share[] = []
  private perSecond = 0
  /** By instance that stopped while it was missed. */
  private readonly reasonOfInstance = new Map<number, Reason>()

  constructor(run: Run) {
    this.run = run
  }

  /** Requests lost since the last change. */
  settle(requests: number): void {
    if (requests === 0) return
    let sum = 0
    for (const { perSecond } of this.shares) sum += perSecond
    for (const { reason, perSecond } of this.shares) reason.requests += (requests * perSecond) / sum
  }

  /** So many a second are not served from now on, by what the run takes for the cause at present. */
  causeBrings(perSecond: number): void {
    if (perSecond !== this.perSecond) this.change(perSecond, this.reasonNow())
  }

  /** The same because an instance no longer serves, or serves again. */
  instanceBrings(perSecond: number, instance: number): void {
    if (perSecond === this.perSecond) return
    const isWorse = perSecond > this.perSecond
    const reason = (isWorse ? undefined : this.reasonOfInstance.get(instance)) ?? this.reasonNow()
    if (isWorse) this.reasonOfInstance.set(instance, reason)
    this.change(perSecond, reason)
  }

  /** The same because the demand moved as it always does: nothing has happened, so that all shares move with it. */
  movementBrings(perSecond: number): void {
    if (this.perSecond === 0 || perSecond === 0) this.causeBrings(perSecond)
    else {
      for (const share of this.shares) share.perSecond *= perSecond / this.perSecond
      this.perSecond = perSecond
    }
  }

  private change(perSecond: number, reason: Reason): void {
    const by = perSecond - this.perSecond
    this.perSecond = perSecond
    if (perSecond === 0) {
      this.shares = []
      this.reasonOfInstance.clear()
    } else if (by > 0) this.add(reason, by)
    else this.takeAway(reason, -by)
  }

  private add(reason: Reason, perSecond: number): void {
    const share = this.shares.find((one) => one.reason === reason)
    if (share === undefined) this.shares.push({ reason, perSecond })
    else share.perSecond += perSecond
  }

  private takeAway(first: Reason, perSecond: number): void {
    let left = perSecond
    const own = this.shares.filter(({ reason }) => reason === first)
    for (const share of [...own, ...this.shares]) {
      const part = Math.min(left, share.perSecond)
      share.perSecond -= part
      left -= part
    }
    this.shares = this.shares.filter((share) => share.perSecond > 0)
  }

  private reasonNow(): Reason {
    const { run } = this
    const { cause } = run.kernel
    const number = cause < 0 ? -1 : run.trace.landmarkNumber(cause)
    const known = this.reasons.get(number)
    if (known !== undefined) return known
    const landmark = cause < 0 ? null : run.trace.landmarkBefore(cause)
    const reason = { landmark, firstAtMs: landmark?.atMs ?? run.nowMs, requests: 0 }
    this.reasons.set(number, reason)
    return reason
  }

  results(): UnservedDemand[] {
    const { run } = this
    return [...this.reasons.values()].map(({ landmark, firstAtMs, requests }) => ({
      reason: landmark === null ? 'demand.rises' : TRACE_NAMES[landmark.what]!,
      subject: landmark === null || landmark.subject >= 0 ? null : run.describe(landmark.subject),
      numbers: landmark === null ? {} : readNumbers(run, landmark.what, (position) => landmark.numbers[position]!),
      rule: landmark === null ? null : ruleName(landmark.rule),
      entry: landmark?.id ?? null,
      firstAtMs,
      requests,
    }))
  }
}
