import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { batchGantt, outcomeOf } from '../../../src/report/charts/batch-gantt.ts'
import { pointsOf } from '../../../src/report/charts/frame.ts'
import { chartsOf } from '../../../src/report/charts/from-result.ts'
import { swimlane } from '../../../src/report/charts/swimlane.ts'
import { thresholdStrip } from '../../../src/report/charts/threshold-strip.ts'
import { timeScale } from '../../../src/report/charts/time-scale.ts'
import { zoneGrid } from '../../../src/report/charts/zone-grid.ts'
import { simulate } from '../../../src/sim/simulate.ts'

const HOUR = 3_600_000
const time = timeScale({ durationMs: HOUR, busyMs: [], folds: false })
const steps = (...pairs: readonly (readonly [atMs: number, value: number])[]) => ({
  atMs: pairs.map(([atMs]) => atMs),
  values: pairs.map(([, value]) => value),
})

describe('quantities over time', () => {
  it('of many changes within one px the lowest and the highest are drawn', () => {
    const many = steps(
      [0, 5],
      ...Array.from({ length: 9 }, (_, i) => [1800_000 + i, [5, 6, 5, 9, 5, 1, 5, 6, 5][i]!] as const),
    )
    const drawn = pointsOf(many, time).map(([, value]) => value)
    expect(drawn).toEqual([5, 5, 9, 1, 5, 5])
  })
})

describe('threshold strip', () => {
  const quiet = {
    counted: 'Unhealthy instances',
    of: 'instances',
    limitPercent: 20,
    spells: [{ numerator: steps([0, 0]), denominator: steps([0, 10]), endMs: HOUR }],
    checks: [],
  }

  it('reaches beyond its limit by half, so that the limit is seen where nothing comes near it', () => {
    expect(thresholdStrip(quiet, { time })).toContain('>30 %</text>')
    expect(thresholdStrip(quiet, { time })).toContain('It was never exceeded when it was checked.')
  })

  it('exactly at the limit is no breach (TH-4): a mark, no cross', () => {
    const check = { atMs: HOUR / 2, count: 2, total: 10, breached: false, rule: 'TH-3' }
    const drawn = thresholdStrip({ ...quiet, checks: [check] }, { time })
    expect(drawn).toContain('class="check"')
    expect(drawn).not.toContain('class="breach"')
  })
})

describe('batches', () => {
  const batch = {
    name: '1',
    where: 'zone 1',
    fromMs: 0,
    toMs: HOUR,
    instances: 5,
    successful: 2,
    failed: 1,
    surge: false,
  }

  it('tells what came of it, and of how many nothing was decided', () => {
    expect(outcomeOf(batch)).toBe('2 successful, 1 failed, 2 undecided')
    expect(outcomeOf({ ...batch, instances: 2, failed: 0, surge: true })).toBe('2 successful (surge)')
    expect(outcomeOf({ ...batch, instances: 0, successful: 0, failed: 0 })).toBe('none upgraded')
  })

  it('a heading that is too long loses its middle, never its outcome, and has it all for whoever points at it', () => {
    const label = `image ${'long-'.repeat(60)}name`
    const rollout = { label, fromMs: 0, toMs: HOUR, status: 'Faulted (TH-5)', isBad: true, batches: [batch] }
    const drawn = batchGantt({ rollouts: [rollout] }, { time })
    expect(drawn).toContain(`<title>${label}: Faulted (TH-5)</title>`)
    const shown = /<\/title>([^<]*)<\/text>/.exec(drawn)![1]!
    expect(shown).toMatch(/^image long-.*….*name: Faulted \(TH-5\)$/)
    expect(shown.length).toBeLessThanOrEqual(143)
  })
})

describe('zone grid', () => {
  it('is never wider than it may be: a full place takes more rows', () => {
    const instances = Array.from({ length: 200 }, (_, index) => ({
      index,
      name: `web/${index}`,
      scaleSet: 'web',
      zone: '1',
      faultDomain: 0,
      spans: [{ fromMs: 0, state: 'serving' as const }],
    }))
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/
      .exec(zoneGrid({ instances }, { atMs: 0, width: 320 }))!
      .map(Number)
    expect(width).toBeLessThanOrEqual(320)
    expect(height).toBeGreaterThan(200)
    const few = zoneGrid({ instances: instances.slice(0, 3) }, { atMs: 0, width: 320 })
    expect(few).toContain('viewBox="0 0 110 50"')
  })
})

describe('swimlane', () => {
  const row = (instance: string, isIn: boolean) => ({
    instance,
    label: instance,
    indices: [0],
    spans: [{ fromMs: 0, state: 'serving' as const }],
    batches: isIn ? [{ name: '1.1', fromMs: 0, toMs: HOUR }] : [],
  })

  it('a batch has an outline around its own rows only, one for each stretch of neighbours', () => {
    const rows = [row('0', true), row('1', true), row('2', false), row('3', true)]
    const drawn = swimlane({ groups: [{ label: 'zone 1', rows, halts: [] }] }, { time })
    const outline = /class="batch" d="([^"]*)"/.exec(drawn)![1]!
    // The first around two rows of 16 px, the second around one.
    expect(outline.match(/M/g)).toHaveLength(2)
    expect(outline.split('z').map((part) => /M132 (\d+)H986V(\d+)/.exec(part)?.slice(1).map(Number))).toEqual([
      [19, 51],
      [67, 83],
      undefined,
    ])
  })
})

const TEXT = `
name: limits
duration: PT2H
azure:
  scaleSets:
    web:
      location: eastus
      sku: { name: Standard_D2as_v5, capacity: 4 }
      orchestrationMode: Flexible
      upgradePolicy:
        mode: Rolling
        rollingUpgradePolicy: { maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 60,
          maxUnhealthyUpgradedInstancePercent: 30, pauseTimeBetweenBatches: PT0S }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: gal/web/1.0.0 } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0",
                settings: { protocol: http, port: 80, requestPath: /ready, intervalInSeconds: 5, numberOfProbes: 1 } }
timeline:
  - { at: PT10M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: gal/web/2.0.0 } } }
`

describe('charts of a result', () => {
  const scenario = loadScenario(TEXT, 'limits.yaml', { readFile: () => undefined })
  const result = simulate(scenario, { keepTrace: true })

  it('each strip has the limit of its own policy', () => {
    expect(chartsOf(result, scenario).strips.map(({ limitPercent }) => limitPercent)).toEqual([30, 60])
  })

  it('rows that look the same are one only if they were in the same batches', () => {
    const [first] = result.instances
    const rollout = result.rollouts[0]!
    const indices = Array.from({ length: 62 }, (_, index) => index)
    const spans = [{ fromMs: 0, state: 'serving' as const }]
    const large = {
      ...result,
      instances: indices.map((index) => ({ ...first!, index, number: index })),
      lanes: indices.map((instance) => ({ ...result.lanes[0]!, instance, spans })),
      rollouts: [
        {
          ...rollout,
          batches: [
            { ...rollout.batches[0]!, instances: indices.slice(0, 10) },
            { ...rollout.batches[1]!, instances: indices.slice(10, 30) },
          ],
        },
      ],
      series: null,
    }
    expect(chartsOf(large, scenario).swimlane.groups[0]!.rows.map(({ label }) => label)).toEqual([
      '0 ×10',
      '10 ×20',
      '30 ×32',
    ])
  })
})
