import type { CountedInstance, TraceEntry } from '../../sim/result.ts'
import { plural, span } from '../wording.ts'
import { type CountedGroup, chainOf, countedGroups, type Link } from './chain.ts'
import { counted, type Inequality, inequalityOf } from './inequality.ts'
import { brokenBy, brokenText, firstAndMore, probeSight } from './probe-sight.ts'
import { sentenceOf } from './sentences.ts'
import type { TraceIndex } from './trace-index.ts'

/** One step of a story: what happened, when, by which rule. The next step is what it goes back to. */
export interface Step {
  /** The trace entries it stands for, the one it is about first. */
  readonly entries: readonly number[]
  readonly atMs: number
  readonly subject: string
  readonly text: string
  /** Rules that decided it, in order of the text. */
  readonly rules: readonly string[]
  readonly inequality?: Inequality
  /** Instances it speaks for, by their Azure names; absent: it is not about instances. */
  readonly instances?: readonly string[]
  /** How much of the story would be lost without it; a step of 4 is never left out. */
  readonly weight: 1 | 2 | 3 | 4
}

/** The steps of a story and what stands beside them. */
export interface Tale {
  readonly steps: readonly Step[]
  /** Further groups that a test counted for other reasons, one sentence each. */
  readonly beside: readonly string[]
  /** Every entry from the end to the root. */
  readonly chain: readonly number[]
}

/** What only leads from one thing to the next, and is told by its neighbours. */
const DETAILS: ReadonlySet<string> = new Set([
  'event.started',
  'gallery.diskGranted',
  'gallery.replicating',
  'imageTemplate.subState',
  'instance.guestUp',
  'instance.held',
  'instance.image',
  'instance.notServing',
  'instance.provisioned',
  'instance.starting',
  'instance.stopping',
  'instance.unharmed',
  'osUpgrade.accepted',
  'osUpgrade.requested',
  'rollout.batchEnded',
  'rollout.batchShrunk',
  'rollout.goesOn',
  'rollout.paused',
  'autoscale.InstanceUpdateEvaluation',
  'autoscale.MetricEvaluation',
  'standby.creating',
])

/** Followed by one of these, the start of a rollout says nothing new. */
const STARTS_ROLLOUTS: ReadonlySet<string> = new Set([
  'model.updated',
  'model.unchanged',
  'osUpgrade.found',
  'osUpgrade.approved',
])
/** Followed by one of these, the publication of an image version is told along. */
const PUBLISHES: ReadonlySet<string> = new Set(['imageTemplate.runStarted', 'gallery.published'])

/** The story from an entry back to its root. */
export function taleOf(entry: TraceEntry, index: TraceIndex): Tale {
  const links = chainOf(entry, index)
  const steps: Step[] = []
  const beside: string[] = []
  for (let at = 0; at < links.length; at++) {
    const told = stepAt(links, at, index)
    if (told === null) continue
    steps.push(told)
    const check = checkOf(links, at)
    if (check !== null) beside.push(...besides(countedGroups(check, index).slice(1), index))
  }
  return { steps, beside, chain: links.map((link) => link.entry.id) }
}

/** The test that a step is about, where the chain goes on with whom it counted. */
function checkOf(links: readonly Link[], at: number): TraceEntry | null {
  const place = links[at]!.entry.what === 'rollout.ended' ? at + 1 : at
  return links[place + 1]?.by === 'counted' ? links[place]!.entry : null
}

function stepAt(links: readonly Link[], at: number, index: TraceIndex): Step | null {
  const { entry, by } = links[at]!
  const kept = (from: number) => links.slice(from).find((link) => !DETAILS.has(link.entry.what))?.entry
  const isAsked = at === 0
  if (!isAsked && isTold(links, at, kept(at + 1))) return null
  if (by === 'counted') return countedStep(links[at - 1]!.entry, index)
  switch (entry.what) {
    case 'rollout.ended':
      return endStep(entry, links[at + 1]?.entry, index)
    case 'rollout.check':
      return {
        ...plain(entry, counted(entry, index), index, 4),
        rules: rulesOf(entry),
        inequality: inequalityOf(entry),
      }
    case 'health.changed':
      return healthStep([entry], index)
    case 'instance.harmed':
      return kept(at + 1)?.what === 'defect.active'
        ? plain(entry, `${entry.subject} can serve no more`, index, 2)
        : defectStep(entry, index)
    case 'defect.active':
      return defectStep(entry, index)
    case 'instance.updating':
      return updateStep(entry, links[at + 1]?.entry, index)
    case 'osUpgrade.found':
    case 'model.updated':
      return plain(entry, startText(entry, links[0]!.entry, index), index, 3)
    default:
      return plain(entry, sentenceOf(entry, index), index, WEIGHTS[entry.what] ?? 2)
  }
}

/** Of what can be left out where lines are few, and what never is. */
const WEIGHTS: Readonly<Record<string, Step['weight']>> = {
  'gallery.published': 1,
  'gallery.replicated': 1,
  'imageTemplate.runStarted': 1,
  'instance.serving': 1,
  'dependency.failed': 4,
  'zone.failed': 4,
  'spot.reclaimed': 4,
  'instance.broken': 4,
  'instance.hung': 4,
  'run.started': 1,
  'rollout.batchStarted': 3,
}

/** What started it all; of which scale set the head of the story says. */
function startText(entry: TraceEntry, end: TraceEntry, index: TraceIndex): string {
  const sentence = sentenceOf(entry, index)
  if (index.scaleSetOf(end.subject) !== entry.subject) return sentence
  return entry.what === 'model.updated'
    ? `the model is changed: ${String(entry.numbers['change'])}`
    : sentence.replace(` of ${entry.subject}`, '')
}

/** Whether a neighbour says it already. `next`: the next one that is told. */
function isTold(links: readonly Link[], at: number, next: TraceEntry | undefined): boolean {
  const { entry, by } = links[at]!
  if (by === 'counted') return false
  if (DETAILS.has(entry.what)) return true
  switch (entry.what) {
    case 'rollout.check':
      return true
    case 'rollout.batchStarted':
      // An update tells its batch along; the new instance of a surge does not.
      return (
        links[at - 1]?.entry.what === 'instance.updating' ||
        (next?.what === 'rollout.started' && links[at - 1]?.entry.what !== 'instance.creating')
      )
    case 'rollout.started':
      return next !== undefined && STARTS_ROLLOUTS.has(next.what)
    case 'instance.harmed':
      return next?.what === 'defect.active'
    case 'gallery.published':
      return links.slice(0, at).some((link) => link.entry.what === 'gallery.replicated')
    case 'instance.serving':
      return next !== undefined && !PUBLISHES.has(next.what) && at > 0
    case 'health.changed':
      // No signal while it is down, or Initializing: what it was before says more.
      return entry.numbers['to'] === 'None' || entry.numbers['to'] === 'Initializing'
    default:
      return false
  }
}

const rulesOf = ({ rule }: TraceEntry): string[] => (rule === null ? [] : [rule])

function plain(entry: TraceEntry, text: string, index: TraceIndex, weight: Step['weight']): Step {
  const instance = index.instanceAt(entry.subject)
  return {
    entries: [entry.id],
    atMs: entry.atMs,
    subject: entry.subject,
    text,
    rules: rulesOf(entry),
    ...(instance === undefined ? {} : { instances: [instance.name] }),
    weight,
  }
}

function endStep(entry: TraceEntry, before: TraceEntry | undefined, index: TraceIndex): Step {
  const traced = index.rolloutAt(entry)
  const batches = traced?.rollout.batches.length ?? 0
  const when = batches === 0 ? 'before batch 1' : `after batch ${batches}`
  const head = `${String(entry.numbers['status'])} ${traced?.rollout.mode === 'Automatic' ? 'in mode Automatic, without batches or thresholds' : when}`
  // A rollout that was not halted by a test is told by what it did.
  const done = `: ${plural(Number(entry.numbers['successful']), 'instance')} successful, ${String(entry.numbers['failed'])} failed`
  if (before?.what !== 'rollout.check') return plain(entry, `${head}${done}`, index, 4)
  const inequality = inequalityOf(before)
  return {
    ...plain(entry, `${head}${inequality.breached ? ': ' : `${done}; last test `}${counted(before, index)}`, index, 4),
    entries: [entry.id, before.id],
    rules: [...new Set([...rulesOf(before), ...rulesOf(entry)])],
    inequality,
  }
}

/** Those that a test counted for its main reason. */
function countedStep(check: TraceEntry, index: TraceIndex): Step {
  const { members } = countedGroups(check, index)[0]!
  const entries = members.map(({ entry }) => entry)
  const first = entries[0]!
  switch (first.what) {
    case 'health.changed':
      return healthStep(entries, index)
    case 'instance.harmed':
      return ofSeveral(entries, `${namesOf(entries)} can serve no more`, index)
    case 'rollout.instanceFailed':
      return failedStep(entries, members[0]!.instance.as, index)
    default: {
      const more = entries.length === 1 ? '' : `; ${entries.length - 1} more alike`
      const seen = probeSight(first, index)
      return ofSeveral(entries, `${sentenceOf(first, index)}${seen === null ? '' : `: ${seen}`}${more}`, index)
    }
  }
}

function ofSeveral(entries: readonly TraceEntry[], text: string, index: TraceIndex): Step {
  return {
    ...plain(entries[0]!, text, index, 4),
    entries: entries.map(({ id }) => id),
    instances: entries.flatMap(({ subject }) => index.instanceAt(subject)?.name ?? []),
  }
}

const namesOf = (entries: readonly TraceEntry[]): string => firstAndMore(entries.map(({ subject }) => subject))

/** Why one that failed its upgrade counts, and is not judged by how well it is now. */
const FAILED_AS: Readonly<Record<CountedInstance['as'], { readonly text: string; readonly rules: readonly string[] }>> =
  {
    unhealthy: { text: '', rules: [] },
    restored: { text: '; disk restored', rules: ['AO-15'] },
    surgeFailed: { text: '; the new one is deleted', rules: ['MS-8'] },
    evicted: { text: '; evicted', rules: ['SP-33'] },
  }

function failedStep(entries: readonly TraceEntry[], as: CountedInstance['as'], index: TraceIndex): Step {
  const first = entries[0]!
  const waitedMs = Number(first.numbers['waitedMs'])
  const reason = String(first.numbers['reason'])
  const why = reason === 'not healthy in time' && waitedMs > 0 ? `not healthy in ${span(waitedMs)}` : reason
  const { text, rules } = FAILED_AS[as]
  const step = ofSeveral(entries, `${namesOf(entries)}: ${why}${text}`, index)
  return { ...step, rules: [...step.rules, ...rules] }
}

function healthStep(entries: readonly TraceEntry[], index: TraceIndex): Step {
  const first = entries[0]!
  const seen = probeSight(first, index)
  if (seen === null && entries.length === 1) return ofSeveral(entries, sentenceOf(first, index), index)
  const to = String(first.numbers['to'])
  return ofSeveral(
    entries,
    `${namesOf(entries)} ${to === 'None' ? 'without a health signal' : to}${seen === null ? '' : `: ${seen}`}`,
    index,
  )
}

function defectStep(entry: TraceEntry, index: TraceIndex): Step {
  const broken = brokenText(brokenBy(entry, index.scenario))
  const { defect, of } = entry.numbers
  const text =
    broken === null || defect === '' ? sentenceOf(entry, index) : `${broken}: ${String(defect)} (${String(of)})`
  return plain(entry, text, index, 4)
}

/** A longer target is not repeated. */
const TARGET_MAX = 60

/** What an upgrade gave an instance, and in which batch. */
function updateStep(entry: TraceEntry, before: TraceEntry | undefined, index: TraceIndex): Step {
  const image = index.imageGivenBy(entry)
  if (before?.what !== 'rollout.batchStarted') {
    return plain(entry, `${sentenceOf(entry, index)}${image === null ? '' : ` from ${image}`}`, index, 2)
  }
  const { batch, size } = before.numbers
  const traced = index.rolloutAt(before)
  const of = traced?.started == null ? '' : ` of ${String(traced.started.numbers['workList'])}`
  const target = traced?.rollout.target ?? ''
  // What was changed stands in the step that this one goes back to.
  const what = image ?? (target === '' || target.length > TARGET_MAX ? 'the new model' : target)
  const instances = `${String(size)}${of} ${Number(size) === 1 && of === '' ? 'instance' : 'instances'}`
  const text =
    traced?.rollout.mode === 'Automatic'
      ? `${instances} got ${what}, all at once`
      : `batch ${Number(batch) + 1} gave ${instances} ${what}`
  return {
    ...plain(entry, text, index, 3),
    entries: [entry.id, before.id],
    rules: rulesOf(before),
  }
}

function besides(groups: readonly CountedGroup[], index: TraceIndex): string[] {
  return groups.map(({ members, landmark }) => {
    const names = members.map(({ entry }) => entry.subject)
    return `also counted: ${firstAndMore(names)}, since ${sentenceOf(landmark, index)}`
  })
}
