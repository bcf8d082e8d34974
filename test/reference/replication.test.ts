import { describe, expect, it } from 'vitest'
import { grantTimes } from './replica-slots.ts'
import { type ReferenceVersion, type ReferenceWorld, replicate } from './replication.ts'

/** Worked by hand: 30 GB take ten minutes in the source region `a` and five in any other, with a base of five. */
const world = (version: Partial<ReferenceVersion>, over: Partial<ReferenceWorld> = {}): ReferenceWorld => ({
  versions: [
    {
      name: '1.0.0',
      source: 'a',
      mode: 'Full',
      sizeGB: 30,
      requests: [{ atS: 100, add: ['a', 'b'] }],
      truth: {},
      ...version,
    },
  ],
  sourceS: 600,
  otherS: 300,
  baseS: 300,
  capS: 3600,
  gridS: 15,
  sourceRegionFirst: true,
  horizonS: 6000,
  ...over,
})
const ends = (...args: Parameters<typeof world>) =>
  replicate(world(...args)).map(({ region, state, atS }) => `${region} ${state} ${atS}`)

describe('the reference model of replication', () => {
  it('GA-23: the source region, then the other', () => {
    expect(ends({})).toEqual(['a Completed 700', 'b Completed 1000'])
    expect(ends({}, { sourceRegionFirst: false })).toEqual(['b Completed 400', 'a Completed 700'])
  })

  it('GA-22: twice the size takes twice the time beyond the base', () => {
    expect(ends({ sizeGB: 60 })).toEqual(['a Completed 1000', 'b Completed 1300'])
    expect(ends({ mode: 'Shallow', sizeGB: 60 })).toEqual(['a Completed 400', 'b Completed 700'])
  })

  it('GA-22: on the grid of the request, and failed at the cap', () => {
    expect(ends({ truth: { a: { takesS: 61, fails: false } } })[0]).toBe('a Completed 175')
    expect(ends({ truth: { b: { takesS: 3601, fails: false } } })[1]).toBe('b Failed 4300')
  })

  it('GA-23: nothing to copy from; GA-20: asked for again', () => {
    const truth = { a: { takesS: 10, fails: true } }
    expect(ends({ truth })).toEqual(['a Failed 115', 'b Failed 115'])
    expect(
      ends({
        truth,
        requests: [
          { atS: 100, add: ['a'] },
          { atS: 200, add: ['b'] },
          { atS: 300, add: ['b', 'a'] },
        ],
      }),
    ).toEqual(['a Failed 115', 'b Failed 200', 'a Failed 315', 'b Failed 315'])
  })
})

describe('the reference model of replica slots', () => {
  it('GA-32: two at once for ten seconds, first come, first served', () => {
    const requests = [{ atS: 0 }, { atS: 0 }, { atS: 0, goneS: 5 }, { atS: 0 }, { atS: 4 }, { atS: 30 }]
    const slots = { requests, attachS: 10, createsPerReplica: 2, replicas: [{ fromS: 0, count: 1 }], horizonS: 100 }
    expect(grantTimes(slots)).toEqual([0, 0, null, 10, 10, 30])
    const more = [...slots.replicas, { fromS: 6, count: 2 }]
    expect(grantTimes({ ...slots, replicas: more })).toEqual([0, 0, null, 6, 6, 30])
  })
})
