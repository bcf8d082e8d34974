import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changed, cli } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const ORDERS = 'scenarios/templates/orders-fleet.json'
const GIVEN = ['-p', 'instanceCount=9', '-p', 'environment=production']
const CORPUS = '../shared/corpus'
const hasCorpus = existsSync(CORPUS)
if (!hasCorpus) console.info('check: az output and REST resources skipped; the corpus is not here')

describe('check', () => {
  it('says what a scenario declares', async () => {
    const { code, stdout, stderr } = await cli(['check', BAD])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/bad-image.*1 timeline entry, 5 expectations\nvmss-authz: 30 instances, Rolling/)
  })

  it('takes the parameters of a template from -p and from a file', async () => {
    const byOption = await cli(['check', ORDERS, ...GIVEN])
    expect({ code: byOption.code, stderr: byOption.stderr }).toEqual({ code: 0, stderr: '' })
    expect(byOption.stdout).toContain('orders-production')
    expect(byOption.stdout).toMatch(/\b9\b/)
    const values = { instanceCount: { value: 9 }, environment: { value: 'production' } }
    const files = { 'p.json': JSON.stringify({ contentVersion: '1.0.0.0', parameters: values }) }
    expect((await cli(['check', ORDERS, '--parameter-file', 'p.json'], { files })).stdout).toBe(byOption.stdout)
  })

  it('-o json holds summary, mistakes and findings', async () => {
    const { code, stdout } = await cli(['check', ORDERS, ...GIVEN, '-o', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, files: [{ file: ORDERS, diagnostics: [] }] })
    const bad = await cli(['check', 'bad.yaml', '-o', 'json'], { files: { 'bad.yaml': changed(BAD, 'PT2H', '2h') } })
    expect(bad.code).toBe(2)
    expect(JSON.parse(bad.stdout)).toMatchObject({ files: [{ diagnostics: [{ code: 'E0106' }] }] })
  })

  it('plays a lesson and says at its line where it does not hold together', async () => {
    const file = 'scenarios/lessons/01-first-batch.yaml'
    const text = readFileSync(file, 'utf8')
    const sound = await cli(['check', file])
    expect(sound.code).toBe(0)
    expect(sound.stdout).toContain('lesson 1: 6 min, 3 knobs to turn afterwards')
    const { code, stderr } = await cli(['check', 'l.yaml'], {
      files: { 'l.yaml': text.replace('max: 30\n', 'max: 5\n') },
    })
    expect(code).toBe(2)
    const line = text.split('\n').findIndex((one) => one.startsWith('    ask: ')) + 1
    expect(stderr).toContain(`l.yaml:${line}:10  E0705 the answer 6 lies outside of the scale from 0 to 5`)
  })

  it('checks the other files when one is wrong', async () => {
    const { code, stdout, stderr } = await cli(['check', 'no.yaml', BAD])
    expect(code).toBe(2)
    expect(stderr).toMatch(/E0001 no\.yaml/)
    expect(stdout).toContain('vmss-authz: 30 instances')
  })

  it('a file that is neither template nor az output is not understood', async () => {
    const { code, stderr } = await cli(['check', 'x.json'], { files: { 'x.json': '{ "a": 1 }' } })
    expect(code).toBe(2)
    expect(stderr).toMatch(/E0305/)
  })

  it('an autoscale setting of a template is judged like one of a scenario, each mistake where it stands', async () => {
    const target = "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'web')]"
    const setting = (name: string, minimum: string) => ({
      type: 'Microsoft.Insights/autoscaleSettings',
      apiVersion: '2022-10-01',
      name,
      location: 'eastus',
      properties: {
        targetResourceUri: target,
        profiles: [{ name: 'p', capacity: { minimum, maximum: '1200', default: '1' } }],
      },
    })
    const web = {
      type: 'Microsoft.Compute/virtualMachineScaleSets',
      apiVersion: '2024-07-01',
      name: 'web',
      location: 'eastus',
      sku: { name: 'Standard_D2as_v5', capacity: 3 },
      properties: {
        orchestrationMode: 'Flexible',
        platformFaultDomainCount: 1,
        upgradePolicy: { mode: 'Manual' },
        virtualMachineProfile: {},
      },
    }
    const check = async (...resources: object[]) => {
      const template = {
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        contentVersion: '1.0.0.0',
        resources: [web, ...resources],
      }
      const text = JSON.stringify(template, null, 1)
      const { code, stdout } = await cli(['check', 't.json', '-o', 'json'], { files: { 't.json': text } })
      const [file] = (JSON.parse(stdout) as { files: { diagnostics: { code: string; place: { line: number } }[] }[] })
        .files
      return [code, ...file!.diagnostics.map((one) => [one.code, text.split('\n')[one.place.line - 1]!.trim()])]
    }
    expect(await check(setting('scale', '0'))).toEqual([2, ['E0152', '"maximum": "1200",']])
    const good = JSON.parse(JSON.stringify(setting('scale', '1')).replaceAll('1200', '9')) as object
    expect(await check(good)).toEqual([0])
    expect(await check(good, { ...good, name: 'other' })).toMatchObject([2, ['E0151', expect.anything()]])
    const misspelt = JSON.parse(JSON.stringify(good).replace('default', 'dfault')) as object
    expect(await check(misspelt)).toEqual([2, ['E0101', '"dfault": "1"']])
  })

  it.skipIf(!hasCorpus)('reads az output and REST resources', async () => {
    for (const name of ['cli-output-vmss-flattened.json', 'cli-recording-vmss-show-rolling.json']) {
      const { stdout, stderr } = await cli(['check', `${CORPUS}/${name}`, '-o', 'json'])
      const [checked] = (JSON.parse(stdout) as { files: { summary: string[] }[] }).files
      expect(stderr).toBe('')
      expect(checked?.summary.join('\n')).toMatch(/scale set/)
    }
  })
})

describe('explain', () => {
  it('a rule: text, doubt, assumption with its values, source', async () => {
    const { code, stdout } = await cli(['explain', 'TH-6'])
    expect(code).toBe(0)
    for (const part of [/^TH-6/, /In doubt/, /upgradedDenominator: default upgraded/, /total /, /Source/])
      expect(stdout).toMatch(part)
  })

  it.each([
    ['upgradedDenominator', /upgraded.*\[default\]/s],
    ['NotModelled', /NotModelled/],
    ['MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade', /Azure/],
    ['E0106', /PT2M/],
    ['th-6', /^TH-6/],
  ])('%s', async (id, says) => {
    const { code, stdout } = await cli(['explain', id])
    expect(code).toBe(0)
    expect(stdout).toMatch(says)
  })

  it('several ids, and as JSON', async () => {
    const both = (await cli(['explain', 'TH-6', 'BT-2'])).stdout
    expect(both).toMatch(/^TH-6.*^BT-2/ms)
    const json = JSON.parse((await cli(['explain', 'TH-6', 'BT-2', '-o', 'json'])).stdout) as { id: string }[]
    expect(json.map(({ id }) => id)).toEqual(['TH-6', 'BT-2'])
  })

  it('tells every unknown id with the nearest, and prints nothing else', async () => {
    const { code, stdout, stderr } = await cli(['explain', 'TH-66', 'TH-6', 'upgradedDenominatr'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/E0501.*TH-66\n.*TH-6/)
    expect(stderr).toMatch(/upgradedDenominatr\n.*upgradedDenominator\b/)
  })
})

describe('schema', () => {
  it.each(['scenario', 'result'])('%s is the shipped JSON Schema', async (of) => {
    const { code, stdout } = await cli(['schema', of])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(`schema/${of}.schema.json`, 'utf8')))
  })

  it('is that of scenarios by default', async () => {
    expect((await cli(['schema'])).stdout).toBe((await cli(['schema', 'scenario'])).stdout)
  })
})

describe('help, version, completion', () => {
  it.each(['run', 'check', 'explain', 'schema'])('%s --help shows an example', async (command) => {
    const { code, stdout, stderr } = await cli([command, '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`Examples:\\n +vmss-twin ${command} `))
  })

  it('--help lists the commands and the exit codes', async () => {
    const { code, stdout } = await cli(['--help'])
    expect(code).toBe(0)
    for (const command of ['run', 'check', 'explain', 'schema', 'completion'])
      expect(stdout).toContain(`vmss-twin ${command}`)
    expect(stdout).toMatch(/Exit codes: 0 holds, 1 .*130/s)
  })

  it('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('completion prints a script, and the script is answered', async () => {
    const script = await cli(['completion'])
    expect(script.code).toBe(0)
    expect(script.stdout).toMatch(/--get-yargs-completions/)
    expect(script.stdout).toContain('vmss-twin')
    expect((await cli(['--get-yargs-completions', 'vmss-twin', 'ex'])).stdout).toMatch(/^explain/m)
  })

  // What the nearest option is looked up among is a list of its own; it must not fall behind.
  it.each(['run', 'check', 'explain'])('every option of %s is suggested when it is misspelt', async (command) => {
    const { stdout } = await cli([command, '--help'])
    const section = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Examples:'))
    const options = [...section.matchAll(/^.{0,10}--([a-z][a-z-]+)/gm)].map(([, name]) => name!)
    expect(options).toContain('output')
    for (const option of options)
      expect((await cli([command, 'x', `--${option}x`])).stderr, option).toContain(`did you mean --${option}?`)
  })
})
