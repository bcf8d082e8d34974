import { element, fragment, type Markup } from '../markup.ts'
import { plural } from '../wording.ts'
import { gutterText, px, type TimeChartOptions, timeChart } from './frame.ts'

/** Batches of the rollouts of a run, a row each. */
export interface BatchGanttData {
  readonly rollouts: readonly GanttRollout[]
}

export interface GanttRollout {
  /** `Rollout 1: vmss-a: image 1.7.0`. */
  readonly label: string
  readonly fromMs: number
  /** The end of the run where it did not end. */
  readonly toMs: number
  /** `Faulted (TH-5)`. */
  readonly status: string
  readonly isBad: boolean
  readonly batches: readonly GanttBatch[]
}

export interface GanttBatch {
  /** `1`. */
  readonly name: string
  /** `zone 1`. */
  readonly where: string
  readonly fromMs: number
  readonly toMs: number
  readonly instances: number
  readonly successful: number
  readonly failed: number
  readonly surge: boolean
}

const PITCH = 18
const BAR = 13
const HEAD = 22
/** More batches of a rollout than these share one row. */
const ROWS_MAX = 40
/** Text of this size takes at most about so much a character. */
const LETTER_PX = 7

/** From the start to the end of each batch; the share that failed has another pattern; the outcome beside it. */
export function batchGantt(data: BatchGanttData, options: TimeChartOptions): string {
  const { time } = options
  const plot: Markup[] = []
  const gutter: Markup[] = []
  let y = 0
  for (const rollout of data.rollouts) {
    const heading = `${rollout.label}: ${rollout.status}`
    const from = time.x(rollout.fromMs)
    plot.push(
      element('path', {
        class: rollout.isBad ? 'rollout bad' : 'rollout',
        d: `M${px(from)} ${y + 18}H${px(time.x(rollout.toMs))}`,
      }),
    )
    // In the gutter: there it stays in sight while the chart scrolls, and has the whole width.
    gutter.push(headingText(heading, y + 13, time.width))
    y += HEAD
    const isShared = rollout.batches.length > ROWS_MAX
    for (const batch of rollout.batches) {
      plot.push(bar(batch, y, isShared, options))
      if (!isShared) {
        gutter.push(
          gutterText(
            [batch.name, batch.where].filter((word) => word !== '').join(' · '),
            y + 10,
            time.left - 12,
            'row',
          ),
        )
        y += PITCH
      }
    }
    if (isShared) {
      gutter.push(gutterText(plural(rollout.batches.length, 'batch', 'batches'), y + 10, time.left - 12, 'row'))
      y += PITCH
    }
    y += 6
  }
  const count = data.rollouts.reduce((sum, { batches }) => sum + batches.length, 0)
  return timeChart(options, {
    kind: 'gantt',
    label: `${plural(count, 'batch', 'batches')} of ${plural(data.rollouts.length, 'rollout')} over time, and how many instances of each succeeded or failed.`,
    height: Math.max(PITCH, y),
    plot,
    gutter,
  })
}

/** Shortened in its middle where it is too long, its end is the outcome; whole for whoever points at it. */
function headingText(heading: string, y: number, width: number): Markup {
  const room = Math.floor(width / LETTER_PX)
  const characters = [...heading]
  if (characters.length <= room) return element('text', { class: 'rollout-label', x: 0, y }, heading)
  const half = Math.floor((room - 1) / 2)
  return element(
    'text',
    { class: 'rollout-label', x: 0, y },
    element('title', {}, heading),
    `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`,
  )
}

function bar(batch: GanttBatch, y: number, isShared: boolean, { time }: TimeChartOptions): Markup {
  const x = time.x(batch.fromMs)
  const end = time.x(batch.toMs)
  const width = Math.max(2, end - x)
  const decided = batch.successful + batch.failed
  const failedWidth = decided === 0 ? 0 : (width * batch.failed) / Math.max(batch.instances, decided)
  const good = decided === 0 ? 'bar open' : 'bar'
  const isAtTheEnd = x > time.left + (time.right - time.left) * 0.75
  return fragment(
    element('rect', { class: good, x, y, width: width - failedWidth, height: BAR }),
    failedWidth > 0
      ? element('rect', { class: 'bar failed', x: x + width - failedWidth, y, width: failedWidth, height: BAR })
      : null,
    isShared
      ? null
      : element(
          'text',
          { class: isAtTheEnd ? 'outcome end' : 'outcome', x: isAtTheEnd ? x - 5 : x + width + 5, y: y + 10 },
          outcomeOf(batch),
        ),
  )
}

/** `5 successful, 1 failed`. */
export function outcomeOf({ instances, successful, failed, surge }: GanttBatch): string {
  const open = instances - successful - failed
  const parts = [
    ...(successful > 0 ? [`${successful} successful`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(open > 0 ? [`${open} undecided`] : []),
  ]
  return `${parts.length === 0 ? 'none upgraded' : parts.join(', ')}${surge ? ' (surge)' : ''}`
}
