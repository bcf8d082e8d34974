import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExpectation, RUN_MEASURES, SET_MEASURES } from '../../../src/model/parse-expectation.ts'
import { findRule } from '../../../src/model/rules/index.ts'
import { causesOf, chainOf, countedGroups } from '../../../src/report/why/chain.ts'
import { inequalityOf } from '../../../src/report/why/inequality.ts'
import { SENTENCES, sentenceOf } from '../../../src/report/why/sentences.ts'
import { anchorOf } from '../../../src/report/why/targets.ts'
import { TraceIndex } from '../../../src/report/why/trace-index.ts'
import { type Why, whyOf } from '../../../src/report/why/why.ts'
import type { TraceEntry } from '../../../src/sim/result.ts'
import { exceedsPercent } from '../../../src/sim/rolling-upgrade/thresholds.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { TRACE_CATALOGUE, TRACE_NAMES } from '../../../src/sim/trace-catalogue.ts'
import { weeks, worldOf } from '../../sim/living-worlds.ts'
import { breakAt, changeImage, scenarioOf } from '../../sim/play.ts'
import { type PlayedCase, playFile, SHIPPED } from '../shipped.ts'

/** What must hold of any trace: everything has a chain that ends at a root, and a sentence of words. */
function checkTrace({ scenario, result }: Omit<PlayedCase, 'name'>): void {
  const index = new TraceIndex(scenario, result)
  for (const entry of result.trace) {
    const sentence = sentenceOf(entry, index)
    expect(sentence, `${entry.id} ${entry.what}`).toMatch(/^\S.*\S$/)
    expect(sentence, `${entry.id} ${entry.what}`).not.toMatch(/undefined|NaN|null|\[object| {2}|(?<= )-\d/)
    const chain = chainOf(entry, index).map((link) => link.entry)
    expect(chain[0]).toBe(entry)
    expect(chain.at(-1)!.cause).toBeNull()
    for (let at = 1; at < chain.length; at++) expect(chain[at]!.id).toBeLessThan(chain[at - 1]!.id)
    expect(causesOf(entry, index).at(-1)!.cause).toBeNull()
    if (entry.what === 'rollout.check') checkCounted(entry, index)
  }
}

/** The instances that were gathered are as many as the test counted, each of another name, each for an earlier reason. */
function checkCounted(check: TraceEntry, index: TraceIndex): void {
  const members = countedGroups(check, index).flatMap((group) => group.members)
  expect(members).toHaveLength(inequalityOf(check).count)
  expect(new Set(members.map(({ instance }) => instance.index)).size).toBe(members.length)
  for (const { entry } of members) expect(entry.id).toBeLessThan(check.id)
}

/** Every inequality of a story is true and is the one of its trace entry. */
function checkStories(why: Why, { result }: Omit<PlayedCase, 'name'>): void {
  for (const { steps, chain } of why.stories)
    for (const step of steps) {
      for (const rule of step.rules) expect(findRule(rule), rule).toBeDefined()
      for (const id of step.entries) expect(result.trace[id]).toBeDefined()
      expect(chain).toContain(step.entries[0])
      if (step.inequality === undefined) continue
      const { count, total, limitPercent, breached } = step.inequality
      expect(exceedsPercent(count, total, limitPercent)).toBe(breached)
      const check = step.entries.map((id) => result.trace[id]!).find(({ what }) => what === 'rollout.check')!
      expect(check.numbers).toMatchObject({ count, total, limitPercent, breached })
      const sign = breached ? `% > ${limitPercent} %` : `% <= ${limitPercent} %`
      expect(step.text).toContain(sign)
      expect(step.text).toMatch(new RegExp(`\\b${count} (upgraded and unhealthy )?of ${total}\\b`))
    }
}

describe('sentences of trace entries', () => {
  it('there is one for everything that can stand in a trace, and for nothing else', () => {
    expect(Object.keys(SENTENCES).sort()).toEqual([...TRACE_NAMES].sort())
  })

  it.each(TRACE_CATALOGUE.filter(({ name }) => name !== 'rollout.check'))(
    '$name reads only numbers that it has',
    ({ name, numbers }) => {
      const index = new TraceIndex({ scaleSets: [] } as never, { trace: [], instances: [], rollouts: [] } as never)
      const values = Object.fromEntries(
        numbers.map((marked) => {
          const bare = marked.replace(/^[#~?]/, '')
          return [
            bare,
            marked.startsWith('#')
              ? `(${bare})`
              : marked.startsWith('~')
                ? 'Unhealthy'
                : marked.startsWith('?')
                  ? true
                  : 7,
          ]
        }),
      )
      const entry: TraceEntry = {
        id: 3,
        atMs: 0,
        what: name,
        subject: 'vmss/3',
        cause: null,
        rule: null,
        numbers: values,
      }
      const sentence = sentenceOf(entry, index)
      expect(sentence).not.toMatch(/undefined|NaN/)
      // Whoever reads it must learn the texts of the entry, as far as they are not words of its own.
      for (const value of Object.values(values))
        if (typeof value === 'string' && value.startsWith('(') && !['(fault)', '(what)'].includes(value))
          expect(`${sentence} ${UNTOLD[name] ?? ''}`, name).toContain(value)
    },
  )
})

/** Texts that a sentence leaves to the entry itself. */
const UNTOLD: Readonly<Record<string, string>> = {
  'model.updated': '(action)',
  'rollout.goesOn': '(code)',
  'instance.deleteFailed': '(ResilientVMDeletionStatus)',
}

describe('every entry has a chain that ends at a root, and a sentence', () => {
  it.each(SHIPPED)(
    '%s',
    (file) => {
      for (const played of playFile(file)) {
        checkTrace(played)
        checkStories(whyOf(played.scenario, played.result), played)
        for (let number = 1; number <= played.result.rollouts.length; number++)
          checkStories(whyOf(played.scenario, played.result, { kind: 'rollout', number }), played)
        for (let number = 1; number <= played.result.expectations.length; number++)
          checkStories(whyOf(played.scenario, played.result, { kind: 'expectation', number }), played)
        for (const { name } of played.result.instances.slice(0, 40))
          checkStories(whyOf(played.scenario, played.result, { kind: 'instance', name }), played)
      }
    },
    120_000,
  )

  it('rollouts of half-bad images, with and without MaxSurge and restored disks', () => {
    const policies = fc.record({
      capacity: fc.integer({ min: 1, max: 12 }),
      share: fc.constantFrom(0, 30, 60, 100),
      batch: fc.constantFrom(20, 50, 100),
      upgraded: fc.constantFrom(0, 20, 50, 100),
      maxSurge: fc.boolean(),
      rollbackFailedInstancesOnPolicyBreach: fc.boolean(),
      uniform: fc.boolean(),
      broken: fc.subarray([0, 1, 2]),
    })
    fc.assert(
      fc.property(policies, ({ capacity, share, batch, upgraded, maxSurge, uniform, broken, ...flags }) => {
        const sick = broken.filter((one) => one < capacity)
        const scenario = scenarioOf({
          capacity,
          uniform,
          ...(uniform ? { set: { overprovision: false } } : {}),
          policy: {
            maxBatchInstancePercent: batch,
            maxUnhealthyInstancePercent: 100,
            maxUnhealthyUpgradedInstancePercent: upgraded,
            maxSurge,
            ...flags,
          },
          newImage: { defects: [{ name: 'bad', share }] },
          timeline: [...(sick.length === 0 ? [] : [breakAt('PT5M', sick)]), changeImage()],
        })
        const result = simulate(scenario, { keepTrace: true })
        checkTrace({ scenario, result })
        checkStories(whyOf(scenario, result), { scenario, result })
        checkStories(whyOf(scenario, result, { kind: 'rollout', number: 1 }), { scenario, result })
      }),
      { seed: 11, numRuns: 150 },
    )
  }, 120_000)

  it('generated weeks of everything that moves a fleet', () => {
    fc.assert(
      fc.property(weeks, (week) => {
        const scenario = scenarioOf(worldOf(week))
        const result = simulate(scenario, { keepTrace: true })
        checkTrace({ scenario, result })
        checkStories(whyOf(scenario, result), { scenario, result })
      }),
      { seed: 7, numRuns: 12 },
    )
  }, 240_000)
})

describe('what a measure is told by', () => {
  const played = playFile('scenarios/payments-after.yaml')[0]!
  const index = new TraceIndex(played.scenario, played.result)
  it.each([...Object.keys(SET_MEASURES), ...Object.keys(RUN_MEASURES)])(
    '%s has an entry or says what there is not',
    (name) => {
      const parsed = parseExpectation(`${name} == ${name.startsWith('time') || name.startsWith('boot') ? 'PT1M' : 1}`)
      if (!('ok' in parsed)) throw new Error(name)
      const { entry, sayings } = anchorOf(parsed.ok.measure, index)
      expect(entry !== null || sayings.length > 0, name).toBe(true)
    },
  )
})

describe('those whom a test counted', () => {
  it('the larger group is told, though the other one began earlier', () => {
    const scenario = scenarioOf({
      capacity: 10,
      policy: { maxUnhealthyUpgradedInstancePercent: 100 },
      newImage: { defects: [{ name: 'bad', share: 100 }] },
      timeline: [changeImage(), breakAt('PT10M30S', [9])],
    })
    const result = simulate(scenario, { keepTrace: true })
    const index = new TraceIndex(scenario, result)
    const check = result.trace.find(({ what, numbers }) => what === 'rollout.check' && numbers['breached'] === true)!
    const groups = countedGroups(check, index)
    expect(groups.map(({ landmark, members }) => [landmark.what, members.length])).toEqual([
      ['defect.active', 2],
      ['instance.broken', 1],
    ])
    const [story] = whyOf(scenario, result, { kind: 'rollout', number: 1 }).stories
    expect(story!.sayings).toContain('also counted: vmss/9, since the application on vmss/9 breaks down')
  })
})

describe('what a probe saw', () => {
  it.each([
    { failDelay: 'PT29S', saw: 'answered 200 Unhealthy' },
    { failDelay: 'PT30S', saw: 'had no answer within 30 s' },
  ])('of an endpoint that fails after $failDelay: $saw', ({ failDelay, saw }) => {
    const scenario = scenarioOf({
      capacity: 5,
      application: { needs: ['db'], endpoints: { '/health': { checks: ['db'], answers: 'rich', failDelay } } },
      newImage: { defects: [{ name: 'bad', breaks: ['db'], share: 100 }] },
    })
    const result = simulate(scenario, { keepTrace: true })
    const [story] = whyOf(scenario, result, { kind: 'rollout', number: 1 }).stories
    expect(story!.steps.map(({ text }) => text).join('\n')).toContain(`/health ${saw}`)
  })
})
