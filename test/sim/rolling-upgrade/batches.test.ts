import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BatchAssumptions,
  type BatchPolicy,
  batchCap,
  type Candidate,
  compareCandidates,
  healthyRoom,
  LAST_PHASE,
  nextBatch,
  type SetCounts,
} from '../../../src/sim/rolling-upgrade/batches.ts'
import { ALL_BAD, batchesOf, breakAt, changeImage, counters, entries, first, play } from '../play.ts'

const assumptions: BatchAssumptions = {
  batchRounding: 'floor',
  shrinkBatchByUnhealthy: true,
  shrinkWalk: 'scan',
  zonalCapBase: 'wholeSet',
  udBorderAt100: 'ignore',
  fdAffinity: 'prefer',
  batchOrder: 'unhealthyFirst',
}

const policy: BatchPolicy = {
  maxBatchInstancePercent: 20,
  maxUnhealthyInstancePercent: 20,
  prioritizeUnhealthyInstances: false,
  enableCrossZoneUpgrade: false,
}

const candidate = (index: number, of: Partial<Candidate> = {}): Candidate => ({
  index,
  phase: LAST_PHASE,
  zone: 0,
  updateDomain: -1,
  faultDomain: 0,
  order: index,
  unhealthy: false,
  ...of,
})

const fleet = (count: number, of: (index: number) => Partial<Candidate> = () => ({})): Candidate[] =>
  Array.from({ length: count }, (_, index) => candidate(index, of(index)))

function choose(
  candidates: Candidate[],
  change: Partial<BatchPolicy> = {},
  assume: Partial<BatchAssumptions> = {},
  counts: Partial<SetCounts> = {},
) {
  const used = { ...policy, ...change }
  const readings = { ...assumptions, ...assume }
  const ordered = [...candidates].sort((a, b) => compareCandidates(a, b, used, readings))
  const all: SetCounts = {
    total: candidates.length,
    unhealthy: candidates.filter((one) => one.unhealthy).length,
    perZone: [],
    ...counts,
  }
  const batch = nextBatch(ordered, all, used, readings)
  return { ...batch, indices: batch.members.map((member) => member.index) }
}

describe('batchCap (BT-1, BT-2)', () => {
  it.each([
    { total: 10, percent: 20, cap: 2, why: '20 % of ten' },
    { total: 5, percent: 20, cap: 1, why: 'five or fewer at 20 % are one' },
    { total: 4, percent: 20, cap: 1, why: 'never below one' },
    { total: 18, percent: 20, cap: 3, why: '3.6 floors' },
    { total: 10, percent: 100, cap: 10, why: 'everything at once' },
  ])('BT-1 $total at $percent % -> $cap: $why', ({ total, percent, cap }) => {
    expect(batchCap(total, percent)).toBe(cap)
  })

  it.each([
    { total: 3, percent: 34, cap: 1 },
    { total: 3, percent: 33, cap: 1 },
    { total: 6, percent: 20, cap: 1 },
    { total: 9, percent: 34, cap: 3 },
    { total: 11, percent: 20, cap: 2 },
  ])('BT-2 $total x $percent % -> $cap', ({ total, percent, cap }) => {
    expect(batchCap(total, percent)).toBe(cap)
  })

  it('BT-2 batchRounding reads the undocumented formula upwards or to the nearest', () => {
    expect(batchCap(18, 20, 'ceil')).toBe(4)
    expect(batchCap(18, 20, 'round')).toBe(4)
    expect(batchCap(11, 20, 'ceil')).toBe(3)
    expect(batchCap(11, 20, 'round')).toBe(2)
  })

  it('BT-1 counts every instance of the set, not only those that wait', () => {
    expect(choose(fleet(3), {}, {}, { total: 10 }).indices).toEqual([0, 1])
  })
})

describe('healthyRoom and the walk (BT-3)', () => {
  it('BT-3 what is down elsewhere leaves less room, never none', () => {
    expect(healthyRoom(10, 20, 0)).toBe(2)
    expect(healthyRoom(10, 20, 1)).toBe(1)
    expect(healthyRoom(10, 20, 5)).toBe(1)
  })

  it('BT-3 the walk reaches over to the unhealthy ones: 0 and 8', () => {
    const batch = choose(fleet(10, (index) => ({ unhealthy: index >= 8 })))
    expect(batch.indices).toEqual([0, 8])
  })

  it('BT-3 unhealthy ones that do not wait shrink the batch to one, and the batch says so', () => {
    const batch = choose(fleet(8), {}, {}, { total: 10, unhealthy: 2 })
    expect(batch.indices).toEqual([0])
    expect(batch).toMatchObject({ rule: 'BT-3', cap: 2, unhealthyElsewhere: 2, healthyLimit: 1 })
  })

  it('BT-3 shrinkWalk window looks no further than the cap', () => {
    const sick = fleet(10, (index) => ({ unhealthy: index >= 8 }))
    expect(choose(sick, {}, { shrinkWalk: 'window' }).indices).toEqual([0])
  })

  it('BT-3 shrinkBatchByUnhealthy off takes the cap whatever is unhealthy', () => {
    const batch = choose(fleet(8), {}, { shrinkBatchByUnhealthy: false }, { total: 10, unhealthy: 2 })
    expect(batch.indices).toEqual([0, 1])
    expect(batch.rule).toBe('BT-1')
  })
})

describe('borders of a batch', () => {
  const threeZones = fleet(9, (index) => ({ zone: index % 3 }))

  it('BT-4 zones are never mixed', () => {
    expect(choose(threeZones, { maxBatchInstancePercent: 34, maxUnhealthyInstancePercent: 34 }).indices).toEqual([
      0, 3, 6,
    ])
  })

  it('BT-4 enableCrossZoneUpgrade ignores zone borders', () => {
    const wide = { maxBatchInstancePercent: 34, maxUnhealthyInstancePercent: 34, enableCrossZoneUpgrade: true }
    expect(choose(threeZones, wide).indices).toEqual([0, 1, 2])
  })

  it('BT-5 the cap is taken from the whole set, so a zone can give a short batch', () => {
    const batch = choose(
      fleet(2, () => ({ zone: 1 })),
      { maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 50 },
      {},
      { total: 12 },
    )
    expect(batch).toMatchObject({ cap: 6, indices: [0, 1] })
  })

  it('BT-5 zonalCapBase zone takes it from the zone', () => {
    const batch = choose(threeZones, {}, { zonalCapBase: 'zone' }, { total: 9, perZone: [50, 20, 20] })
    expect(batch.cap).toBe(10)
  })

  it('BT-6 Uniform batches stay inside one update domain', () => {
    const domains = fleet(10, (index) => ({ updateDomain: index % 5 }))
    const batch = choose(domains, { maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 50 })
    expect(batch).toMatchObject({ cap: 5, indices: [0, 5] })
  })

  it('BT-7 at 100 percent one batch takes the zone across update domains, unless the border is respected', () => {
    const domains = fleet(10, (index) => ({ updateDomain: index % 5, zone: index < 5 ? 0 : 1 }))
    const all = { maxBatchInstancePercent: 100, maxUnhealthyInstancePercent: 100 }
    expect(choose(domains, all).indices).toEqual([0, 1, 2, 3, 4])
    expect(choose(domains, all, { udBorderAt100: 'respect' }).indices).toEqual([0])
  })

  it('BT-8 Flexible takes one fault domain first and spills over to fill the cap', () => {
    const racks = fleet(10, (index) => ({ faultDomain: index % 2 }))
    const wide = { maxBatchInstancePercent: 60, maxUnhealthyInstancePercent: 60 }
    expect(choose(racks, wide).indices).toEqual([0, 2, 4, 6, 8, 1])
    expect(choose(racks, wide, { fdAffinity: 'ignore' }).indices).toEqual([0, 1, 2, 3, 4, 5])
  })
})

describe('order of candidates', () => {
  const order = (candidates: Candidate[], change: Partial<BatchPolicy> = {}, assume: Partial<BatchAssumptions> = {}) =>
    [...candidates]
      .sort((a, b) => compareCandidates(a, b, { ...policy, ...change }, { ...assumptions, ...assume }))
      .map(({ index }) => index)

  it('BT-9 phase, then zone, then domain, then id', () => {
    const mixed = [
      candidate(0, { zone: 1, phase: 1 }),
      candidate(1, { zone: 0, phase: 2 }),
      candidate(2, { zone: 0, phase: 1, updateDomain: 1 }),
      candidate(3, { zone: 0, phase: 1, updateDomain: 0, order: 9 }),
      candidate(4, { zone: 0, phase: 1, updateDomain: 0, order: 8 }),
    ]
    expect(order(mixed)).toEqual([4, 3, 2, 0, 1])
  })

  it('BT-9 flexBatchOrder name goes by the VM name instead of the order of creation', () => {
    const byCreation = batchesOf(play({ capacity: 6 })).flat()
    const byName = batchesOf(play({ capacity: 6, assumptions: { flexBatchOrder: 'name' } })).flat()
    expect(byCreation).toEqual([0, 1, 2, 3, 4, 5])
    expect([...byName].sort()).toEqual(byCreation)
    expect(byName).not.toEqual(byCreation)
  })

  it('BT-10 prioritized unhealthy ones go before any healthy one, also across zones', () => {
    const sick = fleet(6, (index) => ({ zone: index % 2, unhealthy: index === 3 }))
    expect(order(sick)).toEqual([0, 2, 4, 1, 3, 5])
    expect(order(sick, { prioritizeUnhealthyInstances: true })).toEqual([3, 0, 2, 4, 1, 5])
    expect(order(sick, { prioritizeUnhealthyInstances: true }, { batchOrder: 'zoneFirst' })).toEqual([0, 2, 4, 3, 1, 5])
  })

  it('BT-10 no healthy one joins while an unhealthy one still waits in another zone', () => {
    const sick = fleet(10, (index) => ({ zone: index % 2, unhealthy: index === 2 || index === 3 }))
    const wide = { maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 50, prioritizeUnhealthyInstances: true }
    expect(choose(sick, wide).indices).toEqual([2])
  })

  it('BT-10 without the flag unhealthy ones are upgraded all the same', () => {
    const run = play({ timeline: [breakAt('PT5M', [9]), changeImage()] })
    expect(counters(first(run))).toEqual([10, 0, 0, 0])
  })
})

describe('who takes part', () => {
  const protect = (flag: string, instances: number[]) => ({
    at: 'PT1M',
    protectInstance: { instances: instances.map((number) => `vmss/${number}`), [flag]: true },
  })

  it('BT-11 an instance protected from set actions is left out and does not keep the run from completing', () => {
    const run = play({ timeline: [protect('protectFromScaleSetActions', [0, 5]), changeImage()] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 8, pending: 0, leftOut: 2 })
    expect(batchesOf(run).flat()).toEqual([1, 2, 3, 4, 6, 7, 8, 9])
  })

  it('BT-12 protectFromScaleIn alone does not exclude', () => {
    const run = play({ timeline: [protect('protectFromScaleIn', [0, 5]), changeImage()] })
    expect(batchesOf(run).flat()).toHaveLength(10)
  })

  it('BT-13 an OS upgrade with every instance protected is refused with OperationNotAllowed', () => {
    const latest = { storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' } } }
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    const start = { at: 'PT10M', startOSUpgrade: {} }
    const run = play({ profile: latest, timeline: [protect('protectFromScaleSetActions', all), start] })
    expect(run.rollouts).toHaveLength(0)
    expect(entries(run, 'write.rejected')[0]).toMatchObject({ rule: 'BT-13', numbers: { code: 'OperationNotAllowed' } })
    const one = play({ profile: latest, timeline: [protect('protectFromScaleSetActions', all.slice(1)), start] })
    expect(first(one).status).toBe('Completed')
  })

  const deallocated = [{ at: 'PT1M', deallocate: { instances: ['vmss/0', 'vmss/1', 'vmss/2'] } }, changeImage()]

  it('BT-14 deallocated instances are neither upgraded nor unhealthy, and get the new model when they start', () => {
    const run = play({ timeline: [...deallocated, { at: 'PT2H', start: { instance: 'vmss/0' } }] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 7 })
    const started = entries(run, 'instance.provisioned').filter((entry) => entry.subject === 'vmss/0')
    expect(started.at(-1)?.numbers['version']).toBe(1)
  })

  it('BT-14 deallocatedInUpgrade countUnhealthy makes them unhealthy: 30 % stop the run', () => {
    const run = play({ timeline: deallocated, assumptions: { deallocatedInUpgrade: 'countUnhealthy' } })
    expect(first(run).errorCode).toBe('MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade')
  })

  it('BT-15 a running instance without a signal counts as unhealthy', () => {
    const hang = { at: 'PT5M', hangInstance: { instances: ['vmss/0', 'vmss/1', 'vmss/2'] } }
    const run = play({ timeline: [hang, changeImage()] })
    expect(first(run).errorCode).toBe('MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade')
  })

  it('BT-15 one that is still being created does not, unless startingCountsAsUnhealthy', () => {
    const timeline = [{ at: 'PT9M30S', scaleTo: { capacity: 14 } }, changeImage()]
    expect(first(play({ timeline })).status).toBe('Completed')
    const strict = play({ timeline, assumptions: { startingCountsAsUnhealthy: true } })
    expect(first(strict).errorCode).toBe('MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade')
  })

  it('BT-16 excluded instances stay in the denominator', () => {
    // Two of ten unhealthy are 20 %; of the five that take part they would be 40 %.
    const timeline = [protect('protectFromScaleSetActions', [0, 1, 2, 3, 4]), breakAt('PT5M', [8, 9]), changeImage()]
    expect(first(play({ timeline })).status).toBe('Completed')
    const narrow = play({ timeline, assumptions: { denominatorIncludesExcluded: false } })
    expect(first(narrow).errorCode).toBe('MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade')
  })
})

describe('properties of every batch', () => {
  const anyCandidates = fc.array(
    fc.record({
      zone: fc.nat(2),
      updateDomain: fc.integer({ min: -1, max: 4 }),
      faultDomain: fc.nat(4),
      unhealthy: fc.boolean(),
      phase: fc.nat(2),
    }),
    { minLength: 1, maxLength: 40 },
  )

  it('no batch above its cap, none empty, one phase, one zone unless zones may mix, one update domain', () =>
    fc.assert(
      fc.property(
        anyCandidates,
        fc.integer({ min: 5, max: 99 }),
        fc.boolean(),
        fc.boolean(),
        (drawn, percent, cross, prioritized) => {
          const uniform = drawn[0]!.updateDomain >= 0
          const candidates = drawn.map((one, index) =>
            candidate(index, { ...one, updateDomain: uniform ? Math.max(0, one.updateDomain) : -1 }),
          )
          const batch = choose(candidates, {
            maxBatchInstancePercent: percent,
            maxUnhealthyInstancePercent: percent,
            enableCrossZoneUpgrade: cross,
            prioritizeUnhealthyInstances: prioritized,
          })
          expect(batch.members.length).toBeGreaterThanOrEqual(1)
          expect(batch.members.length).toBeLessThanOrEqual(Math.max(1, Math.floor((candidates.length * percent) / 100)))
          expect(new Set(batch.indices).size).toBe(batch.indices.length)
          expect(new Set(batch.members.map((member) => member.phase)).size).toBe(1)
          if (!cross) expect(new Set(batch.members.map((member) => member.zone)).size).toBe(1)
          expect(new Set(batch.members.map((member) => member.updateDomain)).size).toBe(1)
        },
      ),
    ))

  it('a bad image never spreads beyond the first batch under the default policy, whatever the size', () => {
    for (const capacity of [1, 2, 3, 7, 10, 24, 31]) {
      const run = play({ capacity, newImage: ALL_BAD })
      expect(run.measures.blastRadius.instances).toBe(Math.max(1, Math.floor(capacity / 5)))
    }
  })
})
