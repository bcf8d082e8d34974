import { describe, expect, it } from 'vitest'
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
  refer,
  refusalsIn,
  reimage,
  removeRegion,
  scaleTo,
  update,
} from './world.ts'

/** Versions that new instances get, one a time: the set of two grows by one at each of these moments. */
function latestAt(times: string[], estate: Estate): string[] {
  const timeline = [...(estate.timeline ?? []), ...times.map((at, index) => scaleTo(at, 3 + index))]
  return givenIn(play({ ...estate, timeline })).map((text) => text.split(' ')[1]!)
}

const rollouts = (estate: Estate) =>
  play(estate).rollouts.map(
    ({ scaleSet, target, status, startedAtMs }) => `${scaleSet} ${target} ${status} ${startedAtMs / MINUTE}`,
  )

describe('what latest means where a disk is made', () => {
  it('GA-01, GR-1: the highest number, compared as numbers, whatever was declared or published last', () => {
    const versions = { '1.10.0': {}, '1.9.0': {}, '1.2.11': {} }
    expect(latestAt(['PT1M'], { versions })).toEqual(['1.10.0'])
    expect(latestAt(['PT1H'], { versions, timeline: [publish('PT1M', '1.10.1'), publish('PT2M', '1.9.99')] })).toEqual([
      '1.10.1',
    ])
  })

  it('D27: versions/latest is resolved once, when the model is put', () => {
    const timeline = [publish('PT1M', '2.0.0')]
    expect(latestAt(['PT1H'], { timeline })).toEqual(['2.0.0'])
    const reference = 'gal/app/versions/latest'
    expect(latestAt(['PT1H'], { timeline, reference })).toEqual(['1.0.0'])
    // Another property of the model leaves the reference alone; naming it anew resolves it anew.
    const change = update('PT40M', { 'virtualMachineProfile.userData': 'x' })
    expect(latestAt(['PT1H'], { timeline: [...timeline, change], reference })).toEqual(['1.0.0'])
    const again = [refer('PT40M', 'gal/app/1.0.0'), refer('PT45M', reference)]
    expect(latestAt(['PT1H'], { timeline: [...timeline, ...again], reference })).toEqual(['2.0.0'])
  })

  it('D27 AO-1: automatic OS upgrade never moves a set whose model names versions/latest', () => {
    const estate: Estate = { os: true, mode: 'Rolling', timeline: [publish('PT1M', '2.0.0')] }
    expect(rollouts(estate)).toHaveLength(1)
    expect(rollouts({ ...estate, reference: 'gal/app/versions/latest' })).toEqual([])
  })

  it('GR-6: a lower number published later is never latest and rolls nothing', () => {
    const estate = { versions: { '1.7.0': {} }, timeline: [publish('PT10M', '1.6.9')] }
    expect(latestAt(['PT1H'], estate)).toEqual(['1.7.0'])
    expect(rollouts({ ...estate, os: true, mode: 'Rolling' })).toEqual([])
  })

  it('GA-02, GR-4: the newest that has arrived in the region; until then an older one', () => {
    const timeline = [publish('PT10M', '2.0.0')]
    expect(latestAt(['PT15M', 'PT19M59S', 'PT20M1S'], { timeline })).toEqual(['1.0.0', '1.0.0', '2.0.0'])
  })

  it('GA-02: a version that is not for this region does not count here', () => {
    const run = play({
      regions: ['eastus', 'westus3'],
      timeline: [
        publish('PT10M', '2.0.0', { targetRegions: ['eastus'] }),
        scaleTo('PT1H', 3, 'eastus'),
        scaleTo('PT1H', 3, 'westus3'),
        addRegion('PT2H', '2.0.0', { region: 'westus3' }),
        scaleTo('PT3H', 4, 'westus3'),
        removeRegion('PT4H', '2.0.0', { region: 'westus3' }),
        scaleTo('PT5H', 5, 'westus3'),
      ],
    })
    expect(givenIn(run)).toEqual(['eastus/2 2.0.0', 'westus3/2 1.0.0', 'westus3/3 2.0.0', 'westus3/4 1.0.0'])
  })

  it('GR-2: excluded it counts nowhere, and again once the flag is taken back', () => {
    const timeline = [exclude('PT10M', '2.0.0'), exclude('PT2H', '2.0.0', { exclude: false })]
    expect(latestAt(['PT1M', 'PT1H', 'PT3H'], { versions: { '1.0.0': {}, '2.0.0': {} }, timeline })).toEqual([
      '2.0.0',
      '1.0.0',
      '2.0.0',
    ])
  })

  it('GA-02, GR-2: the flag of a region holds there only, and wins over that of the version', () => {
    const grow = (at: string, capacity: number) => [scaleTo(at, capacity, 'eastus'), scaleTo(at, capacity, 'westus3')]
    const run = play({
      regions: ['eastus', 'westus3'],
      versions: { '1.0.0': {}, '2.0.0': {} },
      timeline: [
        exclude('PT10M', '2.0.0', { region: 'westus3' }),
        ...grow('PT20M', 3),
        exclude('PT30M', '2.0.0', { region: 'eastus', exclude: false }),
        exclude('PT30M', '2.0.0'),
        ...grow('PT40M', 4),
      ],
    })
    expect(givenIn(run)).toEqual(['eastus/2 2.0.0', 'westus3/2 1.0.0', 'eastus/3 2.0.0', 'westus3/3 1.0.0'])
  })

  it('GA-03: all excluded, or none in the region: a scale-out is refused and says which', () => {
    const excluded = play({ timeline: [exclude('PT10M', '1.0.0'), scaleTo('PT20M', 5)] })
    expect(entries(excluded, 'scaleSet.scaleRefused')).toMatchObject([
      { rule: 'GA-03', numbers: { message: 'no latest image version exists: every version is excluded from latest' } },
    ])
    expect(refusalsIn(excluded)).toEqual(['GA-03 GalleryImageNotFound'])
    expect(excluded.instances).toHaveLength(2)
    const elsewhere = play({ regions: ['westus3'], copies: ['eastus'], timeline: [scaleTo('PT20M', 5)] })
    expect(entries(elsewhere, 'scaleSet.scaleRefused')[0]!.numbers['message']).toMatch(/not available in westus3/)
    expect(refusalsIn(elsewhere)).toEqual(['GA-03 GalleryImageNotFound'])
  })

  it('GA-04, GR-3: a version named in the model can be deployed once its copy in the region is complete', () => {
    const run = play({
      reference: 'gal/app/1.0.0',
      mode: 'Automatic',
      timeline: [publish('PT10M', '2.0.0'), refer('PT19M', 'gal/app/2.0.0'), refer('PT21M', 'gal/app/2.0.0')],
    })
    expect(entries(run, 'write.rejected')).toMatchObject([
      { atMs: 19 * MINUTE, rule: 'GA-04', numbers: { code: 'GalleryImageNotFound' } },
    ])
    expect(run.rollouts).toMatchObject([{ startedAtMs: 21 * MINUTE, status: 'Completed', successful: 2 }])
  })

  it('GR-4, other reading: latest is the highest anywhere, and nothing is created until it is here', () => {
    const run = play({
      assumptions: { latestResolution: 'global' },
      timeline: [publish('PT10M', '2.0.0'), scaleTo('PT15M', 3), scaleTo('PT21M', 4)],
    })
    expect(entries(run, 'scaleSet.scaleRefused')).toMatchObject([{ atMs: 15 * MINUTE, rule: 'GA-04' }])
    expect(givenIn(run)).toEqual(['vmss/2 2.0.0', 'vmss/3 2.0.0'])
  })

  it('GA-05: without a version in the model a scale-out mixes versions, even in mode Manual', () => {
    const run = play({
      mode: 'Manual',
      timeline: [publish('PT10M', '2.0.0'), scaleTo('PT15M', 3), scaleTo('PT25M', 5)],
    })
    expect(givenIn(run)).toEqual(['vmss/2 1.0.0', 'vmss/3 2.0.0', 'vmss/4 2.0.0'])
    expect(run.rollouts).toEqual([])
  })

  it('GA-05: with a version in the model every new instance gets that one', () => {
    const run = play({
      reference: 'gal/app/1.0.0',
      images: { '2.0.0': { defects: [{ name: 'bad', share: 100 }] } },
      timeline: [publish('PT10M', '2.0.0'), scaleTo('PT25M', 5)],
    })
    expect(run.measures.exposed.instances).toBe(0)
    expect(givenIn(run)).toEqual([])
  })

  it('GA-06: a new latest changes no instance by itself, in any mode, nor does a restart', () => {
    for (const mode of ['Manual', 'Automatic', 'Rolling'] as const) {
      const timeline = [publish('PT10M', '2.0.0'), { at: 'PT1H', restart: { instance: 'vmss/0' } }]
      const run = play({ mode, timeline, duration: 'P2D' })
      expect(copiesOf(run)).toEqual(['2.0.0 eastus Completed at 20 min'])
      expect(givenIn(run)).toEqual([])
      expect(run.rollouts).toEqual([])
    }
  })

  it('GA-07: a version whose copy failed is latest where it is complete and nowhere else', () => {
    const run = play({
      regions: ['eastus', 'westus3'],
      images: { '2.0.0': { replication: { westus3: { fails: true } } } },
      timeline: [
        publish('PT10M', '2.0.0', { targetRegions: ['eastus', 'westus3'] }),
        scaleTo('PT1H', 3, 'eastus'),
        scaleTo('PT1H', 3, 'westus3'),
      ],
    })
    expect(copiesOf(run)).toEqual(['2.0.0 eastus Completed at 20 min', '2.0.0 westus3 Failed at 25 min'])
    expect(givenIn(run)).toEqual(['eastus/2 2.0.0', 'westus3/2 1.0.0'])
  })

  it('GA-07: neither is one whose state is declared as Failed or Unknown', () => {
    for (const state of ['Failed', 'Unknown'])
      expect(
        latestAt(['PT1H'], { versions: { '1.0.0': {}, '2.0.0': { replicationStatus: { aggregatedState: state } } } }),
      ).toEqual(['1.0.0'])
  })

  it('GA-08, GR-5: a date of end of life that has passed stops neither latest nor a deployment', () => {
    const versions = { '1.0.0': {}, '2.0.0': { endOfLifeDate: '2020-01-31' } }
    expect(latestAt(['PT1H'], { versions })).toEqual(['2.0.0'])
    const run = play({
      versions,
      reference: 'gal/app/1.0.0',
      mode: 'Automatic',
      timeline: [refer('PT1H', 'gal/app/2.0.0')],
    })
    expect(run.rollouts).toMatchObject([{ status: 'Completed', successful: 2 }])
  })

  it('GA-08: under the safety profile it blocks deletion, and nothing else does', () => {
    const versions = { '1.0.0': {}, '2.0.0': { endOfLifeDate: '2027-01-31', blockDeletionBeforeEndOfLife: true } }
    const run = play({ versions, timeline: [deleteVersion('PT1H', '2.0.0'), deleteVersion('PT1H', '1.0.0')] })
    expect(refusalsIn(run)).toEqual(['GA-08 DeleteGalleryImageVersionBlockedBeforeEndOfLife'])
    expect(entries(run, 'gallery.versionDeleted')).toMatchObject([{ numbers: { version: 'gal/app/1.0.0' } }])
  })
})

describe('a version that is gone (GA-09)', () => {
  it('GA-09: machines run on; a scale-out and a reimage that need it fail', () => {
    const timeline = [deleteVersion('PT10M', '1.0.0'), scaleTo('PT20M', 5), reimage('PT30M', 'vmss/0')]
    const run = play({ timeline })
    expect(run.measures.availability.minServing).toBe(2)
    expect(refusalsIn(run)).toEqual(['GA-03 GalleryImageNotFound', 'GA-03 GalleryImageNotFound'])
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.numbers['message']).toMatch(/the definition has no version/)
    expect(run.instances).toHaveLength(2)
    expect(entries(run, 'operation.rejected')).toMatchObject([{ subject: 'vmss/0', atMs: 30 * MINUTE }])
  })

  it('GA-09: with an older one left new instances take that, while those on the deleted one cannot be reimaged', () => {
    const timeline = [deleteVersion('PT10M', '2.0.0'), scaleTo('PT20M', 3), reimage('PT30M', 'vmss/0')]
    const run = play({ versions: { '1.0.0': {}, '2.0.0': {} }, timeline })
    expect(givenIn(run)).toEqual(['vmss/2 1.0.0'])
    expect(entries(run, 'operation.rejected')).toMatchObject([{ subject: 'vmss/0' }])
    const versions = { '1.0.0': {}, '2.0.0': {} }
    expect(givenIn(play({ versions, timeline, assumptions: { latestResolution: 'global' } }))).toEqual(['vmss/2 1.0.0'])
  })

  it('GA-09: whoever still waits for a disk of it fails to provision', () => {
    const run = play({
      assumptions: { createsPerReplica: 1 },
      timings: { imageAttach: 'PT10M' },
      timeline: [scaleTo('PT10M', 5), deleteVersion('PT15M', '1.0.0')],
    })
    const failed = entries(run, 'instance.provisioningFailed')
    expect(failed.map(({ subject, atMs, rule }) => [subject, atMs / MINUTE, rule])).toEqual([
      ['vmss/3', 15, 'GA-09'],
      ['vmss/4', 15, 'GA-09'],
    ])
    // Whose disk was being made gets it.
    expect(entries(run, 'instance.provisioned')).toMatchObject([{ subject: 'vmss/2' }])
  })
})

describe('reimage', () => {
  const timeline = [publish('PT10M', '2.0.0'), reimage('PT1H', 'vmss/0')]

  it('GA-10: keeps the version the instance has', () => {
    const run = play({ timeline })
    expect(entries(run, 'instance.provisioned')).toMatchObject([{ subject: 'vmss/0' }])
    expect(givenIn(run)).toEqual([])
  })

  it('GA-10, other reading: takes what is latest at that moment', () => {
    expect(givenIn(play({ timeline, assumptions: { reimageMovesToLatest: true } }))).toEqual(['vmss/0 2.0.0'])
  })
})

describe('automatic OS upgrade of a gallery image', () => {
  const follow: Estate = { os: true, mode: 'Rolling', capacity: 5, duration: 'PT12H' }

  it('AO-7: a newer version that is here and not excluded starts one', () => {
    const run = play({ ...follow, timeline: [publish('PT10M', '2.0.0')] })
    expect(run.rollouts).toMatchObject([
      { trigger: 'AutomaticOSUpgrade', target: 'image gal/app 2.0.0', status: 'Completed', successful: 5 },
    ])
    expect(givenIn(run)).toEqual([0, 1, 2, 3, 4].map((number) => `vmss/${number} 2.0.0`))
  })

  it('AO-7: one that is no newer than what runs starts none', () => {
    expect(rollouts({ ...follow, versions: { '2.0.0': {} }, timeline: [publish('PT10M', '1.9.9')] })).toEqual([])
    expect(rollouts({ ...follow, versions: { '1.0.0': {}, '2.0.0': {} } })).toEqual([])
  })

  it('GA-11: begins in each region only when the copy is there', () => {
    const estate = {
      ...follow,
      regions: ['eastus', 'westus3'],
      images: { '2.0.0': { replication: { westus3: { takes: 'PT3H' } } } },
      timeline: [publish('PT10M', '2.0.0', { targetRegions: ['eastus', 'westus3'] })],
    }
    const run = play(estate)
    expect(copiesOf(run)).toEqual(['2.0.0 eastus Completed at 20 min', '2.0.0 westus3 Completed at 200 min'])
    expect(run.rollouts.map(({ scaleSet, startedAtMs }) => [scaleSet, startedAtMs / HOUR])).toEqual([
      ['eastus', 1],
      ['westus3', 4],
    ])
  })

  it('GA-11: where the copy fails, or is not asked for, it never begins', () => {
    const regions = ['eastus', 'westus3']
    const failing = { '2.0.0': { replication: { westus3: { fails: true } } } }
    const sets = (estate: Estate) => play({ ...follow, regions, ...estate }).rollouts.map(({ scaleSet }) => scaleSet)
    expect(sets({ images: failing, timeline: [publish('PT10M', '2.0.0', { targetRegions: regions })] })).toEqual([
      'eastus',
    ])
    expect(sets({ timeline: [publish('PT10M', '2.0.0', { targetRegions: ['eastus'] })] })).toEqual(['eastus'])
  })

  it('GA-11: never to an excluded version, everywhere or here', () => {
    const excluded = [publish('PT10M', '2.0.0', { excludeFromLatest: true })]
    expect(rollouts({ ...follow, timeline: excluded })).toEqual([])
    const here = [publish('PT10M', '2.0.0', { targetRegions: [{ name: 'eastus', excludeFromLatest: true }] })]
    expect(rollouts({ ...follow, timeline: here })).toEqual([])
    expect(rollouts({ ...follow, timeline: [publish('PT10M', '2.0.0'), exclude('PT30M', '2.0.0')] })).toEqual([])
    // Taken back, the flag holds it up no longer.
    const late = [...excluded, exclude('PT3H30M', '2.0.0', { exclude: false })]
    expect(rollouts({ ...follow, timeline: late })).toEqual(['vmss image gal/app 2.0.0 Completed 240'])
  })

  it('GR-4, AO-7: while the highest is on its way it goes to what is here already, and under the other reading nowhere', () => {
    const estate = {
      ...follow,
      images: { '3.0.0': { replication: { eastus: { takes: 'PT5H' } } } },
      timeline: [publish('PT10M', '3.0.0'), publish('PT2H10M', '2.0.0')],
    }
    expect(rollouts(estate)).toEqual([
      'vmss image gal/app 2.0.0 Completed 180',
      'vmss image gal/app 3.0.0 Completed 360',
    ])
    expect(rollouts({ ...estate, assumptions: { latestResolution: 'global' } })).toEqual([
      'vmss image gal/app 3.0.0 Completed 360',
    ])
  })
})
