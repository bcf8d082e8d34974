import { describe, expect, it } from 'vitest'
import { lossText } from '../../src/report/loss-text.ts'
import { renderRun } from '../../src/report/text.ts'
import type { LostCapacity, SetMeasures } from '../../src/sim/result.ts'
import { goodRollout, NO_HARM, run } from './sample-results.ts'

const NONE = { reclaim: 0, price: 0, hazard: 0, simulated: 0 }

describe('the Spot section', () => {
  const text = (spot: Partial<SetMeasures['spot']>) =>
    renderRun(run({ measures: { ...NO_HARM, spot: { ...NO_HARM.spot, ...spot } } }), {
      scenario: goodRollout.scenario,
      replay: goodRollout.replay,
      color: false,
    })

  it('tells why instances were evicted, how they stopped, and how many came back', () => {
    const evictionsBy = { ...NONE, reclaim: 4, hazard: 2 }
    expect(text({ evictions: 6, evictionsBy, abruptStops: 1, restored: 3 })).toContain(
      '6 evictions (4 for the capacity, 2 by chance), 1 in the middle of work; 3 restored\n',
    )
    const one = { evictions: 1, evictionsBy: { ...NONE, price: 1 } }
    expect(text(one)).toContain('1 eviction (1 for the price)\n')
    expect(text({ evictions: 1, evictionsBy: { ...NONE, simulated: 1 } })).toContain('1 eviction (1 simulated)\n')
  })

  it('is not there without an eviction', () => expect(text({})).not.toContain('Spot'))
})

describe('capacity that was lost to Spot', () => {
  it.each<[reason: string, numbers: LostCapacity['numbers'], subject: string | null, text: string]>([
    ['spot.reclaimed', {}, 'vmss-a', 'Spot capacity taken back from vmss-a'],
    ['spot.reclaimedFrom', { where: 'zone 1 of eastus' }, 'world', 'Spot capacity of zone 1 of eastus taken back'],
    ['spot.lifeEnded', {}, null, 'Spot machines evicted one by one'],
    ['spot.simulated', {}, null, 'evictions that were simulated'],
    ['spot.outbid', { price: '0.05', maxPrice: '0.03' }, 'vmss-a', 'Spot price 0.05 above the maxPrice 0.03 of vmss-a'],
  ])('%s reads as a person would say it', (reason, numbers, subject, words) => {
    const lost: LostCapacity = {
      reason,
      numbers,
      subject,
      rule: 'SP-01',
      entry: 1,
      firstAtMs: 600_000,
      scaleSets: ['vmss-a'],
      instances: 3,
      lostMs: 1,
    }
    expect(lossText(lost)).toBe(`${words} at 00:10:00 (SP-01)`)
  })
})
