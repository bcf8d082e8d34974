import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/model/scenario/load.ts'
import { changeText } from '../../src/web/lessons/change.ts'
import { FILES } from './files.ts'

/** The change of a shipped lesson as the page shows it. */
function shown(name: string): string {
  const file = `scenarios/lessons/${name}.yaml`
  const { lesson } = loadScenario(FILES[file]!, file, { readFile: () => undefined })
  return lesson!.change.set
    .map(changeText)
    .map((text) => `${text.name}: ${text.before} -> ${text.after}`)
    .join('\n')
}

describe('the change of a lesson in words', () => {
  it.each([
    ['01-first-batch', 'rollingUpgradePolicy.maxBatchInstancePercent: 20 -> 10'],
    ['06-somebody-elses-trouble', 'timeline[0].at: PT10M -> PT40M'],
    [
      '10-two-health-sources',
      'virtualMachineProfile.networkProfile: { healthProbe: { protocol: Http, port: 80, requestPath: /ready, intervalInSeconds: 15, numberOfProbes: 2 } } -> nothing',
    ],
    ['15-cancel-is-not-undo', 'timeline: one more entry -> PT1H reapply'],
    ['18-the-kill-switch', 'timeline: one more entry -> PT2H30M excludeFromLatest galProd web 1.1.0'],
    [
      '25-a-floor-under-spot',
      'vmss-batch.priorityMixPolicy: { baseRegularPriorityCount: 0, regularPriorityPercentageAboveBase: 0 } -> { baseRegularPriorityCount: 3, regularPriorityPercentageAboveBase: 50 }',
    ],
    ['19-the-disk-comes-back', 'automaticOSUpgradePolicy.disableAutomaticRollback: not set -> true'],
    ['20-one-replica', 'targetRegions[0].regionalReplicaCount: 1 -> 10'],
  ])('%s', (name, text) => expect(shown(name)).toBe(text))
})
