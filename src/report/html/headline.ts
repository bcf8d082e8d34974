import { formatClock } from '../../model/duration.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { RolloutResult, RunResult } from '../../sim/result.ts'
import { countsAt } from '../charts/from-result.ts'
import { inequality } from '../rollout-text.ts'
import { whySentences } from '../text.ts'
import { whyOf } from '../why/why.ts'
import { STORIES_MAX, stepText } from '../why/why-text.ts'
import { percent, plural, span } from '../wording.ts'

/** What a stranger should know after ten seconds, and the sentences that say why. */
export interface Story {
  /** `FAULTED at 00:22:00: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5).` */
  readonly outcome: string
  /** `6 of 30 instances were harmed (20 %).` */
  readonly harm: string
  /** A sentence for each rollout. */
  readonly why: readonly string[]
  /** From the end back to the root. */
  readonly chains: readonly CausalChain[]
  /** Chains that are not told, for their number. */
  readonly untold: number
}

export interface CausalChain {
  readonly headline: string
  readonly steps: readonly { readonly atMs: number; readonly text: string }[]
  readonly sayings: readonly string[]
}

/** The one place where a report gets its story from. @param result of a run that kept its trace */
export function storyOf(scenario: Scenario, result: RunResult): Story {
  const several = scenario.scaleSets.length > 1
  const { stories } = whyOf(scenario, result)
  return {
    ...headlineOf(result, several),
    why: whySentences(result, several),
    chains: stories.slice(0, STORIES_MAX).map(({ headline, steps, sayings }) => ({
      headline,
      steps: steps.map((step) => ({ atMs: step.atMs, text: stepText(step) })),
      sayings,
    })),
    untold: Math.max(0, stories.length - STORIES_MAX),
  }
}

/** What weighs most comes first: a halt with its reason; without one what it did, if it did harm. */
function headlineOf(result: RunResult, several: boolean): Pick<Story, 'outcome' | 'harm'> {
  const outcome = outcomeOf(result, several)
  const harm = harmOf(result)
  if (result.rollouts.length === 0) return harm === '' ? { outcome, harm } : { outcome: harm, harm: outcome }
  const isThrough = result.rollouts.every(({ status }) => status === 'Completed')
  if (result.measures.blastRadius.instances === 0 || !isThrough) return { outcome, harm }
  return { outcome: `Nothing stopped it: ${harm}`, harm: outcome }
}

const RANK: Readonly<Record<RolloutResult['status'], number>> = {
  Faulted: 0,
  RollingBack: 1,
  Cancelled: 2,
  RollingForward: 3,
  Completed: 4,
}

function outcomeOf({ rollouts, durationMs }: RunResult, several: boolean): string {
  const worst = [...rollouts].sort((a, b) => RANK[a.status] - RANK[b.status] || a.startedAtMs - b.startedAtMs)[0]
  if (worst === undefined) return `No rollout within ${span(durationMs)}.`
  const others = rollouts.filter((rollout) => rollout !== worst)
  const where = several ? `, ${worst.scaleSet}` : ''
  return `${endOf(worst)}${where}${reasonOf(worst)}.${othersText(others)}`
}

/** `FAULTED at 00:22:00`. */
function endOf({ status, endedAtMs }: RolloutResult): string {
  const words = status.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase()
  return endedAtMs === null ? words : `${words} at ${formatClock(endedAtMs)}`
}

function reasonOf(rollout: RolloutResult): string {
  const { decision, status, successful, failed, inProgress, pending, batches, errorCode } = rollout
  if (decision?.breached === true) return `: ${inequality(rollout, decision)}`
  if (status === 'Faulted' && errorCode !== null) return `: ${errorCode}`
  const total = successful + failed + inProgress + pending
  const how = rollout.mode === 'Automatic' ? 'all at once' : `in ${plural(batches.length, 'batch', 'batches')}`
  return `: ${successful} of ${plural(total, 'instance')} upgraded ${how}`
}

const ENDED: Readonly<Record<RolloutResult['status'], string>> = {
  Faulted: 'faulted',
  RollingBack: 'rolling back',
  Cancelled: 'cancelled',
  RollingForward: 'still rolling',
  Completed: 'completed',
}

/** ` Of 2 other rollouts 1 faulted, 1 completed.` */
function othersText(others: readonly RolloutResult[]): string {
  if (others.length === 0) return ''
  const statuses = [...new Set(others.map(({ status }) => status))].sort((a, b) => RANK[a] - RANK[b])
  const words = statuses.map((status) => `${others.filter((one) => one.status === status).length} ${ENDED[status]}`)
  if (others.length === 1) return ` The other rollout: ${ENDED[others[0]!.status]}.`
  return statuses.length === 1
    ? ` The other ${others.length} rollouts: all ${ENDED[statuses[0]!]}.`
    : ` Of the other ${others.length} rollouts ${words.join(', ')}.`
}

function harmOf(result: RunResult): string {
  const { blastRadius, availability, demand } = result.measures
  const unserved =
    demand.unservedPercent === null || demand.unservedPercent === 0
      ? null
      : `${percent(demand.unservedPercent)} of the ${demand.peakUnservedPercent === null ? 'messages' : 'requests'} found no capacity.`
  const lowest =
    availability.minServingPercent === null || availability.minServingPercent >= 100
      ? null
      : `At the lowest point ${availability.minServing} served (${percent(availability.minServingPercent)} of the target capacity).`
  const harm =
    blastRadius.instances > 0
      ? `${fleetShare(result)} harmed${blastRadius.percent === null ? '' : ` (${percent(blastRadius.percent)})`}.`
      : // Where nothing was rolled out, to say that it harmed nobody would sound like good news.
        result.rollouts.length === 0
        ? null
        : 'No instance was harmed by what was rolled out.'
  return [harm, blastRadius.instances > 0 ? null : lowest, unserved].filter((text) => text !== null).join(' ')
}

/** `6 of 30 instances were`: of the capacity when the first rollout began, as the blast radius counts. */
function fleetShare(result: RunResult): string {
  const { instances } = result.measures.blastRadius
  const startMs = Math.min(...result.rollouts.map(({ startedAtMs }) => startedAtMs))
  const capacity = Number.isFinite(startMs) ? (countsAt(result, startMs)?.target ?? null) : null
  const of = capacity === null || capacity < instances ? '' : ` of ${capacity}`
  const noun = of === '' && instances === 1 ? 'instance' : 'instances'
  return `${instances}${of} ${noun} ${instances === 1 ? 'was' : 'were'}`
}
