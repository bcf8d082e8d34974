import { describe, expect, it } from 'vitest'
import { besideFile } from '../../../src/model/scenario/imported.ts'
import { load, mistakes } from './fixtures.ts'

const HEALTH = {
  name: 'health',
  publisher: 'Microsoft.ManagedServices',
  typePropertiesType: 'ApplicationHealthLinux',
  type: null,
  typeHandlerVersion: '1.0',
  settings: { protocol: 'http', port: 80, requestPath: '/health' },
}

/** As `az vmss show` prints it: flattened, re-cased, nulls. */
const SHOWN = JSON.stringify(
  {
    name: 'Web',
    location: 'West Europe',
    zones: ['1', '2'],
    sku: { name: 'Standard_D2as_v5', tier: null, capacity: 9 },
    orchestrationMode: 'Uniform',
    upgradePolicy: {
      mode: 'Rolling',
      automaticOsUpgradePolicy: null,
      rollingUpgradePolicy: { maxBatchInstancePercent: 20, pauseTimeBetweenBatches: 'PT1M' },
    },
    virtualMachineProfile: {
      extensionProfile: {
        extensions: [{ name: 'agent', publisher: 'p', typePropertiesType: 't', typeHandlerVersion: '1.0' }, HEALTH],
      },
    },
  },
  null,
  2,
)

const TEMPLATE = JSON.stringify({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { instanceCount: { type: 'int' }, size: { type: 'string', defaultValue: 'Standard_D2as_v5' } },
  resources: [
    {
      type: 'Microsoft.Compute/virtualMachineScaleSets',
      apiVersion: '2024-07-01',
      name: 'api',
      location: 'eastus',
      sku: { name: "[parameters('size')]", capacity: "[parameters('instanceCount')]" },
      properties: { orchestrationMode: 'Uniform', upgradePolicy: { mode: 'Manual' }, virtualMachineProfile: {} },
    },
  ],
})

const files = {
  'infra/web.json': SHOWN,
  'infra/api.json': TEMPLATE,
  'scenarios/p.json': JSON.stringify({ parameters: { INSTANCECOUNT: { value: 4 } } }),
}
const from = (rest: string) => `azure:\n  from: [../infra/web.json]\n${rest}`

describe('azure.from', () => {
  it('is read beside the scenario file, and declares what it holds', () => {
    const { scaleSets, world } = load(from(''), { files })
    expect(scaleSets.map(({ model }) => [model.name, model.sku.capacity, model.location])).toEqual([
      ['Web', 9, 'westeurope'],
    ])
    expect(Object.keys(world.regions)).toEqual(['westeurope'])
  })

  it('is overridden by the set of the same name, member by member, lists by name, null takes away', () => {
    const { scaleSets } = load(
      from(`  scaleSets:
    web:
      zones: null
      properties: { upgradePolicy: { rollingUpgradePolicy: { MaxBatchInstancePercent: 40, pauseTimeBetweenBatches: null } } }
      virtualMachineProfile: { extensionProfile: { extensions: [{ name: HEALTH, settings: { requestPath: /ready } }, { name: new, publisher: p, type: t }] } }
`),
      { files },
    )
    expect(scaleSets).toHaveLength(1)
    const { model } = scaleSets[0]!
    expect(model.zones).toBeUndefined()
    expect(model.upgradePolicy.rollingUpgradePolicy).toEqual({ maxBatchInstancePercent: 40 })
    const extensions = model.virtualMachineProfile.extensionProfile!.extensions!
    expect(extensions.map(({ name }) => name.toLowerCase())).toEqual(['agent', 'health', 'new'])
    expect(extensions[1]).toMatchObject({
      typeHandlerVersion: '1.0',
      settings: { protocol: 'http', port: 80, requestPath: '/ready' },
    })
  })

  it('leaves a set of another name to stand for itself, which must be complete', () => {
    expect(mistakes(from('  scaleSets:\n    other: { sku: { capacity: 3 } }\n'), { files })).toEqual([
      expect.stringMatching(/^4:5 E0203 other is only a part of a scale set/),
    ])
    expect(mistakes(from('  scaleSets:\n    wbe: { sku: { capacity: 3 } }\n'), { files })[0]).toMatch(
      / \| did you mean Web, which is imported\?$/,
    )
  })

  it('places a mistake where it was written: in the override or in the imported file', () => {
    const bad = {
      ...files,
      'infra/web.json': SHOWN.replace('"maxBatchInstancePercent": 20', '"maxBatchInstancePercent": 1'),
    }
    const line = SHOWN.split('\n').findIndex((text) => text.includes('maxBatchInstancePercent')) + 1
    const imported = mistakes(from('  scaleSets:\n    Web:\n      sku: { capacity: -1 }\n'), { files: bad })
    expect(imported).toHaveLength(2)
    expect(imported[0]).toMatch(/^5:24 E0201 sku\.capacity must be/)
    expect(imported[1]).toMatch(
      new RegExp(`^infra/web\\.json:${line}:\\d+ E0201 upgradePolicy\\.rollingUpgradePolicy\\.maxBatchInstancePercent`),
    )
    // Index 0 of the override is index 1 of the file: the place follows the name.
    const extension =
      '  scaleSets:\n    Web:\n      virtualMachineProfile: { extensionProfile: { extensions: [{ name: health, settings: { port: many } }] } }\n'
    expect(mistakes(from(extension), { files })[0]).toMatch(/^5:\d+ E0\d+ .*port/)
  })

  it('gives a bare reference to the set in the timeline the name of the file', () => {
    expect(
      load(from('timeline: [{ at: PT1M, scaleTo: { scaleSet: web, capacity: 3 } }]\n'), { files }).timeline[0]!.action,
    ).toEqual({
      verb: 'scaleTo',
      scaleSet: 'Web',
      capacity: 3,
    })
  })

  it('says where it looked for a file that cannot be read, and nothing that only follows from it', () => {
    expect(mistakes('azure: { from: ../infra/none.json, parameterFiles: [q.json] }\n', { files })).toEqual([
      '1:16 E0001 ../infra/none.json cannot be read | looked for infra/none.json; paths are relative to the scenario file',
      '1:53 E0001 q.json cannot be read | looked for scenarios/q.json; paths are relative to the scenario file',
    ])
  })

  it('places mistakes of a file that is no JSON in that file', () => {
    expect(mistakes('azure: { from: ../infra/web.json }\n', { files: { 'infra/web.json': '{ "a": ' } })[0]).toMatch(
      /^infra\/web\.json:1:\d+ E0/,
    )
  })
})

describe('a template', () => {
  const template = (rest: string) => `azure:\n  from: ../infra/api.json\n${rest}`
  const capacity = (rest: string) => load(template(rest), { files }).scaleSets[0]!.model.sku.capacity

  it('takes parameters from the scenario and from parameter files, the scenario first', () => {
    expect(capacity('  parameters: { instanceCount: 30 }\n')).toBe(30)
    expect(capacity('  parameters: { instanceCount: { value: 31 } }\n')).toBe(31)
    expect(capacity('  parameterFiles: [p.json]\n')).toBe(4)
    expect(capacity('  parameterFiles: p.json\n  parameters: { instanceCount: 5 }\n')).toBe(5)
  })

  it('is completed by an override where nothing gives the parameter', () => {
    expect(capacity('  scaleSets: { api: { sku: { capacity: 6 } } }\n')).toBe(6)
    expect(mistakes(template(''), { files }).join()).toMatch(/sku\.capacity.*azure\.parameters: \{ instanceCount/s)
  })

  it('is not needed for parameter files alone, which is a mistake', () => {
    expect(mistakes('azure: { parameterFiles: [p.json] }\n', { files })).toEqual([
      '1:8 E0121 the scenario declares no scale set | write azure.scaleSets, or name a template in azure.from',
      '1:26 E0102 parameter files are given without a template | name the template in azure.from',
    ])
  })
})

/** As `az sig image-version show` prints it, flattened, with explicit nulls. */
const VERSION = JSON.stringify(
  {
    id: '/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/Gal/images/App/versions/1.2.0',
    location: 'westeurope',
    name: '1.2.0',
    provisioningState: 'Succeeded',
    publishingProfile: {
      endOfLifeDate: null,
      excludeFromLatest: true,
      replicaCount: 2,
      targetRegions: [
        { name: 'West Europe', regionalReplicaCount: 2, storageAccountType: 'Standard_LRS' },
        { name: 'North Europe', regionalReplicaCount: 1, storageAccountType: 'Standard_LRS' },
      ],
    },
    replicationStatus: {
      aggregatedState: 'InProgress',
      summary: [
        { region: 'West Europe', state: 'Completed', progress: 100 },
        { region: 'North Europe', state: 'Replicating', progress: 40 },
      ],
    },
    resourceGroup: 'r',
    storageProfile: { osDiskImage: { sizeInGb: 64 }, dataDiskImages: null },
    tags: {},
    type: 'Microsoft.Compute/galleries/images/versions',
  },
  null,
  2,
)

describe('an image version of a gallery', () => {
  const version = (text: string, rest = '') => ({
    text: `azure:\n  from: [../infra/web.json, ../infra/version.json]\n${rest}`,
    files: { ...files, 'infra/version.json': text },
  })
  const galleries = (rest = '', text = VERSION) => {
    const { text: scenario, files: all } = version(text, rest)
    return load(scenario, { files: all }).galleries
  }

  it('is declared in its gallery and definition, with the state of its replication', () => {
    expect(galleries()).toEqual([
      {
        name: 'Gal',
        location: 'westeurope',
        images: [
          {
            name: 'App',
            key: 'Gal/App',
            versions: [
              expect.objectContaining({
                name: '1.2.0',
                location: 'westeurope',
                excludeFromLatest: true,
                sizeGB: 64,
                targetRegions: [
                  {
                    name: 'westeurope',
                    regionalReplicaCount: 2,
                    storageAccountType: 'Standard_LRS',
                    state: 'Completed',
                  },
                  {
                    name: 'northeurope',
                    regionalReplicaCount: 1,
                    storageAccountType: 'Standard_LRS',
                    state: 'Replicating',
                  },
                ],
              }),
            ],
          },
        ],
      },
    ])
  })

  it('lies below what is typed: in a version of both each typed member wins', () => {
    const typed = `  galleries:
    gal:
      images:
        app: { osType: Linux, versions: { 1.3.0: {}, 1.02.0: { properties: { publishingProfile: { ExcludeFromLatest: false } } } } }
        db:
`
    const [gallery, ...others] = galleries(typed)
    expect(others).toEqual([])
    expect(gallery).toMatchObject({ name: 'gal', location: 'westeurope' })
    expect(gallery!.images.map(({ key, versions }) => [key, versions.map(({ name }) => name)])).toEqual([
      ['gal/app', ['1.3.0', '1.02.0']],
      ['gal/db', []],
    ])
    const both = gallery!.images[0]!.versions[1]!
    expect(both.excludeFromLatest).toBe(false)
    expect(both.targetRegions.map(({ name, state }) => [name, state])).toEqual([
      ['westeurope', 'Completed'],
      ['northeurope', 'Replicating'],
    ])
    expect(galleries('  galleries: { gal: { location: northeurope } }\n')[0]!.location).toBe('northeurope')
  })

  it('is known to the timeline', () => {
    const { text, files: all } = version(
      VERSION,
      'timeline: [{ at: PT1M, excludeFromLatest: { image: gal/app, version: 1.2.0, exclude: false } }]\n',
    )
    expect(load(text, { files: all }).timeline[0]!.action).toMatchObject({ image: 'Gal/App', version: '1.2.0' })
  })

  it('has its mistakes in the file, or in what is typed on top', () => {
    const bad = version(VERSION.replace('"regionalReplicaCount": 1', '"regionalReplicaCount": 51'))
    const line = VERSION.split('\n').findIndex((text) => text.includes('"regionalReplicaCount": 1')) + 1
    const found = mistakes(bad.text, { files: bad.files })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^infra/version\\.json:${line}:\\d+ E0132 51 replicas in northeurope`))
    const typed = version(
      VERSION,
      '  galleries: { gal: { images: { app: { versions: { 1.2.0: { replicaCount: x } } } } } }\n',
    )
    expect(mistakes(typed.text, { files: typed.files })).toEqual(['3:75 E0103 replicaCount must be a number, got "x"'])
  })

  it('declares no scale set, which a scenario needs all the same', () => {
    const { files: all } = version(VERSION)
    expect(mistakes('azure: { from: ../infra/version.json }\n', { files: all })).toEqual([
      '1:8 E0121 the scenario declares no scale set | write azure.scaleSets, or name a template in azure.from',
    ])
  })

  it('without the id that places it stays a file without a scale set', () => {
    const body = JSON.parse(VERSION) as Record<string, unknown>
    const bad = version(JSON.stringify({ ...body, id: undefined }))
    expect(mistakes(bad.text, { files: bad.files })).toEqual([
      expect.stringMatching(/^infra\/version\.json:1:1 E0306 .* declares no scale set/),
    ])
  })
})

describe('besideFile', () => {
  it.each([
    ['scenarios/a.yaml', '../infra/t.json', 'infra/t.json'],
    ['a.yaml', 't.json', 't.json'],
    ['a.yaml', '../t.json', '../t.json'],
    ['../x/a.yaml', '../../t.json', '../../t.json'],
    ['/abs/a.yaml', './t.json', '/abs/t.json'],
    ['a/b.yaml', '/abs/t.json', '/abs/t.json'],
    ['a\\b.yaml', 'c\\t.json', 'a/c/t.json'],
    ['a/b.yaml', 'C:\\t.json', 'C:\\t.json'],
  ])('%s + %s -> %s', (file, path, expected) => {
    expect(besideFile(file, path)).toBe(expected)
  })
})
