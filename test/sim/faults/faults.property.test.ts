import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../../src/sim/result.ts'
import { changeImage, entries, play, type World } from '../play.ts'

const minutes = (most: number) => fc.integer({ min: 1, max: most }).map((n) => `PT${n}M`)
const at = fc.integer({ min: 1, max: 150 }).map((n) => `PT${n}M`)
const zone = fc.constantFrom('1', '2', '3')
const instance = fc.nat(11).map((number) => `vmss/${number}`)

/** Every kind of fault and maintenance, each of which ends. */
const fault = fc.oneof(
  fc.record({ at, failZone: fc.record({ zone, for: minutes(90) }) }),
  fc.record({ at, failFaultDomain: fc.record({ faultDomain: fc.nat(4), for: minutes(90) }) }),
  fc.record({ at, failFaultDomain: fc.record({ faultDomain: fc.nat(4), zone, for: minutes(90) }) }),
  fc.record({ at, failHost: fc.record({ instance, for: minutes(60) }) }),
  fc.record({ at, failHost: fc.record({ instance, for: minutes(60), notice: fc.constant('PT30M') }) }),
  fc.record({ at, hangInstance: fc.record({ instance, for: minutes(60) }) }),
  fc.record({ at, freezeHosts: fc.record({ for: fc.constantFrom('PT5S', 'PT12S', 'PT30S') }) }),
  fc.record({ at, rebootHosts: fc.record({ zone }) }),
)
const operation = fc.oneof(
  fc.record({ at, restart: fc.record({ instance }) }),
  fc.record({ at, reimage: fc.record({ instance }) }),
  fc.record({ at, deleteInstance: fc.record({ instance }) }),
  fc.record({ at, performMaintenance: fc.record({ instance }) }),
  fc.record({ at, scaleTo: fc.record({ capacity: fc.integer({ min: 6, max: 18 }) }) }),
)

const worlds = fc
  .record({
    uniform: fc.boolean(),
    fixed: fc.boolean(),
    strict: fc.boolean(),
    surge: fc.boolean(),
    balances: fc.boolean(),
    approves: fc.boolean(),
    repairs: fc.boolean(),
    announces: fc.boolean(),
    upgrade: fc.option(at, { nil: undefined }),
    faults: fc.array(fault, { minLength: 1, maxLength: 6 }),
    operations: fc.array(operation, { maxLength: 5 }),
    seed: fc.nat(1_000_000),
  })
  .map(
    (drawn): World => ({
      capacity: 12,
      zones: ['1', '2', '3'],
      uniform: drawn.uniform,
      seed: drawn.seed,
      duration: 'P2D',
      policy: { maxSurge: drawn.surge },
      application: {
        startup: { p50: 'PT5S', p95: 'PT20S' },
        warmup: 'PT10S',
        ...(drawn.approves ? { approvesEventsAfter: 'PT3M' } : {}),
      },
      ...(drawn.announces
        ? {
            profile: {
              scheduledEventsProfile: {
                terminateNotificationProfile: { enable: true, notBeforeTimeout: 'PT10M' },
                osImageNotificationProfile: { enable: true, notBeforeTimeout: 'PT15M' },
              },
            },
          }
        : {}),
      set: {
        ...(drawn.repairs ? { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } } : {}),
        zoneBalance: drawn.strict,
        ...(drawn.uniform && drawn.fixed ? { platformFaultDomainCount: 5 } : {}),
        ...(drawn.balances && !drawn.strict
          ? { resiliencyPolicy: { automaticZoneRebalancingPolicy: { enabled: true } } }
          : {}),
      },
      timeline: [
        ...drawn.faults,
        ...drawn.operations,
        ...(drawn.upgrade === undefined ? [] : [changeImage(drawn.upgrade)]),
      ],
    }),
  )

const alive = (result: RunResult) => result.instances.filter(({ deletedAtMs }) => deletedAtMs === null)

describe('whatever fails', () => {
  it('instances are neither lost nor made up: those created are those alive and those deleted', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const result = play(world)
        const created = entries(result, 'instance.present').length + entries(result, 'instance.creating').length
        const deleted = entries(result, 'instance.deleted').length
        expect(created).toBe(result.instances.length)
        expect(alive(result).length + deleted).toBe(created)
      }),
      { numRuns: 60 },
    ))

  it('a day after the last fault has ended everybody who is there serves again', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const lost = (duration: string) => play({ ...world, duration }).measures.availability.lostInstanceMinutes
        // Nothing is lost in the last hour any more.
        expect(lost('P2DT1H')).toBeCloseTo(lost('P2D'), 6)
      }),
      { numRuns: 60 },
    ))

  it('what a fault began it ends: zones, racks and hosts are back, guests resumed', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const result = play(world)
        const count = (what: string) => entries(result, what).length
        expect(count('faultDomain.restored')).toBe(count('faultDomain.failed'))
        expect(count('zone.restored')).toBeLessThanOrEqual(count('zone.failed'))
        expect(count('instance.resumed')).toBeLessThanOrEqual(count('instance.paused'))
        expect(count('maintenance.ended') + count('maintenance.stopped')).toBe(count('maintenance.planned'))
      }),
      { numRuns: 60 },
    ))

  it('the same seed plays the same trace, and the order of the file within one instant is all that orders faults', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        expect(play(world).traceHash).toBe(play(world).traceHash)
      }),
      { numRuns: 20 },
    ))

  it('of two faults that overlap on one instance the later end brings it back', () =>
    fc.assert(
      fc.property(fc.nat(40), (second) => {
        const host = (start: number, lasts: number) => ({
          at: `PT${start}M`,
          failHost: { instance: 'vmss/0', for: `PT${lasts}M` },
        })
        const result = play({ capacity: 3, timeline: [host(10, 30), host(11 + (second % 25), 1 + second)] })
        const back = Math.max(40, 12 + (second % 25) + second)
        expect(entries(result, 'instance.serving').at(-1)!.atMs).toBe(back * 60_000 + 50_000)
      }),
    ))
})
