import { describe, expect, it } from 'vitest'
import { laidOver, readParameterFile, Symbolic } from '../../../src/model/arm/template.ts'
import { codesOf, evaluateOne, evaluateParts } from './evaluation.ts'

const give = (declaration: Record<string, unknown>, given?: unknown) =>
  evaluateOne("[parameters('size')]", { parameters: { size: declaration } }, given === undefined ? {} : { size: given })

describe('values are converted to the declared type where that is safe', () => {
  it.each([
    ['int', '15', 15],
    ['Int', 3, 3],
    ['bool', 'False', false],
    ['string', 2, '2'],
    ['string', true, 'true'],
    ['securestring', 'x', 'x'],
    ['array', [1], [1]],
    ['object', { a: 1 }, { a: 1 }],
  ])('%s %j -> %j', (type, given, value) => {
    expect(give({ type }, given)).toEqual({ value, diagnostics: [] })
    expect(give({ type, defaultValue: given })).toEqual({ value, diagnostics: [] })
  })

  it.each([
    ['int', 'many'],
    ['int', 1.5],
    ['bool', 'yes'],
    ['string', ['a']],
    ['array', 'a'],
    ['object', [1]],
    ['string', null],
  ])('E0103 %s %j', (type, given) => {
    expect(codesOf(give({ type }, given))).toEqual(['E0103'])
  })

  it('E0103 never shows a secret', () => {
    const [diagnostic] = give({ type: 'secureObject' }, ['hunter2']).diagnostics
    expect(diagnostic?.message).toContain('a secret')
    expect(diagnostic?.message).not.toContain('hunter2')
  })
})

describe('declared limits', () => {
  it.each([
    [{ type: 'string', allowedValues: ['Rolling', 'Manual'] }, 'Roling', 'E0105', "did you mean 'Rolling'?"],
    [{ type: 'int', allowedValues: [1, 2] }, 3, 'E0105', undefined],
    [{ type: 'array', allowedValues: ['1', '2'] }, ['1', '4'], 'E0105', undefined],
    [{ type: 'int', minValue: 2 }, 1, 'E0104', undefined],
    [{ type: 'int', maxValue: 2 }, '3', 'E0104', undefined],
    [{ type: 'string', minLength: 2 }, 'a', 'E0104', undefined],
    [{ type: 'array', maxLength: 1 }, [1, 2], 'E0104', undefined],
  ])('%j refuses %j: %s', (declaration, given, code, hint) => {
    const result = give(declaration, given)
    expect(codesOf(result)).toEqual([code])
    expect(result.diagnostics[0]?.hint).toBe(hint)
    expect(result.diagnostics[0]?.message).toContain("parameter 'size'")
  })

  it.each([
    [{ type: 'string', allowedValues: ['Rolling', 'Manual'] }, 'rolling'],
    [{ type: 'array', allowedValues: ['1', '2'] }, ['2']],
    [{ type: 'int', minValue: 2, maxValue: 2 }, 2],
    [{ type: 'string', minLength: 1, maxLength: 1 }, 'a'],
  ])('%j accepts %j', (declaration, given) => {
    expect(codesOf(give(declaration, given))).toEqual([])
  })
})

describe('parameters without a value', () => {
  it('stay unknown and are no mistake', () => {
    const { value, diagnostics } = give({ type: 'int' })
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({ reason: 'parameter size has no value', parameters: ['size'] })
  })

  it('are null when they may be', () => {
    expect(give({ type: 'int', nullable: true })).toEqual({ value: null, diagnostics: [] })
  })

  it('a default may need another parameter', () => {
    const parts = {
      parameters: { a: { type: 'string', defaultValue: "[concat(parameters('B'), '!')]" }, b: { type: 'string' } },
    }
    expect(evaluateOne("[parameters('a')]", parts, { b: 'x' }).value).toBe('x!')
    expect(evaluateOne("[parameters('a')]", parts).value).toMatchObject({ parameters: ['b'] })
  })

  it('E0303 a default that needs itself', () => {
    const parts = {
      parameters: {
        a: { type: 'string', defaultValue: "[parameters('b')]" },
        b: { type: 'string', defaultValue: "[parameters('a')]" },
      },
    }
    expect(codesOf(evaluateOne("[parameters('a')]", parts))).toEqual(['E0303'])
  })
})

describe('parameters that are given', () => {
  it('names are matched in any casing', () => {
    const parts = { parameters: { AdminUsername: { type: 'string' } } }
    expect(evaluateOne("[parameters('adminUsername')]", parts, { ADMINUSERNAME: 'me' }).value).toBe('me')
  })

  it('E0101 one that the template does not have, with the nearest name', () => {
    const { diagnostics } = evaluateParts({ parameters: { instanceCount: { type: 'int' } } }, { instanceCuont: 3 })
    expect(diagnostics).toEqual([expect.objectContaining({ code: 'E0101', hint: "did you mean 'instanceCount'?" })])
    expect(evaluateParts({}, { a: 1 }).diagnostics[0]?.hint).toBe('the template takes no parameters')
  })

  it('are listed with where their value comes from', () => {
    const declared = { a: { type: 'int' }, b: { type: 'int', defaultValue: 2 }, c: { type: 'int' } }
    expect(evaluateParts({ parameters: declared }, { a: '1' }).parameters).toEqual([
      { name: 'a', type: 'int', value: 1, from: 'given' },
      { name: 'b', type: 'int', value: 2, from: 'default' },
      { name: 'c', type: 'int', value: expect.any(Symbolic), from: 'none' },
    ])
  })
})

describe('readParameterFile', () => {
  const read = (document: unknown) => readParameterFile(JSON.stringify(document), 'p.json')

  it('reads an ARM parameter file', () => {
    const file = {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
      contentVersion: '1.0.0.0',
      parameters: { count: { value: 3 }, none: { value: null } },
    }
    expect(read(file)).toEqual({ parameters: { count: 3, none: null }, diagnostics: [] })
  })

  it('reads one without a schema, and a plain object', () => {
    expect(read({ parameters: { count: { value: 3 } } }).parameters).toEqual({ count: 3 })
    expect(read({ count: 3, tags: { value: 1 } }).parameters).toEqual({ count: 3, tags: { value: 1 } })
  })

  it('a key vault reference stays unknown in the template', () => {
    const reference = { keyVault: { id: '/x' }, secretName: 's' }
    const { parameters, diagnostics } = read({ contentVersion: '1.0.0.0', parameters: { password: { reference } } })
    expect(diagnostics).toEqual([])
    const { value } = evaluateOne(
      "[parameters('password')]",
      { parameters: { password: { type: 'securestring' } } },
      parameters,
    )
    expect(value).toMatchObject({ reason: 'parameter password comes from a key vault', parameters: ['password'] })
  })

  it('reports what is wrong with its place', () => {
    const text = '{\n  "contentVersion": "1.0.0.0",\n  "parameters": { "count": 3, "ok": { "value": 1 } }\n}'
    expect(readParameterFile(text, 'p.json')).toEqual({
      parameters: { ok: 1 },
      diagnostics: [expect.objectContaining({ code: 'E0103', place: { file: 'p.json', line: 3, column: 28 } })],
    })
    expect(codesOf(read([1]))).toEqual(['E0103'])
    expect(codesOf(readParameterFile('{', 'p.json'))).toEqual(['E0003'])
  })
})

describe('laidOver', () => {
  it('takes the later value in any spelling, as Resource Manager would', () => {
    expect(laidOver({ Count: 1, zone: 2 }, { COUNT: 3 }, {})).toEqual({ zone: 2, COUNT: 3 })
    expect(Object.keys(laidOver(JSON.parse('{ "__proto__": 1 }') as Record<string, unknown>))).toEqual(['__proto__'])
  })
})
