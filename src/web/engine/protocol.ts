import type { FlipSearch } from '../../lab/flips.ts'
import type { Answer } from '../../lab/lesson/play.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Explanation } from '../../model/explain.ts'
import type { Lesson } from '../../model/lesson.ts'
import type { Decision } from '../../report/decision-text.ts'
import type { Doubt, FilledPart } from '../../report/lesson.ts'
import type { ViewName } from '../../report/show/show.ts'
import type { Why, WhyTarget } from '../../report/why/why.ts'
import type { RunResult } from '../../sim/result.ts'
import type { KnobGroup, Plain } from '../edit/knob.ts'
import type { TimelineNames, VerbForm } from '../edit/timeline.ts'
import type { Play } from './engine.ts'

/** Which of the runs on one page: the one that is worked on (b), the one it is compared with (a), those of a lesson. */
export type Slot = 'a' | 'b' | 'lesson-base' | 'lesson-changed'

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
  /** The timeline as it was played (of a case with what the case sets), what each verb takes, and what there is to name. */
  readonly timeline: {
    readonly entries: readonly Plain[]
    readonly forms: readonly VerbForm[]
    readonly names: TimelineNames
  }
  /** The first of them, in order of time, and how many there are in all. */
  readonly decisions: readonly Decision[]
  readonly decisionCount: number
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

/** The answer of Azure in both forms. */
export interface ShownView {
  /** The command of Azure that asks for it. */
  readonly command: string
  readonly table: string
  readonly json: string
}

/** A lesson whose two runs have been played; they are held in `lesson-base` and `lesson-changed`. */
export interface LessonView {
  readonly file: string
  readonly name: string
  readonly title: string
  readonly lesson: Lesson
  /** Where the twin had to choose what to play. */
  readonly doubts: readonly Doubt[]
  readonly base: LessonStepView
  readonly changed: LessonStepView
}

export interface LessonStepView {
  readonly view: RunView
  /** Null: the run does not have it. */
  readonly answer: Answer | null
  readonly reveal: readonly FilledPart[]
  /** `00:22:00  6 of 6 upgraded instances unhealthy: 100 % > 20 % (TH-5)`; null: nothing of that kind was decided. */
  readonly decision: { readonly text: string; readonly rule: string; readonly atMs: number } | null
}

export type LessonAnswer =
  | { readonly kind: 'lesson'; readonly view: LessonView }
  | { readonly kind: 'mistakes'; readonly diagnostics: readonly Diagnostic[] }

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
  /** What Azure would show at a moment of that run; null: the slot holds none. */
  show: {
    readonly args: { readonly slot: Slot; readonly atMs: number; readonly view: ViewName; readonly scaleSet?: string }
    readonly answer: ShownView | null
  }
  why: { readonly args: { readonly slot: Slot; readonly target?: WhyTarget }; readonly answer: Why | null }
  /** What would have had to differ for the outcome of a story; null: another run has taken the slot, or there is no question. */
  flips: { readonly args: { readonly slot: Slot; readonly story: number }; readonly answer: FlipSearch | null }
  /** The text of a scenario around templates and `az` output, by name; with mistakes in them one that tells these when it is played. */
  import: {
    readonly args: { readonly file: string; readonly files: Readonly<Record<string, string>> }
    readonly answer: string
  }
  /** Plays a lesson: of the files that were handed over, or with its text and what it refers to. */
  lesson: {
    readonly args: {
      readonly file: string
      readonly text?: string
      readonly files?: Readonly<Record<string, string>>
    }
    readonly answer: LessonAnswer
  }
  /** A lesson as it is written, without playing it; null: the file holds none. */
  lessonText: { readonly args: { readonly file: string }; readonly answer: Lesson | null }
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
