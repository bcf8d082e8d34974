import { describe, expect, it } from 'vitest'
import { arePaired } from '../../../src/model/scenario/paired-regions.ts'
import { BEGINNER, load, mistakes } from './fixtures.ts'

/** One set in eastus that follows a platform image, two definitions, and a template that publishes to the second. */
const BASE = BEGINNER.replace(/timeline:.*\n/, '')
  .replace(
    'virtualMachineProfile: {',
    'virtualMachineProfile: { storageProfile: { imageReference: { publisher: Canonical, offer: ubuntu, sku: 22_04, version: latest } },',
  )
  .replace(
    'azure:\n',
    `azure:
  galleries:
    gal:
      location: eastus
      images:
        app: { versions: { 1.0.0: {}, 1.2.0: { targetRegions: [eastus, westus3] } } }
        db:
  imageTemplates:
    nightly:
      source: { type: PlatformImage, publisher: Canonical, offer: debian, sku: "12", version: latest }
      distribute: [{ type: SharedImage, runOutputName: o, galleryImageId: gal/db, targetRegions: [eastus], versioning: { scheme: Latest, major: 2 } }]
`,
  )
const timeline = (entries: readonly string[]) =>
  `${BASE}timeline:\n${entries.map((entry, index) => `  - { at: PT${index + 1}M, ${entry} }\n`).join('')}`
const actions = (...entries: string[]) => load(timeline(entries)).timeline.map(({ action }) => action)
/** Mistakes as `entry word code message | hint`: the entry counts from 0, the word is what stands at the place. */
const wrong = (...entries: string[]) => placed(timeline(entries))
const placed = (text: string) =>
  mistakes(text).map((line) => {
    const [, at, column, rest] = /^(\d+):(\d+) (.*)$/.exec(line)!
    const word = /^(?:[\w.:/-]+|.)/.exec(text.split('\n')[Number(at) - 1]!.slice(Number(column) - 1))?.[0]
    return `${Number(at) - BASE.split('\n').length - 1} ${word} ${rest}`
  })

const LRS = { regionalReplicaCount: 1, storageAccountType: 'Standard_LRS', state: 'Replicating' }

describe('publishImageVersion', () => {
  it('builds the version with its defaults; every target region waits for its copy', () => {
    expect(actions('publishImageVersion: { image: GAL/App, version: 1.3.0 }')).toEqual([
      {
        verb: 'publishImageVersion',
        image: 'gal/app',
        version: {
          name: '1.3.0',
          location: 'eastus',
          targetRegions: [{ name: 'eastus', ...LRS }],
          excludeFromLatest: false,
          replicationMode: 'Full',
          sizeGB: 30,
          dataDisksGB: [],
          allowDeletionOfReplicatedLocations: true,
          blockDeletionBeforeEndOfLife: false,
        },
      },
    ])
  })

  it('takes the keys of an image version', () => {
    const keys =
      'targetRegions: [East US, { name: westus3, regionalReplicaCount: 3, excludeFromLatest: true }], replicaCount: 2, storageAccountType: Premium_LRS, replicationMode: Shallow, excludeFromLatest: true, sizeInGB: 64, endOfLifeDate: 2027-01-31, safetyProfile: { blockDeletionBeforeEndOfLife: true }'
    const [action] = actions(`publishImageVersion: { image: gal/app, version: 1.3.0, ${keys} }`)
    expect(action).toMatchObject({
      version: {
        targetRegions: [
          { name: 'eastus', regionalReplicaCount: 2, storageAccountType: 'Premium_LRS', state: 'Replicating' },
          { name: 'westus3', regionalReplicaCount: 3, excludeFromLatest: true, state: 'Replicating' },
        ],
        excludeFromLatest: true,
        replicationMode: 'Shallow',
        sizeGB: 64,
        endOfLifeDate: '2027-01-31',
        blockDeletionBeforeEndOfLife: true,
      },
    })
  })

  it('takes a resource id for the image', () => {
    const id = '/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/gal/images/app'
    expect(actions(`publishImageVersion: { image: ${id}, version: 1.3.0 }`)[0]).toMatchObject({ image: 'gal/app' })
  })

  it.each([
    ['gal/ap', '0 " E0136 no gallery declares the image gal/ap | did you mean gal/app?'],
    [
      'gal/app/1.3.0',
      '0 " E0136 gal/app/1.3.0 names a version, and the version stands in version: | write image: gal/app',
    ],
    [
      'app',
      '0 " E0136 app does not name an image of a gallery | write gallery/definition, or publisher:offer:sku for a platform image',
    ],
    ['a:b', '0 " E0125 a:b does not name a platform image | write publisher:offer:sku'],
    ['a:b:c:1.0.0', '0 " E0125 a:b:c:1.0.0 does not name a platform image | write image: a:b:c and version: 1.0.0'],
  ])('refuses the image %s', (image, expected) => {
    expect(wrong(`publishImageVersion: { image: "${image}", version: 1.3.0 }`)).toEqual([expected])
  })

  it('tells all that is wrong with one version at once', () => {
    expect(
      wrong(
        'publishImageVersion: { image: gal/ap, version: 1.3, targetRegions: [westus3], replicaCount: 60, phases: [[eastus]] }',
      ),
    ).toEqual([
      '0 gal/ap E0136 no gallery declares the image gal/ap | did you mean gal/app?',
      '0 version: E0130 1.3 is no version of an image, which is Major.Minor.Patch | write 1.3.0',
      expect.stringMatching(/^0 \S+ E0132 60 replicas in westus3/),
      '0 phases: E0120 phases are for platform images only | a gallery version goes to its targetRegions; add regions later with addTargetRegion',
    ])
  })

  it('refuses a misspelt key with the nearest one, and a version that does not go to its own region', () => {
    expect(wrong('publishImageVersion: { image: gal/app, version: 1.3.0, targetRegion: [eastus] }')).toEqual([
      '0 targetRegion: E0101 unknown key targetRegion in timeline[0].publishImageVersion | did you mean targetRegions?',
    ])
    expect(wrong('publishImageVersion: { image: gal/app, version: 1.3.0, targetRegions: [westus3] }')).toEqual([
      expect.stringMatching(/^0 \S+ E0131 the target regions must contain the location of the version, eastus/),
    ])
  })

  it('refuses a number that is taken, by a declaration or by an earlier entry, however it is spelt', () => {
    expect(
      wrong(
        'publishImageVersion: { image: gal/app, version: 1.02.0 }',
        'publishImageVersion: { image: gal/app, version: 1.3.0 }',
        'publishImageVersion: { image: gal/app, version: 1.3.0 }',
        'publishImageVersion: { image: gal/db, version: 1.3.0 }',
      ),
    ).toEqual([
      '0 1.02.0 E0147 gal/app has a version 1.2.0 already by then | give it another number, or delete the other one first',
      '2 1.3.0 E0147 gal/app has a version 1.3.0 already by then | give it another number, or delete the other one first',
    ])
    expect(
      wrong(
        'deleteImageVersion: { image: gal/app, version: 1.2.0 }',
        'publishImageVersion: { image: gal/app, version: 1.2.0 }',
      ),
    ).toEqual([])
  })
})

describe('publishImageVersion of a platform image', () => {
  it('AO-8: comes phase by phase, in the spelling of who uses it', () => {
    expect(
      actions(
        'publishImageVersion: { image: canonical:UBUNTU:22_04, version: 22.04.202501010, phases: [[East US, westus2], [westus3]] }',
        'publishImageVersion: { image: Canonical:debian:12, version: 12.0.1 }',
      ),
    ).toEqual([
      {
        verb: 'publishPlatformImage',
        image: 'Canonical/ubuntu/22_04',
        version: '22.04.202501010',
        phases: [['eastus', 'westus2'], ['westus3']],
      },
      { verb: 'publishPlatformImage', image: 'Canonical/debian/12', version: '12.0.1', phases: [[]] },
    ])
  })

  it('AO-8: never brings both regions of a pair in one phase', () => {
    expect(
      wrong(
        'publishImageVersion: { image: Canonical:ubuntu:22_04, version: 1.0.0, phases: [[eastus, westus2, West US], [eastus2, eastus]] }',
      ),
    ).toEqual([
      '0 West E0149 westus and eastus are paired regions and never share a phase | give westus a phase of its own: [..., [westus]]',
      '0 eastus E0120 the region eastus stands twice in the phases | keep one of them',
    ])
  })

  it('takes no key of a gallery version, no number twice, and phases that are lists', () => {
    expect(
      wrong(
        'publishImageVersion: { image: Canonical:ubuntu:22_04, version: 1.0.0, targetRegions: [eastus] }',
        'publishImageVersion: { image: Canonical:ubuntu:22_04, version: 1.0.0 }',
        'publishImageVersion: { image: canonical:ubuntu:22_04, version: 1.0.0 }',
        'publishImageVersion: { image: Canonical:ubuntu:22_04, version: 1.1.0, phases: [eastus] }',
      ),
    ).toEqual([
      '0 targetRegions: E0120 targetRegions is for gallery images, and Canonical:ubuntu:22_04 is a platform image | the platform publishes by phases: [[eastus], [westus3]]',
      '2 1.0.0 E0147 Canonical/ubuntu/22_04 has a version 1.0.0 already by then | give it another number, or delete the other one first',
      '3 eastus E0103 timeline[3].publishImageVersion.phases[0] must be a list, got "eastus" | write a list: [eastus]',
    ])
  })

  it('must be taken by a scale set, now or after an update, or by a template', () => {
    const entry = 'publishImageVersion: { image: Canonical:ubuntu:24_04, version: 1.0.0 }'
    expect(wrong(entry)).toEqual([
      '0 Canonical:ubuntu:24_04 E0145 no scale set and no image template takes the image Canonical:ubuntu:24_04 | did you mean Canonical:ubuntu:22_04?',
    ])
    expect(
      wrong(entry, 'updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.sku: 24_04 } }'),
    ).toEqual([])
  })
})

describe('arePaired', () => {
  it.each([
    ['eastus', 'westus', true],
    ['westus', 'eastus', true],
    ['westus3', 'eastus', true],
    ['eastus2', 'centralus', true],
    ['westcentralus', 'westus2', true],
    ['northeurope', 'westeurope', true],
    ['eastasia', 'southeastasia', true],
    ['uksouth', 'ukwest', true],
    ['eastus', 'eastus', false],
    ['eastus', 'eastus2', false],
    ['westus3', 'westus', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(arePaired(a, b)).toBe(expected)
  })
})

describe('verbs about a version that exists', () => {
  it.each([
    [
      'excludeFromLatest: { image: gal/app, version: 1.2.0 }',
      { verb: 'excludeFromLatest', image: 'gal/app', version: '1.2.0', exclude: true },
    ],
    [
      'excludeFromLatest: { image: Gal/App, version: 1.02.0, region: West US 3, exclude: false }',
      { verb: 'excludeFromLatest', image: 'gal/app', version: '1.2.0', region: 'westus3', exclude: false },
    ],
    [
      'addTargetRegion: { image: gal/app, version: 1.0.0, region: West US 3 }',
      {
        verb: 'addTargetRegion',
        image: 'gal/app',
        version: '1.0.0',
        regions: [{ name: 'westus3', ...LRS }],
        keepsStorageType: true,
      },
    ],
    [
      'addTargetRegion: { image: gal/app, version: 1.0.0, region: westus3, regionalReplicaCount: 4, storageAccountType: premium_lrs }',
      {
        verb: 'addTargetRegion',
        image: 'gal/app',
        version: '1.0.0',
        regions: [{ name: 'westus3', ...LRS, regionalReplicaCount: 4, storageAccountType: 'Premium_LRS' }],
      },
    ],
    [
      'addTargetRegion: { image: gal/app, version: 1.0.0, targetRegions: [westus3, { name: westus2, excludeFromLatest: true }] }',
      {
        verb: 'addTargetRegion',
        image: 'gal/app',
        version: '1.0.0',
        regions: [
          { name: 'westus3', ...LRS },
          { name: 'westus2', ...LRS, excludeFromLatest: true },
        ],
      },
    ],
    [
      'removeTargetRegion: { image: gal/app, version: 1.2.0, region: westus3 }',
      { verb: 'removeTargetRegion', image: 'gal/app', version: '1.2.0', region: 'westus3' },
    ],
    [
      'deleteImageVersion: { image: gal/app, version: 1.0.0 }',
      { verb: 'deleteImageVersion', image: 'gal/app', version: '1.0.0' },
    ],
  ])('reads %s', (written, expected) => {
    expect(actions(written)).toEqual([expected])
  })

  it('know what earlier entries published and where to, in order of time and not of the file', () => {
    const text = `${BASE}timeline:
  - { at: PT9M, removeTargetRegion: { image: gal/db, version: 1.0.0, region: westus3 } }
  - { at: PT5M, addTargetRegion: { image: gal/db, version: 1.0.0, region: westus3 } }
  - { at: PT1M, publishImageVersion: { image: gal/db, version: 1.0.0 } }
`
    expect(load(text).timeline.map(({ action }) => action.verb)).toEqual([
      'publishImageVersion',
      'addTargetRegion',
      'removeTargetRegion',
    ])
    expect(mistakes(text.replace('PT1M', 'PT8M'))).toEqual([
      expect.stringMatching(/ E0146 gal\/db has no version 1\.0\.0 by then \| publish it earlier, or declare it$/),
    ])
  })

  it('tell every wrong name at once, each with the nearest one', () => {
    expect(
      wrong(
        'excludeFromLatest: { image: gal/app, version: 1.2.1 }',
        'excludeFromLatest: { image: gal/app, version: 1.2.0, region: westus2 }',
        'excludeFromLatest: { image: galapp, version: v1 }',
        'removeTargetRegion: { image: gal/app, version: 1.0.0, region: westus3 }',
        'deleteImageVersion: { image: gal/app, vresion: 1.0.0 }',
      ),
    ).toEqual([
      '0 1.2.1 E0146 gal/app has no version 1.2.1 by then | did you mean 1.2.0?',
      '1 westus2 E0105 westus2 is no target region of gal/app/1.2.0 | did you mean westus3?',
      '2 galapp E0136 galapp does not name an image of a gallery | write gallery/definition, or publisher:offer:sku for a platform image',
      '2 version: E0130 v1 is no version of an image, which is Major.Minor.Patch | write for example 1.6.2',
      '3 westus3 E0105 westus3 is no target region of gal/app/1.0.0 | known: eastus',
      '4 vresion: E0101 unknown key vresion in timeline[4].deleteImageVersion | did you mean version?',
    ])
  })

  it('hold nothing against an entry that only follows from a wrong one', () => {
    expect(
      wrong(
        'publishImageVersion: { image: gal/app, version: 1.3.0, replicaCuont: 3 }',
        'excludeFromLatest: { image: gal/app, version: 1.3.0 }',
      ),
    ).toEqual([expect.stringMatching(/^0 \S+ E0101 unknown key replicaCuont/)])
    expect(
      wrong(
        'publishImageVersion: { image: gal/app, version: 1.3.0, replicaCount: 51 }',
        'excludeFromLatest: { image: gal/app, version: 1.3.0 }',
      ),
    ).toEqual([expect.stringMatching(/^0 \S+ E0132 51 replicas/)])
    expect(
      mistakes(
        timeline(['excludeFromLatest: { image: gal/app, version: 1.9.0 }']).replace(
          '1.0.0: {}',
          '1.9.0: { replicaCount: 99 }',
        ),
      ),
    ).toEqual([expect.stringMatching(/E0132 99 replicas/)])
  })

  it('are judged although a scale set is wrong, and not under a misspelt section', () => {
    const text = timeline([
      'excludeFromLatest: { image: gal/ap, version: 1.2.0 }',
      'publishImageVersion: { image: a:b:c, version: 1.0.0 }',
    ])
    expect(placed(text.replace('capacity: 10', 'capacity: -1')).map((line) => line.replace(/^-?\d+ /, ''))).toEqual([
      expect.stringMatching(/^-1 E0201 sku\.capacity/),
      'gal/ap E0136 no gallery declares the image gal/ap | did you mean gal/app?',
    ])
    expect(mistakes(text.replace('galleries:', 'galeries:'))).toEqual([
      expect.stringMatching(/ E0101 unknown key galeries in azure \| did you mean galleries\?$/),
    ])
  })

  it('addTargetRegion needs either a region or a list', () => {
    const at = 'image: gal/app, version: 1.0.0'
    expect(
      wrong(
        `addTargetRegion: { ${at} }`,
        `addTargetRegion: { ${at}, region: westus3, targetRegions: [westus2] }`,
        `addTargetRegion: { ${at}, region: westus3, regionalReplicaCount: 51 }`,
        `addTargetRegion: { ${at}, region: westus3, storageAccountType: Premum_LRS }`,
        `addTargetRegion: { ${at}, targetRegions: [westus2, { name: westus3, regionalReplicaCount: 51 }], regionalReplicaCount: 3 }`,
      ),
    ).toEqual([
      '0 addTargetRegion: E0102 addTargetRegion needs the region it adds | for example region: westus3',
      '1 addTargetRegion: E0120 addTargetRegion takes either region or targetRegions, not both | for example region: westus3',
      expect.stringMatching(/^2 \S+ E0132 51 replicas in westus3/),
      expect.stringMatching(/^3 \S+ E0105 storageAccountType must be one of .* \| did you mean Premium_LRS\?$/),
      expect.stringMatching(/^4 \S+ E0132 51 replicas in westus3/),
      '4 regionalReplicaCount: E0120 regionalReplicaCount belongs to region, and targetRegions are given | write it into the members of targetRegions',
    ])
  })
})

describe('runImageTemplate', () => {
  it('is read with its version, and so is its cancellation', () => {
    expect(
      actions(
        'runImageTemplate: { template: Nightly }',
        'cancelImageTemplate: { template: nightly }',
        'runImageTemplate: { template: nightly, version: 3.0.0 }',
      ),
    ).toEqual([
      { verb: 'runImageTemplate', template: 'nightly' },
      { verb: 'cancelImageTemplate', template: 'nightly' },
      { verb: 'runImageTemplate', template: 'nightly', version: '3.0.0' },
    ])
  })

  it('IB-05: lets later entries name what it may have published, and nothing else', () => {
    expect(
      wrong(
        'excludeFromLatest: { image: gal/db, version: 2.0.1 }',
        'runImageTemplate: { template: nightly }',
        'excludeFromLatest: { image: gal/db, version: 2.0.1, region: westus3 }',
        'excludeFromLatest: { image: gal/db, version: 3.0.1 }',
      ),
    ).toEqual([
      '0 2.0.1 E0146 gal/db has no version 2.0.1 by then | publish it earlier, or declare it',
      '3 3.0.1 E0146 gal/db has no version 3.0.1 by then | publish it earlier, or declare it',
    ])
    expect(
      wrong(
        'runImageTemplate: { template: nightly, version: 3.0.1 }',
        'runImageTemplate: { template: nightly, version: 3.0.1 }',
        'deleteImageVersion: { image: gal/db, version: 3.0.1 }',
      ),
    ).toEqual([])
  })

  it('refuses an unknown template, a wrong number, and one that is taken', () => {
    expect(
      wrong(
        'runImageTemplate: { template: nihgtly, version: 3.0 }',
        'cancelImageTemplate: { template: weekly-build }',
        'publishImageVersion: { image: gal/db, version: 2.0.0 }',
        'runImageTemplate: { template: nightly, version: 2.0.0 }',
      ),
    ).toEqual([
      '0 nihgtly E0148 no image template nihgtly is declared | did you mean nightly?',
      '0 version: E0130 3.0 is no version of an image, which is Major.Minor.Patch | write 3.0.0',
      '1 weekly-build E0148 no image template weekly-build is declared | known: nightly',
      '3 2.0.0 E0147 gal/db has a version 2.0.0 already by then | give it another number, or delete the other one first',
    ])
  })

  it('has no number to give when the template publishes no image version', () => {
    const text = timeline(['runImageTemplate: { template: nightly, version: 3.0.0 }']).replace(
      /distribute:.*/,
      'distribute: [{ type: ManagedImage, runOutputName: o, imageId: x, location: eastus }]',
    )
    expect(mistakes(text)).toEqual([
      expect.stringMatching(
        / E0120 the image template nightly publishes no image version that could have a number \| take the version out$/,
      ),
    ])
  })
})
