import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { batchGantt } from '../../../src/report/charts/batch-gantt.ts'
import { demandChart } from '../../../src/report/charts/demand.ts'
import { chartsOf, timeScaleOf } from '../../../src/report/charts/from-result.ts'
import { paretoChart } from '../../../src/report/charts/pareto.ts'
import { quantileDots } from '../../../src/report/charts/quantile-dots.ts'
import { swimlane } from '../../../src/report/charts/swimlane.ts'
import { thresholdStrip } from '../../../src/report/charts/threshold-strip.ts'
import { versionsChart } from '../../../src/report/charts/versions.ts'
import { zoneGrid } from '../../../src/report/charts/zone-grid.ts'
import { simulate } from '../../../src/sim/simulate.ts'

/** Four instances in two zones, all durations constant; the new image breaks the process of whoever gets it. */
const TEXT = `
name: four
duration: PT1H
azure:
  scaleSets:
    web:
      location: eastus
      zones: ["1", "2"]
      sku: { name: Standard_D2as_v5, capacity: 4 }
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
      upgradePolicy:
        mode: Rolling
        rollingUpgradePolicy: { maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 50,
          maxUnhealthyUpgradedInstancePercent: 20, pauseTimeBetweenBatches: PT1M }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: gal/web/1.0.0 } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0",
                settings: { protocol: http, port: 80, requestPath: /ready, intervalInSeconds: 5, numberOfProbes: 1, gracePeriod: 60 } }
world:
  images:
    gal/web/2.0.0: { boot: PT1M, defects: [{ name: crash, breaks: [process] }] }
  application: { startup: PT0S, warmup: PT0S }
  demand: { requestsPerSecond: 150, perInstance: 50 }
  timings: { osDiskSwap: PT2M }
timeline:
  - { at: PT10M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: gal/web/2.0.0 } } }
`
const scenario = loadScenario(TEXT, 'four.yaml', { readFile: () => undefined })
const result = simulate(scenario, { keepTrace: true })
const time = timeScaleOf(result)
const charts = chartsOf(result, scenario, time)

/** A chart with a line for each of its elements, so that a person can judge what changed. */
const drawn = (svg: string) => svg.replaceAll('><', '>\n<')

describe('a fleet of four, half of it broken by its first batch', () => {
  it('instances over time: what each could do, in colour, pattern and letter, and the halt', () => {
    expect(drawn(swimlane(charts.swimlane, { time }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart swimlane" viewBox="0 0 1000 130" width="1000" height="130" role="img" aria-label="4 instances over time, a row each, by state. The table below says the same.">
      <g class="grid">
      <rect class="fold" x="132" y="22" width="64" height="108"/>
      <rect class="fold" x="922" y="22" width="64" height="108"/>
      <path class="tick" d="M256.5 18V130M377.5 18V130M498.5 18V130M619.5 18V130M740.5 18V130M861.5 18V130"/>
      </g>
      <g transform="translate(0 22)">
      <g>
      <path class="s-serving" d="M132 20h124.5v14h-124.5zM132 36h124.5v14h-124.5z"/>
      <path class="s-upgrading" d="M256.5 20h121v14h-121zM256.5 36h121v14h-121z"/>
      <path class="s-starting" d="M377.5 20h60.5v14h-60.5zM377.5 36h60.5v14h-60.5z"/>
      <path class="s-broken" d="M438 20h71.9v14h-71.9zM438 36h122.3v14h-122.3z"/>
      <path class="s-unhealthy" d="M509.9 20h476.1v14h-476.1zM560.3 36h425.7v14h-425.7z"/>
      <text class="letter l-upgrading" x="317 317" y="31 47">uu</text>
      <text class="letter l-starting" x="407.8 407.8" y="31 47">bb</text>
      <text class="letter l-broken" x="473.9 499.2" y="31 47">xx</text>
      <text class="letter l-unhealthy" x="747.9 773.2" y="31 47">XX</text>
      </g>
      <path class="batch" d="M256.5 19H861.5V51H256.5z"/>
      <path class="halt" d="M861.5 4V52"/>
      <text class="halt-label end" x="856.5" y="13">Faulted (TH-5)</text>
      <g>
      <path class="s-serving" d="M132 72h854v14h-854zM132 88h854v14h-854z"/>
      </g>
      <path class="halt" d="M861.5 56V104"/>
      <text class="halt-label end" x="856.5" y="65">Faulted (TH-5)</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="128" height="130"/>
      <g transform="translate(0 22)">
      <text x="0" y="14" class="group">zone 1</text>
      <g>
      <text class="row" x="120" y="31" data-instance="web/0">0</text>
      <text class="row" x="120" y="47" data-instance="web/2">2</text>
      </g>
      <text x="0" y="66" class="group">zone 2</text>
      <g>
      <text class="row" x="120" y="83" data-instance="web/1">1</text>
      <text class="row" x="120" y="99" data-instance="web/3">3</text>
      </g>
      </g>
      </g>
      <g class="axis">
      <rect class="paper" width="1000" height="18"/>
      <text x="256.5" y="13">00:10</text>
      <text x="377.5" y="13">00:12</text>
      <text x="498.5" y="13">00:14</text>
      <text x="619.5" y="13">00:16</text>
      <text x="740.5" y="13">00:18</text>
      <text x="861.5" y="13">00:20</text>
      <g>
      <title>Nothing happens for 9 min: folded</title>
      <text class="fold-label" x="164" y="13">⋯9m</text>
      </g>
      <g>
      <title>Nothing happens for 39 min: folded</title>
      <text class="fold-label" x="954" y="13">⋯39m</text>
      </g>
      </g>
      </svg>"
    `)
  })

  it('the share of upgraded instances that are unhealthy, with its numerator and its denominator', () => {
    expect(drawn(thresholdStrip(charts.strips[0]!, { time }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart strip" viewBox="0 0 1000 156" width="1000" height="156" role="img" aria-label="Upgraded instances that are unhealthy, as a share of the instances upgraded so far in this rollout, against the limit of 20 %. Exceeded: 2 of 2 = 100 % &gt; 20 % (TH-5).">
      <g class="grid">
      <rect class="fold" x="132" y="22" width="64" height="134"/>
      <rect class="fold" x="922" y="22" width="64" height="134"/>
      <path class="tick" d="M256.5 18V156M377.5 18V156M498.5 18V156M619.5 18V156M740.5 18V156M861.5 18V156"/>
      </g>
      <g transform="translate(0 22)">
      <path class="share" d="M256.5,76L751.9,76L751.9,14L802.3,14L802.3,14L861.5,14L861.5,14L861.5,76L861.5,76L802.3,76L802.3,76L751.9,76L751.9,76L256.5,76Z"/>
      <path class="over" d="M256.5,63.6L751.9,63.6L751.9,14L802.3,14L802.3,14L861.5,14L861.5,14L861.5,63.6L861.5,63.6L802.3,63.6L802.3,63.6L751.9,63.6L751.9,63.6L256.5,63.6Z"/>
      <path class="share-line" d="M256.5,76L751.9,76L751.9,14L802.3,14L802.3,14L861.5,14L861.5,14"/>
      <path class="limit" d="M132 63.6H986"/>
      <path class="of-line" d="M256.5,128L751.9,128L751.9,111L802.3,111L802.3,94L861.5,94L861.5,94"/>
      <path class="count" d="M256.5,128L751.9,128L751.9,111L802.3,111L802.3,94L861.5,94L861.5,94L861.5,128L861.5,128L802.3,128L802.3,128L751.9,128L751.9,128L256.5,128Z"/>
      <path class="breach" d="M857.5 10l8 8m0 -8l-8 8"/>
      <text class="breach-label end" x="852.5" y="18">2 of 2 = 100 % &gt; 20 % (TH-5)</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="128" height="156"/>
      <g transform="translate(0 22)">
      <text x="120" y="18" class="scale">100 %</text>
      <text x="120" y="67.6" class="scale strong">limit 20 %</text>
      <text x="120" y="103" class="scale">of 2</text>
      <text x="120" y="128" class="scale">0</text>
      </g>
      </g>
      <g class="axis">
      <rect class="paper" width="1000" height="18"/>
      <text x="256.5" y="13">00:10</text>
      <text x="377.5" y="13">00:12</text>
      <text x="498.5" y="13">00:14</text>
      <text x="619.5" y="13">00:16</text>
      <text x="740.5" y="13">00:18</text>
      <text x="861.5" y="13">00:20</text>
      <g>
      <title>Nothing happens for 9 min: folded</title>
      <text class="fold-label" x="164" y="13">⋯9m</text>
      </g>
      <g>
      <title>Nothing happens for 39 min: folded</title>
      <text class="fold-label" x="954" y="13">⋯39m</text>
      </g>
      </g>
      </svg>"
    `)
  })

  it('batches', () => {
    expect(drawn(batchGantt(charts.gantt, { time }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart gantt" viewBox="0 0 1000 68" width="1000" height="68" role="img" aria-label="1 batch of 1 rollout over time, and how many instances of each succeeded or failed.">
      <g class="grid">
      <rect class="fold" x="132" y="22" width="64" height="46"/>
      <rect class="fold" x="922" y="22" width="64" height="46"/>
      <path class="tick" d="M256.5 18V68M377.5 18V68M498.5 18V68M619.5 18V68M740.5 18V68M861.5 18V68"/>
      </g>
      <g transform="translate(0 22)">
      <path class="rollout bad" d="M256.5 18H861.5"/>
      <rect class="bar" x="256.5" y="22" width="0" height="13"/>
      <rect class="bar failed" x="256.5" y="22" width="605" height="13"/>
      <text class="outcome" x="866.5" y="32">2 failed</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="128" height="68"/>
      <g transform="translate(0 22)">
      <text class="rollout-label" x="0" y="13">imageReference gal/web 1.0.0 -&gt; 2.0.0 (ModelChange): Faulted (TH-5)</text>
      <text x="120" y="32" class="row">1 · zone 1</text>
      </g>
      </g>
      <g class="axis">
      <rect class="paper" width="1000" height="18"/>
      <text x="256.5" y="13">00:10</text>
      <text x="377.5" y="13">00:12</text>
      <text x="498.5" y="13">00:14</text>
      <text x="619.5" y="13">00:16</text>
      <text x="740.5" y="13">00:18</text>
      <text x="861.5" y="13">00:20</text>
      <g>
      <title>Nothing happens for 9 min: folded</title>
      <text class="fold-label" x="164" y="13">⋯9m</text>
      </g>
      <g>
      <title>Nothing happens for 39 min: folded</title>
      <text class="fold-label" x="954" y="13">⋯39m</text>
      </g>
      </g>
      </svg>"
    `)
  })

  it('zones at a moment', () => {
    expect(drawn(zoneGrid(charts.zones, { atMs: 20 * 60_000 }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart zones" viewBox="0 0 178 72" width="178" height="72" role="img" aria-label="4 instances by zone and fault domain, by state at the chosen moment. The list of instances says the same.">
      <text class="zone" x="47" y="14">zone 1</text>
      <text class="zone" x="115" y="14">zone 2</text>
      <text class="scale" x="36" y="33">FD 0</text>
      <rect class="place" x="42" y="20" width="63" height="20"/>
      <g class="i s-unhealthy" data-i="0" transform="translate(47 22)">
      <rect width="15" height="15"/>
      <text class="letter l-unhealthy" x="7.5" y="12">X</text>
      </g>
      <rect class="place" x="110" y="20" width="63" height="20"/>
      <g class="i s-serving" data-i="1" transform="translate(115 22)">
      <rect width="15" height="15"/>
      <text class="letter l-serving" x="7.5" y="12">
      </text>
      </g>
      <text class="scale" x="36" y="55">FD 1</text>
      <rect class="place" x="42" y="42" width="63" height="20"/>
      <g class="i s-unhealthy" data-i="2" transform="translate(47 44)">
      <rect width="15" height="15"/>
      <text class="letter l-unhealthy" x="7.5" y="12">X</text>
      </g>
      <rect class="place" x="110" y="42" width="63" height="20"/>
      <g class="i s-serving" data-i="3" transform="translate(115 44)">
      <rect width="15" height="15"/>
      <text class="letter l-serving" x="7.5" y="12">
      </text>
      </g>
      </svg>"
    `)
  })

  it('demand against capacity: what is missing stands out', () => {
    expect(drawn(demandChart(charts.demand[1]!, { time }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart demand" viewBox="0 0 1000 130" width="1000" height="130" role="img" aria-label="demand against capacity over time, in requests a second. At worst 50 were missing.">
      <g class="grid">
      <rect class="fold" x="132" y="22" width="64" height="108"/>
      <rect class="fold" x="922" y="22" width="64" height="108"/>
      <path class="tick" d="M256.5 18V130M377.5 18V130M498.5 18V130M619.5 18V130M740.5 18V130M861.5 18V130"/>
      </g>
      <g transform="translate(0 22)">
      <path class="have" d="M132,14L256.5,14L256.5,58L986,58L986,58L986,102L986,102L256.5,102L256.5,102L132,102Z"/>
      <path class="missing" d="M256.5 36h729.5V58h-729.5z"/>
      <path class="have-line" d="M132,14L256.5,14L256.5,58L986,58L986,58"/>
      <path class="need-line" d="M132,36L256.5,36L256.5,36L986,36L986,36"/>
      </g>
      <g class="gutter">
      <rect class="paper" width="128" height="130"/>
      <g transform="translate(0 22)">
      <text x="120" y="18" class="scale">200</text>
      <text x="120" y="104" class="scale">0</text>
      <text x="120" y="60" class="scale">requests a second</text>
      </g>
      </g>
      <g class="axis">
      <rect class="paper" width="1000" height="18"/>
      <text x="256.5" y="13">00:10</text>
      <text x="377.5" y="13">00:12</text>
      <text x="498.5" y="13">00:14</text>
      <text x="619.5" y="13">00:16</text>
      <text x="740.5" y="13">00:18</text>
      <text x="861.5" y="13">00:20</text>
      <g>
      <title>Nothing happens for 9 min: folded</title>
      <text class="fold-label" x="164" y="13">⋯9m</text>
      </g>
      <g>
      <title>Nothing happens for 39 min: folded</title>
      <text class="fold-label" x="954" y="13">⋯39m</text>
      </g>
      </g>
      </svg>"
    `)
  })

  it('versions', () => {
    expect(drawn(versionsChart(charts.versions[0]!, { time }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart versions" viewBox="0 0 1000 122" width="1000" height="122" role="img" aria-label="Instances by version over time: A is gal/web/1.0.0, B is gal/web/2.0.0.">
      <g class="grid">
      <rect class="fold" x="132" y="22" width="64" height="100"/>
      <rect class="fold" x="922" y="22" width="64" height="100"/>
      <path class="tick" d="M256.5 18V122M377.5 18V122M498.5 18V122M619.5 18V122M740.5 18V122M861.5 18V122"/>
      </g>
      <g transform="translate(0 22)">
      <path class="v0" d="M132,10L377.5,10L377.5,52L986,52L986,52L986,94L986,94L377.5,94L377.5,94L132,94Z"/>
      <text class="version" x="254.75" y="56">A</text>
      <path class="v1" d="M132,10L377.5,10L377.5,10L986,10L986,10L986,52L986,52L377.5,52L377.5,10L132,10Z"/>
      <text class="version" x="681.75" y="35">B</text>
      </g>
      <g class="gutter">
      <rect class="paper" width="128" height="122"/>
      <g transform="translate(0 22)">
      <text x="120" y="15" class="scale">4</text>
      <text x="120" y="96" class="scale">0</text>
      <text x="120" y="56" class="scale">instances</text>
      </g>
      </g>
      <g class="axis">
      <rect class="paper" width="1000" height="18"/>
      <text x="256.5" y="13">00:10</text>
      <text x="377.5" y="13">00:12</text>
      <text x="498.5" y="13">00:14</text>
      <text x="619.5" y="13">00:16</text>
      <text x="740.5" y="13">00:18</text>
      <text x="861.5" y="13">00:20</text>
      <g>
      <title>Nothing happens for 9 min: folded</title>
      <text class="fold-label" x="164" y="13">⋯9m</text>
      </g>
      <g>
      <title>Nothing happens for 39 min: folded</title>
      <text class="fold-label" x="954" y="13">⋯39m</text>
      </g>
      </g>
      </svg>"
    `)
  })

  it('says in words what it shows, for those who do not see it', () => {
    const all = [
      swimlane(charts.swimlane, { time }),
      ...charts.strips.map((strip) => thresholdStrip(strip, { time })),
      batchGantt(charts.gantt, { time }),
      zoneGrid(charts.zones, { atMs: 0 }),
    ]
    for (const svg of all) expect(svg).toMatch(/^<svg[^>]* role="img"[^>]* aria-label="[^"]{10,}"/)
  })

  it('the numbers of the charts are those of the run', () => {
    const { rows } = charts.swimlane.groups[0]!
    const lanes = new Map(result.lanes.map((lane) => [lane.instance, lane]))
    expect(charts.swimlane.groups.flatMap((group) => group.rows)).toHaveLength(lanes.size)
    expect(rows.length).toBeGreaterThan(0)
    expect(charts.strips[0]!.checks.at(-1)).toMatchObject({ count: 2, total: 2, breached: true, rule: 'TH-5' })
    expect(charts.gantt.rollouts[0]!.batches).toHaveLength(result.rollouts[0]!.batches.length)
  })
})

describe('charts of many runs', () => {
  it('equally likely outcomes, stacked', () => {
    const dots = [1, 1, 1, 2, 2, 3, 5].map((minutes) => minutes * 60_000)
    const text = (value: number) => `${value / 60_000}min`
    expect(drawn(quantileDots({ dots, text, isDuration: true }))).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart dots" viewBox="0 0 420 89" width="420" height="89" role="img" aria-label="7 dots, each one in 7 runs, from 1min to 5min.">
      <path class="tick" d="M30 65H390"/>
      <circle class="dot" cx="34" cy="56" r="8"/>
      <circle class="dot" cx="34" cy="39" r="8"/>
      <circle class="dot" cx="34" cy="22" r="8"/>
      <circle class="dot" cx="119" cy="56" r="8"/>
      <circle class="dot" cx="119" cy="39" r="8"/>
      <circle class="dot" cx="204" cy="56" r="8"/>
      <circle class="dot" cx="374" cy="56" r="8"/>
      <text class="middle" x="38" y="80">1min</text>
      <text class="middle" x="124" y="80">2min</text>
      <text class="middle" x="210" y="80">3min</text>
      <text class="middle" x="296" y="80">4min</text>
      <text class="middle" x="382" y="80">5min</text>
      </svg>"
    `)
  })

  it('policies by two objectives', () => {
    const axis = { title: 'Harmed', text: (value: number) => `${value} %`, isDuration: false }
    const point = { xRange: [null, null], yRange: [null, null] } as const
    expect(
      drawn(
        paretoChart({
          x: axis,
          y: { ...axis, title: 'Hours' },
          points: [
            { ...point, name: '1', x: 10, y: 3, kind: 'front' },
            { ...point, name: '2', x: 20, y: 1, kind: 'recommended' },
          ],
        }),
      ),
    ).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" class="chart pareto" viewBox="0 0 460 270" width="460" height="270" role="img" aria-label="2 policies by Harmed and Hours; of both less is better. The table below has every policy.">
      <path class="tick" d="M92 228H426"/>
      <text class="scale" x="84" y="232">0 %</text>
      <path class="tick" d="M92 160.7H426"/>
      <text class="scale" x="84" y="164.67">1 %</text>
      <path class="tick" d="M92 93.3H426"/>
      <text class="scale" x="84" y="97.33">2 %</text>
      <path class="tick" d="M92 26H426"/>
      <text class="scale" x="84" y="30">3 %</text>
      <text class="middle" x="92" y="244">0 %</text>
      <text class="middle" x="175.5" y="244">5 %</text>
      <text class="middle" x="259" y="244">10 %</text>
      <text class="middle" x="342.5" y="244">15 %</text>
      <text class="middle" x="426" y="244">20 %</text>
      <text class="axis-title" x="92" y="14">↑ Hours</text>
      <text class="axis-title end" x="426" y="262">Harmed →</text>
      <g>
      <title>1</title>
      <path class="whisker" d="M259 26H259M259 26V26"/>
      <circle class="front" cx="259" cy="26" r="4.5"/>
      </g>
      <g>
      <title>2</title>
      <path class="whisker" d="M426 160.7H426M426 160.7V160.7"/>
      <path class="recommended" d="M426 152.7l8 8l-8 8l-8 -8z"/>
      </g>
      </svg>"
    `)
  })
})
