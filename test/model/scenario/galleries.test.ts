import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  buildGalleries,
  buildImageVersion,
  buildTargetRegions,
  type GalleryOptions,
  isIsoDate,
} from '../../../src/model/scenario/galleries.ts'
import { galleryFindings } from '../../../src/model/scenario/gallery-findings.ts'
import { galleriesSchema, imageVersionSchema } from '../../../src/model/scenario/schema-declared.ts'
import type { ImageVersion } from '../../../src/model/scenario.ts'
import { readAt } from './bodies.ts'
import { BEGINNER, load, mistakes as mistakesOf } from './fixtures.ts'

/** Real resources that nobody here wrote. They are kept beside the repository, not in it. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/', import.meta.url))
const present = existsSync(CORPUS)
if (!present) console.warn(`corpus tests skipped: ${CORPUS} is not there`)

const OPTIONS: GalleryOptions = {
  maxReplicasPerRegion: 50,
  regions: { eastus: { zones: ['1', '2', '3'] }, northcentralus: { zones: [] } },
}

const read = (text: string, options: Partial<GalleryOptions> = {}) =>
  readAt(text, ['azure', 'galleries'], galleriesSchema, (raw, context) =>
    buildGalleries(raw, context, { ...OPTIONS, ...options }),
  )

/** One definition `ubuntu-app` in `galProd` of eastus; the text, a mapping in braces, stands in column 3 from line 2 on. */
const versions = (text: string) =>
  `azure: { galleries: { galProd: { location: eastus, images: { ubuntu-app: { versions:\n  ${text} } } } } }\n`
const onlyVersion = (text: string): ImageVersion => {
  const { value, mistakes } = read(versions(text))
  expect(mistakes).toEqual([])
  return value[0]!.images[0]!.versions[0]!
}
const regions = (version: ImageVersion) =>
  version.targetRegions.map(
    ({ name, regionalReplicaCount, storageAccountType, state }) =>
      `${name} ${regionalReplicaCount} ${storageAccountType} ${state}`,
  )

describe('an image version', () => {
  it('of which nothing is said has one replica in the region of the gallery (fleet sheet 2.1)', () => {
    const version = {
      name: '1.6.2',
      location: 'eastus',
      targetRegions: [
        { name: 'eastus', regionalReplicaCount: 1, storageAccountType: 'Standard_LRS', state: 'Completed' },
      ],
      excludeFromLatest: false,
      replicationMode: 'Full',
      sizeGB: 30,
      dataDisksGB: [],
      allowDeletionOfReplicatedLocations: true,
      blockDeletionBeforeEndOfLife: false,
    }
    expect(onlyVersion('{ 1.6.2: {} }')).toEqual(version)
    expect(onlyVersion('{ 1.6.2: }')).toEqual(version)
  })

  it('typed by hand, flat; a region is a name or has values of its own', () => {
    const version = onlyVersion(`{ 1.7.0: { replicaCount: 2, storageAccountType: Standard_ZRS, sizeInGB: 64,
        replicationMode: shallow, endOfLifeDate: 2027-01-31, excludeFromLatest: true,
        allowDeletionOfReplicatedLocations: false, blockDeletionBeforeEndOfLife: true,
        targetRegions: [East US, { name: westus3, regionalReplicaCount: 3, storageAccountType: premium_lrs },
          { name: westeurope, replicaCount: 5, excludeFromLatest: false }] } }`)
    expect(regions(version)).toEqual([
      'eastus 2 Standard_ZRS Completed',
      'westus3 3 Premium_LRS Completed',
      'westeurope 5 Standard_ZRS Completed',
    ])
    expect(version.targetRegions.map(({ excludeFromLatest }) => excludeFromLatest)).toEqual([
      undefined,
      undefined,
      false,
    ])
    expect(version).toMatchObject({
      excludeFromLatest: true,
      replicationMode: 'Shallow',
      sizeGB: 64,
      endOfLifeDate: '2027-01-31',
      allowDeletionOfReplicatedLocations: false,
      blockDeletionBeforeEndOfLife: true,
    })
  })

  it('says the same flat, nested as in ARM, and re-cased with nulls as the command line prints it', () => {
    const profile =
      'targetRegions: [{ name: East US, regionalReplicaCount: 2 }], excludeFromLatest: true, replicaCount: 4'
    const flat = onlyVersion(`{ 1.7.0: { ${profile}, sizeInGB: 40, dataDiskImages: [{ sizeInGB: 10 }] } }`)
    const disks = 'storageProfile: { osDiskImage: { sizeInGB: 30 }, dataDiskImages: [{ lun: 0, sizeInGB: 10 }] }'
    expect(
      onlyVersion(
        `{ 1.7.0: { id: a, location: East US, properties: { publishingProfile: { ${profile} }, ${disks} } } }`,
      ),
    ).toEqual(flat)
    expect(
      onlyVersion(`{ 1.7.0: { resourceGroup: rg, provisioningState: Succeeded, tags: null, replicationStatus: null,
        publishingProfile: { ${profile}, endOfLifeDate: null, publishedDate: "2020-07-09T05:12:39+00:00",
          targetExtendedLocations: null },
        storageProfile: { osDiskImage: { sizeInGb: 30, hostCaching: ReadWrite, source: {} },
          dataDiskImages: [{ lun: 0, sizeInGb: 10 }], source: null },
        safetyProfile: { allowDeletionOfReplicatedLocations: true, policyViolations: null } } }`),
    ).toEqual(flat)
  })

  it.each([
    { text: 'sizeInGB: 64', sizeGB: 64, why: 'a total by hand' },
    { text: 'osDiskImage: { sizeInGB: 127 }', sizeGB: 127, why: 'the OS disk' },
    { text: 'osDiskImage: { sizeInGB: 127 }, dataDiskImages: [{ sizeInGB: 32 }, {}]', sizeGB: 159, why: 'with data' },
    { text: 'dataDiskImages: [{ sizeInGB: 10 }]', sizeGB: 40, why: 'an OS disk that does not say has 30 GB' },
  ])('$text is $sizeGB GB: $why', ({ text, sizeGB }) =>
    expect(onlyVersion(`{ 1.7.0: { ${text} } }`).sizeGB).toBe(sizeGB),
  )

  it.each([
    {
      status: 'summary: [{ region: West US 3, state: replicating, progress: 40 }]',
      states: ['Completed', 'Replicating'],
      why: 'what the summary leaves out is completed',
    },
    { status: 'aggregatedState: InProgress', states: ['Replicating', 'Replicating'], why: 'the aggregate alone' },
    { status: 'aggregatedState: Failed', states: ['Failed', 'Failed'], why: 'the aggregate alone' },
    {
      status:
        'aggregatedState: InProgress, summary: [{ region: eastus, state: Completed }, { region: westus3, state: Failed, details: d }]',
      states: ['Completed', 'Failed'],
      why: 'the summary wins',
    },
  ])('GA-07 replicationStatus { $status } -> $states: $why', ({ status, states }) => {
    const version = onlyVersion(`{ 1.7.0: { targetRegions: [eastus, westus3], replicationStatus: { ${status} } } }`)
    expect(version.targetRegions.map(({ state }) => state)).toEqual(states)
  })

  it('published during the run starts as the caller says, wherever it stands', () => {
    const { value, mistakes } = readAt(
      'v: { targetRegions: [eastus, westus3] }',
      ['v'],
      imageVersionSchema,
      (raw, context) =>
        buildImageVersion('1.7.0', raw, ['v'], { galleryLocation: 'eastus', state: 'Replicating' }, context, OPTIONS),
    )
    expect(mistakes).toEqual([])
    expect(regions(value!)).toEqual(['eastus 1 Standard_LRS Replicating', 'westus3 1 Standard_LRS Replicating'])
  })
})

describe('galleries and definitions', () => {
  it('keep their order and have the keys that references use', () => {
    const { value, mistakes } = read(`azure:
  galleries:
    galProd:
      location: East US
      images:
        ubuntu-app:
          osType: linux
          osState: Generalized
          hyperVGeneration: v2
          features: [{ name: IsHibernateSupported, value: "True" }, { name: SecurityType, value: trustedLaunchSupported }]
          versions: { 1.10.0: {}, 1.9.0: {} }
        win: { properties: { osType: Windows, identifier: { publisher: p } }, securityType: ConfidentialVM }
    galTest: { location: westus3, properties: { description: d } }
    galEmpty: { location: westus3, images: }
`)
    expect(mistakes).toEqual([])
    expect(value.map(({ name, location }) => [name, location])).toEqual([
      ['galProd', 'eastus'],
      ['galTest', 'westus3'],
      ['galEmpty', 'westus3'],
    ])
    const [ubuntu, win] = value[0]!.images
    expect(ubuntu).toMatchObject({
      name: 'ubuntu-app',
      key: 'galProd/ubuntu-app',
      osType: 'Linux',
      osState: 'Generalized',
      hyperVGeneration: 'V2',
      securityType: 'TrustedLaunchSupported',
    })
    expect(ubuntu!.versions.map(({ name }) => name)).toEqual(['1.10.0', '1.9.0'])
    expect(win).toEqual({
      name: 'win',
      key: 'galProd/win',
      osType: 'Windows',
      securityType: 'ConfidentialVM',
      versions: [],
    })
  })

  it.each([
    ['', { hyperVGeneration: undefined, securityType: undefined }],
    ['apiVersion: 2023-07-03', { hyperVGeneration: 'V1', securityType: 'Standard' }],
    ['apiVersion: 2025-03-03', { hyperVGeneration: 'V2', securityType: 'TrustedLaunchSupported' }],
    ['apiVersion: 2025-03-03, hyperVGeneration: V1', { hyperVGeneration: 'V1' }],
  ])('GA-36 a definition { %s }', (text, expected) => {
    const { value, mistakes } = read(`azure: { galleries: { g: { location: eastus, images: { d: { ${text} } } } } }`)
    expect(mistakes).toEqual([])
    for (const [key, wanted] of Object.entries(expected))
      expect(value[0]!.images[0]![key as 'hyperVGeneration']).toBe(wanted)
  })

  it('a gallery without a location has the default, where there is one', () => {
    const text = 'azure: { galleries: { g: { images: { d: { versions: { 1.0.0: } } } } } }'
    const { value, mistakes } = read(text, { defaultLocation: 'West US 3' })
    expect(mistakes).toEqual([])
    expect(value[0]!.images[0]!.versions[0]!.location).toBe('westus3')
    expect(read(text).mistakes).toEqual([
      'g: E0102 location is missing | it is the region of the gallery, for example eastus',
    ])
  })

  it('a location that is wrong is told, and nothing that only follows from it', () => {
    const text =
      'azure: { galleries: { g: { location: 5, images: { d: { versions: { 1.0.0: { targetRegions: [westus3] } } } } } } }'
    expect(read(text, { defaultLocation: 'eastus' }).mistakes).toEqual([
      '5 E0103 location must be text, got 5 | quote it: "5"',
    ])
  })

  it('none are none', () => {
    expect(read('azure: { galleries: {} }')).toMatchObject({ value: [], mistakes: [] })
  })
})

describe('a mistake is told with its place, the value and what to write instead', () => {
  it.each<[what: string, text: string, expected: string[]]>([
    [
      'GR-1 a version with two parts, which YAML takes for a number',
      versions('{ 1.10: {} }'),
      ['1.10: E0130 1.10 is no version of an image, which is Major.Minor.Patch | write 1.10.0'],
    ],
    [
      'GR-1 versions of other kinds',
      versions('{ v1.0.0: {}, 1.0.2147483648: {}, 1.2.3.4: {}, 7: }'),
      [
        'v1.0.0: E0130 v1.0.0 is no version of an image, which is Major.Minor.Patch | write for example 1.6.2',
        '1.0.2147483648: E0130 1.0.2147483648 is no version of an image, which is Major.Minor.Patch | each number is at most 2147483647',
        '1.2.3.4: E0130 1.2.3.4 is no version of an image, which is Major.Minor.Patch | write for example 1.6.2',
        '7: E0130 7 is no version of an image, which is Major.Minor.Patch | write 7.0.0',
      ],
    ],
    [
      'GA-01 one version in two spellings',
      versions('{ 1.6.2: {}, 1.06.2: {} }'),
      ['1.06.2: E0120 1.06.2 is the same version as 1.6.2 | keep one of them'],
    ],
    [
      'a gallery in two spellings',
      'azure: { galleries: { g: { location: eastus }, G: { location: eastus } } }',
      ['G: E0120 G and g are one name | keep one of them'],
    ],
    [
      'GA-30 too many replicas in a region and of a version',
      versions(
        '{ 1.7.0: { replicaCount: 40, targetRegions: [eastus, westus3, { name: westeurope, regionalReplicaCount: 51 }] } }',
      ),
      [
        '51 E0132 51 replicas in westeurope, at most 50 are possible in a region | write 50 or less; the limit is the assumption maxReplicasPerRegion',
        '[eastus E0132 131 replicas in all regions together, at most 100 are possible for a version | lower the replica counts, or leave out a region',
      ],
    ],
    [
      'GA-26 more than 2 TB in full copies',
      versions('{ 1.7.0: { sizeInGB: 2049 } }'),
      [
        '2049 E0133 an image of 2049 GB cannot be replicated in mode Full, the limit is 2048 GB | make the image smaller, or write replicationMode: Shallow, which allows 32768 GB',
      ],
    ],
    [
      'GA-25 more than 32 TB even in Shallow',
      versions('{ 1.7.0: { replicationMode: Shallow, storageProfile: { osDiskImage: { sizeInGB: 32769 } } } }'),
      [
        '32769 E0133 an image of 32769 GB cannot be replicated in mode Shallow, the limit is 32768 GB | make the image smaller',
      ],
    ],
    [
      'a region twice, in two spellings',
      versions('{ 1.7.0: { targetRegions: [East US, eastus] } }'),
      ['eastus] E0131 the target region eastus stands twice | keep one of them'],
    ],
    [
      'the source region is not among them',
      versions('{ 1.7.0: { targetRegions: [westus3] } }'),
      [
        '[westus3] E0131 the target regions must contain the location of the version, eastus | add eastus to targetRegions',
      ],
    ],
    [
      'ZRS in a region without zones',
      versions('{ 1.7.0: { targetRegions: [eastus, { name: North Central US, storageAccountType: Standard_ZRS }] } }'),
      ['Standard_ZRS E0134 Standard_ZRS is not possible in northcentralus, which has no zones | write Standard_LRS'],
    ],
    [
      'GA-08 an end of life that is no date',
      versions('{ 1.7.0: { endOfLifeDate: 31.1.2027 }, 1.8.0: { publishingProfile: { endOfLifeDate: 2027-02-29 } } }'),
      [
        '31.1.2027 E0135 endOfLifeDate must be an ISO 8601 date, got "31.1.2027" | write for example 2027-01-31 or 2027-01-31T00:00:00Z',
        '2027-02-29 E0135 endOfLifeDate must be an ISO 8601 date, got "2027-02-29" | write for example 2027-01-31 or 2027-01-31T00:00:00Z',
      ],
    ],
    [
      'a status of a region that is no target',
      versions('{ 1.7.0: { replicationStatus: { summary: [{ region: eastus2, state: Failed }] } } }'),
      ['eastus2 E0131 replicationStatus speaks of eastus2, which is no target region | did you mean eastus?'],
    ],
    [
      'misspelt names and words, at the place where they stand',
      versions(`{ 1.7.0: { excludeFromLatst: true, publishingProfile: { replicationMode: Ful, replicaCount: 0,
        targetRegions: [{ name: eastus, replicas: 2 }, { regionalReplicaCount: "2", name: westus3 }] } } }`),
      [
        'excludeFromLatst: E0101 unknown key excludeFromLatst | did you mean excludeFromLatest?',
        'replicas: E0101 unknown key replicas in targetRegions[0] | known: name, regionalReplicaCount, storageAccountType, excludeFromLatest',
        '"2" E0103 regionalReplicaCount must be a number, got "2" | without quotes: 2',
        '0 E0104 replicaCount must be at least 1, got 0',
        'Ful E0105 replicationMode must be one of Full, Shallow, got "Ful" | did you mean Full?',
      ],
    ],
    [
      'what is no mapping or list, told once',
      'azure: { galleries: { g: { location: eastus, images: { d: { versions: { 1.0.0: 5, 1.0.1: { targetRegions: eastus } } } } } } }',
      [
        '5 E0103 1.0.0 must be a mapping, got 5',
        'eastus E0103 targetRegions must be a list, got "eastus" | write a list: [eastus]',
      ],
    ],
    [
      'mistakes above do not hide those below',
      'azure: { galleries: { g: { locatoin: eastus, images: { d: { osType: Lunix, versions: { 1.0: } } } } } }',
      [
        'locatoin: E0101 unknown key locatoin | did you mean location?',
        'Lunix E0105 osType must be one of Linux, Windows, got "Lunix" | did you mean Linux?',
        '1.0: E0130 1.0 is no version of an image, which is Major.Minor.Patch | write 1.0.0',
      ],
    ],
    [
      'a name that cannot be part of a key',
      'azure: { galleries: { a/b: { location: eastus } } }',
      ['{ E0105 azure.galleries[a/b]: "a/b" is not the name of a gallery'],
    ],
  ])('%s', (_, text, expected) => {
    const { mistakes } = read(text)
    expect([...mistakes].sort()).toEqual([...expected].sort())
  })

  it('GA-34 more galleries than a subscription may have in a region', () => {
    const names = Array.from({ length: 101 }, (_, index) => `g${index}: { location: eastus }`)
    expect(read(`azure: { galleries: { ${names.join(', ')}, elsewhere: { location: westus3 } } }`).mistakes).toEqual([
      'galleries: E0132 101 galleries in eastus, at most 100 are possible in a subscription | declare fewer',
    ])
  })

  it('GA-30 a wrong version is left out, the others stay', () => {
    const { value } = read(versions('{ 1.6.2: {}, 1.7.0: { replicaCount: 51 }, 1.8: {} }'))
    expect(value[0]!.images[0]!.versions.map(({ name }) => name)).toEqual(['1.6.2'])
  })
})

describe('target regions that are added (GA-29)', () => {
  const build = (text: string) =>
    readAt(`r: ${text}`, ['r'], z.unknown(), (raw, context) =>
      buildTargetRegions(
        raw as unknown[],
        ['r'],
        { replicaCount: 2, storageAccountType: 'Standard_ZRS', state: 'Replicating' },
        context,
        OPTIONS,
      ),
    )

  it('GA-29 take what they do not say from the version', () => {
    const { value, mistakes } = build('[West US 3, { name: westeurope, replicaCount: 4 }]')
    expect(mistakes).toEqual([])
    expect(value).toEqual([
      { name: 'westus3', regionalReplicaCount: 2, storageAccountType: 'Standard_ZRS', state: 'Replicating' },
      { name: 'westeurope', regionalReplicaCount: 4, storageAccountType: 'Standard_ZRS', state: 'Replicating' },
    ])
  })

  it('GA-30 are judged by themselves', () => {
    expect(build('[westus3, { name: West US 3, replicaCount: 51 }]').mistakes).toEqual([
      'West E0131 the target region westus3 stands twice | keep one of them',
      '51 E0132 51 replicas in westus3, at most 50 are possible in a region | write 50 or less; the limit is the assumption maxReplicasPerRegion',
    ])
    expect(build('[{ name: westus3, replicaCount: none }]').mistakes).toEqual([
      'none E0103 regionalReplicaCount must be a number, got "none"',
    ])
  })
})

describe('isIsoDate (GA-08)', () => {
  it.each([
    '2027-01-31',
    '2028-02-29',
    '2000-02-29',
    '2027-01-31T00:00:00Z',
    '2027-01-31T23:59:59.123+02:00',
    '2027-01-31T10:00',
  ])('%s is one', (text) => expect(isIsoDate(text)).toBe(true))
  it.each([
    '',
    '2027',
    '2027-1-31',
    '2027-02-29',
    '1900-02-29',
    '2027-13-01',
    '2027-00-01',
    '2027-01-00',
    '2027-01-31T24:00',
    '2027-01-31 10:00',
  ])('%j is none', (text) => expect(isIsoDate(text)).toBe(false))
})

describe('what is not played is told', () => {
  it('replicas at the edge and additional sets of replicas', () => {
    const { source, value } = readAt(
      versions(`{ 1.7.0: {
        properties: { publishingProfile: { targetExtendedLocations: [{ name: a }],
          targetRegions: [eastus, { name: westus3, additionalReplicaSets: [{ regionalReplicaCount: 2 }] }] } } } }`),
      ['azure', 'galleries'],
      galleriesSchema,
      (raw) => raw,
    )
    const findings = galleryFindings(value, source)
    expect(findings.map(({ code, where, place }) => [code, where, place?.line, place?.column])).toEqual([
      ['NotModelled', 'galProd/ubuntu-app/1.7.0: targetExtendedLocations', 3, 44],
      ['NotModelled', 'galProd/ubuntu-app/1.7.0: additionalReplicaSets', 4, 52],
    ])
    expect(findings[0]!.confirm).toMatch(/^az sig image-version show .* --gallery-image-version 1\.7\.0 /)
    expect(galleryFindings({ g: { images: { d: { versions: { '1.0.0': null } } } }, h: null, i: 3 }, source)).toEqual(
      [],
    )
  })
})

/** One set whose image stands in the first place, a gallery that is written out, and a timeline. */
const fleet = (image: string, rest = '', gallery = 'galProd') =>
  BEGINNER.replace(/timeline:.*\n/, '')
    .replace(
      'virtualMachineProfile: {',
      `virtualMachineProfile: { storageProfile: { imageReference: { id: ${image} } },`,
    )
    .replace(
      'azure:\n',
      `azure:\n  galleries: { ${gallery}: { location: eastus, images: { web: { versions: { 1.0.0: {}, 1.2.0: {} } } } } }\n`,
    ) + rest

describe('the image of a scale set in a gallery that is declared', () => {
  it.each([
    'galProd/web',
    'GALPROD/Web/1.2.0',
    'galProd/web/versions/01.2.0',
    'galProd/web/versions/latest',
    'galOther/wbe/9.9.9',
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden',
  ])('%s is taken', (image) => expect(mistakesOf(fleet(image))).toEqual([]))

  it.each([
    ['galProd/wbe', 'E0136 web: the gallery galProd declares no image wbe | did you mean web?'],
    ['galProd/wbe/1.0.0', 'E0136 web: the gallery galProd declares no image wbe | did you mean web?'],
    ['galProd/web/1.2.1', 'E0146 web: galProd/web has no version 1.2.1 by then | did you mean 1.2.0?'],
  ])('%s is refused where it is written', (image, expected) => {
    const text = fleet(image)
    const [mistake, ...others] = mistakesOf(text)
    expect(others).toEqual([])
    const [, line, column, rest] = /^(\d+):(\d+) (.*)$/.exec(mistake!)!
    expect(rest).toBe(expected)
    expect(text.split('\n')[Number(line) - 1]!.slice(Number(column) - 1)).toMatch(/^\{ id: galProd/)
  })

  it('what is published later is not there at the start', () => {
    const later = 'timeline: [{ at: PT1M, publishImageVersion: { image: galProd/web, version: 1.3.0 } }]\n'
    expect(mistakesOf(fleet('galProd/web/1.3.0', later))).toEqual([expect.stringContaining('E0146')])
  })

  it('an update is judged by what is there by then', () => {
    const set = (at: string, id: string) =>
      `  - { at: ${at}, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: ${id} } } }\n`
    const published = '  - { at: PT2M, publishImageVersion: { image: galProd/web, version: 1.3.0 } }\n'
    const of = (...entries: string[]) => mistakesOf(fleet('galProd/web/1.0.0', `timeline:\n${entries.join('')}`))
    expect(of(published, set('PT3M', 'galProd/web/1.3.0'))).toEqual([])
    expect(of(set('PT3M', 'galOther/x/1.3.0'))).toEqual([])
    expect(of(published, set('PT1M', 'galProd/web/1.3.0'))).toEqual([
      expect.stringMatching(/E0146 galProd\/web has no version 1\.3\.0 by then \| did you mean/),
    ])
    expect(of(set('PT3M', 'galProd/wbe'))).toEqual([
      expect.stringMatching(/^12:\d+ E0136 the gallery galProd declares no image wbe \| did you mean web\?/),
    ])
  })

  it('is not judged while something of the galleries could not be read', () => {
    const text = fleet('galProd/wbe').replace('1.2.0: {}', '1.2: {}')
    expect(mistakesOf(text)).toEqual([expect.stringContaining('E0130')])
  })
})

describe('replication of an image to a region that nothing goes to', () => {
  const told = (replication: string, rest = '', image = 'galProd/web/1.2.0') =>
    load(
      fleet('galProd/web', `world: { images: { ${image}: { replication: { ${replication} } } } }\n${rest}`),
    ).findings.filter(({ code }) => code === 'TruthWithoutEffect')

  it('is told with its place and the nearest name', () => {
    expect(told('eastsu: { fails: true }')).toMatchObject([
      {
        where: 'world.images.galProd/web/1.2.0.replication.eastsu',
        place: { line: 11 },
        fix: 'Check the name: did you mean eastus?',
      },
    ])
    expect(told('westus3: { fails: true }', '', 'default')).toHaveLength(1)
  })

  it('is none where a set is, or where a version is to go later', () => {
    expect(told('East US: { fails: true }')).toEqual([])
    for (const verb of [
      'publishImageVersion: { image: galProd/web, version: 1.3.0, targetRegions: [eastus, westus3] }',
      'addTargetRegion: { image: galProd/web, version: 1.2.0, region: westus3 }',
    ])
      expect(told('westus3: { fails: true }', `timeline: [{ at: PT1M, ${verb} }]\n`)).toEqual([])
  })
})

describe.skipIf(!present)('the corpus', () => {
  const load = (file: string): Record<string, unknown> => JSON.parse(readFileSync(CORPUS + file, 'utf8'))
  const build = (name: string, body: unknown) => {
    const { value, mistakes } = read(
      `azure: { galleries: { g: { location: centralus, images: { d: { versions: { ${name}: ${JSON.stringify(body)} } } } } } }`,
    )
    expect(mistakes).toEqual([])
    return value[0]!.images[0]!.versions[0]!
  }

  it('cli-recording-gallery-image-version-two-regions.json: GA-24 replicas by region, display names made short', () => {
    const version = build('1.1.2', load('cli-recording-gallery-image-version-two-regions.json'))
    expect(version).toMatchObject({ name: '1.1.2', location: 'eastus2', sizeGB: 40, dataDisksGB: [10] })
    expect(regions(version)).toEqual(['westus2 1 Standard_LRS Completed', 'eastus2 2 Standard_LRS Completed'])
  })

  it('spec-example-gallery-image-version-replication.json: GA-02 flags of its own, replication completed', () => {
    const { responses } = load('spec-example-gallery-image-version-replication.json') as never as {
      responses: { 200: { body: unknown } }
    }
    const version = build('1.0.0', responses[200].body)
    expect(version).toMatchObject({
      location: 'westus',
      sizeGB: 20,
      dataDisksGB: [10],
      allowDeletionOfReplicatedLocations: false,
      targetRegions: [
        { name: 'westus', regionalReplicaCount: 1, excludeFromLatest: false, state: 'Completed' },
        { name: 'eastus', regionalReplicaCount: 2, excludeFromLatest: false, state: 'Completed' },
      ],
    })
  })
})

describe('any gallery at all', () => {
  const anyJson = fc.jsonValue({ maxDepth: 3 })
  const member = fc.oneof(
    { arbitrary: anyJson, weight: 1 },
    {
      arbitrary: fc.record(
        {
          location: anyJson,
          targetRegions: fc.oneof(
            anyJson,
            fc.array(fc.oneof(fc.string(), fc.dictionary(fc.constantFrom('name', 'replicaCount'), anyJson))),
          ),
          replicaCount: anyJson,
          sizeInGB: anyJson,
          endOfLifeDate: anyJson,
          replicationStatus: anyJson,
          properties: anyJson,
          publishingProfile: anyJson,
        },
        { requiredKeys: [] },
      ),
      weight: 3,
    },
  )

  it('is either built or refused with a place, and never breaks the reader', () =>
    fc.assert(
      fc.property(fc.constantFrom('1.0.0', '1.0', 'x'), member, (name, body) => {
        const text = JSON.stringify({
          azure: { galleries: { g: { location: 'eastus', images: { d: { versions: { [name]: body } } } } } },
        })
        const { value, mistakes, source } = read(text)
        const built = value[0]?.images[0]?.versions.length ?? 0
        expect(built === 1 || mistakes.length > 0).toBe(true)
        for (const { place } of source.diagnostics) expect(place?.line).toBe(1)
        galleryFindings((source.value as never as { azure: { galleries: unknown } }).azure.galleries, source)
      }),
    ))
})
