const ROUNDING = 1e-12

/**
 * A demand and the instances that share it: exact integrals between changes. Requests find capacity or are lost; messages of
 * a queue wait, and the backlog drains as fast as the instances can. Rates in requests a second, time in ms.
 */
export class DemandPool {
  readonly perInstance: number
  readonly isQueue: boolean
  level = 0
  serving = 0
  /** Messages that waited when it was last settled. */
  backlog = 0
  /** Instances that have gone and still get their share of the requests: AV-09. */
  unnoticed = 0
  totalRequests = 0
  unservedRequests = 0
  /** Largest share of the level that was not served, 0 to 1, and the largest that found no capacity. */
  peakUnserved = 0
  peakShort = 0
  peakBacklog = 0
  settledMs = 0

  constructor(perInstance: number, isQueue: boolean) {
    this.perInstance = perInstance
    this.isQueue = isQueue
  }

  get capacity(): number {
    return this.serving * this.perInstance
  }

  /** Whether there is more to do than the instances can. */
  get isShort(): boolean {
    return this.shortPerSecond > 0
  }

  /** Requests that find no capacity at present, a second. What rounding adds to a product of factors is none. */
  get shortPerSecond(): number {
    const excess = this.level - this.capacity
    return excess > this.level * ROUNDING ? excess : 0
  }

  /**
   * The same with those that are lost on the way to somebody who has gone. 300 requests on 8 that serve and 2 that have gone:
   * 240 arrive where they can be served, by 50 each all of them, so 60 are lost. What waits in a queue is not lost.
   */
  get unservedPerSecond(): number {
    if (this.isQueue) return 0
    if (this.unnoticed === 0) return this.shortPerSecond
    const arriving = (this.level * this.serving) / (this.serving + this.unnoticed)
    return this.level - Math.min(arriving, this.capacity)
  }

  /** Settles the time up to now, before level or serving instances change. Returns the requests lost meanwhile. */
  settle(nowMs: number): number {
    const passedMs = nowMs - this.settledMs
    if (passedMs === 0) return 0
    const seconds = passedMs / 1000
    this.totalRequests += this.level * seconds
    const lost = this.unservedPerSecond * seconds
    this.unservedRequests += lost
    if (this.isQueue) {
      this.backlog = this.backlogAt(nowMs)
      this.peakBacklog = Math.max(this.peakBacklog, this.backlog)
    } else if (this.level > 0) {
      this.peakUnserved = Math.max(this.peakUnserved, this.unservedPerSecond / this.level)
      this.peakShort = Math.max(this.peakShort, this.shortPerSecond / this.level)
    }
    this.settledMs = nowMs
    return lost
  }

  backlogAt(atMs: number): number {
    return backlogAfter(this, (atMs - this.settledMs) / 1000)
  }
}

/** What of a pool a metric needs, from a moment on. */
export interface PoolState {
  readonly level: number
  readonly capacity: number
  readonly backlog: number
}

/** Messages that wait after so many seconds without a change: 600 with 10 coming and 30 done a second -> 200 after 20 s. */
export function backlogAfter({ backlog, level, capacity }: PoolState, seconds: number): number {
  return Math.max(0, backlog + (level - capacity) * seconds)
}

/** Share of its capacity that an instance works at, 0 to 1; while messages wait all of it. */
export function utilization(state: PoolState, isQueue: boolean, seconds: number): number {
  const { level, capacity } = state
  if (capacity === 0) return 0
  if (isQueue && backlogAfter(state, seconds) > 0) return 1
  return Math.min(1, level / capacity)
}
