import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counts, shortage } from '../../src/sim/machines.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { badOn, changeImage, entries, MINUTE, OLD, play, scenarioOf, type World } from './play.ts'

const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })
const zones = ['1', '2', '3']
const room = (capacity: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  regions: { eastus: { capacity, ...more } },
})
type Run = ReturnType<typeof play>
const failures = (run: Run) =>
  entries(run, 'instance.provisioningFailed').map(({ numbers, rule }) => `${numbers['code']} ${rule}`)
const alive = (run: Run) => run.instances.filter(({ deletedAtMs }) => deletedAtMs === null)
const perZone = (run: Run) => zones.map((zone) => alive(run).filter((one) => one.zone === zone).length)
const refusals = (run: Run) =>
  run.findings.filter(({ code }) => code === 'RequestRefused').map(({ evidence }) => evidence[0])

describe('what a limit counts', () => {
  const machine = { region: 'eastus', zone: '1', size: 'standard_d4as_v5', faultDomain: -1 }

  it.each([
    [{ instances: 1 }, true],
    [{ zone: '1', instances: 1 }, true],
    [{ zone: '2', instances: 1 }, false],
    [{ size: 'standard_d4as_v5', instances: 1 }, true],
    [{ size: 'standard_d2as_v5', zone: '1', instances: 1 }, false],
    [{ faultDomain: 0, instances: 1 }, false],
  ])('%j counts it: %s', (limit, isCounted) => {
    expect(counts(limit, machine)).toBe(isCounted)
  })

  it.each([
    [{ zone: null, faultDomain: -1 }, { instances: 1 }, 'AllocationFailed'],
    [{ zone: '1', faultDomain: -1 }, { instances: 1 }, 'ZonalAllocationFailed'],
    [{ zone: null, faultDomain: 2 }, { faultDomain: 2, instances: 1 }, 'OverconstrainedAllocationRequest'],
    [{ zone: '1', faultDomain: 2 }, { faultDomain: 2, instances: 1 }, 'OverconstrainedZonalAllocationRequest'],
  ])('%j at %j is %s', (place, limit, code) => {
    expect(shortage(limit, { ...machine, ...place }).code).toBe(code)
  })
})

describe('a scale-out that finds no machine', () => {
  it('PL-62 what was created stays, the rest stays as Failed, counts and costs nothing', () => {
    const run = play({ capacity: 4, world: room({ instances: 6 }), timeline: [scale('PT10M', 8)], duration: 'PT1H' })
    expect(failures(run)).toEqual(['AllocationFailed PL-62', 'AllocationFailed PL-62'])
    expect(alive(run)).toHaveLength(8)
    expect(run.measures.availability.minServing).toBe(4)
    // Four all along; two from their power-on a minute after they were asked for.
    expect(run.measures.cost.instanceHours.regular).toBeCloseTo(4 + (2 * 49) / 60, 6)
    expect(refusals(run)).toEqual([
      'AllocationFailed: 2 of 4 new instances failed: eastus has no room for another standard_d2as_v5.',
    ])
  })

  it('PL-62 with allocationPartialOutcome rollBack the whole step is undone', () => {
    const run = play({
      capacity: 4,
      world: room({ instances: 6 }),
      timeline: [scale('PT10M', 8), scale('PT30M', 6)],
      assumptions: { allocationPartialOutcome: 'rollBack' },
    })
    expect(alive(run)).toHaveLength(6)
    expect(entries(run, 'scaleSet.scaleRefused')).toHaveLength(1)
    expect(entries(run, 'scaleSet.scaledOut').map(({ numbers }) => numbers['to'])).toEqual([8, 6])
    expect(run.measures.availability.minServingPercent).toBeGreaterThan(60)
  })

  it('PL-62 to a Spot request the answer is SkuNotAvailable', () => {
    const profile = { storageProfile: { imageReference: { id: OLD } }, priority: 'Spot', evictionPolicy: 'Delete' }
    const run = play({ capacity: 4, profile, world: room({ instances: 5 }), timeline: [scale('PT10M', 6)] })
    expect(failures(run)).toEqual(['SkuNotAvailable PL-62'])
  })

  it('PL-62 the region is the same however it is written', () => {
    const run = play({
      capacity: 4,
      set: { location: 'East US' },
      world: room({ instances: 5 }),
      timeline: [scale('PT10M', 6)],
    })
    expect(failures(run)).toEqual(['AllocationFailed PL-62'])
  })

  it('PL-62 what found no machine stands out, once for a set and a code', () => {
    const found = play({ capacity: 4, world: room({ instances: 6 }), timeline: [scale('PT10M', 8)] }).findings
    expect(found.filter(({ code }) => code === 'NoMachine')).toMatchObject([
      { where: 'vmss: AllocationFailed', rules: ['PL-62'] },
    ])
  })

  it.each(['reimage', 'restart'])(
    'PL-62 once there is room again %s brings a failed instance up as a new one',
    (verb) => {
      const run = play({
        capacity: 4,
        mode: 'Manual',
        timeline: [
          { at: 'PT1M', limitCapacity: { region: 'eastus', size: 'Standard_D2as_v5', instances: 5, for: 'PT20M' } },
          scale('PT10M', 6),
          { at: 'PT40M', [verb]: { instance: 'vmss/5' } },
        ],
      })
      expect(failures(run)).toEqual(['AllocationFailed PL-62'])
      const serving = entries(run, 'instance.serving').map(({ subject }) => subject)
      expect(serving).toEqual(['vmss/4', 'vmss/5'])
      // From nothing: control plane or disk 60 s, boot 50 s, extension 10 s.
      const up = entries(run, 'instance.provisioned').find(({ subject }) => subject === 'vmss/5')
      expect(up!.atMs).toBe(42 * MINUTE)
      expect(entries(run, 'capacity.roomUnlimited')).toHaveLength(1)
    },
  )

  it('TH-1 failed instances are unhealthy to an upgrade: 2 of 8 at 20 % stop it before the first batch', () => {
    const timeline = [scale('PT10M', 8), changeImage('PT30M')]
    const run = play({ capacity: 6, world: room({ instances: 6 }), timeline })
    expect(run.rollouts[0]!.errorCode).toBe('MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade')
  })

  it('PL-62 an upgrade takes a failed instance along, and brings it up where there is room by then', () => {
    const run = play({
      capacity: 9,
      timeline: [
        { at: 'PT1M', limitCapacity: { region: 'eastus', size: 'Standard_D2as_v5', instances: 9, for: 'PT20M' } },
        scale('PT10M', 10),
        changeImage('PT40M'),
      ],
    })
    expect(failures(run)).toEqual(['AllocationFailed PL-62'])
    expect(run.rollouts[0]).toMatchObject({ status: 'Completed', successful: 10 })
    expect(run.measures.blastRadius.instances).toBe(0)
  })

  it('TABLE-limits maxScaleStep bounds one request; none is the default', () => {
    expect(entries(play({ timeline: [scale('PT1M', 30)] }), 'instance.creating')).toHaveLength(20)
    const run = play({ timeline: [scale('PT1M', 30), scale('PT2M', 15)], assumptions: { maxScaleStep: 5 } })
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('TABLE-limits')
    expect(entries(run, 'instance.creating')).toHaveLength(5)
  })

  it('a size that is not offered in the region, or in one of the zones of the set, is refused with SkuNotAvailable', () => {
    const nowhere = play({ world: room({ notOffered: ['Standard_D2as_v5'] }), timeline: [scale('PT1M', 11)] })
    expect(refusals(nowhere)).toEqual(['SkuNotAvailable: standard_d2as_v5 is not offered in eastus.'])
    const world = room({ notOffered: [{ size: 'Standard_D2as_v5', zones: ['3'] }] })
    const inZone = play({ zones, world, timeline: [scale('PT1M', 11)] })
    expect(refusals(inZone)).toEqual(['SkuNotAvailable: standard_d2as_v5 is not offered in zone 3 of eastus.'])
    expect(alive(play({ zones: ['1', '2'], world, timeline: [scale('PT1M', 11)] }))).toHaveLength(11)
  })
})

describe('overprovisioning without room', () => {
  const uniform = { uniform: true, capacity: 4, mode: 'Manual' as const, set: { overprovision: true } }
  const timeline = [scale('PT10M', 8)]

  it('PL-62 PL-51 extras that find no machine are missed by nobody', () => {
    const run = play({ ...uniform, world: room({ instances: 8 }), timeline })
    expect(refusals(run)).toEqual([])
    expect(alive(run).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(run.measures.timeToCapacity).toBe(110_000)
  })

  it('PL-62 PL-51 too few come up: the failed ones make the number full, and only the surplus goes', () => {
    const run = play({ ...uniform, world: room({ instances: 6 }), timeline })
    expect(refusals(run)[0]).toContain('2 of 4 new instances failed')
    const numbers = alive(run).map(({ number }) => number)
    expect(numbers.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(entries(run, 'instance.deleting').every(({ rule }) => rule === 'PL-51')).toBe(true)
    expect(entries(run, 'instance.deleting')).toHaveLength(4)
  })

  it('PL-62 rolled back with its extras', () => {
    const run = play({
      ...uniform,
      world: room({ instances: 6 }),
      timeline,
      assumptions: { allocationPartialOutcome: 'rollBack' },
    })
    expect(alive(run)).toHaveLength(4)
  })
})

describe('a full placement group', () => {
  const hundred = { uniform: true, capacity: 100, set: { singlePlacementGroup: true }, duration: 'PT3H' }

  it('TABLE-limits MaxSurge has no room beyond it and goes in place', () => {
    const run = play({ ...hundred, policy: { maxSurge: true } })
    expect(run.rollouts[0]!.batches.every(({ surge }) => !surge)).toBe(true)
    expect(run.rollouts[0]!.status).toBe('Completed')
  })

  it('TABLE-limits a repair with Replace still finds a place for the newcomer', () => {
    const run = play({
      ...hundred,
      set: {
        ...hundred.set,
        automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M', repairAction: 'Replace' },
      },
      timeline: [{ at: 'PT30M', breakInstance: { instance: 'vmss/7' } }],
    })
    expect(run.measures.repairs.count).toBe(1)
    expect(alive(run)).toHaveLength(100)
  })
})

describe('an update to a size that is not offered', () => {
  it('is refused with SkuNotAvailable, and nothing is touched', () => {
    const run = play({
      mode: 'Automatic',
      world: room({ notOffered: ['Standard_D4as_v5'] }),
      timeline: [{ at: 'PT10M', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }],
    })
    expect(refusals(run)).toEqual(['SkuNotAvailable: standard_d4as_v5 is not offered in eastus.'])
    expect(entries(run, 'instance.updating')).toEqual([])
  })
})

describe('a full zone', () => {
  const full = { zones, capacity: 6, world: room({ zones: { '3': 2 } }), timeline: [scale('PT10M', 12)] }

  it('PL-22 best effort: while one zone is full the others take what it cannot', () => {
    const run = play(full)
    expect(perZone(run)).toEqual([5, 5, 2])
    expect(failures(run)).toEqual([])
  })

  it('PL-23 strict balance refuses the operation as a whole', () => {
    const run = play({ ...full, set: { zoneBalance: true } })
    expect(perZone(run)).toEqual([2, 2, 2])
    expect(refusals(run)[0]).toContain('ZonalAllocationFailed')
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('PL-23')
  })

  it('PL-22 with two zones full the balance is kept, and what is sent there fails', () => {
    const run = play({ ...full, world: room({ zones: { '2': 2, '3': 2 } }) })
    expect(perZone(run)).toEqual([4, 4, 4])
    expect(failures(run)).toEqual(new Array(4).fill('ZonalAllocationFailed PL-62'))
  })

  it('without fullZoneIsUnavailable instances are sent to the full zone and fail there', () => {
    const run = play({ ...full, assumptions: { fullZoneIsUnavailable: false } })
    expect(perZone(run)).toEqual([4, 4, 4])
    expect(failures(run)).toHaveLength(2)
  })
})

describe('fault domains', () => {
  const set = { platformFaultDomainCount: 3 }

  it('PL-60 fixed spreading insists on the full domain and names it; max spreading does not care (PL-02)', () => {
    const world = room({ faultDomains: [9, 9, 2] })
    const run = play({ capacity: 6, set, world, timeline: [scale('PT10M', 9)] })
    expect(failures(run)).toEqual(['OverconstrainedAllocationRequest PL-60'])
    expect(refusals(run)[0]).toContain('Fault Domain')
    expect(failures(play({ capacity: 6, world, timeline: [scale('PT10M', 9)] }))).toEqual([])
  })

  it('PL-03 more domains than the region has: nothing is created', () => {
    expect(() => play({ capacity: 6, set, world: { regions: { eastus: { faultDomains: 2 } } }, timeline: [] })).toThrow(
      /Fault Domain/,
    )
  })

  it('PL-06 a Flexible set with a fixed count spreads evenly over the domains', () => {
    const run = play({ capacity: 4, set, timeline: [scale('PT10M', 9)] })
    const perDomain = [0, 1, 2].map((domain) => alive(run).filter((one) => one.faultDomain === domain).length)
    expect(perDomain).toEqual([3, 3, 3])
  })
})

describe('what needs a machine again', () => {
  it('a deallocated instance gives its machine back; without room it stays stopped and the start is refused', () => {
    const run = play({
      capacity: 4,
      mode: 'Manual',
      world: room({ instances: 4 }),
      timeline: [
        { at: 'PT10M', deallocate: { instance: 'vmss/0' } },
        scale('PT20M', 5),
        { at: 'PT30M', start: { instance: 'vmss/0' } },
      ],
    })
    expect(failures(run)).toEqual([])
    expect(refusals(run)).toEqual(['AllocationFailed: eastus has no room for another standard_d2as_v5.'])
    expect(entries(run, 'instance.starting').map(({ subject }) => subject)).toEqual(['vmss/4'])
  })

  it('a deallocated instance uses quota (MS-3) and no capacity', () => {
    const stop = { at: 'PT10M', deallocate: { instance: 'vmss/0' } }
    const timeline = [stop, scale('PT20M', 5)]
    expect(entries(play({ capacity: 4, world: room({ instances: 4 }), timeline }), 'instance.creating')).toHaveLength(1)
    const quota = play({ capacity: 4, world: { regions: { eastus: { quota: { instances: 4 } } } }, timeline })
    expect(entries(quota, 'scaleSet.scaleRefused')[0]!.rule).toBe('MS-3')
  })

  it('a resize into a size without room fails that instance', () => {
    const run = play({
      capacity: 3,
      mode: 'Automatic',
      world: room({ sizes: { Standard_D4as_v5: 2 } }),
      timeline: [{ at: 'PT10M', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }],
    })
    expect(failures(run)).toEqual(['AllocationFailed PL-62'])
    expect(entries(run, 'instance.starting')).toHaveLength(2)
  })

  it('a repair with Replace in a zone without room leaves a failed instance', () => {
    const run = play({
      zones,
      capacity: 3,
      set: { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M', repairAction: 'Replace' } },
      timeline: [
        { at: 'PT10M', limitCapacity: { region: 'eastus', zone: '1', instances: 0 } },
        { at: 'PT11M', breakInstance: { instance: 'vmss/0' } },
      ],
      duration: 'PT1H',
    })
    expect(failures(run)[0]).toBe('ZonalAllocationFailed PL-62')
    expect(perZone(run)).toEqual([1, 1, 1])
  })
})

describe('quota of vCPUs', () => {
  const quota = (vCPUs: number) => ({ regions: { eastus: { quota: { vCPUs } } } })

  it('MS-3 counts what the sizes have: 10 of two vCPUs leave room for two more of 24', () => {
    const run = play({ world: quota(24), timeline: [scale('PT1M', 13), scale('PT2M', 12)] })
    expect(entries(run, 'scaleSet.scaleRefused')).toHaveLength(1)
    expect(entries(run, 'instance.creating')).toHaveLength(2)
  })

  it('MS-3 a resize beyond the quota fails the instance with OperationNotAllowed', () => {
    const run = play({
      capacity: 4,
      mode: 'Automatic',
      world: quota(10),
      timeline: [{ at: 'PT10M', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }],
    })
    expect(failures(run)).toEqual(new Array(3).fill('OperationNotAllowed MS-3'))
  })

  it('E0175 a size whose name tells no vCPUs', () => {
    expect(() => play({ world: quota(24), set: { sku: { name: 'Custom', capacity: 3 } }, timeline: [] })).toThrow(
      /E0175|does not tell/,
    )
  })
})

describe('MaxSurge without room', () => {
  const surge = { policy: { maxSurge: true }, capacity: 10, duration: 'PT3H' }
  const modes = (run: Run) => run.rollouts[0]!.batches.map(({ surge }) => surge)

  it('MS-4 a batch that finds no machines is upgraded in place, and the next one checks again', () => {
    const run = play({
      ...surge,
      timeline: [
        { at: 'PT1M', limitCapacity: { region: 'eastus', size: 'Standard_D2as_v5', instances: 11, for: 'PT10M' } },
        changeImage(),
      ],
    })
    expect(modes(run)).toEqual([false, true, true, true, true])
    expect(run.findings.some(({ code }) => code === 'SurgeFellBack')).toBe(true)
    expect(entries(run, 'rollout.surgeFellBack')[0]!.numbers).toMatchObject({ wanted: 2, room: 1 })
    expect(run.measures.availability.minServing).toBe(8)
  })

  it('MS-4 the zones of the batch count: room elsewhere does not help', () => {
    const run = play({ ...surge, zones: ['1', '2'], world: room({ zones: { '1': 5 } }) })
    // Zone by zone: those of zone 1 find none, those of zone 2 do.
    expect(run.rollouts[0]!.batches.every((batch) => batch.surge === !batch.zones.includes('1'))).toBe(true)
    expect(modes(run)).toContain(true)
    expect(modes(run)).toContain(false)
  })

  it('MS-4 with surgeChecksCapacity false only quota is checked, and replacements fail in their batch', () => {
    const run = play({ ...surge, world: room({ instances: 10 }), assumptions: { surgeChecksCapacity: false } })
    expect(modes(run)[0]).toBe(true)
    expect(failures(run)[0]).toBe('AllocationFailed PL-62')
    expect(run.rollouts[0]!.status).toBe('Faulted')
    expect(run.measures.availability.minServing).toBe(10)
  })
})

describe('an automatic OS upgrade with MaxSurge', () => {
  const version = { location: 'eastus', targetRegions: ['eastus'] }
  const world: World = {
    uniform: true,
    capacity: 10,
    policy: { maxSurge: true },
    profile: { storageProfile: { imageReference: { id: 'g/app' } } },
    azure: { galleries: { g: { location: 'eastus', images: { app: { versions: { '1.0.0': version } } } } } },
    timeline: [{ at: 'PT5M', publishImageVersion: { image: 'g/app', version: '2.0.0', ...version } }],
    duration: 'PT8H',
  }
  const policies = {
    mode: 'Rolling',
    rollingUpgradePolicy: { maxSurge: true, maxBatchInstancePercent: 20 },
    automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, useRollingUpgradePolicy: true },
  }
  const withRoom = (instances: number) => {
    const scenario = scenarioOf({ ...world, world: room({ instances }) })
    const set = scenario.scaleSets[0]!
    const model = { ...set.model, upgradePolicy: policies as typeof set.model.upgradePolicy }
    return simulate({ ...scenario, scaleSets: [{ ...set, model }] }, { keepTrace: true })
  }

  it('MS-4 MS-7 surges where there are machines, and falls back in place where there are none', () => {
    const free = withRoom(12)
    expect(free.rollouts[0]).toMatchObject({ trigger: 'AutomaticOSUpgrade', status: 'Completed' })
    expect(free.rollouts[0]!.batches.every(({ surge }) => surge)).toBe(true)
    const short = withRoom(10)
    expect(short.rollouts[0]).toMatchObject({ trigger: 'AutomaticOSUpgrade', status: 'Completed' })
    expect(short.rollouts[0]!.batches.some(({ surge }) => surge)).toBe(false)
  })
})

describe('autoscale without room', () => {
  it('AS-41 its history shows Failed, and it asks again no sooner than its evaluations', () => {
    const run = play({
      capacity: 2,
      mode: 'Manual',
      duration: 'PT2H',
      azure: {
        autoscaleSettings: {
          auto: {
            targetResourceUri: 'vmss',
            profiles: [{ name: 'p', capacity: { minimum: '4', maximum: '10', default: '4' }, rules: [] }],
          },
        },
      },
      world: { ...room({ instances: 3 }), demand: { requestsPerSecond: 10, perInstance: 10 } },
      timeline: [],
    })
    const actions = run.autoscaleHistory.filter(({ event }) => event === 'AutoscaleAction')
    expect(actions.map(({ resultType }) => resultType)).toEqual(['Failed'])
    // The failed one counts, so that nothing is left to ask for.
    expect(alive(run)).toHaveLength(4)
    const step = entries(run, 'autoscale.InstanceScaleAction')
    expect(step.every((entry, i) => i === 0 || entry.atMs - step[i - 1]!.atMs >= MINUTE)).toBe(true)
  })
})

describe('the first fleet and the capacity', () => {
  it('E0174 what is there at the start must have room, with the place of the limit', () => {
    const of = (capacity: Record<string, unknown>) => () =>
      play({ zones, capacity: 7, world: room(capacity), timeline: [] })
    expect(of({ zones: { '1': 2 } })).toThrow(/3 of them are there/)
    expect(of({ zones: { '1': 3, '2': 2 } })).not.toThrow()
    expect(of({ sizes: { standard_d2AS_v5: 6 } })).toThrow(/7 of them are there/)
    expect(of({ zones: { '9': 2 } })).toThrow(/no zone 9/)
  })
})

describe('properties of room', () => {
  const step = fc.oneof(
    fc.record({ verb: fc.constant('scaleTo' as const), capacity: fc.integer({ min: 0, max: 14 }) }),
    fc.record({
      verb: fc.constantFrom('deallocate' as const, 'start' as const, 'reimage' as const, 'deleteInstance' as const),
      number: fc.integer({ min: 0, max: 9 }),
    }),
  )
  const world = fc.record({
    steps: fc.array(step, { maxLength: 8 }),
    zoneRoom: fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 3, maxLength: 3 }),
    size: fc.integer({ min: 6, max: 12 }),
    quota: fc.integer({ min: 6, max: 13 }),
    balance: fc.boolean(),
    surge: fc.boolean(),
  })

  it('machines of a zone, of a size and the quota are never exceeded, and instances are conserved', () =>
    fc.assert(
      fc.property(world, ({ steps, zoneRoom, size, quota, balance, surge }) => {
        const scenario: World = {
          zones,
          capacity: 6,
          policy: { maxSurge: surge },
          set: { zoneBalance: balance },
          newImage: badOn(2),
          world: room(
            {
              zones: Object.fromEntries(zones.map((zone, i) => [zone, zoneRoom[i]!])),
              sizes: { Standard_D2as_v5: size },
            },
            { quota: { instances: quota } },
          ),
          timeline: [
            changeImage('PT5M'),
            ...steps.map((one, index) => ({
              at: `PT${7 + index * 4}M`,
              ...('capacity' in one
                ? { scaleTo: { capacity: one.capacity } }
                : { [one.verb]: { instance: `vmss/${one.number}` } }),
            })),
          ],
          duration: 'PT2H',
        }
        const run = simulate(scenarioOf(scenario), { keepTrace: true })
        checkRoom(run, zoneRoom, size, quota)
      }),
      { numRuns: 60, seed: 7 },
    ))
})

/** Replays the trace: who holds a machine when, by the entries alone. */
function checkRoom(run: Run, zoneRoom: readonly number[], size: number, quota: number): void {
  const holders = new Set<string>()
  const members = new Set<string>()
  const zoneOf = new Map(run.instances.map((one) => [`vmss/${one.number}`, zones.indexOf(one.zone!)]))
  const check = () => {
    expect(holders.size).toBeLessThanOrEqual(size)
    expect(members.size).toBeLessThanOrEqual(quota)
    zones.forEach((_, zone) => {
      const there = [...holders].filter((one) => zoneOf.get(one) === zone).length
      expect(there).toBeLessThanOrEqual(zoneRoom[zone]!)
    })
  }
  for (const { what, subject, numbers } of run.trace) {
    if (what === 'instance.present') {
      holders.add(subject)
      members.add(subject)
    } else if (what === 'instance.creating') members.add(subject)
    else if (what === 'instance.starting') holders.add(subject)
    else if (what === 'instance.stopped' && numbers['deallocated'] === true) holders.delete(subject)
    else if (what === 'instance.deleting') members.delete(subject)
    else if (what === 'instance.deleted') holders.delete(subject)
    check()
  }
  expect(members.size).toBe(run.instances.filter(({ deletedAtMs }) => deletedAtMs === null).length)
}
