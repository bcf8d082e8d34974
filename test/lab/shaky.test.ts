import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { markShaky } from '../../src/lab/shaky.ts'
import { loadScenario } from '../../src/model/scenario/load.ts'
import { simulate } from '../../src/sim/simulate.ts'

const load = (file: string, ...set: string[]) =>
  loadScenario(readFileSync(file, 'utf8'), file, { readFile: () => undefined, set })
const marked = (file: string, ...set: string[]) => {
  const scenario = load(file, ...set)
  return Object.fromEntries(markShaky(scenario, simulate(scenario)).map(({ text, shaky }) => [text, shaky]))
}

describe('a shaky expectation', () => {
  const W5 = 'scenarios/conformance/w05-bad-image.yaml'

  it('names the assumptions that turn it, and only those', () => {
    const shaky = marked(W5)
    expect(shaky['blastRadius.percent == 20']).toEqual(['upgradedDenominator', 'unknownInUpgrade'])
    expect(shaky['rollouts[0].status == Faulted']).toEqual(['unknownInUpgrade'])
    expect(shaky['rollouts[0].successful == 0']).toBeUndefined()
  })

  it('is one that turns under that very reading', () => {
    const { expectations } = simulate(load(W5, 'assumptions.upgradedDenominator=total'))
    expect(expectations.find(({ text }) => text === 'blastRadius.percent == 20')!.verdict).toBe('fail')
  })

  it('is none where nothing is expected, and where no reading matters', () => {
    const good = load('scenarios/conformance/w01-good-image.yaml')
    expect(markShaky({ ...good, expect: [] }, simulate({ ...good, expect: [] }))).toEqual([])
    expect(Object.values(marked('scenarios/conformance/w01-good-image.yaml')).every((one) => one === undefined)).toBe(
      true,
    )
  })
})
