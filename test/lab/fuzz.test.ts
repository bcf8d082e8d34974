import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { fuzz } from '../../src/lab/fuzz/search.ts'
import { blastRadiusWithinOneBatch, noRepairLoop, noZoneFullyDown } from '../../src/lab/invariants.ts'
import { threadPool } from '../../src/lab/pool.ts'
import type { Runner } from '../../src/lab/runner.ts'
import { formatDuration } from '../../src/model/duration.ts'
import { buildOnce } from '../build.ts'
import { changed, counterexampleOf, type FuzzWorld, fuzzed, prepared, resultWith, variantOf } from './fuzz-world.ts'

const POLICY = 'azure.scaleSets.vmss.upgradePolicy.rollingUpgradePolicy'
const CAPACITY = { path: 'azure.scaleSets.vmss.sku.capacity', from: 2, to: 40 }

describe('a planted bug is found and shrunk to the smallest case there is', () => {
  it('2 instances and 20 %: a batch is never less than one of them', async () => {
    const world: FuzzWorld = {
      vary: [CAPACITY, { path: `${POLICY}.maxBatchInstancePercent`, from: 5, to: 50 }],
      properties: ['availability.minServingPercent >= 80'],
    }
    const found = await counterexampleOf(world)
    expect(changed(found)).toEqual({ capacity: 2 })
    expect(found.broken).toEqual([
      {
        property: 'availability.minServingPercent >= 80',
        why: 'it was 50',
        expect: 'availability.minServingPercent >= 80',
      },
    ])
  })

  it('a pause shorter than the onset of the defect', async () => {
    const pause = `${POLICY}.pauseTimeBetweenBatches`
    const world: FuzzWorld = {
      capacity: 4,
      policy: { pauseTimeBetweenBatches: 'PT10M' },
      newImage: { defects: [{ name: 'leak', onset: 'PT3M' }] },
      vary: [{ path: pause, from: 'PT0S', to: 'PT10M', step: 'PT5S' }],
      properties: ['blastRadiusWithinOneBatch'],
    }
    const harms = (ms: number) => {
      const set = [`${pause}=${formatDuration(ms)}`]
      return blastRadiusWithinOneBatch(prepared(world).build(set), resultWith(world, set)).status === 'broken'
    }
    const steps = Array.from({ length: 121 }, (_, index) => index * 5000)
    // Shrunk towards the ten minutes that are declared: the longest pause that is too short.
    const longest = Math.max(...steps.filter(harms))
    expect(longest).toBeGreaterThan(0)
    expect(longest).toBeLessThan(180_000)
    expect(changed(await counterexampleOf(world))).toEqual({ pauseTimeBetweenBatches: formatDuration(longest) })
  })

  it('a grace period of repairs below the warm-up', async () => {
    const warmup = 'world.application.warmup'
    const broken = { at: 'PT10M', breakInstance: { instance: 'vmss/0' } }
    const world: FuzzWorld = {
      duration: 'P1D',
      set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } },
      timeline: [],
      vary: [
        CAPACITY,
        { path: warmup, from: 'PT0S', to: 'PT30M', step: 'PT30S' },
        { faults: { breakInstance: { count: '0..3', for: { from: 'PT15M', to: 'PT30M' } } } },
      ],
      properties: ['noRepairLoop'],
    }
    const found = await counterexampleOf(world)
    expect(found.changes.map(({ path }) => path)).toEqual([CAPACITY.path, warmup, 'timeline[+]'])
    expect(found.changes[0]!.after).toBe(2)
    const loops = (ms: number) => {
      const set = [`timeline[+]=${JSON.stringify(broken)}`, `${warmup}=${formatDuration(ms)}`]
      return noRepairLoop(prepared(world).build(set), resultWith(world, set)).status === 'broken'
    }
    const shortest = Array.from({ length: 61 }, (_, index) => index * 30_000).find(loops)
    expect(found.changes[1]!.after).toBe(formatDuration(shortest!))
    // Above the ten minutes of grace, as far as boot and probes do not take part of them.
    expect(shortest).toBeGreaterThan(6 * 60_000)
    expect(shortest).toBeLessThanOrEqual(11 * 60_000)
  })

  it('no regular base under a storm', async () => {
    const base = 'azure.scaleSets.vmss.priorityMixPolicy.baseRegularPriorityCount'
    const world: FuzzWorld = {
      set: { priorityMixPolicy: { baseRegularPriorityCount: 10, regularPriorityPercentageAboveBase: 0 } },
      profile: { priority: 'Spot', evictionPolicy: 'Delete', billingProfile: { maxPrice: -1 } },
      timeline: [],
      vary: [{ path: base, values: [10, 6, 0] }, { faults: { reclaimSpot: '0..2' } }],
      properties: ['capacityFloor'],
    }
    const found = await counterexampleOf(world)
    expect(found.changes).toEqual([
      { path: base, before: 10, after: 0 },
      {
        path: 'timeline[+]',
        before: undefined,
        // 10 less a batch of 2 and 2 unhealthy leave 6: half of them may go, not more.
        after: { at: 'PT0S', reclaimSpot: { scaleSet: 'vmss', percent: 50, for: 'PT1M' } },
      },
    ])
  })

  it('a batch above the size of a zone that may cross zones', async () => {
    const [batch, cross] = [`${POLICY}.maxBatchInstancePercent`, `${POLICY}.enableCrossZoneUpgrade`]
    const world: FuzzWorld = {
      capacity: 6,
      zones: ['1', '2', '3'],
      policy: { maxUnhealthyInstancePercent: 100 },
      vary: [
        { path: batch, from: 20, to: 100 },
        { path: cross, values: [false, true] },
      ],
      properties: ['noZoneFullyDown'],
    }
    const isDown = (percent: number, crosses: boolean) => {
      const set = [`${batch}=${percent}`, `${cross}=${crosses}`]
      return noZoneFullyDown(prepared(world).build(set), resultWith(world, set)).status === 'broken'
    }
    const all = Array.from({ length: 81 }, (_, index) => 20 + index)
    const found = changed(await counterexampleOf(world))
    const crosses = found['enableCrossZoneUpgrade'] === true
    expect(found['maxBatchInstancePercent']).toBe(all.find((percent) => isDown(percent, crosses)))
    expect(all.some((percent) => isDown(percent, true))).toBe(true)
  })
})

describe('a search', () => {
  const world: FuzzWorld = {
    vary: [
      CAPACITY,
      { path: `${POLICY}.maxBatchInstancePercent`, from: 5, to: 50 },
      { faults: { hangInstance: '0..2' } },
    ],
    properties: ['blastRadius.instances == 0', 'availability.minServingPercent >= 80'],
  }

  it('finds the same with the same seed, and its path leads to the same case at once', async () => {
    const first = await counterexampleOf(world, { seed: 7 })
    expect(await counterexampleOf(world, { seed: 7 })).toEqual(first)
    const again = await fuzzed(world, { seed: 7, path: first.path })
    expect(again.counterexample).toMatchObject({ changes: first.changes, broken: first.broken, shrinks: 0 })
    expect(again.runs).toBe(1)
  })

  it('is made smaller for the property that was broken first, though a smaller case breaks another one', async () => {
    const more = 'rollouts[0].batches <= 5'
    // Two instances, the smallest fleet, serve with half; six is the smallest one with more than five batches.
    const planted: FuzzWorld = { vary: [CAPACITY], properties: [more, 'availability.minServingPercent >= 80'] }
    const found = await Promise.all([1, 2, 3, 4, 5].map((seed) => counterexampleOf(planted, { seed })))
    const first = found.filter(({ broken }) => broken[0]!.property === more)
    expect(first.length).toBeGreaterThan(0)
    for (const one of first) expect(changed(one)).toEqual({ capacity: 6 })
  })

  it('counts what a property had nothing to say about', async () => {
    const { properties, counterexample, runs } = await fuzzed(
      { vary: [CAPACITY], properties: ['noFlapping', 'rolloutTerminates'] },
      { runs: 30 },
    )
    expect(counterexample).toBeNull()
    expect(runs).toBe(30)
    expect(properties).toEqual([
      { text: 'noFlapping', held: 0, silent: 30 },
      { text: 'rolloutTerminates', held: 30, silent: 0 },
    ])
  })

  it('plays the scenario as it stands first', async () => {
    const found = await counterexampleOf({
      ...world,
      vary: [{ faults: { failHost: 1 } }],
      properties: ['rollouts.length == 0'],
    })
    expect(found).toMatchObject({ changes: [], path: '0', shrinks: 0 })
  })

  it('ends when the time is up', async () => {
    const { endedBy, runs } = await fuzzed(
      { ...world, properties: ['rolloutTerminates'] },
      { runs: 100_000, maxTimeMs: 300 },
    )
    expect(endedBy).toBe('time')
    expect(runs).toBeLessThan(100_000)
    // Up before anything is played: no case was refused.
    const slow = await fuzzed({ ...world, properties: ['rolloutTerminates'] }, { runs: 100_000, maxTimeMs: 0 })
    expect(slow).toMatchObject({ endedBy: 'time', runs: 0, refused: 0, counterexample: null })
  })

  it('passes over values that the scenario does not take, and says why', async () => {
    const size = { path: 'azure.scaleSets.vmss.sku.capacity', values: [10, 2000] }
    const { refused, refusal, runs } = await fuzzed({ vary: [size], properties: ['rolloutTerminates'] }, { runs: 20 })
    expect(refused).toBeGreaterThan(0)
    expect(refusal).toMatch(/2,?000/)
    expect(runs).toBe(20)
  })

  it('E0189: nothing within the bounds can be played', async () => {
    const impossible = {
      vary: [{ path: `${POLICY}.maxBatchInstancePercent`, from: 150, to: 200 }],
      properties: ['rolloutTerminates'],
    }
    await expect(fuzzed(impossible)).rejects.toThrow(
      /E0189 nothing within the bounds can be played: .*maxBatchInstancePercent/,
    )
  })
})

describe('worker threads', () => {
  beforeAll(buildOnce, 180_000)
  const BROKEN = { vary: [{ faults: { breakInstance: '0..2' } }], properties: ['repairs.count == 0'] }
  const HOLDING = { vary: [{ faults: { breakInstance: '0..2' } }], properties: ['rolloutTerminates'] }

  /** A pool that counts what it was given, so that a search that plays everything itself is seen. */
  async function inPool(world: FuzzWorld, threads: number) {
    const pool = threadPool(threads, pathToFileURL('dist/lab/worker.js').href)
    let given = 0
    const runner: Runner = {
      ...pool,
      judge: (batch) => {
        given += batch.cases.length
        return pool.judge(batch)
      },
    }
    try {
      return { report: await fuzz(variantOf(world), runner, { runs: 100, seed: 3 }), given }
    } finally {
      await pool.close()
    }
  }

  it.each([1, 3])('%d of them find what this thread finds', async (threads) => {
    for (const world of [BROKEN, HOLDING]) {
      const alone = await fuzzed(world, { runs: 100, seed: 3 })
      const { report } = await inPool(world, threads)
      expect(JSON.stringify(report)).toBe(JSON.stringify(alone))
    }
  })

  it('they play every case of a search that finds nothing, and each once', async () => {
    const { report, given } = await inPool(HOLDING, 2)
    expect(report.runs).toBe(100)
    // The first case stands as an example in front of those that are drawn.
    expect(given).toBe(100)
  })
})
