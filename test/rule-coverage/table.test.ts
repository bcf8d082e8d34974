import { describe, expect, it } from 'vitest'
import { coverageOf, gapsOf, idsIn, isMechanism, renderCoverage } from './table.ts'

const rule = (id: string, title = 'A rule') => ({ id, title, confidence: 'documented' as const })

const KNOWN = {
  rules: [rule('XA-1'), rule('XA-10'), rule('TABLE-fields', 'Wide | narrow'), rule('XB-2'), rule('XB-3')],
  reasons: { 'XB-2': 'Nothing to play.' },
  sources: [
    { path: 'src/sim/one.ts', text: '/** XA-10. */ ruleCode("TABLE-fields")' },
    { path: 'src/model/rules/all.ts', text: 'XA-1 XA-10' },
  ],
  tests: [
    { path: 'test/a.test.ts', titles: ['XA-10 holds', 'so it does (XA-10, XA-1)', 'XA-10 and XA-10 again'] },
    { path: 'test/b.test.ts', titles: ['of TABLE-fields'] },
  ],
}

describe('idsIn', () => {
  it.each([
    { text: 'XA-1 and XA-10, XA-1', ids: ['XA-1', 'XA-10'], why: 'a whole id, once' },
    { text: "ruleCode('XA-07')", ids: ['XA-07'], why: 'as it is written' },
    { text: 'TABLE-modelChange.', ids: ['TABLE-modelChange'], why: 'a table' },
    { text: 'UTF-8 xa-1 XA-1b XA 1 AXA-1', ids: [], why: 'nothing that only looks alike' },
  ])('$why: $text', ({ text, ids }) => expect(idsIn(text)).toEqual(ids))
})

it.each([
  ['src/sim/kernel/kernel.ts', true],
  ['src/model/declare/values.ts', true],
  ['src/model/finding.ts', true],
  ['src/model/rules/spot.ts', false],
  ['src/model/assumption-definitions.ts', false],
  ['src/model/assumptions.ts', false],
  ['src/model/finding-codes.ts', false],
  ['src/report/text.ts', false],
])('%s is a mechanism: %s', (path, mechanism) => expect(isMechanism(path)).toBe(mechanism))

describe('coverageOf', () => {
  it('finds sources and titles by the whole id, and counts a title once', () => {
    const [one, ten, table, two, three] = coverageOf(KNOWN)
    expect(one).toMatchObject({ sources: [], tests: [{ path: 'test/a.test.ts', titleCount: 1 }], reason: undefined })
    expect(ten).toMatchObject({ sources: ['src/sim/one.ts'], tests: [{ path: 'test/a.test.ts', titleCount: 3 }] })
    expect(table).toMatchObject({ sources: ['src/sim/one.ts'], tests: [{ path: 'test/b.test.ts', titleCount: 1 }] })
    expect(two).toMatchObject({ tests: [], reason: 'Nothing to play.' })
    expect(three).toMatchObject({ tests: [], reason: undefined })
  })
})

describe('gapsOf', () => {
  it('lists what has neither a test nor a reason', () => {
    expect(gapsOf(coverageOf(KNOWN), KNOWN.reasons)).toEqual({ missing: ['XB-3'], stale: [], unknown: [] })
  })

  it('lists a reason that a test has made stale, and one for a rule that is not there', () => {
    const reasons = { ...KNOWN.reasons, 'XA-1': 'No longer true.', 'XB-3': 'Not yet.', 'XC-1': 'Never heard of.' }
    const gaps = gapsOf(coverageOf({ ...KNOWN, reasons }), reasons)
    expect(gaps).toEqual({ missing: [], stale: ['XA-1'], unknown: ['XC-1'] })
  })
})

it('renderCoverage shows every rule, what lacks a test, and the sums by family', () => {
  const page = renderCoverage(coverageOf(KNOWN))
  expect(`\n${page.slice(page.indexOf('| family'))}`).toMatchInlineSnapshot(`
    "
    | family | rules | tested | not played | missing |
    | --- | --- | --- | --- | --- |
    | XA | 2 | 2 | 0 | 0 |
    | TABLE | 1 | 1 | 0 | 0 |
    | XB | 2 | 0 | 1 | 1 |
    | all | 5 | 3 | 1 | 1 |

    | rule | confidence | lives in \`src/\` | tested in \`test/\`, or why not |
    | --- | --- | --- | --- |
    | **XA-1** A rule | documented |  | \`a.test.ts\` (1) |
    | **XA-10** A rule | documented | \`sim/one.ts\` | \`a.test.ts\` (3) |
    | **TABLE-fields** Wide \\| narrow | documented | \`sim/one.ts\` | \`b.test.ts\` (1) |
    | **XB-2** A rule | documented |  | Not played: Nothing to play. |
    | **XB-3** A rule | documented |  | **MISSING** |
    "
  `)
})
