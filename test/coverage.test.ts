import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../src/model/rules/index.ts'
import { OUT_OF_SCOPE } from '../src/model/rules/out-of-scope.ts'
import { coverageOf, familyOf, gapsOf, renderCoverage, type TextFile } from './rule-coverage/table.ts'
import { titlesOf } from './rule-coverage/titles.ts'

const PAGE = 'docs/coverage.md'
// UPDATE=1 writes the page anew.
const isUpdate = process.env['UPDATE'] === '1'

function filesUnder(folder: string, ending: string): TextFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

const coverage = coverageOf({
  rules: RULES,
  reasons: OUT_OF_SCOPE,
  sources: filesUnder('src', '.ts'),
  tests: filesUnder('test', '.test.ts').map(({ path, text }) => ({ path, titles: titlesOf(text) })),
})
const gaps = gapsOf(coverage, OUT_OF_SCOPE)

describe('the coverage of the rules', () => {
  it('every rule has a test whose title names it, or a reason why it has none', () => {
    const families: Record<string, string> = {}
    for (const id of gaps.missing) families[familyOf(id)] = `${families[familyOf(id)] ?? ''} ${id}`.trim()
    expect(families, 'neither tested nor given a reason').toEqual({})
  })

  it('no reason outlives its test, and none is for an unknown rule', () => {
    expect(gaps.stale, 'tested, so the reason is stale').toEqual([])
    expect(gaps.unknown, 'not in the catalogue').toEqual([])
  })

  it('docs/coverage.md shows it', () => {
    const page = renderCoverage(coverage)
    if (isUpdate) writeFileSync(PAGE, page)
    else expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', 'UPDATE=1 writes it anew').toBe(page)
  })
})
