import { describe, expect, it } from 'vitest'
import { loadScenarios } from '../../../src/model/scenario/load.ts'
import { BEGINNER, load, mistakes } from './fixtures.ts'

const all = (text: string, set: readonly string[] = [], seed?: number) =>
  loadScenarios(text, 'scenarios/test.yaml', {
    readFile: () => undefined,
    set,
    ...(seed === undefined ? {} : { seed }),
  })

const CASES = `${BEGINNER}title: Base
expect: [rollouts.length == 1]
cases:
  - name: big
    title: Six times the size
    set: { azure.scaleSets.web.sku.capacity: 60, "timeline[0].at": PT1M }
    expect: [rollouts.length == 2]
  - name: calm
    description: Nothing happens.
    set:
      timeline: []
      azure.scaleSets.web.virtualMachineProfile.extensionProfile.extensions[health].settings.port: 81
      world.images[gal/app/1.0.0].boot: { p50: PT10S, p95: PT20S }
    expect: [rollouts.length == 0, timeToHalt == null]
`

describe('cases', () => {
  it('are a scenario each, after the base', () => {
    const told = all(CASES).map((scenario) => [
      scenario.name,
      scenario.case,
      scenario.title,
      scenario.scaleSets[0]!.model.sku.capacity,
      scenario.timeline.map(({ atMs }) => atMs),
      scenario.expect.map(({ text }) => text),
    ])
    expect(told).toEqual([
      ['first', undefined, 'Base', 10, [600_000], ['rollouts.length == 1']],
      ['first/big', 'big', 'Six times the size', 60, [60_000], ['rollouts.length == 2']],
      ['first/calm', 'calm', 'Base', 10, [], ['rollouts.length == 0', 'timeToHalt == null']],
    ])
  })

  it('a list grows by [+] once in each of them, whatever the case makes of it', () => {
    const set = ['timeline[+]={ at: PT30M, scaleTo: { capacity: 5 } }']
    expect(all(CASES, set).map(({ timeline }) => timeline.map(({ atMs }) => atMs))).toEqual([
      [600_000, 1_800_000],
      [60_000, 1_800_000],
      [1_800_000],
    ])
  })

  it('are given the same as --set would give, and leave the base and each other alone', () => {
    const [base, big, calm] = all(CASES)
    const bySet = load(BEGINNER, {
      set: [
        'title=Base',
        'timeline=[]',
        'azure.scaleSets.web.virtualMachineProfile.extensionProfile.extensions[health].settings.port=81',
        'world.images[gal/app/1.0.0].boot={ p50: PT10S, p95: PT20S }',
        'expect=["rollouts.length == 0", "timeToHalt == null"]',
      ],
    })
    const { case: _, ...rest } = calm!
    expect({ ...rest, name: 'first', description: undefined }).toEqual({ ...bySet, description: undefined })
    expect(calm!.description).toBe('Nothing happens.')
    expect(base).toEqual(load(CASES))
    expect(base!.world.images).toEqual({})
    expect(big!.world.images).toEqual({})
  })

  it('can be left out, or be none', () => {
    expect(all(BEGINNER).map(({ name }) => name)).toEqual(['first'])
    expect(all(`${BEGINNER}cases: []\n`).map(({ name }) => name)).toEqual(['first'])
    expect(load(BEGINNER)).not.toHaveProperty('case')
  })

  it('count after the options of the command line, which win', () => {
    const sizes = all(CASES, ['azure.scaleSets.web.sku.capacity=7'], 9).map(({ scaleSets, seed }) => [
      scaleSets[0]!.model.sku.capacity,
      seed,
    ])
    expect(sizes).toEqual([
      [7, 9],
      [7, 9],
      [7, 9],
    ])
    expect(all(CASES, ['cases.big.set[azure.scaleSets.web.sku.capacity]=8'])[1]!.scaleSets[0]!.model.sku.capacity).toBe(
      8,
    )
  })

  it('take the digits of a version as they are written, and values as YAML gives them', () => {
    const [, one] = all(`${BEGINNER}cases:
  - name: one
    set: { "azure.scaleSets.web.virtualMachineProfile.extensionProfile.extensions[health].typeHandlerVersion": 1.0, seed: 12 }
    expect: [rollouts.length == 1]
`)
    expect(one!.seed).toBe(12)
    expect(one!.scaleSets[0]!.model.virtualMachineProfile.extensionProfile!.extensions![0]!.typeHandlerVersion).toBe(
      '1.0',
    )
  })

  it('share an anchor of the file, each with a copy of its own', () => {
    const [, one, two] = all(`${BEGINNER}x-truth: &truth { boot: PT5S }
cases:
  - { name: one, set: { "world.images[a/b/1]": *truth, "world.images[a/b/1].boot": PT9S }, expect: [rollouts.length == 1] }
  - { name: two, set: { "world.images[a/b/1]": *truth }, expect: [rollouts.length == 1] }
`)
    expect(one!.world.images['a/b/1']!.boot).toEqual({ kind: 'constant', ms: 9000 })
    expect(two!.world.images['a/b/1']!.boot).toEqual({ kind: 'constant', ms: 5000 })
  })
})

describe('mistakes in cases', () => {
  it('are told all at once, with those of the base, each where it stands', () => {
    const text = `${BEGINNER.replace('name: first', 'nmae: first')}cases:
  - name: a
    titel: x
    set: { seed: 1 }
    expect: [rollouts.length == 1]
  - name: b
    set: { timelin: [], duration: 1h, "world.images": { a/b/1: { boot: 5s }, default: { bot: PT5S } } }
    expect: [rollouts.lenth == 0, "timeToHalt == 3"]
  - name: c
    set: {}
    expect: []
  - name: d
    set:
      timeline[4].at: PT1M
      seed.x: 3
      azure.scaleSets.web.upgradePolicy.mode: Roling
      assumptions.shrinkWlk: scan
      "timeline[0].updateModel": { set: { skuu.name: 3 } }
    expect: [rollouts.length == 0]
  - set: { seed: 3 }
    expect: [rollouts.length == 0]
`
    expect(mistakes(text)).toEqual([
      '1:1 E0101 unknown key nmae | did you mean name?',
      '13:5 E0101 unknown key titel in cases[0] | did you mean title?',
      '17:12 E0101 unknown key timelin | did you mean timeline?',
      '17:35 E0106 duration must be an ISO 8601 duration, got "1h" | write PT1H',
      '17:72 E0106 boot must be an ISO 8601 duration, got "5s" | write PT5S',
      '17:89 E0101 unknown key bot in world.images.default | did you mean boot?',
      '18:14 E0114 unknown measure rollouts.lenth | rollouts need an index: rollouts[0].status, or rollouts.length',
      '18:50 E0113 timeToHalt is compared with an ISO 8601 duration, got 3 | for example PT5M',
      '20:10 E0104 set must have at least one path: value',
      '21:13 E0104 expect must not be empty',
      '24:15 E0119 set: timeline has no member [4]; the next one would be [1]',
      '25:7 E0103 seed must be a number, got {"x":3}',
      '26:47 E0201 upgradePolicy.mode must be Manual or Automatic or Rolling, got "Roling"; the service answers InvalidParameter',
      '27:7 E0111 there is no assumption `shrinkWlk` | did you mean `shrinkWalk`?',
      '28:43 E0119 a scale set has no property skuu | did you mean sku?',
      '30:5 E0102 name is missing | it is text',
    ])
  })

  it('are told at the set of the case when it makes something wrong elsewhere', () => {
    const text = `${BEGINNER}cases:
  - name: short
    set: { duration: PT5M }
    expect: [rollouts.length == 0]
`
    expect(mistakes(text)).toEqual([
      '13:5 E0118 in the case short: at PT10M lies beyond the duration of the scenario (10:18) | make the duration longer, or the moment earlier',
    ])
  })

  it('of the base are not told again for each case', () => {
    expect(mistakes(CASES.replace('capacity: 10', 'capacity: -1'))).toEqual([
      '6:48 E0201 sku.capacity must be a whole number from 0 to 1000, got -1; the service answers InvalidParameter',
    ])
    expect(mistakes(CASES, { set: ['seed=x'] })).toEqual(['--set seed=x:1:6 E0103 seed must be a number, got "x"'])
  })

  it.each(['name: x', 'title: x', 'expect: []', 'expect[0]: rollouts.length == 3', 'cases[0].name: b'])(
    'a case cannot set %s',
    (entry) => {
      const key = /^\w+/.exec(entry)![0]
      const text = `${BEGINNER}cases: [{ name: a, set: { seed: 2, "${entry.replace(': ', '": ')} }, expect: [rollouts.length == 1] }]\n`
      expect(mistakes(text)).toEqual([
        `11:36 E0120 a case cannot set ${key} | ${key === 'cases' ? 'take it out' : `write ${key} beside set`}`,
      ])
    },
  )

  it('a path with brackets needs quotes between braces', () => {
    const text = `${BEGINNER}cases: [{ name: a, set: { world.images[g/a/1.0.0].boot: PT1S }, expect: [rollouts.length == 1] }]\n`
    expect(mistakes(text)).toEqual([
      expect.stringMatching(
        /^11:\d+ E0002 .* \| between braces a key with brackets needs quotes: "world\.images\[g\/a\/1\.0\.0\]\.boot"$/,
      ),
    ])
  })

  it('two cases need two names', () => {
    const one = '{ name: a, set: { seed: 2 }, expect: [rollouts.length == 1] }'
    expect(mistakes(`${BEGINNER}cases:\n  - ${one}\n  - ${one}\n`)).toEqual([
      '13:13 E0120 two cases are called a | rename one of them',
    ])
  })

  it('never answer with anything but located mistakes, whatever is cut off', () => {
    for (let length = BEGINNER.length; length < CASES.length; length += 5)
      for (const line of mistakes(CASES.slice(0, length))) expect(line).toMatch(/^\d+:\d+ E0\d{3} /)
  })
})
