import { describe, expect, it } from 'vitest'
import type { ObjectiveDefinition, ObjectiveName } from '../../src/lab/objectives.ts'
import { recommend } from '../../src/lab/recommend.ts'
import type { PlayedPolicy } from '../../src/lab/tune.ts'

const definition = (name: ObjectiveName): ObjectiveDefinition => ({
  name,
  title: name,
  describe: name,
  unit: 'percent',
  resolution: 0.01,
})
const DEFINITIONS = [definition('blastRadius'), definition('duration'), definition('falseHalts')]

function policy(name: string, point: readonly number[], more: Partial<PlayedPolicy> = {}): PlayedPolicy {
  const objectives = Object.fromEntries(
    DEFINITIONS.map(({ name: objective }, index) => [
      objective,
      { value: point[index]!, interval: { low: null, high: null } },
    ]),
  )
  const base = {
    values: [name],
    set: [name],
    changes: 1,
    objectives,
    point,
    completed: 1,
    failed: [],
    unmet: [],
    runs: 1,
  }
  return { ...base, ...more }
}
const chosen = (...pool: PlayedPolicy[]) => recommend(pool, DEFINITIONS).values[0]

const SMALL = policy('small', [7, 190, 0])
const MIDDLE = policy('middle', [13, 90, 0])
const LARGE = policy('large', [33, 20, 0])

describe('the recommendation', () => {
  it('is the middling one rather than one that is poor in something', () => {
    expect(chosen(SMALL, MIDDLE, LARGE)).toBe('middle')
    expect(chosen(LARGE, SMALL, MIDDLE)).toBe('middle')
    // Summed without squares small would come to 1 and this one to 1.6.
    expect(chosen(SMALL, policy('middling', [22, 100, 0]), LARGE)).toBe('middling')
  })

  it('does not buy a smaller blast radius with halting most good images', () => {
    expect(chosen(policy('nervous', [8, 35, 0.75]), policy('calm', [17, 35, 0]))).toBe('calm')
  })

  it('does not take a few false halts for the end of the world', () => {
    expect(chosen(policy('a', [13, 35, 0.03]), policy('b', [33, 35, 0]))).toBe('a')
  })

  it('keeps good images coming, and what the scenario expects, where anything does', () => {
    expect(chosen(SMALL, { ...MIDDLE, completed: 0.5 }, LARGE)).not.toBe('middle')
    expect(chosen(SMALL, { ...MIDDLE, unmet: ['blastRadius.percent <= 10'] }, LARGE)).not.toBe('middle')
    expect(chosen({ ...MIDDLE, unmet: ['x'] }, { ...LARGE, unmet: ['x'] })).toBe('middle')
  })

  it('changes no more than it has to, and of equals takes the first', () => {
    expect(chosen(policy('much', [13, 90, 0], { changes: 3 }), policy('little', [13, 90, 0]))).toBe('little')
    expect(chosen(policy('first', [13, 90, 0]), policy('second', [13, 90, 0]))).toBe('first')
  })

  it('is never dominated', () => {
    expect(chosen(policy('worse', [13, 91, 0]), policy('better', [13, 90, 0]))).toBe('better')
  })
})
