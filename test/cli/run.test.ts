import { describe, expect, it } from 'vitest'
import { changed, cli } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const GOOD = 'scenarios/good-rollout.yaml'
const MINE = 'scenarios/mine.yaml'
const CONFORMANCE = 'scenarios/conformance/w03-two-unhealthy-cured.yaml'

interface Document {
  readonly verdict: string
  readonly results: readonly {
    readonly file: string
    readonly seed: number
    readonly traceHash: string
    readonly measures: { readonly availability: { readonly minServing: number } }
  }[]
}

async function play(...args: string[]): Promise<Document['results'][number]> {
  const { stdout } = await cli(['run', ...args, '-o', 'json'])
  return (JSON.parse(stdout) as Document).results[0]!
}

describe('run', () => {
  it('prints the verdict, the rule and the command that replays it, without colour', async () => {
    const { code, stdout, stderr } = await cli(['run', BAD])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/PASS/)
    expect(stdout).toMatch(/TH-5/)
    expect(stdout).toContain('vmss-twin run scenarios/bad-image.yaml --seed 7')
    expect(stdout).not.toContain('\u001b')
  })

  it('has colour on a terminal, never under NO_COLOR', async () => {
    expect((await cli(['run', BAD], { isTerminal: true })).stdout).toContain('\u001b[')
    expect((await cli(['run', BAD], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[')
    const quiet = await cli(['run', BAD], { isTerminal: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } })
    expect(quiet.stdout).not.toContain('\u001b')
  })

  it('-o json prints one document, byte for byte the same each time', async () => {
    const first = await cli(['run', BAD, GOOD, '-o', 'json'])
    expect(first.code).toBe(0)
    const document = JSON.parse(first.stdout) as Document
    expect(document.verdict).toBe('pass')
    expect(document.results.map(({ file }) => file)).toEqual([BAD, GOOD])
    expect((await cli(['run', BAD, GOOD, '-o', 'json'])).stdout).toBe(first.stdout)
  })

  it('--quiet prints one line a scenario', async () => {
    const { stdout } = await cli(['run', BAD, '--quiet'])
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout).toContain('bad-image')
  })

  it('ends several files with a summary', async () => {
    const both = (await cli(['run', BAD, GOOD, '-q'])).stdout
    const apart = (await cli(['run', BAD, '-q'])).stdout + (await cli(['run', GOOD, '-q'])).stdout
    expect(both.startsWith(apart)).toBe(true)
    expect(both.slice(apart.length)).toMatch(/2 /)
  })

  it('--seed plays with other luck, and the same seed with the same', async () => {
    const own = await play(GOOD)
    const other = await play(GOOD, '--seed', '3')
    expect(own.seed).toBe(7)
    expect(other.seed).toBe(3)
    expect(other.traceHash).not.toBe(own.traceHash)
    expect((await play(GOOD, '--seed', '7')).traceHash).toBe(own.traceHash)
  })

  it('--set changes a value, and may be given several times', async () => {
    const set = ['--set', 'azure.scaleSets.vmss-authz.sku.capacity=60', '--set', 'name=twice']
    expect((await play(GOOD)).measures.availability.minServing).toBeLessThanOrEqual(30)
    expect((await play(GOOD, ...set)).measures.availability.minServing).toBeGreaterThan(40)
  })

  it('the replay command plays the same run', async () => {
    const args = [GOOD, '--seed', '11', '--set', 'azure.scaleSets.vmss-authz.sku.capacity=12', '--set', "title=it's it"]
    const text = (await cli(['run', ...args])).stdout
    const line = /vmss-twin (run .*--seed 11.*)/.exec(text)?.[1]
    expect(line).toBeDefined()
    // As a shell reads it.
    const words = [...line!.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
      word.replace(/'([^']*)'|\\(.)/g, (_all, quoted: string | undefined, escaped: string) => quoted ?? escaped),
    )
    expect(words).toEqual(['run', GOOD, '--seed', '11', ...args.slice(3)])
    expect((await play(...words.slice(1))).traceHash).toBe((await play(...args)).traceHash)
  })

  it('--trace writes JSON lines: a header with the hash, then every entry after its cause', async () => {
    const { written, code } = await cli(['run', BAD, '--trace', 'out.jsonl'])
    expect(code).toBe(0)
    const text = written.get('out.jsonl') ?? ''
    expect(text.endsWith('\n')).toBe(true)
    const [header, ...entries] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { traceHash?: string; id: number; cause: number | null })
    expect(header?.traceHash).toBe((await play(BAD)).traceHash)
    expect(entries.length).toBeGreaterThan(50)
    for (const { id, cause } of entries) if (cause !== null) expect(cause).toBeLessThan(id)
  })

  it('--trace to a place that cannot be written is a mistake, not a crash', async () => {
    const { code, stderr } = await cli(['run', BAD, '-q', '--trace', 'read-only/out.jsonl'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/E0001 read-only\/out\.jsonl cannot be written: permission denied/)
  })

  it('files may be called like numbers or begin with a dash', async () => {
    const text = changed(BAD, 'name: bad-image', 'name: numbered')
    const { code, stdout } = await cli(['run', '007', '1e3', '-q', '--', '-x.yaml'], {
      files: { '007': text, '1e3': text, './-x.yaml': text },
    })
    expect(code).toBe(0)
    expect(stdout.match(/numbered/g)?.length).toBeGreaterThanOrEqual(3)
  })
})

describe('exit codes', () => {
  it('1: an expectation fails, actual against expected is shown', async () => {
    const files = { [CONFORMANCE]: changed(CONFORMANCE, 'rollouts[0].batches == 5', 'rollouts[0].batches == 6') }
    for (const args of [[], ['-q']]) {
      const { code, stdout, stderr } = await cli(['run', CONFORMANCE, ...args], { files })
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
      expect(stdout).toMatch(/FAIL/)
      expect(stdout).toMatch(/rollouts\[0\]\.batches == 6.*\b5\b/s)
    }
    expect((await cli(['run', CONFORMANCE])).code).toBe(0)
  })

  it.each([
    ['an aggregate in a single run', 'p99(blastRadius.percent) <= 20'],
    ['a time to halt when nothing halted', 'timeToHalt < PT30M'],
  ])('3: undecided, %s', async (_why, expectation) => {
    const files = { [MINE]: changed(GOOD, 'blastRadius.instances == 0', expectation) }
    const { code, stdout } = await cli(['run', MINE], { files })
    expect(code).toBe(3)
    expect(stdout).toMatch(/undecided/i)
    expect(stdout).not.toMatch(/PASS:/)
  })

  it('1 wins over 3', async () => {
    const files = {
      [MINE]: changed(GOOD, 'blastRadius.instances == 0', 'timeToHalt < PT30M'),
      [CONFORMANCE]: changed(CONFORMANCE, 'rollouts[0].batches == 5', 'rollouts[0].batches == 6'),
    }
    expect((await cli(['run', MINE, CONFORMANCE, '-q'], { files })).code).toBe(1)
  })

  it('130: interrupted, what was finished is kept', async () => {
    const { code, stdout, stderr } = await cli(['run', BAD, GOOD], { interruptAtBreath: 2 })
    expect(code).toBe(130)
    expect(stdout).toContain('bad-image')
    expect(stdout).not.toContain('good-rollout')
    expect(stderr).toBe('interrupted: 1 of 2 finished\n')
    const json = await cli(['run', BAD, GOOD, '-o', 'json'], { interruptAtBreath: 2 })
    expect((JSON.parse(json.stdout) as Document).results.map(({ file }) => file)).toEqual([BAD])
    expect(json.code).toBe(130)
  })

  it('70: our bug, one line and the command, the place only on request', async () => {
    const files = new Proxy<Record<string, string>>(
      {},
      {
        getOwnPropertyDescriptor: () => {
          throw new Error('boom')
        },
      },
    )
    const { code, stdout, stderr } = await cli(['run', 'x.yaml'], { files })
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' })
    expect(stderr).toMatch(/internal error: boom\n.*vmss-twin run x\.yaml\n/s)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect((await cli(['run', 'x.yaml'], { files, env: { VMSS_TWIN_DEBUG: '1' } })).stderr).toMatch(/^\s+at /m)
  })
})

describe('--trace for the Perfetto viewer', () => {
  it('goes by the suffix of the file', async () => {
    const { code, written } = await cli(['run', 'scenarios/bad-image.yaml', '-q', '--trace', 'out.perfetto.json'])
    expect(code).toBe(0)
    const document = JSON.parse(written.get('out.perfetto.json')!) as { traceEvents: { ph: string }[] }
    expect(new Set(document.traceEvents.map(({ ph }) => ph))).toEqual(new Set(['M', 'X', 'i', 'C']))
    const lines = await cli(['run', 'scenarios/bad-image.yaml', '-q', '--trace', 'out.json'])
    expect(lines.written.get('out.json')).toMatch(/^\{"formatVersion":1,/)
  })
})
