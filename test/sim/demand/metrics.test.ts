import { describe, expect, it } from 'vitest'
import type { MetricSource } from '../../../src/sim/metrics.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { scenarioOf, type World } from '../play.ts'

const MINUTE = 60_000

/** What the metrics say at the end of a run. */
function metricsOf(demand: Record<string, unknown>, more: World = {}): MetricSource {
  let own: MetricSource | undefined
  const scenario = scenarioOf({
    capacity: 4,
    timeline: [],
    duration: 'PT1H',
    mode: 'Manual',
    probe: null,
    azure: {
      autoscaleSettings: {
        scale: {
          targetResourceUri: 'vmss',
          profiles: [{ name: 'p', capacity: { minimum: 1, maximum: 9, default: 1 }, rules: [] }],
        },
      },
    },
    ...more,
    world: { demand: { requestsPerSecond: 20, perInstance: 10, ...demand } },
  })
  simulate(scenario, {
    metrics: (given) => {
      own = given
      return given
    },
  })
  return own!
}
const last = (metrics: MetricSource, name: string, minutes = 60) =>
  metrics.grains(0, name, (minutes - 5) * MINUTE, minutes * MINUTE, MINUTE).at(-1)

describe('metrics that follow from demand', () => {
  it('Percentage CPU is the share of what an instance can take, between idle and full', () => {
    expect(last(metricsOf({}), 'Percentage CPU')).toMatchObject({
      average: 50,
      minimum: 50,
      maximum: 50,
      total: 200,
      count: 4,
    })
    const bounds = { cpuPercentIdle: 10, cpuPercentAtFull: 90 }
    expect(last(metricsOf(bounds), 'percentage cpu')!.average).toBe(50)
    expect(last(metricsOf({ ...bounds, requestsPerSecond: 4 }), 'Percentage CPU')!.average).toBe(18)
    expect(last(metricsOf({ requestsPerSecond: 400 }), 'Percentage CPU')!.average).toBe(100)
  })

  it('AS-44: who is stopped reports nothing, who is up and does not serve is idle', () => {
    const timeline = [
      { at: 'PT10M', deallocate: { instance: 'vmss/0' } },
      { at: 'PT20M', breakInstance: { instance: 'vmss/1' } },
    ]
    const metrics = metricsOf({ cpuPercentIdle: 2 }, { timeline })
    // 20 requests over the two that serve: all they can; the broken one idles.
    expect(last(metrics, 'Percentage CPU')).toMatchObject({ minimum: 2, maximum: 100, total: 202, count: 3 })
    expect(last(metrics, 'Percentage CPU', 15)!.average).toBeCloseTo(2 + (98 * 20) / 30, 9)
    expect(last(metrics, 'Percentage CPU', 5)!.count).toBe(4)
  })

  it('before time 0 everything was as at time 0', () => {
    expect(last(metricsOf({}), 'Percentage CPU', -10)).toMatchObject({ average: 50, count: 4 })
  })

  it('memory is there where it is given, used or available', () => {
    const metrics = metricsOf({ memoryPercentIdle: 20, memoryPercentAtFull: 60 })
    expect(last(metrics, 'Percentage Memory')!.average).toBe(40)
    expect(last(metrics, 'Available Memory Percentage')!.average).toBe(60)
    expect(last(metrics, '\\Memory\\% Committed Bytes In Use')!.average).toBe(40)
    expect(metricsOf({}).knows!(0, 'Percentage Memory')).toBe(false)
  })

  it('a queue has a length, and its workers are busy while anything waits', () => {
    // 20 a second too many from minute 30 to 40, then 20 to spare.
    const metrics = metricsOf({ queue: true, steps: [{ at: 'PT30M', factor: 3, for: 'PT10M' }] })
    expect(last(metrics, 'ApproximateMessageCount', 35)!.average).toBe(6000)
    expect(last(metrics, 'ApproximateMessageCount', 40)!.average).toBe(12_000)
    expect(last(metrics, 'ApproximateMessageCount', 45)!.average).toBe(6000)
    expect(last(metrics, 'ApproximateMessageCount', 55)!.average).toBe(0)
    expect(last(metrics, 'Percentage CPU', 45)!.average).toBe(100)
    expect(last(metrics, 'Percentage CPU', 55)!.average).toBe(50)
    expect(metricsOf({}).knows!(0, 'ApproximateMessageCount')).toBe(false)
  })

  it('keeps what a window of twelve hours asks for, over a long run', () => {
    const metrics = metricsOf({ shape: 'daily' }, { duration: 'P6D' })
    const day = 1440
    const grains = metrics.grains(0, 'Percentage CPU', (6 * day - 720) * MINUTE, 6 * day * MINUTE, MINUTE)
    expect(grains).toHaveLength(720)
    // 13:00 is at the peak of 20 over 40.
    expect(grains.find(({ atMs }) => atMs === (5 * day + 13 * 60) * MINUTE)!.average).toBeCloseTo(50, 6)
  })
})
