import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/model/explain.ts'
import { loadScenarios } from '../../../src/model/scenario/load.ts'
import { BEGINNER, load, mistakes } from './fixtures.ts'

const BATCH = 'azure.scaleSets.web.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent'
const LESSON = `${BEGINNER}lesson:
  order: 3
  minutes: 5
  topic: batches
  hook: Ten instances take a new size.
  predict: { ask: How many batches?, kind: number, measure: "rollouts[0].batches", max: 20, unit: batches }
  reveal: "{rollouts[0].batches} batches of {decided.size}."
  decided: BT-1
  change:
    set: { ${BATCH}: 10 }
    why: Smaller batches.
    predict:
      ask: And the time?
      kind: choice
      choices:
        - { label: Longer, when: "rollouts[0].duration > base" }
        - { label: No longer, when: ["rollouts[0].duration <= base", "rollouts[0].status == Completed"] }
    reveal: "{rollouts[0].duration} in place of {base.rollouts[0].duration}."
    decided: { rule: bt-1, entry: rollout.batchStarted, where: { surge: false }, which: last }
  sandbox:
    - { path: ${BATCH}, label: Batch, from: 5, to: 20 }
    - { path: azure.scaleSets.web.sku.name, values: [Standard_D2as_v5, Standard_D4as_v5], labels: [two, four] }
  keep:
    - { text: One., rules: [BT-1] }
    - { text: Two., rules: [bt-2] }
    - { text: Three., rules: [RU-4, RU-5] }
`

describe('a lesson', () => {
  it('is read with its defaults, its rules as the catalogue spells them', () => {
    const { lesson, changed } = load(LESSON)
    expect(lesson).toMatchObject({
      order: 3,
      topic: 'batches',
      predict: {
        kind: 'number',
        measure: { text: 'rollouts[0].batches', path: ['rollouts', 0, 'batches'], kind: 'number' },
        scale: { min: 0, max: 20, step: 1, tolerance: 0, perUnit: 1 },
        unit: 'batches',
      },
      decided: { rule: 'BT-1', where: {} },
      change: {
        set: [{ path: BATCH, before: undefined, after: 10 }],
        predict: {
          choices: [
            {
              label: 'Longer',
              when: [{ kind: 'base', measure: { path: ['rollouts', 0, 'duration'] }, operator: '>' }],
            },
            { label: 'No longer', when: [{ kind: 'base' }, { kind: 'value' }] },
          ],
        },
        decided: { rule: 'BT-1', entry: 'rollout.batchStarted', where: { surge: false }, which: 'last' },
        isSame: false,
      },
      sandbox: [
        { path: BATCH, label: 'Batch', domain: { kind: 'number', from: 5, to: 20, step: 1 }, value: undefined },
        { label: 'name', valueLabels: ['two', 'four'], value: 'Standard_D2as_v5' },
      ],
      keep: [{ rules: ['BT-1'] }, { rules: ['BT-2'] }, { rules: ['RU-4', 'RU-5'] }],
    })
    expect(lesson!.reveal.parts).toEqual([
      {
        kind: 'measure',
        text: 'rollouts[0].batches',
        run: 'own',
        measure: lesson!.predict.kind === 'number' ? lesson!.predict.measure : {},
      },
      ' batches of ',
      { kind: 'decided', text: 'decided.size', name: 'size' },
      '.',
    ])
    expect(changed).toMatchObject({ name: 'first/changed', expect: [] })
    expect(changed!.scaleSets[0]!.model.upgradePolicy.rollingUpgradePolicy?.maxBatchInstancePercent).toBe(10)
    expect(changed!.lesson).toBeUndefined()
    expect(load(BEGINNER)).not.toHaveProperty('changed')
  })

  it('asks for a duration in minutes', () => {
    const text = LESSON.replace(
      '"rollouts[0].batches", max: 20, unit: batches',
      '"rollouts[0].duration", max: 90, unit: min',
    )
    expect(load(text).lesson!.predict).toMatchObject({ unit: 'min', scale: { max: 90, perUnit: 60_000 } })
  })

  it('belongs to the base of a file, not to its cases', () => {
    const [base, one] = loadScenarios(
      `${LESSON}cases: [{ name: one, set: { seed: 2 }, expect: ["rollouts[0].batches == 5"] }]\n`,
      'scenarios/test.yaml',
      { readFile: () => undefined },
    )
    expect(base!.lesson).toBeDefined()
    expect(one!.lesson).toBeUndefined()
    expect(one!.changed).toBeUndefined()
  })

  it('takes options into both its worlds, and they win over the change', () => {
    const { scaleSets, changed } = load(LESSON, { set: ['azure.scaleSets.web.sku.capacity=30', `${BATCH}=15`] })
    for (const set of [scaleSets[0]!, changed!.scaleSets[0]!]) {
      expect(set.model.sku.capacity).toBe(30)
      expect(set.model.upgradePolicy.rollingUpgradePolicy?.maxBatchInstancePercent).toBe(15)
    }
  })
})

const replaced = (from: string, to: string) => {
  expect(LESSON).toContain(from)
  return mistakes(LESSON.replace(from, to))
}

describe('a mistake in a lesson is told with its place', () => {
  it.each<[what: string, from: string, to: string, expected: string[]]>([
    [
      'an unknown key',
      '  minutes: 5',
      '  minuts: 5',
      ['13:3 E0101 unknown key minuts in lesson | did you mean minutes?'],
    ],
    [
      'a topic that is none',
      'topic: batches',
      'topic: batchs',
      [
        '14:10 E0105 topic must be one of thresholds, health, batches, images, repairs, capacity, got "batchs" | did you mean batches?',
      ],
    ],
    [
      'a kind of question that is none',
      'kind: number',
      'kind: numbr',
      ['16:44 E0103 kind must be number, drag or choice, got "numbr"'],
    ],
    [
      'a measure that is none',
      '"rollouts[0].batches", max',
      '"rollouts[0].batchs", max',
      ['16:62 E0114 unknown measure rollouts[0].batchs | did you mean rollouts[0].batches?'],
    ],
    [
      'a measure with an operator',
      '"rollouts[0].batches", max',
      '"rollouts[0].batches > 3", max',
      ['16:82 E0114 nothing is expected after a measure, got > 3 | write the measure alone'],
    ],
    [
      'a number asked of a text',
      '"rollouts[0].batches", max',
      '"rollouts[0].status", max',
      ['16:61 E0701 rollouts[0].status is text, which is no answer to a number | ask with kind: choice'],
    ],
    [
      'a duration without a unit',
      '"rollouts[0].batches", max',
      '"rollouts[0].duration", max',
      ['16:100 E0701 rollouts[0].duration is a duration: its unit must be s, min or h | write unit: min'],
    ],
    [
      'a scale that ends where it begins',
      'max: 20, unit',
      'max: 0, unit',
      ['16:89 E0701 the scale ends at 0, where it begins at 0'],
    ],
    [
      'steps that miss the end',
      'max: 20, unit',
      'max: 20, step: 3, unit',
      ['16:99 E0701 from 0 in steps of 3 the scale never comes to 20'],
    ],
    [
      'too many steps',
      'max: 20, unit',
      'max: 20, step: 0.01, unit',
      ['16:99 E0701 the scale has 2000 steps, at most 1000 | take larger steps'],
    ],
    [
      'a rule that is none',
      'decided: BT-1',
      'decided: BT-77',
      ['18:12 E0703 no rule is called BT-77 | did you mean BT-7?'],
    ],
    ['a kept rule that is none', '[RU-4, RU-5]', '[RU-4, XX]', ['36:37 E0703 no rule is called XX']],
    [
      'a placeholder that is no measure',
      '{rollouts[0].batches} batches of',
      '{batches} batches of',
      ['17:11 E0702 nothing fills {batches}: unknown measure batches'],
    ],
    [
      'a brace alone',
      '{decided.size}."',
      '{decided.size."',
      ['17:11 E0702 a brace stands alone | write {measure} with both braces'],
    ],
    [
      'base before there is one',
      '{rollouts[0].batches} batches of',
      '{base.rollouts[0].batches} batches of',
      ['17:11 E0702 {base.rollouts[0].batches}: base stands for the run before the change, and this is that run'],
    ],
    [
      'a choice over many runs',
      '"rollouts[0].duration > base"',
      '"p95(rollouts[0].duration) > PT1H"',
      ['26:34 E0704 p95(…) speaks of many runs, a lesson of one | write the measure without it'],
    ],
    [
      'a text that is compared with base by its size',
      '"rollouts[0].duration > base"',
      '"rollouts[0].status > base"',
      ['26:34 E0704 rollouts[0].status is text: it is compared with == or != only'],
    ],
    [
      'two choices alike',
      'label: No longer',
      'label: Longer',
      ['27:20 E0704 two choices read Longer | word them differently'],
    ],
    [
      'a word that a measure never holds',
      'status == Completed',
      'status == Complete',
      ['27:93 E0113 rollouts[0].status is never Complete | did you mean Completed?'],
    ],
    [
      'a change the service would refuse',
      `{ ${BATCH}: 10 }`,
      `{ ${BATCH}: 3 }`,
      [
        '20:92 E0201 upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent must be a whole number from 5 to 100, got 3; the service answers InvalidParameter',
      ],
    ],
    [
      'a change of what is no world',
      `{ ${BATCH}: 10 }`,
      '{ name: other }',
      [
        '20:12 E0120 the change of a lesson cannot set name | change something in azure, world, timeline, duration or assumptions',
      ],
    ],
    [
      'a knob that leads nowhere',
      'azure.scaleSets.web.sku.name, values',
      'azure.scaleSets.web.sku.nme, values',
      ['32:39 E0185 sku has no property nme | did you mean sku.name?'],
    ],
    [
      'labels that do not match the values',
      'labels: [two, four]',
      'labels: [two]',
      ['32:99 E0186 1 labels for 2 values of azure.scaleSets.web.sku.name | write one for each value'],
    ],
    [
      'two lines to keep',
      '    - { text: Two., rules: [bt-2] }\n',
      '',
      [
        '34:5 E0104 keep must have at least 3 entries, got [{"text":"One.","rules":["BT-1"]},{"text":"Three.","rules...',
      ],
    ],
  ])('%s', (_, from, to, expected) => expect(replaced(from, to)).toEqual(expected))

  it('all of them at once', () => {
    const wrong = LESSON.replace('decided: BT-1', 'decided: BT-77').replace('rules: [bt-2]', 'rules: [XX]')
    expect(mistakes(wrong)).toHaveLength(2)
  })

  it.each(['E0701', 'E0702', 'E0703', 'E0704', 'E0705'])('explain knows %s', (code) =>
    expect(explain(code)).toMatchObject({ kind: 'diagnostic' }),
  )
})
