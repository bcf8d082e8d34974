import { flowText } from '../lab/fuzz/assemble.ts'
import { changeText } from '../lab/fuzz/counterexample.ts'
import type { Counterexample, FuzzReport } from '../lab/fuzz/search.ts'
import type { Field } from '../lab/fuzz/space.ts'
import { formatDuration } from '../model/duration.ts'
import type { FaultVariation } from '../model/vary.ts'
import type { Verdict } from '../sim/result.ts'
import { markFirst, verdictMark } from './layout.ts'
import { palette, verdictPaint } from './palette.ts'
import { printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { plural } from './wording.ts'

export interface FuzzTextOptions {
  readonly color: boolean
  readonly width?: number
  readonly file: string
  /** Where the counterexample stands; null: it was not written. */
  readonly written: string | null
  /** Commands that play the counterexample, and that lead to it again, or search once more. */
  readonly play: string | null
  readonly replay: string
}

/**
 * A property that the scenario names and that never had anything to speak of was not tested. Without `properties` all
 * invariants are asked, and some of them never fit.
 */
export function fuzzVerdict({ counterexample, properties, scenario, runs, endedBy }: FuzzReport): Verdict {
  if (counterexample !== null) return 'fail'
  const isUntested = (scenario.properties === undefined ? properties.every : properties.some).call(
    properties,
    ({ held }) => held === 0,
  )
  // A limit of time is how long one meant to search; an interrupt is not.
  return runs === 0 || isUntested || endedBy === 'interrupt' ? 'undecided' : 'pass'
}

/** What a search for a counterexample came to. Ends in a line feed. */
export function renderFuzz(report: FuzzReport, options: FuzzTextOptions): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const { counterexample, scenario } = report
  const verdict = fuzzVerdict(report)
  const head = `${verdictMark(verdict)}: ${printable(scenario.name)}: ${headline(report)}`
  const body = (lines: readonly string[], hang = 2) =>
    lines.flatMap((line) => wrap(printable(line), width - 4, hang).map((text) => `    ${text}`))
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `  ${paint.strong(title)}`, ...body(lines)]
  const lines = [
    ...markFirst(wrap(head, width, 2), verdictMark(verdict), verdictPaint(paint, verdict)),
    `  ${paint.quiet(printable(options.file))}`,
    ...(counterexample === null ? [] : found(counterexample, report.endedBy === 'time', section)),
    ...(counterexample === null ? section('Held', report.properties.map(tallyText)) : []),
    ...(counterexample === null ? section('Varied', spaceLines(report)) : []),
    ...section('Not played', refusalLines(report)),
    ...(options.written === null ? [] : section('Written to', [options.written])),
    ...(options.play === null ? [] : ['', `  ${paint.strong('Play it')}`, `    ${printable(options.play)}`]),
    '',
    `  ${paint.strong(counterexample === null ? 'Search again' : 'Find it again')}`,
    `    ${printable(options.replay)}`,
  ]
  return `${lines.join('\n')}\n`
}

const ENDS = {
  time: 'then the time was up',
  interrupt: 'then it was interrupted',
  refusals: 'then nearly every other one was refused',
} as const

function headline({ counterexample, runs, seed, endedBy }: FuzzReport): string {
  const end = endedBy === null ? '' : `, ${ENDS[endedBy]}`
  if (counterexample === null) return `nothing found in ${plural(runs, 'case')}${end} (search seed ${seed})`
  const { broken, firstChanges } = counterexample
  // The first case of a search is the scenario itself; a replay plays one case, whichever it is.
  const changed = runs === 1 ? 'in the case that is replayed' : `in case ${runs}`
  const where = firstChanges === 0 ? 'as it is declared' : changed
  return `${broken[0]!.property} is broken ${where} (search seed ${seed})`
}

function found(
  { broken, changes, shrinks, firstChanges }: Counterexample,
  isUnfinished: boolean,
  section: (title: string, lines: readonly string[]) => string[],
): string[] {
  const from = firstChanges === 0 ? 'the scenario as it is declared' : `one with ${plural(firstChanges, 'change')}`
  const smaller =
    shrinks === 0
      ? ''
      : `, made smaller in ${plural(shrinks, 'step')} from ${from}${isUnfinished ? ' until the time was up' : ''}`
  return [
    ...section(
      'Broken',
      broken.map(({ property, why }) => `${property}: ${why}`),
    ),
    ...section(
      `Smallest counterexample: ${changes.length === 0 ? 'nothing had to be changed' : `${plural(changes.length, 'change')}${smaller}`}`,
      changes.map(changeText),
    ),
  ]
}

function tallyText({ text, held, silent }: FuzzReport['properties'][number]): string {
  if (held === 0) return `${text}: not tested, no case had anything it speaks of`
  return `${text}: in ${plural(held, 'case')}${silent === 0 ? '' : `; nothing to say in ${silent}`}`
}

function spaceLines({ space, scenario }: FuzzReport): string[] {
  return [
    ...(scenario.vary === undefined
      ? ['the world around the declared policy, since the scenario has no vary: the policy itself stays as it is']
      : []),
    ...space.fields.map(fieldText),
    ...space.faults.map(faultText),
    'seed: any',
  ]
}

function fieldText({ path, domain, declared }: Field): string {
  const bounds =
    domain.kind === 'values'
      ? domain.values.map(flowText).join(', ')
      : domain.kind === 'duration'
        ? `${formatDuration(domain.from)} to ${formatDuration(domain.to)}`
        : `${domain.from} to ${domain.to}`
  return `${path}: ${bounds}${declared === undefined ? '' : ` (declared ${flowText(declared)})`}`
}

const faultText = ({ verb, atLeast, atMost }: FaultVariation): string => `timeline: ${atLeast} to ${atMost} ${verb}`

function refusalLines({ refused, refusal, runs }: FuzzReport): string[] {
  if (refused === 0) return []
  return [`${refused} of ${runs + refused} cases, which the scenario does not take; the first: ${refusal}`]
}
