import { describe, expect, it } from 'vitest'
import { healthInUpgrade, isRepairHealth } from '../../../src/sim/health/health-meaning.ts'
import { HEALTH_NONE, HEALTH_UNKNOWN, HealthTracker } from '../../../src/sim/health/health-tracker.ts'
import {
  OBS_HEALTHY,
  OBS_UNHEALTHY,
  OBS_UNKNOWN,
  observe,
  type ProbeAnswer,
  type ProbeConfig,
} from '../../../src/sim/health/probe-observation.ts'
import { type HealthEvent, playProbes, type Reported, type Seen } from '../../reference/per-probe-health.ts'
import { driveTracker, probeConfig } from './drive-tracker.ts'

const SEEN: readonly Seen[] = ['Healthy', 'Unhealthy', 'Unknown']
const HOUR = 3_600_000

const start = (sees: Seen, durationMs = 0, atMs = 0): HealthEvent => ({ atMs, kind: 'start', sees, durationMs })
const steady = (sees: Seen, phaseMs: number, durationMs = 0): HealthEvent => ({
  atMs: 0,
  kind: 'startSteady',
  sees,
  durationMs,
  phaseMs,
})
const change = (atMs: number, sees: Seen, durationMs = 0): HealthEvent => ({ atMs, kind: 'change', sees, durationMs })
const stop = (atMs: number): HealthEvent => ({ atMs, kind: 'stop' })

/** The hand-computed changes hold for the tracker and for the reference, so a shared misreading would show. */
function expectChanges(
  config: ProbeConfig,
  events: HealthEvent[],
  changes: readonly (readonly [number, Reported])[],
): void {
  const expected = changes.map(([atMs, health]) => ({ atMs, health }))
  expect(driveTracker(config, events, 10 * HOUR)).toEqual(expected)
  expect(playProbes(config, events, 10 * HOUR)).toEqual(expected)
}

describe('binary health and load balancer probes', () => {
  it.each(['binary', 'loadBalancer'] as const)('HE-8 %s: the first observation sets the state at once', (kind) => {
    const config = probeConfig({ kind, numberOfProbes: 3 })
    expectChanges(config, [start('Healthy')], [[0, 'Healthy']])
    expectChanges(config, [start('Unhealthy', 7_000, 1_000)], [[8_000, 'Unhealthy']])
  })

  it.each(['binary', 'loadBalancer'] as const)(
    'HE-8 %s: a flip needs numberOfProbes equal results in a row',
    (kind) => {
      const config = probeConfig({ kind, numberOfProbes: 3 })
      // Probes at 0, 5, 10 s …; the change is first seen at 10 s and for the third time at 20 s.
      expectChanges(
        config,
        [start('Healthy'), change(5_001, 'Unhealthy')],
        [
          [0, 'Healthy'],
          [20_000, 'Unhealthy'],
        ],
      )
      // Seen at 10 and 15 s only.
      expectChanges(config, [start('Healthy'), change(5_001, 'Unhealthy'), change(20_000, 'Healthy')], [[0, 'Healthy']])
    },
  )

  it('HE-4 a load balancer probe flips after probeThreshold results at its own interval', () => {
    const config = probeConfig({ kind: 'loadBalancer', protocol: 'tcp', intervalMs: 15_000, numberOfProbes: 2 })
    expectChanges(
      config,
      [steady('Healthy', 4_000), change(10_000, 'Unhealthy')],
      [
        [0, 'Healthy'],
        [34_000, 'Unhealthy'],
      ],
    )
  })

  it('HE-7 binary: no Initializing; a booting instance is Unhealthy until its first 200', () => {
    const config = probeConfig({ kind: 'binary' })
    expectChanges(
      config,
      [start('Unhealthy'), change(42_000, 'Healthy')],
      [
        [0, 'Unhealthy'],
        [45_000, 'Healthy'],
      ],
    )
  })

  it('HE-5 HE-23 stopped: no signal, and nothing pending', () => {
    const config = probeConfig({ kind: 'binary' })
    // The probe under way at 12 s would have completed at 17 s.
    expectChanges(
      config,
      [start('Healthy', 7_000), stop(12_000)],
      [
        [7_000, 'Healthy'],
        [12_000, 'None'],
      ],
    )
    const tracker = new HealthTracker()
    expect([tracker.health, tracker.nextFlipMs()]).toEqual([HEALTH_NONE, -1])
    tracker.start(config, 0, OBS_HEALTHY, 0)
    tracker.stop()
    tracker.change(5, OBS_UNHEALTHY, 0)
    expect([tracker.health, tracker.nextFlipMs()]).toEqual([HEALTH_NONE, -1])
  })
})

describe('rich health', () => {
  const config = probeConfig({ numberOfProbes: 3, gracePeriodMs: 60_000 })

  it('HE-12 Initializing until numberOfProbes equal valid states', () => {
    expectChanges(
      config,
      [start('Healthy')],
      [
        [0, 'Initializing'],
        [10_000, 'Healthy'],
      ],
    )
    expectChanges(
      config,
      [start('Unhealthy')],
      [
        [0, 'Initializing'],
        [10_000, 'Unhealthy'],
      ],
    )
    // Two Healthy, one Unknown, then Healthy from 15 s on.
    const broken = [start('Healthy'), change(6_000, 'Unknown'), change(11_000, 'Healthy')]
    expectChanges(config, broken, [
      [0, 'Initializing'],
      [25_000, 'Healthy'],
    ])
  })

  it('HE-12 or until the grace period ends: Unknown for http(s), Unhealthy for tcp', () => {
    expectChanges(
      config,
      [start('Unknown', 0, 1_234)],
      [
        [1_234, 'Initializing'],
        [61_234, 'Unknown'],
      ],
    )
    expectChanges(
      { ...config, protocol: 'https' },
      [start('Unknown')],
      [
        [0, 'Initializing'],
        [60_000, 'Unknown'],
      ],
    )
    // One slow probe: nothing has been observed yet when the grace period ends.
    const tcp: ProbeConfig = { ...config, protocol: 'tcp', gracePeriodMs: 5_000 }
    expectChanges(
      tcp,
      [start('Healthy', 7_000)],
      [
        [0, 'Initializing'],
        [5_000, 'Unhealthy'],
        [21_000, 'Healthy'],
      ],
    )
  })

  it('HE-12 an observation that completes in the ms of expiry counts first', () => {
    const exact: ProbeConfig = { ...config, gracePeriodMs: 10_000 }
    expectChanges(
      exact,
      [start('Healthy')],
      [
        [0, 'Initializing'],
        [10_000, 'Healthy'],
      ],
    )
    const early: ProbeConfig = { ...config, gracePeriodMs: 9_999 }
    // What was counted during the grace period goes on counting.
    expectChanges(
      early,
      [start('Healthy')],
      [
        [0, 'Initializing'],
        [9_999, 'Unknown'],
        [10_000, 'Healthy'],
      ],
    )
  })

  it('HE-12 every start of the extension is Initializing again', () => {
    expectChanges(
      config,
      [start('Healthy'), stop(100_000), start('Healthy', 0, 130_000), start('Unknown', 0, 200_000)],
      [
        [0, 'Initializing'],
        [10_000, 'Healthy'],
        [100_000, 'None'],
        [130_000, 'Initializing'],
        [140_000, 'Healthy'],
        [200_000, 'Initializing'],
        [260_000, 'Unknown'],
      ],
    )
  })

  it('HE-13 a run of Unknown keeps Initializing, however long', () => {
    const long: ProbeConfig = { ...config, gracePeriodMs: 4 * HOUR }
    expectChanges(
      long,
      [start('Unknown')],
      [
        [0, 'Initializing'],
        [4 * HOUR, 'Unknown'],
      ],
    )
    expectChanges(
      long,
      [start('Unknown'), change(HOUR, 'Healthy')],
      [
        [0, 'Initializing'],
        [HOUR + 10_000, 'Healthy'],
      ],
    )
  })

  it('HE-13 consecutive Unhealthy of a tcp probe ends Initializing, unless tcpUnhealthyEndsGrace is off', () => {
    const tcp: ProbeConfig = { ...config, protocol: 'tcp' }
    expectChanges(
      tcp,
      [start('Unhealthy')],
      [
        [0, 'Initializing'],
        [10_000, 'Unhealthy'],
      ],
    )
    const patient: ProbeConfig = { ...tcp, tcpUnhealthyEndsGrace: false }
    expectChanges(
      patient,
      [start('Unhealthy')],
      [
        [0, 'Initializing'],
        [60_000, 'Unhealthy'],
      ],
    )
    expectChanges(
      patient,
      [start('Unhealthy'), change(30_000, 'Healthy')],
      [
        [0, 'Initializing'],
        [40_000, 'Healthy'],
      ],
    )
    // http is not concerned.
    const http: ProbeConfig = { ...config, tcpUnhealthyEndsGrace: false }
    expectChanges(
      http,
      [start('Unhealthy')],
      [
        [0, 'Initializing'],
        [10_000, 'Unhealthy'],
      ],
    )
  })

  it('HE-14 afterwards every change needs numberOfProbes equal observations', () => {
    expectChanges(
      config,
      [steady('Healthy', 0), change(100_000, 'Unhealthy'), change(200_000, 'Unknown'), change(300_000, 'Healthy')],
      [
        [0, 'Healthy'],
        [110_000, 'Unhealthy'],
        [210_000, 'Unknown'],
        [310_000, 'Healthy'],
      ],
    )
  })

  it('HE-14 a different observation resets the count to 1', () => {
    // Unhealthy at 5 and 10 s, Unknown at 15 s, Unhealthy at 20, 25 and 30 s.
    const events = [
      steady('Healthy', 0),
      change(1, 'Unhealthy'),
      change(11_000, 'Unknown'),
      change(16_000, 'Unhealthy'),
    ]
    expectChanges(config, events, [
      [0, 'Healthy'],
      [30_000, 'Unhealthy'],
    ])
  })

  it('HE-11 tcp under rich: Initializing, Healthy and Unhealthy, never Unknown', () => {
    const tcp: ProbeConfig = { ...config, protocol: 'tcp', gracePeriodMs: 20_000, tcpUnhealthyEndsGrace: false }
    const seen = (answer: ProbeAnswer) => SEEN[observe(tcp, answer)]!
    const events = [
      start(seen({ kind: 'timeout' }), 30_000),
      change(100_000, seen({ kind: 'handshake' })),
      change(200_000, seen({ kind: 'refused' })),
    ]
    expectChanges(tcp, events, [
      [0, 'Initializing'],
      [20_000, 'Unhealthy'],
      [130_000, 'Healthy'],
      [210_000, 'Unhealthy'],
    ])
  })

  it('HE-15 with the default grace period a first Healthy that comes too late passes through Unknown', () => {
    const defaults = probeConfig({ gracePeriodMs: 5_000 })
    expectChanges(
      defaults,
      [start('Unknown'), change(20_000, 'Healthy')],
      [
        [0, 'Initializing'],
        [5_000, 'Unknown'],
        [20_000, 'Healthy'],
      ],
    )
  })
})

describe('timing', () => {
  const config = probeConfig({ kind: 'binary', numberOfProbes: 2 })

  it('HE-17 the next probe starts an interval after the last one started, or at once if that took longer', () => {
    // 3 s within an interval of 5 s: starts at 0, 5 … 100, 105 s; the second that sees the change ends at 108 s.
    expectChanges(
      config,
      [start('Healthy', 3_000), change(98_000, 'Unhealthy', 3_000)],
      [
        [3_000, 'Healthy'],
        [108_000, 'Unhealthy'],
      ],
    )
    // 30 s each: starts at 0, 30, 60 … s; seen from 120 s on, completed at 150 and 180 s.
    expectChanges(
      config,
      [start('Healthy', 30_000), change(98_000, 'Unhealthy', 30_000)],
      [
        [30_000, 'Healthy'],
        [180_000, 'Unhealthy'],
      ],
    )
  })

  it('HE-17 a probe under way completes with what it saw; one that starts in the ms of the change sees the new', () => {
    // Started at 95 s, ends at 102 s, sees the old condition; the next start is 102 s.
    expectChanges(
      probeConfig({ kind: 'binary' }),
      [start('Healthy', 7_000), change(92_000, 'Unhealthy'), change(93_000, 'Healthy')],
      [[7_000, 'Healthy']],
    )
    expectChanges(
      probeConfig({ kind: 'binary' }),
      [start('Healthy'), change(5_000, 'Unhealthy'), change(5_001, 'Healthy')],
      [
        [0, 'Healthy'],
        [5_000, 'Unhealthy'],
        [10_000, 'Healthy'],
      ],
    )
    // Of several changes in one ms the last one is seen.
    expectChanges(
      probeConfig({ kind: 'binary' }),
      [start('Healthy'), change(0, 'Unhealthy'), change(5_000, 'Healthy'), change(5_000, 'Unhealthy')],
      [[0, 'Unhealthy']],
    )
  })

  it('HE-17 a slow probe may end in the ms in which a quick one starts and ends', () => {
    const single = probeConfig({ kind: 'binary' })
    expectChanges(
      single,
      [start('Healthy', 30_000), change(10_000, 'Unhealthy')],
      [
        [30_000, 'Healthy'],
        [30_000, 'Unhealthy'],
      ],
    )
  })

  it('HE-17 a probe cannot outlast its timeout', () => {
    expect(() => new HealthTracker().start(config, 0, OBS_HEALTHY, 30_001)).toThrow(RangeError)
  })

  it('HE-18 the bound is met to the ms: a change right after a probe started', () => {
    const three = probeConfig({ kind: 'binary', numberOfProbes: 3 })
    expectChanges(
      three,
      [steady('Healthy', 0), change(1, 'Unhealthy')],
      [
        [0, 'Healthy'],
        [15_000, 'Unhealthy'],
      ],
    )
    expectChanges(
      three,
      [steady('Healthy', 0), change(1, 'Unhealthy', 30_000)],
      [
        [0, 'Healthy'],
        [95_000, 'Unhealthy'],
      ],
    )
  })

  it.each(['binary', 'rich'] as const)('HE-19 %s without a protocol reports Healthy at once and for good', (kind) => {
    const config = probeConfig({ kind, protocol: 'none', numberOfProbes: 3 })
    expectChanges(
      config,
      [start('Unhealthy', 0, 500), change(1_000, 'Unknown'), stop(2_000)],
      [
        [500, 'Healthy'],
        [2_000, 'None'],
      ],
    )
  })

  it('refuses a flip that is not due, and notices one that was left out', () => {
    const tracker = new HealthTracker()
    expect(() => tracker.flip(0)).toThrow(/no change of health is due/)
    tracker.start(config, 0, OBS_HEALTHY, 0)
    expect(tracker.nextFlipMs()).toBe(0)
    expect(() => tracker.change(1, OBS_UNKNOWN, 0)).toThrow(/was not applied/)
    const rich = new HealthTracker()
    rich.start(probeConfig({}), 0, OBS_UNKNOWN, 0)
    expect(() => rich.change(60_001, OBS_HEALTHY, 0)).toThrow(/60000 ms was not applied/)
  })
})

describe('worked examples', () => {
  it('W11 extension 2.0, the application answers 200 OK text: Initializing until grace, then Unknown', () => {
    const config = probeConfig({ gracePeriodMs: 600_000 })
    const seen = SEEN[observe(config, { kind: 'http', status: 200, body: 'OK' })]!
    expectChanges(
      config,
      [start(seen)],
      [
        [0, 'Initializing'],
        [600_000, 'Unknown'],
      ],
    )
    expect(healthInUpgrade(HEALTH_UNKNOWN, 'unhealthy')).toBe('unhealthy')
    expect(isRepairHealth(HEALTH_UNKNOWN)).toBe(true)
  })

  it('W12 extension 1.0, the application answers 204: Unhealthy', () => {
    const config = probeConfig({ kind: 'binary' })
    const seen = SEEN[observe(config, { kind: 'http', status: 204 })]!
    expectChanges(config, [start(seen)], [[0, 'Unhealthy']])
  })
})
