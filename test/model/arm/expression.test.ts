import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callsIn, parseText } from '../../../src/model/arm/expression.ts'
import { codesOf, evaluateOne } from './evaluation.ts'

describe('what is an expression', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['[', '['],
    ["[[parameters('x')]", "[parameters('x')]"],
    ['[test] value', '[test] value'],
    ['value [test]', 'value [test]'],
    ['[[x', '[[x'],
  ])('%j is the text %j', (text, value) => {
    expect(parseText(text)).toEqual({ kind: 'literal', value })
  })

  it.each([
    ["['it''s']", "it's"],
    ["['']", ''],
    ["['''']", "'"],
    ['[-3]', -3],
    ["[ concat( 'a' ,\n 'b' ) ]", 'ab'],
    ["[CONCAT('a', 'b')]", 'ab'],
    ["[createArray('a', 'b')[1]]", 'b'],
    ["[createObject('a', createArray(1, 2)).a[0]]", 1],
    ["[createObject('a', 1)['A']]", 1],
    ["[createObject('a', 1).?b]", null],
    ["[createObject('a', 1)[?'b']]", null],
    ['[createArray(1)[?5]]', null],
    ["[json('null').?a]", null],
    ["[array(createObject('a', createArray(createObject('b', 7))))[0].a[0].b]", 7],
  ])('%s -> %j', (text, value) => {
    expect(evaluateOne(text)).toEqual({ value, diagnostics: [] })
  })

  it('a property is found in any casing, an exact match first', () => {
    expect(evaluateOne('[json(\'{"true": 1, "True": 2}\').True]').value).toBe(2)
    expect(evaluateOne('[json(\'{"true": 1}\').TRUE]').value).toBe(1)
  })
})

describe('E0301 a malformed expression', () => {
  it.each([
    ["[concat('a', ]", 13, 'expected a function'],
    ["[concat('a']", 12, 'expected "," or ")"'],
    ["[concat('a)]", 9, 'no closing quote'],
    ['[parameters("x")]', 13, 'unexpected """'],
    ['[true]', 6, 'expected "(" after true'],
    ["[concat('a') 'b']", 14, 'expected the end'],
    ['[]', 2, 'expected a function'],
    ['[add(1.5, 2)]', 6, 'no integer'],
    ["[variables('a').]", 17, 'a property name'],
    ["[variables('a')[0]", 0, ''],
    ['[a b]', 4, 'expected "(" after a'],
    ['[99999999999999999999]', 2, 'too large'],
    ['[ns.name]', 9, 'expected "(" after ns.name'],
  ])('%s, character %i', (text, character, message) => {
    const parsed = parseText(text)
    if (character === 0) return expect(codesOf(evaluateOne(text))).toEqual(['E0301'])
    expect(parsed).toMatchObject({ kind: 'malformed', error: { character } })
    expect(parsed.kind === 'malformed' && parsed.error.message).toContain(message)
  })

  it('is reported once with its place, and leaves an unknown', () => {
    const { value, diagnostics } = evaluateOne('[concat(]')
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code: 'E0301',
        path: 'resources[0].properties.value',
        place: { file: 'main.json', line: 1, column: expect.any(Number) },
      }),
    ])
    expect(value).toMatchObject({ expression: '[concat(]' })
  })

  it('says how bare words are written', () => {
    expect(evaluateOne('[true]').diagnostics[0]?.hint).toBe('write true()')
    expect(evaluateOne('[size]').diagnostics[0]?.hint).toContain("parameters('size')")
  })

  it('refuses nesting that would exhaust the stack', () => {
    for (const text of [`[${'a('.repeat(5000)}]`, `[a()${'.b'.repeat(5000)}]`, `[a()${'[0'.repeat(5000)}]`]) {
      expect(parseText(text)).toMatchObject({
        kind: 'malformed',
        error: { message: expect.stringContaining('nested') },
      })
    }
  })

  it('any text is read to a result', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', "'", '(', ')', '[', ']', ',', '.', '?', ' ', '1', '-', '"', '$')),
        (parts) => {
          expect(['literal', 'expression', 'malformed']).toContain(parseText(`[${parts.join('')}]`).kind)
        },
      ),
    ))
})

it('callsIn lists the calls of an expression, outermost first', () => {
  const parsed = parseText("[concat(parameters('a'), variables('b')[copyIndex()].c)]")
  const names = parsed.kind === 'expression' ? callsIn(parsed.expression).map(({ name }) => name) : []
  expect(names).toEqual(['concat', 'parameters', 'variables', 'copyIndex'])
})
