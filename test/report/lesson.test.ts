import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isLesson, playLesson } from '../../src/lab/lesson/play.ts'
import { scoreGuess } from '../../src/lab/lesson/score.ts'
import { loadScenario } from '../../src/model/scenario/load.ts'
import { answerText, decisionText, filledText, fillTemplate, gapText, lessonDoubts } from '../../src/report/lesson.ts'

function play(name: string) {
  const file = `scenarios/lessons/${name}.yaml`
  const scenario = loadScenario(readFileSync(file, 'utf8'), file, { readFile: () => undefined })
  if (!isLesson(scenario)) throw new Error('no lesson')
  return playLesson(scenario)
}

describe('the texts of a lesson', () => {
  it('have the numbers of both runs, and what came from a run is marked', () => {
    const { lesson, base, changed } = play('11-batch-against-time')
    expect(filledText(lesson.change.reveal, changed, base).slice(0, 44)).toMatchInlineSnapshot(
      `"3 h 4 min in place of 53 min, in 20 batches."`,
    )
    expect(fillTemplate(lesson.change.reveal, changed, base).slice(0, 4)).toEqual([
      { text: '3 h 4 min', isFilled: true },
      { text: ' in place of ', isFilled: false },
      { text: '53 min', isFilled: true },
      { text: ', in ', isFilled: false },
    ])
  })

  it.each([
    ['01-first-batch', '00:21:00  6 of 6 upgraded instances unhealthy: 100 % > 20 % (TH-5)'],
    ['02-too-sick-to-start', '00:20:00  3 of 10 instances in the scale set unhealthy: 30 % > 20 % (TH-1)'],
    ['04-two-instances', '00:10:00  a batch of 1, at most 1 (BT-1)'],
    ['23-repairs-gave-up', '00:50:00  automatic repairs are Suspended, by the platform (RE-12)'],
  ])('%s was decided by %s', (name, expected) => expect(decisionText(play(name).base.decision!)).toBe(expected))

  it('name an answer with its unit, and a duration to the second', () => {
    const sick = play('02-too-sick-to-start')
    expect(answerText(sick.lesson.predict, sick.base.answer!)).toBe('It stops before it has touched any instance')
    const surge = play('20-one-replica')
    expect(answerText(surge.lesson.predict, surge.base.answer!)).toBe('11 min 30 s')
    const batch = play('01-first-batch')
    expect(answerText(batch.lesson.predict, { kind: 'number', value: 1 })).toBe('1 instance')
  })

  it('say how far off a guess was', () => {
    const { lesson, base } = play('01-first-batch')
    const gap = (value: number) =>
      gapText(lesson.predict, scoreGuess(lesson.predict, base.answer!, { kind: 'number', value }))
    expect([6, 7, 12, 1].map(gap)).toEqual([
      'exactly right',
      'right, near enough',
      '6 instances too high',
      '5 instances too low',
    ])
    expect(gapText(lesson.predict, scoreGuess(lesson.predict, base.answer!, null))).toBe('no guess')
  })

  it('say which of its rules the sources leave open, and what is assumed', () => {
    const doubts = (name: string) => lessonDoubts(play(name).lesson)
    expect(doubts('08-a-slow-failure')).toContainEqual({
      rule: 'TH-15',
      text: 'No source says it; it is a proposal of the twin. Assumed: stabilityWindow PT0S.',
    })
    expect(doubts('08-a-slow-failure')).toContainEqual({
      rule: 'TH-9',
      text: 'No source says it; it is a proposal of the twin.',
    })
    expect(doubts('15-cancel-is-not-undo')).toContainEqual({
      rule: 'RU-11',
      text: expect.stringMatching(/batch in flight is not said.*Assumed: cancelDrainsBatch true\.$/),
    })
    // Documented, save for how many failures it takes.
    expect(doubts('23-repairs-gave-up')).toContainEqual({
      rule: 'RE-12',
      text: 'After how many tries is not published. Assumed: repairSuspendAfter 3.',
    })
    // The rules that decide count as well as those that are kept, each once.
    const { lesson } = play('14-rush-hour')
    const deciding = (base: string, changed: string) =>
      lessonDoubts({
        ...lesson,
        decided: { ...lesson.decided, rule: base },
        change: { ...lesson.change, decided: { ...lesson.change.decided, rule: changed } },
      }).map(({ rule }) => rule)
    expect(deciding('TH-15', 'BT-5')).toEqual(['TH-15', 'BT-5'])
    expect(deciding('TH-15', 'TH-15')).toEqual(['TH-15'])
    expect(doubts('14-rush-hour')).toEqual([])
  })
})
