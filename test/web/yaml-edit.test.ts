import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { removeFromYaml, setAllInYaml, setInYaml } from '../../src/web/edit/yaml-edit.ts'

const TEXT = `# what this is
name: a   # short
azure:
  scaleSets:
    web: # the only one
      sku: { name: Standard_D2as_v5, capacity: 30 } # thirty
      zones: ["1", "2"]
      upgradePolicy:
        mode: Rolling
        # batches
        rollingUpgradePolicy: { maxBatchInstancePercent: 20, pauseTimeBetweenBatches: PT2M }
timeline:
  # first
  - { at: PT10M, scaleTo: { capacity: 12 } }
  # then
  - at: PT20M
    reapply:
`

describe('setInYaml', () => {
  it.each([
    {
      what: 'a number among braces',
      path: ['azure', 'scaleSets', 'web', 'sku', 'capacity'],
      value: 12,
      from: 'capacity: 30 }',
      to: 'capacity: 12 }',
    },
    { what: 'a text of its own line', path: ['name'], value: 'b', from: 'name: a   # short', to: 'name: b   # short' },
    {
      what: 'a new key among braces',
      path: ['azure', 'scaleSets', 'web', 'upgradePolicy', 'rollingUpgradePolicy', 'maxSurge'],
      value: true,
      from: 'PT2M }',
      to: 'PT2M, maxSurge: true }',
    },
    {
      what: 'a new key among lines',
      path: ['azure', 'scaleSets', 'web', 'upgradePolicy', 'x'],
      value: 1,
      from: 'PT2M }\n',
      to: 'PT2M }\n        x: 1\n',
    },
    {
      what: 'new keys in each other',
      path: ['azure', 'scaleSets', 'web', 'automaticRepairsPolicy', 'enabled'],
      value: true,
      from: 'PT2M }\n',
      to: 'PT2M }\n      automaticRepairsPolicy: { enabled: true }\n',
    },
    {
      what: 'a list',
      path: ['azure', 'scaleSets', 'web', 'zones'],
      value: ['1', '2', '3'],
      from: '["1", "2"]',
      to: '[ "1", "2", "3" ]',
    },
    { what: 'a value in a list', path: ['timeline', 0, 'at'], value: 'PT11M', from: 'at: PT10M', to: 'at: PT11M' },
    {
      what: 'one more in a list',
      path: ['timeline', 2],
      value: { at: 'PT30M', reapply: null },
      from: '    reapply:\n',
      to: '    reapply:\n  - { at: PT30M, reapply: null }\n',
    },
    { what: 'a new key of the top', path: ['seed'], value: 7, from: '    reapply:\n', to: '    reapply:\nseed: 7\n' },
  ])('writes $what and leaves everything else as it is', ({ path, value, from, to }) => {
    expect(TEXT).toContain(from)
    expect(setInYaml(TEXT, path, value)).toBe(TEXT.replace(from, () => to))
  })

  it('begins a file', () => {
    expect(setInYaml('', ['world', 'spot', 'rate'], 5)).toBe('world: { spot: { rate: 5 } }\n')
    expect(setInYaml('# only a comment\n', ['seed'], 1)).toContain('# only a comment\n')
  })

  it('fills a key that holds nothing', () => {
    expect(setInYaml('a:\nb: 1\n', ['a', 'c'], 2)).toBe('a: { c: 2 }\nb: 1\n')
  })

  it('puts one line in place of a list of lines', () => {
    expect(setInYaml('zones: # all\n  - "1"\n  - "2"\nb: 1\n', ['zones'], ['3'])).toBe('zones: [ "3" ]\nb: 1\n')
  })

  it('does not change what an anchor shares', () => {
    const text = 'a: &p { x: 1 }\nb: *p\n'
    const edited = setInYaml(text, ['b'], { x: 2 })
    expect(parse(edited)).toEqual({ a: { x: 1 }, b: { x: 2 } })
  })

  it('quotes what would be read as something else', () => {
    for (const value of ['1', 'true', 'a: b', 'a, b', '[x', '', ' x', '#no', 'null', '~'])
      expect(parse(setInYaml('a: { b: x }\n', ['a', 'b'], value))).toEqual({ a: { b: value } })
  })

  it('refuses what is not YAML, and a way through a single value', () => {
    expect(() => setInYaml('a: [', ['a'], 1)).toThrow(RangeError)
    expect(() => setInYaml('a: 1\n', ['a', 'b'], 1)).toThrow(RangeError)
  })

  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 8 }), fc.constant(null))
  const key = fc.constantFrom('a', 'b', 'c d', '1.7.0', 'galProd/x', '#', 'on')
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }))
  const pathIn = (value: unknown, picks: readonly number[]): (string | number)[] => {
    const path: (string | number)[] = []
    let here = value
    for (const pick of picks) {
      if (typeof here !== 'object' || here === null) break
      const keys = Array.isArray(here) ? here.map((_, index) => index) : Object.keys(here)
      if (keys.length === 0) break
      const chosen = keys[pick % keys.length]!
      path.push(chosen)
      here = (here as Record<string | number, unknown>)[chosen]
    }
    return path
  }

  it('yields the document with that one value changed, in whatever style it is written, comments kept', () =>
    fc.assert(
      fc.property(
        fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
        fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })),
        fc.constantFrom('block' as const, 'flow' as const, 'any' as const),
        fc.boolean(),
        (document, picks, value, collectionStyle, isNew) => {
          const text = `# head\n${stringify(document, { collectionStyle, lineWidth: 0 })}# tail\n`
          const own = pathIn(document, picks)
          const path = isNew
            ? [...own.slice(0, -1), ...(typeof own.at(-1) === 'number' ? [own.at(-1)!] : ['new'])]
            : own
          const expected = structuredClone(document) as Record<string | number, unknown>
          let here = expected
          for (const step of path.slice(0, -1)) here = here[step] as Record<string | number, unknown>
          here[path.at(-1)!] = value
          const edited = setInYaml(text, path, value)
          expect(parse(edited)).toEqual(expected)
          expect(edited).toContain('# head')
          expect(edited).toContain('# tail')
        },
      ),
      { numRuns: 300 },
    ))

  it('says the same with several edits as with one after the other', () => {
    const edits = [
      { path: ['a'], value: 1 },
      { path: ['b', 'c'], value: 2 },
    ]
    expect(parse(setAllInYaml('a: 0\n', edits))).toEqual({ a: 1, b: { c: 2 } })
  })
})

describe('removeFromYaml', () => {
  it.each([
    {
      what: 'the first of a list, with its line',
      path: ['timeline', 0],
      from: '  - { at: PT10M, scaleTo: { capacity: 12 } }\n',
      to: '',
    },
    {
      what: 'the last of a list, with its lines',
      path: ['timeline', 1],
      from: '  - at: PT20M\n    reapply:\n',
      to: '',
    },
    {
      what: 'a key among braces',
      path: ['azure', 'scaleSets', 'web', 'sku', 'name'],
      from: 'name: Standard_D2as_v5, ',
      to: '',
    },
    {
      what: 'the last among braces',
      path: ['azure', 'scaleSets', 'web', 'sku', 'capacity'],
      from: ', capacity: 30',
      to: '',
    },
    { what: 'a key with its line', path: ['name'], from: 'name: a   # short\n', to: '' },
  ])('takes $what', ({ path, from, to }) => {
    expect(removeFromYaml(TEXT, path)).toBe(TEXT.replace(from, () => to))
  })

  it('leaves an empty list where the last member goes', () => {
    expect(parse(removeFromYaml('a:\n  - 1\n', ['a', 0]))).toEqual({ a: [] })
  })

  it('leaves a text without it as it is', () => {
    expect(removeFromYaml(TEXT, ['nothing', 0])).toBe(TEXT)
  })
})
