import { HealthTracker, healthName } from '../../../src/sim/health/health-tracker.ts'
import type { Observation, ProbeConfig } from '../../../src/sim/health/probe-observation.ts'
import type { HealthChange, HealthEvent, Seen } from '../../reference/per-probe-health.ts'

/** http, every 5 s, one probe, readings of the documentation. */
export function probeConfig(overrides: Partial<ProbeConfig>): ProbeConfig {
  return {
    kind: 'rich',
    protocol: 'http',
    intervalMs: 5_000,
    numberOfProbes: 1,
    gracePeriodMs: overrides.kind === undefined || overrides.kind === 'rich' ? 60_000 : 0,
    tcpUnhealthyEndsGrace: true,
    richPlain200: 'Unknown',
    richNon2xx: 'Unknown',
    ...overrides,
  }
}

const OBSERVATION: Record<Seen, Observation> = { Healthy: 0, Unhealthy: 1, Unknown: 2 }

/**
 * Drives a tracker as the engine does: events of a ms first, then its flips, and only the flip it announced itself.
 * `afterFlip` may add an event of the same ms once a flip was applied.
 */
export function driveTracker(
  config: ProbeConfig,
  events: readonly HealthEvent[],
  horizonMs: number,
  afterFlip?: (flipCount: number, atMs: number) => HealthEvent | undefined,
): HealthChange[] {
  const tracker = new HealthTracker()
  const changes: HealthChange[] = []
  let reported = tracker.health
  let flipCount = 0
  const report = (atMs: number) => {
    if (tracker.health !== reported) changes.push({ atMs, health: healthName(tracker.health) })
    reported = tracker.health
  }
  const apply = (event: HealthEvent) => {
    if (event.kind === 'stop') tracker.stop()
    else if (event.kind === 'start') tracker.start(config, event.atMs, OBSERVATION[event.sees], event.durationMs)
    else if (event.kind === 'change') tracker.change(event.atMs, OBSERVATION[event.sees], event.durationMs)
    else tracker.startSteady(config, event.atMs, OBSERVATION[event.sees], event.durationMs, event.phaseMs)
    report(event.atMs)
  }
  let next = 0
  for (;;) {
    const event = events[next]
    const flipMs = tracker.nextFlipMs()
    if (event !== undefined && event.atMs <= horizonMs && (flipMs < 0 || event.atMs <= flipMs)) {
      apply(event)
      next++
    } else if (flipMs >= 0 && flipMs <= horizonMs) {
      const before = tracker.health
      const after = tracker.flip(flipMs)
      if (after === before || after !== tracker.health) throw new Error('flip must change and return the health')
      report(flipMs)
      const late = afterFlip?.(++flipCount, flipMs)
      if (late !== undefined) apply(late)
    } else {
      return changes
    }
  }
}
