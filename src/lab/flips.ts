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

/** One value that is another one than declared. */
export interface Change {
  readonly field: Pick<FlipField, 'name' | 'scaleSet' | 'path' | 'rule'>
  readonly from: PolicyValue
  readonly to: PolicyValue
  /** The value next to `to` on the way from what is declared that still gives the old outcome; null: that is the declared one, or a word. */
  readonly stillHolds: PolicyValue | null
  /** What `--set` takes: `azure.scaleSets.…=40`. */
  readonly set: string
}

/** A change of one value, the smallest in its direction that was found, that gives another outcome. It was played. */
export interface Flip extends Change {
  /** What has to change along with it; mostly nothing. */
  readonly also: readonly Change[]
  readonly before: string
  readonly after: string
}

/** Everything that `--set` has to take for a flip. */
export const assignmentsOf = ({ set, also }: Flip): string[] => [set, ...also.map((change) => change.set)]

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
    /** Words that the service would refuse, none of which was played. */
    readonly refused: readonly PolicyValue[]
  }[]
  /** Runs that were played; what the service would refuse is none. */
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
  /** Outcome with these assignments; null: the service would refuse them. */
  readonly outcome: (...assignments: string[]) => string | null
  readonly before: string
  /** Shares that the tests which decided the rollouts of a set saw, as limits in percent at which they turn. */
  readonly turns: (scaleSet: string, name: string) => readonly number[]
}

/**
 * Looks for what would have given another outcome: one field at a time is moved away from its declared value, up and down in
 * growing steps to the bounds that are documented, and where the outcome changes the border is found by halves. A threshold is
 * also tried right where the test that decided the rollout would have turned. Every flip was played, and so was its neighbour
 * that does not flip. An outcome that changes and changes back between two steps may be missed.
 *
 * A rollout that is halted by another test has ended as it did before: where no single value does more than that, both
 * thresholds of its set are moved together.
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
  const declared = simulate(scenario)
  const play: Play = {
    before: outcomeOf(question, declared),
    outcome: (...assignments) => {
      const key = assignments.join('\n')
      const before = known.get(key)
      if (before !== undefined) return before
      const outcome = playedOutcome(question, source, scenario.seed, [...set, ...assignments])
      if (outcome !== null) plays++
      known.set(key, outcome)
      return outcome
    },
    turns: (scaleSet, name) => turnsOf(declared, scaleSet, name),
  }
  const found: Found[number][] = []
  const tried: FlipSearch['tried'][number][] = []
  const fields = flipFields(scenario, scaleSets)
  const total = fields.length
  /** Goes on with one part of the search; false: it was stopped, and what that part found is lost. */
  function* runPart(part: Generator<void, Found>): Generator<FlipProgress, boolean, boolean | undefined> {
    for (let next = part.next(); ; next = part.next()) {
      if (next.done === true) {
        found.push(...next.value)
        return true
      }
      const isStopped = (yield { plays, done: tried.length, total }) === true
      if (isStopped || plays >= playsMax) return false
    }
  }
  let isComplete = true
  for (const field of fields) {
    isComplete = yield* runPart(field.range.kind === 'words' ? searchWords(field, play) : searchSteps(field, play))
    if (!isComplete) break
    const refused =
      field.range.kind === 'words'
        ? field.range.others.filter((to) => play.outcome(assignmentOf(field, to)) === null)
        : []
    tried.push({ name: field.name, scaleSet: field.scaleSet, ...boundsOf(field), refused })
  }
  // Another probe or another mode is no answer to somebody who asks for the thresholds.
  const hasOtherEnd = () => found.some(({ flip, distance }) => isOtherEnd(play, flip.after) && distance < WORD_DISTANCE)
  for (const scaleSet of scaleSets) {
    if (!isComplete || hasOtherEnd()) break
    isComplete = yield* runPart(
      searchBothThresholds(
        fields.filter((field) => field.scaleSet === scaleSet),
        play,
      ),
    )
  }
  const rank = ({ flip, distance }: Found[number]) => (isOtherEnd(play, flip.after) ? 0 : FAR) + distance
  found.sort((a, b) => rank(a) - rank(b))
  return { question, flips: found.map(({ flip }) => flip), tried, plays, isComplete }
}

/** Farther than any value: another error code alone comes behind whatever ends otherwise. */
const FAR = 1000

/** The tests that a threshold decides. TH-8 is TH-5 at a limit of 0. */
const DECIDES: Readonly<Record<string, readonly string[]>> = {
  maxUnhealthyUpgradedInstancePercent: ['TH-5', 'TH-8'],
  maxUnhealthyInstancePercent: ['TH-1', 'TH-3'],
}

/** Smallest limit that lets a test pass, and the largest that does not: 6 of 30 -> 20 and 19; 1 of 3 -> 34 and 33. TH-4. */
function turnsOf({ rollouts }: RunResult, scaleSet: string, name: string): number[] {
  const rules = DECIDES[name] ?? []
  return rollouts.flatMap(({ scaleSet: of, decision }) => {
    if (of !== scaleSet || decision === null || !rules.includes(decision.rule) || decision.total === 0) return []
    const passes = Math.ceil((decision.count * 100) / decision.total)
    return [passes, passes - 1]
  })
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

/** The end of a rollout without its error code: `Faulted, MaxUnhealthy…` -> `Faulted`. */
const endOf = (outcome: string): string => outcome.split(', ')[0]!

/** A flip that is more than another reason for the same end: a rollout that another test halts was halted all the same. */
const isOtherEnd = (play: Play, outcome: string | null): outcome is string =>
  isFlip(play, outcome) && endOf(outcome) !== endOf(play.before)

function changeOf(field: FlipField, to: PolicyValue, stillHolds: PolicyValue | null): Change {
  const { name, scaleSet, path, rule, declared } = field
  return { field: { name, scaleSet, path, rule }, from: declared, to, stillHolds, set: assignmentOf(field, to) }
}

function flipOf(field: FlipField, play: Play, to: PolicyValue, stillHolds: PolicyValue | null, after: string): Flip {
  return { ...changeOf(field, to, stillHolds), also: [], before: play.before, after }
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
  const found: Found[number][] = []
  for (const direction of [1, -1] as const) {
    // What is played once is known: the second look costs little, and finds what is nearer and changes less.
    const far = yield* searchDirection(field, play, direction, (outcome) => isOtherEnd(play, outcome))
    const near = yield* searchDirection(field, play, direction, (outcome) => isFlip(play, outcome))
    if (near !== null && near.flip.set !== far?.flip.set) found.push(near)
    if (far !== null) found.push(far)
  }
  return found
}

/** The nearest value in one direction that gives what is wanted. */
function* searchDirection(
  field: FlipField,
  play: Play,
  direction: 1 | -1,
  isWanted: (outcome: string | null) => boolean,
): Generator<void, Found[number] | null> {
  const { range } = field
  if (range.kind !== 'steps') return null
  const outcomeAt: OutcomeAt = (value) => play.outcome(assignmentOf(field, range.write(value)))
  const end = direction === 1 ? range.max : range.min
  let near = range.at
  for (const far of stations(range.at, end, direction, play.turns(field.scaleSet, field.name))) {
    const reached = yield* acceptedUpTo(outcomeAt, near, far)
    if (reached === near) return null
    if (isWanted(outcomeAt(reached))) {
      const border = yield* bisect(outcomeAt, isWanted, near, reached)
      const isNeighbour = border.near !== range.at && outcomeAt(border.near) === play.before
      const stillHolds = isNeighbour ? range.write(border.near) : null
      return {
        flip: flipOf(field, play, range.write(border.far), stillHolds, outcomeAt(border.far)!),
        distance: Math.abs(border.far - range.at) / range.scale,
      }
    }
    if (reached !== far) return null
    near = far
  }
  return null
}

/**
 * Both thresholds of a set at once: as far up as they go, then each as far back as the outcome allows. The one of the upgraded
 * instances first, because it is tested first (TH-10).
 */
function* searchBothThresholds(fields: readonly FlipField[], play: Play): Generator<void, Found> {
  const [upgraded, all] = Object.keys(DECIDES).map((wanted) => fields.find(({ name }) => name === wanted))
  if (upgraded?.range.kind !== 'steps' || all?.range.kind !== 'steps') return []
  const [ofUpgraded, ofAll] = [upgraded.range, all.range]
  const outcomeAt = (a: number, b: number) =>
    play.outcome(assignmentOf(upgraded, ofUpgraded.write(a)), assignmentOf(all, ofAll.write(b)))
  const isWanted = (outcome: string | null) => isOtherEnd(play, outcome)
  const isThere = isWanted(outcomeAt(ofUpgraded.max, ofAll.max))
  yield
  if (!isThere) return []
  const first = yield* bisect((value) => outcomeAt(value, ofAll.max), isWanted, ofUpgraded.at, ofUpgraded.max)
  const second = yield* bisect((value) => outcomeAt(first.far, value), isWanted, ofAll.at, ofAll.max)
  const flip = flipOf(upgraded, play, ofUpgraded.write(first.far), null, outcomeAt(first.far, second.far)!)
  const also = changeOf(all, ofAll.write(second.far), null)
  const distance = (first.far - ofUpgraded.at) / ofUpgraded.scale + (second.far - ofAll.at) / ofAll.scale
  return [{ flip: { ...flip, also: [also] }, distance }]
}

/** Where to look on the way to the bound: growing steps, and the given places. */
function stations(at: number, end: number, direction: 1 | -1, places: readonly number[]): number[] {
  const isOnTheWay = (value: number) => (value - at) * direction > 0 && (end - value) * direction >= 0
  const all = new Set([...rungs(at, end, direction), ...places.filter(isOnTheWay)])
  return [...all].sort((a, b) => (a - b) * direction)
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
