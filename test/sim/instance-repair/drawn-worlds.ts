import fc from 'fast-check'
import type { RunResult } from '../../../src/sim/result.ts'
import type { RepairEvent } from '../../reference/instance-repair.ts'
import { entries } from '../play.ts'
import { alwaysBroken, named, playRepairs, upTo } from './world.ts'

/** Sets of one minute to two and a half hours in which things break, hang and heal. Everything falls on whole seconds. */
export const HORIZON_S = 9000

const second = fc.integer({ min: 1, max: HORIZON_S - 1 })
const lasting = fc.option(fc.integer({ min: 1, max: 5000 }), { nil: null })
/** Reduced to the capacity of the set. */
const machine = fc.nat(59)
const events: fc.Arbitrary<RepairEvent> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ atS: second, kind: fc.constant('break' as const), machine, forS: lasting }) },
  { weight: 2, arbitrary: fc.record({ atS: second, kind: fc.constant('hang' as const), machine, forS: lasting }) },
  { weight: 1, arbitrary: fc.record({ atS: second, kind: fc.constant('restart' as const), machine }) },
  {
    weight: 2,
    arbitrary: fc.record({
      atS: second,
      kind: fc.constant('protect' as const),
      machine,
      from: fc.constantFrom('scaleIn' as const, 'setActions' as const, 'nothing' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      atS: second,
      kind: fc.constant('service' as const),
      action: fc.constantFrom('Suspend' as const, 'Resume' as const, 'Resume' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      atS: second,
      kind: fc.constant('outage' as const),
      forS: fc.integer({ min: 1, max: 2500 }),
    }),
  },
)

export const drawnWorlds = fc
  .record({
    capacity: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) },
      { weight: 2, arbitrary: fc.integer({ min: 7, max: 37 }) },
      { weight: 2, arbitrary: fc.integer({ min: 38, max: 60 }) },
    ),
    events: fc.array(events, { maxLength: 30 }),
    /** All that fail at once, so that they queue for repair. */
    mass: fc.option(fc.record({ atS: second, share: fc.integer({ min: 1, max: 4 }), forS: lasting }), { freq: 2 }),
    grows: fc.option(fc.record({ atS: second, by: fc.integer({ min: 1, max: 5 }) }), { freq: 1 }),
    /** Of the first machines every so many, and of the replacements, have a bad disk; 0: none. */
    badEvery: fc.constantFrom(0, 0, 0, 1, 2, 3, 5),
    badNewEvery: fc.constantFrom(0, 0, 1, 1, 2, 3),
    badOnsetS: fc.constantFrom(0, 0, 0, 40, 700),
    graceS: fc.constantFrom(600, 600, 601, 900, 1777, 5400),
    action: fc.constantFrom('Replace' as const, 'Reimage' as const, 'Restart' as const),
    noticeS: fc.constantFrom(null, null, 300, 437, 900),
    createS: fc.integer({ min: 1, max: 300 }),
    reimageS: fc.integer({ min: 1, max: 200 }),
    restartS: fc.integer({ min: 1, max: 120 }),
    deleteS: fc.integer({ min: 1, max: 100 }),
    bootS: fc.integer({ min: 1, max: 120 }),
    extensionS: fc.nat(60),
    startupS: fc.oneof(fc.nat(60), fc.nat(1500)),
    warmupS: fc.nat(200),
    rich: fc.boolean(),
    intervalS: fc.integer({ min: 5, max: 30 }),
    probes: fc.integer({ min: 1, max: 6 }),
    healthGraceS: fc.oneof(fc.integer({ min: 5, max: 120 }), fc.integer({ min: 5, max: 1500 })),
    scanS: fc.constantFrom(60, 60, 60, 300, 47),
    suspendAfter: fc.constantFrom(3, 3, 1, 2, 8),
    limitPercent: fc.constantFrom(5, 5, 20),
    order: fc.constantFrom('oldestUnhealthy' as const, 'oldestUnhealthy' as const, 'instanceId' as const),
    anchor: fc.constantFrom('stateChange' as const, 'stateChange' as const, 'firstUnhealthy' as const),
  })
  .map(({ events: some, mass, grows, badEvery, badNewEvery, capacity, ...rest }) => {
    const all: RepairEvent[] = some.map((event) =>
      'machine' in event ? { ...event, machine: event.machine % capacity } : event,
    )
    for (let number = 0; mass !== null && number < capacity; number += mass.share)
      all.push({ atS: mass.atS, kind: 'break', machine: number, forS: mass.forS })
    if (grows !== null) all.push({ atS: grows.atS, kind: 'scaleOut', capacity: capacity + grows.by })
    const isBad = (number: number) => {
      const every = number < capacity ? badEvery : badNewEvery
      return every > 0 && number % every === 0
    }
    return {
      ...rest,
      capacity,
      /** By time; events of one second in the order in which they are played. */
      events: all.sort((a, b) => a.atS - b.atS),
      badDisks: upTo(capacity + 200).filter(isBad),
    }
  })

export type DrawnWorld = typeof drawnWorlds extends fc.Arbitrary<infer T> ? T : never

const seconds = (count: number) => `PT${count}S`

function entryOf(event: RepairEvent): Record<string, unknown> {
  const at = seconds(event.atS)
  switch (event.kind) {
    case 'break':
    case 'hang': {
      const fault = { instance: `vmss/${event.machine}`, ...(event.forS === null ? {} : { for: seconds(event.forS) }) }
      return event.kind === 'break' ? { at, breakInstance: fault } : { at, hangInstance: fault }
    }
    case 'restart':
      return { at, restart: { instance: `vmss/${event.machine}` } }
    case 'protect': {
      const flags = {
        scaleIn: { protectFromScaleIn: true },
        setActions: { protectFromScaleSetActions: true },
        nothing: { protectFromScaleIn: false, protectFromScaleSetActions: false },
      }
      return { at, protectInstance: { instance: `vmss/${event.machine}`, ...flags[event.from] } }
    }
    case 'service':
      return { at, setOrchestrationServiceState: { action: event.action } }
    case 'outage':
      return { at, failDependency: { dependency: 'db', for: seconds(event.forS) } }
    case 'scaleOut':
      return { at, scaleTo: { capacity: event.capacity } }
    default:
      return event satisfies never
  }
}

export function playDrawn(drawn: DrawnWorld, horizonS = HORIZON_S): RunResult {
  const { noticeS, badDisks } = drawn
  const [defect] = alwaysBroken(badDisks).defects
  return playRepairs({
    capacity: drawn.capacity,
    grace: seconds(drawn.graceS),
    action: drawn.action,
    version: drawn.rich ? '2.0' : '1.0',
    probe: {
      intervalInSeconds: drawn.intervalS,
      numberOfProbes: drawn.probes,
      ...(drawn.rich ? { gracePeriod: drawn.healthGraceS } : {}),
    },
    profile:
      noticeS === null
        ? {}
        : {
            scheduledEventsProfile: {
              terminateNotificationProfile: { enable: true, notBeforeTimeout: seconds(noticeS) },
            },
          },
    oldImage: {
      boot: seconds(drawn.bootS),
      defects: badDisks.length === 0 ? [] : [{ ...defect, breaks: ['db'], onset: seconds(drawn.badOnsetS) }],
    },
    application: { needs: ['db'], startup: seconds(drawn.startupS), warmup: seconds(drawn.warmupS) },
    timings: {
      createControlPlane: seconds(drawn.createS),
      reimage: seconds(drawn.reimageS),
      restart: seconds(drawn.restartS),
      delete: seconds(drawn.deleteS),
      extensionInstall: seconds(drawn.extensionS),
    },
    assumptions: {
      repairScan: seconds(drawn.scanS),
      repairSuspendAfter: drawn.suspendAfter,
      repairLimitPercent: drawn.limitPercent,
      repairOrder: drawn.order,
      repairGraceAnchor: drawn.anchor,
    },
    duration: seconds(horizonS),
    timeline: drawn.events.map(entryOf),
  })
}

/**
 * The phase in which each machine of time 0 is probed, ms. It is a draw of the engine that nothing in a world changes, so
 * another run shows it: one in which all lose their database in the first second and nobody is repaired.
 */
export function probePhases(drawn: DrawnWorld): number[] {
  const events: RepairEvent[] = [
    { atS: 0, kind: 'service', action: 'Suspend' },
    { atS: 1, kind: 'outage', forS: HORIZON_S },
  ]
  const changes = entries(playDrawn({ ...drawn, events, badDisks: [] }, 300), 'health.changed')
  return named(upTo(drawn.capacity)).map((name) => {
    const { atMs } = changes.find(({ subject }) => subject === name)!
    return atMs % (drawn.intervalS * 1000)
  })
}
