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

  it.each([
    { name: 'five minutes', durationMs: 5 * MINUTE, busyMs: [], last: '00:05:00' },
    { name: 'four hours', durationMs: 4 * HOUR, busyMs: [], last: '04:00' },
    { name: 'a week', durationMs: 168 * HOUR, busyMs: [], last: '168:00' },
    {
      name: 'a week with an hour of rollout a day',
      durationMs: 168 * HOUR,
      busyMs: [0, 1, 2, 3, 4, 5, 6].flatMap((day) =>
        Array.from({ length: 61 }, (_, i) => (day * 24 + 9) * HOUR + i * MINUTE),
      ),
      last: '153:00',
    },
    { name: 'a short spell at half past', durationMs: 3 * HOUR, busyMs: [30 * MINUTE, 31 * MINUTE], last: '00:32:00' },
  ])(
    'labels neither overlap each other nor a fold, and stay inside the drawing: $name',
    ({ durationMs, busyMs, last }) => {
      const { ticks, folds, x, width } = timeScale({ durationMs, busyMs })
      const px = 5.5
      const boxes = [
        ...ticks.map(({ label, labelX, anchor }) => {
          const from = labelX - { start: 0, middle: 0.5, end: 1 }[anchor] * label.length * px
          return { from, to: from + label.length * px }
        }),
        // `⋯22h` in the middle of the fold.
        ...folds.map(({ fromMs, toMs }) => {
          const middle = (x(fromMs) + x(toMs)) / 2
          return { from: middle - 14, to: middle + 14 }
        }),
      ].sort((a, b) => a.from - b.from)
      for (const [i, { from, to }] of boxes.entries()) {
        expect(to).toBeLessThanOrEqual(width + 0.5)
        if (i > 0) expect(from).toBeGreaterThanOrEqual(boxes[i - 1]!.to)
      }
      expect(ticks.at(-1)!.label).toBe(last)
    },
  )

  it('a short stretch between folds is named by the roundest moment in it, not by its beginning', () => {
    const starts = [0, 1, 2, 3, 4, 5, 6].map((day) => (day * 24 + 9) * HOUR + 10 * MINUTE)
    const { ticks, folds } = timeScale({
      durationMs: 168 * HOUR,
      busyMs: starts.flatMap((at) => [at, at + 10 * MINUTE, at + 20 * MINUTE]),
    })
    expect(folds[0]!.toMs / MINUTE).toBeCloseTo(8 * 60 + 44.8)
    expect(ticks.map(({ label }) => label)).toEqual(['09:00', '33:00', '57:00', '81:00', '105:00', '129:00', '153:00'])
  })

  it('folds every night of a week, so that each rollout of an hour is seen', () => {
    const busyMs = [0, 1, 2, 3, 4, 5, 6].flatMap((day) =>
      Array.from({ length: 61 }, (_, i) => (day * 24 + 9) * HOUR + i * MINUTE),
    )
    const { folds, x } = timeScale({ durationMs: 168 * HOUR, busyMs })
    expect(folds).toHaveLength(8)
    expect(x(10 * HOUR) - x(9 * HOUR)).toBeGreaterThan(25)
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
