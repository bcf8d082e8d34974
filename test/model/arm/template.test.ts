import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateTemplate, isTemplate, Symbolic } from '../../../src/model/arm/template.ts'
import { codesOf, evaluateOne, evaluateParts, templateOf } from './evaluation.ts'

const SET = 'Microsoft.Compute/virtualMachineScaleSets'
const set = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: SET,
  apiVersion: '2024-07-01',
  name: 'web',
  ...more,
})
const names = (result: ReturnType<typeof evaluateParts>): string[] => result.resources.map(({ name }) => String(name))

describe('isTemplate', () => {
  it.each([
    [{ $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#' }, true],
    [{ $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#' }, true],
    [{ $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#' }, false],
    [{ contentVersion: '1.0.0.0', resources: [] }, true],
    [{ name: 'web', properties: {} }, false],
    [{ value: [] }, false],
    [[], false],
    ['text', false],
    [null, false],
  ])('%j: %j', (document, expected) => expect(isTemplate(document)).toBe(expected))
})

describe('variables', () => {
  it('are found in any casing, and hold objects and arrays', () => {
    const variables = { lbID: 'x', options: { zonal: [1, 2] } }
    expect(evaluateOne("[variables('LBid')]", { variables }).value).toBe('x')
    expect(evaluateOne("[variables('options').Zonal[1]]", { variables }).value).toBe(2)
  })

  it('copy makes arrays, on top and inside of objects', () => {
    const variables = {
      copy: [{ name: 'names', count: 2, input: "[concat('n', copyIndex('names', 1))]" }],
      disks: {
        fixed: 'a',
        copy: [{ name: 'list', count: '[length(createArray(1, 2, 3))]', input: { lun: "[copyIndex('list')]" } }],
      },
    }
    expect(evaluateOne("[variables('names')]", { variables }).value).toEqual(['n1', 'n2'])
    expect(evaluateOne("[variables('disks')]", { variables }).value).toEqual({
      fixed: 'a',
      list: [{ lun: 0 }, { lun: 1 }, { lun: 2 }],
    })
  })

  it('E0303 one that needs itself is told once, with the way round', () => {
    const variables = { a: "[variables('b')]", b: "[concat(variables('A'), '!')]" }
    const { diagnostics } = evaluateOne("[variables('a')]", { variables })
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "E0303 the variable 'A' needs itself: a -> b -> a",
    ])
  })

  it('one that is never used is not evaluated', () => {
    expect(evaluateOne('x', { variables: { bad: '[div(1, 0)]' } })).toEqual({ value: 'x', diagnostics: [] })
  })
})

describe('functions of the template', () => {
  const functions = [
    {
      namespace: 'contoso',
      members: {
        prefixed: {
          parameters: [{ name: 'base', type: 'string' }],
          output: { type: 'string', value: "[concat('c-', toLower(parameters('BASE')))]" },
        },
        peeks: { parameters: [], output: { type: 'string', value: "[variables('v')]" } },
      },
    },
  ]

  it('see their own parameters and nothing else', () => {
    expect(evaluateOne("[Contoso.Prefixed('AB')]", { functions }).value).toBe('c-ab')
    expect(codesOf(evaluateOne('[contoso.peeks()]', { functions, variables: { v: 1 } }))).toEqual(['E0303'])
    expect(codesOf(evaluateOne("[contoso.prefixed('a', 'b')]", { functions }))).toEqual(['E0303'])
  })

  it('an unknown argument makes an unknown of known pieces', () => {
    const parameters = { p: { type: 'string' } }
    const { value } = evaluateOne("[contoso.prefixed(parameters('p'))]", { functions, parameters })
    expect((value as Symbolic).rendered).toBe("c-{toLower(parameters('p'))}")
  })

  it('one that calls itself ends with a message', () => {
    const loop = [{ namespace: 'n', members: { f: { parameters: [], output: { value: '[n.f()]' } } } }]
    expect(codesOf(evaluateOne('[n.f()]', { functions: loop }))).toEqual(['E0304'])
  })
})

describe('resources', () => {
  it('keep the shape of the template, with keys evaluated as well', () => {
    const body = set({ tags: { "[concat('a', 'b')]": "[concat('c', 'd')]" }, sku: { capacity: '[add(1, 2)]' } })
    const { resources } = evaluateParts({ resources: [body] })
    expect(resources[0]).toMatchObject({
      type: SET,
      name: 'web',
      apiVersion: '2024-07-01',
      existing: false,
      condition: true,
    })
    expect(resources[0]?.value).toEqual({ ...set(), tags: { ab: 'cd' }, sku: { capacity: 3 } })
  })

  it('booleans and numbers written as texts stay texts', () => {
    const { resources } = evaluateParts({ resources: [set({ properties: { overprovision: 'false' } })] })
    expect(resources[0]?.value['properties']).toEqual({ overprovision: 'false' })
  })

  it('comments are prose', () => {
    const { resources, diagnostics } = evaluateParts({ resources: [set({ comments: '[not an expression]' })] })
    expect(diagnostics).toEqual([])
    expect(resources[0]?.value).toEqual(set())
  })

  it('copy repeats a resource; copyIndex counts from 0 with an offset', () => {
    const loop = { name: 'sets', count: "[int('3')]" }
    const body = set({ name: "[concat('w', copyIndex(1), copyIndex(), copyIndex('sets', 5))]", copy: loop })
    const result = evaluateParts({ resources: [body] })
    expect(names(result)).toEqual(['w105', 'w216', 'w327'])
    expect(result.resources.map(({ path }) => path)).toEqual(['resources[0]', 'resources[0]', 'resources[0]'])
    expect(result.resources[0]?.value).not.toHaveProperty('copy')
  })

  it('copyIndex reaches into parameters, and property loops keep their own count', () => {
    const parameters = { list: { type: 'array', defaultValue: ['a', 'b'] } }
    const properties = { copy: [{ name: 'disks', count: 2, input: "[concat(copyIndex('disks'), '/', copyIndex())]" }] }
    const body = set({ name: "[parameters('list')[copyIndex()]]", copy: { name: 'c', count: 2 }, properties })
    const result = evaluateParts({ parameters, resources: [body] })
    expect(names(result)).toEqual(['a', 'b'])
    expect(result.resources[1]?.value['properties']).toEqual({ disks: ['0/1', '1/1'] })
  })

  it('copy 0 makes none', () => {
    expect(evaluateParts({ resources: [set({ copy: { name: 'c', count: 0 } })] })).toMatchObject({
      resources: [],
      diagnostics: [],
    })
  })

  it('an unknown count shows the resource once, with an unknown number', () => {
    const body = set({ name: "[concat('w', copyIndex())]", copy: { name: 'c', count: "[parameters('n')]" } })
    const result = evaluateParts({ parameters: { n: { type: 'int' } }, resources: [body] })
    expect(names(result)).toEqual(['w{copyIndex()}'])
    expect(result.symbolic[0]).toMatchObject({ path: 'resources[0].name', parameters: ['n'] })
    expect(result.symbolic[0]?.reason).toContain("the count of the copy loop 'c' is unknown")
  })

  it.each([
    [801, 'E0304'],
    [-1, 'E0303'],
    ['many', 'E0303'],
  ])('a copy count of %j: %s', (count, code) => {
    expect(codesOf(evaluateParts({ resources: [set({ copy: { name: 'c', count } })] }))).toEqual([code])
  })

  it('E0304 more than 800 resources in all', () => {
    const loops = ['a', 'b'].map((name) =>
      set({ name: `[concat('${name}', copyIndex())]`, copy: { name, count: 500 } }),
    )
    const result = evaluateParts({ resources: loops })
    expect(result.resources).toHaveLength(800)
    expect(codesOf(result)).toEqual(['E0304'])
  })

  it('a condition leaves a resource out, keeps it, or stays open', () => {
    const parameters = { on: { type: 'bool' } }
    const resources = [
      set({ name: 'a', condition: '[equals(1, 2)]' }),
      set({ name: 'b', condition: '[equals(1, 1)]' }),
      set({ name: 'c', condition: "[parameters('on')]" }),
    ]
    const result = evaluateParts({ parameters, resources })
    expect(names(result)).toEqual(['b', 'c'])
    expect(result.skipped).toMatchObject([{ type: SET, path: 'resources[0]' }])
    expect(result.resources.map(({ condition }) => condition)).toEqual([true, expect.any(Symbolic)])
    expect(result.symbolic).toMatchObject([{ path: 'resources[2].condition', parameters: ['on'] }])
  })

  it('children take the type and name of their parents', () => {
    const child = { type: 'extensions', name: "[concat('he', 'alth')]", properties: { a: 1 } }
    const parameters = { p: { type: 'string' } }
    const result = evaluateParts({ parameters, resources: [set({ name: "[parameters('p')]", resources: [child] })] })
    expect(result.resources[1]).toMatchObject({ type: `${SET}/extensions`, path: 'resources[0].resources[0]' })
    expect(names(result)).toEqual(["{parameters('p')}", "{parameters('p')}/health"])
    expect(result.resources[0]?.value).not.toHaveProperty('resources')
  })

  it('E0102 and E0103 what is no resource', () => {
    const resources = [{ name: 'a' }, { type: 'a/b' }, 'text', set({ copy: 3 })]
    const result = evaluateParts({ resources: [...resources, set()] })
    expect(codesOf(result)).toEqual(['E0102', 'E0102', 'E0103', 'E0103'])
    expect(names(result)).toEqual(['web'])
  })
})

describe('nested deployments', () => {
  const nested = (more: Record<string, unknown>, template: Record<string, unknown>, options?: unknown) => ({
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2021-04-01',
    name: 'inner',
    ...more,
    properties: { mode: 'Incremental', template, ...(options === undefined ? {} : (options as object)) },
  })
  const inner = { expressionEvaluationOptions: { scope: 'inner' } }

  it('the scope inner has its own parameters and variables', () => {
    const template = {
      parameters: { name: { type: 'string' }, count: { type: 'int', defaultValue: 2 } },
      variables: { v: "[concat(parameters('name'), '-in')]" },
      resources: [set({ name: "[variables('v')]", sku: { capacity: "[parameters('count')]" } })],
    }
    const passed = { ...inner, parameters: { name: { value: "[concat(variables('v'), '!')]" } } }
    const result = evaluateParts({ variables: { v: 'out' }, resources: [nested({}, template, passed)] })
    expect(result.diagnostics).toEqual([])
    expect(names(result)).toEqual(['out!-in'])
    expect(result.resources[0]).toMatchObject({
      type: SET,
      path: 'resources[0].properties.template.resources[0]',
      value: { sku: { capacity: 2 } },
    })
  })

  it('an unknown passes through by the name that the outer template gives it', () => {
    const template = { parameters: { name: { type: 'string' } }, resources: [set({ name: "[parameters('name')]" })] }
    const passed = { ...inner, parameters: { name: { value: "[parameters('outerName')]" } } }
    const result = evaluateParts({
      parameters: { outerName: { type: 'string' } },
      resources: [nested({}, template, passed)],
    })
    expect(names(result)).toEqual(["{parameters('outerName')}"])
    expect(result.symbolic[0]?.parameters).toEqual(['outerName'])
  })

  it('without it, expressions mean what they mean around', () => {
    const template = { variables: { v: 'in' }, resources: [set({ name: "[variables('v')]" })] }
    expect(names(evaluateParts({ variables: { v: 'out' }, resources: [nested({}, template)] }))).toEqual(['out'])
  })

  it('its condition, copy and resource group hold for what is inside', () => {
    const id = set({
      name: "[concat('w', copyIndex())]",
      tags: { id: "[resourceId('A.B/c', 'n')]", at: '[resourceGroup().location]' },
    })
    const template = { resources: [id] }
    expect(names(evaluateParts({ resources: [nested({ condition: false }, template)] }))).toEqual([])
    const looped = nested({ copy: { name: 'c', count: 2 } }, template)
    expect(names(evaluateParts({ resources: [looped] }))).toEqual(['w0', 'w1'])
    const elsewhere = nested({ resourceGroup: 'other' }, { resources: [set({ tags: id.tags })] }, inner)
    const { resources } = evaluateParts({ resources: [elsewhere] }, {}, { resourceGroup: { location: 'westeurope' } })
    expect(resources[0]?.value['tags']).toMatchObject({
      id: expect.stringContaining('/resourceGroups/other/'),
      at: { reason: 'the location of the resource group other is not known offline' },
    })
  })

  it('a linked template stays a resource, and its contents an unknown', () => {
    const linked = {
      type: 'Microsoft.Resources/deployments',
      name: 'l',
      properties: { templateLink: { uri: 'https://x' } },
    }
    const result = evaluateParts({ resources: [linked] })
    expect(names(result)).toEqual(['l'])
    expect(result.symbolic).toMatchObject([
      { path: 'resources[0].properties.template', reason: 'the linked template is another file' },
    ])
  })

  it('E0304 deployments in deployments without end', () => {
    let template: Record<string, unknown> = { resources: [set()] }
    for (let depth = 0; depth < 25; depth++) template = { resources: [nested({}, template)] }
    expect(codesOf(evaluateParts(template))).toEqual(['E0304'])
  })
})

describe('language version 2', () => {
  const parts = {
    languageVersion: '2.0',
    definitions: {
      zoneList: { type: 'array', items: { type: 'string' } },
      policy: { type: 'object', properties: { mode: { type: 'string' } }, nullable: true },
      alias: { $ref: '#/definitions/Count' },
      count: { type: 'int', minValue: 1, maxValue: 100 },
    },
    parameters: {
      zones: { $ref: '#/definitions/zoneList', defaultValue: ['1', '2'] },
      policy: { $ref: '#/definitions/policy' },
      instances: { $ref: '#/definitions/alias', defaultValue: '4' },
    },
    resources: {
      vnet: { existing: true, type: 'Microsoft.Network/virtualNetworks', apiVersion: '2024-01-01', name: 'shared' },
      sets: {
        copy: { name: 'sets', count: '[length(range(0, 2))]' },
        type: SET,
        apiVersion: '2024-07-01',
        name: "[format('web-{0}', range(0, 2)[copyIndex()])]",
        zones: "[map(parameters('zones'), lambda('z', lambdaVariables('z')))]",
        sku: { capacity: "[parameters('instances')]" },
        properties: {
          upgradePolicy: { mode: "[coalesce(tryGet(parameters('policy'), 'mode'), 'Manual')]" },
          subnet: "[reference('vnet').subnets[0].id]",
        },
        dependsOn: ['vnet'],
      },
    },
  }

  it('resources by symbolic name, existing ones, definitions and loops', () => {
    const result = evaluateParts(parts, { policy: { mode: 'Rolling' } })
    expect(result.diagnostics).toEqual([])
    expect(result.resources.map(({ path, existing }) => `${path} ${existing}`)).toEqual([
      'resources.vnet true',
      'resources.sets false',
      'resources.sets false',
    ])
    expect(names(result)).toEqual(['shared', 'web-0', 'web-1'])
    expect(result.resources[1]?.value).toMatchObject({
      zones: ['1', '2'],
      sku: { capacity: 4 },
      properties: { upgradePolicy: { mode: 'Rolling' }, subnet: { reason: 'reference() needs the live resource' } },
      dependsOn: ['vnet'],
    })
  })

  it('a nullable parameter is null, and limits of a definition hold', () => {
    expect(evaluateParts(parts).resources[1]?.value).toMatchObject({
      properties: { upgradePolicy: { mode: 'Manual' } },
    })
    expect(codesOf(evaluateParts(parts, { instances: 101 }))).toEqual(['E0104'])
    expect(codesOf(evaluateParts(parts, { zones: 'all' }))).toEqual(['E0103'])
  })
})

describe('places', () => {
  const text = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "n": { "type": "int" } },
  "resources": [
    {
      "type": "a/b", "name": "x",
      "sku": { "capacity": "[parameters('n')]" },
      "properties": {
        "copy": [ { "name": "disks", "count": 2,
          "input": { "size": "[div(1, 0)]" } } ]
      }
    }
  ]
}`

  it('of values, unknowns and mistakes, also through property loops', () => {
    const { resources, symbolic, diagnostics } = evaluateTemplate(text, 'main.json', {})
    const [resource] = resources
    expect(resource?.placeOf(['sku', 'capacity'])).toEqual({ file: 'main.json', line: 8, column: 28 })
    expect(resource?.placeOf(['sku', 'name'])).toMatchObject({ line: 8, column: 14 })
    expect(resource?.placeOf(['properties', 'disks', 1, 'size'])).toMatchObject({ line: 11, column: 30 })
    expect(symbolic[0]).toMatchObject({ path: 'resources[0].sku.capacity', place: { line: 8, column: 28 } })
    expect(diagnostics).toMatchObject([
      { code: 'E0303', path: 'resources[0].properties.copy[0].input.size', place: { line: 11, column: 30 } },
    ])
  })
})

describe('files that are no template', () => {
  it.each([
    ['', 'E0003'],
    ['{"$schema": "deploymentTemplate.json"', 'E0003'],
    ['[]', 'E0305'],
    ['{"name": "web", "properties": {}}', 'E0305'],
  ])('%s: %s', (text, code) => {
    expect(evaluateTemplate(text, 'a.json', {})).toMatchObject({ resources: [], diagnostics: [{ code }] })
  })

  it('E0304 nesting and chains together stay within the stack', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => {
        let value: unknown = `[${'string('.repeat(90)}variables('v${index + 1}')${')'.repeat(90)}]`
        for (let depth = 0; depth < 150; depth++) value = [value]
        return [`v${index}`, value]
      }),
    )
    expect(codesOf(evaluateOne("[variables('v0')]", { variables: chain }))).toContain('E0304')
  })

  it('nothing in a template makes it throw, and it evaluates the same each time', () => {
    const text = fc.constantFrom(
      ...[
        "[parameters('a')]",
        "[variables('a')]",
        "[concat(variables('b'), parameters('a'))]",
        '[copyIndex()]',
        '[[x',
        '[',
      ],
      ...["[reference('x').y]", '[div(1, 0)]', "[if(parameters('a'), 1, 2)]", '[range(0, 3)]', 'plain', '[x', '[x]'],
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        text,
        fc.constantFrom(null, true, 0, 3, -1, 1.5),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'a',
            'b',
            'copy',
            'name',
            'count',
            'input',
            'type',
            'resources',
            'properties',
            'condition',
            'template',
            'value',
            'parameters',
            'defaultValue',
            '$ref',
            '__proto__',
          ),
          tie('tree'),
          { maxKeys: 5 },
        ),
      ),
    }))
    fc.assert(
      fc.property(
        fc.record({ parameters: tree, variables: tree, functions: tree, resources: tree, definitions: tree }),
        (parts) => {
          const source = templateOf(parts as never)
          const once = evaluateTemplate(source, 'a.json', { a: 1 })
          expect(JSON.stringify(evaluateTemplate(source, 'a.json', { a: 1 }))).toBe(JSON.stringify(once))
        },
      ),
      { numRuns: 300 },
    )
  })
})
