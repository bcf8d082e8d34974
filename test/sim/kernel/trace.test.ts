import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TraceLog } from '../../../src/sim/kernel/trace.ts'

const whatNames = ['health.changed', 'rollout.started', 'rollout.faulted']
const ruleNames = ['TH-1', 'TH-5']

type Record9 = readonly [number, number, number, number, number, number, number, number, number]
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const entry: fc.Arbitrary<Record9> = fc.tuple(
  fc.nat(2 ** 31 - 1),
  fc.nat(2),
  int32,
  int32,
  fc.integer({ min: -1, max: 1 }),
  int32,
  int32,
  int32,
  int32,
)

function logOf(
  entries: readonly Record9[],
  options: { keep?: boolean; what?: string[]; rules?: string[] } = {},
): TraceLog {
  const log = new TraceLog({
    keep: options.keep ?? false,
    whatNames: options.what ?? whatNames,
    ruleNames: options.rules ?? ruleNames,
  })
  for (const each of entries) log.record(...each)
  return log
}

const sample: readonly Record9[] = [
  [0, 1, 0, -1, -1, 0, 0, 0, 0],
  [1000, 0, 3, 0, -1, 1, 2, 3, 4],
  [2000, 2, 0, 1, 1, 2, 6, 20, 0],
]

describe('TraceLog digest', () => {
  it('is 16 hexadecimal digits, the same wherever it runs', () => {
    expect(logOf([]).digest()).toMatch(/^[0-9a-f]{16}$/)
    expect(logOf(sample).digest()).toMatchInlineSnapshot(`"6c254163c8d11446"`)
  })

  it('is the same for the same records, kept or not, and however often it is read', () =>
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const reading = logOf([], { keep: true })
        for (const each of entries) {
          reading.digest()
          reading.record(...each)
        }
        expect(reading.digest()).toBe(logOf(entries).digest())
        expect(reading.count).toBe(entries.length)
      }),
    ))

  it('changes with any word of any record', () =>
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.nat(8),
        entry,
        (entries, pick, word, other) => {
          const at = pick % entries.length
          fc.pre(entries[at]![word] !== other[word])
          const changed = entries.map((each, i) =>
            i === at ? each.with(word, other[word]!) : each,
          ) as unknown as Record9[]
          expect(logOf(changed).digest()).not.toBe(logOf(entries).digest())
        },
      ),
      { numRuns: 500 },
    ))

  it('changes with the order of two records and with their number', () => {
    const [a, b, c] = sample as [Record9, Record9, Record9]
    const digests = [[], [a], [a, b], [b, a], [a, b, c], [a, c, b], [c, b, a], [a, a], [a, a, a]].map((entries) =>
      logOf(entries).digest(),
    )
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('does not collide among 100,000 records that count up, in all or in half of its digits', () => {
    const log = logOf([])
    const seen = new Set<string>()
    for (let i = 0; i < 100_000; i++) {
      log.record(i, 0, 0, -1, -1, 0, 0, 0, 0)
      seen.add(log.digest())
    }
    expect(seen.size).toBe(100_000)
    // 2^32 places for 10^5 balls: about 1.2 meet.
    for (const from of [0, 8]) {
      const half = new Set([...seen].map((digest) => digest.slice(from, from + 8)))
      expect(half.size).toBeGreaterThan(100_000 - 10)
    }
  })

  it('hangs on the names of what and rule, not on their place in the catalogue', () => {
    const moved = sample.map(
      ([atMs, what, subject, cause, rule, ...numbers]): Record9 => [
        atMs,
        [2, 0, 3][what]!,
        subject,
        cause,
        rule === -1 ? -1 : rule + 2,
        ...numbers,
      ],
    )
    const what = ['rollout.started', 'added.first', 'health.changed', 'rollout.faulted', 'added.last']
    const rules = ['AA-1', 'AA-2', 'TH-1', 'TH-5']
    expect(logOf(moved, { what, rules }).digest()).toBe(logOf(sample).digest())
    expect(logOf(sample, { what, rules }).digest()).not.toBe(logOf(sample).digest())
    expect(logOf(sample, { rules: ['TH-1', 'TH-6'] }).digest()).not.toBe(logOf(sample).digest())
    expect(logOf(sample, { what: ['health.changed', 'rollout.started', 'rollout.Faulted'] }).digest()).not.toBe(
      logOf(sample).digest(),
    )
  })

  it('covers the interned text and its order, once', () => {
    const interned = (...texts: string[]) => {
      const log = logOf([])
      for (const text of texts) log.intern(text)
      return log.digest()
    }
    const digests = [[], [''], ['a'], ['b'], ['a', 'b'], ['b', 'a'], ['ab'], ['a', '', 'b']].map((texts) =>
      interned(...texts),
    )
    expect(new Set(digests).size).toBe(digests.length)
    expect(interned('a', 'a', 'b', 'a')).toBe(interned('a', 'b'))
  })

  it('starts anew after a reset', () => {
    const log = logOf(sample, { keep: true })
    log.intern('vmss-a')
    log.reset()
    expect(log.digest()).toBe(logOf([]).digest())
    expect(() => log.atMsOf(0)).toThrow('no trace entry 0')
    expect(log.intern('other')).toBe(0)
    log.reset()
    for (const each of sample) log.record(...each)
    expect(log.digest()).toBe(logOf(sample).digest())
  })
})

describe('TraceLog entries', () => {
  it('are read back as they were written, beyond the first block of memory', () => {
    const log = logOf([], { keep: true })
    for (let i = 0; i < 5000; i++)
      expect(log.record(i * 2, i % 3, -i, i - 1, (i % 3) - 1, i, -i, 2 ** 31 - 1, i * i)).toBe(i)
    for (let i = 0; i < 5000; i++) {
      const read = [log.atMsOf(i), log.whatOf(i), log.subjectOf(i), log.causeOf(i), log.ruleOf(i)]
      const numbers = [0, 1, 2, 3].map((k) => log.numberOf(i, k))
      if (`${[...read, ...numbers]}` !== `${[i * 2, i % 3, 0 - i, i - 1, (i % 3) - 1, i, 0 - i, 2 ** 31 - 1, i * i]}`) {
        throw new Error(`entry ${i} came back as ${[...read, ...numbers]}`)
      }
    }
  })

  it('text is numbered from 0 and found again', () => {
    const log = logOf([])
    expect([log.intern('vmss-a/0'), log.intern('vmss-a/1'), log.intern('vmss-a/0')]).toEqual([0, 1, 0])
    expect(log.text(1)).toBe('vmss-a/1')
    expect(() => log.text(2)).toThrow('no text 2')
  })

  it('reading what is not there throws', () => {
    const kept = logOf(sample, { keep: true })
    for (const entry of [-1, 3, 0.5, 1000]) expect(() => kept.atMsOf(entry)).toThrow(RangeError)
    for (const k of [-1, 4]) expect(() => kept.numberOf(0, k)).toThrow(RangeError)
    expect(() => logOf(sample).atMsOf(0)).toThrow('not kept')
  })

  it.each([
    { why: 'fraction', entry: [0, 0, 0, -1, -1, 0.5, 0, 0, 0] },
    { why: 'beyond 32 bits', entry: [0, 0, 0, -1, -1, 0, 2 ** 31, 0, 0] },
    { why: 'not a number', entry: [Number.NaN, 0, 0, -1, -1, 0, 0, 0, 0] },
    { why: 'unknown what', entry: [0, 3, 0, -1, -1, 0, 0, 0, 0] },
    { why: 'unknown rule', entry: [0, 0, 0, -1, 2, 0, 0, 0, 0] },
  ])('rejects $why and records nothing', ({ entry }) => {
    const log = logOf(sample)
    const before = log.digest()
    expect(() => log.record(...(entry as unknown as Record9))).toThrow(RangeError)
    expect([log.count, log.digest()]).toEqual([3, before])
  })
})

describe('TraceLog landmarks', () => {
  const log = (keep = false) => {
    const made = new TraceLog({ keep, whatNames, ruleNames, landmarks: new Set(['rollout.started']) })
    made.record(0, 0, -1, -1, -1, 7, 0, 0, 0)
    made.record(1000, 1, 5, 0, 0, 1, 2, 3, 4)
    made.record(2000, 0, 6, 1, -1, 0, 0, 0, 0)
    made.record(3000, 0, 7, 0, -1, 0, 0, 0, 0)
    return made
  }

  it('an entry goes back to the nearest landmark, kept or not', () => {
    for (const keep of [false, true])
      expect(log(keep).landmarkBefore(2)).toEqual({
        id: 1,
        atMs: 1000,
        what: 1,
        subject: 5,
        rule: 0,
        numbers: Int32Array.of(1, 2, 3, 4),
      })
  })

  it('a landmark goes back to itself, and without one an entry to its root', () => {
    expect(log().landmarkBefore(1).id).toBe(1)
    expect(log().landmarkBefore(3)).toMatchObject({ id: 0, what: 0, numbers: Int32Array.of(7, 0, 0, 0) })
  })

  it('knows no entry that is not there', () => {
    expect(() => log().landmarkBefore(4)).toThrow('no trace entry 4; there are 4')
    expect(() => log().landmarkBefore(-1)).toThrow(RangeError)
  })

  it('finds the way of every entry in a long trace', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat()), { minLength: 1, maxLength: 3000 }), (drawn) => {
        const made = new TraceLog({ keep: true, whatNames, ruleNames, landmarks: new Set(['rollout.started']) })
        for (const [id, [what, back]] of drawn.entries())
          made.record(id, what, id, id === 0 ? -1 : back % id, -1, 0, 0, 0, 0)
        for (const id of drawn.keys()) {
          let at = id
          while (made.whatOf(at) !== 1 && made.causeOf(at) >= 0) at = made.causeOf(at)
          expect(made.landmarkBefore(id).id).toBe(at)
        }
      }),
      { numRuns: 20 },
    ))
})
