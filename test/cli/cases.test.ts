import { describe, expect, it } from 'vitest'
import { cli } from './harness.ts'

const MASS = 'scenarios/mass-create.yaml'
const BEFORE = 'scenarios/payments-before.yaml'
const AFTER = 'scenarios/payments-after.yaml'
const PATH =
  'azure.scaleSets.vmss-authz-eastus.virtualMachineProfile.extensionProfile.extensions[health].settings.requestPath'

interface Document {
  readonly results: readonly {
    readonly scenario: string
    readonly traceHash: string
    readonly measures: {
      readonly blastRadius: { readonly instances: number; readonly percent: number; readonly regions: number }
      readonly perScaleSet: Readonly<Record<string, { readonly blastRadius: { readonly percent: number } }>>
    }
    readonly findings: readonly { readonly code: string; readonly evidence: readonly string[] }[]
    readonly builds: readonly { readonly runState: string; readonly published: readonly string[] }[]
  }[]
}

interface CheckDocument {
  readonly files: readonly {
    readonly cases: readonly { readonly name: string; readonly findings: readonly { readonly code: string }[] }[]
  }[]
}

const json = async (...args: string[]): Promise<Document> =>
  JSON.parse((await cli(['run', ...args, '-o', 'json'])).stdout) as Document

describe('run on a file with cases', () => {
  it('plays the base and every case, each with a command that plays it alone', async () => {
    const { code, stdout } = await cli(['run', MASS])
    expect(code).toBe(0)
    expect(stdout).toContain('vmss-twin run scenarios/mass-create.yaml --case base --seed 1')
    expect(stdout).toContain("vmss-twin run scenarios/mass-create.yaml --case 'ten replicas' --seed 1")
    expect((await json(MASS)).results.map(({ scenario }) => scenario)).toEqual([
      'mass-create',
      'mass-create/ten replicas',
    ])
  })

  it('plays one case when asked for it, to the same bytes', async () => {
    const both = await json(MASS)
    const alone = await json(MASS, '--case', 'ten replicas')
    expect(alone.results).toEqual([both.results[1]])
    expect((await json(MASS, '--case', 'base')).results).toEqual([both.results[0]])
  })

  it('says which cases there are when one is asked for that there is not', async () => {
    const { code, stderr } = await cli(['run', MASS, '--case', 'tenreplicas'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/has no case tenreplicas[\s\S]*base, ten replicas/)
  })

  it('writes a trace of one case only', async () => {
    const refused = await cli(['run', MASS, '--trace', 'trace.jsonl'])
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toMatch(/--case base or --case 'ten replicas'/)
    const { written } = await cli(['run', MASS, '--case', 'base', '--trace', 'trace.jsonl', '-q'])
    expect(written.get('trace.jsonl')).toContain('gallery.diskQueued')
  })

  it('check tells how many findings each case has', async () => {
    expect((await cli(['check', MASS])).stdout).toMatch(/case ten replicas: \d+ findings?/)
  })

  it('check prints what stands out in a case only, and in the json as well', async () => {
    const file = 'scenarios/quick-check/3-mode-is-not-the-switch.yaml'
    const { stdout } = await cli(['check', file])
    expect(stdout).toMatch(/\ncase switched-on-and-pinned\n[\s\S]*PinnedImageVersion/)
    // What the base has as well is not said again, and a case without anything of its own has no heading.
    expect(stdout).not.toMatch(/\ncase (model-change|switched-on)\n/)
    expect(stdout).not.toContain('nothing stands out')
    const [checked] = (JSON.parse((await cli(['check', file, '-o', 'json'])).stdout) as CheckDocument).files
    expect(checked!.cases.map(({ name, findings }) => [name, findings.map(({ code }) => code)])).toEqual([
      ['model-change', []],
      ['switched-on', []],
      ['switched-on-and-pinned', ['PinnedImageVersion']],
    ])
    expect((await cli(['check', MASS])).stdout).not.toMatch(/\ncase ten replicas\n/)
  })
})

describe('the story of the article', () => {
  it('is printed side by side as it was measured', async () => {
    const { code, stdout } = await cli(['run', BEFORE, AFTER])
    expect(code).toBe(0)
    const table = stdout.slice(stdout.indexOf('| Measured'))
    for (const row of ['Boot time', 'Blast radius', 'Time to halt', 'Time to roll back', 'Customer impact'])
      expect(table).toContain(row)
    expect(table).toMatch(/Time to halt\s+\| never halted\s+\| \d+ min/)
    expect(table).toMatch(/Customer impact .* unserved at worst.*\| none: every request was served/)
  })

  it('before: about 30 percent of the fleet in all regions; after: the first batch of one', async () => {
    const { results } = await json(BEFORE, AFTER)
    const [before, after] = results.map(({ measures }) => measures.blastRadius)
    expect(before!.percent).toBeGreaterThanOrEqual(25)
    expect(before!.percent).toBeLessThanOrEqual(35)
    expect(before!.regions).toBe(2)
    expect(after).toMatchObject({ instances: 6, regions: 1 })
    expect(results[1]!.builds.map(({ runState, published }) => [runState, published])).toEqual([
      ['Succeeded', ['galProd/ubuntu-app/1.7.0']],
      ['Succeeded', ['galProd/ubuntu-app/1.7.1']],
    ])
  })

  it('with a probe that only looks at the process the whole region takes the broken image, and the finding says why', async () => {
    const { results } = await json(AFTER, '--set', `${PATH}=/alive`)
    const [run] = results
    expect(run!.measures.perScaleSet['vmss-authz-eastus']!.blastRadius.percent).toBe(100)
    expect(run!.measures.blastRadius).toMatchObject({ instances: 30, regions: 1 })
    const finding = run!.findings.find(({ code }) => code === 'ProbeDoesNotCheck')
    expect(finding?.evidence.join(' ')).toMatch(/hsm, which the probe of \/alive does not check/)
  })

  it('without a table for more scenarios than can be read side by side, and never in quiet', async () => {
    expect((await cli(['run', BEFORE, AFTER, '-q'])).stdout).not.toContain('| Measured')
    const many = [BEFORE, AFTER, BEFORE, AFTER, BEFORE]
    expect((await cli(['run', ...many])).stdout).not.toContain('| Measured')
  })
})
