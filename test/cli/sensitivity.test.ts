import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cli } from './harness.ts'

const W5 = 'scenarios/conformance/w05-bad-image.yaml'

interface Document {
  readonly results: readonly {
    readonly robust: boolean
    readonly tried: { readonly readings: number; readonly assumptions: number; readonly pairs: number }
    readonly influences: readonly {
      readonly readings: readonly { readonly assumption: string; readonly value: string }[]
      readonly turned: readonly { readonly text: string; readonly from: string; readonly to: string }[]
      readonly measures: readonly { readonly name: string; readonly effect: number }[]
    }[]
  }[]
}
const document = async (...args: string[]) =>
  (JSON.parse((await cli(['sensitivity', ...args, '-o', 'json'])).stdout) as Document).results[0]!

describe('sensitivity', () => {
  it('names the denominator as what the verdict of W5 hangs on', async () => {
    const { code, stdout } = await cli(['sensitivity', W5])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^w05-bad-image: verdicts hang on (\w+, )*upgradedDenominator/)
    expect(stdout).toContain('✗ rollouts[0].batches == 1: PASS -> FAIL')
  })

  it('orders by effect, turned verdicts first, and tries every other reading once', async () => {
    const { robust, tried, influences } = await document(W5)
    expect(robust).toBe(false)
    expect(tried.readings).toBeGreaterThanOrEqual(tried.assumptions)
    expect(tried.pairs).toBe(0)
    const turns = influences.map(({ turned }) => turned.length > 0)
    expect(turns).toEqual([...turns].sort((a, b) => Number(b) - Number(a)))
    for (const { measures } of influences) {
      const effects = measures.map(({ effect }) => effect)
      expect(effects).toEqual([...effects].sort((a, b) => b - a))
      expect(effects.every((effect) => effect > 0 && effect <= 1)).toBe(true)
    }
  })

  it('is robust where no reading turns anything', async () => {
    const { stdout } = await cli(['sensitivity', 'scenarios/conformance/w01-good-image.yaml'])
    expect(stdout).toMatch(/^w01-good-image: robust: no reading turns a verdict/)
  })

  it('--pairs tells only what neither reading does alone', async () => {
    const alone = await document(W5)
    const { tried, influences } = await document(W5, '--pairs')
    expect(tried.pairs).toBeGreaterThan(0)
    expect(influences.filter(({ readings }) => readings.length === 1)).toEqual(alone.influences)
    const known = new Map(
      alone.influences.map(({ readings, turned }) => [readings[0]!.assumption, turned.map(({ text }) => text)]),
    )
    for (const { readings, turned } of influences.filter((one) => one.readings.length === 2)) {
      const byOne = new Set(readings.flatMap(({ assumption }) => known.get(assumption) ?? []))
      expect(turned.some(({ text }) => !byOne.has(text))).toBe(true)
    }
  })

  it('an interrupt keeps the readings that were tried, and calls nothing robust', async () => {
    const good = 'scenarios/conformance/w01-good-image.yaml'
    // The base takes the first breath, every reading one more.
    const { code, stdout, stderr } = await cli(['sensitivity', good], { interruptAtBreath: 11 })
    expect(code).toBe(130)
    expect(stdout).toMatch(
      /^w01-good-image: no reading that was tried turns a verdict \(interrupted: 10 of \d+ readings/,
    )
    expect(stdout).not.toContain('robust')
    expect(stderr).toContain('the readings that were tried are kept')
    const json = await cli(['sensitivity', good, '-o', 'json'], { interruptAtBreath: 11 })
    expect(JSON.parse(json.stdout)).toMatchObject({
      results: [{ complete: false, robust: null, tried: { readings: 10 } }],
    })
  })

  it('an interrupt in the base, or in the middle of a reading, leaves nothing half played', async () => {
    const many = ['sensitivity', W5, '--runs', '20000']
    const { code, stdout, stderr } = await cli(many, { interruptAtBreath: 3 })
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'interrupted: no reading was tried\n' })
  })

  it('without expectations there is no verdict to turn', async () => {
    const files = { 'mine.yaml': readFileSync(W5, 'utf8').replace(/^expect:\n(?: .*\n?|\n)*/m, '') }
    const { stdout } = await cli(['sensitivity', 'mine.yaml'], { files })
    expect(stdout).toMatch(/^w05-bad-image: it expects nothing, so there is no verdict to turn \(/)
  })

  it('refuses what it cannot play', async () => {
    expect((await cli(['sensitivity', 'nope.yaml'])).code).toBe(2)
    expect((await cli(['sensitivity', W5, '--runs', 'x'])).code).toBe(2)
  })
})
