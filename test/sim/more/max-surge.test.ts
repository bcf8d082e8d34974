import { describe, expect, it } from 'vitest'
import { ALL_BAD, changeImage, entries, first, MINUTE, play } from '../play.ts'

const surge = { policy: { maxSurge: true } }

describe('MaxSurge, pair by pair', () => {
  it('MS-1 a surge batch, its new instances and the deletes of the old ones are entered as such', () => {
    const run = play(surge)
    expect(entries(run, 'rollout.batchStarted')[0]).toMatchObject({ rule: 'MS-1', numbers: { surge: true, size: 2 } })
    expect(entries(run, 'instance.creating')[0]!.numbers).toMatchObject({ surge: true, version: 1 })
    expect(entries(run, 'instance.deleting')[0]).toMatchObject({ subject: 'vmss/0', rule: 'MS-1' })
  })

  it('MS-4 room for exactly one batch is room enough', () => {
    const run = play({ ...surge, world: { regions: { eastus: { quota: { instances: 12 } } } } })
    expect(first(run).batches.every((batch) => batch.surge)).toBe(true)
    expect(entries(run, 'rollout.surgeFellBack')).toHaveLength(0)
  })

  it('MS-8 a new instance that never became healthy is deleted under that rule', () => {
    const run = play({ ...surge, newImage: ALL_BAD })
    expect(entries(run, 'instance.deleting').map(({ subject, rule }) => [subject, rule])).toEqual([
      ['vmss/10', 'MS-8'],
      ['vmss/11', 'MS-8'],
    ])
  })

  it('MS-8 one that never served counts as harmed, even if nothing is broken but the patience', () => {
    const run = play({ ...surge, application: { startup: 'PT20M' } })
    expect(first(run)).toMatchObject({ status: 'Faulted', failed: 2 })
    expect(run.measures.blastRadius.instances).toBe(2)
  })

  it('MS-8 one that serves while its probe says otherwise is deleted, but nobody was harmed', () => {
    const run = play({
      ...surge,
      application: { needs: [], endpoints: { '/health': { checks: ['metrics'], answers: 'rich' } } },
      newImage: { defects: [{ name: 'no metrics', breaks: ['metrics'], share: 100 }] },
    })
    expect(first(run)).toMatchObject({ status: 'Faulted', failed: 2 })
    expect(run.measures.blastRadius.instances).toBe(0)
  })

  it('MS-8 the old ones that stay can be worked on again', () => {
    const run = play({
      ...surge,
      newImage: ALL_BAD,
      timeline: [changeImage(), { at: 'PT1H', restart: { instance: 'vmss/0' } }],
    })
    expect(entries(run, 'operation.rejected')).toHaveLength(0)
    expect(entries(run, 'instance.stopping').map((entry) => entry.subject)).toEqual(['vmss/0'])
  })

  it('MS-9 an old one that a user deletes before its turn is not deleted twice, and does not hold up the batch', () => {
    const gone = { at: 'PT11M', deleteInstance: { instance: 'vmss/0' } }
    const run = play({ ...surge, timeline: [changeImage(), gone] })
    expect(entries(run, 'instance.deleting').filter((entry) => entry.subject === 'vmss/0')).toHaveLength(1)
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
  })

  it('TH-17 there is nothing to roll back to on an instance that has known no other model', () => {
    const run = play({
      uniform: true,
      policy: { maxSurge: true, rollbackFailedInstancesOnPolicyBreach: true },
      newImage: ALL_BAD,
      assumptions: { unhealthySurge: 'keepNew' },
    })
    expect(first(run)).toMatchObject({ status: 'Faulted', rolledBack: 0, failed: 2 })
    expect(entries(run, 'instance.updating')).toHaveLength(0)
  })

  it('MS-2 the surge is gone two minutes and a delete after it came', () => {
    const run = play({ ...surge, capacity: 1, duration: 'PT1H' })
    // One instance more from the order (10:00) until its predecessor starts to be deleted (12:00).
    expect(run.measures.cost.surgeHours).toBeCloseTo(2 / 60, 9)
    expect(first(run).endedAtMs).toBe(13 * MINUTE)
  })
})
