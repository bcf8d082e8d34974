import { describe, expect, it } from 'vitest'
import {
  bootsOn,
  changeOfDefinition,
  defaultGeneration,
  defaultSecurityType,
  exceededCount,
  type ImageTraits,
  MAX_DEFINITIONS,
  MAX_GALLERIES,
  MAX_VERSIONS,
  regionProblems,
  sameSecurityType,
  versionProblems,
} from '../../../src/model/gallery/limits.ts'
import type { ImageVersion, TargetRegion } from '../../../src/model/scenario.ts'

const target = (name: string, regionalReplicaCount = 1, storageAccountType = 'Standard_LRS'): TargetRegion => ({
  name,
  regionalReplicaCount,
  storageAccountType: storageAccountType as TargetRegion['storageAccountType'],
  state: 'Completed',
})
const version = (over: Partial<ImageVersion> = {}) => ({
  location: 'eastus',
  targetRegions: [target('eastus')],
  sizeGB: 30,
  replicationMode: 'Full' as const,
  ...over,
})
const LIMITS = {
  maxReplicasPerRegion: 50,
  regions: { eastus: { zones: ['1', '2', '3'] }, northcentralus: { zones: [] } },
}
const kinds = (over: Partial<ImageVersion>, limits: Parameters<typeof versionProblems>[1] = LIMITS) =>
  versionProblems(version(over), limits).map(({ kind }) => kind)

describe('what a version may be', () => {
  it('an ordinary one has no problem', () => expect(kinds({})).toEqual([]))

  it.each([
    { replicas: 50, limit: 50, problems: [] },
    { replicas: 51, limit: 50, problems: ['replicasOfRegion'] },
    { replicas: 51, limit: 100, problems: [] },
    { replicas: 101, limit: 200, problems: ['replicasOfVersion'] },
  ])('GA-30 $replicas replicas in a region at $limit -> $problems', ({ replicas, limit, problems }) =>
    expect(kinds({ targetRegions: [target('eastus', replicas)] }, { maxReplicasPerRegion: limit })).toEqual(problems),
  )

  it.each([
    { counts: [50, 50], problems: [] },
    { counts: [50, 50, 1], problems: ['replicasOfVersion'] },
  ])('GA-30 $counts replicas over regions -> $problems', ({ counts, problems }) => {
    const targetRegions = counts.map((count, index) => target(index === 0 ? 'eastus' : `region${index}`, count))
    expect(kinds({ targetRegions })).toEqual(problems)
  })

  it('GA-35 the number of target regions has no limit', () => {
    const targetRegions = ['eastus', ...Array.from({ length: 60 }, (_, index) => `region${index}`)].map((name) =>
      target(name),
    )
    expect(kinds({ targetRegions })).toEqual([])
  })

  it.each([
    { sizeGB: 2048, mode: 'Full', rule: undefined },
    { sizeGB: 2049, mode: 'Full', rule: 'GA-26' },
    { sizeGB: 2049, mode: 'Shallow', rule: undefined },
    { sizeGB: 32 * 1024, mode: 'Shallow', rule: undefined },
    { sizeGB: 32 * 1024 + 1, mode: 'Shallow', rule: 'GA-25' },
  ])('GA-26, GA-25 $sizeGB GB $mode -> $rule', ({ sizeGB, mode, rule }) => {
    const problems = versionProblems(version({ sizeGB, replicationMode: mode as 'Full' }), LIMITS)
    expect(problems.map((problem) => (problem.kind === 'size' ? problem.rule : problem.kind))).toEqual(
      rule === undefined ? [] : [rule],
    )
  })

  it('a region that stands twice, and a source region that is missing, are told', () => {
    expect(kinds({ targetRegions: [target('eastus'), target('westus3'), target('eastus')] })).toEqual([
      'duplicateRegion',
    ])
    expect(kinds({ targetRegions: [target('westus3')] })).toEqual(['sourceRegionMissing'])
    expect(regionProblems([target('westus3')], LIMITS)).toEqual([])
  })

  it.each([
    { region: 'eastus', type: 'Standard_ZRS', problems: [] },
    { region: 'northcentralus', type: 'Standard_ZRS', problems: ['storageType'] },
    { region: 'northcentralus', type: 'Standard_LRS', problems: [] },
    { region: 'nowhere', type: 'Standard_ZRS', problems: [] },
    { region: 'constructor', type: 'Standard_ZRS', problems: [] },
  ])('$type in $region -> $problems', ({ region, type, problems }) =>
    expect(kinds({ location: region, targetRegions: [target(region, 1, type)] })).toEqual(problems),
  )
})

describe('exceededCount (GA-34)', () => {
  it.each([
    { counts: { galleries: MAX_GALLERIES, definitions: MAX_DEFINITIONS, versions: MAX_VERSIONS }, told: undefined },
    { counts: { galleries: 101, definitions: 0, versions: 0 }, told: /^101 galleries in eastus, at most 100 / },
    { counts: { galleries: 1, definitions: 1001, versions: 0 }, told: /^1001 image definitions .* 1000 / },
    { counts: { galleries: 1, definitions: 1, versions: 10_001 }, told: /^10001 image versions .* 10000 / },
  ])('GA-34 $counts', ({ counts, told }) => {
    const exceeded = exceededCount(counts, 'eastus')
    if (told === undefined) expect(exceeded).toBeUndefined()
    else expect(exceeded).toMatch(told)
  })
})

describe('changeOfDefinition (GA-38)', () => {
  const from: ImageTraits = { osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2', dataDiskCount: 1 }

  it.each<[string, Partial<ImageTraits>, readonly string[]]>([
    ['an equal one', {}, []],
    ['another OS', { osType: 'Windows' }, ['osType']],
    ['another generation', { hyperVGeneration: 'V1' }, ['hyperVGeneration']],
    ['another number of data disks', { dataDiskCount: 0 }, ['dataDiskCount']],
    ['another OS state', { osState: 'Specialized' }, ['osState']],
    ['several at once', { osType: 'Windows', osState: 'Specialized' }, ['osType', 'osState']],
  ])('GA-38 to %s', (_, over, differs) => {
    const change = changeOfDefinition(from, { ...from, ...over })
    expect(change.kind === 'refused' ? change.differs : []).toEqual(differs)
    if (change.kind === 'refused') expect(change.rule).toBe('GA-38')
  })

  it('GA-38 says what differs, and holds nothing unknown against it', () => {
    expect(changeOfDefinition(from, { ...from, hyperVGeneration: 'V1' })).toMatchObject({
      message: 'the image of a scale set cannot be changed to one of another kind: hyperVGeneration differs (V2, V1)',
    })
    expect(changeOfDefinition(from, { osType: 'Linux' })).toEqual({ kind: 'allowed' })
    expect(changeOfDefinition({}, from)).toEqual({ kind: 'allowed' })
  })
})

describe('definitions', () => {
  it.each([
    [undefined, 'V1', 'Standard'],
    ['2022-03-03', 'V1', 'Standard'],
    ['2025-03-02', 'V1', 'Standard'],
    ['2025-03-03', 'V2', 'TrustedLaunchSupported'],
    ['2025-03-03-preview', 'V2', 'TrustedLaunchSupported'],
    ['2026-01-01', 'V2', 'TrustedLaunchSupported'],
  ])('GA-36 API %s: %s, %s', (apiVersion, generation, securityType) => {
    expect(defaultGeneration(apiVersion)).toBe(generation)
    expect(defaultSecurityType(apiVersion)).toBe(securityType)
  })

  it('GA-37 the case of a security type does not count', () => {
    expect(sameSecurityType('ConfidentialVMSupported', 'ConfidentialVmSupported')).toBe(true)
    expect(sameSecurityType('TrustedLaunch', 'TrustedLaunchSupported')).toBe(false)
  })

  it.each<[string, boolean, boolean, boolean]>([
    ['Standard', true, false, false],
    ['TrustedLaunchSupported', true, true, false],
    ['TrustedLaunch', false, true, false],
    ['ConfidentialVMSupported', true, false, true],
    ['confidentialvmsupported', true, false, true],
    ['ConfidentialVM', false, false, true],
    ['TrustedLaunchAndConfidentialVMSupported', true, true, true],
  ])('GA-37 %s boots on Standard %s, TrustedLaunch %s, ConfidentialVM %s', (type, standard, trusted, confidential) =>
    expect([bootsOn(type, 'Standard'), bootsOn(type, 'trustedLaunch'), bootsOn(type, 'ConfidentialVM')]).toEqual([
      standard,
      trusted,
      confidential,
    ]),
  )

  it('GA-37 of a word that is no security type nothing is said', () => {
    expect(bootsOn('Secure', 'Standard')).toBeUndefined()
    expect(bootsOn('Standard', 'Secure')).toBeUndefined()
  })
})
