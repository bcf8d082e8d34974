/**
 * The record of a run. Every entry is folded into a 64-bit digest that proves two runs equal; the entries themselves
 * are kept only when somebody wants to read them. Integers only: text enters through `intern`.
 *
 * `what` and `rule` enter the digest by a hash of their name, so a catalogue may grow or be sorted anew without
 * changing any digest.
 */

const entryWords = 9
const entriesAtFirst = 1024
const landmarkWords = entryWords + 1
const landmarksAtFirst = 64

/** An entry that others go back to. */
export interface Landmark {
  readonly id: number
  readonly atMs: number
  readonly what: number
  readonly subject: number
  readonly rule: number
  readonly numbers: Int32Array
}

export class TraceLog {
  /** Entries so far, and the id of the next one. */
  count = 0

  private readonly keep: boolean
  private readonly whatHashes: Int32Array
  private readonly ruleHashes: Int32Array
  private readonly lanes = new Int32Array(2)
  private entries: Int32Array
  private readonly isLandmark: Uint8Array
  /** Of each entry, where in `landmarks` the one it goes back to stands. */
  private landmarkOf = new Int32Array(entriesAtFirst)
  /** The words of each landmark: its id, and then those of an entry. Kept always, as there are few. */
  private landmarks = new Int32Array(landmarksAtFirst * landmarkWords)
  private landmarkCount = 0
  private readonly texts: string[] = []
  private readonly textIds = new Map<string, number>()

  /** `landmarks`: names of entries that `landmarkBefore` stops at. */
  constructor(options: {
    keep: boolean
    whatNames: readonly string[]
    ruleNames: readonly string[]
    landmarks?: ReadonlySet<string>
  }) {
    this.keep = options.keep
    this.isLandmark = landmarkFlags(options.whatNames, options.landmarks ?? NO_LANDMARKS)
    this.whatHashes = nameHashes(options.whatNames)
    this.ruleHashes = nameHashes(options.ruleNames)
    this.entries = new Int32Array(options.keep ? entriesAtFirst * entryWords : 0)
  }

  /**
   * Adds an entry and returns its id. `what` and `rule` index the name tables; rule -1 is a plain fact, cause -1 the
   * root. All arguments are signed 32-bit integers; anything else throws, because it would be cut silently.
   */
  record(
    atMs: number,
    what: number,
    subject: number,
    cause: number,
    rule: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
  ): number {
    if (
      (atMs | 0) !== atMs ||
      (subject | 0) !== subject ||
      (cause | 0) !== cause ||
      (n0 | 0) !== n0 ||
      (n1 | 0) !== n1 ||
      (n2 | 0) !== n2 ||
      (n3 | 0) !== n3
    ) {
      throw new RangeError(
        `trace entry ${this.count}: not all 32-bit integers in (${[atMs, what, subject, cause, rule, n0, n1, n2, n3].join(', ')})`,
      )
    }
    const whatHash = this.whatHashes[what]
    const ruleHash = rule === -1 ? 0 : this.ruleHashes[rule]
    if (whatHash === undefined || ruleHash === undefined) {
      throw new RangeError(`trace entry ${this.count}: no name for what ${what}, rule ${rule}`)
    }
    const lanes = this.lanes
    let a = lanes[0]!
    let b = lanes[1]!
    a = foldA(a, b, atMs)
    b = foldB(b, a, whatHash)
    a = foldA(a, b, subject)
    b = foldB(b, a, cause)
    a = foldA(a, b, ruleHash)
    b = foldB(b, a, n0)
    a = foldA(a, b, n1)
    b = foldB(b, a, n2)
    a = foldA(a, b, n3)
    lanes[0] = a
    lanes[1] = foldB(b, a, entryWords)

    const id = this.count++
    if (id === this.landmarkOf.length) this.landmarkOf = doubled(this.landmarkOf)
    this.landmarkOf[id] =
      cause < 0 || this.isLandmark[what] === 1
        ? this.addLandmark(id, atMs, what, subject, cause, rule, n0, n1, n2, n3)
        : this.landmarkOf[cause]!
    if (this.keep) {
      let at = id * entryWords
      if (at === this.entries.length) this.entries = doubled(this.entries)
      const entries = this.entries
      entries[at++] = atMs
      entries[at++] = what
      entries[at++] = subject
      entries[at++] = cause
      entries[at++] = rule
      entries[at++] = n0
      entries[at++] = n1
      entries[at++] = n2
      entries[at] = n3
    }
    return id
  }

  /** Number of the text in this run's table; the text joins the digest when it is first seen. */
  intern(text: string): number {
    const known = this.textIds.get(text)
    if (known !== undefined) return known
    const lanes = this.lanes
    let a = foldA(lanes[0]!, lanes[1]!, text.length)
    let b = foldB(lanes[1]!, a, -1)
    for (let i = 0; i < text.length; i++) {
      a = foldA(a, b, text.charCodeAt(i))
      b = foldB(b, a, i)
    }
    lanes[0] = a
    lanes[1] = b
    const id = this.texts.length
    this.texts.push(text)
    this.textIds.set(text, id)
    return id
  }

  /** The text behind a number that `intern` gave. */
  text(id: number): string {
    const text = this.texts[id]
    if (text === undefined) throw new RangeError(`no text ${id}; ${this.texts.length} are known`)
    return text
  }

  /** 16 hexadecimal digits over everything so far. Reading it changes nothing. */
  digest(): string {
    let a = finish(this.lanes[0]! ^ this.count)
    const b = finish((this.lanes[1]! + a) ^ this.texts.length)
    a = finish(a + b)
    return hex(a) + hex(b)
  }

  /**
   * The nearest landmark on the way from an entry back to its root, the entry itself included; without one the root. Known
   * whether or not the trace is kept.
   */
  landmarkBefore(entry: number): Landmark {
    const at = this.landmarkNumber(entry) * landmarkWords
    const words = this.landmarks
    return {
      id: words[at]!,
      atMs: words[at + 1]!,
      what: words[at + 2]!,
      subject: words[at + 3]!,
      rule: words[at + 5]!,
      numbers: words.slice(at + 6, at + 10),
    }
  }

  /** The number of that landmark among all, from 0: equal for entries that go back to the same one. */
  landmarkNumber(entry: number): number {
    if (!(entry >= 0 && entry < this.count)) throw new RangeError(`no trace entry ${entry}; there are ${this.count}`)
    return this.landmarkOf[entry]!
  }

  private addLandmark(...words: readonly number[]): number {
    const at = this.landmarkCount * landmarkWords
    if (at === this.landmarks.length) this.landmarks = doubled(this.landmarks)
    this.landmarks.set(words, at)
    return this.landmarkCount++
  }

  atMsOf(entry: number): number {
    return this.read(entry, 0)
  }

  whatOf(entry: number): number {
    return this.read(entry, 1)
  }

  subjectOf(entry: number): number {
    return this.read(entry, 2)
  }

  causeOf(entry: number): number {
    return this.read(entry, 3)
  }

  ruleOf(entry: number): number {
    return this.read(entry, 4)
  }

  /** The k-th number of the entry, k from 0 to 3. */
  numberOf(entry: number, k: number): number {
    if (k !== 0 && k !== 1 && k !== 2 && k !== 3) throw new RangeError(`an entry has numbers 0 to 3, not ${k}`)
    return this.read(entry, 5 + k)
  }

  /** As new, with the memory kept. */
  reset(): void {
    this.count = 0
    this.landmarkCount = 0
    this.lanes.fill(0)
    this.texts.length = 0
    this.textIds.clear()
  }

  private read(entry: number, word: number): number {
    if (!this.keep) throw new Error('this trace was not kept')
    const value = entry >= 0 && entry < this.count ? this.entries[entry * entryWords + word] : undefined
    if (value === undefined) throw new RangeError(`no trace entry ${entry}; there are ${this.count}`)
    return value
  }
}

function doubled(words: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(words.length * 2)
  more.set(words)
  return more
}

// Two lanes of xor, multiply and rotate, each word into one of them; the lanes meet at the end of every record, and
// `finish` spreads what is left. A word costs one multiplication: the digest is always on.

function foldA(a: number, b: number, word: number): number {
  const mixed = Math.imul(a ^ word ^ b, 0x9e3779b1)
  return (mixed << 15) | (mixed >>> 17)
}

function foldB(b: number, a: number, word: number): number {
  const mixed = Math.imul(b ^ word, 0x85ebca77) + a
  return (mixed << 13) | (mixed >>> 19)
}

function finish(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}

const NO_LANDMARKS: ReadonlySet<string> = new Set()
const flagsOf = new WeakMap<ReadonlySet<string>, Uint8Array>()

function landmarkFlags(names: readonly string[], landmarks: ReadonlySet<string>): Uint8Array {
  const known = flagsOf.get(landmarks)
  if (known !== undefined && known.length === names.length) return known
  const flags = Uint8Array.from(names, (name) => (landmarks.has(name) ? 1 : 0))
  flagsOf.set(landmarks, flags)
  return flags
}

// A catalogue outlives thousands of runs, its hashes with it.
const hashesOf = new WeakMap<readonly string[], Int32Array>()

function nameHashes(names: readonly string[]): Int32Array {
  const known = hashesOf.get(names)
  if (known !== undefined && known.length === names.length) return known
  const hashes = new Int32Array(names.length)
  const owners = new Map<number, string>()
  names.forEach((name, index) => {
    const hash = nameHash(name)
    const owner = owners.get(hash)
    if (hash === 0 || (owner !== undefined && owner !== name)) {
      throw new Error(`the names ${owner ?? '(none)'} and ${name} have one hash; rename one`)
    }
    owners.set(hash, name)
    hashes[index] = hash
  })
  hashesOf.set(names, hashes)
  return hashes
}

function nameHash(name: string): number {
  let a = name.length
  let b = 0
  for (let i = 0; i < name.length; i++) {
    a = foldA(a, b, name.charCodeAt(i))
    b = foldB(b, a, i)
  }
  return finish(a ^ finish(b))
}
