import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changed, cli } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const ORDERS = 'scenarios/templates/orders-fleet.json'

describe('arguments that could be mistaken', () => {
  it.each([
    { kind: 'the scenario', trace: BAD },
    { kind: 'the scenario by another name', trace: `./scenarios/../${BAD}` },
    { kind: 'the scenario by its absolute name', trace: resolve(BAD) },
  ])('--trace never overwrites $kind', async ({ trace }) => {
    const outcome = await cli(['run', BAD, '--trace', trace])
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toMatch(/^E0501 --trace .* would overwrite the scenario\n +write --trace trace\.jsonl\n$/)
    expect([...outcome.written.keys()]).toEqual([])
  })

  it('--trace needs a name before anything is played', async () => {
    const outcome = await cli(['run', BAD, '--trace='])
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toMatch(/^E0501 --trace needs the name of a file\n/)
  })

  it.each(['seed', 'set', 'trace', 'output', 'quiet'])('--no-%s is no option', async (name) => {
    const outcome = await cli(['run', BAD, `--no-${name}`])
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toMatch(new RegExp(`^E0501 unknown option --no-${name}\n`))
    expect([...outcome.written.keys()]).toEqual([])
  })

  it('a letter is never suggested for another letter', async () => {
    const outcome = await cli(['run', BAD, '-x'])
    expect(outcome.stderr).toBe('E0501 unknown option -x\n        vmss-twin run --help lists its options\n')
  })

  it.each(['run', 'check', 'explain', 'schema'])('%s -h is %s --help', async (command) => {
    const short = await cli([command, '-h'])
    expect(short).toMatchObject({ code: 0, stderr: '' })
    expect(short.stdout).toMatch(/Examples:/)
    expect(short.stdout).toBe((await cli([command, '--help'])).stdout)
  })

  it('a template given to run is named as one, with the way to play it', async () => {
    const outcome = await cli(['run', ORDERS])
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toContain(`${ORDERS}:1:1  E0305 ${ORDERS} is a template, and a scenario is to be played\n`)
    expect(outcome.stderr.replace(/\s+/g, ' ')).toContain(`vmss-twin import ${ORDERS} --out release.yaml`)
  })

  it('a scenario in JSON is played all the same', async () => {
    const { parse } = await import('yaml')
    const files = { 'scenario.json': JSON.stringify(parse(readFileSync(BAD, 'utf8')), null, 2) }
    expect(await cli(['run', 'scenario.json', '-q'], { files })).toMatchObject({ code: 0, stderr: '' })
  })

  it('check takes a file for what it holds where its name does not say it', async () => {
    const scenario = readFileSync(BAD, 'utf8')
    const template = readFileSync(ORDERS, 'utf8')
    const { parse } = await import('yaml')
    const files = { scenario, template, 'scenario.json': JSON.stringify(parse(scenario)) }
    const given = ['-p', 'instanceCount=12', '-p', 'environment=production']
    expect((await cli(['check', 'scenario'], { files })).stdout).toMatch(/^scenario bad-image: /)
    expect((await cli(['check', 'scenario.json'], { files })).stdout).toMatch(/^scenario bad-image: /)
    expect((await cli(['check', 'template', ...given], { files })).stdout).toMatch(/^scale set orders-production: /)
  })

  it('a parameter that is no YAML is a mistake of the user, not of ours', async () => {
    const outcome = await cli(['check', ORDERS, '-p', 'instanceCount=['])
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toMatch(
      /^E0501 --parameters instanceCount: the value cannot be read as YAML: .*\n.*quotes\n$/,
    )
  })

  it('a file without a name is said to be one', async () => {
    expect((await cli(['run', ''])).stderr).toMatch(/^E0001 a file without a name cannot be read\n/)
  })

  it('check counts in words', async () => {
    const single = changed(BAD, 'capacity: 30', 'capacity: 1').replace(
      /expect:[\s\S]*$/,
      'expect: [blastRadius.zones == 1]\n',
    )
    const { stdout } = await cli(['check', 'one.yaml'], { files: { 'one.yaml': single } })
    expect(stdout).toMatch(/^scenario bad-image: 1 timeline entry, 1 expectation\nvmss-authz: 1 instance, Rolling\n/)
    expect((await cli(['check', BAD])).stdout).toMatch(/: 1 timeline entry, 5 expectations\nvmss-authz: 30 instances,/)
  })
})
