import { describe, expect, it } from 'vitest'
import { Symbolic } from '../../../src/model/arm/symbolic.ts'
import { DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import { declareScaleSet } from '../../../src/model/declare/declare.ts'
import {
  codes,
  declare,
  findingCodes,
  HTTP_HEALTH,
  healthExtension,
  messages,
  modelOf,
  type Plain,
  profile,
  soundSet,
} from './fixtures.ts'

const unknown = (name: string) =>
  new Symbolic({ expression: `[parameters('${name}')]`, reason: `parameter ${name} has no value`, parameters: [name] })

describe('a complete and healthy declaration', () => {
  it('gives a model and nothing else', () => {
    const { model, diagnostics, findings } = declare(soundSet())
    expect([...diagnostics, ...findings]).toEqual([])
    expect(model).toMatchObject({
      name: 'vmss',
      location: 'eastus',
      orchestrationMode: 'Uniform',
      overprovision: true,
      platformFaultDomainCount: 1,
    })
  })

  it('also on Flexible with Rich Health States and a grace period', () => {
    const settings = { protocol: 'https', port: 8443, requestPath: '/ready', gracePeriod: 900 }
    const set = soundSet({
      orchestrationMode: 'Flexible',
      virtualMachineProfile: profile([healthExtension(settings, '2.0')]),
    })
    const declaration = declare(set, { endpoints: { '/ready': { answers: { kind: 'rich' } } } })
    expect([...codes(declaration), ...findingCodes(declaration)]).toEqual([])
  })

  it('declaring the model again changes nothing', () => {
    const model = modelOf(soundSet({ tags: { a: 'b' } }))
    expect(modelOf(model)).toEqual(model)
  })
})

describe('what cannot be played', () => {
  it('E0203 a partial resource is an update of something else', () => {
    for (const part of [{ sku: { capacity: 5 } }, { name: 'vmss' }, { upgradePolicy: { mode: 'Rolling' } }]) {
      const declaration = declare(part)
      expect(codes(declaration)).toEqual(['E0203'])
      expect(declaration.model).toBeUndefined()
    }
    expect(messages(declare({ sku: { capacity: 5 } }))).toContain('(sku)')
  })

  it('E0204 a set without a profile is Flexible with nothing to roll out', () => {
    const declaration = declare(
      { location: 'eastus', platformFaultDomainCount: 2, singlePlacementGroup: false },
      { attachedInstances: 3 },
    )
    expect(codes(declaration)).toEqual(['E0204', 'E0205'])
    expect(messages(declaration)).toMatch(/Flexible.*capacity 0/)
    expect(findingCodes(declaration)).toEqual(['NoUpgradePolicy', 'AttachedInstances'])
  })

  it('E0205 an absent upgrade policy does not become Manual', () => {
    const { upgradePolicy: _, ...rest } = soundSet()
    expect(codes(declare(rest))).toEqual(['E0205'])
    expect(findingCodes(declare(rest))).toEqual(['NoUpgradePolicy'])
    expect(modelOf({ ...rest, upgradePolicy: {} }).upgradePolicy.mode).toBe('Manual')
  })

  it('E0206 an unknown number of instances', () => {
    expect(codes(declare(soundSet({ sku: { name: 'S' } })))).toEqual(['E0206'])
    expect(codes(declare(soundSet({ sku: { capacity: 0 } })))).toEqual([])
  })

  it('E0303 a decisive value that is symbolic names the parameter to give', () => {
    for (const document of [
      soundSet({ sku: { capacity: unknown('count') } }),
      soundSet({ sku: unknown('count') }),
      soundSet({ zones: unknown('count') }),
      soundSet({ upgradePolicy: { mode: unknown('count') } }),
    ]) {
      const declaration = declare(document)
      expect(codes(declaration)).toEqual(['E0303'])
      expect(declaration.diagnostics[0]?.hint).toContain('azure.parameters: { count: … }')
    }
  })

  it('E0303 one parameter in several places of one list is told once each value', () => {
    const zones = unknown('zone')
    expect(codes(declare(soundSet({ zones: [zones, zones] })))).toEqual(['E0303'])
  })

  it('E0201 wrong structure is told instead of crashing', () => {
    const bad: Plain[] = [
      { upgradePolicy: 'Rolling' },
      { virtualMachineProfile: 'small' },
      { virtualMachineProfile: profile([], { networkProfile: [] }) },
      { virtualMachineProfile: { extensionProfile: { extensions: { a: 1 } } } },
      { virtualMachineProfile: { extensionProfile: { extensions: ['health'] } } },
      { sku: 5 },
      { zones: 5 },
      { location: { a: 1 } },
      { scaleInPolicy: { rules: 'OldestVM' } },
    ]
    for (const change of bad) expect(codes(declare(soundSet(change))), JSON.stringify(change)).toContain('E0201')
  })

  it('reports all mistakes at once, each with path and place', () => {
    const document = soundSet({
      sku: { capacity: -1 },
      platformFaultDomainCount: 9,
      upgradePolicy: { mode: 'Blue', rollingUpgradePolicy: { maxBatchInstancePercent: 1 } },
    })
    const { diagnostics } = declareScaleSet('vmss', document, {
      assumptions: DEFAULT_ASSUMPTIONS,
      placeOf: (path) => ({ file: 'f.json', line: path.length, column: 1 }),
    })
    expect(diagnostics.map((d) => [d.path, d.place?.line])).toEqual([
      ['azure.scaleSets.vmss.sku.capacity', 2],
      ['azure.scaleSets.vmss.upgradePolicy.mode', 2],
      ['azure.scaleSets.vmss.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent', 3],
      ['azure.scaleSets.vmss.platformFaultDomainCount', 1],
    ])
  })
})

describe('values that are not known but can be stood in for', () => {
  it('ParameterSymbolic for an image or a flag; the model is plain JSON', () => {
    const set = soundSet({
      overprovision: unknown('over'),
      virtualMachineProfile: profile([HTTP_HEALTH], {
        storageProfile: { imageReference: { publisher: 'P', offer: 'O', sku: unknown('os'), version: 'latest' } },
        osProfile: { adminUsername: unknown('admin') },
      }),
    })
    const declaration = declare(set)
    expect(codes(declaration)).toEqual([])
    expect(declaration.findings.map((f) => [f.code, f.where])).toEqual([
      ['ParameterSymbolic', 'vmss: overprovision'],
      ['ParameterSymbolic', 'vmss: virtualMachineProfile.storageProfile.imageReference'],
    ])
    expect(declaration.model?.overprovision).toBe(true)
    expect(declaration.model?.virtualMachineProfile.storageProfile?.imageReference?.sku).toBe("{parameters('os')}")
    expect(JSON.parse(JSON.stringify(declaration.model))).toEqual(declaration.model)
  })

  it('a symbolic probe reference is declared with an unknown target', () => {
    for (const healthProbe of [{ id: unknown('probe') }, unknown('probe')]) {
      const declaration = declare(
        soundSet({ virtualMachineProfile: profile([], { networkProfile: { healthProbe } }) }),
        { loadBalancerProbe: 'unresolved' },
      )
      expect(codes(declaration)).toEqual([])
      expect(findingCodes(declaration)).toEqual(['HealthSourceUnresolved'])
    }
  })
})

describe('findings', () => {
  const policy = (upgradePolicy: Plain, more: Plain = {}) => declare(soundSet({ upgradePolicy, ...more }))

  it('UM-2 ModeWithoutBatches: info, and a warning when a rolling policy suggests otherwise', () => {
    expect(policy({ mode: 'Automatic' }).findings).toMatchObject([{ code: 'ModeWithoutBatches', severity: 'info' }])
    expect(policy({ mode: 'Automatic', rollingUpgradePolicy: { maxBatchInstancePercent: 20 } }).findings).toMatchObject(
      [{ code: 'ModeWithoutBatches', severity: 'warning' }],
    )
    expect(policy({ mode: 'Manual' }).findings).toEqual([])
  })

  it('HE-1 HealthSourceMissing on a set that notices nothing', () => {
    expect(findingCodes(policy({ mode: 'Manual' }, { virtualMachineProfile: profile([]) }))).toEqual([
      'HealthSourceMissing',
    ])
  })

  it('TH-19 FlexibleRollbackFlag on Flexible only, unless it is honoured', () => {
    const rollback = { mode: 'Rolling', rollingUpgradePolicy: { rollbackFailedInstancesOnPolicyBreach: true } }
    expect(findingCodes(policy(rollback))).toEqual([])
    expect(findingCodes(policy(rollback, { orchestrationMode: 'Flexible' }))).toEqual(['FlexibleRollbackFlag'])
    expect(
      findingCodes(
        declare(
          soundSet({ upgradePolicy: rollback, orchestrationMode: 'Flexible' }),
          {},
          { flexRollbackFlag: 'honour' },
        ),
      ),
    ).toEqual([])
  })

  it('AO-5 OsUpgradePolicySourceUnstated when two policies are possible and differ', () => {
    const own = { maxBatchInstancePercent: 10 }
    const automatic = (more: Plain) => ({ automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, ...more } })
    const image = {
      virtualMachineProfile: profile([HTTP_HEALTH], { storageProfile: { imageReference: { id: 'gal/app' } } }),
    }
    expect(findingCodes(policy({ mode: 'Manual', rollingUpgradePolicy: own, ...automatic({}) }, image))).toEqual([
      'OsUpgradePolicySourceUnstated',
    ])
    expect(
      findingCodes(
        policy({ mode: 'Manual', rollingUpgradePolicy: own, ...automatic({ useRollingUpgradePolicy: true }) }, image),
      ),
    ).toEqual([])
    expect(findingCodes(policy({ mode: 'Rolling', rollingUpgradePolicy: own, ...automatic({}) }, image))).toEqual([])
    expect(findingCodes(policy({ mode: 'Manual', ...automatic({}) }, image))).toEqual([])
  })

  it('AO-28 PinnedImageVersion only where something should move', () => {
    const automatic = { mode: 'Rolling', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } }
    expect(findingCodes(policy(automatic))).toEqual(['PinnedImageVersion'])
    expect(findingCodes(policy({ mode: 'Rolling' }))).toEqual([])
  })

  it('AO-3 PinnedImageVersion for a plain managed image too, and not for the two sources that qualify', () => {
    const automatic = { mode: 'Rolling', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } }
    const of = (imageReference: Plain) =>
      policy(automatic, {
        virtualMachineProfile: profile([HTTP_HEALTH], { storageProfile: { imageReference } }),
      }).findings
    const managed = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden'
    expect(of({ id: managed })).toMatchObject([{ code: 'PinnedImageVersion', rules: ['AO-1', 'AO-3', 'AO-28'] }])
    expect(of({ publisher: 'P', offer: 'O', sku: 'S', version: 'latest' })).toEqual([])
    expect(of({ id: 'gal/app' })).toEqual([])
  })

  it('AO-1 OsUpgradePrerequisite under an API version that is too old, also where an older spelling fits it', () => {
    const of = (apiVersion?: string, automaticOSUpgrade = true) =>
      findingCodes(
        declare(
          soundSet({
            upgradePolicy: { mode: 'Rolling', automaticOSUpgrade },
            virtualMachineProfile: {
              storageProfile: { imageReference: { id: 'gal/app' } },
              extensionProfile: { extensions: [HTTP_HEALTH] },
            },
          }),
          apiVersion === undefined ? {} : { apiVersion },
        ),
      ).filter((code) => code === 'OsUpgradePrerequisite')
    expect(of('2017-12-01')).toEqual(['OsUpgradePrerequisite'])
    expect(of('2018-06-01-preview')).toEqual(['OsUpgradePrerequisite'])
    expect(of('2018-10-01')).toEqual([])
    expect(of()).toEqual([])
    expect(of('2017-12-01', false)).toEqual([])
  })

  it('AO-1, D27 VersionsLatestResolvedOnce where the image is spelt with versions/latest, and nowhere else', () => {
    const of = (imageReference: Plain) =>
      declare(
        soundSet({
          virtualMachineProfile: {
            storageProfile: { imageReference },
            extensionProfile: { extensions: [HTTP_HEALTH] },
          },
        }),
      ).findings
    expect(of({ id: 'gal/app/versions/latest' })).toMatchObject([
      { code: 'VersionsLatestResolvedOnce', severity: 'info', rules: ['AO-1', 'GA-05'] },
    ])
    expect(of({ id: 'gal/app/Versions/Latest/' })).toHaveLength(1)
    expect(of({ communityGalleryImageId: '/CommunityGalleries/P/Images/D/Versions/Latest' })).toEqual([])
    for (const id of ['gal/app', 'gal/app/versions/1.0.0']) expect(of({ id })).toEqual([])
  })

  it('AO-1 OsUpgradePrerequisite where the platform patches the guests itself', () => {
    const of = (osProfile: Plain, enableAutomaticOSUpgrade = true) =>
      findingCodes(
        policy(
          { mode: 'Rolling', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade } },
          {
            virtualMachineProfile: profile([HTTP_HEALTH], {
              storageProfile: { imageReference: { id: 'gal/app' } },
              osProfile,
            }),
          },
        ),
      )
    const patchedBy = (patchMode: string) => ({ patchSettings: { patchMode } })
    expect(of({ linuxConfiguration: patchedBy('AutomaticByPlatform') })).toEqual(['OsUpgradePrerequisite'])
    expect(of({ windowsConfiguration: patchedBy('automaticByPlatform') })).toEqual(['OsUpgradePrerequisite'])
    expect(of({ linuxConfiguration: patchedBy('ImageDefault') })).toEqual([])
    expect(of({ windowsConfiguration: patchedBy('AutomaticByOS') })).toEqual([])
    expect(of({ linuxConfiguration: patchedBy('AutomaticByPlatform') }, false)).toEqual([])
  })

  it('AO-26 OsUpgradePreviewOnFlexible, unless flexAos refuses it altogether', () => {
    const of = (orchestrationMode: string, flexAos: 'preview' | 'reject' = 'preview', enabled = true) =>
      declare(
        soundSet({
          orchestrationMode,
          upgradePolicy: { mode: 'Rolling', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: enabled } },
          virtualMachineProfile: profile([HTTP_HEALTH], { storageProfile: { imageReference: { id: 'gal/app' } } }),
        }),
        {},
        { flexAos },
      )
    expect(of('Flexible').findings).toMatchObject([{ code: 'OsUpgradePreviewOnFlexible', severity: 'info' }])
    expect(findingCodes(of('Uniform'))).toEqual([])
    expect(findingCodes(of('Flexible', 'preview', false))).toEqual([])
    expect(codes(of('Flexible', 'reject'))).toEqual(['E0202'])
    expect(messages(of('Flexible', 'reject'))).toMatch(/AO-26.*BadRequest/)
    expect(codes(of('Uniform', 'reject'))).toEqual([])
    expect(codes(of('Flexible', 'reject', false))).toEqual([])
  })

  it('HE-15 GracePeriodDefault for Rich Health States without one', () => {
    const set = (settings: Plain) =>
      declare(
        soundSet({
          virtualMachineProfile: profile([
            healthExtension({ protocol: 'http', requestPath: '/r', ...settings }, '2.0'),
          ]),
        }),
      )
    expect(findingCodes(set({}))).toEqual(['GracePeriodDefault'])
    expect(findingCodes(set({ gracePeriod: 60 }))).toEqual([])
  })

  it('HE-9 RichStatesNeedBody when the scenario says the endpoint answers plainly', () => {
    const settings = { protocol: 'http', requestPath: '/r', gracePeriod: 60 }
    const set = (version: string, kind: string) =>
      findingCodes(
        declare(
          soundSet({
            virtualMachineProfile: profile([
              healthExtension(version === '1.0' ? { ...settings, gracePeriod: null } : settings, version),
            ]),
          }),
          { endpoints: { '/r': { answers: { kind } } } },
        ),
      )
    expect(set('2.0', 'plain')).toEqual(['RichStatesNeedBody'])
    expect(set('2.0', 'rich')).toEqual([])
    expect(set('1.0', 'plain')).toEqual([])
  })

  it('PL-54 AttachedInstances', () => {
    expect(findingCodes(declare(soundSet(), { attachedInstances: 2 }))).toEqual(['AttachedInstances'])
  })

  it('LegacyProperty says what took its place', () => {
    const declaration = policy({ mode: 'Rolling', automaticOSUpgrade: false })
    expect(declaration.findings).toMatchObject([
      { code: 'LegacyProperty', severity: 'info', fix: expect.stringContaining('enableAutomaticOSUpgrade') },
    ])
  })

  const spot = { priority: 'Spot' }
  it.each<{ what: string; change: Plain }>([
    {
      what: 'resiliencyPolicy.zoneAllocationPolicy.maxInstancePercentPerZonePolicy',
      change: {
        resiliencyPolicy: { zoneAllocationPolicy: { maxInstancePercentPerZonePolicy: { enabled: true, value: 50 } } },
      },
    },
    {
      what: 'scheduledEventsPolicy',
      change: { scheduledEventsPolicy: { userInitiatedReboot: { automaticallyApprove: true } } },
    },
    { what: 'externalHealthPolicy', change: { externalHealthPolicy: { enabled: true } } },
    { what: 'lifecycleHooksProfile', change: { lifecycleHooksProfile: { lifecycleHooks: [] } } },
    { what: 'placement', change: { placement: { zonePlacementPolicy: 'Any' } } },
    { what: 'proximityPlacementGroup', change: { proximityPlacementGroup: { id: '/p' } } },
    { what: 'hostGroup', change: { hostGroup: { id: '/h' } } },
    { what: 'skuProfile', change: { skuProfile: { vmSizes: [] } } },
    {
      what: 'virtualMachineProfile.capacityReservation',
      change: {
        virtualMachineProfile: profile([HTTP_HEALTH], {
          capacityReservation: { capacityReservationGroup: { id: '/c' } },
        }),
      },
    },
  ])('NotModelled: $what', ({ what, change }) => {
    const { findings, diagnostics } = declare(soundSet(change))
    expect(diagnostics).toEqual([])
    expect(findings.map((f) => [f.code, f.where])).toEqual([['NotModelled', `vmss: ${what}`]])
    expect(findings[0]?.evidence.length).toBeGreaterThan(0)
  })

  it('NotModelled is not told for what is played of Spot: evictions, the mix, try and restore', () => {
    const mixed = soundSet({
      orchestrationMode: 'Flexible',
      priorityMixPolicy: { baseRegularPriorityCount: 4, regularPriorityPercentageAboveBase: 50 },
      spotRestorePolicy: { enabled: true },
      virtualMachineProfile: profile([HTTP_HEALTH], spot),
    })
    expect(findingCodes(declare(mixed))).toEqual([])
  })

  it('NotModelled is not told for what is played: repairs, automatic OS upgrade, its deferral, both notifications', () => {
    const played = soundSet({
      automaticRepairsPolicy: { enabled: true },
      upgradePolicy: {
        mode: 'Rolling',
        automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, osRollingUpgradeDeferral: true },
      },
      virtualMachineProfile: profile([HTTP_HEALTH], {
        storageProfile: { imageReference: { id: 'gal/app' } },
        scheduledEventsProfile: {
          terminateNotificationProfile: { enable: true },
          osImageNotificationProfile: { enable: true },
        },
      }),
    })
    expect(findingCodes(declare(played))).toEqual([])
  })

  it('NotModelled is not told for what is switched off', () => {
    const off = soundSet({
      automaticRepairsPolicy: { enabled: false },
      spotRestorePolicy: { enabled: false },
      resiliencyPolicy: { resilientVMCreationPolicy: { enabled: false } },
      virtualMachineProfile: profile([HTTP_HEALTH], {
        priority: 'Regular',
        scheduledEventsProfile: { terminateNotificationProfile: { enable: false } },
      }),
    })
    expect(findingCodes(declare(off))).toEqual([])
  })

  it('every finding carries evidence and a command that confirms it', () => {
    const { findings } = declare(
      soundSet({
        orchestrationMode: 'Flexible',
        automaticRepairsPolicy: { enabled: true },
        upgradePolicy: { mode: 'Automatic', rollingUpgradePolicy: {} },
        virtualMachineProfile: profile([HTTP_HEALTH], { ...spot, networkProfile: { healthProbe: { id: '/p' } } }),
        sku: { name: 'Standard_B2s', capacity: 9 },
      }),
    )
    expect(findings.length).toBeGreaterThan(2)
    for (const finding of findings) {
      expect(finding.evidence.length).toBeGreaterThan(0)
      expect(finding.confirm).toMatch(/^az /)
      expect(finding.rules.length).toBeGreaterThan(0)
    }
  })
})

describe('location', () => {
  const at = (location: unknown) => declare(soundSet({ location }))

  it("the location of the resource group is nobody's mistake", () => {
    const group = new Symbolic({
      expression: "[parameters('location')]",
      reason: 'not given',
      parameters: ['location'],
      pieces: [{ term: 'resourceGroup().location' }],
    })
    expect(findingCodes(at(group))).toEqual([])
    expect(at(group).model?.location).toBe('unspecified')
    expect(at(undefined).model?.location).toBe('unspecified')
  })

  it('one that hangs on a parameter keeps its own name and is told', () => {
    expect(findingCodes(at(unknown('region')))).toEqual(['ParameterSymbolic'])
    expect(at(unknown('region')).model?.location).toBe("{parameters('region')}")
  })
})
