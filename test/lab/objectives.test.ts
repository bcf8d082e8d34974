import { describe, expect, it } from 'vitest'
import { ObjectiveReader, objectivesOf } from '../../src/lab/objectives.ts'
import { measuresOf, type Sample } from '../../src/lab/sample.ts'
import type { TuningWorld } from '../../src/lab/tuning-worlds.ts'
import { smallFleet, sourceOf } from './small-fleet.ts'

const { scenario } = sourceOf(smallFleet('  []'))
const names = measuresOf(scenario).map(({ name }) => name)
const world = (name: TuningWorld['kind']): TuningWorld => ({ name, kind: name, describe: name, set: [] })
const WORLDS = [world('good'), world('bad'), world('noise')]
const definitions = objectivesOf(scenario, WORLDS, 0.95)

const sample = (statuses: readonly string[], values: Readonly<Record<string, number>> = {}): Sample => ({
  seed: 1,
  statuses,
  values: names.map((name) => values[name] ?? null),
  checks: [],
})
const took = (...minutes: number[]) =>
  sample(
    minutes.map(() => 'Completed'),
    Object.fromEntries(minutes.map((one, rollout) => [`rollouts[${rollout}].duration`, one * 60_000])),
  )
function read(samples: Partial<Record<TuningWorld['kind'], readonly Sample[]>>) {
  const reader = new ObjectiveReader(scenario, WORLDS, definitions, 0.95)
  const byWorld = new Map(Object.entries({ good: [took(10)], bad: [took(10)], noise: [took(10)], ...samples }))
  const objectives = reader.read(byWorld)
  return { value: (name: keyof typeof objectives) => objectives[name]!.value, completed: reader.completed(byWorld) }
}

describe('the objectives', () => {
  it('duration: of several rollouts the longest, of one that does not complete the whole run', () => {
    expect(read({ good: [took(10, 30), took(20)] }).value('duration')).toBe(25 * 60_000)
    const stuck = { good: [took(20), sample(['RollingForward'], { 'rollouts[0].duration': 60_000 })] }
    expect(read(stuck).value('duration')).toBe((20 * 60_000 + scenario.durationMs) / 2)
    expect(read(stuck).completed).toBe(0.5)
    expect(read({ good: [sample([])] }).value('duration')).toBe(scenario.durationMs)
  })

  it('false halts: the share of runs with noise in which a rollout was halted; one that is only late is none', () => {
    const noise = [took(10), sample(['Completed', 'Faulted']), sample(['RollingForward']), sample(['Cancelled'])]
    expect(read({ noise }).value('falseHalts')).toBe(0.25)
  })

  it('blast radius: the quantile over the bad worlds only, a run without harm among them', () => {
    const bad = [...Array<Sample>(19).fill(sample(['Faulted'], { 'blastRadius.percent': 20 })), sample(['Faulted'])]
    expect(read({ bad }).value('blastRadius')).toBe(20)
    const rare = [...Array<Sample>(19).fill(sample([])), sample(['Faulted'], { 'blastRadius.percent': 60 })]
    expect(read({ bad: rare, good: [sample(['Completed'], { 'blastRadius.percent': 90 })] }).value('blastRadius')).toBe(
      0,
    )
  })

  it('lost capacity and surge: means over the good world only', () => {
    const lost = (minutes: number, hours: number) =>
      sample(['Completed'], { 'availability.lostInstanceMinutes': minutes, 'cost.surgeHours': hours })
    const { value } = read({ good: [lost(10, 1), lost(30, 2)], bad: [lost(500, 50)], noise: [lost(500, 50)] })
    expect([value('lostCapacity'), value('cost')]).toEqual([20, 1.5])
  })
})
