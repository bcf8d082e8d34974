import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultDocument } from '../../src/report/json.ts'
import { anyRun } from './arbitrary-result.ts'
import { badImage, goodRollout, severalSets, undecided } from './sample-results.ts'

const ENGINE = { name: 'vmss-twin', version: '0.1.0' }

describe('resultDocument (design §3)', () => {
  it('holds one entry per scenario, in order, with its file', () => {
    const document = resultDocument(
      [
        { result: goodRollout.result, file: 'a.yaml' },
        { result: badImage.result, file: 'b.yaml' },
        { result: undecided.result },
      ],
      ENGINE,
    )
    expect(document.results.map(({ scenario, file, verdict }) => [scenario, file, verdict])).toEqual([
      ['good-rollout', 'a.yaml', 'pass'],
      ['bad-image', 'b.yaml', 'fail'],
      ['no-change', null, 'undecided'],
    ])
  })

  it.each([
    { why: 'all pass', of: [goodRollout], verdict: 'pass' },
    { why: 'one is undecided', of: [goodRollout, undecided], verdict: 'undecided' },
    { why: 'a failure outweighs an open question', of: [undecided, badImage, goodRollout], verdict: 'fail' },
    { why: 'there is none', of: [], verdict: 'pass' },
  ])('is $verdict when $why', ({ of, verdict }) => {
    expect(resultDocument(of, ENGINE).verdict).toBe(verdict)
  })

  it('writes times as ISO 8601 durations, batches as a count and a list', () => {
    const [entry] = resultDocument([badImage], ENGINE).results
    expect(entry!.duration).toBe('PT6H')
    expect(entry!.measures.timeToHalt).toBe('PT4M30S')
    expect(entry!.measures.timeToRecover).toBeNull()
    expect(JSON.stringify(entry!.rollouts[0], null, 1)).toMatchInlineSnapshot(`
      "{
       "scaleSet": "vmss-authz",
       "trigger": "ModelChange",
       "startedBy": "User",
       "targetImage": null,
       "mode": "Rolling",
       "target": "imageReference 1.6.2 -> 1.7.0",
       "status": "Faulted",
       "errorCode": "MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade",
       "errorMessage": "6 of 6 upgraded instances are unhealthy, 100 percent, and at most 20 percent may be.",
       "lastAction": "Start",
       "startedAt": "PT10M",
       "endedAt": "PT18M",
       "duration": "PT8M",
       "batches": 1,
       "leftOut": 0,
       "zonesPerBatch": 1,
       "successful": 0,
       "failed": 6,
       "inProgress": 0,
       "pending": 24,
       "rolledBack": 0,
       "rollbackFailed": 0,
       "decision": {
        "rule": "TH-5",
        "breached": true,
        "count": 6,
        "total": 6,
        "limitPercent": 20,
        "at": "PT18M"
       },
       "batchList": [
        {
         "startedAt": "PT10M",
         "endedAt": "PT18M",
         "instances": [
          "vmss-authz/0",
          "vmss-authz/3",
          "vmss-authz/6",
          "vmss-authz/9",
          "vmss-authz/12",
          "vmss-authz/15"
         ],
         "zones": [
          "1"
         ],
         "updateDomain": null,
         "surge": false,
         "successful": 0,
         "failed": 6
        }
       ]
      }"
    `)
  })

  it('repeats the measures per scale set', () => {
    const { measures } = resultDocument([severalSets], ENGINE).results[0]!
    expect(Object.keys(measures.perScaleSet)).toEqual(['vmss-east', 'vmss-west'])
    expect(measures.perScaleSet['vmss-west']!.blastRadius.instances).toBe(2)
    expect(Object.keys(measures.perScaleSet['vmss-west']!)).toEqual(
      Object.keys(measures).filter((key) => key !== 'perScaleSet'),
    )
  })

  it('names instances as a scenario does', () => {
    const { rollouts } = resultDocument([severalSets], ENGINE).results[0]!
    expect(rollouts[1]!.batchList[0]!.instances).toEqual(['vmss-west/0', 'vmss-west/1'])
  })

  it('gives the same bytes for the same result, whatever the order of its keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      )
    }
    fc.assert(
      fc.property(anyRun, ({ result }) => {
        const text = (of: typeof result) => JSON.stringify(resultDocument([{ result: of }], ENGINE))
        expect(text(result)).toBe(text(result))
        // The names of scale sets are data: their order is the order of declaration and stays as it came.
        const mixed = { ...(shuffled(result) as typeof result) }
        const perScaleSet = Object.fromEntries(Object.entries(mixed.measures.perScaleSet).reverse())
        expect(text({ ...mixed, measures: { ...mixed.measures, perScaleSet } })).toBe(text(result))
      }),
      { numRuns: 40 },
    )
  })
})
