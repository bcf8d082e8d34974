import { describe, expect, it } from 'vitest'
import {
  badOn,
  countOf,
  entries,
  exclude,
  first,
  HOUR,
  load,
  MINUTE,
  NEW,
  play,
  publish,
  setFlag,
  sizesOf,
  startsOf,
} from './world.ts'

/** The next full hour at which the new version is there: published at 0:10, replicated at 0:20. */
const FIRST_LOOK = 60

describe('what starts an automatic OS upgrade', () => {
  it('AO-1 an image that follows latest, a health source, and the flag: nothing more is asked for', () => {
    expect(load({}).findings.map(({ code }) => code)).toEqual(['OsUpgradePreviewOnFlexible'])
    const run = play({})
    expect(first(run)).toMatchObject({ trigger: 'AutomaticOSUpgrade', startedBy: 'Platform', status: 'Completed' })
    expect(first(run).targetImage).toBe(NEW)
    expect(countOf(run, '2.0.0')).toBe(10)
    expect(play({ os: null }).rollouts).toEqual([])
    expect(play({ os: { enableAutomaticOSUpgrade: false } }).rollouts).toEqual([])
  })

  it.each([
    { image: { id: 'gal/app' }, why: 'a gallery definition', rolls: true },
    { image: { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' }, why: 'a platform image', rolls: true },
    {
      image: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden' },
      why: 'a plain managed image',
      rolls: false,
    },
  ])('AO-3 $why: $rolls', ({ image, rolls }) => {
    const platform = { at: 'PT10M', publishImageVersion: { image: 'P:O:S', version: '2.0.0' } }
    const run = play({ image, timeline: image.publisher ? [platform] : [publish()] })
    expect(run.rollouts.map(({ status }) => status)).toEqual(rolls ? ['Completed'] : [])
  })

  it.each(['Manual', 'Automatic', 'Rolling'] as const)('AO-4 in mode %s as in any other', (mode) => {
    const run = play({ mode })
    expect(first(run)).toMatchObject({ trigger: 'AutomaticOSUpgrade', mode: 'Rolling', status: 'Completed' })
    expect(sizesOf(run)).toEqual([2, 2, 2, 2, 2])
  })

  it('AO-4 in mode Manual an instance has to be brought to the model that carries the setting first', () => {
    const enabled = { mode: 'Manual' as const, os: { enableAutomaticOSUpgrade: false }, duration: 'PT8H' }
    const upTo = (instances: unknown) => ({ at: 'PT20M', manualUpgrade: { instances } })
    const left = play({ ...enabled, timeline: [publish(), setFlag('PT10M', true)] })
    expect(left.rollouts).toEqual([])
    expect(entries(left, 'osUpgrade.blocked')[0]).toMatchObject({ rule: 'AO-4', numbers: { reason: 'notOnModel' } })
    const all = play({ ...enabled, timeline: [publish(), setFlag('PT10M', true), upTo('*')] })
    expect(first(all)).toMatchObject({ status: 'Completed', successful: 10 })
    const some = play({ ...enabled, timeline: [publish(), setFlag('PT10M', true), upTo(['vmss/3', 'vmss/7'])] })
    expect(first(some)).toMatchObject({ status: 'Completed', successful: 2, leftOut: 8 })
    // In Rolling mode there is nobody to wait for.
    const rolling = play({ ...enabled, mode: 'Rolling', timeline: [publish(), setFlag('PT10M', true)] })
    expect(rolling.rollouts).toMatchObject([{ trigger: 'AutomaticOSUpgrade', status: 'Completed' }])
  })

  it('AO-7 GR-3 a version that is newer and replicated to the region; not before, and not an older one', () => {
    const replicatedIn = (takes: string) => startsOf(play({ newImage: { replication: { eastus: { takes } } } }))
    expect(replicatedIn('PT50M')).toEqual([60])
    expect(replicatedIn('PT50M15S')).toEqual([120])
    expect(play({ newImage: { replication: { eastus: { takes: 'PT9H' } } } }).rollouts).toEqual([])
    const failed = play({ newImage: { replication: { eastus: { takes: 'PT9M', fails: true } } } })
    expect(failed.rollouts).toEqual([])
    expect(play({ timeline: [] }).rollouts).toEqual([])
  })

  it('AO-7 GR-2 a version excluded from latest moves nobody, everywhere or in the region of the set', () => {
    const timeline = (more: Record<string, unknown>) => [publish(), exclude('PT11M', '2.0.0', more)]
    expect(play({ timeline: timeline({}) }).rollouts).toEqual([])
    expect(play({ timeline: timeline({ region: 'eastus' }) }).rollouts).toEqual([])
    expect(play({ timeline: [publish('PT10M', '2.0.0', { excludeFromLatest: true })] }).rollouts).toEqual([])
    const back = exclude('PT3H10M', '2.0.0', { exclude: false })
    expect(startsOf(play({ timeline: [...timeline({}), back] }))).toEqual([240])
  })

  it('AO-7 GR-1 newer is newer by number: 1.10.0 after 1.9.0', () => {
    const run = play({ versions: ['1.9.0'], timeline: [publish('PT10M', '1.10.0')] })
    expect(first(run)).toMatchObject({ targetImage: 'gal/app/1.10.0', successful: 10 })
  })

  it('GR-6 AO-7 1.6.9 after 1.7.0 rolls nothing (W16)', () => {
    const run = play({ versions: ['1.7.0'], timeline: [publish('PT10M', '1.6.9')] })
    expect(run.rollouts).toEqual([])
    expect(entries(run, 'osUpgrade.found')).toEqual([])
  })

  it('AO-7 GR-3 each region follows when its own replication is complete, without phases (W17)', () => {
    const regions = ['eastus', 'westus']
    const only = publish('PT10M', '2.0.0', { targetRegions: ['eastus'] })
    const added = { at: 'PT2H30M', addTargetRegion: { image: 'gal/app', version: '2.0.0', region: 'westus' } }
    const run = play({ regions, timeline: [only, added] })
    expect(run.rollouts.map(({ scaleSet, startedAtMs }) => [scaleSet, startedAtMs / HOUR])).toEqual([
      ['vmss-eastus', 1],
      ['vmss-westus', 3],
    ])
    // A pair of regions, yet custom images are not phased: both at once where both have it.
    expect(startsOf(play({ regions, timeline: [publish('PT10M', '2.0.0', { targetRegions: regions })] }))).toEqual([
      FIRST_LOOK,
      FIRST_LOOK,
    ])
  })

  it('AO-8 a platform image comes phase by phase: the next one opens when the former has succeeded', () => {
    const image = { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' }
    const regions = ['eastus', 'northeurope']
    const timeline = [
      { at: 'PT10M', publishImageVersion: { image: 'P:O:S', version: '2.0.0', phases: [['eastus'], ['northeurope']] } },
    ]
    const good = play({ regions, image, timeline })
    const [one, two] = good.rollouts
    expect([one?.scaleSet, one?.startedAtMs]).toEqual(['vmss-eastus', HOUR])
    expect([two?.scaleSet, two?.startedAtMs]).toEqual(['vmss-northeurope', 2 * HOUR])
    expect(entries(good, 'platformImage.phaseOpened').map(({ atMs }) => atMs)).toEqual([10 * MINUTE, one!.endedAtMs])
    // Everybody at once without phases, and never where the first phase has failed.
    const everywhere = [{ at: 'PT10M', publishImageVersion: { image: 'P:O:S', version: '2.0.0' } }]
    expect(startsOf(play({ regions, image, timeline: everywhere }))).toEqual([60, 60])
    const bad = play({ regions, image, timeline, images: { 'P:O:S:2.0.0': badOn() } })
    expect(bad.rollouts.map(({ scaleSet, status }) => [scaleSet, status])).toEqual([['vmss-eastus', 'Faulted']])
  })
})

describe('when it looks', () => {
  it('AO-9 the first look after the feature was enabled is three hours later', () => {
    const timeline = [publish(), setFlag('PT20M', true)]
    const enabled = play({ os: { enableAutomaticOSUpgrade: false }, timeline })
    expect(startsOf(enabled)).toEqual([200])
    const soon = { assumptions: { aosFirstDelay: 'PT30M' } }
    expect(startsOf(play({ os: { enableAutomaticOSUpgrade: false }, timeline, ...soon }))).toEqual([50])
    // Off and on again is enabling it anew.
    expect(startsOf(play({ timeline: [publish(), setFlag('PT5M', false), setFlag('PT15M', true)] }))).toEqual([195])
    // One that was on before the run began has had its first look.
    expect(startsOf(play({}))).toEqual([FIRST_LOOK])
  })

  it('AO-9 a set on the newest image waits for the next one', () => {
    const run = play({ versions: ['1.0.0', '1.5.0'], timeline: [publish('PT3H30M')] })
    expect(startsOf(run)).toEqual([240])
    expect(first(run).targetImage).toBe(NEW)
  })

  it('AO-10 it looks once an hour, or as often as assumed', () => {
    const at = (when: string, assumptions = {}) =>
      startsOf(
        play({ timeline: [publish(when)], newImage: { replication: { eastus: { takes: 'PT0S' } } }, assumptions }),
      )
    expect([...at('PT1M'), ...at('PT59M'), ...at('PT61M')]).toEqual([60, 60, 120])
    expect(at('PT61M', { aosPollInterval: 'PT10M' })).toEqual([70])
  })

  it('AO-11 at any hour, and only from 22:00 to 06:00 where that is assumed', () => {
    const at = (when: string, assumptions: Record<string, unknown> = {}) =>
      startsOf(play({ timeline: [publish(when)], assumptions, duration: 'P1DT12H' }))[0]! / 60
    const night = { aosOffPeakOnly: true }
    expect(at('PT7H30M')).toBe(8)
    expect([at('PT7H30M', night), at('PT22H30M', night), at('PT4H30M', night), at('PT5H30M', night)]).toEqual([
      22, 23, 5, 22,
    ])
  })
})

describe('opting out, and what is excluded', () => {
  it('AO-24 the flag can be taken back at any time: nothing starts from then on', () => {
    const run = play({ timeline: [setFlag('PT5M', false), publish()] })
    expect(run.rollouts).toEqual([])
    expect(entries(run, 'osUpgrade.optedOut')).toMatchObject([{ rule: 'AO-24', atMs: 5 * MINUTE }])
  })

  it('AO-24 also while an upgrade runs, which goes on until it is cancelled', () => {
    const during = setFlag('PT1H3M', false)
    const run = play({ timeline: [publish(), during] })
    expect(entries(run, 'write.rejected')).toEqual([])
    expect(entries(run, 'osUpgrade.optedOut')).toHaveLength(1)
    expect(run.rollouts).toMatchObject([{ status: 'Completed', successful: 10 }])
    const later = publish('PT2H', '3.0.0')
    expect(play({ timeline: [publish(), during, later] }).rollouts).toHaveLength(1)
    const cancelled = play({ timeline: [publish(), during, { at: 'PT1H4M30S', cancelRollingUpgrade: {} }] })
    expect(cancelled.rollouts).toMatchObject([{ status: 'Cancelled', successful: 6, pending: 4 }])
    // Any other write is still refused, and so is switching it on.
    const manual = [publish(), { at: 'PT1H', startOSUpgrade: {} }, setFlag('PT1H3M', true)]
    expect(entries(play({ os: null, timeline: manual }), 'write.rejected')).toMatchObject([{ rule: 'RU-16' }])
    const other = { at: 'PT1H3M', updateModel: { set: { 'sku.name': 'Standard_D4as_v5' } } }
    expect(entries(play({ timeline: [publish(), other] }), 'write.rejected')).toMatchObject([{ rule: 'RU-16' }])
  })

  it('AO-25 excluding a version moves nobody back; new instances get what latest means now', () => {
    const timeline = [publish(), exclude('PT3H', '2.0.0'), { at: 'PT3H10M', scaleTo: { capacity: 11 } }]
    const run = play({ timeline })
    expect(run.rollouts).toHaveLength(1)
    expect([countOf(run, '2.0.0'), countOf(run, '1.0.0')]).toEqual([10, 1])
    const back = play({ timeline, assumptions: { excludeTriggersDowngrade: true } })
    expect(back.rollouts.map(({ targetImage }) => targetImage)).toEqual([NEW, 'gal/app/1.0.0'])
    expect(countOf(back, '1.0.0')).toBe(11)
  })
})
