import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareVersions,
  isExcluded,
  type LatestCandidate,
  latestVersion,
  MAX_VERSION_NUMBER,
  nextVersion,
  parseVersion,
} from '../../../src/model/gallery/image-version.ts'

const anyNumber = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: MAX_VERSION_NUMBER }))
const anyVersion = fc.tuple(anyNumber, anyNumber, anyNumber).map((numbers) => numbers.join('.'))
const anyState = fc.constantFrom('Unknown', 'Replicating', 'Completed', 'Failed', 'absent')
const anyCandidates = fc.uniqueArray(fc.record({ name: anyVersion, excludedHere: fc.boolean(), state: anyState }), {
  selector: ({ name }) => name,
  maxLength: 8,
})

/** `1.6.2`, `1.7.0 Replicating`, `1.8.0 excluded`. */
const candidates = (...texts: string[]): LatestCandidate[] =>
  texts.map((text) => {
    const [name, ...marks] = text.split(' ')
    const state = marks.find((mark) => mark !== 'excluded') ?? 'Completed'
    return { name: name!, excludedHere: marks.includes('excluded'), state: state as LatestCandidate['state'] }
  })

describe('parseVersion (GR-1)', () => {
  it.each([
    ['1.6.2', [1, 6, 2]],
    ['0.0.0', [0, 0, 0]],
    ['1.10.0', [1, 10, 0]],
    ['22.04.202408010', [22, 4, 202408010]],
    ['2147483647.2147483647.2147483647', [2147483647, 2147483647, 2147483647]],
  ])('%s is %j', (text, numbers) => expect(parseVersion(text)).toEqual(numbers))

  it.each([
    '',
    '1',
    '1.10',
    '1.2.3.4',
    'v1.2.3',
    '1.2.3-rc1',
    '1.2.x',
    '-1.0.0',
    '1.0.2147483648',
    ' 1.2.3',
    '1.2.3\n',
    'latest',
  ])('%j is no version', (text) => expect(parseVersion(text)).toBeUndefined())
})

describe('compareVersions (GA-01, GR-1)', () => {
  it.each([
    { low: '1.9.0', high: '1.10.0', why: 'whole numbers, not text' },
    { low: '1.6.9', high: '1.7.0', why: 'GR-6: published later or not' },
    { low: '1.99.99', high: '2.0.0', why: 'Major first' },
    { low: '1.1.9', high: '1.2.0', why: 'then Minor' },
    { low: '0.0.9', high: '0.0.10', why: 'then Patch' },
    { low: 'latest', high: '0.0.0', why: 'what is no version is lowest' },
    { low: 'abc', high: 'abd', why: 'and has an order of its own' },
  ])('$low before $high: $why', ({ low, high }) => {
    expect(compareVersions(low, high)).toBeLessThan(0)
    expect(compareVersions(high, low)).toBeGreaterThan(0)
  })

  it('is an order: the sign turns round, equals are equal, and three agree', () =>
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0)
        expect(compareVersions(a, a)).toBe(0)
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
      }),
    ))
})

describe('isExcluded (GA-02, GR-2)', () => {
  it.each([
    { global: false, regional: undefined, excluded: false, why: 'nothing is hidden' },
    { global: true, regional: undefined, excluded: true, why: 'the global flag' },
    { global: false, regional: true, excluded: true, why: 'the flag of the region' },
    { global: true, regional: false, excluded: false, why: 'the region wins over the global flag' },
  ])('global $global, region $regional -> $excluded: $why', ({ global, regional, excluded }) => {
    const region = regional === undefined ? { name: 'eastus' } : { name: 'eastus', excludeFromLatest: regional }
    const version = { excludeFromLatest: global, targetRegions: [{ name: 'westus3', excludeFromLatest: true }, region] }
    expect(isExcluded(version, 'eastus')).toBe(excluded)
  })

  it('GA-02: in a region that is no target only the global flag is there', () => {
    const version = { excludeFromLatest: false, targetRegions: [{ name: 'westus3', excludeFromLatest: true }] }
    expect(isExcluded(version, 'eastus')).toBe(false)
  })
})

describe('latestVersion', () => {
  it.each([
    { rule: 'GA-01', of: ['1.9.0', '1.10.0', '1.2.0'], version: '1.10.0', why: 'highest by number' },
    { rule: 'GA-01', of: ['1.7.0', '1.6.9'], version: '1.7.0', why: 'GR-6: a lower number published later' },
    { rule: 'GA-02', of: ['1.6.2', '1.7.0 Replicating'], version: '1.6.2', why: 'the newest has not arrived' },
    { rule: 'GA-02', of: ['1.6.2', '1.7.0 absent'], version: '1.6.2', why: 'the newest is not for this region' },
    { rule: 'GA-02', of: ['1.6.2', '1.7.0 excluded'], version: '1.6.2', why: 'GR-2: the newest is hidden' },
    { rule: 'GA-02', of: ['1.6.2', '1.7.0 Failed'], version: '1.6.2', why: 'GA-07: a failed copy never counts' },
    { rule: 'GA-02', of: ['1.6.2', '1.7.0 Unknown'], version: '1.6.2', why: 'GA-07: neither does an unknown one' },
  ])('$rule regional, $of -> $version: $why', ({ rule, of, version }) =>
    expect(latestVersion(candidates(...of), 'eastus', 'regional')).toEqual({ kind: 'found', version, rule }),
  )

  it.each(['Replicating', 'Failed', 'Unknown', 'absent'])(
    'GA-04 global: a newest that is %s blocks the older',
    (state) =>
      expect(latestVersion(candidates('1.6.2', `1.7.0 ${state}`), 'eastus', 'global')).toEqual({
        kind: 'notReplicated',
        version: '1.7.0',
        rule: 'GA-04',
      }),
  )

  it('GR-4 global: an excluded newest does not block', () =>
    expect(latestVersion(candidates('1.6.2', '1.7.0 Replicating excluded'), 'eastus', 'global')).toMatchObject({
      kind: 'found',
      version: '1.6.2',
    }))

  it.each([
    { of: [], message: /no latest image version exists: the definition has no version/ },
    { of: ['1.6.2 excluded', '1.7.0 excluded'], message: /no latest image version exists: every version is excluded/ },
    { of: ['1.6.2 absent', '1.7.0 absent'], message: /not available in eastus: no version .* is replicated to it/ },
    { of: ['1.6.2 excluded', '1.7.0 absent'], message: /not available in eastus: no version that counts for latest/ },
    {
      of: ['1.6.2 Replicating', '1.7.0 Failed'],
      message: /not available in eastus: no replication to it is completed/,
    },
  ])('GA-03 regional, $of: $message', ({ of, message }) => {
    const latest = latestVersion(candidates(...of), 'eastus', 'regional')
    expect(latest).toMatchObject({ kind: 'none', code: 'GalleryImageNotFound', rule: 'GA-03' })
    expect(latest.kind === 'none' && latest.message).toMatch(message)
  })

  it('GA-03 global: nothing in the region at all is not found rather than not replicated', () => {
    expect(latestVersion(candidates('1.6.2 absent'), 'eastus', 'global')).toMatchObject({ kind: 'none' })
    expect(latestVersion(candidates('1.6.2 Replicating'), 'eastus', 'global')).toMatchObject({ kind: 'notReplicated' })
  })

  it('GA-01, GA-02: it is the maximum of what is completed and not excluded, in either reading', () =>
    fc.assert(
      fc.property(anyCandidates, fc.constantFrom('regional' as const, 'global' as const), (all, resolution) => {
        const latest = latestVersion(all, 'eastus', resolution)
        const included = all.filter(({ excludedHere }) => !excludedHere)
        const usable = included.filter(({ state }) => state === 'Completed')
        if (latest.kind === 'found') {
          expect(usable.map(({ name }) => name)).toContain(latest.version)
          for (const { name } of usable) expect(compareVersions(name, latest.version)).toBeLessThanOrEqual(0)
          const passedOver = all.some(({ name }) => compareVersions(name, latest.version) > 0)
          expect(latest.rule).toBe(passedOver ? 'GA-02' : 'GA-01')
        }
        if (latest.kind === 'notReplicated') {
          expect(resolution).toBe('global')
          expect(included.find(({ name }) => name === latest.version)?.state).not.toBe('Completed')
        }
        if (latest.kind === 'none') expect(resolution === 'global' || usable.length === 0).toBe(true)
        if (usable.length > 0) expect(latest.kind).not.toBe('none')
      }),
    ))

  it('GA-01: the order in which versions were published does not matter', () =>
    fc.assert(
      fc.property(anyCandidates, (all) => {
        const reversed = latestVersion([...all].reverse(), 'eastus', 'regional')
        expect(reversed).toEqual(latestVersion(all, 'eastus', 'regional'))
      }),
    ))
})

describe('nextVersion (IB-05)', () => {
  const EXISTING = ['0.1.1', '0.1.2', '1.0.0', '1.0.1', '1.1.0', '1.1.1', '1.2.0', '2.0.0', '2.0.1', '2.1.0']

  it.each([
    { major: undefined, next: '2.1.1' },
    { major: -1, next: '2.1.1' },
    { major: 1, next: '1.2.1' },
    { major: 0, next: '0.1.3' },
    { major: 7, next: '7.0.1' },
  ])('IB-05 Latest, major $major -> $next', ({ major, next }) =>
    expect(nextVersion(EXISTING, 'Latest', major)).toBe(next),
  )

  it.each([
    { existing: [], major: undefined, next: '0.0.1' },
    { existing: [], major: 3, next: '3.0.1' },
    { existing: ['1.0.2147483647'], major: undefined, next: '1.1.0' },
    { existing: ['1.2147483647.2147483647'], major: undefined, next: '2.0.0' },
  ])('IB-05 Latest over $existing, major $major -> $next', ({ existing, major, next }) =>
    expect(nextVersion(existing, 'Latest', major)).toBe(next),
  )

  it.each([
    { source: '22.04.202408010', existing: [], next: '22.4.202408010', why: 'the number of the source' },
    { source: '1.0.0', existing: ['1.0.0', '1.0.1'], next: '1.0.2', why: 'the next that is free' },
    { source: '', existing: ['1.0.0'], next: '1.0.1', why: 'a managed image has no number' },
    { source: 'latest', existing: [], next: '0.0.1', why: 'nor has what is not resolved' },
  ])('IB-05 Source, $source over $existing -> $next: $why', ({ source, existing, next }) =>
    expect(nextVersion(existing, 'Source', undefined, source)).toBe(next),
  )

  it('IB-05 where nothing exists yet the number is the assumption firstImageVersion', () => {
    const first = { firstImageVersion: 'majorOne', sourceVersionTaken: 'nextPatch' } as const
    expect(nextVersion([], 'Latest', undefined, undefined, first)).toBe('1.0.0')
    expect(nextVersion(['1.0.0'], 'Latest', 3, undefined, first)).toBe('3.0.0')
    expect(nextVersion(['3.0.4'], 'Latest', 3, undefined, first)).toBe('3.0.5')
  })

  it('IB-05 under sourceVersionTaken fail the number of the source stays what it is', () => {
    const fail = { firstImageVersion: 'patchOne', sourceVersionTaken: 'fail' } as const
    expect(nextVersion(['1.0.0'], 'Source', undefined, '1.0.0', fail)).toBe('1.0.0')
  })

  it('IB-05: Latest without a major is above all that exist and takes no number twice', () =>
    fc.assert(
      fc.property(fc.array(anyVersion, { minLength: 1, maxLength: 8 }), (existing) => {
        fc.pre(existing.every((name) => parseVersion(name)![0] < MAX_VERSION_NUMBER))
        const next = nextVersion(existing, 'Latest')
        expect(parseVersion(next)).toBeDefined()
        for (const name of existing) expect(compareVersions(next, name)).toBeGreaterThan(0)
      }),
    ))
})
