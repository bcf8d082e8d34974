import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { changeImage, entries, play, scenarioOf, type World } from './play.ts'

const lognormal = fc
  .record({ p50: fc.integer({ min: 5, max: 120 }), factor: fc.integer({ min: 1, max: 4 }) })
  .map(({ p50, factor }) => ({ p50: `PT${p50}S`, p95: `PT${p50 * factor}S` }))

const fault = fc.oneof(
  fc.record({
    kind: fc.constant('breakInstance' as const),
    minute: fc.nat(90),
    instance: fc.nat(29),
    lasts: fc.nat(40),
  }),
  fc.record({
    kind: fc.constant('hangInstance' as const),
    minute: fc.nat(90),
    instance: fc.nat(29),
    lasts: fc.nat(40),
  }),
)

const operation = fc.record({
  verb: fc.constantFrom('reimage', 'restart', 'deallocate', 'start', 'deleteInstance'),
  minute: fc.nat(90),
  instance: fc.nat(29),
})

const worlds = fc
  .record({
    capacity: fc.integer({ min: 1, max: 30 }),
    zoned: fc.boolean(),
    uniform: fc.boolean(),
    mode: fc.constantFrom('Rolling' as const, 'Rolling' as const, 'Automatic' as const),
    batch: fc.integer({ min: 5, max: 100 }),
    unhealthy: fc.nat(80),
    upgraded: fc.nat(100),
    pause: fc.nat(10),
    maxSurge: fc.boolean(),
    crossZone: fc.boolean(),
    prioritize: fc.boolean(),
    rollback: fc.boolean(),
    share: fc.constantFrom(0, 0, 20, 100),
    onset: fc.nat(400),
    scale: fc.option(fc.record({ minute: fc.nat(90), capacity: fc.integer({ min: 1, max: 40 }) }), { nil: undefined }),
    cancel: fc.option(fc.nat(90), { nil: undefined }),
    faults: fc.array(fault, { maxLength: 6 }),
    operations: fc.array(operation, { maxLength: 6 }),
    swap: lognormal,
    boot: lognormal,
    probes: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(1_000_000),
  })
  .map((drawn): World => {
    const zones = drawn.zoned ? { zones: ['1', '2', '3'] } : {}
    const timeline = [
      changeImage(),
      ...drawn.faults.map(({ kind, minute, instance, lasts }) => ({
        at: `PT${minute}M`,
        [kind]: { instances: [`vmss/${instance}`], ...(lasts > 0 ? { for: `PT${lasts}M` } : {}) },
      })),
      ...drawn.operations.map(({ verb, minute, instance }) => ({
        at: `PT${minute}M`,
        [verb]: { instances: [`vmss/${instance}`] },
      })),
      ...(drawn.scale ? [{ at: `PT${drawn.scale.minute}M`, scaleTo: { capacity: drawn.scale.capacity } }] : []),
      ...(drawn.cancel === undefined ? [] : [{ at: `PT${drawn.cancel}M`, cancelRollingUpgrade: {} }]),
    ]
    return {
      capacity: drawn.capacity,
      ...zones,
      uniform: drawn.uniform,
      mode: drawn.mode,
      seed: drawn.seed,
      policy: {
        maxBatchInstancePercent: drawn.batch,
        maxUnhealthyInstancePercent: Math.min(100, Math.max(5, drawn.batch + drawn.unhealthy)),
        maxUnhealthyUpgradedInstancePercent: drawn.upgraded,
        pauseTimeBetweenBatches: `PT${drawn.pause}M`,
        maxSurge: drawn.maxSurge,
        prioritizeUnhealthyInstances: drawn.prioritize,
        ...(drawn.zoned ? { enableCrossZoneUpgrade: drawn.crossZone } : {}),
        ...(drawn.uniform ? { rollbackFailedInstancesOnPolicyBreach: drawn.rollback } : {}),
      },
      probe: { numberOfProbes: drawn.probes },
      oldImage: { boot: drawn.boot },
      newImage: {
        boot: drawn.boot,
        ...(drawn.share > 0 ? { defects: [{ name: 'bad', share: drawn.share, onset: `PT${drawn.onset}S` }] } : {}),
      },
      timings: { osDiskSwap: drawn.swap },
      timeline: timeline.sort((a, b) => Number.parseInt(a.at.slice(2), 10) - Number.parseInt(b.at.slice(2), 10)),
      duration: 'PT8H',
    }
  })

describe('whatever happens', () => {
  it('instances are conserved: created + first = alive + deleted, and counters add up to the work list', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const run = play(world)
        const created = entries(run, 'instance.creating').length
        const deleted = entries(run, 'instance.deleted').length
        const alive = run.instances.filter((instance) => instance.deletedAtMs === null).length
        expect(alive + deleted).toBe((world.capacity ?? 10) + created)
        for (const rollout of run.rollouts) {
          for (const count of [rollout.successful, rollout.failed, rollout.inProgress, rollout.pending])
            expect(count).toBeGreaterThanOrEqual(0)
          const batched = rollout.batches.reduce((sum, batch) => sum + batch.instances.length, 0)
          expect(rollout.successful + rollout.failed + rollout.inProgress).toBe(batched)
          if (rollout.status === 'Completed') expect(rollout.inProgress + rollout.pending).toBe(0)
        }
      }),
      { numRuns: 150 },
    ))

  it('every lost instance-minute is put down to a reason: both add up to the same', () =>
    fc.assert(
      // Members stand in for the target only where nobody is created beside them, and a scale-in waits for nothing.
      fc.property(worlds, ({ timeline = [], policy, ...world }) => {
        const calm = timeline.filter((entry) => !('scaleTo' in entry))
        const run = play({ ...world, timeline: calm, policy: { ...policy, maxSurge: false } })
        const sum = run.lostCapacity.reduce((total, { lostMs }) => total + lostMs, 0)
        expect(sum).toBeCloseTo(run.measures.availability.lostInstanceMinutes * 60_000, 3)
      }),
      { numRuns: 150 },
    ))

  it('no batch above its cap, no two zones in one unless zones may mix, batches one after the other', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const run = play(world)
        const caps = entries(run, 'rollout.batchStarted').map((entry) => Number(entry.numbers['cap']))
        const sizes = run.rollouts.flatMap((rollout) => rollout.batches.map((batch) => batch.instances.length))
        for (const [index, size] of sizes.entries()) expect(size).toBeLessThanOrEqual(caps[index]!)
        for (const rollout of run.rollouts) {
          if (rollout.mode === 'Automatic') continue
          if (world.policy!['enableCrossZoneUpgrade'] !== true) expect(rollout.zonesPerBatch).toBeLessThanOrEqual(1)
          rollout.batches.forEach((batch, index) => {
            if (index > 0) expect(batch.startedAtMs).toBeGreaterThanOrEqual(rollout.batches[index - 1]!.endedAtMs!)
          })
        }
      }),
      { numRuns: 150 },
    ))

  it('measures stay within their bounds', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const { blastRadius, exposed, availability } = play(world).measures
        expect(blastRadius.instances).toBeLessThanOrEqual(exposed.instances + 40)
        expect(availability.lostInstanceMinutes).toBeGreaterThanOrEqual(0)
        expect(availability.minServing).toBeGreaterThanOrEqual(0)
        if (availability.minServingPercent !== null) expect(availability.minServingPercent).toBeGreaterThanOrEqual(0)
        expect(blastRadius.instanceMinutes).toBeLessThanOrEqual(blastRadius.instances * 8 * 60)
      }),
      { numRuns: 100 },
    ))

  it('the same seed gives the same bytes, kept or not', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const kept = play(world)
        const bare = simulate(scenarioOf(world))
        expect(bare.traceHash).toBe(kept.traceHash)
        expect(JSON.stringify(bare.measures)).toBe(JSON.stringify(kept.measures))
        expect(JSON.stringify(play(world).trace)).toBe(JSON.stringify(kept.trace))
      }),
      { numRuns: 40 },
    ))
})

describe('common random numbers', () => {
  const noisy: World = {
    capacity: 20,
    zones: ['1', '2', '3'],
    newImage: { boot: { p50: 'PT50S', p95: 'PT150S' } },
    timings: { osDiskSwap: { p50: 'PT90S', p95: 'PT240S' }, extensionInstall: { p50: 'PT23S', p95: 'PT152S' } },
    seed: 42,
    duration: 'P1D',
  }
  const bootsOf = (run: RunResult) =>
    new Map(entries(run, 'instance.starting').map((entry) => [entry.subject, entry.numbers['bootMs']]))

  it('a change of policy leaves the boot time of every slot as it was', () =>
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 100 }), fc.nat(20), fc.nat(1000), (percent, pause, seed) => {
        const base = bootsOf(play({ ...noisy, seed }))
        const policy = {
          maxBatchInstancePercent: percent,
          maxUnhealthyInstancePercent: 100,
          pauseTimeBetweenBatches: `PT${pause}M`,
        }
        const other = bootsOf(play({ ...noisy, seed, policy }))
        expect(other).toEqual(base)
        expect(base.size).toBe(20)
      }),
      { numRuns: 25 },
    ))

  it('an unrelated fault or stream moves nobody else', () => {
    const base = bootsOf(play(noisy))
    const unrelated = { at: 'PT1M', restart: { instance: 'vmss/0' } }
    const other = bootsOf(play({ ...noisy, timeline: [unrelated, changeImage()] }))
    for (const [subject, boot] of base) if (subject !== 'vmss/0') expect(other.get(subject)).toBe(boot)
  })

  it('a defect with another name or share draws for itself alone', () => {
    const of = (name: string, share: number) =>
      bootsOf(
        play({
          ...noisy,
          newImage: { ...noisy.newImage, defects: [{ name, share, breaks: ['cache'] }] },
          application: { needs: ['db'], endpoints: { '/x': { checks: ['cache'] } } },
        }),
      )
    expect(of('renamed', 30)).toEqual(of('first', 70))
  })

  it('another seed moves them', () => {
    expect(bootsOf(play({ ...noisy, seed: 43 }))).not.toEqual(bootsOf(play(noisy)))
  })
})
