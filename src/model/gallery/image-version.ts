import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../assumptions.ts'
import type { ImageVersion, ReplicationState } from '../scenario.ts'

/** Each number of a version is a 32-bit signed integer. */
export const MAX_VERSION_NUMBER = 2 ** 31 - 1

export type VersionNumbers = [major: number, minor: number, patch: number]

/**
 * The three numbers of a version name `Major.Minor.Patch`, each from 0 to 2147483647; undefined when it is none. GR-1.
 *
 *   1.6.2 -> [1, 6, 2].   22.04.202408010 -> [22, 4, 202408010].   1.10, v1.0.0, 1.0.0-rc1, 1.0.2147483648 -> undefined.
 *
 * Leading zeros are read over: platform images are numbered with them.
 */
export function parseVersion(text: string): VersionNumbers | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(text)
  if (match === null) return undefined
  const numbers: VersionNumbers = [Number(match[1]), Number(match[2]), Number(match[3])]
  return numbers.every((number) => number <= MAX_VERSION_NUMBER) ? numbers : undefined
}

/** One text for all spellings of a version: `1.07.0` and `1.7.0`. What is no version stays as it is. */
export function canonicalVersion(text: string): string {
  return parseVersion(text)?.join('.') ?? text
}

/**
 * Below 0 when `a` is the lower version, above 0 when it is the higher one: Major first, then Minor, then Patch, as whole
 * numbers and never by the time of publishing. GR-1, GA-01.
 *
 *   1.9.0 before 1.10.0.   1.6.9 before 1.7.0, whenever it was published (GR-6).
 *
 * A text that is no version is lower than every version; two of them compare by their letters, so that the order is total.
 */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a)
  const right = parseVersion(b)
  if (left === undefined || right === undefined) {
    if (left !== undefined) return 1
    if (right !== undefined) return -1
    return a < b ? -1 : a > b ? 1 : 0
  }
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
}

/**
 * Whether the version is hidden from `latest` in this region: the flag of the target region where it has one, else the
 * global flag. The region may well say `false` and take the global `true` back. GA-02, GR-2.
 */
export function isExcluded(
  version: {
    readonly excludeFromLatest: boolean
    readonly targetRegions: readonly Pick<ImageVersion['targetRegions'][number], 'name' | 'excludeFromLatest'>[]
  },
  region: string,
): boolean {
  return version.targetRegions.find(({ name }) => name === region)?.excludeFromLatest ?? version.excludeFromLatest
}

/** One version as it stands in one region. */
export interface LatestCandidate {
  readonly name: string
  /** See `isExcluded`. */
  readonly excludedHere: boolean
  /** `absent`: the region is not among its target regions. */
  readonly state: ReplicationState | 'absent'
}

export type Latest =
  | { readonly kind: 'found'; readonly version: string; readonly rule: 'GA-01' | 'GA-02' }
  /** Only under `global`: the newest version exists, and cannot be deployed here. */
  | { readonly kind: 'notReplicated'; readonly version: string; readonly rule: 'GA-04' }
  | { readonly kind: 'none'; readonly code: 'GalleryImageNotFound'; readonly message: string; readonly rule: 'GA-03' }

/**
 * What `latest` of a definition means in a region. End-of-life dates do not matter (GA-08, GR-5).
 *
 *   regional   the highest version that is not excluded here and whose replication here is Completed (GA-02)
 *   global     the highest version that is not excluded here; when it is not Completed here, nothing (GR-4, other reading)
 *
 * 1.6.2 Completed, 1.7.0 Replicating: regional -> 1.6.2 (GA-02), global -> 1.7.0 is not replicated (GA-04).
 * `rule` is GA-01 when the answer is the highest of all versions, GA-02 when a higher one was passed over.
 *
 * A version whose state is anything but Completed (Failed, Unknown) is never a candidate: GA-07. For the two ways to have
 * no candidate the documentation prints two messages and one error code, so the code is the same for both: GA-03.
 */
export function latestVersion(
  candidates: readonly LatestCandidate[],
  region: string,
  resolution: 'regional' | 'global',
): Latest {
  const none = (message: string): Latest => ({ kind: 'none', code: 'GalleryImageNotFound', message, rule: 'GA-03' })
  const included = candidates.filter(({ excludedHere }) => !excludedHere)
  const newest = newestIncluded(candidates)
  if (newest === undefined) {
    const why = candidates.length === 0 ? 'the definition has no version' : 'every version is excluded from latest'
    return none(`no latest image version exists: ${why}`)
  }
  if (included.every(({ state }) => state === 'absent'))
    return none(
      `the gallery image is not available in ${region}: no version that counts for latest is replicated to it`,
    )
  if (resolution === 'global' && newest.state !== 'Completed')
    return { kind: 'notReplicated', version: newest.name, rule: 'GA-04' }
  const usable = highest(included.filter(({ state }) => state === 'Completed'))
  if (usable === undefined)
    return none(`the gallery image is not available in ${region}: no replication to it is completed`)
  return { kind: 'found', version: usable.name, rule: usable === highest(candidates) ? 'GA-01' : 'GA-02' }
}

/** The newest version that counts for latest, wherever it has arrived. GA-02. */
export function newestIncluded<T extends Pick<LatestCandidate, 'name' | 'excludedHere'>>(
  candidates: readonly T[],
): T | undefined {
  return highest(candidates.filter(({ excludedHere }) => !excludedHere))
}

/** Of two spellings of one number the first stands. */
function highest<T extends Pick<LatestCandidate, 'name'>>(candidates: readonly T[]): T | undefined {
  return candidates.reduce<T | undefined>(
    (best, candidate) => (best === undefined || compareVersions(candidate.name, best.name) > 0 ? candidate : best),
    undefined,
  )
}

/**
 * The version number Image Builder gives to what it publishes. IB-05.
 *
 *   Latest   the highest version (of that major, when one is given) with its patch number one higher
 *   Source   the number of the source image
 *
 * Among 0.1.1, 0.1.2, 1.0.0, 1.0.1, 1.1.0, 1.1.1, 1.2.0, 2.0.0, 2.0.1, 2.1.0: no major -> 2.1.1, major 1 -> 1.2.1,
 * major 0 -> 0.1.3. A major of -1 is the same as none.
 *
 * A source without a number (a managed image) is numbered as under Latest. What comes where nothing exists yet, and what
 * becomes of a source number that is taken, are the assumptions `firstImageVersion` and `sourceVersionTaken`.
 */
export function nextVersion(
  existing: readonly string[],
  scheme: 'Latest' | 'Source',
  major?: number,
  sourceVersion?: string,
  assumptions: Pick<Assumptions, 'firstImageVersion' | 'sourceVersionTaken'> = DEFAULT_ASSUMPTIONS,
): string {
  const taken = existing.flatMap((name) => {
    const numbers = parseVersion(name)
    return numbers === undefined ? [] : [numbers]
  })
  const source = scheme === 'Source' && sourceVersion !== undefined ? parseVersion(sourceVersion) : undefined
  if (source !== undefined) {
    const isTaken = (numbers: VersionNumbers) => taken.some((other) => other.every((n, index) => n === numbers[index]))
    let wanted = source
    // Each step leaves one of the existing versions behind, so it ends.
    while (assumptions.sourceVersionTaken === 'nextPatch' && isTaken(wanted)) wanted = nextPatch(wanted)
    return wanted.join('.')
  }
  const wantedMajor = scheme === 'Latest' && major !== undefined && major >= 0 ? major : undefined
  const highestTaken = taken
    .filter(([own]) => wantedMajor === undefined || own === wantedMajor)
    .reduce<VersionNumbers | undefined>(
      (best, numbers) =>
        best === undefined || (numbers[0] - best[0] || numbers[1] - best[1] || numbers[2] - best[2]) > 0
          ? numbers
          : best,
      undefined,
    )
  if (highestTaken !== undefined) return nextPatch(highestTaken).join('.')
  return assumptions.firstImageVersion === 'patchOne' ? `${wantedMajor ?? 0}.0.1` : `${wantedMajor ?? 1}.0.0`
}

/** One patch further; past the last patch number the next minor (or major) begins. */
function nextPatch([major, minor, patch]: VersionNumbers): VersionNumbers {
  if (patch < MAX_VERSION_NUMBER) return [major, minor, patch + 1]
  return minor < MAX_VERSION_NUMBER ? [major, minor + 1, 0] : [major + 1, 0, 0]
}
