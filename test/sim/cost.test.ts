import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeImage, play, type World } from './play.ts'

const HOUR = 3600
const PRICES = { currency: 'EUR', instanceHour: { Standard_D2as_v5: 10, Standard_D4as_v5: 20 }, osDiskMonth: 730 }

/** Three instances for ten hours, nothing happens. */
const world = (more: World = {}): World => ({
  mode: 'Manual',
  capacity: 3,
  probe: null,
  timeline: [],
  duration: 'PT10H',
  ...more,
  world: { prices: PRICES, ...more.world },
})
const cost = (more: World = {}) => play(world(more)).measures.cost

describe('what a run costs', () => {
  it('is measured only with prices, and changes nothing else', () => {
    const [priced, free] = [play(world({})), play(world({ world: { prices: undefined } }))]
    expect(free.measures.cost).toMatchObject({
      currency: null,
      total: null,
      instances: { regular: null, spot: null },
      surge: null,
      disks: null,
      replicas: null,
      builds: null,
    })
    expect(priced.traceHash).toBe(free.traceHash)
  })

  it('instances by the hour and OS disks by the month of 730 hours', () => {
    expect(cost()).toMatchObject({
      currency: 'EUR',
      instances: { regular: 300, spot: 0 },
      disks: 30,
      surge: 0,
      replicas: 0,
      builds: 0,
      total: 330,
    })
  })

  it('Spot by its discount, and regular ones beside them by the full price', () => {
    const set = { priorityMixPolicy: { baseRegularPriorityCount: 1, regularPriorityPercentageAboveBase: 0 } }
    const profile = { priority: 'Spot', evictionPolicy: 'Deallocate' }
    const prices = { ...PRICES, spotDiscountPercent: 60 }
    const { instances, instanceHours } = cost({ set, profile, world: { prices } })
    expect(instanceHours).toEqual({ regular: 10, spot: 20 })
    expect(instances.regular).toBeCloseTo(100, 8)
    expect(instances.spot).toBeCloseTo(20 * 4, 8)
  })

  it('a new instance from power-on, its disk from creation; a deleted one until its delete begins, its disk to the end', () => {
    const timeline = [
      { at: 'PT1H', scaleTo: { capacity: 4 } },
      { at: 'PT5H', scaleTo: { capacity: 3 } },
    ]
    const { instances, disks } = cost({ timeline })
    // Created in 60 s, deleted in 30 s.
    expect(instances.regular).toBeCloseTo(300 + ((4 * HOUR - 60) / HOUR) * 10, 6)
    expect(disks).toBeCloseTo(30 + (4 * HOUR + 30) / HOUR, 6)
  })

  it('SP-03 a deallocated instance costs its disk alone, an ephemeral one costs no disk', () => {
    const timeline = [{ at: 'PT5H', deallocate: { instance: 'vmss/0' } }]
    const { instances, disks } = cost({ timeline })
    expect(instances.regular).toBeCloseTo(250 + (40 / HOUR) * 10, 6)
    expect(disks).toBe(30)
    const osDisk = { createOption: 'FromImage', diffDiskSettings: { option: 'Local' } }
    const profile = { storageProfile: { imageReference: { id: 'gal/app/1.0.0' }, osDisk } }
    expect(cost({ profile })).toMatchObject({ disks: 0, total: 300 })
  })

  it('a resize changes the price of each instance when it takes effect there', () => {
    const resize = { at: 'PT5H', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }
    expect(cost({ timeline: [resize] }).instances.regular, 'Manual: nobody has it yet').toBeCloseTo(300, 8)
    const one = { at: 'PT6H', manualUpgrade: { instances: ['vmss/0'] } }
    // It is down for the resize from 06:00 on, and paid for at the new price.
    expect(cost({ timeline: [resize, one] }).instances.regular).toBeCloseTo(300 + 4 * 10, 8)
  })

  it('surge is a part of the instances, at the price of its time', () => {
    const rolling: World = {
      mode: 'Rolling',
      capacity: 10,
      probe: {},
      policy: { maxSurge: true },
      timeline: [changeImage()],
    }
    const { surge, surgeHours, total, instances, disks } = cost(rolling)
    expect(surgeHours).toBeGreaterThan(0)
    expect(surge).toBeCloseTo(surgeHours * 10, 8)
    expect(total).toBeCloseTo(instances.regular! + disks!, 8)
  })

  it('replicas and build machines belong to the estate; a set has its instances and disks', () => {
    const galleries = {
      gal: {
        location: 'eastus',
        images: {
          app: {
            versions: {
              '1.0.0': {
                targetRegions: [
                  { name: 'eastus', regionalReplicaCount: 2 },
                  { name: 'westus', regionalReplicaCount: 1 },
                ],
              },
            },
          },
        },
      },
    }
    const prices = { ...PRICES, replicaMonth: 73 }
    const { measures } = play(world({ azure: { galleries }, world: { prices } }))
    expect(measures.cost.replicaHours).toBe(30)
    expect(measures.cost.replicas).toBeCloseTo(3, 8)
    expect(measures.cost.total).toBeCloseTo(333, 8)
    expect(measures.perScaleSet['vmss']!.cost).toMatchObject({ total: 330, replicas: null, builds: null })
  })

  it('a build costs its machine until the image is made, and nothing while the copies are', () => {
    const galleries = {
      gal: { location: 'eastus', images: { app: { versions: { '1.0.0': { targetRegions: ['eastus'] } } } } },
    }
    const imageTemplates = {
      bake: {
        location: 'eastus',
        source: { type: 'PlatformImage', publisher: 'Canonical', offer: 'ubuntu', sku: 'server', version: 'latest' },
        distribute: [
          { type: 'SharedImage', runOutputName: 'o', galleryImageId: 'gal/app', targetRegions: [{ name: 'eastus' }] },
        ],
      },
    }
    const build = (at: string) =>
      cost({
        azure: { galleries, imageTemplates },
        timings: { imageBuild: 'PT30M' },
        timeline: [{ at, runImageTemplate: { template: 'bake', version: '1.0.1' } }],
        world: { prices: { ...PRICES, imageBuildHour: 8 } },
      }).builds
    expect(build('PT1H')).toBeCloseTo(4, 8)
    expect(build('PT9H45M'), 'one that still runs, up to now').toBeCloseTo(2, 8)
  })

  it('agrees with the hours it is made of, whatever happens to a fleet of one size', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            minute: fc.integer({ min: 0, max: 590 }),
            what: fc.constantFrom('scale', 'deallocate', 'start', 'delete', 'break'),
            number: fc.nat(11),
          }),
          { maxLength: 12 },
        ),
        fc.nat(4),
        (steps, floor) => {
          const timeline = steps
            .sort((a, b) => a.minute - b.minute)
            .map(({ minute, what, number }) => {
              const instances = [`vmss/${number % 6}`]
              const action = {
                scale: { scaleTo: { capacity: number } },
                deallocate: { deallocate: { instances } },
                start: { start: { instances } },
                delete: { deleteInstance: { instances } },
                break: { breakInstance: { instances } },
              }[what]
              return { at: `PT${minute}M`, ...action }
            })
          const { instances, instanceHours, disks, total } = cost({
            capacity: 6,
            timeline,
            set: { priorityMixPolicy: { baseRegularPriorityCount: floor, regularPriorityPercentageAboveBase: 50 } },
            profile: { priority: 'Spot', evictionPolicy: 'Deallocate' },
            world: { prices: { ...PRICES, spotHour: { default: 3 } } },
          })
          expect(instances.regular).toBeCloseTo(instanceHours.regular * 10, 6)
          expect(instances.spot).toBeCloseTo(instanceHours.spot * 3, 6)
          expect(total).toBeCloseTo(instances.regular! + instances.spot! + disks!, 6)
          // A disk is there at least as long as its machine is paid for, at 1 an hour.
          expect(disks! + 1e-6).toBeGreaterThanOrEqual(instanceHours.regular + instanceHours.spot)
        },
      ),
      { seed: 7, numRuns: 60 },
    ))
})
