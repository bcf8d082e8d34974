import { describe, expect, it } from 'vitest'
import { decisionsOf } from '../../src/report/decision-text.ts'
import { phraseOf, sentenceOf } from '../../src/report/why/sentences.ts'
import { TraceIndex } from '../../src/report/why/trace-index.ts'
import { playFile, playOne, SHIPPED } from './shipped.ts'

const lines = (file: string, set: readonly string[] = []) => {
  const { scenario, result } = playOne(file, set)
  return decisionsOf(scenario, result).map(({ subject, text, rule, tone }) => `${subject} | ${text} | ${rule} ${tone}`)
}

describe('the timeline of decisions', () => {
  it('names the subject, then what it did; those of one moment in one line', () => {
    expect(`\n${lines('scenarios/conformance/w05-bad-image.yaml').join('\n')}\n`).toMatchInlineSnapshot(`
      "
      vmss | the model is changed: imageReference galTest/app 1.0.0 -> 1.1.0, mode Rolling | UM-3 plain
      vmss | rollout 1 starts (ModelChange): 10 instances to do, 10 in the set | RU-1 plain
      vmss | the test before going on: 0 of 10 instances in the scale set unhealthy = 0 % <= 20 % | TH-1 plain
      vmss | batch 1 starts with 2 instances, at most 2 | BT-1 plain
      each of 2 instances of vmss | cannot serve because of does not start (image galTest/app/1.1.0) | null bad
      each of 2 instances of vmss | failed its upgrade: not healthy in time, Unknown, 5 min after it was provisioned | TH-12 bad
      vmss | batch 1 ends: 0 successful, 2 failed | RU-3 plain
      vmss | the test before going on: 2 of 2 upgraded instances unhealthy = 100 % > 20 % | TH-5 bad
      vmss | the rollout ended Faulted: 0 successful, 2 failed, MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade | TH-5 bad
      "
    `)
  })

  it('tells what other mechanisms decide as well', () => {
    expect(`\n${lines('scenarios/living/spot-evictions-halt.yaml').slice(0, 12).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      vmss-batch | the model is changed: imageReference galProd/batch 1.0.0 -> 1.1.0, mode Rolling | UM-3 plain
      vmss-batch | rollout 1 starts (ModelChange): 10 instances to do, 10 in the set | RU-1 plain
      vmss-batch | the test before going on: 0 of 10 instances in the scale set unhealthy = 0 % <= 20 % | TH-1 plain
      vmss-batch | batch 1 starts with 2 instances, at most 2 | BT-1 plain
      vmss-batch | Azure takes back 3 of the 8 Spot instances | SP-01 plain
      each of 3 instances of vmss-batch | is evicted (Deallocate) | SP-03 bad
      vmss-batch | batch 1 ends: 2 successful, 0 failed | RU-3 plain
      vmss-batch | the test before going on: 0 of 2 upgraded instances unhealthy = 0 % <= 20 % | TH-5 plain
      vmss-batch | the rolling upgrade pauses for 1 min | RU-4 plain
      vmss-batch | the test before going on: 3 of 10 instances in the scale set unhealthy = 30 % > 20 % | TH-3 bad
      vmss-batch | the rollout ended Faulted: 2 successful, 0 failed, MaxUnhealthyInstancePercentExceededInRollingUpgrade | TH-3 bad
      each of 2 instances of vmss-batch | is brought back by try and restore: try 1, 5 min after its eviction | SP-30 plain
      "
    `)
  })

  it.each(SHIPPED)('of %s has the words of why, the subject taken out', (file) => {
    for (const { scenario, result } of playFile(file)) {
      const index = new TraceIndex(scenario, result)
      for (const { atMs, entries, text, rule } of decisionsOf(scenario, result)) {
        expect(text).not.toMatch(
          /\p{Cc}| {2}|^ | $|\b(?:of|with|under)(?:$|[:,;]| (?:is|are|has|ends?|starts|finds|goes|pauses)\b)/u,
        )
        if (rule !== null) expect(text).not.toContain(`(${rule})`)
        for (const id of entries) {
          const entry = result.trace[id]!
          // One line is one moment, and several subjects are instances.
          expect(entry.atMs).toBe(atMs)
          if (entries.length > 1) expect(index.instanceAt(entry.subject)).toBeDefined()
          const words = sentenceOf(entry, index).split(' ')
          let at = -1
          for (const word of phraseOf(entry, index).split(' ')) {
            at = words.findIndex((other, place) => place > at && other.startsWith(word.replace(/[:,;]$/, '')))
            expect(at, `${word} of "${phraseOf(entry, index)}" in "${words.join(' ')}"`).toBeGreaterThanOrEqual(0)
          }
        }
      }
    }
  })
})
