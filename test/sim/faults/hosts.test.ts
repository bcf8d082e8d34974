import { describe, expect, it } from 'vitest'
import { timeToNextMs } from '../../../src/sim/random-faults.ts'
import { changeImage, entries, first, MINUTE, play, scenarioOf } from '../play.ts'

type World = Parameters<typeof play>[0]

const when = (result: ReturnType<typeof play>, what: string, subject?: string) =>
  entries(result, what)
    .filter((entry) => subject === undefined || entry.subject === subject)
    .map((entry) => entry.atMs / MINUTE)
/** What led to an entry, from the last to the first. */
const chainOf = (result: ReturnType<typeof play>, entry: ReturnType<typeof entries>[number]): string[] => {
  const cause = result.trace.find(({ id }) => id === entry.cause)
  return cause ? [cause.what, ...chainOf(result, cause)] : []
}
const who = (result: ReturnType<typeof play>, what: string) => entries(result, what).map(({ subject }) => subject)
const failHost = (at: string, number: number, rest: Record<string, unknown> = { for: 'PT10M' }) => ({
  at,
  failHost: { instance: `vmss/${number}`, ...rest },
})
const failRack = (at: string, rest: Record<string, unknown> = {}) => ({
  at,
  failFaultDomain: { faultDomain: 0, ...rest },
})
const uniform = (world: World): World => ({ uniform: true, ...world })

describe('a host fails', () => {
  it('SE-4 there is no notice, the event is a Reboot that has started, and the instance boots again on another host', () => {
    const result = play({ timeline: [failHost('PT10M', 3)] })
    expect(entries(result, 'event.scheduled')).toEqual([])
    expect(entries(result, 'event.started')).toMatchObject([
      { subject: 'vmss/3', rule: 'SE-4', numbers: { eventType: 'Reboot', waitedMs: 0 } },
    ])
    expect(when(result, 'instance.notServing', 'vmss/3')).toEqual([10])
    expect(when(result, 'host.recovered')).toEqual([20])
    // The same disk: a boot of 50 s, and no extension installs again.
    expect(when(result, 'instance.serving', 'vmss/3')).toEqual([20 + 50 / 60])
    expect(when(result, 'instance.starting', 'vmss/3')).toEqual([20])
    expect(result.measures.availability.lostInstanceMinutes).toBeCloseTo(10 + 50 / 60, 3)
  })

  it('SE-4 the loss leads back to the failure, which is a root of its own', () => {
    const result = play({ timeline: [failHost('PT10M', 3)] })
    const failed = entries(result, 'host.failed')[0]!
    expect(failed.cause).toBe(null)
    const started = entries(result, 'event.started')[0]!
    expect(started.cause).toBe(failed.id)
    const chain = chainOf(result, entries(result, 'instance.notServing')[0]!)
    expect(chain).toContain('event.started')
    expect(chain.at(-1)).toBe('host.failed')
  })

  it('SE-4 one that is foreseen is announced, as a Redeploy of ten minutes or more', () => {
    const result = play({ timeline: [failHost('PT10M', 3, { for: 'PT10M', notice: 'PT1H' })] })
    expect(entries(result, 'event.scheduled')).toMatchObject([
      { subject: 'vmss/3', rule: 'SE-4', numbers: { eventType: 'Redeploy', notBeforeMs: 70 * MINUTE } },
    ])
    expect(when(result, 'instance.notServing', 'vmss/3')).toEqual([70])
  })

  it('SE-2 an application that approves need not wait for it', () => {
    const timeline = [failHost('PT10M', 3, { for: 'PT10M', notice: 'PT1H' })]
    const result = play({ application: { approvesEventsAfter: 'PT2M' }, timeline })
    expect(when(result, 'instance.notServing', 'vmss/3')).toEqual([12])
  })

  it('HE-23 BT-15 it sends no signal, is ignored by repairs and unhealthy for an upgrade', () => {
    const set = { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } }
    const timeline = [0, 1, 2].map((number) => failHost('PT5M', number, { for: 'PT2H' }))
    const result = play({ set, timeline: [...timeline, changeImage()] })
    expect(entries(result, 'repair.started')).toEqual([])
    expect(first(result)).toMatchObject({
      errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
      decision: { count: 3, total: 10 },
    })
  })

  it('AV-13 what is done to it meanwhile waits for its recovery', () => {
    const reimage = { at: 'PT12M', reimage: { instance: 'vmss/3' } }
    const result = play({ timeline: [failHost('PT10M', 3, { for: 'PT20M' }), reimage] })
    expect(when(result, 'instance.provisioned', 'vmss/3')).toEqual([32])
    const remove = { at: 'PT12M', deleteInstance: { instance: 'vmss/3' } }
    const deleted = play({ timeline: [failHost('PT10M', 3, { for: 'PT20M' }), remove] })
    expect(when(deleted, 'instance.deleted', 'vmss/3')).toEqual([30.5])
  })

  it('a batch that has it waits for it, and fails it when its time is over', () => {
    // Batches of two; the first one begins at 10 min and its members are provisioned at 12 min.
    const short = play({ timeline: [changeImage(), failHost('PT12M', 0, { for: 'PT2M' })] })
    expect(first(short)).toMatchObject({ status: 'Completed', failed: 0, successful: 10 })
    const long = play({ timeline: [changeImage(), failHost('PT11M30S', 0, { for: 'PT1H' })] })
    // It never came up within the rollout: it is still being upgraded when the power is back.
    expect(first(long).batches[0]!.endedAtMs! / MINUTE).toBeGreaterThan(71)
  })

  it('TH-12 BT-15 one that is lost while its health is waited for fails in the batch', () => {
    // Provisioned at 12 min and listening three minutes after its boot: its host fails in between.
    const application = { startup: 'PT3M' }
    const fail = failHost('PT12M30S', 0, { for: 'PT1H' })
    const result = play({ application, timeline: [changeImage(), fail] })
    expect(entries(result, 'rollout.instanceFailed')).toMatchObject([
      { subject: 'vmss/0', atMs: 17 * MINUTE, rule: 'TH-12' },
    ])
    expect(first(result)).toMatchObject({
      status: 'Faulted',
      errorCode: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
    })
    expect(first(play({ application })).status).toBe('Completed')
  })

  it('two failures of one host at a time: it is back when the longer one is over', () => {
    const result = play({ timeline: [failHost('PT10M', 3), failHost('PT15M', 3, { for: 'PT20M' })] })
    expect(when(result, 'instance.serving', 'vmss/3')).toEqual([35 + 50 / 60])
  })
})

describe('a rack loses its power', () => {
  it('AV-04 everything in the fault domain goes down at once and boots again, and nothing else does', () => {
    const set = { platformFaultDomainCount: 5 }
    const result = play(uniform({ set, timeline: [failRack('PT10M', { for: 'PT1H' })] }))
    expect(entries(result, 'faultDomain.failed')).toMatchObject([
      { subject: 'vmss', rule: 'AV-04', numbers: { faultDomain: 0, instances: 2 } },
    ])
    expect(who(result, 'instance.notServing')).toEqual(['vmss/0', 'vmss/5'])
    expect(when(result, 'instance.serving')).toEqual([70 + 50 / 60, 70 + 50 / 60])
    expect(result.measures.faults).toEqual({ hosts: 0, faultDomains: 1, freezes: 0, failedDeletes: 0 })
  })

  it('PL-07 under max spreading it is a hidden rack, of every zone unless one is named', () => {
    const zones = ['1', '2', '3']
    const everywhere = play({ capacity: 9, zones, timeline: [failRack('PT10M')] })
    expect(who(everywhere, 'instance.notServing')).toEqual(['vmss/0', 'vmss/1', 'vmss/2'])
    const one = play({ capacity: 9, zones, timeline: [failRack('PT10M', { zone: '2' })] })
    expect(who(one, 'instance.notServing')).toEqual(['vmss/1'])
    // Eight racks by the assumption, so that no set of eight loses two at once.
    const assumptions = { hiddenRacksPerZone: 2 }
    const two = play({ capacity: 8, assumptions, timeline: [failRack('PT10M')] })
    expect(who(two, 'instance.notServing')).toHaveLength(4)
  })

  it('new instances go to racks that have power', () => {
    const set = { platformFaultDomainCount: 5 }
    const timeline = [failRack('PT10M', { for: 'PT1H' }), { at: 'PT20M', scaleTo: { capacity: 15 } }]
    const result = play(uniform({ set, timeline }))
    expect(result.instances.slice(10).map(({ faultDomain }) => faultDomain)).toEqual([1, 2, 3, 4, 1])
  })

  it('one in a zone that is lost as well is back when both are', () => {
    const zones = ['1', '2', '3']
    const zone = { at: 'PT15M', failZone: { zone: '1', for: 'PT1H' } }
    const rack = failRack('PT10M', { zone: '1', for: 'PT20M' })
    const result = play({ capacity: 9, zones, timeline: [rack, zone] })
    expect(when(result, 'instance.serving', 'vmss/0')).toEqual([75 + 50 / 60])
    expect(when(result, 'instance.serving', 'vmss/3')).toEqual([75])
    const other = play({
      capacity: 9,
      zones,
      timeline: [
        { at: 'PT10M', failZone: { zone: '1', for: 'PT20M' } },
        { ...rack, at: 'PT15M', failFaultDomain: { faultDomain: 0, for: 'PT1H' } },
      ],
    })
    expect(when(other, 'instance.serving', 'vmss/0')).toEqual([75 + 50 / 60])
    expect(when(other, 'instance.serving', 'vmss/3')).toEqual([30])
  })

  it('a rack on which nobody stands is told', () => {
    const result = play({ capacity: 3, timeline: [failRack('PT10M', { faultDomain: 7 })] })
    expect(result.findings).toMatchObject([
      { code: 'RequestRefused', evidence: ['no effect: no instance stands in fault domain 7.'] },
    ])
  })
})

describe('hosts and racks at random', () => {
  const world = (faults: Record<string, unknown>): World => ({
    capacity: 20,
    duration: 'P20D',
    timeline: [],
    world: { faults },
  })

  it('AV-12 nothing fails unless it is asked for', () => {
    const result = play({ capacity: 20, duration: 'P20D', timeline: [] })
    expect(result.trace.filter(({ atMs }) => atMs > MINUTE)).toEqual([])
  })

  it('AV-12 the time to the next fault is exponential', () => {
    expect(timeToNextMs(2, 0)).toBe(0)
    expect(timeToNextMs(0, 0.5)).toBe(Number.POSITIVE_INFINITY)
    // Half of them come within ln 2 of the mean: with one in a year, 253 days.
    expect(timeToNextMs(1, 0.5) / 86_400_000).toBeCloseTo(Math.LN2 * 365, 3)
    expect(timeToNextMs(2, 0.5) * 2).toBeCloseTo(timeToNextMs(1, 0.5), -1)
  })

  it('AV-12 the defaults are 2 % of hosts and 0.5 % of racks a year, one freeze a month', () => {
    expect(scenarioFaults({ hosts: true, racks: true, freezes: true })).toEqual({
      hosts: { percentPerVmYear: 2, recovery: { kind: 'lognormal', p50Ms: 8 * MINUTE, p95Ms: 25 * MINUTE } },
      racks: { percentPerFdYear: 0.5, recovery: { kind: 'lognormal', p50Ms: 60 * MINUTE, p95Ms: 180 * MINUTE } },
      freezes: { perVmMonth: 1, length: { kind: 'constant', ms: 5000 } },
    })
  })

  it('AV-12 so many hosts fail as the rate says', () => {
    // 20 instances for 20 days at one failure a year and instance and a hundred times that: 109.6 expected.
    const result = play(world({ hosts: { percentPerVmYear: 10_000, recovery: 'PT8M' } }))
    const failures = entries(result, 'host.failed')
    expect(failures.length).toBeGreaterThan(80)
    expect(failures.length).toBeLessThan(140)
    expect(failures.every(({ cause }) => cause === null)).toBe(true)
    expect(result.measures.faults.hosts).toBe(failures.length)
    expect(entries(result, 'host.recovered').length).toBeGreaterThanOrEqual(failures.length - 1)
  })

  it('AV-12 racks and freezes come as often as their rates say', () => {
    // Eight hidden racks, 100 failures a year each: 43.8 in 20 days. 20 instances, 3 freezes a month each: 40.
    const racks = entries(play(world({ racks: { percentPerFdYear: 10_000, recovery: 'PT1H' } })), 'faultDomain.failed')
    expect(racks.length).toBeGreaterThan(25)
    expect(racks.length).toBeLessThan(65)
    const freezes = play(world({ freezes: { perVmMonth: 3 } }))
    const paused = entries(freezes, 'instance.paused')
    expect(paused.length).toBeGreaterThan(24)
    expect(paused.length).toBeLessThan(60)
    expect(paused.every(({ numbers }) => numbers['forMs'] === 5000)).toBe(true)
    expect(entries(freezes, 'event.scheduled')[0]).toMatchObject({ rule: 'SE-1', cause: null })
  })

  it('AV-12 the luck of an instance does not depend on how many there are', () => {
    const of = (capacity: number) =>
      entries(play({ ...world({ hosts: { percentPerVmYear: 10_000, recovery: 'PT8M' } }), capacity }), 'host.failed')
        .filter(({ subject }) => subject === 'vmss/3')
        .map(({ atMs }) => atMs)
    expect(of(5)).toEqual(of(20))
    expect(of(5).length).toBeGreaterThan(0)
  })

  it('a failure without for recovers by the distribution of the world', () => {
    const result = play({
      timeline: [failHost('PT10M', 3, {})],
      world: { faults: { hosts: { percentPerVmYear: 0.000001, recovery: 'PT13M' } } },
    })
    expect(when(result, 'host.recovered')).toEqual([23])
    expect(when(play({ timeline: [failHost('PT10M', 3, {})] }), 'host.recovered')).toHaveLength(1)
  })
})

const scenarioFaults = (faults: Record<string, unknown>) => scenarioOf({ timeline: [], world: { faults } }).world.faults
