import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { POLICY, smallFleet } from '../lab/small-fleet.ts'
import { cli } from './harness.ts'

const SMALL = smallFleet(`  - { path: ${POLICY}.maxBatchInstancePercent, values: [12, 30] }
  - { path: ${POLICY}.maxSurge, values: [false, true] }`)
const files = { 'small.yaml': SMALL }
const QUICK = ['--runs', '3', '--policies', '12']

interface Document {
  readonly complete: boolean
  readonly front: { readonly policy: Record<string, unknown>; readonly set: string[] }[]
  readonly declared: { readonly objectives: Record<string, { readonly value: unknown; readonly interval: unknown[] }> }
  readonly recommendation: {
    readonly policy: Record<string, unknown>
    readonly objectives: Record<string, { readonly value: unknown }>
    readonly confirm: string
    readonly failedExpectations: string[]
    readonly patch: { readonly set: string[]; readonly case: string }
  }
  readonly search: { readonly refused: unknown[]; readonly rounds: unknown[] }
}

const SCENARIO = 'scenarios/tuning/30-instances.yaml'
const words = (command: string) => command.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'))

describe('tune', () => {
  it('prints the front, the recommendation with its reasons, and how to apply it', async () => {
    const { code, stdout, stderr } = await cli(['tune', 'small.yaml', ...QUICK], { files })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/The front: \d policies, each better than every other in something/)
    expect(stdout).toMatch(/^ {2} +batch +surge +blast +duration +lost +halts +cost$/m)
    expect(stdout).toMatch(/^ {2}> +\d+ %/m)
    expect(stdout).toMatch(/Recommendation: maxBatchInstancePercent \d+ %, maxSurge (yes|no)/)
    expect(stdout).toMatch(/maxBatchInstancePercent \d+ % rather than \d+ %/)
    for (const part of ['az vmss update', "mode: 'Rolling'", '"mode": "Rolling"', 'cases:', 'vmss-twin run small.yaml'])
      expect(stdout).toContain(part)
  })

  it('the thirty instances: a front of at least five, and run confirms what is recommended', async () => {
    const { code, stdout } = await cli(['tune', SCENARIO, '--runs', '6', '--policies', '40', '-o', 'json'])
    expect(code).toBe(0)
    const { front, recommendation, search, complete } = JSON.parse(stdout) as Document
    expect(complete).toBe(true)
    expect(front.length).toBeGreaterThanOrEqual(5)
    expect(search.refused).toMatchObject([{ reason: 'RP-4' }])
    expect(recommendation.failedExpectations).toEqual([])

    // The command that is printed holds its expectations, and its worst run is no worse than what was promised.
    const played = await cli([...words(recommendation.confirm).slice(1), '--runs', '6', '-o', 'json'])
    expect(played.code).toBe(0)
    const [campaign] = (
      JSON.parse(played.stdout) as { results: { campaign: { measures: Record<string, { max: number }> } }[] }
    ).results
    const promised = recommendation.objectives['blastRadius']!.value as number
    expect(campaign!.campaign.measures['blastRadius.percent']!.max).toBeLessThanOrEqual(promised)
    expect((await cli([...words(recommendation.confirm).slice(1), '-q'])).code).toBe(0)

    // So does the case that is to be pasted into the file.
    const text = `${readFileSync(SCENARIO, 'utf8')}\n${recommendation.patch.case}`
    const patched = await cli(['run', 'patched.yaml', '--case', 'tuned', '-q'], { files: { 'patched.yaml': text } })
    expect(patched).toMatchObject({ code: 0, stderr: '' })
  })

  it('-o json has every objective with its interval', async () => {
    const { stdout } = await cli(['tune', 'small.yaml', ...QUICK, '-o', 'json'], { files })
    const { declared, front } = JSON.parse(stdout) as Document
    expect(Object.keys(declared.objectives)).toEqual(['blastRadius', 'duration', 'lostCapacity', 'falseHalts', 'cost'])
    expect(declared.objectives['duration']!.value).toMatch(/^PT\d+M/)
    expect(declared.objectives['duration']!.interval.length).toBe(2)
    expect(Object.keys(front[0]!.policy)).toEqual([
      'web/upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent',
      'web/upgradePolicy.rollingUpgradePolicy.maxSurge',
    ])
  })

  it('money counts where the scenario has prices', async () => {
    const priced = SMALL.replace('world: { ', 'world: { prices: { instanceHour: { default: 2 } }, ')
    const { stdout } = await cli(['tune', 'p.yaml', ...QUICK], { files: { 'p.yaml': priced } })
    expect(stdout).toContain('cost: cost, mean of cost.total with a good image')
  })

  it('the same command gives the same text, another seed other numbers', async () => {
    const run = async (...more: string[]) => (await cli(['tune', 'small.yaml', ...QUICK, ...more], { files })).stdout
    const first = await run()
    expect(await run('--workers', '3')).toBe(first)
    expect(await run('--seed', '77')).not.toBe(first)
  })

  it('a fast wish takes --quantile of the blast radius', async () => {
    const { stdout } = await cli(['tune', 'small.yaml', ...QUICK, '--quantile', '0.5'], { files })
    expect(stdout).toContain('p50 of blastRadius.percent')
  })

  it.each([
    [1, '', 'interrupted: no policy had met every world\n'],
    [30, 'Recommendation', 'interrupted: what was finished is kept\n'],
  ])('an interrupt at breath %d keeps what is finished, 130', async (interruptAtBreath, shown, message) => {
    const { code, stdout, stderr } = await cli(['tune', 'small.yaml', '--runs', '6', '--policies', '30'], {
      files,
      interruptAtBreath,
    })
    expect({ code, stderr }).toEqual({ code: 130, stderr: message })
    expect(stdout).toContain(shown)
    expect(stdout === '').toBe(shown === '')
  })

  it.each([
    [['tune', 'nope.yaml'], 'E0001'],
    [['tune', 'small.yaml', '--quantile', '2'], '--quantile must be above 0 and at most 1'],
    [['tune', 'small.yaml', '--policies', '0'], '--policies must be a whole number'],
    [['tune', 'small.yaml', '--runs', 'x'], '--runs must be a whole number'],
    [['tune', 'small.yaml', '--policys', '3'], 'did you mean --policies?'],
    [['tune', 'small.yaml', '--set', 'azure.scaleSets.web.upgradePolicy.mode=Manual', '--set', 'vary=[]'], 'E0191'],
    [['tune', 'small.yaml', '--set', 'timeline=[]'], 'E0192'],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await cli(args, { files })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('--help has an example', async () => {
    const { stdout } = await cli(['tune', '--help'])
    expect(stdout).toContain('tune scenarios/tuning/30-instances.yaml')
    expect(stdout).toContain('vary')
  })
})
