import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resultSchema } from '../../src/report/result-schema.ts'
import { changed, cli, type World } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'

describe('run --runs', () => {
  it('reports distributions, rates and expectations over all runs', async () => {
    const { code, stdout } = await cli(['run', BAD, '--runs', '50'])
    expect(code).toBe(0)
    expect(stdout).toContain('50 runs, seeds 7 to 56')
    expect(stdout).toMatch(/Rollout 1 +Faulted 100 % \(9\d\.\d+ % to 100 %\)/)
    expect(stdout).toMatch(/timeToHalt +\d+min/)
    expect(stdout).toContain('held in 100 %')
    expect(stdout).toContain('vmss-twin run scenarios/bad-image.yaml --seed 7 --runs 50')
  })

  it('-o json holds to the schema, and is the same however many batches are under way', async () => {
    const { stdout } = await cli(['run', BAD, '--runs', '30', '-o', 'json'])
    const [entry] = resultSchema.parse(JSON.parse(stdout)).results
    expect(entry).toMatchObject({
      scenario: 'bad-image',
      seeds: { from: 7, runs: 30 },
      campaign: { runs: 30, confidence: 0.95 },
    })
    expect((await cli(['run', BAD, '--runs', '30', '-o', 'json', '--workers', '4'])).stdout).toBe(stdout)
  })

  it.each([1, 2, 3])('-o json holds to the schema after %d runs, when intervals are wide', async (runs) => {
    const files = { 'mine.yaml': changed(BAD, 'blastRadius.percent <= 20', 'mean(timeToHalt) >= PT0S') }
    const { code, stdout } = await cli(['run', 'mine.yaml', '--runs', String(runs), '-o', 'json'], { files })
    expect(code).toBe(0)
    const [entry] = resultSchema.parse(JSON.parse(stdout)).results
    expect(entry).toMatchObject({ campaign: { runs } })
    expect(stdout).not.toContain('-PT')
  })

  it('an expectation that fails in one run fails, with the command that plays that run', async () => {
    const files = { 'mine.yaml': changed(BAD, 'blastRadius.percent <= 20', 'timeToHalt <= PT11M') }
    const { code, stdout } = await cli(['run', 'mine.yaml', '--runs', '50', '-q'], { files })
    expect(code).toBe(1)
    const seed = /first seed in which it does not hold: (\d+)/.exec(stdout.replace(/\s+/g, ' '))?.[1]
    expect(stdout).toContain(`vmss-twin run mine.yaml --seed ${seed}`)
    expect((await cli(['run', 'mine.yaml', '--seed', seed!], { files })).code).toBe(1)
    expect((await cli(['run', 'mine.yaml', '--seed', '7'], { files })).code).toBe(0)
  })

  it('--until-decided stops early when every interval clears its threshold', async () => {
    const files = {
      'mine.yaml': changed(BAD, '  - blastRadius.percent <= 20\n', '  - p50(timeToHalt) <= PT20M\n').replace(
        /expect:\n( .*\n?)*/,
        'expect:\n  - p50(timeToHalt) <= PT20M\n',
      ),
    }
    const { stdout } = await cli(['run', 'mine.yaml', '--runs', '5000', '--until-decided'], { files })
    expect(stdout).toContain('100 of 5000 runs')
    expect(stdout.replace(/\s+/g, ' ')).toContain('in spite of the 1 look at which it might have stopped')
  })

  it('--until-decided goes on while an interval holds the threshold, and widens it with every look', async () => {
    const expectation = (text: string) => ({
      'mine.yaml': readFileSync(BAD, 'utf8').replace(/^expect:\n(?: .*\n?|\n)*/m, `expect:\n  - ${text}\n`),
    })
    const of = async (text: string) => {
      const args = ['run', 'mine.yaml', '--runs', '400', '--until-decided', '-o', 'json']
      const { stdout } = await cli(args, { files: expectation(text) })
      return (
        JSON.parse(stdout) as { results: { campaign: { runs: number; looks: number }; expectations: object[] }[] }
      ).results[0]!
    }
    // Every run holds, so after n of them the share is above (0.025 / looks / (looks + 1)) ^ (1 / n).
    const above = (runs: number, looks: number) => (0.025 / (looks * (looks + 1))) ** (1 / runs)
    const decided = await of('rate(rollouts[0].status == Faulted) >= 0.95')
    expect(decided.campaign).toMatchObject({ runs: 100, looks: 1 })
    expect(decided.expectations).toMatchObject([{ decided: true, interval: [expect.closeTo(above(100, 1), 6), 1] }])
    const later = await of('rate(rollouts[0].status == Faulted) >= 0.97')
    expect(later.campaign).toMatchObject({ runs: 200, looks: 2 })
    expect(later.expectations).toMatchObject([{ decided: true, interval: [expect.closeTo(above(200, 2), 6), 1] }])
    // That of a single look at 400 runs, 0.9908, would have decided.
    const never = await of('rate(rollouts[0].status == Faulted) >= 0.989')
    expect(never.campaign).toMatchObject({ runs: 400, looks: 3 })
    expect(never.expectations).toMatchObject([{ decided: false, verdict: 'pass' }])
  })

  it('keeps the finished runs at an interrupt', async () => {
    const { code, stdout, stderr } = await cli(['run', BAD, '--runs', '100000', '-o', 'json'], { interruptAtBreath: 2 })
    expect(code).toBe(130)
    const [entry] = resultSchema.parse(JSON.parse(stdout)).results as { campaign: { runs: number } }[]
    expect(entry!.campaign.runs).toBeGreaterThan(0)
    expect(entry!.campaign.runs).toBeLessThan(100_000)
    expect(stderr).toBe(`interrupted after ${entry!.campaign.runs} runs of bad-image; 0 of 1 finished\n`)
  })

  it('says of an interrupted campaign only what more runs would hardly turn', async () => {
    const expected = ['p50(blastRadius.percent) <= 99', 'p50(blastRadius.percent) >= 99', 'blastRadius.percent <= 99']
    const set = expected.flatMap((text) => ['--set', `expect[+]=${text}`])
    const verdicts = async (runs: string, world: World = {}) => {
      const { stdout } = await cli(['run', BAD, '--runs', runs, '--set', 'expect=[]', ...set, '-o', 'json'], world)
      const { results, verdict } = JSON.parse(stdout) as {
        verdict: string
        results: { expectations: { verdict: string; reason?: string }[] }[]
      }
      return { verdict, of: results[0]!.expectations }
    }
    const part = await verdicts('100000', { interruptAtBreath: 2 })
    expect(part.of.map((one) => one.verdict)).toEqual(['pass', 'fail', 'undecided'])
    expect(part.of[2]!.reason).toMatch(/^it holds so far, in \d+ of 100000 runs$/)
    expect((await verdicts('40')).of.map((one) => one.verdict)).toEqual(['pass', 'fail', 'pass'])
    const { stdout } = await cli(['run', BAD, '--runs', '100000'], { interruptAtBreath: 2 })
    expect(stdout).toMatch(/^\? UNDECIDED/)
  })

  it.each([
    [['--runs', '0'], '--runs must be a whole number from 1'],
    [['--runs', 'many'], '--runs must be a whole number from 1'],
    [['--runs', '5', '--trace', 't.jsonl'], '--trace takes one run'],
    [['--runs', '5', '--shard', '4/3', '-o', 'json'], '--shard must be k/n'],
    [['--runs', '5', '--shard', '1/3'], '--shard prints samples for merge'],
    [['--runs', '5', '--shard', '1/3', '-o', 'json', '--until-decided'], 'exclude each other'],
    [['--runs', '5', '--workers', 'all'], '--workers must be a whole number'],
    [['--runs', '5', '--shard', '1/99999999999999999999', '-o', 'json'], '--shard must be k/n'],
    [['--runs', '5', '--seed', '9007199254740990'], 'after seed 9007199254740990 there are no 5 seeds'],
    [['--shard', '1/3'], '--shard is for a campaign'],
    [['--until-decided'], '--until-decided is for a campaign'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr, stdout } = await cli(['run', BAD, ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('merge', () => {
  const shard = async (k: number, ...more: string[]) =>
    (await cli(['run', BAD, '--runs', '31', '--shard', `${k}/3`, '-o', 'json', ...more])).stdout

  it('of all shards is the whole, byte for byte, in whatever order they are named', async () => {
    const whole = await cli(['run', BAD, '--runs', '31', '-o', 'json'])
    const files = { 'a.json': await shard(1), 'b.json': await shard(2), 'c.json': await shard(3) }
    const merged = await cli(['merge', 'c.json', 'a.json', 'b.json', '-o', 'json'], { files })
    expect(merged).toMatchObject({ code: 0, stdout: whole.stdout })
    const text = (await cli(['merge', 'a.json', 'b.json', 'c.json'], { files })).stdout
    expect(text).toBe((await cli(['run', BAD, '--runs', '31'])).stdout)
  })

  it('is the whole for every reporter, with what was set, the case, and the lines of the expectations', async () => {
    const [file, limit] = [
      'scenarios/playbook/10-spot-reclaim.yaml',
      'azure.scaleSets.vmss-authz.upgradePolicy.rollingUpgradePolicy.maxUnhealthyUpgradedInstancePercent=100',
    ]
    for (const args of [
      ['run', BAD, '--runs', '7', '--set', limit],
      ['run', file, '--runs', '7', '--case', 'base'],
      ['run', file, '--runs', '7', '--case', 'fixed'],
    ]) {
      const part = async (k: number) => (await cli([...args, '--shard', `${k}/2`, '-o', 'json'])).stdout
      const files = { '1.json': await part(1), '2.json': await part(2) }
      const reporters = ['junit=j.xml', 'markdown=m.md', 'github=g.md'].flatMap((one) => ['--reporter', one])
      const whole = await cli([...args, ...reporters])
      expect(await cli(['merge', '1.json', '2.json', ...reporters], { files })).toEqual(whole)
    }
  })

  it('of a campaign with what was set, replays with that', async () => {
    const { stdout } = await cli(['run', 'scenarios/mass-create.yaml', '--case', 'base', '--runs', '2'])
    expect(stdout).toContain('vmss-twin run scenarios/mass-create.yaml --case base --seed')
  })

  it('refuses shards that were changed by hand, and counts what is missing of very many', async () => {
    const one = await shard(1)
    const moved = one.replace('"seed":9,', '"seed":10,')
    expect(moved).not.toBe(one)
    const files = {
      'moved.json': moved,
      'b.json': await shard(2),
      'c.json': await shard(3),
      'one.json': (await cli(['run', BAD, '--runs', '5', '--shard', '1/1000000000', '-o', 'json'])).stdout,
      'none.json': one.replace(/"campaigns":.*/s, '"campaigns":[]}'),
    }
    for (const [names, message] of [
      [['moved.json', 'b.json', 'c.json'], 'moved.json: seed 10 is not where shard 1 of 3 has it'],
      [['one.json'], 'of 1000000000 shards 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 999999989 more are missing'],
      [['none.json'], 'none.json: campaigns'],
    ] as const) {
      const { code, stdout, stderr } = await cli(['merge', ...names], { files })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(message)
    }
  })

  it('a shard that was interrupted is played again rather than merged', async () => {
    const args = ['run', BAD, '--runs', '20000', '--shard', '1/2', '-o', 'json']
    const half = await cli(args, { interruptAtBreath: 2 })
    expect(half.code).toBe(130)
    const files = { 'a.json': half.stdout }
    const { code, stderr } = await cli(['merge', 'a.json'], { files })
    expect(code).toBe(2)
    expect(stderr).toContain('of 2 shards 2 is missing')
    const alone = await cli([...args.slice(0, 4), '--shard', '1/1', '-o', 'json'], { interruptAtBreath: 2 })
    const partly = await cli(['merge', 'a.json'], { files: { 'a.json': alone.stdout } })
    expect(partly.code).toBe(2)
    expect(partly.stderr).toMatch(/E0196 a\.json: of bad-image it holds \d+ of 20000 runs/)
    expect(partly.stderr).toContain('play shard 1/1 again')
  })

  it('a shard decides nothing: it ends with 0 once its samples are written', async () => {
    const files = { 'mine.yaml': changed(BAD, 'blastRadius.percent <= 20', 'blastRadius.percent <= 10') }
    expect((await cli(['run', 'mine.yaml', '--runs', '4', '-o', 'json'], { files })).code).toBe(1)
    // The last of these parts has no runs at all.
    for (const k of [1, 5])
      expect((await cli(['run', 'mine.yaml', '--runs', '4', '--shard', `${k}/5`, '-o', 'json'], { files })).code).toBe(
        0,
      )
  })

  it('tells what is no shard, missing, twice, or of another campaign', async () => {
    const files = {
      'a.json': await shard(1),
      'b.json': await shard(2),
      'other.json': await shard(3, '--seed', '9'),
      'whole.json': (await cli(['run', BAD, '-o', 'json'])).stdout,
      'text.json': 'no',
    }
    for (const [names, message] of [
      [['a.json', 'b.json'], 'a.json: of 3 shards 3 is missing'],
      [['a.json', 'b.json', 'a.json'], 'it is shard 1 again'],
      [['a.json', 'b.json', 'other.json'], 'other.json: it belongs to another campaign'],
      [['whole.json'], 'it holds results, not a shard'],
      [['text.json'], 'text.json: it is no JSON'],
    ] as const) {
      const { code, stdout, stderr } = await cli(['merge', ...names], { files })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain('E0601')
      expect(stderr).toContain(message)
    }
  })
})
