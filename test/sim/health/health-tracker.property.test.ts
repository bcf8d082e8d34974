import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProbeConfig } from '../../../src/sim/health/probe-observation.ts'
import { type HealthEvent, playProbes, type Seen } from '../../reference/per-probe-health.ts'
import { driveTracker, probeConfig } from './drive-tracker.ts'

const SEED = 20_240_817
const RUNS = 5_000

/** Interval 5-60 s, probes 1-24, at most 240 s together; grace 5 s to 4 h, mostly short enough to end within the history. */
const configs: fc.Arbitrary<ProbeConfig> = fc
  .record({
    kind: fc.constantFrom('binary', 'rich', 'rich', 'loadBalancer' as const),
    protocol: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom('http', 'https', 'tcp' as const) },
      { weight: 1, arbitrary: fc.constant('none' as const) },
    ),
    intervalSeconds: fc.integer({ min: 5, max: 60 }),
    probes: fc.integer({ min: 1, max: 24 }),
    graceSeconds: fc.oneof(fc.integer({ min: 5, max: 120 }), fc.integer({ min: 5, max: 14_400 })),
    tcpUnhealthyEndsGrace: fc.boolean(),
  })
  .map(({ kind, protocol, intervalSeconds, probes, graceSeconds, tcpUnhealthyEndsGrace }) =>
    probeConfig({
      kind,
      protocol,
      intervalMs: intervalSeconds * 1000,
      numberOfProbes: Math.min(probes, Math.floor(240 / intervalSeconds)),
      gracePeriodMs: kind === 'rich' ? graceSeconds * 1000 : 0,
      tcpUnhealthyEndsGrace,
    }),
  )

const sights: fc.Arbitrary<Seen> = fc.constantFrom('Healthy', 'Unhealthy', 'Unknown')
const durations = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.constantFrom(1, 3_000, 7_000, 30_000) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
)

/**
 * Time since the event before: none, whole seconds and multiples of the interval (which meet starts and completions of
 * probes), the end of the grace period, or anything. A history may span minutes or hours.
 */
function gaps(config: ProbeConfig): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 60 }).map((seconds) => seconds * 1000),
    fc.integer({ min: 0, max: 30 }).map((count) => count * config.intervalMs),
    fc.integer({ min: 0, max: 5 }).map((count) => count * 30_000),
    fc.constant(config.gracePeriodMs),
    fc.integer({ min: 1, max: 600_000 }),
    fc.integer({ min: 1, max: 3_600_000 }),
  )
}

type Step = {
  readonly kind: HealthEvent['kind']
  readonly sees: Seen
  readonly durationMs: number
  readonly gapMs: number
  readonly phaseMs: number
}

function toEvents(steps: readonly Step[]): HealthEvent[] {
  let atMs = 0
  return steps.map(({ kind, sees, durationMs, gapMs, phaseMs }) => {
    atMs += gapMs
    if (kind === 'stop') return { atMs, kind }
    return kind === 'startSteady' ? { atMs, kind, sees, durationMs, phaseMs } : { atMs, kind, sees, durationMs }
  })
}

/** A configuration and what happens under it: a start of some kind, then up to twelve more events, mostly changes. */
const worlds = configs.chain((config) => {
  const step = (kind: fc.Arbitrary<HealthEvent['kind']>): fc.Arbitrary<Step> =>
    fc.record({
      kind,
      sees: sights,
      durationMs: durations,
      gapMs: gaps(config),
      phaseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: config.intervalMs - 1 })),
    })
  const later = fc.oneof(
    { weight: 12, arbitrary: fc.constant('change' as const) },
    { weight: 1, arbitrary: fc.constantFrom('start', 'startSteady', 'stop' as const) },
  )
  return fc.record({
    config: fc.constant(config),
    events: fc
      .tuple(step(fc.constantFrom('start', 'startSteady')), fc.array(step(later), { maxLength: 12 }))
      .map(([first, rest]) => toEvents([first, ...rest])),
    tailMs: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.constant(14_400_000)),
  })
})

function horizonOf(events: readonly HealthEvent[], tailMs: number): number {
  return events[events.length - 1]!.atMs + tailMs
}

describe('HealthTracker against the per-probe reference', () => {
  it('reports the same health at the same ms', () => {
    let changesSeen = 0
    fc.assert(
      fc.property(worlds, ({ config, events, tailMs }) => {
        const horizonMs = horizonOf(events, tailMs)
        const expected = playProbes(config, events, horizonMs)
        changesSeen += expected.length
        expect(driveTracker(config, events, horizonMs)).toEqual(expected)
      }),
      { seed: SEED, numRuns: RUNS },
    )
    // The worlds would prove nothing if hardly anything happened in them.
    expect(changesSeen).toBeGreaterThan(2 * RUNS)
  }, 120_000)

  it('takes a change that comes after a flip of the same ms as coming either at that ms or one later', () => {
    let lateChanges = 0
    fc.assert(
      fc.property(
        worlds,
        fc.integer({ min: 1, max: 4 }),
        sights,
        durations,
        ({ config, events, tailMs }, lateAfter, sees, durationMs) => {
          const horizonMs = horizonOf(events, tailMs)
          let lateMs = -1
          const actual = driveTracker(config, events, horizonMs, (flipCount, atMs) => {
            if (flipCount !== lateAfter) return undefined
            lateMs = atMs
            return { atMs, kind: 'change', sees, durationMs }
          })
          fc.pre(lateMs >= 0)
          lateChanges++
          const place = events.filter((event) => event.atMs <= lateMs).length
          const candidates = [lateMs, lateMs + 1].map((atMs) =>
            playProbes(config, events.toSpliced(place, 0, { atMs, kind: 'change', sees, durationMs }), horizonMs),
          )
          expect(candidates).toContainEqual(actual)
        },
      ),
      { seed: SEED, numRuns: 1_000 },
    )
    expect(lateChanges).toBe(1_000)
  }, 120_000)

  it('HE-18: no flip takes longer than interval x probes plus the duration of each probe', () => {
    fc.assert(
      fc.property(configs, fc.integer({ min: 0, max: 200_000 }), durations, (config, changeMs, durationMs) => {
        fc.pre(config.protocol !== 'none')
        const events: HealthEvent[] = [
          { atMs: 0, kind: 'startSteady', sees: 'Healthy', durationMs: 0, phaseMs: 0 },
          { atMs: changeMs, kind: 'change', sees: 'Unhealthy', durationMs },
        ]
        const flips = driveTracker(config, events, changeMs + 86_400_000)
        expect(flips.map((flip) => flip.health)).toEqual(['Healthy', 'Unhealthy'])
        const boundMs = config.numberOfProbes * (config.intervalMs + durationMs)
        expect(flips[1]!.atMs - changeMs).toBeLessThanOrEqual(boundMs)
      }),
      { seed: SEED, numRuns: 1_000 },
    )
  })
})
