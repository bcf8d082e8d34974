import type { Steps } from '../../sim/result.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { ratioPercent } from '../wording.ts'
import { gutterText, pointsOf, px, stepArea, stepLine, type TimeChartOptions, timeChart } from './frame.ts'
import { maxOf, timesOf, valueAt } from './steps.ts'

/** A share against its limit over time, and the moments at which the service compared them. */
export interface ThresholdStripData {
  /** What is counted: `upgraded instances that are unhealthy`. */
  readonly counted: string
  /** Of what: `instances upgraded so far`. */
  readonly of: string
  readonly limitPercent: number
  /** Stretches with a share of their own; one for each rollout, or one for the whole run. */
  readonly spells: readonly StripSpell[]
  readonly checks: readonly StripCheck[]
}

export interface StripSpell {
  readonly numerator: Steps
  readonly denominator: Steps
  readonly endMs: number
}

export interface StripCheck {
  readonly atMs: number
  readonly count: number
  readonly total: number
  readonly breached: boolean
  readonly rule: string
}

const SHARE_HEIGHT = 78
const COUNT_TOP = SHARE_HEIGHT + 16
const COUNT_HEIGHT = 34

/** Above the share in percent with the limit; below numerator and denominator; a mark where it was decided. */
export function thresholdStrip(data: ThresholdStripData, options: TimeChartOptions): string {
  const { time } = options
  const { limitPercent, spells, checks } = data
  const shares = spells.map(({ numerator, denominator, endMs }) => ({ endMs, steps: shareOf(numerator, denominator) }))
  const top = niceTop(
    Math.max(
      limitPercent * 1.5,
      ...shares.map(({ steps }) => maxOf(steps)),
      ...checks.map((check) => percentOf(check)),
    ),
  )
  const y = (percent: number) => SHARE_HEIGHT - 2 - (Math.min(percent, top) / top) * (SHARE_HEIGHT - 16)
  const countTop = Math.max(1, ...spells.map(({ denominator }) => maxOf(denominator)))
  const yCount = (count: number) => COUNT_TOP + COUNT_HEIGHT - (count / countTop) * COUNT_HEIGHT
  const limitY = y(limitPercent)
  return timeChart(options, {
    kind: 'strip',
    label: stripLabel(data),
    height: COUNT_TOP + COUNT_HEIGHT + 6,
    plot: [
      shares.map(({ steps, endMs }) => {
        const points = pointsOf(steps, time, endMs)
        return fragment(
          element('path', { class: 'share', d: stepArea(points, y) }),
          element('path', {
            class: 'over',
            d: stepArea(
              points.map(([x, value]) => [x, Math.max(value, limitPercent), limitPercent] as const),
              y,
            ),
          }),
          element('path', { class: 'share-line', d: stepLine(points, y) }),
        )
      }),
      element('path', { class: 'limit', d: `M${time.left} ${px(limitY)}H${time.right}` }),
      spells.map(({ numerator, denominator, endMs }) =>
        fragment(
          element('path', { class: 'of-line', d: stepLine(pointsOf(denominator, time, endMs), yCount) }),
          element('path', { class: 'count', d: stepArea(pointsOf(numerator, time, endMs), yCount) }),
        ),
      ),
      marksOf(checks, limitPercent, options, y),
    ],
    gutter: [
      gutterText(`${px(top)} %`, y(top) + 4, time.left - 12, 'scale'),
      gutterText(`limit ${limitPercent} %`, limitY + 4, time.left - 12, 'scale strong'),
      gutterText(`of ${countTop}`, COUNT_TOP + 9, time.left - 12, 'scale'),
      gutterText('0', COUNT_TOP + COUNT_HEIGHT, time.left - 12, 'scale'),
    ],
  })
}

const percentOf = ({ count, total }: Pick<StripCheck, 'count' | 'total'>): number =>
  total === 0 ? 0 : (count * 100) / total

/** The share in percent; nothing of nothing is 0. */
export function shareOf(numerator: Steps, denominator: Steps): Steps {
  const atMs = timesOf([numerator, denominator])
  return {
    atMs,
    values: atMs.map((at) => percentOf({ count: valueAt(numerator, at) ?? 0, total: valueAt(denominator, at) ?? 0 })),
  }
}

/** The next of 5, 10, 20, 25, 50, 75, 100 that is not below. */
const niceTop = (percent: number): number => [5, 10, 20, 30, 40, 50, 75, 100].find((top) => top >= percent) ?? 100

function marksOf(
  checks: readonly StripCheck[],
  limitPercent: number,
  { time }: TimeChartOptions,
  y: (percent: number) => number,
): Markup {
  const passed = checks.filter(({ breached }) => !breached)
  const d = passed.map((check) => `M${px(time.x(check.atMs))} ${px(y(percentOf(check)) - 3)}v6`).join('')
  return fragment(
    d === '' ? null : element('path', { class: 'check', d }),
    checks
      .filter(({ breached }) => breached)
      .map((check) => {
        const x = time.x(check.atMs)
        const isAtTheEnd = x > (time.left + time.right) / 2
        return fragment(
          element('path', { class: 'breach', d: `M${px(x - 4)} ${px(y(percentOf(check)) - 4)}l8 8m0 -8l-8 8` }),
          element(
            'text',
            {
              class: isAtTheEnd ? 'breach-label end' : 'breach-label',
              x: x + (isAtTheEnd ? -9 : 9),
              y: Math.max(10, y(percentOf(check)) + 4),
            },
            checkText(check, limitPercent),
          ),
        )
      }),
  )
}

/** `2 of 6 = 33.3 % > 20 % (TH-5)`. */
export function checkText({ count, total, breached, rule }: StripCheck, limitPercent: number): string {
  return `${count} of ${total} = ${ratioPercent(count, total, limitPercent)} % ${breached ? '>' : '≤'} ${limitPercent} % (${rule})`
}

function stripLabel({ counted, of, limitPercent, checks }: ThresholdStripData): string {
  const breach = checks.find(({ breached }) => breached)
  const outcome =
    breach === undefined
      ? 'It was never exceeded when it was checked.'
      : `Exceeded: ${checkText(breach, limitPercent)}.`
  return `${counted}, as a share of the ${of}, against the limit of ${limitPercent} %. ${outcome}`
}
