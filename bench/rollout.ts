import { constants, PerformanceObserver } from 'node:perf_hooks'
import { loadScenario } from '../src/model/scenario/load.ts'
import type { Scenario } from '../src/model/scenario.ts'
import { simulate } from '../src/sim/simulate.ts'
import { median } from './hold.ts'

/** A healthy rolling upgrade: `sets` scale sets of `instances` each in three zones, five-second probes, start-up and warm-up. */
export function healthyRollout(sets: number, instances: number): Scenario {
  const names = Array.from({ length: sets }, (_, index) => `vmss-${index}`)
  const text = `
name: bench
duration: PT6H
azure:
  scaleSets:
${names.map((name) => scaleSet(name, instances)).join('\n')}
world:
  images:
    gal/app/2.0.0: { boot: { p50: PT50S, p95: PT75S } }
  application:
    needs: [database]
    startup: { p50: PT10S, p95: PT20S }
    warmup: { p50: PT20S, p95: PT40S }
timeline:
${names
  .map(
    (name) =>
      `  - { at: PT10M, updateModel: { scaleSet: ${name}, set: { virtualMachineProfile.storageProfile.imageReference.id: gal/app/2.0.0 } } }`,
  )
  .join('\n')}
`
  return loadScenario(text, 'bench.yaml', { readFile: () => undefined })
}

function scaleSet(name: string, instances: number): string {
  return `    ${name}:
      location: eastus
      zones: ["1", "2", "3"]
      sku: { name: Standard_D2as_v5, capacity: ${instances} }
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
      upgradePolicy:
        mode: Rolling
        rollingUpgradePolicy: { maxBatchInstancePercent: 20, maxUnhealthyInstancePercent: 20,
          maxUnhealthyUpgradedInstancePercent: 20, pauseTimeBetweenBatches: PT1M }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: gal/app/1.0.0 } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0",
                settings: { protocol: http, port: 80, requestPath: /ready, intervalInSeconds: 5, numberOfProbes: 2, gracePeriod: 600 } }`
}

export interface RolloutFigures {
  /** Of the median round, and of the best one: the machine is shared, and neighbours only ever slow a round down. */
  readonly runsPerSecond: number
  readonly runsPerSecondBest: number
  readonly eventsPerRun: number
  /** Garbage collections of any kind per million events. */
  readonly collectionsPerMillionEvents: number
  readonly peakMemoryMiB: number
}

const ROUND_MS = 100

/** Plays a scenario with consecutive seeds for about `seconds`, in short rounds, after a warm-up. */
export async function measureRollouts(scenario: Scenario, seconds: number, keepTrace = false): Promise<RolloutFigures> {
  let seed = 1
  let events = 0
  let runs = 0
  const round = (): number => {
    const startedAt = performance.now()
    let played = 0
    do {
      const result = simulate(scenario, { seed: seed++, keepTrace })
      if (!result.rollouts.every((rollout) => rollout.status === 'Completed'))
        throw new Error('the rollout must complete')
      events += result.events
      played++
    } while (performance.now() - startedAt < ROUND_MS)
    runs += played
    return (played * 1000) / (performance.now() - startedAt)
  }
  for (let warm = 0; warm < 5; warm++) round()
  events = 0
  runs = 0
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as unknown as { detail: { kind: number } }).detail
      if (kind !== constants.NODE_PERFORMANCE_GC_WEAKCB) collections++
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  const rates = Array.from({ length: Math.ceil((seconds * 1000) / ROUND_MS) }, round)
  await new Promise((resolve) => setTimeout(resolve, 20))
  observer.disconnect()
  return {
    runsPerSecond: median(rates),
    runsPerSecondBest: Math.max(...rates),
    eventsPerRun: Math.round(events / runs),
    collectionsPerMillionEvents: (collections * 1e6) / events,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  }
}
