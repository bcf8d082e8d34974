import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPath, parseJsonWithPlaces } from '../../../src/model/arm/json.ts'

describe('parseJsonWithPlaces', () => {
  it('reads strict JSON as JSON.parse does', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1)
        const { value: read, diagnostics } = parseJsonWithPlaces(text, 'a.json')
        expect(diagnostics).toEqual([])
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(text)))
      }),
    ))

  it('accepts both kinds of comments and a byte order mark', () => {
    const text = '\uFEFF// head\n{ /* one */ "a": 1 // two\n}'
    const document = parseJsonWithPlaces(text, 'a.json')
    expect(document).toMatchObject({ value: { a: 1 }, diagnostics: [] })
    expect(document.placeOf(['a'])).toEqual({ file: 'a.json', line: 2, column: 18 })
  })

  it('keeps a key named __proto__ as a key', () => {
    const { value } = parseJsonWithPlaces('{"__proto__": {"polluted": 1}}', 'a.json')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect((value as { polluted?: number }).polluted).toBeUndefined()
  })

  it.each([
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 3, 3, 'a comma'],
    ['a file cut off', '{\n  "a": [1, 2', 2, 13, 'closing bracket'],
    ['a trailing comma', '[1,\n]', 2, 1, 'a value'],
    ['a trailing comma in an object', '{"a": 1,\n}', 2, 1, 'a property name'],
    ['an empty file', '', 1, 1, 'the file is empty'],
    ['single quotes', "{'a': 1}", 1, 2, ''],
    ['text after the end', '{} {}', 1, 4, 'the end of the file'],
    ['a text without end', '{"a": "b\n}', 1, 7, 'closing double quote'],
    ['a bare word', '[yes]', 1, 2, 'a value in JSON'],
  ])('E0003 names the first error: %s', (_what, text, line, column, expected) => {
    const { value, diagnostics } = parseJsonWithPlaces(text, 'a.json')
    expect(value).toBeUndefined()
    expect(diagnostics).toHaveLength(1)
    expect(diagnostics[0]).toMatchObject({ code: 'E0003', place: { file: 'a.json', line, column } })
    expect(diagnostics[0]?.message).toContain(expected)
  })

  it('E0003 stops before nesting that would exhaust the stack', () => {
    const { diagnostics } = parseJsonWithPlaces('['.repeat(100_000), 'a.json')
    expect(diagnostics[0]).toMatchObject({ code: 'E0003', place: { line: 1, column: 201 } })
  })

  it('gives the place of a value, or the nearest one that exists', () => {
    const { placeOf } = parseJsonWithPlaces('{\n  "a": [\n    { "b": true }\n  ]\n}', 'a.json')
    expect(placeOf(['a', 0, 'b'])).toMatchObject({ line: 3, column: 12 })
    expect(placeOf(['a', 0, 'missing', 'deeper'])).toMatchObject({ line: 3, column: 5 })
    expect(placeOf(['a', 7])).toMatchObject({ line: 2, column: 8 })
    expect(placeOf([])).toMatchObject({ line: 1, column: 1 })
  })

  it('a repeated key counts as its last occurrence, also for its place', () => {
    const { value, placeOf } = parseJsonWithPlaces('{"a": 1,\n"a": 2}', 'a.json')
    expect(value).toEqual({ a: 2 })
    expect(placeOf(['a'])).toMatchObject({ line: 2, column: 6 })
  })
})

it('formatPath writes a path as a reader would', () => {
  expect(formatPath(['resources', 3, 'tags', 'a.b'])).toBe("resources[3].tags['a.b']")
  expect(formatPath(['sku', 'capacity'], 'resources.web')).toBe('resources.web.sku.capacity')
})
