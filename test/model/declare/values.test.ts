import { describe, expect, it } from 'vitest'
import { rollingPolicy } from '../../../src/model/declare/health-source.ts'
import { protectionRefusal } from '../../../src/model/declare/refusals.ts'
import {
  codes,
  declare,
  HTTP_HEALTH,
  healthExtension,
  messages,
  modelOf,
  type Plain,
  profile,
  soundSet,
} from './fixtures.ts'

const rolling = (policy: Plain) => soundSet({ upgradePolicy: { mode: 'Rolling', rollingUpgradePolicy: policy } })

/** One row: in range is accepted, just outside is refused with the property's name. */
function expectRange(
  make: (value: unknown) => Plain,
  name: string,
  good: readonly unknown[],
  bad: readonly unknown[],
): void {
  for (const value of good) expect(messages(declare(make(value))), JSON.stringify(value)).toBe('')
  for (const value of bad) {
    const declaration = declare(make(value))
    expect(codes(declaration), JSON.stringify(value)).toEqual(['E0201'])
    expect(messages(declaration)).toContain(name)
    expect(messages(declaration)).toContain('InvalidParameter')
    expect(declaration.model).toBeUndefined()
  }
}

describe('rolling upgrade policy (table 1.1; TABLE-upgradePolicy, TABLE-rollingUpgradePolicy)', () => {
  it('1.1 mode is Manual when unset inside an upgradePolicy, and one of three', () => {
    expect(modelOf(soundSet({ upgradePolicy: {} })).upgradePolicy.mode).toBe('Manual')
    expectRange(
      (mode) => soundSet({ upgradePolicy: { mode } }),
      'upgradePolicy.mode',
      ['Manual', 'rolling', 'AUTOMATIC'],
      ['Blue', 7],
    )
  })

  it('1.1 defaults are 20/20/20/PT0S with all flags off', () => {
    expect(rollingPolicy(modelOf(soundSet()))).toEqual({
      maxBatchInstancePercent: 20,
      maxUnhealthyInstancePercent: 20,
      maxUnhealthyUpgradedInstancePercent: 20,
      pauseMs: 0,
      prioritizeUnhealthyInstances: false,
      enableCrossZoneUpgrade: false,
      rollbackFailedInstancesOnPolicyBreach: false,
      maxSurge: false,
    })
  })

  it('1.1 maxBatchInstancePercent is 5 to 100', () =>
    expectRange(
      (v) => rolling({ maxBatchInstancePercent: v, maxUnhealthyInstancePercent: 100 }),
      'maxBatchInstancePercent',
      [5, 100, '50'],
      [4, 101, 12.5, 'many'],
    ))

  it('1.1 maxUnhealthyInstancePercent is 5 to 100', () =>
    expectRange((v) => rolling({ maxUnhealthyInstancePercent: v }), 'maxUnhealthyInstancePercent', [5, 100], [4, 101]))

  it('1.1 maxUnhealthyUpgradedInstancePercent is 0 to 100', () =>
    expectRange(
      (v) => rolling({ maxUnhealthyUpgradedInstancePercent: v }),
      'maxUnhealthyUpgradedInstancePercent',
      [0, 100],
      [-1, 101],
    ))

  it('1.1 pauseTimeBetweenBatches is an ISO 8601 duration without an upper bound', () => {
    expectRange(
      (v) => rolling({ pauseTimeBetweenBatches: v }),
      'pauseTimeBetweenBatches',
      ['PT0S', 'PT2M', 'P7D'],
      ['2m', 'PT', 90],
    )
    expect(rollingPolicy(modelOf(rolling({ pauseTimeBetweenBatches: 'PT2M' }))).pauseMs).toBe(120_000)
  })

  it.each(['prioritizeUnhealthyInstances', 'enableCrossZoneUpgrade', 'rollbackFailedInstancesOnPolicyBreach'] as const)(
    '1.1 %s is a boolean, null means false',
    (flag) => {
      expectRange((v) => rolling({ [flag]: v }), flag, [true, false, null, 'true'], ['yes', 1])
      expect(rollingPolicy(modelOf(rolling({ [flag]: null })))[flag]).toBe(false)
      expect(rollingPolicy(modelOf(rolling({ [flag]: 'true' })))[flag]).toBe(true)
    },
  )

  it('1.1 maxSurge with automatic OS upgrade on Flexible is refused (AO-26), on Uniform not', () => {
    const set = (orchestrationMode: string) =>
      soundSet({
        orchestrationMode,
        ...(orchestrationMode === 'Uniform' ? { overprovision: false } : {}),
        upgradePolicy: {
          mode: 'Rolling',
          rollingUpgradePolicy: { maxSurge: true },
          automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true },
        },
      })
    expect(codes(declare(set('Flexible')))).toEqual(['E0202'])
    expect(messages(declare(set('Flexible')))).toContain('BadRequest')
    expect(codes(declare(set('Uniform')))).toEqual([])
  })
})

describe('automatic OS upgrade policy (table 1.2; TABLE-automaticOSUpgradePolicy)', () => {
  const set = (policy: Plain, extensions: Plain[] = [HTTP_HEALTH]) =>
    soundSet({
      upgradePolicy: { mode: 'Manual', automaticOSUpgradePolicy: policy },
      virtualMachineProfile: profile(extensions),
    })

  it('1.2 enableAutomaticOSUpgrade without a health source is BadRequest', () => {
    const refused = declare(set({ enableAutomaticOSUpgrade: true }, []))
    expect(codes(refused)).toEqual(['E0202'])
    expect(messages(refused)).toMatch(/automatic OS upgrade.*BadRequest/)
    expect(codes(declare(set({ enableAutomaticOSUpgrade: false }, [])))).toEqual([])
  })

  const windows = (enableAutomaticUpdates: unknown, enableAutomaticOSUpgrade = true) =>
    declare(
      soundSet({
        upgradePolicy: { mode: 'Manual', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade } },
        virtualMachineProfile: profile([HTTP_HEALTH], {
          storageProfile: { imageReference: { id: 'gal/app' } },
          osProfile: { windowsConfiguration: { enableAutomaticUpdates } },
        }),
      }),
    )

  it('AO-2 enableAutomaticUpdates cannot be true beside it', () => {
    expect(codes(windows(true))).toEqual(['E0202'])
    expect(messages(windows(true))).toMatch(/enableAutomaticUpdates.*AO-2.*BadRequest/)
    expect(windows(true).diagnostics[0]?.path).toBe(
      'azure.scaleSets.vmss.virtualMachineProfile.osProfile.windowsConfiguration.enableAutomaticUpdates',
    )
    expect(codes(windows(false))).toEqual([])
    expect(codes(windows(undefined))).toEqual([])
    expect(codes(windows(true, false))).toEqual([])
  })

  it('AO-28 a pinned version passes the write with a warning, or fails it under aosPinnedVersion: reject', () => {
    const pinned = (id: string, aosPinnedVersion: 'acceptWithWarning' | 'reject') =>
      declare(
        soundSet({
          upgradePolicy: { mode: 'Rolling', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } },
          virtualMachineProfile: profile([HTTP_HEALTH], { storageProfile: { imageReference: { id } } }),
        }),
        {},
        { aosPinnedVersion },
      )
    expect(codes(pinned('gal/app/1.0.0', 'acceptWithWarning'))).toEqual([])
    expect(codes(pinned('gal/app/1.0.0', 'reject'))).toEqual(['E0202'])
    expect(messages(pinned('gal/app/1.0.0', 'reject'))).toMatch(/AO-28.*BadRequest/)
    expect(codes(pinned('gal/app', 'reject'))).toEqual([])
  })

  it.each([
    'enableAutomaticOSUpgrade',
    'disableAutomaticRollback',
    'useRollingUpgradePolicy',
    'osRollingUpgradeDeferral',
  ])('1.2 %s is a boolean', (flag) =>
    expectRange((v) => set({ [flag]: v }), flag, [true, false, 'false', null], ['no', 0]),
  )
})

describe('automatic repairs policy (table 1.3; TABLE-automaticRepairsPolicy)', () => {
  const set = (policy: Plain, extensions: Plain[] = [HTTP_HEALTH]) =>
    soundSet({
      upgradePolicy: { mode: 'Manual' },
      automaticRepairsPolicy: policy,
      virtualMachineProfile: profile(extensions),
    })

  it('1.3 enabled without a health source is BadRequest', () => {
    const refused = declare(set({ enabled: true }, []))
    expect(codes(refused)).toEqual(['E0202'])
    expect(messages(refused)).toMatch(/automatic repairs.*BadRequest/)
    expect(codes(declare(set({ enabled: false }, [])))).toEqual([])
  })

  it('1.3 gracePeriod is PT10M to PT90M', () =>
    expectRange(
      (v) => set({ enabled: true, gracePeriod: v }),
      'gracePeriod',
      ['PT10M', 'PT90M', 'PT1H'],
      ['PT9M59S', 'PT91M', '30'],
    ))

  it('1.3 repairAction is Replace, Reimage or Restart in any case', () =>
    expectRange(
      (v) => set({ enabled: true, repairAction: v }),
      'repairAction',
      ['Replace', 'reimage', 'RESTART'],
      ['Redeploy'],
    ))
})

describe('Application Health extension settings (table 1.4; TABLE-healthExtension)', () => {
  const set = (settings: Plain, version = '2.0') =>
    soundSet({ virtualMachineProfile: profile([healthExtension(settings, version)]) })
  const http = { protocol: 'http', requestPath: '/ready' }
  const refused = (settings: Plain, version?: string) => {
    const declaration = declare(set(settings, version))
    expect(codes(declaration)).toEqual(['E0201'])
    expect(messages(declaration)).toContain('provisioning')
    return messages(declaration)
  }
  const accepted = (settings: Plain, version?: string) => expect(messages(declare(set(settings, version)))).toBe('')

  it('1.4 protocol is http, https or tcp', () => {
    accepted({ protocol: 'HTTPS', requestPath: '/ready' })
    expect(refused({ protocol: 'udp' })).toContain('protocol')
  })

  it('1.4 port is 1 to 65535, mandatory for tcp, optional for http(s)', () => {
    accepted({ ...http, port: 65535 })
    accepted({ protocol: 'tcp', port: '19000' })
    expect(refused({ ...http, port: 0 })).toContain('port')
    expect(refused({ ...http, port: 65536 })).toContain('port')
    expect(refused({ protocol: 'tcp' })).toContain('tcp needs a port')
  })

  it('1.4 requestPath is mandatory for http(s) and forbidden for tcp', () => {
    expect(refused({ protocol: 'http' })).toContain('requestPath')
    expect(refused({ protocol: 'https' })).toContain('requestPath')
    expect(refused({ protocol: 'tcp', port: 80, requestPath: '/' })).toContain('not allowed with tcp')
  })

  it('1.4 intervalInSeconds is 5 to 60', () => {
    for (const intervalInSeconds of [5, 60]) accepted({ ...http, intervalInSeconds })
    for (const intervalInSeconds of [4, 61])
      expect(refused({ ...http, intervalInSeconds })).toContain('intervalInSeconds')
  })

  it('1.4 numberOfProbes is 1 to 24', () => {
    for (const numberOfProbes of [1, 24]) accepted({ ...http, numberOfProbes })
    for (const numberOfProbes of [0, 25]) expect(refused({ ...http, numberOfProbes })).toContain('numberOfProbes')
  })

  it('1.4 interval x probes is at most 240 seconds', () => {
    accepted({ ...http, intervalInSeconds: 60, numberOfProbes: 4 })
    expect(refused({ ...http, intervalInSeconds: 60, numberOfProbes: 5 })).toContain('300')
  })

  it('1.4 gracePeriod is 5 to 14400 seconds and exists with 2.0 only (HE-7)', () => {
    for (const gracePeriod of [5, 14400]) accepted({ ...http, gracePeriod })
    for (const gracePeriod of [4, 14401]) expect(refused({ ...http, gracePeriod })).toContain('gracePeriod')
    const binary = declare(set({ ...http, gracePeriod: 600 }, '1.0'))
    expect(binary.findings.map((f) => f.code)).toEqual(['UnknownProperty'])
    expect(binary.findings[0]?.rules).toEqual(['HE-7'])
  })

  it('1.4 settings of any other extension are not looked at', () => {
    const custom = {
      name: 'cse',
      publisher: 'Microsoft.Azure.Extensions',
      type: 'CustomScript',
      settings: { protocol: 'udp', port: 0 },
    }
    expect(messages(declare(soundSet({ virtualMachineProfile: profile([HTTP_HEALTH, custom]) })))).toBe('')
  })

  it('1.4 TM-07 extensionsTimeBudget is PT15M to PT2H', () =>
    expectRange(
      (v) =>
        soundSet({
          virtualMachineProfile: {
            ...profile([]),
            extensionProfile: { extensions: [HTTP_HEALTH], extensionsTimeBudget: v },
          },
        }),
      'extensionsTimeBudget',
      ['PT15M', 'PT2H', 'PT1H30M'],
      ['PT14M', 'PT2H1S'],
    ))
})

describe('scheduled events and protection (table 1.5; TABLE-scheduledEventsProfile)', () => {
  const set = (scheduledEventsProfile: Plain, priority?: string) =>
    soundSet({
      virtualMachineProfile: profile([HTTP_HEALTH], {
        scheduledEventsProfile,
        ...(priority === undefined ? {} : { priority }),
      }),
    })

  it('1.5 PL-79 terminate notification: PT5M to PT15M', () =>
    expectRange(
      (v) => set({ terminateNotificationProfile: { enable: true, notBeforeTimeout: v } }),
      'notBeforeTimeout',
      ['PT5M', 'PT15M'],
      ['PT4M', 'PT16M'],
    ))

  it('1.5 SE-9 PL-79 terminate notification is not for Spot', () => {
    const terminateNotificationProfile = { enable: true }
    expect(codes(declare(set({ terminateNotificationProfile }, 'Spot')))).toEqual(['E0201'])
    expect(codes(declare(set({ terminateNotificationProfile }, 'Regular')))).toEqual([])
  })

  it('1.5 SE-12 OS image notification: at most PT15M', () =>
    expectRange(
      (v) => set({ osImageNotificationProfile: { enable: true, notBeforeTimeout: v } }),
      'notBeforeTimeout',
      ['PT15M', 'PT5M'],
      ['PT15M1S'],
    ))

  it.each(['terminateNotificationProfile', 'osImageNotificationProfile'])('1.5 %s.enable is a boolean', (name) =>
    expectRange((v) => set({ [name]: { enable: v } }), 'enable', [true, false, 'true'], ['on']),
  )

  it('1.5 full protection with an explicit refusal of scale-in protection is rejected (PR-2)', () => {
    expect(protectionRefusal({ protectFromScaleSetActions: true, protectFromScaleIn: false })).toContain('PR-2')
    expect(protectionRefusal({ protectFromScaleSetActions: true })).toBeUndefined()
    expect(protectionRefusal({ protectFromScaleSetActions: false, protectFromScaleIn: false })).toBeUndefined()
  })

  it('1.5 protection never stands on the set model', () => {
    const { findings } = declare(soundSet({ protectionPolicy: { protectFromScaleIn: true } }))
    expect(findings.map((f) => f.code)).toEqual(['UnknownProperty'])
  })
})
