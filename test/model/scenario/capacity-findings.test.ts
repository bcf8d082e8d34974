import { describe, expect, it } from 'vitest'
import { scenarioOf, type World } from '../../sim/play.ts'

const of = (world: World) =>
  scenarioOf({ timeline: [], ...world })
    .findings.filter(({ code }) => code === 'CapacityCannotGrow')
    .map(({ where, evidence }) => `${where} | ${evidence[0]}`)
const region = (eastus: Record<string, unknown>) => ({ regions: { eastus } })
const autoscale = (maximum: string) => ({
  autoscaleSettings: {
    auto: {
      targetResourceUri: 'vmss',
      profiles: [{ name: 'p', capacity: { minimum: '2', maximum, default: '4' }, rules: [] }],
    },
  },
})

describe('CapacityCannotGrow', () => {
  it('nothing is said where nothing is scarce', () => {
    expect(of({ azure: autoscale('100'), policy: { maxSurge: true } })).toEqual([])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['instances', { quota: { instances: 12 } }, 'the quota of 12 instances lets the set have 12'],
    ['vCPUs', { quota: { vCPUs: 29 } }, 'the quota of 29 vCPUs lets the set have 14'],
    [
      'the size',
      { capacity: { sizes: { Standard_D2as_v5: 13 } } },
      'room for 13 standard_d2as_v5 lets the set have 13',
    ],
    ['the zones', { capacity: { zones: { '1': 6, '2': 7 } } }, 'room for 13 in zones 1, 2 lets the set have 13'],
  ])('MS-4 an autoscale maximum above what %s allow', (_what, world, text) => {
    const found = of({ zones: ['1', '2'], azure: autoscale('20'), world: region(world) })
    expect(found).toEqual([`vmss: autoscale setting auto | Its maximum is 20, and ${text}.`])
    expect(of({ zones: ['1', '2'], azure: autoscale('12'), world: region(world) })).toEqual([])
  })

  it('room in one zone of two bounds nothing: the other takes the rest', () => {
    const world = region({ capacity: { zones: { '1': 6 } } })
    expect(of({ zones: ['1', '2'], azure: autoscale('20'), world })).toEqual([])
  })

  it('MS-4 a MaxSurge batch that does not fit', () => {
    const world = region({ quota: { instances: 11 } })
    expect(of({ policy: { maxSurge: true }, world })[0]).toContain('A batch needs 2 more than the 10 there are')
    expect(of({ policy: { maxSurge: true }, world: region({ quota: { instances: 12 } }) })).toEqual([])
  })
})
