import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { cli } from './harness.ts'

const TEMPLATE = 'scenarios/templates/orders-fleet.json'
const VALUES = ['-p', 'instanceCount=12', '-p', 'environment=production']

/** `az vmss show`, as little of it as a set needs. */
const shown = (parts: {
  readonly name?: string
  readonly mode?: string
  readonly image: Readonly<Record<string, unknown>>
  readonly automatic?: boolean
}) =>
  JSON.stringify({
    name: parts.name ?? 'web',
    location: 'eastus',
    zones: ['1', '2', '3'],
    sku: { name: 'Standard_D2as_v5', capacity: 6 },
    orchestrationMode: 'Uniform',
    upgradePolicy: {
      mode: parts.mode ?? 'Rolling',
      rollingUpgradePolicy: { maxBatchInstancePercent: 20 },
      ...(parts.automatic === true ? { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } } : {}),
    },
    virtualMachineProfile: {
      storageProfile: { imageReference: parts.image },
      extensionProfile: {
        extensions: [
          {
            name: 'health',
            publisher: 'Microsoft.ManagedServices',
            typePropertiesType: 'ApplicationHealthLinux',
            typeHandlerVersion: '2.0',
            settings: { protocol: 'http', port: 80, requestPath: '/ready' },
          },
        ],
      },
    },
  })

async function imported(files: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await cli(['import', ...Object.keys(files)], { files })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const scenario = parse(stdout) as { timeline: Record<string, unknown>[]; world: { images: object }; azure: object }
  const run = await cli(['run', 'scenario.yaml', '-o', 'json'], { files: { ...files, 'scenario.yaml': stdout } })
  const [result] = (JSON.parse(run.stdout) as { results: { measures: Record<string, { instances: number }> }[] })
    .results
  return { scenario, stdout, exposed: result!.measures['exposed']!.instances }
}

describe('import', () => {
  it('makes a scenario of a template that runs as it is, and says what it has understood', async () => {
    const { code, stdout, stderr } = await cli(['import', TEMPLATE, ...VALUES])
    expect(code).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "# Made from scenarios/templates/orders-fleet.json; the policy is still read from it at every run.
      #
      # scale set orders-production: Uniform, 12 instances, zones 1, 2, 3, mode Rolling
      # parameters without a value: adminPublicKey
      # other resources: Microsoft.Network/loadBalancers
      name: orders-fleet
      title: What a bad image does to orders-production
      duration: PT12H
      azure:
        from:
          - scenarios/templates/orders-fleet.json
        parameters:
          instanceCount: 12
          environment: production

      # The truth that Azure does not hold. Here every machine with the new image fails to start its process. Write what
      # you fear instead: share: 30 for three of ten machines, breaks: [a dependency], onset: PT20M for a slow leak.
      world:
        images:
          galOrders/orders-api/2.3.2:
            defects:
              - name: does not start
                breaks:
                  - process
                share: 100

      # What people do. Add faults of the cloud here: failZone, failDependency, reclaimSpot.
      timeline:
        - at: PT10M
          updateModel:
            set:
              virtualMachineProfile.storageProfile.imageReference.id: galOrders/orders-api/2.3.2

      # What you promise: no more than this share of the fleet is harmed.
      expect:
        - blastRadius.percent <= 20
      "
    `)
    expect(stderr).toMatchInlineSnapshot(`
      "scale set orders-production: Uniform, 12 instances, zones 1, 2, 3, mode Rolling
      parameters without a value: adminPublicKey
      other resources: Microsoft.Network/loadBalancers
      nothing stands out
      "
    `)
    const run = await cli(['run', 'scenario.yaml'], { files: { 'scenario.yaml': stdout } })
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('Faulted at 00:18:00 after batch 1')
  })

  it('a pinned gallery version: the model is updated to the next one', async () => {
    const { scenario, exposed } = await imported({ 'vmss.json': shown({ image: { id: 'galProd/app/1.6.9' } }) })
    expect(scenario.timeline).toEqual([
      {
        at: 'PT10M',
        updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': 'galProd/app/1.6.10' } },
      },
    ])
    expect(Object.keys(scenario.world.images)).toEqual(['galProd/app/1.6.10'])
    expect(exposed).toBeGreaterThan(0)
  })

  it('AO-1 a gallery image that is followed, by automatic OS upgrade: a version is published', async () => {
    const image = { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/galProd/images/app' }
    const { scenario, exposed } = await imported({ 'vmss.json': shown({ image, automatic: true }) })
    expect(scenario.timeline).toEqual([
      { at: 'PT10M', publishImageVersion: { image: 'galProd/app', version: '1.0.1' } },
    ])
    expect(scenario.azure).toMatchObject({
      galleries: { galProd: { location: 'eastus', images: { app: { versions: { '1.0.0': {} } } } } },
    })
    expect(exposed).toBeGreaterThan(0)
  })

  it('AO-1 an image of the platform that is followed: the platform publishes', async () => {
    const image = { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04', version: 'latest', exactVersion: '22.04.7' }
    const { scenario, exposed } = await imported({ 'vmss.json': shown({ image, automatic: true }) })
    expect(scenario.timeline).toEqual([
      { at: 'PT10M', publishImageVersion: { image: 'Canonical:ubuntu:22_04', version: '22.4.8' } },
    ])
    expect(exposed).toBeGreaterThan(0)
  })

  it('an image of the platform without automatic OS upgrade: the version of the model', async () => {
    const image = { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04', version: '22.04.1' }
    const { scenario, exposed } = await imported({ 'vmss.json': shown({ image }) })
    expect(scenario.timeline).toEqual([
      {
        at: 'PT10M',
        updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.version': '22.4.2' } },
      },
    ])
    expect(exposed).toBeGreaterThan(0)
  })

  it('UM-3 mode Manual: somebody brings the instances up', async () => {
    const { scenario, exposed } = await imported({
      'vmss.json': shown({ image: { id: 'galProd/app/1.0.0' }, mode: 'Manual' }),
    })
    expect(scenario.timeline[1]).toEqual({ at: 'PT15M', manualUpgrade: { instances: '*' } })
    expect(exposed).toBe(6)
  })

  it('a managed image, and none at all', async () => {
    const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden'
    const managed = await imported({ 'vmss.json': shown({ image: { id } }) })
    expect(Object.keys(managed.scenario.world.images)).toEqual(['images/golden-next'])
    expect(managed.exposed).toBeGreaterThan(0)
    expect((await imported({ 'vmss.json': shown({ image: {} }) })).exposed).toBeGreaterThan(0)
  })

  it('a shared gallery keeps its way of referring', async () => {
    const image = { sharedGalleryImageId: '/sharedGalleries/gal-1/images/app/versions/1.2.3' }
    const { scenario, exposed } = await imported({ 'vmss.json': shown({ image }) })
    expect(scenario.timeline[0]).toMatchObject({
      updateModel: {
        set: {
          'virtualMachineProfile.storageProfile.imageReference': {
            sharedGalleryImageId: '/sharedGalleries/gal-1/images/app/versions/1.2.4',
          },
        },
      },
    })
    expect(exposed).toBeGreaterThan(0)
  })

  it('a community gallery keeps its way of referring', async () => {
    const image = { communityGalleryImageId: '/CommunityGalleries/pub-1/Images/app/Versions/1.2.3' }
    const { scenario, exposed } = await imported({ 'vmss.json': shown({ image }) })
    expect(JSON.stringify(scenario.timeline[0])).toMatch(/"communityGalleryImageId":".*1\.2\.4"/)
    expect(exposed).toBeGreaterThan(0)
  })

  it('galleries that no file declares: each with its images, and each image in the regions of all sets', async () => {
    const { scenario, exposed } = await imported({
      'a.json': shown({ name: 'a', image: { id: 'galOne/app' }, automatic: true }),
      'b.json': shown({ name: 'b', image: { id: 'galTwo/app' }, automatic: true }),
      'c.json': shown({ name: 'c', image: { id: 'galOne/app' }, automatic: true }).replace('eastus', 'westus3'),
    })
    const versions = (...regions: string[]) => ({
      app: { versions: { '1.0.0': { targetRegions: regions.map((name) => ({ name })) } } },
    })
    expect(scenario.azure).toMatchObject({
      galleries: { galOne: { images: versions('eastus', 'westus3') }, galTwo: { images: versions('eastus') } },
    })
    expect(exposed).toBeGreaterThan(0)
  })

  it('two sets of one image: one publication, and each set by its name', async () => {
    const image = { id: 'galProd/app' }
    const both = await imported({
      'a.json': shown({ name: 'a', image, automatic: true }),
      'b.json': shown({ name: 'b', image, automatic: true }),
    })
    expect(both.scenario.timeline).toHaveLength(1)
    const apart = await imported({ 'a.json': shown({ name: 'a', image }), 'b.json': shown({ name: 'b', image }) })
    expect(apart.scenario.timeline.map(({ updateModel }) => (updateModel as { scaleSet: string }).scaleSet)).toEqual([
      'a',
      'b',
    ])
  })

  it('a version that a file declares: the next one is published first', async () => {
    const version = JSON.stringify({
      id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/galProd/images/app/versions/1.4.0',
      type: 'Microsoft.Compute/galleries/images/versions',
      name: '1.4.0',
      location: 'eastus',
      publishingProfile: { targetRegions: [{ name: 'eastus', regionalReplicaCount: 1 }] },
    })
    const byHand = await imported({
      'vmss.json': shown({ image: { id: 'galProd/app/1.4.0' }, mode: 'Manual' }),
      'version.json': version,
    })
    expect(byHand.scenario.timeline.map(({ at, ...entry }) => [at, Object.keys(entry)[0]])).toEqual([
      ['PT10M', 'publishImageVersion'],
      ['PT4H', 'updateModel'],
      ['PT4H5M', 'manualUpgrade'],
    ])
    const { scenario, exposed } = await imported({
      'vmss.json': shown({ image: { id: 'galProd/app/1.4.0' } }),
      'version.json': version,
    })
    expect(scenario.timeline.map((entry) => Object.keys(entry)[1])).toEqual(['publishImageVersion', 'updateModel'])
    expect(exposed).toBeGreaterThan(0)
  })

  it('a name with a line break stays in its comment', async () => {
    const { stdout } = await imported({
      'vmss.json': shown({ name: 'web\nseed: 9', image: { id: 'galProd/app/1.0.0' } }),
    })
    expect(stdout).not.toMatch(/^seed/m)
  })

  it('a set that two files declare is that of the later one, and the file named twice is one', async () => {
    const image = { id: 'galProd/app/1.0.0' }
    const files = { 'a.json': shown({ image }), 'b.json': shown({ image, mode: 'Manual' }) }
    const { code, stdout, stderr } = await cli(['import', 'a.json', 'b.json'], { files })
    expect(code).toBe(0)
    expect(stderr).toContain('scale set web stands in a.json and in b.json: the latter counts')
    expect(stdout).toContain('manualUpgrade')
    expect(stdout).toContain('# Made from a.json, b.json; the policy is still read from them at every run.')
    const twice = await cli(['import', 'a.json', './a.json'], { files: { ...files, './a.json': files['a.json'] } })
    expect(twice.stdout).toBe((await cli(['import', 'a.json'], { files })).stdout)
    expect(twice.stderr).not.toContain('counts')
  })

  it.each(['#x', '- y', 'null', '007', 'a: b', 'x # y', "it's", '"q"', '*z', '{b}', '---', '%d'])(
    'a file and a set called %s keep their names',
    async (name) => {
      const file = `in/${name}.json`
      const files = { [file]: shown({ name, image: { id: 'galProd/app/1.0.0' } }) }
      const { scenario, exposed } = await imported(files)
      expect(scenario).toMatchObject({ name, title: `What a bad image does to ${name}`, azure: { from: [file] } })
      expect(exposed).toBeGreaterThan(0)
    },
  )

  it('a file without a name but for its ending gives the scenario a name', async () => {
    const { scenario } = await imported({ '.json': shown({ image: { id: 'galProd/app/1.0.0' } }) })
    expect(scenario).toMatchObject({ name: '.json' })
  })

  it('the findings are told by the command that it names', async () => {
    const files = { "o'q.json": shown({ image: { id: 'galProd/app/1.0.0' } }) }
    const { stderr } = await cli(['import', "o'q.json"], { files })
    expect(stderr).toContain("1 finding: vmss-twin check 'o'\\''q.json' tells it")
    const values = ['-p', 'a=1', '-p', 'b=x y']
    const told = await cli(['import', "o'q.json", ...values], { files })
    expect(told.stderr).toContain("vmss-twin check 'o'\\''q.json' -p a=1 -p 'b=x y' tells it")
    const out = await cli(['import', "o'q.json", ...values, '--out', 'r.yaml'], { files })
    expect(out.stderr).toContain('1 finding: vmss-twin check r.yaml tells it')
  })

  it('--out: paths are relative to the scenario, and what is there stays', async () => {
    const { code, stdout, stderr, written } = await cli(['import', TEMPLATE, ...VALUES, '--out', 'docs/new.yaml'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(written.get('docs/new.yaml')).toContain('- ../scenarios/templates/orders-fleet.json')
    expect(stderr).toContain('wrote docs/new.yaml: vmss-twin run docs/new.yaml')
    const again = await cli(['import', TEMPLATE, ...VALUES, '--out', 'a.yaml'], { files: { 'a.yaml': 'mine' } })
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('--out a.yaml is there already')
    expect(again.written.size).toBe(0)
  })

  it('finds the values of a parameter file, wherever it is named', async () => {
    const parameters = JSON.stringify({
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
      contentVersion: '1.0.0.0',
      parameters: { instanceCount: { value: 12 }, environment: { value: 'production' } },
    })
    const files = { 'p.json': parameters }
    const beside = await cli(['import', 'p.json', TEMPLATE], { files })
    expect(beside).toMatchObject({ code: 0 })
    expect(beside.stdout).toContain('parameterFiles:\n    - p.json')
    expect(beside.stdout).toBe((await cli(['import', TEMPLATE, '--parameter-file', 'p.json'], { files })).stdout)
    const alone = await cli(['import', 'p.json'], { files })
    expect(alone.code).toBe(2)
    expect(alone.stderr).toContain('it holds the values of template parameters')
  })

  it('a value on the command line goes before that of a file in any spelling, as when the scenario is played', async () => {
    const files = { 'p.json': '{ "instanceCount": 12, "environment": "production" }' }
    const args = [TEMPLATE, '--parameter-file', 'p.json', '-p', 'INSTANCECOUNT=9', '-p', 'instancecount=8']
    const { stdout, stderr } = await cli(['import', ...args], { files })
    expect(stderr).toContain('Uniform, 8 instances')
    const played = await cli(['run', 's.yaml'], { files: { ...files, 's.yaml': stdout } })
    expect(played.stdout).toContain('orders-production: 8 instances')
    expect((await cli(['check', ...args], { files })).stdout).toContain('Uniform, 8 instances')
  })

  it('the last patch number there is is followed by the next minor version', async () => {
    const { scenario } = await imported({ 'vmss.json': shown({ image: { id: 'galProd/app/1.6.2147483647' } }) })
    expect(Object.keys(scenario.world.images)).toEqual(['galProd/app/1.7.0'])
  })

  it('names every parameter that needs a value, once', async () => {
    const { code, stdout, stderr } = await cli(['import', TEMPLATE])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`${TEMPLATE}:55:21`)
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'add -p instanceCount=... -p environment=..., or --parameter-file with the values of a deployment',
    )
  })

  it('a parameter with an unusual name is quoted for the shell', async () => {
    const template = readFileSync(TEMPLATE, 'utf8').replaceAll('instanceCount', 'instance $count')
    const { stderr } = await cli(['import', 't.json'], { files: { 't.json': template } })
    expect(stderr).toContain("add -p 'instance $count'=... -p environment=...")
  })

  it('-o json holds the scenario, what was understood, and the findings', async () => {
    const { stdout } = await cli(['import', TEMPLATE, ...VALUES, '-o', 'json'])
    const document = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(document)).toEqual(['formatVersion', 'file', 'scenario', 'understood', 'findings'])
    expect(document['scenario']).toBe((await cli(['import', TEMPLATE, ...VALUES])).stdout)
  })

  it.each([
    { args: ['gone.json'], says: 'gone.json cannot be read' },
    { args: ['a.json'], says: 'a.json declares no scale set, so there is nothing to roll out; understood: autoscale' },
    { args: ['b.json'], says: 'b.json:1:2  E0003' },
    { args: ['/dev/stdin'], says: '/dev/stdin is read once, and a scenario reads its files at every run' },
    { args: [TEMPLATE, '--parameter-file', '/dev/fd/9'], says: '/dev/fd/9 is read once' },
    { args: ['a\\b.json'], says: 'a\\b.json cannot stand in a scenario' },
    { args: [TEMPLATE, '--out', ''], says: 'a file cannot be written: it has no name' },
    { args: [TEMPLATE, '-p', 'instanceCount'], says: '--parameters takes name=value' },
  ])('refuses $args: $says', async ({ args, says }) => {
    const autoscale = {
      name: 'scale',
      targetResourceUri: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/web',
      enabled: true,
      profiles: [{ name: 'p', capacity: { minimum: '1', maximum: '3', default: '1' }, rules: [] }],
    }
    const files = { 'gone.json': null, 'a.json': JSON.stringify(autoscale), 'b.json': '{' }
    const { code, stdout, stderr } = await cli(['import', ...args], { files })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })
})

const CORPUS = '../shared/corpus'

describe.skipIf(!existsSync(CORPUS))('import of real resources', () => {
  const VALUES_OF: Readonly<Record<string, readonly string[]>> = {
    'checkpoint-waap-zones-expression-autoscale.json': ['-p', 'location=eastus'],
    'vmscalesets-zones-rolling-2017.json': ['-p', 'instanceCount=5'],
  }
  const declaring = [
    'aro-gateway-production.json',
    'checkpoint-waap-zones-expression-autoscale.json',
    'cli-output-vmss-flattened.json',
    'cli-recording-vmss-flexible-priority-mix.json',
    'cli-recording-vmss-show-rolling.json',
    'quickstart-vmss-automatic-mode-autoscale.json',
    'quickstart-vmss-automatic-repairs-lb-probe.json',
    'servicefabric-crossaz-stateless-rolling.json',
    'vmscalesets-zones-rolling-2017.json',
  ]

  it.each(declaring)('the new image reaches the instances: %s', async (name) => {
    const path = `${CORPUS}/${name}`
    const { code, stdout, stderr } = await cli(['import', path, ...(VALUES_OF[name] ?? [])])
    expect({ code, stderr: stderr.slice(0, 200) }).toMatchObject({ code: 0 })
    const run = await cli(['run', 'scenario.yaml', '-o', 'json'], { files: { 'scenario.yaml': stdout } })
    const { results } = JSON.parse(run.stdout) as { results: { measures: { exposed: { instances: number } } }[] }
    expect(results[0]!.measures.exposed.instances).toBeGreaterThan(0)
  })

  it.each(
    readdirSync(existsSync(CORPUS) ? CORPUS : '.').filter(
      (name) => name.endsWith('.json') && !declaring.includes(name),
    ),
  )('what declares no instances is refused, and says why: %s', async (name) => {
    const { code, stdout, stderr } = await cli(['import', `${CORPUS}/${name}`])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/declares? no scale set|without a virtualMachineProfile|E0305/)
  })
})
