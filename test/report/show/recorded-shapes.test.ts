import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import type { Scenario } from '../../../src/model/scenario.ts'
import { type ShowRequest, showAt, shownTable } from '../../../src/report/show/show.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { changeImage, healthExtension, MINUTE, NEW, OLD, scenarioOf, type World } from '../../sim/play.ts'
import { corpusBody, difference, hasCorpus, SAME, type Shape, shapeOf, strangeWords } from './shape.ts'

/**
 * The shapes of the corpus as paths and kinds, so that these tests run where the corpus is not. With the corpus at hand the
 * file is compared with it; UPDATE=1 writes it.
 */
const SHAPES = 'test/report/show/recorded-shapes.json'
const NAMES = [
  'cli-recording-rolling-upgrade-latest',
  'cli-recording-instance-view-repairs-suspended',
  'cli-recording-vm-instance-view-spot-evicted',
  'cli-recording-vmss-vms-list',
  'cli-recording-gallery-image-version-two-regions',
  'cli-recording-autoscale-recurring',
  'spec-example-rolling-upgrade-latest',
  'spec-example-os-upgrade-history',
  'spec-example-gallery-image-version-replication',
] as const
const recorded = JSON.parse(readFileSync(SHAPES, 'utf8')) as Readonly<Record<(typeof NAMES)[number], Shape>>

it.skipIf(!hasCorpus)('the shapes kept here are those of the corpus', () => {
  const now = Object.fromEntries(NAMES.map((name) => [name, shapeOf(corpusBody(name))]))
  if (process.env['UPDATE'] === '1') writeFileSync(SHAPES, `${JSON.stringify(now, null, 2)}\n`)
  else expect(recorded).toEqual(now)
})

const documentOf = (scenario: Scenario, minutes: number, view: string | ShowRequest): object => {
  const { document, isError } = showAt(scenario, scenario.seed, minutes * MINUTE, view)
  expect(isError, JSON.stringify(document)).toBe(false)
  expect(strangeWords(document)).toEqual([])
  return document
}

/** Two instances behind a load balancer's probe, as in the recordings of rolling upgrades. */
const PAIR: World = {
  uniform: true,
  capacity: 2,
  probe: null,
  profile: { networkProfile: { healthProbe: { id: 'lb/probes/p', protocol: 'Http', port: 80, requestPath: '/' } } },
}

describe('rolling-upgrade', () => {
  it('of a completed upgrade has the shape that was recorded', () => {
    const document = documentOf(scenarioOf({ capacity: 2, uniform: true }), 60, 'rolling-upgrade')
    expect(
      difference(
        shapeOf(document),
        recorded['cli-recording-rolling-upgrade-latest'],
        {},
        {
          'properties.policy.maxSurge': 'newer answers print it: ARM shapes, section 1',
          'properties.policy.rollbackFailedInstancesOnPolicyBreach': 'the same',
        },
      ),
    ).toEqual(SAME)
  })

  it('and its values: two successful ones, started just after the action', () => {
    expect(documentOf(scenarioOf({ capacity: 2, uniform: true }), 60, 'rolling-upgrade')).toMatchObject({
      type: 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades',
      properties: {
        policy: { maxBatchInstancePercent: 20, pauseTimeBetweenBatches: 'PT0S' },
        runningStatus: {
          lastAction: 'Start',
          lastActionTime: '2026-01-05T00:09:59.938+00:00',
          code: 'Completed',
          startTime: '2026-01-05T00:10:00+00:00',
        },
        progress: {
          successfulInstanceCount: 2,
          failedInstanceCount: 0,
          inProgressInstanceCount: 0,
          pendingInstanceCount: 0,
        },
      },
    })
  })

  it('of a faulted one, with every flag of the policy, has the shape of the specification', () => {
    const policy = {
      enableCrossZoneUpgrade: true,
      prioritizeUnhealthyInstances: true,
      rollbackFailedInstancesOnPolicyBreach: true,
      maxSurge: true,
    }
    const world: World = {
      uniform: true,
      zones: ['1', '2'],
      policy,
      newImage: { defects: [{ name: 'bad', share: 100 }] },
    }
    const document = documentOf(scenarioOf(world), 60, 'rolling-upgrade')
    expect(document).toHaveProperty('properties.error')
    expect(
      difference(shapeOf(document), recorded['spec-example-rolling-upgrade-latest'], {
        id: 'in the example alone, in no recording: ARM shapes, section 2.1',
        name: 'the same',
        'tags*': 'the same',
        'properties.error.target': 'what the service names there was never recorded',
        'properties.error.innererror*': 'made-up exception types; nothing the twin could know',
      }),
    ).toEqual(SAME)
  })

  it('says of a breach what the service was seen to say (ARM shapes, section 3)', () => {
    const bad: World = { uniform: true, capacity: 2, newImage: { defects: [{ name: 'bad', share: 100 }] } }
    const upgraded = documentOf(
      scenarioOf({ ...bad, policy: { maxUnhealthyUpgradedInstancePercent: 10 } }),
      60,
      'rolling-upgrade',
    )
    expect(upgraded).toHaveProperty(
      'properties.error.message',
      'Rolling Upgrade failed after exceeding the MaxUnhealthyUpgradedInstancePercent value defined in the RollingUpgradePolicy. 100% of instances are in an unhealthy state after being upgraded - more than the threshold of 10%. The most impactful error is: Instance found to be unhealthy or unreachable.. First failed instance ID is: 0.',
    )
    expect(upgraded).toHaveProperty(
      'properties.error.details[0].message',
      'Instance found to be unhealthy or unreachable.',
    )
    const all = scenarioOf({ ...bad, policy: { maxUnhealthyUpgradedInstancePercent: 100 } })
    const message =
      'Rolling Upgrade failed after exceeding the MaxUnhealthyInstancePercent value defined in the RollingUpgradePolicy. 50% of instances are in an unhealthy state - more than the threshold of 20%. To apply upgrades, consider increasing the MaxUnhealthyInstancePercent value.'
    expect(documentOf(all, 60, 'rolling-upgrade')).toHaveProperty('properties.error.message', message)
    // The request that brought the model failed with the same words.
    expect(documentOf(all, 60, 'instance-view')).toHaveProperty('statuses[0].message', message)
    expect(documentOf(all, 60, 'operation')).toHaveProperty('error.message', message)
    // Until somebody writes to the set again.
    const written = scenarioOf({ ...bad, timeline: [changeImage(), { at: 'PT2H', scaleTo: { capacity: 3 } }] })
    expect(documentOf(written, 119, 'scale-set')).toHaveProperty('properties.provisioningState', 'Failed')
    expect(documentOf(written, 150, 'scale-set')).toHaveProperty('properties.provisioningState', 'Succeeded')
  })
})

describe('os-upgrade-history', () => {
  const gallery = (versions: Record<string, object>) => ({
    galleries: { gal: { location: 'eastus', images: { app: { versions } } } },
  })
  const ofGallery = scenarioOf({
    azure: gallery({ '1.0.0': { targetRegions: [{ name: 'eastus' }] } }),
    profile: {
      storageProfile: { imageReference: { id: 'gal/app' } },
    },
    world: { images: { [NEW]: { defects: [{ name: 'bad', share: 100 }] } } },
    timeline: [
      {
        at: 'PT10M',
        publishImageVersion: { image: 'gal/app', version: '2.0.0', targetRegions: [{ name: 'eastus' }] },
      },
      { at: 'PT3H', startOSUpgrade: {} },
    ],
  })

  it('has the shape of the specification, and is an empty list before the first upgrade', () => {
    expect(documentOf(ofGallery, 5, 'os-upgrade-history')).toEqual({ value: [] })
    const document = documentOf(ofGallery, 330, 'os-upgrade-history')
    expect(document).toHaveProperty('value[0].properties.error.details[0].target')
    expect(
      difference(shapeOf(document), recorded['spec-example-os-upgrade-history'], {
        nextLink: 'one page holds the five entries there can be',
        'value[].properties.error.target': 'what the service names there was never recorded',
        'value[].properties.error.innererror*': 'made-up exception types; nothing the twin could know',
        'value[].properties.rollbackInfo.rollbackError*': 'why a restore failed was never recorded',
        'value[].properties.targetImageReference.publisher': 'of a platform image alone',
        'value[].properties.targetImageReference.offer': 'the same',
        'value[].properties.targetImageReference.sku': 'the same',
        'value[].properties.targetImageReference.version': 'the same',
        'value[].properties.targetImageReference.sharedGalleryImageId': 'a shared gallery has its own reference',
      }),
    ).toEqual(SAME)
  })
})

describe('instance-view', () => {
  it('of a set whose repairs are suspended has the shape that was recorded', () => {
    const scenario = scenarioOf({
      uniform: true,
      capacity: 2,
      // A load balancer's probe is no extension, of which the view would tell.
      ...PAIR,
      set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT30M' } },
      timeline: [{ at: 'PT10M', setOrchestrationServiceState: { serviceName: 'AutomaticRepairs', action: 'Suspend' } }],
    })
    const document = documentOf(scenario, 20, 'instance-view')
    expect(
      difference(
        shapeOf(document),
        recorded['cli-recording-instance-view-repairs-suspended'],
        {},
        {
          'orchestrationServices[].latestOperationStatus': 'in the SDK, newer than the recording',
          'orchestrationServices[].lastStatusChangeTime': 'the same',
        },
      ),
    ).toEqual(SAME)
    expect(document).toMatchObject({
      virtualMachine: { statusesSummary: [{ code: 'ProvisioningState/succeeded', count: 2 }] },
      orchestrationServices: [
        {
          serviceName: 'AutomaticRepairs',
          serviceState: 'Suspended',
          lastStatusChangeTime: '2026-01-05T00:10:00+00:00',
        },
      ],
      statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' }],
    })
  })

  it('of an evicted Spot instance has exactly the shape that was recorded, and its words', () => {
    const scenario = scenarioOf({
      uniform: true,
      capacity: 2,
      set: { platformFaultDomainCount: 5 },
      profile: { priority: 'Spot', evictionPolicy: 'Deallocate' },
      timeline: [{ at: 'PT10M', simulateEviction: { instances: ['vmss/0'] } }],
    })
    const document = documentOf(scenario, 30, { view: 'instance-view', instance: 'vmss_0' })
    expect(difference(shapeOf(document), recorded['cli-recording-vm-instance-view-spot-evicted'])).toEqual(SAME)
    expect(document).toMatchObject({
      platformUpdateDomain: 0,
      platformFaultDomain: 0,
      statuses: [
        { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
        { code: 'PowerState/deallocated', level: 'Info', displayStatus: 'VM deallocated' },
      ],
    })
    expect(document).not.toHaveProperty('statuses[1].time')
  })
})

describe('what moves or is left out', () => {
  it('a fault domain is shown where a set spreads over a fixed number of them (PL-08)', () => {
    const viewWith = (platformFaultDomainCount: number) =>
      documentOf(scenarioOf({ uniform: true, capacity: 2, set: { platformFaultDomainCount }, timeline: [] }), 5, {
        view: 'instance-view',
        instance: 'vmss/1',
      })
    expect(viewWith(5)).toMatchObject({ platformFaultDomain: 1, platformUpdateDomain: 1 })
    expect(viewWith(1)).not.toHaveProperty('platformFaultDomain')
    expect(viewWith(2)).toHaveProperty('platformFaultDomain')
  })

  it('the startTime of the operation is that of the batch that runs (timings.md)', () => {
    const scenario = scenarioOf({ uniform: true, capacity: 10 })
    const { batches } = simulate(scenario).rollouts[0]!
    const secondMs = batches[1]!.startedAtMs
    const minutes = Math.floor(secondMs / MINUTE) + 0.5
    const shown = documentOf(scenario, minutes, 'operation') as { startTime: string; status: string }
    expect(shown.status).toBe('InProgress')
    expect(Date.parse(shown.startTime) - Date.parse('2026-01-05T00:00:00Z')).toBe(secondMs)
  })

  it('a table says of each instance whether it has the latest model', () => {
    const scenario = scenarioOf({ uniform: true, capacity: 4 })
    const { batches } = simulate(scenario).rollouts[0]!
    const atMs = batches[1]!.startedAtMs - 1000
    const table = shownTable(showAt(scenario, scenario.seed, atMs, 'instances'))
    expect(
      table
        .split('\n')
        .slice(2, 6)
        .map((line) => line.match(/True|False/)?.[0]),
    ).toEqual(['True', 'False', 'False', 'False'])
  })

  it('autoscale history keeps actions and evaluations apart (AS-42)', () => {
    const text = readFileSync('scenarios/living/flapping-example.yaml', 'utf8')
    const scenario = loadScenario(text, 'flapping-example.yaml', { readFile: (path) => readFileSync(path, 'utf8') })
    const { value } = documentOf(scenario, 5, 'autoscale-history') as {
      value: { operationName: string; category: string; property: object }[]
    }
    expect(value.map(({ operationName, category }) => `${operationName}: ${category}`)).toEqual([
      'InstanceScaleAction: AutoscaleScaleActions',
      'FlappingOccurred: AutoscaleEvaluations',
    ])
    expect(value[0]!.property).toMatchObject({
      currentInstanceCount: 30,
      newInstanceCount: 28,
      scaleDirection: 'Decrease',
    })
  })
})

describe('the health of an instance', () => {
  it('has the code of its state in vmHealth (HE-21), and no vmHealth without a signal', () => {
    const scenario = scenarioOf({
      uniform: true,
      capacity: 3,
      version: '1.0',
      timeline: [{ at: 'PT10M', breakInstance: { instances: ['vmss/1'] } }],
    })
    const statusOf = (instance: string, minutes = 20): unknown =>
      (documentOf(scenario, minutes, { view: 'instance-view', instance }) as { vmHealth?: { status: object } }).vmHealth
        ?.status
    expect(statusOf('vmss/0')).toMatchObject({ code: 'HealthState/healthy', level: 'Info', displayStatus: 'Healthy' })
    expect(statusOf('vmss/1')).toMatchObject({ code: 'HealthState/unhealthy', level: 'Error' })
    const blind = scenarioOf({ uniform: true, capacity: 1, probe: null, mode: 'Manual', timeline: [] })
    expect(documentOf(blind, 5, { view: 'instance-view', instance: 'vmss/0' })).not.toHaveProperty('vmHealth')
  })
})

describe('instances', () => {
  const scenario = scenarioOf({
    uniform: true,
    capacity: 3,
    profile: {
      storageProfile: {
        imageReference: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest', exactVersion: '1.2.3' },
        dataDisks: [],
      },
      osProfile: {
        computerNamePrefix: 'vmss16a7d',
        adminUsername: 'somebody',
        windowsConfiguration: {
          provisionVMAgent: true,
          enableAutomaticUpdates: true,
          patchSettings: { patchMode: 'AutomaticByOS' },
        },
        secrets: [],
      },
      networkProfile: {
        networkInterfaceConfigurations: [
          {
            name: 'nic',
            properties: {
              primary: true,
              enableAcceleratedNetworking: false,
              dnsSettings: { dnsServers: [] },
              enableIPForwarding: false,
              ipConfigurations: [
                {
                  name: 'ip',
                  properties: {
                    subnet: { id: 'vnet/subnet' },
                    privateIPAddressVersion: 'IPv4',
                    loadBalancerBackendAddressPools: [{ id: 'lb/pool' }],
                    loadBalancerInboundNatPools: [{ id: 'lb/nat' }],
                  },
                },
              ],
            },
          },
        ],
      },
      extensionProfile: { extensions: [healthExtension()] },
    },
    timeline: [],
  })
  const document = documentOf(scenario, 10, 'instances')

  it('have the shape that was recorded', () => {
    expect(
      difference(
        shapeOf(document),
        recorded['cli-recording-vmss-vms-list'],
        {},
        {
          'value[].properties.timeCreated': 'newer than the recording: ARM shapes, section 2.4',
          'value[].resources[].properties.settings.*': 'whatever an extension was given',
        },
      ),
    ).toEqual(SAME)
  })

  it('and its ids: name, computer name and resource below the set', () => {
    expect(document).toMatchObject({
      value: [0, 1, 2].map((id) => ({
        name: `vmss_${id}`,
        instanceId: `${id}`,
        id: expect.stringMatching(
          new RegExp(`^/subscriptions/[0-9-]{36}/resourceGroups/rule-test/providers/.*/vmss/virtualMachines/${id}$`),
        ),
        properties: {
          latestModelApplied: true,
          modelDefinitionApplied: 'VirtualMachineScaleSet',
          vmId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          osProfile: { computerName: `vmss16a7d00000${id}` },
          storageProfile: {
            imageReference: { version: 'latest', exactVersion: '1.2.3' },
            osDisk: { osType: 'Windows' },
          },
        },
      })),
    })
    const ids = (document as { value: { properties: { vmId: string } }[] }).value.map(
      ({ properties }) => properties.vmId,
    )
    expect(new Set(ids).size).toBe(3)
  })

  it('of a Flexible set are known by their names (PL-55)', () => {
    const flexible = documentOf(scenarioOf({ capacity: 1, timeline: [] }), 1, 'instances')
    expect(flexible).toMatchObject({ value: [{ name: expect.stringMatching(/^vmss_[0-9a-f]{8}$/) }] })
    const [one] = (flexible as { value: { name: string; instanceId: string }[] }).value
    expect(one!.instanceId).toBe(one!.name)
    expect(one).toHaveProperty(
      'properties.virtualMachineResourceId',
      expect.stringMatching(`/virtualMachines/${one!.name}$`),
    )
  })

  it('on an old model say so, and name the version that is really on the disk', () => {
    const changing = documentOf(scenarioOf({ capacity: 10, uniform: true }), 11, 'instances') as {
      value: {
        properties: { latestModelApplied: boolean; storageProfile: { imageReference: { exactVersion: string } } }
      }[]
    }
    const versions = changing.value.map(({ properties }) => [
      properties.latestModelApplied,
      properties.storageProfile.imageReference.exactVersion,
    ])
    const [older, newer] = [OLD, NEW].map((key) => key.split('/')[2])
    expect(versions.filter(([isLatest]) => isLatest)).toEqual([
      [true, newer],
      [true, newer],
    ])
    expect(versions.filter(([isLatest]) => !isLatest)).toEqual(Array(8).fill([false, older]))
  })
})

describe('image-version', () => {
  const scenario = scenarioOf({
    azure: {
      galleries: {
        gal: {
          location: 'eastus2',
          images: {
            app: {
              versions: {
                '1.0.0': {
                  targetRegions: [
                    { name: 'West US 2', excludeFromLatest: false },
                    { name: 'East US 2', regionalReplicaCount: 2 },
                  ],
                  storageProfile: { osDiskImage: { sizeInGB: 30 }, dataDiskImages: [{ lun: 0, sizeInGB: 10 }] },
                },
              },
            },
          },
        },
      },
    },
    set: { location: 'eastus2' },
    timeline: [],
  })

  it('shows how far a copy is by the share of its time, or nothing until it is done (GA-22)', () => {
    const shownUnder = (assumptions: object): unknown => {
      const world: World = {
        azure: { galleries: { gal: { location: 'eastus', images: { app: { versions: { '1.0.0': null } } } } } },
        world: { timings: { galleryReplicationSource: 'PT4M', galleryReplication: 'PT20M' } },
        assumptions: { ...assumptions },
        timeline: [
          {
            at: 'PT10M',
            publishImageVersion: {
              image: 'gal/app',
              version: '2.0.0',
              targetRegions: [{ name: 'eastus' }, { name: 'westus3' }],
            },
          },
        ],
      }
      return [12, 19].map((minutes) => {
        const shown = documentOf(scenarioOf(world), minutes, 'image-version') as {
          properties: { provisioningState: string; replicationStatus: { summary: { progress: number }[] } }
        }
        const { provisioningState, replicationStatus } = shown.properties
        return [provisioningState, ...replicationStatus.summary.map(({ progress }) => progress)]
      })
    }
    // The version is being made until one region has it, then updated; the other has 24 minutes, from the publication on.
    expect(shownUnder({})).toEqual([
      ['Creating', 50, 8],
      ['Updating', 100, 37],
    ])
    expect(shownUnder({ replicationProgress: 'none' })).toEqual([
      ['Creating', 0, 0],
      ['Updating', 100, 0],
    ])
  })

  it('with its replication has the shape of the recording and of the specification', () => {
    const document = documentOf(scenario, 10, 'image-version')
    const both = {
      ...recorded['spec-example-gallery-image-version-replication'],
      ...recorded['cli-recording-gallery-image-version-two-regions'],
    }
    expect(
      difference(
        shapeOf(document),
        both,
        {
          'properties.publishingProfile.targetRegions[].encryption*': 'keys of disk encryption are not modelled',
          'properties.safetyProfile.policyViolations[]*': 'no image of a scenario violates a policy of the marketplace',
        },
        {
          'properties.publishingProfile.replicationMode': 'in the SDK, newer than the recording',
          'properties.safetyProfile.blockDeletionBeforeEndOfLife': 'the same',
        },
      ),
    ).toEqual(SAME)
    expect(document).toMatchObject({
      properties: {
        publishingProfile: {
          targetRegions: [
            { name: 'West US 2', regionalReplicaCount: 1, excludeFromLatest: false },
            { name: 'East US 2', regionalReplicaCount: 2 },
          ],
        },
        replicationStatus: {
          aggregatedState: 'Completed',
          summary: [
            { region: 'West US 2', state: 'Completed', details: '', progress: 100 },
            { region: 'East US 2', state: 'Completed', details: '', progress: 100 },
          ],
        },
      },
    })
  })
})

describe.skipIf(!hasCorpus)('what was recorded comes out as it went in', () => {
  const load = (azure: object) =>
    loadScenario(JSON.stringify({ name: 'again', duration: 'PT1H', azure }), 'again.yaml', {
      readFile: () => undefined,
    })

  it.each([
    {
      name: 'cli-recording-vmss-show-rolling',
      also: { orchestrationMode: 'Uniform', platformFaultDomainCount: 5 },
      why: 'in answers of that age absent means Uniform, and five domains',
    },
    { name: 'cli-recording-vmss-flexible-priority-mix', also: {}, why: 'it says so itself' },
  ])('scale-set: $name ($why)', ({ name, also }) => {
    const body = corpusBody(name) as Record<string, unknown> & { properties: Record<string, unknown>; name: string }
    const shown = documentOf(load({ scaleSets: { [body.name]: body } }), 1, 'scale-set') as typeof body
    const { etag: _etag, ...top } = body
    const { timeCreated: _created, uniqueId: _unique, ...properties } = body.properties
    const { timeCreated: _profile, ...profile } = properties['virtualMachineProfile'] as Record<string, unknown>
    expect(shown).toEqual({
      ...top,
      properties: { ...properties, virtualMachineProfile: profile, ...also, uniqueId: shown.properties['uniqueId'] },
    })
  })

  it('autoscale-setting: cli-recording-autoscale-recurring', () => {
    const body = corpusBody('cli-recording-autoscale-recurring') as {
      properties: Record<string, unknown>
    }
    const vmss1 = {
      location: 'westus',
      sku: { name: 'Standard_D2as_v5', capacity: 3 },
      orchestrationMode: 'Uniform',
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: { storageProfile: { imageReference: { id: OLD } } },
    }
    const shown = documentOf(load({ scaleSets: { vmss1 }, autoscaleSettings: { vmss1: body } }), 1, 'autoscale-setting')
    const { notifications: _mails, ...properties } = body.properties
    expect(shown).toEqual({
      ...body,
      id: expect.stringMatching(/\/resourceGroups\/again\/providers\/microsoft\.insights\/autoscalesettings\/vmss1$/),
      properties: { ...properties, targetResourceUri: expect.stringMatching(/\/virtualMachineScaleSets\/vmss1$/) },
    })
  })
})
