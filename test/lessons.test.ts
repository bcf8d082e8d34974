import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { flowText } from '../src/lab/fuzz/assemble.ts'
import { isLesson, type LessonScenario, lessonProblems, playLesson } from '../src/lab/lesson/play.ts'
import { scoreGuess } from '../src/lab/lesson/score.ts'
import { ASSUMPTIONS, formatAssumptionValue } from '../src/model/assumptions.ts'
import { InputError } from '../src/model/diagnostic.ts'
import { type Knob, LESSON_TOPICS, type Question, type Template } from '../src/model/lesson.ts'
import { findRule } from '../src/model/rules/index.ts'
import { loadScenario } from '../src/model/scenario/load.ts'
import { written } from '../src/model/scenario/vary.ts'
import { answerText, decisionText, filledText, lessonDoubts } from '../src/report/lesson.ts'
import { simulate } from '../src/sim/simulate.ts'
import { middleOf } from '../src/web/lessons/scale.ts'

const FOLDER = 'scenarios/lessons'
const files = readdirSync(FOLDER).sort()

function load(file: string, set: readonly string[] = []): LessonScenario {
  const path = `${FOLDER}/${file}`
  const scenario = loadScenario(readFileSync(path, 'utf8'), path, { readFile: () => undefined, set })
  if (!isLesson(scenario)) throw new Error(`${file} has no lesson`)
  return scenario
}

/** The lesson under another reading; null: under that one its scenario is refused. */
function playedUnder(file: string, assignment: string) {
  try {
    return playLesson(load(file, [assignment]))
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

const holes = ({ parts }: Template) => parts.filter((part) => typeof part !== 'string')

/** Readings that the lesson gives as a fact of its own world: who is in which batch, how long an upgrade may take. */
const GIVEN: readonly string[] = ['flexBatchOrder', 'upgradeTimeout', 'maxScaleStep']

/** Other values of the open readings. What only the article reads differently is documented, and not open. */
const RIVALS = ASSUMPTIONS.filter(({ name }) => !GIVEN.includes(name)).flatMap((definition) => {
  const texts = definition.values.map(({ value }) => formatAssumptionValue(definition, value))
  const known = [definition.default, ...(definition.article === undefined ? [] : [definition.article])]
  const settled = known.map((value) => formatAssumptionValue(definition, value))
  return texts.filter((text) => !settled.includes(text)).map((text) => ({ name: definition.name, text }))
})

/** Every value of a short list, the ends of a range. */
const ends = ({ domain }: Knob): readonly unknown[] =>
  domain.kind === 'values' ? domain.values : [written(domain, domain.from), written(domain, domain.to)]

describe('the course', () => {
  const lessons = files.map((file) => load(file).lesson)

  it('has its lessons in order, each file named by its place', () => {
    expect(lessons.length).toBeGreaterThanOrEqual(22)
    expect(lessons.map(({ order }) => order)).toEqual(files.map((_, index) => index + 1))
    expect(files.map((file) => Number(file.slice(0, 2)))).toEqual(lessons.map(({ order }) => order))
  })

  it('keeps the lessons of a topic together, in the order of the menu, and leaves none out', () => {
    const topics = lessons.map(({ topic }) => topic).filter((topic, index, all) => topic !== all[index - 1])
    expect(topics).toEqual(Object.keys(LESSON_TOPICS))
  })
})

describe.each(files)('%s', (file) => {
  const scenario = load(file)
  const { lesson } = scenario
  const played = playLesson(scenario)
  const { base, changed } = played

  it('keeps what it promises: answers, the rule that decided, a change that changes', () => {
    expect(lessonProblems(played)).toEqual([])
    for (const { answer, decision } of [base, changed]) {
      expect(answer).not.toBeNull()
      expect(decision).not.toBeNull()
    }
  })

  it('says everything in words, its numbers from the run', () => {
    const texts = [filledText(lesson.reveal, base, base), filledText(lesson.change.reveal, changed, base)]
    for (const text of texts) expect(text).not.toMatch(/[{}]|\bunknown\b/)
    for (const reveal of [lesson.reveal, lesson.change.reveal]) expect(holes(reveal).length).toBeGreaterThan(0)
    for (const [question, step] of [
      [lesson.predict, base],
      [lesson.change.predict, changed],
    ] as const) {
      expect(answerText(question, step.answer!)).not.toBe('')
      // What is not known by name is told by its trace name and bare numbers, which is no sentence for a class.
      expect(decisionText(step.decision!)).not.toContain(step.decision!.entry.what)
    }
  })

  it('gives nothing away by where the handle of a drag stands at first', () => {
    for (const [question, { answer }] of [
      [lesson.predict, base],
      [lesson.change.predict, changed],
    ] as const) {
      if (question.kind !== 'drag') continue
      const untouched = { kind: 'number', value: middleOf(question.scale) } as const
      expect(scoreGuess(question, answer!, untouched).isRight, question.ask).toBe(false)
    }
  })

  it('names every assumption on which one of its answers hangs', () => {
    const named = lessonDoubts(lesson)
      .map(({ text }) => text)
      .concat(readFileSync(`${FOLDER}/${file}`, 'utf8'))
      .join('\n')
    const isSame = (question: Question, was: typeof base.answer, is: typeof base.answer) =>
      is !== null && scoreGuess(question, was!, is).isRight
    const unnamed = RIVALS.filter(({ name }) => !named.includes(name)).filter(({ name, text }) => {
      const other = playedUnder(file, `assumptions.${name}=${text}`)
      if (other === null) return true
      return !(
        isSame(lesson.predict, base.answer, other.base.answer) &&
        isSame(lesson.change.predict, changed.answer, other.changed.answer)
      )
    })
    expect(unnamed).toEqual([])
  }, 60_000)

  it('keeps three lines, each with rules that exist', () => {
    expect(lesson.keep).toHaveLength(3)
    for (const { rules } of lesson.keep) for (const id of rules) expect(findRule(id)?.id).toBe(id)
  })

  it('has a sandbox whose knobs can be turned to their ends, and each does something', () => {
    const given = (path: string, value: unknown) => `${path}=${flowText(value)}`
    const play = (set: readonly string[]) => {
      const { traceHash, measures } = simulate(load(file, set))
      return JSON.stringify([traceHash, measures])
    }
    // Some knob only matters once the lesson has made its change.
    const change = lesson.change.set.map(({ path, after }) => given(path, after))
    for (const knob of lesson.sandbox) {
      const outcomes = (set: readonly string[]) =>
        new Set([set, ...ends(knob).map((value) => [...set, given(knob.path, value)])].map(play)).size
      expect(Math.max(outcomes([]), outcomes(change)), knob.path).toBeGreaterThan(1)
    }
  })
})
