import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatClock, formatDuration, parseDuration } from '../../src/model/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['PT0S', 0],
    ['PT50S', 50_000],
    ['PT2M', 120_000],
    ['PT1H30M', 5_400_000],
    ['PT90M', 5_400_000],
    ['P1DT2H', 93_600_000],
    ['P1D', 86_400_000],
    ['P1W', 604_800_000],
    ['P1W2DT3H4M5S', 788_645_000],
    ['PT0.25S', 250],
    ['PT1.5S', 1500],
    ['PT0,5S', 500],
    ['PT0.001S', 1],
    ['PT0.0004S', 0],
    ['PT0.0005S', 1],
    ['PT0.9996S', 1000],
  ])('%s -> %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '2m',
    'PT2',
    '120',
    'P1M',
    'P1Y',
    'PT-1S',
    '-PT1S',
    'PT1.5M',
    'PT1S1M',
    'pt1s',
    ' PT1S',
    'PT1S\n',
    'PT99999999999999999999H',
  ])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('formatDuration', () => {
  it.each([
    [0, 'PT0S'],
    [1, 'PT0.001S'],
    [1500, 'PT1.5S'],
    [60_000, 'PT1M'],
    [5_400_000, 'PT1H30M'],
    [86_400_000, 'P1D'],
    [93_600_000, 'P1DT2H'],
    [86_400_001, 'P1DT0.001S'],
  ])('%i ms -> %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('is read back as the same number of milliseconds', () =>
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    ))

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (ms) => {
    expect(() => formatDuration(ms)).toThrow(RangeError)
  })
})

describe('formatClock', () => {
  it.each([
    [0, '00:00:00'],
    [999, '00:00:00'],
    [61_000, '00:01:01'],
    [90_061_000, '25:01:01'],
    [360_000_000, '100:00:00'],
  ])('%i ms -> %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text)
  })
})
