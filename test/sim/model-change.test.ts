import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScaleSetModel } from '../../src/model/scale-set.ts'
import type { ModelAssignment } from '../../src/model/scenario.ts'
import {
  applyAssignments,
  changedPaths,
  classifyChange,
  describeChange,
  type ModelChange,
} from '../../src/sim/model-change.ts'

const model: ScaleSetModel = {
  name: 'vmss',
  location: 'eastus',
  tags: { team: 'payments' },
  sku: { name: 'Standard_B2s', capacity: 10 },
  zones: ['1', '2'],
  orchestrationMode: 'Flexible',
  platformFaultDomainCount: 1,
  upgradePolicy: { mode: 'Rolling', rollingUpgradePolicy: { maxBatchInstancePercent: 20 } },
  automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT30M' },
  virtualMachineProfile: {
    storageProfile: {
      imageReference: { id: 'galProd/ubuntu-app/1.6.2' },
      osDisk: { diskSizeGB: 30, managedDisk: { storageAccountType: 'Premium_LRS' } },
      dataDisks: [{ lun: 0, diskSizeGB: 64 }],
    },
    osProfile: { adminUsername: 'azureuser', customData: 'Zmlyc3Q=' },
    extensionProfile: {
      extensions: [
        { name: 'custom', publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript', settings: { script: 'a' } },
        {
          name: 'health',
          publisher: 'Microsoft.ManagedServices',
          type: 'ApplicationHealthLinux',
          typeHandlerVersion: '2.0',
          settings: { protocol: 'http', port: 80, requestPath: '/ready' },
        },
      ],
    },
  },
}
const profile = 'virtualMachineProfile'
const image = `${profile}.storageProfile.imageReference`
const uniform: ScaleSetModel = { ...model, orchestrationMode: 'Uniform', platformFaultDomainCount: 5 }

/** Splits `a.b[name].c` as the scenario loader does. */
function assignment(path: string, value: unknown): ModelAssignment {
  const segments = path.split('.').flatMap((part) => {
    const [, key, member] = /^([^[]*)(?:\[(.+)\])?$/.exec(part)!
    return member === undefined ? [key!] : [key!, { name: member }]
  })
  return { path, segments, value }
}

function update(before: ScaleSetModel, ...set: readonly (readonly [string, unknown])[]): ScaleSetModel {
  const applied = applyAssignments(
    before,
    set.map(([path, value]) => assignment(path, value)),
  )
  if ('error' in applied) throw new Error(applied.error)
  return applied.model
}

function change(before: ScaleSetModel, ...set: readonly (readonly [string, unknown])[]): ModelChange {
  const applied = applyAssignments(
    before,
    set.map(([path, value]) => assignment(path, value)),
  )
  if ('error' in applied) throw new Error(applied.error)
  return classifyChange(before, applied.model, applied.changed)
}

const [custom, health] = model.virtualMachineProfile.extensionProfile!.extensions!

describe('what a change asks of an existing instance (TABLE-modelChange)', () => {
  it.each<readonly [string, string, unknown]>([
    ['a version', `${image}.id`, 'galProd/ubuntu-app/1.7.0'],
    ['no version: tracks latest', `${image}.id`, 'galProd/ubuntu-app'],
    ['another gallery image', image, { id: 'galProd/other/1.0.0' }],
  ])('UM-5 imageReference, %s: OS disk swap', (_, path, value) => {
    expect(change(model, [path, value])).toMatchObject({
      action: 'osDiskSwap',
      setOnly: false,
      newInstancesOnly: false,
    })
  })

  it('UM-5 sku.name: restart', () => {
    expect(change(model, ['sku.name', 'Standard_B2ms'])).toMatchObject({ action: 'restart', setOnly: false })
  })

  it.each([
    ['password', `${profile}.osProfile.adminPassword`],
    ['SSH keys', `${profile}.osProfile.linuxConfiguration.ssh.publicKeys`],
    ['custom data', `${profile}.osProfile.customData`],
  ])('UM-7 %s: new instances only, until a reimage', (_, path) => {
    expect(change(model, [path, 'c2Vjb25k'])).toMatchObject({ action: 'none', setOnly: false, newInstancesOnly: true })
  })

  it.each<readonly [string, string, unknown, boolean]>([
    ['settings', `${profile}.extensionProfile.extensions[custom].settings.script`, 'b', false],
    ['forceUpdateTag', `${profile}.extensionProfile.extensions[custom].forceUpdateTag`, '2', false],
    ['added', `${profile}.extensionProfile.extensions[monitor]`, { publisher: 'x', type: 'y' }, false],
    ['removed', `${profile}.extensionProfile.extensions[custom]`, undefined, false],
    ['health settings', `${profile}.extensionProfile.extensions[health].settings.port`, 8080, true],
    ['health removed', `${profile}.extensionProfile.extensions[health]`, undefined, true],
    ['all of them gone', `${profile}.extensionProfile`, undefined, true],
  ])('UM-5 extension, %s: applied in place', (_, path, value, healthExtensionChanged) => {
    const result = change(model, [path, value])
    expect(result).toMatchObject({
      action: 'extension',
      setOnly: false,
      newInstancesOnly: false,
      healthExtensionChanged,
    })
  })

  it('UM-5 data disk added, changed or removed', () => {
    const disks = `${profile}.storageProfile.dataDisks`
    for (const value of [[], undefined, [{ lun: 0, diskSizeGB: 128 }], [{ lun: 0, diskSizeGB: 64 }, { lun: 1 }]]) {
      expect(change(model, [disks, value])).toMatchObject({ action: 'dataDisk', setOnly: false })
    }
    expect(change(model, [`${disks}[0].diskSizeGB`, 128])).toMatchObject({ action: 'dataDisk' })
  })

  it('UM-5 proximity placement group: restart', () => {
    expect(change(model, ['proximityPlacementGroup', { id: 'ppg' }])).toMatchObject({
      action: 'restart',
      setOnly: false,
    })
  })

  it('UM-4 added zones: the model is new, instances do not move', () => {
    const result = change(model, ['zones', ['1', '2', '3']])
    expect(result).toMatchObject({ action: 'none', setOnly: false, newInstancesOnly: true })
    expect(result.refused).toBeUndefined()
  })

  it.each([
    ['automaticRepairsPolicy.gracePeriod', 'PT20M'],
    [`${profile}.scheduledEventsProfile.terminateNotificationProfile`, { enable: true, notBeforeTimeout: 'PT5M' }],
  ])('UM-5 %s: no restart, yet instances must be brought to the latest model', (path, value) => {
    expect(change(model, [path, value])).toMatchObject({ action: 'none', setOnly: false, newInstancesOnly: false })
  })

  it.each<readonly [string, unknown]>([
    ['sku.capacity', 12],
    ['scaleInPolicy.rules', ['OldestVM']],
    ['upgradePolicy.mode', 'Manual'],
    ['upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent', 50],
    ['tags.team', 'risk'],
    ['zoneBalance', true],
  ])('UM-4 %s: no model upgrade', (path, value) => {
    expect(change(model, [path, value])).toMatchObject({ action: 'none', setOnly: true, newInstancesOnly: false })
  })

  it('UM-5 the strongest of several paths decides, and every path has its reason', () => {
    const result = change(
      model,
      ['tags.team', 'risk'],
      [`${profile}.osProfile.customData`, 'bmV3'],
      ['sku.name', 'Standard_B2ms'],
      [`${profile}.extensionProfile.extensions[custom].settings.script`, 'b'],
    )
    expect(result).toMatchObject({ action: 'restart', setOnly: false, newInstancesOnly: false })
    expect(result.reasons.map(({ path, action }) => `${path} ${action}`)).toEqual([
      'tags.team setOnly',
      'sku.name restart',
      'virtualMachineProfile.osProfile.customData newInstancesOnly',
      'virtualMachineProfile.extensionProfile.extensions[custom].settings.script extension',
    ])
  })

  it('UM-5 a profile assigned as a whole is judged by what really differs in it', () => {
    const other = { ...model.virtualMachineProfile, extensionProfile: { extensions: [health!, custom!] } }
    expect(change(model, [profile, other]).reasons, 'order alone is nothing').toEqual([])
    const { osProfile: _, ...without } = model.virtualMachineProfile
    expect(change(model, [profile, without])).toMatchObject({ newInstancesOnly: true })
  })

  it('UM-5 a patch that only shortens a list stands for the members that went', () => {
    const list = ['virtualMachineProfile', 'extensionProfile', 'extensions']
    const after = {
      ...model,
      virtualMachineProfile: { ...model.virtualMachineProfile, extensionProfile: { extensions: [custom!] } },
    }
    expect(classifyChange(model, after, [[...list, 'length']])).toMatchObject({ action: 'extension', setOnly: false })
  })

  it('UM-5 removing the first of two extensions touches only that one', () => {
    const result = change(model, [`${profile}.extensionProfile.extensions[custom]`, undefined])
    expect(result.reasons.map((reason) => reason.path)).toEqual([`${profile}.extensionProfile.extensions[custom]`])
  })
})

describe('AO-4 automatic OS upgrade that is switched on', () => {
  const flag = 'upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade'
  const inMode = (mode: 'Manual' | 'Automatic' | 'Rolling', enabled?: boolean): ScaleSetModel => ({
    ...model,
    upgradePolicy: {
      mode,
      ...(enabled === undefined ? {} : { automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: enabled } }),
    },
  })

  it('AO-4 in mode Manual it is a part of the model instances have to be brought to; nothing restarts', () => {
    for (const before of [inMode('Manual'), inMode('Manual', false)])
      expect(change(before, [flag, true])).toMatchObject({ action: 'none', setOnly: false })
  })

  it('AO-4 AO-24 in other modes, and when it is switched off, it is the set alone that changes', () => {
    expect(change(inMode('Rolling'), [flag, true]).setOnly).toBe(true)
    expect(change(inMode('Automatic'), [flag, true]).setOnly).toBe(true)
    expect(change(inMode('Manual', true), [flag, false]).setOnly).toBe(true)
    const rollback = 'upgradePolicy.automaticOSUpgradePolicy.disableAutomaticRollback'
    expect(change(inMode('Manual', true), [rollback, true]).setOnly).toBe(true)
  })
})

describe('what is refused', () => {
  it.each<readonly [string, ScaleSetModel, string, unknown, string]>([
    ['PL-01 orchestrationMode', model, 'orchestrationMode', 'Uniform', 'PL-01'],
    ['PL-04 fault domain count', uniform, 'platformFaultDomainCount', 1, 'PL-04'],
    [
      'PL-50 singlePlacementGroup false to true',
      { ...model, singlePlacementGroup: false },
      'singlePlacementGroup',
      true,
      'PL-50',
    ],
    ['PL-26 a zone removed', model, 'zones', ['1'], 'PL-26'],
    ['PL-26 a zone replaced', model, 'zones', ['1', '3'], 'PL-26'],
    ['PL-26 back to regional', model, 'zones', undefined, 'PL-26'],
    [
      'PL-26 zones with three fault domains',
      { ...uniform, zones: [], platformFaultDomainCount: 3 },
      'zones',
      ['1'],
      'PL-26',
    ],
    ['PL-50 capacity above 1000', model, 'sku.capacity', 1001, 'PL-50'],
    [
      'PL-50 capacity above 100 in a single placement group',
      { ...model, singlePlacementGroup: true },
      'sku.capacity',
      101,
      'PL-50',
    ],
    ['PL-50 capacity below zero', model, 'sku.capacity', -1, 'PL-50'],
    ['PL-23 zoneBalance in one zone', { ...model, zones: ['1'] }, 'zoneBalance', true, 'PL-23'],
    [
      'UM-5 OS disk storage type',
      model,
      `${profile}.storageProfile.osDisk.managedDisk.storageAccountType`,
      'Standard_LRS',
      'UM-5',
    ],
    ['UM-5 name', model, 'name', 'other', 'UM-5'],
  ])('%s', (_, before, path, value, rule) => {
    expect(change(before, [path, value]).refused).toMatchObject({ rule })
  })

  it.each(['publisher', 'offer'])('UM-5 image %s is fixed, its sku and version are not', (part) => {
    const reference = { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04', version: 'latest' }
    const before = update(model, [image, reference])
    expect(change(before, [`${image}.${part}`, 'Debian']).refused).toMatchObject({ code: 'PropertyChangeNotAllowed' })
    expect(change(before, [`${image}.sku`, '24_04']).refused).toBeUndefined()
    expect(change(before, [image, { id: 'galProd/ubuntu-app' }]).refused).toBeUndefined()
  })

  it.each<readonly [string, ScaleSetModel, string, unknown]>([
    [
      'PL-04 the default spelled out',
      { ...uniform, platformFaultDomainCount: undefined as never, zones: [] },
      'platformFaultDomainCount',
      5,
    ],
    [
      'PL-50 singlePlacementGroup true to false',
      { ...model, singlePlacementGroup: true },
      'singlePlacementGroup',
      false,
    ],
    ['PL-26 a zone added', model, 'zones', ['1', '2', '3']],
    ['PL-50 capacity 1000', model, 'sku.capacity', 1000],
    ['PL-50 capacity 0', model, 'sku.capacity', 0],
  ])('%s is accepted', (_, before, path, value) => {
    expect(change(before, [path, value]).refused).toBeUndefined()
  })
})

describe('applyAssignments', () => {
  const apply = (...set: readonly (readonly [string, unknown])[]) =>
    applyAssignments(
      model,
      set.map(([path, value]) => assignment(path, value)),
    )

  it('RU-14 present values give the very same document and no paths', () => {
    const same = apply(
      ['sku.name', 'Standard_B2s'],
      ['zones', ['1', '2']],
      [`${image}`, { id: 'galProd/ubuntu-app/1.6.2' }],
    )
    expect(same).toEqual({ model, changed: [] })
    expect('model' in same && same.model).toBe(model)
  })

  it('RU-14 an update that undoes itself is none', () => {
    const result = apply(['sku.name', 'Standard_B2ms'], ['sku.name', 'Standard_B2s'])
    expect('model' in result && result.model).toBe(model)
  })

  it('UM-4 a new document leaves the old one and shares what did not change', () => {
    const next = update(model, ['sku.name', 'Standard_B2ms'])
    expect(model.sku.name).toBe('Standard_B2s')
    expect(next.sku).toEqual({ name: 'Standard_B2ms', capacity: 10 })
    expect(next.virtualMachineProfile).toBe(model.virtualMachineProfile)
  })

  it('UM-4 reports the paths of the patches', () => {
    const applied = apply(['sku.name', 'x'], ['tags.team', 'y'])
    if ('error' in applied) throw new Error(applied.error)
    expect(applied.changed.map((path) => path.join('.')).sort()).toEqual(['sku.name', 'tags.team'])
  })

  it('UM-4 makes missing objects, unsets with undefined, and unsetting the absent is nothing', () => {
    expect(update(model, ['scaleInPolicy.forceDeletion', true])['scaleInPolicy']).toEqual({ forceDeletion: true })
    expect(update(model, ['automaticRepairsPolicy', undefined])).not.toHaveProperty('automaticRepairsPolicy')
    expect(update(model, ['scaleInPolicy.rules', undefined])).toBe(model)
  })

  it('UM-4 addresses list members by name and by position, adds and removes them', () => {
    const extensions = (m: ScaleSetModel) => m.virtualMachineProfile.extensionProfile!.extensions!
    const list = `${profile}.extensionProfile.extensions`
    expect(extensions(update(model, [`${list}[health].settings.port`, 8443]))[1]!.settings).toMatchObject({
      port: 8443,
    })
    expect(extensions(update(model, [`${list}[0].settings.script`, 'b']))[0]!.settings).toEqual({ script: 'b' })
    expect(extensions(update(model, [`${list}[new]`, { type: 't' }]))[2]).toEqual({ name: 'new', type: 't' })
    expect(extensions(update(model, [`${list}[custom]`, undefined]))).toEqual([health])
    expect(extensions(update({ ...model, virtualMachineProfile: {} }, [`${list}[a]`, { type: 't' }]))).toEqual([
      { name: 'a', type: 't' },
    ])
  })

  it('RP-1 a mode that is unset is Manual', () => {
    expect(update(model, ['upgradePolicy.mode', undefined]).upgradePolicy.mode).toBe('Manual')
    expect(update(model, ['upgradePolicy', undefined]).upgradePolicy).toEqual({ mode: 'Manual' })
  })

  it.each<readonly [string, string, unknown, RegExp]>([
    ['an unknown list member', `${profile}.extensionProfile.extensions[nope].settings.port`, 1, /custom, health/],
    ['a list where there is none', 'sku[0]', 1, /needs a list/],
    ['a path through a value', 'sku.name.first', 1, /not an object/],
    ['a required property unset', 'sku.capacity', undefined, /cannot be unset/],
    ['a position beyond the end', `${profile}.storageProfile.dataDisks[5]`, { lun: 5 }, /1 members/],
    ['a prototype', '__proto__.polluted', 1, /not a property/],
  ])('UM-4 %s is an error that names it', (_, path, value, message) => {
    expect(apply([path, value])).toEqual({ error: expect.stringMatching(message) })
  })

  it('UM-4 all assignments or none', () => {
    expect(apply(['sku.name', 'x'], ['sku[0]', 1])).not.toHaveProperty('model')
  })
})

describe('changedPaths and describeChange', () => {
  it('UM-5 lists what differs over several versions, a return to the first value included', () => {
    const second = update(model, ['sku.name', 'Standard_B2ms'], ['tags.team', 'risk'])
    const third = update(second, ['tags.team', 'payments'], [`${image}.id`, 'galProd/ubuntu-app/1.7.0'])
    expect(changedPaths(model, third)).toEqual([
      ['sku', 'name'],
      ['virtualMachineProfile', 'storageProfile', 'imageReference', 'id'],
    ])
  })

  it('UM-5 skips subtrees that both versions share', () => {
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('entered a shared subtree')
        },
      },
    )
    const before = { ...model, shared: trap }
    expect(changedPaths(before, { ...before, sku: { capacity: 1 } })).toEqual([
      ['sku', 'name'],
      ['sku', 'capacity'],
    ])
  })

  it.each<readonly [string, readonly (readonly [string, unknown])[]]>([
    ['no change', []],
    ['sku.name Standard_B2s -> Standard_B2ms', [['sku.name', 'Standard_B2ms']]],
    ['imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0', [[`${image}.id`, 'galProd/ubuntu-app/1.7.0']]],
    [
      'imageReference galProd/ubuntu-app 1.6.2 -> latest',
      [
        [
          `${image}.id`,
          '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/galProd/images/ubuntu-app',
        ],
      ],
    ],
    [
      'imageReference galProd/ubuntu-app 1.6.2 -> Canonical:ubuntu:22_04 latest',
      [[image, { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04' }]],
    ],
    [
      'extensions[health].settings.requestPath /ready -> /healthz',
      [[`${profile}.extensionProfile.extensions[health].settings.requestPath`, '/healthz']],
    ],
    ['extensions[custom] removed', [[`${profile}.extensionProfile.extensions[custom]`, undefined]]],
    ['osProfile.adminPassword changed', [[`${profile}.osProfile.adminPassword`, 'hunter2']]],
    ['zones ["1","2"] -> ["1","2","3"]', [['zones', ['1', '2', '3']]]],
    ['automaticRepairsPolicy.gracePeriod PT30M -> unset', [['automaticRepairsPolicy.gracePeriod', undefined]]],
    [
      'tags.a unset -> 1, tags.b unset -> 1, tags.c unset -> 1, tags.d unset -> 1 and 2 more',
      ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [`tags.${key}`, 1] as const),
    ],
  ])('UM-4 "%s"', (text, set) => {
    expect(describeChange(model, update(model, ...set))).toBe(text)
  })
})

describe('properties', () => {
  const values: Record<string, readonly unknown[]> = {
    'sku.name': ['Standard_B2s', 'Standard_B2ms', undefined],
    'sku.capacity': [10, 0, 12],
    'tags.team': ['payments', 'risk', undefined],
    zones: [['1', '2'], ['1', '2', '3'], undefined],
    [`${image}.id`]: ['galProd/ubuntu-app/1.6.2', 'galProd/ubuntu-app/1.7.0'],
    [`${profile}.osProfile.customData`]: ['Zmlyc3Q=', 'x', undefined],
    [`${profile}.extensionProfile.extensions[health].settings.port`]: [80, 8080],
    [`${profile}.extensionProfile.extensions[custom]`]: [custom, { ...custom, forceUpdateTag: '1' }, undefined],
  }
  const pair = fc
    .constantFrom(...Object.keys(values))
    .chain((path) => fc.tuple(fc.constant(path), fc.constantFrom(...values[path]!)))
  const sets = fc.array(pair, { maxLength: 8 })

  it('UM-4 applying twice is applying once, and the second time is the very same document', () =>
    fc.assert(
      fc.property(sets, (set) => {
        const once = update(model, ...set)
        const last = new Map(set) // the last value of each path
        expect(update(once, ...last)).toBe(once)
      }),
    ))

  it('UM-5 applying and reverting leaves no change', () =>
    fc.assert(
      fc.property(sets, (set) => {
        const reverted = update(
          update(model, ...set),
          ...Object.entries(values).map(([path, v]) => [path, v[0]] as const),
        )
        expect(changedPaths(model, reverted)).toEqual([])
        expect(describeChange(model, reverted)).toBe('no change')
      }),
    ))

  it('UM-5 the patches and the structural comparison ask the same of an instance', () =>
    fc.assert(
      fc.property(sets, (set) => {
        const next = update(model, ...set)
        expect(change(model, ...set)).toEqual(classifyChange(model, next, changedPaths(model, next)))
      }),
    ))

  it('UM-4 set-only changes are exactly those that ask nothing', () =>
    fc.assert(
      fc.property(sets, (set) => {
        const result = change(model, ...set)
        expect(result.setOnly).toBe(result.reasons.every((reason) => reason.action === 'setOnly'))
        if (result.setOnly || result.newInstancesOnly) expect(result.action).toBe('none')
      }),
    ))
})
