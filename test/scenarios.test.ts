import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadScenarios } from '../src/model/scenario/load.ts'
import { simulate } from '../src/sim/simulate.ts'

const GOLDEN = 'test/golden-hashes.json'

function scenarioFiles(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return scenarioFiles(path)
      return name.endsWith('.yaml') ? [path] : []
    })
}

/** The base of a file and its cases. */
function loadAll(file: string) {
  return loadScenarios(readFileSync(file, 'utf8'), file, {
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  })
}

const files = scenarioFiles('scenarios')
/** `file` for the base, `file#case` for a case. */
const plays = files.flatMap((file) => loadAll(file).map((scenario) => nameOf(file, scenario.case)))

function nameOf(file: string, name: string | undefined): string {
  return name === undefined ? file : `${file}#${name}`
}

function load(play: string) {
  const [file, name] = play.split('#') as [string, string?]
  return loadAll(file).find((scenario) => scenario.case === name)!
}
// UPDATE=1 rewrites the file; a changed hash needs a reason in the commit.
const isUpdate = process.env['UPDATE'] === '1'
const golden = (existsSync(GOLDEN) && !isUpdate ? JSON.parse(readFileSync(GOLDEN, 'utf8')) : {}) as Record<
  string,
  { traceHash: string; events: number }
>

describe('the shipped scenarios', () => {
  it.each(plays)('%s holds what it expects and plays to its golden hash, every time', (file) => {
    const scenario = load(file)
    const result = simulate(scenario, { keepTrace: true })
    expect(result.expectations.filter((expectation) => expectation.verdict !== 'pass')).toEqual([])
    expect(scenario.expect.length).toBeGreaterThan(0)
    const played = { traceHash: result.traceHash, events: result.events }
    if (isUpdate) golden[file] = played
    expect(golden[file]).toEqual(played)
    // Again, freshly loaded, without keeping the trace: the same bytes.
    const again = simulate(load(file))
    expect(again.traceHash).toBe(result.traceHash)
    expect(JSON.stringify(again.measures)).toBe(JSON.stringify(result.measures))
  })

  it('no golden hash is left over', () => {
    if (isUpdate) writeFileSync(GOLDEN, `${JSON.stringify(golden, null, 2)}\n`)
    expect(Object.keys(golden).sort()).toEqual([...plays].sort())
  })

  it('another seed gives another hash', () => {
    const scenario = load('scenarios/good-rollout.yaml')
    const hashes = [1, 2, 3, 11, 111].map((seed) => simulate(scenario, { seed }).traceHash)
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('declare nothing that stands out but what they are about', () => {
    for (const file of plays) {
      const { findings, expect: expected } = load(file)
      const severe = findings.filter(
        ({ severity, code }) => severity !== 'info' && !expected.some(({ text }) => text.includes(`findings.${code}`)),
      )
      expect(severe, file).toEqual([])
    }
  })
})
