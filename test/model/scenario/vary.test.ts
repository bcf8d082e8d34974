import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/model/explain.ts'
import { INVARIANT_NAMES } from '../../../src/model/invariant-names.ts'
import { BEGINNER, load, mistakes } from './fixtures.ts'

const varied = (entry: string) => `${BEGINNER}vary:\n  - ${entry}\n`
const holding = (line: string) => `${BEGINNER}properties:\n  - ${line}\n`

describe('vary', () => {
  it('takes ranges of numbers and durations, lists of values, and faults', () => {
    const text = `${BEGINNER}vary:
  - { path: azure.scaleSets.web.sku.capacity, from: 2, to: 40 }
  - { path: world.application.warmup, from: PT10S, to: PT5M }
  - { path: "world.images[default].boot", from: PT1M, to: PT2H, step: PT5M }
  - { path: azure.scaleSets.web.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent, values: [20, 34] }
  - faults: { breakInstance: 0..3, failHost: 1, hangInstance: { count: 1..2, at: { from: PT1H, to: PT2H }, for: { from: PT1M, to: PT5M } } }
`
    expect(load(text).vary).toEqual({
      fields: [
        { path: 'azure.scaleSets.web.sku.capacity', domain: { kind: 'number', from: 2, to: 40, step: 1 } },
        {
          path: 'world.application.warmup',
          domain: { kind: 'duration', from: 10_000, to: 300_000, step: 1000 },
        },
        {
          path: 'world.images[default].boot',
          domain: { kind: 'duration', from: 60_000, to: 7_200_000, step: 300_000 },
        },
        {
          path: 'azure.scaleSets.web.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent',
          domain: { kind: 'values', values: [20, 34] },
        },
      ],
      faults: [
        { verb: 'breakInstance', atLeast: 0, atMost: 3 },
        {
          verb: 'hangInstance',
          atLeast: 1,
          atMost: 2,
          at: { fromMs: 3_600_000, toMs: 7_200_000 },
          for: { fromMs: 60_000, toMs: 300_000 },
        },
        { verb: 'failHost', atLeast: 0, atMost: 1 },
      ],
    })
    expect(load(BEGINNER).vary).toBeUndefined()
  })

  it.each<[what: string, entry: string, expected: string]>([
    [
      'a top key that is none',
      '{ path: azur.x, from: 1, to: 2 }',
      '12:13 E0185 azur is nothing that can be varied | did you mean azure?',
    ],
    ['the name of the scenario', '{ path: name, values: [a] }', '12:13 E0185 name is nothing that can be varied'],
    [
      'a set that is not declared',
      '{ path: azure.scaleSets.wed.sku.capacity, from: 1, to: 2 }',
      '12:29 E0185 no scale set wed is declared | did you mean web?',
    ],
    [
      'a property that no set has',
      '{ path: azure.scaleSets.web.sku.capcity, from: 1, to: 2 }',
      '12:37 E0185 sku has no property capcity | did you mean sku.capacity?',
    ],
    [
      'a key the world has not',
      '{ path: world.aplication.warmup, from: PT1S, to: PT2S }',
      '12:13 E0185 unknown key aplication',
    ],
    [
      'a value that does not fit',
      '{ path: world.application.warmup, from: 1, to: 2 }',
      '12:13 E0185 warmup must be a duration or',
    ],
    [
      'bounds the wrong way round',
      '{ path: azure.scaleSets.web.sku.capacity, from: 9, to: 2 }',
      '12:53 E0186 from 9 lies above to 2 | swap them',
    ],
    [
      'bounds of two kinds',
      '{ path: world.application.warmup, from: PT1S, to: 2 }',
      '12:55 E0186 from, to and step are all numbers or all durations, got 2',
    ],
    [
      'no step',
      '{ path: azure.scaleSets.web.sku.capacity, from: 2, to: 9, step: 0 }',
      '12:69 E0186 step must be above 0, got 0',
    ],
    ['a fault that nobody knows', '{ faults: { brakeInstance: 1 } }', 'E0101 unknown key brakeInstance'],
    [
      'fewer than fewest',
      '{ faults: { breakInstance: 3..1 } }',
      '12:32 E0188 breakInstance: 3 lies above 1 | swap them',
    ],
    [
      'a moment after the end',
      '{ faults: { failHost: { count: 1, at: { from: PT1H, to: PT7H } } } }',
      '12:61 E0188 failHost: PT7H lies after the end of the run at PT6H',
    ],
    [
      'a length the wrong way round',
      '{ faults: { failHost: { count: 1, for: { from: PT1H, to: PT1M } } } }',
      'E0188 failHost: PT1H lies above PT1M',
    ],
  ])('%s', (_, entry, expected) => {
    expect(mistakes(varied(entry))).toEqual([expect.stringContaining(expected)])
  })

  it('E0186: one path twice', () => {
    const entry = '{ path: azure.scaleSets.web.sku.capacity, from: 2, to: 4 }'
    expect(mistakes(`${varied(entry)}  - ${entry}\n`)).toEqual([
      '13:13 E0186 azure.scaleSets.web.sku.capacity stands twice in vary | keep one of them',
    ])
  })
})

describe('properties', () => {
  it('takes invariants and expectations', () => {
    const { properties } = load(`${BEGINNER}properties: [noZoneFullyDown, "blastRadius.percent <= 20"]\n`)
    expect(properties).toMatchObject([
      { kind: 'invariant', name: 'noZoneFullyDown' },
      { kind: 'expectation', expectation: { text: 'blastRadius.percent <= 20' } },
    ])
  })

  it.each<[what: string, line: string, expected: string]>([
    [
      'a misspelt invariant',
      'noZoneFulyDown',
      '12:5 E0187 no invariant is called noZoneFulyDown | did you mean noZoneFullyDown?',
    ],
    [
      'what speaks of many runs',
      'p99(blastRadius.percent) <= 20',
      '12:5 E0187 p99(…) speaks of many runs, a property of each one',
    ],
    ['an unknown measure', 'blastRadius.percnt <= 20', '12:5 E0114 unknown measure blastRadius.percnt'],
  ])('%s', (_, line, expected) => {
    expect(mistakes(holding(line))).toEqual([expect.stringContaining(expected)])
  })

  it('explain knows every invariant', () => {
    for (const name of INVARIANT_NAMES) expect(explain(name)).toMatchObject({ kind: 'invariant', id: name })
  })
})
