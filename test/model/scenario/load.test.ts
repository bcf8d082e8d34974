import { describe, expect, it } from 'vitest'
import { DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import { DEFAULT_TIMINGS } from '../../../src/model/timings.ts'
import { EXAMPLE } from './example.ts'
import { BEGINNER, load, mistakes } from './fixtures.ts'

const UPDATE = 'updateModel: { set: { sku.name: Standard_D4as_v5 } }'
const update = (set: string) => load(BEGINNER.replace(UPDATE, `updateModel: { set: ${set} }`)).timeline[0]!.action

describe('a ten-line scenario', () => {
  it('loads with every default applied', () => {
    expect(BEGINNER.trimEnd().split('\n')).toHaveLength(10)
    const scenario = load(BEGINNER)
    expect(scenario).toMatchObject({
      name: 'first',
      seed: 1,
      durationMs: 6 * 3_600_000,
      file: 'scenarios/test.yaml',
      expect: [],
    })
    expect(scenario.scaleSets.map(({ model }) => [model.name, model.sku.capacity, model.upgradePolicy.mode])).toEqual([
      ['web', 10, 'Rolling'],
    ])
    expect(scenario.world).toEqual({
      images: {},
      defaultImage: { boot: { kind: 'lognormal', p50Ms: 50_000, p95Ms: 75_000 }, defects: [], replication: {} },
      models: [],
      application: {
        needs: [],
        startup: { kind: 'constant', ms: 0 },
        warmup: { kind: 'constant', ms: 0 },
        endpoints: {},
        customMetrics: [],
      },
      regions: { eastus: { zones: ['1', '2', '3'], faultDomains: 3 } },
      timings: DEFAULT_TIMINGS,
      imageTemplates: {},
    })
    expect([scenario.galleries, scenario.imageTemplates, scenario.maintenanceConfigurations]).toEqual([[], [], []])
    expect(scenario.assumptions).toEqual(DEFAULT_ASSUMPTIONS)
    expect(scenario.timeline.map(({ atMs, action }) => ({ atMs, action }))).toEqual([
      {
        atMs: 600_000,
        action: {
          verb: 'updateModel',
          scaleSet: 'web',
          set: [{ path: 'sku.name', segments: ['sku', 'name'], value: 'Standard_D4as_v5' }],
        },
      },
    ])
  })

  it('takes the digits of a version as they are written, 2.0 and not 2', () => {
    expect(
      load(BEGINNER).scaleSets[0]!.model.virtualMachineProfile.extensionProfile!.extensions![0]!.typeHandlerVersion,
    ).toBe('2.0')
  })

  it('is named after its file when it does not say', () => {
    expect(load(BEGINNER.replace('name: first\n', '')).name).toBe('test')
  })
})

describe('the example of the documentation', () => {
  const scenario = load(EXAMPLE)

  it('loads as a whole', () => {
    expect(scenario.name).toBe('payments-cve-patch')
    expect(scenario.world.images['galProd/ubuntu-app/1.7.0']).toEqual({
      boot: { kind: 'lognormal', p50Ms: 50_000, p95Ms: 75_000 },
      defects: [{ name: 'firewall tightened', breaks: ['hsm'], sharePercent: 100, onset: { kind: 'constant', ms: 0 } }],
      replication: { eastus: { takes: { kind: 'constant', ms: 1_200_000 }, fails: false } },
    })
    expect(scenario.world.demand).toMatchObject([{ base: { requestsPerSecond: 1200 }, perInstance: 60, isOwn: false }])
    expect(scenario.galleries[0]!.images[0]).toMatchObject({
      key: 'galProd/ubuntu-app',
      versions: [{ name: '1.6.2', targetRegions: [{ name: 'eastus', regionalReplicaCount: 3, state: 'Completed' }] }],
    })
    expect(scenario.timeline.map(({ action }) => action.verb)).toEqual([
      'publishImageVersion',
      'updateModel',
      'cancelRollingUpgrade',
      'excludeFromLatest',
      'failZone',
    ])
    expect(scenario.world.application.endpoints).toEqual({
      '/ready': { checks: ['hsm'], answers: { kind: 'rich' }, failDelayMs: 0 },
      '/healthz': { checks: [], answers: { kind: 'plain' }, failDelayMs: 0 },
    })
    expect(scenario.world.timings).toEqual({
      ...DEFAULT_TIMINGS,
      osDiskSwap: { kind: 'lognormal', p50Ms: 90_000, p95Ms: 240_000 },
    })
    expect(scenario.expect.map(({ measure }) => measure)).toEqual([
      ['blastRadius', 'percent'],
      ['rollouts', 0, 'errorCode'],
      ['availability', 'minServingPercent'],
    ])
  })

  it('keeps no silence about what is declared and not played, and says nothing of vary and lesson', () => {
    expect(scenario.findings.filter(({ code }) => code === 'NotModelled')).toEqual([])
  })
})

describe('the world', () => {
  const world = (text: string) => load(`${BEGINNER}world: ${text}\n`).world

  it.each([
    ['PT50S', { kind: 'constant', ms: 50_000 }],
    ['{ p50: PT1S, p95: PT3S }', { kind: 'lognormal', p50Ms: 1000, p95Ms: 3000 }],
    ['{ min: PT1S, max: PT3S }', { kind: 'uniform', minMs: 1000, maxMs: 3000 }],
    ['{ mean: PT1M }', { kind: 'exponential', meanMs: 60_000 }],
    ['{ samples: [PT1S, PT0.5S] }', { kind: 'samples', samplesMs: [1000, 500] }],
    [
      '{ mixture: [{ weight: 9, value: PT1S }, { weight: 1, min: PT5S, max: PT6S }] }',
      {
        kind: 'mixture',
        parts: [
          { weight: 9, of: { kind: 'constant', ms: 1000 } },
          { weight: 1, of: { kind: 'uniform', minMs: 5000, maxMs: 6000 } },
        ],
      },
    ],
  ])('reads the distribution %s', (written, expected) => {
    expect(world(`{ timings: { restart: ${written} } }`).timings.restart).toEqual(expected)
  })

  it('knows an image by one key, however it was written', () => {
    const long = '/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/gal/images/app/versions/1.2.3'
    const images = world(
      `{ images: { ${long}: { boot: PT1S }, Canonical:ubuntu:22_04:latest: { boot: PT2S } } }`,
    ).images
    expect(Object.keys(images)).toEqual(['gal/app/1.2.3', 'Canonical/ubuntu/22_04/latest'])
    expect(mistakes(`${BEGINNER}world: { images: { ${long}: {}, gal/app/1.2.3: {} } }\n`)).toEqual([
      `11:${20 + long.length + 6} E0120 gal/app/1.2.3 is the same image as ${long} | keep one of them`,
    ])
  })

  it('lets the image default stand for those not listed, and for what a listed one does not say', () => {
    const { images, defaultImage } = world('{ images: { default: { boot: PT5M }, a/b/1: { defects: [{}] } } }')
    expect(defaultImage).toEqual({ boot: { kind: 'constant', ms: 300_000 }, defects: [], replication: {} })
    expect(images['a/b/1']!.boot).toEqual(defaultImage.boot)
  })

  it('breaks the process when a defect names nothing', () => {
    const { defects } = world('{ images: { a/b/1: { defects: [{}, { breaks: [] }] } } }').images['a/b/1']!
    expect(defects).toEqual([
      { name: 'defect of a/b/1', breaks: ['process'], sharePercent: 100, onset: { kind: 'constant', ms: 0 } },
      { name: 'defect of a/b/1', breaks: ['process'], sharePercent: 100, onset: { kind: 'constant', ms: 0 } },
    ])
  })

  it('re-cases the condition of a model truth and reads its value as the model holds it', () => {
    const text =
      '{ models: [{ name: big, when: { SKU.name: Standard_D4as_v5, "virtualMachineProfile.extensionProfile.extensions[Health].settings.Port": "81" }, defects: [{ zones: [1], instances: [web/2, 3], duration: PT5M }] }] }'
    expect(world(text).models).toEqual([
      {
        name: 'big',
        when: {
          'sku.name': 'Standard_D4as_v5',
          'virtualMachineProfile.extensionProfile.extensions[health].settings.port': 81,
        },
        defects: [
          {
            name: 'defect of big',
            breaks: ['process'],
            sharePercent: 100,
            onset: { kind: 'constant', ms: 0 },
            duration: { kind: 'constant', ms: 300_000 },
            zones: ['1'],
            instances: ['web/2', 'web/3'],
          },
        ],
      },
    ])
  })

  it('CM-2: writes custom metrics given as an object out as the JSON text the probe body carries', () => {
    const { customMetrics } = world(
      `{ application: { customMetrics: [{ instances: [web/0], rollingUpgrade: { PhaseOrderingNumber: 0, SkipUpgrade: false } }, { zones: [2], text: '{"a":1}' }] } }`,
    ).application
    expect(customMetrics).toEqual([
      { instances: ['web/0'], text: '{"rollingUpgrade":{"PhaseOrderingNumber":0,"SkipUpgrade":false}}' },
      { zones: ['2'], text: '{"a":1}' },
    ])
  })

  it('reads answers, delays, quotas', () => {
    const { application, regions } = world(
      '{ application: { endpoints: { /a: {}, tcp: { answers: plain }, /b: { answers: { status: 204, body: x }, failDelay: PT31S } } }, regions: { "East US": { zones: [1, 2], quota: { instances: 12 } }, westus: { faultDomains: 2 } } }',
    )
    expect(application.endpoints).toEqual({
      '/a': { checks: [], answers: { kind: 'honest' }, failDelayMs: 0 },
      tcp: { checks: [], answers: { kind: 'plain' }, failDelayMs: 0 },
      '/b': { checks: [], answers: { kind: 'fixed', status: 204, body: 'x' }, failDelayMs: 31_000 },
    })
    expect(regions).toEqual({
      eastus: { zones: ['1', '2'], faultDomains: 3, quotaInstances: 12 },
      westus: { zones: ['1', '2', '3'], faultDomains: 2 },
    })
  })

  it('counts the checks of endpoints among the dependencies, and not warmup', () => {
    const endpoints = 'endpoints: { /ready: { checks: [db, warmup] } }'
    expect(
      mistakes(
        `${BEGINNER}world: { application: { ${endpoints} }, images: { a/b/1: { defects: [{ breaks: [db] }] } } }\n`,
      ),
    ).toEqual([])
    expect(
      mistakes(
        `${BEGINNER}world: { application: { ${endpoints} }, images: { a/b/1: { defects: [{ breaks: [warmup] }] } } }\n`,
      ),
    ).toHaveLength(1)
  })
})

describe('the timeline', () => {
  it('stands in order of time, ties in order of the file', () => {
    const text = BEGINNER.replace(
      /timeline:.*/,
      'timeline:\n  - { at: PT5M, startOSUpgrade: }\n  - { at: PT1M, reapply: {} }\n  - { at: PT5M, cancelRollingUpgrade: { scaleSet: WEB } }',
    )
    expect(load(text).timeline.map(({ atMs, action }) => [atMs, action])).toEqual([
      [60_000, { verb: 'reapply', scaleSet: 'web' }],
      [300_000, { verb: 'startOSUpgrade', scaleSet: 'web' }],
      [300_000, { verb: 'cancelRollingUpgrade', scaleSet: 'web' }],
    ])
  })

  it.each([
    ['scaleTo: { capacity: 0 }', { verb: 'scaleTo', scaleSet: 'web', capacity: 0 }],
    ['manualUpgrade: { instances: "*" }', { verb: 'manualUpgrade', scaleSet: 'web', instances: '*' }],
    [
      'manualUpgrade: { instances: [web/3, 4, web_1a2b] }',
      {
        verb: 'manualUpgrade',
        scaleSet: 'web',
        instances: [{ scaleSet: 'web', number: 3 }, { scaleSet: 'web', number: 4 }, { name: 'web_1a2b' }],
      },
    ],
    [
      'protectInstance: { instance: 0, protectFromScaleIn: true }',
      { verb: 'protectInstance', instances: [{ scaleSet: 'web', number: 0 }], protectFromScaleIn: true },
    ],
    ['reimage: { instance: web/1 }', { verb: 'reimage', instances: [{ scaleSet: 'web', number: 1 }] }],
    [
      'deallocate: { instances: [web/1, web/2] }',
      {
        verb: 'deallocate',
        instances: [
          { scaleSet: 'web', number: 1 },
          { scaleSet: 'web', number: 2 },
        ],
      },
    ],
    [
      'hangInstance: { instance: 1, for: PT5M }',
      { verb: 'hangInstance', instances: [{ scaleSet: 'web', number: 1 }], forMs: 300_000 },
    ],
    ['breakInstance: { instance: 1 }', { verb: 'breakInstance', instances: [{ scaleSet: 'web', number: 1 }] }],
    [
      'failDependency: { dependency: hsm, zones: [2], scaleSets: [web], for: PT1H }',
      { verb: 'failDependency', dependency: 'hsm', zones: ['2'], scaleSets: ['web'], forMs: 3_600_000 },
    ],
    [
      'limitCapacity: { region: East US, instances: 10, for: PT1H }',
      { verb: 'limitCapacity', region: 'eastus', instances: 10, forMs: 3_600_000 },
    ],
    ['approveRollingUpgrade:', { verb: 'approveRollingUpgrade', scaleSet: 'web', instances: '*' }],
    ['approveRollingUpgrade: { instances: "*" }', { verb: 'approveRollingUpgrade', scaleSet: 'web', instances: '*' }],
    [
      'approveRollingUpgrade: { scaleSet: WEB, instances: [web/3, 4] }',
      {
        verb: 'approveRollingUpgrade',
        scaleSet: 'web',
        instances: [
          { scaleSet: 'web', number: 3 },
          { scaleSet: 'web', number: 4 },
        ],
      },
    ],
    [
      'setOrchestrationServiceState: { action: Suspend }',
      {
        verb: 'setOrchestrationServiceState',
        scaleSet: 'web',
        serviceName: 'AutomaticRepairs',
        action: 'Suspend',
      },
    ],
    [
      'setOrchestrationServiceState: { serviceName: AutomaticRepairs, action: Resume }',
      { verb: 'setOrchestrationServiceState', scaleSet: 'web', serviceName: 'AutomaticRepairs', action: 'Resume' },
    ],
    [
      'simulateEviction: { instance: web/1 }',
      { verb: 'simulateEviction', instances: [{ scaleSet: 'web', number: 1 }] },
    ],
    ['reclaimSpot:', { verb: 'reclaimSpot', scaleSet: 'web', percent: 100 }],
    ['reclaimSpot: { percent: 12.5 }', { verb: 'reclaimSpot', scaleSet: 'web', percent: 12.5 }],
    ['failZone: { zone: 2 }', { verb: 'failZone', region: 'eastus', zone: '2' }],
    [
      'failZone: { zone: "2", region: East US, for: PT5M }',
      { verb: 'failZone', region: 'eastus', zone: '2', forMs: 300_000 },
    ],
  ])('reads %s', (written, expected) => {
    const scenario = load(`${BEGINNER.replace(UPDATE, written)}world: { application: { needs: [hsm] } }\n`)
    expect(scenario.timeline[0]!.action).toEqual(expected)
  })

  it('re-cases the paths of an update, drops the properties level, and reads values as the model holds them', () => {
    expect(
      update('{ properties.upgradepolicy.automaticOsUpgradePolicy.enableAutomaticOsUpgrade: "true" }'),
    ).toMatchObject({
      set: [{ segments: ['upgradePolicy', 'automaticOSUpgradePolicy', 'enableAutomaticOSUpgrade'], value: true }],
    })
    const settings = ['virtualMachineProfile', 'extensionProfile', 'extensions', { name: 'health' }, 'settings']
    expect(
      update('{ "virtualMachineProfile.extensionProfile.extensions[0].properties.settings.requestpath": /ready }'),
    ).toMatchObject({
      set: [{ segments: [...settings, 'requestPath'], value: '/ready' }],
    })
    expect(
      update('{ "virtualMachineProfile.extensionProfile.extensions[health].settings.graceperiod": "600" }'),
    ).toMatchObject({
      set: [{ segments: [...settings, 'gracePeriod'], value: 600 }],
    })
  })

  it('unsets with null', () => {
    const action = update('{ upgradePolicy.rollingUpgradePolicy: null }')
    expect(action).toEqual({
      verb: 'updateModel',
      scaleSet: 'web',
      set: [
        {
          path: 'upgradePolicy.rollingUpgradePolicy',
          segments: ['upgradePolicy', 'rollingUpgradePolicy'],
          value: undefined,
        },
      ],
    })
  })

  it('reads an update against what earlier updates leave behind, in order of time', () => {
    const extension = '{ publisher: p, type: t, typeHandlerVersion: 1.0 }'
    const path = 'virtualMachineProfile.extensionProfile.extensions'
    const text = BEGINNER.replace(
      /timeline:.*/,
      `timeline:\n  - { at: PT5M, updateModel: { set: { "${path}[1].settings.a": 1 } } }\n  - { at: PT1M, updateModel: { set: { "${path}[patch]": ${extension} } } }`,
    )
    expect(load(text).timeline[1]!.action).toMatchObject({
      set: [
        { segments: ['virtualMachineProfile', 'extensionProfile', 'extensions', { name: 'patch' }, 'settings', 'a'] },
      ],
    })
  })
})

describe('the truth about images, templates and demand', () => {
  const world = (text: string) => load(`${BEGINNER}world: ${text}\n`).world

  it('knows by region how a copy really goes, under the version before under default', () => {
    const { images, defaultImage } = world(
      '{ images: { default: { replication: { West US 3: { fails: true }, eastus: { takes: PT9M } } }, a/b/1: { replication: { westus3: { takes: { min: PT1M, max: PT2M } } } } } }',
    )
    const eastus = { takes: { kind: 'constant', ms: 540_000 }, fails: false }
    expect(defaultImage.replication).toEqual({ westus3: { fails: true }, eastus })
    expect(images['a/b/1']!.replication).toEqual({
      westus3: { takes: { kind: 'uniform', minMs: 60_000, maxMs: 120_000 }, fails: false },
      eastus,
    })
  })

  it('SE-2: says when the application approves scheduled events', () => {
    expect(world('{ application: { approvesEventsAfter: PT1M } }').application.approvesEventsAfter).toEqual({
      kind: 'constant',
      ms: 60_000,
    })
    expect(world('{ application: {} }').application).not.toHaveProperty('approvesEventsAfter')
  })

  const TEMPLATE = BEGINNER.replace(
    'azure:\n',
    `azure:
  galleries: { gal: { location: eastus, images: { app: } } }
  imageTemplates:
    nightly:
      source: { type: PlatformImage, publisher: Canonical, offer: ubuntu, sku: 22_04, version: latest }
      customize: [{ type: Shell, name: harden, inline: [a] }, { type: Shell, inline: [b] }]
      validate: { inVMValidations: [{ type: Shell, name: smoke, inline: [c] }] }
      distribute: [{ type: SharedImage, runOutputName: o, galleryImageId: gal/app, targetRegions: [eastus] }]
`,
  )
  const truth = (text: string) => `${TEMPLATE}world: { imageTemplates: ${text} }\n`

  it('knows what really happens when a template runs', () => {
    const { imageTemplates, timings } = load(
      truth(
        '{ NIGHTLY: { identityMayPublish: false, customizers: { Harden: { fails: silently, runs: [3, 2, 3], defects: [{ breaks: [extensions], share: 50 }] }, Shell 2: { fails: loudly } }, failingValidations: [Smoke] } }',
      ),
    ).world
    expect(imageTemplates).toEqual({
      nightly: {
        build: timings.imageBuild,
        identityMayPublish: false,
        customizers: {
          harden: {
            fails: 'silently',
            runs: [2, 3],
            defects: [
              {
                name: 'defect of customizer harden',
                breaks: ['extensions'],
                sharePercent: 50,
                onset: { kind: 'constant', ms: 0 },
              },
            ],
          },
          'Shell 2': { fails: 'loudly', defects: [] },
        },
        failingValidations: ['smoke'],
      },
    })
    expect(load(truth('{ nightly: { build: PT20M } }')).world.imageTemplates['nightly']).toEqual({
      build: { kind: 'constant', ms: 1_200_000 },
      identityMayPublish: true,
      customizers: {},
      failingValidations: [],
    })
  })

  it('lets a silent failure leave a process that never listens, unless it says what else', () => {
    const defects = (text: string) =>
      load(truth(`{ nightly: { customizers: { harden: { fails: silently${text} } } } }`)).world.imageTemplates[
        'nightly'
      ]!.customizers['harden']!.defects
    expect(defects('')).toMatchObject([{ breaks: ['process'], sharePercent: 100 }])
    expect(defects(', defects: []')).toEqual([])
  })

  it('checks every name against the declared template', () => {
    expect(
      mistakes(
        `${TEMPLATE}world:
  imageTemplates:
    nihgtly: {}
    nightly:
      customizers:
        hardn: { fails: silently }
        harden: { fails: loudly, defects: [{}], runs: [0] }
        Shell 2: { fails: loudly, defects: [{}] }
      failingValidations: [smok, harden]
`,
      ),
    ).toEqual([
      '20:5 E0148 no image template nihgtly is declared | did you mean nightly?',
      '24:56 E0104 world.imageTemplates.nightly.customizers.harden.runs[0] must be at least 1, got 0',
    ])
    expect(
      mistakes(
        `${TEMPLATE}world:
  application: { needs: [db] }
  imageTemplates:
    nightly:
      customizers:
        hardn: { fails: silently }
        harden: { fails: silently, defects: [{ breaks: [bd] }] }
        Shell 2: { fails: loudly, defects: [{}] }
      failingValidations: [smok, harden]
`,
      ),
    ).toEqual([
      '23:9 E0148 the image template nightly has no customizer hardn | did you mean harden?',
      '24:57 E0110 bd is no dependency of the application | did you mean db?',
      '25:35 E0120 a loud failure leaves no image that could have defects | take the defects out, or write fails: silently',
      '26:28 E0148 the image template nightly has no validation smok | did you mean smoke?',
      '26:34 E0148 the image template nightly has no validation harden | known: smoke',
    ])
  })

  it('blames no name when the template itself is wrong', () => {
    expect(mistakes(truth('{ nightly: {} }').replace('type: SharedImage', 'type: SharedImge'))).toEqual([
      expect.stringMatching(/E0105 type must be one of/),
    ])
  })
})

describe('a health probe typed by hand', () => {
  const uniform = (probe: string) =>
    BEGINNER.replace(/virtualMachineProfile:.*/, `virtualMachineProfile: { networkProfile: { healthProbe: ${probe} } }`)

  it('HE-4: is the load balancer probe of a Uniform set, with its defaults', () => {
    expect(
      load(
        uniform(
          '{ id: lb/probe, protocol: Http, port: 80, requestPath: /health, intervalInSeconds: 5, numberOfProbes: 2 }',
        ),
      ).scaleSets[0],
    ).toMatchObject({
      loadBalancerProbe: {
        id: 'lb/probe',
        protocol: 'Http',
        port: 80,
        requestPath: '/health',
        intervalInSeconds: 5,
        probeThreshold: 2,
      },
      model: { virtualMachineProfile: { networkProfile: { healthProbe: { id: 'lb/probe' } } } },
    })
    expect(load(uniform('{ protocol: tcp, port: 80 }')).scaleSets[0]!.loadBalancerProbe).toEqual({
      id: 'inline',
      protocol: 'Tcp',
      port: 80,
      intervalInSeconds: 15,
      probeThreshold: 1,
    })
  })

  it('is unresolved without the fields, and wrong with wrong ones', () => {
    expect(load(uniform('{ id: lb/probe }')).scaleSets[0]!.loadBalancerProbe).toBe('unresolved')
    expect(mistakes(uniform('{ protocol: Http, intervalInSeconds: 2, pot: 80 }'))).toEqual([
      '9:100 E0104 intervalInSeconds must be at least 5, got 2',
      '9:103 E0101 unknown key pot in azure.scaleSets.web.virtualMachineProfile.networkProfile.healthProbe | did you mean port?',
    ])
  })
})

describe('keys that begin with x-', () => {
  it('are ignored everywhere, except among the tags of a resource', () => {
    const text = `x-owner: me\n${BEGINNER.replace('location: eastus', 'location: eastus\n      x-note: hi\n      tags: { x-team: web }')}world: { x-a: 1, images: { x-b: 2 } }\n`
    expect(load(text).scaleSets[0]!.model.tags).toEqual({ 'x-team': 'web' })
  })
})

describe('--set', () => {
  it('changes the document before it is checked', () => {
    const scenario = load(BEGINNER, {
      set: [
        'azure.scaleSets.web.sku.capacity=3',
        'timeline[0].at=PT1M',
        'world.images[a/b/1.0.0].boot=PT5S',
        'azure.scaleSets.web.virtualMachineProfile.extensionProfile.extensions[health].settings.port=81',
        'assumptions.shrinkWalk=window',
        'expect=[timeToHalt <= PT5M]',
      ],
    })
    const { model } = scenario.scaleSets[0]!
    expect(model.sku.capacity).toBe(3)
    expect(model.virtualMachineProfile.extensionProfile!.extensions![0]!.settings!['port']).toBe(81)
    expect(scenario.timeline[0]!.atMs).toBe(60_000)
    expect(scenario.world.images['a/b/1.0.0']!.boot).toEqual({ kind: 'constant', ms: 5000 })
    expect(scenario.assumptions.shrinkWalk).toBe('window')
    expect(scenario.expect[0]!.value).toBe(300_000)
  })

  it('adds a member to a list, one after the other, and makes the list where there is none', () => {
    const restart = (minute: number) => `timeline[+]={ at: PT${minute}M, restart: { instance: web/0 } }`
    const verbs = ({ timeline }: ReturnType<typeof load>) => timeline.map(({ atMs, action }) => [atMs, action.verb])
    expect(verbs(load(BEGINNER, { set: [restart(50), restart(55)] })).slice(-2)).toEqual([
      [3_000_000, 'restart'],
      [3_300_000, 'restart'],
    ])
    const bare = BEGINNER.replace(/timeline: .*\n/, '')
    expect(verbs(load(bare, { set: [restart(5)] }))).toEqual([[300_000, 'restart']])
    expect(() => load(BEGINNER, { set: ['timeline[+]={ at: PT1M, rebot: {} }'] })).toThrow('rebot')
  })

  it('finds a key with dots that the file has', () => {
    const text = `${BEGINNER}world: { images: { a/b/1.0.0: { boot: PT1S } } }\n`
    expect(load(text, { set: ['world.images.a/b/1.0.0.boot=PT9S'] }).world.images['a/b/1.0.0']!.boot).toEqual({
      kind: 'constant',
      ms: 9000,
    })
  })

  it.each([
    ['bad', '--set bad:1:1 E0119 --set must be path=value, got "bad" | for example seed=7'],
    [
      'timeline[3].at=PT1M',
      '--set timeline[3].at=PT1M:1:9 E0119 --set: timeline has no member [3]; the next one would be [1]',
    ],
    [
      'timeline.first.at=PT1M',
      '--set timeline.first.at=PT1M:1:10 E0119 --set: timeline is a list without a member named "first"',
    ],
    ['name.x=3', '--set name.x=3:1:6 E0119 --set: name holds "first" and has no members'],
    [
      'a.b=[',
      '--set a.b=[:1:5 E0119 --set cannot read the value as YAML: Flow sequence must end with a ] at line 1, column 2:',
    ],
    [
      'foo=1',
      '--set foo=1:1:5 E0101 unknown key foo | known: name, title, description, seed, duration, azure, world, timeline, expect, cases, vary, properties, assumptions, lesson',
    ],
    [
      'azure.scaleSets.web.sku.capacity=x',
      '--set azure.scaleSets.web.sku.capacity=x:1:34 E0201 sku.capacity must be a whole number from 0 to 1000, got "x"; the service answers InvalidParameter',
    ],
  ])('%s is a mistake with its place in the option', (assignment, expected) => {
    expect(mistakes(BEGINNER, { set: [assignment] })).toEqual([expected])
  })

  it('is beaten by nothing; the seed option beats the file', () => {
    expect(load(BEGINNER, { set: ['seed=5'] }).seed).toBe(5)
    expect(load(BEGINNER, { set: ['seed=5'], seed: 9 }).seed).toBe(9)
    expect(mistakes(BEGINNER, { seed: -1 })).toEqual([
      `--seed -1:1:1 E0104 seed must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got -1`,
    ])
  })
})

describe('assumptions', () => {
  it('are the profile first, then the single values', () => {
    const { assumptions } = load(
      `${BEGINNER}assumptions: { profile: article, richNon2xx: Unknown, healthWait: PT3M }\n`,
    )
    expect(assumptions).toMatchObject({ richPlain200: 'Healthy', richNon2xx: 'Unknown', healthWait: 180_000 })
  })
})
