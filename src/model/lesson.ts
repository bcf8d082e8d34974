import type { SourcePlace } from './diagnostic.ts'
import type { Expectation, MeasureKind } from './expectation.ts'
import type { Domain } from './vary.ts'

/**
 * A lesson of the course: a scenario that asks before it shows. It holds questions and never an answer; answers come from the
 * run. `Scenario.changed` is the world after the one change that the lesson makes.
 */
export interface Lesson {
  /** Place in the course, from 1 to 99. Also the first part of a class code. */
  readonly order: number
  /** Minutes it takes with a class. */
  readonly minutes: number
  readonly topic: LessonTopic
  /** What the situation is, and why anyone should care. Shown first. */
  readonly hook: string
  /** Asked before anything is shown. */
  readonly predict: Question
  /** Shown after the guess. */
  readonly reveal: Template
  /** The rule whose numbers decided the run. */
  readonly decided: Decider
  readonly change: LessonChange
  /** What the learner may turn afterwards. */
  readonly sandbox: readonly Knob[]
  /** What to keep: three lines. */
  readonly keep: readonly KeptLine[]
}

/** One thing is changed, and predicted again. */
export interface LessonChange {
  readonly set: readonly ChangedValue[]
  readonly why: string
  readonly predict: Question
  readonly reveal: Template
  readonly decided: Decider
  /** The point is that the answer stays what it was. */
  readonly isSame: boolean
  readonly place: SourcePlace
}

export interface ChangedValue {
  /** As `--set` takes it. */
  readonly path: string
  /** What stands there in the file; undefined: nothing, the default holds. */
  readonly before: unknown
  readonly after: unknown
}

/** Topics of the menu, in its order. */
export const LESSON_TOPICS = {
  thresholds: 'Thresholds',
  health: 'Health',
  batches: 'Batches and time',
  images: 'Images and versions',
  repairs: 'Repairs and protection',
  capacity: 'Capacity, Spot and autoscale',
} as const

export type LessonTopic = keyof typeof LESSON_TOPICS

export type Question = NumberQuestion | ChoiceQuestion

/** Answered by a number: typed in, or dragged along a scale. */
export interface NumberQuestion {
  readonly kind: 'number' | 'drag'
  readonly ask: string
  readonly measure: MeasureRef
  readonly scale: Scale
  /** What stands behind the number: `instances`, `%`, `min`. May be empty. */
  readonly unit: string
  readonly place: SourcePlace
}

/** From `min` to `max` in steps; `tolerance` is how far off still counts as right. All in the unit of the question. */
export interface Scale {
  readonly min: number
  readonly max: number
  readonly step: number
  readonly tolerance: number
  /** What one unit is in the measure: 60000 for a duration in minutes, 1 for anything but a duration. */
  readonly perUnit: number
}

/** Answered by one of several statements, of which exactly one holds. */
export interface ChoiceQuestion {
  readonly kind: 'choice'
  readonly ask: string
  readonly choices: readonly Choice[]
  readonly place: SourcePlace
}

export interface Choice {
  readonly label: string
  /** All of them must hold. */
  readonly when: readonly Condition[]
}

/** `measure operator value` of this run, or with `base` in place of the value: compared with the run before the change. */
export type Condition =
  | { readonly kind: 'value'; readonly expectation: Expectation }
  | { readonly kind: 'base'; readonly text: string; readonly measure: MeasureRef; readonly operator: Operator }

export type Operator = Expectation['operator']

export interface MeasureRef {
  /** As written: `rollouts[0].batches`. */
  readonly text: string
  readonly path: readonly (string | number)[]
  readonly kind: MeasureKind
}

/** Text with holes that a run fills. */
export interface Template {
  readonly parts: readonly (string | Placeholder)[]
  readonly place: SourcePlace
}

export type Placeholder =
  /** `{measure}` of the run the text is about, `{base.measure}` of the one before the change. */
  | { readonly kind: 'measure'; readonly text: string; readonly run: 'own' | 'base'; readonly measure: MeasureRef }
  /** `{decided.count}`: a number of the trace entry that decided; besides `percent`, `at` and `subject`. */
  | { readonly kind: 'decided'; readonly text: string; readonly name: string }

/**
 * The rule that decided, and which of its entries in the trace to show. With the rule alone it is the threshold test
 * that was breached, or came nearest to it; where the rule tests no threshold, its first entry.
 */
export interface Decider {
  readonly rule: string
  /** Name of a trace entry: `repair.started`. */
  readonly entry?: string
  /** Numbers of the entry that must be these. */
  readonly where: Readonly<Record<string, string | number | boolean>>
  readonly which?: 'first' | 'last'
  readonly place: SourcePlace
}

/** A value of the file that the learner may turn. */
export interface Knob {
  /** As `--set` takes it. */
  readonly path: string
  readonly label: string
  readonly domain: Domain
  /** What to show for each value of a list; absent: the value itself. */
  readonly valueLabels?: readonly string[]
  /** What stands in the file; undefined: nothing, the default holds. */
  readonly value: unknown
}

export interface KeptLine {
  readonly text: string
  /** Ids of the rules it rests on. */
  readonly rules: readonly string[]
}
