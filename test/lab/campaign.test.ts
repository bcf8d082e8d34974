import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { playCampaign, playTogether, shardOf } from '../../src/lab/campaign.ts'
import { threadPool } from '../../src/lab/pool.ts'
import { ownThread, type Runner } from '../../src/lab/runner.ts'
import type { Variant } from '../../src/lab/variant.ts'
import { loadVariant } from '../../src/lab/variant.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { buildOnce } from '../build.ts'

const TEXT = `
name: small
duration: PT1H
azure:
  scaleSets:
    web:
      location: eastus
      sku: { name: Standard_D2as_v5, capacity: 6 }
      orchestrationMode: Uniform
      overprovision: false
      upgradePolicy: { mode: Rolling }
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } }, extensionProfile: { extensions: [{ name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0", settings: { protocol: http, port: 80, requestPath: /health } }] } }
world: { images: { gal/app/2.0.0: { defects: [{ name: bad, share: 30 }] } } }
timeline: [{ at: PT5M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: gal/app/2.0.0 } } }]
expect:
  - blastRadius.instances <= 2
  - p95(blastRadius.percent) <= 50
  - rate(rollouts[0].status == Faulted) >= 0.5
  - mean(timeToRecover) <= PT1H
`
const variant: Variant = { source: { file: 'small.yaml', text: TEXT, files: {} }, set: [] }

describe('shards', () => {
  it('cut the seeds into consecutive parts, the first ones longer', () => {
    const parts = [1, 2, 3].map((k) => shardOf({ fromSeed: 7, runs: 10 }, { k, n: 3 }))
    expect(parts).toEqual([
      { fromSeed: 7, runs: 4 },
      { fromSeed: 11, runs: 3 },
      { fromSeed: 14, runs: 3 },
    ])
  })

  it('are the whole together, without a gap, whatever their number', () =>
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 50 }),
        (fromSeed, runs, n) => {
          let next = fromSeed
          for (let k = 1; k <= n; k++) {
            const part = shardOf({ fromSeed, runs }, { k, n })
            expect(part.fromSeed).toBe(next)
            next += part.runs
          }
          expect(next).toBe(fromSeed + runs)
        },
      ),
    ))
})

const own = ownThread()
/** Says that a run takes so long that two make a batch. */
const inTwos: Runner = { ...own, play: async (batch) => ({ ...(await own.play(batch)), tookMs: batch.runs * 75 }) }

describe('a campaign', () => {
  const whole = { fromSeed: 1, runs: 40 }

  it('holds of every run what a run of that seed yields', async () => {
    const samples = await playCampaign(variant, whole, ownThread())
    expect(samples.map(({ seed }) => seed)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    const scenario = loadVariant(variant)
    for (const { seed, statuses, checks } of samples) {
      const result = simulate(scenario, { seed })
      const { blastRadius, timeToRecover } = result.measures
      const { status } = result.rollouts[0]!
      expect(statuses).toEqual([status])
      expect(checks).toEqual([
        blastRadius.instances <= 2 ? 1 : 0,
        blastRadius.percent,
        status === 'Faulted' ? 1 : 0,
        timeToRecover,
      ])
    }
    // The luck of the defect differs, so that both ends occur.
    expect(new Set(samples.map(({ statuses }) => statuses[0]))).toEqual(new Set(['Completed', 'Faulted']))
  })

  it('keeps what was finished when it is interrupted', async () => {
    let finished = 0
    const samples = await playCampaign(variant, whole, inTwos, {
      onProgress: (runs) => {
        finished = runs
      },
      isInterrupted: () => finished >= 10,
    })
    expect(samples.length).toBe(finished)
    expect(samples.length).toBeLessThan(40)
    expect(samples).toEqual((await playCampaign(variant, whole, ownThread())).slice(0, samples.length))
  })

  it('is in order of the seeds however late a batch comes back', async () => {
    let order = 0
    const shuffled: Runner = {
      ...inTwos,
      parallel: 5,
      play: async (batch) => {
        const turn = order++
        await new Promise((resolve) => setTimeout(resolve, (turn * 7) % 5))
        return inTwos.play(batch)
      },
    }
    expect(await playCampaign(variant, whole, shuffled)).toEqual(await playCampaign(variant, whole, ownThread()))
    expect(order).toBeGreaterThan(10)
  })
})

describe('variants together', () => {
  const other: Variant = { ...variant, set: ['azure.scaleSets.web.sku.capacity=3'] }
  const whole = { fromSeed: 1, runs: 20 }

  it('yield what each of them yields alone', async () => {
    const alone = [await playCampaign(variant, whole, own), await playCampaign(other, whole, own)]
    expect(alone[0]).not.toEqual(alone[1])
    expect(await playTogether([variant, other], whole, inTwos)).toEqual(alone)
  })

  it('have the runs of the same seeds after an interrupt', async () => {
    let finished = 0
    let played = 0
    const counting: Runner = {
      ...inTwos,
      parallel: 3,
      play: async (batch) => {
        played += batch.runs
        return inTwos.play(batch)
      },
    }
    const [a, b] = await playTogether([variant, other], whole, counting, {
      onProgress: (runs) => {
        finished = runs
      },
      // In the middle of a pair.
      isInterrupted: () => played >= 7,
    })
    expect(a!.length).toBe(finished)
    expect(a!.length).toBeLessThan(20)
    expect(b!.map(({ seed }) => seed)).toEqual(a!.map(({ seed }) => seed))
  })
})

describe('worker threads', () => {
  const OUT = 'dist'
  beforeAll(buildOnce, 180_000)

  it.each([1, 3])('%d of them give what this thread gives', async (threads) => {
    const pool = threadPool(threads, pathToFileURL(`${OUT}/lab/worker.js`).href)
    try {
      const range = { fromSeed: 100, runs: 60 }
      expect(await playCampaign(variant, range, pool)).toEqual(await playCampaign(variant, range, ownThread()))
    } finally {
      await pool.close()
    }
  })
})
