import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answerOf, isLesson, lessonProblems, playLesson } from '../../../src/lab/lesson/play.ts'
import { loadScenario } from '../../../src/model/scenario/load.ts'

const FILE = 'scenarios/lessons/01-first-batch.yaml'
const TEXT = readFileSync(FILE, 'utf8')

function load(text: string) {
  const scenario = loadScenario(text, FILE, { readFile: () => undefined })
  if (!isLesson(scenario)) throw new Error('no lesson')
  return scenario
}

const play = (text: string) => playLesson(load(text))

/** The problems of the first lesson with one passage replaced, as `key of the line: message`. */
function problems(from: string | RegExp, to: string): string[] {
  const changed = TEXT.replace(from, to)
  expect(changed).not.toBe(TEXT)
  const keyAt = (line: number) => changed.split('\n')[line - 1]!.trim().replace(/:.*$/, '')
  return lessonProblems(play(changed)).map(({ place, message }) => `${keyAt(place.line)}: ${message}`)
}

describe('playLesson', () => {
  it('has the answers and the deciding test of both runs', () => {
    const { base, changed } = play(TEXT)
    expect(base.answer).toEqual({ kind: 'number', value: 6 })
    expect(base.decision).toMatchObject({ rule: 'TH-5', inequality: { count: 6, total: 6, isBreached: true } })
    expect(changed.answer).toEqual({ kind: 'number', value: 3 })
    expect(changed.result.scenario).toBe('01-first-batch/changed')
  })

  it('gives the same bytes every time', () => {
    const hashes = () => Object.values(play(TEXT)).flatMap((step) => ('result' in step ? step.result.traceHash : []))
    expect(hashes()).toEqual(hashes())
  })

  it('knows no answer where none of the choices holds, or two of them', () => {
    const { base } = play(TEXT)
    const ask = (...when: readonly string[]) => {
      const choices = when.map((line, index) => `{ label: c${index}, when: "${line}" }`).join(', ')
      const text = TEXT.replace(
        /kind: drag\n {4}measure: exposed.instances\n {4}max: 30\n {4}unit: instances\n {4}tolerance: 1/,
        `kind: choice\n    choices: [${choices}]`,
      )
      return answerOf(load(text).lesson.predict, base.result, base.result)
    }
    expect(ask('exposed.instances == 6', 'exposed.instances == 7')).toEqual({ kind: 'choice', index: 0 })
    expect(ask('exposed.instances == 8', 'exposed.instances == 7')).toBeNull()
    expect(ask('exposed.instances > 5', 'exposed.instances == 6')).toBeNull()
    // A measure without a sample decides nothing.
    expect(ask('timeToRecover > PT1M', 'timeToRecover <= PT1M')).toBeNull()
  })
})

describe('lessonProblems', () => {
  it('finds none in a sound lesson', () => expect(lessonProblems(play(TEXT))).toEqual([]))

  it.each<[what: string, from: string | RegExp, to: string, expected: string[]]>([
    [
      'an answer off the scale',
      'max: 30\n    unit',
      'max: 5\n    unit',
      ['ask: the answer 6 lies outside of the scale from 0 to 5'],
    ],
    [
      'a measure without a sample',
      'measure: exposed.instances\n    max: 30\n    unit: instances',
      'measure: timeToRecover\n    max: 30\n    unit: min',
      ['ask: timeToRecover had no sample in this run'],
    ],
    [
      'a rule that decided nothing',
      'decided: TH-5\n  change',
      'decided: TH-3\n  change',
      ['decided: no entry of the trace was decided by TH-3'],
    ],
    [
      'an entry the rule never made',
      'decided: TH-5\n  change',
      'decided: { rule: BT-1, entry: rollout.check }\n  change',
      ['decided: no entry of the trace was decided by BT-1 as rollout.check'],
    ],
    [
      'a number the entry does not have',
      '{decided.total}',
      '{decided.all}',
      ['reveal: {decided.all} has no value in this run'],
    ],
    [
      'a change that changes nothing',
      'maxBatchInstancePercent: 10 }',
      'maxBatchInstancePercent: 20 }',
      ['change: the change changes nothing that is asked'],
    ],
    [
      'a change that was to change nothing',
      '    why: ',
      '    same: true\n    why: ',
      ['change: same: true, and the change changes the answer'],
    ],
    [
      'an expectation that fails',
      'rollouts[0].batches == 1',
      'rollouts[0].batches == 2',
      ['ask: the run does not hold "rollouts[0].batches == 2": got 1'],
    ],
    [
      'nothing that is expected',
      /expect:\n( {2}- .*\n)+/,
      '',
      ['ask: the scenario of a lesson expects nothing, so that nothing guards it'],
    ],
  ])('tells %s', (_, from, to, expected) => expect(problems(from, to)).toEqual(expected))

  it('is content with a change that changes nothing where that is the point', () => {
    const same = TEXT.replace('maxBatchInstancePercent: 10 }', 'maxBatchInstancePercent: 20 }').replace(
      '    why: ',
      '    same: true\n    why: ',
    )
    expect(lessonProblems(play(same))).toEqual([])
  })
})
