import { describe, expect, it } from 'vitest'
import {
  ARTICLE_ASSUMPTIONS,
  ASSUMPTIONS,
  DEFAULT_ASSUMPTIONS,
  expectedValues,
  findAssumption,
  formatAssumptionValue,
  resolveAssumptions,
} from '../../src/model/assumptions.ts'

describe('the catalogue of assumptions', () => {
  it('has every name once', () => {
    const names = ASSUMPTIONS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('has exactly the keys of the defaults', () => {
    expect(ASSUMPTIONS.map(({ name }) => name)).toEqual(Object.keys(DEFAULT_ASSUMPTIONS))
  })

  it.each(ASSUMPTIONS.map((a) => [a.name, a] as const))('%s says what it decides', (_, assumption) => {
    expect(assumption.rules.length).toBeGreaterThan(0)
    expect(assumption.summary).toMatch(/\.$/)
    expect(assumption.source).not.toBe('')
    const values = assumption.values.map(({ value }) => value)
    expect(new Set(values).size).toBe(values.length)
    expect(values).toContain(assumption.default)
    if (assumption.article !== undefined) expect(values).toContain(assumption.article)
    if (assumption.kind === 'boolean') expect(new Set(values)).toEqual(new Set([true, false]))
    for (const { meaning } of assumption.values) expect(meaning).toMatch(/\.$/)
  })

  it.each(ASSUMPTIONS.map((a) => [a.name, a] as const))(
    '%s takes each of its values as written',
    (name, assumption) => {
      for (const { value } of assumption.values) {
        const isDuration = assumption.kind.startsWith('duration')
        const written = isDuration ? formatAssumptionValue(assumption, value) : value
        const { assumptions, problems } = resolveAssumptions('documentation', { [name]: written })
        expect(problems).toEqual([])
        expect(assumptions).toEqual({ ...DEFAULT_ASSUMPTIONS, [name]: value })
      }
    },
  )

  it('reads six points differently in the article', () => {
    const changed = Object.entries(ARTICLE_ASSUMPTIONS).filter(
      ([name, value]) => DEFAULT_ASSUMPTIONS[name as keyof typeof DEFAULT_ASSUMPTIONS] !== value,
    )
    expect(Object.fromEntries(changed)).toEqual({
      flexRollbackFlag: 'honour',
      richPlain200: 'Healthy',
      richNon2xx: 'Unhealthy',
      extensionGraceDefault: 'PT10M',
      unknownInUpgrade: 'wait',
      aosPolicySource: 'setPolicy',
    })
  })
})

describe('resolveAssumptions', () => {
  it('gives the profile when nothing is given', () => {
    expect(resolveAssumptions('documentation').assumptions).toEqual(DEFAULT_ASSUMPTIONS)
    expect(resolveAssumptions('article').assumptions).toEqual(ARTICLE_ASSUMPTIONS)
  })

  it('puts single values over the profile', () => {
    const { assumptions } = resolveAssumptions('article', {
      profile: 'article',
      richPlain200: 'Unknown',
      healthWait: 'PT2M30S',
    })
    expect(assumptions).toEqual({ ...ARTICLE_ASSUMPTIONS, richPlain200: 'Unknown', healthWait: 150_000 })
  })

  it('names the nearest assumption for an unknown one', () => {
    const { problems, assumptions } = resolveAssumptions('documentation', { upgradeDenominator: 'total' })
    expect(problems).toEqual([
      {
        name: 'upgradeDenominator',
        kind: 'unknown',
        message: 'there is no assumption `upgradeDenominator`',
        hint: 'did you mean `upgradedDenominator`?',
      },
    ])
    expect(assumptions).toEqual(DEFAULT_ASSUMPTIONS)
  })

  it('guesses nothing for a name that is like none', () => {
    const [problem] = resolveAssumptions('documentation', { zzzzzzzzzz: 1 }).problems
    expect(problem).toMatchObject({ kind: 'unknown' })
    expect(problem).not.toHaveProperty('hint')
  })

  it.each([
    ['toString', 1],
    ['constructor', 1],
    ['__proto__x', 1],
  ])('does not take %s for an assumption', (name, value) => {
    expect(resolveAssumptions('documentation', { [name]: value }).problems).toHaveLength(1)
  })

  it.each([
    {
      name: 'upgradedDenominator',
      value: 'totl',
      message: 'upgraded or total, got "totl"',
      hint: 'did you mean total?',
    },
    { name: 'batchRounding', value: true, message: 'floor or ceil or round, got true', hint: 'default: floor' },
    { name: 'emitRollingBack', value: 'True', message: 'true or false, got "True"', hint: 'write true without quotes' },
    { name: 'healthWait', value: 300, message: 'got 300', hint: 'durations carry a unit: PT5M is five minutes' },
    { name: 'healthWait', value: '5m', message: 'an ISO 8601 duration such as PT5M, got "5m"', hint: 'default: PT5M' },
    { name: 'upgradeTimeout', value: 'PT1S', message: 'at least PT1M', hint: 'default: PT12H' },
    { name: 'hiddenRacksPerZone', value: 0, message: 'from 1 to 1000, got 0', hint: 'default: 8' },
    { name: 'hiddenRacksPerZone', value: 2.5, message: 'a whole number', hint: 'default: 8' },
    { name: 'overprovisionFactorPercent', value: 101, message: 'from 0 to 100, got 101', hint: 'default: 20' },
    { name: 'forceDeleteFactor', value: 1.5, message: 'a number from 0 to 1, got 1.5', hint: 'default: 0.3' },
    { name: 'deferralDeadline', value: 'never', message: 'or none, got "never"', hint: 'default: none' },
    { name: 'upgradeStep', value: null, message: 'got null', hint: 'default: PT1M' },
  ])('$name: $value is a problem', ({ name, value, message, hint }) => {
    const { problems, assumptions } = resolveAssumptions('documentation', { [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ name, kind: 'value', hint })
    expect(problems[0]?.message).toContain(message)
    expect(assumptions).toEqual(DEFAULT_ASSUMPTIONS)
  })

  it('reports every problem at once', () => {
    const { problems } = resolveAssumptions('documentation', { nothing: 1, healthWait: 'x', batchRounding: 'up' })
    expect(problems.map(({ name }) => name)).toEqual(['nothing', 'healthWait', 'batchRounding'])
  })
})

describe('expectedValues', () => {
  it.each([
    ['emitRollingBack', 'true or false'],
    ['upgradedDenominator', 'upgraded or total'],
    ['maxScaleStep', 'a whole number from 1, or none'],
  ])('%s: %s', (name, text) => {
    expect(expectedValues(findAssumption(name)!)).toBe(text)
  })
})
