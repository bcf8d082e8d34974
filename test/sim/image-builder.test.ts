import { describe, expect, it } from 'vitest'
import { nextVersion } from '../../src/model/gallery/image-version.ts'
import { loadScenario } from '../../src/model/scenario/load.ts'
import { customizerOutcome, stateOfTargets } from '../../src/sim/image-builder.ts'
import type { RunResult } from '../../src/sim/result.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { entries, MINUTE } from './play.ts'

type Plain = Record<string, unknown>

/**
 * A template that builds `gal/app` from the newest `gal/base` and publishes it in eastus and westus, and a set that follows
 * `gal/app`. A build takes 20 minutes, the copy in eastus 10, the one in westus 20 more: a run at 0:05 distributes from
 * 0:25 on and is complete at 0:55.
 */
interface Shop {
  template?: Plain
  distribute?: Plain
  /** `world.imageTemplates.build` beside its duration. */
  truth?: Plain
  images?: Plain
  app?: string[]
  base?: string[]
  regions?: string[]
  timeline: Plain[]
  timings?: Plain
  assumptions?: Plain
  duration?: string
  seed?: number
}

const NEW = 'gal/app/1.0.1'

function documentOf(shop: Shop): Plain {
  const versions = (names: string[]) => ({
    versions: Object.fromEntries(names.map((name) => [name, { targetRegions: ['eastus', 'westus'] }])),
  })
  return {
    name: 'builder',
    duration: shop.duration ?? 'PT12H',
    seed: shop.seed ?? 1,
    azure: {
      scaleSets: {
        vmss: {
          location: 'eastus',
          sku: { name: 'Standard_D2as_v5', capacity: 4 },
          orchestrationMode: 'Flexible',
          platformFaultDomainCount: 1,
          upgradePolicy: { mode: 'Automatic' },
          virtualMachineProfile: { storageProfile: { imageReference: { id: 'gal/app' } } },
        },
      },
      galleries: {
        gal: {
          location: 'eastus',
          images: { app: versions(shop.app ?? ['1.0.0']), base: versions(shop.base ?? ['7.0.0']) },
        },
      },
      imageTemplates: {
        build: {
          location: 'eastus',
          source: { imageVersionId: 'gal/base' },
          customize: [
            { type: 'File', name: 'first' },
            { type: 'File', name: 'second' },
          ],
          distribute: [
            {
              type: 'SharedImage',
              runOutputName: 'out',
              galleryImageId: 'gal/app',
              targetRegions: (shop.regions ?? ['eastus', 'westus']).map((name) => ({ name })),
              ...shop.distribute,
            },
          ],
          ...shop.template,
        },
      },
    },
    world: {
      images: { default: { boot: 'PT50S' }, ...shop.images },
      imageTemplates: { build: { build: 'PT20M', ...shop.truth } },
      timings: { galleryReplicationSource: 'PT10M', galleryReplication: 'PT20M', ...shop.timings },
    },
    timeline: shop.timeline,
    ...(shop.assumptions ? { assumptions: shop.assumptions } : {}),
  }
}

const play = (shop: Shop): RunResult =>
  simulate(loadScenario(JSON.stringify(documentOf(shop), null, 1), 'builder.yaml', { readFile: () => undefined }), {
    keepTrace: true,
  })

const build = (at: string, more: Plain = {}) => ({ at, runImageTemplate: { template: 'build', ...more } })
const cancel = (at: string) => ({ at, cancelImageTemplate: { template: 'build' } })
const publishBase = (at: string, version: string, more: Plain = {}) => ({
  at,
  publishImageVersion: { image: 'gal/base', version, targetRegions: ['eastus'], ...more },
})
const scaleTo = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })

/** State, sub-state, minute of the end and what was published, of every run. */
const builds = (run: RunResult) =>
  run.builds.map(({ runState, runSubState, endedAtMs, published }) => [
    runState,
    runSubState,
    endedAtMs === null ? null : endedAtMs / MINUTE,
    ...published,
  ])
const startsOf = (run: RunResult) => run.builds.map(({ startedBy, startedAtMs }) => [startedBy, startedAtMs / MINUTE])
const minutesOf = (run: RunResult, what: string) => entries(run, what).map(({ atMs }) => atMs / MINUTE)
const refusals = (run: RunResult) =>
  run.findings.filter(({ code }) => code === 'RequestRefused').map(({ rules, evidence }) => `${rules} ${evidence}`)

describe('a run and its timeout (IB-01, IB-02, IB-10)', () => {
  it('IB-01 a build is complete when every region that is listed has its copy', () => {
    const run = play({ timeline: [build('PT5M')] })
    expect(builds(run)).toEqual([['Succeeded', 'Distributing', 55, NEW]])
    expect(run.builds[0]).toMatchObject({ template: 'build', run: 1, startedBy: 'user', startedAtMs: 5 * MINUTE })
    const one = play({ regions: ['eastus'], timeline: [build('PT5M')] })
    expect(builds(one)).toEqual([['Succeeded', 'Distributing', 35, NEW]])
  })

  it('IB-01 the timeout covers customizing', () => {
    const run = play({ template: { buildTimeoutInMinutes: 15 }, timeline: [build('PT5M')] })
    expect(builds(run)).toEqual([['Failed', 'Customizing', 20]])
    expect(run.builds[0]!.message).toBe('context deadline exceeded')
  })

  it.each([undefined, 0])('IB-01 it is 240 minutes where it says %s', (buildTimeoutInMinutes) => {
    const template = { ...(buildTimeoutInMinutes === undefined ? {} : { buildTimeoutInMinutes }) }
    const endOf = (takes: string) =>
      builds(play({ template, truth: { build: takes }, timeline: [build('PT5M')] }))[0]![2]
    expect(endOf('PT239M')).toBe(245)
    expect(endOf('PT200M')).toBe(235)
  })

  it('IB-01 IB-02 it covers replication: the run has failed, the version is there, and its copies go on', () => {
    const run = play({ template: { buildTimeoutInMinutes: 45 }, timeline: [build('PT5M'), scaleTo('PT2H', 5)] })
    expect(builds(run)).toEqual([['Failed', 'Distributing', 50, NEW]])
    expect(entries(run, 'imageTemplate.runEnded')[0]!.rule).toBe('IB-02')
    expect(minutesOf(run, 'gallery.replicated')).toEqual([35, 55])
    expect(entries(run, 'instance.image').map(({ numbers }) => numbers['image'])).toEqual([NEW])
  })

  it('IB-10 a build takes 10 to 60 minutes, without replication', () => {
    const minutes = Array.from({ length: 40 }, (_, seed) => {
      const document = documentOf({ seed, duration: 'PT3H', timeline: [build('PT5M')] })
      delete (document['world'] as Plain)['imageTemplates']
      const scenario = loadScenario(JSON.stringify(document), 'builder.yaml', { readFile: () => undefined })
      const run = simulate(scenario, { keepTrace: true })
      const begun = entries(run, 'imageTemplate.subState').find(
        ({ numbers }) => numbers['runSubState'] === 'Distributing',
      )!
      expect(run.builds[0]!.endedAtMs! - begun.atMs).toBeGreaterThanOrEqual(30 * MINUTE)
      return begun.atMs / MINUTE - 5
    })
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...minutes)).toBeLessThanOrEqual(60)
    const mean = minutes.reduce((sum, one) => sum + one, 0) / minutes.length
    expect(mean, '(10 + 25 + 60) / 3').toBeGreaterThan(27)
    expect(mean).toBeLessThan(37)
  })
})

describe('what goes wrong in a run (IB-03)', () => {
  it('IB-03 the first customizer that fails ends it: later ones do not run, nothing is published', () => {
    const truth = { customizers: { second: { fails: 'loudly' }, first: { fails: 'loudly' } } }
    const run = play({ truth, timeline: [build('PT5M')] })
    expect(builds(run)).toEqual([['Failed', 'Customizing', 25]])
    expect(run.builds[0]!.message).toBe('customizer first failed')
    expect(entries(run, 'imageTemplate.customizerFailed').map(({ numbers }) => numbers['customizer'])).toEqual([
      'first',
    ])
    expect(entries(run, 'gallery.published')).toEqual([])
  })

  it('IB-03 one that fails unnoticed publishes a broken image, which harms whoever takes it', () => {
    const truth = { customizers: { second: { fails: 'silently' } } }
    const run = play({ truth, timeline: [build('PT5M'), scaleTo('PT2H', 6)] })
    expect(builds(run)).toEqual([['Succeeded', 'Distributing', 55, NEW]])
    expect(run.builds[0]!.failedUnnoticed).toEqual(['second'])
    expect(run.instances.map(({ harmed, exposed }) => [harmed, exposed])).toEqual([
      ...Array.from({ length: 4 }, () => [false, false]),
      [true, true],
      [true, true],
    ])
  })

  it('IB-03 so does a model that pins the very version', () => {
    const truth = { customizers: { second: { fails: 'silently' } } }
    const pin = { at: 'PT2H', updateModel: { set: { 'virtualMachineProfile.storageProfile.imageReference.id': NEW } } }
    const run = play({ truth, timeline: [build('PT5M'), pin] })
    expect(run.instances.map(({ harmed }) => harmed)).toEqual([true, true, true, true])
  })

  it('IB-03 a disk stays broken when its version is deleted and its model applied anew', () => {
    const truth = { customizers: { second: { fails: 'silently' } } }
    const remove = { at: 'PT3H', deleteImageVersion: { image: 'gal/app', version: '1.0.1' } }
    const resize = { at: 'PT4H', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }
    const run = play({ truth, timeline: [build('PT5M'), scaleTo('PT2H', 5), remove, resize] })
    expect(minutesOf(run, 'instance.starting').filter((minute) => minute > 240)).toHaveLength(5)
    const last = run.trace.filter(({ subject, what }) => subject === 'vmss/4' && /harmed|[sS]erving/.test(what)).at(-1)!
    expect([last.what, last.atMs > 240 * MINUTE]).toEqual(['instance.harmed', true])
  })

  it('IB-03 only in the runs it is said to: the next build is sound', () => {
    const truth = { customizers: { second: { fails: 'silently', runs: [1] } } }
    const run = play({ truth, timeline: [build('PT5M'), build('PT2H'), scaleTo('PT4H', 6)] })
    expect(run.builds.map(({ failedUnnoticed, published }) => [...failedUnnoticed, ...published])).toEqual([
      ['second', NEW],
      ['gal/app/1.0.2'],
    ])
    expect(run.measures.blastRadius.instances).toBe(0)
  })

  const validate = (continueDistributeOnFailure: boolean) => ({
    validate: { continueDistributeOnFailure, inVMValidations: [{ type: 'Shell', name: 'smoke' }] },
  })
  const failing = { failingValidations: ['smoke'] }

  it('IB-03 a failed validation fails the run and nothing is distributed', () => {
    const run = play({ template: validate(false), truth: failing, timeline: [build('PT5M')] })
    expect(builds(run)).toEqual([['Failed', 'Validating', 25]])
  })

  it('IB-03 it is distributed all the same with continueDistributeOnFailure, and the run is Failed', () => {
    const run = play({ template: validate(true), truth: failing, timeline: [build('PT5M'), scaleTo('PT2H', 5)] })
    expect(builds(run)).toEqual([['Failed', 'Distributing', 55, NEW]])
    expect(entries(run, 'instance.image').map(({ numbers }) => numbers['image'])).toEqual([NEW])
    const sound = play({ template: validate(true), timeline: [build('PT5M')] })
    expect(builds(sound)[0]![0]).toBe('Succeeded')
  })

  it.each([
    { name: 'none is said', run: 1, outcome: null },
    { name: 'first', run: 1, outcome: 'loudly' },
    { name: 'second', run: 1, outcome: null },
    { name: 'second', run: 2, outcome: 'silently' },
  ])('IB-03 of $name in run $run: $outcome', ({ name, run, outcome }) => {
    const truths = {
      first: { fails: 'loudly' as const, defects: [] },
      second: { fails: 'silently' as const, runs: [2, 4], defects: [] },
    }
    expect(customizerOutcome(name, run, truths)?.fails ?? null).toBe(outcome)
  })

  it('playbook row 1: an identity that may not publish fails the run', () => {
    const run = play({ truth: { identityMayPublish: false }, timeline: [build('PT5M')] })
    expect(builds(run)[0]![0]).toBe('Failed')
    expect(run.builds[0]!.message).toMatch(/AuthorizationFailed.*gal\/app/)
    expect(entries(run, 'gallery.published')).toEqual([])
  })

  it('IB-03 GA-28 while the region of the gallery is down there is nobody to publish to', () => {
    const down = { at: 'PT10M', failGalleryRegion: { region: 'eastus', for: 'PT1H' } }
    const run = play({ timeline: [build('PT5M'), down, build('PT2H')] })
    expect(builds(run)).toEqual([
      ['Failed', 'Distributing', 25],
      ['Succeeded', 'Distributing', 170, NEW],
    ])
    expect(refusals(run)).toEqual([expect.stringContaining('GA-28')])
  })
})

describe('from which source, under which number (IB-04, IB-05)', () => {
  it('IB-04 latest means what it means when the build runs', () => {
    // 8.0.0 is replicated at 0:20: after the first run has begun, before it has ended.
    const timeline = [build('PT15M'), publishBase('PT10M', '8.0.0'), build('PT2H')]
    const run = play({ timeline })
    expect(entries(run, 'imageTemplate.runStarted').map(({ numbers }) => numbers['source'])).toEqual([
      'gal/base/7.0.0',
      'gal/base/8.0.0',
    ])
  })

  it('IB-04 a source that is not there fails the run', () => {
    const removed = { at: 'PT1M', deleteImageVersion: { image: 'gal/base', version: '7.0.0' } }
    const run = play({ timeline: [removed, build('PT5M')] })
    expect(builds(run)[0]![0]).toBe('Failed')
    expect(run.builds[0]!.message).toContain('GalleryImageNotFound')
  })

  const existing = ['0.1.1', '0.1.2', '1.0.0', '1.0.1', '1.1.0', '1.1.1', '1.2.0', '2.0.0', '2.0.1', '2.1.0']

  it.each([
    { major: undefined, version: '2.1.1' },
    { major: 1, version: '1.2.1' },
    { major: 0, version: '0.1.3' },
  ])('IB-05 major $major after ten versions: $version', ({ major, version }) => {
    expect(nextVersion(existing, 'Latest', major)).toBe(version)
    const versioning = { scheme: 'Latest', ...(major === undefined ? {} : { major }) }
    const run = play({ app: existing, distribute: { versioning }, timeline: [build('PT5M')] })
    expect(run.builds[0]!.published).toEqual([`gal/app/${version}`])
  })

  it('IB-05 scheme Source: the number of the source, which is what latest meant when the build began', () => {
    const distribute = { versioning: { scheme: 'Source' } }
    const run = play({ distribute, timeline: [build('PT5M')] })
    expect(run.builds[0]!.published).toEqual(['gal/app/7.0.0'])
    const pinned = play({
      distribute,
      template: { source: { imageVersionId: 'gal/base/6.1.0' } },
      base: ['6.1.0', '7.0.0'],
      timeline: [build('PT5M')],
    })
    expect(pinned.builds[0]!.published).toEqual(['gal/app/6.1.0'])
  })

  it('IB-05 a number given with the run wins, and one that exists is refused', () => {
    const given = play({ timeline: [build('PT5M', { version: '3.0.0' })] })
    expect(given.builds[0]!.published).toEqual(['gal/app/3.0.0'])
    const twice = [build('PT5M'), build('PT2H')]
    const run = play({ distribute: { galleryImageId: 'gal/app/5.0.0' }, timeline: twice })
    expect(builds(run)).toEqual([
      ['Succeeded', 'Distributing', 55, 'gal/app/5.0.0'],
      ['Failed', 'Distributing', 140],
    ])
  })
})

describe('triggers (IB-06)', () => {
  const template = { triggers: [{ kind: 'SourceImage' }] }
  const loudIn = (...runs: number[]) => ({ customizers: { first: { fails: 'loudly', runs } } })
  const hourly = (...versions: string[]) => versions.map((version, hour) => publishBase(`PT${hour + 1}H`, version))

  it('IB-06 a newer source in the region starts a run, once it is there', () => {
    const run = play({ template, timeline: [publishBase('PT1H', '8.0.0')] })
    expect(startsOf(run)).toEqual([['trigger', 70]])
    expect(builds(run)).toEqual([['Succeeded', 'Distributing', 120, NEW]])
    expect(play({ timeline: [publishBase('PT1H', '8.0.0')] }).builds).toEqual([])
  })

  it('IB-06 a lower number is no newer source, nor is one that is hidden from latest, nor one for elsewhere', () => {
    const timeline = [
      publishBase('PT1H', '6.9.0'),
      publishBase('PT2H', '8.0.0', { excludeFromLatest: true }),
      publishBase('PT3H', '9.0.0', { targetRegions: ['westus'], location: 'westus' }),
    ]
    expect(play({ template, timeline }).builds).toEqual([])
  })

  it('IB-06 one new source is one run, however many regions it goes to', () => {
    const everywhere = { targetRegions: ['eastus', 'westus', 'northeurope'] }
    const images = { 'gal/base/8.0.0': { replication: { northeurope: { takes: 'PT3H' } } } }
    const run = play({ template, images, timeline: [publishBase('PT1H', '8.0.0', everywhere)] })
    expect(startsOf(run)).toEqual([['trigger', 70]])
  })

  it('IB-06 a copy that fails elsewhere starts nothing either', () => {
    const images = { 'gal/base/8.0.0': { replication: { westus: { takes: 'PT3H', fails: true } } } }
    const everywhere = { targetRegions: ['eastus', 'westus'] }
    const run = play({ template, images, timeline: [publishBase('PT1H', '8.0.0', everywhere)] })
    expect(startsOf(run)).toEqual([['trigger', 70]])
  })

  it('IB-06 a version that is let out again is a newer source, and one that was known is none', () => {
    const flag = (at: string, version: string, exclude: boolean) => ({
      at,
      excludeFromLatest: { image: 'gal/base', version, exclude },
    })
    const timeline = [
      publishBase('PT1H', '8.0.0', { excludeFromLatest: true }),
      flag('PT2H', '8.0.0', false),
      flag('PT4H', '8.0.0', true),
      flag('PT5H', '8.0.0', false),
    ]
    expect(startsOf(play({ template, timeline }))).toEqual([['trigger', 120]])
  })

  it('IB-06 one that comes while a run is in progress is built when that has ended', () => {
    // 8.0.0 is there at 1:10, and the manual run has begun from 7.0.0.
    const run = play({ template, timeline: [build('PT65M'), publishBase('PT1H', '8.0.0')] })
    expect(startsOf(run)).toEqual([
      ['user', 65],
      ['trigger', 115],
    ])
    expect(entries(run, 'imageTemplate.runStarted').map(({ numbers }) => numbers['source'])).toEqual([
      'gal/base/7.0.0',
      'gal/base/8.0.0',
    ])
  })

  it('IB-06 what a build publishes is no source of its own template', () => {
    expect(play({ template, timeline: [build('PT5M')] }).builds).toHaveLength(1)
  })

  it('IB-06 three failures in a row switch it off', () => {
    const run = play({ template, truth: loudIn(1, 2, 3), timeline: hourly('8.0.0', '9.0.0', '10.0.0', '11.0.0') })
    expect(run.builds.map(({ runState }) => runState)).toEqual(['Failed', 'Failed', 'Failed'])
    // The third run begins at 3:10 and fails 20 minutes later.
    expect(minutesOf(run, 'imageTemplate.triggerDisabled')).toEqual([210])
    const two = play({
      template,
      truth: loudIn(1, 2, 3),
      timeline: hourly('8.0.0', '9.0.0', '10.0.0', '11.0.0'),
      assumptions: { triggerDisableAfter: 2 },
    })
    expect(two.builds).toHaveLength(2)
  })

  it('IB-06 it does not matter who started those that failed', () => {
    const timeline = [build('PT5M'), publishBase('PT1H', '8.0.0'), build('PT2H'), publishBase('PT3H', '9.0.0')]
    const run = play({ template, truth: loudIn(1, 2, 3), timeline })
    expect(startsOf(run)).toEqual([
      ['user', 5],
      ['trigger', 70],
      ['user', 120],
    ])
    expect(minutesOf(run, 'imageTemplate.triggerDisabled')).toEqual([140])
  })

  it('IB-06 a cancelled run is no failure, nor is one that succeeded in part', () => {
    const images = { 'gal/app/1.0.1': { replication: { westus: { fails: true } } } }
    const cancelled = ['PT1M', 'PT5M', 'PT9M'].flatMap((at, i) => [build(at), cancel(`PT${4 * i + 3}M`)])
    const timeline = [...cancelled, build('PT15M'), publishBase('PT2H', '8.0.0')]
    const run = play({ template, images, timeline })
    expect(run.builds.map(({ runState }) => runState)).toEqual([
      'Canceled',
      'Canceled',
      'Canceled',
      'PartiallySucceeded',
      'Succeeded',
    ])
    expect(startsOf(run).at(-1)).toEqual(['trigger', 130])
  })

  it('IB-06 a success between them begins the count anew', () => {
    const run = play({
      template,
      truth: loudIn(1, 2, 4, 5),
      timeline: hourly('8.0.0', '9.0.0', '10.0.0', '11.0.0', '12.0.0'),
    })
    expect(run.builds.map(({ runState }) => runState)).toEqual(['Failed', 'Failed', 'Succeeded', 'Failed', 'Failed'])
    expect(minutesOf(run, 'imageTemplate.triggerDisabled')).toEqual([])
  })

  it('IB-06 only a manual run that succeeds switches it on again', () => {
    const timeline = [
      ...hourly('8.0.0', '9.0.0', '10.0.0'),
      build('PT4H'),
      publishBase('PT5H', '11.0.0'),
      build('PT6H'),
      publishBase('PT8H', '12.0.0'),
    ]
    const run = play({ template, truth: loudIn(1, 2, 3, 4), timeline })
    expect(startsOf(run).slice(3)).toEqual([
      ['user', 240],
      ['user', 360],
      ['trigger', 490],
    ])
    expect(run.builds.slice(3).map(({ runState }) => runState)).toEqual(['Failed', 'Succeeded', 'Succeeded'])
  })

  it('IB-06 a newer platform image triggers as well, once it is in the region', () => {
    const source = { type: 'PlatformImage', publisher: 'Canonical', offer: 'ubuntu', sku: 'server', version: 'latest' }
    const publish = (more: Plain = {}) => ({
      at: 'PT1H',
      publishImageVersion: { image: 'Canonical:ubuntu:server', version: '22.4.7', ...more },
    })
    const startsWith = (timeline: Plain[]) => startsOf(play({ template: { ...template, source }, timeline }))
    expect(startsWith([publish()])).toEqual([['trigger', 60]])
    expect(startsWith([publish({ phases: [['northeurope']] })])).toEqual([])
  })

  it.each([
    { why: 'two for one template', change: { triggers: [{ kind: 'SourceImage' }, { kind: 'SourceImage' }] } },
    { why: 'a source that is not latest', change: { ...template, source: { imageVersionId: 'gal/base/7.0.0' } } },
  ])('IB-06 refused: $why', ({ change }) => {
    expect(() => play({ template: change, timeline: [] })).toThrow(/trigger/)
  })

  it('IB-06 a hundred templates of one region may have one', () => {
    const load = (count: number) => {
      const document = documentOf({ template, timeline: [] })
      const azure = document['azure'] as { imageTemplates: Record<string, Plain> }
      for (let i = 1; i < count; i++) azure.imageTemplates[`more-${i}`] = azure.imageTemplates['build']!
      return loadScenario(JSON.stringify(document), 'builder.yaml', { readFile: () => undefined })
    }
    expect(load(100).imageTemplates).toHaveLength(100)
    expect(() => load(101)).toThrow(/101 triggers in eastus, at most 100/)
  })
})

describe('one at a time, and cancelling (IB-07)', () => {
  it('IB-07 a run is refused while one is in progress', () => {
    const run = play({ timeline: [build('PT5M'), build('PT30M'), build('PT1H')] })
    expect(run.builds.map(({ run: number, startedAtMs }) => [number, startedAtMs / MINUTE])).toEqual([
      [1, 5],
      [2, 60],
    ])
    expect(refusals(run)).toEqual([expect.stringContaining('Conflict')])
  })

  it('IB-07 cancelled while it customizes: nothing is left', () => {
    const run = play({ timeline: [build('PT5M'), cancel('PT15M')] })
    expect(builds(run)).toEqual([['Canceled', 'Customizing', 15]])
    expect(entries(run, 'gallery.published')).toEqual([])
  })

  it('IB-07 a run that follows a cancelled one takes its own time', () => {
    const run = play({ timeline: [build('PT5M'), cancel('PT15M'), build('PT16M')] })
    expect(builds(run)[1]).toEqual(['Succeeded', 'Distributing', 66, NEW])
  })

  it('IB-07 cancelled while it distributes: the version stays behind, complete in one region and not in the other', () => {
    const run = play({ timeline: [build('PT5M'), cancel('PT40M'), scaleTo('PT2H', 5)] })
    expect(builds(run)).toEqual([['Canceled', 'Distributing', 40, NEW]])
    expect(entries(run, 'gallery.replicated').map(({ numbers }) => numbers['region'])).toEqual(['eastus'])
    expect(
      entries(run, 'gallery.replicationFailed').map(({ numbers, atMs }) => [numbers['region'], atMs / MINUTE]),
    ).toEqual([['westus', 40]])
    // GA-02: where it is complete it counts.
    expect(entries(run, 'instance.image').map(({ numbers }) => numbers['image'])).toEqual([NEW])
  })

  it("IB-07 cancelled before any copy is done it is nobody's latest (GA-07)", () => {
    const run = play({ timeline: [build('PT5M'), cancel('PT30M'), scaleTo('PT2H', 5)] })
    expect(entries(run, 'instance.image').map(({ numbers }) => numbers['image'])).toEqual(['gal/app/1.0.0'])
  })

  it('IB-09 GA-29 a region that is taken off the list while its copy is made is waited for no longer', () => {
    const remove = {
      at: 'PT40M',
      removeTargetRegion: { image: 'gal/app', version: NEW.split('/').at(-1), region: 'westus' },
    }
    const run = play({ timeline: [build('PT5M'), remove] })
    expect(builds(run)).toEqual([['PartiallySucceeded', 'Distributing', 40, NEW]])
  })

  it('IB-09 GA-09 a version that is deleted before its copies are made fails the run', () => {
    const remove = { at: 'PT30M', deleteImageVersion: { image: 'gal/app', version: NEW.split('/').at(-1) } }
    const run = play({ timeline: [build('PT5M'), remove] })
    expect(builds(run)).toEqual([['Failed', 'Distributing', 30, NEW]])
  })

  it('IB-07 there is nothing to cancel when nothing runs', () => {
    const run = play({ timeline: [cancel('PT1M')] })
    expect(refusals(run)).toEqual([expect.stringContaining('IB-07')])
  })

  it('runs once by itself where autoRun is enabled', () => {
    const run = play({ template: { autoRun: { state: 'Enabled' } }, timeline: [] })
    expect(startsOf(run)).toEqual([['autoRun', 0]])
    expect(builds(run)).toEqual([['Succeeded', 'Distributing', 50, NEW]])
  })
})

describe('PartiallySucceeded (IB-09)', () => {
  it.each([
    { completed: 2, failed: 0, state: 'Succeeded' },
    { completed: 1, failed: 1, state: 'PartiallySucceeded' },
    { completed: 0, failed: 2, state: 'Failed' },
  ])('IB-09 $completed complete and $failed failed: $state', ({ completed, failed, state }) => {
    expect(stateOfTargets(completed, failed)).toBe(state)
  })

  const failsIn = (region: string) => ({ [NEW]: { replication: { [region]: { fails: true } } } })

  it('IB-09 one region has its copy and the other has not', () => {
    const run = play({ images: failsIn('westus'), timeline: [build('PT5M')] })
    expect(builds(run)).toEqual([['PartiallySucceeded', 'Distributing', 55, NEW]])
  })

  it('IB-09 without the first copy there is none, and the run is Failed', () => {
    const run = play({ images: failsIn('eastus'), timeline: [build('PT5M')] })
    expect(builds(run)[0]!.slice(0, 2)).toEqual(['Failed', 'Distributing'])
  })

  it('IB-09 one target of two: the managed image is there, the version is not', () => {
    const document = documentOf({ images: failsIn('eastus'), regions: ['eastus'], timeline: [build('PT5M')] })
    const template = (document['azure'] as { imageTemplates: { build: { distribute: Plain[] } } }).imageTemplates.build
    template.distribute.push({ type: 'ManagedImage', runOutputName: 'copy', imageId: 'images/app', location: 'eastus' })
    const scenario = loadScenario(JSON.stringify(document), 'builder.yaml', { readFile: () => undefined })
    expect(builds(simulate(scenario, { keepTrace: true }))[0]![0]).toBe('PartiallySucceeded')
  })
})
