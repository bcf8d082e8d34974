import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { buildGalleries } from '../../../src/model/scenario/galleries.ts'
import { galleriesSchema } from '../../../src/model/scenario/schema-declared.ts'
import { aggregatedState } from '../../../src/sim/gallery/replication.ts'
import type { RunResult } from '../../../src/sim/result.ts'
import { readAt } from '../../model/scenario/bodies.ts'
import { copiesOf, deleteVersion, entries, exclude, MINUTE, play, publish, refer, scenarioOf } from './world.ts'

/** A change from `gal/app` to `gal/other` in the middle of the run, with what each definition says of itself. */
const change = (app: Record<string, unknown>, other: Record<string, unknown>, version: Record<string, unknown> = {}) =>
  play({
    mode: 'Automatic',
    definition: app,
    definitions: { other: { ...other, versions: { '1.0.0': { targetRegions: ['eastus'], ...version } } } },
    timeline: [refer('PT10M', 'gal/other')],
  })

const rejectedIn = (run: RunResult) =>
  entries(run, 'write.rejected').map(({ atMs, rule, numbers }) => `${rule} ${numbers['code']} at ${atMs / MINUTE} min`)

describe('the definition of an image', () => {
  const like = { osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2' }

  describe('GA-37: what an image boots on', () => {
    const secured = (securityType: string) => ({
      virtualMachineProfile: {
        storageProfile: { imageReference: { id: 'gal/app' } },
        securityProfile: { securityType },
      },
    })
    const start = (image: string, machine: string) => () =>
      scenarioOf({ definition: { securityType: image }, set: {}, profile: secured(machine).virtualMachineProfile })

    it.each([
      ['TrustedLaunch', 'Standard'],
      ['Standard', 'TrustedLaunch'],
      ['ConfidentialVMSupported', 'TrustedLaunch'],
    ])('GA-37 a set of %s images on %s machines is refused when it is declared', (image, machine) =>
      expect(start(image, machine)).toThrow(/E0202 .*GA-37/),
    )

    it.each([
      ['TrustedLaunchSupported', 'TrustedLaunch'],
      ['trustedlaunchsupported', 'Standard'],
      ['ConfidentialVMSupported', 'ConfidentialVM'],
    ])('GA-37 a set of %s images on %s machines is none', (image, machine) =>
      expect(start(image, machine)).not.toThrow(),
    )

    it('GA-37 a write that brings such an image is refused, and nothing changes', () => {
      const profile = { ...secured('TrustedLaunch').virtualMachineProfile }
      const other = { versions: { '1.0.0': { targetRegions: ['eastus'] } } }
      const to = (securityType: string) =>
        play({
          mode: 'Automatic',
          profile,
          definition: { securityType: 'TrustedLaunchSupported' },
          definitions: { other: { securityType, ...other } },
          timeline: [refer('PT10M', 'gal/other')],
        })
      expect(rejectedIn(to('Standard'))).toEqual(['GA-37 BadRequest at 10 min'])
      expect(to('Standard').rollouts).toEqual([])
      expect(rejectedIn(to('TrustedLaunch'))).toEqual([])
    })
  })

  it('GA-38: a set may go to another image of the same kind', () => {
    const run = change(like, like)
    expect(rejectedIn(run)).toEqual([])
    expect(run.rollouts).toMatchObject([{ status: 'Completed', successful: 2 }])
  })

  it.each([
    { what: 'OS type', other: { osType: 'Windows' }, version: {} },
    { what: 'OS state', other: { osState: 'Specialized' }, version: {} },
    { what: 'generation', other: { hyperVGeneration: 'V1' }, version: {} },
    { what: 'layout of data disks', other: {}, version: { dataDiskImages: [{ lun: 0, sizeInGB: 10 }] } },
  ])('GA-38: and not to one with another $what', ({ other, version }) => {
    const run = change(like, { ...like, ...other }, version)
    expect(rejectedIn(run)).toEqual(['GA-38 PropertyChangeNotAllowed at 10 min'])
    expect(run.rollouts).toEqual([])
  })

  it('GA-36: one created with API 2025-03-03 or later is V2 unless it says otherwise, an earlier one V1', () => {
    expect(rejectedIn(change({ hyperVGeneration: 'V2' }, { apiVersion: '2025-03-03' }))).toEqual([])
    expect(rejectedIn(change({ hyperVGeneration: 'V2' }, { apiVersion: '2024-03-03' }))).toHaveLength(1)
    expect(rejectedIn(change({ hyperVGeneration: 'V1' }, { apiVersion: '2024-03-03' }))).toEqual([])
    expect(rejectedIn(change({ hyperVGeneration: 'V1' }, { apiVersion: '2025-03-03' }))).toHaveLength(1)
    const securityType = (definition: Record<string, unknown>) =>
      scenarioOf({ definition }).galleries[0]!.images[0]!.securityType
    expect(securityType({ apiVersion: '2025-03-03' })).toBe('TrustedLaunchSupported')
    expect(securityType({ apiVersion: '2024-03-03' })).toBe('Standard')
  })

  it.each([
    ['trustedlaunchsupported', 'TrustedLaunchSupported'],
    ['TrustedLaunch', 'TrustedLaunch'],
    ['confidentialVMSupported', 'ConfidentialVMSupported'],
    ['ConfidentialVm', 'ConfidentialVM'],
    ['TrustedLaunchAndConfidentialVMSupported', 'TrustedLaunchAndConfidentialVmSupported'],
    ['standard', 'Standard'],
  ])('GA-37: the security type %s is read as %s', (value, read) => {
    const definition = { features: [{ name: 'SecurityType', value }] }
    expect(scenarioOf({ definition }).galleries[0]!.images[0]!.securityType).toBe(read)
  })

  it('GA-34: a set from a gallery image has up to 1,000 instances', () => {
    const of = (capacity: number) => () => scenarioOf({ capacity })
    expect(of(1000)).not.toThrow()
    expect(of(1001)).toThrow(/1000/)
  })

  it('GA-34: a subscription has up to 1,000 definitions in a region', () => {
    const definitions = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`d${index}`, {}]))
    // Together with `app` one too many.
    expect(() => scenarioOf({ definitions })).toThrow(/1001 image definitions in eastus, at most 1000/)
  })

  it('GA-35: a version goes to as many regions as it likes', () => {
    const regions = ['eastus', ...Array.from({ length: 79 }, (_, index) => `region${index}`)]
    expect(copiesOf(play({ timeline: [publish('PT10M', '2.0.0', { targetRegions: regions })] }))).toHaveLength(80)
  })
})

describe('aggregatedState (fleet sheet 2.1)', () => {
  it.each([
    { states: ['Completed', 'Completed'], is: 'Completed' },
    { states: ['Completed', 'Replicating'], is: 'InProgress' },
    { states: ['Unknown', 'Replicating'], is: 'InProgress' },
    { states: ['Completed', 'Failed'], is: 'Failed' },
    { states: ['Replicating', 'Failed'], is: 'Failed' },
    { states: ['Unknown', 'Unknown'], is: 'Unknown' },
    { states: [], is: 'Unknown' },
  ] as const)('$states -> $is', ({ states, is }) => expect(aggregatedState(states)).toBe(is))
})

describe('the versions a run ends with', () => {
  it('GR-3 each with the state of every region, and of all together', () => {
    const timeline = [
      publish('PT10M', '2.0.0', { targetRegions: ['eastus', 'westus3'] }),
      publish('PT5H50M', '3.0.0'),
      exclude('PT1H', '1.0.0'),
      deleteVersion('PT2H', '1.5.0'),
    ]
    const images = { '2.0.0': { replication: { westus3: { fails: true } } } }
    const run = play({ versions: { '1.0.0': {}, '1.5.0': {} }, images, timeline, duration: 'PT5H55M' })
    expect(run.imageVersions).toEqual([
      {
        id: 'gal/app/1.0.0',
        excludeFromLatest: true,
        replicationStatus: { aggregatedState: 'Completed', summary: [{ region: 'eastus', state: 'Completed' }] },
      },
      {
        id: 'gal/app/2.0.0',
        excludeFromLatest: false,
        replicationStatus: {
          aggregatedState: 'Failed',
          summary: [
            { region: 'eastus', state: 'Completed' },
            { region: 'westus3', state: 'Failed' },
          ],
        },
      },
      {
        id: 'gal/app/3.0.0',
        excludeFromLatest: false,
        replicationStatus: { aggregatedState: 'InProgress', summary: [{ region: 'eastus', state: 'Replicating' }] },
      },
    ])
  })
})

/** Real resources that nobody here wrote. They are kept beside the repository, not in it. */
const FILE = fileURLToPath(
  new URL('../../../../shared/corpus/spec-example-gallery-image-version-replication.json', import.meta.url),
)
const present = existsSync(FILE)
if (!present) console.warn(`corpus test skipped: ${FILE} is not there`)

describe.skipIf(!present)('spec-example-gallery-image-version-replication.json', () => {
  it('spells the states of a version and of its regions as the twin does (GR-3)', () => {
    const { body } = JSON.parse(readFileSync(FILE, 'utf8')).responses['200']
    const { replicationStatus } = body.properties
    const text = `azure: { galleries: { g: { location: westus, images: { i: { versions: { 1.0.0: ${JSON.stringify(body)} } } } } } }`
    const { value, mistakes } = readAt(text, ['azure', 'galleries'], galleriesSchema, (raw, context) =>
      buildGalleries(raw, context, { maxReplicasPerRegion: 50 }),
    )
    expect(mistakes).toEqual([])
    const states = value[0]!.images[0]!.versions[0]!.targetRegions.map(({ state }) => state)
    expect(states).toEqual(replicationStatus.summary.map((entry: { state: string }) => entry.state))
    expect(aggregatedState(states)).toBe(replicationStatus.aggregatedState)
  })
})
