import type { Question } from '../../lab/flips.ts'
import { InputError } from '../../model/diagnostic.ts'
import { formatClock } from '../../model/duration.ts'
import { findRule } from '../../model/rules/index.ts'
import { nearest } from '../../model/scenario/nearest.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { InstanceResult, RunResult, TraceEntry, Verdict } from '../../sim/result.ts'
import { list, plural } from '../wording.ts'
import { chainOf } from './chain.ts'
import { counted, inequalityOf } from './inequality.ts'
import { sentenceOf } from './sentences.ts'
import { type Step, type Tale, taleOf } from './story.ts'
import { type Anchor, anchorOf, NO_ROLLOUT_STARTED } from './targets.ts'
import { labelOf, type TracedRollout, TraceIndex } from './trace-index.ts'

/** What is asked for. Numbers of expectations and rollouts count from 1, as the text of a run does. */
export type WhyTarget =
  | { readonly kind: 'verdict' }
  | { readonly kind: 'expectation'; readonly number: number }
  | { readonly kind: 'rollout'; readonly number: number }
  /** `vmss/3` or the Azure name. */
  | { readonly kind: 'instance'; readonly name: string }
  | { readonly kind: 'entry'; readonly id: number }

/** One answer: a chain of causes as a short story, the end first. */
export interface WhyStory {
  /** Places of the expectations it explains, from 0. */
  readonly expectations: readonly number[]
  /** What came out: `rollouts[0].status == Completed does not hold: it was Faulted`. */
  readonly headline: string
  readonly verdict: Verdict | null
  readonly steps: readonly Step[]
  /** What else there is to know, one sentence each. */
  readonly sayings: readonly string[]
  /** Ids of all entries from the end to the root, those that the steps leave out among them. */
  readonly chain: readonly number[]
  /** The outcome that might have been another one; null: there is none to speak of. */
  readonly question: Question | null
  /** The scale sets whose policy bears on it. */
  readonly scaleSets: readonly string[]
}

/** A rule that a story names. */
export interface WhySource {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly confidence: string
}

export interface Why {
  readonly scenario: string
  readonly seed: number
  readonly traceHash: string
  readonly verdict: Verdict
  readonly stories: readonly WhyStory[]
  /** Rules of all stories, in order of their appearance. */
  readonly sources: readonly WhySource[]
}

/**
 * Why a run came out as it did. Plain data; `why-text.ts` and `why-json.ts` show it, `searchFlips` answers a story's question.
 *
 * @param result of this scenario, with its trace kept
 * @throws InputError E0501 when there is no such expectation, rollout, instance or entry; it names the nearest
 */
export function whyOf(scenario: Scenario, result: RunResult, target: WhyTarget = { kind: 'verdict' }): Why {
  if (result.trace.length === 0) throw new Error('the run was played without keeping its trace')
  const index = new TraceIndex(scenario, result)
  const stories = storiesOf(target, index)
  return {
    scenario: result.scenario,
    seed: result.seed,
    traceHash: result.traceHash,
    verdict: result.verdict,
    stories,
    sources: sourcesOf(stories),
  }
}

function storiesOf(target: WhyTarget, index: TraceIndex): WhyStory[] {
  switch (target.kind) {
    case 'verdict':
      return storiesOfVerdict(index)
    case 'expectation':
      return [storyOfExpectation(placeOf(target.number, index.result.expectations.length, 'expectation') - 1, index)]
    case 'rollout':
      return [storyOfRollout(index.rollouts[placeOf(target.number, index.rollouts.length, 'rollout') - 1]!, index)]
    case 'instance':
      return storiesOfInstance(findInstance(target.name, index), index)
    case 'entry':
      return [storyOfEntry(findEntry(target.id, index), index)]
    default:
      return target satisfies never
  }
}

function refuse(message: string, hint: string): never {
  throw new InputError([{ code: 'E0501', message, hint }])
}

function placeOf(number: number, count: number, noun: string): number {
  if (number >= 1 && number <= count) return number
  const hint =
    count === 0
      ? `leave --${noun} out`
      : count === 1
        ? `write --${noun} 1`
        : `write --${noun} 1 to ${count}; the nearest is ${number < 1 ? 1 : count}`
  return refuse(`there is no ${noun} ${number}: the run has ${count === 0 ? 'none' : count}`, hint)
}

function findInstance(name: string, index: TraceIndex): InstanceResult {
  const { instances } = index.result
  const wanted = name.toLowerCase()
  const found = instances.find((one) => one.name.toLowerCase() === wanted || labelOf(one).toLowerCase() === wanted)
  if (found !== undefined) return found
  const names = instances.flatMap((one) => [labelOf(one), one.name])
  const near = nearest(name, names)
  return refuse(
    `the run has no instance ${name}`,
    near === undefined
      ? `write <scale set>/<number> or the Azure name, for example ${names[0] ?? 'vmss/0'}`
      : `did you mean ${near}?`,
  )
}

function findEntry(id: number, index: TraceIndex): TraceEntry {
  const entry = index.result.trace[id]
  if (entry !== undefined) return entry
  const last = index.result.trace.length - 1
  return refuse(
    `the trace has no entry ${id}: they go from 0 to ${last}`,
    `the nearest is ${id < 0 ? 0 : last}; vmss-twin run --trace trace.jsonl writes them all`,
  )
}

function storiesOfVerdict(index: TraceIndex): WhyStory[] {
  const { expectations } = index.result
  const open = expectations.flatMap(({ verdict }, at) => (verdict === 'pass' ? [] : [at]))
  if (open.length === 0) return [storyOfHolding(index)]
  // What failed comes before what nobody could measure.
  const ordered = [...open].sort(
    (a, b) => Number(expectations[a]!.verdict !== 'fail') - Number(expectations[b]!.verdict !== 'fail') || a - b,
  )
  return together(ordered.map((at) => storyOfExpectation(at, index)))
}

/** Expectations that one and the same chain explains are one story. */
function together(stories: readonly WhyStory[]): WhyStory[] {
  const byChain = new Map<string, WhyStory>()
  for (const story of stories) {
    const key =
      story.chain.length === 0 ? `alone/${story.expectations.join()}` : `${story.verdict}/${story.chain.join()}`
    const known = byChain.get(key)
    byChain.set(
      key,
      known === undefined
        ? story
        : {
            ...known,
            expectations: [...known.expectations, ...story.expectations],
            headline: `${known.headline}; ${story.headline}`,
            sayings: [...new Set([...known.sayings, ...story.sayings])],
          },
    )
  }
  return [...byChain.values()]
}

const NO_TALE: Tale = { steps: [], beside: [], chain: [] }

function storyOfExpectation(at: number, index: TraceIndex): WhyStory {
  const { text, verdict, actual, reason } = index.result.expectations[at]!
  const expectation = index.scenario.expect[at]!
  const anchor = anchorOf(expectation.measure, index)
  const tale = anchor.entry === null ? NO_TALE : taleOf(anchor.entry, index)
  const said =
    verdict === 'undecided'
      ? `${text} is undecided: ${reason ?? 'nothing was measured'}`
      : `${text} ${verdict === 'pass' ? 'holds' : 'does not hold'}: it was ${String(actual)}`
  return {
    expectations: [at],
    headline: said,
    verdict,
    steps: tale.steps,
    sayings: [...tale.beside, ...anchor.sayings, ...halfWaySaying(anchor, tale, index)],
    chain: tale.chain,
    question: { kind: 'expectation', at },
    scaleSets: scaleSetsOf(anchor, index),
  }
}

/** How the rollout ended in the course of which something happened, unless that is what the story begins with. */
function halfWaySaying({ rollout }: Anchor, { chain }: Tale, index: TraceIndex): string[] {
  const traced = rollout === null ? undefined : index.rollouts[rollout]
  return traced === undefined || traced.ended === null || chain.includes(traced.ended.id) ? [] : [endSaying(traced)]
}

/** The set that an anchor is about, or all of them. */
function scaleSetsOf({ rollout, entry }: Pick<Anchor, 'rollout' | 'entry'>, index: TraceIndex): string[] {
  if (rollout !== null) return [index.rollouts[rollout]!.rollout.scaleSet]
  const set = entry === null ? null : index.scaleSetOf(entry.subject)
  return set === null ? index.scenario.scaleSets.map(({ model }) => model.name) : [set]
}

function storyOfRollout(traced: TracedRollout, index: TraceIndex): WhyStory {
  const { rollout, at } = traced
  const entry = traced.ended ?? lastOfRollout(traced, index)
  const tale = entry === null ? NO_TALE : taleOf(entry, index)
  const ended = rollout.endedAtMs === null ? 'was still rolling when the run ended' : `ended ${rollout.status}`
  return {
    expectations: [],
    headline: `rollout ${at + 1} of ${rollout.scaleSet} ${ended}`,
    verdict: null,
    steps: tale.steps,
    sayings: [
      ...tale.beside,
      ...(rollout.errorCode === null ? [] : [`error code ${rollout.errorCode}`]),
      ...closestSaying(traced, tale, index),
    ],
    chain: tale.chain,
    question: { kind: 'rollout', at, scaleSet: rollout.scaleSet },
    scaleSets: [rollout.scaleSet],
  }
}

/** Of a rollout that has not ended: the last thing it did. */
function lastOfRollout({ rollout, started }: TracedRollout, index: TraceIndex): TraceEntry | null {
  return index.latest(rollout.scaleSet, Number.MAX_SAFE_INTEGER, ({ what }) => what.startsWith('rollout.')) ?? started
}

/** How near a rollout that went on came to being stopped. */
function closestSaying({ rollout }: TracedRollout, { steps }: Tale, index: TraceIndex): string[] {
  const { decision } = rollout
  if (decision === null || decision.breached) return []
  const check = index
    .entriesOf(rollout.scaleSet)
    .find((entry) => entry.what === 'rollout.check' && entry.atMs === decision.atMs && entry.rule === decision.rule)
  // Where the last test was the closest, the end of the story says so.
  const isTold = check === undefined || steps[0]?.entries.includes(check.id) === true
  return isTold ? [] : [`the closest call was at ${formatClock(check.atMs)}: ${counted(check, index)}`]
}

/** Everything held, or nothing was expected: what came nearest to harm, and what stopped it. */
function storyOfHolding(index: TraceIndex): WhyStory {
  const { expectations, verdict } = index.result
  const held =
    expectations.length === 0
      ? 'nothing was expected'
      : `${plural(expectations.length, 'expectation')} ${expectations.length === 1 ? 'holds' : 'hold'}`
  const traced = tellingRollout(index)
  if (traced === null) return storyOfNoRollout(held, index)
  const story = storyOfRollout(traced, index)
  const { rollout } = traced
  const { pending } = rollout
  // What stopped the harm is the halt: it kept the change from the rest.
  const stopped = rollout.status === 'Faulted' && pending > 0 ? `, sparing ${pending}` : ''
  const check = rollout.status === 'Completed' ? closestWithSomebody(traced, index) : null
  const tale = check === null ? null : taleOf(check, index)
  return {
    ...story,
    headline: `${held}; ${endSaying(traced, false)}${stopped}`,
    verdict,
    ...(tale === null
      ? {}
      : { steps: tale.steps, chain: tale.chain, sayings: [...tale.beside, endSaying(traced), ...harmSaying(index)] }),
    ...(tale === null ? { sayings: [...harmSaying(index), ...story.sayings, ...others(traced, index)] } : {}),
  }
}

function endSaying({ rollout, at }: TracedRollout, withTime = true): string {
  const when = rollout.endedAtMs === null || !withTime ? '' : ` at ${formatClock(rollout.endedAtMs)}`
  return `rollout ${at + 1} of ${rollout.scaleSet} ${rollout.status}${when}`
}

/** How far harm went, where there was any. */
function harmSaying(index: TraceIndex): readonly string[] {
  if (index.result.measures.blastRadius.instances === 0) return []
  const { sayings } = anchorOf(['blastRadius', 'instances'], index)
  // Of several rollouts the story tells one, and the harm is that of all.
  return index.rollouts.length === 1 ? sayings : sayings.map((saying) => `in the whole run ${saying}`)
}

function others(traced: TracedRollout, index: TraceIndex): string[] {
  const rest = index.rollouts.filter((one) => one !== traced)
  return rest.length === 0 ? [] : [`beside it ${list(rest.map((one) => endSaying(one)))}`]
}

/** The test of a rollout that came nearest to its limit with anybody in its numerator. */
function closestWithSomebody({ rollout, started, ended }: TracedRollout, index: TraceIndex): TraceEntry | null {
  const share = (entry: TraceEntry) => {
    const { count, total, limitPercent } = inequalityOf(entry)
    return count / (total * limitPercent)
  }
  return index
    .entriesOf(rollout.scaleSet)
    .filter(
      (entry) =>
        entry.what === 'rollout.check' &&
        entry.counted !== undefined &&
        entry.id >= (started?.id ?? 0) &&
        entry.id <= (ended?.id ?? entry.id),
    )
    .reduce<TraceEntry | null>((best, entry) => (best === null || share(entry) > share(best) ? entry : best), null)
}

/** The rollout that says most: one that was halted, else the one that came nearest to it. */
function tellingRollout(index: TraceIndex): TracedRollout | null {
  const halted = index.rollouts.find(({ rollout: { status } }) => status === 'Faulted' || status === 'RollingBack')
  if (halted !== undefined) return halted
  const cancelled = index.rollouts.find(({ rollout: { status } }) => status === 'Cancelled')
  if (cancelled !== undefined) return cancelled
  const share = ({ rollout: { decision } }: TracedRollout) =>
    decision === null || decision.total === 0
      ? -1
      : decision.count / (decision.total * Math.max(1, decision.limitPercent))
  return index.rollouts.reduce<TracedRollout | null>(
    (best, one) => (best === null || share(one) > share(best) ? one : best),
    null,
  )
}

/** Without any rollout: what kept instances from serving, else what kept a rollout from starting, else what was expected. */
function storyOfNoRollout(held: string, index: TraceIndex): WhyStory {
  const loss = anchorOf(['availability', 'minServing'], index)
  const obstacle = anchorOf(['rollouts', 0], index)
  const anchor = loss.entry !== null ? loss : obstacle.entry !== null ? obstacle : anchorOfExpected(index)
  const tale = anchor.entry === null ? NO_TALE : taleOf(anchor.entry, index)
  return {
    expectations: [],
    headline: `${held}; ${NO_ROLLOUT_STARTED}`,
    verdict: index.result.verdict,
    steps: tale.steps,
    sayings: [...tale.beside, ...anchor.sayings].filter((saying) => saying !== NO_ROLLOUT_STARTED),
    chain: tale.chain,
    question: index.result.expectations.length === 0 ? null : { kind: 'verdict' },
    scaleSets: index.scenario.scaleSets.map(({ model }) => model.name),
  }
}

/** Nothing was lost and nothing refused: the first expectation that something in the trace or a finding stands for. */
function anchorOfExpected(index: TraceIndex): Anchor {
  const anchors = index.scenario.expect.map(({ measure }, at) => {
    const { text, actual } = index.result.expectations[at]!
    const anchor = anchorOf(measure, index)
    const isFound = measure[0] === 'findings' && Number(actual) > 0
    return { anchor: { ...anchor, sayings: [`${text} holds: it was ${String(actual)}`, ...anchor.sayings] }, isFound }
  })
  const found =
    anchors.find(({ isFound }) => isFound) ??
    anchors.find(({ anchor: { entry } }) => entry !== null && entry.what !== 'run.started')
  return found?.anchor ?? { entry: null, sayings: ['no capacity was lost, and nothing was refused'], rollout: null }
}

/** Entries that say what became of an instance: what hurt it, and what took it away. */
const HURT = ['instance.harmed', 'instance.noMachine', 'instance.provisioningFailed']
const GONE = ['spot.evicted', 'instance.deleting']
const DOWN = [
  'instance.notServing',
  'instance.updating',
  'instance.stopping',
  'instance.hung',
  'instance.broken',
  'host.failed',
]

function storiesOfInstance(instance: InstanceResult, index: TraceIndex): WhyStory[] {
  const label = labelOf(instance)
  const entries = index.entriesOf(label)
  const hurt = entries.find(({ what }) => HURT.includes(what))
  const gone = entries.findLast(({ what }) => GONE.includes(what))
  const unhealthy = entries.find(({ what, numbers }) => what === 'health.changed' && numbers['to'] === 'Unhealthy')
  const told = [hurt, gone].filter((entry) => entry !== undefined)
  const down = entries.filter(({ what }) => DOWN.includes(what))
  const chosen = told.length > 0 ? told : [unhealthy ?? down.at(-1)].filter((entry) => entry !== undefined)
  const question = { kind: 'instance', scaleSet: instance.scaleSet, number: instance.number } as const
  if (chosen.length === 0) {
    const since = instance.createdAtMs <= 0 ? 'the start' : formatClock(instance.createdAtMs)
    return [
      storyOfLine(`${label} (${instance.name}) served from ${since} and was never down`, question, instance.scaleSet),
    ]
  }
  return chosen.map((entry) => {
    const tale = taleOf(entry, index)
    return {
      expectations: [],
      headline: `${label} (${instance.name}) ${fateOf(entry)} at ${formatClock(entry.atMs)}`,
      verdict: null,
      steps: tale.steps,
      sayings: [...tale.beside, ...outcomeSaying(instance, entry, index)],
      chain: tale.chain,
      question: entry.what === 'instance.harmed' ? question : null,
      scaleSets: [instance.scaleSet],
    }
  })
}

const FATES: Readonly<Record<string, string>> = {
  'instance.harmed': 'harmed',
  'instance.noMachine': 'without a machine',
  'instance.provisioningFailed': 'not provisioned',
  'spot.evicted': 'evicted',
  'instance.deleting': 'deleted',
  'instance.updating': 'changed',
  'instance.stopping': 'stopped',
  'instance.hung': 'hung',
  'instance.broken': 'broken',
  'host.failed': 'without a host',
  'instance.notServing': 'not serving',
  'health.changed': 'Unhealthy',
}
const fateOf = ({ what }: TraceEntry): string => FATES[what] ?? 'down'

/** How long the harm lasted. */
function outcomeSaying(instance: InstanceResult, from: TraceEntry, index: TraceIndex): string[] {
  if (from.what !== 'instance.harmed') return []
  const end = index.entriesOf(labelOf(instance)).find(({ id, what }) => id > from.id && what === 'instance.unharmed')
  return [end === undefined ? 'it was harmed to the end of the run' : `it was harmed until ${formatClock(end.atMs)}`]
}

function storyOfLine(headline: string, question: Question | null, scaleSet: string): WhyStory {
  return {
    expectations: [],
    headline,
    verdict: null,
    steps: [],
    sayings: [],
    chain: [],
    question,
    scaleSets: [scaleSet],
  }
}

/** The whole chain, an entry a step: whoever asks for one entry wants to see it all. */
function storyOfEntry(entry: TraceEntry, index: TraceIndex): WhyStory {
  const links = chainOf(entry, index)
  return {
    expectations: [],
    headline: `trace entry ${entry.id}, ${entry.what}`,
    verdict: null,
    steps: links.map((link) => entryStep(link.entry, index)),
    sayings: [],
    chain: links.map((link) => link.entry.id),
    question: null,
    scaleSets: [],
  }
}

function entryStep(entry: TraceEntry, index: TraceIndex): Step {
  const instance = index.instanceAt(entry.subject)
  return {
    entries: [entry.id],
    atMs: entry.atMs,
    subject: entry.subject,
    text: sentenceOf(entry, index),
    rules: entry.rule === null ? [] : [entry.rule],
    ...(entry.what === 'rollout.check' ? { inequality: inequalityOf(entry) } : {}),
    ...(instance === undefined ? {} : { instances: [instance.name] }),
    weight: 2,
  }
}

function sourcesOf(stories: readonly WhyStory[]): WhySource[] {
  const ids = new Set(stories.flatMap(({ steps }) => steps.flatMap(({ rules }) => rules)))
  return [...ids].flatMap((id) => {
    const rule = findRule(id)
    return rule === undefined ? [] : [{ id, title: rule.title, source: rule.source, confidence: rule.confidence }]
  })
}
