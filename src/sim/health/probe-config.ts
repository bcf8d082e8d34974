import type { Assumptions } from '../../model/assumptions.ts'
import type { LoadBalancerProbe } from '../../model/scale-set.ts'
import type { ProbeConfig } from './probe-observation.ts'

/** Settings of the Application Health extension, as declared and already validated. Seconds. rollouts.md §1.4. */
export interface HealthExtensionSettings {
  /** Absent: the extension probes nothing (HE-19). */
  readonly protocol?: 'http' | 'https' | 'tcp'
  /** Default 5. */
  readonly intervalInSeconds?: number
  /** Default 1. */
  readonly numberOfProbes?: number
  /** Rich only. Default: see `defaultGracePeriodMs`. */
  readonly gracePeriod?: number
}

export type HealthReadings = Pick<
  Assumptions,
  'tcpUnhealthyEndsGrace' | 'richPlain200' | 'richNon2xx' | 'extensionGraceDefault'
>

const TEN_MINUTES_MS = 600_000

/**
 * Grace period of an extension that declares none: interval x probes, so 5 s with every default. HE-15.
 *
 * 600 s is only what the documentation's sample sets; `extensionGraceDefault: PT10M` takes it for the default (D1).
 */
export function defaultGracePeriodMs(
  intervalMs: number,
  numberOfProbes: number,
  reading: Assumptions['extensionGraceDefault'],
): number {
  return reading === 'PT10M' ? TEN_MINUTES_MS : intervalMs * numberOfProbes
}

/**
 * The extension as its instances run it. `rich`: `typeHandlerVersion` 2.x, otherwise Binary Health States, which knows no
 * grace period even if the settings carry one (HE-7).
 */
export function extensionProbeConfig(
  settings: HealthExtensionSettings,
  rich: boolean,
  readings: HealthReadings,
): ProbeConfig {
  const intervalMs = (settings.intervalInSeconds ?? 5) * 1000
  const numberOfProbes = settings.numberOfProbes ?? 1
  const declaredGraceMs =
    settings.gracePeriod === undefined
      ? defaultGracePeriodMs(intervalMs, numberOfProbes, readings.extensionGraceDefault)
      : settings.gracePeriod * 1000
  return {
    kind: rich ? 'rich' : 'binary',
    protocol: settings.protocol ?? 'none',
    intervalMs,
    numberOfProbes,
    gracePeriodMs: rich ? declaredGraceMs : 0,
    tcpUnhealthyEndsGrace: readings.tcpUnhealthyEndsGrace,
    richPlain200: readings.richPlain200,
    richNon2xx: readings.richNon2xx,
  }
}

/** A load balancer probe that a Uniform set names as its health source. HE-4. */
export function loadBalancerProbeConfig(probe: LoadBalancerProbe, readings: HealthReadings): ProbeConfig {
  const protocols = { Http: 'http', Https: 'https', Tcp: 'tcp' } as const
  return {
    kind: 'loadBalancer',
    protocol: protocols[probe.protocol],
    intervalMs: probe.intervalInSeconds * 1000,
    numberOfProbes: probe.probeThreshold,
    gracePeriodMs: 0,
    tcpUnhealthyEndsGrace: readings.tcpUnhealthyEndsGrace,
    richPlain200: readings.richPlain200,
    richNon2xx: readings.richNon2xx,
  }
}

/**
 * Longest time from a lasting change of the application to the change of its reported health, once initialised, when every
 * probe that sees the change takes `probeDurationMs`.
 *
 *   interval x numberOfProbes + duration x numberOfProbes
 *
 * 5 s x 3 probes answered at once -> 15 s; the same three timing out -> 105 s. An upper bound: a probe longer than the
 * interval takes the wait for the next one into itself. HE-18.
 */
export function detectionMsMax(config: ProbeConfig, probeDurationMs: number): number {
  return config.numberOfProbes * (config.intervalMs + probeDurationMs)
}
