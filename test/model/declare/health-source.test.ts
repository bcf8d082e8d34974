import { describe, expect, it } from 'vitest'
import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import { healthSource } from '../../../src/model/declare/health-source.ts'
import type { LoadBalancerProbe } from '../../../src/model/scale-set.ts'
import {
  codes,
  declare,
  findingCodes,
  HTTP_HEALTH,
  healthExtension,
  modelOf,
  type Plain,
  PROBE_ID,
  profile,
  soundSet,
  WITH_PROBE,
} from './fixtures.ts'

const PROBE: LoadBalancerProbe = {
  id: PROBE_ID,
  protocol: 'Http',
  port: 80,
  requestPath: '/ready',
  intervalInSeconds: 15,
  probeThreshold: 1,
}

function source(
  virtualMachineProfile: Plain,
  probe?: LoadBalancerProbe | 'unresolved',
  assumptions: Partial<Assumptions> = {},
  mode = 'Uniform',
) {
  const model = modelOf(soundSet({ orchestrationMode: mode, upgradePolicy: { mode: 'Manual' }, virtualMachineProfile }))
  return healthSource(model, probe, { ...DEFAULT_ASSUMPTIONS, ...assumptions })
}

describe('health source', () => {
  it('HE-1 extension and probe together: the services report no health', () => {
    expect(source(profile([HTTP_HEALTH], WITH_PROBE), PROBE)).toEqual({ kind: 'conflict' })
    expect(source(profile([HTTP_HEALTH], WITH_PROBE), PROBE, { twoSources: 'extensionWins' })).toMatchObject({
      kind: 'extension',
    })
    const declaration = declare(soundSet({ virtualMachineProfile: profile([HTTP_HEALTH], WITH_PROBE) }), {
      loadBalancerProbe: PROBE,
    })
    expect(codes(declaration)).toEqual([])
    expect(declaration.findings).toMatchObject([{ code: 'HealthSourceConflict', severity: 'error', rules: ['HE-1'] }])
  })

  it('HE-1 repairs cannot work with two sources', () => {
    const document = soundSet({
      automaticRepairsPolicy: { enabled: true },
      virtualMachineProfile: profile([HTTP_HEALTH], WITH_PROBE),
    })
    expect(findingCodes(declare(document, { loadBalancerProbe: PROBE }))).toEqual([
      'HealthSourceConflict',
      'RepairsWithoutHealthSource',
    ])
  })

  it('HE-2 a probe that healthProbe does not reference is no source', () => {
    expect(source(profile([]), PROBE)).toEqual({ kind: 'none' })
    expect(source(profile([], WITH_PROBE), PROBE)).toMatchObject({ kind: 'loadBalancer' })
  })

  it('HE-2 a reference whose target is unknown is declared all the same', () => {
    expect(source(profile([], WITH_PROBE))).toEqual({ kind: 'unresolved' })
    const declaration = declare(soundSet({ virtualMachineProfile: profile([], WITH_PROBE) }), {
      loadBalancerProbe: 'unresolved',
    })
    expect(codes(declaration)).toEqual([])
    expect(findingCodes(declaration)).toEqual(['HealthSourceUnresolved'])
  })

  it('HE-3 on Flexible a probe is no source, on Uniform either is', () => {
    expect(source(profile([], WITH_PROBE), PROBE, {}, 'Flexible')).toEqual({ kind: 'none' })
    expect(source(profile([HTTP_HEALTH], WITH_PROBE), PROBE, {}, 'Flexible')).toMatchObject({ kind: 'extension' })
    const repairs = soundSet({
      orchestrationMode: 'Flexible',
      upgradePolicy: { mode: 'Manual' },
      automaticRepairsPolicy: { enabled: true },
      virtualMachineProfile: profile([], WITH_PROBE),
    })
    expect(codes(declare(repairs))).toEqual([])
    expect(findingCodes(declare(repairs))).toEqual(['LoadBalancerProbeOnFlexible', 'RepairsWithoutHealthSource'])
  })

  it('HE-4 a load balancer probe: interval in ms, consecutive results, tcp has no path', () => {
    expect(source(profile([], WITH_PROBE), { ...PROBE, probeThreshold: 2 })).toEqual({
      kind: 'loadBalancer',
      protocol: 'http',
      requestPath: '/ready',
      intervalMs: 15_000,
      numberOfProbes: 2,
    })
    expect(source(profile([], WITH_PROBE), { ...PROBE, protocol: 'Tcp' })).not.toHaveProperty('requestPath')
  })

  it('HE-4 an interval below 5 seconds is refused', () => {
    const set = soundSet({ virtualMachineProfile: profile([], WITH_PROBE) })
    expect(codes(declare(set, { loadBalancerProbe: { ...PROBE, intervalInSeconds: 4 } }))).toEqual(['E0201'])
    expect(codes(declare(set, { loadBalancerProbe: { ...PROBE, intervalInSeconds: 5 } }))).toEqual([])
  })

  it('HE-5 the extension is known by publisher and type, whatever its name', () => {
    for (const type of ['ApplicationHealthLinux', 'ApplicationHealthWindows', 'applicationhealthlinux'])
      expect(source(profile([{ ...HTTP_HEALTH, name: 'x', type }]))).toMatchObject({
        kind: 'extension',
        extension: 'x',
      })
    expect(source(profile([{ ...HTTP_HEALTH, publisher: 'Contoso' }]))).toEqual({ kind: 'none' })
    expect(source(profile([{ ...HTTP_HEALTH, type: 'CustomScript' }]))).toEqual({ kind: 'none' })
  })

  it('1.4 settings have the defaults 5 s, one probe and the port of the protocol', () => {
    expect(source(profile([healthExtension({ protocol: 'https', requestPath: '/r' })]))).toEqual({
      kind: 'extension',
      extension: 'health',
      rich: false,
      protocol: 'https',
      port: 443,
      requestPath: '/r',
      intervalMs: 5000,
      numberOfProbes: 1,
      gracePeriodMs: 0,
    })
  })

  it.each([
    { version: '1.0', rich: false },
    { version: '1', rich: false },
    { version: '2.0', rich: true },
    { version: 2, rich: true },
    { version: '20.1', rich: false },
  ])('1.4 version $version: Rich Health States $rich', ({ version, rich }) => {
    expect(
      source(profile([healthExtension({ protocol: 'http', requestPath: '/r' }, version as string)])),
    ).toMatchObject({ rich })
  })

  it('HE-15 the grace period is interval x probes by default, or as set, in ms', () => {
    const rich = (settings: Plain, assumptions: Partial<Assumptions> = {}) =>
      source(
        profile([healthExtension({ protocol: 'http', requestPath: '/r', ...settings }, '2.0')]),
        undefined,
        assumptions,
      )
    expect(rich({})).toMatchObject({ gracePeriodMs: 5000 })
    expect(rich({ intervalInSeconds: 10, numberOfProbes: 3 })).toMatchObject({ gracePeriodMs: 30_000 })
    expect(rich({ gracePeriod: 900 })).toMatchObject({ gracePeriodMs: 900_000 })
    expect(rich({}, { extensionGraceDefault: 'PT10M' })).toMatchObject({ gracePeriodMs: 600_000 })
  })

  it('HE-19 without a protocol it always reports Healthy, which is told', () => {
    expect(source(profile([healthExtension({})]))).toMatchObject({ kind: 'extension', protocol: 'none' })
    expect(findingCodes(declare(soundSet({ virtualMachineProfile: profile([healthExtension({})]) })))).toEqual([
      'HealthSourceMissing',
    ])
  })

  it('TH-16 a Service Fabric set without a source is healthy by power state', () => {
    const node = { name: 'sf', publisher: 'Microsoft.Azure.ServiceFabric', type: 'ServiceFabricNode' }
    expect(source(profile([node]))).toEqual({ kind: 'serviceFabric' })
    expect(source(profile([node, HTTP_HEALTH]))).toMatchObject({ kind: 'extension' })
  })
})
