import { describe, expect, it } from 'vitest'
import { changeImage, NEW, play, type World } from './play.ts'

const lost = (world: World) =>
  play(world).lostCapacity.map(({ reason, instances, lostMs, firstAtMs, numbers, subject, rule }) => ({
    reason,
    instances,
    minutes: lostMs / 60_000,
    at: firstAtMs / 60_000,
    numbers,
    subject,
    rule,
  }))

const reasons = (world: World) => lost(world).map(({ reason, minutes }) => `${reason} ${minutes}`)

describe('lost capacity', () => {
  it('is nothing where everything serves', () => {
    expect(lost({ timeline: [] })).toEqual([])
  })

  it('is put down to the zone that was lost, with what the trace says of it', () => {
    const timeline = [{ at: 'PT10M', failZone: { region: 'eastus', zone: '2', for: 'PT30M' } }]
    expect(lost({ capacity: 9, zones: ['1', '2', '3'], timeline })).toEqual([
      {
        reason: 'zone.failed',
        instances: 3,
        minutes: 90,
        at: 10,
        numbers: { region: 'eastus', zone: '2', instances: 3, forMs: 1_800_000 },
        subject: 'world',
        rule: 'AV-03',
      },
    ])
  })

  it('passes from the upgrade that took an instance down to the defect that keeps it down', () => {
    // Two of ten: disk swap 60 s and boot 50 s each, then the defect until the end at 20 min.
    const newImage = { defects: [{ name: 'bad', breaks: ['process'] }] }
    expect(lost({ duration: 'PT20M', newImage })).toMatchObject([
      {
        reason: 'defect.active',
        instances: 2,
        minutes: (2 * (600 - 110)) / 60,
        numbers: { defect: 'bad', of: `image ${NEW}` },
      },
      { reason: 'rollout.started', instances: 2, minutes: (2 * 110) / 60, subject: 'vmss', rule: 'RU-1' },
    ])
  })

  it('takes each rollout for itself, and the same defect of many instances as one', () => {
    const again = {
      at: 'PT40M',
      updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': 'gal/app/1.0.0' } },
    }
    const timeline = [
      { at: 'PT10M', updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': NEW } } },
      again,
    ]
    expect(lost({ timeline }).map(({ reason, instances, at }) => ({ reason, instances, at }))).toEqual([
      { reason: 'rollout.started', instances: 10, at: 10 },
      { reason: 'rollout.started', instances: 10, at: 40 },
    ])
  })

  it('goes over to a second fault while the first lasts, and is not given back', () => {
    const timeline = [
      { at: 'PT10M', breakInstance: { instance: 'vmss/0', for: 'PT20M' } },
      { at: 'PT20M', hangInstance: { instance: 'vmss/0', for: 'PT5M' } },
    ]
    expect(reasons({ timeline })).toEqual(['instance.broken 10', 'instance.hung 10'])
  })

  it('stays with what switched an instance off when its zone is lost meanwhile', () => {
    const off = { at: 'PT10M', deallocate: { instances: ['vmss/0'] } }
    const zone = { at: 'PT20M', failZone: { region: 'eastus', zone: '1', for: 'PT20M' } }
    const world: World = { capacity: 3, zones: ['1', '2', '3'], duration: 'PT1H', timeline: [off, zone] }
    expect(lost(world)).toMatchObject([{ reason: 'instance.stopping', minutes: 50 }])
  })

  it('ends for one that is deleted, and begins for one that is created', () => {
    const timeline = [
      { at: 'PT10M', breakInstance: { instance: 'vmss/0' } },
      { at: 'PT15M', deleteInstance: { instance: 'vmss/0' } },
      { at: 'PT30M', scaleTo: { capacity: 10 } },
    ]
    // Create 60 s, boot 50 s.
    expect(reasons({ timeline })).toEqual(['instance.broken 5', `scaleSet.scaledOut ${110 / 60}`])
  })

  it('leaves out surge instances and what did not serve before the run', () => {
    const policy = { maxSurge: true }
    const surge = lost({ policy })
    expect(surge).toEqual([])
    // Once they have taken over they are lost like all others.
    const timeline = [changeImage(), { at: 'PT4H', failHost: { instance: 'vmss/11', for: 'PT10M' } }]
    expect(lost({ policy, timeline })).toMatchObject([{ reason: 'host.failed', instances: 1 }])
    const broken = { oldImage: { defects: [{ name: 'old', breaks: ['process'] }] }, timeline: [] }
    expect(lost(broken)).toEqual([])
  })
})

describe('an image that is out of reach', () => {
  const gallery = {
    gal: {
      location: 'eastus',
      images: {
        app: { versions: { '1.0.0': { targetRegions: [{ name: 'eastus', storageAccountType: 'Standard_LRS' }] } } },
      },
    },
  }
  const timeline = ['1', '2', '3'].map((zone) => ({ at: 'PT10M', failZone: { region: 'eastus', zone, for: 'PT30M' } }))

  it('GA-27 is the reason for what is made meanwhile, whatever it is made for', () => {
    const world = { azure: { galleries: gallery }, capacity: 4, timeline, duration: 'PT2H' }
    const waiting = { ...world, timeline: [...world.timeline, { at: 'PT20M', reimage: { instance: 'vmss/1' } }] }
    expect(lost(waiting).find(({ reason }) => reason === 'gallery.diskUnavailable')).toMatchObject({
      instances: 1,
      rule: 'GA-27',
      at: 20,
      numbers: { version: 'gal/app/1.0.0' },
    })
    expect(reasons(world).join()).not.toContain('gallery.diskUnavailable')
  })
})

describe('what happens again', () => {
  const outage = (at: string) => ({ at, failZone: { region: 'eastus', zone: '2', for: 'PT10M' } })
  const again = (...times: string[]) =>
    play({ capacity: 3, zones: ['1', '2', '3'], timeline: times.map(outage) }).lostCapacity.map(
      ({ lostMs, firstAtMs, isRepeated }) => [lostMs / 60_000, firstAtMs / 60_000, isRepeated],
    )

  it('is one reason with its first time, and says that there was more than one', () => {
    expect(again('PT10M')).toEqual([[10, 10, undefined]])
    expect(again('PT10M', 'PT40M')).toEqual([[20, 10, true]])
  })
})

describe('an overprovisioned scale-out', () => {
  it('PL-51 is told for those that were wanted, and not for the surplus', () => {
    const world: World = { uniform: true, set: { overprovision: true }, capacity: 5, timeline: [] }
    const run = play({ ...world, timeline: [{ at: 'PT10M', scaleTo: { capacity: 10 } }] })
    const minutes = run.measures.availability.lostInstanceMinutes
    expect(minutes).toBeGreaterThan(5)
    expect(run.lostCapacity).toMatchObject([{ reason: 'scaleSet.scaledOut', instances: 5 }])
    expect(run.lostCapacity[0]!.lostMs / 60_000).toBeCloseTo(minutes, 6)
  })
})
