import { describe, expect, it } from 'vitest'
import { changed, cli } from './harness.ts'

const AFTER = 'scenarios/payments-after.yaml'
const FOUND = 'scenarios/payments-after.counterexample.yaml'
const LOOSE =
  'azure.scaleSets.vmss-authz-eastus.upgradePolicy.rollingUpgradePolicy.maxUnhealthyUpgradedInstancePercent=100'

describe('fuzz', () => {
  it('finds nothing in the worlds around a sound policy', async () => {
    const { code, stdout, written } = await cli(['fuzz', AFTER, '--runs', '60'])
    expect(code).toBe(0)
    expect(stdout).toContain('✓ PASS: payments-after: nothing found in 60 cases (search seed 3)')
    expect(stdout).toContain('blastRadiusWithinOneBatch: in 60 cases')
    expect(stdout).toContain('noFlapping: not tested')
    expect(stdout).toContain(`vmss-twin fuzz ${AFTER} --runs 60 --seed 3`)
    expect([...written.keys()]).toEqual([])
  })

  it('a loosened threshold fails, and the counterexample is a scenario that fails the same way', async () => {
    const { code, stdout, written } = await cli(['fuzz', AFTER, '--runs', '60', '--set', LOOSE])
    expect(code).toBe(1)
    expect(stdout).toContain('✗ FAIL: payments-after: blastRadiusWithinOneBatch is broken as it is declared')
    expect(stdout).toContain('azure.scaleSets[vmss-authz-eastus].sku.capacity: 30 -> 2')
    expect(stdout).toContain(`vmss-twin run ${FOUND}`)
    const text = written.get(FOUND)!
    expect(text).toContain('#   azure.scaleSets[vmss-authz-eastus].sku.capacity: 30 -> 2')
    expect(text).toContain(`#   ${LOOSE.replace('=', ': 20 -> ')}`)
    const played = await cli(['run', FOUND], { files: { [FOUND]: text } })
    expect(played.code).toBe(1)
    expect(played.stdout).toMatch(/✗ perScaleSet\.vmss-authz-eastus\.blastRadius\.instances <= 1\s+actual 2/)

    const replay = /--replay (\S+)/.exec(stdout)![1]!
    const again = await cli(['fuzz', AFTER, '--set', LOOSE, '--replay', replay])
    expect(again.stdout).toContain('is broken in the case that is replayed')
    const stray = await cli(['fuzz', AFTER, '--set', LOOSE, '--replay', `${replay}:99:99`])
    expect(stray).toMatchObject({ code: 2, stdout: '' })
    expect(stray.stderr).toContain(`--replay ${replay}:99:99 leads to no case of this search`)
    expect(again.code).toBe(1)
    expect(again.written.get(FOUND)).toBe(text)
  })

  it('-o json has the changes as values', async () => {
    const { stdout } = await cli(['fuzz', AFTER, '--runs', '5', '--set', LOOSE, '-o', 'json', '--out', 'found.yaml'])
    const { verdict, counterexample } = JSON.parse(stdout) as {
      verdict: string
      counterexample: Record<string, unknown>
    }
    expect(verdict).toBe('fail')
    expect(counterexample).toMatchObject({ file: 'found.yaml', seed: 3 })
    expect(counterexample['changed']).toContainEqual({
      path: 'azure.scaleSets[vmss-authz-eastus].sku.capacity',
      from: 30,
      to: 2,
    })
  })

  it('a template that loosens a threshold fails by itself, wherever the counterexample goes', async () => {
    const file = 'scenarios/from-template.yaml'
    const template = 'scenarios/templates/orders-fleet.json'
    const everywhere = ['--set', 'world.images[galOrders/orders-api/2.4.0].defects[0].share=100']
    const sound = await cli(['fuzz', file, '--runs', '40', ...everywhere])
    expect(sound).toMatchObject({ code: 0 })
    const files = {
      [template]: changed(template, '"upgraded": 20, "pause": "PT1M"', '"upgraded": 100, "pause": "PT1M"'),
    }
    const { code, stdout, written } = await cli(['fuzz', file, ...everywhere, '--out', 'build/found.yaml'], { files })
    expect({ code, stdout }).toMatchObject({ code: 1 })
    const text = written.get('build/found.yaml')!
    expect(text).toContain('../scenarios/templates/orders-fleet.json')
    const found = {
      ...files,
      'build/found.yaml': text,
      'build/../scenarios/templates/orders-fleet.json': files[template]!,
    }
    expect((await cli(['run', 'build/found.yaml'], { files: found })).code).toBe(1)
  })

  it('takes a case of a file', async () => {
    const file = 'scenarios/playbook/10-spot-reclaim.yaml'
    const set = ['--set', 'properties=["spot.evictions == 0"]']
    const { code, stdout, written } = await cli(['fuzz', file, '--case', 'fixed', '--runs', '20', ...set])
    expect({ code, stdout }).toMatchObject({ code: 1 })
    expect(stdout).toContain('spot.evictions == 0 is broken as it is declared')
    expect(stdout).toContain(`vmss-twin fuzz ${file} --case fixed --set 'properties=["spot.evictions == 0"]' --replay`)
    const [name, text] = [...written][0]!
    expect(text).toContain(`found in ${file}, case fixed.`)
    expect((await cli(['run', name], { files: { [name]: text } })).code).toBe(1)
  })

  it('a property that no case could test leaves the verdict open', async () => {
    const files = {
      'a.yaml': `${changed('scenarios/good-rollout.yaml', 'name: ', 'properties: [noFlapping]\nname: ')}`,
    }
    expect(await cli(['fuzz', 'a.yaml', '--runs', '3'], { files })).toMatchObject({ code: 3 })
  })

  it('keeps what it has at an interrupt', async () => {
    const { code, stdout, stderr } = await cli(['fuzz', AFTER, '--runs', '500'], { interruptAtBreath: 10 })
    expect(code).toBe(130)
    expect(stdout).toMatch(/^\? UNDECIDED: .*nothing found in 9 cases, then it was interrupted/)
    expect(stderr).toContain('interrupted: 9 of 500 cases were played')
  })

  it('tells what it found even when there is no place for it', async () => {
    const { code, stdout, stderr } = await cli(['fuzz', AFTER, '--set', LOOSE, '--out', 'read-only/found.yaml'])
    expect(code).toBe(2)
    expect(stdout).toContain('blastRadiusWithinOneBatch is broken')
    expect(stdout).not.toContain('Written to')
    expect(stderr).toContain('read-only/found.yaml cannot be written')
  })

  it.each([
    [['--out', AFTER], 'would overwrite the scenario'],
    [['--replay', '3'], '--replay must be seed:path'],
    [['--replay', '3:0', '--seed', '4'], '--replay has a seed of its own'],
    [['--max-time', '60'], '--max-time must be a duration above PT0S'],
    [['--runs', 'x'], '--runs must be a whole number'],
    [['--case', 'other'], 'has no case other'],
    [['--rnus', '5'], 'did you mean --runs?'],
    [['--set', 'x.y=1'], 'E0101'],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await cli(['fuzz', AFTER, ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
