import { describe, expect, it } from 'vitest'
import { imageNoticeMs, MINIMUM_NOTICE_MS, terminateNoticeMs } from '../../src/sim/scheduled-events.ts'
import { badOn, changeImage, entries, first, MINUTE, play, scenarioOf } from './play.ts'

type World = Parameters<typeof play>[0]

const events = (profile: Record<string, unknown>) => ({ scheduledEventsProfile: profile })
/** A delete is announced five minutes before, unless told otherwise. */
const terminate = (notBeforeTimeout?: string) =>
  events({ terminateNotificationProfile: { enable: true, ...(notBeforeTimeout ? { notBeforeTimeout } : {}) } })
const osImage = (notBeforeTimeout?: string) =>
  events({ osImageNotificationProfile: { enable: true, ...(notBeforeTimeout ? { notBeforeTimeout } : {}) } })
const approves = (after: string) => ({ application: { approvesEventsAfter: after } })
const remove = (at: string, ...numbers: number[]) => ({
  at,
  deleteInstance: { instances: numbers.map((number) => `vmss/${number}`) },
})
const on = (verb: string, at: string, number = 0) => ({ at, [verb]: { instance: `vmss/${number}` } })

/** Minute of each entry of this kind, with its instance. */
const times = (run: ReturnType<typeof play>, what: string) =>
  entries(run, what).map(({ subject, atMs }) => [subject, atMs / MINUTE])

describe('the kinds of events and their notice', () => {
  it('SE-1 minimum notice: Freeze and Reboot 15 min, Redeploy 10, Preempt 30 s, Terminate from 5', () => {
    expect(MINIMUM_NOTICE_MS).toEqual({
      Freeze: 15 * MINUTE,
      Reboot: 15 * MINUTE,
      Redeploy: 10 * MINUTE,
      Preempt: 30_000,
      Terminate: 5 * MINUTE,
    })
  })

  it('SE-1 SE-12 Terminate gets PT5M and the OS image PT15M where no timeout is given', () => {
    const modelOf = (profile: Record<string, unknown>) => scenarioOf({ profile }).scaleSets[0]!.model
    expect(terminateNoticeMs(modelOf(terminate()))).toBe(5 * MINUTE)
    expect(terminateNoticeMs(modelOf(terminate('PT12M')))).toBe(12 * MINUTE)
    expect(imageNoticeMs(modelOf(osImage()))).toBe(15 * MINUTE)
    expect(imageNoticeMs(modelOf(osImage('PT7M')))).toBe(7 * MINUTE)
    for (const notice of [terminateNoticeMs, imageNoticeMs]) expect(notice(modelOf({}))).toBe(-1)
    const model = modelOf(terminate())
    for (const priority of ['Spot', 'Low'] as const)
      expect(terminateNoticeMs({ ...model, virtualMachineProfile: { ...model.virtualMachineProfile, priority } })).toBe(
        -1,
      )
  })
})

describe('Terminate', () => {
  it('SE-2 PL-79 a delete starts at its NotBefore', () => {
    const run = play({ profile: terminate('PT8M'), timeline: [remove('PT10M', 0)] })
    expect(entries(run, 'event.scheduled')).toMatchObject([
      {
        subject: 'vmss/0',
        atMs: 10 * MINUTE,
        rule: 'SE-9',
        numbers: { eventType: 'Terminate', notBeforeMs: 18 * MINUTE },
      },
    ])
    expect(times(run, 'event.started')).toEqual([['vmss/0', 18]])
    expect(times(run, 'instance.deleting')).toEqual([['vmss/0', 18]])
    // It serves until then, and counts no longer as of the request.
    expect(times(run, 'health.changed')).toEqual([['vmss/0', 18]])
    expect(run.measures.availability.lostInstanceMinutes).toBe(0)
  })

  it('SE-2 an approval starts it earlier; one that would come too late does not', () => {
    const at = (after: string) =>
      times(play({ profile: terminate(), ...approves(after), timeline: [remove('PT10M', 0)] }), 'instance.deleting')
    expect(at('PT2M')).toEqual([['vmss/0', 12]])
    expect(at('PT9M')).toEqual([['vmss/0', 15]])
  })

  it('SE-9 every delete raises it: by hand, scale-in, the old one of a surge pair', () => {
    const raised = (world: World) => entries(play({ profile: terminate(), ...world }), 'event.scheduled').length
    expect(raised({ timeline: [remove('PT10M', 0)] })).toBe(1)
    expect(raised({ timeline: [{ at: 'PT10M', scaleTo: { capacity: 7 } }] })).toBe(3)
    expect(raised({ policy: { maxSurge: true } })).toBe(10)
    expect(raised({ profile: {}, timeline: [remove('PT10M', 0)] })).toBe(0)
  })

  it.each(['reimage', 'restart', 'deallocate'])('SE-9 PL-79 %s does not', (verb) => {
    const run = play({ profile: terminate(), timeline: [on(verb, 'PT10M')] })
    expect(entries(run, 'event.scheduled')).toEqual([])
  })

  it('SE-9 the timeout of an event is that of the moment it was raised', () => {
    const longer = {
      at: 'PT12M',
      updateModel: {
        set: { 'virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout': 'PT15M' },
      },
    }
    const run = play({ profile: terminate('PT5M'), timeline: [remove('PT10M', 0), longer] })
    expect(times(run, 'instance.deleting')).toEqual([['vmss/0', 15]])
  })

  it('SE-9 PL-79 it cannot be enabled on Spot', () => {
    const world = { profile: { ...terminate(), priority: 'Spot' }, timeline: [] }
    expect(() => play(world)).toThrow(/SE-9/)
    expect(() => play({ profile: terminate('PT4M'), timeline: [] })).toThrow(/PT5M to PT15M/)
    expect(() => play({ profile: terminate('PT16M'), timeline: [] })).toThrow(/PT5M to PT15M/)
    const enabling = {
      at: 'PT10M',
      updateModel: {
        set: { 'virtualMachineProfile.scheduledEventsProfile': { terminateNotificationProfile: { enable: true } } },
      },
    }
    expect(() => play({ profile: { priority: 'Spot' }, timeline: [enabling] })).toThrow(/SE-9/)
  })

  it('SE-10 PL-79 deletes that are announced together go together, when the slowest is approved', () => {
    const world = { profile: terminate('PT15M'), timeline: [remove('PT10M', 0, 1, 2)] }
    const run = play({ ...world, application: { approvesEventsAfter: { min: 'PT1M', max: 'PT14M' } } })
    const approvals = entries(run, 'event.approved').map(({ atMs }) => atMs)
    expect(new Set(approvals).size).toBe(3)
    expect(entries(run, 'instance.deleting').map(({ atMs }) => atMs)).toEqual(Array(3).fill(Math.max(...approvals)))
    // Nobody approves: all of them at their NotBefore.
    expect(times(play(world), 'instance.deleting').map(([, minute]) => minute)).toEqual([25, 25, 25])
  })

  it('SE-10 an approved delete waits for an older one that is not approved', () => {
    // Between 1 and 14 minutes: with this seed the younger of the two would be approved first.
    const application = { approvesEventsAfter: { samples: ['PT10M', 'PT1M'] } }
    const timeline = [remove('PT10M', 0), remove('PT11M', 1)]
    const seed = [1, 2, 3, 4, 5, 6, 7, 8].find((candidate) => {
      const [a, b] = entries(
        play({ profile: terminate('PT15M'), application, timeline, seed: candidate }),
        'event.approved',
      )
      return a!.subject === 'vmss/1' && b!.subject === 'vmss/0'
    })
    const run = play({ profile: terminate('PT15M'), application, timeline, seed: seed! })
    expect(times(run, 'event.approved')).toEqual([
      ['vmss/1', 12],
      ['vmss/0', 20],
    ])
    expect(times(run, 'instance.deleting')).toEqual([
      ['vmss/0', 20],
      ['vmss/1', 20],
    ])
  })

  it('SE-2 SE-10 nothing waits beyond its own NotBefore for an older one', () => {
    // 0 and 1 hold models with another timeout: 15 minutes the older, 5 the younger.
    const shorter = {
      at: 'PT1M',
      updateModel: {
        set: { 'virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout': 'PT5M' },
      },
    }
    const one = { at: 'PT2M', manualUpgrade: { instances: ['vmss/1'] } }
    const run = play({
      mode: 'Manual',
      profile: terminate('PT15M'),
      timeline: [shorter, one, remove('PT10M', 0), remove('PT11M', 1)],
    })
    expect(times(run, 'instance.deleting')).toEqual([
      ['vmss/1', 16],
      ['vmss/0', 25],
    ])
  })

  it('SE-11 a changed timeout reaches an instance with the latest model', () => {
    const path = 'virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout'
    const change = { at: 'PT1M', updateModel: { set: { [path]: 'PT15M' } } }
    const one = { at: 'PT2M', manualUpgrade: { instances: ['vmss/1'] } }
    const run = play({ mode: 'Manual', profile: terminate('PT5M'), timeline: [change, one, remove('PT10M', 0, 1)] })
    expect(times(run, 'instance.deleting')).toEqual([
      ['vmss/0', 15],
      ['vmss/1', 25],
    ])
  })

  it('MS-9 the old one of a surge pair is announced, and only its delete is delayed', () => {
    const run = play({ policy: { maxSurge: true }, profile: terminate(), capacity: 5, duration: 'PT3H' })
    // Create 60 s, boot 50 s, extension 10 s; then five minutes of notice.
    expect(times(run, 'event.scheduled')[0]).toEqual(['vmss/0', 12])
    expect(times(run, 'instance.deleting')[0]).toEqual(['vmss/0', 17])
    expect(entries(run, 'instance.deleting')[0]!.rule).toBe('MS-1')
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 5 })
    expect(run.measures.availability.minServing).toBe(5)
  })

  it('RE-8 with Replace the delete waits for the notice and the new instance does not: briefly one more', () => {
    const timeline = [{ at: 'PT10M', breakInstance: { instance: 'vmss/0' } }]
    const set = { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M', repairAction: 'Replace' } }
    const run = play({ set, profile: terminate(), timeline, duration: 'PT1H' })
    const [repair] = entries(run, 'repair.started')
    const [creating] = entries(run, 'instance.creating')
    const [deleting] = entries(run, 'instance.deleting')
    expect(creating!.atMs).toBe(repair!.atMs)
    expect(deleting).toMatchObject({
      subject: 'vmss/0',
      atMs: repair!.atMs + 5 * MINUTE,
      numbers: { reason: 'repair' },
    })
    // Serving again two minutes after the repair began, with the old one still there.
    expect(entries(run, 'instance.serving')[0]!.atMs).toBeLessThan(deleting!.atMs)
  })

  it('PL-78 a forced delete waits for no notice, and takes three tenths of the time', () => {
    const shrink = { at: 'PT10M', scaleTo: { capacity: 9 } }
    const gone = (forceDeletion: boolean, profile = {}) => {
      const set = { scaleInPolicy: { rules: ['NewestVM'], forceDeletion } }
      const run = play({ set, profile, timeline: [shrink] })
      return (entries(run, 'instance.deleted')[0]!.atMs - 10 * MINUTE) / 1000
    }
    expect([gone(false), gone(true)]).toEqual([30, 9])
    expect([gone(false, terminate()), gone(true, terminate())]).toEqual([330, 9])
    const slow = play({
      set: { scaleInPolicy: { forceDeletion: true } },
      timeline: [shrink],
      assumptions: { forceDeleteFactor: 1 },
    })
    expect(entries(slow, 'instance.deleted')[0]!.atMs).toBe(10 * MINUTE + 30_000)
  })
})

describe('OS image changes', () => {
  it('SE-12 raise an event only where the notification is enabled', () => {
    expect(entries(play({ profile: terminate() }), 'event.scheduled')).toEqual([])
    const run = play({ profile: osImage('PT4M') })
    expect(entries(run, 'event.scheduled')).toHaveLength(10)
    expect(entries(run, 'event.scheduled')[0]).toMatchObject({ rule: 'SE-12', numbers: { eventType: 'Reboot' } })
    const other = play({ profile: osImage(), assumptions: { osImageEventType: 'Redeploy' } })
    expect(entries(other, 'event.scheduled')[0]!.numbers['eventType']).toBe('Redeploy')
  })

  it('SE-12 a batch grows by the notice, and the guest serves through it', () => {
    const length = (world: World) => {
      const { startedAtMs, endedAtMs } = first(play(world)).batches[0]!
      return (endedAtMs! - startedAtMs) / MINUTE
    }
    expect(length({})).toBe(2)
    expect(length({ profile: osImage() })).toBe(17)
    expect(length({ profile: osImage('PT4M') })).toBe(6)
    // Each machine approves for itself.
    expect(length({ profile: osImage(), ...approves('PT1M') })).toBe(3)
    expect(times(play({ profile: osImage('PT4M') }), 'health.changed')[0]).toEqual(['vmss/0', 14])
  })

  it('SE-12 a reimage too, a restart not', () => {
    const raised = (verb: string) =>
      entries(play({ profile: osImage('PT4M'), timeline: [on(verb, 'PT10M')] }), 'event.started')
    expect(raised('reimage').map(({ atMs }) => atMs)).toEqual([14 * MINUTE])
    expect(raised('restart')).toEqual([])
  })

  it('SE-3 what was announced to a machine that goes away vanishes without impact', () => {
    const run = play({ profile: osImage(), timeline: [on('reimage', 'PT10M'), remove('PT12M', 0)] })
    expect(entries(run, 'event.withdrawn')).toMatchObject([{ subject: 'vmss/0', atMs: 12 * MINUTE, rule: 'SE-3' }])
    expect(entries(run, 'event.started')).toEqual([])
    expect(times(run, 'instance.deleted')).toEqual([['vmss/0', 12.5]])
  })
})

describe('what an event leads to', () => {
  it('is led to by its announcement', () => {
    const run = play({ profile: terminate(), timeline: [remove('PT10M', 0)] })
    const [deleting] = entries(run, 'instance.deleting')
    const started = run.trace[deleting!.cause!]!
    expect([started.what, run.trace[started.cause!]!.what]).toEqual(['event.started', 'event.scheduled'])
  })

  it('MS-8 MS-9 a new instance that never became healthy is announced as well', () => {
    const run = play({ policy: { maxSurge: true }, profile: terminate(), newImage: badOn(10, 11) })
    expect(first(run).status).toBe('Faulted')
    expect(entries(run, 'instance.deleting').every(({ rule }) => rule === 'MS-8')).toBe(true)
    expect(entries(run, 'event.scheduled').map(({ subject }) => subject)).toEqual(['vmss/10', 'vmss/11'])
  })

  it('changes nothing for those it does not concern', () => {
    const timeline = [changeImage()]
    expect(play({ profile: terminate(), timeline }).rollouts[0]!.endedAtMs).toBe(
      play({ timeline }).rollouts[0]!.endedAtMs,
    )
  })
})
