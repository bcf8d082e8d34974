import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from '../../src/sim/compute-throttling.ts'
import { entries, MINUTE, play } from './play.ts'

const updates = (count: number, at: string, verb: Record<string, unknown> = { reapply: {} }) =>
  Array.from({ length: count }, () => ({ at, ...verb }))
const world = { capacity: 3, mode: 'Manual' as const, duration: 'PT1H' }
type Run = ReturnType<typeof play>
const throttled = (run: Run) => entries(run, 'request.throttled').map(({ atMs }) => atMs / MINUTE)

describe('a token bucket (LI-02)', () => {
  it('LI-02 the published table: tokens at the start of each minute, and what is throttled', () => {
    const bucket = new TokenBucket({ refill: 4, max: 12 })
    const rows = [0, 8, 0, 13, 5, 0].map((requests, minute) => {
      const tokens = bucket.tokens(minute * MINUTE)
      const served = Array.from({ length: requests }, () => bucket.take(minute * MINUTE + 30_000))
      return [tokens, served.filter((isServed) => !isServed).length]
    })
    expect(rows).toEqual([
      [12, 0],
      [12, 0],
      [8, 0],
      [12, 1],
      [4, 1],
      [4, 0],
    ])
  })

  it('LI-02 never more than the maximum at once, nor more than maximum and refills over time', () =>
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 * MINUTE }), { maxLength: 200 }), (times) => {
        const bucket = new TokenBucket({ refill: 4, max: 12 })
        const sorted = times.sort((a, b) => a - b)
        const served = sorted.filter((at) => bucket.take(at))
        const minutes = Math.floor((sorted.at(-1) ?? 0) / MINUTE)
        expect(served.length).toBeLessThanOrEqual(12 + 4 * minutes)
        for (let minute = 0; minute <= minutes; minute++)
          expect(served.filter((at) => Math.floor(at / MINUTE) === minute).length).toBeLessThanOrEqual(12)
      }),
    ))
})

describe('requests of the timeline', () => {
  it('LI-02 twelve updates of a set in one minute go through, the thirteenth is 429 and told', () => {
    const run = play({ ...world, timeline: [...updates(13, 'PT10M'), ...updates(5, 'PT11M')] })
    expect(throttled(run)).toEqual([10, 11])
    const told = run.findings.filter(({ code }) => code === 'RequestRefused')
    expect(told).toHaveLength(2)
    expect(told[0]!.evidence[0]).toContain('TooManyRequests: HTTP 429')
    expect(entries(run, 'model.unchanged')).toHaveLength(16)
  })

  it('LI-01 restart of the whole set is counted for the subscription only, deallocate for the set as well', () => {
    expect(throttled(play({ ...world, timeline: updates(20, 'PT10M', { restart: { instances: '*' } }) }))).toEqual([])
    const stops = play({ ...world, timeline: updates(20, 'PT10M', { deallocate: { instances: '*' } }) })
    expect(throttled(stops)).toHaveLength(8)
  })

  it('LI-02 each instance is a resource of its own', () => {
    const run = play({ ...world, timeline: updates(13, 'PT10M', { restart: { instances: ['vmss/0', 'vmss/1'] } }) })
    expect(throttled(run)).toEqual([10, 10])
    const both = play({ ...world, timeline: updates(12, 'PT10M', { restart: { instances: ['vmss/0', 'vmss/1'] } }) })
    expect(throttled(both)).toEqual([])
  })

  it('LI-01 what happens in the world is no request', () => {
    const timeline = updates(20, 'PT10M', { limitCapacity: { region: 'eastus', instances: 50 } })
    expect(throttled(play({ ...world, timeline }))).toEqual([])
  })
})

describe('requests of the platform', () => {
  const autoscaleSettings = {
    auto: {
      targetResourceUri: 'vmss',
      profiles: [{ name: 'p', capacity: { minimum: '4', maximum: '10', default: '4' }, rules: [] }],
    },
  }
  const busy = {
    ...world,
    azure: { autoscaleSettings },
    world: { demand: { requestsPerSecond: 10, perInstance: 10 } },
    timeline: updates(12, 'PT0S'),
  }

  it('LI-03 a scale action of autoscale takes a token of the set, and finds none where people have used them up', () => {
    // Autoscale looks in the second minute, when four tokens have come back.
    const free = play({ ...busy, assumptions: { evalInterval: 'PT10S' } })
    expect(free.autoscaleHistory[0]!.resultType).toBe('Failed')
    expect(entries(free, 'scaleSet.scaleRefused')[0]!.rule).toBe('LI-03')
    expect(free.autoscaleHistory.at(-1)!.resultType).toBe('Succeeded')
  })

  it('LI-03 with throttleAutoscale false nothing that the platform does takes any', () => {
    const run = play({ ...busy, assumptions: { evalInterval: 'PT10S', throttleAutoscale: false } })
    expect(run.autoscaleHistory.map(({ resultType }) => resultType)).toEqual(['Succeeded'])
  })

  it('LI-03 batches of an upgrade take none', () => {
    const run = play({ ...world, mode: 'Rolling', capacity: 40, policy: { maxBatchInstancePercent: 5 } })
    expect(run.rollouts[0]!.batches.length).toBe(20)
    expect(throttled(run)).toEqual([])
  })
})

describe('PL-10 spreading anew', () => {
  const uneven = {
    uniform: true,
    capacity: 10,
    mode: 'Manual' as const,
    set: { platformFaultDomainCount: 5 },
  }
  // Ten over five domains are two each; without 0, 5, 1 and 6 two domains are empty.
  const gone = { at: 'PT5M', deleteInstance: { instances: ['vmss/0', 'vmss/5', 'vmss/1', 'vmss/6'] } }
  const stop = { at: 'PT10M', deallocate: { instances: '*' } }
  const go = { at: 'PT20M', start: { instances: '*' } }
  const perDomain = (run: Run) =>
    [0, 1, 2, 3, 4].map(
      (domain) => run.instances.filter((one) => one.deletedAtMs === null && one.faultDomain === domain).length,
    )

  it('PL-10 deallocating and starting all of a Uniform set spreads it again after uneven deletes', () => {
    expect(perDomain(play({ ...uneven, timeline: [gone] }))).toEqual([0, 0, 2, 2, 2])
    const run = play({ ...uneven, timeline: [gone, stop, go] })
    expect(perDomain(run)).toEqual([2, 1, 1, 1, 1])
    expect(entries(run, 'scaleSet.spreadAnew')[0]!.rule).toBe('PL-10')
    expect(run.measures.availability.minServing).toBe(0)
  })

  it('PL-10 not while some still run', () => {
    const some = { at: 'PT10M', deallocate: { instances: ['vmss/2', 'vmss/3'] } }
    expect(perDomain(play({ ...uneven, timeline: [gone, some, go] }))).toEqual([0, 0, 2, 2, 2])
  })
})
