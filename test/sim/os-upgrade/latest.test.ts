import { describe, expect, it } from 'vitest'
import { countOf, entries, first, imagesOf, MINUTE, NEW, play, publish } from './world.ts'

const platform = { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' }
const newer = (at: string, version = '2.0.0') => ({ at, publishImageVersion: { image: 'P:O:S', version } })

describe('latest without automatic OS upgrade', () => {
  it('UM-6 it is resolved at create, scale-out and reimage, and moves nobody by itself', () => {
    const run = play({
      os: null,
      image: platform,
      timeline: [
        newer('PT10M'),
        { at: 'PT1H', scaleTo: { capacity: 11 } },
        { at: 'PT2H', reimage: { instance: 'vmss/4' } },
        { at: 'PT3H', restart: { instance: 'vmss/5' } },
      ],
    })
    expect(run.rollouts).toEqual([])
    const images = imagesOf(run)
    expect(Object.keys(images).filter((instance) => images[instance] === '2.0.0')).toEqual(['vmss/4', 'vmss/10'])
  })

  it('UM-6 a reimage keeps its version where that is assumed', () => {
    const timeline = [newer('PT10M'), { at: 'PT2H', reimage: { instance: 'vmss/4' } }]
    const run = play({ os: null, image: platform, timeline, assumptions: { platformReimageMovesToLatest: false } })
    expect(countOf(run, '2.0.0')).toBe(0)
  })

  it('UM-6 UM-4 a model change that is no image leaves the image of an instance as it is', () => {
    const bigger = { at: 'PT1H', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }
    const run = play({ os: null, image: platform, timeline: [newer('PT10M'), bigger] })
    expect(first(run)).toMatchObject({ trigger: 'ModelChange', status: 'Completed', successful: 10 })
    expect(countOf(run, '2.0.0')).toBe(0)
  })
})

describe('BT-14 SP-33 an instance that was stopped during an OS upgrade', () => {
  const stop = { at: 'PT5M', deallocate: { instance: 'vmss/9' } }
  const start = (at: string) => ({ at, start: { instance: 'vmss/9' } })
  /** What the trace says it was given; null: nothing but what its model names. */
  const imageOf9 = (estate: Parameters<typeof play>[0]) =>
    entries(play(estate), 'instance.image').findLast(({ subject }) => subject === 'vmss/9')?.numbers['image'] ?? null

  it('BT-14 SP-33 starts with the new image, whoever started the upgrade', () => {
    expect(imageOf9({ timeline: [publish(), stop, start('PT3H')] })).toBe(NEW)
    const manual = { os: null, timeline: [publish(), stop, { at: 'PT1H', startOSUpgrade: {} }, start('PT3H')] }
    expect(imageOf9(manual)).toBe(NEW)
    // Before there was one, with what it had.
    expect(imageOf9({ timeline: [publish(), stop, start('PT30M')], duration: 'PT50M' })).toBeNull()
  })

  it('AO-21 but not where only others were approved', () => {
    const approve = { at: 'PT2H', approveRollingUpgrade: { instances: ['vmss/0'] } }
    const deferred = { os: { osRollingUpgradeDeferral: true } }
    expect(
      imageOf9({ ...deferred, timeline: [publish(), stop, approve, start('PT2H30M')], duration: 'PT4H' }),
    ).toBeNull()
  })

  it('BT-14 and a later model with another image wins over it', () => {
    const pin = {
      at: 'PT3H',
      updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': 'gal/app/1.5.0' } },
    }
    const estate = { versions: ['1.0.0', '1.5.0'], image: { id: 'gal/app', exactVersion: '1.0.0' } }
    const estateWithPin = { ...estate, timeline: [publish(), stop, pin, start('PT5H')] }
    const provisioned = entries(play(estateWithPin), 'instance.provisioned').at(-1)!
    expect([provisioned.subject, provisioned.numbers['version']]).toEqual(['vmss/9', 1])
    expect(imageOf9(estateWithPin)).toBeNull()
  })

  it('SE-12 AO-12 with the OS image notification the guest is told first', () => {
    const profile = {
      scheduledEventsProfile: { osImageNotificationProfile: { enable: true, notBeforeTimeout: 'PT10M' } },
    }
    const batch = first(play({ capacity: 1, profile: { ...profile } })).batches[0]!
    expect(batch.endedAtMs! - batch.startedAtMs).toBe(12 * MINUTE)
  })
})
