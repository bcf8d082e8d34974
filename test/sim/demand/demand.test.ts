import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entries, play, type World } from '../play.ts'

const demand = (own: Record<string, unknown>, more: World = {}): World => ({
  capacity: 10,
  timeline: [],
  duration: 'PT2H',
  ...more,
  world: { demand: { requestsPerSecond: 100, perInstance: 10, ...own } },
})
const measured = (world: World) => play(world).measures.demand

describe('demand', () => {
  it('counts what comes, and loses nothing where there is room', () => {
    expect(measured(demand({}))).toEqual({
      unservedPercent: 0,
      peakUnservedPercent: 0,
      totalRequests: 720_000,
      unservedRequests: 0,
      peakBacklog: null,
      backlogAtEnd: null,
    })
  })

  it('counts what finds no capacity, to the request: two of ten down for half an hour', () => {
    const timeline = [{ at: 'PT30M', breakInstance: { instances: ['vmss/0', 'vmss/1'], for: 'PT30M' } }]
    expect(measured(demand({}, { timeline }))).toMatchObject({
      unservedRequests: 20 * 1800,
      unservedPercent: 5,
      peakUnservedPercent: 20,
    })
  })

  it('moves by steps, spikes and shiftDemand, for exactly as long as they say', () => {
    expect(measured(demand({ steps: [{ at: 'PT1H', factor: 1.5, for: 'PT10M' }] }))).toMatchObject({
      totalRequests: 720_000 + 50 * 600,
      unservedRequests: 50 * 600,
    })
    expect(measured(demand({ spikes: [{ at: 'PT1H', factor: 3, hold: 'PT1M' }] })).unservedRequests).toBe(200 * 60)
    const timeline = [{ at: 'PT1H', shiftDemand: { factor: 2, for: 'PT30S' } }]
    expect(measured(demand({}, { timeline })).unservedRequests).toBe(100 * 30)
    const twice = [...timeline, { at: 'PT1H', shiftDemand: { factor: 2 } }]
    expect(measured(demand({}, { timeline: twice })).unservedRequests).toBe(300 * 30 + 100 * 3570)
  })

  it('is that of its own set where each has one', () => {
    const world: World = {
      ...demand({}),
      world: { demand: { perScaleSet: { vmss: { requestsPerSecond: 120, perInstance: 10 } } } },
    }
    const { measures } = play(world)
    expect(measures.demand.unservedRequests).toBe(20 * 7200)
    expect(measures.perScaleSet['vmss']!.demand).toEqual(measures.demand)
    expect(play(demand({})).measures.perScaleSet['vmss']!.demand.totalRequests).toBeNull()
  })

  it('noise keeps its mean, is bounded, and is the same luck whatever the policy', () => {
    const noise = { percent: 50, every: 'PT1M' }
    const calm = measured(demand({ noise, perInstance: 100 }, { duration: 'P7D' }))
    expect(calm.totalRequests! / (100 * 7 * 86_400)).toBeCloseTo(1, 2)
    expect(measured(demand({ noise, perInstance: 15 })).unservedRequests).toBe(0)
    expect(measured(demand({ noise })).unservedRequests).toBeGreaterThan(0)
    const few = measured(demand({ noise }, { capacity: 3 }))
    expect(few.totalRequests).toBe(measured(demand({ noise })).totalRequests)
    expect(measured(demand({ noise }, { seed: 2 })).totalRequests).not.toBe(few.totalRequests)
  })
})

describe('a queue', () => {
  it('lets wait what finds no capacity, and drains when there is room', () => {
    // 50 a second too many for ten minutes: 30,000; then 50 a second too few: gone after ten more.
    const queue = { queue: true, requestsPerSecond: 50, steps: [{ at: 'PT30M', factor: 3, for: 'PT10M' }] }
    expect(measured(demand(queue, { duration: 'PT50M' }))).toMatchObject({
      peakBacklog: 30_000,
      backlogAtEnd: 0,
      unservedRequests: 0,
      peakUnservedPercent: null,
    })
    expect(measured(demand(queue, { duration: 'PT45M' }))).toMatchObject({
      backlogAtEnd: 15_000,
      unservedRequests: 15_000,
    })
  })
})

describe('the trace of demand', () => {
  it('says nothing of one that never moves', () => {
    const timeline = [{ at: 'PT30M', breakInstance: { instance: 'vmss/0' } }]
    const run = play(demand({}, { timeline }))
    expect(run.trace.filter(({ what }) => what.startsWith('demand.'))).toEqual([])
    expect(run.unservedDemand).toMatchObject([{ reason: 'instance.broken', requests: 10 * 5400 }])
  })

  it('leads from unserved requests to the spike, the shift, or the lost instance', () => {
    const timeline = [
      { at: 'PT20M', failZone: { zone: '1', for: 'PT5M' } },
      { at: 'PT40M', shiftDemand: { factor: 2, for: 'PT5M' } },
    ]
    const spikes = [{ at: 'PT1H', factor: 3, rise: 'PT2M', hold: 'PT5M', fall: 'PT2M' }]
    const run = play(demand({ spikes }, { timeline, zones: ['1', '2', '3'], capacity: 12, duration: 'PT3H' }))
    expect(run.unservedDemand.map(({ reason, numbers }) => `${reason} ${numbers['what'] ?? numbers['zone']}`)).toEqual([
      'demand.changed spike to 3 times',
      'demand.changed 2 times as much',
      'zone.failed 1',
    ])
    const causes = entries(run, 'demand.unserved').map(({ cause }) => run.trace[cause!]!.what)
    expect(causes).toEqual(['health.changed', 'demand.changed', 'demand.changed'])
    expect(entries(run, 'demand.servedAgain')).toHaveLength(3)
    const sum = run.unservedDemand.reduce((total, { requests }) => total + requests, 0)
    expect(sum).toBeCloseTo(run.measures.demand.unservedRequests!, 6)
  })

  // A hundred requests a second on ten instances with ten each; four of them stand in zone 1.
  const zone = { at: 'PT20M', failZone: { zone: '1', for: 'PT30M' } }
  const zones = ['1', '2', '3']
  const put = (own: Record<string, unknown>, more: World) =>
    Object.fromEntries(
      play(demand(own, { zones, ...more })).unservedDemand.map(({ reason, requests }) => [
        reason,
        Math.round(requests),
      ]),
    )

  it('puts to each of two reasons at once what it brought', () => {
    // 40 a second are missed for 30 minutes; the shift brings 100 more for 20, half of them before the zone is back.
    const shift = { at: 'PT40M', shiftDemand: { factor: 2, for: 'PT20M' } }
    expect(put({}, { timeline: [zone, shift] })).toEqual({ 'demand.changed': 100 * 1200, 'zone.failed': 40 * 1800 })
    // The other way round.
    const earlier = { at: 'PT10M', shiftDemand: { factor: 2, for: 'PT20M' } }
    expect(put({}, { timeline: [earlier, zone] })).toEqual({ 'demand.changed': 100 * 1200, 'zone.failed': 40 * 1800 })
  })

  it('gives back first what ends, then what is oldest', () => {
    const shift = { at: 'PT30M', shiftDemand: { factor: 2 } }
    // The zone is back at 50 minutes; ten more instances serve from about an hour on, and nobody misses anything.
    const out = { at: 'PT55M', scaleTo: { scaleSet: 'vmss', capacity: 20 } }
    const { 'zone.failed': byZone, 'demand.changed': byShift } = put({}, { timeline: [zone, shift, out] })
    expect(byZone).toBe(40 * 1800)
    expect(byShift).toBeGreaterThan(100 * 1500)
    expect(byShift).toBeLessThan(100 * 2400)
  })

  it('is no reason of its own when the demand moves as it always does', () => {
    const noise = { percent: 10, every: 'PT1M' }
    expect(Object.keys(put({ perInstance: 12, noise }, { timeline: [zone] }))).toEqual(['zone.failed'])
  })
})

// A second implementation that knows nothing but seconds.
describe('against a count of every second', () => {
  const minute = fc.nat(110)
  const worlds = fc.record({
    level: fc.integer({ min: 1, max: 200 }),
    perInstance: fc.integer({ min: 1, max: 30 }),
    queue: fc.boolean(),
    shaped: fc.boolean(),
    steps: fc.array(
      fc.record({ at: minute, factor: fc.constantFrom(0, 0.5, 2), lasts: fc.integer({ min: 1, max: 40 }) }),
      { maxLength: 2 },
    ),
    spikes: fc.array(fc.record({ at: minute, rise: fc.nat(20), hold: fc.nat(20), fall: fc.nat(20) }), { maxLength: 2 }),
    shift: fc.option(minute),
    broken: fc.array(fc.record({ at: minute, instance: fc.nat(5), lasts: fc.integer({ min: 1, max: 30 }) }), {
      maxLength: 4,
    }),
    scale: fc.option(fc.record({ at: minute, to: fc.integer({ min: 1, max: 9 }) })),
  })
  const points = [
    { at: 'PT0S', factor: 0.5 },
    { at: 'PT40M', factor: 2 },
    { at: 'PT70M', factor: 0.25 },
  ]

  it('comes to the same requests, unserved and waiting', () =>
    fc.assert(
      fc.property(worlds, (drawn) => {
        const timeline = [
          ...drawn.broken.map(({ at, instance, lasts }) => ({
            at,
            breakInstance: { instance: `vmss/${instance}`, for: `PT${lasts}M` },
          })),
          ...(drawn.scale === null ? [] : [{ at: drawn.scale.at, scaleTo: { capacity: drawn.scale.to } }]),
          ...(drawn.shift === null ? [] : [{ at: drawn.shift, shiftDemand: { factor: 3, for: 'PT10M' } }]),
        ]
          .sort((a, b) => a.at - b.at)
          .map((entry) => ({ ...entry, at: `PT${entry.at}M` }))
        const run = play({
          capacity: 6,
          duration: 'PT2H',
          timeline,
          world: {
            demand: {
              requestsPerSecond: drawn.level,
              perInstance: drawn.perInstance,
              queue: drawn.queue,
              ...(drawn.shaped ? { shape: points, repeat: 'PT90M' } : {}),
              steps: drawn.steps.map(({ at, factor, lasts }) => ({ at: `PT${at}M`, factor, for: `PT${lasts}M` })),
              spikes: drawn.spikes.map(({ at, rise, hold, fall }) => ({
                at: `PT${at}M`,
                factor: 4,
                rise: `PT${rise}M`,
                hold: `PT${hold}M`,
                fall: `PT${fall}M`,
              })),
            },
          },
        })

        const levelAt = (second: number): number => {
          const middle = Math.floor(second / 60) + 0.5
          let level = drawn.level
          for (const { at, factor, lasts } of drawn.steps)
            if (second >= at * 60 && second < (at + lasts) * 60) level *= factor
          if (drawn.shift !== null && second >= drawn.shift * 60 && second < (drawn.shift + 10) * 60) level *= 3
          for (const { at, rise, hold, fall } of drawn.spikes) {
            const since = middle - at
            if (since < 0 || since > rise + hold + fall) continue
            level *=
              since < rise
                ? 1 + (3 * since) / rise
                : since < rise + hold
                  ? 4
                  : 1 + (3 * (rise + hold + fall - since)) / fall
          }
          if (!drawn.shaped) return level
          const t = middle % 90
          const [from, to, a, b] = t < 40 ? [0, 40, 0.5, 2] : t < 70 ? [40, 70, 2, 0.25] : [70, 90, 0.25, 0.5]
          return level * (a + ((b - a) * (t - from)) / (to - from))
        }
        const serving = new Array<number>(7200).fill(0)
        for (const { spans } of run.lanes)
          spans.forEach(({ fromMs, state }, index) => {
            if (state !== 'serving' && state !== 'misjudged') return
            const endMs = spans[index + 1]?.fromMs ?? 7_200_000
            for (let second = Math.ceil(fromMs / 1000); second * 1000 < endMs; second++) serving[second]!++
          })
        let [total, unserved, backlog, peak] = [0, 0, 0, 0]
        for (let second = 0; second < 7200; second++) {
          const level = levelAt(second)
          const capacity = serving[second]! * drawn.perInstance
          total += level
          if (drawn.queue) backlog = Math.max(0, backlog + level - capacity)
          else unserved += Math.max(0, level - capacity)
          peak = Math.max(peak, backlog)
        }
        const { demand: measure } = run.measures
        expect(measure.totalRequests).toBeCloseTo(total, 3)
        expect(measure.unservedRequests).toBeCloseTo(drawn.queue ? backlog : unserved, 3)
        if (drawn.queue) expect(measure.peakBacklog).toBeCloseTo(peak, 3)
      }),
      { numRuns: 150 },
    ))
})
