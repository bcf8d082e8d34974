import fc from 'fast-check'
import { NEW, OLD, type World } from './play.ts'

/** Generated weeks of everything that moves a fleet, all of it at once. */

const ZONES = ['1', '2', '3']
const zone = fc.constantFrom(...ZONES)
const hours = (most: number) => fc.integer({ min: 1, max: most }).map((n) => `PT${n}H`)
const minutes = (most: number) => fc.integer({ min: 1, max: most }).map((n) => `PT${n}M`)
const instance = fc.nat(15).map((number) => `vmss/${number}`)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const size = 'Standard_D2as_v5'

const at = fc.integer({ min: 1, max: 9_000 }).map((n) => `PT${n}M`)
const event = fc.oneof(
  fc.record({ at, failZone: fc.record({ zone, for: minutes(240) }) }),
  fc.record({ at, failFaultDomain: fc.record({ faultDomain: fc.constant(0), zone, for: minutes(120) }) }),
  fc.record({ at, failHost: fc.record({ instance, for: minutes(60) }) }),
  fc.record({ at, freezeHosts: fc.record({ for: fc.constantFrom('PT7S', 'PT30S') }) }),
  fc.record({ at, rebootHosts: fc.record({ zone }) }),
  fc.record({ at, reclaimSpot: fc.record({ percent: fc.integer({ min: 1, max: 100 }), for: minutes(600) }) }),
  fc.record({ at, reclaimSpot: fc.record({ region: fc.constant('eastus'), zone, for: minutes(600) }) }),
  fc.record({ at, simulateEviction: fc.record({ instance }) }),
  fc.record({
    at,
    limitCapacity: fc.record({ region: fc.constant('eastus'), zone, instances: fc.nat(6), for: minutes(600) }),
  }),
  fc.record({
    at,
    shiftDemand: fc.record({ factor: fc.constantFrom(0, 0.3, 1.5, 3), for: minutes(600) }),
  }),
  fc.record({ at, restart: fc.record({ instance }) }),
  fc.record({ at, reimage: fc.record({ instance }) }),
  fc.record({ at, deleteInstance: fc.record({ instance }) }),
  fc.record({ at, deallocate: fc.record({ instance }) }),
  fc.record({ at, start: fc.record({ instance }) }),
  fc.record({ at, breakInstance: fc.record({ instance, for: minutes(300) }) }),
  fc.record({ at, hangInstance: fc.record({ instance, for: minutes(300) }) }),
  fc.record({ at, protectInstance: fc.record({ instance, protectFromScaleIn: fc.boolean() }) }),
  fc.record({ at, scaleTo: fc.record({ capacity: fc.integer({ min: 0, max: 16 }) }) }),
  fc.tuple(at, fc.constantFrom(OLD, NEW)).map(([when, image]) => ({
    at: when,
    updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': image } },
  })),
)

export const weeks = fc.record({
  capacity: fc.integer({ min: 2, max: 12 }),
  spot: maybe(
    fc.record({
      base: fc.nat(6),
      percent: fc.nat(100),
      policy: fc.constantFrom('Deallocate', 'Delete'),
      restore: fc.boolean(),
      rate: fc.constantFrom(0, 2, 20),
      room: maybe(fc.nat(8)),
      maxPrice: fc.constantFrom(-1, 0.03),
    }),
  ),
  autoscale: maybe(
    fc.record({
      minimum: fc.integer({ min: 1, max: 4 }),
      more: fc.nat(10),
      cooldown: minutes(30),
      by: fc.integer({ min: 1, max: 4 }),
      predictive: fc.boolean(),
      evening: fc.boolean(),
    }),
  ),
  demand: maybe(
    fc.record({
      level: fc.integer({ min: 50, max: 900 }),
      shape: maybe(fc.constantFrom('daily', 'weekly')),
      noise: fc.constantFrom(0, 10, 60),
      queue: fc.boolean(),
      own: fc.boolean(),
      spike: maybe(hours(150)),
    }),
  ),
  pool: maybe(fc.record({ ready: fc.integer({ min: 1, max: 14 }), least: fc.nat(1), deallocated: fc.boolean() })),
  surge: fc.boolean(),
  strict: fc.boolean(),
  balances: fc.boolean(),
  repairs: fc.boolean(),
  resilient: fc.boolean(),
  overprovision: fc.boolean(),
  faults: fc.boolean(),
  failDeletes: fc.boolean(),
  quota: maybe(fc.integer({ min: 12, max: 40 })),
  prices: fc.boolean(),
  drains: fc.boolean(),
  bad: fc.boolean(),
  zonal: fc.boolean(),
  events: fc.array(event, { maxLength: 10 }),
  seed: fc.nat(1_000_000),
})

export type Week = typeof weeks extends fc.Arbitrary<infer T> ? T : never

function autoscaleOf({ minimum, more, cooldown, by, predictive, evening }: NonNullable<Week['autoscale']>) {
  const capacity = (min: number, max: number) => ({ minimum: `${min}`, maximum: `${max}`, default: `${min}` })
  const rule = (direction: string, operator: string, threshold: number) => ({
    metricTrigger: { metricName: 'Percentage CPU', timeWindow: 'PT10M', operator, threshold },
    scaleAction: { direction, value: `${by}`, cooldown },
  })
  const rules = [rule('Increase', 'GreaterThan', 70), rule('Decrease', 'LessThan', 35)]
  const weekly = (name: string, hour: number, min: number, max: number) => ({
    name,
    capacity: capacity(min, max),
    rules,
    recurrence: {
      frequency: 'Week',
      schedule: { timeZone: 'UTC', days: ['Monday', 'Wednesday'], hours: [hour], minutes: [0] },
    },
  })
  return {
    scale: {
      targetResourceUri: 'vmss',
      ...(predictive ? { predictiveAutoscalePolicy: { scaleMode: 'Enabled', scaleLookAheadTime: 'PT30M' } } : {}),
      profiles: evening
        ? [weekly('evening', 18, minimum + 1, minimum + more + 1), weekly('day', 20, minimum, minimum + more)]
        : [{ name: 'default', capacity: capacity(minimum, minimum + more), rules }],
    },
  }
}

/** A regional set has instances in no zone. */
function withoutZone(event: Record<string, unknown>): Record<string, unknown> {
  const [verb, args] = Object.entries(event).find(([key]) => key !== 'at')!
  if (verb === 'failZone' || verb === 'limitCapacity') return event
  const { zone: _, ...rest } = args as Record<string, unknown>
  return { ...event, [verb]: rest }
}

export function worldOf(d: Week): World {
  const isUniform = d.overprovision && d.spot === undefined && d.pool === undefined
  const demand = d.demand && {
    requestsPerSecond: d.demand.level,
    perInstance: 100,
    ...(d.demand.shape ? { shape: d.demand.shape } : {}),
    ...(d.demand.noise > 0 ? { noise: { percent: d.demand.noise, every: 'PT20M' } } : {}),
    ...(d.demand.spike
      ? { spikes: [{ at: d.demand.spike, factor: 3, rise: 'PT10M', hold: 'PT1H', fall: 'PT20M' }] }
      : {}),
    queue: d.demand.queue,
  }
  return {
    capacity: d.capacity,
    ...(d.zonal ? { zones: ZONES } : {}),
    uniform: isUniform,
    seed: d.seed,
    duration: 'P7D',
    policy: { maxSurge: d.surge, pauseTimeBetweenBatches: 'PT2M' },
    application: { startup: { p50: 'PT10S', p95: 'PT40S' }, warmup: 'PT30S', ...(d.drains ? { drain: 'PT10S' } : {}) },
    azure: {
      ...(d.autoscale ? { autoscaleSettings: autoscaleOf(d.autoscale) } : {}),
      ...(d.pool
        ? {
            standbyPools: {
              spare: {
                scaleSet: 'vmss',
                maxReadyCapacity: d.pool.ready,
                minReadyCapacity: Math.min(d.pool.least, d.pool.ready),
                virtualMachineState: d.pool.deallocated || d.autoscale ? 'Deallocated' : 'Running',
              },
            },
          }
        : {}),
    },
    set: {
      ...(isUniform ? { overprovision: true } : {}),
      ...(d.spot
        ? {
            priorityMixPolicy: {
              baseRegularPriorityCount: d.spot.base,
              regularPriorityPercentageAboveBase: d.spot.percent,
            },
            ...(d.spot.restore ? { spotRestorePolicy: { enabled: true, restoreTimeout: 'PT1H' } } : {}),
          }
        : {}),
      ...(d.repairs ? { automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT10M' } } : {}),
      ...(d.zonal ? { zoneBalance: d.strict } : {}),
      resiliencyPolicy: {
        ...(d.resilient
          ? { resilientVMCreationPolicy: { enabled: true }, resilientVMDeletionPolicy: { enabled: true } }
          : {}),
        ...(d.zonal && d.balances && !d.strict ? { automaticZoneRebalancingPolicy: { enabled: true } } : {}),
      },
    },
    ...(d.spot
      ? {
          profile: {
            priority: 'Spot',
            evictionPolicy: d.spot.policy,
            billingProfile: { maxPrice: d.spot.maxPrice },
          },
        }
      : {}),
    newImage: { boot: { p50: 'PT50S', p95: 'PT75S' }, ...(d.bad ? { defects: [{ name: 'bad', share: 30 }] } : {}) },
    world: {
      ...(demand ? { demand: d.demand!.own ? { perScaleSet: { vmss: demand } } : demand } : {}),
      ...(d.spot
        ? {
            spot: {
              evictionRatePercentPerHour: d.spot.rate,
              price: [
                { at: 'PT0S', usd: 0.02 },
                { at: 'PT60H', usd: 0.05 },
                { at: 'PT90H', usd: 0.02 },
              ],
              ...(d.spot.room === undefined ? {} : { room: { eastus: d.spot.room } }),
            },
          }
        : {}),
      ...(d.faults || d.failDeletes
        ? {
            faults: {
              ...(d.faults
                ? {
                    hosts: { percentPerVmYear: 2_000 },
                    racks: { percentPerFdYear: 300 },
                    freezes: { perVmMonth: 3 },
                  }
                : {}),
              ...(d.failDeletes ? { deletes: { failPercent: 40 } } : {}),
            },
          }
        : {}),
      ...(d.quota === undefined ? {} : { regions: { eastus: { quota: { vCPUs: d.quota } } } }),
      ...(d.prices
        ? {
            prices: {
              instanceHour: { [size]: 0.1, default: 0.2 },
              spotDiscountPercent: 60,
              osDiskMonth: 5,
              replicaMonth: 3,
              imageBuildHour: 0.1,
            },
          }
        : {}),
    },
    timings: { createControlPlane: { p50: 'PT60S', p95: 'PT150S' } },
    timeline: d.events
      .filter((event) => demand !== undefined || !('shiftDemand' in event))
      .map((event) => (d.zonal ? event : withoutZone(event))),
  }
}
