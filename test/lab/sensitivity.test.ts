import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ownThread, type Runner } from '../../src/lab/runner.ts'
import { sensitivity } from '../../src/lab/sensitivity.ts'
import { readSource } from '../../src/lab/variant.ts'
import { InputError } from '../../src/model/diagnostic.ts'

const FILE = 'scenarios/conformance/w05-bad-image.yaml'
const { source, scenarios } = readSource(FILE, readFileSync(FILE, 'utf8'), () => undefined)

const own = ownThread()
/** Refuses two readings, as a scenario would that does not take them; several batches come back in another order. */
const picky = (parallel: number): Runner => {
  let turn = 0
  return {
    ...own,
    parallel,
    play: async (batch) => {
      const [reading = ''] = batch.variant.set
      const isLate = turn++ % 3 === 0
      if (parallel > 1 && isLate) await new Promise((resolve) => setTimeout(resolve, 5))
      if (/\.(upgradedDenominator|healthWait)=/.test(reading))
        throw new InputError([{ code: 'E0101', message: `not ${reading}` }])
      return own.play(batch)
    },
  }
}

describe('sensitivity', () => {
  it('is the same whatever the number of workers, refusals and all', { timeout: 120_000 }, async () => {
    const of = (runner: Runner) => sensitivity(source, scenarios[0]!, [], { fromSeed: 1, runs: 2 }, runner)
    const alone = (await of(picky(1)))!
    expect(alone.refused.map(({ readings }) => readings[0]!.name)).toEqual(
      expect.arrayContaining(['upgradedDenominator', 'healthWait']),
    )
    expect(alone).toMatchObject({ isComplete: true, tried: alone.readings })
    expect(await of(picky(8))).toEqual(alone)
  })

  it('does not count a reading that an interrupt cut short', { timeout: 120_000 }, async () => {
    let batches = 0
    // Every batch of the eighth reading after the first is played after the interrupt, which must not count as its end.
    const slow: Runner = {
      ...own,
      play: async (batch) => {
        batches++
        return { ...(await own.play(batch)), tookMs: 1000 * batch.runs }
      },
    }
    const report = (await sensitivity(source, scenarios[0]!, [], { fromSeed: 1, runs: 3 }, slow, {
      isInterrupted: () => batches >= 3 + 3 * 7 + 1,
    }))!
    expect(report).toMatchObject({ isComplete: false, tried: 7, pairsTried: 0 })
    for (const { measures } of report.influences)
      for (const { effect } of measures) expect(effect).toBeLessThanOrEqual(1)
  })
})
