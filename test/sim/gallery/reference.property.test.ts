import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grantTimes } from '../../reference/replica-slots.ts'
import { type ReferenceRequest, type ReferenceVersion, replicate } from '../../reference/replication.ts'
import { addRegion, entries, play, publish, removeRegion, SECOND, scaleTo, versionIn } from './world.ts'

const seconds = (s: number) => `PT${s}S`
const REGIONS = ['eastus', 'westus3', 'northeurope']
/** Times meet often: requests and ends in one second are where engines go wrong. */
const HORIZON_S = 3 * 3600
const anyMoment = fc.integer({ min: 0, max: 24 }).map((times) => times * 300)
const anyRegions = fc.subarray(REGIONS, { minLength: 1 })
const anyTruth = fc.dictionary(
  fc.constantFrom(...REGIONS),
  fc.record(
    {
      takesS: fc.oneof(
        fc.integer({ min: 0, max: 3 }).map((n) => n * 300),
        fc.integer({ min: 1, max: 4000 }),
      ),
      fails: fc.boolean(),
    },
    { requiredKeys: ['fails'] },
  ),
  { maxKeys: 3 },
)

const anyLater = fc.oneof(
  fc.record({ atS: anyMoment, add: anyRegions }),
  fc.record({ atS: anyMoment, remove: fc.constantFrom(...REGIONS) }),
)

/** A request that takes a region away is made only for one that is there: what else the service refuses is GA-29. */
function possible(requests: readonly ReferenceRequest[], source: string): ReferenceRequest[] {
  const there = new Set<string>()
  return requests.filter(({ add, remove }) => {
    if (remove !== undefined) return remove !== source && there.delete(remove)
    for (const region of add ?? []) there.add(region)
    return true
  })
}

const anyVersion = (name: string): fc.Arbitrary<ReferenceVersion> =>
  fc
    .record({
      source: fc.constantFrom(...REGIONS),
      mode: fc.constantFrom('Full' as const, 'Full' as const, 'Shallow' as const),
      sizeGB: fc.constantFrom(15, 30, 60, 300),
      publishedS: anyMoment,
      first: anyRegions,
      later: fc.array(anyLater, { maxLength: 4 }),
      truth: anyTruth,
    })
    .map(({ publishedS, first, later, source, ...rest }) => {
      const added = { atS: publishedS, add: [...new Set([source, ...first])] }
      const after = later.filter(({ atS }) => atS > publishedS).sort((a, b) => a.atS - b.atS)
      return { ...rest, name, source, requests: possible([added, ...after], source) }
    })

describe('replication', () => {
  it('GA-20, GA-22, GA-23, GA-25: the engine ends every copy in the second, and in the state, of the reference model', () =>
    fc.assert(
      fc.property(
        fc.record({
          versions: fc.tuple(anyVersion('2.0.0'), anyVersion('2.0.1'), anyVersion('2.0.2')),
          baseS: fc.constantFrom(0, 60, 300),
          // Above the base by an even number, so that half of 30 GB takes whole seconds as well.
          sourceOverS: fc.constantFrom(0, 60, 300, 1200),
          otherOverS: fc.constantFrom(0, 60, 300),
          capS: fc.constantFrom(600, 1800, 6 * 3600),
          gridS: fc.constantFrom(0, 15, 60),
          sourceRegionFirst: fc.boolean(),
        }),
        ({ versions, baseS, sourceOverS, otherOverS, capS, gridS, sourceRegionFirst }) => {
          const world = {
            versions,
            sourceS: baseS + sourceOverS,
            otherS: baseS + otherOverS,
            baseS,
            capS,
            gridS,
            sourceRegionFirst,
            horizonS: HORIZON_S,
          }
          const expected = replicate(world).map(
            ({ version, region, state, atS }) => `${version} ${region} ${state} ${atS}`,
          )
          const run = play({
            duration: seconds(HORIZON_S),
            timings: {
              galleryReplicationSource: seconds(world.sourceS),
              galleryReplication: seconds(world.otherS),
            },
            images: Object.fromEntries(
              versions.map(({ name, truth }) => [
                name,
                {
                  replication: Object.fromEntries(
                    Object.entries(truth).map(([region, { takesS, fails }]) => [
                      region,
                      { fails, ...(takesS === undefined ? {} : { takes: seconds(takesS) }) },
                    ]),
                  ),
                },
              ]),
            ),
            assumptions: {
              replicationBase: seconds(baseS),
              replicationCap: seconds(capS),
              replicationGrid: seconds(gridS),
              sourceRegionFirst,
            },
            timeline: versions.flatMap(({ name, source, mode, sizeGB, requests }) =>
              requests.map(({ atS, add, remove }, index) => {
                if (index === 0)
                  return publish(seconds(atS), name, {
                    location: source,
                    targetRegions: add,
                    replicationMode: mode,
                    sizeInGB: sizeGB,
                  })
                return remove === undefined
                  ? addRegion(seconds(atS), name, { targetRegions: add })
                  : removeRegion(seconds(atS), name, { region: remove })
              }),
            ),
          })
          const actual = run.trace
            .filter(({ what }) => what === 'gallery.replicated' || what === 'gallery.replicationFailed')
            .map(
              ({ what, atMs, numbers }) =>
                `${versionIn(numbers['version'])} ${numbers['region']} ${what === 'gallery.replicated' ? 'Completed' : 'Failed'} ${atMs / SECOND}`,
            )
          expect(actual.sort()).toEqual(expected.sort())
        },
      ),
      { numRuns: 80 },
    ))
})

describe('replica slots', () => {
  it('GA-31, GA-32: every new instance gets its slot in the second of the naive queue', () =>
    fc.assert(
      fc.property(
        fc.record({
          bursts: fc.array(
            fc.record({ atS: fc.integer({ min: 0, max: 20 }), count: fc.integer({ min: 1, max: 30 }) }),
            {
              minLength: 1,
              maxLength: 5,
            },
          ),
          /** Of those that are asked for, every so manieth is deleted after a while. */
          gone: fc.array(fc.record({ index: fc.nat({ max: 60 }), afterS: fc.integer({ min: 1, max: 200 }) }), {
            maxLength: 6,
          }),
          attachS: fc.constantFrom(1, 10, 45, 300),
          createsPerReplica: fc.integer({ min: 1, max: 6 }),
          replicas: fc.integer({ min: 1, max: 4 }),
          later: fc.option(
            fc.record({ tensOfS: fc.integer({ min: 0, max: 60 }), count: fc.integer({ min: 1, max: 6 }) }),
          ),
        }),
        ({ bursts, gone, attachS, createsPerReplica, replicas, later }) => {
          const horizonS = 3 * 3600
          const asked = bursts
            .map(({ atS, count }) => ({ atS: atS * 30 + 1, count }))
            .sort((a, b) => a.atS - b.atS)
            .flatMap(({ atS, count }) => Array.from({ length: count }, () => ({ atS })))
          const requests: { atS: number; goneS?: number }[] = asked.map((request) => ({ ...request }))
          for (const { index, afterS } of gone) {
            const request = requests[index]
            if (request) request.goneS ??= request.atS + afterS
          }
          // Never in the second of a request, where the order of the file would decide.
          const laterS = (later?.tensOfS ?? 0) * 10 + 5
          // Fewer are gone at once; more take 0.3 of a copy that takes five minutes (GA-24).
          const readyS = later === null ? 0 : laterS + (later.count > replicas ? 90 : 0)
          const changes = later === null ? [] : [{ fromS: readyS, count: later.count }]
          const expected = grantTimes({
            requests,
            attachS,
            createsPerReplica,
            replicas: [{ fromS: 0, count: replicas }, ...changes],
            horizonS,
          })

          // What the user asks for is the capacity, which every deletion takes one from.
          let capacity = 1
          const steps = [
            ...requests.map(({ atS }) => ({ atS, by: 1, instance: 0 })),
            ...requests.flatMap(({ goneS }, index) =>
              goneS === undefined ? [] : [{ atS: goneS, by: -1, instance: index + 1 }],
            ),
          ].sort((a, b) => a.atS - b.atS || a.by - b.by)
          const timeline = steps.flatMap(({ atS, by, instance }, index): Record<string, unknown>[] => {
            capacity += by
            if (by < 0) return [{ at: seconds(atS), deleteInstance: { instance: `vmss/${instance}` } }]
            // What is asked for in one second is one request: twelve would empty the bucket of the set (LI-02).
            const next = steps[index + 1]
            return next?.atS === atS && next.by > 0 ? [] : [scaleTo(seconds(atS), capacity)]
          })
          const change = { region: 'eastus', regionalReplicaCount: later?.count ?? 1 }
          const run = play({
            capacity: 1,
            duration: seconds(horizonS),
            versions: { '1.0.0': { targetRegions: [{ name: 'eastus', regionalReplicaCount: replicas }] } },
            timings: { imageAttach: seconds(attachS) },
            assumptions: { createsPerReplica },
            timeline: [...timeline, ...(later === null ? [] : [addRegion(seconds(laterS), '1.0.0', change)])],
          })
          const granted = new Map<string, number>()
          const queued = new Set(entries(run, 'gallery.diskQueued').map(({ subject }) => subject))
          for (const { subject, atMs } of entries(run, 'instance.creating'))
            if (!queued.has(subject)) granted.set(subject, atMs / SECOND)
          for (const { subject, atMs } of entries(run, 'gallery.diskGranted')) granted.set(subject, atMs / SECOND)
          expect(requests.map((_, index) => granted.get(`vmss/${index + 1}`) ?? null)).toEqual(expected)
        },
      ),
      { numRuns: 80 },
    ))
})
