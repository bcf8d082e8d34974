import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBalanced } from '../../src/sim/placement.ts'
import { type ScaleInCandidate, type ScaleInRule, scaleInVictims } from '../../src/sim/scale-in.ts'

/** Candidates by zone, each with its number; index = number, so results read like the sheet. */
function inZones(...zones: readonly (readonly number[])[]): ScaleInCandidate[] {
  return zones.flatMap((numbers, zone) =>
    numbers.map((number) => ({ index: number, zone, faultDomain: 0, number, protected: false })),
  )
}

function protect(candidates: readonly ScaleInCandidate[], ...numbers: number[]): ScaleInCandidate[] {
  return candidates.map((c) => ({ ...c, protected: numbers.includes(c.number) }))
}

const published = inZones([3, 4, 5, 10], [2, 6, 9, 11], [1, 7, 8])

describe('published tables', () => {
  it('PL-73 OldestVM removes 2, 3, 1, 4, 6, 5', () => {
    expect(scaleInVictims(published, 6, 'OldestVM')).toEqual([2, 3, 1, 4, 6, 5])
  })

  it('PL-73 NewestVM removes 11, 10, 9, 8, 5, 7', () => {
    expect(scaleInVictims(published, 6, 'NewestVM')).toEqual([11, 10, 9, 8, 5, 7])
  })

  it('PL-73 the order in which the instances are given does not matter', () => {
    expect(scaleInVictims([...published].reverse(), 6, 'OldestVM')).toEqual([2, 3, 1, 4, 6, 5])
  })

  it('PL-28 0/2/4 scaled in to six after growing to 2/2/4 gives 2/2/2', () => {
    expect(scaleInVictims(inZones([6, 7], [0, 1], [2, 3, 4, 5]), 2, 'Default')).toEqual([5, 4])
  })
})

describe('policies', () => {
  it('PL-70 Default balances zones, then fault domains, then takes the highest number', () => {
    const candidates = [
      { index: 0, zone: 0, faultDomain: 0, number: 0, protected: false },
      { index: 1, zone: 0, faultDomain: 0, number: 1, protected: false },
      { index: 2, zone: 0, faultDomain: 1, number: 2, protected: false },
      { index: 3, zone: 1, faultDomain: 0, number: 3, protected: false },
    ]
    expect(scaleInVictims(candidates, 1, 'Default'), 'fullest domain of the fullest zone').toEqual([1])
    expect(scaleInVictims(candidates, 3, 'Default'), 'then 2 of the fullest zone, then the newest of 1/1').toEqual([
      1, 2, 3,
    ])
  })

  it('PL-70 one fault domain too full outweighs the highest number (5 to 4 over two domains)', () => {
    const candidates = [0, 0, 0, 1, 1].map((faultDomain, number) => ({
      index: number,
      zone: 0,
      faultDomain,
      number,
      protected: false,
    }))
    expect(scaleInVictims(candidates, 1, 'Default')).toEqual([2])
  })

  it('PL-71 NewestVM and OldestVM know no fault domains', () => {
    const candidates = [0, 0, 0, 1].map((faultDomain, number) => ({
      index: number,
      zone: 0,
      faultDomain,
      number,
      protected: false,
    }))
    expect(scaleInVictims(candidates, 1, 'NewestVM')).toEqual([3])
    expect(scaleInVictims([...candidates].reverse(), 2, 'OldestVM')).toEqual([0, 1])
  })

  it('PL-71 a regional set is one candidate zone', () => {
    expect(scaleInVictims(inZones([5, 3, 9, 1]), 4, 'OldestVM')).toEqual([1, 3, 5, 9])
  })

  it('PL-72 candidate zones are those with the maximum, even where the set is balanced', () => {
    expect(scaleInVictims(inZones([0, 1], [2]), 1, 'NewestVM'), '2/1 is balanced, yet zone 1 gives').toEqual([1])
  })

  it('PL-27 instances without a zone go first, whatever the policy and the counts', () => {
    const candidates = [
      ...inZones([10, 11, 12, 13]),
      { index: 0, zone: -1, faultDomain: 0, number: 0, protected: false },
      { index: 1, zone: -1, faultDomain: 0, number: 1, protected: false },
    ]
    expect(scaleInVictims(candidates, 3, 'NewestVM')).toEqual([1, 0, 13])
  })

  it('PL-76 unhealthy ones go first within the chosen zone', () => {
    const candidates = inZones([0, 1, 2], [3, 4]).map((c) => ({ ...c, unhealthy: c.number === 0 || c.number === 3 }))
    expect(scaleInVictims(candidates, 3, 'NewestVM')).toEqual([0, 3, 2])
  })
})

describe('protection', () => {
  it('PL-74 protected instances are never taken', () => {
    expect(scaleInVictims(protect(inZones([0, 1, 2, 3]), 3, 2), 2, 'NewestVM')).toEqual([1, 0])
  })

  it('PL-75 too few victims: as many as there are', () => {
    expect(scaleInVictims(protect(inZones([0, 1, 2]), 0, 2), 3, 'Default')).toEqual([1])
    expect(scaleInVictims(protect(inZones([0, 1]), 0, 1), 1, 'Default')).toEqual([])
  })

  it('PL-75 a zone of protected instances is passed over for the next highest', () => {
    const candidates = protect(inZones([0, 1, 2, 3], [4, 5, 6], [7, 8]), 0, 1, 2, 3)
    expect(scaleInVictims(candidates, 3, 'OldestVM')).toEqual([4, 5, 7])
  })

  it('PL-74 protected instances still weigh in the zone counts', () => {
    const candidates = protect(inZones([0, 1, 2, 3], [10, 11]), 0, 1, 2)
    expect(scaleInVictims(candidates, 1, 'NewestVM')).toEqual([3])
  })
})

describe('properties', () => {
  const candidatesOf = (spec: readonly (readonly [number, number, boolean])[]): ScaleInCandidate[] =>
    spec.map(([zone, faultDomain, isProtected], number) => ({
      index: number + 100,
      zone,
      faultDomain,
      number,
      protected: isProtected,
    }))
  const arbitrary = fc.array(fc.tuple(fc.nat(2), fc.nat(4), fc.boolean()), { maxLength: 30 }).map(candidatesOf)
  const policy = fc.constantFrom<ScaleInRule>('Default', 'NewestVM', 'OldestVM')

  it('PL-74 PL-75 distinct, unprotected, and as many as asked while there are any', () =>
    fc.assert(
      fc.property(arbitrary, fc.nat(35), policy, (candidates, count, rule) => {
        const victims = scaleInVictims(candidates, count, rule)
        const free = candidates.filter((c) => !c.protected).map((c) => c.index)
        expect(victims).toHaveLength(Math.min(count, free.length))
        expect(new Set(victims).size).toBe(victims.length)
        expect(victims.every((index) => free.includes(index))).toBe(true)
      }),
    ))

  it('PL-72 removing one after another is removing several at once', () =>
    fc.assert(
      fc.property(arbitrary, fc.nat(20), policy, (candidates, count, rule) => {
        let left = candidates
        const stepwise: number[] = []
        for (let i = 0; i < count; i++) {
          const [victim] = scaleInVictims(left, 1, rule)
          if (victim === undefined) break
          stepwise.push(victim)
          left = left.filter((c) => c.index !== victim)
        }
        expect(scaleInVictims(candidates, count, rule)).toEqual(stepwise)
      }),
    ))

  it('PL-24 a balanced set without protection stays balanced', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(40), policy, (size, count, rule) => {
        const candidates = candidatesOf(Array.from({ length: size }, (_, i) => [i % 3, 0, false] as const))
        const victims = new Set(scaleInVictims(candidates, count, rule))
        const left = [0, 1, 2].map((zone) => candidates.filter((c) => c.zone === zone && !victims.has(c.index)).length)
        expect(isBalanced(left)).toBe(true)
      }),
    ))
})
