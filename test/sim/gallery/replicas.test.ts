import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../../src/sim/result.ts'
import {
  addRegion,
  type Estate,
  entries,
  MINUTE,
  play,
  publish,
  refer,
  refusalsIn,
  reimage,
  SECOND,
  scaleTo,
  scenarioOf,
} from './world.ts'

/** The declared version with so many replicas, whose disks take two minutes each. */
const stored = (regionalReplicaCount: number, more = {}): Estate => ({
  versions: { '1.0.0': { targetRegions: [{ name: 'eastus', regionalReplicaCount }], ...more } },
  timings: { imageAttach: 'PT2M' },
})
const servingAt = (run: RunResult) =>
  entries(run, 'instance.starting').map(({ subject, atMs }) => [subject, atMs / MINUTE])

describe('disks are made by replicas (GA-31, GA-32)', () => {
  it('GA-32: each replica serves so many at once, who comes first is served first, the rest wait', () => {
    const estate = { ...stored(1), assumptions: { createsPerReplica: 2 } }
    const run = play({ ...estate, timeline: [scaleTo('PT10M', 7)] })
    expect(servingAt(run)).toEqual([
      ['vmss/2', 12],
      ['vmss/3', 12],
      ['vmss/4', 14],
      ['vmss/5', 14],
      ['vmss/6', 16],
    ])
    expect(entries(run, 'gallery.diskQueued').map(({ subject, numbers }) => [subject, numbers['place']])).toEqual([
      ['vmss/4', 1],
      ['vmss/5', 2],
      ['vmss/6', 3],
    ])
    expect(entries(run, 'gallery.diskGranted').map(({ subject, numbers }) => [subject, numbers['waitedMs']])).toEqual([
      ['vmss/4', 2 * MINUTE],
      ['vmss/5', 2 * MINUTE],
      ['vmss/6', 4 * MINUTE],
    ])
  })

  it('GA-32: whoever needs a disk stands in the same queue: new, reimaged or upgraded', () => {
    const run = play({
      ...stored(1),
      versions: { '1.0.0': {}, '2.0.0': {} },
      reference: 'gal/app/1.0.0',
      capacity: 3,
      mode: 'Automatic',
      assumptions: { createsPerReplica: 1 },
      timeline: [
        reimage('PT10M', 'vmss/0'),
        scaleTo('PT10M30S', 4),
        refer('PT11M', 'gal/app/2.0.0'),
        scaleTo('PT11M30S', 5),
      ],
    })
    // 1.0.0 serves vmss/0 and vmss/3; 2.0.0 has a queue of its own.
    expect(servingAt(run).slice(0, 3)).toEqual([
      ['vmss/0', 12],
      ['vmss/1', 13],
      ['vmss/3', 14],
    ])
    expect(servingAt(run)).toContainEqual(['vmss/2', 15])
    expect(servingAt(run)).toContainEqual(['vmss/4', 17])
  })

  it('GA-32: a slot is kept as long as the disk takes, and the machine as long as the longer of disk and control plane', () => {
    const timeline = [scaleTo('PT10M', 4)]
    const of = (imageAttach: string) =>
      servingAt(play({ ...stored(1), timings: { imageAttach }, timeline, assumptions: { createsPerReplica: 1 } }))
    expect(of('PT20S')).toEqual([
      ['vmss/2', 11],
      ['vmss/3', 11 + 20 / 60],
    ])
    expect(of('PT90S')).toEqual([
      ['vmss/2', 11.5],
      ['vmss/3', 13],
    ])
  })

  it('GA-32: who is deleted while it waits takes no slot', () => {
    const timeline = [
      scaleTo('PT10M', 5),
      { at: 'PT11M', deleteInstance: { instance: 'vmss/3' } },
      scaleTo('PT11M30S', 5),
    ]
    const run = play({ ...stored(1), timeline, assumptions: { createsPerReplica: 1 } })
    expect(entries(run, 'gallery.diskQueued').map(({ numbers }) => numbers['place'])).toEqual([1, 2, 2])
    expect(servingAt(run)).toEqual([
      ['vmss/2', 12],
      ['vmss/4', 14],
      ['vmss/5', 16],
    ])
  })

  it('GA-31: twenty by default, times the replicas', () => {
    const queued = (replicas: number, capacity: number, assumptions = {}) =>
      entries(play({ ...stored(replicas), timeline: [scaleTo('PT10M', capacity)], assumptions }), 'gallery.diskQueued')
        .length
    expect([queued(1, 22), queued(1, 23), queued(3, 62), queued(3, 63)]).toEqual([0, 1, 0, 1])
    expect(queued(1, 53, { createsPerReplica: 50 })).toBe(1)
  })

  it('GA-25: a Shallow version has the concurrency of one replica, however many it names', () => {
    const run = play({ ...stored(10, { replicationMode: 'Shallow' }), timeline: [scaleTo('PT10M', 32)] })
    expect(entries(run, 'gallery.diskQueued')).toHaveLength(10)
  })

  it('GA-31, GA-32: with one replica six hundred at once take many times as long as with ten, and nothing fails', () => {
    const burst = (replicas: number) => {
      const run = play({ ...stored(replicas), timeline: [scaleTo('PT10M', 602)] })
      expect(run.instances.filter(({ deletedAtMs }) => deletedAtMs === null)).toHaveLength(602)
      expect([...refusalsIn(run), ...entries(run, 'instance.provisioningFailed')]).toEqual([])
      const queued = entries(run, 'gallery.diskQueued')
      const full = Math.max(...entries(run, 'instance.serving').map(({ atMs }) => atMs))
      const waited = entries(run, 'gallery.diskGranted').map(({ numbers }) => Number(numbers['waitedMs']) / MINUTE)
      return { full: full - 10 * MINUTE, queued: queued.length, longestQueue: queued.at(-1)?.numbers['place'], waited }
    }
    const one = burst(1)
    const ten = burst(10)
    // 30 rounds of 20 against 3 rounds of 200, two minutes each; 50 s of boot.
    expect(one.full).toBe(60 * MINUTE + 50 * SECOND)
    expect(ten.full).toBe(6 * MINUTE + 50 * SECOND)
    expect([one.queued, one.longestQueue, Math.max(...one.waited)]).toEqual([580, 580, 58])
    expect([ten.queued, ten.longestQueue, Math.max(...ten.waited)]).toEqual([400, 400, 4])
  })
})

describe('the number of replicas (GA-24, GA-30)', () => {
  const change = (at: string, regionalReplicaCount: number) =>
    addRegion(at, '1.0.0', { region: 'eastus', regionalReplicaCount })
  const changesIn = (run: RunResult) =>
    entries(run, 'gallery.replicasChanged').map(({ atMs, numbers }) => [atMs / MINUTE, numbers['replicas']])

  it('GA-24: further replicas are made inside the region, in 0.3 of the time of a copy from elsewhere; fewer are gone at once', () => {
    const run = play({ timeline: [change('PT10M', 5), change('PT1H', 2)] })
    expect(changesIn(run)).toEqual([
      [11.5, 5],
      [60, 2],
    ])
  })

  it('GA-24: of two changes the last one counts', () => {
    expect(changesIn(play({ timeline: [change('PT10M', 5), change('PT11M', 3)] }))).toEqual([[12.5, 3]])
    expect(changesIn(play({ timeline: [change('PT10M', 5), change('PT11M', 1)] }))).toEqual([])
  })

  it('GA-24: those who wait are served as soon as there are more', () => {
    const timeline = [scaleTo('PT10M', 12), change('PT10M', 4)]
    const run = play({
      ...stored(1),
      timings: { imageAttach: 'PT1H' },
      timeline,
      assumptions: { createsPerReplica: 2 },
    })
    expect(entries(run, 'gallery.diskGranted').map(({ atMs }) => atMs / MINUTE)).toEqual([
      ...Array.from({ length: 6 }, () => 11.5),
      70,
      70,
    ])
  })

  it('GA-24: their hours are counted from the moment they are there', () => {
    const hours = (timeline: Estate['timeline']) =>
      play({ ...stored(2), timings: {}, ...(timeline ? { timeline } : {}), duration: 'PT10H' }).measures.cost
        .replicaHours
    expect(hours([])).toBe(20)
    expect(hours([change('PT58M30S', 3)])).toBeCloseTo(29, 9)
    expect(hours([change('PT5H', 1)])).toBeCloseTo(15, 9)
    expect(hours([publish('PT50M', '2.0.0')])).toBeCloseTo(29, 9)
  })

  it('GA-30: fifty in a region, or as many as the assumption says', () => {
    const of =
      (regionalReplicaCount: number, assumptions = {}) =>
      () =>
        scenarioOf({ timeline: [change('PT10M', regionalReplicaCount)], assumptions })
    expect(of(50)).not.toThrow()
    expect(of(51)).toThrow(/51 replicas in eastus, at most 50/)
    expect(of(51, { maxReplicasPerRegion: 100 })).not.toThrow()
  })

  it('GA-30: a hundred of a version, those it has and those that are still being made included', () => {
    const grow = (at: string, name: string, regionalReplicaCount: number) =>
      addRegion(at, '1.0.0', { targetRegions: [{ name, regionalReplicaCount }] })
    const run = play({
      timeline: [
        change('PT10M', 50),
        grow('PT10M', 'westus3', 50),
        grow('PT10M', 'northeurope', 1),
        change('PT20M', 49),
        grow('PT20M', 'northeurope', 1),
      ],
    })
    expect(refusalsIn(run)).toEqual(['GA-30 InvalidParameter'])
    expect(entries(run, 'gallery.replicated').map(({ numbers }) => numbers['region'])).toEqual([
      'westus3',
      'northeurope',
    ])
  })
})
