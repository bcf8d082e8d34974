import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { templateFindings } from '../../../src/model/scenario/image-template-findings.ts'
import { buildImageTemplates, type ImageTemplateOptions } from '../../../src/model/scenario/image-templates.ts'
import { imageTemplatesSchema } from '../../../src/model/scenario/schema-declared.ts'
import type { Gallery, ImageTemplate } from '../../../src/model/scenario.ts'
import { readAt } from './bodies.ts'

const PATH = ['azure', 'imageTemplates']
const OPTIONS: ImageTemplateOptions = { maxReplicasPerRegion: 50 }

const read = (text: string, options: Partial<ImageTemplateOptions> = {}) =>
  readAt(text, PATH, imageTemplatesSchema, (raw, context) =>
    buildImageTemplates(raw, context, { ...OPTIONS, ...options }),
  )
const findings = (text: string) =>
  readAt(text, PATH, imageTemplatesSchema, (raw, { source }) => templateFindings(raw, source)).value

const SOURCE = 'source: { publisher: Canonical, offer: ubuntu, sku: server }'
const TARGET = 'distribute: [{ type: SharedImage, galleryImageId: galProd/ubuntu-app }]'
const AT = 'location: eastus'
/** One template `bake`; its body stands in column 3 of line 2. */
const bake = (...parts: string[]) => `azure: { imageTemplates: { bake:\n  { ${parts.join(', ')} } } }\n`
const template = (...parts: string[]): ImageTemplate => {
  const { value, mistakes } = read(bake(...parts))
  expect(mistakes).toEqual([])
  return value[0]!
}

const ARTICLE = `azure:
  imageTemplates:
    aib-ubuntu-app:
      type: Microsoft.VirtualMachineImages/imageTemplates
      apiVersion: "2024-02-01"
      location: East US
      identity: { type: UserAssigned, userAssignedIdentities: { /subscriptions/s/resourceGroups/r/id-aib: {} } }
      properties:
        buildTimeoutInMinutes: 60
        vmProfile: { vmSize: Standard_D2as_v5, osDiskSizeGB: 30 }
        source: { type: PlatformImage, publisher: Canonical, offer: 0001-com-ubuntu-server-jammy, sku: 22_04-lts-gen2, version: latest }
        customize:
          - { type: Shell, name: harden-and-install, inline: [set -euo pipefail, sudo apt-get update] }
          - { type: Shell, name: cis-baseline, scriptUri: "https://example.net/cis-baseline.sh" }
        distribute:
          - type: SharedImage
            galleryImageId: /subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/galProd/images/ubuntu-app
            runOutputName: ubuntu-app-out
            artifactTags: { source: aib, baseline: cis }
            targetRegions:
              - { name: eastus, replicaCount: 3, storageAccountType: Standard_ZRS }
              - { name: westus3, replicaCount: 2, storageAccountType: Standard_ZRS }
`

describe('an image template', () => {
  it('as the article deploys it (fleet sheet, section 3)', () => {
    const { value, mistakes } = read(ARTICLE)
    expect(mistakes).toEqual([])
    expect(value).toEqual([
      {
        name: 'aib-ubuntu-app',
        location: 'eastus',
        source: {
          type: 'PlatformImage',
          image: 'Canonical/0001-com-ubuntu-server-jammy/22_04-lts-gen2',
          version: 'latest',
        },
        customize: [
          { name: 'harden-and-install', type: 'Shell' },
          { name: 'cis-baseline', type: 'Shell' },
        ],
        validations: [],
        continueDistributeOnFailure: false,
        distribute: [
          {
            runOutputName: 'ubuntu-app-out',
            type: 'SharedImage',
            image: 'galProd/ubuntu-app',
            scheme: 'Latest',
            targetRegions: [
              { name: 'eastus', regionalReplicaCount: 3, storageAccountType: 'Standard_ZRS', state: 'Replicating' },
              { name: 'westus3', regionalReplicaCount: 2, storageAccountType: 'Standard_ZRS', state: 'Replicating' },
            ],
            excludeFromLatest: false,
            replicationMode: 'Full',
          },
        ],
        buildTimeoutMs: 3_600_000,
        onCustomizerError: 'cleanup',
        onValidationError: 'cleanup',
        autoRun: false,
        hasSourceTrigger: false,
      },
    ])
    expect(findings(ARTICLE)).toEqual([])
  })

  it.each([
    { given: undefined, minutes: 240, why: 'the default' },
    { given: 0, minutes: 240, why: '0 is the default' },
    { given: 6, minutes: 6, why: 'the least' },
    { given: 960, minutes: 960, why: 'the most' },
  ])('IB-01 buildTimeoutInMinutes $given -> $minutes min: $why', ({ given, minutes }) => {
    const written = given === undefined ? [] : [`buildTimeoutInMinutes: ${given}`]
    expect(template(AT, SOURCE, TARGET, ...written).buildTimeoutMs).toBe(minutes * 60_000)
  })

  it.each([
    {
      source: '{ publisher: Canonical, offer: ubuntu, sku: server, version: 22.04.202408010 }',
      is: { type: 'PlatformImage', image: 'Canonical/ubuntu/server', version: '22.04.202408010' },
    },
    {
      source: '{ type: platformimage, publisher: Canonical, offer: ubuntu, sku: server, version: Latest }',
      is: { type: 'PlatformImage', image: 'Canonical/ubuntu/server', version: 'latest' },
    },
    {
      source:
        '{ type: SharedImageVersion, imageVersionId: /subscriptions/s/providers/Microsoft.Compute/galleries/G/images/D/versions/latest }',
      is: { type: 'SharedImageVersion', image: 'G/D', version: 'latest' },
    },
    { source: '{ imageVersionId: G/D/1.2.3 }', is: { type: 'SharedImageVersion', image: 'G/D', version: '1.2.3' } },
    { source: '{ imageVersionId: G/D }', is: { type: 'SharedImageVersion', image: 'G/D', version: 'latest' } },
    {
      source: '{ imageId: /subscriptions/s/providers/Microsoft.Compute/images/golden }',
      is: { type: 'ManagedImage', image: 'images/golden', version: '' },
    },
    { source: '{ imageId: golden }', is: { type: 'ManagedImage', image: 'images/golden', version: '' } },
  ])('IB-04 source $source', ({ source, is }) => expect(template(AT, `source: ${source}`, TARGET).source).toEqual(is))

  it('names its steps by type and place where they have no name', () => {
    const { customize, validations } = template(
      AT,
      SOURCE,
      TARGET,
      'customize: [{ type: shell, inline: [a] }, { type: File, name: copy, sourceUri: u, destination: d }, { type: WindowsUpdate, filters: [x] }]',
      'validate: { continueDistributeOnFailure: true, inVMValidations: [{ type: Shell, inline: [b] }, { type: PowerShell, name: ports }] }',
    )
    expect(customize).toEqual([
      { name: 'Shell 1', type: 'Shell' },
      { name: 'copy', type: 'File' },
      { name: 'WindowsUpdate 3', type: 'WindowsUpdate' },
    ])
    expect(validations).toEqual(['Shell 1', 'ports'])
  })

  it('IB-03 continueDistributeOnFailure, errorHandling and autoRun', () => {
    expect(
      template(
        AT,
        SOURCE,
        TARGET,
        'validate: { continueDistributeOnFailure: true }',
        'errorHandling: { onCustomizerError: Abort }',
        'autoRun: { state: enabled }',
      ),
    ).toMatchObject({
      continueDistributeOnFailure: true,
      onCustomizerError: 'abort',
      onValidationError: 'cleanup',
      autoRun: true,
    })
  })

  it.each([
    { target: 'galleryImageId: galProd/ubuntu-app', is: { scheme: 'Latest' } },
    { target: 'galleryImageId: galProd/ubuntu-app/1.7.0', is: { scheme: 'Latest', version: '1.7.0' } },
    { target: 'galleryImageId: galProd/ubuntu-app, versioning: { major: 1 }', is: { scheme: 'Latest', major: 1 } },
    {
      target: 'galleryImageId: galProd/ubuntu-app, versioning: { scheme: latest, major: -1 }',
      is: { scheme: 'Latest' },
    },
    { target: 'galleryImageId: galProd/ubuntu-app, versioning: { scheme: Source }', is: { scheme: 'Source' } },
  ])('IB-05 distribute { $target }', ({ target, is }) => {
    const [built] = template(AT, SOURCE, `distribute: [{ type: SharedImage, ${target} }]`).distribute
    expect(built).toEqual({
      runOutputName: 'SharedImage 1',
      type: 'SharedImage',
      image: 'galProd/ubuntu-app',
      targetRegions: [
        { name: 'eastus', regionalReplicaCount: 1, storageAccountType: 'Standard_LRS', state: 'Replicating' },
      ],
      excludeFromLatest: false,
      replicationMode: 'Full',
      ...is,
    })
  })

  it('takes target regions in every form, and other targets beside a gallery', () => {
    const { distribute } = template(
      AT,
      SOURCE,
      `distribute: [{ type: SharedImage, galleryImageId: g/d, excludeFromLatest: true, replicationMode: Shallow,
        targetRegions: [West US 3, { name: eastus, replicaCount: 3 }, { name: westeurope, regionalReplicaCount: 2 }] },
      { type: SharedImage, galleryImageId: g/e, replicationRegions: [eastus2], storageAccountType: Standard_ZRS },
      { type: ManagedImage, runOutputName: m, imageId: i, location: eastus }, { type: vhd, uri: u }]`,
    )
    expect(distribute[0]).toMatchObject({ excludeFromLatest: true, replicationMode: 'Shallow' })
    const brief = distribute.map(({ type, runOutputName, image, targetRegions }) => [
      type,
      runOutputName,
      image,
      ...targetRegions.map((target) => `${target.name} ${target.regionalReplicaCount} ${target.storageAccountType}`),
    ])
    expect(brief).toEqual([
      [
        'SharedImage',
        'SharedImage 1',
        'g/d',
        'westus3 1 Standard_LRS',
        'eastus 3 Standard_LRS',
        'westeurope 2 Standard_LRS',
      ],
      ['SharedImage', 'SharedImage 2', 'g/e', 'eastus2 1 Standard_ZRS'],
      ['ManagedImage', 'm', ''],
      ['VHD', 'VHD 4', ''],
    ])
  })

  it.each([
    { parts: [AT], options: {}, location: 'eastus' },
    { parts: [], options: { defaultLocation: 'West US' }, location: 'westus' },
  ])('stands in $location', ({ parts, options, location }) => {
    const { value, mistakes } = read(bake(SOURCE, TARGET, ...parts), options)
    expect(mistakes).toEqual([])
    expect(value[0]!.location).toBe(location)
  })

  it('stands in its first target region when it names no place', () => {
    const target = 'distribute: [{ type: SharedImage, galleryImageId: g/d, targetRegions: [West US 3] }]'
    expect(template(SOURCE, target).location).toBe('westus3')
  })

  it.each(['[{ kind: SourceImage }]', '[{ name: t, type: x, properties: { kind: sourceImage, status: {} } }]'])(
    'IB-06 triggers: %s',
    (triggers) => expect(template(AT, SOURCE, TARGET, `triggers: ${triggers}`).hasSourceTrigger).toBe(true),
  )
})

describe('a mistake is told with its place, the value and what to write instead', () => {
  it.each<[what: string, text: string, expected: string[]]>([
    [
      'no source and no target',
      bake(AT),
      ['bake: E0102 source is missing | it is a mapping', 'bake: E0102 distribute is missing | it is a list'],
    ],
    [
      'no location',
      bake(SOURCE, TARGET),
      ['bake: E0102 location is missing | it is the region of the template, for example eastus'],
    ],
    ['no target at all', bake(AT, SOURCE, 'distribute: []'), ['[] E0104 distribute must not be empty']],
    [
      'IB-01 a timeout out of range',
      bake(AT, SOURCE, TARGET, 'buildTimeoutInMinutes: 5'),
      ['5 E0104 buildTimeoutInMinutes must have at least 6 minutes, or 0 for the default of 240'],
    ],
    [
      'IB-01 a timeout beyond the most',
      bake(AT, SOURCE, TARGET, 'buildTimeoutInMinutes: 961'),
      ['961 E0104 buildTimeoutInMinutes must be at most 960, got 961'],
    ],
    [
      'words the service does not know, at their place below properties',
      bake(AT, TARGET, `properties: { ${SOURCE}, customize: [{ type: Shel }], autoRun: { state: On } }`),
      [
        'Shel E0105 type must be one of Shell, PowerShell, WindowsRestart, WindowsUpdate, File, got "Shel" | did you mean Shell?',
        'On E0105 state must be one of Enabled, Disabled, got "On"',
      ],
    ],
    [
      'an unknown key',
      bake(AT, SOURCE, TARGET, 'customise: []'),
      ['customise: E0101 unknown key customise | did you mean customize?'],
    ],
    [
      'IB-06 another kind of trigger',
      bake(AT, SOURCE, TARGET, 'triggers: [{ kind: Schedule }]'),
      ['Schedule E0105 kind must be one of SourceImage, got "Schedule"'],
    ],
    [
      'IB-06 two triggers',
      bake(AT, SOURCE, TARGET, 'triggers: [{ kind: SourceImage }, { kind: SourceImage }]'),
      ['{ E0137 2 triggers for one template | keep one of them'],
    ],
    [
      'IB-06 a trigger on a pinned platform image',
      bake(
        AT,
        'source: { publisher: a, offer: b, sku: c, version: 1.0.0 }',
        TARGET,
        'triggers: [{ kind: SourceImage }]',
      ),
      ['{ E0137 a trigger of kind SourceImage needs a source that is latest | write version: latest in the source'],
    ],
    [
      'IB-06 a trigger on a pinned gallery version',
      bake(AT, 'source: { imageVersionId: G/D/1.2.3 }', TARGET, 'triggers: [{ kind: SourceImage }]'),
      [
        '{ E0137 a trigger of kind SourceImage needs a source that is latest | end imageVersionId with /versions/latest',
      ],
    ],
    [
      'a source that is not complete',
      bake(AT, 'source: { type: PlatformImage, publisher: Canonical, sku: server }', TARGET),
      ['{ E0102 offer is missing | a PlatformImage has publisher, offer, sku and version'],
    ],
    [
      'a source without its id',
      bake(AT, 'source: { type: SharedImageVersion }', TARGET),
      ['{ E0102 imageVersionId is missing | the resource id of a version, or gallery/definition/version'],
    ],
    [
      'a managed image where a gallery image belongs',
      bake(AT, 'source: { imageVersionId: /subscriptions/s/providers/Microsoft.Compute/images/golden }', TARGET),
      [
        '/subscriptions/s/providers/Microsoft.Compute/images/golden E0136 /subscriptions/s/providers/Microsoft.Compute/images/golden does not name an image of a gallery | write gallery/definition, or a resource id with /galleries/<gallery>/images/<definition>',
      ],
    ],
    [
      'a gallery image of one word, and a version that is none',
      bake(
        AT,
        SOURCE,
        'distribute: [{ type: SharedImage, galleryImageId: ubuntu }, { type: SharedImage, galleryImageId: g/d/1.7 }]',
      ),
      [
        'ubuntu E0136 ubuntu does not name an image of a gallery | write gallery/definition, or a resource id with /galleries/<gallery>/images/<definition>',
        'g/d/1.7 E0130 1.7 is no version of an image, which is Major.Minor.Patch | write 1.7.0',
      ],
    ],
    [
      'a gallery target without an image',
      bake(AT, SOURCE, 'distribute: [{ type: SharedImage }]'),
      ['{ E0102 galleryImageId is missing | the resource id of an image definition, or gallery/definition'],
    ],
    [
      'both kinds of regions',
      bake(
        AT,
        SOURCE,
        'distribute: [{ type: SharedImage, galleryImageId: g/d, targetRegions: [eastus], replicationRegions: [eastus] }]',
      ),
      ['replicationRegions: E0120 replicationRegions and targetRegions exclude each other | keep targetRegions'],
    ],
    [
      'GA-30 too many replicas',
      bake(
        AT,
        SOURCE,
        'distribute: [{ type: SharedImage, galleryImageId: g/d, targetRegions: [{ name: eastus, replicaCount: 51 }] }]',
      ),
      [
        '51 E0132 51 replicas in eastus, at most 50 are possible in a region | write 50 or less; the limit is the assumption maxReplicasPerRegion',
      ],
    ],
  ])('%s', (_, text, expected) => expect(read(text).mistakes).toEqual(expected))

  it('a definition that no gallery declares', () => {
    const galleries: readonly Gallery[] = [
      {
        name: 'galProd',
        location: 'eastus',
        images: [{ name: 'ubuntu-app', key: 'galProd/ubuntu-app', versions: [] }],
      },
    ]
    const target = (id: string) => bake(AT, SOURCE, `distribute: [{ type: SharedImage, galleryImageId: ${id} }]`)
    expect(read(target('GALPROD/ubuntu-app'), { galleries }).mistakes).toEqual([])
    expect(read(target('galProd/ubuntu-ap'), { galleries }).mistakes).toEqual([
      'galProd/ubuntu-ap E0136 no gallery has an image definition galProd/ubuntu-ap | did you mean galProd/ubuntu-app?',
    ])
    expect(read(target('galProd/ubuntu-app'), { galleries: [] }).mistakes).toEqual([
      'galProd/ubuntu-app E0136 no gallery has an image definition galProd/ubuntu-app | declare it: azure.galleries.galProd.images.ubuntu-app',
    ])
  })

  it('IB-06 more than 100 triggers in a region', () => {
    const body = `{ ${AT}, ${SOURCE}, ${TARGET}, triggers: [{ kind: SourceImage }] }`
    const names = Array.from({ length: 101 }, (_, index) => `t${index}: ${body}`)
    expect(read(`azure: { imageTemplates: { ${names.join(', ')} } }`).mistakes).toEqual([
      'imageTemplates: E0137 101 triggers in eastus, at most 100 are possible | declare fewer',
    ])
    expect(read(`azure: { imageTemplates: { ${names.slice(1).join(', ')} } }`).mistakes).toEqual([])
  })
})

describe('CustomizerHidesErrors (IB-03, playbook row 12)', () => {
  const shell = (lines: readonly string[]) =>
    findings(bake(AT, SOURCE, TARGET, `customize: [{ type: Shell, name: install, inline: ${JSON.stringify(lines)} }]`))

  it.each([
    [['set -euo pipefail', 'apt-get update', 'apt-get install -y nginx']],
    [['set -e', 'a', 'b']],
    [['set -x -e', 'a', 'b']],
    [['set -o pipefail -o errexit', 'a', 'b']],
    [['set -x', 'set -e', 'a', 'b']],
    [['set -e; a; b']],
    [['set -e && a', 'b']],
    [['#!/bin/bash\n\n# harden\nset -euo pipefail\na\nb']],
    [['', '  # nothing but a comment']],
    [[]],
  ])('IB-03 nothing to tell of %j', (lines) => expect(shell(lines)).toEqual([]))

  it.each([
    [['apt-get update', 'apt-get install -y nginx'], 'warning'],
    [['a', 'set -e', 'b'], 'warning'],
    [['set -uo pipefail', 'a', 'b'], 'warning'],
    [['set -o pipefail', 'a', 'b'], 'warning'],
    [['set +e', 'a', 'b'], 'warning'],
    [['#!/bin/bash -e', 'a', 'b'], 'warning'],
    [['a\nb'], 'warning'],
    [['a; b'], 'warning'],
    [['a | tee log'], 'warning'],
    [['echo set -e', 'b'], 'warning'],
    [['a && b'], 'info'],
    [['a'], 'info'],
  ])('IB-03 %j hides a failure: %s', (lines, severity) => {
    const [finding, ...more] = shell(lines)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ code: 'CustomizerHidesErrors', severity, rules: ['IB-03'] })
  })

  it('IB-03 says where, why, how to confirm it and what to do', () => {
    expect(shell(['apt-get update', 'apt-get install -y nginx'])).toEqual([
      {
        code: 'CustomizerHidesErrors',
        title: 'A Shell customizer goes on after a command that failed',
        severity: 'warning',
        where: 'bake: customize[0].inline',
        place: { file: 'scenarios/test.yaml', line: 2, column: 208 },
        evidence: [
          'Customizer install begins with "apt-get update"; no set -e stands before it.',
          'Only the result of the last command counts: an earlier failure passes, and the run publishes the image as Succeeded.',
        ],
        rules: ['IB-03'],
        confirm:
          'az image builder show --resource-group <resource-group> --name bake --query "customize[].{name: name, inline: inline}"',
        fix: 'Make set -euo pipefail the first line of inline.',
      },
    ])
  })

  it('IB-03 is about Shell with inline commands only, wherever the body puts them', () => {
    const steps =
      'customize: [{ type: PowerShell, inline: [a, b] }, { type: Shell, scriptUri: u }, { type: SHELL, inline: [a, b] }]'
    const told = findings(bake(AT, TARGET, `properties: { ${SOURCE}, ${steps} }`))
    expect(told.map(({ where, evidence }) => [where, evidence[0]])).toEqual([
      ['bake: customize[2].inline', 'Customizer Shell 3 begins with "a"; no set -e stands before it.'],
    ])
  })
})

describe('BuildIdentityMissing (playbook row 1)', () => {
  it.each([
    'identity: {}',
    'identity:',
    'identity: { type: None }',
    'identity: { type: UserAssigned }',
    'identity: { type: SystemAssigned, principalId: p }',
    'identity: { type: UserAssigned, userAssignedIdentities: {} }',
    'Identity: { Type: none, UserAssignedIdentities: { a: {} } }',
  ])('%s', (identity) => {
    const told = findings(bake(AT, SOURCE, TARGET, identity))
    expect(told).toMatchObject([
      {
        code: 'BuildIdentityMissing',
        rules: ['IB-03'],
        severity: 'error',
        where: 'bake: identity',
        confirm: 'az image builder show --resource-group <resource-group> --name bake --query identity',
        place: { line: 2 },
      },
    ])
    expect(told[0]!.fix).toContain('userAssignedIdentities')
  })

  it.each([
    'autoRun: {}',
    'identity: { type: UserAssigned, userAssignedIdentities: { /subscriptions/s/id-aib: {} } }',
    'identity: { userAssignedIdentities: { /subscriptions/s/id-aib: } }',
    'identity: { type: UserAssigned, userAssignedIdentities: [/subscriptions/s/id-aib] }',
  ])('nothing to tell of { %s }', (part) => expect(findings(bake(AT, SOURCE, TARGET, part))).toEqual([]))
})

describe('what is not played is told', () => {
  it.each([
    ['optimize: { vmBoot: { state: Enabled } }', 'bake: optimize.vmBoot'],
    ['validate: { sourceValidationOnly: true }', 'bake: validate.sourceValidationOnly'],
  ])('%s', (part, where) => {
    const told = findings(bake(AT, SOURCE, TARGET, part))
    expect(told).toMatchObject([{ code: 'NotModelled', severity: 'warning', where, place: { line: 2, column: 170 } }])
  })

  it('and what is declared as off is not', () =>
    expect(
      findings(
        bake(
          AT,
          SOURCE,
          TARGET,
          'optimize: { vmBoot: { state: Disabled } }',
          'validate: { sourceValidationOnly: false }',
        ),
      ),
    ).toEqual([]))
})

describe('any template at all', () => {
  const anyJson = fc.jsonValue({ maxDepth: 3 })
  const part = (values: Record<string, fc.Arbitrary<unknown>>) => fc.record(values, { requiredKeys: [] })
  const anyTemplate = part({
    location: anyJson,
    source: fc.oneof(anyJson, part({ imageVersionId: anyJson, publisher: anyJson, type: anyJson })),
    customize: fc.oneof(anyJson, fc.array(part({ type: fc.constantFrom('Shell', 'File', 3), inline: anyJson }))),
    distribute: fc.oneof(
      anyJson,
      fc.array(part({ type: fc.constantFrom('SharedImage', 'VHD'), galleryImageId: anyJson })),
    ),
    identity: anyJson,
    triggers: anyJson,
    properties: anyJson,
  })

  it('is either built or refused with a place, and never breaks the reader', () =>
    fc.assert(
      fc.property(fc.oneof(anyTemplate, anyJson), (body) => {
        const text = JSON.stringify({ azure: { imageTemplates: { bake: body } } })
        const { value, mistakes } = read(text)
        expect(value.length === 1 || mistakes.length > 0).toBe(true)
        findings(text)
      }),
    ))
})
