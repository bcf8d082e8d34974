import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeScale } from '../../../src/report/charts/time-scale.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

describe('timeScale', () => {
  it('is linear where something happens all the time', () => {
    const busyMs = Array.from({ length: 60 }, (_, i) => i * MINUTE)
    const scale = timeScale({ durationMs: HOUR, busyMs })
    expect(scale.folds).toEqual([])
    expect([scale.x(0), scale.x(HOUR / 2), scale.x(HOUR)]).toEqual([132, 559, 986])
  })

  it('folds a long quiet stretch to a narrow band and leaves a margin around what happens', () => {
    const scale = timeScale({ durationMs: 24 * HOUR, busyMs: [HOUR, HOUR + 10 * MINUTE, 20 * HOUR] })
    const margin = (24 * HOUR) / 400
    expect(scale.folds).toEqual([
      { fromMs: 0, toMs: HOUR - margin },
      { fromMs: HOUR + 10 * MINUTE + margin, toMs: 20 * HOUR - margin },
      { fromMs: 20 * HOUR + margin, toMs: 24 * HOUR },
    ])
    expect(scale.x(20 * HOUR - margin) - scale.x(HOUR + 10 * MINUTE + margin)).toBeCloseTo(64)
    expect(timeScale({ durationMs: 24 * HOUR, busyMs: [HOUR], folds: false }).folds).toEqual([])
  })

  it('ticks stand on round times, in order, with room for their labels', () => {
    const { ticks, x } = timeScale({ durationMs: 6 * HOUR, busyMs: [], folds: false })
    expect(ticks.map(({ label }) => label)).toEqual([
      '00:00',
      '00:30',
      '01:00',
      '01:30',
      '02:00',
      '02:30',
      '03:00',
      '03:30',
      '04:00',
      '04:30',
      '05:00',
      '05:30',
      '06:00',
    ])
    for (const [i, { atMs }] of ticks.entries()) if (i > 0) expect(x(atMs) - x(ticks[i - 1]!.atMs)).toBeGreaterThan(40)
  })

  it('keeps the order of moments, stays inside the plot, and finds its way back', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 48 * 60 }), { maxLength: 30 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 48 * 60 }), moments, moments, (minutes, busy, asked) => {
        const durationMs = minutes * MINUTE
        const scale = timeScale({ durationMs, busyMs: busy.map((at) => at * MINUTE) })
        const places = [...asked].sort((a, b) => a - b).map((at) => scale.x(at * MINUTE))
        for (const [i, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(scale.left - 1e-6)
          expect(place).toBeLessThanOrEqual(scale.right + 1e-6)
          if (i > 0) expect(place).toBeGreaterThanOrEqual(places[i - 1]!)
        }
        for (const at of asked) {
          const ms = Math.min(durationMs, at * MINUTE)
          expect(Math.abs(scale.msAt(scale.x(ms)) - ms)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
