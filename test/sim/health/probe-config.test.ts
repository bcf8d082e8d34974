import { describe, expect, it } from 'vitest'
import { ARTICLE_ASSUMPTIONS, DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import { detectionMsMax, extensionProbeConfig, loadBalancerProbeConfig } from '../../../src/sim/health/probe-config.ts'
import { probeConfig } from './drive-tracker.ts'

describe('the health source as its instances run it', () => {
  it.each([
    { settings: { protocol: 'http' }, graceMs: 5_000, why: 'all defaults' },
    { settings: { protocol: 'http', intervalInSeconds: 20, numberOfProbes: 6 }, graceMs: 120_000, why: '20 s x 6' },
    { settings: { protocol: 'http', gracePeriod: 900 }, graceMs: 900_000, why: 'declared' },
    { settings: { protocol: 'tcp', gracePeriod: 14_400 }, graceMs: 14_400_000, why: 'the maximum' },
  ] as const)('HE-15 grace period $graceMs ms: $why', ({ settings, graceMs }) => {
    expect(extensionProbeConfig(settings, true, DEFAULT_ASSUMPTIONS).gracePeriodMs).toBe(graceMs)
  })

  it('HE-15 the article takes the sample value for the default, a declared one still counts', () => {
    expect(extensionProbeConfig({ protocol: 'http' }, true, ARTICLE_ASSUMPTIONS).gracePeriodMs).toBe(600_000)
    const declared = extensionProbeConfig({ protocol: 'http', gracePeriod: 30 }, true, ARTICLE_ASSUMPTIONS)
    expect(declared.gracePeriodMs).toBe(30_000)
  })

  it('HE-7 version 1 has no grace period, even a declared one', () => {
    const binary = extensionProbeConfig({ protocol: 'http', gracePeriod: 900 }, false, DEFAULT_ASSUMPTIONS)
    expect(binary).toMatchObject({ kind: 'binary', gracePeriodMs: 0, intervalMs: 5_000, numberOfProbes: 1 })
  })

  it('HE-19 no protocol declared', () => {
    expect(extensionProbeConfig({}, true, DEFAULT_ASSUMPTIONS).protocol).toBe('none')
  })

  it.each(['Http', 'Https', 'Tcp'] as const)('HE-4 load balancer probe over %s', (protocol) => {
    const probe = { id: 'lb/probe', protocol, intervalInSeconds: 15, probeThreshold: 2 }
    expect(loadBalancerProbeConfig(probe, DEFAULT_ASSUMPTIONS)).toMatchObject({
      kind: 'loadBalancer',
      protocol: protocol.toLowerCase(),
      intervalMs: 15_000,
      numberOfProbes: 2,
      gracePeriodMs: 0,
    })
  })

  it('HE-18 worst-case detection: interval x probes, and 30 s more for each that times out', () => {
    const config = probeConfig({ numberOfProbes: 3 })
    expect(detectionMsMax(config, 0)).toBe(15_000)
    expect(detectionMsMax(config, 30_000)).toBe(105_000)
  })
})
