import { describe, expect, it } from 'vitest'
import { type ExplainedAssumption, type Explanation, explain } from '../../src/model/explain.ts'
import { renderExplanation } from '../../src/report/explanation.ts'
import { columns } from '../../src/report/typeset.ts'

const DENOMINATOR: ExplainedAssumption = {
  name: 'upgradedDenominator',
  default: 'upgraded',
  summary: 'What the share of unhealthy upgraded instances is taken of.',
  values: [
    { value: 'upgraded', meaning: 'the instances upgraded so far' },
    { value: 'total', meaning: 'the whole scale set, so that a small first batch never breaches on its own' },
  ],
}

const TH_6: Explanation = {
  kind: 'rule',
  id: 'TH-6',
  title: 'Denominator of the upgraded threshold',
  text: 'The share that the threshold after each batch looks at is taken of the instances upgraded so far.',
  ambiguity: 'One how-to divides by the whole set instead.',
  assumptions: [DENOMINATOR],
  rules: ['TH-5'],
  source: 'REST reference, rolling upgrade policy',
  confidence: 'ambiguous',
}

describe('renderExplanation', () => {
  it('tells rule, doubt, assumption, values and source', () => {
    expect(`\n${renderExplanation(TH_6, { color: false, width: 80 })}`).toMatchInlineSnapshot(`
      "
      TH-6 (rule) Denominator of the upgraded threshold

        The share that the threshold after each batch looks at is taken of the
        instances upgraded so far.

        In doubt     One how-to divides by the whole set instead.
        Confidence   ambiguous
        Source       REST reference, rolling upgrade policy
        Rules        TH-5

        Assumption upgradedDenominator: default upgraded
          What the share of unhealthy upgraded instances is taken of.
          upgraded  the instances upgraded so far [default]
          total     the whole scale set, so that a small first batch never breaches on
                    its own
          set it with assumptions: { upgradedDenominator: ... }
      "
    `)
  })

  it('marks the reading of the article, also one that is not in the list', () => {
    const of = (article: string) =>
      renderExplanation({ ...TH_6, assumptions: [{ ...DENOMINATOR, article }] }, { color: false })
    expect(of('total')).toMatch(/breaches on its own\s+\[the article\]/)
    expect(of('PT10M')).toContain('the article reads it as PT10M')
  })

  it('leaves out what is not known', () => {
    const text = renderExplanation({
      kind: 'diagnostic',
      id: 'E0106',
      title: 'Not a duration',
      text: 'Durations are ISO 8601.',
      assumptions: [],
      rules: [],
    })
    expect(text).toBe('E0106 (mistake in the input) Not a duration\n\n  Durations are ISO 8601.\n')
  })

  it('stays within the width', () => {
    const values = [{ value: 'aVeryLongNameOfAValueThatFillsAColumn', meaning: 'word '.repeat(50) }]
    const text = renderExplanation(
      { ...TH_6, text: 'word '.repeat(90), assumptions: [{ ...DENOMINATOR, values }] },
      { color: false, width: 60 },
    )
    for (const line of text.split('\n')) expect(columns(line), line).toBeLessThanOrEqual(60)
  })

  it('tells a real one: TH-6 with its doubt, its assumption, both values and its source', () => {
    const text = renderExplanation(explain('TH-6')!, { color: false })
    for (const part of ['TH-6', 'In doubt', 'Assumption upgradedDenominator', 'upgraded ', 'total ', 'Source']) {
      expect(text).toContain(part)
    }
  })
})
