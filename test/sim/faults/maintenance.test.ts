import { describe, expect, it } from 'vitest'
import { maintenanceWaves } from '../../../src/sim/host-maintenance.ts'
import { balanced, entries, MINUTE, play } from '../play.ts'

type World = Parameters<typeof play>[0]
type Run = ReturnType<typeof play>

const when = (result: Run, what: string, subject?: string) =>
  entries(result, what)
    .filter((entry) => subject === undefined || entry.subject === subject)
    .map((entry) => entry.atMs / MINUTE)
const who = (result: Run, what: string) => entries(result, what).map(({ subject }) => subject)
const freeze = (rest: Record<string, unknown> = {}, at = 'PT10M') => ({ at, freezeHosts: rest })
const reboot = (rest: Record<string, unknown> = {}, at = 'PT10M') => ({ at, rebootHosts: rest })
const UNIFORM: World = { uniform: true, set: { platformFaultDomainCount: 5 } }

describe('maintenanceWaves', () => {
  const at = (zone: number, faultDomain: number, updateDomain: number) => ({ zone, faultDomain, updateDomain })

  it.each([
    {
      rule: 'AV-04',
      kind: 'Freeze' as const,
      placed: [at(0, 0, 0), at(1, 0, 0), at(0, 1, 1), at(1, 1, 1)],
      waves: ['fault domain 0: 0', 'fault domain 1: 2', 'fault domain 0: 1', 'fault domain 1: 3'],
      why: 'one fault domain at a time, zone after zone',
    },
    {
      rule: 'AV-06',
      kind: 'Reboot' as const,
      placed: [at(0, 0, 0), at(1, 0, 1), at(0, 1, 2), at(1, 1, 0)],
      waves: ['update domain 0: 0,3', 'update domain 1: 1', 'update domain 2: 2'],
      why: 'Uniform: update domain by update domain, across zones',
    },
    {
      rule: 'PL-09',
      kind: 'Reboot' as const,
      placed: [at(0, 1, -1), at(0, 0, -1), at(0, 1, -1)],
      waves: ['fault domain 0: 1', 'fault domain 1: 0,2'],
      why: 'Flexible has no update domains',
    },
  ])('$rule $kind: $why', ({ kind, placed, waves }) => {
    const found = maintenanceWaves(placed, kind)
    expect(found.map(({ domain, members }) => `${domain}: ${members.map((one) => placed.indexOf(one))}`)).toEqual(waves)
  })
})

describe('a freeze', () => {
  it('SE-1 AV-05 is announced 15 minutes before and pauses the guest for seconds', () => {
    const result = play({ ...UNIFORM, timeline: [freeze({ for: 'PT7S' })] })
    expect(entries(result, 'event.scheduled')[0]).toMatchObject({
      rule: 'SE-1',
      numbers: { eventType: 'Freeze', notBeforeMs: 25 * MINUTE },
    })
    const paused = entries(result, 'instance.paused')
    expect(paused.every(({ rule, numbers }) => rule === 'AV-05' && numbers['forMs'] === 7000)).toBe(true)
    expect(when(result, 'instance.resumed', 'vmss/0')).toEqual([25 + 7 / 60])
    expect(result.measures.availability.lostInstanceMinutes).toBeCloseTo((10 * 7) / 60, 3)
    expect(entries(result, 'instance.starting')).toEqual([])
  })

  it('AV-05 five seconds unless it is said otherwise', () => {
    const result = play({ ...UNIFORM, timeline: [freeze()] })
    expect(entries(result, 'instance.paused')[0]!.numbers['forMs']).toBe(5000)
  })

  it('AV-04 one fault domain at a time, each with its own notice', () => {
    const result = play({ ...UNIFORM, timeline: [freeze()] })
    expect(
      entries(result, 'maintenance.waveStarted').map(({ atMs, numbers }) => [atMs / MINUTE, numbers['domain']]),
    ).toEqual([
      [10, 'fault domain 0'],
      [35, 'fault domain 1'],
      [60, 'fault domain 2'],
      [85, 'fault domain 3'],
      [110, 'fault domain 4'],
    ])
    expect(who(result, 'instance.paused').slice(0, 4)).toEqual(['vmss/0', 'vmss/5', 'vmss/1', 'vmss/6'])
    expect(result.measures.availability.minServing).toBe(8)
  })

  it('SE-6 15 minutes of notice, seconds of impact, off the list ten minutes after its start', () => {
    const result = play({ ...UNIFORM, timeline: [freeze({ for: 'PT7S' })] })
    expect(entries(result, 'event.completed')[0]).toMatchObject({ atMs: 35 * MINUTE, rule: 'SE-6' })
  })

  it('AV-04 stops when a domain is not well afterwards', () => {
    const bad = { at: 'PT30M', breakInstance: { instance: 'vmss/0' } }
    const result = play({ ...UNIFORM, timeline: [freeze(), bad] })
    expect(entries(result, 'maintenance.stopped')).toMatchObject([
      { atMs: 35 * MINUTE, rule: 'AV-04', numbers: { unhealthy: 1 } },
    ])
    expect(entries(result, 'maintenance.waveStarted')).toHaveLength(1)
    // One that was sick before is no sign of the maintenance.
    const before = { at: 'PT5M', breakInstance: { instance: 'vmss/0' } }
    expect(entries(play({ ...UNIFORM, timeline: [before, freeze()] }), 'maintenance.stopped')).toEqual([])
  })

  it('SE-2 an approval ends the notice', () => {
    const result = play({ ...UNIFORM, application: { approvesEventsAfter: 'PT1M' }, timeline: [freeze()] })
    expect(when(result, 'instance.paused', 'vmss/0')).toEqual([11])
  })

  it('SE-3 one whose host fails before needs no freeze any more', () => {
    const fail = { at: 'PT20M', failHost: { instance: 'vmss/0', for: 'PT1M' } }
    const result = play({ ...UNIFORM, timeline: [freeze(), fail] })
    expect(entries(result, 'event.withdrawn')).toMatchObject([{ subject: 'vmss/0', rule: 'SE-3' }])
    expect(who(result, 'instance.paused')).not.toContain('vmss/0')
    expect(entries(result, 'maintenance.ended')).toMatchObject([{ numbers: { instances: 9 } }])
  })

  it('AV-09 a load balancer marks it down after about 10 s, two probes 5 s apart; a health extension sees nothing', () => {
    const behind: World = { ...balanced(), set: { platformFaultDomainCount: 5 } }
    const changes = (world: World, length: string) =>
      entries(play({ ...world, timeline: [freeze({ for: length })] }), 'health.changed')
    const long = changes(behind, 'PT15S').filter(({ numbers }) => numbers['to'] === 'Unhealthy')
    expect(long).toHaveLength(10)
    const paused = when(play({ ...behind, timeline: [freeze({ for: 'PT15S' })] }), 'instance.paused', long[0]!.subject)
    const afterMs = long[0]!.atMs - paused[0]! * MINUTE
    expect(afterMs).toBeGreaterThanOrEqual(5000)
    expect(afterMs).toBeLessThanOrEqual(10_000)
    expect(changes(behind, 'PT4S')).toEqual([])
    expect(changes(UNIFORM, 'PT15S')).toEqual([])
  })
})

describe('maintenance with a reboot', () => {
  it('AV-06 update domain by update domain: 25 minutes down, 30 minutes between them', () => {
    const result = play({ ...UNIFORM, timeline: [reboot()] })
    expect(entries(result, 'maintenance.planned')).toMatchObject([
      { rule: 'AV-06', numbers: { kind: 'Reboot', waves: 5 } },
    ])
    expect(when(result, 'event.started', 'vmss/0')).toEqual([25])
    expect(when(result, 'instance.starting', 'vmss/0')).toEqual([50])
    expect(when(result, 'instance.serving', 'vmss/0')).toEqual([50 + 50 / 60])
    expect(when(result, 'maintenance.waveStarted')).toEqual([10, 80, 150, 220, 290])
    expect(result.measures.availability.minServing).toBe(8)
  })

  it('PL-09 a Flexible set goes fault domain by fault domain', () => {
    const result = play({ capacity: 6, set: { platformFaultDomainCount: 3 }, timeline: [reboot()] })
    expect(entries(result, 'maintenance.waveStarted').map(({ numbers }) => numbers['domain'])).toEqual([
      'fault domain 0',
      'fault domain 1',
      'fault domain 2',
    ])
  })

  it('AV-06 within the window of self-service the owner starts it, and it takes minutes', () => {
    const own = { at: 'PT30M', performMaintenance: { instance: 'vmss/0' } }
    const result = play({ ...UNIFORM, timeline: [reboot({ selfService: 'PT1H' }), own] })
    expect(when(result, 'instance.serving', 'vmss/0')).toEqual([35 + 50 / 60])
    expect(when(result, 'maintenance.waveStarted')[0]).toBe(70)
    // It is not done twice.
    expect(when(result, 'event.started', 'vmss/0')).toEqual([])
    expect(who(result, 'event.started')[0]).toBe('vmss/5')
    const longer = play({
      ...UNIFORM,
      assumptions: { selfStartedReboot: 'PT10M' },
      timeline: [reboot({ selfService: 'PT1H' }), own],
    })
    expect(when(longer, 'instance.serving', 'vmss/0')).toEqual([40 + 50 / 60])
  })

  it('AV-06 without planned maintenance there is nothing to start', () => {
    const own = { at: 'PT30M', performMaintenance: { instance: 'vmss/0' } }
    const result = play({ ...UNIFORM, timeline: [own] })
    expect(result.findings).toMatchObject([{ code: 'RequestRefused', rules: ['AV-06'] }])
    expect(entries(result, 'instance.notServing')).toEqual([])
  })

  it('SE-2 an approval ends the notice of the reboot too', () => {
    const result = play({ ...UNIFORM, application: { approvesEventsAfter: 'PT1M' }, timeline: [reboot()] })
    expect(when(result, 'event.started', 'vmss/0')).toEqual([11])
  })
})
