import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadScenarios } from '../../src/model/scenario/load.ts'
import { valueAt } from '../../src/report/charts/steps.ts'
import type { RunResult, Steps } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'

const FILES = [
  'scenarios/bad-image.yaml',
  'scenarios/payments-after.yaml',
  'scenarios/payments-before.yaml',
  'scenarios/living/zone-outage-mid-upgrade.yaml',
  'scenarios/living/black-friday.yaml',
  'scenarios/living/surge-falls-back.yaml',
  'scenarios/living/spot-evictions-halt.yaml',
  'scenarios/conformance/w09-failed-upgrade-gets-its-disk-back.yaml',
]

function load(file: string) {
  const readFile = (path: string) => readFileSync(path, 'utf8')
  return loadScenarios(readFile(file), file, { readFile })[0]!
}

const moments = (all: readonly Steps[]) => [...new Set(all.flatMap(({ atMs }) => atMs))].sort((a, b) => a - b)

describe.each(FILES)('series of %s', (file) => {
  const scenario = load(file)
  const result: RunResult = simulate(scenario, { keepTrace: true })
  const { scaleSets, rollouts, demand, versions } = result.series!

  it('leave the run as it is', () => {
    const plain = simulate(scenario)
    expect(plain.series).toBeNull()
    expect({ hash: plain.traceHash, events: plain.events }).toEqual({ hash: result.traceHash, events: result.events })
  })

  it('say at every check of a threshold what the check found: TH-1, TH-3, TH-5', () => {
    const checks = result.trace.filter(({ what }) => what === 'rollout.check')
    expect(checks.length > 0).toBe(result.rollouts.some(({ mode }) => mode === 'Rolling'))
    for (const { atMs, subject, rule, numbers } of checks) {
      if (rule === 'TH-5' || rule === 'TH-8') {
        const index = result.rollouts.findLastIndex((one) => one.scaleSet === subject && one.startedAtMs <= atMs)
        const { unhealthy, upgraded } = rollouts[index]!
        expect([valueAt(unhealthy, atMs), valueAt(upgraded, atMs)], `${rule} at ${atMs}`).toEqual([
          numbers['count'],
          numbers['total'],
        ])
      } else {
        const { unhealthy, total } = scaleSets.find(({ scaleSet }) => scaleSet === subject)!
        // What the check decides may change the set within the same instant; just before it nothing had.
        const now = [valueAt(unhealthy, atMs), valueAt(total, atMs)]
        const before = [valueAt(unhealthy, atMs - 1), valueAt(total, atMs - 1)]
        expect([now, before], `${rule} at ${atMs}`).toContainEqual([numbers['count'], numbers['total']])
      }
    }
  })

  it('serving is what the lanes show, and the integral is the lost capacity of the measures', () => {
    const all = scaleSets.flatMap(({ serving, target }) => [serving, target])
    let lostMs = 0
    const times = moments(all).filter((at) => at < result.durationMs)
    times.forEach((at, i) => {
      const sum = (pick: 'serving' | 'target') =>
        scaleSets.reduce((total, set) => total + (valueAt(set[pick], at) ?? 0), 0)
      lostMs += Math.max(0, sum('target') - sum('serving')) * ((times[i + 1] ?? result.durationMs) - at)
    })
    expect(lostMs / 60_000).toBeCloseTo(result.measures.availability.lostInstanceMinutes, 6)
  })

  it('steps rise in time and no two neighbours are equal', () => {
    const all = [
      ...scaleSets.flatMap(({ target, serving, total, unhealthy }) => [target, serving, total, unhealthy]),
      ...rollouts.flatMap(({ upgraded, unhealthy }) => [upgraded, unhealthy]),
      ...demand.flatMap(({ level, capacity }) => [level, capacity]),
    ]
    for (const { atMs, values } of all) {
      expect(values.length).toBe(atMs.length)
      for (let i = 1; i < atMs.length; i++) {
        expect(atMs[i]).toBeGreaterThan(atMs[i - 1]!)
        expect(values[i]).not.toBe(values[i - 1])
      }
    }
  })

  it('demand unserved over the run is that of the measures, and versions follow the images of the trace', () => {
    for (const { level, capacity, isQueue } of demand) {
      if (isQueue || demand.length > 1 || result.trace.some(({ what }) => what === 'event.scheduled')) continue
      let unserved = 0
      const times = moments([level, capacity])
      times.forEach((at, i) => {
        const seconds = ((times[i + 1] ?? result.durationMs) - at) / 1000
        unserved += Math.max(0, (valueAt(level, at) ?? 0) - (valueAt(capacity, at) ?? 0)) * seconds
      })
      // Requests lost on the way to instances that have gone unnoticed (AV-09) come on top.
      expect(result.measures.demand.unservedRequests!).toBeGreaterThanOrEqual(unserved * (1 - 1e-9) - 1e-6)
    }
    const given = result.trace.filter(({ what }) => what === 'instance.image')
    for (const { atMs, subject, numbers } of given) {
      const instance = result.instances.find(({ scaleSet, number }) => `${scaleSet}/${number}` === subject)
      if (instance === undefined) continue
      const images = versions[instance.index]!.spans.map(({ image }) => image)
      expect(images, `${subject} at ${atMs}`).toContain(numbers['image'])
    }
  })
})
