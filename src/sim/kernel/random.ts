import seedrandom from 'seedrandom'

/**
 * Randomness by name. A draw is a pure function of (seed, label, slot, draw): nothing is consumed, so a policy that
 * draws more in one place leaves every other draw as it was (common random numbers).
 *
 * The function is Threefry-2x32 with 13 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
 * 1, 2, 3", 2011), a block cipher cut down to statistics; 13 is the fewest rounds with which its authors report that it
 * passes BigCrush for counters that only count. Key: the stream. Block: (slot, draw).
 */

const parity = 0x1bd11bda
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const
const seedMax = Number.MAX_SAFE_INTEGER

const rounds = 13

/** The published function, step for step; two signed 32-bit words. `Stream.bits` is the same, unrolled. */
export function threefry(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  roundCount = rounds,
): readonly [number, number] {
  const keys = [key0 | 0, key1 | 0, parity ^ key0 ^ key1]
  let x = (counter0 + keys[0]!) | 0
  let y = (counter1 + keys[1]!) | 0
  for (let round = 0; round < roundCount; round++) {
    const by = rotations[round & 7]!
    x = (x + y) | 0
    y = ((y << by) | (y >>> (32 - by))) ^ x
    if ((round & 3) === 3) {
      const injection = (round + 1) >> 2
      x = (x + keys[injection % 3]!) | 0
      y = (y + keys[(injection + 1) % 3]! + injection) | 0
    }
  }
  return [x, y]
}

export class RandomStreams {
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number
  private readonly root: readonly [number, number, number, number]

  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > seedMax) {
      throw new RangeError(`a seed is an integer from 0 to ${seedMax}, got ${seed}`)
    }
    this.seed = seed
    // seedrandom repeats a string key up to its table's size, so '1', '11' and '111' would be one seed. Keys of one
    // fixed length cannot be repetitions of each other.
    const generator = seedrandom(`vmss-twin seed ${String(seed).padStart(16, '0')}.`)
    this.root = [generator.int32(), generator.int32(), generator.int32(), generator.int32()]
  }

  /** The stream of that name: equal for equal (seed, label), unrelated for all others. Holds no state. */
  stream(label: string): Stream {
    // Two murmur-like lanes over every code unit, each step feeding the other lane, then the cipher under the seed.
    let a = this.root[0]
    let b = this.root[1] ^ label.length
    for (let i = 0; i < label.length; i++) {
      const unit = label.charCodeAt(i) + 1
      a = Math.imul(rotate(a ^ Math.imul(unit, 0xcc9e2d51), 15) + b, 0x1b873593)
      b = Math.imul(rotate(b ^ Math.imul(unit, 0x85ebca6b), 13) + a, 0xc2b2ae35)
    }
    const key = threefry(this.root[2], this.root[3], a, b)
    return new Stream(key[0], key[1])
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

export class Stream {
  private readonly key0: number
  private readonly key1: number
  private readonly key2: number

  constructor(key0: number, key1: number) {
    this.key0 = key0 | 0
    this.key1 = key1 | 0
    this.key2 = parity ^ key0 ^ key1
  }

  /** A double strictly between 0 and 1: the middle of one of 2^32 equal cells. Slot and draw: integers, 0 to 2^32 - 1. */
  uniform(slot: number, draw: number): number {
    return (this.bits(slot, draw) + 0x80000000 + 0.5) / 0x100000000
  }

  /** An integer from 0 to 2^32 - 1, the number of the cell that `uniform` takes. */
  uint32(slot: number, draw: number): number {
    return this.bits(slot, draw) + 0x80000000
  }

  // `threefry` unrolled, first word only. A signed word returned stays a small integer: no box, no collection.
  private bits(slot: number, draw: number): number {
    const key0 = this.key0
    const key1 = this.key1
    const key2 = this.key2
    let x = (slot + key0) | 0
    let y = (draw + key1) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + key1) | 0
    y = (y + key2 + 1) | 0

    x = (x + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0
    y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + key2) | 0
    y = (y + key0 + 2) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + key0) | 0
    y = (y + key1 + 3) | 0

    // The thirteenth round; its y is not needed.
    return (x + y) | 0
  }
}
