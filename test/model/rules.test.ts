import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ASSUMPTIONS } from '../../src/model/assumptions.ts'
import { DIAGNOSTIC_CODES } from '../../src/model/diagnostic-codes.ts'
import { ERROR_CODES } from '../../src/model/error-codes.ts'
import { EXPLAINED_IDS, explain, nearestIds } from '../../src/model/explain.ts'
import { FINDING_CODES } from '../../src/model/finding-codes.ts'
import { INVARIANT_NAMES } from '../../src/model/invariant-names.ts'
import { DIFFERENCES } from '../../src/model/rules/differences.ts'
import { findRule, RULES } from '../../src/model/rules/index.ts'
import { OUT_OF_SCOPE } from '../../src/model/rules/out-of-scope.ts'
import { WORKED_EXAMPLES } from '../../src/model/rules/worked-examples.ts'
import { renderExplanation } from '../../src/report/explanation.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sheetOf = (name: string) => `${root}../shared/facts/${name}`
const sheetsPresent = ['rollouts.md', 'fleet.md'].every((name) => existsSync(sheetOf(name)))
const sheets = () => ['rollouts.md', 'fleet.md'].map((name) => readFileSync(sheetOf(name), 'utf8')).join('\n')

const knownRefs = new Set([...RULES, ...WORKED_EXAMPLES, ...DIFFERENCES].map(({ id }) => id))

describe('the rule catalogue', () => {
  it('has every id once', () => {
    const ids = RULES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s is complete', (id, rule) => {
    expect(id).toMatch(/^([A-Z]{2}-\d+|TABLE-[a-zA-Z]+)$/)
    expect(rule.title).not.toBe('')
    expect(rule.text).toMatch(/\.$/)
    expect(rule.source).not.toBe('')
    if (rule.confidence === 'ambiguous') expect(rule.ambiguity).toBeTruthy()
  })

  it('knows every rule that an assumption reads, and the rule names the assumption', () => {
    for (const assumption of ASSUMPTIONS) {
      for (const id of assumption.rules) {
        expect(knownRefs, `${assumption.name} reads ${id}`).toContain(id)
        const rule = findRule(id)
        if (rule !== undefined) expect(rule.assumptions, id).toContain(assumption.name)
      }
      expect(
        assumption.rules.some((id) => findRule(id) !== undefined),
        `${assumption.name} reads a rule`,
      ).toBe(true)
    }
  })

  it('names no assumption that does not read the rule', () => {
    for (const rule of RULES) {
      for (const name of rule.assumptions) {
        expect(ASSUMPTIONS.find((a) => a.name === name)?.rules).toContain(rule.id)
      }
    }
  })

  it('tells in one sentence why a rule is not played, and no assumption reads such a rule', () => {
    for (const [id, reason] of Object.entries(OUT_OF_SCOPE)) expect(reason, id).toMatch(/^[A-Z][^.]*\.$/)
    for (const { name, rules } of ASSUMPTIONS)
      expect(
        rules.filter((rule) => OUT_OF_SCOPE[rule] !== undefined),
        name,
      ).toEqual([])
  })

  it('is found in any case', () => {
    expect(findRule('th-6')).toBe(findRule('TH-6'))
    expect(findRule('th-6')?.id).toBe('TH-6')
    expect(findRule('TH-66')).toBeUndefined()
  })
})

describe.skipIf(!sheetsPresent)(
  `the fact sheets${sheetsPresent ? '' : ' (skipped: ../shared/facts is not there)'}`,
  () => {
    it('have every bullet in the catalogue', () => {
      const ids = [...sheets().matchAll(/^- ([A-Z]{2}-\d+)\b/gm)].map((match) => match[1]!)
      expect(ids.length).toBeGreaterThan(300)
      expect(ids.filter((id) => findRule(id) === undefined)).toEqual([])
    })

    it('have no rule in the catalogue that they do not hold', () => {
      const ids = new Set([...sheets().matchAll(/^- ([A-Z]{2}-\d+)\b/gm)].map((match) => match[1]!))
      expect(RULES.filter(({ id }) => !id.startsWith('TABLE-') && !ids.has(id)).map(({ id }) => id)).toEqual([])
    })

    it('have every worked example and difference in the catalogue', () => {
      const ids = [...sheets().matchAll(/^\| ([WD]\d+) \|/gm)].map((match) => match[1]!)
      expect(ids).toHaveLength(49)
      expect(ids.filter((id) => !knownRefs.has(id))).toEqual([])
    })

    it('have every tunable of theirs in the catalogue', () => {
      const names = new Set([...sheets().matchAll(/⚙([a-zA-Z0-9]+)/gu)].map((match) => match[1]!))
      expect(names.size).toBeGreaterThan(40)
      const known = new Set<string>(ASSUMPTIONS.map(({ name }) => name))
      // The heading of the table of tunables is no tunable.
      expect([...names].filter((name) => name !== 'name' && !known.has(name))).toEqual([])
    })

    it('have every error code of the table in the catalogue', () => {
      const table = sheets().split('### 4.1 Error codes')[1]!.split('\n## ')[0]!
      const codes = [...table.matchAll(/^\| `([A-Za-z]+)` \|/gm)].map((match) => match[1]!)
      expect(codes).toHaveLength(10)
      const known = new Set(ERROR_CODES.map(({ code }) => code))
      expect(codes.filter((code) => !known.has(code))).toEqual([])
    })
  },
)

describe('the code catalogues', () => {
  it('have every code once and only known rules', () => {
    const codes = [...ERROR_CODES, ...DIAGNOSTIC_CODES, ...FINDING_CODES].map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
    for (const { code, rules } of [...ERROR_CODES, ...FINDING_CODES]) {
      for (const rule of rules) expect(knownRefs, `${code} names ${rule}`).toContain(rule)
    }
    for (const { id, rules } of [...WORKED_EXAMPLES, ...DIFFERENCES]) {
      for (const rule of rules) expect(knownRefs, `${id} names ${rule}`).toContain(rule)
    }
  })

  it('hold every code and every finding that the source speaks of', () => {
    const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    const text = files.map((name) => readFileSync(`${root}src/${name}`, 'utf8')).join('\n')
    const diagnostics = new Set([...text.matchAll(/'(E\d{4})'/g)].map((match) => match[1]!))
    const registered = new Set(DIAGNOSTIC_CODES.map(({ code }) => code))
    expect([...diagnostics].filter((code) => !registered.has(code)).sort()).toEqual([])
    const findings = new Set(
      [...text.matchAll(/code: (?:\w+ \? )?'([A-Z][A-Za-z]+)'(?: : '([A-Z][A-Za-z]+)')?,\s+title:/g)].flatMap((match) =>
        [match[1], match[2]].filter((code) => code !== undefined),
      ),
    )
    expect(findings.size).toBeGreaterThan(15)
    const told = new Set(FINDING_CODES.map(({ code }) => code))
    expect([...findings].filter((code) => !told.has(code)).sort()).toEqual([])
  })
})

describe('explain', () => {
  it('gives the rule, its doubt, its assumption with the values and meanings, and its source', () => {
    const explanation = explain('TH-6')
    expect(explanation).toMatchObject({ kind: 'rule', id: 'TH-6', confidence: 'ambiguous' })
    expect(explanation?.ambiguity).toMatch(/whole set/)
    expect(explanation?.source).toContain('REST reference: RollingUpgradePolicy')
    expect(explanation?.assumptions.map(({ name }) => name)).toEqual(['upgradedDenominator'])
    const [assumption] = explanation!.assumptions
    expect(assumption).toMatchObject({ default: 'upgraded' })
    expect(assumption?.values.map(({ value }) => value)).toEqual(['upgraded', 'total'])
    expect(assumption?.values[1]?.meaning).toContain('20%')
  })

  it.each([
    ['th-6', 'rule', 'TH-6'],
    [' UPGRADEDdenominator ', 'assumption', 'upgradedDenominator'],
    [
      'maxunhealthyupgradedinstancepercentexceededinrollingupgrade',
      'errorCode',
      'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
    ],
    ['e0106', 'diagnostic', 'E0106'],
    ['healthsourceconflict', 'finding', 'HealthSourceConflict'],
    ['w5', 'example', 'W5'],
    ['d10', 'difference', 'D10'],
    ['table-limits', 'rule', 'TABLE-limits'],
  ])('%s is a %s', (id, kind, spelled) => {
    expect(explain(id)).toMatchObject({ kind, id: spelled })
  })

  it('writes durations as a scenario does', () => {
    expect(explain('healthWait')?.assumptions[0]).toMatchObject({ default: 'PT5M' })
    expect(explain('upgradeStep')?.assumptions[0]?.values.map(({ value }) => value)).toEqual(['PT1M', 'PT0S'])
  })

  it('shows the assumption that an example and a difference hang on', () => {
    expect(explain('W5')?.assumptions.map(({ name }) => name)).toEqual(['upgradedDenominator'])
    expect(explain('D10')?.assumptions.map(({ name }) => name)).toEqual(['flexRollbackFlag'])
    expect(explain('D10')?.text).toMatch(/Article: .*\nDocumentation: /)
  })

  it('tells why a rule is not played, and only of one that is not', () => {
    expect(explain('pl-61')?.notPlayed).toBe('It is advice about clusters, which the twin does not know.')
    expect(renderExplanation(explain('PL-61')!)).toMatch(/^ {2}Not played: It is advice/m)
    expect(explain('TH-6')).not.toHaveProperty('notPlayed')
  })

  it('knows everything in the catalogues, each under one id', () => {
    const all =
      RULES.length +
      ASSUMPTIONS.length +
      ERROR_CODES.length +
      DIAGNOSTIC_CODES.length +
      FINDING_CODES.length +
      WORKED_EXAMPLES.length +
      DIFFERENCES.length +
      INVARIANT_NAMES.length
    // A collision of two catalogues would lose an entry.
    expect(EXPLAINED_IDS).toHaveLength(all)
    for (const id of EXPLAINED_IDS) {
      const explanation = explain(id)
      expect(explanation?.id).toBe(id)
      expect(explanation?.title).not.toBe('')
      expect(explanation?.text).not.toBe('')
    }
  })

  it('knows nothing else', () => {
    for (const id of ['', 'TH', 'TH-99', 'toString', 'constructor']) expect(explain(id)).toBeUndefined()
  })
})

describe('nearestIds', () => {
  it.each([
    ['th6', 'TH-6'],
    ['TH 6', 'TH-6'],
    ['upgradeDenominator', 'upgradedDenominator'],
    ['ExceededBeforeRollingUpgrade', 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade'],
    ['HealthSourceConfict', 'HealthSourceConflict'],
    ['PL-7', 'PL-07'],
  ])('%s is near %s', (given, wanted) => {
    expect(nearestIds(given)[0]).toBe(wanted)
  })

  it('is quiet when nothing is near, and never gives more than five', () => {
    expect(nearestIds('qqqqqqqqqq')).toEqual([])
    expect(nearestIds('  ')).toEqual([])
    expect(nearestIds('TH-').length).toBeLessThanOrEqual(5)
  })
})
