import { describe, expect, it } from 'vitest'
import { badOn, breakAt, changeImage, first, MINUTE, play } from './play.ts'

describe('blast radius', () => {
  it('counts distinct instances harmed by what a rollout gave them, over the capacity when it started', () => {
    const { measures } = play({ capacity: 25, newImage: badOn(0) })
    expect(measures.blastRadius).toMatchObject({
      instances: 1,
      percent: 4,
      peakPercent: 4,
      regions: 1,
      scaleSets: 1,
      zones: 0,
    })
  })

  it('does not count what a fault broke, nor the defect of the image that was there before', () => {
    const broken = play({ timeline: [changeImage(), breakAt('PT11M', [5])] })
    expect(broken.measures.blastRadius.instances).toBe(0)
    const old = play({ capacity: 20, oldImage: badOn(7), timeline: [changeImage()] })
    expect(old.measures.blastRadius.instances).toBe(0)
  })

  it('integrates the harm exactly', () => {
    // One of 25: its batch starts at 10 min, its application would be up 110 s later and stays broken to the end.
    const { measures } = play({ capacity: 25, newImage: badOn(0), duration: 'PT2H' })
    expect(measures.blastRadius.instanceMinutes).toBeCloseTo(110 - 110 / 60, 9)
  })

  it('exposed counts who ran the version, wherever its defect could hit', () => {
    const { measures } = play({ capacity: 25, newImage: badOn(0) })
    expect(measures.exposed).toMatchObject({ instances: 25, percent: 100 })
  })

  it('zones are those of harmed instances', () => {
    const { measures } = play({
      capacity: 9,
      zones: ['1', '2', '3'],
      newImage: badOn(0, 1),
      policy: { maxUnhealthyUpgradedInstancePercent: 100 },
    })
    expect(measures.blastRadius.zones).toBe(2)
  })

  it('without any change there is no denominator, and expectations on the percent are undecided', () => {
    expect(play({ timeline: [] }).measures.blastRadius).toMatchObject({ instances: 0, percent: null })
  })
})

describe('availability', () => {
  it('lost instance-minutes are the integral of what is missing', () => {
    // Five batches of two, each two minutes long, of which both members are down for 110 s.
    const { measures } = play({})
    expect(measures.availability).toMatchObject({ minServing: 8, minServingPercent: 80 })
    expect(measures.availability.lostInstanceMinutes).toBeCloseTo((10 * 110) / 60, 9)
  })

  it('a surplus is no credit: surge hours are counted apart', () => {
    const { measures } = play({ policy: { maxSurge: true } })
    expect(measures.availability.lostInstanceMinutes).toBe(0)
    expect(measures.cost.surgeHours).toBeGreaterThan(0)
  })

  it('a dependency that fails everywhere takes everybody, for exactly as long', () => {
    const timeline = [{ at: 'PT1H', failDependency: { dependency: 'db', for: 'PT6M' } }]
    const { measures } = play({ application: { needs: ['db'] }, timeline })
    expect(measures.availability).toMatchObject({ minServing: 0, lostInstanceMinutes: 60 })
    expect(measures.blastRadius.instances).toBe(0)
  })

  it('a dependency that fails in one zone takes that zone', () => {
    const timeline = [{ at: 'PT1H', failDependency: { dependency: 'db', zones: ['2'], for: 'PT6M' } }]
    const { measures } = play({ capacity: 9, zones: ['1', '2', '3'], application: { needs: ['db'] }, timeline })
    expect(measures.availability.minServing).toBe(6)
  })
})

describe('times', () => {
  it('time to halt runs from the first harm to the halt', () => {
    const run = play({ newImage: badOn(0, 1) })
    // Harmed at 10 min + 110 s, faulted at 17 min.
    expect(run.measures.timeToHalt).toBe(7 * MINUTE - 110_000)
  })

  it('time to recover runs to the moment from which everything serves again', () => {
    const repaired = [changeImage(), { at: 'PT30M', reimage: { instances: ['vmss/0', 'vmss/1'] } }]
    expect(play({ newImage: badOn(0, 1), timeline: repaired }).measures.timeToRecover).toBeNull()
    const passing = play({ newImage: { defects: [{ name: 'cold cache', share: 100, duration: 'PT4M' }] } })
    // The first two are harmed at 11:50; the last of ten is well again 4 min after its own start.
    const lastBatch = first(passing).batches.at(-1)!
    expect(passing.measures.timeToRecover).toBe(lastBatch.startedAtMs + 110_000 + 4 * MINUTE - (10 * MINUTE + 110_000))
  })

  it('are null when nothing was harmed', () => {
    expect(play({}).measures).toMatchObject({ timeToHalt: null, timeToRecover: null })
  })

  it('are measured per scale set as well', () => {
    expect(Object.keys(play({}).measures.perScaleSet)).toEqual(['vmss'])
    expect(play({}).measures.perScaleSet['vmss']!.availability.minServing).toBe(8)
  })
})
