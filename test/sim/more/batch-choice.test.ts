import { describe, expect, it } from 'vitest'
import {
  type BatchAssumptions,
  type BatchPolicy,
  batchCap,
  type Candidate,
  compareCandidates,
  LAST_PHASE,
  nextBatch,
  type SetCounts,
} from '../../../src/sim/rolling-upgrade/batches.ts'
import { checkUpgraded } from '../../../src/sim/rolling-upgrade/thresholds.ts'
import { batchesOf, breakAt, changeImage, entries, first, play } from '../play.ts'

const READINGS: BatchAssumptions = {
  batchRounding: 'floor',
  shrinkBatchByUnhealthy: true,
  shrinkWalk: 'scan',
  zonalCapBase: 'wholeSet',
  udBorderAt100: 'ignore',
  fdAffinity: 'prefer',
  batchOrder: 'unhealthyFirst',
}

const POLICY: BatchPolicy = {
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

/** A batch out of ten candidates that differ from the plain one as `of` says. */
function choose(
  of: (index: number) => Partial<Candidate>,
  policy: Partial<BatchPolicy> = {},
  readings: Partial<BatchAssumptions> = {},
) {
  const used = { ...POLICY, ...policy }
  const assumptions = { ...READINGS, ...readings }
  const candidates = Array.from({ length: 10 }, (_, index) => candidate(index, of(index)))
  candidates.sort((a, b) => compareCandidates(a, b, used, assumptions))
  const counts: SetCounts = { total: 10, unhealthy: candidates.filter((one) => one.unhealthy).length, perZone: [] }
  const batch = nextBatch(candidates, counts, used, assumptions)
  return { ...batch, indices: batch.members.map((member) => member.index) }
}

const half = { maxBatchInstancePercent: 40, maxUnhealthyInstancePercent: 40 }

describe('size of a batch', () => {
  it('BT-2 round takes exactly one half upwards', () => {
    expect(batchCap(15, 10, 'round')).toBe(2)
    expect(batchCap(14, 10, 'round')).toBe(1)
  })

  it('BT-3 shrinkWalk window looks at as many as the cap, not one fewer', () => {
    expect(choose(() => ({}), {}, { shrinkWalk: 'window' }).indices).toEqual([0, 1])
  })

  it('BT-3 an unhealthy one that joins leaves its room to the healthy ones behind it', () => {
    // Two may be down; the two unhealthy ones are in the batch themselves, so nothing is down elsewhere.
    const batch = choose((index) => ({ unhealthy: index < 2 }), { maxBatchInstancePercent: 40 })
    expect(batch.indices).toEqual([0, 1, 2, 3])
    expect(batch).toMatchObject({ rule: 'BT-1', unhealthyElsewhere: 0, healthyLimit: 2 })
  })

  it('BT-3 a batch that fills up in the end was not shrunk, although a healthy one was passed over', () => {
    // Two may be down, five are: one healthy one joins, the others have to let the unhealthy ones by.
    const batch = choose((index) => ({ unhealthy: index >= 5 }))
    expect(batch.indices).toEqual([0, 5])
    expect(batch.rule).toBe('BT-1')
  })

  it('BT-10 a batch that is small because unhealthy ones wait in another zone is not one that BT-3 has shrunk', () => {
    const batch = choose((index) => ({ zone: index % 2, unhealthy: index === 0 || index === 9 }), {
      ...half,
      prioritizeUnhealthyInstances: true,
    })
    expect(batch.indices).toEqual([0])
    expect(batch.rule).toBe('BT-1')
  })

  it('TH-8 names a breach only: without one the test is the plain TH-5', () => {
    expect(checkUpgraded(0, 4, 10, 0, 'upgraded')).toMatchObject({ rule: 'TH-5', breached: false })
    expect(checkUpgraded(1, 4, 10, 0, 'upgraded')).toMatchObject({ rule: 'TH-8', breached: true })
  })
})

describe('order of the candidates', () => {
  it('BT-9 inside an update domain the id decides; fault domains order only where there are no update domains', () => {
    const opposite = (updateDomain: number) => (index: number) => ({ updateDomain, faultDomain: 9 - index })
    expect(choose(opposite(0)).indices).toEqual([0, 1])
    expect(choose(opposite(-1)).indices).toEqual([9, 8])
  })

  it('BT-10 one that falls ill while the upgrade runs is next', () => {
    const policy = { prioritizeUnhealthyInstances: true, maxBatchInstancePercent: 10 }
    const run = play({ policy, timeline: [changeImage(), breakAt('PT11M', [7])] })
    expect(batchesOf(run).slice(0, 3)).toEqual([[0], [7], [1]])
  })

  it('BT-6 update domains of all placement groups are taken together, unless each group is to have its own', () => {
    const world = {
      uniform: true,
      capacity: 200,
      set: { singlePlacementGroup: false },
      policy: { maxBatchInstancePercent: 20 },
    }
    const merged = first(play({ ...world, assumptions: { updateDomainAcrossPlacementGroups: 'merge' } }))
    expect(merged.batches.map((batch) => batch.instances.length)).toEqual([40, 40, 40, 40, 40])
    const apart = first(play({ ...world, assumptions: { updateDomainAcrossPlacementGroups: 'separate' } }))
    expect(apart.batches.map((batch) => batch.instances.length)).toEqual(Array.from({ length: 10 }, () => 20))
  })
})

describe('what a batch tells of itself', () => {
  it('BT-6 the update domain of a Uniform batch; none on Flexible', () => {
    expect(first(play({ uniform: true })).batches.map((batch) => batch.updateDomain)).toEqual([0, 1, 2, 3, 4])
    expect(first(play({})).batches.every((batch) => batch.updateDomain === null)).toBe(true)
  })

  it('BT-4 the zones it touched; a regional set has none', () => {
    expect(first(play({}))).toMatchObject({ zonesPerBatch: 0, batches: expect.arrayContaining([]) })
    expect(first(play({})).batches.every((batch) => batch.zones.length === 0)).toBe(true)
    const across = play({ zones: ['1', '2'], policy: { enableCrossZoneUpgrade: true } })
    expect(first(across)).toMatchObject({ zonesPerBatch: 2 })
    // Four at once, one zone at a time.
    const inZone = play({ zones: ['1', '2'], policy: { maxBatchInstancePercent: 40, maxUnhealthyInstancePercent: 40 } })
    expect(first(inZone)).toMatchObject({ zonesPerBatch: 1 })
  })

  it('BT-3 a shrunken batch is entered with its size, its cap, the unhealthy elsewhere and the room left', () => {
    const protect = {
      at: 'PT1M',
      protectInstance: { instances: ['vmss/8', 'vmss/9'], protectFromScaleSetActions: true },
    }
    const run = play({
      policy: { maxBatchInstancePercent: 40, maxUnhealthyInstancePercent: 50 },
      timeline: [protect, breakAt('PT5M', [8, 9]), changeImage()],
    })
    expect(entries(run, 'rollout.batchShrunk')[0]).toMatchObject({
      rule: 'BT-3',
      numbers: { size: 3, cap: 4, unhealthyElsewhere: 2, healthyLimit: 3 },
    })
  })
})
