import { describe, expect, it } from 'vitest'
import { nextTryMs } from '../../../src/sim/spot/restore.ts'
import { changeImage, entries, HOUR, MINUTE } from '../play.ts'
import { playSpot, reclaim, scale, start, subjects } from './worlds.ts'

const minutes = (run: ReturnType<typeof playSpot>, what: string) => entries(run, what).map(({ atMs }) => atMs / MINUTE)
/** Reclaims are announced at 10:00 and happen at 10:30. */
const EVICTED = 10.5

describe('the pace of restoring', () => {
  const pace = { firstMs: 5 * MINUTE, everyMs: 5 * MINUTE, timeoutMs: HOUR }
  it.each([
    { tries: 0, due: 5 },
    { tries: 1, due: 10 },
    { tries: 11, due: 60 },
    { tries: 12, due: null },
  ])('SP-32 after $tries tries the next is due at $due min', ({ tries, due }) => {
    expect(nextTryMs(1000, tries, pace)).toBe(due === null ? null : 1000 + due * MINUTE)
  })
})

describe('try and restore', () => {
  it('SP-30 brings evicted instances back, Deallocate with their number, Delete as new ones with the count', () => {
    const timeline = [reclaim('PT10M', { percent: 20 })]
    const back = playSpot('Deallocate', undefined, { restore: true, timeline })
    expect(entries(back, 'spot.restored')).toMatchObject([
      { subject: 'vmss/9', rule: 'SP-30', numbers: { tries: 1, afterMs: 5 * MINUTE } },
      { subject: 'vmss/8' },
    ])
    expect(subjects(back, 'instance.starting')).toEqual(['vmss/9', 'vmss/8'])
    expect(back.measures.spot).toMatchObject({ evictions: 2, restored: 2 })
    const anew = playSpot('Delete', undefined, { restore: true, timeline })
    expect(subjects(anew, 'instance.creating')).toEqual(['vmss/10', 'vmss/11'])
    // The count is 10 again: asking for ten changes nothing, and for eleven one.
    const grown = playSpot('Delete', undefined, { restore: true, timeline: [...timeline, scale('PT1H', 11)] })
    expect(entries(grown, 'scaleSet.scaledOut')[0]!.numbers).toMatchObject({ from: 10, to: 11 })
    expect(playSpot('Deallocate', undefined, { timeline }).measures.spot.restored).toBe(0)
  })

  it('SP-32 the first try is after five minutes, then every five, until there is room', () => {
    const timeline = [reclaim('PT10M', { percent: 10, for: 'PT18M' })]
    const run = playSpot('Deallocate', undefined, { restore: true, timeline })
    expect(minutes(run, 'spot.notRestored')).toEqual([EVICTED + 5, EVICTED + 10, EVICTED + 15])
    expect(entries(run, 'spot.notRestored')[0]).toMatchObject({ rule: 'SP-32', numbers: { code: 'SkuNotAvailable' } })
    expect(minutes(run, 'spot.restored')).toEqual([EVICTED + 20])
    const paced = { restoreFirstTry: 'PT1M', restoreInterval: 'PT10M' }
    const other = playSpot('Deallocate', undefined, { restore: true, timeline, assumptions: paced })
    expect(minutes(other, 'spot.restored')).toEqual([EVICTED + 21])
  })

  it('SP-30 gives up at the end of restoreTimeout', () => {
    const timeline = [reclaim('PT10M', { percent: 10, for: 'PT1H' })]
    const run = playSpot('Deallocate', undefined, { restore: 'PT30M', timeline })
    expect(minutes(run, 'spot.notRestored')).toHaveLength(6)
    expect(entries(run, 'spot.restoreGivenUp')).toMatchObject([{ rule: 'SP-30', numbers: { tries: 6 } }])
    expect(run.measures.spot.restored).toBe(0)
    expect(playSpot('Deallocate', undefined, { restore: 'PT2H', timeline }).measures.spot.restored).toBe(1)
  })

  it('SP-32 a deallocated one needs a machine in its own zone, a deleted one in any', () => {
    const world = { zones: ['1', '2'], restore: true as const }
    const timeline = [reclaim('PT10M', { zone: '1', percent: 20, for: 'PT5H' })]
    const own = playSpot('Deallocate', undefined, { ...world, timeline })
    expect(own.measures.spot).toMatchObject({ evictions: 1, restored: 0 })
    const any = playSpot('Delete', undefined, { ...world, timeline })
    expect(any.measures.spot).toMatchObject({ evictions: 1, restored: 1 })
    expect(any.instances.at(-1)!.zone).toBe('2')
  })

  it('SP-32 after a price eviction it tries as well, and succeeds once the market is at maxPrice or below', () => {
    const price = [
      { at: 'PT0S', usd: 0.02 },
      { at: 'PT10M', usd: 0.05 },
      { at: 'PT23M', usd: 0.03 },
    ]
    const run = playSpot('Deallocate', { price }, { billing: 0.03, restore: true, capacity: 3 })
    expect(entries(run, 'spot.notRestored')[0]!.numbers['code']).toBe('SpotPriceGreaterThanProvidedMaxPrice')
    expect(minutes(run, 'spot.restored')).toEqual([EVICTED + 15, EVICTED + 15, EVICTED + 15])
  })

  it('SP-31 is off under an autoscale setting that is enabled, and a finding says so', () => {
    const timeline = [reclaim('PT10M', { percent: 20 })]
    const autoscale = (enabled: boolean) => ({
      autoscaleSettings: {
        scale: {
          targetResourceUri: 'vmss',
          enabled,
          profiles: [{ name: 'all', capacity: { minimum: '1', maximum: '20', default: '10' }, rules: [] }],
        },
      },
    })
    const off = playSpot('Deallocate', undefined, { restore: true, timeline, azure: autoscale(true) })
    expect(off.measures.spot).toMatchObject({ evictions: 2, restored: 0 })
    expect(off.findings).toContainEqual(
      expect.objectContaining({ code: 'SpotRestoreUnderAutoscale', rules: ['SP-31'] }),
    )
    const on = playSpot('Deallocate', undefined, { restore: true, timeline, azure: autoscale(false) })
    expect(on.measures.spot.restored).toBe(2)
    expect(on.findings.map(({ code }) => code)).not.toContain('SpotRestoreUnderAutoscale')
  })

  it('SP-30 leaves alone what somebody else has taken care of', () => {
    const timeline = [reclaim('PT10M', { percent: 20 })]
    const started = playSpot('Deallocate', undefined, { restore: true, timeline: [...timeline, start('PT13M', 9)] })
    expect(subjects(started, 'spot.restored')).toEqual(['vmss/8'])
    const gone = { at: 'PT13M', deleteInstance: { instance: 'vmss/9' } }
    expect(
      subjects(playSpot('Deallocate', undefined, { restore: true, timeline: [...timeline, gone] }), 'spot.restored'),
    ).toEqual(['vmss/8'])
    // One of the two deleted ones has been made up for: 8 -> 9 by hand, 9 -> 10 by the platform.
    const grown = playSpot('Delete', undefined, { restore: true, timeline: [...timeline, scale('PT13M', 9)] })
    expect(grown.measures.spot.restored).toBe(1)
    const full = playSpot('Delete', undefined, { restore: true, timeline: [...timeline, scale('PT13M', 12)] })
    expect(full.measures.spot.restored).toBe(0)
  })

  it('SP-32 a restored machine has half the hazard: its second life is drawn twice as long', () => {
    const lives = (factor: number) => {
      const run = playSpot(
        'Deallocate',
        { evictionRatePercentPerHour: 60 },
        { restore: true, capacity: 40, assumptions: { restoredHazardFactor: factor }, duration: 'P1D' },
      )
      const restored = new Map(
        entries(run, 'spot.restored')
          .toReversed()
          .map(({ subject, atMs }) => [subject, atMs]),
      )
      const ended = entries(run, 'spot.lifeEnded')
      return [...restored].flatMap(([subject, from]) => {
        const end = ended.find((entry) => entry.subject === subject && entry.atMs > from)
        return end === undefined ? [] : [[subject, end.atMs - from] as const]
      })
    }
    const half = new Map(lives(0.5))
    const same = lives(1).filter(([subject]) => half.has(subject))
    expect(same.length).toBeGreaterThan(20)
    for (const [subject, ms] of same) expect(half.get(subject)! / ms).toBeCloseTo(2, 3)
  })

  it('SP-30 BT-14 what was upgraded meanwhile is started on the newest model', () => {
    const timeline = [reclaim('PT5M', { percent: 10, for: 'PT50M' }), changeImage()]
    const run = playSpot('Deallocate', undefined, { restore: true, timeline })
    expect(run.rollouts[0]).toMatchObject({ status: 'Completed', leftOut: 1 })
    const provisioned = entries(run, 'instance.provisioned').at(-1)!
    expect([provisioned.subject, provisioned.numbers['version']]).toEqual(['vmss/9', 1])
  })
})
