import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../../src/model/gallery/image-version.ts'
import type { RunResult, TraceEntry } from '../../../src/sim/result.ts'
import { addRegion, exclude, play, publish, scaleTo, versionIn } from './world.ts'

const REGIONS = ['eastus', 'westus3']
/** Published in any order, so that lower numbers come later as well. */
const NUMBERS = ['1.0.1', '1.9.0', '1.10.0', '2.0.0', '0.9.9']

const anyRegion = fc.constantFrom(...REGIONS)
const anyPick = fc.nat({ max: 99 })
const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    regions: fc.subarray(REGIONS, { minLength: 1 }),
    hidden: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('exclude' as const),
    pick: anyPick,
    region: fc.option(anyRegion, { nil: undefined }),
    exclude: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('addRegion' as const), pick: anyPick, region: anyRegion }),
  fc.record({ kind: fc.constant('scaleOut' as const), region: anyRegion, by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('osUpgrade' as const), region: anyRegion }),
)
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

const anyTruth = fc.record({
  takes: fc.integer({ min: 1, max: 90 }).map((minutes) => `PT${minutes}M`),
  fails: fc.nat({ max: 5 }).map((n) => n === 0),
})
const anyWorld = fc.record({
  numbers: fc.shuffledSubarray(NUMBERS, { minLength: NUMBERS.length }),
  steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), anyStep), { minLength: 4, maxLength: 16 }),
  truths: fc.array(fc.tuple(anyTruth, anyTruth), { minLength: NUMBERS.length, maxLength: NUMBERS.length }),
  os: fc.boolean(),
  latestResolution: fc.constantFrom('regional', 'global'),
})

type TimelineEntry = Record<string, unknown>

/** The steps as a timeline, each so many minutes after the one before; what cannot be asked for by then is left out. */
function timelineOf(steps: readonly (readonly [number, Step])[], numbers: readonly string[]) {
  const versions = new Map<string, Set<string>>([['1.0.0', new Set(REGIONS)]])
  const capacity: Record<string, number> = Object.fromEntries(REGIONS.map((region) => [region, 3]))
  let left = numbers
  let minute = 0
  return steps.flatMap(([gap, step]): TimelineEntry[] => {
    minute += gap
    const at = `PT${minute}M`
    const names = [...versions.keys()]
    switch (step.kind) {
      case 'publish': {
        const [number, ...rest] = left
        if (number === undefined) return []
        left = rest
        versions.set(number, new Set(step.regions))
        const more = { location: step.regions[0], targetRegions: step.regions, excludeFromLatest: step.hidden }
        return [publish(at, number, more)]
      }
      case 'exclude': {
        const number = names[step.pick % names.length]!
        if (step.region !== undefined && !versions.get(number)!.has(step.region)) return []
        const where = step.region === undefined ? {} : { region: step.region }
        return [exclude(at, number, { ...where, exclude: step.exclude })]
      }
      case 'addRegion': {
        const number = names[step.pick % names.length]!
        versions.get(number)!.add(step.region)
        return [addRegion(at, number, { region: step.region })]
      }
      case 'scaleOut':
        capacity[step.region]! += step.by
        return [scaleTo(at, capacity[step.region]!, step.region)]
      default:
        return [{ at, startOSUpgrade: { scaleSet: step.region } }]
    }
  })
}

/** What the trace has told so far of versions, as an auditor would keep it. */
class Ledger {
  private readonly complete = new Set(REGIONS.map((region) => `1.0.0 ${region}`))
  /** By version, and by version and region. */
  private readonly hidden = new Map<string, boolean>()
  private readonly names = new Set(['1.0.0'])

  constructor(timeline: readonly TimelineEntry[]) {
    for (const entry of timeline) {
      const published = entry['publishImageVersion'] as { version: string; excludeFromLatest: boolean } | undefined
      if (published) this.hidden.set(published.version, published.excludeFromLatest)
    }
  }

  read({ what, numbers }: TraceEntry): void {
    const name = versionIn(numbers['version'])
    if (what === 'gallery.published') this.names.add(name)
    if (what === 'gallery.replicated') this.complete.add(`${name} ${numbers['region']}`)
    if (what === 'gallery.excludeFromLatest') {
      const key = numbers['where'] === 'everywhere' ? name : `${name} ${numbers['where']}`
      this.hidden.set(key, numbers['excluded'] === true)
    }
  }

  isComplete = (name: string, region: string) => this.complete.has(`${name} ${region}`)
  isHidden = (name: string, region: string) => this.hidden.get(`${name} ${region}`) ?? this.hidden.get(name) ?? false

  latest(region: string): string | undefined {
    return [...this.names]
      .filter((name) => this.isComplete(name, region) && !this.isHidden(name, region))
      .sort(compareVersions)
      .at(-1)
  }
}

/** Plays a world and reads its trace in order; `see` is told what each instance is given, before the ledger moves on. */
function audit(
  world: typeof anyWorld extends fc.Arbitrary<infer T> ? T : never,
  see: (
    given: { version: string; region: string; isNew: boolean; entry: TraceEntry },
    ledger: Ledger,
    run: RunResult,
  ) => void,
  other: (entry: TraceEntry, ledger: Ledger, run: RunResult) => void = () => {},
): void {
  const timeline = timelineOf(world.steps, world.numbers)
  const run = play({
    regions: REGIONS,
    capacity: 3,
    mode: 'Rolling',
    os: world.os,
    policy: { maxBatchInstancePercent: 50 },
    images: Object.fromEntries(
      world.numbers.map((number, index) => [
        number,
        { replication: Object.fromEntries(REGIONS.map((region, at) => [region, world.truths[index]![at]])) },
      ]),
    ),
    assumptions: { latestResolution: world.latestResolution },
    timeline,
    duration: 'PT18H',
  })
  const ledger = new Ledger(timeline)
  run.trace.forEach((entry) => {
    ledger.read(entry)
    if (entry.what !== 'instance.image') {
      other(entry, ledger, run)
      return
    }
    const region = entry.subject.split('/')[0]!
    const isNew = run.trace[entry.id + 1]?.what === 'instance.creating'
    see({ version: versionIn(entry.numbers['image']), region, isNew, entry }, ledger, run)
  })
}
const RUNS = { numRuns: 50 }

describe('versions of a gallery under any timeline in two regions', () => {
  it('GA-04, GR-3: no instance runs a version that had not finished replicating to its region', () =>
    fc.assert(
      fc.property(anyWorld, (world) =>
        audit(world, ({ version, region, entry }, ledger) =>
          expect(ledger.isComplete(version, region), `${entry.subject} ${version}`).toBe(true),
        ),
      ),
      RUNS,
    ))

  it('GA-02, GR-2, GA-11: a version that is excluded is given to nobody, and no rollout or batch to it begins', () =>
    fc.assert(
      fc.property(anyWorld, (world) => {
        // Every batch of an upgrade is to the version it began with.
        const target = new Map<string, string>()
        audit(
          world,
          ({ version, region, isNew, entry }, ledger) => {
            expect(ledger.isHidden(version, region), `${entry.subject} ${version}`).toBe(false)
            if (!isNew) expect(version, entry.subject).toBe(target.get(region))
          },
          ({ what, subject, numbers }, ledger, run) => {
            if (what !== 'rollout.started' && what !== 'rollout.batchStarted') return
            if (what === 'rollout.started')
              target.set(subject, run.rollouts[Number(numbers['rollout'])]!.target.split(' ')[2]!)
            const version = target.get(subject)!
            expect(ledger.isHidden(version, subject), `${what} of ${subject} to ${version}`).toBe(false)
          },
        )
      }),
      RUNS,
    ))

  it('GA-01, GA-05, GR-6: latest never moves backwards by itself: only an exclusion makes a new instance get a lower version', () =>
    fc.assert(
      fc.property(anyWorld, (world) => {
        const before: Record<string, string> = {}
        audit(
          world,
          ({ version, region, isNew, entry }) => {
            if (!isNew) return
            const last = before[region]
            if (last !== undefined) expect(compareVersions(version, last), entry.subject).toBeGreaterThanOrEqual(0)
            before[region] = version
          },
          ({ what, numbers }) => {
            if (what !== 'gallery.excludeFromLatest' || numbers['excluded'] !== true) return
            for (const region of REGIONS) delete before[region]
          },
        )
      }),
      RUNS,
    ))

  it('GA-01, GA-02: it is the highest that is complete and not excluded in the region', () =>
    fc.assert(
      fc.property(anyWorld, (world) =>
        audit(world, ({ version, region, isNew, entry }, ledger) => {
          if (isNew) expect(version, entry.subject).toBe(ledger.latest(region))
        }),
      ),
      RUNS,
    ))

  it('the worlds are worth it: instances get versions anew, by creation and by upgrade, and exclusions come between', () => {
    const seen = { created: 0, upgraded: 0, excluded: 0, refused: 0 }
    for (const world of fc.sample(anyWorld, { numRuns: 50, seed: 1 }))
      audit(
        world,
        ({ isNew }) => {
          if (isNew) seen.created++
          else seen.upgraded++
        },
        ({ what }) => {
          if (what === 'gallery.excludeFromLatest') seen.excluded++
          if (what === 'scaleSet.scaleRefused') seen.refused++
        },
      )
    expect(seen.created).toBeGreaterThan(100)
    expect(seen.upgraded).toBeGreaterThan(50)
    expect(seen.excluded).toBeGreaterThan(50)
    expect(seen.refused).toBeGreaterThan(5)
  })
})
