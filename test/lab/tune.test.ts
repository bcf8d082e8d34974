import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { comparable, ObjectiveReader } from '../../src/lab/objectives.ts'
import { dominates } from '../../src/lab/pareto.ts'
import { playBatch } from '../../src/lab/play.ts'
import { assignmentsOf, gridOf, keyOf, type PolicyValues } from '../../src/lab/policy-space.ts'
import { threadPool } from '../../src/lab/pool.ts'
import { ownThread, type Runner } from '../../src/lab/runner.ts'
import type { Sample } from '../../src/lab/sample.ts'
import { scheduleOf, type TuneOptions, type TuneReport, tune } from '../../src/lab/tune.ts'
import type { TuningWorld } from '../../src/lab/tuning-worlds.ts'
import { loadVariant, type ScenarioSource } from '../../src/lab/variant.ts'
import { InputError } from '../../src/model/diagnostic.ts'
import type { Scenario } from '../../src/model/scenario.ts'
import { tuneDocument } from '../../src/report/tune-json.ts'
import { buildOnce } from '../build.ts'
import { POLICY, smallFleet, sourceOf } from './small-fleet.ts'

const OPTIONS: TuneOptions = { runs: 4, policies: 100, quantile: 0.95 }

async function tuned(text: string, options: Partial<TuneOptions> = {}, runner: Runner = ownThread()) {
  const { source, scenario } = sourceOf(text)
  return (await tune(source, scenario, [], runner, { ...OPTIONS, ...options }))!
}

/** What the halving and the batches of the search add up to, played again the plain way: one policy, every world, every seed. */
function playedPlainly(
  source: ScenarioSource,
  scenario: Scenario,
  { worlds, definitions, seeds }: TuneReport,
  set: readonly string[],
): number[] {
  const samples = new Map<string, Sample[]>()
  for (const world of worlds)
    for (let seed = seeds.fromSeed; seed < seeds.fromSeed + seeds.runs; seed++) {
      const variant = { source, set: [...set, ...world.set, ...(world.faults?.(seed) ?? [])] }
      samples.set(world.name, [
        ...(samples.get(world.name) ?? []),
        ...playBatch({ variant, fromSeed: seed, runs: 1 }).samples,
      ])
    }
  const reader = new ObjectiveReader(scenario, worlds, definitions, OPTIONS.quantile)
  return comparable(reader.read(samples), definitions)
}

/** Every policy of the grid, with what it comes to. Those the service refuses are left out. */
function gridSearch(text: string, report: TuneReport): { values: PolicyValues; point: number[] }[] {
  const { source, scenario } = sourceOf(text)
  return [...gridOf(report.space)].flatMap((values) => {
    try {
      return [{ values, point: playedPlainly(source, scenario, report, assignmentsOf(report.space, values)) }]
    } catch (error) {
      if (error instanceof InputError) return []
      throw error
    }
  })
}

const SPACE = `  - { path: ${POLICY}.maxBatchInstancePercent, values: [12, 20, 30, 50] }
  - { path: ${POLICY}.maxUnhealthyUpgradedInstancePercent, values: [0, 50] }
  - { path: ${POLICY}.pauseTimeBetweenBatches, values: [PT0S, PT5M] }
  - { path: ${POLICY}.maxSurge, values: [false, true] }`

describe('a tuned policy', () => {
  it('is dominated by none that a grid search over the same space and seeds finds, though most of them dropped out early', async () => {
    const text = smallFleet(SPACE)
    const report = await tuned(text, { runs: 8, finalists: 6 })
    expect(report.rounds.map(({ policies }) => policies)).toEqual([25, 13, 7])
    expect(report.refused).toEqual([{ reason: 'RP-4', policies: 8 }])
    const grid = gridSearch(text, report)
    expect(grid.length).toBe(24)
    for (const policy of [report.recommended, ...report.front])
      for (const other of grid)
        expect(dominates(other.point, policy.point), `${other.values} over ${policy.values}`).toBe(false)
    // And what the search says of them is what plain play says.
    for (const { values, point } of report.front)
      expect(grid.find((one) => keyOf(one.values) === keyOf(values))?.point ?? point).toEqual(point)
  })

  it('finds the few that are worth having among many that only wait longer', async () => {
    // The defect bites at once, so that a pause shows nothing: every policy with one is dominated.
    const waiting = `  - { path: ${POLICY}.maxBatchInstancePercent, values: [12, 30] }
  - { path: ${POLICY}.pauseTimeBetweenBatches, values: [PT0S, PT5M, PT8M, PT12M] }
  - { path: ${POLICY}.maxSurge, values: [false, true] }`
    const text = smallFleet(waiting, 'images: { gal/app/2.0.0: { defects: [{ name: bad, share: 100 }] } }')
    const report = await tuned(text, { finalists: 6 })
    expect(report.rounds.map(({ policies }) => policies)).toEqual([17, 9])
    const grid = gridSearch(text, report)
    const dominated = grid.filter(({ point }) => grid.some((other) => dominates(other.point, point)))
    expect(dominated.length).toBeGreaterThan(8)
    for (const policy of report.front)
      expect(grid.filter((other) => dominates(other.point, policy.point)).map(({ values }) => values)).toEqual([])
  })

  it('keeps the declared policy to the end, however poor, so that there is something to compare with', async () => {
    // The defect bites at once: the long pause that is declared is beaten by every shorter one.
    const waiting = `  - { path: ${POLICY}.maxBatchInstancePercent, values: [12, 20, 30] }
  - { path: ${POLICY}.pauseTimeBetweenBatches, values: [PT0S, PT5M, PT8M, PT12M] }`
    const text = smallFleet(waiting, 'images: { gal/app/2.0.0: { defects: [{ name: bad, share: 100 }] } }')
    const declaredPause = 'pauseTimeBetweenBatches: PT1M'
    expect(text).toContain(declaredPause)
    const poor = text.replace(declaredPause, 'pauseTimeBetweenBatches: PT12M')
    const { declared, rounds, front } = await tuned(poor, { runs: 8, finalists: 2 })
    expect(rounds.at(-1)!.policies).toBeLessThan(12 / 2)
    expect(declared).toMatchObject({ set: [], runs: 8 })
    expect(front.some(({ set }) => set.length === 0)).toBe(false)
  })

  it('is on the front, and no policy of the front dominates another', async () => {
    const { front, recommended, declared } = await tuned(smallFleet(SPACE))
    expect(front.map(({ values }) => keyOf(values))).toContain(keyOf(recommended.values))
    for (const a of front) for (const b of front) expect(dominates(a.point, b.point)).toBe(false)
    expect(declared!.set).toEqual([])
  })

  it('comes with what its neighbours would change, each number as they were played', async () => {
    const text = smallFleet(SPACE)
    const report = await tuned(text)
    const { source, scenario } = sourceOf(text)
    expect(report.reasons.length).toBeGreaterThan(1)
    for (const { field, instead, value, differences } of report.reasons) {
      expect(value).toBe(report.recommended.values[field])
      const values = report.recommended.values.map((own, index) => (index === field ? instead : own))
      const point = playedPlainly(source, scenario, report, assignmentsOf(report.space, values))
      const differing = report.definitions.filter((_, index) => point[index] !== report.recommended.point[index])
      expect(differences.map(({ objective }) => objective.name)).toEqual(differing.map(({ name }) => name))
    }
  })

  it('keeps a scenario that already declares the best policy as it is', async () => {
    const report = await tuned(smallFleet(`  - { path: ${POLICY}.pauseTimeBetweenBatches, from: PT1M, to: PT10M }`, ''))
    expect(report.recommended.set).toEqual([])
    expect(report.front.some(({ set }) => set.length === 0)).toBe(true)
  })
})

describe('the worlds', () => {
  const worldsOf = async (text: string) => (await tuned(text, { runs: 2, policies: 1 })).worlds
  const play = (text: string, world: TuningWorld, seed = 5) => {
    const { source } = sourceOf(text)
    const variant = { source, set: [...world.set, ...(world.faults?.(seed) ?? [])] }
    return loadVariant(variant)
  }

  it('have the new image good, bad as declared, and bad on fewer', async () => {
    const text = smallFleet(SPACE)
    const worlds = await worldsOf(text)
    const shares = worlds.map((world) =>
      play(text, world).world.images['gal/app/2.0.0']!.defects.map(({ sharePercent }) => sharePercent),
    )
    expect(worlds.map(({ name }, index) => [name, shares[index]])).toEqual([
      ['good', []],
      ['bad', [80]],
      ['bad-50', [40]],
      ['bad-20', [16]],
      ['noise', []],
    ])
  })

  it('make up a defect where the scenario declares none', async () => {
    const text = smallFleet(SPACE, '')
    const worlds = await worldsOf(text)
    expect(worlds.map(({ name }) => name)).toEqual(['good', 'made-up-100', 'made-up-50', 'made-up-20', 'noise'])
    expect(play(text, worlds[2]!).world.images['gal/app/2.0.0']!.defects[0]).toMatchObject({
      breaks: ['process'],
      sharePercent: 50,
    })
  })

  it('leave the image alone that runs from the start', async () => {
    const text = smallFleet(
      SPACE,
      'images: { gal/app/1.0.0: { defects: [{ name: old, share: 1 }] }, gal/app/2.0.0: { defects: [{ name: new }] } }',
    )
    const good = play(text, (await worldsOf(text))[0]!)
    expect(good.world.images['gal/app/1.0.0']!.defects.length).toBe(1)
    expect(good.world.images['gal/app/2.0.0']!.defects.length).toBe(0)
  })

  it('take a defect out of a model as well', async () => {
    const text = smallFleet(
      SPACE,
      'models: [{ name: m, when: { virtualMachineProfile.storageProfile.imageReference.id: gal/app/2.0.0 }, defects: [{ name: new, share: 60 }] }]',
    )
    const worlds = await worldsOf(text)
    expect(worlds.map((world) => play(text, world).world.models[0]!.defects[0]!.sharePercent)).toEqual([
      0, 60, 30, 12, 0,
    ])
  })

  it('have other noise in every run, the same for every policy, while the rollout may be under way', async () => {
    const text = smallFleet(SPACE)
    const noise = (await worldsOf(text)).find(({ kind }) => kind === 'noise')!
    const faults = [5, 6, 7, 8].map((seed) => noise.faults!(seed))
    expect(new Set(faults.map(String)).size).toBe(4)
    expect(noise.faults!(5)).toEqual(faults[0])
    const { timeline, durationMs } = play(text, noise)
    const added = timeline.filter(({ action }) => action.verb === 'breakInstance' || action.verb === 'hangInstance')
    expect(added.length).toBe(faults[0]!.length)
    for (const { atMs } of added) expect(atMs).toBeLessThan(durationMs)
  })
})

describe('the search', () => {
  it.each([
    { policies: 128, runs: 24, rounds: ['128x3', '64x6', '32x12', '16x24'] },
    { policies: 96, runs: 16, rounds: ['96x2', '48x4', '24x8', '16x16'] },
    { policies: 10, runs: 24, rounds: ['10x24'] },
    { policies: 40, runs: 1, rounds: ['40x1'] },
    { policies: 40, runs: 3, rounds: ['40x2', '20x3'] },
  ])('$policies policies with $runs runs: $rounds', ({ policies, runs, rounds }) => {
    expect(scheduleOf(policies, runs).map((round) => `${round.policies}x${round.runs}`)).toEqual(rounds)
  })

  it('gives what was finished when it is interrupted, of the last whole round', async () => {
    let runs = 0
    // 24 policies of the grid and the declared one meet five worlds: 250 runs in the first round.
    const interruptedAt = async (limit: number) => {
      const { source, scenario } = sourceOf(smallFleet(SPACE))
      return tune(source, scenario, [], ownThread(), {
        ...OPTIONS,
        runs: 8,
        onProgress: (done) => {
          runs = done
        },
        isInterrupted: () => runs >= limit,
      })
    }
    runs = 0
    expect(await interruptedAt(0)).toBeNull()
    runs = 0
    const early = (await interruptedAt(40))!
    expect(early).toMatchObject({ isComplete: false, rounds: [] })
    expect(early.recommended.runs).toBe(2)
    runs = 0
    const later = (await interruptedAt(300))!
    expect(later).toMatchObject({ isComplete: false, rounds: [{ policies: 25, runs: 2 }] })
    expect(later.front.every((policy) => policy.runs === 2)).toBe(true)
  })

  it('hands over so few runs at a time that an interrupt is soon noticed, and leaves none out', async () => {
    const text = smallFleet(`  - { path: ${POLICY}.maxSurge, values: [false, true] }`)
    const own = ownThread()
    const sizes: number[] = []
    const counting: Runner = {
      ...own,
      play: (batch) => {
        sizes.push(batch.runs)
        return own.play(batch)
      },
    }
    const { source, scenario } = sourceOf(text)
    const report = (await tune(source, scenario, [], counting, { ...OPTIONS, runs: 120 }))!
    expect(Math.max(...sizes)).toBeLessThanOrEqual(50)
    expect(sizes.reduce((sum, runs) => sum + runs, 0)).toBe(report.totalRuns)
    const plain = playedPlainly(source, scenario, report, report.recommended.set)
    expect(report.recommended).toMatchObject({ runs: 120, point: plain })
  })

  it.each([
    ['E0191', smallFleet('  []').replace('mode: Rolling', 'mode: Manual'), 'no scale set upgrades in batches'],
    [
      'E0192',
      smallFleet(SPACE).replace(/updateModel: .* \}\]/, 'scaleTo: { capacity: 9 } }]'),
      'nothing is rolled out',
    ],
  ])('%s when there is nothing to tune', async (code, text, message) => {
    const error = await tuned(text).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).diagnostics[0]).toMatchObject({ code })
    expect((error as InputError).message).toContain(message)
  })
})

describe('worker threads', () => {
  const OUT = 'dist'
  beforeAll(buildOnce, 180_000)

  it('however many there are, the result is the same to the byte', async () => {
    const document = (report: TuneReport) => JSON.stringify(tuneDocument(report, { name: 'x', version: '0' }, 'replay'))
    const text = smallFleet(SPACE)
    const alone = document(await tuned(text))
    for (const threads of [1, 3]) {
      const pool = threadPool(threads, pathToFileURL(`${OUT}/lab/worker.js`).href)
      try {
        expect(document(await tuned(text, {}, pool))).toBe(alone)
      } finally {
        await pool.close()
      }
    }
  })
})
