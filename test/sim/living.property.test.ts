import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Money, RunResult, SetMeasures } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { weeks, worldOf } from './living-worlds.ts'
import { entries, scenarioOf } from './play.ts'

/**
 * Everything that moves a fleet, together: mechanisms are tested one by one beside each of them; here they meet. What has to
 * hold, whatever happens: nobody is lost or made up, what was lost and what went unserved is told to the last minute and
 * request, money is the sum of its parts, no number is impossible, and looking (a kept trace) changes nothing.
 */

function numbersOf(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, path === '' ? key : `${path}.${key}`))
}

function moneyAddsUp({ cost }: { readonly cost: Money }): void {
  if (cost.total === null) return
  const { regular, spot } = cost.instances
  expect(cost.total).toBeCloseTo(regular! + spot! + cost.disks! + (cost.replicas ?? 0) + (cost.builds ?? 0), 6)
  expect(cost.surge!).toBeLessThanOrEqual(regular! + spot! + 1e-9)
}

const own = (run: RunResult): SetMeasures => run.measures.perScaleSet['vmss']!

/** A week takes half a second; LIVING_RUNS=300 LIVING_SEED=7 looks longer and elsewhere. */
const RUNS = Number(process.env['LIVING_RUNS'] ?? 30)

describe('a living fleet', () => {
  it(
    'nothing contradicts itself, whatever meets',
    () =>
      fc.assert(
        fc.property(weeks, (d) => {
          const scenario = scenarioOf(worldOf(d))
          const run = simulate(scenario, { keepTrace: true })
          const { measures } = run

          // Conservation.
          const created = entries(run, 'instance.present').length + entries(run, 'instance.creating').length
          const deleted = run.instances.filter(({ deletedAtMs }) => deletedAtMs !== null).length
          expect(created).toBe(run.instances.length)
          expect(entries(run, 'instance.deleted').length).toBe(deleted)
          for (const { createdAtMs, deletedAtMs } of run.instances)
            if (deletedAtMs !== null) expect(deletedAtMs).toBeGreaterThanOrEqual(createdAtMs)

          // No impossible number.
          for (const [path, value] of numbersOf(measures)) {
            expect(Number.isFinite(value), `${path} is ${value}`).toBe(true)
            expect(value, path).toBeGreaterThanOrEqual(0)
            if (/[pP]ercent$/.test(path) && !path.startsWith('blastRadius') && !/exposed|blastRadius|limit/.test(path))
              expect(value, path).toBeLessThanOrEqual(100 + 1e-9)
          }
          // Only who is there is paid for; machines of a pool are paid for as well.
          const { instanceHours } = measures.cost
          const lived = run.instances.reduce(
            (total, { createdAtMs, deletedAtMs }) => total + (deletedAtMs ?? run.durationMs) - createdAtMs,
            0,
          )
          if (d.pool === undefined)
            expect(instanceHours.regular + instanceHours.spot).toBeLessThanOrEqual(lived / 3_600_000 + 1e-6)
          if (d.spot === undefined) expect(instanceHours.spot).toBe(0)

          // Everything lost has its reason.
          const lost = run.lostCapacity.reduce((total, { lostMs }) => total + lostMs, 0) / 60_000
          if (measures.cost.surgeHours === 0) expect(lost).toBeCloseTo(measures.availability.lostInstanceMinutes, 4)
          // Whoever stands above the target makes up for one that is away.
          else expect(lost).toBeGreaterThanOrEqual(measures.availability.lostInstanceMinutes - 1e-4)
          const { unservedRequests, totalRequests } = measures.demand
          if (unservedRequests !== null) {
            const told = run.unservedDemand.reduce((total, { requests }) => total + requests, 0)
            if (!d.demand!.queue)
              expect(Math.abs(told - unservedRequests)).toBeLessThanOrEqual(1e-6 * totalRequests! + 1e-3)
            expect(unservedRequests).toBeLessThanOrEqual(totalRequests! * (1 + 1e-9))
          }

          moneyAddsUp(measures)
          moneyAddsUp(own(run))

          // Autoscale keeps to the limits of its profiles.
          if (d.autoscale) {
            const { minimum, more, evening } = d.autoscale
            for (const { what, numbers } of run.trace)
              if (what === 'autoscale.InstanceUpdateEvaluation') {
                expect(Number(numbers['new'])).toBeLessThanOrEqual(minimum + more + (evening ? 1 : 0))
                expect(Number(numbers['new'])).toBeGreaterThanOrEqual(minimum)
              }
          }

          // Whoever looks changes nothing, and a second play is the first.
          const again = simulate(scenario, { keepTrace: false })
          expect(again.traceHash).toBe(run.traceHash)
          expect(again.measures).toEqual(measures)
          expect(again.lostCapacity).toEqual(run.lostCapacity)
          expect(again.unservedDemand).toEqual(run.unservedDemand)
        }),
        { seed: Number(process.env['LIVING_SEED'] ?? 20_262), numRuns: RUNS },
      ),
    RUNS * 5_000,
  )
})
