import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../../src/model/gallery/image-version.ts'
import type { RunResult } from '../../../src/sim/result.ts'
import { badOn, countOf, entries, exclude, first, HOUR, MINUTE, play, publish } from './world.ts'

/** The upgrade to 2.0.0 starts at 1:00 and takes five batches of two minutes. */
const versionsOf = (run: RunResult, subject: string) =>
  entries(run, 'instance.image')
    .filter((entry) => entry.subject === subject)
    .map(({ numbers }) => String(numbers['image']).split('/').at(-1)!)
const refusals = (run: RunResult) =>
  run.findings.filter(({ code }) => code === 'RequestRefused').map(({ rules, evidence }) => `${rules} ${evidence}`)

describe('a newer version that arrives while an upgrade runs', () => {
  const newer = publish('PT52M', '3.0.0')
  const scaleOut = { at: 'PT1H3M', scaleTo: { capacity: 13 } }

  it('AO-7 AO-25 an instance made from the newer one is not taken back by the upgrade to the older', () => {
    const run = play({ timeline: [publish(), newer, scaleOut] })
    expect(first(run)).toMatchObject({ targetImage: 'gal/app/2.0.0', status: 'Completed' })
    for (const number of [10, 11, 12]) expect(versionsOf(run, `vmss/${number}`)).toEqual(['3.0.0'])
    for (const { subject } of entries(run, 'instance.image')) {
      const versions = versionsOf(run, subject)
      expect(versions, subject).toEqual([...versions].sort(compareVersions))
    }
    expect(run.rollouts[1]).toMatchObject({ targetImage: 'gal/app/3.0.0', successful: 10 })
  })

  it('RU-17 a replacement of surge gets the version its upgrade is about', () => {
    const run = play({ uniform: true, policy: { maxSurge: true }, timeline: [publish(), newer] })
    const [upgrade] = run.rollouts
    const given = entries(run, 'instance.image').filter(({ atMs }) => atMs < upgrade!.endedAtMs!)
    expect(given.map(({ numbers }) => numbers['image'])).toEqual(Array(10).fill('gal/app/2.0.0'))
    expect(new Set(given.map(({ subject }) => subject)).size).toBe(10)
  })
})

describe('a version that is excluded while an upgrade to it runs (GA-11)', () => {
  const timeline = [publish(), exclude('PT1H3M', '2.0.0')]

  it('GA-11 no further batch starts; those that have it keep it', () => {
    const run = play({ timeline })
    expect(run.rollouts).toHaveLength(1)
    expect(first(run)).toMatchObject({ status: 'Cancelled', successful: 4, pending: 6 })
    expect(entries(run, 'rollout.ended')[0]).toMatchObject({ rule: 'GA-11', atMs: HOUR + 4 * MINUTE })
    expect([countOf(run, '2.0.0'), countOf(run, '1.0.0')]).toEqual([4, 6])
  })

  it('GA-11 under excludeDuringUpgrade finish it goes on to the end', () => {
    const run = play({ timeline, assumptions: { excludeDuringUpgrade: 'finish' } })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
  })

  it('GA-11 excluded in another region it concerns nobody here', () => {
    const estate = { regions: ['eastus', 'westus'] }
    const everywhere = publish('PT10M', '2.0.0', { targetRegions: estate.regions })
    const run = play({ ...estate, timeline: [everywhere, exclude('PT1H3M', '2.0.0', { region: 'westus' })] })
    const ends = run.rollouts.map(({ scaleSet, status }) => [scaleSet, status])
    expect(ends).toEqual([
      ['vmss-eastus', 'Completed'],
      ['vmss-westus', 'Cancelled'],
    ])
  })
})

describe('what waits for approval (AO-21)', () => {
  const deferred = { os: { osRollingUpgradeDeferral: true } }
  const approve = (at: string, instances?: string[]) => ({
    at,
    approveRollingUpgrade: instances === undefined ? {} : { instances },
  })

  it.each([
    ['just before the approval', 'PT3H9M'],
    ['long before it', 'PT2H'],
  ])('GA-11 AO-21 excluded %s, it is rolled out no more', (_, at) => {
    const run = play({ ...deferred, timeline: [publish(), exclude(at, '2.0.0'), approve('PT3H10M')] })
    expect(run.rollouts).toEqual([])
    expect(countOf(run, '2.0.0')).toBe(0)
    expect(refusals(run)).toHaveLength(1)
  })

  it('AO-21 nor does its deadline start it', () => {
    const estate = { ...deferred, assumptions: { deferralDeadline: 'PT3H' } }
    expect(play({ ...estate, timeline: [publish(), exclude('PT3H30M', '2.0.0')] }).rollouts).toEqual([])
  })

  it('AO-21 an approval that names nobody who exists starts nothing', () => {
    const run = play({ ...deferred, timeline: [publish(), approve('PT2H10M', ['vmss/40'])] })
    expect(run.rollouts).toEqual([])
    expect(countOf(run, '2.0.0')).toBe(0)
  })
})

describe('what held it back, once that is over', () => {
  it('AO-14 a bad version that was excluded is followed by the good one that replaces it', () => {
    const timeline = [publish(), exclude('PT1H30M', '2.0.0'), publish('PT1H30M', '2.0.1')]
    const run = play({ newImage: badOn(), timeline })
    expect(run.rollouts.map(({ targetImage }) => targetImage)).toEqual(['gal/app/2.0.0', 'gal/app/2.0.1'])
    expect(run.rollouts[1]).toMatchObject({ status: 'Completed', successful: 10 })
  })
})
