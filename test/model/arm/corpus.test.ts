import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  type EvaluatedTemplate,
  evaluateTemplate,
  Symbolic,
  type TemplateOptions,
} from '../../../src/model/arm/template.ts'

const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/', import.meta.url))
const isPresent = existsSync(CORPUS)
if (!isPresent) console.warn('The tests of real templates are skipped: ../shared/corpus is absent.')
const SET = 'Microsoft.Compute/virtualMachineScaleSets'

const read = (name: string, given: Record<string, unknown> = {}, options: TemplateOptions = {}): EvaluatedTemplate =>
  evaluateTemplate(readFileSync(`${CORPUS}${name}.json`, 'utf8'), name, given, options)
const setsOf = (template: EvaluatedTemplate) => template.resources.filter(({ type }) => type === SET)
const autoscaleOf = (template: EvaluatedTemplate) =>
  template.resources.find(({ type }) => type === 'Microsoft.Insights/autoscaleSettings')

/** The member at a path of plain objects and arrays. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Record<string | number, unknown> | undefined)?.[key], value)
}

describe.skipIf(!isPresent)('templates of the corpus', () => {
  it.each([
    'aro-gateway-production',
    'quickstart-vmss-automatic-repairs-lb-probe',
    'quickstart-vmss-flexible-empty-profile',
    'quickstart-vmss-automatic-mode-autoscale',
    'servicefabric-crossaz-stateless-rolling',
    'vmscalesets-zones-rolling-2017',
    'checkpoint-waap-zones-expression-autoscale',
  ])('%s evaluates without a mistake, and every unknown has a place', (name) => {
    const { diagnostics, symbolic, resources } = read(name)
    expect(diagnostics).toEqual([])
    expect(resources.length).toBeGreaterThan(0)
    for (const unknown of symbolic) expect(unknown.place?.line).toBeGreaterThan(1)
  })

  it('1: the autoscale target is the scale set, although its name is unknown', () => {
    const template = read('aro-gateway-production')
    const [set] = setsOf(template)
    expect(set?.value).toMatchObject({ sku: { capacity: 3 }, properties: { overprovision: false } })
    const { name } = set ?? {}
    expect(name).toBeInstanceOf(Symbolic)
    expect(String(name)).toBe("gateway-vmss-{parameters('vmssName')}")
    const target = at(autoscaleOf(template)?.value, 'properties', 'targetResourceUri') as Symbolic
    expect(target.rendered.endsWith(`/${SET}/${name}`)).toBe(true)
    expect(target.parameters).toEqual(['vmssName'])
    const probe = at(set?.value, 'properties', 'virtualMachineProfile', 'networkProfile', 'healthProbe', 'id')
    expect(probe).toMatch(/\/Microsoft\.Network\/loadBalancers\/gateway-lb-internal\/probes\/gateway-probe$/)
    expect(template.parameters.find((parameter) => parameter.name === 'sshPublicKey')?.from).toBe('none')
  })

  it('1: with the name given everything is known but the zones of the frontend', () => {
    const given = { vmssName: 'a', sshPublicKey: 'ssh-rsa x' }
    const template = read('aro-gateway-production', given, { resourceGroup: { location: 'westeurope' } })
    expect(setsOf(template)[0]?.name).toBe('gateway-vmss-a')
    expect(template.symbolic).toMatchObject([{ reason: expect.stringContaining('pickZones()') }])
    const elsewhere = read('aro-gateway-production', given, { resourceGroup: { location: 'West US' } })
    expect(elsewhere.symbolic).toEqual([])
  })

  it('2: a trailing slash in the resource type does not matter', () => {
    const template = read('quickstart-vmss-automatic-repairs-lb-probe', { vmssName: 'web' })
    const [set] = setsOf(template)
    expect(set?.value).toMatchObject({ sku: { capacity: 2 } })
    const probe = at(set?.value, 'properties', 'virtualMachineProfile', 'networkProfile', 'healthProbe', 'id') as string
    const balancer = template.resources.find(({ type }) => type === 'Microsoft.Network/loadBalancers')
    const probeName = at(balancer?.value, 'properties', 'probes', 0, 'name')
    expect(probe).toMatch(new RegExp(`/loadBalancers/${balancer?.name}/probes/${probeName}$`))
    const pool = at(balancer?.value, 'properties', 'loadBalancingRules', 0, 'properties', 'backendAddressPool', 'id')
    expect(pool).not.toContain('//')
  })

  it('3: no zones, two fault domains and three attached machines', () => {
    const template = read('quickstart-vmss-flexible-empty-profile')
    const [set] = setsOf(template)
    expect(set?.value).toMatchObject({
      zones: '',
      properties: { singlePlacementGroup: 'false', platformFaultDomainCount: 2 },
    })
    const machines = template.resources.filter(({ type }) => type === 'Microsoft.Compute/virtualMachines')
    expect(machines.map(({ name }) => name)).toEqual(['MyVM01', 'MyVM02', 'MyVM03'])
    for (const { value } of machines) {
      expect(at(value, 'properties', 'virtualMachineScaleSet', 'id')).toMatch(new RegExp(`/${set?.name}$`))
    }
    const zonal = read('quickstart-vmss-flexible-empty-profile', { virtualMachineScaleSetAvailabilityZone: '2' })
    expect(setsOf(zonal)[0]?.value).toMatchObject({ zones: ['2'], properties: { platformFaultDomainCount: 1 } })
  })

  it('4: the name is nine characters and the same each time', () => {
    const of = () => setsOf(read('quickstart-vmss-automatic-mode-autoscale', { vmssName: 'Web' }))[0]
    expect(of()?.name).toMatch(/^web[a-z2-7]{6}$/)
    expect(of()?.name).toBe(of()?.name)
    expect(of()?.value).toMatchObject({ sku: { capacity: 3 }, properties: { upgradePolicy: { mode: 'Automatic' } } })
    const template = read('quickstart-vmss-automatic-mode-autoscale', { vmssName: 'Web' })
    expect(at(autoscaleOf(template)?.value, 'properties', 'targetResourceUri')).toMatch(new RegExp(`/${of()?.name}$`))
    const unnamed = read('quickstart-vmss-automatic-mode-autoscale')
    const target = at(autoscaleOf(unnamed)?.value, 'properties', 'targetResourceUri') as Symbolic
    expect(target.rendered.endsWith(`/${setsOf(unnamed)[0]?.name}`)).toBe(true)
  })

  it('5: defaults of type int written as texts become numbers, other texts stay', () => {
    const sets = setsOf(read('servicefabric-crossaz-stateless-rolling'))
    expect(sets.map(({ value }) => at(value, 'sku', 'capacity'))).toEqual([15, 6])
    expect(sets.map(({ value }) => at(value, 'zones'))).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
    ])
    expect(sets.map(({ value }) => at(value, 'properties', 'overprovision'))).toEqual(['false', 'false'])
    expect(sets.map(({ value }) => at(value, 'properties', 'upgradePolicy', 'mode'))).toEqual(['Automatic', 'Rolling'])
    const extensions = at(
      sets[1]?.value,
      'properties',
      'virtualMachineProfile',
      'extensionProfile',
      'extensions',
    ) as unknown[]
    expect(extensions.map((extension) => at(extension, 'properties', 'type'))).toContain('ApplicationHealthWindows')
    for (const extension of extensions) expect(at(extension, 'name')).toBeTypeOf('string')
  })

  it('6: the capacity names the parameter to give, and is a number once given', () => {
    const name = 'vmscalesets-zones-rolling-2017'
    const [set] = setsOf(read(name))
    expect(at(set?.value, 'sku', 'capacity')).toMatchObject({
      expression: "[parameters('instanceCount')]",
      reason: 'parameter instanceCount has no value',
      parameters: ['instanceCount'],
    })
    expect(set?.apiVersion).toBe('2017-03-30')
    const [given] = setsOf(read(name, { instanceCount: 9, vmssNamePrefix: 'web' }))
    expect(given).toMatchObject({ name: 'web', value: { sku: { capacity: 9 } } })
    const policy = {
      maxBatchInstancePercent: 20,
      maxUnhealthyInstancePercent: 25,
      maxUnhealthyUpgradedInstancePercent: 10,
    }
    expect(at(given?.value, 'properties', 'upgradePolicy')).toMatchObject({
      automaticOSUpgrade: 'false',
      rollingUpgradePolicy: policy,
    })
    // Declared as lbID, used as lbId.
    const probe = at(given?.value, 'properties', 'virtualMachineProfile', 'networkProfile', 'healthProbe', 'id')
    expect(probe).toMatch(/\/loadBalancers\/weblb\/probes\/sshProbe$/)
  })

  it('7: zones follow the location; the probe is declared but unknown', () => {
    const name = 'checkpoint-waap-zones-expression-autoscale'
    const inList = setsOf(read(name, { location: 'westeurope' }))[0]
    expect(inList?.value['zones']).toEqual([1, 2])
    expect(setsOf(read(name, { location: 'nowhere' }))[0]?.value['zones']).toBeNull()
    expect(setsOf(read(name, { location: 'westeurope', availabilityZonesNum: 0 }))[0]?.value['zones']).toBeNull()
    const open = setsOf(read(name))[0]?.value['zones']
    expect(open).toMatchObject({ parameters: ['location'] })
    expect(at(inList?.value, 'sku', 'capacity')).toBe('2')
    const probe = at(inList?.value, 'properties', 'virtualMachineProfile', 'networkProfile', 'healthProbe', 'id')
    expect(probe).toMatchObject({ reason: 'reference() needs the live resource' })
    const profile = at(autoscaleOf(read(name))?.value, 'properties', 'profiles', 0, 'capacity')
    expect(profile).toEqual({ minimum: '2', maximum: '10', default: '2' })
  })
})
