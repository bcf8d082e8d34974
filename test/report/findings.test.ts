import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/model/finding.ts'
import { countFindings, renderFindings } from '../../src/report/findings.ts'
import { columns } from '../../src/report/typeset.ts'
import { BAD_FINDING } from './sample-results.ts'

const note: Finding = { ...BAD_FINDING, code: 'F0300', severity: 'info', title: 'A note', evidence: [], rules: [] }
const error: Finding = {
  ...BAD_FINDING,
  code: 'F0101',
  severity: 'error',
  title: 'No health source',
  place: { file: 'a.yaml', line: 4, column: 7 },
}

describe('renderFindings', () => {
  it('tells one in full', () => {
    expect(`\n${renderFindings([BAD_FINDING], { color: false, width: 80 })}`).toMatchInlineSnapshot(`
      "
      warning F0201 The first batch decides alone
              vmss-authz:
                upgradePolicy.rollingUpgradePolicy.maxUnhealthyUpgradedInstancePercent
              - A first batch of 6 breaches the limit of 20 % with 2 unhealthy
                instances.
              - The limit is tested after every batch against the instances upgraded
                so far.
              rules: TH-5, TH-6
              fix: Raise the limit if a single bad instance must not stop a rollout,
                   or make the first batch larger.
              confirm: az vmss show -g <group> -n vmss-authz --query upgradePolicy.rollingUpgradePolicy

      1 warning
      "
    `)
  })

  it('puts errors first, counts, and names the place', () => {
    const text = renderFindings([note, BAD_FINDING, error], { color: false })
    const codes = [...text.matchAll(/\bF\d{4}\b/g)].map(([code]) => code)
    expect(codes).toEqual(['F0101', 'F0201', 'F0300'])
    expect(text).toContain('(a.yaml:4:7)')
    expect(text.trimEnd().split('\n').at(-1)).toBe('1 error, 1 warning, 1 note')
    expect(countFindings([])).toBe('no findings')
  })

  it('wraps everything but a command', () => {
    const confirm = `az vmss show ${'--query a '.repeat(20)}`.trim()
    const text = renderFindings([{ ...BAD_FINDING, confirm, title: 'long '.repeat(60) }], { color: false, width: 60 })
    expect(text).toContain(confirm)
    for (const line of text.split('\n')) if (!line.includes(confirm)) expect(columns(line)).toBeLessThanOrEqual(60)
  })
})
