import { formatClock } from '../model/duration.ts'
import type { BatchResult, RolloutResult, RunResult, ThresholdDecision } from '../sim/result.ts'
import type { Palette } from './palette.ts'
import { columns, padEnd, printable, wrap } from './typeset.ts'
import { list, plural, ranges, ratioPercent, span } from './wording.ts'

/** More batches than this are folded in the middle. */
const BATCH_LINES_MAX = 12
/** Ranges of instance numbers that a line names before it only counts. */
const MEMBERS_MAX = 12
const FOLDED_HEAD = 6
const FOLDED_TAIL = 5

/** One sentence: how the rollout ended, when, and the numbers and the rule that decided it. */
export function whyRollout(rollout: RolloutResult): string {
  const { decision } = rollout
  const endedAt = rollout.endedAtMs === null ? null : formatClock(rollout.endedAtMs)
  const code = rollout.errorCode === null ? '' : `, ${printable(rollout.errorCode)}`
  switch (rollout.status) {
    case 'RollingBack':
    case 'Faulted': {
      const when = `Faulted${endedAt === null ? '' : ` at ${endedAt}`} ${afterBatch(rollout)}`
      // Without a threshold something else ended it (a time limit, a rejected request): the message tells what.
      if (decision?.breached === true) return `${when}: ${inequality(rollout, decision)}${code}.`
      const message = rollout.errorMessage === null ? '' : `: ${printable(rollout.errorMessage).replace(/\.$/, '')}`
      return `${when}${message}${code}.`
    }
    case 'Completed':
      return `Completed${endedAt === null ? '' : ` at ${endedAt}`}: ${progress(rollout)}${closestCall(rollout)}.`
    case 'Cancelled': {
      const breach =
        decision?.breached === true ? `; a threshold was breached as well: ${inequality(rollout, decision)}` : ''
      return `Cancelled${endedAt === null ? '' : ` at ${endedAt}`} ${afterBatch(rollout)}: ${progress(rollout)}${breach}${code}.`
    }
    case 'RollingForward':
      return `Still rolling when the run ended, in or ${afterBatch(rollout)}: ${progress(rollout)}${closestCall(rollout)}.`
    default:
      return rollout.status satisfies never
  }
}

function afterBatch(rollout: RolloutResult): string {
  const count = rollout.batches.length
  return count === 0 ? 'before the first batch' : `after batch ${count}`
}

/** `6 of 30 instances upgraded in 2 batches (24 pending)`. */
function progress(rollout: RolloutResult): string {
  const { successful, failed, inProgress, pending, rolledBack, batches } = rollout
  const total = successful + failed + inProgress + pending
  // `rolledBack` is part of `failed` (design §5a.8), so it qualifies that number and adds nothing to the total.
  const rest = [
    ...(failed > 0 ? [`${failed} failed${rolledBack > 0 ? ` of which ${rolledBack} rolled back` : ''}`] : []),
    ...(inProgress > 0 ? [`${inProgress} in progress`] : []),
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(rollout.leftOut > 0 ? [`${rollout.leftOut} left out (protected, stopped or skipped)`] : []),
  ]
  const how =
    rollout.mode === 'Automatic'
      ? 'all at once (mode Automatic has no batches and no thresholds)'
      : `in ${plural(batches.length, 'batch', 'batches')}`
  return `${successful} of ${plural(total, 'instance')} upgraded ${how}${rest.length === 0 ? '' : `, ${rest.join(', ')}`}`
}

function closestCall(rollout: RolloutResult): string {
  const { decision } = rollout
  if (decision === null || decision.breached) return ''
  return `; the closest call was ${inequality(rollout, decision)}`
}

/** `3 of 3 upgraded instances unhealthy = 100 % > 20 % (TH-5)`: the comparison as the service makes it, exact (TH-4). */
export function inequality(rollout: RolloutResult, decision: Omit<ThresholdDecision, 'atMs'>): string {
  const { count, total, rule } = decision
  return `${counted(rollout, decision)} = ${comparison(decision)} (${rule})`

  function counted(of: RolloutResult, { rule: id }: Pick<ThresholdDecision, 'rule'>): string {
    // TH-8 is the same test at a limit of 0.
    if (id === 'TH-5' || id === 'TH-8') {
      // Under `upgradedDenominator: total` (TH-6) the share is taken of the whole set; say so rather than call them upgraded.
      return total > of.successful + of.failed + of.inProgress
        ? `${count} upgraded and unhealthy of ${plural(total, 'instance')}`
        : `${count} of ${total} upgraded ${total === 1 ? 'instance' : 'instances'} unhealthy`
    }
    if (id === 'TH-1' || id === 'TH-3') return `${count} of ${plural(total, 'instance')} in the scale set unhealthy`
    return `${count} of ${total}`
  }
}

/** `33.3 % > 20 %`: a threshold test in numbers. */
export function comparison(test: Pick<ThresholdDecision, 'count' | 'total' | 'limitPercent' | 'breached'>): string {
  const { count, total, limitPercent, breached } = test
  return `${ratioPercent(count, total, limitPercent)} % ${breached ? '>' : '<='} ${limitPercent} %`
}

/** The heading of a rollout's timeline: what was rolled out, where, and why it started. */
export function rolloutHeading(rollout: RolloutResult, withSet: boolean): string {
  const where = withSet ? `${printable(rollout.scaleSet)}: ` : ''
  return `${where}${printable(rollout.target)} (${rollout.trigger})`
}

/** One line per batch with the pauses between; more than a dozen are folded in the middle, and the fold is counted. */
export function renderBatches(
  result: RunResult,
  rollout: RolloutResult,
  options: { readonly width: number; readonly paint: Palette },
): string[] {
  const { batches } = rollout
  const lines: string[] = []
  const fold = batches.length > BATCH_LINES_MAX
  const tailFrom = batches.length - FOLDED_TAIL
  const cells = batches.map((batch) => batchCells(result, batch))
  const zoneWidth = Math.max(0, ...cells.map((cell) => cell.where.length))
  const outcomeWidth = Math.max(0, ...cells.map((cell) => cell.outcome.length))
  const numberWidth = String(batches.length).length
  for (let i = 0; i < batches.length; i++) {
    const batch = batches[i]!
    if (fold && i >= FOLDED_HEAD && i < tailFrom) {
      if (i === FOLDED_HEAD)
        lines.push(...wrap(foldedLine(batches, i, tailFrom), options.width, 4).map(options.paint.quiet))
      continue
    }
    const previous = batches[i - 1]
    if (previous?.endedAtMs != null && batch.startedAtMs > previous.endedAtMs && !(fold && i === tailFrom)) {
      lines.push(
        options.paint.quiet(`${' '.repeat(numberWidth + 2)}pause ${span(batch.startedAtMs - previous.endedAtMs)}`),
      )
    }
    const cell = cells[i]!
    const end = batch.endedAtMs === null ? '...' : formatClock(batch.endedAtMs)
    const head = [
      String(i + 1).padStart(numberWidth),
      `${formatClock(batch.startedAtMs)}-${end}`.padEnd(17),
      ...(zoneWidth === 0 ? [] : [padEnd(cell.where, zoneWidth)]),
      padEnd(cell.outcome, outcomeWidth),
    ].join('  ')
    const wrapped = besides(`${head}  `, cell.members, options.width, numberWidth + 2)
    lines.push(...wrapped.map((line) => (batch.failed > 0 ? options.paint.bad(line) : line)))
  }
  return lines
}

/** Text beside a head whose blanks are columns of a table; where too little room is left, everything is wrapped. */
function besides(head: string, text: string, width: number, hang: number): string[] {
  const room = width - columns(head)
  if (room < 20) return wrap(`${head}${text}`, width, hang)
  return wrap(text, room).map((line, i) => (i === 0 ? head : ' '.repeat(columns(head))) + line)
}

function batchCells(result: RunResult, batch: BatchResult): { where: string; outcome: string; members: string } {
  const zones = batch.zones.map(printable)
  const where = [
    ...(zones.length === 0 ? [] : [`${zones.length === 1 ? 'zone' : 'zones'} ${list(zones)}`]),
    ...(batch.updateDomain === null ? [] : [`update domain ${batch.updateDomain}`]),
  ].join(', ')
  const byIndex = new Map(result.instances.map((instance) => [instance.index, instance.number]))
  const numbers = batch.instances.map((index) => byIndex.get(index) ?? index)
  const waiting = batch.instances.length - batch.successful - batch.failed
  const outcome = [
    ...(batch.successful > 0 ? [`${batch.successful} successful`] : []),
    ...(batch.failed > 0 ? [`${batch.failed} failed`] : []),
    ...(batch.endedAtMs === null && waiting > 0 ? [`${waiting} in progress`] : []),
  ].join(', ')
  const members = `${batch.instances.length === 1 ? 'instance' : 'instances'} ${ranges(numbers, MEMBERS_MAX)}${batch.surge ? ' (surge)' : ''}`
  return { where, outcome: outcome === '' ? 'none upgraded' : outcome, members }
}

/** Speaks for the batches from position `from` up to, not including, `to`. */
function foldedLine(batches: readonly BatchResult[], from: number, to: number): string {
  const folded = batches.slice(from, to)
  const sum = (pick: (batch: BatchResult) => number) => folded.reduce((total, batch) => total + pick(batch), 0)
  const endMs = folded.at(-1)!.endedAtMs
  const instances = sum((batch) => batch.instances.length)
  const successful = sum((batch) => batch.successful)
  const failed = sum((batch) => batch.failed)
  return (
    `... ${plural(folded.length, 'more batch', 'more batches')} (${from + 1} to ${to}), ` +
    `${formatClock(folded[0]!.startedAtMs)}-${endMs === null ? '...' : formatClock(endMs)}: ` +
    `${plural(instances, 'instance')}, ${successful} successful, ${failed} failed`
  )
}

/** Why a run without a rollout has none, as far as a write on a scale set tells it; the trace must have been kept for that. */
export function whyNoRollout({ durationMs, trace }: RunResult): string {
  const none = `No rollout started within the ${span(durationMs)} of the run`
  const write = trace.findLast(({ what }) => what === 'write.rejected' || what === 'model.unchanged')
  if (write === undefined) return `${none}, so there is nothing to judge it by.`
  const at = formatClock(write.atMs)
  const rule = write.rule === null ? '' : ` (${write.rule})`
  return write.what === 'model.unchanged'
    ? `${none}: what was written to ${printable(write.subject)} at ${at} is what the model said already${rule}.`
    : `${none}: the change of ${printable(write.subject)} at ${at} was refused, ${printable(String(write.numbers['message']))}${rule}.`
}
