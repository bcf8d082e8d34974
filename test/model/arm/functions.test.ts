import { describe, expect, it } from 'vitest'
import { FUNCTIONS } from '../../../src/model/arm/functions/index.ts'
import { codesOf, evaluateOne } from './evaluation.ts'

const RG = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg'
const LB = 'Microsoft.Network/loadBalancers'

/** Expression and value. Texts are in the template language, so each row can be tried in a deployment. */
const ROWS: readonly (readonly [string, unknown])[] = [
  // Texts
  ["concat('a', 1, true())", 'a1True'],
  ['concat(createArray(1), createArray(2, 3))', [1, 2, 3]],
  ["toLower('ABC')", 'abc'],
  ["toUpper('abc')", 'ABC'],
  ['string(15)', '15'],
  ['string(false())', 'False'],
  ["string(createObject('a', createArray(1)))", '{"a":[1]}'],
  ["trim('  a ')", 'a'],
  ["padLeft(5, 3, '0')", '005'],
  ["padLeft('a', 3)", '  a'],
  ["split('a,b;c', createArray(',', ';'))", ['a', 'b', 'c']],
  ["split('a,b', ',')", ['a', 'b']],
  ["join(createArray('a', 1), '-')", 'a-1'],
  ["substring('abcdef', 2)", 'cdef'],
  ["substring('abcdef', 1, 2)", 'bc'],
  ["replace('West US 2', ' ', '')", 'WestUS2'],
  ["replace('a', 'a', '$&')", '$&'],
  ["indexOf('abcB', 'B')", 1],
  ["indexOf('abc', 'x')", -1],
  ["lastIndexOf('abcB', 'b')", 3],
  ["startsWith('Abc', 'aB')", true],
  ["endsWith('Abc', 'BC')", true],
  ["endsWith('Abc', 'a')", false],
  ["format('{0}-{1}', 'a', 2)", 'a-2'],
  ["format('{0,4}|{1,-3}|', 'a', 'b')", '   a|b  |'],
  ["format('{{{0}}}', 7)", '{7}'],
  ["format('{0:D3} {1:N0} {1:N2} {2:X2} {0:000} {1:#,##0.0#}', 7, 12345, 10)", '007 12,345 12,345.00 0A 007 12,345.0'],
  ["format('{0} {1}', true(), createArray(1))", 'True [1]'],
  // Arrays
  ["array('a')", ['a']],
  ["array(createArray('a'))", ['a']],
  ['createArray()', []],
  ["contains('OneTwo', 'Two')", true],
  ["contains('OneTwo', 'two')", false],
  ["contains(createObject('One', 1), 'one')", true],
  ["contains(createArray('a', 1), 1)", true],
  ["contains(createArray('a'), 'A')", false],
  ["empty('')", true],
  ['empty(createArray())', true],
  ["empty(json('null'))", true],
  ["empty(createObject('a', 1))", false],
  ["length('abc')", 3],
  ['length(createArray(1, 2))', 2],
  ["length(createObject('a', 1))", 1],
  ["first('abc')", 'a'],
  ['first(createArray())', null],
  ['last(createArray(1, 2))', 2],
  ["last('abc')", 'c'],
  ["take('abc', 2)", 'ab'],
  ['take(createArray(1, 2, 3), -1)', []],
  ['take(createArray(1, 2, 3), 9)', [1, 2, 3]],
  ['skip(createArray(1, 2, 3), 2)', [3]],
  ["skip('abc', 1)", 'bc'],
  ['range(5, 3)', [5, 6, 7]],
  ['range(1, 0)', []],
  ['flatten(createArray(createArray(1, 2), createArray(3)))', [1, 2, 3]],
  ['union(createArray(1, 2), createArray(2, 3))', [1, 2, 3]],
  [
    "union(createObject('a', createObject('x', 1), 'l', createArray(1)), createObject('a', createObject('y', 2), 'l', createArray(2)))",
    { a: { x: 1, y: 2 }, l: [2] },
  ],
  ['intersection(createArray(1, 2, 3), createArray(3, 2))', [2, 3]],
  ["intersection(createObject('a', 1, 'b', 2), createObject('a', 1, 'b', 3))", { a: 1 }],
  ['indexFromEnd(createArray(1, 2, 3), 1)', 3],
  ['tryIndexFromEnd(createArray(1, 2, 3), 3)', 1],
  ['tryIndexFromEnd(createArray(1, 2, 3), 4)', null],
  // Objects
  ["createObject('a', 1, 'b', null())", { a: 1, b: null }],
  ["json('null')", null],
  ['json(\'{"a": [true]}\')', { a: [true] }],
  ["tryGet(createObject('a', createArray(1, 2)), 'a', 1)", 2],
  ["tryGet(createObject('a', 1), 'b', 'c')", null],
  [
    "items(createObject('b', 1, 'a', 2))",
    [
      { key: 'a', value: 2 },
      { key: 'b', value: 1 },
    ],
  ],
  ["objectKeys(createObject('b', 1, 'a', 2))", ['a', 'b']],
  [
    "shallowMerge(createArray(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2))))",
    { a: { y: 2 } },
  ],
  // Logic
  ["if(true(), 'yes', 'no')", 'yes'],
  ["if(false(), variables('missing'), 'no')", 'no'],
  ['and(true(), true(), false())', false],
  ["and(false(), variables('missing'))", false],
  ["or(true(), variables('missing'))", true],
  ['or(false(), false())', false],
  ['not(false())', true],
  ['xor(true(), false())', true],
  ["equals('a', 'A')", false],
  ["equals(1, '1')", false],
  ["equals(createObject('a', createArray(1), 'b', 2), createObject('b', 2, 'a', createArray(1)))", true],
  ['equals(createArray(1, 2), createArray(2, 1))', false],
  ['greater(2, 1)', true],
  ["greater('b', 'a')", true],
  ["greater('2', 10)", false],
  ['greaterOrEquals(2, 2)', true],
  ['less(2, 2)', false],
  ['lessOrEquals(2, 2)', true],
  ["coalesce(null(), json('null'), '', 'a')", ''],
  ['coalesce(null())', null],
  ["bool('TRUE')", true],
  ['bool(0)', false],
  // Numbers
  ['add(1, -3)', -2],
  ['sub(1, 3)', -2],
  ['mul(2, 3)', 6],
  ['div(-7, 2)', -3],
  ['div(0, -2)', 0],
  ['mod(7, 3)', 1],
  ['min(3, 1, 2)', 1],
  ['max(createArray(3, 1, 2))', 3],
  ["int('15')", 15],
  ["float('1.5')", 1.5],
  ["add('15', 1)", 16],
  // Encodings
  ["base64('one, tü')", 'b25lLCB0w7w='],
  ["base64ToString('b25lLCB0w7w=')", 'one, tü'],
  ['base64ToJson(base64(\'{"a": 1}\'))', { a: 1 }],
  ["uri('http://contoso.org/firstpath', 'myscript.sh')", 'http://contoso.org/myscript.sh'],
  ["uri('http://contoso.org/firstpath/', 'a/b.sh')", 'http://contoso.org/firstpath/a/b.sh'],
  ["uriComponent('http://a b')", 'http%3A%2F%2Fa%20b'],
  ["uriComponentToString('http%3A%2F%2Fa%20b')", 'http://a b'],
  ["dataUri('Hello')", 'data:text/plain;charset=utf8;base64,SGVsbG8='],
  ["dataUriToString('data:;base64,SGVsbG8=')", 'Hello'],
  // Lambdas
  ["map(createArray(1, 2), lambda('x', add(lambdaVariables('X'), 1)))", [2, 3]],
  ["map(createArray('a'), lambda('x', 'i', concat(lambdaVariables('x'), lambdaVariables('i'))))", ['a0']],
  [
    "map(createArray(1), lambda('x', map(createArray(2), lambda('y', add(lambdaVariables('x'), lambdaVariables('y'))))))",
    [[3]],
  ],
  ["filter(range(0, 5), lambda('x', greater(lambdaVariables('x'), 2)))", [3, 4]],
  ["reduce(range(1, 4), 0, lambda('sum', 'x', add(lambdaVariables('sum'), lambdaVariables('x'))))", 10],
  ["sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", [1, 2, 3]],
  [
    "toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')), lambda('x', length(lambdaVariables('x'))))",
    { a: 1, b: 1 },
  ],
  ["toObject(createArray('a'), lambda('x', lambdaVariables('x')))", { a: 'a' }],
  ["groupBy(createArray('ab', 'ac', 'b'), lambda('x', first(lambdaVariables('x'))))", { a: ['ab', 'ac'], b: ['b'] }],
  ["mapValues(createObject('a', 1), lambda('x', add(lambdaVariables('x'), 1)))", { a: 2 }],
  // Where it is deployed
  [`resourceId('${LB}', 'lb')`, `${RG}/providers/${LB}/lb`],
  [`resourceId('${LB}/probes', 'lb', 'p')`, `${RG}/providers/${LB}/lb/probes/p`],
  [`resourceId('${LB}/probes/', 'lb', 'p')`, `${RG}/providers/${LB}/lb/probes/p`],
  [
    `resourceId('other', '${LB}', 'lb')`,
    `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/other/providers/${LB}/lb`,
  ],
  [`resourceId('s', 'g', '${LB}', 'lb')`, `/subscriptions/s/resourceGroups/g/providers/${LB}/lb`],
  ["subscriptionResourceId('s', 'Microsoft.A/b', 'n')", '/subscriptions/s/providers/Microsoft.A/b/n'],
  ["tenantResourceId('Microsoft.A/b', 'n')", '/providers/Microsoft.A/b/n'],
  [
    `extensionResourceId(resourceId('${LB}', 'lb'), 'Microsoft.A/b', 'n')`,
    `${RG}/providers/${LB}/lb/providers/Microsoft.A/b/n`,
  ],
  [
    "managementGroupResourceId('mg', 'Microsoft.A/b', 'n')",
    '/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.A/b/n',
  ],
  ['resourceGroup().id', RG],
  ['resourceGroup().name', 'rg'],
  ['subscription().id', '/subscriptions/00000000-0000-0000-0000-000000000000'],
  ['subscription().subscriptionId', '00000000-0000-0000-0000-000000000000'],
  ['tenant().tenantId', '00000000-0000-0000-0000-000000000000'],
  ['environment().name', 'AzureCloud'],
  ['environment().suffixes.storage', 'core.windows.net'],
  ['deployment().name', 'deployment'],
  ['deployment().properties.template.contentVersion', '1.0.0.0'],
]

describe('functions of the template language', () => {
  it.each(ROWS)('%s -> %j', (expression, value) => {
    expect(evaluateOne(`[${expression}]`)).toEqual({ value, diagnostics: [] })
  })

  it('every function is either in a row above or in one of the tests below', () => {
    const tested = ROWS.map(([expression]) => expression.toLowerCase()).join('\n')
    const elsewhere = [
      ...['parameters', 'variables', 'copyIndex', 'fail', 'uniqueString', 'guid', 'newGuid'],
      ...NEVER_KNOWN.map((expression) => expression.split('(')[0] ?? ''),
    ]
    const missing = Object.keys(FUNCTIONS).filter(
      (name) => !tested.includes(`${name.toLowerCase()}(`) && !elsewhere.includes(name),
    )
    expect(missing).toEqual([])
  })
})

const NEVER_KNOWN = [
  "reference('x').outputs.y.value",
  "references('x')",
  "listKeys('x', '2021-01-01').keys[0].value",
  "listAnythingElse('x')",
  "providers('Microsoft.Compute').resourceTypes",
  "pickZones('Microsoft.Network', 'publicIPAddresses', 'westeurope', 3)",
  'utcNow()',
  'managementGroup().id',
  'deployer().objectId',
  "toLogicalZone('s', 'l', 'z')",
  "toLogicalZones('s', 'l', createArray('z'))",
  "toPhysicalZone('s', 'l', 'z')",
  "toPhysicalZones('s', 'l', createArray('z'))",
  "dateTimeAdd(utcNow(), 'P1D')",
  'dateTimeFromEpoch(1)',
  "dateTimeToEpoch('2020-01-01')",
  "cidrHost('10.0.0.0/24', 1)",
  "cidrSubnet('10.0.0.0/16', 24, 0)",
  "parseCidr('10.0.0.0/16')",
  "externalInput('a')",
] as const

describe('functions that nobody can answer offline', () => {
  it.each(NEVER_KNOWN)('%s is unknown and no mistake', (expression) => {
    const { value, diagnostics } = evaluateOne(`[${expression}]`)
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({ expression: `[${expression}]`, reason: expect.stringMatching(/\(\) /) })
  })
})

describe('stand-ins for names that the platform makes up', () => {
  it('uniqueString gives 13 characters that depend on all of its arguments', () => {
    const texts = ["uniqueString('a')", "uniqueString('b')", "uniqueString('a', 'b')", "uniqueString('ab')"].map(
      (expression) => evaluateOne(`[${expression}]`).value,
    )
    for (const text of texts) expect(text).toMatch(/^[a-z2-7]{13}$/)
    expect(new Set(texts).size).toBe(4)
    expect(evaluateOne("[uniqueString('a')]").value).toBe(texts[0])
  })

  it('guid is stable, newGuid differs from call to call and not from run to run', () => {
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/
    expect(evaluateOne("[guid('a', 'b')]").value).toMatch(shape)
    expect(evaluateOne("[guid('a', 'b')]").value).not.toBe(evaluateOne("[guid('a', 'c')]").value)
    const parts = {
      parameters: {
        p: { type: 'string', defaultValue: '[newGuid()]' },
        q: { type: 'string', defaultValue: '[newGuid()]' },
      },
    }
    const [first, second] = [1, 2].map(
      () => evaluateOne("[concat(parameters('p'), ' ', parameters('q'))]", parts).value as string,
    )
    const [p, q] = (first ?? '').split(' ')
    expect(p).toMatch(shape)
    expect(p).not.toBe(q)
    expect(second).toBe(first)
  })
})

describe('E0303 wrong use of a function', () => {
  it.each([
    ["substring('abc', 1, 5)", 'runs out of a text of 3'],
    ['toLower(1)', 'needs a string, got int 1'],
    ['toLower()', 'takes 1 argument, got 0'],
    ["padLeft('a')", 'takes 2 to 3 arguments, got 1'],
    ["add(1, 'x')", 'needs an integer'],
    ['div(1, 0)', 'divide by 0'],
    ['createArray(1)[3]', 'none at index 3'],
    ["createObject('abc', 1).abd", "no property 'abd'"],
    ["'text'.length", 'has no property'],
    ["json('{')", 'cannot read'],
    ["createObject('a')", 'a value for every key'],
    ["resourceId('Microsoft.A/b/c', 'n')", 'one name for each part'],
    ["resourceId('a', 'b')", 'needs a resource type'],
    ["format('{1}', 'a')", '{1} but only 1'],
    ["if('perhaps', 1, 2)", 'needs true or false'],
    ['copyIndex()', 'outside of any copy loop'],
    ["map(createArray(1), 'x')", 'needs a lambda'],
    ["lambda('x', 1)", 'no value of its own'],
    ["lambdaVariables('x')", 'no lambda around'],
    ["map(createArray(1), lambda('x', 'y', 'z', 1))", 'takes 3 variables'],
    ["fail('stop')", 'stop'],
    ["concat(createObject('a', 1))", 'union()'],
    ["base64ToString('%')", 'base64'],
    ["uri('relative', 'x')", 'absolute address'],
    ["variables('missing')", "no variable 'missing'"],
    ["parameters('missing')", "no parameter 'missing'"],
    ["ns.missing('a')", 'declares no function ns.missing()'],
  ])('%s', (expression, message) => {
    const { value, diagnostics } = evaluateOne(`[${expression}]`)
    expect(diagnostics.map(({ code }) => code)).toEqual(['E0303'])
    expect(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`).toContain(message)
    expect(value).toMatchObject({ reason: expect.stringContaining('wrong') })
  })

  it('E0302 an unknown function, with the nearest name', () => {
    const result = evaluateOne("[concatt('a')]")
    expect(codesOf(result)).toEqual(['E0302'])
    expect(result.diagnostics[0]?.hint).toBe('write concat()')
    expect(evaluateOne('[somethingQuiteDifferent()]').diagnostics[0]?.hint).toBeUndefined()
  })

  it('E0302 is told also where no deployment would look', () => {
    expect(codesOf(evaluateOne("[if(true(), 'a', nonsense())]"))).toEqual(['E0302'])
    expect(codesOf(evaluateOne('plain', { variables: { unused: '[nonsense()]' } }))).toEqual(['E0302'])
  })

  it('suggests the name that was meant', () => {
    const { diagnostics } = evaluateOne("[variables('lbNmae')]", { variables: { lbName: 'x' } })
    expect(diagnostics[0]?.hint).toBe("did you mean 'lbName'?")
  })
})

describe('E0304 bounds', () => {
  const growing = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => {
      const before = `variables('v${index}')`
      return [`v${index + 1}`, `[concat(${before}, ${before})]`]
    }),
  )

  it.each([
    ['texts that double', "[variables('v40')]", { v0: '0123456789', ...growing }],
    ['arrays that double', "[variables('v40')]", { v0: [1, 2, 3], ...growing }],
    [
      'objects that double',
      "[variables('v40')]",
      {
        v0: 1,
        ...Object.fromEntries(
          Object.entries(growing).map(([key, value]) => [key, value.replace('concat', 'createArray')]),
        ),
      },
    ],
    ['a long range', '[range(0, 10001)]', {}],
    ['deep lambdas', "[reduce(range(0, 1000), 0, lambda('a', 'b', createArray(lambdaVariables('a'))))]", {}],
    ['endless work', "[map(range(0, 9000), lambda('x', map(range(0, 9000), lambda('y', 1))))]", {}],
  ])('%s', (_what, expression, variables) => {
    const { diagnostics } = evaluateOne(expression, { variables })
    expect([...new Set(diagnostics.map(({ code }) => code))]).toEqual(['E0304'])
  })

  it('unknowns that double stay short', () => {
    const variables = { v0: "[parameters('p')]", ...growing }
    const { value } = evaluateOne("[variables('v40')]", { variables, parameters: { p: { type: 'string' } } })
    expect(JSON.stringify(value).length).toBeLessThan(50_000)
  })

  it('variables of variables of variables end with a message', () => {
    const variables = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`v${index}`, `[variables('v${index + 1}')]`]),
    )
    expect(codesOf(evaluateOne("[variables('v0')]", { variables }))).toEqual(['E0304'])
  })
})
