import type { Action } from '../model/scenario.ts'
import type { Run } from './run.ts'
import { ruleCode, setSubject, traceCode, WORLD } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const THROTTLED = traceCode('request.throttled')
const MINUTE_MS = 60_000

interface Rate {
  /** Tokens that come with every minute, and most that a bucket holds. */
  readonly refill: number
  readonly max: number
}

/** Request limits of the compute resource provider: for one resource, and for the subscription in a region. Fleet section 8. */
const POLICIES = {
  updateSet: {
    what: 'updates of a scale set',
    resource: { refill: 4, max: 12 },
    subscription: { refill: 500, max: 1500 },
  },
  deleteSet: {
    what: 'stops of a scale set',
    resource: { refill: 4, max: 12 },
    subscription: { refill: 175, max: 525 },
  },
  updateVM: {
    what: 'updates of an instance',
    resource: { refill: 4, max: 12 },
    subscription: { refill: 500, max: 1500 },
  },
  deleteVM: {
    what: 'deletes of an instance',
    resource: { refill: 4, max: 12 },
    subscription: { refill: 500, max: 1500 },
  },
} as const satisfies Readonly<Record<string, { what: string; resource: Rate; subscription: Rate }>>

export type ThrottlingPolicy = keyof typeof POLICIES

/**
 * A bucket that starts full and gets its refill at the start of each minute. 4 of 12: requests 0, 8, 0, 13, 5, 0 in six
 * minutes find 12, 12, 8, 12, 4, 4 tokens, and 0, 0, 0, 1, 1, 0 are throttled. LI-02.
 */
export class TokenBucket {
  private readonly rate: Rate
  private left: number
  private minute = 0

  constructor(rate: Rate) {
    this.rate = rate
    this.left = rate.max
  }

  tokens(atMs: number): number {
    const minute = Math.floor(atMs / MINUTE_MS)
    const { refill, max } = this.rate
    this.left = Math.min(max, this.left + (minute - this.minute) * refill)
    this.minute = minute
    return this.left
  }

  take(atMs: number): boolean {
    if (this.tokens(atMs) < 1) return false
    this.left--
    return true
  }
}

/** What an action of the timeline asks of the compute resource provider. */
interface Request {
  readonly policy: ThrottlingPolicy
  /** Counted for the subscription only: LI-01. */
  readonly subscriptionOnly?: boolean
}

/** Verbs that are one request about a scale set. What happens in the world, and what galleries are asked, is none. */
const OF_SET: Readonly<Partial<Record<Action['verb'], Request>>> = {
  updateModel: { policy: 'updateSet' },
  reapply: { policy: 'updateSet' },
  manualUpgrade: { policy: 'updateSet' },
  startOSUpgrade: { policy: 'updateSet' },
  cancelRollingUpgrade: { policy: 'updateSet' },
  approveRollingUpgrade: { policy: 'updateSet' },
  setOrchestrationServiceState: { policy: 'updateSet' },
  scaleTo: { policy: 'updateSet' },
  attachVM: { policy: 'updateSet' },
  // LI-01: start, restart and reimage of a whole set.
  startAll: { policy: 'updateSet', subscriptionOnly: true },
  restartAll: { policy: 'updateSet', subscriptionOnly: true },
  reimageAll: { policy: 'updateSet', subscriptionOnly: true },
  deallocateAll: { policy: 'deleteSet' },
}

/** Verbs that are one request for each instance they name. */
const OF_INSTANCES: Readonly<Partial<Record<Action['verb'], Request>>> = {
  protectInstance: { policy: 'updateVM' },
  reimage: { policy: 'updateVM' },
  restart: { policy: 'updateVM' },
  start: { policy: 'updateVM' },
  simulateEviction: { policy: 'updateVM' },
  deallocate: { policy: 'deleteVM' },
  deleteInstance: { policy: 'deleteVM' },
}

/** Compute throttling: token buckets by region, for each resource and for the subscription; an empty one is HTTP 429. */
export class ComputeThrottling {
  private readonly run: Run
  private readonly buckets = new Map<string, TokenBucket>()

  constructor(run: Run) {
    this.run = run
  }

  /** The action as far as it is let through; null: all of it is answered with 429. LI-01, LI-02. */
  admit(action: Action): Action | null {
    const ofSet = OF_SET[action.verb]
    if (ofSet !== undefined && 'scaleSet' in action) {
      const set = this.run.sets.find(({ name }) => name === action.scaleSet)!
      const { policy, subscriptionOnly } = ofSet
      if (this.takes(policy, set.model.location, subscriptionOnly ? null : set.name)) return action
      this.tell(action.verb, policy, setSubject(set))
      return null
    }
    const ofInstances = OF_INSTANCES[action.verb]
    if (ofInstances === undefined || !('instances' in action) || !Array.isArray(action.instances)) return action
    const { policy } = ofInstances
    const named: readonly unknown[] = action.instances
    const admitted = named.filter((reference) => {
      const isIn = this.takes(policy, this.regionOf(reference), JSON.stringify(reference))
      if (!isIn) this.tell(action.verb, policy, WORLD)
      return isIn
    })
    if (admitted.length === named.length) return action
    return admitted.length === 0 ? null : ({ ...action, instances: admitted } as Action)
  }

  /** Whether autoscale's one update of the set is let through: LI-03. */
  admitsAutoscale(set: ScaleSetState): boolean {
    return !this.run.assumptions.throttleAutoscale || this.takes('updateSet', set.model.location, set.name)
  }

  /** Both buckets have a token, and lose it; a request that is throttled by one takes none from the other. */
  private takes(policy: ThrottlingPolicy, region: string, resource: string | null): boolean {
    const { nowMs } = this.run
    const rates = POLICIES[policy]
    const buckets = [this.bucket(`${policy}/${region}`, rates.subscription)]
    if (resource !== null) buckets.push(this.bucket(`${policy}/${region}/${resource}`, rates.resource))
    if (buckets.some((bucket) => bucket.tokens(nowMs) < 1)) return false
    for (const bucket of buckets) bucket.take(nowMs)
    return true
  }

  private bucket(key: string, rate: Rate): TokenBucket {
    let bucket = this.buckets.get(key)
    if (bucket === undefined) {
      bucket = new TokenBucket(rate)
      this.buckets.set(key, bucket)
    }
    return bucket
  }

  private regionOf(reference: unknown): string {
    const named = (reference as { readonly scaleSet?: string }).scaleSet
    const set = this.run.sets.find(({ name }) => name === named) ?? this.run.sets[0]!
    return set.model.location
  }

  private tell(operation: string, policy: ThrottlingPolicy, subject: number): void {
    const { run } = this
    run.noteRefusal(subject, operation, 'TooManyRequests', throttled(policy), 'LI-02')
    run.record(THROTTLED, subject, ruleCode('LI-02'), run.text(operation), run.text(policy))
  }
}

/** HTTP 429 in words. */
export function throttled(policy: ThrottlingPolicy): string {
  return `HTTP 429, too many ${POLICIES[policy].what} within the last minutes`
}
