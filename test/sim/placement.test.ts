import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hidesDomains,
  instanceName,
  isBalanced,
  overprovisionCount,
  type PlacedInstance,
  Placement,
  type PlacementSpec,
  shownFaultDomain,
  strictBalanceRefusal,
} from '../../src/sim/placement.ts'

const flexibleZonal: PlacementSpec = {
  zoneCount: 3,
  uniform: false,
  singlePlacementGroup: false,
  faultDomainCount: 1,
  hiddenRacksPerZone: 8,
  regionFaultDomains: 3,
  zoneBalance: false,
}
const uniformRegional: PlacementSpec = {
  ...flexibleZonal,
  zoneCount: 0,
  uniform: true,
  singlePlacementGroup: true,
  faultDomainCount: 5,
}

function place(placement: Placement, options?: Parameters<Placement['choose']>[0]): PlacedInstance {
  const chosen = placement.choose(options)
  if ('refused' in chosen) throw new Error(chosen.refused)
  placement.add(chosen)
  return chosen
}

function fill(placement: Placement, count: number): PlacedInstance[] {
  return Array.from({ length: count }, () => place(placement))
}

/** A placement that holds the given numbers by zone. */
function withZones(spec: PlacementSpec, counts: readonly number[]): Placement {
  const placement = new Placement(spec)
  for (const [zone, count] of counts.entries()) for (let i = 0; i < count; i++) place(placement, { zone })
  return placement
}

const countBy = (values: readonly number[], size: number) =>
  Array.from({ length: size }, (_, i) => values.filter((value) => value === i).length)

describe('fault and update domains', () => {
  it('PL-02 max spreading never fails for lack of domains and is best effort over the racks', () => {
    const placement = new Placement({ ...flexibleZonal, zoneCount: 0, regionFaultDomains: 0 })
    expect(fill(placement, 10).map((p) => p.faultDomain)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1])
  })

  it('PL-03 fixed spreading uses exactly that many domains', () => {
    const placement = new Placement({ ...uniformRegional, faultDomainCount: 3 })
    expect(
      countBy(
        fill(placement, 7).map((p) => p.faultDomain),
        5,
      ),
    ).toEqual([3, 2, 2, 0, 0])
  })

  it('PL-03 a Flexible set that asks for more domains than the region has is refused with the code of PL-60', () => {
    const spec = { ...flexibleZonal, zoneCount: 0, faultDomainCount: 3, regionFaultDomains: 2 }
    expect(new Placement(spec).choose()).toMatchObject({ rule: 'PL-03', code: 'OverconstrainedAllocationRequest' })
    expect(new Placement({ ...spec, regionFaultDomains: 3 }).choose()).not.toHaveProperty('refused')
  })

  it('PL-05 fixed spreading counts anew in each zone', () => {
    const placement = new Placement({ ...uniformRegional, zoneCount: 3, singlePlacementGroup: false })
    const placed = fill(placement, 15)
    for (const zone of [0, 1, 2]) {
      expect(placed.filter((p) => p.zone === zone).map((p) => p.faultDomain)).toEqual([0, 1, 2, 3, 4])
    }
  })

  it('PL-06 Flexible with a fixed count spreads evenly', () => {
    const placement = new Placement({ ...flexibleZonal, zoneCount: 0, faultDomainCount: 3 })
    expect(
      countBy(
        fill(placement, 8).map((p) => p.faultDomain),
        3,
      ),
    ).toEqual([3, 3, 2])
  })

  it('PL-07 the gap that a removal leaves is filled first, ties to the lowest domain', () => {
    const placement = new Placement(uniformRegional)
    const placed = fill(placement, 10)
    placement.remove(placed[8]!)
    placement.remove(placed[3]!)
    placement.remove(placed[6]!)
    expect(fill(placement, 3).map((p) => p.faultDomain)).toEqual([3, 1, 3])
    expect(place(placement).faultDomain).toBe(0)
  })

  it('PL-07 domains are counted within a zone, not over the set', () => {
    const placement = new Placement(flexibleZonal)
    const placed = fill(placement, 6)
    expect(placed.map((p) => [p.zone, p.faultDomain])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ])
  })

  it('PL-08 max spreading shows fault domain 0 only, and a Flexible view shows none', () => {
    const rack = { zone: 0, placementGroup: 0, faultDomain: 6, updateDomain: -1 }
    expect(shownFaultDomain(flexibleZonal, rack)).toBe(0)
    expect(shownFaultDomain(uniformRegional, { ...rack, faultDomain: 4 })).toBe(4)
    expect([flexibleZonal, uniformRegional, { ...uniformRegional, faultDomainCount: 1 }].map(hidesDomains)).toEqual([
      true,
      false,
      true,
    ])
  })

  it('PL-09 Uniform has five update domains for each placement group, Flexible none', () => {
    const uniform = fill(new Placement({ ...uniformRegional, faultDomainCount: 2 }), 7)
    expect(uniform.map((p) => p.updateDomain)).toEqual([0, 1, 2, 3, 4, 0, 1])
    expect(fill(new Placement(flexibleZonal), 3).map((p) => p.updateDomain)).toEqual([-1, -1, -1])
  })

  it('PL-09 each placement group has update domains of its own', () => {
    const placement = new Placement({ ...uniformRegional, singlePlacementGroup: false })
    const placed = fill(placement, 108)
    placement.remove(placed[101]!)
    expect(place(placement)).toMatchObject({ placementGroup: 1, updateDomain: 1, faultDomain: 1 })
  })
})

describe('zones and balance', () => {
  it.each([
    { counts: [2, 2, 2], balanced: true },
    { counts: [2, 3, 3], balanced: true },
    { counts: [1, 3, 3], balanced: false },
    { counts: [0, 2], balanced: false },
    { counts: [7], balanced: true },
    { counts: [], balanced: true },
  ])('PL-20 PL-21 $counts balanced: $balanced', ({ counts, balanced }) => {
    expect(isBalanced(counts)).toBe(balanced)
  })

  it('PL-22 best effort puts new instances into the remaining zones while one is down', () => {
    const placement = withZones(flexibleZonal, [2, 2, 2])
    const zones = Array.from({ length: 4 }, () => place(placement, { unavailableZones: [1] }).zone)
    expect(zones).toEqual([0, 2, 0, 2])
    expect(placement.zoneCounts()).toEqual([4, 2, 4])
  })

  it('PL-22 with two zones down scaling is blocked', () => {
    const placement = withZones(flexibleZonal, [2, 2, 2])
    expect(placement.choose({ unavailableZones: [0, 1] })).toMatchObject({ rule: 'PL-22' })
    expect(placement.choose({ unavailableZones: [1, 1, 9] }), 'one zone said twice is one').not.toHaveProperty(
      'refused',
    )
  })

  it('PL-22 an imbalance that is there already does not block best effort', () => {
    expect(withZones(flexibleZonal, [0, 2, 4]).choose()).toMatchObject({ zone: 0 })
  })

  it('PL-23 strict balance refuses what would unbalance the set, even during an outage', () => {
    const placement = withZones({ ...flexibleZonal, zoneBalance: true }, [2, 2, 2])
    const zones = [place(placement, { unavailableZones: [2] }).zone, place(placement, { unavailableZones: [2] }).zone]
    expect(zones).toEqual([0, 1])
    expect(placement.choose({ unavailableZones: [2] })).toMatchObject({ rule: 'PL-23' })
    expect(placement.choose()).toMatchObject({ zone: 2 })
  })

  it('PL-23 looks at the result of the whole operation', () => {
    const placement = withZones({ ...flexibleZonal, zoneBalance: true }, [0, 2, 4])
    expect(placement.choose(), 'one more gives 1/2/4').toMatchObject({ rule: 'PL-23' })
    expect(placement.chooseMany(5), 'five more give 4/3/4, six 4/4/4').toHaveLength(5)
    expect(placement.chooseMany(2), '2/2/4').toMatchObject({ rule: 'PL-23' })
    expect(placement.zoneCounts(), 'choosing changes nothing').toEqual([0, 2, 4])
    expect(strictBalanceRefusal({ zoneBalance: true }, [0, 2, 3]), 'scale-in as well').toMatchObject({ rule: 'PL-23' })
    expect(strictBalanceRefusal({ zoneBalance: false }, [0, 2, 3])).toBeUndefined()
  })

  it('PL-24 PL-28 a scale-out after a zone loss fills the poor zone: 0/2/4 to eight gives 2/2/4', () => {
    const placement = withZones(flexibleZonal, [0, 2, 4])
    fill(placement, 2)
    expect(placement.zoneCounts()).toEqual([2, 2, 4])
  })

  it('PL-25 five instances in three zones are 2/2/1, ties to the lowest zone', () => {
    const placement = new Placement(flexibleZonal)
    expect(fill(placement, 5).map((p) => p.zone)).toEqual([0, 1, 2, 0, 1])
    expect(placement.zoneCounts()).toEqual([2, 2, 1])
  })

  it('PL-25 a zone that is named is taken without a test of balance, unless it is down', () => {
    const placement = withZones({ ...flexibleZonal, zoneBalance: true }, [2, 2, 2])
    expect(place(placement, { zone: 1 }).zone).toBe(1)
    expect(place(placement, { zone: 1 }).zone).toBe(1)
    expect(placement.choose({ zone: 1, unavailableZones: [1] })).toMatchObject({ code: 'ZonalAllocationFailed' })
  })

  it('PL-20 PL-07 any number of instances is balanced over zones and, within a zone and group, over domains', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 240 }),
        (zoneCount, uniform, faultDomainCount, zoneBalance, count) => {
          const placement = new Placement({
            ...flexibleZonal,
            zoneCount,
            uniform,
            faultDomainCount,
            zoneBalance,
            regionFaultDomains: 5,
          })
          const placed = fill(placement, count)
          expect(isBalanced(placement.zoneCounts())).toBe(true)
          const domains = faultDomainCount === 1 ? 8 : faultDomainCount
          for (const key of new Set(placed.map((p) => `${p.zone}/${p.placementGroup}`))) {
            const cell = placed.filter((p) => `${p.zone}/${p.placementGroup}` === key)
            expect(
              isBalanced(
                countBy(
                  cell.map((p) => p.faultDomain),
                  domains,
                ),
              ),
            ).toBe(true)
            if (uniform)
              expect(
                isBalanced(
                  countBy(
                    cell.map((p) => p.updateDomain),
                    5,
                  ),
                ),
              ).toBe(true)
          }
        },
      ),
      { numRuns: 60 },
    ))

  it('PL-07 adding and removing in any order leaves the counters of what is left', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (steps) => {
        const placement = new Placement({ ...uniformRegional, zoneCount: 2, singlePlacementGroup: false })
        const live: PlacedInstance[] = []
        for (const step of steps) {
          if (step < 6 || live.length === 0) live.push(place(placement))
          else placement.remove(live.splice(step % live.length, 1)[0]!)
        }
        expect(placement.zoneCounts()).toEqual(
          countBy(
            live.map((p) => p.zone),
            2,
          ),
        )
        const copy = new Placement({ ...uniformRegional, zoneCount: 2, singlePlacementGroup: false })
        for (const p of live) copy.add(p)
        expect(placement.choose()).toEqual(copy.choose())
      }),
      { numRuns: 60 },
    ))
})

describe('placement groups', () => {
  it('PL-50 a single placement group holds 100, in either mode', () => {
    for (const spec of [uniformRegional, { ...flexibleZonal, singlePlacementGroup: true }]) {
      const placement = new Placement(spec)
      fill(placement, 100)
      expect(placement.choose()).toMatchObject({ rule: 'PL-50' })
    }
  })

  it('PL-50 several groups are filled to 100 each, the lowest with room first', () => {
    const placement = new Placement({ ...uniformRegional, singlePlacementGroup: false })
    const placed = fill(placement, 250)
    expect(
      countBy(
        placed.map((p) => p.placementGroup),
        3,
      ),
    ).toEqual([100, 100, 50])
    placement.remove(placed[120]!)
    expect(placement.choose()).toMatchObject({ placementGroup: 1 })
    placement.remove(placed[7]!)
    expect(placement.choose()).toMatchObject({ placementGroup: 0 })
  })

  it('PL-50 Flexible exposes no groups, and 10,000 instances are placed', () => {
    const placement = new Placement(flexibleZonal)
    expect(new Set(fill(placement, 10_000).map((p) => p.placementGroup))).toEqual(new Set([0]))
    expect(placement.zoneCounts()).toEqual([3334, 3333, 3333])
  })
})

describe('overprovisioning and names', () => {
  const measured = { overprovisionExtras: 'measured', overprovisionFactorPercent: 20 } as const

  it.each([
    { requested: 0, extras: 0 },
    { requested: 1, extras: 1 },
    { requested: 2, extras: 2 },
    { requested: 5, extras: 5 },
    { requested: 6, extras: 2 },
    { requested: 10, extras: 2 },
    { requested: 11, extras: 3 },
  ])('PL-51 PL-52 measured: $requested requested, $extras extra', ({ requested, extras }) => {
    expect(overprovisionCount(requested, measured)).toBe(extras)
  })

  it('PL-52 twentyPercent applies the factor to every number, rounded up', () => {
    const factor = (percent: number) =>
      ({ overprovisionExtras: 'twentyPercent', overprovisionFactorPercent: percent }) as const
    expect([0, 1, 5, 6, 100].map((n) => overprovisionCount(n, factor(20)))).toEqual([0, 1, 1, 2, 20])
    expect(overprovisionCount(10, factor(50))).toBe(5)
  })

  it('PL-55 Uniform names end in the number, Flexible ones in eight characters', () => {
    expect(instanceName('vmss', true, 17)).toBe('vmss_17')
    expect(instanceName('vmss', false, 17)).toMatch(/^vmss_[0-9a-f]{8}$/)
    expect(instanceName('vmss', false, 17)).toBe(instanceName('vmss', false, 17))
    expect(instanceName('vmss-a', false, 17).slice(-8)).not.toBe(instanceName('vmss-b', false, 17).slice(-8))
  })

  it('PL-55 no two of 10,000 instances share a Flexible name', () => {
    expect(new Set(Array.from({ length: 10_000 }, (_, id) => instanceName('vmss', false, id))).size).toBe(10_000)
  })
})
