import { describe, expect, it } from 'vitest'
import { importDeclared } from '../../../src/model/declare/import.ts'
import type { Plain } from './fixtures.ts'

const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
const LB_ID = "[resourceId('Microsoft.Network/loadBalancers/probes/', 'lb', 'ready')]"

const importValue = (value: unknown, parameters: Plain = {}) =>
  importDeclared(JSON.stringify(value, null, 2), 'infra/app.json', parameters)
const template = (resources: Plain[], parameters: Plain = {}) => ({
  $schema: SCHEMA,
  contentVersion: '1.0.0.0',
  parameters,
  resources,
})

const scaleSet = (properties: Plain = {}, more: Plain = {}): Plain => ({
  type: 'Microsoft.Compute/virtualMachineScaleSets',
  apiVersion: '2024-07-01',
  name: 'web',
  location: 'eastus',
  sku: { name: 'S', capacity: 4 },
  properties: { upgradePolicy: { mode: 'Manual' }, virtualMachineProfile: {}, ...properties },
  ...more,
})

const referring = scaleSet({ virtualMachineProfile: { networkProfile: { healthProbe: { id: LB_ID } } } })

const balancer = (probe: Plain): Plain => ({
  type: 'Microsoft.Network/loadBalancers',
  apiVersion: '2020-08-01',
  name: 'lb',
  properties: { probes: [{ name: 'ready', properties: probe }] },
})

const autoscale = (more: Plain = {}): Plain => ({
  type: 'Microsoft.Insights/autoscaleSettings',
  apiVersion: '2022-10-01',
  name: 'scaler',
  properties: {
    enabled: true,
    targetResourceUri: "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'web')]",
    profiles: [{ name: 'p', capacity: { minimum: '2', maximum: '9', default: '2' }, rules: [{}, {}] }],
    ...more,
  },
})

describe('importDeclared: what is not a scale set', () => {
  it('E0003 malformed JSON has its place', () => {
    const { diagnostics, kind } = importDeclared('{ "a": 1 "b": 2 }', 'f.json', {})
    expect(diagnostics).toMatchObject([{ code: 'E0003', place: { file: 'f.json', line: 1 } }])
    expect(kind).toBe('unknown')
  })

  it.each([
    [{ hello: 1, world: 2 }, 'an object with hello, world'],
    [[], 'an empty list'],
    ['text', 'a single string'],
    [null, 'a single null'],
  ])('E0305 %j looks like %s', (value, looks) => {
    const { diagnostics } = importValue(value)
    expect(diagnostics.map((d) => d.code)).toEqual(['E0305'])
    expect(diagnostics[0]?.message).toContain(looks)
  })

  it('E0306 names what the file holds instead', () => {
    expect(importValue(template([balancer({ protocol: 'Tcp', port: 80 })])).diagnostics).toMatchObject([
      { code: 'E0306', message: expect.stringContaining('Microsoft.Network/loadBalancers') },
    ])
    expect(importValue({ parameters: { n: { value: 1 } } }).diagnostics).toMatchObject([
      { code: 'E0306', message: expect.stringContaining('template parameters') },
    ])
    expect(importValue(template([])).diagnostics).toMatchObject([
      { code: 'E0306', message: expect.stringContaining('no resources') },
    ])
  })
})

describe('importDeclared: templates', () => {
  it('gives the set with its place in the file', () => {
    const { scaleSets, diagnostics, kind, summary } = importValue(template([scaleSet()]))
    expect(diagnostics).toEqual([])
    expect(kind).toBe('armTemplate')
    expect(summary).toEqual(['scale set web: 4 instances, no zones, mode Manual'])
    const [set] = scaleSets
    expect(set).toMatchObject({
      name: 'web',
      apiVersion: '2024-07-01',
      attachedInstances: 0,
      document: { sku: { capacity: 4 }, upgradePolicy: { mode: 'Manual' } },
    })
    const capacity = set?.placeOf(['sku', 'capacity'])
    const mode = set?.placeOf(['upgradePolicy', 'mode'])
    expect(capacity?.file).toBe('infra/app.json')
    const lines = JSON.stringify(template([scaleSet()]), null, 2).split('\n')
    expect(lines[(capacity?.line ?? 0) - 1]).toContain('"capacity": 4')
    expect(lines[(mode?.line ?? 0) - 1]).toContain('"mode": "Manual"')
  })

  it('HE-4 follows the probe reference into the load balancer of the same file', () => {
    const read = (probe: Plain) => importValue(template([referring, balancer(probe)])).scaleSets[0]?.loadBalancerProbe
    expect(
      read({ protocol: 'Http', port: 80, requestPath: '/r', intervalInSeconds: 5, numberOfProbes: 2 }),
    ).toMatchObject({
      protocol: 'Http',
      port: 80,
      requestPath: '/r',
      intervalInSeconds: 5,
      probeThreshold: 2,
    })
    expect(read({ protocol: 'tcp', port: '22' })).toMatchObject({
      protocol: 'Tcp',
      port: 22,
      intervalInSeconds: 15,
      probeThreshold: 1,
    })
    expect(read({ protocol: 'Tcp', numberOfProbes: 2, probeThreshold: 3 })).toMatchObject({ probeThreshold: 3 })
    expect(read({ protocol: "[reference('x').protocol]", port: 80 })).toBe('unresolved')
  })

  it('HE-2 a reference to nothing in the file is unresolved, no reference is nothing', () => {
    expect(importValue(template([referring])).scaleSets[0]?.loadBalancerProbe).toBe('unresolved')
    expect(importValue(template([scaleSet(), balancer({ protocol: 'Tcp' })])).scaleSets[0]).not.toHaveProperty(
      'loadBalancerProbe',
    )
  })

  it('PL-54 counts machines that attach', () => {
    const machine = (name: string, set: string): Plain => ({
      type: 'Microsoft.Compute/virtualMachines',
      apiVersion: '2024-07-01',
      name,
      properties: {
        virtualMachineScaleSet: { id: `[resourceId('Microsoft.Compute/virtualMachineScaleSets', '${set}')]` },
      },
    })
    const { scaleSets } = importValue(
      template([scaleSet(), machine('a', 'web'), machine('b', 'web'), machine('c', 'other')]),
    )
    expect(scaleSets[0]?.attachedInstances).toBe(2)
  })

  it('an extension declared as a resource of its own is part of the profile', () => {
    const extension: Plain = {
      type: 'Microsoft.Compute/virtualMachineScaleSets/extensions',
      apiVersion: '2024-07-01',
      name: 'web/health',
      properties: {
        publisher: 'Microsoft.ManagedServices',
        type: 'ApplicationHealthLinux',
        settings: { Protocol: 'HTTP', Port: '80' },
      },
    }
    const profile = importValue(template([scaleSet(), extension])).scaleSets[0]?.document['virtualMachineProfile']
    expect(profile).toMatchObject({
      extensionProfile: {
        extensions: [{ name: 'health', type: 'ApplicationHealthLinux', settings: { protocol: 'http', port: 80 } }],
      },
    })
  })

  it('matches autoscale to its target, and tells whether it goes below', () => {
    const { scaleSets, findings } = importValue(template([scaleSet(), autoscale()]))
    expect(scaleSets[0]?.autoscale).toEqual({ minimum: 2, maximum: 9, default: 2, rules: 2, enabled: true })
    expect(findings.map((f) => f.code)).toEqual(['AutoscaleBelowCapacity'])
    expect(importValue(template([scaleSet(), autoscale({ enabled: false })])).findings).toEqual([])
    expect(importValue(template([scaleSet({}, { name: 'other' }), autoscale()])).scaleSets[0]).not.toHaveProperty(
      'autoscale',
    )
  })

  it('RP-7 refuses what the API version does not know, but not the spelling of its own time', () => {
    const surge = { upgradePolicy: { mode: 'Rolling', rollingUpgradePolicy: { maxSurge: true } } }
    expect(importValue(template([scaleSet(surge, { apiVersion: '2021-03-01' })])).diagnostics).toMatchObject([
      { code: 'E0202', hint: expect.stringContaining('2022-11-01') },
    ])
    expect(importValue(template([scaleSet(surge)])).diagnostics).toEqual([])
    const legacy = { upgradePolicy: { mode: 'Manual', automaticOSUpgrade: true } }
    expect(importValue(template([scaleSet(legacy, { apiVersion: '2017-12-01' })])).diagnostics).toEqual([])
  })

  it('HE-9 Rich Health States over http: says that the file cannot show the body', () => {
    const health = (version: string): Plain => ({
      virtualMachineProfile: {
        extensionProfile: {
          extensions: [
            {
              name: 'h',
              properties: {
                publisher: 'Microsoft.ManagedServices',
                type: 'ApplicationHealthLinux',
                typeHandlerVersion: version,
                settings: { protocol: 'http', requestPath: '/r' },
              },
            },
          ],
        },
      },
    })
    expect(importValue(template([scaleSet(health('2.0'))])).findings).toMatchObject([
      { code: 'RichStatesNeedBody', severity: 'info' },
    ])
    expect(importValue(template([scaleSet(health('1.0'))])).findings).toEqual([])
  })

  it('takes parameters, and leaves a missing one symbolic', () => {
    const withParameter = template([scaleSet({}, { sku: { capacity: "[parameters('n')]" } })], { n: { type: 'int' } })
    expect(importValue(withParameter, { n: 7 }).scaleSets[0]?.document['sku']).toEqual({ capacity: 7 })
    const { scaleSets, diagnostics } = importValue(withParameter)
    expect(diagnostics).toEqual([])
    expect(scaleSets[0]?.document['sku']).toMatchObject({ capacity: { parameters: ['n'] } })
  })
})

describe('importDeclared: other shapes', () => {
  it('a list of sets, a create answer, a published request', () => {
    const flat = { name: 'web', resourceGroup: 'g', sku: { capacity: 2 }, upgradePolicy: { mode: 'Manual' } }
    expect(importValue([flat, { ...flat, name: 'api' }]).scaleSets.map((s) => s.name)).toEqual(['web', 'api'])
    expect(importValue({ value: [scaleSet(), scaleSet({}, { name: 'api' })] }).scaleSets.map((s) => s.name)).toEqual([
      'web',
      'api',
    ])
    const created = importValue({ vmss: { upgradePolicy: { mode: 'Manual' }, orchestrationMode: 'Flexible' } })
    expect(created.scaleSets.map((s) => s.name)).toEqual(['app'])
    expect(created.scaleSets[0]?.placeOf(['orchestrationMode'])?.line).toBe(6)
    const example = { parameters: { subscriptionId: 's', parameters: scaleSet() }, responses: { 200: {} } }
    expect(importValue(example).scaleSets.map((s) => s.name)).toEqual(['web'])
  })
})
