import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/model/diagnostic.ts'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { checkSetCount } from '../../../src/model/scenario/regional-capacity.ts'

const scenario = (changes: Readonly<Record<string, string>> = {}) => {
  let text = `name: scarce
azure:
  scaleSets:
    web:
      location: East US
      zones: ["1", "2", "3"]
      sku: { name: Standard_D4as_v5, capacity: 7 }
      orchestrationMode: Flexible
      upgradePolicy: { mode: Manual }
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/web/1.0.0 } } }
world:
  regions:
    eastus:
      quota: { vCPUs: 40 }
      capacity: { zones: { "1": 3 } }
timeline:
  - { at: PT1M, scaleTo: { capacity: 8 } }
`
  for (const [from, to] of Object.entries(changes)) {
    expect(text).toContain(from)
    text = text.replace(from, to)
  }
  return text
}

const problems = (text: string): string[] => {
  try {
    loadScenario(text, 's.yaml', { readFile: () => undefined })
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.diagnostics.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)
  }
}

describe('capacity and quota of a region, read', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['as it should be', {}, []],
    ['E0174 fewer than are there', { '"1": 3': '"1": 2' }, ['E0174 15:33']],
    ['E0174 by size', { 'zones: { "1": 3 }': 'sizes: { standard_d4as_v5: 6 }' }, ['E0174 15:46']],
    ['E0174 in the region', { 'zones: { "1": 3 }': 'instances: 6' }, ['E0174 15:30']],
    ['E0175 a size that tells none', { 'name: Standard_D4as_v5': 'name: Big' }, ['E0175 14:23']],
    [
      'E0175 a size that an update brings',
      { 'scaleTo: { capacity: 8 }': 'updateModel: { set: { sku.name: Big } }' },
      ['E0175 17:17'],
    ],
    ['E0177 a zone that is none', { '"1": 3': '"4": 3' }, ['E0177 15:28']],
    [
      'E0123 of a region without a scale set, which nobody would ask',
      { 'eastus:': 'eastsu:' },
      ['E0123 14:7', 'E0123 15:7'],
    ],
    ['faultDomains of six', { 'zones: { "1": 3 }': 'faultDomains: [1, 2, 3, 4, 5, 6]' }, ['E0104 15:33']],
    ['a quota of nothing', { 'vCPUs: 40': '' }, ['E0104 14:14']],
    [
      'E0105 a zone in the timeline',
      { 'scaleTo: { capacity: 8 }': 'limitCapacity: { region: eastus, zone: 8, instances: 1 }' },
      ['E0105 17:56'],
    ],
  ])('%s', (_what, changes, expected) => {
    expect(problems(scenario(changes))).toEqual(expected)
  })

  it('E0178 TABLE-limits 2,500 sets of a subscription in a region, and one more', () => {
    const sets = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ model: { name: `s${i}`, location: 'East US' } })) as never
    const told: string[] = []
    const context = { source: { report: (code: string) => told.push(code) } } as never
    checkSetCount(sets(2500), context)
    expect(told).toEqual([])
    checkSetCount(sets(2501), context)
    expect(told).toEqual(['E0178'])
  })
})
