import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { playRepairReference } from '../../reference/instance-repair.ts'
import { type DrawnWorld, drawnWorlds, HORIZON_S, playDrawn, probePhases } from './drawn-worlds.ts'
import { repairs, serviceStates } from './world.ts'

const secondsOf = (minutes: number) => Math.round(minutes * 60_000) / 1000

function playBoth(drawn: DrawnWorld) {
  const run = playDrawn(drawn)
  const { createS, reimageS, restartS, deleteS, bootS, extensionS, startupS, warmupS } = drawn
  const reference = playRepairReference({
    capacity: drawn.capacity,
    probePhasesMs: probePhases(drawn),
    badDisks: drawn.badDisks,
    badOnsetS: drawn.badOnsetS,
    events: drawn.events,
    policy: { graceS: drawn.graceS, action: drawn.action },
    terminateNoticeS: drawn.noticeS,
    timings: { createS, reimageS, restartS, deleteS, bootS, extensionS, startupS, warmupS },
    probe: {
      rich: drawn.rich,
      intervalS: drawn.intervalS,
      numberOfProbes: drawn.probes,
      graceS: drawn.healthGraceS,
    },
    assumptions: {
      scanS: drawn.scanS,
      suspendAfter: drawn.suspendAfter,
      limitPercent: drawn.limitPercent,
      order: drawn.order,
      anchor: drawn.anchor,
    },
    horizonS: HORIZON_S,
  })
  const engine = {
    repairs: repairs(run).map(([minute, machine]) => ({ atS: secondsOf(minute), machine })),
    machines: run.instances.map(({ createdAtMs, deletedAtMs }) => ({
      createdS: createdAtMs / 1000,
      deletedS: deletedAtMs === null ? null : deletedAtMs / 1000,
    })),
    serviceStates: serviceStates(run).map(([minute, state]) => ({ atS: secondsOf(minute), state })),
    ...run.measures.repairs,
  }
  return { engine, reference }
}

describe('the engine against the one-second reference of the repair service', () => {
  it('equal repairs, equal machines, equal states of the service, equal measures', () => {
    let [repaired, loops, suspended] = [0, 0, 0]
    fc.assert(
      fc.property(drawnWorlds, (drawn) => {
        const { engine, reference } = playBoth(drawn)
        expect(engine).toEqual(reference)
        repaired += reference.count
        loops += reference.loops
        suspended += reference.suspended
      }),
      { numRuns: 45 },
    )
    // Worlds in which nothing happens would agree as well.
    expect(Math.min(repaired, loops, suspended)).toBeGreaterThan(10)
  })
})
