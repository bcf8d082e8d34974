import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classesToRemove } from '../../../src/sim/spot/mix.ts'
import { changeImage, entries, play, type World } from '../play.ts'
import { mix, reclaim, scale, spotWorld } from './worlds.ts'

const minute = fc.integer({ min: 1, max: 170 })

const storms = fc.record({
  capacity: fc.integer({ min: 1, max: 25 }),
  base: fc.nat(12),
  percent: fc.nat(100),
  policy: fc.constantFrom('Deallocate' as const, 'Delete' as const),
  restore: fc.boolean(),
  rate: fc.constantFrom(0, 0, 10, 60),
  room: fc.option(fc.nat(15), { nil: undefined }),
  // Far enough apart for whoever is created to run before the next one.
  scales: fc.uniqueArray(
    fc.record({
      minute: fc.integer({ min: 1, max: 8 }).map((step) => step * 20),
      capacity: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 4, selector: (step) => step.minute },
  ),
  reclaims: fc.array(
    fc.record({
      minute,
      percent: fc.integer({ min: 1, max: 100 }),
      zone: fc.constantFrom('', '1', '2'),
      keeps: fc.nat(60),
    }),
    { maxLength: 4 },
  ),
  upgrade: fc.option(minute, { nil: undefined }),
  evictedInUpgrade: fc.constantFrom('excludeFromHealth', 'countUnhealthy'),
  drain: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  oldest: fc.boolean(),
  prioritize: fc.boolean(),
  seed: fc.nat(1_000_000),
})

type Storm = typeof storms extends fc.Arbitrary<infer T> ? T : never

function worldOf(storm: Storm): World {
  const market = {
    evictionRatePercentPerHour: storm.rate,
    ...(storm.room === undefined ? {} : { room: { eastus: storm.room } }),
  }
  return spotWorld(storm.policy, market, {
    capacity: storm.capacity,
    zones: ['1', '2'],
    duration: 'PT3H',
    seed: storm.seed,
    ...(storm.restore ? { restore: true as const } : {}),
    set: {
      ...mix(storm.base, storm.percent),
      scaleInPolicy: { rules: [storm.oldest ? 'OldestVM' : 'Default'], prioritizeUnhealthyVMs: storm.prioritize },
    },
    application: storm.drain === undefined ? {} : { drain: `PT${storm.drain}S` },
    assumptions: { preemptDeliveryProbability: 0.9, evictedInUpgrade: storm.evictedInUpgrade },
    timeline: [
      ...(storm.upgrade === undefined ? [] : [changeImage(`PT${storm.upgrade}M`)]),
      ...storm.scales.map((step) => scale(`PT${step.minute}M`, step.capacity)),
      ...storm.reclaims.map((step) =>
        reclaim(`PT${step.minute}M20S`, {
          percent: step.percent,
          ...(step.zone === '' ? {} : { zone: step.zone }),
          ...(step.keeps === 0 ? {} : { for: `PT${step.keeps}M` }),
        }),
      ),
    ],
  })
}

describe('storms', () => {
  it('SP-04 SP-26 SP-27 regular ones never fall below the floor, and nobody appears or is lost', () =>
    fc.assert(
      fc.property(storms, (storm) => {
        const run = play(worldOf(storm))
        // The count of the set, from what the trace says about it.
        let count = storm.capacity
        let lowest = count
        let evicted = 0
        let restored = 0
        for (const { what, numbers } of run.trace) {
          if (what === 'scaleSet.scaledOut' || what === 'scaleSet.scaledIn') count = Number(numbers['to'])
          if (what === 'spot.evicted') {
            evicted++
            if (storm.policy === 'Delete') count--
          }
          if (what === 'spot.restored') {
            restored++
            if (storm.policy === 'Delete') count++
          }
          lowest = Math.min(lowest, count)
        }
        const deleting = new Set(entries(run, 'instance.deleting').map(({ subject }) => subject))
        expect(run.instances.length - deleting.size).toBe(count)
        expect(run.measures.spot).toMatchObject({ evictions: evicted, restored })
        expect(run.measures.spot.minRegular).toBeGreaterThanOrEqual(Math.min(storm.base, lowest))
        expect(restored).toBeLessThanOrEqual(evicted)
        expect(run.measures.spot.abruptStops).toBeLessThanOrEqual(evicted)
        for (const { status, inProgress } of run.rollouts) if (status !== 'RollingForward') expect(inProgress).toBe(0)
        // One that was taken away is not evicted again before it came back.
        const open = new Set<string>()
        for (const { what, subject } of run.trace) {
          if (what === 'spot.evicted') {
            expect(open.has(subject)).toBe(false)
            open.add(subject)
          }
          if (what === 'spot.restored') open.delete(subject)
        }
      }),
      { seed: 20_260, numRuns: 150 },
    ))

  it('SP-09 the same storm gives the same trace', () =>
    fc.assert(
      fc.property(storms, (storm) => {
        expect(play(worldOf(storm)).traceHash).toBe(play(worldOf(storm)).traceHash)
      }),
      { seed: 20_261, numRuns: 15 },
    ))
})

describe('SP-26 the classes of a scale-in', () => {
  it('SP-26 takes what is asked unless floor or protection stand against it, and never goes below the floor', () =>
    fc.assert(
      fc.property(
        fc.record({
          regular: fc.nat(30),
          protectedOnes: fc.nat(10),
          removableSpot: fc.nat(30),
          count: fc.nat(40),
          target: fc.nat(30),
          floor: fc.nat(20),
        }),
        ({ regular, protectedOnes, removableSpot, count, target, floor }) => {
          const removableRegular = Math.max(0, regular - protectedOnes)
          const { regular: r, spot: s } = classesToRemove(
            count,
            { regular, removableRegular, removableSpot },
            { regular: target, floor },
          )
          expect(r).toBeLessThanOrEqual(removableRegular)
          expect(s).toBeLessThanOrEqual(removableSpot)
          expect(regular - r).toBeGreaterThanOrEqual(Math.min(floor, regular))
          const most = Math.min(removableRegular, Math.max(0, regular - floor)) + removableSpot
          expect(r + s).toBe(Math.min(count, most))
        },
      ),
    ))
})
