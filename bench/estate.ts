import { loadScenario } from '../src/model/scenario/load.ts'
import type { Scenario } from '../src/model/scenario.ts'
import { simulate } from '../src/sim/simulate.ts'

const REGIONS = [
  'eastus',
  'westus2',
  'westus3',
  'centralus',
  'northeurope',
  'westeurope',
  'uksouth',
  'southeastasia',
  'japaneast',
  'australiaeast',
]

/**
 * One gallery, ten regions, `setsPerRegion` scale sets of `instances` in each: a bad version is published everywhere at once,
 * and automatic OS upgrade takes it up. Forty per cent of the machines that get it cannot reach what they need.
 */
export function badVersionEverywhere(setsPerRegion: number, instances: number): Scenario {
  const sets = REGIONS.flatMap((region) =>
    Array.from({ length: setsPerRegion }, (_, index) => scaleSet(`vmss-${region}-${index}`, region, instances)),
  )
  const text = `
name: bad-version-everywhere
duration: PT12H
azure:
  galleries:
    gal:
      location: eastus
      images:
        app:
          versions:
            1.0.0: { targetRegions: [${targets()}] }
  scaleSets:
${sets.join('\n')}
world:
  images:
    gal/app/2.0.0:
      boot: { p50: PT50S, p95: PT75S }
      defects: [{ name: firewall tightened, breaks: [hsm], share: 40, onset: PT0S }]
  application:
    needs: [hsm]
    startup: { p50: PT10S, p95: PT20S }
    warmup: { p50: PT20S, p95: PT40S }
timeline:
  - { at: PT10M, publishImageVersion: { image: gal/app, version: 2.0.0, targetRegions: [${targets()}] } }
`
  return loadScenario(text, 'estate.yaml', { readFile: () => undefined })
}

const targets = () => REGIONS.map((name) => `{ name: ${name}, regionalReplicaCount: 10 }`).join(', ')

function scaleSet(name: string, region: string, instances: number): string {
  return `    ${name}:
      location: ${region}
      zones: ["1", "2", "3"]
      sku: { name: Standard_D2as_v5, capacity: ${instances} }
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
      upgradePolicy:
        mode: Rolling
        rollingUpgradePolicy: { maxBatchInstancePercent: 20, maxUnhealthyInstancePercent: 20,
          maxUnhealthyUpgradedInstancePercent: 20, pauseTimeBetweenBatches: PT2M }
        automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, useRollingUpgradePolicy: true }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: gal/app } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0",
                settings: { protocol: http, port: 80, requestPath: /ready, intervalInSeconds: 5, numberOfProbes: 1, gracePeriod: 600 } }`
}

export interface EstateFigures {
  readonly sets: number
  readonly instances: number
  readonly loadSeconds: number
  readonly playSeconds: number
  readonly events: number
  readonly harmed: number
  readonly halted: number
  /** Heap that the run itself keeps when it is over, by instance. */
  readonly heapBytesPerInstance: number
  readonly peakMemoryMiB: number
}

/** Plays the estate once, in a process of its own if its peak is to mean anything. */
export function measureEstate(setsPerRegion: number, instances: number): EstateFigures {
  const startedAt = performance.now()
  const scenario = badVersionEverywhere(setsPerRegion, instances)
  const loadedAt = performance.now()
  globalThis.gc?.()
  const before = process.memoryUsage()
  const result = simulate(scenario)
  const playedAt = performance.now()
  globalThis.gc?.()
  const after = process.memoryUsage()
  const total = scenario.scaleSets.length * instances
  const held = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  return {
    sets: scenario.scaleSets.length,
    instances: total,
    loadSeconds: (loadedAt - startedAt) / 1000,
    playSeconds: (playedAt - loadedAt) / 1000,
    events: result.events,
    harmed: result.measures.blastRadius.instances ?? 0,
    halted: result.rollouts.filter(({ status }) => status === 'Faulted').length,
    heapBytesPerInstance: held / total,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  }
}
