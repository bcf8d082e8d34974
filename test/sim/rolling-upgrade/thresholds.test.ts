import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  batchEndMs,
  checkUpgraded,
  checkWholeSet,
  exceedsPercent,
} from '../../../src/sim/rolling-upgrade/thresholds.ts'
import { ALL_BAD, badOn, batchesOf, breakAt, changeImage, counters, entries, first, MINUTE, play } from '../play.ts'

const BEFORE = 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade'
const DURING = 'MaxUnhealthyInstancePercentExceededInRollingUpgrade'
const UPGRADED = 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade'

describe('the whole-set check', () => {
  it.each([
    { unhealthy: 2, breached: false, why: 'exactly 20 % passes' },
    { unhealthy: 3, breached: true, why: '30 % is more' },
  ])('TH-1 $unhealthy of 10 at 20 %: $why', ({ unhealthy, breached }) => {
    expect(checkWholeSet(unhealthy, 10, 20, true)).toMatchObject({ rule: 'TH-1', breached })
  })

  it('TH-2 a breach there is Faulted with its own code, the message has the percentages, all four counters are 0', () => {
    const run = play({ timeline: [breakAt('PT5M', [1, 4, 7]), changeImage()] })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: BEFORE, lastAction: 'Start' })
    expect(counters(first(run))).toEqual([0, 0, 0, 0])
    expect(first(run).errorMessage).toContain('30 % (3 of 10)')
    expect(first(run).decision).toMatchObject({ count: 3, total: 10, limitPercent: 20 })
    expect(entries(run, 'rollout.ended')[0]!.rule).toBe('TH-2')
  })

  it('TH-3 is the closest call of one that completed, where it was', () => {
    const run = play({ timeline: [changeImage(), breakAt('PT11M', [6, 7])] })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
    expect(first(run).decision).toMatchObject({ rule: 'TH-3', breached: false, count: 2, total: 10 })
    expect(first(play({})).decision).toMatchObject({ rule: 'TH-5', count: 0, total: 10 })
  })

  it('TH-3 runs before every later batch, counts every cause, and lets the running batch finish', () => {
    const run = play({ timeline: [changeImage(), breakAt('PT11M', [5, 6, 7])] })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: DURING, endedAtMs: 12 * MINUTE })
    expect(counters(first(run))).toEqual([2, 0, 0, 8])
    expect(first(run).decision).toMatchObject({ rule: 'TH-3', count: 3, total: 10 })
  })

  it.each([
    { count: 1, total: 5, percent: 20, more: false },
    { count: 1, total: 3, percent: 33, more: true },
    { count: 1, total: 3, percent: 34, more: false },
    { count: 667, total: 2000, percent: 33, more: true },
    { count: 660, total: 2000, percent: 33, more: false },
  ])('TH-4 $count of $total against $percent %: exact, not rounded', ({ count, total, percent, more }) => {
    expect(exceedsPercent(count, total, percent)).toBe(more)
  })

  it('TH-4 is the comparison of exact fractions', () =>
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.nat(100), (count, total, percent) => {
        expect(exceedsPercent(count, total, percent)).toBe(BigInt(count) * 100n > BigInt(percent) * BigInt(total))
      }),
    ))
})

describe('the check after each batch', () => {
  it('TH-5 upgraded instances that are unhealthy, over those upgraded, more than the limit', () => {
    const run = play({ newImage: ALL_BAD })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: UPGRADED })
    expect(first(run).decision).toMatchObject({ rule: 'TH-5', count: 2, total: 2, limitPercent: 20 })
    expect(first(run).errorMessage).toContain('100 % (2 of 2)')
  })

  it('TH-6 by default the denominator is what was upgraded so far; total divides by the whole set', () => {
    expect(checkUpgraded(1, 2, 10, 20, 'upgraded')).toMatchObject({ breached: true, total: 2 })
    expect(checkUpgraded(1, 2, 10, 20, 'total')).toMatchObject({ breached: false, total: 10 })
    const run = play({ newImage: ALL_BAD, assumptions: { upgradedDenominator: 'total' } })
    expect(counters(first(run))).toEqual([0, 3, 0, 7])
  })

  it.each([5, 10, 19, 24])('TH-7 with defaults one bad instance in the first batch of %i stops the run', (capacity) => {
    expect(first(play({ capacity, newImage: badOn(0) })).status).toBe('Faulted')
  })

  it('TH-7 from 25 on one bad instance of five is exactly 20 % and passes', () => {
    expect(first(play({ capacity: 25, newImage: badOn(0) }))).toMatchObject({ status: 'Completed', failed: 1 })
  })

  it('TH-8 at a limit of 0 the first unhealthy upgraded instance breaches', () => {
    const run = play({ capacity: 40, policy: { maxUnhealthyUpgradedInstancePercent: 0 }, newImage: badOn(0) })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: UPGRADED, failed: 1, successful: 7 })
    expect(entries(run, 'rollout.ended')[0]!.rule).toBe('TH-8')
  })

  it('TH-9 one that was good and regresses counts again', () => {
    // 0 and 1 are upgraded and healthy; 0 breaks during the second batch: 1 of 4 is 25 %.
    const run = play({ timeline: [changeImage(), breakAt('PT13M', [0])] })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: UPGRADED, successful: 4, failed: 0 })
    expect(first(run).decision).toMatchObject({ count: 1, total: 4 })
  })

  it('TH-9 one that failed to provision counts as unhealthy', () => {
    const run = play({ newImage: { defects: [{ name: 'agent', breaks: ['extensions'], share: 100 }] } })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: UPGRADED, failed: 2 })
  })

  it('TH-10 where both tests would fail at one border, the upgraded one speaks first', () => {
    const run = play({ timeline: [changeImage(), breakAt('PT11M', [5, 6, 7])], newImage: ALL_BAD })
    expect(first(run).errorCode).toBe(UPGRADED)
  })

  it('TH-11 after the last batch a pass is Completed even with failures; completedWithFailures turns that', () => {
    const world = { capacity: 5, newImage: badOn(4) }
    expect(first(play(world))).toMatchObject({ status: 'Completed', successful: 4, failed: 1 })
    const strict = first(play({ ...world, assumptions: { completedWithFailures: false } }))
    expect(strict).toMatchObject({ status: 'Faulted', errorCode: 'RollingUpgradeInProgressWithFailedUpgradedVMs' })
  })

  it('TH-11 the whole-set check does not run after the last batch', () => {
    const run = play({ capacity: 5, timeline: [changeImage(), breakAt('PT19M', [0])] })
    // One of five upgraded is exactly 20 %; with another one of the set it would be 40 % of the whole set.
    expect(first(run).status).toBe('Completed')
  })
})

describe('the health wait', () => {
  const failures = (run: ReturnType<typeof play>) => entries(run, 'rollout.instanceFailed')

  it('TH-12 five minutes after provisioning an instance that is not healthy has failed; healthWait sets it', () => {
    expect(failures(play({ newImage: ALL_BAD }))[0]).toMatchObject({ atMs: 17 * MINUTE, rule: 'TH-12' })
    const patient = play({ newImage: ALL_BAD, assumptions: { healthWait: 'PT10M' } })
    expect(failures(patient)[0]!.atMs).toBe(22 * MINUTE)
  })

  it('TH-13 the wait starts when provisioning and all extensions are done', () => {
    const run = play({ newImage: ALL_BAD, timings: { extensionInstall: 'PT4M10S' } })
    expect(failures(run)[0]!.atMs).toBe((10 + 1) * MINUTE + 4 * MINUTE + 50_000 + 10_000 + 5 * MINUTE)
  })

  it('TH-14 Initializing is no verdict: the wait goes on until it ends', () => {
    const world = {
      application: { endpoints: { '/health': { answers: { status: 500 } } } },
      probe: { gracePeriod: 900 },
    }
    // The fleet of before reports Unknown as well, so the set as a whole must not stop the run.
    const policy = { maxUnhealthyInstancePercent: 100, maxBatchInstancePercent: 20 }
    const run = play({ ...world, policy })
    expect(failures(run)[0]).toMatchObject({ atMs: 12 * MINUTE + 15 * MINUTE, rule: 'TH-14' })
    const hasty = play({ ...world, policy, assumptions: { initializingExtendsWait: false } })
    expect(failures(hasty)[0]!.atMs).toBe(17 * MINUTE)
  })

  it('TH-14 Healthy ends the wait at once, Unhealthy before the end keeps waiting', () => {
    // Unhealthy for four minutes after start, then cured: in time.
    const late = { defects: [{ name: 'slow cache', share: 100, duration: 'PT4M' }] }
    expect(first(play({ newImage: late })).status).toBe('Completed')
  })

  it('TH-15 one Healthy report is enough; a stabilityWindow asks for more', () => {
    const flaky = { defects: [{ name: 'leak', share: 100, onset: 'PT30S' }] }
    const steps = { assumptions: { upgradeStep: 'PT0S' } }
    expect(entries(play({ newImage: flaky, ...steps }), 'rollout.instanceSucceeded').length).toBeGreaterThan(0)
    const stable = play({ newImage: flaky, assumptions: { upgradeStep: 'PT0S', stabilityWindow: 'PT1M' } })
    expect(entries(stable, 'rollout.instanceSucceeded')).toHaveLength(0)
  })

  it('TH-16 on Service Fabric running and provisioned is healthy, whatever the application does', () => {
    const fabric = {
      extensionProfile: {
        extensions: [
          {
            name: 'sf',
            publisher: 'Microsoft.Azure.ServiceFabric',
            type: 'ServiceFabricLinuxNode',
            typeHandlerVersion: '1.1',
            settings: { durabilityLevel: 'Silver' },
          },
        ],
      },
    }
    const run = play({ profile: fabric, probe: null, newImage: ALL_BAD, mode: 'Rolling' })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
  })
})

describe('what a breach leads to', () => {
  const uniform = { uniform: true, policy: { rollbackFailedInstancesOnPolicyBreach: true } }

  it('TH-17 on Uniform the unhealthy ones go back to the previous model, healthy ones keep the new one, the run stays Faulted', () => {
    const run = play({ ...uniform, capacity: 50, newImage: badOn(0, 5, 10) })
    expect(first(run)).toMatchObject({ status: 'Faulted', errorCode: UPGRADED, rolledBack: 3 })
    const versions = entries(run, 'instance.updating').filter((entry) => entry.rule === 'UM-5')
    const back = versions.filter((entry) => entry.numbers['version'] === 0).map((entry) => entry.subject)
    expect(back).toEqual(['vmss/0', 'vmss/5', 'vmss/10'])
    // All three serve again on the old image.
    expect(run.measures.timeToRecover).not.toBeNull()
  })

  it('TH-17 without the flag nothing goes back', () => {
    const run = play({ uniform: true, capacity: 50, newImage: badOn(0, 5, 10) })
    expect(first(run)).toMatchObject({ status: 'Faulted', rolledBack: 0 })
  })

  it('TH-18 the flag needs a breach: a failure that passes the thresholds is not rolled back', () => {
    const run = play({ ...uniform, capacity: 50, newImage: badOn(0) })
    expect(first(run)).toMatchObject({ status: 'Completed', failed: 1, rolledBack: 0 })
  })

  it('TH-19 on Flexible failed instances stay on the new model; flexRollbackFlag reads the article instead', () => {
    const flexible = { policy: { rollbackFailedInstancesOnPolicyBreach: true }, newImage: ALL_BAD }
    expect(first(play(flexible))).toMatchObject({ status: 'Faulted', rolledBack: 0 })
    expect(first(play({ ...flexible, assumptions: { flexRollbackFlag: 'honour' } })).rolledBack).toBe(2)
    expect(first(play({ ...flexible, assumptions: { profile: 'article' } })).rolledBack).toBe(2)
  })
})

describe('the step of the upgrade engine (assumption upgradeStep)', () => {
  it.each([
    { start: 0, batch: 0, done: 0, end: 60_000, why: 'even nothing to do costs one step' },
    { start: 0, batch: 0, done: 60_000, end: 60_000, why: 'done on a step ends there' },
    { start: 0, batch: 0, done: 60_001, end: 120_000, why: 'the next step' },
    { start: 600_000, batch: 690_000, done: 700_000, end: 720_000, why: 'counted from the start of the upgrade' },
  ])('$done -> $end: $why', ({ start, batch, done, end }) => {
    expect(batchEndMs(start, batch, done, 60_000)).toBe(end)
  })

  it('PT0S turns it off', () => {
    expect(batchEndMs(0, 0, 61_234, 0)).toBe(61_234)
    const run = play({ capacity: 5, timings: { osDiskSwap: 'PT61S' }, assumptions: { upgradeStep: 'PT0S' } })
    expect(first(run).batches.map((batch) => batch.endedAtMs! - batch.startedAtMs)).toEqual(Array(5).fill(121_000))
    expect(batchesOf(run)).toHaveLength(5)
  })
})
