import type { TraceEntry } from '../../sim/result.ts'
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
  /** How much of the story would be lost without it, from 1. */
  readonly weight: 1 | 2 | 3
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

/** The breached test that a step is about. */
function checkOf(links: readonly Link[], at: number): TraceEntry | null {
  const { entry } = links[at]!
  const check = entry.what === 'rollout.ended' ? links[at + 1]?.entry : entry
  return check?.what === 'rollout.check' && check.counted !== undefined ? check : null
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
        ...plain(entry, counted(entry, index), index, 3),
        rules: rulesOf(entry),
        inequality: inequalityOf(entry),
      }
    case 'health.changed':
      return healthStep([entry], index)
    case 'defect.active':
    case 'instance.harmed':
      return defectStep(entry, index)
    case 'instance.updating':
      return updateStep(entry, links[at + 1]?.entry, index)
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
  'model.updated': 3,
  'osUpgrade.found': 3,
  'dependency.failed': 3,
  'zone.failed': 3,
  'run.started': 1,
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
      return links[at - 1]?.entry.what === 'instance.updating' || next?.what === 'rollout.started'
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
  const number = traced === null ? '' : ` ${traced.at + 1}`
  const batches = traced?.rollout.batches.length ?? 0
  const when = batches === 0 ? 'before its first batch' : `after ${plural(batches, 'batch', 'batches')}`
  const head = `rollout${number} of ${entry.subject} ended ${String(entry.numbers['status'])} ${when}`
  if (before?.what !== 'rollout.check') return plain(entry, head, index, 3)
  const inequality = inequalityOf(before)
  return {
    ...plain(
      entry,
      `${head}${inequality.breached ? ' because ' : ', the last test being '}${counted(before, index)}`,
      index,
      3,
    ),
    entries: [entry.id, before.id],
    rules: [...new Set([...rulesOf(before), ...rulesOf(entry)])],
    inequality,
  }
}

/** Those that a test counted for its main reason. */
function countedStep(check: TraceEntry, index: TraceIndex): Step {
  const [group] = countedGroups(check, index)
  const { members } = group!
  const entries = members.map(({ entry }) => entry)
  const [first] = entries
  if (first!.what === 'health.changed') return { ...healthStep(entries, index), weight: 3 }
  const names = entries.map(({ subject }) => index.nameOf(subject))
  const base = {
    ...plain(first!, sentenceOf(first!, index), index, 3),
    entries: entries.map(({ id }) => id),
    instances: names,
  }
  if (first!.what !== 'rollout.instanceFailed')
    return names.length === 1 ? base : { ...base, text: `${base.text}; ${names.length - 1} more alike` }
  const { as } = members[0]!.instance
  const waitedMs = Number(first!.numbers['waitedMs'])
  const wait = waitedMs > 0 ? ` ${span(waitedMs)} after it was provisioned` : ''
  const failed = `${firstAndMore(names)} failed: ${String(first!.numbers['reason'])}${names.length === 1 ? wait : waitedMs > 0 ? `, the first ${span(waitedMs)} after it was provisioned` : ''}`
  if (as === 'restored')
    return {
      ...base,
      text: `${failed}; its former disk is back and counts as failed`,
      rules: [...base.rules, 'AO-14', 'AO-15'],
    }
  return as === 'surgeFailed'
    ? { ...base, text: `${failed}; the new instance is gone and counts as failed`, rules: [...base.rules, 'MS-8'] }
    : { ...base, text: failed }
}

function healthStep(entries: readonly TraceEntry[], index: TraceIndex): Step {
  const first = entries[0]!
  const names = entries.map(({ subject }) => index.nameOf(subject))
  const seen = probeSight(first, index)
  const to = String(first.numbers['to'])
  const text =
    seen === null
      ? names.length === 1
        ? sentenceOf(first, index)
        : `${firstAndMore(names)}: ${to === 'None' ? 'no health signal' : to}`
      : `${firstAndMore(names)} ${to}: ${seen}`
  return { ...plain(first, text, index, 3), entries: entries.map(({ id }) => id), instances: names }
}

function defectStep(entry: TraceEntry, index: TraceIndex): Step {
  const broken = brokenText(brokenBy(entry, index.scenario))
  const text =
    broken === null || entry.numbers['defect'] === ''
      ? sentenceOf(entry, index)
      : `${broken}: ${String(entry.numbers['defect'])} (${String(entry.numbers['of'])})`
  return plain(entry, text, index, 3)
}

/** What an upgrade gave an instance, and in which batch. */
function updateStep(entry: TraceEntry, before: TraceEntry | undefined, index: TraceIndex): Step {
  const image = index.latest(
    entry.subject,
    Number.MAX_SAFE_INTEGER,
    ({ id, what }) => what === 'instance.image' && id > entry.id && id <= entry.id + IMAGE_WITHIN,
  )
  const given = image === null ? '' : ` from ${String(image.numbers['image'])}`
  if (before?.what !== 'rollout.batchStarted')
    return { ...plain(entry, `${sentenceOf(entry, index)}${given}`, index, 2) }
  const rollout = index.rolloutAt(before)?.rollout
  const { batch, size, cap } = before.numbers
  const what = given === '' ? (rollout?.target ?? 'the new model') : String(image!.numbers['image'])
  const of = rollout === undefined ? '' : ` of ${before.subject}`
  return {
    ...plain(
      entry,
      `batch ${Number(batch) + 1}${of} gave ${plural(Number(size), 'instance')} (at most ${String(cap)}) ${what}`,
      index,
      3,
    ),
    entries: [entry.id, before.id],
    rules: rulesOf(before),
  }
}

/** The image of a new disk is recorded right behind what asks for it. */
const IMAGE_WITHIN = 3

function besides(groups: readonly CountedGroup[], index: TraceIndex): string[] {
  return groups.map(({ members, landmark }) => {
    const names = members.map(({ entry }) => index.nameOf(entry.subject))
    return `also counted: ${firstAndMore(names)}, since ${sentenceOf(landmark, index)}`
  })
}

export type { Link }
