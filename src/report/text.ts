import { formatClock, formatDuration } from '../model/duration.ts'
import type { ExpectationResult, RunResult, SetMeasures } from '../sim/result.ts'
import { bySeverity, severityPaint } from './findings.ts'
import {
  declaredSections,
  expectedPart,
  heading,
  INDENT,
  indent,
  labelled,
  markFirst,
  replayLine,
  verdictMark,
} from './layout.ts'
import { lossText } from './loss-text.ts'
import { type Palette, palette, verdictPaint } from './palette.ts'
import { renderBatches, rolloutHeading, whyNoRollout, whyRollout } from './rollout-text.ts'
import type { ScenarioSummary } from './scenario-summary.ts'
import { renderSwimlane } from './swimlane.ts'
import { padEnd, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { decimal, instanceMinutes, list, money, percent, plural, span, VERDICT_GLYPH } from './wording.ts'

export interface RunTextOptions {
  readonly scenario: ScenarioSummary
  readonly color: boolean
  /** Columns, at least 40; default 100. */
  readonly width?: number
  /** The complete command that plays this run again. Never wrapped, so that it can be copied. */
  readonly replay: string
  /** One line, and what failed. */
  readonly quiet?: boolean
}

/**
 * One run as a block of text: verdict, why, how far it spread, the batches, the instances over time, findings,
 * expectations, and how to play it again. Ends in a line feed. Only a line that holds a command may be wider than `width`.
 */
export function renderRun(result: RunResult, options: RunTextOptions): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const lines =
    options.quiet === true ? quietRun(result, options, width, paint) : fullRun(result, options, width, paint)
  return `${lines.join('\n')}\n`
}

function fullRun(result: RunResult, options: RunTextOptions, width: number, paint: Palette): string[] {
  const { scenario } = options
  const inner = width - INDENT
  const section = (label: string, texts: readonly string[]) => labelled(label, texts, width, paint)
  const several = scenario.scaleSets.length > 1

  const lines = heading(result.verdict, scenario, width, paint)
  lines.push(...declaredSections(scenario, width, paint))

  lines.push('', ...section('Why', whySentences(result, several)))
  for (const { label, texts } of runSections(result, several)) lines.push(...section(label, texts))

  for (const [i, rollout] of result.rollouts.entries()) {
    const title = `${result.rollouts.length > 1 ? `Rollout ${i + 1}: ` : 'Rollout: '}${rolloutHeading(rollout, several)}`
    lines.push('', ...indent(wrap(title, inner, 2).map(paint.strong)))
    const batches = renderBatches(result, rollout, { width: inner - INDENT, paint })
    lines.push(...indent(indent(batches.length === 0 ? ['no batch was started'] : batches)))
  }
  const swimlane = renderSwimlane(result, { width: inner, paint })
  if (swimlane.length > 0) lines.push('', ...indent([paint.strong('Instances over time')]), ...indent(swimlane))

  if (result.findings.length > 0) {
    lines.push('', ...indent([paint.strong('Findings')]), ...indent(findingLines(result, inner, paint)))
  }
  if (result.expectations.length > 0) {
    const texts = result.expectations.flatMap((expectation) => expectationLines(expectation, inner, paint))
    lines.push('', ...indent([paint.strong('Expectations')]), ...indent(texts))
  }
  lines.push('', ...section('Run', [runText(result)]))
  lines.push(replayLine(options.replay, paint))
  return lines
}

/** What a run comes to, topic by topic, in sentences; a topic that says nothing here is left out. */
export function runSections(
  result: RunResult,
  several: boolean,
): readonly { readonly label: string; readonly texts: readonly string[] }[] {
  const perSet = Object.entries(result.measures.perScaleSet).map(([name, set]) => `${printable(name)}: ${setText(set)}`)
  return [
    { label: 'Blast radius', texts: blastRadius(result) },
    { label: 'Availability', texts: [availability(result.measures)] },
    { label: 'Lost to', texts: lostTo(result) },
    { label: 'Halt', texts: [halt(result)] },
    { label: 'Demand', texts: demandText(result) },
    { label: 'Faults', texts: faultsText(result) },
    { label: 'Repairs', texts: repairsText(result) },
    { label: 'Spot', texts: spotText(result) },
    { label: 'Cost', texts: costText(result) },
    { label: 'Autoscale', texts: autoscaleText(result) },
    { label: 'Builds', texts: result.builds.map(buildText) },
    { label: 'Per set', texts: several ? perSet : [] },
  ].filter(({ texts }) => texts.length > 0)
}

/** One line with what one scans for; below it only what did not hold, and then the command that shows it again. */
function quietRun(result: RunResult, options: RunTextOptions, width: number, paint: Palette): string[] {
  const { verdict, measures, rollouts } = result
  const status = rollouts.length === 0 ? 'no rollout' : rollouts.map(statusText).join(', ')
  const text = [
    `${verdictMark(verdict)}: ${printable(options.scenario.name)}`,
    status,
    `blast radius ${harmText(measures)}`,
    `lowest ${percent(measures.availability.minServingPercent)} serving`,
  ].join(' · ')
  const lines = markFirst(wrap(text, width, INDENT), verdictMark(verdict), verdictPaint(paint, verdict))
  const open = result.expectations.filter((expectation) => expectation.verdict !== 'pass')
  lines.push(...indent(open.flatMap((expectation) => expectationLines(expectation, width - INDENT, paint))))
  if (verdict !== 'pass') lines.push(replayLine(options.replay, paint))
  return lines
}

/** `Faulted (TH-5)`: shared with the table over several scenarios. */
export function statusText(rollout: RunResult['rollouts'][number]): string {
  const rule = rollout.decision?.breached === true ? ` (${rollout.decision.rule})` : ''
  return `${rollout.status}${rule}`
}

/** A sentence for each rollout: how it ended, by which numbers and which rule. */
export function whySentences(result: RunResult, several: boolean): string[] {
  if (result.rollouts.length === 0) return [whyNoRollout(result)]
  return result.rollouts.map((rollout, i) => {
    const which = [
      ...(result.rollouts.length > 1 ? [`Rollout ${i + 1}`] : []),
      ...(several ? [printable(rollout.scaleSet)] : []),
    ].join(', ')
    return `${which === '' ? '' : `${which}: `}${whyRollout(rollout)}`
  })
}

function harmText({ blastRadius }: SetMeasures): string {
  const share = blastRadius.percent === null ? '' : ` (${percent(blastRadius.percent)})`
  return `${plural(blastRadius.instances, 'instance')}${share}`
}

function blastRadius(result: RunResult): string[] {
  const { blastRadius: harm, exposed } = result.measures
  const exposure = exposedText(result.measures)
  if (harm.instances === 0) {
    return [`no instance was harmed${exposed.instances === 0 ? '' : `; ${exposure}`}`]
  }
  const places = [
    ...(harm.zones > 0 ? [plural(harm.zones, 'zone')] : []),
    plural(harm.regions, 'region'),
    plural(harm.scaleSets, 'scale set'),
  ]
  const peak = harm.peakPercent === null ? '' : `, at most ${percent(harm.peakPercent)} at one moment`
  return [
    `${harmText(result.measures)} harmed${peak}, in ${list(places)}`,
    `${instanceMinutes(harm.instanceMinutes)} of harm; ${exposure}`,
  ]
}

function exposedText({ exposed }: SetMeasures): string {
  const share = exposed.percent === null ? '' : ` (${percent(exposed.percent)})`
  return `exposed to the defect: ${plural(exposed.instances, 'instance')}${share}`
}

function availability({ availability: served }: SetMeasures): string {
  const share =
    served.minServingPercent === null ? '' : `, never below ${percent(served.minServingPercent)} of the target capacity`
  return `never fewer than ${served.minServing} serving${share}; ${instanceMinutes(served.lostInstanceMinutes)} lost`
}

/** Reasons that are shown; the rest is counted, and `-o json` prints all. */
const LOST_LINES = 6

/** `300 instance-minutes of 10 instances: zone 1 of eastus lost at 10:00:00 (AV-03)`. */
function lostTo({ lostCapacity }: RunResult): string[] {
  const left = lostCapacity.slice(LOST_LINES)
  const minutes = (ms: number) => instanceMinutes(ms / 60_000)
  return [
    ...lostCapacity
      .slice(0, LOST_LINES)
      .map((lost) => `${minutes(lost.lostMs)} of ${plural(lost.instances, 'instance')}: ${printable(lossText(lost))}`),
    ...(left.length === 0
      ? []
      : [
          `${minutes(left.reduce((sum, { lostMs }) => sum + lostMs, 0))}: ${plural(left.length, 'other reason')}; -o json prints all`,
        ]),
  ]
}

function halt({ measures, rollouts }: RunResult): string {
  const { timeToHalt, timeToRecover, timeToRollBack } = measures
  if (measures.blastRadius.instances === 0) return 'nothing was harmed, so nothing had to be halted'
  const halted = timeToHalt === null ? 'never halted within the run' : `halted ${span(timeToHalt)} after the first harm`
  const undone = timeToRollBack === null ? [] : [`the last harm undone after ${span(timeToRollBack)}`]
  const recovered =
    timeToRecover === null ? 'never recovered within the run' : `everything serving again after ${span(timeToRecover)}`
  return [rollouts.length === 0 ? 'no rollout to halt' : halted, ...undone, recovered].join('; ')
}

function demandText({ measures: { demand }, unservedDemand }: RunResult): string[] {
  const { unservedPercent, peakUnservedPercent, peakBacklog, backlogAtEnd } = demand
  if (unservedPercent === null) return []
  const queue =
    peakBacklog === null || backlogAtEnd === null
      ? []
      : [`at most ${decimal(peakBacklog, 0)} messages waited, ${decimal(backlogAtEnd, 0)} at the end`]
  if (peakUnservedPercent === null) return queue
  if (peakUnservedPercent === 0 && unservedDemand.length === 0) return ['every request was served', ...queue]
  const left = unservedDemand.length - LOST_LINES
  return [
    `${percent(unservedPercent)} of the requests unserved over the run, ${percent(peakUnservedPercent)} at worst`,
    ...unservedDemand
      .slice(0, LOST_LINES)
      .map((lost) => `${decimal(lost.requests, 0)} requests: ${printable(lossText(lost))}`),
    ...(left > 0 ? [`${plural(left, 'other reason')}; -o json prints all`] : []),
    ...queue,
  ]
}

function repairsText({ measures: { repairs } }: RunResult): string[] {
  if (repairs.count === 0) return []
  const loops = repairs.loops === 0 ? 'no loop' : plural(repairs.loops, 'loop')
  const stops = repairs.suspended === 0 ? '' : `; the service suspended itself ${plural(repairs.suspended, 'time')}`
  return [`${plural(repairs.count, 'repair')}, ${loops}${stops}`]
}

/** Nothing where nothing failed. A zone or a dependency that fails is scripted, and the timeline says so. */
function faultsText({ measures: { faults, zoneBalance } }: RunResult): string[] {
  const parts = [
    faults.hosts > 0 ? `${plural(faults.hosts, 'host')} failed` : '',
    faults.faultDomains > 0 ? `${plural(faults.faultDomains, 'fault domain')} without power` : '',
    faults.freezes > 0 ? plural(faults.freezes, 'pause') : '',
    faults.failedDeletes > 0 ? plural(faults.failedDeletes, 'failed delete') : '',
    zoneBalance.moves > 0 ? `${plural(zoneBalance.moves, 'instance')} moved by zone balance` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? [] : [parts.join(', ')]
}

function spotText({ measures: { spot } }: RunResult): string[] {
  if (spot.evictions === 0) return []
  const abrupt = spot.abruptStops === 0 ? '' : `, ${spot.abruptStops} in the middle of work`
  const back = spot.restored === 0 ? '' : `; ${spot.restored} restored`
  const { reclaim, price, hazard, simulated } = spot.evictionsBy
  const why = [
    [reclaim, 'for the capacity'],
    [price, 'for the price'],
    [hazard, 'by chance'],
    [simulated, 'simulated'],
  ] as const
  const reasons = why.flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}`])).join(', ')
  return [`${plural(spot.evictions, 'eviction')} (${reasons})${abrupt}${back}`]
}

/** `INR 1210.4 over 1 d: regular 1180, Spot 22.4 (surge 12), disks 8, replicas 0, builds 0`; nothing without prices. */
function costText({ measures: { cost }, durationMs }: RunResult): string[] {
  const { currency, total, instances, surge, disks, replicas, builds } = cost
  if (total === null) return []
  const parts: [string, number | null][] = [
    ['regular instances', instances.regular],
    ['Spot instances', instances.spot],
    ['OS disks', disks],
    ['replicas', replicas],
    ['builds', builds],
  ]
  const shown = parts.flatMap(([name, amount]) => (amount === null || amount === 0 ? [] : [`${name} ${money(amount)}`]))
  const above = surge === null || surge === 0 ? '' : `; ${money(surge)} of it for surge`
  const sum = `${printable(currency ?? '')} ${money(total)} over ${span(durationMs)}`
  return [`${sum}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}${above}`]
}

/** Lines of the run history that are shown; the rest is counted, and `-o json` prints all. */
const AUTOSCALE_LINES = 12

/** Counts, then the run history: `00:12:40  3 -> 4  Percentage CPU 84.2 > 70 (AS-07)`. */
function autoscaleText({ measures: { autoscale }, autoscaleHistory }: RunResult): string[] {
  const { scaleOuts, scaleIns, flaps, flapsPrevented } = autoscale
  if (scaleOuts === null || scaleIns === null || flaps === null || flapsPrevented === null) return []
  const sums = [
    plural(scaleOuts, 'scale-out'),
    plural(scaleIns, 'scale-in'),
    plural(flaps, 'flap'),
    `${plural(flapsPrevented, 'flap')} prevented`,
  ]
  const left = autoscaleHistory.length - AUTOSCALE_LINES
  return [
    sums.join(', '),
    ...autoscaleHistory.slice(0, AUTOSCALE_LINES).map(autoscaleLine),
    ...(left > 0 ? [`and ${plural(left, 'event')} more; -o json prints all of them`] : []),
  ]
}

function autoscaleLine(event: RunResult['autoscaleHistory'][number]): string {
  const { currentInstanceCount: from, newInstanceCount: to, resultType } = event
  const isAction = event.event === 'AutoscaleAction'
  const counts = isAction ? `${from} -> ${to}` : event.event
  const ended = !isAction || resultType === 'Succeeded' || resultType === null ? '' : `, ${resultType}`
  return `${formatClock(event.atMs)}  ${printable(event.scaleSet)} ${counts}  ${printable(event.resultDescription)} (${event.rule})${ended}`
}

/** `aib-ubuntu-app run 1: Succeeded 00:39:12, published galProd/ubuntu-app/1.7.0`. */
function buildText(build: RunResult['builds'][number]): string {
  const when = build.endedAtMs === null ? 'still running' : `at ${formatClock(build.endedAtMs)}`
  const published =
    build.published.length === 0 ? 'published nothing' : `published ${list(build.published.map(printable))}`
  const unnoticed =
    build.failedUnnoticed.length === 0 ? '' : `; failed unnoticed: ${list(build.failedUnnoticed.map(printable))}`
  const message = build.message === '' ? '' : ` (${printable(build.message)})`
  return `${printable(build.template)}, run ${build.run}: ${build.runState} ${when}${message}, ${published}${unnoticed}`
}

function setText(measures: SetMeasures): string {
  const { availability: served } = measures
  return `${harmText(measures)} harmed, never fewer than ${served.minServing} serving (${percent(served.minServingPercent)})`
}

/** Severity, code and title; where; one line of evidence, the rest counted. `check` and `explain` tell the whole. */
function findingLines(result: RunResult, width: number, paint: Palette): string[] {
  return bySeverity(result.findings).flatMap((finding) => {
    const [evidence, ...more] = finding.evidence
    const details = [
      printable(finding.where),
      ...(evidence === undefined
        ? []
        : [`${printable(evidence)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`]),
    ]
    const mark = padEnd(finding.severity, 7)
    const head = wrap(`${mark} ${printable(finding.code)}  ${printable(finding.title)}`, width, 8)
    return [
      ...markFirst(head, finding.severity, severityPaint(paint, finding.severity)),
      ...details.flatMap((text) => wrap(text, width - 8).map((line) => ' '.repeat(8) + paint.quiet(line))),
    ]
  })
}

/** What held is one line; what did not says actual against expected below. */
function expectationLines(expectation: ExpectationResult, width: number, paint: Palette): string[] {
  const mark = VERDICT_GLYPH[expectation.verdict]
  const verdict = verdictPaint(paint, expectation.verdict)
  const text = printable(expectation.text)
  const actual = expectation.actual === null ? 'nothing to measure' : printable(String(expectation.actual))
  if (expectation.verdict === 'pass') {
    // An equality that holds has just said what was measured.
    const measured = /==[^=]*$/.test(text) ? '' : ` (actual ${actual})`
    return [
      ...markFirst(wrap(`${mark} ${text}${measured}`, width, 2), mark, verdict),
      ...shakyLines(expectation, width, paint),
    ]
  }
  const against = `${expectation.actual === null ? '' : 'actual '}${actual}, expected ${expectedPart(text)}`
  const reason = expectation.reason === undefined ? [] : [`${expectation.verdict}: ${printable(expectation.reason)}`]
  return [
    ...markFirst(wrap(`${mark} ${text}`, width, 2), mark, verdict),
    ...[against, ...reason].flatMap((line) => wrap(line, width - 4).map((part) => `    ${verdict(part)}`)),
    ...shakyLines(expectation, width, paint),
  ]
}

/** One line under a verdict that another reading of the documentation turns. */
function shakyLines({ shaky = [] }: ExpectationResult, width: number, paint: Palette): string[] {
  if (shaky.length === 0) return []
  const text = `shaky: another reading of ${list(shaky.map(printable))} turns it; vmss-twin sensitivity says how`
  return wrap(text, width - 4, 2).map((line) => `    ${paint.doubtful(line)}`)
}

function runText(result: RunResult): string {
  return [
    `traceHash ${printable(result.traceHash)}`,
    plural(result.events, 'event'),
    `seed ${result.seed}`,
    `${formatDuration(result.durationMs)} played`,
  ].join(' · ')
}
