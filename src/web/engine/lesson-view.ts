import { isLesson, type LessonScenario, type PlayedStep, playLesson } from '../../lab/lesson/play.ts'
import { InputError } from '../../model/diagnostic.ts'
import type { Template } from '../../model/lesson.ts'
import { loadScenarios, prepareScenario } from '../../model/scenario/load.ts'
import type { Scenario } from '../../model/scenario.ts'
import { decisionText, fillTemplate, lessonDoubts } from '../../report/lesson.ts'
import { knobsOf } from '../edit/knobs.ts'
import type { Played } from './engine.ts'
import type { LessonStepView, LessonView } from './protocol.ts'
import { viewOf } from './view.ts'

/** Both runs of a lesson, and everything that its player shows. @throws InputError also where the file is no lesson */
export function playLessonFile(
  text: string,
  file: string,
  files: Readonly<Record<string, string>>,
): { readonly view: LessonView; readonly base: Played; readonly changed: Played } {
  const readFile = (path: string) => files[path]
  const scenario = loadScenarios(text, file, { readFile })[0]!
  if (!isLesson(scenario)) throw new InputError([{ code: 'E0501', message: `${file} holds no lesson` }])
  const { lesson } = scenario
  const played = playLesson(scenario)
  const { document } = prepareScenario(text, file, { readFile }, undefined)
  const asPlayed = (of: Scenario, step: PlayedStep, set: readonly string[]): Played => ({
    source: { file, text, files },
    set,
    scenario: of,
    result: step.result,
    knobs: knobsOf(of, document),
    entries: [],
    cases: [],
  })
  const change = lesson.change.set.map(({ path, after }) => `${path}=${JSON.stringify(after)}`)
  const base = asPlayed(scenario, played.base, [])
  const changed = asPlayed(scenario.changed, played.changed, change)
  return {
    view: {
      file,
      name: scenario.name,
      title: titleOf(scenario),
      lesson,
      doubts: lessonDoubts(lesson),
      base: stepView(base, played.base, played.base, lesson.reveal),
      changed: stepView(changed, played.changed, played.base, lesson.change.reveal),
    },
    base,
    changed,
  }
}

const titleOf = ({ title, name }: LessonScenario): string => title ?? name

function stepView(played: Played, step: PlayedStep, base: PlayedStep, reveal: Template): LessonStepView {
  const { decision, answer } = step
  return {
    view: viewOf(played),
    answer,
    reveal: fillTemplate(reveal, step, base),
    decision:
      decision === null ? null : { text: decisionText(decision), rule: decision.rule, atMs: decision.entry.atMs },
  }
}
