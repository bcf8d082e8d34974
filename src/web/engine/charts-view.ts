import { demandChart } from '../../report/charts/demand.ts'
import { chartsOf, timeScaleOf } from '../../report/charts/from-result.ts'
import { swimlane } from '../../report/charts/swimlane.ts'
import { thresholdStrip } from '../../report/charts/threshold-strip.ts'
import { versionsChart } from '../../report/charts/versions.ts'
import type { Played } from './engine.ts'
import type { ChartsView, ChartView } from './protocol.ts'

/** Room for the labels beside a chart, px. */
const GUTTER = 104

/** The charts of a run, drawn for a page of this width. All share one time axis. */
export function chartsView({ scenario, result }: Played, width: number): ChartsView {
  const time = timeScaleOf(result, { width, left: GUTTER })
  const data = chartsOf(result, scenario, time)
  const options = { time }
  const charts: ChartView[] = [
    ...data.strips.map((strip, index) => ({
      id: `strip${index}`,
      title: capital(strip.title),
      rules: strip.rules,
      svg: thresholdStrip(strip, options),
    })),
    {
      id: 'swimlane',
      title: 'Instances over time',
      rules: [],
      svg: swimlane(data.swimlane, options),
    },
    ...data.demand.map((demand, index) => ({
      id: `demand${index}`,
      title: capital(demand.title),
      rules: [],
      svg: demandChart(demand, options),
    })),
    ...data.versions
      .filter(({ versions }) => versions.length > 1)
      .map((versions, index) => ({
        id: `versions${index}`,
        title: capital(versions.title),
        rules: [],
        svg: versionsChart(versions, options),
      })),
  ]
  return { charts, stops: time.stops }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
