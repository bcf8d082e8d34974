import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import type { Scenario } from '../model/scenario.ts'
import { simulate } from '../sim/simulate.ts'
import { type SeedRange, shardOf } from './campaign.ts'
import { judge } from './judge.ts'
import { comparable, type ObjectiveDefinition, ObjectiveReader, type Objectives, objectivesOf } from './objectives.ts'
import { rankOf } from './pareto.ts'
import {
  assignmentsOf,
  declaredPolicy,
  gridOf,
  keyOf,
  neighboursOf,
  type PolicySpace,
  type PolicyValues,
  policySpaceOf,
  sizeOf,
  spreadOf,
} from './policy-space.ts'
import { deliveringOf, frontPolicies, type Reason, reasonsOf, recommend } from './recommend.ts'
import type { Runner } from './runner.ts'
import type { Sample } from './sample.ts'
import { imageWorlds, noiseWorld, type TuningWorld } from './tuning-worlds.ts'
import { loadVariant, type ScenarioSource } from './variant.ts'

/** A policy with everything that its runs say. */
export interface PlayedPolicy {
  readonly values: PolicyValues
  /** What `--set` needs to get there; empty: the declared policy. */
  readonly set: readonly string[]
  /** Fields that differ from the declaration. */
  readonly changes: number
  readonly objectives: Objectives
  /** The objectives as what is compared, in the order of the definitions. */
  readonly point: readonly number[]
  /** Share of good images that reached the whole fleet. */
  readonly completed: number
  /** Expectations of the scenario that did not hold with it. */
  readonly failed: readonly string[]
  /** Those of them that set a bound (`<=` and the like); an equality tells what happens under the declared policy. */
  readonly unmet: readonly string[]
  /** Runs in each world. */
  readonly runs: number
}

export interface TuneRound {
  readonly policies: number
  /** Runs of each policy in each world, those of the rounds before among them. */
  readonly runs: number
}

export interface TuneReport {
  readonly scenario: Scenario
  readonly source: ScenarioSource
  readonly seeds: SeedRange
  readonly space: PolicySpace
  readonly spaceSize: number
  readonly worlds: readonly TuningWorld[]
  readonly definitions: readonly ObjectiveDefinition[]
  readonly rounds: readonly TuneRound[]
  /** Policies the service would refuse, by the first reason. */
  readonly refused: readonly { readonly reason: string; readonly policies: number }[]
  /** Policies that were played at all. */
  readonly played: number
  /** Played besides the rounds: what lies around the recommendation. */
  readonly refined: number
  readonly totalRuns: number
  readonly declared: PlayedPolicy | null
  /**
   * Those that none dominates, by the first objective; of several with the same outcome the one with the fewest changes.
   * Policies under which a good image does not reach the fleet are none, unless all are such.
   */
  readonly front: readonly FrontPolicy[]
  /** Policies under which too few good images reach the whole fleet within the run. */
  readonly stuck: number
  readonly recommended: PlayedPolicy
  readonly reasons: readonly Reason[]
  readonly isComplete: boolean
}

export interface FrontPolicy extends PlayedPolicy {
  /** Further policies with the very same outcome. */
  readonly twins: number
}

export interface TuneOptions {
  /** Runs of a policy in each world in the last round. */
  readonly runs: number
  /** Policies to begin with; a smaller space is played whole. */
  readonly policies: number
  /** Of the blast radius, 0 to 1. */
  readonly quantile: number
  /** How many policies stay to the last round at least. Default 16: enough for a front to choose from. */
  readonly finalists?: number
  readonly onProgress?: (done: number, total: number) => void
  readonly isInterrupted?: () => boolean
}

/** A policy on its way through the rounds. */
interface Candidate {
  readonly values: PolicyValues
  readonly set: readonly string[]
  readonly samples: Map<string, Sample[]>
}

/** Half of the policies go on to the next round, which has twice the runs. */
const HALVING = 2
const FIRST_ROUND_SHARE = 8
const FINALISTS = 16
/** Times the recommendation is tried against what lies around it. */
const REFINEMENTS = 4

/**
 * Searches the policies of a scenario. Every policy meets the same worlds and seeds, so that differences are the policy's.
 * All begin with few runs; those that others dominate drop out, and the rest are played with twice as many (successive
 * halving, Jamieson and Talwalkar 2016, ranked as NSGA-II does). At last the recommendation is tried against its neighbours.
 * The result is the same whatever the runner. Null: interrupted before any policy had met every world.
 *
 * @throws InputError when there is nothing to tune
 */
export async function tune(
  source: ScenarioSource,
  scenario: Scenario,
  set: readonly string[],
  runner: Runner,
  options: TuneOptions,
): Promise<TuneReport | null> {
  const space = policySpaceOf(source, set, scenario)
  if (space.fields.length === 0)
    throw nothingToTune(
      source,
      'E0191',
      'no scale set upgrades in batches, and vary names no field of a policy',
      'set upgradePolicy.mode to Rolling, or add a path below upgradePolicy to vary',
    )
  const worlds = worldsOf(source, scenario, set)
  return new Search({ source, scenario, set, runner, options }, space, worlds).run()
}

interface Given {
  readonly source: ScenarioSource
  readonly scenario: Scenario
  readonly set: readonly string[]
  readonly runner: Runner
  readonly options: TuneOptions
}

function nothingToTune(source: ScenarioSource, code: Diagnostic['code'], message: string, hint: string): InputError {
  return new InputError([{ code, message, place: { file: source.file, line: 1, column: 1 }, hint }])
}

/** The worlds of the images, and noise while the declared policy would be rolling out. */
function worldsOf(source: ScenarioSource, scenario: Scenario, set: readonly string[]): TuningWorld[] {
  const images = imageWorlds(source, scenario)
  const good = images[0]!
  const pilot = simulate(loadVariant({ source, set: [...set, ...good.set] }), { seed: scenario.seed })
  if (pilot.rollouts.length === 0)
    throw nothingToTune(
      source,
      'E0192',
      'nothing is rolled out in this scenario, so no policy makes a difference',
      'let the timeline bring a new image or model, for example updateModel',
    )
  const fromMs = Math.min(...pilot.rollouts.map(({ startedAtMs }) => startedAtMs))
  const endMs = Math.max(...pilot.rollouts.map(({ endedAtMs }) => endedAtMs ?? scenario.durationMs))
  // Other policies take longer than the declared one.
  const toMs = Math.min(scenario.durationMs, endMs + (endMs - fromMs))
  return [...images, noiseWorld(scenario, good, { fromMs: Math.max(0, fromMs - LEAD_MS), toMs })]
}

/** Noise may begin so long before the rollout. */
const LEAD_MS = 600_000

class Search {
  private readonly reader: ObjectiveReader
  /** Policies that were looked at, and those of them that the service accepts. */
  private readonly known = new Set<string>()
  private readonly accepted = new Set<string>()
  private readonly refused = new Map<string, number>()
  private readonly rounds: TuneRound[] = []
  private readonly isInterrupted: () => boolean
  private done = 0
  private total = 0

  private readonly source: ScenarioSource
  private readonly scenario: Scenario
  private readonly set: readonly string[]
  private readonly runner: Runner
  private readonly options: TuneOptions
  private readonly space: PolicySpace
  private readonly worlds: readonly TuningWorld[]
  private readonly definitions: readonly ObjectiveDefinition[]

  constructor({ source, scenario, set, runner, options }: Given, space: PolicySpace, worlds: readonly TuningWorld[]) {
    this.source = source
    this.scenario = scenario
    this.set = set
    this.runner = runner
    this.options = options
    this.space = space
    this.worlds = worlds
    this.definitions = objectivesOf(scenario, worlds, options.quantile)
    this.reader = new ObjectiveReader(scenario, worlds, this.definitions, options.quantile)
    this.isInterrupted = options.isInterrupted ?? (() => false)
  }

  async run(): Promise<TuneReport | null> {
    const { options, worlds } = this
    const all = this.candidates()
    let survivors = all
    let isComplete = true
    const schedule = scheduleOf(all.length, options.runs, options.finalists)
    this.total = schedule.reduce(
      (sum, { policies, runs }, round) => sum + policies * (runs - (schedule[round - 1]?.runs ?? 0)) * worlds.length,
      0,
    )
    for (const [round, { policies, runs }] of schedule.entries()) {
      if (round > 0) survivors = this.best(survivors, policies)
      const before = schedule[round - 1]?.runs ?? 0
      const finished = await this.play(survivors, before, runs - before)
      isComplete = finished.length === survivors.length
      if (!isComplete) {
        // Of the first round those that met every world can be compared; of a later one all can, on the runs before.
        if (round === 0) survivors = finished
        break
      }
      this.rounds.push({ policies: survivors.length, runs })
    }
    if (survivors.length === 0) return null
    let pool = survivors.map((candidate) => this.judged(candidate))
    const before = pool.length
    let recommended = recommend(pool, this.definitions)
    for (let turn = 0; isComplete && turn < REFINEMENTS; turn++) {
      const around = this.around(recommended, pool)
      this.total += around.length * options.runs * worlds.length
      const finished = await this.play(around, 0, options.runs)
      isComplete = finished.length === around.length
      if (!isComplete) break
      pool = [...pool, ...around.map((candidate) => this.judged(candidate))]
      const next = recommend(pool, this.definitions)
      const isSettled = next === recommended
      recommended = next
      if (isSettled) break
    }
    return {
      scenario: this.scenario,
      source: this.source,
      seeds: { fromSeed: this.scenario.seed, runs: pool[0]!.runs },
      space: this.space,
      spaceSize: sizeOf(this.space),
      worlds,
      definitions: this.definitions,
      rounds: this.rounds,
      refused: [...this.refused].map(([reason, policies]) => ({ reason, policies })),
      played: all.length + pool.length - before,
      refined: pool.length - before,
      totalRuns: this.done,
      declared: pool.find(({ set }) => set.length === 0) ?? null,
      front: this.front(pool),
      stuck: pool.length - deliveringOf(pool).length,
      recommended,
      reasons: reasonsOf(recommended, pool, this.space, this.definitions),
      isComplete,
    }
  }

  /** The declared policy and others of the space that the service accepts: all of them, or so many spread over it. */
  private candidates(): Candidate[] {
    const { policies } = this.options
    const isWhole = sizeOf(this.space) <= policies
    const found: Candidate[] = []
    const take = (values: PolicyValues, set: readonly string[]) => {
      const candidate = this.accept(values, set)
      if (candidate !== undefined) found.push(candidate)
    }
    take(declaredPolicy(this.space), [])
    if (isWhole) for (const values of gridOf(this.space)) take(values, assignmentsOf(this.space, values))
    else {
      let tries = 0
      for (const values of spreadOf(this.space, this.scenario.seed)) {
        // A space of which the service refuses most is not searched for ever.
        if (found.length >= policies || ++tries > policies * 20) break
        take(values, assignmentsOf(this.space, values))
      }
    }
    return found
  }

  /** Undefined: it is known already, or the service refuses it. */
  private accept(values: PolicyValues, set: readonly string[]): Candidate | undefined {
    const key = keyOf(values)
    if (this.known.has(key)) return undefined
    this.known.add(key)
    try {
      loadVariant({ source: this.source, set: [...this.set, ...set] })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const [first] = error.diagnostics
      const reason = /\b[A-Z]{2}-\d+\b/.exec(first!.message)?.[0] ?? first!.code
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1)
      return undefined
    }
    this.accepted.add(key)
    return fresh(values, set)
  }

  /** Those to go on with, in their former order. The declared policy stays, so that there is something to compare with. */
  private best(candidates: readonly Candidate[], count: number): Candidate[] {
    const ranked = rankOf(candidates.map((candidate) => this.pointOf(candidate)))
    const kept = new Set(ranked.slice(0, count))
    const declared = candidates.findIndex(({ set }) => set.length === 0)
    if (declared >= 0 && !kept.has(declared)) {
      kept.delete(ranked[count - 1]!)
      kept.add(declared)
    }
    return candidates.filter((_, index) => kept.has(index))
  }

  /** What differs from the recommendation in one field by one level, or has one of its changes taken back. */
  private around({ values }: PlayedPolicy, pool: readonly PlayedPolicy[]): Candidate[] {
    const full = new Set(pool.map((policy) => keyOf(policy.values)))
    const reverted = this.space.fields.map(({ declared }, index) =>
      values.map((value, other) => (other === index ? declared : value)),
    )
    return [...neighboursOf(this.space, values), ...reverted].flatMap((one) => {
      const key = keyOf(one)
      if (full.has(key)) return []
      full.add(key)
      // One that dropped out in an earlier round is played again, now to the end.
      const isAccepted = this.accepted.has(key)
      const candidate = isAccepted
        ? fresh(one, assignmentsOf(this.space, one))
        : this.accept(one, assignmentsOf(this.space, one))
      return candidate === undefined ? [] : [candidate]
    })
  }

  /** Plays further runs in every world and adds them to the candidates; the finished ones come back. */
  private async play(candidates: readonly Candidate[], from: number, runs: number): Promise<Candidate[]> {
    const fromSeed = this.scenario.seed + from
    // Where every run has faults of its own each of them is a variant of its own.
    const parts = this.worlds.flatMap((world) =>
      world.faults === undefined
        ? piecesOf({ fromSeed, runs }).map((seeds) => ({ world, set: world.set, ...seeds }))
        : Array.from({ length: runs }, (_, run) => ({
            world,
            set: [...world.set, ...world.faults!(fromSeed + run)],
            fromSeed: fromSeed + run,
            runs: 1,
          })),
    )
    const results: (readonly Sample[] | undefined)[] = []
    let next = 0
    const worker = async () => {
      while (next < candidates.length * parts.length && !this.isInterrupted()) {
        const index = next++
        const candidate = candidates[Math.floor(index / parts.length)]!
        const part = parts[index % parts.length]!
        const variant = { source: this.source, set: [...this.set, ...candidate.set, ...part.set] }
        const played = await this.runner.play({ variant, fromSeed: part.fromSeed, runs: part.runs })
        results[index] = played.samples
        this.done += part.runs
        this.options.onProgress?.(this.done, this.total)
      }
    }
    await Promise.all(Array.from({ length: this.runner.parallel }, worker))
    const finished = candidates.filter((_, at) =>
      parts.every((_part, part) => results[at * parts.length + part] !== undefined),
    )
    // A later round counts for all or for none: policies are compared on equal seeds.
    if (from > 0 && finished.length < candidates.length) return finished
    for (const candidate of finished) {
      const at = candidates.indexOf(candidate)
      for (const [index, { world }] of parts.entries()) {
        const samples = results[at * parts.length + index]!
        candidate.samples.set(world.name, [...(candidate.samples.get(world.name) ?? []), ...samples])
      }
    }
    return finished
  }

  private pointOf({ samples }: Candidate): number[] {
    return comparable(this.reader.read(samples), this.definitions)
  }

  private judged(candidate: Candidate): PlayedPolicy {
    const { values, set, samples } = candidate
    const objectives = this.reader.read(samples)
    const asDeclared = samples.get(this.worlds.find((world) => world.set.length === 0)?.name ?? '') ?? []
    const failed = this.scenario.expect.filter(
      (expectation, index) => judge(expectation, index, asDeclared).verdict === 'fail',
    )
    return {
      values,
      set,
      changes: values.filter((value, index) => value !== this.space.fields[index]!.declared).length,
      objectives,
      point: comparable(objectives, this.definitions),
      completed: this.reader.completed(samples),
      failed: failed.map(({ text }) => text),
      unmet: failed.filter(({ operator }) => operator !== '==' && operator !== '!=').map(({ text }) => text),
      runs: samples.get(this.worlds[0]!.name)?.length ?? 0,
    }
  }

  private front(pool: readonly PlayedPolicy[]): FrontPolicy[] {
    const byOutcome = new Map<string, PlayedPolicy[]>()
    for (const policy of frontPolicies(pool)) {
      const key = JSON.stringify(policy.point)
      byOutcome.set(key, [...(byOutcome.get(key) ?? []), policy])
    }
    return [...byOutcome.values()]
      .map((same) => ({ ...simplest(same), twins: same.length - 1 }))
      .sort((a, b) => compareLists(a.point, b.point))
  }
}

/** A thread plays so many runs at a time, so that an interrupt of a search with many of them does not wait for all. */
const PIECE_RUNS = 50

function piecesOf(seeds: SeedRange): SeedRange[] {
  const n = Math.ceil(seeds.runs / PIECE_RUNS)
  return Array.from({ length: n }, (_, index) => shardOf(seeds, { k: index + 1, n }))
}

const fresh = (values: PolicyValues, set: readonly string[]): Candidate => ({ values, set, samples: new Map() })

const simplest = (policies: readonly PlayedPolicy[]): PlayedPolicy =>
  policies.reduce((best, one) => (one.changes < best.changes ? one : best))

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}

/**
 * Rounds of successive halving: the first has an eighth of the runs (two at least) for every policy, each further one half
 * the policies and twice the runs. Of few policies none is dropped.
 *
 *   128 policies, 24 runs -> 128 x 3, 64 x 6, 32 x 12, 16 x 24.   10 policies, 24 runs -> 10 x 24.
 */
export function scheduleOf(policies: number, runs: number, finalists = FINALISTS): TuneRound[] {
  if (policies <= finalists) return [{ policies, runs }]
  const rounds: TuneRound[] = []
  let left = policies
  for (let upTo = Math.max(2, Math.ceil(runs / FIRST_ROUND_SHARE)); ; upTo *= HALVING) {
    const isLast = upTo >= runs
    rounds.push({ policies: left, runs: isLast ? runs : upTo })
    if (isLast) return rounds
    left = Math.min(left, Math.max(finalists, Math.ceil(left / HALVING)))
  }
}
