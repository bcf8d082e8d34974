import { describe, expect, it } from 'vitest'
import { changeImage, entries, first, MINUTE, play } from '../play.ts'

type World = Parameters<typeof play>[0]

const spot = (evictionPolicy?: 'Deallocate' | 'Delete', more: Record<string, unknown> = {}) => ({
  profile: { priority: 'Spot', ...(evictionPolicy ? { evictionPolicy } : {}), ...more },
})
const mix = (base: number, percent: number) => ({
  priorityMixPolicy: { baseRegularPriorityCount: base, regularPriorityPercentageAboveBase: percent },
})
const reclaim = (at: string, percent = 100) => ({ at, reclaimSpot: { percent } })
const evict = (at: string, ...numbers: number[]) => ({
  at,
  simulateEviction: { instances: numbers.map((number) => `vmss/${number}`) },
})
const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })
const evicted = (run: ReturnType<typeof play>) => entries(run, 'spot.evicted').map(({ subject }) => subject)
const started = (run: ReturnType<typeof play>) => entries(run, 'rollout.started')[0]!.numbers

/** Capacity and running Spot instances after these steps, half an hour apart; a number scales, a percentage reclaims. */
function standing(world: World, ...steps: (number | string)[]): { capacity: number; regular: number; spot: number } {
  const at = (index: number) => `PT${30 * (index + 1)}M`
  const timeline = steps.map((step, index) =>
    typeof step === 'number' ? scale(at(index), step) : reclaim(at(index), Number.parseFloat(step)),
  )
  // The last reclaim only counts: the run ends before its notice does.
  const duration = at(steps.length).replace('M', 'M10S')
  const run = play({ ...world, timeline: [...timeline, reclaim(at(steps.length))], duration })
  const count = entries(run, 'spot.reclaimed').at(-1)!.numbers
  const gone = entries(run, 'instance.deleted').length
  const stopped = entries(run, 'instance.stopped').length
  const capacity = run.instances.length - gone
  return { capacity, regular: capacity - stopped - Number(count['of']), spot: Number(count['of']) }
}

describe('eviction', () => {
  it('SP-01 Azure takes a share of the running Spot instances at any time, the newest first', () => {
    const run = play({ ...spot(), timeline: [reclaim('PT10M', 25)] })
    expect(entries(run, 'spot.reclaimed')).toMatchObject([{ rule: 'SP-01', numbers: { instances: 3, of: 10 } }])
    expect(evicted(run)).toEqual(['vmss/9', 'vmss/8', 'vmss/7'])
    expect(run.measures.spot.evictions).toBe(3)
    expect(evicted(play({ timeline: [reclaim('PT10M')] }))).toEqual([])
    const oldest = { assumptions: { spotReclaimOrder: 'oldest' } }
    const taken = (more: object) => evicted(play({ ...spot(), timeline: [reclaim('PT10M', 25)], ...more })).sort()
    expect(taken({})).toEqual(['vmss/7', 'vmss/8', 'vmss/9'])
    expect(taken(oldest)).toEqual(['vmss/0', 'vmss/1', 'vmss/2'])
  })

  it('SP-02 SE-1 a Preempt event tells it 30 seconds before', () => {
    const run = play({ ...spot(), timeline: [evict('PT10M', 4)] })
    expect(entries(run, 'event.scheduled')).toMatchObject([
      { subject: 'vmss/4', rule: 'SP-02', numbers: { eventType: 'Preempt', notBeforeMs: 10 * MINUTE + 30_000 } },
    ])
    expect(entries(run, 'spot.evicted')).toMatchObject([{ subject: 'vmss/4', atMs: 10 * MINUTE + 30_000 }])
    const approved = play({ ...spot(), application: { approvesEventsAfter: 'PT10S' }, timeline: [evict('PT10M', 4)] })
    expect(entries(approved, 'spot.evicted')[0]!.atMs).toBe(10 * MINUTE + 10_000)
  })

  it('SP-02 an upgrade or a restart in those 30 seconds does not save it', () => {
    const restart = { at: 'PT10M10S', restart: { instance: 'vmss/4' } }
    expect(evicted(play({ ...spot(), timeline: [evict('PT10M', 4), restart] }))).toEqual(['vmss/4'])
    expect(evicted(play({ ...spot(), timeline: [evict('PT9M50S', 0), changeImage()] }))).toEqual(['vmss/0'])
    // Whoever is stopped or deleted meanwhile cannot be evicted.
    for (const verb of ['deallocate', 'deleteInstance']) {
      const gone = { at: 'PT10M10S', [verb]: { instance: 'vmss/4' } }
      expect(evicted(play({ ...spot('Delete'), timeline: [evict('PT10M', 4), gone] })), verb).toEqual([])
    }
  })

  it('SP-03 Deallocate leaves it in the set, stopped; it counts against set and quota, and may be started again', () => {
    const world = { ...spot('Deallocate'), world: { regions: { eastus: { quota: { instances: 10 } } } } }
    const run = play({ ...world, timeline: [evict('PT10M', 4), scale('PT20M', 11)] })
    expect(entries(run, 'instance.stopped')).toMatchObject([{ subject: 'vmss/4', numbers: { deallocated: true } }])
    expect(entries(run, 'instance.deleted')).toEqual([])
    expect(entries(run, 'scaleSet.scaleRefused')).toHaveLength(1)
    const again = play({ ...world, timeline: [evict('PT10M', 4), { at: 'PT20M', start: { instance: 'vmss/4' } }] })
    expect(entries(again, 'instance.serving').map(({ subject }) => subject)).toEqual(['vmss/4'])
  })

  it('SP-03 Deallocate is the policy where none is given', () => {
    expect(entries(play({ ...spot(), timeline: [evict('PT10M', 4)] }), 'spot.evicted')[0]!.numbers).toEqual({
      evictionPolicy: 'Deallocate',
    })
  })

  it('SP-03 Delete takes it away and frees the quota', () => {
    const world = { ...spot('Delete'), world: { regions: { eastus: { quota: { instances: 10 } } } } }
    const run = play({ ...world, timeline: [evict('PT10M', 4), scale('PT20M', 10)] })
    expect(entries(run, 'instance.deleted').map(({ subject }) => subject)).toEqual(['vmss/4'])
    expect(entries(run, 'scaleSet.scaleRefused')).toEqual([])
    expect(entries(run, 'instance.creating')).toHaveLength(1)
  })

  it('SP-04 a Delete eviction takes the capacity down, a Deallocate one does not', () => {
    const grown = (policy: 'Deallocate' | 'Delete') =>
      entries(play({ ...spot(policy), timeline: [reclaim('PT10M', 40), scale('PT30M', 12)] }), 'scaleSet.scaledOut')[0]!
        .numbers['from']
    expect([grown('Deallocate'), grown('Delete')]).toEqual([10, 6])
    // Missing is what the capacity asks for and does not serve.
    const lost = (policy: 'Deallocate' | 'Delete') =>
      play({ ...spot(policy), timeline: [reclaim('PT10M', 40)] }).measures.availability.lostInstanceMinutes
    expect(lost('Deallocate')).toBeGreaterThan(4 * 300)
    expect(lost('Delete')).toBe(0)
  })

  it('SP-10 simulateEviction goes the usual way: notice, policy; a regular instance has none', () => {
    const run = play({ ...spot('Delete'), timeline: [evict('PT10M', 4, 5)] })
    expect(entries(run, 'event.scheduled')).toHaveLength(2)
    expect(entries(run, 'instance.deleted').map(({ subject }) => subject)).toEqual(['vmss/4', 'vmss/5'])
    const regular = play({ timeline: [evict('PT10M', 4)] })
    expect(regular.findings).toMatchObject([{ code: 'RequestRefused', rules: ['SP-10'] }])
    expect(entries(regular, 'event.scheduled')).toEqual([])
  })

  it('SP-27 the regular ones of a mix are never evicted', () => {
    const run = play({ ...spot('Delete'), set: mix(4, 50), timeline: [reclaim('PT10M'), evict('PT20M', 0)] })
    expect(evicted(run).sort()).toEqual(['vmss/7', 'vmss/8', 'vmss/9'])
    expect(run.findings.filter(({ code }) => code === 'RequestRefused')).toHaveLength(1)
  })
})

describe('the priority mix', () => {
  it.each([
    { capacity: 10, base: 4, percent: 50, regular: 7, spot: 3 },
    { capacity: 2, base: 4, percent: 50, regular: 2, spot: 0 },
    { capacity: 15, base: 10, percent: 50, regular: 12, spot: 3 },
    { capacity: 10, base: 0, percent: 0, regular: 0, spot: 10 },
    // SP-24: printed as 2 and 2 in one example; the rule wins.
    { capacity: 4, base: 2, percent: 50, regular: 3, spot: 1 },
  ])('SP-20 SP-24 a set of $capacity over base $base at $percent % begins with $regular regular ones', (row) => {
    const { capacity, base, percent } = row
    const world = { ...spot('Delete'), set: mix(base, percent), capacity }
    expect(standing(world)).toEqual({ capacity, regular: row.regular, spot: row.spot })
  })

  it('SP-20 without a mix a Spot set is all Spot', () => {
    expect(standing({ ...spot() })).toEqual({ capacity: 10, regular: 0, spot: 10 })
  })

  const a = { ...spot('Delete'), set: mix(10, 50), capacity: 10 }
  const grown = [20, 30, 40, 41, 42]
  it.each<{ steps: (number | string)[]; capacity: number; extraRegular: number; spot: number }>([
    { steps: [], capacity: 10, extraRegular: 0, spot: 0 },
    { steps: [20], capacity: 20, extraRegular: 5, spot: 5 },
    { steps: [20, 30], capacity: 30, extraRegular: 10, spot: 10 },
    { steps: [20, 30, 40], capacity: 40, extraRegular: 15, spot: 15 },
    { steps: [20, 30, 40, 41], capacity: 41, extraRegular: 15, spot: 16 },
    { steps: grown, capacity: 42, extraRegular: 16, spot: 16 },
    { steps: [...grown, '100%'], capacity: 26, extraRegular: 16, spot: 0 },
    { steps: [...grown, '100%', 30], capacity: 30, extraRegular: 16, spot: 4 },
    { steps: [...grown, '100%', 30, 42], capacity: 42, extraRegular: 16, spot: 16 },
    { steps: [...grown, '100%', 30, 42, 44], capacity: 44, extraRegular: 17, spot: 17 },
  ])('SP-23 SP-21 base 10, 50 %, Delete, after $steps: $extraRegular extra regular, $spot Spot', (row) => {
    expect(standing(a, ...row.steps)).toEqual({
      capacity: row.capacity,
      regular: 10 + row.extraRegular,
      spot: row.spot,
    })
  })

  const b = { ...spot('Deallocate'), set: mix(10, 25), capacity: 10 }
  it.each<{ steps: (number | string)[]; capacity: number; extraRegular: number; spot: number }>([
    { steps: [20], capacity: 20, extraRegular: 2, spot: 8 },
    { steps: [20, 50], capacity: 50, extraRegular: 10, spot: 30 },
    { steps: [20, 50, 110], capacity: 110, extraRegular: 25, spot: 75 },
    // Ten of 75: the share is rounded up.
    { steps: [20, 50, 110, '13%'], capacity: 110, extraRegular: 25, spot: 65 },
    { steps: [20, 50, 110, '13%', 120], capacity: 120, extraRegular: 27, spot: 73 },
  ])('SP-24 SP-22 base 10, 25 %, Deallocate, after $steps: $extraRegular extra regular, $spot running Spot', (row) => {
    expect(standing(b, ...row.steps)).toEqual({
      capacity: row.capacity,
      regular: 10 + row.extraRegular,
      spot: row.spot,
    })
  })

  it('SP-22 a scale-out starts no deallocated instance', () => {
    const run = play({ ...spot(), timeline: [reclaim('PT10M', 20), scale('PT30M', 12)] })
    expect(entries(run, 'instance.creating').map(({ subject }) => subject)).toEqual(['vmss/10', 'vmss/11'])
    expect(entries(run, 'instance.starting').map(({ subject }) => subject)).toEqual(['vmss/10', 'vmss/11'])
  })

  it('SP-21 nobody who is there is converted', () => {
    // 4 + 3 regular of 10; at 20 the target is 4 + 8, so five regular ones come, and five Spot.
    expect(standing({ ...spot('Delete'), set: mix(4, 50) }, 20)).toEqual({ capacity: 20, regular: 12, spot: 8 })
    // Everybody was Spot before there was a mix: of two more the target asks for more regular ones than that.
    const change = { at: 'PT10M', updateModel: { set: { priorityMixPolicy: mix(4, 50).priorityMixPolicy } } }
    const run = play({ ...spot('Delete'), timeline: [change, scale('PT20M', 12), reclaim('PT1H')] })
    expect(entries(run, 'spot.reclaimed')[0]!.numbers).toEqual({ instances: 10, of: 10 })
  })

  it('SP-25 a change of the mix touches nobody', () => {
    const change = { at: 'PT10M', updateModel: { set: { priorityMixPolicy: mix(10, 100).priorityMixPolicy } } }
    const run = play({ ...spot('Delete'), set: mix(4, 50), timeline: [change, reclaim('PT1H')] })
    expect(run.rollouts).toEqual([])
    expect(entries(run, 'instance.updating')).toEqual([])
    expect(entries(run, 'spot.reclaimed')[0]!.numbers['of']).toBe(3)
  })
})

describe('replacement under another mix', () => {
  it('SP-25 what an eviction took is replaced as the mix of that moment has it', () => {
    const set = (base: number) => ({
      at: 'PT1M',
      updateModel: { set: { priorityMixPolicy: mix(base, 0).priorityMixPolicy } },
    })
    // Two of ten Spot ones go and come back; under a floor of one there is a regular one among them.
    const spotLeft = (base: number) => {
      const timeline = [set(base), reclaim('PT10M', 20), reclaim('PT1H')]
      const world = { ...spot('Delete'), set: { spotRestorePolicy: { enabled: true } }, timeline }
      return entries(play(world), 'spot.reclaimed')[1]!.numbers['of']
    }
    expect([spotLeft(0), spotLeft(1), spotLeft(5)]).toEqual([10, 9, 8])
  })
})

describe('SP-33 evicted instances in a rolling upgrade', () => {
  const early = reclaim('PT1M', 20)

  it('SP-33 they stay in the total, are neither healthy nor unhealthy, and are not waited for', () => {
    const run = play({ ...spot(), timeline: [early, changeImage()] })
    expect(started(run)).toMatchObject({ workList: 8, total: 10 })
    expect(entries(run, 'rollout.check')[0]!.numbers).toMatchObject({ count: 0, total: 10 })
    expect(first(run).batches.map(({ instances }) => instances.length)).toEqual([2, 2, 2, 2])
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 8, failed: 0, leftOut: 2 })
  })

  it('SP-33 they show the new image at their next start', () => {
    const start = { at: 'PT2H', start: { instance: 'vmss/9' } }
    const run = play({ ...spot(), timeline: [early, changeImage(), start] })
    const provisioned = entries(run, 'instance.provisioned').at(-1)!
    expect([provisioned.subject, provisioned.numbers['version']]).toEqual(['vmss/9', 1])
  })

  it('SP-33 one that is evicted in its batch has failed, and is no unhealthy upgraded one', () => {
    // Its batch begins at 10:00, the eviction is at 10:50.
    const run = play({ ...spot(), timeline: [changeImage(), evict('PT10M20S', 0)] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 9, failed: 1 })
    expect(entries(run, 'rollout.instanceFailed')).toMatchObject([{ subject: 'vmss/0', rule: 'RU-10' }])
    const upgraded = entries(run, 'rollout.check').filter(({ rule }) => rule === 'TH-5')
    expect(upgraded.map(({ numbers }) => numbers['count'])).toEqual([0, 0, 0, 0, 0])
    const deleted = play({ ...spot('Delete'), timeline: [changeImage(), evict('PT10M20S', 0)] })
    expect(first(deleted)).toMatchObject({ status: 'Completed', successful: 9, failed: 1 })
  })

  it('SP-33 evictedInUpgrade: counted as unhealthy, one eviction in a batch of two ends the rollout', () => {
    const world = { ...spot(), timeline: [changeImage(), evict('PT10M20S', 0)] }
    const counted = play({ ...world, assumptions: { evictedInUpgrade: 'countUnhealthy' } })
    expect(first(counted)).toMatchObject({
      status: 'Faulted',
      errorCode: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
    })
    const checks = entries(counted, 'rollout.check').filter(({ rule }) => rule === 'TH-5')
    expect(checks.map(({ numbers }) => [numbers['count'], numbers['total']])).toEqual([[1, 2]])
    // One that waits for its turn is not in a batch.
    const waiting = { ...spot(), timeline: [changeImage(), evict('PT10M20S', 9)] }
    expect(first(play({ ...waiting, assumptions: { evictedInUpgrade: 'countUnhealthy' } })).status).toBe('Completed')
  })
})
