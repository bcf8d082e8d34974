import { describe, expect, it } from 'vitest'
import { effectsChart } from '../../../src/report/charts/effects.ts'
import { intervalsChart } from '../../../src/report/charts/intervals.ts'
import { paretoChart } from '../../../src/report/charts/pareto.ts'
import { percentileRibbon } from '../../../src/report/charts/percentile-ribbon.ts'

describe('charts of many runs, by what they are made of', () => {
  it('percentiles: a line with its interval as a band, open where runs are wanting', () => {
    const points = [
      { percentile: 5, value: 10, low: null, high: 12 },
      { percentile: 50, value: 15, low: 14, high: 17 },
      { percentile: 95, value: 20, low: 18, high: null },
    ]
    const svg = percentileRibbon({ points, text: (value) => `${value} %`, isDuration: false }, { width: 200 })
    expect(/<path class="band" d="([^"]*)"/.exec(svg)?.[1]).toBe('M89,102.8L134,44.8L179,10L179,33.2L134,79.6L89,126Z')
    expect(svg).toContain('half are at most 15 %, 95 of 100 at most 20 %')
  })

  it('Pareto front: the recommended policy as a diamond, the declared one as a square, on top of the others', () => {
    const point = (name: string, x: number, y: number, kind: 'front' | 'declared' | 'recommended') => ({
      name,
      x,
      y,
      xRange: [x - 1, x + 1] as const,
      yRange: [null, y] as const,
      kind,
    })
    const axis = { title: 'blast radius', text: (value: number) => `${value} %`, isDuration: false }
    const points = [point('1', 2, 8, 'recommended'), point('2', 6, 4, 'declared'), point('3', 8, 2, 'front')]
    const svg = paretoChart({ x: axis, y: { ...axis, title: 'duration' }, points }, { width: 300 })
    expect(
      [...svg.matchAll(/<(path|rect|circle) class="(front|declared|recommended)"/g)].map(
        ([, shape, kind]) => `${kind} ${shape}`,
      ),
    ).toEqual(['front circle', 'declared rect', 'recommended path'])
  })

  it('intervals: around zero, each row on a scale of its own; an open end reaches the border', () => {
    const common = { text: '', tone: 'good' as const }
    const svg = intervalsChart(
      {
        left: 'less with B',
        right: 'more with B',
        rows: [
          { ...common, label: 'small', value: -1, low: -2, high: 0 },
          { ...common, label: 'large', value: -1000, low: -2000, high: 0 },
          { ...common, label: 'open', value: 5, low: null, high: 8 },
        ],
      },
      { width: 660 },
    )
    const lines = [...svg.matchAll(/class="interval good" d="([^"]*)"/g)].map(([, d]) => d!.replace(/ [\d.]+H/, ' … '))
    expect(lines[0]).toBe(lines[1])
    expect(lines[2]).toMatch(/^M260 /)
  })

  it('effects: a bar from 0 to 1, hatched where a verdict turns', () => {
    const rows = [
      { label: 'a', effect: 0.5, turnsVerdict: true, text: 'x 1 → 2' },
      { label: 'b', effect: 3, turnsVerdict: false, text: '' },
    ]
    const bars = [...effectsChart({ rows }).matchAll(/class="(bar[^"]*)" x="\d+" y="\d+" width="(\d+)"/g)]
    expect(bars.map(([, kind, width]) => [kind, width])).toEqual([
      ['bar failed', '110'],
      ['bar neutral', '220'],
    ])
  })
})
