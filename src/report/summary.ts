import Table from 'cli-table3'
import type { RunResult } from '../sim/result.ts'
import { palette, verdictPaint } from './palette.ts'
import { frameOf } from './table-frame.ts'
import { statusText } from './text.ts'
import { clip, columns, printable, WIDTH_DEFAULT, WIDTH_MIN } from './typeset.ts'
import { overallVerdict, percent, plural, span, VERDICT_GLYPH, VERDICT_WORD } from './wording.ts'

const HEAD = ['Verdict', 'Scenario', 'Rollout', 'Blast radius', 'Duration'] as const

/**
 * Several runs, a row each: verdict, scenario, how the rollouts ended, blast radius in percent, how long the rollouts took.
 * Below it the count. Ends in a line feed.
 */
export function renderSummary(
  results: readonly RunResult[],
  options: { readonly color: boolean; readonly width?: number },
): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const rows = results.map((result) => [
    `${options.color ? VERDICT_GLYPH[result.verdict] : ''} ${VERDICT_WORD[result.verdict]}`.trim(),
    printable(result.scenario),
    rolloutsText(result),
    blastText(result),
    durationText(result),
  ])
  const widths = fitColumns([[...HEAD], ...rows], width)
  const table = new Table({
    chars: frameOf(options.color),
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 1 },
    colWidths: widths.map((column) => column + 2),
    colAligns: ['left', 'left', 'left', 'right', 'right'],
  })
  // Cells are cut here, before they are coloured, and filled by the table.
  const cells = (row: readonly string[]) => row.map((text, i) => clip(text, widths[i]!))
  table.push(cells(HEAD).map(paint.strong))
  rows.forEach((row, i) => {
    const [verdict, ...rest] = cells(row)
    table.push([verdictPaint(paint, results[i]!.verdict)(verdict!), ...rest])
  })
  return `${table.toString()}\n${countVerdicts(results)}\n`
}

/** `4 scenarios: 2 pass, 1 fail, 1 undecided. Overall FAIL.` */
export function countVerdicts(results: readonly RunResult[]): string {
  const count = (verdict: RunResult['verdict']) => results.filter((result) => result.verdict === verdict).length
  const counts = `${count('pass')} pass, ${count('fail')} fail, ${count('undecided')} undecided`
  return `${plural(results.length, 'scenario')}: ${counts}. Overall ${VERDICT_WORD[overallVerdict(results)]}.`
}

/** Where nothing was rolled out there is no share to give, and nobody harmed by it. */
function blastText({ measures: { blastRadius }, rollouts }: RunResult): string {
  if (blastRadius.percent === null && blastRadius.instances === 0 && rollouts.length === 0) return 'nobody'
  return percent(blastRadius.percent)
}

function rolloutsText({ rollouts }: RunResult): string {
  if (rollouts.length === 0) return 'none'
  return rollouts.map(statusText).join(', ')
}

/** From the first start to the last end; a rollout that never ended has no duration to show. */
function durationText({ rollouts }: RunResult): string {
  if (rollouts.length === 0) return '-'
  const ends = rollouts.map((rollout) => rollout.endedAtMs)
  if (ends.includes(null)) return 'not ended'
  return span(Math.max(...ends.map((end) => end ?? 0)) - Math.min(...rollouts.map((rollout) => rollout.startedAtMs)))
}

/** Natural widths, the scenario and then the rollout column cut down until frame and padding fit `width`. */
function fitColumns(rows: readonly (readonly string[])[], width: number): number[] {
  const natural = HEAD.map((_, i) => Math.max(...rows.map((row) => columns(row[i]!))))
  const frame = HEAD.length + 1 + HEAD.length * 2
  let excess = natural.reduce((sum, column) => sum + column, frame) - width
  for (const [i, least] of [
    [2, 24],
    [1, 24],
    [2, 8],
    [1, 12],
    [1, 4],
    [2, 4],
    [3, 5],
    [4, 4],
    [0, 4],
  ] as const) {
    const cut = Math.min(Math.max(0, excess), Math.max(0, natural[i]! - least))
    natural[i]! -= cut
    excess -= cut
  }
  return natural
}
