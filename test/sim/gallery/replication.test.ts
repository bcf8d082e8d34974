import { describe, expect, it } from 'vitest'
import { DEFAULT_TIMINGS } from '../../../src/model/timings.ts'
import { copyDurationMs } from '../../../src/sim/gallery/replication.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import {
  addRegion,
  copiesOf,
  deleteVersion,
  type Estate,
  entries,
  exclude,
  givenIn,
  HOUR,
  MINUTE,
  play,
  publish,
  refusalsIn,
  reimage,
  removeRegion,
  SECOND,
  scaleTo,
  scenarioOf,
} from './world.ts'

const EVERYWHERE = ['eastus', 'westus3', 'northeurope']
const wide = (at = 'PT10M', version = '2.0.0', more = {}) =>
  publish(at, version, { targetRegions: EVERYWHERE, ...more })
/** Leaves the durations of copies to the engine. */
const UNSAID = { galleryReplicationSource: undefined, galleryReplication: undefined }
/** The measured grid rounds up to 15 s; without it the numbers are those that were asked for. */
const OFF_GRID = { replicationGrid: 'PT0S' }

/** Minutes from the publication at 10 minutes to the end of each copy. */
const minutes = (estate: Estate): number[] =>
  play(estate)
    .trace.filter(({ what }) => what === 'gallery.replicated' || what === 'gallery.replicationFailed')
    .map(({ atMs }) => (atMs - 10 * MINUTE) / MINUTE)

/** Minutes each of so many copies takes that are published at once, one version each, lowest first. */
function draw(count: number, regions: string[], estate: Estate): number[] {
  const timings = { ...UNSAID, ...estate.timings }
  const timeline = Array.from({ length: count }, (_, patch) =>
    publish('PT0S', `2.0.${patch}`, { targetRegions: ['eastus', ...regions] }),
  )
  const assumptions = { ...OFF_GRID, sourceRegionFirst: false, ...estate.assumptions }
  const run = play({ ...estate, timings, timeline, assumptions, duration: 'PT7H' })
  return entries(run, 'gallery.replicated')
    .filter(({ numbers }) => numbers['region'] === (regions[0] ?? 'eastus'))
    .map(({ atMs }) => atMs / MINUTE)
    .sort((a, b) => a - b)
}
const quantile = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)]!

describe('how long a copy takes (GA-20, GA-22)', () => {
  it('GA-22: the source region takes its time and every other region its own, which run in parallel', () => {
    expect(copiesOf(play({ timeline: [wide()] }))).toEqual([
      '2.0.0 eastus Completed at 20 min',
      '2.0.0 westus3 Completed at 25 min',
      '2.0.0 northeurope Completed at 25 min',
    ])
  })

  it('GA-20, GA-22: a base of five minutes, and the rest by the size of the image', () => {
    const of = (sizeInGB: number, assumptions = {}) =>
      minutes({ timeline: [publish('PT10M', '2.0.0', { sizeInGB })], assumptions })
    // 30 GB in ten minutes: five of base, five of copying.
    expect([15, 30, 60, 300].map((size) => of(size)[0])).toEqual([7.5, 10, 15, 55])
    // A shorter base leaves more to the size.
    expect(of(300, { replicationBase: 'PT1M' })).toEqual([91])
  })

  it('GA-22: what is measured by default: 361 s in the source region, 225 s in another, at the median', () => {
    const source = draw(300, [], {})
    const other = draw(300, ['westus3'], {})
    expect(quantile(source, 0.5)).toBeGreaterThan(340 / 60)
    expect(quantile(source, 0.5)).toBeLessThan(385 / 60)
    expect(quantile(other, 0.5)).toBeGreaterThan(215 / 60)
    expect(quantile(other, 0.5)).toBeLessThan(235 / 60)
  })

  it('GA-22, other reading: 30 GB in 35 minutes at the median, 15 and 100 at the tenths, 0.3 of it in the source region', () => {
    const assumptions = { replicationModel: 'reported' }
    const other = draw(600, ['westus3'], { assumptions })
    expect(quantile(other, 0.1)).toBeGreaterThan(12.5)
    expect(quantile(other, 0.1)).toBeLessThan(17)
    expect(quantile(other, 0.5)).toBeGreaterThan(32)
    expect(quantile(other, 0.5)).toBeLessThan(38)
    expect(quantile(other, 0.9)).toBeGreaterThan(85)
    expect(quantile(other, 0.9)).toBeLessThan(115)
    // Never below the base.
    expect(other[0]).toBeGreaterThan(5)
    const source = draw(600, [], { assumptions })
    expect(quantile(source, 0.5)).toBeGreaterThan(32 * 0.3)
    expect(quantile(source, 0.5)).toBeLessThan(38 * 0.3)
    expect(source[0]).toBeGreaterThan(5 * 0.3)
  })

  it('GA-22: how much faster a copy in the region is, is the assumption sameRegionCopyFactor', () => {
    const median = (sameRegionCopyFactor: number) =>
      quantile(draw(600, [], { assumptions: { replicationModel: 'reported', sameRegionCopyFactor } }), 0.5)
    expect(median(1) / median(0.3)).toBeCloseTo(1 / 0.3, 1)
  })

  it('GA-22: what the scenario says itself comes before either reading', () => {
    const assumptions = { replicationModel: 'reported' }
    expect(minutes({ timeline: [wide()], assumptions })).toEqual([10, 15, 15])
    const ownSource = { galleryReplicationSource: 'PT10M', galleryReplication: undefined }
    const [source, other] = minutes({ timeline: [wide()], timings: ownSource, assumptions: { ...assumptions } })
    expect(source).toBe(10)
    expect(other).not.toBe(15)
    const images = { '2.0.0': { replication: { westus3: { takes: 'PT7M' } } } }
    expect(minutes({ timeline: [wide()], images, assumptions })).toContain(17)
  })

  it('GA-22: the reading still holds for a scenario that went through a worker', () => {
    const scenario = scenarioOf({ timings: UNSAID, timeline: [wide()], assumptions: { replicationModel: 'reported' } })
    expect(scenario.world.timings.galleryReplication).toEqual(DEFAULT_TIMINGS.galleryReplication)
    expect(simulate(structuredClone(scenario)).traceHash).toBe(simulate(scenario).traceHash)
    const measured = scenarioOf({ timings: UNSAID, timeline: [wide()] })
    expect(simulate(scenario).traceHash).not.toBe(simulate(measured).traceHash)
  })

  it('GA-22: copies end on a grid of 15 seconds (measured)', () => {
    const images = { '2.0.0': { replication: { eastus: { takes: 'PT61S' } } } }
    const timeline = [publish('PT10M', '2.0.0')]
    expect(minutes({ images, timeline })).toEqual([1.25])
    expect(minutes({ images, timeline, assumptions: OFF_GRID })).toEqual([61 / 60])
    expect(minutes({ images, timeline, assumptions: { replicationGrid: 'PT1M' } })).toEqual([2])
  })

  it('GA-20, GA-22: after six hours a copy that is not done has failed', () => {
    const of = (takes: string, assumptions = {}) =>
      copiesOf(
        play({
          images: { '2.0.0': { replication: { eastus: { takes } } } },
          timeline: [publish('PT10M', '2.0.0')],
          duration: 'PT12H',
          assumptions,
        }),
      )
    expect(of('PT6H')).toEqual(['2.0.0 eastus Completed at 370 min'])
    expect(of('PT6H1S')).toEqual(['2.0.0 eastus Failed at 370 min'])
    expect(of('PT3H', { replicationCap: 'PT2H' })).toEqual(['2.0.0 eastus Failed at 130 min'])
  })

  it('GA-20: asked for again, a failed copy is made anew, with another chance', () => {
    const numbers = Array.from({ length: 12 }, (_, patch) => `2.0.${patch}`)
    // Half of all tries take too long.
    const takes = { samples: ['PT7H', 'PT10M'] }
    const run = play({
      images: Object.fromEntries(numbers.map((number) => [number, { replication: { eastus: { takes } } }])),
      timeline: [
        ...numbers.map((number) => publish('PT10M', number)),
        ...numbers.map((number) => addRegion('PT8H', number, { region: 'eastus' })),
      ],
      duration: 'P1D',
    })
    const failedFirst = copiesOf(run).filter((text) => text.endsWith('Failed at 370 min')).length
    const madeLater = copiesOf(run).filter((text) => text.endsWith('Completed at 490 min')).length
    expect(failedFirst).toBeGreaterThan(0)
    expect(failedFirst).toBeLessThan(12)
    expect(madeLater).toBeGreaterThan(0)
    expect(madeLater).toBeLessThan(failedFirst)
  })

  it('GA-20: a region more costs the version nothing but the wait for the slowest', () => {
    const images = { '2.0.0': { replication: { northeurope: { takes: 'PT2H' } } } }
    expect(copiesOf(play({ images, timeline: [wide()] }))).toEqual([
      '2.0.0 eastus Completed at 20 min',
      '2.0.0 westus3 Completed at 25 min',
      '2.0.0 northeurope Completed at 140 min',
    ])
  })

  it('what `default` says of copies holds for every image that is not listed', () => {
    const scenario = scenarioOf({ timeline: [wide()] })
    const { defaultImage } = scenario.world
    const replication = {
      westus3: { fails: true },
      northeurope: { fails: false, takes: DEFAULT_TIMINGS.provisioningTimeout },
    }
    const world = { ...scenario.world, defaultImage: { ...defaultImage, replication } }
    expect(copiesOf(simulate({ ...scenario, world }, { keepTrace: true }))).toEqual([
      '2.0.0 eastus Completed at 20 min',
      '2.0.0 westus3 Failed at 25 min',
      '2.0.0 northeurope Completed at 60 min',
    ])
  })
})

describe('source region first (GA-23)', () => {
  it('GA-23: the others begin when the source region is complete, or under the other reading at once', () => {
    const estate = { timeline: [wide()] }
    expect(minutes(estate)).toEqual([10, 15, 15])
    expect(minutes({ ...estate, assumptions: { sourceRegionFirst: false } })).toEqual([5, 5, 10])
  })

  it('GA-23: the source region is the location of the version, wherever it stands in the list', () => {
    const timeline = [publish('PT10M', '2.0.0', { location: 'westus3', targetRegions: EVERYWHERE })]
    expect(copiesOf(play({ timeline }))[0]).toBe('2.0.0 westus3 Completed at 20 min')
  })

  it('GA-23: when the source region fails the others have nothing to copy; each for itself they go on', () => {
    const images = { '2.0.0': { replication: { eastus: { fails: true } } } }
    expect(copiesOf(play({ images, timeline: [wide()] }))).toEqual(
      EVERYWHERE.map((region) => `2.0.0 ${region} Failed at 20 min`),
    )
    const alone = play({ images, timeline: [wide()], assumptions: { sourceRegionFirst: false } })
    expect(copiesOf(alone)).toEqual([
      '2.0.0 westus3 Completed at 15 min',
      '2.0.0 northeurope Completed at 15 min',
      '2.0.0 eastus Failed at 20 min',
    ])
  })

  it('GA-23: a region that is added while the source region is still being copied waits for it as well', () => {
    const add = (at: string) => addRegion(at, '2.0.0', { region: 'westus3' })
    expect(minutes({ timeline: [publish('PT10M', '2.0.0'), add('PT12M')] })).toEqual([10, 15])
    expect(minutes({ timeline: [publish('PT10M', '2.0.0'), add('PT30M')] })).toEqual([10, 25])
  })

  it('GA-23: a region that is added after the source region has failed fails, until that is made anew', () => {
    const images = { '2.0.0': { replication: { eastus: { takes: 'PT7H' } } } }
    const add = (at: string, ...targetRegions: string[]) => addRegion(at, '2.0.0', { targetRegions })
    const timeline = [publish('PT10M', '2.0.0'), add('PT7H', 'westus3')]
    expect(copiesOf(play({ images, timeline, duration: 'P1D' }))).toEqual([
      '2.0.0 eastus Failed at 370 min',
      '2.0.0 westus3 Failed at 420 min',
    ])
  })

  it('a copy that is under way when the run begins is finished, and the others wait for it', () => {
    const replicationStatus = {
      summary: [
        { region: 'eastus', state: 'Replicating' },
        { region: 'westus3', state: 'Replicating' },
      ],
    }
    const versions = { '1.0.0': {}, '2.0.0': { replicationStatus } }
    const run = play({ regions: ['eastus', 'westus3'], versions, timeline: [scaleTo('PT30M', 3, 'westus3')] })
    expect(copiesOf(run)).toEqual(['2.0.0 eastus Completed at 10 min', '2.0.0 westus3 Completed at 15 min'])
    expect(givenIn(run)).toEqual(['westus3/2 2.0.0'])
  })
})

describe('Shallow and Full (GA-25, GA-26)', () => {
  it('GA-25: Shallow copies nothing: it is ready after the base, whatever the size', () => {
    for (const sizeInGB of [30, 300, 30_000]) {
      const shallow = wide('PT10M', '2.0.0', { replicationMode: 'Shallow', sizeInGB })
      expect(minutes({ timeline: [shallow] })).toEqual([5, 10, 10])
      const reported = { timings: UNSAID, assumptions: { replicationModel: 'reported' } }
      expect(minutes({ timeline: [shallow], ...reported })).toEqual([5, 10, 10])
      expect(minutes({ timeline: [shallow], assumptions: { replicationBase: 'PT1M' } })).toEqual([1, 2, 2])
    }
  })

  it('GA-26: a Full version above 2 TB is refused with its size, a Shallow one goes up to 32 TB', () => {
    const of = (sizeInGB: number, replicationMode: string) => () =>
      scenarioOf({ timeline: [publish('PT10M', '2.0.0', { sizeInGB, replicationMode })] })
    expect(of(2048, 'Full')).not.toThrow()
    expect(of(2049, 'Full')).toThrow(/2049 GB/)
    expect(of(32_768, 'Shallow')).not.toThrow()
    expect(of(32_769, 'Shallow')).toThrow(/32769 GB/)
  })
})

describe('zones (GA-27)', () => {
  const failZone = (at: string, zone: string, lasts?: string) => ({
    at,
    failZone: { zone, region: 'eastus', ...(lasts === undefined ? {} : { for: lasts }) },
  })
  const stored = (storageAccountType: string) => ({
    '1.0.0': { targetRegions: [{ name: 'eastus', storageAccountType }] },
  })
  /** Which zones of the region, when they fail, keep a regional set from growing. */
  const zonesThatMatter = (storageAccountType: string, seed = 1) =>
    ['1', '2', '3'].filter((zone) => {
      const timeline = [failZone('PT5M', zone, 'PT1H'), scaleTo('PT10M', 3)]
      const run = play({ versions: stored(storageAccountType), timeline, seed })
      return entries(run, 'gallery.diskUnavailable').length > 0
    })
  const [home] = zonesThatMatter('Standard_LRS')

  it('GA-27: a zone-redundant copy survives the loss of any zone, a locally redundant one lives in one, the same in every run', () => {
    expect(zonesThatMatter('Standard_ZRS')).toEqual([])
    expect(zonesThatMatter('Standard_LRS')).toHaveLength(1)
    expect(zonesThatMatter('Premium_LRS', 7)).toEqual(zonesThatMatter('Standard_LRS'))
  })

  it('GA-27: other versions and regions live elsewhere', () => {
    const zones = Array.from({ length: 12 }, (_, patch) => `1.0.${patch}`).map((number) =>
      ['1', '2', '3'].find((zone) => {
        const timeline = [failZone('PT5M', zone, 'PT1H'), scaleTo('PT10M', 3)]
        return entries(play({ versions: { [number]: {} }, timeline }), 'gallery.diskUnavailable').length > 0
      }),
    )
    expect(new Set(zones)).toEqual(new Set(['1', '2', '3']))
  })

  it('GA-27: while it is down creations and reimages wait, running machines do not notice, and all is served once it is back', () => {
    const timeline = [failZone('PT5M', home!, 'PT55M'), scaleTo('PT10M', 3), reimage('PT15M', 'vmss/0')]
    const run = play({ timeline })
    expect(entries(run, 'gallery.diskUnavailable')).toMatchObject([
      { subject: 'vmss/2', rule: 'GA-27', numbers: { version: 'gal/app/1.0.0', zone: home } },
      { subject: 'vmss/0', rule: 'GA-27' },
    ])
    expect(run.measures.availability.minServing).toBe(1)
    // Asked for in the same moment an hour in, they take a minute and their boot.
    expect(entries(run, 'instance.serving').map(({ subject, atMs }) => [subject, atMs])).toEqual([
      ['vmss/2', HOUR + 110 * SECOND],
      ['vmss/0', HOUR + 110 * SECOND],
    ])
  })

  it('GA-27: the loss of two failures at once ends with the longer one', () => {
    const timeline = [failZone('PT5M', home!, 'PT55M'), failZone('PT6M', home!, 'PT10M'), scaleTo('PT20M', 3)]
    const run = play({ timeline })
    expect(entries(run, 'gallery.diskUnavailable')).toHaveLength(1)
    expect(entries(run, 'gallery.diskGranted')).toMatchObject([{ atMs: HOUR }])
  })

  it('PL-22: for new instances, too, the loss of two failures at once ends with the longer one', () => {
    const timeline = [failZone('PT5M', '1', 'PT55M'), failZone('PT6M', '1', 'PT10M'), scaleTo('PT20M', 6)]
    const run = play({ capacity: 3, zones: ['1', '2', '3'], versions: stored('Standard_ZRS'), timeline })
    expect(run.instances.slice(3).map(({ zone }) => zone)).not.toContain('1')
  })

  it('GA-27: a copy that is made while its zone is down is of no use until that is back', () => {
    // Every version tells its zone by which loss keeps it from use.
    const unusable = ['1', '2', '3'].filter((zone) => {
      const timeline = [failZone('PT5M', zone, 'PT2H'), publish('PT10M', '2.0.0'), scaleTo('PT30M', 3)]
      return entries(play({ timeline }), 'gallery.diskUnavailable').length > 0
    })
    expect(unusable).toHaveLength(1)
  })

  it('GA-27, other reading: a creation in that time fails, and so does one that waits for its turn', () => {
    const run = play({
      assumptions: { imageUnavailable: 'fail', createsPerReplica: 1 },
      timings: { imageAttach: 'PT10M' },
      timeline: [scaleTo('PT5M', 4), failZone('PT10M', home!, 'PT1H'), scaleTo('PT20M', 5)],
    })
    expect(
      entries(run, 'instance.provisioningFailed').map(({ subject, atMs, rule, numbers }) => [
        subject,
        atMs / MINUTE,
        rule,
        numbers['code'],
      ]),
    ).toEqual([
      ['vmss/3', 10, 'GA-27', 'imageUnavailable'],
      ['vmss/4', 20, 'GA-27', 'imageUnavailable'],
    ])
    expect(entries(run, 'instance.provisioned')).toMatchObject([{ subject: 'vmss/2' }])
  })
})

describe('the region of the gallery is down (GA-28)', () => {
  const down = (lasts?: string) => ({
    at: 'PT5M',
    failGalleryRegion: { region: 'eastus', ...(lasts === undefined ? {} : { for: lasts }) },
  })

  it('GA-28: nothing can be published or changed anywhere', () => {
    const run = play({
      regions: ['westus3'],
      copies: ['eastus', 'westus3'],
      versions: { '1.0.0': {}, '1.1.0': {} },
      timeline: [
        down(),
        publish('PT10M', '2.0.0', { targetRegions: ['eastus', 'westus3'] }),
        exclude('PT10M', '1.1.0'),
        addRegion('PT10M', '1.1.0', { region: 'northeurope' }),
        removeRegion('PT10M', '1.1.0', { region: 'westus3' }),
        deleteVersion('PT10M', '1.1.0'),
        scaleTo('PT1H', 3),
      ],
    })
    expect(refusalsIn(run)).toEqual(Array.from({ length: 5 }, () => 'GA-28 ServiceUnavailable'))
    // Replicas stay usable, and latest is what it was.
    expect(givenIn(run)).toEqual(['vmss/2 1.1.0'])
    expect(entries(run, 'instance.provisioned')).toHaveLength(1)
  })

  it('GA-28: everything is possible again once it is back; of two failures the longer one counts', () => {
    const timeline = [
      down('PT55M'),
      { at: 'PT6M', failGalleryRegion: { region: 'eastus', for: 'PT10M' } },
      publish('PT30M', '2.0.0'),
      publish('PT1H1M', '2.0.1'),
    ]
    const run = play({ timeline })
    expect(refusalsIn(run)).toEqual(['GA-28 ServiceUnavailable'])
    expect(copiesOf(run)).toEqual(['2.0.1 eastus Completed at 71 min'])
  })
})

describe('what can be changed on a version (GA-29)', () => {
  it('GA-29: regions come and go, and the flag', () => {
    const run = play({
      regions: ['eastus', 'westus3'],
      copies: ['eastus'],
      timeline: [
        addRegion('PT10M', '1.0.0', { targetRegions: ['westus3', 'northeurope'] }),
        removeRegion('PT20M', '1.0.0', { region: 'westus3' }),
        exclude('PT30M', '1.0.0'),
      ],
    })
    expect(copiesOf(run)).toEqual(['1.0.0 westus3 Completed at 15 min', '1.0.0 northeurope Completed at 15 min'])
    expect(entries(run, 'gallery.regionRemoved')).toMatchObject([{ numbers: { region: 'westus3' } }])
    expect(refusalsIn(run)).toEqual([])
  })

  it('GA-29: a region that is taken away while it is being copied never has the version', () => {
    const targetRegions = ['eastus', 'westus3']
    const timeline = [
      publish('PT10M', '2.0.0', { targetRegions }),
      removeRegion('PT22M', '2.0.0', { region: 'westus3' }),
    ]
    expect(copiesOf(play({ timeline }))).toEqual(['2.0.0 eastus Completed at 20 min'])
  })

  it('GA-29: the storage type is fixed, and a write that would change it changes nothing', () => {
    const targetRegions = [
      { name: 'eastus', regionalReplicaCount: 9, storageAccountType: 'Premium_LRS' },
      { name: 'westus3' },
    ]
    const run = play({ timeline: [addRegion('PT10M', '1.0.0', { targetRegions })] })
    expect(refusalsIn(run)).toEqual(['GA-29 PropertyChangeNotAllowed'])
    expect(copiesOf(run)).toEqual([])
    expect(entries(run, 'gallery.replicasChanged')).toEqual([])
  })

  it('GA-29: the source region stays, and under the safety profile every region', () => {
    const regions = ['eastus', 'westus3']
    const safe = { allowDeletionOfReplicatedLocations: false }
    const run = play({
      regions,
      versions: { '1.0.0': {}, '2.0.0': safe },
      timeline: [
        removeRegion('PT10M', '1.0.0', { region: 'eastus' }),
        removeRegion('PT10M', '2.0.0', { region: 'westus3' }),
      ],
    })
    expect(refusalsIn(run)).toEqual(['GA-29 InvalidParameter', 'GA-29 InvalidParameter'])
    expect(entries(run, 'gallery.regionRemoved')).toEqual([])
  })
})

describe('what a copy depends on', () => {
  it('GA-20 a larger image takes longer in every region, also where a copy is drawn below the base', () => {
    const base = 300_000
    const other = (sizeGB: number) => copyDurationMs({ drawnMs: 225_000, sizeGB, replicationMode: 'Full' }, base)
    const source = (sizeGB: number) => copyDurationMs({ drawnMs: 361_000, sizeGB, replicationMode: 'Full' }, base)
    expect([other(30), other(128)]).toEqual([225_000, 960_000])
    expect([source(30), source(128)]).toEqual([361_000, 560_267])
  })

  it('GA-29 asking for more replicas alone leaves the storage type of a region as it is', () => {
    const versions = { '1.0.0': { targetRegions: [{ name: 'eastus', storageAccountType: 'Standard_ZRS' }] } }
    const more = {
      at: 'PT1H',
      addTargetRegion: { image: 'gal/app', version: '1.0.0', region: 'eastus', regionalReplicaCount: 4 },
    }
    const run = play({ versions, timeline: [more] })
    expect(entries(run, 'gallery.replicasChanged').map(({ numbers }) => numbers['replicas'])).toEqual([4])
    expect(run.findings.filter(({ code }) => code === 'RequestRefused')).toEqual([])
  })
})
