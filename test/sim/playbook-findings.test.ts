import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/model/scenario/load.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { play } from './play.ts'

const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code)

/** A shipped scenario with assignments of `--set`. */
const shipped = (path: string, ...set: string[]) =>
  codesOf(simulate(loadScenario(readFileSync(path, 'utf8'), path, { readFile: () => undefined, set })).findings)

describe('thresholds of findings', () => {
  it('ServingButUnhealthy is told of those that were misjudged for longer than servingButUnhealthyAfter', () => {
    const path = 'scenarios/playbook/08-unhealthy-though-it-works.yaml'
    expect(shipped(path)).toContain('ServingButUnhealthy')
    // The run is two hours long.
    expect(shipped(path, 'assumptions.servingButUnhealthyAfter=PT1H59M')).toContain('ServingButUnhealthy')
    expect(shipped(path, 'assumptions.servingButUnhealthyAfter=PT2H')).not.toContain('ServingButUnhealthy')
  })

  it.each([
    { taken: 50, spotLeftPercent: 50, told: false },
    { taken: 60, spotLeftPercent: 50, told: true },
    { taken: 20, spotLeftPercent: 50, told: false },
    { taken: 20, spotLeftPercent: 90, told: true },
  ])('SpotFloorTooLow: $taken % taken of a set without demand, limit $spotLeftPercent %: $told', (row) => {
    const { taken, spotLeftPercent, told } = row
    const run = play({
      profile: { priority: 'Spot', evictionPolicy: 'Deallocate' },
      timeline: [{ at: 'PT10M', reclaimSpot: { percent: taken } }],
      assumptions: { spotLeftPercent },
    })
    expect(codesOf(run.findings).includes('SpotFloorTooLow')).toBe(told)
  })
})
