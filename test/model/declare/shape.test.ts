import { describe, expect, it } from 'vitest'
import { Symbolic } from '../../../src/model/arm/symbolic.ts'
import { rollingPolicy } from '../../../src/model/declare/health-source.ts'
import { detectKind, flattenScaleSet } from '../../../src/model/declare/shape.ts'
import { declare, findingCodes, modelOf, type Plain, soundSet } from './fixtures.ts'

const flat = (raw: Plain): Plain => flattenScaleSet(raw).document
const kindsOf = (raw: Plain) => flattenScaleSet(raw).notes.map((note) => `${note.kind} ${note.path}`)

describe('flattenScaleSet', () => {
  it('lifts every properties level', () => {
    const document = flat({
      name: 'vmss',
      sku: { capacity: 3 },
      properties: {
        upgradePolicy: { mode: 'Rolling' },
        virtualMachineProfile: {
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                name: 'nic',
                properties: { primary: true, ipConfigurations: [{ name: 'ip', properties: { primary: true } }] },
              },
            ],
          },
          extensionProfile: { extensions: [{ name: 'health', properties: { publisher: 'P', type: 'T' } }] },
        },
      },
    })
    expect(document).toEqual({
      name: 'vmss',
      sku: { capacity: 3 },
      upgradePolicy: { mode: 'Rolling' },
      virtualMachineProfile: {
        networkProfile: {
          networkInterfaceConfigurations: [
            { name: 'nic', primary: true, ipConfigurations: [{ name: 'ip', primary: true }] },
          ],
        },
        extensionProfile: { extensions: [{ name: 'health', publisher: 'P', type: 'T' }] },
      },
    })
  })

  it("puts the command line's spelling right and drops what it adds", () => {
    expect(
      flat({
        resourceGroup: 'g',
        provisioningState: 'Succeeded',
        upgradePolicy: { automaticOsUpgradePolicy: { enableAutomaticOsUpgrade: true } },
        virtualMachineProfile: {
          osProfile: { linuxConfiguration: { provisionVmAgent: true, enableVmAgentPlatformUpdates: false } },
          storageProfile: { osDisk: { diskSizeGb: 30, name: null } },
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                enableIpForwarding: false,
                ipConfigurations: [{ subnet: { id: '/s', resourceGroup: 'g' }, privateIpAddressVersion: 'IPv4' }],
              },
            ],
          },
        },
      }),
    ).toEqual({
      upgradePolicy: { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } },
      virtualMachineProfile: {
        osProfile: { linuxConfiguration: { provisionVMAgent: true, enableVMAgentPlatformUpdates: false } },
        storageProfile: { osDisk: { diskSizeGB: 30 } },
        networkProfile: {
          networkInterfaceConfigurations: [
            {
              enableIPForwarding: false,
              ipConfigurations: [{ subnet: { id: '/s' }, privateIPAddressVersion: 'IPv4' }],
            },
          ],
        },
      },
    })
  })

  it.each([
    { written: { type: null, typePropertiesType: 'CustomScript' }, why: 'command line' },
    { written: { type: 'extensions', properties: { type: 'CustomScript' } }, why: 'template with a type of its own' },
    { written: { type: 'CustomScript' }, why: 'flattened by hand' },
    { written: { type: 'CustomScript', typePropertiesType: null }, why: 'both, one null' },
  ])('finds the type of an extension: $why', ({ written }) => {
    const extensions = [{ name: 'x', ...written }]
    expect(flat({ virtualMachineProfile: { extensionProfile: { extensions } } })).toEqual({
      virtualMachineProfile: { extensionProfile: { extensions: [{ name: 'x', type: 'CustomScript' }] } },
    })
  })

  it('reads numbers, booleans and zones that were written as text', () => {
    expect(
      flat({ sku: { capacity: '15' }, overprovision: 'True', singlePlacementGroup: 'false', zones: [1, '2'] }),
    ).toEqual({
      sku: { capacity: 15 },
      overprovision: true,
      singlePlacementGroup: false,
      zones: ['1', '2'],
    })
  })

  it.each([[''], [null], [[]], [['']]])('zones %j mean regional', (zones) => {
    expect(flat({ zones })).toEqual({})
  })

  it('drops nulls everywhere and keeps tags and settings as they are', () => {
    const settings = { fileUris: ['a'], commandToExecute: null }
    expect(
      flat({
        tags: { Owner: 'me' },
        plan: null,
        virtualMachineProfile: { priority: null, extensionProfile: { extensions: [{ name: 'x', settings }] } },
      }),
    ).toEqual({
      tags: { Owner: 'me' },
      virtualMachineProfile: { extensionProfile: { extensions: [{ name: 'x', settings }] } },
    })
  })

  it('translates the 2017 and 2018 spellings of the OS upgrade flags', () => {
    const raw = { upgradePolicy: { automaticOSUpgrade: 'true', autoOSUpgradePolicy: { disableAutoRollback: true } } }
    expect(flat(raw)).toEqual({
      upgradePolicy: { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, disableAutomaticRollback: true } },
    })
    expect(kindsOf(raw).filter((note) => note.startsWith('legacyProperty'))).toHaveLength(2)
  })

  it('moves profile parts of condensed output to where they belong', () => {
    const raw = {
      location: 'eastus',
      osProfile: { adminUsername: 'a' },
      storageProfile: { imageReference: { id: 'g/d' } },
    }
    expect(flat(raw)).toEqual({
      location: 'eastus',
      virtualMachineProfile: { osProfile: { adminUsername: 'a' }, storageProfile: { imageReference: { id: 'g/d' } } },
    })
  })

  it('keeps symbolic values where they are', () => {
    const capacity = new Symbolic({ expression: "[parameters('n')]", reason: 'no value', parameters: ['n'] })
    expect((flat({ sku: { capacity }, zones: capacity })['sku'] as Plain)['capacity']).toBe(capacity)
    expect(flat({ zones: capacity })['zones']).toBe(capacity)
    expect(flat({ zones: [capacity, 2] })['zones']).toEqual([capacity, '2'])
  })

  it('remembers where a value came from', () => {
    const { originOf } = flattenScaleSet({
      properties: {
        VirtualMachineProfile: {
          extensionProfile: { extensions: [null, { name: 'x', properties: { settings: { Port: 1 } } }] },
        },
      },
    })
    const extensions = ['properties', 'VirtualMachineProfile', 'extensionProfile', 'extensions']
    expect(originOf(['virtualMachineProfile', 'extensionProfile', 'extensions'])).toEqual(extensions)
    expect(originOf(['virtualMachineProfile', 'nowhere'])).toEqual(extensions.slice(0, 2))
    expect(originOf(['sku'])).toEqual([])
  })

  it('gives the same document when it is flattened again', () => {
    const once = flat({
      properties: { upgradePolicy: { Mode: 'rolling', automaticOSUpgrade: 'false' }, overprovision: 'true' },
      zones: '1',
    })
    expect(flat(once)).toEqual(once)
  })
})

describe('tolerance of names (RP-8)', () => {
  it('RP-8 names in any case and boolean strings are accepted silently', () => {
    const declaration = declare(
      soundSet({
        overprovision: false,
        UPGRADEPOLICY: undefined,
        upgradePolicy: { Mode: 'rolling', RollingUpgradePolicy: { MaxSurge: 'true' } },
      }),
    )
    expect(findingCodes(declaration)).toEqual([])
    expect(rollingPolicy(declaration.model!)).toMatchObject({ maxSurge: true })
  })

  it('RP-8 an unknown property such as BatchInstancePercent is a warning without effect', () => {
    const declaration = declare(
      soundSet({ upgradePolicy: { mode: 'Rolling', rollingUpgradePolicy: { BatchInstancePercent: 50 } } }),
    )
    expect(declaration.findings).toMatchObject([{ code: 'UnknownProperty', severity: 'warning', rules: ['RP-8'] }])
    expect(declaration.findings[0]?.where).toBe('vmss: upgradePolicy.rollingUpgradePolicy.BatchInstancePercent')
    expect(rollingPolicy(declaration.model!).maxBatchInstancePercent).toBe(20)
  })

  it('RP-8 the nearest known name is suggested', () => {
    const declaration = declare(soundSet({ overprovison: false }))
    expect(declaration.findings[0]).toMatchObject({ code: 'UnknownProperty', fix: 'write overprovision' })
    expect(modelOf(soundSet({ 'x-note': 'mine' }))).not.toHaveProperty('x-note')
  })
})

describe('detectKind', () => {
  it.each([
    {
      kind: 'armTemplate',
      document: {
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        resources: [],
      },
    },
    {
      kind: 'armTemplate',
      document: {
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        resources: {},
      },
    },
    {
      kind: 'parameterFile',
      document: {
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
        parameters: {},
      },
    },
    { kind: 'parameterFile', document: { parameters: { n: { value: 3 } } } },
    { kind: 'exampleEnvelope', document: { parameters: { subscriptionId: 's' }, responses: { 200: { body: {} } } } },
    { kind: 'restList', document: { value: [] } },
    { kind: 'restResource', document: { name: 'v', properties: {} } },
    { kind: 'restResource', document: { orchestrationServices: [], statuses: [] } },
    { kind: 'cliOutput', document: { name: 'v', resourceGroup: 'g', upgradePolicy: { mode: 'Manual' } } },
    { kind: 'cliOutput', document: [{ name: 'v', resourceGroup: 'g', sku: {} }] },
    { kind: 'cliCreateOutput', document: { vmss: { upgradePolicy: {} } } },
    { kind: 'unknown', document: { hello: 'world' } },
    { kind: 'unknown', document: [] },
    { kind: 'unknown', document: 'text' },
    { kind: 'unknown', document: null },
  ])('$kind: $document', ({ kind, document }) => {
    expect(detectKind(document)).toBe(kind)
  })
})
