import { describe, expect, it } from 'vitest'
import { batchGantt } from '../../../src/report/charts/batch-gantt.ts'
import { demandChart } from '../../../src/report/charts/demand.ts'
import { effectsChart } from '../../../src/report/charts/effects.ts'
import { intervalsChart } from '../../../src/report/charts/intervals.ts'
import { paretoChart } from '../../../src/report/charts/pareto.ts'
import { percentileRibbon } from '../../../src/report/charts/percentile-ribbon.ts'
import { quantileDots } from '../../../src/report/charts/quantile-dots.ts'
import { CHART_STYLE, chartPatterns } from '../../../src/report/charts/style.ts'
import { type SwimlaneRow, swimlane } from '../../../src/report/charts/swimlane.ts'
import { thresholdStrip } from '../../../src/report/charts/threshold-strip.ts'
import { timeScale } from '../../../src/report/charts/time-scale.ts'
import { versionsChart } from '../../../src/report/charts/versions.ts'
import { zoneGrid } from '../../../src/report/charts/zone-grid.ts'
import { STATE_SIGNS } from '../../../src/report/lane-states.ts'
import type { LaneState } from '../../../src/sim/result.ts'

const MINUTE = 60_000
/** One minute is 10 px, from 40 px on. */
const time = timeScale({ durationMs: 10 * MINUTE, busyMs: [], width: 154, left: 40, folds: false })

/** The drawing without frame and axis, one element a line. */
const plotOf = (svg: string): string =>
  svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<g class="grid">.*?<\/g>(?=<g transform)/, '')
    .replace(/<g class="axis">.*$/, '')
    .replace(/<\/svg>$/, '')
    .replace(/></g, '>\n<')

const spans = (...all: [minute: number, state: LaneState][]) =>
  all.map(([minute, state]) => ({ fromMs: minute * MINUTE, state }))
const row = (index: number, lane: SwimlaneRow['spans'], batches: SwimlaneRow['batches'] = []): SwimlaneRow => ({
  instance: `vmss-a/${index}`,
  label: String(index),
  indices: [index],
  spans: lane,
  batches,
})
const batch = { name: '1.1', fromMs: 2 * MINUTE, toMs: 5 * MINUTE }

describe('charts of small fleets', () => {
  it('swimlane: a row each, one path for each state, letters where they fit, batches around their rows, halts', () => {
    const svg = swimlane(
      {
        groups: [
          {
            label: 'zone 1',
            rows: [
              row(0, spans([0, 'serving'], [2, 'upgrading'], [4, 'unhealthy']), [batch]),
              row(1, spans([0, 'serving'], [2, 'upgrading'], [3, 'serving']), [batch]),
              row(2, spans([0, 'absent'], [6, 'creating'], [6.5, 'serving'])),
            ],
            halts: [{ atMs: 5 * MINUTE, label: 'Faulted (TH-5)' }],
          },
        ],
      },
      { time },
    )
    expect(plotOf(svg)).toMatchInlineSnapshot(`
      "<g transform="translate(0 22)">
      <g>
      <path class="s-serving" d="M40 20h20v14h-20zM40 36h20v14h-20zM70 36h70v14h-70zM105 52h35v14h-35z"/>
      <path class="s-upgrading" d="M60 20h20v14h-20zM60 36h10v14h-10z"/>
      <path class="s-unhealthy" d="M80 20h60v14h-60z"/>
      <path class="s-creating" d="M100 52h5v14h-5z"/>
      <text class="letter l-upgrading" x="70 65" y="31 47">uu</text>
      <text class="letter l-unhealthy" x="110" y="31">X</text>
      </g>
      <path class="batch" d="M60 19H90V51H60z"/>
      <path class="halt" d="M90 4V68"/>
      <text class="halt-label" x="95" y="13">Faulted (TH-5)</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="36" height="94"/>
      <g transform="translate(0 22)">
      <text x="0" y="14" class="group">zone 1</text>
      <g>
      <text class="row" x="28" y="31" data-instance="vmss-a/0">0</text>
      <text class="row" x="28" y="47" data-instance="vmss-a/1">1</text>
      <text class="row" x="28" y="63" data-instance="vmss-a/2">2</text>
      </g>
      </g>
      </g>"
    `)
  })

  it('threshold strip: the share against its limit, numerator and denominator below, a cross at the breach', () => {
    const svg = thresholdStrip(
      {
        counted: 'Upgraded instances that are unhealthy',
        of: 'instances upgraded so far',
        limitPercent: 20,
        spells: [
          {
            numerator: { atMs: [2 * MINUTE, 4 * MINUTE], values: [0, 2] },
            denominator: { atMs: [2 * MINUTE, 3 * MINUTE, 4 * MINUTE], values: [0, 3, 6] },
            endMs: 5 * MINUTE,
          },
        ],
        checks: [
          { atMs: 3 * MINUTE, count: 0, total: 3, breached: false, rule: 'TH-5' },
          { atMs: 5 * MINUTE, count: 2, total: 6, breached: true, rule: 'TH-5' },
        ],
      },
      { time },
    )
    expect(plotOf(svg)).toMatchInlineSnapshot(`
      "<g transform="translate(0 22)">
      <path class="share" d="M60,76L70,76L70,76L80,76L80,24.3L90,24.3L90,24.3L90,76L90,76L80,76L80,76L70,76L70,76L60,76Z"/>
      <path class="over" d="M60,45L70,45L70,45L80,45L80,24.3L90,24.3L90,24.3L90,45L90,45L80,45L80,45L70,45L70,45L60,45Z"/>
      <path class="share-line" d="M60,76L70,76L70,76L80,76L80,24.3L90,24.3L90,24.3"/>
      <path class="limit" d="M40 45H140"/>
      <path class="of-line" d="M60,128L70,128L70,111L80,111L80,94L90,94L90,94"/>
      <path class="count" d="M60,128L80,128L80,116.7L90,116.7L90,116.7L90,128L90,128L80,128L80,128L60,128Z"/>
      <path class="check" d="M70 73v6"/>
      <path class="breach" d="M86 20.3l8 8m0 -8l-8 8"/>
      <text class="breach-label" x="99" y="28.33">2 of 6 = 33.3 % &gt; 20 % (TH-5)</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="36" height="156"/>
      <g transform="translate(0 22)">
      <text x="28" y="18" class="scale">40 %</text>
      <text x="28" y="49" class="scale strong">limit 20 %</text>
      <text x="28" y="103" class="scale">of 6</text>
      <text x="28" y="128" class="scale">0</text>
      </g>
      </g>"
    `)
  })

  it('batches: a bar each, what failed apart, the outcome beside it', () => {
    const one = { where: 'zone 1', fromMs: 2 * MINUTE, toMs: 5 * MINUTE, instances: 4, surge: false }
    const svg = batchGantt(
      {
        rollouts: [
          {
            label: 'image 1.7.0',
            fromMs: 2 * MINUTE,
            toMs: 9 * MINUTE,
            status: 'Faulted (TH-5)',
            isBad: true,
            batches: [
              { ...one, name: '1', successful: 4, failed: 0 },
              { ...one, name: '2', fromMs: 6 * MINUTE, toMs: 9 * MINUTE, successful: 3, failed: 1 },
            ],
          },
        ],
      },
      { time },
    )
    expect(plotOf(svg)).toMatchInlineSnapshot(`
      "<g transform="translate(0 22)">
      <path class="rollout bad" d="M60 18H130"/>
      <text class="rollout-label" x="40" y="13">image 1.7.0: Faulted (TH-5)</text>
      <rect class="bar" x="60" y="22" width="30" height="13"/>
      <text class="outcome" x="95" y="32">4 successful</text>
      <rect class="bar" x="100" y="40" width="22.5" height="13"/>
      <rect class="bar failed" x="122.5" y="40" width="7.5" height="13"/>
      <text class="outcome" x="135" y="50">3 successful, 1 failed</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="36" height="86"/>
      <g transform="translate(0 22)">
      <text x="28" y="32" class="row">1 · zone 1</text>
      <text x="28" y="50" class="row">2 · zone 1</text>
      </g>
      </g>"
    `)
  })

  it('zones: a square for each instance by its state at the moment', () => {
    const at = (index: number, zone: string, lane: SwimlaneRow['spans']) => ({
      index,
      name: `vmss-a/${index}`,
      scaleSet: 'vmss-a',
      zone,
      faultDomain: index % 2,
      spans: lane,
    })
    const instances = [
      at(0, '1', spans([0, 'serving'])),
      at(1, '1', spans([0, 'serving'], [3, 'unhealthy'])),
      at(2, '2', spans([0, 'absent'], [6, 'serving'])),
    ]
    expect(plotOf(zoneGrid({ instances }, { atMs: 4 * MINUTE, width: 142 }))).toMatchInlineSnapshot(`
      "<text class="zone" x="47" y="14">zone 1</text>
      <text class="zone" x="97" y="14">zone 2</text>
      <text class="scale" x="36" y="33">FD 0</text>
      <rect class="place" x="42" y="20" width="45" height="20"/>
      <g class="i s-serving" data-i="0" transform="translate(47 22)">
      <rect width="15" height="15"/>
      <text class="letter l-serving" x="7.5" y="12">
      </text>
      </g>
      <rect class="place" x="92" y="20" width="45" height="20"/>
      <g class="i s-absent" data-i="2" transform="translate(97 22)">
      <rect width="15" height="15"/>
      <text class="letter l-absent" x="7.5" y="12">
      </text>
      </g>
      <text class="scale" x="36" y="55">FD 1</text>
      <rect class="place" x="42" y="42" width="45" height="20"/>
      <g class="i s-unhealthy" data-i="1" transform="translate(47 44)">
      <rect width="15" height="15"/>
      <text class="letter l-unhealthy" x="7.5" y="12">X</text>
      </g>
      <rect class="place" x="92" y="42" width="45" height="20"/>"
    `)
  })

  it('demand: the need as a line over what is there, and what is missing between', () => {
    const svg = demandChart(
      {
        unit: 'requests a second',
        needName: 'demand',
        haveName: 'capacity',
        need: { atMs: [0], values: [100] },
        have: { atMs: [0, 2 * MINUTE, 5 * MINUTE], values: [120, 60, 120] },
      },
      { time },
    )
    expect(svg).toContain('At worst 40 were missing.')
    expect(plotOf(svg)).toMatchInlineSnapshot(`
      "<g transform="translate(0 22)">
      <path class="have" d="M40,14L60,14L60,58L90,58L90,14L140,14L140,14L140,102L140,102L90,102L90,102L60,102L60,102L40,102Z"/>
      <path class="missing" d="M60 28.7h30V58h-30z"/>
      <path class="have-line" d="M40,14L60,14L60,58L90,58L90,14L140,14L140,14"/>
      <path class="need-line" d="M40,28.7L60,28.7L60,28.7L90,28.7L90,28.7L140,28.7L140,28.7"/>
      </g>
      <g class="gutter">
      <rect class="paper" width="36" height="130"/>
      <g transform="translate(0 22)">
      <text x="28" y="18" class="scale">120</text>
      <text x="28" y="104" class="scale">0</text>
      <text x="28" y="60" class="scale">requests a second</text>
      </g>
      </g>"
    `)
  })

  it('versions: areas on top of each other, each with its letter', () => {
    const svg = versionsChart(
      {
        versions: [
          { name: '1.6.2', style: 0, instances: { atMs: [0, 2 * MINUTE, 5 * MINUTE], values: [4, 2, 4] } },
          { name: '1.7.0', style: 1, instances: { atMs: [2 * MINUTE, 5 * MINUTE], values: [2, 0] } },
        ],
      },
      { time },
    )
    expect(plotOf(svg)).toMatchInlineSnapshot(`
      "<g transform="translate(0 22)">
      <path class="v0" d="M40,10L60,10L60,52L90,52L90,10L140,10L140,10L140,94L140,94L90,94L90,94L60,94L60,94L40,94Z"/>
      <text class="version" x="115" y="56">A</text>
      <path class="v1" d="M40,10L60,10L60,10L90,10L90,10L140,10L140,10L140,10L140,10L90,10L90,52L60,52L60,10L40,10Z"/>
      <text class="version" x="75" y="35">B</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="36" height="122"/>
      <g transform="translate(0 22)">
      <text x="28" y="15" class="scale">4</text>
      <text x="28" y="96" class="scale">0</text>
      <text x="28" y="56" class="scale">instances</text>
      </g>
      </g>"
    `)
  })

  it('quantile dots: outcomes stacked where they are about the same, and the limit', () => {
    const svg = quantileDots(
      {
        dots: [0, 0, 0, 20],
        text: (value) => `${value} %`,
        isDuration: false,
        limit: { value: 10, text: 'p99 <= 10 %' },
      },
      { width: 160 },
    )
    expect(plotOf(svg)).toMatchInlineSnapshot(`
      "<path class="tick" d="M30 65H130"/>
      <circle class="dot" cx="34" cy="56" r="8"/>
      <circle class="dot" cx="34" cy="39" r="8"/>
      <circle class="dot" cx="34" cy="22" r="8"/>
      <circle class="dot" cx="119" cy="56" r="8"/>
      <text class="middle" x="38" y="80">0 %</text>
      <text class="middle" x="80" y="80">10 %</text>
      <text class="middle" x="122" y="80">20 %</text>
      <path class="limit" d="M80 2V65"/>
      <text class="limit-label" x="84" y="10">p99 &lt;= 10 %</text>"
    `)
  })

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

  it('every state has a colour of its own in light and dark, a letter, and (but for what is plain) a pattern', () => {
    const drawn = STATE_SIGNS.filter(({ state }) => state !== 'absent')
    expect(new Set(STATE_SIGNS.map(({ glyph }) => glyph)).size).toBe(STATE_SIGNS.length)
    for (const { state } of drawn) {
      const colours = [...CHART_STYLE.matchAll(new RegExp(`--${state}:(#[0-9a-f]{6})`, 'g'))].map(
        ([, colour]) => colour,
      )
      expect(new Set(colours).size, state).toBe(2)
      expect(CHART_STYLE).toContain(`.s-${state}{`)
    }
    const patterns = [...chartPatterns().matchAll(/id="(tx-[^"]*)"/g)].map(([, id]) => id!)
    const used = [...CHART_STYLE.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id!)
    expect(used.filter((id) => !patterns.includes(id))).toEqual([])
    const plain = drawn.filter(({ state }) => !patterns.includes(`tx-${state}`)).map(({ state }) => state)
    expect(plain).toEqual(['unhealthy', 'serving'])
  })

  it('the letter of a state can be read on its colour: contrast of 4.5 at least', () => {
    for (const theme of [/:root\{color-scheme:light dark;([^}]*)\}/, /data-theme=dark\]\{([^}]*)\}/]) {
      const variables = new Map(
        (theme.exec(CHART_STYLE)?.[1] ?? '').split(';').map((one) => one.split(':') as [string, string]),
      )
      for (const { state } of STATE_SIGNS.filter((sign) => sign.state !== 'absent'))
        expect(contrast(variables.get(`--${state}`)!, variables.get(`--${state}-letter`)!), state).toBeGreaterThan(4.5)
    }
  })
})

/** As WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, bl] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!
  }
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}
