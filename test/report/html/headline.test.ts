import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { chartsOf, timeScaleOf } from '../../../src/report/charts/from-result.ts'
import { runData } from '../../../src/report/html/data.ts'
import { storyOf } from '../../../src/report/html/headline.ts'
import { simulate } from '../../../src/sim/simulate.ts'

function played(file: string) {
  return playedText(readFileSync(file, 'utf8'), file)
}

function playedText(text: string, file = 'here.yaml') {
  const readFile = (name: string) => readFileSync(join(dirname(file), name), 'utf8')
  const scenario = loadScenario(text, file, { readFile })
  const result = simulate(scenario, { keepTrace: true })
  const { outcome, harm } = storyOf(scenario, result)
  const time = timeScaleOf(result)
  const { startMs } = runData(result, scenario.name, time, chartsOf(result, scenario, time), [], '')
  return { line: [outcome, harm].join(' ').trim(), startMs }
}

describe('what a stranger reads first', () => {
  it('a halt: when, the inequality, and how far it had come', () => {
    expect(played('scenarios/bad-image.yaml')).toEqual({
      line: 'FAULTED at 00:22:00: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5). 6 of 30 instances were harmed (20 %).',
      startMs: 22 * 60_000,
    })
  })

  it('harm that nothing halted comes before the word Completed, and the page begins at the worst of it', () => {
    const { line, startMs } = played('scenarios/payments-before.yaml')
    expect(line).toMatch(/^Nothing stopped it: 14 of 50 instances were harmed \(28 %\)\. .*COMPLETED at 00:13:43/)
    // All of it is over when the last rollout has ended, two hours later.
    expect(startMs).toBeLessThan(15 * 60_000)
  })

  it('one that still rolls when the run ends was not let through', () => {
    const text = readFileSync('scenarios/bad-image.yaml', 'utf8').replace(/^duration: .*$/m, 'duration: PT18M')
    expect(playedText(text, 'scenarios/bad-image.yaml').line).toMatch(
      /^ROLLING FORWARD: .* 6 of 30 instances were harmed/,
    )
  })

  it('a good rollout: how many, and what it cost meanwhile', () => {
    expect(played('scenarios/good-rollout.yaml').line).toMatch(
      /^COMPLETED at [\d:]{8}: (\d+) of \1 instances upgraded in \d+ batches\. No instance was harmed by what was rolled out\. At the lowest point/,
    )
  })

  it('without a rollout: what befell the fleet, no word of harm by what was not rolled out, at the moment it fell', () => {
    const { line, startMs } = played('scenarios/living/spot-storm.yaml')
    expect(line).toBe(
      'At the lowest point 0 served (0 % of the target capacity). 83.1 % of the requests found no capacity. No rollout within 3 h.',
    )
    expect(startMs).toBe(30.5 * 60_000)
  })

  it('nothing at all', () => {
    const text = `
name: idle
duration: PT4H
azure:
  scaleSets:
    web:
      location: eastus
      sku: { name: Standard_D2as_v5, capacity: 2 }
      upgradePolicy: { mode: Manual }
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/web/1.0.0 } } }
`
    expect(playedText(text)).toEqual({ line: 'No rollout within 4 h.', startMs: 2 * 3_600_000 })
  })
})
