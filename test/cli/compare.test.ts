import { describe, expect, it } from 'vitest'
import { cli } from './harness.ts'

const GOOD = 'scenarios/good-rollout.yaml'
const BATCH = 'azure.scaleSets.vmss-authz.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent=10'

describe('compare', () => {
  it('says how much safer and slower a smaller batch is, and what pairing buys', async () => {
    const { code, stdout } = await cli(['compare', GOOD, '--set-b', BATCH, '--runs', '60'])
    expect(code).toBe(0)
    expect(stdout).toContain('60 pairs on the same luck, seeds 7 to 66')
    expect(stdout).toMatch(/availability\.minServing +24 +27 +\+3 +100 % +0 % +=/)
    const narrowing = /rollouts\[0\]\.duration .* (\d+(?:\.\d+)?) x/.exec(stdout)?.[1]
    expect(Number(narrowing)).toBeGreaterThan(2)
  })

  it('-o json has intervals, paired and on independent seeds', async () => {
    const { stdout } = await cli(['compare', GOOD, '--set-b', BATCH, '--runs', '40', '-o', 'json'])
    const document = JSON.parse(stdout) as { pairs: number; measures: Record<string, Record<string, unknown>> }
    expect(document.pairs).toBe(40)
    const { a, b, difference, interval, bIsBetter } = document.measures['availability.minServingPercent']!
    expect({ a, b, difference, interval }).toEqual({ a: 80, b: 90, difference: 10, interval: [10, 10] })
    expect(bIsBetter).toMatchObject({ rate: 1 })
    expect(document.measures['rollouts[0].duration']!['difference']).toMatch(/^PT\d+M/)
  })

  it('a scenario against itself differs nowhere', async () => {
    const { stdout } = await cli(['compare', GOOD, GOOD, '--runs', '5'])
    expect(stdout).toContain('no measure differs')
  })

  it('compares two cases of a file', async () => {
    const file = 'scenarios/playbook/10-spot-reclaim.yaml'
    const { stdout } = await cli(['compare', file, '--case-b', 'fixed', '--runs', '3'])
    expect(stdout).toContain('--case fixed')
    expect(stdout).toMatch(/spot\.evictions +10 +4 +-6/)
  })

  it('an interrupt keeps the pairs that were finished, both sides of each', async () => {
    const args = ['compare', GOOD, '--set-b', BATCH, '--runs', '20000']
    // A pair takes two breaths; the one that is under way is finished.
    const { code, stdout, stderr } = await cli([...args, '-o', 'json'], { interruptAtBreath: 3 })
    expect(code).toBe(130)
    expect(stderr).toContain('the pairs that were finished are kept')
    const { pairs, measures } = JSON.parse(stdout) as { pairs: number; measures: Record<string, { pairs: number }> }
    expect(pairs).toBeGreaterThan(1)
    expect(pairs).toBeLessThan(20_000)
    expect(measures['availability.minServing']!.pairs).toBe(pairs)
    expect((await cli(args, { interruptAtBreath: 3 })).stdout).toMatch(/ \d+ of 20000 pairs on the same luck/)
  })

  it.each([
    [[GOOD], 'compare needs a second scenario'],
    [[GOOD, '--set-b', 'x.y=1'], 'E0101'],
    [[GOOD, 'nope.yaml'], 'E0001'],
    [[GOOD, '--case-b', 'other'], 'has no case other'],
    [[GOOD, '--set-b', BATCH, '--runs', 'x'], '--runs must be a whole number'],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await cli(['compare', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
