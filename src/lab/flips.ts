import { InputError } from '../model/diagnostic.ts'
import type { Scenario } from '../model/scenario.ts'
import type { RunResult } from '../sim/result.ts'
import { simulate } from '../sim/simulate.ts'
import { type FlipField, flipFields } from './flip-fields.ts'
import type { PolicyValue } from './policy-space.ts'
import { loadVariant, type ScenarioSource } from './variant.ts'

/** An outcome of a run that might have been another one. */
export type Question =
  | { readonly kind: 'verdict' }
  /** Its place in `expect`, from 0. */
  | { readonly kind: 'expectation'; readonly at: number }
  /** Its place in `rollouts`, from 0: its status and error code. */
  | { readonly kind: 'rollout'; readonly at: number; readonly scaleSet: string }
  /** Whether it was harmed; `vmss/3`. */
  | { readonly kind: 'instance'; readonly scaleSet: string; readonly number: number }

/** A change of one value, the smallest in its direction that was found, that gives another outcome. */
export interface Flip {
  readonly field: Pick<FlipField, 'name' | 'scaleSet' | 'path' | 'rule'>
  readonly from: PolicyValue
  readonly to: PolicyValue
  /** The value next to `to` on the way from what is declared that still gives the old outcome; null: that is the declared one, or a word. */
  readonly stillHolds: PolicyValue | null
  /** What `--set` takes: `azure.scaleSets.…=40`. It was played. */
  readonly set: string
  readonly before: string
  readonly after: string
}

export interface FlipSearch {
  readonly question: Question
  /** Nearest first; empty: nothing within the bounds that was tried gives another outcome. */
  readonly flips: readonly Flip[]
  /** Fields that were tried, each within the bounds its rule documents. */
  readonly tried: readonly {
    readonly name: string
    readonly scaleSet: string
    readonly from: PolicyValue
    readonly to: PolicyValue
  }[]
  readonly plays: number
  /** False: stopped before everything was tried. */
  readonly isComplete: boolean
}

/** How far a search is: fields that are done, of so many. */
export interface FlipProgress {
  readonly plays: number
  readonly done: number
  readonly total: number
}

/** More plays than these are not worth the wait for a hint. */
export const FLIP_PLAYS_MAX = 240

/** The outcome in words, which are equal when it is. */
export function outcomeOf(question: Question, result: RunResult): string {
  switch (question.kind) {
    case 'verdict': {
      const failed = result.expectations.find(({ verdict }) => verdict === 'fail')
      return failed === undefined ? result.verdict : `fail, ${failed.text}`
    }
    case 'expectation':
      return result.expectations[question.at]?.verdict ?? 'undecided'
    case 'rollout': {
      const rollout = result.rollouts[question.at]
      if (rollout === undefined || rollout.scaleSet !== question.scaleSet) return `${MISSING} rollout`
      return rollout.errorCode === null ? rollout.status : `${rollout.status}, ${rollout.errorCode}`
    }
    case 'instance': {
      const { scaleSet, number } = question
      const found = result.instances.find((one) => one.scaleSet === scaleSet && one.number === number)
      return found === undefined ? `${MISSING} instance` : found.harmed ? 'harmed' : 'not harmed'
    }
    default:
      return question satisfies never
  }
}

interface Play {
  /** Outcome with this assignment; null: the service would refuse it, or the run would not end. */
  readonly outcome: (assignment: string) => string | null
  readonly before: string
}

/**
 * Looks for what would have given another outcome: one field at a time is moved away from its declared value, up and down in
 * growing steps to the bounds that are documented, and where the outcome changes the border is found by halves. Every flip
 * was played, and so was its neighbour that does not flip. An outcome that changes and changes back between two steps may be
 * missed.
 *
 * A generator, so that whoever calls can show progress, breathe and stop: each `yield` is one play, `return` is the result.
 *
 * @param set assignments that the scenario was loaded with; the seed is the scenario's
 */
export function* searchFlips(
  question: Question,
  source: ScenarioSource,
  scenario: Scenario,
  set: readonly string[],
  options: { readonly scaleSets: readonly string[]; readonly playsMax?: number },
): Generator<FlipProgress, FlipSearch, boolean | undefined> {
  const { playsMax = FLIP_PLAYS_MAX, scaleSets } = options
  let plays = 0
  const known = new Map<string, string | null>()
  const play: Play = {
    before: outcomeOf(question, simulate(scenario)),
    outcome: (assignment) => {
      const before = known.get(assignment)
      if (before !== undefined) return before
      plays++
      const outcome = playedOutcome(question, source, scenario.seed, [...set, assignment])
      known.set(assignment, outcome)
      return outcome
    },
  }
  const flips: { readonly flip: Flip; readonly distance: number }[] = []
  const tried: FlipSearch['tried'][number][] = []
  let isComplete = true
  const fields = flipFields(scenario, scaleSets)
  for (const field of fields) {
    const search = field.range.kind === 'words' ? searchWords(field, play) : searchSteps(field, play)
    for (let next = search.next(); ; next = search.next()) {
      if (next.done === true) {
        flips.push(...next.value)
        break
      }
      const isStopped = (yield { plays, done: tried.length, total: fields.length }) === true
      if (!isStopped && plays < playsMax) continue
      isComplete = false
      break
    }
    if (!isComplete) break
    tried.push({ name: field.name, scaleSet: field.scaleSet, ...boundsOf(field) })
  }
  flips.sort((a, b) => a.distance - b.distance)
  return { question, flips: flips.map(({ flip }) => flip), tried, plays, isComplete }
}

/** The whole search at once. */
export function findFlips(...args: Parameters<typeof searchFlips>): FlipSearch {
  const search = searchFlips(...args)
  for (;;) {
    const next = search.next()
    if (next.done === true) return next.value
  }
}

function playedOutcome(
  question: Question,
  source: ScenarioSource,
  seed: number,
  set: readonly string[],
): string | null {
  let scenario: Scenario
  try {
    scenario = loadVariant({ source, set })
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
  return outcomeOf(question, simulate(scenario, { seed }))
}

function boundsOf({ range, declared }: FlipField): { from: PolicyValue; to: PolicyValue } {
  if (range.kind === 'steps') return { from: range.write(range.min), to: range.write(range.max) }
  return { from: declared, to: range.others.join(' or ') }
}

type Found = readonly { readonly flip: Flip; readonly distance: number }[]
/** A flag or another word is another policy; a threshold or a pause that does it is always nearer. */
const WORD_DISTANCE = 10

const assignmentOf = (field: FlipField, value: PolicyValue): string => `${field.path}=${value}`

/**
 * Another outcome that answers the question: what failed passes, what held fails, a rollout that is there ends otherwise. One
 * that has merely not ended when the run does, and a measure without a sample, are no outcome.
 */
function isFlip({ before }: Play, outcome: string | null): outcome is string {
  if (outcome === null || outcome === before || outcome.startsWith(MISSING)) return false
  if (outcome === 'undecided' || outcome === 'RollingForward') return false
  return before !== 'undecided' || outcome === 'pass'
}

const MISSING = 'no such'

function flipOf(field: FlipField, play: Play, to: PolicyValue, stillHolds: PolicyValue | null, after: string): Flip {
  const { name, scaleSet, path, rule, declared } = field
  return {
    field: { name, scaleSet, path, rule },
    from: declared,
    to,
    stillHolds,
    set: assignmentOf(field, to),
    before: play.before,
    after,
  }
}

function* searchWords(field: FlipField, play: Play): Generator<void, Found> {
  const found: Found[number][] = []
  if (field.range.kind !== 'words') return found
  for (const other of field.range.others) {
    const outcome = play.outcome(assignmentOf(field, other))
    yield
    if (isFlip(play, outcome)) found.push({ flip: flipOf(field, play, other, null, outcome), distance: WORD_DISTANCE })
  }
  return found
}

function* searchSteps(field: FlipField, play: Play): Generator<void, Found> {
  const { range } = field
  const found: Found[number][] = []
  if (range.kind !== 'steps') return found
  const outcomeAt: OutcomeAt = (value) => play.outcome(assignmentOf(field, range.write(value)))
  for (const direction of [1, -1] as const) {
    const end = direction === 1 ? range.max : range.min
    let near = range.at
    for (const far of rungs(range.at, end, direction)) {
      const reached = yield* acceptedUpTo(outcomeAt, near, far)
      if (reached === near) break
      if (!isFlip(play, outcomeAt(reached))) {
        if (reached !== far) break
        near = far
        continue
      }
      const border = yield* bisect(outcomeAt, (outcome) => isFlip(play, outcome), near, reached)
      const isNeighbour = border.near !== range.at && outcomeAt(border.near) === play.before
      found.push({
        flip: flipOf(
          field,
          play,
          range.write(border.far),
          isNeighbour ? range.write(border.near) : null,
          outcomeAt(border.far)!,
        ),
        distance: Math.abs(border.far - range.at) / range.scale,
      })
      break
    }
  }
  return found
}

/** 1, 4, 16, 64 … steps away, and the bound itself. */
function* rungs(at: number, end: number, direction: 1 | -1): Generator<number> {
  for (let distance = 1; ; distance *= 4) {
    const value = at + direction * distance
    const isBeyond = direction === 1 ? value >= end : value <= end
    if (isBeyond) {
      if (at !== end) yield end
      return
    }
    yield value
  }
}

type OutcomeAt = (value: number) => string | null

/** `far`, or where the service refuses it the last value before it that it takes; `near` is taken. */
function* acceptedUpTo(outcomeAt: OutcomeAt, near: number, far: number): Generator<void, number> {
  const isFarTaken = outcomeAt(far) !== null
  yield
  if (isFarTaken) return far
  return (yield* bisect(outcomeAt, (outcome) => outcome === null, near, far)).near
}

/** `near` is not what is looked for and `far` is: two neighbours of which the same is true. */
function* bisect(
  outcomeAt: OutcomeAt,
  isFound: (outcome: string | null) => boolean,
  near: number,
  far: number,
): Generator<void, { readonly near: number; readonly far: number }> {
  let [low, high] = [near, far]
  while (Math.abs(high - low) > 1) {
    const middle = Math.trunc((low + high) / 2)
    const outcome = outcomeAt(middle)
    yield
    if (isFound(outcome)) high = middle
    else low = middle
  }
  return { near: low, far: high }
}
