import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { changes } from './play-autoscale.ts'

/** Settings that nobody here wrote, played. They are kept beside the repository, not in it. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/', import.meta.url))
const readFile = (name: string) => readFileSync(CORPUS + name, 'utf8')
const DAY = 24 * 60

describe.skipIf(!existsSync(CORPUS))('autoscale settings of the corpus', () => {
  it('AS-02 AS-03 AS-04 the recorded profiles of the command line, over a week', () => {
    const vmss1 = {
      location: 'eastus',
      orchestrationMode: 'Flexible',
      platformFaultDomainCount: 1,
      sku: { name: 'Standard_D2as_v5', capacity: 3 },
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: {},
    }
    const scenario = loadScenario(
      JSON.stringify({
        duration: 'P7D',
        azure: { from: ['cli-recording-autoscale-recurring.json'], scaleSets: { vmss1 } },
        world: { timings: { createControlPlane: 'PT10S', delete: 'PT10S' }, images: { default: { boot: 'PT10S' } } },
      }),
      'a.yaml',
      { readFile },
    )
    const run = simulate(scenario)
    // On weekdays four, at the weekend one, and the default of three in the minute before each midnight.
    const minute = (day: number, to: number, from: number) => [
      [day * DAY, from, to],
      [day * DAY + DAY - 1, to, 3],
    ]
    const [saturday, sunday] = [5, 6]
    expect(changes(run)).toEqual([
      ...[0, 1, 2, 3, 4].flatMap((day) => minute(day, 4, 3)),
      ...[saturday, sunday].flatMap((day) => minute(day, 1, 3)),
    ])
    expect(run.autoscaleHistory.every(({ rule }) => rule === 'AS-04')).toBe(true)
    expect(scenario.findings.map(({ code }) => code)).not.toContain('AutoscaleProfileNeverHolds')
  })

  it.each([
    ['quickstart-vmss-automatic-mode-autoscale.json', { vmssName: 'shop' }],
    ['checkpoint-waap-zones-expression-autoscale.json', { location: 'eastus', vmName: 'cp' }],
  ])('%s scales to what its rules ask for', (name, parameters) => {
    // A load at which even ten instances are above every threshold of the file.
    const world = { demand: { requestsPerSecond: 100_000, perInstance: 100 } }
    const text = JSON.stringify({ duration: 'PT24H', azure: { from: [name], parameters }, world })
    const scenario = loadScenario(text, 'a.yaml', { readFile })
    const run = simulate(scenario)
    expect(changes(run).at(-1)?.[2]).toBe(scenario.autoscaleSettings[0]!.profiles[0]!.capacity.maximum)
  })
})
