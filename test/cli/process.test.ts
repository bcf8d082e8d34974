import { spawn, spawnSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce, MAIN } from '../build.ts'
import { changed } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const GOOD = 'scenarios/good-rollout.yaml'
const folder = mkdtempSync(join(tmpdir(), 'vmss-twin-'))
const isWindows = process.platform === 'win32'

beforeAll(buildOnce, 180_000)

afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env: { ...rest, ...env } })
}

describe('the process', () => {
  it('0: holds; no escape without a terminal', () => {
    const { status, stdout, stderr } = run(['run', BAD])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/PASS/)
    expect(stdout).not.toContain('\u001b')
  })

  it('NO_COLOR wins over FORCE_COLOR', () => {
    expect(run(['run', BAD, '-q'], { FORCE_COLOR: '1' }).stdout).toContain('\u001b[')
    const { stdout } = run(['run', BAD, '-q'], { FORCE_COLOR: '1', NO_COLOR: '1' })
    expect(stdout).toMatch(/PASS/)
    expect(stdout).not.toContain('\u001b')
  })

  it('1: an expectation fails', () => {
    const file = write('fails.yaml', changed(BAD, 'rollouts[0].batches == 1', 'rollouts[0].batches == 2'))
    expect(run(['run', file, '-q']).status).toBe(1)
  })

  it('2: mistakes, on stderr only, in English on any machine', () => {
    const { status, stdout, stderr } = run(['rnu'], { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' })
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'E0501 unknown command rnu\n        did you mean run?\n',
    })
    expect(run(['run', folder]).stderr).toMatch(/E0001/)
  })

  it('3: undecided', () => {
    const file = write('undecided.yaml', changed(GOOD, 'blastRadius.instances == 0', 'timeToHalt < PT30M'))
    expect(run(['run', file, '-q']).status).toBe(3)
  })

  it.skipIf(isWindows)('writes where a link leads, and into a pipe or a device rather than in its place', async () => {
    const [real, link, pipe] = [write('real.json', 'old'), join(folder, 'link.json'), join(folder, 'pipe.md')]
    symlinkSync(real, link)
    spawnSync('mkfifo', [pipe])
    const reader = spawn('cat', [pipe])
    let read = ''
    reader.stdout.setEncoding('utf8').on('data', (text: string) => {
      read += text
    })
    const closed = new Promise((resolve) => reader.on('close', resolve))
    const child = spawn(process.execPath, [
      MAIN,
      ...['run', BAD, '-q', '--reporter', `json=${link}`, '--reporter', `markdown=${pipe}`],
    ])
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ verdict: 'pass' })
    const isPipe = lstatSync(pipe).isFIFO()
    if (!isPipe) reader.kill()
    await closed
    expect({ isPipe, read }).toEqual({ isPipe: true, read: expect.stringContaining('| ✓ PASS | bad-image |') })
  })

  it.skipIf(isWindows)('what comes through a pipe is read once, and a mistake in it is shown with its line', () => {
    // Of a shell, whose pipes are pipes: those of spawn are sockets, which have no name to be opened by.
    const piped = (text: string) => {
      const line = `cat '${write('piped.yaml', text)}' | '${process.execPath}' '${MAIN}' run /dev/stdin -q`
      return spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' })
    }
    expect(piped(readFileSync(BAD, 'utf8'))).toMatchObject({ status: 0, stderr: '' })
    const { status, stderr } = piped(changed(BAD, 'seed: 7', 'seed: many'))
    expect(status).toBe(2)
    expect(stderr).toMatch(/^\/dev\/stdin:8:7 {2}E0103 .*\n +8 \| seed: many\n/)
  })

  it('one thread, two or eight: the same document', { timeout: 120_000 }, () => {
    const of = (workers: string) => run(['run', BAD, '--runs', '61', '--workers', workers, '-o', 'json'])
    const alone = of('1')
    expect(alone).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(alone.stdout)).toMatchObject({ results: [{ campaign: { runs: 61 } }] })
    for (const workers of ['2', '8']) expect(of(workers)).toMatchObject({ status: 0, stdout: alone.stdout })
  })

  it.skipIf(isWindows)('130: Ctrl-C, what was finished has been printed', { timeout: 60_000 }, async () => {
    // Far more work than anybody waits for; the interrupt comes as soon as the first result is out.
    const long = write('long.yaml', changed(GOOD, 'capacity: 30', 'capacity: 900'))
    const child = spawn(process.execPath, [MAIN, 'run', '-q', BAD, ...Array<string>(1_000).fill(long)])
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') child.kill('SIGINT')
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (exit, by) => resolve([exit, by])),
    )
    expect({ code, signal }).toEqual({ code: 130, signal: null })
    expect(stdout).toContain('bad-image')
    const [, finished] = /^interrupted: (\d+) of 1001 finished\n$/.exec(stderr) ?? []
    expect(Number(finished)).toBeGreaterThanOrEqual(1)
    expect(Number(finished)).toBeLessThan(1001)
  })

  it.skipIf(isWindows).each([
    ['0', BAD],
    ['1', 'fails'],
  ])('a reader that has seen enough ends it quietly, the exit code stays %s', async (code, scenario) => {
    const file =
      scenario === 'fails'
        ? write('fails.yaml', changed(BAD, 'rollouts[0].batches == 1', 'rollouts[0].batches == 2'))
        : scenario
    const child = spawn(process.execPath, [MAIN, 'run', file, ...Array<string>(60).fill(file)])
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const exit = await new Promise((resolve) => child.on('close', resolve))
    expect({ exit: String(exit), stderr }).toEqual({ exit: code, stderr: '' })
  })
})
