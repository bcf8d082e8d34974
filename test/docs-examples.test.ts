import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROLLOUT_MEASURES, RUN_MEASURES, SET_MEASURES } from '../src/model/parse-expectation.ts'
import { loadScenarios } from '../src/model/scenario/load.ts'
import { buildOnce, MAIN } from './build.ts'
import { cli } from './cli/harness.ts'

type Document = Record<string, unknown>

const BAD = 'scenarios/bad-image.yaml'
const yamlBlocks = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!)

/** What stands behind the names of a page: a set as `az vmss show` prints it, which is what `show scale-set` prints. */
async function azureOutput(): Promise<string> {
  const { code, stdout } = await cli(['show', 'scale-set', BAD, '--at', 'PT0S'])
  expect(code).toBe(0)
  return stdout
}

/** A part of a scenario is laid over a whole one, part by part: what it adds must fit, and so must what refers to it. */
function completed(block: Document): Document {
  if (block['name'] !== undefined) return block
  const base = parse(readFileSync(BAD, 'utf8')) as Record<string, Document>
  const { duration: _duration, ...merged } = base as Document
  for (const [key, value] of Object.entries(block)) {
    const isList = Array.isArray(value)
    merged[key] = isList ? value : { ...base[key], ...(value as Document) }
  }
  return merged
}

describe('the YAML of the pages', () => {
  it.each([
    { page: 'README.md', blocks: 2 },
    { page: 'docs/tutorial.md', blocks: 1 },
    { page: 'docs/scenarios.md', blocks: 3 },
  ])('$page: each block is a scenario, or a part of one, without a mistake', async ({ page, blocks }) => {
    const found = yamlBlocks(page)
    expect(found).toHaveLength(blocks)
    const vmss = await azureOutput()
    for (const text of found) {
      const whole = JSON.stringify(completed(parse(text) as Document))
      const load = () =>
        loadScenarios(whole, 'page.yaml', { readFile: (name) => (name.endsWith('.json') ? vmss : undefined) })
      expect(load, text).not.toThrow()
    }
  })

  it.each(['README.md', 'docs/tutorial.md'])('%s: the whole scenario of it rolls out and passes', async (page) => {
    const text = yamlBlocks(page).find((block) => /^name:/m.test(block))!
    const { from } = (parse(text) as { azure: { from: string[] } }).azure
    const files = { 'mine.yaml': text, [from[0]!]: await azureOutput() }
    const { code, stdout, stderr } = await cli(['run', 'mine.yaml', '-q'], { files })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Completed')
    expect((await cli(['check', 'mine.yaml'], { files })).code).toBe(0)
  })
})

describe('docs/scenarios.md', () => {
  const page = readFileSync('docs/scenarios.md', 'utf8')
  const table = page.slice(page.indexOf('## What can be expected'), page.indexOf('## Images, regions'))
  /** `a.b`, `.c` stands for `a.b` and `a.c`. */
  const told = new Set<string>()
  for (const row of table.matchAll(/^\| (`[^|]*) \|/gm)) {
    let before = ''
    for (const [, name] of row[1]!.matchAll(/`([^`]+)`/g)) {
      const whole = name!.startsWith('.') ? before.slice(0, before.lastIndexOf('.')) + name : name!
      told.add(whole)
      before = whole
    }
  }

  it('tells every measure, and none that there is not', () => {
    const rollouts = Object.keys(ROLLOUT_MEASURES).map((name) => `rollouts[0].${name}`)
    const all = [...Object.keys(SET_MEASURES), ...Object.keys(RUN_MEASURES), ...rollouts, 'findings.<Code>']
    expect([...told].sort()).toEqual(all.sort())
  })

  it('a measure of one set, and one of many runs, are written as it says', async () => {
    const [, ofSet] = /`(perScaleSet[^`]*)`/.exec(table)!
    const [, ofRuns] = /`(rate\([^`]*)`/.exec(table)!
    expect((await cli(['run', BAD, '-q', '--set', `expect=["${ofSet}"]`])).code).toBe(0)
    expect((await cli(['run', BAD, '-q', '--set', `expect=["${ofRuns}"]`])).code).toBe(3)
    expect((await cli(['run', BAD, '-q', '--runs', '90', '--set', `expect=["${ofRuns}"]`])).code).toBe(0)
  })
})

describe.skipIf(process.platform === 'win32')(
  'docs/ci.md: the workflow as it stands, in a repository of somebody',
  () => {
    const page = 'docs/ci.md'
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vmss-twin-ci-')))
    const steps = () => {
      const workflow = yamlBlocks(page).find((text) => text.includes('jobs:'))!
      const { jobs } = parse(workflow) as { jobs: { twin: { steps: { run?: string }[] } } }
      return jobs.twin.steps.flatMap(({ run }) => (run === undefined || run.startsWith('npm ci') ? [] : [run]))
    }
    const step = (line: string) => {
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line.replace('--max-time PT1M', '--runs 20')], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${folder}/bin:${process.env['PATH']}`,
          GITHUB_STEP_SUMMARY: join(folder, 'sum.md'),
        },
      })
      return { status, stdout, stderr }
    }

    beforeAll(() => {
      buildOnce()
      for (const name of ['bin', 'infra', 'scenarios']) mkdirSync(join(folder, name))
      // What npx --no finds in a project.
      const npx = `#!/bin/sh\n[ "$1" = --no ] || exit 9\nshift 2\nexec "${process.execPath}" "${resolve(MAIN)}" "$@"\n`
      writeFileSync(join(folder, 'bin/npx'), npx)
      chmodSync(join(folder, 'bin/npx'), 0o755)
      cpSync('scenarios/templates/orders-fleet.json', join(folder, 'infra/azuredeploy.json'))
      const parameters = { instanceCount: { value: 12 }, environment: { value: 'production' } }
      const schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#'
      const values = { $schema: schema, contentVersion: '1.0.0.0', parameters }
      writeFileSync(join(folder, 'infra/azuredeploy.parameters.json'), JSON.stringify(values))
      const release = yamlBlocks(page).find((text) => text.startsWith('# scenarios/release.yaml'))!
      writeFileSync(join(folder, 'scenarios/release.yaml'), release)
    }, 180_000)

    afterAll(() => rmSync(folder, { recursive: true }))

    it('every step ends with 0 and leaves what is uploaded', { timeout: 120_000 }, () => {
      expect(steps()).toHaveLength(3)
      for (const line of steps())
        expect(step(line)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('E0') })
      expect(readFileSync(join(folder, 'rollout.html'), 'utf8')).toContain('<!doctype html>')
      expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('<testsuites')
      expect(readFileSync(join(folder, 'sum.md'), 'utf8')).toContain('release')
    })

    it('and fails once the template gives the rollout no room', { timeout: 120_000 }, () => {
      const template = join(folder, 'infra/azuredeploy.json')
      const text = readFileSync(template, 'utf8')
      const bolder = text.replaceAll(/"batch": \d+, "unhealthy": \d+/g, '"batch": 100, "unhealthy": 100')
      expect(bolder).not.toBe(text)
      writeFileSync(template, bolder)
      const [check, run] = steps()
      expect(step(check!).status).toBe(0)
      const failed = step(run!)
      expect(failed.status).toBe(1)
      expect(failed.stdout).toMatch(/^::error file=scenarios\/release\.yaml,line=\d+,col=\d+,title=release/m)
    })

    it('names files that there are', () => {
      for (const [, file] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)\)/g))
        expect(() => readFileSync(join(dirname(page), file!))).not.toThrow()
    })
  },
)
