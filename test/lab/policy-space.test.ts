import { describe, expect, it } from 'vitest'
import {
  assignmentsOf,
  declaredPolicy,
  gridOf,
  neighboursOf,
  policySpaceOf,
  sizeOf,
  splitPolicyPath,
  spreadOf,
} from '../../src/lab/policy-space.ts'
import { InputError } from '../../src/model/diagnostic.ts'
import { POLICY, smallFleet, sourceOf } from './small-fleet.ts'

const spaceOf = (vary: string, set: readonly string[] = []) => {
  // The scenario is loaded without them: whether entries are well-formed is the schema's business, and not asked here.
  const { source, scenario } = sourceOf(smallFleet('  []'))
  return policySpaceOf({ ...source, text: smallFleet(vary) }, set, scenario)
}

describe('the space of a scenario', () => {
  it.each([
    { entry: 'maxBatchInstancePercent, from: 5, to: 50', levels: [5, 10, 20, 30, 40, 50] },
    { entry: 'maxBatchInstancePercent, from: 7, to: 33', levels: [7, 10, 15, 20, 25, 30, 33] },
    { entry: 'maxBatchInstancePercent, from: 10, to: 12', levels: [10, 11, 12] },
    { entry: 'maxUnhealthyInstancePercent, from: 5, to: 100', levels: [5, 20, 30, 40, 60, 80, 100] },
    {
      entry: 'pauseTimeBetweenBatches, from: PT0S, to: PT10M',
      levels: ['PT0S', 'PT1M', 'PT2M', 'PT4M', 'PT6M', 'PT8M', 'PT10M'],
    },
    { entry: 'pauseTimeBetweenBatches, values: [PT120S, PT0S]', levels: ['PT0S', 'PT2M'] },
    { entry: 'maxSurge, values: [true, false]', levels: [false, true] },
  ])('$entry: $levels, the declared value among them where it lies within', ({ entry, levels }) => {
    const space = spaceOf(`  - { path: ${POLICY}.${entry} }`)
    expect(space.origin).toBe('vary')
    expect(space.fields.map((field) => field.levels)).toEqual([levels])
  })

  it('passes over what is no policy, wherever it stands', () => {
    const { fields } = spaceOf(`  - { path: "world.images[gal/app/2.0.0].defects[0].share", from: 1, to: 100 }
  - { path: azure.scaleSets.web.sku.capacity, from: 3, to: 30 }
  - { path: "azure.scaleSets[web].properties.upgradePolicy.rollingUpgradePolicy.maxSurge", values: [true] }
  - { path: azure.scaleSets.web.automaticRepairsPolicy.gracePeriod, from: PT10M, to: PT90M }`)
    expect(fields.map(({ member }) => member)).toEqual([
      'upgradePolicy.rollingUpgradePolicy.maxSurge',
      'automaticRepairsPolicy.gracePeriod',
    ])
  })

  it('is laid around the declared policy where vary names none of it', () => {
    const { fields, origin } = spaceOf('  - { path: world.x, from: 1, to: 2 }')
    expect(origin).toBe('default')
    expect(fields.map(({ member, declared }) => [member.split('.').at(-1), declared])).toEqual([
      ['maxBatchInstancePercent', 20],
      ['maxUnhealthyInstancePercent', 30],
      ['maxUnhealthyUpgradedInstancePercent', 20],
      ['pauseTimeBetweenBatches', 'PT1M'],
      ['prioritizeUnhealthyInstances', false],
      ['maxSurge', false],
    ])
    expect(fields[1]!.levels).toEqual([10, 20, 30, 35, 50])
  })

  it('reads what --set has made of vary', () => {
    const { fields } = spaceOf('  []', [`vary[+]={ path: ${POLICY}.maxSurge, values: [true] }`])
    expect(fields[0]!.levels).toEqual([true])
  })

  it.each([
    ['maxBatchInstancePercent, from: 50, to: 5', 'from 50 is more than to 5'],
    ['maxBatchInstancePercent, from: 5, to: PT1M', 'from and to are whole numbers or durations'],
    ['maxSurge, values: []', 'values is a list'],
    ['maxSurge', 'from and to'],
  ])('E0190 { path: …%s } is told where it stands', (entry, message) => {
    try {
      spaceOf(`  - { path: ${POLICY}.${entry} }`)
      expect.unreachable()
    } catch (error) {
      const [diagnostic] = (error as InputError).diagnostics
      expect(error).toBeInstanceOf(InputError)
      expect(diagnostic).toMatchObject({ code: 'E0190', place: { file: 'small.yaml', line: 19 } })
      expect(diagnostic!.message).toContain(message)
    }
  })

  it('a path may hold the name in brackets, with dots', () => {
    expect(splitPolicyPath('azure.scaleSets[web.eu].upgradePolicy.mode', ['web', 'web.eu'])).toEqual({
      scaleSet: 'web.eu',
      member: 'upgradePolicy.mode',
    })
    expect(splitPolicyPath('azure.scaleSets.web.upgradePolicyX.mode', ['web'])).toBeUndefined()
  })
})

describe('policies', () => {
  const space = spaceOf(`  - { path: ${POLICY}.maxBatchInstancePercent, values: [10, 20, 40] }
  - { path: ${POLICY}.maxSurge, values: [false, true] }`)

  it('the grid has each of them once', () => {
    expect(sizeOf(space)).toBe(6)
    expect([...gridOf(space)]).toEqual([
      [10, false],
      [10, true],
      [20, false],
      [20, true],
      [40, false],
      [40, true],
    ])
  })

  it('a spread meets every value of every field about equally often, and depends on the seed', () => {
    const take = (seed: number) => {
      const spread = spreadOf(space, seed)
      return Array.from({ length: 60 }, () => spread.next().value!)
    }
    const count = (field: number, value: unknown) => take(1).filter((values) => values[field] === value).length
    expect([10, 20, 40].map((value) => count(0, value)).every((hits) => hits >= 17 && hits <= 23)).toBe(true)
    expect([false, true].map((value) => count(1, value)).every((hits) => hits >= 28 && hits <= 32)).toBe(true)
    expect(take(1)).toEqual(take(1))
    expect(take(1)).not.toEqual(take(2))
  })

  it('neighbours differ in one field by one level', () => {
    expect(neighboursOf(space, [20, false])).toEqual([
      [10, false],
      [40, false],
      [20, true],
    ])
  })

  it('assignments hold only what differs from the declaration', () => {
    expect(declaredPolicy(space)).toEqual([20, false])
    expect(assignmentsOf(space, [20, true])).toEqual([`${POLICY}.maxSurge=true`])
    expect(assignmentsOf(space, declaredPolicy(space))).toEqual([])
  })
})
