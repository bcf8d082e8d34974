import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce } from './build.ts'

// A project of somebody who installed the package: its modules are links, its files are the blocks of the page.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vmss-twin-library-')))
const page = readFileSync('docs/library.md', 'utf8')

function block(name: string): string {
  const [, code] = new RegExp(`\`\`\`\\w+\\n(// ${name.replaceAll('.', '\\.')}\\n[\\s\\S]*?)\`\`\``).exec(page) ?? []
  if (code === undefined) throw new Error(`docs/library.md has no block ${name}`)
  return code
}

beforeAll(() => {
  buildOnce()
  mkdirSync(join(folder, 'node_modules'))
  for (const [name, target] of [
    ['vmss-twin', '.'],
    ['vitest', 'node_modules/vitest'],
    ['fast-check', 'node_modules/fast-check'],
    ['@types', 'node_modules/@types'],
  ] as const)
    symlinkSync(resolve(target), join(folder, 'node_modules', name), 'junction')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  mkdirSync(join(folder, 'scenarios'))
  cpSync('scenarios/bad-image.yaml', join(folder, 'scenarios/bad-image.yaml'))
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true }))

const environment = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined, NODE_ENV: undefined }

function node(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: environment,
  })
  return { status, output: `${stdout}${stderr}` }
}

function vitest(name: string, code: string) {
  writeFileSync(join(folder, name), code)
  return node(resolve('node_modules/vitest/vitest.mjs'), 'run', name, '--testTimeout=60000')
}

describe('docs/library.md', () => {
  it('play.js runs as it stands', () => {
    writeFileSync(join(folder, 'play.js'), block('play.js'))
    const { status, output } = node('play.js')
    expect(output).toMatch(
      /^pass Faulted 20 %\np99 of the time to halt: \d+(\.\d+)? s\npass rollouts\[0\]\.status == Faulted\n/,
    )
    expect(status).toBe(0)
  })

  it('rollout.test.ts passes as it stands', () => {
    const { status, output } = vitest('rollout.test.ts', block('rollout.test.ts'))
    expect(output).toMatch(/Tests +2 passed \(2\)/)
    expect(status).toBe(0)
  })

  it('and has no mistake of types', () => {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']
    expect(node(resolve('node_modules/typescript/bin/tsc'), ...options, 'rollout.test.ts')).toEqual({
      status: 0,
      output: '',
    })
  })

  it('and fails with a scenario once the policy is another one', () => {
    const code = block('rollout.test.ts').replace(
      /(max(?:Batch|UnhealthyInstance)\w*|maxUnhealthyInstancePercent): 20/g,
      '$1: 50',
    )
    const { status, output } = vitest('bolder.test.ts', code)
    expect(output).toMatch(/Tests +1 failed \| 1 passed \(2\)/)
    expect(output).toMatch(/The property does not hold .*: expected \d+ to be less than or equal to 20/)
    expect(output).toContain('maxBatchInstancePercent: 50')
    expect(status).toBe(1)
  })

  it('names everything that the entry points export, and nothing else', async () => {
    const [twin, check] = await Promise.all([import('../src/index.ts'), import('../src/fast-check.ts')])
    for (const name of [...Object.keys(twin), ...Object.keys(check)]) expect(page).toContain(name)
    for (const [, name] of page.matchAll(/`(\w+)\(/g)) expect({ ...twin, ...check }).toHaveProperty(name!)
  })
})
