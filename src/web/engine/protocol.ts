import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Explanation } from '../../model/explain.ts'
import type { RunResult } from '../../sim/result.ts'
import type { KnobGroup } from '../edit/knobs.ts'
import type { Play } from './engine.ts'

/** Which of two runs on one page: the one that is worked on, and the one it is compared with. */
export type Slot = 'a' | 'b'

/** A scale set as the fleet view draws it. */
export interface SetView {
  readonly name: string
  /** Empty: regional. */
  readonly zones: readonly string[]
  readonly location: string
}

/** Everything of a run that a page draws, as plain values that may cross from the worker. */
export interface RunView {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Case of the file; absent: the base. */
  readonly case?: string
  readonly cases: readonly string[]
  readonly seed: number
  /** One sentence for each rollout: how it ended, the numbers and the rule. */
  readonly why: readonly string[]
  readonly scaleSets: readonly SetView[]
  /** The run without its trace, which stays in the worker. */
  readonly result: Omit<RunResult, 'trace'>
  readonly knobs: readonly KnobGroup[]
}

/** A drawing of a run over time, ready to stand in the page. */
export interface ChartView {
  readonly id: string
  readonly title: string
  /** Rules behind it. */
  readonly rules: readonly string[]
  readonly svg: string
}

export interface ChartsView {
  readonly charts: readonly ChartView[]
  /** Time `ms[i]` stands at `x[i]` px of every chart, linear between. */
  readonly stops: { readonly ms: readonly number[]; readonly x: readonly number[] }
}

export type PlayAnswer =
  | { readonly kind: 'played'; readonly view: RunView }
  | { readonly kind: 'mistakes'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'superseded' }

/** What the page asks of the worker, by name: arguments and answer. */
export interface Calls {
  /** Once, before anything else: the files that scenarios refer to. */
  start: { readonly args: { readonly files: Readonly<Record<string, string>> }; readonly answer: null }
  play: { readonly args: { readonly slot: Slot; readonly play: Play }; readonly answer: PlayAnswer }
  /** Of the run that a slot holds; null: it holds none. */
  charts: { readonly args: { readonly slot: Slot; readonly width: number }; readonly answer: ChartsView | null }
  explain: { readonly args: { readonly id: string }; readonly answer: Explanation | null }
}

export type CallName = keyof Calls
export type Args<N extends CallName> = Calls[N]['args']
export type AnswerOf<N extends CallName> = Calls[N]['answer']

export interface Request<N extends CallName = CallName> {
  readonly id: number
  readonly name: N
  readonly args: Args<N>
}

export type Response =
  | { readonly id: number; readonly ok: unknown }
  /** A bug: its message. */
  | { readonly id: number; readonly failed: string }
