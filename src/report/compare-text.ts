import type { SeedRange } from '../lab/campaign.ts'
import type { PairedMeasure } from '../lab/compare.ts'
import type { CampaignResult } from '../lab/record.ts'
import { amount, seedsText } from './campaign-text.ts'
import { indent } from './layout.ts'
import { type Palette, palette } from './palette.ts'
import { clip, columns, padEnd, padStart, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { decimal, plural, VERDICT_GLYPH } from './wording.ts'

export interface CompareTextOptions {
  /** What A and B are, as on the command line. */
  readonly labels: readonly [string, string]
  readonly color: boolean
  readonly width?: number
}

const HEAD = ['', 'A', 'B', 'B - A', 'B better', 'equal', 'pairing'] as const

/** Two policies on the same luck, a line a measure that differs. Ends in a line feed. */
export function renderCompare(
  measures: readonly PairedMeasure[],
  results: readonly [CampaignResult, CampaignResult],
  options: CompareTextOptions,
): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const [a, b] = results
  const runs = Math.min(a.summary.runs, b.summary.runs)
  const side = (letter: string, result: CampaignResult, label: string) =>
    wrap(`${letter}  ${VERDICT_GLYPH[result.verdict]} ${printable(label)}`, width, 5)
  const differing = measures.filter(({ difference, equal }) => difference.value !== 0 || equal < 1)
  const shown = differing.filter(({ name }) => !name.startsWith('perScaleSet.'))
  const lines = [
    ...side('A', a, options.labels[0]),
    ...side('B', b, options.labels[1]),
    pairsText(runs, a.record.seeds),
    '',
    ...(runs === 0 ? ['nothing to compare'] : shown.length === 0 ? ['no measure differs'] : table(shown, width, paint)),
    '',
    ...wrap(COMPARE_METHODS, width).map(paint.quiet),
  ]
  return `${indent(lines).join('\n')}\n`
}

function pairsText(played: number, { fromSeed, runs }: SeedRange): string {
  const pairs = played === runs ? plural(runs, 'pair') : `${decimal(played)} of ${plural(runs, 'pair')}`
  return `${pairs} on the same luck, ${seedsText({ fromSeed, runs })}`
}

export const COMPARE_METHODS =
  "B - A with the 95 % interval of Student's t over the pairs; B better: share of pairs; pairing: how many times narrower that interval is than on independent seeds (= : the difference is the same in every pair). -o json has each scale set apart."

/** `+1.2 ± 0.3`. */
export function differenceText(measure: PairedMeasure): string {
  const of = amount(measure)
  const { value, interval } = measure.difference
  const half = interval.high === null || interval.high === value ? '' : ` ± ${of(interval.high - value)}`
  const sign = value > 0 ? '+' : value < 0 ? '-' : ''
  return `${sign}${of(Math.abs(value))}${half}`
}

function table(measures: readonly PairedMeasure[], width: number, paint: Palette): string[] {
  const rows = measures.map((measure) => {
    const of = amount(measure)
    const { bIsBetter, narrowing, equal } = measure
    return [
      measure.name,
      of(measure.a),
      of(measure.b),
      differenceText(measure),
      bIsBetter === null ? '' : `${decimal(bIsBetter.value * 100)} %`,
      `${decimal(equal * 100)} %`,
      narrowing === null ? '=' : `${decimal(narrowing)} x`,
    ]
  })
  const widths = HEAD.map((text, i) => Math.max(text.length, ...rows.map((row) => columns(row[i]!))))
  const others = widths.slice(1).reduce((sum, one) => sum + one + 2, 0)
  widths[0] = Math.max(12, Math.min(widths[0]!, width - 4 - others))
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => (i === 0 ? padEnd(clip(text, widths[0]!), widths[0]!) : padStart(text, widths[i]! + 2)))
      .join('')
  return [paint.quiet(line(HEAD)), ...rows.map(line)]
}
