import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standbyPoolSize } from '../../src/model/standby-pool.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { changeImage, entries, MINUTE, play, scenarioOf, type World } from './play.ts'

const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })
const zones = ['1', '2', '3']
const pool = (state: string, maxReadyCapacity: number, more: Record<string, unknown> = {}) => ({
  standbyPools: { spare: { scaleSet: 'vmss', maxReadyCapacity, virtualMachineState: state, ...more } },
})
const base: World = { capacity: 4, mode: 'Manual', duration: 'PT2H' }
type Run = ReturnType<typeof play>
/** From the request to the last new instance serving. */
const servingAfter = (run: Run, askedAtMs: number) =>
  entries(run, 'instance.serving').map(({ atMs }) => (atMs - askedAtMs) / 1000)

describe('the size of a pool (PL-85)', () => {
  it.each([
    { max: 20, min: 2, instances: 10, size: 10 },
    { max: 20, min: 2, instances: 18, size: 2 },
    { max: 20, min: 2, instances: 25, size: 2 },
    { max: 20, min: 0, instances: 25, size: 0 },
    { max: 5, min: 5, instances: 3, size: 5 },
  ])('PL-85 max $max, min $min, $instances instances: $size machines', ({ max, min, instances, size }) => {
    expect(standbyPoolSize({ maxReadyCapacity: max, minReadyCapacity: min }, instances)).toBe(size)
  })
})

describe('a scale-out with a standby pool', () => {
  const out = { ...base, timeline: [scale('PT10M', 6)] }

  it('PL-85 without a pool: created, booted, serving after 110 s', () => {
    expect(servingAfter(play(out), 10 * MINUTE)).toEqual([110, 110])
  })

  it.each([
    // Start 20 s, boot 50 s.
    ['Deallocated', 70],
    // standbyResume, standbyJoin.
    ['Hibernated', 30],
    ['Running', 10],
  ])('PL-85 a pooled machine that is %s serves after %i s', (state, seconds) => {
    const run = play({ ...out, azure: pool(state, 8) })
    expect(servingAfter(run, 10 * MINUTE)).toEqual([seconds, seconds])
    expect(entries(run, 'standby.taken')).toHaveLength(2)
  })

  it('SP-27 PL-85 machines that wait in a pool are no regular instances of a Spot set', () => {
    const set = { priorityMixPolicy: { baseRegularPriorityCount: 1, regularPriorityPercentageAboveBase: 0 } }
    const profile = { priority: 'Spot', evictionPolicy: 'Delete' }
    const run = play({ ...base, set, profile, azure: pool('Running', 8), timeline: [] })
    expect(run.measures.spot.minRegular).toBe(1)
    expect(run.measures.cost.surgeHours).toBe(0)
  })

  it('PL-85 the assumptions turn the times nobody publishes', () => {
    const assumptions = { standbyResume: 'PT3M', standbyJoin: 'PT0S' }
    expect(servingAfter(play({ ...out, assumptions, azure: pool('Hibernated', 8) }), 10 * MINUTE)).toEqual([180, 180])
    expect(servingAfter(play({ ...out, assumptions, azure: pool('Running', 8) }), 10 * MINUTE)).toEqual([0, 0])
  })

  it('PL-85 what the pool does not have is created: two of three come from it', () => {
    const run = play({ ...base, timeline: [scale('PT10M', 7)], azure: pool('Deallocated', 6) })
    expect(servingAfter(run, 10 * MINUTE)).toEqual([70, 70, 110])
    expect(entries(run, 'standby.noneReady')).toHaveLength(1)
  })

  it('PL-85 the zone counts: a machine of another zone is not taken', () => {
    // 4 instances are 2/1/1; the pool of two stands in zones 1 and 2, the next instances go to zones 2 and 3.
    const run = play({ ...out, zones, azure: pool('Deallocated', 6) })
    expect(servingAfter(run, 10 * MINUTE)).toEqual([70, 110])
  })

  it('PL-85 the pool is refilled in the background up to its new size', () => {
    // 6 of 8 at first 4 ready; with 6 instances the pool holds two, with 4 again four.
    const run = play({ ...base, timeline: [scale('PT10M', 6), scale('PT30M', 4)], azure: pool('Running', 8) })
    expect(entries(run, 'standby.present')[0]!.numbers).toMatchObject({ machines: 4, state: 'Running' })
    const created = entries(run, 'standby.creating').map(({ atMs }) => atMs)
    // Once those that leave are gone, after 30 s.
    expect(created).toEqual([30.5 * MINUTE, 30.5 * MINUTE])
    expect(entries(run, 'standby.ready').at(-1)!.numbers).toMatchObject({ ready: 4 })
    // Control plane 60 s, boot 50 s, one extension 10 s.
    expect(entries(run, 'standby.ready')[0]!.atMs).toBe(32.5 * MINUTE)
  })

  it('PL-85 minReadyCapacity is kept whatever the instance count', () => {
    const run = play({ ...base, timeline: [scale('PT10M', 9)], azure: pool('Running', 8, { minReadyCapacity: 3 }) })
    expect(entries(run, 'standby.taken')).toHaveLength(4)
    expect(entries(run, 'standby.creating')).toHaveLength(3)
  })

  it('PL-85 pooled machines are no members; a running pool is paid for, a deallocated one is not', () => {
    const hours = (azure: World['azure']) => {
      const run = play({ ...base, duration: 'PT1H', timeline: [], ...(azure ? { azure } : {}) })
      expect(run.instances).toHaveLength(4)
      return run.measures.cost.instanceHours.regular
    }
    expect(hours(undefined)).toBeCloseTo(4, 6)
    expect(hours(pool('Deallocated', 6))).toBeCloseTo(4, 6)
    expect(hours(pool('Running', 6))).toBeCloseTo(6, 6)
  })

  it('PL-85 what waits uses quota in every state, and machines only while it runs', () => {
    const world = { regions: { eastus: { capacity: { instances: 6 } } } }
    const timeline = [scale('PT10M', 6)]
    expect(entries(play({ ...base, world, timeline, azure: pool('Running', 6) }), 'standby.taken')).toHaveLength(2)
    const quota = { regions: { eastus: { quota: { instances: 6 } } } }
    const run = play({ ...base, world: quota, timeline: [scale('PT10M', 5)], azure: pool('Deallocated', 6) })
    expect(entries(run, 'standby.present')[0]!.numbers).toMatchObject({ machines: 2 })
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('MS-3')
  })

  it('PL-85 a change of the model makes the pool anew', () => {
    const run = play({ ...base, timeline: [changeImage(), scale('PT20M', 5)], azure: pool('Running', 6) })
    expect(entries(run, 'standby.removed')).toHaveLength(2)
    expect(entries(run, 'standby.creating')).toHaveLength(2)
    expect(entries(run, 'standby.taken')).toHaveLength(1)
  })

  it('PL-85 GA-05 a pooled machine holds the image that was latest when it was made', () => {
    const version = { location: 'eastus', targetRegions: ['eastus'] }
    const run = play({
      ...base,
      profile: { storageProfile: { imageReference: { id: 'g/app' } } },
      azure: {
        ...pool('Running', 6),
        galleries: { g: { location: 'eastus', images: { app: { versions: { '1.0.0': version } } } } },
      },
      world: { images: { 'g/app/2.0.0': { boot: 'PT50S', replication: { eastus: { takes: 'PT1M' } } } } },
      timeline: [
        { at: 'PT5M', publishImageVersion: { image: 'g/app', version: '2.0.0', ...version } },
        scale('PT30M', 5),
        scale('PT31M', 7),
      ],
    })
    // The two of the start were made of 1.0.0; what has to be created is 2.0.0.
    const images = entries(run, 'instance.image').map(({ subject, numbers }) => [subject, numbers['image']])
    expect(images).toEqual([
      ['vmss/4', 'g/app/1.0.0'],
      ['vmss/5', 'g/app/1.0.0'],
      ['vmss/6', 'g/app/2.0.0'],
    ])
  })

  it('PL-85 a pool that finds no room tries again', () => {
    const run = play({
      ...base,
      capacity: 3,
      timeline: [
        { at: 'PT5M', limitCapacity: { region: 'eastus', size: 'Standard_D2as_v5', instances: 4, for: 'PT20M' } },
        scale('PT10M', 4),
        scale('PT11M', 3),
      ],
      azure: pool('Running', 4),
    })
    expect(entries(run, 'standby.taken')).toHaveLength(1)
    expect(entries(run, 'standby.ready').length).toBeGreaterThan(0)
  })
})

describe('standby pools that cannot be (E0176)', () => {
  const autoscaleSettings = {
    auto: {
      targetResourceUri: 'vmss',
      profiles: [{ name: 'p', capacity: { minimum: '2', maximum: '10', default: '4' }, rules: [] }],
    },
  }

  it.each<[string, World, RegExp]>([
    ['PL-85 Uniform', { uniform: true, azure: pool('Running', 6) }, /is Uniform/],
    [
      'PL-85 several fault domains',
      { set: { platformFaultDomainCount: 2 }, azure: pool('Running', 6) },
      /fault domains/,
    ],
    [
      'more at least than at most',
      { azure: pool('Running', 6, { minReadyCapacity: 7 }) },
      /more than maxReadyCapacity/,
    ],
    [
      'PL-85 running beside autoscale',
      { azure: { autoscaleSettings, ...pool('Running', 6) } },
      /deallocated or hibernated/,
    ],
    ['a state nobody knows', { azure: pool('Sleeping', 6) }, /virtualMachineState/],
    [
      'two pools of one set',
      { azure: { standbyPools: { ...pool('Running', 6).standbyPools, b: pool('Running', 6).standbyPools.spare } } },
      /has the pool spare/,
    ],
  ])('%s', (_what, world, message) => {
    expect(() => scenarioOf({ ...world, timeline: [] })).toThrow(message)
  })

  it('the ARM body is read as well, and a deallocated pool goes with autoscale', () => {
    const { standbyPools } = scenarioOf({
      timeline: [],
      azure: {
        autoscaleSettings,
        standbyPools: {
          spare: {
            properties: {
              elasticityProfile: { maxReadyCapacity: 8, minReadyCapacity: 2 },
              virtualMachineState: 'deallocated',
              attachedVirtualMachineScaleSetId:
                '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/vmss',
            },
          },
        },
      },
    })
    expect(standbyPools).toEqual([
      { name: 'spare', scaleSet: 'vmss', maxReadyCapacity: 8, minReadyCapacity: 2, virtualMachineState: 'Deallocated' },
    ])
  })
})

describe('properties of a pool', () => {
  it('PL-85 machines are conserved: what was there or made is taken, removed, or still waits within its size', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }),
        fc.constantFrom('Running', 'Deallocated', 'Hibernated'),
        fc.integer({ min: 1, max: 10 }),
        fc.nat({ max: 3 }),
        (capacities, state, max, min) => {
          const minReadyCapacity = Math.min(min, max)
          const world: World = {
            ...base,
            zones,
            azure: pool(state, max, { minReadyCapacity }),
            timeline: capacities.map((capacity, index) => scale(`PT${5 + index * 7}M`, capacity)),
          }
          const run = simulate(scenarioOf(world), { keepTrace: true })
          const count = (what: string) => entries(run, what).length
          const there = entries(run, 'standby.present')[0]!.numbers['machines'] as number
          const left = there + count('standby.creating') - count('standby.taken') - count('standby.removed')
          const instances = run.instances.filter(({ deletedAtMs }) => deletedAtMs === null).length
          expect(left).toBe(standbyPoolSize({ maxReadyCapacity: max, minReadyCapacity }, instances))
          expect(count('standby.taken')).toBeLessThanOrEqual(count('instance.creating'))
        },
      ),
      { numRuns: 60, seed: 11 },
    ))

  it('PL-85 instances and running pool together never take more machines or quota than there are', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 4, max: 12 }),
        fc.integer({ min: 4, max: 12 }),
        (capacities, max, machines, quota) => {
          const run = play({
            ...base,
            azure: pool('Running', max),
            world: { regions: { eastus: { capacity: { instances: machines }, quota: { instances: quota } } } },
            timeline: capacities.map((capacity, index) => scale(`PT${5 + index * 7}M`, capacity)),
          })
          const holders = new Set<string>()
          const members = new Set<string>()
          let waiting = 0
          let taken = 0
          for (const { what, subject, numbers } of run.trace) {
            if (what === 'standby.present') waiting = numbers['machines'] as number
            else if (what === 'standby.creating') waiting++
            else if (what === 'standby.removed') waiting--
            else if (what === 'standby.taken') {
              waiting--
              taken++
            } else if (what === 'instance.present') {
              holders.add(subject)
              members.add(subject)
            } else if (what === 'instance.creating') {
              members.add(subject)
              if (taken-- > 0) holders.add(subject)
              else taken = 0
            } else if (what === 'instance.starting') holders.add(subject)
            else if (what === 'instance.deleting') members.delete(subject)
            else if (what === 'instance.deleted') holders.delete(subject)
            expect(holders.size + waiting).toBeLessThanOrEqual(machines)
            expect(members.size + waiting).toBeLessThanOrEqual(quota)
          }
        },
      ),
      { numRuns: 60, seed: 13 },
    ))
})
