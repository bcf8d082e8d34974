import type { SourcePlace } from '../../model/diagnostic.ts'
import type { ChoiceQuestion, Condition, Lesson, Placeholder, Question, Template } from '../../model/lesson.ts'
import type { Scenario } from '../../model/scenario.ts'
import { checkExpectation, compare, measureAt } from '../../sim/expectations.ts'
import type { RunResult } from '../../sim/result.ts'
import { simulate } from '../../sim/simulate.ts'
import { type Decision, decisionOf } from './decision.ts'

/** A scenario with a lesson in it, as `loadScenarios` gives it. */
export type LessonScenario = Scenario & Required<Pick<Scenario, 'lesson' | 'changed'>>

export const isLesson = (scenario: Scenario): scenario is LessonScenario =>
  scenario.lesson !== undefined && scenario.changed !== undefined

/** A lesson with both its runs, the traces kept. */
export interface PlayedLesson {
  readonly lesson: Lesson
  readonly base: PlayedStep
  readonly changed: PlayedStep
}

/** One run and what the lesson wants to know of it. Null: the run does not have it. */
export interface PlayedStep {
  readonly result: RunResult
  readonly answer: Answer | null
  readonly decision: Decision | null
}

/** `value` in the unit of the question, not rounded to its steps; `index` counts the choices from 0. */
export type Answer =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'choice'; readonly index: number }

/** Plays the world of a lesson and the same world with its change, on the same luck. */
export function playLesson(scenario: LessonScenario): PlayedLesson {
  const { lesson } = scenario
  const base = simulate(scenario, { keepTrace: true })
  const changed = simulate(scenario.changed, { keepTrace: true })
  return {
    lesson,
    base: stepOf(lesson.predict, lesson.decided, base, base),
    changed: stepOf(lesson.change.predict, lesson.change.decided, changed, base),
  }
}

function stepOf(question: Question, decided: Lesson['decided'], result: RunResult, base: RunResult): PlayedStep {
  return { result, answer: answerOf(question, result, base), decision: decisionOf(decided, result.trace) }
}

/**
 * The answer that a run gives to a question. Null: the measure had no sample, or not exactly one of the choices holds.
 *
 * @param base the run before the change, which choices may be compared with
 */
export function answerOf(question: Question, result: RunResult, base: RunResult): Answer | null {
  if (question.kind === 'choice') {
    const holding = holdingChoices(question, result, base)
    return holding.length === 1 ? { kind: 'choice', index: holding[0]! } : null
  }
  const { value } = measureAt(result.measures, result.findings, question.measure.path)
  return typeof value === 'number' ? { kind: 'number', value: value / question.scale.perUnit } : null
}

/** Choices that hold, counted from 0. */
function holdingChoices({ choices }: ChoiceQuestion, result: RunResult, base: RunResult): number[] {
  return choices.flatMap(({ when }, index) =>
    when.every((condition) => holds(condition, result, base)) ? [index] : [],
  )
}

function holds(condition: Condition, result: RunResult, base: RunResult): boolean {
  if (condition.kind === 'value')
    return checkExpectation(condition.expectation, result.measures, result.findings).verdict === 'pass'
  const { path } = condition.measure
  const [own, other] = [result, base].map(({ measures, findings }) => measureAt(measures, findings, path).value)
  return compare(own!, condition.operator, other!)
}

/** What fills a placeholder; null: the run has no such value. */
export function placeholderValue(
  placeholder: Placeholder,
  own: PlayedStep,
  base: PlayedStep,
): string | number | boolean | null {
  if (placeholder.kind === 'measure') {
    const { measures, findings } = (placeholder.run === 'base' ? base : own).result
    return measureAt(measures, findings, placeholder.measure.path).value
  }
  const { decision } = own
  if (decision === null) return null
  const { name } = placeholder
  if (name === 'at') return decision.entry.atMs
  if (name === 'subject') return decision.entry.subject
  if (name === 'percent')
    return decision.inequality === null ? null : (decision.inequality.count * 100) / decision.inequality.total
  return decision.entry.numbers[name] ?? null
}

/** One thing in which a lesson does not hold together. */
export interface LessonProblem {
  readonly message: string
  readonly place: SourcePlace
  readonly hint?: string
}

/** What a played lesson promises and does not keep; empty for a sound one. */
export function lessonProblems({ lesson, base, changed }: PlayedLesson): LessonProblem[] {
  const { change } = lesson
  return [
    ...expectationProblems(base.result, lesson.predict.place),
    ...stepProblems({ question: lesson.predict, reveal: lesson.reveal, decided: lesson.decided }, base, base),
    ...stepProblems({ question: change.predict, reveal: change.reveal, decided: change.decided }, changed, base),
    ...changeProblems(lesson, base, changed),
  ]
}

function expectationProblems({ expectations }: RunResult, place: SourcePlace): LessonProblem[] {
  if (expectations.length === 0)
    return [{ message: 'the scenario of a lesson expects nothing, so that nothing guards it', place }]
  return expectations
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ text, actual }) => ({ message: `the run does not hold "${text}": got ${actual}`, place }))
}

function stepProblems(
  step: { readonly question: Question; readonly reveal: Template; readonly decided: Lesson['decided'] },
  played: PlayedStep,
  base: PlayedStep,
): LessonProblem[] {
  const { question, reveal, decided } = step
  const problems = questionProblems(question, played, base)
  if (played.decision === null)
    problems.push({
      message: `no entry of the trace was decided by ${decided.rule}${decided.entry === undefined ? '' : ` as ${decided.entry}`}`,
      place: decided.place,
      hint: rulesOf(played.result),
    })
  for (const part of reveal.parts) {
    if (typeof part === 'string') continue
    // Without an entry that decided none of its numbers can be had; that has been said.
    const isSaid = part.kind === 'decided' && played.decision === null
    if (!isSaid && placeholderValue(part, played, base) === null)
      problems.push({ message: `{${part.text}} has no value in this run`, place: reveal.place })
  }
  return problems
}

/** The rules that decided something, for whoever named another one. */
function rulesOf({ trace }: RunResult): string {
  const ids = new Set(trace.flatMap(({ rule }) => rule ?? []))
  return `decided were ${[...ids].sort().join(', ')}`
}

function questionProblems(question: Question, { result, answer }: PlayedStep, base: PlayedStep): LessonProblem[] {
  const { place } = question
  if (question.kind === 'choice') {
    if (answer !== null) return []
    const holding = holdingChoices(question, result, base.result)
    const which = holding.map((index) => `"${question.choices[index]!.label}"`).join(' and ')
    return [{ message: holding.length === 0 ? 'none of the choices holds' : `${which} both hold`, place }]
  }
  if (answer?.kind !== 'number') return [{ message: `${question.measure.text} had no sample in this run`, place }]
  const { min, max } = question.scale
  if (answer.value >= min && answer.value <= max) return []
  return [{ message: `the answer ${answer.value} lies outside of the scale from ${min} to ${max}`, place }]
}

function changeProblems({ change }: Lesson, base: PlayedStep, changed: PlayedStep): LessonProblem[] {
  if (changed.answer === null) return []
  const before = answerOf(change.predict, base.result, base.result)
  const isSame = before !== null && sameAnswer(before, changed.answer)
  if (isSame === change.isSame) return []
  return [
    isSame
      ? {
          message: 'the change changes nothing that is asked',
          place: change.place,
          hint: 'ask for something else, or write same: true where that is the point',
        }
      : { message: 'same: true, and the change changes the answer', place: change.place, hint: 'take same out' },
  ]
}

function sameAnswer(a: Answer, b: Answer): boolean {
  if (a.kind === 'choice') return b.kind === 'choice' && a.index === b.index
  return b.kind === 'number' && a.value === b.value
}
