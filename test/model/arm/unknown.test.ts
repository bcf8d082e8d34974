import { describe, expect, it } from 'vitest'
import { Symbolic } from '../../../src/model/arm/template.ts'
import { codesOf, evaluateOne } from './evaluation.ts'

/** `p` and `q` have no values. */
const PARTS = {
  parameters: { p: { type: 'string' }, q: { type: 'string' }, known: { type: 'string', defaultValue: 'k' } },
  variables: { name: "[concat('gw-', parameters('P'))]", box: { inside: "[parameters('p')]", sure: 1 } },
}
const giving = (expression: string): unknown => evaluateOne(`[${expression}]`, PARTS).value

describe('the result is known although an argument is not', () => {
  it.each([
    ["and(parameters('p'), false())", false],
    ["or(parameters('p'), true())", true],
    ["if(parameters('p'), 'same', 'same')", 'same'],
    ["equals(parameters('p'), parameters('P'))", true],
    ["empty(variables('name'))", false],
    ["length(createArray(parameters('p'), 1))", 2],
    ["last(createArray(parameters('p'), 1))", 1],
    ["contains(createArray(parameters('p'), 'a'), 'a')", true],
    ["equals(createArray(parameters('p'), 1), createArray('a', 2))", false],
    ["equals(createArray(parameters('p')), 'a')", false],
    ["variables('box').sure", 1],
    ["tryGet(createObject('a', 1, 'b', parameters('p')), 'a')", 1],
    ["coalesce('a', parameters('p'))", 'a'],
    ["map(createArray(parameters('p'), 1), lambda('x', 'y'))", null],
  ])('%s -> %j', (expression, value) => {
    if (value === null) return expect(codesOf(evaluateOne(`[${expression}]`, PARTS))).toEqual([])
    expect(giving(expression)).toEqual(value)
  })
})

describe('the result is unknown', () => {
  it.each([
    ["parameters('p')", "{parameters('p')}", ['p']],
    ["concat('a-', parameters('p'), '-', 1)", "a-{parameters('p')}-1", ['p']],
    ["variables('name')", "gw-{parameters('p')}", ['p']],
    ["format('{0}/{1}', parameters('q'), parameters('p'))", "{parameters('q')}/{parameters('p')}", ['q', 'p']],
    ["toLower(concat('A-', parameters('p')))", "a-{toLower(parameters('p'))}", ['p']],
    ["toLower(toLower(parameters('p')))", "{toLower(parameters('p'))}", ['p']],
    ["join(createArray('a', parameters('p')), '-')", "a-{parameters('p')}", ['p']],
    ["string(parameters('p'))", "{parameters('p')}", ['p']],
    ["add(parameters('p'), 1)", "{add(parameters('p'), 1)}", ['p']],
    ["parameters('p').x[0]", "{parameters('p').x[0]}", ['p']],
    ["createArray(1, 2)[parameters('p')]", "{createArray(1, 2)[parameters('p')]}", ['p']],
    ["equals(parameters('p'), parameters('q'))", "{equals(parameters('p'), parameters('q'))}", ['p', 'q']],
    ["and(parameters('p'), true(), parameters('q'))", "{and(parameters('p'), parameters('q'))}", ['p', 'q']],
    ["if(parameters('p'), 'a', parameters('q'))", "{if(parameters('p'), 'a', parameters('q'))}", ['p', 'q']],
    ["coalesce(parameters('p'), 'a')", "{coalesce(parameters('p'), 'a')}", ['p']],
    ["contains(createArray(parameters('p')), 'a')", "{contains(createArray(parameters('p')), 'a')}", ['p']],
    ["base64(createObject('a', parameters('p')))", "{base64(createObject('a', parameters('p')))}", ['p']],
    ["filter(createArray(1), lambda('x', parameters('p')))", '{filter(createArray(1))}', ['p']],
    ["parameters(parameters('p'))", "{parameters(parameters('p'))}", ['p']],
    ["concat(reference(parameters('p')).x, 'a')", "{reference(parameters('p')).x}a", ['p']],
  ])('%s', (expression, rendered, parameters) => {
    const value = giving(expression)
    expect(value).toBeInstanceOf(Symbolic)
    expect((value as Symbolic).rendered).toBe(rendered)
    expect((value as Symbolic).parameters).toEqual(parameters)
    expect((value as Symbolic).expression).toBe(`[${expression}]`)
  })

  it('arrays and objects stay open, with the unknown in its place', () => {
    expect(giving("union(createObject('a', parameters('p')), createObject('b', 1))")).toEqual({
      a: expect.any(Symbolic),
      b: 1,
    })
    expect(giving("concat(createArray(1), createArray(parameters('p')))")).toEqual([1, expect.any(Symbolic)])
  })

  it('reasons of several unknowns are told together, each once', () => {
    const { reason } = giving("concat(parameters('p'), reference('x'), parameters('p'))") as Symbolic
    expect(reason).toBe('parameter p has no value; reference() needs the live resource')
  })
})

describe('unknowns that mean the same compare equal', () => {
  it.each([
    ["variables('name')", "concat('gw-', parameters('p'))", true],
    ["variables('name')", "format('gw-{0}', parameters('p'))", true],
    ["resourceId('A.B/c', variables('name'))", "resourceId('A.B/c/', concat('gw-', parameters('P')))", true],
    ["variables('name')", "concat('gw-', parameters('q'))", false],
    ["toLower(parameters('p'))", "parameters('p')", false],
  ])('%s and %s: %j', (a, b, same) => {
    expect((giving(a) as Symbolic).equals(giving(b))).toBe(same)
  })

  it('an id with an unknown name shows what is known of it', () => {
    expect(
      (giving("resourceId('Microsoft.Compute/virtualMachineScaleSets', variables('name'))") as Symbolic).rendered,
    ).toBe(
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/gw-{parameters('p')}",
    )
  })
})

describe('the place of the deployment', () => {
  it('a location that is not given is unknown, and says so', () => {
    const { value, diagnostics } = evaluateOne('[resourceGroup().location]')
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({ reason: 'the location of the resource group is not given', parameters: [] })
  })

  it('what is given is used', () => {
    const options = { resourceGroup: { name: 'prod', location: 'westeurope' }, subscriptionId: 's' }
    const of = (expression: string) => evaluateOne(`[${expression}]`, {}, {}, options).value
    expect(of('resourceGroup().location')).toBe('westeurope')
    expect(of('resourceGroup().name')).toBe('prod')
    expect(of("resourceId('A.B/c', 'n')")).toBe('/subscriptions/s/resourceGroups/prod/providers/A.B/c/n')
  })

  it('a parameter whose default needs the location is the one to give', () => {
    const parts = { parameters: { location: { type: 'string', defaultValue: '[resourceGroup().location]' } } }
    expect(evaluateOne("[parameters('location')]", parts).value).toMatchObject({
      reason: 'the location of the resource group is not given',
      parameters: ['location'],
    })
  })
})
