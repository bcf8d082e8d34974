import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunResult, TraceEntry } from '../../../src/sim/result.ts'
import type { RepairEvent } from '../../reference/instance-repair.ts'
import { drawnWorlds, playDrawn } from './drawn-worlds.ts'

const forDrawnWorlds = (check: (run: RunResult, drawn: Parameters<typeof playDrawn>[0]) => void, numRuns = 30) =>
  fc.assert(
    fc.property(drawnWorlds, (drawn) => check(playDrawn(drawn), drawn)),
    { numRuns },
  )

const starts = (run: RunResult) => run.trace.filter(({ what }) => what === 'repair.started')
const isNoticed = ({ what, numbers }: TraceEntry) => what === 'event.scheduled' && numbers['eventType'] === 'Terminate'

describe('repairs, whatever breaks', () => {
  it('RE-6 those under way are never more than the limit', () =>
    forDrawnWorlds((run, { capacity, limitPercent }) => {
      // Nothing shrinks in these worlds, so that the limit only grows.
      let members = capacity
      let underWay = 0
      for (const { what, numbers } of run.trace) {
        if (what === 'scaleSet.scaledOut') members = Number(numbers['to'])
        if (what === 'repair.started') underWay++
        if (what === 'repair.completed') underWay--
        expect(underWay).toBeLessThanOrEqual(Math.max(1, Math.floor((members * limitPercent) / 100)))
      }
    }))

  it('RE-11 RE-12 nothing is repaired from a suspension to the Resume of a user', () =>
    forDrawnWorlds((run) => {
      let isSuspended = false
      for (const { what, numbers } of run.trace) {
        if (what === 'repair.started') expect(isSuspended).toBe(false)
        if (what !== 'repair.serviceState') continue
        isSuspended = numbers['serviceState'] === 'Suspended'
        if (!isSuspended) expect(numbers['by']).toBe('user')
      }
    }))

  it('RE-10 nobody who is protected', () =>
    forDrawnWorlds((run) => {
      const isProtected = new Map<string, boolean>()
      for (const { what, subject, numbers } of run.trace) {
        if (what === 'instance.protected')
          isProtected.set(
            subject,
            numbers['protectFromScaleIn'] === true || numbers['protectFromScaleSetActions'] === true,
          )
        if (what === 'repair.started') expect(isProtected.get(subject) ?? false).toBe(false)
      }
    }))

  it('RE-2 HE-20 only who reports Unhealthy or Unknown at that moment', () =>
    forDrawnWorlds((run) => {
      const health = new Map<string, unknown>()
      for (const { what, subject, numbers } of run.trace) {
        if (what === 'instance.present') health.set(subject, numbers['health'])
        if (what === 'health.changed') health.set(subject, numbers['to'])
        if (what === 'repair.started') expect(['Unhealthy', 'Unknown']).toContain(health.get(subject))
      }
    }))

  it('HE-23 nobody who hangs', () =>
    forDrawnWorlds((run) => {
      const open = new Set<string>()
      const untilMs = new Map<string, number>()
      for (const { what, subject, numbers, atMs } of run.trace) {
        if (what === 'instance.hung' && numbers['forMs'] === -1) open.add(subject)
        else if (what === 'instance.hung')
          untilMs.set(subject, Math.max(untilMs.get(subject) ?? 0, atMs + Number(numbers['forMs'])))
        // Whatever takes it down cures a hang that has no end of its own.
        if (what === 'instance.stopping' || what === 'instance.updating') open.delete(subject)
        if (what !== 'repair.started') continue
        expect(open.has(subject)).toBe(false)
        expect(untilMs.get(subject) ?? 0).toBeLessThanOrEqual(atMs)
      }
    }))

  it('RE-3 nobody within the grace of its last change', () =>
    forDrawnWorlds((run, { graceS }) => {
      const changedAtMs = new Map<string, number>()
      for (const { what, subject, atMs } of run.trace) {
        if (what === 'instance.provisioned') changedAtMs.set(subject, atMs)
        if (what === 'repair.started')
          expect(atMs).toBeGreaterThanOrEqual((changedAtMs.get(subject) ?? Number.NEGATIVE_INFINITY) + graceS * 1000)
      }
    }))

  it('RE-7 RE-8 the set keeps its size; beyond it there are only those whose delete waits for its notice', () =>
    forDrawnWorlds((run, { capacity }) => {
      let [existing, target, waiting] = [0, capacity, 0]
      let atMs = -1
      const atRest = () => {
        if (atMs >= 0) expect(existing - target).toBe(waiting)
      }
      for (const entry of run.trace) {
        // Within one instant the old one goes before the new one comes.
        if (entry.atMs !== atMs) atRest()
        atMs = entry.atMs
        if (entry.what === 'instance.present' || entry.what === 'instance.creating') existing++
        if (entry.what === 'instance.deleting') existing--
        if (isNoticed(entry)) waiting++
        if (entry.what === 'event.started') waiting--
        if (entry.what === 'scaleSet.scaledOut') target = Number(entry.numbers['to'])
      }
      atRest()
    }))

  it('RE-13 the measures count what was done: loops among repairs, and as often suspended as it stopped itself', () =>
    forDrawnWorlds((run) => {
      const { count, loops, suspended } = run.measures.repairs
      const stops = run.trace.filter(
        ({ what, numbers }) => what === 'repair.serviceState' && numbers['by'] === 'platform',
      )
      expect(count).toBe(starts(run).length)
      expect(loops).toBeLessThanOrEqual(count)
      expect(suspended).toBe(stops.length)
    }))
})

describe('protection as a lever', () => {
  it('RE-10 in a set whose every instance is protected nothing is repaired, whatever happens', () =>
    fc.assert(
      fc.property(drawnWorlds, fc.constantFrom('scaleIn' as const, 'setActions' as const), (drawn, from) => {
        const shields = Array.from(
          { length: drawn.capacity },
          (_, machine): RepairEvent => ({ atS: 0, kind: 'protect', machine, from }),
        )
        const harmless = drawn.events.filter(({ kind }) => kind !== 'protect' && kind !== 'scaleOut')
        const run = playDrawn({ ...drawn, events: [...shields, ...harmless] })
        expect(run.measures.repairs).toEqual({ count: 0, loops: 0, suspended: 0 })
      }),
      { numRuns: 25 },
    ))
})
