import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderSummary } from '../../src/report/summary.ts'
import { columns } from '../../src/report/typeset.ts'
import { anyRun } from './arbitrary-result.ts'
import { badImage, goodRollout, severalSets, undecided } from './sample-results.ts'

describe('renderSummary', () => {
  const results = [goodRollout, badImage, undecided, severalSets].map(({ result }) => result)

  it('is a table, plain ASCII without colour', () => {
    expect(renderSummary(results, { color: false })).toMatchInlineSnapshot(`
      "+-----------+--------------+---------------------------+--------------+----------+
      | Verdict   | Scenario     | Rollout                   | Blast radius | Duration |
      | PASS      | good-rollout | Completed                 |          0 % |   40 min |
      | FAIL      | bad-image    | Faulted (TH-5)            |         20 % |    8 min |
      | UNDECIDED | no-change    | none                      |       nobody |        - |
      | FAIL      | two-regions  | Completed, Faulted (TH-5) |       14.3 % |   58 min |
      +-----------+--------------+---------------------------+--------------+----------+
      4 scenarios: 1 pass, 2 fail, 1 undecided. Overall FAIL.
      "
    `)
  })

  it('carries the same words in colour', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
    const text = renderSummary(results, { color: true }).replace(/\u001b\[[0-9;]*m/g, '')
    expect(text).toContain('│ ✗ FAIL      │ bad-image')
    expect(text).toContain('4 scenarios: 1 pass, 2 fail, 1 undecided. Overall FAIL.')
  })

  it('fits the width whatever the names are', () =>
    fc.assert(
      fc.property(
        fc.array(anyRun, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 40, max: 120 }),
        (runs, width) => {
          const text = renderSummary(
            runs.map(({ result }) => result),
            { color: false, width },
          )
          // The last line is the count; only the table has to fit.
          const table = text.trimEnd().split('\n').slice(0, -1)
          expect(table).toHaveLength(runs.length + 3)
          // Terminals disagree about emoji sequences and rare scripts; of plain text every line has the same width.
          const plain = table.filter((line) => /^[\u0020-\u00ff…]*$/.test(line))
          for (const line of plain) expect(columns(line), line).toBeLessThanOrEqual(width)
          expect(new Set(plain.map(columns)).size).toBe(1)
        },
      ),
      { numRuns: 40 },
    ))
})
