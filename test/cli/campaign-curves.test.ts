import { describe, expect, it } from 'vitest'
import { campaignCurves } from '../../src/cli/campaign-curves.ts'
import type { Io } from '../../src/cli/io.ts'
import type { CampaignResult } from '../../src/lab/record.ts'
import { curvesOf } from '../../src/report/charts/run-curves.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { playOne } from '../report/shipped.ts'

const { scenario } = playOne('scenarios/bad-image.yaml')
const io = { breathe: async () => {}, stderr: { terminal: undefined } } as unknown as Io
const curves = (runs: number, isInterrupted: () => boolean, eventsMax?: number) => {
  const samples = Array.from({ length: runs }, (_, i) => ({ seed: 7 + i }))
  const result = { record: { samples } } as unknown as CampaignResult
  return campaignCurves(io, { scenario } as Parameters<typeof campaignCurves>[1], result, isInterrupted, eventsMax)
}

describe('the runs of a campaign that are drawn over time', () => {
  it('are those of its first seeds, in order', async () => {
    const drawn = await curves(3, () => false)
    expect(drawn).toEqual([7, 8, 9].map((seed) => curvesOf(simulate(scenario, { seed, keepTrace: true }))))
    expect(drawn[0]!.busyMs.every((at) => at % 60_000 === 0)).toBe(true)
  })

  it('are fewer where they take many events', async () => {
    const { events } = simulate(scenario, { seed: 7 })
    expect(await curves(3, () => false, events)).toHaveLength(1)
    expect(await curves(3, () => false, events + 1)).toHaveLength(2)
  })

  it('are those that were finished when it is interrupted', async () => {
    let looks = 0
    expect(await curves(5, () => ++looks > 4)).toHaveLength(2)
  })
})
