/** The event queue as one would explain it: an array, sorted. No wheel, no lists, no reuse. */
export interface NaiveEvent {
  readonly id: number
  readonly atMs: number
  readonly lane: 0 | 1
  readonly code: number
  readonly subject: number
  readonly argument: number
  readonly cause: number
}

export class NaiveQueue {
  nowMs = 0
  private pending: NaiveEvent[] = []
  private scheduled = 0

  get size(): number {
    return this.pending.length
  }

  schedule(atMs: number, lane: 0 | 1, code: number, subject: number, argument: number, cause: number): number {
    const id = this.scheduled++
    this.pending.push({ id, atMs, lane, code, subject, argument, cause })
    this.pending.sort((a, b) => a.atMs - b.atMs || a.lane - b.lane || a.id - b.id)
    return id
  }

  cancel(id: number): boolean {
    const before = this.pending.length
    this.pending = this.pending.filter((event) => event.id !== id)
    return this.pending.length < before
  }

  pop(limitMs: number): NaiveEvent | null {
    const first = this.pending[0]
    if (first === undefined || first.atMs > limitMs) return null
    this.pending.shift()
    this.nowMs = first.atMs
    return first
  }
}
