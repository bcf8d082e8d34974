import { describe, expect, it } from 'vitest'
import { judge } from '../../src/lab/judge.ts'
import type { Sample } from '../../src/lab/sample.ts'
import { parseExpectation } from '../../src/model/parse-expectation.ts'

const samplesOf = (checks: readonly (number | null)[]): Sample[] =>
  checks.map((check, index) => ({ seed: 10 + index, values: [], statuses: [], checks: [check] }))

function judged(text: string, checks: readonly (number | null)[]) {
  const parsed = parseExpectation(text)
  if ('error' in parsed) throw new Error(parsed.error)
  return judge(parsed.ok, 0, samplesOf(checks))
}
const ones = (n: number) => Array<number>(n).fill(1)

describe('an expectation over many runs', () => {
  it('without an aggregate has to hold in every one, and names the first seed in which it does not', () => {
    expect(judged('blastRadius.percent <= 20', ones(20))).toMatchObject({
      verdict: 'pass',
      failingSeed: null,
      isDecided: false,
    })
    expect(judged('blastRadius.percent <= 20', [1, 1, 0, 1, 0])).toMatchObject({
      verdict: 'fail',
      failingSeed: 12,
      isDecided: true,
      actual: { value: 0.6 },
    })
  })

  it('is undecided where a run had no sample, unless another one has failed', () => {
    expect(judged('timeToHalt <= PT5M', [1, null, 1])).toMatchObject({
      verdict: 'undecided',
      reason: '1 of 3 runs had no sample of it',
    })
    expect(judged('timeToHalt <= PT5M', [1, null, 0]).verdict).toBe('fail')
    expect(judged('timeToHalt <= PT5M', [null, null])).toMatchObject({ verdict: 'undecided', actual: null, runs: 0 })
  })

  it('p95 compares the quantile, over the runs that had a sample', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1)
    expect(judged('p95(blastRadius.percent) <= 95', [...values, null])).toMatchObject({
      verdict: 'pass',
      runs: 100,
      actual: { value: 95 },
    })
    expect(judged('p95(blastRadius.percent) < 95', values).verdict).toBe('fail')
  })

  it('is decided when the interval clears the threshold, and not before', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i / 10)
    expect(judged('p50(blastRadius.percent) <= 60', values)).toMatchObject({ verdict: 'pass', isDecided: true })
    expect(judged('p50(blastRadius.percent) <= 50', values)).toMatchObject({ verdict: 'pass', isDecided: false })
    expect(judged('p50(blastRadius.percent) <= 40', values)).toMatchObject({ verdict: 'fail', isDecided: true })
    expect(judged('mean(blastRadius.percent) >= 40', values)).toMatchObject({ verdict: 'pass', isDecided: true })
    expect(judged('rate(rollouts[0].status == Faulted) >= 0.95', ones(20))).toMatchObject({
      verdict: 'pass',
      isDecided: false,
    })
    expect(judged('rate(rollouts[0].status == Faulted) >= 0.95', ones(200))).toMatchObject({
      verdict: 'pass',
      isDecided: true,
    })
    expect(
      judged('rate(rollouts[0].status == Faulted) >= 95 %', [...ones(50), ...Array<number>(50).fill(0)]),
    ).toMatchObject({
      verdict: 'fail',
      isDecided: true,
    })
  })

  it('min and max are those that occurred; what more runs bring is open on one side', () => {
    expect(judged('max(blastRadius.percent) <= 20', [3, 7, 12])).toMatchObject({
      verdict: 'pass',
      actual: { value: 12 },
      isDecided: false,
    })
    expect(judged('max(blastRadius.percent) <= 10', [3, 7, 12])).toMatchObject({ verdict: 'fail', isDecided: true })
    expect(judged('min(availability.minServing) >= 5', [3, 7])).toMatchObject({ verdict: 'fail', isDecided: true })
  })
})
