import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/model/diagnostic.ts'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import { BEGINNER } from './fixtures.ts'

const load = (demand: string, files: Record<string, string> = {}, more = '') =>
  loadScenario(`${BEGINNER}world: { demand: ${demand} }\n${more}`, 'dir/s.yaml', { readFile: (path) => files[path] })
const mistakes = (demand: string, files: Record<string, string> = {}) => {
  try {
    load(demand, files)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.diagnostics.map(
      ({ code, message, place, hint }) =>
        `${place?.file}:${place?.line}:${place?.column} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
    )
  }
  return []
}

describe('world.demand', () => {
  it('of two numbers is constant, on all sets together', () => {
    expect(load('{ requestsPerSecond: 1200, perInstance: 60 }').world.demand).toEqual([
      {
        scaleSets: ['web'],
        isOwn: false,
        base: { requestsPerSecond: 1200 },
        perInstance: 60,
        steps: [],
        spikes: [],
        cpu: { idle: 0, atFull: 100 },
        queue: false,
      },
    ])
  })

  it('takes shape, steps, spikes, noise, metrics and a queue', () => {
    const [demand] = load(
      '{ requestsPerSecond: 10, perInstance: 1, shape: [{ at: PT0S, factor: 1 }, { at: PT8H, factor: 2 }], repeat: P1D, steps: [{ at: PT1H, factor: 2, for: PT1M }], spikes: [{ at: PT2H, factor: 4, rise: PT1M }], noise: { percent: 5 }, cpuPercentIdle: 3, cpuPercentAtFull: 80, memoryPercentIdle: 20, memoryPercentAtFull: 60, queue: true }',
    ).world.demand!
    expect(demand).toMatchObject({
      shape: {
        points: [
          { atMs: 0, factor: 1 },
          { atMs: 28_800_000, factor: 2 },
        ],
        repeatMs: 86_400_000,
      },
      steps: [{ atMs: 3_600_000, factor: 2, forMs: 60_000 }],
      spikes: [{ atMs: 7_200_000, factor: 4, riseMs: 60_000, holdMs: 0, fallMs: 0 }],
      noise: { percent: 5, everyMs: 60_000 },
      cpu: { idle: 3, atFull: 80 },
      memory: { idle: 20, atFull: 60 },
      queue: true,
    })
  })

  it('is that of each set where it says so', () => {
    expect(load('{ perScaleSet: { WEB: { requestsPerSecond: 5, perInstance: 1 } } }').world.demand).toMatchObject([
      { scaleSets: ['web'], isOwn: true },
    ])
  })

  it.each([
    [
      '{ requestsPerSecond: 5, trace: a.csv, perInstance: 1 }',
      'dir/s.yaml:11:40 E0126 requestsPerSecond and trace exclude each other | leave one of them out',
    ],
    [
      '{ requestsPerSecond: 5, perScaleSet: { web: { requestsPerSecond: 5, perInstance: 1 } } }',
      'dir/s.yaml:11:20 E0126 requestsPerSecond stands beside perScaleSet | a demand is on all scale sets together, or each has its own: write it into every set of perScaleSet',
    ],
    [
      '{ perScaleSet: { wob: { requestsPerSecond: 5, perInstance: 1 } } }',
      'dir/s.yaml:11:40 E0108 no scale set wob is declared | did you mean web?',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, shape: dayly }',
      'dir/s.yaml:11:65 E0105 shape must be daily, weekly or a list of { at, factor }, got "dayly" | did you mean daily?',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, shape: [{ at: PT1H, factor: 1 }] }',
      'dir/s.yaml:11:65 E0104 shape must have at least 2 entries, got [{"at":"PT1H","factor":1}]',
    ],
    [
      '{ requestsPerSecond: .inf, perInstance: 1 }',
      'dir/s.yaml:11:39 E0103 requestsPerSecond must be a number, got Infinity',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1.0e+300 }',
      'dir/s.yaml:11:55 E0104 perInstance must be at most 1000000000, got 1e+300',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, shape: daily, repeat: P1D }',
      'dir/s.yaml:11:80 E0128 repeat is for points of your own; daily has its own | leave it out',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, shape: [{ at: PT1H, factor: 1 }, { at: PT1H, factor: 2 }] }',
      'dir/s.yaml:11:97 E0128 the points of a shape come in order of time, each later than the one before',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, shape: [{ at: PT1H, factor: 1 }, { at: PT2H, factor: 2 }], repeat: PT2H }',
      'dir/s.yaml:11:125 E0128 the last point lies at PT2H, not before the shape begins anew | write a longer repeat, or leave the point out',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, memoryPercentIdle: 5 }',
      'dir/s.yaml:11:18 E0102 memoryPercentAtFull is missing | a memory metric needs both ends',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, cpuPercentIdle: 50, cpuPercentAtFull: 40 }',
      'dir/s.yaml:11:74 E0128 an idle instance at 50 % would work harder than a busy one at 40 %',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, noise: { percent: 5, every: PT0S } }',
      'dir/s.yaml:11:86 E0128 noise that is drawn anew all the time never ends | write PT1M',
    ],
    [
      '{ requestsPerSecond: 5, perInstance: 1, spikes: [{ at: PT1H, factor: 2, raise: PT1M }] }',
      'dir/s.yaml:11:90 E0101 unknown key raise in world.demand.spikes[0] | did you mean rise?',
    ],
  ])('%s is told with its place', (demand, expected) => {
    const [first] = mistakes(demand)
    expect(first?.replace(/:\d+:\d+ /, ' ')).toBe(expected.replace(/:\d+:\d+ /, ' '))
    expect(first).toMatch(/^dir\/s\.yaml:11:\d+ /)
  })
})

describe('a trace', () => {
  const trace = (csv: string) =>
    load('{ trace: day.csv, perInstance: 1 }', { 'dir/day.csv': csv }).world.demand![0]!.base
  const wrong = (csv: string) => mistakes('{ trace: day.csv, perInstance: 1 }', { 'dir/day.csv': csv })

  it('is read beside the scenario, in seconds or durations, whatever the line ends', () => {
    const points = [
      { atMs: 0, requestsPerSecond: 5 },
      { atMs: 3_600_000, requestsPerSecond: 7.5 },
    ]
    for (const csv of [
      'time,requestsPerSecond\n0,5\n3600,7.5\n',
      '\ufefftime,requestsPerSecond\r\nPT0S,5\r\nPT1H,7.5\r\n\r\n',
      'requestspersecond;note;Time\n5;x;0\n7.5;;"PT1H"',
    ])
      expect(trace(csv)).toEqual({ trace: points })
  })

  it('tells every mistake with the line of the CSV file', () => {
    expect(wrong('time,requestsPerSecond\n0,5\nlater,6\n60,-1\n60,\n30,2\n')).toEqual([
      'dir/day.csv:3:1 E0127 "later" is no moment of a run | write seconds (3600) or a duration (PT1H), below 24.8 days',
      'dir/day.csv:4:4 E0127 "-1" is no number of requests in a second',
      'dir/day.csv:5:1 E0127 the lines come in order of time, each later than the one before',
      'dir/day.csv:5:4 E0127 "" is no number of requests in a second',
      'dir/day.csv:6:1 E0127 the lines come in order of time, each later than the one before',
    ])
    expect(wrong('time,requestPerSecond\n0,5\n')).toEqual([
      'dir/day.csv:1:6 E0127 there is no column requestsPerSecond | the first line is time,requestsPerSecond',
    ])
    expect(wrong('time,requestsPerSecond\n')).toEqual(['dir/day.csv:1:1 E0127 the trace holds no line of numbers'])
    expect(wrong('')).toHaveLength(2)
  })

  it('that is not there is told where it is named', () => {
    expect(mistakes('{ trace: nope.csv, perInstance: 1 }')[0]).toMatch(
      /^dir\/s\.yaml:11:\d+ E0001 nope\.csv cannot be read \| looked for dir\/nope\.csv/,
    )
  })
})

describe('DemandAboveCapacity', () => {
  const told = (demand: string, more = '') =>
    load(demand, {}, more)
      .findings.filter(({ code }) => code === 'DemandAboveCapacity')
      .map(({ evidence }) => evidence[0])

  it('tells a peak that the largest fleet cannot take, and when', () => {
    expect(told('{ requestsPerSecond: 100, perInstance: 10 }')).toEqual([])
    expect(told('{ requestsPerSecond: 101, perInstance: 10 }')).toEqual([
      'At 00:00:00 101 requests come in a second; 10 instances, the most that capacity, autoscale and scaleTo allow, take 100.',
    ])
    expect(
      told('{ requestsPerSecond: 90, perInstance: 10, steps: [{ at: PT2H, factor: 1.5, for: PT5M }] }')[0],
    ).toMatch(/^At 02:00:00 135 /)
  })

  it('knows that a queue waits, and that a fleet may grow', () => {
    expect(told('{ requestsPerSecond: 500, perInstance: 10, queue: true }')).toEqual([])
    const grows = loadScenario(
      `${BEGINNER.replace(/timeline: .*\n/, 'timeline: [{ at: PT5M, scaleTo: { capacity: 12 } }]\n')}world: { demand: { requestsPerSecond: 120, perInstance: 10 } }\n`,
      's.yaml',
      { readFile: () => undefined },
    )
    expect(grows.findings.filter(({ code }) => code === 'DemandAboveCapacity')).toEqual([])
  })
})

describe('shiftDemand', () => {
  const shifted = (demand: string, shift: string) =>
    loadScenario(
      BEGINNER.replace(/timeline: .*\n/, `timeline: [{ at: PT5M, shiftDemand: ${shift} }]\n`) +
        (demand === '' ? '' : `world: { demand: ${demand} }\n`),
      's.yaml',
      { readFile: () => undefined },
    )

  it('needs a demand, and with a set one of its own', () => {
    const [entry] = shifted('{ requestsPerSecond: 5, perInstance: 1 }', '{ factor: 2, for: PT1M }').timeline
    expect(entry!.action).toEqual({ verb: 'shiftDemand', factor: 2, forMs: 60_000 })
    expect(() => shifted('', '{ factor: 2 }')).toThrow(/E0129 there is no demand that could shift/)
    expect(() => shifted('{ requestsPerSecond: 5, perInstance: 1 }', '{ factor: 2, scaleSet: web }')).toThrow(
      /E0129 web has no demand of its own/,
    )
  })
})
