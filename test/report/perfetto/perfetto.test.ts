import { describe, expect, it } from 'vitest'
import { findRule } from '../../../src/model/rules/index.ts'
import type { Counter, Instant, Metadata, PerfettoEvent, Slice } from '../../../src/report/perfetto/events.ts'
import { perfettoEvents, renderPerfetto } from '../../../src/report/perfetto/perfetto.ts'
import { type PlayedCase, playFile, playOne, SHIPPED } from '../shipped.ts'

const THIRTY = 'scenarios/tuning/30-instances.yaml'

const textOf = ({ scenario, result }: PlayedCase): string => [...renderPerfetto(scenario, result)].join('\n')
const slices = (events: readonly PerfettoEvent[]): Slice[] => events.filter((event) => event.ph === 'X')
const counters = (events: readonly PerfettoEvent[]): Counter[] => events.filter((event) => event.ph === 'C')
const instants = (events: readonly PerfettoEvent[]): Instant[] => events.filter((event) => event.ph === 'i')
const metadata = (events: readonly PerfettoEvent[]): Metadata[] => events.filter((event) => event.ph === 'M')

function named(events: readonly PerfettoEvent[], kind: Metadata['name']): Map<string, Metadata> {
  return new Map(
    metadata(events).flatMap((event) => (event.name === kind ? [[String(event.args['name']), event]] : [])),
  )
}

/** On one track a slice either lies inside of the one that is open, or begins when that one is over. */
function checkNesting(events: readonly PerfettoEvent[]): void {
  const open = new Map<string, number[]>()
  for (const { pid, tid, ts, dur, name } of slices(events)) {
    const ends = open.get(`${pid}/${tid}`) ?? []
    open.set(`${pid}/${tid}`, ends)
    while (ends.length > 0 && ends.at(-1)! <= ts) ends.pop()
    expect(dur, name).toBeGreaterThanOrEqual(0)
    if (ends.length > 0) expect(ts + dur, `${name} at ${ts}`).toBeLessThanOrEqual(ends.at(-1)!)
    ends.push(ts + dur)
  }
}

function countOf(event: Counter): number {
  const [value] = Object.values(event.args)
  return value!
}

/** Lowest value that held for any time at all. */
function lowest(counts: readonly Counter[], endMs: number): number {
  return Math.min(
    ...counts.flatMap((event, at) => ((counts[at + 1]?.ts ?? endMs * 1000) > event.ts ? [countOf(event)] : [])),
  )
}

describe('a run for the Perfetto viewer', () => {
  it.each(SHIPPED)(
    '%s: sorted, nested, every instance and rollout, numbers as measured',
    (file) => {
      for (const played of playFile(file)) {
        const { scenario, result } = played
        const events = perfettoEvents(scenario, result)
        const timed = events.filter(({ ph }) => ph !== 'M')
        for (let at = 1; at < timed.length; at++) expect(timed[at]!.ts).toBeGreaterThanOrEqual(timed[at - 1]!.ts)
        for (const { ts } of events) expect(Number.isSafeInteger(ts)).toBe(true)
        checkNesting(events)

        const processes = named(events, 'process_name')
        const pids = new Set([...processes.values()].map(({ pid }) => pid))
        for (const { pid } of events) expect(pids.has(pid)).toBe(true)
        const tracks = metadata(events).filter(({ name }) => name === 'thread_name')
        const known = new Set(tracks.map(({ pid, tid }) => `${pid}/${tid}`))
        expect(known.size).toBe(tracks.length)
        for (const { pid, tid } of [...slices(events), ...instants(events)])
          expect(known.has(`${pid}/${tid}`)).toBe(true)
        const states = slices(events).filter(({ cat }) => cat === 'state')
        for (const instance of result.instances) {
          const own = states.filter(({ args }) => args['instance'] === instance.name)
          expect(own.length, instance.name).toBeGreaterThan(0)
          expect(new Set(own.map(({ pid }) => pid))).toEqual(new Set([processes.get(instance.scaleSet)!.pid]))
        }
        result.rollouts.forEach((rollout, at) => {
          const [own] = slices(events).filter(({ cat, tid }) => cat === 'rollout' && tid === 10 + at)
          expect(own).toMatchObject({
            ts: rollout.startedAtMs * 1000,
            dur: ((rollout.endedAtMs ?? result.durationMs) - rollout.startedAtMs) * 1000,
          })
          const batches = slices(events).filter(({ cat, tid }) => cat === 'batch' && tid === 10 + at)
          expect(batches).toHaveLength(rollout.batches.length)
        })
        for (const { args } of instants(events))
          expect(findRule(String(args['rule'])), String(args['rule'])).toBeDefined()
        checkCounters(played, events, processes)
      }
    },
    120_000,
  )

  function checkCounters(
    { result }: PlayedCase,
    events: readonly PerfettoEvent[],
    processes: ReadonlyMap<string, Metadata>,
  ): void {
    const of = (pid: number, name: string) =>
      counters(events).filter((event) => event.pid === pid && event.name === name)
    for (const [set, measures] of Object.entries(result.measures.perScaleSet)) {
      const process = processes.get(set)
      if (process === undefined) continue
      const serving = of(process.pid, 'serving')
      expect(lowest(serving, result.durationMs), set).toBe(measures.availability.minServing)
      const last = result.rollouts.filter(({ scaleSet }) => scaleSet === set).at(-1)
      if (last?.mode === 'Rolling') {
        const upgraded = of(process.pid, 'upgraded').at(-1)!
        expect(countOf(upgraded), set).toBe(last.successful + last.failed)
      }
      for (const event of [...serving, ...of(process.pid, 'unhealthy')])
        expect(countOf(event)).toBeGreaterThanOrEqual(0)
    }
    // What the slices and the counter say of a moment is the same.
    for (const set of processes.keys()) {
      const { pid } = processes.get(set)!
      for (const event of of(pid, 'serving')) {
        const active = slices(events).filter(
          (one) =>
            one.pid === pid &&
            one.cat === 'state' &&
            (one.name === 'serving' || one.name === 'misjudged') &&
            one.ts <= event.ts &&
            event.ts < one.ts + one.dur,
        )
        if (event.ts < result.durationMs * 1000) expect(active.length).toBe(countOf(event))
      }
    }
    for (const [at, { level, scaleSets }] of (result.series?.demand ?? []).entries()) {
      const pid = scaleSets.length === 1 ? processes.get(scaleSets[0]!)!.pid : 1
      const demand = of(pid, 'demand')
      expect(demand.length, `demand ${at}`).toBeGreaterThan(0)
      // The integral of what came is the number of requests that were measured.
      if (result.series!.demand.length > 1) continue
      const endTs = result.durationMs * 1000
      const requests = demand.reduce(
        (sum, event, place) => sum + (countOf(event) * ((demand[place + 1]?.ts ?? endTs) - event.ts)) / 1e6,
        0,
      )
      expect(requests / result.measures.demand.totalRequests!).toBeCloseTo(1, 9)
      expect(countOf(demand.at(-1)!)).toBe(level.values.at(-1))
    }
  }

  it('the file of thirty instances is one JSON document, the same bytes twice', () => {
    const text = textOf(playOne(THIRTY))
    expect(textOf(playOne(THIRTY))).toBe(text)
    const document = JSON.parse(text) as {
      displayTimeUnit: string
      otherData: Record<string, unknown>
      traceEvents: PerfettoEvent[]
    }
    expect(Object.keys(document)).toEqual(['displayTimeUnit', 'otherData', 'traceEvents'])
    expect(document.otherData).toMatchObject({ scenario: '30-instances', seed: 7 })
    expect(document.traceEvents.filter(({ name, ph }) => ph === 'M' && name === 'thread_name')).toHaveLength(
      30 + 1 + 1 + 1,
    )
  })

  it('shows a rollout with its batches, pauses, and the inequality that ended it', () => {
    const { scenario, result } = playOne('scenarios/bad-image.yaml')
    const events = perfettoEvents(scenario, result)
    const rollout = slices(events).filter(({ cat }) => ['rollout', 'batch', 'pause'].includes(cat))
    expect(rollout.map(({ name, ts, dur, args }) => ({ name, ts, dur, args }))).toMatchInlineSnapshot(`
      [
        {
          "args": {
            "errorCode": "MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade",
            "failed": 6,
            "pending": 24,
            "rolledBack": 0,
            "rule": "TH-5",
            "status": "Faulted",
            "successful": 0,
            "target": "imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0",
            "why": "Faulted at 00:22:00 after batch 1: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5), MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade.",
          },
          "dur": 720000000,
          "name": "imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0: Faulted",
          "ts": 600000000,
        },
        {
          "args": {
            "failed": 6,
            "instances": "0, 3, 6, 9, 12, 15",
            "successful": 0,
            "surge": false,
            "zones": "1",
          },
          "dur": 720000000,
          "name": "batch 1",
          "ts": 600000000,
        },
      ]
    `)
    const test = instants(events).find(({ args }) => args['rule'] === 'TH-5' && args['breached'] === true)!
    expect(test).toMatchInlineSnapshot(`
      {
        "args": {
          "breached": true,
          "count": 6,
          "entry": 96,
          "limitPercent": 20,
          "rule": "TH-5",
          "sentence": "the test before going on with vmss-authz: 6 of 6 upgraded instances unhealthy = 100 % > 20 % (TH-5)",
          "total": 6,
        },
        "cat": "decision",
        "name": "rollout.check",
        "ph": "i",
        "pid": 2,
        "s": "t",
        "tid": 1,
        "ts": 1320000000,
      }
    `)
  })

  it('shows the life of an instance, with its reported health inside of each state', () => {
    const { scenario, result } = playOne('scenarios/bad-image.yaml')
    const own = slices(perfettoEvents(scenario, result)).filter(
      ({ args }) => args['instance'] === result.instances[3]!.name,
    )
    const lines = own.map(
      ({ cat, name, ts, dur }) => `${cat === 'health' ? '  ' : ''}${name} ${ts / 1e6}-${(ts + dur) / 1e6} s`,
    )
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "serving 0-600 s
        Healthy 0-600 s
      upgrading 600-650.689 s
      starting 650.689-707.445 s
      broken 707.445-731.632 s
        Initializing 721.632-731.632 s
      unhealthy 731.632-7200 s
        Unhealthy 731.632-7200 s"
    `)
  })

  it('counts pauses between batches', () => {
    const { scenario, result } = playOne('scenarios/good-rollout.yaml')
    const pauses = slices(perfettoEvents(scenario, result)).filter(({ cat }) => cat === 'pause')
    expect(pauses.map(({ dur }) => dur)).toEqual(Array.from({ length: 5 }, () => 120_000_000))
  })
})
