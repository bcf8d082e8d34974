import fc from 'fast-check'
import { lexer, type Token, walkTokens } from 'marked'
import { describe, expect, it } from 'vitest'
import { markdownOfChecked, markdownOfReports } from '../../../src/report/reporters/markdown.ts'
import { reportOfRun } from '../../../src/report/reporters/scenario-report.ts'
import { badImage } from '../sample-results.ts'
import { anyReports, HOSTILE, hostileText } from './reports.ts'

interface Seen {
  readonly kinds: ReadonlySet<string>
  readonly tables: readonly { readonly columns: number; readonly rows: number }[]
  readonly headings: number
}

/** What a reader of Markdown makes of it: kinds of tokens, tables with their size. */
function read(text: string): Seen {
  const kinds = new Set<string>()
  const tables: Seen['tables'][number][] = []
  let headings = 0
  walkTokens(lexer(text, { gfm: true }), (token: Token) => {
    kinds.add(token.type)
    if (token.type === 'heading') headings++
    if (token.type === 'table') tables.push({ columns: token['header'].length, rows: token['rows'].length })
  })
  return { kinds, tables, headings }
}

const NEVER = ['html', 'link', 'image', 'blockquote', 'em', 'del', 'hr', 'def']

describe('markdown', () => {
  it('is a table, what did not hold, and the findings', () => {
    const report = reportOfRun(badImage.result, {
      file: 'a.yaml',
      title: 'A title',
      replay: 'again',
      placeOf: () => null,
    })
    const failed = {
      text: 'x <= 1',
      verdict: 'fail',
      detail: 'actual 2, expected <= 1',
      replay: null,
      place: null,
    } as const
    const text = markdownOfReports([{ ...report, verdict: 'fail', checks: [failed] }]).join('')
    expect(text).toContain('## ✗ vmss-twin: FAIL')
    expect(text).toContain('### ✗ FAIL `bad-image` A title')
    expect(text).toContain('| ✗ | x &#60;= 1 | actual 2, expected &#60;= 1 |')
    expect(text).toContain('```\nagain\n```')
    expect(read(text).tables).toEqual([
      { columns: 2 + report.facts.length, rows: 1 },
      { columns: 3, rows: 1 },
    ])
  })

  it('nothing in it comes from a name: no HTML, link, image or emphasis, and every table keeps its shape', () =>
    fc.assert(
      fc.property(anyReports, (reports) => {
        const { kinds, tables, headings } = read(markdownOfReports(reports).join(''))
        expect(NEVER.filter((kind) => kinds.has(kind))).toEqual([])
        const open = reports.map(({ checks }) => checks.filter(({ verdict }) => verdict !== 'pass').length)
        const findings = reports.some((report) => report.findings.length > 0) ? 1 : 0
        expect(tables.map(({ rows }) => rows)).toEqual([reports.length, ...open.filter((count) => count > 0)])
        expect(headings).toBe(1 + open.filter((count) => count > 0).length + findings)
      }),
      { numRuns: 300 },
    ))

  it.each(HOSTILE)('%j in every place', (name) => {
    const report = reportOfRun(badImage.result, { file: name, title: name, replay: name, placeOf: () => null })
    const failed = { text: name, verdict: 'fail', detail: name, replay: name, place: null } as const
    const { kinds, tables } = read(
      markdownOfReports([
        { ...report, name, headline: [name], checks: [failed], facts: [{ name: 'x', value: name }] },
      ]).join(''),
    )
    expect(NEVER.filter((kind) => kinds.has(kind))).toEqual([])
    expect(tables).toEqual([
      { columns: 3, rows: 1 },
      { columns: 3, rows: 1 },
    ])
  })

  it('so does that of check', () =>
    fc.assert(
      fc.property(hostileText, hostileText, (name, message) => {
        const diagnostic = { code: 'E0106', message, hint: message, place: { file: name, line: 1, column: 2 } }
        const file = { file: name, summary: [], diagnostics: [diagnostic, diagnostic], findings: [], cases: [] }
        const { kinds, tables } = read(markdownOfChecked([file]).join(''))
        expect(NEVER.filter((kind) => kinds.has(kind))).toEqual([])
        expect(tables).toEqual([{ columns: 3, rows: 1 }])
      }),
    ))
})
