import type { RunResult, TraceEntry } from '../../../src/sim/result.ts'
import { entries, play, type World } from '../play.ts'

/**
 * A set of `play.ts` with repairs on. From the start of a repair to provisioned: Replace and Reimage 120 s (60 s platform,
 * 50 s boot, 10 s extension), Restart 80 s (30 s and 50 s).
 */
export interface RepairWorld extends World {
  grace?: string
  action?: 'Replace' | 'Reimage' | 'Restart'
  /** More of `automaticRepairsPolicy`, or another one altogether: null for none. */
  repairs?: Record<string, unknown> | null
}

export function worldOf({ grace, action, repairs, ...world }: RepairWorld): World {
  const policy = {
    enabled: true,
    ...(grace === undefined ? {} : { gracePeriod: grace }),
    ...(action === undefined ? {} : { repairAction: action }),
    ...repairs,
  }
  const set = { ...(repairs === null ? {} : { automaticRepairsPolicy: policy }), ...world.set }
  return { timeline: [], mode: 'Manual', duration: 'PT2H', ...world, set }
}

export const playRepairs = (world: RepairWorld): RunResult => play(worldOf(world))

export const named = (numbers: readonly number[]): string[] => numbers.map((number) => `vmss/${number}`)
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
export const protect = (at: string, number: number, flags: Record<string, boolean>) => ({
  at,
  protectInstance: { instance: `vmss/${number}`, ...flags },
})
export const service = (at: string, action: 'Suspend' | 'Resume') => ({ at, setOrchestrationServiceState: { action } })
export const update = (at: string, set: Record<string, unknown>) => ({ at, updateModel: { set } })

/** The disks of these instances are broken whenever they are made: numbers from the capacity on are replacements. */
export const alwaysBroken = (numbers: readonly number[]) => ({
  defects: [{ name: 'bad disk', share: 100, instances: named(numbers) }],
})

const minutes = ({ atMs }: TraceEntry) => atMs / 60_000
const numberOf = ({ subject }: TraceEntry) => Number(subject.split('/')[1])

/** Minute and instance of every repair that was started. */
export const repairs = (run: RunResult): [minute: number, instance: number][] =>
  entries(run, 'repair.started').map((entry) => [minutes(entry), numberOf(entry)])

/** Minute, state and who brought it about, of every change of the service. */
export const serviceStates = (run: RunResult): [minute: number, state: unknown, by: unknown][] =>
  entries(run, 'repair.serviceState').map((entry) => [
    minutes(entry),
    entry.numbers['serviceState'],
    entry.numbers['by'],
  ])

export const refusals = (run: RunResult): string[] =>
  run.findings.filter(({ code }) => code === 'RequestRefused').flatMap(({ rules }) => rules)

export const alive = (run: RunResult): number[] =>
  run.instances.filter(({ deletedAtMs }) => deletedAtMs === null).map(({ number }) => number)
