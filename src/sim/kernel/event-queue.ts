/**
 * Pending events in the order of the run: time, then lane (0 before 1: the world before the controllers), then order
 * of scheduling. Times are integer milliseconds from 0 to 2^31 - 1.
 *
 * A hierarchical timing wheel, 11 + 11 + 9 bits of the time. An event sits on the lowest level on which its time and
 * the present share all higher digits, and moves down when the present reaches its slot:
 *
 *   level 0   2,048 slots of 1 ms, a list per lane     the present block of 2 s
 *   level 1   2,048 slots of 2^11 ms                   the present block of 70 min
 *   level 2     512 slots of 2^22 ms                   everything else up to 24.8 days
 *
 * Why order survives the moves: a slot is emptied from head to tail, and it is emptied in the very step in which the
 * present enters its range. Until then every event of that range was appended to this one list, from then on every new
 * one is appended below, behind those that came down.
 *
 * All slots share one numbering, lowest level first, so the next occupied slot is one search through a bitmap of
 * three layers. Nodes live in one growable Int32Array; nothing is allocated per event.
 */

const levelOneFirst = 4096
const levelTwoFirst = 4096 + 2048
const slotCount = 4096 + 2048 + 512

const blockMask = 2047
const levelOneBits = 11
const levelTwoBits = 22

/** Largest time of an event: 2^31 - 1 ms, 24.8 days. Beyond it the times would no longer be small integers. */
export const timeMaxMs = 0x7fffffff

// A node is eight words, one half of a cache line.
const nodeBits = 3
const timeWord = 0
const codeWord = 1 // code * 2 + lane
const subjectWord = 2
const argumentWord = 3
const causeWord = 4
const nextWord = 5 // the free list is chained through it as well
const previousWord = 6
const stateWord = 7 // generation * 2^13 + slot, or the slot `unlinked`

const slotBits = 13
const slotMask = (1 << slotBits) - 1
const unlinked = slotMask

// A handle is generation * 2^20 + node. A node is retired when its generations are used up, so a handle never repeats.
const indexBits = 20
const indexMask = (1 << indexBits) - 1
const nodeCountMax = 1 << indexBits
const generationMax = 2047

const none = -1

export class EventQueue {
  /** Time of the event popped last; 0 at the start. */
  nowMs = 0
  /** Events waiting. */
  size = 0

  // The event popped last.
  atMs = 0
  lane: 0 | 1 = 0
  code = 0
  subject = 0
  argument = 0
  cause = none

  private nodes = new Int32Array(64 << nodeBits)
  private capacity = 64
  private used = 0
  private free = none
  /** First node of each slot's circular list, or `none`. */
  private readonly heads = new Int32Array(slotCount).fill(none)
  /** One bit per slot; one bit per word of that; one bit per word of that. */
  private readonly occupied = new Int32Array(slotCount >> 5)
  private readonly summary = new Int32Array((slotCount >> 10) + 1)
  private top = 0

  /**
   * Adds an event and returns its handle, a small integer >= 0 that is never used again before `reset`.
   * Throws on a time that is past, fractional or beyond `timeMaxMs`, and when 2^20 events are pending.
   */
  schedule(atMs: number, lane: 0 | 1, code: number, subject: number, argument: number, cause: number): number {
    if ((atMs | 0) !== atMs || atMs < this.nowMs) this.rejectTime(atMs)
    let node = this.free
    if (node === none) {
      if (this.used === this.capacity) this.grow()
      node = this.used++
    } else {
      this.free = this.nodes[(node << nodeBits) + nextWord]!
    }
    const nodes = this.nodes
    const at = node << nodeBits
    nodes[at + timeWord] = atMs
    nodes[at + codeWord] = (code << 1) | lane
    nodes[at + subjectWord] = subject
    nodes[at + argumentWord] = argument
    nodes[at + causeWord] = cause
    this.size++
    this.place(node, atMs, lane)
    return ((nodes[at + stateWord]! >>> slotBits) << indexBits) | node
  }

  /** Takes the event out; false when it has fired or was cancelled before. -1 is no event. */
  cancel(handle: number): boolean {
    if (handle < 0) return false
    const node = handle & indexMask
    if (node >= this.used) return false
    const state = this.nodes[(node << nodeBits) + stateWord]!
    if ((state & slotMask) === unlinked || state >>> slotBits !== handle >>> indexBits) return false
    this.unlink(node, state & slotMask)
    this.release(node)
    return true
  }

  /**
   * Takes the next event with a time of at most `limitMs`, loads it into the public fields and advances `nowMs`.
   * False, with nothing changed, when there is none.
   */
  pop(limitMs: number): boolean {
    if (this.size === 0) return false
    let slot = this.firstOccupied()
    while (slot >= levelOneFirst) {
      // Moving the slot's events down moves the present, which may only happen if one of them then fires.
      const level = slot >= levelTwoFirst ? 2 : 1
      const startMs =
        level === 2
          ? (slot - levelTwoFirst) << levelTwoBits
          : (((this.nowMs >>> levelTwoBits) << levelOneBits) | (slot - levelOneFirst)) << levelOneBits
      const lengthMs = level === 2 ? 1 << levelTwoBits : 1 << levelOneBits
      if (startMs > limitMs) return false
      if (startMs + (lengthMs - 1) > limitMs && this.earliestOf(slot) > limitMs) return false
      this.nowMs = startMs
      this.cascade(slot)
      slot = this.firstOccupied()
    }
    const atMs = (this.nowMs & ~blockMask) | (slot >>> 1)
    if (atMs > limitMs) return false
    const node = this.heads[slot]!
    const nodes = this.nodes
    const at = node << nodeBits
    const codeAndLane = nodes[at + codeWord]!
    this.nowMs = atMs
    this.atMs = atMs
    this.lane = (codeAndLane & 1) as 0 | 1
    this.code = codeAndLane >> 1
    this.subject = nodes[at + subjectWord]!
    this.argument = nodes[at + argumentWord]!
    this.cause = nodes[at + causeWord]!
    this.unlink(node, slot)
    this.release(node)
    return true
  }

  /** Back to time 0 with nothing pending. Keeps the memory; handles of before mean nothing any more. */
  reset(): void {
    this.nodes.fill(0, 0, this.used << nodeBits)
    this.heads.fill(none)
    this.occupied.fill(0)
    this.summary.fill(0)
    this.top = 0
    this.used = 0
    this.free = none
    this.size = 0
    this.nowMs = 0
    this.atMs = 0
    this.lane = 0
    this.code = 0
    this.subject = 0
    this.argument = 0
    this.cause = none
  }

  private place(node: number, atMs: number, lane: number): void {
    const apart = atMs ^ this.nowMs
    let slot: number
    if (apart <= blockMask) slot = ((atMs & blockMask) << 1) | lane
    else if (apart >>> levelTwoBits === 0) slot = levelOneFirst + ((atMs >>> levelOneBits) & blockMask)
    else slot = levelTwoFirst + (atMs >>> levelTwoBits)

    const nodes = this.nodes
    const at = node << nodeBits
    const first = this.heads[slot]!
    if (first === none) {
      this.heads[slot] = node
      nodes[at + nextWord] = node
      nodes[at + previousWord] = node
      const word = slot >>> 5
      const group = slot >>> 10
      this.occupied[word] = this.occupied[word]! | (1 << (slot & 31))
      this.summary[group] = this.summary[group]! | (1 << (word & 31))
      this.top |= 1 << group
    } else {
      const firstAt = first << nodeBits
      const last = nodes[firstAt + previousWord]!
      nodes[at + nextWord] = first
      nodes[at + previousWord] = last
      nodes[(last << nodeBits) + nextWord] = node
      nodes[firstAt + previousWord] = node
    }
    nodes[at + stateWord] = (nodes[at + stateWord]! & ~slotMask) | slot
  }

  private unlink(node: number, slot: number): void {
    const nodes = this.nodes
    const at = node << nodeBits
    const next = nodes[at + nextWord]!
    if (next === node) {
      this.heads[slot] = none
      this.vacate(slot)
    } else {
      const previous = nodes[at + previousWord]!
      nodes[(previous << nodeBits) + nextWord] = next
      nodes[(next << nodeBits) + previousWord] = previous
      if (this.heads[slot] === node) this.heads[slot] = next
    }
  }

  private vacate(slot: number): void {
    const word = slot >>> 5
    const left = this.occupied[word]! & ~(1 << (slot & 31))
    this.occupied[word] = left
    if (left !== 0) return
    const group = slot >>> 10
    const leftInGroup = this.summary[group]! & ~(1 << (word & 31))
    this.summary[group] = leftInGroup
    if (leftInGroup === 0) this.top &= ~(1 << group)
  }

  /** The next generation of the node goes to the free list; after the last one the node is never used again. */
  private release(node: number): void {
    const nodes = this.nodes
    const at = node << nodeBits
    const generation = nodes[at + stateWord]! >>> slotBits
    this.size--
    if (generation === generationMax) {
      nodes[at + stateWord] = (generation << slotBits) | unlinked
      return
    }
    nodes[at + stateWord] = ((generation + 1) << slotBits) | unlinked
    nodes[at + nextWord] = this.free
    this.free = node
  }

  /** Slots below the present are empty on every level, so the first bit set is the next slot. Needs `size > 0`. */
  private firstOccupied(): number {
    const top = this.top
    const group = 31 - Math.clz32(top & -top)
    const words = this.summary[group]!
    const word = (group << 5) + (31 - Math.clz32(words & -words))
    const bits = this.occupied[word]!
    return (word << 5) + (31 - Math.clz32(bits & -bits))
  }

  private cascade(slot: number): void {
    const nodes = this.nodes
    const first = this.heads[slot]!
    this.heads[slot] = none
    this.vacate(slot)
    let node = first
    do {
      const at = node << nodeBits
      const next = nodes[at + nextWord]!
      this.place(node, nodes[at + timeWord]!, nodes[at + codeWord]! & 1)
      node = next
    } while (node !== first)
  }

  private earliestOf(slot: number): number {
    const nodes = this.nodes
    const first = this.heads[slot]!
    let earliestMs = timeMaxMs
    let node = first
    do {
      const at = node << nodeBits
      if (nodes[at + timeWord]! < earliestMs) earliestMs = nodes[at + timeWord]!
      node = nodes[at + nextWord]!
    } while (node !== first)
    return earliestMs
  }

  private grow(): void {
    if (this.capacity === nodeCountMax) throw new RangeError(`no room for more than ${nodeCountMax} pending events`)
    this.capacity *= 2
    const nodes = new Int32Array(this.capacity << nodeBits)
    nodes.set(this.nodes)
    this.nodes = nodes
  }

  private rejectTime(atMs: number): never {
    if (!Number.isInteger(atMs)) throw new RangeError(`an event needs an integer time in ms, got ${atMs}`)
    if (atMs > timeMaxMs) throw new RangeError(`an event at ${atMs} ms lies beyond the last time, ${timeMaxMs} ms`)
    throw new RangeError(`an event at ${atMs} ms lies before the present, ${this.nowMs} ms`)
  }
}
